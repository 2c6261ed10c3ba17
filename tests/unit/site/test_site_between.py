# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks between sites on paper: links, parts of the subnet, interfaces of the nodes, and what is refused."""

from __future__ import annotations

import copy
from ipaddress import ip_network
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._l2sm import slices
from ansible_collections.edge.infra.plugins.module_utils._l2sm.ports import datapath
from ansible_collections.edge.infra.plugins.module_utils._l2sm.resources import DOMAIN, NETWORK_FIELDS
from ansible_collections.edge.infra.plugins.module_utils._site import domain
from ansible_collections.edge.infra.plugins.module_utils._site.between import Island, Joined, join
from ansible_collections.edge.infra.plugins.module_utils._site.faults import Fault
from ansible_collections.edge.infra.plugins.module_utils._site.plan import plan_sites
from ansible_collections.edge.infra.plugins.module_utils._site.results import of_plans

GONE = object()
NAMES = ("madrid", "lisbon", "porto")
OVERLAY: dict[str, Any] = {
    "name": "edge-overlay",
    "nodes": ["node-11", "node-12", "node-13"],
    "interface_count": 10,
    "provider": {"name": "l2sm-sdn", "domain": ["l2sm-controller-service.l2sm-system.svc"]},
}


def put(document: Any, path: str, value: Any) -> None:
    """Set what a path such as ``sites[1].name`` names; GONE removes it."""
    steps: list[Any] = []
    for part in path.split("."):
        name, *indexes = part.replace("]", "").split("[")
        steps += [name, *(int(i) for i in indexes)]
    for step in steps[:-1]:
        document = document[step]
    if value is GONE:
        document.pop(steps[-1], None)
    else:
        document[steps[-1]] = value


def declared(*names: str) -> dict[str, Any]:
    """A sound declaration over some sites."""
    rows = [
        {"name": n, "gateway": {"name": f"node-{i}", "ip_address": f"192.0.2.{i}"}}
        for i, n in enumerate(names, start=11)
    ]
    provider = {"name": "idco", "domain": ["192.0.2.1"], "sdn_port": 30808, "of_port": 30663}
    return {"provider": provider, "sites": rows, "networks": [{"name": "video", "network_cidr": "10.60.0.0/24"}]}


def planned(
    given: dict[str, Any] | None, changes: dict[str, Any] | None = None, sites: tuple[str, ...] = NAMES, **more: Any
) -> dict[str, Joined]:
    """The parts of the sites after changes of the declaration."""
    value = copy.deepcopy(given)
    for path, wanted in (changes or {}).items():
        put(value, path, wanted)
    own = {"overlay": OVERLAY, "networks": [], "attachments": None, "names": (), **more}
    data = {"edge_l2sm_domain": value, "edge_l2sm_attachments": own["attachments"]}
    islands = [Island(n, OVERLAY["nodes"], own["overlay"], own["networks"], data) for n in sites]
    return dict(zip(sites, join(islands, own["names"]), strict=True))


def faults(parts: dict[str, Joined]) -> list[Fault]:
    """Every fault."""
    return [fault for part in parts.values() for fault in part.faults]


def neighbours(parts: dict[str, Joined]) -> dict[str, list[str]]:
    """The addresses that each device knows."""
    return {
        n: [x["domain"].rpartition(".")[2] for x in p.document["device"].get("neighbors", [])] for n, p in parts.items()
    }


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, {"madrid": ["12", "13"], "lisbon": ["11", "13"], "porto": ["11", "12"]}),
        ({"topology": "full_mesh"}, {"madrid": ["12", "13"], "lisbon": ["11", "13"], "porto": ["11", "12"]}),
        ({"topology": "hub_and_spoke", "hub": "lisbon"}, {"madrid": ["12"], "lisbon": ["11", "13"], "porto": ["12"]}),
        (
            {"links": [["madrid", "lisbon"], ["lisbon", "porto"]]},
            {"madrid": ["12"], "lisbon": ["11", "13"], "porto": ["12"]},
        ),
        # one that is absent is nobody's neighbour
        ({"sites[1].state": "absent"}, {"madrid": ["13"], "lisbon": [], "porto": ["11"]}),
    ],
)
def test_links(changes: dict[str, Any], found: dict[str, list[str]]) -> None:
    parts = planned(declared(*NAMES), changes)
    assert faults(parts) == []
    assert neighbours(parts) == found


