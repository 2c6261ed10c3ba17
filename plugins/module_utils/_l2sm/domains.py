# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several clusters as one API: what a slice's module reads and writes, each part through its own kubeconfig."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.dialect import Document, Sender, Sent
from .._engine.errors import EdgeError, UnreachableError
from .._engine.plan import Change
from .._engine.resource import Resource
from .dialect import KubernetesDialect
from .edges import EDGE
from .leftovers import INTERFACE, PORT, PROVIDER_NETWORK, Providers
from .resources import NETWORK

#: options that a cluster may give for itself
OWN = ("kubeconfig", "context", "sdn_url")


class MemberSender:
    """Sends each change to the cluster that it is about."""

    def create(self, dialect: DomainsDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Server-side apply there."""
        return self._send(dialect, change, "create", payload)

    def update(self, dialect: DomainsDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """The same, with what was declared earlier."""
        return self._send(dialect, change, "update", payload)

    def delete(self, dialect: DomainsDialect, change: Change) -> Sent:
        """Remove it there."""
        return self._send(dialect, change, "delete")

    @staticmethod
    def _send(dialect: DomainsDialect, change: Change, verb: str, *more: Any) -> Sent:
        there = dialect.cluster(change.wanted.scope)
        sent: Sent = getattr(there.sender(NETWORK), verb)(there, change, *more)
        return sent


class DomainsDialect:
    """The clusters of a slice, by their names."""

    #: one cluster after the other, each until it is ready: where two operators ask the provider for the same network at
    #: once, one of them is told that it exists, takes that for a failure, and does not ask again
    parallel = 1
    interval = 2.0

    def __init__(self, params: Mapping[str, Any], kinds: Mapping[str, Resource]) -> None:
        self._kinds = kinds
        self._sender = MemberSender()
        self._absent_ok = bool(params.get("check_without_api"))
        self.providers = Providers(params)
        #: whether what an edge device has at a provider that cannot be asked may stay there
        self.ignores_provider = bool(params.get("ignore_provider"))
        self.requires_edge = bool(params.get("require_edge"))
        self._clusters: dict[str, KubernetesDialect] = {}
        for given in params["clusters"]:
            own = {k: given[k] for k in OWN if given.get(k)}
            if given.get("kubeconfig") and not given.get("context"):
                own["context"] = None  # the task's is one of the task's file
            self._clusters[str(given["name"])] = KubernetesDialect({**params, **own}, kinds)
        #: clusters that do not answer and need not yet (check mode)
        self.away: set[str] = set()
        #: clusters that are only looked at and cannot be asked, with what is to be said where that matters
        self.silent: dict[str, EdgeError] = {}
        #: clusters that nothing is sent to; the range of those that need not be asked either, where they have one
        self.unmanaged = {str(c["name"]) for c in params["clusters"] if c.get("managed") is False}
        self.told = {
            str(c["name"]): str(c.get("pod_address_range") or "")
            for c in params["clusters"]
            if c.get("managed") is False and (c.get("pod_address_range") or c.get("state") == "absent")
        }

    def cluster(self, name: str) -> KubernetesDialect:
        """The API of one of them."""
        return self._clusters[name]

    def fetch(self, resource: Resource, scope: str, quick: bool = False) -> Sequence[Document]:
        """Every network, edge device or taken interface of one cluster; or what a provider has."""
        if resource.kind in (PORT.kind, PROVIDER_NETWORK.kind):
            return self.providers.fetch(resource, scope)
        if scope in self.told:
            return []
        try:
            kind = resource if resource.kind in (EDGE.kind, INTERFACE.kind) else NETWORK
            return self._clusters[scope].fetch(kind, "", quick)
        except EdgeError as error:
            if self._absent_ok and isinstance(error, UnreachableError):
                self.away.add(scope)
            elif scope in self.unmanaged:
                self.silent[scope] = self._explained(error, scope)
            else:
                raise self._explained(error, scope) from None
            return []

    def _explained(self, error: EdgeError, scope: str) -> EdgeError:
        """The same error with the cluster's name, and why one is asked that nothing is sent to."""
        if scope in self.unmanaged:
            error.remedy = (
                f"It is asked for the addresses that it has, so that no other cluster gets them. {error.remedy} Or give"
                " its pod_address_range: then it is not asked. Where it does not exist yet, leave it absent meanwhile."
            )
        return error.at(f"cluster {scope}")

    def sender(self, resource: Resource) -> Sender:
        """To the cluster that a change is about."""
        return resource.sender or self._sender

    def lookup(self, kind: str) -> Resource:
        """The declaration of a kind."""
        return self._kinds[kind]

    def name_keys(self, resource: Resource) -> tuple[str, ...]:
        """Objects are named by their metadata."""
        return ("metadata.name",)

    def close(self) -> None:
        """Give connections back."""
        self.providers.close()
        for cluster in self._clusters.values():
            cluster.close()
