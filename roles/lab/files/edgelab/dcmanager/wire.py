# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How dcmanager answers: pecan's errors (HTML, JSON for who asks for it, else text), forms, and refusals."""

from __future__ import annotations

import email
import email.policy
import html
import json
from dataclasses import dataclass
from typing import Any

import yaml
from aiohttp import web

Row = dict[str, Any]

#: status -> (title, what webob says of it)
REASONS = {
    400: (
        "Bad Request",
        "The server could not comply with the request since it is either malformed or otherwise incorrect.",
    ),
    401: (
        "Unauthorized",
        "This server could not verify that you are authorized to access the document you requested.  Either you"
        " supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply the"
        " credentials required.",
    ),
    403: ("Forbidden", "Access was denied to this resource."),
    404: ("Not Found", "The resource could not be found."),
    405: ("Method Not Allowed", "The method is not allowed for this resource."),
    409: ("Conflict", "There was a conflict when trying to complete your request."),
    410: ("Gone", "This resource is no longer available.  No forwarding address is given."),
    422: ("Unprocessable Entity", "Unable to process the contained instructions"),
    500: (
        "Internal Server Error",
        "The server has either erred or is incapable of performing the requested operation.",
    ),
    503: (
        "Service Unavailable",
        "The server is currently unavailable. Please try again at a later time.",
    ),
}


class Refused(Exception):
    """What dcmanager does not do: status and words."""

    def __init__(self, status: int, words: str = "") -> None:
        super().__init__(words)
        self.status = status
        self.words = words


@dataclass(frozen=True)
class Upload:
    """A file of a form."""

    name: str
    content: bytes


def error(request: web.Request, status: int, words: str) -> web.Response:
    """An error as pecan and webob write it, in the form that the request accepts."""
    title, reason = REASONS.get(status, REASONS[500])
    accept = request.headers.get("Accept", "")
    if accept.startswith("application/json"):
        text = json.dumps({"code": status, "title": title, "description": words or None})
        return web.Response(status=status, text=text, content_type="application/json")
    if not accept:
        return web.Response(status=status, text=f"{status} {title}\n\n{reason}\n\n {words}  ")
    body = (
        f"<html>\n <head>\n  <title>{status} {title}</title>\n </head>\n <body>\n  <h1>{status} {title}</h1>\n"
        f"  {reason}<br /><br />\n{html.escape(words)}\n\n\n </body>\n</html>"
    )
    return web.Response(status=status, text=body, content_type="text/html")


async def form(request: web.Request) -> dict[str, str | Upload]:
    """The parts of a multipart form by name; nothing of any other body, as in the real one."""
    content = await request.read()
    if not request.content_type.startswith("multipart/"):
        return {}
    head = b"Content-Type: " + request.headers["Content-Type"].encode() + b"\r\n\r\n"
    message: Any = email.message_from_bytes(head + content, policy=email.policy.HTTP)
    parts: dict[str, str | Upload] = {}
    for part in message.iter_parts():
        value = part.get_payload(decode=True)
        name = str(part.get_param("name", header="content-disposition"))
        filename = part.get_filename()
        parts[name] = Upload(filename, value) if filename else value.decode("utf-8", "replace")
    return parts


async def document(request: web.Request) -> Row:
    """A JSON body; raises Refused where there is none."""
    try:
        found = json.loads(await request.read())
    except ValueError:
        found = None
    if not found:
        raise Refused(400, "Body required")
    return dict(found)


def loaded(part: str | Upload, kind: str) -> Any:
    """The YAML in a part of a form."""
    text = part.content.decode("utf-8", "replace") if isinstance(part, Upload) else part
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        why = f"problem on line: {mark.line}" if mark else "please see logs for more details"
        raise Refused(400, f"Error: Unable to load {kind} file contents ({why}).") from None
    if data is None:
        raise Refused(400, f"Error: Unable to load {kind} file contents (empty file provided).")
    return data


def truth(value: Any) -> str:
    """``true`` or ``false`` of a text; raises Refused."""
    text = value.lower() if isinstance(value, str) else value
    if text in ("true", "false"):
        return str(text)
    raise Refused(400, f"Invalid boolean string: {value}. Valid options are true and false.")
