# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The address plan: each rule with its message and remedy, and what holds of every plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._site.addresses import plan_addresses
from ansible_collections.edge.infra.plugins.module_utils._site.faults import Faults, Reader
from ansible_collections.edge.infra.plugins.module_utils._site.model import MODELS
from ansible_collections.edge.infra.plugins.module_utils._site.plan import SitePlan
from hypothesis import given, settings
from hypothesis import strategies as st
from netaddr import IPAddress, IPNetwork

OAM = "edge_networks.oam"
DUAL_OAM = {
    f"{OAM}.subnet": "10.20.30.0/24,fd00:20::/64",
    f"{OAM}.gateway": "10.20.30.1,fd00:20::1",
    f"{OAM}.floating": "10.20.30.2,fd00:20::2",
}
DUAL_CLUSTER = {
    "edge_networks.cluster_host": {"subnet": "192.168.206.0/24,fd00:206::/64"},
    "edge_networks.cluster_pod": {"subnet": "172.16.0.0/16,fd00:172::/64"},
    "edge_networks.cluster_service": {"subnet": "10.96.0.0/12,fd00:96::/112"},
}


@pytest.mark.parametrize(
    ("changes", "variable", "message", "remedy"),
    [
        ({f"{OAM}.subnet": "10.20.30.0"}, f"{OAM}.subnet", "is no subnet", "an address and a prefix"),
        ({f"{OAM}.subnet": "10.20.30.0/33"}, f"{OAM}.subnet", "is no subnet", "an address and a prefix"),
        ({f"{OAM}.subnet": "10.20.30.1/24"}, f"{OAM}.subnet", "bits set", "10.20.30.0/24"),
        ({f"{OAM}.subnet": ["10.20.30.0/24"]}, f"{OAM}.subnet", "a list stands where a text", "Write a text"),
        ({f"{OAM}.gateway": "10.20.31.1"}, f"{OAM}.gateway", "outside of its subnet", "such as 10.20.30.1"),
        ({f"{OAM}.gateway": "fd00::1"}, f"{OAM}.gateway", "does not match the families", "Give IPv4"),
        ({f"{OAM}.gateway": "gateway"}, f"{OAM}.gateway", "is no address", "such as 10.20.30.1"),
        ({f"{OAM}.gateway": "10"}, f"{OAM}.gateway", "is no address", "such as 10.20.30.1"),
        ({f"{OAM}.floating": "10.20.30.0"}, f"{OAM}.floating", "network address", "such as 10.20.30.1"),
        ({f"{OAM}.floating": "10.20.30.255"}, f"{OAM}.floating", "broadcast address", "such as 10.20.30.1"),
        ({f"{OAM}.floating": "10.20.30.1"}, f"{OAM}.floating", "is also edge_networks.oam.gateway", "its own"),
        ({f"{OAM}.start": "10.20.30.9", f"{OAM}.end": "10.20.30.3"}, f"{OAM}.start", "begins at", "lower address"),
        ({f"{OAM}.start": "10.20.30.9", f"{OAM}.end": "10.20.30.10"}, f"{OAM}.start", "has 2 addresses", "Widen"),
        ({f"{OAM}.end": "10.20.31.9"}, f"{OAM}.end", "outside of its subnet", "10.20.30.0/24"),
        ({f"{OAM}.gatway": "10.20.30.1"}, f"{OAM}.gatway", "no key that is known", "Did you mean gateway"),
        ({"edge_networks.oan": {}}, "edge_networks.oan", "no key that is known", "Did you mean oam"),
        ({"edge_networks.oam": "10.20.30.0/24"}, OAM, "a text stands where a dictionary", "Write a dictionary"),
        ({"edge_networks": []}, "edge_networks", "a list stands where a dictionary", "Write a dictionary"),
        ({"edge_networks": None}, "edge_networks", "is missing", "Give at least oam"),
        (
            {"edge_networks.management.subnet": "10.20.30.128/25"},
            "edge_networks.management.subnet",
            "overlaps edge_networks.oam.subnet 10.20.30.0/24",
            "of its own",
        ),
        (
            {
                f"{OAM}.subnet": "192.168.204.0/24",
                f"{OAM}.gateway": "192.168.204.1",
                f"{OAM}.floating": "192.168.204.2",
            },
            f"{OAM}.subnet",
            "overlaps edge_networks.management.subnet 192.168.204.0/24 (its default)",
            "of its own",
        ),
        (
            {"edge_networks.management.subnet": "192.168.1.0/31"},
            "edge_networks.management.subnet",
            "has 2 addresses and 3 are needed",
            "/30 or shorter",
        ),
        (
            {"edge_networks.cluster_pod.subnet": "172.16.0.0/20"},
            "edge_networks.cluster_pod.subnet",
            "65536 are needed",
            "/16 or shorter",
        ),
        (
            {"edge_networks.cluster_service.subnet": "64.0.0.0/8"},
            "edge_networks.cluster_service.subnet",
            "more than 1048576",
            "/12 or longer",
        ),
        (
            {"edge_networks.pxeboot.subnet": "fd00:1::/64"},
            "edge_networks.pxeboot.subnet",
            "IPv4 only",
            "Give an IPv4 subnet",
        ),
        (
            {"edge_networks.multicast.subnet": "10.1.1.0/28"},
            "edge_networks.multicast.subnet",
            "no multicast subnet",
            "239.1.1.0/28",
        ),
        (
            {"edge_networks.management.subnet": "239.2.0.0/24"},
            "edge_networks.management.subnet",
            "is a multicast subnet",
            "unicast",
        ),
        (
            {"edge_networks.admin": {"subnet": "10.50.0.0/24", "start": "10.50.0.2", "end": "10.50.0.9"}},
            "edge_networks.admin.floating",
            "all of its addresses or none",
            "leave edge_networks.admin out",
        ),
        (
            {"edge_networks.management.subnet": "fd00:204::/64"},
            "edge_networks.management.subnet",
            "its primary family is IPv6 and that of oam is IPv4",
            "share the primary family",
        ),
        (
            {**DUAL_OAM, "edge_networks.cluster_host": {"subnet": "192.168.206.0/24,fd00:206::/48"}},
            "edge_networks.cluster_host.subnet",
            "shorter than /64",
            "from /64 on",
        ),
        (
            {**DUAL_CLUSTER},
            f"{OAM}.subnet",
            "has one family, and the cluster is dual stack",
            "second subnet",
        ),
        (
            {**DUAL_OAM, f"{OAM}.gateway": "fd00:20::1,10.20.30.1"},
            f"{OAM}.gateway",
            "does not match the families",
            "IPv4 and IPv6, in the order of the subnets",
        ),
        ({f"{OAM}.subnet": "10.20.30.0/24,10.20.31.0/24"}, f"{OAM}.subnet", "no pair of families", "one of IPv6"),
        ({"edge_dns_servers": ["fd00::53"]}, "edge_dns_servers[0]", "is IPv6, and the OAM network is IPv4", "reaches"),
    ],
)
def test_each_rule(
    planned: Callable[..., SitePlan], changes: dict[str, Any], variable: str, message: str, remedy: str
) -> None:
    faults = planned(changes).faults
    found = [f for f in faults if f.variable == variable and message in f.message]
    assert found, [f.line for f in faults]
    assert remedy in found[0].remedy


