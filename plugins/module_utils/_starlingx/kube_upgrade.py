# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The upgrade of Kubernetes, by hand: each of its requests in the state that takes it.

Source: sysinv's ``kube_upgrade`` and the upgrades of a host's control plane and kubelet (2026). A simplex does
everything by itself, and can abort. Elsewhere a kubelet is upgraded on a locked host: the VIM's strategy locks and
unlocks hosts, this does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.errors import ApiError, InputError
from .._engine.field import Field
from .dialect import StarlingxDialect, patch
from .flow import Flow, Picture, Step
from .hosts import OUTAGE
from .kube import (
    HOSTS,
    LEADS,
    SKEW,
    active,
    condition,
    failing,
    known_versions,
    look,
    minor,
    number,
    settled,
    show,
    spelled,
    stations,
)

#: states after which a PATCH of the state comes next -> (that state, what a person calls it)
NEXT = {
    "upgrade-started": ("downloading-images", "download images"),
    "downloaded-images": ("pre-updating-apps", "update applications before"),
    "pre-updated-apps": ("upgrading-networking", "upgrade networking"),
    "upgraded-networking": ("upgrading-storage", "upgrade storage"),
    "uncordon-complete": ("upgrade-complete", "complete"),
    "upgrade-complete": ("post-updating-apps", "update applications after"),
}
#: how far each phase is
PHASES = (
    *("upgrade-started", "downloaded-images", "pre-updated-apps", "upgraded-networking", "upgraded-storage"),
    *("cordon-complete", "control-plane", "kubelets", "uncordon-complete", "upgrade-complete", "post-updated-apps"),
)
#: states in which an upgrade cannot be taken back any more
ABORT_TOO_LATE = ("upgrade-complete", "post-updating-apps", "post-updating-apps-failed", "post-updated-apps")


def advance(values: Mapping[str, Any], picture: Picture) -> Step | str:
    """The next step to a version, to a phase of that, or back."""
    if values.get("state") == "aborted":
        return _abort(picture)
    target, state = spelled(values.get("to_version")), str(picture["state"])
    if not state:
        return _start(values, picture, target)
    if state == "upgrade-aborted" or (state in ("upgrade-complete", "post-updated-apps") and picture["to"] != target):
        return _forget(picture)
    if picture["to"] != target:
        raise InputError(
            f"to_version: an upgrade from {picture['from']} to {picture['to']} is in progress ({state}).",
            f"Finish it (to_version: {picture['to']}), or abort it where that is possible (state: aborted).",
            option="to_version",
            value=target,
        )
    phase = values.get("phase")
    if phase in ("cordon-complete", "uncordon-complete") and not picture["simplex"]:
        raise InputError(f"phase: {phase} is for a simplex.", "Name another phase.", option="phase", value=phase)
    if phase and reached(picture) >= PHASES.index(str(phase)):
        return f"The upgrade to {target} is at {state}: {phase} is behind it."
    return _go_on(picture)


def reached(picture: Picture) -> int:
    """Index of the last phase that is behind an upgrade; -1 for none."""
    state = str(picture["state"])
    order = {name: PHASES.index(name) for name in PHASES if name not in ("control-plane", "kubelets")}
    if state in order:
        return order[state]
    plane = all(n["control_plane"] in (None, picture["to"]) for n in picture["nodes"])
    if state in ("upgraded-first-master", "upgraded-second-master"):
        return PHASES.index("control-plane" if plane else "upgraded-storage")
    if state == "upgrading-kubelets":
        done = "control-plane" if _old(picture) else "kubelets"
        return PHASES.index(done if plane else "upgraded-storage")
    doing = state.removesuffix("-failed")
    return next((PHASES.index(s) for s, (d, _name) in NEXT.items() if d == doing and s in PHASES), -1)


def _old(picture: Picture) -> list[Mapping[str, Any]]:
    """Nodes whose kubelet is to be upgraded; controllers first."""
    rows = [n for n in picture["nodes"] if n["kubelet"] != picture["to"] or n["status"] != "upgraded-kubelet"]
    return sorted(rows, key=lambda n: (n["personality"] != "controller", str(n["host"])))


def _start(values: Mapping[str, Any], picture: Picture, target: str) -> Step | str:
    present, states = active(picture), {str(v["version"]): v.get("state") for v in picture["versions"]}
    if present == target:
        return f"Kubernetes {target} runs on every host."
    carried = ", ".join(f"{v} ({s})" for v, s in states.items())
    problem = ""
    if target not in states:
        problem = f"Kubernetes version {target} is not available"
    elif present is None:
        problem = "the installed Kubernetes version is not active on all hosts"
    elif number(target) < number(present):
        problem = f"the installed Kubernetes version {present} cannot go back to {target}"
    elif states[target] != "available":
        problem = f"the target Kubernetes version {target} is not in available state"
    if problem:
        raise InputError(
            f"to_version: {problem}.", f"The release carries: {carried}.", option="to_version", value=target
        )
    body: dict[str, Any] = {"to_version": target, "force": bool(values.get("force"))}
    if values.get("ignore_alarms"):
        body["alarm_ignore_list"] = list(values["ignore_alarms"])
    then = {**picture, "state": "upgrade-started", "from": present, "to": target}
    return Step(f"start to {target}", "kube_upgrade", body, then=then)


