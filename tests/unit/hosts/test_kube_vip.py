# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in of kube-vip with the pod that the role writes: one holder, and another when it is gone."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import Environment, FileSystemLoader
from standin.client import ApiError
from standin.host import Refusal
from standin.kubevip import KubeVip
from standin_world import Machine, World, config, right

TEMPLATES = Path(__file__).resolve().parents[3] / "roles" / "kubernetes_endpoint" / "templates"
HOSTS = "/var/lib/edge.infra/kube-vip.hosts"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    one = World(tmp_path)
    yield one
    one.stop()


def pod(kubeconfig: str = "/etc/kubernetes/admin.conf") -> Any:
    """The manifest of the role."""
    given = {
        "__kubernetes_endpoint_mark": "ours",
        "__kubernetes_endpoint_state": {"interface": "lo"},
        "__kubernetes_endpoint_hosts": HOSTS,
        "__kubernetes_endpoint_kubeconfig": kubeconfig,
        "kubernetes_endpoint_address": "192.0.2.10",
        "kubernetes_endpoint_port": 6443,
        "kubernetes_endpoint_image": "registry.example/kube-vip:v0.9.2",
    }
    files = Environment(loader=FileSystemLoader(TEMPLATES), trim_blocks=True, autoescape=False)
    return yaml.safe_load(files.get_template("kube-vip.yaml.j2").render(given))


def test_one_has_the_address_and_another_takes_it_over(world: World) -> None:
    one = world.machine(11, "1.34.2")
    with pytest.raises(Refusal, match="is not a file"):
        KubeVip(one, pod()).start()
    right(one, "init", "--config", config(one))
    first, second = KubeVip(one, pod()), KubeVip(one, pod())
    second._name = "another"
    second.given["vip_leaseduration"] = "600000"
    assert [first.elect(), second.elect(), first.elect()] == [True, False, True]
    second.given["vip_leaseduration"] = "0"
    first.given["vip_leaseduration"] = "600000"
    assert [second.elect(), first.elect()] == [True, False]
    stranger = KubeVip(one, pod("/etc/kubernetes/kubelet.conf"))
    with pytest.raises(ApiError):
        stranger.elect()


def test_what_it_does_to_the_interface(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what differs."""
    one, calls, shown = world.machine(11, "1.34.2"), [], [""]

    def run(_self: Machine, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        calls.append(" ".join(command))
        return subprocess.CompletedProcess(list(command), 0, shown[0], "")

    monkeypatch.setattr(Machine, "run", run)
    monkeypatch.setattr("standin.kubevip.announce", lambda *_given: None)
    vip = KubeVip(one, pod())
    vip._have(True)
    assert calls == ["ip -o address show dev lo", "ip address add 192.0.2.10/32 dev lo"]
    shown[0] = "1: lo    inet 192.0.2.10/32 scope global lo"
    calls.clear()
    vip._have(True)
    vip.stop()
    assert calls == ["ip -o address show dev lo"] * 2 + ["ip address del 192.0.2.10/32 dev lo"]
