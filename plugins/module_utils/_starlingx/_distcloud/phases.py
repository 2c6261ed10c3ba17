# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One phase of a subcloud's deployment, an abort, a redeployment: what a person types when a run is not to decide.

Source: dcmanager's phased-subcloud-deploy controller and ``redeploy`` of its subclouds controller (2026).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from ..._engine.action import Action, Facts, Request, Steps
from ..._engine.dialect import Document
from ..._engine.errors import InputError
from ..._engine.field import Field
from ..._engine.resource import Resource, Wait
from .dialect import encoded
from .states import BUSY, COMPLETE, FAILED, RESUMABLE
from .subclouds import SUBCLOUD, content, document, dumped

PHASES = ("install", "bootstrap", "configure", "complete", "abort", "resume", "enroll", "redeploy")
_ALL = frozenset(FAILED)
#: states in which dcmanager takes a phase
ALLOWED: dict[str, frozenset[str]] = {
    "install": frozenset(
        {"create-complete", "pre-install-failed", "install-failed", "install-complete", "install-aborted"}
    ),
    "bootstrap": frozenset(
        {
            *("install-complete", "pre-bootstrap-failed", "bootstrap-failed", "bootstrap-aborted"),
            *("bootstrap-complete", "create-complete"),
        }
    ),
    "configure": frozenset(
        {
            *(COMPLETE, "pre-config-failed", "config-failed", "bootstrap-complete", "enroll-complete"),
            "config-aborted",
        }
    ),
    "complete": frozenset({"bootstrap-complete", "enroll-complete"}),
    "abort": frozenset({"installing", "bootstrapping", "configuring"}),
    "resume": frozenset(RESUMABLE),
    "enroll": frozenset(
        {
            *("create-complete", "enroll-failed", "pre-enroll-failed", "pre-init-enroll-failed"),
            *("init-enroll-failed", "factory-restore-complete"),
        }
    ),
}
#: where each phase ends well
ENDS = {
    "install": "install-complete",
    "bootstrap": "bootstrap-complete",
    "configure": COMPLETE,
    "complete": COMPLETE,
    "resume": COMPLETE,
    "enroll": "enroll-complete",
    "redeploy": COMPLETE,
}
#: phases that the password of sysadmin is needed for
SIGNED = frozenset({"install", "bootstrap", "configure", "resume", "enroll", "redeploy"})
FILES = {
    "install": ("install_values",),
    "bootstrap": ("bootstrap_values",),
    "configure": ("deploy_config",),
    "resume": ("install_values", "bootstrap_values", "deploy_config"),
    "enroll": ("install_values", "bootstrap_values", "cloud_init_config"),
    "redeploy": ("install_values", "bootstrap_values", "deploy_config"),
}


#: seconds after a request in which the record may still be as before
SETTLE = 60.0


def gather(dialect: Any, scope: str, quick: bool) -> Sequence[Document]:
    """The one subcloud that something is done to; ``settling`` while it is as it was before that."""
    rows = list(dialect.one(f"subclouds/{scope}", quick))
    if not rows:
        return rows
    seen = (rows[0].get("deploy-status"), rows[0].get("updated-at"))
    first, at = dialect.noted.setdefault(scope, (seen, time.monotonic()))
    unmoved = first == seen
    return [{**rows[0], "unmoved": unmoved, "settling": quick and unmoved and time.monotonic() - at < SETTLE}]


#: what is waited for: every phase passes through states in which another one would end
DEPLOYING = Resource(
    kind="subcloud_phase",
    module="",
    title="subcloud",
    path="subclouds/{scope}",
    verbs=frozenset(),
    fields=(
        Field("deploy_status", "Its state.", api="deploy-status", sample="bootstrap-complete"),
        Field("error_description", "What went wrong last.", api="error-description"),
    ),
    view=lambda live: {**live, "phase": _ended(live)},
    ready=Wait(
        "phase",
        frozenset({"ended"}),
        _ALL - {"install-aborted", "bootstrap-aborted", "config-aborted"},
        ("error-description",),
        ("deploy-status",),
        outage=600.0,
        remedy="Mend the cause; the failed phase can be run again (phase: resume).",
        timeout=14400,
    ),
)


def _ended(live: Document) -> str:
    """``ended``, the failed state, or ``busy``: a phase that is over stays over until something else is asked for."""
    state = str(live.get("deploy-status"))
    if live.get("settling"):
        return "busy"
    if state in FAILED and not state.endswith("-aborted"):
        return state
    return "busy" if state in BUSY else "ended"


def _options(values: Mapping[str, Any], phase: str) -> dict[str, Any]:
    """The fields of the form."""
    name, fields = str(values["subcloud"]), dict[str, Any]()
    for option in FILES.get(phase, ()):
        value = values.get(option)
        if value is None:
            continue
        if option in ("install_values", "bootstrap_values"):
            sent = dumped(document(option, value))
        else:
            sent = content(option, value)
        fields[option] = (f"{name}-{option}.{'tar' if option == 'cloud_init_config' else 'yml'}", sent)
    for option in ("sysadmin_password", "bmc_password"):
        if values.get(option):
            fields[option] = encoded(values[option])
    if values.get("bootstrap_address"):
        fields["bootstrap-address"] = str(values["bootstrap_address"])
    if values.get("release"):
        fields["release"] = str(values["release"])
    return fields


