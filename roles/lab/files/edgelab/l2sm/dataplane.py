# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who can reach whom: computed from the SDN controller's ports, the switches, and what the pods say of themselves.

An interface of Multus carries frames while its port is in a virtual network of the SDN controller and the switch of its
node runs; two nodes are joined while the overlay's links lead from one switch to the other. Routes and forwarding are
those that the containers' own commands set, where the container has the right to. Frames of the cluster's network go
between pods that run.
"""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..kubernetes.kubelet import NODES, PODS, ready
from ..kubernetes.store import Key, Object
from . import names

if TYPE_CHECKING:
    from .operator import Operator

_ATTACHMENTS: Key = ("k8s.cni.cncf.io", "network-attachment-definitions")
_CONFIG_MAPS: Key = ("", "configmaps")
_ROUTE = re.compile(r"\bip\s+(?:-4\s+)?r(?:oute)?\s+(?:add|replace)\s+(\S+)\s+via\s+([\d.]+)(?:\s+dev\s+(\w+))?")
_FORWARDS = re.compile(r"ip_forward\s*=\s*1|echo\s+1\s*>\s*/proc/sys/net/ipv4/ip_forward")
_MOST_HOPS = 64

Address = ipaddress.IPv4Address
Network = ipaddress.IPv4Network


@dataclass(frozen=True)
class Interface:
    """One interface of a pod; ``port`` is empty for the one in the cluster's network."""

    name: str
    address: ipaddress.IPv4Interface
    port: str = ""
    overlay: str = ""
    namespace: str = ""


@dataclass(frozen=True)
class Route:
    """Where a pod sends what is for a network; without a gateway, to the network itself."""

    network: Network
    interface: str
    gateway: Address | None = None


@dataclass
class Path:
    """The way of a packet: the address of each hop that answers, the last one the destination's if it was reached."""

    source: Address | None = None
    hops: list[Address] = field(default_factory=list)
    target: Object | None = None
    #: who finds nobody at the next address, and so tells the sender that the host is unreachable
    unresolved: Address | None = None
    #: routers on the way back
    back: int = 0

    @property
    def reached(self) -> bool:
        """Whether the destination answers and its answer comes back."""
        return self.target is not None


