# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters and profiles of OSM's GitOps side, and what keeps that from pruning a cluster that OSM made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import run_module
from .osm import CLUSTER as ACCOUNT
from .osm import LAB as PLAIN
from .osm import VIM, Osm
from .test_osm_modules import info, walk

LAB: dict[str, Any] = {
    **PLAIN,
    "durations": {"vim_account": 0, "gitops_cluster": 900, "gitops_update": 600, "gitops_profile": 300},
}
CLOUD = {**VIM, "name": "cloud-1", "type": "azure", "url": "https://management.example.com"}
CREATE: dict[str, Any] = {
    "name": "edge-1",
    "vim_account": "cloud-1",
    "k8s_version": "1.31",
    "node_count": 2,
    "node_size": "small",
}
KINDS = ("app", "infra_controller", "infra_config", "resource")
COLLECTIONS = ("clusters", "k8sapp", "k8sresource", "k8sinfra_controller", "k8sinfra_config")


@pytest.fixture
def osm(lab: Any, cache: Path) -> Iterator[Osm]:
    """OSM with a cloud and a site's VIM account; the GitOps side is empty before and after."""
    elsewhere = getattr(type(lab), "empty", None)

    def forget() -> None:
        nbi = lab.lab.services["osm"]
        for topic in COLLECTIONS:
            nbi.store.all(topic).clear()
        nbi.clusters.__init__(nbi.store, nbi.clusters.bus)

    def empty() -> None:
        lab.empty() if elsewhere else lab.call(forget)

    empty()
    one = Osm(lab, run_module)
    one.done("osm_deployment", resources={"vim_accounts": [VIM, CLOUD]})
    yield one
    lab.control.clear_faults()
    empty()


def profile(osm: Osm, name: str, kind: str = "app") -> str:
    made = osm.done("osm_cluster_profile", name=name, type=kind, description="more")
    return str(made["cluster_profile"]["id"])


def server_of(osm: Osm, name: str) -> str:
    """Where the API of a cluster that OSM made is."""
    [found] = [c for c in osm.call("GET", "k8scluster/v1/clusters").json() if c["name"] == name]
    return str(found["credentials"]["clusters"][0]["cluster"]["server"])


def test_a_cluster_that_osm_makes(osm: Osm) -> None:
    made = walk(osm, "osm_cluster", "create", 4, **CREATE)
    assert made["cluster"]["status"] == "READY" and osm.one("clusters")["state"] == "CREATED"
    upgraded = walk(osm, "osm_cluster", "update", 2, **{**CREATE, "k8s_version": "1.32"})
    assert upgraded["operation"] and osm.one("clusters")["k8s_version"] == "1.32"
    walk(osm, "osm_cluster", "update", 2, name="edge-1", node_count=5)
    assert osm.one("clusters")["node_count"] == 5
    walk(osm, "osm_cluster", "update", 2, name="edge-1", node_size="large")
    assert osm.one("clusters")["node_count"] in ("large", 5), "a manager of 2026 writes it into the wrong place"
    again = osm.done("osm_cluster", name="edge-1", node_count=5, node_size="large", k8s_version="1.32")
    assert not again["changed"], "and what was asked for is known all the same"
    walk(osm, "osm_cluster", "update", 2, name="edge-1", description="seen")
    assert [c["vim_account"] for c in info(osm, "osm_cluster")] == ["cloud-1"]
    refused = osm.refused("osm_cluster", **{**CREATE, "node_size": "large", "vim_account": "madrid-1"})
    assert refused["error"]["kind"] == "create_only" and "vim_account is 'cloud-1'" in refused["msg"]
    walk(osm, "osm_cluster", "delete", 2, name="edge-1", state="absent")
    assert osm.all("clusters") == [] and osm.all("k8sclusters") == []


def test_a_cluster_that_is_registered(osm: Osm) -> None:
    wanted = {"name": "site", "vim_account": "madrid-1", "kubeconfig": osm.kubeconfig}
    walk(osm, "osm_cluster", "create", 4, **wanted)
    live = osm.one("clusters")
    assert (live["created"], live["bootstrap"]) == ("false", True)
    assert not osm.done("osm_cluster", **wanted, bootstrap=True)["changed"]
    for options, word in (({"bootstrap": False}, "bootstrap"), ({"k8s_version": "1.31"}, "k8s_version")):
        assert word in osm.refused("osm_cluster", **wanted, **options)["msg"]
    answer = osm.refused("osm_cluster", **wanted, update_secret="always")
    assert "other credentials" in answer["msg"]
    walk(osm, "osm_cluster", "delete", 2, name="site", state="absent")
    assert osm.all("clusters") == []


