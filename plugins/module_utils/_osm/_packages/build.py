# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Packages from folders and archives: packed reproducibly, read safely, told apart by a digest of their content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .archives import CHECKSUMS, ZIP_MAGIC, Listing, digest, is_junk, pack, read_archive, read_file, read_folder
from .documents import DocumentError, load_document
from .errors import PackageError
from .findings import Finding
from .spool import Kept, keep
from .zips import read_zip

__all__ = ["Package", "PackageError", "build", "look"]

#: how a file begins that Git LFS has not fetched
POINTER = b"version https://git-lfs.github.com/spec/"

#: endings of descriptors, in the case the NBI looks for
DESCRIPTORS = (".yaml", ".yml", ".json")

#: envelopes: key of the document, kind of package, whether a list may follow under the same plain name.
#: The catalogues are the form that OSM took before release 9.
ENVELOPES = (
    ("etsi-nfv-vnfd:vnfd", "vnf"),
    ("vnfd", "vnf"),
    ("nsd", "ns"),
    ("etsi-nfv-nsd:nsd", "ns"),
    ("nst", "nst"),
    ("nst:nst", "nst"),
)
CATALOGUES = (
    ("vnfd:vnfd-catalog", "vnf", "vnfd"),
    ("vnfd-catalog", "vnf", "vnfd"),
    ("nsd:nsd-catalog", "ns", "nsd"),
    ("nsd-catalog", "ns", "nsd"),
)


@dataclass(frozen=True)
class Package:
    """A package, ready to upload.

    :param kind: ``vnf``, ``ns`` or ``nst``.
    :param id: the descriptor's id.
    :param descriptor: the descriptor without its envelope.
    :param document: the descriptor file as it was read.
    :param digest: SHA-256 over names, rights to execute and contents; the same for a folder and for its archive.
    :param kept: the archive (``.tar.gz``), put aside; read it with ``data``.
    :param md5: of the archive, hexadecimal.
    :param files: paths inside the top folder, sorted.
    :param folder: name of the top folder.
    :param descriptor_file: name of the descriptor's file in it.
    :param path: where the package was found.
    :param missing_folders: folders that hold files but have no entry of their own in a given archive.
    :param pointers: files that are pointers of Git LFS.
    :param stale: files that the ``checksums.txt`` of a given archive tells otherwise of.
    :param warnings: what the lint has to say, where it was asked.
    """

    kind: str
    id: str
    name: str
    version: str
    descriptor: Mapping[str, Any] = field(repr=False)
    document: Any = field(repr=False)
    digest: str
    kept: Kept = field(repr=False)
    md5: str
    files: tuple[str, ...]
    folder: str
    descriptor_file: str
    path: str = ""
    missing_folders: tuple[str, ...] = ()
    pointers: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    warnings: tuple[Finding, ...] = ()

    @property
    def data(self) -> bytes:
        """The archive (``.tar.gz``)."""
        return self.kept.read()

    @property
    def place(self) -> str:
        """The descriptor's path in the archive."""
        return f"{self.folder}/{self.descriptor_file}"


#: packages that were looked at, by path, with what their files looked like: each waits for one :func:`build`
_looked_at: dict[str, tuple[Any, Package]] = {}


def look(path: str | os.PathLike[str]) -> Package:
    """The same as :func:`build`, for who only wants to know what it is: the next ``build`` need not do it again."""
    before = _stamp(path)
    package = build(path)
    if before is not None and before == _stamp(path):
        _looked_at[str(Path(path).absolute())] = (before, package)
    return package


def _stamp(path: str | os.PathLike[str]) -> list[tuple[Any, ...]] | None:
    """Names, sizes and times of all that is there; None where there are links to folders, or nothing at all."""
    found: list[tuple[Any, ...]] = []
    waiting = [Path(path)]
    try:
        while waiting:
            here = waiting.pop()
            status = here.stat()
            found.append((str(here), status.st_ino, status.st_mode, status.st_size, status.st_mtime_ns))
            if here.is_dir():
                if here.is_symlink() and len(found) > 1:
                    return None
                waiting += [p for p in sorted(here.iterdir()) if not is_junk(p.name)]
    except OSError:
        return None
    return found


def build(path: str | os.PathLike[str]) -> Package:
    """The package in a folder, in a ``.tar.gz`` (which is used as it is) or in a zip (which is packed anew).

    Raises PackageError for anything else.
    """
    stamp, known = _looked_at.pop(str(Path(path).absolute()), (None, None))
    if known is not None and stamp == _stamp(path):
        return known
    source = Path(path)
    if source.is_dir():
        listing = read_folder(source)
    elif source.is_file():
        data = read_file(source)
        listing = read_zip(data, source.name) if data.startswith(ZIP_MAGIC) else read_archive(data)
    elif source.exists():
        raise PackageError(f"{source} is no regular file.", "Give the folder, the .tar.gz or the .zip of a package.")
    else:
        raise PackageError(f"{source} does not exist.", "Give the folder, the .tar.gz or the .zip of a package.")
    return _package(listing, os.fspath(path))


