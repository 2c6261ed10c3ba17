# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three sites with networks between them, by the playbook network: declared once, joined, taken out one by one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
import yaml

from .conftest import run_module
from .l2sm import GROUP, OVERLAY, Cluster
from .path import Playbook, as_predicted, rounds

SITES = ("madrid", "lisbon", "porto")


def _on_it(name: str) -> dict[str, Any]:
    """A cluster of one node, which has a name of its own: the provider tells edge devices apart by it."""
    operator = {"installed": True, "switches_namespace": "default"}
    return {"kubernetes": {"up": True, "nodes": [f"{name}-1"]}, "l2sm": operator}


LAB = {
    "services": ["kubernetes", "l2sm"],
    "sites": [{"name": name, "model": "kubeadm", **_on_it(name)} for name in (*SITES, "idco")],
    **_on_it(SITES[0]),
}
EDGE, NETWORKS = "Make the network edge device", "Make the networks between clusters"
OWN = {"name": "own", "type": "vnet", "network_cidr": "10.100.1.0/24", "pod_address_range": "10.100.1.0/25"}


def _overlay(name: str) -> dict[str, Any]:
    plain = {k: v for k, v in OVERLAY.items() if k != "settle"}
    return {**plain, "nodes": [f"{name}-1"], "links": []}


class Sites:
    """An inventory of three sites, each a cluster of the lab, and what these have."""

    def __init__(self, lab: Any, folder: Path) -> None:
        self.lab, self.folder, self._runs = lab, folder, 0
        self.clusters = {name: Cluster(lab, run_module, name) for name in SITES}
        self.inventory = folder / "sites"
        self.inventory.mkdir()
        host, _colon, port = lab.urls["l2sm@idco"].removeprefix("http://").partition(":")
        #: a controller that is of none of the sites
        self.domain: dict[str, Any] = {
            "provider": {"name": "idco", "domain": [host], "sdn_port": port},
            "sites": [
                {"name": name, "gateway": {"name": f"{name}-1", "ip_address": f"192.0.2.{number}"}}
                for number, name in enumerate(SITES, start=11)
            ],
            "networks": [
                {"name": "video", "network_cidr": "10.60.0.0/24"},
                {"name": "audio", "network_cidr": "10.61.0.0/24", "sites": ["madrid", "porto"]},
            ],
        }
        #: what each has for itself
        self.own: list[dict[str, Any]] = [OWN]
        # as where the nodes of two sites have the same name
        self.domain["sites"][2]["provider_name"] = "idco-porto"
        self.write()

    def write(self) -> None:
        """The inventory as it is declared now."""
        hosts = {
            f"{name}-1": {
                "ansible_host": f"192.0.2.{number}",
                "edge_site_name": name,
                "edge_l2sm_overlay": _overlay(name),
                "edge_node_addresses": [f"192.0.2.{number}"],
                "edge_kubeconfig": self.clusters[name].kubeconfig,
            }
            for number, name in enumerate(SITES, start=11)
        }
        everywhere = {
            "edge_model": "kubeadm",
            "edge_kubeadm_rehearsed": True,  # there are clusters, and no hosts
            "edge_kubernetes_version": "1.34.2",
            "edge_kubernetes_network_plugin": {"name": "flannel"},
            "edge_kubernetes_multus": {},
            "edge_l2sm_manifest": self.clusters["madrid"].manifest,
            "edge_l2sm_settle": 0.05,
            "edge_l2sm_networks": self.own,
            "edge_l2sm_domain": self.domain,
        }
        book = {"edge_controllers": {"hosts": hosts, "vars": everywhere}}
        (self.inventory / "hosts.yml").write_text(yaml.safe_dump(book, sort_keys=False), encoding="utf-8")

    def start(self, *arguments: str, check: bool = False, playbook: str = "network") -> Playbook:
        """A playbook, which has begun."""
        self._runs += 1
        given = [f"edge.infra.{playbook}", "-i", str(self.inventory), *arguments]
        return Playbook([*given, *(["--check", "--diff"] if check else [])], self.folder, f"run-{self._runs}")

    def run(self, *arguments: str, check: bool = False, playbook: str = "network") -> Playbook:
        """A playbook, to its end."""
        run = self.start(*arguments, check=check, playbook=playbook)
        run.end()
        return run

    def killed(self, service: str, write: str) -> None:
        """The playbook network, killed when a write was dealt with and before its answer: the worst of moments."""
        self.forget()
        self.lab.control.fault("slow_after", service=f"^{service}$", match=write, seconds=15)
        run = self.start()
        run.until(
            lambda: any(
                re.search(write, f"{r['method']} {r['path']}") for r in self.lab.control.recorded(service, write=True)
            )
        )
        run.kill()
        self.lab.control.clear_faults()

    def done(self, *arguments: str, check: bool = False, playbook: str = "network") -> Playbook:
        """The same, and it has to end well."""
        run = self.run(*arguments, check=check, playbook=playbook)
        assert run.process.returncode == 0, run.output[-6000:]
        return run

    def forget(self) -> None:
        self.lab.control.forget()

    def writes(self) -> list[str]:
        """Write requests to the clusters since then."""
        return [f"{name} {w}" for name, cluster in self.clusters.items() for w in cluster.writes()]

    @staticmethod
    def _items(cluster: Cluster, plural: str) -> list[dict[str, Any]]:
        """Objects of a kind; none where the operator, with its definitions, is gone."""
        try:
            return list(cluster.call("GET", f"{GROUP}/{plural}")["items"])
        except HTTPError as error:
            assert error.code == 404, error
            return []

    def pools(self, network: str = "video") -> dict[str, str]:
        """The range of each cluster that has the network."""
        found = {}
        for name, cluster in self.clusters.items():
            for item in self._items(cluster, "l2networks"):
                if item["metadata"]["name"] == network:
                    found[name] = item["spec"]["podAddressRange"]
        return found

    def taken(self) -> dict[str, int]:
        """How many attachments of each cluster count as taken."""
        path = "/apis/k8s.cni.cncf.io/v1/network-attachment-definitions"
        labels = {n: [i["metadata"]["labels"] for i in c.call("GET", path)["items"]] for n, c in self.clusters.items()}
        return {n: sum("true" in (v for k, v in row.items() if "used" in k) for row in x) for n, x in labels.items()}

    def neighbours(self) -> dict[str, list[str]]:
        """Whom the edge device of each cluster that has one knows, by address."""
        found = {}
        for name, cluster in self.clusters.items():
            for item in self._items(cluster, "networkedgedevices"):
                found[name] = sorted(n["domain"] for n in item["spec"].get("neighbors") or [])
        return found


