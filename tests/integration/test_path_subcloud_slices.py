# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample's subclouds dealt out to two jobs as AWX deals hosts, with what the job of the plan hands on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .test_path_distributed_cloud import GOOD, SUBCLOUDS, TOGETHER, Cloud, words

SLICED = "starlingx_subclouds_sliced=true"
#: what the second subcloud's addresses have become since it was planned
MOVED = '{"oam": {"floating": "10.60.2.9"}, "management": {"subnet": "10.160.2.0/24"}}'
PROGRAMS = Path(sys.executable).parent


def cut(whole: dict[str, Any], number: int, count: int) -> dict[str, Any]:
    """A slice as AWX makes it: each so manieth host by name, all groups with their variables and only these hosts."""
    every = whole["_meta"]["hostvars"]
    kept = sorted(every)[number - 1 :: count]
    groups: dict[str, Any] = {}
    for name, group in whole.items():
        if name not in ("_meta", "all"):
            groups[name] = {"hosts": {h: every[h] for h in group.get("hosts", []) if h in kept}}
            groups[name]["vars"] = group.get("vars", {})
    return {"all": {"children": groups, "vars": whole["all"].get("vars", {})}}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The cloud of this file."""
    one = Cloud(tmp_path_factory.mktemp("slices"))
    one.begin()
    yield one
    one.stop_lab()


def slices(cloud: Cloud) -> list[Path]:
    """The two inventories of two slices."""
    told = subprocess.run(
        [PROGRAMS / "ansible-inventory", "-i", str(cloud.inventory), "--list", "--export"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = []
    for number in (1, 2):
        found.append(cloud.folder / f"slice{number}/hosts.json")
        found[-1].parent.mkdir()
        found[-1].write_text(json.dumps(cut(json.loads(told.stdout), number, 2)), encoding="utf-8")
    return found


def handed(cloud: Cloud) -> str:
    """The artifact of the job of the plan, as ansible-runner reads it: a file for ``-e``."""
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("ANSIBLE_")},
        "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
        "ANSIBLE_HOME": str(cloud.folder / "ansible"),
        "ANSIBLE_SHOW_CUSTOM_STATS": "true",
    }
    command = ["ansible-playbook", "edge.infra.plan", "-i", str(cloud.inventory)]
    ran = subprocess.run(
        [PROGRAMS / command[0], *command[1:], "-e", f"@{cloud.lab_folder}/lab-vars.yml"],
        capture_output=True,
        text=True,
        env=environment,
        cwd=cloud.folder,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr
    secret = cloud.about["credentials"]["starlingx"]["password"]
    artifacts = json.loads(ran.stdout.partition("RUN: ")[2].strip())
    assert secret not in json.dumps(artifacts)
    assert "edge-2" in json.loads(artifacts["starlingx_subclouds_handed"])["hosts"]
    kept = cloud.folder / "artifacts.json"
    kept.write_text(json.dumps(artifacts), encoding="utf-8")
    return f"@{kept}"


def test_each_slice_makes_its_own_and_both_make_all(cloud: Cloud) -> None:
    """At once, on one System Controller, whose host is in the first slice: each makes its own subcloud."""
    one, two = slices(cloud)
    dealt = json.loads(two.read_text(encoding="utf-8"))["all"]["children"].values()
    assert {host for group in dealt for host in group["hosts"]} == {"controller-1", "edge-2"}
    plan = handed(cloud)
    cloud.forget()
    none = cloud.run(SUBCLOUDS, SLICED, inventory=two)
    assert none.process.returncode != 0 and "no plan was handed on to it" in words(none)
    older = json.loads(Path(plan[1:]).read_text(encoding="utf-8"))
    without = json.loads(older["starlingx_subclouds_handed"])
    for kind in ("hosts", "sites", "subclouds"):
        del without[kind]["edge-2"]
    older["starlingx_subclouds_handed"] = json.dumps(without)
    strange = cloud.run(SUBCLOUDS, json.dumps(older), SLICED, inventory=two)
    assert strange.process.returncode != 0 and "edge-2: not in the plan that was handed on" in words(strange)
    # the sample's canary is in the other slice
    refused = cloud.run(SUBCLOUDS, plan, SLICED, inventory=two)
    assert refused.process.returncode != 0 and "the canaries edge-1 (edge_subcloud_canaries)" in words(refused)
    older = cloud.run(SUBCLOUDS, plan, SLICED, f'{{"edge_networks": {MOVED}}}', inventory=two)
    assert older.process.returncode != 0 and "edge-2: edge_networks.oam.floating differ from the plan" in words(older)
    # what stands in host_vars of the System Controller's host is not here
    unknown = cloud.run(SUBCLOUDS, plan, SLICED, '{"edge_admin_password": ""}', inventory=two)
    assert unknown.process.returncode != 0 and "controller-0: edge_admin_password of this System" in words(unknown)
    assert "is not known in a slice" in words(unknown) and "edge.infra StarlingX" in words(unknown)
    predicted = cloud.done(SUBCLOUDS, plan, SLICED, TOGETHER, inventory=two, check=True)
    assert cloud.writes() == []
    runs = [cloud.start(SUBCLOUDS, plan, SLICED, TOGETHER, inventory=path) for path in (one, two)]
    for run in runs:
        assert run.end() == 0, run.output[-3000:]
    assert [{h for h, _task in run.changes if h.startswith("edge-")} for run in runs] == [{"edge-1"}, {"edge-2"}]
    own = [{key: n for key, n in run.changes.items() if key[0] == "edge-2"} for run in (runs[1], predicted)]
    assert own[0] == own[1] and own[0]
    assert cloud.subclouds() == {"edge-1": GOOD, "edge-2": GOOD}
    assert [g["name"] for g in cloud._ask("GET", "state")["dcmanager"]["groups"]].count("shops") == 1
    cloud.forget()
    for run in [cloud.start(SUBCLOUDS, plan, SLICED, inventory=path) for path in (one, two)]:
        assert run.end() == 0 and not run.changes, run.output[-3000:]
    # a job with all hosts finds nothing left to do, and plans by itself what was handed on to it as well
    assert not cloud.done(SUBCLOUDS, plan).changes
    # where nobody could look at them, none is taken for one that is still to be deployed
    unseen = cloud.run(SUBCLOUDS, '{"edge_admin_password": "Wrong*2026"}')
    assert unseen.process.returncode != 0 and not unseen.changes
    assert "was not begun, because its System Controller controller-0 could not be looked at" in words(unseen)
    assert cloud.writes() == []
