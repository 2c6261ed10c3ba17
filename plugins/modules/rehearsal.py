#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: rehearsal
short_description: Rehearse playbooks against the lab and sum up what happened
version_added: "0.1.0"
description:
  - Runs a playbook three times with the inventory of the present play - in check mode, for real, and again - with
    endpoints and credentials replaced by the lab's, showing the output as it comes. A run that fails is the last one.
  - Compares the three - what check mode predicted with what happened, and whether the last run changed anything or
    sent a write request - and counts the requests by run, stage and API from the lab's own record.
  - Runs on the controller (it is an action plugin).
author:
  - The edge.infra authors (@edge-infra)
attributes:
  check_mode:
    description: A rehearsal is made in check mode or not at all.
    support: none
options:
  playbook:
    description: Playbook to rehearse, by its full name or path.
    type: str
    required: true
  inventories:
    description: The inventories to rehearse, as given to C(-i).
    type: list
    elements: str
    required: true
  extra_vars_file:
    description: File with the variables that lead to the lab.
    type: path
    required: true
  lab_url:
    description: URL of the lab's own page, from which the record of requests is read.
    type: str
    required: true
  folder:
    description: Folder for the reports; C(summary.json) is written there.
    type: path
    required: true
  limit:
    description: Hosts to limit the rehearsal to.
    type: str
    default: ""
  keep_minutes:
    description: Minutes for which the lab stays up after the rehearsal, to look around; V(0) lets it end with the
      playbook.
    type: float
    default: 30
  sites:
    description: Names of the sites, for the commands that are named at the end.
    type: list
    elements: str
    default: []
  clusters:
    description: Whether the sites are clusters for OpenStack-Helm.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Rehearse the site
  edge.infra.rehearsal:
    playbook: edge.infra.simplex
    inventories: "{{ ansible_inventory_sources }}"
    extra_vars_file: build/rehearsal/lab-vars.yml
    lab_url: http://127.0.0.1:40123
    folder: build/rehearsal
"""

RETURN = r"""
summary:
  description: What is written to C(summary.json).
  type: dict
  returned: always
  contains:
    runs:
      description: By run (V(check), V(run), V(again)) the seconds, C(changed), C(failed), requests and write requests.
      type: dict
    seconds:
      description: Seconds of the runs together.
      type: float
    faults:
      description: Where the runs disagree with what is promised; empty when all is well.
      type: list
      elements: str
"""
