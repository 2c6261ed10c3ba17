# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``edge.infra.awx_objects``."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: awx_objects
short_description: What AWX is to have for the playbooks of this collection
version_added: "0.1.0"
description:
  - Makes the options of the modules of C(awx.awx) of the tables and settings of the role C(edge.infra.awx_project).
author:
  - The edge.infra authors (@edge-infra)
options:
  _input:
    description: Settings, as the variables of the role without its prefix.
    type: dict
    required: true
  types:
    description: Types of credentials by kind.
    type: dict
    required: true
  templates:
    description: Job templates by playbook.
    type: dict
    required: true
  workflow:
    description: Nodes of the workflow.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Say which job templates there would be
  ansible.builtin.debug:
    msg: "{{ (settings | edge.infra.awx_objects(types, templates, workflow)).job_templates | map(attribute='name') }}"
"""

RETURN = r"""
_value:
  description: Lists of options by kind, in the order in which the kinds are made.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.edge.infra.plugins.module_utils._awx.objects import Fault, objects


def awx_objects(settings: Any, types: Any, templates: Any, workflow: Any) -> Any:
    """What is wanted, by kind."""
    try:
        return objects(types, templates, workflow, settings)
    except Fault as fault:
        raise AnsibleFilterError(str(fault)) from fault


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name to function."""
        return {"awx_objects": awx_objects}
