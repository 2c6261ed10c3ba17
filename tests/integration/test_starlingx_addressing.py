# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""StarlingX's address pools, networks, addresses and routes: prediction, run, prediction, run; refusals beforehand."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import run_module
from .stx import OVERRIDES, Stx

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}
Task = tuple[str, dict[str, Any]]
POOL: Task = (
    "stx_address_pool",
    {"name": "storage-ipv4", "network": "10.50.0.0", "prefix": 24, "ranges": [["10.50.0.2", "10.50.0.90"]]},
)
POOL6: Task = (
    "stx_address_pool",
    {"name": "oam-ipv6", "network": "fd00:20::", "prefix": 64, "floating_address": "fd00:20::2"},
)
STORAGE: Task = ("stx_network", {"name": "storage", "type": "storage", "address_pool": "storage-ipv4"})
DUAL: Task = ("stx_network_address_pool", {"network": "oam", "address_pool": "oam-ipv6"})
HOST: dict[str, Any] = {"host": "controller-0"}
DATA0: Task = (
    "stx_host_interface",
    {**HOST, "name": "data0", "port": "enp0s8", "class": "data", "ipv4_mode": "static", "ipv6_mode": "static"},
)
ADDRESS: Task = ("stx_address", {**HOST, "ifname": "data0", "address": "10.50.0.10", "prefix": 24})
ADDRESS6: Task = ("stx_address", {**HOST, "ifname": "data0", "address": "FD00:50::000A", "prefix": 64})
ROUTE: Task = (
    "stx_route",
    {**HOST, "ifname": "data0", "network": "10.60.0.0", "prefix": 16, "gateway": "10.50.0.1"},
)
DEFAULT: Task = (
    "stx_route",
    {**HOST, "ifname": "data0", "network": "::", "prefix": 0, "gateway": "fd00:0050::1", "metric": 7},
)

#: name of the case -> (tasks before it, module, options, action, write requests)
CASES: dict[str, tuple[list[Task], str, dict[str, Any], str, list[str]]] = {
    "pool": ([], *POOL, "create", ["POST /v1/addrpools"]),
    "pool changed": (
        [POOL],
        POOL[0],
        {"name": "storage-ipv4", "order": "sequential", "gateway_address": "10.50.0.1", "prefix": 25},
        "update",
        ["PATCH /v1/addrpools/ID"],
    ),
    "pool in another spelling": (
        [POOL6],
        POOL6[0],
        {"name": "oam-ipv6", "network": "FD00:20:0::", "floating_address": "", "order": "random"},
        "update",
        ["PATCH /v1/addrpools/ID"],
    ),
    "pool removed": (
        [POOL],
        POOL[0],
        {"name": "storage-ipv4", "state": "absent"},
        "delete",
        ["DELETE /v1/addrpools/ID"],
    ),
    "network": ([POOL], *STORAGE, "create", ["POST /v1/networks"]),
    "network removed": (
        [POOL, STORAGE],
        "stx_network",
        {"name": "storage", "state": "absent"},
        "delete",
        ["DELETE /v1/networks/ID"],
    ),
    "dual stack": ([POOL6], *DUAL, "create", ["POST /v1/network_addresspools"]),
    "dual stack ended": (
        [POOL6, DUAL],
        DUAL[0],
        {**DUAL[1], "state": "absent"},
        "delete",
        ["DELETE /v1/network_addresspools/ID"],
    ),
    "address": ([DATA0], *ADDRESS, "create", ["POST /v1/addresses"]),
    "address of IPv6": ([DATA0], *ADDRESS6, "create", ["POST /v1/addresses"]),
    "address removed": (
        [DATA0, ADDRESS6],
        ADDRESS6[0],
        {**ADDRESS6[1], "address": "fd00:50::a", "state": "absent"},
        "delete",
        ["DELETE /v1/addresses/ID"],
    ),
    "route": ([DATA0, ADDRESS], *ROUTE, "create", ["POST /v1/routes"]),
    "default route": ([DATA0, ADDRESS6], *DEFAULT, "create", ["POST /v1/routes"]),
    "route removed": (
        [DATA0, ADDRESS, ROUTE],
        ROUTE[0],
        {**ROUTE[1], "state": "absent"},
        "delete",
        ["DELETE /v1/routes/ID"],
    ),
}


@pytest.fixture
def stx(lab: Any, cache: Any) -> Stx:
    return Stx(lab, run_module)


def told(writes: list[str]) -> list[str]:
    """Requests with a word in place of what the API made up."""
    short = [w.split("/") for w in writes]
    return ["/".join([*w[:3], *(["ID"] if len(w) > 3 else [])]) for w in short]


