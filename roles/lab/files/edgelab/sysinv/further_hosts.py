# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adding hosts to a duplex or standard system, giving discovered ones a personality, and deleting hosts."""

from __future__ import annotations

import re

from . import addresses_of_hosts, ceph, machines
from .wire import Rejected, Row
from .world import World

#: board management that maintenance can work with
BOARDS = ("none", "dynamic", "ipmi", "redfish")
_OWNED = (
    *("iinterfaces", "ethernet_ports", "interface_networks", "interface_datanetworks", "inodes", "icpus", "imemorys"),
    *("idisks", "partitions", "ilvgs", "ipvs", "istors", "ceph_mon", "host_fs", "pci_devices"),
)
_SUBFUNCTIONS = {
    "worker": ("worker", "lowlatency"),
    "controller": ("controller", "worker", "lowlatency"),
    "storage": ("storage", "storage"),
}


def create(world: World, values: Row) -> Row:
    """``POST /ihosts``."""
    personality, name, mac = values.get("personality"), values.get("hostname"), values.get("mgmt_mac")
    if personality is None:
        check_serving(world, mac)
    if world.simplex:
        raise Rejected("Host-add Rejected: Adding a host on a simplex system is not allowed.")
    if not name and personality not in ("controller", "storage"):
        raise Rejected(f"Host-add Rejected. Must provide a hostname for a node of personality {personality}")
    if name:
        check_hostname(str(name), personality)
    if not mac:
        raise Rejected("Host-add Rejected: Must provide MAC Address of the host mgmt interface")
    if not re.fullmatch(r"[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}", str(mac)):
        raise Rejected("Host-add Rejected: Must provide a valid format of a MAC Address")
    check_personality(world, personality)
    if personality not in ("controller", "storage") and world.one("ihosts", hostname=name):
        raise Rejected("Host-add Rejected: Hostname already exists")
    mac = str(mac).lower()
    row = world.one("ihosts", mgmt_mac=mac)
    if row and (row["hostname"] or row["personality"]):
        raise Rejected(f"Host-add Rejected: Host with mgmt_mac {mac} already exists")
    wanted = {k: v for k, v in values.items() if v is not None and k not in ("power_on", "bm_password")}
    wanted["mgmt_mac"] = mac
    _board(world, wanted, values.get("bm_password"))
    wanted.update(setup(world, {"hostname": name, "personality": personality}))
    wanted["subfunctions"] = _with_personality(str(personality), values.get("subfunctions") or wanted["subfunctions"])
    powered = values.get("power_on") is not None
    address_holder = {"hostname": wanted["hostname"], "personality": personality}
    addresses_of_hosts.take(world, address_holder)
    if row is None:
        row = machines.new_host(world, **wanted)
    else:
        world.change(row, **wanted)
    machines.configured(world, row)
    # the host is there by now, and stays
    if powered and wanted.get("bm_type") == "none":
        raise Rejected(
            "Maintenance has returned with a status of fail, reason: Request rejected due to provisioning semantic "
            "check. , recommended action: Please verify that the board management MAC or IP address being used is "
            "formatted correctly or not already provisioned against another host"
        )
    machine = world.machines.of(row)
    if powered and machine:
        world.switch(machine["name"], True)
    return row


def check_serving(world: World, mac: object) -> None:
    """A host without a personality is not dealt with while no controller is in service."""
    if not world.rows("ihosts", personality="controller", administrative="unlocked", operational="enabled"):
        raise Rejected(
            f"Provisioning request for new host '{mac}' is not permitted while there is no unlocked-enabled "
            "controller. Unlock controller-0, wait for it to enable and then retry."
        )


def check_hostname(name: str, personality: object) -> None:
    """Whether a host of a personality may be called so."""
    if personality in ("worker", "edgeworker"):
        if not re.fullmatch(r"[\w.\-]+", name):
            raise Rejected("Name may only contain letters, numbers, underscores, periods and hyphens.")
        if len(name) > 255:
            raise Rejected("Name restricted to at most 255 characters.")
        if name in ("controller-0", "controller-1") or name.startswith("storage"):
            raise Rejected(f"{name} Reject attempt to configure invalid hostname for personality {personality}.")
    elif personality == "controller":
        if name not in ("controller-0", "controller-1"):
            raise Rejected(
                "Host with personality=controller can only have a hostname from ['controller-0', 'controller-1']"
            )
    elif personality == "storage":
        if not re.fullmatch(r"storage-[0-9]+", name):
            raise Rejected("Host with personality=storage can only have a hostname starting with storage-(number)")
    else:
        raise Rejected(f"{name}: Reject attempt to configure with invalid personality={personality} ")


def check_personality(world: World, personality: object) -> None:
    """Whether the installed software knows such hosts."""
    if personality in (None, "", "controller", "edgeworker"):
        return
    if not world.standard and not (personality == "worker" and not world.simplex):
        raise Rejected(f"Personality [{personality}] for host is not compatible with installed software. ")


def setup(world: World, row: Row) -> Row:
    """The name and the functions that a host of a personality gets."""
    personality = row["personality"]
    if personality == "controller":
        names = {h["hostname"] for h in world.rows("ihosts", personality="controller")}
        free = [n for n in ("controller-0", "controller-1") if n not in names]
        if not free:
            raise Rejected(
                "Two controller nodes have already been configured. This host can not be configured as a controller."
            )
        functions = "controller" if world.standard else "controller,worker"
        return {"hostname": free[-1] if "controller-0" in names else free[0], "subfunctions": functions}
    if personality == "storage":
        return {"hostname": _storage_name(world, row), "subfunctions": "storage"}
    return {"subfunctions": personality}


