# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The target: what a power change leads to, what the bootstrap refuses, and the stand-in playbook itself."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from starlingx_client import OVERRIDES, Client, ansible_playbook

SERVICES = ["keystone", "sysinv", "bmc"]
LAB = {"services": SERVICES, "time_factor": 5000}
HOST = "controller-0"
PLAYBOOK = "usr/share/ansible/stx-ansible/playbooks/bootstrap.yml"


def machine(lab: Any) -> dict[str, Any]:
    return lab.control.get(f"{lab.control.url}/lab/hosts", timeout=10).json()[HOST]


def root(lab: Any) -> Path:
    return Path(lab.about["targets"][HOST])


@pytest.fixture
def installed(lab: Any) -> Any:
    """A lab whose machine was installed this moment."""
    lab.emit("power", host=HOST, on=False)
    shutil.rmtree(root(lab), ignore_errors=True)
    lab.call(lab.lab.close, "keystone", "sysinv")
    lab.emit("power", host=HOST, on=True)
    lab.wait(lambda: machine(lab)["installed"])
    return lab


def post(lab: Any, overrides: Any) -> requests.Response:
    return lab.control.post(f"{lab.control.url}/lab/hosts/{HOST}/bootstrap", json=overrides, timeout=10)


def finish(lab: Any) -> dict[str, Any]:
    return lab.control.get(f"{lab.control.url}/lab/hosts/{HOST}/bootstrap?wait=20", timeout=30).json()


def run_playbook(lab: Any, overrides: dict[str, Any], folder: Path, secrets: dict[str, Any] | None = None) -> Any:
    ansible = ansible_playbook()
    (folder / "localhost.yml").write_text(yaml.safe_dump(overrides), "utf-8")
    if secrets:
        (folder / "secrets.yml").write_text(yaml.safe_dump(secrets), "utf-8")
    command = [ansible, str(root(lab) / PLAYBOOK), "-e", f"override_files_dir={folder}"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


# -- power and installation -------------------------------------------------------------------------------------


def test_power_on_installs(lab: Any) -> None:
    lab.emit("power", host=HOST, on=False)
    shutil.rmtree(root(lab), ignore_errors=True)
    events: list[str] = []
    lab.lab.events.on("installed", lambda host: events.append(str(host)))
    lab.emit("power", host=HOST, on=True)
    assert machine(lab)["installing"] and not machine(lab)["installed"]
    lab.wait(lambda: machine(lab)["installed"])
    assert events == [HOST]
    assert (root(lab) / "home/sysadmin").is_dir()


def test_power_off_ends_an_installation(lab: Any) -> None:
    lab.emit("power", host=HOST, on=False)
    shutil.rmtree(root(lab), ignore_errors=True)
    lab.emit("power", host=HOST, on=True)
    lab.emit("power", host=HOST, on=False)
    time.sleep(0.4)
    assert not machine(lab)["installed"]


def test_a_machine_that_is_off_cannot_be_bootstrapped(lab: Any) -> None:
    lab.emit("power", host=HOST, on=False)
    reply = post(lab, OVERRIDES)
    assert reply.status_code == 400 and "powered off" in reply.json()["detail"]


# -- refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"system_mode": "triplex"}, "Invalid system mode. Valid values are: simplex, duplex or duplex-direct."),
        (
            {"distributed_cloud_role": "systemcontroller"},
            "A simplex All-in-one controller cannot be configured as Distributed Cloud System Controller",
        ),
        ({"timezone": "Mars/Olympus"}, "The provided timezone Mars/Olympus is invalid."),
        ({"dns_servers": []}, "The number of DNS servers exceeds maximum allowable number of 3."),
        ({"dns_servers": ["dns.example"]}, "DNS Server: dns.example"),
        ({"management_subnet": "192.168.300.0/24"}, "management_subnet:192.168.300.0/24 Validating:192.168.300.0/24"),
        ({"pxeboot_subnet": "fd00::/64"}, "pxeboot_subnet subnet must always be IPv4"),
        (
            {"management_multicast_subnet": "10.0.0.0/28"},
            "Invalid multicast subnet: management_multicast_subnet -> 10.0.0.0/28",
        ),
        (
            {"cluster_host_subnet": "fd00::/64"},
            "Cluster, oam and mgmt must have same family address type: 192.168.204.0/24 and fd00::/64",
        ),
        (
            {"cluster_pod_subnet": "172.16.0.0/24"},
            "Exception: Failed validation, cluster_pod subnet must contain at least 65536 addresses.",
        ),
        (
            {"cluster_service_subnet": "10.0.0.0/8"},
            "Exception: Failed validation, cluster_service subnet must not contain more than 1048576 addresses.",
        ),
        (
            {"management_start_address": "192.168.204.9", "management_end_address": "192.168.204.3"},
            "Exception: Failed validation, management start address must be less than or equal to end address.",
        ),
        (
            {"management_start_address": "192.168.205.9"},
            "Exception: Failed validation, management start address must be less than or equal to end address.",
        ),
        (
            {"management_dynamic_address_allocation": "yes"},
            "management_dynamic_address_allocation is misconfigured. Valid value is either 'True' or 'False'.",
        ),
        ({"etcd_root_ca_cert": "/a"}, "etcd_root_ca_cert and etcd_root_ca_key must be provided as a pair"),
        ({"ssl_ca_cert": "/not/there.pem"}, "ssl_ca_cert file not found. (/not/there.pem)"),
        ({"calico_mtu": 10}, "Invalid calico_mtu '10'. Must be an integer between 576 and 9216."),
    ],
)
def test_overrides_that_are_refused(installed: Any, values: dict[str, Any], text: str) -> None:
    reply = post(installed, {**OVERRIDES, **values})
    assert (reply.status_code, reply.json()["detail"]) == (400, text)
    assert machine(installed)["bootstrap"] == "idle"


