# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network edge devices: the switch of a cluster that joins it to others.

Source: the operator's code at 2.8.7. It builds the switch once and keeps only the neighbours up to date; the
availability in the status is never written, so readiness is that of the switch's ReplicaSet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.dialect import Document
from .._engine.field import Compare, Field
from .._engine.paths import get_path
from .._engine.resource import Resource, Wait
from .leftovers import PORT
from .objects import differences
from .resources import API_VERSION, DELETING, LABELS, NAME, NAMESPACE, ONCE, SWITCHES, prepare_with, provider
from .rules import check_edge
from .shape import viewed


def _neighbors(value: Any) -> Any:
    """Without empty values, which the definition's defaults add."""
    return [{k: v for k, v in n.items() if v} for n in value] if isinstance(value, list) else value


FIELDS = (
    NAME,
    NAMESPACE,
    LABELS,
    provider("The SDN controller that joins the clusters; the same in each of them.", True, ONCE),
    Field(
        "node_config",
        "Where the device runs.",
        type="dict",
        api="spec.nodeConfig",
        create_only=True,
        remedy=ONCE,
        compare=Compare.SUBSET,
        options=(
            Field("node_name", "Node; the first one of the control plane unless given.", api="nodeName"),
            Field(
                "ip_address",
                "Address of that node for the other clusters, such as C(192.0.2.11).",
                required=True,
                api="ipAddress",
            ),
        ),
    ),
    Field(
        "neighbors",
        "The devices of the other clusters.",
        type="list",
        elements="dict",
        api="spec.neighbors",
        compare=Compare.UNORDERED,
        normalize=_neighbors,
        options=(
            Field("node", "Name of the other device's node.", required=True),
            Field("domain", "Address of the other device.", required=True),
            Field("lpm_ip", "Its address in the measuring network.", api="lpmIp"),
        ),
    ),
    Field(
        "switch_template",
        "Pod template of the device (C(metadata), C(spec)); the operator's own unless given.",
        type="dict",
        api="spec.switchTemplate",
        create_only=True,
        remedy=ONCE,
        compare=Compare.SUBSET,
    ),
)


def _view(live: Document) -> Document:
    """With a ``condition`` out of the switch's ReplicaSet."""
    ready = any(get_path(s, "status.readyReplicas", 0) for s in live.get(SWITCHES) or ())
    return {**viewed(FIELDS, live), "condition": "Ready" if ready else "switch not ready"}


def _adapt(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    present = get_path(live, "spec.switchTemplate", None)
    if "switch_template" in values and not differences(values["switch_template"], present):
        return {**values, "switch_template": present}
    return values


EDGE = Resource(
    kind="network_edge_device",
    module="l2sm_network_edge_device",
    title="network edge device",
    path=f"/apis/{API_VERSION}/networkedgedevices",
    id_key="metadata.uid",
    fields=FIELDS,
    after=("overlay", PORT.kind),
    deleting=(DELETING, frozenset({True})),
    view=_view,
    adapt=_adapt,
    check=check_edge,
    prepare=prepare_with(FIELDS),
    ready=Wait(path="condition", done=frozenset({"Ready"}), timeout=300),
)
