# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job templates and surveys as they are generated: questions, answers that become options, what nobody may forget."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template
from ansible_collections.edge.infra.plugins.module_utils._awx.objects import Fault, exported, objects, predicted

ROOT = Path(__file__).resolve().parents[3]
FILES = ROOT / "roles/awx_project/files"


def generator() -> Any:
    """tests/generate is no package."""
    spec = importlib.util.spec_from_file_location("awx_generator", ROOT / "tests/generate/awx.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


AWX = generator()


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def evaluated(expression: str, **answers: Any) -> Any:
    """What a variable of a job template is in the job: it is a template, and the answers are not."""
    templar = Templar(DataLoader(), variables=answers)
    return templar.template(trust_as_template(f"{{% set found = {expression.strip('{} ')} %}}{{{{ found }}}}"))


def whether_given(expression: str, **answers: Any) -> bool:
    """Whether it says anything."""
    inner = expression.strip("{} ")
    return bool(Templar(DataLoader(), variables=answers).template(trust_as_template(f"{{{{ ({inner}) is defined }}}}")))


@pytest.mark.parametrize(
    ("option", "default", "asked"),
    [
        ({"type": "bool", "default": True}, None, {"type": "multiplechoice", "default": "true", "variable": "ask_r_x"}),
        ({"type": "int", "default": 3}, None, {"type": "integer", "default": 3, "variable": "r_x"}),
        ({"type": "float", "default": 3}, None, {"type": "float", "default": 3.0, "variable": "r_x"}),
        ({"choices": ["a", 1], "default": 1}, None, {"type": "multiplechoice", "choices": ["a", "1"], "default": "1"}),
        ({"type": "list", "choices": ["a", "b"]}, None, {"type": "multiselect", "choices": ["a", "b"]}),
        ({"type": "list", "default": ["a"]}, None, {"type": "textarea", "default": "[a]"}),
        ({"type": "dict", "default": {}}, None, {"type": "textarea", "default": ""}),
        ({"type": "str", "required": True}, None, {"type": "text", "required": True, "variable": "r_x"}),
        ({"type": "str", "default": ""}, "", {"type": "text", "required": False, "variable": "r_x"}),
        ({"type": "path"}, "{{ edge_x }}", {"type": "text", "variable": "ask_r_x"}),
        ({"type": "str", "no_log": True}, None, {"type": "password", "variable": "ask_r_x", "required": False}),
    ],
)
def test_an_option_becomes_a_question(option: dict[str, Any], default: Any, asked: dict[str, Any]) -> None:
    found, expression = AWX.question("r_x", {"description": "What V(x) is.", **option}, "r", default)
    assert {key: found[key] for key in asked} == asked
    assert found["question_name"] == "X"
    assert found["question_description"].startswith("What x is.")
    assert bool(expression) == found["variable"].startswith("ask_")


@pytest.mark.parametrize(
    ("option", "answer", "value"),
    [
        ({"type": "bool"}, "false", False),
        ({"type": "bool"}, "true", True),
        ({"type": "list"}, "a", ["a"]),
        ({"type": "list"}, "- a\n- b", ["a", "b"]),
        ({"type": "list"}, "", []),
        ({"type": "dict"}, '{"a": {"b": 1}}', {"a": {"b": 1}}),
        ({"type": "dict"}, "", {}),
        ({"type": "list", "choices": ["a", "b"]}, ["b"], ["b"]),
        ({"type": "str", "default": "known"}, "", "known"),
        ({"type": "str", "default": "known"}, "other", "other"),
        ({"type": "str"}, "{{ 1 + 1 }}", "{{ 1 + 1 }}"),
    ],
)
def test_an_answer_becomes_the_option(option: dict[str, Any], answer: Any, value: Any) -> None:
    """Also one that somebody meant to be evaluated."""
    _found, expression = AWX.question("r_x", {"description": "A.", **option}, "r")
    assert evaluated(expression, ask_r_x=answer) == value


def test_no_answer_leaves_an_option_unsaid() -> None:
    _found, expression = AWX.question("edge_x", {"description": "A.", "type": "str"}, "")
    assert not whether_given(expression, ask_edge_x="")
    assert whether_given(expression, ask_edge_x="a")


def test_what_surveys_suggest_is_what_the_roles_say() -> None:
    """Each default, as AWX would give it to the job, is the default of the option."""
    table = read(ROOT / AWX.TABLE)
    seen = 0
    for playbook, template in AWX.templates(ROOT).items():
        for reference, question in zip(table["playbooks"][playbook].get("ask", []), template["survey"], strict=True):
            where, _dot, name = reference.partition(".")
            if where == "own":
                option, default = table["own"][name], None
                name = option.get("name", name)
            else:
                role, entry = where.split("/")
                option = read(ROOT / f"roles/{role}/meta/argument_specs.yml")["argument_specs"][entry]["options"][name]
                default = read(ROOT / f"roles/{role}/defaults/main.yml").get(name)
            assert question["required"] == bool(option.get("required"))
            if question["required"] or (isinstance(default, str) and "{{" in default) or "default" not in option:
                continue
            answers = {question["variable"]: question["default"]}
            value = evaluated(template["variables"].get(name, f"{{{{ {name} }}}}"), **answers)
            assert value == option["default"], f"{playbook}: {name}"
            seen += 1
    assert seen > 15


def test_a_playbook_that_nobody_has_thought_of_is_an_error(tmp_path: Path) -> None:
    for folder in ("playbooks", "roles", "tests"):
        (tmp_path / folder).symlink_to(ROOT / folder) if folder != "playbooks" else (tmp_path / folder).mkdir()
    for path in (ROOT / "playbooks").glob("*.yml"):
        (tmp_path / "playbooks" / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "playbooks/brand_new.yml").write_text("- hosts: all\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="brand_new"):
        AWX.templates(tmp_path)
    with pytest.raises(SystemExit, match="roles do not have"):
        AWX.questions(ROOT, "plan", ["starlingx_upgrade/upgrade.starlingx_upgrade_type"], {})
    with pytest.raises(SystemExit, match="does not use"):
        AWX.questions(ROOT, "plan", ["own.edge_x"], {"edge_x": {"type": "str"}})


def templates() -> dict[str, Any]:
    return {name: row for path in sorted((FILES / "job_templates").glob("*.yml")) for name, row in read(path).items()}


def test_what_runs_by_itself_asks_for_nothing() -> None:
    """AWX makes no schedule and no webhook's job of a template with a required question."""
    names = {row["playbook"] for row in read(FILES / "workflow.yml") if "playbook" in row} | {"drift", "gitops"}
    assert names <= set(templates())
    assert not [name for name in names if any(question["required"] for question in templates()[name]["survey"])]


def test_credentials_give_what_is_read() -> None:
    """Variables of roles, and the environment of modules and inventory plugins."""
    texts = [
        p.read_text(encoding="utf-8")
        for top in ("roles", "playbooks")
        for p in (ROOT / top).rglob("*.yml")
        if p.parent.name != "files"
    ]
    roles = "\n".join(texts)
    documents = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "plugins/doc_fragments").glob("*.py")) + roles
    types = read(FILES / "credential_types.yml")
    for kind, row in types.items():
        assert {one["id"] for one in row["inputs"]["fields"]} == set(row["inputs"]["required"]), (
            f"{kind}: an empty field wins"
        )
        for variable in row["injectors"].get("extra_vars", {}):
            assert re.search(rf"\b{variable}\b", roles), variable
        for variable in row["injectors"].get("env", {}):
            assert re.search(rf"\b{variable}\b", documents), variable
    kinds = {kind for row in templates().values() for kind in row["credentials"]}
    assert kinds == {*types, "vault", "machine"}


