# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the project makes of AWX: predicted, made, predicted, made again; by the modules of ``awx.awx`` themselves.

On a stand-in of the controller's API, or with ``CONTROLLER_HOST`` and ``CONTROLLER_OAUTH_TOKEN`` on a real one; there
``EDGE_AWX_SCM_URL`` is the repository of this collection that it reaches, and everything is removed again.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._awx.objects import KINDS, objects, predicted
from ansible_collections.edge.infra.plugins.module_utils._awx.prune import superfluous

from .conftest import run_module
from .controller import Controller
from .controller_rules import Refused

ROOT = Path(__file__).resolve().parents[2]
ROLE = ROOT / "roles/awx_project"
FILES = ROLE / "files"
DAILY = "DTSTART:20260101T020000Z RRULE:FREQ=DAILY;INTERVAL=1"
HOOK = {"url": "https://hooks.example.com/edge", "headers": {}}


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def templates() -> dict[str, Any]:
    """Every playbook's row."""
    return {name: row for path in sorted((FILES / "job_templates").glob("*.yml")) for name, row in read(path).items()}


def settings(**other: Any) -> dict[str, Any]:
    """The role's defaults, in words of the filter, and something of everything that they leave out."""
    own = {"playbook", "inventory"}
    found = {k.removeprefix("awx_project_"): v for k, v in read(ROLE / "defaults/main.yml").items() if k not in own}
    found |= {
        "project": found.pop("name"),
        "scm_url": os.environ.get("EDGE_AWX_SCM_URL", "https://git.example.com/edge/infra.git"),
        "image": "edge/infra:1",
        "webhook_service": "github",
        "credentials": [
            {
                "name": "tests osm",
                "kind": "osm",
                "inputs": dict.fromkeys(("url", "username", "password", "project"), "x"),
            },
            {"name": "tests bmc", "kind": "bmc", "inputs": {"username": "x", "password": "y"}},
            {"name": "tests vault", "kind": "vault", "inputs": {"vault_password": "z"}},
        ],
        "notifications": [{"name": "tests hook", "type": "webhook", "configuration": HOOK}],
        "answers": {"gitops": {"osm_gitops_repository": "https://git.example.com/edge/site.git"}},
        "extra_vars": {"edge_kept": "yes"},
        "work_dir": "/var/lib/edge",
        "work_url": "https://reports.example.com/edge",
    }
    return found | other


def wanted(**other: Any) -> dict[str, list[dict[str, Any]]]:
    return objects(read(FILES / "credential_types.yml"), templates(), read(FILES / "workflow.yml"), settings(**other))


class Place:
    """A controller: the stand-in, or a real one, where nothing can be counted."""

    def __init__(self, stand_in: Controller | None) -> None:
        self.stand_in = stand_in
        self.mark = "" if stand_in else f" {uuid.uuid4().hex[:8]}"

    def writes(self) -> int:
        """Requests that changed something, so far."""
        return len(self.stand_in.writes()) if self.stand_in else 0

    def module(self, name: str, options: dict[str, Any], check: bool = False) -> dict[str, Any]:
        """What a module of awx.awx answers, in this process."""
        return run_module(name, options, check, "awx.awx")

    def names(self, organization: str, workflow: str) -> dict[str, list[str]]:
        """What is there, as the role's lookups find it."""
        found = {}
        api = importlib.import_module("ansible_collections.awx.awx.plugins.module_utils.controller_api")
        known = {
            "controller_host": os.environ["CONTROLLER_HOST"],
            "controller_oauthtoken": os.environ["CONTROLLER_OAUTH_TOKEN"],
        }
        client = api.ControllerAPIModule(argument_spec={}, direct_params=known, error_callback=_raise)
        values = {"awx_project_organization": organization, "awx_project_workflow": workflow}
        here = {"organization__name": organization}
        for path, which in read(ROLE / "vars/main.yml")["awx_project_lists"].items():
            query = {k: values[v.strip("{} ")] for k, v in which.items()} if isinstance(which, dict) else here
            answer = client.get_all_endpoint(path, data={**query, "page_size": 3})
            name = "identifier" if path == "workflow_job_template_nodes" else "name"
            found[path] = [record[name] for record in answer["json"]["results"]]
        return found

    def walk(self, things: dict[str, list[dict[str, Any]]], check: bool) -> list[str]:
        """Everything in the role's order; who has changed, and in check mode would."""
        there = {}
        if check:
            there = self.names(things["organizations"][0]["name"], things["workflow_job_templates"][0]["name"])
        told = predicted(things, there) if check else {}
        changed = []
        for kind, module, _path, name in KINDS:
            for item in things[kind]:
                if item in told.get(kind, []):
                    changed.append(f"{kind} {item.get(name)}")
                    continue
                answer = self.module(module, item, check)
                assert not answer.get("failed"), f"{kind} {item}: {answer}"
                if answer["changed"]:
                    changed.append(f"{kind} {item.get(name)}")
        return changed


