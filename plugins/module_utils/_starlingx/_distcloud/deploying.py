# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings subclouds to where they are wanted, in waves, with one look at all of them at a time.

Single and bulk are one code path: ``stx_subcloud`` is a run with one subcloud. There is one thread: dcmanager takes one
write after the other anyway, and what takes time happens there.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from ..._engine.errors import (
    ApiError,
    EdgeError,
    FaultError,
    InputError,
    LoginError,
    UnreachableError,
    UnsureWriteError,
    UntrustedError,
    WaitTimeoutError,
)
from ..._engine.progress import tell
from ..._engine.wait import FIRST_PAUSE, GROWTH
from .dialect import DistcloudDialect, passing
from .items import Item, Pace, form, offline_error, timeout_error
from .states import BUSY, next_command
from .steps import DEPLOYING, Done, Fail, Past, Send, Verdict, Wait, advance, way
from .subclouds import SUBCLOUD

#: seconds after a request in which the record may still be as before, and between two phases
SETTLE = 60.0
#: seconds for which dcmanager may be away in the meantime
OUTAGE = 1800.0
#: how often the same request is sent without anything coming of it
SENDS = 3
#: seconds in which the System Controller's audits see that a subcloud has come or gone, several times over
AUDITED = 900.0
#: seconds in which one that was just deployed is online: once somebody has configured and unlocked its controller, or
#: once the deployment manager has
UNLOCKED, RECONCILED = 3600.0, 7200.0
#: words of the refusal of a configuration for which the Deployment Manager's files are missing, and of those that mean
#: that the record has moved on since it was looked at
NO_FILES = "Missing required deploy files"
MOVED = ("deploy status must be", "already managed", "already unmanaged", "already exists", "Subcloud not found")


