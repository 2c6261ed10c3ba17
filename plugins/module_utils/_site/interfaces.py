# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Data networks, interfaces and labels of the hosts.

Rules of sysinv (``iinterfaces``, ``interface_networks``, ``interface_datanetworks``, ``datanetworks``, ``labels``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .faults import Reader
from .hardware import Hardware
from .model import Model

CLASSES = ("platform", "data", "pci-passthrough", "pci-sriov", "none")
TYPES = ("ethernet", "ae", "vlan", "vf")
PLATFORM_NETWORKS = ("mgmt", "oam", "cluster-host", "pxeboot", "storage", "admin")
IPV4_MODES = ("disabled", "static", "dhcp", "pool")
IPV6_MODES = ("disabled", "static", "auto", "link-local", "pool")
AE_MODES = ("active_standby", "balanced", "802.3ad")
HASHES = ("layer2", "layer2+3", "layer3+4")
VXLAN_OVERHEAD = 74
MTU = 1500
INTERFACE_KEYS = (
    "name",
    "port",
    "type",
    "class",
    "mtu",
    "networks",
    "data_networks",
    "vf_count",
    "vf_driver",
    "vlan_id",
    "uses",
    "ae_mode",
    "tx_hash_policy",
    "primary_reselect",
    "ipv4_mode",
    "ipv6_mode",
    "max_tx_rate",
)
DATA_NETWORK_KEYS = ("name", "type", "mtu", "description", "mode", "multicast_group", "port_num", "ttl")
DATA_NETWORK_NAME = re.compile(r"[A-Za-z0-9_.-]+")
INTERFACE_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")
LABEL_KEY = re.compile(r"([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
#: labels whose values StarlingX knows
LABELS: dict[str, tuple[str, ...]] = {
    "kube-cpu-mgr-policy": ("static", "none"),
    "kube-topology-mgr-policy": ("none", "best-effort", "restricted", "single-numa-node"),
    "kube-memory-mgr-policy": ("None", "none", "Static", "static"),
    "sriovdp": ("enabled", "disabled"),
    "openstack-control-plane": ("enabled", "disabled"),
    "openstack-compute-node": ("enabled", "disabled"),
}


def read_data_networks(site: Reader) -> dict[str, dict[str, Any]]:
    """The variable ``edge_data_networks`` by name, with the MTU filled in."""
    networks: dict[str, dict[str, Any]] = {}
    seen: dict[str, str] = {}
    for part in site.mappings("edge_data_networks", DATA_NETWORK_KEYS):
        name = part.text("name", required="Name the network.")
        kind = part.text("type", required="Choose flat, vlan or vxlan.", choices=("flat", "vlan", "vxlan"))
        mtu = part.whole("mtu", default=MTU, least=576, most=9216)
        part.unique("name", seen, "the data network's name")
        if name is not None and (not DATA_NETWORK_NAME.fullmatch(name) or name.lower() == "none"):
            part.fault(
                "name", "is no name of a data network.", "Use letters, digits, '_', '.' and '-'; not the word none."
            )
        vxlan = [key for key in ("mode", "multicast_group", "port_num", "ttl") if part.given(key)]
        if kind in ("flat", "vlan") and vxlan:
            part.fault(vxlan[0], f"belongs to vxlan, and the type is {kind}.", "Leave it out, or set type: vxlan.")
        mode = part.text("mode", default="dynamic", choices=("dynamic", "static"))
        if kind == "vxlan":
            if mode == "dynamic" and not part.given("multicast_group"):
                part.fault("multicast_group", "is missing.", "Give the group, or set mode: static.")
            port = part.whole("port_num", required="Give the UDP port: 4789 or 8472.")
            if port is not None and port not in (4789, 8472):
                part.fault("port_num", "is no port of VXLAN.", "Give 4789 or 8472.")
            part.whole("ttl", default=1, least=1, most=255)
        if name:
            extra = {key: part.data[key] for key in ("description", *vxlan) if part.given(key)}
            extra |= {key: part.whole(key) for key in ("port_num", "ttl") if key in extra}
            networks.setdefault(name, {"name": name, "type": kind, "mtu": mtu, **extra})
    return networks


def check_interfaces(
    host: Reader,
    hardware: Hardware | None,
    model: Model,
    personality: str,
    networks: Mapping[str, Any],
    data_networks: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """The variable ``edge_interfaces`` as documents, each interface by itself; ``links`` looks at them together."""
    documents: list[dict[str, Any]] = []
    names: dict[str, str] = {}
    on_platform: dict[str, str] = {}
    on_data: dict[str, str] = {}
    taken: dict[str, str] = {}
    parts = host.mappings("edge_interfaces", INTERFACE_KEYS)
    for part in parts:
        name = part.text("name", required="Name the interface.")
        part.unique("name", names, "the interface's name")
        if name is not None and (len(name) > 15 or not INTERFACE_NAME.fullmatch(name)):
            part.fault(
                "name", "is no name of an interface.", "Use at most 15 lower case letters, digits, '-', '_' and '.'."
            )
        kind = part.text("type", default="ethernet", choices=TYPES)
        own_class = part.text("class", default=_class(part), choices=CLASSES)
        mtu = part.whole("mtu", default=MTU, least=576, most=9216)
        _check_lower(part, kind, own_class, hardware, {str(p.data.get("name")) for p in parts if p is not part}, taken)
        _check_modes(part)
        platform = _check_platform(part, own_class, personality, model, networks, on_platform)
        data = _check_data(part, own_class, kind, mtu, data_networks, on_data)
        _check_sriov(part, own_class, kind, hardware)
        documents.append(
            {
                **{key: part.data[key] for key in INTERFACE_KEYS if part.given(key)},
                **{key: part.whole(key) for key in ("vf_count", "vlan_id", "max_tx_rate") if part.given(key)},
                "type": kind,
                "class": own_class,
                "mtu": mtu,
                **({"networks": platform} if platform else {}),
                **({"data_networks": data} if data else {}),
            }
        )
    readable = isinstance(host.data.get("edge_interfaces"), (list, type(None)))
    if readable and personality == "controller" and "oam" not in on_platform:
        host.fault(
            "edge_interfaces",
            "no interface carries the network oam, and a controller is not unlocked without it.",
            "Add an interface of class platform with networks: [oam].",
            value=None,
        )
    if readable and personality == "controller" and "admin" in networks and "admin" not in on_platform:
        host.fault(
            "edge_interfaces",
            "no interface carries the network admin, which edge_networks.admin configures.",
            "Add it to the networks of a platform interface, or leave edge_networks.admin out.",
            value=None,
        )
    return documents


def _class(part: Reader) -> str:
    """As sysinv does: a network makes an interface platform, a data network makes it data."""
    if part.given("networks"):
        return "platform"
    return "data" if part.given("data_networks") else "none"


def _check_lower(
    part: Reader,
    kind: str | None,
    own_class: str | None,
    hardware: Hardware | None,
    others: set[str],
    taken: dict[str, str],
) -> None:
    uses = part.texts("uses")
    for lower in uses:
        if lower not in others:
            part.fault("uses", f"{lower} is no other interface of this host.", "Name interfaces of edge_interfaces.")
    if kind == "ethernet":
        port = part.text("port", required="Name a port of edge_hardware.ports.")
        if port and hardware and hardware.ports and port not in hardware.ports:
            part.fault("port", "is no port of edge_hardware.ports.", f"Name one of: {', '.join(hardware.ports)}.")
        if port and port in taken:
            part.fault("port", f"is already the port of {taken[port]}.", "Name each port once.")
        if port:
            taken.setdefault(port, part.name(""))
    elif part.given("port"):
        part.fault(
            "port", f"an interface of type {kind} has no port of its own.", "Name the interfaces below it in uses."
        )
    if kind == "vlan":
        part.whole("vlan_id", required="Give the VLAN's number.", least=1, most=4094)
    elif part.given("vlan_id"):
        part.fault("vlan_id", f"an interface of type {kind} has no VLAN.", "Leave it out, or set type: vlan.")
    if kind in ("vlan", "vf") and len(uses) != 1:
        part.fault("uses", f"an interface of type {kind} lies over exactly one other.", "Name one interface.")
    if kind == "ae":
        if not uses:
            part.fault("uses", "an aggregated interface has no members.", "Name the interfaces that it aggregates.")
        if own_class not in ("platform", "data", None):
            part.fault("class", "an aggregated interface is of class platform or data.", "Choose one of them.")
        mode = part.text("ae_mode", default="active_standby", choices=AE_MODES)
        policy = part.text("tx_hash_policy", choices=HASHES)
        if mode in ("balanced", "802.3ad") and not part.given("tx_hash_policy"):
            part.fault("tx_hash_policy", f"is missing: {mode} needs it.", f"Choose one of {', '.join(HASHES)}.")
        if mode == "active_standby" and policy:
            part.fault("tx_hash_policy", "does not go with active_standby.", "Leave it out.")
        if own_class == "data" and policy not in (None, "layer2"):
            part.fault("tx_hash_policy", "is not for class data.", "Use layer2.")


def _check_modes(part: Reader) -> None:
    part.text("ipv4_mode", choices=IPV4_MODES)
    part.text("ipv6_mode", choices=IPV6_MODES)
    part.whole("max_tx_rate", least=0)
    if part.given("primary_reselect"):
        part.text("primary_reselect", choices=("always", "better", "failure"))
        if part.data.get("ae_mode", "active_standby") != "active_standby":
            part.fault("primary_reselect", "goes only with active_standby.", "Leave it out.")


def _check_platform(
    part: Reader,
    own_class: str | None,
    personality: str,
    model: Model,
    networks: Mapping[str, Any],
    on_platform: dict[str, str],
) -> list[str]:
    names = part.texts("networks")
    if names and own_class not in ("platform", None):
        part.fault(
            "networks", f"an interface of class {own_class} carries no platform network.", "Set class: platform."
        )
    for name in names:
        if name not in PLATFORM_NETWORKS:
            part.fault("networks", f"{name} is no platform network.", f"Choose among {', '.join(PLATFORM_NETWORKS)}.")
            continue
        if name in model.on_loopback:
            part.fault("networks", f"on a {model.name} {name} stays on the loopback interface.", f"Take {name} out.")
        if name in ("oam", "admin") and personality != "controller":
            part.fault("networks", f"{name} is only for controllers.", f"Take {name} out.")
        if name == "admin" and "admin" not in networks:
            part.fault("networks", "there is no network admin.", "Give edge_networks.admin, or take it out.")
        if name in on_platform:
            part.fault(
                "networks", f"{name} is already on {on_platform[name]}.", "Assign each platform network once per host."
            )
        on_platform.setdefault(name, part.name(""))
    if "pxeboot" in names and len(names) > 1:
        part.fault("networks", "pxeboot does not share an interface.", "Give it an interface of its own.")
    return names


def _check_data(
    part: Reader,
    own_class: str | None,
    kind: str | None,
    mtu: int | None,
    data_networks: Mapping[str, Mapping[str, Any]],
    on_data: dict[str, str],
) -> list[str]:
    names = part.texts("data_networks")
    if names and own_class in ("platform", "none"):
        part.fault(
            "data_networks",
            f"an interface of class {own_class} carries no data network.",
            "Set class: data or pci-sriov.",
        )
    if len(names) > 1:
        part.fault("data_networks", "an interface carries one data network.", "Leave one, or use more interfaces.")
    for name in names:
        network = data_networks.get(name)
        if network is None:
            known = ", ".join(data_networks) or "none is declared"
            part.fault("data_networks", f"{name} is no network of edge_data_networks.", f"Name one of them: {known}.")
            continue
        if network["type"] == "vlan" and kind == "vlan":
            part.fault(
                "data_networks",
                f"{name} is a vlan network, and so is the interface.",
                "Use an interface of another type.",
            )
        over = VXLAN_OVERHEAD if network["type"] == "vxlan" else 0
        if mtu is not None and network["mtu"] is not None and mtu < network["mtu"] + over:
            more = f" and {VXLAN_OVERHEAD} for vxlan" if over else ""
            part.fault(
                "mtu",
                f"{mtu} is below the MTU of data network {name}, {network['mtu']}{more}.",
                f"Give {network['mtu'] + over}.",
                mtu,
            )
        if own_class == "data":
            if name in on_data:
                part.fault(
                    "data_networks",
                    f"{name} is already on {on_data[name]}.",
                    "Assign it to one data interface per host.",
                )
            on_data.setdefault(name, part.name(""))
    if own_class == "data" and not names:
        part.fault(
            "data_networks",
            "an interface of class data carries no data network.",
            "Name one of edge_data_networks.",
            None,
        )
    return names


def _check_sriov(part: Reader, own_class: str | None, kind: str | None, hardware: Hardware | None) -> None:
    part.text("vf_driver", choices=("netdevice", "vfio"))
    count = part.whole("vf_count", least=0)
    if own_class != "pci-sriov":
        if count:
            part.fault(
                "vf_count", f"an interface of class {own_class} has no virtual functions.", "Set class: pci-sriov."
            )
        return
    if not count and (part.data.get("vf_count") in (None, "", 0, "0")):
        part.fault("vf_count", "an SR-IOV interface has at least one virtual function.", "Give a number of 1 or more.")
    port = hardware.ports.get(str(part.data.get("port"))) if hardware and kind == "ethernet" else None
    if port and count and count > port.sriov_vfs:
        part.fault(
            "vf_count",
            f"port {port.name} has {port.sriov_vfs} virtual functions ({port.variable}.sriov_vfs).",
            f"Give {port.sriov_vfs} or less." if port.sriov_vfs else "Use a port with SR-IOV.",
        )
    if port and not port.driver:
        part.fault(
            "port", f"port {port.name} has no driver, and SR-IOV needs one.", f"Say it in {port.variable}.driver."
        )


def check_labels(host: Reader, interfaces: list[dict[str, Any]], model: Model, personality: str) -> dict[str, str]:
    """The variable ``edge_labels``: Kubernetes' syntax, the values StarlingX knows, and what they ask for."""
    labels: dict[str, str] = {}
    part = host.mapping("edge_labels")
    for key in part.data if part else ():
        value = part.data[key] if part else None
        if part is None or isinstance(value, (Mapping, list)) or value is None:
            if part:
                part.fault(key, "a label's value is a text.", "Write a text.")
            continue
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if not LABEL_KEY.fullmatch(key):
            part.fault(
                key, "is no key of a Kubernetes label.", "Use letters, digits, '-', '_', '.' and one '/' at most."
            )
        if not LABEL_VALUE.fullmatch(text):
            part.fault(
                key, "its value is no value of a Kubernetes label.", "Use at most 63 letters, digits, '-', '_' and '.'."
            )
        choices = LABELS.get(key)
        if choices and text not in choices:
            part.fault(key, "is not one of the values that StarlingX knows.", f"Choose one of {', '.join(choices)}.")
        if not model.works(personality) and (key == "openstack-compute-node" or "stalld" in key):
            part.fault(key, f"a {personality} of a {model.name} runs no workloads.", "Set it on workers.")
        labels[key] = text
    classes = {i["class"] for i in interfaces}
    if model.works(personality) and labels.get("openstack-compute-node") == "enabled" and "data" not in classes:
        host.fault(
            "edge_labels.openstack-compute-node",
            "a compute host has at least one data interface.",
            "Add an interface of class data to edge_interfaces, or take the label out.",
            "enabled",
        )
    if "pci-sriov" in classes and labels.get("sriovdp") != "enabled" and "openstack-compute-node" not in labels:
        host.warn(
            "edge_labels",
            "SR-IOV interfaces are not offered to pods without the label sriovdp.",
            "Add sriovdp: enabled.",
            None,
        )
    return labels
