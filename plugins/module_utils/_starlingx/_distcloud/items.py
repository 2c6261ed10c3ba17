# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One subcloud of a run: how far it is, what is sent for it, and how its waits end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..._engine.errors import EdgeError, WaitTimeoutError
from ..._engine.plan import Change, Wanted
from .dialect import encoded
from .states import ONLINE
from .steps import Send, Wait, id_of
from .subclouds import content, dumped

#: what a form calls an option
PARTS = {"bootstrap_address": "bootstrap-address", "group": "group_id"}


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
    #: seconds for which one that is offline is waited for before it is skipped; None: it fails when nobody waits more
    offline: float | None = None
    #: whether ``timeout`` is the user's, which counts for every wait
    given: bool = False


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
    #: what is waited for, since when
    waited: str = ""
    waiting_since: float = 0.0
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
        "online": "See that its controller is configured, unlocked and reaches the System Controller, and run again.",
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
