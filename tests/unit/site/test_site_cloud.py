# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A distributed cloud on paper: what dcmanager gets of a subcloud, what it would refuse, and a thousand of them."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._site import results
from ansible_collections.edge.infra.plugins.module_utils._site.cloud import Span, Spans
from ansible_collections.edge.infra.plugins.module_utils._site.faults import MASK
from hypothesis import given
from hypothesis import strategies as st

CloudOf = Callable[[int], Any]
NET, VALUES = "edge_networks", "edge_subcloud_install_values"
ADMIN = {
    "subnet": "10.90.0.0/24",
    "start": "10.90.0.2",
    "end": "10.90.0.9",
    "floating": "10.90.0.2",
    "gateway": "10.90.0.1",
}


def lines(plans: dict[str, Any]) -> list[str]:
    return [fault.line for plan in plans.values() for fault in plan.faults]


def test_a_sound_cloud_has_no_fault(cloud_of: CloudOf) -> None:
    plans = cloud_of(2).plans()
    assert lines(plans) == []
    assert {name: plan.role for name, plan in plans.items()} == {
        "central": "systemcontroller",
        "edge-0": "subcloud",
        "edge-1": "subcloud",
    }
    assert plans["central"].bootstrap["c0"]["distributed_cloud_role"] == "systemcontroller"
    # dcmanager bootstraps a subcloud, not its own playbook
    assert plans["edge-0"].bootstrap == {}
    assert not any(name.startswith("bootstrap/") for name in plans["edge-0"].documents)


def test_what_dcmanager_gets_of_a_subcloud(cloud_of: CloudOf) -> None:
    registry = {"docker_registries": {"docker.io": {"url": "r.example", "username": "u", "password": "hidden"}}}
    plan = cloud_of(1).plans({"edge-0:edge_bootstrap_overrides": registry, "edge-0:edge_site_location": "Madrid"})[
        "edge-0"
    ]
    values = plan.documents["subcloud/bootstrap-values.yml"]
    assert values == plan.subcloud.bootstrap_values
    reference = values["docker_registries"]["docker.io"].pop("password")
    assert reference == "{{ vault_docker_registries_docker_io_password }}"
    assert values == {
        "name": "edge-0",
        "location": "Madrid",
        "system_mode": "simplex",
        "dns_servers": ["10.20.30.53"],
        "docker_registries": {"docker.io": {"url": "r.example", "username": "u"}},
        "external_oam_subnet": "10.50.0.0/24",
        "external_oam_gateway_address": "10.50.0.1",
        "external_oam_floating_address": "10.50.0.2",
        "management_subnet": "10.150.0.0/24",
        "management_start_address": "10.150.0.2",
        "management_end_address": "10.150.0.50",
        "management_gateway_address": "10.150.0.1",
        "systemcontroller_gateway_address": "192.168.204.101",
    }
    assert plan.documents["subcloud/install-values.yml"] == {
        "bootstrap_interface": "enp0s3",
        "bootstrap_address": "10.50.0.2",
        "bootstrap_address_prefix": 24,
        "nexthop_gateway": "10.50.0.1",
        "install_type": 2,
        "bmc_address": "10.100.0.3",
        "bmc_username": "admin",
    }
    names = {"bmc_password", "sysadmin_password", "vault_docker_registries_docker_io_password"}
    assert set(plan.subcloud.secrets) == names
    assert "hidden" not in str(plan.documents) + str(plan.subcloud)


def test_the_system_controller_may_reach_the_bmc_by_another_address(cloud_of: CloudOf) -> None:
    other = {"edge-0:edge_bmc_address": "bmc.example:8443", "edge-0:edge_subcloud_bmc_address": "10.100.0.9"}
    plan = cloud_of(1).plans(other)["edge-0"]
    assert [f.line for f in plan.faults] == []
    assert plan.documents["subcloud/install-values.yml"]["bmc_address"] == "10.100.0.9"
    plan = cloud_of(1).plans({"edge-0:edge_subcloud_bmc_address": "bmc.example:8443"})["edge-0"]
    assert [f.variable for f in plan.faults] == ["edge_subcloud_bmc_address"]


