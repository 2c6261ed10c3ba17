# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a cluster that runs differs from its plan; pure, on the controller."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

try:
    import yaml
except ImportError:  # reported by the module with missing_required_lib
    yaml = None  # type: ignore[assignment]

UPGRADE = "edge.infra.upgrade brings the cluster to the release of the inventory."
UPLOAD = (
    "Nothing does it in passing: change the ConfigMap kubeadm-config to it (kubeadm init phase upload-config) and run "
    "kubeadm upgrade node on each control-plane node, or take it back in the inventory."
)
KUBELET = "Change the ConfigMap kubelet-config, run kubeadm upgrade node there and restart kubelet; or take it back."
_PART = re.compile(r"([\d.]+)(h|ms|m|s)")
_DURATION = re.compile(r"([\d.]+(h|ms|m|s))+$")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
#: until 1.30, kubeadm notes an argument of its own among those that it was given, and an upgrade keeps it
_OWN = {"authorization-mode": "Node,RBAC"}
#: told as the release, or of no meaning in a comparison
_LEFT_OUT = ("apiVersion", "kind", "kubernetesVersion")

Difference = dict[str, Any]


def differences(found: Mapping[str, Any], plan: Mapping[str, Any], init: Mapping[str, Any]) -> list[Difference]:
    """What differs on a host, and in the cluster where it was asked.

    :param found: what the module ``kubeadm_drift`` tells.
    :param plan: ``hosts[h].kubernetes`` of the host's plan, ``init`` that of the first control-plane node.
    """
    if found["node"] == "none":
        return []  # the task that makes it a node tells that
    told = list(_compare("kubelet", _read(found["kubelet"]), plan.get("kubelet") or {}, KUBELET))
    for one in found["ending"]:
        told.append(_one(f"certificate {one['name']}", f"ends {one['expires']}", "holds", _renewing(one)))
    if "nodes" in found:
        told += _nodes(found["nodes"], plan)
        documents = {d.get("kind"): d for d in init.get("config") or []}
        wanted = documents.get("ClusterConfiguration", {})
        told += _compare("cluster configuration", _read(found["cluster"]), wanted, UPLOAD)
        kubelets = documents.get("KubeletConfiguration", {})
        told += _compare("kubelets' configuration", _read(found["kubelets"]), kubelets, KUBELET)
    return told


def _renewing(one: Mapping[str, Any]) -> str:
    return "edge.infra.renew renews it." if one["renewable"] else f"{one['reason']}: have it renewed there."


def _one(what: str, live: Any, planned: Any, remedy: str) -> Difference:
    return {"what": what, "live": live, "planned": planned, "remedy": remedy}


def _read(text: str) -> dict[str, Any]:
    try:
        found = yaml.safe_load(text or "")
    except yaml.YAMLError:
        return {}
    return found if isinstance(found, dict) else {}


def _nodes(nodes: Mapping[str, Any], plan: Mapping[str, Any]) -> Iterator[Difference]:
    tag = f"v{str(plan['version']).removeprefix('v')}"
    planned = {member["node"] for member in plan["members"]}
    for name, node in nodes.items():
        if name not in planned:
            yield _one(f"node {name}", "a node", "not in the inventory", "Add it, or remove it (edge.infra.scale).")
            continue
        for part, what in (("kubelet", "kubelet"), ("api", "API server")):
            if node[part] and node[part] != tag:
                yield _one(f"node {name}: {what}", node[part], tag, UPGRADE)
        if not node["ready"]:
            yield _one(f"node {name}", "not ready", "ready", "Look at journalctl -u kubelet there.")
        if node["cordoned"]:
            yield _one(f"node {name}", "cordoned", "takes pods", f"kubectl uncordon {name}")
    for name in sorted(planned - set(nodes)):
        yield _one(f"node {name}", "no node", "a node", "edge.infra.provision joins it.")


def _compare(what: str, live: Any, planned: Any, remedy: str, path: str = "") -> Iterator[Difference]:
    """Leaves of what is planned that live has otherwise; arguments are compared as a whole."""
    if isinstance(planned, Mapping) and isinstance(live, Mapping):
        for key, value in planned.items():
            if not path and key in _LEFT_OUT:
                continue
            inner = f"{path}.{key}" if path else key
            if key in ("extraArgs", "kubeletExtraArgs"):
                there, wanted = _arguments(live.get(key)), _arguments(value)
                wanted = {**{name: text for name, text in _OWN.items() if name in there}, **wanted}
                for name in sorted({*there, *wanted}):
                    if there.get(name) != wanted.get(name):
                        yield _one(f"{what}: {inner}.{name}", there.get(name), wanted.get(name), remedy)
            else:
                yield from _compare(what, live.get(key), value, remedy, inner)
    elif not _same(live, planned):
        yield _one(f"{what}: {path}", live, planned, remedy)


def _arguments(value: Any) -> dict[str, str]:
    """By name, from the map of older releases and from the list of {name, value} of newer ones."""
    if isinstance(value, list):
        return {str(one.get("name")): str(one.get("value")) for one in value}
    return {str(name): str(text) for name, text in (value or {}).items()}


def _same(live: Any, planned: Any) -> bool:
    if live == planned or (not live and not planned and not isinstance(live, (bool, int))):
        return True
    if isinstance(live, list) and isinstance(planned, list):
        return len(live) == len(planned) and all(any(_same(a, b) for a in live) for b in planned)
    if isinstance(live, Mapping) and isinstance(planned, Mapping):
        return not list(_compare("", live, planned, "", "x"))
    if isinstance(live, (Mapping, list)) or isinstance(planned, (Mapping, list)) or live is None:
        return False
    one, other = str(live), str(planned)
    if _DURATION.fullmatch(one) and _DURATION.fullmatch(other):
        return _seconds(one) == _seconds(other)
    return one.lower() == other.lower() if isinstance(live, bool) or isinstance(planned, bool) else one == other


def _seconds(text: str) -> float:
    return sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))
