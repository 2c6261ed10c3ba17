# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``edge.infra.awx_superfluous``."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: awx_superfluous
short_description: What AWX has for the playbooks that is not wanted any more
version_added: "0.1.0"
description:
  - Finds job templates, schedules and nodes of the workflow that the role P(edge.infra.awx_project#role) has made, and
    that its settings do not have any more.
  - What is called otherwise than the role would call it is somebody else's.
author:
  - The edge.infra authors (@edge-infra)
options:
  _input:
    description: What is wanted, from P(edge.infra.awx_objects#filter).
    type: dict
    required: true
  existing:
    description: Records of the API, by list (C(schedules), C(workflow_job_template_nodes), C(job_templates)).
    type: dict
    required: true
  settings:
    description: The settings of the role, with C(prefix), C(organization) and C(workflow).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Say what would be removed
  ansible.builtin.debug:
    msg: "{{ wanted | edge.infra.awx_superfluous(records, settings) }}"
"""

RETURN = r"""
_value:
  description: By kind, options of the modules of C(awx.awx) that remove it.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._awx.prune import superfluous


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name to function."""
        return {"awx_superfluous": superfluous}
