# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several sites in one lab: each has a StarlingX system and a cluster of its own, and one does not notice the other."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import openstack
import pytest
import requests
import yaml
from conftest import SITE
from osm_client import VIM, Nbi
from starlingx_client import OVERRIDES, Client

from edgelab.build import build

PASSWORDS = {"madrid-1": "Madrid*pass1", "toledo": "Toledo*pass1"}
HOSTS = {"madrid-1": "controller-0", "toledo": "toledo-0"}


def site(name: str, host: str, **more: Any) -> dict[str, Any]:
    """A simplex site like the usual one."""
    found = copy.deepcopy(SITE)
    found["hosts"][0]["name"] = host
    return {**found, "name": name, **more}


LAB = {
    "time_factor": 5000,
    "sites": [site(name, host) for name, host in HOSTS.items()],
    "osm": {"throttle": False, "password_rounds": 4},
    "l2sm": {"installed": True, "switches_namespace": "default"},
}


class One:
    """What a client of one site uses of the lab."""

    def __init__(self, lab: Any, name: str) -> None:
        self.name, self.host = name, HOSTS[name]
        self.about = json.loads((Path(lab.ca_cert).parent / "lab.json").read_text(encoding="utf-8"))["sites"][name]
        self.urls: dict[str, str] = self.about["urls"]
        self.ca_cert, self.wait = lab.ca_cert, lab.wait
        self.lab, self.system = lab, lab.lab.systems[name]

    def own(self, service: str) -> str:
        return self.system.full(service)

    def machine(self) -> dict[str, Any]:
        """The machine, as the lab tells it."""
        return self.lab.control.get(f"{self.lab.control.url}/lab/hosts", timeout=10).json()[self.host]

    def client(self) -> Client:
        return Client(self, password=PASSWORDS[self.name])

    def bootstrap(self) -> Client:
        """From a machine that is off to a controller whose APIs answer, by the address that its playbook was given."""
        self.lab.emit("power", host=self.host, on=True)
        self.wait(lambda: self.machine()["installed"])
        root = Path(self.lab.about["targets"][self.host])
        book = root / "usr/share/ansible/stx-ansible/playbooks/bootstrap.yml"
        values = yaml.safe_load(book.read_text(encoding="utf-8"))[0]["vars"]
        url = f"{values['lab_url']}/lab/hosts/{values['lab_host']}/bootstrap"
        overrides = {**OVERRIDES, "admin_password": PASSWORDS[self.name]}
        assert self.lab.control.post(url, json=overrides, timeout=10).status_code == 202
        assert self.lab.control.get(f"{url}?wait=20", timeout=30).json()["state"] == "done"
        return self.client()

    def unlock(self, client: Client) -> None:
        client.put_oam_on()
        client.patch("/ihosts/controller-0", action="unlock")
        self.wait(client.available, 30)

    def refuses(self, service: str) -> bool:
        try:
            requests.get(self.urls[service], timeout=5, verify=self.ca_cert)
        except requests.ConnectionError:
            return True
        return False


@pytest.fixture
def sites(lab: Any) -> tuple[One, One]:
    madrid, toledo = One(lab, "madrid-1"), One(lab, "toledo")
    return madrid, toledo


def test_each_is_bootstrapped_and_unlocked_on_its_own(lab: Any, sites: tuple[One, One]) -> None:
    madrid, toledo = sites
    assert madrid.urls["keystone"] == lab.urls["keystone"] and toledo.urls["keystone"] == lab.urls["keystone@toledo"]
    assert not set(madrid.urls.values()) & set(toledo.urls.values())
    second = toledo.bootstrap()
    assert second.walk() == ("locked", "disabled", "online")
    assert not madrid.machine()["on"], "a machine of another site is none of its business"
    assert all(madrid.refuses(name) for name in madrid.urls)
    assert toledo.refuses("kubernetes")
    first = madrid.bootstrap()
    first.patch("/isystems/" + first.list("/isystems")[0]["uuid"], location="Madrid")
    assert second.list("/isystems")[0]["location"] != "Madrid"
    assert Client(madrid, password=PASSWORDS["toledo"]).send("GET", "/ihosts").status_code == 401
    assert second.session.get(f"{madrid.urls['sysinv']}/v1/ihosts", timeout=5).status_code == 401

    second.put_oam_on()
    second.patch("/ihosts/controller-0", action="unlock")
    lab.wait(lambda: toledo.refuses("keystone"))
    assert first.walk() == ("locked", "disabled", "online"), "it does not notice the other's reboot"
    lab.wait(second.available, 30)
    assert madrid.refuses("kubernetes") and not toledo.refuses("kubernetes")
    assert not (Path(lab.about["targets"]["controller-0"]) / "etc/kubernetes/admin.conf").exists()
    madrid.unlock(first)
    assert first.walk() == second.walk() == ("unlocked", "enabled", "available")


