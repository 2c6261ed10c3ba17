# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with L2S-M in a cluster, out of one look at everything. Pure: what is seen gives findings.

Each finding names its failure mode (``F1``...``F17``, as the guide has them), what a user sees, what to do, and, where
a repair can do it, the steps. The operator tries most things once and takes nothing back, so time heals none of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._engine.paths import get_path
from .pods import ATTACHED, ERROR, annotation, attachments_of, leaving, name_of, networks_of
from .ports import datapath, endpoint

FINALIZER = "l2sm.operator.io/finalizer"
MANAGER = "l2sm-controller-manager"


@dataclass(frozen=True)
class Step:
    """One thing that a repair does: a verb, and what with (see ``mending.py``)."""

    verb: str
    what: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong."""

    mode: str
    object: str
    what: str
    remedy: str
    steps: tuple[Step, ...] = ()
    #: what may be so for a moment while the operator works: a second look decides, also where nothing can be mended
    fleeting: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from others in a second look."""
        return self.mode, self.object, self.what


@dataclass
class Picture:
    """One look. ``known`` are the ports of each network as the SDN controller has them; None: it does not know the
    network; a network that is missing there was not asked for, and ``ports`` tells whether ports were told at all."""

    networks: Sequence[Mapping[str, Any]] = ()
    overlays: Sequence[Mapping[str, Any]] = ()
    edges: Sequence[Mapping[str, Any]] = ()
    pods: Sequence[Mapping[str, Any]] = ()
    attachments: Sequence[Mapping[str, Any]] = ()
    deployments: Sequence[Mapping[str, Any]] = ()
    webhooks: Sequence[Mapping[str, Any]] = ()
    policies: Sequence[Mapping[str, Any]] = ()
    known: Mapping[str, list[str] | None] = field(default_factory=dict)
    ports: bool = False
    #: ports that the provider of a network has in it; None: it knows no such network. Only where it was asked and tells
    outside: Mapping[str, list[str] | None] = field(default_factory=dict)
    recreate_pods: bool = False
    recreate_networks: bool = False
    #: the file of the cluster's name server, and the version of the object that has it; None where it was not read
    corefile: tuple[str, str] | None = None

    @property
    def manager(self) -> Mapping[str, Any] | None:
        """The operator's deployment."""
        return next((d for d in self.deployments if d["metadata"]["name"] == MANAGER), None)

    def wanted(self) -> dict[str, dict[str, str]]:
        """Port and pod, by network: what the operator should have plugged in."""
        result: dict[str, dict[str, str]] = {}
        for pod in self.pods:
            networks, given = networks_of(pod), attachments_of(pod)
            if leaving(pod) or len(networks) != len(given) or FINALIZER not in held(pod):
                continue
            for network, attachment in zip(networks, given, strict=True):
                place = endpoint(str(get_path(pod, "spec.nodeName", "")), attachment.name)
                if place:
                    result.setdefault(network, {})[place] = name_of(pod)
        return result

    def plugged_edges(self) -> set[str]:
        """Ports of edge devices: those of their nodes, in networks of their provider, that no pod has."""
        pods = {place for ports in self.wanted().values() for place in ports}
        found = set()
        for network in self.networks:
            provider = get_path(network, "spec.provider.name", None)
            nodes = [get_path(e, "spec.nodeConfig.nodeName", "") for e in self.edges if provider_of(e) == provider]
            starts = tuple(f"of:{datapath(str(n))}/" for n in nodes if n)
            ports = self.known.get(network["metadata"]["name"]) or []
            found |= {p for p in ports if starts and p.startswith(starts) and p not in pods}
        return found

    def unplugged(self, network: Mapping[str, Any]) -> tuple[str, str] | None:
        """An edge device that a network should have a port of, and its node, where the SDN controller knows of none.

        Only nodes with a switch count: elsewhere there is nothing that a device could be plugged into.
        """
        if network["metadata"]["name"] not in self.known or provider_of(network) is None:
            return None
        switches = {str(n) for o in self.overlays for n in get_path(o, "spec.topology.nodes", None) or []}
        mine = [e for e in self.edges if provider_of(e) == provider_of(network) and not leaving(e)]
        devices = [(name_of(e), str(get_path(e, "spec.nodeConfig.nodeName", ""))) for e in mine]
        devices = [(name, node) for name, node in devices if node in switches]
        starts = tuple(f"of:{datapath(node)}/" for _name, node in devices)
        pods = {place for ports in self.wanted().values() for place in ports}
        there = self.known[network["metadata"]["name"]] or []
        if not devices or any(p.startswith(starts) and p not in pods for p in there):
            return None
        return devices[0]

    def outer_ports(self, network: Mapping[str, Any]) -> dict[str, list[str]]:
        """By node, the ports that an edge device should have at the provider: it has those of these numbers here."""
        provider, known = provider_of(network), self.known.get(network["metadata"]["name"]) or []
        pods = {place for ports in self.wanted().values() for place in ports}
        mine = [e for e in self.edges if provider and provider_of(e) == provider and not leaving(e)]
        found = {}
        for node in {str(get_path(e, "spec.nodeConfig.nodeName", "")) for e in mine} - {""}:
            start, outer = f"of:{datapath(node)}/", f"of:{datapath(node, str(provider))}/"
            found[node] = [outer + p.removeprefix(start) for p in known if p.startswith(start) and p not in pods]
        return {node: ports for node, ports in found.items() if ports}

    def was_plugged(self, network: Mapping[str, Any], node: str) -> list[str] | None:
        """The ports of a node that its edge device has joined a network by, as its provider has them; None: not asked.

        On either side, the device's port has the number of the same interface.
        """
        told = self.outside.get(network["metadata"]["name"])
        start = f"of:{datapath(node, str(provider_of(network)))}/"
        if told is None:
            return None
        return [f"of:{datapath(node)}/{p.removeprefix(start)}" for p in told if p.startswith(start)]