def test_floating_address_outside_its_subnet(installed: Any) -> None:
    reply = post(installed, {**OVERRIDES, "external_oam_floating_address": "10.99.0.1"})
    assert "external_oam_floating_address 10.99.0.1 is not within 10.20.30.0/24" in reply.json()["detail"]


# -- bootstrap --------------------------------------------------------------------------------------------------


def test_bootstrap_opens_the_apis_with_the_inventorys_password(installed: Any) -> None:
    events: list[dict[str, Any]] = []
    installed.lab.events.on("bootstrapped", lambda host, overrides: events.append(overrides))
    assert post(installed, OVERRIDES).status_code == 202
    assert finish(installed) == {"state": "done", "detail": ""}
    client = Client(installed)
    assert client.walk() == ("locked", "disabled", "online")
    assert "admin_password" not in events[0] and events[0]["system_mode"] == "simplex"
    assert OVERRIDES["admin_password"] not in str(installed.control.state("sysinv"))


def test_bootstrap_may_be_repeated_until_the_first_unlock(installed: Any) -> None:
    for name in ("Europe/Madrid", "Europe/Paris"):
        assert post(installed, {**OVERRIDES, "timezone": name}).status_code == 202
        assert finish(installed)["state"] == "done"
    client = Client(installed)
    assert client.list("/isystems")[0]["timezone"] == "Europe/Paris"
    client.put_oam_on()
    client.patch("/ihosts/controller-0", action="unlock")
    installed.wait(client.available, 20)
    reply = post(installed, OVERRIDES)
    assert reply.status_code == 400
    assert "has already been finalized. Please re-install before attempting to bootstrap it again." in reply.text
    assert (root(installed) / "etc/platform/.initial_config_complete").exists()


def test_a_bootstrap_that_fails_can_be_tried_again(installed: Any) -> None:
    fault = {"service": "target", "match": "bootstrap controller-0", "detail": "image pull failed"}
    installed.control.fault("fail_operation", **fault)
    post(installed, OVERRIDES)
    assert finish(installed) == {"state": "failed", "detail": "image pull failed"}
    with pytest.raises(requests.ConnectionError):
        Client(installed)
    post(installed, OVERRIDES)
    assert finish(installed)["state"] == "done"


def test_a_powered_off_controller_is_away_and_comes_back(installed: Any) -> None:
    post(installed, OVERRIDES)
    finish(installed)
    client = Client(installed)
    installed.emit("power", host=HOST, on=False)

    def away() -> bool:
        try:
            client.send("GET", "/isystems")
        except requests.ConnectionError:
            return True
        return False

    installed.wait(away)
    installed.emit("power", host=HOST, on=True)
    installed.wait(lambda: not away())
    assert client.walk() == ("locked", "disabled", "online")
    client.put_oam_on()
    client.patch("/ihosts/controller-0", action="unlock")
    installed.wait(away)
    installed.emit("power", host=HOST, on=False)
    time.sleep(0.3)  # longer than the whole unlock
    assert away()
    installed.emit("power", host=HOST, on=True)
    installed.wait(client.available)


@pytest.mark.parametrize("lab", [{**LAB, "services": [*SERVICES, "kubernetes"]}], indirect=True)
def test_the_cluster_belongs_to_the_available_controller(installed: Any) -> None:
    post(installed, OVERRIDES)
    finish(installed)
    client = Client(installed)
    client.put_oam_on()
    client.patch("/ihosts/controller-0", action="unlock")
    installed.wait(client.available, 20)
    admin = yaml.safe_load((root(installed) / "etc/kubernetes/admin.conf").read_text("utf-8"))
    server = admin["clusters"][0]["cluster"]["server"]
    assert server == installed.urls["kubernetes"]
    with requests.Session() as session:
        session.trust_env = False
        session.verify = installed.ca_cert
        installed.wait(lambda: session.get(f"{server}/healthz", timeout=5).status_code in (200, 401))


def test_the_page_shows_hosts_and_interfaces_but_no_secret(installed: Any) -> None:
    post(installed, OVERRIDES)
    finish(installed)
    page = installed.control.get(f"{installed.control.url}/", timeout=10).text
    for text in ("controller-0", "enp0s3", "platform-integ-apps"):
        assert text in page
    assert OVERRIDES["admin_password"] not in page
    assert installed.credentials["bmc"]["password"] not in page


# -- the playbook -----------------------------------------------------------------------------------------------


def test_the_playbook_bootstraps(installed: Any, tmp_path: Path) -> None:
    overrides = {k: v for k, v in OVERRIDES.items() if k != "admin_password"}
    run = run_playbook(installed, overrides, tmp_path, {"vault_admin_password": "From*vault1"})
    assert run.returncode == 0, run.stdout + run.stderr
    assert "From*vault1" not in run.stdout
    assert (root(installed) / "etc/platform/.bootstrap_completed").exists()
    assert Client(installed, password="From*vault1").walk() == ("locked", "disabled", "online")


def test_the_playbook_fails_with_the_reason(installed: Any, tmp_path: Path) -> None:
    run = run_playbook(installed, {**OVERRIDES, "timezone": "Mars/Olympus"}, tmp_path)
    assert run.returncode == 2
    assert "The provided timezone Mars/Olympus is invalid." in run.stdout
    installed.control.fault("fail_operation", service="target", match="bootstrap", detail="image pull failed")
    run = run_playbook(installed, OVERRIDES, tmp_path)
    assert run.returncode == 2
    assert "image pull failed" in run.stdout
    assert not (root(installed) / "etc/platform/.bootstrap_completed").exists()
