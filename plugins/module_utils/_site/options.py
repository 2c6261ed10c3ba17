# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the roles for Kubernetes that an inventory may set, and variables that are nearly called so.

Ansible takes every name for a variable, so a mistyped option is none that anybody reads: ``kubernetes_upgrade_forse``
would let the upgrade of a night stop at a pod that nobody makes anew. Runs on the controller.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from .._engine.lazy import Lazily

yaml: Any = Lazily("yaml")

PREFIX = "kubernetes_"
#: how like an option an unknown name is to be taken for a mistake
LIKE = 0.9


@lru_cache(maxsize=4)
def options(roles: Path) -> frozenset[str]:
    """Every option of each role for Kubernetes, by its argument specification and its defaults."""
    found: set[str] = set()
    for file in sorted(roles.glob(f"{PREFIX}*/defaults/main.yml")):
        found |= set(yaml.safe_load(file.read_text(encoding="utf-8")) or {})
    for file in sorted(roles.glob(f"{PREFIX}*/meta/argument_specs.yml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["argument_specs"].values():
            found |= set(entry.get("options") or {})
    return frozenset(found)


def mistyped(names: Iterable[str], roles: Path) -> list[str]:
    """Warnings about names that are nearly those of options, where the options themselves are not given.

    :param roles: the folder of the collection's roles.
    """
    given = {name for name in names if name.startswith(PREFIX)}
    found = []
    for name in sorted(given - options(roles)) if given else ():
        near = next(iter(difflib.get_close_matches(name, sorted(options(roles)), n=1, cutoff=LIKE)), "")
        if near and near not in given:
            found.append(f"{name}: is no option of a role, so nobody reads it. Did you mean {near}?")
    return found