def provider_of(live: Mapping[str, Any]) -> Any:
    return get_path(live, "spec.provider.name", None)


def held(live: Mapping[str, Any]) -> list[str]:
    """Its finalizers."""
    return list(get_path(live, "metadata.finalizers", None) or [])


def running(deployment: Mapping[str, Any] | None) -> bool:
    """Whether a deployment has a pod that answers."""
    return bool(deployment and get_path(deployment, "status.availableReplicas", 0))


# -- networks ------------------------------------------------------------------------------------------------------
def lost_networks(seen: Picture) -> Iterator[Finding]:
    """F7, F6: what the SDN controller does not know, or knows although the operator thinks otherwise."""
    by_name: dict[str, list[Mapping[str, Any]]] = {}
    for network in seen.networks:
        by_name.setdefault(network["metadata"]["name"], []).append(network)
    for name, group in by_name.items():
        if len(group) > 1:
            spaces = ", ".join(sorted(n["metadata"]["namespace"] for n in group))
            yield Finding(
                "F6",
                f"network {name}",
                f"There is one of this name in each of the namespaces {spaces}; for the SDN controller they are one.",
                "Remove all but one, and the pods on those first.",
            )
        elif name in seen.known:
            yield from _lost(group[0], seen.known[name])


def _lost(network: Mapping[str, Any], ports: list[str] | None) -> Iterator[Finding]:
    name, label = network["metadata"]["name"], f"network {name_of(network)}"
    taken = FINALIZER in held(network)
    if ports is None and leaving(network) and taken:
        yield Finding(
            "F7",
            label,
            "Its removal hangs: the SDN controller does not know it, and the operator waits for ever to hear that it is"
            " gone.",
            "Make it known to the SDN controller once more; the operator then removes it.",
            (Step("remember", (name,)),),
        )
    elif ports is None and not leaving(network) and taken:
        yield Finding(
            "F7",
            label,
            "Its status says Available, and the SDN controller does not know it: that was restarted.",
            "Make it known to the SDN controller again, and plug its pods in.",
            (Step("remember", (name,)),),
        )
    elif ports is not None and not leaving(network) and not taken:
        yield Finding(
            "F7",
            label,
            "The operator cannot make it, since the SDN controller has one of this name that nobody speaks of.",
            "Let the SDN controller forget that one; the operator then makes its own.",
            (Step("forget", (name,)),),
        )


