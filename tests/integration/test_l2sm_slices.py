# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slices of L2S-M: one network in the APIs of three clusters."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._l2sm.sdn import SdnController

from .joined_domains import SITES, Domains, without_networks
from .l2sm import PROVIDER
from .test_l2sm_modules import four_times

ON_IT = {
    "kubernetes": {"up": True, "nodes": ["controller-0"]},
    "l2sm": {"installed": True, "switches_namespace": "default"},
}
RESTARTED = {("F7", "own"), ("F7", "video")}
LAB = {
    "services": ["kubernetes", "l2sm"],
    "sites": [{"name": name, "model": "kubeadm", **ON_IT} for name in (*SITES, "idco")],
    **ON_IT,
}


@pytest.fixture
def domains(lab: Any) -> Domains:
    """Three clusters without networks between them."""
    return without_networks(lab)


def test_a_slice(domains: Domains) -> None:
    domains.edges()
    two = domains.declared("madrid", "lisbon")
    four = four_times(domains, "l2sm_slice", **two)
    assert {r["object"]["status"] for r in four.done["results"]} == {"Available"}
    assert domains.pools() == {"madrid": "10.60.0.64/26", "lisbon": "10.60.0.128/26"}
    assert "video" in domains.lab.lab.services["l2sm@idco"].vnets.networks, "the provider knows it"
    # a third one leaves the others as they are; and one that goes does, too
    three = domains.declared("madrid", "lisbon", "porto")
    four_times(domains, "l2sm_slice", **three)
    assert domains.pools() == {"madrid": "10.60.0.64/26", "lisbon": "10.60.0.128/26", "porto": "10.60.0.192/26"}
    three["clusters"][0]["state"] = "absent"
    four_times(domains, "l2sm_slice", **three)
    assert domains.pools() == {"lisbon": "10.60.0.128/26", "porto": "10.60.0.192/26"}
    clusters = [{k: c[k] for k in ("name", "kubeconfig")} for c in three["clusters"]]
    [found] = domains("l2sm_slice_info", clusters=clusters)["slices"]
    assert (found["faults"], found["absent_from"], found["declared_here"]) == ([], ["madrid"], True)
    four_times(domains, "l2sm_slice", name="video", state="absent", clusters=clusters)
    assert domains.pools() == {}


def test_names_that_an_upgrade_of_the_cluster_has_taken_away(domains: Domains) -> None:
    """The operator tells the cluster's name server once where a network's names are; all else in its file stays."""
    cluster, path = domains.clusters["madrid"], "/api/v1/namespaces/kube-system/configmaps/coredns"
    overlay = {"name": "edge-overlay", "provider": PROVIDER, "nodes": ["controller-0"], "settle": 0.05}
    assert not cluster("l2sm_overlay", **overlay).get("failed")
    domains.edges()
    domains("l2sm_slice", **domains.declared("madrid", "lisbon"))
    block = f"video.inter.l2sm {{\n    forward . {domains.provider['domain'][0]}:30053\n}}\n"

    def text() -> str:
        return str(cluster.call("GET", path)["data"]["Corefile"])

    def named(check: bool = False) -> list[tuple[str, str]]:
        found = cluster("l2sm_repair", check=check, settle=0.05)["findings"]
        return [(f["object"], f["status"]) for f in found if f["mode"] == "DNS"]

    domains.lab.wait(lambda: block in text(), 20)
    before = text()
    assert named(check=True) == []
    cluster.call("PATCH", path, {"data": {"Corefile": before.replace(block, "# ours\n")}})
    found = [("configmap kube-system/coredns", status) for status in ("found", "mended")]
    assert named(check=True) == found[:1] and block not in text()
    assert named() == found[1:]
    assert text() == before.replace(block, "# ours\n") + block
    assert named(check=True) == named() == [] and not [w for w in cluster.writes() if "configmaps" in w]


