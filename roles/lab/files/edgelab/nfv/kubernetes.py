# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strategies for Kubernetes and its root CA."""

from __future__ import annotations

from typing import Any

from ..sysinv import kube, kube_rootca, kube_upgrade
from ..sysinv.wire import Row
from .steps import Built, Pieces
from .strategy import Stage, Step, StepFailed

CA = "kube-rootca-update"


def kube_upgrade_stages(b: Pieces) -> Built:
    """An upgrade of Kubernetes, from wherever it is."""
    target = str(b.given["to-version"]).lower()
    target = target if target.startswith("v") else f"v{target}"
    row = b.world.one("kube_versions", version=target)
    if row is None:
        raise StepFailed(f"Invalid to_version value: '{target}'")
    b.refuse_alarms()
    upgrade = kube_upgrade.upgrade_of(b.world)
    if upgrade is None and row["state"] == "active":
        raise StepFailed(f"Kubernetes is already upgraded to: {target}")
    if upgrade is not None and upgrade["state"] == "upgrade-aborted":
        kube_upgrade.delete(b.world)
        upgrade = None
    if upgrade is not None and upgrade["to_version"] != target:
        raise StepFailed(f"Unable to resume kube upgrade from state: {upgrade['state']}")
    stages = _kube_stages(b, target)
    done = upgrade["state"] if upgrade else ""
    names = [s.name for s in stages]
    after = {
        "": 0,
        "upgrade-started": 1,
        "downloading-images-failed": 1,
        "downloaded-images": 2,
        "pre-updating-apps-failed": 2,
        "pre-updated-apps": 3,
        "upgrading-networking-failed": 3,
        "upgraded-networking": 4,
        "upgrading-storage-failed": 4,
        "upgraded-storage": 5,
    }
    ends = {
        "uncordon-complete": "kube-upgrade-complete",
        "upgrade-complete": "kube-post-application-update",
        "post-updating-apps-failed": "kube-post-application-update",
        "post-updated-apps": "kube-upgrade-cleanup",
    }
    middle = ("cordon-complete", "upgrading-first-master-failed", "upgraded-first-master", "upgrading-kubelets")
    if done in after:
        stages = stages[after[done] :]
    elif done in ends:
        stages = stages[names.index(ends[done]) :]
    elif done in middle:
        stages = stages[6 if b.world.simplex else 5 :]
    else:
        raise StepFailed(f"Unable to resume kube upgrade from state: {done}")
    back = [Stage("kube-upgrade-abort", [_kube(b, "kube-upgrade-abort", "upgrade-aborting", "upgrade-aborted")])]
    return stages, back


def _kube(b: Pieces, name: str, doing: str, done: str, **more: Any) -> Step:
    def state() -> str:
        return str((kube_upgrade.upgrade_of(b.world) or {}).get("state"))

    def failed() -> str:
        return f"{name} failed: {state()}" if state().endswith("-failed") else ""

    return b.step(name, lambda: kube_upgrade.change(b.world, {"state": doing, **more}), lambda: state() == done, failed)


def _kube_stages(b: Pieces, target: str) -> list[Stage]:
    world, first = b.world, "controller-0"
    planes = kube.control_planes(world)
    stations = kube.stations(world, min(planes.values(), key=kube.number), target)

    def begin() -> None:
        force = b.given.get("alarm-restrictions", "strict") != "strict"
        kube_upgrade.start(world, {"to_version": target, "force": force})

    stages = [
        Stage("kube-upgrade-start", [b.step("kube-upgrade-start", begin)]),
        Stage(
            "kube-upgrade-download-images",
            [_kube(b, "kube-upgrade-download-images", "downloading-images", "downloaded-images")],
        ),
        Stage(
            "kube-pre-application-update",
            [_kube(b, "kube-pre-application-update", "pre-updating-apps", "pre-updated-apps")],
        ),
        Stage(
            "kube-upgrade-networking",
            [_kube(b, "kube-upgrade-networking", "upgrading-networking", "upgraded-networking")],
        ),
        Stage("kube-upgrade-storage", [_kube(b, "kube-upgrade-storage", "upgrading-storage", "upgraded-storage")]),
    ]
    if world.simplex:
        cordon = _kube(b, "kube-host-cordon", "cordon-started", "cordon-complete", hostname=first)
        stages.append(Stage("kube-host-cordon", [cordon]))
    for version in stations:
        for place, host in enumerate(b.nodes("controller")):
            which = ("first", "second")[place]
            name = f"kube-upgrade-{which}-control-plane"
            stages.append(Stage(name, [_plane(b, host, version)], abortable=world.simplex))
    # controller-1, controller-0, the workers
    first_to_last = sorted(b.nodes("controller"), key=lambda h: str(h["hostname"]), reverse=True)
    later = sorted(b.nodes("worker"), key=lambda h: str(h["hostname"]))
    for host in first_to_last + later:
        if kube.node_of(world, host)["kubelet_version"] == target:
            continue
        kind = "controllers" if host["personality"] == "controller" else "workers"
        steps = [_kubelet(b, host, target)]
        if not world.simplex:
            steps = [b.look(), *b.away(host), *steps, b.unlock(host), b.stabilize()]
        stages.append(Stage(f"kube-upgrade-kubelets-{kind}", steps))
    if world.simplex:
        uncordon = _kube(b, "kube-host-uncordon", "uncordon-started", "uncordon-complete", hostname=first)
        stages.append(Stage("kube-host-uncordon", [uncordon]))
    stages += [
        Stage("kube-upgrade-complete", [_kube(b, "kube-upgrade-complete", "upgrade-complete", "upgrade-complete")]),
        Stage(
            "kube-post-application-update",
            [_kube(b, "kube-post-application-update", "post-updating-apps", "post-updated-apps")],
        ),
        Stage("kube-upgrade-cleanup", [b.step("kube-upgrade-cleanup", lambda: kube_upgrade.delete(world))]),
    ]
    return stages


