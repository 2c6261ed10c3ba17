#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_ns
short_description: Manage network services of OSM
version_added: "0.1.0"
description:
  - Creates and instantiates a network service, terminates it, removes it.
  - Waits for the operation; a failed one ends the task at once with OSM's reason.
  - A service in state C(BROKEN) or C(DEGRADED) is reported, not touched; remove it with O(state=absent).
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
- name: Run the service on the edge site
  edge.infra.osm_ns:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: edge-web
    nsd: edge_web_ns
    vim_account: madrid-1
    additional_params_for_vnf:
      - member-vnf-index: web
        additionalParamsForKdu:
          - kdu_name: web
            additionalParams:
              replicaCount: 2

- name: Terminate it, keep its record
  edge.infra.osm_ns:
    name: edge-web
    instantiated: false

- name: Remove it
  edge.infra.osm_ns:
    name: edge-web
    state: absent
"""

RETURN = r"""
# BEGIN generated return
# END generated return
"""

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM
from ansible_collections.edge.infra.plugins.module_utils._osm.instances import NS


def main() -> None:
    """Put the declaration to work."""
    run(OSM, NS)


if __name__ == "__main__":
    main()
