# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kubernetes clusters as OSM registers them, and Helm and Juju repositories.

Source: NBI of OSM (2026), topics ``admin/v1/k8sclusters`` and ``k8srepos``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._engine.dialect import Sent
from .._engine.errors import CreateOnlyError, InputError
from .._engine.field import Compare, Field
from .._engine.plan import Change
from .._engine.resource import Document, Resource
from .._engine.uses import Keep
from . import repos_in_use
from .common import (
    DELETING,
    DESCRIPTION,
    FORCE_ACCOUNT,
    LONG_TEXT,
    NAME,
    NAME_TEXT,
    PASSWORD_TEXT,
    PLAIN_TEXT,
    REPO_URL_TEXT,
    SHORT_TEXT,
    account_state,
    not_half_gone,
    used_by_vnfs,
)
from .dialect import AccountSender, OsmDialect
from .kubeconfigs import readable
from .limits import all_of, members, no_operators, some, version

try:
    import yaml
except ImportError:  # reported by the module with missing_required_lib
    yaml = None  # type: ignore[assignment]
    FASTEST: Any = None
else:
    #: a kubeconfig is machine-made; a document may have a hundred of them
    FASTEST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _kubeconfig(values: Mapping[str, Any], assumed: Mapping[str, Any]) -> Mapping[str, Any]:
    """Read the credentials from the kubeconfig that was named, and check that they are some."""
    given = dict(values)
    path = given.pop("kubeconfig", None)
    if path == "" and given.get("state") != "absent":  # a variable that is empty; nothing else is meant by it
        raise InputError(
            "kubeconfig: the path is empty.", "Name the file, or leave the option out.", option="kubeconfig"
        )
    if path and given.get("credentials"):
        raise InputError("kubeconfig and credentials exclude each other.", "Give one of them.", option="kubeconfig")
    if path and given.get("state") != "absent":
        if path in (assumed.get("kubeconfig") or ()) and not Path(path).exists():
            given["credentials"] = {}
        else:
            given["credentials"] = read_kubeconfig(path)
    elif given.get("credentials") is not None:
        check_kubeconfig(given["credentials"], "credentials")
    return given


def _parsed(text: str) -> Any:
    """The document; where it does not parse, the slower loader knows the place better."""
    try:
        return yaml.load(text, Loader=FASTEST)
    except yaml.YAMLError:
        return yaml.safe_load(text)


def read_kubeconfig(path: str) -> dict[str, Any]:
    """The kubeconfig in a file; raises InputError when there is none or it does not parse."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise InputError(
            f"kubeconfig: {path} cannot be read ({reason}).",
            "Name the file that provisioning fetched from the cluster.",
            option="kubeconfig",
            value=path,
        ) from None
    try:
        content = _parsed(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise InputError(
            f"kubeconfig: {path} does not parse as YAML{where}.",
            "Fetch it from the cluster again.",
            option="kubeconfig",
            value=path,
        ) from None
    check_kubeconfig(content, f"kubeconfig: {path}")
    return dict(content)


def check_kubeconfig(content: Any, what: str) -> None:
    """Refuse what is no kubeconfig: OSM would take it, and fail minutes later."""
    problem = ""
    if not isinstance(content, Mapping):
        problem = "is not a dictionary"
    else:
        for key in ("clusters", "users", "contexts"):
            if not isinstance(content.get(key), list) or not content[key]:
                problem = f"has no {key}"
                break
    if problem:
        raise InputError(
            f"{what} is no kubeconfig: it {problem}.", "Fetch it from the cluster again.", option="kubeconfig"
        )


def _without_ciphertext(value: Any) -> Any:
    """Credentials without the keys that OSM gives back encrypted (their name contains password or secret)."""
    if isinstance(value, Mapping):
        kept = {k: v for k, v in value.items() if not any(w in str(k) for w in ("password", "secret"))}
        return {k: _without_ciphertext(v) for k, v in kept.items()}
    if isinstance(value, list):
        return [_without_ciphertext(v) for v in value]
    return value


def merge_patch(live: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What to PATCH (RFC 7396) so that ``live`` becomes ``wanted``: keys that are wanted no more are nulled.

    A key that is wanted as null can only be left as it is: a null in a patch removes it.
    """
    patch: dict[str, Any] = {key: None for key in live if key not in wanted}
    for key, value in wanted.items():
        now = live.get(key)
        if isinstance(value, Mapping) and isinstance(now, Mapping):
            patch.update({key: deeper} if (deeper := merge_patch(now, value)) else {})
        elif value is not None and value != now:
            patch[key] = value
    return patch


