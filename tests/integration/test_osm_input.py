# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OSM: bad input is told in words, with the option and the remedy, and nothing is written; secrets stay secret."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import run_module
from .osm import CLUSTER, LAB, PACKAGES, REPO, SAMPLES, SERVICE, VIM, Osm, package

assert LAB


@pytest.fixture
def osm(lab: Any, cache: Path) -> Osm:
    return Osm(lab, run_module)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is not a dictionary"),
        ("just text", "is not a dictionary"),
        ("a: [1", "does not parse as YAML (line 1)"),
        ("clusters: []\n", "has no clusters"),
        ("clusters: [{}]\nusers: []\n", "has no users"),
        ("clusters: [{}]\nusers: [{}]\n", "has no contexts"),
        (b"\xff\xfe\x00", "it is not text"),
        (None, "No such file or directory"),
    ],
)
def test_a_kubeconfig_that_is_none(osm: Osm, tmp_path: Path, content: Any, words: str) -> None:
    path = tmp_path / "kubeconfig"
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    answer = osm.refused("osm_k8s_cluster", **CLUSTER, kubeconfig=str(path))
    assert answer["error"]["kind"] == "input" and answer["error"]["option"] == "kubeconfig"
    assert words in answer["msg"] and str(path) in answer["msg"] and osm.asked() == []


def test_a_kubeconfig_and_credentials(osm: Osm) -> None:
    answer = osm.refused("osm_k8s_cluster", **CLUSTER, kubeconfig=osm.kubeconfig, credentials={"clusters": []})
    assert "exclude each other" in answer["msg"]


def test_credentials_that_are_no_kubeconfig(osm: Osm) -> None:
    answer = osm.refused("osm_k8s_cluster", **CLUSTER, credentials={"token": "canary-token"})
    assert "credentials is no kubeconfig: it has no clusters" in answer["msg"] and "canary" not in str(answer)


def missing_options() -> list[tuple[str, dict[str, Any], str]]:
    """Module, options, the words about what is missing."""
    return [
        ("osm_vim_account", {k: v for k, v in VIM.items() if k != "password"}, "creating it needs password"),
        ("osm_vim_account", {"name": "x"}, "creating it needs type, url, tenant, username, password"),
        ("osm_k8s_repo", {"name": "podinfo"}, "creating it needs type, url"),
        ("osm_vnf_package", {}, "needs path"),
        ("osm_vnf_package", {"state": "absent"}, "needs path"),
    ]


@pytest.mark.parametrize(("module", "options", "words"), missing_options())
def test_what_is_missing_is_named(osm: Osm, module: str, options: dict[str, Any], words: str) -> None:
    assert words in osm.refused(module, **options)["msg"]