@pytest.mark.parametrize("case", CASES)
def test_prediction_run_and_again(stx: Stx, case: str) -> None:
    before, module, options, action, requests = CASES[case]
    for name, values in before:
        stx.done(name, **values)
    stx.forget()
    predicted = stx.done(module, check=True, **options)
    assert not stx.writes()
    done = stx.done(module, **options)
    assert (predicted["action"], predicted["changed"]) == (action, True) == (done["action"], done["changed"])
    assert predicted["diff"] == done["diff"]
    assert told(stx.writes()) == requests
    stx.forget()
    for check in (True, False):
        again = stx.done(module, check=check, **options)
        assert not again["changed"] and again["action"] == "none", again["diff"]
    assert not stx.writes()


def test_what_sysinv_has_after_a_change(stx: Stx) -> None:
    stx.done(*POOL6[:1], **POOL6[1])
    stx.done(DUAL[0], **DUAL[1])
    found = stx.done("stx_network_address_pool_info")
    links = [(o["network"], o["address_pool"]) for o in found["network_address_pools"]]
    assert ("oam", "oam-ipv6") in links
    network = stx.done("stx_network_info", name="oam")["networks"][0]
    assert (network["type"], network["address_pool"], network["primary_pool_family"]) == ("oam", "oam-ipv4", "IPv4")
    pool = stx.done("stx_address_pool_info", name="oam-ipv6")["address_pools"][0]
    assert (pool["family"], pool["prefix"], pool["floating_address"]) == (6, 64, "fd00:20::2")


