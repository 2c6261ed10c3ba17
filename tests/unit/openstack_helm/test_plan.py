# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: charts and files of overrides on disk, layers, passwords, node labels, and what cannot be."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._openstack_helm import charts, passwords, plan, render
from ansible_collections.edge.infra.plugins.module_utils._openstack_helm.components import COMPONENTS
from ansible_collections.edge.infra.plugins.modules import openstack_helm_plan

REAL = Path(os.environ.get("EDGE_SHARED", Path(__file__).resolve().parents[4] / "shared")) / "data/openstack-helm"
LABEL = {"node_selector_key": "openstack-control-plane", "node_selector_value": "enabled"}


def account(service: str, name: str, **more: Any) -> dict[str, Any]:
    """An endpoint with one account of upstream's password."""
    return {service: {"auth": {name: {"username": name, "password": "password", **more}}}}


def chart(folder: Path, name: str, values: dict[str, Any] | None = None, version: str = "2026.1.0") -> None:
    """A chart as a folder."""
    (folder / name).mkdir(parents=True, exist_ok=True)
    about = {"apiVersion": "v2", "name": name, "version": version, "appVersion": "1"}
    (folder / name / "Chart.yaml").write_text(json.dumps(about), encoding="utf-8")
    own = {
        "images": {"tags": {}},
        "conf": {},
        "pod": {"replicas": {"api": 1}},
        "labels": {"api": LABEL},
        **(values or {}),
    }
    (folder / name / "values.yaml").write_text(json.dumps(own), encoding="utf-8")


@pytest.fixture
def options(tmp_path: Path) -> dict[str, Any]:
    """A plan of the ordinary components, whose charts are in a folder."""
    folder = tmp_path / "charts"
    for component in COMPONENTS:
        chart(folder, component.name)
    chart(folder, "keystone", {"endpoints": account("identity", "admin") | account("oslo_db", "keystone")})
    chart(
        folder,
        "mariadb",
        {"volume": {"enabled": True, "class_name": "general", "backup": {"enabled": False, "class_name": "x"}}},
    )
    (tmp_path / "overrides" / "keystone").mkdir(parents=True)
    return {
        "charts": str(folder),
        "cache": str(tmp_path / "cache"),
        "version": "",
        "overrides": str(tmp_path / "overrides"),
        "release": "",
        "os": "",
        "features": [],
        "components": {},
        "values": {},
        "nodes": {},
        "storage_class": "",
        "namespace": "openstack",
        "timeout": 900,
    }


def override(options: dict[str, Any], name: str, values: Any) -> None:
    """A file of overrides of Keystone's chart."""
    text = values if isinstance(values, str) else json.dumps(values)
    (Path(options["overrides"]) / "keystone" / f"{name}.yaml").write_text(text, encoding="utf-8")


def of(planned: dict[str, Any], name: str) -> dict[str, Any]:
    """One release of a plan without faults."""
    assert planned["faults"] == []
    return next(dict(release) for release in planned["releases"] if release["name"] == name)


def test_layers_in_their_order(options: dict[str, Any]) -> None:
    """Release and system, then features as they are named, what is more special later, then the inventory."""
    wanted = ("2025.2", "noble", "2025.2-noble", "tls", "ldap", "ldap-tls")
    for name in (*wanted, "loci-2025.2-noble", "other", "noble-other"):
        override(options, name, {"conf": {"last": name, name: 1}})
    options |= {"release": "2025.2", "os": "noble", "features": ["tls", "ldap"]}
    options["values"] = {"keystone": {"conf": {"own": 1}}}
    found = of(plan.plan(options), "keystone")
    assert found["layers"] == [*(f"keystone/{name}.yaml" for name in wanted), "openstack_helm_values.keystone"]
    assert (found["values"]["conf"]["last"], found["origins"]["conf.last"]) == ("ldap-tls", "keystone/ldap-tls.yaml")
    assert found["origins"]["conf.own"] == "openstack_helm_values.keystone"


