# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services of OSM that change: packages, machines, places, and the values of Helm releases."""

from __future__ import annotations

from typing import Any

from .osm_services import LAB, Site, fresh_warnings, osm, probe, site, twice

assert LAB and osm and site and fresh_warnings


# -- update ----------------------------------------------------------------------------------------------------------


def test_change_of_package(site: Site) -> None:
    call = {"member_vnf_index": "probe", "update": "change_package"}
    assert not site.osm.done("osm_ns_update", ns="edge-web", **call)["changed"]

    def second(descriptor: dict[str, Any]) -> None:
        probe(descriptor)
        descriptor["software-version"] = "2.0"
        descriptor["virtual-compute-desc"][0]["virtual-memory"]["size"] = 2.0

    site.upload(second)
    done = twice(site, "osm_ns_update", **call)
    assert done["diff"]["before"] == {"revision": 1} and done["diff"]["after"] == {"revision": 2}
    assert site.vnf()["revision"] == 2 and site.states() == ["ACTIVE"]
    answer = site.osm.refused("osm_ns_update", ns="edge-web", vnf_package="edge_web_knf", **call)
    assert "another revision of its own package only" in answer["msg"]
    answer = site.osm.refused("osm_ns_update", ns="edge-web", timeout=100, **call)
    assert "300 and more" in answer["msg"]


def test_remove_a_vnf(site: Site) -> None:
    call = {"update": "remove_vnf", "member_vnf_index": "web"}
    twice(site, "osm_ns_update", **call)
    assert [v["member-vnf-index-ref"] for v in site.osm.all("vnfrs")] == ["probe"]
    last = site.osm.refused("osm_ns_update", ns="edge-web", update="remove_vnf", member_vnf_index="probe")
    assert "is the last VNF of edge-web" in last["msg"]
    unknown = site.osm.refused("osm_ns_update", ns="edge-web", update="remove_vnf", member_vnf_index="nobody")
    assert "has no VNF 'nobody'" in unknown["msg"]


def test_modify_does_nothing_and_that_is_said(site: Site) -> None:
    call = {"ns": "edge-web", "update": "modify_information", "member_vnf_index": "probe"}
    assert not site.osm.done("osm_ns_update", **call)["changed"]
    failed = site.osm.module("osm_ns_update", vnf_package="edge_web_knf", **call)
    assert failed["failed"] and "its records are as they were" in failed["msg"]
    assert len(site.operations("update")) == 1


def test_start_stop_rebuild(site: Site) -> None:
    call = {"update": "operate", "member_vnf_index": "probe", "vdu_id": "probe"}
    twice(site, "osm_ns_update", operation="stop", **call)
    assert site.states() == ["INACTIVE"]
    # the VIM's state comes late: the records still say ACTIVE after a stop
    site.broken(status="ACTIVE")
    assert site.osm.done("osm_ns_update", check=True, ns="edge-web", operation="start", **call)["changed"]
    twice(site, "osm_ns_update", operation="start", **call)
    for _unused in range(2):
        assert site.osm.done("osm_ns_update", ns="edge-web", operation="rebuild", **call)["changed"]
    answer = site.osm.refused("osm_ns_update", ns="edge-web", update="operate", member_vnf_index="probe")
    assert "needs vdu_id and operation" in answer["msg"]


def test_vertical_scale(site: Site) -> None:
    call = {"update": "vertical_scale", "member_vnf_index": "probe", "vdu_id": "probe"}
    assert not site.osm.done("osm_ns_update", ns="edge-web", **call)["changed"]

    def bigger(descriptor: dict[str, Any]) -> None:
        probe(descriptor)
        descriptor["software-version"] = "2.0"
        descriptor["virtual-compute-desc"][0]["virtual-cpu"]["num-virtual-cpu"] = 4

    site.upload(bigger)
    done = twice(site, "osm_ns_update", **call)
    assert done["diff"]["before"]["vcpus"] == 1 and done["diff"]["after"]["vcpus"] == 4


