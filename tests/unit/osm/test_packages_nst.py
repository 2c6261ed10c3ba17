# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slice templates: their own model, and the NSDs that their subnets refer to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .packages_samples import GONE, NST, PYANG, nst, package

SUBNET = "netslice-subnet/0"
NETWORK = "netslice-subnet/0/instantiation-parameters"


@pytest.mark.parametrize(
    ("path", "value", "status", "text"),
    [
        ("bogus", 1, 422, PYANG + "JSON object contained a key that did not exist (bogus)"),
        ("links", {"a": 1}, 422, PYANG + "Invalid attribute specified (links)"),
        (f"{SUBNET}/id", GONE, 422, PYANG + "'id'"),
        (f"{SUBNET}/id", "", 422, PYANG + "'Cannot set a null key for a list entry!'"),
        (
            f"{SUBNET}/id",
            "x" * 64,
            422,
            PYANG + "key value must be valid, id must be of a type compatible with string",
        ),
        (f"{SUBNET}/is-shared-nss", "maybe", 422, PYANG + "is_shared_nss must be of a type compatible with boolean"),
        (
            "SNSSAI-identifier/slice-service-type",
            "embb",
            422,
            PYANG + "slice_service_type must be of a type compatible with network-slice-type",
        ),
        ("quality-of-service/id", 70000, 422, PYANG + "id must be of a type compatible with uint16"),
        (
            "netslice-vld/0/type",
            "E-LAN",
            422,
            PYANG + "type must be of a type compatible with manotypes:virtual-link-type",
        ),
        (
            NETWORK,
            {"vld": [{"name": "n", "ip-profile": {"subnet-address": "10.0.0.0"}}]},
            422,
            PYANG + "subnet_address must be of a type compatible with inet:ip-prefix",
        ),
        (
            NETWORK,
            {"vnf": [{"member-vnf-index": "1", "vdu": [{"id": "v", "interface": [{"name": "e", "mac-address": ""}]}]}]},
            422,
            PYANG + "mac_address must be of a type compatible with ietf-yang:mac-address",
        ),
        (
            "netslicefgd",
            [{"id": "f", "classifier": [{"id": "c", "match-attributes": [{"id": "m", "source-port": -1}]}]}],
            422,
            PYANG + "source_port must be of a type compatible with inet:port-number",
        ),
        ("netslice-subnet/1", NST["netslice-subnet"][0], 422, "Error: identifier id 'core' is not unique and repeats"),
        (f"{SUBNET}/nsd-ref", GONE, 400, "'nsd-ref'"),
        (f"{SUBNET}/nsd-ref", {}, 400, "'nsd-ref'"),
        (
            f"{SUBNET}/nsd-ref",
            "ghost",
            409,
            "Descriptor error at 'netslice-subnet':'nsd-ref'='ghost' references a non existing nsd",
        ),
    ],
)
def test_faults_of_a_template(tmp_path: Path, path: str, value: Any, status: int, text: str) -> None:
    first = nst(tmp_path, (path, value), known_nsds={"service"})[0]
    assert (first.level, first.status) == ("error", status)
    assert first.message.startswith(text)
    assert first.where and first.remedy


def test_the_remedy_names_the_nsd_and_those_there_are(tmp_path: Path) -> None:
    (only,) = nst(tmp_path, known_nsds=["web_ns"])
    assert only.where == "netslice-subnet[core].nsd-ref"
    assert "NS package service" in only.remedy and "Known: web_ns." in only.remedy


def test_references_are_left_alone_when_nothing_is_known(tmp_path: Path) -> None:
    assert nst(tmp_path) == []
    assert [f.status for f in nst(tmp_path, known_nsds=[])] == [409]


def test_a_link_to_no_subnet_is_a_warning(tmp_path: Path) -> None:
    findings = nst(tmp_path, ("netslice-vld/0/nss-connection-point-ref/0/nss-ref", "edge"), known_nsds=["service"])
    assert [(f.level, f.where) for f in findings] == [("warning", "netslice-vld[mgmt].nss-connection-point-ref")]


@pytest.mark.parametrize(
    ("path", "value", "where", "words"),
    [
        (f"{SUBNET}/description", GONE, "netslice-subnet[core].description", "trips over it in each slice"),
        ("netslice-vld/0/name", GONE, "netslice-vld[mgmt].name", "each slice of it fails"),
        ("netslice-vld/0/name", "other", "netslice-vld[mgmt].name", "connects nothing"),
        ("netslice-vld", GONE, "netslice-vld", "never ends the termination"),
    ],
)
def test_what_makes_slices_fail_is_a_warning(tmp_path: Path, path: str, value: Any, where: str, words: str) -> None:
    [only] = nst(tmp_path, (path, value), known_nsds=["service"])
    assert (only.level, only.where) == ("warning", where) and words in only.message and only.remedy


@pytest.mark.parametrize("envelope", ["nst", "nst:nst"])
def test_both_envelopes(tmp_path: Path, envelope: str) -> None:
    built = package(tmp_path, {envelope: [NST]})
    assert (built.kind, built.id) == ("nst", "slice")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("name", GONE),
        ("onboardingState", "ONBOARDED"),
        ("netslice-subnet", GONE),
        ("netslice-subnet/0/is-shared-nss", "true"),
        ("netslice-vld/0/provider-network", {"physical-network": "physnet0", "segmentation_id": 5}),
    ],
)
def test_what_the_nbi_takes(tmp_path: Path, path: str, value: Any) -> None:
    assert [f for f in nst(tmp_path, (path, value), known_nsds={"service"}) if f.level == "error"] == []
