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

import pytest
import yaml
from cluster_client import Cluster
from helm_program import Helm, chart, programs

LAB = {"services": ["kubernetes"], "kubernetes": {"up": True, "nodes": ["node-0", "node-1", "node-2"]}}
LABELS = {"openstack-control-plane": "enabled", "openstack-compute-node": "enabled", "openvswitch": "enabled"}


@pytest.fixture
def cluster(lab: Any) -> Iterator[Cluster]:
    """The lab's cluster, its nodes labelled; without the namespaces of the tests before and after."""
    found = Cluster(lab)
    for node in ("node-0", "node-1", "node-2"):
        found.patch(f"/api/v1/nodes/{node}", {"metadata": {"labels": LABELS}})
    yield found
    lab.control.clear_faults()
    found.delete("/api/v1/namespaces/openstack")
    lab.wait(lambda: found.get("/api/v1/namespaces/openstack") is None)


@pytest.fixture(params=[*programs()], ids=lambda p: "real" if p else "stand-in")
def helm(request: pytest.FixtureRequest, lab: Any, cluster: Cluster, tmp_path: Path) -> Helm:
    """The helm that is tested, in the namespace ``openstack``."""
    found = Helm(lab.credentials["kubernetes"]["kubeconfig"], tmp_path / "home", request.param)
    found.environment["HELM_NAMESPACE"] = "openstack"
    return found


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
