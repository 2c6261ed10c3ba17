# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases from the first install to the last uninstall, with the lab's helm and, where there is one, the real one."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import helm_program
import pytest
import yaml
from cluster_client import Cluster
from helm_program import Helm, chart

LAB = helm_program.LAB


@pytest.fixture
def cluster(lab: Any) -> Iterator[Cluster]:
    """See :func:`helm_program.labelled`."""
    yield from helm_program.labelled(lab)


@pytest.fixture(params=[*helm_program.programs()], ids=helm_program.named)
def helm(request: pytest.FixtureRequest, lab: Any, cluster: Cluster, tmp_path: Path) -> Helm:
    """The helm that is tested."""
    return helm_program.helm_in(lab, tmp_path, request.param)


def stored(cluster: Cluster, name: str, version: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The Secret of a revision, and the release in it, read here by hand."""
    secret = cluster.get(f"/api/v1/namespaces/openstack/secrets/sh.helm.release.v1.{name}.v{version}")
    inner = base64.b64decode(base64.b64decode(secret["data"]["release"]))
    assert inner[:3] == b"\x1f\x8b\x08"
    return secret, json.loads(gzip.decompress(inner))


def test_life_of_a_release(helm: Helm, cluster: Cluster, lab: Any, tmp_path: Path) -> None:
    path = str(chart(tmp_path, "memcached"))
    out = helm.good("upgrade", "-i", "memcached", path, "--create-namespace", "--wait", "--timeout", "2m")
    assert out.startswith('Release "memcached" does not exist. Installing it now.\nNAME: memcached\n')
    assert "STATUS: deployed\nREVISION: 1\nTEST SUITE: None\n" in out
    secret, release = stored(cluster, "memcached", 1)
    assert secret["type"] == "helm.sh/release.v1"
    labels = {k: v for k, v in secret["metadata"]["labels"].items() if k not in ("createdAt", "modifiedAt")}
    assert labels == {"name": "memcached", "owner": "helm", "status": "deployed", "version": "1"}
    assert list(release) == ["name", "info", "chart", "manifest", "version", "namespace"]
    assert release["info"]["status"] == "deployed"
    assert release["info"]["deleted"] == ""
    assert release["chart"]["metadata"]["dependencies"][0]["enabled"] is True
    assert release["chart"]["values"]["helm-toolkit"] == {"global": {}}
    assert release["chart"]["files"] is None
    live = cluster.get("/apis/apps/v1/namespaces/openstack/statefulsets/memcached-memcached")
    assert live["metadata"]["annotations"]["meta.helm.sh/release-name"] == "memcached"
    assert live["status"]["readyReplicas"] == 1

    helm.good("upgrade", "memcached", path, "--set", "pod.replicas.server=2", "--wait", "--timeout", "2m")
    assert yaml.safe_load(helm.good("get", "values", "memcached", "-o", "yaml")) == {"pod": {"replicas": {"server": 2}}}
    assert "Rollback was a success!" in helm.good("rollback", "memcached", "--wait", "--timeout", "2m")
    rows = json.loads(helm.good("history", "memcached", "-o", "json"))
    assert [(r["revision"], r["status"], r["description"]) for r in rows] == [
        (1, "superseded", "Install complete"),
        (2, "superseded", "Upgrade complete"),
        (3, "deployed", "Rollback to 1"),
    ]
    row = yaml.safe_load(helm.good("list", "-o", "yaml"))[0]
    assert (row["name"], row["revision"], row["status"]) == ("memcached", "3", "deployed")
    assert row["chart"] == "memcached-2026.1.0"
    assert helm.good("get", "values", "memcached", "--output=yaml") == "null\n"
    live = cluster.get("/apis/apps/v1/namespaces/openstack/statefulsets/memcached-memcached")
    assert live["spec"]["replicas"] == 1
    assert helm.good("uninstall", "memcached", "--wait", "--timeout", "1m") == 'release "memcached" uninstalled\n'
    assert cluster.get("/api/v1/namespaces/openstack/secrets")["items"] == []
    assert helm.bad("status", "memcached") == "Error: release: not found\n"


def test_each_reads_what_the_other_has_stored(lab: Any, cluster: Cluster, tmp_path: Path) -> None:
    """The same calls by a real helm and by the stand-in, in turn, on one release."""
    program = helm_program.real()
    if not program:
        pytest.skip("no real Helm 3 is on the PATH")
    own, real = (helm_program.helm_in(lab, tmp_path, p) for p in (None, program))
    path = str(chart(tmp_path, "memcached"))
    real.good("install", "memcached", path, "--create-namespace")
    own.good("upgrade", "memcached", path, "--set", "pod.replicas.server=2")
    real.good("rollback", "memcached", "1")
    own.good("upgrade", "memcached", path, "--set", "conf.memcached.DEFAULT.debug=true", "--description", "by hand")
    for words in (
        ("history", "memcached", "-o", "json"),
        ("list", "--all"),
        ("get", "manifest", "memcached"),
        ("get", "values", "memcached", "-a", "-o", "json"),
        ("get", "values", "memcached", "--revision", "2"),
        ("status", "memcached", "-o", "json"),
        ("status", "memcached"),
        ("template", "again", path, "--set", "pod.replicas.server=4"),
        ("show", "chart", path),
    ):
        one, other = own.good(*words), real.good(*words)
        assert (json.loads(one) if "json" in words else one) == (json.loads(other) if "json" in words else other)
    real.good("uninstall", "memcached")


def test_both_render_the_sample_charts_alike(tmp_path: Path) -> None:
    program = helm_program.real()
    if not program:
        pytest.skip("no real Helm 3 is on the PATH")
    own, real = (Helm("/nowhere", tmp_path / "home", p) for p in (None, program))
    for path in sorted(helm_program.CHARTS.iterdir()):
        if path.is_dir() and path.name != "helm-toolkit":
            one = str(chart(tmp_path, path.name))
            assert own.good("template", "r", one, "-n", "x") == real.good("template", "r", one, "-n", "x")


def test_what_others_have_changed_stays(helm: Helm, cluster: Cluster, tmp_path: Path) -> None:
    path = str(chart(tmp_path, "rabbitmq"))
    extra = ("--create-namespace", "--no-hooks")
    helm.good("install", "rabbitmq", path, *extra, "--set", "images.pull_policy=Always")
    where = "/apis/apps/v1/namespaces/openstack/statefulsets/rabbitmq-rabbitmq"
    sidecar = [{"name": "sidecar", "image": "registry.example.org/sidecar:1"}]
    theirs = {"metadata": {"labels": {"watched": "yes"}}, "spec": {"template": {"spec": {"containers": sidecar}}}}
    assert cluster.patch(where, theirs, "strategic").status_code == 200
    before = cluster.get(where)["spec"]["template"]["spec"]["containers"]
    assert sorted(c["name"] for c in before) == ["server", "sidecar"]
    helm.good("upgrade", "rabbitmq", path, "--no-hooks", "--set", "manifests.service=false")
    live = cluster.get(where)
    assert live["metadata"]["labels"]["watched"] == "yes"
    containers = {c["name"]: c for c in live["spec"]["template"]["spec"]["containers"]}
    assert containers["server"]["imagePullPolicy"] == "IfNotPresent"
    assert "sidecar" in containers
    assert cluster.get("/api/v1/namespaces/openstack/services/rabbitmq") is None
    meta = {"name": "rabbitmq", "annotations": {"meta.helm.sh/release-name": "somebody"}}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": {"ports": [{"port": 1}]}}
    cluster.create("/api/v1/namespaces/openstack/services", service)
    told = helm.bad("upgrade", "rabbitmq", path, "--no-hooks", "--reset-values")
    assert told == (
        'Error: UPGRADE FAILED: Unable to continue with update: Service "rabbitmq" in namespace "openstack" exists and '
        "cannot be imported into the current release: invalid ownership metadata; label validation error: missing key "
        '"app.kubernetes.io/managed-by": must be set to "Helm"; annotation validation error: key '
        '"meta.helm.sh/release-name" must equal "rabbitmq": current value is "somebody"; annotation validation error: '
        'missing key "meta.helm.sh/release-namespace": must be set to "openstack"\n'
    )
    helm.good("upgrade", "rabbitmq", path, "--no-hooks", "--reset-values", "--take-ownership")


def test_history_is_no_longer_than_it_may_be(helm: Helm, cluster: Cluster, tmp_path: Path) -> None:
    path = str(chart(tmp_path, "memcached"))
    helm.good("install", "memcached", path, "--create-namespace")
    for number in range(2, 6):
        helm.good("upgrade", "memcached", path, "--history-max", "3", "--set", f"pod.replicas.server={number}")
    rows = json.loads(helm.good("history", "memcached", "-o", "json"))
    assert [r["revision"] for r in rows] == [3, 4, 5]
    assert helm.bad("rollback", "memcached", "1") == "Error: release has no 1 version\n"


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (("--reset-values", "--set", "a=1"), {"a": 1}),
        (("--reuse-values", "--set", "a=1"), {"a": 1, "pod": {"replicas": {"server": 2}}}),
        (("--reset-then-reuse-values", "--set", "a=1"), {"a": 1, "pod": {"replicas": {"server": 2}}}),
        ((), {"pod": {"replicas": {"server": 2}}}),
        (("--set", "a=1"), {"a": 1}),
        (("--set-string", "a=1", "--set-json", 'b={"c":[1]}'), {"a": "1", "b": {"c": [1]}}),
        (("--set", "l[1]=x,m={a,b},t\\.u=null"), {"l": [None, "x"], "m": ["a", "b"], "t.u": None}),
    ],
)
def test_values_of_an_upgrade(
    helm: Helm, cluster: Cluster, tmp_path: Path, flags: tuple[str, ...], expected: dict[str, Any]
) -> None:
    path = str(chart(tmp_path, "memcached"))
    helm.good("install", "memcached", path, "--create-namespace", "--set", "pod.replicas.server=2")
    helm.good("upgrade", "memcached", path, *flags)
    assert yaml.safe_load(helm.good("get", "values", "memcached", "-o", "yaml")) == expected


def test_kubeconfigs_of_each_shape(helm: Helm, lab: Any, cluster: Cluster, tmp_path: Path) -> None:
    """Who asks: by a token, a file of one, a program that tells one, or a certificate; several files, one context."""
    whole = yaml.safe_load(Path(lab.credentials["kubernetes"]["kubeconfig"]).read_text(encoding="utf-8"))
    token = lab.credentials["kubernetes"]["token"]
    (tmp_path / "token").write_text(token, encoding="utf-8")
    credential = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": token}}
    (tmp_path / "credential.json").write_text(json.dumps(credential), encoding="utf-8")
    plugin = {"apiVersion": credential["apiVersion"], "command": "cat", "args": [str(tmp_path / "credential.json")]}
    users: dict[str, Any] = {
        "token": {"token": token},
        "file": {"tokenFile": str(tmp_path / "token")},
        "program": {"exec": {**plugin, "interactiveMode": "Never"}},
        "certificate": whole["users"][0]["user"],
        "stranger": {"token": "somebody"},
    }
    server = whole["clusters"][0]["cluster"]
    skips = {"server": server["server"], "insecure-skip-tls-verify": True}
    first = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "lab", "cluster": server}, {"name": "skips", "cluster": skips}],
        "contexts": [
            {"name": f"{user}@{name}", "context": {"cluster": name, "user": user, "namespace": "kube-system"}}
            for user in users
            for name in ("lab", "skips")
        ],
    }
    second = {"apiVersion": "v1", "kind": "Config", "users": [{"name": n, "user": u} for n, u in users.items()]}
    (tmp_path / "first").write_text(yaml.safe_dump(first), encoding="utf-8")
    (tmp_path / "second").write_text(yaml.safe_dump(second), encoding="utf-8")
    files = f"{tmp_path / 'first'}:{tmp_path / 'second'}:{tmp_path / 'none'}"
    for user in users:
        for name in ("lab", "skips"):
            done = helm("list", "-q", "--kube-context", f"{user}@{name}", KUBECONFIG=files)
            words = "the server has asked for the client to provide credentials"
            told = f"Error: Kubernetes cluster unreachable: {words}\n" if user == "stranger" else ""
            assert (user, name, done.status, done.err) == (user, name, int(bool(told)), told)
