# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A removal and a change that meet in one document of OSM: one run does both, in the order that OSM wants."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .osm import LAB, PACKAGES, REPO, SAMPLES, SERVICE, VIM, Osm, package
from .osm_services import both
from .test_osm_modules import osm
from .test_osm_slices import LINK, SLICE, SUBNET, template

assert LAB and osm

Descriptor = dict[str, Any]
GONE = {"ns_instances": [{"name": "edge-web", "state": "absent"}]}
SLICE_GONE = {"slices": [{"name": "edge-slice", "state": "absent"}]}


def four_times(osm: Osm, writes: list[str], /, **document: Any) -> dict[str, Any]:
    """Check, run, check, run: it is predicted, done in this order, and then there is nothing to do.

    :param writes: each request as ``METHOD first part of the path after osm``.
    """
    predicted = osm.done("osm_deployment", check=True, **document)
    assert osm.writes() == []
    done = osm.done("osm_deployment", **document)
    assert done["diff"] == predicted["diff"], (predicted["diff"], done["diff"])
    sent = [f"{w.split()[0]} {w.split('/osm/')[1].split('/')[0]}" for w in osm.writes()]
    assert sent == writes, osm.writes()
    for check in (True, False):
        again = osm.done("osm_deployment", check=check, **document)
        assert not again["changed"] and osm.writes() == [], again["diff"]
    return done


def described(descriptor: Descriptor) -> None:
    """A change that OSM refuses while something uses the package."""
    descriptor["description"] = "another"


@pytest.fixture
def running(osm: Osm) -> Osm:
    """An OSM with a service."""
    osm.onboarded()
    osm.done("osm_ns", **SERVICE)
    return osm


@pytest.fixture
def sliced(osm: Osm, tmp_path: Path) -> Osm:
    """An OSM with a slice."""
    osm.onboarded()
    osm.done("osm_slice_template", path=template(tmp_path / "edge_slice"))
    osm.done("osm_slice", **SLICE)
    return osm


def changed(folder: Path, kind: str, change: Callable[[Descriptor], None] = described) -> str:
    """The path of a changed package."""
    return package(folder / PACKAGES[kind].name, PACKAGES[kind], change)


# -- a package that only what goes uses ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["vnf", "ns"])
def test_a_service_goes_and_its_package_changes(running: Osm, tmp_path: Path, kind: str) -> None:
    path = changed(tmp_path, kind)
    alone = running.refused("osm_deployment", packages=[path])
    assert "is in use (NS instance edge-web" in alone["msg"]
    topic = {"vnf": "vnfpkgm", "ns": "nsd"}[kind]
    four_times(running, ["DELETE nslcm", f"PUT {topic}"], packages=[path], resources=GONE)
    assert running.all("nsrs") == []


def test_without_waiting_the_package_still_comes_after_the_service(running: Osm, tmp_path: Path) -> None:
    done = running.done("osm_deployment", packages=[changed(tmp_path, "vnf")], resources=GONE, wait=False)
    assert done["changed"] and running.all("nsrs") == []


@pytest.mark.parametrize("kind", ["vnf", "ns"])
def test_a_slice_goes_and_a_package_of_it_changes(sliced: Osm, tmp_path: Path, kind: str) -> None:
    topic = {"vnf": "vnfpkgm", "ns": "nsd"}[kind]
    document = {"packages": [changed(tmp_path, kind)], "resources": SLICE_GONE}
    four_times(sliced, ["DELETE nsilcm", f"PUT {topic}"], **document)
    assert sliced.all("nsis") == sliced.all("nsrs") == []


def test_another_service_still_uses_the_package(running: Osm, tmp_path: Path) -> None:
    running.done("osm_ns", **{**SERVICE, "name": "other"})
    for check in (True, False):
        answer = running.refused("osm_deployment", check=check, packages=[changed(tmp_path, "vnf")], resources=GONE)
        assert "is in use (NS instance other" in answer["msg"] and "edge-web" not in answer["msg"]


