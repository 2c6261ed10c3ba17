#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: openstack_helm_passwords
short_description: Make the passwords of an OpenStack once, and keep them in an encrypted file
version_added: "0.1.0"
description:
  - Reads a file of passwords by their names, makes those that are missing, and writes the file again as a whole,
    encrypted with the vault secret of this run, readable by its owner only. What is there is never changed.
  - Without a vault secret nothing is written, and RV(fault) says what to do, unless O(clear) is set.
  - A file in clear text is encrypted by the first run that has a secret, unless O(clear) is set.
  - The result has the passwords, so a task has C(no_log). That is why what is wrong is no failure but is returned in
    RV(fault).
  - Runs on the controller (it is an action plugin).
author:
  - The edge.infra authors (@edge-infra)
attributes:
  check_mode:
    description: Tells what would be made, and writes nothing.
    support: full
  diff_mode:
    description: Has nothing to show.
    support: none
  idempotent:
    description: What is there is never made again.
    support: full
options:
  path:
    description: The file.
    type: str
    required: true
  names:
    description: Names of the passwords that are wanted.
    type: list
    elements: str
    required: true
  given:
    description: Passwords that the inventory gives; they are not written to the file.
    type: dict
    default: {}
  clear:
    description: Whether the file is kept in clear text.
    type: bool
    default: false
  vault_id:
    description: Vault id whose secret encrypts the file; the first of the run otherwise.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Make the passwords
  edge.infra.openstack_helm_passwords:
    path: "{{ inventory_dir }}/openstack_passwords.yml"
    names: "{{ planned.passwords }}"
  register: made
  no_log: true
"""

RETURN = r"""
passwords:
  description: All passwords by their names.
  type: dict
  returned: success
made:
  description: Names of those that were made, or would be in check mode.
  type: list
  elements: str
  returned: success
unused:
  description: Names among O(given) that are not among O(names). Their values are used nowhere.
  type: list
  elements: str
  returned: when nothing is wrong
fault:
  description: What is wrong, with what to do; empty when nothing is.
  type: str
  returned: success
"""
