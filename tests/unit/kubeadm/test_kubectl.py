# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking the cluster on a host: what is returned, and what is said where it does not answer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError, InputError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import host, kubectl
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Kubectl

TOKEN = "abcdef.0123456789abcdef"


@pytest.fixture
def says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kubectl whose words are in files of a folder: out, err, status; what it was called with goes to calls."""
    script = tmp_path / "bin" / "kubectl"
    script.parent.mkdir()
    script.write_text(
        f'#!/bin/sh\necho "$*" >>{tmp_path}/calls\ncat >{tmp_path}/fed\n'
        f"cat {tmp_path}/out 2>/dev/null; cat {tmp_path}/err >&2 2>/dev/null\n"
        f"[ -e {tmp_path}/slow ] && sleep 5\nexit $(cat {tmp_path}/status 2>/dev/null || echo 0)\n",
        encoding="utf-8",
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(host, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("out", "found"),
    [
        ('{"kind": "List", "items": [{"kind": "Node"}]}', [{"kind": "Node"}]),
        ('{"kind": "List", "items": []}', []),
        ("", []),
    ],
)
def test_a_list(says: Path, out: str, found: object) -> None:
    (says / "out").write_text(out, encoding="utf-8")
    assert Kubectl().list("nodes") == found
    kubeconfig = f"--kubeconfig {says}/etc/kubernetes/admin.conf"
    assert (says / "calls").read_text(encoding="utf-8") == f"{kubeconfig} get nodes --ignore-not-found -o json\n"


@pytest.mark.parametrize(("out", "found"), [('{"kind": "Node"}', {"kind": "Node"}), ("", None)])
def test_one_object(says: Path, out: str, found: object) -> None:
    (says / "out").write_text(out, encoding="utf-8")
    assert Kubectl().get("node", "a") == found


@pytest.mark.parametrize(
    ("err", "message", "away"),
    [
        (
            'I1 memcache.go: x\nError from server (Forbidden): nodes is forbidden: User "u" cannot list',
            'kubectl get nodes: Error from server (Forbidden): nodes is forbidden: User "u" cannot list.',
            False,
        ),
        (
            "The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?",
            "kubectl get nodes: The connection to the server 10.0.0.1:6443 was refused - did you specify the right host"
            " or port?.",
            True,
        ),
        (f"error: bad {TOKEN}", "kubectl get nodes: error: bad ********.", False),
        ("", "kubectl get nodes: it said nothing.", False),
    ],
)
def test_errors(says: Path, err: str, message: str, away: bool) -> None:
    (says / "err").write_text(err, encoding="utf-8")
    (says / "status").write_text("1", encoding="utf-8")
    with pytest.raises(EdgeError) as caught:
        Kubectl().run("get", "nodes")
    assert caught.value.message == message
    assert bool(caught.value.remedy) == away
    assert Kubectl().call("get", "nodes").away == away


def test_what_is_secret_goes_by_the_standard_input(says: Path) -> None:
    Kubectl().run("apply", "-f", "-", feed="token: secret")
    assert (says / "fed").read_text(encoding="utf-8") == "token: secret"
    assert ": secret" not in (says / "calls").read_text(encoding="utf-8")


def test_a_host_without_a_cluster_or_kubectl(says: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not Kubectl().there()
    (says / "etc/kubernetes").mkdir(parents=True)
    (says / "etc/kubernetes/admin.conf").touch()
    assert Kubectl().there()
    monkeypatch.setenv("PATH", str(says))
    monkeypatch.setattr(kubectl, "FOLDERS", "")
    (says / "bin" / "kubectl").unlink()
    with pytest.raises(InputError, match="not installed"):
        Kubectl().run("get", "nodes")


def test_an_api_that_does_not_answer_in_time(says: Path) -> None:
    (says / "slow").touch()
    with pytest.raises(EdgeError, match=r"did not end within 0 s"):
        Kubectl(timeout=0.3).run("get", "nodes")
