# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Packages from folders and archives: packed reproducibly, read safely, told apart by a digest of their content.

Rules of the archive (NBI of OSM, 2026): every file inside one top folder, exactly one descriptor (YAML or JSON)
directly in it, no absolute path and no ``..``.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import stat
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from .documents import DocumentError, load_document

#: what an archive may hold at most, unpacked, in bytes and in members: more is no package but an accident or an attack
MOST_BYTES, MOST_MEMBERS = 1 << 30, 10_000
#: never packed: version control, editors, operating systems
JUNK_NAMES = frozenset({".git", ".svn", ".hg", "__pycache__", ".DS_Store", "Thumbs.db", ".idea", ".vscode"})
JUNK_ENDINGS = ("~", ".swp", ".swo", ".pyc", ".orig", ".rej")
DESCRIPTORS = (".yaml", ".yml", ".json")
CHECKSUMS = "checksums.txt"


class PackageError(Exception):
    """What was named is no package; ``message`` says why, ``remedy`` what to do."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


@dataclass(frozen=True)
class Package:
    """A package, ready to upload.

    :param kind: ``vnf``, ``ns`` or ``nst``.
    :param id: the descriptor's id.
    :param descriptor: the descriptor without its envelope.
    :param document: the descriptor file as it was read.
    :param digest: SHA-256 over names, modes and contents; the same for a folder and for its archive.
    :param data: the archive (``.tar.gz``).
    :param md5: of the archive, hexadecimal.
    :param files: paths inside the top folder, sorted.
    """

    kind: str
    id: str
    name: str
    version: str
    descriptor: Mapping[str, Any] = field(repr=False)
    document: Any = field(repr=False)
    digest: str
    data: bytes = field(repr=False)
    md5: str
    files: tuple[str, ...]
    folder: str
    descriptor_file: str


def build(path: str | os.PathLike[str]) -> Package:
    """The package in a folder or in a ``.tar.gz``; raises PackageError for anything else."""
    source = Path(path)
    if source.is_dir():
        top, contents = source.resolve().name, _read_folder(source)
        return _package(top, contents, None)
    if source.is_file():
        data = _read_file(source)
        top, contents = _read_archive(data)
        return _package(top, contents, data)
    raise PackageError(f"{source} does not exist.", "Give the folder or the .tar.gz of a package.")


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PackageError(f"{path} cannot be read ({error.strerror}).", "Correct its permissions.") from None


def _read_folder(folder: Path) -> dict[str, tuple[bytes, bool]]:
    """Contents by path, with whether each may be executed; links that lead out of the folder are refused."""
    root = folder.resolve()
    contents: dict[str, tuple[bytes, bool]] = {}
    for path in _walk(folder):
        target = path.resolve()
        name = path.relative_to(folder).as_posix()
        if root not in target.parents:
            raise PackageError(f"{name} is a link that leads out of the package.", "Copy the file into the package.")
        mode = target.stat().st_mode
        if not stat.S_ISREG(mode):
            raise PackageError(f"{name} is no regular file.", "Remove it from the package.")
        contents[name] = (_read_file(target), bool(mode & 0o100))
    return contents


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in JUNK_NAMES or path.name.endswith(JUNK_ENDINGS):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        else:
            yield path


def _read_archive(data: bytes) -> tuple[str, dict[str, tuple[bytes, bool]]]:
    """Top folder and contents of an archive, within limits; nothing is unpacked to the disk."""
    contents: dict[str, tuple[bytes, bool]] = {}
    tops: set[str] = set()
    size = count = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as archive:
            for member in archive:
                count += 1
                size += member.size
                if count > MOST_MEMBERS or size > MOST_BYTES:
                    raise PackageError(
                        f"the archive holds more than {MOST_MEMBERS} members or {MOST_BYTES >> 20} MiB.",
                        "Look at what it holds: this is no package.",
                    )
                parts = PurePosixPath(member.name).parts
                if member.name.startswith("/") or ".." in parts:
                    raise PackageError(
                        f"the archive has the path {member.name!r}.", "Pack it with relative paths only."
                    )
                parts = tuple(p for p in parts if p != ".")
                if not parts or member.isdir():
                    tops.update(parts[:1])
                    continue
                if not member.isfile():
                    raise PackageError(f"{member.name!r} in the archive is no regular file.", "Pack plain files only.")
                tops.add(parts[0])
                if len(parts) < 2:
                    raise PackageError(
                        f"{member.name!r} is outside a top folder.", "Pack the package's folder, not its content."
                    )
                stream = archive.extractfile(member)
                contents["/".join(parts[1:])] = (stream.read() if stream else b"", bool(member.mode & 0o100))
    except (tarfile.TarError, EOFError, OSError, gzip.BadGzipFile) as error:
        raise PackageError(f"it is no .tar.gz archive ({error}).", "Give a package's folder or its .tar.gz.") from None
    if len(tops) != 1:
        raise PackageError(f"the archive has {len(tops)} top folders.", "Pack everything in one folder.")
    return tops.pop(), contents


def _package(top: str, contents: dict[str, tuple[bytes, bool]], data: bytes | None) -> Package:
    found = [n for n in contents if "/" not in n and n.lower().endswith(DESCRIPTORS)]
    if not found:
        raise PackageError(
            "there is no descriptor in it.", "Put one .yaml file with the descriptor in the package's folder."
        )
    if len(found) > 1:
        raise PackageError(
            f"Found more than one descriptor file: {', '.join(sorted(found))}.",
            "Leave one, or put the others in a folder.",
        )
    try:
        document = load_document(contents[found[0]][0])
    except DocumentError as error:
        raise PackageError(f"{found[0]}: {error}", "Correct the file.") from None
    kind, descriptor = _descriptor(document)
    identity = descriptor.get("id")
    if not isinstance(identity, (str, int)) or identity == "":
        raise PackageError(f"{found[0]}: the descriptor has no id.", "Give it one.")
    packed = {n: c for n, c in contents.items() if n != CHECKSUMS}
    archive = data if data is not None else _pack(top, contents)
    return Package(
        kind=kind,
        id=str(identity),
        name=str(descriptor.get("name") or descriptor.get("product-name") or identity),
        version=str(descriptor.get("version", "")),
        descriptor=descriptor,
        document=document,
        digest=_digest(packed),
        data=archive,
        md5=hashlib.md5(archive, usedforsecurity=False).hexdigest(),
        files=tuple(sorted(contents)),
        folder=top,
        descriptor_file=found[0],
    )


def _descriptor(document: Any) -> tuple[str, Mapping[str, Any]]:
    """Kind and descriptor of a document, in the SOL006 form or in those that came before it."""
    if isinstance(document, Mapping):
        for key, kind, lists in (
            ("etsi-nfv-vnfd:vnfd", "vnf", ()),
            ("vnfd", "vnf", ()),
            ("nsd", "ns", ("nsd",)),
            ("etsi-nfv-nsd:nsd", "ns", ("nsd",)),
            ("nst", "nst", ()),
            ("vnfd:vnfd-catalog", "vnf", ("vnfd:vnfd", "vnfd")),
            ("vnfd-catalog", "vnf", ("vnfd",)),
            ("nsd:nsd-catalog", "ns", ("nsd:nsd", "nsd")),
            ("nsd-catalog", "ns", ("nsd",)),
        ):
            inner = document.get(key)
            for step in lists:
                inner = inner.get(step) if isinstance(inner, Mapping) and step in inner else inner
            if isinstance(inner, list) and inner:
                inner = inner[0]
            if isinstance(inner, Mapping):
                return kind, inner
    raise PackageError("its descriptor is neither a VNFD nor an NSD.", "Give a package with a SOL006 descriptor.")


def _digest(contents: Mapping[str, tuple[bytes, bool]]) -> str:
    total = hashlib.sha256()
    for name in sorted(contents):
        content, executable = contents[name]
        total.update(f"{name}\0{'x' if executable else '-'}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return total.hexdigest()


def _pack(top: str, contents: dict[str, tuple[bytes, bool]]) -> bytes:
    """A ``.tar.gz`` that depends on nothing but names, contents and the right to execute."""
    if CHECKSUMS not in contents:
        lines = (
            f"{hashlib.md5(content, usedforsecurity=False).hexdigest()}\t{top}/{name}\n"
            for name, (content, _executable) in sorted(contents.items())
        )
        contents = {**contents, CHECKSUMS: ("".join(lines).encode(), False)}
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, (content, executable) in sorted(contents.items()):
            member = tarfile.TarInfo(f"{top}/{name}")
            member.size = len(content)
            member.mode = 0o755 if executable else 0o644
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), compresslevel=9, mtime=0)