# -- pods and their ports ------------------------------------------------------------------------------------------
def ports(seen: Picture) -> Iterator[Finding]:
    """F4, F7: ports that are not plugged in, and ports of pods that are gone."""
    if not seen.ports:
        return
    wanted = seen.wanted()
    staying = {n["metadata"]["name"] for n in seen.networks if not leaving(n)}
    has = {place: network for network, known in seen.known.items() for place in known or ()}
    for network in sorted(staying & seen.known.keys()):
        for place, pod in sorted(wanted.get(network, {}).items()):
            if has.get(place) == network:
                continue
            before = (Step("detach", (has[place], place)),) if place in has else ()
            where = f" (it is in {has[place]})" if place in has else ""
            # a port that several pods have is moved for none of them: the next repair would move it back
            rival = next((row[place] for n, row in sorted(wanted.items()) if n != network and place in row), "")
            mendable = not rival or (place not in has and network == min(n for n in wanted if place in wanted[n]))
            yield Finding(
                "F4",
                f"pod {pod}",
                f"Its interface on network {network} has no link: port {place} is not in it{where}.",
                "Plug the port in." if mendable else f"Pod {rival} has the same interface: make one of them anew.",
                (*before, Step("attach", (network, place))) if mendable else (),
            )
    mine = {place for row in wanted.values() for place in row} | _being_removed(seen) | seen.plugged_edges()
    nodes = tuple(f"of:{datapath(n)}/" for n in _nodes(seen))
    for place, network in sorted(has.items()):
        if place not in mine and place.startswith(nodes or ("-",)) and not place.endswith("/0"):
            yield Finding(
                "F4",
                f"network {network}",
                f"Port {place} is in it, and no pod has it: the next pod that gets this port would have no link.",
                "Unplug the port.",
                (Step("detach", (network, place)),),
            )


def _being_removed(seen: Picture) -> set[str]:
    """Ports of pods that the operator has not dealt with, or not yet let go."""
    places = (
        endpoint(str(get_path(pod, "spec.nodeName", "")), a.name) for pod in seen.pods for a in attachments_of(pod)
    )
    return {place for place in places if place}


def _nodes(seen: Picture) -> set[str]:
    return {str(n) for o in seen.overlays for n in get_path(o, "spec.topology.nodes", None) or []}


def leaked(seen: Picture) -> Iterator[Finding]:
    """F1: attachments that are marked as used on a node where no pod has them."""
    users = {(str(get_path(pod, "spec.nodeName", "")), a.name) for pod in seen.pods for a in attachments_of(pod)}
    users |= set(detections(seen.deployments))
    edges = seen.plugged_edges()
    needed = _needed(seen)
    lost, maybe = _lost_edges(seen)
    unsure: dict[str, list[Finding]] = {}
    for attachment in seen.attachments:
        name = attachment["metadata"]["name"]
        for label, value in sorted((get_path(attachment, "metadata.labels", None) or {}).items()):
            node = label.removeprefix("used-")
            if not label.startswith("used-") or value != "true" or (node, name) in users:
                continue
            if endpoint(node, name) in edges | lost:
                continue
            sure = seen.ports or node not in needed
            version = get_path(attachment, "metadata.resourceVersion", "")
            found = Finding(
                "F1",
                f"attachment {name_of(attachment)}",
                f"It counts as used on node {node}, and no pod there has it: the node runs out of interfaces.",
                "Give it back."
                if sure
                else "Give sdn_url: without the SDN controller nobody can tell it from the port of the edge device.",
                (Step("release", (name_of(attachment), label, version)),) if sure else (),
            )
            if sure and node not in maybe:
                yield found
            else:
                unsure.setdefault(node, []).append(found)
    for node, several in unsure.items():
        if len(several) > (maybe if seen.ports else needed)[node]:  # as many as the device has networks are its own
            yield from several


