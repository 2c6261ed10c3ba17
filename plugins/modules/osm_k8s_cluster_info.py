#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_k8s_cluster_info
short_description: Read K8s clusters of OSM
version_added: "0.1.0"
description:
  - Lists K8s clusters of OSM, without secrets.
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
  edge.infra.osm_k8s_cluster_info:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
  register: found
"""

RETURN = r"""
# BEGIN generated return
k8s_clusters:
  description: Objects of the kind K8s cluster, without secrets.
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
    vim_account:
      description:
        - Name or id of the VIM account that the cluster belongs to.
      type: str
      returned: when set
      sample: madrid-1
    k8s_version:
      description:
        - Version of Kubernetes.
      type: str
      returned: when set
      sample: v1.31
    nets:
      description:
        - Networks of the cluster, by the name descriptors use, with the VIM's network name
          or null.
      type: dict
      returned: when set
      sample:
        mgmtnet: null
    description:
      description:
        - Text for people.
        - An empty text removes it.
      type: str
      returned: when set
      sample: Edge site in Madrid
    namespace:
      description:
        - Namespace for OSM's own objects in the cluster.
      type: str
      returned: when set
      sample: kube-system
    cni:
      description:
        - Names of the cluster's network plugins.
      type: list
      returned: when set
      elements: str
    vca:
      description:
        - Name or id of the VCA (Juju controller) that OSM uses for this cluster, in place of
          its own.
      type: str
      returned: when set
    deployment_methods:
      description:
        - Which of V(helm-chart-v3) and V(juju-bundle) OSM prepares, with a truth value each;
          both keys are needed.
      type: dict
      returned: when set
      sample:
        helm-chart-v3: true
        juju-bundle: false
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
from ansible_collections.edge.infra.plugins.module_utils._osm.accounts import K8S_CLUSTER
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM


def main() -> None:
    """Put the declaration to work."""
    run_info(OSM, K8S_CLUSTER)


if __name__ == "__main__":
    main()
