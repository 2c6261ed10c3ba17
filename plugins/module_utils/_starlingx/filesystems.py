# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""File systems of a host, and those that the controllers share.

Source: sysinv ``/host_fs``, ``/controller_fs`` and their ``update_many`` (2026). Sizes are GiB and only grow; several
grow in one request, because while one does sysinv refuses the next. A controller's ``state`` is the text of a
dictionary.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.dialect import Document, Sent
from .._engine.errors import InputError
from .._engine.field import Compare, Field
from .._engine.plan import Change
from .._engine.resource import Resource, Wait
from .dialect import Lists, StarlingxDialect, patch
from .hosts import HOST_SCOPE, LOCK

HOST_NAMES = (
    *("backup", "ceph", "docker", "image-conversion", "instances", "kubelet", "log", "root", "scratch", "var"),
)
#: those that a host need not have; the others are the installer's
OPTIONAL = ("ceph", "image-conversion", "instances")
CONTROLLER_NAMES = ("database", "dc-vault", "docker-distribution", "etcd", "extension", "platform")
_GOING = ("Deleting", "Deleting (on unlock)")
_BUSY = ("Creating", "Modifying", "Deleting")
_PROVISIONED = ("provisioned", "provisioning", "upgrading")


def gather_host(lists: Lists, scope: str, quick: bool) -> Sequence[Document]:
    """A host's file systems as one document."""
    rows = lists.list(f"ihosts/{scope}/host_fs", quick)
    states = {str(r["name"]): str(r.get("state")) for r in rows}
    busy = [n for n, s in states.items() if s in _BUSY]
    if busy and any(d["uuid"] == scope and d.get("invprovision") not in _PROVISIONED for d in lists.list("ihosts")):
        busy = []  # a host that was never in service makes its changes when it is unlocked
    failed = [n for n, s in states.items() if s == "Error"]
    return [
        {
            "uuid": scope,
            "filesystems": {r["name"]: r["size"] for r in rows if states[r["name"]] not in _GOING},
            "states": states,
            "ids": {r["name"]: r["uuid"] for r in rows},
            "progress": "failed" if failed else "changing" if busy else "settled",
            "reason": f"{', '.join(failed)} could not be changed" if failed else "",
        }
    ]


def _status(row: Document) -> str:
    try:
        return str(ast.literal_eval(str(row.get("state")))["status"])
    except (ValueError, SyntaxError, KeyError, TypeError):
        return str(row.get("state"))


def gather_controller(lists: Lists, scope: str, quick: bool) -> Sequence[Document]:
    """The controllers' file systems as one document; its id is the system's, where they are changed."""
    rows = lists.list("controller_fs", quick)
    states = {str(r["name"]): _status(r) for r in rows}
    failed = [n for n, s in states.items() if s == "drbd_fs_update_error"]
    busy = [n for n, s in states.items() if s.endswith("_in_progress")]
    return [
        {
            "uuid": next((r.get("isystem_uuid") for r in rows if r.get("isystem_uuid")), "") or "controller_fs",
            "filesystems": {r["name"]: r["size"] for r in rows},
            "states": states,
            "progress": "failed" if failed else "changing" if busy else "settled",
            "reason": f"{', '.join(failed)} could not be changed" if failed else "",
        }
    ]


def _sizes(values: Mapping[str, Any], known: Sequence[str], optional: Sequence[str]) -> Mapping[str, Any]:
    """Sizes as numbers; a null value removes one that is optional."""
    if "filesystems" not in values:
        return values
    given: dict[str, Any] = {}
    for name, size in (values.get("filesystems") or {}).items():
        if name not in known:
            raise _wrong(name, "is no file system here", f"Known: {', '.join(known)}.")
        if size is None and name not in optional:
            raise _wrong(name, "cannot be removed", f"Only {', '.join(optional) or 'none'} can.")
        if size is not None and (isinstance(size, bool) or not str(size).isdigit() or int(str(size)) < 1):
            raise _wrong(name, f"cannot have the size {size!r}", "Give a whole number of GiB.")
        given[name] = None if size is None else int(str(size))
    return {**values, "filesystems": given}


def _wrong(name: str, problem: str, remedy: str) -> InputError:
    return InputError(f"filesystems: {name} {problem}.", remedy, option="filesystems", value=name)


def _of_host(values: Mapping[str, Any], assumed: Mapping[str, Any]) -> Mapping[str, Any]:
    return _sizes(values, HOST_NAMES, OPTIONAL)


def _of_controllers(values: Mapping[str, Any], assumed: Mapping[str, Any]) -> Mapping[str, Any]:
    return _sizes(values, CONTROLLER_NAMES, ())


