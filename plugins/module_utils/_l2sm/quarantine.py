# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quarantine requests: pods of one network are moved to another, while they run.

Source: the operator's code at 2.8.7. A request is carried out once for each generation; it has no finalizer, so its
removal brings nothing back. Source, target and pods are looked up in the request's own namespace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._engine.dialect import Document
from .._engine.errors import InputError
from .._engine.field import Field
from .._engine.paths import get_path
from .._engine.resource import Resource, Wait
from .resources import API_VERSION, DELETING, LABELS, NAME, NAMESPACE, prepare_with
from .rules import check_place
from .shape import viewed

MOVED = "PodsMoved"
#: every reason that the operator gives for not having moved the pods
REFUSED = frozenset(
    {
        "SourceL2NetworkNotFound",
        "MultipleSourceL2Networks",
        "InvalidL2NetworkSelector",
        "TargetL2NetworkNotFound",
        "InvalidRequest",
        "SDNClientNotConfigured",
        "TargetL2NetworkCheckFailed",
        "TargetL2NetworkUnavailable",
        "InvalidPodSelector",
        "PodMoveFailed",
    }
)
#: whether the operator takes values with an operator of a label selector
OPERATORS = {"In": True, "NotIn": True, "Exists": False, "DoesNotExist": False}


def _selector(name: str, doc: str | tuple[str, ...], api: str) -> Field:
    return Field(
        name,
        doc,
        type="dict",
        required=True,
        api=f"spec.selector.{api}",
        options=(
            Field("match_labels", "Labels that must be there with these values.", type="dict"),
            Field(
                "match_expressions",
                "Further conditions; all of them must hold.",
                type="list",
                elements="dict",
                options=(
                    Field("key", "Key of the label.", required=True),
                    Field("operator", "What must hold.", required=True, choices=tuple(OPERATORS)),
                    Field("values", "Values, for C(In) and C(NotIn).", type="list", elements="str"),
                ),
            ),
        ),
    )


FIELDS = (
    NAME,
    NAMESPACE,
    LABELS,
    _selector(
        "pod_selector",
        ("Labels of the pods to move, in the request's namespace.", "An empty one means every pod."),
        "podLabelSelector",
    ),
    _selector(
        "network_selector",
        (
            "Labels of the network that they are on now; exactly one network of the namespace must fit.",
            "The operator does not cope with a selector that fits none or several, so that is refused.",
        ),
        "l2NetworkSelector",
    ),
    Field(
        "target_network",
        "Name of the network, in the same namespace, that they are moved to.",
        required=True,
        api="spec.targetL2Network",
        sample="quarantine",
    ),
    Field(
        "source_network",
        "Name of the network that they were on, as the operator found it.",
        read_only=True,
        api="status.sourceL2NetworkName",
    ),
    Field("moved_pods", "How many pods were moved.", type="int", read_only=True, api="status.movedPodCount"),
)


def _view(live: Document) -> Document:
    """With the ``outcome`` of the present generation: the reason of the one condition, or ``Pending``."""
    conditions = get_path(live, "status.conditions", None) or []
    told: Mapping[str, Any] = next((c for c in conditions if c.get("type") == "Available"), {})
    seen = told.get("observedGeneration") or get_path(live, "status.observedGeneration", 0)
    outcome = "Pending"
    if told and seen >= get_path(live, "metadata.generation", 0):
        outcome = MOVED if told.get("status") == "True" else str(told.get("reason") or "Pending")
    return {**viewed(FIELDS, live), "outcome": outcome, "message": told.get("message") or ""}


def check_quarantine(values: Mapping[str, Any]) -> None:
    """Refuse selectors that no label fits."""
    check_place(values, 253)
    for option in ("pod_selector", "network_selector"):
        for i, row in enumerate((values.get(option) or {}).get("match_expressions") or []):
            wants = OPERATORS[row["operator"]]
            if wants != bool(row.get("values")):
                raise InputError(
                    f"{option}.match_expressions[{i}]: {row['operator']} goes {'with' if wants else 'without'} values.",
                    "Give values." if wants else "Leave values out.",
                    option=option,
                )


def fits(selector: Mapping[str, Any], labels: Mapping[str, str] | None) -> bool:
    """Whether labels satisfy a selector, as Kubernetes sees it."""
    have = labels or {}
    if any(have.get(k) != str(v) for k, v in (selector.get("match_labels") or {}).items()):
        return False
    return all(_holds(row, have) for row in selector.get("match_expressions") or [])


def _holds(row: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, operator, values = row["key"], row["operator"], row.get("values") or []
    if operator in ("Exists", "DoesNotExist"):
        return bool((key in labels) == (operator == "Exists"))
    return bool((labels.get(key) in values) == (operator == "In"))


def sources(values: Mapping[str, Any], networks: Iterable[tuple[str, str, Mapping[str, Any]]]) -> list[str]:
    """Names of the networks (name, namespace, options) that a request takes pods from."""
    wanted = values["network_selector"]
    return sorted(n for n, s, o in networks if s == values["namespace"] and fits(wanted, o.get("labels")))


QUARANTINE = Resource(
    kind="quarantine",
    module="l2sm_quarantine",
    title="quarantine request",
    path=f"/apis/{API_VERSION}/quarantinepodrequests",
    id_key="metadata.uid",
    fields=FIELDS,
    after=("network",),
    deleting=(DELETING, frozenset({True})),
    view=_view,
    check=check_quarantine,
    prepare=prepare_with(FIELDS),
    # the operator does not look at a generation twice
    remake_failed=True,
    ready=Wait(
        path="outcome",
        done=frozenset({MOVED}),
        failed=REFUSED,
        reason=("message",),
        remedy="Mend what the operator names, and run again: the request is then removed and made anew.",
        timeout=120,
    ),
)
