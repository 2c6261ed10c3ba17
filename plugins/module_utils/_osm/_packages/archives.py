# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Folders and archives as a flat listing of files, read within limits, and the listing as a reproducible archive.

Rules of the archive (NBI of OSM, 2026): every file inside one top folder, no absolute path and no ``..``. Nothing is
ever unpacked to the disk.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import posixpath
import stat
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .errors import PackageError

#: what a package may hold at most, unpacked, in bytes and in members: more is no package but an accident or an attack
MOST_BYTES, MOST_MEMBERS = 512 << 20, 10_000
#: what the headers of an archive may add to that
OVERHEAD = 1536 * MOST_MEMBERS
#: never packed: version control, editors, operating systems
JUNK_NAMES = frozenset(
    {".git", ".gitignore", ".gitattributes", ".gitmodules", ".svn", ".hg", ".bzr", "CVS", "__pycache__", ".DS_Store"}
    | {"Thumbs.db", ".idea", ".vscode", "__MACOSX"}
)
JUNK_ENDINGS = ("~", ".swp", ".swo", ".pyc", ".orig", ".rej")
CHECKSUMS = "checksums.txt"
#: how archives begin; a zip may be empty
GZIP_MAGIC, ZIP_MAGIC = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True)
class Member:
    """A file of a package: its bytes, and whether its owner may execute it."""

    data: bytes = field(repr=False)
    executable: bool = False


@dataclass(frozen=True)
class Listing:
    """What a package holds.

    :param top: name of the one top folder.
    :param files: members by their path inside the top folder.
    :param folders: paths of the folders inside the top folder that the archive names; None for a folder on disk.
    :param data: the archive as it was found; None for a folder on disk.
    """

    top: str
    files: Mapping[str, Member]
    folders: frozenset[str] | None = None
    data: bytes | None = None


def is_junk(path: str) -> bool:
    """Whether a path has a part that no package needs: version control, editors' leavings, byte code."""
    return any(part in JUNK_NAMES or part.endswith(JUNK_ENDINGS) for part in path.split("/"))


def too_much() -> PackageError:
    """The refusal of something too large."""
    return PackageError(
        f"it holds more than {MOST_MEMBERS} files and folders, or more than {MOST_BYTES >> 20} MiB.",
        "Look at what it holds: this is no package. Images belong in the VIM, not in the package.",
    )


def read_file(path: Path) -> bytes:
    """A file's bytes; raises PackageError when it cannot be read or is too large."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise too_much()
        return path.read_bytes()
    except OSError as error:
        raise PackageError(f"{path} cannot be read ({error.strerror}).", "Correct its permissions.") from None


def read_folder(folder: Path) -> Listing:
    """The files under a folder; links that stay inside are followed, others and special files are refused."""
    root = folder.resolve()
    files: dict[str, Member] = {}
    room = [MOST_BYTES, MOST_MEMBERS]
    _collect(root, root, "", files, room, frozenset())
    return Listing(root.name, files)


def _collect(
    root: Path, folder: Path, prefix: str, files: dict[str, Member], room: list[int], above: frozenset[Path]
) -> None:
    real = folder.resolve()
    if real in above:
        raise PackageError(f"{prefix.rstrip('/')} is a link to a folder that contains it.", "Remove the link.")
    try:
        entries = sorted(folder.iterdir(), key=lambda p: p.name)
    except OSError as error:
        raise PackageError(f"{folder} cannot be read ({error.strerror}).", "Correct its permissions.") from None
    for path in entries:
        name = prefix + path.name
        if is_junk(path.name):
            continue
        room[1] -= 1
        if room[1] < 0:
            raise too_much()
        try:
            name.encode("utf-8")
            target = path.resolve(strict=True)
            mode = target.stat().st_mode
        except UnicodeEncodeError:
            raise PackageError(f"{name!r} is no name in UTF-8.", "Rename the file.") from None
        except (OSError, RuntimeError):
            raise PackageError(f"{name} is a link that leads nowhere.", "Remove it, or copy the file.") from None
        if path.is_symlink() and root != target and root not in target.parents:
            raise PackageError(f"{name} is a link that leads out of the package.", "Copy the file into the package.")
        if stat.S_ISDIR(mode):
            _collect(root, path, name + "/", files, room, above | {real})
        elif stat.S_ISREG(mode):
            room[0] -= target.stat().st_size
            if room[0] < 0:
                raise too_much()
            files[name] = Member(read_file(target), bool(mode & 0o100))
        else:
            raise PackageError(f"{name} is no regular file.", "Remove it from the package.")


def read_archive(data: bytes) -> Listing:
    """The files of a ``.tar.gz``; raises PackageError in the NBI's words for what the NBI refuses."""
    if not data.startswith(GZIP_MAGIC):
        raise PackageError("invalid file content file could not be opened successfully", _NOT_GZIP, status=400)
    plain = _unzip(data)
    files: dict[str, Member] = {}
    links: dict[str, str] = {}
    folders: set[str] = set()
    tops: set[str] = set()
    count = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as archive:
            for member in archive:
                count += 1
                if count > MOST_MEMBERS:
                    raise too_much()
                _file_member(archive, member, tops, files, folders, links)
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise PackageError(f"invalid file content {error}", _NOT_GZIP, status=400) from None
    if len(tops) > 1:
        raise PackageError(f"the archive has several top folders: {', '.join(sorted(tops))}.", "Pack one folder.")
    _follow(links, files, folders)
    return Listing(tops.pop() if tops else "", files, frozenset(folders), data)