SETTINGS: dict[str, Any] = {
    "prefix": "e ", "organization": "o", "project": "p", "scm_url": "u", "scm_branch": "", "scm_credential": "",
    "galaxy_credentials": [], "image": "", "environment": "e", "playbooks": [], "work_dir": "", "work_url": "",
    "update_secrets": False, "slices": {},
    "inventories": [{"name": "i", "source_path": "inventories/simplex"}], "credentials": [], "answers": {},
    "extra_vars": {}, "workflow": "w", "schedules": [], "teams": {"t": ["execute"]}, "notifications": [],
    "webhook_service": "", "webhook_credential": "",
}  # fmt: skip


def wanted(**other: Any) -> Any:
    types, nodes = read(FILES / "credential_types.yml"), read(FILES / "workflow.yml")
    return objects(types, templates(), nodes, {**SETTINGS, **other})


def test_who_needs_no_other_host_may_be_sliced() -> None:
    found = {t["name"]: t.get("job_slice_count") for t in wanted(slices={"adopt": 4, "plan": 1})["job_templates"]}
    assert (found["e adopt"], found["e plan"], found["e upgrade"]) == (4, 1, None)


def test_a_job_that_wants_the_plan_of_all_is_told_that_it_is_a_slice() -> None:
    """AWX tells it nothing of it."""
    for number, told in ((1, False), (3, True)):
        rows = {t["name"]: t for t in wanted(slices={"subclouds": number, "adopt": number})["job_templates"]}
        assert rows["e subclouds"]["extra_vars"].get("starlingx_subclouds_sliced", False) is told
        assert True not in rows["e adopt"]["extra_vars"].values()


