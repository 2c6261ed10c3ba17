# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""kubectl and kubernetes.core against the lab's API."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

LAB = {"services": ["kubernetes"], "kubernetes": {"up": True, "nodes": ["controller-0"]}}
NEEDS_KUBECTL = pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")
OBJECTS = [
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "tools"}},
    {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "tools"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "c", "image": "nginx:1"}]},
            },
        },
    },
]


@pytest.fixture
def kubectl(lab: Any, tmp_path: Path) -> Any:
    """Runs kubectl and gives what it says; its cache is the test's own."""
    environment = {**os.environ, "KUBECONFIG": lab.credentials["kubernetes"]["kubeconfig"], "HOME": str(tmp_path)}

    def run(*words: str, fails: bool = False, text: str | None = None) -> str:
        done = subprocess.run(
            ["kubectl", *words], env=environment, capture_output=True, text=True, input=text, timeout=60, check=False
        )
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


@NEEDS_KUBECTL
def test_kubectl_apply_get_describe_delete(kubectl: Any) -> None:
    text = yaml.safe_dump_all(OBJECTS)
    assert "deployment.apps/web created" in kubectl("apply", "-f", "-", text=text)
    assert "deployment.apps/web unchanged" in kubectl("apply", "-f", "-", text=text)
    assert "successfully rolled out" in kubectl("-n", "tools", "rollout", "status", "deployment/web")
    assert "1/1" in kubectl("-n", "tools", "get", "deployments")
    assert "controller-0" in kubectl("get", "nodes")
    assert "nginx:1" in kubectl("-n", "tools", "describe", "deployment", "web")
    changed = text.replace("nginx:1", "nginx:2")
    assert "configured" in kubectl("apply", "-f", "-", text=changed)
    conflict = kubectl("apply", "--server-side", "-f", "-", text=text, fails=True)
    assert 'conflict with "kubectl-client-side-apply" using apps/v1' in conflict
    forced = kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", text=text)
    assert "deployment.apps/web serverside-applied" in forced
    unknown = text.replace("containers:", "kontainers: []\n      containers:")
    assert 'unknown field "spec.template.spec.kontainers"' in kubectl("apply", "-f", "-", text=unknown, fails=True)
    stranger = yaml.safe_dump({"apiVersion": "example.org/v1", "kind": "Stranger", "metadata": {"name": "s"}})
    assert 'no matches for kind "Stranger"' in kubectl("apply", "-f", "-", text=stranger, fails=True)
    assert 'namespace "tools" deleted' in kubectl("delete", "namespace", "tools")
    assert 'namespaces "tools" not found' in kubectl("get", "namespace", "tools", fails=True)


PLAY = """
- hosts: localhost
  gather_facts: false
  module_defaults:
    group/kubernetes.core.k8s: {kubeconfig: "{{ kubeconfig }}"}
  vars: {ansible_python_interpreter: "{{ ansible_playbook_python }}"}
  tasks:
    - {name: first, register: first, kubernetes.core.k8s: {definition: "{{ objects }}", wait: true, wait_sleep: 1}}
    - {name: again, register: again, kubernetes.core.k8s: {definition: "{{ objects }}"}}
    - name: server-side
      register: applied
      kubernetes.core.k8s:
        apply: true
        server_side_apply: {field_manager: tester, force_conflicts: true}
        definition: "{{ objects[1] }}"
    - name: info
      register: info
      kubernetes.core.k8s_info:
        {api_version: apps/v1, kind: Deployment, name: web, namespace: tools, wait: true, wait_sleep: 1}
    - {name: gone, register: gone, kubernetes.core.k8s: {state: absent, definition: "{{ objects }}"}}
    - copy:
        dest: "{{ report }}"
        content: "{{ dict(first=first.changed, again=again.changed, applied=applied.changed,
                          ready=info.resources[0].status.readyReplicas, gone=gone.changed) | to_json }}"
"""


def test_kubernetes_core_modules(lab: Any, tmp_path: Path) -> None:
    playbook = Path(sys.executable).with_name("ansible-playbook")
    if not playbook.exists():
        pytest.skip("ansible-playbook is not installed beside this Python")
    play, report = tmp_path / "play.yml", tmp_path / "report.json"
    play.write_text(PLAY, encoding="utf-8")
    given = {"kubeconfig": lab.credentials["kubernetes"]["kubeconfig"], "objects": OBJECTS, "report": str(report)}
    done = subprocess.run(
        [str(playbook), "-i", "localhost,", "-c", "local", "-e", json.dumps(given), str(play)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path), "ANSIBLE_LOCALHOST_WARNING": "false"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    expected = {"first": True, "again": False, "applied": True, "ready": 1, "gone": True}
    assert json.loads(report.read_text(encoding="utf-8")) == expected
