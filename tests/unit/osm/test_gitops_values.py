# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Helm values that are declared with an NS: what goes into its instantiation, and what its operations have left."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import NONE, UPDATE, Change, Wanted
from ansible_collections.edge.infra.plugins.module_utils._osm.helm_values import (
    at_creation,
    check,
    effective,
    review,
)
from ansible_collections.edge.infra.plugins.module_utils._osm.instances import NS

LIVE = {
    "_id": "ns1",
    "name": "ldap",
    "_admin": {
        "nsState": "INSTANTIATED",
        "deployed": {"K8s": [{"kdu-name": "ldap", "member-vnf-index": "openldap", "kdu-model": "stable/openldap:1.2"}]},
    },
}
VALUES = {"a": 1, "deep": {"x": 1}}


def operation(number: int, kind: str, state: str = "COMPLETED", **params: Any) -> dict[str, Any]:
    """A record of an operation, with parameters as OSM keeps them."""
    return {
        "_id": f"op{number}",
        "nsInstanceId": "ns1",
        "lcmOperationType": kind,
        "operationState": state,
        "startTime": float(number),
        "operationParams": params,
    }


def began(values: Any = None) -> dict[str, Any]:
    kdu = {"kdu_name": "ldap", "additionalParams": VALUES if values is None else values}
    given = [{"member-vnf-index": "openldap", "additionalParamsForKdu": [kdu]}]
    return operation(1, "instantiate", additionalParamsForVnf=json.dumps(given))


def upgraded(number: int, state: str = "COMPLETED", kdu: str = "ldap", **values: Any) -> dict[str, Any]:
    return operation(
        number,
        "action",
        state,
        primitive="upgrade",
        kdu_name=kdu,
        member_vnf_index="openldap",
        primitive_params=json.dumps(values),
    )


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([began()], VALUES),
        ([operation(1, "instantiate")], {}),
        ([began(), upgraded(2, a=2, kdu_reset_values="true", kdu_model="x")], {"a": 2}),
        # without a reset Helm lays the new values over the old ones
        ([began(), upgraded(2, deep={"y": 2})], {"a": 1, "deep": {"x": 1, "y": 2}}),
        # the order of the list is not that of the operations
        ([upgraded(3, a=3, kdu_reset_values="true"), began(), upgraded(2, a=2, kdu_reset_values="true")], {"a": 3}),
        ([began(), upgraded(2, "FAILED", a=2)], VALUES),
        ([began(), upgraded(2, "PROCESSING", a=2, kdu_reset_values="true")], {"a": 2}),
        ([began(), upgraded(2, kdu="other", a=2, kdu_reset_values="true")], VALUES),
    ],
)
def test_what_the_operations_have_left(operations: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    values, chart = effective(LIVE, operations, "openldap", "ldap")
    assert values == expected and chart


def test_values_at_creation_join_what_is_there() -> None:
    given = {
        "additional_params_for_vnf": [
            {"member_vnf_index": "openldap", "additional_params": {"x": 1}},
            {"member_vnf_index": "b", "additional_params_for_kdu": [{"kdu_name": "k", "kdu_model": "repo/chart:1"}]},
        ],
        "kdus": [
            {"vnf": "openldap", "name": "ldap", "params": {"r": "2"}},
            {"vnf": "b", "name": "k", "params": {"s": 1}},
            {"vnf": "c", "name": "empty", "params": None},
            {"vnf": "c", "name": "full", "params": {"t": 1}},
        ],
    }
    assert at_creation(given) == [
        {
            "member_vnf_index": "openldap",
            "additional_params": {"x": 1},
            "additional_params_for_kdu": [{"kdu_name": "ldap", "additional_params": {"r": "2"}}],
        },
        {
            "member_vnf_index": "b",
            "additional_params_for_kdu": [
                {"kdu_name": "k", "kdu_model": "repo/chart:1", "additional_params": {"s": 1}}
            ],
        },
        {"member_vnf_index": "c", "additional_params_for_kdu": [{"kdu_name": "full", "additional_params": {"t": 1}}]},
    ]
    first: Any = given["additional_params_for_vnf"][0]
    assert "additional_params_for_kdu" not in first, "what was given is not touched"


def test_values_in_two_places_are_refused() -> None:
    kdu = {"vnf": "b", "name": "k", "params": {}}
    with pytest.raises(InputError, match="given twice"):
        check({"kdus": [kdu, kdu]})
    vnf = {"member_vnf_index": "b", "additional_params_for_kdu": [{"kdu_name": "k", "additional_params": {}}]}
    with pytest.raises(InputError, match="additional_params_for_vnf, too"):
        check({"kdus": [kdu], "additional_params_for_vnf": [vnf]})


class Operations:
    """A survey that lists operations."""

    def __init__(self, *operations: dict[str, Any]) -> None:
        self.operations, self.asked = operations, 0

    def documents(self, _resource: Any, _scope: str = "") -> tuple[dict[str, Any], ...]:
        self.asked += 1
        return self.operations


def change(params: Any, **more: Any) -> Change:
    wanted = Wanted(NS, {"name": "ldap", "kdus": [{"vnf": "openldap", "name": "ldap", "params": params}]})
    return Change(wanted, NONE, {**LIVE, **more})


def test_a_difference_becomes_an_upgrade_with_everything_and_the_same_chart() -> None:
    survey: Any = Operations(began(), upgraded(2, a=1, password="old", kdu_reset_values="true"))
    [found] = review([change({"a": 2, "password": "new"})], survey)
    assert found.action == UPDATE and survey.asked == 1
    [upgrade] = found.payload["kdus"]
    assert upgrade["params"] == {"a": 2, "password": "new"} and upgrade["chart"].startswith("stable/openldap")
    assert "old" not in str((found.before, found.after)) and "new" not in str((found.before, found.after))
    [hidden] = review([change({"a": 1, "password": "new"})], Operations(*survey.operations))  # type: ignore[arg-type]
    assert "differs" in str(hidden.after)
    [same] = review([change({"password": "old", "a": 1})], Operations(*survey.operations))  # type: ignore[arg-type]
    assert same.action == NONE and same.before == same.after


def test_nothing_is_asked_for_when_no_values_are_declared_or_nothing_runs() -> None:
    survey: Any = Operations()
    silent = Change(Wanted(NS, {"name": "ldap"}), NONE, LIVE)
    stopped = change({"a": 1}, _admin={"nsState": "NOT_INSTANTIATED"})
    assert review([silent, stopped], survey) == [silent, stopped] and survey.asked == 0
