# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a re-upload may change in a descriptor in use: primitives, policies; anything with a new software version."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from .descriptors import configurations
from .errors import Refusal, unprocessable

_PRIMITIVES = ("config-primitive", "initial-config-primitive", "terminate-config-primitive")


def _core(kind: str, document: dict[str, Any]) -> dict[str, Any]:
    """A descriptor without its envelope and without what may be changed freely."""
    core: Any = copy.deepcopy(document)
    while isinstance(core, dict) and core.get(kind):
        core = core[kind]
    if isinstance(core, list):
        core = core[0]
    core.pop("_admin", None)
    if kind == "nsd":
        for name in _PRIMITIVES:
            (core.get("ns-configuration") or {}).pop(name, None)
        return core  # type: ignore[no-any-return]
    for df in core.get("df") or ():
        for configuration in configurations(df):
            for name in _PRIMITIVES:
                configuration.pop(name, None)
        for name in ("scaling-aspect", "healing-aspect"):
            if df.get(name):  # an empty one stays, and counts as a difference
                df.pop(name)
    for vdu in core.get("vdu") or ():
        for name in ("alarm", "monitoring-parameter"):
            if vdu.get(name):
                vdu.pop(name)
    return core  # type: ignore[no-any-return]


def _differences(old: Any, new: Any, where: str = "") -> Iterator[tuple[str, bool]]:
    """Places that differ; True for a changed value, False for something added, removed or of another type."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            if key in old and key in new:
                yield from _differences(old[key], new[key], f"{where}['{key}']")
            else:
                yield f"{where}['{key}']", False
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            if index < min(len(old), len(new)):
                yield from _differences(old[index], new[index], f"{where}[{index}]")
            else:
                yield f"{where}[{index}]", False
    elif type(old) is not type(new) or old != new:
        yield where, type(old) is type(new)


def check_change(kind: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    """Raise 422 when a descriptor in use is changed where it may not be.

    When nothing but additions and removals differ the real engine stumbles over its own report: 400.
    """
    if not old or not new:
        return
    if kind == "vnfd":
        versions = [(d.get("vnfd") or d).get("software-version") or "1.0" for d in (old, new)]
        if versions[0] != versions[1]:
            return
    found = list(_differences(_core(kind, old), _core(kind, new)))
    if not found:
        return
    changed = [place for place, by_value in found if by_value]
    if not changed:
        name = "VNF" if kind == "vnfd" else "NS"
        raise Refusal(
            f"{name} Descriptor could not be processed with error: 'NoneType' object has no attribute 'keys'."
        )
    if kind == "vnfd":
        raise unprocessable(
            f"Error in validating new descriptor: {' , '.join(changed)} cannot be modified, "
            "there are disallowed changes in the vnf descriptor."
        )
    raise unprocessable(
        f"Error in validating new descriptor: {', '.join(changed)} cannot be modified, "
        "there are disallowed changes in the ns descriptor. "
    )
