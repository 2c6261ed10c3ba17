# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What dcmanager keeps: subclouds, groups, strategies and peers, and how it shows them."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .wire import Refused, Row

NO_ERRORS = "No errors present"
#: what is audited of each subcloud
ENDPOINTS = ("platform", "identity", "dc-cert", "firmware", "kubernetes", "kube-rootca", "software")
ONLINE, OFFLINE = "online", "offline"
MANAGED, UNMANAGED = "managed", "unmanaged"
DONE = "complete"
#: what is under way, and what becomes of it when dcmanager is restarted
DEPLOY_TRANSITORY = frozenset(
    {
        *("not-deployed", "creating", "pre-install", "installing", "pre-bootstrap", "bootstrapping", "pre-config"),
        *("configuring", "aborting-install", "aborting-bootstrap", "aborting-config", "pre-restore", "restoring"),
        *("onsite-restoring", "pre-rehome", "rehoming", "pre-deploy", "deploying", "pre-enroll", "enrolling"),
        *("pre-init-enroll", "initiating-enroll", "reconfiguring-network"),
    }
)
BACKUP_TRANSITORY = frozenset({"validating", "pre-backup", "backing-up", "deleting-backup"})
#: what the list adds to an error, by the deploy status
ADVICE = {
    "bootstrap-failed": "For bootstrap failures, please use 'dcmanager subcloud deploy resume' after the cause of"
    " failure has been resolved.",
    "config-failed": "For configuration failures, please use dcmanager subcloud deploy config command to reconfigure"
    " the subcloud after the cause of failure has been resolved.",
}


