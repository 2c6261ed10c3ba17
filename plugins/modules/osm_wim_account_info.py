#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_wim_account_info
short_description: Read WIM accounts of OSM
version_added: "0.1.0"
description:
  - Lists WIM accounts of OSM, without secrets.
  - Sends one list request (OSM has no paging).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.osm
# BEGIN generated options
options:
  name:
    description:
      - Only the one with this name.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read them all
  edge.infra.osm_wim_account_info:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
  register: found
"""

RETURN = r"""
# BEGIN generated return
wim_accounts:
  description: Objects of the kind WIM account, without secrets.
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
        - Name of the object, unique in its project.
      type: str
      returned: when set
      sample: madrid-1
    type:
      description:
        - 'Kind of wide-area network: which connector OSM''s resource orchestrator loads, such
          as V(tapi), V(ietfl2vpn), V(dynpac), V(onos_vpls), V(juniper_contrail), V(floodlightof),
          V(odlof) or V(dummy).'
        - OSM takes any word and fails afterwards when it has no connector of that name.
      type: str
      returned: when set
      sample: ietfl2vpn
    url:
      description:
        - URL of the network's API.
      type: str
      returned: when set
      sample: https://wan.example.com
    username:
      description:
        - User of the network's API.
      type: str
      returned: when set
      sample: osm
    description:
      description:
        - Text for people.
        - An empty text removes it.
      type: str
      returned: when set
      sample: Edge site in Madrid
    config:
      description:
        - Further settings of the connector; keys that are not given are left alone.
        - A key whose value is null is removed.
        - C(wim_port_mapping) is replaced as a whole.
      type: dict
      returned: when set
      sample:
        mapping_not_needed: false
    status:
      description: The state as the API says it; a wait ends at one of V(DEGRADED), V(ENABLED),
        V(ERROR).
      type: str
      returned: when it exists
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
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM
from ansible_collections.edge.infra.plugins.module_utils._osm.controllers import WIM


def main() -> None:
    """Put the declaration to work."""
    run_info(OSM, WIM)


if __name__ == "__main__":
    main()
