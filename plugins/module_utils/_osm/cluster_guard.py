# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must not be sent: whatever would make OSM's GitOps prune a cluster that OSM itself made.

Registering or deregistering such a cluster, by its name or by the address of its API server, rewrites its Flux
Kustomization to an empty one with ``prune: true``. So before a cluster is registered or let go of, in either of OSM's
two ways, its list of clusters tells which ones it made. That list costs one request, and only for such changes.

In its Git, a cluster is called by its name in lower case. The NBI keeps that unique within a project, and OSM's
life-cycle manager names the Kustomization by it: so clusters of other projects count, as far as the user sees them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from .._engine.compare import shown
from .._engine.errors import ApiError, EdgeError, InputError, LoginError
from .._engine.plan import CREATE, DELETE, NONE, REPLACE, UPDATE, Change
from .._engine.resource import Document
from .._engine.survey import Survey
from .accounts import K8S_CLUSTER
from .clusters import CLUSTER, MADE, PROFILE, is_made, osm_made
from .dialect import OsmDialect

#: clouds whose clusters OSM makes without being told of nodes
_NODELESS = frozenset({"aws"})
#: VIM types whose clusters its life-cycle manager can make; for another it does nothing, and the creation never ends
_CLOUDS = ("azure", "aws", "gcp", "kubevirt")


#: what may be the same, beside an API server
NAME = "name"
ANOTHER_NAME = (
    "Take a name that differs in more than its case; or, where that very cluster is meant, use osm_cluster without"
    " credentials, in the project that it belongs to."
)
UNSEEN = (
    "This user may not list the clusters of all projects of OSM (a role in the project admin, with admin:get), so only"
    " those of osm_project were looked at. A cluster of another project that OSM made is harmed by a registration of"
    " the same name, whatever its case, or of the same API server."
)
#: ports that a URL need not say
_PORTS = {"https": 443, "http": 80}


def same_server(url: Any) -> str:
    """A URL of an API server in one spelling: no case, spaces, user, default port, ``/api`` or slash at the end."""
    plain = str(url).strip().lower()
    if "://" not in plain:
        plain = f"https://{plain}"
    try:
        parts = urlsplit(plain)
        host, port = (parts.hostname or "").rstrip("."), parts.port or _PORTS.get(parts.scheme)
    except ValueError:  # no URL at all
        return plain.rstrip("/")
    host = f"[{host}]" if ":" in host else host
    where = host if port == _PORTS.get(parts.scheme) else f"{host}:{port}"
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{where}{path.removesuffix('/api').rstrip('/')}"


def servers(kubeconfig: Any) -> set[str]:
    """The addresses of the API servers that a kubeconfig names, each in one spelling."""
    entries = kubeconfig.get("clusters") if isinstance(kubeconfig, Mapping) else None
    found = [e.get("cluster") for e in entries or [] if isinstance(e, Mapping)] if isinstance(entries, list) else []
    return {same_server(c["server"]) for c in found if isinstance(c, Mapping) and c.get("server")}


def review(changes: list[Change], survey: Survey) -> list[Change]:
    """The same changes; those that must not be sent have become refusals."""
    made = _Made(survey)
    return [_refused(c, error) if (error := _objection(c, changes, made)) else c for c in changes]


def _refused(change: Change, error: EdgeError) -> Change:
    return replace(change, action=NONE, payload={}, after=change.before, refusal=error)


def _objection(change: Change, changes: Sequence[Change], made: _Made) -> EdgeError | None:
    if change.refusal:
        return None
    kind, action = change.resource.kind, change.action
    if kind in (CLUSTER.kind, PROFILE.kind) and action == CREATE and _is_older(made.survey):
        return InputError(
            f"This OSM cannot make the {change.resource.title} {change.wanted.name}: its northbound interface has no"
            " k8scluster/v1, which came with release SIXTEEN.",
            "Register the cluster with osm_k8s_cluster, or upgrade OSM.",
        )
    if kind == CLUSTER.kind:
        if action == CREATE:
            return _making(change, made)
        if change.payload.get("credentials"):
            return InputError(
                f"OSM cannot be given other credentials for the cluster {change.wanted.name}.",
                "Leave update_secret at on_create; to change them, deregister the cluster (state: absent) and register"
                " it again.",
                option="update_secret",
            )
        _tell_older(change, made.survey)
        return _letting_go(change, made) if action == DELETE and not is_made(change.live or {}) else None
    if kind == K8S_CLUSTER.kind and action != NONE:
        return _registering(change, changes, made)
    return None


def _is_older(survey: Survey) -> bool:
    return "k8scluster" in getattr(survey.dialect, "lacking", ())