def test_what_a_site_gets() -> None:
    parts = planned(declared("madrid", "lisbon"), sites=("lisbon", "madrid"))
    assert faults(parts) == []
    provider = {"name": "idco", "domain": ["192.0.2.1"], "sdn_port": "30808", "of_port": "30663"}
    assert parts["madrid"].document == {
        "domain": "idco",
        "state": "present",
        "device": {
            "name": "edge-device",
            "namespace": "default",
            "labels": {"edge.infra/domain": "idco"},
            "provider": provider,
            "node_config": {"node_name": "node-11", "ip_address": "192.0.2.11"},
            "neighbors": [{"node": "node-12", "domain": "192.0.2.12"}],
        },
        "networks": {"video": "10.60.0.64/26"},
        "gone": [],
    }
    assert parts["lisbon"].document["networks"] == {"video": "10.60.0.128/26"}, "the order of the declaration counts"
    assert parts["madrid"].domain["networks"] == [
        {
            "name": "video",
            "namespace": "default",
            "type": "vnet",
            "network_cidr": "10.60.0.0/24",
            "labels": {"edge.infra/domain": "idco"},
            "provider": provider,
            "clusters": [{"name": "madrid", "state": "present"}, {"name": "lisbon", "state": "present"}],
        }
    ]


def test_who_leaves_or_is_not_named_gives_back_what_it_had() -> None:
    second = {"name": "audio", "network_cidr": "10.61.0.0/24", "sites": ["madrid", "lisbon"]}
    given = declared("madrid", "lisbon")
    given["networks"].append(second)
    leaving = planned(given, {"sites[0].state": "absent"})
    assert faults(leaving) == []
    for name in ("madrid", "porto"):
        gone = leaving[name].document
        assert (gone["state"], gone["gone"], gone["device"]["state"]) == ("absent", ["video", "audio"], "absent")
    clusters = leaving["lisbon"].domain["networks"][0]["clusters"]
    assert clusters == [{"name": "madrid", "state": "absent"}, {"name": "lisbon", "state": "present"}]
    assert leaving["lisbon"].document["networks"]["video"] == "10.60.0.128/26", "the place of the other one is kept"
    # one network only: the device stays
    one = planned(given, {"networks[1].sites": ["lisbon"]}, sites=("madrid", "lisbon"))
    assert (one["madrid"].document["gone"], one["madrid"].document["state"]) == (["audio"], "present")
    none = planned(given, {"networks[1].state": "absent"}, sites=("madrid", "lisbon"))
    assert [p.document["gone"] for p in none.values()] == [["audio"], ["audio"]]
    assert [n["name"] for n in none["lisbon"].domain["networks"]] == ["video"]


def test_sites_whose_gateways_are_called_alike() -> None:
    """As those of StarlingX are: each has a name of its own for the provider, which makes another switch of it."""
    same = {f"sites[{i}].gateway.name": "node-11" for i in range(3)}
    own = {f"sites[{i}].provider_name": f"idco-{n}" for i, n in enumerate(NAMES) if i}
    parts = planned(declared(*NAMES), {**same, **own})
    assert faults(parts) == []
    devices = [p.document["device"] for p in parts.values()]
    assert [d["provider"]["name"] for d in devices] == ["idco", "idco-lisbon", "idco-porto"]
    assert {d["provider"]["domain"][0] for d in devices} == {"192.0.2.1"}
    assert len({datapath(d["node_config"]["node_name"], d["provider"]["name"]) for d in devices}) == 3
    [network] = parts["madrid"].domain["networks"]
    assert [c.get("provider_name") for c in network["clusters"]] == [None, "idco-lisbon", "idco-porto"]
    assert {d["labels"][DOMAIN] for d in devices} == {"idco"}, "and what is made is of one declaration"


@pytest.mark.parametrize("cidr", ["10.0.0.0/24", "10.0.0.0/16", "fd00::/64", "10.0.0.0/28"])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 8, 20])
def test_the_plan_and_the_module_cut_alike(cidr: str, count: int) -> None:
    block = ip_network(cidr)
    for place in range(1, count + 1):
        assert domain.cut(block, count, place) == slices.part(block, count, place)


def test_ranges_that_are_given_stay_and_the_others_get_what_is_free() -> None:
    given = {"networks[0].pod_address_ranges": {"porto": "10.60.0.64/26"}}
    parts = planned(declared(*NAMES), given)
    assert faults(parts) == []
    ranges = {n: p.document["networks"]["video"] for n, p in parts.items()}
    assert ranges == {"madrid": "10.60.0.128/26", "lisbon": "10.60.0.192/26", "porto": "10.60.0.64/26"}
    wanted = [(n, "10.60.0.64/26" if n == "porto" else None) for n in NAMES]
    assert slices.parts("10.60.0.0/24", wanted) == ranges, "the module says the same"
    [network] = parts["madrid"].domain["networks"]
    assert [c.get("pod_address_range") for c in network["clusters"]] == [None, None, "10.60.0.64/26"]


