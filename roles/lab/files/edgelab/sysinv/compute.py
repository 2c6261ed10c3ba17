# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processors, memory and labels of a host."""

from __future__ import annotations

import re
from typing import Any

from .hardware import MINIMUM_RESERVED_MIB, required_reserved_mib
from .wire import Rejected, Row, cast
from .world import World

FUNCTIONS = {name.lower(): name for name in ("Platform", "Vswitch", "Shared", "Application", "Application-isolated")}
COUNTED = ("Platform", "Vswitch", "Shared", "Application-isolated")
#: labels that change only while the host is locked
LOCKED_LABELS = (
    "openstack-control-plane",
    "openstack-compute-node",
    "disable-nohz-full",
    "openvswitch",
    "remote-storage",
    "sriovdp",
    "sriovdp-isrdma",
    "sriovdp-vhostnet",
    "kube-topology-mgr-policy",
    "kube-cpu-mgr-policy",
    "kube-memory-mgr-policy",
)
POLICIES = {
    "kube-topology-mgr-policy": ("none", "best-effort", "restricted", "single-numa-node"),
    "kube-cpu-mgr-policy": ("static", "none"),
    "kube-memory-mgr-policy": ("static", "none"),
}
LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
PREFIX = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
STATIC_ONLY = "kube-cpu-mgr-policy"


# -- processors -------------------------------------------------------------------------------------------------


def modify_processors(world: World, host: Row, body: Any) -> list[Row]:
    """``host_cpus_modify``: give processors to functions, by cores per socket or by list; the rest is for applications.

    A function that the request does not name keeps its count. A list is taken as it is: the hyper-thread siblings of
    its processors are not added.
    """
    if not isinstance(body, list):
        raise Rejected(
            f"Invalid input for field/attribute capabilities. Value: '{body}'. Value not a valid list: {body}"
        )
    if host["administrative"] != "locked":
        raise Rejected(
            f"Unable to complete the action because Host {host['hostname']} is in administrative state = unlocked.", 500
        )
    cpus = sorted(world.rows("icpus", ihost_uuid=host["uuid"]), key=lambda c: (c["core"], c["thread"]))
    sockets = sorted({c["numa_node"] for c in cpus})
    threads = 1 + max(c["thread"] for c in cpus)
    counts = {
        (node, f): sum(c["numa_node"] == node and c["allocated_function"] == f for c in cpus)
        for node in sockets
        for f in COUNTED
    }
    lists: dict[str, list[int]] = {}
    for entry in body:
        function, given, listed = _request(host, entry, sockets, max(c["cpu"] for c in cpus))
        if listed:
            lists[function] = listed
            counts.update({(node, function): 0 for node in sockets})
        counts.update({(node, function): cores * threads for node, cores in given.items()})
    _check_allocation(world, cpus, counts, lists)
    wanted = _distribute(cpus, sockets, counts, lists)
    for cpu in cpus:
        world.change(cpu, allocated_function=wanted.get(cpu["cpu"], "Application"))
    return cpus


def _request(host: Row, entry: Any, sockets: list[int], last: int) -> tuple[str, dict[int, int], list[int]]:
    """One element of the body: the function, its cores per socket, its list of processors."""
    name, given, text = (entry or {}).get("function"), (entry or {}).get("sockets") or [], (entry or {}).get("cpulist")
    if given and text:
        raise Rejected(f"host {host['uuid']}:  socket={given} and cpulist={text} may not both be specified")
    if not name or not (given or text):
        raise Rejected(
            f"host {host['uuid']}:  cpu function={name} or (socket={given} and cpulist={text}) not specified"
        )
    cores: dict[int, int] = {}
    for element in given:
        for number, count in element.items():
            if int(number) not in sockets:
                raise Rejected(f"There is no Processor (Socket) {number} on this host.")
            if int(count) < 0:
                raise Rejected("Specified cpu values must be non-negative.")
            cores[int(number)] = int(count)
    listed = _expand(str(text)) if text else []
    if listed and max(listed) > last:
        raise Rejected("Specified cpulist contains nonexistant CPUs.")
    return FUNCTIONS.get(str(name).lower(), str(name)), cores, listed


def _expand(text: str) -> list[int]:
    numbers: list[int] = []
    for part in text.split(","):
        first, _unused, last = part.strip().partition("-")
        if not first.isdigit() or not (last or first).isdigit():
            raise Rejected(f"Invalid range set {text}", 500)
        numbers += range(int(first), int(last or first) + 1)
    return numbers


def _distribute(
    cpus: list[Row], sockets: list[int], counts: dict[tuple[int, str], int], lists: dict[str, list[int]]
) -> dict[int, str]:
    """Processor -> function: listed ones first, then by count, the threads of a core after one another."""
    taken = {number: function for function, numbers in lists.items() for number in numbers}
    for node in sockets:
        free = [c["cpu"] for c in cpus if c["numa_node"] == node and c["cpu"] not in taken]
        for function in COUNTED:
            for _unused in range(counts[node, function]):
                if free:
                    taken[free.pop(0)] = function
    return taken