def test_no_password_at_all(osm: Osm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OSM_PASSWORD", raising=False)
    answer = osm.refused("osm_vim_account", **{**VIM, "osm_password": None})
    assert "osm_password" in answer["msg"] and osm.logins() == 0


@pytest.mark.parametrize("name", ["", "a,b", "it's", 'quo"te', "(x)", "x" * 256])
def test_names_that_osm_refuses(osm: Osm, name: str) -> None:
    answer = osm.refused("osm_k8s_repo", **{**REPO, "name": name})
    assert answer["msg"].startswith("name: ") and " must " in answer["msg"] and osm.asked() == []


@pytest.mark.parametrize("url", ["charts.example.com/edge", "/charts", "https:charts", "https://", "://charts"])
@pytest.mark.parametrize("module", ["osm_k8s_repo", "osm_repo"])
def test_the_url_of_a_repository_has_a_scheme(osm: Osm, module: str, url: str) -> None:
    options = {**REPO, "url": url} if module == "osm_k8s_repo" else {"name": "vendors", "url": url}
    for check in (True, False):
        answer = osm.refused(module, check=check, **options)
        assert answer["error"]["option"] == "url" and osm.asked() == []
        assert answer["msg"].startswith(f"url: {url!r} must begin with what it is fetched by, such as https:// or oci")


def test_a_repository_in_an_oci_registry(osm: Osm) -> None:
    options = {**REPO, "url": "oci://registry.example.com/charts", "oci": True}
    assert osm.done("osm_k8s_repo", check=True, **options)["changed"]


def test_references_to_nothing(osm: Osm) -> None:
    answer = osm.refused("osm_k8s_cluster", **CLUSTER, kubeconfig=osm.kubeconfig)
    assert answer["error"]["kind"] == "not_found"
    assert "vim_account: there is no VIM account called 'madrid-1'. Existing: none." in answer["msg"]
    osm.site()
    answer = osm.refused("osm_ns", **SERVICE)
    assert "nsd: there is no NS package called 'edge_web_ns'" in answer["msg"]
    answer = osm.refused("osm_ns", **{**SERVICE, "vim_account": "paris-1"})
    assert "Existing: madrid-1" in answer["msg"] or "edge_web_ns" in answer["msg"]


def test_what_cannot_be_changed_afterwards(osm: Osm) -> None:
    osm.onboarded()
    osm.done("osm_ns", **SERVICE, instantiated=False)
    osm.done("osm_vim_account", **{**VIM, "name": "paris-1"})
    answer = osm.refused("osm_ns", **{**SERVICE, "vim_account": "paris-1", "instantiated": False})
    assert answer["error"]["kind"] == "create_only"
    assert "vim_account is 'madrid-1', wanted 'paris-1'" in answer["msg"]


# -- numbers that JSON has not ----------------------------------------------------------------------------------------

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("module", "options", "place"),
    [
        ("osm_vim_account", {**VIM, "config": {"a": [{"x": NAN}]}}, "config.a[0].x: .nan"),
        ("osm_vim_account", {**VIM, "config": {"x": -INF}}, "config.x: -.inf"),
        ("osm_vim_account", {**VIM, "wait_timeout": INF}, "wait_timeout: .inf"),
        ("osm_vim_account", {**VIM, "wait_interval": "nan"}, "wait_interval: nan"),
        ("osm_vim_account", {**VIM, "description": NAN}, "description: .nan"),
        ("osm_vim_account_info", {"osm_timeout": INF}, "osm_timeout: .inf"),
        ("osm_ns", {**SERVICE, "additional_params": {"x": NAN}}, "additional_params.x: .nan"),
        ("osm_ns", {**SERVICE, "secret_params": {"x": NAN}}, "secret_params.x: .nan"),
        (
            "osm_ns",
            {**SERVICE, "kdus": [{"vnf": "web", "name": "web", "params": {"x": INF}}]},
            "kdus[0].params.x: .inf",
        ),
        ("osm_ns_action", {"ns": "x", "primitive": "p", "params": {"x": NAN}}, "params.x: .nan"),
        (
            "osm_deployment",
            {"resources": {"vim_accounts": [VIM, {**VIM, "config": {"x": NAN}}]}},
            "resources.vim_accounts[1].config.x: .nan",
        ),
    ],
)
def test_numbers_that_json_has_not(osm: Osm, module: str, options: dict[str, Any], place: str, check: bool) -> None:
    answer = osm.refused(module, check=check, **options)
    assert answer["msg"].startswith(f"{place} is no number that JSON has"), answer["msg"]
    assert "in quotes" in answer["error"]["remedy"] and answer["error"]["kind"] == "input"
    assert answer["error"]["option"] == place.split(":")[0] and answer["error"]["value"] == place.split(" ")[1]
    assert osm.asked() == [] and osm.logins() == 0
    json.dumps(answer, allow_nan=False)


def test_numbers_that_json_has_not_in_a_kubeconfig(osm: Osm, tmp_path: Path) -> None:
    def change(document: dict[str, Any]) -> None:
        document["users"][0]["user"]["extra"] = NAN

    answer = osm.refused("osm_k8s_cluster", **CLUSTER, kubeconfig=osm.kubeconfig_with(tmp_path / "config", change))
    assert answer["msg"].startswith("credentials.users[0].user.extra: .nan is no number that JSON has")
    assert osm.asked() == [] and osm.logins() == 0


def test_numbers_that_json_has_not_are_refused_for_every_api() -> None:
    url = "http://127.0.0.1:9"
    stx = {"auth_url": url, "auth_password": "x", "servers": ["10.0.0.1"], "wait_for_api": INF}
    network = {"name": "n", "namespace": "default", "type": "vnet", "labels": {"x": NAN}, "kubeconfig": "/nowhere"}
    for module, options, place in (
        ("stx_dns", stx, "wait_for_api: .inf"),
        ("l2sm_network", network, "labels.x: .nan"),
    ):
        answer = run_module(module, options)
        assert answer["failed"] and answer["msg"].startswith(f"{place} is no number that JSON has"), answer["msg"]


# -- packages -----------------------------------------------------------------------------------------------------


