# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An upgrade of a cluster: what its nodes are, which way they go, and what stands against it. Nothing is asked here.

Source: kubeadm's policy of versions (one minor at a time, never back), and Kubernetes' version skew policy: a kubelet
is never newer than an API server, so that the control plane goes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._engine.errors import EdgeError, InputError
from .versions import Version, parse

#: why we have cordoned a node; who finds it on a node may uncordon it
MARK = "edge.infra/cordoned-for"
ROLES = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
_IMAGE = re.compile(r":(v[0-9][^@\s\"']*)")


@dataclass(frozen=True)
class Node:
    """A node as the cluster tells it.

    :param kubelet: version of its kubelet.
    :param api: version of its API server; '' where it has none.
    :param mark: why we have cordoned it; '' where we have not.
    """

    name: str
    control_plane: bool
    kubelet: str
    api: str = ""
    ready: bool = True
    cordoned: bool = False
    mark: str = ""


def tag(image: str) -> str:
    """``v1.34.2`` of an image's name; '' where it has none."""
    found = _IMAGE.search(image)
    return found[1] if found else ""


def nodes(found: Sequence[Mapping[str, Any]], pods: Sequence[Mapping[str, Any]]) -> list[Node]:
    """The nodes, control-plane nodes first.

    :param found: objects of the kind Node.
    :param pods: pods of the API servers (``component=kube-apiserver``).
    """
    apis = {}
    for pod in pods:
        images = [tag(c.get("image", "")) for c in pod["spec"].get("containers") or []]
        apis[pod["spec"].get("nodeName", "")] = next(filter(None, images), "")
    listed = [_node(one, apis) for one in found]
    return sorted(listed, key=lambda one: (not one.control_plane, one.name))


def _node(one: Mapping[str, Any], apis: Mapping[str, str]) -> Node:
    meta, spec, status = one["metadata"], one.get("spec") or {}, one.get("status") or {}
    conditions = status.get("conditions") or []
    return Node(
        name=meta["name"],
        control_plane=any(role in (meta.get("labels") or {}) for role in ROLES),
        kubelet=(status.get("nodeInfo") or {}).get("kubeletVersion", ""),
        api=apis.get(meta["name"], ""),
        ready=any(c.get("type") == "Ready" and c.get("status") == "True" for c in conditions),
        cordoned=bool(spec.get("unschedulable")),
        mark=(meta.get("annotations") or {}).get(MARK, ""),
    )


def at(text: str, wanted: Version) -> bool:
    """Whether a version that the cluster tells is the wanted one."""
    return bool(text) and parse(text) == wanted


def left(node: Node, wanted: Version) -> bool:
    """Whether there is anything left to do on a node."""
    return not at(node.kubelet, wanted) or (bool(node.api) and not at(node.api, wanted)) or bool(node.mark)


def away(node: Node) -> bool:
    """Whether a node is left out: a worker of which nothing is heard holds up no other, and cannot be waited for."""
    return not node.control_plane and not node.ready and not node.mark


def versions(found: Iterable[Node]) -> list[Version]:
    """Versions of the control plane: its API servers', else its kubelets'."""
    return sorted({parse(one.api or one.kubelet) for one in found if one.control_plane and (one.api or one.kubelet)})


def refusals(
    found: Sequence[Node], wanted: Version, members: Mapping[str, str], taken: Sequence[str], configured: str = ""
) -> list[EdgeError]:
    """Everything that stands against the upgrade.

    :param members: kind (``init``, ``control_plane``, ``worker``) of each node of the inventory by its name.
    :param taken: names of the nodes that this run takes (``--limit``).
    :param configured: version that the cluster's own configuration has (ConfigMap kubeadm-config).
    """
    planes = versions(found)
    if not planes:
        return [
            InputError(
                "The cluster has no control-plane node that tells its version.",
                f"See that one has the label {ROLES[0]}, and that its API server is a static pod.",
            )
        ]
    low = min([*planes, *([parse(configured)] if configured else [])])
    told = [*_way(found, wanted, low, planes[-1]), *_people(found, members, taken)]
    told += _health(found)
    return told or _order(found, wanted, members, taken)