def test_each_has_a_cluster_of_its_own_that_osm_reaches(lab: Any, sites: tuple[One, One]) -> None:
    nbi = Nbi(lab)
    vim = nbi.add("admin/v1/vims", VIM)
    for one in sites:
        text = (Path(lab.about["targets"][one.host]) / "etc/kubernetes/admin.conf").read_text(encoding="utf-8")
        config = yaml.safe_load(text)
        assert config["clusters"][0]["cluster"]["server"] == one.urls["kubernetes"]
        body = {"name": one.name, "vim_account": vim, "k8s_version": "v1.31", "nets": {"mgmtnet": None}}
        cluster = nbi.add("admin/v1/k8sclusters", {**body, "credentials": config})
        nbi.settled(f"admin/v1/k8sclusters/{cluster}", "ENABLED")
        assert lab.control.recorded(one.own("kubernetes"), path="/version")
        nodes = lab.control.state(one.own("kubernetes"))["nodes"]
        assert nodes == ["controller-0"], "StarlingX gives the name, whatever the inventory calls the machine"
    tokens = [one.system.credentials["kubernetes"]["token"] for one in sites]
    answer = [
        requests.get(
            f"{sites[0].urls['kubernetes']}/api/v1/nodes",
            headers={"Authorization": f"Bearer {token}"},
            verify=lab.ca_cert,
            timeout=5,
        ).status_code
        for token in tokens
    ]
    assert answer == [200, 401]
    files = [one.system.file("kubeconfig").read_text(encoding="utf-8") for one in sites]
    assert [one.urls["kubernetes"] in text for one, text in zip(sites, files, strict=True)] == [True, True]
    nbi.clear()


def test_each_is_a_cloud_of_its_name(lab: Any, sites: tuple[One, One], monkeypatch: pytest.MonkeyPatch) -> None:
    file = Path(lab.ca_cert).parent / "clouds.yaml"
    assert file.stat().st_mode & 0o777 == 0o600
    clouds = yaml.safe_load(file.read_text(encoding="utf-8"))["clouds"]
    for one in sites:
        auth = clouds[one.name]["auth"]
        assert (auth["auth_url"], auth["password"]) == (f"{one.urls['keystone']}/v3", PASSWORDS[one.name])
        assert clouds[one.name]["region_name"] == "RegionOne" and clouds[one.name]["cacert"] == lab.ca_cert
        monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(file))
        with openstack.connect(cloud=one.name) as cloud:
            assert cloud.session.get_endpoint(service_type="platform") == f"{one.urls['sysinv']}/v1"


def test_the_page_the_state_and_the_record_tell_them_apart(lab: Any, sites: tuple[One, One]) -> None:
    for one in sites:
        one.client().list("/ihosts")
        assert lab.control.recorded(one.own("sysinv"), path="/v1/ihosts")
        assert lab.control.state(one.own("sysinv"))["host"] == one.host
    page = lab.control.get(f"{lab.control.url}/", timeout=10).text
    assert page.count("host controller-0 (unlocked/enabled/available)") == 2
    for heading in ("StarlingX of madrid-1", "StarlingX of toledo", "Kubernetes of toledo", "Open Source MANO<"):
        assert heading in page
    about = lab.control.get(f"{lab.control.url}/lab/about", timeout=10).json()
    assert about["sites"]["toledo"]["urls"] == sites[1].urls and "credentials" not in about["sites"]["toledo"]
    assert all(password not in page for password in PASSWORDS.values())


@pytest.mark.parametrize(
    ("service", "hit"),
    [
        ("keystone", ("madrid-1", "toledo")),
        ("keystone@toledo", ("toledo",)),
        ("keystone@madrid-1", ("madrid-1",)),
        ("keystone@.*", ("madrid-1", "toledo")),
        ("osm", ()),
    ],
)
def test_a_fault_is_for_one_site_or_for_all(lab: Any, sites: tuple[One, One], service: str, hit: tuple[str]) -> None:
    lab.control.fault("refuse", service=service, count=5)
    for one in sites:
        status = lab.session().get(f"{one.urls['keystone']}/v3", timeout=5).status_code
        assert status == (503 if one.name in hit else 200)
    lab.control.clear_faults()


def test_an_operation_fails_at_one_site(lab: Any, sites: tuple[One, One]) -> None:
    lab.control.fault("fail_operation", service="sysinv@toledo", match="lock controller-0", count=9)
    madrid, toledo = (one.client() for one in sites)
    for client in (madrid, toledo):
        client.patch("/ihosts/controller-0", action="lock")
    lab.wait(lambda: madrid.walk()[0] == "locked")
    left = lab.control.get(f"{lab.control.url}/lab/faults", timeout=10).json()
    assert [fault["count"] for fault in left] == [8], "taken once"
    lab.wait(lambda: not toledo.list("/ihosts")[0]["task"])
    assert toledo.walk()[0] == "unlocked"


@pytest.mark.parametrize(
    ("sites", "told"),
    [
        ([site("a", "x"), site("a", "y")], "two sites of the configuration are called a"),
        ([site("a", "x"), site("b", "x")], "a host of site a and one of b are both called x"),
    ],
)
def test_names_that_are_given_twice_are_refused(sites: list[dict[str, Any]], told: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=told):
        build({"sites": sites}, tmp_path)
