# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts that YAML reads as something else: ``012345`` is the number 5349, ``1:30`` is 90, ``1.30`` is 1.3, ``yes`` is
true. Ansible would make a text of the number again, and OSM would be given another password or version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .._engine.field import Field

#: types of options that are a text
TEXTS = frozenset({"str", "path"})
EMPTY = "the path is empty."


def misread(fields: Iterable[Field], values: Mapping[str, Any], where: str = "") -> Iterator[tuple[int, str, str]]:
    """Line, option and fault of each value that is no text where one is wanted. A secret is not quoted.

    A number whose text is the one in the file (``8080``) will do.

    :param values: a dictionary that knows the node of each of its values (``nodes``); any other has none.
    """
    nodes: Mapping[str, Any] = getattr(values, "nodes", {})
    known = {spelling: f for f in fields for spelling in (*f.aliases, f.path, f.name)}
    for key, node in nodes.items():
        f = known.get(key)
        if f is None or not f.is_option:
            continue
        value, name = values.get(key), f"{where}{key}"
        several = isinstance(value, list) and f.type == "list"
        members = zip(value or (), node.value, strict=False) if several else [(value, node)]
        for number, (member, own) in enumerate(members):
            here = f"{name}[{number}]" if several else name
            if f.options and isinstance(member, Mapping):
                yield from misread(f.options, member, f"{here}.")
            else:
                wanted = f.elements if f.type == "list" else f.type
                fault = _fault(f, member, own) if wanted in TEXTS else ""
                if wanted == "path" and member == "":  # would be the folder of the file
                    fault = EMPTY
                if fault:
                    yield own.start_mark.line + 1, here, fault


def _fault(f: Field, value: Any, node: Any) -> str:
    if value is None or isinstance(value, str):
        return ""
    if isinstance(value, (Mapping, list)):
        what = "a dictionary" if isinstance(value, Mapping) else "a list"
        return f"a text is wanted, not {what}; if a text is meant, write it in quotes."
    if str(value) == node.value:
        return ""
    if f.secret:
        return "YAML reads it as a number or truth value, which is another text; write it in quotes."
    return f"YAML reads {node.value} as {value}, and a text is wanted; write it in quotes."
