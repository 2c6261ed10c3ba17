# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The bulk module for a system and a host: short options, as an inventory has them, turned into declarations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._engine.api import Bulk
from .._engine.field import Field
from .._engine.plan import Change
from .._engine.resource import Resource
from .._engine.survey import Survey
from .ceph import MONITOR
from .devices import DEVICE
from .filesystems import CONTROLLER_FILESYSTEM, HOST_FILESYSTEM
from .hostparts import CPU, LABELS, MEMORY
from .hosts import HOST, LOCK
from .interfaces import INTERFACE
from .networks import DATA_NETWORK
from .ptp import PTP_INSTANCE, PTP_INTERFACE, PTP_PARAMETER
from .routing import ADDRESS, ROUTE
from .service_parameters import SERVICE_PARAMETER
from .storage import BACKEND, STORAGE
from .system import DNS, NTP, OAM_NETWORK, SYSTEM
from .volumes import GROUP, PARTITION, VOLUME

#: in the order in which sysinv accepts them
KINDS = (
    *(SYSTEM, DNS, NTP, OAM_NETWORK, DATA_NETWORK, INTERFACE, ADDRESS, ROUTE),
    *(PTP_INSTANCE, PTP_INTERFACE, PTP_PARAMETER, SERVICE_PARAMETER),
    *(LABELS, CPU, MEMORY, DEVICE, BACKEND, MONITOR, STORAGE, PARTITION, GROUP, VOLUME),
    *(HOST_FILESYSTEM, HOST, CONTROLLER_FILESYSTEM),
)


def _options(resource: Resource, *without: str) -> tuple[Field, ...]:
    """A resource's options inside a short option; what identifies an entry is required there."""
    kept = (f for f in resource.fields if f.is_option and f.name not in ("host", "lock", *without))
    fields = tuple(f if f.identity else replace(f, required=False) for f in kept)
    if resource.singleton or "delete" not in resource.verbs:
        return fields
    return (*fields, Field("state", "Whether it should exist.", choices=("present", "absent"), default="present"))


def _entries(name: str, doc: str, resource: Resource) -> Field:
    return Field(name, doc, type="list", elements="dict", options=_options(resource))


FIELDS = (
    Field("host", "Name of the host that host-owned options speak of.", default="controller-0"),
    Field("system", "The system's description.", type="dict", options=_options(SYSTEM)),
    Field("dns_servers", "Addresses of the name servers, at most three.", type="list", elements="str"),
    Field("ntp_servers", "Names or addresses of the time servers, at most three.", type="list", elements="str"),
    Field("oam", "The OAM network.", type="dict", options=_options(OAM_NETWORK)),
    _entries("data_networks", "Data networks.", DATA_NETWORK),
    _entries("interfaces", "The host's interfaces.", INTERFACE),
    _entries("addresses", "Static addresses of the host's interfaces.", ADDRESS),
    _entries("routes", "The host's routes.", ROUTE),
    _entries("ptp_instances", "Instances of the Precision Time Protocol.", PTP_INSTANCE),
    _entries("ptp_interfaces", "Which interfaces belong to a PTP instance.", PTP_INTERFACE),
    _entries("ptp_parameters", "Parameters of PTP instances and PTP interfaces.", PTP_PARAMETER),
    _entries("service_parameters", "Parameters of the platform's services.", SERVICE_PARAMETER),
    Field("labels", "The host's labels with their values; a null value removes the label.", type="dict"),
    Field("prune_labels", "Whether to remove labels that are not named.", type="bool", default=False),
    Field(
        "cpu",
        "What the host's cores are used for.",
        type="list",
        elements="dict",
        options=CPU.by_name["functions"].options,
    ),
    _entries("memory", "The host's memory, by NUMA node.", MEMORY),
    _entries("devices", "The host's PCI devices.", DEVICE),
    Field(
        "storage_backend",
        "Storage back end of the system; V(none) leaves storage alone.",
        choices=("ceph", "ceph-rook", "none"),
        default="none",
    ),
    Field(
        "ceph_monitor",
        "Whether the host has a Ceph monitor; the third one of a standard system is on a worker. Controllers and"
        " storage-0 have theirs without it.",
        type="bool",
        default=False,
    ),
    _entries("osds", "Disks of the host for the storage back end.", STORAGE),
    _entries("partitions", "Partitions of the host's disks, in the order of their numbers.", PARTITION),
    _entries("volume_groups", "The host's volume groups.", GROUP),
    _entries("physical_volumes", "The host's physical volumes.", VOLUME),
    Field(
        "filesystems",
        "The host's file systems with their sizes in GiB, which only grow; a null value removes an optional one.",
        type="dict",
    ),
    Field(
        "controller_filesystems",
        (
            "The controllers' file systems with their sizes in GiB, which only grow.",
            "They are changed last, since every controller has to be in service for that.",
        ),
        type="dict",
    ),
    Field("location", "Where the host stands."),
    Field(
        "administrative",
        "Whether the host should be unlocked, that is in service, once everything else is done, or locked.",
        choices=("unlocked", "locked"),
    ),
    replace(LOCK, local=False),
)


