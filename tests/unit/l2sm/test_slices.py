# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slices: how a subnet is shared by clusters, and what the module that reads them says of what it found."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._l2sm.slice_info import slices_of
from ansible_collections.edge.infra.plugins.module_utils._l2sm.slices import expand, part, parts


@pytest.mark.parametrize(
    ("cidr", "wanted", "found"),
    [
        # the formula of l2sm-md: /24 and two clusters is /26, and the first part is nobody's
        ("10.0.0.0/24", {"a": None, "b": None}, {"a": "10.0.0.64/26", "b": "10.0.0.128/26"}),
        ("10.0.0.0/24", {"a": None}, {"a": "10.0.0.128/25"}),
        (
            "10.0.0.0/24",
            {"a": None, "b": None, "c": None, "d": None},
            {"a": "10.0.0.32/27", "b": "10.0.0.64/27", "c": "10.0.0.96/27", "d": "10.0.0.128/27"},
        ),
        # at most what the operator can count
        ("10.1.0.0/16", {"a": None, "b": None}, {"a": "10.1.64.0/24", "b": "10.1.128.0/24"}),
        ("fd00::/64", {"a": None}, {"a": "fd00::8000:0:0:0/120"}),
        # who has one keeps it, whatever the formula would give now
        (
            "10.0.0.0/24",
            {"a": "10.0.0.64/26", "b": "10.0.0.128/26", "c": None},
            {"a": "10.0.0.64/26", "b": "10.0.0.128/26", "c": "10.0.0.192/26"},
        ),
        (
            "10.0.0.0/24",
            {"a": "10.0.0.64/26", "b": "10.0.0.128/26", "c": "10.0.0.192/26", "d": None},
            {"a": "10.0.0.64/26", "b": "10.0.0.128/26", "c": "10.0.0.192/26", "d": "10.0.0.32/27"},
        ),
        ("10.0.0.0/24", {"a": None, "b": "10.0.0.64/28"}, {"a": "10.0.0.128/26", "b": "10.0.0.64/28"}),
    ],
)
def test_parts(cidr: str, wanted: dict[str, str | None], found: dict[str, str]) -> None:
    assert parts(cidr, list(wanted.items())) == found


@pytest.mark.parametrize("count", range(1, 40))
def test_parts_never_overlap(count: int) -> None:
    found = [ip_network(p) for p in parts("10.0.0.0/24", [(str(i), None) for i in range(count)]).values()]
    assert all(not a.overlaps(b) for i, a in enumerate(found) for b in found[:i])
    assert all(p.subnet_of(ip_network("10.0.0.0/24")) for p in found)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cidr", "wanted", "words"),
    [
        ("10.0.0.0/24", {"a": "10.0.0.0/25", "b": "10.0.0.64/26"}, "cluster b shares addresses with 10.0.0.0/25 of"),
        ("10.0.0.0/24", {"a": "10.0.0.0/24", "b": None}, "no free part left for cluster b of 2"),
        ("10.0.0.0/30", {str(n): None for n in range(9)}, "no free part left"),
        ("10.0.0.0/24", {"a": "10.0.0.1/25"}, "pod_address_range of cluster a: '10.0.0.1/25' is no network"),
        ("10.0.0.0/32", {"a": None}, "no free part left"),
    ],
)
def test_parts_that_cannot_be(cidr: str, wanted: dict[str, str | None], words: str) -> None:
    with pytest.raises(InputError) as caught:
        parts(cidr, list(wanted.items()))
    assert words in str(caught.value)


def test_a_part_of_too_small_a_subnet() -> None:
    assert part(ip_network("10.0.0.0/31"), 2, 1) is None and part(ip_network("10.0.0.0/24"), 2, 4) is None


GIVEN: dict[str, Any] = {
    "name": "video",
    "network_cidr": "10.0.0.0/24",
    "provider": {"name": "p", "domain": ["192.0.2.1"]},
    "clusters": [{"name": "a"}, {"name": "b", "namespace": "n"}],
}


def test_a_network_for_each_cluster() -> None:
    first, second = expand(GIVEN)["slice_networks"]
    assert (first["cluster"], first["namespace"], first["labels"]) == ("a", "default", {"edge.infra/slice": "video"})
    assert (second["cluster"], second["namespace"], second["network_cidr"]) == ("b", "n", "10.0.0.0/24")
    gone = expand({"name": "video", "state": "absent", "clusters": GIVEN["clusters"]})["slice_networks"]
    assert [g["state"] for g in gone] == ["absent", "absent"]