def test_a_package_is_not_changed_when_the_service_could_not_be_removed(running: Osm, tmp_path: Path) -> None:
    running.lab.control.fault("fail_operation", service="osm", match="terminate edge-web", detail="VIM away")
    answer = running.module("osm_deployment", packages=[changed(tmp_path, "vnf")], resources=GONE)
    assert answer["failed"] and "VIM away" in answer["msg"]
    text = "VNF package edge_web_knf was not touched, because NS instance edge-web could not be removed."
    assert text in answer["msg"], answer["msg"]
    assert [w.split()[0] for w in running.writes()] == ["DELETE"]


def test_a_service_that_is_pruned_frees_its_package(running: Osm, tmp_path: Path) -> None:
    document = {"packages": [changed(tmp_path, "ns")], "resources": {"ns_instances": []}}
    document |= {"prune": ["ns_instances"], "prune_scope": "project"}
    four_times(running, ["DELETE nslcm", "PUT nsd"], **document)


# -- pairs of kinds --------------------------------------------------------------------------------------------------


def test_a_vnf_package_changes_and_the_ns_package_of_it_goes(osm: Osm, tmp_path: Path) -> None:
    osm.onboarded()
    gone = {"ns_packages": [{"descriptor_id": "edge_web_ns", "state": "absent"}]}
    document = {"packages": [changed(tmp_path, "vnf")], "resources": gone}
    osm.done("osm_deployment", check=True, **document)
    osm.done("osm_deployment", **document)
    assert sorted(w.split()[0] for w in osm.writes()) == ["DELETE", "PUT"] and osm.names("nsds") == []
    for check in (True, False):
        assert not osm.done("osm_deployment", check=check, **document)["changed"] and osm.writes() == []


def test_a_package_lets_go_of_another_that_goes(running: Osm, tmp_path: Path) -> None:
    """The NS package, or the template, that is there names what goes; the one that will be there does not."""
    running.done("osm_ns", name="edge-web", state="absent")
    probe = str(SAMPLES / "edge_probe_vnf")
    running.done("osm_deployment", packages=[probe, package(tmp_path / "1" / "edge_web_ns", PACKAGES["ns"], both)])
    gone = {"vnf_packages": [{"descriptor_id": "edge_probe_vnf", "state": "absent"}]}
    kept = running.refused("osm_deployment", resources=gone)
    assert "is used by NS package edge_web_ns" in kept["msg"]
    kept = running.refused("osm_deployment", resources=gone, packages=[str(tmp_path / "1" / "edge_web_ns")])
    assert "is used by NS package edge_web_ns" in kept["msg"]
    four_times(running, ["PUT nsd", "DELETE vnfpkgm"], resources=gone, packages=[str(PACKAGES["ns"])])
    assert running.names("vnfds") == ["edge_web_knf"]


def test_a_package_changes_and_a_service_of_it_is_made(osm: Osm, tmp_path: Path) -> None:
    """Its parameters are judged by the descriptor that will be there."""
    osm.onboarded()

    def renamed(descriptor: Descriptor) -> None:
        descriptor["df"][0]["vnf-profile"][0]["id"] = "front"

    def with_params(index: str) -> dict[str, Any]:
        kdu = {"kdu_name": "web", "k8s_namespace": "edge"}
        params = {"member_vnf_index": index, "additional_params_for_kdu": [kdu]}
        return {"ns_instances": [{**SERVICE, "additional_params_for_vnf": [params]}]}

    path = package(tmp_path / "edge_web_ns", PACKAGES["ns"], renamed)
    for check in (True, False):
        answer = osm.refused("osm_deployment", check=check, packages=[path], resources=with_params("web"))
        assert "has no VNF 'web'. It has: front" in answer["msg"]
    four_times(osm, ["PUT nsd", "POST nslcm"], packages=[path], resources=with_params("front"))


