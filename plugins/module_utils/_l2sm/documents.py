# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manifests: reading them, and turning custom resources that others wrote into declarations."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._engine.errors import InputError, UnreachableError
from .._engine.field import Field
from .edges import EDGE
from .overlays import OVERLAY
from .quarantine import QUARANTINE
from .resources import API_VERSION, GROUP, NAMES, NETWORK
from .shape import strict

try:
    import yaml
except ImportError:  # reported by the module with missing_required_lib
    yaml = None  # type: ignore[assignment]

#: forms of earlier versions: the API would drop them without a word
LEGACY = {
    "spec.provider.domain": "In earlier versions it was a text; it is a list of exactly one name or address,"
    " without a port.",
    "spec.networkController": "It is called provider now, and its domain is a list of one.",
    "spec.numberInterfaces": "It is called interfaceNumber now.",
    "spec.networkController.domain": "It is provider.domain now, a list of one.",
}
_META = (
    Field("name", "", required=True),
    Field("namespace", ""),
    Field("labels", "", type="dict"),
)


def read(source: str, option: str, checksum: str | None = None, timeout: int = 60) -> list[dict[str, Any]]:
    """Every document of a YAML file or URL; ``List`` objects are opened.

    :param checksum: ``sha256:`` and the hexadecimal digest that the content must have.
    """
    data = _bytes(source, option, timeout)
    if checksum:
        algorithm, _sep, wanted = checksum.partition(":")
        if algorithm not in hashlib.algorithms_guaranteed or not wanted:
            raise InputError(
                f"{option}: {checksum!r} is no checksum.",
                "Write sha256:<hexadecimal digest>.",
                option=f"{option}_checksum",
            )
        found = hashlib.new(algorithm, data).hexdigest()
        if found != wanted.lower():
            raise InputError(
                f"{option}: {source} has the {algorithm} digest {found}, not {wanted}.",
                "Find out why it differs before you trust it; then correct the manifest or the checksum.",
                option=option,
                value=found,
            )
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        documents = [d for d in yaml.load_all(data, Loader=loader) if d]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise InputError(f"{option}: {source} does not parse as YAML{where}.", "Correct it.", option=option) from None
    for document in documents:
        if not isinstance(document, dict) or not document.get("kind") or not document.get("apiVersion"):
            raise InputError(
                f"{option}: {source} has a document that is no Kubernetes object (it lacks kind or apiVersion).",
                "Name a file of Kubernetes manifests.",
                option=option,
            )
    return [o for d in documents for o in (d.get("items") or [] if str(d["kind"]).endswith("List") else [d])]


def _bytes(source: str, option: str, timeout: int) -> bytes:
    if "://" in source:
        try:
            from ansible.module_utils.urls import open_url  # it brings much along, and most sources are files

            with open_url(source, timeout=timeout, http_agent="edge.infra") as answer:
                return bytes(answer.read())
        except Exception as error:  # urllib's errors, socket's, TLS's
            raise UnreachableError(
                f"{option}: {source} cannot be read ({error}).",
                "Check the URL and the network, or download the file and name its path.",
                option=option,
            ) from None
    try:
        return Path(source).expanduser().read_bytes()
    except OSError as error:
        raise InputError(
            f"{option}: {source} cannot be read ({error.strerror}).", "Correct the path.", option=option, value=source
        ) from None


def declared(document: Mapping[str, Any], where: str) -> tuple[str, dict[str, Any]]:
    """The plural and the options of a custom resource; strict, since the API drops what it does not know."""
    by_name = {NAMES[r.kind]: r for r in (NETWORK, OVERLAY, EDGE, QUARANTINE)}
    kind = str(document["kind"])
    if document["apiVersion"] != API_VERSION or kind not in by_name:
        known = ", ".join(by_name)
        raise InputError(
            f"{where}: {document['apiVersion']} {kind} is not managed here.",
            f"Manifests may have {known} of {API_VERSION}; apply others with kubernetes.core.k8s."
            if GROUP not in str(document["apiVersion"]) or kind not in by_name
            else f"Write apiVersion: {API_VERSION}.",
            option="manifests",
        )
    resource = by_name[kind]
    try:
        meta = {k: v for k, v in (document.get("metadata") or {}).items() if k != "annotations"}
        unknown = [k for k in document if k not in ("apiVersion", "kind", "metadata", "spec", "status")]
        if unknown:
            raise InputError(f"{unknown[0]}: there is no such field.", "Remove it.", option=unknown[0])
        values: dict[str, Any] = {"namespace": "default", **strict(_META, meta, "metadata", LEGACY)}
        spec = document.get("spec") or {}
        values.update(_spec(resource, spec))
    except InputError as error:
        raise InputError(
            f"{where}: {kind} {(document.get('metadata') or {}).get('name')}: {error.message}",
            error.remedy,
            **error.details,
        ) from None
    return resource.many, values


