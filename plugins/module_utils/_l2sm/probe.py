# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module that asks pods what they see of their networks, and changes nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from .._engine.arguments import Module
from .._engine.errors import EdgeError, FailedStateError, NotFoundError, UnreachableError
from .._engine.field import Field
from .._engine.module import Job
from .._engine.progress import tell
from .._engine.spec import options
from .._kubernetes.connection import Connection
from .api import CONNECTION, L2SM
from .probes import PROBE, check, command, seen, unmet
from .programs import find, run

FIELDS = (
    Field("probes", "What to ask, one after the other.", type="list", elements="dict", required=True, options=PROBE),
    Field(
        "wait_timeout",
        (
            "Seconds for which a probe whose expectations do not hold is asked again.",
            "Switches build their tunnels 20 seconds after they are ready, and nothing in the cluster tells.",
        ),
        type="int",
        default=0,
        least=0,
    ),
)
#: seconds between two tries
_PAUSE = 2.0


def run_probe() -> None:
    """The whole of the module."""
    fields = (*FIELDS, *CONNECTION)
    module = Module(options(fields), fields)
    job = Job(module, L2SM)
    connection = Connection(module.params)
    results: list[dict[str, Any]] = []
    try:
        for probe in module.params["probes"]:
            check(probe)
        for probe in module.params["probes"]:
            results.append(_asked(connection, probe, module.params["wait_timeout"], module.check_mode))
    except UnreachableError as error:
        if not (module.check_mode and module.params["check_without_api"]):
            job.fail(error, {"probes": results})
            return
        results = [_planned(p, error) for p in module.params["probes"]]
    except EdgeError as error:
        job.fail(error, {"probes": results})
        return
    finally:
        connection.close()
    _told(job, module, results)


def _told(job: Job, module: Module, results: list[dict[str, Any]]) -> None:
    faults = [(r["name"], f) for r in results for f in r["unmet"]]
    lines = [f"{name}: expected that {f['expected']}; seen: {f['seen'].rstrip('.')}. {f['look']}" for name, f in faults]
    planned = [r for r in results if not r["asked"]]
    if faults and not module.check_mode:
        text = "\n".join(f"- {line}" for line in lines)
        count = "One expectation" if len(faults) == 1 else f"{len(faults)} expectations"
        count += " of one probe" if len(results) == 1 else f" of {len(results)} probes"
        error = FailedStateError(f"{count} {'does' if len(faults) == 1 else 'do'} not hold:\n{text}")
        job.fail(error, {"changed": False, "probes": results})
    for line in lines:
        module.warn(f"As it is now, {line}")
    said = f"{len(results) - len(planned)} probes were asked, and all that was expected of them holds."
    if faults:
        said = f"{len(faults)} expectations do not hold as it is now."
    elif planned:
        said = "\n".join(f"Would run in {r['pod']}: {' '.join(r['command'])}" for r in planned)
    module.exit_json(changed=False, probes=results, msg=said)


def _planned(probe: Mapping[str, Any], error: EdgeError) -> dict[str, Any]:
    """A probe of a pod that is not there yet."""
    chosen = probe.get("pod") or probe.get("label_selector")
    return {
        "name": probe["name"],
        "kind": probe["kind"],
        "asked": False,
        "pod": f"{probe['namespace']}/{chosen}",
        "command": command(probe),
        "unmet": [],
        "why": error.message,
    }


def _asked(connection: Connection, probe: Mapping[str, Any], patience: float, forgiving: bool) -> dict[str, Any]:
    """The result of a probe, asked again while its expectations do not hold and there is time."""
    began, tries = time.monotonic(), 0
    while True:
        tries += 1
        waited = time.monotonic() - began
        try:
            result = _once(connection, probe)
        except NotFoundError as error:
            if forgiving and error.details.get("option") == "pod":
                return _planned(probe, error)
            if error.details.get("option") != "pod":
                raise error.about("probe", probe["name"]) from None
            if waited >= patience:
                fault = {"expected": "there is a pod to ask in", "seen": error.message, "look": error.remedy}
                return {**_planned(probe, error), "unmet": [fault], "tries": tries, "waited": round(waited, 1)}
            tell(f"probe {probe['name']}", error.message, waited)
        except EdgeError as error:
            raise error.about("probe", probe["name"]) from None
        else:
            if not result["unmet"] or waited >= patience or forgiving:
                return {**result, "tries": tries, "waited": round(waited, 1)}
            tell(f"probe {probe['name']}", result["unmet"][0]["seen"], waited)
        time.sleep(min(_PAUSE, max(patience - waited, 0.1)))


def _once(connection: Connection, probe: Mapping[str, Any]) -> dict[str, Any]:
    place, argv = find(connection, probe), command(probe)
    ended = run(connection, place, argv, probe["longest"] + 10)
    found = seen(probe, ended)
    return {
        "name": probe["name"],
        "kind": probe["kind"],
        "asked": True,
        "pod": place.name,
        "node": place.node,
        "command": argv,
        **found,
        "seconds": round(ended.seconds, 3),
        "output": (ended.out + ended.err).replace("\r", "\n").strip().splitlines()[-20:],
        "unmet": unmet(probe, found),
    }
