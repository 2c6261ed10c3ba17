# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installing the operator: the lab's manifest and the published one, and what a failed rollout looks like."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from cluster_client import L2SM, Cluster

BOTH = {"services": ["kubernetes", "l2sm"], "kubernetes": {"up": True, "nodes": ["controller-0"]}}
LAB = BOTH
SPACE = "/apis/apps/v1/namespaces/l2sm-system/deployments"
HOOKS = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/l2sm-mutating-webhook-configuration"
CERTIFICATE = "/apis/cert-manager.io/v1/namespaces/l2sm-system/certificates/l2sm-serving-cert"


def _shared() -> Path:
    beside = Path(__file__).parents[3].parent / "shared"
    return Path(os.environ.get("EDGE_SHARED", beside)) / "data" / "l2sm"


def _install(lab: Any, cluster: Cluster, text: str) -> None:
    """Server-side apply of every document; definitions may need a moment before their kinds are served."""
    plural: dict[str, str] = {}
    for body in yaml.safe_load_all(text):
        if not body:
            continue
        api = body["apiVersion"]
        base = "/api/v1" if api == "v1" else f"/apis/{api}"
        resources = cluster.get(base)["resources"]
        kind = next(r for r in resources if r["kind"] == body["kind"] and "/" not in r["name"])
        plural[body["kind"]] = kind["name"]
        space = f"/namespaces/{body['metadata'].get('namespace', 'default')}" if kind["namespaced"] else ""
        path = f"{base}{space}/{kind['name']}/{body['metadata']['name']}"
        reply = cluster.apply(path, body, fieldValidation="Strict")
        assert reply.status_code == 201, f"{body['kind']} {body['metadata']['name']}: {reply.text}"


def _ready(cluster: Cluster, name: str) -> bool:
    found = cluster.get(f"{SPACE}/{name}")
    return bool(found and found.get("status", {}).get("readyReplicas") == 1)


def _check_installed(lab: Any, cluster: Cluster) -> None:
    lab.wait(lambda: _ready(cluster, "l2sm-controller-manager"))
    assert _ready(cluster, "l2sm-controller")
    conditions = cluster.get(CERTIFICATE)["status"]["conditions"]
    assert [(c["type"], c["status"]) for c in conditions] == [("Ready", "True")]
    lab.wait(lambda: cluster.get(HOOKS)["webhooks"][0]["clientConfig"].get("caBundle"))
    cluster.create(f"{L2SM}/l2networks", {"metadata": {"name": "probe"}, "spec": {"type": "vnet"}})
    lab.wait(
        lambda: (
            cluster.get(f"{L2SM}/l2networks/probe").get("status")
            == {
                "internalConnectivity": "Available",
                "connectedPodCount": 0,
            }
        )
    )
    assert list(lab.control.state("l2sm")["networks"]) == ["probe"]


@pytest.mark.parametrize("lab", [{**BOTH, "time_factor": 3001}], indirect=True)
def test_the_labs_own_manifest(lab: Any) -> None:
    reply = requests.get(lab.urls["lab"] + "/l2sm/l2sm-deployment.yaml", timeout=10)
    assert reply.status_code == 200
    cluster = Cluster(lab)
    _install(lab, cluster, reply.text)
    _check_installed(lab, cluster)
    _check_reboot(lab, cluster)


def _check_reboot(lab: Any, cluster: Cluster) -> None:
    """The controller's host reboots: the same pods start again, and the SDN controller has forgotten its networks."""
    lab.emit("unlocking", host="controller-0")
    lab.wait(lambda: not lab.control.state("l2sm")["up"] and not lab.control.state("kubernetes")["open"])
    lab.emit("available", host="controller-0")
    lab.wait(lambda: lab.control.state("l2sm")["up"] and lab.control.state("l2sm")["operator"])
    pods = cluster.get("/api/v1/namespaces/l2sm-system/pods")["items"]
    assert [s["restartCount"] for p in pods for s in p["status"]["containerStatuses"]] == [1, 1]
    assert lab.control.state("l2sm")["networks"] == {}
    assert cluster.get(f"{L2SM}/l2networks/probe")["status"]["internalConnectivity"] == "Available"


@pytest.mark.parametrize("lab", [{**BOTH, "time_factor": 3002}], indirect=True)
def test_the_published_manifest_and_its_samples(lab: Any) -> None:
    path = _shared() / "install" / "l2sm-deployment.yaml"
    if not path.exists():
        pytest.skip(f"the published manifest is not at {path}")
    cluster = Cluster(lab)
    _install(lab, cluster, path.read_text(encoding="utf-8"))
    _check_installed(lab, cluster)
    for sample in ("l2sm_v1_l2network.yaml", "l2sm_v1_overlay.yaml"):
        body = yaml.safe_load((_shared() / "invalid-legacy" / sample).read_text(encoding="utf-8"))
        plural = {"L2Network": "l2networks", "Overlay": "overlays"}[body["kind"]]
        reply = cluster.call("POST", f"{L2SM}/{plural}", body)
        assert reply.status_code == 422, reply.text
        fields = {c["field"]: c["message"] for c in reply.json()["details"]["causes"]}
        if body["kind"] == "L2Network":
            wanted = 'Invalid value: "string": spec.provider.domain in body must be of type array: "string"'
            assert fields == {"spec.provider.domain": wanted}
        else:
            assert fields == {"spec.provider": "Required value"}


@pytest.mark.parametrize("lab", [{**BOTH, "time_factor": 3003}], indirect=True)
def test_a_rollout_that_cannot_pull_its_image(lab: Any) -> None:
    lab.control.fault(
        "fail_operation", service="kubernetes", match="rollout l2sm-controller-manager$", detail="no route"
    )
    cluster = Cluster(lab)
    _install(lab, cluster, requests.get(lab.urls["lab"] + "/l2sm/l2sm-deployment.yaml", timeout=10).text)

    def waiting() -> Any:
        selector = "control-plane=controller-manager"
        pods = cluster.get("/api/v1/namespaces/l2sm-system/pods", labelSelector=selector)["items"]
        states = [s["state"].get("waiting", {}) for p in pods for s in p.get("status", {}).get("containerStatuses", [])]
        return [s for s in states if s.get("reason") == "ImagePullBackOff"]

    assert lab.wait(waiting) == [{"reason": "ImagePullBackOff", "message": "no route"}]
    assert not _ready(cluster, "l2sm-controller-manager")
    labelled = {
        "metadata": {"name": "p", "labels": {"l2sm": "true"}},
        "spec": {"containers": [{"name": "c", "image": "i"}]},
    }
    reply = cluster.call("POST", "/api/v1/namespaces/default/pods", labelled)
    assert reply.status_code == 500 and 'failed calling webhook "mpod.kb.io"' in reply.json()["message"]
    assert 'no endpoints available for service "l2sm-webhook-service"' in reply.json()["message"]
    made = cluster.create(f"{L2SM}/l2networks", {"metadata": {"name": "idle"}, "spec": {"type": "vnet"}})
    assert "status" not in made and cluster.get(f"{L2SM}/l2networks/idle").get("status") is None