@pytest.mark.parametrize("kind", KINDS)
def test_profiles(osm: Osm, kind: str) -> None:
    options = {"name": "tools", "type": kind, "description": "more"}
    made = walk(osm, "osm_cluster_profile", "create", 1, **options)
    assert made["cluster_profile"]["status"] == "READY"
    walk(osm, "osm_cluster_profile", "update", 1, **{**options, "description": "less"})
    assert [p["name"] for p in info(osm, "osm_cluster_profile", type=kind)] == ["tools"]
    walk(osm, "osm_cluster_profile", "delete", 2, name="tools", type=kind, state="absent")
    assert info(osm, "osm_cluster_profile", type=kind) == []


def test_profiles_are_attached_one_after_the_other(osm: Osm) -> None:
    ids = [profile(osm, name) for name in ("one", "two")]
    other = profile(osm, "one", "resource")
    wanted = {**CREATE, "app_profiles": ["one", "two"], "resource_profiles": ["one"]}
    made = walk(osm, "osm_cluster", "create", 6, writes=4, **wanted)
    assert made["cluster"]["app_profiles"] == ["one", "two"]
    assert osm.one("clusters")["app_profiles"][1:] == ids
    assert osm.one("clusters")["resource_profiles"][1:] == [other]
    changed = {**wanted, "node_count": 4, "description": "seen", "app_profiles": [ids[1]], "resource_profiles": []}
    walk(osm, "osm_cluster", "update", 4, writes=4, **changed)
    live = osm.one("clusters")
    assert (live["app_profiles"][1:], live["resource_profiles"][1:]) == ([ids[1]], [])
    assert (live["node_count"], live["description"]) == (4, "seen")
    assert not osm.done("osm_cluster", name="edge-1", app_profiles=["edge-1", "two"])["changed"], "its own one is there"


def test_what_is_attached_is_not_removed(osm: Osm) -> None:
    profile(osm, "one")
    osm.done("osm_cluster", **CREATE, app_profiles=["one"])
    answer = osm.refused("osm_cluster_profile", name="one", type="app", state="absent")
    assert answer["error"]["kind"] == "in_use" and "cluster edge-1" in answer["msg"]
    answer = osm.refused("osm_cluster_profile", name="edge-1", type="app", state="absent")
    assert "own profile of a cluster" in answer["msg"]
    answer = osm.refused("osm_cluster_profile", name="edge-1", type="app", description="x")
    assert "own profile of a cluster" in answer["msg"]
    gone = {"name": "one", "type": "app", "state": "absent"}
    kept = {"name": "edge-1", "app_profiles": []}
    osm.done("osm_deployment", resources={"cluster_profiles": [gone], "clusters": [kept]})
    assert [p["name"] for p in osm.all("k8sapp")] == ["edge-1"]


def test_one_document(osm: Osm) -> None:
    document = {
        "clusters": [{**CREATE, "app_profiles": ["one"]}],
        "cluster_profiles": [{"name": "one", "type": "app", "description": "more"}],
    }
    answer = osm.done("osm_deployment", resources=document)
    assert [r["action"] for r in answer["results"]] == ["create", "create"]
    assert len(osm.one("clusters")["app_profiles"]) == 2
    assert not osm.done("osm_deployment", resources=document)["changed"]
    removal = {k: [{"name": v[0]["name"], "state": "absent"}] for k, v in document.items()}
    removal["cluster_profiles"][0]["type"] = "app"
    osm.done("osm_deployment", resources=removal)
    assert osm.all("clusters") == osm.all("k8sapp") == []


