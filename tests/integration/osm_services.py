# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that runs in the lab's OSM, a KNF and a VNF, for the tests of day-2 operations."""

from __future__ import annotations

import base64
import time
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from ansible.module_utils.common import warnings

from .conftest import run_module
from .osm import LAB as BASE
from .osm import PACKAGES, SAMPLES, Osm, package

#: an operation takes a fifth of a second: long enough to be met while it runs
LAB: dict[str, Any] = {**BASE, "durations": {**BASE["durations"], "ns_action": 600, "ns_instantiate": 300}}
NS = "nslcm/v1/ns_instances"
OPS = "nslcm/v1/ns_lcm_op_occs"
PRIMITIVE = {"name": "touch", "parameter": [{"name": "path"}, {"name": "mode", "default-value": "644"}]}
ASPECT: dict[str, Any] = {
    "id": "more",
    "name": "more",
    "aspect-delta-details": {
        "deltas": [{"id": "d", "vdu-delta": [{"id": "probe", "number-of-instances": 2}]}],
    },
}


def probe(descriptor: dict[str, Any]) -> None:
    """A VNF with a primitive, and with a scaling group in steps of two, up to five."""
    flavour = descriptor["df"][0]
    flavour["vdu-profile"] = [{"id": "probe", "min-number-of-instances": 1, "max-number-of-instances": 5}]
    flavour["scaling-aspect"] = [ASPECT]
    config = {"id": "edge_probe_vnf", "config-primitive": [PRIMITIVE]}
    flavour["lcm-operations-configuration"] = {"operate-vnf-op-config": {"day1-2": [config]}}


def both(descriptor: dict[str, Any]) -> None:
    """A service of a KNF and of a VNF."""
    descriptor["vnfd-id"] = ["edge_web_knf", "edge_probe_vnf"]
    link = {"virtual-link-profile-id": "mgmtnet"}
    point = {"constituent-base-element-id": "probe", "constituent-cpd-id": "mgmt-ext"}
    other = {
        "id": "probe",
        "vnfd-id": "edge_probe_vnf",
        "virtual-link-connectivity": [{**link, "constituent-cpd-id": [point]}],
    }
    descriptor["df"][0]["vnf-profile"].append(other)


class Site:
    """A service that runs: a KNF ``web`` and a VNF ``probe``."""

    def __init__(self, osm: Osm, folder: Path) -> None:
        self.osm, self.folder = osm, folder
        osm.site()
        self.upload(probe)
        osm.done("osm_vnf_package", path=str(PACKAGES["vnf"]))
        osm.done("osm_ns_package", path=package(folder / "edge_web_ns", PACKAGES["ns"], both))
        values = {"replicaCount": 1, "ui": {"color": "blue"}, "secret": "canary-of-the-values"}
        kdu = {"kdu_name": "web", "additional_params": values}
        params = [{"member_vnf_index": "web", "additional_params_for_kdu": [kdu]}]
        service = {"name": "edge-web", "nsd": "edge_web_ns", "vim_account": "madrid-1"}
        osm.done("osm_ns", **service, additional_params_for_vnf=params)

    def upload(self, change: Any) -> None:
        """The VNF's package, changed."""
        folder = package(self.folder / "edge_probe_vnf", SAMPLES / "edge_probe_vnf", change)
        self.osm.done("osm_vnf_package", path=folder)

    def vnf(self, index: str = "probe") -> dict[str, Any]:
        """The record of a VNF."""
        [found] = [v for v in self.osm.all("vnfrs") if v["member-vnf-index-ref"] == index]
        return found

    def machines(self) -> int:
        """How many there are."""
        return len(self.vnf()["vdur"])

    def states(self) -> list[str]:
        """Their states."""
        return [v["status"] for v in self.vnf()["vdur"]]

    def operations(self, kind: str = "") -> list[dict[str, Any]]:
        """The records of operations, with what the lab's own view of them hides."""
        return [o for o in self.osm.call("GET", OPS).json() if kind in ("", o["lcmOperationType"])]

    def broken(self, count: int = 0, status: str = "ERROR") -> None:
        """The VIM tells that a machine is broken."""
        self.osm.lab.emit("vdu_state", ns="edge-web", vdu="probe", status=status, count=count)

    def workload(self) -> dict[str, Any]:
        """The workload of the KNF's release in the cluster."""
        release = self.vnf("web")["kdur"][0]["kdu-instance"]
        [found] = [d for d in deployments(self.osm) if d["metadata"]["name"] == release]
        return found


