# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Releases of the platform's software: uploaded, and deleted.

Source: USM's ``/v1/release`` (2026). What the files make is told by the answer, so a file of another release than the
one that is spoken of is found out after the upload. Some refusals are answered with 200 and an ``error``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from .._engine.dialect import Document, Sent
from .._engine.errors import ApiError, InputError
from .._engine.field import Field
from .._engine.plan import Change
from .._engine.resource import Resource, Wait
from .dialect import StarlingxDialect

try:
    from urllib3 import encode_multipart_formdata
except ImportError:  # it comes with requests, which the modules ask for
    encode_multipart_formdata = None  # type: ignore[assignment]

ENDINGS = (".patch", ".iso", ".sig")
DELETABLE = ("available", "unavailable", "upload-failed")
RESTING = ("available", "unavailable", "deploying", "deployed", "removing", "committed")


def gather(lists: Any, scope: str, quick: bool) -> Sequence[Document]:
    """Every release that the system has."""
    rows: Sequence[Document] = lists.service("usm").json("GET", "release", quick=quick)
    return rows


def _prepare(values: Mapping[str, Any], _assumed: Mapping[str, Any]) -> Mapping[str, Any]:
    """Judge the files by their names, and those of this machine by whether they are there."""
    files = [str(f) for f in values.get("src") or []]
    odd = [f for f in files if PurePosixPath(f).suffix not in ENDINGS]
    if odd:
        raise InputError(f"src: {odd[0]} is no .patch, .iso or .sig.", "Correct the list.", option="src", value=odd[0])
    if len({PurePosixPath(f).suffix for f in files} & {".iso", ".sig"}) == 1:
        raise InputError("src: an ISO and its signature belong together.", "Give both.", option="src", value=files)
    if values.get("state") != "absent" and not values.get("remote_src"):
        missing = [f for f in files if not Path(f).is_file()]
        if missing:
            raise InputError(f"src: {missing[0]} is not there.", "Correct the path.", option="src", value=missing[0])
    return values


class ReleaseSender:
    """A form with the files, or a list of paths on the controller."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Upload."""
        values = change.wanted.values
        files, name = [str(f) for f in values["src"]], str(values["name"])
        if values.get("remote_src"):
            body, kind = json.dumps(files).encode(), "text/plain"
        else:
            parts = {Path(f).name: (Path(f).name, Path(f).read_bytes()) for f in files}
            body, kind = encode_multipart_formdata(parts)
        answer = dialect.service("usm").json("POST", "release", data=body, headers={"Content-Type": kind}) or {}
        made = [entry["id"] for info in answer.get("upload_info") or [] for entry in info.values()]
        if name not in made:
            words = str(answer.get("error") or "").strip() or f"The files are of {', '.join(made) or 'no release'}."
            raise ApiError(
                f"release {name} was not uploaded: {words}",
                "Give the files of this release, or the name of theirs.",
                status=200,
                path="release",
                detail=words,
                uploaded=made,
            )
        return Sent(id=name)

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """A release does not change."""
        raise InputError("A release cannot be changed.", "Remove it and upload another one.")

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """Delete."""
        dialect.service("usm").json("DELETE", f"release/{change.id}")
        return Sent(id=change.id)


RELEASE = Resource(
    kind="software_release",
    module="stx_software_release",
    title="software release",
    path="release",
    id_key="release_id",
    verbs=frozenset({"create", "delete"}),
    sender=ReleaseSender(),
    prepare=_prepare,
    ready=Wait(
        "status",
        frozenset(RESTING),
        frozenset({"upload-failed"}),
        remedy="Delete the release (state: absent), and upload it again.",
        timeout=3600,
    ),
    view=lambda live: {**live, "status": live.get("state")},
    fields=(
        Field("name", "Id of the release.", api="release_id", identity=True, required=True, sample="starlingx-26.03.1"),
        Field(
            "src",
            "The release's files: a C(.patch), or an C(.iso) with its C(.sig).",
            type="list",
            elements="path",
            required=True,
            local=True,
            sample=["/root/starlingx-26.03.1.patch"],
        ),
        Field(
            "remote_src",
            (
                "The files are on the active controller already.",
                "An ISO is better copied there first: what is sent along is read into memory.",
            ),
            type="bool",
            default=False,
            local=True,
        ),
        Field("sw_version", "Its version.", read_only=True, sample="26.03.1"),
        Field("component", "What it is a release of.", read_only=True, sample="starlingx"),
        Field("reboot_required", "Whether hosts reboot when it is deployed.", type="bool", read_only=True, sample=True),
        Field("summary", "What it is.", read_only=True, sample="Fixes of the platform"),
        Field(
            "requires",
            "Releases that have to be deployed before.",
            type="list",
            elements="str",
            read_only=True,
            sample=["starlingx-26.03.0"],
        ),
    ),
)
