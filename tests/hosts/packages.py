# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A repository of packages with one release of Kubernetes out of a folder in the format of the mirror, and with decoys.

    packages.py FOLDER VERSION TARGET

Packages of the folder are taken as they are; where it has programs alone, packages are made of them. What these depend
on and the folder lacks is made, too, as far as it is of the same place: kubernetes-cni and cri-tools. Decoys are
packages of a later patch release and of the next minor release with nothing in them: nobody is to install them.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from email.utils import formatdate
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent / "standins"))

import artifacts
import packing

PROGRAMS = ("kubeadm", "kubelet", "kubectl")
#: what packages of Kubernetes depend on that is in no distribution
OTHERS = ("cri-tools", "kubernetes-cni")
UNIT = "lib/systemd/system/kubelet.service"
DROP_IN = "lib/systemd/system/kubelet.service.d/10-kubeadm.conf"


def run(*command: str) -> str:
    """What a program prints; raises CalledProcessError."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def pack(target: Path, control: str, files: Mapping[str, Path | str], scripts: Mapping[str, str] | None = None) -> None:
    """Make a package: programs of paths, and texts."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for place, content in files.items():
            path = root / place
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                shutil.copy2(content, path)
            else:
                path.write_text(content, encoding="utf-8")
            path.chmod(0o755 if isinstance(content, Path) else 0o644)
        (root / "DEBIAN").mkdir()
        (root / "DEBIAN/control").write_text(control, encoding="utf-8")
        for script, text in (scripts or {}).items():
            (root / "DEBIAN" / script).write_text(text, encoding="utf-8")
            (root / "DEBIAN" / script).chmod(0o755)
        for path in (root, *root.rglob("*")):
            if path.is_dir():
                path.chmod(0o755)
        run("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", str(root), str(target))


def control(name: str, version: str, machine: str, depends: str = "") -> str:
    """What a package says of itself."""
    lines = [f"Package: {name}", f"Version: {version}", f"Architecture: {machine}", *filter(None, [depends])]
    lines += ["Maintainer: edge.infra tests <tests@example>", "Section: misc", "Priority: optional"]
    return "\n".join((*lines, f"Description: {name} for test hosts")) + "\n"


def of_programs(programs: Mapping[str, Path], version: str, target: Path) -> None:
    """Packages as the project has them, made of its programs."""
    machine = run("dpkg", "--print-architecture").strip()
    files: dict[str, dict[str, Path | str]] = {name: {f"usr/bin/{name}": programs[name]} for name in PROGRAMS}
    files["kubelet"][UNIT] = packing.UNIT
    files["kubeadm"][DROP_IN] = packing.DROP_IN
    wants = {"kubelet": "Depends: kubernetes-cni", "kubeadm": "Depends: cri-tools"}
    if "crictl" in programs:
        files["cri-tools"] = {"usr/bin/crictl": programs["crictl"]}
    for name, content in files.items():
        scripts = {} if name in ("kubectl", "cri-tools") else {"postinst": packing.RELOAD}
        path = target / f"{name}_{version}-1.1_{machine}.deb"
        pack(path, control(name, f"{version}-1.1", machine, wants.get(name, "")), content, scripts)


def decoys(version: str, target: Path) -> None:
    """Releases that are newer than the wanted one."""
    major, minor, patch = map(int, version.split("."))
    for later in (f"{major}.{minor}.{patch + 18}", f"{major}.{minor + 1}.0"):
        for name in PROGRAMS:
            pack(target / f"{name}_{later}-1.1_all.deb", control(name, f"{later}-1.1", "all"), {})


def index(target: Path) -> None:
    """The files by which apt knows what is there, and the sums for a folder of packages."""
    rows, sums = [], []
    for path in sorted(target.glob("*.deb")):
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        told = run("dpkg-deb", "--field", str(path)).rstrip("\n")
        rows.append(f"{told}\nFilename: ./{path.name}\nSize: {len(data)}\nSHA256: {digest}\n")
        sums.append(f"{digest}  {path.name}\n")
    (target / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    text = "\n".join(rows).encode()
    lines = []
    for name, data in {"Packages": text, "Packages.gz": gzip.compress(text, mtime=0)}.items():
        (target / name).write_bytes(data)
        lines.append(f" {hashlib.sha256(data).hexdigest()} {len(data)} {name}\n")
    head = f"Origin: edge.infra tests\nLabel: edge.infra tests\nDate: {formatdate(usegmt=True)}\nSHA256:\n"
    (target / "Release").write_text(head + "".join(lines), encoding="utf-8")


def make(folder: Path, version: str, target: Path) -> None:
    """Fill the repository; raises RuntimeError where the folder has not all programs of the release."""
    target.mkdir(parents=True, exist_ok=True)
    read = artifacts.content(folder)
    debs = [p for p in read["packages"] if p["kind"] == "deb"]
    own = [
        p for p in debs if p["name"] in PROGRAMS and re.match(rf"(\d+:)?{re.escape(version)}([-+~]|$)", p["version"])
    ]
    if {p["name"] for p in own} == set(PROGRAMS):
        for package in [*own, *(p for p in debs if p["name"] in OTHERS)]:
            shutil.copy2(folder / package["file"], target)
    else:
        machines = read["binaries"].get(version, {})
        programs = {**machines.get("", {}), **machines.get(run("dpkg", "--print-architecture").strip(), {})}
        if missing := [name for name in PROGRAMS if name not in programs]:
            raise RuntimeError(f"{folder} has no {', '.join(missing)} {version}")
        of_programs({name: folder / path for name, path in programs.items()}, version, target)
    there = {path.name.partition("_")[0] for path in target.glob("*.deb")}
    for package in packing.others():
        if package.name not in there:
            packing.make(package, target)
    decoys(version, target)
    index(target)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    make(Path(sys.argv[1]).resolve(), sys.argv[2], Path(sys.argv[3]))
