# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a system keeps besides its configuration: its licence, and the images in its registry.

Source: sysinv's ``license`` and ``registry_image`` (2026). A refused licence is answered with 200 and an ``error``. The
registry removes an image by its digest, so every tag of the same content goes with it; disk space is only free after
the garbage collection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from .._engine.dialect import Document, Sent
from .._engine.errors import ApiError, InputError
from .._engine.field import Field
from .._engine.plan import Change
from .._engine.resource import Resource
from .dialect import StarlingxDialect

try:
    from urllib3 import encode_multipart_formdata
except ImportError:  # it comes with requests, which the modules ask for
    encode_multipart_formdata = None  # type: ignore[assignment]


def gather_license(lists: Any, scope: str, quick: bool) -> Sequence[Document]:
    """The licence, or that there is none (as in a system that is yet to be)."""
    if not hasattr(lists, "http"):
        return [{"id": "license", "content": "", "installed": False}]
    found = lists.http.json("GET", "license/get_license_file", quick=quick)
    return [{"id": "license", "content": found.get("content"), "installed": bool(found.get("content"))}]


def _prepare(values: Mapping[str, Any], _assumed: Mapping[str, Any]) -> Mapping[str, Any]:
    """The content of the file."""
    src = str(values.get("src") or "")
    if not src:
        raise InputError("src: which license is meant?", "Give the file with it.", option="src")
    try:
        return {**values, "content": Path(src).read_text(encoding="utf-8")}
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise InputError(f"src: {src} cannot be read ({why}).", "Correct the path.", option="src", value=src) from None


class LicenseSender:
    """A form with the file; the answer says in ``error`` what went wrong."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """There is always a place for it."""
        return self.update(dialect, change, payload)

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Install the licence."""
        name = Path(str(change.wanted.values["src"])).name
        content, kind = encode_multipart_formdata({"file": (name, str(payload["content"]).encode())})
        path = "license/install_license"
        answer = dialect.http.json("POST", path, data=content, headers={"Content-Type": kind}) or {}
        if answer.get("error"):
            raise ApiError(
                f"StarlingX did not install the license: {str(answer['error']).strip()}",
                "Give the license that was issued for this system and release.",
                status=200,
                method="POST",
                path=path,
                detail=str(answer["error"]).strip(),
            )
        return Sent(id="license")

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """The API has no way."""
        raise InputError("A license cannot be removed.")


LICENSE = Resource(
    kind="license",
    module="stx_license",
    title="license",
    path="license",
    singleton=True,
    verbs=frozenset({"update"}),
    prepare=_prepare,
    sender=LicenseSender(),
    fields=(
        Field(
            "src",
            "File with the license, on the machine that runs the task.",
            type="path",
            local=True,
            required=True,
            sample="/root/license.lic",
        ),
        Field("content", "What is in the file.", derived=True, secret=True, comparable=True),
        Field("installed", "Whether there is a license.", type="bool", read_only=True, sample=True),
    ),
)


def gather_images(lists: Any, scope: str, quick: bool) -> Sequence[Document]:
    """The tags of the image that is asked for; the names of all images otherwise."""
    name = lists.option("name") if hasattr(lists, "option") else ""
    path = "registry_image" + (f"?{urlencode({'image_name': name})}" if name else "")
    return [{**d, "id": f"{d['name']}:{d['tag']}" if d.get("tag") else d["name"]} for d in lists.list(path, quick)]


def _check_image(values: Mapping[str, Any]) -> None:
    for option in ("name", "tag"):
        value = str(values.get(option) or "")
        if ":" in value or not value:
            raise InputError(
                f"{option}: {value!r} is no {option} of an image in the system's registry.",
                "Give name and tag apart, and the name without the registry's port.",
                option=option,
                value=value,
            )


def _prepare_image(values: Mapping[str, Any], _assumed: Mapping[str, Any]) -> Mapping[str, Any]:
    _check_image(values)
    return values


class ImageSender:
    """Images are only removed."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Images come with applications."""
        raise InputError("An image cannot be made.")

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Images do not change."""
        raise InputError("An image cannot be changed.")

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """Remove the image, then free its space if that is wanted."""
        dialect.http.json("DELETE", f"registry_image?{urlencode({'image_name_and_tag': change.id})}")
        if change.wanted.values.get("garbage_collect"):
            dialect.http.json("POST", "registry_image?garbage_collect=True", json={})
        return Sent(id=change.id)


REGISTRY_IMAGE = Resource(
    kind="registry_image",
    module="stx_registry_image",
    title="image",
    path="registry_image",
    verbs=frozenset({"delete"}),
    naming="{name}:{tag}",
    prepare=_prepare_image,
    sender=ImageSender(),
    fields=(
        Field(
            "name",
            "Name of the image in the system's registry.",
            identity=True,
            required=True,
            sample="docker.io/starlingx/dex",
        ),
        Field("tag", "Its tag.", identity=True, required=True, sample="v2.37.0"),
        Field(
            "garbage_collect",
            (
                "After the removal, have the registry free the space.",
                "It is read-only for minutes meanwhile; nobody tells when that has ended.",
            ),
            type="bool",
            default=False,
            local=True,
        ),
        Field("state", "The image is removed.", choices=("absent",), default="absent", local=True),
    ),
)
