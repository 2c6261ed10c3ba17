# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OSM with packages by others: run, or refused before upload in the words of the real NBI."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.build import build
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.lint import lint

from .conftest import run_module
from .osm import CLUSTER, LAB, VIM, Osm, package, shared

assert LAB
pytestmark = pytest.mark.shared
KNF = "osmops/repo-1/_deployment_/osm-pkgs/openldap_knf"
NS = "osmops/repo-1/_deployment_/osm-pkgs/openldap_ns"


@pytest.fixture
def osm(lab: Any, cache: Path) -> Osm:
    return Osm(lab, run_module)


def runs(osm: Osm, packages: list[str], services: list[dict[str, Any]]) -> None:
    """Onboard and run: predicted, done, and nothing to do afterwards; then all of it removed."""
    document = {"packages": packages, "resources": {"ns_instances": services}}
    predicted = osm.done("osm_deployment", check=True, **document)
    done = osm.done("osm_deployment", **document)
    assert predicted["diff"] == done["diff"] and {r["status"] for r in done["results"]} == {"done"}
    assert {(n["nsState"], n["operational-status"]) for n in osm.all("nsrs")} == {("READY", "running")}
    again = osm.done("osm_deployment", **document)
    assert not again["changed"] and osm.writes() == []
    gone = [{**s, "state": "absent"} for s in services]
    osm.done("osm_deployment", packages=packages, packages_state="absent", resources={"ns_instances": gone})
    assert osm.all("nsrs") == osm.all("nsds") == osm.all("vnfds") == []


def test_the_hackfest_vnf_runs(osm: Osm) -> None:
    osm.site()
    packages = [str(shared(f"osm-packages/sol006/hackfest_basic_{kind}")) for kind in ("ns", "vnf")]
    runs(osm, packages, [{"name": "basic", "nsd": "hackfest_basic-ns", "vim_account": "madrid-1"}])


def test_openldap_as_published_is_refused_before_upload(osm: Osm) -> None:
    for path in (KNF, "osmops/packages/openldap_knf.tar.gz"):
        answer = osm.refused("osm_vnf_package", path=str(shared(path)))
        assert "helm-chart 'stable/openldap:1.2.7' is not valid" in answer["msg"]
        assert "Write stable/openldap; the version is given at instantiation" in answer["msg"], "the remedy"
        assert osm.asked() == []
        raw = shared(path).read_bytes() if path.endswith(".gz") else build(shared(path)).data
        real = osm.upload("vnf", raw)
        assert (real.status_code, real.json()["detail"]) == (422, "helm-chart 'stable/openldap:1.2.7' is not valid")


def test_openldap_runs_once_it_is_corrected(osm: Osm, tmp_path: Path) -> None:
    osm.site()

    def without_version(d: dict[str, Any]) -> None:
        d["kdu"][0]["helm-chart"] = "stable/openldap"

    knf = package(tmp_path / "openldap_knf", shared(KNF), without_version)
    values = [{"kdu_name": "ldap", "kdu_model": "stable/openldap:1.2.7", "additional_params": {"replicaCount": "2"}}]
    params = [{"member_vnf_index": "openldap", "additional_params_for_kdu": values}]
    service = {"name": "ldap", "nsd": "openldap_ns", "vim_account": "madrid-1", "additional_params_for_vnf": params}
    runs(osm, [str(shared(NS)), knf], [service])


def verdicts() -> list[tuple[str, int, str]]:
    """Path, status and detail of each descriptor in the field's table."""
    lines = shared("osm-packages/NBI-VERDICTS.md").read_text(encoding="utf-8").splitlines()
    rows = [[c.strip().strip("`") for c in line.split("|")] for line in lines]
    return [(row[1], int(row[2]), row[3]) for row in rows if len(row) > 4 and row[2].isdigit()]


def test_our_lint_the_labs_nbi_and_the_real_one_say_the_same(osm: Osm, tmp_path: Path) -> None:
    """For every descriptor by others, in the table's order: what is accepted stays and can be referred to."""
    different: list[Any] = []
    known: set[str] = set()
    nsds: set[str] = set()
    seen = 0
    for name, status, detail in verdicts():
        source = shared(name)
        path = source
        if source.suffix != ".gz":
            # posted as FOLDER/FILE, with what the descriptor names
            path = tmp_path / str(seen) / source.parent.name
            path.mkdir(parents=True)
            shutil.copy(source, path)
            if (source.parent / "cloud_init").is_dir():
                shutil.copytree(source.parent / "cloud_init", path / "cloud_init")
        seen += 1
        built = build(path)
        errors = [f for f in lint(built, known, known_nsds=nsds) if f.level == "error"]
        ours = (errors[0].status, errors[0].message) if errors else (201, "ok")
        answer = osm.upload(built.kind, built.data)
        labs = (answer.status_code, answer.json().get("detail", "ok"))
        if answer.status_code == 201:
            (known if built.kind == "vnf" else nsds).add(built.id)
        if not ours == labs == (status, detail):
            different.append((name, (status, detail), ours, labs))
        assert not errors or all(f.remedy for f in errors), "each says what to do"
    assert seen > 20 and different == []


def test_every_refused_package_is_refused_by_the_module(osm: Osm) -> None:
    """The same with the modules, before anything is sent."""
    for name, status, detail in verdicts():
        if status in (201, 409) or "_nst" in name:
            continue
        path = shared(name)
        folder = path if path.suffix == ".gz" else path.parent
        if path.suffix != ".gz" and len(list(folder.glob("*.y*ml"))) > 1:
            continue
        module = "osm_ns_package" if "_ns" in path.name else "osm_vnf_package"
        answer = osm.refused(module, path=str(folder))
        assert detail in answer["msg"], (name, answer["msg"])


def test_a_cluster_with_the_credentials_of_the_fields_records(osm: Osm) -> None:
    """What OSM keeps of a cluster can be registered again as it is."""
    records = yaml.safe_load(shared("osm-records/lcm/db_k8sclusters.yaml").read_text(encoding="utf-8"))
    osm.done("osm_vim_account", **VIM)
    for number, record in enumerate(records[:2]):
        credentials = record.get("credentials")
        if isinstance(credentials, dict) and credentials.get("clusters"):
            wanted = {**CLUSTER, "name": f"cluster-{number}", "credentials": credentials}
            osm.done("osm_k8s_cluster", **wanted, wait=False)
            assert osm.done("osm_k8s_cluster", check=True, **wanted, wait=False)["action"] in ("none", "replace")
