# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what: certificates, tokens, roles; and when the API is there at all."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import requests
import yaml
from cluster_client import Cluster

LAB = {"services": ["kubernetes"], "kubernetes": {"up": True, "nodes": ["controller-0"]}}
RBAC = "/apis/rbac.authorization.k8s.io/v1"
MAPS = "/api/v1/namespaces/default/configmaps"


def test_without_credentials_only_version_and_health(lab: Any) -> None:
    nobody = Cluster(lab, token="")
    assert [nobody.call("GET", p).status_code for p in ("/version", "/healthz", "/readyz", "/livez")] == [200] * 4
    reply = nobody.call("GET", MAPS)
    assert reply.status_code == 403
    assert reply.json()["message"] == (
        'configmaps is forbidden: User "system:anonymous" cannot list resource "configmaps" in API group "" '
        'in the namespace "default"'
    )
    assert nobody.call("GET", "/apis").json()["message"] == (
        'forbidden: User "system:anonymous" cannot get path "/apis"'
    )


def test_an_unknown_token_is_unauthorized(lab: Any) -> None:
    reply = Cluster(lab, token="nonsense").call("GET", MAPS)
    assert reply.status_code == 401 and reply.json()["reason"] == reply.json()["message"] == "Unauthorized"


def test_an_expired_token_is_unauthorized(lab: Any) -> None:
    admin = Cluster(lab)
    body = {"spec": {"expirationSeconds": 600}}
    token = admin.create("/api/v1/namespaces/default/serviceaccounts/default/token", body)["status"]["token"]
    caller = Cluster(lab, token)
    assert caller.call("GET", "/version").status_code == 200
    lab.control.fault("expire_token", service="kubernetes", match="GET /api/v1/namespaces")
    assert caller.call("GET", MAPS).status_code == 401
    assert caller.call("GET", MAPS).status_code == 401


def test_the_kubeconfigs_certificate_is_the_administrator(lab: Any, tmp_path: Any) -> None:
    text = lab.lab.services["kubernetes"].admin_kubeconfig()
    document = yaml.safe_load(text)
    user = document["users"][0]["user"]
    cluster = document["clusters"][0]["cluster"]
    files = {}
    for name in ("client-certificate-data", "client-key-data"):
        files[name] = tmp_path / name
        files[name].write_bytes(base64.b64decode(user[name]))
    authority = tmp_path / "ca"
    authority.write_bytes(base64.b64decode(cluster["certificate-authority-data"]))
    session = requests.Session()
    session.trust_env = False
    reply = session.post(
        cluster["server"] + "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        json={},
        cert=(str(files["client-certificate-data"]), str(files["client-key-data"])),
        verify=str(authority),
        timeout=10,
    )
    assert reply.json()["status"]["userInfo"]["username"] == "kubernetes-admin"


def test_a_service_account_needs_a_binding(lab: Any) -> None:
    admin = Cluster(lab)
    admin.create("/api/v1/namespaces/default/serviceaccounts", {"metadata": {"name": "osm"}})
    annotations = {"kubernetes.io/service-account.name": "osm"}
    secret = {"metadata": {"name": "osm-token", "annotations": annotations}}
    admin.create("/api/v1/namespaces/default/secrets", {**secret, "type": "kubernetes.io/service-account-token"})

    def data() -> Any:
        return admin.get("/api/v1/namespaces/default/secrets/osm-token").get("data", {}).get("token")

    caller = Cluster(lab, base64.b64decode(lab.wait(data)).decode())
    refused = caller.call("POST", MAPS, {"metadata": {"name": "x"}})
    assert refused.status_code == 403
    assert 'User "system:serviceaccount:default:osm" cannot create resource "configmaps"' in refused.json()["message"]
    role = {
        "metadata": {"name": "maps"},
        "rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["create"]}],
    }
    admin.create(f"{RBAC}/namespaces/default/roles", role)
    subject = {"kind": "ServiceAccount", "name": "osm", "namespace": "default"}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "maps"}
    binding = {"metadata": {"name": "maps"}, "roleRef": reference, "subjects": [subject]}
    admin.create(f"{RBAC}/namespaces/default/rolebindings", binding)
    caller.create(MAPS, {"metadata": {"name": "x"}})
    assert caller.call("GET", f"{MAPS}/x").status_code == 403
    assert (
        caller.call("POST", "/api/v1/namespaces/kube-system/configmaps", {"metadata": {"name": "x"}}).status_code == 403
    )
    review = {"spec": {"resourceAttributes": {"verb": "create", "resource": "configmaps", "namespace": "default"}}}
    allowed = caller.create("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review)
    assert allowed["status"]["allowed"] is True
    admin.delete("/api/v1/namespaces/default/secrets/osm-token")
    assert caller.call("GET", MAPS).status_code == 401


def test_what_starlingx_brings(lab: Any) -> None:
    cluster = Cluster(lab)

    def multus() -> Any:
        status = cluster.get("/apis/apps/v1/namespaces/kube-system/daemonsets/kube-multus-ds-amd64").get("status", {})
        return status.get("numberReady") == status.get("desiredNumberScheduled") == 1

    def cert_manager() -> bool:
        found = cluster.get("/apis/apps/v1/namespaces/cert-manager/deployments")["items"]
        return len(found) == 3 and all(d.get("status", {}).get("availableReplicas") == 1 for d in found)

    lab.wait(multus)
    lab.wait(cert_manager)
    node = cluster.get("/api/v1/nodes/controller-0")
    assert node["metadata"]["labels"]["kubernetes.io/arch"] == "amd64"
    assert "node-role.kubernetes.io/control-plane" in node["metadata"]["labels"]
    assert any(c["type"] == "Ready" and c["status"] == "True" for c in node["status"]["conditions"])


@pytest.mark.parametrize("lab", [{"services": ["kubernetes"]}], indirect=True)
def test_it_opens_when_a_controller_is_available_and_is_away_during_an_unlock(lab: Any) -> None:
    cluster = Cluster(lab)

    def answers() -> bool:
        try:
            return cluster.call("GET", "/readyz").text == "ok"
        except requests.ConnectionError:
            return False

    assert not answers()
    lab.emit("available", host="controller-0")
    lab.wait(answers)
    assert [n["metadata"]["name"] for n in cluster.get("/api/v1/nodes")["items"]] == ["controller-0"]
    cluster.create(MAPS, {"metadata": {"name": "kept"}})
    lab.emit("unlocking", host="controller-0")
    lab.wait(lambda: not answers())
    lab.emit("available", host="controller-0")
    lab.wait(answers)
    assert cluster.get(f"{MAPS}/kept")
    classes = cluster.get("/apis/storage.k8s.io/v1/storageclasses")["items"]
    assert [c["metadata"]["name"] for c in classes] == ["general"]


def test_transport_faults_have_the_servers_shape(lab: Any) -> None:
    lab.control.fault("refuse", service="kubernetes", status=429, detail="Too many requests", retry_after=1)
    reply = Cluster(lab).call("GET", MAPS)
    assert (reply.status_code, reply.headers["Retry-After"]) == (429, "1")
    assert reply.json()["kind"] == "Status" and reply.json()["reason"] == "TooManyRequests"
