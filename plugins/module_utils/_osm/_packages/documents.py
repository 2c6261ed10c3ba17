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

#: how many nodes a descriptor may have once its aliases are followed
MOST_NODES = 100_000


class DocumentError(Exception):
    """It does not parse; the text says where."""


class _StrictLoader(Base):
    """The safe loader that also refuses what is almost always a mistake."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: list[Any] = []
        for key_node, _value in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise DocumentError(f"the key {key!r} is given twice (line {key_node.start_mark.line + 1}).")
            seen.append(key)
        return super().construct_mapping(node, deep)


def _size(node: Any, sizes: dict[int, int]) -> int:
    """Nodes below and with ``node``, as often as they are referred to; a node inside itself is refused."""
    known = sizes.get(id(node))
    if known == 0:
        raise DocumentError(f"an alias refers to what contains it (line {node.start_mark.line + 1}).")
    if known is None:
        sizes[id(node)] = 0
        parts: list[Any] = node.value if isinstance(node.value, list) else []
        pairs = isinstance(node, yaml.MappingNode)
        known = 1 + sum(_size(p, sizes) for part in parts for p in (part if pairs else [part]))
        if known > MOST_NODES:
            raise DocumentError(f"it has more than {MOST_NODES} values, counting each use of an alias.")
        sizes[id(node)] = known
    return known


def load_document(data: bytes) -> Any:
    """The document in a file; raises DocumentError with the line where it does not parse."""
    try:
        loader = _StrictLoader(data.decode("utf-8-sig"))
        node = loader.get_single_node()
        if node is None:
            return None
        _size(node, {})
        return loader.construct_document(node)
    except UnicodeDecodeError:
        raise DocumentError("it is not text in UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise DocumentError(f"it does not parse as YAML: {getattr(error, 'problem', None) or error}{where}.") from None
    except ValueError as error:
        raise DocumentError(
            f"it has a value that YAML takes for a date or a number, and it is none: {error}."
        ) from None
    except RecursionError:
        raise DocumentError("it is nested too deeply.") from None
