# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps secrets out of what is returned and logged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from .compare import MASK
from .field import Field


def secrets_in(fields: Iterable[Field], values: Mapping[str, Any]) -> set[str]:
    """Every secret text among the given values: whole secret options and the secret leaves of free dictionaries."""
    found: set[str] = set()
    for f in fields:
        value = values.get(f.name)
        if value is None:
            continue
        if f.secret:
            found.update(_texts(value))
        for path in f.secret_keys:
            leaf: Any = value
            for step in path.split("."):
                leaf = leaf.get(step) if isinstance(leaf, Mapping) else None
            found.update(_texts(leaf))
        if f.options and isinstance(value, (Mapping, list)):
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, Mapping):
                    found |= secrets_in(f.options, inner)
    return {s for s in found if len(s) > 2}


def _texts(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value}
    if isinstance(value, Mapping):
        return {t for v in value.values() for t in _texts(v)}
    if isinstance(value, list):
        return {t for v in value for t in _texts(v)}
    return set()


def spellings(secrets: Iterable[str]) -> set[str]:
    """The same secrets as they are and as they look inside JSON, a Python literal or a URL."""
    return {t for s in secrets for t in (s, json.dumps(s)[1:-1], repr(s)[1:-1], quote(s, safe=""))}


def scrub(value: Any, secrets: Iterable[str]) -> Any:
    """A copy of anything JSON-like with every secret text replaced.

    Few of many secrets appear anywhere: those that do are found in one go, so that a thousand objects with a secret
    each do not cost a thousand times a thousand looks.
    """
    whole = "\0".join(_leaves(value))
    return _scrubbed(value, [s for s in secrets if s in whole])


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (Mapping, list, tuple)):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(inner)


def _scrubbed(value: Any, secrets: Sequence[str]) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, MASK)
        return value
    if isinstance(value, Mapping):
        return {k: _scrubbed(v, secrets) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_scrubbed(v, secrets) for v in value]
    return value
