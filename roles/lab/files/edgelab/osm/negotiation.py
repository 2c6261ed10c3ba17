# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a request's body is read as, and how an answer is written: YAML unless JSON is asked for in so many words."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from typing import Any

import yaml
from aiohttp import BodyPartReader, web

from .errors import Refusal

_RAW = ("application/binary", "application/gzip", "application/zip", "text/plain")
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@dataclass
class Body:
    """A request's content: a parsed document, or raw bytes of ``content_type``."""

    data: Any
    content_type: str | None

    @property
    def is_raw(self) -> bool:
        """Whether the content is passed through unread (archives, plain text)."""
        return isinstance(self.data, bytes)


async def read_body(request: web.Request) -> Body:
    """Read the body by its Content-Type; anything unknown is YAML, and so is no type at all. Raises 400."""
    kind = request.headers.get("Content-Type")
    if kind and "multipart/form-data" in kind:
        return await _read_form(request)
    raw = await request.read()
    if not raw or (kind and "application/x-www-form-urlencoded" in kind):
        return Body({}, kind)
    if kind and "application/json" in kind:
        try:
            return Body(json.loads(raw) or {}, kind)
        except ValueError as error:
            raise Refusal(f"Invalid json format {error}") from None
    if kind and any(known in kind for known in _RAW):
        return Body(raw, kind)
    try:
        return Body(yaml.safe_load(raw) or {}, kind)
    except yaml.YAMLError as error:
        raise Refusal(f"Invalid yaml format {error}") from None


async def _read_form(request: web.Request) -> Body:
    reader = await request.multipart()
    async for part in reader:
        if isinstance(part, BodyPartReader) and part.name in ("package", "descriptor_file"):
            content = bytes(await part.read(decode=True))
            return Body(content, part.headers.get("Content-Type") or request.headers.get("Content-Type"))
    return Body({}, request.headers.get("Content-Type"))


def to_yaml(data: Any) -> bytes:
    """The NBI's YAML: explicit start, indent 4, block style."""
    text: bytes = yaml.dump(
        data,
        Dumper=_Dumper,
        explicit_start=True,
        indent=4,
        default_flow_style=False,
        encoding="utf-8",
        allow_unicode=True,
    )
    return text


def respond(request: web.Request, status: int, data: Any) -> web.Response:
    """Write ``data`` as the request's Accept wants it; None gives an empty body."""
    accept = request.headers.get("Accept") or ""
    if data is None:
        return web.Response(status=status)
    if "text/html" in accept:
        page = f"<html><body><pre>{html.escape(to_yaml(data).decode())}</pre></body></html>"
        return web.Response(status=status, text=page, content_type="text/html")
    by_yaml = not accept or "application/yaml" in accept or "*/*" in accept
    if not by_yaml and ("application/json" in accept or status >= 300):
        return web.Response(
            status=status,
            body=(json.dumps(data, indent=4) + "\n").encode(),
            headers={"Content-Type": "application/json; charset=utf-8"},
        )
    return web.Response(status=status, body=to_yaml(data), headers={"Content-Type": "application/yaml"})
