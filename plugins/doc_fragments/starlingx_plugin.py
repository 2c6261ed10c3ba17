# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that every inventory plugin for StarlingX has.

Written by tests/generate/generate.py from the declarations.
"""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment edge.infra.starlingx_plugin."""

    DOCUMENTATION = r"""
options:
  cloud:
    description:
      - Name of a cloud in C(clouds.yaml), the file of OpenStack's tools, which then has what
        is not given here.
      - It is looked for in the folder of the run, in C(~/.config/openstack) and in C(/etc/openstack),
        unless E(OS_CLIENT_CONFIG_FILE) names one; secrets may be in C(secure.yaml) beside it.
    type: str
    env:
      - name: OS_CLOUD
  auth_url:
    description:
      - URL of the system's Keystone.
      - O(cloud) may have it.
    type: str
    env:
      - name: OS_AUTH_URL
  auth_username:
    description:
      - User.
    type: str
    default: admin
    env:
      - name: OS_USERNAME
  auth_password:
    description:
      - Password of that user.
      - O(cloud) may have it.
    type: str
    env:
      - name: OS_PASSWORD
  project_name:
    description:
      - Project to work in.
    type: str
    default: admin
    env:
      - name: OS_PROJECT_NAME
  user_domain_name:
    description:
      - Domain of the user.
    type: str
    default: Default
    env:
      - name: OS_USER_DOMAIN_NAME
  project_domain_name:
    description:
      - Domain of the project.
    type: str
    default: Default
    env:
      - name: OS_PROJECT_DOMAIN_NAME
  region_name:
    description:
      - Region of the system's services.
    type: str
    default: RegionOne
    env:
      - name: OS_REGION_NAME
  interface:
    description:
      - Which of the endpoints in Keystone's catalog to use.
    type: str
    choices:
      - public
      - internal
      - admin
    default: public
  ca_cert:
    description:
      - File with the certificate authority that signed the system's certificate; the machine's
        own otherwise.
    type: path
    env:
      - name: OS_CACERT
  validate_certs:
    description:
      - Whether to verify the system's certificate.
    type: bool
    default: true
  timeout:
    description:
      - Seconds to wait for one answer.
    type: int
    default: 60
  token_cache:
    description:
      - Whether to keep the token in a file that only this user can read, so that a play signs
        in once.
      - The folder is C($EDGE_INFRA_CACHE), else C(edge.infra) in the user's cache folder.
    type: bool
    default: true
requirements:
  - PyYAML
  - keystoneauth1
  - requests
"""
