# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A deployment of a release: start, hosts, activation, completion, and the way back."""

from __future__ import annotations

from collections.abc import Callable

from ..sysinv.alarms import alarms
from ..sysinv.kube_upgrade import IGNORED
from ..sysinv.world import World
from .releases import Refused, Releases, Row, number

START_SECONDS, HOST_SECONDS, ACTIVATE_SECONDS = 300.0, 300.0, 300.0
ABORTABLE = ("activate", "activate-done", "activate-failed", "completed", "host", "host-done", "host-failed")
DELETABLE = ("host-rollback-done", "completed", "start-done", "start-failed")
PROMPT = "There is already a deployment in progress ({0}). Please complete/delete the current deployment."
GONE = "Try deleting and re-uploading the software for recovery."
#: table of sysinv's world that says that the platform is being upgraded
MARK = "usm_upgrade"


class Deploys:
    """The one deployment that a system may have, and its hosts."""

    def __init__(self, world: Callable[[], World], releases: Releases) -> None:
        self._world, self._releases = world, releases
        self.deploy: Row | None = None
        self.hosts: list[Row] = []
        self.prechecked: set[str] = set()

    @property
    def state(self) -> str | None:
        """State of the deployment; None where there is none."""
        return str(self.deploy["state"]) if self.deploy else None

    def show(self) -> list[Row]:
        """The deployment, as a list."""
        return [dict(self.deploy)] if self.deploy else []

    def host_list(self) -> list[Row]:
        """How far each host is."""
        if self.deploy is None:
            return []
        return [
            {
                "hostname": h["hostname"],
                "software_release": self.deploy["from_release"],
                "target_release": self.deploy["to_release"],
                "reboot_required": self.deploy["reboot_required"],
                "pre_upgrade_deploy": False,
                "host_state": h["state"],
            }
            for h in self.hosts
        ]

    def _release(self, identity: str) -> Row:
        row = self._releases.find(identity)
        if row is None:
            words = f"Software release version corresponding to the specified release {identity} does not exist."
            raise Refused(f"{words} {GONE}")
        return row

    def _require(self, states: tuple[str | None, ...], words: str) -> None:
        if self.state not in states:
            named = ", ".join(s or "no deployment" for s in states)
            raise Refused(words.format(self.state, require_states=named))

    def precheck(self, releases: list[str], force: bool) -> Row:
        """Whether a release may be deployed; a bad verdict is in ``error``."""
        if not releases:
            words = "Failed to validate release(s) for precheck. No release is given"
            return {"info": "", "warning": "", "error": words}
        release = self._release(releases[0])
        found = [a for a in alarms(self._world()) if a["alarm_id"] not in IGNORED]
        against = [a for a in found if a["mgmt_affecting"] == "True"] if force else found
        missing = [r for r in release["requires"] if (self._releases.find(r) or {}).get("state") != "deployed"]
        lines = [
            f"All hosts are provisioned: [{'OK' if self._provisioned() else 'Fail'}]",
            f"No alarms: [{'Fail' if against else 'OK'}]",
            *([f"[{len(against)}] alarms found: {', '.join(a['alarm_id'] for a in against)}"] if against else []),
            f"Required patches deployed: [{'Fail' if missing else 'OK'}]",
            *([f"Patches not deployed: {', '.join(missing)}"] if missing else []),
        ]
        text, identity = "\n".join(lines), release["release_id"]
        if "[Fail]" not in text:
            self.prechecked.add(identity)
            return {"info": f"{identity}:\nSystem Health:\n{text}\n", "warning": "", "error": ""}
        words = "The following issues have been detected, which prevents deploying the release."
        return {"info": "", "warning": "", "error": f"{identity}:\n{words}\nSystem Health:\n{text}\n"}

    def _provisioned(self) -> bool:
        return all(h["invprovision"] == "provisioned" for h in self._world().rows("ihosts"))

    def start(self, releases: list[str], force: bool) -> Row:
        """Begin a deployment; a failed precheck is its refusal."""
        self._require((None,), PROMPT)
        if not releases:
            return {"info": "", "warning": "", "error": "No releases selected to be deployed"}
        release = self._release(releases[0])
        if release["state"] != "available":
            words = f"Release {release['release_id']} must be in available state to be deployed."
            words += f" It is {release['state']}"
            return {"info": "", "warning": "", "error": words}
        if release["release_id"] not in self.prechecked:
            verdict = self.precheck(releases, force)
            if verdict["error"]:
                return verdict
        running = self._releases.running
        major = number(release["sw_version"])[:2] != number(running["sw_version"])[:2]
        self.deploy = {
            "from_release": running["sw_version"],
            "to_release": release["sw_version"],
            "feed_repo": f"/var/www/pages/feed/rel-{release['sw_version']}/ostree_repo",
            "commit_id": None,
            "reboot_required": bool(release["reboot_required"] or major),
            "state": "start",
            "options": {},
        }
        names = [h["hostname"] for h in self._world().rows("ihosts") if h["personality"]]
        self.hosts = [{"hostname": n, "state": "pending"} for n in names]
        release["state"] = "deploying"
        self._world().tables[MARK] = [dict(self.deploy)]
        self._later("start", START_SECONDS, "start-done", "start-failed")
        text = "is now starting, await for the states: [deploy-start-done | deploy-start-failed]"
        info = f"{release['release_id']} {text} in 'software deploy show'\n"
        return {"info": info, "warning": "", "error": ""}

    def _later(self, what: str, seconds: float, done: str, failed: str) -> None:
        deploy, world = self.deploy, self._world()
        fault = world.faults.take("fail_operation", "usm", what)

        def end() -> None:
            if self.deploy is deploy and deploy is not None and deploy["state"] == what:
                deploy["state"] = failed if fault else done

        world.later("usm", world.duration("usm", seconds), end)

    def host(self, name: str, rollback: bool) -> Row:
        """Deploy, or take back, on one host."""
        before = ("activate-rollback-done", "host-rollback", "host-rollback-failed")
        allowed = before if rollback else ("start-done", "host", "host-failed")
        word = "rollback" if rollback else "deploy"
        self._require(allowed, f"Current deployment ({{0}}) is not ready to {word} host")
        row = next((h for h in self.hosts if h["hostname"] == name), None)
        deploy, world = self.deploy, self._world()
        assert deploy is not None
        if row is None:
            raise Refused(f"Host {name} not found", 404)
        machine = world.host(name)
        head = "rollback-" if rollback else ""
        if row["state"] not in (f"{head}pending", "rollback-failed" if rollback else "failed"):
            raise Refused(f"{name} can not transform from {row['state']} to {head}deploying.")
        if deploy["reboot_required"] and (machine["administrative"], machine["availability"]) != ("locked", "online"):
            raise Refused(f"Host {name} must be locked and online to be deployed")
        row["state"] = f"{head}deploying"
        step = "host-rollback" if rollback else "host"
        others = any(h["state"] == f"{head}failed" for h in self.hosts)
        deploy["state"] = f"{step}-failed" if others else step
        fault = world.faults.take("fail_operation", "usm", f"{'rollback' if rollback else 'host'} {name}")

        def end() -> None:
            if self.deploy is not deploy:
                return
            row["state"] = f"{head}failed" if fault else f"{head}deployed"
            if any(h["state"] == f"{head}failed" for h in self.hosts):
                deploy["state"] = f"{step}-failed"
            elif all(h["state"] == f"{head}deployed" for h in self.hosts):
                deploy["state"] = f"{step}-done"

        world.later("usm", world.duration("usm", HOST_SECONDS), end)
        return {"info": f"Host deployment request sent to {name}.\n", "warning": "", "error": ""}

    def _unlocked(self) -> None:
        fine = ("available", "degraded", "online")
        hosts = self._world().rows("ihosts")
        if any(h["administrative"] != "unlocked" or h["availability"] not in fine for h in hosts):
            raise Refused("Hosts must be unlocked and online.")

    def activate(self) -> Row:
        """Make the release the one that runs."""
        words = "Activate deployment only when current deployment state is {require_states}"
        self._require(("host-done", "activate-failed"), words)
        self._unlocked()
        assert self.deploy is not None
        self.deploy["state"] = "activate"
        self._later("activate", ACTIVATE_SECONDS, "activate-done", "activate-failed")
        return {"info": "Deploy activate has started", "warning": "", "error": ""}

    def complete(self) -> Row:
        """Say that the release is to stay."""
        self._require(("activate-done",), "Deploy must be in activate-done state to be able to complete.")
        assert self.deploy is not None
        self.deploy["state"] = "completed"
        return {"info": "Deployment has been completed\n", "warning": "", "error": ""}

    def abort(self) -> Row:
        """Turn around; what is to be done on the way back depends on how far it was."""
        words = f"Deploy must be in the following states to be able to abort: {', '.join(ABORTABLE)}"
        self._require(ABORTABLE, words)
        deploy = self.deploy
        assert deploy is not None
        activated = deploy["state"] in ("activate-done", "activate-failed", "completed")
        deploy["state"] = "activate-rollback-pending" if activated else "host-rollback"
        for host in self.hosts:
            host["state"] = "rollback-deployed" if host["state"] == "pending" else "rollback-pending"
        if not activated and all(h["state"] == "rollback-deployed" for h in self.hosts):
            deploy["state"] = "host-rollback-done"
        return {"info": "Deployment has been aborted\n", "warning": "", "error": ""}

    def activate_rollback(self) -> Row:
        """Take an activation back."""
        words = "Activate-rollback deployment only when current deployment state is {require_states}"
        self._require(("activate-rollback-pending", "activate-rollback-failed"), words)
        assert self.deploy is not None
        self.deploy["state"] = "activate-rollback"
        self._later("activate-rollback", ACTIVATE_SECONDS, "activate-rollback-done", "activate-rollback-failed")
        return {"info": "Deploy activate-rollback has started", "warning": "", "error": ""}

    def delete(self) -> Row:
        """End the deployment, whichever way it went."""
        words = f"Deploy must be in the following states to be able to delete: {', '.join(DELETABLE)}"
        self._require(DELETABLE, words)
        deploy = self.deploy
        assert deploy is not None
        if deploy["state"] not in ("start-done", "start-failed"):
            self._unlocked()
        release = next(r for r in self._releases.rows if r["sw_version"] == deploy["to_release"])
        if deploy["state"] == "completed":
            release["state"] = "deployed"
            if number(deploy["from_release"])[:2] != number(deploy["to_release"])[:2]:
                for row in self._releases.rows:
                    if row["sw_version"] == deploy["from_release"]:
                        row["state"] = "unavailable"
            for host in self._world().rows("ihosts"):
                self._world().change(host, sw_version=".".join(deploy["to_release"].split(".")[:2]))
        else:
            release["state"] = "available"
        self.deploy, self.hosts = None, []
        self.prechecked.clear()
        self._world().tables[MARK] = []
        return {"info": "Deploy deleted with success", "warning": "", "error": ""}
