#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_vim_account
short_description: Manage VIM accounts of OSM
version_added: "0.1.0"
description:
  - Registers an infrastructure (a VIM account) with Open Source MANO, changes or removes it.
  - Waits until OSM's resource orchestrator says C(ENABLED); an C(ERROR) ends the task at once with OSM's reason.
  - An account in state C(ERROR) is sent again, with its secrets, so that a second run tries again.
  - An account that services or Kubernetes clusters use is not removed; who they are is told before anything is sent.
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
  type:
    description:
      - 'Kind of infrastructure: which connector OSM''s resource orchestrator loads.'
      - V(openstack) is OpenStack (C(url) is that of keystone), V(vio) VMware Integrated OpenStack,
        V(vmware) (also V(vcloud)) VMware vCloud Director, V(azure), V(aws) and V(gcp) the public
        clouds, V(opennebula) OpenNebula, V(openvim) OpenVIM, V(fos) Eclipse fog05, V(openvolt)
        OpenVolt, V(paas) Juju as a platform.
      - 'V(dummy) does nothing: it is what a Kubernetes cluster without an infrastructure of
        its own belongs to.'
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
      - Tenant or project to work in (in a public cloud the tenant's, the VPC's or the project's
        id).
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
      - Further settings of the connector; keys that are not given are left alone. See the examples
        for those of each type.
      - A key whose value is null is removed.
      - 'C(admin_password), C(nsx_password), C(vcenter_password), C(vrops_password) and, under
        C(credentials), C(clientSecret), C(SecretAccessKey) and C(private_key) are secrets:
        they are never shown, and of what is there only the presence is compared.'
      - Values of other keys whose names speak of a password, secret, token, key of an API or
        credential, at any depth, and passwords and tokens in URLs are compared and not shown.
      - 'C(credentials.clientSecret) and C(credentials.SecretAccessKey) can only be given at
        creation: OSM fails to take them in a change, so this is refused beforehand. To change
        one, remove the account and create it again. An account in state C(ERROR) with such
        a secret is made again.'
    type: dict
  prometheus_config:
    description:
      - Where OSM's monitoring finds a Prometheus of this infrastructure; keys that are not
        given are left alone.
      - A key whose value is null is removed.
    type: dict
  vca:
    description:
      - Name or id of the VCA (Juju controller) for services on this infrastructure, in place
        of OSM's own.
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
- name: Register the edge site as a VIM
  edge.infra.osm_vim_account:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: madrid-1
    type: openstack
    url: https://10.20.30.2:5000/v3
    tenant: admin
    username: osm
    password: "{{ vault_vim_password }}"
    config:
      region_name: RegionOne
      use_floating_ip: false

- name: A VIM for network services that consist of KNFs only
  edge.infra.osm_vim_account:
    name: madrid-1
    type: dummy
    url: http://dummy
    tenant: dummy
    username: dummy
    password: dummy

- name: OpenStack with a certificate of its own, and everything else that its connector knows
  edge.infra.osm_vim_account:
    name: openstack-1
    type: openstack
    url: https://10.20.30.2:5000/v3
    tenant: admin
    username: osm
    password: "{{ vault_vim_password }}"
    config:
      user_domain_name: Default
      project_domain_name: Default
      ca_cert_content: "{{ lookup('ansible.builtin.file', 'files/openstack-ca.pem') }}"
      management_network_name: mgmt
      security_groups: [default]
      availability_zone: nova
      keypair: osm
      dataplane_physical_net: physnet0
      use_existing_flavors: true

- name: Azure; the tenant, and the application as the user
  edge.infra.osm_vim_account:
    name: azure-1
    type: azure
    url: https://management.azure.com
    tenant: 7a5c31e2-6e9e-4a4f-8a57-1f1c8e4a7d11
    username: 0d7c7f9e-3a42-4a3e-9b0b-6c5f6a0d5a10
    password: "{{ vault_azure_client_secret }}"
    config:
      subscription_id: 2f6a1a83-9f7b-4c9c-a4a6-6c0f6ad3f7c2
      region_name: westeurope
      resource_group: edge
      vnet_name: edge-vnet
      flavors_pattern: "^Standard_B"

- name: AWS; the access key's id as the user, its secret as the password
  edge.infra.osm_vim_account:
    name: aws-1
    type: aws
    url: https://aws.amazon.com
    tenant: vpc-0123456789abcdef0
    username: AKIAEXAMPLE
    password: "{{ vault_aws_secret_key }}"
    config:
      region_name: eu-central-1
      vpc_cidr_block: 10.0.0.0/24
      key_pair: osm
      flavor_info: "{t3.large: {cpus: 2, disk: 40, ram: 8192}}"

- name: Google Cloud; the project as the tenant, a zone as the region, a service account's key file as the credentials
  edge.infra.osm_vim_account:
    name: gcp-1
    type: gcp
    url: https://compute.googleapis.com
    tenant: edge-project
    username: unused
    password: unused
    config:
      region_name: europe-west1-b
      credentials: "{{ lookup('ansible.builtin.file', 'files/gcp-service-account.json') | from_json }}"

