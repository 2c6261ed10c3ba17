# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The dialect of a Kubernetes API: lists of whole kinds, and server-side apply.

An apply owns what it names, so what this collection once named and a task no longer gives is sent along unchanged: an
option that is not given is not managed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._engine.dialect import Document, Sender, Sent
from .._engine.errors import ApiError, EdgeError, InputError
from .._engine.paths import get_path
from .._engine.plan import Change
from .._engine.resource import Resource
from .._kubernetes.connection import Connection
from .leftovers import INTERFACE, MERGE, PORT, PROVIDER_NETWORK, Providers, taken
from .lost import LOST
from .objects import MANAGER, ObjectSender, differences, read_object
from .resources import API_VERSION, ATTACHMENTS, DELETING, NAMES, SWITCHES
from .rules import counts_outside
from .sdn import SdnController
from .shape import build, kept_by, merged, owned

APPLY = "application/apply-patch+yaml"
NETWORK_ATTACHMENTS = INTERFACE.path
REPLICA_SETS = "/apis/apps/v1/replicasets"
#: how many objects one answer holds; a longer list comes in pieces
PAGE = "500"


def own_part(live: Document) -> dict[str, Any]:
    """What an earlier apply of this collection said of a live object."""
    for entry in get_path(live, "metadata.managedFields", None) or []:
        if entry.get("manager") == MANAGER and entry.get("operation") == "Apply" and not entry.get("subresource"):
            part = owned(live, entry.get("fieldsV1") or {})
            return dict(part) if isinstance(part, Mapping) and part is not live else {}
    return {}


