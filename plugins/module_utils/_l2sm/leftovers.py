# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the operator leaves behind when a network between clusters goes, as kinds of their own with removals.

It plugs a cluster's edge device in at the provider when it makes the network, and marks an attachment of the device's
node as used. Neither is undone with the network, and the network stays at the provider, too. A device of the same node
and provider counts its ports from the beginning, and the provider refuses one that is still in another network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._engine.dialect import Document, Sent
from .._engine.errors import EdgeError
from .._engine.field import Field
from .._engine.resource import Resource
from .sdn import SdnController

if TYPE_CHECKING:
    from .._engine.plan import Change

ATTACHMENTS = "/apis/k8s.cni.cncf.io/v1/network-attachment-definitions"
MERGE = "application/merge-patch+json"
#: what an attachment is labelled with on a node where it is taken
TAKEN = "used-"


class _Removals:
    """Things that nobody but the operator makes."""

    def create(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Never planned."""
        raise NotImplementedError(change.resource.kind)

    def update(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Never planned."""
        raise NotImplementedError(change.resource.kind)


class _Ports(_Removals):
    def delete(self, dialect: Any, change: Change) -> Sent:
        """Unplug it, unless its network has come meanwhile: then that has it, and it is no earlier one's.

        Where the network goes with it, it goes at the provider with the last port: of clusters that are dealt with side
        by side each has seen the port of another.
        """
        values = change.wanted.values
        url, network, port = (values[key] for key in ("provider", "network", "name"))
        if values.get("comes_in") is not None and _has(dialect.cluster(values["comes_in"]), network):
            dialect.providers.kept.add((url, network, port))
            return Sent(id=change.id)
        provider = dialect.providers.at(url)
        provider.detach(network, port)
        if values.get("with_network") is not None and ports_in(provider.network(network)) == []:
            provider.forget(network)
        return Sent(id=change.id)


def _has(cluster: Any, network: str) -> bool:
    return any(n["metadata"]["name"] == network for n in cluster.listed(cluster.lookup("network").path))


class _Networks(_Removals):
    def delete(self, dialect: Any, change: Change) -> Sent:
        """Remove it, unless somebody has been plugged in meanwhile."""
        values = change.wanted.values
        provider = dialect.providers.at(values["provider"])
        if ports_in(provider.network(values["name"])) == []:
            provider.forget(values["name"])
        return Sent(id=change.id)


class _Interfaces(_Removals):
    def delete(self, dialect: Any, change: Change) -> Sent:
        """Give it back, as the operator does with those of pods."""
        values = change.wanted.values
        space, _slash, name = str(values["name"]).partition("/")
        path = f"/apis/k8s.cni.cncf.io/v1/namespaces/{space}/network-attachment-definitions/{name}"
        body = {"metadata": {"labels": {TAKEN + values["node"]: "false"}}}
        dialect.cluster(change.wanted.scope).connection.request("PATCH", path, body, None, MERGE)
        return Sent(id=change.id)


_NETWORK = Field("network", "The network.", identity=True)
_PROVIDER = Field("provider", "URL of the controller between clusters.", identity=True)

#: a port of an edge device's switch, in a network of the provider. ``scope`` is "URL NETWORK"
PORT = Resource(
    kind="provider_port",
    module="",
    title="port",
    path="",
    fields=(
        Field("name", "The port.", identity=True),
        _NETWORK,
        _PROVIDER,
        Field("comes_in", "The cluster that has no such network yet, where the port is an earlier one's."),
        Field("with_network", "The cluster whose network goes with the port."),
    ),
    verbs=frozenset({"delete"}),
    naming="{name} in {network} at {provider}",
    gone_timeout=60,
    sender=_Ports(),
)
#: a network of the provider that nobody has a port in any more
PROVIDER_NETWORK = Resource(
    kind="provider_network",
    module="",
    title="network of the provider",
    path="",
    fields=(Field("name", "The network.", identity=True), _PROVIDER),
    verbs=frozenset({"delete"}),
    after=(PORT.kind,),
    naming="{name} at {provider}",
    gone_timeout=60,
    sender=_Networks(),
)
#: an attachment that is taken on a node. It is given back once the network is gone, whose port has its number
INTERFACE = Resource(
    kind="interface",
    module="l2sm_repair",
    title="interface",
    path=ATTACHMENTS,
    fields=(Field("name", "The attachment.", identity=True), Field("node", "The node.", identity=True)),
    verbs=frozenset({"delete"}),
    naming="{name} of node {node}",
    gone_timeout=60,
    sender=_Interfaces(),
)
KINDS = (PORT, PROVIDER_NETWORK, INTERFACE)


def ports_in(told: Mapping[str, Any] | None) -> list[str] | None:
    """The ports in what a controller says of a network; None where it does not tell them, or knows no such network."""
    ports = (told or {}).get("networkEndpoints")
    return [str(p) for p in ports] if isinstance(ports, list) else None


def taken(attachments: Sequence[Mapping[str, Any]]) -> list[Document]:
    """A document for each attachment and node on which it is taken."""
    return [
        {"id": f"{a['metadata']['uid']} {label}", "name": _name(a["metadata"]), "node": label.removeprefix(TAKEN)}
        for a in attachments
        for label, value in sorted((a["metadata"].get("labels") or {}).items())
        if label.startswith(TAKEN) and value == "true"
    ]


def _name(meta: Mapping[str, Any]) -> str:
    return f"{meta.get('namespace', '')}/{meta['name']}"


class Providers:
    """The controllers between clusters, by their URLs; the operator signs in there as it does at its own."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self._params = params
        self._known: dict[str, SdnController] = {}
        #: what was said by one that does not answer: it is not asked again
        self._away: dict[str, EdgeError] = {}
        #: ports that were to go and are somebody's by now, as URL, network and port
        self.kept: set[tuple[str, str, str]] = set()

    def at(self, url: str) -> SdnController:
        """The one at this URL."""
        if url not in self._known:
            self._known[url] = SdnController({**self._params, "sdn_url": url}, "The provider", "provider")
        return self._known[url]

    def network(self, url: str, name: str) -> dict[str, Any] | None:
        """What one says of a network; raises EdgeError, and the same once more, where it does not answer."""
        if url in self._away:
            raise self._away[url]
        try:
            return self.at(url).network(name, quick=True)
        except EdgeError as error:
            self._away[url] = error
            raise

    def fetch(self, resource: Resource, scope: str) -> Sequence[Document]:
        """The ports in a network, or the network itself, once nobody has a port in it."""
        url, _space, name = scope.partition(" ")
        ports = ports_in(self.at(url).network(name, quick=True))
        if resource.kind == PORT.kind:
            return [
                document(PORT, name=p, network=name, provider=url)
                for p in ports or ()
                if (url, name, p) not in self.kept
            ]
        return [document(PROVIDER_NETWORK, name=name, provider=url)] if ports == [] else []

    def close(self) -> None:
        """Give connections back."""
        for controller in self._known.values():
            controller.close()


def document(resource: Resource, **values: str) -> dict[str, Any]:
    """A thing that has no id but its name."""
    return {"id": resource.name_of(values), **values}
