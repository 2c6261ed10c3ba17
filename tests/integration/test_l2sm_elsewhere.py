# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests of L2S-M run against an API of which only the environment tells: here it is the lab's."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from .conftest import ROOT

LAB = {"services": ["kubernetes"], "kubernetes": {"up": True, "nodes": ["controller-0", "worker-0"]}}
FILES = ("api", "modules", "faults")
#: how many of them need neither the lab's switches nor anybody who acts on the objects, with and without shared data
PASSING = 45
KINDS = ("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "/api/v1/namespaces", "/api/v1/pods")
pytestmark = pytest.mark.skipif(
    any(name in os.environ for name in ("KUBECONFIG", "KUBEBUILDER_ASSETS")), reason="this is it"
)


def suite(lab: Any, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Some of the suite, in a process that knows nothing of the lab's switches."""
    # the process is none of the workers that this one may be
    named = {k: v for k, v in os.environ.items() if not k.startswith(("K8S_AUTH_", "PYTEST_XDIST_"))}
    files = [f"tests/integration/test_l2sm_{name}.py" for name in FILES]
    own = ["-o", f"cache_dir={folder}.cache", f"--basetemp={folder}", "-rs"]
    given = ["--kubeconfig", lab.credentials["kubernetes"]["kubeconfig"]]
    command = [sys.executable, "-m", "pytest", "-q", *own, *given, *files, *more]
    return subprocess.run(command, cwd=ROOT, env=named, capture_output=True, text=True, timeout=300, check=False)


def call(lab: Any, method: str, path: str, body: Any = None) -> Any:
    """Ask the API as its administrator."""
    request = urllib.request.Request(lab.urls["kubernetes"] + path, method=method)
    request.add_header("Authorization", f"Bearer {lab.credentials['kubernetes']['token']}")
    request.add_header("Content-Type", "application/json")
    context, data = ssl.create_default_context(cafile=lab.ca_cert), None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(request, data, timeout=10, context=context) as answer:
        return json.load(answer)


def names(lab: Any) -> list[list[str]]:
    """What there is, by name."""
    return [sorted(o["metadata"]["name"] for o in call(lab, "GET", path)["items"]) for path in KINDS]


def test_the_suite_runs_on_an_api_that_is_named_and_leaves_it_as_it_was(lab: Any, tmp_path: Path) -> None:
    before = names(lab)
    done = suite(lab, tmp_path / "run")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    for reason in ("needs the lab's faults", "needs the SDN controller", "would start the operator's programs"):
        assert reason in done.stdout, "each skip says why"
    assert int(done.stdout.rsplit(" passed", 1)[0].split()[-1]) >= PASSING, done.stdout[-3000:]
    assert names(lab) == before


def test_a_cluster_that_has_networks_is_left_alone(lab: Any, tmp_path: Path) -> None:
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "l2sm-system"}}
    call(lab, "POST", "/api/v1/namespaces", space)
    lab.control.forget()
    done = suite(lab, tmp_path / "run", "-k", "test_no_waiting")
    assert done.returncode == 2 and "namespace l2sm-system" in done.stdout + done.stderr, done.stdout[-3000:]
    assert not lab.control.recorded("kubernetes", write=True)
