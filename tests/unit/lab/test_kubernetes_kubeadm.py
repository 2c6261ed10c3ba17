# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster of kubeadm's behind the lab's Kubernetes API: whose word for a caller is taken, and when it begins anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

LAB = {"services": ["kubernetes"], "kubernetes": {"kubeadm": True, "node_grace": 3600}}
MASTER = {"X-Remote-User": "root", "X-Remote-Group": "system:masters"}
SECRETS = "/api/v1/namespaces/kube-system/secrets"


@pytest.fixture
def proxy(lab: Any, tmp_path: Path) -> requests.Session:
    """A session with the front proxy's certificate."""
    known = lab.lab.credentials["kubernetes"]
    (tmp_path / "proxy.pem").write_text(known["front_proxy_certificate"] + known["front_proxy_key"], encoding="utf-8")
    session = lab.session()
    session.cert = str(tmp_path / "proxy.pem")
    session.headers["X-Edge-Cluster"] = "one"
    return session  # type: ignore[no-any-return]


def test_the_front_proxy_says_who_asks(lab: Any, proxy: requests.Session) -> None:
    url = lab.urls["kubernetes"]
    assert proxy.get(url + SECRETS, headers=MASTER, timeout=10).status_code == 200
    nobody = {"X-Remote-User": "system:node:n1", "X-Remote-Group": "system:nodes"}
    reply = proxy.post(f"{url}/api/v1/namespaces", json={}, headers=nobody, timeout=10)
    assert reply.status_code == 403
    assert 'User "system:node:n1" cannot create resource "namespaces"' in reply.json()["message"]
    patch = {"metadata": {"labels": {"a": "b"}}}
    kinds = {**nobody, "Content-Type": "application/merge-patch+json"}
    reply = proxy.patch(f"{url}/api/v1/nodes/n2", json=patch, headers=kinds, timeout=10)
    assert reply.status_code == 403, "a node writes to itself only"


def test_nobody_else_is_believed(lab: Any, proxy: requests.Session) -> None:
    proxy.get(lab.urls["kubernetes"] + SECRETS, headers=MASTER, timeout=10)
    reply = lab.session().get(lab.urls["kubernetes"] + SECRETS, headers=MASTER, timeout=10)
    assert reply.status_code == 403
    assert 'User "system:anonymous" cannot list resource "secrets"' in reply.json()["message"]


def test_a_new_etcd_begins_empty_and_an_old_one_is_no_more(lab: Any, proxy: requests.Session) -> None:
    url = lab.urls["kubernetes"]
    proxy.post(url + SECRETS, json={"metadata": {"name": "mine"}}, headers=MASTER, timeout=10)
    proxy.headers["X-Edge-Cluster"] = "two"
    assert proxy.get(f"{url}{SECRETS}/mine", headers=MASTER, timeout=10).status_code == 404
    assert proxy.get(f"{url}/api/v1/nodes", headers=MASTER, timeout=10).json()["items"] == []
    proxy.headers["X-Edge-Cluster"] = "one"
    reply = proxy.get(f"{url}/api/v1/nodes", headers=MASTER, timeout=10)
    assert (reply.status_code, reply.json()["reason"]) == (503, "ServiceUnavailable")


def heard(url: str, proxy: requests.Session, when: str) -> None:
    """Write when a node was heard of."""
    meta = {"name": "n1", "namespace": "kube-node-lease"}
    body = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": meta, "spec": {"renewTime": when}}
    place = f"{url}/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
    proxy.delete(f"{place}/n1", headers=MASTER, timeout=10)
    assert proxy.post(place, json=body, headers=MASTER, timeout=10).status_code == 201


def until(probe: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + 20
    while not probe():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)


def test_pods_that_came_while_their_node_was_away_start_when_it_is_back(lab: Any, proxy: requests.Session) -> None:
    url = lab.urls["kubernetes"]
    proxy.headers["X-Edge-Cluster"] = "three"
    conditions = [{"type": "Ready", "status": "True"}]
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}, "status": {"conditions": conditions}}
    assert proxy.post(f"{url}/api/v1/nodes", json=node, headers=MASTER, timeout=10).status_code == 201
    heard(url, proxy, "2026-01-01T00:00:00Z")

    def ready() -> str:
        status = proxy.get(f"{url}/api/v1/nodes/n1", headers=MASTER, timeout=10).json()["status"]
        return next((c["status"] for c in status["conditions"] if c["type"] == "Ready"), "")

    until(lambda: ready() == "Unknown")
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}
    pod["spec"] = {"nodeName": "n1", "containers": [{"name": "a", "image": "a"}]}
    pods = f"{url}/api/v1/namespaces/default/pods"
    assert proxy.post(pods, json=pod, headers=MASTER, timeout=10).status_code == 201
    heard(url, proxy, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))

    def phase() -> str:
        found = proxy.get(f"{pods}/web", headers=MASTER, timeout=10).json()
        return str((found.get("status") or {}).get("phase", ""))

    until(lambda: phase() == "Running")
