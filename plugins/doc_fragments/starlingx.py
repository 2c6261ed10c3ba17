# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that every module for StarlingX has.

Written by tests/generate/generate.py from the declarations.
"""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment edge.infra.starlingx."""

    DOCUMENTATION = r"""
options:
  cloud:
    description:
      - Name of a cloud in C(clouds.yaml), the file of OpenStack's tools, which then has what
        is not given here.
      - It is looked for in the folder of the run, in C(~/.config/openstack) and in C(/etc/openstack),
        unless E(OS_CLIENT_CONFIG_FILE) names one; secrets may be in C(secure.yaml) beside it.
      - If not given, the environment variable E(OS_CLOUD) is used.
    type: str
  auth_url:
    description:
      - URL of the system's Keystone.
      - O(cloud) may have it.
      - If not given, the environment variable E(OS_AUTH_URL) is used.
    type: str
    required: true
  auth_username:
    description:
      - User.
      - If not given, the environment variable E(OS_USERNAME) is used.
    type: str
    default: admin
  auth_password:
    description:
      - Password of that user.
      - O(cloud) may have it.
      - If not given, the environment variable E(OS_PASSWORD) is used.
    type: str
    required: true
  project_name:
    description:
      - Project to work in.
      - If not given, the environment variable E(OS_PROJECT_NAME) is used.
    type: str
    default: admin
  user_domain_name:
    description:
      - Domain of the user.
      - If not given, the environment variable E(OS_USER_DOMAIN_NAME) is used.
    type: str
    default: Default
  project_domain_name:
    description:
      - Domain of the project.
      - If not given, the environment variable E(OS_PROJECT_DOMAIN_NAME) is used.
    type: str
    default: Default
  region_name:
    description:
      - Region of the system's services.
      - If not given, the environment variable E(OS_REGION_NAME) is used.
    type: str
    default: RegionOne
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
      - If not given, the environment variable E(OS_CACERT) is used.
    type: path
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
  wait_for_api:
    description:
      - Seconds for which the API may be away when the task begins, as that of a controller
        that reboots is.
      - Ignored in check mode.
    type: int
    default: 0
  check_without_api:
    description:
      - In check mode, when the API does not answer, plan against the state right after the
        bootstrap.
      - So a check of a site that does not exist yet predicts what the run then changes.
      - A host other than controller-0 that the task speaks of, and that the system has not
        installed yet, counts as installed and locked, whether the API answers or not.
      - Ignored in a real run.
    type: bool
    default: false
  bootstrap_overrides:
    description:
      - Overrides of the bootstrap, or the file with them, for O(check_without_api).
    type: raw
  hardware:
    description:
      - What the host has, for O(check_without_api).
      - Keys are C(sockets), C(cores_per_socket), C(threads_per_core), C(ports) (with C(name),
        C(mac) and C(sriov_vfs)) and C(disks) (with C(path) and C(node)).
      - Of a host other than controller-0 further C(mgmt_mac), by which it boots from the network,
        and C(personality); C(standard) is true where controllers run no workloads.
      - Without it the ports and disks that the task names are taken as existing.
    type: dict
requirements:
  - PyYAML
  - keystoneauth1
  - requests
attributes:
  action_group:
    description: Belongs to an action group, so that C(module_defaults) can carry the connection
      once.
    support: full
    membership:
      - edge.infra.starlingx
"""
