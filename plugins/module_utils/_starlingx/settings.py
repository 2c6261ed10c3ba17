# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of the whole system: remote logging, and how the controllers' file systems are synchronised (DRBD).

Source: sysinv ``/remotelogging`` and ``/drbdconfig`` (2026).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.dialect import Document, Sent
from .._engine.errors import InputError
from .._engine.field import Compare, Field
from .._engine.plan import UPDATE, Change
from .._engine.resource import Resource
from .addressing import ip, spelled, wrong
from .dialect import Lists, ObjectSender, StarlingxDialect, document, patch

#: percent of a link, and milliseconds of a round trip, that sysinv takes
LEAST_LINK, MOST_LINK = 5, 80
LEAST_RTT, MOST_RTT = 0.2, 20.0


def _check_logging(values: Mapping[str, Any]) -> None:
    if values.get("ip_address"):
        ip("ip_address", values["ip_address"])
    port = values.get("port")
    if port is not None and not 1 <= int(port) <= 65535:
        raise wrong("port", port, "is no port", "Give a number from 1 to 65535; 514 is usual.")


def review_logging(change: Change) -> InputError | None:
    """sysinv takes no change of remote logging while there is no server."""
    if change.action != UPDATE or (change.wanted.values.get("ip_address") or (change.live or {}).get("ip_address")):
        return None
    return InputError(
        "Remote logging has no server, and StarlingX takes no change of it without one.",
        "Give ip_address, the server's address; it stays when remote logging is turned off.",
        option="ip_address",
    )


REMOTE_LOGGING = Resource(
    kind="remote_logging",
    module="stx_remote_logging",
    title="remote logging",
    path="remotelogging",
    plural="remote_logging",
    id_key="uuid",
    singleton=True,
    verbs=frozenset({"update"}),
    check=_check_logging,
    sender=ObjectSender(apply=True),
    fields=(
        Field(
            "ip_address",
            (
                "Address of the log server.",
                "Needed before anything else is changed; it stays when remote logging is turned off.",
            ),
            normalize=spelled,
            sample="10.20.30.50",
        ),
        Field("enabled", "Whether the hosts send their logs to the server.", type="bool", sample=True),
        Field(
            "transport",
            "How the logs are sent; sysinv's default is V(udp).",
            choices=("udp", "tcp", "tls"),
            sample="tcp",
        ),
        Field("port", "Port of the server; sysinv's default is 514.", type="int", compare=Compare.NUMBER, sample=514),
    ),
)


def gather_drbd(lists: Lists, scope: str, quick: bool) -> Sequence[Document]:
    """The settings, with the one that sysinv keeps among the service parameters."""
    query = "q.field=service&q.op=eq&q.type=string&q.value=platform"
    parameters = lists.list(f"service_parameter?{query}&q.field=section&q.op=eq&q.type=string&q.value=drbd", quick)
    secure = any(p["section"] == "drbd" and p["name"] == "secure" and p["value"] == "True" for p in parameters)
    return [{**row, "secure": secure} for row in lists.list("drbdconfig", quick)]


def _check_drbd(values: Mapping[str, Any]) -> None:
    link, rtt = values.get("link_util"), values.get("rtt_ms")
    if link is not None and not LEAST_LINK <= int(link) <= MOST_LINK:
        raise wrong("link_util", link, f"is not between {LEAST_LINK} and {MOST_LINK} percent", "Correct it.")
    if rtt is not None and not LEAST_RTT <= float(rtt) <= MOST_RTT:
        raise wrong("rtt_ms", rtt, f"is not between {LEAST_RTT} and {MOST_RTT} milliseconds", "Correct it.")


class DrbdSender(ObjectSender):
    """A change that does not speak of ``secure`` turns it off in sysinv, so it is said again where it is on."""

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """PATCH what differs, and what must not get lost."""
        values = document(change.resource, payload)
        if (change.live or {}).get("secure"):
            values.setdefault("secure", True)
        dialect.http.json("PATCH", f"drbdconfig/{change.id}", json=patch({**values, "action": "apply"}))
        return Sent(id=change.id)


DRBD = Resource(
    kind="drbd",
    module="stx_drbd",
    title="DRBD configuration",
    path="drbdconfig",
    plural="drbd",
    id_key="uuid",
    singleton=True,
    verbs=frozenset({"update"}),
    check=_check_drbd,
    sender=DrbdSender(),
    fields=(
        Field(
            "link_util",
            "Percent of the link that a synchronisation may use, from 5 to 80.",
            type="int",
            compare=Compare.NUMBER,
            sample=40,
        ),
        Field(
            "rtt_ms",
            "Time of a round trip between the controllers, in milliseconds, from 0.2 to 20.",
            type="float",
            compare=Compare.NUMBER,
            sample=0.2,
        ),
        Field(
            "secure",
            "Whether the controllers authenticate each other; releases before 2026 do not know it.",
            type="bool",
            sample=False,
        ),
        Field(
            "num_parallel",
            "How many file systems are synchronised at the same time; fixed by the platform.",
            type="int",
            read_only=True,
            sample=1,
        ),
    ),
)