def test_a_place_of_one_that_is_absent_is_kept_by_the_module_too() -> None:
    wanted: list[tuple[str, str | None]] = [("a", None), ("b", None), ("c", None)]
    assert slices.parts("10.60.0.0/24", wanted, {"b"}) == {"a": "10.60.0.64/26", "c": "10.60.0.192/26"}


ROW = "edge_l2sm_domain.networks[0]"
FAULTS: list[tuple[dict[str, Any], str, str, str]] = [
    ({"provider": GONE}, "edge_l2sm_domain.provider", "is missing", "{name, domain}"),
    ({"provider.domain": ["a", "b"]}, "edge_l2sm_domain.provider.domain", "exactly one", "Give one"),
    ({"provider.sdn_port": 0}, "edge_l2sm_domain.provider.sdn_port", "out of bounds", "1 to 65535"),
    ({"provider.name": "l2sm-controller"}, "edge_l2sm_domain.provider.name", "inside each cluster", "another name"),
    (
        {"provider.domain": OVERLAY["provider"]["domain"], "provider.sdn_port": GONE},
        "edge_l2sm_domain.provider.domain",
        "the controller inside site madrid",
        "of no site",
    ),
    ({"topology": "ring"}, "edge_l2sm_domain.topology", "not one of the choices", "full_mesh"),
    ({"topology": "hub_and_spoke"}, "edge_l2sm_domain.hub", "is missing", "in the middle"),
    ({"topology": "hub_and_spoke", "hub": "rome"}, "edge_l2sm_domain.hub", "no site of the domain", "madrid, lisbon"),
    (
        {"topology": "hub_and_spoke", "hub": "porto", "sites[2].state": "absent"},
        "edge_l2sm_domain.hub",
        "is absent",
        "madrid, lisbon",
    ),
    ({"hub": "madrid"}, "edge_l2sm_domain.hub", "topology is full_mesh", "hub_and_spoke"),
    ({"topology": "links"}, "edge_l2sm_domain.links", "is missing", "pairs"),
    ({"topology": "full_mesh", "links": []}, "edge_l2sm_domain.links", "topology is full_mesh", "one of the two"),
    ({"links": [["madrid", "madrid"]]}, "edge_l2sm_domain.links[0]", "with itself", "two sites"),
    ({"links": [["madrid", "rome"]]}, "edge_l2sm_domain.links[0]", "names rome", "madrid, lisbon, porto"),
    ({"links": [["madrid"]]}, "edge_l2sm_domain.links[0]", "no pair", "[one, other]"),
    (
        {"links": [["madrid", "lisbon"], ["lisbon", "madrid"]]},
        "edge_l2sm_domain.links[1]",
        "is there already",
        "once",
    ),
    ({"links": [["madrid", "lisbon"]]}, f"{ROW}.name", "and in porto, and no links lead", "Add a link"),
    ({"sites": GONE}, "edge_l2sm_domain.sites", "is missing", "List the sites"),
    ({"sites": []}, "edge_l2sm_domain.sites", "all that have been joined would leave", "state: absent"),
    ({"sites[1].name": "rome"}, "edge_l2sm_domain.sites[1].name", "no site of this inventory", "lisbon, madrid"),
    ({"sites[1].name": "madrid"}, "edge_l2sm_domain.sites[1].name", "already used", "own"),
    ({"sites[0].gateway": GONE}, "edge_l2sm_domain.sites[0].gateway", "is missing", "{name, ip_address}"),
    (
        {"sites[0].gateway.name": "node-7"},
        "edge_l2sm_domain.sites[0].gateway.name",
        "no node of the overlay",
        "node-11",
    ),
    ({"sites[1].gateway.name": "node-11"}, "edge_l2sm_domain.sites[1].gateway.name", "one switch", "idco-lisbon"),
    # node-1 and 2idco are, in a row, node-12 and idco
    (
        {"sites[0].provider_name": "2idco", "sites[0].gateway.name": "node-1", "sites[1].gateway.name": "node-12"},
        "edge_l2sm_domain.sites[1].gateway.name",
        "one switch",
        "provider_name",
    ),
    ({"sites[0].provider_name": "l2sm-controller"}, "edge_l2sm_domain.sites[0].provider_name", "inside", "another"),
    ({f"{ROW[17:]}.labels": {"tier": {}}}, f"{ROW}.labels.tier", "no value of a label", "Write a text"),
    ({"provider.name": "the provider"}, "edge_l2sm_domain.provider.name", "no value of a label", "63 letters"),
    ({"sites[0].gateway.ip_address": "x"}, "edge_l2sm_domain.sites[0].gateway.ip_address", "is no address", "192.0.2"),
    (
        {"sites[1].gateway.ip_address": "192.0.2.11"},
        "edge_l2sm_domain.sites[1].gateway.ip_address",
        "already used by edge_l2sm_domain.sites[0]",
        "own",
    ),
    ({"sites[0].colour": "red"}, "edge_l2sm_domain.sites[0].colour", "no key", "name, gateway"),
    ({f"{ROW[17:]}.network_cidr": GONE}, f"{ROW}.network_cidr", "is missing", "subnet"),
    ({f"{ROW[17:]}.network_cidr": "10.60.0.1/24"}, f"{ROW}.network_cidr", "bits set", "10.60.0.0/24"),
    ({f"{ROW[17:]}.network_cidr": "10.60.0.0/30"}, f"{ROW}.network_cidr", "no part left for site madrid", "larger"),
    ({f"{ROW[17:]}.sites": ["rome"]}, f"{ROW}.sites[0]", "no site of the domain", "madrid"),
    (
        {f"{ROW[17:]}.pod_address_ranges": {"madrid": "10.61.0.0/26"}},
        f"{ROW}.pod_address_ranges.madrid",
        "not inside network_cidr",
        "10.60.0.0/24",
    ),
    (
        {f"{ROW[17:]}.pod_address_ranges": {"madrid": "10.60.0.0/25", "lisbon": "10.60.0.64/26"}},
        f"{ROW}.pod_address_ranges.lisbon",
        "shares addresses with 10.60.0.0/25 of madrid",
        "of its own",
    ),
    (
        {"networks": [{"name": "a", "network_cidr": "10.0.0.0/24"}, {"name": "b", "network_cidr": "10.0.0.0/16"}]},
        "edge_l2sm_domain.networks[1].network_cidr",
        "overlaps edge_l2sm_domain.networks[0].network_cidr",
        "of its own",
    ),
]


