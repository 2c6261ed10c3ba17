# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""``stx_subcloud`` and ``stx_subcloud_deployment``: options in, a run over subclouds, results out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from ..._engine.api import Api, Bulk
from ..._engine.apply import Applier, Outcome
from ..._engine.arguments import Module
from ..._engine.errors import EdgeError, FaultError, InputError, UnreachableError, together
from ..._engine.field import Field
from ..._engine.guard import guard
from ..._engine.module import API_PAUSE, Job, _accepted_of_many, _many, _object, _refuse
from ..._engine.plan import Change, Wanted
from ..._engine.progress import tell
from ..._engine.spec import bulk_fields, bulk_spec, module_fields, module_spec
from ..._engine.spelling import accepted
from ..._engine.survey import Survey
from ..._engine.wait import Waiting
from .deploying import Deployment
from .dialect import DistcloudDialect
from .groups import SUBCLOUD_GROUP
from .items import Item, Pace, offline_now
from .states import COMPLETE, UNMANAGED
from .steps import DEPLOYING, action_of
from .subclouds import SUBCLOUD, texts

#: seconds of a whole deployment
TIMEOUT = 14400.0
DEPLOYMENT = Bulk(
    module="stx_subcloud_deployment",
    resources=(SUBCLOUD_GROUP, SUBCLOUD),
    fields=(
        Field(
            "parallel",
            "How many subclouds are dealt with at once; the others wait for their turn.",
            type="int",
            default=10,
            least=1,
        ),
        Field(
            "max_failures",
            (
                "How many subclouds may fail while the run still begins further ones.",
                "When more have failed, those that are under way are waited for, and the rest is skipped and reported.",
            ),
            type="int",
            default=0,
            least=0,
        ),
        Field(
            "canaries",
            "Names of subclouds that come first. If one of them fails, nothing else is begun.",
            type="list",
            elements="str",
        ),
        Field(
            "by_group",
            "Whether the groups come one after the other, in the order of the document.",
            type="bool",
            default=True,
        ),
        Field(
            "offline_wait",
            (
                "Seconds for which a subcloud that has to be online, and is not, is waited for.",
                "After that it is skipped and reported; a later run picks it up.",
            ),
            type="int",
            default=120,
            least=0,
        ),
    ),
)


def _pace(params: Mapping[str, Any], **more: Any) -> Pace:
    interval = params["wait_interval"]
    given = params["wait_timeout"]
    timeout = float(given or TIMEOUT)
    return Pace(wait=params["wait"], timeout=timeout, interval=float(interval), given=bool(given), **more)


def _as_outcome(item: Item) -> Outcome:
    """A subcloud as the other modules tell of an object; its deployment is part of the diff."""
    change = item.change
    action = action_of(item.steps)
    before, after = dict(change.before), dict(change.after)
    if action == "create" or not item.live:
        before = {"state": "absent"} if action == "create" else before
    elif set(item.steps) & DEPLOYING:
        before["deploy_status"], after["deploy_status"] = change.live and change.live.get("deploy-status"), COMPLETE
    elif action == "none":
        after = dict(before)
    told = Change(change.wanted, action, change.live, change.payload, before, after)
    return Outcome(told, item.status, item.live, error=item.error)


def _row(item: Item) -> dict[str, Any]:
    outcome = _as_outcome(item)
    row = {
        "kind": "subcloud",
        "name": item.name,
        "action": outcome.change.action,
        "status": item.status,
        "changed": bool(item.steps),
        "steps": item.steps,
        "object": {} if item.wanted.state == "absent" else _object(outcome),
    }
    if item.wave:
        row["wave"] = item.wave
    if item.error:
        row["error"] = item.error.as_dict()
    return row


def _diff(item: Item) -> dict[str, Any]:
    change = _as_outcome(item).change
    return {"before": dict(change.before), "after": dict(change.after)}


def _connected(job: Job, api: Api) -> DistcloudDialect:
    connected: Any = api.connect(job.module.params)
    job.dialect = connected
    found: DistcloudDialect = connected
    return found


def _surveyed(
    job: Job, dialect: DistcloudDialect, declared: Sequence[Wanted]
) -> tuple[DistcloudDialect, Survey, list[Change]]:
    """What there is, and the plan. dcmanager may be away for a time, or, in check mode, not be there yet."""
    params, check = job.module.params, job.module.check_mode
    patient_until = time.monotonic() + (params.get("wait_for_api") or 0)
    while True:
        survey = Survey(dialect, job.assumed())
        try:
            return dialect, survey, survey.plan(declared)
        except UnreachableError:
            if check and params.get("check_without_api") and job.api.offline:
                break
            if check or time.monotonic() > patient_until:
                raise
        tell(job.api.title, "API away", 0.0)
        time.sleep(API_PAUSE)
    absent: Any = job.api.offline(params)
    survey = Survey(absent, job.assumed())
    return absent, survey, survey.plan(declared)


