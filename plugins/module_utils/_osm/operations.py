# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Operations on NS instances: their records, and what every day-2 action has in common.

Source: NBI and LCM of OSM (2026). The NBI checks parameters against the descriptors and answers 202; the LCM runs the
operations of one NS one after another, in the order of their start (``queuePosition``, ``Waiting for N related
tasks``), and the record ends as COMPLETED or FAILED; a cancelled one as FAILED_TEMP. Parameters of primitives and Helm
values are kept in the records as JSON texts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .._engine.action import Facts, Request
from .._engine.compare import MASK
from .._engine.dialect import Document
from .._engine.errors import InputError, NotFoundError
from .._engine.field import Field
from .._engine.module import present
from .._engine.resource import Resource, Wait

INSTANCES = "osm/nslcm/v1/ns_instances"
OCCURRENCES = "osm/nslcm/v1/ns_lcm_op_occs"
#: states of an operation that has not ended
ALIVE = frozenset({"STARTING", "PROCESSING", "ROLLING_BACK"})
DONE = frozenset({"COMPLETED", "PARTIALLY_COMPLETED"})
FAILED = frozenset({"FAILED", "FAILED_TEMP", "ROLLED_BACK", "CANCELLED"})
#: parameters of an operation that the NBI adds by itself
OWN = ("lcmOperationType", "nsInstanceId", "nsr_id")