def bad_packages(tmp_path: Path) -> dict[str, tuple[Path, str]]:
    """What is no package, with the words about it."""
    text = tmp_path / "text.tar.gz"
    text.write_text("this is no archive", encoding="utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    two = Path(package(tmp_path / "two", PACKAGES["vnf"]))
    (two / "second.yaml").write_text("a: 1\n", encoding="utf-8")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "x_vnfd.yaml").write_text("vnfd: {id: [\n", encoding="utf-8")
    twice = tmp_path / "twice"
    twice.mkdir()
    (twice / "x_vnfd.yaml").write_text("vnfd:\n  id: a\n  id: b\n", encoding="utf-8")
    other = tmp_path / "other"
    other.mkdir()
    (other / "values.yaml").write_text("replicas: 1\n", encoding="utf-8")
    outside = Path(package(tmp_path / "outside", PACKAGES["vnf"]))
    (outside / "passwd").symlink_to("/etc/passwd")
    return {
        "absent": (tmp_path / "absent", "does not exist"),
        "text": (text, "invalid file content file could not be opened successfully. Give a package's folder"),
        "empty": (empty, "Not found any descriptor file at package descriptor tar.gz. Put one .yaml file"),
        "two": (two, "Found more than one descriptor file"),
        "broken": (broken, "Invalid yaml format"),
        "twice": (twice, "the key 'id' is given twice (lines 2 and 3)"),
        "other": (other, "descriptor"),
        "link": (outside, "is a link that leads out of the package"),
        "kind": (
            PACKAGES["ns"],
            "wanted VNF package. Use edge.infra.osm_ns_package",
        ),
    }


@pytest.mark.parametrize("case", ["absent", "text", "empty", "two", "broken", "twice", "other", "link", "kind"])
def test_a_package_that_is_none(osm: Osm, tmp_path: Path, case: str) -> None:
    path, words = bad_packages(tmp_path)[case]
    answer = osm.refused("osm_vnf_package", path=str(path))
    assert answer["error"]["kind"] == "input" and answer["error"]["option"] == "path"
    assert words in answer["msg"] and str(path) in answer["msg"] and osm.asked() == []
    if case != "kind":
        answer = osm.refused("osm_deployment", packages=[str(PACKAGES["vnf"]), str(path)])
        assert words in answer["msg"] and osm.asked() == []


def test_an_nsd_that_names_a_missing_vnfd(osm: Osm) -> None:
    for module, options in (
        ("osm_ns_package", {"path": str(PACKAGES["ns"])}),
        ("osm_deployment", {"packages": [str(PACKAGES["ns"])]}),
    ):
        answer = osm.refused(module, **options)
        assert "edge_web_knf" in answer["msg"] and "there is no VNF package called" in answer["msg"]


def test_an_nsd_whose_profile_names_an_undeclared_vnfd(osm: Osm, tmp_path: Path) -> None:
    def change(d: dict[str, Any]) -> None:
        d["df"][0]["vnf-profile"][0]["vnfd-id"] = "another"

    answer = osm.refused("osm_ns_package", path=package(tmp_path / "edge_web_ns", PACKAGES["ns"], change))
    assert "vnfd-id='another' does not match any vnfd-id" in answer["msg"] and osm.asked() == []


@pytest.mark.parametrize(
    ("source", "change", "words"),
    [
        ("edge_probe_vnf", {"mgmt-cp": "nope"}, "mgmt-cp='nope' must match an existing ext-cpd"),
        (
            "edge_web_knf",
            {"kdu": [{"name": "web", "helm-chart": "stable/web:1.0"}]},
            "helm-chart 'stable/web:1.0' is not valid",
        ),
        (
            "edge_web_knf",
            {"kdu": [{"name": "web", "helm-chart": "Stable/Web"}]},
            "helm-chart 'Stable/Web' is not valid",
        ),
    ],
)
def test_the_lint_says_what_osm_would(
    osm: Osm, tmp_path: Path, source: str, change: dict[str, Any], words: str
) -> None:
    folder = package(tmp_path / source, SAMPLES / source, lambda d: d.update(change))
    answer = osm.refused("osm_vnf_package", path=folder)
    assert words in answer["msg"] and osm.asked() == []


# -- names of services --------------------------------------------------------------------------------------------


def test_several_services_of_one_name(osm: Osm) -> None:
    """OSM takes any number of NS instances of one name; which one is meant is told by its id."""
    osm.onboarded()
    osm.done("osm_ns", **SERVICE, instantiated=False)
    first = osm.one("nsrs")
    body = {"nsName": "edge-web", "nsdId": first["nsd-id"], "vimAccountId": first["datacenter"], "nsDescription": "x"}
    assert osm.call("POST", "nslcm/v1/ns_instances", body).status_code == 201
    ids = {n["_id"] for n in osm.all("nsrs")}
    assert len(ids) == 2
    for module, options in (
        ("osm_ns", {"name": "edge-web", "state": "absent"}),
        ("osm_ns", SERVICE),
        ("osm_deployment", {"resources": {"ns_instances": [SERVICE]}}),
    ):
        answer = osm.refused(module, **options)
        assert answer["error"]["kind"] == "ambiguous" and set(answer["error"]["ids"]) == ids
        assert all(i in answer["msg"] for i in ids) and "Give the id" in answer["msg"]
    surplus = next(i for i in ids if i != first["_id"])
    assert not osm.done("osm_ns", **{**SERVICE, "name": surplus}, instantiated=False)["changed"]
    assert osm.done("osm_ns", name=surplus, state="absent")["changed"]
    assert [n["_id"] for n in osm.all("nsrs")] == [first["_id"]]
    assert not osm.done("osm_ns", **SERVICE, instantiated=False)["changed"]


