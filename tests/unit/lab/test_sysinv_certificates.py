# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sysinv: certificates that are installed, and what is refused of them, which it answers with 200."""

from __future__ import annotations

from typing import Any

import pytest
from issued import Issued
from starlingx_client import Client, bootstrapped, refusal

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}
ROOT = Issued("root", authority=True)
LEAF = Issued("registry", ROOT)


@pytest.fixture
def client(lab: Any) -> Client:
    return bootstrapped(lab)


def install(client: Client, content: bytes, **form: str) -> dict[str, Any]:
    url = f"{client.lab.urls['sysinv']}/v1/certificate/certificate_install"
    reply = client.session.post(url, files={"file": ("a.pem", content)}, data=form, timeout=10)
    assert reply.status_code == 200
    answer: dict[str, Any] = reply.json()
    return answer


@pytest.mark.parametrize(
    ("content", "form", "words"),
    [
        (ROOT.pem, {"mode": "x"}, "Invalid mode: x"),
        (LEAF.pem, {}, "first delete the system-restapi-gui-certificate Certificate and Secret."),
        (b"", {"mode": "ssl_ca"}, "no valid certificates found in file."),
        (b"-----BEGIN CERTIFICATE-----\n", {"mode": "ssl_ca"}, "Failed to load pem x509 certificate"),
        (LEAF.pem, {"mode": "ssl_ca"}, "Cannot install non-CA type certificate as SSL CA certificate"),
        (Issued("old", authority=True, days=-1).pem, {"mode": "ssl_ca"}, "certificate is not valid before"),
        (ROOT.pem, {"force": "true"}, "The first cert in the file should not be a CA cert"),
        (LEAF.pem + LEAF.pem, {"force": "true"}, "Number 2 cert in the file should be a CA cert"),
        (
            LEAF.pem + Issued("other", authority=True).pem,
            {"force": "true"},
            "Number 2 cert in the file is not signing cert of the preceding one.",
        ),
        (LEAF.pem, {"force": "true"}, "Error loading private key from PEM data:"),
        (LEAF.pem + LEAF.private("secret"), {"force": "true", "passphrase": "x"}, "Error loading private key from PEM"),
    ],
)
def test_refused(client: Client, content: bytes, form: dict[str, str], words: str) -> None:
    answer = install(client, content, **form)
    assert words in answer["error"] and "certificates" not in answer


def test_one_of_each_mode_and_many_authorities(client: Client) -> None:
    before = client.by("/certificate", "certtype")
    assert set(before) == {"ssl", "docker_registry", "openldap"}
    content = LEAF.pem + ROOT.pem + LEAF.private("secret")
    answer = install(client, content, mode="docker_registry", force="true", passphrase="secret")
    [installed] = answer["certificates"]
    assert installed["uuid"] == before["docker_registry"]["uuid"]
    assert installed["signature"] == f"docker_registry_{LEAF.certificate.serial_number}"
    install(client, ROOT.pem, mode="ssl_ca")
    install(client, Issued("other", authority=True).pem, mode="ssl_ca")
    newer = Issued("root", authority=True)
    install(client, newer.pem, mode="ssl_ca")
    listed = [c for c in client.list("/certificate") if c["certtype"] == "ssl_ca"]
    assert {c["subject"] for c in listed} == {"CN=root", "CN=other"} and len(listed) == 2
    assert f"ssl_ca_{newer.certificate.serial_number}" in {c["signature"] for c in listed}
    status, words = refusal(client.call, "DELETE", f"/certificate/{installed['uuid']}")
    assert status == 400 and words.startswith("Unsupported mode: docker_registry\nPlease use certificate-install")
    assert client.call("DELETE", f"/certificate/{listed[0]['uuid']}")["uuid"] == listed[0]["uuid"]
    gone = refusal(client.call, "DELETE", f"/certificate/{listed[0]['uuid']}")
    assert gone == (400, f"No certificate found for {listed[0]['uuid']}")
