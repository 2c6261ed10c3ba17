# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of container images, and which of them are in an archive."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .._engine.errors import InputError

#: annotations of an OCI layout that tell an image's name; the first one is preferred, as containerd does it
ANNOTATIONS = ("io.containerd.image.name", "org.opencontainers.image.ref.name")
#: larger ones are no list of images
LARGEST = 8 * 2**20
SAVE = "Write it with full names: podman save -o FILE NAME:TAG, or skopeo copy SOURCE docker-archive:FILE:NAME:TAG."


def full(name: str) -> str:
    """An image's name as containerd keeps it: with its registry, and with a tag.

    >>> full("busybox"), full("flannel/flannel:v1"), full("registry.k8s.io/pause:3.10")
    ('docker.io/library/busybox:latest', 'docker.io/flannel/flannel:v1', 'registry.k8s.io/pause:3.10')
    """
    first, slash, rest = name.partition("/")
    if not slash:
        name = f"docker.io/library/{name}"
    elif not ("." in first or ":" in first or first == "localhost"):
        name = f"docker.io/{name}"
    elif first in ("index.docker.io", "docker.io") and "/" not in rest:
        name = f"docker.io/library/{rest}"
    plain = name.partition("@")[0]
    return name if "@" in name or ":" in plain.rpartition("/")[2] else f"{name}:latest"


def split(name: str) -> tuple[str, str]:
    """Repository and tag of a full name; a digest is left out.

    >>> split("registry.k8s.io/etcd:3.6.5-0@sha256:00")
    ('registry.k8s.io/etcd', '3.6.5-0')
    """
    plain = name.partition("@")[0]
    place, slash, last = plain.rpartition("/")
    base, _colon, tag = last.partition(":")
    return f"{place}{slash}{base}", tag


def in_archive(path: Path) -> list[str]:
    """Full names of the images in an archive that ``docker save``, ``podman save`` or ``skopeo copy`` has written.

    Both layouts are read: docker-archive (``manifest.json``) and oci-archive (``index.json``). Raises InputError for a
    file that is neither, and for an archive whose images have no names: nobody could tell what is in it.
    """
    try:
        with tarfile.open(path) as archive:
            lists = dict(_lists(archive))
    except (OSError, tarfile.TarError, EOFError, ValueError) as error:
        raise InputError(f"{path} is no archive of images: {error}.", SAVE) from None
    names = [*_of_layout(lists["index.json"])] if "index.json" in lists and "oci-layout" in lists else []
    if not names and "manifest.json" in lists:
        names = [*_of_docker(lists["manifest.json"])]
    elif "manifest.json" not in lists and "index.json" not in lists:
        raise InputError(f"{path} is no archive of images: it has neither manifest.json nor index.json.", SAVE)
    if not names:
        raise InputError(f"{path} does not tell the full names of its images.", SAVE)
    return list(dict.fromkeys(map(full, names)))


def _lists(archive: tarfile.TarFile) -> Iterator[tuple[str, Any]]:
    for entry in archive:
        name = entry.name.removeprefix("./")
        if name not in ("manifest.json", "index.json", "oci-layout") or not entry.isfile() or entry.size > LARGEST:
            continue
        content = archive.extractfile(entry)
        yield name, json.loads(content.read()) if content else None


def _of_docker(document: Any) -> Iterator[str]:
    for image in document if isinstance(document, list) else []:
        tags = image.get("RepoTags") if isinstance(image, Mapping) else None
        yield from (tag for tag in tags or [] if isinstance(tag, str))


def _of_layout(document: Any) -> Iterator[str]:
    """A name that is a tag alone tells nothing: containerd would make up the rest."""
    rows = document.get("manifests") if isinstance(document, Mapping) else None
    for row in rows or []:
        notes = row.get("annotations") or {} if isinstance(row, Mapping) else {}
        found = next((notes[key] for key in ANNOTATIONS if notes.get(key)), "")
        if "/" in found or ":" in found:
            yield found
