# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The deployment of a release of the platform's software, by hand, and the way back.

Source: USM's ``/v1/deploy`` and ``/v1/deploy_host`` (2026). There is one deployment at a time. A release that needs a
reboot is put on a locked host, and activated once every host is unlocked again. Until the deployment is deleted it can
be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.dialect import Document
from .._engine.errors import InputError
from .dialect import StarlingxDialect, patch
from .flow import Condition, Flow, Picture, Step
from .hosts import OUTAGE
from .software_options import FIELDS, RETURNED

#: state in which something is under way -> state that it leads to
LEADS = {
    "start": "start-done",
    "activate": "activate-done",
    "activate-rollback": "activate-rollback-done",
}
#: phase -> states that are behind it
_ON = ("host-done", "activate", "activate-done", "activate-failed", "completed")
_REACHED = {
    "start": ("start-done", "host", "host-failed", *_ON),
    "hosts": _ON,
    "activate": ("activate-done", "completed"),
    "complete": ("completed",),
}
#: state while hosts are dealt with -> state of a host that is through
_THROUGH = (("host", "deployed"), ("host-rollback", "rollback-deployed"))
BACK = ("activate-rollback-pending", "activate-rollback-failed")
HOSTS_BACK = ("activate-rollback-done", "host-rollback", "host-rollback-failed")


def look(dialect: StarlingxDialect, values: Mapping[str, Any], before: Picture | None) -> Picture:
    """The deployment, its hosts and the releases."""
    quick, usm = before is not None, dialect.service("usm")
    deploys = usm.json("GET", "deploy", quick=quick) or []
    deploy = deploys[0] if deploys else {}
    rows = usm.json("GET", "deploy_host", quick=quick) or [] if deploy else []
    keep = before is not None and bool(deploy) and not deploy.get("reboot_required")
    machines = before["machines"] if before and keep else dialect.list("ihosts", quick)
    releases = before["releases"] if before and deploy else usm.json("GET", "release", quick=quick)
    states = {r.get("hostname"): r.get("host_state") for r in rows}
    return {
        "deploy": deploy,
        "state": str(deploy.get("state") or ""),
        "machines": machines,
        "releases": releases,
        "checked": before is not None,
        "simplex": before["simplex"] if before else _simplex(dialect),
        "hosts": [
            {
                "host": h["hostname"],
                "uuid": h["uuid"],
                "state": states.get(h["hostname"]),
                "locked": h.get("administrative") == "locked",
                "task": h.get("task") or h.get("ihost_action") or "",
                "availability": h.get("availability"),
                "active": (h.get("capabilities") or {}).get("Personality") == "Controller-Active",
                "order": (h.get("personality") != "controller", str(h["hostname"])),
            }
            for h in sorted(machines, key=lambda h: str(h.get("hostname")))
            if h.get("personality")
        ],
    }


def _simplex(dialect: StarlingxDialect) -> bool:
    return bool(dialect.list("isystems")[0].get("system_mode") == "simplex")


def condition(picture: Picture) -> Condition:
    """What is under way, or has failed."""
    state = picture["state"]
    moving = [h for h in picture["hosts"] if picture["deploy"].get("reboot_required") and _moves(h)]
    failed = [h for h in picture["hosts"] if h["availability"] == "failed" and not h["locked"]]
    working = [h for h in picture["hosts"] if str(h["state"]).endswith("deploying")]
    bad = [h for h in picture["hosts"] if str(h["state"]).endswith("failed")]
    words = ", ".join(f"{h['host']} {h['task'] or h['state']}" for h in (bad or working or moving))
    # after one failure the state stays host-failed while another host is under way
    if (state.endswith("-failed") and not working) or (failed and picture["deploy"].get("reboot_required")):
        return Condition(state, failed=True, reason=words or ", ".join(f"{h['host']} failed" for h in failed))
    # the deployment and its hosts come from two lists: once all hosts are through or one has failed, its own state
    # follows at once
    through = any(
        state == step and (bad or all(h["state"] == done for h in picture["hosts"])) for step, done in _THROUGH
    )
    busy = state in LEADS or through or bool(working or moving)
    return Condition(f"{state}, {words}" if words else state or "none", busy=busy)


def _moves(host: Mapping[str, Any]) -> bool:
    """Whether maintenance has still to do with a host."""
    if host["locked"]:
        return bool(host["task"]) or (host["availability"] == "offline" and str(host["state"]).endswith("pending"))
    return bool(host["task"]) or host["availability"] not in ("available", "degraded", "failed")


def settled(picture: Picture) -> Picture:
    """The picture once what is under way has ended well."""
    hosts = [
        {**h, "task": "", "state": str(h["state"]).replace("deploying", "deployed") if h["state"] else None}
        for h in picture["hosts"]
    ]
    return _with(picture, LEADS.get(str(picture["state"]), str(picture["state"])), hosts)


