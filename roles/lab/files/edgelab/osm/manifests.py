# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of a release in its cluster: made, changed, waited for and removed as Helm does, through its API.

Changes are sent by server-side apply, which ends as Helm's three-way merge does: what the chart says holds again, what
it says no more is taken away, and what others have added stays.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from .cluster import Cluster, ClusterError
from .store import Document

_APPLY = "fieldManager=helm&force=true&fieldValidation=Strict"
#: kind: (how many are wanted, how many work), as fields of a workload's spec and status
_WORKLOADS = {
    "Deployment": ("replicas", "availableReplicas"),
    "StatefulSet": ("replicas", "readyReplicas"),
    "ReplicaSet": ("replicas", "readyReplicas"),
}


class Manifest:
    """Objects of one release; the kinds that the cluster serves are asked for once."""

    def __init__(self, client: Cluster, release: str, namespace: str) -> None:
        self._client = client
        self._release, self._namespace = release, namespace
        self._served: dict[str, dict[str, Document]] = {}

    async def _path(self, obj: Document) -> str:
        """The URL of an object; raises what Helm says of a kind that is not served."""
        version, kind, meta = obj["apiVersion"], obj["kind"], obj["metadata"]
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        if version not in self._served:
            found = await self._client.call("GET", root, allow=(404,))
            rows = [r for r in (found or {}).get("resources") or () if "/" not in r["name"]]
            self._served[version] = {r["kind"]: r for r in rows}
        served = self._served[version].get(kind)
        if served is None:
            raise ClusterError(
                "unable to build kubernetes objects from release manifest: resource mapping not found for name: "
                f'"{meta["name"]}" namespace: "{meta.get("namespace", "")}" from "": no matches for kind "{kind}" in '
                f'version "{version}"\nensure CRDs are installed first'
            )
        space = f"/namespaces/{meta.get('namespace') or self._namespace}" if served["namespaced"] else ""
        return f"{root}{space}/{served['name']}/{quote(str(meta['name']))}"

    async def prepare(self, objects: list[Document], definitions: list[Document]) -> None:
        """What comes before the first object: the namespace, definitions, and that no object is somebody else's."""
        labels = {"name": self._namespace}
        space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self._namespace, "labels": labels}}
        await self._client.call("POST", "/api/v1/namespaces", space, allow=(409,))
        for definition in definitions:
            path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
            await self._client.call("POST", path, definition, allow=(409,))
        for obj in objects:
            await self._not_of_others(obj, await self._path(obj))

    async def create(self, objects: list[Document]) -> None:
        """Make the objects, one after the other."""
        for obj in objects:
            await self._apply(await self._path(obj), obj)

    async def _not_of_others(self, obj: Document, path: str) -> None:
        live = await self._client.call("GET", path, allow=(404,))
        if live is None:
            return
        owner = (live["metadata"].get("annotations") or {}).get("meta.helm.sh/release-name")
        if owner == self._release:
            return
        key = 'annotation validation error: key "meta.helm.sh/release-name" must equal'
        why = f'{key} "{self._release}": current value is "{owner}"'
        if owner is None:
            why = (
                'label validation error: missing key "app.kubernetes.io/managed-by": must be set to "Helm"; annotation '
                f'validation error: missing key "meta.helm.sh/release-name": must be set to "{self._release}"'
            )
        space = live["metadata"].get("namespace", "")
        raise ClusterError(
            "rendered manifests contain a resource that already exists. Unable to continue with install: "
            f'{obj["kind"]} "{obj["metadata"]["name"]}" in namespace "{space}" exists and cannot be imported into the '
            f"current release: invalid ownership metadata; {why}"
        )

    async def _apply(self, path: str, obj: Document) -> None:
        await self._client.call("PATCH", f"{path}?{_APPLY}", obj, media="application/apply-patch+yaml")

    async def change(self, old: list[Document], new: list[Document]) -> None:
        """``helm upgrade``: apply what is wanted now, remove what only the revision before had."""
        paths = [await self._path(o) for o in new]
        for obj, path in zip(new, paths, strict=True):
            await self._apply(path, obj)
        await self._remove([o for o in old if await self._path(o) not in paths])

    async def remove(self, objects: list[Document]) -> None:
        """``helm uninstall``: in the reverse order; what is gone is fine."""
        await self._remove(objects)

    async def _remove(self, objects: list[Document]) -> None:
        for obj in reversed(objects):
            if (obj["metadata"].get("annotations") or {}).get("helm.sh/resource-policy") == "keep":
                continue
            try:
                path = await self._path(obj)
            except ClusterError:
                continue  # its definition is gone, and it with it
            await self._client.call("DELETE", path, {"propagationPolicy": "Background"}, allow=(404,))

    async def is_ready(self, objects: list[Document]) -> bool:
        """What ``--wait`` waits for: workloads with all their pods, and pods that are ready."""
        for obj in objects:
            if obj["kind"] not in (*_WORKLOADS, "DaemonSet", "Pod"):
                continue
            live = await self._client.call("GET", await self._path(obj), allow=(404,))
            if live is None or not _works(obj["kind"], live):
                return False
        return True


def _works(kind: str, live: dict[str, Any]) -> bool:
    status, spec = live.get("status") or {}, live["spec"]
    if kind == "Pod":
        return any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions") or ())
    if kind == "DaemonSet":
        wanted = status.get("desiredNumberScheduled")
        return wanted is not None and int(status.get("numberReady") or 0) >= wanted
    wanted_field, working = _WORKLOADS[kind]
    current = status.get("observedGeneration", live["metadata"].get("generation")) == live["metadata"].get("generation")
    return current and int(status.get(working) or 0) >= int(spec.get(wanted_field, 1))
