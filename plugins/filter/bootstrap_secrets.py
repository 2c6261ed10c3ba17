# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``edge.infra.bootstrap_secrets``."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: bootstrap_secrets
short_description: The secret overrides of a StarlingX bootstrap, from a site's variables
version_added: "0.1.0"
description:
  - Renders the content of the bootstrap playbook's C(secrets.yml), whose names begin with C(vault_).
  - It fits the overrides that M(edge.infra.site_plan) renders, which refer to secrets by these names.
author:
  - The edge.infra authors (@edge-infra)
options:
  _input:
    description: Variables of a host; C(edge_admin_password) and C(edge_bootstrap_overrides) are among those read.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Write the secrets where the bootstrap playbook reads them
  ansible.builtin.copy:
    content: "{{ {'edge_admin_password': edge_admin_password} | edge.infra.bootstrap_secrets | to_nice_yaml }}"
    dest: /home/sysadmin/secrets.yml
    mode: "0600"
  no_log: true
"""

RETURN = r"""
_value:
  description: The secret overrides by their names.
  type: dict
  sample: {"vault_admin_password": "..."}
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.edge.infra.plugins.module_utils._site.overrides import split_secrets


def bootstrap_secrets(variables: Any) -> dict[str, Any]:
    """The content of ``secrets.yml``."""
    if not isinstance(variables, Mapping):
        raise AnsibleFilterError("bootstrap_secrets takes a dictionary of variables.")
    return dict(split_secrets(variables)[1])


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name to function."""
        return {"bootstrap_secrets": bootstrap_secrets}
