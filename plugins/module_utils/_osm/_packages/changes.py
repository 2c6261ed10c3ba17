# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What OSM takes of a changed descriptor while something uses it.

The NBI compares the new descriptor's file with the old one (not with what it keeps of it): primitives may change, and
of a VNFD policies and monitoring of VDUs; anything of a VNFD once its ``software-version`` differs. It opens the old
file under the new one's name, so folder and file of the descriptor must be called the same.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from .findings import each, inner

PRIMITIVES = ("config-primitive", "initial-config-primitive", "terminate-config-primitive")
#: where the NBI takes a VNFD to be when it does not say
FIRST_SOFTWARE = "1.0"


def software(document: Any) -> str:
    """The software version of a VNFD's document, as the NBI finds it."""
    opened = _opened(document, "vnfd")
    found = opened.get("software-version") if isinstance(opened, Mapping) else None
    return str(found or FIRST_SOFTWARE)


def forbidden(kind: str, old: Any, new: Any) -> list[str]:
    """Places that differ and must not, while a package of this kind (``vnf`` or ``ns``) is in use."""
    if not old or not new or (kind == "vnf" and software(old) != software(new)):
        return []
    return list(_differences(_fixed(kind, old), _fixed(kind, new)))


def _opened(document: Any, key: str) -> Any:
    return document[key] if isinstance(document, Mapping) and document.get(key) else document


def _fixed(kind: str, document: Any) -> Any:
    """What of a descriptor has to stay."""
    kept = copy.deepcopy(document)
    if kind == "ns":
        while isinstance(kept, dict) and kept.get("nsd"):
            kept = kept["nsd"]
        kept = kept[0] if isinstance(kept, list) and kept else kept
        configuration = inner(kept, "ns-configuration")
        for name in PRIMITIVES if isinstance(configuration, dict) else ():
            configuration.pop(name, None)
    else:
        kept = _opened(kept, "vnfd")
        for df in each(inner(kept, "df")):
            for config in each(inner(df, "lcm-operations-configuration", "operate-vnf-op-config", "day1-2")):
                _drop(config, PRIMITIVES)
            _drop(df, [n for n in ("scaling-aspect", "healing-aspect") if df.get(n)])
        for vdu in each(inner(kept, "vdu")):
            _drop(vdu, [n for n in ("alarm", "monitoring-parameter") if vdu.get(n)])
    if isinstance(kept, dict):
        kept.pop("_admin", None)
    return kept


def _drop(mapping: Any, names: Any) -> None:
    for name in names:
        mapping.pop(name, None)


def _differences(old: Any, new: Any, where: str = "") -> Iterator[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in {**old, **new}:
            place = f"{where}.{key}" if where else str(key)
            if key in old and key in new:
                yield from _differences(old[key], new[key], place)
            else:
                yield place
    elif isinstance(old, list) and isinstance(new, list):
        for number in range(max(len(old), len(new))):
            if number < min(len(old), len(new)):
                yield from _differences(old[number], new[number], f"{where}[{number}]")
            else:
                yield f"{where}[{number}]"
    elif type(old) is not type(new) or old != new:
        yield where