def _go_on(picture: Picture) -> Step | str:
    state = str(picture["state"])
    if state.endswith("-failed"):
        failed = state.removesuffix("-failed")
        state = next((s for s, (doing, _name) in NEXT.items() if doing == failed), failed)
    if state in NEXT:
        doing, name = NEXT[state]
        then = {**picture, "state": LEADS.get(doing, doing)}
        if doing == "upgrade-complete":
            then["nodes"] = [{**n, "status": None} for n in picture["nodes"]]
        return _set(name, {"state": doing}, then)
    if state == "upgraded-storage" or state in ("cordon", "cordon-started"):
        return _cordon(picture) if picture["simplex"] else _control_plane(picture)
    if state in ("uncordon", "uncordon-started"):
        return _uncordon(picture)
    if state == "upgrading-kubelets":
        if any(n["control_plane"] not in (None, picture["to"]) for n in picture["nodes"]):
            return _control_plane(picture)
        if _old(picture):
            return _kubelet(picture, _old(picture))
        if picture["simplex"]:
            return _uncordon(picture)
        then = {**picture, "state": "upgrade-complete", "nodes": [{**n, "status": None} for n in picture["nodes"]]}
        return _set("complete", {"state": "upgrade-complete"}, then)
    if state in (
        "cordon-complete",
        "upgraded-first-master",
        "upgraded-second-master",
        "upgrading-first-master",
        "upgrading-second-master",
    ):
        return _control_plane(picture)
    if state in ("post-updated-apps", "upgrade-aborted"):
        return _forget(picture)
    raise InputError(
        f"The upgrade to {picture['to']} is in state {picture['state']}, out of which nothing here leads.",
        "Abort it where that is possible (state: aborted), or see what sysinv says of it.",
        state=picture["state"],
    )


def _control_plane(picture: Picture) -> Step:
    """The control plane of one controller, one version up; kubelets that would lag too far behind come first."""
    target = picture["to"]
    planes = sorted(
        (n for n in picture["nodes"] if n["control_plane"]),
        key=lambda n: (number(n["control_plane"]), str(n["host"])),
    )
    node = planes[0]
    version = node["control_plane"]
    if version != target:
        version = stations(known_versions(picture), version, target)[0]
        late = [n for n in picture["nodes"] if n["kubelet"] and minor(version) - minor(n["kubelet"]) > SKEW]
        if late and node["status"] != "upgraded-kubelet":
            return _kubelet(picture, late)
    elif all(n["control_plane"] == target for n in planes) and not str(picture["state"]).endswith("-failed"):
        return _kubelet(picture, _old(picture))
    first = len(planes) == 1 or version > max(n["control_plane"] for n in planes[1:])
    state = "upgraded-first-master" if first else "upgraded-second-master"
    nodes = [{**n, "control_plane": version, "status": None} if n is node else n for n in picture["nodes"]]
    return Step(
        f"upgrade control plane of {node['host']} to {version}",
        f"ihosts/{node['uuid']}/kube_upgrade_control_plane",
        {"force": False},
        then={**picture, "state": state, "nodes": nodes},
    )


def _kubelet(picture: Picture, wanted: Sequence[Mapping[str, Any]]) -> Step:
    node = wanted[0]
    if not picture["simplex"] and not node["locked"]:
        raise InputError(
            f"{node['host']} is unlocked, and a kubelet is upgraded on a locked host.",
            "Have the whole upgrade done by edge.infra.stx_vim_strategy (type: kube-upgrade), which locks and unlocks"
            " one host after the other; or lock this host and run again.",
            host=node["host"],
        )
    planes = [n["control_plane"] for n in picture["nodes"] if n["control_plane"]]
    version = node["control_plane"] or max(planes, key=number)
    nodes = [{**n, "kubelet": version, "status": "upgraded-kubelet"} if n is node else n for n in picture["nodes"]]
    return Step(
        f"upgrade kubelet of {node['host']} to {version}",
        f"ihosts/{node['uuid']}/kube_upgrade_kubelet",
        {"force": False},
        then={**picture, "state": "upgrading-kubelets", "nodes": nodes},
    )


