# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of an OpenStack and made in one, on a real one (tests/openstack), with the lab's OSM beside it.

One site for all tests, and few playbooks: each test leaves the site as it found it.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import run_module
from .openstack_bed import MIB, Bed, bed_settings, testbed
from .path import Playbook

LAB: dict[str, Any] = {
    "services": ["osm"],
    "sites": [],
    "osm": {"reachable": [bed_settings.url(testbed.PORT, "identity")]},
}
TENANT_PASSWORD = "Canary-tenant-4711"


@pytest.fixture(scope="module")
def basis(bed: Bed) -> Iterator[dict[str, str]]:
    """An image and a flavor for machines."""
    made = {"image": bed.image("basis"), "flavor": bed.flavor("basis.tiny")}
    yield made
    bed.call("DELETE", "image", f"/v2/images/{made['image']}")
    bed.call("DELETE", "compute", f"/flavors/{made['flavor']}")


# -- is it well --------------------------------------------------------------------------------------------------------


def test_a_site_that_is_well(bed: Bed) -> None:
    """Everything is read, nothing is written, and nothing is wrong."""
    bed.forget()
    told = bed.module("info", hypervisors=["edge-compute"])
    assert not told.get("failed") and told["faults"] == [] and not told["changed"], told
    assert [entry["type"] for entry in told["catalog"]] == ["identity", "image", "placement", "compute", "network"]
    assert [row["state"] for row in told["hypervisors"]] == ["up"] and told["agents"][0]["alive"]
    assert bed.writes() == []


def test_what_is_not_well_is_told(bed: Bed) -> None:
    """A service that is not there or is down, a host that is missing, an agent that is disabled, what is ignored."""
    services = bed.call("GET", "compute", "/os-services", **NOVA)["services"]
    compute = next(row["id"] for row in services if row["binary"] == "nova-compute")
    agent = bed.call("GET", "network", "/v2.0/agents")["agents"][0]["id"]
    bed.call("PUT", "compute", f"/os-services/{compute}", {"forced_down": True}, **NOVA)
    bed.call("PUT", "network", f"/v2.0/agents/{agent}", {"agent": {"admin_state_up": False}})
    try:
        told = bed.module("info", services=["compute", "network", "block-storage"], hypervisors=["worker-9"])
        names = {fault["name"]: fault["problem"] for fault in told["faults"]}
        assert names["nova-compute@edge-compute"] == "state down" and names["worker-9"] == "is no hypervisor", names
        assert names["Open vSwitch agent@edge-compute"] == "is disabled", names
        assert "no public endpoint of the service block-storage in region EdgeOne" in names["block-storage"], names
        ignored = bed.module("info", services=["compute", "network"], ignore=list(names), least_hypervisors=0)
        assert ignored["faults"] == [], ignored
    finally:
        bed.call("PUT", "compute", f"/os-services/{compute}", {"forced_down": False}, **NOVA)
        bed.call("PUT", "network", f"/v2.0/agents/{agent}", {"agent": {"admin_state_up": True}})


NOVA = {"OpenStack-API-Version": "compute 2.53"}


@pytest.mark.parametrize(
    ("options", "kind", "option", "words"),
    [
        ({"auth_password": "wrong-4711"}, "login", "auth_password", "requires authentication"),
        ({"project_name": "nobody's"}, "login", "auth_password", "project_name = nobody's"),
        ({"region_name": "Elsewhere"}, "not_found", "region_name", "There is EdgeOne"),
        ({"interface": "internal"}, "not_found", "interface", "no internal endpoint of the service compute"),
        ({"ca_cert": None}, "untrusted", "ca_cert", "certificate verify failed"),
        ({"ca_cert": "/nonexistent.pem"}, "input", "ca_cert", "/nonexistent.pem"),
        ({"auth_url": "https://127.0.0.1:1/v3"}, "unreachable", "auth_url", "127.0.0.1:1"),
        ({"auth_url": "127.0.0.1:5000"}, "input", "auth_url", "is no URL"),
    ],
)
def test_who_cannot_get_in_is_told_why(bed: Bed, options: dict[str, Any], kind: str, option: str, words: str) -> None:
    """Errors name the host, the option, its value where that is no secret, the words of the API and what to do."""
    told = bed.module("vim_info", flavors=[{"name": "x", "vcpus": 1, "ram": 1, "disk": 1}], **options)
    assert told.get("failed") and told["error"]["kind"] == kind and told["error"]["option"] == option, told
    assert words in told["msg"] and "127.0.0.1" in told["msg"] and told["error"]["remedy"], told
    assert "wrong-4711" not in json.dumps(told) and bed.access["password"] not in json.dumps(told)


