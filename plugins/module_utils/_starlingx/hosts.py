# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts: adding and describing them, their board management, and locking and unlocking.

Source: sysinv ``/ihosts`` (2026). An unlock reboots the host; on a simplex the APIs go away with it for minutes.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._engine.dialect import Document, Sent
from .._engine.errors import ApiError, UnreachableError, UnsureWriteError
from .._engine.field import Field
from .._engine.plan import Change
from .._engine.resource import Resource, Wait
from .dialect import StarlingxDialect, made, patch
from .host_rules import PERSONALITIES, check_host, functions, host_as_live, mac, match_host, prepare_host

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
        "subfunctions": functions(live.get("subfunctions")),
        "place": location.get("locn") if isinstance(location, Mapping) else location,
    }


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
    """POST, or PATCH of the attributes that differ and then the action that locks or unlocks."""

    @staticmethod
    def _values(change: Change, payload: Mapping[str, Any]) -> dict[str, Any]:
        fields = change.resource.by_name
        kept = {n: v for n, v in payload.items() if n not in ("administrative", "location", "bm_password", "power_on")}
        values = {fields[n].path: v for n, v in kept.items()}
        if "location" in payload:
            values["location"] = {"locn": payload["location"]}
        if "mgmt_mac" in values:
            values["mgmt_mac"] = mac(values["mgmt_mac"])
        if "subfunctions" in values:
            values["subfunctions"] = ",".join(values["subfunctions"])
        return values

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST the host; its software is installed once its machine boots from the network."""
        body = self._values(change, payload)
        if payload.get("bm_password"):
            body["bm_password"] = payload["bm_password"]
        if payload.get("power_on"):
            body["power_on"] = "on"
        answer = dialect.http.json("POST", "ihosts", json=body)
        return Sent(id=made(answer, "ihosts"))

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Attributes first: an unlock puts them to work."""
        values = self._values(change, payload)
        password = change.wanted.values.get("bm_password")
        if password and ("bm_password" in payload or {"bm_ip", "bm_type", "bm_username"} & set(values)):
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
    "ptp_instance",
    "ptp_interface",
    "ptp_parameter",
    "service_parameter",
    "host_label",
    "host_cpu",
    "host_memory",
    "storage_backend",
    "host_storage",
    "ceph_monitor",
    "host_device",
    "host_partition",
    "host_volume_group",
    "host_physical_volume",
    "host_filesystem",
)

HOST = Resource(
    kind="host",
    module="stx_host",
    title="host",
    path="ihosts",
    id_key="uuid",
    view=_view,
    sender=HostSender(),
    check=check_host,
    prepare=prepare_host,
    match=match_host,
    adapt=host_as_live,
    after=("host_lock", *CONFIGURATION),
    fields=(
        Field(
            "name",
            (
                "Name of the host.",
                "StarlingX itself names controllers (C(controller-1)) and storage hosts (C(storage-0)); a worker needs"
                " one.",
            ),
            identity=True,
            api="hostname",
            aliases=("hostname",),
            sample="controller-0",
        ),
        Field(
            "mgmt_mac",
            (
                "MAC address of the port by which the host boots from the management network.",
                "By it a discovered host, which has no name yet, is meant. A host that is added needs it.",
            ),
            normalize=mac,
            create_only=True,
            remedy="Delete the host (state: absent) and add it again with the other port; of a site's machine that was"
            " replaced, edge.infra.replace_host does that.",
            sample="52:54:00:01:00:03",
        ),
        Field(
            "personality",
            (
                "Role of the host; given once, it makes StarlingX install the host's software over the network.",
                "A duplex of all-in-one controllers takes workers; storage hosts need a standard system with Ceph.",
            ),
            choices=PERSONALITIES,
            sample="controller",
        ),
        Field(
            "subfunctions",
            "Functions of the host; StarlingX chooses them by the personality. Given once.",
            type="list",
            elements="str",
            choices=("controller", "worker", "storage", "lowlatency"),
            normalize=functions,
            sample=["controller", "worker"],
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
        Field(
            "power_on",
            (
                "Whether to switch the host on by its board management when it is added.",
                "Later M(edge.infra.stx_host_action) does that.",
            ),
            type="bool",
            local=True,
        ),
        Field("boot_device", "Device that the host boots from; changed on a locked host.", sample="/dev/sda"),
        Field("rootfs_device", "Device for the root file system; changed on a locked host.", sample="/dev/sda"),
        Field("hw_settle", "Seconds that the hardware needs before the installer looks at it.", sample="0"),
        Field("install_output", "How the installer shows itself.", choices=("text", "graphical"), sample="text"),
        Field("console", "Serial console.", sample="ttyS0,115200"),
        Field("tboot", "Whether the host boots with Trusted Boot, in StarlingX's words."),
        Field(
            "ttys_dcd",
            "Whether a session on the serial console ends when the carrier is lost.",
            type="bool",
            normalize=lambda value: str(value).lower() == "true",
            sample=False,
        ),
        Field("operational", "Operational state.", read_only=True, sample="enabled"),
        Field("availability", "Availability.", read_only=True, sample="available"),
        Field("install_state", "How far the installation is.", read_only=True, sample="completed"),
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
        # in service, with an alarm that may last; only an unlock is to end better
        calm=frozenset({"unlocked/enabled/degraded"}),
        mover="administrative",
        reason=("reason",),
        outage=OUTAGE,
        remedy="Look at the host's alarms and its /var/log/puppet, mend the cause, lock the host, and run again.",
        timeout=3600,
    ),
)

#: steps that a review adds when a change needs a locked host and locking is allowed
HOST_LOCK = replace(HOST, kind="host_lock", module="", after=())
HOST_UNLOCK = replace(HOST, kind="host_unlock", module="", after=("host", *HOST.after))
