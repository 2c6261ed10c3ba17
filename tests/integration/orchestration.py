# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of long ways through StarlingX share: a system in service, and prediction, run, prediction, run."""

from __future__ import annotations

from typing import Any

from .stx import Stx

LAB: dict[str, Any] = {"services": ["keystone", "sysinv", "fm"], "time_factor": 100000}
VIM = "stx_vim_strategy"


def bootstrapped(stx: Stx, version: str, unlocked: bool = True) -> Stx:
    """The system with an older Kubernetes; unlocked by hand, since how is no matter here."""
    world = stx.lab.lab.services["sysinv"].world
    for row in world.rows("kube_versions"):
        number = [int(n) for n in row["version"].lstrip("v").split(".")]
        at = [int(n) for n in version.lstrip("v").split(".")]
        row.update(state="active" if number == at else "available" if number > at else "unavailable")
        row["target"] = number == at
    for row in world.rows("ihosts"):
        if unlocked:
            row.update(administrative="unlocked", operational="enabled", availability="available")
            row.update(invprovision="provisioned", task="")
    stx.forget()
    return stx


def flow(stx: Stx, module: str, **options: Any) -> dict[str, Any]:
    return stx.module(module, **{"wait_interval": 0.02, **options})


def twice(stx: Stx, module: str, **options: Any) -> dict[str, Any]:
    """Prediction, run, prediction, run: what is predicted is done, and then nothing is left."""
    stx.forget()
    predicted = flow(stx, module, check=True, **options)
    assert not stx.writes() and not predicted.get("failed"), predicted
    done = flow(stx, module, **options)
    assert not done.get("failed"), done["msg"]
    assert (done["steps"], done["diff"]) == (predicted["steps"], predicted["diff"])
    assert len(stx.writes()) == len(done["steps"])
    stx.forget()
    for check in (True, False):
        again = flow(stx, module, check=check, **options)
        assert not again["changed"] and again["steps"] == [] and again["reason"], again
    assert stx.writes() == []
    return done


def vim_writes(stx: Stx) -> list[str]:
    rows = stx.lab.control.recorded("nfv", write=True)
    return [f"{r['method']} {r['path'].removeprefix('/api/orchestration/')}" for r in rows]


def strategy(stx: Stx, **options: Any) -> dict[str, Any]:
    """Prediction, run, prediction, run of a strategy."""
    stx.forget()
    predicted = flow(stx, VIM, check=True, **options)
    assert not predicted.get("failed"), predicted["msg"]
    assert not vim_writes(stx) and not stx.writes()
    done = flow(stx, VIM, **options)
    assert not done.get("failed"), done["msg"]
    assert (done["steps"], done["diff"]) == (predicted["steps"], predicted["diff"])
    assert len(vim_writes(stx)) == len(done["steps"])
    stx.forget()
    for check in (True, False):
        again = flow(stx, VIM, check=check, **options)
        assert not again["changed"] and again["reason"], again
    assert not vim_writes(stx)
    return done


def made(kind: str) -> list[str]:
    return [f"create and build the {kind} strategy", "apply the strategy", "remove the strategy"]
