#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: site_variables
short_description: Read the variables of a site, without their secrets
version_added: "0.1.0"
description:
  - Evaluates every variable of a host whose name begins with C(edge_), each by itself, for M(edge.infra.site_plan).
  - What cannot be read is no failure but is returned by name - a variable that another one refers to and that is not
    defined, an expression that fails, a value that no given vault password opens.
  - The values of secrets are masked as the filter P(edge.infra.mask_secrets#filter) does it, so the result may be seen.
  - Runs on the controller (it is an action plugin), and contacts nothing.
author:
  - The edge.infra authors (@edge-infra)
attributes:
  check_mode:
    description: Changes nothing.
    support: full
  diff_mode:
    description: Has nothing to show.
    support: none
  idempotent:
    description: Changes nothing.
    support: full
options:
  prefix:
    description: How the names of the variables begin.
    type: str
    default: edge_
  others:
    description:
      - Names of further hosts of the inventory to read the variables of.
      - A site is planned as a whole, and C(--limit) leaves hosts of it out of the play.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Gather the site's variables
  edge.infra.site_variables:
  register: gathered

- name: Say what cannot be read
  ansible.builtin.debug:
    msg: "{{ gathered.unreadable | map(attribute='variable') | join(', ') }}"
"""

RETURN = r"""
variables:
  description: The variables by their names; secrets are masked, and what cannot be read is null.
  type: dict
  returned: success
  sample: {"edge_site_name": "madrid-1", "edge_admin_password": "********"}
unreadable:
  description: What cannot be read.
  type: list
  elements: dict
  returned: success
  contains:
    variable:
      description: The variable, such as V(edge_vim.password).
      type: str
    message:
      description: Why it cannot be read; quotes no value.
      type: str
    remedy:
      description: What to do.
      type: str
others:
  description: The same of each host in O(others), by its name.
  type: dict
  returned: success
  sample: {}
"""
