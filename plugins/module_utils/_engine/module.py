# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The edge between the engine and Ansible: a module is a declaration put to work."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .api import Api, Bulk, Entry, Sources
from .apply import Applier, Outcome
from .arguments import Module
from .assumed import assumed
from .dialect import Dialect
from .errors import EdgeError, FaultError, UnreachableError, together
from .finite import not_finite, refusal
from .guard import guard
from .hints import with_variables
from .lazy import installed
from .limits import check_texts
from .plan import CREATE, DELETE, Change, Wanted, named
from .progress import tell
from .redact import scrub, secrets_in, spellings, veiled
from .resource import Resource
from .spec import bulk_fields, bulk_spec, info_fields, info_spec, module_fields, module_spec, resource_fields
from .spelling import accepted
from .survey import Survey
from .wait import Waiting

#: seconds between two looks for an API that may be away when a task begins
API_PAUSE = 1.0


def run(api: Api, resource: Resource) -> None:
    """Manage one object: the whole of a module."""
    fields = module_fields(api, resource)
    module = Module(module_spec(api, resource), fields, lambda params: accepted(resource, params))
    job = Job(module, api)
    job.run(lambda: [job.wanted(resource, module.params)], lambda outcomes: _single(resource, outcomes))


def run_bulk(api: Api, bulk: Bulk) -> None:
    """Manage a document of many kinds: ``resources`` is a dictionary of lists, by plural. The whole of a module."""
    module = Module(bulk_spec(api, bulk), bulk_fields(api, bulk), lambda params: _accepted_of_many(bulk, params))
    job = Job(module, api)
    job.secrets |= secrets_in(bulk.fields, module.params)
    spoken_of: set[str] = set()

    def declared() -> list[Wanted]:
        given = {k: v for k, v in (module.params.get("resources") or {}).items() if v is not None}
        more = bulk.expand(module.params) if bulk.expand else {}
        read = bulk.sources(module.params) if bulk.sources else Sources()
        for text in read.warnings:
            module.warn(text)
        spoken_of.update(given, read.kinds, (k for k, v in more.items() if v))
        wanted: list[Wanted] = []
        faults: list[EdgeError] = []
        for r in (*bulk.resources, *bulk.made):
            plain = [Entry(r.many, values) for values in (*given.get(r.many, ()), *more.get(r.many, ()))]
            for entry in (*plain, *(e for e in read.entries if e.plural == r.many)):
                try:
                    wanted.append(job.wanted(r, entry.values, entry.origin))
                except EdgeError as error:
                    faults.append(error.at(entry.origin))
        if faults:
            raise together(faults)
        return wanted

    def surplus(changes: list[Change], survey: Survey) -> list[Change]:
        return bulk.prune(module.params, spoken_of, changes, survey) if bulk.prune else []

    def report(outcomes: list[Outcome]) -> dict[str, Any]:
        if bulk.settled and not module.check_mode:
            try:
                bulk.settled(module.params, outcomes)
            except EdgeError as error:  # what was done must be told all the same
                module.warn(str(error))
        traffic = getattr(job.dialect, "traffic", None)
        return {**_many(outcomes), **({"statistics": traffic.as_dict()} if traffic else {})}

    job.run(declared, report, bulk.remark, surplus)


def run_info(api: Api, resource: Resource) -> None:
    """Read objects of one kind: the whole of an info module."""
    module = Module(info_spec(api, resource), (*info_fields(resource), *api.connection))
    job = Job(module, api)
    job.read(resource)


def _accepted_of_many(bulk: Bulk, params: Mapping[str, Any]) -> dict[str, Any]:
    resources = params.get("resources")
    if not isinstance(resources, Mapping):
        return dict(params)
    kinds = {r.many: r for r in bulk.resources}
    spelled = {
        many: [accepted(kinds[many], e) if isinstance(e, Mapping) else e for e in entries]
        if many in kinds and isinstance(entries, list)
        else entries
        for many, entries in resources.items()
    }
    return {**params, "resources": spelled}


