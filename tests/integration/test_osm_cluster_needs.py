# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service with KDUs where no K8s cluster can run them: refused on paper as OSM refuses it, and not otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .osm import CLUSTER, LAB, PACKAGES, REPO, SERVICE, VIM, Osm, package
from .test_osm_modules import osm
from .test_osm_slices import SLICE, template

assert LAB and osm

PORTO = {**VIM, "name": "porto"}
ELSEWHERE = {**SERVICE, "vim_account": "porto"}
WORDS = "NS instance edge-web: the VNF web (edge_web_knf) has KDUs, and no K8s cluster"


def cluster(osm: Osm, **changes: Any) -> dict[str, Any]:
    """A cluster at the VIM account without one."""
    return {**CLUSTER, "name": "porto", "vim_account": "porto", "kubeconfig": osm.kubeconfig, **changes}


@pytest.fixture
def bare(osm: Osm) -> Osm:
    """An OSM with the packages, and a second VIM account, without a cluster."""
    osm.onboarded()
    osm.done("osm_vim_account", **PORTO)
    return osm


def needing(osm: Osm, folder: Path, **needs: Any) -> None:
    """The VNF package asks for a cluster of a kind."""
    path = package(folder / "edge_web_knf", PACKAGES["vnf"], lambda d: d.update({"k8s-cluster": needs}))
    osm.done("osm_vnf_package", path=path)


def test_without_a_cluster_at_the_vim_account(bare: Osm) -> None:
    for check in (True, False):
        for module, options in (
            ("osm_ns", ELSEWHERE),
            ("osm_deployment", {"resources": {"ns_instances": [ELSEWHERE]}}),
            ("osm_ns", {**SERVICE, "vnf": [{"member_vnf_index": "web", "vim_account": "porto"}]}),
        ):
            answer = bare.refused(module, check=check, **options)
            assert f"{WORDS} is registered at the VIM account porto" in answer["msg"], answer["msg"]
            assert "edge.infra.osm_k8s_cluster (vim_account: porto)" in answer["msg"]
    # the NBI itself
    ids = {"nsdId": bare.one("nsds")["_id"], "nsName": "x", "nsDescription": "x"}
    ids["vimAccountId"] = next(v["_id"] for v in bare.all("vim_accounts") if v["name"] == "porto")
    told = bare.call("POST", "nslcm/v1/ns_instances_content", ids)
    assert told.status_code == 400 and "No k8scluster with requirements='{}'" in told.text


def test_a_record_needs_none_until_it_is_to_run(bare: Osm) -> None:
    bare.done("osm_ns", **ELSEWHERE, instantiated=False)
    for check in (True, False):
        answer = bare.refused("osm_ns", check=check, **ELSEWHERE)
        assert f"{WORDS} is registered at the VIM account porto" in answer["msg"]


def test_with_a_cluster_at_the_vim_account_of_the_vnf(bare: Osm) -> None:
    given = {**ELSEWHERE, "vnf": [{"member_vnf_index": "web", "vim_account": "madrid-1"}]}
    assert bare.done("osm_ns", check=True, **given)["changed"]
    asked = [a.split("?")[0].split("/")[-1] for a in bare.asked()]
    assert asked.count("k8sclusters") == 1 and asked.count("vnf_packages") == 1
    assert bare.done("osm_ns", **given)["changed"]
    bare.done("osm_ns", **given)
    assert [a for a in bare.asked() if "k8sclusters" in a] == [], "nothing is to be made"


def test_with_a_cluster_that_an_earlier_task_would_register(bare: Osm) -> None:
    assert bare.done("osm_ns", check=True, **ELSEWHERE, assume={"k8s_clusters": ["porto"]})["changed"]
    bare.refused("osm_ns", **ELSEWHERE, assume={"k8s_clusters": ["porto"]})


def test_with_a_cluster_of_the_same_document(bare: Osm) -> None:
    resources = {"k8s_clusters": [cluster(bare, name="other", vim_account="madrid-1")], "ns_instances": [ELSEWHERE]}
    bare.refused("osm_deployment", check=True, resources=resources)
    resources = {"k8s_clusters": [cluster(bare)], "ns_instances": [ELSEWHERE]}
    assert bare.done("osm_deployment", check=True, resources=resources)["changed"]
    assert bare.done("osm_deployment", resources=resources)["changed"]


