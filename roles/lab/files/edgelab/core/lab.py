# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab: the services, what they share, and the file that tells clients where they are.

Events in use, with their data:

=====================  ==========================================================================================
``power``              host (str), on (bool): a BMC changed a host's power
``installed``          host: the installer ended; the target's own bootstrap playbook is there
``bootstrapped``       host, overrides (dict): the controller's APIs come up, the host is locked
``unlocking``          host: the controller reboots; its APIs go away
``available``          host: unlocked/enabled/available; the cluster's Kubernetes API answers
``locked``             host: locked again after that; its pods have been drained
``deleted``            host: a host of a duplex or standard was deleted, its node goes
``kubernetes``         host: versions of a system's Kubernetes may have changed
``<name> applied``     host: an application of this name was applied; ``<name> uploaded``: it was removed again
``vdu_state``          ns, vdu (names), status, count (0): the VIM tells OSM another state of a machine
=====================  ==========================================================================================
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
from pathlib import Path
from typing import Any

from .clock import Clock
from .events import Events
from .faults import Faults
from .lease import Lease, began
from .record import Record
from .server import Server
from .service import Service
from .sites import hosts_of
from .system import System
from .tls import Authority, write_secret


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells one file from another that was put in its place; None when there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


#: file with the systems as OpenStack's tools know them
CLOUDS = "clouds.yaml"


class PortError(OSError):
    """A port that was asked for cannot be had; the text names it and says what to do."""

    def __init__(self, service: str, port: object, error: Exception) -> None:
        reason = getattr(error, "strerror", None) or str(error)
        super().__init__(
            f"port {port}, which lab_ports wants for {service}, cannot be had: {reason}. Name another one in "
            f"lab_ports, or leave {service} out of it and a free one is taken; ss -ltnp 'sport = :{port}' shows who "
            "has it."
        )


