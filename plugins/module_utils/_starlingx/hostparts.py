# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host's worker function is made of: labels, processors' functions, memory.

Source: sysinv ``/labels``, ``/ihosts/<id>/state/host_cpus_modify``, ``/imemorys`` (2026).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.dialect import Document, Sent
from .._engine.field import Compare, Field
from .._engine.plan import Change
from .._engine.resource import Resource
from .dialect import Lists, StarlingxDialect, patch
from .hostpart_rules import FUNCTIONS, check_cpu, check_memory, numbers, prepare_labels, ranges
from .hosts import HOST_SCOPE, LOCK

#: labels that only a locked host takes or gives up
LOCKED_LABELS = frozenset(
    {
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
    }
)


def gather_labels(lists: Lists, scope: str, quick: bool) -> Sequence[Document]:
    """A host's labels as one document."""
    rows = lists.list(f"ihosts/{scope}/labels", quick)
    return [
        {
            "uuid": scope,
            "labels": {r["label_key"]: r["label_value"] for r in rows},
            "ids": {r["label_key"]: r["uuid"] for r in rows},
        }
    ]


def _prune(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    """With prune, labels that are not named are wanted gone."""
    if not values.get("prune"):
        return values
    return {**values, "labels": {**dict.fromkeys(live["labels"]), **(values.get("labels") or {})}}


class LabelSender:
    """POST of what differs, over what is there; DELETE of what is to go."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """A host always has its (perhaps empty) set of labels."""
        raise NotImplementedError

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Send only the labels that differ."""
        live = change.live or {}
        present = live["labels"]
        for key, value in payload["labels"].items():
            if value is None and key in present:
                dialect.http.json("DELETE", f"labels/{live['ids'][key]}")
        differing = {k: v for k, v in payload["labels"].items() if v is not None and present.get(k) != v}
        if differing:
            params = {"overwrite": "True"} if set(differing) & set(present) else None
            dialect.http.json("POST", f"labels/{change.wanted.scope}", json=differing, params=params)
        return Sent(id=change.id)

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """Not a verb of this kind."""
        raise NotImplementedError


def differing_labels(change: Change) -> set[str]:
    """Keys of the labels that a change sets or removes."""
    present = (change.live or {}).get("labels", {})
    return {k for k, v in (change.payload.get("labels") or {}).items() if present.get(k) != v}


LABELS = Resource(
    kind="host_label",
    module="stx_host_label",
    title="labels",
    path="ihosts/{scope}/labels",
    plural="host_labels",
    id_key="uuid",
    singleton=True,
    verbs=frozenset({"update"}),
    prepare=prepare_labels,
    adapt=_prune,
    sender=LabelSender(),
    after=("host_lock", "system", "host_interface"),
    fields=(
        HOST_SCOPE,
        Field(
            "labels",
            "Labels with their values; a null value removes the label.",
            type="dict",
            compare=Compare.SUBSET,
            sample={"sriovdp": "enabled"},
        ),
        Field("prune", "Whether to remove labels that are not named.", type="bool", default=False, local=True),
        LOCK,
    ),
)


def gather_cpus(lists: Lists, scope: str, quick: bool) -> Sequence[Document]:
    """A host's processors as one document: per function the physical cores of each NUMA node and the logical CPUs."""
    rows = lists.list(f"ihosts/{scope}/icpus", quick)
    functions = []
    nodes = sorted({r["numa_node"] for r in rows})
    for function in FUNCTIONS:
        own = [r for r in rows if str(r["allocated_function"]).lower() == function]
        cores = {str(n): len({r["core"] for r in own if r["numa_node"] == n}) for n in nodes}
        if own:
            functions.append({"function": function, "numa": cores, "cpulist": ranges(r["cpu"] for r in own)})
    places = {r["cpu"]: (r["numa_node"], r["core"]) for r in rows}
    return [{"uuid": scope, "functions": functions, "cores": places}]


def _as_live(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    """Entries that the host already fulfils as the host has them; so only real differences remain."""
    present = {e["function"]: e for e in live["functions"]}
    merged, named = dict(present), {e["function"] for e in values.get("functions") or []}
    for entry in values.get("functions") or []:
        now = present.get(entry["function"], {"numa": {}, "cpulist": ""})
        if not _fulfilled(entry, now, live["cores"]):
            kept = {k: v for k, v in entry.items() if v is not None}
            if "numa" in kept:
                kept["numa"] = {str(k): int(v) for k, v in kept["numa"].items()}
            merged[entry["function"]] = kept
    if merged != present and "application" not in named:
        # what is left over for applications follows from the others
        merged.pop("application", None)
    ordered = [merged[f] for f in FUNCTIONS if f in merged]
    return {**values, "functions": ordered}


def _fulfilled(entry: Mapping[str, Any], now: Mapping[str, Any], cores: Mapping[int, Any]) -> bool:
    if entry.get("numa") is not None:
        return all(int(now["numa"].get(str(n), 0)) == int(c) for n, c in entry["numa"].items())
    wanted = numbers(entry["cpulist"])
    present = numbers(now["cpulist"]) if now["cpulist"] else []
    # threads of a core go together, whether they are all named or not
    return set(wanted) <= set(present) and {cores.get(c) for c in wanted} == {cores.get(c) for c in present}


class CpuSender:
    """PUT of the functions that differ, in one request (cores move from one function to another)."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """A host always has its processors."""
        raise NotImplementedError

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Send what the user gave for the functions that differ."""
        present = (change.live or {})["functions"]
        body = []
        for entry in payload["functions"]:
            if entry in present:
                continue
            if "numa" in entry:
                sockets = [{str(n): int(c)} for n, c in sorted(entry["numa"].items())]
                body.append({"function": entry["function"], "sockets": sockets})
            else:
                body.append({"function": entry["function"], "cpulist": str(entry["cpulist"])})
        dialect.http.json("PUT", f"ihosts/{change.wanted.scope}/state/host_cpus_modify", json=body)
        return Sent(id=change.id)

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """Not a verb of this kind."""
        raise NotImplementedError


CPU = Resource(
    kind="host_cpu",
    module="stx_host_cpu",
    title="processors",
    path="ihosts/{scope}/icpus",
    plural="host_cpus",
    id_key="uuid",
    singleton=True,
    verbs=frozenset({"update"}),
    check=check_cpu,
    adapt=_as_live,
    sender=CpuSender(),
    after=("host_lock", "system", "host_interface", "host_label"),
    fields=(
        HOST_SCOPE,
        Field(
            "functions",
            "What cores are used for; functions that are not named are left as they are.",
            type="list",
            elements="dict",
            options=(
                Field("function", "The function.", choices=FUNCTIONS, required=True),
                Field("numa", "Number of physical cores by NUMA node.", type="dict"),
                Field("cpulist", "Logical CPUs, such as V(4-7,9). The other threads of their cores go with them."),
            ),
            sample=[{"function": "platform", "numa": {"0": 2, "1": 0}, "cpulist": "0-1,16-17"}],
        ),
        LOCK,
    ),
)


def _effective(live: Document) -> Document:
    """The memory as it will be after the next unlock: pending pages count."""
    document = dict(live)
    for size in ("2M", "1G"):
        pending = live.get(f"vm_hugepages_nr_{size}_pending")
        document[f"vm_hugepages_nr_{size}_pending"] = (
            live.get(f"vm_hugepages_nr_{size}") if pending is None else pending
        )
    if live.get("vswitch_hugepages_reqd") is None:
        document["vswitch_hugepages_reqd"] = live.get("vswitch_hugepages_nr")
    return document


def _number(name: str, doc: str, api: str, sample: int) -> Field:
    return Field(name, doc, api=api, type="int", compare=Compare.NUMBER, sample=sample)


class MemorySender:
    """PATCH of one NUMA node's memory."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """A host always has its memory."""
        raise NotImplementedError

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Numbers go as text, as sysinv's own client sends them."""
        values = {change.resource.by_name[n].path: str(v) for n, v in payload.items()}
        dialect.http.json("PATCH", f"imemorys/{change.id}", json=patch(values))
        return Sent(id=change.id)

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """Not a verb of this kind."""
        raise NotImplementedError


MEMORY = Resource(
    kind="host_memory",
    module="stx_host_memory",
    title="memory",
    path="ihosts/{scope}/imemorys",
    plural="host_memories",
    id_key="uuid",
    verbs=frozenset({"update"}),
    view=_effective,
    naming="of NUMA node {numa}",
    check=check_memory,
    sender=MemorySender(),
    after=("host_lock", "system", "host_interface", "host_label", "host_cpu"),
    fields=(
        HOST_SCOPE,
        Field("numa", "Number of the NUMA node.", type="int", identity=True, required=True, api="numa_node", sample=0),
        _number("platform_reserved_mib", "Memory for the platform, in MiB.", "platform_reserved_mib", 9000),
        _number("hugepages_2m", "Huge pages of 2 MiB for applications.", "vm_hugepages_nr_2M_pending", 0),
        _number("hugepages_1g", "Huge pages of 1 GiB for applications.", "vm_hugepages_nr_1G_pending", 4),
        _number("vswitch_hugepages", "Huge pages for the virtual switch.", "vswitch_hugepages_reqd", 0),
        _number("vswitch_hugepage_size_mib", "Size of those, in MiB: 2 or 1024.", "vswitch_hugepages_size_mib", 2),
        Field(
            "total_mib",
            "Memory for applications, in MiB.",
            api="memtotal_mib",
            type="int",
            read_only=True,
            sample=47000,
        ),
        LOCK,
    ),
)