def test_everything_in_one_document(osm: Osm) -> None:
    site = {"vim_accounts": [PORTO], "ns_instances": [ELSEWHERE], "k8s_repos": [REPO]}
    packages = [str(p) for p in PACKAGES.values()]
    assert WORDS in osm.refused("osm_deployment", packages=packages, resources=site)["msg"]
    site["k8s_clusters"] = [cluster(osm)]
    assert osm.done("osm_deployment", check=True, packages=packages, resources=site)["changed"]
    assert osm.done("osm_deployment", packages=packages, resources=site)["changed"]


@pytest.mark.parametrize(
    ("needs", "fitting", "words"),
    [
        ({"version": ["v1.30", "v1.32"]}, {"k8s_version": "v1.30"}, "k8s_version v1.30 or v1.32"),
        ({"cni": ["calico"]}, {"cni": ["calico", "multus"]}, "cni calico"),
        ({"nets": [{"id": "a"}, {"id": "b"}]}, {"nets": {"x": None, "y": None}}, "as many nets as a or b"),
    ],
)
def test_what_the_descriptor_asks_of_a_cluster(
    bare: Osm, tmp_path: Path, needs: dict[str, Any], fitting: dict[str, Any], words: str
) -> None:
    needing(bare, tmp_path, **needs)
    for check in (True, False):
        answer = bare.refused("osm_ns", check=check, **SERVICE)
        assert f"{WORDS} at the VIM account madrid-1 has what its k8s-cluster asks for ({words})" in answer["msg"]
        assert "There: madrid-1." in answer["msg"]
    resources = {"k8s_clusters": [cluster(bare, **fitting)], "ns_instances": [ELSEWHERE]}
    assert bare.done("osm_deployment", resources=resources)["changed"]


# -- slices ----------------------------------------------------------------------------------------------------------

SLICE_WORDS = (
    "slice edge-slice: in the subnet web the VNF web (edge_web_knf) has KDUs, and no K8s cluster is registered"
)


@pytest.fixture
def sliced(bare: Osm, tmp_path: Path) -> Osm:
    """The same, with the template of a slice."""
    bare.done("osm_slice_template", path=template(tmp_path / "edge_slice"))
    return bare


def test_a_slice_without_a_cluster_at_the_vim_account(sliced: Osm) -> None:
    elsewhere = {**SLICE, "vim_account": "porto"}
    for check in (True, False):
        for module, options in (
            ("osm_slice", elsewhere),
            ("osm_deployment", {"resources": {"slices": [elsewhere]}}),
            ("osm_slice", {**SLICE, "subnets": [{"id": "web", "vim_account": "porto"}]}),
            (
                "osm_slice",
                {
                    **SLICE,
                    "subnets": [{"id": "web", "vnf": [{"member_vnf_index": "web", "vim_account": "porto"}]}],
                },
            ),
        ):
            answer = sliced.refused(module, check=check, **options)
            assert f"{SLICE_WORDS} at the VIM account porto" in answer["msg"], answer["msg"]
            assert "edge.infra.osm_k8s_cluster (vim_account: porto)" in answer["msg"]
    # the NBI itself
    body = {"nsiName": "x", "nstId": sliced.one("nsts")["_id"]}
    body["vimAccountId"] = next(v["_id"] for v in sliced.all("vim_accounts") if v["name"] == "porto")
    told = sliced.call("POST", "nsilcm/v1/netslice_instances_content", body)
    assert told.status_code == 400 and "No k8scluster with requirements='{}'" in told.text


def test_a_slice_with_a_cluster_where_its_subnet_goes(sliced: Osm) -> None:
    placed = {**SLICE, "vim_account": "porto", "subnets": [{"id": "web", "vim_account": "madrid-1"}]}
    assert sliced.done("osm_slice", check=True, **placed)["changed"]
    assert sliced.done("osm_slice", **placed)["changed"]
    elsewhere = {**SLICE, "name": "other", "vim_account": "porto"}
    resources = {"k8s_clusters": [cluster(sliced)], "slices": [elsewhere]}
    assert sliced.done("osm_deployment", check=True, resources=resources)["changed"]
    assert sliced.done("osm_deployment", resources=resources)["changed"]


def test_a_slices_record_that_is_to_run_needs_one(sliced: Osm) -> None:
    elsewhere = {**SLICE, "vim_account": "porto"}
    sliced.done("osm_slice", **elsewhere, instantiated=False)
    for check in (True, False):
        answer = sliced.refused("osm_slice", check=check, **elsewhere)
        assert f"{SLICE_WORDS} at the VIM account porto" in answer["msg"], answer["msg"]
    sliced.done("osm_k8s_cluster", **cluster(sliced))
    assert sliced.done("osm_slice", **elsewhere)["changed"]
