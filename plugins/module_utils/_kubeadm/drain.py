# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking the work off a node before it is upgraded or removed, and giving it back.

Source: kubectl drain, 1.20 to 1.36. It evicts, so that disruption budgets are respected, and says of each pod that must
not go yet ``error when evicting pods/"NAME" -n "NAMESPACE" (will retry after 5s): WHY``; pods of DaemonSets and static
pods stay. What it would do is worked out here, since its dry run asks for rights that a check does not need.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .._engine.errors import EdgeError, InputError
from .kubectl import Kubectl

_STATIC = "kubernetes.io/config.mirror"
_BLOCKED = re.compile(
    r"error when evicting pods?[/ ]\"(?P<name>[^\"]+)\"(?: -n \"(?P<space>[^\"]+)\")?[^:]*: (?P<why>.+?)\s*$", re.M
)
#: what kubectl needs beyond the time of the drain itself, to ask and to give up
_SLACK = 30
#: seconds after which a node that is being drained is looked at again
_PART = 60
#: what kubectl says where the time was not enough
_LATE = "global timeout reached"
DONE = ("Succeeded", "Failed")


@dataclass(frozen=True)
class Wanted:
    """How a node is drained.

    :param timeout: seconds for all its pods.
    :param local: whether pods with an emptyDir may go, whose content is lost.
    :param alone: whether pods may go that no controller makes anew.
    """

    timeout: int = 600
    local: bool = True
    alone: bool = False


@dataclass(frozen=True)
class Work:
    """The pods that a drain takes off a node, by ``namespace/name``."""

    evicted: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    local: tuple[str, ...] = ()


def node_of(kubectl: Kubectl, name: str) -> dict[str, Any] | None:
    """A node of the cluster, or None."""
    return kubectl.get("node", name)


def ready(node: dict[str, Any]) -> bool:
    """Whether a node is heard of, and takes pods."""
    conditions = (node.get("status") or {}).get("conditions") or []
    return any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)


def schedulable(node: dict[str, Any]) -> bool:
    """Whether new pods may come to a node."""
    return not (node.get("spec") or {}).get("unschedulable")


def work(kubectl: Kubectl, name: str) -> Work:
    """What a drain takes off a node."""
    evicted, alone, local = [], [], []
    for pod in kubectl.list("pods", "--all-namespaces", f"--field-selector=spec.nodeName={name}"):
        meta = pod["metadata"]
        owner = next((one for one in meta.get("ownerReferences") or [] if one.get("controller")), None)
        done = (pod.get("status") or {}).get("phase") in DONE
        if _STATIC in (meta.get("annotations") or {}) or (owner and owner["kind"] == "DaemonSet" and not done):
            continue
        label = f"{meta['namespace']}/{meta['name']}"
        evicted.append(label)
        if owner is None and not done:
            alone.append(label)
        if not done and any("emptyDir" in volume for volume in pod["spec"].get("volumes") or []):
            local.append(label)
    return Work(tuple(evicted), tuple(alone), tuple(local))


def refused(found: Work, wanted: Wanted, name: str) -> None:
    """Refuse, before anything is done, what kubectl would refuse in the middle."""
    if found.alone and not wanted.alone:
        raise InputError(
            f"Node {name} has pods that no controller would make anew elsewhere: {_some(found.alone)}.",
            "Remove or move them, or let them go with force: true.",
            option="force",
        )
    if found.local and not wanted.local:
        raise InputError(
            f"Node {name} has pods that keep data on it (emptyDir): {_some(found.local)}.",
            "Save what is needed of it, and let it go with delete_emptydir_data: true.",
            option="delete_emptydir_data",
        )


def drain(kubectl: Kubectl, name: str, wanted: Wanted) -> str:
    """Take the work off a node; raises :class:`EdgeError` that names what does not let it go.

    Nobody ends the pods of a node that dies meanwhile, or whose host has just been reset: they are not waited for.
    """
    flags = ["--ignore-daemonsets"]
    flags += ["--delete-emptydir-data"] if wanted.local else []
    flags += ["--force"] if wanted.alone else []
    left = wanted.timeout
    while True:
        part = min(left, _PART)
        done = kubectl.call("drain", name, *flags, f"--timeout={part}s", timeout=part + _SLACK)
        if done.status == 0 or not ready(node_of(kubectl, name) or {}):
            return done.out
        left -= part
        if left <= 0 or _LATE not in done.err:
            break
    held = blocked(done.err)
    if held:
        said = "; ".join(f"{pod}: {why}" for pod, why in held.items())
        raise EdgeError(
            f"Node {name} was not drained within {wanted.timeout} s: {said}",
            "Look at the budgets (kubectl get pdb -A): start elsewhere what these workloads miss, or give more time.",
            blocked=sorted(held),
        )
    raise EdgeError(f"Node {name} was not drained: {done.words.rstrip('.')}.", "", status=done.status)


def blocked(text: str) -> dict[str, str]:
    """The pods that kubectl could not evict, each with the last reason."""
    found: dict[str, str] = {}
    for one in _BLOCKED.finditer(text):
        if "global timeout reached" in one["why"]:
            continue
        found[f"{one['space'] or 'default'}/{one['name']}"] = one["why"].rstrip(".") + "."
    return found


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more
