#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_slice_info
short_description: Read network slices of OSM
version_added: "0.1.0"
description:
  - Lists network slices of OSM, with their NS instances.
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
  edge.infra.osm_slice_info:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
  register: found
"""

RETURN = r"""
# BEGIN generated return
slices:
  description: Objects of the kind slice, without secrets.
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
        - Name of the slice.
        - OSM allows several of one name; then give the id of the one that is meant.
      type: str
      returned: when set
      sample: edge-slice
    template:
      description:
        - Id of the slice template (or its id in OSM).
      type: str
      returned: when set
      sample: edge_slice
    vim_account:
      description:
        - Name or id of the VIM account to run on.
      type: str
      returned: when set
      sample: madrid-1
    instantiated:
      description:
        - Whether the slice should run.
        - With V(false) only its record is kept; a running slice is terminated.
      type: bool
      returned: when set
    ns_instances:
      description:
        - Its NS instances by subnet.
      type: list
      returned: when set
      elements: dict
      sample:
        - subnet: web
          ns: 5c1f8f6e-7d1e-4a52-8b8f-0f8b7a2d6c11
          shared: false
    status:
      description: The state as the API says it; a wait ends at one of V(NOT_INSTANTIATED),
        V(failed), V(running).
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
from ansible_collections.edge.infra.plugins.module_utils._osm.slices import SLICE


def main() -> None:
    """Put the declaration to work."""
    run_info(OSM, SLICE)


if __name__ == "__main__":
    main()
