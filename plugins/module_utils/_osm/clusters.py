# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clusters and cluster profiles of OSM's GitOps side (``k8scluster/v1``), from OSM release SIXTEEN on.

A cluster is either made by OSM in a cloud, or registered with its kubeconfig; which verbs it has depends on that.
Source: NBI and LCM of OSM (2026), in whose records ``created`` is the text "true" or "false". What a declaration has to
put up with there: profiles are attached one at a time; a new node size is written into ``node_count``, so what was
asked for is read from the operations; the accounts of ``admin/v1/k8sclusters`` are in the list, too, unless it is
filtered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._engine.compare import Ref
from .._engine.dialect import Sent
from .._engine.errors import ApiError, InputError
from .._engine.field import Compare, Field
from .._engine.limits import Text
from .._engine.plan import Change
from .._engine.resource import Document, Resource, Wait
from .._engine.uses import Keep, Use
from .accounts import _kubeconfig as kubeconfig_of
from .common import DELETING, NAME, NOTE_TEXT, PLAIN_TEXT
from .dialect import CONDITION, REASON, OsmDialect, document
from .kubeconfigs import readable
from .limits import all_of, no_operators, once, version, whole

#: kinds of profiles, as options and URLs begin
PROFILE_TYPES = ("app", "infra_controller", "infra_config", "resource")
ATTACHED = tuple(f"{kind}_profiles" for kind in PROFILE_TYPES)
#: what a cluster of OSM's own is made of, and a registered one has not
SHAPE = ("k8s_version", "node_size", "node_count")
MADE = (*SHAPE, "region", "resource_group", "private_subnet", "public_subnet", "iam_role", "config")
_SIZING = frozenset({"create", "scale", "upgrade", "update"})


def gitops_state(remedy: str, timeout: int) -> Wait:
    """The state walk of clusters and profiles, see ``judged`` of the dialect."""
    return Wait(
        path=CONDITION,
        done=frozenset({"READY"}),
        failed=frozenset({"ERROR", "FAILED_CREATION", "FAILED_DELETION"}),
        reason=(REASON,),
        stage=("resourceState",),
        remedy=remedy,
        timeout=timeout,
    )


def is_made(live: Document) -> bool:
    """Whether OSM itself made a cluster (it may then neither be registered nor deregistered)."""
    return str(live.get("created")).lower() == "true"


def _view(live: Document) -> Document:
    """A cluster as it was asked for: its own profiles left out, sizes read from the operations that did not fail."""
    asked: dict[str, Any] = {}
    pending = False
    for operation in live.get("operationHistory") or []:
        kind, failed = operation.get("operationType"), operation.get("result") is False
        if kind in _SIZING and (kind == "create" or not failed):
            given = operation.get("operationParams") or {}
            asked.update({k: given[k] for k in SHAPE if k in given})
            pending = operation.get("operationState") not in ("COMPLETED", "FAILED")
    count = live.get("node_count")
    if not pending and isinstance(count, int) and not isinstance(count, bool):
        asked["node_count"] = count
    if not pending and live.get("k8s_version"):
        asked["k8s_version"] = live["k8s_version"]
    attached = {word: list(live.get(word) or [])[1:] for word in ATTACHED}
    return {**live, **asked, **attached, "bootstrap": live.get("bootstrap", True)}


