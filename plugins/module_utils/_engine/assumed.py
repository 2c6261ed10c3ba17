# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option ``assume``: what earlier tasks of a check run would have made, as a user may write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .api import Api
from .errors import InputError

#: an option that names a file which an earlier task would have fetched
FILE = "kubeconfig"


def assumed(api: Api, given: Mapping[str, Any] | None) -> dict[str, list[str]]:
    """Names by kind, the kind in its singular, whichever spelling was given; one name may stand without a list.

    Raises InputError for what is no kind of this API, since a misspelt one would count for nothing without a word.
    """
    resources = {r.kind: r for r in (*api.kinds.values(), *(r for b in api.bulk for r in (*b.resources, *b.made)))}
    kinds = {r.many: kind for kind, r in resources.items()} | {kind: kind for kind in resources}
    if any(FILE in r.by_name for r in resources.values()):
        kinds[FILE] = FILE
    found: dict[str, list[str]] = {}
    for word, names in (given or {}).items():
        if word not in kinds:
            known = ", ".join(sorted({*resources, *(k for k in kinds if k == FILE)}))
            raise InputError(
                f"assume: there is no kind {word!r}.",
                f"Known, also in the plural: {known}.",
                option="assume",
                value=word,
            )
        listed = names if isinstance(names, list) else [] if names is None else [names]
        if not all(isinstance(name, (str, int)) for name in listed):
            raise InputError(
                f"assume: {word}: names are wanted, in a list.",
                f"Write {word}: [NAME].",
                option="assume",
            )
        found.setdefault(kinds[word], []).extend(str(name) for name in listed)
    return found