def _storage_name(world: World, row: Row) -> str:
    backend = world.one("storage_backend", backend="ceph")
    if not backend or backend["state"] not in ("configured", "configuring-on-unlock"):
        raise Rejected("Storage nodes can only be configured if storage cluster is configured for the Ceph backend.")
    model = ceph.model(world)
    if model not in ("storage-nodes", "undefined"):
        raise Rejected(f"Storage nodes can not be configured for the '{model}' storage model.")
    present = [h["hostname"] for h in world.rows("ihosts", personality="storage")]
    expected = next(f"storage-{n}" for n in range(len(present) + 1) if f"storage-{n}" not in present)
    if row.get("hostname") and row["hostname"] != expected:
        raise Rejected(
            f"Storage name {row['hostname']} not allowed.  Expected {expected}. Storage nodes can be one of: storage-#."
        )
    return expected


def _with_personality(personality: str, functions: str) -> str:
    words = [w for w in functions.split(",") if w]
    return ",".join(words if personality in words else [personality, *words])


def _board(world: World, wanted: Row, password: object) -> None:
    name, given = wanted.get("hostname"), wanted.get("bm_type")
    implied = "dynamic" if wanted.get("bm_ip") and wanted.get("bm_username") else "none"
    kind = wanted.setdefault("bm_type", implied)
    if kind not in BOARDS:
        raise Rejected(
            f"{name}: Rejected: '{given}' is not a supported board management type. Must be one of {list(BOARDS)}"
        )
    if kind != "none" and not wanted.get("bm_username"):
        raise Rejected(f"{name}: Rejected: Board Management controller username is not configured.")
    if wanted.get("bm_ip") and world.one("ihosts", bm_ip=wanted["bm_ip"]):
        raise Rejected(f"Host-add Rejected: bm_ip {wanted['bm_ip']} already exists")


def give_personality(world: World, row: Row, changes: Row) -> bool:
    """The part of a PATCH that settles what a host is; returns whether it does so now.

    ``changes`` gets what follows from the personality.
    """
    if not {"hostname", "personality", "subfunctions"} & set(changes):
        return False
    name = row["hostname"]
    if row["invprovision"] in ("upgrading", "provisioned", "provisioning"):
        raise Rejected(
            f"The following fields can not be modified because this host {name} has been configured: "
            "hostname, personality, subfunctions"
        )
    after = {**row, **changes}
    if "personality" in changes:
        if row["personality"]:
            raise Rejected(
                f"Can not change personality after it has been set. Host {name} must be deleted and re-added in "
                "order to change the personality."
            )
        if changes["personality"] in ("controller", "storage"):
            changes.update(setup(world, after))
        elif changes["personality"] == "worker":
            _check_worker(after)
    if "subfunctions" in changes and row["subfunctions"]:
        raise Rejected(
            f"Can not change subfunctions after it has been set. Host {name} must be deleted and re-added in order "
            "to change the subfunctions."
        )
    after = {**row, **changes}
    functions = set(str(after["subfunctions"] or "").split(",")) - {""}
    allowed = _SUBFUNCTIONS.get(str(after["personality"]), ())
    if "subfunctions" in changes and not functions <= set(allowed):
        raise Rejected(f"{name} subfunctions {functions} contains unsupported values.  Allowable: {allowed}.")
    if "hostname" in changes and name and changes["hostname"] != name:
        raise Rejected(
            f"The hostname field can not be modified because the hostname {name} has already been configured. "
            "If changing hostname is required, please delete this host, then readd."
        )
    if after["personality"] and after["hostname"]:
        check_hostname(str(after["hostname"]), after["personality"])
    if "personality" not in changes:
        return False
    check_personality(world, changes["personality"])
    changes["subfunctions"] = _with_personality(
        str(changes["personality"]), str(after["subfunctions"] or changes["personality"])
    )
    return True


def _check_worker(row: Row) -> None:
    name = row["hostname"] or ""
    if not name:
        raise Rejected(f"Host {row['uuid']} of personality worker, must be provisioned with a hostname.")
    if name in ("controller-0", "controller-1") or name.startswith("storage"):
        raise Rejected(
            f"Hostname {name} is not allowed for personality 'worker'. Please check hostname and personality."
        )


def delete(world: World, row: Row, query: Row) -> None:
    """``DELETE /ihosts/<host>``."""
    name = row["hostname"]
    if world.simplex and name == "controller-0":
        raise Rejected("Deleting controller-0 on a simplex system is not allowed.")
    if row["administrative"] == "unlocked":
        raise Rejected(
            f"Unable to complete the action delete because Host {name or row['uuid']} is in administrative "
            "state = unlocked.",
            500,
        )
    disk = world.one("host_fs", ihost_uuid=row["uuid"], name="ceph")
    functions = ((disk or {}).get("capabilities") or {}).get("functions")
    if world.one("storage_backend", backend="ceph-rook") and disk and functions:
        raise Rejected(
            f"host-delete rejected: not allowed when the host has host-fs ceph in {disk['state']} state with "
            f"functions {functions}"
        )
    addresses_of_hosts.release(world, row)
    ceph.leave_group(world, row)
    for route in _OWNED:
        field = "host_uuid" if route in ("ethernet_ports", "pci_devices") else "ihost_uuid"
        for other in world.rows(route, **{field: row["uuid"]}):
            world.remove(route, other)
    for label in world.rows("labels", host_uuid=row["uuid"]):
        world.remove("labels", label)
    world.hardware.pop(row["uuid"], None)
    world.remove("ihosts", row)
    if name:
        world.tell("deleted", name)
    machines.discover(world)
