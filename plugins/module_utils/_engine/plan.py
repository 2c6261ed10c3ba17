# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""``plan``: what would have to happen. Pure; check mode is this and nothing more, so it cannot disagree with a run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .compare import MASK, given_at, masked, project, same, shown, without
from .errors import CreateOnlyError, EdgeError, FailedStateError, InputError, NotFoundError
from .field import Field
from .paths import MISSING, get_path
from .redact import told, veiled
from .resource import Document, Resource

NONE, CREATE, UPDATE, DELETE, REPLACE = "none", "create", "update", "delete", "replace"
#: an id as the APIs make them, which is never meant as a name
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class Wanted:
    """What a user declared: only the options that were given, with references resolved to :class:`Ref`."""

    resource: Resource
    values: Mapping[str, Any] = field(repr=False)
    state: str = "present"
    update_secret: str = "on_create"
    scope: str = ""
    force: bool = False
    origin: str = ""

    @property
    def name(self) -> str:
        """What a message calls it."""
        return self.resource.name_of({k: shown(v) for k, v in self.values.items()})

    @property
    def key(self) -> tuple[str, str]:
        """Kind and name: how others in the same document refer to it."""
        return self.resource.kind, self.name


@dataclass(frozen=True)
class Change:
    """One step of the plan.

    ``payload`` is by option; ``before`` and ``after`` are what a diff shows (no secret in them); ``refusal`` is set
    when the API has no way to do what is wanted.
    """

    wanted: Wanted
    action: str
    live: Document | None = None
    payload: Mapping[str, Any] = field(default_factory=dict, repr=False)
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    refusal: EdgeError | None = None

    @property
    def resource(self) -> Resource:
        """The declaration."""
        return self.wanted.resource

    @property
    def changed(self) -> bool:
        """Whether something would be written."""
        return self.action != NONE

    @property
    def id(self) -> str:
        """The live object's id."""
        return self.resource.id_of(self.live) if self.live else ""

    @property
    def differences(self) -> tuple[str, ...]:
        """Options whose value changes."""
        return tuple(k for k in self.after if self.after.get(k) != self.before.get(k))

    @property
    def history(self) -> str:
        """What was so before the update, for an object that fails after it; empty where that tells nothing."""
        if self.action != UPDATE or self.live is None or self.resource.failure(self.live) is not None:
            return ""
        short = [(k, self.before.get(k), self.after.get(k)) for k in self.differences if k in self.before]
        words = [f"{k} changed from {old} to {new}" for k, old, new in short if _brief(old) and _brief(new)]
        words += [f"{k} changed" for k, old, new in short if not (_brief(old) and _brief(new))]
        state = self.resource.state_of(self.live)
        return f"It was {state} before {', '.join(words)}." if words and state else ""


def _brief(value: Any) -> bool:
    """Whether a value fits into a sentence."""
    return isinstance(value, (str, int, float)) and 0 < len(str(value)) <= 60


def plan(wanted: Wanted, live: Document | None, names: Mapping[str, str] | None = None) -> Change:
    """The change that turns ``live`` into what is wanted.

    :param names: names by id, for showing what a reference points at now.
    """
    resource = wanted.resource
    if wanted.state == "absent":
        return _plan_absent(wanted, live)
    if live is None or resource.is_deleting(live):
        return _plan_create(wanted, live)
    change = _plan_update(wanted, live, names or {})
    reason = resource.failure(live)
    if reason is not None and resource.remakes(wanted.values):
        return _plan_remake(wanted, live, reason)
    if reason is None or change.refusal:
        return change
    if resource.resend_failed:
        return _plan_again(change, reason)
    if change.changed:
        return change
    remedy = resource.ready.remedy_for(reason) if resource.ready else ""
    return Change(
        wanted,
        NONE,
        live,
        refusal=FailedStateError(
            f"{resource.title} {wanted.name} is in a failed state: {reason}.", remedy, reason=reason, id=change.id
        ),
    )


