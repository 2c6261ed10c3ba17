# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON schemas of PDUs, NS configuration templates, subscriptions and slice instances."""

from __future__ import annotations

from .schemas import (
    BOOL,
    COUNT1,
    ID,
    IPV4,
    LIST_EDIT,
    NAME,
    NOTE,
    NULL,
    OBJECT,
    PASSWORD,
    SHORT,
    TEXT,
    Schema,
    document,
    listing,
)
from .schemas_ns import INSTANTIATE

_MAC: Schema = {"type": "string", "pattern": "^[0-9a-fA-F][02468aceACE](:[0-9a-fA-F]{2}){5}$"}
_IPV6: Schema = {"type": "string", "pattern": "^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%.+)?$"}
_INTERFACE = document(
    {
        "name": SHORT,
        "mgmt": BOOL,
        "type": {"enum": ["overlay", "underlay"]},
        "ip-address": {"oneOf": [IPV4, _IPV6]},
        "mac-address": _MAC,
        "vim-network-name": SHORT,
        "vim-network-id": SHORT,
    },
    "name mgmt ip-address",
)
_PDU: Schema = {"name": SHORT, "type": SHORT, "description": NOTE, "shared": BOOL}
_LISTS: dict[str, Schema] = {"vims": listing(SHORT), "vim_accounts": listing(SHORT), "interfaces": listing(_INTERFACE)}

PDU_NEW = document({**_PDU, **_LISTS}, "name type interfaces")
PDU_EDIT = document({**_PDU, **{name: {"oneOf": [LIST_EDIT, schema]} for name, schema in _LISTS.items()}}, least=1)

TEMPLATE = document({"name": TEXT, "nsdId": ID, "config": OBJECT}, "name nsdId config")
#: what the configuration of a template may hold; nothing else is known there
TEMPLATE_PARTS: dict[str, Schema] = {
    name: INSTANTIATE["properties"][name] for name in ("vnf", "vld", "additionalParamsForVnf")
}


def _some(*words: str) -> Schema:
    return {"type": "array", "items": {"enum": list(words)}}


def _when(kind: str, *needed: str) -> Schema:
    """Of the further filters one is needed; so it is, too, where the kinds of notifications are not given at all."""
    return {
        "if": {"properties": {"notificationTypes": {"contains": {"const": kind}}}},
        "then": {"anyOf": [{"required": [name]} for name in needed]},
    }


_VNF_STEPS = "INSTANTIATE SCALE SCALE_TO_LEVEL CHANGE_FLAVOUR TERMINATE HEAL OPERATE CHANGE_EXT_CONN MODIFY_INFO"
_NS_STEPS = "INSTANTIATE SCALE UPDATE TERMINATE HEAL"
_COMPONENT_FILTERS = ("nsComponentTypes", "lcmOpNameImpactingNsComponent", "lcmOpOccStatusImpactingNsComponent")
_ENDS = ("COMPLETED", "PARTIALLY_COMPLETED", "FAILED")
SUBSCRIPTION: Schema = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "properties": {
        "filter": {
            "type": "object",
            "properties": {
                "nsInstanceSubscriptionFilter": {
                    "type": "object",
                    "properties": {
                        name: {"type": "array"}
                        for name in ("nsdIds", "vnfdIds", "pnfdIds", "nsInstanceIds", "nsInstanceNames")
                    },
                },
                "notificationTypes": _some(
                    "NsLcmOperationOccurrenceNotification",
                    "NsChangeNotification",
                    "NsIdentifierCreationNotification",
                    "NsIdentifierDeletionNotification",
                ),
                "operationTypes": _some("INSTANTIATE", "SCALE", "TERMINATE", "UPDATE", "HEAL"),
                "operationStates": _some("PROCESSING", *_ENDS, "FAILED_TEMP", "ROLLING_BACK", "ROLLED_BACK"),
                "nsComponentTypes": _some("VNF", "NS", "PNF"),
                "lcmOpNameImpactingNsComponent": _some(
                    *(f"VNF_{step}" for step in _VNF_STEPS.split()), *(f"NS_{step}" for step in _NS_STEPS.split())
                ),
                "lcmOpOccStatusImpactingNsComponent": _some("START", *_ENDS, "ROLLED_BACK"),
            },
            "allOf": [
                _when("NsLcmOperationOccurrenceNotification", "operationTypes", "operationStates"),
                _when("NsChangeNotification", *_COMPONENT_FILTERS),
            ],
        },
        "CallbackUri": NOTE,
        "authentication": {
            "type": "object",
            "properties": {
                "authType": {"enum": ["basic"]},
                "paramsBasic": {"type": "object", "properties": {"userName": TEXT, "password": PASSWORD}},
            },
        },
    },
    "required": ["CallbackUri"],
}

_SUBNET = document({**INSTANTIATE["properties"], "id": NAME})
_NET: Schema = {"oneOf": [TEXT, OBJECT]}
_SLICE_LINK = document({"name": TEXT, "vim-network-name": _NET, "vim-network-id": _NET, "ip-profile": OBJECT}, "name")
SLICE_INSTANTIATE = document(
    {
        "lcmOperationType": TEXT,
        "netsliceInstanceId": ID,
        "nsiName": NAME,
        "nsiDescription": {"oneOf": [NOTE, NULL]},
        "nstId": TEXT,
        "vimAccountId": ID,
        "timeout_nsi_deploy": COUNT1,
        "ssh_keys": {"type": "array", "items": {"type": "string"}},
        "nsi_id": ID,
        "additionalParamsForNsi": OBJECT,
        "netslice-subnet": listing(_SUBNET),
        "netslice-vld": listing(_SLICE_LINK),
    },
    "nsiName nstId vimAccountId",
)
