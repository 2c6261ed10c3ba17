# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON schemas of the operations on NS instances."""

from __future__ import annotations

from .schemas import BOOL, COUNT0, COUNT1, ID, IPV4, NAME, NOTE, NULL, OBJECT, SHORT, TEXT, Schema, document, listing

_MAC: Schema = {"type": "string", "pattern": "^[0-9a-fA-F][02468aceACE](:[0-9a-fA-F]{2}){5}$"}
_IPV6: Schema = {"type": "string", "pattern": "^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%.+)?$"}
_ADDRESS: Schema = {"oneOf": [IPV4, _IPV6]}
_PREFIX: Schema = {"type": "string", "pattern": IPV4["pattern"][:-1] + "/(30|[12]?[0-9])$"}
_WIM: Schema = {"oneOf": [ID, BOOL, NULL]}
_NAME_OR_MAP: Schema = {"oneOf": [TEXT, OBJECT]}

_IP_PROFILE = document(
    {
        "ip-version": {"enum": ["ipv4", "ipv6"]},
        "subnet-address": {"oneOf": [NULL, _PREFIX]},
        "gateway-address": {"oneOf": [NULL, IPV4]},
        "dns-server": {"oneOf": [NULL, listing(document({"address": _ADDRESS}, "address"))]},
        "dhcp-params": {
            "oneOf": [NULL, document({"enabled": BOOL, "count": COUNT1, "start-address": IPV4})],
        },
    }
)
_PROVIDER = document(
    {
        "physical-network": NAME,
        "segmentation-id": NAME,
        "sdn-ports": {"type": "array", "items": document({"switch_id": SHORT, "switch_port": SHORT}, closed=False)},
        "network-type": SHORT,
    },
    closed=False,
)
_VDU = document(
    {
        "id": NAME,
        "vim-flavor-id": NAME,
        "instance_name": NAME,
        "vim-flavor-name": NAME,
        "security-group-name": NAME,
        "volume": listing(document({"name": NAME, "vim-volume-id": NAME}, "name vim-volume-id")),
        "interface": listing(
            document({"name": NAME, "ip-address": _ADDRESS, "mac-address": _MAC, "floating-ip-required": BOOL}, "name")
        ),
    },
    "id",
)
_INTERNAL_VLD = document(
    {
        "name": NAME,
        "vim-network-name": NAME,
        "vim-network-id": NAME,
        "ip-profile": _IP_PROFILE,
        "provider-network": _PROVIDER,
        "internal-connection-point": listing(document({"id-ref": NAME, "ip-address": IPV4}, "id-ref", least=2)),
    },
    "name",
    least=2,
)
_KDU_PARAMS = document(
    {
        "kdu_name": NAME,
        "additionalParams": OBJECT,
        "kdu_model": NAME,
        "k8s-namespace": NAME,
        "config-units": COUNT1,
        "kdu-deployment-name": NAME,
    },
    "kdu_name",
    least=2,
)
_VDU_PARAMS = document({"vdu_id": NAME, "additionalParams": OBJECT, "config-units": COUNT1}, "vdu_id", least=2)
_AFFINITY = document({"id": NAME, "vim-affinity-group-id": NAME}, "id", least=2)
_VNF_PARAMS = document(
    {
        "member-vnf-index": NAME,
        "additionalParams": OBJECT,
        "k8s-namespace": NAME,
        "config-units": COUNT1,
        "additionalParamsForVdu": {"type": "array", "items": _VDU_PARAMS},
        "additionalParamsForKdu": {"type": "array", "items": _KDU_PARAMS},
        "affinity-or-anti-affinity-group": {"type": "array", "items": _AFFINITY},
    },
    "member-vnf-index",
    least=2,
)
_VNF = document(
    {
        "member-vnf-index": NAME,
        "vimAccountId": ID,
        "vdu": listing(_VDU),
        "internal-vld": listing(_INTERNAL_VLD),
    },
    "member-vnf-index",
    least=2,
)
_POINT = document(
    {"member-vnf-index-ref": NAME, "vnfd-connection-point-ref": NAME, "ip-address": _ADDRESS},
    "member-vnf-index-ref vnfd-connection-point-ref",
    least=3,
)
_VLD = document(
    {
        "name": TEXT,
        "vim-network-name": _NAME_OR_MAP,
        "vim-network-id": _NAME_OR_MAP,
        "ns-net": OBJECT,
        "wimAccountId": _WIM,
        "ip-profile": _IP_PROFILE,
        "provider-network": _PROVIDER,
        "vnfd-connection-point-ref": listing(_POINT),
    },
    "name",
)
#: words that NBI itself puts into every operation's body before the check
_OWN: Schema = {"lcmOperationType": TEXT, "nsInstanceId": ID}

