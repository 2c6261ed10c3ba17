# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order of uploads and deletions, and what a package says about its content."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.build import Package, PackageError, build
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.order import (
    delete_order,
    references,
    upload_order,
)
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.summary import summary

Make = Callable[[str, dict[str, Any]], Package]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def make_one(folder: str, document: dict[str, Any]) -> Package:
        path = tmp_path / folder
        path.mkdir()
        (path / "descriptor.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
        return build(path)

    return make_one


def vnf(name: str, **more: Any) -> dict[str, Any]:
    return {"vnfd": {"id": name, "df": [], **more}}


def ns(name: str, *vnfds: str, **more: Any) -> dict[str, Any]:
    return {"nsd": {"nsd": [{"id": name, "vnfd-id": list(vnfds), **more}]}}


def nst(name: str, *nsds: str) -> dict[str, Any]:
    return {"nst": [{"id": name, "netslice-subnet": [{"id": f"s{n}", "nsd-ref": n} for n in nsds]}]}


def ids(packages: list[Package]) -> list[str]:
    return [package.id for package in packages]


def test_what_is_named_comes_first_whatever_the_order_given(make: Make) -> None:
    packages = [
        make("slice", nst("a_slice", "z_ns")),
        make("ns", ns("a_ns", "z_vnf", "b_vnf")),
        make("nested", ns("z_ns", "b_vnf")),
        make("outer", ns("b_ns", "b_vnf", **{"nested-nsd-id": ["z_ns"]})),
        make("vnf", vnf("z_vnf")),
        make("vnf2", vnf("b_vnf")),
    ]
    expected = ["b_vnf", "z_vnf", "a_ns", "z_ns", "b_ns", "a_slice"]
    for order in itertools.islice(itertools.permutations(packages), 0, 720, 37):
        assert ids(upload_order(list(order))) == expected
        assert ids(delete_order(list(order))) == expected[::-1]


def test_nothing_is_in_order() -> None:
    assert upload_order([]) == [] == delete_order([])


def test_a_missing_reference_names_both(make: Make) -> None:
    packages = [make("ns", ns("a_ns", "web", "db")), make("vnf", vnf("web"))]
    with pytest.raises(PackageError) as caught:
        upload_order(packages)
    assert "'a_ns'" in caught.value.message and "'db'" in caught.value.message
    assert packages[0].path in caught.value.message
    assert "There are: web." in caught.value.remedy
    assert ids(upload_order(packages, known_vnfds={"db"})) == ["web", "a_ns"]
    assert ids(delete_order(packages)) == ["a_ns", "web"]


def test_a_slice_needs_its_services(make: Make) -> None:
    slice_ = make("slice", nst("a_slice", "a_ns"))
    with pytest.raises(PackageError, match=r"slice template 'a_slice' .* names the NSD 'a_ns'"):
        upload_order([slice_])
    assert upload_order([slice_], known_nsds=["a_ns"]) == [slice_]


def test_one_id_twice_names_both_paths(make: Make) -> None:
    one, other = make("one", vnf("web")), make("other", vnf("web"))
    with pytest.raises(PackageError) as caught:
        upload_order([one, other])
    assert one.path in caught.value.message and other.path in caught.value.message and caught.value.remedy


def test_a_vnf_and_an_ns_may_have_the_same_id(make: Make) -> None:
    assert [p.kind for p in upload_order([make("ns", ns("web", "web")), make("vnf", vnf("web"))])] == ["vnf", "ns"]


def test_a_circle(make: Make) -> None:
    one = make("one", ns("a", **{"nested-nsd-id": ["b"]}))
    other = make("other", ns("b", **{"nested-nsd-id": ["a"]}))
    with pytest.raises(PackageError, match="circle: a -> b -> a"):
        upload_order([one, other])


def test_references_are_read_from_any_shape(make: Make) -> None:
    assert references(make("text", {"nsd": {"nsd": [{"id": "a", "vnfd-id": "web"}]}})) == [("vnf", "web")]
    odd = {"id": "b", "vnfd-id": [{"x": 1}, None, True, "web", "web"], "nested-nsd-id": 5}
    assert references(make("odd", {"nsd": {"nsd": [odd]}})) == [("vnf", "web"), ("ns", "5")]
    old = {"id": "c", "constituent-vnfd": [{"vnfd-id-ref": "web"}, "x"]}
    assert references(make("old", {"nsd:nsd-catalog": {"nsd": [old]}})) == [("vnf", "web")]


def test_summary_of_a_vnf(make: Make) -> None:
    package = make(
        "web",
        vnf(
            "web",
            **{
                "product-name": "Web",
                "version": "1.2",
                "provider": "edge",
                "mgmt-cp": "mgmt",
                "ext-cpd": [
                    {"id": "mgmt", "int-cpd": {"vdu-id": "vm", "cpd": "eth0"}},
                    {"id": "data", "k8s-cluster-net": "datanet"},
                ],
                "vdu": [
                    {
                        "id": "vm",
                        "name": "vm",
                        "sw-image-desc": "ubuntu",
                        "virtual-compute-desc": "small",
                        "virtual-storage-desc": ["disk"],
                        "int-cpd": [{"id": "eth0"}],
                    }
                ],
                "virtual-compute-desc": [
                    {"id": "small", "virtual-cpu": {"num-virtual-cpu": 2}, "virtual-memory": {"size": 4.0}}
                ],
                "virtual-storage-desc": [{"id": "disk", "size-of-storage": 10}],
                "sw-image-desc": [{"id": "ubuntu", "name": "ubuntu22.04", "image": "ubuntu22.04"}],
                "kdu": [
                    {"name": "ldap", "helm-chart": "stable/openldap"},
                    {"name": "web", "helm-chart": "oci://registry.example/charts/web"},
                    {"name": "app", "juju-bundle": "bundle"},
                ],
            },
        ),
    )
    told = summary(package)
    assert json.loads(json.dumps(told)) == told
    assert (told["id"], told["name"], told["version"], told["provider"]) == ("web", "Web", "1.2", "edge")
    assert told["digest"] == package.digest and told["size"] == len(package.data) > 0
    assert told["vdus"] == [
        {
            "id": "vm",
            "name": "vm",
            "image": "ubuntu",
            "cpus": 2,
            "memory_gib": 4.0,
            "storage_gib": [10],
            "cloud_init": "",
            "connection_points": ["eth0"],
        }
    ]
    assert [(k["repo"], k["chart"], k["juju_bundle"]) for k in told["kdus"]] == [
        ("stable", "openldap", ""),
        ("", "oci://registry.example/charts/web", ""),
        ("", "", "bundle"),
    ]
    assert [(p["id"], p["vdu"], p["k8s_network"], p["management"]) for p in told["connection_points"]] == [
        ("mgmt", "vm", "", True),
        ("data", "", "datanet", False),
    ]
    assert {"ubuntu22.04", "stable/openldap"} <= {image["name"] for image in told["images"]}


def test_summary_of_an_ns(make: Make) -> None:
    told = summary(
        make(
            "ns",
            ns(
                "a_ns",
                "web",
                **{
                    "virtual-link-desc": [{"id": "mgmtnet", "mgmt-network": "true", "vim-network-name": "oam"}],
                    "df": [{"id": "d", "vnf-profile": [{"id": "1", "vnfd-id": "web"}]}],
                },
            ),
        )
    )
    assert told["references"] == [{"kind": "vnf", "id": "web"}]
    assert told["networks"] == [{"id": "mgmtnet", "management": True, "vim_network": "oam"}]
    assert told["vnfs"] == [{"member": "1", "vnfd": "web"}]


@pytest.mark.parametrize("value", [5, "x", {}, [5], [[]], [None], [{}], None])
@pytest.mark.parametrize("key", ["vdu", "kdu", "ext-cpd", "virtual-compute-desc", "virtual-link-desc", "df", "vnfd-id"])
def test_summary_takes_any_shape(make: Make, key: str, value: Any) -> None:
    for number, document in enumerate((vnf("web", **{key: value}), ns("a_ns", **{key: value}))):
        json.dumps(summary(make(f"p{number}", document)))