def test_a_broken_nbi_is_explained(osm: Osm) -> None:
    profile(osm, "one")
    osm.done("osm_cluster", **CREATE)
    osm.done("osm_cluster", name="edge-1", description="seen")
    answer = osm.module("osm_cluster", name="edge-1", app_profiles=["one"])
    assert answer["failed"] and "'add_profile' was unexpected" in answer["msg"]
    assert "Restart the NBI" in answer["msg"] and answer["error"]["status"] == 422


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"k8s_version": None}, "making it needs k8s_version"),
        ({"node_count": None, "node_size": None}, "needs node_count or node_size"),
        ({"vim_account": "nowhere"}, "there is no VIM account called 'nowhere'"),
        ({"vim_account": "madrid-1"}, "of type dummy, where OSM starts nothing and the creation never ends"),
        ({"app_profiles": ["none"]}, "there is no cluster profile called 'none'"),
        ({"kubeconfig": "here"}, "kubeconfig: here cannot be read"),
        ({"kubeconfig": ""}, "kubeconfig: the path is empty"),
        ({"vim_account": ""}, "vim_account: '' must not be empty"),
        ({"openshift": True}, "openshift is for clusters that are registered"),
        ({"private_subnet": ["mine"]}, "private_subnet[0]: 'mine' must be an id such as subnet-0a1b2c3d"),
        ({"public_subnet": ["subnet-1a", "subnet-1a"]}, "public_subnet: subnet-1a is given twice"),
        ({"iam_role": "osm"}, "iam_role: 'osm' must be like arn:aws:iam::123456789012:role/osm"),
        ({"credentials": {"clusters": []}}, "is no kubeconfig"),
    ],
)
def test_what_cannot_be_made_is_refused_on_paper(osm: Osm, options: dict[str, Any], words: str) -> None:
    for check in (True, False):
        assert words in osm.refused("osm_cluster", check=check, **{**CREATE, **options})["msg"]


def test_what_is_for_clusters_that_osm_makes_is_not_registered(osm: Osm) -> None:
    for option, value in (
        ("region", "westeurope"),
        ("node_count", 2),
        ("config", {"a": 1}),
        ("resource_group", "edge"),
    ):
        options = {"name": "site", "vim_account": "madrid-1", "kubeconfig": osm.kubeconfig, option: value}
        for check in (True, False):
            answer = osm.refused("osm_cluster", check=check, **options)
            assert f"so it is registered; {option} are for clusters that OSM makes" in answer["msg"]


def test_an_older_version_is_told(osm: Osm, warned: list[str]) -> None:
    osm.done("osm_cluster", **CREATE)
    for version, words in (("1.30", ["Kubernetes 1.31, and 1.30 is older"]), ("1.32", []), ("latest", [])):
        warned.clear()
        assert osm.done("osm_cluster", check=True, name="edge-1", k8s_version=version)["changed"]
        assert len(warned) == len(words) and all(word in told for word, told in zip(words, warned, strict=True))


def test_what_fails_tells_why_and_can_be_removed(osm: Osm) -> None:
    osm.lab.control.fault("fail_operation", match="clusters edge-1 create", detail="flux")
    answer = osm.module("osm_cluster", **CREATE)
    assert answer["failed"] and "ERROR: create: workflow COMPLETED, resources NOT_READY" in answer["msg"]
    again = osm.refused("osm_cluster", **CREATE)
    assert again["error"]["kind"] == "failed_state"
    osm.done("osm_cluster", name="edge-1", state="absent")
    osm.done("osm_cluster", **CREATE)
    osm.lab.control.fault("fail_operation", match="clusters edge-1 scale", detail="git")
    answer = osm.module("osm_cluster", name="edge-1", node_count=3)
    assert answer["failed"] and "scale: workflow ERROR" in answer["msg"]
    assert osm.done("osm_cluster", name="edge-1", node_count=3)["changed"], "it is tried again"


def test_a_manager_that_never_answers(osm: Osm) -> None:
    osm.only_in_the_lab("OSM does not remove a cluster that it never made")
    osm.done("osm_vim_account", **{**CLOUD, "name": "cloud-2", "type": "fos"})
    options = {**CREATE, "vim_account": "cloud-2"}
    predicted = osm.done("osm_cluster", check=True, **options)
    assert "of type fos, where OSM starts nothing and the creation never ends" in str(predicted["warnings"])
    answer = osm.module("osm_cluster", **options, wait_timeout=1)
    assert answer["error"]["kind"] == "timeout" and "IN_CREATION" in answer["error"]["last_state"]