def _plane(b: Pieces, host: Row, version: str) -> Step:
    def state() -> str:
        return str(kube.node_of(b.world, host)["status"])

    def act() -> None:
        if kube.node_of(b.world, host)["control_plane_version"] != version:
            kube_upgrade.control_plane(b.world, host, {})

    return b.step(
        "kube-host-upgrade-control-plane",
        act,
        lambda: state() == "None" and kube.node_of(b.world, host)["control_plane_version"] == version,
        lambda: f"{host['hostname']} {state()}" if state().endswith("-failed") else "",
        [host],
    )


def _kubelet(b: Pieces, host: Row, version: str) -> Step:
    def state() -> str:
        return str(kube.node_of(b.world, host)["status"])

    return b.step(
        "kube-host-upgrade-kubelet",
        lambda: kube_upgrade.kubelet(b.world, host, {"force": False}),
        lambda: state() == "upgraded-kubelet",
        lambda: f"{host['hostname']} {state()}" if state().endswith("-failed") else "",
        [host],
    )


def rootca_stages(b: Pieces) -> Built:
    """An update of its root CA."""
    world = b.world
    b.refuse_alarms()
    table = world.tables.get(kube_rootca.TABLE, [])
    if table and table[0]["state"] not in ("update-started", "update-aborted"):
        raise StepFailed(f"Unable to resume kube rootca update from state: {table[0]['state']}")

    def state() -> str:
        rows = world.tables.get(kube_rootca.TABLE, [])
        return str(rows[0]["state"]) if rows else ""

    def failed() -> str:
        return f"kube rootca update is in state {state()}" if state().endswith("-failed") else ""

    def generate() -> None:
        wanted = {"expiry_date": b.given.get("expiry-date"), "subject": b.given.get("subject")}
        answer = kube_rootca.generate(world, wanted)
        if answer["error"]:
            raise StepFailed(answer["error"])

    def hosts(phase: str) -> Stage:
        word, steps = phase.replace("-", ""), []
        for host in b.nodes():

            def done(host: Row = host) -> bool:
                rows = world.tables.get(kube_rootca.HOSTS, [])
                return any(r["hostname"] == host["hostname"] and r["state"] == f"updated-host-{phase}" for r in rows)

            def act(host: Row = host) -> None:
                kube_rootca.update_host(world, host, phase)

            steps.append(b.step(f"{CA}-host-{word}", act, done, failed, [host]))
        name = "updatecerts" if phase == "update-certs" else word
        return Stage(f"{CA}-hosts-{name}", steps)

    def pods(phase: str) -> Stage:
        name = f"{CA}-pods-{phase.replace('-', '')}"
        return Stage(
            name,
            [
                b.step(
                    name,
                    lambda: kube_rootca.update_pods(world, phase),
                    lambda: state() == f"updated-pods-{phase}",
                    failed,
                )
            ],
        )

    stages = [
        Stage(f"{CA}-start", [b.step(f"{CA}-start", lambda: kube_rootca.start(world, True, {}))]),
        Stage(f"{CA}-cert", [b.step(f"{CA}-generate-cert", generate)]),
        *(hosts("trust-both-cas"), pods("trust-both-cas"), hosts("update-certs"), hosts("trust-new-ca")),
        pods("trust-new-ca"),
        Stage(f"{CA}-complete", [b.step(f"{CA}-complete", lambda: kube_rootca.finish(world, "update-completed"))]),
    ]
    back = Stage(f"{CA}-abort", [b.step(f"{CA}-abort", lambda: kube_rootca.finish(world, "update-aborted"))])
    return stages[1:] if state() == "update-started" else stages, [back]
