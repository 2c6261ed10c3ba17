# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents from files: paths, secrets, lines; and the record of what a deployment names."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.apply import Outcome
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import CREATE, DELETE, NONE, Change, Wanted
from ansible_collections.edge.infra.plugins.module_utils._engine.resource import Resource
from ansible_collections.edge.infra.plugins.module_utils._osm import prune
from ansible_collections.edge.infra.plugins.module_utils._osm.api import DECLARED, KINDS
from ansible_collections.edge.infra.plugins.module_utils._osm.sources import read


def one(tmp_path: Path, text: str, **secrets: str) -> dict[str, Any]:
    """The only declaration of a document."""
    file = tmp_path / "site.yaml"
    file.write_text(text, encoding="utf-8")
    [entry] = read(str(file), DECLARED, secrets).entries
    return {k: v for k, v in entry.values.items() if v is not None}


def refused(tmp_path: Path, text: str) -> str:
    """What is said to a document."""
    with pytest.raises(InputError) as caught:
        one(tmp_path, text)
    return str(caught.value)


def test_paths_begin_at_the_file_and_absolute_ones_stay(tmp_path: Path) -> None:
    cluster = "k8s_clusters:\n  - name: c\n    kubeconfig: {}\n"
    assert one(tmp_path, cluster.format("sub/config"))["kubeconfig"] == str(tmp_path / "sub/config")
    assert one(tmp_path, cluster.format("/etc/config"))["kubeconfig"] == "/etc/config"
    assert one(tmp_path, cluster.format("~/config"))["kubeconfig"] == str(Path.home() / "config")


