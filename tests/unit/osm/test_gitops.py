# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Repositories of OSM Ops become the document that osm_deployment takes; faults are told at once, with their place."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.api import Sources
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._osm.api import DECLARED
from ansible_collections.edge.infra.plugins.module_utils._osm.sources import read

ROOT = Path(__file__).resolve().parents[3]
CONFIG = "targetDir: target\nfileExtensions: [.ops.yaml]\nconnectionFile: /etc/osmops/nbi-connection.yaml\n"
NS = """kind: NsInstance
name: ldap
description: Demo
nsdName: openldap_ns
vnfName: openldap
vimAccountName: site1
kdu:
  name: ldap
  params:
    replicaCount: "2"
"""
KNF = """vnfd:
  id: some_knf
  product-name: some_knf
  df: [{id: default-df}]
  ext-cpd: [{id: mgmt-ext, k8s-cluster-net: mgmtnet}]
  k8s-cluster: {nets: [{id: mgmtnet}]}
  kdu: [{name: some, helm-chart: charts/some}]
  mgmt-cp: mgmt-ext
  version: "1.0"
"""


def shared(path: str) -> Path:
    """A file of the field's own data."""
    found = Path(os.environ.get("EDGE_SHARED", ROOT.parent / "shared")) / "data/osmops" / path
    if not found.exists():
        pytest.skip(f"the field's own data ({found}) is not there")
    return found


def files(root: Path, **texts: str) -> Path:
    """A repository; ``__`` in a name is a slash, ``_`` before the ending a dot."""
    for name, text in {"osm_ops_config.yaml": CONFIG, **texts}.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (root / "target").mkdir(exist_ok=True)
    return root


