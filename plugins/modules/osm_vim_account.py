#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_vim_account
short_description: Manage VIM accounts of OSM
version_added: "0.1.0"
description:
  - Registers an infrastructure (a VIM account) with Open Source MANO, changes or removes it.
  - Waits until OSM's resource orchestrator says C(ENABLED); an C(ERROR) ends the task at once with OSM's reason.
  - An account in state C(ERROR) is sent again, with its secrets, so that a second run tries again.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.osm
seealso:
  - name: ETSI GS NFV-SOL 005
    description: The standard behind OSM's northbound interface.
    link: https://www.etsi.org/deliver/etsi_gs/NFV-SOL/001_099/005/
# BEGIN generated options
# END generated options
"""

EXAMPLES = r"""
- name: Register the edge site as a VIM
  edge.infra.osm_vim_account:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: madrid-1
    type: openstack
    url: https://10.20.30.2:5000/v3
    tenant: admin
    username: osm
    password: "{{ vault_vim_password }}"
    config:
      region_name: RegionOne
      use_floating_ip: false

- name: A VIM for network services that consist of KNFs only
  edge.infra.osm_vim_account:
    name: madrid-1
    type: dummy
    url: http://dummy
    tenant: dummy
    username: dummy
    password: dummy

- name: Send a new password
  edge.infra.osm_vim_account:
    name: madrid-1
    password: "{{ vault_new_vim_password }}"
    update_secret: always
"""

RETURN = r"""
# BEGIN generated return
# END generated return
"""

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._osm.accounts import VIM
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM


def main() -> None:
    """Put the declaration to work."""
    run(OSM, VIM)


if __name__ == "__main__":
    main()
