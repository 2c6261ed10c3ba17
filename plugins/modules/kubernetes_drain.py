#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_drain
short_description: Take the work off a node of a kubeadm cluster, or give it back
version_added: "0.1.0"
description:
  - Runs on a control-plane node, as root, and asks the cluster through kubectl there. Pods are evicted, so that
    disruption budgets are respected; what does not go within the time is named, with the reason that the cluster gives.
  - A node that is not heard of is only cordoned, as nobody there would end its pods. They end when the node is deleted.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
options:
  node:
    description: Name of the node in the cluster. One that is not there has nothing to be taken off.
    type: str
    required: true
  state:
    description:
      - V(drained) lets no new pods come, and has those evicted that run there.
      - V(schedulable) lets pods come again.
    type: str
    choices: [drained, schedulable]
    default: drained
  timeout:
    description: Seconds for all pods of the node.
    type: int
    default: 600
  delete_emptydir_data:
    description: Whether pods with an C(emptyDir) may go, whose content is lost.
    type: bool
    default: true
  force:
    description: Whether pods may go that no controller makes anew.
    type: bool
    default: false
  uncordon_on_failure:
    description: Whether a node that could not be drained takes pods again, if it did before.
    type: bool
    default: true
  reason:
    description:
      - Noted on the node before it is cordoned, in one word such as V(upgrade). With O(state=schedulable), only a node
        with such a note takes pods again, so that one that somebody else has cordoned stays cordoned.
      - Without it, no note is made and none is asked for.
    type: str
    default: ""
  version:
    description:
      - For O(state=schedulable), the release that the node's kubelet has to tell, such as V(1.34.2), before pods come
        again. The node is waited for until it is ready with it, whether it was cordoned or not.
    type: str
    default: ""
  kubeconfig:
    description: The cluster's administrator, a file on the host.
    type: path
    default: /etc/kubernetes/admin.conf
"""

EXAMPLES = r"""
- name: Take the work off a node
  edge.infra.kubernetes_drain:
    node: node-5
    timeout: 300

- name: Give it back
  edge.infra.kubernetes_drain:
    node: node-5
    state: schedulable
"""

RETURN = r"""
evicted:
  description: The pods that were evicted, or would be in check mode, as C(namespace/name).
  type: list
  elements: str
  returned: success
  sample: [default/web-1]
ours:
  description: Whether the node has a note of ours, see O(reason).
  type: bool
  returned: success
found:
  description: Whether the cluster has the node.
  type: bool
  returned: success
ready:
  description: Whether the node was heard of.
  type: bool
  returned: success
schedulable:
  description: Whether pods could come to the node before.
  type: bool
  returned: success
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
  contains:
    kind:
      description: Kind of error, such as V(input) for what was refused before anything was done.
      type: str
    message:
      description: What happened, with the cluster's own words.
      type: str
    remedy:
      description: What to do about it.
      type: str
"""

import time
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import drain, host, upgrade
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Kubectl
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.versions import parse


def _marked(node: dict[str, Any]) -> bool:
    return bool((node["metadata"].get("annotations") or {}).get(upgrade.MARK))


def _mark(kubectl: Kubectl, params: dict[str, Any], node: dict[str, Any]) -> None:
    """Note that it is us, before it is done: who is killed after this leaves a node that the next run knows."""
    if params["reason"] and drain.schedulable(node):
        kubectl.run("annotate", "node", params["node"], f"{upgrade.MARK}={params['reason']}", "--overwrite")


def _release(kubectl: Kubectl, params: dict[str, Any]) -> None:
    """Let pods come again; the note goes last."""
    kubectl.run("uncordon", params["node"])
    if params["reason"]:
        kubectl.run("annotate", "node", params["node"], f"{upgrade.MARK}-")


def _wait(kubectl: Kubectl, params: dict[str, Any]) -> None:
    """Until the node is ready and tells the version."""
    deadline = time.monotonic() + params["timeout"]
    wanted = parse(params["version"])
    while True:
        try:
            node = drain.node_of(kubectl, params["node"]) or {}
            kubelet = ((node.get("status") or {}).get("nodeInfo") or {}).get("kubeletVersion", "")
            if drain.ready(node) and upgrade.at(kubelet, wanted):
                return
            said = f"it is {'ready' if drain.ready(node) else 'not ready'}, with kubelet {kubelet or 'unknown'}"
        except EdgeError as error:  # while an API server starts
            said = error.message.rstrip(".")
        if time.monotonic() >= deadline:
            raise EdgeError(
                f"{params['node']} did not come to {wanted.tag} within {params['timeout']} s: {said}.",
                f"Look at journalctl -u kubelet on {params['node']}; then run again, which goes on here.",
            )
        time.sleep(1)


def _drained(params: dict[str, Any], kubectl: Kubectl, node: dict[str, Any], check: bool) -> tuple[bool, list[str]]:
    """Whether anything changes, and the pods that go."""
    name, before = params["node"], drain.schedulable(node)
    wanted = drain.Wanted(params["timeout"], params["delete_emptydir_data"], params["force"])
    if not drain.ready(node):
        if before and not check:
            _mark(kubectl, params, node)
            kubectl.run("cordon", name)
        return before, []
    found = drain.work(kubectl, name)
    drain.refused(found, wanted, name)
    if (before or found.evicted) and not check:
        _mark(kubectl, params, node)
        try:
            drain.drain(kubectl, name, wanted)
        except EdgeError:
            if (before or (params["reason"] and _marked(node))) and params["uncordon_on_failure"]:
                _release(kubectl, params)
            raise
    return before or bool(found.evicted), list(found.evicted)


def main() -> None:
    """Look, and do what is left to do."""
    module = AnsibleModule(
        {
            "node": {"type": "str", "required": True},
            "state": {"type": "str", "choices": ["drained", "schedulable"], "default": "drained"},
            "timeout": {"type": "int", "default": 600},
            "delete_emptydir_data": {"type": "bool", "default": True},
            "force": {"type": "bool", "default": False},
            "uncordon_on_failure": {"type": "bool", "default": True},
            "reason": {"type": "str", "default": ""},
            "version": {"type": "str", "default": ""},
            "kubeconfig": {"type": "path", "default": "/etc/kubernetes/admin.conf"},
        },
        supports_check_mode=True,
    )
    params, kubectl = module.params, Kubectl(module.params["kubeconfig"])
    evicted: list[str] = []
    try:
        if params["version"] and params["state"] == "schedulable" and not module.check_mode:
            _wait(kubectl, params)
        node = drain.node_of(kubectl, params["node"]) if kubectl.there() else None
        before = bool(node) and drain.schedulable(node or {})
        changed = False
        if node and params["state"] == "schedulable":
            changed = _marked(node) if params["reason"] else not before
            if changed and not module.check_mode:
                _release(kubectl, params)
        elif node:
            changed, evicted = _drained(params, kubectl, node, module.check_mode)
    except (EdgeError, OSError) as failure:
        error = host.unreadable(failure) if isinstance(failure, OSError) else failure
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    after = before if not changed else params["state"] == "schedulable"
    module.exit_json(
        changed=changed,
        evicted=evicted,
        ours=bool(node) and (_marked(node or {}) or bool(params["reason"] and changed)),
        found=node is not None,
        ready=bool(node) and drain.ready(node or {}),
        schedulable=before,
        diff={"before": {"schedulable": before}, "after": {"schedulable": after, "evicted": evicted}},
    )


if __name__ == "__main__":
    main()
