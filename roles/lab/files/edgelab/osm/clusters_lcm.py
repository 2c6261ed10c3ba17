# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life-cycle manager's part in clusters and profiles: what it writes while Git and Flux would be at work.

Durations (seconds of the simulated world, ``config.durations``): ``gitops_cluster`` 900 (a cluster is made or removed),
``gitops_update`` 300 (scaled, upgraded), ``gitops_profile`` 60 (a profile made, attached or removed; credentials).
A fault ``fail_operation`` is matched against ``clusters <name> <command>`` or ``<collection> <name> <command>``: the
resources then never become ready; with ``git`` in its detail the workflow fails before.

Source: LCM of OSM (2026), ``k8s.py`` and ``gitops.py``. Clusters on other than the four clouds are never heard of again
(the manager stumbles before it writes anything), and a new ``node_size`` is written into ``node_count``.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from .cluster import Cluster, ClusterError
from .clusters import CLOUDS, PROFILES
from .store import Document, Store

if TYPE_CHECKING:
    from ..core.lab import Lab
    from .lcm import AccountManager

DURATIONS = {"gitops_cluster": 900.0, "gitops_update": 300.0, "gitops_profile": 60.0}
_LENGTH = {"create": "gitops_cluster", "delete": "gitops_cluster", "register": "gitops_update"}
_LENGTH |= {"deregister": "gitops_update", "scale": "gitops_update", "upgrade": "gitops_update"}
_STAGES = {
    "create": ("KUSTOMIZATION_READY", "RESOURCE_SYNCED.CLUSTER", "RESOURCE_READY.CLUSTER", "BOOTSTRAP_OK"),
    "delete": ("KUSTOMIZATION_DELETED", "RESOURCE_DELETED.CLUSTER"),
    "register": ("BOOTSTRAP_OK",),
    "scale": ("KUSTOMIZATION_READY",),
    "upgrade": ("KUSTOMIZATION_READY",),
}