@pytest.mark.parametrize(("changes", "variable", "words", "remedy"), FAULTS, ids=lambda v: v if v else "-")
def test_faults(changes: dict[str, Any], variable: str, words: str, remedy: str) -> None:
    found = faults(planned(declared(*NAMES), changes))
    fault = next(f for f in found if f.variable == variable)
    assert words in fault.message and remedy in fault.remedy, fault.line


def test_own_networks_of_a_site() -> None:
    own = [{"name": "video", "network_cidr": "10.1.0.0/24"}, {"name": "other", "network_cidr": "10.60.0.128/25"}]
    found = planned(declared("madrid", "lisbon"), sites=("madrid", "lisbon", "porto"), networks=own)
    assert [f.variable for f in found["madrid"].faults] == [
        "edge_l2sm_networks[0].name",
        "edge_l2sm_networks[1].network_cidr",
    ]
    assert found["porto"].faults == [], "who takes no part may have what it wants"


def test_a_site_without_an_overlay() -> None:
    [fault] = planned(declared("madrid"), sites=("madrid",), overlay=None)["madrid"].faults
    assert fault.variable == "edge_l2sm_overlay" and "takes interfaces of the overlay" in fault.message


def test_sites_that_are_not_planned_now_are_known() -> None:
    assert faults(planned(declared(*NAMES), sites=("madrid",), names=NAMES)) == []
    [one, other] = faults(planned(declared(*NAMES), sites=("madrid",)))
    assert (one.value, other.value) == ("lisbon", "porto")


def test_a_provider_is_declared_once() -> None:
    islands = []
    for name, cidr in (("madrid", "10.60.0.0/24"), ("lisbon", "10.62.0.0/24")):
        given = declared(name)
        given["networks"][0]["network_cidr"] = cidr
        islands.append(Island(name, ["node-11"], OVERLAY, [], {"edge_l2sm_domain": given}))
    first, second = join(islands)
    assert first.faults == []
    assert {f.variable for f in second.faults} == {
        "edge_l2sm_domain.provider.name",
        "edge_l2sm_domain.provider.domain",
    }
    assert "of site madrid" in second.faults[0].message


