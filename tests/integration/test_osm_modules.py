# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each module of OSM: predicted, done, predicted again, done again; created, changed, removed."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import run_module
from .osm import CLUSTER, LAB, PACKAGES, REPO, SERVICE, VIM, Osm, package

assert LAB
#: options whose other keys are left alone
MERGED = ("config", "prometheus_config", "model_config", "quotas", "permissions")
VNF, NS = "vnfpkgm/v1/vnf_packages", "nsd/v1/ns_descriptors"


@pytest.fixture
def osm(lab: Any, cache: Path) -> Osm:
    return Osm(lab, run_module)


def walk(osm: Osm, module: str, action: str, lists: int, /, writes: int = 1, **options: Any) -> dict[str, Any]:
    """Check, run, check, run: what was predicted happened, and the second round changes and writes nothing.

    :param lists: how many kinds have to be read.
    """
    predicted = osm.done(module, check=True, **options)
    assert predicted["changed"] and predicted["action"] == action and osm.writes() == []
    # a creation that is only shown is held against the project's quota
    assert len(osm.asked()) <= lists + (action == "create")
    done = osm.done(module, **options)
    assert done["changed"] and done["action"] == action
    assert done["diff"] == predicted["diff"]
    assert len(osm.writes()) == writes, osm.writes()
    asked = osm.asked()
    first = next(i for i, r in enumerate(asked) if not r.startswith("GET"))
    assert first <= lists and osm.logins() <= 1, "each kind is listed once, and the login is kept"
    kind = next(k for k in done if k in predicted and isinstance(done[k], dict) and k not in ("diff", "invocation"))
    # of what is merged only the keys that were given are predicted, the others are left alone
    told = {k: v for k, v in predicted[kind].items() if k not in ("id", "status", *MERGED) and v not in (None, "")}
    assert told == {k: done[kind].get(k) for k in told}, "the object that was predicted is the one there is"
    for check in (True, False):
        again = osm.done(module, check=check, **options)
        assert not again["changed"] and again["action"] == "none", again["diff"]
        assert again["diff"]["before"] == again["diff"]["after"]
        assert osm.writes() == [] and osm.logins() == 0
        assert len(osm.asked()) <= lists
    return done


def info(osm: Osm, module: str, /, **options: Any) -> list[dict[str, Any]]:
    """The objects that an info module lists, with one request."""
    answer = osm.done(f"{module}_info", **options)
    assert not answer["changed"] and osm.writes() == []
    [found] = [v for v in answer.values() if isinstance(v, list)]
    return list(found)


def test_vim_account(osm: Osm) -> None:
    made = walk(osm, "osm_vim_account", "create", 1, **VIM)
    assert made["vim_account"]["status"] == "ENABLED" and osm.one("vim_accounts")["vim_user"] == "osm"
    walk(osm, "osm_vim_account", "update", 1, **{**VIM, "description": "at the edge", "tenant": "edge"})
    live = osm.one("vim_accounts")
    assert (live["description"], live["vim_tenant_name"]) == ("at the edge", "edge")
    walk(osm, "osm_vim_account", "update", 1, name="madrid-1", config={"use_floating_ip": None, "insecure": True})
    assert osm.one("vim_accounts")["config"] == {"insecure": True}, "null removes a key, the others stay"
    assert [v["name"] for v in info(osm, "osm_vim_account")] == ["madrid-1"]
    assert info(osm, "osm_vim_account", name="other") == []
    walk(osm, "osm_vim_account", "delete", 3, name="madrid-1", state="absent")
    assert osm.all("vim_accounts") == []


