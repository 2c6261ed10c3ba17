# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection's papers agree with what is in it."""

from __future__ import annotations

import ast
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
APIS = ("osm", "starlingx", "l2sm")


def document(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def documentation(module: Path) -> dict[str, Any]:
    """The DOCUMENTATION of a module, read without importing it."""
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and [getattr(t, "id", "") for t in node.targets] == ["DOCUMENTATION"]:
            return dict(yaml.safe_load(ast.literal_eval(node.value)))
    raise AssertionError(f"{module.name} has no DOCUMENTATION")


def modules_that_connect() -> dict[str, list[str]]:
    """By API the modules that take its connection options."""
    found: dict[str, list[str]] = {api: [] for api in APIS}
    for path in sorted((ROOT / "plugins" / "modules").glob("*.py")):
        fragments = documentation(path).get("extends_documentation_fragment") or []
        for fragment in [fragments] if isinstance(fragments, str) else fragments:
            api = fragment.removeprefix("edge.infra.")
            if api in found:
                found[api].append(path.stem)
    return found


@pytest.mark.parametrize("api", APIS)
def test_a_module_that_connects_to_an_api_is_in_its_action_group(api: str) -> None:
    groups = document("meta/runtime.yml")["action_groups"]
    assert sorted(groups.get(api, [])) == modules_that_connect()[api], "run `make generate`"


def test_required_ansible_is_a_lower_bound_only() -> None:
    assert re.fullmatch(r">=\d+\.\d+\.\d+", document("meta/runtime.yml")["requires_ansible"])


def test_dependencies_are_collections_that_are_used_and_installed() -> None:
    dependencies = document("galaxy.yml")["dependencies"]
    texts = [path.read_text(encoding="utf-8") for top in ("roles", "playbooks") for path in (ROOT / top).rglob("*.yml")]
    used = {
        found
        for text in texts
        for found in re.findall(r"^\s+((?!ansible\.builtin|edge\.infra)\w+\.\w+)\.\w+:", text, re.M)
    }
    assert used <= set(dependencies), "a role or playbook uses a collection that galaxy.yml does not name"
    for name in dependencies:
        assert find_spec(f"ansible_collections.{name}"), name


def libraries(path: str) -> set[str]:
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    return {
        re.split(r"[<>=~!]", line)[0].strip().lower() for line in lines if line and not line.startswith(("#", "-r"))
    }


def test_every_list_of_requirements_has_what_the_lab_needs() -> None:
    lab = libraries("roles/lab/files/requirements.txt")
    assert lab, "the lab needs libraries"
    assert not lab - libraries("requirements/run.txt")
    assert not lab - libraries("meta/ee-requirements.txt")


def test_the_lab_names_every_library_that_it_imports() -> None:
    own = {"edgelab", "ansible_collections"}
    names = {"yaml": "pyyaml", "sushy_tools": "sushy-tools"}
    # what comes with another library of the list, by that library's own promise
    carried = {"markupsafe": "jinja2", "multidict": "aiohttp", "yarl": "aiohttp", "urllib3": "requests"}
    imported = set()
    for path in (ROOT / "roles" / "lab" / "files" / "edgelab").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                imported.add(node.module.split(".")[0])
    foreign = {names.get(name, carried.get(name, name)) for name in imported - own - set(sys.stdlib_module_names)}
    assert foreign <= libraries("roles/lab/files/requirements.txt")


def test_the_readme_names_everything_that_a_user_can_call() -> None:
    """Modules, except an _info beside its module; roles; playbooks, except the halves of another one."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    modules = {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py") if path.stem != "__init__"}
    wanted = {
        name for name in modules if name.removesuffix("_info") == name or name.removesuffix("_info") not in modules
    }
    wanted |= {path.name for path in (ROOT / "roles").iterdir() if path.is_dir()}
    playbooks = {path.stem for path in (ROOT / "playbooks").glob("*.yml")}
    wanted |= {name for name in playbooks if not any(name.startswith(f"{other}_") for other in playbooks)}
    assert sorted(name for name in wanted if f"`{name}`" not in text) == []
