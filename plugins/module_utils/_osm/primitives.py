# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Primitives of a service, and cancelling an operation.

The NBI takes ``upgrade``, ``rollback``, ``status``, ``inspect`` and ``readme`` of any KDU without a look at the
parameters; the LCM of 2026 knows the first three only, and lets the others fail (``Primitive inspect not found``).
Its switches of an upgrade (``kdu_atomic_upgrade`` and so on) have to be texts: a real boolean makes it trip.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._engine.action import Facts, Request, Steps, visible
from .._engine.dialect import Document
from .._engine.errors import InputError
from .._engine.field import Field
from .ns_actions import ns_action
from .operations import (
    ALIVE,
    DONE,
    FAILED,
    MEMBER,
    NS_OPERATION,
    OCCURRENCES,
    READY,
    TIMEOUT,
    descriptor_of,
    kdu_of,
    must_run,
    name_of,
    operate,
    shown,
    vdus_of,
    vnf_of,
)

#: primitives that every KDU has, as the NBI sees it
BUILT_IN = frozenset({"upgrade", "rollback", "status", "inspect", "readme"})
READS = frozenset({"status", "inspect", "readme"})


def texts(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of a KDU's upgrade with its switches as texts."""
    return {k: str(v).lower() if k.startswith("kdu_") and isinstance(v, bool) else v for k, v in params.items()}


def _check(values: Mapping[str, Any]) -> None:
    below = [n for n in ("vdu_id", "kdu_name") if values.get(n)]
    if len(below) > 1:
        raise InputError("vdu_id and kdu_name: a primitive belongs to one of them.", "Give one.", options=below)
    if values.get("vdu_count_index") is not None and not values.get("vdu_id"):
        raise InputError("vdu_count_index: it counts instances of a VDU.", "Give vdu_id too.", option="vdu_count_index")
    given = {**(values.get("params") or {}), **(values.get("secret_params") or {})}
    if values.get("kdu_name") and values["primitive"] == "upgrade" and not given:
        raise InputError(
            "params: OSM runs an upgrade of a KDU only with parameters; without any it trips.",
            "Give Helm values, or kdu_model.",
            option="params",
        )


def _declared(facts: Facts, values: Mapping[str, Any], vnf: Document | None) -> Sequence[Mapping[str, Any]] | None:
    """The primitives that the descriptor has at that level; None where it cannot be told."""
    if vnf is None:
        nsd: Mapping[str, Any] = facts.target.get("nsd") or {}
        return (nsd.get("ns-configuration") or {}).get("config-primitive") or []
    vnfd = descriptor_of(facts, vnf)
    if (vnfd.get("_admin") or {}).get("revision", 1) != vnf.get("revision", 1):
        return None  # the NBI looks into the revision in use, which cannot be read
    wanted = values.get("vdu_id") or values.get("kdu_name") or vnfd.get("id")
    flavour = (vnfd.get("df") or [{}])[0]
    operate_config = (flavour.get("lcm-operations-configuration") or {}).get("operate-vnf-op-config") or {}
    for configuration in operate_config.get("day1-2") or []:
        if configuration.get("id") == wanted:
            return configuration.get("config-primitive") or []
    return []


def _check_primitive(
    values: Mapping[str, Any], given: Mapping[str, Any], declared: Sequence[Mapping[str, Any]]
) -> None:
    """What the NBI would refuse, said before anything is sent, and in check mode too."""
    wanted = values["primitive"]
    primitive = next((p for p in declared if p.get("name") == wanted), None)
    if primitive is None:
        known = sorted(str(p.get("name")) for p in declared)
        if values.get("kdu_name"):
            known += sorted(BUILT_IN)
        raise InputError(
            f"primitive: the descriptor has no primitive {wanted!r} at this level.",
            f"It has: {', '.join(known) or 'none'}. The level follows from member_vnf_index, vdu_id and kdu_name.",
            option="primitive",
            value=wanted,
        )
    parameters = primitive.get("parameter") or []
    missing = [p["name"] for p in parameters if p["name"] not in given and not p.get("default-value")]
    surplus = sorted(set(given) - {p["name"] for p in parameters})
    if missing or surplus:
        words = [f"it needs {', '.join(missing)}"] if missing else []
        words += [f"it does not know {', '.join(surplus)}"] if surplus else []
        has = ", ".join(p["name"] for p in parameters) or "none"
        raise InputError(
            f"params of primitive {wanted}: {'; '.join(words)}.", f"Correct params; it has: {has}.", option="params"
        )


def _primitive(values: Mapping[str, Any], facts: Facts) -> Steps:
    must_run(facts)
    given = {**(values.get("params") or {}), **(values.get("secret_params") or {})}
    below = values.get("vdu_id") or values.get("kdu_name")
    vnf = vnf_of(facts, values.get("member_vnf_index")) if below or values.get("member_vnf_index") else None
    if vnf is not None and values.get("vdu_id"):
        vdus_of(vnf, values["vdu_id"], values.get("vdu_count_index"))
    if vnf is not None and values.get("kdu_name"):
        kdu_of(vnf, values["kdu_name"])
    built_in = bool(values.get("kdu_name")) and values["primitive"] in BUILT_IN
    if not built_in:
        declared = _declared(facts, values, vnf)
        if declared is not None:
            _check_primitive(values, given, declared)
    body: dict[str, Any] = {"primitive": values["primitive"], "primitive_params": texts(given) if built_in else given}
    if vnf is not None:
        body["member_vnf_index"] = vnf["member-vnf-index-ref"]
    for option, key in (
        ("vdu_id", "vdu_id"),
        ("vdu_count_index", "vdu_count_index"),
        ("kdu_name", "kdu_name"),
        ("timeout", "timeout_ns_action"),
    ):
        if values.get(option) is not None:
            body[key] = values[option]
    told = visible([f for f in NS_ACTION.fields if f.name != "timeout"], values)
    if vnf is not None:
        told["member_vnf_index"] = body["member_vnf_index"]
    return Steps((operate(facts, "action", body),), after=told)


NS_ACTION = ns_action(
    "ns_action",
    "primitive",
    (
        Field("primitive", "Name of the primitive.", required=True, sample="touch"),
        replace(
            MEMBER,
            doc=(
                "Which VNF of the service: its member index, or the id of the VNF instance.",
                "Without it, O(vdu_id) and O(kdu_name) the primitive is one of the service itself.",
            ),
        ),
        Field("vdu_id", "The primitive is one of this VDU.", sample="probe"),
        Field("vdu_count_index", "Which instance of the VDU, counted from 0.", type="int"),
        Field("kdu_name", "The primitive is one of this KDU.", sample="web"),
        Field("params", "Parameters of the primitive.", type="dict", sample={"filename": "/tmp/marker"}),
        Field("secret_params", "Further parameters, which are never shown.", type="dict", secret=True),
        TIMEOUT,
    ),
    "The primitive failed and may have acted in part; look at its output before running it again.",
    kind="action",
    steps=_primitive,
    check=_check,
    reads=lambda values: bool(values.get("kdu_name")) and values["primitive"] in READS,
    result=lambda operation: {"output": shown(operation).get("detailed_status")},
    returns=(
        Field(
            "output",
            "What the primitive gave back; with O(primitive=status) of a KDU the status of its Helm release.",
            type="raw",
        ),
    ),
)


# -- cancel ------------------------------------------------------------------------------------------------------


def _cancel(values: Mapping[str, Any], facts: Facts) -> Steps:
    running = [d for d in facts.all(NS_OPERATION) if d.get("operationState") in ALIVE]
    wanted = values.get("operation")
    if wanted:
        known = [d for d in facts.all(NS_OPERATION) if d.get("_id") == wanted]
        if not known:
            raise InputError(
                f"operation: the NS instance {name_of(facts)} has no operation {wanted!r}.",
                "edge.infra.osm_ns_operation_info lists them.",
                option="operation",
            )
        running = [d for d in running if d.get("_id") == wanted]
    if not running:
        text = "the operation has ended" if wanted else "no operation is in progress"
        return Steps(reason=text, before={"in progress": []}, after={"in progress": []})
    requests = [
        Request(
            f"{OCCURRENCES}/{d['_id']}/cancel",
            {"cancelMode": values["mode"]},
            operation=d["_id"],
            moot="Operation is not in STARTING, PROCESSING or ROLLING_BACK state",
        )
        for d in running
        if not d.get("isCancelPending")
    ]
    before = [f"{d.get('lcmOperationType')} {d['_id']}" for d in running]
    if not requests:
        return Steps(reason="it is being cancelled already", before={"in progress": before}, after={"in progress": []})
    return Steps(tuple(requests), before={"in progress": before}, after={"in progress": []})


def _cancel_began(request: Request, records: Sequence[Document]) -> Document | None:
    for record in records:
        hit = record.get("_id") == request.operation
        if hit and (record.get("isCancelPending") or record.get("operationState") not in ALIVE):
            return record
    return None


NS_CANCEL = ns_action(
    "ns_cancel",
    "cancelling",
    (
        Field("operation", "Id of the operation; all that are in progress otherwise."),
        Field(
            "mode",
            "How: V(GRACEFUL) or V(FORCEFUL). The LCM of OSM of 2026 makes no difference between the two.",
            choices=("GRACEFUL", "FORCEFUL"),
            default="GRACEFUL",
        ),
    ),
    "",
    operation=replace(NS_OPERATION, ready=replace(READY, done=DONE | FAILED, failed=frozenset())),
    steps=_cancel,
    began=_cancel_began,
    queues=False,
)
