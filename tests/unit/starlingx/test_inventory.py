# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an inventory keeps of StarlingX's records, and the hosts that follow."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError, UnreachableError
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud import reading
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.reading import default_reach
from ansible_collections.edge.infra.plugins.module_utils._starlingx.inventory import (
    check_filters,
    doubles,
    fit,
    hosts,
    kept_subclouds,
    kept_system,
    matches,
)

CANARY = "canary-of-the-records"
SYSTEM = {"name": "madrid 1", "system_mode": "duplex", "system_type": "Standard", "region_name": "RegionOne"}
OAM = {"oam_floating_ip": "10.20.30.2", "oam_c0_ip": "10.20.30.3", "oam_c1_ip": "10.20.30.4"}


def machine(name: str | None, personality: str | None = "controller", **more: Any) -> dict[str, Any]:
    """A record of a host, with what must not be kept."""
    number = (name or "x-9")[-1]
    return {
        "uuid": f"0000000{number}-{personality}",
        "hostname": name,
        "personality": personality,
        "subfunctions": "controller,worker" if personality == "controller" else personality,
        "administrative": "unlocked",
        "operational": "enabled",
        "availability": "available",
        "mgmt_ip": f"192.168.204.{number}",
        "mgmt_mac": "52:54:00:00:00:09",
        "bm_ip": "10.20.61.1",
        "bm_username": CANARY,
        "capabilities": {"Personality": "Controller-Active"} if name == "controller-0" else {},
        "install_state_info": CANARY,
        **more,
    }


def subcloud(number: int, **more: Any) -> dict[str, Any]:
    """A record of a subcloud, secrets included."""
    install = {"bootstrap_address": f"10.10.{number}.12", "bmc_address": "10.9.9.9", "bmc_password": CANARY}
    return {
        "id": number,
        "name": f"edge-{number}",
        "region-name": f"{number:032x}",
        "management-state": "managed",
        "availability-status": "online",
        "deploy-status": "complete",
        "sync_status": "in-sync",
        "endpoint_sync_status": [{"endpoint_type": "platform", "sync_status": "in-sync"}],
        "management-start-ip": f"192.168.{number}.2",
        "data_install": json.dumps(install),
        "rehome_data": json.dumps({"saved_payload": {"sysadmin_password": CANARY}}),
        "error-description": CANARY,
        "group_id": 1 + number % 2,
        **more,
    }


GROUPS = [{"id": 1, "name": "Default"}, {"id": 2, "name": "canary"}]


def found(*machines: dict[str, Any], subclouds: tuple[dict[str, Any], ...] = (), **behind: Any) -> dict[str, Any]:
    """What an inventory has kept; it holds no secret."""
    kept = kept_system([SYSTEM], machines, [OAM], {}) if machines else {"system": None, "hosts": []}
    answer = {**kept, "subclouds": kept_subclouds(subclouds, GROUPS, {}), "behind": behind}
    assert CANARY not in json.dumps(answer)
    return answer


def test_hosts_of_a_system() -> None:
    one = found(
        machine("controller-1"), machine("controller-0"), machine("worker-0", "worker", availability="degraded")
    )
    rows = {name: (values, groups) for name, values, groups in hosts(one, ["host"])}
    assert list(rows) == ["controller-0.madrid-1", "controller-1.madrid-1", "worker-0.madrid-1"]
    values, groups = rows["controller-0.madrid-1"]
    assert (values["ansible_host"], values["stx_active"], values["stx_system"]) == ("10.20.30.3", True, "madrid 1")
    assert values["stx_subfunctions"] == ["controller", "worker"] and values["stx_bmc_address"] == "10.20.61.1"
    assert groups == {
        "kind": ["host"],
        "system": ["madrid 1"],
        "personality": ["controller"],
        "administrative": ["unlocked"],
        "operational": ["enabled"],
        "availability": ["available"],
    }
    values, groups = rows["worker-0.madrid-1"]
    assert values["ansible_host"] == "192.168.204.0" and groups["availability"] == ["degraded"]
    inside = [v["ansible_host"] for _n, v, _g in hosts(one, ["host"], ["management"], False)]
    assert inside == ["192.168.204.0", "192.168.204.1", "192.168.204.0"]
    assert [n for n, _v, _g in hosts(one, ["host"], qualified=False)] == ["controller-0", "controller-1", "worker-0"]


def test_the_only_address_of_a_simplex_is_the_floating_one() -> None:
    kept = kept_system([SYSTEM], [machine("controller-0")], [{**OAM, "oam_c0_ip": None, "oam_c1_ip": None}], {})
    [(_name, values, _groups)] = hosts({**kept, "subclouds": [], "behind": {}}, ["host"])
    assert values["ansible_host"] == values["stx_oam_floating_address"] == "10.20.30.2"


def test_a_host_that_was_only_discovered() -> None:
    [(name, values, groups)] = hosts(found(machine(None, None, mgmt_ip=None)), ["host"], qualified=False)
    assert name == "host-52-54-00-00-00-09" and "ansible_host" not in values and "personality" not in groups


