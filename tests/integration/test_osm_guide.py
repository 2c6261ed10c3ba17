# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks of the guide "OSM as code" do what it says, in its order.

A comment before a code block says what becomes of it: ``tried: twice`` (the second time changes nothing), ``once``,
``refused``, ``file NAME`` (is written there) and ``inventory NAME`` (is written there, and has hosts).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from .osm import SAMPLES, Osm, package
from .osm_services import LAB, probe
from .test_osm_modules import osm
from .test_osm_pdus import EndPoint, end_point
from .test_osm_slices import template

assert LAB and osm and end_point

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs/docsite/rst/guide_osm_as_code.rst"
BLOCK = re.compile(r"^\.\. tried: (.+)\n\n\.\. code-block:: yaml(?:\+jinja)?\n\n((?:(?:   .*)?\n)+)", re.MULTILINE)
#: the guide's words, whatever its lines
SHOWN = " ".join(GUIDE.read_text(encoding="utf-8").split())
#: the end point that the guide names
CALLBACK = "http://10.20.30.8:8080/osm"
SECRETS = {
    f"vault_{name}": f"Canary-of-the-guide-{number}"
    for number, name in enumerate(
        ("vim_password", "wim_password", "sdn_password", "juju_password", "azure_client_secret", "first_password")
    )
}


def blocks() -> list[tuple[str, str]]:
    """The blocks that are tried, with what becomes of them."""
    found = BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
    return [(how, textwrap.dedent(text)) for how, text in found]


def touching(descriptor: dict[str, Any]) -> None:
    """A VNF of machines whose primitive takes what it takes in the modules' own examples."""
    probe(descriptor)
    [config] = descriptor["df"][0]["lcm-operations-configuration"]["operate-vnf-op-config"]["day1-2"]
    config["config-primitive"] = [{"name": "touch", "parameter": [{"name": "filename"}]}]


@pytest.fixture
def desk(osm: Osm, tmp_path: Path) -> Path:
    """A folder with everything that the guide's tasks refer to."""
    for name in ("edge_web_knf", "edge_web_ns", "edge_probe_ns"):
        shutil.copytree(SAMPLES / name, tmp_path / "packages" / name)
    package(tmp_path / "packages/edge_probe_vnf", SAMPLES / "edge_probe_vnf", touching)
    template(tmp_path / "packages/edge_slice")
    shutil.copy(osm.kubeconfig, tmp_path / "madrid-1.kubeconfig")
    (tmp_path / "juju-ca.pem").write_text("the certificate\n", encoding="utf-8")
    return tmp_path


class Desk:
    """Runs Ansible in a folder, connected to the lab by the environment alone."""

    def __init__(self, osm: Osm, folder: Path) -> None:
        self.folder = folder
        if not osm.connection.get("osm_validate_certs", True) and osm.connection["osm_url"].startswith("https:"):
            pytest.skip("the guide's tasks verify the certificate: OSM_CA_CERT is not given")
        self.environment = {
            **os.environ,
            **osm.environment,
            "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "ANSIBLE_LOCAL_TEMP": str(folder / ".local"),
            "ANSIBLE_REMOTE_TEMP": str(folder / ".remote"),
        }

    def call(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of Ansible."""
        program = str(Path(sys.executable).parent / command)
        return subprocess.run(
            [program, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )

    def play(self, tasks: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
        """Names and results of the tasks that were run."""
        runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))
        group = set(runtime["action_groups"]["osm"])
        book = {
            "hosts": "localhost",
            "gather_facts": False,
            "vars": SECRETS,
            # of the group, modules that only look have no such option
            "module_defaults": {
                word: {"wait_interval": 0.2}
                for task in tasks
                for word in task
                if word.startswith("edge.infra.osm_") and word.split(".")[-1] in group and not word.endswith("_info")
            },
            "tasks": tasks,
        }
        path = self.folder / "play.yml"
        path.write_text(yaml.safe_dump([book], sort_keys=False), encoding="utf-8")
        done = self.call("ansible-playbook", "-i", "localhost,", "-c", "local", str(path))
        assert "{" in done.stdout, done.stdout + done.stderr
        assert not any(secret in done.stdout + done.stderr for secret in SECRETS.values())
        plays = json.loads(done.stdout[done.stdout.index("{") :])["plays"]
        return [(t["task"]["name"], t["hosts"]["localhost"]) for t in plays[0]["tasks"]]


def test_the_guide(osm: Osm, desk: Path, end_point: EndPoint, cache: Path) -> None:
    runner, tried = Desk(osm, desk), blocks()
    assert len(tried) >= 20, "the guide's blocks are found"
    run: list[tuple[str, dict[str, Any]]] = []
    for how, text in tried:
        verb, _unused, name = how.partition(" ")
        if name:
            (desk / name).parent.mkdir(exist_ok=True)
            (desk / name).write_text(text, encoding="utf-8")
            continue
        run += [(verb, task) for task in yaml.safe_load(text.replace(CALLBACK, end_point.url))]
    refused = next(number for number, (verb, _task) in enumerate(run) if verb == "refused")
    tasks = [task for _verb, task in run]
    both: list[dict[str, Any]] = []
    for verb, task in run[:refused]:
        both += [task, {**task, "name": f"{task['name']} (again)"}] if verb == "twice" else [task]
    results = runner.play(both)
    failed = [(name, r.get("msg")) for name, r in results if r.get("failed")]
    osm.excused({"failed": bool(failed), "msg": str(failed)})
    assert failed == [] and len(results) == len(both)
    changed = [name for name, r in results if name.endswith("(again)") and r["changed"]]
    assert changed == [], "the second run changes nothing"
    [inventory] = [how.split()[1] for how, _text in tried if how.startswith("inventory ")]
    shown = runner.call("ansible-inventory", "-i", inventory, "--list")
    hosts = json.loads(shown.stdout)["_meta"]["hostvars"]
    assert {"edge-web", "edge-probe", "web.edge-web", "edge-slice-web"} <= set(hosts), shown.stdout + shown.stderr
    [(_name, result)] = runner.play([tasks[refused]])
    assert result["failed"] and " ".join(result["msg"].split()) in SHOWN, result["msg"]
    results = runner.play([t for task in tasks[refused + 1 :] for t in (task, {**task, "name": "again"})])
    assert [r["changed"] for _name, r in results] == [True, False], results
    assert osm.all("nsrs") == osm.all("vim_accounts")[1:] == []