def _way(found: Sequence[Node], wanted: Version, low: Version, high: Version) -> list[EdgeError]:
    newest = max([high, *(parse(one.kubelet) for one in found if one.kubelet)])
    if wanted < newest:
        return [
            InputError(
                f"The cluster is at {newest}, and edge_kubernetes_version is {wanted}: Kubernetes cannot go back.",
                f"Set edge_kubernetes_version to {newest} or a later one, or restore a backup made at {wanted}.",
                option="edge_kubernetes_version",
            )
        ]
    if (wanted.major, wanted.minor) > (low.major, low.minor + 1):
        first = f"{low.major}.{low.minor + 1}"
        return [
            InputError(
                f"The control plane is at {low}, and edge_kubernetes_version is {wanted}: one minor at a time.",
                f"Set edge_kubernetes_version to the latest {first}.x and run edge.infra.upgrade, then the next.",
                option="edge_kubernetes_version",
            )
        ]
    behind = [n for n in found if n.kubelet and parse(n.kubelet).minor + 1 < wanted.minor]
    if behind and low.minor < wanted.minor:
        names = ", ".join(f"{one.name} ({one.kubelet})" for one in behind)
        return [
            InputError(
                f"Nodes are behind the control plane, which is at {low}: {names}.",
                f"Set edge_kubernetes_version to {low} and run edge.infra.upgrade, which brings them there; then this. "
                "A worker that is gone for good is taken out with edge.infra.remove_host.",
                option="edge_kubernetes_version",
            )
        ]
    return []


def _people(found: Sequence[Node], members: Mapping[str, str], taken: Sequence[str]) -> list[EdgeError]:
    """Inventory and cluster have the same control-plane nodes, and the inventory no nodes that are none."""
    told: list[EdgeError] = []
    names = {one.name for one in found}
    if absent := sorted(name for name in taken if name not in names):
        told.append(
            InputError(
                f"In the inventory, and no nodes of the cluster: {', '.join(absent)}.",
                "Join them first, with edge_kubernetes_version as the cluster has it, or leave them out with --limit.",
            )
        )
    if strange := sorted(one.name for one in found if one.control_plane and one.name not in members):
        told.append(
            InputError(
                f"Control-plane nodes of the cluster that the inventory does not have: {', '.join(strange)}.",
                "Add them to edge_controllers; a control plane is upgraded as a whole.",
            )
        )
    return told


def _health(found: Sequence[Node]) -> list[EdgeError]:
    """Every control-plane node is ready but those that a run of ours was at work on."""
    broken = ", ".join(one.name for one in found if one.control_plane and not one.ready and not one.mark)
    if not broken:
        return []
    mend = "Look at journalctl -u kubelet there."
    return [EdgeError(f"Not ready: {broken}. An upgrade begins with a control plane that is in order.", mend)]


def _order(found: Sequence[Node], wanted: Version, members: Mapping[str, str], taken: Sequence[str]) -> list[EdgeError]:
    """--limit takes no node before its turn: the first control-plane node, the others, workers."""
    waits = [one for one in found if one.api and not at(one.api, wanted) and one.name not in taken]
    first = next((name for name, kind in members.items() if kind == "init"), "")
    others = [name for name in taken if name != first]
    if waits and any(one.name == first for one in waits) and others:
        return [_before([first], wanted)]
    if waits and any(members.get(name) == "worker" for name in taken):
        return [_before([one.name for one in waits], wanted)]
    return []


def _before(names: Sequence[str], wanted: Version) -> EdgeError:
    listed = ", ".join(names)
    return InputError(
        f"--limit leaves out {listed}, whose control plane comes first: no kubelet is newer than an API server.",
        f"Name {listed} with --limit, too, until it is at {wanted}, or run without it.",
    )


def notes(found: Sequence[Node], wanted: Version, members: Mapping[str, str]) -> list[str]:
    """What is good to know and nobody's fault."""
    told = []
    for one in found:
        if one.mark:
            told.append(
                f"{one.name}: an earlier run was at work on it ({one.mark}) and did not end; it is gone on with."
            )
        elif one.cordoned:
            told.append(f"{one.name}: somebody has cordoned it; it is upgraded and stays cordoned.")
        if away(one) and one.name in members:
            told.append(f"{one.name}: not ready, so it is left out; look at journalctl -u kubelet there.")
        if one.name not in members:
            told.append(f"{one.name}: a node that the inventory does not have; it stays at {one.kubelet}.")
    return told
