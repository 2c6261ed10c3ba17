# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The upgrade of Kubernetes: its requests, the states that take them, and what each leads to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from . import kube
from .wire import Rejected, Row, check_uuid, new_uuid
from .world import World, now

TABLE = "kube_upgrades"
#: alarms in spite of which an upgrade may start
IGNORED = frozenset(
    {
        *("100.103", "100.119", "200.001", "280.001", "280.002", "700.004", "750.006", "900.007", "900.022"),
        *("900.023", "900.024", "900.401", "900.402", "900.701"),
    }
)
#: state that is asked for -> (states that take it, in the words of a refusal; state afterwards; what for)
SIMPLE = {
    "downloading-images": (
        ("upgrade-started", "downloading-images-failed"),
        "downloaded-images",
        "Kubernetes upgrade must be in {0} or {1} state to download images",
    ),
    "pre-updating-apps": (
        ("downloaded-images", "pre-updating-apps-failed"),
        "pre-updated-apps",
        "Kubernetes upgrade must be in {0} or {1} state to update applications",
    ),
    "upgrading-networking": (
        ("pre-updated-apps", "upgrading-networking-failed"),
        "upgraded-networking",
        "Kubernetes upgrade must be in {0} or {1} state to upgrade networking",
    ),
    "upgrading-storage": (
        ("upgraded-networking", "upgrading-storage-failed"),
        "upgraded-storage",
        "Kubernetes upgrade must be in {0} or {1} state to upgrade storage",
    ),
    "cordon-started": (
        ("upgraded-storage", "cordon-failed"),
        "cordon-complete",
        "Kubernetes upgrade must be in {0} or {1} state to cordon",
    ),
    "uncordon-started": (
        ("upgrading-kubelets", "uncordon-failed"),
        "uncordon-complete",
        "Kubernetes upgrade must be in {0} or {1} state to uncordon",
    ),
    "post-updating-apps": (
        ("upgrade-complete", "post-updating-apps-failed"),
        "post-updated-apps",
        "Kubernetes upgrade must be in {0} or {1} state to update applications",
    ),
}
FAILED = {"cordon-started": "cordon-failed", "uncordon-started": "uncordon-failed"}
NOT_SIMPLEX = {
    "cordon-started": "The 'system kube-host-cordon' is not supported in {0}",
    "uncordon-started": "The system kube-host-uncordon is not supported in {0}",
    "upgrade-aborting": "The 'system kube-upgrade-abort' is not supported in {0}",
}
NO_ABORT = (
    *("upgrade-aborting", "upgrade-aborted", "upgrade-complete", "post-updating-apps", "post-updating-apps-failed"),
    "post-updated-apps",
)
ABORTED_AT_ONCE = (
    *("upgrade-started", "downloading-images", "downloading-images-failed", "downloaded-images"),
    *("pre-updating-apps", "pre-updating-apps-failed", "pre-updated-apps"),
)
DELETABLE = ("upgrade-complete", "post-updating-apps-failed", "post-updated-apps", "upgrade-aborted")
MASTERS = (
    *("upgraded-storage", "upgraded-first-master", "upgrading-first-master-failed"),
    *("upgraded-second-master", "upgrading-second-master-failed"),
)
NONE = "A kubernetes upgrade is not in progress"
SKEW = 3


def route(world: World, base: str, request: web.Request, path: list[str], body: Any) -> web.StreamResponse | None:
    """The answer to a request about the upgrade; None for every other one."""
    match request.method, path:
        case "GET", ["kube_upgrade"]:
            return web.json_response({"kube_upgrades": [_shown(u, base) for u in world.tables.get(TABLE, [])]})
        case "GET", ["kube_host_upgrades"]:
            return web.json_response({"kube_host_upgrades": kube.nodes(world)})
        case "POST", ["kube_upgrade"]:
            return web.json_response(_shown(start(world, body), base))
        case "PATCH", ["kube_upgrade"]:
            return web.json_response(_shown(change(world, kube.state_of(body)), base))
        case "DELETE", ["kube_upgrade"]:
            delete(world)
            return web.Response(status=204)
        case "POST", ["ihosts", identity, "kube_upgrade_control_plane" | "kube_upgrade_kubelet" as what]:
            check_uuid("host_uuid", identity)
            host = world.host(identity)
            (control_plane if what.endswith("plane") else kubelet)(world, host, body or {})
            return web.json_response({"uuid": host["uuid"], "hostname": host["hostname"]})
        case "GET", ["health", "kube-upgrade"]:
            return web.json_response(kube.report(world, bool(request.query.get("relaxed"))))
    return None


def upgrade_of(world: World) -> Row | None:
    """The upgrade that is in progress."""
    return next(iter(world.tables.get(TABLE, [])), None)


def _shown(row: Row, base: str) -> Row:
    links = [{"href": f"{base}/v1/kube_upgrade/{row['uuid']}", "rel": "self"}]
    return {**{k: v for k, v in row.items() if not k.startswith("_")}, "links": links}


