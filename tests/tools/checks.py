# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the steps of ``make test``, side by side; tell the seconds of each, what failed and what was skipped.

``checks.py`` runs all; ``checks.py lint`` the steps of that lane; ``checks.py unit sanity`` the named ones. Each
step's output is kept in build/test/NAME.log and shown in full when the step failed. All steps run even when one
fails. Where few files of tests failed, those are run once more by themselves, to tell a test that met what ran beside
it from one that fails always: both have failed. The exit status is 1 when a step failed; build/test/summary.json says
the same as the last lines.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree import ElementTree

from steps import BUILD, ROOT, STEPS, Step

LOGS = BUILD / "test"
#: how a step says that something could not be run here: pytest's own words, ansible-test's, and those of our tools
SKIPS = re.compile(
    r"^(?:SKIPPED \[\d+\] (?P<pytest>.*)|WARNING: (?P<sanity>.*Required program.*)|skipped: (?P<ours>.*))$", re.M
)
#: how tests, tasks of Ansible and our tools say what failed
FAILURES = re.compile(r"^(?:FAILED|ERROR|fatal:|failed:)|: FAILED after")


#: the file of a test that failed, and in how many files tests may fail by chance
FILES = re.compile(r"^(?:FAILED|ERROR) (?P<test>(?P<file>\S+?\.py)\S*)", re.M)
CHANCE = 3


@dataclass
class Outcome:
    """What became of a step."""

    step: Step
    seconds: float
    status: int
    text: str
    counts: Counter[str] = field(default_factory=Counter)
    #: seconds of processors, without those of programs that went on in the background
    work: float = 0.0
    #: tests that failed among the others and passed by themselves
    unsteady: list[str] = field(default_factory=list)

    def essence(self) -> list[str]:
        """Of a failure what a reader of the last lines wants to know: tests or tasks, else the end of the output."""
        lines = [line.rstrip()[:240] for line in self.text.splitlines() if line.strip()]
        telling = [line for line in lines if FAILURES.search(line)]
        return [*telling[-12:], "...", *lines[-3:]] if telling else lines[-12:]

    def skipped(self) -> list[str]:
        """What it says it could not run, with the reason."""
        return [f"{self.step.name}: {next(filter(None, found.groups()))}" for found in SKIPS.finditer(self.text)]


def count(step: Step, status: int) -> Counter[str]:
    """Tests passed, failed and skipped: of a pytest run those of its report, of another step the step itself."""
    report = LOGS / f"{step.name}.xml"
    if not (step.counts and report.exists()):
        return Counter(failed=1) if status else Counter(passed=1)
    found: Counter[str] = Counter()
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        found.update(failed=failed, skipped=skipped, passed=int(suite.get("tests", 0)) - failed - skipped)
    if status and not found["failed"]:
        found["failed"] = 1
    return found


class Runner:
    """Runs tracks of steps side by side and prints one outcome at a time."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self._children: set[subprocess.Popen[str]] = set()
        self._print = threading.Lock()
        self._stopped = False

    def run(self, step: Step) -> Outcome:
        """Run one step with its output in a file, and the files of a few tests that failed once more."""
        first = self.once(step, LOGS / f"{step.name}.log")
        files = {found["file"] for found in FILES.finditer(first.text)}
        if not (step.counts and first.status and 0 < len(files) <= CHANCE and not self._stopped):
            return first
        name = f"{step.name}-again"
        report = LOGS / f"{name}.xml"
        command = (sys.executable, "-m", "pytest", *sorted(files), "-q", "--color=no", f"--junit-xml={report}")
        second = self.once(replace(step, name=name, command=command), LOGS / f"{name}.log")
        first.seconds, first.work = first.seconds + second.seconds, first.work + second.work
        first.text += f"\n{'-' * 20} those files by themselves:\n{second.text}"
        if not second.status:
            first.unsteady = [found["test"] for found in FILES.finditer(first.text)]
        return first

    def once(self, step: Step, log: Path) -> Outcome:
        """Run a command of a step with its output in a file."""
        (LOGS / f"{step.name}.xml").unlink(missing_ok=True)
        started = time.monotonic()
        folder, collections = step.folder()
        with log.open("w", encoding="utf-8") as out:
            child = subprocess.Popen(
                step.command,
                cwd=folder,
                env=step.environment(collections),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
            self._children.add(child)
            _pid, ended, used = os.wait4(child.pid, 0)
            status = child.returncode = os.waitstatus_to_exitcode(ended)
            self._children.discard(child)
        if step.counts and status == 5:  # pytest found no test: nothing to act on yet
            status = 0
        text = log.read_text(encoding="utf-8", errors="replace")
        outcome = Outcome(step, time.monotonic() - started, status, text, count(step, status))
        outcome.work = used.ru_utime + used.ru_stime
        return outcome

    def lane(self, steps: list[Step]) -> None:
        """Run steps one after the other."""
        for step in steps:
            if self._stopped:
                return
            try:
                outcome = self.run(step)
            except (OSError, subprocess.SubprocessError) as error:
                outcome = Outcome(step, 0.0, 1, f"It could not be started: {error}", Counter(failed=1))
            if self._stopped:
                return
            self.outcomes.append(outcome)
            self.show(outcome)

    def show(self, outcome: Outcome) -> None:
        """One line for what passed, everything for what failed."""
        step = outcome.step
        with self._print:
            word = "FAILED" if outcome.status else "passed"
            print(f"{word}  {step.name:<14}{outcome.seconds:7.1f} s   {step.about}", flush=True)
            if outcome.status:
                print(
                    f"{'-' * 20} {step.name}: {' '.join(step.command)}\n{outcome.text.rstrip()}\n{'-' * 20}", flush=True
                )
            elif step.counts and outcome.text.strip():
                print("        " + outcome.text.strip().splitlines()[-1].strip("= "), flush=True)

    def stop(self) -> None:
        """End what runs, with everything that it started."""
        self._stopped = True
        for child in list(self._children):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGINT)
        deadline = time.monotonic() + 5
        for child in list(self._children):
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)


def chosen(names: list[str]) -> list[Step]:
    """The steps that are named, by their own name or their lane's; all without a name."""
    known = {step.name for step in STEPS} | {step.lane for step in STEPS}
    if unknown := [name for name in names if name not in known]:
        raise SystemExit(f"No such step: {', '.join(unknown)}. There are: {', '.join(step.name for step in STEPS)}.")
    return [step for step in STEPS if not names or step.name in names or step.lane in names]


