# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The helm of the tests: a real one on the PATH, else the lab's stand-in, which runs in the process of the tests."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from cluster_client import Cluster

from edgelab.helm.__main__ import main

ROOT = Path(__file__).parents[3] / "roles" / "lab" / "files"
STAND_IN = ROOT / "bin" / "helm"
CHARTS = ROOT / "charts"


@functools.cache
def real() -> str | None:
    """A Helm 3 on the PATH that is not the stand-in; kubernetes.core 6.2 does not work with Helm 4."""
    found = shutil.which("helm")
    if not found or Path(found).resolve() == STAND_IN:
        return None
    told = subprocess.run([found, "version", "--short"], capture_output=True, text=True, check=False).stdout
    return found if told.startswith("v3.") else None


@dataclass
class Done:
    """What a call came to."""

    status: int
    out: str
    err: str


class Helm:
    """Calls with a kubeconfig and folders of their own; both helms take the same words."""

    def __init__(self, kubeconfig: str, home: Path, program: str | None = None) -> None:
        self.program = program
        #: what is waited for in vain: of the lab's world for the stand-in, of ours for a real one
        self.soon = "3s" if program else "1m"
        folders = {f"HELM_{n}_HOME": str(home / n.lower()) for n in ("CACHE", "CONFIG", "DATA")}
        base = {"PATH": os.environ["PATH"], "EDGE_LAB_PYTHON": sys.executable}
        self.environment = {"KUBECONFIG": kubeconfig, "HOME": str(home), **base, **folders}

    def __call__(self, *words: str, **environment: str) -> Done:
        """One call, whatever it comes to."""
        given = {**self.environment, **environment}
        if self.program:
            done = subprocess.run(
                [self.program, *words], env=given, capture_output=True, text=True, timeout=120, check=False
            )
            return Done(done.returncode, done.stdout, done.stderr)
        out, err = io.StringIO(), io.StringIO()
        handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        with (
            mock.patch.dict(os.environ, given, clear=True),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            status = main(list(words))
        for number, handler in handlers.items():
            signal.signal(number, handler)
        return Done(status, out.getvalue(), err.getvalue())

    def good(self, *words: str, **environment: str) -> str:
        """What a call says that ends well."""
        done = self(*words, **environment)
        assert done.status == 0, done.out + done.err
        return done.out

    def bad(self, *words: str, **environment: str) -> str:
        """The error of a call that does not."""
        done = self(*words, **environment)
        assert done.status == 1, done.out + done.err
        return done.err


def programs() -> Iterator[str | None]:
    """The helms that are tested: the stand-in always, a real one where there is one."""
    yield None
    if real():
        yield real()


def chart(target: Path, name: str) -> Path:
    """A sample chart in a folder of the test's own, with what it depends on."""
    for each in ("helm-toolkit", name):
        if not (target / each).exists():
            shutil.copytree(CHARTS / each, target / each)
    library = target / name / "charts" / "helm-toolkit"
    if not library.exists():
        shutil.copytree(CHARTS / "helm-toolkit", library)
    return target / name


#: a cluster of three nodes, and the labels that OpenStack-Helm's charts place their pods by
LAB = {"services": ["kubernetes"], "kubernetes": {"up": True, "nodes": ["node-0", "node-1", "node-2"]}}
LABELS = {"openstack-control-plane": "enabled", "openstack-compute-node": "enabled", "openvswitch": "enabled"}


def labelled(lab: Any) -> Iterator[Cluster]:
    """The lab's cluster with labelled nodes; what a test leaves in the namespace ``openstack`` goes after it."""
    found = Cluster(lab)
    for node in ("node-0", "node-1", "node-2"):
        found.patch(f"/api/v1/nodes/{node}", {"metadata": {"labels": LABELS}, "spec": {"taints": None}})
    yield found
    lab.control.clear_faults()
    found.delete("/api/v1/namespaces/openstack")
    lab.wait(lambda: found.get("/api/v1/namespaces/openstack") is None)


def named(program: str | None) -> str:
    """What a test calls its helm."""
    return "real" if program else "stand-in"


def helm_in(lab: Any, folder: Path, program: str | None) -> Helm:
    """A helm whose namespace is ``openstack``."""
    found = Helm(lab.credentials["kubernetes"]["kubeconfig"], folder / "home", program)
    found.environment["HELM_NAMESPACE"] = "openstack"
    return found
