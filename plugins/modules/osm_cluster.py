#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_cluster
short_description: Manage clusters of OSM, made by it or registered
version_added: "0.1.0"
description:
  - Lets Open Source MANO make a Kubernetes cluster in a cloud (Azure, AWS, GCP, KubeVirt), or registers one that is
    there already, for its GitOps side (C(k8scluster/v1), from release SIXTEEN on).
  - With C(kubeconfig) or C(credentials) the cluster is registered; without, OSM makes it.
  - Another C(k8s_version) upgrades a cluster that OSM made; another C(node_count) or C(node_size) scales it. Profiles
    are attached and detached one after the other. Each step is waited for; with C(wait=false) a run takes one step.
  - With C(state=absent) a cluster that OSM made is deleted, and a registered one is deregistered.
  - What would make OSM's GitOps prune a cluster is refused, to register or deregister one that OSM itself made, by its
    name or by the address of its API server. M(edge.infra.osm_k8s_cluster) refuses the same.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.osm
seealso:
  - module: edge.infra.osm_cluster_profile
  - module: edge.infra.osm_k8s_cluster
# BEGIN generated options
options:
  name:
    description:
      - Name of the cluster; no other cluster or profile may have it.
    type: str
    required: true
  vim_account:
    description:
      - 'Name or id of the VIM account: the cloud to make the cluster in, or that a registered
        one belongs to.'
      - 'Cannot be changed later: remove the object and create it again.'
      - Needed to create the object.
    type: str
  kubeconfig:
    description:
      - 'Path of the kubeconfig of a cluster that is there already, on the machine where the
        module runs: the cluster is registered.'
      - Instead of C(credentials).
    type: path
  credentials:
    description:
      - 'The kubeconfig of a cluster that is there already, as a dictionary: the cluster is
        registered.'
      - Without it, OSM makes the cluster.
      - Keys, certificates, tokens, passwords and what C(exec) is given are hidden everywhere;
        the names in it and the servers' addresses are not, where an error or a result has them.
      - 'Cannot be changed later: remove the object and create it again.'
    type: dict
  k8s_version:
    description:
      - Version of Kubernetes of a cluster that OSM makes, and needed for one.
      - Another one upgrades it.
    type: str
  node_count:
    description:
      - Number of worker nodes.
      - Another one scales the cluster. On AWS, nodes come with node groups instead.
    type: int
  node_size:
    description:
      - Kind of machine of the nodes; can be changed.
    type: str
  description:
    description:
      - Text for people.
      - 'Changing it afterwards has a side effect in OSM''s NBI (2026): until that is restarted,
        it refuses to attach and detach profiles of any cluster. So it is changed last.'
    type: str
  region:
    description:
      - Used when OSM makes the cluster.
      - 'Cannot be changed later: remove the object and create it again.'
    type: str
  resource_group:
    description:
      - Used when OSM makes the cluster.
      - 'Cannot be changed later: remove the object and create it again.'
    type: str
  private_subnet:
    description:
      - Two private subnets, on AWS.
      - Used when OSM makes the cluster.
      - 'Cannot be changed later: remove the object and create it again.'
    type: list
    elements: str
  public_subnet:
    description:
      - One public subnet, on AWS.
      - Used when OSM makes the cluster.
      - 'Cannot be changed later: remove the object and create it again.'
    type: list
    elements: str
  iam_role:
    description:
      - Role of the cluster, on AWS.
      - Used when OSM makes the cluster.
      - 'Cannot be changed later: remove the object and create it again.'
    type: str
  config:
    description:
      - Further settings of the cluster, as the cloud's workflow takes them.
      - Used when OSM makes the cluster.
      - 'Cannot be changed later: remove the object and create it again.'
    type: dict
  bootstrap:
    description:
      - Whether OSM sets up Flux in the cluster. When it registers one, V(true) unless given.
      - 'Cannot be changed later: remove the object and create it again.'
    type: bool
  openshift:
    description:
      - Whether a registered cluster is an OpenShift.
      - 'Cannot be changed later: remove the object and create it again.'
    type: bool
  app_profiles:
    description:
      - Names or ids of the app profiles that are attached, beside the cluster's own one.
      - Others are detached; an empty list detaches all. They are attached one after the other.
    type: list
    elements: str
  infra_controller_profiles:
    description:
      - Names or ids of the infra controller profiles that are attached, beside the cluster's
        own one.
      - Others are detached; an empty list detaches all. They are attached one after the other.
    type: list
    elements: str
  infra_config_profiles:
    description:
      - Names or ids of the infra config profiles that are attached, beside the cluster's own
        one.
      - Others are detached; an empty list detaches all. They are attached one after the other.
    type: list
    elements: str
  resource_profiles:
    description:
      - Names or ids of the resource profiles that are attached, beside the cluster's own one.
      - Others are detached; an empty list detaches all. They are attached one after the other.
    type: list
    elements: str
  state:
    description:
      - Whether the object should exist.
    type: str
    choices:
      - present
      - absent
    default: present
  update_secret:
    description:
      - When to send secrets to an object that exists.
      - The API does not give secrets back in a form that could be compared, so with V(always)
        the task reports C(changed) each time.
    type: str
    choices:
      - on_create
      - always
    default: on_create
  wait:
    description:
      - Whether to wait until the object is ready, or gone.
      - The states meanwhile are shown where the standard output callback is P(edge.infra.stages#callback).
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait at most; the default depends on the kind of object.
    type: int
  wait_interval:
    description:
      - Longest pause between two looks, in seconds; the first looks come sooner.
    type: float
    default: 5.0
  assume:
    description:
      - Names, by kind, of objects that earlier tasks of the same check run would have made.
      - They count as existing while this task is planned in check mode. Ignored in a real run.
      - A key is the name of a kind, in the singular as results have it or in the plural as
        documents have it; a value is a list of names. Modules that take C(kubeconfig) know
        this key, too, with paths of files that will be there. The result C(assume) of a module
        for many kinds can be given as it is.
      - 'Such as C(cluster_profiles: [NAME]), or C(cluster_profile: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Let OSM make a cluster
  edge.infra.osm_cluster:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: edge-1
    vim_account: cloud-1
    k8s_version: "1.31"
    node_count: 2
    node_size: Standard_D4
    app_profiles: [observability]

- name: Upgrade and scale it
  edge.infra.osm_cluster:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: edge-1
    k8s_version: "1.32"
    node_count: 4

- name: Register a cluster that is there already
  edge.infra.osm_cluster:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: madrid-1
    vim_account: madrid-1
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig

- name: Remove one, or let go of it, as the case may be
  edge.infra.osm_cluster:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: madrid-1
    state: absent
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
cluster:
  description: The cluster; empty when it does not exist (any more).
  type: dict
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
operation:
  description: Id of the operation that OSM answered the change with.
  type: str
  returned: when something was changed and OSM gave one
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM
from ansible_collections.edge.infra.plugins.module_utils._osm.clusters import CLUSTER


def main() -> None:
    """Put the declaration to work."""
    run(OSM, CLUSTER)


if __name__ == "__main__":
    main()
