# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Further machines of a duplex or standard system: they boot from the network, are discovered, and get installed.

A machine is a host of the lab's configuration in the bootstrapped host's site. Its ``mgmt_mac`` (else the MAC of its
first port) is the port on the management network. Machines are on when their BMC says so; in a lab without BMCs all
of them are on.
"""

from __future__ import annotations

from typing import Any

from . import addresses_of_hosts, ceph, hardware
from .wire import Row
from .world import World

#: seconds of the simulated world until a machine that boots from the network is seen; a boot from disk
DISCOVERY_SECONDS, BOOT_SECONDS, INSTALL_SECONDS = 60.0, 300.0, 900.0
#: what an installation goes through, and the part of its time that each stage takes
STAGES = (("preinstall", 0.05), ("installing", 0.7), ("postinstall", 0.1), ("booting", 0.15))
#: file systems that a host's agent makes, by personality: the real agent makes those that the personality supports
FILE_SYSTEMS = (
    ("backup", "backup-lv", 25, ("controller",)),
    ("docker", "docker-lv", 40, ("controller", "worker", "storage")),
    ("kubelet", "kubelet-lv", 10, ("controller", "worker", "storage")),
    ("log", "log-lv", 8, ("controller", "worker", "storage")),
    ("root", "root-lv", 20, ("controller", "worker", "storage")),
    ("scratch", "scratch-lv", 16, ("controller", "worker", "storage")),
    ("var", "var-lv", 20, ("controller", "worker", "storage")),
)


def port_mac(config: Row) -> str:
    """The MAC by which a machine of the configuration boots from the network."""
    ports = (config.get("hardware") or {}).get("ports") or hardware.DEFAULTS["ports"]
    return str(config.get("mgmt_mac") or ports[0].get("mac") or "52:54:00:00:01:00").lower()


class Machines:
    """The machines on a system's management network."""

    def __init__(self) -> None:
        #: by the MAC of the port on the management network
        self.known: dict[str, Row] = {}
        #: the machine that was bootstrapped
        self.first: Row = {}
        self.on: set[str] = set()

    def begin(self, first: Row, others: list[Row], always_on: bool, on: set[str]) -> None:
        """A new system was bootstrapped: these are the machines of its site."""
        self.first, self.known = first, {port_mac(c): c for c in others}
        names = {c["name"] for c in others}
        #: without a BMC nobody can switch a machine on, so all of them are
        self.on = {first["name"]} | (names if always_on else on & names)

    def of(self, host: Row) -> Row | None:
        """What the configuration says of a host's machine; None where there is no such machine."""
        return self.first if host.get("bootstrapped") else self.known.get(str(host["mgmt_mac"]).lower())

    def is_on(self, host: Row) -> bool:
        """Whether a host's machine is there and has power."""
        machine = self.of(host)
        return machine is not None and machine["name"] in self.on


def discover(world: World) -> None:
    """Let machines that boot from the network appear, once there is a controller to see them."""
    if not accepts(world):
        return
    for mac, config in world.machines.known.items():
        if config["name"] in world.machines.on and not world.one("ihosts", mgmt_mac=mac):
            world.later("discovery", DISCOVERY_SECONDS, lambda mac=mac: _appear(world, mac))  # type: ignore[misc]


def accepts(world: World) -> bool:
    """Whether a controller is in service and the system takes further hosts."""
    serving = world.rows("ihosts", personality="controller", administrative="unlocked", operational="enabled")
    return bool(world.rows("isystems")) and not world.simplex and bool(serving)


def _appear(world: World, mac: str) -> None:
    config = world.machines.known.get(mac)
    if config and config["name"] in world.machines.on and not world.one("ihosts", mgmt_mac=mac) and accepts(world):
        new_host(world, mgmt_mac=mac)


