# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Zip archives of packages: read like folders, and packed anew as what OSM takes everywhere.

The NBI takes zips, too, but with the descriptor at the top or under ``Definitions`` (SOL 004), so that the life-cycle
manager then looks for charms and charts elsewhere. A zip of a package's folder, as people make it, it refuses.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from pathlib import PurePath

from . import archives
from .archives import Listing, Member, is_junk, too_much
from .errors import PackageError

ENDINGS = (".yaml", ".yml", ".json")


def read_zip(data: bytes, name: str) -> Listing:
    """The files of a zip with one top folder, or with the descriptor at its top; ``name`` is that of its file."""
    files: dict[str, Member] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [e for e in archive.infolist() if not is_junk(e.filename.rstrip("/"))]
            if len(entries) > archives.MOST_MEMBERS or sum(e.file_size for e in entries) > archives.MOST_BYTES:
                raise too_much()
            for entry in entries:
                if not entry.is_dir():
                    _check(entry, files)
                    files[entry.filename] = Member(archive.read(entry), bool(_mode(entry) & 0o100))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, zlib.error, struct.error) as error:
        raise PackageError(f"it is a damaged zip archive ({error}).", "Give the package's folder.") from None
    if any("/" not in path and path.endswith(ENDINGS) for path in files):
        stem = re.sub(r"[^A-Za-z0-9._-]+", "_", PurePath(name).stem).strip(".")
        return Listing(stem or "package", files)
    if any(path.startswith("Definitions/") and path.endswith(ENDINGS) for path in files):
        raise PackageError(
            "it is a zip archive in the layout of SOL 004, with its descriptor under Definitions.",
            "Put the descriptor at the top of a folder, beside cloud_init, charms and helm-chart-v3s, and give that.",
        )
    tops = {path.split("/", 1)[0] for path in files}
    if len(tops) > 1:
        text = f"the zip archive has several top folders and no descriptor beside them: {', '.join(sorted(tops))}."
        raise PackageError(text, "Pack one folder.")
    top = tops.pop() if tops else ""
    return Listing(top, {path[len(top) + 1 :]: member for path, member in files.items()})


def _mode(entry: zipfile.ZipInfo) -> int:
    """The mode of a file that was packed on a system that has such; 0 otherwise."""
    return entry.external_attr >> 16 if entry.create_system == 3 else 0


def _check(entry: zipfile.ZipInfo, files: dict[str, Member]) -> None:
    name = entry.filename
    if name.startswith("/") or ".." in name or "\\" in name:
        raise PackageError(
            "Absolute path or '..' are not allowed for package descriptor zip",
            f"Pack {name!r} with a path relative to the package's folder.",
            status=400,
            where=name,
        )
    if entry.flag_bits & 1:
        raise PackageError(f"{name} in the zip archive is encrypted.", "Pack it without a password.", where=name)
    mode = _mode(entry)
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise PackageError(
            f"{name} in the zip archive is a link, or no regular file.", "Give the folder, or pack it as .tar.gz."
        )
    if name in files:
        raise PackageError(f"the zip archive has {name} twice.", "Pack the folder again.", where=name)
