# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ping, traceroute, curl and ip write, in the forms of the images that there are."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._l2sm.probes import command, seen, unmet
from ansible_collections.edge.infra.plugins.module_utils._l2sm.programs import Ended

IPUTILS = """PING 10.0.2.10 (10.0.2.10) 56(84) bytes of data.
64 bytes from 10.0.2.10: icmp_seq=1 ttl=63 time=0.533 ms
64 bytes from 10.0.2.10: icmp_seq=2 ttl=63 time=0.295 ms

--- 10.0.2.10 ping statistics ---
2 packets transmitted, 2 received, 0% packet loss, time 1001ms
rtt min/avg/max/mdev = 0.295/0.414/0.533/0.119 ms
"""
BUSYBOX = """PING 10.0.2.10 (10.0.2.10): 56 data bytes
64 bytes from 10.0.2.10: seq=1 ttl=63 time=0.533 ms

--- 10.0.2.10 ping statistics ---
3 packets transmitted, 1 packets received, 66% packet loss
round-trip min/avg/max = 0.533/0.533/0.533 ms
"""
UNREACHABLE = """PING 10.0.2.10 (10.0.2.10) 56(84) bytes of data.
From 10.0.1.10 icmp_seq=1 Destination Host Unreachable

--- 10.0.2.10 ping statistics ---
3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 2049ms
"""
TRACEROUTE = """traceroute to 10.0.2.10 (10.0.2.10), 8 hops max, 60 byte packets
 1  10.0.1.1  0.072 ms
 2  *
 3  10.0.2.10  0.163 ms
"""
LOST = """traceroute to 10.0.2.10 (10.0.2.10), 3 hops max, 46 byte packets
 1  10.0.1.1  0.072 ms
 2  *
 3  *
"""
ADDRESSES = """1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
2: eth0@if12    inet 172.16.0.9/32 scope global eth0\\       valid_lft forever preferred_lft forever
3: net1@if13    inet 10.0.1.10/24 brd 10.0.1.255 scope global net1\\       valid_lft forever preferred_lft forever
3: net1@if13    inet6 fe80::1/64 scope link \\       valid_lft forever preferred_lft forever
"""


@pytest.mark.parametrize(
    ("kind", "status", "out", "known"),
    [
        ("ping", 0, IPUTILS, {"reachable": True, "loss": 0.0, "ttl": 63}),
        ("ping", 0, BUSYBOX, {"reachable": True, "loss": 66.0, "ttl": 63}),
        ("ping", 1, UNREACHABLE, {"reachable": False, "loss": 100.0}),
        ("ping", 2, "", {"reachable": False, "loss": 100.0}),
        ("route", 0, TRACEROUTE, {"reachable": True, "hops": ["10.0.1.1", "*", "10.0.2.10"]}),
        ("route", 0, LOST, {"reachable": False, "hops": ["10.0.1.1"]}),
        ("route", 1, "", {"reachable": False, "hops": []}),
        ("download", 0, "200 1024 0,512\nHIT", {"reachable": True, "status": 200, "size": 1024}),
        ("download", 28, "000 0 3.0\n", {"reachable": False, "status": 0, "size": 0}),
        ("addresses", 0, ADDRESSES, {"reachable": True}),
    ],
)
def test_what_programs_write(kind: str, status: int, out: str, known: dict[str, Any]) -> None:
    probe = {"kind": kind, "address": "10.0.2.10", "headers": {"X-Cache": "HIT"}}
    found = seen(probe, Ended(status, out, "", 1.0))
    assert {k: found[k] for k in known} == known
    if kind == "download" and not status:
        assert found["headers"] == {"X-Cache": "HIT"} and found["transfer_seconds"] == 0.512
    if kind == "addresses":
        assert found["interfaces"]["net1"] == ["10.0.1.10/24", "fe80::1/64"]
    if out == IPUTILS:
        assert found["milliseconds"] == {"least": 0.295, "mean": 0.414, "most": 0.533}


def test_each_argument_is_one_of_its_own() -> None:
    url = "http://10.0.2.10/a;reboot?$(id)"
    probe = {"kind": "download", "url": url, "seconds": 2, "longest": 9, "headers": None}
    assert command(probe)[-1] == url and command(probe)[0] == "curl"


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        ("10.0.1.10/24", True),
        ("10.0.1.11/24", False),
        ("10.0.1.0/24", True),
        ("10.0.1.0/25", False),
        ("10.0.2.0/24", False),
        ("fe80::/64", True),
    ],
)
def test_of_an_address_that_was_assigned_the_network_is_enough(wanted: str, holds: bool) -> None:
    """Nobody knows beforehand which address L2S-M takes from a range."""
    probe = {"kind": "addresses", "seconds": 2, "reachable": True, "loss": 0.0, "addresses": [wanted]}
    found = seen(probe, Ended(0, ADDRESSES, "", 0.1))
    assert (unmet(probe, found) == []) is holds