def _raise(**answer: Any) -> None:
    raise AssertionError(answer)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Place]:
    """Where it is made."""
    monkeypatch.setenv("HOME", str(tmp_path))
    if os.environ.get("CONTROLLER_HOST"):
        if not os.environ.get("EDGE_AWX_SCM_URL"):
            pytest.skip("needs a repository with the playbooks (EDGE_AWX_SCM_URL)")
        yield Place(None)
        return
    stand_in = Controller().start()
    monkeypatch.setenv("CONTROLLER_HOST", stand_in.url)
    # each request of awx.awx reads the authorities anew, which takes longer than all the rest
    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
    monkeypatch.setenv("SSL_CERT_DIR", os.devnull)
    monkeypatch.setenv("CONTROLLER_OAUTH_TOKEN", stand_in.token)
    yield Place(stand_in)
    stand_in.stop()


def test_everything_is_predicted_made_and_then_left_alone(place: Place) -> None:
    """Each object of each kind, in the order of the role; requests are counted."""
    things = wanted(
        organization=f"tests{place.mark}", prefix=f"tests{place.mark} ", workflow=f"tests{place.mark} new site",
        teams={f"tests{place.mark} operators": ["execute", "approval"]},
        schedules=[{"name": f"tests{place.mark}", "playbook": "drift", "rrule": DAILY}],
    )  # fmt: skip
    try:
        would = place.walk(things, check=True)
        assert place.writes() == 0
        assert sum(len(items) for items in things.values()) == len(would)
        assert place.walk(things, check=False) == would
        made = place.writes()
        assert place.walk(things, check=True) == []
        assert place.walk(things, check=False) == []
        assert place.writes() == made
    finally:
        if not place.stand_in:
            removed(place, things)


def removed(place: Place, things: dict[str, list[dict[str, Any]]]) -> None:
    """Take everything away from a real controller; labels go with what has them."""
    for kind, module, path, _name in reversed(KINDS):
        if path and kind not in ("labels", "workflow_nodes"):
            for item in things[kind]:
                known = {k: v for k, v in item.items() if k in ("name", "organization", "inventory", "credential_type")}
                place.module(module, {**known, "state": "absent"})


def test_a_change_is_one_request(place: Place) -> None:
    if not place.stand_in:
        pytest.skip("the stand-in's record")
    chosen = {"playbooks": ["plan", "upgrade"], "schedules": []}
    things = wanted(**chosen)
    things["workflow_job_templates"] = [{"name": "none", "organization": "edge.infra"}]
    place.walk(things, check=False)
    before = place.writes()
    later = wanted(
        **chosen, answers={"upgrade": {"starlingx_upgrade_type": "software"}}, extra_vars={"edge_kept": "no"}
    )
    later["workflow_job_templates"] = things["workflow_job_templates"]
    would = place.walk(later, check=True)
    assert would == ["job_templates edge.infra upgrade", "job_templates edge.infra plan"]
    assert place.walk(later, check=False) == would
    sent = [
        (method, path.partition("/api/v2/")[2].split("/")[-2])
        for method, path, _body in place.stand_in.writes()[before:]
    ]
    assert [method for method, _what in sent] == ["PATCH", "POST", "PATCH"]
    assert sent[1][1] == "survey_spec"


def test_what_is_not_wanted_any_more_goes(place: Place) -> None:
    """What the role has made, and nothing of anybody else; predicted, done, and then there is nothing left to do."""
    if not place.stand_in:
        pytest.skip("the stand-in's record")
    night = {"name": "edge.infra upgrade by night", "playbook": "upgrade", "rrule": DAILY}
    before = wanted(playbooks=["plan", "upgrade"], schedules=[night], teams={})
    place.walk(before, check=False)
    mine = {**before["job_templates"][0], "name": "mine"}
    assert place.module("job_template", mine)["changed"]
    own = {"name": "every night", "unified_job_template": "edge.infra upgrade", "rrule": DAILY}
    assert place.module("schedule", own)["changed"]
    later, world = wanted(playbooks=["plan"], schedules=[], teams={}), place.stand_in.world
    lists = ("schedules", "workflow_job_template_nodes", "job_templates")
    options = read(ROLE / "defaults/main.yml")
    known = {k: options[f"awx_project_{k}"] for k in ("prefix", "organization", "workflow")}

    def unwanted() -> list[tuple[str, dict[str, Any]]]:
        found = superfluous(later, {path: list(world.lists[path].values()) for path in lists}, known)
        modules = {kind: module for kind, module, _path, _name in KINDS}
        return [(modules[kind], item) for kind, items in found.items() for item in items]

    assert [(module, item["name"]) for module, item in unwanted()] == [
        ("schedule", night["name"]),
        ("job_template", "edge.infra upgrade"),
    ]
    written = place.writes()
    assert all(place.module(module, item, check=True)["changed"] for module, item in unwanted())
    assert place.writes() == written
    assert all(place.module(module, item)["changed"] for module, item in unwanted())
    assert unwanted() == []
    assert {one["name"] for one in world.lists["job_templates"].values()} == {"edge.infra plan", "mine"}


