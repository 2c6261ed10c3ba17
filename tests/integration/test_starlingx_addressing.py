# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""StarlingX's address pools, networks, addresses and routes: prediction, run, prediction, run; refusals beforehand."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import run_module
from .stx import Stx

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
    "no such pool": ([], STORAGE[0], STORAGE[1], "there is no address pool called 'storage-ipv4'"),
    "another type": ([], "stx_network", {"name": "oam", "type": "admin"}, "type is 'oam', wanted 'admin'"),
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
    answer = stx.module("stx_network_address_pool", network="oam", address_pool="oam-ipv4", state="absent")
    assert answer["failed"] and "Cannot remove primary pool 'oam-ipv4' from 'oam' with type oam" in answer["msg"]
    stx.done("stx_address_pool", name="other", network="10.20.30.0", prefix=24)
    answer = stx.module("stx_network", name="storage", type="storage", address_pool="other")
    assert answer["failed"] and "overlaps with: 'oam-ipv4'" in answer["msg"]
