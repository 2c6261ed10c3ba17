#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_vim_account_info
short_description: Read VIM accounts of OSM
version_added: "0.1.0"
description:
  - Lists VIM accounts of OSM, without secrets.
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
  edge.infra.osm_vim_account_info:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
  register: found
"""

RETURN = r"""
# BEGIN generated return
vim_accounts:
  description: Objects of the kind VIM account, without secrets.
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
from ansible_collections.edge.infra.plugins.module_utils._osm.vims import VIM


def main() -> None:
    """Put the declaration to work."""
    run_info(OSM, VIM)


if __name__ == "__main__":
    main()
