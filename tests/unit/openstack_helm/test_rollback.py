# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which revisions a rollback refuses, by the role's own task."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

TASKS = Path(__file__).resolve().parents[3] / "roles/openstack_helm/tasks/rollback.yml"


@pytest.mark.parametrize(
    ("wanted", "kept", "told"),
    [
        (
            0,
            [],
            "nova has no revision 0 to go back to; Helm keeps none as a Secret of namespace openstack. Correct",
        ),
        (
            3,
            [],
            "nova has no revision 3 to go back to; Helm keeps none as a Secret of namespace openstack. Correct",
        ),
        (0, [1], "nova has no revision 0 to go back to; Helm keeps 1. Name one of these, or correct the inventory"),
        (9, [10, 2], "nova has no revision 9 to go back to; Helm keeps 2, 10. Name one of these, or correct the"),
        (0, [10, 9], ""),
        (2, [10, 2], ""),
    ],
)
def test_what_is_not_there_to_go_back_to(wanted: int, kept: list[int], told: str) -> None:
    tasks = yaml.safe_load(TASKS.read_text(encoding="utf-8"))
    task = next(t for t in tasks if t["name"] == "Say which of them are not there any more")
    secrets = [{"metadata": {"labels": {"version": str(one)}}} for one in kept]
    known: dict[str, Any] = {name: trust_as_template(text) for name, text in task["vars"].items()}
    known |= {
        "inventory_hostname": "madrid",
        "item": "nova",
        "openstack_helm_rollback": {"nova": wanted},
        "openstack_helm_releases": {"nova": {"namespace": "openstack"}},
        "__openstack_helm_kept": {"results": [{"item": "nova", "resources": secrets}]},
    }
    templar = Templar(loader=DataLoader(), variables=known)
    assert templar.template(trust_as_template("{{ " + task["when"] + " }}")) is bool(told)
    if told:
        said = templar.template(trust_as_template(task["ansible.builtin.fail"]["msg"]))
        assert told in str(said), said