def _lost_edges(seen: Picture) -> tuple[set[str], dict[str, int]]:
    """Ports that edge devices had before the SDN controller forgot them; and by node, how many nobody could tell."""
    places: set[str] = set()
    maybe: dict[str, int] = {}
    for network in seen.networks if seen.ports else ():
        _name, node = seen.unplugged(network) or ("", "")
        had = seen.was_plugged(network, node) if node else []
        places.update(had or ())
        if had is None:
            maybe[node] = maybe.get(node, 0) + 1
    return places, maybe


def _needed(seen: Picture) -> dict[str, int]:
    """By node, how many attachments its edge devices have: one for each network that they join."""
    found: dict[str, int] = {}
    for edge in seen.edges:
        node = str(get_path(edge, "spec.nodeConfig.nodeName", ""))
        count = sum(1 for n in seen.networks if provider_of(n) == provider_of(edge))
        if count:
            found[node] = found.get(node, 0) + count
    return found


def detections(deployments: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Node and attachment of what inspects traffic; its pod may be away for a while."""
    for deployment in deployments:
        template = get_path(deployment, "spec.template", None) or {}
        node = str(get_path(template, "spec.nodeName", "") or "")
        if node:
            yield from ((node, a.name) for a in attachments_of({"metadata": {}, **template}))


def pods(seen: Picture) -> Iterator[Finding]:
    """Pods without an interface, and pods that cannot leave."""
    for pod in seen.pods:
        label = f"pod {name_of(pod)}"
        if leaving(pod):
            yield from _stuck_pod(pod, seen, label)
            continue
        failed = annotation(pod, ERROR)
        if not failed and (annotation(pod, ATTACHED) or not networks_of(pod)):
            continue
        owned = any(o.get("controller") for o in get_path(pod, "metadata.ownerReferences", None) or [])
        if not failed and (get_path(pod, "metadata.labels", None) or {}).get("l2sm") != "true":
            what = (
                'It runs without an interface: it lacks the label l2sm: "true", and the webhook looks at no other pod.'
            )
            yield Finding("F13", label, what, "Give the label to its template, and make the pod anew.")
            continue
        what = f"It runs without an interface: {failed or 'the webhook has not seen it'}."
        remedy = "Make it anew, once there is room (recreate_pods: true removes pods that their owners make again)."
        steps = (Step("recreate", (name_of(pod),)),) if seen.recreate_pods and owned else ()
        yield Finding("F1" if failed else "F13", label, what, remedy, steps)


def _stuck_pod(pod: Mapping[str, Any], seen: Picture, label: str) -> Iterator[Finding]:
    if FINALIZER not in held(pod):
        return
    if len(networks_of(pod)) != len(attachments_of(pod)):
        what = "Its removal hangs: its networks and interfaces differ in number, which the operator does not undo."
    elif seen.manager is None:
        what = "Its removal hangs: there is no operator that would let it go."
    else:
        return
    node = str(get_path(pod, "spec.nodeName", ""))
    places = {endpoint(node, a.name) for a in attachments_of(pod)}
    has = [(n, place) for n, known in sorted(seen.known.items()) for place in known or () if place in places]
    steps = (*(Step("detach", row) for row in has), _let_go("pods", pod))
    yield Finding("F7", label, what, "Take the operator's finalizer away.", steps)


def _let_go(plural: str, live: Mapping[str, Any]) -> Step:
    left = [f for f in held(live) if f != FINALIZER]
    return Step("let_go", (plural, name_of(live), left, get_path(live, "metadata.resourceVersion", "")))


def orphans(seen: Picture) -> Iterator[Finding]:
    """Objects on their way out that nobody is there to let go."""
    if seen.manager is not None:
        return
    kinds = (("l2networks", seen.networks), ("overlays", seen.overlays), ("networkedgedevices", seen.edges))
    for plural, objects in kinds:
        for live in objects:
            if leaving(live) and FINALIZER in held(live):
                name = live["metadata"]["name"]
                known = plural == "l2networks" and seen.known.get(name) is not None
                yield Finding(
                    "F7",
                    f"{plural} {name_of(live)}",
                    "Its removal hangs: there is no operator that would let it go.",
                    "Take the operator's finalizer away.",
                    (*((Step("forget", (name,)),) if known else ()), _let_go(plural, live)),
                )
