# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scenarios install from, and what they are told of it and of the hosts.

$KUBERNETES_ARTIFACTS is a folder in the format of the mirror (docs/docsite/rst/guide_kubeadm_airgap.rst). Without it a
folder of stand-ins is made. From here on nobody asks which of the two it is. What a folder has to have for the
scenarios is what the roles would refuse it without: programs or packages, and images, of its newest release; with more
than one minor release, scenarios that go from one to the other run as well. The network plugin is flannel, where the
folder has its manifest with its images, else one of the scenarios' own that has everything it needs.

    artifacts.py check FOLDER        what is missing in it for the scenarios
    artifacts.py new node4           another machine in the place of a host, within a scenario
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import hosts
import images

STANDINS = Path(__file__).resolve().parent / "standins" / "folder.py"
VERSIONS = ("1.33.4", "1.34.2")
#: an image of the scenarios' own network plugin, which is used where the folder has none
NETWORK = "registry.example.com/edge-test-network:1"
PROGRAMS = ("sh", "cat", "mv", "rm", "mkdir", "sleep", "ip")
_PLAIN = re.compile(r"(?:\d+:)?(\d+\.\d+\.\d+)(?:[-+~].*)?")
_SYSTEMS = {"bookworm": "12", "trixie": "13"}


class Problem(RuntimeError):
    """A folder that cannot be used, in words for a person."""


def folder() -> Path:
    """The folder that is given, or one of stand-ins, made anew; raises :class:`Problem`."""
    given = os.environ.get("KUBERNETES_ARTIFACTS")
    if given:
        found = Path(given).resolve()
        if not found.is_dir():
            raise Problem(f"KUBERNETES_ARTIFACTS is {given}, and there is no such folder")
        return found
    found = hosts.STATE / "artifacts"
    command = [sys.executable, str(STANDINS), str(found), *VERSIONS]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise Problem(f"stand-ins could not be made: {made.stderr.strip()[-400:]}")
    return found


def _own(name: str) -> Any:
    """A module of the collection's own, which no collections path has to be set for."""
    place = str(Path(__file__).resolve().parents[2] / "plugins")
    if place not in sys.path:
        sys.path.insert(0, place)
    return importlib.import_module(f"module_utils._artifacts.{name}")


@functools.cache
def content(place: Path) -> dict[str, Any]:
    """What the collection reads of a folder, with what it finds wrong with it."""
    found: dict[str, Any] = _own("folder").read(str(place))
    return found


def releases(place: Path) -> list[str]:
    """The versions of Kubernetes in a folder, the newest last."""
    read = content(place)
    found = {
        version for version, machines in read["binaries"].items() if any("kubeadm" in m for m in machines.values())
    }
    found |= {m[1] for p in read["packages"] if p["name"] == "kubeadm" and (m := _PLAIN.fullmatch(p["version"]))}
    return sorted((v for v in found if _PLAIN.fullmatch(v)), key=lambda text: [int(part) for part in text.split(".")])


def lacking(place: Path, suites: set[str]) -> list[str]:
    """What the roles would refuse a folder for on hosts with these releases of Debian, by name and with the remedy."""
    versions = releases(place)
    if not versions:
        return [f"{place} has neither binaries/VERSION/kubeadm nor packages of kubeadm", *content(place)["faults"]]
    needs = _own("needs")
    hosts_: dict[str, Any] = {}
    for suite in sorted(suites):
        system = {"id": "debian", "version": _SYSTEMS.get(suite, suite), "family": "debian"}
        state = {"system": {**system, "architecture": platform.machine()}, "kind": "control_plane"}
        hosts_[suite] = needs.taker(state)
    found = needs.choose(content(place), {"version": versions[-1], "hosts": hosts_})
    faults: list[str] = list(found["faults"])
    if not all(part["crictl"] for part in found["hosts"].values()):
        where = f"{place}/binaries/{versions[-1]}/crictl, archives/crictl-*.tar.gz or a package cri-tools"
        faults.append(f"kubeadm {versions[-1]} does nothing without crictl. Put it there: {where}.")
    return [*faults, *_dependencies(place, versions[-1])]


