# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A control-plane node whose join was killed: what it has left in the cluster is forgotten, and it joins."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import host, removal
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.etcd import Etcd
from standin_world import Machine, World, config, power_cut, right
from test_cluster_membership import Local, joined, until

_OPTIONS = {"replace": True, "fewer": False, "endpoint": ""}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    one = World(tmp_path)
    yield one
    one.stop()


def forget(one: Machine, gone: Machine) -> bool:
    """What the role does, again while the API is on its way; whether there was anything."""
    found: list[bool] = []

    def tried() -> bool:
        with contextlib.suppress(EdgeError):
            found.append(forgotten(one, gone))
        return bool(found)

    until(tried, 30)
    return found[0]


def forgotten(one: Machine, gone: Machine) -> bool:
    """Through a control-plane node, once."""
    name = str(gone.settings["hostname"])
    kubectl, etcd = Local(one), Etcd.here()
    cluster, leaving = removal.examine(kubectl, etcd, [name], {name: gone.addresses()})
    there = [node for node in leaving if node.found or node.member]
    removal.judge(cluster, there, **_OPTIONS)  # type: ignore[arg-type]
    for node in there:
        removal.delete(kubectl, etcd, node)
    return bool(there)


def names(etcd: Etcd) -> list[str]:
    """The members of which it is known that they have a vote and are well; none while there is no leader."""
    try:
        return sorted(member.name for member in etcd.members() if member.healthy and not member.learner)
    except EdgeError:
        return []


@pytest.mark.parametrize(
    ("version", "phase"),
    [("1.34.2", "etcd-manifest"), ("1.34.2", "mark-control-plane"), ("1.28.15", "mark-control-plane")],
)
def test_a_killed_join_is_forgotten_and_joins(
    world: World, monkeypatch: pytest.MonkeyPatch, version: str, phase: str
) -> None:
    """Killed after it was announced to etcd, and after it had become a member: a learner has no vote."""
    one, two = (world.machine(n, version) for n in (51, 52))
    words = joined(right(one, "init", "--config", config(one), "--upload-certs"), True)
    words += ["--apiserver-advertise-address", two.addresses()[0]]
    monkeypatch.setattr(host, "ROOT", one.root)
    power_cut(two, phase, *words)
    two.systemctl("start", "kubelet")  # the power is back
    etcd = Etcd.here()
    until(lambda: "node-51" in names(etcd), 30)
    forget(one, two)
    right(two, "reset", "--force")
    until(lambda: names(etcd) == ["node-51"], 30)
    forget(one, two)
    until(lambda: names(etcd) == ["node-51"] and len(etcd.members()) == 1, 30)
    assert forget(one, two) is False
    right(two, *words)
    until(lambda: names(etcd) == ["node-51", "node-52"], 30)


def test_a_vote_that_was_announced_and_never_came(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before 1.29 the second member has a vote at once: the first is no majority any more, and that is said."""
    one, two = (world.machine(n, "1.28.15") for n in (53, 54))
    words = joined(right(one, "init", "--config", config(one), "--upload-certs"), True)
    words += ["--apiserver-advertise-address", two.addresses()[0]]
    monkeypatch.setattr(host, "ROOT", one.root)
    power_cut(two, "etcd-manifest", *words)
    with pytest.raises(EdgeError) as refused:
        Etcd.here().members()
    assert "no leader" in refused.value.message and "--force-new-cluster" in refused.value.remedy
