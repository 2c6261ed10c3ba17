# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site of kubeadm in a lab: no StarlingX, and a cluster with the nodes that it is told."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import yaml

LAB = {
    "time_factor": 20000,
    "sites": [{"name": "madrid-2", "model": "kubeadm", "hosts": [{"name": "node-1"}, {"name": "node-2"}]}],
}
CONTROL = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
WANTED: dict[str, Any] = {
    "release": "v1.34.2",
    "nodes": [
        {"name": "node-1", "personality": "controller", "addresses": ["10.0.0.11"], "taints": [CONTROL]},
        {"name": "node-2", "personality": "worker", "addresses": ["10.0.0.12"], "labels": {"a": "1", "b": "2"}},
    ],
    "addons": ["multus", "storage_class"],
}


def told(lab: Any, wanted: dict[str, Any]) -> requests.Session:
    """A session of the administrator, once the cluster is as wanted."""
    url = f"{lab.lab.about()['sites']['madrid-2']['control']}/lab/cluster"
    reply = requests.put(url, json=wanted, timeout=30)
    assert reply.status_code == 200, reply.text
    assert requests.get(url, timeout=10).json() == wanted
    assert yaml.safe_load(reply.json()["kubeconfig"])["clusters"][0]["cluster"]["server"] == lab.urls["kubernetes"]
    session: requests.Session = lab.session()
    session.headers["Authorization"] = f"Bearer {lab.lab.credentials['kubernetes']['token']}"
    return session


def names(session: requests.Session, url: str) -> list[str]:
    return [item["metadata"]["name"] for item in session.get(url, timeout=10).json()["items"]]


def test_nodes_are_as_they_are_told(lab: Any) -> None:
    api = lab.urls["kubernetes"]
    with pytest.raises(requests.ConnectionError):
        lab.session().get(api, timeout=10)
    session = told(lab, WANTED)
    one, two = session.get(f"{api}/api/v1/nodes", timeout=10).json()["items"]
    assert one["spec"]["taints"] == [CONTROL] and one["status"]["nodeInfo"]["kubeletVersion"] == "v1.34.2"
    assert {"type": "InternalIP", "address": "10.0.0.12"} in two["status"]["addresses"]
    assert two["metadata"]["labels"].items() >= {"a": "1", "b": "2"}.items()
    assert "node-role.kubernetes.io/control-plane" not in two["metadata"]["labels"]
    assert names(session, f"{api}/apis/storage.k8s.io/v1/storageclasses") == ["local-path"]
    assert "kube-multus-ds-amd64" in names(session, f"{api}/apis/apps/v1/namespaces/kube-system/daemonsets")
    assert session.get(f"{api}/apis/cert-manager.io/v1", timeout=10).status_code == 404

    # a label less, a node less, an addon more; a label that somebody else has set stays
    other = {"metadata": {"labels": {"theirs": "x"}}}
    kind = {"Content-Type": "application/merge-patch+json"}
    session.patch(f"{api}/api/v1/nodes/node-1", json=other, headers=kind, timeout=10)
    later = {**WANTED, "nodes": [{**WANTED["nodes"][0], "labels": {"c": "3"}}], "addons": ["cert_manager"]}
    session = told(lab, later)
    (only,) = session.get(f"{api}/api/v1/nodes", timeout=10).json()["items"]
    assert only["metadata"]["labels"].items() >= {"theirs": "x", "c": "3"}.items()
    assert session.get(f"{api}/apis/cert-manager.io/v1", timeout=10).status_code == 200


def test_a_site_of_kubeadm_has_no_starlingx(lab: Any) -> None:
    assert not {"keystone", "sysinv", "fm", "nfv"} & set(lab.urls)
    url = f"{lab.lab.about()['sites']['madrid-2']['control']}/lab/cluster"
    reply = requests.put(url, json={**WANTED, "addons": ["kubevirt"]}, timeout=10)
    assert (reply.status_code, reply.json()["error"]) == (400, "no such addons: kubevirt")
