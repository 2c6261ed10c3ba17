# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an inventory asks OSM for, and the hosts that follow from records."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._osm.hosts import (
    addresses,
    check_filters,
    fit,
    hosts,
    query,
    read,
    unique,
)


@pytest.mark.parametrize(
    ("filters", "word"),
    [
        ({"ns": {"METHOD": "DELETE"}}, "'METHOD'"),
        ({"vnf": {"FORCE": "true"}}, "'FORCE'"),
        ({"ns": {"ADMIN": ""}}, "'ADMIN'"),
        ({"ns": {"fields": "name"}}, "'fields'"),
        ({"ns": {"": "name"}}, "''"),
        ({"vims": {"name": "x"}}, "'vims'"),
        ({"ns": "name"}, "'ns'"),
        ({"ns": {"name": {"a": 1}}}, "'name'"),
        ({"ns": {"name": []}}, "'name'"),
        ({"ns": {"name": [["a"]]}}, "'name'"),
    ],
)
def test_what_is_no_filter(filters: dict[str, Any], word: str) -> None:
    with pytest.raises(InputError) as caught:
        check_filters(filters)
    assert word in str(caught.value) and caught.value.details["option"] == "filters"


@pytest.mark.parametrize(
    ("wanted", "text", "typed"),
    [
        ({}, "", False),
        ({"name": "a b&c"}, "?name=a+b%26c", False),
        ({"name": ["a", "b"]}, "?name=a&name=b", False),
        ({"x": None}, "?x=", False),
        ({"x": True, "y": "true"}, "?x=true&y=%22true%22", True),
        ({"n.gt": 1}, "?n.gt=1", True),
    ],
)
def test_queries(wanted: dict[str, Any], text: str, typed: bool) -> None:
    assert query(wanted) == (text, {"Query-String-Format": "yaml"} if typed else {})


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, []),
        ("", []),
        ("10.0.0.1", ["10.0.0.1"]),
        ("10.0.0.1; fd00::1", ["10.0.0.1", "fd00::1"]),
        (["192.0.2.1", None, "192.0.2.2"], ["192.0.2.1", "192.0.2.2"]),
    ],
)
def test_addresses(value: Any, found: list[str]) -> None:
    assert addresses(value) == found


@pytest.mark.parametrize(("name", "found"), [("a b/c", "a-b-c"), ("x_1-y", "x_1-y"), ("::", "unnamed"), (None, "None")])
def test_names(name: Any, found: str) -> None:
    assert fit(name) == found


class Answers:
    """OSM, as far as lists go."""

    def __init__(self, **lists: list[dict[str, Any]]) -> None:
        self.lists, self.asked = lists, list[str]()
        self.http = self

    def json(self, method: str, path: str, headers: dict[str, str]) -> list[dict[str, Any]]:
        self.asked.append(path)
        return self.lists[path.split("?")[0].rsplit("/", 1)[-1]]


def test_few_services_are_named_in_the_query_and_many_are_not() -> None:
    for count, named in ((3, True), (41, False)):
        services = [{"_id": f"id-{n}", "name": f"n-{n}"} for n in range(count)]
        vnfs = [{"_id": "v", "nsr-id-ref": "id-1"}, {"_id": "w", "nsr-id-ref": "other"}]
        osm = Answers(ns_instances=services, vnf_instances=vnfs, vim_accounts=[])
        found = read(osm, {"ns": {"nsState": "READY"}})  # type: ignore[arg-type]
        assert ("nsr-id-ref=id-0" in osm.asked[1]) is named and len(osm.asked) == 3
        assert [v["id"] for v in found["vnf"]] == ["v"], "a VNF of a service that was not asked for"


def test_records_that_lack_everything() -> None:
    osm = Answers(ns_instances=[{"_id": "i"}], vnf_instances=[{"nsr-id-ref": "i", "vdur": [{}], "kdur": [{}]}])
    osm.lists["vim_accounts"] = [{"_id": "x"}]
    found = read(osm, {})  # type: ignore[arg-type]
    names = [name for name, _values, _groups in hosts(found, ("ns", "vnf", "vdu", "kdu"))]
    assert names == ["None", "None.None", "None-None.None.None", "None.None.None"]


def test_names_are_unique_and_no_names_of_groups() -> None:
    services = [{"_id": "11111111-a", "name": "all"}, {"_id": "22222222-b", "name": "web"}]
    box = {"vdu-id-ref": "box", "count-index": 0}
    vnfs: list[dict[str, Any]] = [
        {"_id": "bbbbbbbb-1", "member-vnf-index-ref": "1", "vdur": [box, box, {**box, "count-index": 1}]},
        {"_id": "aaaaaaaa-1", "member-vnf-index-ref": "1", "kdur": [{"kdu-name": "x"}]},
        {"_id": "cccccccc-1", "member-vnf-index-ref": "2"},
    ]
    vnfs = [{**v, "nsr-id-ref": "22222222-b"} for v in vnfs]
    osm = Answers(ns_instances=services, vnf_instances=vnfs, vim_accounts=[])
    found, warnings = read(osm, {}), list[str]()  # type: ignore[arg-type]
    names = [n for n, _v, _g in hosts(found, ("ns", "vnf", "vdu", "kdu"), {"all"}, warnings.append)]
    assert names == [
        "all-11111111",
        "web",
        "1-aaaaaaaa.web",
        "x.1-aaaaaaaa.web",
        "1-bbbbbbbb.web",
        "box-0-0.1-bbbbbbbb.web",
        "box-0-1.1-bbbbbbbb.web",
        "box-1.1-bbbbbbbb.web",
        "2.web",
    ]
    told = "\n".join(warnings)
    assert "The service all is called as a group" in told and "all-11111111" in told
    assert "web has several VNFs 1: one of them is 1-aaaaaaaa.web" in told and "several parts box-0" in told
    assert next(n for n, _v, _g in hosts(found, ("vnf",), {"all"}, warnings.append)) == "1-aaaaaaaa.web"


def test_what_a_suffix_does_not_tell_apart_is_numbered() -> None:
    assert unique([("a", 1), ("a", 1), ("a-1", 2)]) == ["a-1-2", "a-1-3", "a-1"]