class Job:
    """One run of a module."""

    def __init__(self, module: AnsibleModule, api: Api) -> None:
        self.module = module
        self.api = api
        self.dialect: Dialect | None = None
        if not module.check_mode:  # what an option check_... says is no matter of a real run
            module.params.update({name: False for name in module.params if name.startswith("check_")})
        self.secrets: set[str] = secrets_in(api.connection, module.params)
        for import_name, distribution in api.libraries.items():
            if not installed(import_name):
                module.fail_json(msg=missing_required_lib(distribution))

    def assumed(self) -> dict[str, list[str]]:
        """What earlier tasks would have made, by kind; nothing in a real run, though it must be well written there."""
        names = assumed(self.api, self.module.params.get("assume"))
        return names if self.module.check_mode else {}

    def wanted(self, resource: Resource, params: Mapping[str, Any], origin: str = "") -> Wanted:
        """The declaration in a module's parameters: only what was given, checked."""
        values = {f.name: params.get(f.name) for f in resource_fields(resource) if f.name in resource.by_name}
        given: Mapping[str, Any] = {k: v for k, v in values.items() if v is not None}
        self.secrets |= secrets_in(resource.fields, given)
        self.module.no_log_values.update(self.secrets)
        state = params.get("state") or "present"
        if resource.prepare:
            given = resource.prepare({**given, "state": state}, self.assumed())
            given = {k: v for k, v in given.items() if k in resource.by_name}
            more = secrets_in(resource.fields, given)
            self.secrets |= more
            self.module.no_log_values.update(more)
            odd = not_finite(resource.fields, given)
            if odd:  # in what was read from a file
                raise refusal(odd)
        nameless = [f for f in resource.identity if given.get(f.name) == ""]  # a variable that is empty, mostly
        check_texts(nameless if state == "absent" else resource.fields, given)
        if state != "absent" and resource.check:
            resource.check(given)
        secrets = params.get("update_secret") or "on_create"
        force = bool(resource.force and params.get("force"))
        return Wanted(resource, given, state, secrets, force=force, origin=origin)

    def run(
        self,
        declare: Callable[[], list[Wanted]],
        report: Callable[[list[Outcome]], dict[str, Any]],
        remark: Callable[[Sequence[Change], Survey], list[str]] | None = None,
        surplus: Callable[[list[Change], Survey], list[Change]] | None = None,
    ) -> None:
        """Plan, and unless this is check mode, apply; then tell Ansible. ``surplus`` adds to the plan."""
        params = self.module.params
        dialect: Dialect | None = None
        outcomes: list[Outcome] = []
        try:
            declared = declare()
            dialect = self.dialect = self.api.connect(params)
            survey, changes = self._plan(dialect, declared)
            if surplus:
                changes = [*changes, *surplus(changes, survey)]
            if self.api.review:
                changes = self.api.review(changes, survey)
            changes = guard(changes, survey, params)
            _refuse(changes)
            for text in [*survey.notes, *(remark(changes, survey) if remark else ()), *advice(changes, survey)]:
                self.module.warn(text)
            if self.module.check_mode:
                outcomes = [Outcome(c, "done" if c.changed else "unchanged", c.live) for c in changes]
            else:
                waiting = Waiting(params.get("wait", True), params.get("wait_timeout"), params.get("wait_interval"))
                outcomes = Applier(dialect, survey, waiting).apply(changes)
                _tell_where(outcomes)
            result = report(outcomes)
        except EdgeError as error:
            self.fail(error)
            return
        except Exception as error:  # also where only the report went wrong: then what was done is told in short
            doing = f"{self.api.title}, while {'reporting' if outcomes else 'planning'}"
            self.fail(FaultError.of(error, doing), _short(outcomes))
            return
        finally:
            if dialect is not None:
                dialect.close()
        failed = [o.error for o in outcomes if o.error]
        if failed:
            self.fail(together(failed), result, failed)
        self.module.exit_json(**self._clean(result))

    def _plan(self, dialect: Dialect, declared: list[Wanted]) -> tuple[Survey, list[Change]]:
        made = self.assumed()
        patient_until = time.monotonic() + (self.module.params.get("wait_for_api") or 0)
        while True:
            survey = Survey(dialect, made)
            survey.rehearsal = self.module.check_mode
            try:
                return survey, survey.plan(declared)
            except UnreachableError:
                if self.module.check_mode and self.module.params.get("check_without_api") and self.api.offline:
                    break
                if self.module.check_mode or time.monotonic() > patient_until:
                    raise
            tell(self.api.title, "API away", 0.0)
            time.sleep(API_PAUSE)
        survey = Survey(self.api.offline(self.module.params), made)
        return survey, survey.plan(declared)

    def read(self, resource: Resource) -> None:
        """List objects and tell Ansible."""
        params = self.module.params
        dialect: Dialect | None = None
        try:
            dialect = self.api.connect(params)
            survey = Survey(dialect)
            scope = ""
            if resource.scope and params.get(resource.scope.name):
                f = resource.scope
                owner = params[f.name]
                scope = survey.reference(f.reference, owner, f.name, leaving=True).id if f.reference else owner
            documents = survey.documents(resource, scope)
            used = {n for d in documents for n, value in resource.read(d).items() if value}
            names = survey.names(resource, used)
            wanted = [f.name for f in resource.identity if params.get(f.name) is not None]
            objects = [present(resource, d, names) for d in documents]
            objects = [o for o in objects if all(str(o.get(n)) == str(params[n]) for n in wanted)]
        except EdgeError as error:
            self.fail(error)
            return
        except Exception as error:
            self.fail(FaultError.of(error, f"{self.api.title}, while reading"))
            return
        finally:
            if dialect is not None:
                dialect.close()
        self.module.exit_json(**self._clean({"changed": False, resource.many: objects}))

    def fail(
        self, error: EdgeError, result: Mapping[str, Any] | None = None, parts: Sequence[EdgeError] | None = None
    ) -> None:
        """End in failure: the message, the remedy, the details; and what was done nevertheless.

        :param parts: the errors that ``error`` sums up; Ansible shows the tracebacks of faults among them from -vvv on.
        """
        known = {**(result or {}), "msg": with_variables(str(error), self.api.variables), "error": error.as_dict()}
        faults = [e for e in parts or [error] if isinstance(e, FaultError)]
        if faults:
            known["exception"] = "\n".join("".join(traceback.format_exception(e.__cause__)) for e in faults)
        self.module.fail_json(**self._clean(known))

    def _clean(self, result: Mapping[str, Any]) -> dict[str, Any]:
        return dict(scrub(result, sorted(spellings(self.secrets), key=len, reverse=True)))


