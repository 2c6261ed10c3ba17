#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_cluster_info
short_description: Read clusters of OSM, made by it or registered
version_added: "0.1.0"
description:
  - Lists the clusters of OSM's GitOps side (C(k8scluster/v1)), without secrets.
  - An OSM from before release SIXTEEN has none.
  - Sends one list request, and one for the names of VIM accounts. Profiles are told by their ids.
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
  edge.infra.osm_cluster_info:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
  register: found
"""

RETURN = r"""
# BEGIN generated return
clusters:
  description: Objects of the kind cluster, without secrets.
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
        - Name of the cluster; no other cluster or profile may have it.
      type: str
      returned: when set
      sample: edge-1
    vim_account:
      description:
        - 'Name or id of the VIM account: the cloud to make the cluster in, or that a registered
          one belongs to.'
      type: str
      returned: when set
      sample: cloud-1
    k8s_version:
      description:
        - Version of Kubernetes of a cluster that OSM makes, and needed for one.
        - Another one upgrades it.
      type: str
      returned: when set
      sample: '1.31'
    node_count:
      description:
        - Number of worker nodes.
        - Another one scales the cluster. On AWS, nodes come with node groups instead.
      type: int
      returned: when set
      sample: 2
    node_size:
      description:
        - Kind of machine of the nodes; can be changed.
      type: str
      returned: when set
      sample: Standard_D4
    description:
      description:
        - Text for people.
        - 'Changing it afterwards has a side effect in OSM''s NBI (2026): until that is restarted,
          it refuses to attach and detach profiles of any cluster. So it is changed last.'
      type: str
      returned: when set
      sample: Edge site in Madrid
    region:
      description:
        - Used when OSM makes the cluster.
      type: str
      returned: when set
      sample: westeurope
    resource_group:
      description:
        - Used when OSM makes the cluster.
      type: str
      returned: when set
    private_subnet:
      description:
        - Two private subnets, on AWS.
        - Used when OSM makes the cluster.
      type: list
      returned: when set
      elements: str
    public_subnet:
      description:
        - One public subnet, on AWS.
        - Used when OSM makes the cluster.
      type: list
      returned: when set
      elements: str
    iam_role:
      description:
        - Role of the cluster, on AWS.
        - Used when OSM makes the cluster.
      type: str
      returned: when set
    config:
      description:
        - Further settings of the cluster, as the cloud's workflow takes them.
        - Used when OSM makes the cluster.
      type: dict
      returned: when set
    bootstrap:
      description:
        - Whether OSM sets up Flux in the cluster. When it registers one, V(true) unless given.
      type: bool
      returned: when set
    openshift:
      description:
        - Whether a registered cluster is an OpenShift.
      type: bool
      returned: when set
    app_profiles:
      description:
        - Names or ids of the app profiles that are attached, beside the cluster's own one.
        - Others are detached; an empty list detaches all. They are attached one after the other.
      type: list
      returned: when set
      elements: str
      sample:
        - observability
    infra_controller_profiles:
      description:
        - Names or ids of the infra controller profiles that are attached, beside the cluster's
          own one.
        - Others are detached; an empty list detaches all. They are attached one after the other.
      type: list
      returned: when set
      elements: str
    infra_config_profiles:
      description:
        - Names or ids of the infra config profiles that are attached, beside the cluster's
          own one.
        - Others are detached; an empty list detaches all. They are attached one after the other.
      type: list
      returned: when set
      elements: str
    resource_profiles:
      description:
        - Names or ids of the resource profiles that are attached, beside the cluster's own
          one.
        - Others are detached; an empty list detaches all. They are attached one after the other.
      type: list
      returned: when set
      elements: str
    created:
      description:
        - V(true) if OSM made it, V(false) if it is registered.
      type: str
      returned: when set
      sample: 'true'
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
from ansible_collections.edge.infra.plugins.module_utils._osm.clusters import CLUSTER


def main() -> None:
    """Put the declaration to work."""
    run_info(OSM, CLUSTER)


if __name__ == "__main__":
    main()
