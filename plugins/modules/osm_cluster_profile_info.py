#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_cluster_profile_info
short_description: Read profiles of clusters of OSM
version_added: "0.1.0"
description:
  - Lists the profiles of one type of OSM's GitOps side (C(k8scluster/v1)), those of single clusters too.
  - Sends one list request (OSM has no paging).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.osm
# BEGIN generated options
options:
  type:
    description:
      - Kind of profile.
    type: str
    choices:
      - app
      - infra_controller
      - infra_config
      - resource
    required: true
  name:
    description:
      - Only the one with this name.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read the app profiles
  edge.infra.osm_cluster_profile_info:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    type: app
  register: found
"""

RETURN = r"""
# BEGIN generated return
cluster_profiles:
  description: Objects of the kind cluster profile, without secrets.
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
        - Name of the profile, unique for its type.
      type: str
      returned: when set
      sample: observability
    description:
      description:
        - Text for people.
      type: str
      returned: when set
      sample: Metrics and logs
    default:
      description:
        - Whether it is the own profile of a cluster, and goes with it.
      type: bool
      returned: when set
    status:
      description: The state as the API says it; a wait ends at one of V(ERROR), V(FAILED_CREATION),
        V(FAILED_DELETION), V(READY).
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
from ansible_collections.edge.infra.plugins.module_utils._osm.clusters import PROFILE


def main() -> None:
    """Put the declaration to work."""
    run_info(OSM, PROFILE)


if __name__ == "__main__":
    main()
