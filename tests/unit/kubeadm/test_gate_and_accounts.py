# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cluster must have to be handed over, and accounts for those outside of it: by tables, without a cluster."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import account, host, objects
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.gate import NEEDS, Gate
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Kubectl

ROLES = Path(__file__).resolve().parents[3] / "roles"


class Cluster(Kubectl):
    """What a cluster has, by kind."""

    def __init__(self, *found: dict[str, Any]) -> None:
        super().__init__()
        self.found = list(found)
        self.ran: list[tuple[str, ...]] = []

    def get(self, kind: str, name: str, *more: str) -> dict[str, Any] | None:
        """One of them."""
        return next((o for o in self.list(kind, *more) if o["metadata"]["name"] == name), None)

    def list(self, kind: str, *more: str) -> list[dict[str, Any]]:
        """Those of a kind, by any of its names."""
        plain = kind.partition(".")[0].rstrip("s")
        return [o for o in self.found if o["kind"].lower().startswith(plain[:8])]

    def run(self, *arguments: str, feed: str | None = None, timeout: float | None = None) -> str:
        """Note what would be run."""
        self.ran.append(arguments)
        return ""


def thing(kind: str, name: str, space: str = "", **more: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"name": name, **({"namespace": space} if space else {})},
        **more,
    }


def running(kind: str, name: str, space: str, available: int = 1) -> dict[str, Any]:
    meta = {"name": name, "namespace": space, "generation": 1}
    status = {
        "observedGeneration": 1,
        "desiredNumberScheduled": 1,
        "updatedNumberScheduled": 1,
        "numberAvailable": available,
        "updatedReplicas": 1,
        "availableReplicas": available,
    }
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": meta, "spec": {"replicas": 1}, "status": status}


def storage(name: str, default: bool) -> dict[str, Any]:
    one = thing("StorageClass", name)
    one["metadata"]["annotations"] = {"storageclass.kubernetes.io/is-default-class": str(default).lower()}
    return one


METALLB = (
    thing("CustomResourceDefinition", "ipaddresspools.metallb.io"),
    running("Deployment", "controller", "metallb-system"),
    running("DaemonSet", "speaker", "metallb-system"),
)
POOL = thing("IPAddressPool", "a", "metallb-system")
TOLD = thing("L2Advertisement", "a", "metallb-system")
CERT_MANAGER = [
    running("Deployment", n, "cert-manager")
    for n in ("cert-manager", "cert-manager-webhook", "cert-manager-cainjector")
]


def node(name: str, ready: str = "True", arch: str = "amd64") -> dict[str, Any]:
    one = thing("Node", name, status={"conditions": [{"type": "Ready", "status": ready, "message": "no CNI yet"}]})
    one["metadata"]["labels"] = {"kubernetes.io/arch": arch}
    return one


@pytest.mark.parametrize(
    ("need", "found", "said", "passes"),
    [
        ("nodes", [node("a")], [], []),
        ("nodes", [], ["There is no node a."], [False]),
        ("nodes", [node("a", "False")], ["Node a is not ready: no CNI yet."], [True]),
        ("load_balancer", [], ["There is no load balancer"], [False]),
        ("load_balancer", [*METALLB, POOL, TOLD], [], []),
        ("load_balancer", [*METALLB], ["has no pool of addresses", "tells nobody"], [False, False]),
        ("load_balancer", [METALLB[0], POOL, TOLD], ["no Deployment", "no DaemonSet"], [False, False]),
        (
            "load_balancer",
            [METALLB[0], METALLB[1], running("DaemonSet", "speaker", "metallb-system", 0), POOL, TOLD],
            ["DaemonSet metallb-system/speaker has 0 of 1 pods available"],
            [True],
        ),
        ("load_balancer", [running("Deployment", "kube-vip-cloud-provider", "kube-system")], [], []),
        (
            "load_balancer",
            [thing("Service", "s", "a", status={"loadBalancer": {"ingress": [{"ip": "10.0.0.1"}]}})],
            [],
            [],
        ),
        ("storage_class", [storage("a", True)], [], []),
        ("storage_class", [storage("a", False)], ["no default storage class (classes: a)"], [False]),
        ("storage_class", [storage("a", True), storage("b", True)], ["2 default storage classes: a, b"], [False]),
        (
            "multus",
            [],
            ["There is no definition network-attachment", "There is no daemonset of Multus"],
            [False, False],
        ),
        (
            "multus",
            [
                thing("CustomResourceDefinition", "network-attachment-definitions.k8s.cni.cncf.io"),
                running("DaemonSet", "kube-multus-ds", "kube-system"),
            ],
            [],
            [],
        ),
        ("cert_manager", [thing("CustomResourceDefinition", "certificates.cert-manager.io"), *CERT_MANAGER], [], []),
        (
            "cert_manager",
            CERT_MANAGER[:1],
            ["no definition", "cert-manager-webhook", "cert-manager-cainjector"],
            [False] * 3,
        ),
        ("metrics_server", [], ["There is no metrics API"], [False]),
        (
            "metrics_server",
            [thing("APIService", "v1beta1.metrics.k8s.io")],
            ["The metrics API is not Available"],
            [True],
        ),
        ("amd64", [node("a", arch="arm64")], ["No node has the architecture amd64."], [False]),
        ("amd64", [node("a")], [], []),
    ],
)
def test_a_need(need: str, found: list[dict[str, Any]], said: list[str], passes: list[bool]) -> None:
    faults = Gate(Cluster(*found), ["a"]).look([need])
    assert len(faults) == len(said), faults
    assert all(words in fault.message for words, fault in zip(said, faults, strict=True)), faults
    assert [f.passes for f in faults] == passes
    assert all(f.remedy for f in faults)


