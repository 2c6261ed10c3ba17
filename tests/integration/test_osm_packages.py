# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages against an OSM: what is warned of, what of a package in use is refused before anything is sent, order."""

from __future__ import annotations

import copy
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._osm import packages as resources
from ansible_collections.edge.infra.plugins.module_utils._osm._packages import build as building

from .osm import LAB, PACKAGES, REPO, SAMPLES, SERVICE, Osm, package
from .osm_services import PRIMITIVE
from .osm_services import probe as as_it_runs
from .test_osm_accounts import osm
from .test_osm_slices import SLICE, template

assert LAB and osm


def warned(answer: dict[str, Any]) -> str:
    """The warnings of a module, in whatever shape this version of Ansible hands them over."""
    return str(answer.get("warnings") or "")


def probe(folder: Path, **fields: Any) -> str:
    """The package of the VNF as the running site has it, with other fields."""

    def change(descriptor: dict[str, Any]) -> None:
        as_it_runs(descriptor)
        descriptor.update(fields)

    return package(folder / "edge_probe_vnf", SAMPLES / "edge_probe_vnf", change)


class Site:
    """A service of one VNF that runs."""

    def __init__(self, osm: Osm, folder: Path) -> None:
        self.osm = osm
        osm.site()
        osm.done("osm_deployment", packages=[probe(folder / "first"), str(SAMPLES / "edge_probe_ns")])
        osm.done("osm_ns", name="edge-web", nsd="edge_probe_ns", vim_account="madrid-1")


@pytest.fixture
def site(osm: Osm, tmp_path: Path) -> Site:
    """One per test."""
    return Site(osm, tmp_path)


# -- Helm repositories -----------------------------------------------------------------------------------------------


def test_a_repository_that_osm_does_not_know_is_a_warning_before_the_upload(osm: Osm, tmp_path: Path) -> None:
    """OSM takes the package; the chart is not found when the service is made. One list tells, and only when needed."""
    predicted = osm.done("osm_vnf_package", check=True, path=str(PACKAGES["vnf"]))
    text = "kdu[web].helm-chart: OSM knows no Helm repository podinfo; instantiation will not find the chart"
    assert text in warned(predicted) and "osm_k8s_repo" in warned(predicted)
    done = osm.done("osm_vnf_package", path=str(PACKAGES["vnf"]))
    assert warned(done) == warned(predicted) and osm.names("vnfds") == ["edge_web_knf"]
    again = osm.done("osm_vnf_package", path=str(PACKAGES["vnf"]))
    assert not warned(again) and len(osm.asked()) == 1, "nothing is sent: nothing is looked up"
    same_chart = package(tmp_path / "edge_web_knf", PACKAGES["vnf"], lambda d: d.update(description="new"))
    assert not warned(osm.done("osm_vnf_package", path=same_chart)) and len(osm.asked()) == 2


def test_a_repository_that_is_there_or_in_the_same_document_is_fine(osm: Osm) -> None:
    document = {"k8s_repos": [REPO], "vnf_packages": [{"path": str(PACKAGES["vnf"])}]}
    assert not warned(osm.done("osm_deployment", check=True, resources=document))
    asked = [row.split("/")[-1] for row in osm.asked() if "/projects/" not in row]  # that is for its quotas
    assert asked == ["k8srepos", "vnf_packages"], "that list is read anyway"
    assert not warned(osm.done("osm_deployment", resources=document))
    osm.done("osm_vnf_package", path=str(PACKAGES["vnf"]), state="absent")
    assert not warned(osm.done("osm_vnf_package", path=str(PACKAGES["vnf"])))


def test_who_may_not_list_repositories_may_upload(osm: Osm) -> None:
    why = {"status": 401, "detail": "Access denied: lack of permissions."}
    osm.lab.control.fault("refuse", service="osm", match="GET .*/k8srepos", **why)
    done = osm.done("osm_vnf_package", path=str(PACKAGES["vnf"]))
    assert done["changed"] and not warned(done)


# -- in use ----------------------------------------------------------------------------------------------------------


