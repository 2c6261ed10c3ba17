# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scaling, healing and migrating the VNFs of a service.

The NBI finds a scaling group by the ``id`` of the aspect, the LCM by its ``name``: where they differ nothing can be
scaled. How many instances there are stands in the VNF record for VDUs; for KDUs OSM keeps no number. Healing and
migrating to a host are for VDUs only: for a KNF the LCM answers COMPLETED and does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.action import Facts, Steps
from .._engine.dialect import Document
from .._engine.errors import InputError
from .._engine.field import Field
from .common import NOTE_TEXT
from .ns_actions import ns_action
from .operations import (
    MEMBER,
    TIMEOUT,
    VNF_RECORD,
    descriptor_of,
    ended,
    must_run,
    name_of,
    operate,
    parameters,
    vdus_of,
    vnf_of,
)

#: states of a VDU that only healing mends
BROKEN = frozenset({"ERROR", "DELETED", "VIM_ERROR"})
#: what the LCM takes as the most instances where the descriptor does not say
MOST = 10


# -- scale -------------------------------------------------------------------------------------------------------


def _check_scale(values: Mapping[str, Any]) -> None:
    if (values.get("instances") is None) == (values.get("direction") is None):
        raise InputError(
            "instances and direction: exactly one of them is needed.",
            "Say how many instances there should be, or the direction and a number of steps.",
            options=["instances", "direction"],
        )
    for option, least in (("instances", 0), ("steps", 1)):
        if values.get(option) is not None and values[option] < least:
            raise InputError(f"{option}: {values[option]} is less than {least}.", "Correct it.", option=option)


def _aspect(vnfd: Document, group: str) -> Mapping[str, Any]:
    aspects = (vnfd.get("df") or [{}])[0].get("scaling-aspect") or []
    for aspect in aspects:
        if aspect.get("id") == group:
            if aspect.get("name") != group:
                raise InputError(
                    f"group: OSM cannot scale by {group!r}: its NBI looks for the id of the aspect, its LCM for the"
                    f" name, and that is {aspect.get('name')!r}.",
                    "Give the aspect one text as id and name, in the VNF's descriptor.",
                    option="group",
                )
            return dict(aspect)
    known = ", ".join(sorted(str(a.get("id")) for a in aspects)) or "none"
    raise InputError(
        f"group: the VNF's descriptor has no scaling group {group!r}.", f"It has: {known}.", option="group", value=group
    )


def _vdu_steps(aspect: Mapping[str, Any]) -> dict[str, int]:
    """By VDU, how many instances one step adds."""
    steps: dict[str, int] = {}
    for delta in (aspect.get("aspect-delta-details") or {}).get("deltas") or []:
        for change in delta.get("vdu-delta") or []:
            steps[change["id"]] = steps.get(change["id"], 0) + int(change.get("number-of-instances", 1))
    return steps


def _limits(vnfd: Document, vdu: str) -> tuple[int, int]:
    for profile in (vnfd.get("df") or [{}])[0].get("vdu-profile") or []:
        if profile.get("id") == vdu:
            return int(profile.get("min-number-of-instances", 0)), int(profile.get("max-number-of-instances", MOST))
    return 0, MOST


def _scale(values: Mapping[str, Any], facts: Facts) -> Steps:
    must_run(facts)
    vnf = vnf_of(facts, values.get("member_vnf_index"))
    vnfd = descriptor_of(facts, vnf)
    group = values["group"]
    per_step = _vdu_steps(_aspect(vnfd, group))
    vdu = values.get("vdu_id") or next(iter(per_step), None)
    if vdu is not None and vdu not in per_step:
        known = ", ".join(per_step) or "none"
        raise InputError(f"vdu_id: the group {group} does not scale {vdu!r}.", f"It scales: {known}.", option="vdu_id")
    if vdu is None:
        if values.get("direction") is None:
            raise InputError(
                f"instances: the group {group} scales KDUs, and OSM's records do not tell how many there are.",
                "Give direction and steps.",
                option="instances",
            )
        out, steps = values["direction"] == "out", int(values.get("steps") or 1)
        told: tuple[dict[str, Any], dict[str, Any]] = ({}, {"group": group, "direction": values["direction"]})
    else:
        present = sum(v.get("vdu-id-ref") == vdu and v.get("status") != "DELETING" for v in vnf.get("vdur") or [])
        out, steps, wanted = _way(values, present, per_step[vdu], vdu)
        told = ({"group": group, vdu: present}, {"group": group, vdu: wanted})
        least, most = _limits(vnfd, vdu)
        if steps and not least <= wanted <= most:
            raise InputError(
                f"instances: {wanted} instances of {vdu} are not between {least} and {most}, the limits of the"
                " descriptor.",
                "Stay inside them, or change min-number-of-instances and max-number-of-instances of its vdu-profile.",
                option="instances",
                value=wanted,
            )
        if not steps:
            return Steps(reason=f"there are {present} instances of {vdu}", before=told[0], after=told[1])
    step = {"scaling-group-descriptor": group, "member-vnf-index": vnf["member-vnf-index-ref"]}
    data = {"scaleVnfType": "SCALE_OUT" if out else "SCALE_IN", "scaleByStepData": step}
    body: dict[str, Any] = {"scaleType": "SCALE_VNF", "scaleVnfData": data}
    if values.get("timeout") is not None:
        body["timeout_ns_scale"] = values["timeout"]
    return Steps((operate(facts, "scale", body),) * steps, before=told[0], after={**told[1], "steps": steps})


