# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which nodes may leave a cluster, in which order, and why others may not."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError, InputError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import drain, removal
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.etcd import Member
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Done, Kubectl
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.removal import Candidate, Cluster
from ansible_collections.edge.infra.plugins.modules import kubernetes_removal


def cluster(planes: int, dead: str = "") -> Cluster:
    """Control-plane nodes node-1 ... with an etcd member each; ``dead`` are numbers of those that do not answer."""
    names = [f"node-{n}" for n in range(1, planes + 1)]
    members = [
        Member(str(n), name, (f"https://10.0.0.{n}:2380",), (f"https://10.0.0.{n}:2379",), healthy=str(n) not in dead)
        for n, name in enumerate(names, 1)
    ]
    return Cluster(tuple(names), tuple(members))


def leaving(one: Cluster, *names: str) -> list[Candidate]:
    """Nodes of it that are to go; others are workers."""
    found = []
    for name in names:
        member = next((m for m in one.members if m.name == name), None)
        alive = member.healthy if member else True
        number = name.rpartition("-")[2]
        found.append(Candidate(name, True, name in one.planes, alive, (f"10.0.0.{number}",), member))
    return found


@pytest.mark.parametrize(
    ("planes", "dead", "names", "options"),
    [
        (1, "", ["node-9"], {}),
        (3, "", ["node-9", "node-8"], {}),
        (3, "", ["node-3"], {"fewer": True}),
        (3, "", ["node-3"], {"replace": True}),
        (3, "3", ["node-3"], {"replace": True}),
        (3, "", ["node-2", "node-3"], {"fewer": True}),
        (5, "", ["node-4", "node-5"], {}),
        (5, "45", ["node-4", "node-5"], {}),
        (4, "", ["node-4"], {}),
        (2, "", ["node-2"], {}),
    ],
)
def test_what_may_go(planes: int, dead: str, names: list[str], options: dict[str, bool]) -> None:
    given = {"replace": False, "fewer": False, "endpoint": "10.0.0.100", **options}
    one = cluster(planes, dead)
    assert sorted(removal.judge(one, leaving(one, *names), **given)) == sorted(names)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("planes", "dead", "names", "options", "says"),
    [
        (1, "", ["node-1"], {"fewer": True}, "no control-plane node would be left"),
        (1, "", ["node-1"], {"replace": True}, "no control-plane node would be left"),
        (3, "", ["node-1", "node-2", "node-3"], {"fewer": True}, "no control-plane node would be left"),
        (3, "", ["node-3"], {}, "from 3 members to 2: 2 members stand 0 failures, no more than 1 would"),
        (3, "", ["node-2", "node-3"], {}, "from 3 members to 1: 1 stands no failure"),
        (5, "", ["node-5"], {}, "from 5 members to 4"),
        (3, "3", ["node-2"], {"fewer": True}, "without it 1 of 2 etcd members would answer (dead: node-3)"),
        (3, "3", ["node-2"], {"replace": True}, "without it 1 of 2 etcd members would answer"),
        (3, "23", ["node-3"], {"replace": True}, "etcd has no quorum: 1 of 3 members answer (dead: node-2, node-3)"),
        (2, "2", ["node-2"], {"fewer": True}, "etcd has no quorum: 1 of 2 members answer"),
        (3, "", ["node-3"], {"fewer": True, "endpoint": "10.0.0.3"}, "is an address of this node"),
    ],
)
def test_what_may_not_go(planes: int, dead: str, names: list[str], options: dict[str, bool], says: str) -> None:
    given = {"replace": False, "fewer": False, "endpoint": "10.0.0.100", **options}
    one = cluster(planes, dead)
    with pytest.raises(InputError) as refused:
        removal.judge(one, leaving(one, *names), **given)  # type: ignore[arg-type]
    assert says in str(refused.value) and refused.value.remedy


def test_no_control_plane_node_goes_while_another_run_takes_one_out() -> None:
    one = dataclasses.replace(cluster(5), leaving=("node-4",))
    given = {"replace": True, "fewer": True, "endpoint": ""}
    with pytest.raises(InputError) as refused:
        removal.judge(one, leaving(one, "node-5"), **given)  # type: ignore[arg-type]
    assert "node-4 is being taken out" in str(refused.value)
    assert "kubectl annotate node node-4 edge.infra/leaving-" in refused.value.remedy
    for names in (["node-4"], ["node-4", "node-5"], ["node-9"]):  # workers are no matter
        assert sorted(removal.judge(one, leaving(one, *names), **given)) == names  # type: ignore[arg-type]


def test_the_order() -> None:
    one = cluster(5, "2")
    going = leaving(one, "node-3", "node-9", "node-2")
    assert removal.judge(one, going, replace=False, fewer=True, endpoint="") == ["node-9", "node-2", "node-3"]


def test_an_external_etcd_has_no_members_that_count() -> None:
    one = Cluster(("node-1", "node-2"), ())
    assert removal.judge(one, leaving(one, "node-2"), replace=False, fewer=False, endpoint="") == ["node-2"]
    with pytest.raises(InputError):
        removal.judge(one, leaving(one, "node-1", "node-2"), replace=False, fewer=True, endpoint="")


