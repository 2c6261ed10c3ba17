# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster in the lab, and the modules of L2S-M on it."""

from __future__ import annotations

import json
import os
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
#: the services that a lab for these tests runs, and a cluster that is there from the beginning
LAB = {"services": ["kubernetes", "l2sm"], "kubernetes": {"up": True, "nodes": ["controller-0", "worker-0"]}}
PROVIDER = {"name": "l2sm-sdn", "domain": ["l2sm-controller-service.l2sm-system.svc"]}
OVERLAY = {
    "name": "edge-overlay",
    "provider": PROVIDER,
    "nodes": ["controller-0", "worker-0"],
    "links": [{"endpoint_a": "controller-0", "endpoint_b": "worker-0"}],
    "settle": 0.05,
}
ACCESS = {"name": "edge-access", "type": "vnet", "network_cidr": "10.100.1.0/24", "pod_address_range": "10.100.1.0/25"}
CORE = {"name": "edge-core", "type": "vnet"}
DOCUMENT = {"overlays": [OVERLAY], "networks": [ACCESS, CORE]}
GROUP = "/apis/l2sm.l2sm.k8s.local/v1"


def shared_folder() -> Path:
    """Where the field's own data would be."""
    return Path(os.environ.get("EDGE_SHARED", ROOT.parent / "shared")) / "data" / "l2sm"


def shared(path: str) -> Path:
    """A file of the field's own data; the test is skipped where that folder is not there."""
    folder = shared_folder()
    if not (folder / path).exists():
        pytest.skip(f"the field's own data ({folder / path}) is not there")
    return folder / path