@pytest.mark.parametrize("source", ["inventories/simplex", "inventories/simplex/hosts.yml"])
def test_a_job_is_told_the_folder_of_its_inventory(source: str) -> None:
    """What is named beside an inventory is in the project, while AWX writes the inventory itself elsewhere."""
    [inventory] = wanted(inventories=[{"name": "i", "source_path": source}])["inventories"]
    assert inventory["variables"]["site_plan_folder"] == "{{ playbook_dir | dirname }}/inventories/simplex"


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"playbooks": ["plann"]}, "awx_project_playbooks: there is no job template for plann"),
        ({"inventories": []}, "awx_project_inventories: there is none"),
        ({"credentials": [{"name": "c", "kind": "osmm"}]}, "awx_project_credentials: c is of the kind osmm"),
        ({"slices": {"provision": 4}}, "awx_project_slices: provision cannot be sliced"),
        ({"answers": {"plan": {"colour": 1}}}, "awx_project_answers: plan does not ask for colour"),
        ({"notifications": [{"name": "n", "type": "webhook", "configuration": {}, "events": ["done"]}]}, "event done"),
    ],
)
def test_a_setting_that_cannot_be_is_named(other: dict[str, Any], words: str) -> None:
    with pytest.raises(Fault, match=words):
        wanted(**other)


def test_some_playbooks_have_no_workflow_without_its_stages() -> None:
    some = wanted(playbooks=["plan", "drift"])
    assert [row["name"] for row in some["job_templates"]] == ["e drift", "e plan"]
    assert some["workflow_job_templates"] == some["workflow_nodes"] == []
    assert len(wanted()["workflow_nodes"]) == 9


def test_what_is_there_is_not_told_by_the_twin() -> None:
    every = wanted()
    there: dict[str, list[str]] = {"organizations": ["o"]}
    assert predicted(every, {})["teams"] == every["teams"]
    assert predicted(every, there)["teams"] == []
    assert predicted(every, there)["roles"] == every["roles"]
    assert predicted(every, {**there, "teams": ["t"]})["roles"] == []


def test_an_export_has_the_nodes_with_what_follows_them() -> None:
    nodes = exported(wanted())["controller_workflows"][0]["simplified_workflow_nodes"]
    assert nodes[0]["success_nodes"] == ["approval"] and "approval_node" in nodes[1]
    secret = exported(wanted(credentials=[{"name": "c", "kind": "bmc", "inputs": {"username": "a", "password": "b"}}]))
    assert secret["controller_credentials"] == [{"name": "c", "organization": "o", "credential_type": "edge.infra BMC"}]
