# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users and what they may do in which project.

Source: NBI of OSM (2026), topic ``admin/v1/users``, with user management on. Traps seen there, each told on paper:

* a user that an administrator makes has to change the password first; until then a login gives a token without an end;
* a password can be changed once; the second change fails (400), since the first one spoilt the stored history;
* a password of 64 characters is taken for a hash, and a change to it is ignored;
* removing mappings is guarded for ``admin`` only where the names are sent, not the ids.
"""

from __future__ import annotations

import secrets
import string
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._engine.compare import with_ids
from .._engine.dialect import Sent
from .._engine.errors import ApiError, EdgeError, InputError, UnsureWriteError
from .._engine.field import Compare, Field
from .._engine.limits import Text
from .._engine.plan import NONE, UPDATE, Change
from .._engine.resource import Document, Resource
from .._engine.survey import Survey
from .._engine.uses import Keep
from .common import PLAIN_TEXT, SHORT_TEXT
from .dialect import AccountSender, OsmDialect
from .identity import USERNAME_TEXT

#: what OSM counts as a special character
SPECIAL = "!@#$%^&*()-_=+{};:,<.>"
_CHANGE_ONCE = (
    "OSM can change a user's password once only; to change it again, remove the user (state: absent) and create it"
    " again with the new one."
)
_SET_ALREADY = "It is set already, or was before: leave update_secret at on_create."
_ANOTHER = (
    "The user has this password already, and only a change to another one makes it last: give another password, or"
    " leave must_change_password out."
)


def _check(values: Mapping[str, Any]) -> None:
    password = values.get("password")
    if password is not None:
        lacks = [
            what
            for what, there in (
                ("eight characters", len(password) >= 8),
                ("a lower case letter", any(c in string.ascii_lowercase for c in password)),
                ("an upper case letter", any(c in string.ascii_uppercase for c in password)),
                ("a digit", any(c.isdigit() for c in password)),
                (f"one of {SPECIAL}", any(c in SPECIAL for c in password)),
            )
            if not there
        ]
        if lacks:
            raise InputError(
                f"password: OSM wants it to have {', '.join(lacks)}.", "Give a stronger one.", option="password"
            )
        if len(password) == 64 or len(password.encode()) > 72:
            raise InputError(
                "password: OSM mistakes 64 characters for a hash, and hashes no more than 72 bytes.",
                "Give another length.",
                option="password",
            )
    if values.get("must_change_password") is False and password is None:
        raise InputError(
            "must_change_password: false needs password, since setting one is how OSM is told.",
            "Give password, or leave must_change_password out.",
            option="must_change_password",
        )
    given = [(m.get("project"), m.get("role")) for m in values.get("project_roles") or []]
    if len(set(given)) < len(given):
        raise InputError("project_roles: the same role in the same project is given twice.", option="project_roles")


def _view(live: Document) -> Document:
    """The record with its mappings by id, whether it is unlocked, and whether it has to change its password."""
    admin = live.get("_admin") or {}
    expires = admin.get("password_expire_time")
    return {
        **live,
        "mappings": [
            {"project": str(m["project"]), "role": str(m["role"])} for m in live.get("project_role_mappings") or []
        ],
        "unlocked": admin.get("user_status") != "locked",
        "must_change": expires is not None and live.get("username") != "admin" and float(expires) <= time.time(),
    }


def _adapt(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    """``append`` keeps what is there; ``unlock: false`` wants nothing; what would lock everybody out is refused."""
    wanted = dict(values)
    if wanted.get("unlock") is False:
        del wanted["unlock"]
    if wanted.get("must_change_password") is True:
        del wanted["must_change_password"]
    present = _view(live)
    if "project_roles" in wanted:
        asked = with_ids(wanted["project_roles"])
        kept = [m for m in present["mappings"] if m not in asked] if wanted.get("append") else []
        wanted["project_roles"] = [*wanted["project_roles"], *kept]
        _not_locked_out(live, [*asked, *kept])
    if wanted.get("must_change_password") is False and present["must_change"] and _changed_once(live):
        raise InputError(
            f"must_change_password: the password of {live.get('username')} has run out.",
            _CHANGE_ONCE,
            option="must_change_password",
        )
    return wanted


def _changed_once(live: Document) -> bool:
    """Whether OSM has spoilt the history of passwords: a list in the list makes it fail."""
    history = (live.get("_admin") or {}).get("password_history") or []
    return any(not isinstance(one, str) for one in history)


def _not_locked_out(live: Document, mappings: Sequence[Mapping[str, Any]]) -> None:
    for old in live.get("project_role_mappings") or []:
        named = (live.get("username"), old.get("project_name"), old.get("role_name"))
        if named != ("admin", "admin", "system_admin"):
            continue
        if {"project": str(old["project"]), "role": str(old["role"])} not in mappings:
            raise InputError(
                "project_roles: the user admin would lose the role system_admin in the project admin, and with it the"
                " way into OSM.",
                "Add that role, or use append: true.",
                option="project_roles",
            )


def review_users(changes: list[Change], survey: Survey) -> list[Change]:
    """The same changes; one that takes the own user's way into the project of the connection is a refusal."""
    user, project = (str(getattr(survey.dialect, name, "")) for name in ("username", "project"))
    return [
        replace(c, action=NONE, payload={}, after=c.before, refusal=error)
        if not c.refusal and (error := _loses_own_way(c, user, project))
        else c
        for c in changes
    ]


