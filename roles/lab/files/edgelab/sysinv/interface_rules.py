# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an interface may be, and over what: the checks of iinterfaces, in the real service's words and order."""

from __future__ import annotations

import re

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
RESELECT = ("always", "better", "failure")
#: networks whose interfaces have addresses, as the service lists them
ADDRESSED = ("mgmt", "oam", "cluster-host", "data", "ironic", "storage", "admin")


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


def check(world: World, host: Row, row: Row, lowers: list[Row], old: Row | None, runtime: bool) -> None:
    """The semantic checks, in the real service's order; ``runtime``: a change that an unlocked host takes, too."""
    if not runtime:
        check_locked(world, host)
    if row["iftype"] == "vlan" and len(lowers) != 1:
        raise Rejected(f"Can only have one interface for vlan type. ({row['uses']})")
    if old is None and row["iftype"] in ("ethernet", "virtual") and not lowers:
        raise Rejected("A port must be selected.")
    _check_name(world, host, row)
    if row["iftype"] == "vlan":
        _check_vlan(world, host, row, lowers[0], old)
    _check_lowers(world, host, row, lowers, old)
    _check_uppers(world, host, row)
    if old is None:
        check_sriov(world, row)
    _check_class(world, row, old)
    _check_modes(world, row, old)
    _check_bond(row)
    if row["iftype"] not in TYPES:
        raise Rejected(f"Device interface type must be one of {', '.join(TYPES)}")
    _check_bond_class(row)
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
    if row["iftype"] == "vf":
        _check_vf(world, host, row, lowers)


def check_mtu(row: Row) -> None:
    """The size of a frame is within bounds."""
    if not 576 <= int(row["imtu"]) <= 9216:
        raise Rejected("MTU must be between 576 and 9216 bytes.")


def check_vlan_id(row: Row) -> None:
    """A VLAN has a number, and numbers have bounds."""
    number = row.get("vlan_id")
    if number is not None and not 1 <= int(number) <= 4094:
        raise Rejected("VLAN id must be between 1 and 4094.")
    if row["iftype"] == "vlan" and number is None:
        raise Rejected("VLAN id must be specified.")


def _check_modes(world: World, row: Row, old: Row | None) -> None:
    """How an interface gets its addresses."""
    for field, allowed in MODES.items():
        if row.get(field) not in (None, *allowed):
            raise Rejected(f"Unsupported IP{field[2:4]} address mode {row[field]}", 500)
    for field in MODES:
        if row["ifclass"] not in ("platform", "data") and row.get(field) not in (None, "disabled"):
            raise Rejected(f"Address mode attributes only supported on '{', '.join(ADDRESSED)}' interfaces", 404)
    for field in MODES if old else ():
        version = int(field[3])
        leaves = (old or {}).get(field) == "static" and row.get(field) not in (None, "static", "disabled")
        own = world.rows("addresses", interface_uuid=row["uuid"])
        if leaves and any((":" in str(a["address"])) == (version == 6) for a in own):
            raise Rejected(f"Static IPv{version} addresses still exist on interface", 409)


def _check_uppers(world: World, host: Row, row: Row) -> None:
    """What those who use this interface need it to be."""
    used = 0
    for upper in lower_interfaces(world, host, row["used_by"]):
        if upper["iftype"] == "ae" and row["ifclass"] not in (None, "pci-sriov"):
            raise Rejected(
                f"Interface '{row['ifname']}' is being used by interface '{upper['ifname']}' as an "
                "'aggregated ethernet' interface and therefore the interface class cannot be changed from "
                "'none' or 'pci-sriov'."
            )
        if upper["iftype"] != "vf":
            continue
        if row["ifclass"] != "pci-sriov":
            raise Rejected(
                f"Interface '{row['ifname']}' is being used by VF interface '{upper['ifname']}' and "
                "therefore the interface class cannot be changed from 'pci-sriov'."
            )
        used += upper["sriov_numvfs"] or 0
        if row["sriov_numvfs"] <= used:
            raise Rejected(
                f"The number of virtual functions ({row['sriov_numvfs']}) must be greater than the number of "
                f"consumed VFs used by the upper VF interfaces ({row['used_by']})"
            )


