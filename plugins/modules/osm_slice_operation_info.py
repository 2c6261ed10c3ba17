#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_slice_operation_info
short_description: Read operations on network slices of OSM
version_added: "0.1.0"
description:
  - Lists operations on a network slice of OSM. OSM forgets them together with the slice.
  - Sends two list requests.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.osm
# BEGIN generated options
options:
  slice:
    description:
      - Name or id of the slice.
    type: str
    required: true
# END generated options
"""

EXAMPLES = r"""
- name: Read them all
  edge.infra.osm_slice_operation_info:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    slice: edge-slice
  register: found
"""

RETURN = r"""
# BEGIN generated return
slice_operations:
  description: Objects of the kind operation of slice, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    type:
      description:
        - 'What is done: instantiate or terminate.'
      type: str
      returned: when set
    detailed_status:
      description:
        - How it ended, in OSM's words.
      type: str
      returned: when set
    ns_operations:
      description:
        - Ids of the operations on the NS instances of the slice.
      type: list
      returned: when set
      elements: str
    started:
      description:
        - When it was asked, in seconds since 1970.
      type: float
      returned: when set
    ended:
      description:
        - When it ended, in seconds since 1970.
      type: float
      returned: when set
    status:
      description: The state as the API says it; a wait ends at one of V(CANCELLED), V(COMPLETED),
        V(FAILED), V(FAILED_TEMP), V(PARTIALLY_COMPLETED), V(ROLLED_BACK).
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
from ansible_collections.edge.infra.plugins.module_utils._osm.slice_operations import SLICE_OPERATION


def main() -> None:
    """Put the declaration to work."""
    run_info(OSM, SLICE_OPERATION)


if __name__ == "__main__":
    main()
