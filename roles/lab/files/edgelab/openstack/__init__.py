# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Keystone of the application stx-openstack: not the platform's, and there while it is applied."""

from __future__ import annotations

from ..core.lab import Lab
from ..keystone import REGION, Keystone

APPLICATION = "stx-openstack"


class Openstack(Keystone):
    """Its administrator has the password of the platform's, as the application takes it from the platform."""

    name = plain = "openstack"

    def __init__(self, lab: Lab) -> None:
        super().__init__(lab)
        lab.events.on(f"{APPLICATION} applied", self._applied)
        lab.events.on(f"{APPLICATION} uploaded", lambda **_data: lab.spawn(lab.close(self.plain)))
        lab.events.on("available", self._available)

    def _regions_of(self) -> dict[str, dict[str, tuple[str, str, str]]]:
        return {REGION: {"identity": ("keystone", self.plain, "/v3")}}

    def _applied(self, **_data: object) -> None:
        admin = self.lab.credentials["starlingx"]
        self.identity.users.clear()
        self.identity.add_user(admin["username"], admin["password"], ["admin", "member", "reader"])
        self.lab.spawn(self.lab.open(self.plain))

    def _available(self, **_data: object) -> None:
        """The controller is back after a reboot, and its containers are, too."""
        apps = self.lab.services["sysinv"].world.rows("apps", name=APPLICATION, status="applied")  # type: ignore[attr-defined]
        if apps:
            self.lab.spawn(self.lab.open(self.plain))
