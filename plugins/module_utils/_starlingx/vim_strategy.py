# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Strategies of the VIM: a change of all hosts, one after the other, with locks and unlocks where they are needed.

Source: nfv's ``/api/orchestration`` (2026). There is one strategy at a time, of whatever type. What fails while it is
applied is aborted by the VIM itself, so ``aborted`` may mean that the apply phase has failed; its reason is there. What
an upgrade leads to is not told of a strategy once it is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.dialect import Document
from .._engine.errors import InputError
from .dialect import StarlingxDialect
from .flow import Condition, Flow, Picture, Step
from .hosts import OUTAGE
from .kube import spelled
from .vim_options import ALIASES, FIELDS, RETURNED
from .vim_reading import at, between, fetched, path_of, why

BUSY = ("initial", "building", "applying", "aborting")
FAILED = ("build-failed", "build-timeout", "apply-failed", "apply-timeout", "abort-failed", "abort-timeout")
#: reasons of a build that mean that all is as it should be
NOTHING = (
    "no system config updates",
    "no firmware update required",
    "no sw-deployments patches",
    "is already upgraded",
)
#: most hosts at once, by type
MOST = {"sw-upgrade": 10, "kube-upgrade": 10, "kube-rootca-update": 10, "fw-update": 5, "system-config-update": 100}
#: option -> field of a request
OPTIONS = {
    "controller_apply_type": "controller-apply-type",
    "storage_apply_type": "storage-apply-type",
    "worker_apply_type": "worker-apply-type",
    "max_parallel_worker_hosts": "max-parallel-worker-hosts",
    "default_instance_action": "default-instance-action",
    "alarm_restrictions": "alarm-restrictions",
}
#: the same of one type
OWN = {
    "sw-upgrade": {"rollback": "rollback", "delete_deployment": "delete", "snapshot": "snapshot"},
    "kube-upgrade": {"to_version": "to-version"},
    "kube-rootca-update": {"expiry_date": "expiry-date", "subject": "subject"},
}
_ONLY = {
    "to_version": "kube-upgrade",
    "expiry_date": "kube-rootca-update",
    "subject": "kube-rootca-update",
    "replaces": "kube-rootca-update",
    "releases": "sw-upgrade",
    "rollback": "sw-upgrade",
    "delete_deployment": "sw-upgrade",
    "snapshot": "sw-upgrade",
}


def _kind(values: Mapping[str, Any]) -> str:
    return ALIASES.get(str(values["type"]), str(values["type"]))


def look(dialect: StarlingxDialect, values: Mapping[str, Any], before: Picture | None) -> Picture:
    """The strategy, and whether one is needed at all; while waiting only the strategy is asked for."""
    quick, kind = before is not None, _kind(values)
    other: Mapping[str, Any] = {}
    if before is None:
        current = dialect.service("nfv").json("GET", "api/orchestration/current-strategy/strategy", quick=quick) or {}
        other = current.get("strategy") or {}
    live = {} if other and other.get("name") != kind else fetched(dialect, kind, quick)
    mine = bool(before and (before["mine"] or (live and live.get("uuid") != before["live"].get("uuid"))))
    # a run that was broken off has left it, or it was under way when this one began: has it led to what is wanted?
    ended = before is not None and not mine and live.get("state") == "applied" != before["live"].get("state")
    needed = before["needed"] if before and not ended else _needed(dialect, values, kind, live)
    if mine and (live.get("state") == "applied" or _nothing(live)):
        needed = False
    return {
        "kind": kind,
        "live": live,
        "other": {} if live else other,
        "mine": mine,
        "needed": needed,
        "wanted": values.get("state"),
    }


def _needed(dialect: StarlingxDialect, values: Mapping[str, Any], kind: str, live: Mapping[str, Any]) -> bool:
    """Whether the system is not yet as the strategy would make it, as far as its services tell."""
    if values.get("when") == "always" or values.get("state") in ("aborted", "absent"):
        return True
    if kind == "kube-upgrade":
        target = spelled(values.get("to_version"))
        states = {str(v.get("version")): v.get("state") for v in dialect.list("kube_versions")}
        if target not in states:
            raise InputError(
                f"to_version: StarlingX has no Kubernetes {values.get('to_version')} for this release.",
                f"There are: {', '.join(f'{version} ({state})' for version, state in states.items())}.",
                option="to_version",
                value=values.get("to_version"),
            )
        return bool(states[target] != "active")
    if kind == "sw-upgrade":
        deploy = dialect.service("usm").json("GET", "deploy") or []
        if values.get("rollback"):
            return bool(deploy)
        states = {r["release_id"]: r["state"] for r in dialect.service("usm").json("GET", "release")}
        missing = [r for r in values.get("releases") or [] if r not in states]
        if missing:
            known = ", ".join(f"{k} ({v})" for k, v in states.items())
            raise InputError(
                f"releases: the system has no release {missing[0]}.",
                f"Upload it first (edge.infra.stx_software_release). There are: {known}.",
                option="releases",
            )
        done = all(states[r] == "deployed" for r in values.get("releases") or [])
        return not done or (bool(deploy) and bool(values.get("delete_deployment")))
    if kind == "kube-rootca-update":
        replaces = values.get("replaces")
        if not replaces:
            return live.get("state") != "applied"
        found = dialect.http.json("GET", "kube_rootca_update/get_cert_id") or {}
        return bool(found.get("cert_id") == replaces)
    hosts = dialect.list("ihosts")
    if kind == "fw-update":
        return any(h.get("device_image_update") for h in hosts if h.get("device_image_update") != "completed")
    return any(h.get("config_status") == "Config out-of-date" or _late(h) for h in hosts)


