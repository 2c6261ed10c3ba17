# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sysinv: what it refuses of address pools, networks, addresses and routes, in its own words."""

from __future__ import annotations

from typing import Any

import pytest
from starlingx_client import Client, bootstrapped, refusal

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}
POOL = {"name": "p", "network": "10.50.0.0", "prefix": 24}
POOL6 = {"name": "p6", "network": "fd00:20::", "prefix": 64}


@pytest.fixture
def client(lab: Any) -> Client:
    return bootstrapped(lab)


def pool(client: Client, **values: Any) -> str:
    return str(client.call("POST", "/addrpools", {**POOL, **values})["uuid"])


def network(client: Client, name: str) -> str:
    return str(client.by("/networks", "name")[name]["uuid"])


def known(client: Client, name: str) -> str:
    return str(client.by("/addrpools", "name")[name]["uuid"])


def finalized(client: Client) -> None:
    """The first unlock has been."""
    sysinv = client.lab.lab.services["sysinv"]
    sysinv.world.finalized = True
    host = sysinv.world.rows("ihosts")[0]
    host.update(administrative="unlocked", invprovision="provisioned")


@pytest.mark.parametrize(
    ("values", "status", "text"),
    [
        ({"name": ""}, 500, "Name must not be an empty string"),
        ({"prefix": 0}, 500, "Address prefix must be greater than 1"),
        ({"network": "0.0.0.0"}, 500, "Network must not be null"),
        ({"network": "10.50.0.9"}, 500, "Host bits must be zero"),
        ({"prefix": 99}, 500, "Invalid IP address and prefix"),
        ({"order": "first"}, 500, "Network address allocation order must be one of: sequential, random"),
        ({"prefix": 31}, 409, "Address pool network prefix must be at least /30"),
        ({"ranges": [["10.50.0.2", "10.51.0.3"]]}, 409, "Range end address 10.51.0.3 is not within network "),
        ({"ranges": [["10.50.0.2", "fd00::3"]]}, 409, "Address pool range IP version must match network IP version"),
        ({"ranges": [["10.50.0.0", "10.50.0.3"]]}, 409, "Address pool range cannot include network address: "),
        ({"ranges": [["10.50.0.5", "10.50.0.255"]]}, 409, "Address pool range cannot include broadcast address: "),
        (
            {"ranges": [["10.50.0.5", "10.50.0.9"], ["10.50.0.9", "10.50.0.12"]]},
            409,
            "Addresses from 10.50.0.9-10.50.0.12 already contained in range",
        ),
        ({"floating_address": "x"}, 400, "Invalid input for field/attribute floating_address. Value: 'x'."),
        ({"floating_address": "10.51.0.2"}, 400, "IP Address 10.51.0.2 is not in subnet: 10.50.0.0/24."),
        ({"floating_address": "10.50.0.255"}, 400, "Cannot use broadcast address: 10.50.0.255."),
        (
            {"floating_address": "10.50.0.2", "gateway_address": "10.50.0.2"},
            400,
            "gateway_address can not be the same as floating_address: 10.50.0.2",
        ),
        (
            {"ranges": [["10.50.0.5", "10.50.0.9"]], "floating_address": "10.50.0.2"},
            400,
            "IP Address 10.50.0.2 is not in range: 10.50.0.5-10.50.0.9.",
        ),
    ],
)
def test_pools_that_cannot_be(client: Client, values: dict[str, Any], status: int, text: str) -> None:
    told = refusal(client.call, "POST", "/addrpools", {**POOL, **values})
    assert told[0] == status and told[1].startswith(text), told


def test_a_patch_of_a_pool_takes_texts_and_lists(client: Client) -> None:
    path = f"/addrpools/{pool(client, gateway_address='10.50.0.1')}"
    told = refusal(client.patch, path, prefix=25)
    assert told[0] == 400 and "Wrong type. Expected '[<class 'str'>" in told[1]
    changed = client.patch(path, prefix="25", gateway_address="none", ranges=[["10.50.0.2", "10.50.0.9"]])
    assert (changed["prefix"], changed["gateway_address"]) == (25, None)
    body = [{"op": "remove", "path": "/gateway_address"}]
    assert refusal(client.call, "PATCH", path, body) == (400, "Attributes cannot be added or removed")
    assert refusal(client.patch, path, floating_address_id="3")[1].startswith("'/floating_address_id' is a read-only")
    told = refusal(client.patch, path, network="fd00:20::", prefix="64")
    assert told == (400, "Invalid IP version 6 fd00:20::/64. Please configure valid IPv4 subnet")


