# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""``Text``: what an API takes as the text of an option, so that it is said on paper and with the option's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import InputError

if TYPE_CHECKING:
    from .field import Field


@dataclass(frozen=True)
class Text:
    """Rules for a text.

    :param most: most characters (0: as many as you like).
    :param least: fewest characters.
    :param without: characters that must not be in it.
    :param pattern: regular expression that all of it must match.
    :param parse: raises ValueError for what only looks right (the address 10.0.0.300).
    :param hint: what the pattern or the parser wants, in words that follow "must".
    :param remedy: what to do about it, where that is not plain.
    :param clear: an empty text is allowed: it means that there shall be none.
    """

    most: int = 0
    least: int = 1
    without: str = ""
    pattern: str = ""
    parse: Callable[[str], Any] | None = None
    hint: str = ""
    remedy: str = ""
    clear: bool = False

    def fault(self, text: str) -> str:
        """What is wrong with a text, in words that follow "must" ('' when nothing is)."""
        if text == "" and self.clear:
            return ""
        if text == "" and self.least:
            return "not be empty"
        if len(text) < self.least:
            return f"have at least {self.least} characters, and has {len(text)}"
        if self.most and len(text) > self.most:
            return f"have at most {self.most} characters, and has {len(text)}"
        bad = sorted(set(text) & set(self.without))
        if bad:
            return f"not contain {' '.join(bad)}"
        if self.pattern and not re.fullmatch(self.pattern, text, re.S):
            return self.hint
        try:
            if self.parse:
                self.parse(text)
        except ValueError:
            return self.hint
        return ""


def check_texts(fields: Iterable[Field], values: Mapping[str, Any], where: str = "") -> None:
    """Raise InputError for the first text that breaks the rules of its option; a secret is not quoted."""
    for f in fields:
        value = values.get(f.name)
        if value is None:
            continue
        name = f"{where}{f.name}"
        members = value if isinstance(value, list) else [value]
        for position, member in enumerate(members):
            here = f"{name}[{position}]" if isinstance(value, list) else name
            if f.options and isinstance(member, Mapping):
                check_texts(f.options, member, f"{here}.")
            if f.limit is None or not isinstance(member, str):
                continue
            fault = f.limit.fault(member)
            if fault:
                quoted = "the text" if f.secret else repr(_short(member))
                details = {} if f.secret else {"value": member}
                text = f"{here}: {quoted} must {fault}: the API takes no other."
                raise InputError(text, f.limit.remedy, option=name, **details)


def check_numbers(fields: Iterable[Field], values: Mapping[str, Any]) -> None:
    """Raise InputError for the first number that is smaller than it may be, or is a truth value."""
    for f in fields:
        value = values.get(f.name)
        if f.options:
            for member in value if isinstance(value, list) else [value]:
                check_numbers(f.options, member if isinstance(member, Mapping) else {})
        if f.type in ("int", "float") and isinstance(value, bool):
            text = f"{f.name}: {value} is a truth value, and a number is wanted."
            raise InputError(text, "Give a number.", option=f.name, value=value)
        if f.least is not None and isinstance(value, (int, float)) and value < f.least:
            raise InputError(
                f"{f.name}: {value} must be at least {f.least:g}.",
                f.remedy or f"Give {f.least:g} or more, or leave it out.",
                option=f.name,
                value=value,
            )


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
