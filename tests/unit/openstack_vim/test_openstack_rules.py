# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with an OpenStack, and what is to be done about what a VIM account needs, by tables and without one."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._openstack import health, wanted
from ansible_collections.edge.infra.plugins.module_utils._openstack.connect import words

ROOT = Path(__file__).resolve().parents[3]
WELL: dict[str, Any] = {
    "catalog": [{"type": name, "url": f"https://{name}", "problem": ""} for name in health.SERVICES],
    "compute_services": [
        {"binary": f"nova-{name}", "host": "a", "status": "enabled", "state": "up", "disabled_reason": None}
        for name in ("conductor", "scheduler", "compute")
    ],
    "hypervisors": [{"name": "a.example.com", "state": "up", "status": "enabled"}],
    "agents": [{"type": "DHCP agent", "host": "a", "alive": True, "enabled": True}],
    "silent": {},
}


def changed(part: str, number: int, **values: Any) -> dict[str, Any]:
    """The same, with one thing that is another."""
    found = copy.deepcopy(WELL)
    found[part][number] |= values
    return found


@pytest.mark.parametrize(
    ("found", "options", "names"),
    [
        (WELL, {}, []),
        (WELL, {"hosts": ["a"]}, []),
        (WELL, {"hosts": ["a.example.com", "b"]}, ["b"]),
        (WELL, {"least": 2}, ["hypervisors"]),
        (changed("catalog", 1, problem="gone"), {}, ["image"]),
        (changed("compute_services", 0, state="down"), {}, ["nova-conductor@a"]),
        (changed("compute_services", 2, state="down", status="disabled"), {}, []),
        (changed("hypervisors", 0, state="down"), {"least": 0}, ["a.example.com"]),
        (changed("hypervisors", 0, state="down"), {}, ["a.example.com", "hypervisors"]),
        (changed("hypervisors", 0, status="disabled"), {}, ["hypervisors"]),
        (changed("agents", 0, alive=False), {}, ["DHCP agent@a"]),
        (changed("agents", 0, enabled=False), {}, ["DHCP agent@a"]),
        (changed("agents", 0, alive=False), {"ignore": ["DHCP agent@a"]}, []),
        ({**WELL, "agents": []}, {}, ["agents"]),
        ({**WELL, "agents": []}, {"agents": False}, []),
        ({**WELL, "agents": [], "silent": {"agents": "HTTP 403"}}, {}, ["agents"]),
        ({**WELL, "compute_services": WELL["compute_services"][:2]}, {}, ["nova-compute"]),
    ],
)
def test_what_is_not_well(found: dict[str, Any], options: dict[str, Any], names: list[str]) -> None:
    """Each fault has a name, a problem and a remedy."""
    told = health.faults(found, **options)
    assert [fault["name"] for fault in told] == names
    assert all(fault["problem"] and fault["remedy"] for fault in told)


FLAVOR = {
    "id": "1",
    "name": "f",
    "vcpus": 1,
    "ram": 64,
    "disk": 1,
    "extra_specs": {"a": "1"},
    "description": "x [edge.infra]",
}
IMAGE = {"id": "2", "name": "i", "status": "active", "tags": ["edge.infra"], "min_disk": 1, "visibility": "private"}
SUBNET = {"id": "4", "name": "s", "cidr": "10.0.0.0/24", "ip_version": 4, "description": "[edge.infra]"}
NETWORK = {"id": "3", "name": "n", "shared": False, "mtu": 1500, "_subnets": [SUBNET]}


@pytest.mark.parametrize(
    ("kind", "item", "live", "action", "ours"),
    [
        ("flavors", {"vcpus": 1, "ram": 64, "disk": 1}, [], "create", False),
        ("flavors", {"vcpus": 1, "ram": 64, "disk": 1, "extra_specs": {"a": 1}}, [FLAVOR], "none", True),
        ("flavors", {"extra_specs": {"b": "2"}}, [FLAVOR], "update", True),
        ("flavors", {}, [{**FLAVOR, "description": "theirs"}], "none", False),
        ("images", {}, [IMAGE], "none", True),
        ("images", {"min_disk": 2}, [IMAGE], "update", True),
        ("images", {"properties": {"os_type": "linux"}}, [IMAGE], "update", True),
        ("images", {}, [{**IMAGE, "status": "queued"}], "replace", True),
        ("networks", {"mtu": 1500, "shared": False}, [NETWORK], "none", True),
        ("networks", {"mtu": 1400}, [NETWORK], "update", True),
        ("networks", {}, [{**NETWORK, "_subnets": []}], "none", False),
        ("networks", {}, [{**NETWORK, "_subnets": [SUBNET, {**SUBNET, "description": ""}]}], "none", False),
    ],
)
def test_what_is_to_be_done(kind: str, item: dict[str, Any], live: list[Any], action: str, ours: bool) -> None:
    """What is not given is not compared, and what has no mark is not ours."""
    name = {"flavors": "f", "images": "i", "networks": "n"}[kind]
    found = {**wanted.nothing(), kind: {name: live}}
    [told] = wanted.plan({kind: [{**item, "name": name}]}, found)[kind]
    assert (told["action"], told["ours"]) == (action, ours), told


