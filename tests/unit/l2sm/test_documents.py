# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Custom resources that others wrote, read strictly."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._l2sm.documents import declared, expand, read
from ansible_collections.edge.infra.plugins.module_utils._l2sm.resources import API_VERSION


def resource(kind: str, **spec: Any) -> dict[str, Any]:
    """A custom resource."""
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": {"name": "x"}, "spec": spec}


PROVIDER = {"name": "p", "domain": ["sdn"]}
RULES = {"name": "r", "configMapRef": {"name": "m"}}
IDS = {
    "enabled": True,
    "node": "n",
    "profile": "suricata",
    "useEmergingThreatsOpen": False,
    "customRuleSources": [RULES],
}


@pytest.mark.parametrize(
    ("document", "many", "values"),
    [
        (resource("L2Network", type="vnet"), "networks", {"type": "vnet"}),
        (
            resource("L2Network", type="vnet", networkCIDR="10.0.0.0/24", podAddressRange="10.0.0.0/25"),
            "networks",
            {"type": "vnet", "network_cidr": "10.0.0.0/24", "pod_address_range": "10.0.0.0/25"},
        ),
        (
            resource("L2Network", type="vnet", ids=IDS),
            "networks",
            {
                "type": "vnet",
                "ids": {
                    "enabled": True,
                    "node": "n",
                    "profile": "suricata",
                    "use_emerging_threats_open": False,
                    "custom_rule_sources": [{"name": "r", "config_map_ref": {"name": "m"}}],
                },
            },
        ),
        (
            resource(
                "Overlay",
                provider={**PROVIDER, "sdnPort": "1"},
                topology={"nodes": ["a", "b"], "links": [{"endpointA": "a", "endpointB": "b"}]},
                interfaceNumber=5,
            ),
            "overlays",
            {
                "provider": {**PROVIDER, "sdn_port": "1"},
                "nodes": ["a", "b"],
                "links": [{"endpoint_a": "a", "endpoint_b": "b"}],
                "interface_count": 5,
            },
        ),
        (
            resource(
                "QuarantinePodRequest",
                targetL2Network="away",
                selector={
                    "podLabelSelector": {"matchLabels": {"a": "b"}},
                    "l2NetworkSelector": {"matchExpressions": [{"key": "k", "operator": "Exists"}]},
                },
            ),
            "quarantines",
            {
                "target_network": "away",
                "pod_selector": {"match_labels": {"a": "b"}},
                "network_selector": {"match_expressions": [{"key": "k", "operator": "Exists"}]},
            },
        ),
    ],
)
def test_resources_become_options(document: dict[str, Any], many: str, values: dict[str, Any]) -> None:
    assert declared(document, "f.yaml") == (many, {"namespace": "default", "name": "x", **values})


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (resource("L2Network", typ="vnet"), "spec.typ: there is no such field"),
        (resource("L2Network"), "spec.type: it is required"),
        (resource("L2Network", type="wire"), "'wire' is not one of vnet"),
        (resource("L2Network", type="vnet", provider={"name": "p", "domain": "sdn"}), "it is a list of exactly one"),
        (
            resource("L2Network", type="vnet", provider={**PROVIDER, "sdnPort": 30808}),
            "numbers that are to be texts need quotes",
        ),
        (resource("L2Network", type="vnet", ids={**IDS, "profile": "snort"}), "'snort' is not one of suricata"),
        (resource("L2Network", type="vnet", ids={**IDS, "enabled": "yes"}), "'yes' is not true or false"),
        (resource("Overlay", networkController=PROVIDER, topology={"nodes": ["a"]}), "It is called provider now"),
        (resource("Overlay", provider=PROVIDER, numberInterfaces=4), "It is called interfaceNumber now"),
        (resource("Overlay", provider=PROVIDER), "spec.topology.nodes: it is required"),
        (
            resource("Overlay", provider=PROVIDER, topology={"nodes": ["a"], "link": []}),
            "spec.topology.link: there is no such",
        ),
        (resource("Overlay", provider=PROVIDER, topology={"nodes": "a"}), "'a' is not a list"),
        ({**resource("L2Network", type="vnet"), "extra": 1}, "extra: there is no such field"),
        ({**resource("L2Network", type="vnet"), "metadata": {}}, "metadata.name: it is required"),
        (resource("QuarantinePodRequest"), "spec.targetL2Network: it is required"),
        (resource("QuarantinePodRequest", targetL2Network="t"), "spec.selector.podLabelSelector: it is required"),
        (
            resource("QuarantinePodRequest", targetL2Network="t", selector={"podSelector": {}}),
            "spec.selector.podSelector: there is no such field",
        ),
        (resource("NetworkAttachmentDefinition"), "is not managed here"),
        ({**resource("L2Network", type="vnet"), "apiVersion": "l2sm.l2sm.k8s.local/v2"}, "Write apiVersion:"),
        ({"apiVersion": "v1", "kind": "Pod"}, "kubernetes.core.k8s"),
    ],
)
def test_what_the_api_would_drop_is_refused(document: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as caught:
        declared(document, "f.yaml")
    assert words in str(caught.value) and str(caught.value).startswith("f.yaml: ")


def test_reading(tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    path.write_text("---\n---\napiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod}]\n", encoding="utf-8")
    assert read(str(path), "manifest") == [{"apiVersion": "v1", "kind": "Pod"}]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert read(str(path), "manifest", f"sha256:{digest.upper()}")
    for checksum, words in (
        (f"sha256:{'0' * 64}", f"digest {digest}, not"),
        ("md9:1", "is no checksum"),
        ("x", "is no checksum"),
    ):
        with pytest.raises(InputError, match=words):
            read(str(path), "manifest", checksum)
    path.write_text("- just\n- a list\n", encoding="utf-8")
    with pytest.raises(InputError, match="no Kubernetes object"):
        read(str(path), "manifest")
    with pytest.raises(InputError, match="cannot be read"):
        read(str(tmp_path / "none"), "manifest")


def test_expansion(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(
        f"apiVersion: {API_VERSION}\nkind: L2Network\nmetadata: {{name: n}}\nspec: {{type: vnet}}\n", encoding="utf-8"
    )
    entry = {"name": "n", "namespace": "default", "type": "vnet", "state": "absent"}
    assert expand({"manifests": [str(path)], "manifests_state": "absent"}) == {"networks": [entry]}
    assert expand({}) == {}


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n---\n", "apiVersion: v1\nkind: List\nitems: []\n"])
def test_a_manifest_without_an_object(tmp_path: Path, text: str) -> None:
    """With ``prune``, it would be the removal of everything."""
    (tmp_path / "empty.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"empty\.yaml has no object in it"):
        expand({"manifests": [str(tmp_path / "empty.yaml")]})
