# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``edge.infra.kubernetes_host_plan``."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: kubernetes_host_plan
short_description: What is to be done so that a host can run Kubernetes
version_added: "0.1.0"
description:
  - Packages, files, units and ports, by the host's state and what the role
    P(edge.infra.kubernetes_host#role) was given.
author:
  - The edge.infra authors (@edge-infra)
positional: settings
options:
  _input:
    description: The state that M(edge.infra.kubernetes_host_info) returns.
    type: dict
    required: true
  settings:
    description: What the role was given.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Say what would be installed
  ansible.builtin.debug:
    msg: "{{ (host.state | edge.infra.kubernetes_host_plan(settings)).install }}"
"""

RETURN = r"""
_value:
  description: What there is to do, and what is to be there.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._kubernetes_host.plan import plan


def kubernetes_host_plan(state: Any, settings: Any) -> dict[str, Any]:
    """The plan."""
    return plan(state, settings)


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name to function."""
        return {"kubernetes_host_plan": kubernetes_host_plan}
