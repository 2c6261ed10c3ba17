# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The SDN controller of L2S-M: whether it knows a network, and how it is told of one again."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from .._engine.errors import ApiError, InputError, UnsureWriteError
from .._engine.http import Endpoint, Http


def _checked(url: Any, option: str) -> str:
    """The URL; InputError for what is none, also where there is nothing yet that the controller would be asked for."""
    try:
        parts = urlsplit(str(url).strip())
        good = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is no number, or too large
        good = False
    if not good:
        told = str(url).rpartition("@")[2]  # a password may stand before it
        raise InputError(
            f"{option}: {told!r} is no URL of an SDN controller, and nothing was sent.",
            "Write it with the scheme, and with the port unless that is 80: such as http://192.0.2.7:8181.",
            option=option,
            value=told,
        )
    return str(url).strip()


class SdnController:
    """Its REST interface: plain HTTP, basic authentication with a password that everybody knows."""

    def __init__(self, params: Mapping[str, Any], title: str = "The SDN controller", option: str = "sdn_url") -> None:
        endpoint = Endpoint(url=_checked(params["sdn_url"], option), timeout=10, title=title, option=option)
        pair = f"{params['sdn_username']}:{params['sdn_password']}".encode()
        headers = {"Authorization": "Basic " + base64.b64encode(pair).decode()}
        self._http = Http(endpoint, lambda response: str(response.text)[:300], headers=headers)

    def knows(self, name: str, quick: bool = False) -> bool:
        """Whether it has a network of this name (it forgets all of them when it restarts)."""
        try:
            self._http.request("GET", f"/onos/vnets/api/{quote(name)}", quick=quick)
        except ApiError as error:
            if error.status == 404:
                return False
            raise
        return True

    def remember(self, name: str) -> None:
        """Make a network known again that it has forgotten, as the operator does at its creation."""
        try:
            self._http.request("POST", "/onos/vnets/api", json={"networkId": name})
        except ApiError as error:
            if error.status != 409:  # somebody else was quicker
                raise
        except UnsureWriteError:
            if not self.knows(name):
                raise

    def network(self, name: str, quick: bool = False) -> dict[str, Any] | None:
        """What it says of a network; None where it does not know it."""
        try:
            answer = self._http.request("GET", f"/onos/vnets/api/{quote(name)}", quick=quick)
        except ApiError as error:
            if error.status == 404:
                return None
            raise
        try:
            told = answer.json()
        except ValueError:  # what is promised is the status alone
            return {}
        return told if isinstance(told, dict) else {}

    def forget(self, name: str) -> None:
        """Remove a network."""
        self._settled("DELETE", f"/onos/vnets/api/{quote(name)}", None, 404)

    def attach(self, name: str, place: str) -> None:
        """Plug a port into a network."""
        self._settled("POST", "/onos/vnets/api/port", {"networkId": name, "networkEndpoints": [place]}, 0)

    def detach(self, name: str, place: str) -> None:
        """Unplug a port; one that is not in the network is fine."""
        self._settled("DELETE", "/onos/vnets/api/port", {"networkId": name, "networkEndpoints": [place]}, 409)

    def _settled(self, method: str, path: str, body: Any, fine: int) -> None:
        """A write; the status ``fine`` means that it was so already."""
        try:
            self._http.request(method, path, json=body)
        except ApiError as error:
            if error.status != fine:
                raise

    def close(self) -> None:
        """Give connections back."""
        self._http.close()
