#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_removal
short_description: Let a kubeadm cluster forget nodes
version_added: "0.1.0"
description:
  - Runs on a control-plane node that stays, as root. Looks what the cluster would be without the nodes, refuses what
    would cost it its quorum, its last control-plane node or its endpoint, and lets it forget them.
  - Nothing is done on the hosts of the nodes. Drain a node that lives before (M(edge.infra.kubernetes_drain)), and
    reset its host (M(edge.infra.kubeadm_node) with O(edge.infra.kubeadm_node#module:state=absent)), which leaves etcd
    by itself; the member of a host that is dead is removed here.
  - etcd is asked over its JSON gateway with the API server's certificate, so that no etcdctl is needed.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
options:
  nodes:
    description: Names of the nodes in the cluster. Those that it does not know are no fault, they are gone already.
    type: list
    elements: str
    default: []
  keep:
    description: In the place of O(nodes), the nodes that stay; all others go.
    type: list
    elements: str
    default: []
  addresses:
    description: Addresses by the name of a node, to know an etcd member that was announced and has never started.
    type: dict
    default: {}
  state:
    description:
      - V(examined) looks and refuses, and changes nothing.
      - V(announced) looks and refuses, too, and notes with the control-plane nodes that they leave, which is for the
        moment before their hosts are reset. Of two runs at once that take out different ones, the second is refused.
      - V(absent) lets the cluster forget the nodes.
    type: str
    choices: [examined, announced, absent]
    default: absent
  replace:
    description: Whether other machines come in their place at once, so that the number of members stays.
    type: bool
    default: false
  fewer:
    description: Whether the control plane may stand fewer failures than before, or have an even number of etcd members.
    type: bool
    default: false
  endpoint:
    description: Host of the cluster's API, as its nodes call it. A node that has this address itself does not go.
    type: str
    default: ''
  kubeconfig:
    description: The cluster's administrator, a file on the host.
    type: path
    default: /etc/kubernetes/admin.conf
"""

EXAMPLES = r"""
- name: Let the cluster forget a machine that is dead
  edge.infra.kubernetes_removal:
    nodes: [node-5]

- name: See whether a control-plane node may go
  edge.infra.kubernetes_removal:
    nodes: [node-3]
    state: examined
    replace: true
"""

RETURN = r"""
nodes:
  description: The nodes as the cluster knew them, in the order in which they go.
  type: list
  elements: dict
  returned: success
  contains:
    node:
      description: Its name.
      type: str
    found:
      description: Whether the cluster had it.
      type: bool
    kind:
      description: V(control_plane), V(worker), or V(none).
      type: str
    ready:
      description: Whether it was heard of.
      type: bool
    etcd_member:
      description: Whether it had a member of etcd.
      type: bool
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

from dataclasses import replace
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError, InputError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import host, removal
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.etcd import Etcd
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Kubectl


def _run(params: dict[str, Any], check: bool) -> tuple[bool, list[removal.Candidate]]:
    """Whether anything changes, and the nodes in their order."""
    kubectl = Kubectl(params["kubeconfig"])
    if not kubectl.there():
        if check:  # a cluster that is not made yet
            return False, []
        raise InputError(
            f"There is no {params['kubeconfig']} on this host.", "Run it on a control-plane node of the cluster."
        )
    etcd = Etcd.here() if Etcd.stacked() else None
    names = params["nodes"]
    if params["keep"]:
        names = sorted({node["metadata"]["name"] for node in kubectl.list("nodes")} - set(params["keep"]))
    cluster, leaving = removal.examine(kubectl, etcd, names, params["addresses"])
    given = {key: params[key] for key in ("replace", "fewer", "endpoint")}
    if params["state"] == "absent":
        cluster = replace(cluster, leaving=())  # their hosts are reset: what remains is to forget them
    order = removal.judge(cluster, leaving, **given)
    leaving.sort(key=lambda one: order.index(one.node))
    there = [one for one in leaving if one.found or one.member]
    if params["state"] == "examined" or not there:
        return False, leaving
    if params["state"] == "announced":
        return _announce(kubectl, etcd, leaving, params, given, check), leaving
    for one in [] if check else there:
        removal.delete(kubectl, etcd, one)
    return True, leaving


def _announce(
    kubectl: Kubectl,
    etcd: Etcd | None,
    leaving: list[removal.Candidate],
    params: dict[str, Any],
    given: dict[str, Any],
    check: bool,
) -> bool:
    """Note who leaves, and look again: of two runs that do so at the same time, each sees the other."""
    fresh = [] if check else removal.announce(kubectl, leaving)
    if fresh:
        try:
            names = [one.node for one in leaving]
            cluster, again = removal.examine(kubectl, etcd, names, params["addresses"])
            removal.judge(cluster, again, **given)
        except EdgeError:
            removal.stay(kubectl, fresh)
            raise
    return bool(fresh)


def main() -> None:
    """Look, and do what is left to do."""
    module = AnsibleModule(
        {
            "nodes": {"type": "list", "elements": "str", "default": []},
            "keep": {"type": "list", "elements": "str", "default": []},
            "addresses": {"type": "dict", "default": {}},
            "state": {"type": "str", "choices": ["examined", "announced", "absent"], "default": "absent"},
            "replace": {"type": "bool", "default": False},
            "fewer": {"type": "bool", "default": False},
            "endpoint": {"type": "str", "default": ""},
            "kubeconfig": {"type": "path", "default": "/etc/kubernetes/admin.conf"},
        },
        supports_check_mode=True,
        mutually_exclusive=[("nodes", "keep")],
    )
    try:
        changed, leaving = _run(module.params, module.check_mode)
    except (EdgeError, OSError) as failure:
        error = host.unreadable(failure) if isinstance(failure, OSError) else failure
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    gone = [one.node for one in leaving if one.found or one.member]
    forgotten = changed and module.params["state"] == "absent"
    diff = {"before": {"nodes": gone}, "after": {"nodes": [] if forgotten else gone}}
    module.exit_json(changed=changed, nodes=[one.as_dict() for one in leaving], diff=diff)


if __name__ == "__main__":
    main()
