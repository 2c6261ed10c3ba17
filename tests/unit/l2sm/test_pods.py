# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What annotations of pods say."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._l2sm.pods import (
    Attachment,
    attachments_of,
    networks_of,
    on_overlay,
)


def pod(node: str = "n1", **annotations: str) -> dict[str, Any]:
    """A pod with annotations, by short names."""
    keys = {"wants": "l2sm/networks", "has": "k8s.v1.cni.cncf.io/networks"}
    given = {keys[k]: v for k, v in annotations.items()}
    return {"metadata": {"name": "p", "namespace": "s", "annotations": given}, "spec": {"nodeName": node}}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a, b", ["a", "b"]),
        ('[{"name": "b", "ips": ["10.0.0.1/24"]}, {"name": "a"}]', ["b", "a"]),
        ('["a"]', ["a"]),
        ("", []),
        ("5", ["5"]),
    ],
)
def test_networks(text: str, names: list[str]) -> None:
    assert networks_of(pod(wants=text)) == names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[{"name": "ov-veth1", "namespace": "x", "ips": ["10.0.0.1/24"]}]', [("ov-veth1", "x", ("10.0.0.1/24",))]),
        ('[{"name": "ov-veth1"}]', [("ov-veth1", "s", ())]),
        ("other/one@net1, two", [("one", "s", ()), ("two", "s", ())]),
        ("{", [("{", "s", ())]),
        ("", []),
    ],
)
def test_attachments(text: str, found: list[Any]) -> None:
    assert attachments_of(pod(has=text)) == [Attachment(*row) for row in found]


def test_pods_on_an_overlay() -> None:
    overlay = {"metadata": {"name": "ov"}, "spec": {"topology": {"nodes": ["n1"]}}}
    has = '[{"name": "ov-veth1"}]'
    assert on_overlay([pod(has=has), pod("n2", has=has), pod(has='[{"name": "over-veth1"}]'), pod()], overlay) == [
        "s/p"
    ]
