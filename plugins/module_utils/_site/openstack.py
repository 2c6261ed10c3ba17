# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The application stx-openstack of a site: what its hosts, its storage and its VIM account must be.

Rules of the application's own life-cycle checks and of StarlingX's guide to its installation (2026); what concerns a
compute host alone (its data interface, room for its virtual machines) is with its interfaces and file systems.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .faults import Reader, masked
from .model import Model
from .registration import DNS_LABEL, HOST_NAME, check_name, check_text, check_url
from .roster import Member

VARIABLES = (
    "edge_openstack_src",
    "edge_openstack_remote_src",
    "edge_openstack_version",
    "edge_openstack_overrides",
    "edge_openstack_domain",
    "edge_openstack_auth_url",
    "edge_openstack_ca_cert",
    "edge_openstack_region",
    "edge_openstack_username",
    "edge_openstack_password",
    "edge_openstack_project",
    "edge_openstack_vim",
    "edge_openstack_timeout",
    # of the role openstack_vim, for any OpenStack
    "edge_openstack_user_domain",
    "edge_openstack_project_domain",
    "edge_openstack_interface",
    "edge_openstack_validate_certs",
    "edge_openstack_tenant",
    "edge_openstack_flavors",
    "edge_openstack_images",
    "edge_openstack_networks",
    "edge_openstack_services",
    "edge_openstack_hypervisors",
    "edge_openstack_agents",
    "edge_openstack_ignore",
    "edge_openstack_smoke",
    "edge_openstack_clouds",
)
CONTROL, COMPUTE = "openstack-control-plane", "openstack-compute-node"
#: labels that say which virtual switch a compute host has
OPENVSWITCH, DPDK = "openvswitch", "dpdk"
#: GiB that the images of its containers need
DOCKER_GIB = 60
VIM_KEYS = ("name", "description", "config")


def check_openstack(
    site: Reader, members: Sequence[Member], model: Model, role: str, backend: str
) -> dict[str, Any] | None:
    """The variables ``edge_openstack_*``, as a document without secrets; None where the site has no OpenStack."""
    if not site.given("edge_openstack_src"):
        # an account of another OpenStack has no tarball
        other = ("edge_openstack_vim",) if not site.given("edge_openstack_auth_url") else ()
        for name in ("edge_openstack_version", "edge_openstack_overrides", *other):
            if site.given(name):
                message = "has no effect without edge_openstack_src."
                site.fault(name, message, "Name the application's tarball there.", None)
        return None
    site.text("edge_openstack_src")
    if role == "systemcontroller":
        message = "the application cannot be applied on a System Controller."
        site.fault("edge_openstack_src", message, "Leave it out, and give it to subclouds.")
    if backend == "none":
        site.fault(
            "edge_storage_backend", "OpenStack keeps its volumes and images in Ceph.", "Set it to ceph or ceph-rook."
        )
    site.truth("edge_openstack_remote_src")
    for key in ("version", "ca_cert", "region", "username", "project"):
        site.text(f"edge_openstack_{key}")
    site.whole("edge_openstack_timeout", least=1)
    _hosts(site, members, model)
    return {"overrides": _overrides(site), **_vim(site)}


def _labels(member: Member) -> dict[str, str]:
    labels = member.reader.data.get("edge_labels")
    found = labels.items() if isinstance(labels, Mapping) else ()
    return {str(k): str(v).lower() for k, v in found}


def _hosts(site: Reader, members: Sequence[Member], model: Model) -> None:
    """Labels, virtual switches and room for images."""
    switches: dict[str, str] = {}
    compute = [m for m in members if model.works(m.personality) and _labels(m).get(COMPUTE) == "enabled"]
    if not compute:
        site.fault(
            f"edge_labels.{COMPUTE}",
            "OpenStack has no compute host.",
            f"Give {COMPUTE}: enabled to the hosts that are to run virtual machines.",
            None,
        )
    for member in members:
        labels = _labels(member)
        if member.personality == "controller" and labels.get(CONTROL) != "enabled":
            member.reader.fault(
                f"edge_labels.{CONTROL}",
                "the services of OpenStack run on controllers with this label only.",
                f"Add {CONTROL}: enabled to edge_labels.",
                labels.get(CONTROL),
            )
        if member.personality == "controller" or member in compute:
            _docker(member.reader)
    for member in compute:
        labels = _labels(member)
        kind = "+".join(label for label in (OPENVSWITCH, DPDK) if labels.get(label) == "enabled")
        if OPENVSWITCH not in kind:
            member.reader.fault(
                f"edge_labels.{OPENVSWITCH}",
                "a compute host needs a virtual switch, and the label says that it has one.",
                f"Add {OPENVSWITCH}: enabled, and {DPDK}: enabled beside it for a switch with DPDK.",
                labels.get(OPENVSWITCH),
            )
            continue
        other = next(iter(switches), kind)
        if other != kind:
            member.reader.fault(
                "edge_labels",
                f"its labels want the switch {kind}, and those of host {switches[other]} {other}.",
                "Give the same labels to all compute hosts.",
                kind,
            )
        switches.setdefault(kind, member.name)
        if site.data.get("edge_vswitch_type") == "ovs-dpdk":
            _dpdk(member.reader)


