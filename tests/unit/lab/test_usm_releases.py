# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""USM: releases, and each request of a deployment in the state that takes it."""

from __future__ import annotations

import io
import tarfile
import time
from typing import Any

import pytest
from starlingx_client import Client, bootstrapped

LAB: dict[str, Any] = {"services": ["keystone", "sysinv", "fm", "usm"], "time_factor": 100000}
PATCH = "starlingx-26.03.1"


def archive(version: str, more: str = "") -> bytes:
    """A patch's content."""
    text = f"<patch><sw_version>{version}</sw_version>{more}</patch>".encode()
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as made:
        info = tarfile.TarInfo("metadata.xml")
        info.size = len(text)
        made.addfile(info, io.BytesIO(text))
    return target.getvalue()


class Usm:
    """Requests to USM."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def send(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        """Status, and the body or, of a refusal, its words."""
        reply = self.client.session.request(method, f"{self.client.lab.urls['usm']}/v1/{path}", timeout=10, **more)
        found = reply.json()
        return reply.status_code, found["error"] if reply.status_code >= 400 else found

    def upload(self, **files: bytes) -> tuple[int, Any]:
        """Upload files; ``_`` in a name is a dot."""
        return self.send("POST", "release", files={n: (n.replace("_", "."), c) for n, c in files.items()})

    def until(self, state: str) -> None:
        """Wait until the deployment is so."""
        for _unused in range(300):
            if self.send("GET", "deploy")[1][0]["state"] == state:
                return
            time.sleep(0.01)
        raise AssertionError(self.send("GET", "deploy"))


@pytest.fixture
def usm(lab: Any) -> Usm:
    client = bootstrapped(lab)
    host = lab.lab.services["sysinv"].world.rows("ihosts")[0]
    host.update(administrative="unlocked", operational="enabled", availability="available", invprovision="provisioned")
    return Usm(client)


def test_uploads_and_deletions(usm: Usm) -> None:
    assert usm.upload(a_patch=b"no archive") == (406, "Software a.patch signature validation failed")
    assert usm.upload(a_iso=b"")[1].strip() == "Missing upgrade file or signature file"
    assert "The file extension is not supported" in usm.upload(a_txt=b"")[1]
    status, found = usm.upload(one_patch=archive("26.03.1"))
    assert (status, found["upload_info"]) == (200, [{"one.patch": {"id": PATCH, "sw_release": "26.03.1"}}])
    missing = usm.send("POST", "release", data='["/no/x.patch"]', headers={"Content-Type": "text/plain"})
    assert missing == (406, "File(s) not found on the active controller: /no/x.patch")
    assert "starlingx-26.03.0 is deployed" in usm.send("DELETE", "release/starlingx-26.03.0")[1]
    assert usm.send("DELETE", f"release/{PATCH}")[0] == 200
    assert usm.send("GET", f"release/{PATCH}") == (404, f"Release {PATCH} not found")


def test_the_states_of_a_deployment(usm: Usm) -> None:
    usm.upload(
        one_patch=archive("26.03.1"),
        two_patch=archive("26.03.2", f"<requires><req_patch_id>{PATCH}</req_patch_id></requires>"),
    )
    wanted = {"json": {"releases": [PATCH]}}
    assert usm.send("POST", "deploy/start", json={"releases": ["x"]})[1].startswith("Software release version")
    status, said = usm.send("POST", "deploy/precheck", json={"releases": ["starlingx-26.03.2"]})
    assert status == 406 and f"Patches not deployed: {PATCH}" in said
    assert usm.send("POST", "deploy/precheck", **wanted)[0] == 200
    for path, words in (
        ("deploy/activate", "Activate deployment only when current deployment state is host-done, activate-failed"),
        ("deploy/complete", "Deploy must be in activate-done state to be able to complete."),
        ("deploy_host/controller-0", "Current deployment (None) is not ready to deploy host"),
        ("deploy_host/controller-0/rollback", "Current deployment (None) is not ready to rollback host"),
    ):
        assert usm.send("POST", path, json={}) == (406, words)
    assert usm.send("POST", "deploy/start", **wanted)[0] == 200
    words = "There is already a deployment in progress"
    assert words in usm.send("POST", "deploy/start", **wanted)[1]
    usm.until("start-done")
    assert usm.send("POST", "deploy/abort", json={})[1].startswith("Deploy must be in the following states to be able")
    assert usm.send("POST", "deploy_host/controller-9")[0] == 404
    usm.send("POST", "deploy_host/controller-0")
    usm.until("host-done")
    assert usm.send("DELETE", "deploy")[1].startswith("Deploy must be in the following states to be able to delete")
    usm.send("POST", "deploy/activate", json={})
    usm.until("activate-done")
    usm.send("POST", "deploy/abort", json={})
    usm.until("activate-rollback-pending")
    assert "is not ready to rollback host" in usm.send("POST", "deploy_host/controller-0/rollback")[1]
    usm.send("POST", "deploy/activate_rollback", json={})
    usm.until("activate-rollback-done")
    usm.send("POST", "deploy_host/controller-0/rollback")
    usm.until("host-rollback-done")
    assert usm.send("DELETE", "deploy")[0] == 200
    assert usm.send("GET", "deploy") == (200, [])


def test_a_reboot_needs_a_locked_host_and_then_unlocked_ones(usm: Usm) -> None:
    usm.upload(one_patch=archive("26.03.1", "<reboot_required>Y</reboot_required>"))
    usm.send("POST", "deploy/start", json={"releases": [PATCH]})
    usm.until("start-done")
    words = "Host controller-0 must be locked and online to be deployed"
    assert usm.send("POST", "deploy_host/controller-0") == (406, words)
    host = usm.client.lab.lab.services["sysinv"].world.rows("ihosts")[0]
    host.update(administrative="locked", operational="disabled", availability="online")
    usm.send("POST", "deploy_host/controller-0")
    usm.until("host-done")
    assert usm.send("POST", "deploy/activate", json={}) == (406, "Hosts must be unlocked and online.")
    start = usm.client.send("POST", "/kube_upgrade", {"to_version": "v1.35.2"}).text
    assert "while a platform upgrade is in progress" in start
