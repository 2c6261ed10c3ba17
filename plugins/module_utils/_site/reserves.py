# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is reserved of a host's CPUs and memory, and whether it fits.

Rules of sysinv (``host_cpus_modify`` and ``imemorys``): one NUMA node per socket, counts are of physical cores, lists
are of logical CPUs; one huge page size per host.
"""

from __future__ import annotations

import re
from typing import Any

from .faults import Reader
from .hardware import CPU_FUNCTIONS, Hardware
from .model import Model

MEMORY_KEYS = (
    "numa",
    "hugepages_1g",
    "hugepages_2m",
    "platform_reserved_mib",
    "vswitch_hugepages",
    "vswitch_hugepage_size_mib",
)
RANGES = re.compile(r"\d+(-\d+)?(,\d+(-\d+)?)*")
LOW_CORES = 8


def least_reserve_mib(model: Model, personality: str, numa: int, virtual: bool) -> int:
    """The least reserve for the platform that sysinv takes on one NUMA node, in MiB (``imemorys``)."""
    if virtual and personality == "controller" and model.all_in_one:
        return 6200 if numa == 0 else 500
    return 1000


def usual_reserve_mib(hardware: Hardware, model: Model, personality: str, numa: int, virtual: bool) -> int:
    """What sysinv reserves by itself on a NUMA node, in MiB; an unlock wants as much summed over the nodes."""
    if virtual and personality == "controller" and model.all_in_one:
        return 500 + 1100 + 5000 if numa == 0 else 1000
    if numa:
        return 1000
    if personality != "controller" or not model.all_in_one:
        return 1000 + 2000 + 4000
    low = hardware.cores is not None and hardware.cores <= LOW_CORES
    return 1000 + 2000 + (3000 if low else 7000)


def check_memory(
    host: Reader, hardware: Hardware | None, model: Model, personality: str, virtual: bool
) -> list[dict[str, Any]]:
    """The variable ``edge_memory``: nodes exist once, the reserve is large enough, everything fits in the node."""
    rows: list[dict[str, Any]] = []
    seen: dict[str, str] = {}
    sizes: set[str] = set()
    # how far the given reserves stay behind what the platform needs, summed over the NUMA nodes
    short, last = 0, None
    vswitch = host.text("edge_vswitch_type", default="none")
    for part in host.mappings("edge_memory", MEMORY_KEYS):
        numa = part.whole("numa", required="Give the number of the NUMA node, from 0.", least=0)
        huge_1g = part.whole("hugepages_1g", default=0, least=0)
        huge_2m = part.whole("hugepages_2m", default=0, least=0)
        reserved = part.whole("platform_reserved_mib", least=0)
        pages = part.whole("vswitch_hugepages", default=0, least=0)
        size = part.whole("vswitch_hugepage_size_mib", default=1024)
        part.unique("numa", seen, "the NUMA node")
        if size not in (2, 1024, None):
            part.fault("vswitch_hugepage_size_mib", "is no size of a huge page.", "Give 2 or 1024.")
        if pages and vswitch == "none":
            part.fault(
                "vswitch_hugepages",
                "must be 0: there is no virtual switch.",
                "Set edge_vswitch_type to ovs-dpdk, or leave it out.",
            )
        sizes |= {name for name, count in (("hugepages_1g", huge_1g), ("hugepages_2m", huge_2m)) if count}
        if len(sizes) > 1:
            wrong = "hugepages_2m" if huge_2m else "hugepages_1g"
            part.fault(wrong, "a host has huge pages of one size only.", "Choose 1 GiB or 2 MiB for all NUMA nodes.")
        if numa is None:
            continue
        if hardware and hardware.sockets and numa >= hardware.sockets:
            part.fault(
                "numa", f"the host has {hardware.sockets} NUMA nodes.", f"Give a number below {hardware.sockets}."
            )
            continue
        if hardware:
            least = least_reserve_mib(model, personality, numa, virtual)
            usual = usual_reserve_mib(hardware, model, personality, numa, virtual)
            if reserved is not None and reserved < least:
                part.fault(
                    "platform_reserved_mib",
                    f"sysinv takes no less than {least} MiB on NUMA node {numa} of a {model.name} {personality}.",
                    f"Give {usual} or more, or leave it out.",
                )
            elif reserved is not None:
                short += usual - reserved
                last = part
            total = hardware.node_memory_mib
            wanted = (huge_1g or 0) * 1024 + (huge_2m or 0) * 2 + (pages or 0) * (size or 0)
            kept = max(reserved, least) if reserved is not None else usual
            if total is not None and wanted + kept > total:
                key = next((k for k in ("hugepages_1g", "hugepages_2m", "vswitch_hugepages") if part.given(k)), None)
                part.fault(
                    key or "platform_reserved_mib",
                    f"{wanted} MiB of huge pages and {kept} MiB for the platform exceed node {numa}'s {total} MiB.",
                    "Reserve less.",
                )
        row = {"numa": numa, "hugepages_1g": huge_1g, "hugepages_2m": huge_2m, "platform_reserved_mib": reserved}
        if pages:
            row |= {"vswitch_hugepages": pages, "vswitch_hugepage_size_mib": size}
        rows.append({key: value for key, value in row.items() if value is not None and (value or key == "numa")})
    if short > 0 and last is not None:
        last.fault(
            "platform_reserved_mib",
            f"the platform of a {model.name} {personality} needs {short} MiB more, summed over the NUMA nodes.",
            "Reserve more, or leave it out: sysinv then reserves what it needs.",
        )
    return rows


def check_cpu(host: Reader, hardware: Hardware | None, model: Model, personality: str) -> list[dict[str, Any]]:
    """The variable ``edge_cpu``: functions, cores per NUMA node that exist, lists of existing CPUs, none twice."""
    rows: list[dict[str, Any]] = []
    per_node: dict[int, int] = {}
    listed: dict[int, str] = {}
    vswitch = host.text("edge_vswitch_type", default="none")
    if host.data.get("edge_cpu") and not model.works(personality):
        host.fault(
            "edge_cpu",
            f"a {personality} of a {model.name} runs no workloads, and sysinv assigns cores only where they run.",
            "Leave it out, or set it on workers.",
            value=None,
        )
    for part in host.mappings("edge_cpu", ("function", "numa", "cpulist")):
        if isinstance(part.data.get("function"), str):
            part.data = {**part.data, "function": part.data["function"].lower()}
        function = part.text("function", required="Name the function.", choices=CPU_FUNCTIONS)
        if part.given("numa") == part.given("cpulist"):
            both = "exclude each other." if part.given("numa") else "are both missing."
            part.fault("", f"numa and cpulist {both}", "Give exactly one of them.", value=None)
            continue
        row: dict[str, Any] = {"function": function}
        if part.given("numa"):
            counts = _counts(part, hardware, per_node)
            row["numa"] = counts
            cores = sum(counts.values())
            if function == "platform":
                _check_platform(part, hardware, cores)
        else:
            cpus = _listed(part, hardware, listed)
            row["cpulist"] = str(part.data["cpulist"])
            cores = len(cpus)
        if function == "vswitch" and cores and vswitch == "none":
            part.fault(
                "function",
                "vSwitch CPUs can only be used with a virtual switch.",
                "Set edge_vswitch_type to ovs-dpdk, or leave the entry out.",
            )
        rows.append(row)
    if hardware and hardware.cores_per_socket:
        for node, cores in sorted(per_node.items()):
            if cores > hardware.cores_per_socket:
                host.fault(
                    "edge_cpu",
                    f"{cores} cores are assigned on NUMA node {node}, which has {hardware.cores_per_socket}.",
                    "Assign fewer.",
                    value=None,
                )
    if hardware and hardware.cores and sum(per_node.values()) >= hardware.cores:
        host.fault("edge_cpu", "no core is left for applications.", "Assign fewer.", value=None)
    return rows


def _check_platform(part: Reader, hardware: Hardware | None, cores: int) -> None:
    least = 1 if hardware and (hardware.threads_per_core or 1) > 1 else 2
    if cores < least:
        part.fault(
            "numa", f"the platform needs {least} physical cores.", f"Give it {least} or more.", part.data["numa"]
        )


def _counts(part: Reader, hardware: Hardware | None, per_node: dict[int, int]) -> dict[int, int]:
    counts: dict[int, int] = {}
    nodes = part.mapping("numa")
    for key in nodes.data if nodes else ():
        count = nodes.whole(key, least=0) if nodes else None
        if not key.isdecimal():
            nodes.fault(key, "is no number of a NUMA node.", "Write the number, from 0.") if nodes else None
        elif hardware and hardware.sockets and int(key) >= hardware.sockets:
            if nodes:
                nodes.fault(
                    key, f"the host has {hardware.sockets} NUMA nodes.", f"Give a number below {hardware.sockets}."
                )
        elif count is not None:
            counts[int(key)] = count
            per_node[int(key)] = per_node.get(int(key), 0) + count
    return counts


def _listed(part: Reader, hardware: Hardware | None, listed: dict[int, str]) -> set[int]:
    text = part.text("cpulist") or ""
    if not RANGES.fullmatch(text.replace(" ", "")):
        if text:
            part.fault("cpulist", "is no list of CPUs.", 'Write numbers and ranges, such as "4-7,9".')
        return set()
    cpus: set[int] = set()
    for piece in text.replace(" ", "").split(","):
        first, _dash, last = piece.partition("-")
        low, high = int(first), int(last or first)
        if high < low:
            part.fault("cpulist", f"{piece} runs backwards.", f"Write {high}-{low}.")
        cpus.update(range(low, min(high, low + 4096) + 1))
    total = hardware.logical_cpus if hardware else None
    if total is not None and cpus and max(cpus) >= total:
        part.fault("cpulist", f"the host has logical CPUs 0 to {total - 1}.", "Name CPUs that exist.")
    twice = sorted(cpus & set(listed))
    if twice:
        part.fault("cpulist", f"CPU {twice[0]} is already in {listed[twice[0]]}.", "Give each CPU one function.")
    listed.update(dict.fromkeys(cpus, part.name("")))
    return cpus
