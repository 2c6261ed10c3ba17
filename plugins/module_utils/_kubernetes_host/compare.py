# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether everything on a host is as it is wanted, in one go and without a change: what the role would otherwise find
out task by task. Runs on the host (Python 3.9).
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .._engine.errors import EdgeError
from .artifacts import lacking, marks
from .look import run

#: states of a unit's file that systemd starts it with
ENABLED = ("enabled", "static", "alias")


def differing(wanted: Mapping[str, Any]) -> list[str]:
    """Everything that is not as wanted, by its name; [] when all is.

    ``wanted`` has ``files`` and ``images`` as the module kubernetes_artifacts takes them, ``folders`` ({path, mode}),
    ``there`` (paths), ``lines`` ({path, line}), ``archives`` ({path, folder, only}), ``units`` ({name, active}) and
    ``linked``, folders each of whose files has to be in /opt/cni/bin, too.
    """
    files, images = wanted.get("files") or [], wanted.get("images") or []
    try:
        wrong = lacking(files, images)
        found = [str(files[number]["path"]) for number in wrong["files"]]
        found += [name for number in wrong["images"] for name in images[number]["names"]]
        found += [name for names in marks(images).values() for name in names]
    except EdgeError:  # containerd does not answer, as whoever wants its images says
        found = ["containerd.service"]
    found += [entry["path"] for entry in wanted.get("folders") or [] if not _is_folder(entry)]
    found += [path for path in wanted.get("there") or [] if not Path(path).is_file()]
    found += [entry["path"] for entry in wanted.get("lines") or [] if not _has_line(entry)]
    for entry in wanted.get("archives") or []:
        found += unpacked_otherwise(Path(entry["path"]), Path(entry["folder"]), entry.get("only") or [])
    found += _units(wanted.get("units") or [])
    for folder in wanted.get("linked") or []:
        there = Path(folder).iterdir() if Path(folder).is_dir() else ()
        found += [path.name for path in there if not (Path("/opt/cni/bin") / path.name).exists()]
    return found


def _is_folder(entry: Mapping[str, Any]) -> bool:
    path = Path(entry["path"])
    return path.is_dir() and path.stat().st_mode & 0o7777 == int(entry["mode"], 8)


def _has_line(entry: Mapping[str, Any]) -> bool:
    try:
        return entry["line"] in Path(entry["path"]).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False


def unpacked_otherwise(archive: Path, folder: Path, only: list[str]) -> list[str]:
    """Files of an archive that are not in the folder with the very same bytes; the archive when it cannot be read."""
    try:
        with tarfile.open(archive) as packed:
            return [
                str(folder / member.name)
                for member in packed
                if member.isfile()
                and (not only or Path(member.name).name in only)
                and not _same(packed, member, folder / member.name)
            ]
    except (OSError, tarfile.TarError):
        return [str(archive)]


def _same(packed: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> bool:
    content = packed.extractfile(member)
    try:
        if content is None or path.is_symlink() or path.stat().st_size != member.size:
            return False
        with path.open("rb") as there:
            return all(part == there.read(len(part)) for part in iter(lambda: content.read(1 << 20), b""))
    except OSError:
        return False


def _units(wanted: list[dict[str, Any]]) -> Iterator[str]:
    """Units that the next start would not start, or that do not run where they are to."""
    if not wanted:
        return
    form = "--property=Id,Names,ActiveState,UnitFileState"
    blocks = run("systemctl", "show", form, *(entry["name"] for entry in wanted))[1].strip().split("\n\n")
    known = [dict(line.partition("=")[::2] for line in block.splitlines()) for block in blocks]
    for entry in wanted:
        unit = next((one for one in known if entry["name"] in one.get("Names", "").split()), {})
        if unit.get("UnitFileState") not in ENABLED or (entry["active"] and unit.get("ActiveState") != "active"):
            yield str(entry["name"])