def test_k8s_cluster(osm: Osm) -> None:
    osm.done("osm_vim_account", **VIM)
    wanted = {**CLUSTER, "kubeconfig": osm.kubeconfig}
    # one list more: whether OSM itself made a cluster of that name or address
    made = walk(osm, "osm_k8s_cluster", "create", 3, **wanted)
    assert made["k8s_cluster"]["status"] == "ENABLED"
    walk(osm, "osm_k8s_cluster", "update", 2, **{**wanted, "description": "seen", "k8s_version": "v1.32"})
    walk(osm, "osm_k8s_cluster", "update", 2, **{**wanted, "nets": {"mgmtnet": None, "data": "physnet0"}})
    assert osm.one("k8sclusters")["nets"] == {"mgmtnet": None, "data": "physnet0"}
    walk(osm, "osm_k8s_cluster", "update", 2, **{**wanted, "nets": {"data": "physnet1"}})
    assert osm.one("k8sclusters")["nets"] == {"data": "physnet1"}, "what is not wanted any more goes away"
    stuck = osm.refused("osm_k8s_cluster", **wanted)
    assert stuck["error"]["kind"] == "create_only" and "cannot set mgmtnet" in stuck["msg"]
    assert info(osm, "osm_k8s_cluster")[0]["vim_account"] == "madrid-1"
    walk(osm, "osm_k8s_cluster", "delete", 4, name="madrid-1", state="absent")
    assert osm.all("k8sclusters") == []


def test_k8s_cluster_with_other_credentials(osm: Osm, tmp_path: Path) -> None:
    osm.done("osm_vim_account", **VIM)
    osm.done("osm_k8s_cluster", **CLUSTER, kubeconfig=osm.kubeconfig)

    def other(document: dict[str, Any]) -> None:
        document["users"][0]["user"]["token"] = "canary-of-the-token"

    path = osm.kubeconfig_with(tmp_path / "other", other)
    # the third list is the guard's: the credentials might be those of a cluster that OSM has made
    answer = walk(osm, "osm_k8s_cluster", "update", 3, **CLUSTER, kubeconfig=path)
    assert "differs" in str(answer["diff"]["after"]) and "canary" not in str(answer)


def test_k8s_repo(osm: Osm) -> None:
    walk(osm, "osm_k8s_repo", "create", 1, **REPO)
    answer = osm.refused("osm_k8s_repo", **{**REPO, "url": "https://charts.example.com/other"})
    assert answer["error"]["kind"] == "create_only" and "state: absent" in answer["msg"]
    assert [r["name"] for r in info(osm, "osm_k8s_repo")] == ["podinfo"]
    walk(osm, "osm_k8s_repo", "delete", 2, name="podinfo", state="absent")
    assert osm.all("k8srepos") == []


def test_packages(osm: Osm, tmp_path: Path) -> None:
    folders = {kind: package(tmp_path / path.name, path) for kind, path in PACKAGES.items()}
    walk(osm, "osm_vnf_package", "create", 2, path=folders["vnf"])  # the list of repositories, for its chart
    assert [r.split("/")[-1] for r in osm.asked()] == ["vnf_packages"], "nothing to do: one list"
    walk(osm, "osm_ns_package", "create", 2, path=folders["ns"])
    newer = {}
    for kind, path in folders.items():
        newer[kind] = package(tmp_path / f"{kind}-2", Path(path), lambda d: d.update(description="second"))
    walk(osm, "osm_vnf_package", "update", 1, path=newer["vnf"])
    walk(osm, "osm_ns_package", "update", 2, path=newer["ns"])
    assert osm.one("vnfds")["description"] == osm.one("nsds")["description"] == "second"
    assert [p["descriptor_id"] for p in info(osm, "osm_vnf_package")] == ["edge_web_knf"]
    assert [p["descriptor_id"] for p in info(osm, "osm_ns_package")] == ["edge_web_ns"]
    in_use = osm.module("osm_vnf_package", descriptor_id="edge_web_knf", state="absent")
    assert in_use["failed"] and "used by NS package edge_web_ns" in in_use["msg"] and osm.writes() == []
    walk(osm, "osm_ns_package", "delete", 4, path=folders["ns"], state="absent")
    walk(osm, "osm_vnf_package", "delete", 3, descriptor_id="edge_web_knf", state="absent")
    assert osm.all("vnfds") == osm.all("nsds") == []


def test_a_package_costs_a_list_and_an_upload(osm: Osm, tmp_path: Path) -> None:
    osm.done("osm_vnf_package", path=str(PACKAGES["vnf"]))
    asked = [row.split("/")[-1] for row in osm.asked()]
    assert (asked, osm.logins()) == (["vnf_packages", "k8srepos", "vnf_packages_content"], 1), "its chart is looked up"
    folder = package(tmp_path / "edge_web_knf", PACKAGES["vnf"])
    (tmp_path / "edge_web_knf/README").write_text("another file\n", encoding="utf-8")
    osm.done("osm_vnf_package", path=folder)
    assert (len(osm.asked()), osm.logins()) == (2, 0)


