# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An overlay on paper: nodes that no links join; and where the provider between sites is at a trial elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template
from ansible_collections.edge.infra.plugins.module_utils._site.between import Island, Joined, join
from ansible_collections.edge.infra.plugins.module_utils._site.faults import Faults, Reader
from ansible_collections.edge.infra.plugins.module_utils._site.l2sm import check_networks, check_overlay

ROLES = Path(__file__).resolve().parents[3] / "roles"
OVERLAY: dict[str, Any] = {
    "name": "edge-overlay",
    "nodes": ["node-11", "node-12", "node-13"],
    "provider": {"name": "l2sm-sdn", "domain": ["l2sm-controller-service.l2sm-system.svc"]},
}


@pytest.mark.parametrize(
    ("links", "apart"),
    [
        ([], "joins node-12, node-13 with node-11 in no way"),
        ([("node-11", "node-13")], "joins node-12 with node-11 in no way"),
        ([("node-11", "node-13"), ("node-13", "node-12")], ""),
    ],
)
def test_nodes_of_an_overlay_that_no_links_join(links: list[tuple[str, str]], apart: str) -> None:
    found = Faults()
    given = {**OVERLAY, "links": [{"endpoint_a": a, "endpoint_b": b} for a, b in links]}
    check_overlay(Reader(found, {"edge_l2sm_overlay": given}), OVERLAY["nodes"])
    assert found.found == [] and bool(found.warnings) == bool(apart)
    assert not apart or (apart in found.warnings[0].message and found.warnings[0].variable == "edge_l2sm_overlay.links")


def joined(providers: dict[str, Any]) -> list[Joined]:
    """Two sites with a network between them, whose provider is elsewhere than the declaration says."""
    gateways = {"madrid": "node-11", "lisbon": "node-12"}
    rows = [{"name": n, "gateway": {"name": g, "ip_address": f"192.0.2.{g[-2:]}"}} for n, g in gateways.items()]
    rows[1]["provider_name"] = "idco-lisbon"
    given = {
        "provider": {"name": "idco", "domain": ["192.0.2.1"], "sdn_port": 30808, "of_port": 30663},
        "sites": rows,
        "networks": [{"name": "video", "network_cidr": "10.60.0.0/24"}],
    }
    data = {"edge_l2sm_domain": given, "edge_l2sm_providers": providers}
    return join([Island(n, OVERLAY["nodes"], {**OVERLAY, "interface_count": 10}, [], data) for n in gateways])


def test_a_provider_that_is_elsewhere() -> None:
    """Its whole address is replaced: a port of the one that is declared would be a port of the other."""
    place = {"domain": "127.0.0.1", "sdn_port": 40123}
    parts = joined({"idco": place})
    assert not [f for p in parts for f in (*p.faults, *p.warnings)]
    devices = [p.document["device"]["provider"] for p in parts]
    assert [d.pop("name") for d in devices] == ["idco", "idco-lisbon"]
    assert devices == [{"domain": ["127.0.0.1"], "sdn_port": "40123"}] * 2
    assert parts[0].domain["networks"][0]["provider"] == {"name": "idco", **devices[0]}
    [warning] = joined({"idcoo": place})[0].warnings
    assert warning.variable == "edge_l2sm_providers" and "no address of idco" in warning.message
    wrong = {f.variable for p in joined({"idco": {"domain": ["a", "b"], "port": 1}}) for f in p.faults}
    assert wrong == {"edge_l2sm_providers.idco.domain", "edge_l2sm_providers.idco.port"}


@pytest.mark.parametrize(
    ("domain", "elsewhere", "found", "warned"),
    [
        ("192.0.2.9", {}, {"domain": ["192.0.2.9"], "sdn_port": 30808}, False),
        ("fd00::9", {}, {"domain": ["fd00::9"], "sdn_port": 30808}, False),
        ("idco.example.com", {}, {"domain": ["idco.example.com"], "sdn_port": 30808}, True),
        # a rehearsal, which must not contact the real one
        ("idco.example.com", {"domain": "127.0.0.1", "of_port": 7}, {"domain": ["127.0.0.1"], "of_port": 7}, False),
    ],
)
def test_the_provider_of_a_network_of_the_sites_own(
    domain: str, elsewhere: dict[str, Any], found: dict[str, Any], warned: bool
) -> None:
    network = {"name": "video", "provider": {"name": "idco", "domain": [domain], "sdn_port": 30808}}
    given = {"edge_l2sm_networks": [network], "edge_l2sm_providers": {"idco": elsewhere} if elsewhere else {}}
    faults = Faults()
    [row] = check_networks(Reader(faults, given), OVERLAY)
    assert row["provider"] == {"name": "idco", **found} and faults.found == []
    told = [w.variable for w in faults.warnings if "CoreDNS takes addresses only" in w.message]
    assert told == (["edge_l2sm_networks[0].provider.domain"] if warned else [])


def test_a_provider_between_sites_by_name() -> None:
    parts = joined({"idco": {"domain": "idco.example.com"}})
    told = [w.variable for p in parts for w in p.warnings if "CoreDNS takes addresses only" in w.message]
    assert told and set(told) == {"edge_l2sm_domain.provider.domain"}


def test_the_roles_go_where_the_plan_says() -> None:
    """The lab has a controller for each provider that is named, and the role for L2S-M sends what the plan shows."""
    idco = {"name": "idco", "domain": ["192.0.2.1"], "of_port": 5}
    networks = [{"name": "a"}, {"name": "b", "provider": idco}, {"name": "c", "provider": {**idco, "name": "other"}}]
    here: dict[str, Any] = {"edge_l2sm_networks": networks}
    place = {"idco": {"domain": "127.0.0.1", "sdn_port": 40123}}

    def told(role: str, name: str, known: dict[str, Any]) -> Any:
        variables = {
            **DataLoader().load_from_file(str(ROLES / role / "vars/main.yml"), trusted_as_template=True),
            **known,
        }
        return Templar(loader=DataLoader(), variables=variables).template(trust_as_template(f"{{{{ {name} }}}}"))

    for providers in (place, {}):
        sent = told("l2sm", "__l2sm_networks", {**here, "edge_l2sm_providers": providers})
        shown = check_networks(Reader(Faults(), {**here, "edge_l2sm_providers": providers}), OVERLAY)
        assert [n.get("provider") for n in sent] == [n.get("provider") for n in shown]
    assert told("l2sm", "__l2sm_networks", {"edge_l2sm_networks": None}) == []
    between = {"edge_l2sm_domain": {"provider": {"name": "between"}}, "edge_l2sm_networks": None}
    hosts = {"groups": {"edge_controllers": ["x", "y", "z"]}, "hostvars": {"x": here, "y": between, "z": here}}
    assert told("lab", "lab_inventory_providers", hosts) == ["idco", "other", "between"]
