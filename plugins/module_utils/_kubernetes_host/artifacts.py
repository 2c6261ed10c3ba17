# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files and images of a folder on a host: what it lacks, and taking in what was sent. Runs on the host (Python 3.9).

Images are labelled as pinned, as kubelet collects those that it does not know to be so once the disk is full, and there
is nowhere to fetch them from (containerd 1.7 and later tell it). A label of our own says which these are.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
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
COMPRESSED: tuple[tuple[bytes, Any], ...] = ((b"\x1f\x8b", gzip), (b"BZh", bz2), (b"\xfd7zXZ\0", lzma))
PINNED = "io.cri-containerd.pinned"
OURS = "edge.infra/artifact"


def _run(command: list[str], seconds: float) -> subprocess.CompletedProcess[str]:
    """How a command of containerd's ended; raises EdgeError where it does not, as ctr waits for ever."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds)
    except subprocess.TimeoutExpired:
        words = f"{' '.join(command[:5])} did not end within {seconds:.0f} s: containerd does not answer."
        raise EdgeError(words, "See journalctl -u containerd, start it anew, and run this again.") from None


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


def present(*filters: str) -> set[str]:
    """Names of the images that containerd has for Kubernetes, without digests; none where it does not run."""
    if shutil.which("ctr") is None:
        return set()
    done = _run([*CTR, "images", "list", "-q", *filters], 120)
    return {plain(line.strip()) for line in done.stdout.splitlines() if line.strip()}


def kept() -> set[str]:
    """Those of them that we have pinned."""
    return present(f'labels."{PINNED}"==pinned,labels."{OURS}"==kept')


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


def marks(images: list[dict[str, Any]]) -> dict[str, Any]:
    """What images that are there lack: ``{named: {NEW: OLD}, pinned: [NAME], freed: [NAME]}``.

    Freed are those that a folder had for another release: with nobody running them, they only take room.
    """
    having, pinned = (present(), kept()) if images else (set(), set())
    asked = {new: old for entry in images for new, old in (entry.get("aliases") or {}).items()}
    named = {new: old for new, old in asked.items() if plain(new) not in having and plain(old) in having}
    wanted = {plain(name) for entry in images for name in entry["names"]} | {plain(name) for name in asked}
    there = having | {plain(name) for name in named}
    return {"named": named, "pinned": sorted((wanted & there) - pinned), "freed": sorted(pinned - wanted)}


def unnamed(version: str, repository: str) -> dict[str, str]:
    """Name that this host's kubeadm asks for -> image of its kind that is there, where only its tag is another one.

    Tags of etcd, coredns and pause change within a minor release, and only the kubeadm itself knows its own.
    """
    command = ["kubeadm", "config", "images", "list", "--kubernetes-version", f"v{version}"]
    command += ["--image-repository", repository] if repository else []
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return {}
    having = present()
    found = {}
    for name in done.stdout.split() if done.returncode == 0 else []:
        base, tag = _parts(name)
        if plain(name) in having or base not in ("etcd", "coredns", "pause"):
            continue
        # of etcd, flags go with the minor release
        like = tag.split(".")[:2] if base == "etcd" else []
        same = [n for n in sorted(having) if _parts(n)[0] == base and _parts(n)[1].split(".")[: len(like)] == like]
        if same:
            found[name] = same[-1]
    return found


def name_as_asked(found: dict[str, str]) -> None:
    """Give images names that no folder knows, and that no later look at the folder is to free."""
    for new, old in found.items():
        _ctr("tag", "--force", old, new)
        _ctr("label", new, f"{PINNED}=pinned", f"{OURS}=kubeadm")


def _parts(name: str) -> tuple[str, str]:
    base, _colon, tag = plain(name).rpartition("/")[2].partition(":")
    return base, tag


def mark(lacks: dict[str, Any]) -> None:
    """Give images names and labels; raises EdgeError with containerd's own words."""
    for new, old in lacks["named"].items():
        _ctr("tag", "--force", old, new)
    for name in lacks["pinned"]:
        _ctr("label", name, f"{PINNED}=pinned", f"{OURS}=kept")
    for name in lacks["freed"]:
        _ctr("label", name, f"{PINNED}=", f"{OURS}=")


def _ctr(*words: str) -> None:
    command = [*CTR, "images", *words]
    done = _run(command, 120)
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-600:]
        raise EdgeError(f"{' '.join(command)}: {said}", "See journalctl -u containerd.")


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


def plain_archive(path: Path) -> None:
    """An archive that is compressed becomes one that is not, in its place: ctr reads no other."""
    with path.open("rb") as stream:
        head = stream.read(6)
    kind = next((module for magic, module in COMPRESSED if head.startswith(magic)), None)
    if kind is None:
        return
    larger = path.with_name(path.name + ".plain")
    try:
        with kind.open(str(path), "rb") as packed, larger.open("wb") as out:
            shutil.copyfileobj(packed, out, 1 << 20)
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise EdgeError(f"an archive cannot be unpacked: {error}", "Write it again, as a plain .tar.") from None
    larger.replace(path)


def load(path: Path, entry: dict[str, Any]) -> None:
    """Import an archive of images; raises EdgeError with containerd's own words."""
    plain_archive(path)
    try:
        done = _run([*CTR, "images", "import", str(path)], 1800)
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
