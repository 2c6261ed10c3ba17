#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_ns_config_template_info
short_description: Read NS configuration templates of OSM
version_added: "0.1.0"
description:
  - Lists NS configuration templates of OSM.
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
  edge.infra.osm_ns_config_template_info:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
  register: found
"""

RETURN = r"""
# BEGIN generated return
ns_config_templates:
  description: Objects of the kind NS configuration template, without secrets.
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
        - Name of the template, unique across all projects.
      type: str
      returned: when set
      sample: edge-small
    nsd:
      description:
        - 'The NSD that it is for: its id, or the package''s id in OSM.'
      type: str
      returned: when set
      sample: edge_vm_ns
    vnf:
      description:
        - Parameters per VNF; OSM takes VNFs with C(vdu) only.
        - Replaced as a whole; an empty list takes it out of the template.
      type: list
      returned: when set
      elements: dict
    vld:
      description:
        - Parameters per virtual link of the service.
        - Replaced as a whole; an empty list takes it out of the template.
      type: list
      returned: when set
      elements: dict
    additional_params_for_vnf:
      description:
        - 'Parameters per VNF, VDU and KDU. They are shown: secrets belong into the services.'
        - Replaced as a whole; an empty list takes it out of the template.
      type: list
      returned: when set
      elements: dict
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
from ansible_collections.edge.infra.plugins.module_utils._osm.ns_config import NS_CONFIG_TEMPLATE


def main() -> None:
    """Put the declaration to work."""
    run_info(OSM, NS_CONFIG_TEMPLATE)


if __name__ == "__main__":
    main()