def test_pools_of_networks(client: Client) -> None:
    uuid = pool(client, network="10.20.30.0")
    told = refusal(client.call, "POST", "/networks", {"type": "storage", "name": "s", "pool_uuid": uuid})
    assert told[0] == 409 and " 10.20.30.0/24 overlaps with: 'oam-ipv4' {" in told[1]
    told = refusal(client.patch, f"/addrpools/{known(client, 'oam-ipv4')}", floating_address="none")
    assert told == (400, "The field must not be empty: floating_address")
    told = refusal(client.call, "DELETE", f"/addrpools/{known(client, 'oam-ipv4')}")
    assert told == (400, "Address pool is the primary for the following network: oam. Not possible to delete.")
    assert refusal(client.call, "POST", "/networks", {"type": "data", "name": "x", "pool_uuid": uuid})[0] == 500
    told = refusal(client.call, "POST", "/networks", {"type": "storage", "name": "s"})
    assert told == (400, "Address pool UUID has to be specified")


def test_after_the_first_unlock_pools_are_fixed(client: Client) -> None:
    finalized(client)
    for name, words in (
        ("management-ipv4", "Cannot complete the action because Host controller-0 is in administrative state = "),
        ("cluster-host-subnet-ipv4", "Address pool is read-only and cannot be modified or removed"),
    ):
        assert words in refusal(client.patch, f"/addrpools/{known(client, name)}", order="sequential")[1]
    client.patch(f"/addrpools/{known(client, 'oam-ipv4')}", gateway_address="10.20.30.9")
    assert client.list("/iextoam")[0]["oam_gateway_ip"] == "10.20.30.9"
    told = refusal(client.call, "DELETE", f"/networks/{network(client, 'oam')}")[1]
    assert told.endswith("after initial configuration completion")


def test_two_pools_of_different_families(client: Client) -> None:
    def link(name: str, uuid: str) -> Any:
        body = {"network_uuid": network(client, name), "address_pool_uuid": uuid}
        return client.call("POST", "/network_addresspools", body)

    second = pool(client)
    six = pool(client, **POOL6)
    told = refusal(link, "oam", second)
    assert told == (400, "Network of type oam already have pool oam-ipv4 for family IPv4")
    told = refusal(link, "cluster-pod", six)
    assert told == (400, "Cluster-pod address-pool can not be added before OAM address-pool of same IP family")
    assert refusal(link, "pxeboot", six)[1] == "Network of type pxeboot only supports pool of family IPv4"
    made = link("oam", six)
    other = pool(client, name="q6", network="fd00:21::", prefix=64)
    assert refusal(link, "cluster-host", six)[1].endswith("assigned to oam network") is False
    assert refusal(link, "mgmt", six)[1] == "Address pool already in use by another network"
    told = refusal(link, "oam", other)
    assert told == (400, "Network of type oam already have maximum of 2 pools attached: ['oam-ipv4', 'p6']")
    link("cluster-pod", other)
    told = refusal(client.call, "DELETE", f"/network_addresspools/{made['uuid']}")
    assert told == (400, "oam address-pool can not be deleted before cluster-pod address-pool of same IP family")


def test_the_management_network_of_a_simplex_gets_a_floating_address(client: Client) -> None:
    six = pool(client, **POOL6)
    body = {"network_uuid": network(client, "mgmt"), "address_pool_uuid": six}
    client.call("POST", "/network_addresspools", body)
    assert client.call("GET", f"/addrpools/{six}")["floating_address"] == "fd00:20::1"
    rows = [a for a in client.list("/addresses") if a["pool_uuid"] == six]
    assert [(a["address"], a["ifname"]) for a in rows] == [("fd00:20::1", "lo")]


# -- addresses and routes -----------------------------------------------------------------------------------------


@pytest.fixture
def interface(client: Client) -> str:
    uuid = client.interface("enp0s8")
    client.patch(f"/iinterfaces/{uuid}", ifclass="data", ipv4_mode="static")
    return uuid


