# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The release of 2023, as its own files make it: recognised, and listed for its migration."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from .conftest import run_module
from .l2sm import LAB, Cluster, shared
from .test_l2sm_modules import four_times

assert LAB
PATHS = {
    "NetworkAttachmentDefinition": "/apis/k8s.cni.cncf.io/v1/namespaces/default/network-attachment-definitions",
    "Deployment": "/apis/apps/v1/namespaces/default/deployments",
}
FILES = ("networks/myfirstnetwork", "interfaces/vpod1", "interfaces/vxlan1", "deployments/ping", "deployOperator")


@pytest.fixture
def cluster(lab: Any) -> Cluster:
    """A cluster with today's operator, without networks and overlays."""
    found = Cluster(lab, run_module)
    found.install()
    found.clean()
    return found


def test_nothing_is_left(cluster: Cluster) -> None:
    answer = cluster("l2sm_legacy_info")
    assert (answer["found"], answer["networks"], answer["workloads"]) == (False, [], [])


@pytest.mark.shared
def test_the_release_of_2023(cluster: Cluster, warned: list[str]) -> None:
    made = []
    for file in FILES:
        for document in yaml.safe_load_all(shared(f"v1-2023/{file}.yaml").read_text(encoding="utf-8")):
            if document and document["kind"] in PATHS:
                if "l2sm-operator" in document["metadata"]["name"]:
                    document["spec"]["template"]["spec"]["serviceAccountName"] = "default"
                cluster.call("POST", PATHS[document["kind"]], document)
                made.append(f"{PATHS[document['kind']]}/{document['metadata']['name']}")
    # made behind the modules' back: the interim form, which the published files do not have
    config = '{"type": "l2sm", "kind": "vlink"}'
    body = {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "metadata": {"name": "wire"}}
    cluster.call("POST", PATHS[body["kind"]], {**body, "spec": {"config": config}})  # type: ignore[index]
    made.append(f"{PATHS['NetworkAttachmentDefinition']}/wire")
    try:
        cluster.lab.wait(lambda: cluster("l2sm_legacy_info")["networks"][0]["pods"], 20)
        answer = cluster("l2sm_legacy_info")
        first, wire = answer["networks"]
        assert (first["name"], first["form"], len(first["pods"])) == ("my-first-network", "2023", 1)
        assert (wire["form"], wire["becomes"]["type"]) == ("interim", "vlink")
        assert answer["workloads"] == ["deployment default/l2sm-operator-deployment"]
        assert answer["interfaces"] == ["default/vpod1", "default/vxlan1"] and answer["shared_names"] == []
        assert cluster("l2sm_precheck")["faults"] == []
        assert any("my-first-network" in text and "l2sm_legacy_info" in text for text in warned)
        four_times(cluster, "l2sm_deployment", resources={"networks": answer["declarations"]})
    finally:
        for path in made:
            cluster.call("DELETE", path)
