#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_deployment
short_description: Manage many objects of OSM in one call
version_added: "0.1.0"
description:
  - Takes a document with any number of objects of any kind, plans it as one graph, and applies it in the order of their dependencies.
  - Each kind is listed once; what does not differ is not sent. One failure does not hide the results of the others.
  - Faults that can be known beforehand refuse the whole document before anything is sent.
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
- name: Register a site, onboard its packages and run its service
  edge.infra.osm_deployment:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    resources:
      vim_accounts:
        - name: madrid-1
          type: dummy
          url: http://dummy
          tenant: dummy
          username: dummy
          password: dummy
      k8s_clusters:
        - name: madrid-1
          vim_account: madrid-1
          kubeconfig: /var/lib/edge/madrid-1/kubeconfig
          k8s_version: v1.31
          nets:
            mgmtnet:
      vnf_packages:
        - path: packages/edge_web_knf
      ns_packages:
        - path: packages/edge_web_ns
      ns_instances:
        - name: edge-web
          nsd: edge_web_ns
          vim_account: madrid-1
"""

RETURN = r"""
# BEGIN generated return
# END generated return
"""

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run_bulk
from ansible_collections.edge.infra.plugins.module_utils._osm.api import DEPLOYMENT, OSM


def main() -> None:
    """Put the declaration to work."""
    run_bulk(OSM, DEPLOYMENT)


if __name__ == "__main__":
    main()
