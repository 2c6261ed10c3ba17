# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts: their description, board management, and locking and unlocking.

Source: sysinv ``/ihosts`` (2026). An unlock reboots the host; on a simplex the APIs go away with it for minutes.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._engine.dialect import Document, Sent
from .._engine.errors import ApiError, InputError, UnreachableError, UnsureWriteError
from .._engine.field import Field
from .._engine.plan import Change
from .._engine.resource import Resource, Wait
from .dialect import StarlingxDialect, patch

#: seconds for which the API of a controller that unlocks itself may be away
OUTAGE = 1800
#: what maintenance is doing with a host -> where that leads
_TOWARDS = {"unlock": "unlocked", "lock": "locked", "force-lock": "locked", "force-unsafe-lock": "locked"}
_TASKS = {"Unlocking": "unlocked", "Locking": "locked", "Force Locking": "locked", "Unsafely Force Locking": "locked"}

LOCK = Field(
    "lock",
    (
        "What to do when a change needs a locked host and the host is unlocked.",
        "With V(never) the change is refused before anything is sent.",
        "With V(allowed) the host is locked, changed and unlocked again; it is out of service until it has rebooted.",
    ),
    choices=("never", "allowed"),
    default="never",
    local=True,
)

HOST_SCOPE = Field(
    "host", "Name or id of the host.", required=True, scope=True, reference="host", sample="controller-0"
)


def _view(live: Document) -> Document:
    """The host with where it is going (``target``) and one ``condition`` out of its several states."""
    task, action = str(live.get("task") or ""), str(live.get("ihost_action") or "")
    admin, oper, avail = (str(live.get(k)) for k in ("administrative", "operational", "availability"))
    target = _TOWARDS.get(action) or _TASKS.get(task) or admin
    condition = f"{admin}/{oper}/{avail}"
    if action or task:
        condition = task or action
    if avail == "failed" and not task.endswith("re-enabling") and action not in _TOWARDS:
        # maintenance tries again by itself until a threshold; a lock or unlock that is under way leads out of it
        condition = "failed"
    elif live.get("vim_progress_status") == "services-disable-failed" and not action and admin == "unlocked":
        condition = "lock-failed"
    location = live.get("location")
    return {
        **live,
        "target": target,
        "condition": condition,
        "reason": task or live.get("vim_progress_status"),
        "place": location.get("locn") if isinstance(location, Mapping) else location,
    }


def _check(values: Mapping[str, Any]) -> None:
    """Board management needs an address and a user."""
    kind = values.get("bm_type")
    if kind in (None, "none"):
        return
    missing = [n for n in ("bm_address", "bm_username") if not values.get(n)]
    if missing:
        raise InputError(
            f"bm_type: {kind} needs {' and '.join(missing)}.", "Give them, or bm_type: none.", options=missing
        )


def _is_going(dialect: StarlingxDialect, identity: str, target: str) -> bool:
    """Whether a host is on its way to ``target``; waits for an API that is away."""
    begun = time.monotonic()
    while True:
        try:
            host = next(h for h in dialect.list("ihosts", quick=True) if h["uuid"] == identity)
        except (UnreachableError, ApiError) as error:
            passing = isinstance(error, UnreachableError) or error.details.get("status") in (502, 503, 504)
            if not passing or time.monotonic() - begun > OUTAGE:
                raise
            time.sleep(1.0)
        else:
            return bool(_view(host)["target"] == target)