_NOT_GZIP = "Give a package's folder, or a complete .tar.gz of it."


def _unzip(data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            plain = stream.read(MOST_BYTES + OVERHEAD + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise PackageError(f"invalid file content {error}", _NOT_GZIP, status=400) from None
    if len(plain) > MOST_BYTES + OVERHEAD:
        raise too_much()
    return plain


def _file_member(
    archive: tarfile.TarFile,
    member: tarfile.TarInfo,
    tops: set[str],
    files: dict[str, Member],
    folders: set[str],
    links: dict[str, str],
) -> None:
    parts = member.name.split("/")
    if not parts[0] or ".." in parts:
        raise PackageError(
            "Absolute path or '..' are not allowed for package descriptor tar.gz",
            f"Pack {member.name!r} with a path relative to the package's folder.",
            status=400,
            where=member.name,
        )
    if len(parts) == 1 and not member.isdir():
        raise PackageError(
            "All files must be inside a dir for package descriptor tar.gz",
            f"Pack the package's folder, not its content: {member.name!r} is outside a folder.",
            status=400,
            where=member.name,
        )
    if parts[0] == "." and len(parts) > 1:
        # the NBI counts the dot as the top folder and then finds no descriptor below it
        raise PackageError(
            "Not found any descriptor file at package descriptor tar.gz",
            f"Pack without the leading './' ({member.name!r}): tar czf PACKAGE.tar.gz FOLDER",
            status=400,
            where=member.name,
        )
    if member.name == ".":
        return
    tops.add(parts[0])
    name = "/".join(parts[1:])
    if member.isdir():
        folders.add(name)
    elif member.issym():
        links[name] = posixpath.normpath(posixpath.join(posixpath.dirname(member.name), member.linkname))
    elif member.islnk():
        links[name] = posixpath.normpath(member.linkname)
    elif member.isreg() and not member.issparse():
        stream = archive.extractfile(member)
        content = stream.read() if stream else b""
        if len(content) != member.size:
            raise PackageError("invalid file content unexpected end of data", _NOT_GZIP, status=400)
        if name in files:
            descriptor = "/" not in name and name.endswith((".yaml", ".yml", ".json"))
            words = "Found more than one descriptor file at package descriptor tar.gz" if descriptor else ""
            raise PackageError(
                words or f"the archive has {member.name} twice.",
                f"{member.name} is in it twice: pack the folder again.",
                status=400 if descriptor else 0,
                where=member.name,
            )
        files[name] = Member(content, bool(member.mode & 0o100))
    else:
        raise PackageError(f"{member.name!r} in the archive is no regular file.", "Pack plain files only.")
    if name in links:
        links[name] = _inside(member, parts[0], links[name])


def _inside(member: tarfile.TarInfo, top: str, target: str) -> str:
    if target == top and not member.linkname.startswith("/"):
        raise PackageError(f"{member.name} is a link to a folder that contains it.", "Remove the link.")
    if member.linkname.startswith("/") or not target.startswith(top + "/"):
        raise PackageError(f"{member.name} is a link that leads out of the package.", "Copy the file into the package.")
    return target[len(top) + 1 :]


def _follow(links: Mapping[str, str], files: dict[str, Member], folders: set[str]) -> None:
    """Put what links point at in their place, as it is done with a folder on disk."""
    waiting = dict(links)
    for _step in range(len(links) + 1):
        for name, target in list(waiting.items()):
            below = {n: m for n, m in files.items() if n == target or n.startswith(target + "/")}
            if any(w == target or w.startswith(target + "/") for w in waiting):
                continue
            if not below and target not in folders:
                raise PackageError(f"{name} is a link that leads nowhere.", "Remove it, or pack the file.")
            files.update({name + n[len(target) :]: m for n, m in below.items()})
            if len(files) > MOST_MEMBERS or sum(len(m.data) for m in files.values()) > MOST_BYTES:
                raise too_much()
            del waiting[name]
    if waiting:
        raise PackageError(f"{sorted(waiting)[0]} is a link to itself.", "Remove the link.")


def digest(files: Mapping[str, Member]) -> str:
    """SHA-256 of the listing of a package's files, hexadecimal.

    One line per file, by name: name, whether it is executable, SHA-256 of its content. Junk and the top
    ``checksums.txt`` do not count, nor do times, owners, compression or the name of the top folder.
    """
    total = hashlib.sha256()
    for name in sorted(files):
        if name != CHECKSUMS and not is_junk(name):
            member = files[name]
            line = f"{name}\0{'x' if member.executable else '-'}\0{hashlib.sha256(member.data).hexdigest()}\n"
            total.update(line.encode("utf-8", "surrogateescape"))
    return total.hexdigest()


def pack(top: str, files: Mapping[str, Member]) -> bytes:
    """A ``.tar.gz`` that depends on nothing but names, contents and the right to execute.

    Folders get entries of their own: OSM keeps packages in GridFS, where a folder without one does not exist, and then
    says that a charm is not in the package. ``checksums.txt`` is written anew: one that was there may be stale.
    """
    lines = (
        f"{hashlib.md5(member.data, usedforsecurity=False).hexdigest()}\t{top}/{name}\n"
        for name, member in sorted(files.items())
        if name != CHECKSUMS
    )
    files = {**files, CHECKSUMS: Member("".join(lines).encode("utf-8", "surrogateescape"))}
    folders = {parent.as_posix() for name in files for parent in Path(f"{top}/{name}").parents} - {"."}
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.GNU_FORMAT, encoding="utf-8") as archive:
        for path in sorted(folders | {f"{top}/{name}" for name in files}, key=lambda p: p.split("/")):
            entry = tarfile.TarInfo(path)
            if path in folders:
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(entry)
                continue
            member = files[path[len(top) + 1 :]]
            entry.size, entry.mode = len(member.data), 0o755 if member.executable else 0o644
            archive.addfile(entry, io.BytesIO(member.data))
    return _zip(plain.getvalue())


def _zip(plain: bytes) -> bytes:
    # gzip.compress() writes the operating system into the header on some versions of Python; this does not
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = compressor.compress(plain) + compressor.flush()
    tail = zlib.crc32(plain).to_bytes(4, "little") + (len(plain) & 0xFFFFFFFF).to_bytes(4, "little")
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff" + body + tail