def test_the_sound_site_has_no_fault_and_no_warning(planned: Callable[..., SitePlan]) -> None:
    plan = planned()
    assert [f.line for f in plan.faults + plan.warnings] == []


def test_dual_stack_is_sound_and_rendered_with_commas(planned: Callable[..., SitePlan]) -> None:
    plan = planned({**DUAL_OAM, **DUAL_CLUSTER, "edge_dns_servers": ["fd00::53"]})
    assert [f.line for f in plan.faults] == []
    overrides = plan.bootstrap["controller-0"]
    assert overrides["external_oam_subnet"] == "10.20.30.0/24,fd00:20::/64"
    assert overrides["external_oam_floating_address"] == "10.20.30.2,fd00:20::2"


def test_addresses_are_derived_as_the_bootstrap_playbook_does(planned: Callable[..., SitePlan]) -> None:
    table = planned({"edge_networks.management.subnet": "192.168.204.0/28"}).documents["addresses.yml"]
    (management,) = table["management"]
    assert (management["start"], management["end"]) == ("192.168.204.1", "192.168.204.14")
    assert management["floating"] == "192.168.204.1"
    assert management["derived"] == ["end", "floating", "start"]
    assert "node_0" not in table["oam"][0], "a simplex has only the floating address"


def test_node_addresses_of_a_simplex_are_not_used(planned: Callable[..., SitePlan]) -> None:
    plan = planned({f"{OAM}.node_0": "10.20.30.3"})
    assert [w.variable for w in plan.warnings] == [f"{OAM}.node_0"]


@settings(deadline=None, database=None)  # the machine may be busy, and the checkout stays clean
@given(
    first=st.integers(0, 2**32 - 1),
    prefix=st.integers(8, 30),
    gateway=st.integers(0, 2**32 - 1),
    floating=st.integers(0, 2**32 - 1),
)
def test_a_plan_without_faults_holds_what_it_promises(first: int, prefix: int, gateway: int, floating: int) -> None:
    subnet = IPNetwork((first, prefix)).cidr
    # half of the addresses are drawn from the subnet, or hardly any plan would be sound
    choose = [str(IPAddress(subnet.first + n % subnet.size if n % 2 else n)) for n in (gateway, floating)]
    oam = {"subnet": str(subnet), "gateway": choose[0], "floating": choose[1]}
    faults = Faults()
    networks = plan_addresses(Reader(faults, {"edge_networks": {"oam": oam}}), MODELS["simplex"])
    inside = all(subnet.first < int(IPAddress(a)) < subnet.last for a in choose)
    blamed = {f.variable for f in faults.found}
    if not inside:
        assert blamed & {f"{OAM}.gateway", f"{OAM}.floating"}
    if not faults.found:
        assert choose[0] != choose[1]
        leg = networks["oam"].legs[0]
        assert all(address in leg.subnet for address in leg.addresses.values())
        assert leg.addresses["start"] <= leg.addresses["end"]
        subnets = [leg.subnet for network in networks.values() for leg in network.legs]
        assert not any(a in b for a in subnets for b in subnets if a is not b)


@settings(deadline=None, database=None)
@given(text=st.text(max_size=40), key=st.sampled_from(["subnet", "gateway", "floating", "start", "end"]))
def test_no_text_makes_it_raise(text: str, key: str) -> None:
    oam = {"subnet": "10.20.30.0/24", "gateway": "10.20.30.1", "floating": "10.20.30.2", key: text}
    plan_addresses(Reader(Faults(), {"edge_networks": {"oam": oam}}), MODELS["simplex"])
