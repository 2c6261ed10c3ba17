# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One site of the lab: a StarlingX system with Keystone, sysinv and so on of its own, and the cluster on it.

A service of a system gets its :class:`System` where a service of the whole lab (BMC, OSM, the page) gets the
:class:`~edgelab.core.lab.Lab`. It has that part of the lab's interface that services use, seen from one site: there
are its own hosts, its own services under their plain names and the shared ones, and events of its own hosts. So a
service is written as if its system was alone, and needs no word about others.

Outside, the services of the first site have their plain names (``keystone``); those of another are called
``keystone@<site>``, in the URLs, in the record of requests, in the lab's state and in faults. A fault for
``keystone`` is for all, and ``keystone@<site>`` is understood for the first site, too.

For whoever plays a System Controller, ``lab.systems[<site>].life`` has the life of the site's first controller:

``await install()``             off and on, by its BMC where the lab has one, until the installer has ended
``await bootstrap(overrides)``  what its bootstrap playbook does, with its refusals, until the APIs answer
``await configure()``           what a deploy configuration does at the least: the OAM network on a port
``await unlock()``              until it is unlocked/enabled/available, and its cluster answers
``await restore()``             installed anew and as it was, locked
``await join(...)``             it becomes a subcloud while in service
``await power(on)``             its power; ``await remove()``: power off, and nothing of the system is left
``stage``                       ``off``, ``on`` (nothing installed), ``installed``, ``bootstrapped``, ``available``

Each takes its time in the simulated world and raises :class:`Failed` with the reason; the site's services open their
sockets on the way, and the events of ``lab.py`` are emitted for the host.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from .faults import Fault

if TYPE_CHECKING:
    from .events import Listener
    from .lab import Lab
    from .service import Service

T = TypeVar("T")
#: services of a controller that are away while it reboots, by their names in a system (those that the lab has)
APIS = ("keystone", "sysinv", "fm", "nfv", "usm", "dcmanager")
ON_CONTROLLER = (*APIS, "kubernetes", "l2sm", "openstack")
#: roles in a distributed cloud
CENTRAL, SUBCLOUD = "systemcontroller", "subcloud"
#: credentials of the lab that each system has for itself
OWN_CREDENTIALS = ("starlingx", "kubernetes", "l2sm")
#: parts of the configuration that speak of the first system only; another site may have such a part of its own
FIRST_ONLY = ("kubernetes", "l2sm")


class Failed(Exception):
    """A step in the life of a system that cannot be done, or ended badly; the text is for its user."""


class _Names(Mapping[str, T]):
    """A mapping of the lab by the names that one system's services use."""

    def __init__(self, system: System, everything: dict[str, T]) -> None:
        self._system, self._everything = system, everything

    def __getitem__(self, name: str) -> T:
        return self._everything[self._system.full(name)]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._system.full(name) in self._everything

    def __iter__(self) -> Iterator[str]:
        known = self._system.known()
        return (name for name in known if name in self)

    def __len__(self) -> int:
        return sum(1 for _unused in self)


class _Events:
    """Events of one system: it hears those of its hosts, and whoever else hears its own hears where they come from."""

    def __init__(self, system: System) -> None:
        self._system = system

    def on(self, name: str, listener: Listener) -> None:
        """Call ``listener(**data)`` each time ``name`` is emitted for a host of this system."""
        self._system.lab.events.on(name, listener, self._system)

    def emit(self, name: str, **data: Any) -> None:
        """Tell every listener of ``name`` in this system, and those of the whole lab."""
        self._system.lab.events.emit_from(self._system, name, **data)


class _Faults:
    """The lab's switches, as they concern one system."""

    def __init__(self, system: System) -> None:
        self._system = system

    @property
    def cleared(self) -> int:
        """How often everything was turned off."""
        return self._system.lab.faults.cleared

    def take(self, kind: str, service: str, what: str) -> Fault | None:
        """The first fault of ``kind`` that fits, counted down by one; None when there is none."""
        return self._system.lab.faults.take(kind, service, what, self._system.site)


class System:
    """The lab as one site's services see it; see the module text."""

    def __init__(self, lab: Lab, site: dict[str, Any], names: tuple[str, ...], first: bool) -> None:
        self.lab = lab
        self.site = str(site.get("name") or "")
        #: what the configuration says of the site
        self.described = site
        self.first = first
        self._names = names
        self._added: list[str] = []
        common = {k: v for k, v in lab.config.items() if k not in FIRST_ONLY}
        self.config = lab.config if first else {**common, **{k: site[k] for k in FIRST_ONLY if k in site}}
        self.state_dir, self.clock, self.authority = lab.state_dir, lab.clock, lab.authority
        self.spawn, self.tell, self.target_root = lab.spawn, lab.tell, lab.target_root
        self.events, self.faults = _Events(self), _Faults(self)
        self.services: Mapping[str, Service] = _Names(self, lab.services)
        self.servers: Mapping[str, Any] = _Names(self, lab.servers)
        own = {name: dict(lab.credentials[name]) for name in OWN_CREDENTIALS if name in lab.credentials}
        self.credentials = lab.credentials if first else {**lab.credentials, **own}
        #: the hosts of this site by their names in the inventory
        self.hosts = {name: host for name, host in lab.hosts.items() if host["site"] == self.site}

    def full(self, name: str) -> str:
        """What the lab calls this system's service ``name``; a shared one's name stays as it is."""
        return f"{name}@{self.site}" if not self.first and name in self._names else name

    def known(self) -> Iterator[str]:
        """The plain names of this system's services, and of the shared ones."""
        yield from self._added
        yield from (n for n in self.lab.services if n not in self._names and "@" not in n)

    def add(self, service: Service) -> None:
        """Take a service in, under the name that shows its site."""
        self._added.append(service.name)
        service.name, service.site = self.full(service.name), self.site
        self.lab.add(service)

    def own(self) -> list[Service]:
        """The services of this system, without the shared ones."""
        return [self.services[name] for name in self._added]

    def url(self, name: str) -> str:
        """Base URL of a service, without a trailing slash; of the lab's own, this system's part of it."""
        url = self.lab.url(self.full(name))
        return url if self.first or name != "lab" else url + self.control_path

    @property
    def control_path(self) -> str:
        """Where this system's control routes are at the lab's own service; the first one's are at its top."""
        return "" if self.first else f"/sites/{quote(self.site, safe='')}"

    def file(self, name: str) -> Path:
        """Place of a file of this system's in the lab's folder."""
        return self.state_dir / (name if self.first else f"{name}@{quote(self.site, safe='')}")

    async def open(self, *names: str) -> None:
        """Let services take connections."""
        await self.lab.open(*map(self.full, names))

    async def close(self, *names: str) -> None:
        """Let services refuse connections."""
        await self.lab.close(*map(self.full, names))

    def about(self) -> dict[str, Any]:
        """What a client of this system needs."""
        urls = {name: self.lab.url(self.full(name)) for name in self._added}
        known = {n: self.credentials[n] for n in OWN_CREDENTIALS if n in self.credentials}
        return {"urls": urls, "control": self.url("lab"), "credentials": known}

    @property
    def systems(self) -> dict[str, System]:
        """Every system of the lab by its site's name, for whoever plays a System Controller."""
        return self.lab.systems

    @property
    def life(self) -> Any:
        """Power, installation, bootstrap and unlock of the first controller, see :mod:`edgelab.sysinv.life`."""
        if "sysinv" not in self.services:
            raise Failed(f"the lab runs without sysinv, so site {self.site} cannot come up")
        return self.services["sysinv"].life  # type: ignore[attr-defined]
