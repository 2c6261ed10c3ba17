# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A StarlingX system that the environment names, in place of the lab.

``OS_CLOUD`` (of clouds.yaml), or ``OS_AUTH_URL``, ``OS_USERNAME``, ``OS_PASSWORD``, ``OS_PROJECT_NAME``,
``OS_USER_DOMAIN_NAME``, ``OS_PROJECT_DOMAIN_NAME``, ``OS_REGION_NAME`` and ``OS_CACERT``. The tests only read from a
system that is in service. One whose first controller is locked and has no data networks and no labels, as the
bootstrap leaves it, they change where that can be taken back, and take it back after each test. Nothing is locked,
unlocked, installed or applied. Requests are counted on this side.
"""

from __future__ import annotations

import functools
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest
import requests
from ansible_collections.edge.infra.plugins.module_utils._starlingx import clouds

from .stx import DISK, OVERRIDES

#: option of the modules -> variable of the environment
VARIABLES = {
    "auth_url": "OS_AUTH_URL",
    "auth_username": "OS_USERNAME",
    "auth_password": "OS_PASSWORD",
    "project_name": "OS_PROJECT_NAME",
    "user_domain_name": "OS_USER_DOMAIN_NAME",
    "project_domain_name": "OS_PROJECT_DOMAIN_NAME",
    "region_name": "OS_REGION_NAME",
    "ca_cert": "OS_CACERT",
}
SERVICES = {"identity": "keystone", "platform": "sysinv", "faultmanagement": "fm"}
#: what can be taken back, with the options that cannot
REVERSIBLE: dict[str, frozenset[str]] = {
    "stx_system": frozenset({"system_mode", "vswitch_type", "https_enabled"}),
    "stx_dns": frozenset(),
    "stx_ntp": frozenset(),
    "stx_datanetwork": frozenset(),
    "stx_host_label": frozenset(),
    "stx_host_interface": frozenset({"lock"}),
    "stx_service_parameter": frozenset({"apply"}),
    "stx_address_pool": frozenset(),
    "stx_address": frozenset(),
    "stx_route": frozenset(),
    "stx_host": frozenset(
        {"bm_type", "bm_address", "bm_username", "bm_password", "administrative", "personality", "mgmt_mac"}
    ),
}
#: what the tests may make, in an order in which it can be removed
MADE = (
    *("service_parameter", "routes", "addresses", "interface_datanetworks", "interface_networks", "labels"),
    *("iinterfaces", "addrpools", "datanetworks"),
)
#: what the tests' own overrides say of a system, and the modules whose tests look for it
SAID = {
    "stx_system_info": ("isystems", "system_mode", OVERRIDES["system_mode"]),
    "stx_dns_info": ("idns", "nameservers", ",".join(OVERRIDES["dns_servers"])),
    "stx_oam_network_info": ("iextoam", "oam_floating_ip", OVERRIDES["external_oam_floating_address"]),
    "stx_host_info": ("ihosts", "administrative", "locked"),
}
#: what the tests take for granted of a machine's hardware
PORTS, DISKS = ("enp0s3", "enp0s8", "enp0s9"), ("/dev/sdb", DISK)
#: what the tests may change: route -> fields
CHANGED = {
    "iinterfaces": ("ifname", "ifclass", "imtu", "sriov_numvfs", "sriov_vf_driver"),
    "isystems": ("name", "description", "location", "contact", "latitude", "longitude", "timezone"),
    "idns": ("nameservers",),
    "intp": ("ntpservers",),
    "ihosts": ("location", "clock_synchronization"),
}
KEYS = {"service_parameter": "parameters", "iextoam": "iextoams", "idns": "idnss", "intp": "intps"}
#: what a host has, and is listed there
OF_HOSTS = ("interface_datanetworks", "interface_networks", "labels", "iinterfaces", "idisks")
#: new settings are used with this
APPLY = ("idns", "intp")
_OPEN: list[Elsewhere] = []
Row = dict[str, Any]


def wanted(module: str) -> bool:
    """Whether a file of tests is for the system that the environment names."""
    named = os.environ.get("OS_CLOUD") or os.environ.get("OS_AUTH_URL") or _OPEN
    return bool(named) and module.split(".")[-1].startswith("test_starlingx_") and not module.endswith("_elsewhere")


def lacking(what: str) -> NoReturn:
    """Skip the test that is running."""
    pytest.skip(f"{what}, which the StarlingX system of OS_CLOUD or OS_AUTH_URL does not offer")


class Offered(dict[str, Any]):
    """What there is, by the name of the service; a test that wants another is skipped."""

    def __missing__(self, service: str) -> NoReturn:
        lacking(f"needs {service}")


class Tables:
    """What sysinv has, as the lab's state tells it."""

    def __init__(self, elsewhere: Elsewhere) -> None:
        self._elsewhere = elsewhere

    def get(self, table: str, otherwise: Any = None) -> list[Row]:
        """The rows of a table."""
        if table not in (*MADE, *CHANGED):
            lacking(f"needs the lab's own records ({table})")
        return self._elsewhere.listed(table)


