# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role l2sm, with ansible-playbook: predictions are kept, the second run writes nothing, removal goes backwards."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

from .conftest import run_module
from .l2sm import LAB, Cluster

assert LAB
OVERLAY = {
    "name": "edge-overlay",
    "nodes": ["controller-0"],
    "provider": {"name": "l2sm-sdn", "domain": ["l2sm-controller-service.l2sm-system.svc"]},
}
NETWORKS = [
    {"name": "edge-access", "type": "vnet", "network_cidr": "10.100.1.0/24", "pod_address_range": "10.100.1.0/25"},
    {"name": "edge-core", "type": "vnet"},
]
CHANGING = ["Install the L2S-M operator and wait until it works", "Make the overlay and the networks"]


def role(cluster: Cluster, verb: str = "main", **more: Any) -> list[dict[str, Any]]:
    """The tasks of a play that runs one verb of the role."""
    given = {
        "l2sm_kubeconfig": cluster.kubeconfig,
        "l2sm_manifest": cluster.manifest,
        "l2sm_overlay": OVERLAY,
        "l2sm_networks": NETWORKS,
        "l2sm_settle": 0.05,
        "l2sm_sdn_url": cluster.lab.urls["l2sm"],
        **more,
    }
    return [{"ansible.builtin.import_role": {"name": "edge.infra.l2sm", "tasks_from": verb}, "vars": given}]


def changed(result: dict[str, Any]) -> list[str]:
    """Names of the tasks that reported a change."""
    return [_bare(name) for name, answer in result["tasks"].items() if answer.get("changed")]


def _bare(name: str) -> str:
    return name.removeprefix("edge.infra.l2sm : ")


def test_the_whole_role(lab: Any, play: Any, tmp_path: Path) -> None:
    cluster = Cluster(lab, run_module)

    def run(tasks: list[dict[str, Any]], check: bool = False) -> dict[str, Any]:
        lab.control.forget()
        result: dict[str, Any] = play(tasks, check=check)
        assert result["rc"] == 0, result["output"]
        return result

    absent = role(cluster, l2sm_kubeconfig=str(tmp_path / "none"), l2sm_check_without_api=True)
    assert changed(run(absent, check=True)) == CHANGING, "a cluster that does not exist yet"
    assert cluster.requests() == 0
    assert changed(run(role(cluster), check=True)) == CHANGING and cluster.writes() == []
    assert changed(run(role(cluster))) == CHANGING
    # that check predicts nothing, then, is seen in test_interrupted_before_the_networks, as is the second run
    removing = ["Remove the networks and the overlay", "Remove the L2S-M operator"]
    assert changed(run(role(cluster, "remove"), check=True)) == removing and cluster.writes() == []
    assert changed(run(role(cluster, "remove"))) == removing
    assert changed(run(role(cluster, "remove"))) == [] and cluster.writes() == []


def test_interrupted_before_the_networks(lab: Any, play: Any) -> None:
    cluster = Cluster(lab, run_module)
    first = play(role(cluster, l2sm_networks=[]))
    assert first["rc"] == 0, first["output"]
    then = play(role(cluster))
    assert then["rc"] == 0 and changed(then) == CHANGING[1:], then["output"]
    for check in (True, False):
        lab.control.forget()
        again = play(role(cluster), check=check)
        assert again["rc"] == 0 and changed(again) == [] and cluster.writes() == [], again["output"]


BAD: tuple[tuple[dict[str, Any], str], ...] = (
    ({"l2sm_overlay": {**OVERLAY, "name": "other", "nodes": ["controller-5"]}}, "the cluster has no node controller-5"),
    ({"l2sm_overlay": {**OVERLAY, "numberInterfaces": 4}}, "numberInterfaces"),
    ({"l2sm_kubeconfig": "/nowhere/config"}, "edge_kubeconfig = /nowhere/config does not exist"),
    ({"l2sm_manifest": "/nowhere/manifest"}, "manifest: /nowhere/manifest cannot be read"),
    ({"l2sm_networks": [{"name": "a", "type": "vnet", "network_cidr": "10.0.0.0/33"}]}, "is no network"),
)


def test_bad_input(lab: Any, play: Any) -> None:
    """Each by itself, in one playbook: a block that fails is rescued by a task that tells of it."""
    cluster = Cluster(lab, run_module)
    blocks = [
        {
            "block": role(cluster, **options),
            "rescue": [{"name": f"case {number}", "ansible.builtin.debug": {"msg": "{{ ansible_failed_result }}"}}],
        }
        for number, (options, _words) in enumerate(BAD)
    ]
    result = play(blocks)
    told = {n: result["tasks"].get(f"case {n}", {}).get("msg") for n in range(len(BAD))}
    for number, (_options, words) in enumerate(BAD):
        assert told[number] and words in json.dumps(told[number]), (words, told[number], result["output"])


