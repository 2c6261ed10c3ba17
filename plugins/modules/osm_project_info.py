#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_project_info
short_description: Read projects of OSM
version_added: "0.1.0"
description:
  - Lists projects of OSM, without secrets.
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
  edge.infra.osm_project_info:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
  register: found
"""

RETURN = r"""
# BEGIN generated return
projects:
  description: Objects of the kind project, without secrets.
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
        - Name of the project.
      type: str
      returned: when set
      sample: edge
    admin:
      description:
        - Whether it is a project for administration.
      type: bool
      returned: when set
    domain_name:
      description:
        - Domain of the project (for back ends that have domains).
      type: str
      returned: when set
    quotas:
      description:
        - 'How many objects the project may have, by kind: C(vnfds), C(nsds), C(slice_templates),
          C(pduds), C(ns_instances), C(slice_instances), C(vim_accounts), C(wim_accounts), C(sdn_controllers),
          C(k8sclusters), C(vca), C(k8srepos), C(osmrepos), C(ns_subscriptions).'
        - Kinds that are not given are left alone; null gives back OSM's own limit (500).
      type: dict
      returned: when set
      sample:
        vim_accounts: 5
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
from ansible_collections.edge.infra.plugins.module_utils._osm.identity import PROJECT


def main() -> None:
    """Put the declaration to work."""
    run_info(OSM, PROJECT)


if __name__ == "__main__":
    main()
