#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_slice_template_info
short_description: Read slice templates of OSM
version_added: "0.1.0"
description:
  - Lists network slice templates of OSM.
  - Sends one list request (OSM has no paging).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.osm
# BEGIN generated options
options:
  descriptor_id:
    description:
      - Only the one with this descriptor_id.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read them all
  edge.infra.osm_slice_template_info:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
  register: found
"""

RETURN = r"""
# BEGIN generated return
slice_templates:
  description: Objects of the kind slice template, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    descriptor_id:
      description:
        - The descriptor's C(id). Follows from the package itself; needed to remove a package
          without its files.
      type: str
      returned: when set
      sample: edge_slice
    digest:
      description:
        - Digest of the package's content, kept in its user-defined data.
      type: str
      returned: when set
      sample: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
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
from ansible_collections.edge.infra.plugins.module_utils._osm.packages import SLICE_TEMPLATE


def main() -> None:
    """Put the declaration to work."""
    run_info(OSM, SLICE_TEMPLATE)


if __name__ == "__main__":
    main()
