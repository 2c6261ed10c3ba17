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
import lzma
import os
import stat
import tarfile
import zlib
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
#: the NBI's words
NOT_ALLOWED = "Absolute path or '..' are not allowed for package descriptor tar.gz."
OUTSIDE = "All files must be inside a dir for package descriptor tar.gz."


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
        top, contents, plain = _read_archive(data)
        return _package(top, contents, data if plain else None)
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
    size = 0
    for path in _walk(folder):
        name = path.relative_to(folder).as_posix()
        try:
            target = path.resolve(strict=True)
            status = target.stat()
        except (OSError, RuntimeError):  # a loop of links is a RuntimeError before Python 3.13
            raise PackageError(f"{name} is a link that leads nowhere.", "Remove it from the package.") from None
        if root not in target.parents:
            raise PackageError(f"{name} is a link that leads out of the package.", "Copy the file into the package.")
        if not stat.S_ISREG(status.st_mode):
            raise PackageError(f"{name} is no regular file.", "Remove it from the package.")
        size += status.st_size
        _limit(len(contents) + 1, size)
        contents[name] = (_read_file(target), bool(status.st_mode & 0o100))
    return contents


def _limit(members: int, size: int) -> None:
    if members > MOST_MEMBERS or size > MOST_BYTES:
        raise PackageError(
            f"it holds more than {MOST_MEMBERS} files or {MOST_BYTES >> 20} MiB.",
            "Look at what it holds: this is no package.",
        )


def _walk(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise PackageError(f"{folder} cannot be read ({error.strerror}).", "Correct its permissions.") from None
    for path in entries:
        if path.name in JUNK_NAMES or path.name.endswith(JUNK_ENDINGS):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        else:
            yield path


def _read_archive(data: bytes) -> tuple[str, dict[str, tuple[bytes, bool]], bool]:
    """Top folder and contents of an archive, and whether the NBI would read it as it is.

    Nothing is unpacked to the disk. The NBI finds no descriptor behind a leading ``./``.
    """
    contents: dict[str, tuple[bytes, bool]] = {}
    tops: set[str] = set()
    plain = True
    size = count = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as archive:
            for member in archive:
                count, size = count + 1, size + member.size
                _limit(count, size)
                parts = PurePosixPath(member.name).parts
                if member.name.startswith("/") or ".." in parts:
                    raise PackageError(
                        f"{NOT_ALLOWED} It has {member.name!r}.", "Pack the folder with relative paths only."
                    )
                plain = plain and not member.name.startswith("./")
                if not parts or member.isdir():
                    tops.update(parts[:1])
                    continue
                if not member.isfile():
                    raise PackageError(f"{member.name!r} in the archive is no regular file.", "Pack plain files only.")
                if len(parts) < 2:
                    raise PackageError(
                        f"{OUTSIDE} {member.name!r} is not.", "Pack the package's folder, not its content."
                    )
                tops.add(parts[0])
                name = "/".join(parts[1:])
                if name in contents:
                    raise PackageError(f"the archive has {member.name!r} twice.", "Pack the folder again.")
                stream = archive.extractfile(member)
                contents[name] = (stream.read() if stream else b"", bool(member.mode & 0o100))
            # the checksum of the whole is compared only when its end is read
            while archive.fileobj and archive.fileobj.read(1 << 20):
                size += 1 << 20
                _limit(count, size)
    except (tarfile.TarError, EOFError, OSError, zlib.error, lzma.LZMAError) as error:
        raise PackageError(f"it is no .tar.gz archive ({error}).", "Give a package's folder or its .tar.gz.") from None
    if len(tops) > 1:
        raise PackageError(f"the archive has {len(tops)} top folders.", "Pack everything in one folder.")
    return next(iter(tops), ""), contents, plain


def _package(top: str, contents: dict[str, tuple[bytes, bool]], data: bytes | None) -> Package:
    found = [n for n in contents if "/" not in n and n.endswith(DESCRIPTORS)]
    if not found:
        raise PackageError(
            "Not found any descriptor file: there is no .yaml directly in the package's folder.",
            "Put one there, with the descriptor.",
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
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, (content, executable) in sorted(contents.items()):
            member = tarfile.TarInfo(f"{top}/{name}")
            member.size = len(content)
            member.mode = 0o755 if executable else 0o644
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), compresslevel=9, mtime=0)
