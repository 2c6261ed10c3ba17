# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a job of AWX needs before it begins: nobody is asked, a project that brings its collection, an image."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

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


#: playbooks that ask only where a variable is set that no survey offers
FURTHER = {"openstack_vim": "openstack_vim_state"}


def test_nobody_is_asked_in_a_job() -> None:
    """Whatever would ask for the name of a site has a survey that does, and its template cannot be launched without.

    What asks in a part that no survey leads to is not reached in a job.
    """
    for path in sorted((ROOT / "playbooks").glob("*.yml")):
        text = path.read_text(encoding="utf-8")
        assert "vars_prompt" not in text
        for asked in re.finditer(r"ansible\.builtin\.pause:.*?when: (.*?)\n", text, re.S):
            assert asked[1].startswith("edge_confirm is not defined"), path.name
            survey = template(path.stem.removesuffix("_kubeadm").removesuffix("_subclouds"))["survey"]
            if path.stem in FURTHER:
                assert not {FURTHER[path.stem], "edge_confirm"} & {one["variable"] for one in survey}
                continue
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
    steps = (tmp_path / "context/Containerfile").read_text(encoding="utf-8").split("\nFROM ")[-1]
    assert "ENV ANSIBLE_CALLBACKS_ENABLED=edge.infra.progress" in steps.splitlines()
    core = read(FILES / "execution-environment.yml")["dependencies"]
    for part in ("ansible_core", "ansible_runner"):
        assert core[part]["package_pip"] in (tmp_path / "context/Containerfile").read_text(encoding="utf-8")
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
