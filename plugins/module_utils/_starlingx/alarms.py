# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with a system: its alarms, how many there are, and the report on its health.

Source: FM's ``/v1/alarms`` and sysinv's ``/health`` (2026). FM's filters look for a part of the text, so filtering is
done here. The report is text for people: a line ``CHECK: [OK]`` or ``CHECK: [Fail]`` each, with what stands against a
check in the lines below it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from .._engine.dialect import Document
from .._engine.field import Field
from .._engine.resource import Resource
from .dialect import rows

SEVERITIES = ("critical", "major", "minor", "warning")
_CHECK = re.compile(r"(?P<check>\S.*?): \[(?P<result>[A-Za-z ]+)\]\s*(?P<rest>.*)")


def gather_alarms(lists: Any, scope: str, quick: bool) -> Sequence[Document]:
    """The alarms with all that FM tells of each."""
    suppressed = bool(lists.option("include_suppressed"))
    query = urlencode({"expand": True, "include_suppress": suppressed})
    found = lists.faults.json("GET", f"alarms?{query}", quick=quick)
    wanted = lists.option("severity")
    return [a for a in rows(lists.faults, "alarms", found, "alarms") if not wanted or a.get("severity") in wanted]


def gather_summary(lists: Any, scope: str, quick: bool) -> Sequence[Document]:
    """How many alarms there are of each severity."""
    suppressed = bool(lists.option("include_suppressed"))
    found = lists.faults.json("GET", f"alarms/summary?{urlencode({'include_suppress': suppressed})}", quick=quick)
    return rows(lists.faults, "alarms/summary", {"alarms": [found]}, "alarms")


def gather_health(lists: Any, scope: str, quick: bool) -> Sequence[Document]:
    """The report that is asked for, taken apart."""
    report = str(lists.option("report") or "general")
    path = "health" if report == "general" else f"health/{report}"
    if report != "general" and lists.option("relaxed"):
        path += "?relaxed=True"
    text = str(lists.http.json("GET", path, quick=quick) or "")
    checks = read_report(text)
    failed = [c["check"] for c in checks if not c["ok"]]
    healthy = bool(checks) and not failed
    return [{"report": report, "healthy": healthy, "checks": checks, "failed": failed, "text": text}]


def read_report(text: str) -> list[dict[str, Any]]:
    """The checks of a report: their words, whether they are ``[OK]``, and the lines that go with each."""
    checks: list[dict[str, Any]] = []
    for line in text.splitlines():
        found = _CHECK.fullmatch(line.strip())
        if found:
            rest = [found["rest"]] if found["rest"] else []
            checks.append({"check": found["check"], "ok": found["result"].strip() == "OK", "details": rest})
        elif checks and line.strip():
            checks[-1]["details"].append(line.strip())
    return checks


def _view(live: Document) -> Document:
    """An alarm with a truth value where FM writes one as text."""
    return {**live, "mgmt_affecting": str(live.get("mgmt_affecting")) == "True"}


_SUPPRESSED = Field("include_suppressed", "Count alarms that are suppressed, too.", type="bool", default=False)

ALARM = Resource(
    kind="alarm",
    module="stx_alarm",
    title="alarm",
    path="alarms",
    id_key="uuid",
    verbs=frozenset(),
    view=_view,
    info_filters=(
        Field("severity", "Only alarms of these severities.", type="list", elements="str", choices=SEVERITIES),
        _SUPPRESSED,
    ),
    fields=(
        Field("alarm_id", "Number of the kind of alarm.", identity=True, sample="200.001"),
        Field(
            "entity",
            "What the alarm is about.",
            identity=True,
            api="entity_instance_id",
            sample="host=controller-0",
        ),
        Field("severity", "How severe it is.", read_only=True, sample="warning"),
        Field(
            "reason",
            "Why it was raised.",
            api="reason_text",
            read_only=True,
            sample="controller-0 was administratively locked to take it out-of-service.",
        ),
        Field(
            "repair",
            "What FM proposes.",
            api="proposed_repair_action",
            read_only=True,
            sample="Administratively unlock Host to bring it back in-service.",
        ),
        Field("type", "Its type.", api="alarm_type", read_only=True, sample="operational-violation"),
        Field("probable_cause", "Its probable cause.", read_only=True, sample="out-of-service"),
        Field("timestamp", "Since when, in UTC.", read_only=True, sample="2026-06-01T08:00:00.000000"),
        Field("service_affecting", "Whether a service suffers.", type="bool", read_only=True, sample=True),
        Field(
            "management_affecting",
            "Whether it stands against actions such as an upgrade.",
            type="bool",
            api="mgmt_affecting",
            read_only=True,
            sample=True,
        ),
        Field("suppression_status", "Whether it is suppressed.", read_only=True, sample="unsuppressed"),
    ),
)

ALARM_SUMMARY = Resource(
    kind="alarm_summary",
    module="stx_alarm_summary",
    title="summary of alarms",
    path="alarms/summary",
    plural="alarm_summary",
    singleton=True,
    verbs=frozenset(),
    info_filters=(_SUPPRESSED,),
    fields=(
        *(Field(s, f"How many {s} alarms there are.", type="int", read_only=True, sample=0) for s in SEVERITIES[:3]),
        Field("warning", "How many warnings there are.", type="int", api="warnings", read_only=True, sample=1),
        Field("status", "V(OK), V(degraded) or V(critical), by the worst of them.", read_only=True, sample="OK"),
    ),
)

HEALTH = Resource(
    kind="health",
    module="stx_health",
    title="health",
    path="health",
    plural="health",
    id_key="report",
    singleton=True,
    verbs=frozenset(),
    info_filters=(
        Field(
            "report",
            (
                "Which report to ask for.",
                "V(upgrade) and V(kube-upgrade) have more checks: those before an upgrade of the platform or of"
                " Kubernetes.",
            ),
            choices=("general", "upgrade", "kube-upgrade"),
            default="general",
        ),
        Field(
            "relaxed",
            "In a report before an upgrade, let alarms pass that do not stand against management actions.",
            type="bool",
            default=False,
        ),
    ),
    fields=(
        Field("healthy", "Whether every check is well.", type="bool", read_only=True, sample=False),
        Field(
            "checks",
            "Each check: C(check), its words; C(ok), whether it is well; C(details), the lines that go with it.",
            type="list",
            elements="dict",
            read_only=True,
            sample=[
                {
                    "check": "All hosts are unlocked/enabled",
                    "ok": False,
                    "details": ["Locked or disabled hosts: controller-1"],
                }
            ],
        ),
        Field(
            "failed",
            "The words of the checks that are not well.",
            type="list",
            elements="str",
            read_only=True,
            sample=["All hosts are unlocked/enabled"],
        ),
        Field("text", "The report as it is.", read_only=True, sample="System Health:\n..."),
    ),
)
