# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An overlay on paper: nodes that no links join; and where the provider between sites is at a trial elsewhere."""

from __future__ import annotations

import pytest
from ansible_collections.edge.infra.plugins.module_utils._site.faults import Faults, Reader
from ansible_collections.edge.infra.plugins.module_utils._site.l2sm import check_overlay
from test_site_between import NAMES, OVERLAY, declared, faults, planned


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


def test_a_provider_that_is_elsewhere() -> None:
    """Its whole address is replaced: a port of the one that is declared would be a port of the other."""
    place = {"domain": "127.0.0.1", "sdn_port": 40123}
    parts = planned(declared(*NAMES), {"sites[1].provider_name": "idco-lisbon"}, providers={"idco": place})
    assert faults(parts) == [] and not [w for p in parts.values() for w in p.warnings]
    devices = [p.document["device"]["provider"] for p in parts.values()]
    assert [d.pop("name") for d in devices] == ["idco", "idco-lisbon", "idco"]
    assert devices == [{"domain": ["127.0.0.1"], "sdn_port": "40123"}] * 3
    assert parts["madrid"].domain["networks"][0]["provider"] == {"name": "idco", **devices[0]}
    [warning, *_same] = planned(declared(*NAMES), providers={"idcoo": place})["madrid"].warnings
    assert warning.variable == "edge_l2sm_providers" and "no address of idco" in warning.message
    wrong = planned(declared(*NAMES), providers={"idco": {"domain": ["a", "b"], "port": 1}})
    told = {f.variable for f in faults(wrong)}
    assert told == {"edge_l2sm_providers.idco.domain", "edge_l2sm_providers.idco.port"}
