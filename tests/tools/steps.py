# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of ``make test``: what is run, in which lane, in which tree. ``checks.py`` runs them."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import environment
import worktree

ROOT = environment.ROOT
BUILD = environment.BUILD
PYTHON = sys.executable
TOOLS = ROOT / "tests" / "tools"
LAB = ROOT / "roles" / "lab" / "files"


@dataclass(frozen=True)
class Step:
    """One command of the test run; it passes with exit status 0."""

    name: str
    #: the name that several steps have in common
    lane: str
    command: tuple[str, ...]
    #: what a person wants to know of it
    about: str
    #: the tree of this purpose is its working folder; without one it runs in the checkout
    tree: str | None = None
    own_home: bool = False
    #: the step is a pytest run: its tests are counted, not the step
    counts: bool = False
    #: steps of a track run one after the other, and the tracks side by side: the tests that watch clocks take as long
    #: as all checks, and real hosts mostly wait
    track: str = "checks"
    variables: dict[str, str] = field(default_factory=dict)

    def folder(self) -> tuple[Path, Path]:
        """Working folder and ``ANSIBLE_COLLECTIONS_PATH``; makes or refreshes the tree."""
        if self.tree:
            collections = worktree.copy(self.tree)
            return collections / worktree.NAME, collections
        return ROOT, worktree.link()

    def environment(self, collections: Path) -> dict[str, str]:
        """Everything the command finds in its environment."""
        home = environment.own_home() if self.own_home else {}
        return environment.base(collections, **home, **self.variables)


def pytest(name: str, folder: str, about: str, *more: str, track: str = "tests") -> Step:
    """A step that runs the tests of a folder, or of a file."""
    report = BUILD / "test" / f"{name}.xml"
    command = (PYTHON, "-m", "pytest", folder, "-q", "--color=no", "--durations=5", f"--junit-xml={report}", *more)
    return Step(name, "tests", command, about, counts=True, track=track)


def script(name: str, *arguments: str) -> tuple[str, ...]:
    """The command line of one of our own tools."""
    return (PYTHON, str(TOOLS / f"{name}.py"), *arguments)


def mypy(*arguments: str) -> tuple[str, ...]:
    """The command line of mypy with our settings."""
    return (PYTHON, "-m", "mypy", "--config-file", str(ROOT / ".mypy.ini"), *arguments)


#: files side by side, each with labs of its own, and one more than there are processors: a playbook waits now and then
WORKERS = min(4, (os.cpu_count() or 1) + 1)
#: one site of a real OpenStack, beside the others: it mostly waits
REAL = ("tests/integration/test_real_openstack.py", "tests/integration/test_real_openstack_helm.py")
NOT_REAL = tuple(f"--ignore={file}" for file in REAL)
SIDE_BY_SIDE = (f"--numprocesses={WORKERS}", "--dist=loadfile", "--no-loadscope-reorder")

STEPS = (
    pytest("unit", "tests/unit", "the engine by tables, the lab's services, the site on paper"),
    pytest("integration", "tests/integration", "modules and playbooks on the lab", *SIDE_BY_SIDE, *NOT_REAL),
    pytest("openstack", REAL[0], "what is made of and asked of a real OpenStack", *REAL[1:], track="openstack"),
    Step("artifact", "tests", script("artifact"), "build the collection, install it, rehearse from the installed copy"),
    Step(
        "molecule",
        "tests",
        ("molecule", "test", "--all"),
        "scenarios of the roles",
        tree="molecule",
        own_home=True,
        variables={"MOLECULE_GLOB": "extensions/molecule/[cl][da][nb]/molecule.yml"},
    ),
    Step(
        "hosts",
        "tests",
        (PYTHON, "tests/hosts/scenarios.py"),
        "scenarios on real hosts that boot systemd",
        tree="hosts",
        own_home=True,
        track="hosts",
        variables={"EDGE_TEST_HOSTS": str(BUILD / "hosts")},
    ),
    Step("ruff", "lint", ("ruff", "check", "."), "style of the Python code"),
    Step("format", "lint", ("ruff", "format", "--check", "."), "layout of the Python code"),
    Step("yamllint", "lint", ("yamllint", "--strict", "."), "layout of the YAML files"),
    Step("reuse", "lint", ("reuse", "lint", "--quiet"), "copyright and licence of every file", tree="reuse"),
    Step("changelog", "lint", ("antsibull-changelog", "lint"), "changelog fragments"),
    Step(
        "generate",
        "lint",
        (PYTHON, "tests/generate/generate.py", "--check"),
        "what is derived from declarations is fresh",
    ),
    Step(
        "mypy-plugins",
        "lint",
        mypy("-p", "ansible_collections.edge.infra.plugins"),
        "types of the plugins",
        variables={"MYPYPATH": str(worktree.LINK)},
    ),
    Step(
        "mypy-lab",
        "lint",
        mypy("-p", "edgelab"),
        "types of the lab",
        variables={"MYPYPATH": str(LAB)},
    ),
    Step(
        "mypy-tests",
        "lint",
        # what a service answers is Any, and tests hand it on; so are options that tests spread into calls; of two files
        # called conftest on the path mypy takes one
        mypy(
            "--no-warn-return-any",
            "--no-warn-unused-ignores",
            "--disable-error-code=arg-type",
            "--exclude=tests/unit/hosts/conftest.py",
            "tests",
        ),
        "types of the tests and their tools",
        variables={
            "MYPYPATH": ":".join(
                str(path)
                for path in (
                    *(TOOLS, worktree.LINK, LAB),
                    *(
                        ROOT / "tests" / name
                        for name in (
                            "startup",
                            "unit/lab",
                            "unit/hosts",
                            "unit/site/kubeadm",
                            "hosts",
                            "hosts/standins",
                            "openstack",
                            "benchmarks",
                            "generate",
                        )
                    ),
                )
            )
        },
    ),
    Step(
        "ansible-lint",
        "lint",
        ("ansible-lint", "--offline", "--nocolor", "-q"),
        "roles and playbooks, profile production",
        tree="ansible-lint",
        own_home=True,
    ),
    Step("sanity", "lint", script("sanity"), "ansible-test sanity, every test, no ignores"),
    Step("docs", "lint", script("docs"), "module reference and guides, into build/docs"),
)
