# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``edge.infra.containerd_config``."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: containerd_config
short_description: containerd's configuration with what is wanted put over the program's own default
version_added: "0.1.0"
description:
  - Takes what C(containerd config default) prints on the host, of configuration version 2 (containerd 1.x) or 3 (2.x).
author:
  - The edge.infra authors (@edge-infra)
positional: options
options:
  _input:
    description: What C(containerd config default) prints.
    type: str
    required: true
  options:
    description: C(cgroup_driver), C(plugin_folder), C(sandbox_image), and C(settings), which is merged over all.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Write the configuration
  ansible.builtin.copy:
    content: "{{ default.stdout | edge.infra.containerd_config(options) }}"
    dest: /etc/containerd/config.toml
    mode: "0644"
  vars:
    options:
      cgroup_driver: systemd
      plugin_folder: /opt/cni/bin
"""

RETURN = r"""
_value:
  description: The text of C(config.toml).
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubernetes_host.containerd import config


def containerd_config(text: Any, options: Any) -> str:
    """The text; what containerd does not know is the user's own affair."""
    try:
        return config(str(text), options)
    except (EdgeError, ValueError) as error:
        raise AnsibleFilterError(f"containerd's configuration: {error}") from error


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name to function."""
        return {"containerd_config": containerd_config}