def _check(values: Mapping[str, Any]) -> None:
    phase = values["phase"]
    if phase in SIGNED and not values.get("sysadmin_password"):
        raise InputError(
            f"sysadmin_password: the phase {phase} needs it.", "Give sysadmin_password.", option="sysadmin_password"
        )
    surplus = [o for o in FILES["resume"] + ("cloud_init_config",) if values.get(o) and o not in FILES.get(phase, ())]
    if surplus:
        raise InputError(
            f"{surplus[0]}: the phase {phase} takes none.", "Leave it out, or name another phase.", option=surplus[0]
        )


def _steps(values: Mapping[str, Any], facts: Facts) -> Steps:
    live, phase = facts.target, str(values["phase"])
    name, state = str(live["name"]), str(live.get("deploy-status"))
    before = {"subcloud": name, "deploy_status": state}
    if phase == "abort" and state not in ALLOWED["abort"]:
        reason = f"Nothing that could be aborted is under way: {name} is {state}."
        return Steps(reason=reason, before=before, after=before)
    done = state == ENDS.get(phase) and phase not in ("redeploy",)
    if done and not values.get("again"):
        return Steps(reason=f"{name} is {state} already.", before=before, after=before)
    if phase in ("complete", "resume") and state == COMPLETE:
        return Steps(reason=f"{name} is {state} already.", before=before, after=before)
    if phase == "redeploy":
        if live.get("availability-status") == "online" or live.get("management-state") == "managed":
            now = f"{live.get('availability-status')} and {live.get('management-state')}"
            raise InputError(
                f"subcloud: {name} is {now}, and dcmanager redeploys none that is online or managed.",
                "Unmanage it, and power its controllers off.",
                option="subcloud",
            )
        if state in ("secondary", "secondary-failed") or state in BUSY:
            raise InputError(
                f"subcloud: {name} is {state}, and is not redeployed from there.",
                "Let it come to its end, or have it moved here first.",
                option="subcloud",
                state=state,
            )
        path = f"subclouds/{name}/redeploy"
    else:
        if state not in ALLOWED[phase]:
            raise InputError(
                f"phase: {name} is {state}, and {phase} is taken only from {', '.join(sorted(ALLOWED[phase]))}.",
                "Name the phase that comes next, or let edge.infra.stx_subcloud find it.",
                option="phase",
                value=phase,
                state=state,
            )
        path = f"phased-subcloud-deploy/{name}/{phase}"
    _lacking(values, live, phase, state)
    end = ENDS.get(phase, f"{RUNNING.get(state, state)}-aborted")
    request = Request(path, _options(values, phase), "PATCH", str(live["id"]))
    return Steps((request,), before=before, after={**before, "deploy_status": end})


def _lacking(values: Mapping[str, Any], live: Document, phase: str, state: str) -> None:
    """Refuse what dcmanager would for values that it has not, or does not want any more."""
    if phase in ("install", "redeploy", "enroll") and not (live.get("data_install") or values.get("install_values")):
        raise InputError(
            f"install_values: the phase {phase} needs them, and dcmanager keeps none of {live['name']}.",
            "Give install_values, and bmc_password.",
            option="install_values",
        )
    left = RESUMABLE.get(state, ()) if phase == "resume" else ()
    files = {"install": "install_values", "bootstrap": "bootstrap_values", "config": "deploy_config"}
    surplus = [o for p, o in files.items() if left and p not in left and values.get(o)]
    if surplus:
        raise InputError(
            f"{surplus[0]}: {live['name']} is {state}, so that is behind it, and dcmanager takes none any more.",
            f"Leave {surplus[0]} out.",
            option=surplus[0],
            state=state,
        )


RUNNING = {"installing": "install", "bootstrapping": "bootstrap", "configuring": "config"}


def _began(request: Request, records: Sequence[Document]) -> Document | None:
    """The subcloud, where its record has moved on since it was first looked at."""
    return next((d for d in records if not d.get("unmoved")), None)


def _show(live: Document) -> dict[str, Any]:
    return {
        "id": str(live.get("id")),
        "type": "subcloud",
        "deploy_status": live.get("deploy-status"),
        "error_description": live.get("error-description"),
    }


_VALUES = {f.name: f for f in SUBCLOUD.fields}
SUBCLOUD_PHASE = Action(
    name="subcloud_deploy_phase",
    module="stx_subcloud_deploy_phase",
    title="deployment",
    target=SUBCLOUD,
    operation=DEPLOYING,
    inside=lambda live: str(live["name"]),
    fields=(
        Field("subcloud", "Name of the subcloud.", required=True, reference="subcloud", sample="edge-7"),
        Field(
            "phase",
            (
                "What to do.",
                "V(resume) runs every phase that is left. V(abort) stops the one that is under way.",
                "V(redeploy) installs and bootstraps an offline and unmanaged subcloud anew.",
            ),
            choices=PHASES,
            required=True,
        ),
        Field(
            "again",
            "Run the phase also where it has ended well, as after a change of the configuration.",
            type="bool",
            default=False,
        ),
        *(
            Field(n, _VALUES[n].doc, type=_VALUES[n].type, secret=_VALUES[n].secret)
            for n in ("bootstrap_values", "install_values", "deploy_config", "cloud_init_config", "bootstrap_address")
        ),
        *(
            Field(n, _VALUES[n].doc, type=_VALUES[n].type, secret=_VALUES[n].secret)
            for n in ("sysadmin_password", "bmc_password", "release")
        ),
    ),
    check=_check,
    steps=_steps,
    began=_began,
    answered=lambda answer: str((answer or {}).get("id") or ""),
    show=_show,
    queues=False,
)
