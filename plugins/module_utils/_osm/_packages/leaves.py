# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The types of leaves in OSM's information models, and which values the NBI's bindings (pyangbind) take for each.

Observed on bindings made from the models, type by type, with values of every shape.
"""

from __future__ import annotations

import datetime
import ipaddress
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

#: type as the NBI names it, values
ENUMS: dict[str, tuple[str, str]] = {
    "address": ("identityref", "mac-address ip-address"),
    "affinity": ("affinity-type", "affinity anti-affinity"),
    "alarm-compare": ("relational-operation-type", "GE LE GT LT EQ NE"),
    "algorithm": ("identityref", "sha-224 sha-256 sha-384 sha-512"),
    "and-or": ("common:scaling-criteria-operation", "AND OR"),
    "availability": ("enumeration", "level-1 level-2 level-3"),
    "blacklist": ("enumeration", "upgrade rollback"),
    "bus": ("enumeration", "ide usb virtio scsi"),
    "cloud": ("enumeration", "lxd k8s"),
    "cni": ("enumeration", "calico flannel multus"),
    "compare": ("common:relational-operation-type", "GE LE GT LT EQ NE"),
    "container": ("enumeration", "aki ami ari bare docker ova ovf"),
    "data-type": ("common:parameter-data-type", "STRING INTEGER BOOLEAN"),
    "direction": ("enumeration", "ingress egress"),
    "disk": ("enumeration", "aki ami ari iso qcow2 raw vdi vhd vhdx vmdk"),
    "flow-pattern": ("flow-pattern", "line tree mesh"),
    "healing": ("recovery-type", "manual automatic"),
    "helm-version": ("enumeration", "v2 v3"),
    "inet-version": ("inet:ip-version", "unknown ipv4 ipv6"),
    "interface": ("enumeration", "vnf-configuration vnf-indicator"),
    "ip-version": ("enumeration", "ipv4 ipv6"),
    "ipv6-mode": ("enumeration", "slaac dhcpv6-stateful dhcpv6-stateless"),
    "layer": ("identityref", "ethernet mpls odu2 ipv4 ipv6 pseudo-wire"),
    "lcm": (
        "identityref",
        "instantiate-vnf scale-vnf scale-vnf-to-level change-vnf-flavour terminate-vnf query-vnf heal-vnf operate-vnf"
        " modify-vnf-information",
    ),
    "link": ("manotypes:virtual-link-type", "ELAN ELINE L3"),
    "mem-policy": ("enumeration", "STRICT PREFERRED"),
    "network": ("enumeration", "flat vlan vxlan gre"),
    "nic": ("enumeration", "PARAVIRT OM-MGMT PCI-PASSTHROUGH SR-IOV VIRTIO E1000 RTL8139 PCNET"),
    "page": ("enumeration", "LARGE SMALL SIZE_2MB SIZE_1GB PREFER_LARGE"),
    "policy": ("enumeration", "static dynamic"),
    "port-security": ("enumeration", "full allow-address-pairs"),
    "protocol": ("enumeration", "tcp udp icmp"),
    "recovery": ("recovery-actions", "REDEPLOY_ONLY REBOOT REBOOT_THEN_REDEPLOY"),
    "resource": ("resource-type", "delay-critical-GBR GBR non-GBR"),
    "role": ("identityref", "root leaf"),
    "scaling": ("common:scaling-policy-type", "manual automatic"),
    "scope": ("affinity-scope", "nfvi-node zone-group zone nfvi-pop"),
    "script-event": (
        "internal-lifecycle-management-script-event",
        "start-instantiation end-instantiation start-scaling end-scaling start-healing end-healing start-termination"
        " end-termination start-vnf-flavour-change end-vnf-flavour-change start-vnf-operation-change"
        " end-vnf-operation-change start-vnf-ext-conn-change end-vnf-ext-conn-change start-vnfinfo-modification"
        " end-vnfinfo-modification",
    ),
    "script-type": ("enumeration", "rift"),
    "severity": ("alarm-severity-type", "LOW MODERATE CRITICAL"),
    "slice": ("network-slice-type", "eMBB URLLC mMTC"),
    "source": ("enumeration", "vnf em both"),
    "statistic": ("alarm-statistic-type", "AVERAGE MINIMUM MAXIMUM COUNT SUM"),
    "storage": ("identityref", "root-storage swap-storage ephemeral-storage persistent-storage"),
    "test-access": ("enumeration", "none passive-monitoring active"),
    "thread-policy": ("enumeration", "REQUIRE ISOLATE PREFER"),
    "trigger": ("common:scaling-trigger", "pre-scale-in post-scale-in pre-scale-out post-scale-out"),
}
PREFIXES = ("", "nfv:", "descriptors:", "vnf:", "persistent-storage:")
#: bits of a whole number, and the type as the NBI names it
WHOLE = {"u8": (8, "uint8"), "u16": (16, "uint16"), "u32": (32, "uint32"), "u64": (64, "uint64")}
WHOLE |= {"ticks": (32, "yang:timeticks"), "port": (16, "inet:port-number")}
OTHER = {"bool": "boolean", "dec": "decimal64", "ip": "inet:ip-address", "ref": "leafref", "str": "string"}
OTHER |= {"mac": "ietf-yang:mac-address", "prefix": "inet:ip-prefix"}
MAC = re.compile(r"[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}\n?")


@dataclass(frozen=True)
class Leaf:
    """A value: ``many`` for a list of values, ``type`` one of the words of the tables, ``bound`` a further limit."""

    name: str
    type: str
    many: bool
    bound: str = ""

    @property
    def called(self) -> str:
        """The type as the NBI names it."""
        if self.type.startswith("@"):
            return ENUMS[self.type[1:]][0]
        return WHOLE[self.type][1] if self.type in WHOLE else OTHER[self.type]

    @property
    def choices(self) -> tuple[str, ...]:
        """The values of an enumeration; empty for other types."""
        return tuple(ENUMS[self.type[1:]][1].split()) if self.type.startswith("@") else ()


def safe(key: str) -> str:
    """A key as the bindings compare it."""
    return key.replace("-", "_").replace(".", "_")


def is_whole(value: Any) -> bool:
    """Whether a value is what a whole number is meant to be written as."""
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, str) and value.strip().isdigit()
    )


def fits(value: Any, leaf: Leaf, member: bool = False) -> bool:
    """Whether the bindings take a value; ``member`` when it is one of a list of values."""
    if leaf.choices:
        prefixes = PREFIXES if leaf.called == "identityref" else ("",)
        return isinstance(value, str) and any(value == p + c for p in prefixes for c in leaf.choices)
    if leaf.type in ("str", "ref"):
        short = not leaf.bound or 0 < len(str(value)) <= int(leaf.bound.removeprefix("<="))
        return short and (isinstance(value, str) or not leaf.many)
    if leaf.type == "bool":
        return (
            value in (0, 1)
            if isinstance(value, (int, float))
            else value in ("0", "1", "true", "false", "True", "False")
        )
    if leaf.type == "ip":
        return isinstance(value, str) and _address(value)
    if leaf.type == "prefix":
        return isinstance(value, str) and "/" in value and _prefix(value)
    if leaf.type == "mac":
        return isinstance(value, str) and bool(MAC.fullmatch(value))
    if leaf.type == "dec":
        return _decimal(value, leaf)
    return not (member and leaf.many and isinstance(value, list)) and _number(value, leaf)


def _address(value: str) -> bool:
    try:
        ipaddress.ip_address(value.partition("%")[0])
    except ValueError:
        return False
    return True


def _prefix(value: str) -> bool:
    try:
        ipaddress.ip_interface(value)
    except ValueError:
        return False
    return True


def _decimal(value: Any, leaf: Leaf) -> bool:
    if isinstance(value, list):
        return False
    if isinstance(value, (datetime.date, bool)):
        return leaf.bound != "<=1" or isinstance(value, bool)
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return False
    if leaf.bound == "<=1":
        return 0 <= number <= 1
    return number >= 0 or not leaf.bound


def _number(value: Any, leaf: Leaf) -> bool:
    bits, _name = WHOLE[leaf.type]
    if isinstance(value, (list, datetime.date)) or is_word(value, leaf):
        return True
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return False
    return (1 if leaf.bound == ">0" else 0) <= number < 1 << bits


def is_word(value: Any, leaf: Leaf) -> bool:
    """Whether it is a text that is no number, where the bindings make 0 of such."""
    if not leaf.bound or leaf.type not in WHOLE or not isinstance(value, str):
        return False
    try:
        int(value)
    except ValueError:
        return True
    return False


def incompatible(name: str, called: str) -> str:
    """The NBI's words for a value of the wrong type."""
    return f"{safe(name)} must be of a type compatible with {called}"


def article(leaf: Leaf) -> str:
    """What a value must be, for a remedy."""
    if leaf.choices:
        return f"one of {', '.join(leaf.choices)}"
    words = {"bool": "true or false", "dec": "a number", "ip": "an IP address", "str": "a text", "ref": "a text"}
    words |= {"mac": "a MAC address with colons", "prefix": "a network such as 192.0.2.0/24"}
    if leaf.type == "str" and leaf.bound:
        return f"a text of 1 to {leaf.bound.removeprefix('<=')} characters"
    return words.get(leaf.type, f"a whole number of {WHOLE.get(leaf.type, (32, ''))[0]} bits")


def remedy(leaf: Leaf) -> str:
    """What to do about a wrong value."""
    if leaf.many:
        return f"Each value must be {article(leaf)}" + (", in quotes." if leaf.type in ("str", "ref") else ".")
    return f"It must be {article(leaf)}."
