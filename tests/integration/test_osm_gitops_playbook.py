# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook gitops: planned, applied, reported, and back to an earlier commit; on the simulated NBI."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from .conftest import run_module
from .gitops import Gitops, git_server, repository, write
from .osm import LAB, REPO, VIM, Osm

assert LAB
#: what the NBI keeps by itself
BY_ITSELF = {"osm_repos": [{"name": "vendor", "url": "https://packages.example.com/osm"}]}
REPOS = [{**REPO, "name": f"charts-{i}", "url": f"https://charts.example.com/{i}"} for i in range(2)]


@pytest.fixture
def osm(lab: Any, cache: Path) -> Osm:
    return Osm(lab, run_module)


@pytest.fixture
def gitops(osm: Osm, tmp_path: Path, cache: Path) -> Gitops:
    return Gitops(osm, tmp_path, cache)


def test_two_commits_and_back(osm: Osm, gitops: Gitops) -> None:
    """Add; change, and remove with prune; each planned first, then done. Back to the first; then nothing to do.

    The way back (of test_three_commits_and_back) is planned by the run that goes it: the first commit was planned, too.
    """
    vim = {**VIM, "name": "from-git"}
    first = gitops.commit("Two repositories", site={"vim_accounts": [vim], "k8s_repos": REPOS[:2]})
    second = gitops.commit(
        "A <script>alert('description')</script>",
        site={"vim_accounts": [{**vim, "description": "<script>alert(2)</script>"}], "k8s_repos": REPOS[:1]},
    )
    prune = {"osm_gitops_prune": ["k8s_repos", "vim_accounts"]}
    osm.done("osm_k8s_repo", **{**REPO, "name": "of-somebody-else"})
    steps = [
        (first, True, [("create", "from-git"), ("create", "charts-0"), ("create", "charts-1")]),
        (second, True, [("update", "from-git"), ("delete", "charts-1")]),
        (first, False, [("create", "charts-1")]),
    ]
    for revision, planned, expected in steps:
        if planned:
            rc, output, report = gitops.run(check=True, osm_gitops_revision=revision, **prune)
            assert rc == 0 and osm.writes() == [], output
            assert (report["state"], report["mode"], report["revision"]) == ("planned", "plan", revision)
            assert [(r["action"], r["name"]) for r in report["results"] if r["changed"]] == expected
        rc, output, report = gitops.run(osm_gitops_revision=revision, **prune)
        assert rc == 0 and len(osm.writes()) == len(expected), output
        assert (report["state"], report["mode"]) == ("changed", "apply")
        assert [(r["action"], r["name"]) for r in report["results"] if r["changed"]] == expected
        assert report["statistics"]["apply"]["writes"] == len(expected)
        assert "<script" not in gitops.page and "<b>" not in gitops.page and "canary" not in gitops.page
        assert "Ada &amp; Bob" in gitops.page and ("&lt;script&gt;alert(" in gitops.page) == (revision == second)
    rc, output, report = gitops.run(osm_gitops_revision=first, **prune)
    assert rc == 0 and osm.writes() == [] and report["state"] == "unchanged", output
    assert gitops.last["state"] == "changed"
    assert [r["name"] for r in gitops.last["results"] if r["changed"]] == ["charts-1"]
    kept = (gitops.work / "report/last-change.html").read_text(encoding="utf-8")
    assert "Nothing to do" in gitops.page and "Nothing to do" not in kept and "charts-1" in kept
    gitops.run(check=True, osm_gitops_revision=second, **prune)
    assert gitops.last["revision"] == first, "a plan changes nothing"
    assert osm.names("k8srepos") == ["charts-0", "charts-1", "of-somebody-else"]


