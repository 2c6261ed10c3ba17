# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What hosts take of a folder, and what it lacks for them; on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .._engine.errors import InputError
from .folder import PROGRAMS, digest
from .images import full, in_archive, split
from .releases import CONTROL, component_images, minor_of

Found = Mapping[str, Any]
#: what systems and package managers call a machine
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
ANY = ("all", "noarch", "any", "")
#: kubeadm asks crictl for images before this minor release
OWN_CRI = 31
#: from here on kubeadm gives its etcd flags that none before 3.6 knows
NEW_ETCD = 36
#: of the ELF header: what machine a program is for
ELF = {62: "amd64", 183: "arm64"}
IMAGE_LINE = re.compile(r"^\s*(?:-\s+)?image:\s*[\"']?([^\s\"'#]+)", re.M)
HINT = "See the guide of the air gap."


def taker(state: Mapping[str, Any]) -> dict[str, str]:
    """What decides what a host takes, of its state: system is ``debian-12``, ``rocky-9``."""
    system = state["system"]
    # releases of RHEL and its kin have a second number that packages do not mind
    version = system["version"].partition(".")[0] if system["family"] == "redhat" else system["version"]
    return {
        "kind": state.get("kind") or "control_plane",
        "system": f"{system['id']}-{version}",
        "packages": "rpm" if system["family"] == "redhat" else "deb",
        "architecture": system["architecture"],
    }