@pytest.mark.parametrize(
    ("values", "status", "text"),
    [
        ({"prefix": 0}, 500, "Address prefix must be greater than 1 for data network type"),
        ({"address": "10.50.0.0"}, 500, "Host bits must not be zero"),
        ({"address": "10.50.0.255"}, 500, "Address cannot be the network broadcast address"),
        ({"address": "239.0.0.1"}, 500, "Address must be a unicast address"),
        ({"address": "nowhere"}, 400, "Invalid input for field/attribute address. Value: 'nowhere'."),
        ({"address": "fd00::2", "prefix": 64}, 404, "IPv6 interface address mode must be 'static' to add addresses"),
        ({"address": "10.50.0.10"}, 409, "Address 10.50.0.10/24 already exists on this interface."),
        ({"address": "10.50.0.11"}, 409, "Address 10.50.0.10/24 on interface "),
        ({"address": "10.51.0.1", "enable_dad": True}, 409, "Duplicate Address Detection (DAD) not supported on IPv4"),
        ({"interface_uuid": None}, 500, "Address must provide an interface or pool"),
    ],
)
def test_addresses_that_cannot_be(
    client: Client, interface: str, values: dict[str, Any], status: int, text: str
) -> None:
    body = {"interface_uuid": interface, "address": "10.50.0.10", "prefix": 24}
    client.call("POST", "/addresses", body)
    told = refusal(client.call, "POST", "/addresses", {**body, **values})
    assert told[0] == status and told[1].startswith(text), told


def test_addresses_want_a_locked_host(client: Client, interface: str) -> None:
    body = {"interface_uuid": interface, "address": "10.50.0.10", "prefix": 24}
    made = client.call("POST", "/addresses", body)
    assert "name" not in client.list("/addresses")[0]
    finalized(client)
    words = "Unable to complete the action because Host controller-0 is in administrative state = unlocked."
    assert refusal(client.call, "DELETE", f"/addresses/{made['uuid']}") == (500, words)
    assert refusal(client.call, "POST", "/addresses", {**body, "address": "10.51.0.1"}) == (500, words)


def test_routes_that_cannot_be(client: Client, interface: str) -> None:
    client.call("POST", "/addresses", {"interface_uuid": interface, "address": "10.50.0.10", "prefix": 24})
    good = {"interface_uuid": interface, "network": "10.60.0.0", "prefix": 16, "gateway": "10.50.0.1", "metric": 1}
    for values, status, text in (
        ({"network": "10.60.0.1"}, 500, "Invalid IP network 10.60.0.1/16 expecting 10.60.0.0/16"),
        ({"gateway": "fd00::1"}, 500, "Network and gateway IP versions must match"),
        ({"gateway": "10.60.0.1"}, 500, "Gateway address must not be within destination subnet"),
        ({"gateway": "0.0.0.0"}, 500, "Gateway address must not be null"),
        ({"gateway": "239.0.0.1"}, 500, "Gateway address must be a unicast address"),
        ({"metric": -1}, 500, "Route metric must be greater than zero"),
        ({"gateway": "10.51.0.1"}, 409, "Route gateway 10.51.0.1 is not reachable by any address on this interface"),
        ({"gateway": "10.50.0.10"}, 409, "Route gateway 10.50.0.10 cannot be another local interface"),
    ):
        assert refusal(client.call, "POST", "/routes", {**good, **values}) == (status, text)
    for last in range(1, 5):
        client.call("POST", "/routes", {**good, "gateway": f"10.50.0.{last}"})
    told = refusal(client.call, "POST", "/routes", {**good, "gateway": "10.50.0.1"})
    assert told == (409, "Route 10.60.0.0/16 via 10.50.0.1 already exists on this host.")
    told = refusal(client.call, "POST", "/routes", {**good, "gateway": "10.50.0.9"})
    assert told[1].startswith("Maximum number of paths (4) already reached for 10.60.0.0/16")
    address = next(a for a in client.list("/addresses") if a["address"] == "10.50.0.10")
    told = refusal(client.call, "DELETE", f"/addresses/{address['uuid']}")
    assert told == (409, "Address 10.50.0.10 is in use by a route to 10.60.0.0/16 via 10.50.0.1")
