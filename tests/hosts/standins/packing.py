# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian packages of the stand-ins, of any versions, in a flat repository that apt takes.

    packing.py FOLDER VERSION...      packing.py /srv/kubernetes 1.33.4-1.1 1.34.2-1.1

A version without a revision gets ``-1.1``. The hosts' apt finds them with ``deb [trusted=yes] file:/srv/kubernetes ./``
(or over HTTP). Beside kubeadm, kubelet and kubectl there are cri-tools and kubernetes-cni, which the real packages
depend on.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path

HERE = Path(__file__).parent
LIBRARY = "usr/lib/edge-standins"
_CRI, _CNI = "1.30.0-1.1", "1.4.0-1.1"
_PYTHON = "python3 (>= 3.11), python3-yaml, python3-cryptography"

_WRAPPER = """#!/usr/bin/python3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[{up}] / "lib/edge-standins/{package}"))
sys.dont_write_bytecode = True
from standin import {name}, versions
from standin.host import Host

sys.exit({name}.main(Host.here(versions.parse("{version}")), sys.argv[1:]))
"""

_CRICTL = """#!/bin/sh
# containers are no concern of the stand-ins: nothing but the version is played
case "$1" in
    --version | version) echo "crictl version v1.30.0" ;;
    *) echo "this stand-in does not play crictl $*" >&2; exit 1 ;;
esac
"""

#: the kubelet's pods are processes of its own here: they outlive it, as containers do
UNIT = """[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
KillMode=process
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
"""

DROP_IN = """[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf \
--kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
"""

#: the plugins of the real package are those of the distribution here
_LINK = """#!/bin/sh
set -e
for plugin in /usr/lib/cni/*; do ln -sfn "$plugin" "/opt/cni/bin/${plugin##*/}"; done
"""
_UNLINK = """#!/bin/sh
find /opt/cni/bin -type l -lname '/usr/lib/cni/*' -delete
"""

RELOAD = """#!/bin/sh
set -e
if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
"""


@dataclass
class Package:
    """What goes into one package: text by path, and what dpkg is told."""

    name: str
    version: str
    depends: str
    files: dict[str, str] = field(default_factory=dict)
    programs: dict[str, str] = field(default_factory=dict)
    library: bool = True
    scripts: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """Its name in the repository."""
        return f"{self.name}_{self.version}_all.deb"

    def control(self) -> str:
        """What it says of itself."""
        return (
            f"Package: {self.name}\nVersion: {self.version}\nArchitecture: all\n"
            f"Maintainer: edge.infra tests <tests@example>\nDepends: {self.depends}\n"
            f"Section: misc\nPriority: optional\n"
            f"Description: stand-in for {self.name} on test hosts\n"
        )


def packages(version: str) -> list[Package]:
    """The three programs of one release; their dependencies are those of the real packages."""
    plain = version.partition("-")[0]
    minor = int(plain.split(".")[1])

    def wrapper(name: str, package: str, up: int = 1) -> str:
        return _WRAPPER.format(name=name, package=package, version=plain, up=up)

    def program(name: str, depends: str, **more: dict[str, str]) -> Package:
        programs = {f"usr/bin/{name}": wrapper(name, name)}
        if name == "kubeadm":  # for snapshots of the stand-in's etcd, which no real one could read
            programs["usr/local/bin/etcdutl"] = wrapper("etcdutl", name, 2)
        wants = f"{_PYTHON}, {depends}" if depends else _PYTHON
        return Package(name, version, wants, programs=programs, **more)  # type: ignore[arg-type]

    tools = "conntrack, ebtables, ethtool, socat, " if minor < 34 else ""
    units = {"lib/systemd/system/kubelet.service": UNIT}
    drop_in = {"lib/systemd/system/kubelet.service.d/10-kubeadm.conf": DROP_IN}
    old = "kubelet, kubectl, " if minor < 28 else ""
    return [
        program("kubectl", ""),
        program(
            "kubelet",
            f"{tools}iptables, iproute2, mount, util-linux, kubernetes-cni (>= 1.2.0)",
            files=units,
            scripts={"postinst": RELOAD},
        ),
        program("kubeadm", f"{old}cri-tools (>= 1.28.0)", files=drop_in, scripts={"postinst": RELOAD}),
    ]


def others() -> list[Package]:
    """What the real packages need, and comes from the same place."""
    return [
        Package("cri-tools", _CRI, "libc6", programs={"usr/bin/crictl": _CRICTL}, library=False),
        Package(
            *("kubernetes-cni", _CNI, "libc6, containernetworking-plugins"),
            files={"opt/cni/bin/.keep": ""},
            library=False,
            scripts={"postinst": _LINK, "prerm": _UNLINK},
        ),
    ]


def make(package: Package, folder: Path) -> Path:
    """Build a package; one that is there is kept."""
    target = folder / package.file
    if target.exists():
        return target
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for path, text in {**package.files, **package.programs}.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
            place.chmod(0o755 if path in package.programs else 0o644)
        if package.library:
            library = root / LIBRARY / package.name / "standin"
            shutil.copytree(HERE / "standin", library, ignore=shutil.ignore_patterns("__pycache__"))
        control = root / "DEBIAN"
        control.mkdir()
        (control / "control").write_text(package.control(), encoding="utf-8")
        for script, text in package.scripts.items():
            (control / script).write_text(text, encoding="utf-8")
            (control / script).chmod(0o755)
        for place in root.rglob("*"):
            if place.is_dir():
                place.chmod(0o755)
        root.chmod(0o755)
        command = ["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", str(root), str(target)]
        subprocess.run(command, check=True, capture_output=True, text=True)
    return target


def index(folder: Path, made: list[Package]) -> None:
    """The files by which apt knows what is there."""
    rows = []
    for package in made:
        data = (folder / package.file).read_bytes()
        hashes = f"SHA256: {hashlib.sha256(data).hexdigest()}\n"
        rows.append(f"{package.control()}Filename: ./{package.file}\nSize: {len(data)}\n{hashes}")
    text = "\n".join(rows).encode()
    files = {"Packages": text, "Packages.gz": gzip.compress(text, mtime=0)}
    lines = []
    for name, data in files.items():
        (folder / name).write_bytes(data)
        lines.append(f" {hashlib.sha256(data).hexdigest()} {len(data)} {name}")
    head = f"Origin: edge.infra tests\nLabel: edge.infra tests\nDate: {formatdate(usegmt=True)}\nSHA256:\n"
    (folder / "Release").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


def repository(folder: Path, versions: list[str]) -> list[Package]:
    """A flat repository with the stand-ins of all these versions, in place of what was in its index."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [v if "-" in v else f"{v}-1.1" for v in versions]
    made = [*others(), *(package for version in wanted for package in packages(version))]
    for package in made:
        make(package, folder)
    index(folder, made)
    return made


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    for one in repository(Path(sys.argv[1]), sys.argv[2:]):
        print(one.file)
