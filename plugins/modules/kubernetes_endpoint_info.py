#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_endpoint_info
short_description: How a control-plane host has, or could have, the address of its cluster
version_added: "0.1.0"
description:
  - Looks in one go at all that the role P(edge.infra.kubernetes_endpoint#role) decides by, and tells what is wrong.
    Nothing is changed.
  - Who has the address is asked by ARP in the way of RFC 5227, which leaves no trace in anybody's cache, or by IPv6's
    neighbour discovery.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
options:
  method:
    description: How the cluster has its address.
    type: str
    choices: [none, kube_vip, keepalived, external]
    required: true
  address:
    description: The address, or a name for O(method=external).
    type: str
    required: true
  port:
    description: The port of the endpoint.
    type: int
    required: true
  interface:
    description: The interface that the address is to be on; empty for the one that has an address of the node.
    type: str
    default: ""
  host:
    description: This node's name in O(members).
    type: str
    required: true
  addresses:
    description: Addresses of this node.
    type: list
    elements: str
    default: []
  members:
    description:
      - Every node of the cluster, each with C(host), C(node), C(kind) and C(addresses), the first control-plane node
        first; as the plan of a site has them.
    type: list
    elements: dict
    default: []
  packages:
    description: Packages to look for.
    type: list
    elements: str
    default: []
  check:
    description:
      - V(precheck) tells in RV(faults) what is in the way of an installation.
      - V(verify) tells what is not in effect, and waits for the API to answer at the address for O(wait_timeout).
      - V(none) tells no faults.
    type: str
    choices: [none, precheck, verify]
    default: none
  wait_timeout:
    description: Seconds to wait with O(check=verify).
    type: int
    default: 60
  stable:
    description: Seconds for which nothing may be wrong, with O(check=verify), as after something was started anew.
    type: int
    default: 0
"""

EXAMPLES = r"""
- name: See what is in the way
  edge.infra.kubernetes_endpoint_info:
    method: keepalived
    address: 10.0.0.10
    port: 8443
    host: one
    addresses: [10.0.0.11]
    members:
      - {host: one, node: one, kind: init, addresses: [10.0.0.11]}
      - {host: two, node: two, kind: control_plane, addresses: [10.0.0.12]}
      - {host: three, node: three, kind: control_plane, addresses: [10.0.0.13]}
    check: precheck
  register: endpoint
"""

RETURN = r"""
state:
  description: What was found.
  type: dict
  returned: success
  contains:
    health:
      description: What is wrong with the API at the address; empty when it is ready.
      type: str
    interface:
      description: The interface that the address is or would be on.
      type: str
    holds:
      description: The interface that has the address now; empty when this host does not hold it.
      type: str
    owners:
      description: MAC addresses of whoever has the address and those of the peers, by address.
      type: dict
faults:
  description: What is wrong, each with what to do.
  type: list
  elements: str
  returned: success
"""

import time
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubernetes_endpoint import rules
from ansible_collections.edge.infra.plugins.module_utils._kubernetes_endpoint.look import look


def _waited(state: dict[str, Any], options: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What was found at the end, and what is still wrong then."""
    deadline, fine = time.monotonic() + options["wait_timeout"], time.monotonic()
    while True:
        faults = rules.verify(state, options)
        now = time.monotonic()
        if faults:
            fine = now
        if (not faults and now - fine >= options["stable"]) or now >= deadline:
            return state, faults
        time.sleep(1)
        state = look(options)


def main() -> None:
    """Look, and tell what is wrong."""
    texts = {"type": "list", "elements": "str", "default": []}
    module = AnsibleModule(
        {
            "method": {"type": "str", "choices": ["none", "kube_vip", "keepalived", "external"], "required": True},
            "address": {"type": "str", "required": True},
            "port": {"type": "int", "required": True},
            "interface": {"type": "str", "default": ""},
            "host": {"type": "str", "required": True},
            "addresses": texts,
            "members": {"type": "list", "elements": "dict", "default": []},
            "packages": texts,
            "check": {"type": "str", "choices": ["none", "precheck", "verify"], "default": "none"},
            "wait_timeout": {"type": "int", "default": 60},
            "stable": {"type": "int", "default": 0},
        },
        supports_check_mode=True,
    )
    options = module.params
    faults: list[str] = []
    try:
        state = look(options)
        if options["check"] == "precheck":
            faults = rules.precheck(state, options)
        elif options["check"] == "verify":
            state, faults = _waited(state, options)
    except EdgeError as error:
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    module.exit_json(changed=False, state=state, faults=faults)


if __name__ == "__main__":
    main()
