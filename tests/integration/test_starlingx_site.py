# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simplex configured in one call: prediction, run, again; from nothing, half-way and after the unlock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._site.plan import plan_site

from .conftest import ROOT, run_module
from .stx import OVERRIDES, SITE, Stx

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}


@pytest.fixture
def stx(lab: Any, cache: Any) -> Stx:
    return Stx(lab, run_module)


def actions(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(r["kind"], r["name"], r["action"]) for r in answer["results"]]


def test_one_call_configures_and_unlocks(stx: Stx) -> None:
    predicted = stx.done("stx_host_configuration", check=True, **SITE)
    assert not stx.writes()
    done = stx.done("stx_host_configuration", **SITE)
    assert actions(predicted) == actions(done)
    assert predicted["diff"] == done["diff"]
    assert done["changed"] and {r["status"] for r in done["results"]} <= {"done", "unchanged"}
    host = stx.state("ihosts")[0]
    assert (host["administrative"], host["operational"], host["availability"]) == ("unlocked", "enabled", "available")
    stx.forget()
    for check in (True, False):
        again = stx.done("stx_host_configuration", check=check, **SITE)
        assert not again["changed"], again["diff"]
    assert not stx.writes()
    assert stx.logins() == 0


def test_check_of_a_site_that_does_not_exist_predicts_the_run(stx: Stx) -> None:
    stx.lab.call(stx.lab.lab.close, "keystone", "sysinv")
    hardware = stx.lab.lab.hosts["controller-0"]["hardware"]
    offline = {"check_without_api": True, "bootstrap_overrides": OVERRIDES, "hardware": hardware}
    predicted = stx.done("stx_host_configuration", check=True, **SITE, **offline)
    stx.lab.call(stx.lab.lab.open, "keystone", "sysinv")
    done = stx.done("stx_host_configuration", **SITE, **offline)
    assert actions(predicted) == actions(done)
    assert predicted["diff"] == done["diff"]


def test_without_the_option_an_absent_api_is_an_error(stx: Stx) -> None:
    stx.lab.call(stx.lab.lab.close, "keystone", "sysinv")
    answer = stx.module("stx_dns", check=True, servers=["8.8.8.8"])
    assert answer["failed"] and answer["error"]["kind"] == "unreachable" and "auth_url" in answer["msg"]


@pytest.mark.parametrize("with_hardware", [True, False])
def test_the_sample_inventory_is_predicted_before_it_exists(stx: Stx, tmp_path: Path, with_hardware: bool) -> None:
    sample = ROOT / "inventories/simplex"
    variables: dict[str, Any] = {}
    for path in [*sorted((sample / "group_vars/all").glob("*.yml")), sample / "host_vars/controller-0.yml"]:
        variables |= yaml.safe_load(path.read_text(encoding="utf-8"))
    plan = plan_site({"controller-0": variables}, check_secrets=False)
    overrides = tmp_path / "localhost.yml"
    overrides.write_text(yaml.safe_dump(plan.bootstrap["controller-0"]), encoding="utf-8")
    stx.lab.call(stx.lab.lab.services["sysinv"].bootstrapped, "controller-0", plan.bootstrap["controller-0"])
    wanted = {"resources": plan.resources["controller-0"], "check_without_api": True}
    wanted |= {"bootstrap_overrides": str(overrides)}
    wanted |= {"hardware": variables["edge_hardware"]} if with_hardware else {}
    stx.lab.call(stx.lab.lab.close, "keystone", "sysinv")
    predicted = stx.done("stx_host_configuration", check=True, **wanted)
    stx.lab.call(stx.lab.lab.open, "keystone", "sysinv")
    done = stx.done("stx_host_configuration", **wanted)
    assert actions(predicted) == actions(done)
    assert predicted["diff"] == done["diff"]
    assert not stx.done("stx_host_configuration", **wanted)["changed"]


def test_labels_that_are_not_named_any_more(stx: Stx, warned: list[str]) -> None:
    """They are told while they stay, and go when that is asked for."""
    own = {"host": "controller-0", "resources": {"host_labels": [{"host": "controller-0", "labels": {"a": "1"}}]}}
    stx.done("stx_host_label", host="controller-0", labels={"a": "1", "left": "over", "more": "of-it"})
    stx.forget()
    for check in (True, False):
        answer = stx.done("stx_host_configuration", check=check, **own)
        assert not answer["changed"]
        warning = warned.pop()
        assert "Host controller-0 has labels that are not named: left, more." in warning
        assert "starlingx_host_prune_labels" in warning
    assert not stx.writes()
    own["resources"]["host_labels"][0]["prune"] = True  # type: ignore[index]
    done = stx.done("stx_host_configuration", **own)
    assert done["changed"] and warned == []
    assert [row["label_key"] for row in stx.state("labels")] == ["a"]