def _cordon(picture: Picture) -> Step:
    host = picture["nodes"][0]["host"]
    return _set(
        f"cordon {host}", {"state": "cordon-started", "hostname": host}, {**picture, "state": "cordon-complete"}
    )


def _uncordon(picture: Picture) -> Step:
    host = picture["nodes"][0]["host"]
    return _set(
        f"uncordon {host}", {"state": "uncordon-started", "hostname": host}, {**picture, "state": "uncordon-complete"}
    )


def _set(name: str, body: Mapping[str, Any], then: Picture) -> Step:
    return Step(name, "kube_upgrade", patch(body), "PATCH", then=then)


def _forget(picture: Picture) -> Step:
    nodes = [{**n, "status": None} for n in picture["nodes"]]
    then = {**picture, "state": "", "from": "", "to": "", "nodes": nodes}
    return Step("remove the record of the upgrade", "kube_upgrade", None, "DELETE", then=then)


def _abort(picture: Picture) -> Step | str:
    state = str(picture["state"])
    if not state:
        return "No upgrade is in progress."
    if state == "upgrade-aborted":
        return _forget(picture)
    if not picture["simplex"]:
        raise InputError(
            "state: an upgrade of Kubernetes cannot be aborted on this system; a simplex alone can.",
            "Finish it (state: complete).",
            option="state",
        )
    if state in ABORT_TOO_LATE:
        raise InputError(
            f"state: the upgrade to {picture['to']} cannot be aborted any more: it is in {state} state.",
            "Finish it (state: complete).",
            option="state",
        )
    nodes = [{**n, "status": None, "target": picture["from"]} for n in picture["nodes"]]
    for node in nodes:
        node.update({k: picture["from"] for k in ("control_plane", "kubelet") if node[k]})
    return _set("abort", {"state": "upgrade-aborting"}, {**picture, "state": "upgrade-aborted", "nodes": nodes})


def _check(values: Mapping[str, Any]) -> None:
    if values.get("state") == "aborted":
        for name in ("to_version", "phase"):
            if values.get(name):
                raise InputError(f"{name}: state: aborted takes none.", f"Leave {name} out.", option=name)
    elif not values.get("to_version"):
        raise InputError(
            "to_version: is missing.", "Give the version that is wanted, such as v1.35.2.", option="to_version"
        )


def _advise(dialect: StarlingxDialect, values: Mapping[str, Any], picture: Picture) -> list[str]:
    if picture["state"] or values.get("state") == "aborted":
        return []
    words = failing(dialect, bool(values.get("force")))
    return [f"sysinv may refuse the start of the upgrade; its report on the health says: {words}."] if words else []


def _explain(dialect: StarlingxDialect, step: Step, error: ApiError) -> str:
    if "health-query" not in str(error.details.get("detail")):
        return ""
    body = step.body if isinstance(step.body, Mapping) else {}
    return f"It says: {failing(dialect, bool(body.get('force')))}."


KUBE_UPGRADE = Flow(
    name="kube_upgrade",
    module="stx_kube_upgrade",
    title="upgrade of Kubernetes",
    look=look,
    advance=advance,
    condition=condition,
    settled=settled,
    show=show,
    check=_check,
    advise=_advise,
    explain=_explain,
    outage=float(OUTAGE),
    remedy="Look at the alarms and at sysinv's log, mend the cause, and run again: what failed is tried again."
    " A simplex can abort (state: aborted).",
    fields=(
        Field("to_version", "Version that is wanted, one that the system's release carries.", sample="v1.35.2"),
        Field(
            "phase",
            (
                "Go no further than this phase; the whole way otherwise.",
                "V(control-plane) is behind when every control plane runs the version, V(kubelets) when every kubelet"
                " does; the others are sysinv's own states.",
                "V(cordon-complete) and V(uncordon-complete) are for a simplex.",
            ),
            choices=PHASES,
        ),
        Field(
            "state",
            (
                "With V(complete) Kubernetes is brought to O(to_version).",
                "With V(aborted) an upgrade that is in progress is taken back; a simplex alone can do that.",
            ),
            choices=("complete", "aborted"),
            default="complete",
        ),
        Field(
            "force",
            "Start in spite of alarms that do not stand against management actions.",
            type="bool",
            default=False,
        ),
        Field(
            "ignore_alarms",
            "Numbers of further alarms in spite of which to start.",
            type="list",
            elements="str",
            sample=["750.006"],
        ),
    ),
    returned=(
        Field("version", "The version that runs everywhere; none while versions are mixed.", sample="v1.35.2"),
        Field("state", "State of the upgrade; none when it is through.", sample="upgraded-networking"),
        Field("from_version", "The version that it comes from.", sample="v1.34.1"),
        Field("to_version", "The version that it leads to.", sample="v1.35.2"),
        HOSTS,
    ),
)