def test_a_simplex_that_is_a_subcloud_takes_its_management_network_off_the_loopback(cloud_of: CloudOf) -> None:
    plan = cloud_of(1).plans()["edge-0"]
    links = {link["name"]: link for link in plan.resources["edge-0"]["host_interfaces"]}
    assert links["lo"] == {"host": "controller-0", "name": "lo", "networks": ["cluster-host"]}
    assert links["mgmt0"]["networks"] == ["mgmt"]


def test_an_admin_network_replaces_the_management_network(cloud_of: CloudOf) -> None:
    changes = {
        f"edge-0:{NET}.admin": ADMIN,
        "edge-0:edge_interfaces[3].networks": ["admin"],
    }
    cloud = cloud_of(1)
    del cloud.hosts["edge-0"][NET]["management"]["gateway"]
    plan = cloud.plans(changes)["edge-0"]
    assert [f.line for f in plan.faults] == []
    assert plan.subcloud.through == "admin"
    assert plan.subcloud.bootstrap_values["admin_gateway_address"] == "10.90.0.1"
    assert "lo" not in [link["name"] for link in plan.resources["edge-0"]["host_interfaces"]]


def test_a_subcloud_of_two_controllers(cloud_of: CloudOf) -> None:
    cloud = cloud_of(2)
    duplex = {"edge_model": "duplex", "edge_site_name": "edge-0"}
    cloud.hosts["edge-0"] |= duplex
    cloud.hosts["edge-0"]["edge_interfaces"][3]["networks"] = ["mgmt", "cluster-host"]
    cloud.hosts["second"] = {**cloud.hosts["edge-1"], **duplex, "edge_personality": ""}
    cloud.hosts["second"] |= {k: v for k, v in cloud.hosts["edge-0"].items() if k == NET or k.startswith("edge_vim")}
    cloud.hosts["second"]["edge_k8s_cluster"] = cloud.hosts["edge-0"]["edge_k8s_cluster"]
    cloud.hosts["second"]["edge_interfaces"] = cloud.hosts["edge-0"]["edge_interfaces"]
    del cloud.hosts["edge-1"]
    cloud.groups = {"edge_controllers": ["second", "c0", "c1"], "edge_subclouds": ["edge-0"]}
    plan = cloud.plans()["edge-0"]
    assert [f.line for f in plan.faults] == []
    assert [(m.name, m.hostname, m.first) for m in plan.members] == [
        ("edge-0", "controller-0", True),
        ("second", "controller-1", False),
    ]
    # it stands in edge_controllers, whose variables may be those of the System Controller
    central = {"edge_distributed_cloud_role": "systemcontroller", "edge_subcloud_groups": [{"name": "north"}]}
    cloud.hosts["second"] |= central
    assert cloud.plans()["edge-0"].faults == []
    cloud.hosts["edge-0"] |= central
    assert {f.variable for f in cloud.plans()["edge-0"].faults} > {*central}
    cloud.hosts = {
        name: {k: v for k, v in hs.items() if k not in central or name in ("c0", "c1")}
        for name, hs in cloud.hosts.items()
    }
    cloud.hosts["second"]["edge_hostname"] = "controller-0"
    [fault] = cloud.plans()["edge-0"].faults
    assert (fault.variable, fault.host) == ("edge_hostname", "second") and "give controller-0 to edge-0" in fault.remedy
    del cloud.hosts["second"]["edge_hostname"]
    cloud.groups["edge_controllers"].append("edge-0")
    cloud.groups["edge_subclouds"] = ["other"]
    [fault] = cloud.plans()["edge-0"].faults
    assert fault.variable == "edge_subclouds" and "in place of edge_controllers" in fault.remedy


