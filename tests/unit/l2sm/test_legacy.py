# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What releases before today's resources have left, by tables; and what an image tells of its version."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._l2sm.legacy import legacy
from ansible_collections.edge.infra.plugins.module_utils._l2sm.versions import version_of


def definition(name: str, space: str = "default", **config: str) -> dict[str, Any]:
    """A NetworkAttachmentDefinition."""
    return {"metadata": {"name": name, "namespace": space}, "spec": {"config": json.dumps(config)}}


def workload(image: str) -> dict[str, Any]:
    """A deployment or daemonset of one container."""
    return {
        "metadata": {"name": "w", "namespace": "s"},
        "spec": {"template": {"spec": {"containers": [{"image": image}]}}},
    }


def pod(asked: str, space: str = "default") -> dict[str, Any]:
    """A pod with Multus' annotation."""
    return {"metadata": {"name": "p", "namespace": space, "annotations": {"k8s.v1.cni.cncf.io/networks": asked}}}


@pytest.mark.parametrize(
    ("config", "form", "kind"),
    [
        ({"type": "host-device", "device": "l2sm-vNet"}, "2023", "vnet"),
        ({"type": "l2sm", "kind": "vlink"}, "interim", "vlink"),
        ({"type": "l2sm", "kind": "ext-vnet"}, "interim", "ext-vnet"),
        ({"type": "l2sm"}, "interim", "vnet"),
    ],
)
def test_networks(config: dict[str, str], form: str, kind: str) -> None:
    [found] = legacy([definition("n", **config)], [], [], [])["networks"]
    assert (found["form"], found["becomes"]) == (form, {"name": "n", "namespace": "default", "type": kind})


@pytest.mark.parametrize(
    "config",
    [
        {"type": "host-device", "device": "eth1"},
        {"type": "bridge", "bridge": "br1"},
        {"type": "macvlan", "device": "l2sm-vNet"},
        {},
    ],
)
def test_definitions_of_others(config: dict[str, str]) -> None:
    found = legacy([definition("n", **config)], [workload("nginx:1"), workload("example.com/l2sm/app:1")], [], [])
    assert found["found"] is False and found["declarations"] == []


def test_interfaces_and_workloads() -> None:
    interfaces = [definition(d, type="host-device", device=d) for d in ("vpod1", "vxlan10")]
    found = legacy(interfaces, [workload("lewisfelix24/l2sm-operator:latest")], [workload("mirror/l2sm-operator")], [])
    assert found["interfaces"] == ["default/vpod1", "default/vxlan10"] and found["networks"] == []
    assert found["workloads"] == ["daemonset s/w", "deployment s/w"] and found["found"] is True


@pytest.mark.parametrize(
    ("asked", "space", "uses"),
    [
        ("n", "default", True),
        ("other, n@net1", "default", True),
        ("default/n", "elsewhere", True),
        ("n", "elsewhere", False),
        ('[{"name": "n"}]', "default", True),
        ('[{"name": "n", "namespace": "default"}]', "elsewhere", True),
        ("nn", "default", False),
    ],
)
def test_pods(asked: str, space: str, uses: bool) -> None:
    network = definition("n", type="host-device", device="l2sm-vNet")
    [found] = legacy([network], [], [], [pod(asked, space)])["networks"]
    assert bool(found["pods"]) is uses


def test_names_that_today_are_one_network() -> None:
    twice = [definition("n", space, type="host-device", device="l2sm-vNet") for space in ("a", "b")]
    assert legacy(twice, [], [], [])["shared_names"] == ["n"]


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("alexdecb/l2sm-controller-manager:2.8.7", (2, 8, 7)),
        ("example.com:5000/manager:v2.10.0@sha256:00", (2, 10, 0)),
        ("example.com:5000/manager", None),
        ("manager@sha256:00", None),
        ("manager:latest", None),
    ],
)
def test_versions(image: str, version: tuple[int, ...] | None) -> None:
    assert version_of(image) == version
