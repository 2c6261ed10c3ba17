# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sysinv: what it refuses of remote logging, DRBD and service parameters, in its own words."""

from __future__ import annotations

from typing import Any

import pytest
from starlingx_client import Client, bootstrapped, refusal

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}


@pytest.fixture
def client(lab: Any) -> Client:
    return bootstrapped(lab)


def only(client: Client, route: str) -> str:
    return f"/{route}/{client.list(f'/{route}')[0]['uuid']}"


def test_remote_logging(client: Client) -> None:
    path = only(client, "remotelogging")
    for values, text in (
        ({"enabled": "true"}, "No remote logging provided."),
        ({"ip_address": "logs"}, "Invalid input for field/attribute ip_address. Value: 'logs'. Expected an IPv4 or"),
        ({"ip_address": "10.0.0.1", "transport": "sctp"}, "Invalid input for field/attribute transport. Value: 'sctp'"),
        ({"ip_address": "10.0.0.1", "port": "-3"}, "Invalid port: -3"),
    ):
        told = refusal(client.patch, path, **values)
        assert told[0] == 400 and told[1].startswith(text), told
    changed = client.patch(path, ip_address="10.0.0.1", enabled="true", port="601", action="apply")
    assert (changed["enabled"], changed["port"], changed["action"]) == (True, 601, None)


def test_drbd(client: Client) -> None:
    path = only(client, "drbdconfig")
    for values, text in (
        ({"link_util": "81"}, "DRBD link_util must be within: 5 to 80"),
        ({"rtt_ms": "0.1"}, "DRBD rtt_ms must be at least: 0.2 ms"),
        ({"rtt_ms": "30"}, "DRBD rtt_ms must less than: 20.0 ms"),
        ({"secure": "yes"}, "Should be True or False for option --secure"),
        (
            {"num_parallel": "1"},
            "The following fields can not be modified: "
            "['/uuid', '/id', '/forisystemid', '/isystem_uuid', '/num_parallel']",
        ),
    ):
        assert refusal(client.patch, path, **values) == (400, text)

    def secure() -> list[str]:
        rows = client.list("/service_parameter")
        return [r["value"] for r in rows if (r["section"], r["name"]) == ("drbd", "secure")]

    client.patch(path, secure="true", action="apply")
    assert secure() == ["True"]
    client.patch(path, link_util="60", action="apply")
    assert secure() == ["False"]  # as the real service does