def test_what_the_module_returns_of_a_cloud(cloud_of: CloudOf) -> None:
    groups = [{"name": "north", "max_parallel_subclouds": 20}]
    plans = cloud_of(1).plans({"c0,c1:edge_subcloud_groups": groups, "edge-0:edge_subcloud_group": "north"})
    assert lines(plans) == []
    found = json.loads(json.dumps(results.of_plans(list(plans.values()))))
    assert found["sites"]["central"]["subcloud_groups"] == [
        {
            "name": "north",
            "description": "Subclouds of the group north",
            "update_apply_type": "parallel",
            "max_parallel_subclouds": 20,
        }
    ]
    assert found["sites"]["central"]["hosts"] == ["c0", "c1"]
    assert {name: host["first"] for name, host in found["hosts"].items()} == {"c0": True, "c1": False, "edge-0": True}
    assert found["hosts"]["c1"]["management_mac"] == "52:54:00:00:01:03"
    only = found["subclouds"]["edge-0"]
    assert (only["host"], only["group"], only["system_controller"]) == ("edge-0", "north", "central")
    assert (only["bootstrap_address"], only["deploy_config"]) == ("10.50.0.2", [])
    assert set(only["secrets"].values()) == {MASK}


def test_installed_by_hand(cloud_of: CloudOf) -> None:
    cloud = cloud_of(1)
    for variable in ("edge_bmc_address", "edge_bmc_username", "edge_bmc_password"):
        del cloud.hosts["edge-0"][variable]
    plan = cloud.plans({"edge-0:edge_subcloud_install": False})["edge-0"]
    assert [f.line for f in plan.faults] == []
    assert "subcloud/install-values.yml" not in plan.documents
    assert set(plan.subcloud.secrets) == {"sysadmin_password"}