def _dependencies(place: Path, version: str) -> list[str]:
    """What packages of Kubernetes depend on that Debian, where the hosts get the rest, does not have."""
    if shutil.which("dpkg-deb") is None:
        return []
    debs = [package for package in content(place)["packages"] if package["kind"] == "deb"]
    faults = []
    for package in debs:
        plain = _PLAIN.fullmatch(package["version"])
        if package["name"] not in ("kubeadm", "kubelet") or not plain or plain[1] != version:
            continue
        asked = ["dpkg-deb", "--field", str(place / package["file"]), "Depends"]
        depends = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
        for name in ("cri-tools", "kubernetes-cni"):
            if re.search(rf"(^|[\s,]){name}([\s,(]|$)", depends) and not any(deb["name"] == name for deb in debs):
                faults.append(
                    f"{place / package['file']} depends on {name}, which Debian does not have. Put its package there."
                )
    return faults


def apart(place: Path) -> bool:
    """Whether images of the control plane are in archives of their own, so that other nodes get none of them."""
    control = re.compile(r"/(kube-(apiserver|controller-manager|scheduler)|etcd)(-\w+)?:")
    archives = [archive["names"] for archive in content(place)["images"]]
    return all(len({bool(control.search(name)) for name in names}) == 1 for names in archives)


def previous(versions: list[str]) -> str:
    """The newest release of the minor before the newest one; "" where the folder has none."""
    minor = int(versions[-1].split(".")[1]) - 1
    return next((text for text in reversed(versions) if int(text.split(".")[1]) == minor), "")


def network(place: Path) -> tuple[dict[str, str], list[str]]:
    """The network plugin's variable and archives of images: flannel of the folder, else a plugin of our own."""
    read = content(place)
    if "flannel" in read["manifests"]:
        named = {name for archive in read["images"] for name in archive["names"]}
        missing = [*_own("needs").missing(read, "flannel", named)]
        if not missing:
            return {"name": "flannel"}, []
        print(f"network: the scenarios' own plugin, as {missing[0]}", flush=True)
    archive = hosts.STATE / "network.tar"
    images.write(archive, [NETWORK], images.programs(PROGRAMS))
    manifest = Path(__file__).resolve().parent / "network.yaml"
    return {"name": "flannel", "manifest": str(manifest)}, [str(archive)]


def told(place: Path, name: str) -> dict[str, Any]:
    """What scenarios are told; ``name`` is a host that is up."""
    versions = releases(place)
    plugin, archives = network(place)
    second = hosts.run(
        "podman", "exec", name, "sh", "-c", "test -e /sys/fs/cgroup/cgroup.controllers && echo 2 || echo 1"
    )
    return {
        "test_artifacts": str(place),
        "test_version": versions[-1],
        "test_previous": previous(versions),
        "test_cgroup": int(second),
        "test_network_plugin": plugin,
        "test_images": archives,
        "test_apart": apart(place),
    }


def write(values: dict[str, Any]) -> None:
    """Have them in the inventory of the hosts."""
    target = hosts.STATE / "inventory" / "group_vars" / "all" / "artifacts.yml"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


def hook(place: Path, verb: str) -> None:
    """Run what a folder brings along for around a scenario, if anything: ``begin``, ``tell``, ``end``."""
    program = place / "hook"
    if program.exists():
        done = subprocess.run([str(program), verb], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Problem(f"{program} {verb}: {(done.stderr or done.stdout).strip()[-400:]}")


def renew(name: str) -> None:
    """Another machine in the place of a host: nothing of the old one is left but its name and its address."""
    known = json.loads((hosts.STATE / "inventory/group_vars/all/artifacts.yml").read_text(encoding="utf-8"))
    with hosts.alone():
        hosts.off(name)
        hosts.up(name)
    hook(Path(known["test_artifacts"]), "tell")


if __name__ == "__main__":
    if sys.argv[1:2] == ["check"] and len(sys.argv) == 3:
        wrong = lacking(Path(sys.argv[2]).resolve(), set(hosts.USUAL.values()))
        raise SystemExit("\n".join(wrong) or 0)
    if sys.argv[1:2] != ["new"] or len(sys.argv) != 3:
        raise SystemExit("artifacts.py new NAME: another machine in the place of a host")
    renew(sys.argv[2])