class Lab:
    """Owns the services. ``config`` is the document described in the role's README."""

    def __init__(self, config: dict[str, Any], state_dir: Path) -> None:
        state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.config = config
        self.state_dir = state_dir
        self.clock = Clock(float(config.get("time_factor", 600)))
        self.sites: list[dict[str, Any]] = config.get("sites") or []
        #: every host of every site by name; each has ``site`` and ``model`` added
        self.hosts = hosts_of(self.sites)
        self.events = Events(self.system_of)
        self.faults = Faults()
        self.record = Record()
        self.authority = Authority(state_dir)
        self.started_at = self.clock.now()
        self.services: dict[str, Service] = {}
        self.servers: dict[str, Server] = {}
        #: by the site's name, in the order of the configuration; the first one's services have plain names
        self.systems: dict[str, System] = {}
        self.extra_urls: dict[str, str] = {}
        #: where the stand-in for Helm and charts for it are, in a lab with clusters for them
        self.helm: dict[str, str] = {}
        # what begins with a hyphen would be an option on a command line
        self.credentials: dict[str, dict[str, str]] = {
            name: {"username": user, "password": "A1a*" + secrets.token_urlsafe(12)}
            for name, user in (("starlingx", "admin"), ("osm", "admin"), ("bmc", "root"))
        }
        for name, given in (config.get("credentials") or {}).items():
            self.credentials.setdefault(name, {}).update(given)
        self.lease = Lease(None, None)
        self._ready = False
        self._contact: tuple[int, int] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    def add(self, service: Service) -> None:
        """Add a service and reserve its port (``config.ports.<name>``, or a free one)."""
        self.services[service.name] = service
        port = int((self.config.get("ports") or {}).get(service.name, 0))
        try:
            self.servers[service.name] = (service.server_class or Server)(self, service, port)
        except (OSError, OverflowError) as error:
            raise PortError(service.name, port, error) from error

    def url(self, name: str) -> str:
        """Base URL of a service, without a trailing slash; known before it is open."""
        return self.extra_urls.get(name) or self.servers[name].url

    def add_system(self, site: dict[str, Any], names: tuple[str, ...]) -> System:
        """The system of a site, to which its services can be added; ``names`` are those that every site has."""
        system = System(self, site, names, not self.systems)
        self.systems[system.site] = system
        return system

    def system_of(self, host: str) -> System | None:
        """The system of a host; the first one for a host that the configuration does not have."""
        known = self.hosts.get(host)
        return self.systems[known["site"]] if known else next(iter(self.systems.values()), None)

    def target_root(self, host: str) -> Path:
        """Folder that plays the root file system of a host."""
        return self.state_dir / "hosts" / host

    def file(self, name: str) -> Path:
        """Place of a file in the lab's folder; a system has one of its own."""
        return self.state_dir / name

    def spawn(self, coroutine: Any) -> None:
        """Run a coroutine in the background of the lab."""
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def open(self, *names: str) -> None:
        """Let services take connections."""
        for name in names:
            try:
                await self.servers[name].open()
            except OSError as error:  # somebody was faster since it was reserved
                raise PortError(name, self.servers[name].port, error) from error

    async def close(self, *names: str) -> None:
        """Let services refuse connections."""
        for name in names:
            await self.servers[name].close()

    async def start(self) -> None:
        """Prepare every service, open those that start up, and tell clients where they are."""
        # a lab that was killed leaves its hosts behind, and the world begins without any
        shutil.rmtree(self.state_dir / "hosts", ignore_errors=True)
        # what playbooks noted about the hosts of an earlier world (installed, kubeconfig) is not true of this one
        notes = (self.state_dir / "sites").resolve()
        for site in self.sites:
            if (notes / site["name"]).resolve().parent == notes:  # a name that climbs out of the folder clears nothing
                shutil.rmtree(notes / site["name"], ignore_errors=True)
        for server in self.servers.values():
            await server.prepare()
        for service in self.services.values():
            await service.started()
        for name, service in self.services.items():
            if service.starts_up:
                await self.open(name)
        self._ready = True
        self.tell()

    def tell(self) -> None:
        """Write the files that tell clients where the services are and how to log in: ``lab.json``, and each site as a
        cloud of ``clouds.yaml``, as OpenStack's tools read it (JSON is YAML). Not before the whole lab is there."""
        if not self._ready:
            return
        clouds = {name: cloud for name, system in self.systems.items() if name and (cloud := self._cloud(system))}
        write_secret(self.state_dir / CLOUDS, json.dumps({"clouds": clouds}, indent=2).encode())
        contact = self.state_dir / "lab.json"
        write_secret(contact, json.dumps(self.about(), indent=2).encode())
        self._contact = _identity(contact)

    def _cloud(self, system: System) -> dict[str, Any]:
        """How to sign in to a system; {} in a lab without Keystone."""
        if "keystone" not in system.services:
            return {}
        keystone: Any = system.services["keystone"]
        domains = {"user_domain_name": "Default", "project_domain_name": "Default"}
        auth = {"auth_url": f"{system.url('keystone')}/v3", **system.credentials["starlingx"], "project_name": "admin"}
        return {
            "auth": {**auth, **domains},
            "region_name": keystone.region,
            "interface": "public",
            "cacert": str(self.authority.ca_file),
        }

    @property
    def is_current(self) -> bool:
        """Whether the contact file is still ours: a folder that was cleared or taken over has no use for this lab."""
        return self._contact is None or self._contact == _identity(self.state_dir / "lab.json")

    async def stop(self) -> None:
        """End everything; the state folder's contact file disappears with the lab."""
        ours = self.is_current
        if ours:
            for name in ("lab.json", CLOUDS):
                (self.state_dir / name).unlink(missing_ok=True)
        for task in list(self._tasks):
            task.cancel()
        for service in self.services.values():
            await service.stopped()
        for server in self.servers.values():
            await server.end()
        if ours:
            shutil.rmtree(self.state_dir / "hosts", ignore_errors=True)

    def about(self) -> dict[str, Any]:
        """What a client needs: URLs, the CA's file, credentials, target folders, the process."""
        return {
            "pid": os.getpid(),
            "began": began(os.getpid()),
            "parent": self.lease.parent,
            "time_factor": self.clock.factor,
            "urls": {**{name: server.url for name, server in self.servers.items()}, **self.extra_urls},
            "ca_cert": str(self.authority.ca_file),
            "credentials": self.credentials,
            "targets": {name: str(self.target_root(name)) for name in self.hosts},
            "sites": {name: system.about() for name, system in self.systems.items() if name},
            "helm": self.helm,
        }
