# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated OSM with everything that a service needs, for the tests of NS instances."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from conftest import RunningLab
from osm_client import KNF, NSD, VIM, Kubernetes, Nbi, package

NS = "nslcm/v1/ns_instances"
OPS = "nslcm/v1/ns_lcm_op_occs"
NOWHERE = "11111111-2222-3333-4444-555555555555"
PRIMITIVES = [{"name": "touch", "parameter": [{"name": "path"}, {"name": "mode", "default-value": "644"}]}]
VNFD = {
    **KNF,
    "vdu": [{"id": "vm", "name": "vm", "virtual-storage-desc": [], "int-cpd": [{"id": "eth0"}]}],
    "df": [
        {
            "id": "default-df",
            "vdu-profile": [{"id": "vm", "min-number-of-instances": 1, "max-number-of-instances": 3}],
            "instantiation-level": [{"id": "l", "vdu-level": [{"vdu-id": "vm", "number-of-instances": 1}]}],
            "scaling-aspect": [
                {
                    "id": "more",
                    "name": "more",
                    "aspect-delta-details": {
                        "deltas": [{"id": "d", "vdu-delta": [{"id": "vm", "number-of-instances": 2}]}]
                    },
                }
            ],
            "lcm-operations-configuration": {
                "operate-vnf-op-config": {"day1-2": [{"id": "web_knf", "config-primitive": PRIMITIVES}]}
            },
        }
    ],
}


class World:
    """A VIM account, a cluster behind a stand-in API server, and onboarded packages."""

    def __init__(self, nbi: Nbi, lab: RunningLab) -> None:
        self.nbi, self.lab = nbi, lab
        self.kubernetes = Kubernetes(lab)
        self.vim = nbi.add("admin/v1/vims", VIM)
        body = {"name": "k", "vim_account": self.vim, "k8s_version": "v1.31", "nets": {"mgmtnet": None}}
        self.cluster = nbi.add("admin/v1/k8sclusters", {**body, "credentials": self.kubernetes.kubeconfig()})
        nbi.settled(f"admin/v1/k8sclusters/{self.cluster}", "ENABLED")
        self.vnfd = nbi.upload("vnfpkgm/v1/vnf_packages_content", package(VNFD)).json()["id"]
        self.nsd = nbi.upload("nsd/v1/ns_descriptors_content", package(NSD)).json()["id"]

    def request(self, **more: Any) -> dict[str, Any]:
        return {"nsName": "web", "nsdId": self.nsd, "vimAccountId": self.vim, **more}

    def create(self, state: str = "COMPLETED", **more: Any) -> str:
        """An NS whose instantiation has ended."""
        reply = self.nbi.call("POST", NS + "_content", self.request(**more)).json()
        done = self.nbi.ended(reply["nslcmop_id"])
        assert done["operationState"] == state, done
        return str(reply["id"])

    def run(self, ns: str, operation: str, body: Any = None) -> dict[str, Any]:
        """An operation that has ended."""
        reply = self.nbi.call("POST", f"{NS}/{ns}/{operation}", body or {})
        assert reply.status_code == 202, reply.text
        op_id = reply.json()["id"]
        assert reply.json()["nsName"] == "web"
        assert reply.headers["Location"] == f"/osm/{OPS}/{op_id}"
        return self.nbi.ended(op_id)


@pytest.fixture
def world(nbi: Nbi, lab: RunningLab) -> Iterator[World]:
    one = World(nbi, lab)
    yield one
    nbi.clear()
    one.kubernetes.stop()
