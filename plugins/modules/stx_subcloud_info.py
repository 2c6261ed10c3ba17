#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_subcloud_info
short_description: Read subclouds of a StarlingX System Controller
version_added: "0.1.0"
description:
  - Reads subclouds, without secrets.
  - All of them come with one request, however many there are.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the API of StarlingX's distributed cloud (dcmanager) on a System Controller.
# BEGIN generated options
options:
  name:
    description:
      - Only the one with this name.
    type: str
  deploy_status:
    description:
      - Only subclouds with one of these deploy statuses.
    type: list
    elements: str
  availability_status:
    description:
      - Only subclouds that are V(online), or V(offline).
    type: list
    elements: str
  management_state:
    description:
      - Only subclouds that are V(managed), or V(unmanaged).
    type: list
    elements: str
  sync_status:
    description:
      - Only subclouds that are V(in-sync), V(out-of-sync) or V(unknown).
    type: list
    elements: str
# END generated options
"""

EXAMPLES = r"""
- name: Read subclouds
  edge.infra.stx_subcloud_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
  register: found

- name: Read what is offline
  edge.infra.stx_subcloud_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
    availability_status: [offline]
  register: away
"""

RETURN = r"""
# BEGIN generated return
subclouds:
  description: Objects of the kind subcloud, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the subcloud.
      type: str
      returned: when set
      sample: edge-7
    description:
      description:
        - Text for people.
      type: str
      returned: when set
      sample: Shop in Toledo
    location:
      description:
        - Text for people.
      type: str
      returned: when set
      sample: Toledo
    group:
      description:
        - Group of the subcloud; dcmanager puts it into C(Default) where none is given.
      type: str
      returned: when set
      sample: canary
    peer_group:
      description:
        - Group of subclouds that can move to another System Controller; an empty text takes
          it out again.
        - Needs C(bootstrap_values) and C(bootstrap_address), and a subcloud that is online
          and managed.
      type: str
      returned: when set
      sample: movable
    management_state:
      description:
        - Whether the System Controller manages the subcloud.
        - Managing needs a subcloud that is deployed and online, unless C(force) says otherwise.
        - Without C(deploy_config) it is online once its first controller has been configured
          and unlocked.
      type: str
      returned: when set
      sample: managed
    install_values:
      description:
        - 'Install values, with which the machine is installed through its BMC: a dictionary,
          or the path of a YAML file. Without them the machine has to be installed already.'
        - On a subcloud that is deployed they are compared, and kept for its next installation.
      type: str
      returned: when set
      sample:
        bmc_address: 10.20.1.1
        install_type: 2
    deploy_status:
      description:
        - How far its deployment is.
      type: str
      returned: when set
      sample: complete
    availability_status:
      description:
        - V(online) or V(offline), by the System Controller's audit.
      type: str
      returned: when set
      sample: online
    sync_status:
      description:
        - V(in-sync), V(out-of-sync) or V(unknown).
      type: str
      returned: when set
      sample: in-sync
    endpoints:
      description:
        - The sync status of each endpoint.
      type: dict
      returned: when set
      sample:
        platform: in-sync
        software: out-of-sync
    error_description:
      description:
        - What went wrong last.
      type: str
      returned: when set
      sample: No errors present
    software_version:
      description:
        - Its release.
      type: str
      returned: when set
      sample: '26.09'
    backup_status:
      description:
        - How its last backup went.
      type: str
      returned: when set
    prestage_status:
      description:
        - How its last prestaging went.
      type: str
      returned: when set
    region_name:
      description:
        - Name of its region, made by dcmanager.
      type: str
      returned: when set
    management_subnet:
      description:
        - Its management network.
      type: str
      returned: when set
      sample: 192.168.101.0/24
    management_start_ip:
      description:
        - First address there.
      type: str
      returned: when set
    management_end_ip:
      description:
        - Last address there.
      type: str
      returned: when set
    management_gateway_ip:
      description:
        - Gateway there.
      type: str
      returned: when set
    systemcontroller_gateway_ip:
      description:
        - Gateway to it in the System Controller's management network.
      type: str
      returned: when set
      sample: 192.168.204.101
    created_at:
      description:
        - When it was added, in UTC.
      type: str
      returned: when set
    updated_at:
      description:
        - When its record changed last, in UTC.
      type: str
      returned: when set
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
  contains:
    kind:
      description: Kind of error, such as V(api), V(login) or V(timeout).
      type: str
    message:
      description: What happened, with the API's own words.
      type: str
    remedy:
      description: What to do about it.
      type: str
    status:
      description: HTTP status, where there was an answer.
      type: int
# END generated return
"""

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run_info
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.api import DISTCLOUD
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.subclouds import SUBCLOUD


def main() -> None:
    """Put the declaration to work."""
    run_info(DISTCLOUD, SUBCLOUD)


if __name__ == "__main__":
    main()
