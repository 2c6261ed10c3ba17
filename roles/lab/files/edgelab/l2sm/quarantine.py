# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quarantine requests: the ports of selected pods move from one network to another."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING

from ..kubernetes.controllers import condition, with_conditions
from ..kubernetes.kubelet import PODS
from ..kubernetes.selectors import structured_selector
from ..kubernetes.store import Key, Object
from . import names

if TYPE_CHECKING:
    from .operator import Operator

_KEY: Key = ("l2sm.l2sm.k8s.local", "quarantinepodrequests")
_NETWORKS: Key = ("l2sm.l2sm.k8s.local", "l2networks")


class Quarantine:
    """The reconciler; it has no finalizer and undoes nothing."""

    def __init__(self, operator: Operator) -> None:
        self.o = operator

    def reconcile(self, request: Object) -> bool:
        """Move the pods, and say in the one condition ``Available`` how it went."""
        meta, spec = request["metadata"], request["spec"]
        if "deletionTimestamp" in meta or self._is_told(request):
            return True
        space, target_name = meta["namespace"], spec["targetL2Network"]
        fits = structured_selector(spec["selector"]["l2NetworkSelector"])
        sources = [n for n in self.o.c.registry.store.all(_NETWORKS, space) if fits(n)]
        if not sources:
            text = "L2Network selector did not match any source L2Network"
            return self._tell(request, "SourceL2NetworkNotFound", text)
        if len(sources) > 1:
            text = f"L2Network selector matched {len(sources)} source L2Networks; expected exactly one"
            return self._tell(request, "MultipleSourceL2Networks", text)
        source = sources[0]["metadata"]["name"]
        if self.o.c.registry.store.get(_NETWORKS, space, target_name) is None:
            text = f'target L2Network "{target_name}" does not exist'
            return self._tell(request, "TargetL2NetworkNotFound", text, source)
        if source == target_name:
            return self._tell(request, "InvalidRequest", "source and target L2Network are the same", source)
        if not self.o.sdn_up():
            text = "could not check target L2Network in SDN controller: connection refused"
            return self._tell(request, "TargetL2NetworkCheckFailed", text, source)
        if not self.o.vnets.exists(target_name):
            text = f'target L2Network "{target_name}" does not exist in the SDN controller'
            return self._tell(request, "TargetL2NetworkUnavailable", text, source)
        return self._move_all(request, source, target_name)

    def _is_told(self, request: Object) -> bool:
        """A status write must not lead to the next one for ever; a new generation is looked at again."""
        status = request.get("status") or {}
        return bool(status.get("observedGeneration") == request["metadata"].get("generation"))

    def _move_all(self, request: Object, source: str, target: str) -> bool:
        space = request["metadata"]["namespace"]
        fits = structured_selector(request["spec"]["selector"]["podLabelSelector"])
        moved = 0
        for pod in self.o.c.registry.store.all(PODS, space):
            if not fits(pod) or "deletionTimestamp" in pod["metadata"]:
                continue
            failure, done = self._move(copy.deepcopy(pod), source, target)
            if failure:
                return self._tell(request, "PodMoveFailed", failure, source, moved)
            moved += done
        text = f'moved {moved} pod(s) from "{source}" to "{target}"'
        return self._tell(request, "PodsMoved", text, source, moved)

    def _move(self, pod: Object, source: str, target: str) -> tuple[str, int]:
        annotations = pod["metadata"].get("annotations") or {}
        if names.NETWORKS not in annotations or names.MULTUS not in annotations:
            return "", 0
        wanted = names.networks_of(annotations[names.NETWORKS])
        interfaces = names.networks_of(annotations[names.MULTUS])
        index = next((i for i, n in enumerate(wanted) if n["name"] == source), None)
        if index is None:
            return "", 0
        if len(wanted) != len(interfaces):
            counts = f"{len(wanted)} l2sm networks, {len(interfaces)} Multus networks"
            return f"pod has mismatched l2sm and Multus annotation counts: {counts}", 0
        place = names.endpoint(pod["spec"]["nodeName"], interfaces[index]["name"]) or ""
        name = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
        code = self.o.vnets.detach(source, [place])
        if code not in (200, 204):
            detail = f"failed to detach pod from network, status code: {code}"
            return f'could not detach pod {name} port {place} from source L2Network "{source}": {detail}', 0
        code = self.o.vnets.attach(target, [place])
        if code != 204:
            detail = f"failed to attach pod, status code: {code}"
            return f'could not attach pod {name} port {place} to target L2Network "{target}": {detail}', 0
        wanted[index] = {**wanted[index], "name": target}
        annotations[names.NETWORKS] = json.dumps(wanted, separators=(",", ":"))
        self.o.update(PODS, pod)
        addresses = [a.partition("/")[0] for a in interfaces[index].get("ips") or []]
        self._count(pod, source, target, addresses)
        return "", 1

    def _count(self, pod: Object, source: str, target: str, addresses: list[str]) -> None:
        space = pod["metadata"]["namespace"]
        for name, step in ((source, -1), (target, 1)):
            network = self.o.c.get(_NETWORKS, space, name)
            if network is None:
                continue
            status = network.get("status") or {}
            taken = dict(status.get("assignedIPs") or {})
            for address in addresses:
                if step < 0:
                    taken.pop(address, None)
                else:
                    taken[address] = pod["metadata"]["name"]
            count = max(status.get("connectedPodCount", 0) + step, 0)
            self.o.status(_NETWORKS, network, assignedIPs=taken, connectedPodCount=count)

    def _tell(self, request: Object, reason: str, text: str, source: str = "", moved: int = 0) -> bool:
        generation = request["metadata"]["generation"]
        holds = "True" if reason == "PodsMoved" else "False"
        fresh = condition("Available", holds, reason, text, observedGeneration=generation)
        self.o.status(
            _KEY,
            request,
            conditions=with_conditions(request.get("status"), [fresh]),
            observedGeneration=generation,
            sourceL2NetworkName=source,
            targetL2NetworkName=request["spec"]["targetL2Network"],
            matchedPodCount=moved,
            movedPodCount=moved,
        )
        return True
