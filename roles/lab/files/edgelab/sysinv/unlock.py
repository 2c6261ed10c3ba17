# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be so before a host is unlocked or locked, in the order in which the real service looks."""

from __future__ import annotations

from .ceph import model as ceph_model
from .hardware import MINIMUM_RESERVED_MIB, required_reserved_mib
from .wire import Rejected, Row
from .world import World, has_function, is_active

_BUSY = ("applying", "updating", "recovering", "removing")


def check_unlock(world: World, host: Row, *, force: bool) -> None:
    """Raise the first refusal of an unlock; ``force`` skips what a force-unlock skips."""
    name = host["hostname"]
    if host["install_state"] == "failed":
        raise Rejected(f"Cannot unlock host {name} due to installation failure")
    if host["administrative"] == "unlocked":
        action = host["ihost_action"] or ""
        if action.startswith(("lock", "force")):
            raise Rejected(f"Host unlock rejected due to in progress action {action}")
        raise Rejected(f"Avoiding 'unlock' action on already 'unlocked' host {name}")
    if (host["ihost_action"] or "") == "unlock":
        raise Rejected(f"Host unlock rejected due to in progress action {host['ihost_action']}")
    if host["availability"] == "power-off":
        raise Rejected(
            f"Can not 'Unlock a Powered-Off' host {name}; Power-on, wait for 'online' status and then 'unlock'"
        )
    if not force and host["availability"] != "online":
        raise Rejected(f"Host {name} is not online. Wait for 'online' availability status and then 'unlock'")
    if not (host["mgmt_mac"] and name and host["personality"] and host["subfunctions"]):
        raise Rejected(
            f"Can not unlock an unprovisioned host {name or host['uuid']}. "
            "Please perform 'Edit Host' to provision host."
        )
    if "reinstalling" in (host["inv_state"], host.get("action_state")) and not force:
        raise Rejected(
            f"Can not unlock host {name} undergoing reinstall. "
            "Please ensure host has completed reinstall prior to unlock."
        )
    if host["inv_state"] != "inventoried":
        raise Rejected(
            f"Can not unlock host {name} that has not yet been inventoried. Please wait for host to "
            "complete initial inventory prior to unlock."
        )
    if not force:
        _applications(world, name)
    _system_group(world, host)
    if host["personality"] == "controller":
        _oam(world, host)
        _backends(world)
        _migration(world)
    if has_function(host, "worker"):
        _worker(world, host)
    elif host["personality"] == "storage":
        _storage(world, host)
    _platform_interfaces(world, host)
    _partitions(world, host)


def _worker(world: World, host: Row) -> None:
    if host["invprovision"] is None:
        raise Rejected(
            f"Can not unlock an unconfigured host {host['hostname']}. Please configure host and wait for "
            "Availability State 'online' prior to unlock."
        )
    _data_interfaces(world, host)
    _sriov(world, host)
    _processors(world, host)
    _memory(world, host)
    _ceph(world, host)
    _nova_local(world, host)


def check_lock(world: World, host: Row, action: str) -> None:
    """Raise the first refusal of a lock. Only on a simplex the active controller may be locked."""
    force = action != "lock"
    name = host["hostname"]
    if host["administrative"] == "locked":
        raise Rejected(f"Avoiding {action} action on already 'locked' host {name}")
    if host["ihost_action"]:
        raise Rejected(f"Host lock rejected due to in progress action {host['ihost_action']}")
    if host["personality"] != "controller":
        return
    if not world.simplex and is_active(host):
        raise Rejected(f"{name} : Rejected: Can not lock an active controller.")
    rook = world.one("storage_backend", backend="ceph-rook")
    if rook and rook["task"] in ("uploading", "applying", "removing", "updating", "recovering"):
        raise Rejected(
            "Rejected: The application rook-ceph is in transition, please wait for the current operation to "
            "complete before host-lock action."
        )
    if not force and any(s["state"] == "configuring" for s in world.rows("istors", ihost_uuid=host["uuid"])):
        raise Rejected(f"{name} : Rejected: Can not lock a controller with storage devices in 'configuring' state.")


def _applications(world: World, name: str) -> None:
    busy = (*_BUSY, "uploading") if world.simplex else _BUSY
    if any(app["status"] in busy for app in world.rows("apps")):
        extra = "uploaded, " if world.simplex else ""
        raise Rejected(
            f"Rejected: Can not unlock host {name} while an application is being {extra}applied, updated, "
            "recovered or removed. Please try again later."
        )