def test_subclouds_and_the_hosts_behind_them() -> None:
    behind = kept_system([{**SYSTEM, "name": "r"}], [machine("controller-0")], [{"oam_floating_ip": "10.10.1.2"}], {})
    one = found(subclouds=(subcloud(2), subcloud(1, sync_status="out-of-sync")), **{"edge-1": behind})
    rows = {n: (v, g) for n, v, g in hosts(one, ["subcloud", "subcloud_host"])}
    assert list(rows) == ["edge-1", "controller-0.edge-1", "edge-2"]
    assert rows["edge-1"][0]["ansible_host"] == "10.10.1.2" and rows["edge-2"][0]["ansible_host"] == "10.10.2.12"
    assert rows["edge-1"][1]["sync_status"] == ["out-of-sync"] and rows["edge-1"][1]["subcloud_group"] == ["canary"]
    assert rows["edge-2"][0]["stx_endpoints"] == {"platform": "in-sync"}
    values, groups = rows["controller-0.edge-1"]
    assert values["stx_subcloud"] == "edge-1" and groups["subcloud"] == ["edge-1"]
    assert (groups["kind"], groups["subcloud_group"]) == (["subcloud_host"], ["canary"])
    [address] = {v["ansible_host"] for n, v, _g in hosts(one, ["subcloud"], ["management"]) if n == "edge-2"}
    assert address == "192.168.2.2"


def test_names_that_are_taken() -> None:
    told: list[str] = []
    one = found(machine("controller-0"), subclouds=(subcloud(1), subcloud(2, name="controller-0")))
    names = [
        n for n, _v, _g in hosts(one, ["host", "subcloud"], qualified=False, reserved={"edge-1"}, warn=told.append)
    ]
    assert names == ["controller-0", "controller-0-00000000", "edge-1-00000000"] and len(told) == 2


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ({"hostname": "controller-*"}, True),
        ({"hostname": ["worker-*", "controller-0"]}, True),
        ({"hostname": "controller"}, False),
        ({"active": True}, True),
        ({"active": "True"}, False),
        ({"task": None}, True),
        ({"subfunctions": "worker"}, True),
        ({"subfunctions": "worker", "personality": "storage"}, False),
    ],
)
def test_filters(wanted: dict[str, Any], fits: bool) -> None:
    check_filters({"host": wanted})
    [row] = found(machine("controller-0"))["hosts"]
    assert matches(row, wanted) is fits


@pytest.mark.parametrize(
    "filters",
    [{"hosts": {}}, {"host": "x"}, {"host": {"zzz": 1}}, {"subcloud": {"subcloud": []}}, {"host": {"task": {}}}],
)
def test_what_is_no_filter(filters: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        check_filters(filters)
    assert caught.value.details["option"] == "filters"


def test_odd_records_are_read_too() -> None:
    rows = kept_subclouds([subcloud(1, data_install="{", group_id=None), subcloud(2, data_install=None)], [], {})
    assert [(r["bootstrap_address"], r["subcloud_group"]) for r in rows] == [(None, None), (None, None)]
    assert (
        kept_subclouds([subcloud(3, **{"management-start-ip": "fd01::2,10.0.0.2"})], [], {})[0]["management_address"]
        == "fd01::2"
    )
    assert fit("a/b.c ") == "a-b.c" and fit("/") == "unnamed"


def test_the_way_to_a_subcloud() -> None:
    known = {"stx_management_address": "fd01::2", "stx_region": "r1"}
    assert default_reach(known) == {"auth_url": "https://[fd01::2]:5001/v3", "region_name": "r1", "interface": "admin"}


# -- many, some of which do not answer --------------------------------------------------------------------------------


def test_who_is_not_reached_is_told_and_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 60: one without an address, one that talks rubbish, and 40 that do not answer."""
    asked: list[dict[str, Any]] = []

    def system(options: dict[str, Any], _wanted: Any) -> dict[str, Any]:
        asked.append(options)
        number = int(options["auth_url"].rpartition(".")[2].partition(":")[0])
        if number == 2:
            raise KeyError("isystems")
        if number > 20:
            raise UnreachableError(f"Keystone at https://u:{CANARY}@{number} cannot be reached.")
        return {"system": {}, "hosts": [number]}

    monkeypatch.setattr(reading, "_system", system)
    names = ("subcloud", "availability_status", "management_address", "region", "id")
    rows = [
        dict(zip(names, (f"e{n}", "online", f"10.0.0.{n}" if n > 1 else None, "r", n), strict=True))
        for n in range(1, 61)
    ]
    found: dict[str, Any] = {"subclouds": rows, "behind": {}, "notes": []}
    reading._behind(found, {"timeout": 60}, {}, lambda known: {}, 10)
    assert len(found["behind"]) == 18 and len(asked) == 59 and len(found["notes"]) == 21
    assert all(o["timeout"] == 15 and o["sign_in_retries"] == 0 for o in asked)
    assert "e1 are left out: no management address" in found["notes"][0]
    assert "e2 are left out: its answer cannot be read (KeyError)" in found["notes"][1]
    assert found["notes"][20].startswith("Hosts of 22 more subclouds are left out") and CANARY not in str(
        found["notes"]
    )


def test_names_of_two_sources() -> None:
    rows = kept_subclouds([subcloud(1), subcloud(2)], [], {})
    found: dict[str, Any] = {"system": None, "subclouds": rows, "behind": {}}
    known = {n: v for n, v, _groups in hosts(found, ["subcloud"])}
    assert list(doubles(hosts(found, ["subcloud"]), known)) == []  # read once more
    first, second = known
    other = {first: {**known[first], "stx_region": "another"}, second: {"ansible_host": "10.1.1.1"}}
    assert list(doubles(hosts(found, ["subcloud"]), other)) == [(first, "subcloud of another")]
