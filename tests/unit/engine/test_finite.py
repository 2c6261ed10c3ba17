# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers that JSON has not are found wherever they are, and told as YAML writes them."""

from __future__ import annotations

import math
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._engine.field import Field
from ansible_collections.edge.infra.plugins.module_utils._engine.finite import as_texts, not_finite, refusal
from ansible_collections.edge.infra.plugins.module_utils._engine.http import Endpoint, Http
from pytest_httpserver import HTTPServer

INNER = (Field("size", "", type="int"), Field("note", ""), Field("more", "", type="dict"))
FIELDS = (
    Field("name", ""),
    Field("wait", "", type="float", aliases=("pause",)),
    Field("sizes", "", type="list", elements="int"),
    Field("config", "", type="dict"),
    Field("things", "", type="list", elements="dict", options=INNER),
)
NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"name": NAN}, [("name", ".nan")]),
        ({"config": {"a": {"b": [1, -INF]}, "c": INF}}, [("config.a.b[1]", "-.inf"), ("config.c", ".inf")]),
        ({"unknown": {"x": NAN}}, [("unknown.x", ".nan")]),
        ({"things": [{"note": "x"}, {"more": {"y": INF}}]}, [("things[1].more.y", ".inf")]),
        ({"wait": "nan", "sizes": [1, "Infinity"]}, [("wait", "nan"), ("sizes[1]", "Infinity")]),
        ({"pause": "-inf", "things": [{"size": "1e999"}]}, [("pause", "-inf"), ("things[0].size", "1e999")]),
    ],
)
def test_found(values: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert not_finite(FIELDS, values) == found
    assert not_finite((), as_texts(values)) == []
    error = refusal(found)
    assert all(f"{where}: {text} is no number that JSON has" in error.message for where, text in found)
    assert (error.details["option"], error.details["value"]) == found[0] and "in quotes" in error.remedy


@pytest.mark.parametrize(
    "values",
    [
        {"name": "nan", "wait": "1.5", "sizes": ["x", 10**400], "config": {"a": "inf", "b": 1e300}},
        {"things": [{"note": "inf", "more": {"size": "nan"}}], "_ansible_x": NAN},
        {"things": None, "wait": None, "config": {}},
    ],
)
def test_not_found(values: dict[str, Any]) -> None:
    assert not_finite(FIELDS, values) == []


def test_whatever_gets_through_is_not_called_a_lost_connection(httpserver: HTTPServer) -> None:
    client = Http(Endpoint(httpserver.url_for(""), title="Thing"), lambda response: "")
    with pytest.raises(InputError, match=r"Thing: POST x would hold a number that JSON has not"):
        client.json("POST", "x", json={"a": NAN})
    assert httpserver.log == []