@pytest.fixture
def sites(lab: Any, tmp_path: Path) -> Sites:
    """Three sites, whose clusters have nothing of L2S-M but the operator."""
    found = Sites(lab, tmp_path)
    for cluster in found.clusters.values():
        cluster.install()
        cluster.clean()
    names = [c.service.replace("kubernetes", "l2sm") for c in found.clusters.values()]
    lab.lab.services["l2sm@idco"].vnets.clear()
    lab.wait(lambda: all(lab.lab.servers[name].is_open for name in (*names, "l2sm@idco")), 20)
    return found


def hosts(run: Playbook, task: str) -> set[str]:
    """The sites where a task changed something."""
    return {host.removesuffix("-1") for host, name in run.changes if name == task}


def test_three_sites(sites: Sites) -> None:
    first = rounds(sites)
    assert hosts(first, EDGE) == set(SITES) and hosts(first, NETWORKS) == {"madrid"}, first.changes
    full = {"madrid": "10.60.0.64/26", "lisbon": "10.60.0.128/26", "porto": "10.60.0.192/26"}
    assert sites.pools() == full
    assert sites.pools("audio") == {"madrid": "10.61.0.64/26", "porto": "10.61.0.128/26"}
    assert sites.neighbours()["madrid"] == ["192.0.2.12", "192.0.2.13"]
    vnets = sites.lab.lab.services["l2sm@idco"].vnets
    assert len(vnets.networks["video"].endpoints) == 3, "each device was there before its network"

    # one site leaves: the others keep what they have, and no longer know it
    sites.domain["sites"][1]["state"] = "absent"
    sites.write()
    left = as_predicted(sites)
    assert hosts(left, EDGE) == {"madrid", "porto"} and hosts(left, "Remove the network edge device") == {"lisbon"}
    assert hosts(left, "Take the cluster out of networks between clusters") == {"lisbon"}
    assert sites.pools() == {name: full[name] for name in ("madrid", "porto")}
    assert len(vnets.networks["video"].endpoints) == 2, "its port at the provider went with it"
    assert sites.neighbours() == {"madrid": ["192.0.2.13"], "porto": ["192.0.2.11"]}
    assert sites.clusters["lisbon"].names("l2networks") == ["own"], "its own network stays"

    # it comes back, by itself: the others are looked at, and nothing is sent to them
    del sites.domain["sites"][1]["state"]
    sites.write()
    back = as_predicted(sites, "--limit", "lisbon-1")
    assert {host for host, _task in back.changes} == {"lisbon-1"}
    assert {w.split()[0] for w in sites.writes()} == {"lisbon"}
    assert sites.pools() == full
    sites.lab.wait(lambda: len(vnets.networks["video"].endpoints) == 3, 20)
    # a network that is not declared any more is told, and stays
    sites.domain["networks"].pop()
    sites.own = []
    sites.write()
    whole = sites.done(check=True)
    assert {task for _host, task in whole.changes} == {EDGE}
    assert hosts(whole, EDGE) == {"madrid", "porto"}, "what is left to the others"
    told = " ".join(whole.output.split())
    assert told.count("not declared any more: network audio of default.") >= 1 and "l2sm_prune_domain: true" in told
    assert "not named any more: own of default." in told
    # it is among the differences from the plan, and goes where that is asked for
    rest = "Remove what joined the cluster with others and is not declared any more"
    drift = {"drift_playbook": "edge.infra.network", "drift_folder": str(sites.folder / "drift")}
    sites.forget()
    sites.done("-e", json.dumps(drift), playbook="drift")
    report = json.loads((sites.folder / "drift/drift.json").read_text(encoding="utf-8"))
    both = {("madrid-1", rest), ("porto-1", rest), ("madrid-1", EDGE), ("porto-1", EDGE)}
    expected = both | {(f"{name}-1", "Make the overlay and the networks") for name in SITES}
    assert {(d["host"], d["task"]) for d in report["differences"]} == expected and sites.writes() == []
    pruned = as_predicted(sites, "-e", "l2sm_prune_domain=true", "-e", "l2sm_prune_networks=true")
    assert set(pruned.changes) == expected
    assert sites.pools("own") == {}
    assert sites.pools("audio") == {} and sites.pools() == full
    assert "audio" not in vnets.networks, "nobody has a port in it"