def test_a_member_is_known_by_its_name_and_before_that_by_its_address() -> None:
    named = Member("1", "node-1", ("https://10.0.0.1:2380",), ())
    unnamed = Member("2", "", ("https://[fd00::2]:2380",), ())
    assert named.of("node-1", []) and not named.of("node-2", ["10.0.0.1"])
    assert unnamed.of("node-2", ["fd00::2"]) and not unnamed.of("node-1", ["10.0.0.1"])


class Marked(Kubectl):
    """A cluster of five control-plane nodes in which another run announces one as soon as we do."""

    nodes: dict[str, dict[str, str]]

    def there(self) -> bool:
        """It is made."""
        return True

    def call(self, *arguments: str, feed: str | None = None, timeout: float | None = None) -> Done:
        """Nodes, and their annotations."""
        if arguments[0] == "annotate":
            name, _sign, value = arguments[3].partition("=")
            notes = self.nodes[arguments[2]]
            if name.endswith("-"):
                notes.pop(name[:-1])
            else:
                notes[name] = value
                self.nodes["node-4"] = {removal.LEAVING: "yes"}
            return Done(0, "", "")
        label = {"node-role.kubernetes.io/control-plane": ""}
        found = [{"metadata": {"name": n, "labels": label, "annotations": notes}} for n, notes in self.nodes.items()]
        if arguments[1] == "node":
            return Done(0, json.dumps(next(one for one in found if one["metadata"]["name"] == arguments[2])), "")
        return Done(0, json.dumps({"items": found}), "")


@pytest.mark.parametrize("check", [True, False])
def test_who_sees_another_run_after_its_own_announcement_takes_it_back(
    check: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    Marked.nodes = {f"node-{n}": {} for n in range(1, 6)}
    monkeypatch.setattr(kubernetes_removal, "Kubectl", Marked)
    monkeypatch.setattr(kubernetes_removal.Etcd, "stacked", lambda: False)
    given = {"nodes": ["node-5"], "state": "announced", "_ansible_check_mode": check}
    out = io.StringIO()
    with patch_module_args(given), contextlib.redirect_stdout(out), pytest.raises(SystemExit):
        kubernetes_removal.main()
    answer = json.loads(out.getvalue().strip().splitlines()[-1])
    assert Marked.nodes["node-5"] == {}
    if check:
        assert answer["changed"] is False
    else:
        assert "node-4 is being taken out of the control plane by another run" in answer["msg"]


class Slow(Kubectl):
    """A cluster whose node is heard of for some answers, and whose pods do not go."""

    def __init__(self, heard: int) -> None:
        super().__init__()
        self.heard, self.given = heard, []  # type: int, list[str]

    def call(self, *arguments: str, feed: str | None = None, timeout: float | None = None) -> Done:
        """What kubectl says of the node, and of draining it."""
        if arguments[0] == "get":
            self.heard -= 1
            ready = {"type": "Ready", "status": "True" if self.heard >= 0 else "Unknown"}
            return Done(0, json.dumps({"metadata": {"name": "node-9"}, "status": {"conditions": [ready]}}), "")
        self.given += [one for one in arguments if one.startswith("--timeout")]
        why = 'error when evicting pods/"web-1" -n "shop" (will retry after 5s): Cannot evict.\n'
        return Done(1, "", f'{why}error when evicting pods/"web-1" -n "shop": global timeout reached: 1m0s\n')


def test_a_node_that_dies_while_it_is_drained_is_not_waited_for() -> None:
    one = Slow(1)
    drain.drain(one, "node-9", drain.Wanted(timeout=600))
    assert one.given == ["--timeout=60s"] * 2
    one = Slow(9)
    with pytest.raises(EdgeError, match=r"not drained within 150 s: shop/web-1: Cannot evict\."):
        drain.drain(one, "node-9", drain.Wanted(timeout=150))
    assert one.given == ["--timeout=60s", "--timeout=60s", "--timeout=30s"]


def test_what_holds_a_drain_up_is_named() -> None:
    said = (
        "evicting pod shop/web-1\n"
        'error when evicting pods/"web-1" -n "shop" (will retry after 5s): Cannot evict pod as it would violate the '
        "pod's disruption budget.\n"
        'error when evicting pods/"web-1" -n "shop" (will retry after 5s): Cannot evict pod as it would violate the '
        "pod's disruption budget.\n"
        'error when evicting pod "old-1" (will retry after 5s): Cannot evict pod as it would violate a budget.\n'
        'There are pending nodes to be drained:\n node-5\nerror when evicting pods/"web-1" -n "shop": '
        "global timeout reached: 5s\n"
    )
    assert drain.blocked(said) == {
        "shop/web-1": "Cannot evict pod as it would violate the pod's disruption budget.",
        "default/old-1": "Cannot evict pod as it would violate a budget.",  # kubectl until 1.19
    }