#: changes, site of the fault, variable, words of the message
Case = tuple[dict[str, Any], str, str, str]
CENTRAL: list[Case] = [
    ({"c0,c1:edge_model": "simplex"}, "central", "edge_distributed_cloud_role", "a simplex cannot be"),
    ({f"c0,c1:{NET}.management.start": ""}, "central", f"{NET}.management.start", "which addresses are its own"),
    ({f"c0,c1:{NET}.management.end": "192.168.204.255"}, "central", f"{NET}.management.end", "leaves no address"),
    (
        {"c0,c1:edge_bootstrap_overrides": {"virtual_system": True}},
        "central",
        "edge_bootstrap_overrides.virtual_system",
        "does not take it for a System Controller",
    ),
    ({"c0,c1:edge_subcloud_groups": [{"name": "default"}]}, "central", "edge_subcloud_groups[0].name", "own"),
    ({"c0,c1:edge_subcloud_groups": [{"name": "7"}]}, "central", "edge_subcloud_groups[0].name", "digits only"),
    ({"c0,c1:edge_subcloud_groups": [{"name": "a.b"}]}, "central", "edge_subcloud_groups[0].name", "has ."),
    (
        {"c0,c1:edge_subcloud_groups": [{"name": "a"}, {"name": "a"}]},
        "central",
        "edge_subcloud_groups[1].name",
        "already",
    ),
    (
        {"c0,c1:edge_subcloud_groups": [{"name": "a", "max_parallel_subclouds": 5001}]},
        "central",
        "edge_subcloud_groups[0].max_parallel_subclouds",
        "out of bounds",
    ),
    (
        {"c0,c1:edge_subcloud_groups": [{"name": "a", "update_apply_type": "all"}]},
        "central",
        "edge_subcloud_groups[0].update_apply_type",
        "choices",
    ),
    ({"c0,c1:edge_distributed_cloud_role": "none"}, "edge-0", "edge_system_controller", "is no System Controller"),
]
SUBCLOUD: list[Case] = [
    ({"edge-0:edge_system_controller": ""}, "edge-0", "edge_system_controller", "is missing"),
    ({"edge-0:edge_system_controller": "west"}, "edge-0", "edge_system_controller", "no site of this inventory"),
    ({"edge-0:edge_site_name": "007"}, "007", "edge_site_name", "digits only"),
    ({"edge-0:edge_site_name": "systemcontroller"}, "systemcontroller", "edge_site_name", "dcmanager's own"),
    ({"edge-0:edge_subcloud_group": "north"}, "edge-0", "edge_subcloud_group", "no group of site central"),
    ({"edge-0:edge_systemcontroller_gateway": ""}, "edge-0", "edge_systemcontroller_gateway", "is missing"),
    (
        {"edge-0:edge_systemcontroller_gateway": "192.168.204.50"},
        "edge-0",
        "edge_systemcontroller_gateway",
        "in the range",
    ),
    ({"edge-0:edge_systemcontroller_gateway": "10.1.1.1"}, "edge-0", "edge_systemcontroller_gateway", "is outside of"),
    ({"edge-0:edge_systemcontroller_gateway": "fd00::1"}, "edge-0", "edge_systemcontroller_gateway", "is IPv6"),
    ({f"edge-0:{NET}.management.start": ""}, "edge-0", f"{NET}.management.start", "is missing"),
    ({f"edge-0:{NET}.management.gateway": ""}, "edge-0", f"{NET}.management.gateway", "is missing"),
    ({f"edge-0:{NET}.management.gateway": "10.150.0.9"}, "edge-0", f"{NET}.management.gateway", "lies between"),
    (
        {f"edge-0:{NET}.management.floating": "10.150.0.9"},
        "edge-0",
        f"{NET}.management.floating",
        "not the start of the range",
    ),
    ({f"edge-0:{NET}.admin": ADMIN}, "edge-0", f"{NET}.management.gateway", "together with that of the admin"),
    ({f"edge-0:{NET}.management.subnet": "10.150.0.0/31"}, "edge-0", f"{NET}.management.subnet", "has 2 addresses"),
    ({"edge-0:edge_interfaces[3].networks": []}, "edge-0", "edge_interfaces", "by which the System Controller"),
    (
        {"edge-0:edge_distributed_cloud_role": "systemcontroller"},
        "edge-0",
        "edge_distributed_cloud_role",
        "is no System Controller",
    ),
    # beside the System Controller, and each other
    (
        {f"edge-0:{NET}.cluster_host": {"subnet": "192.168.204.0/26"}},
        "edge-0",
        f"{NET}.cluster_host.subnet",
        "overlaps 192.168.204.0/24, the subnet management of its System Controller",
    ),
    (
        {f"c0,c1:{NET}.cluster_pod": {"subnet": "10.150.0.0/16"}},
        "edge-0",
        f"{NET}.management.subnet",
        "the subnet cluster_pod of its System Controller central",
    ),
    (
        {
            f"edge-1:{NET}.management": {
                "subnet": "10.150.0.0/24",
                "gateway": "10.150.0.1",
                "start": "10.150.0.40",
                "end": "10.150.0.60",
            }
        },
        "edge-1",
        f"{NET}.management.start",
        "the range 10.150.0.40 to 10.150.0.60 overlaps 10.150.0.2 to 10.150.0.50",
    ),
    (
        {f"edge-1:{NET}.oam": {"subnet": "10.150.0.128/25", "gateway": "10.150.0.129", "floating": "10.150.0.130"}},
        "edge-1",
        f"{NET}.oam.subnet",
        "begins in 10.150.0.0/24, the subnet management of subcloud edge-0",
    ),
    ({"edge-1:edge_bmc_address": "10.100.0.3"}, "edge-1", "edge_bmc_address", "also that of host edge-0"),
]
INSTALL: list[Case] = [
    ({f"edge-0:{VALUES}": {"install_type": 0}}, "edge-0", f"{VALUES}.install_type", "no type of a simplex"),
    ({f"edge-0:{VALUES}": {"install_type": 6}}, "edge-0", f"{VALUES}.install_type", "out of bounds"),
    ({f"edge-0:{VALUES}": {"persistent_size": 20000}}, "edge-0", f"{VALUES}.persistent_size", "out of bounds"),
    ({f"edge-0:{VALUES}": {"hw_settle": -1}}, "edge-0", f"{VALUES}.hw_settle", "out of bounds"),
    ({f"edge-0:{VALUES}": {"rvmc_debug_level": 5}}, "edge-0", f"{VALUES}.rvmc_debug_level", "out of bounds"),
    ({f"edge-0:{VALUES}": {"rd.net.timeout.ipv6dad": 0}}, "edge-0", f"{VALUES}.rd.net.timeout.ipv6dad", "out of"),
    ({f"edge-0:{VALUES}": {"extra_boot_params": ""}}, "edge-0", f"{VALUES}.extra_boot_params", "is empty"),
    ({f"edge-0:{VALUES}": {"bmc_address": "10.1.1.1"}}, "edge-0", f"{VALUES}.bmc_address", "rendered from edge_bmc"),
    ({f"edge-0:{VALUES}": {"bootstrap_port": "x"}}, "edge-0", f"{VALUES}.bootstrap_port", "no key that is known"),
    ({f"edge-0:{VALUES}": {"software_version": 26.09}}, "edge-0", f"{VALUES}.software_version", "number to YAML"),
    ({f"edge-0:{VALUES}": {"network_address": "10.50.0.0"}}, "edge-0", f"{VALUES}.network_mask", "is missing"),
    ({f"edge-0:{VALUES}": {"nexthop_gateway": "fd00::1"}}, "edge-0", f"{VALUES}.nexthop_gateway", "is IPv6"),
    ({"edge-0:edge_bmc_address": "fd00::1"}, "edge-0", "edge_bmc_address", "primary OAM network is IPv4"),
    ({"edge-0:edge_bmc_address": "bmc.example"}, "edge-0", "edge_bmc_address", "dcmanager takes an address"),
    (
        {"edge-0:edge_subcloud_bootstrap_address": "somewhere"},
        "edge-0",
        "edge_subcloud_bootstrap_address",
        "is no address",
    ),
    (
        {"edge-0:edge_subcloud_install": False, f"edge-0:{VALUES}": {"install_type": 2}},
        "edge-0",
        VALUES,
        "installed by hand",
    ),
]


