# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading YAML that somebody else wrote: safe types only, no duplicate keys, no bombs of aliases."""

from __future__ import annotations

from typing import Any

try:
    import yaml
except ImportError:  # reported by the module with missing_required_lib
    yaml = None  # type: ignore[assignment]
    Base: Any = object
else:
    Base = yaml.SafeLoader

#: nodes of one descriptor with every alias written out; the largest public descriptors have some thousands
MOST_NODES = 200_000
#: how deep a descriptor may be nested; the information model ends at 15
MOST_DEPTH = 60


class DocumentError(Exception):
    """It does not parse; the text says where, ``line`` is 1-based or 0 when it is not known."""

    def __init__(self, text: str, line: int = 0) -> None:
        super().__init__(text)
        self.line = line


class _StrictLoader(Base):
    """The safe loader that also refuses what is almost always a mistake or an attack."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise DocumentError(
                f"it is nested more than {MOST_DEPTH} levels deep.", self.peek_event().start_mark.line + 1
            )
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: dict[Any, int] = {}
        for key_node, _value in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge" or not isinstance(key_node, yaml.ScalarNode):
                continue
            line = key_node.start_mark.line + 1
            name = (key_node.tag, key_node.value)
            if name in seen:
                raise DocumentError(f"the key '{key_node.value}' is given twice (lines {seen[name]} and {line}).", line)
            seen[name] = line
        return super().construct_mapping(node, deep)


def load_document(data: bytes) -> Any:
    """The document in a file; raises DocumentError with the line where it does not parse."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise DocumentError("it is not text in UTF-8.") from None
    try:
        document = yaml.load(text, Loader=_StrictLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise DocumentError(f"{problem}{where}.", mark.line + 1 if mark else 0) from None
    except ValueError as error:  # a date such as 2026-13-45, an integer of ten thousand digits
        raise DocumentError(f"a value does not parse: {error}.") from None
    _weigh(document, {}, set())
    return document


def _weigh(value: Any, known: dict[int, int], above: set[int]) -> int:
    """How many nodes the value has when aliases are written out; refuses too many, and loops."""
    if not isinstance(value, (dict, list)):
        return 1
    if id(value) in above:
        raise DocumentError("an alias refers to something that contains it.")
    if id(value) not in known:
        above.add(id(value))
        children = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_weigh(child, known, above) for child in children)
        above.discard(id(value))
    if known[id(value)] > MOST_NODES:
        raise DocumentError(f"with its aliases written out it has more than {MOST_NODES} values.")
    return known[id(value)]