#: name of the case -> (tasks before it, module, options, words of the refusal)
REFUSED: dict[str, tuple[list[Task], str, dict[str, Any], str]] = {
    "host bits": ([], POOL[0], {**POOL[1], "network": "10.50.0.7"}, "is not the address of a subnet"),
    "no address": ([], POOL[0], {**POOL[1], "gateway_address": "10.50.0.300"}, "gateway_address: '10.50.0.300'"),
    "outside": ([], POOL[0], {**POOL[1], "floating_address": "10.51.0.9"}, "is no address of a host in 10.50.0.0/24"),
    "out of range": ([], POOL[0], {**POOL[1], "floating_address": "10.50.0.99"}, "outside of the range 10.50.0.2-"),
    "twice": (
        [],
        POOL[0],
        {**POOL[1], "floating_address": "10.50.0.9", "gateway_address": "10.50.0.9"},
        "is also floating_address",
    ),
    "backwards": ([], POOL[0], {**POOL[1], "ranges": [["10.50.0.9", "10.50.0.2"]]}, "from a lower to a higher"),
    "overlap": (
        [],
        POOL[0],
        {**POOL[1], "ranges": [["10.50.0.2", "10.50.0.9"], ["10.50.0.8", "10.50.0.20"]]},
        "overlaps with another one",
    ),
    "small": ([], POOL[0], {"name": "p", "network": "10.50.0.0", "prefix": 31}, "fewer than four addresses"),
    "in use": ([POOL, STORAGE], POOL[0], {"name": "storage-ipv4", "state": "absent"}, "is used by network storage"),
    "the first pool": (
        [],
        DUAL[0],
        {"network": "oam", "address_pool": "oam-ipv4", "state": "absent"},
        "is not possible for oam-ipv4 of oam: it is the network's first one",
    ),
    "no such pool": ([], STORAGE[0], STORAGE[1], "there is no address pool called 'storage-ipv4'"),
    "another type": ([], "stx_network", {"name": "oam", "type": "admin"}, "type is 'oam', wanted 'admin'"),
    "no such interface": ([], *ADDRESS, "ifname: 'data0' is no interface of the host"),
    "mode": (
        [],
        ADDRESS[0],
        {**ADDRESS[1], "ifname": "enp0s8"},
        "ifname: 'enp0s8' takes no addresses: its ipv4_mode is not set",
    ),
    "broadcast": ([], ADDRESS[0], {**ADDRESS[1], "address": "10.50.0.255"}, "is the broadcast address of its subnet"),
    "prefix changed": ([DATA0, ADDRESS], ADDRESS[0], {**ADDRESS[1], "prefix": 25}, "prefix is 24, wanted 25"),
    "pool's address": ([], ADDRESS[0], {**ADDRESS[1], "address": "192.168.204.2", "state": "absent"}, "address pool"),
    "gateway inside": ([], ROUTE[0], {**ROUTE[1], "gateway": "10.60.0.1"}, "is inside the destination 10.60.0.0/16"),
    "gateway's version": ([], ROUTE[0], {**ROUTE[1], "gateway": "fd00::1"}, "is not of the version of 10.60.0.0/16"),
    "metric changed": (
        [DATA0, ADDRESS, ROUTE],
        ROUTE[0],
        {**ROUTE[1], "metric": 3},
        "route 10.60.0.0/16 via 10.50.0.1 of controller-0 exists, and these options cannot be changed afterwards",
    ),
    "another pool": ([POOL], "stx_network", {"name": "oam", "address_pool": "storage-ipv4"}, "address_pool is 'oam-"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_before_anything_is_sent(stx: Stx, case: str) -> None:
    before, module, options, words = REFUSED[case]
    for name, values in before:
        stx.done(name, **values)
    stx.forget()
    for check in (True, False):
        answer = stx.module(module, check, **options)
        assert answer["failed"] and words in answer["msg"], answer["msg"]
    assert not stx.writes()


def test_sysinvs_own_words_where_only_it_can_tell(stx: Stx) -> None:
    stx.done("stx_address_pool", name="other", network="10.20.30.0", prefix=24)
    answer = stx.module("stx_network", name="storage", type="storage", address_pool="other")
    assert answer["failed"] and "overlaps with: 'oam-ipv4'" in answer["msg"]
    stx.done(DATA0[0], **DATA0[1])
    stx.done(ADDRESS[0], **ADDRESS[1])
    answer = stx.module(ROUTE[0], **{**ROUTE[1], "gateway": "10.70.0.1"})
    assert answer["failed"] and "Route gateway 10.70.0.1 is not reachable by any address" in answer["msg"]


#: what the document of a whole host says of them; interfaces and addresses of the same document count
DOCUMENT: dict[str, Any] = {
    "interfaces": [{k: v for k, v in DATA0[1].items() if k != "host"}],
    "addresses": [{"ifname": "data0", "address": "10.50.0.10", "prefix": 24}],
    "routes": [{"ifname": "data0", "network": "10.60.0.0", "prefix": 16, "gateway": "10.50.0.1"}],
}


def test_in_a_hosts_configuration(stx: Stx) -> None:
    predicted = stx.done("stx_host_configuration", check=True, **DOCUMENT)
    ahead = {"auth_url": "https://127.0.0.1:1/v3", "check_without_api": True, "bootstrap_overrides": OVERRIDES}
    assert stx.done("stx_host_configuration", check=True, **DOCUMENT, **ahead)["diff"] == predicted["diff"]
    assert not stx.writes()
    done = stx.done("stx_host_configuration", **DOCUMENT)
    assert predicted["diff"] == done["diff"]
    assert told(stx.writes()) == ["PATCH /v1/iinterfaces/ID", "POST /v1/addresses", "POST /v1/routes"]
    stx.forget()
    assert not stx.done("stx_host_configuration", **DOCUMENT)["changed"] and not stx.writes()
    gone = {
        "addresses": [{**DOCUMENT["addresses"][0], "state": "absent"}],
        "routes": [{**DOCUMENT["routes"][0], "state": "absent"}],
    }
    assert stx.done("stx_host_configuration", **gone)["changed"]
    assert told(stx.writes()) == ["DELETE /v1/routes/ID", "DELETE /v1/addresses/ID"]
    addresses = stx.done("stx_address_info", **HOST)["addresses"]
    assert [a["ifname"] for a in addresses if a.get("pool")] == ["lo", "lo"] and len(addresses) == 2
    assert stx.done("stx_route_info", **HOST)["routes"] == []


def test_addresses_of_a_host_in_service_want_it_locked(stx: Stx) -> None:
    running = {**DOCUMENT, "administrative": "unlocked"}
    oam = {"name": "oam0", "port": "enp0s3", "class": "platform", "networks": ["oam"]}
    stx.done("stx_host_configuration", **{**running, "interfaces": [*DOCUMENT["interfaces"], oam]})
    stx.done(ROUTE[0], **ROUTE[1], state="absent")  # takes effect at once
    stx.forget()
    gone = {**ADDRESS[1], "state": "absent"}
    answer = stx.module(ADDRESS[0], **gone)
    assert answer["failed"] and "can only be changed while controller-0 is locked" in answer["msg"]
    assert not stx.writes()
    assert stx.done(ADDRESS[0], **gone, lock="allowed")["changed"]
    assert told(stx.writes()) == ["PATCH /v1/ihosts/ID", "DELETE /v1/addresses/ID", "PATCH /v1/ihosts/ID"]
    assert stx.done("stx_host_info", name="controller-0")["hosts"][0]["administrative"] == "unlocked"
    for change, words in (
        (("stx_address_pool", {"name": "cluster-host-subnet-ipv4", "order": "sequential"}), "after the first unlock"),
        (("stx_address_pool", {"name": "management-ipv4", "order": "sequential"}), "while controller-0 is locked only"),
        (("stx_network", {"name": "pxeboot", "state": "absent"}), "is of the network pxeboot, and stays as it is"),
        (("stx_network", {"name": "mgmt", "state": "absent"}), "Lock controller-0 first"),
    ):
        answer = stx.module(change[0], check=True, **change[1])
        assert answer["failed"] and words in answer["msg"], answer["msg"]
    assert stx.done("stx_address_pool", name="oam-ipv4", order="sequential")["changed"]


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
@pytest.mark.parametrize(("before", "task"), [([], POOL), ([POOL6], DUAL), ([DATA0], ADDRESS)])
def test_a_lost_answer_neither_fails_nor_doubles(stx: Stx, fault: str, before: list[Task], task: Task) -> None:
    for name, values in before:
        stx.done(name, **values)
    stx.lab.control.fault(fault, service="sysinv", match="POST .*")
    assert stx.done(task[0], **task[1])["changed"]
    assert not stx.done(task[0], **task[1])["changed"]
