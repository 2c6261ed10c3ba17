# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Helm values that are declared with an NS: given at instantiation, and held against those of a running service.

What a release has now follows from OSM's records of operations (see ``releases.history``). A KDU that differs is
upgraded with the whole set of values and the chart that runs, so that afterwards it has what is declared and nothing
else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._engine.compare import MASK
from .._engine.dialect import Document, Sent
from .._engine.errors import InputError, UnsureWriteError
from .._engine.field import Field
from .._engine.paths import get_path
from .._engine.plan import NONE, UPDATE, Change
from .._engine.redact import veil
from .._engine.resource import Resource
from .._engine.survey import Survey
from .operations import ALIVE, INSTANCES, OCCURRENCES, parameters
from .releases import check_values, history

#: how often an upgrade whose answer was lost is looked for and sent again
SENDS = 3
#: how many NS are named in the query; beyond that every operation is read
MOST_IDS = 40

KDUS = Field(
    "kdus",
    (
        "Helm values of the service's KDUs.",
        "They are given to OSM with the instantiation. On a running service they are compared with those that its"
        " operations have left, and a KDU whose values differ is upgraded: afterwards it has exactly these, and the"
        " chart's own for everything else.",
        "The chart stays the one that runs; KDUs that are not named here are left alone.",
    ),
    type="list",
    elements="dict",
    local=True,
    told=True,
    options=(
        Field("vnf", "Index of the member VNF in the NS descriptor.", required=True, sample="openldap"),
        Field("name", "Name of the KDU in the VNF descriptor.", required=True, sample="ldap"),
        Field("params", "The values; the chart's own when empty.", type="dict", sample={"replicaCount": "2"}),
    ),
    sample=[{"vnf": "openldap", "name": "ldap", "params": {"replicaCount": "2"}}],
)

#: the operations of many NS in one list
OPERATIONS = Resource(
    kind="ns_operations",
    module="",
    title="operation of NS",
    path="nslcm/v1/ns_lcm_op_occs?{scope}",
    id_key="_id",
    fields=(),
    verbs=frozenset(),
)


def check(values: Mapping[str, Any]) -> None:
    """Refuse what cannot be: a KDU twice, or values that are given in ``additional_params_for_vnf`` as well."""
    for number, kdu in enumerate(values.get("kdus") or []):
        check_values(f"kdus[{number}].params", "kdus", kdu.get("params") or {})
    keys = [(k["vnf"], k["name"]) for k in values.get("kdus") or []]
    for vnf, name in keys:
        if keys.count((vnf, name)) > 1:
            raise InputError(
                f"kdus: KDU {name} of VNF {vnf} is given twice.", "Give each KDU once.", option="kdus", value=name
            )
    for entry in values.get("additional_params_for_vnf") or []:
        for kdu in entry.get("additional_params_for_kdu") or []:
            if (str(entry.get("member_vnf_index")), kdu.get("kdu_name")) in keys and "additional_params" in kdu:
                raise InputError(
                    f"kdus: KDU {kdu['kdu_name']} has values in additional_params_for_vnf, too.",
                    "Give its values in kdus; what else there is to say of it may stay where it is.",
                    option="kdus",
                )