def test_an_api_that_went_away_is_named(bed: Bed) -> None:
    """The catalog leads to where nobody answers."""
    rows = bed.call("GET", "identity", "/endpoints")["endpoints"]
    wanted = bed_settings.url(testbed.PORT, "network")
    [endpoint] = [row for row in rows if row["url"] == wanted]
    bed.call("PATCH", "identity", f"/endpoints/{endpoint['id']}", {"endpoint": {"url": "https://127.0.0.1:1"}})
    try:
        told = bed.module("info")
        [fault] = told["faults"]
        assert fault["name"] == "network" and "https://127.0.0.1:1" in fault["problem"], told
        smoke = bed.module("smoke", image="any")
        assert smoke["error"]["kind"] == "unreachable" and "https://127.0.0.1:1" in smoke["msg"], smoke
    finally:
        bed.call("PATCH", "identity", f"/endpoints/{endpoint['id']}", {"endpoint": {"url": wanted}})


# -- a machine on trial ------------------------------------------------------------------------------------------------


def _left(bed: Bed) -> set[str]:
    servers = bed.names("compute", "/servers?all_tenants=1", "servers")
    return {
        name for name in servers | bed.names("network", "/v2.0/networks", "networks") if name.startswith("edge-smoke")
    }


def test_a_machine_comes_and_goes(bed: Bed, basis: dict[str, str]) -> None:
    """Check mode makes nothing; a run makes a machine with an address, and leaves nothing."""
    bed.forget()
    checked = bed.module("smoke", check=True, image="basis", flavor="basis.tiny")
    assert not checked.get("failed") and not checked["changed"] and bed.writes() == [], checked
    done = bed.module("smoke", image="basis", flavor="basis.tiny")
    assert not done.get("failed") and not done["changed"], done
    smoke = done["smoke"]
    assert (
        smoke["addresses"][0].startswith("192.0.2.") and smoke["host"] == "edge-compute" and smoke["image"] == "basis"
    )
    assert [w.split("/")[0] for w in bed.writes()][:1] == ["POST network "] and _left(bed) == set()


def test_what_a_killed_run_has_left_is_removed(bed: Bed, basis: dict[str, str]) -> None:
    """Killed as soon as its server is there."""
    bed.forget()
    options = {"image": "basis", "flavor": "basis.tiny"}
    child = multiprocessing.get_context("fork").Process(target=bed.module, args=("smoke",), kwargs=options)
    child.start()
    deadline = time.monotonic() + 120
    while not any(write.startswith("POST compute ") for write in bed.writes()):
        assert child.is_alive() and time.monotonic() < deadline
        time.sleep(0.02)
    child.kill()
    child.join()
    left = _left(bed)
    assert left
    told = bed.module("smoke", check=True, **options)
    assert told["changed"] and {name.split()[1] for name in told["removed"]} == left == _left(bed), told
    done = bed.module("smoke", state="absent")
    assert done["changed"] and _left(bed) == set(), done
    again = bed.module("smoke", state="absent")
    assert not again["changed"] and again["removed"] == []


def test_a_machine_that_cannot_be_is_told_with_novas_words(bed: Bed, basis: dict[str, str]) -> None:
    """No room, no quota, no image, an image without data."""
    huge = bed.flavor("basis.huge", ram=1 << 30)
    queued = bed.image("basis-queued", b"")
    project = bed.http.headers["X-Project"]
    try:
        room = bed.module("smoke", image="basis", flavor="basis.huge")
        assert room["error"]["kind"] == "api" and "Quota exceeded for ram" in room["msg"], room
        bed.call("PUT", "compute", f"/os-quota-sets/{project}", {"quota_set": {"ram": -1}})
        room = bed.module("smoke", image="basis", flavor="basis.huge")
        assert room["error"]["kind"] == "failed_state" and "No valid host was found" in room["msg"], room
        bed.call("PUT", "compute", f"/os-quota-sets/{project}", {"quota_set": {"instances": 0}})
        none = bed.module("smoke", image="basis", flavor="basis.tiny")
        assert none["error"]["status"] == 403 and "Quota exceeded for instances" in none["msg"], none
        missing = bed.module("smoke", image="absent")
        assert missing["error"]["option"] == "image" and "there is basis" in missing["msg"], missing
        half = bed.module("smoke", image="basis-queued")
        assert half["error"]["kind"] == "failed_state" and "queued" in half["msg"], half
    finally:
        bed.call("DELETE", "compute", f"/os-quota-sets/{project}")
        bed.call("DELETE", "image", f"/v2/images/{queued}")
        bed.call("DELETE", "compute", f"/flavors/{huge}")
    assert _left(bed) == set()


# -- the playbook ------------------------------------------------------------------------------------------------------


