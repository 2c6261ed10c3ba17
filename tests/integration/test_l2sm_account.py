# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account that the role kubernetes_access makes for L2S-M: what the modules ask for it may, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import account

from .conftest import run_module
from .l2sm import DOCUMENT, GROUP, ROOT, Cluster

HOME, PROBED = "edge-test-accounts", "edge-test-probed"
NODES = ["controller-0", "worker-0"]
#: the API wants more for programs in pods from this release on
LAB: dict[str, Any] = {
    "services": ["kubernetes", "l2sm"],
    "kubernetes": {"up": True, "nodes": NODES, "release": "v1.35.0"},
    "time_factor": 60,
}
PLACES = {
    "Namespace": "/api/v1/namespaces",
    "ServiceAccount": "/api/v1/namespaces/{0}/serviceaccounts",
    **{
        kind: f"/apis/rbac.authorization.k8s.io/v1/{space}{kind.lower()}s"
        for kind, space in (
            ("ClusterRole", ""),
            ("ClusterRoleBinding", ""),
            ("Role", "namespaces/{0}/"),
            ("RoleBinding", "namespaces/{0}/"),
        )
    },
}


def rules() -> list[dict[str, Any]]:
    """The role's own rules; programs in pods are allowed in one namespace."""
    found = yaml.safe_load((ROOT / "roles/kubernetes_access/vars/main.yml").read_text(encoding="utf-8"))
    given = [*found["__kubernetes_access_l2sm"], *found["__kubernetes_access_l2sm_exec"]]
    read = found["__kubernetes_access_read"]
    return [
        {**r, "verbs": read if isinstance(r["verbs"], str) else r["verbs"]}
        | ({"namespaces": [PROBED]} if "namespaces" in r else {})
        for r in given
    ]


def path_of(document: dict[str, Any]) -> str:
    return PLACES[document["kind"]].format(document["metadata"].get("namespace", ""))


@pytest.fixture
def cluster(lab: Any, tmp_path: Path) -> Iterator[Cluster]:
    """A cluster whose modules use that account."""
    found = Cluster(lab, run_module)
    made = account.documents("l2sm", HOME, rules())
    for document in made:
        found.call("POST", path_of(document), document)
    asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}
    token = found.call("POST", f"/api/v1/namespaces/{HOME}/serviceaccounts/l2sm/token", asked)["status"]["token"]

    def sign(document: dict[str, Any]) -> None:
        document["users"][0]["user"] = {"token": token}

    found.kubeconfig = found.kubeconfig_with(tmp_path / "kubeconfig-l2sm", sign)
    found.install()
    yield found
    found.kubeconfig = str(found.credentials["kubeconfig"])
    found.clean()
    for document in reversed(made):
        found.call("DELETE", f"{path_of(document)}/{document['metadata']['name']}")


def may(cluster: Cluster, verb: str, resource: str, space: str) -> bool:
    """What the API says to the account of what it may."""
    kind, _slash, part = resource.partition("/")
    asked = {"verb": verb, "group": "", "resource": kind, "subresource": part, "namespace": space}
    body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview"}
    review = {**body, "spec": {"resourceAttributes": asked}}
    document = yaml.safe_load(Path(cluster.kubeconfig).read_text(encoding="utf-8"))
    mine = {"cert": None, "key": None, "token": document["users"][0]["user"]["token"]}
    admin, cluster.credentials = cluster.credentials, {**cluster.credentials, **mine}
    try:
        told = cluster.call("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review)
    finally:
        cluster.credentials = admin
    return bool(told["status"]["allowed"])


def probe(cluster: Cluster, space: str) -> dict[str, Any]:
    """A pod is asked for its interfaces; where nobody runs pods, as far as that goes."""
    spec = {"nodeName": "worker-0", "containers": [{"name": "c", "image": "alpine"}]}
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "asked"}, "spec": spec}
    cluster.call("POST", f"/api/v1/namespaces/{space}/pods", body)
    path = f"/api/v1/namespaces/{space}/pods/asked"
    if cluster.operated:
        cluster.lab.wait(lambda: cluster.call("GET", path)["status"].get("phase") == "Running", 20)
    else:
        cluster.call("PATCH", f"{path}/status", {"status": {"phase": "Running"}})
    wanted = {"name": "itself", "namespace": space, "pod": "asked", "address": "127.0.0.1", "count": 1}
    answer = cluster("l2sm_probe", probes=[wanted])
    cluster.call("DELETE", f"{path}?gracePeriodSeconds=0")
    return answer


def test_the_account(cluster: Cluster) -> None:
    what_the_stage_does(cluster)
    programs_run_where_that_is_allowed_and_nowhere_else(cluster)


def what_the_stage_does(cluster: Cluster) -> None:
    """Installation, networks and repair, with check mode before; nothing is refused."""
    cluster.operator()
    for check in (True, False):
        answer = cluster("l2sm_deployment", check=check, resources=DOCUMENT)
        assert not answer.get("failed"), answer
    if cluster.operated:  # its webhook would have to answer
        cluster.pod("one", "edge-core")
    looked = cluster("l2sm_repair", check=True, settle=0.05)
    assert not looked.get("failed"), looked
    # what a repair writes: states, pods' finalizers, labels of attachments
    network = f"{GROUP}/namespaces/default/l2networks/edge-core"
    stale = {"assignedIPs": {"10.9.9.9": "gone"}, "connectedPodCount": 7, "internalConnectivity": "Available"}
    cluster.call("PATCH", f"{network}/status", {"status": stale})
    mended = cluster("l2sm_repair", settle=0.05)
    assert not mended.get("failed") and "F2" in {f["mode"] for f in mended["findings"]}, mended
    assert not cluster.call("GET", network)["status"].get("assignedIPs")
    for module in ("l2sm_network_info", "l2sm_legacy_info"):
        assert not cluster(module).get("failed"), module


def programs_run_where_that_is_allowed_and_nowhere_else(cluster: Cluster) -> None:
    refused = probe(cluster, "default")
    assert refused["failed"] and refused["error"].get("status") == 403, refused
    assert "kubernetes_access_l2sm_exec" in refused["msg"] and "namespace default" in refused["msg"]
    answer = probe(cluster, PROBED)
    if cluster.operated:
        assert not answer.get("failed") and answer["probes"][0]["reachable"], answer
    else:  # allowed, and then there is no kubelet
        assert answer["failed"] and answer["error"].get("status") != 403, answer
    for verb in ("get", "create"):
        assert may(cluster, verb, "pods/exec", PROBED) and not may(cluster, verb, "pods/exec", "kube-system")
    for resource in ("secrets", "pods/attach", "pods/portforward", "serviceaccounts/token"):
        assert not any(may(cluster, verb, resource, PROBED) for verb in ("get", "list", "create")), resource