def test_what_a_newer_package_lacks_goes_away(osm: Osm, tmp_path: Path) -> None:
    """A re-upload is merged by OSM: what is no longer there would stay."""

    def first(d: dict[str, Any]) -> None:
        d["df"][0]["lcm-operations-configuration"] = {}
        d["kdu"][0]["description"] = "old"
        d["k8s-cluster"]["version"] = ["v1.30"]

    def second(d: dict[str, Any]) -> None:
        del d["description"], d["provider"]

    osm.done("osm_vnf_package", path=package(tmp_path / "a" / "edge_web_knf", PACKAGES["vnf"], first))
    assert "provider" in osm.one("vnfds") and "version" in osm.one("vnfds")["k8s-cluster"]
    wanted = {"path": package(tmp_path / "b" / "edge_web_knf", PACKAGES["vnf"], second)}
    walk(osm, "osm_vnf_package", "update", 1, writes=2, **wanted)
    live = osm.one("vnfds")
    assert not {"description", "provider"} & set(live)
    assert "version" not in live["k8s-cluster"] and "description" not in live["kdu"][0]


def test_an_archive_and_its_folder_are_the_same(osm: Osm, tmp_path: Path) -> None:
    osm.done("osm_vnf_package", path=str(PACKAGES["vnf"]))
    archive = tmp_path / "edge_web_knf.tar.gz"
    import io
    import tarfile

    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as stream:
        stream.add(PACKAGES["vnf"], arcname="another_top_folder")
    archive.write_bytes(gzip.compress(plain.getvalue()))
    assert not osm.done("osm_vnf_package", path=str(archive))["changed"]


def test_ns(osm: Osm) -> None:
    osm.onboarded()
    made = walk(osm, "osm_ns", "create", 5, **SERVICE)
    assert made["ns"]["status"] == "READY" and made["operation"]
    assert (osm.one("nsrs")["nsState"], osm.one("nsrs")["operational-status"]) == ("READY", "running")
    assert [(n["name"], n["nsd"], n["vim_account"]) for n in info(osm, "osm_ns")] == [
        ("edge-web", "edge_web_ns", "madrid-1")
    ]
    walk(osm, "osm_ns", "update", 3, **SERVICE, instantiated=False)
    assert osm.one("nsrs")["_admin"]["nsState"] == "NOT_INSTANTIATED", "the record is kept"
    walk(osm, "osm_ns", "update", 5, **SERVICE)
    walk(osm, "osm_ns", "delete", 3, name="edge-web", state="absent")
    assert osm.all("nsrs") == [] and osm.emptied("nslcmops")


def test_an_ns_that_never_ran_is_really_removed(osm: Osm) -> None:
    """The NBI of 2026 answers 204 to the usual DELETE of such a one, and keeps it."""
    osm.onboarded()
    walk(osm, "osm_ns", "create", 3, **SERVICE, instantiated=False)
    assert osm.one("nsrs")["nsState"] == "NOT_INSTANTIATED"
    walk(osm, "osm_ns", "delete", 3, name="edge-web", state="absent")
    assert osm.all("nsrs") == []


def test_ns_parameters_reach_osm(osm: Osm) -> None:
    osm.onboarded()
    values = {"replicaCount": "2"}
    params = [
        {"member_vnf_index": "web", "additional_params_for_kdu": [{"kdu_name": "web", "additional_params": values}]}
    ]
    osm.done("osm_ns", **SERVICE, additional_params_for_vnf=params, description="with values")
    [operation] = osm.all("nslcmops")
    assert "replicaCount" in str(operation["operationParams"])
    assert not osm.done("osm_ns", **SERVICE, additional_params_for_vnf=params)["changed"]