class Cluster:
    """Its kubeconfig, its modules, and what the lab has recorded of it."""

    def __init__(self, lab: Any, run_module: Callable[..., dict[str, Any]], site: str = "") -> None:
        self.lab, self._run = lab, run_module
        #: what the lab calls its API; that of the first site has no site's name
        self.service = f"kubernetes@{site}" if f"kubernetes@{site}" in lab.urls else "kubernetes"
        own = lab.about["sites"][site]["credentials"] if self.service != "kubernetes" else lab.credentials
        self.credentials = own["kubernetes"]
        #: the operator's manifest that the lab brings, written for it
        #: whether somebody writes the states of networks and overlays
        self.operated = getattr(lab, "operated", True)
        self.manifest = f"{lab.urls['lab']}/l2sm/l2sm-deployment.yaml" if self.operated else str(lab.manifest)
        self.kubeconfig = str(self.credentials["kubeconfig"])
        lab.control.clear_faults()

    def __call__(self, module: str, check: bool = False, **options: Any) -> dict[str, Any]:
        """Run a module; the record of requests begins anew."""
        given = self.given(module, options, check)
        self.lab.control.forget()
        return self._run(module, given, check)

    def given(self, module: str, options: dict[str, Any], check: bool = False) -> dict[str, Any]:
        """The options of a module, with those that go without saying."""
        more = {} if self.operated else self.lab.options(module, options, check)
        return {"kubeconfig": self.kubeconfig, **more, **options}

    def says(self, seen: Any, state: str) -> bool:
        """Whether a module tells of a state that the operator writes; where there is none, that it does not."""
        return bool((seen == state) == self.operated)

    def needs(self, what: str) -> None:
        """Skip where there is only an API."""
        if not self.operated:
            self.lab.lacks(what)

    def writes(self) -> list[str]:
        """Write requests since the last module began."""
        rows = self.lab.control.recorded(self.service, write=True)
        return [f"{r['method']} {r['path']}" for r in rows]

    def requests(self) -> int:
        """Requests since the last module began."""
        return len(self.lab.control.recorded(self.service))

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the API as its administrator, beside the modules."""
        context = ssl.create_default_context(cafile=self.lab.ca_cert)
        if self.credentials.get("cert"):
            context.load_cert_chain(self.credentials["cert"], self.credentials["key"])
        request = urllib.request.Request(self.lab.urls[self.service] + path, method=method)
        if self.credentials["token"]:
            request.add_header("Authorization", f"Bearer {self.credentials['token']}")
        data = None
        if body is not None:
            request.add_header(
                "Content-Type", "application/merge-patch+json" if method == "PATCH" else "application/json"
            )
            data = json.dumps(body).encode()
        with urllib.request.urlopen(request, data, timeout=10, context=context) as answer:
            return json.load(answer)

    def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Status and words of a request that the API does not take."""
        try:
            answer = self.call(method, path, body)
        except urllib.error.HTTPError as error:
            return error.code, str(json.load(error)["message"])
        raise AssertionError(f"{method} {path} was taken: {answer}")

    def names(self, plural: str) -> list[str]:
        """Names of the objects of one of L2S-M's kinds."""
        return [o["metadata"]["name"] for o in self.call("GET", f"{GROUP}/{plural}")["items"]]

    def install(self) -> None:
        """Install the operator, unless it is; elsewhere, where nobody could run it, there are its definitions."""
        if not self.operated:
            self.lab.prepare()
            return
        self.lab.wait(self._certified, 30)  # a lab that was just started may still be starting what it needs
        answer = self("l2sm_operator", manifest=self.manifest)
        assert not answer.get("failed"), answer

    def _certified(self) -> bool:
        """Whether every program of cert-manager runs."""
        found = self.call("GET", "/apis/apps/v1/namespaces/cert-manager/deployments")["items"]
        return all(d["status"].get("availableReplicas") == d["spec"]["replicas"] for d in found)

    def operator(self) -> None:
        """The operator's objects, also where nobody runs its programs."""
        if not self.operated:
            answer = self("l2sm_operator", manifest=self.manifest)
            assert not answer.get("failed"), answer

    def pod(
        self,
        name: str,
        networks: str,
        node: str = "worker-0",
        labels: dict[str, str] | None = None,
        space: str = "default",
    ) -> dict[str, Any]:
        """A pod that asks for networks, as its webhook made it."""
        meta = {"name": name, "labels": {"l2sm": "true", **(labels or {})}, "annotations": {"l2sm/networks": networks}}
        spec = {"nodeName": node, "containers": [{"name": "c", "image": "alpine"}]}
        body = {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}
        made: dict[str, Any] = self.call("POST", f"/api/v1/namespaces/{space}/pods", body)
        return made

    def endpoints(self) -> dict[str, list[str]]:
        """The ports of each network, as the SDN controller has them."""
        networks = self.lab.control.state("l2sm")["networks"]
        return {name: network["endpoints"] for name, network in networks.items()}

    def clean(self) -> None:
        """Remove every pod that asks for networks, and everything of L2S-M but the operator."""
        if not self.operated:
            self.lab.empty()
            return
        for pod in self.call("GET", "/api/v1/pods?labelSelector=l2sm%3Dtrue")["items"]:
            self.call("DELETE", f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}")
        self.lab.wait(lambda: not self.call("GET", "/api/v1/pods?labelSelector=l2sm%3Dtrue")["items"], 20)
        sdn = self.lab.urls[self.service.replace("kubernetes", "l2sm")]
        for plural, kind in (
            ("quarantinepodrequests", "quarantines"),
            ("l2networks", "networks"),
            ("networkedgedevices", "network_edge_devices"),
            ("overlays", "overlays"),
        ):
            for item in self.call("GET", f"{GROUP}/{plural}")["items"]:
                meta = item["metadata"]
                gone = {"name": meta["name"], "namespace": meta["namespace"], "state": "absent"}
                given = {"resources": {kind: [gone]}, "wait_timeout": 30}
                # networks that a restarted SDN controller has forgotten could not be removed otherwise
                answer = self("l2sm_deployment", sdn_url=sdn, **given)
                assert not answer.get("failed"), answer

    def kubeconfig_with(self, path: Path, change: Callable[[dict[str, Any]], None]) -> str:
        """The path of a changed copy of the kubeconfig."""
        document = yaml.safe_load(Path(self.kubeconfig).read_text(encoding="utf-8"))
        change(document)
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        return str(path)


def actions(answer: dict[str, Any]) -> dict[str, str]:
    """Action by name in the answer of a bulk module."""
    return {f"{r['kind']} {r['name']}": r["action"] for r in answer["results"]}