class Deployment:
    """A run over subclouds."""

    def __init__(self, dialect: DistcloudDialect, items: Sequence[Item], names: Mapping[str, str], pace: Pace) -> None:
        self._dialect, self.items, self._names, self._pace = dialect, list(items), names, pace
        self.stopped = ""
        #: why nothing could be looked at any more
        self.broken: EdgeError | None = None
        self._away = 0.0

    # -- the plan -----------------------------------------------------------------------------------------------

    def predict(self) -> None:
        """What a run would come to, from what there is now."""
        for item in self.items:
            item.steps, end = way(item.wanted, item.live, self._names, self._pace.offline is None)
            if isinstance(end, Fail):
                item.status, item.error = "failed", end.error
            elif isinstance(end, Wait):
                item.status, item.error = "skipped", offline_error(item)
            else:
                item.status = "done" if item.steps else "unchanged"

    def refused(self) -> list[EdgeError]:
        """What the options alone make impossible; nothing is sent then."""
        found = []
        for item in self.items:
            verdict = way(item.wanted, item.live, self._names)[1]
            if isinstance(verdict, Fail) and isinstance(verdict.error, InputError):
                found.append(verdict.error.at(item.wanted.origin))
        return found

    # -- the run ------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Go until nothing is left to do, or no more may be begun."""
        waves = list(dict.fromkeys(item.wave for item in self.items))
        for place, wave in enumerate(waves):
            try:
                self._wave([i for i in self.items if i.wave == wave])
            except EdgeError as error:
                self._break_off(error)
                break
            failed = [i for i in self.items if i.status == "failed"]
            if self._pace.canaries and place == 0 and wave == "canary" and failed and not self.stopped:
                self.stopped = f"a canary failed ({failed[0].name})"
        for item in self.items:
            if item.status == "waiting":
                item.status, item.error = "skipped", self._not_begun(item)

    def _break_off(self, error: EdgeError) -> None:
        """Nothing can be asked or sent any more: what has begun goes on there, and nothing else is begun."""
        self.broken = error
        self.stopped = f"the System Controller did not answer as it should ({error.message.rstrip('.')})"
        for item in self.items:
            if item.status != "running":
                continue
            state = str((item.live or {}).get("deploy-status") or "")
            last = f"it was {state} when that was seen last" if state else "there was no record of it yet"
            steps = f" after {', '.join(item.steps)}" if item.steps else ""
            told = f"subcloud {item.name}: {error.message.rstrip('.')}; {last}{steps}."
            going = " dcmanager goes on with what has begun, and a run takes it up." if state in BUSY or steps else ""
            command = next_command(item.name, state) or f"dcmanager subcloud show {item.name}"
            details = {**error.details, "state": state, "next_command": command}
            item.status, item.error = "failed", type(error)(told, f"{error.remedy}{going}".strip(), **details)

    def _not_begun(self, item: Item) -> EdgeError:
        return EdgeError(
            f"subcloud {item.name} was not touched, because {self.stopped}.",
            "Mend what failed and run again: the run goes on with it.",
            stopped=True,
        )

    def _wave(self, items: list[Item]) -> None:
        looked = 0.0  # what there was when the run was planned is the first look
        pause = min(FIRST_PAUSE, self._pace.interval)
        while True:
            if looked:
                self._look(items)
            looked = looked or 1.0
            sent = self._turn(items)
            running = [i for i in items if i.status == "running"]
            waiting = [i for i in items if i.status == "waiting"]
            if not running and (not waiting or self.stopped):
                return
            if sent:
                pause = min(FIRST_PAUSE, self._pace.interval)
            time.sleep(pause)
            pause = min(pause * GROWTH, self._pace.interval)

    def _look(self, items: list[Item]) -> None:
        """One list for all of them; a System Controller that is away is waited for."""
        while True:
            try:
                rows = self._dialect.fetch(SUBCLOUD, "", quick=True)
                break
            except EdgeError as error:
                self._pass_by(error)
                time.sleep(min(1.0, self._pace.interval))
        self._away = 0.0
        by_name = {str(r.get("name")): r for r in rows}
        for item in items:
            item.live = by_name.get(item.name)

    def _pass_by(self, error: EdgeError) -> None:
        """Raise what does not pass by itself, or has not for long."""
        first, self._away = not self._away, self._away or time.monotonic()
        if not passing(error) or time.monotonic() - self._away > OUTAGE:
            raise error
        if first:
            tell("dcmanager", "away", 0.0)

    def _turn(self, items: list[Item]) -> bool:
        """Let each go as far as it can; whether something was sent."""
        sent = False
        for item in items:
            if item.status == "running":
                sent = self._advance(item) or sent
        for item in items:
            if item.status != "waiting":
                continue
            verdict = self._verdict(item)
            if isinstance(verdict, Done):
                item.status = "unchanged"
                continue
            if self._full(items):
                continue
            item.status, item.begun = "running", time.monotonic()
            sent = self._advance(item) or sent
        return sent

    def _full(self, items: list[Item]) -> bool:
        failed = sum(i.status == "failed" for i in self.items)
        if failed > self._pace.max_failures and len(self.items) > 1:
            self.stopped = self.stopped or f"{failed} of the run failed, and {self._pace.max_failures} may"
        if self.stopped:
            return True
        return sum(i.status == "running" for i in items) >= max(1, self._pace.parallel)

    def _verdict(self, item: Item) -> Verdict:
        fresh = bool(item.sent_at) and item.seeing == item.sent_seeing and time.monotonic() - item.sent_at < SETTLE
        acted = item.acted
        if item.between_since and time.monotonic() - item.between_since > SETTLE:
            acted = False  # nobody goes on with it: we do
        last = item.steps[-1] if item.steps else ""
        return advance(item.wanted, item.live, self._names, Past(acted, fresh and item.acted, last))

    def _advance(self, item: Item) -> bool:
        """One step of one subcloud; whether something was sent."""
        try:
            return self._step(item)
        except (LoginError, UnreachableError, UntrustedError):
            raise
        except EdgeError as error:
            error.details.setdefault("object", f"subcloud {item.name}")
            item.status, item.error = "failed", error.about("subcloud", item.name)
        except Exception as error:  # whatever it is, the others go on
            item.status, item.error = "failed", FaultError.of(error, f"subcloud {item.name}")
        return False

    def _step(self, item: Item) -> bool:
        verdict = self._verdict(item)
        if isinstance(verdict, Done):
            item.status = "done" if item.steps else "unchanged"
            return False
        if isinstance(verdict, Fail):
            raise verdict.error
        if isinstance(verdict, Send):
            self._send(item, verdict)
            if not self._pace.wait:
                item.status = "done"
            return True
        self._waits(item, verdict)
        return False

    def _waits(self, item: Item, verdict: Wait) -> None:
        now = time.monotonic()
        if verdict.state != item.told:
            item.told = verdict.state
            tell(f"subcloud {item.name}", verdict.state, now - item.begun)
        item.between_since = (item.between_since or now) if verdict.for_what == "between" else 0.0
        if not self._pace.wait:
            item.status = "done" if item.steps else "unchanged"
            return
        if verdict.for_what != item.waited:
            item.waited, item.waiting_since = verdict.for_what, now
        if verdict.for_what == "online" and not item.acted and self._pace.offline is not None:
            if now - item.waiting_since >= self._pace.offline:
                item.status, item.error = "skipped", offline_error(item)
            return
        most, since = self._patience(item, verdict)
        if now - since > most:
            raise timeout_error(item, verdict, most)

    def _patience(self, item: Item, verdict: Wait) -> tuple[float, float]:
        """Seconds to wait at most, and since when: what audits see does not take as long as a deployment."""
        if self._pace.given or verdict.for_what not in ("online", "offline"):
            return self._pace.timeout, item.begun
        if not item.acted:
            return min(AUDITED, self._pace.timeout), item.waiting_since
        configured = item.wanted.values.get("deploy_config")
        return min(RECONCILED if configured else UNLOCKED, self._pace.timeout), item.waiting_since

    def _send(self, item: Item, step: Send) -> None:
        """Send a step. Where its answer was lost, or the record has moved on, the next look decides."""
        if item.steps[-SENDS:] == [step.name] * SENDS:
            raise WaitTimeoutError(
                f"subcloud {item.name}: dcmanager took {step.name} {SENDS} times, and nothing came of it.",
                "Look at dcmanager's log on the System Controller.",
                last_state=str((item.live or {}).get("deploy-status")),
            )
        body = form(item.wanted, step) if step.method != "DELETE" else None
        before, item.sent_seeing = (item.acted, item.sent_seeing), item.seeing
        item.steps.append(step.name)
        item.acted = step.name in DEPLOYING or (item.acted and step.name != "remove")
        try:
            self._dialect.http.json(step.method, step.path, json=body)
        except UnsureWriteError:
            item.steps.pop()
            self._unsure(item, step)
        except EdgeError as error:
            item.steps.pop()
            if passing(error, write=True):  # nothing was taken; the next look waits until it is back
                item.acted, item.sent_seeing = before
                self._pass_by(error)
                return
            if NO_FILES in str(error.details):
                error.remedy = (
                    f"Bring them to the System Controller with stx_subcloud_deploy_files. {error.remedy}".strip()
                )
            status = error.status if isinstance(error, ApiError) else 0
            if status not in (400, 404, 409, 422) or not any(w in str(error.details) for w in MOVED):
                raise
            item.told = ""
            self._refusals(item, error)
        item.sent_at = time.monotonic()
        tell(f"subcloud {item.name}", step.name, item.sent_at - item.begun)

    def _unsure(self, item: Item, step: Send) -> None:
        """Whether a request whose answer was lost has acted: what there is now tells."""
        time.sleep(min(FIRST_PAUSE, self._pace.interval))
        self._look([item])
        again = self._verdict(Item(item.wanted, item.change, item.live))
        if not (isinstance(again, Send) and again.name == step.name):
            item.steps.append(step.name)
        else:
            item.acted = False
            item.sent_seeing = ()

    @staticmethod
    def _refusals(item: Item, error: EdgeError) -> None:
        """Another run was quicker, or the look was old: look again, but not for ever."""
        item.refusals += 1
        if item.refusals >= SENDS:
            raise error
