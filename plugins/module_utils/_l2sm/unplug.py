# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A look at the plan for networks that join clusters: what is undone with them that the operator does not undo."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .._engine.errors import EdgeError, InputError
from .._engine.paths import get_path
from .._engine.plan import CREATE, DELETE, NONE, Change, Wanted, plan
from .._engine.resource import Resource
from .diagnosis import detections
from .edges import EDGE
from .leftovers import INTERFACE, PORT, PROVIDER_NETWORK, document, ports_in
from .pods import PODS, SELECTED, attachments_of
from .ports import datapath
from .resources import NETWORK
from .shape import build

if TYPE_CHECKING:
    from .._engine.survey import Survey

SDN_PORT = "30808"
DEPLOYMENTS = "/apis/apps/v1/deployments"
#: seconds between two looks
SETTLE = 3.0
GOES, PARTED, COMES = "goes", "parted", "comes"


@dataclass(frozen=True)
class Link:
    """A network of a cluster, and the edge device that it is joined with others by, where there is one."""

    cluster: str
    network: str
    url: str
    node: str
    provider: str
    #: whether the network goes, or its device alone, or the network comes
    why: str

    @property
    def start(self) -> str:
        """What the ports of the device's switch begin with."""
        return f"of:{datapath(self.node, self.provider)}/"


def unplugged(changes: Sequence[Change], survey: Survey) -> list[Change]:
    """The same plan, with the removal of ports and networks at providers, and of interfaces, that go with networks.

    A network that is made counts on a device that is in no network of this name: what an earlier one has left goes.
    """
    dialect: Any = survey.dialect
    result, found = list(changes), dict[tuple[str, str], dict[str, Any] | None]()
    links: dict[Link, None] = {}
    for number, change in enumerate(changes):
        if change.refusal or not _joins(change):
            continue
        own = dict.fromkeys(_links(change, survey))
        try:
            for link in own:
                if (link.url, link.network) not in found:
                    found[link.url, link.network] = dialect.providers.network(link.url, link.network)
        except EdgeError as error:
            if change.action == CREATE or not any(link.node for link in own):
                continue  # the operator asks it as well, and the network tells what became of that
            if not dialect.ignores_provider:
                result[number] = replace(change, action=NONE, refusal=_refused(change, own, error))
                continue
            survey.notes.append(_told(change, own, error))
        links.update(own)
    asked = [link for link in links if (link.url, link.network) in found]
    spare = dict.fromkeys(place for change in result for place in _last(change, result, survey))
    more = [*_removals(asked, found, spare, survey)] if asked else []
    return [*result, *more, *(_given_back(place, survey) for place in spare)]


def _joins(change: Change) -> bool:
    return change.action in (CREATE, DELETE) and change.resource.kind in (NETWORK.kind, "slice_network", EDGE.kind)


def _links(change: Change, survey: Survey) -> Iterator[Link]:
    """What a change makes or ends. Of a network that comes, only the device that is there already counts."""
    scope = change.wanted.scope
    if change.resource.kind == EDGE.kind:
        kind = NETWORK
        others = survey.documents(kind, scope) if change.action == DELETE else ()
        for network in others:
            yield from _link(scope, network, change.live or {}, PARTED)
        return
    body = change.live if change.action == DELETE else build(change.resource.fields, _plain(change))
    if get_path(body or {}, "spec.provider", None):
        for edge in survey.documents(EDGE, scope):
            yield from _link(scope, body or {}, edge, GOES if change.action == DELETE else COMES)
        if change.action == DELETE:  # the device may be gone already, and the provider has the network all the same
            yield from _link(scope, body or {}, None, GOES)


def _plain(change: Change) -> dict[str, Any]:
    return {k: v for k, v in change.wanted.values.items() if k in ("name", "provider")}


def provider_url(network: Mapping[str, Any]) -> str:
    """Where a network's provider is asked; with several addresses, or none, the operator has reached nobody."""
    domain = list(get_path(network, "spec.provider.domain", None) or ())
    if len(domain) != 1:
        return ""
    host = f"[{domain[0]}]" if ":" in str(domain[0]) else domain[0]
    return f"http://{host}:{get_path(network, 'spec.provider.sdnPort', None) or SDN_PORT}"


def _link(scope: str, network: Mapping[str, Any], edge: Mapping[str, Any] | None, why: str) -> Iterator[Link]:
    provider = get_path(network, "spec.provider.name", None)
    node = get_path(edge or {}, "spec.nodeConfig.nodeName", None)
    other = edge is not None and (not node or get_path(edge, "spec.provider.name", None) != provider)
    url = provider_url(network)
    if not provider or other or not url:
        return
    yield Link(scope, str(network["metadata"]["name"]), url, str(node or ""), str(provider), why)