def _loses_own_way(change: Change, user: str, project: str) -> EdgeError | None:
    live = change.live or {}
    if change.resource.kind != USER.kind or change.action != UPDATE or "project_roles" not in change.payload:
        return None
    if user not in (live.get("username"), live.get("_id")):
        return None
    here = {str(m["project"]) for m in live.get("project_role_mappings") or [] if project in _names(m)}
    kept = {str(getattr(m["project"], "id", m["project"])) for m in change.payload["project_roles"] or []}
    if not here or here & kept:
        return None
    return InputError(
        f"project_roles: {live.get('username')} is the user that this task signs in as, and would lose its last role in"
        f" the project {project} that it signs in to.",
        "Keep a role there, use append: true, or sign in as another user.",
        option="project_roles",
    )


def _names(mapping: Mapping[str, Any]) -> tuple[str, str]:
    return str(mapping.get("project")), str(mapping.get("project_name"))


class UserSender(AccountSender):
    """Mappings are changed by what is added and removed; passwords and locks have requests of their own kind."""

    def create(self, dialect: OsmDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST; where the password shall last, with a throw-away one first: only a change makes it last."""
        body = self._plain(payload)
        if payload.get("project_roles"):
            body["project_role_mappings"] = list(payload["project_roles"])
        lasting = payload.get("must_change_password") is False
        if lasting:
            body["password"] = _throw_away()
        answer = dialect.http.json("POST", dialect.url(change.resource), json=body)
        identity = str(answer.get("_id") or answer["id"])
        if lasting:
            self._patch(dialect, identity, {"password": payload["password"]}, {})
        return Sent(id=identity)

    def update(self, dialect: OsmDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """PATCH what differs; unlocking names the administrator who does it, as OSM wants."""
        body = self._plain(payload)
        if payload.get("must_change_password") is False:
            body["password"] = change.wanted.values["password"]
        if "project_roles" in payload:
            present = _view(change.live or {})["mappings"]
            wanted = list(payload["project_roles"])
            body["add_project_role_mappings"] = [m for m in wanted if m not in present]
            body["remove_project_role_mappings"] = [m for m in present if m not in wanted]
        if payload.get("unlock"):
            own = dialect.http.json("GET", f"{dialect.url(change.resource)}/{dialect.username}")
            body.update(unlock=True, system_admin_id=own["_id"])
        unasked = "password" in body and "password" not in payload
        self._patch(dialect, change.id, {k: v for k, v in body.items() if v != []}, change.live or {}, unasked)
        return Sent(id=change.id)

    @staticmethod
    def _plain(payload: Mapping[str, Any]) -> dict[str, Any]:
        api = {"name": "username", "email": "email_id", "password": "password", "domain_name": "domain_name"}
        return {api[name]: value for name, value in payload.items() if name in api}

    @staticmethod
    def _patch(
        dialect: OsmDialect, identity: str, body: Mapping[str, Any], live: Document, unasked: bool = False
    ) -> None:
        """PATCH. Where the answer to a new password was lost it is sent again: OSM's refusal tells that it has it.

        :param unasked: the password goes along for the sake of ``must_change_password`` alone.
        """
        path, lost = f"osm/admin/v1/users/{identity}", False
        try:
            try:
                dialect.http.json("PATCH", path, json=dict(body))
            except UnsureWriteError:
                if "password" not in body:
                    raise
                lost = True
                dialect.http.json("PATCH", path, json=dict(body))
        except ApiError as error:
            detail = str(error.details.get("detail", ""))
            if "password" in body and ("used before" in detail or "fromhex" in detail):
                if lost and not _changed_once(live):
                    return
                remedy = _CHANGE_ONCE
                if "used before" in detail:
                    remedy = _ANOTHER if unasked else _SET_ALREADY
                raise ApiError(f"password: OSM does not take it: {detail}.", remedy, **error.details) from None
            raise


def _throw_away() -> str:
    """A password that nobody will know, and that OSM takes."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _unused in range(24)) + "aA1-"


USER = Resource(
    kind="user",
    module="osm_user",
    title="user",
    path="admin/v1/users",
    id_key="_id",
    fields=(
        Field(
            "name",
            "Name that the user signs in with.",
            api="username",
            aliases=("username",),
            required=True,
            identity=True,
            limit=USERNAME_TEXT,
            sample="edge-operator",
        ),
        Field(
            "password",
            (
                "Password: at least eight characters with a lower and an upper case letter, a digit and one of"
                f" C({SPECIAL}).",
                "OSM keeps a hash of it, so it is not compared: see C(update_secret).",
                "OSM (2026) can change a password once only. A further change is refused; remove the user and create"
                " it again.",
            ),
            required=True,
            secret=True,
            limit=Text(),
        ),
        Field(
            "project_roles",
            (
                "What the user may do where: all of it, unless C(append=true). What is not given here is taken away,"
                " and an empty list takes away everything.",
                "What is there already is neither removed nor added again, so that two runs at once do no harm.",
            ),
            type="list",
            elements="dict",
            api="mappings",
            compare=Compare.UNORDERED,
            options=(
                Field(
                    "project",
                    "Name or id of the project.",
                    required=True,
                    reference="project",
                    limit=PLAIN_TEXT,
                    sample="edge",
                ),
                Field(
                    "role",
                    "Name or id of the role.",
                    required=True,
                    reference="role",
                    limit=PLAIN_TEXT,
                    sample="project_user",
                ),
            ),
            sample=[{"project": "edge", "role": "project_user"}],
        ),
        Field(
            "append",
            "Whether C(project_roles) is added to what the user has, and nothing is taken away.",
            type="bool",
            default=False,
            local=True,
        ),
        Field(
            "email",
            "Address for one-time passwords. OSM can change it, and not remove it.",
            api="email_id",
            limit=Text(
                most=320, pattern="[a-zA-Z0-9+_.-]+@[a-zA-Z0-9.-]+", hint="be an address such as somebody@example.com"
            ),
            sample="operator@example.com",
        ),
        Field(
            "domain_name", "Domain of the user (for back ends that have domains).", create_only=True, limit=SHORT_TEXT
        ),
        Field(
            "must_change_password",
            (
                "Whether OSM asks for a new password at the next login.",
                "OSM does so for every user that an administrator makes, and refuses programs until it is done. With"
                " V(false) the user is made with a throw-away password, which is changed to C(password) at once; this"
                " is the one change that OSM can do. For accounts of programs.",
                "A password runs out after OSM's own time (30 days, unless configured); then this is V(true) again.",
            ),
            type="bool",
            api="must_change",
        ),
        Field(
            "unlock",
            (
                "With V(true), a user that OSM has locked after too many wrong passwords is unlocked.",
                "V(false) changes nothing. The user that the task signs in as must be an administrator.",
            ),
            type="bool",
            api="unlocked",
        ),
        Field(
            "user_status",
            "OSM's own word for the user's state: V(active), V(always-active), V(locked) or V(expired).",
            api="_admin.user_status",
            read_only=True,
            sample="active",
        ),
    ),
    view=_view,
    check=_check,
    adapt=_adapt,
    sender=UserSender(),
    keeps=(
        Keep(
            ("username", "_id"),
            "it is the user that this task signs in as",
            option="osm_username",
            remedy="Sign in as another user.",
        ),
    ),
)