def test_a_folder_that_is_named_relatively(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = Path(__file__).resolve().parents[3] / "inventories/simplex/.packages/edge_web_knf"
    shutil.copytree(sample, tmp_path / "packages/edge_web_knf")
    (tmp_path / "site").mkdir()
    (tmp_path / "site/all.yaml").write_text("packages: [../packages/edge_web_knf]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for path in ("site", "site/all.yaml"):
        [entry] = read(path, DECLARED).entries
        found = Path(entry.values["path"])
        assert found.is_absolute() and found.resolve() == tmp_path / "packages/edge_web_knf"


@pytest.mark.parametrize("index", ["member_vnf_index", "member-vnf-index"])
def test_options_inside_options_may_have_the_spelling_of_osm(tmp_path: Path, index: str) -> None:
    text = "ns_instances:\n  - name: n\n    nsd: d\n    vim_account: v\n    vnf:\n      - {}: web\n"
    found = one(tmp_path, text.format(index))
    assert [v["member_vnf_index"] for v in found["vnf"]] == ["web"]
    both = text.format(index) + "        member_vnf_index: web\n        member-vnf-index: web\n"
    both = both.replace(f"      - {index}: web\n        ", "      - vdu: []\n        ")
    assert "member-vnf-index" in refused(tmp_path, both)


def test_secrets_come_from_beside(tmp_path: Path) -> None:
    text = "vim_accounts:\n  - name: v\n    password: !secret vim\n    config: {admin_password: !secret other}\n"
    found = one(tmp_path, text, vim="x: y", other="0123")
    assert (found["password"], found["config"]["admin_password"]) == ("x: y", "0123")
    said = refused(tmp_path, text)
    assert said.count("there is no secret called 'vim'") == 1 and "site.yaml:3: " in said and "line 3" not in said
    assert "site.yaml:4: there is no secret called 'other'" in said, "all of them, not the first one alone"
    with pytest.raises(InputError) as two:
        one(tmp_path, text + "---\nk8s_repos: {password: !secret third, a: [}\n", vim=None)  # type: ignore[arg-type]
    faults = [(f["line"], f["message"]) for f in two.value.details["faults"]]
    lacking = [(3, "the secret 'vim' has no value."), (4, "there is no secret called 'other'.")]
    assert [f for f in faults if "secret" in f[1]] == lacking and len(faults) == 3, "and what does not parse after them"
    assert "option secrets (for the role osm_gitops: in osm_gitops_secrets); nothing was sent." in said
    assert "Correct the files" not in said
    (tmp_path / "other.yaml").write_text("hosts: all\n", encoding="utf-8")  # and something else in another file
    with pytest.raises(InputError) as caught:
        read(str(tmp_path), DECLARED)
    assert "Correct the files. Give such a secret as a text in the option secrets" in str(caught.value)
    (tmp_path / "other.yaml").unlink()
    assert "site.yaml:3: the tag !vault is not known here; keep secrets out" in refused(
        tmp_path, text.replace("!secret vim", "!vault abc")
    )
    assert "python/object" in refused(tmp_path, "a: !!python/object/apply:os.system [ls]\n")


def test_a_value_that_cannot_be_given_hides_no_other_fault(tmp_path: Path) -> None:
    """Each such value stopped the reading of its file, so that a person met the next fault at the next run only."""
    (tmp_path / "site.yaml").write_text(
        "vim_accounts:\n"
        "  - {name: a, password: !secrt vim}\n"
        "  - {name: b, config: {since: 2026-11-21, most: .inf}}\n"
        "  - {name: c, password: !secret none}\n"
        "  - {name: d, tenant: 012, pasword: x}\n"
        "packages:\n"
        "  - !unsafe x\n"
        "  - nowhere\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        read(str(tmp_path), DECLARED, {})
    found = {(f["line"], f["key"]): f["message"] for f in caught.value.details["faults"]}
    where = {(2, ""), (3, ""), (4, ""), (5, "d: tenant"), (5, "d: pasword"), (7, ""), (8, "packages")}
    assert set(found) == where and len(caught.value.details["faults"]) == 8, found
    assert found[2, ""].startswith("the tag !secrt is not known here; !secret NAME is, for what does not belong")
    assert "there is no secret called 'none'" in found[4, ""]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("vim_accounts:\n  - name: v\n    name: w\n", "site.yaml:3: the key 'name' is given twice"),
        ("vim_accounts: [\n", "site.yaml:2"),
        ("vim_accounts:\n  - nome: v\n", "site.yaml:2: vim_accounts: nome: VIM account has no option nome"),
        ("vim_accounts:\n  - description: v\n", "missing required arguments: name"),
        ("k8s_repos:\n  - {name: x, type: wrong}\n", "value of type must be one of: helm-chart, juju-bundle"),
        ("packages: [7]\n", "site.yaml:1: packages: each one is the path"),
        (
            "ns_instances:\n  - name: n\n    kdus:\n      - vnf: a\n        name: b\n        parms: {}\n",
            "site.yaml:6: n: NS instance has no option kdus.parms. There it has name, params, vnf.",
        ),
        ("ns_instances:\n  - name: n\n    kdus: [{vnf: a}]\n", "missing required arguments: name found in kdus"),
        ("hosts: all\n", "site.yaml:1: hosts: there is no such kind. Known: "),
    ],
)
def test_faults(tmp_path: Path, text: str, words: str) -> None:
    assert words in refused(tmp_path, text)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2026-11-21", "a date or time; write it in quotes"),
        ("2026-11-21T10:00:00Z", "a date or time"),
        ("!!binary aGFsbG8=", "binary data"),
        ("!!set {a, b}", "a set; write a list"),
        ("!!omap [a: 1]", "an ordered map"),
        (".nan", ".nan is no number that JSON has"),
        ("[-.inf]", "-.inf is no number that JSON has"),
        ("{2026-11-21: x}", "a date or time"),
        ("{[a]: x}", "found unhashable key"),
        ("{1: x, '1': y}", "the key '1' is given twice"),
    ],
)
def test_what_json_has_not_is_refused_with_its_line(tmp_path: Path, value: str, words: str) -> None:
    text = refused(tmp_path, f"vim_accounts:\n  - name: v\n    config: {{x: {value}}}\n")
    assert text.startswith("site.yaml:3: ") and words in text


def test_keys_are_those_of_json(tmp_path: Path) -> None:
    text = "vim_accounts:\n  - name: v\n    config: {x: {2: a, 0x10: b, yes: c, ~: d, 1.5: e, <<: {f: g}}}\n"
    assert one(tmp_path, text)["config"]["x"] == {"2": "a", "16": "b", "true": "c", "null": "d", "1.5": "e", "f": "g"}


