# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the plan renders is what the strict stand-in of kubeadm takes, which shares no code; every release."""

from __future__ import annotations

import copy
import io
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._site import files
from ansible_collections.edge.infra.plugins.module_utils._site._kubernetes import kubelet_fields, versions
from kubeadm_site import DUAL, VIP, plan
from standin import config
from standin import versions as releases
from standin.host import Host
from test_site_kubeadm_render import FULL

MINORS = range(versions.LEAST, versions.MOST + 1)
SITES: dict[str, tuple[dict[str, Any], int]] = {
    "plain": ({}, 1),
    "dual stack": (DUAL, 1),
    "three": (VIP, 3),
    "everything": (FULL, 1),
    "swap": ({"edge_swap": "keep", "w-1:edge_node_taints": ["a=b:NoSchedule"]}, 1),
}


@pytest.mark.parametrize("minor", MINORS)
@pytest.mark.parametrize("site", SITES)
def test_it_is_taken_without_a_word(tmp_path: Path, site: str, minor: int) -> None:
    changes, controls = SITES[site]
    version = f"1.{minor}.3"
    for node in plan({**changes, "edge_kubernetes_version": version}, controls).kubernetes.values():
        own = {"addresses": node["addresses"], "hostname": node["node"]}
        host = Host(releases.parse(version), tmp_path, own, io.StringIO(), io.StringIO())
        documents = copy.deepcopy(node["config"])
        if node["kind"] == "init":
            loaded = config.load_init(host, files.render(files.Stream(documents)), strict=True)
            assert loaded.cluster["kubernetesVersion"] == f"v{version}"
        else:
            # what a role adds when it is used
            secret = {"token": "abcdef.0123456789abcdef", "caCertHashes": [f"sha256:{'a' * 64}"]}
            documents[0]["discovery"]["bootstrapToken"] |= secret
            loaded = config.load_join(host, files.render(files.Stream(documents)), strict=True)
        assert loaded.node["name"] == node["node"]
        assert host.err.getvalue() == ""  # type: ignore[attr-defined]


@pytest.mark.parametrize("minor", MINORS)
def test_the_fields_of_the_kubelet(minor: int) -> None:
    shape = config.shape_of("kubelet.config.k8s.io/v1beta1", "KubeletConfiguration", minor)
    assert shape is not None
    known = {name for name in kubelet_fields.TYPE_OF if kubelet_fields.SINCE.get(name, 0) <= minor}
    assert known == set(shape.fields("KubeletConfiguration")) - {"apiVersion", "kind"}
