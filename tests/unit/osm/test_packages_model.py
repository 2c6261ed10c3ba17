# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys and types of descriptors: the first fault in the words of the bindings that OSM makes from its model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .packages_samples import GONE, PYANG, VDU, ns, vnf

STRUCTURE: list[tuple[str, Any, str, str]] = [
    # path, value, the NBI's text, place
    ("bogus", 1, "JSON object contained a key that did not exist (bogus)", "bogus"),
    ("bogus", {"a": 1}, "Invalid attribute specified (bogus)", "bogus"),
    ("bogus", [1], "List specified that did not exist", "bogus"),
    ("vdu/0/bogus", None, "JSON object contained a key that did not exist (bogus)", "vdu[vm].bogus"),
    ("x:bogus", 1, "JSON object contained a key that did not exist (bogus)", "x:bogus"),
    ("vdu/0/id", GONE, "'id'", "vdu[0]"),
    ("vdu/0/int-cpd/0/virtual-network-interface-requirement/0/name", GONE, "'name'", "vdu[vm].int-cpd[eth0]"),
    ("vdu/0/id", ["vm"], "unhashable type: 'list'", "vdu[0].id"),
    ("vdu/0/id", None, "'a list with a key value must have a key specified'", "vdu[0].id"),
    ("vdu/0/id", "", "'Cannot set a null key for a list entry!'", "vdu[0].id"),
    ("vdu", {"id": "vm"}, "JSON object contained a key that did not exist (id)", "vdu.id"),
    ("vdu", [["vm"]], "list indices must be integers or slices, not str", "vdu[0]"),
    ("vdu", [None], "'NoneType' object is not subscriptable", "vdu[0]"),
    ("vdu/0/virtual-storage-desc", [1], "virtual_storage_desc must be of a type compatible with leafref", "vdu[vm]"),
    ("virtual-compute-desc/0/virtual-cpu", 4, "virtual_cpu must be of a type compatible with container", "virtual-c"),
    (
        "virtual-compute-desc/0/virtual-cpu/num-virtual-cpu",
        0,
        "num_virtual_cpu must be of a type compatible with uint16",
        "virtual-compute-desc[small].virtual-cpu.num-virtual-cpu",
    ),
    (
        "virtual-compute-desc/0/virtual-memory/size",
        "much",
        "size must be of a type compatible with decimal64",
        "virtual-compute-desc[small].virtual-memory.size",
    ),
    (
        "virtual-storage-desc/0/size-of-storage",
        "10GB",
        "size_of_storage must be of a type compatible with uint64",
        "virtual-storage-desc[disk].size-of-storage",
    ),
    (
        "vdu/0/int-cpd/0/trunk-mode",
        "yes",
        "trunk_mode must be of a type compatible with boolean",
        "vdu[vm].int-cpd[eth0]",
    ),
    (
        "ext-cpd/0/layer-protocol",
        ["ip"],
        "layer_protocol must be of a type compatible with identityref",
        "ext-cpd[mgmt]",
    ),
    ("ext-cpd/0/role", 5, "argument of type 'int' is not iterable", "ext-cpd[mgmt].role"),
    ("kdu/0/helm-version", "v4", "helm_version must be of a type compatible with enumeration", "kdu[web].helm-version"),
    ("df/0/instantiation-level/0/vdu-level/0/vdu-id", GONE, "'vdu-id'", "df[df].instantiation-level[one].vdu-level[0]"),
    (
        "df/0/instantiation-level/0/vdu-level/1",
        {"vdu-id": "vm"},
        "list index out of range",
        "df[0].instantiation-level",
    ),
    ("vdu/0/virtual-storage-desc", ["disk", "disk"], "list index out of range", "vdu[0].virtual-storage-desc"),
]


