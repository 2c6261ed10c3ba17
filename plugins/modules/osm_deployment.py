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
  - The document is given in the task, or as files (O(path)), also as a repository of OSM Ops as it is.
  - With O(prune), objects that the document does not name (any more) are removed.
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
              - Values of other keys whose names speak of a password, secret, token, key of
                an API or credential, at any depth, and passwords and tokens in URLs are compared
                and not shown.
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
              - Keys, certificates, tokens, passwords and what C(exec) is given are hidden everywhere;
                the names in it and the servers' addresses are not, where an error or a result
                has them.
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
      cluster_profiles:
        description:
          - Objects of the kind cluster profile.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the profile, unique for its type.
            type: str
            required: true
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
          description:
            description:
              - Text for people.
              - Needed to create the object.
            type: str
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
      clusters:
        description:
          - Objects of the kind cluster.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the cluster; no other cluster or profile may have it.
            type: str
            required: true
          vim_account:
            description:
              - 'Name or id of the VIM account: the cloud to make the cluster in, or that a
                registered one belongs to.'
              - 'Cannot be changed later: remove the object and create it again.'
              - Needed to create the object.
            type: str
          kubeconfig:
            description:
              - 'Path of the kubeconfig of a cluster that is there already, on the machine where
                the module runs: the cluster is registered.'
              - Instead of C(credentials).
            type: path
          credentials:
            description:
              - 'The kubeconfig of a cluster that is there already, as a dictionary: the cluster
                is registered.'
              - Without it, OSM makes the cluster.
              - Keys, certificates, tokens, passwords and what C(exec) is given are hidden everywhere;
                the names in it and the servers' addresses are not, where an error or a result
                has them.
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
              - 'Changing it afterwards has a side effect in OSM''s NBI (2026): until that is
                restarted, it refuses to attach and detach profiles of any cluster. So it is
                changed last.'
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
              - Whether OSM sets up Flux in the cluster. When it registers one, V(true) unless
                given.
              - 'Cannot be changed later: remove the object and create it again.'
            type: bool
          openshift:
            description:
              - Whether a registered cluster is an OpenShift.
              - 'Cannot be changed later: remove the object and create it again.'
            type: bool
          app_profiles:
            description:
              - Names or ids of the app profiles that are attached, beside the cluster's own
                one.
              - Others are detached; an empty list detaches all. They are attached one after
                the other.
            type: list
            elements: str
          infra_controller_profiles:
            description:
              - Names or ids of the infra controller profiles that are attached, beside the
                cluster's own one.
              - Others are detached; an empty list detaches all. They are attached one after
                the other.
            type: list
            elements: str
          infra_config_profiles:
            description:
              - Names or ids of the infra config profiles that are attached, beside the cluster's
                own one.
              - Others are detached; an empty list detaches all. They are attached one after
                the other.
            type: list
            elements: str
          resource_profiles:
            description:
              - Names or ids of the resource profiles that are attached, beside the cluster's
                own one.
              - Others are detached; an empty list detaches all. They are attached one after
                the other.
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
              - Folder, C(.tar.gz) or C(.zip) of the package, on the machine where the module
                runs.
              - A folder is packed reproducibly, without what belongs to version control and
                editors; an archive is sent as it is, a zip is packed anew. Only content that
                differs is uploaded.
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
              - Folder, C(.tar.gz) or C(.zip) of the package, on the machine where the module
                runs.
              - A folder is packed reproducibly, without what belongs to version control and
                editors; an archive is sent as it is, a zip is packed anew. Only content that
                differs is uploaded.
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
              - Running services keep their own copy of the descriptor; its configuration templates
                go with it, and slice templates that name it are of no use any more.
              - Ignored with C(state=present).
            type: bool
            default: false
      slice_templates:
        description:
          - Objects of the kind slice template.
        type: list
        elements: dict
        suboptions:
          path:
            description:
              - Folder, C(.tar.gz) or C(.zip) of the package, on the machine where the module
                runs.
              - A folder is packed reproducibly, without what belongs to version control and
                editors; an archive is sent as it is, a zip is packed anew. Only content that
                differs is uploaded.
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
              - Slices keep their own copy of the template.
              - Ignored with C(state=present).
            type: bool
            default: false
      ns_config_templates:
        description:
          - Objects of the kind NS configuration template.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the template, unique across all projects.
            type: str
            required: true
          nsd:
            description:
              - 'The NSD that it is for: its id, or the package''s id in OSM.'
              - 'Cannot be changed later: remove the object and create it again.'
              - Needed to create the object.
            type: str
          vnf:
            description:
              - Parameters per VNF; OSM takes VNFs with C(vdu) only.
              - Replaced as a whole; an empty list takes it out of the template.
            type: list
            elements: dict
            suboptions:
              member_vnf_index:
                description:
                  - 'The VNF: id of its profile in the NSD.'
                type: str
                required: true
              vim_account:
                description:
                  - VIM account for this VNF, by name or id.
                type: str
              vdu:
                description:
                  - Its VDUs.
                type: list
                elements: dict
                suboptions:
                  id:
                    description:
                      - Id of the VDU in the VNFD.
                    type: str
                    required: true
                  instance_name:
                    description:
                      - Name of the machine at the VIM.
                    type: str
                  vim_flavor_id:
                    description:
                      - Flavour at the VIM, by id.
                    type: str
                  vim_flavor_name:
                    description:
                      - Flavour at the VIM, by name, instead of the id.
                    type: str
                  security_group_name:
                    description:
                      - Security group at the VIM.
                    type: str
                  volume:
                    description:
                      - Volumes of the VIM to use for storages of the VDU.
                    type: list
                    elements: dict
                    suboptions:
                      name:
                        description:
                          - The storage in the VNFD.
                        type: str
                        required: true
                      vim_volume_id:
                        description:
                          - Id of the volume at the VIM.
                        type: str
                        required: true
                  interface:
                    description:
                      - Its interfaces.
                    type: list
                    elements: dict
                    suboptions:
                      name:
                        description:
                          - Name of the interface in the VNFD.
                        type: str
                        required: true
                      ip_address:
                        description:
                          - A fixed address.
                        type: str
                      mac_address:
                        description:
                          - A fixed MAC address.
                        type: str
                      floating_ip_required:
                        description:
                          - Whether it gets a floating address.
                        type: bool
              internal_vld:
                description:
                  - Its own virtual links.
                type: list
                elements: dict
                suboptions:
                  name:
                    description:
                      - Id of the link in the VNFD.
                    type: str
                    required: true
                  vim_network_name:
                    description:
                      - Network at the VIM to use, by name.
                    type: str
                  vim_network_id:
                    description:
                      - Network at the VIM to use, by id.
                    type: str
                  ip_profile:
                    description:
                      - Addresses of the network, where OSM makes it.
                    type: dict
                    suboptions:
                      ip_version:
                        description:
                          - Version of IP.
                        type: str
                        choices:
                          - ipv4
                          - ipv6
                      subnet_address:
                        description:
                          - The subnet, as C(address/prefix).
                        type: str
                      gateway_address:
                        description:
                          - The gateway.
                        type: str
                      dns_server:
                        description:
                          - Name servers.
                        type: list
                        elements: dict
                        suboptions:
                          address:
                            description:
                              - Address of a name server.
                            type: str
                            required: true
                      dhcp_params:
                        description:
                          - The DHCP server.
                        type: dict
                        suboptions:
                          enabled:
                            description:
                              - Whether there is one.
                            type: bool
                          count:
                            description:
                              - How many addresses it hands out.
                            type: int
                          start_address:
                            description:
                              - The first one.
                            type: str
                  provider_network:
                    description:
                      - 'The physical network below it: C(physical-network), C(network-type),
                        C(segmentation-id), C(sdn-ports).'
                    type: dict
                  internal_connection_point:
                    description:
                      - Addresses of connection points.
                    type: list
                    elements: dict
                    suboptions:
                      id_ref:
                        description:
                          - Id of the connection point.
                        type: str
                        required: true
                      ip_address:
                        description:
                          - Its address.
                        type: str
          vld:
            description:
              - Parameters per virtual link of the service.
              - Replaced as a whole; an empty list takes it out of the template.
            type: list
            elements: dict
            suboptions:
              name:
                description:
                  - Id of the link in the NSD.
                type: str
                required: true
              vim_network_name:
                description:
                  - Network at the VIM to use, by name; a dictionary gives one for each VIM
                    account (by id).
                type: raw
              vim_network_id:
                description:
                  - The same, by the VIM's id of the network.
                type: raw
              ns_net:
                description:
                  - A network of another service of the slice.
                type: dict
              wim_account:
                description:
                  - WIM account for this link, by name or id.
                type: str
              ip_profile:
                description:
                  - Addresses of the network, where OSM makes it.
                type: dict
                suboptions:
                  ip_version:
                    description:
                      - Version of IP.
                    type: str
                    choices:
                      - ipv4
                      - ipv6
                  subnet_address:
                    description:
                      - The subnet, as C(address/prefix).
                    type: str
                  gateway_address:
                    description:
                      - The gateway.
                    type: str
                  dns_server:
                    description:
                      - Name servers.
                    type: list
                    elements: dict
                    suboptions:
                      address:
                        description:
                          - Address of a name server.
                        type: str
                        required: true
                  dhcp_params:
                    description:
                      - The DHCP server.
                    type: dict
                    suboptions:
                      enabled:
                        description:
                          - Whether there is one.
                        type: bool
                      count:
                        description:
                          - How many addresses it hands out.
                        type: int
                      start_address:
                        description:
                          - The first one.
                        type: str
              provider_network:
                description:
                  - 'The physical network below it: C(physical-network), C(network-type), C(segmentation-id),
                    C(sdn-ports).'
                type: dict
              vnfd_connection_point_ref:
                description:
                  - Addresses of connection points of VNFs.
                type: list
                elements: dict
                suboptions:
                  member_vnf_index_ref:
                    description:
                      - The VNF.
                    type: str
                    required: true
                  vnfd_connection_point_ref:
                    description:
                      - Its connection point.
                    type: str
                    required: true
                  ip_address:
                    description:
                      - The address.
                    type: str
                    required: true
          additional_params_for_vnf:
            description:
              - 'Parameters per VNF, VDU and KDU. They are shown: secrets belong into the services.'
              - Replaced as a whole; an empty list takes it out of the template.
            type: list
            elements: dict
            suboptions:
              member_vnf_index:
                description:
                  - 'The VNF: id of its profile in the NSD.'
                type: str
                required: true
              additional_params:
                description:
                  - Parameters of the VNF.
                type: dict
              k8s_namespace:
                description:
                  - Namespace in the cluster.
                type: str
              config_units:
                description:
                  - How many units of configuration it has.
                type: int
              additional_params_for_vdu:
                description:
                  - Parameters per VDU.
                type: list
                elements: dict
                suboptions:
                  vdu_id:
                    description:
                      - Id of the VDU in the VNFD.
                    type: str
                    required: true
                  additional_params:
                    description:
                      - Parameters of the VDU.
                    type: dict
                  config_units:
                    description:
                      - How many units of configuration it has.
                    type: int
              additional_params_for_kdu:
                description:
                  - Parameters per KDU.
                type: list
                elements: dict
                suboptions:
                  kdu_name:
                    description:
                      - Name of the KDU in the VNFD.
                    type: str
                    required: true
                  additional_params:
                    description:
                      - Helm values of the KDU.
                    type: dict
                  kdu_model:
                    description:
                      - Chart or bundle instead of the descriptor's.
                    type: str
                  k8s_namespace:
                    description:
                      - Namespace in the cluster.
                    type: str
                  kdu_deployment_name:
                    description:
                      - Name of the Helm release; OSM makes one otherwise.
                    type: str
                  config_units:
                    description:
                      - How many units of configuration it has.
                    type: int
              affinity_or_anti_affinity_group:
                description:
                  - Groups at the VIM to use for groups of the VNFD.
                type: list
                elements: dict
                suboptions:
                  id:
                    description:
                      - Id of the group in the VNFD.
                    type: str
                    required: true
                  vim_affinity_group_id:
                    description:
                      - Id of the group at the VIM.
                    type: str
                    required: true
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
              - Services that were made with it go on.
              - Ignored with C(state=present).
            type: bool
            default: false
      pdus:
        description:
          - Objects of the kind PDU.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the PDU.
              - OSM allows several of one name; then give the id of the one that is meant.
            type: str
            required: true
          type:
            description:
              - Type of the PDU; VDUs with this C(pdu-type) can take it.
              - Needed to create the object.
            type: str
          interfaces:
            description:
              - Its interfaces. Those of the VDU are found by their names.
              - 'The list is replaced as a whole: an interface, or a word of one, that is not
                given goes away.'
              - Needed to create the object.
            type: list
            elements: dict
            suboptions:
              name:
                description:
                  - Name, as in the VNFD.
                type: str
                required: true
              mgmt:
                description:
                  - Whether the PDU is managed over it.
                type: bool
                default: false
              ip_address:
                description:
                  - Its address.
                type: str
                required: true
              mac_address:
                description:
                  - Its MAC address.
                type: str
              type:
                description:
                  - Kind of interface.
                type: str
                choices:
                  - overlay
                  - underlay
              vim_network_name:
                description:
                  - Network at the VIM that it is connected to, by name.
                type: str
              vim_network_id:
                description:
                  - The same, by the VIM's id.
                type: str
          vim_accounts:
            description:
              - VIM accounts whose VNFs can take it, by name or id.
              - Without any none can; an empty list removes all.
            type: list
            elements: str
          shared:
            description:
              - Whether it is shared; OSM keeps this and makes nothing of it.
            type: bool
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
          force:
            description:
              - With C(state=absent), remove the object in spite of its users, and at once.
              - OSM forgets the PDU; the VNFs that use it keep its addresses.
              - Ignored with C(state=present).
            type: bool
            default: false
      ns_subscriptions:
        description:
          - Objects of the kind NS subscription.
        type: list
        elements: dict
        suboptions:
          callback_uri:
            description:
              - The end point that is notified. Together with the filter it tells one subscription
                from another.
              - With C(state=absent) it may be the id of the subscription, or the end point
                without a filter where it has one subscription only.
            type: str
            required: true
          notification_types:
            description:
              - What it is about. Needed to create it.
            type: list
            elements: str
            choices:
              - NsLcmOperationOccurrenceNotification
              - NsChangeNotification
              - NsIdentifierCreationNotification
              - NsIdentifierDeletionNotification
          operation_types:
            description:
              - Of these operations only.
            type: list
            elements: str
            choices:
              - INSTANTIATE
              - SCALE
              - UPDATE
              - TERMINATE
              - HEAL
          operation_states:
            description:
              - Of operations in these states only.
            type: list
            elements: str
            choices:
              - PROCESSING
              - COMPLETED
              - PARTIALLY_COMPLETED
              - FAILED
              - FAILED_TEMP
              - ROLLING_BACK
              - ROLLED_BACK
          component_types:
            description:
              - Of changes of these components only.
            type: list
            elements: str
            choices:
              - VNF
              - NS
              - PNF
          component_operations:
            description:
              - Of changes by these operations only.
            type: list
            elements: str
            choices:
              - VNF_INSTANTIATE
              - VNF_SCALE
              - VNF_SCALE_TO_LEVEL
              - VNF_CHANGE_FLAVOUR
              - VNF_TERMINATE
              - VNF_HEAL
              - VNF_OPERATE
              - VNF_CHANGE_EXT_CONN
              - VNF_MODIFY_INFO
              - NS_INSTANTIATE
              - NS_SCALE
              - NS_UPDATE
              - NS_TERMINATE
              - NS_HEAL
          component_states:
            description:
              - Of changes in these states only.
            type: list
            elements: str
            choices:
              - START
              - COMPLETED
              - PARTIALLY_COMPLETED
              - FAILED
              - ROLLED_BACK
          instances:
            description:
              - 'Of these services only: a dictionary with one of C(nsdIds), C(vnfdIds), C(pnfdIds),
                C(nsInstanceIds), C(nsInstanceNames), and a list of OSM''s ids (or names) of
                them.'
            type: dict
          username:
            description:
              - User that OSM signs in with at the end point; with an empty one it does not
                sign in.
              - A change removes the subscription and makes it again.
            type: str
          password:
            description:
              - Password of that user.
              - 'OSM returns it encrypted, so it is not compared: see C(update_secret).'
            type: str
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
              - Used when the service is instantiated; on a running one a difference is told
                as a warning.
            type: str
          instantiated:
            description:
              - Whether the service should run.
              - With V(false) only its record is kept; a running service is terminated.
            type: bool
            default: true
          kdus:
            description:
              - Helm values of the service's KDUs.
              - 'They are given to OSM with the instantiation. On a running service they are
                compared with those that its operations have left, and a KDU whose values differ
                is upgraded: afterwards it has exactly these, and the chart''s own for everything
                else.'
              - The chart stays the one that runs; KDUs that are not named here are left alone.
            type: list
            elements: dict
            suboptions:
              vnf:
                description:
                  - Index of the member VNF in the NS descriptor.
                type: str
                required: true
              name:
                description:
                  - Name of the KDU in the VNF descriptor.
                type: str
                required: true
              params:
                description:
                  - The values; the chart's own when empty.
                type: dict
          vnf:
            description:
              - 'Parameters per VNF: the VIM it runs on, its machines and its own networks.'
              - OSM places a KDU in a cluster that is registered for the VNF's VIM account and
                fits the VNFD, so the VIM account chooses the cluster, too.
              - Inside, OSM's own spelling (C(member-vnf-index), C(vimAccountId)) is taken,
                too.
              - Used when the service is instantiated; on a running one a difference is told
                as a warning.
            type: list
            elements: dict
            suboptions:
              member_vnf_index:
                description:
                  - 'The VNF: id of its profile in the NSD.'
                type: str
                required: true
              vim_account:
                description:
                  - VIM account for this VNF, by name or id.
                type: str
              vdu:
                description:
                  - Its VDUs.
                type: list
                elements: dict
                suboptions:
                  id:
                    description:
                      - Id of the VDU in the VNFD.
                    type: str
                    required: true
                  instance_name:
                    description:
                      - Name of the machine at the VIM.
                    type: str
                  vim_flavor_id:
                    description:
                      - Flavour at the VIM, by id.
                    type: str
                  vim_flavor_name:
                    description:
                      - Flavour at the VIM, by name, instead of the id.
                    type: str
                  security_group_name:
                    description:
                      - Security group at the VIM.
                    type: str
                  volume:
                    description:
                      - Volumes of the VIM to use for storages of the VDU.
                    type: list
                    elements: dict
                    suboptions:
                      name:
                        description:
                          - The storage in the VNFD.
                        type: str
                        required: true
                      vim_volume_id:
                        description:
                          - Id of the volume at the VIM.
                        type: str
                        required: true
                  interface:
                    description:
                      - Its interfaces.
                    type: list
                    elements: dict
                    suboptions:
                      name:
                        description:
                          - Name of the interface in the VNFD.
                        type: str
                        required: true
                      ip_address:
                        description:
                          - A fixed address.
                        type: str
                      mac_address:
                        description:
                          - A fixed MAC address.
                        type: str
                      floating_ip_required:
                        description:
                          - Whether it gets a floating address.
                        type: bool
              internal_vld:
                description:
                  - Its own virtual links.
                type: list
                elements: dict
                suboptions:
                  name:
                    description:
                      - Id of the link in the VNFD.
                    type: str
                    required: true
                  vim_network_name:
                    description:
                      - Network at the VIM to use, by name.
                    type: str
                  vim_network_id:
                    description:
                      - Network at the VIM to use, by id.
                    type: str
                  ip_profile:
                    description:
                      - Addresses of the network, where OSM makes it.
                    type: dict
                    suboptions:
                      ip_version:
                        description:
                          - Version of IP.
                        type: str
                        choices:
                          - ipv4
                          - ipv6
                      subnet_address:
                        description:
                          - The subnet, as C(address/prefix).
                        type: str
                      gateway_address:
                        description:
                          - The gateway.
                        type: str
                      dns_server:
                        description:
                          - Name servers.
                        type: list
                        elements: dict
                        suboptions:
                          address:
                            description:
                              - Address of a name server.
                            type: str
                            required: true
                      dhcp_params:
                        description:
                          - The DHCP server.
                        type: dict
                        suboptions:
                          enabled:
                            description:
                              - Whether there is one.
                            type: bool
                          count:
                            description:
                              - How many addresses it hands out.
                            type: int
                          start_address:
                            description:
                              - The first one.
                            type: str
                  provider_network:
                    description:
                      - 'The physical network below it: C(physical-network), C(network-type),
                        C(segmentation-id), C(sdn-ports).'
                    type: dict
                  internal_connection_point:
                    description:
                      - Addresses of connection points.
                    type: list
                    elements: dict
                    suboptions:
                      id_ref:
                        description:
                          - Id of the connection point.
                        type: str
                        required: true
                      ip_address:
                        description:
                          - Its address.
                        type: str
          vld:
            description:
              - 'Parameters per virtual link of the service: networks at the VIMs, addresses.'
              - Inside, OSM's own spelling (C(member-vnf-index), C(vimAccountId)) is taken,
                too.
              - Used when the service is instantiated; on a running one a difference is told
                as a warning.
            type: list
            elements: dict
            suboptions:
              name:
                description:
                  - Id of the link in the NSD.
                type: str
                required: true
              vim_network_name:
                description:
                  - Network at the VIM to use, by name; a dictionary gives one for each VIM
                    account (by id).
                type: raw
              vim_network_id:
                description:
                  - The same, by the VIM's id of the network.
                type: raw
              ns_net:
                description:
                  - A network of another service of the slice.
                type: dict
              wim_account:
                description:
                  - WIM account for this link, by name or id.
                type: str
              ip_profile:
                description:
                  - Addresses of the network, where OSM makes it.
                type: dict
                suboptions:
                  ip_version:
                    description:
                      - Version of IP.
                    type: str
                    choices:
                      - ipv4
                      - ipv6
                  subnet_address:
                    description:
                      - The subnet, as C(address/prefix).
                    type: str
                  gateway_address:
                    description:
                      - The gateway.
                    type: str
                  dns_server:
                    description:
                      - Name servers.
                    type: list
                    elements: dict
                    suboptions:
                      address:
                        description:
                          - Address of a name server.
                        type: str
                        required: true
                  dhcp_params:
                    description:
                      - The DHCP server.
                    type: dict
                    suboptions:
                      enabled:
                        description:
                          - Whether there is one.
                        type: bool
                      count:
                        description:
                          - How many addresses it hands out.
                        type: int
                      start_address:
                        description:
                          - The first one.
                        type: str
              provider_network:
                description:
                  - 'The physical network below it: C(physical-network), C(network-type), C(segmentation-id),
                    C(sdn-ports).'
                type: dict
              vnfd_connection_point_ref:
                description:
                  - Addresses of connection points of VNFs.
                type: list
                elements: dict
                suboptions:
                  member_vnf_index_ref:
                    description:
                      - The VNF.
                    type: str
                    required: true
                  vnfd_connection_point_ref:
                    description:
                      - Its connection point.
                    type: str
                    required: true
                  ip_address:
                    description:
                      - The address.
                    type: str
                    required: true
          additional_params:
            description:
              - Parameters for the service's primitives.
              - Used when the service is instantiated; on a running one a difference is told
                as a warning.
            type: dict
          secret_params:
            description:
              - Further ones, which are never shown.
              - Used when the service is instantiated; on a running one a difference is told
                as a warning.
            type: dict
          additional_params_for_vnf:
            description:
              - 'Parameters per VNF, VDU and KDU: for primitives, cloud-init, Helm. For Helm
                values see O(resources.ns_instances[].kdus).'
              - Inside, OSM's own spelling (C(member-vnf-index), C(vimAccountId)) is taken,
                too.
              - Used when the service is instantiated; on a running one a difference is told
                as a warning.
            type: list
            elements: dict
            suboptions:
              member_vnf_index:
                description:
                  - 'The VNF: id of its profile in the NSD.'
                type: str
                required: true
              additional_params:
                description:
                  - Parameters of the VNF.
                type: dict
              secret_params:
                description:
                  - Further parameters of the VNF, which are never shown.
                type: dict
              k8s_namespace:
                description:
                  - Namespace in the cluster.
                type: str
              config_units:
                description:
                  - How many units of configuration it has.
                type: int
              additional_params_for_vdu:
                description:
                  - Parameters per VDU.
                type: list
                elements: dict
                suboptions:
                  vdu_id:
                    description:
                      - Id of the VDU in the VNFD.
                    type: str
                    required: true
                  additional_params:
                    description:
                      - Parameters of the VDU.
                    type: dict
                  secret_params:
                    description:
                      - Further parameters of the VDU, which are never shown.
                    type: dict
                  config_units:
                    description:
                      - How many units of configuration it has.
                    type: int
              additional_params_for_kdu:
                description:
                  - Parameters per KDU.
                type: list
                elements: dict
                suboptions:
                  kdu_name:
                    description:
                      - Name of the KDU in the VNFD.
                    type: str
                    required: true
                  additional_params:
                    description:
                      - Helm values of the KDU.
                    type: dict
                  secret_params:
                    description:
                      - Further parameters of the KDU, which are never shown.
                    type: dict
                  kdu_model:
                    description:
                      - Chart or bundle instead of the descriptor's.
                    type: str
                  k8s_namespace:
                    description:
                      - Namespace in the cluster.
                    type: str
                  kdu_deployment_name:
                    description:
                      - Name of the Helm release; OSM makes one otherwise.
                    type: str
                  config_units:
                    description:
                      - How many units of configuration it has.
                    type: int
              affinity_or_anti_affinity_group:
                description:
                  - Groups at the VIM to use for groups of the VNFD.
                type: list
                elements: dict
                suboptions:
                  id:
                    description:
                      - Id of the group in the VNFD.
                    type: str
                    required: true
                  vim_affinity_group_id:
                    description:
                      - Id of the group at the VIM.
                    type: str
                    required: true
          k8s_namespace:
            description:
              - Namespace for the service's KDUs.
              - Used when the service is instantiated; on a running one a difference is told
                as a warning.
            type: str
          ssh_keys:
            description:
              - Public SSH keys to inject.
              - Used when the service is instantiated; on a running one a difference is told
                as a warning.
            type: list
            elements: str
          wim_account:
            description:
              - Name or id of the WIM account for links between VIMs; OSM chooses one otherwise.
              - Used when the service is instantiated; on a running one a difference is told
                as a warning.
            type: str
          use_wim:
            description:
              - With V(false), links between VIMs use no WIM.
              - Used when the service is instantiated; on a running one a difference is told
                as a warning.
            type: bool
          config_template:
            description:
              - Name or id of a configuration template of the NSD.
              - Used when the service is instantiated; on a running one a difference is told
                as a warning.
            type: str
          config_units:
            description:
              - How many units of configuration the service has.
              - Used when the service is instantiated; on a running one a difference is told
                as a warning.
            type: int
          vdu_image:
            description:
              - Image for every VDU instead of the descriptors'.
              - Used when the service is instantiated; on a running one a difference is told
                as a warning.
            type: str
          placement_engine:
            description:
              - Engine that chooses VIMs, such as V(PLA).
              - Used when the service is instantiated; on a running one a difference is told
                as a warning.
            type: str
          placement_constraints:
            description:
              - What that engine has to respect.
              - Used when the service is instantiated; on a running one a difference is told
                as a warning.
            type: dict
          timeout_deploy:
            description:
              - Seconds that OSM itself gives the instantiation.
            type: int
          timeout_terminate:
            description:
              - Seconds that OSM itself gives the termination.
            type: int
          skip_terminate_primitives:
            description:
              - Whether to terminate without running the primitives that the descriptors have
                for it.
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
              - 'OSM drops its records of the service and of its operations without a word to
                the infrastructure: machines, networks and Helm releases of the service go on,
                and nobody removes them any more.'
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
      slices:
        description:
          - Objects of the kind slice.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the slice.
              - OSM allows several of one name; then give the id of the one that is meant.
            type: str
            required: true
          template:
            description:
              - Id of the slice template (or its id in OSM).
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
              - Text for people.
              - Used when the slice is created; on one that exists a difference is told as a
                warning.
            type: str
          instantiated:
            description:
              - Whether the slice should run.
              - With V(false) only its record is kept; a running slice is terminated.
            type: bool
            default: true
          subnets:
            description:
              - Parameters per subnet, which are those of its NS instance; see M(edge.infra.osm_ns).
              - OSM keeps C(vld) only where the link is connected to one of the slice's links.
              - Used when the slice is created; on one that exists a difference is told as a
                warning.
            type: list
            elements: dict
            suboptions:
              id:
                description:
                  - Id of the subnet in the template.
                type: str
                required: true
              vim_account:
                description:
                  - VIM account for this subnet, by name or id.
                type: str
              vnf:
                description:
                  - 'Parameters per VNF: the VIM it runs on, its machines and its own networks.'
                  - OSM places a KDU in a cluster that is registered for the VNF's VIM account
                    and fits the VNFD, so the VIM account chooses the cluster, too.
                  - Inside, OSM's own spelling (C(member-vnf-index), C(vimAccountId)) is taken,
                    too.
                  - Used when the service is instantiated; on a running one a difference is
                    told as a warning.
                type: list
                elements: dict
                suboptions:
                  member_vnf_index:
                    description:
                      - 'The VNF: id of its profile in the NSD.'
                    type: str
                    required: true
                  vim_account:
                    description:
                      - VIM account for this VNF, by name or id.
                    type: str
                  vdu:
                    description:
                      - Its VDUs.
                    type: list
                    elements: dict
                    suboptions:
                      id:
                        description:
                          - Id of the VDU in the VNFD.
                        type: str
                        required: true
                      instance_name:
                        description:
                          - Name of the machine at the VIM.
                        type: str
                      vim_flavor_id:
                        description:
                          - Flavour at the VIM, by id.
                        type: str
                      vim_flavor_name:
                        description:
                          - Flavour at the VIM, by name, instead of the id.
                        type: str
                      security_group_name:
                        description:
                          - Security group at the VIM.
                        type: str
                      volume:
                        description:
                          - Volumes of the VIM to use for storages of the VDU.
                        type: list
                        elements: dict
                        suboptions:
                          name:
                            description:
                              - The storage in the VNFD.
                            type: str
                            required: true
                          vim_volume_id:
                            description:
                              - Id of the volume at the VIM.
                            type: str
                            required: true
                      interface:
                        description:
                          - Its interfaces.
                        type: list
                        elements: dict
                        suboptions:
                          name:
                            description:
                              - Name of the interface in the VNFD.
                            type: str
                            required: true
                          ip_address:
                            description:
                              - A fixed address.
                            type: str
                          mac_address:
                            description:
                              - A fixed MAC address.
                            type: str
                          floating_ip_required:
                            description:
                              - Whether it gets a floating address.
                            type: bool
                  internal_vld:
                    description:
                      - Its own virtual links.
                    type: list
                    elements: dict
                    suboptions:
                      name:
                        description:
                          - Id of the link in the VNFD.
                        type: str
                        required: true
                      vim_network_name:
                        description:
                          - Network at the VIM to use, by name.
                        type: str
                      vim_network_id:
                        description:
                          - Network at the VIM to use, by id.
                        type: str
                      ip_profile:
                        description:
                          - Addresses of the network, where OSM makes it.
                        type: dict
                        suboptions:
                          ip_version:
                            description:
                              - Version of IP.
                            type: str
                            choices:
                              - ipv4
                              - ipv6
                          subnet_address:
                            description:
                              - The subnet, as C(address/prefix).
                            type: str
                          gateway_address:
                            description:
                              - The gateway.
                            type: str
                          dns_server:
                            description:
                              - Name servers.
                            type: list
                            elements: dict
                            suboptions:
                              address:
                                description:
                                  - Address of a name server.
                                type: str
                                required: true
                          dhcp_params:
                            description:
                              - The DHCP server.
                            type: dict
                            suboptions:
                              enabled:
                                description:
                                  - Whether there is one.
                                type: bool
                              count:
                                description:
                                  - How many addresses it hands out.
                                type: int
                              start_address:
                                description:
                                  - The first one.
                                type: str
                      provider_network:
                        description:
                          - 'The physical network below it: C(physical-network), C(network-type),
                            C(segmentation-id), C(sdn-ports).'
                        type: dict
                      internal_connection_point:
                        description:
                          - Addresses of connection points.
                        type: list
                        elements: dict
                        suboptions:
                          id_ref:
                            description:
                              - Id of the connection point.
                            type: str
                            required: true
                          ip_address:
                            description:
                              - Its address.
                            type: str
              vld:
                description:
                  - 'Parameters per virtual link of the service: networks at the VIMs, addresses.'
                  - Inside, OSM's own spelling (C(member-vnf-index), C(vimAccountId)) is taken,
                    too.
                  - Used when the service is instantiated; on a running one a difference is
                    told as a warning.
                type: list
                elements: dict
                suboptions:
                  name:
                    description:
                      - Id of the link in the NSD.
                    type: str
                    required: true
                  vim_network_name:
                    description:
                      - Network at the VIM to use, by name; a dictionary gives one for each
                        VIM account (by id).
                    type: raw
                  vim_network_id:
                    description:
                      - The same, by the VIM's id of the network.
                    type: raw
                  ns_net:
                    description:
                      - A network of another service of the slice.
                    type: dict
                  wim_account:
                    description:
                      - WIM account for this link, by name or id.
                    type: str
                  ip_profile:
                    description:
                      - Addresses of the network, where OSM makes it.
                    type: dict
                    suboptions:
                      ip_version:
                        description:
                          - Version of IP.
                        type: str
                        choices:
                          - ipv4
                          - ipv6
                      subnet_address:
                        description:
                          - The subnet, as C(address/prefix).
                        type: str
                      gateway_address:
                        description:
                          - The gateway.
                        type: str
                      dns_server:
                        description:
                          - Name servers.
                        type: list
                        elements: dict
                        suboptions:
                          address:
                            description:
                              - Address of a name server.
                            type: str
                            required: true
                      dhcp_params:
                        description:
                          - The DHCP server.
                        type: dict
                        suboptions:
                          enabled:
                            description:
                              - Whether there is one.
                            type: bool
                          count:
                            description:
                              - How many addresses it hands out.
                            type: int
                          start_address:
                            description:
                              - The first one.
                            type: str
                  provider_network:
                    description:
                      - 'The physical network below it: C(physical-network), C(network-type),
                        C(segmentation-id), C(sdn-ports).'
                    type: dict
                  vnfd_connection_point_ref:
                    description:
                      - Addresses of connection points of VNFs.
                    type: list
                    elements: dict
                    suboptions:
                      member_vnf_index_ref:
                        description:
                          - The VNF.
                        type: str
                        required: true
                      vnfd_connection_point_ref:
                        description:
                          - Its connection point.
                        type: str
                        required: true
                      ip_address:
                        description:
                          - The address.
                        type: str
                        required: true
              additional_params:
                description:
                  - Parameters for the service's primitives.
                  - Used when the service is instantiated; on a running one a difference is
                    told as a warning.
                type: dict
              secret_params:
                description:
                  - Further ones, which are never shown.
                  - Used when the service is instantiated; on a running one a difference is
                    told as a warning.
                type: dict
              additional_params_for_vnf:
                description:
                  - 'Parameters per VNF, VDU and KDU: for primitives, cloud-init, Helm. For
                    Helm values see C(kdus).'
                  - Inside, OSM's own spelling (C(member-vnf-index), C(vimAccountId)) is taken,
                    too.
                  - Used when the service is instantiated; on a running one a difference is
                    told as a warning.
                type: list
                elements: dict
                suboptions:
                  member_vnf_index:
                    description:
                      - 'The VNF: id of its profile in the NSD.'
                    type: str
                    required: true
                  additional_params:
                    description:
                      - Parameters of the VNF.
                    type: dict
                  secret_params:
                    description:
                      - Further parameters of the VNF, which are never shown.
                    type: dict
                  k8s_namespace:
                    description:
                      - Namespace in the cluster.
                    type: str
                  config_units:
                    description:
                      - How many units of configuration it has.
                    type: int
                  additional_params_for_vdu:
                    description:
                      - Parameters per VDU.
                    type: list
                    elements: dict
                    suboptions:
                      vdu_id:
                        description:
                          - Id of the VDU in the VNFD.
                        type: str
                        required: true
                      additional_params:
                        description:
                          - Parameters of the VDU.
                        type: dict
                      secret_params:
                        description:
                          - Further parameters of the VDU, which are never shown.
                        type: dict
                      config_units:
                        description:
                          - How many units of configuration it has.
                        type: int
                  additional_params_for_kdu:
                    description:
                      - Parameters per KDU.
                    type: list
                    elements: dict
                    suboptions:
                      kdu_name:
                        description:
                          - Name of the KDU in the VNFD.
                        type: str
                        required: true
                      additional_params:
                        description:
                          - Helm values of the KDU.
                        type: dict
                      secret_params:
                        description:
                          - Further parameters of the KDU, which are never shown.
                        type: dict
                      kdu_model:
                        description:
                          - Chart or bundle instead of the descriptor's.
                        type: str
                      k8s_namespace:
                        description:
                          - Namespace in the cluster.
                        type: str
                      kdu_deployment_name:
                        description:
                          - Name of the Helm release; OSM makes one otherwise.
                        type: str
                      config_units:
                        description:
                          - How many units of configuration it has.
                        type: int
                  affinity_or_anti_affinity_group:
                    description:
                      - Groups at the VIM to use for groups of the VNFD.
                    type: list
                    elements: dict
                    suboptions:
                      id:
                        description:
                          - Id of the group in the VNFD.
                        type: str
                        required: true
                      vim_affinity_group_id:
                        description:
                          - Id of the group at the VIM.
                        type: str
                        required: true
              k8s_namespace:
                description:
                  - Namespace for the service's KDUs.
                  - Used when the service is instantiated; on a running one a difference is
                    told as a warning.
                type: str
              ssh_keys:
                description:
                  - Public SSH keys to inject.
                  - Used when the service is instantiated; on a running one a difference is
                    told as a warning.
                type: list
                elements: str
              wim_account:
                description:
                  - Name or id of the WIM account for links between VIMs; OSM chooses one otherwise.
                  - Used when the service is instantiated; on a running one a difference is
                    told as a warning.
                type: str
              use_wim:
                description:
                  - With V(false), links between VIMs use no WIM.
                  - Used when the service is instantiated; on a running one a difference is
                    told as a warning.
                type: bool
              config_template:
                description:
                  - Name or id of a configuration template of the NSD.
                  - Used when the service is instantiated; on a running one a difference is
                    told as a warning.
                type: str
              config_units:
                description:
                  - How many units of configuration the service has.
                  - Used when the service is instantiated; on a running one a difference is
                    told as a warning.
                type: int
              vdu_image:
                description:
                  - Image for every VDU instead of the descriptors'.
                  - Used when the service is instantiated; on a running one a difference is
                    told as a warning.
                type: str
              placement_engine:
                description:
                  - Engine that chooses VIMs, such as V(PLA).
                  - Used when the service is instantiated; on a running one a difference is
                    told as a warning.
                type: str
              placement_constraints:
                description:
                  - What that engine has to respect.
                  - Used when the service is instantiated; on a running one a difference is
                    told as a warning.
                type: dict
              timeout_deploy:
                description:
                  - Seconds that OSM itself gives the instantiation.
                type: int
          links:
            description:
              - Parameters per link of the slice (C(netslice-vld)).
              - OSM applies them only to links whose name is their id.
              - Used when the slice is created; on one that exists a difference is told as a
                warning.
            type: list
            elements: dict
            suboptions:
              name:
                description:
                  - Name of the link in the template.
                type: str
                required: true
              vim_network_name:
                description:
                  - Network at the VIM to use, by name; a dictionary gives one for each VIM
                    account (by id).
                type: raw
              vim_network_id:
                description:
                  - The same, by the VIM's id of the network.
                type: raw
              ip_profile:
                description:
                  - Addresses of the network, where OSM makes it.
                type: dict
                suboptions:
                  ip_version:
                    description:
                      - Version of IP.
                    type: str
                    choices:
                      - ipv4
                      - ipv6
                  subnet_address:
                    description:
                      - The subnet, as C(address/prefix).
                    type: str
                  gateway_address:
                    description:
                      - The gateway.
                    type: str
                  dns_server:
                    description:
                      - Name servers.
                    type: list
                    elements: dict
                    suboptions:
                      address:
                        description:
                          - Address of a name server.
                        type: str
                        required: true
                  dhcp_params:
                    description:
                      - The DHCP server.
                    type: dict
                    suboptions:
                      enabled:
                        description:
                          - Whether there is one.
                        type: bool
                      count:
                        description:
                          - How many addresses it hands out.
                        type: int
                      start_address:
                        description:
                          - The first one.
                        type: str
          ssh_keys:
            description:
              - Public SSH keys to inject.
              - Used when the slice is created; on one that exists a difference is told as a
                warning.
            type: list
            elements: str
          additional_params:
            description:
              - Parameters of the slice.
              - Used when the slice is created; on one that exists a difference is told as a
                warning.
            type: dict
          secret_params:
            description:
              - Further ones, which are never shown.
              - Used when the slice is created; on one that exists a difference is told as a
                warning.
            type: dict
          timeout_deploy:
            description:
              - Seconds that OSM itself gives the instantiation.
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
              - 'OSM drops its records of the slice and of its NS instances without a word to
                the infrastructure: what these have made there goes on, and nobody removes it
                any more.'
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
  packages:
    description:
      - Folders or archives of VNF packages, NS packages and slice templates, in any order;
        what each one is follows from its descriptor.
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
  path:
    description:
      - 'A file with YAML documents, or a folder with such files directly in it: each document
        is a dictionary like O(resources), with C(packages) beside the kinds. Relative paths
        in it begin at the file''s folder.'
      - Or a repository of OSM Ops (a folder with C(osm_ops_config.yaml)), read as it is; files
        of it that end in C(.edge.yaml) are documents of any kind.
      - What O(resources) and O(packages) have comes on top. Faults are told all at once, with
        file and line.
    type: path
  secrets:
    description:
      - Texts by name, for C(!secret NAME) in the documents of O(path), so that they need not
        lie beside them.
    type: dict
  prune:
    description:
      - Kinds of which objects that the document does not name are removed, within O(prune_scope).
      - Shown in check mode and diff like everything else; refused where something that stays
        uses them. What OSM comes with, and what it made itself (NS instances of a slice), is
        never touched.
    type: list
    elements: str
    choices:
      - projects
      - roles
      - users
      - vcas
      - vim_accounts
      - wim_accounts
      - sdn_controllers
      - k8s_clusters
      - k8s_repos
      - clusters
      - osm_repos
      - vnf_packages
      - ns_packages
      - slice_templates
      - ns_config_templates
      - pdus
      - ns_subscriptions
      - ns_instances
      - slices
    default: []
  prune_scope:
    description:
      - What O(prune) may remove.
      - 'V(recorded): only what an earlier run noted in O(record), and only the very object,
        by its id.'
      - 'V(project): every object of these kinds in O(osm_project). Not for projects, users,
        roles and clusters of OSM''s own GitOps, which are not kept apart by project.'
    type: str
    choices:
      - recorded
      - project
    default: recorded
  record:
    description:
      - File that notes which objects the document names, with their ids; read and written by
        each run.
      - It holds no secrets. One file belongs to one document and one project of one OSM.
      - An object that leaves the document stays in it until it is removed from OSM.
    type: path
  tell_unnamed:
    description:
      - Whether a warning names the network services on the same VIM accounts that the document
        does not name.
      - A document of one application, beside others on the site, gives V(false).
    type: bool
    default: true
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
      - 'Such as C(projects: [NAME]), or C(project: [NAME]).'
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

