# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real OpenStack of tests/openstack as the tests use it: asked as its administrator, its requests counted."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from .conftest import run_module
from .path import ROOT

sys.path.insert(0, str(ROOT / "tests/openstack"))

import bed_settings
import testbed

MIB = 1 << 20


class Bed:
    """The site, with a session of its administrator."""

    def __init__(self, access: dict[str, Any]) -> None:
        self.access = access
        self.log = Path(access["site"]) / "access.log"
        self._began = 0
        self.link = {
            "auth_url": access["auth_url"],
            "auth_username": access["username"],
            "auth_password": access["password"],
            "project_name": access["project_name"],
            "region_name": access["region_name"],
            "ca_cert": access["ca_cert"],
        }
        self.http = testbed.signed_in(access)

    def call(self, method: str, service: str, path: str, body: Any = None, **headers: str) -> Any:
        """What an API answers."""
        url = bed_settings.url(testbed.PORT, service) + path
        answer = self.http.request(method, url, json=body, headers=headers, timeout=60)
        assert answer.status_code < 400, answer.text
        return answer.json() if answer.content else {}

    def forget(self) -> None:
        """Count from here."""
        self._began = self.log.stat().st_size

    def writes(self) -> list[str]:
        """What others than the services themselves have written since."""
        with self.log.open(encoding="utf-8") as stream:
            stream.seek(self._began)
            rows = [json.loads(line) for line in stream]
        own = {"", bed_settings.SERVICE_USER}
        changing = [row for row in rows if row["method"] not in ("GET", "HEAD") and row["user"] not in own]
        return [f"{row['method']} {row['service']} {row['path']}" for row in changing]

    def module(self, name: str, check: bool = False, **options: Any) -> dict[str, Any]:
        """What one of our modules answers."""
        return run_module(f"openstack_{name}", {**self.link, **options}, check)

    def image(self, name: str, data: bytes = b"x" * MIB, **more: Any) -> str:
        """An image of the administrator's project; without data it stays queued."""
        body = {"name": name, "disk_format": "raw", "container_format": "bare", **more}
        made = str(self.call("POST", "image", "/v2/images", body)["id"])
        if data:
            url = f"{bed_settings.url(testbed.PORT, 'image')}/v2/images/{made}/file"
            sent = self.http.put(url, data=data, headers={"Content-Type": "application/octet-stream"}, timeout=60)
            sent.raise_for_status()
        return made

    def flavor(self, name: str, **more: Any) -> str:
        """A flavor without a mark."""
        body = {"name": name, "vcpus": 1, "ram": 64, "disk": 0, **more}
        return str(self.call("POST", "compute", "/flavors", {"flavor": body})["flavor"]["id"])

    def names(self, service: str, path: str, key: str) -> set[str]:
        """Names of what there is."""
        return {row["name"] for row in self.call("GET", service, path)[key]}
