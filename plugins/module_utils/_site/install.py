# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Install values of a subcloud: how dcmanager installs its controller-0 through the BMC.

Rules of dcmanager (``InstallValuesValidator``, 2026). What the inventory says already need not be said again: the port
of the OAM network, its addresses, the BMC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .addresses import Network
from .faults import Reader
from .model import Model
from .registration import parsed
from .roster import Member, link_of, port_below

#: install_type: Standard serial and graphical, All-in-one serial and graphical, All-in-one low-latency both
STANDARD_TYPES, ALL_IN_ONE_TYPES = (0, 1), (2, 3, 4, 5)
LEAST_PERSISTENT_MB = 30000
KEYS = (
    "bootstrap_interface",
    "bootstrap_address_prefix",
    "bootstrap_vlan",
    "install_type",
    "nexthop_gateway",
    "network_address",
    "network_mask",
    "console_type",
    "rootfs_device",
    "boot_device",
    "rd.net.timeout.ipv6dad",
    "no_check_certificate",
    "persistent_size",
    "hw_settle",
    "extra_boot_params",
    "wipe_osds",
    "bmc_ciphersuite",
    "software_version",
    "rvmc_debug_level",
)
RENDERED = {
    "bootstrap_address": "edge_subcloud_bootstrap_address",
    "bmc_address": "edge_bmc_address",
    "bmc_username": "edge_bmc_username",
    "bmc_password": "edge_bmc_password",
}


def check_install(
    site: Reader, model: Model, networks: Mapping[str, Network], members: Sequence[Member], address: str
) -> dict[str, Any]:
    """The variable ``edge_subcloud_install_values`` with what the rest of the inventory says; without the password."""
    given = site.mapping("edge_subcloud_install_values")
    part = given or Reader(site.faults, {}, "edge_subcloud_install_values", site.host)
    for key in part.data:
        if key in RENDERED:
            part.fault(key, f"is rendered from {RENDERED[key]}.", f"Set {RENDERED[key]} and take it out here.")
    part.only((*KEYS, *RENDERED))
    host = members[0].reader if members else site
    oam = networks.get("oam")
    link = link_of(host.data, "oam") or {}
    values: dict[str, Any] = {"bootstrap_address": address}
    values["bootstrap_interface"] = part.text(
        "bootstrap_interface", default=str(port_below(host.data, link) or "") or None
    )
    if not values["bootstrap_interface"]:
        part.fault("bootstrap_interface", "is missing.", "Name the port of the OAM network.", None)
    bits = 128 if ":" in address else 32
    usual = oam.legs[0].subnet.prefixlen if oam else None
    values["bootstrap_address_prefix"] = part.whole("bootstrap_address_prefix", default=usual, least=1, most=bits)
    values["nexthop_gateway"] = part.text("nexthop_gateway", default=oam.primary("gateway") if oam else None)
    tag = link.get("vlan_id")
    vlan = part.whole("bootstrap_vlan", default=tag if isinstance(tag, int) else None, least=1, most=4094)
    values |= {"bootstrap_vlan": vlan} if vlan is not None else {}
    values["install_type"] = _type(part, site, model)
    _numbers(part, values)
    for key in ("console_type", "rootfs_device", "boot_device", "bmc_ciphersuite", "extra_boot_params"):
        if part.data.get(key, "-") in (None, "", "None"):
            part.fault(key, "is empty.", "Give a value, or leave it out.", None)
        elif part.given(key):
            values[key] = part.text(key)
    for key in ("no_check_certificate", "wipe_osds"):
        if part.given(key):
            values[key] = part.truth(key)
    version = part.text("software_version")
    if isinstance(part.data.get("software_version"), float):
        part.fault("software_version", "is a number to YAML, which may not be what was written.", "Write it in quotes.")
    values |= {"software_version": version} if version else {}
    values["bmc_username"] = host.data.get("edge_bmc_username")
    values["bmc_address"] = str(host.data.get(_bmc_variable(host)) or "")
    _addresses(part, host, values, oam)
    return {key: value for key, value in sorted(values.items()) if value not in (None, "")}


def _bmc_variable(host: Reader) -> str:
    """The variable with the address by which the System Controller reaches the BMC."""
    return "edge_subcloud_bmc_address" if host.given("edge_subcloud_bmc_address") else "edge_bmc_address"


def _type(part: Reader, site: Reader, model: Model) -> int | None:
    extra = site.data.get("edge_bootstrap_overrides")
    low = isinstance(extra, Mapping) and extra.get("kernel") == "lowlatency"
    possible = ALL_IN_ONE_TYPES if model.all_in_one else STANDARD_TYPES
    usual = possible[2 if low and model.all_in_one else 0]
    kind = part.whole("install_type", default=usual, least=0, most=5)
    if kind is not None and kind not in possible:
        part.fault(
            "install_type",
            f"is no type of a {model.name}.",
            f"Give one of {', '.join(map(str, possible))}, or leave it out.",
        )
    elif kind in (4, 5) and not low and part.given("install_type"):
        part.warn(
            "install_type",
            "installs the low-latency kernel, and edge_bootstrap_overrides.kernel does not say so.",
            "Set kernel: lowlatency there.",
        )
    return kind


def _numbers(part: Reader, values: dict[str, Any]) -> None:
    bounds: dict[str, tuple[int, int | None]] = {
        "persistent_size": (LEAST_PERSISTENT_MB, None),
        "hw_settle": (0, None),
        "rd.net.timeout.ipv6dad": (1, None),
        "rvmc_debug_level": (0, 4),
    }
    for key, (least, most) in bounds.items():
        number = part.whole(key, least=least, most=most)
        if number is not None:
            values[key] = number


def _addresses(part: Reader, host: Reader, values: dict[str, Any], oam: Network | None) -> None:
    """Every address parses, and all are of the family of the bootstrap address and of the primary OAM network."""
    bootstrap = parsed(values["bootstrap_address"])
    if bootstrap is None and not values["bootstrap_address"]:
        return  # it is derived from the OAM network, whose fault is told
    if bootstrap is None:
        part.faults.add(
            RENDERED["bootstrap_address"],
            values["bootstrap_address"],
            "is no address.",
            "Give the address by which the subcloud is reached while it is installed.",
            host.host,
        )
        return
    mask, network = part.given("network_mask"), part.text("network_address")
    if network:
        values |= {"network_address": network, "network_mask": part.data.get("network_mask")}
        if not mask:
            part.fault("network_mask", "is missing: it belongs to network_address.", "Give it.", None)
        if not values["nexthop_gateway"]:
            part.fault("nexthop_gateway", "is missing: it belongs to network_address.", "Give it.", None)
    bmc = parsed(values["bmc_address"])
    if values["bmc_address"] and bmc is None:
        host.fault(
            _bmc_variable(host),
            "dcmanager takes an address here, without a scheme or port.",
            "Write it such as 10.20.31.10, or set edge_subcloud_install to false.",
        )
    for reader, key, value in (
        (part, "nexthop_gateway", parsed(values["nexthop_gateway"] or "")),
        (part, "network_address", parsed(network or "")),
        (host, _bmc_variable(host), bmc),
    ):
        if value is not None and value.version != bootstrap.version:
            reader.fault(
                key,
                f"is IPv{value.version}, and the bootstrap address {bootstrap} is IPv{bootstrap.version}.",
                "Give addresses of one family.",
                str(value),
            )
    if bmc is not None and oam is not None and bmc.version != oam.families[0]:
        host.fault(
            _bmc_variable(host),
            f"is IPv{bmc.version}, and the primary OAM network is IPv{oam.families[0]}.",
            "Give addresses of one family.",
        )
