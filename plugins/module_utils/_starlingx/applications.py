# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applications: uploaded, applied, updated, removed and deleted.

Source: sysinv's ``apps`` and what its conductor makes of them (2026). Each directive answers at once with a status that
tells what is under way (``applying``), and ``progress`` has the application's own words, also on what went wrong.
An update that fails brings the older version back, and only ``progress`` tells of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.action import Action, Facts, Request, Steps
from .._engine.dialect import Document, Sent
from .._engine.errors import InputError
from .._engine.field import Field
from .._engine.plan import UPDATE, Change
from .._engine.resource import Resource, Wait
from . import app_tarball
from .dialect import Lists, StarlingxDialect

#: what an application becomes that is on its way
_BECOMES = {
    "uploading": "uploaded",
    "removing": "uploaded",
    "applying": "applied",
    "updating": "applied",
    "update-starting": "applied",
    "recovering": "applied",
    "restore-requested": "applied",
}
_DONE = frozenset({"uploaded", "applied"})
_FAILED = frozenset({"upload-failed", "apply-failed", "remove-failed"})
_REMEDY = (
    "The words after the status are the application's own progress; the controller's /var/log/sysinv.log has more."
    " Mend the cause and run again: it goes on from there."
)


def _view(live: Document) -> Document:
    status = live.get("status")
    return {**live, "state": _BECOMES.get(str(status), status)}


def gather_status(lists: Lists, scope: str, quick: bool) -> Sequence[Document]:
    """What becomes of one application: the application itself."""
    return [d for d in lists.list("apps", quick) if d.get("name") == scope]


def _status(kind: str, done: frozenset[str], failed: frozenset[str]) -> Resource:
    return Resource(
        kind=kind,
        module="",
        title="application",
        path="apps/{scope}",
        id_key="name",
        verbs=frozenset(),
        fields=(
            Field("version", "Its version.", api="app_version"),
            Field("progress", "Its own words on how far it is."),
        ),
        ready=Wait("status", done, failed, ("progress",), ("progress",), remedy=_REMEDY, timeout=3600),
    )


REMOVAL = _status("application_removal", frozenset({"uploaded"}), _FAILED)
APPLYING = _status("application_applying", frozenset({"applied"}), _FAILED | {"uploaded"})
STOPPING = _status("application_stopping", _DONE | _FAILED, frozenset())


class ApplicationSender:
    """One directive at a time; the engine comes again for the next one once the application is at rest."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Upload the tarball."""
        values = change.wanted.values
        sent = app_tarball.body(values)
        if values.get("images"):
            sent["images"] = True
        dialect.http.json("POST", "apps", json=sent)
        return Sent(id=str(values["name"]))

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """The next step from what is there to what is wanted."""
        status, values = str((change.live or {}).get("status")), change.wanted.values
        applied, name = values.get("state") == "applied", change.id
        if status == "upload-failed" or ("version" in payload and status == "uploaded"):
            dialect.http.json("DELETE", f"apps/{name}")
            return self.create(dialect, change, payload)
        if applied and "version" in payload and status == "applied":
            sent = app_tarball.body(values)
            for flag in ("reuse_user_overrides", "reuse_attributes"):
                if values.get(flag) is not None:
                    sent[flag] = str(values[flag]).lower()  # it takes texts only
            dialect.http.json("POST", "apps/update", json=sent)
        elif applied and status != "remove-failed":
            dialect.http.json("PATCH", f"apps/{name}?directive=apply", json={"values": {}})
        else:
            self._remove(dialect, change)
        return Sent(id=name)

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """Remove it where it is applied; delete it once it is only uploaded."""
        if not uploaded_only(change.live or {}):
            self._remove(dialect, change)
            return Sent(id=change.id, operation=change.id)
        dialect.http.json("DELETE", f"apps/{change.id}{_force(change)}")
        return Sent(id=change.id)

    def _remove(self, dialect: StarlingxDialect, change: Change) -> None:
        path = f"apps/{change.id}?directive=remove{_force(change).replace('?', '&')}"
        dialect.http.json("PATCH", path, json={"values": {}})


def _force(change: Change) -> str:
    return "?force=True" if change.wanted.values.get("force") else ""


def uploaded_only(live: Document) -> bool:
    """Whether nothing of the application runs, so that it can be deleted."""
    return live.get("status") in ("uploaded", "upload-failed")


def _check(values: Mapping[str, Any]) -> None:
    src = str(values.get("src") or "")
    if values.get("remote_src") and src and not src.startswith("/"):
        raise app_tarball.wrong(src, "is no absolute path", "With remote_src, give the path on the controller.")


def review(change: Change) -> InputError | None:
    """What sysinv has no way for: a new version without its tarball, or of what is not well applied."""
    live, values = change.live or {}, change.wanted.values
    if change.action != UPDATE or change.refusal:
        return None
    name, status, now = change.wanted.name, live.get("status"), live.get("app_version")
    if (status == "upload-failed" or "version" in change.payload) and not values.get("src"):
        return InputError(
            f"src: application {name} is {status} in version {now}; what is wanted has to be uploaded.",
            "Give src, the tarball.",
            option="src",
        )
    if "version" not in change.payload or values.get("state") != "applied":
        return None
    if status == "apply-failed":
        return InputError(
            f"version: application {name} could not be applied in version {now}, and only an applied one is updated.",
            f"Apply version {now} first (version: {now}), or remove it (state: absent) and make it anew.",
            option="version",
        )
    if status == "applied" and app_tarball.is_here(values):
        return InputError(
            f"src: application {name} is applied, and sysinv takes the tarball of an update by URL or from a file of"
            " its own only.",
            "Give a URL, or copy the tarball to the controller and give its path there with remote_src: true.",
            option="src",
        )
    return None