def _way(values: Mapping[str, Any], present: int, each: int, vdu: str) -> tuple[bool, int, int]:
    """Whether out, in how many steps, and to how many instances."""
    if values.get("direction") is not None:
        steps, out = int(values.get("steps") or 1), values["direction"] == "out"
        return out, steps, present + steps * each * (1 if out else -1)
    wanted = int(values["instances"])
    steps, rest = divmod(abs(wanted - present), each)
    if rest:
        below, above = wanted - (wanted - present) % each, wanted + (present - wanted) % each
        raise InputError(
            f"instances: {wanted} instances of {vdu} cannot be reached from {present} in steps of {each}.",
            f"Near it are {below} and {above}." if below >= 0 else f"The least is {above}.",
            option="instances",
            value=wanted,
        )
    return wanted > present, steps, wanted


NS_SCALE = ns_action(
    "ns_scale",
    "scaling",
    (
        MEMBER,
        Field("group", "The scaling group: id of the aspect in the VNF's descriptor.", required=True, sample="more"),
        Field(
            "instances",
            (
                "How many instances of the VDU there should be.",
                "Compared with the VNF's record; as many steps are sent, one after another, as the difference needs.",
            ),
            type="int",
        ),
        Field("vdu_id", "Which VDU O(instances) counts; the first one that the group scales otherwise."),
        Field(
            "direction",
            "Instead of O(instances), a number of steps out or in, whatever there is; changed each time.",
            choices=("out", "in"),
        ),
        Field("steps", "How many steps, with O(direction); one otherwise.", type="int"),
        TIMEOUT,
    ),
    "Mend the cause and run again: what is missing then is sent.",
    steps=_scale,
    check=_check_scale,
)


# -- heal --------------------------------------------------------------------------------------------------------


def _heal(values: Mapping[str, Any], facts: Facts) -> Steps:
    must_run(facts)
    index = values.get("member_vnf_index")
    vnfs = list(facts.all(VNF_RECORD)) if index is None and not values.get("vdus") else [vnf_of(facts, index)]
    always, before, data = bool(values.get("always")), dict[str, str](), list[dict[str, Any]]()
    if not any(v.get("vdur") for v in vnfs):
        raise InputError(
            f"member_vnf_index: the NS instance {name_of(facts)} has no VDU there; OSM heals VDUs only.",
            "Heal a KDU by way of its cluster, or with edge.infra.osm_ns_kdu_upgrade.",
            option="member_vnf_index",
        )
    for vnf in vnfs:
        named = values.get("vdus") or [{"vdu_id": None}]
        chosen: list[dict[str, Any]] = []
        for one in named:
            if not vnf.get("vdur"):
                continue
            for vdu in vdus_of(vnf, one.get("vdu_id"), one.get("count_index")):
                number = vdu.get("count-index", 0)
                place = f"{vnf.get('member-vnf-index-ref')}/{vdu['vdu-id-ref']}/{number}"
                if place in before:  # named by another entry already
                    continue
                before[place] = str(vdu.get("status"))
                if always or vdu.get("status") in BROKEN:
                    day1 = one.get("run_day1") if one.get("run_day1") is not None else bool(values.get("run_day1"))
                    chosen.append({"vdu-id": vdu["vdu-id-ref"], "count-index": number, "run-day1": day1})
        if chosen:
            item: dict[str, Any] = {"vnfInstanceId": vnf["_id"], "additionalParams": {"vdu": chosen}}
            if values.get("cause"):
                item["cause"] = values["cause"]
            data.append(item)
    if not data:
        return Steps(reason="no VDU of it is broken", before=before, after=before)
    body: dict[str, Any] = {"healVnfData": data}
    if values.get("timeout") is not None:
        body["timeout_ns_heal"] = values["timeout"]
    healed = {k: "healed" if always or v in BROKEN else v for k, v in before.items()}
    return Steps((operate(facts, "heal", body),), before=before, after=healed)