def _plan_absent(wanted: Wanted, live: Document | None) -> Change:
    resource = wanted.resource
    if live is None:
        return Change(wanted, NONE, None, before={"state": "absent"}, after={"state": "absent"})
    if resource.is_deleting(live) and not wanted.force:
        return Change(wanted, NONE, live, before={"state": "absent"}, after={"state": "absent"})
    if "delete" not in resource.verbs:
        return Change(wanted, NONE, live, refusal=InputError(f"{resource.title} {wanted.name} cannot be removed."))
    return Change(wanted, DELETE, live, before={"state": "present"}, after={"state": "absent"})


def _display(f: Field, value: Any) -> Any:
    return veiled(f, shown(value))


def _by_name(wanted: Wanted, live: Document | None) -> Wanted:
    """The declaration with the object's own name, where it was given by its id: what is made anew gets another id."""
    resource = wanted.resource
    if live is None or resource.match or len(resource.identity) != 1:
        return wanted
    [f] = resource.identity
    if wanted.values.get(f.name) != resource.id_of(live):
        return wanted
    name = get_path(resource.view(live) if resource.view else live, f.path, None)
    return replace(wanted, values={**wanted.values, f.name: name}) if isinstance(name, str) and name else wanted


def _no_name(wanted: Wanted) -> NotFoundError | None:
    """The refusal to make something whose name is an id, and so was meant to be there already."""
    resource = wanted.resource
    if resource.match or len(resource.identity) != 1:
        return None
    [f] = resource.identity
    value = wanted.values.get(f.name)
    if f.name != "name" or not isinstance(value, str) or not ID.fullmatch(value):  # descriptors may have such ids
        return None
    return NotFoundError(
        f"{f.name}: there is no {resource.title} with the id {value}, and an id is no name for a new one.",
        "Correct the id, or give a name.",
        option=f.name,
        value=value,
    )


def _plan_create(wanted: Wanted, live: Document | None) -> Change:
    resource, wanted = wanted.resource, _by_name(wanted, live)
    nameless = _no_name(wanted) if live is None else None
    if nameless:
        return Change(wanted, NONE, None, refusal=nameless)
    if "create" not in resource.verbs:
        error = InputError(
            f"{resource.title} {wanted.name} does not exist and cannot be created.",
            "Check the name against what the API lists.",
        )
        return Change(wanted, NONE, None, refusal=error)
    missing = [f.name for f in resource.fields if f.required and wanted.values.get(f.name) is None]
    if missing:
        error = InputError(
            f"{resource.title} {wanted.name} does not exist yet; creating it needs {', '.join(missing)}.",
            "Give these options.",
            options=missing,
        )
        return Change(wanted, NONE, None, refusal=error)
    after = {n: _display(resource.by_name[n], v) for n, v in wanted.values.items() if not resource.by_name[n].local}
    after.update(told_at_creation(wanted))
    before = {"state": "absent"}
    return Change(wanted, CREATE, live, dict(wanted.values), before, {**after, "state": after.get("state", "present")})


def told_at_creation(wanted: Wanted) -> dict[str, Any]:
    """What is sent with a creation and not compared later, as a diff shows it."""
    fields = ((wanted.resource.by_name[n], v) for n, v in wanted.values.items() if v not in (None, "", [], {}))
    return {f.name: told(f, shown(v)) for f, v in fields if f.told}