@pytest.fixture
def site(bed: Bed, lab: Any, tmp_path: Path) -> Callable[..., Playbook]:
    """Runs the playbook on an inventory of one OpenStack; ``ended`` is its exit status."""
    disk = tmp_path / "site/files/disk.img"
    disk.parent.mkdir(parents=True)
    disk.write_bytes(os.urandom(MIB))
    known = lab.credentials["osm"]
    site: dict[str, Any] = {
        "edge_openstack_auth_url": bed.access["auth_url"],
        "edge_openstack_password": bed.access["password"],
        "edge_openstack_region": bed.access["region_name"],
        "edge_openstack_ca_cert": bed.access["ca_cert"],
        "edge_openstack_hypervisors": ["edge-compute"],
        "edge_openstack_tenant": {
            "password": TENANT_PASSWORD,
            "quota": {"instances": 7, "networks": 0},
        },
        "edge_openstack_flavors": [
            {"name": "osm.tiny", "vcpus": 1, "ram": 64, "disk": 1, "extra_specs": {"hw:cpu_policy": "shared"}}
        ],
        "edge_openstack_images": [
            {"name": "disk", "file": "files/disk.img", "disk_format": "raw", "properties": {"os_type": "linux"}}
        ],
        "edge_openstack_networks": [
            {"name": "management", "subnets": [{"name": "management-v4", "cidr": "10.99.0.0/24"}]}
        ],
        "edge_openstack_smoke": {"network": "management"},
        "edge_osm_url": lab.urls["osm"],
        "edge_osm_username": known["username"],
        "edge_osm_password": known["password"],
        "edge_osm_ca_cert": lab.ca_cert,
    }
    runs: list[Playbook] = []

    def run(check: bool = False, verbose: bool = False, **more: Any) -> Playbook:
        hosts = {"edge_openstacks": {"hosts": {"cloud-1": {**site, **more}}}}
        (tmp_path / "site/hosts.yml").write_text(yaml.safe_dump(hosts), encoding="utf-8")
        arguments = ["edge.infra.openstack_vim", "-i", str(tmp_path / "site/hosts.yml")]
        arguments += ["--check", "--diff"] if check else []
        found = Playbook([*arguments, *(["-vvv"] if verbose else [])], tmp_path, f"run-{len(runs)}")
        runs.append(found)
        found.end()
        return found

    return run


def test_the_way_of_a_vim(bed: Bed, lab: Any, site: Callable[..., Playbook], tmp_path: Path) -> None:
    """A run that fails in the middle; then check, run, run; then check and run of the removal."""
    there = bed.flavor("osm.there")
    failed = site(verbose=True)
    assert failed.process.returncode != 0
    for words in (
        "cloud-1",
        "Make the networks management",
        bed.access["auth_url"],
        "Quota exceeded",
        "openstack_vim_networks",
    ):
        assert words in failed.output, failed.output[-3000:]
    _broken_upload(bed)
    tenant = {"password": TENANT_PASSWORD, "quota": {"instances": 7, "networks": 5}}
    flavors = [
        {"name": "osm.tiny", "vcpus": 1, "ram": 64, "disk": 1, "extra_specs": {"hw:cpu_policy": "shared"}},
        {"name": "osm.there", "vcpus": 1, "ram": 64, "disk": 0, "description": "another"},
    ]
    wanted: dict[str, Any] = {"edge_openstack_tenant": tenant, "edge_openstack_flavors": flavors}
    bed.forget()
    predicted = site(check=True, **wanted)
    assert predicted.process.returncode == 0 and bed.writes() == [], predicted.output[-3000:]
    done = site(verbose=True, **wanted)
    assert done.process.returncode == 0, done.output[-4000:]
    assert done.tasks() == predicted.tasks() == MADE, (done.tasks(), predicted.tasks())
    _registered(bed, lab, tmp_path)
    bed.forget()
    lab.control.forget()
    again = site(**wanted)
    assert again.process.returncode == 0 and again.tasks() == [], (again.tasks(), again.output[-3000:])
    # the machine on trial is all that there was; its port is written by Nova, with the user's token
    assert {write.split("/")[2] for write in bed.writes()} == {"servers", "ports"}, bed.writes()
    assert [r["path"] for r in lab.control.recorded("osm") if r["write"] and "tokens" not in r["path"]] == []
    for run in (failed, predicted, done, again):
        assert TENANT_PASSWORD not in run.output and bed.access["password"] not in run.output
    _removed(bed, lab, site, wanted)
    bed.call("DELETE", "compute", f"/flavors/{there}")