def at_creation(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """``additional_params_for_vnf`` of an instantiation: what was given, with the values of ``kdus`` put in."""
    vnfs: list[dict[str, Any]] = json.loads(json.dumps(values.get("additional_params_for_vnf") or []))
    for wanted in values.get("kdus") or []:
        if not wanted.get("params"):
            continue
        vnf = next((v for v in vnfs if str(v.get("member_vnf_index")) == wanted["vnf"]), None)
        if vnf is None:
            vnf = {"member_vnf_index": wanted["vnf"]}
            vnfs.append(vnf)
        kdus = vnf.setdefault("additional_params_for_kdu", [])
        kdu = next((k for k in kdus if k.get("kdu_name") == wanted["name"]), None)
        if kdu is None:
            kdu = {"kdu_name": wanted["name"]}
            kdus.append(kdu)
        kdu["additional_params"] = wanted["params"]
    return vnfs


@dataclass
class _Records:
    """The records of one NS, as ``releases.history`` looks at them; an upgrade under way counts as done."""

    target: Document
    operations: Sequence[Document]

    def all(self, resource: Resource, scope: str = "") -> Sequence[Document]:
        """The operations, whatever is asked for: nothing else is."""
        return [
            {**o, "operationState": "COMPLETED"} if o.get("operationState") in ALIVE else o for o in self.operations
        ]


def effective(live: Document, operations: Sequence[Document], vnf: str, kdu: str) -> tuple[dict[str, Any] | None, str]:
    """Values (None: not known after an upgrade that failed half-way) and chart that a KDU of a running NS has."""
    given: Any = {}
    for operation in sorted(operations, key=lambda o: float(o.get("startTime") or 0)):
        if operation.get("lcmOperationType") == "instantiate":
            given = _given(parameters(operation), vnf, kdu)
    record = {"kdu-name": kdu, "additionalParams": given}
    release = history(_Records(live, operations), {"member-vnf-index-ref": vnf, "_id": ""}, record)[-1]
    return None if release.values is None else dict(release.values), release.chart


def _given(params: Mapping[str, Any], vnf: str, kdu: str) -> dict[str, Any]:
    for entry in params.get("additionalParamsForVnf") or []:
        for own in entry.get("additionalParamsForKdu") or []:
            if str(entry.get("member-vnf-index")) == vnf and own.get("kdu_name") == kdu:
                return dict(own.get("additionalParams") or {})
    return {}


def review(changes: list[Change], survey: Survey) -> list[Change]:
    """The same plan, in which running NS whose Helm values differ are upgraded. One list, and only if it is needed."""
    spoken_of = [c for c in changes if _speaks_of_values(c)]
    if not spoken_of:
        return changes
    ids = [c.id for c in spoken_of]
    query = f"nsInstanceId={','.join(ids)}" if len(ids) <= MOST_IDS else "lcmOperationType=instantiate,action"
    by_ns: dict[str, list[Document]] = {}
    for operation in survey.documents(OPERATIONS, query):
        by_ns.setdefault(str(operation.get("nsInstanceId")), []).append(operation)
    reviewed = {id(c): _reviewed(c, by_ns.get(c.id, [])) for c in spoken_of}
    return [reviewed.get(id(c), c) for c in changes]


def _speaks_of_values(change: Change) -> bool:
    wanted = change.wanted
    running = get_path(change.live or {}, "_admin.nsState", "") == "INSTANTIATED"
    asked = change.resource.kind == "ns" and wanted.state == "present" and bool(wanted.values.get("kdus"))
    return asked and running and change.action == NONE and not change.refusal


def _reviewed(change: Change, operations: Sequence[Document]) -> Change:
    live = change.live or {}
    deployed = get_path(live, "_admin.deployed.K8s", None) or []
    there = [(str(d.get("member-vnf-index")), d.get("kdu-name")) for d in deployed]
    before, after, upgrades = [], [], []
    for wanted in change.wanted.values["kdus"]:
        vnf, name, params = wanted["vnf"], wanted["name"], wanted.get("params") or {}
        if there and (vnf, name) not in there:
            known = ", ".join(f"{k} of VNF {v}" for v, k in there)
            error = InputError(
                f"kdus: NS instance {change.wanted.name} has no KDU {name} of VNF {vnf}. It has {known}.",
                "Correct the name.",
                option="kdus",
                value=name,
            )
            return replace(change, refusal=error)
        now, chart = effective(live, operations, vnf, name)
        before.append({"vnf": vnf, "name": name, "params": "unknown" if now is None else veil(_present(now, params))})
        after.append({"vnf": vnf, "name": name, "params": veil(params)})
        if now is None or json.dumps(now, sort_keys=True) != json.dumps(params, sort_keys=True):
            if before[-1] == after[-1]:
                after[-1]["params"] = f"{MASK} (differs)"
            upgrades.append({"vnf": vnf, "name": name, "params": params, "chart": chart})
    shown_before, shown_after = {**change.before, "kdus": before}, {**change.after, "kdus": after}
    if not upgrades:
        return replace(change, before=shown_before, after=shown_after)
    payload = {"kdus": upgrades, "known_operations": [str(o.get("_id")) for o in operations]}
    return replace(change, action=UPDATE, payload=payload, before=shown_before, after=shown_after)


def _present(now: Any, params: Any) -> Any:
    """Present values as a diff shows them: of those that are not declared the names, as they may have been given as
    secrets."""
    if not (isinstance(now, Mapping) and isinstance(params, Mapping)):
        return now
    return {k: _present(v, params[k]) if k in params else MASK for k, v in now.items()}


def upgrade(dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
    """Ask for an upgrade of each KDU; OSM runs the operations of one NS in the order in which they came."""
    known = set(payload["known_operations"])
    begun = [_ask(dialect, change.id, _body(wanted), known) for wanted in payload["kdus"]]
    return Sent(id=change.id, operation=begun[-1], earlier=tuple(begun[:-1]))


def _body(wanted: Mapping[str, Any]) -> dict[str, Any]:
    params = {**wanted["params"], "kdu_reset_values": "true"}
    if wanted.get("chart"):
        params["kdu_model"] = wanted["chart"]
    return {
        "member_vnf_index": wanted["vnf"],
        "kdu_name": wanted["name"],
        "primitive": "upgrade",
        "primitive_params": params,
    }


def _ask(dialect: Any, ns_id: str, body: Mapping[str, Any], known: set[str]) -> str:
    """The id of the operation; where the answer was lost, the one that it began is looked for first."""
    for attempt in range(SENDS):
        try:
            identity = str(dialect.http.json("POST", f"{INSTANCES}/{ns_id}/action", json=body)["id"])
        except UnsureWriteError as error:
            identity = _begun(dialect.http.json("GET", f"{OCCURRENCES}?nsInstanceId={ns_id}"), body, known)
            if not identity and attempt == SENDS - 1:
                raise dialect.http.unreachable(error) from None
        if identity:
            known.add(identity)
            return identity
    raise AssertionError("unreachable")


def _begun(operations: Sequence[Document], body: Mapping[str, Any], known: set[str]) -> str:
    for operation in operations or []:
        params = parameters(operation)
        if str(operation.get("_id")) not in known and all(params.get(k) == v for k, v in body.items()):
            return str(operation["_id"])
    return ""