def given(sources: Sources) -> dict[str, list[dict[str, Any]]]:
    """Entries by kind, only with the options that were given."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in sources.entries:
        values = {k: v for k, v in entry.values.items() if v is not None}
        found.setdefault(entry.plural, []).append(values)
    return found


def faults(root: Path) -> list[tuple[str, int, str, str]]:
    """What is wrong with a repository: file, line, key, words."""
    with pytest.raises(InputError) as caught:
        read(str(root), DECLARED)
    rows = [(f["file"], f["line"], f["key"], f["message"]) for f in caught.value.details["faults"]]
    for file, line, key, message in rows:
        where = f"{file}:{line}" if line else file
        assert f"{where}: {key}: {message}" in str(caught.value) or f"{where}: {message}" in str(caught.value)
    return rows


def test_the_sample_repository_becomes_packages_and_an_ns() -> None:
    root = shared("repo-1")
    found = read(str(root), DECLARED)
    packages = root / "_deployment_/osm-pkgs"
    document = given(found)
    assert [p["path"] for p in document["vnf_packages"]] == [str(packages / "openldap_knf")]
    assert [p["path"] for p in document["ns_packages"]] == [str(packages / "openldap_ns")]
    [ns] = document["ns_instances"]
    assert {k: ns[k] for k in ("name", "description", "nsd", "vim_account", "kdus", "state")} == {
        "name": "ldap",
        "description": "Demo LDAP NS instance",
        "nsd": "openldap_ns",
        "vim_account": "mylocation1",
        "kdus": [{"vnf": "openldap", "name": "ldap", "params": {"replicaCount": "1"}}],
        "state": "present",
    }
    assert found.entries[-1].origin == "_deployment_/kdu/ldap.ops.yaml:1" and found.warnings == []


def test_the_sample_repository_with_a_wrong_file_names_file_and_key() -> None:
    assert [f[:3] for f in faults(shared("repo-2-one-invalid"))] == [("deploy.me/k1.ops.yaml", 1, "kind")]


@pytest.mark.parametrize(("name", "expected"), [("test_1", ("targetDir",)), ("test_3", ("targetDir",)), ("test_4", ())])
def test_sample_configurations(tmp_path: Path, name: str, expected: tuple[str, ...]) -> None:
    """A target folder that is missing is a fault; a connection file is not needed."""
    shutil.copy(shared(f"configs/{name}.yaml"), tmp_path / "osm_ops_config.yaml")
    if expected:
        assert tuple(f[2] for f in faults(tmp_path)) == expected
    else:
        assert read(str(tmp_path), DECLARED).entries == []


def test_a_text_that_yaml_reads_as_a_number_is_refused(tmp_path: Path) -> None:
    text = NS.replace("name: ldap\ndesc", "name: 0x1F\ndesc").replace("  name: ldap", "  name: 1.10")
    rows = faults(files(tmp_path, **{"target/a.ops.yaml": text}))
    assert [(line, key) for _file, line, key, _text in rows] == [(2, "name"), (8, "kdu.name")]
    assert rows[0][3] == "YAML reads 0x1F as 31, and a text is wanted; write it in quotes."


def test_every_fault_is_told(tmp_path: Path) -> None:
    root = files(
        tmp_path,
        **{
            "target/a.ops.yaml": "kind: NsInstance\nname: a\nnsdName: {x: 1}\nkdu: []\n",
            "target/b.ops.yaml": "kind: [\n",
            "target/c.ops.yaml": "- 1\n",
            "target/sub/d.ops.yaml": NS.replace("  name: ldap\n", "").replace("site1", ""),
            "target/e.ops.yaml": NS.replace('params:\n    replicaCount: "2"', "params: 3"),
            "target/f.txt": "kind: [",
            "target/osm-pkgs/empty_knf/README": "nothing",
            "target/osm-pkgs/other_knf/vnfd.yaml": KNF,
        },
    )
    found = {(f[0], f[1], f[2]) for f in faults(root)}
    assert found == {
        ("target/a.ops.yaml", 3, "nsdName"),
        ("target/a.ops.yaml", 1, "vnfName"),
        ("target/a.ops.yaml", 1, "vimAccountName"),
        ("target/a.ops.yaml", 4, "kdu"),
        ("target/b.ops.yaml", 2, ""),
        ("target/c.ops.yaml", 1, ""),
        ("target/sub/d.ops.yaml", 6, "vimAccountName"),
        ("target/sub/d.ops.yaml", 7, "kdu.name"),
        ("target/e.ops.yaml", 9, "kdu.params"),
        ("target/osm-pkgs/empty_knf", 0, ""),
        ("target/osm-pkgs/other_knf", 0, "id"),
    }


@pytest.mark.parametrize(
    ("config", "key", "words"),
    [
        ("targetDir: ../elsewhere\n", "targetDir", "leads out of the repository"),
        ("targetDir: [a]\n", "targetDir", "path of a folder"),
        ("targetDir: nowhere\n", "targetDir", "no folder nowhere"),
        ("targetDir: target\nfileExtensions: .ops.yaml\n", "fileExtensions", "list of endings"),
        ("targetDir: target\nfileExtensions: ['']\n", "fileExtensions", "list of endings"),
        ("targetDir: target\nconnectionFile: 3\n", "connectionFile", "path of a file"),
        ("- targetDir\n", "", "must be a dictionary"),
    ],
)
def test_a_wrong_configuration(tmp_path: Path, config: str, key: str, words: str) -> None:
    root = files(tmp_path, **{"osm_ops_config.yaml": config})
    [(file, _line, found, message)] = faults(root)
    assert (file, found) == ("osm_ops_config.yaml", key) and words in message


def test_endings_are_those_of_the_configuration_or_osm_ops_own(tmp_path: Path) -> None:
    named = {f"target/{n}": NS.replace("name: ldap\ndesc", f"name: {n}\ndesc") for n in ("a.ops.yaml", "B.OPS.YAML")}
    own = {f"target/{n}": NS.replace("name: ldap\ndesc", f"name: {n}\ndesc") for n in ("c.osmops.yaml", "d.osmops.yml")}
    root = files(tmp_path, **named, **own)
    assert sorted(n["name"] for n in given(read(str(root), DECLARED))["ns_instances"]) == ["B.OPS.YAML", "a.ops.yaml"]
    files(root, **{"osm_ops_config.yaml": "targetDir: target\nconnectionFile: x\n"})
    found = given(read(str(root), DECLARED))["ns_instances"]
    assert sorted(n["name"] for n in found) == ["c.osmops.yaml", "d.osmops.yml"]


def test_two_files_may_speak_of_two_kdus_of_one_ns(tmp_path: Path) -> None:
    second = NS.replace("  name: ldap", "  name: web").replace("vnfName: openldap", "vnfName: other")
    root = files(tmp_path, **{"target/a.ops.yaml": NS, "target/b.ops.yaml": second})
    [ns] = given(read(str(root), DECLARED))["ns_instances"]
    assert [(k["vnf"], k["name"]) for k in ns["kdus"]] == [("openldap", "ldap"), ("other", "web")]
    files(root, **{"target/b.ops.yaml": NS.replace("site1", "site2")})
    second = "target/b.ops.yaml"
    assert [f[:3] for f in faults(root)] == [(second, 6, "vimAccountName"), (second, 7, "kdu")]


def test_other_kinds_lie_beside_it(tmp_path: Path) -> None:
    root = files(
        tmp_path,
        **{
            "target/site.edge.yaml": "k8s_repos:\n  - {name: charts, type: helm-chart, url: https://charts.example.com}\n",
            "target/again.edge.yml": "k8s_repos: [{name: charts}]\nvim_accounts: []\n",
        },
    )
    assert [f[:3] for f in faults(root)] == [("target/site.edge.yaml", 2, "charts")]
    (root / "target/again.edge.yml").write_text("vim_accounts: []\n", encoding="utf-8")
    found = read(str(root), DECLARED)
    assert [(e.plural, e.origin) for e in found.entries] == [("k8s_repos", "target/site.edge.yaml:2")]
    assert found.kinds == {"k8s_repos", "vim_accounts"}, "an empty list is a word, too"


def test_what_is_not_looked_at_and_what_should_not_be_there_is_said(tmp_path: Path) -> None:
    config = CONFIG.replace("/etc/osmops/nbi-connection.yaml", "target/secret.yaml") + "targetdir: x\n"
    root = files(tmp_path, **{"osm_ops_config.yaml": config, "target/a.ops.yaml": NS + "extra: 1\n"})
    (root / "target/secret.yaml").write_text("password: canary\n", encoding="utf-8")
    found = read(str(root), DECLARED)
    assert "osm_ops_config.yaml:4: targetdir is no key of OSM Ops" in found.warnings[0]
    assert "connectionFile names target/secret.yaml, inside the repository" in found.warnings[1]
    assert "target/a.ops.yaml:11: extra is no key" in found.warnings[2] and "canary" not in str(found)


def test_links_do_not_lead_out_of_the_repository(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.ops.yaml").write_text(NS, encoding="utf-8")
    root = files(tmp_path / "repository", **{"target/osm-pkgs/keep": ""})
    (root / "target/x.ops.yaml").symlink_to(outside / "x.ops.yaml")
    (root / "target/osm-pkgs/some_knf").symlink_to(outside)
    (root / "target/folder").symlink_to(outside)
    found = faults(root)
    assert {f[0] for f in found} == {"target/x.ops.yaml", "target/osm-pkgs/some_knf"}
    assert all("leads out of the repository" in f[3] for f in found)
