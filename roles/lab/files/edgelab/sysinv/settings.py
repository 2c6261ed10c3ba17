# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Remote logging, and how the controllers' file systems are synchronised (DRBD)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from .kinds import KINDS
from .pool_rules import address_of
from .wire import Rejected, Row, patch_values
from .world import World

_SECURE = {"service": "platform", "section": "drbd"}


def _remote_logging(world: World, row: Row, changes: Row) -> None:
    changes.pop("action", None)
    if "transport" in changes and changes["transport"] not in ("udp", "tcp", "tls"):
        raise Rejected(
            f"Invalid input for field/attribute transport. Value: '{changes['transport']}'. "
            "Value should be one of: tcp, tls, udp"
        )
    after = {**row, **changes}
    if after["ip_address"]:
        address_of("ip_address", after["ip_address"])
    else:
        raise Rejected("No remote logging provided.")
    if after["port"] is None or after["port"] < 0:
        raise Rejected(f"Invalid port: {after['port']}")
    world.change(row, **changes)


def _drbd(world: World, row: Row, changes: Row) -> None:
    action = changes.pop("action", None)
    secure = str(changes.pop("secure", "false"))
    if secure.lower() not in ("true", "false"):
        raise Rejected("Should be True or False for option --secure")
    _keep_secure(world, secure.lower() == "true")
    fixed = ["/uuid", "/id", "/forisystemid", "/isystem_uuid", *(["/num_parallel"] if action != "install" else [])]
    if {f"/{name}" for name in changes} & set(fixed):
        raise Rejected(f"The following fields can not be modified: {fixed}")
    after = {**row, **changes}
    if not 5 <= int(after["link_util"]) <= 80:
        raise Rejected("DRBD link_util must be within: 5 to 80")
    if float(after["rtt_ms"]) < 0.2:
        raise Rejected("DRBD rtt_ms must be at least: 0.2 ms")
    if float(after["rtt_ms"]) > 20.0:
        raise Rejected("DRBD rtt_ms must less than: 20.0 ms")
    world.change(row, **changes)


def _keep_secure(world: World, wanted: bool) -> None:
    """The setting is kept among the service parameters. A PATCH that does not speak of it turns it off."""
    now = world.one("service_parameter", **_SECURE, name="secure")
    if wanted == (now is not None and now["value"] == "True"):
        return
    for name, value in (("hmac", "sha256"), ("secret", secrets.token_hex(8)), ("secure", str(wanted))):
        known = world.one("service_parameter", **_SECURE, name=name)
        if known is None:
            world.add("service_parameter", **_SECURE, name=name, value=value)
        elif name != "secret":
            world.change(known, value=value)


def _read(route: str, rule: Callable[[World, Row, Row], None]) -> Callable[[World, Row, Any], None]:
    """A PATCH that is looked at as a whole: also what it says again counts."""
    return lambda world, row, body: rule(world, row, patch_values(body, {**KINDS[route].fields, "secure": "s"}))


PATCH = {"remotelogging": _read("remotelogging", _remote_logging), "drbdconfig": _read("drbdconfig", _drbd)}
