# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of a release in the cluster: made, changed, removed, and waited for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from .client import MERGE_PATCH, Client
from .errors import ApiError, HelmError
from .ready import hopeless, ready

Object = dict[str, Any]
#: by which entries of a list belong together, where Kubernetes merges lists
_KEYS = {
    "containers": "name", "initContainers": "name", "env": "name", "volumes": "name", "imagePullSecrets": "name",
    "volumeMounts": "mountPath", "hostAliases": "ip", "ownerReferences": "uid", "secrets": "name",
}  # fmt: skip
#: shortest and longest pause between two looks, seconds of ours; the shortest time that is waited, whatever is asked
_PAUSE, _LONGEST, _PATIENCE = 0.05, 2.0, 20.0


class Cluster:
    """What Helm does with objects of one release."""

    def __init__(self, client: Client, release: str, namespace: str) -> None:
        self.client = client
        self.release, self.namespace = release, namespace

    # -- building ----------------------------------------------------------------------------------------------
    def owned(self, objects: Iterable[Object]) -> list[Object]:
        """The objects with the marks by which Helm knows its own."""
        marks = {"meta.helm.sh/release-name": self.release, "meta.helm.sh/release-namespace": self.namespace}
        found = []
        for obj in objects:
            meta = dict(obj["metadata"])
            meta["labels"] = {**(meta.get("labels") or {}), "app.kubernetes.io/managed-by": "Helm"}
            meta["annotations"] = {**(meta.get("annotations") or {}), **marks}
            found.append({**obj, "metadata": meta})
        return found

    def built(self, objects: list[Object], what: str) -> list[Object]:
        """The objects, each of a kind that the cluster serves."""
        for obj in objects:
            if self.client.path(obj, self.namespace) is None:
                meta = obj["metadata"]
                raise HelmError(
                    f'{what}: resource mapping not found for name: "{meta["name"]}" namespace: '
                    f'"{meta.get("namespace", "")}" from "": no matches for kind "{obj["kind"]}" in version '
                    f'"{obj["apiVersion"]}"\nensure CRDs are installed first'
                )
        return objects

    def path(self, obj: Object) -> str:
        """The URL of an object of a kind that is served."""
        return str(self.client.path(obj, self.namespace))

    def live(self, obj: Object) -> Object:
        """The object as it is in the cluster; empty where there is none."""
        path = self.client.path(obj, self.namespace)
        return self.client.call("GET", path, absent=True) if path else {}

    def strangers(self, objects: list[Object], take: bool, what: str) -> list[Object]:
        """Those of the objects that are there already; raises where one is somebody else's, unless they are taken."""
        there = []
        for obj in objects:
            live = self.live(obj)
            if not live:
                continue
            why = [] if take else self._foreign(live)
            if why:
                space = live["metadata"].get("namespace", "")
                raise HelmError(
                    f'{what}: {obj["kind"]} "{obj["metadata"]["name"]}" in namespace "{space}" exists and cannot be '
                    "imported into the current release: " + "; ".join(["invalid ownership metadata", *why])
                )
            there.append(obj)
        return there

    def _foreign(self, live: Object) -> list[str]:
        meta = live["metadata"]
        wanted = (
            ("label", meta.get("labels") or {}, "app.kubernetes.io/managed-by", "Helm"),
            ("annotation", meta.get("annotations") or {}, "meta.helm.sh/release-name", self.release),
            ("annotation", meta.get("annotations") or {}, "meta.helm.sh/release-namespace", self.namespace),
        )
        told = []
        for what, there, key, value in wanted:
            if key not in there:
                told.append(f'{what} validation error: missing key "{key}": must be set to "{value}"')
            elif there[key] != value:
                told.append(
                    f'{what} validation error: key "{key}" must equal "{value}": current value is "{there[key]}"'
                )
        return told

    # -- making and changing -----------------------------------------------------------------------------------
    def create(self, objects: list[Object]) -> None:
        """Make the objects, kind after kind."""
        for obj in objects:
            path = str(self.client.path(obj, self.namespace, named=False))
            self.client.call("POST", path + "?fieldManager=helm", obj)

    def update(self, before: list[Object], after: list[Object], force: bool = False) -> list[Object]:
        """From one manifest to the next; what was made anew. What others have changed beside it stays."""
        old = {self.path(o): o for o in before if self.client.path(o, self.namespace)}
        made, wrong = [], []
        for obj in after:
            path = self.path(obj)
            live = self.client.call("GET", path, absent=True)
            if not live:
                made.append(obj)
                try:
                    self.create([obj])
                except ApiError as error:
                    raise ApiError(error.status, f"failed to create resource: {error}", error.reason) from None
                continue
            if path not in old:
                raise HelmError(f'no {obj["kind"]} with the name "{obj["metadata"]["name"]}" found')
            try:
                self._change(path, old[path], obj, live, force)
            except ApiError as error:
                wrong.append(str(error))
        if wrong:
            raise HelmError(" && ".join(wrong))
        wanted = {self.path(o) for o in after}
        for path, obj in old.items():
            live = {} if path in wanted else self.client.call("GET", path, absent=True)
            if live and (live["metadata"].get("annotations") or {}).get("helm.sh/resource-policy") != "keep":
                self._delete(obj)
        return made

    def _change(self, path: str, old: Object, new: Object, live: Object, force: bool) -> None:
        name, kind = new["metadata"]["name"], new["kind"]
        if force:
            try:
                self.client.call("PUT", path, new)
            except ApiError as error:
                raise ApiError(error.status, f"failed to replace object: {error}", error.reason) from None
            return
        patch = _difference(live, _three_way(old, new, live))
        if not patch:
            return
        try:
            self.client.call("PATCH", path + "?fieldManager=helm", patch, MERGE_PATCH)
        except ApiError as error:
            raise ApiError(error.status, f'cannot patch "{name}" with kind {kind}: {error}', error.reason) from None

    # -- removing ----------------------------------------------------------------------------------------------
    def delete(self, objects: list[Object], policy: str = "Background") -> list[str]:
        """Remove the objects; what is gone is fine. The refusals."""
        wrong = []
        for obj in objects:
            try:
                self._delete(obj, policy)
            except ApiError as error:
                wrong.append(str(error))
        return wrong

    def _delete(self, obj: Object, policy: str = "Background") -> None:
        path = self.client.path(obj, self.namespace)
        if path:
            self.client.call("DELETE", path, {"propagationPolicy": policy}, absent=True)

    # -- waiting -----------------------------------------------------------------------------------------------
    def wait(self, objects: list[Object], seconds: float, jobs: bool = False) -> None:
        """Until all the objects are ready; raises when the time is over."""
        waited = [o for o in objects if o["kind"] != "Job" or jobs]

        def all_ready() -> bool:
            return all(ready(self.client, o, self.live(o), self.namespace) for o in waited)

        if not self._until(all_ready, seconds, waited):
            raise HelmError("context deadline exceeded")

    def wait_for_hook(self, objects: list[Object], seconds: float) -> None:
        """Until the jobs and pods of a hook have ended; raises when one has failed or the time is over."""
        waited = [o for o in objects if o["kind"] in ("Job", "Pod")]
        for obj in waited:
            if not self._until(lambda o=obj: _ended(self.live(o)), seconds, [obj]):  # type: ignore[misc]
                raise HelmError("1 error occurred:\n\t* timed out waiting for the condition\n\n")

    def wait_gone(self, objects: list[Object], seconds: float) -> None:
        """Until none of the objects is there."""
        if not self._until(lambda: not any(self.live(o) for o in objects), seconds, []):
            raise HelmError("1 error occurred:\n\t* timed out waiting for the condition\n\n")

    def _until(self, done: Callable[[], bool], seconds: float, objects: list[Object]) -> bool:
        """Look until it is done or the cluster's clock is beyond the time.

        A lab's world is faster than ours, and a busy machine slower than it should be: as long as something in the
        cluster still may come about, it is waited as long as on a real one, up to twenty seconds.
        """
        began, pause = time.monotonic(), _PAUSE
        while True:
            if done():
                return True
            over = time.monotonic() - began
            if over * self.client.time_factor >= seconds and (
                over >= min(seconds, _PATIENCE) or hopeless(self.client, objects, self.namespace)
            ):
                return False
            time.sleep(pause if self.client.time_factor > 1 else _LONGEST)
            pause = min(pause * 1.5, _LONGEST)


