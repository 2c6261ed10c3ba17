# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Overlays: a switch on each of several nodes. The operator builds one once; later edits are stored and ignored.

Source: the operator's code at 2.8.7.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.dialect import Document
from .._engine.field import Compare, Field
from .._engine.paths import get_path
from .._engine.resource import Resource, Wait
from .objects import differences
from .pods import without_overlay
from .resources import (
    API_VERSION,
    ATTACHMENTS,
    DELETING,
    LABELS,
    NAME,
    NAMESPACE,
    SWITCHES,
    prepare_with,
    provider,
)
from .rules import check_overlay
from .shape import viewed

REBUILD = (
    "The operator builds an overlay once and ignores later edits: go back to the present value, or allow it to be"
    " removed and made again (replace: true), in which its pods lose their links until they are created again."
)


def _link(links: Any) -> Any:
    """Links have no direction."""
    return [sorted(link.values()) for link in links] if isinstance(links, list) else links


def _fixed(name: str, doc: str | tuple[str, ...], **more: Any) -> Field:
    return Field(name, doc, create_only=True, remedy=REBUILD, **more)


OVERLAY_FIELDS = (
    NAME,
    NAMESPACE,
    LABELS,
    provider(
        "The SDN controller that the switches obey; inside one cluster, the one that the operator installed.",
        True,
        REBUILD,
    ),
    _fixed(
        "nodes",
        "Nodes of the cluster that get a switch, by their names in Kubernetes. A node belongs to one overlay only.",
        type="list",
        elements="str",
        api="spec.topology.nodes",
        required=True,
        compare=Compare.UNORDERED,
        sample=["controller-0"],
    ),
    _fixed(
        "links",
        "Tunnels between the switches.",
        type="list",
        elements="dict",
        api="spec.topology.links",
        compare=Compare.UNORDERED,
        normalize=_link,
        options=(
            Field("endpoint_a", "One node.", required=True, api="endpointA"),
            Field("endpoint_b", "The other node.", required=True, api="endpointB"),
        ),
        sample=[],
    ),
    _fixed(
        "interface_count",
        "Attachments of pods per node; 10 unless given, and at most 99.",
        type="int",
        api="spec.interfaceNumber",
        sample=10,
    ),
    _fixed(
        "switch_template",
        "Pod template of the switches (C(metadata), C(spec)), to use another image; the operator's own unless given.",
        type="dict",
        api="spec.switchTemplate",
        compare=Compare.SUBSET,
    ),
    _fixed(
        "monitor",
        "Measures the links, over a network that is called after the overlay (C(lpm-NAME)).",
        type="dict",
        api="spec.monitor",
        compare=Compare.SUBSET,
        options=(
            Field(
                "metrics",
                "What to measure.",
                type="list",
                elements="dict",
                required=True,
                options=(
                    Field("name", "Name of the metric.", required=True),
                    Field("interval", "Minutes between measurements; all the time unless given.", type="int"),
                    Field(
                        "script_source",
                        "A script of one's own that measures it.",
                        type="dict",
                        api="scriptSource",
                        options=(
                            Field("name", "ConfigMap that holds the script.", required=True),
                            Field("key", "Key in that ConfigMap.", required=True),
                        ),
                    ),
                ),
            ),
            Field("spread_factor", "How far measurements are spread in time; 0.2 unless given.", api="spreadFactor"),
            Field(
                "export_metric",
                "Where results go.",
                type="dict",
                api="exportMetric",
                options=(
                    Field("method", "How they are exported."),
                    Field("service_account", "Service account of the collector.", api="serviceAccount"),
                    Field("config", "Settings of the method.", type="dict"),
                ),
            ),
            Field("network_cidr", "Addresses of the measuring network.", api="networkCIDR"),
            Field("ip_cidr", "Addresses to assign in it.", api="ipCIDR"),
        ),
    ),
    Field(
        "settle",
        (
            "Seconds to let pass after the switches of a new overlay became ready.",
            "A switch sleeps 20 seconds before it builds its tunnels, and nothing tells when they are there.",
        ),
        type="float",
        default=20.0,
        local=True,
        least=0,
    ),
    Field(
        "replace",
        (
            "Whether an overlay that must change is removed and made again, which is the only way to change it.",
            "The pods on it lose their links until they are created again. Check mode and the refusal without this"
            " option name them.",
        ),
        type="bool",
        default=False,
        local=True,
    ),
)


def _overlay(live: Document) -> Document:
    """With a ``condition`` out of the switches' ReplicaSets and the attachments (the status has none)."""
    nodes = get_path(live, "spec.topology.nodes", None) or []
    count = get_path(live, "spec.interfaceNumber", 10)
    ready = sum(1 for s in live.get(SWITCHES) or () if get_path(s, "status.readyReplicas", 0))
    made = len(live.get(ATTACHMENTS) or ())
    done = ready >= len(nodes) and made >= count
    condition = "Ready" if done else f"{ready} of {len(nodes)} switches, {made} of {count} attachments"
    return {**viewed(OVERLAY_FIELDS, live), "condition": condition}


def _in_live_terms(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    """Templates as they are, where all that was given is in them: the operator and the API server add to them."""
    adapted = dict(values)
    for name in ("switch_template", "monitor"):
        present = get_path(_overlay(live), f"spec.{'switchTemplate' if name == 'switch_template' else name}", None)
        if name in values and not differences(values[name], present):
            adapted[name] = present
    return adapted


OVERLAY = Resource(
    kind="overlay",
    module="l2sm_overlay",
    title="overlay",
    path=f"/apis/{API_VERSION}/overlays",
    id_key="metadata.uid",
    fields=OVERLAY_FIELDS,
    deleting=(DELETING, frozenset({True})),
    view=_overlay,
    adapt=_in_live_terms,
    check=check_overlay,
    prepare=prepare_with(OVERLAY_FIELDS),
    advise=without_overlay,
    ready=Wait(path="condition", done=frozenset({"Ready"}), timeout=600, settle="settle"),
)