def _late(host: Document) -> bool:
    target, applied = host.get("config_target"), host.get("config_applied")
    return bool(target) and target != applied


def condition(picture: Picture) -> Condition:
    """What a picture says."""
    live = picture["live"]
    state = str(live.get("state") or "none")
    reason = why(live)
    ended = state in FAILED or (state == "aborted" and bool(reason))
    if ended and picture["wanted"] not in ("aborted", "absent") and not _nothing(live):
        # the VIM goes on by itself, from apply-failed to aborted
        return Condition(state, failed=not state.startswith("apply-"), busy=state.startswith("apply-"), reason=reason)
    stopped = state == "applying" and picture["wanted"] in ("aborted", "absent")  # is not waited for, but dealt with
    return Condition(at(live) if live else "none", busy=state in BUSY and not between(live) and not stopped)


def _nothing(live: Mapping[str, Any]) -> bool:
    reason = str((live.get("build-phase") or {}).get("reason"))
    return live.get("state") == "build-failed" and any(words in reason for words in NOTHING)


def settled(picture: Picture) -> Picture:
    """The picture once what is under way has ended well."""
    live = dict(picture["live"])
    ends = {"initial": "ready-to-apply", "building": "ready-to-apply", "applying": "applied", "aborting": "aborted"}
    if between(live) or not live:
        return picture
    live["state"] = ends.get(str(live.get("state")), live.get("state"))
    needed = picture["needed"] and live["state"] != "applied"
    return {**picture, "live": live, "mine": True, "needed": needed}


def show(picture: Picture) -> dict[str, Any]:
    """The strategy as results have it."""
    live = picture["live"]
    apply = live.get("apply-phase") or {}
    return {
        "type": picture["kind"] if live else None,
        "state": live.get("state"),
        "reason": why(live) or None,
        "stage": apply.get("current-stage") if live.get("state") == "applying" else None,
    }


def advance(values: Mapping[str, Any], picture: Picture) -> Step | str:
    """The next step towards the wanted state."""
    live, kind, wanted = picture["live"], picture["kind"], str(values.get("state"))
    state = str(live.get("state") or "")
    other = picture["other"].get("name")
    if other and wanted in ("built", "applied"):
        if not picture["needed"]:
            return "Nothing is left to be done by a strategy of this type."
        raise InputError(
            f"type: the VIM has a strategy of type {other} ({picture['other'].get('state')}), and takes one at a time.",
            f"Finish it, or remove it: type: {other}, state: absent.",
            option="type",
            value=kind,
        )
    if wanted == "absent":
        return _absent(values, picture)
    if wanted == "aborted":
        return _abort(picture, state)
    if not picture["needed"]:
        if live and (picture["mine"] or _nothing(live) or state == "applied") and values.get("remove"):
            return _delete(picture, False)
        return "Nothing is left to be done by a strategy of this type."
    if not state:
        return _create(values, picture)
    if state in (*FAILED, "applied", "aborted"):
        if _nothing(live):
            return _delete(picture, False) if values.get("remove") else "There is nothing to be done."
        return _delete(picture, False)
    if state == "ready-to-apply" and not picture["mine"] and not _fits(values, picture):
        return _delete(picture, False)
    if wanted == "built":
        return f"The strategy is {state}."
    return _apply(values, picture)


def _fits(values: Mapping[str, Any], picture: Picture) -> bool:
    """Whether a strategy that is there is the one that is wanted, as far as it can be told."""
    live, kind = picture["live"], picture["kind"]
    if kind == "sw-upgrade" and list(live.get("release") or []) != list(values.get("releases") or []):
        return False
    if any(values.get(o) is not None and live.get(f) not in (None, values[o]) for o, f in OPTIONS.items()):
        return False
    return kind not in ("kube-upgrade", "kube-rootca-update") or values.get("state") == "built"