def test_a_slice_in_contexts_of_one_file(domains: Domains, tmp_path: Path) -> None:
    merged: dict[str, Any] = {"apiVersion": "v1", "kind": "Config", "clusters": [], "users": [], "contexts": []}
    for name in ("madrid", "lisbon"):
        document = yaml.safe_load(Path(domains.clusters[name].kubeconfig).read_text(encoding="utf-8"))
        for plural in ("clusters", "users"):
            merged[plural].append({**document[plural][0], "name": name})
        merged["contexts"].append({"name": name, "context": {"cluster": name, "user": name}})
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(merged), encoding="utf-8")
    clusters = [{"name": n, "context": n} for n in ("madrid", "lisbon")]
    given = {**domains.declared(), "kubeconfig": str(path), "clusters": clusters, "require_edge": False}
    assert domains("l2sm_slice", **given)["changed"] is True
    assert domains.pools() == {"madrid": "10.60.0.64/26", "lisbon": "10.60.0.128/26"}


def test_a_network_without_an_edge_device_would_never_be_joined(domains: Domains, warned: list[str]) -> None:
    given = domains.declared("madrid", "lisbon")
    for check in (True, False):
        refused = domains("l2sm_slice", check=check, **given)
        assert "cluster madrid: it has no network edge device of provider idco-madrid" in refused["msg"]
        assert "cluster lisbon: it has no" in refused["msg"] and domains.writes() == []
    domains("l2sm_slice", **given, require_edge=False)
    domains.lab.wait(lambda: domains.pools() != {})
    time.sleep(1.1)  # times of creation are in seconds
    domains.edges()
    warned.clear()
    assert domains("l2sm_slice", **given)["changed"] is False
    assert "In cluster madrid, network video is older than the edge device" in warned[0]


def test_f5_a_network_that_came_first_is_made_anew_and_its_pods_are_plugged_in(domains: Domains) -> None:
    madrid = domains.clusters["madrid"]
    overlay = {"name": "ov", "provider": PROVIDER, "nodes": ["controller-0"], "interface_count": 3, "settle": 0.01}
    assert not madrid("l2sm_overlay", **overlay).get("failed")
    assert not domains("l2sm_slice", **domains.declared("madrid"), require_edge=False).get("failed")
    madrid.pod("p", "video", node="controller-0")
    state = domains.lab.control.state
    domains.lab.wait(lambda: state("l2sm")["networks"]["video"]["endpoints"], 20)
    [place] = state("l2sm")["networks"]["video"]["endpoints"]
    time.sleep(1.1)  # times of creation are in seconds
    domains.edges()
    given = {"sdn_url": domains.lab.urls["l2sm"], "settle": 0.05, "recreate_networks": True}
    left = madrid("l2sm_repair", **{**given, "recreate_networks": False})
    assert [(f["mode"], f["status"]) for f in left["findings"]] == [("F5", "left")] and left["changed"] is False
    predicted = madrid("l2sm_repair", check=True, **given)
    assert [(f["mode"], f["status"]) for f in predicted["findings"]] == [("F5", "found")] and madrid.writes() == []
    done = madrid("l2sm_repair", **given)
    assert not done.get("failed"), done
    assert [(f["mode"], f["object"], f["status"]) for f in done["findings"] if f["mode"] != "F2"] == [
        ("F5", "network default/video", "mended"),
        ("F4", "pod default/p", "mended"),
        ("F8", "network default/video", "mended"),
    ], "with the pod's address, which the new one knew nothing of"
    domains.lab.wait(lambda: len(state("l2sm")["networks"]["video"]["endpoints"]) == 2, 20)
    assert place in state("l2sm")["networks"]["video"]["endpoints"], "the pod is back, beside the edge device"
    assert len(state("l2sm@idco")["networks"]["video"]["endpoints"]) == 1, "and the provider has the device's port"
    assert madrid("l2sm_repair", **given)["changed"] is False
    assert domains("l2sm_slice", **domains.declared("madrid"))["changed"] is False


