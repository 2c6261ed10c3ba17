# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that is given what a folder of artifacts has: packages or programs; then nobody else is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._kubernetes_host import look
from ansible_collections.edge.infra.plugins.module_utils._kubernetes_host.plan import plan
from ansible_collections.edge.infra.plugins.module_utils._kubernetes_host.rules import faults

from .test_kubernetes_host import FAMILIES, SETTINGS, STATE, over

TOOLS = FAMILIES["debian"]["tools"]
PACKAGES = {
    "method": "packages",
    "files": [],
    "images": [],
    "packages": ["containerd", "kubeadm", "kubectl", "kubelet", *TOOLS, "systemd-timesyncd"],
    "programs": [],
    "archives": [],
    "crictl": True,
}
PROGRAMS = {**PACKAGES, "method": "binaries", "packages": [], "programs": ["kubeadm", "kubectl", "kubelet"]}


def given(part: dict[str, Any], **more: Any) -> dict[str, Any]:
    return over(SETTINGS, artifacts=part, cni_source="none", **more)


def paths(found: dict[str, Any]) -> dict[str, str]:
    return {entry["path"]: entry["content"] for entry in found["files"]}


def test_packages_of_a_folder_that_has_all_ask_nobody() -> None:
    found = plan(STATE, given(PACKAGES))
    files = paths(found)
    assert found["closed"] and "kubelet=1.34.2-*" in found["install"]
    assert "/etc/apt/sources.list.d/edge-folder.sources" in files
    assert "/etc/apt/sources.list.d/edge-kubernetes.sources" not in files
    # what is in the folder goes before other sources, and Kubernetes' own pin before that
    assert "Pin-Priority: 980" in files["/etc/apt/preferences.d/edge-folder"]
    assert "Pin-Priority: 990" in files["/etc/apt/preferences.d/edge-kubernetes"]
    lacking = {**PACKAGES, "packages": ["containerd", "kubeadm", "kubectl", "kubelet"]}
    assert not plan(STATE, given(lacking))["closed"]
    there = {name: {"version": "1", "held": False} for name in (*TOOLS, "systemd-timesyncd")}
    assert plan(over(STATE, packages=there), given(lacking))["closed"]


def test_programs_have_a_unit_and_are_noted() -> None:
    found = plan(STATE, given(PROGRAMS))
    unit = paths(found)["/etc/systemd/system/kubelet.service.d/10-kubeadm.conf"]
    assert (
        "EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env" in unit and "ExecStart=\nExecStart=/usr/bin/kub" in unit
    )
    assert not [entry for entry in found["files"] if "mode" in entry]
    hardened = plan(STATE, given(PROGRAMS, hardened=True))["files"]
    narrow = sorted(entry["path"] for entry in hardened if entry.get("mode") == "0600")
    assert narrow == ["/etc/systemd/system/kubelet.service", "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf"]
    assert not [name for name in found["install"] if name.startswith("kube")] and found["hold"] == []
    assert found["record"]["programs"] == ["/usr/bin/kubeadm", "/usr/bin/kubectl", "/usr/bin/kubelet"]
    assert "/etc/apt/preferences.d/edge-kubernetes" not in paths(found)
    assert "/etc/apt/sources.list.d/edge-folder.sources" not in paths(found)


@pytest.mark.parametrize(
    ("state", "listed", "wanted"),
    [
        ({"containerd_default": ""}, ["containerd.io"], "containerd.io"),
        ({"containerd_default": ""}, ["containerd", "containerd.io"], "containerd"),
        ({"containerd_default": ""}, [], "containerd"),
        ({}, ["containerd"], ""),
        ({"packages": {"containerd.io": {"version": "2", "held": False}}}, ["containerd"], "containerd.io"),
    ],
)
def test_containerd_is_what_is_there_or_what_the_folder_has(
    state: dict[str, Any], listed: list[str], wanted: str
) -> None:
    found = plan(over(STATE, **state), given({**PROGRAMS, "packages": listed}))
    assert [name for name in found["names"] if name.startswith("containerd")] == ([wanted] if wanted else [])


def test_programs_without_a_package_are_as_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = {"kubeadm": "1.34.2", "kubelet": "1.34.2", "kubectl": "1.34.2"}
    state = over(STATE, programs=programs, node=True)
    assert faults(state, given(PROGRAMS), {}, True) == []
    told = faults(over(state, programs__kubelet="1.33.1"), given(PROGRAMS), {}, False)
    assert len(told) == 1 and "Upgrade the cluster" in told[0]
    for name, words in (
        ("kubeadm", "v1.34.2"),
        ("kubelet", "Kubernetes v1.34.2"),
        ("kubectl", '"gitVersion": "v1.20.2"'),
    ):
        (tmp_path / name).write_text(f"#!/bin/sh\necho '{words}'\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(look.shutil, "which", lambda name, path=None: str(tmp_path / name))
    monkeypatch.setattr(look, "run", lambda name, *_words: (0, (tmp_path / name).read_text(encoding="utf-8")))
    assert look.programs({"kubeadm": {}}) == {"kubelet": "1.34.2", "kubectl": "1.20.2"}


def test_an_old_kubeadm_wants_crictl() -> None:
    old = given({**PROGRAMS, "crictl": False}, version="1.30.1")
    assert ["crictl" in fault for fault in faults(STATE, old, {}, False)] == [True]
    assert faults(over(STATE, crictl=True), old, {}, False) == []


def test_rocky_needs_a_containerd_of_the_folder() -> None:
    rocky = over(
        STATE, system={"id": "rocky", "version": "9.4", "name": "Rocky", "family": "redhat"}, containerd_default=""
    )
    settings = given(PROGRAMS, family=FAMILIES["redhat"])
    assert ["no containerd" in fault for fault in faults(rocky, settings, {}, False)] == [True]
    settings["artifacts"] = {**PROGRAMS, "packages": ["containerd.io"]}
    assert faults(rocky, settings, {}, False) == []


def test_an_old_note_is_still_found(tmp_path: Path) -> None:
    old = tmp_path / look.OLD_RECORD
    old.parent.mkdir(parents=True)
    old.write_text(json.dumps({"packages": ["a"]}), encoding="utf-8")
    assert look.Host(tmp_path).record() == {"packages": ["a"]}
    new = tmp_path / look.RECORD
    new.parent.mkdir(parents=True)
    new.write_text(json.dumps({"packages": ["b"]}), encoding="utf-8")
    assert look.Host(tmp_path).record() == {"packages": ["b"]}