class Dataplane:
    """Looks at the cluster at each question; nothing is kept."""

    def __init__(self, operator: Operator) -> None:
        self.o = operator
        self.store = operator.c.registry.store

    # -- what a pod has ----------------------------------------------------------------------------------------
    def interfaces(self, pod: Object) -> list[Interface]:
        """Interfaces with their IPv4 addresses: ``eth0``, then those of Multus."""
        found = []
        own = (pod.get("status") or {}).get("podIP")
        if own:
            found.append(Interface("eth0", ipaddress.IPv4Interface(f"{own}/32")))
        meta, node = pod["metadata"], pod["spec"].get("nodeName", "")
        given = names.networks_of((meta.get("annotations") or {}).get(names.MULTUS, ""))
        for number, item in enumerate(given, 1):
            space = item.get("namespace") or meta["namespace"]
            attachment = self.store.get(_ATTACHMENTS, space, item["name"])
            port = names.endpoint(node, item["name"])
            if attachment is None or port is None:
                continue
            overlay = (attachment["metadata"].get("labels") or {}).get("overlay", "")
            for address in item.get("ips") or []:
                try:
                    parsed = ipaddress.ip_interface(address)
                except ValueError:
                    continue
                if isinstance(parsed, ipaddress.IPv4Interface):
                    name = item.get("interface") or f"net{number}"
                    found.append(Interface(name, parsed, port, overlay, space))
        return found

    def routes(self, pod: Object) -> list[Route]:
        """Its routing table, the most specific first."""
        interfaces = self.interfaces(pod)
        connected = [Route(i.address.network, i.name) for i in interfaces]
        table = [r for r in connected if r.interface != "eth0"]
        for text, privileged in commands(pod):
            for wanted, gateway, device in _ROUTE.findall(text) if privileged else ():
                try:
                    via = Address(gateway)
                    network = Network("0.0.0.0/0" if wanted == "default" else wanted)
                except ValueError:
                    continue  # ip refuses it
                out = next((r.interface for r in connected if via in r.network and device in ("", r.interface)), None)
                if out and out != "eth0":  # else: Nexthop has invalid gateway
                    table.append(Route(network, out, via))
        if any(i.name == "eth0" for i in interfaces):
            table.append(Route(Network("0.0.0.0/0"), "eth0"))
        return sorted(table, key=lambda r: -r.network.prefixlen)

    def forwards(self, pod: Object) -> bool:
        """Whether it hands on packets that are not for it; turning that on takes a privileged container."""
        for container in _containers(pod):
            if (container.get("securityContext") or {}).get("privileged") and _FORWARDS.search(_text(container)):
                return True
        return False

    # -- who is there ------------------------------------------------------------------------------------------
    def _pods(self) -> list[Object]:
        """Pods whose containers run."""
        return [p for p in self.store.all(PODS) if running(p)]

    def _joined(self, one: Object, first: Interface, other: Object, second: Interface) -> bool:
        """Whether frames go from an interface of one pod to one of another."""
        if not first.port or not second.port:
            return not first.port and not second.port
        if first.port == second.port:
            return True  # two overlays on one node: their interfaces of one number are plugged into the same bridge
        networks = self.o.vnets.networks.values()
        if not any(first.port in n.endpoints and second.port in n.endpoints for n in networks):
            return False
        nodes = one["spec"]["nodeName"], other["spec"]["nodeName"]
        # a bridge leads to the switch of each overlay that has an interface of its number
        ways = {(i.namespace, i.overlay) for i in (first, second)}
        ways = {(s, o) for s, o in ways if all(self._bridged(s, o, i.port) for i in (first, second))}
        return any(nodes[1] in self._switched(space, overlay, nodes[0]) for space, overlay in ways)

    def _bridged(self, namespace: str, overlay: str, port: str) -> bool:
        """Whether an overlay has an interface of a port's number."""
        number = port.rpartition("/")[2]
        return self.store.get(_ATTACHMENTS, namespace, f"{overlay}-veth{number}") is not None

    def _switched(self, namespace: str, overlay: str, node: str) -> set[str]:
        """Nodes that the switch of a node leads to: over the links, through switches that have built their tunnels."""
        awake = self.o.tunnels.state()
        ready_switches = {
            p["metadata"]["labels"]["app"]
            for p in self.store.all(PODS, namespace)
            if ready(p) and "app" in (p["metadata"].get("labels") or {})
        }

        def switch(name: str) -> str:
            return names.switch_pod("sps", overlay, name)

        config = self.store.get(_CONFIG_MAPS, namespace, f"{overlay}-topology")
        if config is None or switch(node) not in ready_switches:
            return set()
        links = json.loads(config["data"]["topology.json"])["Links"]
        found, new = {node}, [node]
        while new:
            here = new.pop()
            for link in links:
                ends = {link["endpointA"], link["endpointB"]}
                for there in ends - {here} if here in ends else ():
                    up = all(awake.get(f"{namespace}/{switch(n)}") for n in (here, there))
                    if up and there not in found:
                        found.add(there)
                        new.append(there)
        return found

    # -- the way -----------------------------------------------------------------------------------------------
    def path(self, pod: Object, destination: str) -> Path:
        """The way to an address and back."""
        found, back = self._walk(pod, Address(destination)), Path()
        if found.target is not None and found.source is not None:
            back = self._walk(found.target, found.source)
            came_back = back.target is not None and back.target["metadata"]["uid"] == pod["metadata"]["uid"]
            if not came_back:
                found.target = None
                found.hops.pop()
            found.back = max(len(back.hops) - 1, 0)
        return found

    def _walk(self, pod: Object, destination: Address) -> Path:
        path, here = Path(), pod
        for step in range(_MOST_HOPS):
            mine = self.interfaces(here)
            if any(i.address.ip == destination for i in mine) or destination.is_loopback:
                path.target = here
                path.source = path.source or destination
                path.hops = path.hops or [destination]
                return path
            if step and not self.forwards(here):
                return path
            route = next((r for r in self.routes(here) if destination in r.network), None)
            if route is None:
                return path
            out = next(i for i in mine if i.name == route.interface)
            path.source = path.source or out.address.ip
            following = route.gateway or destination
            neighbor = self._neighbor(here, out, following)
            if neighbor is None:
                path.unresolved = out.address.ip if out.port else None
                return path
            here, entered = neighbor
            path.hops.append(
                destination if any(i.address.ip == destination for i in self.interfaces(here)) else entered
            )
        return path

    def _neighbor(self, pod: Object, out: Interface, address: Address) -> tuple[Object, Address] | None:
        for other in self._pods():
            for interface in self.interfaces(other):
                if interface.address.ip == address and self._joined(pod, out, other, interface):
                    return other, interface.address.ip
        return None

    def node_address(self, pod: Object) -> str:
        """The address of the node of a pod."""
        node = self.store.get(NODES, "", pod["spec"].get("nodeName", "")) or {}
        addresses = (node.get("status") or {}).get("addresses") or [{"address": ""}]
        return str(addresses[0]["address"])


def running(pod: Object) -> bool:
    """Whether a pod's containers run."""
    states = (pod.get("status") or {}).get("containerStatuses") or []
    return "deletionTimestamp" not in pod["metadata"] and any("running" in (s.get("state") or {}) for s in states)


def _containers(pod: Object) -> list[Any]:
    return [*(pod["spec"].get("initContainers") or []), *pod["spec"]["containers"]]


def _text(container: Object) -> str:
    return " ".join(str(part) for part in [*(container.get("command") or []), *(container.get("args") or [])])


def commands(pod: Object) -> list[tuple[str, bool]]:
    """What each container starts with, and whether it may change the pod's network."""
    found = []
    for container in _containers(pod):
        context = container.get("securityContext") or {}
        added = (context.get("capabilities") or {}).get("add") or []
        found.append((_text(container), bool(context.get("privileged")) or bool({"NET_ADMIN", "ALL"} & set(added))))
    return found