def _system_group(world: World, host: Row) -> None:
    volumes = world.rows("ipvs", ihost_uuid=host["uuid"], lvm_vg_name="cgts-vg")
    if not [v for v in volumes if v["pv_state"] != "removing"]:
        raise Rejected(f"The cgts-vg volume group on {host['hostname']} does not contain any physical volumes.")


def _oam(world: World, host: Row) -> None:
    if not any("oam" in world.networks_of(i) for i in world.interfaces(host)):
        raise Rejected(
            "Can not unlock a controller host without an oam interface. "
            "Add an oam interface before re-attempting this command."
        )


def _backends(world: World) -> None:
    for backend in world.rows("storage_backend"):
        if backend["backend"] != "ceph-rook" and backend["state"] not in ("configured", "configuring-on-unlock"):
            raise Rejected(
                f"{backend['backend'].title()} is {backend['state']}. All storage backends must be "
                "configured before operation is allowed."
            )


def _data_interfaces(world: World, host: Row) -> None:
    for interface in world.interfaces(host):
        for link in world.rows("interface_datanetworks", interface_uuid=interface["uuid"]):
            if interface["ifclass"] != "data" or link["network_type"] != "vxlan":
                continue
            group = world.find("datanetworks", link["datanetwork_uuid"])["multicast_group"]
            family = 6 if ":" in str(group) else 4
            if group and interface[f"ipv{family}_mode"] in (None, "disabled"):
                raise Rejected(
                    f"Interface {interface['ifname']} is associated to VXLAN data network "
                    f"{link['datanetwork_name']} which requires an IPv{family} address"
                )


def _sriov(world: World, host: Row) -> None:
    for interface in world.interfaces(host):
        if interface["ifclass"] == "pci-sriov" and interface["iftype"] == "ethernet":
            port = world.one("ethernet_ports", interface_uuid=interface["uuid"])
            if port and (port["sriov_totalvfs"] or 0) < (interface["sriov_numvfs"] or 0):
                raise Rejected(
                    f"Expecting number of interface sriov_numvfs={interface['sriov_numvfs']}. "
                    "Please wait a few minutes for inventory update and retry host-unlock."
                )


def _processors(world: World, host: Row) -> None:
    used = any(c["allocated_function"] == "Vswitch" for c in world.rows("icpus", ihost_uuid=host["uuid"]))
    if used and world.vswitch() == "none":
        raise Rejected("vSwitch cpus can only be used with a vswitch_type specified.")
    if not used and world.vswitch() == "ovs-dpdk":
        raise Rejected("vSwitch cpus must be enabled on this host for ovs-dpdk vswitch_type.")


def _memory(world: World, host: Row) -> None:
    reserved = 0
    nodes = world.rows("imemorys", ihost_uuid=host["uuid"])
    for memory in nodes:
        pages_1g = memory["vm_hugepages_nr_1G_pending"]
        pages_2m = memory["vm_hugepages_nr_2M_pending"]
        wanted = 1024 * (memory["vm_hugepages_nr_1G"] if pages_1g is None else pages_1g)
        wanted += 2 * (memory["vm_hugepages_nr_2M"] if pages_2m is None else pages_2m)
        if memory["node_memtotal_mib"] < wanted + memory["platform_reserved_mib"]:
            raise Rejected(
                f"Rejected: Total allocated memory exceeds the total memory of {host['hostname']} "
                f"numa node {memory['numa_node']} "
            )
        if pages_1g and pages_2m:
            raise Rejected("Rejected: Only one huge page size can be modified")
        reserved += memory["platform_reserved_mib"]
    required = sum(required_reserved_mib(world, host, m["numa_node"]) - MINIMUM_RESERVED_MIB for m in nodes)
    if reserved - MINIMUM_RESERVED_MIB * len(nodes) < required:
        raise Rejected(
            f"Insufficient memory reserved for platform on {host['hostname']}. Platform memory must be at "
            f"least {required} MiB summed across all numa nodes."
        )


