#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubeadm_upgrade_info
short_description: What an upgrade of a kubeadm cluster would do, and what stands against it
version_added: "0.1.0"
description:
  - Asks the cluster for its nodes, their versions, pods and disruption budgets, and etcd for its members, and changes
    nothing. Runs on a control-plane node, as root.
  - Kubernetes is upgraded by one minor release at a time and never goes back; both are told with the release that is
    to come first.
author:
  - The edge.infra authors (@edge-infra)
attributes:
  check_mode:
    description: Reads the same in check mode.
    support: full
options:
  version:
    description: The release that is wanted, such as V(1.34.2).
    type: str
    required: true
  members:
    description:
      - Kind of each node of the site by its name in the cluster, V(init), V(control_plane) or V(worker).
    type: dict
    required: true
  taken:
    description: Names of the nodes that this run takes; all O(members) unless given.
    type: list
    elements: str
  force:
    description: Whether pods that nobody makes anew are deleted, too; without it, they are refused by their names.
    type: bool
    default: false
  delete_emptydir_data:
    description: Whether pods go that keep data on a node (C(emptyDir)), which is lost; without it, they are refused.
    type: bool
    default: true
  drain:
    description: Whether nodes are drained at all.
    type: bool
    default: true
  kubeadm_plan:
    description:
      - Whether C(kubeadm upgrade plan) is asked, too. Its check of health makes a Job in C(kube-system) for some
        seconds, and removes it.
    type: bool
    default: false
  ignore_preflight:
    description: Findings of kubeadm's preflight that may be, by their names.
    type: list
    elements: str
    default: []
  timeout:
    description: Seconds that each command may take.
    type: int
    default: 60
"""

EXAMPLES = r"""
- name: See what an upgrade would do
  edge.infra.kubeadm_upgrade_info:
    version: 1.34.2
    members: {cp-1: init, worker-1: worker}
  register: found
"""

RETURN = r"""
version:
  description: Version of the cluster's own configuration, such as V(v1.33.4).
  type: str
  returned: success
refusals:
  description: What stands against the upgrade, each with its C(message) and its C(remedy).
  type: list
  elements: dict
  returned: success
notes:
  description: What is good to know.
  type: list
  elements: str
  returned: success
nodes:
  description:
    - Each node by its name, with its C(kind), the versions C(kubelet) and C(api), whether it is C(ready) and
      C(cordoned), our own C(mark) of that, whether there is anything C(left) to do, whether it is C(away) as a worker
      that is not ready, whether it is C(taken), what would be C(moved) by draining it, what of it is C(alone) or
      C(local), and what C(kept) there by budgets.
  type: dict
  returned: success
etcd:
  description: The members of etcd with their C(name), C(url), and whether they are C(healthy).
  type: list
  elements: dict
  returned: success
cluster_configuration:
  description: kubeadm's ClusterConfiguration as the cluster keeps it, as text.
  type: str
  returned: success
kubeadm_plan:
  description: What C(kubeadm upgrade plan) says.
  type: list
  elements: str
  returned: for O(kubeadm_plan=true)