@pytest.mark.parametrize(
    ("changes", "site", "variable", "message"),
    [*CENTRAL, *SUBCLOUD, *INSTALL],
    ids=lambda value: str(value)[:60] if isinstance(value, dict) else None,
)
def test_each_rule(cloud_of: CloudOf, changes: dict[str, Any], site: str, variable: str, message: str) -> None:
    plans = cloud_of(2).plans(changes)
    found = [f for f in plans[site].faults if f.variable == variable and message in f.message]
    assert found, lines(plans)
    assert found[0].remedy and found[0].site == site


@pytest.mark.parametrize("junk", [None, "", "text", 7, True, [], [None], [{}], {}, {"x": 1}], ids=repr)
def test_no_value_of_a_wrong_type_makes_it_raise(cloud_of: CloudOf, junk: Any) -> None:
    cloud = cloud_of(1)
    names = [n for n in cloud.hosts["edge-0"] if n.startswith(("edge_sub", "edge_sys", "edge_net", "edge_int"))]
    for name in (*names, VALUES, "edge_subcloud_group", "edge_subcloud_install"):
        cloud_of(1).plans({f"edge-0:{name}": junk})
    for key in ("install_type", "bootstrap_interface", "network_address", "hw_settle", "software_version"):
        cloud_of(1).plans({f"edge-0:{VALUES}": {key: junk}})
    cloud_of(1).plans({"c0,c1:edge_subcloud_groups": junk})


#: small numbers, so that they do overlap
SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 6), st.sampled_from("abcd")), max_size=12)


@given(SPANS, st.integers(0, 50), st.sampled_from("abcd"))
def test_spans_find_what_looking_at_each_finds(rows: list[tuple[int, int, str]], address: int, site: str) -> None:
    spans = [Span(start, start + size, owner, "", "") for start, size, owner in rows]
    found = Spans(spans).at(address, site)
    each = [span for span in spans if span.start <= address <= span.end and span.site != site]
    assert (found is not None) == bool(each)
    assert found is None or found in each


def test_every_overlap_of_a_pair_is_found(cloud_of: CloudOf) -> None:
    cloud = cloud_of(6)
    for number in (3, 5):
        start = ipaddress.ip_address("10.150.2.50")
        cloud.hosts[f"edge-{number}"][NET]["management"] |= {
            "subnet": "10.150.2.0/24",
            "gateway": "10.150.2.1",
            "start": str(start + number),
            "end": str(start + number + 2),
        }
    plans = cloud.plans()
    found = {name: [f.message for f in plan.faults] for name, plan in plans.items() if plan.faults}
    assert list(found) == ["edge-5"] and "of subcloud edge-3" in found["edge-5"][0]