def _check_lowers(world: World, host: Row, row: Row, lowers: list[Row], old: Row | None) -> None:
    """Whether what this interface is over may be used so."""
    name = (old or row)["ifname"]
    if row["iftype"] not in ("ethernet", "vf"):
        for lower in lowers:
            others = [i for i in lower_interfaces(world, host, lower["used_by"]) if i["ifname"] != name]
            bonds = [i["ifname"] for i in others if i["iftype"] == "ae"]
            vlans = [i["ifname"] for i in others if i["iftype"] == "vlan"]
            if bonds:
                raise Rejected(
                    f"Interface '{lower['ifname']}' is already used by another 'aggregated ethernet' interface "
                    f"'{bonds[0]}'"
                )
            if row["iftype"] != "vlan" and vlans:
                raise Rejected(f"Interface '{lower['ifname']}' is already used by another VLAN interface '{vlans[0]}'")
    if row["iftype"] == "ae" and any(i["ifclass"] not in (None, "pci-sriov") for i in lowers):
        raise Rejected(
            "All interfaces being used in an 'aggregated ethernet' interface must have the interface class "
            "set to 'none' or 'pci-sriov'."
        )


def _check_name(world: World, host: Row, row: Row) -> None:
    name = row["ifname"]
    if not name.strip():
        raise Rejected("Interface name cannot be whitespace.")
    if not name.islower():
        raise Rejected("Interface name must be in lower case.")
    if len(name) > 15:
        raise Rejected(f"Interface {name} has name length greater than 15.")
    if row["iftype"] == "vlan" and re.search(r"[^\w.\s]", name):
        raise Rejected("Cannot use special characters in vlan interface name.")
    special = re.search(r"[^\w.-]", name)
    if special:
        raise Rejected(f"Cannot use '{special.group()}' as a special character in interface name.")
    for other in world.interfaces(host):
        if other["ifname"] == name and other["uuid"] != row["uuid"]:
            raise Rejected(f"Interface Name {name} must be unique.")


def _check_vlan(world: World, host: Row, row: Row, lower: Row, old: Row | None) -> None:
    number = row["vlan_id"]
    if lower["iftype"] == "vlan":
        raise Rejected("VLAN interfaces cannot be created over existing VLAN interfaces")
    others = [i for i in world.interfaces(host) if i["iftype"] == "vlan" and i["uuid"] != row["uuid"]]
    taken = any(i["vlan_id"] == number and i["ifclass"] == "platform" for i in others)
    if old is None and row["ifclass"] == "platform" and taken:
        raise Rejected(f"VLAN id {number} already in use on another platform interface")
    if old is None and any(i["vlan_id"] == number and lower["ifname"] in i["uses"] for i in others):
        raise Rejected(f"VLAN id {number} already in use on interface {lower['ifname']}")
    if (lower["ifclass"], row["ifclass"]) == ("data", "platform"):
        raise Rejected("Platform VLAN interface cannot be created over a data interface ")
    if (lower["ifclass"], row["ifclass"]) == ("platform", "data"):
        raise Rejected("Data VLAN interface cannot be created over a platform interface ")


def check_sriov(world: World, row: Row) -> None:
    """Virtual functions fit the class and the port."""
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


def _check_bond(row: Row) -> None:
    mode, policy, reselect = row.get("aemode"), row.get("txhashpolicy"), row.get("primary_reselect")
    if row["iftype"] == "ae" and mode not in AE_MODES:
        raise Rejected(f"Invalid aggregated ethernet mode '{mode}' ")
    if mode in ("balanced", "802.3ad") and policy not in POLICIES:
        raise Rejected(
            "Device interface with 'aggregated ethernet' interface type in 'balanced' or '802.3ad' mode "
            "require a valid Tx Hash Policy."
        )
    if mode == "active_standby" and policy is not None:
        raise Rejected(
            "Device interface with interface type 'aggregated ethernet' in 'active_standby' mode should not "
            "specify a Tx Hash Policy."
        )
    if reselect is None:
        return
    if row["iftype"] != "ae":
        raise Rejected("The option primary_reselect is only applicable to bonded interface. ")
    if mode != "active_standby":
        raise Rejected(
            f"Device interface with interface type 'aggregated ethernet' in '{mode}' mode should not specify "
            "primary_reselect option."
        )
    if row["ifclass"] != "platform" and reselect != "always":
        raise Rejected("The option primary_reselect must be 'always' for non-platform interfaces. ")
    if reselect not in RESELECT:
        raise Rejected(
            f"Invalid bonding primary reselect option: '{reselect}'. Valid options must be one of {', '.join(RESELECT)}"
        )


def _check_bond_class(row: Row) -> None:
    if row["iftype"] != "ae":
        return
    if row["ifclass"] not in ("platform", "data"):
        raise Rejected("Device interface class with interface type 'aggregated ethernet' must be 'platform' or 'data' ")
    if row["ifclass"] == "data" and row["aemode"] != "active_standby" and row["txhashpolicy"] != "layer2":
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
