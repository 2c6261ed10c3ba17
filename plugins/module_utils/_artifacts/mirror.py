# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fetches what a folder of artifacts lacks: files by HTTP, images by whichever tool the controller has."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible.module_utils.urls import open_url

from .._engine.errors import EdgeError, InputError
from .._engine.lazy import Lazily
from .folder import MANIFEST, digest
from .images import in_archive, split
from .releases import component_images
from .wanted import Entry, image, images_of

yaml: Any = Lazily("yaml")

#: seconds for one image
PATIENCE = 3600
#: how each tool writes an image to an archive, in the order in which they are looked for
TOOLS: dict[str, Callable[[str, str, str], list[list[str]]]] = {
    "skopeo": lambda name, file, machine: [
        ["skopeo", "copy", f"--override-arch={machine}", f"docker://{name}", f"docker-archive:{file}:{name}"]
    ],
    "podman": lambda name, file, machine: [
        ["podman", "pull", "--quiet", f"--arch={machine}", name],
        ["podman", "save", "--quiet", "--output", file, name],
    ],
    "docker": lambda name, file, machine: [
        ["docker", "pull", "--quiet", f"--platform=linux/{machine}", name],
        ["docker", "save", "--output", file, name],
    ],
    "ctr": lambda name, file, machine: [
        ["ctr", "images", "pull", f"--platform=linux/{machine}", name],
        ["ctr", "images", "export", f"--platform=linux/{machine}", file, name],
    ],
}


def tool(asked: str = "auto") -> str:
    """The program that fetches images; raises InputError where there is none."""
    names = [asked] if asked != "auto" else list(TOOLS)
    found = next((name for name in names if name in TOOLS and shutil.which(name)), "")
    if not found:
        raise InputError(
            f"Images cannot be fetched: the controller has no {' or '.join(names)}.",
            f"Install one of {', '.join(TOOLS)}, or put archives of the images into the folder yourself.",
        )
    return found


