#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_pdu_info
short_description: Read PDUs of OSM
version_added: "0.1.0"
description:
  - Lists physical deployment units (PDUs) of OSM.
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
  edge.infra.osm_pdu_info:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
  register: found
"""

RETURN = r"""
# BEGIN generated return
pdus:
  description: Objects of the kind PDU, without secrets.
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
        - Name of the PDU.
        - OSM allows several of one name; then give the id of the one that is meant.
      type: str
      returned: when set
      sample: firewall-1
    type:
      description:
        - Type of the PDU; VDUs with this C(pdu-type) can take it.
      type: str
      returned: when set
      sample: firewall
    interfaces:
      description:
        - Its interfaces. Those of the VDU are found by their names.
        - 'The list is replaced as a whole: an interface, or a word of one, that is not given
          goes away.'
      type: list
      returned: when set
      elements: dict
    vim_accounts:
      description:
        - VIM accounts whose VNFs can take it, by name or id.
        - Without any none can; an empty list removes all.
      type: list
      returned: when set
      elements: str
      sample:
        - madrid-1
    shared:
      description:
        - Whether it is shared; OSM keeps this and makes nothing of it.
      type: bool
      returned: when set
    description:
      description:
        - Text for people.
        - An empty text removes it.
      type: str
      returned: when set
      sample: Edge site in Madrid
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
from ansible_collections.edge.infra.plugins.module_utils._osm.pdus import PDU


def main() -> None:
    """Put the declaration to work."""
    run_info(OSM, PDU)


if __name__ == "__main__":
    main()