def _ceph(world: World, host: Row) -> None:
    if not world.one("storage_backend", backend="ceph"):
        return
    if world.standard:
        if ceph_model(world) == "undefined":
            raise Rejected(
                "Can not unlock a worker node until the third Ceph monitor is defined by either adding a storage node "
                "or configuring a monitor on a worker node. Note that this will select the storage deployment model, "
                "check documentation for details and restrictions."
            )
        return
    for tier in world.rows("storage_tiers", type="ceph"):
        backend = world.one("storage_backend", uuid=tier["backend_uuid"])
        wanted = int(((backend or {}).get("capabilities") or {}).get("replication", 1))
        stors = world.rows("istors", tier_uuid=tier["uuid"], function="osd")
        if world.simplex and len(stors) < wanted:
            raise Rejected(
                f"Can not unlock node until at least {wanted} osd stor {'is' if wanted == 1 else 'are'} "
                f"configured for tier '{tier['name']}'."
            )
        if world.simplex or not has_function(host, "controller"):
            continue
        if not world.rows("istors", ihost_uuid=host["uuid"]):
            raise Rejected("Can not unlock node until at least one OSD is configured.")
        if not [s for s in stors if s["ihost_uuid"] == host["uuid"]]:
            raise Rejected(
                "Can not unlock node until every storage tier has at least one OSD configured. "
                f'Tier "{tier["name"]}" has no OSD configured.'
            )


def _storage(world: World, host: Row) -> None:
    if not world.rows("istors", ihost_uuid=host["uuid"]):
        raise Rejected("Can not unlock a storage node without any Storage Volumes configured")
    serving = {h["uuid"] for h in world.rows("ihosts", administrative="unlocked", operational="enabled")}
    monitors = len([m for m in world.rows("ceph_mon") if m["ihost_uuid"] in serving])
    required = 1 if (host["hostname"], host["invprovision"]) == ("storage-0", "provisioned") else 2
    if monitors < required:
        raise Rejected(
            f"Can not unlock storage node. Only {monitors} storage monitor available. At least {required} unlocked "
            "and enabled hosts with monitors are required. Please ensure hosts with monitors are unlocked and enabled."
        )


def _migration(world: World) -> None:
    """A simplex that was told to become a duplex needs addresses of its units."""
    migrating = [k for k in world.system["capabilities"] if k.startswith("simplex_to_duplex")]
    for unit, option in (("controller-0", "oam_c0_ip"), ("controller-1", "oam_c1_ip")):
        if migrating and not world.one("addresses", name=f"{unit}-oam"):
            mode = world.system["system_mode"]
            raise Rejected(f"Can not unlock controller on a {mode} without configuring {option}.")


def _nova_local(world: World, host: Row) -> None:
    labels = {r["label_key"]: r["label_value"] for r in world.rows("labels", host_uuid=host["uuid"])}
    if labels.get("openstack-compute-node") != "enabled":
        return
    groups = world.one("ilvgs", ihost_uuid=host["uuid"], lvm_vg_name="nova-local")
    instances = world.one("host_fs", ihost_uuid=host["uuid"], name="instances")
    if not groups and not instances:
        raise Rejected(
            "A controller with worker functionality requires a cgts-vg/instances-lv or a nova-local volume "
            "group prior to being enabled. Please update the storage settings for the host."
        )
    if groups and not world.rows("ipvs", ihost_uuid=host["uuid"], lvm_vg_name="nova-local"):
        raise Rejected(
            "The nova-local volume group does not contain any physical volumes in the adding or provisioned state."
        )


def _platform_interfaces(world: World, host: Row) -> None:
    carried = {network: i for i in world.interfaces(host) for network in world.networks_of(i)}
    for network, words, short in (
        ("mgmt", "a management", "management"),
        ("cluster-host", "a cluster-host", "cluster-host"),
    ):
        if network not in carried:
            raise Rejected(f"Cannot unlock host {host['hostname']} without configuring {words} interface.")
        if carried[network]["iftype"] == "virtual" and not world.simplex:
            raise Rejected(
                f"Cannot unlock host {host['hostname']} when {short} interface is configured on a virtual interface."
            )
    if host["personality"] == "controller" and world.one("networks", type="admin") and "admin" not in carried:
        raise Rejected(f"Cannot unlock host {host['hostname']} without assigning the admin network to an interface")


def _partitions(world: World, host: Row) -> None:
    for part in world.rows("partitions", ihost_uuid=host["uuid"]):
        if part["status"] in (2, 4, 5):
            raise Rejected(
                f"Cannot unlock host {host['hostname']} while partitions on the host are in a "
                "creating/deleting/modifying state."
            )
