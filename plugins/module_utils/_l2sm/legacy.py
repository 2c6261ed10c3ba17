# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The releases of L2S-M before its own resources (2022-2023): recognised, and told in today's words. Reading is all.

Source: the repository at 6d4bcd9. A network is a NetworkAttachmentDefinition of type ``host-device`` with the device
``l2sm-vNet``; ten devices ``vpod<n>`` and ten ``vxlan<n>`` on each node are definitions, too. An interim form has the
type ``l2sm`` and a ``kind``. Pods name networks in Multus' own annotation and set their addresses by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.paths import get_path
from .pods import ATTACHED, annotation, name_of

#: the device that stands for "a network of L2S-M"
DEVICE = "l2sm-vNet"
INTERFACE = re.compile(r"v(pod|xlan)\d+")
IMAGES = re.compile(r"(^|/)(l2sm-operator|l2sm-ovs|l2-ps)\b|^lewisfelix24/")
#: today's kind of network by the interim form's
KINDS = {"vlink": "vlink", "ext-vnet": "ext-vnet"}


def legacy(
    definitions: Sequence[Mapping[str, Any]],
    deployments: Sequence[Mapping[str, Any]],
    daemonsets: Sequence[Mapping[str, Any]],
    pods: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Everything of the earlier releases, and the declarations that take its networks' place. Pure."""
    networks, interfaces = [], []
    for definition in definitions:
        config = _config(definition)
        if config.get("type") == "host-device" and INTERFACE.fullmatch(str(config.get("device"))):
            interfaces.append(name_of(definition))
        elif (config.get("type") == "host-device" and config.get("device") == DEVICE) or config.get("type") == "l2sm":
            networks.append(_network(definition, config, pods))
    workloads = [f"deployment {name_of(d)}" for d in deployments if _ours(d)]
    workloads += [f"daemonset {name_of(d)}" for d in daemonsets if _ours(d)]
    return {
        "found": bool(networks or interfaces or workloads),
        "networks": networks,
        "interfaces": sorted(interfaces),
        "workloads": sorted(workloads),
        "declarations": [n["becomes"] for n in networks],
        "shared_names": _shared([n["becomes"]["name"] for n in networks]),
    }


def _config(definition: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        found = json.loads(str(get_path(definition, "spec.config", "{}") or "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}


def _network(
    definition: Mapping[str, Any], config: Mapping[str, Any], pods: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    meta = definition["metadata"]
    interim = config.get("type") == "l2sm"
    name, space = str(meta["name"]), str(meta.get("namespace") or "default")
    return {
        "name": name,
        "namespace": space,
        "form": "interim" if interim else "2023",
        "pods": sorted(name_of(p) for p in pods if (space, name) in _asked(p)),
        "becomes": {"name": name, "namespace": space, "type": KINDS.get(str(config.get("kind")), "vnet")},
    }


def _asked(pod: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Namespace and name of what a pod's Multus annotation names: ``a,space/b@net1``, or a list of dictionaries."""
    text, own = annotation(pod, ATTACHED), str(get_path(pod, "metadata.namespace", ""))
    try:
        found = json.loads(text)
        return {(str(n.get("namespace") or own), str(n.get("name"))) for n in found if isinstance(n, Mapping)}
    except (ValueError, TypeError):
        names = [n.strip().partition("@")[0] for n in text.split(",") if n.strip()]
        return {(n.rpartition("/")[0] or own, n.rpartition("/")[2]) for n in names}


def _ours(workload: Mapping[str, Any]) -> bool:
    containers = get_path(workload, "spec.template.spec.containers", None) or []
    return any(IMAGES.search(str(c.get("image") or "").partition(":")[0]) for c in containers)


def _shared(names: Sequence[str]) -> list[str]:
    """Names that are taken in several namespaces, which today's SDN controller cannot tell apart."""
    return sorted({n for n in names if names.count(n) > 1})
