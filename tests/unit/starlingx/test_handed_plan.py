# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a slice takes for the plan of all hosts, and that nothing in it is evaluated on its way."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template
from ansible_collections.edge.infra.plugins.filter.handed_plan import handed_plan

HAND_ON = Path(__file__).resolve().parents[3] / "roles/starlingx_subclouds/tasks/hand_on.yml"
HOST = {"hostname": "controller-0", "first": True, "personality": "controller", "resources": {}, "later": {}}
PLAN: dict[str, Any] = {
    "hosts": {"central": {**HOST, "site": "centre"}, "shop": {**HOST, "site": "edge"}},
    "sites": {
        "centre": {"role": "systemcontroller", "first": "central", "hosts": ["central"], "subcloud_groups": []},
        "edge": {"role": "subcloud", "first": "shop", "hosts": ["shop"], "subcloud_groups": []},
    },
    "subclouds": {
        "edge": {
            "host": "shop",
            "system_controller": "centre",
            "group": "Default",
            "bootstrap_values": {"name": "edge"},
            "bootstrap_address": "203.0.113.9",
            "install": True,
            "install_values": {},
            "deploy_config": [],
            "secrets": {},
        }
    },
    "controllers": {"central": {"site": "centre", "floating": "203.0.113.2", "groups": [], "variables": {}}},
}


def handed_on(plan: dict[str, Any]) -> str:
    """The artifact of a plan, by the role's own expression."""
    data = yaml.safe_load(HAND_ON.read_text(encoding="utf-8"))[0]["ansible.builtin.set_stats"]["data"]
    templar = Templar(loader=DataLoader(), variables={"starlingx_subclouds_to_hand_on": plan})
    return str(templar.template(trust_as_template(data["starlingx_subclouds_handed"])))


@pytest.mark.parametrize("text", ["{{ 1 + 1 }}", "{% raw %}", "{# no #}", "{{{{%{#", '\\{{ "a" }}', "{}", "a { b"])
def test_a_plan_comes_as_it_went_and_has_no_template_on_its_way(text: str) -> None:
    plan = copy.deepcopy(PLAN)
    plan["subclouds"]["edge"]["bootstrap_values"]["description"] = text
    artifact = handed_on(plan)
    assert not [begin for begin in ("{{", "{%", "{#") if begin in artifact]
    # an extra variable, which is evaluated
    given = Templar(loader=DataLoader()).template(trust_as_template(artifact))
    assert handed_plan(given) == {"plan": plan, "fault": ""}


@pytest.mark.parametrize("value", [None, ""])
def test_none_at_all(value: Any) -> None:
    assert handed_plan(value) == {"plan": {}, "fault": "no plan was handed on to it"}


@pytest.mark.parametrize("value", ["no JSON", "[]", "null", "7", [], {"hosts": {}}, 7, True])
def test_what_is_no_plan_at_all(value: Any) -> None:
    assert handed_plan(value)["fault"].endswith(": it is no JSON with a dictionary")


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("controllers", None, "controllers is no dictionary"),
        ("subclouds", [], "subclouds is no dictionary"),
        ("hosts.shop", "x", "hosts.shop is no dictionary"),
        ("hosts.shop.first", "yes", "hosts.shop.first is no truth value"),
        ("subclouds.edge.bootstrap_values", None, "subclouds.edge.bootstrap_values is no dictionary"),
        ("controllers.central.groups", "all", "controllers.central.groups is no list"),
        ("hosts.shop.site", "other", "hosts.shop.site is not among its sites"),
        ("sites.edge.first", "other", "sites.edge.first is not among its hosts"),
        ("controllers", {}, "the System Controller of subclouds.edge is not among its controllers"),
        ("subclouds", {"other": PLAN["subclouds"]["edge"]}, "subclouds.other is not among its sites"),
    ],
)
def test_what_is_wrong_is_told_by_its_place(path: str, value: Any, told: str) -> None:
    plan = copy.deepcopy(PLAN)
    *way, last = path.split(".")
    entry = plan
    for key in way:
        entry = entry[key]
    entry[last] = value
    began = "what was handed on to it (starlingx_subclouds_handed) is no plan of this version of edge.infra"
    assert handed_plan(json.dumps(plan)) == {"plan": {}, "fault": f"{began}: {told}"}
