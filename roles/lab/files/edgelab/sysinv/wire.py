# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How sysinv speaks: error bodies, JSON-patch lists and the casting of what clients send as text."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

from aiohttp import web

Row = dict[str, Any]
#: fields that no client may change
INTERNAL = frozenset({"id", "uuid", "links", "created_at", "updated_at"})


class Rejected(Exception):
    """A request that sysinv refuses, with its words. ``status`` 500 goes with the fault code ``Server``."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def error_body(status: int, message: str) -> web.Response:
    """The double encoded body: a JSON text inside a JSON object."""
    inner = {"faultcode": "Server" if status >= 500 else "Client", "faultstring": message, "debuginfo": None}
    return web.json_response({"error_message": json.dumps(inner)}, status=status)


#: what the web framework refuses by itself: status -> (title, its words)
_FRAMEWORK = {
    403: ("Forbidden", "Access was denied to this resource."),
    404: ("Not Found", "The resource could not be found."),
    405: ("Method Not Allowed", "The method {method} is not allowed for this resource."),
}


def framework_error(request: web.Request, status: int, description: str | None = None) -> web.Response:
    """An error of the web framework: its JSON for a client that accepts JSON, otherwise its first line of HTML.

    Seen on the real framework (pecan) behind sysinv's own middleware, which packs either into ``error_message``.
    """
    title, words = _FRAMEWORK[status]
    inner: dict[str, Any] = {"faultstring": words.format(method=request.method)}
    if "json" in request.headers.get("Accept", ""):
        inner = {"code": status, "title": title, "description": description}
    return web.json_response({"error_message": json.dumps(inner)}, status=status)


def unauthorized(keystone: str) -> web.Response:
    """The body of the token checking middleware, which is not sysinv's own."""
    body = {
        "error": {
            "code": 401,
            "title": "Unauthorized",
            "message": "The request you have made requires authentication.",
        }
    }
    return web.json_response(body, status=401, headers={"WWW-Authenticate": f'Keystone uri="{keystone}"'})


def new_uuid() -> str:
    """A random identity."""
    return str(uuid.uuid4())


def is_uuid(value: object) -> bool:
    """Whether a text has the form of an identity."""
    return bool(re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", str(value)))


def check_uuid(field: str, value: object) -> None:
    """Refuse what is not an identity, as the typed arguments of the API do."""
    if not is_uuid(value):
        message = f"unable to convert to uuid. Error: Expected a uuid but received {value}."
        raise Rejected(f"Invalid input for field/attribute {field}. Value: '{value}'. {message}")


def cast(field: str, kind: str, value: Any) -> Any:
    """Give ``value`` the type of its field (``s`` text, ``i`` integer, ``f`` number, ``b`` boolean, ``j`` anything).

    Numbers may come as text; text may not come as a number.
    """
    if value is None or kind == "j":
        return value
    invalid = f"Invalid input for field/attribute {field}. Value: '{value}'. "
    if kind == "s":
        if not isinstance(value, str):
            raise Rejected(invalid + f"Wrong type. Expected '<class 'str'>', got '{type(value)}'")
        return value
    if kind == "b":
        if isinstance(value, bool):
            return value
        word = str(value).strip().lower()
        if word in ("true", "t", "yes", "y", "on", "1"):
            return True
        if word in ("false", "f", "no", "n", "off", "0"):
            return False
        options = "'0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'"
        raise Rejected(f"Unrecognized value '{value}', acceptable values are: {options}")
    try:
        return float(value) if kind == "f" else int(value)
    except (TypeError, ValueError) as error:
        raise Rejected(invalid + str(error)) from error


def patch_list(body: Any) -> list[Row]:
    """The operations of a PATCH body, checked for their form."""
    if not isinstance(body, list):
        raise Rejected(f"Invalid input for field/attribute patch. Value: '{body}'. Value not a valid list: {body}")
    seen: dict[str, Any] = {}
    for operation in body:
        if not isinstance(operation, dict):
            raise Rejected(f"'{type(operation).__name__}' object has no attribute 'keys'", 500)
        for field in ("path", "op"):
            if operation.get(field) is None:
                raise Rejected(f"Invalid input for field/attribute {field}. Value: 'None'. Mandatory field missing.")
        if not re.fullmatch(r"(/[\w-]+)+", str(operation["path"])):
            raise Rejected(
                f"Invalid input for field/attribute path. Value: '{operation['path']}'. "
                r"Value should match the pattern ^(/[\w-]+)+$"
            )
        if operation.get("op") not in ("add", "replace", "remove"):
            value = operation.get("op")
            raise Rejected(
                f"Invalid input for field/attribute op. Value: '{value}'. Value should be one of: add, remove, replace"
            )
        path = operation["path"]
        if path.lstrip("/").split("/")[0] in INTERNAL:
            raise Rejected(f"'{path}' is an internal attribute and can not be updated")
        if operation["op"] != "remove" and "value" not in operation:
            raise Rejected("Edit and Add operation of the field requires non-empty value.")
        if not path.endswith("/-") and path in seen and seen[path] != operation.get("value"):
            raise Rejected("Illegal duplicate parameters passed.")
        seen[path] = operation.get("value")
    return body


def patch_values(body: Any, fields: dict[str, str], extra: frozenset[str] = frozenset()) -> Row:
    """Field -> wanted value for the simple case, every path naming one field of the object."""
    values: Row = {}
    for operation in patch_list(body):
        name = operation["path"].lstrip("/")
        if name not in fields and name not in extra:
            if operation["op"] == "add":
                raise Rejected(
                    f"Adding a new attribute ({operation['path']}) to the root of the resource is not allowed."
                )
            reason = f"can't replace non-existent object '{name}'"
            if operation["op"] == "remove":
                reason = f"can't remove non-existent object '{name}'"
            raise Rejected(f"Couldn't apply patch '{body}'. Reason: {reason}")
        values[name] = cast(name, fields.get(name, "j"), None if operation["op"] == "remove" else operation["value"])
    return values


def create_values(body: Any, fields: dict[str, str], argument: str) -> Row:
    """Field -> value of a POST body; ``argument`` is what the API calls the body in its own words."""
    if not isinstance(body, dict):
        raise Rejected(f"'{type(body).__name__}' object has no attribute 'keys'", 500)
    for name in body:
        if name not in fields:
            raise Rejected(f"Unknown attribute for argument {argument}: {name}")
    return {name: cast(name, fields[name], value) for name, value in body.items()}
