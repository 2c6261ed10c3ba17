# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sysinv: the licence and the images in the registry."""

from __future__ import annotations

from typing import Any

import pytest
from starlingx_client import Client, bootstrapped, refusal

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}
DEX = "docker.io/starlingx/dex"


@pytest.fixture
def client(lab: Any) -> Client:
    return bootstrapped(lab)


def install(client: Client, **form: Any) -> dict[str, Any]:
    url = f"{client.lab.urls['sysinv']}/v1/license/install_license"
    answer: dict[str, Any] = client.session.post(url, timeout=10, **form).json()
    return answer


def test_a_license(client: Client) -> None:
    none = client.call("GET", "/license/get_license_file")
    assert none == {"content": "", "error": "License file not found. A license may not have been installed."}
    assert install(client, files={"other": ("a.lic", b"x")})["error"] == "Error: No file uploaded"
    assert install(client, files={"file": ("a.lic", b"one")})["success"] == "Success: new license installed"
    client.lab.control.fault("fail_operation", service="sysinv", match="install license", detail="License has expired")
    assert install(client, files={"file": ("a.lic", b"two")}) == {"success": "", "error": "License has expired"}
    assert client.call("GET", "/license/get_license_file") == {"content": "one", "error": ""}
    assert client.send("GET", "/license").status_code == 404


def test_images_go_by_their_content(client: Client) -> None:
    assert {i["name"] for i in client.list("/registry_image")} >= {DEX, "registry.k8s.io/pause"}
    tags = {i["tag"] for i in client.list("/registry_image", image_name=DEX)}
    assert tags == {"v2.37.0", "stable", "v2.41.1"} and client.list("/registry_image", image_name="x") == []
    for named, words in (
        ("dex", "Image name and tag must be of form name:tag"),
        ("registry.local:9001/dex:1", "Image name and tag must be of form name:tag"),
        (f"{DEX}:v1", f"No tag found for image: {DEX}"),
    ):
        assert refusal(client.call, "DELETE", "/registry_image", image_name_and_tag=named) == (400, words)
    client.call("DELETE", "/registry_image", image_name_and_tag=f"{DEX}:stable")
    assert [i["tag"] for i in client.list("/registry_image", image_name=DEX)] == ["v2.41.1"]
    client.call("DELETE", "/registry_image", image_name_and_tag=f"{DEX}:v2.41.1")
    assert DEX in {i["name"] for i in client.list("/registry_image")}
    client.call("POST", "/registry_image", {}, garbage_collect="True")
    assert DEX not in {i["name"] for i in client.list("/registry_image")}
