# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the application stx-openstack looks at before it lets itself be applied (its own life-cycle plug-in, 2026).

Not looked at: Secrets, storage classes, NetApp and OIDC, of which the lab's cluster has none.
"""

from __future__ import annotations

from .wire import Rejected, Row
from .world import World, has_function

NAME = "stx-openstack"
COMPUTE = "openstack-compute-node=enabled"
OPENVSWITCH, DPDK = "openvswitch=enabled", "dpdk=enabled"
#: labels of one host that fit together
COMBINATIONS = ({OPENVSWITCH}, {OPENVSWITCH, DPDK})
#: of more hosts than these only the number is told
MOST_NAMED = 5


def check_apply(world: World) -> None:
    """Refuse to apply it, in its own words."""
    active = world.active
    if world.simplex and not str(active["vim_progress_status"]).startswith("services-enabled"):
        raise _no(f"operation is not allowed while the node {active['hostname']} not in services-enabled state.")
    if world.system["distributed_cloud_role"] == "systemcontroller":
        raise _no("Application cannot be applied on Central Controller.")
    _backend(world)
    labels = {
        host["uuid"]: {
            f"{r['label_key']}={r['label_value'].lower()}" for r in world.rows("labels", host_uuid=host["uuid"])
        }
        for host in world.rows("ihosts")
    }
    compute = [
        host
        for host in world.rows("ihosts")
        if COMPUTE in labels[host["uuid"]]
        and has_function(host, "worker")
        and host["invprovision"] in ("provisioned", "provisioning")
    ]
    _vswitch([labels[host["uuid"]] for host in compute])
    _data_networks(world, compute)


def _no(why: str) -> Rejected:
    return Rejected(f"Application-apply rejected: {why}")


def _backend(world: World) -> None:
    ceph = world.one("storage_backend", backend="ceph", state="configured") is not None
    rook = world.one("storage_backend", backend="ceph-rook", state="configured", task="applied") is not None
    if not ceph and not rook:
        raise _no(
            f"No storage backends available and ready for openstack deployment. status: ceph_available={ceph}, "
            f"rook_ceph_available={rook}, netapp_nfs_available=False, netapp_iscsi_available=False, "
            "netapp_fc_available=False"
        )


def _vswitch(hosts: list[set[str]]) -> None:
    """Every compute host has the same switch."""
    if not hosts:
        raise _no("There are no openstack-enabled compute nodes")
    valid, conflicts = set(), set()
    for labels in hosts:
        found = labels & {OPENVSWITCH, DPDK}
        if found in COMBINATIONS:
            valid.add(frozenset(found))
        else:
            conflicts |= found or {"none"}
    if len(valid) > 1:
        conflicts |= set().union(*valid)
        valid = set()
    if not conflicts:
        return
    named = ", ".join(sorted(conflicts - {"none"}))
    if "none" not in conflicts:
        raise _no(f"There are conflicting vswitch configurations: {named}")
    if named:
        raise _no(
            "There are openstack-enabled compute nodes with no vswitch configuration and there are conflicting "
            f"vswitch configurations: {named}"
        )
    if valid:
        raise _no("There are openstack-enabled compute nodes with no vswitch configuration")
    raise _no("None of the openstack-enabled compute nodes have vswitch configured")


def _data_networks(world: World, hosts: list[Row]) -> None:
    """Every compute host has a data network; that an interface has one only is seen to where it gets it."""
    without = [h["hostname"] for h in hosts if not world.rows("interface_datanetworks", ihost_uuid=h["uuid"])]
    if len(without) > MOST_NAMED:
        raise _no(f"There are {len(without)} hosts in which no data network is associated with an interface")
    if without:
        raise _no(f"The following hosts have no data networks associated with interfaces: {', '.join(without)}")
