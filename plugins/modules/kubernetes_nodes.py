#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_nodes
short_description: Labels and taints of a cluster's nodes, and that they are ready
version_added: "0.1.0"
description:
  - Gives nodes their labels and taints, through kubectl on a control-plane host, as root. One list request, and one
    patch for each node that differs.
  - Labels and taints that others have set stay. What this module has set and is no longer wanted goes; it is known by
    the annotations C(edge.infra/labels) and C(edge.infra/taints) of the node.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
options:
  nodes:
    description: Nodes and what they are to have.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the node in the cluster.
        type: str
        required: true
      labels:
        description: Labels by their keys.
        type: dict
        default: {}
      taints:
        description:
          - All taints that the node is to have, apart from those that others have set.
          - Not given, taints are left alone.
        type: list
        elements: dict
        suboptions:
          key:
            description: Key of the taint.
            type: str
            required: true
          value:
            description: Its value.
            type: str
            default: ""
          effect:
            description: What it does to pods that do not tolerate it.
            type: str
            choices: [NoSchedule, PreferNoSchedule, NoExecute]
            required: true
  kubeconfig:
    description: Kubeconfig on the host, of a user who may change nodes.
    type: str
    default: /etc/kubernetes/admin.conf
  ready_timeout:
    description:
      - Seconds to wait until each of the nodes is ready; 0 does not wait. Check mode never does.
      - A node that is not ready then is told of with the reason that its kubelet gives.
    type: int
    default: 0
  timeout:
    description: Seconds that one request may take.
    type: int
    default: 60
"""

EXAMPLES = r"""
- name: Give the nodes their labels and taints
  edge.infra.kubernetes_nodes:
    nodes:
      - name: node-2
        labels:
          edge.example.com/site: madrid-2
        taints:
          - {key: example.com/dedicated, value: video, effect: NoSchedule}
"""

RETURN = r"""
nodes:
  description: Names of the nodes that were changed, or would be in check mode.
  type: list
  elements: str
  returned: success
missing:
  description: Names of nodes that the cluster does not have.
  type: list
  elements: str
  returned: success
"""

import json
import time
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import marks
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Kubectl

_TRIES = 5

ARGUMENTS: dict[str, Any] = {
    "nodes": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True},
            "labels": {"type": "dict", "default": {}},
            "taints": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "key": {"type": "str", "required": True, "no_log": False},
                    "value": {"type": "str", "default": ""},
                    "effect": {
                        "type": "str",
                        "required": True,
                        "choices": ["NoSchedule", "PreferNoSchedule", "NoExecute"],
                    },
                },
            },
        },
    },
    "kubeconfig": {"type": "str", "default": "/etc/kubernetes/admin.conf"},
    "ready_timeout": {"type": "int", "default": 0},
    "timeout": {"type": "int", "default": 60},
}


def _labels(wanted: dict[str, Any]) -> dict[str, str]:
    """Labels as texts; YAML reads true and 1 as something else."""
    return {str(k): str(v).lower() if isinstance(v, bool) else str(v) for k, v in wanted["labels"].items()}


def _give(kubectl: Kubectl, wanted: dict[str, Any], node: dict[str, Any]) -> None:
    """Patch a node; looks again where somebody else was quicker."""
    for left in range(_TRIES, 0, -1):
        change = marks.patch(node, _labels(wanted), wanted["taints"])
        if not change:
            return
        done = kubectl.call("patch", "node", wanted["name"], "--type=merge", "--patch", json.dumps(change))
        if not done.status:
            return
        if left == 1 or not ("Conflict" in done.err or "the object has been modified" in done.err):
            raise EdgeError(f"Node {wanted['name']}: {done.words.rstrip('.')}.", "Correct its labels and taints.")
        node = kubectl.get("node", wanted["name"]) or node


def _unready(node: dict[str, Any]) -> str:
    """Why a node is not ready, in its kubelet's words; '' where it is."""
    for condition in (node.get("status") or {}).get("conditions") or []:
        if condition["type"] == "Ready":
            if condition["status"] == "True":
                return ""
            return str(condition.get("message") or condition.get("reason") or "its kubelet gives no reason")
    return "its kubelet has not said anything yet"


def _wait(kubectl: Kubectl, names: set[str], seconds: float) -> None:
    """Return once the nodes are ready; raises :class:`EdgeError` with those that are not, and why."""
    deadline = time.monotonic() + seconds
    while True:
        late, said = dict.fromkeys(names, "the cluster does not have it"), ""
        try:
            late |= {
                n["metadata"]["name"]: _unready(n) for n in kubectl.list("nodes") if n["metadata"]["name"] in names
            }
        except EdgeError as error:
            said = error.message
        if not said and not any(late.values()):
            return
        if time.monotonic() >= deadline:
            told = said or "; ".join(f"{name}: {why.rstrip('.')}" for name, why in sorted(late.items()) if why)
            raise EdgeError(
                f"Not ready after {seconds:.0f} s: {told}.",
                "Look at journalctl -u kubelet there, and at the pods of the network plugin.",
            )
        time.sleep(1)


def main() -> None:
    """Compare and patch."""
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    params = module.params
    kubectl = Kubectl(params["kubeconfig"], params["timeout"])
    names: list[str] = []
    missing: list[str] = []
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    try:
        there = kubectl.there() or not module.check_mode
        found = {node["metadata"]["name"]: node for node in (kubectl.list("nodes") if there else [])}
        for wanted in params["nodes"]:
            name = wanted["name"]
            node = found.get(name)
            if node is None:
                missing.append(name)
                if module.check_mode and marks.owned(_labels(wanted), wanted["taints"] or []):
                    names.append(name)  # it is to come with this run
                    after[name] = {"labels": _labels(wanted)}
                continue
            change = marks.patch(node, _labels(wanted), wanted["taints"])
            if not change:
                continue
            names.append(name)
            before[name], after[name] = marks.shown(node, change)
            if not module.check_mode:
                _give(kubectl, wanted, node)
        if params["ready_timeout"] > 0 and not module.check_mode:
            _wait(kubectl, {wanted["name"] for wanted in params["nodes"]} - set(missing), params["ready_timeout"])
    except EdgeError as error:
        module.fail_json(msg=str(error), error=error.as_dict(), nodes=names)
        return
    diff = {"before": before, "after": after}
    module.exit_json(changed=bool(names), nodes=names, missing=missing, diff=diff)


if __name__ == "__main__":
    main()
