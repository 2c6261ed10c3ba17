# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life-cycle manager's part in accounts: it takes what NBI puts on the bus and ends it in ENABLED or ERROR.

Durations (seconds of the simulated world, ``config.durations``): ``vim_account`` 5 (also WIM accounts, SDN controllers
and VCAs), ``k8s_cluster`` 60. A fault ``fail_operation`` is matched against ``<topic> <name>`` for a registration or
edit and ``delete <topic> <name>`` for a deletion.
"""

from __future__ import annotations

import asyncio
import copy
import ssl
import time
from typing import TYPE_CHECKING, Any

import aiohttp

from . import outside
from .cipher import decrypt, walk
from .cluster import Cluster, ClusterError
from .store import Document, Store

if TYPE_CHECKING:
    from ..core.lab import Lab

#: seconds of the simulated world
DURATIONS = {
    "vim_account": 5.0,
    "k8s_cluster": 60.0,
    "ns_instantiate": 120.0,
    "ns_terminate": 60.0,
    "ns_action": 30.0,
    "helm_timeout": 1800.0,
}
#: VIM types for which the resource orchestrator has a plugin
VIM_TYPES = frozenset(
    [
        "aws",
        "azure",
        "dummy",
        "fos",
        "gcp",
        "openstack",
        "opennebula",
        "openvim",
        "openvolt",
        "paas",
        "vio",
        "vmware",
        "vcloud",
    ]
)
METHODS = ("helm-chart-v3", "juju-bundle")


class OperationFailed(Exception):
    """An operation ends in failure; the text is what the API shows as the reason."""


class AccountManager:
    """Runs the operations of accounts, those of one object in the order in which they were asked for."""

    def __init__(self, lab: Lab, store: Store) -> None:
        self.lab = lab
        self.store = store
        self._locks: dict[str, asyncio.Lock] = {}

    def duration(self, name: str) -> float:
        """Seconds of the simulated world that ``name`` takes."""
        return float((self.lab.config.get("durations") or {}).get(name, DURATIONS[name]))

    def tell(self, topic: str, command: str, item_id: str, index: int) -> None:
        """Take one message from the bus."""
        self.lab.spawn(self._run(topic, command, item_id, index))

    async def _run(self, topic: str, command: str, item_id: str, index: int) -> None:
        async with self._locks.setdefault(item_id, asyncio.Lock()):
            live = self.store.all(topic).get(item_id)
            if live is None:
                return
            live["_admin"]["operations"][index]["detailed-status"] = "In progress"
            live["_admin"]["current_operation"] = index
            await self.lab.clock.sleep(self.duration("k8s_cluster" if topic == "k8sclusters" else "vim_account"))
            # NBI replaces a document on edit: look it up again
            if self.store.all(topic).get(item_id) is None:
                return
            try:
                text, changes = await self._perform(topic, command, item_id)
                state = "COMPLETED"
            except OperationFailed as failure:
                text, changes, state = str(failure), {}, "FAILED"
            self._finish(topic, command, item_id, index, state, text, changes)

    def _finish(
        self, topic: str, command: str, item_id: str, index: int, state: str, text: str, changes: Document
    ) -> None:
        live = self.store.all(topic).get(item_id)
        if live is None:
            return
        if command == "delete" and state == "COMPLETED":
            del self.store.all(topic)[item_id]
            return
        admin = live["_admin"]
        admin.update(changes)
        admin["operations"][index].update(
            {
                "operationState": state,
                "statusEnteredTime": time.time(),
                "detailed-status": text,
                "worker": None,
            }
        )
        admin["current_operation"] = None
        admin["modified"] = time.time()
        if command == "edited" and topic == "k8sclusters":
            return  # the real manager has not implemented it: nothing but the operation changes
        if state == "FAILED":
            admin.update({"operationalState": "ERROR", "detailed-status": text})
        elif "operationalState" not in changes:
            admin.update({"operationalState": "ENABLED", "detailed-status": text})

    async def _perform(self, topic: str, command: str, item_id: str) -> tuple[str, Document]:
        """Do the work: the operation's closing text, and what changes in ``_admin``."""
        live = self.store.all(topic)[item_id]
        what = f"{topic} {live['name']}" if command != "delete" else f"delete {topic} {live['name']}"
        fault = self.lab.faults.take("fail_operation", "osm", what)
        if topic == "k8sclusters" and command == "created":
            return await self._init_cluster(live, fault.detail if fault else None)
        if fault:
            raise OperationFailed(fault.detail)
        if command == "delete":
            return "", {}
        if topic == "vim_accounts":
            await self._check_vim(live)
            return "", {}
        if topic == "k8sclusters":
            return "Not implemented", {}
        return ("Connectivity: ok" if topic == "vca" else ""), {}

    # -- VIM -----------------------------------------------------------------------------------------------------

    async def _check_vim(self, vim: Document) -> None:
        if vim["vim_type"] not in VIM_TYPES:
            raise OperationFailed(f"Loading plugin: Cannot load plugin 'rovim_{vim['vim_type']}'")
        if vim["vim_type"] not in ("openstack", "vio"):
            return
        url = vim["vim_url"].rstrip("/")
        step = "Checking vim connectivity"
        known = (self.lab.config.get("osm") or {}).get("reachable") or ()
        if any(url.startswith(address) for address in known):
            try:
                return await outside.check(vim, decrypt(vim["vim_password"], vim["_id"]))
            except outside.Refused as error:
                raise OperationFailed(f"{step}: {error}") from None
        if not any(url.startswith(self.lab.url(name)) for name in self.lab.servers):
            raise OperationFailed(f"{step}: Unable to establish connection to {url}: [Errno 111] Connection refused")
        config = vim.get("config") or {}
        body = self._keystone_login(vim, config)
        trust = str(self.lab.authority.ca_file)
        context: Any = False if config.get("insecure") else ssl.create_default_context(cafile=trust)
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http,
                http.post(f"{url}/auth/tokens", json=body, ssl=context) as reply,
            ):
                if reply.status == 201:
                    return
                try:
                    message = (await reply.json())["error"]["message"]
                except (ValueError, KeyError, TypeError, aiohttp.ClientError):
                    message = reply.reason
                raise OperationFailed(f"{step}: {message} (HTTP {reply.status})")
        except (TimeoutError, aiohttp.ClientError) as error:
            raise OperationFailed(f"{step}: Unable to establish connection to {url}/auth/tokens: {error}") from None

    @staticmethod
    def _keystone_login(vim: Document, config: Document) -> Document:
        user = {
            "name": vim["vim_user"],
            "password": decrypt(vim["vim_password"], vim["_id"]),
            "domain": {"name": config.get("user_domain_name", "Default")},
        }
        project = {
            "name": vim["vim_tenant_name"],
            "domain": {"name": config.get("project_domain_name", "Default")},
        }
        return {
            "auth": {
                "identity": {"methods": ["password"], "password": {"user": user}},
                "scope": {"project": project},
            }
        }

    # -- K8s cluster ---------------------------------------------------------------------------------------------

    def connect(self, cluster: Document) -> Cluster:
        """A client of a registered cluster, with its decrypted credentials."""
        return Cluster(self._credentials(cluster))

    @staticmethod
    def _credentials(cluster: Document) -> Document:
        """Its kubeconfig, decrypted; ``ValueError`` when something in it was never encrypted."""
        credentials: Document = copy.deepcopy(cluster["credentials"])
        walk(credentials, cluster["_id"], ("password", "secret"), decrypt)
        return credentials

    async def _init_cluster(self, live: Document, broken: str | None) -> tuple[str, Document]:
        """What the LCM does for each deployment method: log in, ask the version, list the namespaces."""
        wanted = live.get("deployment_methods") or {}
        methods = [m for m in METHODS if wanted.get(m)] or list(METHODS)
        changes: Document = {}
        ready, errors = [], []
        try:
            credentials = self._credentials(live)
        except ValueError as error:
            raise OperationFailed(f"ERROR Getting k8scluster-id='{live['_id']}' from db: {error}") from None
        for method in methods:
            try:
                if broken is not None:
                    raise ClusterError(broken)
                await Cluster(credentials).probe()
            except ClusterError as error:
                errors.append(f"Failing init {method}: {error}")
                changes[method] = {"error_msg": str(error), "id": None, "operationalState": "ERROR"}
            else:
                ready.append(method)
                changes[method] = {
                    "error_msg": None,
                    "id": live["_id"],
                    "created": method == "juju-bundle",
                    "operationalState": "ENABLED",
                }
        admin = self.store.all("k8sclusters").get(live["_id"], live)["_admin"]
        if not ready:
            admin.update(changes)
            raise OperationFailed(";".join(errors))
        text = f"ready for {', '.join(ready)}; " + ";".join(errors)
        changes["operationalState"] = "DEGRADED" if errors else "ENABLED"
        changes["detailed-status"] = text
        return text, changes