def test_every_need_of_an_empty_cluster_is_told_at_once() -> None:
    faults = Gate(Cluster(), ["a"]).look(list(NEEDS))
    assert {f.need for f in faults} == set(NEEDS)
    told = " ".join(f.remedy for f in faults)
    for variable in ("metallb.pools", "storage_class: {}", "edge_kubernetes_multus: {}", "cert_manager: {}"):
        assert variable in told
    assert Gate(Cluster(), [], "the site's F5").look(["load_balancer"]) == []


# -- accounts ----------------------------------------------------------------------------------------------------
def rules(name: str) -> list[dict[str, Any]]:
    found = yaml.safe_load((ROLES / "kubernetes_access" / "vars" / "main.yml").read_text(encoding="utf-8"))
    return list(found[f"__kubernetes_access_{name}"])


@pytest.mark.parametrize("name", ["osm", "l2sm"])
def test_rules_have_reasons_and_limits(name: str) -> None:
    for rule in rules(name):
        assert rule["reason"].endswith("."), rule
        assert "*" not in rule.get("apiGroups", [])
        assert not {"escalate", "bind", "impersonate"} & set(rule["verbs"])
        if "*" in rule.get("resources", []):
            assert rule["apiGroups"] == ["l2sm.l2sm.k8s.local"]
    kinds = {
        kind
        for rule in rules(name)
        for kind in rule.get("resources", [])
        if rule["verbs"] != "{{ __kubernetes_access_read }}"
    }
    assert ("secrets" in kinds) is (name == "osm")
    assert ("clusterroles" in kinds) is (name == "l2sm")
    assert "nodes" not in kinds


def triples(listed: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    """(group, resource or path, verb) of rules."""
    found = set()
    for rule in listed:
        for path in rule.get("nonResourceURLs", []):
            found |= {("", path, verb) for verb in rule["verbs"]}
        for group in rule.get("apiGroups", []):
            found |= {(group, kind, verb) for kind in rule.get("resources", []) for verb in rule["verbs"]}
    return found


def test_the_account_of_l2sm_has_what_the_operator_is_given() -> None:
    """The API lets nobody give rights that he has not: the roles of the operator's own manifest are all covered."""
    shared = Path(os.environ.get("EDGE_SHARED", str(ROLES.parents[1] / "shared")))
    manifest = shared / "data" / "l2sm" / "install" / "l2sm-deployment.yaml"
    if not manifest.exists():
        pytest.skip(f"{manifest} is not there")
    documents = [d for d in yaml.safe_load_all(manifest.read_text(encoding="utf-8")) if d]
    roles = [d for d in documents if d["kind"] in ("Role", "ClusterRole")]
    wanted = {t for d in roles for t in triples(d["rules"])}
    read = ["get", "list", "watch"]
    own = triples([{**r, "verbs": read if isinstance(r["verbs"], str) else r["verbs"]} for r in rules("l2sm")])
    lacking = {t for t in wanted if not {t, (t[0], "*", "*")} & own}
    assert (len(roles) > 3, lacking) == (True, set())


def test_documents() -> None:
    space, one, role, binding = account.documents(
        "osm", "edge-infra", [{"reason": "x", "resources": ["pods"], "verbs": ["get"]}]
    )
    assert (space["metadata"]["name"], one["metadata"]["namespace"]) == ("edge-infra", "edge-infra")
    assert role["rules"] == [{"resources": ["pods"], "verbs": ["get"]}]
    assert binding["roleRef"]["name"] == role["metadata"]["name"] == "edge-infra-osm"
    with pytest.raises(EdgeError, match="allows everything"):
        account.documents("osm", "n", [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}])


