#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_vnf_package
short_description: Manage VNF packages of OSM
version_added: "0.1.0"
description:
  - Onboards a VNF (or KNF) package into Open Source MANO, updates or removes it.
  - The package is checked first, in the words that OSM would refuse it with, and nothing is sent when it has faults.
  - Whether the content differs is told by a digest that is kept in the package's user-defined data in OSM.
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
- name: Onboard a KNF
  edge.infra.osm_vnf_package:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    path: packages/edge_web_knf

- name: Remove it
  edge.infra.osm_vnf_package:
    descriptor_id: edge_web_knf
    state: absent
"""

RETURN = r"""
# BEGIN generated return
# END generated return
"""

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM
from ansible_collections.edge.infra.plugins.module_utils._osm.packages import VNF_PACKAGE


def main() -> None:
    """Put the declaration to work."""
    run(OSM, VNF_PACKAGE)


if __name__ == "__main__":
    main()
