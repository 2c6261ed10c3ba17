# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Operations on slices: their records. OSM forgets them together with the slice."""

from __future__ import annotations

from .._engine.dialect import Document
from .._engine.field import Field
from .._engine.resource import Resource, Wait


def _operation_view(operation: Document) -> Document:
    """A record whose end can be seen: of a slice without links a termination ends without a state."""
    state, detail = operation.get("operationState"), operation.get("detailed-status")
    if state == "PROCESSING" and detail == "done":
        state = "COMPLETED"
    ended = operation.get("statusEnteredTime") if state not in ("PROCESSING", "ROLLING_BACK") else None
    return {**operation, "operationState": state, "ended": ended}


SLICE_OPERATION = Resource(
    kind="slice_operation",
    module="osm_slice_operation",
    title="operation of slice",
    path="nsilcm/v1/nsi_lcm_op_occs?netsliceInstanceId={scope}",
    id_key="_id",
    together="netsliceInstanceId",
    fields=(
        Field("slice", "Name or id of the slice.", scope=True, reference="slice", required=True),
        Field("type", "What is done: instantiate or terminate.", api="lcmOperationType", read_only=True),
        Field("detailed_status", "How it ended, in OSM's words.", api="detailed-status", read_only=True),
        Field(
            "ns_operations",
            "Ids of the operations on the NS instances of the slice.",
            type="list",
            elements="str",
            api="operationParams.nslcmops_ids",
            read_only=True,
        ),
        Field("started", "When it was asked, in seconds since 1970.", type="float", api="startTime", read_only=True),
        Field("ended", "When it ended, in seconds since 1970.", type="float", read_only=True),
    ),
    verbs=frozenset(),
    view=_operation_view,
    ready=Wait(
        path="operationState",
        done=frozenset({"COMPLETED", "PARTIALLY_COMPLETED"}),
        failed=frozenset({"FAILED", "FAILED_TEMP", "ROLLED_BACK", "CANCELLED"}),
        reason=("detailed-status",),
        stage=("detailed-status",),
        remedy="Mend the cause; then remove the slice (state: absent) and run again. OSM does not terminate a slice"
        " again once one of its NS instances is terminated: then force: true removes the records that are left.",
        timeout=7200,
    ),
)
