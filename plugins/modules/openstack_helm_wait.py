#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: openstack_helm_wait
short_description: Wait until the pods of releases are up, and say in their own words why not
version_added: "0.1.0"
description:
  - Looks at the workloads (deployments, stateful sets, daemon sets, jobs) and pods of releases until all are up.
  - Where they are not in time, the failure names each workload that lacks something, the reason that its pods give (an
    image that cannot be pulled, a container that ends again and again, no node that fits, a node that is lost, what
    an init container waits for), and what to do.
  - A job that has failed for good ends the wait at once.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.openstack_helm
options:
  releases:
    description: The releases.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: What messages call it.
        type: str
        required: true
      release:
        description: Its name in Helm.
        type: str
        required: true
      namespace:
        description: Its namespace.
        type: str
        required: true
  wait_timeout:
    description: Seconds to wait; 0 looks once.
    type: int
    default: 1200
  interval:
    description: Seconds between two looks, after some that come sooner.
    type: float
    default: 2
  ignore_nodes:
    description: Nodes whose pods are not waited for.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Wait for Nova
  edge.infra.openstack_helm_wait:
    kubeconfig: /home/operator/site.kubeconfig
    releases:
      - {name: nova, release: nova, namespace: openstack}
"""

RETURN = r"""
ready:
  description: Names of the releases, all of which are up.
  type: list
  elements: str
  returned: success
error:
  description:
    - Of a failure, with C(components) and C(pods) (C(component), C(pod), C(node), C(reason), C(words), C(remedy)).
  type: dict
  returned: failure
"""

from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubernetes.connection import Connection
from ansible_collections.edge.infra.plugins.module_utils._openstack_helm import cluster
from ansible_collections.edge.infra.plugins.module_utils._openstack_helm.module import begin

ARGUMENTS: dict[str, Any] = {
    "releases": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True},
            "release": {"type": "str", "required": True},
            "namespace": {"type": "str", "required": True},
        },
    },
    "wait_timeout": {"type": "int", "default": 1200},
    "interval": {"type": "float", "default": 2},
    "ignore_nodes": {"type": "list", "elements": "str", "default": []},
}


def main() -> None:
    """Look until all are up."""
    module = begin(ARGUMENTS)
    params = module.params
    try:
        found = cluster.wait(
            Connection(params), params["releases"], params["wait_timeout"], params["ignore_nodes"], params["interval"]
        )
    except EdgeError as error:
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    module.exit_json(changed=False, **found)


if __name__ == "__main__":
    main()
