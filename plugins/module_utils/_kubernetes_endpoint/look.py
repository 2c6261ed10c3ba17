# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks at a host, without changing anything: all that the role kubernetes_endpoint decides by, in one go."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import json
import re
import socket
import ssl
from pathlib import Path
from typing import Any

from .._kubeadm import host as kubeadm
from .._kubernetes_host.look import Host, firewall, listening, packages, run, services
from . import wire

#: the first line of what is ours
MARK = "edge.infra: kubernetes_endpoint"
#: what earlier runs have noted
RECORD = "var/lib/edge.infra/kubernetes_endpoint.json"
HAPROXY, KEEPALIVED = "etc/haproxy/haproxy.cfg", "etc/keepalived/keepalived.conf"
KUBE_VIP = "etc/kubernetes/manifests/kube-vip.yaml"
CA = "etc/kubernetes/pki/ca.crt"
#: any client certificate of the host: a hardened API server answers nobody without one
CLIENT = ("etc/kubernetes/pki/apiserver-kubelet-client.crt", "etc/kubernetes/pki/apiserver-kubelet-client.key")
#: what makes a configuration one that serves something
_SERVES = {HAPROXY: r"^\s*(?:frontend|listen)\s", KEEPALIVED: r"^\s*(?:vrrp_instance|virtual_server)\s"}


def health(address: str, port: int, root: Path = Path("/"), seconds: float = 3.0) -> str:
    """How the API answers at an address: '' when it is ready, else what is wrong, in a few words."""
    if not (root / CA).exists():
        return "no CA of a cluster on this host"
    try:
        context = ssl.create_default_context(cafile=str(root / CA))
        if (root / CLIENT[0]).exists():
            context.load_cert_chain(str(root / CLIENT[0]), str(root / CLIENT[1]))
        asked = http.client.HTTPSConnection(address, port, timeout=seconds, context=context)
        with contextlib.closing(asked):
            asked.request("GET", "/readyz")
            status = asked.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    # who may not ask has been answered by an API server
    return "" if status in (200, 401, 403) else f"/readyz answers {status}"


def resolved(name: str) -> list[str]:
    """Addresses of a name; an address is its own."""
    try:
        return sorted({str(info[4][0]) for info in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)})
    except OSError:
        return []


def routed(address: str) -> bool:
    """Whether the host knows a way to an address."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))
    except OSError:
        return False
    return True


def opened(address: str, port: int, seconds: float = 2.0) -> bool:
    """Whether something listens there."""
    try:
        with socket.create_connection((address, port), seconds):
            return True
    except OSError:
        return False


def near(entries: list[dict[str, Any]], address: str) -> bool:
    """Whether an address is in one of the networks of an interface."""
    wanted = ipaddress.ip_address(address)
    return any(wanted in ipaddress.ip_network(f"{e['address']}/{e['prefix']}", strict=False) for e in entries)


def foreign(host: Host) -> list[str]:
    """Configurations of somebody else's that serve something."""
    found = []
    for name, pattern in _SERVES.items():
        text = host.text(name)
        if MARK not in text and re.search(pattern, text, re.M):
            found.append(f"/{name}")
    return found


def record(host: Host) -> dict[str, Any]:
    """What earlier runs have noted."""
    try:
        found = json.loads(host.text(RECORD) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def family_of(addresses: list[str], address: str) -> str:
    """Which of a node's addresses speaks to the endpoint: the first of its family, else the first."""
    same = [text for text in addresses if (":" in text) == (":" in address)]
    return next(iter([*same, *addresses]), "")


def sides(options: dict[str, Any]) -> dict[str, Any]:
    """This node among the control-plane nodes: its own address, those of the others, its rank, and all API servers."""
    address, name = options["address"], options["host"]
    controllers = [member for member in options["members"] if member.get("kind") != "worker"]
    others = [family_of(member["addresses"], address) for member in controllers if member["host"] != name]
    return {
        "own": family_of(options["addresses"], address),
        "peers": [text for text in others if text],
        "rank": next((number for number, member in enumerate(controllers) if member["host"] == name), len(controllers)),
        "servers": [
            {"name": member["node"], "address": family_of(member["addresses"], address)} for member in controllers
        ],
    }


def look(options: dict[str, Any], root: Path = Path("/")) -> dict[str, Any]:
    """Everything about this host.

    :param options: ``method``, ``address``, ``port``, ``interface``, ``host`` and ``addresses`` (of this node),
        ``members`` (all nodes), ``packages`` to look for.
    """
    host, method = Host(root), options["method"]
    system, address = host.system(), options["address"]
    found = kubeadm.look()
    controls = found.kind == kubeadm.CONTROL_PLANE
    links = wire.interfaces()
    state: dict[str, Any] = {
        **sides(options),
        "family": system["family"],
        "control_plane": controls,
        "node": controls and found.whole,
        "record": record(host),
        "health": health(address, options["port"], root),
        "interface": wire.place(links, options["addresses"], options["interface"]),
        "holds": next((n for n, ones in links.items() if any(wire.same(e["address"], address) for e in ones)), ""),
        "foreign": foreign(host) if method == "keepalived" else [],
        "haproxy_ours": MARK in host.text(HAPROXY),
        "packages": sorted(packages(system["family"], options["packages"])),
        "services": services(["haproxy.service", "keepalived.service"]),
        "enabled": [name for name in ("haproxy", "keepalived") if run("systemctl", "is-enabled", name)[0] == 0],
        "firewall": firewall(),
        "vrrp": "vrrp" in run("firewall-cmd", "--list-protocols")[1].split(),
        "selinux": run("getenforce")[1].strip() == "Enforcing",
        "haproxy_connects": run("getsebool", "haproxy_connect_any")[1].strip().endswith("on"),
        "kubeconfig": _kubeconfig(host),
        "listening": [one for one in listening() if one["port"] == options["port"] and one["protocol"] == "tcp"],
    }
    if method == "external":
        names = resolved(address)
        state.update(resolved=names, routed=any(routed(one) for one in names))
    if method in ("keepalived", "kube_vip"):
        state["near"] = near(links.get(state["interface"], []), address)
        state["owners"] = wire.owners(state["interface"], [address, *state["peers"]]) if state["interface"] else {}
        state["opened"] = False if state["near"] else opened(address, options["port"])
    return state


def _kubeconfig(host: Host) -> str:
    """The file that the kube-vip of this host speaks to the API with."""
    found = re.search(r"path: (/etc/kubernetes/\S+\.conf)", host.text(KUBE_VIP))
    return found[1] if found else ""