def test_declared_twice(osm: Osm) -> None:
    answer = osm.refused("osm_deployment", resources={"vim_accounts": [VIM, VIM]})
    assert "VIM account madrid-1 is declared twice" in answer["msg"]


# -- secrets ------------------------------------------------------------------------------------------------------


def test_a_secret_is_sent_again_only_when_asked(osm: Osm) -> None:
    osm.done("osm_vim_account", **VIM)
    other = {**VIM, "password": "canary-the-second"}
    assert not osm.done("osm_vim_account", **other)["changed"], "OSM gives it back encrypted: it is not compared"
    for check in (True, False):
        answer = osm.done("osm_vim_account", check=check, **other, update_secret="always")
        assert answer["changed"] and "sent again" in str(answer["diff"]) and "canary" not in str(answer)
    assert [w.split(" ")[0] for w in osm.writes()] == ["PATCH"]


def test_secrets_in_a_free_dictionary(osm: Osm) -> None:
    wanted = {**VIM, "config": {"nsx_password": "canary-nsx", "region": "one"}}
    for check in (True, False):
        assert "canary" not in str({**osm.done("osm_vim_account", check=check, **wanted), "invocation": None})
    assert not osm.done("osm_vim_account", **wanted)["changed"]
    answer = osm.done("osm_vim_account", **wanted, update_secret="always")
    assert answer["changed"] and "canary" not in str({**answer, "invocation": None})
    assert "canary" not in str(osm.done("osm_vim_account_info"))


def test_secrets_appear_nowhere_in_a_play(osm: Osm, play: Any, cache: Path, tmp_path: Path) -> None:
    """One login for many tasks; no secret in -vvv, in a log, in a diff; the kept token is its owner's alone."""
    secret = {**VIM, "password": "canary-of-the-vim", "config": {"admin_password": "canary-of-the-config"}}
    cluster = {**CLUSTER, "kubeconfig": osm.kubeconfig}
    repo = {**REPO, "username": "me", "password": "canary-of-the-repo"}
    bulk = {"vim_accounts": [secret], "k8s_clusters": [cluster], "k8s_repos": [repo]}
    tasks = [
        {"name": "vim", "edge.infra.osm_vim_account": {**osm.connection, **secret}},
        {"name": "cluster", "edge.infra.osm_k8s_cluster": {**osm.connection, **cluster}},
        {"name": "repo", "edge.infra.osm_k8s_repo": {**osm.connection, **repo}},
        {"name": "bulk", "edge.infra.osm_deployment": {**osm.connection, "resources": bulk}},
        {"name": "again", "edge.infra.osm_vim_account": {**osm.connection, **secret, "update_secret": "always"}},
        {"name": "read", "edge.infra.osm_k8s_cluster_info": osm.connection},
    ]
    log = tmp_path / "ansible.log"
    os.environ.update(ANSIBLE_LOG_PATH=str(log), ANSIBLE_VERBOSITY="3")
    try:
        result = play(tasks)
    finally:
        del os.environ["ANSIBLE_LOG_PATH"], os.environ["ANSIBLE_VERBOSITY"]
    assert result["rc"] == 0, result["output"][-3000:]
    assert len(osm.lab.control.recorded("osm", login=True)) == 1
    assert result["tasks"]["bulk"]["changed"] is False
    known = yaml.safe_load(Path(osm.kubeconfig).read_text(encoding="utf-8"))["users"][0]["user"]
    hidden = ["canary", osm.connection["osm_password"], *[v for v in known.values() if len(v) > 8]]
    files = [p for p in cache.iterdir() if p.is_file()]
    assert files and all(p.stat().st_mode & 0o077 == 0 for p in files) and cache.stat().st_mode & 0o077 == 0
    texts = [result["output"], log.read_text(encoding="utf-8"), *[p.read_text(encoding="utf-8") for p in files]]
    for text in texts:
        assert not [word for word in hidden if word in text]
    token = json.loads(next(p for p in files if p.suffix == ".json").read_text(encoding="utf-8"))["token"]
    assert token not in result["output"] and token not in log.read_text(encoding="utf-8")
