# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hostile user tried on OSM's modules, and what went wrong then: each of it once."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.basic import AnsibleModule

from .osm import CLUSTER, LAB, SERVICE, VIM, Osm
from .osm_services import Site, busy
from .test_osm_modules import osm

assert LAB and osm

PASSWORD = "Canary-of-the-user-1"
UPGRADE = {"ns": "edge-web", "member_vnf_index": "web", "kdu_name": "web"}


def kdus(**params: Any) -> dict[str, Any]:
    """The service with Helm values."""
    return {**SERVICE, "kdus": [{"vnf": "web", "name": "web", "params": params}]}


def test_who_may_not_list_vnf_packages_makes_services_all_the_same(osm: Osm) -> None:
    """OSM asks for no such permission; what is looked at on paper must not either."""
    osm.onboarded()
    allowed = {"tokens": True, "ns_instances": True, "nsds:get": True, "vim_accounts:get": True}
    osm.done("osm_role", name="runner", permissions=allowed)
    roles = [{"project": "admin", "role": "runner"}]
    osm.done("osm_user", name="jo", password=PASSWORD, must_change_password=False, project_roles=roles)
    who = {"osm_username": "jo", "osm_password": PASSWORD}
    for check in (True, False):
        made = osm.done("osm_ns", check=check, **kdus(replicaCount=2), **who)
        assert made["action"] == "create"
    assert not osm.done("osm_ns", **kdus(replicaCount=2), **who)["changed"]
    osm.done("osm_ns", name="edge-web", state="absent", **who)
    for name in ("jo", "runner"):
        osm.done("osm_user" if name == "jo" else "osm_role", name=name, state="absent")


@pytest.mark.parametrize("given", [True, 0, 1.5, [None], []])
def test_no_dictionary_for_a_document(osm: Osm, given: Any) -> None:
    """Ansible's own validation trips over these."""
    answer = osm.refused("osm_deployment", resources=given)
    assert answer["msg"].startswith("resources: a dictionary is wanted, not a"), answer["msg"]
    assert "vim_accounts" in answer["msg"] and answer["error"]["option"] == "resources"


def test_no_operation_is_promised_on_what_is_being_terminated(osm: Osm, monkeypatch: pytest.MonkeyPatch) -> None:
    osm.only_in_the_lab("a termination that takes a while")
    # long enough for a busy machine to meet it; the run waits for its end
    monkeypatch.setitem(osm.lab.lab.config, "durations", {**LAB["durations"], "ns_terminate": 10 * LAB["time_factor"]})
    osm.onboarded()
    osm.done("osm_ns", **SERVICE)
    osm.done("osm_ns", **SERVICE, instantiated=False, wait=False)
    for check in (True, False):
        answer = osm.refused("osm_ns_kdu_upgrade", check=check, **UPGRADE, values={"replicaCount": 3})
        assert "is being terminated" in answer["msg"] or "is not instantiated" in answer["msg"]
        assert not check or "is being terminated" in answer["msg"]


@pytest.mark.parametrize(("option", "empty"), [("nets", {}), ("cni", [])])
def test_a_cluster_with_nothing_where_osm_wants_one(osm: Osm, option: str, empty: Any) -> None:
    cluster = {**CLUSTER, "kubeconfig": osm.kubeconfig, option: empty}
    osm.site()
    for check in (True, False):
        for name in ("madrid-1", "other"):
            answer = osm.refused("osm_k8s_cluster", check=check, **{**cluster, "name": name})
            assert answer["msg"].startswith(f"{option}: the "), answer["msg"]


def test_an_empty_template_is_refused_when_it_is_made(osm: Osm) -> None:
    osm.onboarded()
    for check in (True, False):
        answer = osm.refused("osm_ns_config_template", check=check, name="none", nsd="edge_web_ns")
        assert "could not change such a one again" in answer["msg"] and "vnf" in answer["msg"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"kdu_model": "x"}, "kdu_model is a word of OSM's own"),
        ({"text": "!!yaml [1"}, "OSM reads such a text as YAML"),
    ],
)
def test_helm_values_that_osm_keeps_to_itself(osm: Osm, values: dict[str, Any], told: str) -> None:
    osm.onboarded()
    for check in (True, False):
        answer = osm.refused("osm_ns", check=check, **kdus(**values))
        assert answer["msg"].startswith("kdus[0].params: ") and told in answer["msg"]
    osm.done("osm_ns", **SERVICE)
    for option in ("values", "secret_values"):
        answer = osm.refused("osm_ns_kdu_upgrade", check=True, **UPGRADE, **{option: values})
        assert answer["msg"].startswith(f"{option}: ") and told in answer["msg"]


