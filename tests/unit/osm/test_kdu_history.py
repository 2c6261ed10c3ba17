# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values of a Helm release, as OSM's records of operations tell them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.resource import Document, Resource
from ansible_collections.edge.infra.plugins.module_utils._osm.operations import NS_OPERATION
from ansible_collections.edge.infra.plugins.module_utils._osm.releases import Release, history, merged, unpacked

FIRST = {"a": 1, "deep": {"x": 1}}
VNF = {"_id": "v", "member-vnf-index-ref": "web"}
KDU = {"kdu-name": "app", "additionalParams": json.dumps({"a": 1, "deep": "!!yaml x: 1\n"})}
_times = itertools.count(1)


@dataclass
class Records:
    """Facts from a list."""

    operations: list[dict[str, Any]]
    target: Document = field(
        default_factory=lambda: {
            "_admin": {"deployed": {"K8s": [{"member-vnf-index": "web", "kdu-name": "app", "kdu-model": "repo/app:1"}]}}
        }
    )

    def all(self, resource: Resource, scope: str = "") -> Sequence[Document]:
        assert resource is NS_OPERATION
        return self.operations


def operation(kind: str, params: dict[str, Any], state: str = "COMPLETED") -> dict[str, Any]:
    return {"lcmOperationType": kind, "operationState": state, "startTime": next(_times), "operationParams": params}


def upgrade(state: str = "COMPLETED", kdu: str = "app", **params: Any) -> dict[str, Any]:
    given = {"member_vnf_index": "web", "kdu_name": kdu, "primitive": "upgrade", "primitive_params": json.dumps(params)}
    return operation("action", given, state)


def rollback(state: str = "COMPLETED") -> dict[str, Any]:
    return operation("action", {"member_vnf_index": "web", "kdu_name": "app", "primitive": "rollback"}, state)


def scale(index: str = "web") -> dict[str, Any]:
    step = {"member-vnf-index": index, "scaling-group-descriptor": "g"}
    return operation("scale", {"scaleVnfData": {"scaleByStepData": step}})


@pytest.mark.parametrize(
    ("operations", "values", "chart"),
    [
        ([], FIRST, "repo/app:1"),
        # OSM alone sends the values of the instantiation along, and drops the version of the chart
        ([upgrade(a=2), upgrade(b=3)], {**FIRST, "b": 3}, "repo/app"),
        ([upgrade(kdu_model="repo/app:2", kdu_reset_values="true", a=2)], {"a": 2}, "repo/app:2"),
        ([upgrade(deep={"y": 2})], {"a": 1, "deep": {"x": 1, "y": 2}}, "repo/app"),
        ([upgrade(a=2), rollback()], FIRST, "repo/app:1"),
        ([upgrade(a=2), rollback(), rollback()], {**FIRST, "a": 2}, "repo/app"),
        ([upgrade("FAILED", a=2)], FIRST, "repo/app:1"),
        ([upgrade("FAILED", a=2, kdu_atomic_upgrade="false")], None, "repo/app"),
        ([upgrade("FAILED", a=2), rollback()], None, "repo/app"),
        ([rollback("FAILED")], None, "repo/app:1"),
        ([upgrade("PROCESSING", a=2)], FIRST, "repo/app:1"),
        ([upgrade(kdu="other", a=2), scale("other")], FIRST, "repo/app:1"),
        ([upgrade(replicaCount=2), scale()], FIRST, "repo/app"),
        # what was before the last instantiation is no part of it
        ([upgrade(a=2), operation("instantiate", {})], FIRST, "repo/app:1"),
    ],
)
def test_history(operations: list[dict[str, Any]], values: dict[str, Any] | None, chart: str) -> None:
    assert history(Records(list(reversed(operations))), VNF, KDU)[-1] == Release(values, chart)


def test_values_of_a_record() -> None:
    assert unpacked('{"a": "1", "b": "!!yaml - x\\n- 2\\n"}') == {"a": "1", "b": ["x", 2]}
    assert unpacked(None) == unpacked("") == unpacked("no json") == {}
    assert merged({"a": {"x": 1}, "b": {"x": 1}}, {"a": {"y": 2}, "b": 3}) == {"a": {"x": 1, "y": 2}, "b": 3}
