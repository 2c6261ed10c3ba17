# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What sysinv takes of a host, as far as it can be judged before anything is sent. Pure.

Source: sysinv's ``ihosts`` controller (2026): ``_new_host_semantic_checks``, ``check_provisioning``, ``delete``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.dialect import Document
from .._engine.errors import CreateOnlyError, EdgeError, InputError
from .._engine.plan import CREATE, DELETE, UPDATE, Change

PERSONALITIES = ("controller", "worker", "storage", "edgeworker")
#: options that tell the installer and the boot loader; sysinv takes them for a locked host only
BOOT = ("boot_device", "rootfs_device", "hw_settle", "install_output", "console", "tboot")
#: what is settled with the personality
ONCE = ("name", "personality", "subfunctions")
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
_WORKER_NAME = re.compile(r"[\w.\-]{1,255}")


def mac(value: Any) -> str:
    """A MAC address in sysinv's spelling."""
    return str(value or "").strip().lower().replace("-", ":")


def functions(value: Any) -> list[str]:
    """Subfunctions in an order that does not matter."""
    words = value if isinstance(value, list) else str(value or "").split(",")
    return sorted({w.strip() for w in words if w.strip()})


def prepare_host(values: Mapping[str, Any], assumed: Mapping[str, Any]) -> Mapping[str, Any]:
    """Refuse a declaration that names no host. A host of a name that is to be absent is not the nameless one that is
    discovered in its place while its machine is on."""
    if not values.get("name") and not values.get("mgmt_mac"):
        raise InputError("name: is missing.", "Give name, or mgmt_mac of a discovered host.", option="name")
    gone = values.get("state") == "absent" and values.get("name")
    return {k: v for k, v in values.items() if not (gone and k == "mgmt_mac")}


def check_host(values: Mapping[str, Any]) -> None:
    """Options that exclude or need each other, and names that go with a personality."""
    if values.get("mgmt_mac") and not _MAC.fullmatch(mac(values["mgmt_mac"])):
        raise _wrong("mgmt_mac", values["mgmt_mac"], "is no MAC address", "Write it as 52:54:00:01:02:03.")
    _check_name(values.get("name"), values.get("personality"))
    kind = values.get("bm_type")
    if values.get("power_on") and (kind == "none" or not values.get("bm_address") or not values.get("bm_username")):
        raise InputError(
            "power_on: switching the host on needs its board management.",
            "Give bm_type, bm_address, bm_username and bm_password, or switch it on by hand.",
            option="power_on",
        )
    if kind in (None, "none"):
        return
    missing = [n for n in ("bm_address", "bm_username") if not values.get(n)]
    if missing:
        raise InputError(
            f"bm_type: {kind} needs {' and '.join(missing)}.", "Give them, or bm_type: none.", options=missing
        )


def _check_name(name: Any, personality: Any) -> None:
    if not name or not personality:
        return
    text = str(name)
    if personality == "controller" and text not in ("controller-0", "controller-1"):
        raise _wrong("name", name, "is no name of a controller", "StarlingX calls them controller-0 and controller-1.")
    if personality == "storage" and not re.fullmatch(r"storage-[0-9]+", text):
        raise _wrong("name", name, "is no name of a storage host", "StarlingX calls them storage-0, storage-1, ...")
    if personality in ("worker", "edgeworker"):
        if not _WORKER_NAME.fullmatch(text):
            raise _wrong("name", name, "is no host name", "Use letters, digits, underscores, periods and hyphens.")
        if text in ("controller-0", "controller-1") or text.startswith("storage"):
            raise _wrong("name", name, f"is no name of a {personality}", "Give it another name.")


def _wrong(option: str, value: Any, problem: str, remedy: str) -> InputError:
    return InputError(f"{option}: {value!r} {problem}.", remedy, option=option, value=value)


def match_host(values: Mapping[str, Any], documents: Sequence[Document]) -> list[Document]:
    """The host of a name (or id); else the discovered one, or the one of any name, with the MAC."""
    name, address = values.get("name"), values.get("mgmt_mac")
    named = [d for d in documents if name and name in (d.get("hostname"), d.get("uuid"))]
    if named or not address:
        return named
    return [d for d in documents if mac(d.get("mgmt_mac")) == mac(address)]


def host_as_live(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    """A host that was named by its id has the name that it has."""
    return {**values, "name": live.get("hostname")} if values.get("name") == live.get("uuid") else values


def review_host(change: Change, simplex: bool) -> EdgeError | None:
    """Why a change of a host cannot be, from what the host and the system are."""
    if change.action == CREATE:
        return _review_new(change, simplex)
    live, name = change.live or {}, change.wanted.name
    unlocked = live.get("administrative") == "unlocked"
    if change.action == DELETE and simplex:
        return InputError(f"host {name}: the only controller of a simplex cannot be deleted.", "Install it anew.")
    if change.action == DELETE and unlocked:
        return InputError(
            f"host {name} is unlocked, and sysinv deletes locked hosts only.",
            "Lock it first (stx_host with administrative: locked), which puts it out of service.",
            host=name,
        )
    if change.action != UPDATE:
        return None
    settled = [n for n in ONCE if n in change.payload and live.get("hostname" if n == "name" else n)]
    if settled:
        said = ", ".join(f"{n} is {change.before.get(n)!r}, wanted {change.after.get(n)!r}" for n in settled)
        return CreateOnlyError(
            f"host {name}: what a host is is settled once: {said}.",
            "Delete the host (state: absent) and add it again, or go back to the present value.",
            options=settled,
        )
    boot = [n for n in BOOT if n in change.payload]
    if boot and unlocked:
        return InputError(
            f"host {name} is unlocked, and sysinv changes {', '.join(boot)} of a locked host only.",
            "Lock it first (administrative: locked).",
            options=boot,
            host=name,
        )
    return _review_start(change) if "personality" in change.payload else None


def _review_new(change: Change, simplex: bool) -> EdgeError | None:
    values, name = change.wanted.values, change.wanted.name
    if simplex:
        return InputError(
            f"host {name} does not exist, and a simplex takes no further hosts.",
            "Correct the name, or make the system a duplex (system_mode) first.",
            option="name",
            value=values.get("name"),
        )
    missing = [n for n in ("mgmt_mac", "personality") if not values.get(n)]
    if values.get("personality") in ("worker", "edgeworker") and not values.get("name"):
        missing.append("name")
    if missing:
        return InputError(
            f"host {name} does not exist yet; adding it needs {', '.join(missing)}.",
            "Give these options, or correct the name.",
            options=missing,
        )
    return _review_start(change)


def _review_start(change: Change) -> EdgeError | None:
    if change.wanted.values.get("administrative") != "unlocked":
        return None
    return InputError(
        f"host {change.wanted.name} has to be installed and configured before it is unlocked.",
        "Leave administrative out, wait until it is online (stx_host_wait), configure it, and unlock it then.",
        option="administrative",
    )
