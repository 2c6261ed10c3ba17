# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the bootstrap playbook refuses before it does anything, in its words and its order."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from .defaults import KUBERNETES, NETWORKS, pool_values

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
MODES = ("simplex", "duplex", "duplex-direct")
ROLES = ("none", "systemcontroller", "subcloud")
#: key -> (allowed words, how the message lists them)
CALICO = {
    "calico_encapsulation": ("None", "VXLAN", "VXLANCrossSubnet", "IPIP", "IPIPCrossSubnet"),
    "calico_chain_insert_mode": ("Insert", "Append"),
    "calico_iptables_backend": ("NFT", "Legacy", "Auto"),
    "calico_linux_dataplane": ("Iptables", "Nftables", "BPF", "VPP"),
}
CALICO_RANGES = {
    "calico_mtu": (576, 9216),
    "calico_ippool_block_size_v4": (20, 32),
    "calico_ippool_block_size_v6": (116, 128),
}
#: networks whose range may be one address, and the least number of addresses of a subnet on a simplex
ONE_ADDRESS = ("admin", "management", "cluster_host", "pxeboot")
LEAST = {"cluster_pod": 65536, "cluster_service": 65536, "multicast": 6, "oam": 5, **dict.fromkeys(ONE_ADDRESS, 3)}
MOST = {"cluster_service": 1048576}


class Refused(Exception):
    """The text that the playbook fails with."""


def check(overrides: Any, root: Path) -> None:
    """Raise :class:`Refused` for the first thing that is wrong. ``root`` is the target's root folder."""
    if not isinstance(overrides, dict):
        raise Refused("The override file is not a dictionary.")
    _general(overrides)
    subnets = {kind: _subnets(overrides, prefix, default) for kind, prefix, _keys, default, _units in NETWORKS}
    _families(overrides, subnets)
    for kind, prefix, _keys, default, units in NETWORKS:
        _pool(overrides, kind, prefix, [n for n in subnets[kind] if default or n], units)
    _extras(overrides, root)


def _general(overrides: dict[str, Any]) -> None:
    mode, role = overrides.get("system_mode", "simplex"), overrides.get("distributed_cloud_role", "none")
    if mode not in MODES:
        raise Refused("Invalid system mode. Valid values are: simplex, duplex or duplex-direct.")
    virtual = overrides.get("virtual_system", False)
    if not isinstance(virtual, bool):
        raise Refused("virtual_system is misconfigured. Valid value is either 'True' or 'False'.")
    if role not in ROLES:
        raise Refused("Invalid distributed cloud role. Valid values are: none, systemcontroller, or subcloud.")
    if role == "systemcontroller" and mode == "simplex":
        raise Refused("A simplex All-in-one controller cannot be configured as Distributed Cloud System Controller")
    if role == "systemcontroller" and virtual:
        raise Refused("Virtual system setting is not supported for Distributed Cloud System Controller")
    for key, words in CALICO.items():
        if overrides.get(key) not in (None, *words):
            raise Refused(f"Invalid {key} '{overrides[key]}'. Valid values are: {', '.join(words)}.")
    for key, (least, most) in CALICO_RANGES.items():
        value = overrides.get(key)
        if value is not None and not (str(value).isdigit() and least <= int(value) <= most):
            raise Refused(f"Invalid {key} '{value}'. Must be an integer between {least} and {most}.")
    timezone = overrides.get("timezone", "UTC")
    if timezone not in available_timezones():
        raise Refused(f"The provided timezone {timezone} is invalid.")
    servers = overrides.get("dns_servers", ["8.8.8.8"])
    if not isinstance(servers, list) or not 1 <= len(servers) <= 3:
        raise Refused("The number of DNS servers exceeds maximum allowable number of 3.")
    for server in servers:
        if _address(server) is None:
            raise Refused(f"DNS Server: {server}")


def _address(text: Any) -> Address | None:
    try:
        return ipaddress.ip_address(str(text))
    except ValueError:
        return None


def _subnets(overrides: dict[str, Any], prefix: str, default: str) -> list[Network]:
    found: list[Network] = []
    given = str(overrides.get(f"{prefix}_subnet") or default)
    for word in [w.strip() for w in given.split(",") if w.strip()]:
        try:
            found.append(ipaddress.ip_network(word))
        except ValueError as error:
            raise Refused(f"{prefix}_subnet:{given} Validating:{word}") from error
    if len(found) > 2 or len({n.version for n in found}) < len(found):
        raise Refused(f"Error parsing {prefix}_subnet:{given}, return code: 1")
    return found