@pytest.mark.parametrize(("path", "value", "text", "where"), STRUCTURE)
def test_keys_and_types(tmp_path: Path, path: str, value: Any, text: str, where: str) -> None:
    first = vnf(tmp_path, (path, value))[0]
    assert (first.level, first.status, first.message) == ("error", 422, PYANG + text)
    assert first.where.startswith(where)
    assert first.remedy


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("etsi-nfv-vnfd:description", "prefixed"),
        ("product_name", "underscore"),
        ("description", None),
        ("vdu/0/int-cpd/0/trunk-mode", "true"),
        ("ext-cpd/0/layer-protocol", "vnf:ipv4"),
        ("virtual-compute-desc/0/virtual-memory/size", "1.5"),
        ("@note", {"x": 1}),
        ("_admin", {"x": 1}),
        ("onboardingState", "ONBOARDED"),
        ("bogus", None),
    ],
)
def test_what_the_nbi_takes(tmp_path: Path, path: str, value: Any) -> None:
    assert vnf(tmp_path, (path, value)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [("bogus", []), ("sw-image-desc", "debian"), ("virtual-compute-desc/0/virtual-cpu/num-virtual-cpu", 1.5)],
)
def test_what_the_nbi_takes_and_hardly_anybody_means(tmp_path: Path, path: str, value: Any) -> None:
    findings = vnf(tmp_path, (path, value))
    assert {f.level for f in findings} == {"warning"}
    assert findings[0].where.split("[")[0] == path.split("/")[0]


COUNT = "virtual-compute-desc/0/virtual-cpu/num-virtual-cpu"


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        (COUNT, [2], "'int' object is not subscriptable"),
        (COUNT, ["two"], "'int' object is not subscriptable"),
        ("df/0/instantiation-level/0/vdu-level/0/number-of-instances", [1], "'int' object is not subscriptable"),
        ("virtual-storage-desc/0/size-of-storage", [10, 20], "string index out of range"),
        ("virtual-compute-desc/0/virtual-memory/size", [1.0], "size must be of a type compatible with decimal64"),
    ],
)
def test_a_list_where_a_number_belongs(tmp_path: Path, path: str, value: Any, text: str) -> None:
    """The bindings take most of these as 0; the NBI then stumbles over what is left of them."""
    first = vnf(tmp_path, (path, value))[0]
    assert (first.level, first.status, first.message) == ("error", 422, PYANG + text)
    assert first.where.rpartition(".")[2] == path.rpartition("/")[2]
    assert "number" in first.remedy


def test_a_list_where_a_number_of_an_nsd_belongs_becomes_0(tmp_path: Path) -> None:
    findings = ns(tmp_path, ("df/0/vnf-profile/0/min-number-of-instances", [2]))
    assert [(f.level, f.where) for f in findings] == [("warning", "df[df].vnf-profile[p1].min-number-of-instances")]


def test_a_word_where_a_limited_number_belongs_becomes_0(tmp_path: Path) -> None:
    findings = vnf(tmp_path, (COUNT, "two"))
    assert [(f.level, "as 0" in f.message) for f in findings] == [("warning", True)]


@pytest.mark.parametrize("value", [0, 5, True, 1.5])
def test_identities_are_texts(tmp_path: Path, value: Any) -> None:
    first = vnf(tmp_path, ("ext-cpd/0/role", value))[0]
    assert first.message == f"{PYANG}argument of type '{type(value).__name__}' is not iterable"


def test_null_is_a_value_inside_a_list(tmp_path: Path) -> None:
    assert vnf(tmp_path, ("ext-cpd/0/role", None))[0].message == f"{PYANG}argument of type 'NoneType' is not iterable"
    assert vnf(tmp_path, ("ext-cpd/0/trunk-mode", None)) == []


def test_the_first_fault_is_the_first_in_the_document(tmp_path: Path) -> None:
    findings = vnf(tmp_path, ("df/0/zzz", 1), ("ext-cpd/0/aaa", 1), ("vdu/0/mmm", 1))
    assert [f.where for f in findings] == ["ext-cpd[mgmt].aaa", "vdu[vm].mmm", "df[df].zzz"]


def test_a_likely_key_is_proposed(tmp_path: Path) -> None:
    assert "cloud-init-file" in vnf(tmp_path, ("vdu/0/cloud-init-fiel", "web.cfg"))[0].remedy


def test_identifiers_come_before_keys(tmp_path: Path) -> None:
    first = vnf(tmp_path, ("vdu/1", VDU), ("bogus", 1))[0]
    assert (first.status, first.message) == (422, "Error: identifier id 'vm' is not unique and repeats at '.vdu[1]'")