class _Made:
    """The clusters that OSM made, by name and by the addresses of their API servers; listed when first asked for."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self._known: dict[str, tuple[Document, str]] | None = None
        self._all: Sequence[Document] | None = None

    def like(self, name: str, kubeconfig: Any) -> tuple[Document, str] | None:
        """One of this name in Git, or behind one of a kubeconfig's addresses, and what is the same."""
        if self._known is None:
            self._known = {}
            for document in filter(is_made, self._listed()):
                for server in servers(document.get("credentials")):
                    self._known[server] = (document, f"API server {server}")
                for called in (str(document.get("name")).lower(), git_name(document)):
                    self._known[f"name {called}"] = (document, NAME)
        keys = [f"name {name.lower()}", *sorted(servers(kubeconfig))]
        return next((self._known[k] for k in keys if k in self._known), None)

    def elsewhere(self, name: str) -> Document | None:
        """A cluster of another project, made or registered, that has this name in Git."""
        for fresh in (False, True):  # another run may have made it in this project meanwhile
            own = {CLUSTER.id_of(d) for d in self.survey.documents(CLUSTER, fresh=fresh)}
            others = (d for d in self._listed() if git_name(d) == name.lower() and CLUSTER.id_of(d) not in own)
            if (found := next(others, None)) is None:
                return None
        return found

    def _listed(self) -> Sequence[Document]:
        if self._all is None:
            self._all = self._looked_up()
        return self._all

    def _looked_up(self) -> Sequence[Document]:
        try:
            found = self.survey.dialect.everywhere(CLUSTER) if isinstance(self.survey.dialect, OsmDialect) else None
            if found is None:
                found = self.survey.documents(CLUSTER)
                self.survey.notes.append(UNSEEN)
            return found
        except (ApiError, LoginError) as error:
            raise ApiError(
                f"It cannot be found out which clusters OSM itself made: {error.message}",
                "Without that, a registration could destroy one. Give the user's role the permission k8scluster:get.",
                **error.details,
            ) from None


def _guarded(change: Change, credentials: Any, verb: str, made: _Made) -> EdgeError | None:
    title, live = change.resource.title, change.live or {}
    name = str(live.get("name") or change.wanted.values.get("name"))
    found = made.like(git_name(live) if live else name, credentials)
    if found is None:
        return None
    document, what = found
    theirs = str(document.get("name"))
    said = what if what != NAME or name == theirs else "name in OSM's Git, whatever the case and the project,"
    text = f"The {title} {name} (same {said} as the cluster {theirs})"
    remedy = "" if live or what != NAME else ANOTHER_NAME
    return osm_made(theirs, verb, str(document.get("_id")), text, remedy)


def git_name(cluster: Document) -> str:
    """What a cluster is called in OSM's Git, where a Kustomization has that name."""
    return str(cluster.get("git_name") or cluster.get("name")).lower()


def _making(change: Change, made: _Made) -> EdgeError | None:
    values, name = change.wanted.values, change.wanted.name
    other = None if _is_older(made.survey) else made.elsewhere(name)
    if values.get("credentials"):
        guarded = _guarded(change, values["credentials"], "registered", made)
        if guarded:
            return guarded
        given = [n for n in MADE if values.get(n) is not None]
        if given:
            return InputError(
                f"The cluster {name} has credentials, so it is registered; {', '.join(given)} are for clusters that OSM"
                " makes.",
                "Leave these options out, or the credentials.",
                options=given,
            )
    else:
        fault = _shape(change, made.survey)
        if fault:
            return fault
    if other is not None:
        return InputError(
            f"The cluster {name} cannot be: another project of this OSM has the cluster {other.get('name')}, and in"
            f" OSM's Git both would be called {name.lower()} and share one Flux Kustomization.",
            "Take a name that differs in more than its case.",
            guard="same_git_name",
            id=CLUSTER.id_of(other),
        )
    # every cluster is also an account there, so that list would refuse the name
    for account in made.survey.documents(K8S_CLUSTER):
        if account.get("name") == name and not account.get("osm_acm"):
            return InputError(
                f"The cluster {name} cannot be made: a K8s cluster of that name is registered already.",
                "Take another name, or remove that one (osm_k8s_cluster with state: absent).",
                id=K8S_CLUSTER.id_of(account),
            )
    return None if values.get("credentials") else _never_begun(change, made.survey)