def test_f5_no_interface_was_free_for_the_device_and_f7_its_port_is_forgotten(domains: Domains) -> None:
    """In either case the network says Available, and nothing of it leaves the cluster."""
    madrid, state = domains.clusters["madrid"], domains.lab.control.state
    given = {"sdn_url": domains.lab.urls["l2sm"], "settle": 0.05}
    overlay = {"name": "ov", "provider": PROVIDER, "nodes": ["controller-0"], "interface_count": 1, "settle": 0.01}
    assert not madrid("l2sm_overlay", **overlay).get("failed")
    assert not madrid("l2sm_network", name="own", type="vnet").get("failed")
    madrid.pod("p", "own", node="controller-0")
    domains.lab.wait(lambda: state("l2sm")["networks"]["own"]["endpoints"], 20)
    domains.edges()
    [made] = domains("l2sm_slice", **domains.declared("madrid"))["results"]
    [left] = madrid("l2sm_repair", **given, recreate_networks=True)["findings"]
    assert (left["mode"], left["object"], left["status"]) == ("F5", "network default/video", "left")
    assert left["remedy"].startswith("All interfaces of node") and made["object"]["status"] == "Available"
    madrid.call("DELETE", "/api/v1/namespaces/default/pods/p")
    domains.lab.wait(lambda: state("l2sm")["networks"]["own"]["endpoints"] == [], 20)
    for restarts, more, wanted in ((0, {"recreate_networks": True}, {("F5", "video")}), (1, {}, RESTARTED)):
        if restarts:
            domains.lab.control.post(domains.lab.urls["lab"] + "/lab/l2sm/restart", timeout=10)
            domains.lab.wait(lambda: "video" not in state("l2sm")["networks"] and state("l2sm")["up"], 20)
        assert madrid("l2sm_repair", check=True, **given, **more)["changed"] and madrid.writes() == []
        found = madrid("l2sm_repair", **given, **more)["findings"]
        assert {(f["mode"], f["object"][16:]) for f in found if f["status"] == "mended" and f["mode"] != "F2"} == wanted
        assert madrid("l2sm_repair", **given, **more)["changed"] is False
        assert len(state("l2sm")["networks"]["video"]["endpoints"]) == 1
        assert len(state("l2sm@idco")["networks"]["video"]["endpoints"]) == 1


