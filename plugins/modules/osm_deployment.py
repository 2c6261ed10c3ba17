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
      projects:
        description:
          - Objects of the kind project.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the project.
            type: str
            required: true
          admin:
            description:
              - Whether it is a project for administration.
            type: bool
          domain_name:
            description:
              - Domain of the project (for back ends that have domains).
              - 'Cannot be changed later: remove the object and create it again.'
            type: str
          quotas:
            description:
              - 'How many objects the project may have, by kind: C(vnfds), C(nsds), C(slice_templates),
                C(pduds), C(ns_instances), C(slice_instances), C(vim_accounts), C(wim_accounts),
                C(sdn_controllers), C(k8sclusters), C(vca), C(k8srepos), C(osmrepos), C(ns_subscriptions).'
              - Kinds that are not given are left alone; null gives back OSM's own limit (500).
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
              - What belongs to the project (accounts, packages, services, and what these made)
                stays in OSM's data base, seen only by who may list all projects; its users
                lose their way in.
              - Ignored with C(state=present).
            type: bool
            default: false
      roles:
        description:
          - Objects of the kind role.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the role.
            type: str
            required: true
          permissions:
            description:
              - 'What the role grants (true) or denies (false), by permission: C(vim_accounts),
                C(vim_accounts:get), C(vim_accounts:id:patch) and so on. The longest that fits
                decides, else C(default).'
              - Permissions that are not given are left alone; null removes one.
              - OSM adds C(default) and C(admin), both false, when they are not given.
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
              - Its users keep a mapping to a role that is no more, and can do nothing by it.
              - Ignored with C(state=present).
            type: bool
            default: false
      users:
        description:
          - Objects of the kind user.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name that the user signs in with.
            type: str
            aliases:
              - username
            required: true
          password:
            description:
              - 'Password: at least eight characters with a lower and an upper case letter,
                a digit and one of C(!@#$%^&*()-_=+{};:,<.>).'
              - 'OSM keeps a hash of it, so it is not compared: see C(update_secret).'
              - OSM (2026) can change a password once only. A further change is refused; remove
                the user and create it again.
              - Needed to create the object.
            type: str
          project_roles:
            description:
              - 'What the user may do where: all of it, unless C(append=true). What is not given
                here is taken away, and an empty list takes away everything.'
              - What is there already is neither removed nor added again, so that two runs at
                once do no harm.
            type: list
            elements: dict
            suboptions:
              project:
                description:
                  - Name or id of the project.
                type: str
                required: true
              role:
                description:
                  - Name or id of the role.
                type: str
                required: true
          append:
            description:
              - Whether C(project_roles) is added to what the user has, and nothing is taken
                away.
            type: bool
            default: false
          email:
            description:
              - Address for one-time passwords. OSM can change it, and not remove it.
            type: str
          domain_name:
            description:
              - Domain of the user (for back ends that have domains).
              - 'Cannot be changed later: remove the object and create it again.'
            type: str
          must_change_password:
            description:
              - Whether OSM asks for a new password at the next login.
              - OSM does so for every user that an administrator makes, and refuses programs
                until it is done. With V(false) the user is made with a throw-away password,
                which is changed to C(password) at once; this is the one change that OSM can
                do. For accounts of programs.
              - A password runs out after OSM's own time (30 days, unless configured); then
                this is V(true) again.
            type: bool
          unlock:
            description:
              - With V(true), a user that OSM has locked after too many wrong passwords is unlocked.
              - V(false) changes nothing. The user that the task signs in as must be an administrator.
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
      vcas:
        description:
          - Objects of the kind VCA.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the object, unique in its project.
            type: str
            required: true
          endpoints:
            description:
              - Addresses of the Juju controller, with ports.
              - Needed to create the object.
            type: list
            elements: str
          username:
            description:
              - User of the Juju controller.
              - Needed to create the object.
            type: str
          secret:
            description:
              - Password of that user.
              - 'OSM returns it encrypted, so it is not compared: see C(update_secret).'
              - Needed to create the object.
            type: str
          ca_cert:
            description:
              - Certificate of the controller's authority, as text.
              - 'OSM returns it encrypted, so it is not compared: see C(update_secret).'
              - Needed to create the object.
            type: str
          lxd_cloud:
            description:
              - Name of the cloud for machine charms, as Juju knows it.
              - Needed to create the object.
            type: str
          lxd_credentials:
            description:
              - Name of Juju's credentials for that cloud.
              - Needed to create the object.
            type: str
          k8s_cloud:
            description:
              - Name of the cloud for Kubernetes charms, as Juju knows it.
              - Needed to create the object.
            type: str
          k8s_credentials:
            description:
              - Name of Juju's credentials for that cloud.
              - Needed to create the object.
            type: str
          description:
            description:
              - Text for people.
              - An empty text removes it.
            type: str
          model_config:
            description:
              - Settings of the models that OSM makes, as Juju takes them; keys that are not
                given are left alone.
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
          force:
            description:
              - With C(state=absent), remove the object in spite of its users, and at once.
              - OSM then drops its record. What runs in models of this controller goes on, and
                OSM cannot reach it any more.
              - Ignored with C(state=present).
            type: bool
            default: false
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
              - 'Kind of infrastructure: which connector OSM''s resource orchestrator loads.'
              - V(openstack) is OpenStack (C(url) is that of keystone), V(vio) VMware Integrated
                OpenStack, V(vmware) (also V(vcloud)) VMware vCloud Director, V(azure), V(aws)
                and V(gcp) the public clouds, V(opennebula) OpenNebula, V(openvim) OpenVIM,
                V(fos) Eclipse fog05, V(openvolt) OpenVolt, V(paas) Juju as a platform.
              - 'V(dummy) does nothing: it is what a Kubernetes cluster without an infrastructure
                of its own belongs to.'
              - OSM takes any word and fails afterwards when it has no connector of that name.
              - Needed to create the object.
            type: str
          url:
            description:
              - URL of the infrastructure's API.
              - Needed to create the object.
            type: str
          tenant:
            description:
              - Tenant or project to work in (in a public cloud the tenant's, the VPC's or the
                project's id).
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
              - An empty text removes it.
            type: str
          config:
            description:
              - Further settings of the connector; keys that are not given are left alone. See
                the examples for those of each type.
              - A key whose value is null is removed.
              - 'C(admin_password), C(nsx_password), C(vcenter_password), C(vrops_password)
                and, under C(credentials), C(clientSecret), C(SecretAccessKey) and C(private_key)
                are secrets: they are never shown, and of what is there only the presence is
                compared.'
              - 'C(credentials.clientSecret) and C(credentials.SecretAccessKey) can only be
                given at creation: OSM fails to take them in a change, so this is refused beforehand.
                To change one, remove the account and create it again. An account in state C(ERROR)
                with such a secret is made again.'
            type: dict
          prometheus_config:
            description:
              - Where OSM's monitoring finds a Prometheus of this infrastructure; keys that
                are not given are left alone.
              - A key whose value is null is removed.
            type: dict
          vca:
            description:
              - Name or id of the VCA (Juju controller) for services on this infrastructure,
                in place of OSM's own.
            type: str
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
              - 'OSM then drops its record without telling its life-cycle manager: what that
                has made in the infrastructure for users of the account (machines, networks,
                releases) stays there, and nobody removes it any more.'
              - Ignored with C(state=present).
            type: bool
            default: false
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
      wim_accounts:
        description:
          - Objects of the kind WIM account.
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
              - 'Kind of wide-area network: which connector OSM''s resource orchestrator loads,
                such as V(tapi), V(ietfl2vpn), V(dynpac), V(onos_vpls), V(juniper_contrail),
                V(floodlightof), V(odlof) or V(dummy).'
              - OSM takes any word and fails afterwards when it has no connector of that name.
              - Needed to create the object.
            type: str
          url:
            description:
              - URL of the network's API.
              - Needed to create the object.
            type: str
          username:
            description:
              - User of the network's API.
            type: str
          password:
            description:
              - Password of the user of the network's API.
              - 'OSM returns it encrypted, so it is not compared: see C(update_secret).'
            type: str
          description:
            description:
              - Text for people.
              - An empty text removes it.
            type: str
          config:
            description:
              - Further settings of the connector; keys that are not given are left alone.
              - A key whose value is null is removed.
              - C(wim_port_mapping) is replaced as a whole.
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
              - 'OSM then drops its record without telling its life-cycle manager: what that
                has made in the infrastructure for users of the account (machines, networks,
                releases) stays there, and nobody removes it any more.'
              - Ignored with C(state=present).
            type: bool
            default: false
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
      sdn_controllers:
        description:
          - Objects of the kind SDN controller.
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
              - 'Kind of controller: which connector OSM''s resource orchestrator loads, such
                as V(onosof), V(odlof), V(floodlightof), V(onos_vpls), V(juniper_contrail),
                V(arista_cloudvision) or V(dummy).'
              - Needed to create the object.
            type: str
          url:
            description:
              - URL of the controller.
              - Needed to create the object.
            type: str
          username:
            description:
              - User of the controller.
            type: str
          password:
            description:
              - Password of the user of the controller.
              - 'OSM returns it encrypted, so it is not compared: see C(update_secret).'
            type: str
          description:
            description:
              - Text for people.
              - An empty text removes it.
            type: str
          dpid:
            description:
              - Data path id of the OpenFlow switch.
            type: str
          version:
            description:
              - Version of the controller.
            type: str
          config:
            description:
              - Further settings of the connector; keys that are not given are left alone.
              - A key whose value is null is removed.
              - C(switch_id), C(mapping) and the like, as the connector wants them.
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
              - 'OSM then drops its record without telling its life-cycle manager: what that
                has made in the infrastructure for users of the account (machines, networks,
                releases) stays there, and nobody removes it any more.'
              - Ignored with C(state=present).
            type: bool
            default: false
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
              - Name or id of the VCA (Juju controller) that OSM uses for this cluster, in place
                of its own.
            type: str
            aliases:
              - vca_id
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
          force:
            description:
              - With C(state=absent), remove the object in spite of its users, and at once.
              - 'OSM then drops its record without telling its life-cycle manager: what that
                has made in the infrastructure for users of the account (machines, networks,
                releases) stays there, and nobody removes it any more.'
              - Ignored with C(state=present).
            type: bool
            default: false
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
              - An empty text removes it.
            type: str
          ca_cert:
            description:
              - Certificate of the repository's authority, as text.
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
          force:
            description:
              - With C(state=absent), remove the object in spite of its users, and at once.
              - OSM then drops its record without telling its life-cycle manager. Nothing else
                is left behind.
              - Ignored with C(state=present).
            type: bool
            default: false
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
      osm_repos:
        description:
          - Objects of the kind OSM repository.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the repository.
              - OSM allows several of one name; then give the id of the one that is meant.
            type: str
            required: true
          type:
            description:
              - Kind of repository; there is one.
            type: str
            choices:
              - osm
            default: osm
          url:
            description:
              - URL of the repository.
              - Needed to create the object.
            type: str
          description:
            description:
              - Text for people.
              - An empty text removes it.
            type: str
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
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
          force:
            description:
              - With C(state=absent), remove the object in spite of its users, and at once.
              - Running services keep their own copy of the descriptor; NS packages that name
                it are of no use any more.
              - Ignored with C(state=present).
            type: bool
            default: false
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
          force:
            description:
              - With C(state=absent), remove the object in spite of its users, and at once.
              - Running services keep their own copy of the descriptor; its config templates
                go with it.
              - Ignored with C(state=present).
            type: bool
            default: false
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
          force:
            description:
              - With C(state=absent), remove the object in spite of its users, and at once.
              - 'OSM drops its records of the service and of its operations without a word to
                the infrastructure: machines, networks and Helm releases of the service go on,
                and nobody removes them any more.'
              - Ignored with C(state=present).
            type: bool
            default: false
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
