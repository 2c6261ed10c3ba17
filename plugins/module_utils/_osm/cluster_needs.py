# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""KDUs need a K8s cluster at the VIM account that their VNF goes to: a service without one is refused on paper.

The NBI (2026, ``_look_for_k8scluster``) takes the first registered cluster of that VIM account which has one of the
descriptor's ``k8s-cluster.cni``, whose version is among ``k8s-cluster.version``, and which has as many networks as
``k8s-cluster.nets``; without such needs any will do. It looks neither at a cluster's state nor at its removal. Costs
the list of clusters, and the VNF descriptors of the service, where a service is to be instantiated. A slice is made of
services, so it is looked at in the same way; a subnet that is shared may have its service already, and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._engine.compare import Ref, shown
from .._engine.dialect import Document
from .._engine.errors import ApiError, InputError, LoginError, NotFoundError
from .._engine.paths import get_path
from .._engine.plan import CREATE, NONE, REPLACE, UPDATE, Change
from .._engine.resource import Resource
from .._engine.survey import Survey
from .accounts import K8S_CLUSTER
from .clusters import CLUSTER
from .packages import NS_PACKAGE, SLICE_TEMPLATE, VNF_PACKAGE

#: descriptors that are asked for by id in one request
MOST_VALUES = 40


def review(changes: list[Change], survey: Survey) -> list[Change]:
    """The same plan; an instantiation whose KDUs would find no cluster has become a refusal."""
    asked = [c for c in changes if c.resource.kind in ("ns", "slice") and _instantiates(c)]
    if not asked or survey.assumed.get(K8S_CLUSTER.kind) or survey.assumed.get(CLUSTER.kind):
        return changes
    if any(c.resource.kind == CLUSTER.kind and c.action in (CREATE, UPDATE, REPLACE) for c in changes):
        return changes  # the account that OSM keeps for such a one is not there yet
    try:  # the descriptors of all of them in one request
        services = {id(c): list(_services(c, changes, survey)) for c in asked}
        named = {vnfd for own in services.values() for service in own for _index, vnfd in service.members}
        vnfds = _vnfds(named, changes, survey)
    except (ApiError, LoginError) as error:
        if error.details.get("status") not in (401, 403):
            raise
        return changes  # who may not list descriptors may make services of them all the same
    reviewed = {id(c): _reviewed(c, services[id(c)], vnfds, changes, survey) for c in asked}
    return [reviewed.get(id(c), c) for c in changes]


def _instantiates(change: Change) -> bool:
    if change.refusal:
        return False
    runs = change.payload.get("instantiated", change.action == CREATE)
    return change.action in (CREATE, UPDATE, REPLACE) and bool(runs)


def _reviewed(
    change: Change,
    services: Sequence[_Service],
    vnfds: Mapping[str, Document],
    changes: Sequence[Change],
    survey: Survey,
) -> Change:
    try:
        for service in services:
            for index, vnfd in service.members:
                descriptor = vnfds.get(vnfd) or {}
                if descriptor.get("kdu"):
                    _look(change, service, index, descriptor, changes, survey)
    except InputError as error:
        return replace(change, action=NONE, payload={}, refusal=error)
    except (ApiError, LoginError) as error:
        if error.details.get("status") not in (401, 403):
            raise
    except NotFoundError:  # the VIM account of a record has gone: OSM says that best
        return change
    return change  # who may not list clusters may use them all the same


# -- what is to be made ----------------------------------------------------------------------------------------------


def _coming(changes: Sequence[Change], resource: Resource) -> dict[str, Document]:
    """The descriptors that the same document brings, by their id."""
    with_package = [c for c in changes if c.resource.kind == resource.kind and c.wanted.values.get("package")]
    return {c.wanted.name: c.wanted.values["package"].descriptor for c in with_package if not c.refusal}


@dataclass(frozen=True)
class _Service:
    """A service that is to be made: indices and VNFDs of its VNFs, and the parameters that place them.

    ``place``: what a message says of it where it is part of a slice.
    """

    members: Sequence[tuple[str, str]]
    parameters: Mapping[str, Any]
    place: str = ""


def _services(change: Change, changes: Sequence[Change], survey: Survey) -> Iterator[_Service]:
    """The service, or those of a slice; none where the descriptor is not known yet."""
    values = change.wanted.values
    if change.resource.kind == "ns":
        nsd = _descriptor(NS_PACKAGE, values.get("nsd"), (change.live or {}).get("nsd-id"), changes, survey)
        yield _Service(_members(nsd), values)
        return
    kept = get_path(change.live or {}, "_admin.nst-id", "")
    template = _descriptor(SLICE_TEMPLATE, values.get("template"), kept, changes, survey)
    coming = _coming(changes, NS_PACKAGE)
    for subnet in template.get("netslice-subnet") or []:
        placed = _placed(change, subnet)
        if placed is not None and not subnet.get("is-shared-nss"):
            name = str(subnet.get("nsd-ref"))
            there = (d for d in survey.documents(NS_PACKAGE) if d.get("id") == name)
            nsd = coming[name] if name in coming else next(there, {})
            yield _Service(_members(nsd), placed, f"in the subnet {subnet.get('id')} ")


