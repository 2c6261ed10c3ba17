# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What belongs into a folder of artifacts for a site, as a list: one entry for each file, and where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .folder import PROGRAMS
from .images import full, split
from .needs import IMAGE_LINE
from .releases import component_images

Entry = dict[str, str]


def listed(wanted: Mapping[str, Any]) -> list[Entry]:
    """``[{kind, name, version, path, source, sha256, sums}]``; ``sums`` is where a digest is to be had, "" for none.

    ``wanted``: ``versions``, ``architectures``, ``repository``, ``etcd``; ``urls``: {program, crictl, cni_plugins} with
    {version}, {architecture} and {program} in them; ``crictl`` and ``cni_plugins``: their releases; ``manifests``:
    [{name, url, checksum}]; ``images``: further ones; ``packages``: {SYSTEM: [names]}.
    """
    found = [*_programs(wanted), *_manifests(wanted.get("manifests") or [])]
    for version in wanted["versions"]:
        repository, etcd = wanted.get("repository") or "", bool(wanted.get("etcd", True))
        found += [image(name) for name in component_images(version, repository, etcd).values()]
    found += [image(name) for name in wanted.get("images") or []]
    for system, names in (wanted.get("packages") or {}).items():
        found += [_entry("package", name, "", f"packages/{system}/", "") for name in sorted(set(names))]
    return list({(entry["kind"], entry["path"], entry["name"]): entry for entry in found}.values())


def _entry(kind: str, name: str, version: str, path: str, source: str, sha256: str = "", sums: str = "") -> Entry:
    digest = sha256.removeprefix("sha256:")
    return {
        "kind": kind,
        "name": name,
        "version": version,
        "path": path,
        "source": source,
        "sha256": digest,
        "sums": sums,
    }


def _programs(wanted: Mapping[str, Any]) -> Iterator[Entry]:
    urls = wanted["urls"]
    several = len(wanted["architectures"]) > 1
    for architecture in wanted["architectures"]:
        for version in wanted["versions"]:
            for name in PROGRAMS:
                url = urls["program"].format(version=version, architecture=architecture, program=name)
                place = f"binaries/{version}/{architecture + '/' if several else ''}{name}"
                yield _entry("program", name, version, place, url, sums=f"{url}.sha256")
        for name in ("crictl", "cni_plugins"):
            url = urls[name].format(version=wanted[name], architecture=architecture)
            place = f"archives/{url.rpartition('/')[2]}"
            yield _entry("archive", name.replace("_", "-"), wanted[name], place, url, sums=f"{url}.sha256")


def _manifests(rows: Any) -> Iterator[Entry]:
    for row in rows:
        source = str(row.get("url") or "")
        yield _entry(
            *("manifest", row["name"], str(row.get("version") or ""), f"manifests/{row['name']}.yaml", source),
            str(row.get("checksum") or ""),
        )


def image(name: str) -> Entry:
    """The entry of an image."""
    whole = full(name)
    file = re.sub(r"[^A-Za-z0-9.-]+", "_", whole.partition("@")[0])
    return _entry("image", whole, split(whole)[1], f"images/{file}.tar", f"docker://{whole}")


def images_of(text: str) -> list[Entry]:
    """Those of the images that a manifest names."""
    return [image(name) for name in dict.fromkeys(IMAGE_LINE.findall(text))]
