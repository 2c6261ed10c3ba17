# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules ask a cluster, and in how few requests."""

from __future__ import annotations

import difflib
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from .._engine.errors import ApiError, EdgeError, FailedStateError, WaitTimeoutError
from .._engine.progress import tell
from .._kubernetes.connection import Connection
from .components import NODE_LABELS
from .pods import look, lost_nodes
from .releases import SELECTOR, Live, change, latest
from .values import at

_WORKLOADS = {
    "Deployment": "/apis/apps/v1/namespaces/{}/deployments",
    "StatefulSet": "/apis/apps/v1/namespaces/{}/statefulsets",
    "DaemonSet": "/apis/apps/v1/namespaces/{}/daemonsets",
    "Job": "/apis/batch/v1/namespaces/{}/jobs",
    "Pod": "/api/v1/namespaces/{}/pods",
}


def items(connection: Connection, path: str, **query: str) -> list[dict[str, Any]]:
    """The objects of a list."""
    return list((connection.request("GET", path, query=query) or {}).get("items") or [])


def lives(connection: Connection, namespaces: Sequence[str]) -> dict[tuple[str, str], dict[str, Live]]:
    """Releases in these namespaces, by namespace and name: one request for each namespace."""
    result = {}
    for namespace in sorted(set(namespaces)):
        path = f"/api/v1/namespaces/{quote(namespace)}/secrets"
        found = items(connection, path, labelSelector=SELECTOR)
        for name, live in latest(i for i in found if i.get("type") == "helm.sh/release.v1").items():
            result[namespace, name] = live
    return result