def expand(params: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The declarations that the short options amount to, by plural."""
    host, lock = params["host"], params["lock"]
    own = {"host": host, "lock": lock}
    entries: dict[str, list[dict[str, Any]]] = {}

    def add(resource: Resource, *values: Mapping[str, Any]) -> None:
        entries.setdefault(resource.many, []).extend(dict(v) for v in values)

    if params.get("system"):
        add(SYSTEM, params["system"])
    if params.get("dns_servers") is not None:
        add(DNS, {"servers": params["dns_servers"]})
    if params.get("ntp_servers") is not None:
        add(NTP, {"servers": params["ntp_servers"]})
    if params.get("oam"):
        add(OAM_NETWORK, params["oam"])
    add(DATA_NETWORK, *(params.get("data_networks") or []))
    add(INTERFACE, *({**own, **i} for i in params.get("interfaces") or []))
    add(ADDRESS, *({**own, **a} for a in params.get("addresses") or []))
    add(ROUTE, *({"host": host, **r} for r in params.get("routes") or []))
    for resource in (PTP_INSTANCE, PTP_INTERFACE, PTP_PARAMETER, SERVICE_PARAMETER):
        add(resource, *(params.get(resource.many) or []))
    if params.get("labels") is not None:
        add(LABELS, {**own, "labels": params["labels"], "prune": params["prune_labels"]})
    if params.get("cpu"):
        add(CPU, {**own, "functions": params["cpu"]})
    add(MEMORY, *({**own, **m} for m in params.get("memory") or []))
    add(DEVICE, *({**own, **d} for d in params.get("devices") or []))
    if params.get("storage_backend") not in (None, "none"):
        add(BACKEND, {"backend": params["storage_backend"]})
    if params.get("ceph_monitor"):
        add(MONITOR, {"host": host})
    add(STORAGE, *({"host": host, **o} for o in params.get("osds") or []))
    add(PARTITION, *({"host": host, **p} for p in params.get("partitions") or []))
    add(GROUP, *({**own, **g} for g in params.get("volume_groups") or []))
    add(VOLUME, *({**own, **v} for v in params.get("physical_volumes") or []))
    if params.get("filesystems"):
        add(HOST_FILESYSTEM, {**own, "filesystems": params["filesystems"]})
    if params.get("controller_filesystems"):
        add(CONTROLLER_FILESYSTEM, {"filesystems": params["controller_filesystems"]})
    described = {k: params[k] for k in ("location", "administrative") if params.get(k)}
    if described:
        add(HOST, {"name": host, **described})
    return entries


def remark(changes: Sequence[Change], survey: Survey) -> list[str]:
    """Labels of a host that its declaration does not name, and leaves as they are."""
    texts = []
    for change in changes:
        if change.resource is LABELS and change.live and not change.wanted.values.get("prune"):
            others = sorted(set(change.live["labels"]) - set(change.wanted.values.get("labels") or {}))
            if others:
                texts.append(
                    f"Host {change.wanted.name} has labels that are not named: {', '.join(others)}. They are left as"
                    " they are; prune: true (starlingx_host_prune_labels with the role) removes what is not named."
                )
    return texts


CONFIGURATION = Bulk("stx_host_configuration", KINDS, FIELDS, expand, remark=remark)
