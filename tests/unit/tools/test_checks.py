# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runner of the test steps: what it counts, what it says was skipped, and that it goes on after a failure."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import checks
import pytest
from steps import STEPS, Step

REPORT = '<testsuites><testsuite tests="7" failures="1" errors="1" skipped="2"/></testsuites>'


@pytest.fixture(autouse=True)
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(checks, "LOGS", tmp_path)
    monkeypatch.setattr(checks, "ROOT", tmp_path.parent)
    return tmp_path


def step(name: str, code: str, counts: bool = False) -> Step:
    return Step(name, "lint", (sys.executable, "-c", code), f"the step {name}", counts=counts)


def test_a_pytest_step_counts_its_tests(logs: Path) -> None:
    (logs / "unit.xml").write_text(REPORT, encoding="utf-8")
    assert checks.count(step("unit", "", counts=True), 1) == {"passed": 3, "failed": 2, "skipped": 2}


def test_a_pytest_step_that_ends_without_a_report_has_failed(logs: Path) -> None:
    assert checks.count(step("unit", "", counts=True), 4) == {"failed": 1}


def test_a_failure_outside_of_the_tests_counts(logs: Path) -> None:
    (logs / "unit.xml").write_text('<testsuite tests="2"/>', encoding="utf-8")
    assert checks.count(step("unit", "", counts=True), 1)["failed"] == 1


def test_what_was_skipped_is_named_with_its_reason() -> None:
    text = (
        "SKIPPED [2] tests/unit/test_a.py:7: needs chromium\n"
        'WARNING: Required program "shellcheck" not found.\n'
        "skipped: the rehearsal\nnothing skipped: here\n"
    )
    outcome = checks.Outcome(step("sanity", ""), 1.0, 0, text)
    assert outcome.skipped() == [
        "sanity: tests/unit/test_a.py:7: needs chromium",
        'sanity: Required program "shellcheck" not found.',
        "sanity: the rehearsal",
    ]


def test_every_step_runs_after_a_failure_and_the_summary_says_so(
    logs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runner = checks.Runner()
    missing = Step("missing", "lint", ("no-such-program",), "a program that is not there")
    runner.lane([step("bad", "print('the reason'); raise SystemExit(3)"), missing, step("good", "print('ok')")])
    assert [outcome.status for outcome in runner.outcomes] == [3, 1, 0]
    assert checks.summarize(runner.outcomes, 1.0) == 1
    shown = capsys.readouterr().out
    assert "the reason" in shown
    assert "Failed: bad, missing." in shown
    assert shown.rstrip().endswith("1 passed, 2 failed, 0 skipped")
    written = json.loads((logs / "summary.json").read_text(encoding="utf-8"))
    assert written["tests"] == {"passed": 1, "failed": 2, "skipped": 0}
    assert written["steps"]["good"]["passed"] and not written["steps"]["bad"]["passed"]


def test_the_last_lines_say_what_failed_of_a_long_output(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who sees the end of a log only shall not have to look further."""
    code = "print('fatal: [node1]: FAILED! => the reason'); print(*['noise'] * 500, sep='\\n'); raise SystemExit(2)"
    runner = checks.Runner()
    runner.lane([step("hosts", code)])
    checks.summarize(runner.outcomes, 1.0)
    last = capsys.readouterr().out.splitlines()[-14:]
    assert any("the reason" in line for line in last)
    assert runner.outcomes[0].work > 0


FLEETING = """
from pathlib import Path

def test_steady():
    pass

def test_fleeting():
    seen = Path(__file__).with_suffix(".seen")
    seen.touch() if not seen.exists() else None
    assert {condition}
"""


@pytest.mark.parametrize(
    ("condition", "fleeting"), [("len(seen.read_text()) or seen.write_text('x') == 0", True), ("0", False)]
)
def test_a_test_that_fails_by_chance_is_run_by_itself_and_named(
    logs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, condition: str, fleeting: bool
) -> None:
    """Both have failed, the one that fails again and the one that does not."""
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    file = logs / "test_chance.py"
    file.write_text(FLEETING.replace("{condition}", condition), encoding="utf-8")
    report = f"--junit-xml={logs / 'unit.xml'}"
    command = (sys.executable, "-m", "pytest", "-q", f"--rootdir={logs}", str(file), report)
    tried = Step("unit", "tests", command, "tests", counts=True)
    monkeypatch.setattr(Step, "folder", lambda _step: (logs, logs))
    runner = checks.Runner()
    runner.lane([tried])
    assert checks.summarize(runner.outcomes, 1.0) == 1
    shown = capsys.readouterr().out
    assert ("Failed among the others, passed by itself:\n  test_chance.py::test_fleeting" in shown) == fleeting
    totals = json.loads((logs / "summary.json").read_text(encoding="utf-8"))["tests"]
    assert totals == {"passed": 1, "failed": 1, "skipped": 0}


def test_steps_are_chosen_by_name_or_lane() -> None:
    assert [s.name for s in checks.chosen(["sanity", "unit"])] == ["unit", "sanity"]
    assert {s.lane for s in checks.chosen(["lint"])} == {"lint"}
    assert checks.chosen([]) == list(STEPS)
    assert [s.name for s in STEPS if s.track == "tests"] == ["unit", "integration"]
    with pytest.raises(SystemExit, match="No such step: nonsense"):
        checks.chosen(["nonsense"])