class Mirror:
    """One run: what is there is left, what was cut off is fetched again, and manifest.yml is written as it goes."""

    def __init__(self, folder: Path, machine: str = "amd64") -> None:
        self.folder, self.machine = folder, machine
        self.known = self._read()
        self.fetched: list[str] = []
        self.faults: list[str] = []

    def _read(self) -> dict[str, Entry]:
        try:
            document = yaml.safe_load((self.folder / MANIFEST).read_text(encoding="utf-8")) or {}
            return {str(e["path"]): dict(e) for e in document.get("artifacts") or []}
        except FileNotFoundError:
            return {}
        except (AttributeError, KeyError, TypeError, yaml.YAMLError) as error:
            raise InputError(f"{self.folder / MANIFEST} cannot be read: {error}", "Take it away.") from None

    def lacks(self, entry: Entry) -> bool:
        """Whether a file is missing, or is another than was noted or is wanted."""
        path = self.folder / entry["path"]
        if entry["kind"] == "package":
            return not any(path.glob(f"{entry['name']}[_-]*"))
        wanted = entry["sha256"] or (self.known.get(entry["path"]) or {}).get("sha256", "")
        return not path.is_file() or bool(wanted and digest(path) != wanted)

    def further(self, entries: list[Entry], read: Callable[[Entry], str]) -> list[Entry]:
        """The images that the manifests name, as far as they can be read."""
        found = {}
        for entry in entries:
            if entry["kind"] == "manifest":
                try:
                    found.update({e["path"]: e for e in images_of(read(entry))})
                except (EdgeError, OSError) as error:
                    self.faults.append(f"The images of {entry['name']} are not known: {error}")
        return list(found.values())

    def exact(self, entries: list[Entry]) -> list[Entry]:
        """The images as the folder's own kubeadm names them, where it runs here: it knows its tags best."""
        found = {}
        for entry in entries:
            path = self.folder / entry["path"]
            if entry["kind"] != "program" or entry["name"] != "kubeadm" or not path.is_file():
                continue
            own = [e["name"] for e in entries if e["kind"] == "image" and e["version"] == f"v{entry['version']}"]
            place = own[0].rpartition("/")[0] if own else ""
            flags = [f"--kubernetes-version=v{entry['version']}", f"--image-repository={place}"]
            try:
                command = [str(path), "config", "images", "list", *flags]
                done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
            except (OSError, subprocess.TimeoutExpired):
                continue  # a program for another machine
            for name in done.stdout.split() if done.returncode == 0 else ():
                table = component_images(entry["version"], place)
                base = split(name)[0].rpartition("/")[2]
                found[table.get(base, name)] = name
        return [image(found.get(e["name"], e["name"])) if e["kind"] == "image" else e for e in entries]

    def text(self, entry: Entry) -> str:
        """A manifest, of the folder or of where it comes from."""
        path = self.folder / entry["path"]
        if path.is_file():
            return path.read_text(encoding="utf-8")
        if not entry["source"]:
            raise InputError(f"{path} is missing, and nothing says where it comes from.", "Put it there.")
        if not entry["source"].startswith(("http://", "https://")):
            return Path(entry["source"]).read_text(encoding="utf-8")
        return self._get(entry["source"]).decode()

    def _get(self, url: str, target: Path | None = None) -> bytes:
        try:
            with open_url(url, timeout=60, use_proxy=True, follow_redirects="all") as answer:
                if target is None:
                    return bytes(answer.read())
                with target.open("wb") as out:
                    shutil.copyfileobj(answer, out, 1 << 20)
                return b""
        except OSError as error:
            raise EdgeError(f"{url} cannot be fetched: {error}", "See that the controller reaches it.") from None

    def fetch(self, entry: Entry, program: str) -> None:
        """Have one file; raises EdgeError where that cannot be, and leaves nothing half done."""
        path = self.folder / entry["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.unlink(missing_ok=True)
        try:
            if entry["kind"] == "image":
                self._image(entry, part, program)
            elif not entry["source"].startswith(("http://", "https://")):
                shutil.copyfile(self._local(entry), part)
            else:
                self._get(entry["source"], part)
            wanted, found = entry["sha256"] or self._sum(entry), digest(part)
            if wanted and wanted != found:
                raise EdgeError(
                    f"{entry['source']} has sha256 {found}, and {wanted} is wanted.", "See who changed it, and why."
                )
            if entry["kind"] == "program":
                part.chmod(0o755)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        self.fetched.append(entry["path"])
        self.note({**entry, "sha256": found})

    def _local(self, entry: Entry) -> Path:
        path = Path(entry["source"]).expanduser()
        if not entry["source"] or not path.is_file():
            raise InputError(
                f"{self.folder / entry['path']} is missing, and nothing says where it comes from.",
                "Put it there, or give its URL.",
            )
        return path

    def _sum(self, entry: Entry) -> str:
        """What the place that a file comes from says that it is."""
        text = self._get(entry["sums"]).decode(errors="replace").split() if entry["sums"] else []
        return text[0].lower() if text and len(text[0]) == 64 else ""

    def _image(self, entry: Entry, part: Path, program: str) -> None:
        for command in TOOLS[program](entry["name"], str(part), self.machine):
            try:
                done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                words = f"{entry['name']} was not fetched by {program} within {PATIENCE} s."
                raise EdgeError(words, "See whether the registry answers.") from None
            if done.returncode:
                words = (done.stderr or done.stdout).strip()[-400:]
                raise EdgeError(f"{entry['name']} cannot be fetched by {program}: {words}", "")
        if entry["name"].partition("@")[0] not in {name.partition("@")[0] for name in in_archive(part)}:
            raise EdgeError(f"{program} wrote an archive in which {entry['name']} has no name.", "Take another tool.")

    def note(self, entry: Entry) -> None:
        """Have manifest.yml say what there is, after each file."""
        # texts of Ansible's own kind are none that YAML writes
        self.known[entry["path"]] = {k: "".join(v) for k, v in entry.items() if v and k != "sums"}
        kept = [e for path, e in sorted(self.known.items()) if (self.folder / path).is_file()]
        target = self.folder / MANIFEST
        fresh = target.with_name(f".{MANIFEST}.part")
        fresh.write_text(yaml.safe_dump({"artifacts": kept}, sort_keys=False), encoding="utf-8")
        fresh.replace(target)


def run(folder: Path, entries: list[Entry], present: bool, asked: str = "auto", **more: Any) -> dict[str, Any]:
    """``{artifacts, missing, fetched, faults}``; with ``present``, what is missing is fetched."""
    mirror = Mirror(folder, **more)
    if present:
        _fetch(mirror, [e for e in entries if e["kind"] == "manifest"], "")
        _fetch(mirror, [e for e in entries if e["kind"] in ("program", "archive")], "")
    every = [*mirror.exact(entries), *mirror.further(entries, mirror.text)]
    every = list({(e["kind"], e["path"], e["name"]): e for e in every}.values())
    missing = [entry for entry in every if mirror.lacks(entry)]
    if present:
        images = [entry for entry in missing if entry["kind"] == "image"]
        if images:
            try:
                _fetch(mirror, images, tool(asked))
            except InputError as error:
                mirror.faults.append(str(error))
        missing = [entry for entry in missing if mirror.lacks(entry)]
    return {"artifacts": every, "missing": missing, "fetched": mirror.fetched, "faults": mirror.faults}


def _fetch(mirror: Mirror, entries: list[Entry], program: str) -> None:
    """One that cannot be had holds up no other."""
    for entry in entries:
        if not mirror.lacks(entry):
            continue
        try:
            mirror.fetch(entry, program)
        except (EdgeError, OSError) as error:
            mirror.faults.append(str(error))