MADE = [
    "Set the quota",
    "Remove images whose upload was broken off",
    "Upload the images",
    "Make the networks",
    "Make the subnets",
    "Register the site with OSM",
    "Make the folder of clouds.yaml",
    "Write clouds.yaml",
]


def _broken_upload(bed: Bed) -> None:
    """The image as a run that is killed while it uploads leaves it."""
    [image] = bed.call("GET", "image", "/v2/images?name=disk")["images"]
    assert image["status"] == "active" and "edge.infra" in image["tags"], image
    bed.call("DELETE", "image", f"/v2/images/{image['id']}")
    bed.image("disk", b"", tags=["edge.infra"], owner=image["owner"])


def _registered(bed: Bed, lab: Any, folder: Path) -> None:
    """What there is then, here and at OSM."""
    [vim] = lab.control.state("osm")["vim_accounts"]
    assert vim["name"] == "cloud-1-openstack" and vim["_admin"]["operationalState"] == "ENABLED", vim
    assert vim["vim_tenant_name"] == vim["vim_user"] == "osm" and vim["vim_url"] == bed.access["auth_url"]
    config = vim["config"]
    assert config["region_name"] == "EdgeOne" and "BEGIN CERT" in config["ca_cert_content"], config
    [image] = bed.call("GET", "image", "/v2/images?name=disk")["images"]
    assert image["status"] == "active" and image["size"] == MIB and image["os_type"] == "linux"
    clouds = folder / "site/.edge/cloud-1/clouds.yaml"
    assert clouds.stat().st_mode & 0o777 == 0o600
    named = yaml.safe_load(clouds.read_text(encoding="utf-8"))["clouds"]
    assert named["cloud-1-openstack"]["auth"]["project_name"] == "osm" and "cloud-1-openstack-admin" in named


def _removed(bed: Bed, lab: Any, site: Callable[..., Playbook], wanted: dict[str, Any]) -> None:
    """In reverse, and what was there before stays."""
    absent = {**wanted, "openstack_vim_state": "absent", "edge_confirm": "cloud-1-openstack"}
    bed.forget()
    told = site(check=True, **absent)
    assert told.process.returncode == 0 and bed.writes() == [], told.output[-3000:]
    gone = site(**absent)
    assert gone.process.returncode == 0 and gone.tasks() == told.tasks(), (
        gone.tasks(),
        told.tasks(),
        gone.output[-3000:],
    )
    assert "flavor osm.there" in gone.output
    assert bed.names("compute", "/flavors", "flavors") >= {"osm.there"}
    assert "osm.tiny" not in bed.names("compute", "/flavors", "flavors")
    assert "osm" not in bed.names("identity", "/projects", "projects") | bed.names("identity", "/users", "users")
    assert "management" not in bed.names("network", "/v2.0/networks", "networks")
    assert bed.call("GET", "image", "/v2/images?name=disk")["images"] == []
    assert lab.control.state("osm")["vim_accounts"] == []


def test_an_account_that_osm_cannot_use_fails(bed: Bed, lab: Any, run_osm: Callable[..., dict[str, Any]]) -> None:
    """The lab's OSM takes of a real OpenStack what the orchestrator would: authority, region, password."""
    authority = Path(bed.access["ca_cert"]).read_text(encoding="utf-8")
    good = {"region_name": "EdgeOne", "ca_cert_content": authority}
    for config, password, words in (
        ({**good, "region_name": "Elsewhere"}, bed.access["password"], "endpoint for network service in Elsewhere"),
        ({"region_name": "EdgeOne"}, bed.access["password"], "SSL exception connecting"),
        ({**good, "insecure": True}, bed.access["password"], "mutually exclusive"),
        (good, "wrong-4711", "requires authentication"),
    ):
        told = run_osm(config, password)
        assert told.get("failed") and words in told["msg"], told
    assert not run_osm(good, bed.access["password"]).get("failed")


@pytest.fixture
def run_osm(bed: Bed, lab: Any, cache: Path) -> Iterator[Callable[..., dict[str, Any]]]:
    """Registers an account of the administrator's."""
    known = lab.credentials["osm"]
    link = {"osm_url": lab.urls["osm"], "osm_ca_cert": lab.ca_cert}
    link |= {"osm_username": known["username"], "osm_password": known["password"], "name": "direct"}

    def run(config: dict[str, Any], password: str) -> dict[str, Any]:
        run_module("osm_vim_account", {**link, "state": "absent", "wait_interval": 0.1})
        account = {"type": "openstack", "url": bed.access["auth_url"], "tenant": "admin", "username": "admin"}
        return run_module(
            "osm_vim_account", {**link, **account, "password": password, "config": config, "wait_interval": 0.1}
        )

    yield run
    run_module("osm_vim_account", {**link, "state": "absent", "wait_interval": 0.1})
