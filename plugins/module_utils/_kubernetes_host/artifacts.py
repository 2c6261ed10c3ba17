# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files and images of a folder on a host: what it lacks, and taking in what was sent. Runs on the host (Python 3.9)."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from .._engine.errors import EdgeError

NAMESPACE = "k8s.io"
CTR = ("ctr", "--namespace", NAMESPACE)
#: where there is room for what is unpacked
ROOM = "/var/cache"


def digest(path: Path) -> str:
    """SHA-256 of a file; "" where there is none."""
    found = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            for part in iter(lambda: stream.read(1 << 20), b""):
                found.update(part)
    except OSError:
        return ""
    return found.hexdigest()


def present() -> set[str]:
    """Names of the images that containerd has for Kubernetes, without digests; none where it does not run."""
    if shutil.which("ctr") is None:
        return set()
    done = subprocess.run([*CTR, "images", "list", "-q"], capture_output=True, text=True, check=False)
    return {plain(line.strip()) for line in done.stdout.splitlines() if line.strip()}


def plain(name: str) -> str:
    """A name without its digest, if it has a tag as well."""
    before = name.partition("@")[0]
    return before if re.search(r":[^/]+$", before) else name


def lacking(files: list[dict[str, Any]], images: list[dict[str, Any]]) -> dict[str, list[int]]:
    """Numbers of the files that differ, and of the archives of which an image is missing."""
    wrong = []
    for number, entry in enumerate(files):
        path = Path(entry["path"])
        if digest(path) != entry["sha256"] or path.stat().st_mode & 0o7777 != int(entry["mode"], 8):
            wrong.append(number)
    having = present() if images else set()
    missing = [n for n, entry in enumerate(images) if any(plain(name) not in having for name in entry["names"])]
    return {"files": wrong, "images": missing}


def take(archive: str, files: list[dict[str, Any]], images: list[dict[str, Any]]) -> None:
    """Put each file that was sent in its place, in one step, and import each archive of images."""
    Path(ROOM).mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="edge-", dir=ROOM))
    try:
        with tarfile.open(archive) as sent:
            for member in sent:
                kind, _sign, number = member.name.partition("/")
                entry = (files if kind == "files" else images)[int(number)]
                content = sent.extractfile(member)
                target = Path(entry["path"]) if kind == "files" else work / "image.tar"
                target.parent.mkdir(parents=True, exist_ok=True)
                handle, name = tempfile.mkstemp(dir=str(target.parent), prefix=".edge-")
                with os.fdopen(handle, "wb") as out:
                    if content is not None:
                        shutil.copyfileobj(content, out, 1 << 20)
                if entry["sha256"] and digest(Path(name)) != entry["sha256"]:
                    Path(name).unlink()
                    raise EdgeError(f"{entry['source']} did not arrive as it was sent.", "Run this again.")
                Path(name).chmod(int(entry.get("mode", "0600"), 8))
                Path(name).replace(target)
                if kind == "images":
                    load(target, entry)
                    target.unlink()
    finally:
        shutil.rmtree(work, ignore_errors=True)
        Path(archive).unlink()


def load(path: Path, entry: dict[str, Any]) -> None:
    """Import an archive of images; raises EdgeError with containerd's own words."""
    try:
        done = subprocess.run([*CTR, "images", "import", str(path)], capture_output=True, text=True, check=False)
    except OSError as error:
        raise EdgeError(f"ctr cannot be run: {error.strerror}.", "Install containerd first.") from None
    words = (done.stderr or done.stdout).strip()[-600:]
    if done.returncode:
        raise EdgeError(f"{entry['source']} could not be imported: {words}", "See journalctl -u containerd.")
    if missing := [name for name in entry["names"] if plain(name) not in present()]:
        raise EdgeError(
            f"{entry['source']} was imported, and containerd has no {', '.join(missing)} ({words}).",
            "Write the archive with the image for this machine's architecture.",
        )
