# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies in Kubernetes' protobuf encoding, of the kinds that Helm's storage sends in it: secrets, options of deletion.

Programs in Go send what they have types for in protobuf, whatever the server would like better. Numbers of fields are
those of ``generated.proto`` in ``k8s.io/api/core/v1`` and ``k8s.io/apimachinery/pkg/apis/meta/v1``.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

Object = dict[str, Any]
MAGIC = b"k8s\x00"
#: number of the field: name in JSON, and what it is
_META = {
    1: ("name", "text"),
    2: ("generateName", "text"),
    3: ("namespace", "text"),
    5: ("uid", "text"),
    6: ("resourceVersion", "text"),
    11: ("labels", "texts"),
    12: ("annotations", "texts"),
}
_SECRET = {
    1: ("metadata", _META),
    2: ("data", "bytes"),
    3: ("type", "text"),
    4: ("stringData", "texts"),
    5: ("immutable", "flag"),
}
_DELETE = {
    1: ("gracePeriodSeconds", "number"),
    2: ("preconditions", {1: ("uid", "text"), 2: ("resourceVersion", "text")}),
    4: ("propagationPolicy", "text"),
    5: ("dryRun", "list"),
}
_KINDS: dict[str, dict[int, Any]] = {"Secret": _SECRET, "DeleteOptions": _DELETE}


class UnknownBodyError(ValueError):
    """A body that is not of one of these kinds."""


def decoded(raw: bytes) -> Object:
    """The object of a body as JSON would have it; raises :class:`UnknownBodyError`."""
    if not raw.startswith(MAGIC):
        raise UnknownBodyError("no envelope")
    try:
        envelope = dict(_fields(raw[len(MAGIC) :]))
        about = dict(_fields(envelope[1]))
        api_version, kind = about.get(1, b"").decode(), about[2].decode()
        body = _message(envelope.get(2, b""), _KINDS[kind])
    except (KeyError, IndexError, AttributeError, UnicodeDecodeError) as error:
        raise UnknownBodyError(str(error)) from None
    return {"apiVersion": api_version, "kind": kind, **body}


def _fields(raw: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(raw):
        key, at = _number(raw, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _number(raw, at)
            yield number, value
        elif wire == 2:
            length, at = _number(raw, at)
            if at + length > len(raw):
                raise UnknownBodyError("a field is cut off")
            yield number, raw[at : at + length]
            at += length
        else:
            raise UnknownBodyError(f"wire type {wire}")


def _number(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at


def _message(raw: bytes, known: dict[int, Any]) -> Object:
    found: Object = {}
    for number, value in _fields(raw):
        if number not in known:  # times and owners of an object that was read before: the server keeps its own
            continue
        name, kind = known[number]
        if isinstance(kind, dict):
            found[name] = _message(value, kind)
        elif kind == "list":
            found.setdefault(name, []).append(value.decode())
        elif kind in ("texts", "bytes"):
            pair = dict(_fields(value))
            content = pair.get(2, b"")
            text = base64.b64encode(content).decode() if kind == "bytes" else content.decode()
            found.setdefault(name, {})[pair.get(1, b"").decode()] = text
        elif kind == "text":
            if value:
                found[name] = value.decode()
        else:
            found[name] = bool(value) if kind == "flag" else value
    return found