def run_subcloud(api: Api) -> None:
    """One subcloud: the whole of ``stx_subcloud``."""
    fields = module_fields(api, SUBCLOUD)
    module = Module(module_spec(api, SUBCLOUD), fields, lambda params: accepted(SUBCLOUD, params))
    job = Job(module, api)
    module.no_log_values.update(texts(module.params))
    dialect: DistcloudDialect | None = None
    item: Item | None = None
    try:
        wanted = job.wanted(SUBCLOUD, module.params)
        dialect = _connected(job, api)
        dialect.only = str(wanted.values["name"])
        dialect, survey, [change] = _surveyed(job, dialect, [wanted])
        item = Item(change.wanted, change, change.live)
        run = Deployment(dialect, [item], survey.names(SUBCLOUD, wanted.values), _pace(module.params))
        _go(run, module.check_mode)
    except EdgeError as error:
        job.fail(error, _told(item) if item else None)
        return
    except Exception as error:
        job.fail(FaultError.of(error, "deploying a subcloud"), _told(item) if item else None)
        return
    finally:
        if dialect is not None:
            dialect.close()
    result = _told(item)
    if item.error:
        job.fail(item.error, result)
        return
    module.exit_json(**job._clean(result))


def _told(item: Item) -> dict[str, Any]:
    row = _row(item)
    return {
        "changed": row["changed"],
        "action": row["action"],
        "steps": row["steps"],
        "diff": _diff(item),
        "subcloud": row["object"],
    }


def _go(run: Deployment, check: bool) -> None:
    """Refuse what cannot be, then predict or run."""
    refused = run.refused()
    if refused:
        raise together(refused)
    if check:
        run.predict()
    else:
        run.run()


# -- many -------------------------------------------------------------------------------------------------------------


def waves(params: Mapping[str, Any], items: Sequence[Item], groups: Sequence[str]) -> list[Item]:
    """The items in the order in which they come: canaries, then the groups as the document has them, then the rest.

    Removals come at the end. Raises InputError for a canary that the document does not name.
    """
    canaries = [str(c) for c in params.get("canaries") or []]
    by_name = {i.name: i for i in items}
    unknown = [c for c in canaries if c not in by_name]
    if unknown:
        raise InputError(
            f"canaries: the document has no subcloud {', '.join(unknown)}.", "Correct the names.", option="canaries"
        )
    order = list(groups)
    for item in items:
        group = _group(item)
        if group not in order:
            order.append(group)
        if item.name in canaries:
            item.wave = "canary"
        elif item.wanted.state == "absent":
            item.wave = "removal"
        else:
            item.wave = f"group {group}" if params.get("by_group") and group else "rest"
    ranks = {"canary": -1, "rest": len(order), "removal": len(order) + 1}
    ranks |= {f"group {name}": place for place, name in enumerate(order) if name}
    return sorted(items, key=lambda i: (ranks[i.wave], canaries.index(i.name) if i.name in canaries else 0))


def _group(item: Item) -> str:
    """The name of the group in which a subcloud will be; '' when nobody says."""
    group = item.wanted.values.get("group")
    return str(group) if group is not None else ""


def run_deployment(api: Api) -> None:
    """A document of groups and subclouds: the whole of ``stx_subcloud_deployment``."""
    fields = bulk_fields(api, DEPLOYMENT)
    spec = bulk_spec(api, DEPLOYMENT)
    module = Module(spec, fields, lambda params: _accepted_of_many(DEPLOYMENT, params))
    job = Job(module, api)
    dialect: DistcloudDialect | None = None
    result: dict[str, Any] = {}
    errors: list[EdgeError] = []
    try:
        declared = _declared(job)
        dialect = _connected(job, api)
        result, errors = _deploy(job, dialect, declared)
    except EdgeError as error:
        job.fail(error, result or None)
        return
    except Exception as error:
        job.fail(FaultError.of(error, "deploying subclouds"), result or None)
        return
    finally:
        if dialect is not None:
            dialect.close()
    if errors:
        job.fail(together(errors), result, errors)
        return
    module.exit_json(**job._clean(result))


def _declared(job: Job) -> list[Wanted]:
    given = job.module.params.get("resources") or {}
    for entry in given.get("subclouds") or ():
        job.module.no_log_values.update(texts(entry))
    wanted: list[Wanted] = []
    faults: list[EdgeError] = []
    for resource in DEPLOYMENT.resources:
        for entry in given.get(resource.many) or ():
            try:
                wanted.append(job.wanted(resource, entry))
            except EdgeError as error:
                faults.append(error.about(resource.title, str(entry.get("name"))))
    if faults:
        raise together(faults)
    return wanted


