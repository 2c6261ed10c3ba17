# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The update of the root CA of Kubernetes: everybody trusts both, certificates are made anew, everybody trusts the
new one.

Source: sysinv's ``kube_rootca_update`` (2026). ``generate_cert`` answers a refusal with 200 and an ``error``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from .._engine.errors import ApiError, InputError
from .._engine.field import Field
from .dialect import StarlingxDialect, patch
from .flow import Condition, Flow, Picture, Step
from .hosts import OUTAGE
from .kube import failing

GENERATED = "update-new-rootca-cert-generated"
#: (what is done, on hosts or pods, state before it)
STAGES = (
    ("trust-both-cas", "host", GENERATED),
    ("trust-both-cas", "pods", "updated-host-trust-both-cas"),
    ("update-certs", "host", "updated-pods-trust-both-cas"),
    ("trust-new-ca", "host", "updated-host-update-certs"),
    ("trust-new-ca", "pods", "updated-host-trust-new-ca"),
)
LAST = "updated-pods-trust-new-ca"
SUBJECT = ("C", "OU", "O", "ST", "CN", "L")


def look(dialect: StarlingxDialect, values: Mapping[str, Any], before: Picture | None) -> Picture:
    """The update and how far each host is."""
    quick = before is not None
    found = dialect.list("kube_rootca_update", quick)
    state = str(found[0]["state"]) if found else ""
    hosts: Sequence[Mapping[str, Any]] = before["ihosts"] if before else dialect.list("ihosts", quick)
    hosts = [h for h in hosts if h.get("personality") in ("controller", "worker")]
    states: dict[Any, Any] = {}
    if state and state != "update-aborted":
        rows = dialect.http.json("GET", "kube_rootca_update/hosts", quick=quick)["kube_host_updates"]
        states = {r.get("hostname"): r.get("state") for r in rows}
    identity = before["cert"] if before and state else _cert(dialect, quick)
    return {
        "state": state,
        "from": (found[0].get("from_rootca_cert") if found else None) or None,
        "to": (found[0].get("to_rootca_cert") if found else None) or None,
        "cert": identity,
        "ihosts": hosts,
        "ended": not state and bool(before and (before["ended"] or before["state"] == LAST)),
        "nodes": [
            {"host": h["hostname"], "uuid": h["uuid"], "state": states.get(h["hostname"])}
            for h in sorted(hosts, key=lambda h: str(h["hostname"]))
        ],
    }


def _cert(dialect: StarlingxDialect, quick: bool) -> str | None:
    found = dialect.http.json("GET", "kube_rootca_update/get_cert_id", quick=quick) or {}
    return found.get("cert_id") or None


def condition(picture: Picture) -> Condition:
    """What is under way, or has failed."""
    state = str(picture["state"])
    working = [n for n in picture["nodes"] if str(n["state"] or "").startswith("updating-")]
    failed = [n for n in working if str(n["state"]).endswith("-failed")]
    words = ", ".join(f"{n['host']} is {n['state']}" for n in (failed or working))
    if state.endswith("-failed"):
        return Condition(state, failed=True, reason=words)
    busy = state.startswith("updating-")
    if busy and "-host-" in state:
        # with hosts left that have not begun, it rests; once all are done, its own state follows at once
        done = state.replace("updating-", "updated-", 1)
        busy = bool(working) or all(n["state"] == done for n in picture["nodes"])
    return Condition(f"{state}, {words}" if words else state or "none", busy=busy)


def settled(picture: Picture) -> Picture:
    """The picture once what is under way has ended well."""
    state = str(picture["state"])
    nodes = [
        {**n, "state": str(n["state"]).replace("updating-", "updated-", 1)} if n["state"] else n
        for n in picture["nodes"]
    ]
    if state.startswith("updating-") and ("-pods-" in state or len({n["state"] for n in nodes}) == 1):
        state = state.replace("updating-", "updated-", 1)
    return {**picture, "state": state, "nodes": nodes}


def show(picture: Picture) -> dict[str, Any]:
    """The update as results have it."""
    return {
        "state": picture["state"] or None,
        "rootca_cert": picture["cert"],
        "hosts": [{"host": n["host"], "state": n["state"]} for n in picture["nodes"]],
    }


def advance(values: Mapping[str, Any], picture: Picture) -> Step | str:
    """The next step towards a new root CA, or out of the update."""
    state = str(picture["state"])
    if values.get("state") == "aborted":
        return _abort(picture)
    if not state or state == "update-aborted":
        if picture["ended"]:
            return "A new root CA has just been put in place."
        replaces = values.get("replaces")
        if replaces and picture["cert"] != replaces and not state:
            return f"The root CA is not {replaces} any more."
        body: dict[str, Any] = {}
        if values.get("ignore_alarms"):
            body["alarm_ignore_list"] = list(values["ignore_alarms"])
        then = _fresh(picture, "update-started")
        return Step("start", f"kube_rootca_update?force={bool(values.get('force'))}", body, then=then)
    phase = values.get("phase")
    if phase and _reached(state) >= PHASES.index(str(phase)):
        return f"The update is at {state}: {phase} is behind it."
    return _go_on(values, picture, state)


def _fresh(picture: Picture, state: str) -> dict[str, Any]:
    return {**picture, "state": state, "nodes": [{**n, "state": None} for n in picture["nodes"]]}