def _check_allocation(
    world: World, cpus: list[Row], counts: dict[tuple[int, str], int], lists: dict[str, list[int]]
) -> None:
    listed = [number for numbers in lists.values() for number in numbers]
    if len(set(listed)) != len(listed):
        raise Rejected("Some CPUs are specified for more than one function.")
    threads = 1 + max(c["thread"] for c in cpus)
    for node in sorted({c["numa_node"] for c in cpus}):
        present = sum(c["numa_node"] == node for c in cpus)
        if sum(counts[node, f] for f in COUNTED) > present:
            raise Rejected(f"More total logical cores requested than present on Processor {node} ({present} cores).")
        if counts[node, "Shared"] / threads > 1:
            raise Rejected("Shared cores are limited to 1 per processor.")
    total = {f: len(lists.get(f, [])) + sum(n for (_unused, g), n in counts.items() if f == g) for f in COUNTED}
    if total["Platform"] < 2:
        raise Rejected("Platform must have at least two cores.")
    if total["Vswitch"] and world.vswitch() == "none":
        raise Rejected("vSwitch cpus can only be used with a vswitch_type specified.")
    if total["Vswitch"] / threads > 8:
        raise Rejected("The vswitch function can only be assigned up to 8 cores.")
    if len(cpus) - total["Platform"] - total["Vswitch"] - total["Application-isolated"] <= 0:
        raise Rejected("There must be at least one unused core for Application.")


# -- memory -----------------------------------------------------------------------------------------------------


def _update_memory(world: World, row: Row, changes: Row) -> None:
    host = world.host(row["ihost_uuid"])
    if host["administrative"] != "locked":
        raise Rejected("Host must be locked.")
    try:
        _check_huge(world, row, changes)
    except Rejected as refused:  # this much of the checks says which processor it is about
        raise Rejected(f"Processor {row['numa_node']}: {refused}") from None
    if "platform_reserved_mib" in changes:
        _check_reserved(world, row, changes["platform_reserved_mib"])
    world.change(row, **changes)
    free = row["node_memtotal_mib"] - row["platform_reserved_mib"]
    row.update(
        memtotal_mib=free, memavail_mib=free, vm_hugepages_possible_2M=free // 2, vm_hugepages_possible_1G=free // 1024
    )


def _check_huge(world: World, row: Row, changes: Row) -> None:
    """Huge pages, as the request alone says and together with what is there."""
    given = {size: changes.get(f"vm_hugepages_nr_{size}_pending") for size in ("2M", "1G")}
    size_mib, reqd = changes.get("vswitch_hugepages_size_mib"), changes.get("vswitch_hugepages_reqd")
    if not row["vm_hugepages_use_1G"] and (given["1G"] or size_mib == 1024):
        raise Rejected("Processor does not support 1G huge pages.")
    for size, pages in given.items():
        if pages is not None and pages < 0:
            raise Rejected(f"VM huge pages {size} must be greater than or equal to zero")
    if reqd and not size_mib:
        raise Rejected("No vswitch hugepage size specified.")
    if reqd and world.vswitch() == "none":
        raise Rejected("vSwitch huge pages must be 0 when vSwitch type is none")
    if size_mib and size_mib < 0:
        raise Rejected("vSwitch huge pages size (MiB) must be greater than zero")
    if size_mib and size_mib & (size_mib - 1):
        raise Rejected("vSwitch hugepage size (MiB) must be a power of 2")
    pages = {
        size: new if new is not None else row[f"vm_hugepages_nr_{size}_pending"] or row[f"vm_hugepages_nr_{size}"] or 0
        for size, new in given.items()
    }
    page = int(size_mib or row["vswitch_hugepages_size_mib"] or 2)
    if world.vswitch() != "none" and page == 1024 and pages["2M"]:
        raise Rejected("Only 1G huge page allocation is supported")
    if world.vswitch() != "none" and page != 1024 and pages["1G"]:
        raise Rejected("Only 2M huge page allocation is supported")
    if pages["2M"] and pages["1G"]:
        raise Rejected("Host only supports single huge page size.")
    reserved = changes.get("platform_reserved_mib") or row["platform_reserved_mib"]
    wanted = reqd if reqd is not None else row["vswitch_hugepages_reqd"]
    _check_room(row, reserved, (wanted or 0) * page, pages["2M"], pages["1G"])