class GitOpsManager:
    """Runs the operations of clusters and profiles, those of one object one after the other."""

    def __init__(self, lab: Lab, store: Store, accounts: AccountManager) -> None:
        self.lab = lab
        self.store = store
        self.accounts = accounts
        self._locks: dict[str, asyncio.Lock] = {}

    def tell(self, topic: str, command: str, item_id: str, op_id: str, params: Document) -> None:
        """Take one message from the bus."""
        self.lab.spawn(self._run(topic, command, item_id, op_id, params))

    async def _run(self, topic: str, command: str, item_id: str, op_id: str, params: Document) -> None:
        async with self._locks.setdefault(item_id, asyncio.Lock()):
            if item_id not in self.store.all(topic):
                return
            if topic in PROFILES.values():
                await self._profile(topic, command, item_id, op_id, params)
            elif command == "get_creds":
                await self._credentials(item_id, op_id)
            elif command in ("add", "remove"):
                await self._attach(command, item_id, op_id, params)
            else:
                await self._cluster(command, item_id, op_id, params)

    # -- the pieces of every operation ---------------------------------------------------------------------------

    def _live(self, topic: str, item_id: str) -> Document:
        # the NBI puts a new document in the place of an edited one: never keep it over a pause
        return self.store.all(topic).get(item_id, {"operationHistory": []})

    def _operation(self, topic: str, item_id: str, op_id: str) -> Document:
        history = self._live(topic, item_id)["operationHistory"]
        return next((o for o in history if o["op_id"] == op_id), {})

    async def _pass(self, name: str, parts: int = 1) -> None:
        seconds = float((self.lab.config.get("durations") or {}).get(name, DURATIONS[name]))
        await self.lab.clock.sleep(seconds / parts)

    def _begin(self, topic: str, item_id: str, op_id: str) -> None:
        states = {"workflowState": "PROCESSING", "resourceState": "NOT_READY", "operationState": "IN_PROGRESS"}
        self._operation(topic, item_id, op_id).update(states)
        self._live(topic, item_id)["current_operation"] = op_id

    def _note(self, topic: str, item_id: str, op_id: str, workflow: bool | None, resource: bool | None) -> None:
        """What the manager writes into the history: ``result`` is true as soon as Git has the change."""
        operation = self._operation(topic, item_id, op_id)
        if workflow is not None:
            operation |= {"workflowState": "COMPLETED" if workflow else "ERROR", "result": workflow}
            if not workflow:
                operation["operationState"] = "FAILED"
        if resource is not None:
            operation["resourceState"] = "READY" if resource else "NOT_READY"
            operation["operationState"] = "COMPLETED" if resource else "FAILED"
            operation["result"] = resource
        operation["endDate"] = time.time()

    def _fault(self, topic: str, item_id: str, command: str) -> str | None:
        """None, ``git`` or ``resource``: where the operation is to fail."""
        what = f"{topic} {self._live(topic, item_id).get('name')} {command}"
        fault = self.lab.faults.take("fail_operation", "osm", what)
        return None if fault is None else "git" if "git" in (fault.detail or "") else "resource"

    # -- clusters ------------------------------------------------------------------------------------------------

    async def _cluster(self, command: str, item_id: str, op_id: str, params: Document) -> None:
        topic, length = "clusters", _LENGTH[command]
        if command not in ("scale", "upgrade"):
            self._begin(topic, item_id, op_id)
        making, removing = command in ("create", "register"), command in ("delete", "deregister")
        cloud = next(self.store.find("vim_accounts", name=self._live(topic, item_id).get("vim_account")), {})
        if command == "create" and cloud.get("vim_type") not in CLOUDS:
            return
        broken = self._fault(topic, item_id, command)
        stages = _STAGES.get(command, ())
        await self._pass(length, len(stages) + 1)
        live = self._live(topic, item_id)
        synced = broken != "git"
        if making:
            live["state"] = "CREATED" if synced else "FAILED_CREATION"
        elif removing and (command == "delete" or not synced):
            live["state"] = "DELETED" if synced else "FAILED_DELETION"
        live["resourceState"] = "IN_PROGRESS.GIT_SYNCED" if synced else "ERROR"
        self._note(topic, item_id, op_id, synced, None)
        ready = synced and await self._resources(command, item_id, op_id, broken)
        live = self._live(topic, item_id)
        live |= {"resourceState": "READY" if ready else "ERROR", "operatingState": "IDLE", "current_operation": None}
        self._note(topic, item_id, op_id, synced, ready if synced else None)
        if making:
            await self._made(live, ready)
        elif removing:
            self._removed(live, synced, ready, bool(params.get("force")))
        elif synced:
            given = self._operation(topic, item_id, op_id)["operationParams"] or {}
            live.update({k: given[k] for k in ("k8s_version", "node_count") if k in given})
            if "node_size" in given:
                live["node_count"] = given["node_size"]

    async def _resources(self, command: str, item_id: str, op_id: str, broken: str | None) -> bool:
        """Let Flux and the cloud work; whether it all became ready."""
        stages = _STAGES.get(command, ())
        for stage in stages:
            await self._pass(_LENGTH[command], len(stages) + 1)
            if broken and stage == stages[-1]:
                return False
            if command == "register" and not await self._bootstrapped(item_id):
                return False
            for part in (self._live("clusters", item_id), self._operation("clusters", item_id, op_id)):
                part["resourceState"] = f"IN_PROGRESS.{stage}"
        return not broken

    async def _bootstrapped(self, item_id: str) -> bool:
        """Whether Flux can be set up in a registered cluster: its API has to answer."""
        live = self._live("clusters", item_id)
        if not live.get("bootstrap", True):
            return True
        try:
            await Cluster(live["credentials"]).probe()
        except ClusterError:
            return False
        return True

    async def _made(self, live: Document, ready: bool) -> None:
        for word, topic in PROFILES.items():
            profile = self.store.all(topic).get(live[word][0])
            if profile:
                states = {k: live[k] for k in ("state", "resourceState", "operatingState")}
                profile |= {**states, "age_pubkey": live["age_pubkey"], "age_privkey": live["age_privkey"]}
                first = profile["operationHistory"][-1]["op_id"]
                self._note(topic, profile["_id"], first, live["state"] == "CREATED", ready)
        if ready and live["created"] == "true":
            live["credentials"] = _kubeconfig(live)
        account = next(self.store.find("k8sclusters", name=live["name"]), None)
        if account is None:
            return
        account["credentials"] = live.get("credentials") or {}
        if not ready:
            account["_admin"]["operationalState"] = "ERROR"
        elif live["created"] == "false":
            self.accounts.tell("k8sclusters", "created", account["_id"], 0)
        else:
            account["_admin"].update({"operationalState": "ENABLED", "detailed-status": "ready for helm-chart-v3; "})
            account["_admin"]["operations"][0]["operationState"] = "COMPLETED"

    def _removed(self, live: Document, synced: bool, ready: bool, force: bool) -> None:
        """Forget what was removed. What only Git has let go of counts as removed, whether or not Flux has followed."""
        if not synced and not (force and not ready):
            return
        for word, topic in PROFILES.items():
            for profile_id in live[word]:
                if self.store.all(topic).get(profile_id, {}).get("name") == live["name"]:
                    del self.store.all(topic)[profile_id]
        self.store.all("clusters").pop(live["_id"], None)
        for account in list(self.store.find("k8sclusters", name=live["name"])):
            del self.store.all("k8sclusters")[account["_id"]]

    async def _attach(self, command: str, item_id: str, op_id: str, params: Document) -> None:
        self._begin("clusters", item_id, op_id)
        broken = self._fault("clusters", item_id, command)
        await self._pass("gitops_profile")
        live = self._live("clusters", item_id)
        attached = live.get(params["profile_type"], [])
        if broken == "git":
            live["resourceState"] = "ERROR"
            self._note("clusters", item_id, op_id, False, None)
            return  # where the real manager stumbles, and leaves the cluster PROCESSING
        live |= {"resourceState": "ERROR" if broken else "READY", "operatingState": "IDLE", "current_operation": None}
        self._note("clusters", item_id, op_id, True, not broken)
        if broken:
            return
        if command == "add":
            attached.append(params["profile_id"])
        elif params["profile_id"] in attached:
            attached.remove(params["profile_id"])

    async def _credentials(self, item_id: str, op_id: str) -> None:
        await self._pass("gitops_profile")
        live, operation = self._live("clusters", item_id), self._operation("clusters", item_id, op_id)
        operation |= {"result": bool(live.get("credentials")), "endDate": time.time()}
        live["current_operation"] = None

    # -- profiles ------------------------------------------------------------------------------------------------

    async def _profile(self, topic: str, command: str, item_id: str, op_id: str, params: Document) -> None:
        self._begin(topic, item_id, op_id)
        broken = self._fault(topic, item_id, command)
        await self._pass("gitops_profile")
        live: Document = self._live(topic, item_id)
        synced, ready = broken != "git", broken is None
        good, bad = ("CREATED", "FAILED_CREATION") if command == "create" else ("DELETED", "FAILED_DELETION")
        live |= {"state": good if synced else bad, "resourceState": "READY" if ready else "ERROR"}
        self._note(topic, item_id, op_id, synced, ready if synced else None)
        if synced:
            live |= {"operatingState": "IDLE", "current_operation": None}
        if command == "delete" and (ready or params.get("force")):
            self.store.all(topic).pop(item_id, None)


def _kubeconfig(cluster: Document) -> dict[str, Any]:
    """Credentials of a cluster that exists on paper only: its API server does not answer."""
    name = cluster["git_name"]
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "contexts": [{"name": name, "context": {"cluster": name, "user": "admin"}}],
        "clusters": [{"name": name, "cluster": {"server": f"https://{name}.clusters.example:6443"}}],
        "users": [{"name": "admin", "user": {"token": f"token-of-{name}"}}],
    }