def _spec(resource: Any, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Options out of a ``spec``; what is a level further down (topology.nodes, selector...) are options, too."""
    fields: list[Field] = []
    deeper: dict[str, list[Field]] = {}
    for f in resource.fields:
        path = f.path.split(".")
        if path[0] == "spec" and not f.local:
            target = fields if len(path) == 2 else deeper.setdefault(path[1], [])
            target.append(
                Field(f.name, "", f.type, f.elements, f.choices, required=f.required, api=path[-1], options=f.options)
            )
    flat = strict(fields, {k: v for k, v in spec.items() if k not in deeper}, "spec", LEGACY, tuple(deeper))
    for name, nested in deeper.items():
        flat.update(strict(nested, spec.get(name, {}), f"spec.{name}", LEGACY))
    return flat


def expand(params: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Entries of a bulk document out of ``manifests``."""
    entries: dict[str, list[dict[str, Any]]] = {}
    for source in params.get("manifests") or []:
        documents = read(source, "manifests")
        if not documents:  # with prune, that would be the removal of everything
            raise InputError(
                f"manifests: {source} has no object in it.",
                "Look at what should have written it, or take it out of manifests.",
                option="manifests",
                value=source,
            )
        for document in documents:
            many, values = declared(document, source)
            if many == OVERLAY.many:
                values["settle"] = params.get("manifests_settle")
                values["replace"] = bool(params.get("manifests_replace"))
            entries.setdefault(many, []).append({**values, "state": params.get("manifests_state") or "present"})
    return entries


MANIFESTS = Field(
    "manifests",
    (
        "Paths or URLs of files with custom resources (C(L2Network), C(Overlay), C(NetworkEdgeDevice),"
        " C(QuarantinePodRequest)), as L2S-M's own"
        " examples have them.",
        "They are read strictly: a field that the definitions do not have is refused, where the API would drop it.",
        "Annotations in them are not managed. A file without an object is refused.",
    ),
    type="list",
    elements="str",
)
MANIFESTS_STATE = Field(
    "manifests_state",
    "Whether the objects of O(manifests) should exist.",
    choices=("present", "absent"),
    default="present",
)
PRUNE = Field(
    "prune",
    (
        "Whether to remove every network, edge device, overlay and quarantine request that is not named here and"
        " that this collection made (its field manager has written it); what others made is left alone, and so"
        " are the networks of slices (M(edge.infra.l2sm_slice)), and what O(domain) is about.",
        "Networks with the label C(edge.infra/service) belong together, as those of the playbook C(edge.infra.cdn) do:"
        " a document removes, and names, only networks with the value that one of its own has, or none.",
    ),
    type="bool",
    default=False,
)
PRUNE_NETWORKS = Field(
    "prune_networks",
    (
        "As O(prune), for networks alone: whether to remove those that are not named here and that this collection made"
        " (its field manager has written them); others are left alone.",
        "Without it, they are named in a warning.",
    ),
    type="bool",
    default=False,
)
ELSEWHERE = Field(
    "domain",
    (
        "What joins the cluster with others and is declared elsewhere, for all of them at once; such networks and edge"
        " devices have the label C(edge.infra/domain), as the playbook C(network) gives it.",
        "Where the option is given, those that it does not name are named in a warning; without it nothing is said of"
        " any.",
    ),
    type="dict",
    options=(
        Field("networks", "Names of the networks that are declared.", type="list", elements="str"),
        Field("edge_devices", "Names of the edge devices that are declared.", type="list", elements="str"),
        Field("prune", "Whether those that are not declared any more are removed.", type="bool", default=False),
    ),
)
MANIFESTS_SETTLE = Field(
    "manifests_settle",
    "Seconds to let pass after the switches of a new overlay of O(manifests) became ready.",
    type="float",
    default=20.0,
)
MANIFESTS_REPLACE = Field(
    "manifests_replace",
    "Whether overlays of O(manifests) that must change are removed and made again; their pods lose their links.",
    type="bool",
    default=False,
)