def _check_room(row: Row, reserved: int, vswitch: int, pages_2m: int, pages_1g: int) -> None:
    possible = row["node_memtotal_mib"] - reserved
    requested = pages_2m * 2 + pages_1g * 1024 + vswitch
    if possible >= requested:
        return
    asked = f"For a requested vSwitch hugepage allocation of {vswitch} MiB, "
    if pages_1g:
        most = max((possible - vswitch) // 1024, 0)
        raise Rejected(f"{asked}max 1G pages: {most}. . hp_possible: {possible}. hp_requested: {requested}")
    if pages_2m:
        raise Rejected(f"{asked}max 2M pages: {max((possible - vswitch) // 2, 0)}")
    raise Rejected(f"Max vSwitch hugepage allocation is {requested} MiB, when 2M is 0 and 1G is 0")


def _check_reserved(world: World, row: Row, reserved: int) -> None:
    node = row["numa_node"]
    if reserved < MINIMUM_RESERVED_MIB:
        raise Rejected(
            f"Platform reserved memory for numa node {node} must be greater than the minimum value "
            f"{MINIMUM_RESERVED_MIB}"
        )
    most = row["node_memtotal_mib"] * 2 // 3
    if reserved > most:
        required = required_reserved_mib(world, world.host(row["ihost_uuid"]), node)
        raise Rejected(
            f"Platform reserved memory {reserved} MiB on node {node} is not within range [{required}, {most}]"
        )


def apply_pending(world: World, host: Row) -> None:
    """An unlock reboots the host: huge pages that waited are there afterwards."""
    for row in world.rows("imemorys", ihost_uuid=host["uuid"]):
        for size in ("2M", "1G"):
            pending = row[f"vm_hugepages_nr_{size}_pending"]
            if pending is not None:
                row.update(
                    {
                        f"vm_hugepages_nr_{size}": pending,
                        f"vm_hugepages_avail_{size}": pending,
                        f"vm_hugepages_nr_{size}_pending": None,
                    }
                )
        row["vm_hugepages_nr_4K"] = (
            row["memtotal_mib"] - 2 * row["vm_hugepages_nr_2M"] - 1024 * row["vm_hugepages_nr_1G"]
        ) * 256


# -- labels -----------------------------------------------------------------------------------------------------


def assign_labels(world: World, host: Row, body: Any, overwrite: str | None) -> list[Row]:
    """Give a host labels; one that it has is refused unless ``overwrite``."""
    if not isinstance(body, dict):
        raise Rejected(f"Invalid input for field/attribute body. Value: '{body}'. Wrong type.")
    for key, value in body.items():
        if value is None:
            raise Rejected(f"Null input detected for Label {key} for host {host['hostname']}. Input invalid.")
    _check_labels_lock(host, list(body))
    for key, value in body.items():
        if key == STATIC_ONLY and str(value).casefold() == "none":
            raise Rejected("Setting kube-cpu-mgr-policy to 'none' is not supported")
        if key in POLICIES and str(value).casefold() not in POLICIES[key]:
            raise Rejected(f"Invalid value for {key} label.")
    _check_for_kubernetes(body)
    replace = bool(overwrite) and cast("overwrite", "b", overwrite)
    for key in body:
        if world.one("labels", host_uuid=host["uuid"], label_key=key) and not replace:
            raise Rejected(
                f"Label {key} exists for host {host['hostname']}. Use overwrite option to assign a new value."
            )
    made = []
    for key, value in body.items():
        row = world.one("labels", host_uuid=host["uuid"], label_key=key)
        if row is None:
            row = world.add("labels", host_id=host["id"], host_uuid=host["uuid"], label_key=key)
        row["label_value"] = str(value)
        made.append(row)
    return made


def _check_for_kubernetes(body: Row) -> None:
    """The node gets the labels, and its API takes few characters; those of ``stalld`` are not passed on."""
    for key, value in body.items():
        prefix, slash, name = key.rpartition("/")
        faults = [] if LABEL.fullmatch(name) else ["name part must consist of alphanumeric characters, '-', '_' or '.'"]
        if slash and not PREFIX.fullmatch(prefix):
            faults.append(
                "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters"
            )
        if str(value) and not LABEL.fullmatch(str(value)):
            faults.append(
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.'"
            )
        if faults and "starlingx.io/stalld" not in key:
            wrong = value if LABEL.fullmatch(name) and not slash else key
            raise Rejected(
                f'Host label is invalid. Reason: Node "" is invalid: metadata.labels: Invalid value: "{wrong}": '
                + "; ".join(faults)
            )


def _check_labels_lock(host: Row, keys: list[str]) -> None:
    needing = [key for key in keys if key in LOCKED_LABELS]
    if needing and host["administrative"] != "locked":
        raise Rejected(f"Host {host['hostname']} must be locked for label(s)={needing}.")


def _delete_label(world: World, row: Row, query: Row) -> None:
    _check_labels_lock(world.host(row["host_uuid"]), [row["label_key"]])
    world.remove("labels", row)


#: kinds whose checks look at all that a request says, not only at what differs
WHOLE = ("imemorys",)
UPDATE = {"imemorys": _update_memory}
DELETE = {"labels": _delete_label}