def test_migrate(site: Site) -> None:
    site.osm.only_in_the_lab("the hosts are those of the simulated VIM")
    done = twice(site, "osm_ns_migrate", member_vnf_index="probe", host="compute-1")
    assert done["diff"] == {"before": {"probe/0": "compute-0"}, "after": {"probe/0": "compute-1"}}
    labels = {"kubernetes.io/hostname": "worker-1"}
    twice(site, "osm_ns_migrate", member_vnf_index="web", k8s_labels=labels)
    assert site.workload()["spec"]["template"]["spec"]["nodeSelector"] == labels
    site.osm.done("osm_ns_kdu_upgrade", ns="edge-web", member_vnf_index="web", values={"replicaCount": 2})
    again = site.osm.done("osm_ns_migrate", check=True, ns="edge-web", member_vnf_index="web", k8s_labels=labels)
    assert again["changed"], "an upgrade has undone it"
    answer = site.osm.refused("osm_ns_migrate", ns="edge-web", member_vnf_index="probe")
    assert "exactly one of them" in answer["msg"]


# -- KDU upgrade -----------------------------------------------------------------------------------------------------


def test_values_of_a_release(site: Site) -> None:
    call = {"member_vnf_index": "web"}
    done = twice(site, "osm_ns_kdu_upgrade", values={"replicaCount": 3}, **call)
    assert done["revision"] == 2 and site.workload()["spec"]["replicas"] == 3
    assert done["diff"]["before"]["values"] == {"replicaCount": 1}
    # what an upgrade does not name stays: OSM alone would go back to the values of the instantiation
    twice(site, "osm_ns_kdu_upgrade", values={"ui": {"message": "hello"}}, **call)
    assert site.workload()["spec"]["replicas"] == 3
    status = {"kdu_name": "web", "primitive": "status", "ns": "edge-web", **call}
    site.osm.done("osm_ns_action", **status)
    [*_others, last] = site.operations("action")
    assert last["detailed-status"]["config"] == {
        "replicaCount": 3,
        "ui": {"color": "blue", "message": "hello"},
        "secret": "canary-of-the-values",
    }
    secret = {"secret_values": {"ui": {"key": "canary-of-the-upgrade"}}}
    answer = twice(site, "osm_ns_kdu_upgrade", **secret, **call)
    assert "canary" not in str(answer) and "differs" in str(answer["diff"]["after"])
    answer = twice(site, "osm_ns_kdu_upgrade", values={"db": {"password": "canary-in-the-open"}}, **call)
    assert "canary" not in str(answer["diff"])
    twice(site, "osm_ns_kdu_upgrade", values={"replicaCount": 2}, reset_values=True, **call)
    site.osm.done("osm_ns_action", **status)
    assert site.operations("action")[-1]["detailed-status"]["config"] == {"replicaCount": 2}


def test_the_chart_stays_unless_it_is_named(site: Site) -> None:
    call = {"member_vnf_index": "web"}
    twice(site, "osm_ns_kdu_upgrade", chart="podinfo/podinfo:6.7.1", **call)
    assert site.workload()["metadata"]["labels"]["helm.sh/chart"] == "podinfo-6.7.1"
    twice(site, "osm_ns_kdu_upgrade", values={"replicaCount": 2}, **call)
    assert site.workload()["metadata"]["labels"]["helm.sh/chart"] == "podinfo-6.7.1", "OSM would take the latest one"
    failed = site.osm.module("osm_ns_kdu_upgrade", ns="edge-web", chart="nowhere/podinfo", **call)
    assert failed["failed"] and "repo nowhere not found" in failed["msg"]


def test_rollback(site: Site) -> None:
    call = {"ns": "edge-web", "member_vnf_index": "web"}
    site.osm.done("osm_ns_kdu_upgrade", values={"replicaCount": 3}, **call)
    back = site.osm.done("osm_ns_kdu_upgrade", rollback=True, **call)
    assert back["changed"] and back["revision"] == 3 and site.workload()["spec"]["replicas"] == 1
    assert not site.osm.done("osm_ns_kdu_upgrade", values={"replicaCount": 1}, **call)["changed"]
    assert site.osm.done("osm_ns_kdu_upgrade", check=True, values={"replicaCount": 3}, **call)["changed"]
    answer = site.osm.refused("osm_ns_kdu_upgrade", rollback=True, values={"a": 1}, **call)
    assert "takes no values" in answer["msg"]
    assert "nothing to upgrade" in site.osm.refused("osm_ns_kdu_upgrade", **call)["msg"]