def test_what_fails_is_in_the_report_and_in_the_exit_code(osm: Osm, gitops: Gitops) -> None:
    osm.lab.control.fault("fail_operation", service="osm", match="vim_accounts", detail="<i>no route</i> to VIM")
    gitops.commit("A VIM that fails", site={"vim_accounts": [VIM], "k8s_repos": REPOS[:1]})
    rc, output, report = gitops.run()
    assert rc != 0 and report["state"] == "failed", output
    status = {r["name"]: r["status"] for r in report["results"]}
    assert status == {"madrid-1": "failed", "charts-0": "done"}, "one failure does not hide the others"
    assert "no route" in report["message"] and "no route" in output
    assert gitops.last == report
    assert "&lt;i&gt;no route&lt;/i&gt; to VIM" in gitops.page
    gitops.commit("Not YAML", site={"vim_accounts": "x"}, other={"k8s_repos": [{"nome": "x"}]})
    rc, output, report = gitops.run()
    assert rc != 0 and osm.writes() == [] and report["state"] == "failed"
    assert {(f["file"], f["line"]) for f in report["error"]["faults"]} >= {("site.yaml", 1), ("other.yaml", 2)}
    rc, output, report = gitops.run(osm_gitops_revision="no-such-branch")
    assert rc != 0 and "no-such-branch" in output
    assert report["state"] == "failed" and "no-such-branch" in report["message"] and "no-such-branch" in gitops.page
    assert "no branch, tag or commit no-such-branch" in report["message"] and "osm_gitops_revision" in report["message"]
    rc, output, _report = gitops.run(osm_gitops_repository="https://canary-in-url@git.example.com/x.git")
    assert rc != 0 and "token out of the URL" in output and "canary-in-url" not in output
    rc, output, _report = gitops.run(environment={"OSM_PASSWORD": ""})
    assert rc != 0 and "set OSM_URL, OSM_USER and OSM_PASSWORD" in output


@pytest.mark.unmanaged
def test_a_module_that_breaks_off_is_no_failure_without_words(gitops: Gitops) -> None:
    gitops.commit("Nothing special", site=BY_ITSELF)
    broken = gitops.folder / "libraries"
    broken.mkdir()
    (broken / "requests.py").write_text("raise RuntimeError('broken')\n", encoding="utf-8")
    rc, output, report = gitops.run(environment={"PYTHONPATH": str(broken)})
    assert rc != 0 and report["state"] == "failed", output
    assert "broke off without a result" in report["message"] and "broke off without a result" in output


