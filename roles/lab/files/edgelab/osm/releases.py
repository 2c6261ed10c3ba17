# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Helm releases of KDUs: values by revision, and what an upgrade, a rollback and a scaling make of them.

As in reality OSM's records keep no values; the release itself does.
"""

from __future__ import annotations

import copy
import json

import yaml

from . import charts
from .cluster import Cluster, ClusterError
from .lcm import AccountManager
from .manifests import Manifest
from .store import Document, Store

_SWITCHES = ("kdu_atomic_upgrade", "kdu_reset_values", "kdu_reuse_values")
_YES = ("yes", "true", "1")


def unpacked(text: str | None) -> Document:
    """Values as OSM hands them to Helm: those that it wrote as YAML texts are read again."""
    values = json.loads(text) if text else {}
    return {k: yaml.safe_load(v[7:]) if str(v).startswith("!!yaml ") else v for k, v in values.items()}


def _merged(base: Document, over: Document) -> Document:
    result = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = _merged(result[key], value) if both else value
    return result


class Releases:
    """What Helm knows."""

    def __init__(self, store: Store, accounts: AccountManager) -> None:
        self.store = store
        self.accounts = accounts
        self._revisions: dict[str, list[tuple[Document, str]]] = {}
        #: objects of the releases whose chart is in a package
        self._objects: dict[str, list[Document]] = {}

    async def install(self, client: Cluster, deployed: Document, values: Document) -> None:
        """``helm install``: all objects of a chart in the package, one workload for a chart from elsewhere."""
        release, space, chart = (deployed[k] for k in ("kdu-instance", "namespace", "kdu-model"))
        if not charts.is_embedded(chart):
            await client.install(release, space, chart, values)
            return
        manifest = Manifest(client, release, space)
        try:
            read = charts.load(self.store, chart)
            objects = charts.objects(read, release, space, values, 1)
            await manifest.prepare(objects, read.definitions)
            self._objects[release] = objects
            await manifest.create(objects)
        except ClusterError as error:
            text = _plain(error)
            if release in self._objects:
                await self.uninstall(client, deployed)
                text = f"release {release} failed, and has been uninstalled due to atomic being set: {_told(text)}"
            raise ClusterError(f"Error executing command: Error: INSTALLATION FAILED: {text}") from None

    async def is_ready(self, client: Cluster, deployed: Document) -> bool:
        """Whether everything of a release that can be waited for works."""
        release, space = deployed["kdu-instance"], deployed["namespace"]
        if not charts.is_embedded(deployed["kdu-model"]):
            return await client.is_ready(release, space)
        return await Manifest(client, release, space).is_ready(self._objects[release])

    async def uninstall(self, client: Cluster, deployed: Document) -> None:
        """``helm uninstall``."""
        release, space = deployed["kdu-instance"], deployed["namespace"]
        if not charts.is_embedded(deployed["kdu-model"]):
            await client.uninstall(release, space)
            return
        await Manifest(client, release, space).remove(self._objects.pop(release, []))

    def installed(self, deployed: Document, values: Document) -> None:
        """A release has its first revision."""
        self._revisions[deployed["kdu-instance"]] = [(copy.deepcopy(values), deployed["kdu-model"])]

    @staticmethod
    def deployed(nsr: Document, index: str | None, kdu: str) -> Document | None:
        """OSM's entry of a release."""
        every = (nsr["_admin"].get("deployed") or {}).get("K8s") or ()
        return next((d for d in every if (d["kdu-name"], d["member-vnf-index"]) == (kdu, index)), None)

    def _client(self, deployed: Document) -> Cluster:
        return self.accounts.connect(self.store.all("k8sclusters")[deployed["k8scluster-uuid"]])

    def status(self, deployed: Document) -> Document:
        """What is left of ``helm status --output yaml``."""
        revisions = self._revisions[deployed["kdu-instance"]]
        return {
            "name": deployed["kdu-instance"],
            "namespace": deployed["namespace"],
            "version": len(revisions),
            "info": {
                "status": "deployed",
                "description": "Upgrade complete" if len(revisions) > 1 else "Install complete",
            },
            "config": copy.deepcopy(revisions[-1][0]),
        }

    async def upgrade(self, deployed: Document, kdur: Document, vnfr: Document, given: Document) -> int:
        """``helm upgrade`` as the LCM calls it; the new revision."""
        values = dict(given)
        chart = values.pop("kdu_model", None)
        if chart is None:
            # without a version the latest chart is taken: so it is in reality
            chart = deployed["kdu-model"]
            if chart.count("/") < 2 and len(chart.split(":")) == 2:
                chart = chart.split(":")[0]
        flags = {switch: str(values.pop(switch, "")).lower() in _YES for switch in _SWITCHES}
        now = self._revisions[deployed["kdu-instance"]][-1][0]
        if flags["kdu_reset_values"]:
            effective = values
        else:
            effective = _merged(now, {**unpacked(kdur.get("additionalParams")), **values})
        self._check_repo(vnfr, chart)
        return await self._revise(deployed, effective, chart)

    async def rollback(self, deployed: Document) -> int:
        """``helm rollback`` to the revision before; a revision of its own."""
        revisions = self._revisions[deployed["kdu-instance"]]
        if len(revisions) < 2:
            raise ClusterError("Error executing command: Error: release has no 0 version")
        return await self._revise(deployed, *revisions[-2])

    async def scale(
        self, nsr: Document, index: str, kdu: str, resource: str, delta: int, most: int, least: int
    ) -> None:
        """``helm upgrade --reuse-values --set replicaCount=N``; raises ClusterError beyond the limits."""
        deployed = self.deployed(nsr, index, kdu)
        if deployed is None:
            raise ClusterError(f"KDU '{kdu}' for vnf '{index}' not deployed")
        now, chart = self._revisions[deployed["kdu-instance"]][-1]
        part = now.get(resource) or {} if resource else now
        present = int(part.get("replicaCount", 1))
        wanted = present + delta
        if not least <= wanted <= most:
            word = "max-instance-count) scaling-out" if delta > 0 else "min-instance-count) scaling-in"
            raise ClusterError(f"reached the limit of {present} ({word} operations for the scaling-group-descriptor")
        change: Document = {"replicaCount": wanted}
        await self._revise(deployed, _merged(now, {resource: change} if resource else change), chart)

    async def place(self, deployed: Document, labels: Document) -> None:
        """An upgrade that changes nothing but the node selector of the workload."""
        now, chart = self._revisions[deployed["kdu-instance"]][-1]
        await self._revise(deployed, now, chart, labels)

    async def _revise(self, deployed: Document, values: Document, chart: str, labels: Document | None = None) -> int:
        client = self._client(deployed)
        revisions = self._revisions[deployed["kdu-instance"]]
        if charts.is_embedded(chart):
            await self._change(client, deployed, chart, values, labels, len(revisions) + 1)
        else:
            await client.upgrade(deployed["kdu-instance"], deployed["namespace"], values, chart, labels)
        revisions.append((copy.deepcopy(values), chart))
        deployed["revision"] = len(revisions)
        return len(revisions)

    async def _change(
        self,
        client: Cluster,
        deployed: Document,
        chart: str,
        values: Document,
        labels: Document | None,
        revision: int,
    ) -> None:
        release, space = deployed["kdu-instance"], deployed["namespace"]
        try:
            objects = charts.objects(charts.load(self.store, chart), release, space, values, revision)
            for obj in objects if labels else ():
                template = (obj.get("spec") or {}).get("template")
                if template:  # what the manager's post-renderer does for a migration
                    template["spec"]["nodeSelector"] = labels
            await Manifest(client, release, space).change(self._objects.get(release, []), objects)
        except ClusterError as error:
            raise ClusterError(f"Error executing command: Error: UPGRADE FAILED: {_told(_plain(error))}") from None
        self._objects[release] = objects

    def _check_repo(self, vnfr: Document, chart: str) -> None:
        check_repo(self.store, vnfr, chart, "UPGRADE FAILED")


def _plain(error: ClusterError) -> str:
    return str(error).removeprefix("Error executing command: Error: ")


def _told(text: str) -> str:
    """The API's words without the prefix that kubectl gives them."""
    return text.partition("): ")[2] if text.startswith("Error from server (") else text


def check_repo(store: Store, vnfr: Document, chart: str, what: str = "INSTALLATION FAILED") -> None:
    """Helm knows ``stable`` and the repositories registered for the project."""
    if "://" in chart or charts.is_embedded(chart):
        return
    repo, _unused, name = chart.partition("/")
    projects = set(vnfr["_admin"]["projects_read"])
    known = {r["name"] for r in store.find("k8srepos") if projects & set(r["_admin"]["projects_read"])} | {"stable"}
    if not name:
        raise ClusterError(
            f"Error executing command: Error: {what}: non-absolute URLs should be in form of "
            f"repo_name/path_to_chart, got: {chart}"
        )
    if repo not in known:
        raise ClusterError(f"Error executing command: Error: {what}: repo {repo} not found")