def _plan_update(wanted: Wanted, live: Document, names: Mapping[str, str]) -> Change:
    resource = wanted.resource
    present = resource.read(live)
    payload: dict[str, Any] = {}
    before: dict[str, Any] = {"state": "present"}
    after: dict[str, Any] = {"state": "present"}
    refused: list[Field] = []
    values = resource.adapt(wanted.values, live) if resource.adapt else wanted.values
    for name, value in values.items():
        f = resource.by_name[name]
        if f.secret and wanted.update_secret == "always":
            payload[name] = value
            before[name], after[name] = MASK, f"{MASK} (sent again)"
        if not f.managed or (f.identity and not resource.match):
            continue
        current = present.get(name, MISSING)
        frozen = given_at(value, f.frozen_keys)
        if frozen and (wanted.update_secret == "always" or len(given_at(current, frozen)) < len(frozen)):
            return _frozen(wanted, live, f, frozen)
        value = without(value, frozen)
        shown_now = None if current is MISSING else current
        if f.refers:
            shown_now = named(shown_now, names)
        elif f.compare.value == "subset":
            shown_now = project(value, shown_now)
        before[name] = None if shown_now is None else veiled(f, shown_now)
        if same(f, value, current):
            after[name] = before[name]
            if f.secret_keys and wanted.update_secret == "always" and masked(value, f.secret_keys) != value:
                payload[name] = value
                after[name] = {**veiled(f, value), "(secrets)": "sent again"}
            continue
        after[name] = named(_display(f, value), names) if f.refers else _display(f, value)
        if after[name] == before[name] and _display(f, value) != shown(value):
            seen = after[name]
            after[name] = {**seen, "(secrets)": "differ"} if isinstance(seen, Mapping) else f"{seen} (differs)"
        payload[name] = value
        if f.create_only:
            refused.append(f)
    if refused:
        refusal = _create_only(wanted, values, refused, before)
        return Change(wanted, NONE, live, before=before, after=after, refusal=refusal)
    if payload and "update" not in resource.verbs:
        error = CreateOnlyError(
            f"{resource.title} {wanted.name} differs in {', '.join(payload)}, and the API cannot change it.",
            "Remove it (state: absent) and create it again.",
            options=list(payload),
        )
        return Change(wanted, NONE, live, before=before, after=after, refusal=error)
    return Change(wanted, UPDATE if payload else NONE, live, payload, before, after)


def named(value: Any, names: Mapping[str, str]) -> Any:
    """A value with names in place of the ids that are known."""
    if isinstance(value, list):
        return [named(v, names) for v in value]
    if isinstance(value, Mapping):
        return {k: named(v, names) for k, v in value.items()}
    return names.get(str(value), value)


def _create_only(
    wanted: Wanted, values: Mapping[str, Any], refused: list[Field], before: Mapping[str, Any]
) -> CreateOnlyError:
    resource = wanted.resource
    parts = [f"{f.name} is {before[f.name]!r}, wanted {_display(f, values[f.name])!r}" for f in refused]
    remedy = " ".join(dict.fromkeys(f.remedy for f in refused if f.remedy))
    return CreateOnlyError(
        f"{resource.title} {wanted.name} exists, and these options cannot be changed afterwards: {'; '.join(parts)}.",
        remedy or "Go back to the present value, or remove the object (state: absent) and create it again.",
        options=[f.name for f in refused],
    )


def _frozen(wanted: Wanted, live: Document, f: Field, keys: tuple[str, ...]) -> Change:
    """Refuse to send what can only be given at creation."""
    named_keys = ", ".join(f"{f.name}.{key}" for key in keys)
    refusal = CreateOnlyError(
        f"{wanted.resource.title} {wanted.name} exists, and the API cannot change {named_keys} afterwards.",
        f.remedy or "Remove the object (state: absent) and create it again.",
        options=[f"{f.name}.{key}" for key in keys],
    )
    return Change(wanted, NONE, live, refusal=refusal)


def _plan_remake(wanted: Wanted, live: Document, reason: str) -> Change:
    """Remove it and make it again, where the API offers nothing else for what has failed."""
    fresh = _plan_create(wanted, live)
    if fresh.refusal:
        return fresh
    return Change(fresh.wanted, REPLACE, live, fresh.payload, {**fresh.before, "state": reason}, fresh.after)


def _plan_again(change: Change, reason: str) -> Change:
    """Send everything that may be sent again, secrets too: the API then tries again."""
    resource = change.resource
    payload = {
        name: value
        for name, value in change.wanted.values.items()
        if not (resource.by_name[name].create_only or resource.by_name[name].identity or resource.by_name[name].scope)
    }
    before = {**change.before, "state": reason}
    return Change(change.wanted, UPDATE, change.live, payload, before, {**change.after, "state": "present"})
