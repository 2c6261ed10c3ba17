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

#: how many times aliases may be used in one descriptor
MOST_ALIASES = 100


class DocumentError(Exception):
    """It does not parse; the text says where."""


class _StrictLoader(Base):  # type: ignore[misc]
    """The safe loader that also refuses what is almost always a mistake or an attack."""

    aliases = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            self.aliases += 1
            if self.aliases > MOST_ALIASES:
                raise DocumentError(f"it uses more than {MOST_ALIASES} aliases.")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, str) and key in seen and key != "<<":
                raise DocumentError(f"the key {key!r} is given twice (line {key_node.start_mark.line + 1}).")
            if isinstance(key, str):
                seen.add(key)
        return super().construct_mapping(node, deep)


def load_document(data: bytes) -> Any:
    """The document in a file; raises DocumentError with the line where it does not parse."""
    try:
        return yaml.load(data.decode("utf-8"), Loader=_StrictLoader)
    except UnicodeDecodeError:
        raise DocumentError("it is not text in UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise DocumentError(f"it does not parse as YAML: {getattr(error, 'problem', None) or error}{where}.") from None
    except RecursionError:
        raise DocumentError("it is nested too deeply.") from None