def test_a_cluster_may_call_the_provider_differently() -> None:
    clusters = [{"name": "a"}, {"name": "b", "provider_name": "p-b"}]
    first, second = expand({**GIVEN, "clusters": clusters})["slice_networks"]
    assert first["provider"] == GIVEN["provider"]
    assert second["provider"] == {"name": "p-b", "domain": ["192.0.2.1"]}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"clusters": [{"name": "a"}, {"name": "a"}]}, "a is named twice"),
        ({"provider": None}, "slice video: it lacks provider"),
        ({"provider": None, "network_cidr": ""}, "it lacks network_cidr and provider"),
        ({"name": "a" * 64}, "at most 63"),
    ],
)
def test_slices_that_cannot_be(more: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        expand({**GIVEN, **more})


def row(cluster: str, pool: str, **more: Any) -> dict[str, Any]:
    """A network of one cluster, as the info module puts it together."""
    known = {"name": "video", "namespace": "default", "type": "vnet", "network_cidr": "10.0.0.0/24", "edge": True}
    provider = {"name": "p", "domain": ["192.0.2.1"]}
    return {
        **known,
        "cluster": cluster,
        "provider": provider,
        "status": "Available",
        "ours": True,
        "pod_address_range": pool,
        **more,
    }


def test_what_keeps_clusters_apart() -> None:
    [found] = slices_of([row("a", "10.0.0.0/26"), row("b", "10.0.0.64/26")], ["a", "b", "c"])
    assert (found["faults"], found["absent_from"], found["declared_here"]) == ([], ["c"], True)
    rows = [
        row("a", "10.0.0.0/25"),
        row("b", "10.0.0.64/26", network_cidr="10.0.0.0/16", edge=False, status="Unavailable"),
        {**row("a", ""), "provider": None},
    ]
    [found] = slices_of(rows, ["a", "b"])
    assert found["faults"] == [
        "network_cidr differs: 10.0.0.0/24 in a, 10.0.0.0/16 in b.",
        "a and b give out the same addresses: 10.0.0.0/25 and 10.0.0.64/26.",
        "b has no network edge device of this provider.",
        "In b its state is Unavailable.",
    ]


def test_who_is_joined_is_told_by_the_name_or_the_address_of_the_provider() -> None:
    there = ["192.0.2.1"]
    rows = [
        row("a", "10.0.0.0/26", provider={"name": "p-a", "domain": there}, switch="1"),
        row("b", "10.0.0.64/26", provider={"name": "p-b", "domain": there, "sdn_port": "30808"}, switch="2"),
        row("c", "10.0.0.128/26", provider={"name": "q", "domain": there, "sdn_port": "1"}, switch="1"),
    ]
    first, other = slices_of(rows, ["a", "b", "c"])
    assert (first["provider"], first["absent_from"]) == ("p-a, p-b", ["c"])
    assert (other["provider"], other["absent_from"], other["faults"]) == ("q", ["a", "b"], [])
    # c is what joins the two groups: a name of the one, and the address of the other
    rows[2]["provider"] = {"name": "p-d", "domain": there}
    rows.insert(0, row("d", "10.0.0.192/26", provider={"name": "p-d", "domain": ["192.0.2.9"]}))
    [found] = slices_of(rows, ["a", "b", "c", "d"])
    assert found["faults"][0].startswith("provider differs: ") and "192.0.2.9" in found["faults"][0]
    assert any("edge devices of a and c are one switch" in text for text in found["faults"])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"network_cidr": "10.0.0.1/24"}, "network_cidr: '10.0.0.1/24' is no network"),
        ({"provider": None}, "it lacks provider"),
        ({"provider": {"name": "p", "domain": ["a", "b"]}}, "there are 2 domains"),
        ({"namespace": "a.b"}, "has a dot in it"),
    ],
)
def test_options_are_looked_at_where_no_cluster_is_named(more: dict[str, Any], words: str) -> None:
    given = {**GIVEN, "clusters": []}
    assert expand(given) == {"slice_networks": []} and expand({**given, **more, "state": "absent"})
    with pytest.raises(InputError) as caught:
        expand({**given, **more})
    assert words in str(caught.value)
