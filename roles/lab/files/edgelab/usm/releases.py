# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases of StarlingX's software: which there are, and how one is uploaded and deleted."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree

Row = dict[str, Any]
#: the release that a system is installed with
INSTALLED = "26.03.0"
COMPONENT = "starlingx"
DELETABLE = ("available", "unavailable", "upload-failed")


class Refused(Exception):
    """What USM refuses, with its words; 406 for what it expects to happen."""

    def __init__(self, error: str, status: int = 406) -> None:
        super().__init__(error)
        self.status = status


class Releases:
    """The releases of one system."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def seed(self) -> None:
        """The release that a fresh system runs."""
        if not self.rows:
            self.rows.append(_row(INSTALLED, state="deployed", unremovable=True, summary="StarlingX GA release"))

    def find(self, identity: str) -> Row | None:
        """A release by its id."""
        return next((r for r in self.rows if r["release_id"] == identity), None)

    @property
    def running(self) -> Row:
        """The highest release that is deployed."""
        return max((r for r in self.rows if r["state"] == "deployed"), key=lambda r: number(r["sw_version"]))

    def upload(self, files: Iterable[tuple[str, bytes]], fails: Callable[[str], bool]) -> Row:
        """Take files in; patches each make a release, an ISO needs its signature."""
        given = sorted(dict(files).items())
        if not given:
            raise Refused("No files uploaded")
        endings = {PurePosixPath(name).suffix for name, _content in given}
        if endings - {".patch", ".iso", ".sig"}:
            raise Refused("The file extension is not supported. Supported extensions include .patch, .iso and .sig")
        info, error, made = "", "", []
        if len(endings & {".iso", ".sig"}) == 1:
            error += "Missing upgrade file or signature file\n"
        for name, content in given:
            if not name.endswith((".patch", ".iso")) or (name.endswith(".iso") and error):
                continue
            found = _metadata(content)
            if found is None or fails(name):
                raise Refused(f"Software {PurePosixPath(name).name} signature validation failed")
            row = self.find(found["release_id"])
            if row is not None and row["state"] != "available":
                error += f"{found['release_id']} has already been uploaded and its state is {row['state']}\n"
                continue
            if row is None:
                self.rows.append(found)
            info += f"{found['release_id']} is {'now uploaded' if row is None else 'already available'}\n"
            made.append({PurePosixPath(name).name: {"id": found["release_id"], "sw_release": found["sw_version"]}})
        if error and not made:
            raise Refused(error)
        return {"info": info, "warning": "", "error": error, "upload_info": made}

    def delete(self, identities: list[str]) -> Row:
        """Forget releases that are not in use."""
        info = ""
        for identity in identities:
            row = self.find(identity)
            if row is None:
                raise Refused(f"Release {identity} does not exist")
            if row["state"] not in DELETABLE:
                states = ", ".join(DELETABLE)
                raise Refused(f"Only releases in state {states} can be deleted. {identity} is {row['state']}")
            self.rows.remove(row)
            info += f"Deleted {identity} product release\n"
        return {"info": info, "warning": "", "error": ""}


def number(version: str) -> tuple[int, ...]:
    """A version as numbers."""
    return tuple(int(n) for n in version.split("."))


def local(names: Any, root: Path | None) -> list[tuple[str, bytes]]:
    """Files that the active controller has already."""
    paths = {str(n): (root or Path("/nowhere")) / str(n).lstrip("/") for n in names or []}
    missing = [name for name, path in paths.items() if not path.is_file()]
    if missing:
        raise Refused(f"File(s) not found on the active controller: {', '.join(missing)}")
    return [(name, path.read_bytes()) for name, path in paths.items()]


def _row(version: str, **more: Any) -> Row:
    return {
        "release_id": f"{COMPONENT}-{version}",
        "state": "available",
        "sw_version": version,
        "component": COMPONENT,
        "status": "REL",
        "unremovable": False,
        "summary": "",
        "description": "",
        "install_instructions": "",
        "warnings": "",
        "reboot_required": False,
        "prepatched_iso": False,
        "preinstalled_patches": [],
        "requires": [],
        "activation_scripts": [],
        "metapackages": {},
        "pre_upgrade_deploy": {},
        "packages": [],
        **more,
    }


def _metadata(content: bytes) -> Row | None:
    """The release that a patch or an ISO says it is, by its ``metadata.xml``; None for what is neither."""
    try:
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            member = archive.extractfile("metadata.xml")
            tree = ElementTree.fromstring(member.read() if member else b"")
    except (tarfile.TarError, KeyError, ElementTree.ParseError):
        return None
    text = {child.tag: (child.text or "").strip() for child in tree}
    if not text.get("sw_version"):
        return None
    return _row(
        text["sw_version"],
        summary=text.get("summary", ""),
        description=text.get("description", ""),
        reboot_required=text.get("reboot_required", "N") == "Y",
        requires=[r.text for r in tree.iterfind("requires/req_patch_id") if r.text],
    )
