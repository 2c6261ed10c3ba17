# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a repair writes: one method for each verb of a step. Each is safe to be done twice."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from .._engine.errors import ApiError, WaitTimeoutError
from .._engine.paths import get_path
from .diagnosis import Step
from .dialect import KubernetesDialect
from .leftovers import MERGE
from .resources import API_VERSION

_ROOT = f"/apis/{API_VERSION}/namespaces"
#: seconds in which the operator removes a network that it can remove
GONE = 120.0


class Mender:
    """Does steps through one dialect."""

    def __init__(self, dialect: KubernetesDialect) -> None:
        self._d = dialect
        #: the version that was looked at, and the one that our own write made of it, by path
        self._written: dict[str, tuple[str, str]] = {}

    def do(self, step: Step) -> None:
        """Do a step; raises an EdgeError where that is refused."""
        getattr(self, f"_{step.verb}")(*step.what)

    @property
    def _sdn(self) -> Any:
        return self._d.sdn

    def _remember(self, name: str) -> None:
        self._sdn.remember(name)

    def _forget(self, name: str) -> None:
        self._sdn.forget(name)

    def _attach(self, name: str, place: str) -> None:
        self._sdn.attach(name, place)

    def _detach(self, name: str, place: str) -> None:
        self._sdn.detach(name, place)

    def _remember_outside(self, url: str, name: str) -> None:
        self._d.providers.at(url).remember(name)

    def _attach_outside(self, url: str, name: str, place: str) -> None:
        self._d.providers.at(url).attach(name, place)

    def _patch(self, path: str, body: Mapping[str, Any], version: str) -> None:
        """A merge patch that is refused where somebody else has written since the last look."""
        place = path.removesuffix("/status")
        looked_at, ours = self._written.get(place, (version, version))
        meta = {**(body.get("metadata") or {}), "resourceVersion": ours if version == looked_at else version}
        try:
            made = self._d.connection.request("PATCH", path, {**body, "metadata": meta}, None, MERGE)
            self._written[place] = (version, str(get_path(made, "metadata.resourceVersion", "")))
        except ApiError as error:
            if error.status == 409:
                error.remedy = "Somebody has changed it meanwhile: run again."
            if error.status != 404:  # what is gone needs no mending
                raise

    def _release(self, name: str, label: str, version: str) -> None:
        self._label(name, {label: "false"}, version)

    def _claim(self, name: str, label: str, version: str) -> None:
        self._label(name, {label: "true"}, version)

    def _label(self, name: str, labels: Mapping[str, str], version: str) -> None:
        space, _slash, plain = name.partition("/")
        path = f"/apis/k8s.cni.cncf.io/v1/namespaces/{space}/network-attachment-definitions/{plain}"
        self._patch(path, {"metadata": {"labels": labels}}, version)

    def _rewrite(self, name: str, data: Mapping[str, str], version: str) -> None:
        space, _slash, plain = name.partition("/")
        self._patch(f"/api/v1/namespaces/{space}/configmaps/{plain}", {"data": data}, version)

    def _free(self, name: str, status: Mapping[str, Any], version: str) -> None:
        space, _slash, plain = name.partition("/")
        self._patch(f"{_ROOT}/{space}/l2networks/{plain}/status", {"status": status}, version)

    def _let_go(self, plural: str, name: str, left: list[str], version: str) -> None:
        space, _slash, plain = name.partition("/")
        root = "/api/v1/namespaces" if plural == "pods" else _ROOT
        self._patch(f"{root}/{space}/{plural}/{plain}", {"metadata": {"finalizers": left or None}}, version)

    def _recreate(self, name: str) -> None:
        space, _slash, plain = name.partition("/")
        self._d.remove(f"/api/v1/namespaces/{space}/pods/{plain}")

    def _remake(self, network: Mapping[str, Any]) -> None:
        """Remove a network, wait until the operator has let it go, and make it again as it was declared."""
        meta = network["metadata"]
        path = f"{_ROOT}/{meta['namespace']}/l2networks"
        self._d.remove(f"{path}/{meta['name']}")
        deadline = time.monotonic() + GONE
        while self._there(f"{path}/{meta['name']}"):
            if time.monotonic() > deadline:
                raise WaitTimeoutError(
                    f"network {meta['name']} was not gone after {GONE:.0f} s.",
                    "See that the operator and the SDN controller run, and run again.",
                )
            time.sleep(1.0)
        kept = {k: meta[k] for k in ("name", "namespace", "labels", "annotations") if meta.get(k)}
        body = {"apiVersion": API_VERSION, "kind": "L2Network", "metadata": kept, "spec": network["spec"]}
        self._d.apply(f"{path}/{meta['name']}", body)
        deadline = time.monotonic() + GONE
        while not self._joined(f"{path}/{meta['name']}") and time.monotonic() < deadline:
            time.sleep(1.0)

    def _there(self, path: str) -> bool:
        try:
            self._d.connection.request("GET", path)
        except ApiError as error:
            if error.status == 404:
                return False
            raise
        return True

    def _joined(self, path: str) -> bool:
        live = self._d.connection.request("GET", path)
        return bool(get_path(live, "status.providerConnectivity", "Unavailable") == "Available")