APPLICATION = Resource(
    kind="application",
    module="stx_application",
    title="application",
    path="apps",
    id_key="name",
    view=_view,
    stepwise=True,
    operation=REMOVAL,
    lingers=uploaded_only,
    gone_timeout=600,
    sender=ApplicationSender(),
    prepare=app_tarball.told,
    check=_check,
    ready=Wait("status", _DONE, _FAILED, ("progress",), ("progress",), remedy=_REMEDY, timeout=3600),
    fields=(
        Field("name", "Name of the application.", identity=True, required=True, sample="oidc-auth-apps"),
        Field(
            "version",
            (
                "Version that is wanted.",
                "Not needed where O(src) is a file of this machine: its C(metadata.yaml) tells it.",
                "Without either, any version will do that is there.",
            ),
            api="app_version",
            sample="26.09-1",
        ),
        Field(
            "src",
            (
                "The application's tarball (C(.tgz) or C(.tar.gz)): a file of the machine that runs the task, or a URL"
                " from which the controller fetches it.",
                "Needed for another version, too. The update of an applied application takes no file of this machine,"
                " since sysinv does not.",
            ),
            required=True,
            local=True,
            sample="/usr/local/share/applications/helm/oidc-auth-apps-26.09-1.tgz",
        ),
        Field("remote_src", "O(src) is a path on the controller itself.", type="bool", default=False, local=True),
        Field(
            "state",
            (
                "What the application should be.",
                "With V(applied) it is uploaded and applied, or updated where it is applied in another version.",
                "With V(uploaded) it is there, and removed from the cluster if it is applied.",
                "With V(absent) it is removed from the cluster and deleted.",
            ),
            choices=("applied", "uploaded", "absent"),
            default="applied",
            sample="applied",
        ),
        Field("images", "Put its images into the system's registry when it is uploaded.", type="bool", local=True),
        Field(
            "reuse_user_overrides",
            "Whether an update keeps the users' Helm overrides; the application decides otherwise.",
            type="bool",
            local=True,
        ),
        Field(
            "reuse_attributes",
            "Whether an update keeps which charts are enabled; the application decides otherwise.",
            type="bool",
            local=True,
        ),
        Field(
            "force",
            (
                "When it is removed, skip the application's own checks, and take it for uploaded also where removing it"
                " failed.",
                "What is left of it in the cluster then is yours to clean up.",
            ),
            type="bool",
            default=False,
            local=True,
        ),
        Field("progress", "Its own words on how far it is.", read_only=True, sample="completed"),
        Field("active", "Whether it is in use.", type="bool", read_only=True, sample=True),
        Field("manifest_name", "Name of its manifest.", read_only=True, sample="oidc-auth-apps-fluxcd-manifests"),
    ),
)

_NAME = Field("application", "Name of the application.", required=True, reference="application", sample="snmp")


def _show(live: Document) -> dict[str, Any]:
    shown = {k: live.get(k) for k in ("progress", "active") if k in live}
    version = {"version": live["app_version"]} if "app_version" in live else {}
    return {"id": live.get("name"), "type": "application", **version, "status": live.get("status"), **shown}


def _request(name: str, directive: str, moot: str = "") -> Request:
    return Request(f"apps/{name}?directive={directive}", {"values": {}}, "PATCH", name, moot)


def _apply(values: Mapping[str, Any], facts: Facts) -> Steps:
    live = facts.target
    name, status = str(live["name"]), str(live.get("status"))
    if status not in ("uploaded", "applied", "apply-failed"):
        raise InputError(
            f"application: {name} is {status}, and cannot be applied now.",
            "Wait for it, or see what it needs, with edge.infra.stx_application.",
            option="application",
            status=status,
        )
    before = {"application": name, "status": status}
    return Steps((_request(name, "apply"),), before=before, after={**before, "status": "applied", "action": "apply"})


def _abort(values: Mapping[str, Any], facts: Facts) -> Steps:
    live = facts.target
    name, status = str(live["name"]), str(live.get("status"))
    before = {"application": name, "status": status}
    if status not in ("applying", "updating", "removing"):
        reason = f"Nothing that could be stopped is under way: {name} is {status}."
        return Steps(reason=reason, before=before, after=before)
    request = _request(name, "abort", "operation is not allowed while the current status is")
    return Steps((request,), before=before, after={**before, "status": "aborted"})


def _began(request: Request, records: Sequence[Document]) -> Document | None:
    """The application, where what was asked for is under way."""
    wanted = "applying" if request.path.endswith("=apply") else ""
    found = next((d for d in records if d.get("name") == request.operation), None)
    return found if found and found.get("status") == wanted else None


APPLICATION_APPLY = Action(
    name="application_apply",
    module="stx_application_apply",
    title="applying",
    target=APPLICATION,
    operation=APPLYING,
    fields=(_NAME,),
    steps=_apply,
    began=_began,
    show=_show,
    queues=False,
)
APPLICATION_ABORT = Action(
    name="application_abort",
    module="stx_application_abort",
    title="stopping",
    target=APPLICATION,
    operation=STOPPING,
    fields=(_NAME,),
    steps=_abort,
    began=_began,
    show=_show,
    queues=False,
)