def test_one_password_for_each_account(options: dict[str, Any]) -> None:
    """By the service that keeps it and the username; what the inventory sets, and what is elsewhere, is left alone."""
    values = {
        "endpoints": {
            "oslo_db": {"auth": {"admin": {"username": "root", "password": "password"}}},
            "oslo_db_cell0": {"auth": {"nova": {"username": "nova", "password": "password"}}},
            "oslo_messaging": {
                "auth": {"user": {"username": "rabbitmq", "password": "x"}, "erlang_cookie": "openstack-cookie"}
            },
            "identity": {
                "auth": {
                    "admin": {"username": "admin", "password": "password"},
                    "remote": {"username": "backup", "password": "x", "auth_url": "https://elsewhere"},
                }
            },
            "oci_image_registry": {"auth": {"enabled": False, "nova": {"username": "nova", "password": "password"}}},
        },
        "conf": {"nova": {"neutron": {"metadata_proxy_shared_secret": "password"}}},
    }
    mine: dict[str, Any] = {"endpoints": {"identity": {"auth": {"admin": {"password": "my own"}}}}}
    assert passwords.wanted(values, mine) == {
        "endpoints.oslo_db.auth.admin.password": "oslo_db.root",
        "endpoints.oslo_db_cell0.auth.nova.password": "oslo_db.nova",
        "endpoints.oslo_messaging.auth.user.password": "oslo_messaging.rabbitmq",
        "endpoints.oslo_messaging.auth.erlang_cookie": "oslo_messaging.erlang_cookie",
        "conf.nova.neutron.metadata_proxy_shared_secret": "metadata_proxy_shared_secret",
    }
    assert len(passwords.make()) == 32 and passwords.make().isalnum() and passwords.make() != passwords.make()


def test_a_plan_shows_no_secret(options: dict[str, Any]) -> None:
    """Neither what may be seen of it, nor its files, nor its lines; a published password that stays is a remark."""
    canary = "a-canary-that-sings"
    override(options, "ldap", {"conf": {"ks": {"ldap": {"password": canary, "bind_password": "password"}}}})
    options |= {
        "features": ["ldap"],
        "values": {"keystone": {"endpoints": account("identity", "extra", password=canary)}},
    }
    found = plan.plan(options)
    release = of(found, "keystone")
    assert canary in repr(release["values"])
    texts = [repr(plan.shown(found)["releases"]), render.values_file(release), *render.told(found)]
    assert not [text for text in texts if canary in text]
    assert found["remarks"] == [
        "keystone: conf.ks.ldap.bind_password is what upstream has published. Set it in openstack_helm_values."
    ]
    assert yaml.safe_load(render.values_file(release))["endpoints"]["identity"]["auth"]["admin"] == {
        "password": "(password identity.admin)"
    }


def test_files_of_values_are_yaml_that_tells_where_it_comes_from(options: dict[str, Any]) -> None:
    """Whatever stands in them: texts of several lines, lists, nothing."""
    mine: dict[str, Any] = {
        "conf": {
            "text": "a: b\n  {{ c }}\n",
            "end": "x\ny",
            "list": [{"a": [1]}, 2],
            "none": None,
            "e": {},
            "yes": "no",
            "#": 1,
        }
    }
    options["values"] = {"keystone": mine}
    text = render.values_file(of(plan.plan(options), "keystone"))
    assert yaml.safe_load(text)["conf"] == mine["conf"]
    assert "none: null  # openstack_helm_values.keystone" in text


def test_storage_class_nodes_and_selectors(options: dict[str, Any]) -> None:
    """The class at each place that a chart has for one; labels of groups; what pods are placed by."""
    assert of(plan.plan(options), "mariadb")["storage_classes"] == ["general"]
    options |= {"storage_class": "rook", "nodes": {"control": ["one", "two"], "compute": "all"}}
    found = plan.plan(options)
    release = of(found, "mariadb")
    assert release["storage_classes"] == ["rook"]
    assert release["values"]["volume"] == {"class_name": "rook", "backup": {"class_name": "rook"}}
    assert release["selectors"] == [["openstack-control-plane", "enabled"]]
    assert found["node_labels"] == {
        "one": {"openstack-control-plane": "enabled"},
        "two": {"openstack-control-plane": "enabled"},
        "all": {"openstack-compute-node": "enabled"},
    }


