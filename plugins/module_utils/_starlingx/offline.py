# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documented state of a system right after its bootstrap, to plan against while it does not exist.

Source: the target's bootstrap playbook and what sysinv has afterwards (2026). What a host owns is in ``offline_hosts``.
Nothing here contacts anybody, except ``PredictingDialect`` for what is there already.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .._engine.dialect import Document, Sender
from .._engine.errors import InputError
from .._engine.lazy import Lazily
from .._engine.resource import Resource
from . import offline_hosts
from .dialect import Gather, StarlingxDialect, gathered, name_keys
from .host_rules import mac
from .offline_apps import applications
from .offline_pools import networks, nth
from .service_parameters import after_bootstrap

yaml: Any = Lazily("yaml")

HOST = "00000000-0000-4000-8000-000000000001"
NTP_SERVERS = "0.pool.ntp.org,1.pool.ntp.org,2.pool.ntp.org"


def read_overrides(given: Any) -> dict[str, Any]:
    """Bootstrap overrides from a dictionary or a YAML file; none are the playbook's defaults."""
    if given in (None, ""):
        return {}
    if isinstance(given, Mapping):
        return dict(given)
    try:
        content = yaml.safe_load(Path(str(given)).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(
            f"bootstrap_overrides: {given} cannot be read ({error}).",
            "Give the overrides themselves, or the path of the file with them.",
            option="bootstrap_overrides",
        ) from None
    if content is not None and not isinstance(content, Mapping):
        raise InputError(
            f"bootstrap_overrides: {given} is not a dictionary.", "Correct the file.", option="bootstrap_overrides"
        )
    return dict(content or {})


class OfflineDialect:
    """Answers lists from the documented state; nothing can be sent to it."""

    parallel = 1
    interval = 5.0

    def __init__(self, params: Mapping[str, Any], kinds: Mapping[str, Resource], gather: Mapping[str, Gather]) -> None:
        self._kinds = kinds
        self._gather = gather
        self._params = params
        self._paper = Paper(params)

    def option(self, name: str) -> Any:
        """An option of the module that asks; None where it has none of that name."""
        return self._params.get(name)

    def list(self, path: str, quick: bool = False) -> Sequence[Document]:
        """The members of a collection."""
        return self._paper.list(path)

    def fetch(self, resource: Resource, scope: str, quick: bool = False) -> Sequence[Document]:
        """Every object of a kind."""
        return gathered(self, self._gather, resource, scope, quick)

    def lookup(self, kind: str) -> Resource:
        """The declaration of a kind."""
        return self._kinds[kind]

    def name_keys(self, resource: Resource) -> tuple[str, ...]:
        """Paths of the names by which a reference may mean an object."""
        return name_keys(resource)

    def sender(self, resource: Resource) -> Sender:
        """Nobody."""
        raise AssertionError("nothing is sent while the API does not exist")

    def close(self) -> None:
        """Nothing to give back."""


def _entries(params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Everything that a module's options say, level by level."""
    yield params
    for value in params.values():
        if isinstance(value, Mapping):
            yield from _entries(value)
        elif isinstance(value, list):
            for entry in value:
                if isinstance(entry, Mapping):
                    yield from _entries(entry)


class Paper:
    """What the lists hold on paper: those of the system and of controller-0, and those of each further host that the
    declarations take for existing."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        overrides, hardware = read_overrides(params.get("bootstrap_overrides")), params.get("hardware") or {}
        entries = list(_entries(params))
        self.hosts = {n: offline_hosts.host(n, hardware) for n in offline_hosts.names(entries)}
        #: by the id of a further host what it owns
        self.owned = {
            str(row["uuid"]): offline_hosts.tables(name, overrides, hardware, entries)
            for name, row in self.hosts.items()
        }
        # of a further host's machine nothing follows for controller-0
        self._first = tables(overrides, {} if self.hosts else hardware, entries)
        self._first["ihosts"] += self.hosts.values()

    def list(self, path: str) -> Sequence[Document]:
        """The members of a collection, by its path below ``/v1``."""
        parts = path.partition("?")[0].split("/")
        own = self.owned.get(parts[1]) if parts[0] == "ihosts" and len(parts) > 2 else None
        return (self._first if own is None else own).get(parts[-1], ())


class PredictingDialect(StarlingxDialect):
    """The API, with hosts on paper that earlier tasks of a check run would have added and installed.

    A host that sysinv does not have yet, or whose inventory it has not taken yet, counts as installed and locked; so
    does one whose machine is another one by now, as its MAC address tells. One that is off counts as online: the run
    switches it on and waits for it before.
    """

    def __init__(self, params: Mapping[str, Any], kinds: Mapping[str, Resource], gather: Mapping[str, Gather]) -> None:
        super().__init__(params, kinds, gather)
        self._paper = Paper(params)

    def list(self, path: str, quick: bool = False) -> Sequence[Document]:
        """The members of a collection, by its path below ``/v1``."""
        parts = path.partition("?")[0].split("/")
        if parts[0] == "ihosts" and len(parts) > 2 and parts[1] in self._paper.owned:
            return self._paper.list(path)
        rows = super().list(path, quick)
        if parts != ["ihosts"]:
            return rows
        there = {r["hostname"] for r in rows if r.get("inv_state") == "inventoried" and self._is_same(r)}
        added = {name: row for name, row in self._paper.hosts.items() if name not in there}
        return [*(self._booted(r) for r in rows if r["hostname"] not in added), *added.values()]

    def _booted(self, row: Document) -> Document:
        off = row.get("administrative") == "locked" and row.get("availability") in ("offline", "power-off")
        return {**row, "availability": "online"} if off and row["hostname"] in self._paper.hosts else row

    def _is_same(self, row: Document) -> bool:
        wanted = (self._paper.hosts.get(row["hostname"]) or {}).get("mgmt_mac")
        return not wanted or wanted == mac(row.get("mgmt_mac"))


def tables(
    overrides: Mapping[str, Any], hardware: Mapping[str, Any], entries: Sequence[Mapping[str, Any]] = ()
) -> dict[str, list[dict[str, Any]]]:
    """sysinv's lists after the bootstrap, by route: the system's and controller-0's."""
    return {
        **_system(overrides, hardware),
        **_filesystems(overrides),
        **applications(entries),
        **offline_hosts.tables(offline_hosts.FIRST, overrides, hardware, entries),
    }


def _filesystems(overrides: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The controllers' file systems that the bootstrap makes, in GiB."""
    shared = {"platform": 10, "database": 10, "extension": 1, "etcd": 5}
    shared["docker-distribution"] = int(overrides.get("docker_distribution_fs_size") or 16)
    return {
        "controller_fs": [
            {"uuid": f"cfs-{n}", "name": n, "size": s, "state": "{'status': 'available'}"} for n, s in shared.items()
        ],
    }


def _system(overrides: Mapping[str, Any], hardware: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    servers = overrides.get("dns_servers") or ["8.8.8.8", "8.8.4.4"]
    return {
        "isystems": [
            {
                "uuid": "system",
                "name": "RegionOne",
                "region_name": "RegionOne",
                "system_mode": overrides.get("system_mode", "simplex"),
                "system_type": "Standard" if hardware.get("standard") else "All-in-one",
                "timezone": overrides.get("timezone", "UTC"),
                "capabilities": {"vswitch_type": "none", "https_enabled": True},
            }
        ],
        "ihosts": [
            {
                "uuid": HOST,
                "hostname": "controller-0",
                "personality": "controller",
                "administrative": "locked",
                "operational": "disabled",
                "availability": "online",
                "clock_synchronization": "ntp",
                "location": {},
            }
        ],
        "idns": [{"uuid": "dns", "nameservers": servers if isinstance(servers, str) else ",".join(servers)}],
        "intp": [{"uuid": "ntp", "ntpservers": NTP_SERVERS}],
        "iextoam": [_oam(overrides)],
        "remotelogging": [{"uuid": "logging", "enabled": False, "transport": "udp", "port": 514}],
        "drbdconfig": [{"uuid": "drbd", "link_util": 40, "num_parallel": 1, "rtt_ms": 0.2}],
        "service_parameter": after_bootstrap(overrides),
        **networks(overrides),
    }


def _oam(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """The OAM network as the playbook derives it: gateway first, floating second, the units after it."""
    columns: dict[str, list[str]] = {}
    subnets = str(overrides.get("external_oam_subnet") or "10.10.10.0/24").replace(" ", "").split(",")
    duplex = overrides.get("system_mode", "simplex") != "simplex"
    for place, text in enumerate(subnets):
        net = ipaddress.ip_network(text, strict=False)
        floating = nth(overrides, "external_oam_floating_address", place) or str(net[2])
        units = [str(ipaddress.ip_address(floating) + n) for n in (1, 2)]
        row = {
            "oam_subnet": str(net),
            "oam_gateway_ip": nth(overrides, "external_oam_gateway_address", place) or str(net[1]),
            "oam_floating_ip": floating,
            "oam_start_ip": nth(overrides, "external_oam_start_address", place) or str(net[1]),
            "oam_end_ip": nth(overrides, "external_oam_end_address", place) or str(net[-2]),
        }
        if duplex:
            row["oam_c0_ip"] = nth(overrides, "external_oam_node_0_address", place) or units[0]
            row["oam_c1_ip"] = nth(overrides, "external_oam_node_1_address", place) or units[1]
        for key, value in row.items():
            columns.setdefault(key, []).append(value)
    return {"uuid": "oam", **{k: ",".join(v) for k, v in columns.items()}}
