# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where charts come from, the charts that they depend on, and a play with kubernetes.core's modules."""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import helm_program
import pytest
import yaml
from cluster_client import Cluster
from helm_program import STAND_IN, Helm, chart

from edgelab.helm import charts
from edgelab.helm.errors import HelmError
from edgelab.helm.prepared import ready
from edgelab.helm.sources import matches

LAB = helm_program.LAB


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_words: Any) -> None:
        """Nothing."""


@pytest.fixture
def cluster(lab: Any) -> Iterator[Cluster]:
    """See :func:`helm_program.labelled`."""
    yield from helm_program.labelled(lab)


@pytest.fixture(params=[*helm_program.programs()], ids=helm_program.named)
def helm(request: pytest.FixtureRequest, lab: Any, tmp_path: Path) -> Helm:
    """The helm that is tested."""
    return helm_program.helm_in(lab, tmp_path, request.param)


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[str]:
    """A chart repository with three versions of memcached."""
    folder, own = tmp_path / "repository", Helm("/nowhere", tmp_path / "home")
    folder.mkdir()
    rows = []
    for version in ("2026.1.0", "2026.1.3", "2026.2.0-rc1"):
        own.good("package", str(chart(tmp_path, "memcached")), "-d", str(folder), "--version", version)
        file = folder / f"memcached-{version}.tgz"
        about = {"apiVersion": "v2", "name": "memcached", "version": version, "urls": [file.name]}
        rows.append({**about, "digest": hashlib.sha256(file.read_bytes()).hexdigest()})
    index = {"apiVersion": "v1", "entries": {"memcached": rows}, "generated": "2026-01-01T00:00:00Z"}
    (folder / "index.yaml").write_text(yaml.safe_dump(index), encoding="utf-8")
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_charts_of_a_repository(helm: Helm, repository: str, tmp_path: Path) -> None:
    def version(*words: str) -> str:
        return str(yaml.safe_load(helm.good("show", "chart", *words))["version"])

    assert version("memcached", "--repo", repository) == "2026.1.3"
    assert version("memcached", "--repo", repository, "--version", "2026.1.0") == "2026.1.0"
    assert version("memcached", "--repo", repository, "--version", "<2026.1.3") == "2026.1.0"
    assert version(f"{repository}/memcached-2026.1.0.tgz") == "2026.1.0"
    told = helm.bad("show", "chart", "memcached", "--repo", repository, "--version", "3.0.0")
    assert told == f'Error: chart "memcached" version "3.0.0" not found in {repository} repository\n'
    assert helm.good("repo", "add", "osh", repository) == '"osh" has been added to your repositories\n'
    again = '"osh" already exists with the same configuration, skipping\n'
    assert helm.good("repo", "add", "osh", repository) == again
    assert yaml.safe_load(helm.good("repo", "list", "-o", "yaml")) == [{"name": "osh", "url": repository}]
    assert '...Successfully got an update from the "osh" chart repository\n' in helm.good("repo", "update")
    assert version("osh/memcached", "--version", "~2026.1") == "2026.1.3"
    told = helm.bad("show", "chart", "osh/nothing")
    assert told.startswith("Error: chart \"nothing\" matching  not found in osh index. (try 'helm repo update')")
    helm.good("pull", "osh/memcached", "-d", str(tmp_path))
    assert (tmp_path / "memcached-2026.1.3.tgz").is_file()
    assert helm.good("repo", "rm", "osh") == '"osh" has been removed from your repositories\n'
    told = helm.bad("repo", "add", "osh", "http://127.0.0.1:1")
    assert told == (
        'Error: looks like "http://127.0.0.1:1" is not a valid chart repository or cannot be reached: Get '
        '"http://127.0.0.1:1/index.yaml": dial tcp 127.0.0.1:1: connect: connection refused\n'
    )


