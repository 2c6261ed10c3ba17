# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An image for jobs as its files describe it, without a container, and a job in it as AWX runs one.

The image is a virtual environment with what ``meta/execution-environment.yml`` and the definition for ansible-builder
ask for, with what that asks for, and nothing else: links to what the tests have, or (``EDGE_AWX_IMAGE=pip``) an
installation from the package index. A job is a folder as AWX makes it (project, inventory, answers, environment), which
ansible-runner plays.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import Template
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
DEFINITION = ROOT / "roles/awx_project/files/execution-environment.yml"
#: programs that ansible-runner and the playbooks call
PROGRAMS = ("ansible-core", "ansible-runner")


def read(path: Path) -> Any:
    """A YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def requirements() -> list[Requirement]:
    """What the image's files ask for of Python, by what ansible-builder reads of them."""
    definition = read(DEFINITION)["dependencies"]
    named = read(ROOT / "meta/execution-environment.yml")["dependencies"]["python"]
    lines = (ROOT / named).read_text(encoding="utf-8").splitlines()
    core = [definition[part]["package_pip"] for part in ("ansible_core", "ansible_runner")]
    return [Requirement(line) for line in [*core, *lines] if line and not line.startswith("#")]


def closure(wanted: list[Requirement]) -> dict[str, importlib.metadata.Distribution]:
    """Everything that has to be installed for these, by name; what the tests have in another version is told."""
    found: dict[str, importlib.metadata.Distribution] = {}
    todo = [(one, "") for one in wanted]
    seen: set[tuple[str, str]] = set()
    while todo:
        one, extra = todo.pop()
        name = re.sub(r"[-_.]+", "-", one.name).lower()
        if one.marker and not one.marker.evaluate({"extra": extra}):
            continue
        try:
            there = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            if name == "ansible-runner":
                pytest.skip("needs ansible-runner (requirements/test.txt)")
            raise AssertionError(f"the image's files ask for {one}, which the tests do not have") from None
        assert one.specifier.contains(there.version, prereleases=True), f"{one}: the tests have {there.version}"
        found[name] = there
        for more in one.extras or {""}:
            if (name, more) not in seen:
                seen.add((name, more))
                todo += [(Requirement(text), more) for text in there.requires or []]
    return found


