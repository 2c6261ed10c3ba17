# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with a cluster's address, by what a host shows: before anything is done, and when all is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOVING = ("keepalived", "kube_vip")


def precheck(state: Mapping[str, Any], options: Mapping[str, Any]) -> list[str]:
    """What is in the way, every fault with what to do.

    :param state: what :func:`look.look` found.
    :param options: what the role was given, see there.
    """
    method, address, port = options["method"], options["address"], options["port"]
    if method == "external":
        return _external(state, address)
    if method not in MOVING:
        return []
    found = _interface(state, options)
    noted = state["record"].get("method", "")
    if noted and noted != method:
        words = "kube-vip" if noted == "kube_vip" else noted
        found.append(
            f"has the endpoint by {words} from an earlier run, and {method} is wanted. Take that back first (role "
            "kubernetes_endpoint, remove), or set edge_kubernetes_endpoint.method as it was."
        )
    ours = bool(noted) or state["node"]
    if state["holds"] and not ours:
        found.append(
            f"has {address} itself, on {state['holds']}. The address moves from node to node: take it off, or give a "
            "free one in edge_kubernetes_endpoint.address."
        )
    found += _taken(state, options, ours)
    for entry in state["listening"]:
        if method == "keepalived" and entry["process"] not in ("haproxy", ""):
            found.append(
                f"has {entry['process']} listening on port {port}, which is haproxy's. Stop it, or give another "
                "edge_kubernetes_endpoint.port."
            )
    for name in state["foreign"]:
        found.append(
            f"has {name} of somebody else's, which serves something. Move that to another host, or give "
            "edge_kubernetes_endpoint.method kube_vip or external."
        )
    return found


def _interface(state: Mapping[str, Any], options: Mapping[str, Any]) -> list[str]:
    own, wanted = options["addresses"], options["interface"]
    if not state["interface"]:
        if wanted:
            return [f"has no interface {wanted}. Correct edge_kubernetes_endpoint.interface."]
        return [
            f"has none of its addresses ({', '.join(own) or 'none given'}) on an interface. Correct "
            "edge_node_addresses, or give edge_kubernetes_endpoint.interface."
        ]
    six = ":" in options["address"]
    if not any((":" in text) == six for text in own):
        return [
            f"has no IPv{6 if six else 4} address in edge_node_addresses, and {options['address']} is to move "
            "to it. Give it one, or an address of the other family."
        ]
    return []


def _taken(state: Mapping[str, Any], options: Mapping[str, Any], ours: bool) -> list[str]:
    """An address that somebody has who is no control-plane node of this cluster."""
    address, owners = options["address"], state["owners"]
    known = {mac for peer in state["peers"] for mac in owners.get(peer, [])}
    strange = [mac for mac in owners.get(address, []) if mac not in known]
    if strange:
        return [
            f"finds {address} taken: {', '.join(strange)} answers for it, and is no control-plane node. Find out whose "
            "that is, or give a free address in edge_kubernetes_endpoint.address."
        ]
    if state["opened"] and not ours and not state["near"] and not state["holds"]:
        return [
            f"finds {address} taken: something answers on port {options['port']}. Give a free address in "
            "edge_kubernetes_endpoint.address."
        ]
    return []


def _external(state: Mapping[str, Any], address: str) -> list[str]:
    if not state["resolved"]:
        return [f"cannot resolve {address}. Have it in DNS or /etc/hosts, or give an address."]
    if not state["routed"]:
        return [f"knows no way to {address}. Give the host a route to the load balancer."]
    return []


def verify(state: Mapping[str, Any], options: Mapping[str, Any]) -> list[str]:
    """What is not in effect after the role's work, every fault with what to do."""
    method, address, port = options["method"], options["address"], options["port"]
    found = []
    if method == "keepalived":
        for name in ("haproxy", "keepalived"):
            if state["services"].get(f"{name}.service") != "active":
                found.append(f"does not run {name}. Look at: journalctl -u {name}, and run the role again.")
    if method == "kube_vip" and state["kubeconfig"] != "/etc/kubernetes/admin.conf":
        said = state["kubeconfig"] or "nothing"
        found.append(f"has {said} for kube-vip instead of /etc/kubernetes/admin.conf. Run the role again.")
    if state["health"]:
        found.append(f"is not answered at {address} port {port}: {state['health']}. {_advice(method)}")
    return found


def _advice(method: str) -> str:
    return {
        "keepalived": "Look at: journalctl -u keepalived -u haproxy, on each control-plane node.",
        "kube_vip": "Look at: crictl logs of kube-vip, on each control-plane node.",
        "external": "Have the load balancer pass on to port 6443 of the control-plane nodes; look at its checks.",
    }.get(method, "Look at: crictl logs of kube-apiserver, on the control-plane node.")