def summarize(outcomes: list[Outcome], seconds: float) -> int:
    """Print and write what happened; the exit status."""
    totals: Counter[str] = Counter(passed=0, failed=0, skipped=0)
    for outcome in outcomes:
        totals.update(outcome.counts)
    print(f"\n{len(outcomes)} steps in {seconds:.0f} s:")
    for outcome in sorted(outcomes, key=lambda o: -o.seconds):
        word = "FAILED" if outcome.status else "passed"
        print(f"  {outcome.step.name:<14}{outcome.seconds:7.1f} s, {outcome.work:7.1f} s of processors  {word}")
    skipped = [line for outcome in outcomes for line in outcome.skipped()]
    print("\nSkipped:" if skipped else "\nNothing was skipped.")
    for line in skipped:
        print(f"  {line}")
    unsteady = [test for outcome in outcomes for test in outcome.unsteady]
    if unsteady:
        print("\nFailed among the others, passed by itself:")
        print("\n".join(f"  {test}" for test in unsteady))
    failed = [outcome.step.name for outcome in outcomes if outcome.status]
    for outcome in outcomes:
        if outcome.status:
            print(f"\n{outcome.step.name} failed:")
            print("\n".join(f"  {line}" for line in outcome.essence()))
    if failed:
        print(
            f'\nFailed: {", ".join(failed)}. Again: make test STEPS="{" ".join(failed)}". '
            f"Output: {LOGS.relative_to(ROOT)}/"
        )
    document = {
        "seconds": round(seconds, 1),
        "steps": {
            o.step.name: {"seconds": round(o.seconds, 1), "work": round(o.work, 1), "passed": not o.status}
            for o in outcomes
        },
        "tests": dict(totals),
        "skipped": skipped,
        "unsteady": unsteady,
    }
    (LOGS / "summary.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"\n{totals['passed']} passed, {totals['failed']} failed, {totals['skipped']} skipped", flush=True)
    return 1 if failed else 0


def main() -> int:
    """Run what is asked for."""
    steps = chosen(sys.argv[1:])
    LOGS.mkdir(parents=True, exist_ok=True)
    runner = Runner()
    started = time.monotonic()
    lanes = [[s for s in steps if s.track == track] for track in dict.fromkeys(s.track for s in STEPS)]
    threads = [threading.Thread(target=runner.lane, args=(lane,), daemon=True) for lane in lanes]
    # started in the background, this process ignores SIGINT, and so would the tests of interruption
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_ignored: signal.raise_signal(signal.SIGINT))
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(0.5)
    except KeyboardInterrupt:
        runner.stop()
        print("\nStopped.", file=sys.stderr)
        return 130
    ordered = sorted(runner.outcomes, key=lambda outcome: STEPS.index(outcome.step))
    if len(ordered) < len(steps):
        print("A lane ended early; the lines above say why.", file=sys.stderr)
        summarize(ordered, time.monotonic() - started)
        return 1
    return summarize(ordered, time.monotonic() - started)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    sys.exit(main())