"""

import re
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError, InputError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import budgets, command, host, upgrade
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.etcd import Etcd
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Kubectl
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.versions import parse

SYSTEM = "--namespace=kube-system"


def _draining(params: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> list[EdgeError]:
    """Pods that would be lost by draining nodes, where that is not wanted."""
    told: list[EdgeError] = []
    for key, option, what in (
        ("alone", "force", "no controller makes them anew"),
        ("local", "delete_emptydir_data", "they keep data on their node (emptyDir)"),
    ):
        names = [name for node in nodes.values() if node["left"] and node["taken"] for name in node[key]]
        if names and not params[option]:
            told.append(
                InputError(
                    f"Pods would be lost by draining their nodes, as {what}: {', '.join(names)}.",
                    f"Remove them, or allow it with kubernetes_upgrade_{option}: true.",
                    option=option,
                )
            )
    return told


def _etcd() -> tuple[list[dict[str, Any]], list[EdgeError]]:
    """The members of etcd, and what is wrong with them."""
    found = Etcd.here().members()
    listed = [{"name": one.name, "url": ",".join(one.clients), "healthy": one.healthy} for one in found]
    away = ", ".join(one.name or one.ident for one in found if not one.healthy)
    told = EdgeError(
        f"etcd's members that are not in order: {away}. While a node is upgraded its own member is away, too.",
        "Bring them back, or take out one that is gone for good (edge.infra.remove_host), before the upgrade.",
    )
    return listed, [told] if away else []


def look(params: dict[str, Any]) -> dict[str, Any]:
    """The cluster, the way that it is to go, and what stands against it."""
    wanted = parse(params["version"])
    kubectl = Kubectl(timeout=params["timeout"])
    if not kubectl.there():
        raise InputError(
            f"/{host.ADMIN} is not there: this host is no control-plane node.",
            "Make the cluster with edge.infra.kubeadm first; only a cluster that exists is upgraded.",
        )
    found = upgrade.nodes(kubectl.list("nodes"), kubectl.list("pods", SYSTEM, "--selector=component=kube-apiserver"))
    stored = ((kubectl.get("configmap", "kubeadm-config", SYSTEM) or {}).get("data") or {}).get(
        "ClusterConfiguration", ""
    )
    configured = re.search(r"^kubernetesVersion:\s*[\"']?(v?[0-9][^\s\"']*)", stored, re.M)
    taken = params["members"] if params["taken"] is None else params["taken"]
    pods = kubectl.list("pods", "--all-namespaces") if params["drain"] else []
    limits = kubectl.list("poddisruptionbudgets", "--all-namespaces") if params["drain"] else []
    nodes = {
        one.name: {
            "kind": params["members"].get(one.name, "control_plane" if one.control_plane else "worker"),
            "kubelet": one.kubelet,
            "api": one.api,
            "ready": one.ready,
            "cordoned": one.cordoned,
            "mark": one.mark,
            "left": upgrade.left(one, wanted),
            "away": upgrade.away(one),
            "taken": one.name in taken and not upgrade.away(one),
            **budgets.moves(pods, limits, one.name).as_dict(),
        }
        for one in found
    }
    version = configured[1] if configured else ""
    refused = upgrade.refusals(found, wanted, params["members"], list(taken), version)
    members: list[dict[str, Any]] = []
    if any(node["left"] and node["taken"] for node in nodes.values()):
        members, wrong = _etcd()
        refused += wrong + _draining(params, nodes)
    result = {
        "version": version,
        "refusals": [{"message": error.args[0], "remedy": error.remedy} for error in refused],
        "notes": upgrade.notes(found, wanted, params["members"]),
        "nodes": nodes,
        "etcd": members,
        "cluster_configuration": stored,
    }
    if params["kubeadm_plan"]:
        result["kubeadm_plan"] = _plan(params, wanted.tag)
    return result


def _plan(params: dict[str, Any], tag: str) -> list[str]:
    given = ["kubeadm", "upgrade", "plan", tag]
    if params["ignore_preflight"]:
        given.append(f"--ignore-preflight-errors={','.join(params['ignore_preflight'])}")
    try:
        output = command.run(given, max(params["timeout"], 120), "kubeadm upgrade plan")
    except EdgeError as error:
        return [str(error)]
    lines = [line.rstrip() for line in command.hidden(output).splitlines()]
    return [line for line in lines if line.strip() and not line.startswith("[")]


def main() -> None:
    """Look."""
    module = AnsibleModule(
        {
            "version": {"type": "str", "required": True},
            "members": {"type": "dict", "required": True},
            "taken": {"type": "list", "elements": "str"},
            "force": {"type": "bool", "default": False},
            "delete_emptydir_data": {"type": "bool", "default": True},
            "drain": {"type": "bool", "default": True},
            "kubeadm_plan": {"type": "bool", "default": False},
            "ignore_preflight": {"type": "list", "elements": "str", "default": []},
            "timeout": {"type": "int", "default": 60},
        },
        supports_check_mode=True,
    )
    try:
        module.exit_json(changed=False, **look(module.params))
    except EdgeError as error:
        module.fail_json(msg=str(error), error=error.as_dict())


if __name__ == "__main__":
    main()