def test_a_vnf_package_in_use_takes_what_osm_takes(site: Site, tmp_path: Path) -> None:
    """Uploaded as a new revision, with the services named that go on with the old one, and the way to it."""
    osm = site.osm
    path = probe(tmp_path, **{"software-version": "2.0", "description": "second"})
    predicted = osm.done("osm_vnf_package", check=True, path=path)
    done = osm.done("osm_vnf_package", path=path)
    assert warned(done) == warned(predicted)
    assert "NS instance edge-web (VNF probe): goes on with the revision" in warned(done)
    assert "edge.infra.osm_ns_update (update: change_package)" in warned(done)
    asked = [row.split("/")[-1] for row in osm.asked() if row.startswith("GET")]
    assert asked == ["vnf_packages", "vnfd", "vnf_instances", "ns_instances"], "one look each, for users alone"
    again = osm.done("osm_vnf_package", path=path)
    assert not again["changed"] and not warned(again) and len(osm.asked()) == 1
    assert osm.done("osm_ns_update", ns="edge-web", update="change_package", member_vnf_index="probe")["changed"]


def test_what_osm_does_not_take_of_a_vnf_package_in_use_is_refused_before(site: Site, tmp_path: Path) -> None:
    """OSM would refuse it in the middle, after the keys to drop are gone."""
    osm = site.osm
    before = copy.deepcopy(next(d for d in osm.all("vnfds") if d["id"] == "edge_probe_vnf"))

    def change(descriptor: dict[str, Any]) -> None:
        del descriptor["description"]
        descriptor["virtual-compute-desc"][0]["virtual-memory"]["size"] = 2.0

    path = package(tmp_path / "new/edge_probe_vnf", Path(probe(tmp_path)), change)
    for check in (True, False):
        answer = osm.refused("osm_vnf_package", check=check, path=path)
        assert "is in use (NS instance edge-web (VNF probe))" in answer["msg"]
        assert "changed: description, virtual-compute-desc[0].virtual-memory.size" in answer["msg"]
        assert "Raise software-version" in answer["msg"] and "osm_ns_update" in answer["msg"]
    assert next(d for d in osm.all("vnfds") if d["id"] == "edge_probe_vnf") == before
    less = Path(probe(tmp_path))
    fewer = package(tmp_path / "fewer/edge_probe_vnf", less, lambda d: d["df"][0].pop("scaling-aspect"))
    assert osm.done("osm_vnf_package", path=fewer)["changed"], "policies may change"


