# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that every module for OpenStack has."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment edge.infra.openstack."""

    DOCUMENTATION = r"""
options:
  auth_url:
    description:
      - URL of Keystone, such as C(https://10.20.30.2:5000/v3).
    type: str
    required: true
  auth_username:
    description:
      - Whom to sign in as; services, hypervisors and agents are shown to administrators only.
    type: str
    required: true
  auth_password:
    description:
      - The password of that user.
    type: str
    required: true
  project_name:
    description:
      - Project to sign in to.
    type: str
    required: true
  user_domain_name:
    description:
      - Domain of the user.
    type: str
    default: Default
  project_domain_name:
    description:
      - Domain of the project.
    type: str
    default: Default
  region_name:
    description:
      - Region of the catalog; unless given, the first endpoint of each service counts.
    type: str
  interface:
    description:
      - Which endpoints of the catalog are asked.
    type: str
    choices: [public, internal, admin]
    default: public
  ca_cert:
    description:
      - File with the authority that signed the certificates; that of the system unless given.
    type: path
  validate_certs:
    description:
      - Whether certificates are checked.
    type: bool
    default: true
  timeout:
    description:
      - Seconds that a single answer may take.
    type: int
    default: 60
requirements:
  - keystoneauth1 >= 5.8
attributes:
  action_group:
    description: Belongs to an action group, so that C(module_defaults) can carry the connection once.
    support: full
    membership: [edge.infra.openstack]
"""
