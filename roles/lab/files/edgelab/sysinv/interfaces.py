# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""iinterfaces: what an interface may be, and over what."""

from __future__ import annotations

import re
from typing import Any

from . import hardware
from .wire import Rejected, Row
from .world import World

CLASSES = ("platform", "data", "pci-passthrough", "pci-sriov")
TYPES = ("ae", "vlan", "ethernet", "virtual", "vf")
AE_MODES = ("balanced", "active_standby", "802.3ad")
POLICIES = ("layer2", "layer2+3", "layer3+4")
MODES = {
    "ipv4_mode": ("disabled", "static", "dhcp", "pool"),
    "ipv6_mode": ("disabled", "static", "auto", "link-local", "pool"),
}
EXTRA = {"iinterfaces": {"usesmodify": "s"}}


def lower_interfaces(world: World, host: Row, names: list[str]) -> list[Row]:
    """The interfaces that another one uses, given by name or uuid."""
    found = []
    for name in names:
        rows = [i for i in world.interfaces(host) if name in (i["ifname"], i["uuid"])]
        if not rows:
            raise Rejected(f"No entry found for interface {name}")
        found.append(rows[0])
    return found


def check_locked(world: World, host: Row) -> None:
    """Interfaces change only on a locked host."""
    if host["administrative"] != "locked":
        raise Rejected("Host must be locked.")


def _create(world: World, values: Row) -> Row:
    host = world.host(str(values.get("ihost_uuid") or values.get("forihostid") or ""))
    empty = ("aemode", "txhashpolicy", "vlan_id", "ifclass", "sriov_vf_driver", "primary_reselect", "iftype")
    row: Row = dict.fromkeys(empty)
    row.update({"imtu": 1500, "sriov_numvfs": 0, "uses": [], "used_by": [], "ptp_role": "none", "uuid": None})
    row.update({k: v for k, v in values.items() if v is not None and k not in ("forihostid", "ihost_uuid")})
    row["ifclass"] = _class(row["ifclass"])
    row["ifname"] = row.get("ifname") or ""
    runtime = world.simplex and row["ifclass"] == "pci-sriov" and row.get("iftype") == "vf"
    if not runtime:
        check_locked(world, host)
    lowers = lower_interfaces(world, host, row["uses"] or [])
    row["uses"] = [i["ifname"] for i in lowers]
    _defaults(row)
    _check(world, host, row, lowers, None)
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
    if not ((world.simplex and to_sriov) or rates or set(changes) <= {"channels", "sriov_vf_channels"}):
        check_locked(world, host)
    _defaults(after)
    lowers = lower_interfaces(world, host, after["uses"])
    _check(world, host, after, lowers, row)
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
    check_locked(world, host)
    if row["used_by"]:
        raise Rejected(f"Cannot delete interface {row['ifname']}, still in use by {', '.join(row['used_by'])}")
    if row["iftype"] == "ethernet" and not row["uses"]:
        raise Rejected("Cannot delete a system created ethernet interface")
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
        if row["aemode"] == "active_standby":
            row["primary_reselect"] = row.get("primary_reselect") or "always"
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


def _check(world: World, host: Row, row: Row, lowers: list[Row], old: Row | None) -> None:
    """The semantic checks, in the real service's order."""
    _check_name(world, host, row)
    for field, allowed in MODES.items():
        if row.get(field) not in (None, *allowed):
            raise Rejected(f"Unsupported IP{field[2:4]} address mode {row[field]}", 500)
    if not 576 <= int(row["imtu"]) <= 9216:
        raise Rejected("MTU must be between 576 and 9216 bytes.")
    _check_vlan(world, host, row, lowers, old)
    if row["iftype"] not in TYPES:
        raise Rejected(f"Device interface type must be one of {', '.join(TYPES)}")
    if old is None and row["iftype"] in ("ethernet", "virtual") and not lowers:
        raise Rejected("A port must be selected.")
    _check_sriov(world, row)
    _check_class(world, row, old)
    if row["iftype"] == "ae":
        _check_bond(row, lowers, old)
    for lower in lowers:
        if row["iftype"] in ("vlan", "vf", "ethernet") and int(row["imtu"]) > int(lower["imtu"]):
            raise Rejected(
                f"Interface MTU ({row['imtu']}) cannot be larger than MTU of underlying interface ({lower['imtu']})"
            )
    for upper in lower_interfaces(world, host, row["used_by"]):
        if int(row["imtu"]) < int(upper["imtu"]):
            raise Rejected(
                f"Interface MTU ({row['imtu']}) cannot be smaller than the interface MTU ({upper['imtu']}) "
                "using this interface"
            )
        if upper["iftype"] == "ae" and row["ifclass"] not in (None, "pci-sriov"):
            raise Rejected(
                f"Interface '{row['ifname']}' is being used by interface '{upper['ifname']}' as an "
                "'aggregated ethernet' interface and therefore the interface class cannot be changed from "
                "'none' or 'pci-sriov'."
            )
        if upper["iftype"] == "vf" and row["ifclass"] != "pci-sriov":
            raise Rejected(
                f"Interface '{row['ifname']}' is being used by VF interface '{upper['ifname']}' and "
                "therefore the interface class cannot be changed from 'pci-sriov'."
            )
    if row["iftype"] == "vf":
        _check_vf(world, host, row, lowers)