def test_what_is_still_at_work_is_waited_for(osm: Osm) -> None:
    osm.done("osm_cluster", **CREATE, wait=False)
    predicted = osm.done("osm_cluster", check=True, **CREATE)
    assert not predicted["changed"]
    osm.done("osm_cluster", **{**CREATE, "node_count": 3})
    assert osm.one("clusters")["node_count"] == 3
    osm.done("osm_cluster", name="edge-1", state="absent", wait=False)
    osm.done("osm_cluster", **CREATE)
    assert osm.one("clusters")["state"] == "CREATED"


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
@pytest.mark.parametrize("match", ["POST .*clusters$", "PATCH .*app_profiles", "POST .*scale", "DELETE .*clusters"])
def test_a_lost_answer_doubles_nothing(osm: Osm, fault: str, match: str) -> None:
    ids = [profile(osm, name) for name in ("one", "two")]
    wanted = {**CREATE, "app_profiles": ["one", "two"]}
    osm.lab.control.fault(fault, match=match)
    osm.done("osm_cluster", **wanted)
    osm.done("osm_cluster", **{**wanted, "node_count": 3})
    live = osm.one("clusters")
    assert (live["app_profiles"][1:], live["node_count"]) == (ids, 3)
    kinds = [o["operationType"] for o in live["operationHistory"]]
    assert kinds == ["create", "add", "add", "scale"]
    osm.done("osm_cluster", name="edge-1", state="absent")
    assert osm.all("clusters") == []


# -- the guard ---------------------------------------------------------------------------------------------------------


def test_what_osm_made_is_never_registered(osm: Osm, tmp_path: Path) -> None:
    osm.done("osm_cluster", **CREATE)
    server = server_of(osm, "edge-1")
    same = osm.kubeconfig_with(
        tmp_path / "same", lambda d: d["clusters"][0]["cluster"].update(server=server.upper() + "/")
    )
    own = {"vim_account": "cloud-1", "kubeconfig": same}
    for module, options in (
        ("osm_cluster", {**own, "name": "other"}),
        ("osm_cluster", {**own, "name": "edge-1"}),
        ("osm_k8s_cluster", {**ACCOUNT, **own, "name": "other"}),
    ):
        for check in (True, False):
            answer = osm.refused(module, check=check, **options)
            assert answer["error"]["guard"] == "osm_made" and "destroys the cluster" in answer["msg"], answer["msg"]
            assert osm.asked().count("GET /osm/k8scluster/v1/clusters") <= 2, "of its project, and of all"
    # the account that OSM keeps for it is left alone, too
    for options in ({"state": "absent"}, {"description": "x"}):
        answer = osm.refused("osm_k8s_cluster", name="edge-1", **options)
        assert answer["error"].get("guard") in ("osm_made", "osm_kept"), answer
    assert osm.names("clusters") == ["edge-1"]


def test_credentials_of_what_osm_made_are_given_to_no_account(osm: Osm, tmp_path: Path) -> None:
    """An update leads to the same workflow; the address may be spelt otherwise."""
    osm.done("osm_cluster", **CREATE)
    osm.done("osm_k8s_cluster", **ACCOUNT, kubeconfig=osm.kubeconfig)
    server = server_of(osm, "edge-1")
    same = osm.kubeconfig_with(
        tmp_path / "same", lambda d: d["clusters"][0]["cluster"].update(server=f" {server.upper()}/api/ ")
    )
    for check in (True, False):
        answer = osm.refused("osm_k8s_cluster", check=check, **ACCOUNT, kubeconfig=same)
        assert answer["error"]["guard"] == "osm_made" and "given these credentials" in answer["msg"]
    assert not osm.done("osm_k8s_cluster", **ACCOUNT, kubeconfig=osm.kubeconfig)["changed"]


def test_a_profile_given_by_name_and_id_is_one(osm: Osm) -> None:
    osm.done("osm_cluster", **CREATE)
    identity = profile(osm, "p2")
    profile(osm, "p1")
    osm.done("osm_cluster", name="edge-1", app_profiles=["p1"])
    refused = osm.refused("osm_cluster", name="edge-1", app_profiles=["p2", "p2"])
    assert "p2 is given twice" in refused["msg"]
    osm.done("osm_cluster", name="edge-1", app_profiles=["p2", identity])
    assert osm.one("clusters")["app_profiles"][1:] == [identity]
    assert not osm.done("osm_cluster", name="edge-1", app_profiles=[identity, "p2"])["changed"]