def test_the_real_refusals_are_the_ones_foreseen(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the look ahead the NBI refuses the same uploads."""
    from ansible_collections.edge.infra.plugins.module_utils._osm import api

    monkeypatch.setattr(api, "review_packages", lambda changes, survey: changes)
    renamed = tmp_path / "renamed"
    Path(probe(tmp_path, description="x")).rename(renamed)
    for path, words in ((str(renamed), "does not exist"), (probe(tmp_path, provider="x"), "cannot be modified")):
        answer = site.osm.module("osm_vnf_package", path=path)
        assert answer["failed"] and words in answer["msg"], answer["msg"]


def test_folder_and_file_of_a_descriptor_in_use_keep_their_names(site: Site, tmp_path: Path) -> None:
    renamed = tmp_path / "renamed"
    Path(probe(tmp_path, **{"software-version": "2.0"})).rename(renamed)
    answer = site.osm.refused("osm_vnf_package", path=str(renamed))
    assert "edge_probe_vnf/edge_probe_vnfd.yaml" in answer["msg"] and "renamed/" in answer["msg"]


def test_an_ns_package_in_use(osm: Osm, tmp_path: Path) -> None:
    """Primitives may change, and what runs goes on without them; for anything else OSM has no way."""
    osm.onboarded()
    osm.done("osm_ns", **SERVICE)
    path = package(tmp_path / "a/edge_web_ns", PACKAGES["ns"], lambda d: d.update(description="second"))
    for check in (True, False):
        answer = osm.refused("osm_ns_package", check=check, path=path)
        assert "is in use (NS instance edge-web)" in answer["msg"] and "changed: description" in answer["msg"]
        assert "Remove these services first" in answer["msg"]
    # the container of the primitives has to be there before, too: OSM counts its coming as a change
    osm.done("osm_ns", name="edge-web", state="absent")
    first: dict[str, Any] = {"ns-configuration": {"initial-config-primitive": []}}
    osm.done("osm_ns_package", path=package(tmp_path / "b/edge_web_ns", PACKAGES["ns"], lambda d: d.update(first)))
    osm.done("osm_ns", **SERVICE)
    second = {"ns-configuration": {"config-primitive": [PRIMITIVE]}}
    path = package(tmp_path / "c/edge_web_ns", PACKAGES["ns"], lambda d: d.update(second))
    done = osm.done("osm_ns_package", path=path)
    assert done["changed"] and "NS instance edge-web: keeps the descriptor that it was made with" in warned(done)
    asked = [row.split("/")[-1] for row in osm.asked() if row.startswith("GET")]
    assert sorted(asked) == ["ns_descriptors", "ns_instances", "nsd", "vnf_packages"]


# -- references, order, sources --------------------------------------------------------------------------------------


def test_connection_points_are_checked_against_the_vnf_that_will_be_there(osm: Osm, tmp_path: Path) -> None:
    """The NBI would refuse the NS package after it has taken the VNF package."""

    def change(descriptor: dict[str, Any]) -> None:
        descriptor["ext-cpd"][0]["id"] = descriptor["mgmt-cp"] = "other"

    vnf = package(tmp_path / "edge_web_knf", PACKAGES["vnf"], change)
    answer = osm.refused("osm_deployment", packages=[vnf, str(PACKAGES["ns"])])
    assert "references a non existing ext-cpd:id inside vnfd 'edge_web_knf'" in answer["msg"]
    osm.done("osm_vnf_package", path=vnf)
    for check in (True, False):
        answer = osm.refused("osm_ns_package", check=check, path=str(PACKAGES["ns"]))
        assert "The VNFD has: other" in answer["msg"]
    osm.done("osm_deployment", packages=[str(PACKAGES["ns"]), str(PACKAGES["vnf"])])


def test_order_of_upload_and_of_removal_follow_from_the_references(osm: Osm) -> None:
    paths = [str(PACKAGES["ns"]), str(SAMPLES / "edge_probe_ns"), str(PACKAGES["vnf"]), str(SAMPLES / "edge_probe_vnf")]
    osm.done("osm_deployment", packages=paths)
    kinds = [row.split("/")[-1] for row in osm.writes()]
    # each NS package waits for its own VNF package only
    assert (len(kinds), kinds[0], kinds[-1]) == (4, "vnf_packages_content", "ns_descriptors_content")
    osm.done("osm_deployment", packages=paths[::-1], packages_state="absent")
    kinds = [row.split("/")[-2] for row in osm.writes()]
    assert kinds == ["ns_descriptors"] * 2 + ["vnf_packages"] * 2 and osm.all("vnfds") == osm.all("nsds") == []


def test_a_zip_is_onboarded_as_its_folder(osm: Osm, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "edge_web_knf.zip", "w") as archive:
        for file in PACKAGES["vnf"].rglob("*"):
            archive.write(file, f"edge_web_knf/{file.relative_to(PACKAGES['vnf'])}")
    assert osm.done("osm_vnf_package", path=str(tmp_path / "edge_web_knf.zip"))["changed"]
    assert not osm.done("osm_vnf_package", path=str(PACKAGES["vnf"]))["changed"]


def test_each_package_of_a_document_is_built_once(osm: Osm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    real = building._package

    def counted(listing: Any, path: str) -> Any:
        built.append(path)
        return real(listing, path)

    monkeypatch.setattr(building, "_package", counted)
    osm.done("osm_deployment", packages=[str(p) for p in PACKAGES.values()])
    assert sorted(built) == sorted(str(p) for p in PACKAGES.values())
    built.clear()
    (tmp_path / "site.yaml").write_text(yaml.safe_dump({"packages": [str(p) for p in PACKAGES.values()]}), "utf-8")
    assert not osm.done("osm_deployment", path=str(tmp_path))["changed"]
    assert sorted(built) == sorted(str(p) for p in PACKAGES.values())


def test_the_module_for_another_kind_is_named(osm: Osm) -> None:
    answer = osm.refused("osm_ns_package", path=str(PACKAGES["vnf"]))
    assert "VNF package, wanted NS package" in answer["msg"] and "Use edge.infra.osm_vnf_package" in answer["msg"]
    for resource in resources.BY_KIND.values():
        assert (Path(__file__).parents[2] / f"plugins/modules/{resource.module}.py").exists()


def test_another_id_is_another_package(osm: Osm, tmp_path: Path) -> None:
    path = package(tmp_path / "edge_web_knf", PACKAGES["vnf"], lambda d: d.update(id="edge_web_two"))
    answer = osm.refused("osm_vnf_package", path=path, descriptor_id="edge_web_knf")
    assert "another id is another package" in answer["msg"]


def test_warnings_of_the_lint_are_told_when_something_is_sent(osm: Osm, tmp_path: Path) -> None:
    path = package(tmp_path / "edge_web_knf", PACKAGES["vnf"], lambda d: d["kdu"][0].update({"helm-chart": "web"}))
    text = warned(osm.done("osm_vnf_package", path=path))
    assert "VNF package edge_web_knf: kdu[web].helm-chart" in text and "helm-chart-v3s/web" in text
    assert not warned(osm.done("osm_vnf_package", path=path))


# -- disabled packages -----------------------------------------------------------------------------------------------


def test_a_disabled_package_makes_no_service(osm: Osm, tmp_path: Path) -> None:
    """OSM refuses the creation alone: so a check does; what is there already stays, and a new upload enables."""
    osm.onboarded()
    record = {**SERVICE, "instantiated": False}
    osm.done("osm_ns", **record)
    path = f"nsd/v1/ns_descriptors/{osm.one('nsds')['_id']}"
    assert osm.call("PATCH", path, {"nsdOperationalState": "DISABLED"}).status_code == 204
    assert not osm.done("osm_ns", **record)["changed"]
    for check in (True, False):
        answer = osm.refused("osm_ns", check=check, **{**record, "name": "second"})
        assert answer["error"]["option"] == "nsd" and "edge_web_ns is DISABLED in OSM" in answer["msg"]
        assert f"PATCH /osm/{path} with nsdOperationalState: ENABLED" in answer["msg"]
    body = {"nsName": "x", "nsdId": path.rpartition("/")[2], "vimAccountId": osm.one("vim_accounts")["_id"]}
    said = osm.call("POST", "nslcm/v1/ns_instances", body)
    assert said.status_code == 409 and "is DISABLED" in said.json()["detail"], "this is what was foreseen"
    osm.done("osm_ns", name="edge-web", state="absent")
    changed = package(tmp_path / "edge_web_ns", PACKAGES["ns"], lambda d: d.update(description="enabled by this"))
    document = {"resources": {"ns_instances": [{**record, "name": "second"}]}, "packages": [changed]}
    for check in (True, False):
        assert osm.done("osm_deployment", check=check, **document)["changed"]
    assert osm.names("nsrs") == ["second"] and osm.one("nsds")["_admin"]["operationalState"] == "ENABLED"
    assert not osm.done("osm_deployment", **document)["changed"]


def test_a_disabled_package_makes_no_slice(osm: Osm, tmp_path: Path) -> None:
    osm.onboarded()
    osm.done("osm_slice_template", path=template(tmp_path / "edge_slice"))
    path = f"nsd/v1/ns_descriptors/{osm.one('nsds')['_id']}"
    assert osm.call("PATCH", path, {"nsdOperationalState": "DISABLED"}).status_code == 204
    for check in (True, False):
        answer = osm.refused("osm_slice", check=check, **SLICE)
        assert answer["error"]["option"] == "template" and "edge_web_ns is DISABLED in OSM" in answer["msg"]