# -- interfaces ------------------------------------------------------------------------------------------------------
def test_interfaces_of_a_node() -> None:
    ids = {"name": "own", "ids": {"enabled": True, "node": "node-11"}}
    pods: list[dict[str, Any]] = [{"network": "video", "node": "node-11", "pods": 7}, {"network": "own"}]
    enough = planned(declared("madrid"), sites=("madrid",), networks=[ids], attachments=pods)["madrid"]
    assert enough.faults == [] and enough.warnings == [], "7 and 1 for pods, 1 for the device, 1 for the detection"
    pods[0]["pods"] = 8
    [fault] = planned(declared("madrid"), sites=("madrid",), networks=[ids], attachments=pods)["madrid"].faults
    assert (fault.variable, fault.value) == ("edge_l2sm_overlay.interface_count", 10)
    assert fault.message == (
        "gives node node-11 10 attachments, and it needs 11: 1 for the edge device on video, 8 for pods on video, 1 for"
        " pods on own, 1 for the intrusion detection of own."
    )
    assert "Give 11 or more" in fault.remedy


def test_a_gateway_with_nothing_left_for_pods() -> None:
    overlay = {**OVERLAY, "interface_count": 1}
    part = planned(declared("madrid"), sites=("madrid",), overlay=overlay)["madrid"]
    assert part.faults == [] and "leaves pods on node node-11 no attachment" in part.warnings[0].message
    elsewhere = [{"network": "video", "node": "node-12"}]
    assert planned(declared("madrid"), sites=("madrid",), overlay=overlay, attachments=elsewhere)["madrid"].faults == []
    two = {"networks": [{"name": n, "network_cidr": f"10.{i}.0.0/24"} for i, n in enumerate(("a", "b"))]}
    assert (
        "needs 2: 2 for the edge device on a, b"
        in faults(planned(declared("madrid"), two, sites=("madrid",), overlay=overlay))[0].message
    )


@pytest.mark.parametrize(
    ("row", "variable", "words"),
    [
        ({"network": "none"}, "edge_l2sm_attachments[0].network", "no network of the site"),
        ({"network": "video", "node": "node-7"}, "edge_l2sm_attachments[0].node", "no node of the overlay"),
        ({"network": "video", "pods": -1}, "edge_l2sm_attachments[0].pods", "out of bounds"),
        ({"pods": 1}, "edge_l2sm_attachments[0].network", "is missing"),
    ],
)
def test_attachments_that_say_nothing(row: dict[str, Any], variable: str, words: str) -> None:
    [fault] = planned(declared("madrid"), sites=("madrid",), attachments=[row])["madrid"].faults
    assert fault.variable == variable and words in fault.message


# -- in the plan -----------------------------------------------------------------------------------------------------
def test_it_is_a_part_of_the_plan(site: dict[str, Any]) -> None:
    given = declared("madrid-1", "rome")
    given["sites"][0]["gateway"]["name"] = "controller-0"
    site |= {"edge_l2sm_domain": given, "edge_services": [], "edge_packages": []}
    groups = {"edge_controllers": ["controller-0"]}
    [plan] = plan_sites({"controller-0": site}, groups=groups, names=["madrid-1", "rome"])
    assert plan.faults == [], [f.line for f in plan.faults]
    assert plan.documents["networks.yml"]["between"]["networks"] == {"video": "10.60.0.64/26"}
    results = of_plans([plan])
    assert results["sites"]["madrid-1"]["l2sm"]["device"]["node_config"]["ip_address"] == "192.0.2.11"
    assert results["l2sm_domains"]["idco"]["sites"] == ["madrid-1", "rome"]
    [unknown] = plan_sites({"controller-0": site}, groups=groups)[0].faults
    assert unknown.variable == "edge_l2sm_domain.sites[1].name" and unknown.value == "rome"


def test_without_a_declaration_nothing_is_said(site: dict[str, Any]) -> None:
    site |= {"edge_services": [], "edge_packages": []}
    [plan] = plan_sites({"controller-0": site}, groups={"edge_controllers": ["controller-0"]})
    assert plan.joined == {} and "between" not in plan.documents["networks.yml"]
    assert of_plans([plan])["l2sm_domains"] == {}


def test_keys() -> None:
    """Those of a network are the slice's, the ranges and the sites aside."""
    taken = {f.name for f in slices.FIELDS} & {f.name for f in NETWORK_FIELDS} - {"namespace", "provider"}
    assert set(domain.NETWORK_KEYS) == taken | {"sites", "pod_address_ranges", "state"}