def test_a_double_of_what_osm_made_is_not_let_go_of(osm: Osm, tmp_path: Path) -> None:
    """Somebody has registered a cluster beside us that OSM made later."""
    osm.done("osm_cluster", **CREATE)
    server = server_of(osm, "edge-1")
    same = osm.kubeconfig_with(tmp_path / "same", lambda d: d["clusters"][0]["cluster"].update(server=server))
    content = yaml.safe_load(Path(same).read_text(encoding="utf-8"))
    body = {"name": "twin", "vim_account": "madrid-1", "credentials": content}
    osm.call("POST", "k8scluster/v1/clusters/register", {**body, "bootstrap": False})
    vim = next(v["_id"] for v in osm.all("vim_accounts") if v["name"] == "madrid-1")
    account = {**body, "name": "old", "vim_account": vim, "k8s_version": "1", "nets": {"n": None}}
    osm.call("POST", "admin/v1/k8sclusters", account)
    for module, name in (("osm_cluster", "twin"), ("osm_k8s_cluster", "old")):
        answer = osm.refused(module, name=name, state="absent")
        assert answer["error"]["guard"] == "osm_made" and f"API server {server}" in answer["msg"]
    # nor when it is removed because a document does not name it
    options = {"resources": {"k8s_clusters": []}, "prune": ["k8s_clusters"], "prune_scope": "project"}
    for check in (True, False):
        answer = osm.refused("osm_deployment", check=check, **options)
        assert answer["error"]["guard"] == "osm_made" and answer["error"]["origin"] == "prune", answer["msg"]


def test_the_guard_costs_one_list_and_only_where_it_matters(osm: Osm) -> None:
    account = {**ACCOUNT, "kubeconfig": osm.kubeconfig}
    listed = "GET /osm/k8scluster/v1/clusters"
    osm.done("osm_k8s_cluster", **account)
    assert osm.asked().count(listed) == 1
    osm.done("osm_k8s_cluster", **account)
    osm.done("osm_k8s_cluster", **account, description="seen")
    assert listed not in osm.asked()
    answer = osm.refused("osm_cluster", **{**CREATE, "name": "madrid-1"})
    assert osm.asked().count(listed) == 2, "of its project, and of all"
    assert "K8s cluster of that name is registered already" in answer["msg"]
    osm.done("osm_k8s_cluster", name="madrid-1", state="absent")
    assert osm.asked().count(listed) == 1


def test_who_may_not_look_registers_nothing(osm: Osm, lab: Any) -> None:
    denied = {"status": 401, "detail": "Access denied: lack of permissions."}
    lab.control.fault("refuse", match="GET /osm/k8scluster", count=2, **denied)
    answer = osm.refused("osm_k8s_cluster", **ACCOUNT, kubeconfig=osm.kubeconfig)
    assert "cannot be found out" in answer["msg"] and "k8scluster:get" in answer["msg"]


@pytest.mark.parametrize("lab", [{**LAB, "osm": {**PLAIN["osm"], "gitops": False}}], indirect=True)
def test_an_older_osm_has_no_such_clusters(osm: Osm) -> None:
    account = {**ACCOUNT, "kubeconfig": osm.kubeconfig}
    osm.done("osm_k8s_cluster", **account)
    osm.done("osm_k8s_cluster", name="madrid-1", state="absent")
    assert not osm.done("osm_cluster", name="edge-1", state="absent")["changed"]
    assert info(osm, "osm_cluster") == []
    for check in (True, False):
        assert "release SIXTEEN" in osm.refused("osm_cluster", check=check, **CREATE)["msg"]


def test_no_secret_is_told(osm: Osm, tmp_path: Path) -> None:
    def canary(document: dict[str, Any]) -> None:
        document["users"][0]["user"]["canary"] = "canary-of-the-kubeconfig"

    path = osm.kubeconfig_with(tmp_path / "config", canary)
    made = osm.done("osm_cluster", name="site", vim_account="madrid-1", kubeconfig=path)
    other = osm.refused("osm_cluster", name="site", kubeconfig=osm.kubeconfig)
    assert other["error"]["kind"] == "create_only"
    for answer in (made, other, info(osm, "osm_cluster")):
        assert "canary-of" not in str(answer) and "AGE-SECRET" not in str(answer)