def _adapt(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    """The declaration in the record's words; refuses to treat one sort of cluster as the other."""
    name, made = live.get("name"), is_made(live)
    if made and values.get("credentials"):
        raise osm_made(str(name), "registered", str(live.get("_id")))
    given = [n for n in MADE if values.get(n) is not None]
    if not made and given:
        raise InputError(
            f"The cluster {name} is registered with OSM, which did not make it: {', '.join(given)} cannot be managed.",
            "Leave these options out, or give the cluster that OSM is to make another name.",
            options=given,
        )
    known = dict(values)
    if isinstance(known.get("vim_account"), Ref):
        known["vim_account"] = known["vim_account"].name  # the NBI knows the account by its name here
    for word in ATTACHED:
        own = next(iter(live.get(word) or [""]))
        if known.get(word) is not None:
            # by name and by id it may be given twice
            known[word] = list({getattr(r, "id", r): r for r in known[word] if getattr(r, "id", r) != own}.values())
    return known


def osm_made(name: str, verb: str, identity: str, what: str = "", remedy: str = "") -> InputError:
    """The refusal that keeps OSM's GitOps from pruning a cluster."""
    return InputError(
        f"{what or 'The cluster ' + name} is not {verb}: OSM itself made the cluster {name}, and would then replace its"
        " Flux Kustomization by an empty one that prunes, which destroys the cluster.",
        remedy or "Clusters that OSM made are only ever made and removed as such: use osm_cluster without credentials.",
        guard="osm_made",
        id=identity,
    )


class ClusterSender:
    """Made and registered clusters have verbs of their own; of a change, what comes first is sent."""

    def create(self, dialect: OsmDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST without profiles: those are attached once the cluster is there."""
        given = {n: v for n, v in payload.items() if n not in ATTACHED}
        given["vim_account"] = change.wanted.values["vim_account"].name
        path = dialect.url(change.resource)
        if given.get("credentials"):
            # the schema calls it optional, and without it the NBI stumbles
            given = {**{"bootstrap": True}, **given}
            path += "/register"
        answer = dialect.http.json("POST", path, json=document(change.resource, given))
        return Sent(id=answer.get("_id") or answer["id"])

    def update(self, dialect: OsmDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """One step. A new description comes last: after one, the NBI refuses changes of profiles."""
        path = f"{dialect.url(change.resource)}/{change.id}"
        live = change.live or {}
        for word in (w for w in ATTACHED if w in payload):
            wanted, attached = list(payload[word] or []), list(live.get(word) or [])[1:]
            gone, new = [p for p in attached if p not in wanted], [p for p in wanted if p not in attached]
            if gone or new:
                verb, one = ("remove", gone[0]) if gone else ("add", new[0])
                self._attach(dialect, change, f"{path}/{word}", verb, one)
                return Sent(id=change.id)
        if "k8s_version" in payload:
            answer = dialect.http.json("POST", f"{path}/upgrade", json={"k8s_version": payload["k8s_version"]})
            return Sent(id=change.id, operation=answer.get("op_id", ""))
        sizes = {n: payload[n] for n in ("node_count", "node_size") if n in payload}
        if sizes:
            answer = dialect.http.json("POST", f"{path}/scale", json=sizes)
            return Sent(id=change.id, operation=answer.get("op_id", ""))
        dialect.http.json("PATCH", path, json={"description": payload["description"]})
        return Sent(id=change.id)

    @staticmethod
    def _attach(dialect: OsmDialect, change: Change, path: str, verb: str, profile: str) -> None:
        try:
            dialect.http.json("PATCH", path, json={f"{verb}_profile": [{"id": profile}]})
        except ApiError as error:
            detail = str(error.details.get("detail"))
            if error.status != 422 or f"'{verb}_profile' was unexpected" not in detail:
                raise
            raise ApiError(
                f"OSM refused to {verb} a profile of the cluster {change.wanted.name}: {detail}.",
                "This is a fault of OSM's NBI: once the name or description of any cluster has been changed, its"
                " process refuses every change of profiles until it is restarted. Restart the NBI (in a usual"
                " installation: kubectl -n osm rollout restart deployment nbi) and run again.",
                **error.details,
            ) from None

    def delete(self, dialect: OsmDialect, change: Change) -> Sent:
        """DELETE what OSM made; deregister what it did not."""
        path = f"{dialect.url(change.resource)}/{change.id}"
        dialect.http.json("DELETE", path if is_made(change.live or {}) else f"{path}/deregister")
        return Sent(id=change.id)


class ProfileSender:
    """Profiles of one type live in a collection of their own."""

    @staticmethod
    def _path(change: Change) -> str:
        return f"osm/k8scluster/v1/{change.wanted.scope}_profiles"

    def create(self, dialect: OsmDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST."""
        answer = dialect.http.json("POST", self._path(change), json=document(change.resource, payload))
        return Sent(id=answer.get("_id") or answer["id"])

    def update(self, dialect: OsmDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """PATCH; it is done when it is answered."""
        dialect.http.json("PATCH", f"{self._path(change)}/{change.id}", json=document(change.resource, payload))
        return Sent(id=change.id)

    def delete(self, dialect: OsmDialect, change: Change) -> Sent:
        """DELETE; it begins then."""
        dialect.http.json("DELETE", f"{self._path(change)}/{change.id}")
        return Sent(id=change.id)


def _own_profile(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    if live.get("default") is True and values.get("description", live.get("description")) != live.get("description"):
        raise InputError(
            f"The cluster profile {live.get('name')} is the own profile of a cluster, and OSM changes none of those.",
            "Leave description out.",
            option="description",
        )
    return values


_ONCE = "Used when OSM makes the cluster."


def _attached(kind: str) -> Field:
    text = (
        f"Names or ids of the {kind.replace('_', ' ')} profiles that are attached, beside the cluster's own one.",
        "Others are detached; an empty list detaches all. They are attached one after the other.",
    )
    return Field(
        f"{kind}_profiles",
        text,
        type="list",
        elements="str",
        reference="cluster_profile",
        reference_scope=kind,
        sample=["observability"] if kind == "app" else None,
    )


def _subnets(name: str, doc: str) -> Field:
    limit = Text(pattern="subnet-[a-f0-9]+", hint="be an id such as subnet-0a1b2c3d")
    return Field(name, (doc, _ONCE), type="list", elements="str", create_only=True, limit=limit)


CLUSTER = Resource(
    kind="cluster",
    module="osm_cluster",
    title="cluster",
    # the accounts of admin/v1/k8sclusters, which are in the list as well, have no such value
    path="k8scluster/v1/clusters?created=true,false",
    id_key="_id",
    fields=(
        replace(NAME, doc="Name of the cluster; no other cluster or profile may have it.", sample="edge-1"),
        Field(
            "vim_account",
            "Name or id of the VIM account: the cloud to make the cluster in, or that a registered one belongs to.",
            required=True,
            reference="vim_account",
            create_only=True,
            limit=PLAIN_TEXT,
            sample="cloud-1",
        ),
        Field(
            "kubeconfig",
            (
                "Path of the kubeconfig of a cluster that is there already, on the machine where the module runs: the"
                " cluster is registered.",
                "Instead of C(credentials).",
            ),
            type="path",
            local=True,
        ),
        Field(
            "credentials",
            (
                "The kubeconfig of a cluster that is there already, as a dictionary: the cluster is registered.",
                "Without it, OSM makes the cluster.",
                "Keys, certificates, tokens, passwords and what C(exec) is given are hidden everywhere; the names in it"
                " and the servers' addresses are not, where an error or a result has them.",
            ),
            type="dict",
            secret=True,
            open=readable,
            comparable=True,
            create_only=True,
        ),
        Field(
            "k8s_version",
            ("Version of Kubernetes of a cluster that OSM makes, and needed for one.", "Another one upgrades it."),
            limit=PLAIN_TEXT,
            sample="1.31",
        ),
        Field(
            "node_count",
            ("Number of worker nodes.", "Another one scales the cluster. On AWS, nodes come with node groups instead."),
            type="int",
            sample=2,
        ),
        Field("node_size", "Kind of machine of the nodes; can be changed.", limit=PLAIN_TEXT, sample="Standard_D4"),
        Field(
            "description",
            (
                "Text for people.",
                "Changing it afterwards has a side effect in OSM's NBI (2026): until that is restarted, it refuses to"
                " attach and detach profiles of any cluster. So it is changed last.",
            ),
            limit=replace(NOTE_TEXT, clear=False),
            sample="Edge site in Madrid",
        ),
        Field("region", _ONCE, api="region_name", create_only=True, limit=PLAIN_TEXT, sample="westeurope"),
        Field("resource_group", _ONCE, create_only=True, limit=PLAIN_TEXT),
        _subnets("private_subnet", "Two private subnets, on AWS."),
        _subnets("public_subnet", "One public subnet, on AWS."),
        Field(
            "iam_role",
            ("Role of the cluster, on AWS.", _ONCE),
            create_only=True,
            limit=Text(
                pattern=r"arn:aws:iam::[0-9]{12}:role/[A-Za-z0-9]+", hint="be like arn:aws:iam::123456789012:role/osm"
            ),
        ),
        Field(
            "config",
            ("Further settings of the cluster, as the cloud's workflow takes them.", _ONCE),
            type="dict",
            compare=Compare.SUBSET,
            create_only=True,
        ),
        Field(
            "bootstrap",
            "Whether OSM sets up Flux in the cluster. When it registers one, V(true) unless given.",
            type="bool",
            create_only=True,
        ),
        Field("openshift", "Whether a registered cluster is an OpenShift.", type="bool", create_only=True),
        *(_attached(kind) for kind in PROFILE_TYPES),
        Field("created", "V(true) if OSM made it, V(false) if it is registered.", read_only=True, sample="true"),
    ),
    view=_view,
    check=all_of(
        version("k8s_version"),
        once(*ATTACHED, "private_subnet", "public_subnet"),
        no_operators("config", "credentials"),
        whole("node_count", 0),
    ),
    adapt=_adapt,
    prepare=kubeconfig_of,
    sender=ClusterSender(),
    stepwise=True,
    deleting=DELETING,
    gone_timeout=3600,
    stuck="Look at the cluster's Kustomization in OSM's own cluster (namespace managed-resources), and run again.",
    ready=gitops_state(
        "Look at the workflow and the Kustomization in OSM's own cluster, and mend the cause. A cluster that was not"
        " made is removed with state: absent and made again; other changes are tried again where they are not done.",
        3600,
    ),
)

PROFILE = Resource(
    kind="cluster_profile",
    module="osm_cluster_profile",
    title="cluster profile",
    path="k8scluster/v1/{scope}_profiles",
    id_key="_id",
    fields=(
        replace(NAME, doc="Name of the profile, unique for its type.", sample="observability"),
        Field("type", "Kind of profile.", scope=True, required=True, choices=PROFILE_TYPES, sample="app"),
        Field("description", "Text for people.", required=True, limit=PLAIN_TEXT, sample="Metrics and logs"),
        Field("default", "Whether it is the own profile of a cluster, and goes with it.", type="bool", read_only=True),
    ),
    sender=ProfileSender(),
    adapt=_own_profile,
    deleting=DELETING,
    keeps=(
        Keep(
            ("default",),
            "it is the own profile of a cluster",
            frozenset({"True"}),
            remedy="It goes with its cluster.",
        ),
    ),
    used_by=tuple(Use("cluster", word) for word in ATTACHED),
    ready=gitops_state("Look at the workflow in OSM's own cluster; remove the profile and make it again.", 600),
)