def test_verify_tells_what_differs(lab: Any, play: Any) -> None:
    cluster = Cluster(lab, run_module)
    cluster.install()
    result = play(role(cluster, "verify", l2sm_networks=[*NETWORKS, {"name": "missing"}]))
    assert result["rc"] != 0
    told = {_bare(name): answer for name, answer in result["tasks"].items()}
    rows = told["Compare the overlay and the networks with what is declared"]["results"]
    assert {r["name"]: r["action"] for r in rows}["missing of default"] == "create"
    said = told[SAID]["msg"]
    assert "- network missing of default: it does not exist" in said and "The playbook network makes" in said


def told(result: dict[str, Any], name: str) -> dict[str, Any]:
    """What a task said."""
    found = {_bare(task): answer for task, answer in result["tasks"].items()}
    return dict(found[name])


SAID = "Say what is not as it should be"
MEND = "Find and mend what is wrong with the networks"


def test_upgrade_and_repair(lab: Any, play: Any, tmp_path: Path) -> None:
    """A later version is a new SDN controller: the networks and the pods' ports are brought back, the pods stay."""
    cluster = Cluster(lab, run_module)
    cluster.install()
    cluster.clean()
    first = play(role(cluster))
    assert first["rc"] == 0, first["output"]
    cluster.pod("stays", "edge-core", node="controller-0")
    cluster.lab.wait(lambda: cluster.endpoints()["edge-core"], 20)
    before = cluster.endpoints()
    later = {
        "l2sm_images": {
            "alexdecb/l2sm-controller": "alexdecb/l2sm-controller:2.6.0",
            "alexdecb/l2sm-controller-manager": "registry.example.com/manager:2.9.0@sha256:" + "0" * 64,
        }
    }
    predicted = play(role(cluster, "upgrade", **later), check=True)
    assert predicted["rc"] == 0 and changed(predicted) == [CHANGING[0], MEND], predicted["output"]
    done = play(role(cluster, "upgrade", **later))
    assert done["rc"] == 0 and changed(done) == [CHANGING[0], MEND], done["output"]
    found = {f["object"] for f in told(done, MEND)["findings"]}
    assert found == {"network default/edge-access", "network default/edge-core", "pod default/stays"}
    assert cluster.endpoints() == before
    again = play([*role(cluster, "upgrade", **later), *role(cluster, "repair", **later)])
    assert again["rc"] == 0 and changed(again) == [], again["output"]
    # the manifest as it is has the earlier version
    refused = play(role(cluster))
    message = told(refused, CHANGING[0])["msg"]
    assert "it has version 2.8.7 of the operator, and 2.9.0 runs" in message and "allow_downgrade" in message
    allowed = play([*role(cluster, "install", l2sm_allow_downgrade=True), *role(cluster, "repair")])
    assert allowed["rc"] == 0, allowed["output"]
    assert cluster.endpoints() == before


def images(cluster: Cluster) -> set[str]:
    """What the overlay's switches run."""
    sets = cluster.call("GET", "/apis/apps/v1/namespaces/default/replicasets")["items"]
    mine = [s for s in sets if s["metadata"]["name"].startswith("sps-")]
    return {c["image"] for s in mine for c in s["spec"]["template"]["spec"]["containers"]}


def test_upgrade_of_the_switches(lab: Any, play: Any) -> None:
    """An overlay cannot be changed: its switches get another image by being made anew, where that is asked for."""
    cluster = Cluster(lab, run_module)
    cluster.install()
    cluster.clean()
    first = play(role(cluster))
    assert first["rc"] == 0 and images(cluster) == {"alexdecb/talpa:1.3.8"}, first["output"]
    cluster.pod("stays", "edge-core", node="controller-0")
    cluster.lab.wait(lambda: cluster.endpoints()["edge-core"], 20)
    before = cluster.endpoints()
    later: dict[str, Any] = {"l2sm_switch_image": "registry.example.com/talpa:1.4.0"}
    kept = play(role(cluster, "upgrade", **later))
    assert images(cluster) == {"alexdecb/talpa:1.3.8"} and kept["rc"] != 0, "verify tells that they differ"
    later["l2sm_upgrade_switches"] = True
    lab.control.forget()
    predicted = play(role(cluster, "upgrade", **later), check=True)
    assert predicted["rc"] == 0 and changed(predicted) == [CHANGING[1]] and cluster.writes() == [], predicted["output"]
    assert "default/stays" in predicted["output"], "who loses links"
    done = play(role(cluster, "upgrade", **later))
    assert done["rc"] == 0 and changed(done) == [CHANGING[1]], done["output"]
    assert images(cluster) == {"registry.example.com/talpa:1.4.0"}
    again = play([*role(cluster, "upgrade", **later), *role(cluster, "repair")])
    assert again["rc"] == 0 and changed(again) == [], again["output"]
    assert cluster.endpoints() == before


