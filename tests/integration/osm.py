# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An OSM in the lab with a Kubernetes cluster to register, and OSM's modules on it."""

from __future__ import annotations

import copy
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

ROOT = Path(__file__).resolve().parents[2]
#: what a lab for these tests runs: OSM without its second of punishment, and a cluster that is there already
LAB: dict[str, Any] = {
    "services": ["osm", "kubernetes"],
    "time_factor": 3000,
    "osm": {"throttle": False, "password_rounds": 4},
    "kubernetes": {"up": True, "nodes": ["controller-0"]},
    # a fifth of a second: long enough to be met on its way out
    "durations": {"vim_account": 600},
}
SAMPLES = ROOT / "inventories/simplex/.packages"
VIM: dict[str, Any] = {
    "name": "madrid-1",
    "type": "dummy",
    "url": "https://10.20.30.2:5000/v3",
    "tenant": "admin",
    "username": "osm",
    "password": "canary-of-the-vim",
    "config": {"use_floating_ip": False},
}
CLUSTER: dict[str, Any] = {
    "name": "madrid-1",
    "vim_account": "madrid-1",
    "k8s_version": "v1.31",
    "nets": {"mgmtnet": None},
}
REPO: dict[str, Any] = {"name": "podinfo", "type": "helm-chart", "url": "https://charts.example.com/podinfo"}
PACKAGES = {"vnf": SAMPLES / "edge_web_knf", "ns": SAMPLES / "edge_web_ns"}
SERVICE: dict[str, Any] = {"name": "edge-web", "nsd": "edge_web_ns", "vim_account": "madrid-1"}
#: topics of the simulated NBI, in an order in which everything can be removed
TOPICS = {
    "nsis": "nsilcm/v1/netslice_instances",
    "nsrs": "nslcm/v1/ns_instances",
    "subscriptions": "nslcm/v1/subscriptions",
    "pdus": "pdu/v1/pdu_descriptors",
    "ns_config_template": "nsd/v1/ns_config_template",
    "nsts": "nst/v1/netslice_templates",
    "nsds": "nsd/v1/ns_descriptors",
    "vnfds": "vnfpkgm/v1/vnf_packages",
    "k8sclusters": "admin/v1/k8sclusters",
    "k8srepos": "admin/v1/k8srepos",
    "osmrepos": "admin/v1/osmrepos",
    "vim_accounts": "admin/v1/vim_accounts",
}


def shared(path: str) -> Path:
    """A file of the field's own data; the test is skipped where that folder is not there."""
    folder = Path(os.environ.get("EDGE_SHARED", ROOT.parent / "shared")) / "data"
    if not (folder / path).exists():
        pytest.skip(f"the field's own data ({folder / path}) is not there")
    return folder / path


