# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All kinds of OSM in one document: two runs at once, a run that is killed, and no secret in anything that is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._osm.api import DECLARED

from .conftest import ROOT, run_module
from .osm import LAB as PLAIN
from .osm import Osm
from .osm_rows import CANARY, Row, name_of, rows, world
from .test_osm_pdus import EndPoint, end_point

assert end_point
LAB: dict[str, Any] = {**PLAIN, "durations": {"vim_account": 300}}
#: a new process does what Ansible's does: arguments in, JSON out
SCRIPT = """
import faulthandler, json, sys
faulthandler.dump_traceback_later(100)
from ansible.module_utils.testing import patch_module_args
from ansible_collections.edge.infra.plugins.modules import osm_deployment
with patch_module_args(json.load(sys.stdin)):
    osm_deployment.main()
"""


@pytest.fixture
def osm(lab: Any, cache: Path, tmp_path: Path) -> Osm:
    found = Osm(lab, run_module)
    world(found, tmp_path / "world")
    return found


@pytest.fixture
def table(osm: Osm, tmp_path: Path, end_point: EndPoint) -> dict[str, Row]:
    return rows(osm, tmp_path, end_point.url)


def documents(table: Mapping[str, Row]) -> list[dict[str, Any]]:
    """All of them made, changed, removed."""
    found: list[dict[str, Any]] = [{}, {}, {}]
    for resource in DECLARED:
        row = table[resource.kind]
        for document, entry in zip(found, (row.first, {**row.first, **row.second}, row.gone), strict=True):
            document[resource.many] = [dict(entry)]
    return found


def start(osm: Osm, resources: Mapping[str, Any]) -> subprocess.Popen[str]:
    """osm_deployment in a process of its own; ``communicate()`` gives what it says."""
    options = {**osm.connection, "resources": resources, "wait_interval": 0.1}
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "EDGE_INFRA_CACHE": os.environ["EDGE_INFRA_CACHE"]},
    )
    assert process.stdin
    process.stdin.write(json.dumps(options))
    process.stdin.close()
    process.stdin = None
    return process


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What it answered."""
    try:
        out, err = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError("It hangs:\n{1}\n{0}".format(*process.communicate())) from None
    assert CANARY not in (out + err).lower() and "Traceback" not in out + err, out + err
    answer: dict[str, Any] = json.loads(out.strip().splitlines()[-1])
    return answer


def counts(osm: Osm, table: Mapping[str, Row]) -> dict[str, int]:
    """How many there are of each."""
    return {kind: row.count(osm, name_of(row)) for kind, row in table.items()}


def test_two_runs_at_once_end_in_the_same_state(osm: Osm, table: dict[str, Row]) -> None:
    for number, document in enumerate(documents(table)):
        both = [start(osm, document), start(osm, document)]
        answers = [ended(process) for process in both]
        for answer in answers:
            assert not answer.get("failed"), (number, answer["msg"])
        assert counts(osm, table) == dict.fromkeys(table, 0 if number == 2 else 1)
        again = osm.done("osm_deployment", resources=document)
        assert not again["changed"] and osm.writes() == [], [r for r in again["results"] if r["changed"]]


@pytest.mark.parametrize("after", [2, 7])
def test_a_run_that_is_killed_is_taken_up(osm: Osm, table: dict[str, Row], after: int) -> None:
    """With SIGKILL, after so many of its writes, with others under way."""
    for document, count in zip(documents(table), (1, 1, 0), strict=True):
        osm.lab.control.forget()
        process = start(osm, document)
        deadline = time.monotonic() + 30
        while len(osm.lab.control.recorded("osm", write=True)) < after and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.kill()
        process.communicate()
        osm.done("osm_deployment", resources=document)
        assert counts(osm, table) == dict.fromkeys(table, count)
        assert not osm.done("osm_deployment", resources=document)["changed"]


def test_no_secret_is_told_by_a_play(osm: Osm, table: dict[str, Row], cache: Path, tmp_path: Path) -> None:
    """At -vvvv, with --diff, in check mode and not, when all is well and when something fails; in logs and files."""
    made, _changed, _gone = documents(table)
    secret = {kind: [{**e, "update_secret": "always"} for e in entries] for kind, entries in made.items()}
    secret = {k: v for k, v in secret.items() if k in ("vim_accounts", "wim_accounts", "vcas")}
    wrong = {**table["vim_account"].first, "type": "no.such", "name": "wrong"}
    # Ansible quotes the lines of a play around a task that fails: secrets belong into variables
    given: dict[str, Any] = {"made": made, "secret": secret, "user": dict(table["user"].first), "wrong": wrong}
    named = {what: {key: f"{{{{ {what}.{key} }}}}" for key in given[what]} for what in ("user", "wrong")}
    tasks = [
        {"name": "all", "edge.infra.osm_deployment": {"resources": "{{ made }}"}},
        {"name": "secrets", "edge.infra.osm_deployment": {"resources": "{{ secret }}"}},
        {"name": "user", "edge.infra.osm_user": named["user"]},
        {"name": "wrong", "edge.infra.osm_vim_account": named["wrong"], "ignore_errors": True},
        {"name": "read", "edge.infra.osm_vim_account_info": {}},
    ]
    given |= osm.connection
    defaults = {"group/edge.infra.osm": {key: f"{{{{ {key} }}}}" for key in osm.connection}}
    play = {"hosts": "localhost", "gather_facts": False, "module_defaults": defaults, "tasks": tasks}
    (tmp_path / "book").mkdir()
    book = tmp_path / "book/play.yml"
    book.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    variables = tmp_path / "book/variables.yml"
    variables.write_text(yaml.safe_dump(given), encoding="utf-8")
    log, facts = tmp_path / "ansible.log", tmp_path / "facts"
    environment = {**os.environ, "ANSIBLE_LOG_PATH": str(log), "EDGE_INFRA_CACHE": str(cache)}
    environment |= {"ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile", "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(facts)}
    environment |= {f"ANSIBLE_{k}_TEMP": str(tmp_path / k.lower()) for k in ("LOCAL", "REMOTE")}
    command = [str(Path(sys.executable).parent / "ansible-playbook"), "-vvvv", "--diff", "-i", "localhost,", str(book)]
    command += ["-c", "local", "-e", f"ansible_python_interpreter={sys.executable}", "-e", f"@{variables}"]
    for more in (["--check"], []):
        done = subprocess.run(
            command + more, env=environment, capture_output=True, text=True, timeout=120, check=False, cwd=ROOT
        )
        assert done.returncode == 0 and "ok=5" in done.stdout, done.stdout[-3000:]
        assert "must not contain" in done.stdout, "the wrong one has failed in words"
        known = yaml.safe_load(Path(osm.kubeconfig).read_text(encoding="utf-8"))["users"][0]["user"]
        hidden = [CANARY, osm.connection["osm_password"].lower(), *[v.lower() for v in known.values() if len(v) > 8]]
        texts = {"output": done.stdout + done.stderr}
        places = [
            p for p in tmp_path.rglob("*") if p.is_file() and p.parent != book.parent and "kubeconfig" not in p.name
        ]
        texts |= {str(p): p.read_text(encoding="utf-8", errors="replace") for p in [*places, *cache.rglob("*.json")]}
        for place, text in texts.items():
            for word in hidden:
                at = text.lower().find(word)
                assert at < 0, f"{place}: {text[max(0, at - 200) : at + 80]}"