def test_rules_of_some_namespaces() -> None:
    """A role in each, beside the cluster role; of one that is not named any more, role and binding have to go."""
    wide = {"reason": "x", "apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}
    narrow = {**wide, "resources": ["pods/exec"], "namespaces": ["shop", "cdn"]}
    made = account.documents("l2sm", "edge-infra", [wide, narrow])
    found = {(d["kind"], d["metadata"].get("namespace", ""), d["metadata"]["name"]): d for d in made}
    assert [r["resources"] for r in found["ClusterRole", "", "edge-infra-l2sm"]["rules"]] == [["pods"]]
    for space in ("shop", "cdn"):
        assert ("Namespace", "", space) in found
        binding, role = (found[kind, space, "edge-infra-l2sm"] for kind in ("RoleBinding", "Role"))
        assert [r["resources"] for r in role["rules"]] == [["pods/exec"]] and "namespaces" not in role["rules"][0]
        assert binding["subjects"][0] == {"kind": "ServiceAccount", "name": "l2sm", "namespace": "edge-infra"}
    cluster = Cluster(*(d for d in made if d["kind"] == "RoleBinding"), thing("RoleBinding", "other", "kube-system"))
    left = account.elsewhere(cluster, "l2sm", "edge-infra", [{**narrow, "namespaces": ["cdn"]}])
    assert [(d["kind"], d["metadata"]["namespace"]) for d in left] == [("RoleBinding", "shop"), ("Role", "shop")]
    with pytest.raises(EdgeError, match="allows everything"):
        account.documents(
            "l2sm", "n", [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"], "namespaces": ["kube-system"]}]
        )


def test_programs_in_pods_are_for_named_namespaces_only() -> None:
    assert not [r for r in rules("l2sm") + rules("osm") if "pods/exec" in r.get("resources", [])]
    exec_rules = rules("l2sm_exec")
    assert {(tuple(r["resources"]), tuple(r["verbs"])) for r in exec_rules} == {
        (("pods/exec",), ("get",)),
        (("pods/exec",), ("create",)),
    }
    assert {r["namespaces"] for r in exec_rules} == {"{{ kubernetes_access_l2sm_exec }}"}


def test_tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "ROOT", tmp_path)
    (tmp_path / account.CA).parent.mkdir(parents=True)
    (tmp_path / account.CA).write_text("the authority", encoding="utf-8")
    filled = [
        {**account.secret("osm", "n", number), "data": {"token": base64.b64encode(b"sesame").decode()}}
        for number in (10, 2, 9)
    ]
    other = thing("Secret", "osm-token-11", "n", type="Opaque")
    cluster = Cluster(*filled, other, account.secret("osm", "n", 12))
    assert account.tokens(cluster, "osm", "n") == [2, 9, 10, 12]
    assert account.read(cluster, "osm", "n", 10, 0) == "sesame"
    with pytest.raises(EdgeError, match="osm-token-12 has got no token within 0 s"):
        account.read(cluster, "osm", "n", 12, 0)
    assert account.retired(cluster, "osm", "n", True) == ["osm-token-2", "osm-token-9", "osm-token-10"]
    assert cluster.ran == []
    account.retired(cluster, "osm", "n", False)
    assert cluster.ran[0][:4] == ("delete", "secret", "-n", "n")
    made = json.loads(account.kubeconfig("c", "https://a:6443", "osm", "n", "sesame"))
    assert made["users"][0]["user"] == {"token": "sesame"}
    assert base64.b64decode(made["clusters"][0]["cluster"]["certificate-authority-data"]) == b"the authority"


# -- bundles -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path",
    [
        ("CustomResourceDefinition", {"conversion": {"webhook": {"clientConfig": {"caBundle": "X"}}}}),
        ("APIService", {"service": {"name": "s"}, "caBundle": "X"}),
    ],
)
def test_a_bundle_that_others_put_in_is_kept(path: tuple[str, dict[str, Any]]) -> None:
    kind, spec = path
    live = thing(kind, "a", spec=json.loads(json.dumps(spec).replace("X", "theirs")))
    ours = thing(kind, "a", spec=json.loads(json.dumps(spec).replace("X", "old")))
    assert objects.with_bundles(ours, live) == live
    assert objects.with_bundles(ours, None) == ours
    assert objects.with_bundles(ours, thing(kind, "a", spec={})) == ours


def test_a_webhooks_bundle_is_kept_by_its_name() -> None:
    ours = thing("ValidatingWebhookConfiguration", "a", webhooks=[{"name": "x", "clientConfig": {}}, {"name": "y"}])
    live = thing("ValidatingWebhookConfiguration", "a", webhooks=[{"name": "x", "clientConfig": {"caBundle": "b"}}])
    found = objects.with_bundles(ours, live)["webhooks"]
    assert found == [{"name": "x", "clientConfig": {"caBundle": "b"}}, {"name": "y"}]
