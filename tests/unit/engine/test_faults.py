# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults of our own: the other outcomes are told, no secret is; an interrupt is no outcome and stops everything."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from ansible.module_utils._internal._traceback import TracebackEvent
from ansible.module_utils.testing import patch_module_args
from ansible_collections.edge.infra.plugins.module_utils._engine import module as engine
from ansible_collections.edge.infra.plugins.module_utils._engine.api import Api, Bulk
from ansible_collections.edge.infra.plugins.module_utils._engine.apply import Applier, Outcome
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import FaultError
from ansible_collections.edge.infra.plugins.module_utils._engine.field import Field
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import Wanted
from ansible_collections.edge.infra.plugins.module_utils._engine.survey import Survey
from ansible_collections.edge.infra.plugins.module_utils._engine.wait import Waiting

from .things import KINDS, NETWORK, PORT, FakeDialect

SECRET = 'pass"w\\ord'


def network(name: str) -> Wanted:
    return Wanted(NETWORK, {"name": name, "type": "flat"})


def bug(name: str, error: Callable[[], BaseException]) -> Callable[[str, str, bool], None]:
    """Trouble: our own code breaks while it deals with ``name``."""

    def trouble(verb: str, target: str, done: bool) -> None:
        if target == name and not done:
            raise error()

    return trouble


def apply(dialect: FakeDialect, *declared: Wanted) -> list[Outcome]:
    survey = Survey(dialect)
    return Applier(dialect, survey, Waiting()).apply(survey.plan(declared))


@pytest.mark.parametrize("parallel", [1, 4])
@pytest.mark.parametrize("error", [ValueError, ConnectionResetError, AssertionError, RecursionError])
def test_a_fault_is_the_outcome_of_one_change_only(parallel: int, error: type[Exception]) -> None:
    dialect = FakeDialect()
    dialect.parallel = parallel
    dialect.trouble = bug("b", lambda: error(SECRET))
    port = Wanted(PORT, {"name": "p", "network": "b"})
    outcomes = apply(dialect, network("a"), network("b"), network("c"), port)
    assert [o.status for o in outcomes] == ["done", "failed", "done", "skipped"]
    fault = outcomes[1].error
    assert isinstance(fault, FaultError) and fault.details["object"] == "network b" and fault.kind == "fault"
    assert "network b: unexpected " + error.__name__ in str(fault) and "fault of edge.infra" in str(fault)
    assert SECRET not in str(fault) and SECRET not in str(fault.as_dict())
    assert outcomes[1].changed, "it may have been written"


@pytest.mark.parametrize("parallel", [1, 4])
@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_in_a_change_stops_everything(parallel: int, interrupt: type[BaseException]) -> None:
    dialect = FakeDialect()
    dialect.parallel = parallel
    dialect.trouble = bug("n0", interrupt)
    with pytest.raises(interrupt):
        apply(dialect, *[network(f"n{i}") for i in range(40)])
    assert len(dialect.writes()) < 40


@pytest.mark.parametrize("parallel", [1, 4])
def test_ctrl_c_ends_waits_and_sends_nothing_more(parallel: int) -> None:
    """The signal reaches the main thread, which only looks on; the threads that wait would go on for minutes."""
    dialect = FakeDialect()
    dialect.parallel = parallel
    waiting = threading.Event()

    def stay(kind: str) -> None:
        for document in dialect.world["network"]:
            document["state"] = "BUILD"
        if dialect.world["network"]:
            waiting.set()

    # a process that was started in the background ignores the signal
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def interrupt() -> None:
        waiting.wait(5)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    def slowly(verb: str, target: str, done: bool) -> None:
        time.sleep(0.02)

    dialect.on_fetch, dialect.trouble = stay, slowly
    survey = Survey(dialect)
    changes = survey.plan([network(f"n{i}") for i in range(200)])
    thread = threading.Thread(target=interrupt)
    thread.start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        Applier(dialect, survey, Waiting(timeout=30, interval=20)).apply(changes)
    thread.join()
    signal.signal(signal.SIGINT, before)
    assert time.monotonic() - begun < 5
    assert len(dialect.writes()) < 50


class Module:
    """The engine's modules on the made-up API, run in this process as Ansible would."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.capsys, self._patch = capsys, monkeypatch
        self.dialect = FakeDialect()
        bulk = Bulk("x_deployment", (NETWORK,))
        token = Field("x_password", "Secret.", secret=True)
        self.api = Api("x", "X", (token,), lambda params: self.dialect, KINDS, bulk=(bulk,))

    def run(self, main: Callable[[], None], tracebacks: bool, **options: Any) -> dict[str, Any]:
        # on the controller, which other tests may have imported, this is asked elsewhere
        def wanted(event: TracebackEvent) -> bool:
            return tracebacks and event is TracebackEvent.ERROR

        self._patch.setattr("ansible.module_utils._internal._traceback._is_traceback_enabled", wanted)
        params = {"x_password": SECRET, **options}
        with patch_module_args(json.loads(json.dumps(params))), pytest.raises(SystemExit):
            main()
        return dict(json.loads(self.capsys.readouterr().out))

    def bulk(self, *names: str, tracebacks: bool = False) -> dict[str, Any]:
        networks = [{"name": n, "type": "flat"} for n in names]
        return self.run(
            lambda: engine.run_bulk(self.api, self.api.bulk[0]), tracebacks, resources={NETWORK.many: networks}
        )


@pytest.fixture
def module(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Module:
    return Module(capsys, monkeypatch)


@pytest.mark.parametrize("tracebacks", [False, True])
def test_a_module_tells_what_was_done_and_shows_the_exception_only_when_asked(module: Module, tracebacks: bool) -> None:
    module.dialect.trouble = bug("b", lambda: ValueError(f"no {SECRET} and {json.dumps(SECRET)} and {SECRET!r}"))
    result = module.bulk("a", "b", tracebacks=tracebacks)
    assert result["failed"] and result["changed"]
    assert [(r["name"], r["status"]) for r in result["results"]] == [("a", "done"), ("b", "failed")]
    assert "network b: unexpected ValueError" in result["msg"] and "report" in result["msg"]
    assert ("in trouble" in result.get("exception", "")) is tracebacks
    text = json.dumps({k: v for k, v in result.items() if k != "invocation"})
    assert "pass" not in text.replace("x_password", ""), "no spelling of the secret"


def test_a_fault_while_planning_says_so(module: Module) -> None:
    def broken(kind: str) -> None:
        raise KeyError(SECRET)

    module.dialect.on_fetch = broken
    result = module.bulk("a")
    assert result["error"]["kind"] == "fault" and "X, while planning: unexpected KeyError" in result["msg"]
    assert not result["changed"] and "exception" not in result


def test_a_fault_in_the_report_does_not_hide_what_was_done(module: Module, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> dict[str, Any]:
        raise TypeError("no")

    monkeypatch.setattr(engine, "present", broken)
    ready = replace(NETWORK, ready=None)
    module.api = replace(module.api, bulk=(Bulk("x_deployment", (ready,)),))
    module.dialect.world["network"] = [{"id": "n", "name": "a", "type": "flat", "mtu": 1}]
    result = module.bulk("a", "b")
    assert result["changed"] and "while reporting" in result["msg"]
    assert [(r["name"], r["action"], r["status"]) for r in result["results"]] == [
        ("a", "none", "unchanged"),
        ("b", "create", "done"),
    ]