def _ended(live: Object) -> bool:
    """Whether a hook's job or pod has done its work, or is gone; raises where it failed."""
    if not live:
        return True
    name, status = live["metadata"]["name"], live.get("status") or {}
    if live["kind"] == "Pod":
        if status.get("phase") == "Failed":
            raise HelmError(f"1 error occurred:\n\t* pod {name} failed\n\n")
        return bool(status.get("phase") == "Succeeded")
    for one in status.get("conditions") or []:
        if one["status"] == "True" and one["type"] == "Failed":
            raise HelmError(f"1 error occurred:\n\t* job {name} failed: {one.get('reason', '')}\n\n")
        if one["status"] == "True" and one["type"] == "Complete":
            return True
    return False


def _three_way(old: Any, new: Any, live: Any, key: str = "") -> Any:
    """What is there, with what the new manifest says, without what only the old one said."""
    if isinstance(new, dict) and isinstance(live, dict):
        old = old if isinstance(old, dict) else {}
        found = {k: v for k, v in live.items() if k in new or k not in old}
        for name, value in new.items():
            if value is not None:
                found[name] = _three_way(old.get(name), value, live.get(name), name)
            elif name in old:
                found.pop(name, None)
        return found
    merged = _KEYS.get(key)
    if merged and isinstance(new, list) and isinstance(live, list):
        return _lists(merged, old if isinstance(old, list) else [], new, live)
    return new


def _lists(merged: str, old: list[Any], new: list[Any], live: list[Any]) -> list[Any]:
    by_old = {o.get(merged): o for o in old if isinstance(o, dict)}
    by_live = {o.get(merged): o for o in live if isinstance(o, dict)}
    names = [n.get(merged) for n in new]
    others = [o for name, o in by_live.items() if name not in names and name not in by_old]
    return [_three_way(by_old.get(n.get(merged)), n, by_live.get(n.get(merged))) for n in new] + others


def _difference(live: Object, wanted: Object) -> Object:
    """A merge patch from one to the other, without what the server alone writes."""
    patch: Object = {}
    for name in {*live, *wanted} - {"status"}:
        own, value = live.get(name), wanted.get(name)
        if isinstance(own, dict) and isinstance(value, dict):
            below = _difference(own, value)
            if below:
                patch[name] = below
        elif own != value:
            patch[name] = value
    return patch
