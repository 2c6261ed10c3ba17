# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module that repairs: look, look again, and do what the findings say, until nothing is left that can be mended."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._engine.arguments import Module
from .._engine.errors import EdgeError, InputError, UnreachableError, together
from .._engine.field import Field
from .._engine.module import Job
from .._engine.spec import options
from .api import CONNECTION, L2SM, connect
from .diagnosis import Finding
from .dialect import KubernetesDialect
from .findings import diagnose
from .looking import look
from .mending import Mender

#: what is mended may uncover more (pods on a network that was made again)
ROUNDS = 4
#: lines that a message has at most
MOST = 20
FIELDS = (
    Field(
        "recreate_pods",
        "Whether pods without an interface are removed, where an owner makes them again; what runs in them is stopped.",
        type="bool",
        default=False,
    ),
    Field(
        "recreate_networks",
        (
            "Whether networks between clusters that never connected are removed and made again; their pods are without"
            " a link for that time.",
        ),
        type="bool",
        default=False,
    ),
    Field(
        "settle",
        (
            "Seconds between two looks. Only what is wrong in both is mended: the operator marks an interface as used"
            " some moments before there is a pod that has it.",
        ),
        type="float",
        default=3.0,
        least=0,
    ),
)


def run_repair() -> None:
    """The whole of the module."""
    fields = (*FIELDS, *CONNECTION)
    module = Module(options(fields), fields)
    job = Job(module, L2SM)
    dialect: Any = None
    try:
        dialect = connect(module.params)
        result = Repair(dialect, module.params).run(module.check_mode)
    except UnreachableError as error:
        if module.check_mode and module.params["check_without_api"]:
            module.exit_json(changed=False, checked=False, findings=[], msg=f"Nothing was looked at: {error.message}")
        job.fail(error)
        return
    except EdgeError as error:
        job.fail(error)
        return
    finally:
        if dialect is not None:
            dialect.close()
    failed = [EdgeErrors.of(f) for f in result["findings"] if f["status"] == "failed"]
    if failed:
        job.fail(together(failed), result)
    left = told(f for f in result["findings"] if f["status"] == "left")
    if left and not module.check_mode:
        module.warn("\n".join(["This is left for a person to decide:", *left]))
    module.exit_json(**result)


class EdgeErrors:
    """Errors of what could not be mended."""

    @staticmethod
    def of(row: Mapping[str, Any]) -> EdgeError:
        """The error of a finding whose mending failed."""
        return InputError(f"{row['object']}: {row['what']} Mending it failed: {row['error']}", row["remedy"])


class Repair:
    """One run."""

    def __init__(self, dialect: KubernetesDialect, params: Mapping[str, Any]) -> None:
        self._d = dialect
        self._params = params

    def run(self, check: bool) -> dict[str, Any]:
        """Findings with what became of them: ``found`` (check mode), ``mended``, ``failed`` or ``left``."""
        rows: dict[tuple[str, str, str], dict[str, Any]] = {}
        seen = look(self._d, self._params)
        for _round in range(1 if check else ROUNDS):
            found = diagnose(seen)
            if any(f.steps or f.fleeting for f in found):
                time.sleep(float(self._params["settle"]))
                seen = look(self._d, self._params)
                later = {f.key: f for f in diagnose(seen)}
                found = [later[f.key] for f in found if f.key in later]
            mendable = [f for f in found if f.steps and rows.get(f.key, {}).get("status") != "failed"]
            rows.update({f.key: _row(f, "found" if f.steps else "left") for f in found if f.key not in rows})
            if check or not mendable:
                break
            mender = Mender(self._d)
            for finding in mendable:
                rows[finding.key].update(_mended(mender, finding))
            seen = look(self._d, self._params)
        findings = list(rows.values())
        changed = any(r["status"] in ("found", "mended") and r["mendable"] for r in findings)
        wrong = [f"{r['mode']} {r['object']}: {r['what']}" for r in findings if r["mendable"]]
        return {
            "changed": changed,
            "checked": True,
            "ports_compared": seen.ports,
            "findings": findings,
            "diff": {"before": {"findings": wrong}, "after": {"findings": []}},
            "msg": _summary(findings),
        }


def _row(finding: Finding, status: str) -> dict[str, Any]:
    named = {"mode": finding.mode, "object": finding.object, "what": finding.what, "remedy": finding.remedy}
    return {**named, "mendable": bool(finding.steps), "status": status}


def _mended(mender: Mender, finding: Finding) -> dict[str, Any]:
    try:
        for step in finding.steps:
            mender.do(step)
    except EdgeError as error:
        return {"status": "failed", "error": str(error)}
    return {"status": "mended"}


def _summary(findings: Sequence[Mapping[str, Any]]) -> str:
    if not findings:
        return "Nothing is wrong."
    count = {
        status: sum(1 for f in findings if f["status"] == status) for status in ("found", "mended", "failed", "left")
    }
    words = {
        "found": "to mend",
        "mended": "mended",
        "failed": "could not be mended",
        "left": "for a person to decide",
    }
    total = "; ".join(f"{n} {words[status]}" for status, n in count.items() if n)
    return "\n".join([f"{total}.", *told(f for f in findings if f["status"] != "mended")])


def told(findings: Iterable[Mapping[str, Any]]) -> list[str]:
    """A line for each, with its remedy; of many, the first ones."""
    lines = [f"- {f['mode']} {f['object']}: {f['what']} {f['remedy']}" for f in findings]
    return lines[:MOST] + ([f"- ... and {len(lines) - MOST} more"] if len(lines) > MOST else [])