def advice(changes: Sequence[Change], survey: Survey) -> list[str]:
    """Warnings of the kinds about what is declared and will not be done."""
    kinds = {c.resource.kind: c.resource for c in changes if c.resource.advise}
    groups = [(r, [c for c in changes if c.resource.kind == kind]) for kind, r in kinds.items()]
    return [text for r, group in groups if r.advise for text in r.advise(group, survey)]


def present(resource: Resource, live: Mapping[str, Any], names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """An object as modules return it: its options without secrets, its id, its state as the API says it."""
    values = resource.read(live)
    for f in resource.fields:
        if f.name in values and not f.secret:
            values[f.name] = veiled(f, values[f.name])
        if f.name in values and f.refers and names:
            values[f.name] = named(values[f.name], names)
        if f.secret:
            values.pop(f.name, None)
    values["id"] = resource.id_of(live)
    if resource.ready:
        values["status"] = resource.state_of(live)
    return values


def _object(outcome: Outcome) -> dict[str, Any]:
    """The object as it is, or as it will be: the same keys either way, references by name, no secrets."""
    change = outcome.change
    if change.wanted.state == "absent":
        return {}
    fields = change.resource.by_name
    hidden = {f.name for f in fields.values() if f.secret or f.scope or f.told}
    after = {k: v for k, v in change.after.items() if k in fields and k not in hidden}
    if outcome.live is None or (change.changed and outcome.live is change.live):
        known = present(change.resource, change.live) if change.live else {}
        if change.changed:  # what only the API says is not known any more
            known = {k: v for k, v in known.items() if k not in fields or not fields[k].read_only}
        return {**known, **after, "id": outcome.sent.id or change.id}
    return {**present(change.resource, outcome.live), **{k: v for k, v in after.items() if fields[k].refers}}


def _single(resource: Resource, outcomes: list[Outcome]) -> dict[str, Any]:
    outcome = outcomes[0]
    change = outcome.change
    more = _gone_with_it(outcomes[1:])
    result: dict[str, Any] = {
        "changed": outcome.changed,
        "action": change.action,
        "diff": {"before": {**change.before, **more}, "after": dict(change.after)},
        resource.kind: _object(outcome),
        **outcome.sent.result,
    }
    if outcome.sent.operation:
        result["operation"] = outcome.sent.operation
    return result


def _gone_with_it(others: list[Outcome]) -> dict[str, Any]:
    """What a review lets go together with the one object that a task speaks of."""
    names = [f"{o.change.resource.title} {o.change.wanted.name}" for o in others if o.change.action == DELETE]
    return {"goes_with_it": names} if names else {}


def _many(outcomes: list[Outcome]) -> dict[str, Any]:
    rows = []
    for o in outcomes:
        row = {
            "kind": o.change.resource.kind,
            "name": o.change.wanted.name,
            "action": o.change.action,
            "status": o.status,
            "changed": o.changed,
            "object": _object(o),
        }
        if o.change.wanted.origin:
            row["origin"] = o.change.wanted.origin
        if o.operations and o.change.resource.operation:
            row["operations"] = [present(o.change.resource.operation, d) for d in o.operations]
        if o.error:
            row["error"] = o.error.as_dict()
        rows.append(row)
    diffs = [
        {
            "before": dict(o.change.before),
            "after": dict(o.change.after),
            "before_header": f"{o.change.resource.kind} {o.change.wanted.name}",
            "after_header": f"{o.change.resource.kind} {o.change.wanted.name} ({o.change.action})",
        }
        for o in outcomes
        if o.change.changed
    ]
    created: dict[str, list[str]] = {}
    for o in outcomes:
        if o.change.action == CREATE:
            created.setdefault(o.change.resource.kind, []).append(o.change.wanted.name)
    return {"changed": any(o.changed for o in outcomes), "results": rows, "assume": created, "diff": diffs}


def _short(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """What was done, without a look at the objects themselves."""
    rows = [
        {"kind": o.change.resource.kind, "name": o.change.wanted.name, "action": o.change.action, "status": o.status}
        for o in outcomes
    ]
    return {"changed": any(o.changed for o in outcomes), "results": rows}


def _tell_where(outcomes: Sequence[Outcome]) -> None:
    """Every error of a run says which object it is about and where that was written."""
    for outcome in outcomes:
        if outcome.error:
            wanted = outcome.change.wanted
            outcome.error.about(wanted.resource.title, wanted.name).at(wanted.origin)


def _refuse(changes: Sequence[Change]) -> None:
    """What the plan already knows to be impossible is said before anything is sent, all of it at once."""
    refusals = [c.refusal.at(c.wanted.origin) for c in changes if c.refusal]
    if refusals:
        raise together(refusals)
