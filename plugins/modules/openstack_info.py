#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: openstack_info
short_description: Look whether an OpenStack is well
version_added: "0.1.0"
description:
  - Looks at the catalog, the services of Nova, its hypervisors, and the agents of Neutron, and tells what is
    wrong with them.
  - Needs no openstacksdk, so any version of it may be installed.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.openstack
seealso:
  - module: edge.infra.openstack_smoke
  - module: edge.infra.openstack_vim_info
options:
  services:
    description:
      - Types of services that the catalog has to have, and that have to answer.
    type: list
    elements: str
    default: [identity, image, placement, compute, network]
  hypervisors:
    description:
      - Hosts that have to be hypervisors; of a longer name the first part is enough.
    type: list
    elements: str
    default: []
  least_hypervisors:
    description:
      - How many hypervisors have to be up and enabled.
    type: int
    default: 1
  agents:
    description:
      - Whether Neutron has to have agents; a network plugin may do without.
    type: bool
    default: true
  ignore:
    description:
      - Names that do not count, such as C(nova-compute@host-1), C(DHCP agent@host-1), C(host-1.example.com)
        or C(placement).
    type: list
    elements: str
    default: []
  wait_timeout:
    description:
      - Seconds to wait at most until nothing is wrong, such as after an installation.
    type: int
    default: 0
  check_without_api:
    description:
      - In check mode, take an OpenStack that does not answer for one that the same run would install.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Look whether it is well
  edge.infra.openstack_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_username: admin
    auth_password: "{{ vault_openstack_password }}"
    project_name: admin
    region_name: RegionOne
    ca_cert: files/openstack-ca.pem
    hypervisors: [worker-0, worker-1]
    ignore: [DHCP agent@worker-1]
  register: openstack

- name: Say what is wrong
  ansible.builtin.assert:
    that: openstack.faults == []
    fail_msg: "{{ openstack.faults }}"
"""

RETURN = r"""
reachable:
  description: Whether it answers; false only with O(check_without_api).
  type: bool
  returned: success
faults:
  description: What is wrong.
  type: list
  elements: dict
  returned: success
  contains:
    part:
      description: V(catalog), V(compute_services), V(hypervisors) or V(agents).
      type: str
    name:
      description: What it is about, as O(ignore) takes it.
      type: str
    problem:
      description: What is wrong with it.
      type: str
    remedy:
      description: What to do about it.
      type: str
catalog:
  description: The services that were asked for, with C(type), C(url) and C(problem).
  type: list
  elements: dict
  returned: success
compute_services:
  description: Services of Nova with C(binary), C(host), C(state), C(status) and C(disabled_reason).
  type: list
  elements: dict
  returned: success
hypervisors:
  description: Hypervisors with C(name), C(state) and C(status).
  type: list
  elements: dict
  returned: success
agents:
  description: Agents of Neutron with C(type), C(host), C(alive) and C(enabled).
  type: list
  elements: dict
  returned: success
silent:
  description: Parts that could not be read, with the reason.
  type: dict
  returned: success
requests:
  description: Number of requests beside the login.
  type: int
  returned: success
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
  contains:
    kind:
      description: Kind of error, such as V(api), V(login), V(unreachable) or V(timeout).
      type: str
    message:
      description: What happened, with the URL and the words of the API.
      type: str
    remedy:
      description: What to do about it.
      type: str
    option:
      description: The option that it is about, where there is one.
      type: str
    status:
      description: HTTP status, where there was an answer.
      type: int
"""

import time
from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._engine.errors import UnreachableError
from ansible_collections.edge.infra.plugins.module_utils._openstack import health
from ansible_collections.edge.infra.plugins.module_utils._openstack.connect import Cloud
from ansible_collections.edge.infra.plugins.module_utils._openstack.module import run

NAMES: dict[str, Any] = {"type": "list", "elements": "str"}


def work(cloud: Cloud, options: dict[str, Any], check: bool) -> dict[str, Any]:
    """Look until nothing is wrong, or the time is up."""
    deadline = time.monotonic() + (0 if check else options["wait_timeout"])
    while True:
        try:
            found = health.look(cloud, options["services"])
        except UnreachableError:
            if check and options["check_without_api"]:
                empty: dict[str, Any] = {part: [] for part in ("catalog", "compute_services", "hypervisors", "agents")}
                return {**empty, "silent": {}, "faults": [], "reachable": False}
            if time.monotonic() >= deadline:
                raise
        else:
            wrong = health.faults(
                found,
                options["hypervisors"],
                options["agents"],
                options["least_hypervisors"],
                options["ignore"],
            )
            if not wrong or time.monotonic() >= deadline:
                return {**found, "faults": wrong, "reachable": True}
        time.sleep(5)


def main() -> None:
    """Look, and tell what is wrong."""
    run(
        {
            "services": {**NAMES, "default": list(health.SERVICES)},
            "hypervisors": {**NAMES, "default": []},
            "least_hypervisors": {"type": "int", "default": 1},
            "agents": {"type": "bool", "default": True},
            "ignore": {**NAMES, "default": []},
            "wait_timeout": {"type": "int", "default": 0},
            "check_without_api": {"type": "bool", "default": False},
        },
        work,
    )


if __name__ == "__main__":
    main()