def _placed(change: Change, subnet: Document) -> Mapping[str, Any] | None:
    """The parameters that place the service of a subnet; None where the template itself has some."""
    values, name = change.wanted.values, str(subnet.get("id"))
    if change.action == CREATE:
        own: Mapping[str, Any] = next((e for e in values.get("subnets") or [] if str(e.get("id")) == name), {})
        if not own.get("vnf") and (subnet.get("instantiation-parameters") or {}).get("vnf"):
            return None
        return {"vim_account": own.get("vim_account") or values.get("vim_account"), "vnf": own.get("vnf")}
    records = get_path(change.live or {}, "_admin.netslice-subnet", None) or []  # those of a mere record
    made: Mapping[str, Any] = next((r for r in records if str(r.get("nss-id")) == name), {})
    vnfs = [(v.get("member-vnf-index"), v.get("vimAccountId")) for v in made.get("vnf") or []]
    return {
        "vim_account": made.get("vimAccountId"),
        "vnf": [{"member_vnf_index": index, "vim_account": vim} for index, vim in vnfs],
    }


def _descriptor(resource: Resource, wanted: Any, kept: Any, changes: Sequence[Change], survey: Survey) -> Document:
    """What a reference names, or a record was made of: as the same document brings it, or as it is; else empty."""
    identity = wanted.id if isinstance(wanted, Ref) else str(kept or "")
    listed = survey.documents(resource) if identity else ()
    live: Document | None = next((d for d in listed if resource.id_of(d) == identity), None)
    name = str(live.get("id")) if live else wanted.name if isinstance(wanted, Ref) else ""
    return _coming(changes, resource).get(name, live) or {}


def _members(nsd: Document) -> list[tuple[str, str]]:
    """Index and VNFD of the VNFs of an NSD."""
    profiles = [p for df in nsd.get("df") or [] for p in df.get("vnf-profile") or []]
    return [(str(p.get("id")), str(p.get("vnfd-id"))) for p in profiles]


def _vnfds(wanted: set[str], changes: Sequence[Change], survey: Survey) -> dict[str, Document]:
    """VNF descriptors by their id: those that will be there. They are long, so OSM is asked for these alone."""
    coming = _coming(changes, VNF_PACKAGE)
    missing = sorted(wanted - set(coming))
    if not missing or survey.has(VNF_PACKAGE) or len(missing) > MOST_VALUES:
        listed = survey.documents(VNF_PACKAGE) if missing else ()
    else:
        path = f"{VNF_PACKAGE.path}?id.eq={','.join(missing)}"
        listed = survey.dialect.fetch(replace(VNF_PACKAGE, path=path), "")
    return {str(d.get("id")): d for d in listed} | coming


def _vim(change: Change, parameters: Mapping[str, Any], index: str, survey: Survey) -> Ref:
    """The VIM account that a VNF goes to."""
    own = (e for e in parameters.get("vnf") or [] if str(e.get("member_vnf_index")) == index)
    wanted = next((e["vim_account"] for e in own if e.get("vim_account")), parameters.get("vim_account"))
    if isinstance(wanted, Ref):
        return wanted
    return survey.reference("vim_account", wanted or (change.live or {}).get("datacenter"), "vim_account")


# -- what is there ---------------------------------------------------------------------------------------------------


def _clusters(changes: Sequence[Change], survey: Survey) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Id and name of the VIM account, and record, of each cluster that will be there."""
    planned = [c for c in changes if c.resource.kind == K8S_CLUSTER.kind and c.wanted.state != "absent"]
    changed = {c.id: c.wanted.values for c in planned if c.id}
    for live in survey.documents(K8S_CLUSTER):
        identity = K8S_CLUSTER.id_of(live)
        if (K8S_CLUSTER.kind, identity) not in survey.going and identity not in changed:
            yield str(live.get("vim_account")), "", live
    for change in planned:
        vim = change.wanted.values.get("vim_account")
        of = (vim.id, vim.name) if isinstance(vim, Ref) else (str((change.live or {}).get("vim_account")), "")
        yield *of, {**(change.live or {}), **{k: shown(v) for k, v in change.wanted.values.items()}}


def _fits(cluster: Mapping[str, Any], needs: Mapping[str, Any]) -> bool:
    if needs.get("cni") and not set(needs["cni"]) & set(cluster.get("cni") or ()):
        return False
    if needs.get("version") and cluster.get("k8s_version") not in needs["version"]:
        return False
    return not needs.get("nets") or len(cluster.get("nets") or ()) >= len(needs["nets"])


def _look(
    change: Change, service: _Service, index: str, descriptor: Document, changes: Sequence[Change], survey: Survey
) -> None:
    vim = _vim(change, service.parameters, index, survey)
    known = _clusters(changes, survey)
    here = [c for identity, name, c in known if (identity == vim.id if vim.id else name == vim.name)]
    needs = descriptor.get("k8s-cluster") or {}
    if any(_fits(cluster, needs) for cluster in here):
        return
    if here:
        told = {"cni": "cni", "version": "k8s_version", "nets": "as many nets as"}
        wishes = [f"{word} {_words(needs[key])}" for key, word in told.items() if needs.get(key)]
        lack = f"no K8s cluster at the VIM account {vim.name} has what its k8s-cluster asks for ({', '.join(wishes)})."
        names = ", ".join(sorted(str(c.get("name")) for c in here))
        remedy = f"There: {names}. Correct that (edge.infra.osm_k8s_cluster), or register another one."
    else:
        lack = f"no K8s cluster is registered at the VIM account {vim.name}."
        remedy = f"Register one with edge.infra.osm_k8s_cluster (vim_account: {vim.name})"
        remedy += "; where an earlier task of a check run would do that, name it in assume (k8s_clusters)."
    raise InputError(
        f"{change.resource.title} {change.wanted.name}: {service.place}the VNF {index} ({descriptor.get('id')}) has"
        f" KDUs, and {lack}",
        remedy,
        option="vim_account",
        value=vim.name,
    )


def _words(values: Any) -> str:
    return " or ".join(str(v.get("id") if isinstance(v, Mapping) else v) for v in values)