def _shape(change: Change, survey: Survey) -> EdgeError | None:
    """What OSM needs to make a cluster; it says so only in a word, and for AWS it is the other way round."""
    values, name = change.wanted.values, change.wanted.name
    if values.get("openshift") is not None:
        return InputError(
            f"The cluster {name} does not exist yet, and OSM makes it: openshift is for clusters that are registered.",
            "Leave it out; or give credentials, to register a cluster that is there already.",
            options=["openshift"],
        )
    if not values.get("k8s_version"):
        return InputError(
            f"The cluster {name} does not exist yet; making it needs k8s_version.",
            "Give it; or credentials, to register a cluster that is there already.",
            options=["k8s_version"],
        )
    vim, cloud = values.get("vim_account"), _cloud(change, survey)
    given = [n for n in ("node_count", "node_size") if values.get(n) is not None]
    if cloud in _NODELESS and given:
        return InputError(
            f"The cluster {name} is to be made on {cloud}, where OSM takes no {' and '.join(given)}.",
            "Leave them out and add node groups afterwards.",
            options=given,
        )
    if cloud and cloud not in _NODELESS and not given:
        return InputError(
            f"The cluster {name} does not exist yet; making it on the VIM account {shown(vim)} needs node_count or"
            " node_size.",
            "Give them.",
            options=["node_count", "node_size"],
        )
    return None


def _cloud(change: Change, survey: Survey) -> str:
    """Type of the VIM account that OSM has already; '' for another."""
    identity = getattr(change.wanted.values.get("vim_account"), "id", "")
    documents = survey.documents(survey.dialect.lookup("vim_account")) if identity else ()
    return next((str(d.get("vim_type")) for d in documents if d.get("_id") == identity), "")


def _never_begun(change: Change, survey: Survey) -> EdgeError | None:
    """A cluster that nobody would make; refused where there is no cloud, told where a later OSM may know the cloud."""
    cloud, vim = _cloud(change, survey), change.wanted.values.get("vim_account")
    if not cloud or cloud in _CLOUDS:
        return None
    text = (
        f"The cluster {change.wanted.name} is to be made on the VIM account {shown(vim)} of type {cloud}, where OSM"
        f" starts nothing and the creation never ends: it makes clusters on {', '.join(_CLOUDS)}."
    )
    if cloud == "dummy":
        remedy = "Name such an account; or give credentials, to register a cluster that is there already."
        return InputError(text, remedy, option="vim_account")
    survey.notes.append(f"{text} An OSM later than June 2026 may know more types.")
    return None


def _tell_older(change: Change, survey: Survey) -> None:
    """OSM takes any version and hands it to the cloud, which hardly ever goes back; that shows after an hour."""
    now, wanted = change.before.get("k8s_version"), change.payload.get("k8s_version")
    if now and wanted and _minor(wanted) < _minor(now):
        survey.notes.append(
            f"The cluster {change.wanted.name} has Kubernetes {now}, and {wanted} is older: clouds refuse that, or"
            " take it in part, and the task then waits in vain."
        )


def _minor(version: str) -> tuple[int, ...]:
    """Major and minor version; nothing to compare where it is none."""
    found = re.match(r"v?(\d+)\.(\d+)", str(version))
    return tuple(map(int, found.groups())) if found else (sys.maxsize,)


def _letting_go(change: Change, made: _Made) -> EdgeError | None:
    """Deregistering what is the same cluster as one that OSM made."""
    return _guarded(change, (change.live or {}).get("credentials"), "deregistered", made)


def _registering(change: Change, changes: Sequence[Change], made: _Made) -> EdgeError | None:
    """A change of an account of ``admin/v1/k8sclusters``."""
    live = change.live or {}
    name = str(live.get("name") or change.wanted.values.get("name"))
    if live.get("osm_acm"):
        if change.action in (DELETE, REPLACE, CREATE):
            guarded = _guarded(change, live.get("credentials"), "removed", made)
            if guarded:
                return guarded
        return InputError(
            f"The K8s cluster {name} is kept by OSM itself, for the cluster {name} of k8scluster/v1.",
            "Manage it with osm_cluster, and leave this one alone.",
            guard="osm_kept",
            id=change.id,
        )
    if change.action == DELETE:
        return _guarded(change, live.get("credentials"), "removed", made)
    if change.action == UPDATE:
        if not change.payload.get("credentials"):
            return None
        return _guarded(change, change.wanted.values.get("credentials"), "given these credentials", made)
    if change.action not in (CREATE, REPLACE):
        return None
    if change.action == REPLACE:  # the old account is removed before the new one is made
        guarded = _guarded(change, live.get("credentials"), "removed and made again", made)
        if guarded:
            return guarded
    for other in changes:
        if other.resource.kind == CLUSTER.kind and other.wanted.values.get("name") == name and other.action == CREATE:
            return InputError(
                f"The K8s cluster {name} and the cluster {name} cannot both be.", "Leave one out: OSM keeps both lists."
            )
    return _guarded(change, change.wanted.values.get("credentials"), "registered", made)
