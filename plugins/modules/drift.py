#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: drift
short_description: Say where a live site differs from its plan
version_added: "0.1.0"
description:
  - Runs a playbook in check mode, with the inventory and the extra variables of the present play, and writes down what
    it would change - as C(drift.json) for programs, and as C(drift.html) for people. Both are for their owner only.
  - The page needs nothing else to be read. With V(true) for C(site_plan_overview) in O(variables) it also has the
    pictures of the sites, their addresses, and what the plan warns of.
  - Nothing is changed by looking, since check mode plans and sends no write request.
  - Runs on the controller (it is an action plugin).
author:
  - The edge.infra authors (@edge-infra)
attributes:
  check_mode:
    description: Looks in check mode, too.
    support: full
options:
  playbook:
    description: Playbook to compare with, by its full name or path.
    type: str
    required: true
  inventories:
    description: The inventories, as given to C(-i).
    type: list
    elements: str
    required: true
  folder:
    description: Folder for the report.
    type: path
    required: true
  limit:
    description: Hosts to limit it to.
    type: str
    default: ""
  ignore:
    description: Patterns of names of tasks whose changes are no drift, since they are about files on the controller.
    type: list
    elements: str
    default: []
  variables:
    description: Further extra variables of the check run; those of the present command line go before them.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Compare the site with its plan
  edge.infra.drift:
    playbook: edge.infra.site
    inventories: "{{ ansible_inventory_sources }}"
    folder: build/drift
  register: found
"""

RETURN = r"""
state:
  description: V(in sync), V(drift), or V(failed) where it could not be told.
  type: str
  returned: always
  sample: drift
differences:
  description: What a run would change.
  type: list
  elements: dict
  returned: always
  contains:
    host:
      description: Host of the inventory.
      type: str
    stage:
      description: Stage of the site, a playbook.
      type: str
    task:
      description: Task that would change something.
      type: str
    changes:
      description: Lines that differ, of live (C(-)) and of the plan (C(+)).
      type: list
      elements: str
failures:
  description: What could not be told, with C(host), C(stage), C(task) and C(message), and C(remedy) where there is one.
  type: list
  elements: dict
  returned: always
summary:
  description: The same in lines for a terminal.
  type: list
  elements: str
  returned: always
report:
  description: Path of the report for programs.
  type: str
  returned: always
page:
  description: Path of the page for people.
  type: str
  returned: always
"""
