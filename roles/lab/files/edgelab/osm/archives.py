# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a package may look like, and what is in it: gzip tar, zip, or a bare descriptor."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from dataclasses import dataclass, field
from typing import Any

import yaml

from .errors import Refusal

_DESCRIPTOR = (".yaml", ".json", ".yml")


@dataclass
class Package:
    """An unpacked package. ``files`` maps paths to contents (None: a folder)."""

    filename: str
    descriptor: str
    pkg_dir: str | None
    archived: bool
    files: dict[str, bytes | None] = field(default_factory=dict)


def compression(content_type: str | None) -> str | None:
    """``gzip``, ``zip`` or None, by the type of a request."""
    kind = content_type or ""
    if "application/gzip" in kind or "application/x-gzip" in kind:
        return "gzip"
    return "zip" if "application/zip" in kind else None


def unpack(data: bytes, content_type: str | None, filename: str | None) -> Package:
    """Read a package; raises 400 with the NBI's text for what it does not take."""
    kind = compression(content_type)
    if kind == "gzip":
        return _tar(data, filename or "package.tar.gz")
    if kind == "zip":
        return _zip(data, filename or "package.zip")
    name = filename or "package"
    return Package(name, name, None, False, {name: data})


def _tar(data: bytes, filename: str) -> Package:
    descriptor, folder = None, None
    files: dict[str, bytes | None] = {filename: data}
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r") as archive:
            for member in archive:
                steps = member.name.split("/")
                if not steps[0] or ".." in steps:
                    raise Refusal("Absolute path or '..' are not allowed for package descriptor tar.gz")
                if len(steps) == 1 and not member.isdir():
                    raise Refusal("All files must be inside a dir for package descriptor tar.gz")
                if member.name.endswith(_DESCRIPTOR):
                    folder = steps[0]
                    if len(steps) == 2:
                        if descriptor:
                            raise Refusal("Found more than one descriptor file at package descriptor tar.gz")
                        descriptor = member.name
                content = archive.extractfile(member) if member.isfile() else None
                files[member.name] = content.read() if content else None
    except tarfile.ReadError as error:
        raise Refusal(f"invalid file content {error}") from None
    except (OSError, EOFError) as error:
        raise Refusal(f"invalid upload transaction sequence: '{error}'") from None
    if not descriptor:
        raise Refusal("Not found any descriptor file at package descriptor tar.gz")
    return Package(filename, descriptor, folder, True, files)


def _zip(data: bytes, filename: str) -> Package:
    descriptor = None
    files: dict[str, bytes | None] = {filename: data}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            name = member.filename
            if not name.split("/")[0] or ".." in name:
                raise Refusal("Absolute path or '..' are not allowed for package descriptor zip")
            if name.endswith(_DESCRIPTOR) and ("/" not in name or "Definitions" in name):
                if descriptor:
                    raise Refusal("Found more than one descriptor file at package descriptor zip")
                descriptor = name
            files[name.rstrip("/")] = None if member.is_dir() else archive.read(member)
    if not descriptor:
        raise Refusal("Not found any descriptor file at package descriptor zip")
    return Package(filename, descriptor, "", True, files)


def read_descriptor(package: Package) -> Any:
    """The parsed descriptor of a package; raises 400 ``Invalid yaml format ...``."""
    content = package.files[package.descriptor] or b""
    try:
        text = content.decode()
        if package.descriptor.endswith(".json"):
            return json.loads(text)
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Refusal(f"Invalid yaml format {error}") from None
    except ValueError as error:
        kind = "json" if package.descriptor.endswith(".json") else "yaml"
        raise Refusal(f"Invalid {kind} format {error}") from None


def listing(files: dict[str, bytes | None], folder: str) -> list[str]:
    """Names directly inside ``folder``."""
    prefix = folder.strip("/") + "/" if folder.strip("/") else ""
    inside = (path[len(prefix) :] for path in files if path.startswith(prefix) and path != prefix)
    return sorted({name.split("/")[0] for name in inside if name})


def is_folder(files: dict[str, bytes | None], path: str) -> bool:
    """Whether ``path`` is a folder of the package."""
    path = path.strip("/")
    return path == "" or files.get(path, b"") is None or any(name.startswith(f"{path}/") for name in files)