def collections(folder: Path) -> None:
    """Link those that galaxy.yml names, and what these name, as a Galaxy server would bring them."""
    import ansible_collections

    places = [Path(path) for path in ansible_collections.__path__]
    todo, done = list(read(ROOT / "galaxy.yml")["dependencies"]), set()
    while todo:
        name = todo.pop()
        if name in done:
            continue
        done.add(name)
        source = next(p / name.replace(".", "/") for p in places if (p / name.replace(".", "/")).is_dir())
        target = folder / "ansible_collections" / name.replace(".", "/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(source)
        manifest = json.loads((source / "MANIFEST.json").read_text(encoding="utf-8"))
        todo += list(manifest["collection_info"]["dependencies"])
    own = folder / "ansible_collections/edge/infra"
    own.parent.mkdir()
    own.symlink_to(ROOT)


class Image:
    """The virtual environment, its collections, and the variables that the definition sets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "bin/python"
        by_pip = os.environ.get("EDGE_AWX_IMAGE") == "pip"
        venv.EnvBuilder(with_pip=by_pip, symlinks=True).create(folder)
        if by_pip:
            wanted = map(str, requirements())
            # what the tests find by their environment is not in the image
            own = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
            subprocess.run([self.python, "-m", "pip", "install", "-q", *wanted], env=own, check=True, timeout=600)
        else:
            self._linked()
        collections(folder / "collections")

    def _linked(self) -> None:
        place = next(self.folder.glob("lib/python*/site-packages"))
        for name, distribution in closure(requirements()).items():
            for top in sorted({file.parts[0] for file in distribution.files or [] if file.parts[0] != ".."}):
                source = Path(str(distribution.locate_file(top)))
                if top != "__pycache__" and source.exists() and not (place / top).exists():
                    (place / top).symlink_to(source)
            for entry in distribution.entry_points:
                if name in PROGRAMS and entry.group == "console_scripts":
                    script = self.folder / "bin" / entry.name
                    code = f"import sys\nfrom {entry.module} import {entry.attr}\nsys.exit({entry.attr}())\n"
                    script.write_text(f"#!{self.python}\n{code}", encoding="utf-8")
                    script.chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        """Variables of a process in it: what the definition writes into the image, and the least else."""
        steps = read(DEFINITION).get("additional_build_steps", {}).get("append_final", [])
        given = [line.removeprefix("ENV ") for line in steps if line.startswith("ENV ")]
        return {
            "PATH": f"{self.folder}/bin:/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            **dict(pair.split("=", 1) for line in given for pair in line.split()),
        }


class Answer(str):
    """What was said at a launch: AWX writes it as ``!unsafe``."""


class _Dumper(yaml.SafeDumper):
    """Only here: another dumper of the tests has no such answers."""


_Dumper.add_representer(Answer, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


def project(folder: Path, inventory: str) -> Path:
    """A checkout as AWX has it: what is not of the collection itself."""
    shutil.copytree(ROOT / "playbooks", folder / "playbooks")
    shutil.copytree(
        ROOT / "inventories" / inventory,
        folder / "inventories" / inventory,
        ignore=shutil.ignore_patterns(".edge"),
    )
    return folder


def listed(folder: Path, inventory: str, image: Image, variables: dict[str, Any]) -> str:
    """The script that AWX writes of an inventory that a source of the project has filled; host variables are texts."""
    command = [image.folder / "bin/ansible-inventory", "-i", folder / "inventories" / inventory, "--list", "--export"]
    done = subprocess.run(command, env=image.environment, capture_output=True, text=True, timeout=120, check=True)
    found = json.loads(done.stdout)
    found.setdefault("all", {}).setdefault("vars", {}).update(variables)
    return f"#!{sys.executable}\nprint({json.dumps(found)!r})\n"


class Ended:
    """A job that has ended: its status, output, events, and what it told its workflow."""

    def __init__(self, folder: Path) -> None:
        self.status = (folder / "status").read_text(encoding="utf-8")
        self.output = (folder / "stdout").read_text(encoding="utf-8")
        whole = [path for path in (folder / "job_events").glob("*.json") if "partial" not in path.name]
        files = sorted(whole, key=lambda path: int(path.name.partition("-")[0]))
        self.events = [json.loads(path.read_text(encoding="utf-8")) for path in files]
        last = [event for event in self.events if event["event"] == "playbook_on_stats"]
        self.artifacts: dict[str, Any] = last[-1]["event_data"].get("artifact_data", {}) if last else {}

    @property
    def words(self) -> Iterator[str]:
        """What failed tasks say."""
        for event in self.events:
            if event["event"] in ("runner_on_failed", "runner_item_on_failed", "runner_on_unreachable"):
                yield str(event["event_data"]["res"].get("msg", ""))


class Job:
    """A job's folder, as AWX makes it."""

    def __init__(self, folder: Path, image: Image, project_folder: Path, inventory: str) -> None:
        self.folder, self.image = folder, image
        for name in ("inventory", "env", "home", "tmp"):
            (folder / name).mkdir(parents=True)
        (folder / "project").symlink_to(project_folder)
        script = folder / "inventory/hosts"
        script.write_text(inventory, encoding="utf-8")
        script.chmod(0o755)

    def _injected(self, credentials: dict[str, dict[str, str]]) -> tuple[dict[str, str], dict[str, str]]:
        """Variables and environment that credentials give, by what their types say; files are the job's own."""
        types = read(ROOT / "roles/awx_project/files/credential_types.yml")
        variables: dict[str, str] = {}
        environment: dict[str, str] = {}
        for kind, inputs in credentials.items():
            injectors = types[kind]["injectors"]
            known: dict[str, Any] = dict(inputs)
            if "file" in injectors:
                path = self.folder / "env" / kind
                path.write_text(Template(injectors["file"]["template"]).render(inputs), encoding="utf-8")
                known["tower"] = {"filename": str(path)}
            variables |= {k: Template(v).render(known) for k, v in injectors.get("extra_vars", {}).items()}
            environment |= {k: Template(v).render(known) for k, v in injectors.get("env", {}).items()}
        return variables, environment

    def run(
        self,
        template: dict[str, Any],
        answers: dict[str, Any],
        credentials: dict[str, dict[str, str]],
        check: bool = False,
        **more: Any,
    ) -> Ended:
        """Launch a job template.

        :param answers: to its survey's questions, by option; the others as it suggests.
        :param credentials: inputs by kind; those that the template has no use for are not given.
        :param more: variables of the launch.
        """
        spec = (template.get("survey_spec") or {}).get("spec", [])
        asked = {one["variable"]: one["variable"].removeprefix("ask_") for one in spec}
        said = {one["variable"]: answers.get(asked[one["variable"]], one.get("default", "")) for one in spec}
        injected, secret = self._injected(credentials)
        said = {name: Answer(text) if isinstance(text, str) else text for name, text in said.items() if text != ""}
        variables = {
            **template["extra_vars"],
            **said,
            **more,
            **injected,
            "awx_job_id": 7,
            "awx_job_launch_type": "manual",
        }
        text = yaml.dump(variables, Dumper=_Dumper, sort_keys=False)
        (self.folder / "env/extravars").write_text(text, encoding="utf-8")
        (self.folder / "env/cmdline").write_text("--check --diff" if check else "", encoding="utf-8")
        environment = {
            **self.image.environment,
            **secret,
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            "ANSIBLE_COLLECTIONS_PATH": str(self.image.folder / "collections"),
            "ANSIBLE_FORCE_COLOR": "True",
            "ANSIBLE_HOST_KEY_CHECKING": "False",
            "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
            "ANSIBLE_PARAMIKO_RECORD_HOST_KEYS": "False",
            "ANSIBLE_RETRY_FILES_ENABLED": "False",
            "ANSIBLE_TIMEOUT": "2",
            "EDGE_INFRA_PROGRESS_AFTER": "0",
            "AWX_PRIVATE_DATA_DIR": str(self.folder),
            "INVENTORY_ID": "1",
            "JOB_ID": "7",
            "PROJECT_REVISION": "0" * 40,
        }
        command = [
            *(self.image.python, "-m", "ansible_runner", "run", self.folder, "-q", "--ident", "7"),
            *("--inventory", self.folder / "inventory/hosts", "-p", template["playbook"]),
        ]
        artifacts = self.folder / "artifacts/7"
        shutil.rmtree(artifacts, ignore_errors=True)
        done = subprocess.run(
            command,
            env=environment,
            cwd=self.folder / "project",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=1200,
            check=False,
        )
        for inner in (value for inputs in credentials.values() for name, value in inputs.items() if "password" in name):
            assert inner not in done.stdout + done.stderr
        assert (artifacts / "status").exists(), done.stdout + done.stderr
        return Ended(artifacts)