def _docker(host: Reader) -> None:
    sizes = host.data.get("edge_filesystems")
    size = sizes.get("docker") if isinstance(sizes, Mapping) else None
    if not isinstance(size, int) or size < DOCKER_GIB:
        host.fault(
            "edge_filesystems.docker",
            f"the images of OpenStack need {DOCKER_GIB} GiB.",
            f"Give edge_filesystems.docker {DOCKER_GIB} or more.",
            size,
        )


def _dpdk(host: Reader) -> None:
    """A switch with DPDK polls on a core, and its packets and its virtual machines are in huge pages, on each node."""
    hardware, rows = host.data.get("edge_hardware"), host.data.get("edge_memory")
    sockets = hardware.get("sockets") if isinstance(hardware, Mapping) else None
    nodes = range(sockets if isinstance(sockets, int) else 1)
    found = {r.get("numa"): r for r in rows if isinstance(r, Mapping)} if isinstance(rows, list) else {}
    for node in nodes:
        row = found.get(node, {})
        if not row.get("vswitch_hugepages"):
            host.fault(
                "edge_memory",
                f"a switch with DPDK needs a huge page of 1 GiB on NUMA node {node}.",
                "Give vswitch_hugepages: 1 there.",
                None,
            )
        if not (row.get("hugepages_1g") or row.get("hugepages_2m")):
            host.warn(
                "edge_memory",
                f"virtual machines behind a switch with DPDK live in huge pages, and NUMA node {node} has none.",
                "Give hugepages_1g there.",
                None,
            )
    given = host.data.get("edge_cpu")
    functions = [r.get("function") for r in given if isinstance(r, Mapping)] if isinstance(given, list) else []
    if "vswitch" not in functions:
        host.fault(
            "edge_cpu",
            "a switch with DPDK needs a core on each NUMA node.",
            "Add {function: vswitch, numa: {0: 1}} with every NUMA node.",
            None,
        )


def _overrides(site: Reader) -> list[dict[str, Any]]:
    rows, seen = [], {}  # type: list[dict[str, Any]], dict[str, str]
    for part in site.mappings("edge_openstack_overrides", ("chart", "namespace", "values", "enabled")):
        part.text("chart", required="Name the chart, such as nova.")
        namespace = part.text("namespace", default="openstack")
        if namespace is not None and not DNS_LABEL.fullmatch(namespace):
            part.fault("namespace", "is no name of a namespace.", "Leave it out: the charts' own is openstack.")
        if part.data.get("namespace") in (None, "openstack"):
            part.unique("chart", seen, "the chart")
        part.mapping("values")
        part.truth("enabled", True)
        if not part.given("values") and not part.given("enabled"):
            part.fault("chart", "has nothing to override.", "Give values, or enabled.")
        rows.append(dict(masked(part.data)))
    return rows


def _vim(site: Reader) -> dict[str, Any]:
    """How OSM reaches it."""
    domain = site.text("edge_openstack_domain")
    if domain is not None and not HOST_NAME.fullmatch(domain):
        site.fault("edge_openstack_domain", "is no domain name.", "Write one such as openstack.madrid-1.example.com.")
    check_url(site, "edge_openstack_auth_url", sample="http://keystone.openstack.madrid-1.example.com/v3")
    given = site.data.get("edge_vim")
    registered = isinstance(given, Mapping) and given.get("type") == "openstack"
    if domain is None and not site.given("edge_openstack_auth_url") and not registered:
        site.fault(
            "edge_openstack_domain",
            "is missing: OSM reaches OpenStack's Keystone by a name below it.",
            "Give the domain whose names lead to the OAM floating address, or edge_openstack_auth_url.",
            None,
        )
    part = site.mapping("edge_openstack_vim", known=VIM_KEYS)
    if part is None:
        return {"vim_account": None}
    if part.given("name"):
        check_name(part, "name")
    check_text(part, "description")
    part.mapping("config")
    return {"vim_account": dict(masked(part.data))}
