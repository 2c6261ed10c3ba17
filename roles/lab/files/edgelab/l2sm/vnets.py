# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SDN controller's memory: virtual networks, their ports and mirrors. There is no volume: it ends with the pod."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Network:
    """One virtual network."""

    endpoints: list[str] = field(default_factory=list)
    mirror: str = ""


class Vnets:
    """What the ONOS application ``vnets`` does; each call returns the HTTP status that it answers."""

    def __init__(self) -> None:
        self.networks: dict[str, Network] = {}
        #: names whose creation ends in an error of the controller
        self.broken: set[str] = set()

    def clear(self) -> None:
        """Forget everything, as a restart does."""
        self.networks.clear()

    def create(self, name: str, mirror: str = "") -> int:
        """204; 409 when it exists; 500 for no name, or a controller that cannot."""
        if not name or name in self.broken:
            return 500
        if name in self.networks:
            return 409
        self.networks[name] = Network(mirror=mirror)
        return 204

    def exists(self, name: str) -> bool:
        """Whether a network is there."""
        return name in self.networks

    def delete(self, name: str) -> int:
        """204 or 404."""
        return 204 if self.networks.pop(name, None) else 404

    def attach(self, name: str, endpoints: list[str]) -> int:
        """204; 409 when a port is in a network already; 500 when there is no such network."""
        network = self.networks.get(name)
        if network is None or not endpoints:
            return 500
        if any(e in other.endpoints for other in self.networks.values() for e in endpoints):
            return 409
        network.endpoints += endpoints
        return 204

    def detach(self, name: str, endpoints: list[str]) -> int:
        """200; 409 when a port is not in the network."""
        network = self.networks.get(name)
        if network is None or any(e not in network.endpoints for e in endpoints):
            return 409
        network.endpoints = [e for e in network.endpoints if e not in endpoints]
        return 200

    def set_mirror(self, name: str, port: str) -> int:
        """204; 400 without a port; 409 when there is no such network."""
        if not port:
            return 400
        network = self.networks.get(name)
        if network is None:
            return 409
        network.mirror = port
        return 204
