# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What OSM takes of a changed descriptor in use: what we foresee, against what the lab's NBI says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.changes import forbidden

from .packages_samples import CONFIG, GONE, NSD, VNFD, changed

sys.path.insert(0, str(Path(__file__).parents[3] / "roles" / "lab" / "files"))

from edgelab.osm.changes import check_change
from edgelab.osm.errors import Refusal

PRIMITIVE = {"name": "other"}
VNF = [
    (("description", "new"), ["description"]),
    (("provider", GONE), ["provider"]),
    (("vdu/0/name", "other"), ["vdu[0].name"]),
    (("vdu/0/int-cpd/1", {"id": "eth1"}), ["vdu[0].int-cpd[1]"]),
    (("kdu/0/helm-chart", "stable/other"), ["kdu[0].helm-chart"]),
    (("virtual-compute-desc/0/virtual-cpu/num-virtual-cpu", 1.0), None),
    (("vdu/0/monitoring-parameter", []), ["vdu[0].monitoring-parameter"]),
    (("vdu/0/monitoring-parameter", [{"id": "memory"}]), []),
    (("vdu/0/alarm", [{"alarm-id": "a"}]), []),
    (("df/0/scaling-aspect", [{"id": "a"}]), []),
    ((f"{CONFIG}/day1-2/0/config-primitive", [PRIMITIVE]), []),
    ((f"{CONFIG}/day1-2/0/execution-environment-list/0/id", "new"), None),
    (("software-version", "2.0"), []),
    (("software-version", "1.0"), ["software-version"]),
]


@pytest.mark.parametrize(("change", "places"), VNF)
def test_a_vnfd_in_use(change: tuple[str, Any], places: list[str] | None) -> None:
    old = {"vnfd": changed(VNFD, ("provider", "me"))}
    new = {"vnfd": changed(VNFD, ("provider", "me"), change)}
    found = forbidden("vnf", old, new)
    assert found == places if places is not None else found
    agrees("vnfd", old, new, found)


def test_anything_goes_with_a_new_software_version() -> None:
    new = changed(VNFD, ("software-version", "2.0"), ("vdu", []), ("kdu", []))
    assert forbidden("vnf", {"vnfd": VNFD}, {"vnfd": new}) == []
    agrees("vnfd", {"vnfd": VNFD}, {"vnfd": new}, [])


@pytest.mark.parametrize(
    ("change", "places"),
    [
        (("name", "other"), ["name"]),
        (("df/0/vnf-profile/0/id", "p2"), ["df[0].vnf-profile[0].id"]),
        (("ns-configuration/config-primitive", [PRIMITIVE]), []),
        (("ns-configuration/relation", [{"name": "r"}]), ["ns-configuration.relation"]),
        (("software-version", "2.0"), ["software-version"]),
    ],
)
def test_an_nsd_in_use(change: tuple[str, Any], places: list[str]) -> None:
    base = changed(NSD, ("ns-configuration", {"initial-config-primitive": []}))
    old, new = ({"nsd": {"nsd": [d]}} for d in (base, changed(base, change)))
    assert forbidden("ns", old, new) == places
    agrees("nsd", old, new, places)


def agrees(word: str, old: Any, new: Any, found: list[str]) -> None:
    """The simulated NBI, which was written from the real one's source, takes it exactly when we say so."""
    try:
        check_change(word, old, new)
    except Refusal:
        assert found
    else:
        assert not found


def test_no_shape_is_a_crash() -> None:
    odd = {"vnfd": {"df": [None, {"lcm-operations-configuration": 1}]}}
    for value in (None, 0, "x", [], {}, [None], {"vnfd": 1}, odd):
        for kind in ("vnf", "ns"):
            assert isinstance(forbidden(kind, value, {"vnfd": VNFD}), list)
            assert isinstance(forbidden(kind, {"nsd": NSD}, value), list)