def test_what_a_cluster_that_leaves_has_at_the_provider_goes_too(domains: Domains, warned: list[str]) -> None:
    provider, url = domains.lab.lab.services["l2sm@idco"], domains.lab.urls["l2sm@idco"]
    two = ("madrid", "lisbon")
    for name in two:
        overlay = {"name": "ov", "provider": PROVIDER, "nodes": ["controller-0"], "interface_count": 3, "settle": 0.01}
        assert not domains.clusters[name]("l2sm_overlay", **overlay).get("failed")

    def taken(name: str) -> list[str]:
        path = "/apis/k8s.cni.cncf.io/v1/network-attachment-definitions"
        items = domains.clusters[name].call("GET", path)["items"]
        return [i["metadata"]["name"] for i in items if i["metadata"]["labels"].get("used-controller-0") == "true"]

    def kinds(answer: dict[str, Any]) -> list[tuple[str, str]]:
        return sorted((r["kind"], r["action"]) for r in answer["results"] if r["kind"] != "slice_network")

    domains.edges()
    given = domains.declared(*two)
    assert kinds(domains("l2sm_slice", **given)) == []
    ports = provider.vnets.networks["video"].endpoints
    domains.lab.wait(lambda: len(ports) == 2, 20)
    assert [taken(name) for name in two] == [["ov-veth1"], ["ov-veth1"]]

    # one leaves: its port and its interface, and nobody else's
    given["clusters"][1]["state"] = "absent"
    left = four_times(domains, "l2sm_slice", **given).done
    assert kinds(left) == [("interface", "delete"), ("provider_port", "delete")]
    assert len(provider.vnets.networks["video"].endpoints) == 1 and [taken(name) for name in two] == [["ov-veth1"], []]
    # the device alone, while the network stays; its interface is a port of that, too
    gone = {"name": "ned", "state": "absent"}
    for check in (True, False):
        answer = domains.clusters["madrid"]("l2sm_network_edge_device", check=check, **gone)
        [told] = answer["diff"]["before"]["goes_with_it"]
        assert told.endswith(f"/1 in video at {url}"), answer["diff"]
    assert provider.vnets.networks["video"].endpoints == [] and taken("madrid") == ["ov-veth1"]

    # it comes back; with a provider that does not answer, nothing is removed unless that is asked for
    absent = {**given, "state": "absent", "require_edge": False}
    assert not domains("l2sm_slice", **absent).get("failed")
    assert "video" not in provider.vnets.networks, "nobody has a port in it"
    findings = domains.clusters["madrid"]("l2sm_repair", settle=0.05)["findings"]
    assert [(f["mode"], f["status"]) for f in findings] == [("F1", "mended")], "no device told of it"
    domains.edges()
    given = domains.declared("madrid")
    assert not domains("l2sm_slice", **given).get("failed")
    domains.lab.wait(lambda: len(provider.vnets.networks["video"].endpoints) == 1, 20)
    domains.lab.call(domains.lab.lab.close, "l2sm@idco")
    refused = domains("l2sm_slice", **absent)
    assert (
        "its provider cannot be asked" in refused["msg"] and "ignore_provider is l2sm_ignore_provider" in refused["msg"]
    )
    assert f"in video at {url}" in refused["msg"] and domains.writes() == [] and domains.pools() != {}
    warned.clear()
    done = domains("l2sm_slice", **absent, ignore_provider=True)
    assert not done.get("failed") and domains.pools() == {}
    assert any("This stays there, if it is still there: ports of:" in text for text in warned), warned
    domains.lab.call(domains.lab.lab.open, "l2sm@idco")
    assert len(provider.vnets.networks["video"].endpoints) == 1

    # who makes it again finds what was left, and begins anew
    again = four_times(domains, "l2sm_slice", **given).done
    assert kinds(again) == [("provider_port", "delete")]
    domains.lab.wait(lambda: len(provider.vnets.networks["video"].endpoints) == 1, 20)
    assert provider.vnets.networks["video"].endpoints[0].endswith("/2"), "the first one was left as taken"