def differing(change: Change) -> set[str]:
    """Names of the file systems that a change grows, makes or removes."""
    present = (change.live or {}).get("filesystems", {})
    return {n for n, size in (change.payload.get("filesystems") or {}).items() if present.get(n) != size}


def review_filesystems(change: Change) -> InputError | None:
    """Nothing shrinks, and only optional ones are made."""
    present = (change.live or {}).get("filesystems", {})
    for name in sorted(differing(change)):
        size = change.payload["filesystems"][name]
        if size is not None and name in present and int(present[name]) > size:
            return _wrong(
                name, f"has {present[name]} GiB and cannot shrink to {size}", f"Give at least {present[name]}."
            )
        if name not in present and present and name not in OPTIONAL:
            return _wrong(name, "is none of this host's or system's", f"It has: {', '.join(sorted(present))}.")
    return None


def _many(sizes: Mapping[str, int]) -> list[Any]:
    return [patch({"name": name, "size": str(size)}) for name, size in sizes.items()]


class HostSender:
    """DELETE of what goes (its room may be needed), one PUT for all that grow, POST of what is new."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """A host always has file systems."""
        raise NotImplementedError

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Send what differs."""
        live, scope = change.live or {}, change.wanted.scope
        present, wanted = live["filesystems"], payload["filesystems"]
        names = [n for n in wanted if n in differing(change)]
        for name in names:
            if wanted[name] is None:
                dialect.http.json("DELETE", f"host_fs/{live['ids'][name]}")
        growing = {n: wanted[n] for n in names if wanted[n] is not None and n in present}
        if growing:
            dialect.http.json("PUT", f"ihosts/{scope}/host_fs/update_many", json=_many(growing))
        for name in names:
            if wanted[name] is not None and name not in present:
                body = {"ihost_uuid": scope, "name": name, "size": wanted[name]}
                dialect.http.json("POST", "host_fs", json=body)
        return Sent(id=change.id)

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """Not a verb of this kind."""
        raise NotImplementedError


class ControllerSender:
    """One PUT for all that grow."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """The controllers always have file systems."""
        raise NotImplementedError

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Send what differs."""
        growing = {n: size for n, size in payload["filesystems"].items() if n in differing(change)}
        dialect.http.json("PUT", f"isystems/{change.id}/controller_fs/update_many", json=_many(growing))
        return Sent(id=change.id)

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """Not a verb of this kind."""
        raise NotImplementedError


_READY = Wait(
    path="progress",
    done=frozenset({"settled"}),
    failed=frozenset({"failed"}),
    reason=("reason",),
    remedy="Look at the controller's /var/log/puppet and its alarms, mend the cause, and run again.",
    timeout=1800,
)
_STATES = Field(
    "states", "What sysinv is doing with each of them.", type="dict", read_only=True, sample={"docker": "In-Use"}
)

HOST_FILESYSTEM = Resource(
    kind="host_filesystem",
    module="stx_host_filesystem",
    title="file systems",
    path="ihosts/{scope}/host_fs",
    id_key="uuid",
    singleton=True,
    verbs=frozenset({"update"}),
    prepare=_of_host,
    sender=HostSender(),
    after=("host_lock", "host_label", "storage_backend", "host_physical_volume"),
    ready=_READY,
    fields=(
        HOST_SCOPE,
        Field(
            "filesystems",
            (
                "File systems with their sizes in GiB, which only grow. What is not named stays as it is.",
                "C(ceph), C(image-conversion) and C(instances) are made where they do not exist, and removed with a"
                " null value.",
                "C(instances) changes on a locked host only and excludes the volume group C(nova-local); C(ceph) needs"
                " the storage back end C(ceph-rook).",
            ),
            type="dict",
            compare=Compare.SUBSET,
            sample={"docker": 60, "scratch": 20},
        ),
        LOCK,
        _STATES,
    ),
)

CONTROLLER_FILESYSTEM = Resource(
    kind="controller_filesystem",
    module="stx_controller_filesystem",
    title="controllers' file systems",
    path="controller_fs",
    id_key="uuid",
    singleton=True,
    verbs=frozenset({"update"}),
    prepare=_of_controllers,
    sender=ControllerSender(),
    # sysinv changes them while every controller is in service only
    after=("host_filesystem", "host", "host_unlock"),
    ready=_READY,
    fields=(
        Field(
            "filesystems",
            (
                "File systems with their sizes in GiB, which only grow. What is not named stays as it is.",
                "The host's file system C(backup) has to have room for C(platform) and C(database) and 5 GiB more;"
                " grow it first.",
            ),
            type="dict",
            compare=Compare.SUBSET,
            sample={"docker-distribution": 30},
        ),
        _STATES,
    ),
)