# -- what goes with them ---------------------------------------------------------------------------------------------
def _removals(
    links: Sequence[Link],
    found: Mapping[tuple[str, str], dict[str, Any] | None],
    spare: dict[tuple[str, str, str], None],
    survey: Survey,
) -> Iterator[Change]:
    """Ports and networks at providers; ``spare`` gets the interfaces that the ports are of."""
    gone: dict[tuple[str, str], set[str]] = {}
    for link in links:
        key = (link.url, link.network)
        told = ports_in(found[key])
        known = link.node and found[key] is not None and link.why != COMES
        free = _interfaces(link.cluster, link.node, survey) if known else {}
        if told is None:  # what is promised is the status alone: each that could be the device's is tried
            told = [link.start + number for number in free]
        own = [p for p in told if link.node and p.startswith(link.start) and p not in gone.get(key, ())]
        gone.setdefault(key, set()).update(own)
        extra = {name: link.cluster for name, why in (("comes_in", COMES), ("with_network", GOES)) if link.why == why}
        for port in own:
            values = {"name": port, "network": link.network, "provider": link.url, **extra}
            yield _removal(PORT, f"{link.url} {link.network}", **values)
            name = free.get(port.rpartition("/")[2])
            if name and link.why == GOES:
                spare[link.cluster, name, link.node] = None
    for url, network in sorted({(link.url, link.network) for link in links if link.why == GOES}):
        told = ports_in(found[url, network])
        if told is not None and not set(told) - gone[url, network]:
            yield _removal(PROVIDER_NETWORK, f"{url} {network}", name=network, provider=url)


def _last(change: Change, changes: Sequence[Change], survey: Survey) -> Iterator[tuple[str, str, str]]:
    """What is taken on the node of a device that goes as the last that could have it: a run that was killed after it
    had unplugged a port has left that."""
    if change.resource.kind != EDGE.kind or change.action != DELETE or change.refusal:
        return
    scope, live = change.wanted.scope, change.live or {}
    going = {c.id for c in changes if c.action == DELETE}
    node, provider = (get_path(live, f"spec.{key}", None) for key in ("nodeConfig.nodeName", "provider.name"))
    others = [e for e in survey.documents(EDGE, scope) if get_path(e, "spec.nodeConfig.nodeName", None) == node]
    joined = [n for n in survey.documents(NETWORK, scope) if get_path(n, "spec.provider.name", None) == provider]
    if node and not [o for o in (*others, *joined) if EDGE.id_of(o) not in going]:
        found = _interfaces(scope, str(node), survey)
        if found:  # the operator marks one as taken some moments before there is a pod that has it
            time.sleep(SETTLE)
            later = _interfaces(scope, str(node), survey)
            yield from ((scope, name, str(node)) for name in found.values() if name in later.values())


def _given_back(place: tuple[str, str, str], survey: Survey) -> Change:
    cluster, name, node = place
    live = next(d for d in survey.documents(INTERFACE, cluster) if (d["name"], d["node"]) == (name, node))
    return plan(Wanted(INTERFACE, {"name": name, "node": node}, "absent", scope=cluster), live)


def _removal(resource: Resource, scope: str, **values: str) -> Change:
    return plan(Wanted(resource, values, "absent", scope=scope), document(resource, **values))


def _interfaces(cluster: str, node: str, survey: Survey) -> dict[str, str]:
    """By number, what is taken on a node, and neither a pod there nor an intrusion detection has."""
    dialect: Any = survey.dialect
    mine = [str(d["name"]) for d in survey.documents(INTERFACE, cluster) if d["node"] == node]
    if not mine:
        return {}
    there = dialect.cluster(cluster)
    pods = [p for p in there.listed(PODS, labelSelector=SELECTED) if get_path(p, "spec.nodeName", "") == node]
    used = {a.name for pod in pods for a in attachments_of(pod)}
    used |= {name for place, name in detections(there.listed(DEPLOYMENTS)) if place == node}
    return {name.rpartition("veth")[2]: name for name in mine if name.partition("/")[2] not in used}


# -- a provider that cannot be asked ---------------------------------------------------------------------------------
def _refused(change: Change, links: Mapping[Link, None], error: EdgeError) -> EdgeError:
    return InputError(
        f"{change.resource.title} {change.wanted.name}: its provider cannot be asked ({error.message}), so what the"
        f" edge device has there would stay: {_left(links)}. A device that is made on that node again could not be"
        " plugged in.",
        "See that the provider runs and is reached from here, and run again. Where it is gone for good, or that may"
        " stay: ignore_provider: true.",
        option="ignore_provider",
    )


def _told(change: Change, links: Mapping[Link, None], error: EdgeError) -> str:
    return (
        f"{change.resource.title} {change.wanted.name}: its provider cannot be asked ({error.message}). This stays"
        f" there, if it is still there: {_left(links)}."
    )


def _left(links: Mapping[Link, None]) -> str:
    return "; ".join(f"ports {link.start}* in {link.network} at {link.url}" for link in links if link.node)