class Control:
    """The part of the lab's switches that there is elsewhere, too."""

    def __init__(self, elsewhere: Elsewhere) -> None:
        self._elsewhere, self.rows = elsewhere, list[Row]()

    def recorded(self, service: str | None = None, **match: Any) -> list[Row]:
        """Requests that left from here."""
        found = {**match, **({"service": service} if service else {})}
        return [r for r in self.rows if all(r[k] == v for k, v in found.items())]

    def forget(self) -> None:
        """Empty the record."""
        self.rows.clear()

    def clear_faults(self) -> None:
        """There are none."""

    def state(self, service: str) -> Tables:
        """What the system has."""
        return Tables(self._elsewhere)

    def fault(self, *_args: Any, **_spec: Any) -> NoReturn:
        """Faults cannot be ordered from a real one."""
        lacking("needs the lab's faults")


class Elsewhere:
    """What the tests use of a running lab, for a system of which only the address and a user are known."""

    def __init__(self) -> None:
        given = {option: os.environ[name] for option, name in VARIABLES.items() if os.environ.get(name)}
        if os.environ.get("OS_CLOUD"):
            given |= clouds.connection(os.environ["OS_CLOUD"])
        #: the options with which every module signs in
        self.connection: Row = given
        self.ca_cert = given.get("ca_cert")
        self.control = Control(self)
        self.credentials = Offered(
            {"starlingx": {"username": given.get("auth_username", "admin"), "password": given["auth_password"]}}
        )
        self._own = self.session()
        self.urls = Offered(self._login())
        for name in (*VARIABLES.values(), "OS_CLOUD"):
            os.environ.pop(name, None)  # the modules would read what a test leaves out from there
        self._record()
        host = self.listed("ihosts")[0]
        self._other = {m for m, (route, key, value) in SAID.items() if self.listed(route)[0].get(key) != value}
        self._other |= {"stx_host_label_info"} if self.listed("labels") else set()
        in_use = [route for route in ("datanetworks", "labels") if self.listed(route)]
        #: whether it is as the bootstrap leaves it, so that the tests may change it
        self.idle = host["administrative"] == "locked" and not in_use
        self._found = {route: self.listed(route) for route in {*MADE, *CHANGED}}
        self._hardware = {d[k] for d in self.listed("idisks") for k in ("device_path", "device_node")}
        self._hardware |= {i["ifname"] for i in self._found["iinterfaces"]}
        self._written = False
        _OPEN.append(self)

    def session(self) -> requests.Session:
        """A session that trusts what OS_CACERT says."""
        session = requests.Session()
        session.trust_env = False
        session.verify = self.ca_cert if self.ca_cert else bool(self.connection.get("validate_certs", True))
        return session

    def _login(self) -> dict[str, str]:
        """Sign in; the addresses of the services, Keystone's without its version."""
        given = self.connection
        user = {
            "name": given.get("auth_username", "admin"),
            "password": given["auth_password"],
            "domain": {"name": given.get("user_domain_name", "Default")},
        }
        domain = {"name": given.get("project_domain_name", "Default")}
        scope = {"project": {"name": given.get("project_name", "admin"), "domain": domain}}
        identity = {"methods": ["password"], "password": {"user": user}}
        keystone = given["auth_url"].rstrip("/").removesuffix("/v3")
        body = {"auth": {"identity": identity, "scope": scope}}
        answer = self._own.post(f"{keystone}/v3/auth/tokens", json=body, timeout=30)
        assert answer.status_code == 201, answer.text
        self._own.headers["X-Auth-Token"] = answer.headers["X-Subject-Token"]
        region, urls = given.get("region_name", "RegionOne"), {"keystone": keystone}
        for service in answer.json()["token"]["catalog"]:
            for endpoint in service["endpoints"]:
                if endpoint["interface"] == given.get("interface", "public") and endpoint["region"] == region:
                    urls.setdefault(SERVICES.get(service["type"], service["type"]), endpoint["url"].rstrip("/"))
        return urls

    def _record(self) -> None:
        send, rows, own = requests.Session.send, self.control.rows, self._own
        places = {urlsplit(url).netloc: name for name, url in self.urls.items()}

        def sent(session: requests.Session, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
            answer = send(session, request, **kwargs)
            parts = urlsplit(str(request.url))
            if parts.netloc in places and session is not own:
                login = request.method == "POST" and parts.path.endswith("/tokens")
                row = {"service": places[parts.netloc], "method": request.method, "path": parts.path}
                write = request.method != "GET" and not login
                self._written = self._written or write
                rows.append({**row, "query": parts.query, "status": answer.status_code, "login": login, "write": write})
            return answer

        requests.Session.send = sent  # type: ignore[method-assign,assignment]
        start = subprocess.Popen.__init__

        def started(process: subprocess.Popen[Any], args: Any, *more: Any, **kwargs: Any) -> None:
            if Path(str(args if isinstance(args, str) else args[0])).name.startswith("ansible"):
                lacking("runs a playbook, whose requests are not counted here")
            start(process, args, *more, **kwargs)

        subprocess.Popen.__init__ = started  # type: ignore[method-assign,assignment]

    # -- what is there ------------------------------------------------------------------------------------------

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        sysinv = self.urls["sysinv"].removesuffix("/v1")
        answer = self._own.request(method, f"{sysinv}/v1/{path}", json=body, timeout=60)
        if answer.status_code == 401:
            self._login()
            answer = self._own.request(method, f"{sysinv}/v1/{path}", json=body, timeout=60)
        if not answer.ok:
            pytest.exit(f"{method} {path} of {sysinv}: {answer.status_code} {answer.text[:500]}", 2)
        return answer.json() if answer.content else None

    def listed(self, route: str) -> list[Row]:
        """The objects of a collection, oldest first."""
        hosts = [f"ihosts/{h['uuid']}/" for h in self.listed("ihosts")] if route in OF_HOSTS else [""]
        key = KEYS.get(route, route)
        return [row for host in hosts for row in self._ask("GET", f"{host}{route}")[key]]

    def restore(self) -> None:
        """Take back what a test has made and changed."""
        for route in MADE:
            known = {row["uuid"] for row in self._found[route]}
            for row in reversed(self.listed(route)):
                # what a pool has goes with it
                if row["uuid"] not in known and not (route == "addresses" and row.get("pool_uuid")):
                    self._ask("DELETE", f"{route}/{row['uuid']}")
        for route, fields in CHANGED.items():
            now = {row["uuid"]: row for row in self.listed(route)}
            for row in self._found[route]:
                values = {f: row.get(f) for f in fields if row.get(f) != now[row["uuid"]].get(f)}
                if values:
                    self._put_back(route, row["uuid"], values)

    def _put_back(self, route: str, uuid: str, values: Row) -> None:
        if "ifclass" in values:
            values["ifclass"] = values["ifclass"] or "none"
        body = [{"op": "replace", "path": f"/{name}", "value": value} for name, value in values.items()]
        if route in APPLY:
            body.append({"op": "replace", "path": "/action", "value": "apply"})
        self._ask("PATCH", f"{route}/{uuid}", body)

    # -- what the tests ask for ---------------------------------------------------------------------------------

    def fresh(self) -> Elsewhere:
        """As it was found: where the lab makes a new system for each test, this one is put back."""
        if self._written:
            self.restore()
            self._written = False
        self.control.forget()
        return self

    def before(self, module: str, check: bool, options: Row, predict: Callable[[], Row]) -> None:
        """Skip where the module needs what is not there, or would do what cannot be taken back."""
        reads = module.endswith(("_info", "_wait"))
        if not (reads or self.idle):
            lacking("plans for a system as the bootstrap leaves it, and this one is in service: it is only read from")
        if module in self._other and not self._written:
            lacking(f"looks with {module} for what the tests' own overrides say")
        for value in (options.get("port"), options.get("disk"), *(options.get("uses") or [])):
            if value in (*PORTS, *DISKS) and value not in self._hardware:
                lacking(f"needs {value}")
        if reads:
            return
        if check or (module in REVERSIBLE and not REVERSIBLE[module] & set(options)):
            return
        count = len(self.control.rows)
        predicted = predict()  # what is refused, or there already, does no harm
        del self.control.rows[count:]
        if predicted.get("changed") and not predicted.get("failed"):
            lacking(f"does with {module} what cannot be taken back")

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        lacking(f"needs the lab itself ({name})")


@functools.cache
def elsewhere() -> Elsewhere:
    """The one that the environment names."""
    return Elsewhere()


def leave() -> None:
    """Leave the system as it was found."""
    for one in _OPEN:
        one.fresh()
