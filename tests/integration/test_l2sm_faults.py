# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""L2S-M: bad kubeconfigs, APIs that are away or refuse, answers that get lost, operations that fail."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import run_module
from .l2sm import ACCESS, CORE, DOCUMENT, GROUP, LAB, Cluster, actions

assert LAB
PATH = f"PATCH {GROUP}/namespaces/default/l2networks/edge-core"


@pytest.fixture
def cluster(lab: Any) -> Cluster:
    """A cluster with the operator, without networks and overlays."""
    found = Cluster(lab, run_module)
    found.install()
    found.clean()
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("clusters: [", "does not parse as YAML (line 1)"),
        ("just a text", "is no usable kubeconfig"),
        ("{}", "is no usable kubeconfig"),
        ("\x00\x01", "does not parse"),
        ("apiVersion: v1\nkind: Config\nclusters: []\nusers: []\ncontexts: []\ncurrent-context: none\n", "none"),
    ],
)
def test_a_kubeconfig_that_does_not_parse(cluster: Cluster, tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "kubeconfig"
    path.write_text(text, encoding="utf-8")
    for module, options in (
        ("l2sm_network", CORE),
        ("l2sm_precheck", {}),
        ("l2sm_operator", {"manifest": cluster.manifest}),
    ):
        answer = cluster(module, **{**options, "kubeconfig": str(path)})
        assert answer["failed"] and answer["error"]["kind"] == "input", answer
        assert f"kubeconfig: {path}" in answer["msg"] and words in answer["msg"]
        assert "Fetch it from the cluster again." in answer["msg"]


def _no_server(document: dict[str, Any]) -> None:
    del document["clusters"][0]["cluster"]["server"]


def _certificate_that_is_none(document: dict[str, Any]) -> None:
    document["users"][0]["user"]["client-certificate-data"] = "not base64!"


@pytest.mark.parametrize("change", [_no_server, _certificate_that_is_none])
def test_a_kubeconfig_that_lacks_something(
    cluster: Cluster, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    answer = cluster("l2sm_network", **{**CORE, "kubeconfig": cluster.kubeconfig_with(tmp_path / "config", change)})
    assert answer["failed"] and answer["error"]["kind"] == "input", answer


def test_a_kubeconfig_that_does_not_exist(cluster: Cluster) -> None:
    answer = cluster("l2sm_network", kubeconfig="/nowhere/config", **CORE)
    assert answer["msg"].startswith("kubeconfig: /nowhere/config does not exist.")
    predicted = cluster(
        "l2sm_deployment", check=True, kubeconfig="/nowhere/config", check_without_api=True, resources=DOCUMENT
    )
    assert set(actions(predicted).values()) == {"create"}
    real = cluster("l2sm_deployment", kubeconfig="/nowhere/config", check_without_api=True, resources=DOCUMENT)
    assert real["failed"] and "/nowhere/config does not exist" in real["msg"], "the option counts in check mode only"


def test_a_context_that_does_not_exist(cluster: Cluster) -> None:
    answer = cluster("l2sm_network", context="lisbon", **CORE)
    assert "has no context 'lisbon'; it has " in answer["msg"] and answer["error"]["option"] == "context"


def test_an_api_that_cannot_be_reached(cluster: Cluster, tmp_path: Path) -> None:
    def away(document: dict[str, Any]) -> None:
        document["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{free_port()}"

    path = cluster.kubeconfig_with(tmp_path / "config", away)
    answer = cluster("l2sm_network", **{**CORE, "kubeconfig": path})
    assert answer["error"]["kind"] == "unreachable" and "Connection refused" in answer["msg"]
    predicted = cluster("l2sm_network", check=True, **{**CORE, "kubeconfig": path, "check_without_api": True})
    assert predicted["changed"] is True
    checked = cluster("l2sm_precheck", check=True, kubeconfig=path, check_without_api=True)
    assert checked["checked"] is False


def test_a_certificate_that_is_not_trusted(cluster: Cluster, tmp_path: Path) -> None:
    def forget(document: dict[str, Any]) -> None:
        del document["clusters"][0]["cluster"]["certificate-authority-data"]

    path = cluster.kubeconfig_with(tmp_path / "config", forget)
    answer = cluster("l2sm_network", **{**CORE, "kubeconfig": path})
    assert answer["error"]["kind"] == "untrusted" and "certificate-authority-data" in answer["msg"]
    assert cluster("l2sm_network", **{**CORE, "kubeconfig": path, "validate_certs": False})["changed"] is True


def _with_token(cluster: Cluster, path: Path, token: str) -> str:
    def change(document: dict[str, Any]) -> None:
        document["users"][0]["user"] = {"token": token}

    return cluster.kubeconfig_with(path, change)


def test_credentials_that_are_not_accepted(cluster: Cluster, tmp_path: Path) -> None:
    answer = cluster("l2sm_network", **{**CORE, "kubeconfig": _with_token(cluster, tmp_path / "config", "wrong")})
    assert answer["error"]["kind"] == "login" and "did not accept the credentials: Unauthorized" in answer["msg"]


def test_a_user_who_may_not(cluster: Cluster, tmp_path: Path) -> None:
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    issued = cluster.call("POST", "/api/v1/namespaces/default/serviceaccounts/default/token", body)
    path = _with_token(cluster, tmp_path / "config", issued["status"]["token"])
    answer = cluster("l2sm_network", **{**CORE, "kubeconfig": path})
    assert answer["error"]["status"] == 403
    assert 'User "system:serviceaccount:default:default" cannot list resource "l2networks"' in answer["msg"]
    assert "ClusterRole" in answer["error"]["remedy"]
    assert issued["status"]["token"] not in str(answer)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_an_answer_that_got_lost(cluster: Cluster, kind: str) -> None:
    cluster.lab.control.fault(kind, service="kubernetes", match=PATH)
    answer = cluster("l2sm_network", **CORE)
    assert answer["changed"] is True and answer["network"]["status"] == "Available", answer
    assert cluster.names("l2networks") == ["edge-core"]
    assert cluster("l2sm_network", **CORE)["changed"] is False


@pytest.mark.parametrize(("status", "sent"), [(429, 2), (503, 2)])
def test_an_api_that_is_busy(cluster: Cluster, status: int, sent: int) -> None:
    cluster.lab.control.fault("refuse", service="kubernetes", match=PATH, status=status, retry_after=0.1)
    assert cluster("l2sm_network", **CORE)["changed"] is True
    assert len(cluster.writes()) == sent


def test_an_operator_that_cannot_make_the_network(cluster: Cluster) -> None:
    cluster.lab.control.fault("fail_operation", service="l2sm", match="network edge-core")
    answer = cluster("l2sm_deployment", resources={"networks": [ACCESS, CORE]}, wait_timeout=1, wait_interval=0.2)
    assert answer["failed"] and "network edge-core of default was not ready after 1 s" in answer["msg"]
    assert "its last state was 'Unavailable'" in answer["msg"]
    states = {r["name"]: r["status"] for r in answer["results"]}
    assert states == {"edge-access of default": "done", "edge-core of default": "failed"}


def test_no_waiting(cluster: Cluster) -> None:
    answer = cluster("l2sm_network", wait=False, **CORE)
    assert answer["changed"] is True and cluster.requests() == 2


def test_a_manifest_that_is_none(cluster: Cluster, tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    path.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n", encoding="utf-8")
    assert "it is not the install manifest of L2S-M" in cluster("l2sm_operator", manifest=str(path))["msg"]
    path.write_text("a: [", encoding="utf-8")
    assert "does not parse as YAML" in cluster("l2sm_operator", manifest=str(path))["msg"]
    answer = cluster("l2sm_operator", manifest=cluster.manifest, manifest_checksum="sha256:00")
    assert "has the sha256 digest" in answer["msg"] and cluster.requests() == 0
    missing = cluster("l2sm_operator", manifest=f"http://127.0.0.1:{free_port()}/x.yaml")
    assert missing["error"]["kind"] == "unreachable" and "download the file" in missing["msg"]
