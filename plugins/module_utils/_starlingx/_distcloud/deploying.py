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
from dataclasses import dataclass, field
from typing import Any

from ..._engine.errors import (
    ApiError,
    EdgeError,
    FaultError,
    InputError,
    LoginError,
    UnreachableError,
    UnsureWriteError,
    WaitTimeoutError,
)
from ..._engine.plan import Change, Wanted
from ..._engine.progress import tell
from ..._engine.wait import FIRST_PAUSE, GROWTH
from .dialect import DistcloudDialect, encoded
from .states import ONLINE
from .steps import DEPLOYING, Done, Fail, Past, Send, Verdict, Wait, advance, id_of, way
from .subclouds import SUBCLOUD, content, dumped

#: seconds after a request in which the record may still be as before, and between two phases
SETTLE = 60.0
#: seconds for which dcmanager may be away in the meantime
OUTAGE = 1800.0
#: how often the same request is sent without anything coming of it
SENDS = 3
#: what a form calls an option
PARTS = {"bootstrap_address": "bootstrap-address", "group": "group_id"}
#: words of refusals that mean that the record has moved on since it was looked at
MOVED = ("deploy status must be", "already managed", "already unmanaged", "already exists", "Subcloud not found")


@dataclass(frozen=True)
class Pace:
    """How a run goes on: how many at once, after how many failures it begins no more, and how long it waits."""

    parallel: int = 1
    max_failures: int = 0
    canaries: tuple[str, ...] = ()
    by_group: bool = True
    wait: bool = True
    timeout: float = 14400.0
    interval: float = 10.0
    #: seconds for which one that is offline is waited for before it is skipped; None: as long as ``timeout``
    offline: float | None = None


@dataclass
class Item:
    """One subcloud of a run."""

    wanted: Wanted
    change: Change
    live: Mapping[str, Any] | None
    wave: str = ""
    #: waiting, running, unchanged, done, failed, skipped
    status: str = "waiting"
    steps: list[str] = field(default_factory=list)
    error: EdgeError | None = None
    begun: float = 0.0
    acted: bool = False
    sent_at: float = 0.0
    sent_seeing: tuple[Any, ...] = ()
    between_since: float = 0.0
    offline_since: float = 0.0
    refusals: int = 0
    told: str = ""

    @property
    def name(self) -> str:
        """The subcloud's name."""
        return str(self.wanted.values["name"])

    @property
    def seeing(self) -> tuple[Any, ...]:
        """What tells one state of the record from another."""
        keys = ("deploy-status", "availability-status", "management-state", "updated-at")
        return tuple((self.live or {}).get(k) for k in keys)


def form(wanted: Wanted, step: Send) -> dict[str, Any]:
    """The fields of a request: texts, files as pairs of name and bytes, passwords in base64."""
    fields: dict[str, Any] = dict(step.form)
    values = wanted.values
    for option in step.parts:
        value = values[option]
        key = option if step.name == "peer group" else PARTS.get(option, option)
        if option in ("bootstrap_values", "install_values"):
            shown = {k: v for k, v in value.items() if k != "bmc_password"} if option == "install_values" else value
            fields[key] = (f"{values['name']}-{option}.yml", dumped(shown))
        elif option in ("deploy_config", "cloud_init_config"):
            suffix = "tar" if option == "cloud_init_config" else "yml"
            fields[key] = (f"{values['name']}-{option}.{suffix}", content(option, value))
        elif option in ("sysadmin_password", "bmc_password"):
            fields[key] = encoded(value)
        else:
            fields[key] = id_of(value)
    return fields


