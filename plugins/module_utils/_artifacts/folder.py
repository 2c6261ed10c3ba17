# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is in a folder that the playbook edge.infra.mirror has filled, or that was put together by hand.

manifest.yml                       optional: {artifacts: [{path, sha256, kind, name, version, source}]}
packages/[SYSTEM/]*.deb|*.rpm      of the system (debian-12, ubuntu-24.04, rocky-9), or of any
binaries/VERSION/[ARCH/]PROGRAM    kubeadm, kubelet, kubectl; crictl
images/**/*.tar                    docker-archive or oci-archive
manifests/NAME.yaml                charts/NAME-VERSION.tgz
archives/cni-plugins*.tgz          archives/crictl*.tar.gz
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from .._engine.errors import InputError
from .._engine.lazy import Lazily
from .images import in_archive

yaml: Any = Lazily("yaml")

MANIFEST = "manifest.yml"
SUMS = "SHA256SUMS"
PROGRAMS = ("kubeadm", "kubelet", "kubectl")
_DEB = re.compile(r"(?P<name>[a-z0-9][a-z0-9+.-]*)_(?P<version>[^_]+)_(?P<arch>[^_]+)\.deb")
_RPM = re.compile(r"(?P<name>.+)-(?P<version>[^-]+-[^-]+)\.(?P<arch>[^.]+)\.rpm")
_SUM = re.compile(r"([0-9a-f]{64})  ?[ *]?(.+)")
_SHA = re.compile(r"(?:sha256:)?([0-9a-f]{64})")
ARCHIVE = (".tgz", ".tar.gz")
REMEDY = "Fill the folder with the playbook edge.infra.mirror, or put it together as the guide of the air gap says."


def read(place: str) -> dict[str, Any]:
    """``{folder, packages, binaries, images, manifests, charts, archives, sums, faults}``; paths are relative to it.

    Raises InputError where there is no such folder; what is wrong with single files is in ``faults``.
    """
    folder = Path(place).expanduser()
    if not folder.is_dir():
        raise InputError(f"edge_artifacts is {place}, and there is no such folder on the controller.", REMEDY)
    faults: list[str] = []
    found: dict[str, Any] = {
        "folder": str(folder),
        "packages": [*_packages(folder)],
        "binaries": _binaries(folder),
        "images": [*_images(folder, faults)],
        "manifests": {p.stem: _relative(p, folder) for p in _files(folder / "manifests", (".yaml", ".yml"))},
        "charts": {p.stem: _relative(p, folder) for p in _files(folder / "charts", (".tgz",))},
        "archives": {p.name: _relative(p, folder) for p in _files(folder / "archives", ARCHIVE)},
        "sums": _sums(folder, faults),
    }
    if not any(found[key] for key in ("packages", "binaries", "images", "manifests", "charts", "archives")):
        faults.append(f"{folder} has no packages, binaries, images, manifests, charts and archives. {REMEDY}")
    return {**found, "faults": faults}


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _files(folder: Path, ends: tuple[str, ...], deep: bool = False) -> list[Path]:
    places = folder.rglob("*") if deep else folder.glob("*")
    return sorted(p for p in places if p.name.endswith(ends) and not p.name.startswith(".") and p.is_file())


def _packages(folder: Path) -> Iterator[dict[str, str]]:
    for path in _files(folder / "packages", (".deb", ".rpm"), deep=True):
        form = _DEB if path.suffix == ".deb" else _RPM
        match = form.fullmatch(unquote(path.name))
        parts = path.relative_to(folder / "packages").parts
        if match:
            system = parts[0] if len(parts) > 1 else ""
            kind = path.suffix.removeprefix(".")
            yield {"file": _relative(path, folder), "kind": kind, "system": system, **match.groupdict()}


def _binaries(folder: Path) -> dict[str, dict[str, dict[str, str]]]:
    """Version -> architecture ("" where its folder has none) -> program -> file."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for path in sorted((folder / "binaries").glob("*/*")) + sorted((folder / "binaries").glob("*/*/*")):
        parts = path.relative_to(folder / "binaries").parts
        if path.is_file() and path.name in (*PROGRAMS, "crictl"):
            architecture = parts[1] if len(parts) == 3 else ""
            version = parts[0].removeprefix("v")
            found.setdefault(version, {}).setdefault(architecture, {})[path.name] = _relative(path, folder)
    return found


def _images(folder: Path, faults: list[str]) -> Iterator[dict[str, Any]]:
    for path in _files(folder / "images", (".tar", ".tar.gz", ".tgz"), deep=True):
        try:
            yield {"file": _relative(path, folder), "names": in_archive(path)}
        except InputError as error:
            faults.append(str(error))


def _sums(folder: Path, faults: list[str]) -> dict[str, str]:
    """Digest by path, of manifest.yml and of each SHA256SUMS."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob(SUMS)):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            match = _SUM.fullmatch(line.strip())
            if match:
                found[_relative(path.parent / match[2].removeprefix("./"), folder)] = match[1]
    listed = folder / MANIFEST
    if not listed.exists():
        return found
    try:
        document = yaml.safe_load(listed.read_text(encoding="utf-8"))
        entries = document.get("artifacts") if isinstance(document, Mapping) else None
        if not isinstance(entries, list):
            raise ValueError("it has no list `artifacts`")
        for entry in entries:
            digest = _SHA.fullmatch(str(entry.get("sha256", "")))
            if digest and entry.get("path"):
                found[str(entry["path"]).removeprefix("./")] = digest[1]
    except (OSError, ValueError, AttributeError, yaml.YAMLError) as error:
        faults.append(f"{listed} cannot be read: {' '.join(str(error).split())}. Correct it, or take it away.")
    return found


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