def decoded(value: Any) -> Any:
    """A parameter that OSM keeps as a JSON text, as the value that was sent."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def parameters(operation: Document) -> dict[str, Any]:
    """What an operation was asked for with, as it was sent."""
    given = dict(operation.get("operationParams") or {})
    for key in ("primitive_params", "additionalParamsForVnf"):
        if key in given:
            given[key] = decoded(given[key])
    return given


def _view(operation: Document) -> Document:
    """A record without values that may be secret, and with its end only when it has ended."""
    params = parameters(operation)
    named = params.get("primitive_params")
    output = operation.get("detailed-status")
    if isinstance(output, Mapping) and isinstance(output.get("config"), Mapping):
        output = {**output, "config": dict.fromkeys(output["config"], MASK)}  # values of a Helm release
    ended = operation.get("operationState") not in ALIVE
    return {
        **operation,
        "detailed-status": output,
        "ended": operation.get("statusEnteredTime") if ended else None,
        "primitive": params.get("primitive"),
        "parameters": sorted(named) if isinstance(named, Mapping) else [],
    }


READY = Wait(
    path="operationState",
    done=DONE,
    failed=FAILED,
    reason=("errorMessage", "detailed-status"),
    stage=("detailed-status", "stage"),
    remedy="Mend the cause and run again. Only a service whose instantiation failed is removed (state: absent) first;"
    " what runs stays.",
    timeout=3600,
)
NS_OPERATION = Resource(
    kind="ns_operation",
    module="osm_ns_operation",
    title="operation of NS",
    path="nslcm/v1/ns_lcm_op_occs?nsInstanceId={scope}",
    id_key="_id",
    together="nsInstanceId",
    fields=(
        Field("ns", "Name or id of the NS instance.", scope=True, reference="ns", required=True),
        Field(
            "type", "What is done: instantiate, terminate, action, scale, ...", api="lcmOperationType", read_only=True
        ),
        Field("primitive", "The primitive, where it is an action.", read_only=True),
        Field(
            "parameters",
            "Names of the parameters of the primitive, or of the Helm values; their values may be secret.",
            type="list",
            elements="str",
            read_only=True,
        ),
        Field("stage", "How far it is, in OSM's words.", read_only=True),
        Field(
            "detailed_status",
            "What it is doing, or how it ended: the output of a primitive, the status of a KDU.",
            api="detailed-status",
            type="raw",
            read_only=True,
        ),
        Field("error", "OSM's reason, where it failed.", api="errorMessage", read_only=True),
        Field("queue_position", "How many operations come before it.", type="int", api="queuePosition", read_only=True),
        Field("cancelling", "Whether it is being cancelled.", type="bool", api="isCancelPending", read_only=True),
        Field(
            "started", "When it was asked for, in seconds since 1970.", type="float", api="startTime", read_only=True
        ),
        Field("ended", "When it ended, in seconds since 1970.", type="float", read_only=True),
    ),
    verbs=frozenset(),
    view=_view,
    ready=READY,
)

VNF_RECORD = Resource(
    kind="ns_vnf",
    module="",
    title="VNF instance",
    path="nslcm/v1/vnf_instances?nsr-id-ref={scope}",
    id_key="_id",
    fields=(),
    verbs=frozenset(),
)
#: the package of one VNF, by its id (a bare _id would be taken for the one in the URL: an object, and no list)
VNFD = Resource(
    kind="vnfd",
    module="",
    title="VNF package",
    path="vnfpkgm/v1/vnf_packages?_id.eq={scope}",
    id_key="_id",
    fields=(),
    verbs=frozenset(),
)

MEMBER = Field(
    "member_vnf_index",
    (
        "Which VNF of the service: its member index (the id of its profile in the NSD), or the id of the VNF instance.",
        "Not needed where the service has one VNF only.",
    ),
    sample="web",
)
TIMEOUT = Field("timeout", "Seconds that OSM itself gives the operation.", type="int", least=1)


def shown(operation: Document) -> dict[str, Any]:
    """An operation as modules return it."""
    return present(NS_OPERATION, operation)


def operate(facts: Facts, kind: str, body: Mapping[str, Any]) -> Request:
    """The request for an operation on the NS."""
    return Request(f"{INSTANCES}/{facts.target['_id']}/{kind}", body)


def name_of(facts: Facts) -> str:
    """What a message calls the NS instance."""
    return str(facts.target.get("name") or facts.target["_id"])


def must_run(facts: Facts) -> None:
    """Refuse what OSM would refuse with 409: an operation on an NS that is not instantiated, or will not be when it has
    its turn."""
    if facts.target.get("currentOperation") == "TERMINATING":
        raise InputError(
            f"ns: the NS instance {name_of(facts)} is being terminated.",
            "Wait for that, and instantiate it again (edge.infra.osm_ns with instantiated: true).",
            option="ns",
        )
    state = (facts.target.get("_admin") or {}).get("nsState", "NOT_INSTANTIATED")
    if state == "NOT_INSTANTIATED":
        raise InputError(
            f"ns: the NS instance {name_of(facts)} is not instantiated.",
            "Instantiate it first (edge.infra.osm_ns with instantiated: true).",
            option="ns",
        )


def vnf_of(facts: Facts, wanted: str | None, option: str = "member_vnf_index") -> Document:
    """The VNF record that is meant."""
    records = facts.all(VNF_RECORD)
    known = ", ".join(sorted(str(r.get("member-vnf-index-ref")) for r in records)) or "none"
    if wanted is None:
        if len(records) == 1:
            return records[0]
        raise InputError(
            f"{option}: the NS instance {name_of(facts)} has {len(records)} VNFs: {known}.",
            "Say which one is meant.",
            option=option,
        )
    for record in records:
        if wanted in (record.get("member-vnf-index-ref"), record.get("_id")):
            return record
    raise NotFoundError(
        f"{option}: the NS instance {name_of(facts)} has no VNF {wanted!r}.", f"It has: {known}.", option=option
    )


def vdus_of(vnf: Document, vdu_id: str | None, count_index: int | None) -> list[Document]:
    """The records of VDUs with this id (any) and number (any); raises when there is none."""
    records = vnf.get("vdur") or []
    found = [
        v
        for v in records
        if (vdu_id is None or v.get("vdu-id-ref") == vdu_id)
        and (count_index is None or v.get("count-index", 0) == count_index)
    ]
    if not found:
        known = ", ".join(f"{v.get('vdu-id-ref')} number {v.get('count-index', 0)}" for v in records) or "no VDU"
        number = "" if count_index is None else f" number {count_index}"
        raise NotFoundError(
            f"vdu_id: the VNF {vnf.get('member-vnf-index-ref')} has no VDU {vdu_id or ''!r}{number}.",
            f"It has: {known}.",
            option="vdu_id",
        )
    return found


def kdu_of(vnf: Document, wanted: str | None) -> Document:
    """The record of the KDU that is meant."""
    records = vnf.get("kdur") or []
    known = ", ".join(str(k.get("kdu-name")) for k in records) or "none"
    if wanted is None and len(records) == 1:
        return dict(records[0])
    for record in records:
        if record.get("kdu-name") == wanted:
            return dict(record)
    raise NotFoundError(
        f"kdu_name: the VNF {vnf.get('member-vnf-index-ref')} has no KDU {wanted or ''!r}.",
        f"It has: {known}.",
        option="kdu_name",
    )


def descriptor_of(facts: Facts, vnf: Document) -> Document:
    """The VNF's descriptor as it is in OSM now (the one that the LCM reads)."""
    found = facts.all(VNFD, str(vnf.get("vnfd-id")))
    if not found:
        raise NotFoundError(
            f"The package {vnf.get('vnfd-ref')} of the VNF {vnf.get('member-vnf-index-ref')} is not in OSM any more.",
            "Upload it again.",
        )
    return found[0]


def ended(facts: Facts, *kinds: str) -> list[Document]:
    """The operations of some kinds that have ended since the service was instantiated last, oldest first."""
    records = sorted(facts.all(NS_OPERATION), key=lambda d: float(d.get("startTime") or 0))
    starts = [i for i, d in enumerate(records) if d.get("lcmOperationType") == "instantiate"]
    recent = records[starts[-1] + 1 :] if starts else records
    return [d for d in recent if d.get("lcmOperationType") in kinds and d.get("operationState") not in ALIVE]