@pytest.mark.parametrize("wait", [True, False])
def test_a_vim_account_goes_with_the_cluster_on_it(osm: Osm, wait: bool) -> None:
    osm.site()
    kinds = {"vim_accounts": [{"name": "madrid-1"}], "k8s_clusters": [{"name": "madrid-1"}]}
    gone = {kind: [{**e, "state": "absent"} for e in entries] for kind, entries in kinds.items()}
    four_times(osm, ["DELETE admin", "DELETE admin"], resources=gone, wait=wait)
    [first, second] = [r["name"] for r in osm.done("osm_deployment", resources=gone)["results"]]
    assert first == second and osm.all("vim_accounts") == osm.all("k8sclusters") == []


def test_a_slice_goes_and_its_template_changes(sliced: Osm, tmp_path: Path) -> None:
    path = template(tmp_path / "edge_slice", **{"quality-of-service": {"id": "2"}})
    document = {"packages": [path], "resources": SLICE_GONE}
    predicted = sliced.done("osm_deployment", check=True, **document)
    assert sliced.done("osm_deployment", **document)["diff"] == predicted["diff"]
    assert sliced.one("nsts")["quality-of-service"] == {"id": 2} and sliced.all("nsis") == []
    for check in (True, False):
        assert not sliced.done("osm_deployment", check=check, **document)["changed"] and sliced.writes() == []


def test_a_template_is_mended_and_the_slice_of_it_made(osm: Osm, tmp_path: Path) -> None:
    """What is judged is the template that will be there, not the one that is there now."""
    osm.onboarded()
    silent = {k: v for k, v in SUBNET.items() if k != "description"}
    osm.done("osm_slice_template", path=template(tmp_path / "edge_slice", **{"netslice-subnet": [silent]}))
    path = template(tmp_path / "edge_slice")
    four_times(osm, ["PUT nst", "POST nsilcm"], packages=[path], resources={"slices": [SLICE]})
    osm.done("osm_slice", name="edge-slice", state="absent")
    path = template(tmp_path / "edge_slice", **{"netslice-vld": [{k: v for k, v in LINK.items() if k != "name"}]})
    answer = osm.refused("osm_deployment", packages=[path], resources={"slices": [SLICE]})
    assert "its links mgmt have no name" in answer["msg"]


def test_a_repository_goes_and_a_package_names_it(osm: Osm, tmp_path: Path, warned: list[str]) -> None:
    osm.site()
    gone = {"k8s_repos": [{"name": "podinfo", "state": "absent"}]}
    document = {"packages": [str(PACKAGES["vnf"])], "resources": gone}
    predicted = osm.done("osm_deployment", check=True, **document)
    assert len(warned) == 1 and "edge_web_knf (KDU web: podinfo/podinfo)" in warned[0], warned
    assert osm.done("osm_deployment", **document)["diff"] == predicted["diff"]
    warned.clear()
    for check in (True, False):
        assert not osm.done("osm_deployment", check=check, **document)["changed"] and osm.writes() == []
    assert warned == [], "it was told when it was done"
    osm.done("osm_k8s_repo", **REPO)
    osm.done("osm_deployment", **document)
    assert len(warned) == 1 and "podinfo goes" in warned[0], "although the package is as it was"


def test_a_repository_goes_that_a_package_names(running: Osm, tmp_path: Path, warned: list[str]) -> None:
    """By its own module and in bulk, whether or not the task speaks of the package."""
    gone = {"k8s_repos": [{"name": "podinfo", "state": "absent"}]}
    words = "podinfo goes, and VNF packages name its charts: edge_web_knf (KDU web: podinfo/podinfo)."
    calls: list[tuple[str, dict[str, Any]]] = [
        ("osm_k8s_repo", {"name": "podinfo", "state": "absent"}),
        ("osm_deployment", {"resources": gone}),
        ("osm_deployment", {"resources": {"k8s_repos": []}, "prune": ["k8s_repos"], "prune_scope": "project"}),
    ]
    for module, options in calls:
        for check in (True, False):
            warned.clear()
            assert running.done(module, check=check, **options)["changed"]
            [text] = warned
            assert words in text and "NS instances of these packages: edge-web." in text, text
        warned.clear()
        assert not running.done(module, **options)["changed"] and warned == []
        running.done("osm_k8s_repo", **REPO)