@pytest.mark.parametrize("value", [None, {"inner": "canary"}, ["canary"], True, 1.5])
def test_a_secret_is_a_text(tmp_path: Path, value: Any) -> None:
    text = "vim_accounts:\n  - name: v\n    password: !secret vim\n"
    (tmp_path / "site.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(str(tmp_path), DECLARED, {"vim": value})
    said = str(caught.value)
    assert "site.yaml:3: the secret 'vim'" in said and "Give such a secret as a text" in said and "canary" not in said
    assert read(str(tmp_path), DECLARED, {"vim": 1234}).entries[0].values["password"] == "1234"


def test_the_content_of_a_file_that_is_one_value_is_not_shown(tmp_path: Path) -> None:
    said = refused(tmp_path, "canary-of-a-password\n")
    assert "not a single value" in said and "canary" not in said


def test_an_empty_folder_and_nothing_at_all_are_no_deployments(tmp_path: Path) -> None:
    for path, words in ((tmp_path, "no YAML file in this folder"), (tmp_path / "x", "no such file or folder")):
        with pytest.raises(InputError, match=words):
            read(str(path), DECLARED)


# -- prune ----------------------------------------------------------------------------------------------------------


class Lists:
    """A survey of given documents."""

    def __init__(self, **documents: list[dict[str, Any]]) -> None:
        self.lists = documents
        self.asked: list[str] = []

    def documents(self, resource: Resource) -> list[dict[str, Any]]:
        self.asked.append(resource.kind)
        return self.lists.get(resource.kind, [])


def options(tmp_path: Path, *kinds: str, scope: str = "recorded") -> dict[str, Any]:
    place = {"osm_url": "https://osm/", "osm_project": "admin", "osm_username": "admin"}
    return {**place, "prune": list(kinds), "prune_scope": scope, "record": str(tmp_path / "a/record.json")}


def outcome(kind: str, name: str, identity: str, action: str = NONE, status: str = "unchanged") -> Outcome:
    live = None if action == CREATE else {"_id": identity}
    wanted = Wanted(KINDS[kind], {"name": name}, "absent" if action == DELETE else "present")
    sent = {"sent": prune_sent(identity)} if action == CREATE else {}
    return Outcome(Change(wanted, action, live), status, {"_id": identity}, **sent)


def prune_sent(identity: str) -> Any:
    from ansible_collections.edge.infra.plugins.module_utils._engine.dialect import Sent

    return Sent(id=identity)


def noted(tmp_path: Path) -> set[tuple[str, str]]:
    content = json.loads((tmp_path / "a/record.json").read_text(encoding="utf-8"))
    assert content["url"] == "https://osm" and content["project"] == "admin"
    return {(o["name"], o["id"]) for o in content["objects"]}


def test_the_record_keeps_what_is_there_and_drops_what_is_gone(tmp_path: Path) -> None:
    given = options(tmp_path)
    prune.note(given, [outcome("k8s_repo", "a", "1", CREATE, "done"), outcome("k8s_repo", "b", "2")])
    assert noted(tmp_path) == {("a", "1"), ("b", "2")}
    prune.note(given, [outcome("k8s_repo", "c", "3", CREATE, "failed")])
    assert noted(tmp_path) == {("a", "1"), ("b", "2"), ("c", "3")}, "made, and failed afterwards: ours all the same"
    prune.note(given, [outcome("k8s_repo", "a", "1", DELETE, "done"), outcome("k8s_repo", "b", "2", DELETE, "failed")])
    assert noted(tmp_path) == {("b", "2"), ("c", "3")}, "what could not be removed is tried again"


def test_what_osm_comes_with_and_what_it_made_is_left(tmp_path: Path) -> None:
    slices = [{"_id": "s", "nsr-ref-list": [{"nsr-ref": "n1"}], "_admin": {"nsrs-detailed-list": [{"nsrId": "n2"}]}}]
    services = [{"_id": f"n{i}", "name": f"n{i}"} for i in range(4)]
    survey: Any = Lists(slice=slices, ns=services)
    found = prune.surplus(DECLARED, options(tmp_path, "ns_instances", scope="project"), {"x"}, [], survey)
    assert [c.id for c in found] == ["n0", "n3"] and {c.action for c in found} == {DELETE}
    roles = [{"_id": f"r{i}", "name": n} for i, n in enumerate(("system_admin", "project_user", "mine"))]
    record = tmp_path / "a/record.json"
    record.parent.mkdir()
    objects = [{"kind": "role", "name": r["name"], "id": r["_id"]} for r in roles]
    record.write_text(
        json.dumps({"version": 1, "url": "https://osm", "project": "admin", "objects": objects}), encoding="utf-8"
    )
    survey = Lists(role=roles)
    found = prune.surplus(DECLARED, options(tmp_path, "roles"), {"roles"}, [], survey)
    assert [c.wanted.name for c in found] == ["mine"]