NS_HEAL = ns_action(
    "ns_heal",
    "healing",
    (
        Field(
            "member_vnf_index",
            "Which VNF of the service: its member index or its id. All of them otherwise, unless O(vdus) are named.",
            sample="probe",
        ),
        Field(
            "vdus",
            "Which of its VDUs; all that are broken otherwise.",
            type="list",
            elements="dict",
            options=(
                Field("vdu_id", "Id of the VDU in the descriptor.", required=True),
                Field("count_index", "Which instance of it, counted from 0; every one otherwise.", type="int"),
                Field("run_day1", "Whether to run its Day-1 primitives again.", type="bool"),
            ),
        ),
        Field("always", "Remake VDUs that are not broken too.", type="bool", default=False),
        Field("run_day1", "Whether to run the Day-1 primitives of what is healed again.", type="bool", default=False),
        Field("cause", "Text for people, kept in OSM's record.", limit=NOTE_TEXT),
        TIMEOUT,
    ),
    "Mend the cause and run again: what is still broken is healed then.",
    steps=_heal,
)


# -- migrate -----------------------------------------------------------------------------------------------------


def _check_migrate(values: Mapping[str, Any]) -> None:
    if bool(values.get("host")) == bool(values.get("k8s_labels")):
        raise InputError(
            "host and k8s_labels: exactly one of them is needed; without either OSM says COMPLETED and does nothing.",
            "Give host for VDUs, or k8s_labels for KDUs.",
            options=["host", "k8s_labels"],
        )


def host_of(vdu: Document) -> str:
    """The compute host that the VIM told for a VDU; '' when it told none."""
    for info in (vdu.get("vim_info") or {}).values():
        details = info.get("vim_details") if isinstance(info, Mapping) else None
        for line in str(details or "").splitlines():
            key, _colon, value = line.partition(": ")
            if key.strip().strip("'\"") == "OS-EXT-SRV-ATTR:host":
                return value.strip().strip("'\"")
    return ""


def _migrate(values: Mapping[str, Any], facts: Facts) -> Steps:
    must_run(facts)
    vnf = vnf_of(facts, values.get("member_vnf_index"))
    body: dict[str, Any] = {"vnfInstanceId": vnf["_id"]}
    if values.get("host"):
        vdus = vdus_of(vnf, values.get("vdu_id"), values.get("vdu_count_index"))
        places = {f"{v['vdu-id-ref']}/{v.get('count-index', 0)}": host_of(v) or "unknown" for v in vdus}
        wanted = dict.fromkeys(places, values["host"])
        if places == wanted:
            return Steps(reason=f"it runs on {values['host']}", before=places, after=places)
        body["migrateToHost"] = values["host"]
        if values.get("vdu_id"):
            body["vdu"] = {"vduId": values["vdu_id"]}
            if values.get("vdu_count_index") is not None:
                body["vdu"]["vduCountIndex"] = values["vdu_count_index"]
        return Steps((operate(facts, "migrate", body),), before=places, after=wanted)
    if not vnf.get("kdur"):
        raise InputError("k8s_labels: the VNF has no KDU.", "Give host for VDUs.", option="k8s_labels")
    body["targetHostK8sLabels"] = labels = {str(k): str(v) for k, v in values["k8s_labels"].items()}
    now = _labels(facts, vnf)
    if now == labels:
        return Steps(reason="it was placed by these labels last", before={"labels": now}, after={"labels": now})
    return Steps((operate(facts, "migrate", body),), before={"labels": now}, after={"labels": labels})


def _labels(facts: Facts, vnf: Document) -> Any:
    """The labels by which the KDUs were placed last; whatever makes a new Helm revision since then undoes that."""
    now: Any = None
    for record in ended(facts, "migrate", "action", "scale"):
        given = parameters(record)
        if record["lcmOperationType"] == "migrate":
            if given.get("vnfInstanceId") == vnf["_id"] and "targetHostK8sLabels" in given:
                now = given["targetHostK8sLabels"] if record["operationState"] == "COMPLETED" else None
        elif given.get("primitive") in ("upgrade", "rollback") or record["lcmOperationType"] == "scale":
            now = None
    return now


NS_MIGRATE = ns_action(
    "ns_migrate",
    "migrating",
    (
        MEMBER,
        Field(
            "host",
            (
                "Compute host to move VDUs to, as the VIM calls it.",
                "Compared with what the VIM told OSM; a VIM that tells no host is asked each time.",
            ),
        ),
        Field("vdu_id", "Which VDU; all of the VNF otherwise."),
        Field("vdu_count_index", "Which instance of it, counted from 0.", type="int"),
        Field(
            "k8s_labels",
            (
                "Labels of the nodes that the VNF's KDUs should run on.",
                "Compared with the last migration; an upgrade, rollback or scaling since then has undone that.",
            ),
            type="dict",
        ),
    ),
    "Mend the cause and run again.",
    steps=_migrate,
    check=_check_migrate,
)
