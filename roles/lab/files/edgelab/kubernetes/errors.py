# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusals of the Kubernetes API: ``Status`` objects with the words and causes of the real server."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .kinds import Kind


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one field, as ``k8s.io/apimachinery``'s ``field.Error`` says it."""

    path: str
    reason: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


def required(path: str, detail: str = "") -> FieldError:
    """A field that must be there is not."""
    return FieldError(path, "FieldValueRequired", "Required value" + (f": {detail}" if detail else ""))


def invalid(path: str, value: Any, detail: str, reason: str = "FieldValueInvalid") -> FieldError:
    """A field has a value that it must not have."""
    return FieldError(path, reason, f"Invalid value: {json.dumps(value, separators=(',', ':'))}: {detail}")


def unsupported(path: str, value: Any, supported: list[Any]) -> FieldError:
    """A field has none of the values that it may have."""
    choices = ", ".join(json.dumps(v) for v in supported)
    message = f"Unsupported value: {json.dumps(value)}: supported values: {choices}"
    return FieldError(path, "FieldValueNotSupported", message)


class ApiError(Exception):
    """An answer that is a ``Status`` of failure."""

    def __init__(
        self, code: int, reason: str, message: str, details: dict[str, Any] | None = None, headers: Any = None
    ) -> None:
        super().__init__(message)
        self.code, self.reason, self.message = code, reason, message
        self.details, self.headers = details, headers

    def status(self) -> dict[str, Any]:
        """The body of the answer."""
        body: dict[str, Any] = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
        }
        if self.reason:
            body["reason"] = self.reason
        if self.details is not None:
            body["details"] = self.details
        body["code"] = self.code
        return body


def _details(kind: Kind, name: str) -> dict[str, Any]:
    details: dict[str, Any] = {"name": name} if name else {}
    if kind.group:
        details["group"] = kind.group
    details["kind"] = kind.plural
    return details


def bad_request(message: str) -> ApiError:
    """400: the request cannot be understood."""
    return ApiError(400, "BadRequest", message)


def unauthorized() -> ApiError:
    """401: who is this?"""
    return ApiError(401, "Unauthorized", "Unauthorized")


def not_found(kind: Kind, name: str) -> ApiError:
    """404: there is no such object."""
    return ApiError(404, "NotFound", f'{kind.resource} "{name}" not found', _details(kind, name))


def already_exists(kind: Kind, name: str) -> ApiError:
    """409: a create of something that is there."""
    return ApiError(409, "AlreadyExists", f'{kind.resource} "{name}" already exists', _details(kind, name))


def conflict(kind: Kind, name: str, why: str) -> ApiError:
    """409: an update that does not fit what is there now."""
    message = f'Operation cannot be fulfilled on {kind.resource} "{name}": {why}'
    return ApiError(409, "Conflict", message, _details(kind, name))


STALE = "the object has been modified; please apply your changes to the latest version and try again"


def forbidden(kind: Kind, name: str, why: str) -> ApiError:
    """403: an object that may not be made or changed like this."""
    message = f'{kind.resource} "{name}" is forbidden: {why}' if name else f"{kind.resource} is forbidden: {why}"
    return ApiError(403, "Forbidden", message, _details(kind, name))


def unprocessable(kind: Kind | None, name: str, errors: list[FieldError]) -> ApiError:
    """422: the object breaks rules; one cause for each."""
    texts = [str(e) for e in errors]
    text = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    details: dict[str, Any] = {}
    label = ""
    if kind:
        label = f"{kind.kind}.{kind.group}" if kind.group else kind.kind
        details = {"name": name, **({"group": kind.group} if kind.group else {}), "kind": kind.kind}
    details["causes"] = [{"reason": e.reason, "message": e.message, "field": e.path} for e in errors]
    return ApiError(422, "Invalid", f'{label} "{name}" is invalid: {text}', details)


def no_manager() -> ApiError:
    """422: an apply must say who applies."""
    error = required("fieldManager", "is required for apply patch")
    details = {"group": "meta.k8s.io", "kind": "PatchOptions"}
    cause = {"reason": error.reason, "message": error.message, "field": error.path}
    message = f'PatchOptions.meta.k8s.io "" is invalid: {error}'
    return ApiError(422, "Invalid", message, {**details, "causes": [cause]})


def expired(version: int, oldest: int) -> ApiError:
    """410: a watch or list from a version that is forgotten."""
    return ApiError(410, "Expired", f"too old resource version: {version} ({oldest})")


def unsupported_media(known: list[str]) -> ApiError:
    """415: a body that the server does not read."""
    message = f"the body of the request was in an unknown format - accepted media types include: {', '.join(known)}"
    return ApiError(415, "UnsupportedMediaType", message)


def method_not_allowed() -> ApiError:
    """405: the resource has no such verb."""
    message = "the server does not allow this method on the requested resource"
    return ApiError(405, "MethodNotAllowed", message, {})


def apply_conflict(conflicts: list[tuple[str, str]]) -> ApiError:
    """409 of server-side apply: ``conflicts`` are (manager as printed, field path), in the order of the paths."""
    causes = [
        {"reason": "FieldManagerConflict", "message": f"conflict with {who}", "field": path} for who, path in conflicts
    ]
    if len(conflicts) == 1:
        who, path = conflicts[0]
        message = f"Apply failed with 1 conflict: conflict with {who}: {path}"
    else:
        lines = []
        for who in sorted({w for w, _unused in conflicts}):
            lines.append(f"conflicts with {who}:")
            lines += [f"- {path}" for w, path in conflicts if w == who]
        message = f"Apply failed with {len(conflicts)} conflicts: " + "\n".join(lines)
    return ApiError(409, "Conflict", message, {"causes": causes})
