# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbooks as a job of AWX runs them: no terminal, answers that are not evaluated, a script as inventory, an image."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._awx.objects import objects

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "roles/awx_project/files"
PROGRAMS = Path(sys.executable).parent


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def template(name: str) -> dict[str, Any]:
    """A playbook's row."""
    return next(row[name] for path in (FILES / "job_templates").glob("*.yml") if name in (row := read(path)))


def done(*command: str, folder: Path, environment: dict[str, str] | None = None) -> str:
    """What a program says that ends well."""
    program = [sys.executable, "-m", "ansible_builder"] if command[0] == "ansible-builder" else [PROGRAMS / command[0]]
    run = subprocess.run(
        [*program, *command[1:]],
        cwd=folder,
        env={**os.environ, "ANSIBLE_HOME": str(folder), "ANSIBLE_LOCALHOST_WARNING": "false", **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-2000:]
    return run.stdout


class Answer(str):
    """What was said at a launch: AWX writes it as ``!unsafe``."""


yaml.SafeDumper.add_representer(Answer, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


def test_a_job_writes_where_it_was_told(tmp_path: Path) -> None:
    """The plan of the sample, from a script: the project is left as it was, and the results say where the report is."""
    project, kept = tmp_path / "project", tmp_path / "kept"
    shutil.copytree(ROOT / "playbooks", project / "playbooks")
    shutil.copytree(
        ROOT / "inventories/simplex", project / "inventories/simplex", ignore=shutil.ignore_patterns(".edge")
    )
    before = sorted(project.rglob("*"))
    row = template("plan")
    empty = (
        "scm_url", "scm_branch", "scm_credential", "image", "update_secrets", "webhook_service", "environment",
        "workflow",
    )  # fmt: skip
    wanted = objects(
        {}, {"plan": row}, [],
        {
            **dict.fromkeys(empty, ""),
            **{key: [] for key in ("playbooks", "galaxy_credentials", "credentials", "schedules", "notifications")},
            "prefix": "e ", "organization": "o", "project": "p", "teams": {}, "extra_vars": {}, "work_dir": str(kept),
            "inventories": [{"name": "i", "source_path": "inventories/simplex"}],
            "answers": {"plan": {"site_plan_check_secrets": "false"}},
        },
    )  # fmt: skip
    made = wanted["job_templates"][0]
    answers = {one["variable"]: Answer(one["default"]) for one in made["survey_spec"]["spec"]}
    (tmp_path / "extravars").write_text(yaml.safe_dump({**made["extra_vars"], **answers}), encoding="utf-8")
    listed = json.loads(
        done("ansible-inventory", "-i", str(project / "inventories/simplex"), "--list", "--export", folder=tmp_path)
    )
    listed.setdefault("all", {}).setdefault("vars", {}).update(wanted["inventories"][0]["variables"])
    script = tmp_path / "inventory/hosts"
    script.parent.mkdir()
    script.write_text(f"#!{sys.executable}\nprint({json.dumps(listed)!r})\n", encoding="utf-8")
    script.chmod(0o755)
    output = done(
        "ansible-playbook", "-i", "../inventory/hosts", "-e", "@../extravars", made["playbook"],
        folder=project,
        environment={
            "ANSIBLE_HOME": str(tmp_path / "home"), "ANSIBLE_SHOW_CUSTOM_STATS": "true",
            "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default",
        },
    )  # fmt: skip
    assert sorted(project.rglob("*")) == before
    assert [path.name for path in script.parent.iterdir()] == ["hosts"]
    assert (kept / "plan.html").exists()
    assert re.search(r"CUSTOM STATS.*edge_plan.*" + re.escape(str(kept)), output, re.S)


def test_nobody_is_asked_in_a_job() -> None:
    """Whatever would ask for the name of a site has a survey that does, and its template cannot be launched without."""
    for path in sorted((ROOT / "playbooks").glob("*.yml")):
        text = path.read_text(encoding="utf-8")
        assert "vars_prompt" not in text
        for asked in re.finditer(r"ansible\.builtin\.pause:.*?when: (.*?)\n", text, re.S):
            assert asked[1].startswith("edge_confirm is not defined"), path.name
            survey = template(path.stem.removesuffix("_kubeadm").removesuffix("_subclouds"))["survey"]
            assert [one["required"] for one in survey if one["variable"] == "edge_confirm"] == [True], path.name


def test_a_project_brings_its_own_collection(tmp_path: Path) -> None:
    """As AWX synchronises it: in its folder, with what the controller has."""
    import ansible_collections

    others = os.pathsep.join(str(Path(path).parent) for path in ansible_collections.__path__ if "site-packages" in path)
    environment = {
        "ANSIBLE_COLLECTIONS_PATH": f"{tmp_path}:{others}",
        "PYTHONPATH": "",
        "ANSIBLE_HOME": str(tmp_path / "home"),
    }
    told = done(
        "ansible-galaxy", "collection", "install", "--offline", "-p", str(tmp_path),
        "-r", "collections/requirements.yml", folder=ROOT, environment=environment,
    )  # fmt: skip
    assert "edge.infra" in told
    assert (tmp_path / "ansible_collections/edge/infra/playbooks/plan.yml").exists()


def test_the_image_has_what_the_collection_needs(tmp_path: Path) -> None:
    """The context is made, and what the builder finds in the collection is what the file of requirements says."""
    pytest.importorskip("ansible_builder", reason="needs ansible-builder")
    shutil.copy(FILES / "execution-environment.yml", tmp_path)
    done("ansible-builder", "create", "-c", "context", "-f", "execution-environment.yml", folder=tmp_path)
    assert read(tmp_path / "context/_build/requirements.yml") == {"collections": [{"name": "edge.infra"}]}
    collection = tmp_path / "ansible_collections/edge/infra"
    collection.mkdir(parents=True)
    (collection / "meta").symlink_to(ROOT / "meta")
    (collection / "galaxy.yml").symlink_to(ROOT / "galaxy.yml")
    found = yaml.safe_load(done("ansible-builder", "introspect", str(tmp_path), folder=tmp_path))
    names = {re.split(r"[<>=~!\s]", line)[0].lower() for line in found["python"]}
    lines = (ROOT / "meta/ee-requirements.txt").read_text(encoding="utf-8").splitlines()
    # the builder leaves out what every image has
    assert names == {re.split(r"[<>=~!]", line)[0].lower() for line in lines if line and line[0] != "#"} - {"pyyaml"}
    assert {line.split()[0] for line in found["system"]} == {"git", "openssh-client", "openssh-clients"}
