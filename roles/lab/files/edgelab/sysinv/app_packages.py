# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in the tarball of an application, and what sysinv refuses of it."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import tarfile
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

ENDINGS = (".tgz", ".tar.gz")
DOWNLOAD_SECONDS = 10


class Unfit(Exception):
    """A tarball that sysinv does not take, with its words."""


@dataclass(frozen=True)
class Package:
    """An application as its tarball has it; ``charts`` are pairs of a chart's name and its namespace."""

    name: str
    version: str
    charts: tuple[tuple[str, str], ...]


def is_url(text: object) -> bool:
    """Whether sysinv takes a text for a URL: it has a scheme and a host."""
    return bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]*://[^/\s]+", str(text)))


def placeholder(prefix: str, url: str) -> str:
    """What stands for a name or a version until the tarball has been downloaded."""
    return f"{prefix}-{hashlib.sha256(url.encode()).hexdigest()[:16]}"


def decoded(binary: object) -> bytes:
    """The tarball that a client sent along."""
    return base64.urlsafe_b64decode(str(binary or ""))


def check_ending(path: str) -> None:
    """The file's name tells that it is a tarball."""
    if not path.endswith(ENDINGS):
        raise Unfit(
            f"{path} has unrecognizable tar file extension. Supported extensions are: .tgz and .tar.gz.",
        )


def read(content: bytes, file: str, name: str = "", version: str = "") -> Package:
    """The application in a tarball; its metadata comes before ``name`` and ``version``."""
    try:
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            files = {
                PurePosixPath(member.name).as_posix(): archive.extractfile(member).read()  # type: ignore[union-attr]
                for member in archive.getmembers()
                if member.isfile()
            }
    except (tarfile.TarError, OSError, EOFError):
        raise Unfit(f"failed to extract tar file {PurePosixPath(file).name}.") from None
    _check_sums(files)
    metadata = _metadata(files.get("metadata.yaml"))
    name, version = str(metadata.get("app_name") or name), str(metadata.get("app_version") or version)
    if not name or not version:
        raise Unfit(
            "application name or/and version is/are not included in the tar file. Please specify the application name "
            "via --app-name or/and version via --app-version."
        )
    folders = {path.split("/")[1] for path in files if path.startswith("fluxcd-manifests/") and path.count("/") > 1}
    if "base" not in folders or "fluxcd-manifests/kustomization.yaml" not in files:
        raise Unfit("Application-upload rejected: FluxCD manifest structure is not present")
    inner = [path for path in files if path.startswith("charts/")]
    if inner and not any(path.endswith(".tgz") for path in inner):
        raise Unfit("tar file contains no Helm charts of expected file extension (.tgz).")
    return Package(name, version, _charts(files))


def _check_sums(files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        if "/" in path or not path.endswith(".md5"):
            continue
        for line in content.decode("utf-8", "replace").splitlines():
            known, _unused, named = line.partition(" ")
            listed = files.get(PurePosixPath(named.strip().lstrip("*")).as_posix())
            if listed is None or hashlib.md5(listed, usedforsecurity=False).hexdigest() != known:
                raise Unfit("checksum validation failed.")


def _metadata(content: bytes | None) -> dict[str, Any]:
    try:
        found = yaml.safe_load(content) if content else {}
    except yaml.YAMLError as error:
        raise Unfit(f"metadata validation failed. Invalid app metadata format: {error}") from None
    return found if isinstance(found, dict) else {}


def _charts(files: Mapping[str, bytes]) -> tuple[tuple[str, str], ...]:
    """The charts that the manifest lists, by their HelmRelease and the namespace of their folder."""
    root = yaml.safe_load(files["fluxcd-manifests/kustomization.yaml"]) or {}
    found = []
    for folder in root.get("resources") or []:
        release = files.get(f"fluxcd-manifests/{folder}/helmrelease.yaml")
        if folder == "base" or release is None:
            continue
        document = yaml.safe_load(release) or {}
        inner = yaml.safe_load(files.get(f"fluxcd-manifests/{folder}/kustomization.yaml", b"")) or {}
        name = str((document.get("metadata") or {}).get("name") or folder)
        found.append((name, str(inner.get("namespace") or root.get("namespace") or "default")))
    return tuple(found)


def download(url: str) -> bytes:
    """The tarball at a URL, as the controller gets it; blocks, so it is for a thread."""
    check_ending(urllib.request.Request(url).selector.partition("?")[0])
    try:
        with urllib.request.urlopen(url, timeout=DOWNLOAD_SECONDS) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        raise Unfit(f"failed to download tarfile {url}, error code = {error.code}") from None
    except (urllib.error.URLError, OSError, ValueError):
        raise Unfit(f"{url} is unreachable.") from None


def on_controller(root: Path | None, path: str) -> bytes | None:
    """A file of the controller's own; None when it has none of that name."""
    if root is None or not path.startswith("/"):
        return None
    found = root / path.lstrip("/")
    return found.read_bytes() if found.is_file() else None