class ApplySender:
    """Server-side apply, forced: what a task declares is its own, whoever wrote it before."""

    def create(self, dialect: KubernetesDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Apply what was declared; an overlay that is made anew is told which of its interfaces somebody has."""
        sent = self._apply(dialect, change, {})
        if change.live and NAMES[change.resource.kind] == "Overlay":
            from .reclaiming import reclaim

            reclaim(dialect, change.wanted.values)
        return sent

    def update(self, dialect: KubernetesDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Apply what was declared, with what was declared earlier; a network is made known again where it is lost."""
        dialect.remember(change.live or {})
        sent = self._apply(dialect, change, own_part(change.live or {}))
        if NAMES[change.resource.kind] == "L2Network" and counts_outside(sent.document or {}):
            # the operator would go on from the last address of the former range, and give the next pod none
            body = {"status": {"lastAssignedIP": ""}}
            dialect.connection.request("PATCH", f"{self._path(change)}/status", body, None, MERGE)
        return sent

    def _apply(self, dialect: KubernetesDialect, change: Change, kept: Mapping[str, Any]) -> Sent:
        resource = change.resource
        values = change.wanted.values
        body = merged(kept_by(resource.fields, values, kept), build(resource.fields, values))
        body = {"apiVersion": API_VERSION, "kind": NAMES[resource.kind], **body}
        try:
            if "switch_template" in values:
                self._stored(dialect, change, body)
            live = dialect.apply(self._path(change), body)
        except ApiError as error:
            raise _explained(error, change) from None
        return Sent(id=str(live["metadata"]["uid"]), document=dialect.shaped(live))

    def _stored(self, dialect: KubernetesDialect, change: Change, body: Mapping[str, Any]) -> None:
        """Refuse a pod template of which the server would drop something; 1.20 does so without a word."""
        path = "spec.switchTemplate"
        tried = dialect.apply(self._path(change), body, try_only=True)
        lost = differences(get_path(body, path, {}), get_path(tried, path, {}), path)
        if lost:
            raise InputError(
                f"{change.resource.title} {change.wanted.name}: switch_template: the API would not store all of it"
                f" ({'; '.join(lost)}).",
                "Correct these fields: the overlay's definition does not know them.",
                option="switch_template",
            )

    def delete(self, dialect: KubernetesDialect, change: Change) -> Sent:
        """Remove it; the operator's finalizer holds it until its part is undone.

        The operator waits for ever for a network that the SDN controller does not know (failure mode F7).
        """
        dialect.remember(change.live or {})
        dialect.remove(self._path(change))
        return Sent(id=change.id)

    @staticmethod
    def _path(change: Change) -> str:
        values = change.wanted.values
        root, plural = change.resource.path.rsplit("/", 1)
        return f"{root}/namespaces/{values['namespace']}/{plural}/{values['name']}"


def _explained(error: ApiError, change: Change) -> EdgeError:
    """The same error, with what to do about it."""
    if error.remedy or error.status != 404:
        return error
    if "namespaces" in str(error.details.get("detail")):
        error.remedy = f"Create the namespace {change.wanted.values['namespace']} first."
    else:
        error.remedy = "Install the L2S-M operator first (its definitions are missing)."
    return error


class KubernetesDialect:
    """One cluster, through one kubeconfig."""

    #: enough for everything that the installation waits for at once
    parallel = 8
    interval = 2.0

    def __init__(self, params: Mapping[str, Any], kinds: Mapping[str, Resource]) -> None:
        self._kinds = kinds
        self._apply = ApplySender()
        self._object = ObjectSender()
        self._forgiving = bool(params.get("check_without_api"))
        self._restarted = bool(params.get("check_after_restart"))
        #: whether the run waits for what it makes
        self.waits = bool(params.get("wait", True))
        #: whether an installation looks at the cluster's prerequisites first
        self.prechecks = bool(params.get("precheck"))
        #: whether an earlier version of the operator may take the place of a later one
        self.downgrades = bool(params.get("allow_downgrade"))
        #: whether networks that this collection made, and that are not named any more, are to go
        self.prunes = bool(params.get("prune_networks"))
        #: the same for every kind
        self.prunes_all = bool(params.get("prune"))
        #: what is declared over several clusters, where that is told
        self.domain: Mapping[str, Any] | None = params.get("domain")
        #: kinds that the cluster has no definition of
        self.unknown: set[str] = set()
        self.connection = Connection(params)
        self.sdn = SdnController(params) if params.get("sdn_url") else None
        self.providers = Providers(params)
        #: whether what an edge device has at a provider that cannot be asked may stay there
        self.ignores_provider = bool(params.get("ignore_provider"))
        self._extras: dict[str, Callable[[list[dict[str, Any]], bool], None]] = {
            "overlay": self._overlay_parts,
            "network": self._network_parts,
            "network_edge_device": self._edge_parts,
        }

    @property
    def forgiving(self) -> bool:
        """Whether a cluster without the operator is to be planned for (check mode, before it is installed)."""
        return self._forgiving

    def listed(self, path: str, quick: bool = False, **query: str) -> list[dict[str, Any]]:
        """Every object at a path; raises ApiError with status 404 where the kind is not defined."""
        items: list[dict[str, Any]] = []
        token = ""
        while True:
            asked = {**query, "limit": PAGE, **({"continue": token} if token else {})}
            answer = self.connection.request("GET", path, query=asked, quick=quick)
            items += answer.get("items") or []
            token = get_path(answer, "metadata.continue", "") or ""
            if not token:
                return items

    def fetch(self, resource: Resource, scope: str, quick: bool = False) -> Sequence[Document]:
        """Every object of a kind in all namespaces, or the one object that ``scope`` names."""
        if resource.kind in (PORT.kind, PROVIDER_NETWORK.kind):
            return self.providers.fetch(resource, scope)
        if resource.kind == INTERFACE.kind:
            return taken(self.listed(NETWORK_ATTACHMENTS, quick, labelSelector="app=l2sm"))
        if scope:
            return [self.shaped(o) for o in read_object(self.connection, scope, quick)]
        try:
            items = self.listed(resource.path, quick)
        except ApiError as error:
            if error.status != 404:
                raise
            self.unknown.add(resource.kind)
            return []
        self.unknown.discard(resource.kind)
        if items and resource.kind in self._extras:
            self._extras[resource.kind](items, quick)
        return [self.shaped(i) for i in items]

    def _overlay_parts(self, overlays: list[dict[str, Any]], quick: bool) -> None:
        """Add to each overlay its switches (ReplicaSets it owns) and attachments (by label)."""
        switches = self.listed(REPLICA_SETS, quick)
        try:
            attachments = self.listed(NETWORK_ATTACHMENTS, quick, labelSelector="app=l2sm")
        except ApiError as error:
            if error.status != 404:
                raise
            attachments = []
        for overlay in overlays:
            meta = overlay["metadata"]
            owned_by = [s for s in switches if _owner(s) == meta["uid"]]
            mine = [
                a
                for a in attachments
                if a["metadata"].get("namespace") == meta.get("namespace")
                and get_path(a, "metadata.labels", {}).get("overlay") == meta["name"]
            ]
            overlay[SWITCHES], overlay[ATTACHMENTS] = owned_by, mine

    def _edge_parts(self, edges: list[dict[str, Any]], quick: bool) -> None:
        """Add to each edge device its switch."""
        switches = self.listed(REPLICA_SETS, quick)
        for edge in edges:
            edge[SWITCHES] = [s for s in switches if _owner(s) == edge["metadata"]["uid"]]

    def _network_parts(self, networks: list[dict[str, Any]], quick: bool) -> None:
        """Mark the networks that the SDN controller, where its address is known, has lost."""
        for network in networks:
            if self.sdn and get_path(network, "status.internalConnectivity", "") == "Available":
                network[LOST] = self._restarted or not self.sdn.knows(network["metadata"]["name"], quick)

    def remember(self, live: Mapping[str, Any]) -> None:
        """Tell the SDN controller again of a network that it has forgotten."""
        if self.sdn and live.get(LOST):
            self.sdn.remember(live["metadata"]["name"])

    @staticmethod
    def shaped(live: Mapping[str, Any]) -> dict[str, Any]:
        """An object with a flag that tells whether it is on its way out."""
        return {**live, DELETING: bool(get_path(live, "metadata.deletionTimestamp", None))}

    def apply(self, path: str, body: Mapping[str, Any], try_only: bool = False) -> dict[str, Any]:
        """Server-side apply; unknown fields are refused by the server (by 1.20, not those of members of a list)."""
        query = {"fieldManager": MANAGER, "fieldValidation": "Strict", "force": "true"}
        query |= {"dryRun": "All"} if try_only else {}
        return dict(self.connection.request("PATCH", path, body, query, APPLY))

    def remove(self, path: str) -> None:
        """DELETE; what is gone already is fine."""
        try:
            self.connection.request("DELETE", path)
        except ApiError as error:
            if error.status != 404:
                raise

    def sender(self, resource: Resource) -> Sender:
        """Server-side apply, from options or from whole definitions."""
        return resource.sender or (self._apply if resource.kind in NAMES else self._object)

    def cluster(self, name: str) -> KubernetesDialect:
        """The only one."""
        return self

    def lookup(self, kind: str) -> Resource:
        """The declaration of a kind."""
        return self._kinds[kind]

    def name_keys(self, resource: Resource) -> tuple[str, ...]:
        """Objects are named by their metadata."""
        return ("metadata.name",)

    def close(self) -> None:
        """Give connections back."""
        self.connection.close()
        self.providers.close()
        if self.sdn:
            self.sdn.close()


def _owner(live: Mapping[str, Any]) -> str:
    owners = get_path(live, "metadata.ownerReferences", None) or []
    return next((str(o["uid"]) for o in owners if o.get("controller")), "")


class NoCluster(KubernetesDialect):
    """A cluster that does not exist yet: empty, for plans in check mode."""

    def __init__(self, params: Mapping[str, Any], kinds: Mapping[str, Resource]) -> None:
        super().__init__(params, kinds)
        self.prechecks = self.prunes = self.prunes_all = False
        self.domain = None

    def fetch(self, resource: Resource, scope: str, quick: bool = False) -> Sequence[Document]:
        """Nothing."""
        return []

    def listed(self, path: str, quick: bool = False, **query: str) -> list[dict[str, Any]]:
        """Nothing."""
        return []
