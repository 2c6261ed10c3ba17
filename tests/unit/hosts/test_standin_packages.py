# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The packages of the stand-ins: apt takes them, pins them and tells their versions apart."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import packing
import pytest

NEEDED = [name for name in ("dpkg-deb", "apt-get", "apt-cache") if not shutil.which(name)]
pytestmark = pytest.mark.skipif(bool(NEEDED), reason=f"not here: {', '.join(NEEDED)}")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    packing.repository(folder, ["1.33.4", "1.34.2-1.1"])
    return folder


def apt(repository: Path, *words: str) -> str:
    """An apt of its own, which knows this repository only."""
    state = repository.parent / "apt"
    for name in ("lists/partial", "cache/archives/partial", "empty.d"):
        (state / name).mkdir(parents=True, exist_ok=True)
    (state / "sources.list").write_text(f"deb [trusted=yes] file:{repository} ./\n", encoding="utf-8")
    (state / "status").touch()
    settings = {
        "Dir::State": state,
        "Dir::State::status": state / "status",
        "Dir::State::lists": state / "lists",
        "Dir::Cache": state / "cache",
        "Dir::Etc::sourcelist": state / "sources.list",
        "Dir::Etc::sourceparts": state / "empty.d",
        "Dir::Etc::preferencesparts": state / "empty.d",
        "APT::Sandbox::User": "root",
    }
    options = [f"-o{key}={value}" for key, value in settings.items()]
    done = subprocess.run([words[0], *options, *words[1:]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_apt_knows_both_versions(repository: Path) -> None:
    apt(repository, "apt-get", "update")
    for name in ("kubeadm", "kubelet", "kubectl"):
        listed = apt(repository, "apt-cache", "madison", name)
        assert [line.split("|")[1].strip() for line in listed.splitlines()] == ["1.34.2-1.1", "1.33.4-1.1"]


@pytest.mark.parametrize("name", ["kubeadm", "kubelet", "kubectl"])
def test_each_program_runs_by_itself(repository: Path, tmp_path: Path, name: str) -> None:
    subprocess.run(["dpkg-deb", "-x", repository / f"{name}_1.34.2-1.1_all.deb", tmp_path], check=True)
    words = {
        "kubeadm": ["version", "-o", "json"],
        "kubelet": ["--version"],
        "kubectl": ["version", "--client", "-ojson"],
    }
    command = [sys.executable, "-I", str(tmp_path / "usr/bin" / name), *words[name]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    if name == "kubelet":
        assert done.stdout == "Kubernetes v1.34.2\n"
    else:
        assert json.loads(done.stdout)["clientVersion"]["gitVersion"] == "v1.34.2"
    unit = tmp_path / "lib/systemd/system/kubelet.service"
    assert unit.exists() == (name == "kubelet")