class Osm:
    """Its connection options, its modules, what the lab has recorded, and a client of our own beside the modules."""

    def __init__(self, lab: Any, run_module: Callable[..., dict[str, Any]], keep: bool = False) -> None:
        """``keep`` leaves what is there."""
        self.lab, self._run = lab, run_module
        self._http = lab.session()
        self._http.headers["Accept"] = "application/json"
        self._login()
        if not keep:
            self.clear()

    def only_in_the_lab(self, why: str) -> None:
        """Skip the test that is running where the OSM is not the lab's."""
        if hasattr(type(self.lab), "before"):
            pytest.skip(f"only in the lab: {why}")

    def certified(self) -> None:
        """Skip the test that is running where no authority is known that has signed the OSM's certificate."""
        if not self.lab.ca_cert:
            pytest.skip("needs HTTPS and the certificate of who has signed OSM's (OSM_CA_CERT)")

    def _login(self) -> None:
        known = self.lab.credentials["osm"]
        answer = self._http.post(f"{self.lab.urls['osm']}/osm/admin/v1/tokens", json=known, timeout=30)
        assert answer.status_code == 200, answer.text
        self._http.headers["Authorization"] = f"Bearer {answer.json()['id']}"

    @property
    def kubeconfig(self) -> str:
        """The path of a kubeconfig of a cluster that OSM reaches."""
        return str(self.lab.credentials["kubernetes"]["kubeconfig"])

    @property
    def connection(self) -> dict[str, Any]:
        """Options that every module needs."""
        known = self.lab.credentials["osm"]
        return {
            "osm_url": self.lab.urls["osm"],
            "osm_username": known["username"],
            "osm_password": known["password"],
            **({"osm_project": known["project_id"]} if known.get("project_id", "admin") != "admin" else {}),
            **({"osm_ca_cert": self.lab.ca_cert} if self.lab.ca_cert else {"osm_validate_certs": False}),
        }

    @property
    def environment(self) -> dict[str, str]:
        """The same for a process of its own, as far as variables tell it: not that nothing is verified."""
        names = {"OSM_URL": "url", "OSM_USER": "username", "OSM_PASSWORD": "password"}
        names |= {"OSM_PROJECT": "project", "OSM_CA_CERT": "ca_cert"}
        known = self.connection
        return {name: str(known[f"osm_{n}"]) for name, n in names.items() if f"osm_{n}" in known}

    def module(self, module: str, /, check: bool = False, **options: Any) -> dict[str, Any]:
        """Run a module; the record of requests begins anew. An option of None is left out."""
        self.lab.control.forget()
        given = {**self.connection, **options}
        if hasattr(type(self.lab), "before"):
            self.lab.before(module, check, given)
        if not module.endswith("_info"):
            given.setdefault("wait_interval", 0.1)
        return self._run(module, {k: v for k, v in given.items() if v is not None}, check)

    def done(self, module: str, /, check: bool = False, **options: Any) -> dict[str, Any]:
        """The same, and it has to end well."""
        answer = self.module(module, check, **options)
        self.excused(answer)
        assert not answer.get("failed"), answer
        return answer

    def excused(self, answer: dict[str, Any]) -> None:
        """Skip the test where a given OSM has a fault that is known, and that only a new start mends."""
        if answer.get("failed") and hasattr(type(self.lab), "failed"):
            self.lab.failed(answer)

    def refused(self, module: str, /, check: bool = False, **options: Any) -> dict[str, Any]:
        """The same, and it has to fail in words: no traceback, and nothing written."""
        answer = self.module(module, check, **options)
        assert answer.get("failed"), answer
        assert "Traceback" not in answer["msg"] and not answer.get("exception"), answer
        assert self.writes() == []
        return answer

    def asked(self) -> list[str]:
        """Requests since the last module began, logins not counted, as ``METHOD path``."""
        rows = self.lab.control.recorded("osm")
        return [f"{r['method']} {r['path']}" for r in rows if not r["login"]]

    def writes(self) -> list[str]:
        """Write requests since the last module began."""
        return [f"{r['method']} {r['path']}" for r in self.lab.control.recorded("osm", write=True)]

    def logins(self) -> int:
        """Sign-ins since the last module began."""
        return len(self.lab.control.recorded("osm", login=True))

    def all(self, topic: str) -> list[dict[str, Any]]:
        """The documents of a topic in the simulated NBI, without secrets."""
        found = self.lab.control.state("osm").get(topic) or {}
        return list(found.values()) if isinstance(found, dict) else found

    def names(self, topic: str) -> list[str]:
        """Names (of packages: ids of their descriptors) in a topic."""
        key = "id" if topic in ("nsts", "nsds", "vnfds") else "name"
        return sorted(d[key] for d in self.all(topic))

    def emptied(self, topic: str) -> bool:
        """Whether nothing is left in a topic, in a while: a real NBI removes an NS first and its parts afterwards."""
        until = time.monotonic() + 5
        while (left := self.all(topic)) and time.monotonic() < until:
            time.sleep(0.2)
        return not left

    def one(self, topic: str) -> dict[str, Any]:
        """The only document of a topic."""
        [found] = self.all(topic)
        return found

    def call(self, method: str, path: str, body: Any = None) -> requests.Response:
        """Ask the NBI beside the modules."""
        self._http.cookies.clear()
        answer: requests.Response = self._http.request(
            method, f"{self.lab.urls['osm']}/osm/{path}", json=body, timeout=30
        )
        return answer

    def upload(self, kind: str, data: bytes) -> requests.Response:
        """Send an archive as it is."""
        path = {
            "vnf": "vnfpkgm/v1/vnf_packages_content",
            "ns": "nsd/v1/ns_descriptors_content",
            "nst": "nst/v1/netslice_templates_content",
        }[kind]
        self._http.cookies.clear()
        answer: requests.Response = self._http.post(
            f"{self.lab.urls['osm']}/osm/{path}", data=data, headers={"Content-Type": "application/gzip"}, timeout=30
        )
        return answer

    def clear(self) -> None:
        """Remove everything, whatever its state, and forget what was asked."""
        self.lab.control.clear_faults()
        for topic, path in TOPICS.items():
            for document in self.all(topic):
                answer = self.call("DELETE", f"{path}/{document['_id']}?FORCE=True")
                assert answer.status_code in (204, 404), answer.text
        self.lab.control.forget()

    def site(self) -> None:
        """A VIM account, a cluster on it, and the repository of the sample package's chart."""
        cluster = {**CLUSTER, "kubeconfig": self.kubeconfig}
        resources = {"vim_accounts": [VIM], "k8s_clusters": [cluster], "k8s_repos": [REPO]}
        # packages and records of the NBI alone need them registered, not dealt with
        self.done("osm_deployment", resources=resources, wait=getattr(self.lab, "managed", True))

    def onboarded(self) -> None:
        """The two sample packages of the KNF, too."""
        self.site()
        self.done("osm_deployment", packages=[str(p) for p in PACKAGES.values()])

    def kubeconfig_with(self, path: Path, change: Callable[[dict[str, Any]], None]) -> str:
        """The path of a changed copy of the cluster's kubeconfig."""
        document = yaml.safe_load(Path(self.kubeconfig).read_text(encoding="utf-8"))
        change(document)
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        return str(path)


def package(folder: Path, source: Path, change: Callable[[dict[str, Any]], None] | None = None) -> str:
    """A copy of a package's folder, with a changed descriptor; its path."""
    import shutil

    shutil.copytree(source, folder, dirs_exist_ok=True)
    [file] = folder.glob("*.yaml")
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    descriptor = document["vnfd"] if "vnfd" in document else document["nsd"]["nsd"][0]
    if change:
        change(descriptor)
    file.write_text(yaml.safe_dump(copy.deepcopy(document), sort_keys=False), encoding="utf-8")
    return str(folder)