def _families(overrides: dict[str, Any], subnets: dict[str, list[Network]]) -> None:
    if subnets["pxeboot"][0].version != 4:
        raise Refused("pxeboot_subnet subnet must always be IPv4")
    management = subnets["mgmt"][0]
    if management.version == 6 and management.prefixlen < 64:
        raise Refused("IPv6 minimum prefix length is 64")
    for name in ("management", "cluster_host"):
        value = overrides.get(f"{name}_dynamic_address_allocation", True)
        if not isinstance(value, bool):
            raise Refused(
                f"{name}_dynamic_address_allocation is misconfigured. Valid value is either 'True' or 'False'."
            )
    for net in subnets["multicast"]:
        if not net.is_multicast:
            raise Refused(f"Invalid multicast subnet: management_multicast_subnet -> {net}")
    for kind in ("multicast", "cluster-host", "cluster-pod", "cluster-service", "oam"):
        if subnets[kind][0].version != management.version:
            raise Refused(
                f"Cluster, oam and mgmt must have same family address type: {management} and {subnets[kind][0]}"
            )
    if subnets["admin"] and subnets["admin"][0].version != management.version:
        raise Refused("Admin subnet must have same IP family of platform network parameters")
    clusters = {len(subnets[kind]) for kind in ("cluster-pod", "cluster-host", "cluster-service")}
    if len(subnets["cluster-pod"]) == 2 and clusters != {2}:
        raise Refused(
            "To have dual-stack, cluster networks (pod, host, and service) must have IPv4 and IPv6 subnets defined"
        )
    if len(subnets["cluster-pod"]) == 2 and len(subnets["oam"]) != 2:
        raise Refused("To have dual-stack cluster pod network, OAM must have IPv4 and IPv6 subnets defined")


def _pool(overrides: dict[str, Any], kind: str, prefix: str, subnets: list[Network], units: bool) -> None:
    name = {"mgmt": "management", "multicast": "multicast", "oam": "oam"}.get(kind, prefix)
    for word in ("start", "end", "floating", "gateway", "node_0", "node_1"):
        key = f"{prefix}_{word}_address"
        for address in [w.strip() for w in str(overrides.get(key) or "").split(",") if w.strip()]:
            if _address(address) is None:
                raise Refused(f"{key}:{overrides[key]} Validating:{address}")
    for place, net in enumerate(subnets):
        if net.num_addresses < LEAST[name]:
            raise Refused(f"Exception: Failed validation, {name} subnet must contain at least {LEAST[name]} addresses.")
        values = pool_values(overrides, prefix, str(net), place, units)
        start, end = (ipaddress.ip_address(a) for a in values["ranges"][0])
        if start.version != end.version or int(start) > int(end):
            equal = "less than or equal to" if name in ONE_ADDRESS else "less than"
            raise Refused(f"Exception: Failed validation, {name} start address must be {equal} end address.")
        if int(start) == int(end) and name not in ONE_ADDRESS:
            raise Refused(f"Exception: Failed validation, {name} start address must be less than end address.")
        if start not in net or end not in net:
            raise Refused(f"Exception: Failed validation, {name} start or end address must be within its subnet range.")
        if name in MOST and net.num_addresses > MOST[name]:
            raise Refused(
                f"Exception: Failed validation, {name} subnet must not contain more than {MOST[name]} addresses."
            )
        if int(end) - int(start) + 1 < LEAST[name] - 2:
            raise Refused(
                f"Exception: Failed validation, {name} address range must contain at least {LEAST[name] - 2} addresses."
            )
        for field in ("floating_address", "gateway_address"):
            value = values.get(field)
            if value and ipaddress.ip_address(value) not in net:
                raise Refused(
                    "Error validating address vs subnet, return code: 1 Error output: "
                    f"{prefix}_{field} {value} is not within {net}"
                )


def _extras(overrides: dict[str, Any], root: Path) -> None:
    if not isinstance(overrides.get("additional_local_registry_images", []), list):
        raise Refused("additional_local_registry_images must be a list")
    etcd = [bool(overrides.get(f"etcd_root_ca_{part}")) for part in ("cert", "key")]
    if any(etcd) and not all(etcd):
        raise Refused("etcd_root_ca_cert and etcd_root_ca_key must be provided as a pair")
    issuer = ("system_root_ca_cert", "system_local_ca_cert", "system_local_ca_key")
    given = [bool(overrides.get(key)) for key in issuer]
    if any(given) and not all(given):
        raise Refused(
            '"To set the local issuer, system_root_ca_cert, system_local_ca_cert and system_local_ca_key '
            'must be provided."'
        )
    for key in ("etcd_root_ca_cert", "etcd_root_ca_key", *issuer, "ssl_ca_cert"):
        path = overrides.get(key)
        if path and not any(Path(p).is_file() for p in (str(path), f"{root}/{str(path).lstrip('/')}")):
            raise Refused(f"{key} file not found. ({path})")
    oidc = overrides.get("apiserver_oidc") or {}
    wanted = {"client_id", "issuer_url", "username_claim"}
    if oidc and set(oidc) not in (wanted, wanted | {"groups_claim"}):
        raise Refused(
            "If OpenID Connect parameters are specified, you must specify all 3 apiserver_oidc: client_id, "
            "issuer_url, username_claim or apiserver_oidc: groups_claim in addition to the previous 3."
        )
    version = str(overrides.get("kubernetes_version") or KUBERNETES[-1]).lstrip("v")
    if version not in KUBERNETES:
        raise Refused(f"Kubernetes version {version} is not one that this release carries: {', '.join(KUBERNETES)}")
