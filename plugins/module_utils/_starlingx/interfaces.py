# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Interfaces of a host, with the platform and data networks that are assigned to them.

Source: sysinv ``/iinterfaces``, ``/interface_networks``, ``/interface_datanetworks`` (2026). Assignments are objects of
their own there; here they are lists of names. An Ethernet interface is there for each port, under the port's name,
until it is given another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.dialect import Document, Sent
from .._engine.errors import InputError
from .._engine.field import Compare, Field
from .._engine.plan import DELETE, Change
from .._engine.resource import Resource
from .dialect import Lists, StarlingxDialect, document, made, patch
from .hosts import HOST_SCOPE, LOCK
from .networks import check_mtu
from .order import interface_first

#: option with names of networks -> (route of the assignments, field with the network's id)
ASSIGNMENTS = {
    "networks": ("interface_networks", "network_uuid"),
    "data_networks": ("interface_datanetworks", "datanetwork_uuid"),
}


def gather(lists: Lists, scope: str, quick: bool) -> Sequence[Document]:
    """A host's interfaces with their port and assignments: four lists."""
    ports = {
        p["interface_uuid"]: p for p in lists.list(f"ihosts/{scope}/ethernet_ports", quick) if p.get("interface_uuid")
    }
    found = [dict(i) for i in lists.list(f"ihosts/{scope}/iinterfaces", quick)]
    links = {route: lists.list(f"ihosts/{scope}/{route}", quick) for route, _field in ASSIGNMENTS.values()}
    for interface in found:
        port = ports.get(interface["uuid"], {})
        interface["port"] = port.get("name")
        interface["most_vfs"] = port.get("sriov_totalvfs")
        for option, (route, field) in ASSIGNMENTS.items():
            own = [link for link in links[route] if link["interface_uuid"] == interface["uuid"]]
            interface[option] = [link[field] for link in own]
            interface[f"{option}_links"] = {link[field]: link["uuid"] for link in own}
    return found


def match(values: Mapping[str, Any], documents: Sequence[Document]) -> list[Document]:
    """The interface of that name; else the Ethernet interface of that port."""
    named = [d for d in documents if values.get("name") in (d.get("ifname"), d.get("uuid"))]
    if named or not values.get("port"):
        return named
    return [d for d in documents if d.get("port") == values["port"]]


