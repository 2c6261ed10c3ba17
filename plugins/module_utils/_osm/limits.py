# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said on paper of values that OSM takes and then spoils, or refuses without naming the option.

Source: NBI of OSM (2026). In a PATCH, keys that begin with ``$`` are its own language to edit lists (``$[0]``, ``$+``),
at any depth: a dictionary of the user's with such a key is lost or becomes something else. Elsewhere they reach its
database, MongoDB, which refuses them or takes them for operators, depending on its release and on the request; but
not where the NBI makes a text of the dictionary first: parameters per VNF, VDU and KDU of an NS (the names of these
parameters must have no ``$``, though), and those of actions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .._engine.errors import InputError

Check = Callable[[Mapping[str, Any]], None]


def all_of(*checks: Check) -> Check:
    """One check that makes several, in this order."""

    def check(values: Mapping[str, Any]) -> None:
        for one in checks:
            one(values)

    return check


def _operator(value: Any, where: str) -> str:
    """The dotted place of the first key that begins with ``$`` ('' when there is none)."""
    inner: list[tuple[str, Any]] = []
    if isinstance(value, Mapping):
        inner = [(f"{where}.{key}", one) for key, one in value.items()]
        found = next((f"{where}.{key}" for key in value if str(key).startswith("$")), "")
        if found:
            return found
    elif isinstance(value, list):
        inner = [(f"{where}[{position}]", one) for position, one in enumerate(value)]
    return next((found for name, one in inner if (found := _operator(one, name))), "")


def no_operators(*options: str, kept: bool = False) -> Check:
    """Refuse keys that begin with ``$`` in these options, at any depth. Values are not quoted: secrets.

    :param kept: whether the options are not sent in a PATCH, but kept as they are.
    """

    def check(values: Mapping[str, Any]) -> None:
        for option in options:
            found = _operator(values.get(option), option)
            if found:
                why = f"OSM takes such a key as an order to edit a list, and the dictionary {option} would be spoilt."
                if kept:
                    why = "OSM keeps it in its database, where such a key is an operator: it fails, or is spoilt."
                raise InputError(
                    f"{found}: a key must not begin with $: {why}",
                    "Rename the key, or leave it out.",
                    option=option,
                )

    return check


def once(*options: str) -> Check:
    """Refuse members that a list has twice."""

    def check(values: Mapping[str, Any]) -> None:
        for option in options:
            given = [str(member) for member in values.get(option) or []]
            twice = sorted({member for member in given if given.count(member) > 1})
            if twice:
                raise InputError(f"{option}: {', '.join(twice)} is given twice.", "Give each once.", option=option)

    return check


def whole(option: str, least: int) -> Check:
    """Refuse a number below ``least``."""

    def check(values: Mapping[str, Any]) -> None:
        number = values.get(option)
        if number is not None and number < least:
            raise InputError(
                f"{option}: {number} must be at least {least}.", "Correct it.", option=option, value=number
            )

    return check


def some(*options: str) -> Check:
    """Refuse an empty list or dictionary."""

    def check(values: Mapping[str, Any]) -> None:
        for option in options:
            what = {"[]": "list", "{}": "dictionary"}.get(repr(values.get(option)))
            if what:
                text = f"{option}: the {what} is empty; OSM wants one at least."
                raise InputError(text, "Give one, or leave the option out.", option=option)

    return check


def version(option: str) -> Check:
    """Refuse what YAML makes of 1.10, 1.20, 1.30 without quotes: a number, and so an old version."""

    def check(values: Mapping[str, Any]) -> None:
        text = str(values.get(option) or "")
        if re.fullmatch(r"1\.[0-9]", text):
            whole = f"{text}0" if text != "1.0" else "1.30"
            raise InputError(
                f"{option}: {text} is older than every Kubernetes that OSM knows; it is what YAML makes of {whole}"
                " without quotes, a number.",
                f'Write it in quotes ("{whole}"), or with a v before it (v{whole}).',
                option=option,
                value=text,
            )

    return check


def public_keys(option: str) -> Check:
    """Refuse what is no public SSH key but its file, as the command ``osm`` takes it, or the private one.

    OSM would write either into the machines as it is, and nobody could log in.
    """

    def check(values: Mapping[str, Any]) -> None:
        for number, key in enumerate(map(str, values.get(option) or [])):
            where, text = f"{option}[{number}]", key.strip()
            if "PRIVATE KEY" in text:
                raise InputError(f"{where}: it is a private key.", "Give the public one.", option=option)
            if text.startswith(("~", "/", "./", "../")) or (text.endswith(".pub") and len(text.split()) == 1):
                raise InputError(
                    f"{where}: {text} is the path of a file, and OSM wants the key itself.",
                    f"Write {{{{ lookup('ansible.builtin.file', '{text}') }}}}, or the line of that file.",
                    option=option,
                    value=text,
                )

    return check


def members(option: str, taken: Callable[[Any], bool], hint: str) -> Check:
    """Refuse values of a dictionary that OSM does not take; ``hint`` follows "must"."""

    def check(values: Mapping[str, Any]) -> None:
        for key, value in (values.get(option) or {}).items():
            if not taken(value):
                raise InputError(f"{option}.{key}: {value!r} must {hint}.", "Correct it.", option=option, value=value)

    return check