class Deployment:
    """A run over subclouds."""

    def __init__(self, dialect: DistcloudDialect, items: Sequence[Item], names: Mapping[str, str], pace: Pace) -> None:
        self._dialect, self.items, self._names, self._pace = dialect, list(items), names, pace
        self.stopped = ""

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
            self._wave([i for i in self.items if i.wave == wave])
            failed = [i for i in self.items if i.status == "failed"]
            if self._pace.canaries and place == 0 and wave == "canary" and failed and not self.stopped:
                self.stopped = f"a canary failed ({failed[0].name})"
        for item in self.items:
            if item.status == "waiting":
                item.status, item.error = "skipped", self._not_begun(item)

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
        """One list for all of them."""
        away = 0.0
        while True:
            try:
                rows = self._dialect.fetch(SUBCLOUD, "", quick=True)
                break
            except (UnreachableError, ApiError) as error:
                passing = isinstance(error, UnreachableError) or error.status in (429, 502, 503, 504)
                away = away or time.monotonic()
                if not passing or time.monotonic() - away > OUTAGE:
                    raise
                time.sleep(min(1.0, self._pace.interval))
        by_name = {str(r.get("name")): r for r in rows}
        for item in items:
            item.live = by_name.get(item.name)

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
        except (LoginError, UnreachableError):
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
        if verdict.for_what == "online" and not item.acted:
            item.offline_since = item.offline_since or now
            if self._pace.offline is not None and now - item.offline_since >= self._pace.offline:
                item.status, item.error = "skipped", offline_error(item)
                return
        if now - item.begun > self._pace.timeout:
            raise timeout_error(item, verdict, self._pace.timeout)

    def _send(self, item: Item, step: Send) -> None:
        """Send a step. Where its answer was lost, or the record has moved on, the next look decides."""
        if item.steps[-SENDS:] == [step.name] * SENDS:
            raise WaitTimeoutError(
                f"subcloud {item.name}: dcmanager took {step.name} {SENDS} times, and nothing came of it.",
                "Look at dcmanager's log on the System Controller.",
                last_state=str((item.live or {}).get("deploy-status")),
            )
        body = form(item.wanted, step) if step.method != "DELETE" else None
        item.sent_seeing = item.seeing
        item.steps.append(step.name)
        item.acted = step.name in DEPLOYING or (item.acted and step.name != "remove")
        try:
            self._dialect.http.json(step.method, step.path, json=body)
        except UnsureWriteError:
            item.steps.pop()
            self._unsure(item, step)
        except ApiError as error:
            item.steps.pop()
            if error.status not in (400, 404, 409, 422) or not any(w in str(error.details) for w in MOVED):
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
    def _refusals(item: Item, error: ApiError) -> None:
        """Another run was quicker, or the look was old: look again, but not for ever."""
        item.refusals += 1
        if item.refusals >= SENDS:
            raise error


def offline_error(item: Item) -> EdgeError:
    """Why a subcloud that is offline was left alone."""
    return EdgeError(
        f"subcloud {item.name} is offline, and was left as it is.",
        "Bring it back, and run again: it is picked up then.",
        offline=True,
        state=str((item.live or {}).get("deploy-status")),
    )


def timeout_error(item: Item, verdict: Wait, timeout: float) -> EdgeError:
    """The error for a wait that took too long, with what it waited for."""
    remedies = {
        "online": "See that its controller is up and reaches the System Controller, and run again.",
        "offline": "dcmanager deletes no subcloud that is online: power its controllers off, and run again.",
    }
    waited = {"online": "come online", "offline": "go offline"}.get(verdict.for_what, "get on")
    state = str((item.live or {}).get("deploy-status") or verdict.state)
    return WaitTimeoutError(
        f"subcloud {item.name} did not {waited} within {timeout:g} s; it is {verdict.state}"
        f"{f' ({state})' if state != verdict.state else ''}.",
        remedies.get(verdict.for_what, "Raise wait_timeout if it only needs longer, and run again."),
        last_state=verdict.state,
        timeout=timeout,
    )


def offline_now(items: Sequence[Item]) -> list[str]:
    """Names of those that are there and offline."""
    return sorted(i.name for i in items if i.live is not None and i.live.get("availability-status") != ONLINE)