def start(world: World, body: Any) -> Row:
    """Begin an upgrade."""
    given = body if isinstance(body, dict) else {}
    if "to_version" not in given:
        raise Rejected('Missing argument: "to_version"')
    if world.tables.get("usm_upgrade"):
        raise Rejected("A kubernetes upgrade cannot be done while a platform upgrade is in progress")
    if upgrade_of(world):
        raise Rejected("A kubernetes upgrade is already in progress")
    target = str(given["to_version"]).lower()
    target = target if target.startswith("v") else f"v{target}"
    states = {r["version"]: r["state"] for r in world.rows("kube_versions")}
    if target not in states:
        raise Rejected(f"Kubernetes version {target} is not available")
    planes = kube.control_planes(world)
    present = max(planes.values(), key=kube.number)
    if states[target] != "available":
        raise Rejected(f"The target Kubernetes version {target} is not in available state")
    if target not in kube.stations(world, present, target):
        raise Rejected(f"The installed Kubernetes version {present} cannot upgrade to version {target}")
    if states.get(present) != "active":
        raise Rejected(f"The installed Kubernetes version {present} is not active on all hosts")
    ignored = IGNORED | kube.ignored_alarms(given.get("alarm_ignore_list"))
    if not kube.fit(world, given.get("force") is True, ignored):
        raise Rejected(
            "System is not in a valid state for kubernetes upgrade. Run system health-query-kube-upgrade for more "
            "details."
        )
    row: Row = {"id": 1, "uuid": new_uuid(), "from_version": present, "to_version": target, "state": "upgrade-started"}
    row.update(created_at=now(), updated_at=None)
    world.tables[TABLE] = [row]
    for node in kube.nodes(world):
        world.change(node, target_version=present)
    kube.refresh(world, target)
    return row


def _current(world: World, words: str = NONE) -> Row:
    row = upgrade_of(world)
    if row is None:
        raise Rejected(words)
    return row


def _later(world: World, row: Row, doing: str, done: Callable[[], None], failed: Callable[[], None]) -> None:
    """Come to an end of what is being done after its time, in the way that the lab's faults say."""
    fault = world.faults.take("fail_operation", "sysinv", f"kube-upgrade {doing}")

    def end() -> None:
        if upgrade_of(world) is row and row.get("_doing") == mark:
            (failed if fault else done)()

    mark = row["_doing"] = new_uuid()
    world.later("kube", world.duration("kube", kube.SECONDS[doing]), end)


def change(world: World, updates: Row) -> Row:
    """Set the state, which begins what it is called after."""
    row, wanted = _current(world), str(updates["state"])
    if wanted.endswith("-failed"):
        working = {*SIMPLE, "upgrading-first-master", "upgrading-second-master"} - set(FAILED)
        if row["state"] not in working:
            raise Rejected(f"A kubernetes upgrade is in {row['state']} state cannot be set to failed")
        world.change(row, state=wanted)
        return row
    mode = world.system["system_mode"]
    if wanted in NOT_SIMPLEX and not world.simplex:
        raise Rejected(NOT_SIMPLEX[wanted].format(mode))
    if wanted in SIMPLE:
        allowed, done, words = SIMPLE[wanted]
        if row["state"] not in allowed:
            raise Rejected(words.format(*allowed))
        if wanted == "uncordon-started":
            _all_upgraded(world, "kubelet")
        if "cordon" in wanted:
            str(updates["hostname"])
        world.change(row, state=wanted)
        failed = FAILED.get(wanted, f"{wanted}-failed")

        def end() -> None:
            row["_cordoned"] = done == "cordon-complete" or (row.get("_cordoned") and done != "uncordon-complete")
            world.change(row, state=done)

        _later(world, row, wanted, end, lambda: world.change(row, state=failed))
        return row
    if wanted == "upgrade-aborting":
        return _abort(world, row)
    if wanted == "upgrade-complete":
        return _complete(world, row)
    raise Rejected(f"Invalid state {wanted} supplied")


def _all_upgraded(world: World, what: str) -> None:
    if any(n["status"] != "upgraded-kubelet" for n in kube.nodes(world) if n["kubelet_version"] != "N/A"):
        raise Rejected(f"At least one host has not completed the {what} upgrade")


def _complete(world: World, row: Row) -> Row:
    last = ["upgrading-kubelets", "uncordon-complete"] if world.simplex else ["upgrading-kubelets"]
    if row.get("_cordoned"):
        last = ["uncordon-complete"]
    if row["state"] not in last:
        raise Rejected(f"Kubernetes upgrade must be in {' or '.join(last)} state to complete")
    _all_upgraded(world, "kubernetes")
    if world.find("kube_versions", row["to_version"])["state"] != "active":
        raise Rejected("Kubernetes to_version must be active to complete")
    for node in kube.nodes(world):
        world.change(node, status=None)
    world.change(row, state="upgrade-complete")
    return row


