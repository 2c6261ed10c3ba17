# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an instance of a package needs from elsewhere: for a mirror, where the site does not reach the Internet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .archives import Member, read_archive
from .build import Package
from .documents import DocumentError, load_document
from .errors import PackageError
from .findings import each, inner
from .lint import CHARTS

#: a reference to a container image: no spaces, no template, and something of a name
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@-]*")
#: an image in a template that no value decides about
PLAIN = re.compile(r"""^\s*(?:-\s+)?image:\s*(["']?)(?P<name>[^"'\s{}#]+)\1\s*(?:#.*)?$""", re.MULTILINE)
#: keys beside ``repository`` that tell an image from anything else
BESIDE = frozenset({"tag", "digest", "pullPolicy", "imagePullPolicy", "registry"})
PACKED = (".tgz", ".tar.gz")


def images(package: Package) -> list[dict[str, str]]:
    """VM images by name, charts and bundles of KDUs, and container images of charts inside the package.

    Each entry has ``kind`` (``vm``, ``helm-chart``, ``juju-bundle`` or ``container``), ``name``, ``used_by`` (a VDU or
    KDU, empty when none uses it), ``vim_type`` (empty for any) and ``where`` (place in the descriptor, or file). Of
    charts, ``values.yaml`` and plain templates are read; what is put together in a template only Helm could tell.
    """
    return [*_machines(package), *_units(package), *_containers(package)]


def _machines(package: Package) -> Iterator[dict[str, str]]:
    described = {str(i.get("id")): i for i in each(package.descriptor.get("sw-image-desc"))}
    used: set[str] = set()
    for vdu in each(package.descriptor.get("vdu")):
        others = vdu.get("alternative-sw-image-desc")
        for wanted in [vdu.get("sw-image-desc"), *(others if isinstance(others, list) else [])]:
            if wanted:
                used.add(str(wanted))
                yield _machine(described.get(str(wanted), {"name": wanted}), str(wanted), str(vdu.get("id", "")))
    for identity, image in described.items():
        if identity not in used:
            yield _machine(image, identity, "")


def _machine(image: Mapping[str, Any], identity: str, used_by: str) -> dict[str, str]:
    name = str(image.get("image") or image.get("name") or image.get("id") or "")
    return _entry("vm", name, used_by, f"sw-image-desc[{identity}]", str(image.get("vim-type") or ""))


def _units(package: Package) -> Iterator[dict[str, str]]:
    for kdu in each(package.descriptor.get("kdu")):
        for kind in ("helm-chart", "juju-bundle"):
            if kdu.get(kind):
                name = str(kdu.get("name", ""))
                yield _entry(kind, str(kdu[kind]), name, f"kdu[{name}].{kind}")


def _entry(kind: str, name: str, used_by: str, where: str, vim_type: str = "") -> dict[str, str]:
    return {"kind": kind, "name": name, "used_by": used_by, "vim_type": vim_type, "where": where}


def _containers(package: Package) -> Iterator[dict[str, str]]:
    if not any(name.endswith(("/Chart.yaml", *PACKED)) for name in package.files):
        return
    units = {f"{CHARTS}/{kdu.get('helm-chart')}": str(kdu.get("name")) for kdu in each(package.descriptor.get("kdu"))}
    seen: set[tuple[str, str]] = set()
    for where, name in _in_charts(read_archive(package.data).files):
        used_by = next((kdu for place, kdu in units.items() if where == place or where.startswith(f"{place}/")), "")
        if (name, used_by) not in seen:
            seen.add((name, used_by))
            yield _entry("container", name, used_by, where)


def _in_charts(files: Mapping[str, Member], depth: int = 0) -> Iterator[tuple[str, str]]:
    """File and image of each image in each chart, packed charts and charts inside of charts, too."""
    for path in sorted(files):
        folder, slash, name = path.rpartition("/")
        if name == "Chart.yaml":
            yield from _in_chart(files, folder + slash)
        elif name.endswith(PACKED) and depth < 3:
            try:
                inside = read_archive(files[path].data)
            except PackageError:
                continue
            chart = {f"{inside.top}/{n}": m for n, m in inside.files.items()}
            yield from ((f"{path}/{where}", image) for where, image in _in_charts(chart, depth + 1))


def _in_chart(files: Mapping[str, Member], folder: str) -> Iterator[tuple[str, str]]:
    version = str(inner(_load(files[f"{folder}Chart.yaml"].data), "appVersion") or "")
    values = f"{folder}values.yaml"
    if values in files:
        for name in _in_values(_load(files[values].data), "", version):
            yield values, name
    for path in sorted(files):
        if path.startswith(f"{folder}templates/") and path.endswith((".yaml", ".yml", ".tpl")):
            for match in PLAIN.finditer(files[path].data.decode("utf-8", "replace")):
                if REFERENCE.fullmatch(match["name"]):
                    yield path, match["name"]


def _load(data: bytes) -> Any:
    try:
        return load_document(data)
    except DocumentError:
        return None


def _in_values(value: Any, key: str, version: str) -> Iterator[str]:
    """Images in the values of a chart: ``image: NAME``, ``{registry, repository, tag}``, ``images: {tags: {..}}``."""
    if isinstance(value, list):
        for entry in value:
            yield from _in_values(entry, key, version)
    if not isinstance(value, Mapping):
        return
    repository = value.get("repository")
    if isinstance(repository, str) and repository and (_names_image(key) or BESIDE & set(value)):
        registry, tag = value.get("registry"), value.get("tag") or value.get("imageTag")
        name = f"{registry}/{repository}" if registry else repository
        yield from _whole(name, value.get("digest"), tag or version)
    if key == "images" and isinstance(value.get("tags"), Mapping):
        for name in value["tags"].values():
            yield from _whole(name, None, None)
    for inside, entry in value.items():
        if _names_image(str(inside)) and isinstance(entry, str):
            tag = value.get("tag") or value.get(f"{inside}Tag") or value.get("imageTag")
            yield from _whole(entry, None, tag)
        else:
            yield from _in_values(entry, str(inside), version)


def _names_image(key: str) -> bool:
    return key == "image" or key.endswith("Image")


def _whole(name: Any, digest: Any, tag: Any) -> Iterator[str]:
    """A name with its tag or digest, unless it has one; nothing for what is no name."""
    if not isinstance(name, str) or not REFERENCE.fullmatch(name):
        return
    if digest and "@" not in name:
        name = f"{name}@{digest}"
    elif tag not in (None, "") and "@" not in name and ":" not in name.rpartition("/")[2]:
        name = f"{name}:{tag}"
    yield name