def _check_name(world: World, host: Row, row: Row) -> None:
    name = row["ifname"]
    if not name.strip():
        raise Rejected("Interface name cannot be whitespace.")
    if not name.islower():
        raise Rejected("Interface name must be in lower case.")
    if len(name) > 15:
        raise Rejected(f"Interface {name} has name length greater than 15.")
    special = re.search(r"[^\w.-]", name)
    if special:
        raise Rejected(f"Cannot use '{special.group()}' as a special character in interface name.")
    for other in world.interfaces(host):
        if other["ifname"] == name and other["uuid"] != row["uuid"]:
            raise Rejected(f"Interface Name {name} must be unique.")


def _check_vlan(world: World, host: Row, row: Row, lowers: list[Row], old: Row | None) -> None:
    number = row.get("vlan_id")
    if number is not None and not 1 <= int(number) <= 4094:
        raise Rejected("VLAN id must be between 1 and 4094.")
    if row["iftype"] != "vlan":
        return
    if number is None:
        raise Rejected("VLAN id must be specified.")
    if len(lowers) != 1:
        raise Rejected(f"Can only have one interface for vlan type. ({row['uses']})")
    lower = lowers[0]
    if lower["iftype"] == "vlan":
        raise Rejected("VLAN interfaces cannot be created over existing VLAN interfaces")
    others = [i for i in world.interfaces(host) if i["iftype"] == "vlan" and i["uuid"] != row["uuid"]]
    if old is None and any(i["vlan_id"] == number and lower["ifname"] in i["uses"] for i in others):
        raise Rejected(f"VLAN id {number} already in use on interface {lower['ifname']}")
    taken = any(i["vlan_id"] == number and i["ifclass"] == "platform" for i in others)
    if old is None and row["ifclass"] == "platform" and taken:
        raise Rejected(f"VLAN id {number} already in use on another platform interface")
    if (lower["ifclass"], row["ifclass"]) == ("data", "platform"):
        raise Rejected("Platform VLAN interface cannot be created over a data interface ")
    if (lower["ifclass"], row["ifclass"]) == ("platform", "data"):
        raise Rejected("Data VLAN interface cannot be created over a platform interface ")


def _check_sriov(world: World, row: Row) -> None:
    if row["ifclass"] != "pci-sriov":
        if row.get("sriov_numvfs"):
            raise Rejected("Number of SR-IOV VFs is specified but interface class is not pci-sriov.")
        if row.get("sriov_vf_driver"):
            raise Rejected("SR-IOV VF driver is specified but interface class is not pci-sriov.")
        return
    if row.get("sriov_numvfs") is None:
        raise Rejected("Value for number of SR-IOV VFs must be specified.")
    if row["sriov_numvfs"] <= 0:
        raise Rejected("Value for number of SR-IOV VFs must be > 0.")
    if row.get("sriov_vf_driver") not in (None, "netdevice", "vfio"):
        raise Rejected("Value for SR-IOV VF driver must be one of vfio, netdevice")
    if row["iftype"] == "ethernet":
        ports = world.rows("ethernet_ports", interface_uuid=row["uuid"]) if row["uuid"] else []
        if len(ports) != 1:
            raise Rejected("Exactly one port must be enabled.")
        total = ports[0]["sriov_totalvfs"]
        if not total:
            raise Rejected("SR-IOV can't be configured on this interface")
        if row["sriov_numvfs"] > total:
            raise Rejected(f"The interface support a maximum of {total} VFs")
        if not ports[0]["driver"]:
            raise Rejected("Corresponding port has invalid driver")