class HostSender:
    """PATCH of the attributes that differ, then the action that locks or unlocks."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Hosts are found, not made."""
        raise NotImplementedError

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Attributes first: an unlock puts them to work."""
        values = {
            change.resource.by_name[n].path: v for n, v in payload.items() if n not in ("administrative", "location")
        }
        if "location" in payload:
            values["location"] = {"locn": payload["location"]}
        password = change.wanted.values.get("bm_password")
        if password and {"bm_ip", "bm_type", "bm_username"} & set(values):
            values["bm_password"] = password
        if values:
            dialect.http.json("PATCH", f"ihosts/{change.id}", json=patch(values))
        if "administrative" in payload:
            self._act(dialect, change.id, "unlock" if payload["administrative"] == "unlocked" else "lock")
        return Sent(id=change.id)

    @staticmethod
    def _act(dialect: StarlingxDialect, identity: str, action: str) -> None:
        try:
            dialect.http.json("PATCH", f"ihosts/{identity}", json=patch({"action": action}))
        except ApiError as error:
            if f"already '{action}ed'" not in str(error.details.get("detail")):
                raise
        except UnsureWriteError:
            # the engine would look at once, while a controller that did unlock takes its API with it
            if not _is_going(dialect, identity, f"{action}ed"):
                raise

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """DELETE a locked host."""
        dialect.http.json("DELETE", f"ihosts/{change.id}")
        return Sent(id=change.id)


#: kinds whose changes take effect with, or must come before, an unlock
CONFIGURATION = (
    "system",
    "dns",
    "ntp",
    "oam_network",
    "data_network",
    "host_interface",
    "address",
    "route",
    "host_label",
    "host_cpu",
    "host_memory",
    "storage_backend",
    "host_storage",
)

HOST = Resource(
    kind="host",
    module="stx_host",
    title="host",
    path="ihosts",
    id_key="uuid",
    verbs=frozenset({"update"}),
    view=_view,
    sender=HostSender(),
    check=_check,
    after=("host_lock", *CONFIGURATION),
    fields=(
        Field(
            "name",
            "Name of the host.",
            required=True,
            identity=True,
            api="hostname",
            aliases=("hostname",),
            sample="controller-0",
        ),
        Field(
            "administrative",
            (
                "Whether the host should be unlocked, that is in service, or locked.",
                "An unlock reboots the host and takes minutes; on a simplex its APIs are away meanwhile.",
            ),
            api="target",
            choices=("unlocked", "locked"),
            sample="unlocked",
        ),
        Field("location", "Where the host stands.", api="place", sample="rack 7, unit 12"),
        Field(
            "clock_synchronization",
            "How the host's clock is kept.",
            choices=("ntp", "ptp"),
            sample="ntp",
        ),
        Field(
            "bm_type",
            "Protocol of the board management controller.",
            choices=("none", "dynamic", "ipmi", "redfish"),
            normalize=lambda value: value or "none",
            sample="redfish",
        ),
        Field("bm_address", "Address of the board management controller.", api="bm_ip", sample="10.20.31.10"),
        Field("bm_username", "User of the board management controller.", sample="root"),
        Field("bm_password", "Password of that user.", secret=True),
        Field("personality", "Role of the host.", read_only=True, sample="controller"),
        Field("subfunctions", "Functions of the host.", read_only=True, sample="controller,worker"),
        Field("operational", "Operational state.", read_only=True, sample="enabled"),
        Field("availability", "Availability.", read_only=True, sample="available"),
        Field("task", "What maintenance is doing.", read_only=True, sample=""),
        Field("config_status", "Whether configuration waits for a lock and unlock.", read_only=True),
        Field("mgmt_ip", "Address on the management network.", read_only=True, sample="192.168.204.2"),
        Field("software_version", "Release on the host.", api="sw_version", read_only=True, sample="26.09"),
    ),
    ready=Wait(
        path="condition",
        done=frozenset(
            {
                "unlocked/enabled/available",
                "locked/disabled/online",
                "locked/disabled/offline",
                "locked/disabled/power-off",
            }
        ),
        failed=frozenset({"failed", "lock-failed"}),
        reason=("reason",),
        outage=OUTAGE,
        remedy="Look at the host's alarms and its /var/log/puppet, mend the cause, lock the host, and run again.",
        timeout=3600,
    ),
)

#: steps that a review adds when a change needs a locked host and locking is allowed
HOST_LOCK = replace(HOST, kind="host_lock", module="", after=())
HOST_UNLOCK = replace(HOST, kind="host_unlock", module="", after=("host", *HOST.after))