def test_verify_tells_what_a_repair_would_find(lab: Any, play: Any) -> None:
    cluster = Cluster(lab, run_module)
    cluster.install()
    cluster.clean()
    cluster("l2sm_deployment", resources={"overlays": [{**OVERLAY, "settle": 0.05}], "networks": NETWORKS})
    cluster.pod("there", "edge-core", node="controller-0")
    cluster.lab.wait(lambda: cluster.endpoints()["edge-core"], 20)
    vnets = cluster.lab.lab.services["l2sm"].vnets
    cluster.lab.call(vnets.attach, "edge-core", [_port(cluster)])
    result = play(role(cluster, "verify"))
    assert result["rc"] != 0
    answer = told(result, "Compare what the cluster, its pods and the SDN controller say")
    assert [(r["mode"], r["object"]) for r in answer["findings"]] == [("F4", "network edge-core")]
    assert answer["msg"].startswith("1 to mend.\n- F4 network edge-core: Port ") and "Unplug the port." in answer["msg"]
    said = told(result, SAID)["msg"]
    assert "- F4 network edge-core: Port " in said and "The verb repair mends what can be mended." in said
    ignored = play(role(cluster, "verify", l2sm_verify_ignore=["F4"]))
    assert ignored["rc"] == 0, ignored["output"]


def _port(cluster: Cluster) -> str:
    """A port of the overlay's switch that no pod has."""
    taken = [place for places in cluster.endpoints().values() for place in places]
    return taken[0].rpartition("/")[0] + "/9"


def test_what_a_node_lacks(play: Any, tmp_path: Path) -> None:
    """On this machine, with a folder of plugins of its own and a packet filter that drops."""
    plugins, programs = tmp_path / "plugins", tmp_path / "programs"
    for folder in (plugins, programs):
        folder.mkdir()
    (plugins / "bridge").touch()
    filter_ = programs / "iptables"
    filter_.write_text("#!/bin/sh\necho '-P FORWARD DROP'\n", encoding="utf-8")
    filter_.chmod(0o755)
    given = {"l2sm_cni_dir": str(plugins), "l2sm_node_become": False}
    path = f"{programs}:{os.environ['PATH']}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 7000))
        result = play([{**_node(given)[0], "environment": {"PATH": path}}])
        message = told(result, "Say what the node lacks")["msg"]
        assert "The CNI plugins static, host-device are not in" in message
        assert "Forwarded packets are dropped" in message and "UDP port 7000" in message
        for name in ("static", "host-device"):
            (plugins / name).touch()
        filter_.write_text("#!/bin/sh\necho '-P FORWARD DROP'\necho '-A FORWARD -i br+ -j ACCEPT'\n", encoding="utf-8")
        # an edge device on the node has the port itself
        again = play([{**_node({**given, "l2sm_node_edge": True})[0], "environment": {"PATH": path}}])
    left = [
        line for line in told(again, "Say what the node lacks").get("msg", "").splitlines() if line.startswith("- ")
    ]
    # a machine without the module, such as one in a container, may still lack that
    assert [line for line in left if "br_netfilter" not in line] == [], again["output"]


def _node(given: dict[str, Any], verb: str = "precheck_nodes") -> list[dict[str, Any]]:
    return [{"ansible.builtin.import_role": {"name": "edge.infra.l2sm", "tasks_from": verb}, "vars": given}]


def test_f17_bridges_where_something_listens(play: Any, tmp_path: Path) -> None:
    """Those that are there and those to come learn no addresses; of others, and without it, nothing is touched."""
    rules, devices = tmp_path / "rules", tmp_path / "devices"
    rules.mkdir()
    for name in ("br1", "br12"):
        (devices / name / "bridge").mkdir(parents=True)
        (devices / name / "bridge/ageing_time").write_text("30000\n", encoding="utf-8")
    given = {"l2sm_udev_dir": str(rules), "l2sm_net_dir": str(devices), "l2sm_node_become": False}
    tasks = _node({**given, "l2sm_overlay": {"interface_count": 2}}, "ids_node")
    rule = rules / "90-edge-infra-l2sm.rules"

    def ageing(name: str) -> str:
        return (devices / name / "bridge/ageing_time").read_text(encoding="utf-8").strip()

    predicted = play(tasks, check=True)
    assert predicted["rc"] == 0 and predicted["changed"] == 2, predicted["output"]
    assert not rule.exists() and ageing("br1") == "30000"
    assert play(tasks)["changed"] == 2
    assert (ageing("br1"), ageing("br12")) == ("0", "30000"), "the second one is none of the overlay's"
    lines = [line for line in rule.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert lines == [
        f'ACTION=="add", SUBSYSTEM=="net", KERNEL=="br{n}", ATTR{{bridge/ageing_time}}="0"' for n in (1, 2)
    ]
    assert play(tasks)["changed"] == 0
    assert play(_node({**given, "l2sm_node_ids": False}, "ids_node"))["changed"] == 1 and not rule.exists()
