#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_k8s_repo_info
short_description: Read Helm and Juju repositories of OSM
version_added: "0.1.0"
description:
  - Lists Helm and Juju repositories of OSM, without secrets.
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
  edge.infra.osm_k8s_repo_info:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
  register: found
"""

RETURN = r"""
# BEGIN generated return
k8s_repos:
  description: Objects of the kind Kubernetes repository, without secrets.
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
        - Name of the object, unique in its project.
      type: str
      returned: when set
      sample: madrid-1
    type:
      description:
        - Kind of repository.
      type: str
      returned: when set
      sample: helm-chart
    url:
      description:
        - URL of the repository.
      type: str
      returned: when set
      sample: https://charts.example.com/edge
    description:
      description:
        - Text for people.
        - An empty text removes it.
      type: str
      returned: when set
      sample: Edge site in Madrid
    ca_cert:
      description:
        - Certificate of the repository's authority, as text.
      type: str
      returned: when set
    username:
      description:
        - User of the repository.
      type: str
      returned: when set
    oci:
      description:
        - Whether it is an OCI registry.
      type: bool
      returned: when set
    status:
      description: The state as the API says it; a wait ends at one of V(DEGRADED), V(ENABLED),
        V(ERROR).
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
from ansible_collections.edge.infra.plugins.module_utils._osm.accounts import K8S_REPO
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM


def main() -> None:
    """Put the declaration to work."""
    run_info(OSM, K8S_REPO)


if __name__ == "__main__":
    main()