class ClusterSender(AccountSender):
    """Dictionaries of a cluster are wanted as they are given, while OSM would merge them into the old ones."""

    def update(self, dialect: OsmDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """PATCH what differs, with the keys that are to go as null."""
        live = change.live or {}
        merged = {
            name: merge_patch(live.get(name) or {}, value) if name in ("nets", "credentials") else value
            for name, value in payload.items()
        }
        return super().update(dialect, change, merged)


def _settable_nets(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    """Refuse what no PATCH can do: to a merge, null means "remove this key"."""
    not_half_gone(values, live)
    present = live.get("nets") or {}
    stuck = [k for k, v in (values.get("nets") or {}).items() if v is None and present.get(k, "") is not None]
    if stuck:
        raise CreateOnlyError(
            f"nets: OSM cannot set {', '.join(stuck)} of the K8s cluster {values.get('name')} to null afterwards.",
            "Give the name of the VIM's network, or remove the cluster (state: absent) and create it again.",
            option="nets",
            options=["nets"],
        )
    return values


K8S_CLUSTER = Resource(
    kind="k8s_cluster",
    module="osm_k8s_cluster",
    title="K8s cluster",
    path="admin/v1/k8sclusters",
    id_key="_id",
    fields=(
        NAME,
        Field(
            "vim_account",
            "Name or id of the VIM account that the cluster belongs to.",
            required=True,
            reference="vim_account",
            limit=PLAIN_TEXT,
            sample="madrid-1",
        ),
        Field(
            "kubeconfig",
            (
                "Path of the cluster's kubeconfig, on the machine where the module runs.",
                "Instead of C(credentials).",
            ),
            type="path",
            local=True,
        ),
        Field(
            "credentials",
            (
                "The cluster's kubeconfig as a dictionary.",
                "OSM gives it back, except for what it encrypts; it is compared, and never shown.",
                "Keys, certificates, tokens, passwords and what C(exec) is given are hidden everywhere; the names in it"
                " and the servers' addresses are not, where an error or a result has them.",
            ),
            type="dict",
            required=True,
            secret=True,
            open=readable,
            comparable=True,
            normalize=_without_ciphertext,
        ),
        Field("k8s_version", "Version of Kubernetes.", required=True, limit=PLAIN_TEXT, sample="v1.31"),
        Field(
            "nets",
            "Networks of the cluster, by the name descriptors use, with the VIM's network name or null.",
            type="dict",
            required=True,
            sample={"mgmtnet": None},
        ),
        DESCRIPTION,
        Field("namespace", "Namespace for OSM's own objects in the cluster.", limit=NAME_TEXT, sample="kube-system"),
        Field(
            "cni",
            "Names of the cluster's network plugins.",
            type="list",
            elements="str",
            compare=Compare.UNORDERED,
            limit=SHORT_TEXT,
        ),
        Field(
            "vca",
            "Name or id of the VCA (Juju controller) that OSM uses for this cluster, in place of its own.",
            api="vca_id",
            aliases=("vca_id",),
            reference="vca",
            limit=PLAIN_TEXT,
        ),
        Field(
            "deployment_methods",
            "Which of V(helm-chart-v3) and V(juju-bundle) OSM prepares, with a truth value each; both keys are needed.",
            type="dict",
            create_only=True,
            sample={"helm-chart-v3": True, "juju-bundle": False},
        ),
    ),
    ready=account_state(
        "Check that OSM reaches the cluster's API and that the kubeconfig's credentials are valid, then run again.", 900
    ),
    deleting=DELETING,
    # a PATCH is answered with COMPLETED and heals nothing (seen on the NBI of 2026)
    remake_failed=True,
    keeps=(
        Keep(
            ("osm_acm",),
            "it is kept by OSM itself, for a cluster of k8scluster/v1",
            frozenset({"True"}),
            remedy="Manage that one, with osm_cluster.",
        ),
    ),
    used_by=(used_by_vnfs("kdur.*.k8s-cluster.id", "kdur.ANYINDEX.k8s-cluster.id"),),
    freed_by=("ns", "slice"),
    force=FORCE_ACCOUNT,
    check=all_of(
        version("k8s_version"),
        no_operators("credentials", "nets", "deployment_methods"),
        members("nets", lambda v: v is None or (isinstance(v, str) and v != ""), "be the name of a network, or null"),
        members("deployment_methods", lambda v: isinstance(v, bool), "be true or false"),
        some("nets", "cni"),
    ),
    adapt=_settable_nets,
    sender=ClusterSender(),
    prepare=_kubeconfig,
)

K8S_REPO = Resource(
    kind="k8s_repo",
    module="osm_k8s_repo",
    title="Kubernetes repository",
    path="admin/v1/k8srepos",
    id_key="_id",
    verbs=frozenset({"create", "delete"}),
    fields=(
        NAME,
        Field("type", "Kind of repository.", choices=("helm-chart", "juju-bundle"), required=True, sample="helm-chart"),
        Field(
            "url",
            "URL of the repository.",
            required=True,
            limit=REPO_URL_TEXT,
            sample="https://charts.example.com/edge",
        ),
        DESCRIPTION,
        Field("ca_cert", "Certificate of the repository's authority, as text.", api="cacert", limit=LONG_TEXT),
        Field("username", "User of the repository.", api="user", limit=PLAIN_TEXT),
        Field(
            "password",
            "Password of that user. OSM gives it back in clear; it is compared, and never shown.",
            secret=True,
            comparable=True,
            limit=PASSWORD_TEXT,
        ),
        Field("oci", "Whether it is an OCI registry.", type="bool"),
    ),
    ready=account_state("Check the repository's URL and run again."),
    deleting=DELETING,
    adapt=not_half_gone,
    remake_failed=True,
    force=("OSM then drops its record without telling its life-cycle manager. Nothing else is left behind.",),
    advise=repos_in_use.advise,
)
