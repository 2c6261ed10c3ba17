# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents, repositories of OSM Ops, prune and what a run costs: on the simulated NBI, counted on its record."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import run_module
from .gitops import repository, write
from .osm import CLUSTER, LAB, PACKAGES, REPO, VIM, Osm, package, shared

assert LAB
REPOS = [{**REPO, "name": f"charts-{i}", "url": f"https://charts.example.com/{i}"} for i in range(3)]
#: looks while waiting are in the record as well; a long first pause is not to be had, so they are taken off
POLLS = "polls"


@pytest.fixture
def osm(lab: Any, cache: Path) -> Osm:
    return Osm(lab, run_module)


def counted(answer: dict[str, Any], osm: Osm) -> int:
    """Requests without looks while waiting; what the module says must be what the lab has seen."""
    told = answer["statistics"]
    assert told["requests"] == len(osm.asked()) + osm.logins(), (told, osm.asked())
    assert told["writes"] == len(osm.writes()) and told["logins"] == osm.logins()
    assert told["bytes_sent"] > 0 and told["bytes_received"] > 0
    return int(told["requests"] - told[POLLS])


def rounds(osm: Osm, kinds: int, changes: int, login: int = 0, **options: Any) -> dict[str, Any]:
    """Check, run, check, run: what was predicted is done, then nothing; requests = T + k + 1."""
    predicted = osm.done("osm_deployment", check=True, **options)
    assert predicted["changed"] == bool(changes) and osm.writes() == []
    # what would be made is held against the project's quotas, in place of being written
    made = any(r["action"] == "create" for r in predicted["results"])
    assert counted(predicted, osm) == kinds + login + made <= kinds + changes + 1
    done = osm.done("osm_deployment", **options)
    assert done["changed"] == bool(changes)
    assert counted(done, osm) == kinds + changes
    assert done["diff"] == predicted["diff"]
    assert [(r["kind"], r["name"], r["action"]) for r in done["results"]] == [
        (r["kind"], r["name"], r["action"]) for r in predicted["results"]
    ]
    for check in (True, False):
        again = osm.done("osm_deployment", check=check, **options)
        assert not again["changed"] and osm.writes() == [], again["diff"]
        assert counted(again, osm) <= kinds
    return done


def test_a_run_costs_a_list_per_kind_a_write_per_change_and_a_login(osm: Osm) -> None:
    answer = osm.done("osm_deployment", resources={"k8s_repos": REPOS, "vim_accounts": [VIM]}, wait=False)
    told = answer["statistics"]
    lists = {p.split("?")[0] for p in osm.asked() if p.startswith("GET")}
    assert told["requests"] == len(lists) + 4 + 1, osm.asked()
    assert (told["writes"], told["logins"], told["polls"]) == (4, 1, 0)
    again = osm.done("osm_deployment", resources={"k8s_repos": REPOS, "vim_accounts": [VIM]}, wait=False)
    assert again["statistics"]["requests"] == len(lists) and again["statistics"]["writes"] == 0, (
        again["statistics"],
        osm.asked(),
    )
    one = {"k8s_repos": [*REPOS, {**REPO, "name": "one-more"}], "vim_accounts": [VIM]}
    more = osm.done("osm_deployment", resources=one, wait=False)
    assert more["statistics"]["requests"] == len(lists) + 1


