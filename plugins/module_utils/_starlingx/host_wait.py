# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting until a host is as it is wanted, or until a machine has been discovered; nothing is changed.

Source: the states of sysinv's hosts (2026). What a host does not come out of by itself ends the wait at once.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._engine.api import Api
from .._engine.arguments import Module
from .._engine.dialect import Dialect, Document
from .._engine.errors import (
    ApiError,
    EdgeError,
    FaultError,
    InputError,
    NotFoundError,
    UnreachableError,
    WaitTimeoutError,
)
from .._engine.field import Field
from .._engine.module import Job, present
from .._engine.resource import Wait
from .._engine.spec import option
from .._engine.wait import Waiter
from .host_rules import mac, match_host
from .hosts import HOST, OUTAGE

NOT_BOOTED = (
    "Look at its console: is it on, does it boot from the network (PXE, UEFI) by the port with its management MAC"
    " address, and is that port on the management network (or on pxeboot, where the site has it)?"
)
NOT_INSTALLED = (
    "Look at the host's console and mend the cause. Then restart its machine to boot from the network once more, or"
    " reinstall it; edge.infra.provision (of a subcloud edge.infra.subclouds) restarts it when it runs again."
)
STATES = ("administrative", "operational", "availability", "install_state")
FIELDS = (
    Field("host", "Name or id of the host.", sample="controller-1"),
    Field("mgmt_mac", "MAC address of a host that has no name yet; its discovery is waited for, too."),
    Field("administrative", "Wanted administrative state.", choices=("locked", "unlocked")),
    Field("operational", "Wanted operational state.", choices=("enabled", "disabled")),
    Field("availability", "Wanted availability; one of these.", type="list", elements="str"),
    Field(
        "inventoried",
        "Whether sysinv has to know what the host's machine has, since only then can the host be configured.",
        type="bool",
        default=False,
    ),
    Field("task_empty", "Whether maintenance has to be through with the host.", type="bool", default=False),
    Field("install_state", "Wanted state of the installation.", sample="completed"),
    Field(
        "begin_timeout",
        (
            "Seconds within which the installation of a host that is not installed has to begin; 0 for any time.",
            "A machine that does not boot from the network never begins it, and would be waited for to the end.",
        ),
        type="int",
        default=0,
        least=0,
        sample=1800,
    ),
    Field(
        "restarted",
        (
            "The machine was restarted since its installation had failed.",
            "The failure that StarlingX shows at first is that one, and is taken for a new one only after"
            " O(begin_timeout).",
        ),
        type="bool",
        default=False,
    ),
    Field("wait_timeout", "Seconds to wait at most.", type="int", default=3600, least=0),
    Field("wait_interval", "Longest pause between two looks, in seconds.", type="float", default=5.0, least=0.01),
)


def verdict(params: Mapping[str, Any], live: Document) -> tuple[str, str]:
    """``reached``, ``failed`` or ``waiting``, and what is missing or why it failed. Pure."""
    lacking = []
    for name in STATES:
        wanted, now = params.get(name), str(live.get(name) or "")
        if wanted and (now not in wanted if isinstance(wanted, list) else now.rstrip("+") != wanted):
            lacking.append(f"{name} is {now or 'unknown'}")
    if params.get("inventoried") and live.get("inv_state") != "inventoried":
        lacking.append("its hardware is not known yet")
    task = str(live.get("task") or "")
    if params.get("task_empty") and (task or live.get("ihost_action")):
        lacking.append(f"task is {task or live.get('ihost_action')}")
    if not lacking:
        return "reached", ""
    if live.get("install_state") == "failed" and live.get("inv_state") != "inventoried":
        return "failed", f"the installation failed: {live.get('install_state_info') or 'no reason is given'}"
    if live.get("availability") == "failed" and not task.endswith("re-enabling") and not live.get("ihost_action"):
        return "failed", task or "the host failed"
    return "waiting", ", ".join(lacking)


def not_begun(live: Document) -> bool:
    """Whether nothing has been heard of a host's installation: its machine has not booted from the network. Pure."""
    unheard = not live.get("install_state") and live.get("inv_state") != "inventoried"
    return unheard and live.get("availability") in (None, "", "offline", "power-off")


class Progress:
    """What is made of a host's documents in the course of a wait that began at ``begun``."""

    def __init__(self, params: Mapping[str, Any], begun: float) -> None:
        self.params, self.begun, self.old = params, begun, bool(params.get("restarted"))

    def verdict(self, live: Document, now: float) -> tuple[str, str]:
        """As :func:`verdict`; what cannot come any more, or was there before, counts as such."""
        state, why = verdict(self.params, live)
        least = self.params.get("begin_timeout") or 0
        late = bool(least) and now - self.begun > least
        if live.get("install_state") != "failed":
            self.old = False
        if state == "failed" and self.old and not late:
            return "waiting", "its installation has not begun anew"
        if state == "waiting" and late and not_begun(live):
            return "failed", f"its installation has not begun after {least} s: it has not booted from the network"
        return state, why