def _abort(world: World, row: Row) -> Row:
    if row["state"] in NO_ABORT:
        raise Rejected(f"Cannot abort the kubernetes upgrade it is in {row['state']} state")
    at_once = row["state"] in ABORTED_AT_ONCE
    row.pop("_doing", None)
    for node in kube.nodes(world):
        world.change(node, target_version=row["from_version"], status="upgrade-aborting")

    def back() -> None:
        for node in kube.nodes(world):
            for field in ("control_plane_version", "kubelet_version"):
                if node[field] != "N/A":
                    world.change(node, **{field: row["from_version"], "status": None})
        kube.refresh(world, row["from_version"])
        world.change(row, state="upgrade-aborted")

    if at_once:
        back()
        return row
    world.change(row, state="upgrade-aborting")
    _later(world, row, "upgrade-aborting", back, lambda: world.change(row, state="upgrade-aborting-failed"))
    return row


def delete(world: World) -> None:
    """Forget an upgrade that has ended."""
    row = _current(world)
    if row["state"] not in DELETABLE:
        first, second, third, fourth = DELETABLE
        raise Rejected(f"Kubernetes upgrade must be in {first}, {second}, {third} or {fourth} state to delete")
    world.tables[TABLE] = []
    kube.refresh(world, None)


def control_plane(world: World, host: Row, body: Row) -> None:
    """Upgrade the control plane of one controller by one version."""
    row = _current(world, f"{NONE}.")
    if host["personality"] != "controller":
        raise Rejected("This host does not have a kubernetes control plane.")
    planes, node, target = kube.control_planes(world), kube.node_of(world, host), row["to_version"]
    version = planes[host["hostname"]]
    first = all(kube.number(version) >= kube.number(v) for v in planes.values())
    following = version if version == target else kube.stations(world, version, target)[0]
    allowed = (*MASTERS[:3], "cordon-complete") if world.simplex else MASTERS
    if row["state"] == "upgrading-kubelets":
        if version == target:
            raise Rejected("The control plane is already running the target version.")
    elif row["state"] not in allowed:
        raise Rejected("The kubernetes upgrade is not in a valid state to upgrade the control plane.")
    if version != target:
        old = [
            name
            for name, kubelet in kube.kubelets(world).items()
            if kube.number(following)[1] - kube.number(kubelet)[1] > SKEW
        ]
        if old and node["status"] != "upgraded-kubelet":
            raise Rejected(f"Update kubelet on {old} before updating control plane again.")
        if first and len(set(planes.values())) > 1:
            raise Rejected("Update second control-plane before updating first control plane again.")
    elif row["state"] in ("upgraded-first-master", "upgraded-second-master"):
        raise Rejected("The control plane was already upgraded.")
    if (host["administrative"], host["operational"]) != ("unlocked", "enabled"):
        raise Rejected("The host must be unlocked and available to upgrade the control plane.")
    if node["status"] == "upgrading-control-plane":
        raise Rejected("The control plane on this host is already being upgraded.")
    world.change(node, target_version=target, status="upgrading-control-plane")
    which = "first" if first else "second"
    world.change(row, state=f"upgrading-{which}-master")

    def done() -> None:
        world.change(node, control_plane_version=following, status=None)
        kube.refresh(world, target)
        world.change(row, state=f"upgraded-{which}-master")

    def failed() -> None:
        world.change(node, status="upgrading-control-plane-failed")
        world.change(row, state=f"upgrading-{which}-master-failed")

    _later(world, row, f"upgrading-{which}-master", done, failed)


def kubelet(world: World, host: Row, body: Row) -> None:
    """Upgrade the kubelet of one host."""
    row = _current(world, f"{NONE}.")
    if host["personality"] not in ("controller", "worker"):
        raise Rejected("This host does not have a kubelet.")
    last = "upgraded-first-master" if world.simplex else "upgraded-second-master"
    if row["state"] not in (last, "upgrading-kubelets"):
        raise Rejected(
            f"The kubernetes upgrade must be in the {last} or upgrading-kubelets state to upgrade the kubelet."
        )
    planes, lets, node = kube.control_planes(world), kube.kubelets(world), kube.node_of(world, host)
    if host["personality"] == "worker" and any(lets.get(name) != v for name, v in planes.items()):
        raise Rejected(
            "The kubelets on all controller hosts must be upgraded before upgrading kubelets on worker hosts."
        )
    force = body.get("force") is True
    if node["target_version"] == row["to_version"] == lets[host["hostname"]] and not force:
        world.change(node, status="upgraded-kubelet")
        return
    fitting = ("unlocked", "available") if world.simplex else ("locked", "online")
    if (host["administrative"], host["availability"]) != fitting and not (world.simplex and force):
        raise Rejected(f"The host must be {' and '.join(fitting)} to upgrade the kubelet.")
    if node["status"] == "upgrading-kubelet":
        raise Rejected("The kubelet on this host is already being upgraded.")
    version = planes.get(host["hostname"]) or next(iter(planes.values()))
    world.change(node, status="upgrading-kubelet", target_version=node["target_version"])
    world.change(row, state="upgrading-kubelets")

    def done() -> None:
        world.change(node, kubelet_version=version, status="upgraded-kubelet")
        kube.refresh(world, row["to_version"])

    _later(world, row, "upgrading-kubelet", done, lambda: world.change(node, status="upgrading-kubelet-failed"))