def test_the_role_makes_what_it_predicts(place: Place, tmp_path: Path) -> None:
    """The playbook itself, with one job template; the tasks of the twins and of the modules have the same names."""
    if not place.stand_in:
        pytest.skip("the stand-in's record")
    variables = tmp_path / "variables.yml"
    known = {f"awx_project_{k}": v for k, v in settings().items() if k in ("scm_url", "image")}
    known["awx_project_credentials"] = [
        {"name": "bmc", "kind": "bmc", "inputs": {"username": "x", "password": "of-bmc"}},
        {"name": "lent vault", "kind": "vault"},
    ]
    known |= {"awx_project_playbooks": ["upgrade"], "awx_project_export": str(tmp_path / "controller.yml")}
    known |= {"awx_project_teams": {"viewers": ["read"]}}
    program = str(Path(sys.executable).parent / "ansible-playbook")
    environment = {
        **os.environ,
        "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.jsonl",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_PIPELINING": "true",
        "ANSIBLE_LOCAL_TEMP": str(tmp_path / "local"),
        "ANSIBLE_REMOTE_TEMP": str(tmp_path / "remote"),
    }
    variables.write_text(yaml.safe_dump(known), encoding="utf-8")

    def start(*more: str) -> subprocess.CompletedProcess[str]:
        command = [program, "edge.infra.awx", "-i", "localhost,", "-e", f"@{variables}", *more]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)

    def run(*more: str) -> list[tuple[str, str]]:
        done = start(*more)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr
        events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        found = []
        for event in events:
            for result in event.get("hosts", {}).values():
                if event.get("_event", "").startswith("v2_runner_on_ok") and result.get("changed"):
                    found.append(
                        (event["task"]["name"], len([r for r in result.get("results", [{}]) if r.get("changed", True)]))
                    )
        return [(name, str(number)) for name, number in found]

    assert "AWX has no credential lent vault, or does not show it" in start().stdout
    world = place.stand_in.world
    (kind,) = [number for number, one in world.lists["credential_types"].items() if one["name"] == "Vault"]
    world.make("credentials", {"name": "lent vault", "credential_type": kind})
    would = run("--check")
    assert place.writes() == 0 and would
    assert run() == would
    made = place.writes()
    assert run("--check") == []
    assert place.writes() == made
    template = next(iter(place.stand_in.world.lists["job_templates"].values()))
    assert "{{ [ask_starlingx_upgrade_releases" in json.loads(template["extra_vars"])["starlingx_upgrade_releases"]
    known |= {"awx_project_playbooks": ["plan"], "awx_project_prune": True}
    variables.write_text(yaml.safe_dump(known), encoding="utf-8")
    assert dict(run())["edge.infra.awx_project : Remove job templates"] == "1"
    assert [one["name"] for one in place.stand_in.world.lists["job_templates"].values()] == ["edge.infra plan"]
    assert "did you mean awx_project_scm_url?" in start("--tags", "export", "-e", "awx_project_scm_ulr=x").stdout
    run("--tags", "export")
    exported = (tmp_path / "controller.yml").read_text(encoding="utf-8")
    assert (tmp_path / "controller.yml").stat().st_mode & 0o777 == 0o600
    assert "controller_templates:" in exported and "of-bmc" not in exported
    assert not re.search(r"^(?!.*!unsafe).*\{\{", exported, re.M)
    environment |= {"CONTROLLER_HOST": "", "HOME": str(tmp_path), "PWD": str(tmp_path)}
    command = [program, "edge.infra.awx", "-i", "localhost,", "-e", f"@{variables}", "--check"]
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode != 0 and "CONTROLLER_HOST is not set" in done.stdout, "instead of a call of this machine"


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("organizations", {"name": "a", "colour": "red"}, "no field of that name"),
        ("organizations", {"description": "nameless"}, "required"),
        ("labels", {"name": "a", "organization": 99}, "does not exist"),
        ("projects", {"name": "a", "scm_type": "git"}, "SCM URL is required"),
        ("execution_environments", {"name": "a", "image": 5}, "Not a valid str"),
        ("credential_types", {"name": "a", "kind": "cloud", "injectors": {"env": {"A": "{{ b }}"}}}, "undefined"),
        ("credential_types", {"name": "a", "kind": "cloud", "injectors": {"env": {"ANSIBLE_A": "b"}}}, "not allowed"),
        ("credential_types", {"name": "a", "kind": "vault"}, "not a valid choice"),
        ("credential_types", {"name": "Vault", "kind": "cloud"}, "already exists"),
    ],
)
def test_the_stand_in_refuses(path: str, body: dict[str, Any], words: str) -> None:
    """What a controller would not take, and what only a mistake sends."""
    stand_in = Controller()
    try:
        with pytest.raises(Refused, match=words):
            stand_in.world.make(path, body)
    finally:
        stand_in.server_close()