def _create(values: Mapping[str, Any], picture: Picture) -> Step:
    kind = picture["kind"]
    body = {f: values[o] for o, f in {**OPTIONS, **OWN.get(kind, {})}.items() if values.get(o) is not None}
    if kind == "kube-upgrade":
        body["to-version"] = spelled(values["to_version"])
    if kind == "sw-upgrade":
        body["release"] = list(values.get("releases") or [])
    live = {"state": "ready-to-apply"}
    return Step(
        f"create and build the {kind} strategy",
        path_of(kind),
        body,
        service="nfv",
        then={**picture, "live": live, "mine": True},
    )


def _apply(values: Mapping[str, Any], picture: Picture) -> Step | str:
    live, last = picture["live"], values.get("stage")
    place = int((live.get("apply-phase") or {}).get("current-stage") or 0) if live.get("state") == "applying" else 0
    action: dict[str, Any] = {"action": "apply-all"}
    name, then = "apply the strategy", {**live, "state": "applied"}
    if last is not None:
        if place > last:
            return f"Stage {last} is applied."
        action, name = {"action": "apply-stage", "stage-id": place}, f"apply stage {place}"
        phase = live.get("apply-phase") or {}
        total = len(phase.get("stages") or [])
        if not total or place + 1 < total:  # how many there are is known once it is built
            blank: list[dict[str, Any]] = [{}] * max(total, int(last) + 2)
            then = {
                "state": "applying",
                "apply-phase": {
                    "current-stage": place + 1,
                    "stop-at-stage": place + 1,
                    "stages": phase.get("stages") or blank,
                },
            }
    needed = then["state"] != "applied"
    return Step(
        name,
        f"{path_of(picture['kind'])}/actions",
        action,
        service="nfv",
        then={**picture, "live": then, "needed": needed},
    )


def _abort(picture: Picture, state: str) -> Step | str:
    if state != "applying":
        return f"Nothing is being applied: the strategy is {state}." if state else "There is no strategy."
    then = {**picture, "live": {**picture["live"], "state": "aborted"}}
    return Step(
        "abort the strategy", f"{path_of(picture['kind'])}/actions", {"action": "abort"}, service="nfv", then=then
    )


def _absent(values: Mapping[str, Any], picture: Picture) -> Step | str:
    state = str(picture["live"].get("state") or "")
    if not state:
        return "There is no strategy of this type."
    if state in BUSY and not values.get("force"):
        raise InputError(
            f"state: the strategy is {state}, and is not removed meanwhile.",
            "Abort it first (state: aborted), or give force: true.",
            option="state",
            status=state,
        )
    return _delete(picture, bool(values.get("force")))


def _delete(picture: Picture, force: bool) -> Step:
    return Step(
        "remove the strategy", path_of(picture["kind"]), {"force": force}, "DELETE", "nfv", then={**picture, "live": {}}
    )


def _check(values: Mapping[str, Any]) -> None:
    kind = _kind(values)
    for name, only in _ONLY.items():
        if values.get(name) and kind != only:
            raise InputError(f"{name}: is for type {only}.", f"Leave {name} out.", option=name)
    making = values.get("state") in ("built", "applied")
    if making and kind == "kube-upgrade" and not values.get("to_version"):
        raise InputError("to_version: is missing.", "Give the version that is wanted.", option="to_version")
    if making and kind == "sw-upgrade" and bool(values.get("releases")) == bool(values.get("rollback")):
        raise InputError("releases: give either releases or rollback.", "Correct the task.", option="releases")
    if values.get("rollback") and values.get("delete_deployment"):
        raise InputError(
            "delete_deployment: a rollback deletes its deployment by itself.",
            "Leave delete_deployment out.",
            option="delete_deployment",
        )
    if kind in ("kube-upgrade", "kube-rootca-update") and values.get("controller_apply_type") not in (None, "serial"):
        raise InputError(
            f"controller_apply_type: must be serial for {kind}.", "Leave it out.", option="controller_apply_type"
        )
    parallel = values.get("max_parallel_worker_hosts")
    if parallel is not None and not 2 <= parallel <= MOST[kind]:
        raise InputError(
            f"max_parallel_worker_hosts: {parallel} is not between 2 and {MOST[kind]}.",
            "Correct the number.",
            option="max_parallel_worker_hosts",
            value=parallel,
        )
    if values.get("stage") is not None and values.get("state") != "applied":
        raise InputError("stage: is for state: applied.", "Leave stage out.", option="stage")


VIM_FLOW = Flow(
    name="vim_strategy",
    module="stx_vim_strategy",
    title="strategy of the VIM",
    look=look,
    advance=advance,
    condition=condition,
    settled=settled,
    show=show,
    check=_check,
    outage=float(OUTAGE),
    timeout=28800,
    remedy="Mend the cause and run again: a strategy that has failed is removed and made anew, and goes on from where"
    " the system is.",
    fields=FIELDS,
    returned=RETURNED,
)
