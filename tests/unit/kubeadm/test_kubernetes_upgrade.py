# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of an upgrade and what stands against it, by tables; what budgets keep."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import budgets, upgrade
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.upgrade import Node
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.versions import parse

OLD, NEW = "v1.33.4", "v1.34.2"
MEMBERS = {"a": "init", "b": "control_plane", "c": "control_plane", "w": "worker", "x": "worker"}


def cluster(**more: dict[str, Any]) -> list[Node]:
    """Three control-plane nodes and two workers at the old release; ``more`` says what is otherwise."""
    found = []
    for name, kind in MEMBERS.items():
        plane = kind != "worker"
        given = {"kubelet": OLD, "api": OLD if plane else "", "control_plane": plane, **more.get(name, {})}
        found.append(Node(name, **given))
    return found


def told(found: list[Node], wanted: str = NEW, taken: str = "abcwx", configured: str = "") -> str:
    configured = configured or found[0].api
    errors = upgrade.refusals(found, parse(wanted), MEMBERS, list(taken), configured)
    assert all(error.remedy for error in errors)
    return " ".join(str(error) for error in errors)


DONE = {"kubelet": NEW, "api": NEW}


@pytest.mark.parametrize(
    ("found", "wanted", "taken", "words"),
    [
        (cluster(), NEW, "abcwx", ""),
        (cluster(), "v1.33.9", "abcwx", ""),
        (cluster(), NEW, "a", ""),
        (cluster(a=DONE), NEW, "bc", ""),
        (cluster(a=DONE, b=DONE, c=DONE), NEW, "w", ""),
        (cluster(a=DONE, b=DONE, c=DONE, w={"kubelet": "v1.32.1"}), NEW, "wx", ""),
        (cluster(x={"ready": False}), NEW, "abcwx", ""),
        (cluster(w={"ready": False, "mark": "upgrade"}), NEW, "abcwx", ""),
        (cluster(), "v1.35.0", "abcwx", "to the latest 1.34.x"),
        (cluster(), "v1.33.3", "abcwx", "Kubernetes cannot go back"),
        (cluster(w={"kubelet": "v1.35.0"}), NEW, "abcwx", "The cluster is at 1.35.0"),
        (cluster(w={"kubelet": "v1.32.1"}), NEW, "abcwx", "Nodes are behind the control plane, which is at 1.33.4: w"),
        (cluster(w={"kubelet": "v1.32.1"}), NEW, "abcwx", "taken out with edge.infra.remove_host"),
        (cluster(b={"ready": False}), NEW, "a", "Not ready: b."),
        (cluster(), NEW, "b", "--limit leaves out a, whose control plane comes first"),
        (cluster(), NEW, "aw", "leaves out b, c"),
        (cluster(a=DONE), NEW, "w", "leaves out b, c, whose control plane comes first"),
    ],
)
def test_ways(found: list[Node], wanted: str, taken: str, words: str) -> None:
    said = told(found, wanted, taken)
    assert words in said if words else not said, said


def test_a_worker_that_is_not_ready_holds_up_no_other() -> None:
    found = cluster(b={"ready": False}, w={"ready": False, "mark": "upgrade"}, x={"ready": False})
    assert [one.name for one in found if upgrade.away(one)] == ["x"]
    assert "x: not ready, so it is left out" in upgrade.notes(found, parse(NEW), MEMBERS)[-1]
    assert told(found).startswith("Not ready: b. ")


def test_inventory_and_cluster_have_the_same_nodes() -> None:
    assert "no nodes of the cluster: x." in told(cluster()[:4])
    assert not told(cluster()[:4], taken="abcw")
    strange = Node("z", control_plane=True, kubelet=OLD, api=OLD)
    assert "that the inventory does not have: z." in told([*cluster(), strange])
    notes = upgrade.notes([*cluster(), Node("y", False, OLD)], parse(NEW), MEMBERS)
    assert notes == ["y: a node that the inventory does not have; it stays at v1.33.4."]


def test_a_configuration_that_is_behind_counts() -> None:
    assert "one minor at a time" in told(cluster(a=DONE, b=DONE, c=DONE), configured="v1.32.1")


def test_what_is_left() -> None:
    assert upgrade.left(Node("a", True, OLD, OLD), parse(NEW))
    assert upgrade.left(Node("a", True, NEW, OLD), parse(NEW))
    assert upgrade.left(Node("w", False, NEW, mark="upgrade"), parse(NEW)), "our note is still there"
    assert not upgrade.left(Node("a", True, NEW, NEW, cordoned=True), parse(NEW)), "somebody else's affair"
    assert parse("v1.34.2-rc.0") == parse("1.34.2") and parse("1.34.10") > parse("1.34.9")
    with pytest.raises(InputError, match="no release"):
        parse("latest")


def pod(name: str, ready: bool = True, **more: Any) -> dict[str, Any]:
    meta = {"name": name, "namespace": "shop", "labels": {"app": "web"}, **more.pop("meta", {})}
    meta.setdefault("ownerReferences", [{"kind": "ReplicaSet", "controller": True}])
    status = {"phase": "Running", "conditions": [{"type": "Ready", "status": str(ready)}]}
    return {"metadata": meta, "spec": {"nodeName": "w", **more}, "status": status}


def budget(name: str = "web", **spec: Any) -> dict[str, Any]:
    selector = {"matchLabels": {"app": "web"}}
    return {
        "apiVersion": "policy/v1",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {"selector": selector, **spec},
    }


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([budget(minAvailable=1)], 0),
        ([budget(minAvailable=2)], 2),
        ([budget(minAvailable="100%")], 2),
        ([budget(maxUnavailable=0)], 2),
        ([budget(maxUnavailable="50%")], 0),
        ([{**budget(minAvailable=2), "status": {"disruptionsAllowed": 1}}], 0),
        ([{**budget(minAvailable=1), "status": {"disruptionsAllowed": 0}}], 2),
        ([budget(minAvailable=2, selector={"matchExpressions": [{"key": "app", "operator": "Exists"}]})], 2),
        (
            [
                budget(
                    minAvailable=2,
                    selector={"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]},
                )
            ],
            0,
        ),
        ([budget(minAvailable=2, selector={})], 2),
        ([{**budget(minAvailable=2, selector={}), "apiVersion": "policy/v1beta1"}], 0),
        ([budget(), budget("more")], 2),
    ],
)
def test_what_budgets_keep(given: list[dict[str, Any]], kept: int) -> None:
    found = budgets.moves([pod("one"), pod("two")], given, "w")
    assert found.moved == ("shop/one", "shop/two") and len(found.kept) == kept


def test_what_leaves_a_node() -> None:
    pods = [
        pod("static", meta={"annotations": {budgets.MIRROR: "x"}}),
        pod("daemon", meta={"ownerReferences": [{"kind": "DaemonSet", "controller": True}]}),
        pod("lonely", meta={"ownerReferences": []}),
        pod("local", volumes=[{"name": "v", "emptyDir": {}}]),
        pod("elsewhere", nodeName="x"),
    ]
    found = budgets.moves(pods, [], "w")
    assert found.as_dict() == {
        "moved": ["shop/local", "shop/lonely"],
        "alone": ["shop/lonely"],
        "local": ["shop/local"],
        "kept": [],
    }