def test_documents_of_a_folder(osm: Osm, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    packages = [package(folder / p.name, p) for p in PACKAGES.values()]
    cluster = {**CLUSTER, "kubeconfig": "kubeconfig"}
    shutil.copy(osm.kubeconfig, write(folder, "kubeconfig", {}))
    write(folder, "10-accounts.yaml", {"k8s_clusters": [cluster], "k8s_repos": [REPO]})
    text = yaml.safe_dump({"vim_accounts": [{**VIM, "password": "X"}]}).replace("password: X", "password: !secret vim")
    (folder / "20-vim.yml").write_text(text, encoding="utf-8")
    write(folder, "30-packages.yaml", {"packages": [Path(p).name for p in packages]})
    options = {"path": str(folder), "secrets": {"vim": "canary-of-the-vim"}}
    predicted = osm.done("osm_deployment", check=True, **options)
    done = osm.done("osm_deployment", **options)
    assert done["diff"] == predicted["diff"] and "canary" not in json.dumps(done)
    assert [r["origin"] for r in done["results"] if r["kind"] == "vim_account"] == ["20-vim.yml:2"]
    assert osm.names("vnfds") == ["edge_web_knf"] and osm.names("k8sclusters") == ["madrid-1"]
    again = osm.done("osm_deployment", **options)
    assert not again["changed"] and osm.writes() == []


def test_faults_of_documents_are_told_all_at_once_with_file_and_line(osm: Osm, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "vim_accounts:\n  - name: one\n    typ: dummy\n    password: canary-in-a-fault\n"
        "    config: [canary-in-a-fault]\n  - 7\nnonsense: []\nk8s_repos: {}\n",
        encoding="utf-8",
    )
    (tmp_path / "b.yaml").write_text(
        "packages: [nowhere]\n---\nvim_accounts:\n  - name: two\n    password: !secret lost\n", encoding="utf-8"
    )
    (tmp_path / "c.yaml").write_text("k8s_repos:\n  - name: x\n    name: y\n", encoding="utf-8")
    (tmp_path / "d.yaml").write_text("- vim_accounts\n", encoding="utf-8")
    (tmp_path / "e.yaml").write_text(
        "k8s_repos:\n  - name: same\n  - {name: same}\nvim_accounts:\n  - name: v\n    password: !vault x\n",
        encoding="utf-8",
    )
    (tmp_path / "f.yaml").write_text("k8s_repos:\n  - {name: same}\n  - {name: same}\n", encoding="utf-8")
    answer = osm.refused("osm_deployment", path=str(tmp_path))
    found = {(f["file"], f["line"], f["key"]) for f in answer["error"]["faults"]}
    assert {
        ("a.yaml", 3, "one: typ"),
        ("a.yaml", 6, "vim_accounts[1]"),
        ("a.yaml", 7, "nonsense"),
        ("a.yaml", 8, "k8s_repos"),
        ("b.yaml", 5, ""),
        ("c.yaml", 3, ""),
        ("d.yaml", 1, ""),
        ("e.yaml", 6, ""),
        ("f.yaml", 3, "same"),
    } <= found, found
    assert any(key == "one" and file == "a.yaml" for file, _line, key in found), "a wrong type is told, too"
    assert "canary-in-a-fault" not in json.dumps(answer)
    assert "a.yaml:3: one: typ: VIM account has no option typ" in answer["msg"]
    assert osm.asked() == []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("012345", "5349"),
        ("0x1F", "31"),
        ("1_000", "1000"),
        ("1:30", "90"),
        ("yes", "True"),
        ("true", "True"),
        ("1.10", "1.1"),
        (".5", "0.5"),
        ("007", "7"),
        ("{a: b}", ""),
        ("[x]", ""),
    ],
)
def test_a_text_that_yaml_reads_as_something_else_is_refused(osm: Osm, tmp_path: Path, text: str, read: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(
        "vim_accounts:\n- name: v\n  type: dummy\n  url: http://x\n  tenant: t\n"
        f"  username: {text}\n  password: {text}\n"
        f"pdus:\n- name: p\n  type: t\n  interfaces:\n  - {{name: e, mgmt: true, ip-address: {text}}}\n"
        f"ns_instances:\n- {{name: n, nsd: x, vim_account: v, ssh_keys: [a, {text}]}}\n",
        encoding="utf-8",
    )
    answer = osm.refused("osm_deployment", check=True, path=str(file))
    rows = {(f["line"], f["key"]): f["message"] for f in answer["error"]["faults"]}
    places = {(6, "v: username"), (7, "v: password"), (12, "p: interfaces[0].ip-address"), (14, "n: ssh_keys[1]")}
    assert set(rows) == places and osm.asked() == []
    assert all("quotes" in message for message in rows.values())
    assert not read or f"YAML reads {text} as {read}" in rows[6, "v: username"]
    assert text not in rows[7, "v: password"] and (not read or read not in rows[7, "v: password"]), "a secret"


def test_numbers_that_are_their_own_text_and_texts_in_quotes_are_taken(osm: Osm, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(
        "vim_accounts:\n- {name: 8080, type: dummy, url: 'http://x', tenant: 1.5, username: '007', "
        "password: !!str 012}\n"
        "- &other {name: '1.10', type: dummy, url: 'http://x', tenant: t, username: u, password: !secret pin,"
        " config: {free: 012, zone: yes}}\n- {<<: *other, name: v2}\n",
        encoding="utf-8",
    )
    osm.done("osm_deployment", path=str(file), secrets={"pin": "0123"})
    rows = {row["name"]: row for row in osm.call("GET", "admin/v1/vim_accounts").json()}
    assert set(rows) == {"8080", "1.10", "v2"} and rows["8080"]["vim_user"] == "007"
    assert rows["8080"]["vim_tenant_name"] == "1.5" and rows["v2"]["config"] == {"free": 10, "zone": True}


def test_a_package_in_the_home_folder_is_found(osm: Osm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    shutil.copytree(PACKAGES["vnf"], tmp_path / "home" / "knf")
    file = tmp_path / "a.yaml"
    for text in ("packages: ['~/knf']", "packages: ['$HOME/knf']", "vnf_packages: [{path: ~/knf}]"):
        file.write_text(text, encoding="utf-8")
        answer = osm.done("osm_deployment", check=True, path=str(file))
        assert answer["assume"] == {"vnf_package": ["edge_web_knf"]}, text


@pytest.mark.parametrize("text", ["packages: ['']", "vnf_packages: [{path: ''}]"])
def test_an_empty_path_is_not_the_folder_of_the_file(osm: Osm, tmp_path: Path, text: str) -> None:
    folder = Path(shutil.copytree(PACKAGES["vnf"], tmp_path / "knf"))
    file = tmp_path / "knf" / "a.edge.yaml"
    file.write_text(text, encoding="utf-8")
    assert "the path is empty" in osm.refused("osm_deployment", path=str(file))["msg"], folder


def test_what_only_the_api_can_tell_names_the_line_too(osm: Osm, tmp_path: Path) -> None:
    clusters = [{**CLUSTER, "name": n, "kubeconfig": osm.kubeconfig, "vim_account": f"no-{n}"} for n in ("a", "b")]
    write(tmp_path, "x.yaml", {"k8s_clusters": clusters})
    answer = osm.refused("osm_deployment", path=str(tmp_path / "x.yaml"))
    assert "x.yaml:2: vim_account: there is no VIM account called 'no-a'" in answer["msg"]
    assert "no-b" in answer["msg"], "both at once"


def test_prune_by_record(osm: Osm, tmp_path: Path) -> None:
    """Only what an earlier run named goes; what others made stays, and so does a namesake of what is gone."""
    osm.done("osm_k8s_repo", **{**REPO, "name": "of-somebody-else"})
    record = str(tmp_path / "state/record.json")
    options = {"prune": ["k8s_repos", "vim_accounts"], "record": record}
    both = {"k8s_repos": REPOS, "vim_accounts": [VIM]}
    osm.done("osm_deployment", resources=both, **options)
    noted = json.loads(Path(record).read_text(encoding="utf-8"))
    assert [o["name"] for o in noted["objects"]] == ["charts-0", "charts-1", "charts-2", "madrid-1"]
    assert "canary" not in json.dumps(noted)
    # one that was removed and made again by somebody else is not ours any more
    osm.done("osm_k8s_repo", name="charts-2", state="absent")
    osm.done("osm_k8s_repo", **REPOS[2])
    fewer = {"k8s_repos": REPOS[:1]}
    predicted = osm.done("osm_deployment", check=True, resources=fewer, **options)
    gone = [(r["kind"], r["name"], r["origin"]) for r in predicted["results"] if r["action"] == "delete"]
    assert gone == [("vim_account", "madrid-1", "prune"), ("k8s_repo", "charts-1", "prune")]
    assert [d["after_header"] for d in predicted["diff"]] == [
        "vim_account madrid-1 (delete)",
        "k8s_repo charts-1 (delete)",
    ]
    done = osm.done("osm_deployment", resources=fewer, **options)
    assert done["diff"] == predicted["diff"]
    assert osm.names("k8srepos") == ["charts-0", "charts-2", "of-somebody-else"] and osm.names("vim_accounts") == []
    for check in (True, False):
        assert not osm.done("osm_deployment", check=check, resources=fewer, **options)["changed"]
    noted = json.loads(Path(record).read_text(encoding="utf-8"))["objects"]
    assert [o["name"] for o in noted] == ["charts-0", "charts-2"]


def test_prune_of_a_whole_kind_in_the_project(osm: Osm) -> None:
    osm.done("osm_deployment", resources={"k8s_repos": REPOS, "vim_accounts": [VIM]})
    options = {"prune": ["k8s_repos"], "prune_scope": "project", "resources": {"k8s_repos": REPOS[:1]}}
    rounds(osm, 2, 2, **options)  # the repositories, and the packages that may name them
    assert osm.names("k8srepos") == ["charts-0"] and osm.names("vim_accounts") == ["madrid-1"], "only kinds in prune"


def test_prune_refuses_what_it_should_not_do(osm: Osm, tmp_path: Path) -> None:
    osm.site()
    nothing = osm.refused("osm_deployment", resources={}, prune=["k8s_repos"], prune_scope="project")
    assert "would be removed" in nothing["msg"] and "empty lists" in nothing["msg"]
    assert "k8s_repos" not in osm.refused("osm_deployment", resources={"k8s_repos": []}, prune=["k8s_repos"])["msg"]
    unkept = osm.refused("osm_deployment", resources={"roles": []}, prune=["roles"], prune_scope="project")
    assert "not kept apart by project" in unkept["msg"]
    in_use = osm.refused(
        "osm_deployment", resources={"vim_accounts": []}, prune=["vim_accounts"], prune_scope="project"
    )
    assert "K8s cluster madrid-1" in in_use["msg"] and in_use["error"]["kind"] == "in_use"
    foreign = tmp_path / "record.json"
    foreign.write_text(
        json.dumps({"version": 1, "url": "https://other", "project": "admin", "objects": []}), encoding="utf-8"
    )
    kept = osm.refused("osm_deployment", resources={"k8s_repos": []}, prune=["k8s_repos"], record=str(foreign))
    assert "belongs to project admin of https://other" in kept["msg"]
    foreign.write_text("[]", encoding="utf-8")
    broken = osm.refused("osm_deployment", resources={"k8s_repos": []}, prune=["k8s_repos"], record=str(foreign))
    assert "it is no record" in broken["msg"]
    all_of_it: dict[str, list[Any]] = {"k8s_clusters": [], "vim_accounts": [], "k8s_repos": []}
    osm.done("osm_deployment", resources=all_of_it, prune=list(all_of_it), prune_scope="project")
    assert osm.names("vim_accounts") == osm.names("k8sclusters") == [], "users go before what they use"


def test_a_repository_of_osm_ops_as_it_is(osm: Osm, tmp_path: Path) -> None:
    folder = repository(tmp_path, osm)
    # the kinds: VNF packages, NS packages, NS instances, VIM accounts that are referred to, and the clusters for the
    # KDUs of what is made; then nothing differs, but for the Helm values the operations are read
    predicted = osm.done("osm_deployment", check=True, path=str(folder))
    kinds = len({p.split("?")[0] for p in osm.asked() if "/projects/" not in p})  # that is for the project's quotas
    assert osm.writes() == [] and kinds == 5
    done = osm.done("osm_deployment", path=str(folder))
    assert done["diff"] == predicted["diff"] and counted(done, osm) == kinds + 3
    [ns] = [r for r in done["results"] if r["kind"] == "ns"]
    assert ns["origin"] == "_deployment_/kdu/ldap.ops.yaml:1"
    assert [o["status"] for o in ns["operations"]] == ["COMPLETED"]
    for check in (True, False):
        again = osm.done("osm_deployment", check=check, path=str(folder))
        assert not again["changed"] and counted(again, osm) == kinds, again["diff"]


def test_other_helm_values_upgrade_the_kdu(osm: Osm, tmp_path: Path) -> None:
    folder = repository(tmp_path, osm)
    osm.done("osm_deployment", path=str(folder))
    file = folder / "_deployment_/kdu/ldap.ops.yaml"
    text = file.read_text(encoding="utf-8")
    for values in ('replicaCount: "2"', 'replicaCount: "3"\n    password: canary-of-the-chart', 'replicaCount: "1"'):
        file.write_text(text.replace('replicaCount: "1"', values), encoding="utf-8")
        predicted = osm.done("osm_deployment", check=True, path=str(folder))
        done = osm.done("osm_deployment", path=str(folder))
        assert done["diff"] == predicted["diff"] and len(done["diff"]) == 1
        assert [w.split("/")[-1] for w in osm.writes()] == ["action"]
        assert counted(done, osm) == 5 + 1
        [ns] = [r for r in done["results"] if r["kind"] == "ns"]
        assert ns["action"] == "update" and ns["operations"][0]["status"] == "COMPLETED"
        assert ns["operations"][0]["primitive"] == "upgrade"
        assert "canary" not in json.dumps([done["diff"], done["results"]])
        assert not osm.done("osm_deployment", path=str(folder))["changed"]


def test_values_of_a_kdu_that_is_not_there(osm: Osm, tmp_path: Path) -> None:
    osm.only_in_the_lab("what its life-cycle manager notes of releases")
    folder = repository(tmp_path, osm)
    osm.done("osm_deployment", path=str(folder))
    file = folder / "_deployment_/kdu/ldap.ops.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("name: ldap\n  params", "name: other\n  params"), encoding="utf-8")
    answer = osm.refused("osm_deployment", path=str(folder))
    assert "has no KDU other of VNF openldap. It has ldap of VNF openldap" in answer["msg"]
    assert "_deployment_/kdu/ldap.ops.yaml:1" in answer["msg"]


def test_two_kdus_of_one_ns_in_two_files(osm: Osm, tmp_path: Path) -> None:
    """Both are upgraded and told, with an operation each, and the failure of the first is not missed."""
    folder = repository(tmp_path, osm)
    target = folder / "_deployment_"
    vnfd = target / "osm-pkgs/openldap_knf/openldap_vnfd.yaml"
    document = yaml.safe_load(vnfd.read_text(encoding="utf-8"))
    document["vnfd"]["kdu"].append({"name": "web", "helm-chart": "stable/web"})
    vnfd.write_text(yaml.safe_dump(document), encoding="utf-8")
    ops = yaml.safe_load((target / "kdu/ldap.ops.yaml").read_text(encoding="utf-8"))

    def declare(first: str, second: str) -> None:
        for file, kdu, value in (("ldap", "ldap", first), ("web", "web", second)):
            write(target, f"kdu/{file}.ops.yaml", {**ops, "kdu": {"name": kdu, "params": {"replicaCount": value}}})

    declare("1", "1")
    osm.done("osm_deployment", path=str(folder))
    declare("2", "3")
    done = osm.done("osm_deployment", path=str(folder))
    [ns] = [r for r in done["results"] if r["kind"] == "ns"]
    assert [o["status"] for o in ns["operations"]] == ["COMPLETED", "COMPLETED"]
    assert len({o["id"] for o in ns["operations"]}) == len(osm.writes()) == 2
    assert not osm.done("osm_deployment", path=str(folder))["changed"]
    osm.only_in_the_lab("a release that its life-cycle manager lets fail; the rest of the test has passed")
    declare("many", "4")
    answer = osm.module("osm_deployment", path=str(folder))
    assert answer["failed"] and "many" in answer["msg"]


def test_an_upgrade_whose_answer_is_lost_is_not_sent_twice(osm: Osm, tmp_path: Path) -> None:
    folder = repository(tmp_path, osm)
    osm.done("osm_deployment", path=str(folder))
    file = folder / "_deployment_/kdu/ldap.ops.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace('"1"', '"4"'), encoding="utf-8")
    for fault in ("drop_after", "drop_before"):
        file.write_text(file.read_text(encoding="utf-8").replace('"4"', '"5"'), encoding="utf-8")
        osm.lab.control.fault(fault, service="osm", match="POST .*action")
        before = len(osm.all("nslcmops"))
        done = osm.done("osm_deployment", path=str(folder))
        assert done["changed"] and len(osm.all("nslcmops")) == before + 1
        assert not osm.done("osm_deployment", path=str(folder))["changed"]
        file.write_text(file.read_text(encoding="utf-8").replace('"5"', '"4"'), encoding="utf-8")
        osm.done("osm_deployment", path=str(folder))


def test_an_upgrade_that_fails_is_a_failure_with_osms_reason(osm: Osm, tmp_path: Path) -> None:
    osm.only_in_the_lab("a release that its life-cycle manager lets fail")
    folder = repository(tmp_path, osm)
    osm.done("osm_deployment", path=str(folder))
    file = folder / "_deployment_/kdu/ldap.ops.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace('"1"', '"many"'), encoding="utf-8")
    answer = osm.module("osm_deployment", path=str(folder))
    [ns] = [r for r in answer["results"] if r["kind"] == "ns"]
    assert answer["failed"] and ns["status"] == "failed" and "many" in ns["error"]["message"]
    assert answer["statistics"]["writes"] == 1


def test_what_osm_of_today_refuses_in_an_old_repository_is_told_with_its_place(osm: Osm) -> None:
    answer = osm.refused("osm_deployment", path=str(shared("osmops/repo-1")))
    assert "_deployment_/osm-pkgs/openldap_knf: " in answer["msg"]
    assert "helm-chart 'stable/openldap:1.2.7' is not valid. Write stable/openldap" in answer["msg"]


def test_a_repository_with_faults(osm: Osm) -> None:
    answer = osm.refused("osm_deployment", path=str(shared("osmops/repo-2-one-invalid")))
    assert [(f["file"], f["line"], f["key"]) for f in answer["error"]["faults"]] == [
        ("deploy.me/k1.ops.yaml", 1, "kind")
    ]
    assert osm.asked() == []