def _adapt(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    """An interface that was meant by its id keeps its name."""
    return {**values, "name": live["ifname"]} if values.get("name") == live.get("uuid") else values


def _view(live: Document) -> Document:
    """The interface with words in place of what sysinv leaves empty."""
    return {**live, "ifclass": live.get("ifclass") or "none", "sriov_numvfs": live.get("sriov_numvfs") or 0}


class InterfaceSender:
    """The interface, and its assignments before and after it: surplus ones go first, since they hold the class fast."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST the interface, then its assignments."""
        body = document(change.resource, {k: v for k, v in payload.items() if k not in (*ASSIGNMENTS, "port")})
        answer = dialect.http.json("POST", "iinterfaces", json={**body, "ihost_uuid": change.wanted.scope})
        identity = made(answer, "iinterfaces")
        self._assign(dialect, identity, {}, payload)
        return Sent(id=identity)

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Take surplus assignments away, PATCH the interface, make the missing assignments."""
        live = change.live or {}
        for option, (route, _field) in ASSIGNMENTS.items():
            surplus = set(live[f"{option}_links"]) - set(payload.get(option, live[option]))
            for network in sorted(surplus):
                dialect.http.json("DELETE", f"{route}/{live[f'{option}_links'][network]}")
        values = document(change.resource, {k: v for k, v in payload.items() if k not in ASSIGNMENTS})
        if "uses" in values:
            values["usesmodify"] = ",".join(values.pop("uses"))
        if values:
            dialect.http.json("PATCH", f"iinterfaces/{change.id}", json=patch(values))
        self._assign(dialect, change.id, live, payload)
        return Sent(id=change.id)

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """DELETE the interface; assignments go first."""
        live = change.live or {}
        for option, (route, _field) in ASSIGNMENTS.items():
            for link in live[f"{option}_links"].values():
                dialect.http.json("DELETE", f"{route}/{link}")
        dialect.http.json("DELETE", f"iinterfaces/{change.id}")
        return Sent(id=change.id)

    @staticmethod
    def _assign(dialect: StarlingxDialect, identity: str, live: Document, payload: Mapping[str, Any]) -> None:
        for option, (route, field) in ASSIGNMENTS.items():
            for network in payload.get(option, ()):
                if network not in live.get(option, ()):
                    dialect.http.json("POST", route, json={"interface_uuid": identity, field: network})


def check(values: Mapping[str, Any]) -> None:
    """What sysinv refuses and can be known before: names, MTU, and which options go with which class and type."""
    name = str(values.get("name", ""))
    is_id = re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", name)
    if not is_id and not (re.fullmatch(r"[a-z0-9_.-]{1,15}", name) and name.islower()):
        raise _wrong(
            "name", name, "is no name of an interface", "Use at most 15 lower-case letters, digits, _, . and -."
        )
    check_mtu(values)
    kind, of_class, vfs = values.get("type"), values.get("class"), values.get("vf_count")
    if of_class == "pci-sriov" and vfs is None:
        raise _wrong("vf_count", vfs, "is needed with class pci-sriov", "Give the number of virtual functions.")
    if vfs is not None and (of_class not in (None, "pci-sriov") or int(vfs) < 1):
        raise _wrong("vf_count", vfs, "is not possible", "Give at least 1, and only with class pci-sriov.")
    if values.get("vf_driver") and of_class not in (None, "pci-sriov"):
        raise _wrong("vf_driver", values["vf_driver"], f"is not possible with class {of_class}", "Leave it out.")
    if values.get("networks") and of_class not in (None, "platform", "pci-sriov"):
        raise _wrong("networks", values["networks"], f"is not possible with class {of_class}", "Use class platform.")
    data = values.get("data_networks") or []
    if data and of_class not in (None, "data", "pci-passthrough", "pci-sriov"):
        raise _wrong("data_networks", data, f"is not possible with class {of_class}", "Use class data or pci-sriov.")
    if len(data) > 1:
        raise _wrong(
            "data_networks", data, "names more than one", "An interface has one data network; make a vlan or vf."
        )
    _check_type(values, kind)


def _check_type(values: Mapping[str, Any], kind: Any) -> None:
    vlan, uses = values.get("vlan_id"), values.get("uses")
    if vlan is not None and not 1 <= int(vlan) <= 4094:
        raise _wrong("vlan_id", vlan, "is not between 1 and 4094", "Correct it.")
    if kind == "vlan" and (vlan is None or len(uses or []) != 1):
        raise _wrong("type", kind, "needs vlan_id and exactly one interface in uses", "Give both.")
    if kind == "vf" and len(uses or []) != 1:
        raise _wrong("type", kind, "needs exactly one interface of class pci-sriov in uses", "Give it.")
    if kind == "ethernet" and not values.get("port"):
        raise _wrong("type", kind, "needs the name of a port", "Give port.")
    if kind == "ae" and values.get("class") not in (None, "platform", "data"):
        raise _wrong("class", values["class"], "is not possible for a bond", "Use class platform or data.")
    mode, policy = values.get("ae_mode"), values.get("tx_hash_policy")
    if mode in ("balanced", "802.3ad") and kind == "ae" and not policy:
        raise _wrong("ae_mode", mode, "needs tx_hash_policy", "Give layer2, layer2+3 or layer3+4.")
    if mode == "active_standby" and policy:
        raise _wrong("tx_hash_policy", policy, "is not possible with ae_mode active_standby", "Leave it out.")
    if values.get("class") == "data" and policy not in (None, "layer2"):
        raise _wrong("tx_hash_policy", policy, "is not possible with class data", "Use layer2.")


def _wrong(option: str, value: Any, problem: str, remedy: str) -> InputError:
    return InputError(f"{option}: {value!r} {problem}.", remedy, option=option, value=value)


def review(change: Change, documents: Sequence[Document]) -> InputError | None:
    """What needs the host's other interfaces and ports to be known."""
    values = change.wanted.values
    if change.action == DELETE and (change.live or {}).get("iftype") in ("ethernet", "virtual"):
        name = change.live["ifname"] if change.live else ""
        return _wrong(
            "state", "absent", f"is not possible for {name}: it is there as long as its port", "Use class none."
        )
    port = values.get("port")
    if port and change.live is None and change.wanted.state != "absent":
        known = ", ".join(sorted(str(d["port"]) for d in documents if d.get("port")))
        return _wrong("port", port, "is no port of the host", f"Its ports: {known or 'none'}.")
    live, count = change.live or {}, values.get("vf_count")
    most = live.get("most_vfs")
    if live.get("iftype") == "ethernet" and count and most is not None and int(count) > int(most):
        return _wrong("vf_count", count, f"is more than port {live['port']} has", f"Give at most {most}.")
    return None


INTERFACE = Resource(
    kind="host_interface",
    module="stx_host_interface",
    title="interface",
    path="ihosts/{scope}/iinterfaces",
    id_key="uuid",
    view=_view,
    match=match,
    adapt=_adapt,
    sender=InterfaceSender(),
    check=check,
    after=("host_lock", "system"),
    first=interface_first,
    fields=(
        HOST_SCOPE,
        Field(
            "name",
            (
                "Name of the interface.",
                "When there is none of that name, and a port is given, the interface of that port gets the name.",
            ),
            required=True,
            identity=True,
            api="ifname",
            sample="data0",
        ),
        Field(
            "port",
            "Name of the port of an Ethernet interface.",
            create_only=True,
            remedy="Give another name, or the name that the interface of this port has.",
            sample="enp0s8",
        ),
        Field(
            "type",
            "Type of an interface that is to be made.",
            api="iftype",
            choices=("ethernet", "ae", "vlan", "vf"),
            create_only=True,
            required=True,
            sample="ethernet",
        ),
        Field(
            "class",
            "What the interface is for.",
            api="ifclass",
            choices=("platform", "data", "pci-sriov", "pci-passthrough", "none"),
            sample="data",
        ),
        Field(
            "mtu", "Largest payload of a frame, in bytes.", api="imtu", type="int", compare=Compare.NUMBER, sample=1500
        ),
        Field(
            "networks",
            "Names of the platform networks that it carries; those not named are taken off.",
            type="list",
            elements="str",
            reference="network",
            sample=["oam"],
        ),
        Field(
            "data_networks",
            "Name of the data network that it is attached to; one not named is taken off.",
            type="list",
            elements="str",
            reference="data_network",
            sample=["physnet0"],
        ),
        Field(
            "vf_count",
            "Number of virtual functions, with class C(pci-sriov).",
            api="sriov_numvfs",
            type="int",
            compare=Compare.NUMBER,
            sample=8,
        ),
        Field(
            "vf_driver",
            "Driver of the virtual functions.",
            api="sriov_vf_driver",
            choices=("netdevice", "vfio"),
            sample="netdevice",
        ),
        Field(
            "uses",
            "Names of the interfaces below a bond, a VLAN or a VF interface.",
            type="list",
            elements="str",
            compare=Compare.UNORDERED,
            sample=["data0"],
        ),
        Field("vlan_id", "Number of the VLAN.", type="int", compare=Compare.NUMBER, sample=100),
        Field(
            "ae_mode",
            "How a bond uses its members.",
            api="aemode",
            choices=("active_standby", "balanced", "802.3ad"),
        ),
        Field(
            "tx_hash_policy",
            "How a bond spreads packets.",
            api="txhashpolicy",
            choices=("layer2", "layer2+3", "layer3+4"),
        ),
        Field(
            "primary_reselect",
            "When a bond of the mode active_standby goes back to its first member.",
            choices=("always", "better", "failure"),
        ),
        Field("max_tx_rate", "Limit of a VF's transmission, in Mbit/s.", type="int", compare=Compare.NUMBER),
        Field("ipv4_mode", "Where IPv4 addresses come from.", choices=("disabled", "static", "dhcp", "pool")),
        Field(
            "ipv6_mode", "Where IPv6 addresses come from.", choices=("disabled", "static", "auto", "link-local", "pool")
        ),
        LOCK,
        Field("mac", "MAC address.", api="imac", read_only=True, sample="52:54:00:00:00:08"),
        Field("used_by", "Names of the interfaces above it.", type="list", elements="str", read_only=True),
    ),
)