def packed(folder: Path, name: str, version: str) -> None:
    """A chart as a package."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(folder / f"{name}-{version}.tgz", "w:gz") as archive:
        for file, text in (("Chart.yaml", f"name: {name}\nversion: {version}\n"), ("values.yaml", "conf: {}\n")):
            about = tarfile.TarInfo(f"{name}/{file}")
            about.size = len(text)
            archive.addfile(about, io.BytesIO(text.encode()))


def test_packages_and_what_has_to_be_fetched(options: dict[str, Any], tmp_path: Path) -> None:
    """A package is found by its version; of a repository all are fetched that are not here yet, in that version."""
    packed(tmp_path / "cache", "heat", "2026.1.0")
    packed(tmp_path / "cache", "heat", "2026.2.0")
    packed(tmp_path / "cache", "heat-extra", "2026.2.0")
    packed(plan._kept(options, "oci://registry/charts"), "heat", "2026.2.0")
    options["components"] = {
        "heat": {"source": "oci://registry/charts", "version": "2026.2.0"},
        "horizon": {"source": "https://charts", "version": "1.0.0"},
    }
    assert plan.fetches(options) == [
        {
            "name": "horizon",
            "version": "1.0.0",
            "ref": "horizon",
            "repository": "https://charts",
            "folder": str(plan._kept(options, "https://charts")),
            "here": [],
        }
    ]
    options["components"]["heat"]["version"] = "3.0.0"
    assert plan.fetches(options)[0]["ref"] == "oci://registry/charts/heat"
    found = charts.find(tmp_path / "cache", "heat", "2026.1.0")
    assert found is not None and (found.version, found.path.name) == ("2026.1.0", "heat-2026.1.0.tgz")
    with pytest.raises(Exception, match="has several packages of the chart heat"):
        charts.find(tmp_path / "cache", "heat", "")
    packed(tmp_path / "cache", "heat", "2026.3.0+abc")
    found = charts.find(tmp_path / "cache", "heat", "2026.3.0")
    assert found is not None and found.version == "2026.3.0+abc", "Helm takes any build of a version"
    packed(tmp_path / "cache", "heat", "2026.3.0+def")
    with pytest.raises(Exception, match="has several packages of the chart heat"):
        charts.find(tmp_path / "cache", "heat", "2026.3.0")
    assert charts.find(tmp_path / "cache", "heat", "2026.3.0+def") is not None
    assert charts.find(tmp_path / "cache", "heat", "2026.3") is None, "which is a range to Helm"
    options["components"]["heat"]["version"] = "2026.3"
    packed(plan._kept(options, "oci://registry/charts"), "heat", "2026.3.0+def")
    assert plan.fetches(options)[0]["here"][-1] == "heat-2026.3.0+def.tgz", "and is fetched in another version"
    assert any("heat in version 2026.3, but heat-2026.2.0.tgz" in fault for fault in plan.plan(options)["faults"])
    cut = tmp_path / "cache/horizon-1.0.0.tgz"
    packed(tmp_path / "cache", "horizon", "1.0.0")
    whole = cut.read_bytes()
    for size in (0, len(whole) // 4, len(whole) // 2):
        cut.write_bytes(whole[:size])
        with pytest.raises(Exception, match="is no package of the chart horizon"):
            charts.find(tmp_path / "cache", "horizon", "1.0.0")
    options["components"]["heat"] = {"source": "https://me:CANARY@charts"}
    with pytest.raises(Exception, match=r"no version of the chart heat is named, and https://[^C]*@charts has many"):
        plan.fetches(options)


def test_charts_of_two_sources_are_kept_apart(options: dict[str, Any], tmp_path: Path) -> None:
    """One of the same name and version is another chart there; who signs in, and a slash at the end, are no source."""
    sources = ("https://a.example/charts", "https://b.example/charts", "oci://a.example/charts", "https://a.example")
    kept = {source: plan._kept(options, source) for source in sources}
    assert len(set(kept.values())) == len(sources)
    assert {folder.parent for folder in kept.values()} == {tmp_path / "cache"}
    assert plan._kept(options, "https://me:CANARY@a.example/charts/") == kept[sources[0]]
    packed(kept[sources[0]], "heat", "1.0.0")
    for source, missing in ((sources[0], False), (sources[1], True)):
        options["components"] = {"heat": {"source": source, "version": "1.0.0"}}
        assert bool(plan.fetches(options)) is missing


def test_faults_do_not_hide_one_another(options: dict[str, Any]) -> None:
    wrong = {
        "overrides": "/no/overrides",
        "charts": "/no/charts",
        "nodes": {"controller": ["x"]},
        "values": {"keyston": {}},
    }
    faults = plan.plan({**options, **wrong})["faults"]
    assert len(faults) == 4
    for said in ("/no/overrides does not exist", "/no/charts does not exist", "'controller'", "'keystone'"):
        assert said in " ".join(faults)
    unknown = {"components": {"kestone": {}}, "nodes": {"controler": ["x"], "contrl": ["x"]}}
    faults = plan.plan({**options, **unknown})["faults"]
    assert [
        word in fault for fault, word in zip(faults, ("'keystone'", "'controler'", "'contrl'"), strict=True)
    ] == 3 * [True]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"charts": ""}, "openstack_helm_charts is not set"),
        ({"charts": "/nowhere"}, "the folder /nowhere does not exist"),
        ({"version": "2027.1.0"}, "is version 2026.1.0 of the chart mariadb, and 2027.1.0 is wanted"),
        ({"values": {"keyston": {}}}, "keyston is none of the components that are wanted. Did you mean 'keystone'?"),
        ({"values": {"keystone": {"cnf": {}}}}, "keystone: openstack_helm_values.keystone: the chart has no cnf"),
        ({"features": ["tsl"]}, "no component and no file of overrides knows 'tsl'. Did you mean 'tls'?"),
        ({"release": "2025.3"}, "openstack_helm_release: no file of overrides is for '2025.3'. There are 2025.2"),
        ({"release": "xyz"}, "no file of overrides is for 'xyz'. Correct it, or leave it empty, if "),
        ({"features": ["ovm"], "overrides": ""}, "knows 'ovm'. Did you mean 'ovn'?"),
        ({"features": ["x"], "overrides": ""}, "There are ceph, ovn. Name the folder with files of others in open"),
        ({"nodes": {"controller": ["x"]}}, "there is no group 'controller'. Did you mean 'control'?"),
        ({"features": ["netpol"]}, "netpol.yaml does not parse as YAML (line 2). It is a template of upstream's tests"),
        ({"components": {"own": {"chart": "unknown"}}}, "has no chart unknown"),
        ({"namespace": "../kube-system"}, "'../kube-system' is no name of a namespace"),
        ({"values": {"keystone": "debug"}}, "keystone is the text 'debug'. Give the values of its chart there"),
        ({"values": {"nova": {"conf": {"nova": {"neutron": "x"}}}}}, "nova: conf.nova.neutron is no map, and in the"),
        ({"nodes": {"control": {"one": 1}}}, "openstack_helm_nodes: control is a map. Give it a list"),
        ({"components": {"../../x": {"chart": "keystone"}}}, "../../x is no name of a component"),
        ({"components": {"heat": "2026.1.0"}}, "heat is the text '2026.1.0'. Write {} for it"),
        ({"components": {"heat": {"version": 2026.1}}}, "heat.version is the value 2026.1. Give it a text (in quotes)"),
        ({"components": {"heat": {"enabled": "no"}}}, "heat.enabled is the text 'no'. Give it true or false"),
        ({"components": {"heat": {"timeout": True}}}, "heat.timeout is the value True. Give it a whole number"),
        ({"components": {"heat": {"after": "nova"}}}, "heat.after is the text 'nova'. Give it a list"),
        ({"components": {"heat": {"verison": "1"}}}, "heat has verison. Did you mean version?"),
        ({"components": {"heat": {"chart": "../glance"}}}, "heat.chart: '../glance' is no name of a chart"),
        ({"components": {"heat": {"release": "nova"}}}, "nova and heat are both the release nova in openstack"),
        ({"features": ["listed"]}, "listed.yaml is no file of values"),
    ],
)
def test_what_cannot_be(options: dict[str, Any], changes: dict[str, Any], said: str) -> None:
    """Said once, with the option and what to do, beside everything else that is wrong."""
    for name in ("2025.2", "tls"):
        override(options, name, {"conf": {}})
    override(options, "listed", [{"conf": {}}])
    secret = {"conf": {"nova": {"neutron": {"metadata_proxy_shared_secret": "password"}}}}
    chart(Path(options["charts"]), "nova", secret)
    override(options, "netpol", "cidr:\n  - %%%REPLACE_API_ADDR%%%/32\n")
    found = plan.plan({**options, **changes})
    assert len([fault for fault in found["faults"] if said in fault]) == 1, found["faults"]


def test_dependencies_that_are_not_there_are_one_fault(options: dict[str, Any]) -> None:
    """A checkout as Git gives it has none of them: one sentence, and not one for each chart."""
    for name in ("keystone", "glance"):
        file = Path(options["charts"]) / name / "Chart.yaml"
        about = json.loads(file.read_text(encoding="utf-8")) | {"dependencies": [{"name": "helm-toolkit"}]}
        file.write_text(json.dumps(about), encoding="utf-8")
    (told,) = plan.plan(options)["faults"]
    assert "the folders of keystone, glance do not hold what they depend on (helm-toolkit)" in told


@pytest.mark.skipif(not REAL.exists(), reason=f"the field's own data ({REAL}) is not there")
def test_real_charts_and_their_overrides(options: dict[str, Any], tmp_path: Path) -> None:
    """Upstream's charts and files, with the feature whose files are the longest: no fault, and every password ours."""
    overrides = tmp_path / "real"
    for path in sorted((REAL / "charts").iterdir()):
        shutil.copytree(path, Path(options["charts"]) / path.name, dirs_exist_ok=True)
        about = Path(options["charts"]) / path.name / "Chart.yaml"
        about.write_text(about.read_text(encoding="utf-8").split("\ndependencies:")[0], encoding="utf-8")
        if (REAL / "values_overrides" / path.name).exists():
            shutil.copytree(REAL / "values_overrides" / path.name, overrides / path.name)
    real = {"overrides": str(overrides), "release": "2025.2", "os": "ubuntu_noble", "features": ["backups"]}
    found = plan.plan({**options, **real})
    release = of(found, "mariadb")
    assert release["version"] == "2026.1.0" and release["layers"] == ["mariadb/backups.yaml"]
    assert (
        release["places"]["endpoints.identity.auth.mariadb_failover.password"]
        == "identity.mariadb-backup-user-failover"
    )
    assert of(found, "rabbitmq")["places"]["endpoints.oslo_messaging.auth.user.password"] == "oslo_messaging.rabbitmq"
    assert found["remarks"] == []