@pytest.mark.parametrize(
    ("asked", "found", "told"),
    [
        ({"flavors": [{"name": "f", "ram": 128}]}, {"flavors": {"f": [FLAVOR]}}, "ram = 128 (is 64)"),
        (
            {"images": [{"name": "i", "sha512": "b"}]},
            {"images": {"i": [{**IMAGE, "os_hash_value": "a"}]}},
            "sha512 = b",
        ),
        (
            {"images": [{"name": "i"}]},
            {"images": {"i": [{**IMAGE, "status": "saving", "tags": []}]}},
            "somebody's upload",
        ),
        ({"images": [{"name": "i"}]}, {"images": {"i": [IMAGE, {**IMAGE, "id": "9"}]}}, "2 images are called i: 2, 9"),
        (
            {"networks": [{"name": "n", "subnets": [{"name": "s", "cidr": "10.1.0.0/24"}]}]},
            {"networks": {"n": [NETWORK]}},
            "cidr = 10.1.0.0/24 (is 10.0.0.0/24)",
        ),
        (
            {"user": {"name": "u", "roles": ["x"]}},
            {"users": {}, "known_roles": ["member"]},
            "no role x; there is member",
        ),
        ({"quota": {"volumes": 1}}, {"quota": {"instances": 10}}, "quota of volumes"),
    ],
)
def test_what_no_run_could_do_is_refused(asked: dict[str, Any], found: dict[str, Any], told: str) -> None:
    """The cloud, the thing, what is wanted and what there is."""
    with pytest.raises(EdgeError) as error:
        wanted.plan(asked, {**wanted.nothing(), **found}, "https://cloud")
    assert told in str(error.value) and "https://cloud" in str(error.value) and error.value.remedy
    wanted.plan({**asked, "removal": True}, {**wanted.nothing(), **found}) if "2 images" not in told else None


def test_a_subnet_that_is_missing_is_made_and_quota_that_differs_is_set() -> None:
    """A network may be there without it."""
    asked = {
        "networks": [{"name": "n", "subnets": [{"name": "t", "cidr": "10.1.0.0/24"}]}],
        "quota": {"cores": 4, "ram": 1},
    }
    found = {**wanted.nothing(), "networks": {"n": [NETWORK]}, "quota": {"cores": 4, "ram": 2}}
    plan = wanted.plan(asked, found)
    assert [(s["name"], s["network"], s["action"]) for s in plan["subnets"]] == [("t", "n", "create")]
    assert plan["quota"] == {"ram": 1} and plan["subnets"][0]["description"] == "[edge.infra]"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"error": {"code": 401, "message": "The request you have made requires authentication."}}', "requires auth"),
        ('{"forbidden": {"code": 403, "message": "Quota exceeded for instances"}}', "Quota exceeded"),
        (
            '{"NeutronError": {"type": "OverQuota", "message": "Quota exceeded for resources", "detail": ""}}',
            "resources",
        ),
        ('{"errors": [{"status": 404, "detail": "no such provider"}]}', "no such provider"),
        ("<html><body>409 Conflict<br/> in use </body></html>", "409 Conflict in use"),
    ],
)
def test_the_words_of_an_api(body: str, told: str) -> None:
    """Each service has its own form."""
    assert told in words(body)


def test_the_role_sets_every_quota_that_openstack_cloud_knows_and_we_read() -> None:
    """What is compared can be set, or the run would say that it changes it each time."""
    make = yaml.safe_load((ROOT / "roles/openstack_vim/tasks/make.yml").read_text(encoding="utf-8"))
    [task] = [t for t in make[0]["block"] if t["name"] == "Set the quota"]
    known = set(task["openstack.cloud.quota"]) - {"name"}
    assert {"instances", "cores", "ram", "networks", "subnets", "ports", "routers", "floating_ips", "volumes"} <= known
    assert {"security_groups", "security_group_rules", "rbac_policies", "subnet_pools", "gigabytes"} <= known