def test_two_clusters_that_leave_side_by_side_leave_nothing(domains: Domains, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has seen the other's port at the provider."""
    vnets, names = domains.lab.lab.services["l2sm@idco"].vnets, ["madrid", "lisbon"]
    for name in names:
        overlay = {"name": "ov", "provider": PROVIDER, "nodes": ["controller-0"], "interface_count": 3, "settle": 0.01}
        assert not domains.clusters[name]("l2sm_overlay", **overlay).get("failed")
    domains.edges()
    assert not domains("l2sm_slice", **domains.declared(*names)).get("failed")
    domains.lab.wait(lambda: len(vnets.networks["video"].endpoints) == 2, 20)
    detach, later = SdnController.detach, names[1:]

    def late(self: SdnController, name: str, place: str) -> None:
        if later:
            assert not domains("l2sm_slice", **domains.declared(later.pop(), state="absent")).get("failed")
        detach(self, name, place)

    monkeypatch.setattr(SdnController, "detach", late)
    assert not domains("l2sm_slice", **domains.declared(names[0], state="absent")).get("failed")
    assert later == [] and vnets.networks == {}


@pytest.mark.parametrize("raced", [False, True])
def test_f7_at_the_provider(domains: Domains, monkeypatch: pytest.MonkeyPatch, raced: bool) -> None:
    """It has forgotten the network: it was restarted, or one run removed the last port while another one joined."""
    vnets, names = domains.lab.lab.services["l2sm@idco"].vnets, ("lisbon", "porto")
    for name in ("madrid", *names):
        overlay = {"name": "ov", "provider": PROVIDER, "nodes": ["controller-0"], "interface_count": 3, "settle": 0.01}
        assert not domains.clusters[name]("l2sm_overlay", **overlay).get("failed")
    domains.edges()
    two = domains.declared(*names)
    if raced:
        forget, joins = SdnController.forget, [two]

        def late(self: SdnController, name: str) -> None:
            if joins:
                assert not domains("l2sm_slice", **joins.pop()).get("failed")
            forget(self, name)

        assert not domains("l2sm_slice", **domains.declared("madrid")).get("failed")
        monkeypatch.setattr(SdnController, "forget", late)
        assert not domains("l2sm_slice", **domains.declared("madrid", state="absent")).get("failed")
        assert joins == []
    else:
        assert not domains("l2sm_slice", **two).get("failed")
        domains.lab.wait(lambda: len(vnets.networks["video"].endpoints) == 2, 20)
        vnets.clear()
    assert "video" not in vnets.networks and domains("l2sm_slice", **two)["changed"] is False
    for number, name in enumerate(names, 1):
        given = {"sdn_url": domains.lab.urls[f"l2sm@{name}"], "settle": 0.05}
        repaired = four_times(domains.clusters[name], "l2sm_repair", **given).done
        [found] = [f for f in repaired["findings"] if f["mode"] == "F7"]
        assert (found["object"], found["status"]) == ("network default/video", "mended")
        assert ("does not know it" in found["what"]) is (number == 1), "the second one finds it, without its port"
        assert len(vnets.networks["video"].endpoints) == number


def test_one_cluster_that_does_not_answer_stops_before_anything_is_written(domains: Domains) -> None:
    domains.edges()
    given = domains.declared("madrid", "lisbon")
    given["clusters"][1]["kubeconfig"] = "/nowhere/config"
    refused = domains("l2sm_slice", **given)
    assert refused["msg"].startswith("cluster lisbon: kubeconfig: /nowhere/config does not exist.")
    assert domains.writes() == []
    predicted = domains("l2sm_slice", check=True, check_without_api=True, **given)
    assert [r["action"] for r in predicted["results"]] == ["create", "create"], predicted


@pytest.mark.parametrize(
    ("pools", "words"),
    [
        (("10.60.0.0/25", "10.60.0.64/26"), "of cluster lisbon shares addresses with 10.60.0.0/25 of cluster madrid"),
        (("10.61.0.0/25", None), "cluster madrid: pod_address_range: 10.61.0.0/25 is not inside network_cidr"),
    ],
)
def test_ranges_that_would_not_work(domains: Domains, pools: tuple[str | None, ...], words: str) -> None:
    domains.edges()
    given = domains.declared("madrid", "lisbon")
    for cluster, pool in zip(given["clusters"], pools, strict=True):
        cluster["pod_address_range"] = pool
    refused = domains("l2sm_slice", **given)
    assert words in refused["msg"] and domains.writes() == []


def test_a_name_that_is_taken_in_one_cluster(domains: Domains) -> None:
    domains.edges()
    domains.clusters["lisbon"]("l2sm_network", name="video", namespace="kube-public", type="vnet")
    refused = domains("l2sm_slice", **domains.declared("madrid", "lisbon"))
    assert "cluster lisbon: there is a network video in namespace kube-public too" in refused["msg"]
    assert domains.writes() == []


def test_the_networks_of_a_slice_are_not_pruned_by_a_document_of_one_cluster(domains: Domains) -> None:
    domains.edges()
    domains("l2sm_slice", **domains.declared("madrid"))
    madrid = domains.clusters["madrid"]
    assert madrid("l2sm_deployment", resources={"networks": []}, prune_networks=True)["changed"] is False
    assert madrid.names("l2networks") == ["video"]


def test_devices_that_are_one_switch_to_the_provider(domains: Domains) -> None:
    for name in ("madrid", "lisbon"):
        config = {"node_name": "controller-0", "ip_address": "192.0.2.1"}
        domains.clusters[name]("l2sm_network_edge_device", name="ned", provider=domains.provider, node_config=config)
    given = domains.declared("madrid", "lisbon")
    clusters = [{k: c[k] for k in ("name", "kubeconfig")} for c in given["clusters"]]
    assert domains("l2sm_slice", **{**given, "clusters": clusters})["changed"] is True
    [found] = domains("l2sm_slice_info", clusters=clusters)["slices"]
    assert "madrid and lisbon are one switch" in found["faults"][0] and "provider_name" in found["faults"][0]


def test_what_is_not_declared_over_the_clusters_any_more(domains: Domains, warned: list[str]) -> None:
    """It is told while it stays, and goes when that is asked for; slices that have no such label are nobody's here."""
    madrid, label = domains.clusters["madrid"], {"edge.infra/domain": "idco"}
    device = {"name": "ned", "provider": {**domains.provider, "name": "idco-madrid"}, "labels": label}
    node = {"node_name": "controller-0", "ip_address": "192.0.2.1"}
    assert madrid("l2sm_network_edge_device", **device, node_config=node)["changed"] is True
    for name, number, more in (("video", 60, label), ("audio", 61, label), ("other", 62, {})):
        options = {"name": name, "network_cidr": f"10.{number}.0.0/24", "labels": more}
        assert domains("l2sm_slice", **{**domains.declared("madrid"), **options})["changed"] is True
    given: dict[str, Any] = {"networks": ["video"], "edge_devices": ["ned"]}
    for check in (True, False):
        warned.clear()
        answer = madrid("l2sm_deployment", check=check, resources={}, domain=given, prune=True)
        [warning] = warned
        assert "not declared any more: network audio of default." in warning and "l2sm_prune_domain" in warning
        assert not answer["changed"] and madrid.writes() == [], "prune is about what is declared here"
    four_times(madrid, "l2sm_deployment", resources={}, domain={**given, "prune": True})
    assert sorted(madrid.names("l2networks")) == ["other", "video"] and madrid.names("networkedgedevices") == ["ned"]
    # the whole declaration is gone: networks first, then the device
    four_times(madrid, "l2sm_deployment", resources={}, domain={"prune": True})
    assert madrid.names("l2networks") == ["other"] and madrid.names("networkedgedevices") == []


def test_a_cluster_that_is_only_looked_at(domains: Domains, warned: list[str]) -> None:
    domains.edges()
    domains("l2sm_slice", **domains.declared("madrid"))
    given = domains.declared("madrid", "lisbon")
    given["clusters"][0]["managed"] = False
    given["labels"] = {"tier": "gold"}  # which would change the other one, too
    four_times(domains, "l2sm_slice", **given)
    assert domains.pools() == {"madrid": "10.60.0.128/25", "lisbon": "10.60.0.64/26"}, "nobody gets what it has"
    assert domains.clusters["madrid"]("l2sm_network_info", name="video")["networks"][0]["labels"].get("tier") is None
    # one that does not answer matters where addresses are to be found for another one, and then it is said why
    given["clusters"][0]["kubeconfig"] = "/nowhere/config"
    warned.clear()
    there = domains("l2sm_slice", **given)
    assert there.get("changed") is False, there
    assert any("Cluster madrid cannot be asked. It is only looked at" in text for text in warned), warned
    third = {**given, "clusters": [*given["clusters"], *domains.declared("porto")["clusters"]]}
    refused = domains("l2sm_slice", **third)
    assert "cluster madrid: kubeconfig: /nowhere/config" in refused["msg"] and domains.writes() == []
    assert "give its pod_address_range" in str(refused)
    # with its range, or where it is absent, it is not asked
    for more in ({"pod_address_range": "10.60.0.128/25"}, {"state": "absent"}):
        known = {**given, "clusters": [{**given["clusters"][0], **more}, given["clusters"][1]]}
        warned.clear()
        assert domains("l2sm_slice", **known)["changed"] is False and warned == []


def test_what_has_the_name_and_is_of_no_slice_stays(domains: Domains, warned: list[str]) -> None:
    domains.edges()
    domains.clusters["porto"]("l2sm_network", name="video", type="vnet")
    given = domains.declared("madrid", "porto")
    given["clusters"][1]["state"] = "absent"
    warned.clear()
    assert domains("l2sm_slice", **given)["changed"] is True
    assert domains.clusters["porto"].names("l2networks") == ["video"]
    assert any("cluster porto, network video is not of the slice" in text for text in warned), warned
