# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``edge.infra.handed_plan``."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: handed_plan
short_description: The plan of subclouds that a job hands on to slices
version_added: "0.1.0"
description:
  - A job of the playbook C(edge.infra.plan) hands its plan on as an artifact, which comes to later jobs as an extra
    variable. It may be of another version of this collection, or of no plan, so it is looked at before it is used.
  - It is a text in JSON in which nothing can be taken for a template - ansible-core evaluates templates in extra
    variables, and a plan has what other programs wrote into an inventory.
author:
  - The edge.infra authors (@edge-infra)
options:
  _input:
    description: The artifact.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Refuse what is no plan
  ansible.builtin.assert:
    that: taken.fault | length == 0
    fail_msg: "{{ taken.fault }}. Launch edge.infra.plan once more."
  vars:
    taken: "{{ starlingx_subclouds_handed | edge.infra.handed_plan }}"
"""

RETURN = r"""
_value:
  description: The C(plan), with its hosts, sites, subclouds and System Controllers, and what is wrong in C(fault).
  type: dict
  sample: {"plan": {}, "fault": "no plan was handed on to it"}
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

#: what the playbook reads of each entry
SHAPES: dict[str, dict[str, type]] = {
    "hosts": {"site": str, "hostname": str, "first": bool, "personality": str, "resources": dict, "later": dict},
    "sites": {"role": str, "first": str, "hosts": list, "subcloud_groups": list},
    "subclouds": {
        "host": str,
        "system_controller": str,
        "group": str,
        "bootstrap_values": dict,
        "bootstrap_address": str,
        "install": bool,
        "install_values": dict,
        "deploy_config": list,
        "secrets": dict,
    },
    "controllers": {"site": str, "floating": str, "groups": list, "variables": dict},
}
#: entries that name others
NAMES = (
    ("hosts", "site", "sites"),
    ("sites", "first", "hosts"),
    ("subclouds", "host", "hosts"),
    ("subclouds", "system_controller", "sites"),
)
WORDS = {str: "text", bool: "truth value", dict: "dictionary", list: "list"}


def handed_plan(value: Any) -> dict[str, Any]:
    """The plan, or why it is none."""
    if value is None or value == "":
        return {"plan": {}, "fault": "no plan was handed on to it"}
    try:
        plan = json.loads(value) if isinstance(value, str) else None
    except ValueError:
        plan = None
    wrong = next(_faults(plan), "")
    began = "what was handed on to it (starlingx_subclouds_handed) is no plan of this version of edge.infra"
    return {"plan": {} if wrong else plan, "fault": f"{began}: {wrong}" if wrong else ""}


def _faults(plan: Any) -> Iterator[str]:
    """What is wrong with it; the first is enough, and values are not told."""
    if not isinstance(plan, dict):
        yield "it is no JSON with a dictionary"
        return
    for kind, shape in SHAPES.items():
        yield from _kind(plan, kind, shape)
    for kind, key, other in NAMES:
        for name, entry in plan[kind].items():
            if entry[key] not in plan[other]:
                yield f"{kind}.{name}.{key} is not among its {other}"
    for name, entry in plan["subclouds"].items():
        if name not in plan["sites"]:
            yield f"subclouds.{name} is not among its sites"
        if plan["sites"][entry["system_controller"]]["first"] not in plan["controllers"]:
            yield f"the System Controller of subclouds.{name} is not among its controllers"


def _kind(plan: Mapping[str, Any], kind: str, shape: Mapping[str, type]) -> Iterator[str]:
    if not isinstance(plan.get(kind), dict):
        yield f"{kind} is no dictionary"
        return
    for name, entry in plan[kind].items():
        if not isinstance(entry, dict):
            yield f"{kind}.{name} is no dictionary"
            return
        for key, wanted in shape.items():
            if not isinstance(entry.get(key), wanted):
                yield f"{kind}.{name}.{key} is no {WORDS[wanted]}"


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name to function."""
        return {"handed_plan": handed_plan}
