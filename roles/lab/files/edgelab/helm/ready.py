# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When Helm calls an object ready, and when waiting for one is in vain."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import quote

from .client import Client
from .errors import HelmError

Object = dict[str, Any]
#: reasons for which a container waits until somebody does something
_STUCK = {"ImagePullBackOff", "ErrImagePull", "CrashLoopBackOff", "CreateContainerConfigError", "InvalidImageName"}


def ready(client: Client, obj: Object, live: Object, namespace: str) -> bool:
    """Whether an object is ready by Helm's rules; kinds that it has no rule for always are."""
    if not live:
        return obj["kind"] not in _RULES
    rule = _RULES.get(obj["kind"])
    return bool(rule(client, live, namespace)) if rule else True


def _current(live: Object) -> bool:
    return bool((live.get("status") or {}).get("observedGeneration") == live["metadata"].get("generation"))


def _share(given: Any, of: int, up: bool, otherwise: str) -> int:
    """A number of pods, or a share of them."""
    given = otherwise if given is None else given
    if isinstance(given, str) and given.endswith("%"):
        part = of * int(given[:-1]) / 100
        return math.ceil(part) if up else math.floor(part)
    return int(given)


def _deployment(client: Client, live: Object, namespace: str) -> bool:
    spec = live["spec"]
    if spec.get("paused"):
        return False
    wanted = int(spec.get("replicas", 1))
    rolling = (spec.get("strategy") or {}).get("rollingUpdate") or {}
    spare = 0
    if (spec.get("strategy") or {}).get("type") != "Recreate":
        spare = _share(rolling.get("maxUnavailable"), wanted, False, "25%")
        if not spare and not _share(rolling.get("maxSurge"), wanted, True, "25%"):
            spare = 1
    sets = client.call("GET", f"/apis/apps/v1/namespaces/{live['metadata']['namespace']}/replicasets")["items"]
    own = [s for s in sets if any(r["uid"] == live["metadata"]["uid"] for r in _owners(s))]
    if not own:
        return False
    newest = max(own, key=lambda s: int(_marks(s).get("deployment.kubernetes.io/revision", 0)))
    fresh = int((newest.get("status") or {}).get("readyReplicas") or 0)
    # a template that was changed a moment ago has no set yet
    updated = int((live.get("status") or {}).get("updatedReplicas") or 0)
    return _current(newest) and _current(live) and fresh >= wanted - spare and updated >= wanted - spare


def _owners(obj: Object) -> list[Object]:
    return list(obj["metadata"].get("ownerReferences") or [])


def _marks(obj: Object) -> Object:
    return dict(obj["metadata"].get("annotations") or {})


def _daemon_set(_client: Client, live: Object, _namespace: str) -> bool:
    status, spec = live.get("status") or {}, live["spec"]
    if not _current(live):
        return False
    strategy = spec.get("updateStrategy") or {}
    if strategy.get("type", "RollingUpdate") != "RollingUpdate":
        return True
    wanted = int(status.get("desiredNumberScheduled") or 0)
    if int(status.get("updatedNumberScheduled") or 0) != wanted:
        return False
    spare = _share((strategy.get("rollingUpdate") or {}).get("maxUnavailable"), wanted, True, "1")
    return int(status.get("numberReady") or 0) >= wanted - spare


def _stateful_set(_client: Client, live: Object, _namespace: str) -> bool:
    status, spec = live.get("status") or {}, live["spec"]
    if not _current(live):
        return False
    strategy = spec.get("updateStrategy") or {}
    if strategy.get("type", "RollingUpdate") != "RollingUpdate":
        return True
    wanted = int(spec.get("replicas", 1))
    partition = int((strategy.get("rollingUpdate") or {}).get("partition") or 0)
    if int(status.get("updatedReplicas") or 0) < wanted - partition:
        return False
    if int(status.get("readyReplicas") or 0) != wanted:
        return False
    return bool(partition or status.get("currentRevision") == status.get("updateRevision"))


def _pod(_client: Client, live: Object, _namespace: str) -> bool:
    return any(
        c["type"] == "Ready" and c["status"] == "True" for c in (live.get("status") or {}).get("conditions") or []
    )


def _job(_client: Client, live: Object, _namespace: str) -> bool:
    status, spec, meta = live.get("status") or {}, live["spec"], live["metadata"]
    if int(status.get("failed") or 0) > int(spec.get("backoffLimit", 6)):
        raise HelmError(f"job is failed: {meta['namespace']}/{meta['name']}")
    return int(status.get("succeeded") or 0) >= int(spec.get("completions", 1))


def _service(_client: Client, live: Object, _namespace: str) -> bool:
    spec = live["spec"]
    if spec.get("type") == "ExternalName":
        return True
    if not spec.get("clusterIP"):
        return False
    told = (live.get("status") or {}).get("loadBalancer") or {}
    return bool(spec.get("type") != "LoadBalancer" or spec.get("externalIPs") or told.get("ingress"))


def _claim(_client: Client, live: Object, _namespace: str) -> bool:
    return bool((live.get("status") or {}).get("phase") == "Bound")


def _definition(_client: Client, live: Object, _namespace: str) -> bool:
    there = {c["type"]: c["status"] for c in (live.get("status") or {}).get("conditions") or []}
    return there.get("Established") == "True" or there.get("NamesAccepted") == "False"


def _replica_set(_client: Client, live: Object, _namespace: str) -> bool:
    return _current(live) and int((live.get("status") or {}).get("readyReplicas") or 0) >= int(live["spec"]["replicas"])


_RULES = {
    "Deployment": _deployment,
    "DaemonSet": _daemon_set,
    "StatefulSet": _stateful_set,
    "ReplicaSet": _replica_set,
    "Pod": _pod,
    "Job": _job,
    "Service": _service,
    "PersistentVolumeClaim": _claim,
    "CustomResourceDefinition": _definition,
}


def hopeless(client: Client, objects: list[Object], namespace: str) -> bool:
    """Whether one of the pods of these objects waits for somebody: no image, no node, a program that ends again."""
    for obj in objects:
        selector = ((obj.get("spec") or {}).get("selector") or {}).get("matchLabels") or {}
        if obj["kind"] == "Job":
            selector = {"job-name": obj["metadata"]["name"]}
        space = obj["metadata"].get("namespace") or namespace
        if obj["kind"] == "Pod":
            pods = [client.call("GET", f"/api/v1/namespaces/{space}/pods/{obj['metadata']['name']}", absent=True)]
        elif selector and obj["kind"] in _RULES and obj["kind"] != "Service":
            query = quote(",".join(f"{k}={v}" for k, v in selector.items()))
            pods = client.call("GET", f"/api/v1/namespaces/{space}/pods?labelSelector={query}")["items"]
        elif obj["kind"] == "PersistentVolumeClaim":
            return True
        else:
            continue
        if any(_stuck(pod.get("status") or {}) for pod in pods):
            return True
    return False


def _stuck(status: Object) -> bool:
    for one in [*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])]:
        waiting = (one.get("state") or {}).get("waiting") or {}
        if waiting.get("reason") in _STUCK:
            return True
    return any(c["type"] == "PodScheduled" and c["status"] == "False" for c in status.get("conditions") or []) or any(
        c["type"] == "Ready" and c["status"] == "Unknown" for c in status.get("conditions") or []
    )