- name: What a folder of documents says, and nothing else that earlier runs of it have made
  edge.infra.osm_deployment:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    path: /srv/edge/madrid-1
    # in a document: password: !secret vim
    secrets:
      vim: "{{ vault_vim_password }}"
    prune: [ns_instances, ns_packages, vnf_packages]
    record: /var/lib/edge/madrid-1/record.json
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
    origin:
      description: File and line of the declaration, or V(prune).
      type: str
      returned: when it has one
    operations:
      description: Operations that the change has run, as they ended.
      type: list
      elements: dict
      returned: when there were some, and they were waited for
      contains:
        id:
          description: The API's id.
          type: str
          returned: when it exists
        type:
          description:
            - 'What is done: instantiate, terminate, action, scale, ...'
          type: str
          returned: when set
        primitive:
          description:
            - The primitive, where it is an action.
          type: str
          returned: when set
        parameters:
          description:
            - Names of the parameters of the primitive, or of the Helm values; their values
              may be secret.
          type: list
          returned: when set
          elements: str
        stage:
          description:
            - How far it is, in OSM's words.
          type: str
          returned: when set
        detailed_status:
          description:
            - 'What it is doing, or how it ended: the output of a primitive, the status of a
              KDU.'
          type: str
          returned: when set
        error:
          description:
            - OSM's reason, where it failed.
          type: str
          returned: when set
        queue_position:
          description:
            - How many operations come before it.
          type: int
          returned: when set
        cancelling:
          description:
            - Whether it is being cancelled.
          type: bool
          returned: when set
        started:
          description:
            - When it was asked for, in seconds since 1970.
          type: float
          returned: when set
        ended:
          description:
            - When it ended, in seconds since 1970.
          type: float
          returned: when set
        status:
          description: The state as the API says it; a wait ends at one of V(CANCELLED), V(COMPLETED),
            V(FAILED), V(FAILED_TEMP), V(PARTIALLY_COMPLETED), V(ROLLED_BACK).
          type: str
          returned: when it exists
statistics:
  description: What the run has cost.
  type: dict
  returned: once OSM was asked, unless the plan was refused
  contains:
    requests:
      description: Requests in all; one that was repeated counts each time.
      type: int
    writes:
      description: Of these, writes without sign-ins.
      type: int
    logins:
      description: Of these, sign-ins.
      type: int
    polls:
      description: Of these, looks while waiting.
      type: int
    bytes_sent:
      description: Bytes of HTTP sent (request lines, headers, bodies), before TLS adds its
        own.
      type: int
    bytes_received:
      description: Bytes of HTTP received, likewise.
      type: int
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