@pytest.mark.unmanaged
def test_a_repository_that_was_empty_at_first(osm: Osm, gitops: Gitops) -> None:
    """The checkout of an empty repository knows no default branch: later runs find it nevertheless."""
    bare = gitops.folder / "empty.git"
    gitops.git("init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    given = {"osm_gitops_repository": str(bare)}
    rc, output, report = gitops.run(**given)
    assert rc != 0 and report["state"] == "failed", output
    assert "has no commit yet: push one" in report["message"] and "has no commit yet" in output
    commit = gitops.commit("The first", site=BY_ITSELF)
    gitops.git("push", "--quiet", str(bare), "main")
    rc, output, report = gitops.run(osm_gitops_revision=commit, **given)
    assert rc == 0 and report["revision"] == commit, output
    # only the part of the role that this is about, in one run
    play: dict[str, Any] = {"hosts": "localhost", "connection": "local", "gather_facts": False}
    play["vars"] = {"osm_gitops_checkout_error": "", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    checkout = {"name": "edge.infra.osm_gitops", "tasks_from": "checkout", "public": True}
    found = f"lookup('ansible.builtin.pipe', 'git -C {gitops.work}/checkout rev-parse HEAD')"
    play["tasks"] = []
    for revision in ("HEAD", "main", "HEAD"):
        play["tasks"] += [
            {"ansible.builtin.include_role": checkout, "vars": {"osm_gitops_revision": revision}},
            {"ansible.builtin.assert": {"that": ["not osm_gitops_checkout_error", f"{found} == '{commit}'"]}},
        ]
    book = write(gitops.folder, "checkouts.yml", [play])
    rc, output, _report = gitops.run(playbook=str(book), **given)
    assert rc == 0 and output.count("All assertions passed") == 3, output


def test_an_osm_ops_repository_by_the_playbook(osm: Osm, gitops: Gitops) -> None:
    source = repository(gitops.folder, osm)
    shutil.copytree(source, gitops.repository, dirs_exist_ok=True)
    first = gitops.commit("As OSM Ops has it")
    options = {"osm_gitops_prune": ["ns_instances", "ns_packages", "vnf_packages"]}
    rc, output, report = gitops.run(**options)
    assert rc == 0 and report["state"] == "changed", output
    assert "instantiate" in gitops.page and "COMPLETED" in gitops.page, "results of operations"
    target = gitops.repository / "_deployment_"
    (target / "kdu/ldap.ops.yaml").unlink()
    shutil.rmtree(target / "osm-pkgs")
    gitops.commit("All of it goes", **{"_deployment_/repos.edge": {"k8s_repos": REPOS[:1]}})
    rc, output, report = gitops.run(check=True, **options)
    assert rc == 0, output
    assert [r["kind"] for r in report["results"] if r["action"] == "delete"] == [
        "vnf_package",
        "ns_package",
        "ns",
    ]
    rc, output, report = gitops.run(**options)
    assert rc == 0 and osm.all("nsrs") == osm.all("nsds") == osm.all("vnfds") == [], output
    assert osm.names("k8srepos") == ["charts-0"] and osm.names("vim_accounts") == ["mylocation1"]
    rc, output, report = gitops.run(osm_gitops_revision=first, **options)
    assert rc == 0 and osm.names("nsrs") == ["ldap"] and osm.names("k8srepos") == ["charts-0"], output


@pytest.mark.unmanaged
def test_the_password_of_the_git_server_is_never_shown(gitops: Gitops, osm: Osm) -> None:
    """A Git server that wants a password, and everything that is said at -vvvv."""
    gitops.commit("A repository", site=BY_ITSELF)
    gitops.git("update-server-info")
    secret = "canary/of:the@git%server"
    with git_server(gitops.repository / ".git", "ada", secret) as url:
        environment = {
            "GITOPS_REPOSITORY": url,
            "GITOPS_GIT_USERNAME": "ada",
            "GITOPS_GIT_PASSWORD": secret,
        }
        given = {"osm_gitops_repository": url}
        rc, output, report = gitops.run("-vvvv", environment=environment, **given)
        assert rc == 0 and osm.names("osmrepos") == ["vendor"], output
        rc, refused, _report = gitops.run(
            "-vvvv", environment={**environment, "GITOPS_GIT_PASSWORD": "canary-wrong"}, **given
        )
        assert rc != 0
    for text in (output, refused, json.dumps(report), gitops.page):
        for canary in (secret, quote(secret, safe=""), "canary-wrong", "canary%2Fof"):
            assert canary not in text
    left = [f for f in gitops.folder.rglob("*") if f.is_file() and b"canary" in f.read_bytes()]
    assert left == []


@pytest.mark.unmanaged
def test_a_folder_that_is_there_and_secrets_from_beside(osm: Osm, gitops: Gitops) -> None:
    folder = gitops.folder / "plain/madrid"
    folder.mkdir(parents=True)
    member = "{project: admin, role: project_user}"
    text = f"users: [{{name: git, password: !secret first, project_roles: [{member}]}}]\n"
    (folder / "site.yaml").write_text(text, encoding="utf-8")
    given = {
        "osm_gitops_repository": "",
        "osm_gitops_source": str(folder.parent),
        "osm_gitops_folder": "madrid",
        "osm_gitops_secrets": {"first": "Canary-0f-bes1de"},
    }
    rc, output, report = gitops.run(**given)
    token = osm.call("POST", "admin/v1/tokens", {"username": "git", "password": "Canary-0f-bes1de"})
    osm.done("osm_user", name="git", state="absent")
    assert rc == 0 and token.status_code == 200, output + token.text
    assert report["source"] == str(folder.parent) and report["revision"] == ""
    assert "Canary-0f-bes1de" not in output + json.dumps(report) + gitops.page
