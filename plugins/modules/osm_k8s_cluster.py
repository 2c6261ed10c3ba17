#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_k8s_cluster
short_description: Manage K8s clusters of OSM
version_added: "0.1.0"
description:
  - Registers a Kubernetes cluster with Open Source MANO, changes or removes it.
  - Waits until OSM has prepared the cluster (C(ENABLED)); C(ERROR) and C(DEGRADED) end the task at once with OSM's
    reason.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.osm
seealso:
  - name: ETSI GS NFV-SOL 005
    description: The standard behind OSM's northbound interface.
    link: https://www.etsi.org/deliver/etsi_gs/NFV-SOL/001_099/005/
# BEGIN generated options
options:
  name:
    description:
      - Name of the object, unique in its project.
    type: str
    required: true
  vim_account:
    description:
      - Name or id of the VIM account that the cluster belongs to.
      - Needed to create the object.
    type: str
  kubeconfig:
    description:
      - Path of the cluster's kubeconfig, on the machine where the module runs.
      - Instead of C(credentials).
    type: path
  credentials:
    description:
      - The cluster's kubeconfig as a dictionary.
      - OSM gives it back, except for what it encrypts; it is compared, and never shown.
      - Keys, certificates, tokens, passwords and what C(exec) is given are hidden everywhere;
        the names in it and the servers' addresses are not, where an error or a result has them.
      - Needed to create the object.
    type: dict
  k8s_version:
    description:
      - Version of Kubernetes.
      - Needed to create the object.
    type: str
  nets:
    description:
      - Networks of the cluster, by the name descriptors use, with the VIM's network name or
        null.
      - Needed to create the object.
    type: dict
  description:
    description:
      - Text for people.
      - An empty text removes it.
    type: str
  namespace:
    description:
      - Namespace for OSM's own objects in the cluster.
    type: str
  cni:
    description:
      - Names of the cluster's network plugins.
    type: list
    elements: str
  vca:
    description:
      - Name or id of the VCA (Juju controller) that OSM uses for this cluster, in place of
        its own.
    type: str
    aliases:
      - vca_id
  deployment_methods:
    description:
      - Which of V(helm-chart-v3) and V(juju-bundle) OSM prepares, with a truth value each;
        both keys are needed.
      - 'Cannot be changed later: remove the object and create it again.'
    type: dict
  state:
    description:
      - Whether the object should exist.
    type: str
    choices:
      - present
      - absent
    default: present
  force:
    description:
      - With C(state=absent), remove the object in spite of its users, and at once.
      - 'OSM then drops its record without telling its life-cycle manager: what that has made
        in the infrastructure for users of the account (machines, networks, releases) stays
        there, and nobody removes it any more.'
      - Ignored with C(state=present).
    type: bool
    default: false
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
      - 'Such as C(vcas: [NAME]), or C(vca: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Register the site's cluster
  edge.infra.osm_k8s_cluster:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: madrid-1
    vim_account: madrid-1
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    k8s_version: v1.31
    nets:
      mgmtnet:
    deployment_methods:
      helm-chart-v3: true
      juju-bundle: false
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
k8s_cluster:
  description: The K8s cluster; empty when it does not exist (any more).
  type: dict
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
from ansible_collections.edge.infra.plugins.module_utils._osm.accounts import K8S_CLUSTER
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM


def main() -> None:
    """Put the declaration to work."""
    run(OSM, K8S_CLUSTER)


if __name__ == "__main__":
    main()