def _check_class(world: World, row: Row, old: Row | None) -> None:
    new = row["ifclass"]
    if new is None:
        if world.simplex and row["ifname"] == "lo" and old and old["ifclass"]:
            raise Rejected("The loopback interface cannot be changed for an all-in-one simplex system")
        return
    if new not in CLASSES:
        raise Rejected(f"Invalid interface class {new}")
    before = old["ifclass"] if old else None
    if old and new != before and (before, new) != ("platform", "pci-sriov") and row["used_by"]:
        if before == "platform":
            raise Rejected(
                f"The class of an interface with platform networks cannot be changed to {new} since it is "
                f"being used by {row['used_by']}"
            )
        if new == "platform" and before == "data":
            raise Rejected(
                "The class of a non-platform interface cannot be changed to platform since it is being used "
                f"by {row['used_by']}"
            )
    if new in ("pci-passthrough", "pci-sriov") and row["iftype"] not in ("ethernet", "vf"):
        raise Rejected("The pci-passthrough, pci-sriov interface class is only valid on Ethernet and VF interfaces")


def _check_bond(row: Row, lowers: list[Row], old: Row | None) -> None:
    if any(i["ifclass"] not in (None, "pci-sriov") for i in lowers):
        raise Rejected(
            "All interfaces being used in an 'aggregated ethernet' interface must have the interface class "
            "set to 'none' or 'pci-sriov'."
        )
    taken = [i for i in lowers if [n for n in i["used_by"] if n != (old or row)["ifname"]]]
    if taken:
        raise Rejected(
            f"Interface '{taken[0]['ifname']}' is already used by another 'aggregated ethernet' interface "
            f"'{taken[0]['used_by'][0]}'"
        )
    mode, policy = row["aemode"], row.get("txhashpolicy")
    if mode not in AE_MODES:
        raise Rejected(f"Invalid aggregated ethernet mode '{mode}' ")
    if mode != "active_standby" and policy not in POLICIES:
        raise Rejected(
            "Device interface with 'aggregated ethernet' interface type in 'balanced' or '802.3ad' mode "
            "require a valid Tx Hash Policy."
        )
    if row["ifclass"] not in ("platform", "data"):
        raise Rejected("Device interface class with interface type 'aggregated ethernet' must be 'platform' or 'data' ")
    if row["ifclass"] == "data" and mode != "active_standby" and policy != "layer2":
        raise Rejected(
            "Device interface with interface class 'data', and interface type 'aggregated ethernet' must "
            "have a Tx Hash Policy of 'layer2'."
        )


def _check_vf(world: World, host: Row, row: Row, lowers: list[Row]) -> None:
    if row["ifclass"] != "pci-sriov":
        raise Rejected("VF interfaces must have an interface class of pci-sriov")
    if len(lowers) != 1:
        raise Rejected("VF interfaces can only use one lower pci-sriov interface")
    lower = lowers[0]
    if lower["iftype"] not in ("vf", "ethernet"):
        raise Rejected(f"VF interfaces cannot be created over interfaces of type {lower['iftype']}")
    if lower["ifclass"] != "pci-sriov":
        raise Rejected("VF interfaces must be created over an interface of class pci-sriov")
    others = [i for i in lower_interfaces(world, host, lower["used_by"]) if i["ifname"] != row["ifname"]]
    free = lower["sriov_numvfs"] - 1 - sum(i["sriov_numvfs"] or 0 for i in others)
    if row["sriov_numvfs"] > free:
        raise Rejected(
            f"The number of virtual functions ({row['sriov_numvfs']}) must be less than or equal to the "
            f"available VFs ({free}) available on the underlying interface ({lower['ifname']})"
        )


CREATE = {"iinterfaces": _create}
UPDATE = {"iinterfaces": _update}
DELETE = {"iinterfaces": _delete}
