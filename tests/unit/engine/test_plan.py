# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""``plan`` by tables: it is pure, so plain dictionaries are all it needs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.compare import MASK, Ref
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import (
    CreateOnlyError,
    FailedStateError,
    InputError,
)
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import Wanted, plan

from .things import NETWORK, PORT, SETTING

LIVE = {
    "id": "n1",
    "name": "a",
    "type": "flat",
    "spec": {"mtu": "1500"},
    "tags": ["x", "y"],
    "config": {"one": 1, "key": "cipher", "foreign": True},
    "token": "t0ken",
    "state": "UP",
}


@pytest.mark.parametrize(
    ("values", "action", "payload"),
    [
        pytest.param({}, "none", {}, id="what is not given is not managed"),
        pytest.param({"mtu": 1500}, "none", {}, id="a number written as text"),
        pytest.param({"mtu": 9000}, "update", {"mtu": 9000}, id="another number"),
        pytest.param({"tags": ["y", "x"]}, "none", {}, id="order does not matter"),
        pytest.param({"tags": ["y"]}, "update", {"tags": ["y"]}, id="a member less"),
        pytest.param({"tags": []}, "update", {"tags": []}, id="an empty list is a wish"),
        pytest.param({"config": {"one": 1}}, "none", {}, id="foreign keys are left alone"),
        pytest.param({"config": {"one": 2}}, "update", {"config": {"one": 2}}, id="a key that differs"),
        pytest.param({"config": {"gone": None}}, "none", {}, id="null where there is nothing"),
        pytest.param({"config": {"foreign": None}}, "update", {"config": {"foreign": None}}, id="null removes"),
        pytest.param({"config": {}}, "none", {}, id="no keys ask nothing"),
        pytest.param({"config": {"one": {}}}, "update", {"config": {"one": {}}}, id="a dictionary in place of a value"),
        pytest.param({"config": {"key": "s3cret"}}, "none", {}, id="a secret leaf is not compared"),
        pytest.param({"password": "s3cret"}, "none", {}, id="a secret is not compared"),
        pytest.param({"token": "t0ken"}, "none", {}, id="a secret that comes back is compared"),
        pytest.param({"token": "other"}, "update", {"token": "other"}, id="and sent when it differs"),
        pytest.param({"type": "flat"}, "none", {}, id="create-only and equal"),
    ],
)
def test_update(values: dict[str, Any], action: str, payload: dict[str, Any]) -> None:
    change = plan(Wanted(NETWORK, {"name": "a", **values}), LIVE)
    assert (change.action, dict(change.payload), change.refusal) == (action, payload, None)
    assert (change.before == change.after) == (action == "none")


@pytest.mark.parametrize("live", [{}, {"config": None}, {"config": {}}], ids=["none", "null", "empty"])
@pytest.mark.parametrize(
    ("config", "action"),
    [
        ({}, "none"),
        ({"a": None}, "none"),
        ({"a": {"b": None}, "key": None}, "none"),
        ({"a": 1, "b": None}, "update"),
        ({"a": ""}, "update"),
        ({"key": "s3cret"}, "update"),
    ],
)
def test_nulls_where_there_is_no_dictionary(live: dict[str, Any], config: dict[str, Any], action: str) -> None:
    present = {**{k: v for k, v in LIVE.items() if k != "config"}, **live}
    assert plan(Wanted(NETWORK, {"name": "a", "config": config}), present).action == action


def test_update_secret_always_sends_it_and_shows_only_a_mask() -> None:
    change = plan(Wanted(NETWORK, {"name": "a", "password": "s3cret"}, update_secret="always"), LIVE)
    assert change.action == "update"
    assert change.payload == {"password": "s3cret"}
    assert "s3cret" not in str(change.before) + str(change.after)


def test_no_secret_in_what_a_diff_shows() -> None:
    values = {
        "name": "b",
        "type": "flat",
        "password": "s3cret",
        "token": "s3cret",
        "config": {"deep": {"key": "s3cret"}},
    }
    change = plan(Wanted(NETWORK, values), None)
    assert change.after["password"] == MASK
    assert "s3cret" not in str(change.after)
    assert "s3cret" not in repr(change)
    differs = plan(Wanted(NETWORK, {"name": "a", "token": "s3cret"}), LIVE)
    assert "t0ken" not in str(differs.before) and "s3cret" not in str(differs.after)
    assert differs.before != differs.after


def test_create_needs_what_the_declaration_requires() -> None:
    change = plan(Wanted(NETWORK, {"name": "b"}), None)
    assert isinstance(change.refusal, InputError)
    assert "type" in str(change.refusal)
    assert plan(Wanted(NETWORK, {"name": "b", "type": "flat"}), None).action == "create"


def test_create_only_says_both_values_and_what_to_do() -> None:
    change = plan(Wanted(NETWORK, {"name": "a", "type": "vlan"}), LIVE)
    assert isinstance(change.refusal, CreateOnlyError)
    assert (
        "'flat'" in str(change.refusal) and "'vlan'" in str(change.refusal) and "state: absent" in str(change.refusal)
    )
    assert not change.changed


@pytest.mark.parametrize(("live", "action"), [(None, "none"), (LIVE, "delete"), ({**LIVE, "going": True}, "none")])
def test_absent(live: dict[str, Any] | None, action: str) -> None:
    assert plan(Wanted(NETWORK, {"name": "a"}, "absent"), live).action == action


def test_what_is_on_its_way_out_is_created_again() -> None:
    assert plan(Wanted(NETWORK, {"name": "a", "type": "flat"}), {**LIVE, "going": True}).action == "create"


def test_a_failed_state_is_reported_with_the_reason() -> None:
    change = plan(Wanted(NETWORK, {"name": "a"}), {**LIVE, "state": "ERROR", "why": "no route"})
    assert isinstance(change.refusal, FailedStateError)
    assert "no route" in str(change.refusal) and "Mend it." in str(change.refusal)


def test_a_failed_state_with_a_difference_is_an_update() -> None:
    change = plan(Wanted(NETWORK, {"name": "a", "mtu": 9000}), {**LIVE, "state": "ERROR", "why": "no route"})
    assert change.action == "update" and change.refusal is None


def test_a_singleton_cannot_be_missing() -> None:
    assert isinstance(plan(Wanted(SETTING, {"servers": ["a"]}), None).refusal, InputError)


def test_references_compare_by_id_and_show_names() -> None:
    live = {"id": "p1", "name": "p", "network_id": "n1"}
    same = plan(Wanted(PORT, {"name": "p", "network": Ref("network", "a", "n1")}), live, {"n1": "a"})
    assert same.action == "none"
    other = plan(Wanted(PORT, {"name": "p", "network": Ref("network", "b", "n2")}), live, {"n1": "a"})
    assert other.action == "update"
    assert (other.before["network"], other.after["network"]) == ("a", "b")
    pending = plan(Wanted(PORT, {"name": "p", "network": Ref("network", "b")}), live, {"n1": "a"})
    assert pending.action == "update"


def test_what_nothing_else_heals_is_made_again() -> None:
    resource = replace(NETWORK, remake_failed=True)
    failed = {**LIVE, "state": "ERROR", "why": "no route"}
    change = plan(Wanted(resource, {"name": "a", "type": "flat", "password": "s3cret"}), failed)
    assert change.action == "replace" and change.payload["password"] == "s3cret"
    assert isinstance(plan(Wanted(resource, {"name": "a"}), failed).refusal, InputError)