def deployments(osm: Osm) -> list[dict[str, Any]]:
    """What the simulated cluster has."""
    osm.only_in_the_lab("looks into the simulated cluster")
    config = yaml.safe_load(Path(osm.kubeconfig).read_text(encoding="utf-8"))
    user, cluster = config["users"][0]["user"], config["clusters"][0]["cluster"]
    cert = None
    if "client-certificate-data" in user:
        files = [Path(osm.kubeconfig).with_name(n) for n in ("operations.crt", "operations.key")]
        for file, key in zip(files, ("client-certificate-data", "client-key-data"), strict=True):
            file.write_bytes(base64.b64decode(user[key]))
        cert = (str(files[0]), str(files[1]))
    headers = {"Authorization": f"Bearer {user['token']}"} if user.get("token") else {}
    path = f"{cluster['server']}/apis/apps/v1/deployments"
    answer = requests.get(path, headers=headers, cert=cert, verify=osm.lab.ca_cert, timeout=30)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def twice(site: Site, module: str, /, writes: int = 1, lists: int = 4, **options: Any) -> dict[str, Any]:
    """Check, run, check, run: what was predicted happened, and the second round finds nothing to do."""
    osm = site.osm
    options = {"ns": "edge-web", **options}
    predicted = osm.done(module, check=True, **options)
    assert predicted["changed"] and predicted["action"] == "run" and osm.writes() == []
    assert len(osm.asked()) <= lists, osm.asked()
    done = osm.done(module, **options)
    assert done["changed"] and done["diff"] == predicted["diff"]
    assert len(osm.writes()) == writes == len(done["operations"]), osm.writes()
    assert {o["status"] for o in done["operations"]} == {"COMPLETED"}
    for check in (True, False):
        again = osm.done(module, check=check, **options)
        assert not again["changed"] and again["action"] == "none" and again["reason"], again
        assert again["diff"]["before"] == again["diff"]["after"] and again["operations"] == []
        assert osm.writes() == [] and len(osm.asked()) <= lists
    return done


def busy(site: Site) -> str:
    """An operation of somebody else's that takes a while, a second and a half in the lab; its id."""
    body = {"member_vnf_index": "probe", "primitive": "touch", "primitive_params": {"path": "/other"}}
    ours = not hasattr(type(site.osm.lab), "before")
    durations = site.osm.lab.lab.config["durations"] if ours else {}
    usual = durations.get("ns_action", 0)
    durations["ns_action"] = max(usual, 4500)
    answer = site.osm.call("POST", f"{NS}/{site.osm.one('nsrs')['_id']}/action", body)
    time.sleep(0.1)  # until it has begun
    durations["ns_action"] = usual
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


SERVICE: dict[str, Any] = {"name": "edge-web", "nsd": "edge_web_ns", "vim_account": "madrid-1"}


def packages(osm: Osm, folder: Path) -> None:
    """The packages of the service, without one that runs."""
    osm.site()
    osm.done("osm_vnf_package", path=package(folder / "edge_probe_vnf", SAMPLES / "edge_probe_vnf", probe))
    osm.done("osm_vnf_package", path=str(PACKAGES["vnf"]))
    osm.done("osm_ns_package", path=package(folder / "edge_web_ns", PACKAGES["ns"], both))


@pytest.fixture
def osm(lab: Any, cache: Path) -> Osm:
    return Osm(lab, run_module)


@pytest.fixture
def site(osm: Osm, tmp_path: Path) -> Site:
    return Site(osm, tmp_path)


_KEPT: dict[int, Site] = {}


@pytest.fixture
def site_of_all(lab: Any, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A service for tests that change nothing."""
    kept = _KEPT.get(id(lab))
    if kept is not None and any(n["name"] == "edge-web" and n["nsState"] == "READY" for n in kept.osm.all("nsrs")):
        kept.osm.lab.control.clear_faults()
        return kept
    _KEPT.clear()
    _KEPT[id(lab)] = Site(Osm(lab, run_module), tmp_path_factory.mktemp("packages"))
    return _KEPT[id(lab)]


@pytest.fixture(autouse=True)
def fresh_warnings() -> None:
    """Modules run in this process, and Ansible collects the warnings of all of them."""
    warnings._global_warnings.clear()