def test_what_a_chart_depends_on(helm: Helm, tmp_path: Path) -> None:
    path = chart(tmp_path, "placement")
    for file in sorted((path / "charts").rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    lacking = helm.bad("template", "x", str(path))
    assert lacking == (
        "Error: An error occurred while checking for chart dependencies. You may need to run `helm dependency build` "
        "to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: helm-toolkit\n"
    )
    rows = helm.good("dependency", "list", str(path)).splitlines()
    assert rows[1].split() == ["helm-toolkit", ">=", "0.1.0", "file://../helm-toolkit", "missing"]
    helm.good("dependency", "update", str(path))
    assert (path / "charts/helm-toolkit-0.1.0.tgz").is_file()
    lock = yaml.safe_load((path / "Chart.lock").read_text())
    assert lock["dependencies"] == [
        {"name": "helm-toolkit", "repository": "file://../helm-toolkit", "version": "0.1.0"}
    ]
    # the same whoever made it
    assert lock["digest"] == "sha256:e50ffe1a1ba276fe3d83860a4f39c6c0b8a848d1213d90d9a0177882b33aef7e"
    helm.good("dependency", "build", str(path))
    assert "kind: Deployment" in helm.good("template", "x", str(path))
    library = helm.bad("template", "x", str(tmp_path / "helm-toolkit"))
    assert library == "Error: library charts are not installable\n"


@pytest.mark.parametrize(
    ("version", "wanted", "fits"),
    [
        ("1.2.3", "1.2.3", True),
        ("1.2.3", "v1.2.3", True),
        ("1.2.3+abc", "1.2.3", True),
        ("1.2.3-rc1+abc", "1.2.3", False),
        ("1.2.3", "1.2", True),
        ("1.3.0", "1.2", False),
        ("1.2.3", ">= 1.2.0, <1.3", True),
        ("1.3.0", ">=1.2.0 <1.3.0", False),
        ("1.9.0", "^1.2", True),
        ("2.0.0", "^1.2", False),
        ("1.3.0", "~1.2.1", False),
        ("1.2.3", "!=1.2.3", False),
    ],
)
def test_versions_that_fit(version: str, wanted: str, fits: bool) -> None:
    assert matches(version, wanted) is fits
    with pytest.raises(HelmError, match="improper constraint: newest"):
        matches(version, "newest")


PLAY = """
- hosts: localhost
  gather_facts: false
  module_defaults:
    kubernetes.core.helm: &all {kubeconfig: "{{ kubeconfig }}", binary_path: "{{ helm }}", release_namespace: openstack}
    kubernetes.core.helm_info: *all
  vars: {ansible_python_interpreter: "{{ ansible_playbook_python }}"}
  tasks:
    - {name: Predict, check_mode: true, register: predicted, kubernetes.core.helm: &one {name: memcached,
       chart_ref: "{{ chart }}", create_namespace: true, wait: true, timeout: 2m,
       values: {pod: {replicas: {server: 2}}}}}
    - {name: Do, register: done, kubernetes.core.helm: *one}
    - {name: Do again, register: again, kubernetes.core.helm: *one}
    - {name: Look, register: seen, kubernetes.core.helm_info: {name: memcached}}
    - {name: Remove, register: gone, kubernetes.core.helm: {name: memcached, state: absent, wait: true}}
    - copy:
        dest: "{{ report }}"
        content: "{{ dict(changed=[predicted.changed, done.changed, again.changed, gone.changed], status=seen.status)
                     | to_json }}"
"""


def test_kubernetes_core(lab: Any, cluster: Cluster, tmp_path: Path) -> None:
    """The modules find nothing missing in what the program says; with a real one on the PATH it is that one."""
    (tmp_path / "play.yml").write_text(PLAY, encoding="utf-8")
    given = {
        "kubeconfig": lab.credentials["kubernetes"]["kubeconfig"],
        "helm": helm_program.real() or str(STAND_IN),
        "chart": str(chart(tmp_path, "memcached")),
        "report": str(tmp_path / "report.json"),
    }
    command = ["-m", "ansible.cli.playbook", "-i", "localhost,", "-c", "local", "play.yml", "-e", json.dumps(given)]
    environment = {**os.environ, "EDGE_LAB_PYTHON": sys.executable}
    done = subprocess.run(
        [sys.executable, *command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["changed"] == [True, True, False, True]
    status = report["status"]
    assert (status["status"], status["revision"], status["chart"]) == ("deployed", "1", "memcached-2026.1.0")
    assert status["values"] == {"pod": {"replicas": {"server": 2}}}
    assert [m["kind"] for m in status["manifest"] if m] == ["Secret", "Service", "StatefulSet"]


def test_a_lab_with_a_cluster_has_charts_ready(tmp_path: Path) -> None:
    """Each with the library that it depends on, beside a program that finds the lab's Helm from anywhere."""
    told = ready(tmp_path)
    packages = sorted(Path(told["charts"]).iterdir())
    assert {path.name.rpartition("-")[0] for path in packages} == {
        path.parent.name for path in helm_program.CHARTS.glob("*/values.yaml")
    }
    for path in packages:
        charts.check_dependencies(charts.load(path))
    done = subprocess.run([told["program"], "version", "--short"], capture_output=True, text=True, check=True, env={})
    assert done.stdout.startswith("v3.")