def choose(found: Found, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """``{sandbox, hosts: {NAME: {method, files, images, packages, archives}}, faults}``.

    ``found`` is what folder.read() tells. ``wanted``: ``version``; ``hosts``: {name: {kind, system, packages: deb|rpm,
    architecture}}; ``repository`` of the images; ``etcd``: whether kubeadm runs it; ``manifests``: names of those that
    are taken from the folder; ``images``: paths of further archives; ``needed``: [{name, option}] of images that have
    to be there, each with the variable that asks for it.
    """
    faults = list(found["faults"])
    folder = Path(found["folder"])
    archives = [*found["images"], *_further(wanted.get("images") or [], faults)]
    named = {name for archive in archives for name in archive["names"]}
    expected = component_images(wanted["version"], wanted.get("repository") or "", bool(wanted.get("etcd", True)))
    hosts: dict[str, Any] = {}
    for name, host in wanted["hosts"].items():
        part = _host(found, host, str(wanted["version"]), faults)
        part["images"] = [a for a in archives if _is_for(a["names"], host["kind"], wanted["version"], expected, named)]
        part["aliases"] = aliases(named, expected, wanted["version"], host["architecture"])
        hosts[name] = part
        if archives or not wanted.get("repository"):
            faults += _lacking_images(folder, {*named, *part["aliases"]}, expected, host["kind"] != "worker")
    faults += _manifests(found, wanted.get("manifests") or [], named)
    faults += _needed(folder, wanted.get("needed") or [], named)
    sums = _digests(folder, found["sums"], hosts, faults)
    for part in hosts.values():
        part["files"] = [{**entry, "sha256": sums.get(entry["source"], "")} for entry in part["files"]]
        part["images"] = [
            {
                "source": a["file"],
                "names": a["names"],
                "sha256": sums.get(a["file"], ""),
                "aliases": {new: old for new, old in part["aliases"].items() if old in a["names"]},
            }
            for a in part["images"]
        ]
        del part["aliases"]
    return {"sandbox": sandbox(named, expected["pause"]), "hosts": hosts, "faults": list(dict.fromkeys(faults))}


def _further(paths: Sequence[str], faults: list[str]) -> Iterator[dict[str, Any]]:
    for path in paths:
        try:
            yield {"file": path, "names": in_archive(Path(path))}
        except InputError as error:
            faults.append(str(error))


def sandbox(named: set[str], expected: str) -> str:
    """The image that holds pods together: the expected one, else one of the folder with its tag, else any."""
    tag = split(expected)[1]
    pauses = sorted(name for name in named if split(name)[0].endswith("/pause"))
    return next(
        (name for name in pauses if split(name)[1] == tag and expected not in named),
        (expected if expected in named or not pauses else pauses[-1]),
    )


def _host(found: Found, host: Mapping[str, str], version: str, faults: list[str]) -> dict[str, Any]:
    """Programs and packages of one host, and where they go."""
    machine = ARCHITECTURES.get(host["architecture"], host["architecture"])
    fitting = [
        p
        for p in found["packages"]
        if p["kind"] == host["packages"] and p["system"] in ("", host["system"])
        if p["arch"] in (*ANY, machine, host["architecture"])
    ]
    having = {p["name"] for p in fitting if p["name"] in PROGRAMS and _is_of(p["version"], version)}
    by_machine = found["binaries"].get(version, {})
    programs = {**by_machine.get("", {}), **by_machine.get(machine, {})}
    method = "packages" if having.issuperset(PROGRAMS) or not set(PROGRAMS) <= set(programs) else "binaries"
    if method == "packages" and (missing := [name for name in PROGRAMS if name not in having]):
        faults.append(_no_programs(found["folder"], host, version, missing, programs))
    packages = [
        p for p in fitting if p["name"] not in PROGRAMS or (method == "packages" and _is_of(p["version"], version))
    ]
    files = [
        {"source": p["file"], "path": f"/var/cache/edge-infra/packages/{Path(p['file']).name}", "mode": "0644"}
        for p in packages
    ]
    archives = _archives(found["archives"], machine)
    if method == "binaries":
        files += [{"source": path, "path": f"/usr/bin/{name}", "mode": "0755"} for name, path in programs.items()]
        faults += _wrong_machine(Path(found["folder"]), programs, machine)
        if "crictl" in programs:
            archives.pop("crictl", None)
    else:
        archives.pop("crictl", None)
    files += [
        {"source": path, "path": f"/var/cache/edge-infra/{name}.tgz", "mode": "0644"} for name, path in archives.items()
    ]
    return {
        "method": method,
        "files": files,
        "packages": sorted({p["name"] for p in packages}),
        "programs": sorted(programs) if method == "binaries" else [],
        "archives": sorted(archives),
        "crictl": method == "packages"
        or "crictl" in programs
        or "crictl" in archives
        or minor_of(version) >= OWN_CRI
        or any(p["name"] == "cri-tools" for p in packages),
    }


def _is_of(package: str, version: str) -> bool:
    return bool(re.match(rf"(\d+:)?{re.escape(version)}([-+~].*)?$", package))


def _no_programs(
    folder: str, host: Mapping[str, str], version: str, missing: Sequence[str], programs: Mapping[str, str]
) -> str:
    sign, kind = ("_" if host["packages"] == "deb" else "-"), host["packages"]
    lacks = [name for name in PROGRAMS if name not in programs]
    return (
        f"{folder} has no Kubernetes {version} for {host['system']} ({host['architecture']}): of packages"
        f" {', '.join(f'packages/{name}{sign}{version}-*.{kind}' for name in missing)} are missing, and of"
        f" programs {', '.join(f'binaries/{version}/{name}' for name in lacks)}. Put one of the two there, or correct"
        " edge_kubernetes_version."
    )


def _wrong_machine(folder: Path, programs: Mapping[str, str], machine: str) -> Iterator[str]:
    for path in programs.values():
        with (folder / path).open("rb") as stream:
            head = stream.read(20)
        built = ELF.get(int.from_bytes(head[18:20], "little")) if head[:4] == b"\x7fELF" else None
        if built and built != machine:
            yield f"{folder / path} is a program for {built}, and hosts are {machine}. Put the one for {machine} there."


def _archives(archives: Mapping[str, str], machine: str) -> dict[str, str]:
    """The archive of plugins and that of crictl, those of another machine left out."""
    found = {}
    for start in ("cni-plugins", "crictl"):
        names = [n for n in archives if n.startswith(start)]
        others = [m for m in ("amd64", "arm64", "ppc64le", "s390x", "386", "riscv64") if m != machine]
        fitting = [n for n in names if not any(re.search(rf"[-_]{m}[-_.]", n) for m in others)]
        if fitting:
            found[start] = archives[fitting[-1]]
    return found


def _is_for(names: Sequence[str], kind: str, version: str, expected: Mapping[str, str], named: set[str]) -> bool:
    """Whether a host needs an archive; one of which that cannot be told is for all."""
    return any(_wants(name, kind, version, expected, named) for name in names)


def aliases(named: set[str], expected: Mapping[str, str], version: str, architecture: str) -> dict[str, str]:
    """Name that kubeadm asks for -> image that is there under another one, for those of Kubernetes.

    Another registry's name does, and the one with the architecture in it that the project's own archives have. Of
    pause, coredns and etcd another tag does, too, but an etcd that does not know the flags that kubeadm gives it.
    """
    machine = ARCHITECTURES.get(architecture, architecture)
    found = {}
    for component, name in expected.items():
        if name in named:
            continue
        tag = split(name)[1]
        bases = (component, f"{component}-{machine}")
        there = [(other, split(other)[1]) for other in sorted(named) if _base(other) in bases]
        same = [other for other, has in there if has.removeprefix("v") == tag.removeprefix("v")]
        if not same and component in ("pause", "coredns", "etcd"):
            same = [other for other, has in there if component != "etcd" or _etcd_does(has, version)]
        if same:
            found[name] = same[-1]
    return found


def _base(name: str) -> str:
    return split(name)[0].rpartition("/")[2]


def _etcd_does(tag: str, version: str) -> bool:
    numbers = re.match(r"v?(\d+)\.(\d+)", tag)
    return minor_of(version) < NEW_ETCD or bool(numbers and (int(numbers[1]), int(numbers[2])) >= (3, 6))


def _wants(name: str, kind: str, version: str, expected: Mapping[str, str], named: set[str]) -> bool:
    tag = split(name)[1]
    base = re.sub(r"-(amd64|arm64)$", "", _base(name))
    if base in (*CONTROL, "etcd") and kind == "worker":
        return False
    if base in (*CONTROL, "kube-proxy"):
        return tag == f"v{version}"
    # of several tags, the one that this release asks for
    return base not in expected or expected[base] not in named or name == expected[base]


def _lacking_images(folder: Path, named: set[str], expected: Mapping[str, str], control: bool) -> Iterator[str]:
    """What kubeadm asks for and a host will not have."""
    missing = []
    for component, name in expected.items():
        # a worker has no use for coredns' image unless its pods come there, which nobody can tell beforehand
        if name not in named and (control or component not in (*CONTROL, "etcd")):
            missing.append(name)
    if missing:
        yield (
            f"{folder / 'images'} lacks {', '.join(missing)}. Put archives of them there (podman save -o FILE"
            " NAME:TAG), or name the registry that has them in edge_kubernetes_image_repository."
        )


def _needed(folder: Path, needed: Sequence[Mapping[str, str]], named: set[str]) -> Iterator[str]:
    """Images that no manifest of the folder names, as a role has a manifest of its own for them."""
    for entry in needed:
        name = full(entry["name"])
        if name.partition("@")[0] not in {n.partition("@")[0] for n in named}:
            yield (
                f"{folder / 'images'} lacks {name}, which {entry['option']} asks for. Put an archive of it there"
                f" (podman save -o FILE NAME:TAG), or correct {entry['option']}."
            )


def _manifests(found: Found, names: Sequence[str], named: set[str]) -> Iterator[str]:
    """Manifests that are taken from the folder, and the images that they name."""
    folder = Path(found["folder"])
    for name in names:
        path = found["manifests"].get(name)
        if path is None:
            yield f"{folder / 'manifests' / name}.yaml is missing. Put the manifest of {name} there. {HINT}"
            continue
        yield from missing(found, name, named)


def missing(found: Found, name: str, named: set[str]) -> Iterator[str]:
    """What is to be said of the images of a manifest of the folder that are not in it."""
    folder, path = Path(found["folder"]), found["manifests"][name]
    text = (folder / path).read_text(encoding="utf-8", errors="replace")
    asked = dict.fromkeys(full(image) for image in IMAGE_LINE.findall(text))
    lacks = [image for image in asked if image.partition("@")[0] not in {n.partition("@")[0] for n in named}]
    if lacks:
        yield (
            f"{folder / 'images'} lacks {', '.join(lacks)} of {folder / path}. Put archives of them there"
            " (podman save -o FILE NAME:TAG)."
        )


def _digests(folder: Path, listed: Mapping[str, str], hosts: Mapping[str, Any], faults: list[str]) -> dict[str, str]:
    """Digest of each file that a host takes; those that are not what was listed are faults."""
    used = {e["source"] for part in hosts.values() for e in part["files"]}
    used |= {a["file"] for part in hosts.values() for a in part["images"]}
    found = {}
    for source in sorted(used):
        found[source] = digest(folder / source)
        if source in listed and found[source] != listed[source]:
            faults.append(
                f"{folder / source} has sha256 {found[source]}, and {listed[source]} is listed. Fetch it again."
            )
    return found
