# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A signed-in client of the lab's dcmanager, and values of a subcloud."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
import yaml

PASSWORD = base64.b64encode(b"St8rlingX*").decode()


def bootstrap(number: int = 1, **more: Any) -> dict[str, Any]:
    """Bootstrap values of the subcloud ``edge-<number>``; None leaves a key out."""
    values = {
        "name": f"edge-{number}",
        "system_mode": "simplex",
        "description": "from the file",
        "management_subnet": f"192.168.{100 + number}.0/24",
        "management_start_address": f"192.168.{100 + number}.2",
        "management_end_address": f"192.168.{100 + number}.50",
        "management_gateway_address": f"192.168.{100 + number}.1",
        "external_oam_subnet": f"10.10.{number}.0/24",
        "external_oam_gateway_address": f"10.10.{number}.1",
        "external_oam_floating_address": f"10.10.{number}.2",
        "systemcontroller_gateway_address": "192.168.204.101",
        **more,
    }
    return {k: v for k, v in values.items() if v is not None}


def install(**more: Any) -> dict[str, Any]:
    """Install values; None leaves a key out."""
    values = {
        "bootstrap_interface": "eno1",
        "bootstrap_address": "10.10.1.12",
        "bootstrap_address_prefix": 24,
        "install_type": 2,
        "bmc_address": "10.20.1.1",
        "bmc_username": "root",
        **more,
    }
    return {k: v for k, v in values.items() if v is not None}


def detail(reply: requests.Response) -> str:
    """dcmanager's words in an HTML error."""
    return html.unescape(reply.text.split("<br /><br />", 1)[-1].split("</body>")[0]).strip()


class Client:
    """dcmanager, signed in."""

    def __init__(self, lab: Any, username: str = "", password: str = "") -> None:
        self.lab, self.http = lab, lab.session()
        known = lab.credentials["starlingx"]
        user = {"name": username or known["username"], "password": password or known["password"]}
        identity = {"methods": ["password"], "password": {"user": {**user, "domain": {"name": "Default"}}}}
        scope = {"project": {"name": "admin", "domain": {"name": "Default"}}}
        body = {"auth": {"identity": identity, "scope": scope}}
        reply = self.http.post(f"{lab.urls['keystone']}/v3/auth/tokens", json=body, timeout=10)
        self.http.headers["X-Auth-Token"] = reply.headers["X-Subject-Token"]
        self.url = f"{lab.urls['dcmanager']}/v1.0"

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """A request below ``/v1.0``."""
        return self.http.request(method, f"{self.url}/{path}", timeout=20, **more)

    def form(self, method: str, path: str, /, **parts: Any) -> requests.Response:
        """A multipart request: mappings become YAML files, underscores in the names of some parts dashes."""
        fields: dict[str, Any] = {}
        for name, value in parts.items():
            key = {"bootstrap_address_": "bootstrap-address", "management_state": "management-state"}.get(name, name)
            if isinstance(value, Mapping):
                fields[key] = (f"{name}.yml", yaml.safe_dump(dict(value)).encode())
            elif isinstance(value, bytes):
                fields[key] = (f"{name}.yml", value)
            elif value is not None:
                fields[key] = (None, str(value))
        return self.ask(method, path, files=fields)

    def add(self, number: int = 1, /, **parts: Any) -> requests.Response:
        """``dcmanager subcloud add``."""
        given = {
            "bootstrap_values": bootstrap(number),
            "bootstrap_address_": f"10.10.{number}.12",
            "sysadmin_password": PASSWORD,
            **parts,
        }
        return self.form("POST", "subclouds/", **given)

    def subcloud(self, name: str) -> dict[str, Any]:
        """One subcloud as it is now."""
        found: dict[str, Any] = self.ask("GET", f"subclouds/{name}").json()
        return found

    def until(self, name: str, **wanted: str) -> dict[str, Any]:
        """Wait for states of a subcloud, given with underscores for dashes."""

        def look() -> dict[str, Any] | None:
            now = self.subcloud(name)
            return now if all(now[k.replace("_", "-")] == v for k, v in wanted.items()) else None

        found: dict[str, Any] = self.lab.wait(look)
        return found

    def clear(self) -> None:
        """Forget every subcloud and group that a test has made."""
        service = self.lab.lab.services["dcmanager"]

        def forget() -> None:
            world = service.world
            for row in list(world.subclouds.values()):
                world.drop(row)
            for table in (world.strategies, world.associations, world.peer_groups, world.peers, world.files):
                table.clear()
            for key in [k for k in world.groups if k != 1]:
                del world.groups[key]

        self.lab.call(forget)

    @contextmanager
    def slow(self, *names: str) -> Iterator[None]:
        """Let phases (and steps, backups) that begin meanwhile take ten minutes of a test's time."""
        durations = self.lab.lab.config.setdefault("durations", {})
        keys = [f"subcloud_{name}" for name in names]
        durations.update(dict.fromkeys(keys, 600 * self.lab.lab.clock.factor))
        yield
        for key in keys:
            del durations[key]

    def power(self, name: str, on: bool) -> None:
        """Switch the machines of a subcloud."""
        url = f"{self.lab.urls['lab']}/lab/dcmanager/subclouds/{name}"
        self.lab.control.post(url, json={"power": on}, timeout=10).raise_for_status()
