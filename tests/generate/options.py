# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options as ansible-doc wants them, from the declarations of fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def described(f: Any, plugin: bool = False) -> dict[str, Any]:
    """One option as ansible-doc wants it; a plugin's tells Ansible itself where else the value may come from."""
    text = [s if s.endswith((".", ")", ":")) else s + "." for s in f.sentences]
    if f.env and not plugin:
        text.append(f"If not given, the environment variable E({f.env}) is used.")
    if f.reference and f.type != "list" and "id" not in " ".join(text):
        text.append("A name or an id.")
    if f.create_only:
        text.append("Cannot be changed later: " + (f.remedy or "remove the object and create it again."))
    entry: dict[str, Any] = {"description": text, "type": f.type}
    if f.elements:
        entry["elements"] = f.elements
    if f.choices is not None:
        entry["choices"] = list(f.choices)
    if f.default is not None:
        entry["default"] = f.default
    if f.aliases:
        entry["aliases"] = list(f.aliases)
    if f.env and plugin:
        entry["env"] = [{"name": f.env}]
    return entry


def plugin_docs(fields: Iterable[Any]) -> dict[str, Any]:
    """The connection's ``options`` for plugins that are no modules.

    Where an option implies others, Ansible must not demand those: it does not know where else they come from.
    """
    known = list(fields)
    demands = not any(f.implies for f in known)
    return {
        f.name: {**described(f, plugin=True), **({"required": True} if demands and f.required else {})} for f in known
    }


def option_docs(fields: Iterable[Any], required: Any) -> dict[str, Any]:
    """The ``options`` of several fields; ``required`` tells which Ansible itself demands."""
    docs: dict[str, Any] = {}
    for f in fields:
        entry = described(f)
        if required(f):
            entry["required"] = True
        elif f.required and not f.default:
            entry["description"].append("Needed to create the object.")
        if f.options:
            entry["suboptions"] = option_docs(f.options, required if f.name == "resources" or _is_kind(f) else nested)
        docs[f.name] = entry
    return docs


def _is_kind(f: Any) -> bool:
    return f.type == "list" and any(o.name in ("state",) or o.identity for o in f.options)


def nested(f: Any) -> bool:
    """Whether Ansible demands an option that stands inside another, or in a call."""
    return bool(f.required)


def top(f: Any) -> bool:
    """Whether Ansible demands an option that names the object."""
    return bool((f.identity or f.scope) and f.required and f.default is None)