def _with(picture: Picture, state: str, hosts: Sequence[Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """The picture with another state; ``host`` becomes ``host-done`` once every host is deployed."""
    hosts = list(picture["hosts"] if hosts is None else hosts)
    for step, done in _THROUGH:
        if state == step and all(h["state"] == done for h in hosts):
            state = f"{step}-done"
    return {**picture, "state": state, "hosts": hosts, "deploy": {**picture["deploy"], "state": state}}


def show(picture: Picture) -> dict[str, Any]:
    """The deployment as results have it."""
    deploy = picture["deploy"]
    return {
        "state": picture["state"] or None,
        "from_release": deploy.get("from_release"),
        "to_release": deploy.get("to_release"),
        "hosts": [{"host": h["host"], "state": h["state"]} for h in picture["hosts"]] if deploy else [],
        "releases": {r["release_id"]: r["state"] for r in picture["releases"]},
    }


def advance(values: Mapping[str, Any], picture: Picture) -> Step | str:
    """The next step of the deployment, of the way back, or the precheck."""
    if values.get("state") == "rolled_back":
        return _back(values, picture)
    release = _release(values, picture)
    if values.get("state") == "prechecked":
        if picture["checked"]:
            return "The precheck is through."
        return Step("precheck", "deploy/precheck", _body(values), service="usm", then={**picture, "checked": True})
    state = picture["state"]
    if not state:
        return _start(values, picture, release)
    if picture["deploy"].get("to_release") != release["sw_version"]:
        raise InputError(
            f"release: a deployment of {picture['deploy'].get('to_release')} is in progress ({state}).",
            "Finish it, or take it back (state: rolled_back).",
            option="release",
            value=values.get("release"),
        )
    if "rollback" in state:
        raise InputError(
            f"release: the deployment is being taken back ({state}).",
            "Finish that: state: rolled_back.",
            option="state",
        )
    phase = values.get("phase")
    if phase and state in _REACHED[phase]:
        return f"The deployment is at {state}: {phase} is behind it."
    return _go_on(values, picture, release, state)


def _body(values: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"releases": [values["release"]]}
    if values.get("force"):
        body["force"] = "true"
    if values.get("options"):
        body["options"] = [f"{k}={v}" for k, v in values["options"].items()]
    return body


def _release(values: Mapping[str, Any], picture: Picture) -> Mapping[str, Any]:
    known = {r["release_id"]: r for r in picture["releases"]}
    if values.get("release") not in known:
        raise InputError(
            f"release: the system has no release {values.get('release')!r}.",
            f"Upload it first (edge.infra.stx_software_release). There are: {', '.join(known)}.",
            option="release",
            value=values.get("release"),
        )
    found: Mapping[str, Any] = known[values["release"]]
    return found


def _start(values: Mapping[str, Any], picture: Picture, release: Mapping[str, Any]) -> Step | str:
    if release["state"] in ("deployed", "committed"):
        return f"Release {release['release_id']} is {release['state']}."
    if release["state"] != "available":
        raise InputError(
            f"release: {release['release_id']} is {release['state']}, and is deployed when it is available.",
            "See what it is waiting for (edge.infra.stx_software_release_info).",
            option="release",
            value=release["release_id"],
        )
    running = max((r["sw_version"] for r in picture["releases"] if r["state"] == "deployed"), key=_number, default="")
    reboot = bool(release.get("reboot_required")) or _number(running)[:2] != _number(release["sw_version"])[:2]
    deploy = {"from_release": running, "to_release": release["sw_version"], "reboot_required": reboot}
    releases = [{**r, "state": "deploying"} if r is release else r for r in picture["releases"]]
    hosts = [{**h, "state": "pending"} for h in picture["hosts"]]
    then = _with({**picture, "deploy": deploy, "releases": releases}, "start-done", hosts)
    return Step(
        f"start the deployment of {release['release_id']}", "deploy/start", _body(values), service="usm", then=then
    )


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in str(version).split(".") if n.isdigit())


def _go_on(values: Mapping[str, Any], picture: Picture, release: Mapping[str, Any], state: str) -> Step | str:
    if state == "start-failed":
        return _delete(picture, {release["release_id"]: "available"})
    if state in ("start-done", "host", "host-failed"):
        return _host(values, picture, back=False)
    locked = _unlock(values, picture)
    if locked:
        return locked
    if state in ("host-done", "activate-failed"):
        return _post("activate", "deploy/activate", _with(picture, "activate-done"))
    if state == "activate-done":
        return _post("complete", "deploy/complete", _with(picture, "completed"))
    left = {release["release_id"]: "deployed"}
    if _number(picture["deploy"]["from_release"])[:2] != _number(release["sw_version"])[:2]:
        left |= {
            r["release_id"]: "unavailable"
            for r in picture["releases"]
            if r["sw_version"] == picture["deploy"]["from_release"]
        }
    return _delete(picture, left)


def _post(name: str, path: str, then: Picture) -> Step:
    return Step(name, path, {}, service="usm", then=then)


def _delete(picture: Picture, releases: Mapping[str, str]) -> Step:
    rows = [{**r, "state": releases.get(r["release_id"], r["state"])} for r in picture["releases"]]
    hosts = [{**h, "state": None} for h in picture["hosts"]]
    then = {**picture, "deploy": {}, "state": "", "hosts": hosts, "releases": rows}
    return Step("end the deployment", "deploy", None, "DELETE", "usm", then=then)


def _host(values: Mapping[str, Any], picture: Picture, back: bool) -> Step:
    head, done = ("rollback-", "rollback-deployed") if back else ("", "deployed")
    left = [h for h in picture["hosts"] if h["state"] != done]
    left.sort(key=lambda h: (h["active"], h["order"]))
    host = left[0]
    if picture["deploy"].get("reboot_required") and not host["locked"]:
        return _turn(values, picture, host, "lock")
    for other in picture["hosts"]:  # one host at a time is out of service
        if other["locked"] and other is not host and other["state"] == done and not picture["simplex"]:
            return _turn(values, picture, other, "unlock")
    hosts = [{**h, "state": f"{head}deployed"} if h is host else h for h in picture["hosts"]]
    path = f"deploy_host/{host['host']}" + ("/rollback" if back else "")
    word = "take the deployment back on" if back else "deploy on"
    return _post(f"{word} {host['host']}", path, _with(picture, "host-rollback" if back else "host", hosts))


def _unlock(values: Mapping[str, Any], picture: Picture) -> Step | None:
    locked = [h for h in picture["hosts"] if h["locked"]]
    return _turn(values, picture, locked[0], "unlock") if locked else None


def _turn(values: Mapping[str, Any], picture: Picture, host: Mapping[str, Any], action: str) -> Step:
    """Lock or unlock a host, where that is allowed."""
    if values.get("lock") != "allowed":
        need = "put on a locked host" if action == "lock" else "gone on with once every host is unlocked"
        raise InputError(
            f"{host['host']} is {'unlocked' if action == 'lock' else 'locked'}, and this release is {need}.",
            f"Give lock: allowed, {action} it with edge.infra.stx_host_action, or leave the whole to"
            " edge.infra.stx_vim_strategy (type: sw-deploy).",
            option="lock",
            host=host["host"],
        )
    if action == "lock" and host["active"] and not picture["simplex"]:
        raise InputError(
            f"{host['host']} is the active controller, and is not locked.",
            "Give its services to the other controller first (edge.infra.stx_host_action, action: swact), or leave the"
            " whole to edge.infra.stx_vim_strategy (type: sw-deploy).",
            option="lock",
            host=host["host"],
        )
    hosts = [{**h, "locked": action == "lock"} if h is host else h for h in picture["hosts"]]
    then = {**picture, "hosts": hosts}
    return Step(f"{action} {host['host']}", f"ihosts/{host['uuid']}", patch({"action": action}), "PATCH", then=then)


def _back(values: Mapping[str, Any], picture: Picture) -> Step | str:
    state = picture["state"]
    if not state:
        return "There is no deployment."
    to = picture["deploy"].get("to_release")
    available = {r["release_id"]: "available" for r in picture["releases"] if r["sw_version"] == to}
    if state in ("start-done", "start-failed"):
        return _delete(picture, available)
    if "rollback" not in state:
        hosts = [
            {**h, "state": "rollback-deployed" if h["state"] == "pending" else "rollback-pending"}
            for h in picture["hosts"]
        ]
        late = state in ("activate-done", "activate-failed", "completed")
        return _post("abort", "deploy/abort", _with(picture, BACK[0] if late else "host-rollback", hosts))
    if state in BACK:
        return _post("take the activation back", "deploy/activate_rollback", _with(picture, "activate-rollback-done"))
    if state in HOSTS_BACK:
        return _host(values, picture, back=True)
    return _unlock(values, picture) or _delete(picture, available)


def _check(values: Mapping[str, Any]) -> None:
    if values.get("state") == "rolled_back":
        if values.get("phase"):
            raise InputError("phase: is for state: deployed.", "Leave phase out.", option="phase")
    elif not values.get("release"):
        raise InputError("release: is missing.", "Give the id of the release that is wanted.", option="release")


def gather(lists: Any, scope: str, quick: bool) -> Sequence[Document]:
    """The deployment that there is, with its hosts."""
    usm = lists.service("usm")
    deploys = usm.json("GET", "deploy", quick=quick) or []
    if not deploys:
        return []
    rows = usm.json("GET", "deploy_host", quick=quick) or []
    hosts = [{"host": r.get("hostname"), "state": r.get("host_state")} for r in rows]
    return [{"id": "deploy", **deploys[0], "hosts": hosts}]


DEPLOY_FLOW = Flow(
    name="software_deploy",
    module="stx_software_deploy",
    title="deployment of software",
    look=look,
    advance=advance,
    condition=condition,
    settled=settled,
    show=show,
    check=_check,
    reads=lambda values: values.get("state") == "prechecked",
    outage=float(OUTAGE),
    timeout=28800,
    remedy="See the software log of the host and the alarms, mend the cause, and run again: what failed is tried again."
    " The way back is state: rolled_back.",
    fields=FIELDS,
    returned=RETURNED,
)