def now() -> str:
    """A time as dcmanager's data base writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


@dataclass
class World:
    """The records; keys of a row that begin with ``_`` are the lab's own."""

    version: str = "26.09"
    releases: tuple[str, ...] = ("25.09", "26.03")
    images: set[str] = field(default_factory=set)
    subclouds: dict[int, Row] = field(default_factory=dict)
    groups: dict[int, Row] = field(default_factory=dict)
    strategies: dict[str, Row] = field(default_factory=dict)
    peers: dict[int, Row] = field(default_factory=dict)
    peer_groups: dict[int, Row] = field(default_factory=dict)
    associations: dict[int, Row] = field(default_factory=dict)
    #: releases (their ids) that are deployed on the System Controller
    software: set[str] = field(default_factory=set)
    #: release -> which deploy file -> its name
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    #: the System Controller's management pool
    pool: Callable[[], Row] = dict
    _names: dict[str, int] = field(default_factory=dict)
    _last: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.images |= {self.version, *self.releases}
        self.software |= {f"starlingx-{v}.0" for v in (self.version, *self.releases)}
        self.groups[1] = {
            "id": self.number("group"),
            "name": "Default",
            "description": "Default Subcloud Group",
            "update_apply_type": "parallel",
            "max_parallel_subclouds": 2,
            "created-at": now(),
            "updated-at": None,
        }

    def number(self, table: str) -> int:
        """The next id."""
        self._last[table] = self._last.get(table, 0) + 1
        return self._last[table]

    @staticmethod
    def major(release: str) -> str:
        """``26.09`` of ``starlingx-26.09.1``."""
        found = re.search(r"(\d+\.\d+)", release)
        return found[1] if found else release

    # -- subclouds ----------------------------------------------------------------------------------------------

    def add(self, **values: Any) -> Row:
        """A new subcloud; ``values`` are the API's keys with underscores for dashes where it has dashes."""
        identity = self.number("subcloud")
        row: Row = {
            "id": identity,
            "name": "",
            "description": None,
            "location": None,
            "software-version": self.version,
            "management-state": UNMANAGED,
            "availability-status": OFFLINE,
            "deploy-status": "not-deployed",
            "backup-status": None,
            "backup-datetime": None,
            "error-description": NO_ERRORS,
            "region-name": uuid.uuid4().hex,
            "management-subnet": "",
            "management-start-ip": "",
            "management-end-ip": "",
            "management-gateway-ip": "",
            "openstack-installed": False,
            "prestage-status": None,
            "prestage-versions": None,
            "systemcontroller-gateway-ip": "",
            "data_install": None,
            "data_upgrade": None,
            "created-at": now(),
            "updated-at": None,
            "group_id": 1,
            "peer_group_id": None,
            "rehome_data": None,
            "_sync": dict.fromkeys(ENDPOINTS, "unknown"),
            "_run": 0,
            "_power": True,
            "_initial": True,
            "_values": {},
            "_config": False,
        }
        row.update(values)
        self.subclouds[identity] = row
        self._names[row["name"]] = identity
        return row

    def find(self, ref: str) -> Row:
        """By id or name; raises Refused."""
        identity = int(ref) if ref.isdigit() else self._names.get(ref, 0)
        row = self.subclouds.get(identity)
        if row is None:
            raise Refused(404, "Subcloud not found")
        return row

    def named(self, name: str) -> Row | None:
        """By name."""
        return self.subclouds.get(self._names.get(name, 0))

    def rename(self, row: Row, name: str) -> None:
        """Give it another name."""
        self._names.pop(row["name"], None)
        row["name"] = name
        self._names[name] = row["id"]

    def drop(self, row: Row) -> None:
        """Forget it."""
        self.subclouds.pop(row["id"], None)
        self._names.pop(row["name"], None)
        row["_run"] += 1

    def of_group(self, identity: int) -> list[Row]:
        """The subclouds of a group."""
        return [s for s in self.subclouds.values() if s["group_id"] == identity]

    def group(self, ref: str) -> Row | None:
        """By id or name."""
        if ref.isdigit():
            return self.groups.get(int(ref))
        return next((g for g in self.groups.values() if g["name"] == ref), None)

    def change(self, row: Row, **values: Any) -> None:
        """Change a row; underscores of keyword names stand for dashes where the row has them."""
        for name, value in values.items():
            dashed = name.replace("_", "-")
            row[dashed if dashed in row else name] = value
        row["updated-at"] = now()
        self.audit(row)

    @staticmethod
    def audit(row: Row) -> None:
        """What the audits find of a subcloud's endpoints: in sync once it is managed and online."""
        online = row["availability-status"] == ONLINE
        managed = online and row["management-state"] == MANAGED
        drifted = row.get("_drift", ())
        for endpoint in ENDPOINTS:
            seen = managed or (online and endpoint == "dc-cert")
            in_sync = "out-of-sync" if endpoint in drifted else "in-sync"
            row["_sync"][endpoint] = in_sync if seen else "unknown"

    def busy(self, row: Row) -> str:
        """Why nothing else may be begun with a subcloud; '' when it may."""
        what = ""
        if row["prestage-status"] == "prestaging":
            what = "prestage_status is 'prestaging'"
        elif row["backup-status"] in BACKUP_TRANSITORY:
            what = f"backup_status is '{row['backup-status']}'"
        elif row["deploy-status"] in DEPLOY_TRANSITORY:
            what = f"deploy_status is '{row['deploy-status']}'"
        if not what:
            return ""
        return f"Subcloud {row['name']} current {what}. Please wait until it finishes before running this operation."

    def idle(self, row: Row) -> None:
        """Raise Refused while something is under way."""
        why = self.busy(row)
        if why:
            raise Refused(409, why)


def plain(row: Row) -> Row:
    """A record without what is the lab's own."""
    return {k: v for k, v in row.items() if not k.startswith("_")}


def advised(row: Row) -> Row:
    """A subcloud as it is read: its error with the advice that goes with its state."""
    more = ADVICE.get(row["deploy-status"])
    text = row["error-description"]
    return {**plain(row), "error-description": f"{text}\n{more}" if more else text}


def listed(row: Row) -> Row:
    """A subcloud as the list has it."""
    states = list(row["_sync"].values())
    whole = states[0] if len(set(states)) == 1 else "out-of-sync"
    return {**advised(row), "sync_status": whole, "endpoint_sync_status": endpoints(row)}


def endpoints(row: Row) -> list[Row]:
    """The sync status of each endpoint."""
    return [{"endpoint_type": e, "sync_status": s} for e, s in row["_sync"].items()]


def data_install(row: Row) -> Row:
    """The install values that are kept; {} when there are none."""
    found: Row = json.loads(row["data_install"]) if row["data_install"] else {}
    return found