def test_a_repository_goes_and_nobody_names_it_any_more(running: Osm, tmp_path: Path, warned: list[str]) -> None:
    def elsewhere(descriptor: Descriptor) -> None:
        descriptor["kdu"][0]["helm-chart"] = "stable/podinfo"

    gone = {"k8s_repos": [{"name": "podinfo", "state": "absent"}]}
    everything = {"packages": [str(p) for p in PACKAGES.values()], "packages_state": "absent"}
    running.done("osm_deployment", check=True, resources={**gone, **GONE}, **everything)
    assert warned == []
    running.done("osm_ns", name="edge-web", state="absent")
    running.done("osm_deployment", check=True, packages=[changed(tmp_path, "vnf", elsewhere)], resources=gone)
    assert warned == []


# -- made anew -------------------------------------------------------------------------------------------------------


def test_a_cluster_on_a_vim_account_that_is_made_anew(osm: Osm) -> None:
    """OSM cannot be given another secret of this kind: the account that failed is removed and made again."""
    config = {"credentials": {"clientSecret": "canary-of-the-vim"}}
    osm.lab.control.fault("fail_operation", service="osm", match="vim_accounts cloud", detail="wrong secret")
    cloud = {**VIM, "name": "cloud", "config": config}
    assert osm.module("osm_vim_account", **cloud)["failed"]
    old = osm.one("vim_accounts")["_id"]
    cluster = {"name": "c", "vim_account": "cloud", "k8s_version": "1.31", "nets": {"m": None}}
    resources = {"vim_accounts": [cloud], "k8s_clusters": [{**cluster, "kubeconfig": osm.kubeconfig}]}
    four_times(osm, ["DELETE admin", "POST admin", "POST admin"], resources=resources)
    new = osm.one("vim_accounts")["_id"]
    assert new != old and osm.one("k8sclusters")["vim_account"] == new


@pytest.mark.parametrize("wait", [True, False])
def test_everything_goes_in_one_document(running: Osm, wait: bool) -> None:
    """Each removal is refused before that of its users has ended, whoever wants to wait for it."""
    names = {"ns_instances": "edge-web", "k8s_clusters": "madrid-1", "k8s_repos": "podinfo", "vim_accounts": "madrid-1"}
    resources = {kind: [{"name": name, "state": "absent"}] for kind, name in names.items()}
    document = {"resources": resources, "packages": [str(p) for p in PACKAGES.values()], "packages_state": "absent"}
    done = running.done("osm_deployment", wait=wait, **document)
    assert {r["status"] for r in done["results"]} == {"done"} and len(done["results"]) == 6
    assert not any(running.all(topic) for topic in ("nsrs", "nsds", "vnfds"))
    assert not running.done("osm_deployment", **document)["changed"] and running.all("vim_accounts") == []


def test_a_service_goes_and_another_comes_on_the_changed_package(running: Osm, tmp_path: Path) -> None:
    other = {**SERVICE, "name": "edge-new"}
    resources = {"ns_instances": [other, {"name": "edge-web", "state": "absent"}]}
    document = {"packages": [changed(tmp_path, "ns")], "resources": resources}
    four_times(running, ["DELETE nslcm", "PUT nsd", "POST nslcm"], **document)
    assert running.names("nsrs") == ["edge-new"] and running.one("nsrs")["nsd"]["description"] == "another"


def test_a_configuration_template_goes_with_its_service(running: Osm) -> None:
    given = {"name": "small", "nsd": "edge_web_ns", "vld": [{"name": "mgmtnet", "vim_network_name": "x"}]}
    running.done("osm_ns_config_template", **given)
    running.done("osm_ns", name="edge-web", state="absent")
    running.done("osm_ns", **SERVICE, config_template="small")
    gone = {**GONE, "ns_config_templates": [{"name": "small", "state": "absent"}]}
    four_times(running, ["DELETE nslcm", "DELETE nsd"], resources=gone)