INSTANTIATE = document(
    {
        **_OWN,
        "netsliceInstanceId": ID,
        "nsName": NAME,
        "nsDescription": {"oneOf": [NOTE, NULL]},
        "nsdId": ID,
        "vimAccountId": ID,
        "nsConfigTemplateId": ID,
        "wimAccountId": _WIM,
        "placement-engine": TEXT,
        "placement-constraints": OBJECT,
        "additionalParamsForNs": OBJECT,
        "additionalParamsForVnf": {"type": "array", "items": _VNF_PARAMS},
        "config-units": COUNT1,
        "k8s-namespace": NAME,
        "ssh_keys": {"type": "array", "items": {"type": "string"}},
        "timeout_ns_deploy": COUNT1,
        "nsr_id": ID,
        "vduImage": NAME,
        "vnf": listing(_VNF),
        "vld": listing(_VLD),
    },
    "nsName nsdId vimAccountId",
)
_CHANGE = document({"vnfInstanceId": ID, "vnfdId": ID}, "vnfInstanceId vnfdId", closed=False)
_STEP = document(
    {"scaling-group-descriptor": NAME, "member-vnf-index": NAME, "scaling-policy": NAME},
    "scaling-group-descriptor member-vnf-index",
)
_HEAL_VDU = document({"run-day1": BOOL, "vdu-id": NAME, "count-index": COUNT0}, "vdu-id")

OPERATIONS: dict[str, Schema] = {
    "instantiate": INSTANTIATE,
    "terminate": document(
        {
            **_OWN,
            "autoremove": BOOL,
            "timeout_ns_terminate": COUNT1,
            "skip_terminate_primitives": BOOL,
            "netsliceInstanceId": ID,
        }
    ),
    "action": document(
        {
            **_OWN,
            "member_vnf_index": NAME,
            "vnf_member_index": NAME,
            "vdu_id": NAME,
            "vdu_count_index": COUNT0,
            "kdu_name": NAME,
            "primitive": NAME,
            "timeout_ns_action": COUNT1,
            "primitive_params": OBJECT,
        },
        "primitive primitive_params",
    ),
    "scale": document(
        {
            **_OWN,
            "scaleType": {"enum": ["SCALE_VNF"]},
            "timeout_ns_scale": COUNT1,
            "scaleVnfData": document(
                {
                    "vnfInstanceId": NAME,
                    "scaleVnfType": {"enum": ["SCALE_OUT", "SCALE_IN"]},
                    "scaleByStepData": _STEP,
                },
                "scaleVnfType scaleByStepData",
            ),
            "scaleTime": TEXT,
        },
        "scaleType scaleVnfData",
    ),
    "heal": document(
        {
            **_OWN,
            "timeout_ns_heal": COUNT1,
            "healVnfData": {
                "type": "array",
                "items": document(
                    {
                        "vnfInstanceId": ID,
                        "cause": NOTE,
                        "additionalParams": document({"run-day1": BOOL, "vdu": {"type": "array", "items": _HEAL_VDU}}),
                    },
                    "vnfInstanceId",
                ),
            },
        },
        "healVnfData",
    ),
    "migrate": document(
        {
            **_OWN,
            "vnfInstanceId": ID,
            "migrateToHost": TEXT,
            "targetHostK8sLabels": OBJECT,
            "vdu": document({"vduId": NAME, "vduCountIndex": COUNT0}, "vduId"),
        },
        "vnfInstanceId",
    ),
    "update": document(
        {
            **_OWN,
            "timeout_ns_update": COUNT1,
            "updateType": {
                "enum": ["CHANGE_VNFPKG", "REMOVE_VNF", "MODIFY_VNF_INFORMATION", "OPERATE_VNF", "VERTICAL_SCALE"]
            },
            "modifyVnfInfoData": _CHANGE,
            "removeVnfInstanceId": ID,
            "changeVnfPackageData": _CHANGE,
            "operateVnfData": document(
                {
                    "vnfInstanceId": ID,
                    "changeStateTo": NAME,
                    "additionalParam": document(
                        {"run-day1": BOOL, "vdu_id": NAME, "count-index": COUNT0}, "vdu_id count-index"
                    ),
                },
                "vnfInstanceId changeStateTo",
                closed=False,
            ),
            "verticalScaleVnf": document(
                {"vnfInstanceId": ID, "vnfdId": ID, "vduId": NAME, "countIndex": COUNT0},
                "vnfInstanceId vnfdId vduId",
                closed=False,
            ),
        },
        "updateType",
    ),
    "cancel": document({"nsLcmOpOccId": ID, "cancelMode": {"enum": ["GRACEFUL", "FORCEFUL"]}}, "cancelMode"),
}