def _check(params: Mapping[str, Any]) -> None:
    if not params.get("host") and not params.get("mgmt_mac"):
        raise InputError("host: is missing.", "Give host, or mgmt_mac of a discovered host.", option="host")
    if not any(params.get(n) for n in (*STATES, "task_empty", "inventoried")) and not params.get("mgmt_mac"):
        raise InputError(
            "Nothing to wait for.",
            "Give administrative, operational, availability, install_state, inventoried or task_empty.",
        )


def _found(waiter: Waiter, params: Mapping[str, Any], until: float) -> Document:
    """The host; a MAC may have to be discovered first, and the API may be away."""
    away = 0.0
    while True:
        try:
            rows = waiter.look(HOST, "")
            named = match_host({"name": params.get("host"), "mgmt_mac": params.get("mgmt_mac")}, rows)
            if named:
                return named[0]
            if not params.get("mgmt_mac"):
                known = ", ".join(sorted(str(d.get("hostname") or f"{d.get('mgmt_mac')} (no name)") for d in rows))
                raise NotFoundError(
                    f"host: there is no host called {params['host']!r}.", f"Existing: {known}.", option="host"
                )
            away = 0.0
        except (UnreachableError, ApiError) as error:
            away = away or time.monotonic()
            passing = isinstance(error, UnreachableError) or error.status in (502, 503, 504)
            if not passing or time.monotonic() - away > OUTAGE:
                raise
        if time.monotonic() > until:
            raise WaitTimeoutError(
                f"No host with the MAC address {mac(params.get('mgmt_mac'))} was discovered in time.",
                "Look whether the machine is on, boots from the network, and is on the management network.",
                timeout=params["wait_timeout"],
            )
        waiter.pause(min(1.0, params["wait_interval"]))


def _wait(dialect: Dialect, params: Mapping[str, Any], check: bool) -> dict[str, Any]:
    begun = time.monotonic()
    waiter = Waiter(dialect, params["wait_interval"], float(params["wait_timeout"]))
    if check:
        rows = match_host({"name": params.get("host"), "mgmt_mac": params.get("mgmt_mac")}, waiter.look(HOST, ""))
        host = present(HOST, rows[0]) if rows else {}
        return {"changed": False, "host": host, "reached": bool(rows) and verdict(params, rows[0])[0] == "reached"}
    live = _found(waiter, params, begun + params["wait_timeout"])

    progress = Progress(params, begun)

    def seen(document: Document) -> Document:
        state, why = progress.verdict(document, time.monotonic())
        return {**document, "verdict": state, "why": why}

    waited = replace(
        HOST,
        view=seen,
        ready=Wait(
            path="verdict",
            done=frozenset({"reached"}),
            failed=frozenset({"failed"}),
            reason=("why",),
            stage=("why",),
            outage=OUTAGE,
            remedy="Look at the host's alarms and its console, mend the cause, and reinstall or lock and unlock it.",
            remedies=(("has not booted from the network", NOT_BOOTED), ("the installation failed", NOT_INSTALLED)),
        ),
    )
    waiter = Waiter(dialect, params["wait_interval"], max(1.0, params["wait_timeout"] - (time.monotonic() - begun)))
    name = str(params.get("host") or params.get("mgmt_mac"))
    live = waiter.until_ready(waited, "", str(live["uuid"]), name)
    seconds = round(time.monotonic() - begun, 1)
    return {"changed": False, "host": present(HOST, live), "reached": True, "seconds": seconds}


def run_wait(api: Api) -> None:
    """Wait, and tell Ansible: the whole of the module."""
    fields = (*FIELDS, *api.connection)
    spec = {f.name: {**option(f), **({"required": True} if f.required else {})} for f in fields}
    module = Module(spec, fields)
    job = Job(module, api)
    dialect: Dialect | None = None
    result: dict[str, Any] = {}
    try:
        _check(module.params)
        dialect = api.connect(module.params)
        result = _wait(dialect, module.params, module.check_mode)
    except EdgeError as error:
        job.fail(error)
        return
    except Exception as error:
        job.fail(FaultError.of(error, "waiting for a host"))
        return
    finally:
        if dialect is not None:
            dialect.close()
    module.exit_json(**job._clean(result))