def wanted_labels(plan: Mapping[str, Mapping[str, str]], nodes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Labels that nodes still have to get, what is wrong with the words of the inventory, and all as they will be."""
    there = {str(n["metadata"]["name"]): dict(n["metadata"].get("labels") or {}) for n in nodes}
    faults: list[str] = []
    give: dict[str, dict[str, str]] = {}
    for named, labels in plan.items():
        if named != "all" and named not in there:
            close = difflib.get_close_matches(named, there, 1)
            hint = f"Did you mean {close[0]}?" if close else f"It has {', '.join(sorted(there))}."
            faults.append(f"openstack_helm_nodes: the cluster has no node {named}. {hint}")
            continue
        for node in there if named == "all" else [named]:
            missing = {k: v for k, v in labels.items() if there[node].get(k) != v}
            if missing:
                give.setdefault(node, {}).update(missing)
    after = {node: {**labels, **give.get(node, {})} for node, labels in there.items()}
    have = {
        node: {k: v for k, v in {**plan.get("all", {}), **plan.get(node, {})}.items() if labels.get(k) == v}
        for node, labels in there.items()
    }
    return {"give": give, "faults": faults, "after": after, "have": {k: v for k, v in have.items() if v}}


def unplaced(releases: Sequence[Mapping[str, Any]], labels: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Releases whose pods no node would take."""
    groups = {pair: group for group, pair in NODE_LABELS.items()}
    result: dict[str, list[str]] = {}
    for release in releases:
        for key, value in release["selectors"]:
            group = groups.get((key, value))
            if group is not None and group not in release["nodes"]:
                continue  # a part of the chart that is off by default, such as SR-IOV
            if not any(node.get(key) == value for node in labels.values()):
                word = f"group {group}" if group else "a group of your own"
                result.setdefault(f"{key}={value} ({word})", []).append(release["name"])
    return [
        f"No node has the label {label}, which {', '.join(names)} place{'s' if len(names) == 1 else ''} pods by. "
        f"Name nodes in openstack_helm_nodes."
        for label, names in result.items()
    ]


def survey(connection: Connection, options: Mapping[str, Any]) -> dict[str, Any]:
    """What a run would do with a cluster, and what stands against it.

    :param options: ``releases``, ``node_labels`` and ``needs`` of the plan; ``ignore_nodes``, ``downgrade``.
    """
    releases = options["releases"]
    nodes = items(connection, "/api/v1/nodes")
    labels = wanted_labels(options["node_labels"], nodes)
    faults = [*labels["faults"], *unplaced(releases, labels["after"])]
    used = {pair for release in releases for pair in map(tuple, release["selectors"])}
    for node, words in lost_nodes(nodes).items():
        if node not in options["ignore_nodes"] and used & set(labels["after"][node].items()):
            faults.append(
                f"Node {node}, which OpenStack uses, is not ready: {words}. "
                f"Bring it back, or name it in openstack_helm_ignore_nodes to go on without it."
            )
    faults += _classes(connection, releases)
    for need in options["needs"]:
        if not _there(connection, need["path"]):
            faults.append(f"The feature {need['feature']} needs {need['what']}, which is not there. {need['remedy']}")
    found = lives(connection, [release["namespace"] for release in releases])
    now = datetime.now(UTC)
    changes = [change(r, found.get((r["namespace"], r["release"]), {}), now, options["downgrade"]) for r in releases]
    faults += [one["fault"] for one in changes if one["fault"]]
    faults += _forgotten(releases, found, options["made"])
    return {"changes": changes, "labels": labels["give"], "labelled": labels["have"], "faults": faults}


def _forgotten(releases: Sequence[Mapping[str, Any]], found: Mapping[Any, Any], made: Sequence[str]) -> list[str]:
    """Passwords that were made just now, of releases that have been installed with others: their file was lost."""
    lost: dict[str, list[str]] = {}
    for release in releases:
        live = found.get((release["namespace"], release["release"]), {}).get("deployed")
        for place, whose in release["places"].items() if live else ():
            path = place.split(".")
            if whose in made and at(live.values, path) not in (None, at(release["values"], path)):
                lost.setdefault(release["name"], []).append(whose)
    return [
        f"{name} is installed with other passwords ({', '.join(sorted(whose))}) than those that were made now: the "
        f"file openstack_helm_passwords_file was lost. Restore it, or give the passwords in openstack_helm_passwords."
        for name, whose in lost.items()
    ]


def _classes(connection: Connection, releases: Sequence[Mapping[str, Any]]) -> list[str]:
    wanted: dict[str, list[str]] = {}
    for release in releases:
        for name in release["storage_classes"]:
            wanted.setdefault(name, []).append(release["name"])
    if not wanted:
        return []
    there = [str(i["metadata"]["name"]) for i in items(connection, "/apis/storage.k8s.io/v1/storageclasses")]
    return [
        f"{', '.join(names)} want{'s' if len(names) == 1 else ''} volumes of the storage class {name}, and the cluster "
        f"has {', '.join(there) or 'none'}. Set openstack_helm_storage_class, or make that class."
        for name, names in wanted.items()
        if name not in there
    ]


def _there(connection: Connection, path: str) -> bool:
    try:
        connection.request("GET", path)
    except ApiError as error:
        if error.status == 404:
            return False
        raise
    return True


def _found(connection: Connection, namespaces: Sequence[str]) -> dict[str, Any]:
    result: dict[str, Any] = {"Node": items(connection, "/api/v1/nodes")}
    for namespace in sorted(set(namespaces)):
        result[namespace] = {k: items(connection, path.format(quote(namespace))) for k, path in _WORKLOADS.items()}
    return result


def wait(
    connection: Connection,
    releases: Sequence[Mapping[str, str]],
    seconds: float,
    ignored: Sequence[str] = (),
    interval: float = 2.0,
) -> dict[str, Any]:
    """Wait until releases are up.

    :param releases: ``name``, ``release`` and ``namespace`` of each.
    :raises FailedStateError: a job has failed for good.
    :raises WaitTimeoutError: not all are up in time; both tell what lacks, in the pods' words, and what to do.
    """
    deadline, pause = time.monotonic() + seconds, min(interval, 0.25)
    said: EdgeError | None = None
    while True:
        late: dict[str, dict[str, Any]] = {}
        try:
            found = _found(connection, [one["namespace"] for one in releases])
            said = None
            for one in releases:
                there = {**found[one["namespace"]], "Node": found["Node"]}
                seen = look(one["release"], one["namespace"], there, ignored)
                if not seen["ready"]:
                    late[one["name"]] = seen
        except (ApiError, EdgeError) as error:
            if isinstance(error, ApiError) and error.status < 500:
                raise
            said = error  # an API that is away for a while is none of a release's faults
        if said is None and not late:
            return {"ready": [one["name"] for one in releases]}
        if any(seen["final"] for seen in late.values()) or time.monotonic() >= deadline:
            raise said if said is not None and not late else _told(late, seconds)
        state = "; ".join(f"{name}: {', '.join(seen['lacks'][:2])}" for name, seen in late.items())
        tell("OpenStack", state or str(said), seconds - (deadline - time.monotonic()))
        time.sleep(min(pause, max(0.0, deadline - time.monotonic())))
        pause = min(interval, pause * 2)


def _told(late: Mapping[str, Mapping[str, Any]], seconds: float) -> EdgeError:
    lines, remedies, pods = [], [], []
    for name, seen in late.items():
        troubles = seen["troubles"]
        # what only waits for something else comes last: the cause is elsewhere
        ordered = sorted(troubles, key=lambda t: t.reason in ("Dependencies", "Initializing", "ContainersNotReady"))
        words = "; ".join([*seen["lacks"], *map(str, ordered[:6])])
        lines.append(f"{name}: {words}.")
        remedies += [t.remedy for t in ordered[:3]]
        pods += [{"component": name, **vars(t)} for t in ordered]
    kind = FailedStateError if any(seen["final"] for seen in late.values()) else WaitTimeoutError
    head = "" if seconds <= 0 or kind is FailedStateError else f"Not up after {seconds:.0f} s. "
    return kind(head + " ".join(lines), " ".join(dict.fromkeys(remedies)), components=sorted(late), pods=pods)
