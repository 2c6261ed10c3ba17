# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Labels and taints of nodes: ours come and go, those of others stay."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import marks

CONTROL = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
LOST = {"key": "node.kubernetes.io/unreachable", "effect": "NoExecute", "timeAdded": "2026-01-01T00:00:00Z"}
VIDEO = {"key": "example.com/only", "value": "video", "effect": "NoSchedule"}
VERSION = {"resourceVersion": "7"}


def node(has: dict[str, str] | None = None, taints: list[Any] | None = None, **notes: str) -> dict[str, Any]:
    """A node; ``notes`` are labels and taints that are noted as ours."""
    annotations = {f"edge.infra/{name}": value for name, value in notes.items()}
    meta = {"name": "n", "resourceVersion": "7", "labels": has or {}, "annotations": annotations}
    return {"metadata": meta, "spec": {"taints": taints} if taints else {}}


@pytest.mark.parametrize(
    ("has", "labels", "taints", "patch"),
    [
        (node(), {}, None, {}),
        (node(taints=[CONTROL]), {}, [CONTROL], {}),
        (node({"a": "1"}), {"a": "1"}, None, {"metadata": {"annotations": {marks.LABELS: "a"}}}),
        (node(), {"a": "1"}, None, {"metadata": {"labels": {"a": "1"}, "annotations": {marks.LABELS: "a"}}}),
        (
            node({"a": "1", "theirs": "x"}, labels="a"),
            {},
            None,
            {"metadata": {"labels": {"a": None}, "annotations": {marks.LABELS: None}}},
        ),
        (
            node({"a": "1"}, labels="a,gone"),
            {"a": "2"},
            None,
            {"metadata": {"labels": {"a": "2"}, "annotations": {marks.LABELS: "a"}}},
        ),
        # kubeadm has given it, and only the note is missing
        (
            node(taints=[VIDEO]),
            {},
            [VIDEO],
            {"metadata": {"annotations": {marks.TAINTS: "example.com/only:NoSchedule"}}},
        ),
        (
            node(taints=[LOST]),
            {},
            [VIDEO],
            {
                "metadata": {"annotations": {marks.TAINTS: "example.com/only:NoSchedule"}, **VERSION},
                "spec": {"taints": [LOST, VIDEO]},
            },
        ),
        # no longer wanted: that of the control plane, and one that is noted as ours
        (node(taints=[CONTROL, LOST]), {}, [], {"metadata": VERSION, "spec": {"taints": [LOST]}}),
        (node(taints=[VIDEO]), {}, [], {}),
        (node(taints=[VIDEO]), {}, None, {}),
    ],
)
def test_patches(has: dict[str, Any], labels: dict[str, str], taints: list[Any] | None, patch: dict[str, Any]) -> None:
    assert marks.patch(has, labels, taints) == patch


def test_a_taint_of_ours_that_is_no_longer_wanted_goes_and_one_with_another_value_is_replaced() -> None:
    has = node(taints=[VIDEO])
    has["metadata"]["annotations"] = {marks.TAINTS: "example.com/only:NoSchedule"}
    assert marks.patch(has, {}, [])["spec"] == {"taints": None}
    other = {**VIDEO, "value": "audio"}
    assert marks.patch(has, {}, [other]) == {"metadata": VERSION, "spec": {"taints": [other]}}
    assert marks.patch(has, {}, None) == {}, "nothing is said of taints: what was ours before is left alone"


def test_what_a_patch_changes_is_shown() -> None:
    has = node({"a": "1", "b": "2"}, [CONTROL], labels="b")
    change = marks.patch(has, {"a": "3"}, [])
    assert marks.shown(has, change) == (
        {"labels": {"a": "1", "b": "2"}, "taints": ["node-role.kubernetes.io/control-plane:NoSchedule"]},
        {"labels": {"a": "3"}, "taints": []},
    )
