# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A made-up API for the engine's tests: it keeps documents in a dictionary and notes every request."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._engine.dialect import Document, Sent
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import ApiError
from ansible_collections.edge.infra.plugins.module_utils._engine.field import Compare, Field
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import Change
from ansible_collections.edge.infra.plugins.module_utils._engine.resource import Resource, Wait

NETWORK = Resource(
    kind="network",
    module="x_network",
    title="network",
    path="networks",
    fields=(
        Field("name", "Name.", required=True, identity=True),
        Field("mtu", "MTU.", type="int", api="spec.mtu", compare=Compare.NUMBER),
        Field("type", "Type.", required=True, create_only=True),
        Field("tags", "Tags.", type="list", elements="str", compare=Compare.UNORDERED),
        Field("config", "Free.", type="dict", compare=Compare.SUBSET, secret_keys=("key", "deep.key")),
        Field("password", "Secret.", secret=True),
        Field("token", "Secret that comes back.", secret=True, comparable=True),
    ),
    ready=Wait("state", frozenset({"UP"}), frozenset({"ERROR"}), ("why",), remedy="Mend it.", timeout=2),
    deleting=("going", frozenset({True})),
)
PORT = Resource(
    kind="port",
    module="x_port",
    title="port",
    path="ports",
    fields=(
        Field("name", "Name.", required=True, identity=True),
        Field("network", "Network.", api="network_id", reference="network", required=True),
        Field("others", "More.", type="list", api="other_ids", reference="network"),
    ),
)
SETTING = Resource(
    kind="setting",
    module="x_setting",
    title="setting",
    path="setting",
    singleton=True,
    verbs=frozenset({"update"}),
    after=("port",),
    fields=(Field("servers", "Servers.", type="list", elements="str"),),
)
KINDS = {r.kind: r for r in (NETWORK, PORT, SETTING)}


class FakeDialect:
    """Keeps ``self.world[kind] = [document]``; ``trouble`` may raise before or after an act."""

    parallel = 4
    interval = 0.01

    def __init__(self, **world: list[dict[str, Any]]) -> None:
        self.world: dict[str, list[dict[str, Any]]] = {kind: world.get(kind, []) for kind in KINDS}
        self.requests: list[tuple[str, str]] = []
        self.trouble: Callable[[str, str, bool], None] = lambda verb, name, done: None
        self.on_fetch: Callable[[str], None] = lambda kind: None
        self._ids = itertools.count(1)

    def fetch(self, resource: Resource, scope: str, quick: bool = False) -> Sequence[Document]:
        self.requests.append(("list", resource.kind))
        self.on_fetch(resource.kind)
        return [dict(d) for d in self.world[resource.kind]]

    def sender(self, resource: Resource) -> FakeDialect:
        return self

    def lookup(self, kind: str) -> Resource:
        return KINDS[kind]

    def name_keys(self, resource: Resource) -> tuple[str, ...]:
        return ("name",)

    def close(self) -> None:
        pass

    def _act(self, verb: str, change: Change, act: Callable[[], str]) -> Sent:
        self.requests.append((verb, change.wanted.name))
        self.trouble(verb, change.wanted.name, False)
        identity = act()
        self.trouble(verb, change.wanted.name, True)
        return Sent(id=identity)

    def create(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        def act() -> str:
            document = {"id": f"id{next(self._ids)}", "state": "UP", "payload": dict(payload)}
            for name, value in payload.items():
                document[change.resource.by_name[name].path] = value
            self.world[change.resource.kind].append(document)
            return str(document["id"])

        return self._act("create", change, act)

    def update(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        def act() -> str:
            for document in self.world[change.resource.kind]:
                if document["id"] == change.id:
                    document.update({change.resource.by_name[n].path: v for n, v in payload.items()})
            return change.id

        return self._act("update", change, act)

    def delete(self, dialect: Any, change: Change) -> Sent:
        def act() -> str:
            kept = [d for d in self.world[change.resource.kind] if d["id"] != change.id]
            self.world[change.resource.kind][:] = kept
            return change.id

        return self._act("delete", change, act)

    def writes(self) -> list[tuple[str, str]]:
        """What was sent beside lists, in order."""
        return [r for r in self.requests if r[0] != "list"]


def refuse(name: str) -> Callable[[str, str, bool], None]:
    """Trouble: the API refuses whatever is done to ``name``."""

    def trouble(verb: str, target: str, done: bool) -> None:
        if target == name and not done:
            raise ApiError(f"refused: {name} is in use", status=409, detail=f"{name} is in use")

    return trouble