- name: VMware vCloud Director
  edge.infra.osm_vim_account:
    name: vmware-1
    type: vmware
    url: https://vcloud.example.com
    tenant: edge-vdc
    username: osm
    password: "{{ vault_vcloud_password }}"
    config:
      orgname: edge
      admin_username: administrator
      admin_password: "{{ vault_vcloud_admin_password }}"
      nsx_manager: https://nsx.example.com
      nsx_user: admin
      nsx_password: "{{ vault_nsx_password }}"
      vcenter_ip: 10.20.30.20
      vcenter_port: "443"
      vcenter_user: administrator@vsphere.local
      vcenter_password: "{{ vault_vcenter_password }}"
      vrops_site: https://vrops.example.com
      vrops_user: admin
      vrops_password: "{{ vault_vrops_password }}"

- name: A cloud for clusters that OSM makes itself; this secret can be given at creation only
  edge.infra.osm_vim_account:
    name: azure-clusters
    type: azure
    url: https://management.azure.com
    tenant: 7a5c31e2-6e9e-4a4f-8a57-1f1c8e4a7d11
    username: osm
    password: "{{ vault_azure_client_secret }}"
    config:
      credentials:
        clientId: 0d7c7f9e-3a42-4a3e-9b0b-6c5f6a0d5a10
        clientSecret: "{{ vault_azure_client_secret }}"
        subscriptionId: 2f6a1a83-9f7b-4c9c-a4a6-6c0f6ad3f7c2
        tenantId: 7a5c31e2-6e9e-4a4f-8a57-1f1c8e4a7d11

- name: Send a new password
  edge.infra.osm_vim_account:
    name: madrid-1
    password: "{{ vault_new_vim_password }}"
    update_secret: always

- name: Remove it, although its services have been lost and nobody will answer any more
  edge.infra.osm_vim_account:
    name: madrid-1
    state: absent
    force: true
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
vim_account:
  description: The VIM account; empty when it does not exist (any more).
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
    type:
      description:
        - 'Kind of infrastructure: which connector OSM''s resource orchestrator loads.'
        - V(openstack) is OpenStack (C(url) is that of keystone), V(vio) VMware Integrated OpenStack,
          V(vmware) (also V(vcloud)) VMware vCloud Director, V(azure), V(aws) and V(gcp) the
          public clouds, V(opennebula) OpenNebula, V(openvim) OpenVIM, V(fos) Eclipse fog05,
          V(openvolt) OpenVolt, V(paas) Juju as a platform.
        - 'V(dummy) does nothing: it is what a Kubernetes cluster without an infrastructure
          of its own belongs to.'
        - OSM takes any word and fails afterwards when it has no connector of that name.
      type: str
      returned: when set
      sample: dummy
    url:
      description:
        - URL of the infrastructure's API.
      type: str
      returned: when set
      sample: https://10.20.30.2:5000/v3
    tenant:
      description:
        - Tenant or project to work in (in a public cloud the tenant's, the VPC's or the project's
          id).
      type: str
      returned: when set
      sample: admin
    username:
      description:
        - User of the infrastructure.
      type: str
      returned: when set
      sample: osm
    description:
      description:
        - Text for people.
        - An empty text removes it.
      type: str
      returned: when set
      sample: Edge site in Madrid
    config:
      description:
        - Further settings of the connector; keys that are not given are left alone. See the
          examples for those of each type.
        - A key whose value is null is removed.
        - 'C(admin_password), C(nsx_password), C(vcenter_password), C(vrops_password) and, under
          C(credentials), C(clientSecret), C(SecretAccessKey) and C(private_key) are secrets:
          they are never shown, and of what is there only the presence is compared.'
        - Values of other keys whose names speak of a password, secret, token, key of an API
          or credential, at any depth, and passwords and tokens in URLs are compared and not
          shown.
        - 'C(credentials.clientSecret) and C(credentials.SecretAccessKey) can only be given
          at creation: OSM fails to take them in a change, so this is refused beforehand. To
          change one, remove the account and create it again. An account in state C(ERROR) with
          such a secret is made again.'
      type: dict
      returned: when set
      sample:
        use_floating_ip: false
    prometheus_config:
      description:
        - Where OSM's monitoring finds a Prometheus of this infrastructure; keys that are not
          given are left alone.
        - A key whose value is null is removed.
      type: dict
      returned: when set
      sample:
        prometheus-url: http://10.20.30.2:9090
    vca:
      description:
        - Name or id of the VCA (Juju controller) for services on this infrastructure, in place
          of OSM's own.
      type: str
      returned: when set
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
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM
from ansible_collections.edge.infra.plugins.module_utils._osm.vims import VIM


def main() -> None:
    """Put the declaration to work."""
    run(OSM, VIM)


if __name__ == "__main__":
    main()
