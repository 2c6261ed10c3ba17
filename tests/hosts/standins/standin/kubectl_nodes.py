# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verbs about nodes, and waiting: cordon, uncordon, drain, wait."""

from __future__ import annotations

import time
from typing import Any

from .cli import Session
from .client import ApiError, Object
from .host import Refusal
from .schema import seconds

_MIRROR = "kubernetes.io/config.mirror"


def _nodes(session: Session, plain: list[str]) -> list[Object]:
    if not plain and "selector" not in session.flags:
        raise Refusal("error: USAGE: cordon NODE [flags]\nSee 'kubectl cordon -h' for help and examples")
    return [obj for _resource, obj in session.find(["nodes", *plain])]


def _schedulable(session: Session, node: Object, wanted: bool) -> None:
    name = node["metadata"]["name"]
    word = "uncordoned" if wanted else "cordoned"
    if bool((node.get("spec") or {}).get("unschedulable")) != wanted:
        session.host.say(f"node/{name} already {word}")
        return
    patch = {"spec": {"unschedulable": None if wanted else True}}
    session.client.patch(f"/api/v1/nodes/{name}", patch, "strategic-merge-patch")
    session.host.say(f"node/{name} {word}")


def cordon(session: Session, plain: list[str]) -> int:
    """No new pods for nodes."""
    for node in _nodes(session, plain):
        _schedulable(session, node, False)
    return 0


def uncordon(session: Session, plain: list[str]) -> int:
    """New pods for nodes again."""
    for node in _nodes(session, plain):
        _schedulable(session, node, True)
    return 0


# -- drain -------------------------------------------------------------------------------------------------------
def _sorted(session: Session, name: str) -> tuple[list[Object], list[str], list[str]]:
    """Pods to evict, errors, warnings."""
    found = session.client.call("GET", "/api/v1/pods", fieldSelector=f"spec.nodeName={name}")["items"]
    flags, evicted = session.flags, []
    said: dict[str, list[str]] = {"daemon": [], "alone": [], "local": []}
    for pod in found:
        meta = pod["metadata"]
        label = f"{meta['namespace']}/{meta['name']}"
        if _MIRROR in (meta.get("annotations") or {}):
            continue
        done = (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
        owner = next((r for r in meta.get("ownerReferences") or [] if r.get("controller")), None)
        if owner and owner["kind"] == "DaemonSet" and not done:
            said["daemon"].append(label)
            continue
        if any("emptyDir" in v for v in pod["spec"].get("volumes") or []) and not done:
            said["local"].append(label)
        if owner is None and not done:
            said["alone"].append(label)
        evicted.append(pod)
    errors, warnings = [], []
    if said["daemon"]:
        listed = ", ".join(said["daemon"])
        if "ignore-daemonsets" in flags:
            warnings.append(f"ignoring DaemonSet-managed Pods: {listed}")
        else:
            errors.append(f"cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): {listed}")
    if said["local"] and "delete-emptydir-data" not in flags:
        listed = ", ".join(said["local"])
        errors.append(f"cannot delete Pods with local storage (use --delete-emptydir-data to override): {listed}")
    if said["alone"]:
        listed = ", ".join(said["alone"])
        if "force" in flags:
            warnings.append(f"deleting Pods that declare no controller: {listed}")
        else:
            errors.append(f"cannot delete Pods that declare no controller (use --force to override): {listed}")
    return evicted, errors, warnings


def drain(session: Session, plain: list[str]) -> int:
    """Cordon nodes and evict what runs there, as far as the disruption budgets let it go."""
    host = session.host
    nodes = _nodes(session, plain)
    for node in nodes:
        _schedulable(session, node, False)
    for node in nodes:
        name = node["metadata"]["name"]
        pods, errors, warnings = _sorted(session, name)
        if errors:
            whole = errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]"
            raise Refusal(
                f'error: unable to drain node "{name}" due to error: {whole}, continuing command...\nThere are pending '
                f"nodes to be drained:\n {name}\n{whole}"
            )
        for text in warnings:
            print(f"Warning: {text}", file=host.err)
        _evict(session, name, pods)
        host.say(f"node/{name} drained")
    return 0


def _evict(session: Session, node: str, pods: list[Object]) -> None:
    host, flags = session.host, session.flags
    limit = seconds(flags.get("timeout", "0s"))
    deadline = time.monotonic() + limit if limit else None
    left = list(pods)
    while left:
        again = []
        for pod in left:
            meta = pod["metadata"]
            path = f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}"
            host.say(f"evicting pod {meta['namespace']}/{meta['name']}")
            try:
                if "disable-eviction" in flags:
                    session.client.delete(path)
                else:
                    about = {"name": meta["name"], "namespace": meta["namespace"]}
                    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": about}
                    session.client.call("POST", f"{path}/eviction", body)
            except ApiError as error:
                if error.code == 404:
                    continue
                if error.code != 429:
                    raise
                text = f'error when evicting pods/"{meta["name"]}" -n "{meta["namespace"]}"'
                print(f"{text} (will retry after 5s): {error}", file=host.err)
                again.append(pod)
                if deadline and time.monotonic() > deadline:
                    whole = f"{text}: global timeout reached: {flags['timeout']}"
                    raise Refusal(
                        f'error: unable to drain node "{node}" due to error: {whole}, continuing command...\nThere are '
                        f"pending nodes to be drained:\n {node}\n{whole}"
                    ) from error
                continue
            while (now := session.client.get(path)) and now["metadata"]["uid"] == meta["uid"]:
                if deadline and time.monotonic() > deadline:
                    raise Refusal(
                        f'error: unable to drain node "{node}" due to error: global timeout reached: {flags["timeout"]}'
                    )
                time.sleep(0.1)
            host.say(f"pod/{meta['name']} evicted")
        left = again
        if left:
            pause = 5.0 * float(host.settings.get("pace", 1.0))
            time.sleep(min(pause, max(0.05, deadline - time.monotonic())) if deadline else pause)


# -- wait --------------------------------------------------------------------------------------------------------
def wait(session: Session, plain: list[str]) -> int:
    """Until a condition holds for all, or nothing is left."""
    what = session.flags.get("for", "")
    kind, _equal, rest = what.partition("=")
    if kind not in ("condition", "delete", "create"):
        raise Refusal(f"error: unrecognized condition: {what!r}" if what else 'error: required flag(s) "for" not set')
    deadline = time.monotonic() + seconds(session.flags.get("timeout", "30s"))
    name, _equal, value = rest.partition("=")
    while True:
        try:
            found = session.find(plain)
        except ApiError as error:
            if error.code != 404 or kind == "condition":
                raise
            found = []
        if not found and kind == "condition":
            raise Refusal("error: no matching resources found")
        if kind == "delete":
            pending: list[Any] = found
        else:
            pending = [p for p in found if kind == "condition" and not _holds(p[1], name, value or "True")]
            pending = pending if found else [None]
        if not pending:
            for resource, obj in found:
                session.host.say(f"{resource.shown}/{obj['metadata']['name']} condition met")
            return 0
        if time.monotonic() > deadline:
            for one in pending:
                label = f"{one[0].plural}/{one[1]['metadata']['name']}" if one else "/".join(plain)
                print(f"error: timed out waiting for the condition on {label}", file=session.host.err)
            return 1
        time.sleep(0.1)


def _holds(obj: Object, name: str, value: str) -> bool:
    conditions = (obj.get("status") or {}).get("conditions") or []
    return any(c["type"].lower() == name.lower() and c["status"].lower() == value.lower() for c in conditions)
