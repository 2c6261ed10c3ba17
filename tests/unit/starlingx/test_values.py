# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that StarlingX has in several shapes and spellings: addresses, ranges, parameters of PTP, names of objects."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.resource import Resource
from ansible_collections.edge.infra.plugins.module_utils._starlingx import ptp
from ansible_collections.edge.infra.plugins.module_utils._starlingx.addressing import (
    ADDRESS_POOL,
    NETWORK_ADDRESS_POOL,
    spelled,
)
from ansible_collections.edge.infra.plugins.module_utils._starlingx.routing import ADDRESS, ROUTE
from ansible_collections.edge.infra.plugins.module_utils._starlingx.service_parameters import SERVICE_PARAMETER


class Lists:
    """Canned answers by route."""

    def __init__(self, **tables: Any) -> None:
        self._tables = tables

    def list(self, path: str, quick: bool = False) -> Any:
        return self._tables.get(path, [])


@pytest.mark.parametrize(
    ("given", "one"), [("FD00:0::A", "fd00::a"), (" 10.0.0.1", "10.0.0.1"), ("x", "x"), (None, None)]
)
def test_an_address_in_one_spelling(given: Any, one: Any) -> None:
    assert spelled(given) == one


@pytest.mark.parametrize(
    ("given", "one"),
    [
        ([["fd00::9", "FD00::A"], ["fd00::1", "fd00::2"]], [["fd00::1", "fd00::2"], ["fd00::9", "fd00::a"]]),
        ([["10.0.0.9", "10.0.0.12"], ["10.0.0.2", "10.0.0.3"]], [["10.0.0.2", "10.0.0.3"], ["10.0.0.9", "10.0.0.12"]]),
        ("nothing", "nothing"),
        (None, None),
    ],
)
def test_ranges_in_the_order_of_sysinv(given: Any, one: Any) -> None:
    normalize = ADDRESS_POOL.by_name["ranges"].normalize
    assert normalize and normalize(given) == one


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        (
            {"global": ["a=1", "b=x=y"], "t": ["a=2", "a=3"]},
            {("global", "a"): "1", ("global", "b"): "x=y", ("t", "a"): ["2", "3"]},
        ),
        (["a=1"], {("global", "a"): "1"}),  # before there were sections
        (None, {}),
    ],
)
def test_parameters_of_an_instance(parameters: Any, found: dict[tuple[str, str], Any]) -> None:
    lists = Lists(ptp_instances=[{"uuid": "u", "parameters": parameters}])
    documents = ptp.gather_parameters(lists, "", False)
    assert {(d["section"], d["name"]): d["value"] for d in documents} == found
    assert {d["ptp_instance"] for d in documents} <= {"u"} and {d["ptp_interface"] for d in documents} <= {None}


@pytest.mark.parametrize(
    ("resource", "values", "name"),
    [
        (
            ROUTE,
            {"host": "c0", "network": "0.0.0.0", "prefix": 0, "gateway": "10.0.0.1"},
            "0.0.0.0/0 via 10.0.0.1 of c0",
        ),
        (ROUTE, {"host": "c0", "network": "0.0.0.0"}, "0.0.0.0 of c0"),
        (ADDRESS, {"host": "c0", "address": "10.0.0.1"}, "10.0.0.1 of c0"),
        (NETWORK_ADDRESS_POOL, {"network": "oam", "address_pool": "p"}, "p of oam"),
        (SERVICE_PARAMETER, {"service": "docker", "section": "proxy", "name": "x"}, "docker proxy x"),
    ],
)
def test_names_in_messages(resource: Resource, values: dict[str, Any], name: str) -> None:
    assert resource.name_of(values) == name


@pytest.mark.parametrize(
    ("name", "wanted", "seen"),
    [("x", {}, "word"), ("x", {"secret_value": "other"}, None), ("ldap_default_authtok", {}, None)],
)
def test_a_secret_is_not_among_the_values_that_are_read(name: str, wanted: dict[str, Any], seen: Any) -> None:
    live = {"uuid": "u", "service": "s", "section": "t", "name": name, "value": "word"}
    values = {"service": "s", "section": "t", "name": name, **wanted}
    assert SERVICE_PARAMETER.match
    found = SERVICE_PARAMETER.match(values, [live])
    assert len(found) == 1 and SERVICE_PARAMETER.read(found[0])["value"] == seen
