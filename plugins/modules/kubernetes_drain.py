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

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import drain, host
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Kubectl


def _drained(params: dict[str, Any], kubectl: Kubectl, node: dict[str, Any], check: bool) -> tuple[bool, list[str]]:
    """Whether anything changes, and the pods that go."""
    name, before = params["node"], drain.schedulable(node)
    wanted = drain.Wanted(params["timeout"], params["delete_emptydir_data"], params["force"])
    if not drain.ready(node):
        if before and not check:
            kubectl.run("cordon", name)
        return before, []
    found = drain.work(kubectl, name)
    drain.refused(found, wanted, name)
    if (before or found.evicted) and not check:
        try:
            drain.drain(kubectl, name, wanted)
        except EdgeError:
            if before and params["uncordon_on_failure"]:
                kubectl.call("uncordon", name)
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
            "kubeconfig": {"type": "path", "default": "/etc/kubernetes/admin.conf"},
        },
        supports_check_mode=True,
    )
    params, kubectl = module.params, Kubectl(module.params["kubeconfig"])
    evicted: list[str] = []
    try:
        node = drain.node_of(kubectl, params["node"]) if kubectl.there() else None
        before = bool(node) and drain.schedulable(node or {})
        changed = False
        if node and params["state"] == "schedulable":
            changed = not before
            if changed and not module.check_mode:
                kubectl.run("uncordon", params["node"])
        elif node:
            changed, evicted = _drained(params, kubectl, node, module.check_mode)
    except (EdgeError, OSError) as failure:
        error = host.unreadable(failure) if isinstance(failure, OSError) else failure
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    after = before if not node else params["state"] == "schedulable"
    module.exit_json(
        changed=changed,
        evicted=evicted,
        found=node is not None,
        ready=bool(node) and drain.ready(node or {}),
        schedulable=before,
        diff={"before": {"schedulable": before}, "after": {"schedulable": after, "evicted": evicted}},
    )


if __name__ == "__main__":
    main()