def _package(listing: Listing, path: str) -> Package:
    file = _descriptor_file(listing)
    try:
        document = load_document(listing.files[file].data)
    except DocumentError as error:
        raise PackageError(f"Invalid yaml format {error}", f"Correct {file}.", status=400, where=file) from None
    kind, descriptor = _open(document, file)
    identity = descriptor.get("id")
    if not isinstance(identity, (str, int, float)) or isinstance(identity, bool) or identity == "":
        words = "Error in pyangbind validation: 'id'" if kind == "ns" else f"{file}: the descriptor has no id."
        raise PackageError(words, "Give the descriptor an id.", status=422 if kind == "ns" else 0, where="id")
    archive = listing.data if listing.data is not None else pack(listing.top, listing.files)
    return Package(
        kind=kind,
        id=str(identity),
        name=str(descriptor.get("name") or descriptor.get("product-name") or identity),
        version=str(descriptor.get("version", "")),
        descriptor=descriptor,
        document=document,
        digest=digest(listing.files),
        kept=keep(archive),
        md5=hashlib.md5(archive, usedforsecurity=False).hexdigest(),
        files=tuple(sorted(listing.files)),
        folder=listing.top,
        descriptor_file=file,
        path=path,
        missing_folders=_missing_folders(listing),
        pointers=tuple(sorted(n for n, m in listing.files.items() if m.data.startswith(POINTER))),
        stale=_stale(listing) if listing.data is not None else (),
    )


def _stale(listing: Listing) -> tuple[str, ...]:
    """Files whose MD5 or SHA-256 in ``checksums.txt`` is another; lines that tell something else do not count."""
    found = []
    told = listing.files.get(CHECKSUMS)
    for line in told.data.decode("utf-8", "replace").splitlines() if told else ():
        checksum, _space, name = line.partition("\t") if "\t" in line else line.partition(" ")
        name = name.strip().lstrip("*").removeprefix("./").removeprefix(f"{listing.top}/")
        kind = {32: "md5", 64: "sha256"}.get(len(checksum))
        if not kind or name == CHECKSUMS:
            continue
        member = listing.files.get(name)
        if member is None or hashlib.new(kind, member.data, usedforsecurity=False).hexdigest() != checksum.lower():
            found.append(name)
    return tuple(found)


def _descriptor_file(listing: Listing) -> str:
    found = sorted(name for name in listing.files if "/" not in name and name.endswith(DESCRIPTORS))
    if not found:
        other = sorted(name for name in listing.files if name.lower().endswith(DESCRIPTORS))
        hint = f" Found further down, or with an ending in capitals: {', '.join(other[:3])}." if other else ""
        raise PackageError(
            "Not found any descriptor file at package descriptor tar.gz",
            f"Put one .yaml file with the descriptor directly into the package's folder.{hint}",
            status=400,
        )
    if len(found) > 1:
        raise PackageError(
            "Found more than one descriptor file at package descriptor tar.gz",
            f"Leave one of {', '.join(found)} there, and put the others into a folder.",
            status=400,
            where=", ".join(found),
        )
    return found[0]


def _missing_folders(listing: Listing) -> tuple[str, ...]:
    if listing.folders is None:
        return ()
    needed = {name[:at] for name in listing.files for at, letter in enumerate(name) if letter == "/"}
    return tuple(sorted(needed - listing.folders))


def _open(document: Any, file: str) -> tuple[str, Mapping[str, Any]]:
    """Kind and descriptor of a document, in the SOL006 form or in the one that came before it."""
    if not isinstance(document, Mapping):
        what = "is empty" if document is None else f"holds {type(document).__name__}, not keys and values"
        raise PackageError(f"{file} {what}.", "Give a package with a SOL006 descriptor.", where=file)
    for key, kind, inner in CATALOGUES:
        if key in document:
            return kind, _from_catalogue(document[key], inner)
    for key, kind in ENVELOPES:
        if key in document:
            return kind, _from_envelope(document[key], key, kind, file)
    keys = ", ".join(str(k) for k in list(document)[:5]) or "nothing"
    raise PackageError(
        f"{file} is neither a VNFD nor an NSD nor a slice template: it begins with {keys}.",
        "A descriptor's first key is vnfd, nsd or nst.",
        where=file,
    )


def _from_catalogue(content: Any, inner: str) -> Mapping[str, Any]:
    if isinstance(content, Mapping):
        content = next((content[k] for k in (inner, f"{inner}:{inner}") if k in content), content)
    first = content[0] if isinstance(content, list) and content else content
    # an old descriptor is refused whatever it holds: without an id it is still to be told so
    return {"id": "unknown", **first} if isinstance(first, Mapping) else {"id": "unknown"}


def _from_envelope(content: Any, key: str, kind: str, file: str) -> Mapping[str, Any]:
    if kind == "ns" and isinstance(content, Mapping) and content.get("nsd"):
        content = _only(content["nsd"], "'nsd' must be a list of only one element", file)
    elif kind == "nst":
        content = _only(content, f"'{key}' must be a list only one element", file)
    if isinstance(content, Mapping):
        return content
    words = f"'{key}' must be dict" if kind == "vnf" else f"'{type(content).__name__}' object has no attribute 'get'"
    raise PackageError(words, f"Put the descriptor's keys under {key}.", status=400, where=file)


def _only(content: Any, words: str, file: str) -> Any:
    if isinstance(content, list) and len(content) == 1:
        return content[0]
    raise PackageError(words, "One package holds one descriptor: a list with one element.", status=400, where=file)
