# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Orchestrated operations of a System Controller: a strategy is made, applied, aborted, removed.

dcmanager has one strategy at a time, with a step for each subcloud that needs it.

Source: dcmanager's sw-update-strategy controller and its orchestrator (2026).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._engine.errors import ApiError, FailedStateError, InputError
from ..._engine.field import Field
from ..._engine.resource import Resource
from ..flow import Condition, Flow, Step
from .dialect import encoded
from .strategy_rules import (
    BUSY,
    ENDED,
    EXTRAS,
    FORCED,
    MOST_STAGED,
    PATH,
    TYPES,
    Values,
    against,
    failures,
    gather,
    needing,
    read,
)

__all__ = ["DC_STRATEGY", "STRATEGY", "gather"]


def _look(dialect: Any, values: Values, before: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The strategy; who needs one; whether it is from before this run (``old``), and whether this run made it."""
    strategy = read(dialect, quick=before is not None)
    wanted = values["state"] in ("present", "applied")
    ended = strategy is not None and strategy.get("state") in ENDED
    was = (before or {}).get("strategy")
    same = was is not None and strategy is not None and was.get("id") == strategy.get("id")
    mine = before is not None and (was is None or (same and bool(before.get("mine"))))
    old = ended and (before is None or (same and bool(before.get("old"))))
    known = (before or {}).get("needing") if was is None or strategy is not None else None  # it was removed meanwhile
    if known is None and wanted and (strategy is None or old):
        known = needing(dialect, values)
    return {"strategy": strategy, "needing": known, "state": values["state"], "old": old, "mine": mine}


def _extras(values: Values) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, key in EXTRAS[values["type"]].items():
        value = values.get(name)
        if value not in (None, False):
            found[key] = ("true" if name.startswith("for_") else True) if value is True else str(value)
    return found


def _body(values: Values) -> dict[str, Any]:
    body: dict[str, Any] = {"type": values["type"], **_extras(values)}
    if values.get("group"):
        body["subcloud_group"] = str(values["group"])
    if values.get("subcloud"):
        body["cloud_name"] = str(values["subcloud"])
    if values.get("apply_type"):
        body["subcloud-apply-type"] = values["apply_type"]
    if values.get("max_parallel_subclouds"):
        body["max-parallel-subclouds"] = str(values["max_parallel_subclouds"])
    body["stop-on-failure"] = str(bool(values.get("stop_on_failure"))).lower()
    if values.get("force"):
        body["force"] = "true"
    if values.get("sysadmin_password"):
        body["sysadmin_password"] = encoded(values["sysadmin_password"])
    return body


def _advance(values: Values, picture: Mapping[str, Any]) -> Step | str:
    """The next request on the way to the wanted state, or why there is none."""
    wanted, strategy, kind = values["state"], picture["strategy"], values["type"]
    query = f"?type={kind}"
    if strategy is not None and strategy["type"] != kind:
        if wanted in ("absent", "aborted"):
            return f"There is no strategy of type {kind}; the one that there is, is of type {strategy['type']}."
        raise InputError(
            f"type: dcmanager has one strategy at a time, and there is one of type {strategy['type']}"
            f" ({strategy['state']}).",
            "Let it come to its end, and remove it (state: absent).",
            option="type",
            value=kind,
        )
    state = str(strategy["state"]) if strategy else ""

    def become(new: str | None) -> dict[str, Any]:
        after = {**(strategy or {"type": kind, "steps": []}), "state": new}
        return {**picture, "strategy": after if new else None}

    if wanted == "absent":
        if strategy is None:
            return f"There is no strategy of type {kind}."
        if state in BUSY:
            raise InputError(
                f"state: the strategy of type {kind} is {state}.", "Abort it first (state: aborted).", option="state"
            )
        return Step("delete", PATH + query, method="DELETE", then=become(None))
    if wanted == "aborted":
        if state != "applying":
            return f"Nothing is being applied: the strategy is {state or 'not there'}."
        body = {"action": "abort"}
        return Step("abort", f"{PATH}/actions{query}", body, then=become("aborted"))
    if strategy is not None:
        stands = against(values, picture, strategy)
        failed = state in ("failed", "aborted") and picture.get("old")
        if values.get("replace") and (stands or failed) and state in (*ENDED, "initial") and not picture.get("mine"):
            return Step("delete", PATH + query, method="DELETE", then={**become(None), "old": False})
        if stands:
            raise InputError(
                f"type: there is a strategy of type {kind} ({state}), and {stands}.",
                "Run with replace: true, or remove it (state: absent).",
                option="type",
                value=kind,
                state=state,
            )
    if strategy is None:
        if not picture.get("needing"):
            return f"No subcloud that is managed and online needs a strategy of type {kind}."
        then = {**become("initial"), "old": False, "mine": True}
        return Step("create", PATH, _body(values), then=then)
    if wanted == "present" or state == "complete":
        return f"The strategy is there ({state})."
    if state == "initial":
        body = {"action": "apply"}
        return Step("apply", f"{PATH}/actions{query}", body, then=become("complete"))
    if state in ("failed", "aborted"):
        raise FailedStateError(
            f"The strategy of type {kind} is {state}: {failures(strategy) or 'no step has failed'}.",
            "Mend the cause, and run with replace: true; or remove it (state: absent).",
            reason=failures(strategy),
            state=state,
            failed=[s["subcloud"] for s in strategy["steps"] if s["state"] == "failed"],
        )
    return f"The strategy is {state}."


def _condition(picture: Mapping[str, Any]) -> Condition:
    strategy = picture["strategy"]
    if strategy is None:
        return Condition("absent")
    state = str(strategy["state"])
    steps = strategy.get("steps") or []
    over = sum(s["state"] in ENDED for s in steps)
    told = f"{state} ({over} of {len(steps)} steps)" if state in BUSY and steps else state
    failed = state == "failed" and picture["state"] == "applied"
    stopped = state == "applying" and picture["state"] in ("aborted", "absent")  # is not waited for, but dealt with
    busy = state in BUSY and not stopped
    return Condition(told, busy, failed, failures(strategy))


def _settled(picture: Mapping[str, Any]) -> Mapping[str, Any]:
    """What becomes of what is under way, if all goes well."""
    strategy = picture["strategy"]
    if strategy is None or strategy["state"] == "deleting":
        return {**picture, "strategy": None}
    return {**picture, "strategy": {**strategy, "state": "complete" if strategy["state"] == "applying" else "aborted"}}


def _show(picture: Mapping[str, Any]) -> dict[str, Any]:
    strategy = picture["strategy"]
    if strategy is None:
        return {}
    return {"type": strategy["type"], "state": strategy["state"], "steps": strategy.get("steps") or []}


def _check(values: Values) -> None:
    kind = str(values["type"])
    if values.get("group") and values.get("subcloud"):
        raise InputError("subcloud, group: one of the two.", "Leave one out.", option="subcloud")
    if values.get("group") and (values.get("apply_type") or values.get("max_parallel_subclouds")):
        raise InputError(
            "apply_type, max_parallel_subclouds: the group's own count where a group is given.",
            "Leave them out, or change the group.",
            option="apply_type",
        )
    most = MOST_STAGED if kind == "prestage" or values.get("with_prestage") else 5000
    number = values.get("max_parallel_subclouds")
    if number is not None and not 1 <= number <= most:
        raise InputError(
            f"max_parallel_subclouds: {number} is not in 1 to {most}.", "Correct it.", option="max_parallel_subclouds"
        )
    if values["state"] not in ("present", "applied"):
        return
    known = {n for names in EXTRAS.values() for n in names}
    surplus = sorted(n for n in known if values.get(n) not in (None, False) and n not in EXTRAS[kind])
    if surplus:
        raise InputError(f"{surplus[0]}: a strategy of type {kind} has none.", "Leave it out.", option=surplus[0])
    signed = kind == "prestage" or values.get("with_prestage")
    if signed and not values.get("sysadmin_password"):
        raise InputError("sysadmin_password: prestaging needs it.", "Give it.", option="sysadmin_password")
    if values.get("sysadmin_password") and not signed:
        raise InputError("sysadmin_password: is for prestaging alone.", "Leave it out.", option="sysadmin_password")
    if values.get("force") and kind not in (*FORCED, "prestage"):
        raise InputError(
            f"force: a strategy of type {kind} has steps for subclouds that are out of sync alone.",
            "Leave it out.",
            option="force",
        )
    if kind == "sw-deploy":
        _software(values)


def _software(values: Values) -> None:
    only = [n for n in ("rollback", "cleanup") if values.get(n)]
    with_release = [n for n in ("release_id", "with_prestage", "kube_upgrade", "snapshot", "delete") if values.get(n)]
    if only and (with_release or len(only) > 1):
        other = (with_release or only[1:])[0]
        raise InputError(f"{only[0]}: does not go with {other}.", "Leave one of them out.", option=only[0])
    if not only and not values.get("release_id"):
        raise InputError("release_id: is missing.", "Give release_id, rollback or cleanup.", option="release_id")


def _explain(_dialect: Any, step: Step, error: ApiError) -> str:
    """What to do about refusals that say little."""
    if "sync status is unknown" in str(error.details.get("detail")):
        return "The System Controller's audits have not seen every subcloud yet; wait for them."
    return ""


def _flag(name: str, doc: str) -> Field:
    return Field(name, doc, type="bool", default=False)


_RETURNED = (
    Field("type", "Its type.", sample="sw-deploy"),
    Field("state", "Its state.", sample="complete"),
    Field(
        "steps",
        "Each step, with C(subcloud), C(stage), C(state), C(details), C(started_at) and C(finished_at).",
        type="list",
        elements="dict",
        sample=[{"subcloud": "edge-7", "stage": "Complete", "state": "complete", "details": ""}],
    ),
)

STRATEGY = Flow(
    name="dc_strategy",
    module="stx_dc_strategy",
    title="strategy",
    look=_look,
    advance=_advance,
    condition=_condition,
    settled=_settled,
    show=_show,
    check=_check,
    explain=_explain,
    returned=_RETURNED,
    remedy=(
        "Mend the cause, and run with replace: true; or remove it (state: absent)."
        " By hand: dcmanager strategy-step list."
    ),
    timeout=28800,
    fields=(
        Field(
            "type",
            "What is orchestrated: software, Kubernetes, the root CA of Kubernetes, firmware, or prestaging.",
            choices=tuple(TYPES),
            required=True,
        ),
        Field(
            "state",
            (
                "With V(present) the strategy is made, with V(applied) applied as well, and each step is waited for.",
                "V(aborted) stops one that is applied: steps under way come to their end, others do not begin.",
                "V(absent) removes it. There is one strategy at a time, of whatever type.",
            ),
            choices=("present", "applied", "aborted", "absent"),
            default="applied",
        ),
        _flag(
            "replace",
            (
                "Remove a strategy of this type that has failed, was aborted, or does something else than this, and"
                " make it anew."
            ),
        ),
        Field("subcloud", "Only this subcloud."),
        Field("group", "Only the subclouds of this group, by name or id, in the way that the group has."),
        Field("apply_type", "Side by side, or one after the other.", choices=("parallel", "serial")),
        Field("max_parallel_subclouds", "How many at once; 2 where nothing is given.", type="int"),
        _flag("stop_on_failure", "Begin no more steps when one has failed."),
        _flag(
            "force",
            "With C(type=kube-rootca-update) also for subclouds that are in sync, with C(type=prestage) in spite of"
            " alarms.",
        ),
        Field("release_id", "Release to deploy, such as V(starlingx-26.09.1), for C(type=sw-deploy)."),
        _flag("snapshot", "Deploy with a snapshot to go back to."),
        _flag("rollback", "Go back to the release before."),
        _flag("delete", "Finish the deployment, so that there is no way back."),
        _flag("cleanup", "Only remove what a deployment has left."),
        _flag("with_prestage", "Prestage the release first."),
        _flag("kube_upgrade", "Upgrade Kubernetes, too."),
        Field("to_version", "Version of Kubernetes, for C(type=kubernetes); the System Controller's otherwise."),
        Field("expiry_date", "Until when the new root CA is valid (YYYY-MM-DD), for C(type=kube-rootca-update)."),
        Field("subject", "Subject of the new root CA, such as V(C=ES O=Company CN=kube)."),
        Field("release", "Release to prestage, such as V(26.09), for C(type=prestage)."),
        _flag("for_install", "It is prestaged for an installation."),
        _flag("for_sw_deploy", "It is prestaged for a software deployment."),
        Field("sysadmin_password", "Password of the user sysadmin on the subclouds, for prestaging.", secret=True),
    ),
)

DC_STRATEGY = Resource(
    kind="dc_strategy",
    module="stx_dc_strategy",
    title="strategy",
    path=PATH,
    plural="dc_strategies",
    verbs=frozenset(),
    fields=(
        Field("type", "Its type.", identity=True, sample="sw-deploy"),
        Field("state", "Its state.", read_only=True, sample="applying"),
        Field(
            "apply_type",
            "Side by side, or one after the other.",
            api="subcloud-apply-type",
            read_only=True,
            sample="parallel",
        ),
        Field(
            "max_parallel_subclouds",
            "How many at once.",
            type="int",
            api="max-parallel-subclouds",
            read_only=True,
            sample=2,
        ),
        Field(
            "stop_on_failure",
            "Whether it stops at the first failure.",
            type="bool",
            api="stop-on-failure",
            read_only=True,
            sample=False,
        ),
        Field(
            "extra_args",
            "What belongs to its type.",
            type="dict",
            api="extra-args",
            read_only=True,
            secret_keys=("sysadmin_password",),
            sample={"release_id": "starlingx-26.09.1"},
        ),
        Field(
            "steps",
            "Each step, with C(subcloud), C(stage), C(state), C(details), C(started_at) and C(finished_at).",
            type="list",
            elements="dict",
            read_only=True,
            sample=[{"subcloud": "edge-7", "stage": "Apply", "state": "initial", "details": ""}],
        ),
        Field("created_at", "When it was made, in UTC.", api="created-at", read_only=True),
    ),
)