def document(osm: Osm, state: str = "present") -> dict[str, Any]:
    """A whole site as ``osm_deployment`` takes it."""
    cluster = {**CLUSTER, "kubeconfig": osm.kubeconfig}
    kinds: dict[str, list[dict[str, Any]]] = {
        "ns_instances": [SERVICE],
        "k8s_clusters": [cluster],
        "vim_accounts": [VIM],
        "k8s_repos": [REPO],
    }
    declared = {kind: [{**e, "state": state} for e in entries] for kind, entries in kinds.items()}
    paths = [str(PACKAGES["ns"]), str(PACKAGES["vnf"])]
    return {"resources": declared, "packages": paths, "packages_state": state}


def test_deployment(osm: Osm) -> None:
    for state, action in (("present", "create"), ("absent", "delete")):
        predicted = osm.done("osm_deployment", check=True, **document(osm, state))
        # what OSM itself made is looked for, quotas, and three kinds among the VNF records before they are removed
        assert osm.writes() == [] and len(osm.asked()) <= (8 if state == "present" else 13)
        assert {r["action"] for r in predicted["results"]} == {action} and len(predicted["results"]) == 6
        done = osm.done("osm_deployment", **document(osm, state))
        assert [(r["kind"], r["name"], r["action"]) for r in predicted["results"]] == [
            (r["kind"], r["name"], r["action"]) for r in done["results"]
        ]
        assert predicted["diff"] == done["diff"] and {r["status"] for r in done["results"]} == {"done"}
        assert len(osm.writes()) == 6 and osm.logins() <= 1, osm.writes()
        for check in (True, False):
            again = osm.done("osm_deployment", check=check, **document(osm, state))
            assert not again["changed"] and osm.writes() == [] and again["diff"] == []
            assert len(osm.asked()) == 6, "six kinds, six lists, whatever there is"
    assert not any(osm.all(topic) for topic in ("nsrs", "nsds", "vnfds", "k8sclusters", "k8srepos", "vim_accounts"))


def test_deployment_costs_as_many_requests_as_kinds_and_differences(osm: Osm, tmp_path: Path) -> None:
    many = [{**VIM, "name": f"vim-{n}"} for n in range(12)]
    osm.done("osm_deployment", resources={"vim_accounts": many, "k8s_repos": [REPO]}, wait=False)
    assert (len(osm.asked()), osm.logins()) == (2 + 13, 1)
    many[3] = {**many[3], "description": "one differs"}
    answer = osm.done("osm_deployment", resources={"vim_accounts": many, "k8s_repos": [REPO]}, wait=False)
    assert (len(osm.asked()), osm.logins()) == (2 + 1, 0)
    assert [r["name"] for r in answer["results"] if r["changed"]] == ["vim-3"]


def test_yaml_is_what_the_nbi_speaks_unless_asked(osm: Osm) -> None:
    """With any other Accept the lab answers YAML, as OSM does: the modules have asked for JSON."""
    answer = osm._http.get(f"{osm.lab.urls['osm']}/osm/admin/v1/vim_accounts", headers={"Accept": "*/*"}, timeout=10)
    assert "yaml" in answer.headers["Content-Type"] and yaml.safe_load(answer.text) == []
    assert info(osm, "osm_vim_account") == []


@pytest.mark.parametrize("topic", ["vim_accounts", "k8srepos"])
def test_a_name_that_is_being_deleted_is_waited_for(osm: Osm, topic: str) -> None:
    module, options = {
        "vim_accounts": ("osm_vim_account", VIM),
        "k8srepos": ("osm_k8s_repo", REPO),
    }[topic]
    osm.done(module, **options)
    old = osm.one(topic)["_id"]
    assert osm.call("DELETE", f"admin/v1/{topic}/{old}").status_code == 202
    predicted = osm.done(module, check=True, **options)
    if not osm.all(topic):
        osm.only_in_the_lab("it is gone before anybody could look")
    assert predicted["action"] == "create" and osm.one(topic)["_admin"]["to_delete"]
    osm.done(module, **options)
    assert osm.one(topic)["_id"] != old and not osm.one(topic)["_admin"].get("to_delete")


def test_removing_what_is_being_removed_waits_for_its_end(osm: Osm) -> None:
    osm.done("osm_vim_account", **VIM)
    osm.call("DELETE", f"admin/v1/vim_accounts/{osm.one('vim_accounts')['_id']}")
    answer = osm.done("osm_vim_account", name="madrid-1", state="absent")
    assert not answer["changed"] and osm.writes() == [] and osm.all("vim_accounts") == []