def test_charts_that_stand_in_for_others(options: dict[str, Any]) -> None:
    """What they cannot have is told, each once, and is no fault; what cannot be with any chart still is one."""
    options["overrides"] += "-that-are-not-there"
    options |= {"release": "2025.2", "features": ["ovn", "tls", "dpdk"], "version": "2027.1.0", "stand_in": True}
    options["components"] = {
        "nova": {"version": "1", "source": "https://charts.example.com"},
        "exporter": {"chart": "x"},
    }
    options["values"] = {"keystone": {"network": {"x": 1}, "conf": {"own": 1}}, "exporter": {"a": 1}}
    found = plan.plan(options)
    assert (found["faults"], found["needs"]) == ([], [])
    names = [release["name"] for release in found["releases"]]
    assert "ovn" in names and "exporter" not in names
    assert of(found, "keystone")["values"]["network"] == {"x": 1}, "what is given is kept, and a change of it seen"
    for words in (
        "exporter is left out",
        "so none of its files holds",
        "tls, dpdk would be in such files",
        "tls needs ClusterIssuer",
        "keystone: 1 of its values cannot be held against",
    ):
        assert sum(words in remark for remark in found["remarks"]) == 1, (words, found["remarks"])
    real = {**options, "stand_in": False, "components": {}, "overrides": "", "version": ""}
    assert "the chart has no network" in " ".join(plan.plan(real)["faults"])
    more = {**options, "values": {"keystoen": {}, "exporter": {}}}
    assert [fault.split(".")[0] for fault in plan.plan(more)["faults"]] == [
        "openstack_helm_values: keystoen is none of the components that are wanted"
    ]
    options["nodes"] = {"controll": ["a"]}
    assert "Did you mean 'control'?" in plan.plan(options)["faults"][0]


def test_a_plan_that_cannot_be_written_is_a_fault(
    options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not a failure, of which no_log would leave nothing; what can be written is for its owner only."""
    said: list[dict[str, Any]] = []
    params = {**options, "helm_timeout": options["timeout"], "destination": str(tmp_path / "plan")}
    module = SimpleNamespace(params=params, exit_json=lambda **told: said.append(told))
    monkeypatch.setattr(openstack_helm_plan, "AnsibleModule", lambda *_given, **_more: module)
    openstack_helm_plan.main()
    assert said[-1]["faults"] == [] and len(said[-1]["files"]) == len(said[-1]["releases"]) > 5
    assert {Path(file).stat().st_mode & 0o777 for file in said[-1]["files"]} == {0o600}
    (tmp_path / "file").write_text("", encoding="utf-8")
    params["destination"] = str(tmp_path / "file/plan")
    openstack_helm_plan.main()
    (fault,) = said[-1]["faults"]
    assert fault.startswith(f"openstack_helm_work_dir: {params['destination']} cannot be written (Not a directory).")
    assert said[-1]["releases"] == said[-1]["files"] == []