def _go_on(values: Mapping[str, Any], picture: Picture, state: str) -> Step:
    if state == "update-started":
        wanted = {"expiry_date": values.get("expiry_date"), "subject": values.get("subject")}
        return Step(
            "generate a root CA", "kube_rootca_update/generate_cert", wanted, then={**picture, "state": GENERATED}
        )
    if state == LAST:
        then = {**_fresh(picture, ""), "cert": picture["to"] or picture["cert"], "ended": True}
        return Step("complete", "kube_rootca_update", patch({"state": "update-completed"}), "PATCH", then=then)
    for phase, where, before in STAGES:
        doing = f"updating-{'host' if where == 'host' else 'pods'}-{phase}"
        if state.removesuffix("-failed") not in (before, doing):
            continue
        done = doing.replace("updating-", "updated-", 1)
        if where == "pods":
            return Step(
                f"{phase} on pods", "kube_rootca_update/pods", {"phase": phase}, then={**picture, "state": done}
            )
        left = [n for n in picture["nodes"] if n["state"] != done]
        left.sort(key=lambda n: not str(n["state"] or "").endswith("-failed"))
        node = left[0]
        nodes = [{**n, "state": done} if n is node else n for n in picture["nodes"]]
        then = {**picture, "state": done if len(left) == 1 else doing, "nodes": nodes}
        return Step(f"{phase} on {node['host']}", f"ihosts/{node['uuid']}/kube_update_ca", {"phase": phase}, then=then)
    raise InputError(
        f"The update of the root CA is in state {state}, out of which nothing here leads.",
        "Abort it (state: aborted), or see what sysinv says of it.",
        state=state,
    )


PHASES = ("update-started", GENERATED, *(f"updated-{where}-{phase}" for phase, where, _before in STAGES))


def _reached(state: str) -> int:
    if state in PHASES:
        return PHASES.index(state)
    done = state.removesuffix("-failed").replace("updating-", "updated-", 1)
    return PHASES.index(done) - 1 if done in PHASES else -1


def _abort(picture: Picture) -> Step | str:
    state = str(picture["state"])
    if not state or state == "update-aborted":
        return "No update of the root CA is in progress."
    if state == LAST:
        return "The update is past the point where it can be aborted; it is completed by state: complete."
    return Step(
        "abort",
        "kube_rootca_update",
        patch({"state": "update-aborted"}),
        "PATCH",
        then=_fresh(picture, "update-aborted"),
    )


def _check(values: Mapping[str, Any]) -> None:
    expiry, subject = values.get("expiry_date"), values.get("subject")
    if expiry is not None:
        try:
            day = date.fromisoformat(str(expiry))
        except ValueError:
            raise InputError(
                f"expiry_date: {expiry!r} is no date.", "Write it as YYYY-MM-DD.", option="expiry_date", value=expiry
            ) from None
        if day <= date.today() + timedelta(days=1):
            raise InputError(
                "expiry_date: a new root CA has to be valid for more than 24 hours.",
                "Give a later day.",
                option="expiry_date",
                value=expiry,
            )
    if subject is not None:
        pairs = dict(p.split("=", 1) for p in re.findall(r"([^=]+=[^=]+)(?:\s|$)", str(subject)))
        odd = sorted(set(pairs) - set(SUBJECT))
        if odd or "CN" not in pairs:
            raise InputError(
                f"subject: {subject!r} " + (f"has {', '.join(odd)}." if odd else "has no CN."),
                "Write it as C=<Country> ST=<State/Province> L=<Locality> O=<Organization> OU=<OrganizationUnit>"
                " CN=<commonName>; only CN is needed.",
                option="subject",
                value=subject,
            )


def _advise(dialect: StarlingxDialect, values: Mapping[str, Any], picture: Picture) -> list[str]:
    if picture["state"] or values.get("state") == "aborted":
        return []
    words = failing(dialect, bool(values.get("force")))
    return [f"sysinv may refuse the start of the update; its report on the health says: {words}."] if words else []


def _explain(dialect: StarlingxDialect, step: Step, error: ApiError) -> str:
    if "not healthy" not in str(error.details.get("detail")):
        return ""
    return f"It says: {failing(dialect, 'force=True' in step.path)}."


KUBE_ROOTCA = Flow(
    name="kube_rootca_update",
    module="stx_kube_rootca_update",
    title="update of the root CA of Kubernetes",
    look=look,
    advance=advance,
    condition=condition,
    settled=settled,
    show=show,
    check=_check,
    advise=_advise,
    explain=_explain,
    outage=float(OUTAGE),
    remedy="Look at the alarms and at sysinv's log, mend the cause, and run again: what failed is tried again. An"
    " update that cannot go on is given up with state: aborted.",
    fields=(
        Field(
            "replaces",
            (
                "Id of the root CA certificate that is to be replaced, as M(edge.infra.stx_kube_info) tells it.",
                "While the present one has another id, nothing is to be done. Without it each run makes a new root CA.",
            ),
            sample="8adf6a9d-1234",
        ),
        Field(
            "expiry_date",
            "Last day of the new certificate; by default it is valid for as long as the present one.",
            sample="2036-12-31",
        ),
        Field("subject", "Subject of the new certificate.", sample="C=ES O=Edge CN=kubernetes"),
        Field("phase", "Go no further than this state of sysinv; the whole way otherwise.", choices=PHASES),
        Field(
            "state",
            (
                "With V(complete) the root CA is replaced.",
                "With V(aborted) an update that is in progress is given up. Certificates may then not be fully updated,"
                " and another update mends that.",
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
            "Numbers of alarms in spite of which to start.",
            type="list",
            elements="str",
            sample=["750.006"],
        ),
    ),
    returned=(
        Field("state", "State of the update; none when it is through.", sample="updated-host-update-certs"),
        Field("rootca_cert", "Id of the root CA certificate.", sample="8adf6a9d-1234"),
        Field(
            "hosts",
            "How far each host is: C(host), C(state).",
            type="list",
            elements="dict",
            sample=[{"host": "controller-0", "state": "updated-host-update-certs"}],
        ),
    ),
)
