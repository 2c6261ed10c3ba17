# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A machine on trial: made on a network from an image, seen to run, and taken away again with all that was made for it.

Everything has a name that begins with ``edge-smoke-``; what a run that was killed has left is found by that, in the
project that is signed in to, and removed by the next one first.

Source: Nova's ``/servers`` (a failed one has ``fault.message``), Neutron's ``/networks``, ``/subnets`` and ``/ports``.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from .._engine.errors import EdgeError, FailedStateError, NotFoundError, WaitTimeoutError
from .connect import Cloud

PREFIX = "edge-smoke-"
#: of its own network, which leads nowhere
CIDR = "192.0.2.0/28"
#: Nova took networks in this form from then on, and shows flavors with their extra specs
MICROVERSION = "2.61"


class Smoke:
    """One trial; ``options`` are those of the module."""

    def __init__(self, cloud: Cloud, options: Mapping[str, Any], sleep: Callable[[float], None] = time.sleep) -> None:
        self.cloud, self.options, self._sleep = cloud, options, sleep
        self.removed: list[str] = []

    # -- what there is ---------------------------------------------------------------------------------------------

    def leftovers(self) -> dict[str, list[dict[str, Any]]]:
        """What earlier runs have left, by kind."""
        servers = self.cloud.get("compute", f"/servers?name=^{PREFIX}")["servers"]
        networks = self.cloud.get("network", f"/networks?project_id={self.cloud.project}&fields=id&fields=name")
        return {
            "servers": [row for row in servers if row["name"].startswith(PREFIX)],
            "networks": [row for row in networks["networks"] if row["name"].startswith(PREFIX)],
        }

    def _one(self, what: str, rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
        fit = [row for row in rows if name in (row.get("name"), row.get("id"))]
        own = [row for row in fit if row.get("project_id", row.get("owner")) == self.cloud.project] or fit
        if not own:
            known = sorted({str(row.get("name")) for row in rows})[:20]
            raise NotFoundError(
                f"{self.cloud.url}: there is no {what} {name!r} for project {self.cloud.options['project_name']}"
                f" (region {self.cloud.options.get('region_name') or 'any'}).",
                f"Correct {what}; there is {', '.join(known) or 'none'}.",
                option=what,
                value=name,
            )
        return own[0]

    def image(self) -> dict[str, Any]:
        """The image that is wanted, which has to be active."""
        name = str(self.options["image"])
        rows = self.cloud.get("image", f"/images?name={quote(name)}")["images"]
        if not rows:
            rows = self.cloud.get("image", "/images?limit=50")["images"]
        found = self._one("image", rows, name)
        if found["status"] != "active":
            raise FailedStateError(
                f"{self.cloud.url}: image {name} is {found['status']}, not active.",
                "Upload it again (openstack_vim register does so with its own).",
                option="image",
                value=name,
                reason=found["status"],
            )
        return found

    def flavor(self) -> dict[str, Any]:
        """The flavor that is wanted, else the smallest."""
        rows = self.cloud.get("compute", "/flavors/detail", MICROVERSION)["flavors"]
        if self.options.get("flavor"):
            return self._one("flavor", rows, str(self.options["flavor"]))
        if not rows:
            return self._one("flavor", rows, "of any name")
        # of those without a disk only administrators may start an image
        return min(rows, key=lambda row: (row["disk"] == 0, row["ram"], row["vcpus"], row["disk"]))

    # -- to and fro ------------------------------------------------------------------------------------------------

    def clear(self, found: Mapping[str, list[dict[str, Any]]]) -> None:
        """Remove servers, then networks with what is on them."""
        for row in found["servers"]:
            self.cloud.call("DELETE", "compute", f"/servers/{row['id']}", missing=True)
            self._gone(row)
            self.removed.append(f"server {row['name']}")
        for row in found["networks"]:
            ports = self.cloud.get("network", f"/ports?network_id={row['id']}&fields=id&fields=device_owner")["ports"]
            for port in ports:
                if not str(port.get("device_owner", "")).startswith("network:dhcp"):
                    self.cloud.call("DELETE", "network", f"/ports/{port['id']}", missing=True)
            self.cloud.call("DELETE", "network", f"/networks/{row['id']}", missing=True)
            self.removed.append(f"network {row['name']}")

    def _gone(self, row: Mapping[str, Any]) -> None:
        self._until(f"server {row['name']} is removed", lambda: self._server(row["id"]) is None)

    def _server(self, server: str) -> dict[str, Any] | None:
        answer = self.cloud.get("compute", f"/servers/{server}", missing=True)
        return dict(answer["server"]) if answer else None

    def _until(self, what: str, reached: Callable[[], Any], state: Callable[[], str] = lambda: "") -> Any:
        deadline, pause = time.monotonic() + self.options["wait_timeout"], 0.5
        while not (found := reached()):
            if time.monotonic() > deadline:
                raise WaitTimeoutError(
                    f"{self.cloud.url}: waited {self.options['wait_timeout']} s until {what}. {state()}".strip(),
                    "Raise wait_timeout, or look into the logs of Nova and Neutron.",
                    option="wait_timeout",
                    value=self.options["wait_timeout"],
                    last_state=state(),
                )
            self._sleep(pause)
            pause = min(pause * 1.5, 5)
        return found

    def _network(self, name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The network to be on, and what of it is to be removed again."""
        if self.options.get("network"):
            rows = self.cloud.get("network", "/networks")["networks"]
            return self._one("network", rows, str(self.options["network"])), []
        made = self.cloud.call("POST", "network", "/networks", {"network": {"name": name}})["network"]
        subnet = {"name": name, "network_id": made["id"], "ip_version": 4, "cidr": CIDR}
        self.cloud.call("POST", "network", "/subnets", {"subnet": {**subnet, "gateway_ip": None}})
        return made, [made]

    def run(self) -> dict[str, Any]:
        """Make a server, wait until it is ACTIVE with an address, and remove it; what it was like."""
        image, flavor = self.image(), self.flavor()
        name = f"{PREFIX}{int(time.time())}"
        began, server, wrong = time.monotonic(), "", None
        try:
            network, _made = self._network(name)
            body = {"name": name, "imageRef": image["id"], "flavorRef": flavor["id"]}
            body |= {"networks": [{"uuid": network["id"]}], "metadata": {"edge.infra": "smoke"}}
            if self.options.get("availability_zone"):
                body["availability_zone"] = self.options["availability_zone"]
            server = self.cloud.call("POST", "compute", "/servers", {"server": body}, MICROVERSION)["server"]["id"]
            live = self._active(name, server)
            seconds = round(time.monotonic() - began, 1)
            addresses = [a["addr"] for rows in live["addresses"].values() for a in rows]
            if not addresses:
                raise FailedStateError(
                    f"{self.cloud.url}: server {name} is ACTIVE and has no address on {network['name']}.",
                    "Look into the logs of Neutron.",
                    reason="no address",
                )
        except EdgeError as error:
            wrong = error
            raise
        finally:
            try:
                self.clear(self._mine(name))
            except EdgeError as error:
                # what went wrong first is what counts; the next run removes the rest
                if wrong is None:
                    raise
                wrong.remedy += (
                    f" What was made for it ({name}) is left behind: {error.message} The next run removes it."
                )
        host = live.get("OS-EXT-SRV-ATTR:host") or ""
        about = {"server": name, "image": image["name"], "flavor": flavor["name"], "network": network["name"]}
        return {**about, "host": host, "addresses": addresses, "seconds": seconds}

    def _mine(self, name: str) -> dict[str, list[dict[str, Any]]]:
        found = self.leftovers()
        return {kind: [row for row in rows if row["name"] == name] for kind, rows in found.items()}

    def _active(self, name: str, server: str) -> dict[str, Any]:
        last: dict[str, Any] = {}

        def running() -> dict[str, Any] | None:
            live = self._server(server)
            if live is None:
                raise FailedStateError(
                    f"{self.cloud.url}: server {name} was removed while it was waited for.",
                    "Let one trial run at a time in a project.",
                    reason="removed",
                )
            last.update(live)
            if live["status"] == "ERROR":
                words = re.sub(r"\s+", " ", str((live.get("fault") or {}).get("message") or "no reason told"))
                raise FailedStateError(
                    f"{self.cloud.url}: server {name} failed: {words}",
                    "Look whether a hypervisor has room for the flavor, and into the logs of Nova.",
                    option="flavor",
                    value=self.options.get("flavor"),
                    reason=words,
                )
            return live if live["status"] == "ACTIVE" else None

        return dict(self._until(f"server {name} is ACTIVE", running, lambda: f"It is {last.get('status', 'unknown')}."))
