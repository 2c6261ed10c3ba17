# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""References inside an NSD and to VNFDs: the NBI's words, status and order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .packages_samples import GONE, PYANG, VNFD, ns

PROFILE = "df/0/virtual-link-profile"
PROTOCOL = {"id": "l", "virtual-link-desc-id": "mgmtnet", "virtual-link-protocol-data": {"l3-protocol-data": {}}}
GRAPH: dict[str, Any] = {
    "id": "g",
    "vnf-profile-id": ["p1"],
    "nfp-position-element": [{"id": "e1"}],
    "nfpd": [
        {
            "id": "n",
            "position-desc-id": [
                {
                    "id": "d",
                    "nfp-position-element-id": ["e1"],
                    "match-attributes": [
                        {"id": "m", "source-ip-address": "10.0.0.1", "destination-ip-address": "10.0.0.9"}
                    ],
                }
            ],
        }
    ],
}
POSITION = "vnffgd/0/nfpd/0/position-desc-id/0"
NS_FAULTS: list[tuple[list[tuple[str, Any]], int, str]] = [
    ([("df", [])], 422, PYANG + "list index out of range"),
    ([("df", {"id": "x"})], 422, PYANG + "0"),
    ([("df", ["x"])], 422, PYANG + "'str' object has no attribute 'get'"),
    ([("df/0/id", GONE)], 422, PYANG + "'id'"),
    ([("bogus", 1)], 422, PYANG + "JSON object contained a key that did not exist (bogus)"),
    ([("vnfd-id", [7])], 422, PYANG + "vnfd_id must be of a type compatible with leafref"),
    (
        [(PROFILE, [PROTOCOL]), (f"{PROFILE}/0/virtual-link-protocol-data/l3-protocol-data/name", "x")],
        422,
        "Error at df[id='df']:virtual-link-profile[id='l']:virtual-link-protocol-data You cannot set a "
        "virtual-link-protocol-data when mgmt-network is True",
    ),
    (
        [("df/0/vnf-profile/0/vnfd-id", "other")],
        422,
        "Error at df[id='df']:vnf_profile[id='p1']:vnfd-id='other' does not match any vnfd-id",
    ),
    ([("vnfd-id", ["probe", "ghost"])], 409, "Descriptor error at 'vnfd-id'='ghost' references a non existing vnfd"),
    ([("df/0/vnf-profile/0/vnfd-id", GONE)], 400, "'vnfd-id'"),
    ([("df/0/vnf-profile/0/vnfd-id", "")], 400, "'NoneType' object has no attribute 'get'"),
    ([("df/0/vnf-profile/0/vnfd-id", {})], 400, "unhashable type: 'dict'"),
    (
        [("df/0/vnf-profile/0/virtual-link-connectivity/0/constituent-cpd-id/0/constituent-cpd-id", ["mgmt"])],
        400,
        "unhashable type: 'list'",
    ),
    ([("df/0/vnf-profile", 5)], 400, "'int' object is not iterable"),
    (
        [("df/0/vnf-profile/0/virtual-link-connectivity/0/constituent-cpd-id/0/constituent-cpd-id", "eth7")],
        422,
        "Error at df[id='df']:vnf-profile[id='p1']:virtual-link-connectivity[virtual-link-profile-id='mgmtnet']:"
        "constituent-cpd-id='eth7' references a non existing ext-cpd:id inside vnfd 'probe'",
    ),
    (
        [("vnffgd", [GRAPH])],
        422,
        "Error at vnffgd match-attributes:destination-ip-address='10.0.0.9' does not match any ip-address",
    ),
    (
        [("vnffgd", [GRAPH]), (f"{POSITION}/match-attributes/0/destination-ip-address", "10.0.0.1")],
        422,
        "Error at vnffgd match-attributes:source-ip-address and destination-ip-address should not match",
    ),
    (
        [("vnffgd", [GRAPH]), (f"{POSITION}/nfp-position-element-id", ["e2"])],
        422,
        "Error at vnffgd nfpd[id='n']:nfp-position-element-id='e2' does not match any nfp-position-element",
    ),
]


@pytest.mark.parametrize(("changes", "status", "text"), NS_FAULTS)
def test_faults_of_an_nsd(tmp_path: Path, changes: list[tuple[str, Any]], status: int, text: str) -> None:
    first = ns(tmp_path, *changes, known_vnfds={"probe": VNFD})[0]
    assert (first.level, first.status, first.message) == ("error", status, text)
    assert first.where and first.remedy


def test_references_are_left_alone_when_nothing_is_known(tmp_path: Path) -> None:
    assert ns(tmp_path) == []
    assert [f.status for f in ns(tmp_path, known_vnfds=[])] == [409]


def test_profiles_that_are_nothing_are_dropped(tmp_path: Path) -> None:
    findings = ns(tmp_path, ("df/0/vnf-profile", 0), known_vnfds={"probe": VNFD})
    assert [(f.level, f.where) for f in findings] == [("warning", "df[df].vnf-profile")]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("virtual-link-desc/0/id", "other"), "there is no virtual-link-desc mgmtnet"),
        (("df/0/vnf-profile/0/virtual-link-connectivity/0/virtual-link-profile-id", "x"), "no virtual-link-desc x"),
        (
            (
                "df/0/vnf-profile/0/virtual-link-connectivity/0/constituent-cpd-id/0/constituent-base-element-id",
                "p2",
            ),
            "there is no vnf-profile p2",
        ),
    ],
)
def test_links_that_fail_only_when_a_service_is_made(tmp_path: Path, change: tuple[str, Any], words: str) -> None:
    [found] = ns(tmp_path, change)
    assert found.level == "warning" and words in found.message and "Existing: " in found.remedy
