# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the objects are, with one counter of versions and a short memory of changes for watches."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Object = dict[str, Any]
Key = tuple[str, str]


@dataclass(frozen=True)
class Change:
    """One committed change. Objects are never altered after their commit, so they are shared freely."""

    version: int
    type: str
    key: Key
    new: Object
    old: Object | None


def place(obj: Object) -> tuple[str, str]:
    """(namespace, name); the namespace is empty for cluster-wide objects."""
    meta = obj["metadata"]
    return meta.get("namespace", ""), meta["name"]


class Store:
    """Objects by resource, then by namespace and name."""

    def __init__(self, remember: int = 4000) -> None:
        self.version = 100
        self._objects: dict[Key, dict[tuple[str, str], Object]] = {}
        self.history: deque[Change] = deque(maxlen=remember)
        self._listeners: list[Callable[[Change], None]] = []

    def listen(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call ``listener`` at every change; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def get(self, key: Key, namespace: str, name: str) -> Object | None:
        """One object, or None."""
        return self._objects.get(key, {}).get((namespace, name))

    def all(self, key: Key, namespace: str = "") -> list[Object]:
        """Objects of a resource in a namespace, or in every one when it is empty, sorted as etcd keeps them."""
        found = self._objects.get(key, {})
        return [o for at, o in sorted(found.items(), key=lambda pair: pair[0]) if not namespace or at[0] == namespace]

    def everything(self) -> Iterator[tuple[Key, Object]]:
        """Every object of every resource."""
        for key, objects in list(self._objects.items()):
            for obj in list(objects.values()):
                yield key, obj

    def put(self, key: Key, obj: Object) -> Object:
        """Commit an object under the next version."""
        self.version += 1
        obj["metadata"]["resourceVersion"] = str(self.version)
        objects = self._objects.setdefault(key, {})
        old = objects.get(place(obj))
        objects[place(obj)] = obj
        self._tell(Change(self.version, "MODIFIED" if old else "ADDED", key, obj, old))
        return obj

    def remove(self, key: Key, obj: Object) -> Object:
        """Commit the end of an object; returns its last form."""
        self.version += 1
        old = self._objects[key].pop(place(obj))
        last = {**old, "metadata": {**old["metadata"], "resourceVersion": str(self.version)}}
        self._tell(Change(self.version, "DELETED", key, last, old))
        return last

    def oldest(self) -> int:
        """The version from which changes are remembered."""
        if self.history and len(self.history) == self.history.maxlen:
            return self.history[0].version
        return 0

    def _tell(self, change: Change) -> None:
        self.history.append(change)
        for listener in list(self._listeners):
            listener(change)
