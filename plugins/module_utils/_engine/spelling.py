# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Between the names of options inside options and the API's own spelling of them (``Field.api``). Pure.

Ansible's names are Python identifiers; an API may write ``ip-address`` or ``vimAccountId``. Keys that no option speaks
of stay as they are, and so does everything in a free dictionary.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .field import Field
    from .resource import Resource


def to_api(f: Field, value: Any) -> Any:
    """An option's value as the API spells it, at every depth."""
    return _spelled(f, value, {False: "name", True: "path"}) if f.options else value


def from_api(f: Field, value: Any) -> Any:
    """A value of the API in the names of the options, at every depth."""
    return _spelled(f, value, {False: "path", True: "name"}) if f.options else value


def accepted(resource: Resource, params: Mapping[str, Any]) -> dict[str, Any]:
    """What a user wrote, where options inside options may have the API's spelling, too.

    Both spellings of one option at once are left to be refused as an unknown option.
    """
    return {n: from_api(resource.by_name[n], v) if n in resource.by_name else v for n, v in params.items()}


def _spelled(f: Field, value: Any, attribute: Mapping[bool, str]) -> Any:
    if isinstance(value, (list, tuple)):
        return [_spelled(f, v, attribute) for v in value]
    if not isinstance(value, Mapping):
        return value
    known = {getattr(o, attribute[False]): o for o in f.options}
    result: dict[str, Any] = {}
    for key, inner in value.items():
        option = known.get(key)
        name = key if option is None else getattr(option, attribute[True])
        if name != key and name in value:
            name = key
        if option is None:  # spelled the other way already, perhaps with more inside
            option = next((o for o in f.options if getattr(o, attribute[True]) == key), None)
        result[name] = _spelled(option, inner, attribute) if option and option.options else inner
    return result
