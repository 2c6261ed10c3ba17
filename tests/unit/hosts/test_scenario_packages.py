# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages for the scenario of a host: out of programs as out of packages, with decoys that nobody is to install."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2] / "hosts"
PROGRAMS = ("kubeadm", "kubelet", "kubectl")
pytestmark = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="not here: dpkg-deb")


def made(folder: Path, version: str, target: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(HERE / "packages.py"), str(folder), version, str(target)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def field(path: Path, name: str) -> str:
    asked = ["dpkg-deb", "--field", str(path), name]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def test_programs_become_packages_beside_decoys(tmp_path: Path) -> None:
    folder, target = tmp_path / "a", tmp_path / "b"
    (folder / "binaries/1.20.2").mkdir(parents=True)
    for name in (*PROGRAMS, "crictl"):
        (folder / "binaries/1.20.2" / name).write_text("#!/bin/sh\n", encoding="utf-8")
    done = made(folder, "1.20.2", target)
    assert done.returncode == 0, done.stderr
    found = {path.name.split("_")[0] + " " + field(path, "Version") for path in target.glob("*.deb")}
    assert found == {
        *(f"{name} {version}-1.1" for name in PROGRAMS for version in ("1.20.2", "1.20.20", "1.21.0")),
        "cri-tools 1.20.2-1.1",
        f"kubernetes-cni {field(next(target.glob('kubernetes-cni*')), 'Version')}",
    }
    kubelet = next(target.glob("kubelet_1.20.2-*"))
    listed = subprocess.run(["dpkg-deb", "-c", str(kubelet)], capture_output=True, text=True, check=True).stdout
    assert "./usr/bin/kubelet" in listed and "kubelet.service" in listed
    sums = (target / "SHA256SUMS").read_text(encoding="utf-8")
    assert (target / "Packages").read_text(encoding="utf-8").count("Filename: ./") == len(sums.splitlines()) == 11


def test_packages_are_taken_as_they_are(tmp_path: Path) -> None:
    folder, target = tmp_path / "a", tmp_path / "b"
    (folder / "packages").mkdir(parents=True)
    for name in (*PROGRAMS, "kubernetes-cni"):
        version = "0.8.7-00" if name == "kubernetes-cni" else "1.20.2-00"
        (tmp_path / name / "DEBIAN").mkdir(parents=True)
        control = f"Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: a <a@example>\nDescription: a\n"
        (tmp_path / name / "DEBIAN/control").write_text(control, encoding="utf-8")
        path = folder / "packages" / f"{name}_{version}_all.deb"
        subprocess.run(["dpkg-deb", "--build", str(tmp_path / name), str(path)], capture_output=True, check=True)
    done = made(folder, "1.20.2", target)
    assert done.returncode == 0, done.stderr
    names = {path.name for path in target.glob("*.deb")}
    assert {f"{name}_1.20.2-00_all.deb" for name in PROGRAMS} | {"kubernetes-cni_0.8.7-00_all.deb"} <= names
    assert len([name for name in names if name.startswith("kubernetes-cni")]) == 1


def test_a_folder_without_the_release_is_told(tmp_path: Path) -> None:
    (tmp_path / "binaries/1.20.2").mkdir(parents=True)
    done = made(tmp_path, "1.20.2", tmp_path / "b")
    assert done.returncode and "has no kubeadm, kubelet, kubectl 1.20.2" in done.stderr