def new_host(world: World, **values: Any) -> Row:
    """A host as it is before anything is known of it."""
    defaults: Row = {
        "administrative": "locked",
        "operational": "disabled",
        "availability": "offline",
        "action": "none",
        "ihost_action": "",
        "task": "",
        "subfunction_oper": "disabled",
        "subfunction_avail": "not-installed",
        "reserved": False,
        "clock_synchronization": "ntp",
        "uptime": 0,
        "location": {},
        "capabilities": {},
        "isystem_uuid": world.system["uuid"],
        "install_output": "text",
        "console": "ttyS0,115200",
        "ttys_dcd": False,
        "apparmor": "disabled",
        "hw_settle": "0",
        "tboot": "",
        "boot_device": "/dev/sda",
        "rootfs_device": "/dev/sda",
        "reboot_needed": False,
        "sw_version": world.system["software_version"],
    }
    return world.add("ihosts", **{**defaults, **values})


def configured(world: World, row: Row) -> None:
    """A host got its personality: its software is installed over the network as soon as its machine boots."""
    row["action_state"] = "reinstalling"
    if row["personality"] == "controller":
        row["capabilities"] = {**row["capabilities"], "Personality": "Controller-Standby"}
    row["mgmt_ip"] = addresses_of_hosts.take(world, row)
    ceph.host_added(world, row)
    install(world, row)


def install(world: World, row: Row) -> None:
    """Begin an installation; the one before it, if any, is over."""
    row["installation"] = row.get("installation", 0) + 1
    if world.machines.is_on(row):
        _stage(world, row, 0, row["installation"])


def _stage(world: World, row: Row, number: int, installation: int) -> None:
    if not _goes_on(world, row, installation):
        return
    seconds = world.duration("installation", INSTALL_SECONDS)
    if number == len(STAGES):
        _installed(world, row)
        return
    name, part = STAGES[number]
    if name == "installing":
        fault = world.faults.take("fail_operation", "sysinv", f"install {row['hostname']}")
        if fault:
            world.change(row, install_state="failed", install_state_info=fault.detail, task="")
            return
    world.change(row, availability="offline", install_state=name, install_state_info=None)
    world.later("install stage", seconds * part, lambda: _stage(world, row, number + 1, installation))


def _goes_on(world: World, row: Row, installation: int) -> bool:
    present = row in world.tables.get("ihosts", [])
    return present and world.machines.is_on(row) and row.get("installation") == installation


def _installed(world: World, row: Row) -> None:
    """The first boot: the host's agent reports what it finds."""
    machine = world.machines.of(row) or {}
    if not world.rows("inodes", ihost_uuid=row["uuid"]):
        hardware.inventory(world, row, machine.get("hardware") or {})
        addresses_of_hosts.settle(world, row)
        for name, volume, size, personalities in FILE_SYSTEMS:
            if row["personality"] in personalities:
                world.add(
                    "host_fs",
                    name=name,
                    logical_volume=volume,
                    size=size,
                    state="In-Use",
                    capabilities={"functions": []},
                    forihostid=row["id"],
                    ihost_uuid=row["uuid"],
                )
    if row["invprovision"] not in ("provisioned", "provisioning", "upgrading"):
        row["invprovision"] = "unprovisioned"
    row["action_state"] = "reinstalled"
    world.change(row, install_state="completed", inv_state="inventoried", task="")
    online(world, row)


def online(world: World, row: Row) -> None:
    """A locked host has booted."""
    world.change(row, availability="online", subfunction_avail="online", uptime=60)


def power(world: World, name: str, on: bool) -> None:
    """A machine was switched on or off."""
    (world.machines.on.add if on else world.machines.on.discard)(name)
    if not world.rows("isystems"):
        return
    row = next((h for h in world.rows("ihosts") if (world.machines.of(h) or {}).get("name") == name), None)
    if row is None:
        discover(world)
    elif not on:
        lost = {"operational": "disabled"} if row["administrative"] == "unlocked" else {}
        known = row["availability"] == "power-off"
        world.change(row, **({} if known else {"availability": "offline"}), subfunction_avail="offline", **lost)
    elif row.get("action_state") == "reinstalling":
        install(world, row)
    elif row["personality"]:
        boot(world, row)


def boot(world: World, row: Row) -> None:
    """A machine with an installed system boots from its disk."""
    if row["availability"] == "power-off":
        world.change(row, availability="offline")
    unlocked = row["administrative"] == "unlocked"

    def up() -> None:
        if row not in world.tables.get("ihosts", []) or not world.machines.is_on(row):
            return
        if unlocked:
            world.enable(row)
        else:
            online(world, row)

    world.later("boot", BOOT_SECONDS, up)