def _deploy(job: Job, dialect: DistcloudDialect, declared: Sequence[Wanted]) -> tuple[dict[str, Any], list[EdgeError]]:
    params, check = job.module.params, job.module.check_mode
    dialect, survey, planned = _surveyed(job, dialect, declared)
    changes = guard(planned, survey, params)
    groups = [c for c in changes if c.resource is SUBCLOUD_GROUP]
    others = [c for c in changes if c.resource is SUBCLOUD]
    _refuse(groups)
    first = [c for c in groups if c.wanted.state != "absent"]
    last = [c for c in groups if c.wanted.state == "absent"]
    names = survey.names(SUBCLOUD, {n for c in others for n in c.wanted.values})
    items = [Item(c.wanted, c, c.live) for c in others]
    pace = _pace(
        params,
        parallel=params["parallel"],
        max_failures=params["max_failures"],
        canaries=tuple(params.get("canaries") or ()),
        by_group=params["by_group"],
        offline=float(params["offline_wait"]),
    )
    ordered = waves(params, items, [str(c.wanted.values["name"]) for c in first])
    run = Deployment(dialect, ordered, names, pace)
    refused = run.refused()
    if refused:
        raise together(refused)
    outcomes = _groups(dialect, survey, first, check)
    broken = any(o.error for o in outcomes)
    if not broken:
        if not check and any(c.changed for c in first):
            _resolve_anew(dialect, run)
        _go(run, check)
        stopped = any(i.status in ("failed", "skipped") for i in items)
        outcomes += _groups(dialect, survey, [] if stopped else last, check)
    return _report(job, dialect, run, items, outcomes)


def _groups(dialect: Any, survey: Survey, changes: list[Change], check: bool) -> list[Outcome]:
    if check:
        return [Outcome(c, "done" if c.changed else "unchanged", c.live) for c in changes]
    return Applier(dialect, survey, Waiting()).apply(changes) if changes else []


def _resolve_anew(dialect: Any, run: Deployment) -> None:
    """Groups that this run has made have ids now."""
    survey = Survey(dialect)
    for item in run.items:
        plain = {k: str(v) if k == "group" else v for k, v in item.wanted.values.items()}
        before = Wanted(SUBCLOUD, plain, item.wanted.state, item.wanted.update_secret, origin=item.wanted.origin)
        item.wanted = survey.resolve(before)


def _report(
    job: Job, dialect: DistcloudDialect, run: Deployment, items: Sequence[Item], outcomes: list[Outcome]
) -> tuple[dict[str, Any], list[EdgeError]]:
    told = _many(outcomes)
    rows = [_row(i) for i in items]
    diffs = [
        {**_diff(i), "before_header": f"subcloud {i.name}", "after_header": f"subcloud {i.name} ({r['action']})"}
        for i, r in zip(items, rows, strict=True)
        if r["changed"]
    ]
    counts = {s: sum(i.status == s for i in items) for s in ("unchanged", "done", "failed", "skipped")}
    skipped = [i for i in items if i.status == "skipped" and i.error]
    for item in skipped:
        # one that was never managed is on its way into service: looking at it tells nothing about what a run will do
        arriving = job.module.check_mode and (item.live or {}).get("management-state") == UNMANAGED
        if item.error and not item.error.details.get("stopped") and not arriving:
            job.module.warn(str(item.error))
    result = {
        "changed": told["changed"] or any(r["changed"] for r in rows),
        "results": [*told["results"], *rows],
        "assume": told["assume"],
        "diff": [*told["diff"], *diffs],
        "summary": {**counts, "stopped": run.stopped},
        "failed_subclouds": [_failed(i) for i in items if i.status == "failed"],
        "skipped_subclouds": [{"name": i.name, "reason": str(i.error)} for i in skipped],
        "offline_subclouds": offline_now(items),
        "statistics": dialect.traffic.as_dict(),
    }
    made = [i.name for i, r in zip(items, rows, strict=True) if r["action"] == "create"]
    if made:
        result["assume"] = {**told["assume"], "subcloud": made}
    errors = [o.error for o in outcomes if o.error] + [i.error for i in items if i.status == "failed" and i.error]
    if run.broken and not errors:  # nobody had begun
        errors = [run.broken]
    return result, errors


def _failed(item: Item) -> dict[str, Any]:
    """Phase, last error and next command of one that failed."""
    details = item.error.details if item.error else {}
    return {
        "name": item.name,
        "phase": details.get("phase", ""),
        "state": details.get("state", ""),
        "reason": details.get("reason") or str(item.error or ""),
        "next_command": details.get("next_command", ""),
    }
