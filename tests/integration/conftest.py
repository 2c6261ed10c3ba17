# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the integration tests share: a running lab, and modules and plays that are run against it.

``run_module("stx_dns", {...}, check=True)`` runs a module in this process, as Ansible would (arguments in, JSON out).
``play(tasks)`` runs tasks with ansible-playbook, with everything that this involves.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from ansible.module_utils.common import warnings
from ansible.module_utils.testing import patch_module_args

from . import stx_elsewhere

ROOT = Path(__file__).resolve().parents[2]


def _lab_fixtures() -> Any:
    spec = importlib.util.spec_from_file_location("lab_fixtures", ROOT / "tests/unit/lab/conftest.py")
    assert spec and spec.loader
    found = sys.modules.get("lab_fixtures")
    if found is None:
        found = importlib.util.module_from_spec(spec)
        sys.modules["lab_fixtures"] = found
        spec.loader.exec_module(found)
    return found


#: the code of modules that playbooks run is compiled once and kept here, see tests/startup
BYTECODE, STARTUP = ROOT / "build/bytecode", str(ROOT / "tests/startup")
BYTECODE.mkdir(parents=True, exist_ok=True)
os.environ["EDGE_TEST_BYTECODE"] = str(BYTECODE)
if STARTUP not in (found := os.environ.get("PYTHONPATH", "")).split(os.pathsep):
    os.environ["PYTHONPATH"] = os.pathsep.join([STARTUP, *filter(None, [found])])
    sys.path.append(STARTUP)
os.environ.setdefault("ANSIBLE_CONFIG", f"{STARTUP}/ansible.cfg")


_fixtures = _lab_fixtures()
_labs = _fixtures._labs
SITE = _fixtures.SITE

Runner = Callable[..., dict[str, Any]]


@pytest.fixture
def lab(request: pytest.FixtureRequest, _labs: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A running lab, or what the environment names.

    That is OSM_HOSTNAME for OSM, OS_CLOUD or OS_AUTH_URL for StarlingX, KUBEBUILDER_ASSETS or KUBECONFIG for L2S-M.
    """
    if os.environ.get("OSM_HOSTNAME") and request.module.__name__.split(".")[-1].startswith("test_osm_"):
        from .osm_elsewhere import elsewhere, lacking

        if getattr(request, "param", None) is not None:
            lacking("needs a lab of its own")
        return elsewhere().of(request.module.__name__, request.node.get_closest_marker("unmanaged") is not None)
    if stx_elsewhere.wanted(request.module.__name__):
        if getattr(request, "param", None) is not None:
            stx_elsewhere.lacking("needs a lab of its own")
        return stx_elsewhere.elsewhere()
    from . import l2sm_elsewhere

    if l2sm_elsewhere.wanted(request.module.__name__):
        if getattr(request, "param", None) is not None:
            l2sm_elsewhere.lacking("needs a lab of its own")
        return l2sm_elsewhere.elsewhere().of(request.module)
    return _fixtures.wanted_lab(request, _labs, tmp_path_factory)


@pytest.fixture(scope="session")
def bed() -> Iterator[Any]:
    """A real OpenStack (tests/openstack), started once for all files that want it, unless it runs."""
    from .openstack_bed import Bed, testbed

    if reason := testbed.why():
        pytest.skip(f"a real OpenStack: {reason}")
    kept = bool(testbed.running())
    yield Bed(testbed.up(os.getpid()))
    if not kept:
        testbed.down()


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--kubeconfig`` says the same as ``KUBECONFIG``."""
    parser.addoption("--kubeconfig", help="a cluster for the tests of L2S-M, in place of the lab")


def pytest_configure(config: pytest.Config) -> None:
    """One place to look at."""
    if config.getoption("--kubeconfig", None):
        os.environ["KUBECONFIG"] = str(config.getoption("--kubeconfig"))
        os.environ.pop("KUBEBUILDER_ASSETS", None)
    # one for all workers of a run; theirs is that of the process that started them
    if "EDGE_TEST_WARM" not in os.environ and not config.option.collectonly:
        import warm

        context = contextlib.ExitStack()
        config.add_cleanup(context.close)
        os.environ["EDGE_TEST_WARM"] = context.enter_context(warm.server())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The playbooks first: their files are the longest, and are not to run alone at the end."""
    items.sort(key=lambda item: ("test_path_" not in item.nodeid, "test_path_simplex" not in item.nodeid))


def pytest_sessionfinish() -> None:
    """Nothing is left in what the environment names, and nothing goes on that was started for it."""
    if os.environ.get("OSM_HOSTNAME"):
        from .osm_elsewhere import leave

        leave()
    stx_elsewhere.leave()
    if l2sm_elsewhere := sys.modules.get(f"{__package__}.l2sm_elsewhere"):
        l2sm_elsewhere.leave()


def run_module(
    name: str, options: Mapping[str, Any], check: bool = False, collection: str = "edge.infra"
) -> dict[str, Any]:
    """What a module of a collection answers; ``failed`` is set when it failed."""
    arguments = {**options, "_ansible_check_mode": check, "_ansible_diff": True}
    module = importlib.import_module(f"ansible_collections.{collection}.plugins.modules.{name}")
    out = io.StringIO()
    # a module has a process of its own, and here all have one, in which other tests may have imported the controller
    warnings._global_warnings.clear()
    target = mock.patch("ansible.module_utils._internal.is_controller", False)
    with target, patch_module_args(arguments), contextlib.redirect_stdout(out), pytest.raises(SystemExit):
        module.main()
    answer: dict[str, Any] = json.loads(out.getvalue().strip().splitlines()[-1])
    return answer


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for kept tokens."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("EDGE_INFRA_CACHE", str(folder))
    return folder


@pytest.fixture
def play(tmp_path: Path, cache: Path) -> Iterator[Callable[..., dict[str, Any]]]:
    """Run tasks with ansible-playbook: (tasks, check) -> {"rc", "output", "tasks": results by name, "changed"}."""

    def run(tasks: list[dict[str, Any]], check: bool = False, **variables: Any) -> dict[str, Any]:
        book = [{"hosts": "localhost", "gather_facts": False, "vars": variables, "tasks": tasks}]
        path = tmp_path / "play.yml"
        path.write_text(yaml.safe_dump(book, sort_keys=False), encoding="utf-8")
        command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", "localhost,", "-c", "local", str(path)]
        environment = {
            **os.environ,
            "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
            "ANSIBLE_LOCAL_TEMP": str(tmp_path / "local"),
            "ANSIBLE_REMOTE_TEMP": str(tmp_path / "remote"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "EDGE_INFRA_CACHE": str(cache),
        }
        done = subprocess.run(
            command + (["--check", "--diff"] if check else []),
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        text = done.stdout[done.stdout.index("{") :] if "{" in done.stdout else "{}"
        document = json.loads(text) if text != "{}" else {}
        results = {
            t["task"]["name"]: t["hosts"]["localhost"]
            for p in document.get("plays", [])
            for t in p["tasks"]
            if t["hosts"]
        }
        changed = sum(s["changed"] for s in document.get("stats", {}).values())
        return {"rc": done.returncode, "output": done.stdout + done.stderr, "tasks": results, "changed": changed}

    yield run


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What modules in this process warn of, each time (Ansible tells a process the same thing only once)."""
    told: list[str] = []
    monkeypatch.setattr("ansible.module_utils.basic.AnsibleModule.warn", lambda _self, text: told.append(text))
    return told
