#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: openstack_helm_info
short_description: What a run of the role openstack_helm would do with a cluster, and what stands against it
version_added: "0.1.0"
description:
  - Reads the releases that Helm keeps in the cluster, in one request, and holds them against a plan of
    M(edge.infra.openstack_helm_plan) - what has to be installed, what has to be upgraded because of which values,
    and which operation was cut off.
  - Looks at the nodes and their labels, at storage classes, and at what features need.
  - What is wrong is no failure but is returned in RV(faults), all of it at once. The options hold values with
    passwords, so a task has C(no_log); the result has none.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.openstack_helm
options:
  releases:
    description: The releases of the plan.
    type: list
    elements: dict
    required: true
  node_labels:
    description: The labels of nodes of the plan.
    type: dict
    default: {}
  needs:
    description: What the plan needs of the cluster.
    type: list
    elements: dict
    default: []
  ignore_nodes:
    description: Nodes that may be away.
    type: list
    elements: str
    default: []
  passwords:
    description: Passwords by the names that the plan gives them.
    type: dict
    default: {}
  made:
    description:
      - Names of passwords that this run has made. Where a release is installed with another one, the file of passwords
        has been lost, and that is a fault.
    type: list
    elements: str
    default: []
  allow_downgrade:
    description: Whether an older version of a chart may take the place of a newer one.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Hold the plan against the cluster
  edge.infra.openstack_helm_info:
    kubeconfig: /home/operator/site.kubeconfig
    releases: "{{ planned.releases }}"
    node_labels: "{{ planned.node_labels }}"
  register: found
  no_log: true
"""

RETURN = r"""
changes:
  description:
    - For each release in the order of the plan C(name), C(release), C(namespace), C(action) (C(none), C(install),
      C(upgrade)), C(reasons), C(differs) (the values, without secrets), and C(recover) (C(rollback), C(uninstall)) with
      C(revision) and C(age) where an operation was cut off, and C(untested) where tests of its chart have not passed
        with the newest revision.
  type: list
  elements: dict
  returned: success
labelled:
  description: Labels of the plan that nodes have, by the names of nodes.
  type: dict
  returned: success
labels:
  description: Labels that nodes have to get, by the names of nodes.
  type: dict
  returned: success
faults:
  description: What stands against a run, each in one sentence with what to do.
  type: list
  elements: str
  returned: success
"""

from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubernetes.connection import Connection
from ansible_collections.edge.infra.plugins.module_utils._openstack_helm import cluster
from ansible_collections.edge.infra.plugins.module_utils._openstack_helm.module import begin
from ansible_collections.edge.infra.plugins.module_utils._openstack_helm.passwords import place

ARGUMENTS: dict[str, Any] = {
    "releases": {"type": "list", "elements": "dict", "required": True},
    "node_labels": {"type": "dict", "default": {}},
    "needs": {"type": "list", "elements": "dict", "default": []},
    "ignore_nodes": {"type": "list", "elements": "str", "default": []},
    # hidden by the task: marked here, every word of the result that a password has in it would be hidden
    "passwords": {"type": "dict", "default": {}, "no_log": False},
    "made": {"type": "list", "elements": "str", "default": []},
    "allow_downgrade": {"type": "bool", "default": False},
}


def main() -> None:
    """Look and compare."""
    module = begin(ARGUMENTS)
    params = module.params
    for release in params["releases"]:
        place(release["values"], release["places"], params["passwords"])
    try:
        found = cluster.survey(Connection(params), {**params, "downgrade": params["allow_downgrade"]})
    except EdgeError as error:
        # told by the role: under no_log a failure would be hidden
        found = {"changes": [], "labels": {}, "labelled": {}, "faults": [str(error)]}
    module.exit_json(changed=False, **found)


if __name__ == "__main__":
    main()
