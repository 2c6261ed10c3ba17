# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What sysinv keeps: tables of objects, and how one is shown to a client."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.faults import Faults
from .kinds import KINDS, Kind
from .wire import Rejected, Row, new_uuid

if TYPE_CHECKING:
    from .machines import Machines


def now() -> str:
    """The time as sysinv writes it."""
    return datetime.now(UTC).isoformat()


def is_active(host: Row) -> bool:
    """Whether a host is the active controller."""
    return (host["capabilities"] or {}).get("Personality") == "Controller-Active"


def has_function(host: Row, function: str) -> bool:
    """Whether a host is, or is also, a ``worker``, ``controller`` or ``storage`` host."""
    return function in str(host["subfunctions"] or host["personality"] or "").split(",")


class World:
    """The tables of one system. Objects are plain dictionaries that may hold more than a client sees."""

    def __init__(
        self, faults: Faults, later: Callable[[str, float, Callable[[], None]], None], tell: Callable[[str, str], None]
    ) -> None:
        self.name = ""
        self.faults = faults
        #: ``later(what, seconds, action)``: act after that much of the simulated world's time
        self.later = later
        #: ``tell(event, host name)``: let the other parts of the lab know
        self.tell = tell
        self.tables: dict[str, list[Row]] = {}
        #: what each host's machine has, by the host's uuid, from its first inventory on
        self.hardware: dict[str, Row] = {}
        self.overrides: Row = {}
        #: the other machines of the site; they become hosts of a duplex or standard system
        self.machines: Machines
        #: ``restart(host)``: an unlock was accepted, the host reboots; ``enable(host)``: an unlocked host is back
        self.restart: Callable[[Row], None]
        self.enable: Callable[[Row], None]
        #: ``swact(host)``: services go from this controller to the other one
        self.swact: Callable[[Row], None]
        #: ``switch(machine's name, on)``: turn a machine on or off
        self.switch: Callable[[str, bool], None]
        #: ``spawn(coroutine)``: work in the background
        self.spawn: Callable[[Coroutine[Any, Any, None]], None]
        #: folder that plays the root file system of the controller, where there is one
        self.root: Path | None = None
        #: what an abort does, by the uuid of an application, where it does not just end in failure
        self.stops: dict[str, Callable[[str], None]] = {}
        #: seconds of the simulated world by name, as the lab's configuration overrides them
        self.durations: Row = {}
        #: unlocked for the first time: the bootstrap cannot be repeated
        self.finalized = False

    def add(self, route: str, **values: Any) -> Row:
        """Create an object of a kind; what is not given is null."""
        kind = KINDS[route]
        table = self.tables.setdefault(kind.rows, [])
        row: Row = dict.fromkeys(kind.fields)
        row.update({"uuid": new_uuid(), "id": 1 + max((r["id"] for r in table), default=0)})
        row.update(created_at=now(), updated_at=None)
        row.update(values)
        table.append(row)
        return row

    def rows(self, route: str, **match: Any) -> list[Row]:
        """Objects whose fields equal ``match``, oldest first."""
        table = self.tables.get(KINDS[route].rows, [])
        return [r for r in table if all(r.get(k) == v for k, v in match.items())]

    def one(self, route: str, **match: Any) -> Row | None:
        """The first such object."""
        return next(iter(self.rows(route, **match)), None)

    def find(self, route: str, identity: str) -> Row:
        """An object by what its address may contain; a refusal in sysinv's words when there is none."""
        kind = KINDS[route]
        for name in kind.names:
            for row in self.tables.get(kind.rows, []):
                if row.get(name) is not None and str(row[name]) == str(identity):
                    return row
        raise Rejected(kind.missing.format(id=identity), kind.missing_status)

    def remove(self, route: str, row: Row) -> None:
        """Forget an object."""
        self.tables[KINDS[route].rows].remove(row)

    @staticmethod
    def change(row: Row, **values: Any) -> None:
        """Change an object and its time stamp, when anything differs."""
        if any(row.get(k) != v for k, v in values.items()):
            row.update(values, updated_at=now())

    @property
    def system(self) -> Row:
        """The only isystem."""
        return self.rows("isystems")[0]

    def host(self, uuid: str) -> Row:
        """A host by uuid, hostname or id."""
        return self.find("ihosts", uuid)

    @property
    def simplex(self) -> bool:
        """Whether this is an All-in-one Simplex."""
        return bool(self.system["system_mode"] == "simplex")

    @property
    def standard(self) -> bool:
        """Whether controllers and workers are separate hosts."""
        return bool(self.system["system_type"] == "Standard")

    @property
    def active(self) -> Row:
        """The controller that provides the APIs."""
        controllers = self.rows("ihosts", personality="controller")
        return next((h for h in controllers if is_active(h)), controllers[0])

    def duration(self, name: str, seconds: float) -> float:
        """Seconds of the simulated world that something takes."""
        return float(self.durations.get(name, seconds))

    def vswitch(self) -> str:
        """The type of virtual switch; ``none`` by default."""
        return str((self.system["capabilities"] or {}).get("vswitch_type", "none"))

    def interfaces(self, host: Row) -> Iterator[Row]:
        """A host's interfaces."""
        yield from self.rows("iinterfaces", ihost_uuid=host["uuid"])

    def networks_of(self, interface: Row) -> list[str]:
        """The types of the platform networks that an interface carries."""
        return [r["network_type"] for r in self.rows("interface_networks", interface_uuid=interface["uuid"])]


def show(kind: Kind, row: Row, base: str, *, single: bool) -> Row:
    """An object as a client sees it; a single one also has links to what it owns."""
    shown = {name: row.get(name) for name in kind.fields if single or name not in kind.single}
    if kind.route == "apps":
        return shown
    route, uuid = kind.link or kind.route, row["uuid"]
    shown["links"] = _links(base, f"{route}/{uuid}")
    if kind.route == "iinterfaces" or single:
        for child in kind.children if single else ("ports",):
            shown[child] = _links(base, f"{kind.route}/{uuid}/{child}")
    return shown


def _links(base: str, path: str) -> list[Row]:
    return [
        {"href": f"{base}/v1/{path}", "rel": "self"},
        {"href": f"{base}/{path}", "rel": "bookmark"},
    ]
