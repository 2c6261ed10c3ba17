#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_ns
short_description: Manage network services of OSM
version_added: "0.1.0"
description:
  - Creates and instantiates a network service, terminates it, removes it.
  - Waits for the operation; a failed one ends the task at once with OSM's reason.
  - A service in state C(BROKEN) or C(DEGRADED) is reported, not touched; remove it with O(state=absent).
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
      - 'OSM drops its records of the service and of its operations without a word to the infrastructure:
        machines, networks and Helm releases of the service go on, and nobody removes them any
        more.'
      - Ignored with C(state=present).
    type: bool
    default: false
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
- name: Run the service on the edge site
  edge.infra.osm_ns:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: edge-web
    nsd: edge_web_ns
    vim_account: madrid-1
    additional_params_for_vnf:
      - member-vnf-index: web
        additionalParamsForKdu:
          - kdu_name: web
            additionalParams:
              replicaCount: 2

- name: Terminate it, keep its record
  edge.infra.osm_ns:
    name: edge-web
    instantiated: false

- name: Remove it
  edge.infra.osm_ns:
    name: edge-web
    state: absent
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
ns:
  description: The NS instance; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the NS instance.
        - OSM allows several of one name; then give the id of the one that is meant.
      type: str
      returned: when set
      sample: edge-web
    nsd:
      description:
        - Id of the NS descriptor (or the package's id in OSM).
      type: str
      returned: when set
      sample: edge_web_ns
    vim_account:
      description:
        - Name or id of the VIM account to run on.
      type: str
      returned: when set
      sample: madrid-1
    instantiated:
      description:
        - Whether the service should run.
        - With V(false) only its record is kept; a running service is terminated.
      type: bool
      returned: when set
    status:
      description: The state as the API says it; a wait ends at one of V(BROKEN), V(DEGRADED),
        V(NOT_INSTANTIATED), V(READY).
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
from ansible_collections.edge.infra.plugins.module_utils._osm.instances import NS


def main() -> None:
    """Put the declaration to work."""
    run(OSM, NS)


if __name__ == "__main__":
    main()