def test_operations_say_on_paper_what_they_would_not_do(osm: Osm, tmp_path: Path) -> None:
    site = Site(osm, tmp_path)
    answer = osm.refused("osm_ns_scale", check=True, ns="edge-web", member_vnf_index="probe", group="more", instances=0)
    assert answer["msg"].endswith("in steps of 2. The least is 1."), answer["msg"]
    site.broken()
    heal = {"ns": "edge-web", "member_vnf_index": "probe", "cause": "the machine's disk"}
    for check in (True, False):
        assert "cause: " in osm.refused("osm_ns_heal", check=check, **heal)["msg"]
    twice = [{"vdu_id": "probe"}, {"vdu_id": "probe", "count_index": 0}]
    osm.done("osm_ns_heal", ns="edge-web", member_vnf_index="probe", vdus=twice, always=True)
    [operation] = site.operations("heal")
    [data] = operation["operationParams"]["healVnfData"]
    assert [v["count-index"] for v in data["additionalParams"]["vdu"]] == [0]


def test_services_side_by_side_ask_for_their_descriptors_once(osm: Osm) -> None:
    osm.onboarded()
    many = [{**SERVICE, "name": f"side-{number}"} for number in range(4)]
    for check in (True, False):
        osm.done("osm_deployment", check=check, resources={"ns_instances": many}, wait=False)
        asked = [row for row in osm.asked() if row.startswith("GET /osm/vnfpkgm/")]
        assert len(asked) == 1, asked


def test_a_link_to_nothing_among_documents_is_no_empty_one(osm: Osm, tmp_path: Path) -> None:
    """Passed over, what it declares would be pruned."""
    (tmp_path / "a.yml").write_text("vim_accounts: []\n", encoding="utf-8")
    (tmp_path / "b.yml").symlink_to(tmp_path / "elsewhere.yml")
    answer = osm.refused("osm_deployment", path=str(tmp_path))
    assert answer["msg"].startswith("b.yml: it is a link to what is not there."), answer["msg"]


def test_the_lab_does_not_trip_over_a_password_that_osm_has_not_encrypted(osm: Osm, tmp_path: Path) -> None:
    """The NBI encrypts passwords of K8s clusters, not those of clusters of k8scluster/v1, which become such ones."""
    osm.only_in_the_lab("looks at the manager's own record")
    osm.done("osm_vim_account", **VIM)
    config = osm.kubeconfig_with(tmp_path / "config", lambda d: d["users"][0]["user"].update(password="canary-pw"))
    osm.done("osm_cluster", name="plain", vim_account="madrid-1", kubeconfig=config)
    kept: list[Any] = []
    for _look in range(50):
        kept = [c["_admin"] for c in osm.call("GET", "admin/v1/k8sclusters").json() if c["name"] == "plain"]
        if kept and kept[0]["operationalState"] != "PROCESSING":
            break
        time.sleep(0.1)
    assert [admin["operationalState"] for admin in kept] == ["ERROR"], kept
    osm.module("osm_cluster", name="plain", state="absent")


def test_an_empty_name_is_not_absent_already(osm: Osm) -> None:
    for module in ("osm_vim_account", "osm_ns", "osm_user"):
        assert "name: '' must not be empty" in osm.refused(module, name="", state="absent")["msg"]


@pytest.mark.parametrize("lab", [{**LAB, "durations": {**LAB["durations"], "ns_action": 30000}}], indirect=True)
def test_a_check_sees_that_somebody_else_is_at_work(osm: Osm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site(osm, tmp_path)
    scale = {"ns": "edge-web", "member_vnf_index": "probe", "group": "more", "instances": 3}
    said: list[str] = []
    monkeypatch.setattr(AnsibleModule, "warn", lambda _self, text: said.append(text))
    operation = busy(site)
    for check in (True, False):
        answer = osm.refused("osm_ns_scale", check=check, when_busy="fail", **scale)
        assert f"is busy: action {operation} is PROCESSING." in answer["msg"]
    said.clear()
    assert osm.done("osm_ns_scale", check=True, **scale)["changed"]
    assert len(said) == 1 and f"is busy: action {operation} is PROCESSING. A run waits for that" in said[0]


@pytest.mark.parametrize(
    ("module", "options"),
    [
        ("osm_deployment", {"packages": ["a\0b"]}),
        ("osm_deployment", {"path": "a\0b"}),
        ("osm_k8s_cluster", {**CLUSTER, "kubeconfig": "a\0b"}),
    ],
)
def test_no_file_has_such_a_name(osm: Osm, module: str, options: dict[str, Any]) -> None:
    answer = osm.refused(module, **options)
    assert answer["msg"].startswith(f"{answer['error']['option']}: no path has the character NUL"), answer["msg"]
