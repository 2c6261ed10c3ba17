# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the strategies of each type consist of, and what their steps do to the system."""

from __future__ import annotations

from collections.abc import Callable

from ..sysinv.alarms import out_of_date
from ..sysinv.wire import Row
from ..sysinv.world import has_function
from .kubernetes import kube_upgrade_stages, rootca_stages
from .steps import Built, Pieces
from .strategy import Stage, Step, StepFailed


class Builder(Pieces):
    """Builds strategies for one system."""

    async def build(self, kind: str) -> Built:
        """The stages of a strategy's apply phase and of its abort phase."""
        await self.lab.clock.sleep(self.world.duration("vim_build", 10.0))
        fault = self.lab.faults.take("fail_operation", "nfv", f"build {kind}")
        if fault:
            raise StepFailed(fault.detail)
        makers: dict[str, Callable[[], Built]] = {
            "kube-upgrade": lambda: kube_upgrade_stages(self),
            "kube-rootca-update": lambda: rootca_stages(self),
            "system-config-update": self._config,
            "fw-update": self._firmware,
            "sw-upgrade": self._software,
        }
        return makers[kind]()

    def _config(self) -> Built:
        self.refuse_alarms(frozenset({"250.001"}))
        wanted = [h for h in self.in_order(storage=True) if out_of_date(h)]
        if not wanted:
            raise StepFailed("no system config updates need to be applied")
        stages = []
        for host in wanted:

            def update(host: Row = host) -> None:
                self.world.change(host, config_applied=host["config_target"])

            kind = _kind(host)
            leave = [self.lock(host)] if self.world.simplex else self.away(host)
            steps = [
                self.look(),
                *leave,
                self.step("system-config-update-hosts", update, hosts=[host]),
                self.unlock(host),
                self.stabilize(),
            ]
            stages.append(Stage(f"system-config-update-{kind}", steps))
        return stages, []

    def _firmware(self) -> Built:
        if self.given.get("worker-apply-type") == "ignore":
            raise StepFailed("Worker apply type is 'ignore' ; must be 'serial' or 'parallel'")
        against = self.alarms()
        if against:
            raise StepFailed(f"active alarms present ; {', '.join(against)}")
        wanted = [h for h in self.nodes() if h.get("device_image_update") == "pending"]
        if not wanted:
            raise StepFailed("no firmware update required")
        stages = []
        for host in wanted:

            def update(host: Row = host) -> None:
                self.world.change(host, device_image_update="completed")

            steps = [
                self.look(),
                self.step("fw-update-hosts", update, hosts=[host]),
                self.lock(host),
                self.unlock(host),
                self.stabilize(),
            ]
            stages.append(Stage("fw-update-worker-hosts", steps))
        return stages, []

    def _software(self) -> Built:
        if self.given.get("rollback"):
            if self.given.get("release"):
                raise StepFailed("Cannot set both release and rollback")
            if self.given.get("delete"):
                raise StepFailed("Cannot set both delete and rollback, delete is set by default")
            return self._software_back()
        releases = self.given.get("release") or []
        usm = self.usm
        row = usm.releases.find(releases[0]) if usm is not None and releases else None
        if row is None or row["state"] == "unavailable":
            raise StepFailed("Software release does not exist or is unavailable")
        deploys = usm.deploys
        if deploys.state == "completed" and not self.given.get("delete"):
            raise StepFailed("Software deployment is already complete, pending delete")
        if row["state"] == "deployed":
            raise StepFailed("no sw-deployments patches need to be applied")
        if deploys.state is None:
            verdict = deploys.precheck(releases, self.given.get("alarm-restrictions", "strict") != "strict")
            if verdict["error"]:
                raise StepFailed(verdict["error"])

        def start() -> None:
            if deploys.state is None:
                answer = deploys.start(releases, True)
                if answer["error"]:
                    raise StepFailed(answer["error"])

        def failed() -> str:
            return f"software deployment is {deploys.state}" if str(deploys.state).endswith("-failed") else ""

        passed = ("start-done", "host", "host-done")
        stages = [
            Stage(
                "sw-upgrade-start",
                [
                    self.look(),
                    self.step("start-upgrade", start, lambda: deploys.state in passed, failed),
                    self.stabilize(),
                ],
            )
        ]
        through = {h["hostname"] for h in deploys.hosts if h["state"] == "deployed"}
        for host in self.in_order(storage=True):
            if host["hostname"] in through:
                continue
            kind = _kind(host)
            steps = [self._software_host(host, rollback=False)]
            if row["reboot_required"]:
                steps = [*(self.away(host) if not self.world.simplex else [self.lock(host)]), *steps, self.unlock(host)]
            stages.append(
                Stage(f"sw-upgrade-{kind}", [self.look(), *steps, self.stabilize()], abortable=kind != "controllers")
            )
        stages.append(
            Stage(
                "sw-upgrade-complete",
                [
                    self.look(),
                    self.step("activate-upgrade", deploys.activate, lambda: deploys.state == "activate-done", failed),
                    self.step("complete-upgrade", deploys.complete),
                ],
            )
        )
        if self.given.get("delete"):
            stages.append(Stage("sw-deploy-delete", [self.step("sw-deploy-delete", deploys.delete)]))
        return stages, []

    def _software_host(self, host: Row, rollback: bool) -> Step:
        deploys = self.usm.deploys

        def row() -> Row:
            return next((h for h in deploys.hosts if h["hostname"] == host["hostname"]), {"state": ""})

        done = "rollback-deployed" if rollback else "deployed"
        return self.step(
            "upgrade-hosts",
            lambda: deploys.host(host["hostname"], rollback) if row()["state"] != done else None,
            lambda: row()["state"] == done,
            lambda: f"{host['hostname']} is {row()['state']}" if str(row()["state"]).endswith("failed") else "",
            [host],
        )

    def _software_back(self) -> Built:
        deploys = self.usm.deploys if self.usm is not None else None
        if deploys is None or deploys.state is None:
            raise StepFailed("Software release does not exist or is unavailable")
        steps = [self.step("sw-deploy-abort", deploys.abort)] if "rollback" not in str(deploys.state) else []

        def undo() -> None:
            if deploys.state == "activate-rollback-pending":
                deploys.activate_rollback()

        steps.append(
            self.step(
                "sw-deploy-activate-rollback",
                undo,
                lambda: deploys.state in ("activate-rollback-done", "host-rollback", "host-rollback-done"),
                lambda: str(deploys.state) if str(deploys.state).endswith("-failed") else "",
            )
        )
        reboot = bool(deploys.deploy["reboot_required"])
        stages = [Stage("sw-upgrade-rollback-start", steps)]
        order = sorted(
            self.in_order(storage=True), key=lambda h: ["worker", "storage", "controller"].index(h["personality"])
        )
        for host in order:
            work = [self._software_host(host, rollback=True)]
            if reboot:
                work = [*([self.lock(host)] if self.world.simplex else self.away(host)), *work, self.unlock(host)]
            stages.append(Stage(f"sw-upgrade-{_kind(host)}", [self.look(), *work, self.stabilize()], abortable=False))
        stages.append(Stage("sw-upgrade-rollback-complete", [self.step("sw-deploy-delete", deploys.delete)]))
        return stages, []


def _kind(host: Row) -> str:
    """What stages for a host are called after; a controller that is a worker, too, counts as one."""
    if has_function(host, "worker"):
        return "worker-hosts"
    return "storage-hosts" if host["personality"] == "storage" else "controllers"
