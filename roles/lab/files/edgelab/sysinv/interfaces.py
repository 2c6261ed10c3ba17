# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""iinterfaces: making, changing and removing interfaces."""

from __future__ import annotations

from typing import Any

from . import hardware
from .interface_rules import check, check_locked, check_mtu, check_sriov, check_vlan_id, lower_interfaces
from .wire import Rejected, Row
from .world import World

EXTRA = {"iinterfaces": {"usesmodify": "s"}}


def _create(world: World, values: Row) -> Row:
    host = world.host(str(values.get("ihost_uuid") or values.get("forihostid") or ""))
    empty = ("aemode", "txhashpolicy", "vlan_id", "ifclass", "sriov_vf_driver", "primary_reselect", "iftype")
    row: Row = dict.fromkeys(empty)
    row.update({"imtu": 1500, "sriov_numvfs": 0, "uses": [], "used_by": [], "ptp_role": "none", "uuid": None})
    row.update({k: v for k, v in values.items() if v is not None and k not in ("forihostid", "ihost_uuid")})
    row["ifclass"] = _class(row["ifclass"])
    row["ifname"] = row.get("ifname") or ""
    runtime = world.simplex and row["ifclass"] == "pci-sriov" and row.get("iftype") == "vf"
    lowers = lower_interfaces(world, host, row["uses"] or [])
    row["uses"] = [i["ifname"] for i in lowers]
    check_mtu(row)
    check_vlan_id(row)
    _defaults(row)
    check(world, host, row, lowers, None, runtime)
    row.pop("uuid")
    row.pop("ports", None)
    mac = lowers[0]["imac"] if lowers else None
    made = hardware.interface(world, host, row.pop("ifname"), row.pop("iftype"), mac, **row)
    for lower in lowers:
        lower["used_by"] = [*lower["used_by"], made["ifname"]]
    return made


def _update(world: World, row: Row, changes: Row) -> None:
    host = world.host(row["ihost_uuid"])
    uses = changes.pop("usesmodify", None)
    if uses is not None:
        changes["uses"] = [w for w in str(uses).split(",") if w]
    if "ifclass" in changes:
        changes["ifclass"] = _class(changes["ifclass"])
    changes = {k: v for k, v in changes.items() if row.get(k) != v}
    if not changes:
        return
    after = {**row, **changes}
    if after["ifclass"] != "pci-sriov" and not changes.get("sriov_numvfs"):
        after.update(sriov_numvfs=0 if row["sriov_numvfs"] else row["sriov_numvfs"])
    if after["ifclass"] != "pci-sriov" and not changes.get("sriov_vf_driver"):
        after["sriov_vf_driver"] = None
    if after["ifclass"] is None:
        after.update(ipv4_mode=None, ipv6_mode=None)
    if after["aemode"] == "active_standby":
        after["txhashpolicy"] = None
    to_sriov = after["ifclass"] == "pci-sriov" and row["ifclass"] != "pci-sriov" and row["iftype"] == "ethernet"
    rates = row["ifclass"] == "platform" and set(changes) <= {"max_tx_rate", "max_rx_rate"}
    runtime = (world.simplex and to_sriov) or rates or set(changes) <= {"channels", "sriov_vf_channels"}
    check_mtu(after)
    check_sriov(world, after)
    check_vlan_id(after)
    _defaults(after)
    lowers = lower_interfaces(world, host, after["uses"])
    check(world, host, after, lowers, row, runtime)
    if "uses" in changes:
        _relink(world, host, row, lowers)
        after["uses"] = [i["ifname"] for i in lowers]
        after["imac"] = lowers[0]["imac"] if lowers else after["imac"]
    if after["ifclass"] is None and row["ifclass"] is not None:
        _drop_assignments(world, row)
    if "ifname" in changes:
        _rename(world, host, row["ifname"], after["ifname"])
    world.change(row, **{k: v for k, v in after.items() if k not in ("updated_at", "used_by")})
    port = world.one("ethernet_ports", interface_uuid=row["uuid"])
    if port and row["iftype"] == "ethernet":
        port.update(sriov_numvfs=row["sriov_numvfs"] or 0, sriov_vf_driver=row["sriov_vf_driver"])


def _delete(world: World, row: Row, query: Row) -> None:
    host = world.host(row["ihost_uuid"])
    if not (world.simplex and row["iftype"] == "vf" and row["ifclass"] == "pci-sriov"):
        check_locked(world, host)
    if row["iftype"] == "ethernet" and not row["uses"]:
        raise Rejected("Cannot delete a system created ethernet interface")
    if row["used_by"]:
        raise Rejected(f"Cannot delete interface {row['ifname']}, still in use by {', '.join(row['used_by'])}")
    networks = world.networks_of(row)
    if row["iftype"] == "virtual" and "mgmt" in networks and world.finalized:
        raise Rejected("Cannot delete a virtual management interface.")
    _drop_assignments(world, row)
    _relink(world, host, row, [])
    world.remove("iinterfaces", row)


def _class(value: Any) -> str | None:
    return None if value in (None, "", "none") else str(value)


def _defaults(row: Row) -> None:
    if row.get("iftype") == "ae":
        row["aemode"] = row.get("aemode") or "active_standby"
        row["schedpolicy"] = None
    if row["ifclass"] == "pci-sriov" and row.get("iftype") in ("ethernet", "vf"):
        row["sriov_vf_driver"] = None if row.get("sriov_vf_driver") in ("", "none") else row.get("sriov_vf_driver")


def _relink(world: World, host: Row, row: Row, lowers: list[Row]) -> None:
    for other in world.interfaces(host):
        without = [n for n in other["used_by"] if n != row["ifname"]]
        other["used_by"] = [*without, row["ifname"]] if other in lowers else without


def _rename(world: World, host: Row, old: str, new: str) -> None:
    for other in world.interfaces(host):
        for side in ("uses", "used_by"):
            other[side] = [new if n == old else n for n in other[side]]
    for route in ("interface_networks", "interface_datanetworks", "addresses", "routes"):
        for link in world.rows(route, ihost_uuid=host["uuid"], ifname=old):
            link["ifname"] = new


def _drop_assignments(world: World, row: Row) -> None:
    for route in ("interface_networks", "interface_datanetworks", "routes"):
        for link in world.rows(route, interface_uuid=row["uuid"]):
            world.remove(route, link)
    for address in world.rows("addresses", interface_uuid=row["uuid"]):
        if address["pool_uuid"]:
            address.update(interface_uuid=None, ifname=None, forihostid=None, ihost_uuid=None)
        else:
            world.remove("addresses", address)


CREATE = {"iinterfaces": _create}
UPDATE = {"iinterfaces": _update}
DELETE = {"iinterfaces": _delete}
