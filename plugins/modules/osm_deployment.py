#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_deployment
short_description: Manage many objects of OSM in one call
version_added: "0.1.0"
description:
  - Takes a document with any number of objects of any kind, plans it as one graph, and applies it in the order of
    their dependencies.
  - Each kind is listed once; what does not differ is not sent. One failure does not hide the results of the others.
  - Faults that can be known beforehand refuse the whole document before anything is sent.
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
  resources:
    description:
      - What should exist, by kind.
    type: dict
    suboptions:
      vim_accounts:
        description:
          - Objects of the kind VIM account.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the object, unique in its project.
            type: str
            required: true
          type:
            description:
              - 'Kind of infrastructure: C(openstack), C(dummy), C(azure), C(aws), C(gcp), C(vmware)
                or another that the resource orchestrator has a connector for.'
              - Needed to create the object.
            type: str
          url:
            description:
              - URL of the infrastructure's API.
              - Needed to create the object.
            type: str
          tenant:
            description:
              - Tenant or project to work in.
              - Needed to create the object.
            type: str
          username:
            description:
              - User of the infrastructure.
              - Needed to create the object.
            type: str
          password:
            description:
              - Password of that user.
              - 'OSM returns it encrypted, so it is not compared: see C(update_secret).'
              - Needed to create the object.
            type: str
          description:
            description:
              - Text for people.
            type: str
          config:
            description:
              - Further settings of the connector; keys that are not given are left alone.
              - A key whose value is null is removed.
            type: dict
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
              - The API does not give secrets back in a form that could be compared, so with
                V(always) the task reports C(changed) each time.
            type: str
            choices:
              - on_create
              - always
            default: on_create
      k8s_clusters:
        description:
          - Objects of the kind K8s cluster.
        type: list
        elements: dict
        suboptions:
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
              - Needed to create the object.
            type: dict
          k8s_version:
            description:
              - Version of Kubernetes.
              - Needed to create the object.
            type: str
          nets:
            description:
              - Networks of the cluster, by the name descriptors use, with the VIM's network
                name or null.
              - Needed to create the object.
            type: dict
          description:
            description:
              - Text for people.
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
          deployment_methods:
            description:
              - Which of V(helm-chart-v3) and V(juju-bundle) OSM prepares, with a truth value
                each; both keys are needed.
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
          update_secret:
            description:
              - When to send secrets to an object that exists.
              - The API does not give secrets back in a form that could be compared, so with
                V(always) the task reports C(changed) each time.
            type: str
            choices:
              - on_create
              - always
            default: on_create
      k8s_repos:
        description:
          - Objects of the kind Kubernetes repository.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the object, unique in its project.
            type: str
            required: true
          type:
            description:
              - Kind of repository.
              - Needed to create the object.
            type: str
            choices:
              - helm-chart
              - juju-bundle
          url:
            description:
              - URL of the repository.
              - Needed to create the object.
            type: str
          description:
            description:
              - Text for people.
            type: str
          username:
            description:
              - User of the repository.
            type: str
          password:
            description:
              - Password of that user. OSM gives it back in clear; it is compared, and never
                shown.
            type: str
          oci:
            description:
              - Whether it is an OCI registry.
            type: bool
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
              - The API does not give secrets back in a form that could be compared, so with
                V(always) the task reports C(changed) each time.
            type: str
            choices:
              - on_create
              - always
            default: on_create
      vnf_packages:
        description:
          - Objects of the kind VNF package.
        type: list
        elements: dict
        suboptions:
          path:
            description:
              - Folder or C(.tar.gz) of the package, on the machine where the module runs.
              - A folder is packed reproducibly; only content that differs is uploaded.
            type: path
          descriptor_id:
            description:
              - The descriptor's C(id). Follows from the package itself; needed to remove a
                package without its files.
            type: str
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
      ns_packages:
        description:
          - Objects of the kind NS package.
        type: list
        elements: dict
        suboptions:
          path:
            description:
              - Folder or C(.tar.gz) of the package, on the machine where the module runs.
              - A folder is packed reproducibly; only content that differs is uploaded.
            type: path
          descriptor_id:
            description:
              - The descriptor's C(id). Follows from the package itself; needed to remove a
                package without its files.
            type: str
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
      ns_instances:
        description:
          - Objects of the kind NS instance.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the NS instance.
              - OSM allows several of one name; then give the id of the one that is meant.
            type: str
            required: true
          nsd:
            description:
              - Id of the NS descriptor (or the package's id in OSM).
              - 'Cannot be changed later: remove the object and create it again.'
              - Needed to create the object.
            type: str
          vim_account:
            description:
              - Name or id of the VIM account to run on.
              - 'Cannot be changed later: remove the object and create it again.'
              - Needed to create the object.
            type: str
          description:
            description:
              - Text for people, set at creation.
            type: str
          instantiated:
            description:
              - Whether the service should run.
              - With V(false) only its record is kept; a running service is terminated.
            type: bool
            default: true
          vnf:
            description:
              - Parameters per VNF as OSM takes them (placement, VDUs, KDUs).
              - Used when the service is instantiated; not compared with a running one.
            type: list
            elements: dict
          vld:
            description:
              - Parameters per virtual link (VIM networks, addresses).
              - Used when the service is instantiated; not compared with a running one.
            type: list
            elements: dict
          additional_params:
            description:
              - Parameters for the service's primitives.
              - Used when the service is instantiated; not compared with a running one.
            type: dict
          additional_params_for_vnf:
            description:
              - 'Parameters per VNF and KDU: Helm values, primitives'' parameters.'
              - Used when the service is instantiated; not compared with a running one.
            type: list
            elements: dict
          k8s_namespace:
            description:
              - Namespace for the service's KDUs.
              - Used when the service is instantiated; not compared with a running one.
            type: str
          ssh_keys:
            description:
              - Public SSH keys to inject.
              - Used when the service is instantiated; not compared with a running one.
            type: list
            elements: str
          timeout_deploy:
            description:
              - Seconds that OSM itself gives the instantiation.
              - Used when the service is instantiated; not compared with a running one.
            type: int
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
  packages:
    description:
      - Folders or archives of VNF and NS packages, in any order; what each one is follows from
        its descriptor.
    type: list
    elements: path
  packages_state:
    description:
      - Whether the packages of O(packages) should exist.
    type: str
    choices:
      - present
      - absent
    default: present
  wait:
    description:
      - Whether to wait until the object is ready, or gone.
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
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Register a site, onboard its packages and run its service
  edge.infra.osm_deployment:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    resources:
      vim_accounts:
        - name: madrid-1
          type: dummy
          url: http://dummy
          tenant: dummy
          username: dummy
          password: dummy
      k8s_clusters:
        - name: madrid-1
          vim_account: madrid-1
          kubeconfig: /var/lib/edge/madrid-1/kubeconfig
          k8s_version: v1.31
          nets:
            mgmtnet:
      vnf_packages:
        - path: packages/edge_web_knf
      ns_packages:
        - path: packages/edge_web_ns
      ns_instances:
        - name: edge-web
          nsd: edge_web_ns
          vim_account: madrid-1
"""

RETURN = r"""
# BEGIN generated return
results:
  description: What became of each object, in the order of the document.
  type: list
  elements: dict
  returned: always, unless the document itself was refused
  contains:
    kind:
      description: Kind of the object.
      type: str
    name:
      description: Its name.
      type: str
    action:
      description: V(none), V(create), V(update), V(replace) or V(delete).
      type: str
    status:
      description: V(unchanged), V(done), V(failed) or V(skipped).
      type: str
    changed:
      description: Whether something was written.
      type: bool
    object:
      description: The object, as its own module returns it.
      type: dict
    error:
      description: Why it failed or was skipped.
      type: dict
assume:
  description: Names of the objects created, or that would be, by kind; for C(assume) of later
    tasks.
  type: dict
  returned: success
  sample:
    vim_account:
      - madrid-1
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run_bulk
from ansible_collections.edge.infra.plugins.module_utils._osm.api import DEPLOYMENT, OSM


def main() -> None:
    """Put the declaration to work."""
    run_bulk(OSM, DEPLOYMENT)


if __name__ == "__main__":
    main()