def test_killed_on_the_way_and_two_at_once(sites: Sites) -> None:
    vnets = sites.lab.lab.services["l2sm@idco"].vnets
    sites.killed("kubernetes@lisbon", "PATCH .*/l2networks/video")
    assert set(sites.pools()) == {"madrid", "lisbon"}, "the third one has not been joined"
    runs = [sites.start() for _run in range(2)]
    for run in runs:
        assert run.end() == 0, run.output[-6000:]
    assert set(sites.pools()) == set(SITES) and set(sites.pools("audio")) == {"madrid", "porto"}
    sites.lab.wait(lambda: len(vnets.networks["video"].endpoints) == 3, 20)
    sites.lab.wait(lambda: len(vnets.networks["audio"].endpoints) == 2, 20)
    assert sites.taken() == {"madrid": 2, "lisbon": 1, "porto": 2}
    assert not sites.done(check=True).changes
    # and where a site leaves: unplugged, and the network is still there to go on with
    sites.domain["sites"][2]["state"] = "absent"
    sites.write()
    sites.killed("l2sm@idco", "DELETE /onos/vnets/api/port")
    assert "porto" in sites.pools() | sites.pools("audio")
    runs = [sites.start() for _run in range(2)]
    for run in runs:
        assert run.end() == 0, run.output[-6000:]
    assert set(sites.pools()) == {"madrid", "lisbon"} and set(sites.neighbours()) == {"madrid", "lisbon"}
    assert {name: len(network.endpoints) for name, network in vnets.networks.items()} == {"video": 2, "audio": 1}
    assert sites.taken() == {"madrid": 2, "lisbon": 1, "porto": 0}
    assert not sites.done(check=True).changes


def test_a_site_that_limit_leaves_out_and_that_does_not_answer(sites: Sites) -> None:
    sites.clusters["lisbon"].kubeconfig = str(sites.folder / "none")
    sites.write()
    sites.forget()
    refused = sites.run("--limit", "madrid-1")
    told = " ".join(refused.output.split())
    assert refused.process.returncode != 0 and "cluster lisbon: kubeconfig:" in told, told[-3000:]
    assert "It is asked for the addresses that it has" in told and "give its pod_address_range" in told
    assert sites.pools() == {}
    # what it says helps
    sites.domain["networks"][0]["pod_address_ranges"] = {"lisbon": "10.60.0.64/26"}
    sites.write()
    sites.done("--limit", "madrid-1")
    assert sites.pools() == {"madrid": "10.60.0.128/26"}, "the other one's range is nobody else's"


def test_decommission_takes_the_site_out(sites: Sites) -> None:
    """What L2S-M has in the cluster goes, all of it; the lab has no hosts of kubeadm that could be given back."""
    sites.done("--limit", "madrid-1,porto-1")
    # what an earlier declaration made would keep the operator from going
    sites.domain["networks"].pop()
    sites.write()
    name = ["--limit", "porto-1", "-e", "edge_confirm=porto"]
    gone = rounds(sites, *name, playbook="decommission")
    assert {host for host, _task in gone.changes} == {"porto-1"}
    assert {task for _host, task in gone.changes} == {
        "Take the cluster out of networks between clusters",
        "Remove the network edge device",
        "Remove the networks and the overlay",
        "Remove the L2S-M operator",
    }
    assert {w.split()[0] for w in sites.writes()} == {"porto"}
    assert sites.pools() == {"madrid": "10.60.0.64/26"} and set(sites.neighbours()) == {"madrid"}
    # the other one knows it until the declaration says that it is gone
    assert sites.neighbours()["madrid"] == ["192.0.2.12", "192.0.2.13"]
    sites.domain["sites"][2]["state"] = "absent"
    sites.write()
    sites.done("--limit", "madrid-1")
    assert sites.neighbours() == {"madrid": ["192.0.2.12"]} and sites.pools() == {"madrid": "10.60.0.64/26"}
