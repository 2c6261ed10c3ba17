# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the simulated controller share: a client that speaks as sysinv's own does, and a fresh system."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

OVERRIDES = {
    "system_mode": "simplex",
    "external_oam_subnet": "10.20.30.0/24",
    "external_oam_gateway_address": "10.20.30.1",
    "external_oam_floating_address": "10.20.30.2",
    "admin_password": "Li69nux*test",
}


class Refusal(AssertionError):
    """An error response: ``status`` and the words inside sysinv's double encoded body."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text}")
        self.status, self.text = status, text


class Client:
    """Requests to one simulated controller, logged in as ``user``."""

    def __init__(self, lab: Any, user: str = "admin", password: str = OVERRIDES["admin_password"]) -> None:
        self.lab, self.session = lab, requests.Session()
        self.session.trust_env = False
        self.session.verify = lab.ca_cert
        self.user, self.password = user, password
        self.login()

    def login(self) -> requests.Response:
        """A new token by password, scoped to the project admin."""
        domain = {"name": "Default"}
        user = {"name": self.user, "password": self.password, "domain": domain}
        auth = {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": {"name": "admin", "domain": domain}},
        }
        reply = self.session.post(f"{self.lab.urls['keystone']}/v3/auth/tokens", json={"auth": auth}, timeout=10)
        self.session.headers["X-Auth-Token"] = reply.headers.get("X-Subject-Token", "none")
        return reply

    def send(self, method: str, path: str, body: Any = None, **params: Any) -> requests.Response:
        """The response, whatever it is."""
        url = f"{self.lab.urls['sysinv']}/v1{path}"
        return self.session.request(method, url, json=body, params=params, timeout=10)

    def call(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """The body of a good response; raises :class:`Refusal` otherwise."""
        reply = self.send(method, path, body, **params)
        if reply.status_code >= 400:
            text = json.loads(reply.json()["error_message"])["faultstring"]
            raise Refusal(reply.status_code, text)
        return reply.json() if reply.content else None

    def patch(self, path: str, **values: Any) -> Any:
        """PATCH fields, one operation each."""
        body = [{"op": "replace", "path": f"/{k}", "value": v} for k, v in values.items()]
        return self.call("PATCH", path, body)

    def list(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """The objects of a collection."""
        body = self.call("GET", path, **params)
        return next(v for k, v in body.items() if k != "next")

    def by(self, path: str, field: str, **params: Any) -> dict[str, dict[str, Any]]:
        """The objects of a collection by one field."""
        return {row[field]: row for row in self.list(path, **params)}

    def interface(self, name: str) -> str:
        """The uuid of an interface of controller-0."""
        return str(self.by("/ihosts/controller-0/iinterfaces", "ifname")[name]["uuid"])

    def own(self, route: str, field: str = "uuid") -> dict[str, dict[str, Any]]:
        """What controller-0 owns of a kind, by one field."""
        return self.by(f"/ihosts/{self.host()['uuid']}/{route}", field)

    def first(self, route: str) -> dict[str, Any]:
        """The oldest of these."""
        return next(iter(self.own(route).values()))

    def memory(self, node: int) -> str:
        """Address of the memory of a NUMA node."""
        return f"/imemorys/{next(m for m in self.own('imemorys').values() if m['numa_node'] == node)['uuid']}"

    def host(self) -> dict[str, Any]:
        """controller-0."""
        return self.call("GET", "/ihosts/controller-0")

    def walk(self) -> tuple[str, str, str]:
        """Its three states."""
        host = self.host()
        return host["administrative"], host["operational"], host["availability"]

    def put_oam_on(self, name: str = "enp0s3") -> None:
        """What every unlock needs."""
        network = self.by("/networks", "type")["oam"]["uuid"]
        self.call("POST", "/interface_networks", {"interface_uuid": self.interface(name), "network_uuid": network})

    def available(self) -> bool:
        """Whether controller-0 is available; False while its APIs are away."""
        try:
            return self.walk() == ("unlocked", "enabled", "available")
        except requests.ConnectionError:
            return False


def bootstrapped(lab: Any, overrides: dict[str, Any] | None = None) -> Client:
    """A client of a system that was bootstrapped this moment, without its machine and its playbook."""
    values = {**OVERRIDES, **(overrides or {})}

    async def prepare() -> None:
        services = lab.lab.services
        services["keystone"].set_admin("admin", values["admin_password"])
        public = {k: v for k, v in values.items() if k != "admin_password"}
        await services["sysinv"].bootstrapped("controller-0", public)

    lab.call(prepare)
    return Client(lab, password=values["admin_password"])


def ansible_playbook() -> str:
    """The command beside this Python, or the one of the path; the test is skipped without either."""
    here = str(Path(sys.executable).parent)
    found = shutil.which("ansible-playbook", path=here) or shutil.which("ansible-playbook")
    return found or pytest.skip("ansible-playbook is not installed")


def refusal(call: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[int, str]:
    """Status and words of a call that must be refused."""
    try:
        answer = call(*args, **kwargs)
    except Refusal as refused:
        return refused.status, refused.text
    raise AssertionError(f"not refused: {answer}")
