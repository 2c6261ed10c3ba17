# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The records of an NS instance as NBI makes them from the NSD, the VNFDs and the request."""

from __future__ import annotations

import copy
import json
import re
import time
import uuid
from typing import Any

import yaml

from .descriptors import configurations
from .errors import Refusal
from .store import Document

#: parameters of initial primitives that the life-cycle manager fills in itself
_FILLED = ("<rw_mgmt_ip>", "<VDU_SCALE_INFO>", "<ns_config_info>", "<OSM>")


def ns_record(nsd: Document, request: Document, extra: Any) -> Document:
    """A fresh NS record, not instantiated."""
    nsr_id = str(uuid.uuid4())
    record: Document = {
        "name": request["nsName"],
        "name-ref": request["nsName"],
        "short-name": request["nsName"],
        "admin-status": "ENABLED",
        "nsState": "NOT_INSTANTIATED",
        "currentOperation": "IDLE",
        "currentOperationID": None,
        "errorDescription": None,
        "errorDetail": None,
        "deploymentStatus": None,
        "configurationStatus": None,
        "vcaStatus": None,
        "nsd": copy.deepcopy(nsd),
        "datacenter": request["vimAccountId"],
        "resource-orchestrator": "osmopenmano",
        "description": request.get("nsDescription", ""),
        "constituent-vnfr-ref": [],
        "operational-status": "init",
        "config-status": "init",
        "detailed-status": "scheduled",
        "orchestration-progress": {},
        "create-time": time.time(),
        "nsd-name-ref": nsd["name"],
        "operational-events": [],
        "nsd-ref": nsd["id"],
        "nsd-id": nsd["_id"],
        "vnfd-id": [],
        "instantiate_params": {k: v for k, v in request.items() if not k.startswith("additionalParamsFor")},
        "additionalParamsForNs": extra,
        "ns-instance-config-ref": nsr_id,
        "id": nsr_id,
        "_id": nsr_id,
        "ssh-authorized-key": request.get("ssh_keys"),
        "flavor": [],
        "image": [],
        "affinity-or-anti-affinity-group": [],
        "shared-volumes": [],
        "vnffgd": [],
    }
    if "revision" in nsd["_admin"]:
        record["revision"] = nsd["_admin"]["revision"]
    if nsd.get("virtual-link-desc"):
        record["vld"] = [
            {**copy.deepcopy(link), "name": link["id"], "vnfd-connection-point-ref": _points(nsd, link["id"])}
            for link in nsd["virtual-link-desc"]
        ]
    return record


def _points(nsd: Document, link: str) -> list[Document]:
    return [
        {
            "member-vnf-index-ref": point.get("constituent-base-element-id"),
            "vnfd-connection-point-ref": point.get("constituent-cpd-id"),
            "vnfd-id-ref": profile.get("vnfd-id"),
        }
        for profile in profiles(nsd)
        for connection in profile.get("virtual-link-connectivity") or ()
        if connection.get("virtual-link-profile-id") == link
        for point in connection.get("constituent-cpd-id") or ()
    ]


def profiles(nsd: Document) -> list[Document]:
    """The constituent VNFs of an NSD (of its first deployment flavour, as in reality)."""
    return nsd.get("df", [{}])[0].get("vnf-profile") or []


def vnf_record(vnfd: Document, index: str, nsr: Document, request: Document, namespace: str | None) -> Document:
    """The record of one VNF of an NS, with its VDUs and KDUs."""
    extra, own = additional_params(request, index, descriptor=vnfd)
    own = own or {}
    record: Document = {
        "id": (vnfr_id := str(uuid.uuid4())),
        "_id": vnfr_id,
        "nsr-id-ref": nsr["id"],
        "member-vnf-index-ref": index,
        "additionalParamsForVnf": extra,
        "created-time": time.time(),
        "vnfd-ref": vnfd["id"],
        "vnfd-id": vnfd["_id"],
        "vim-account-id": None,
        "vca-id": None,
        "vdur": [],
        "connection-point": [
            {
                "name": point.get("id"),
                "connection-point-id": point.get("int-cpd", {}).get("cpd"),
                "connection-point-vdu-id": point.get("int-cpd", {}).get("vdu-id"),
                "id": point.get("id"),
            }
            for point in vnfd.get("ext-cpd") or ()
        ],
        "ip-address": None,
    }
    if "revision" in vnfd["_admin"]:
        record["revision"] = vnfd["_admin"]["revision"]
    if own.get("config-units"):
        record["config-units"] = own["config-units"]
    if vnfd.get("int-virtual-link-desc"):
        record["vld"] = copy.deepcopy(vnfd["int-virtual-link-desc"])
    if vnfd.get("k8s-cluster"):
        record["k8s-cluster"] = copy.deepcopy(vnfd["k8s-cluster"])
        by_net = {p["k8s-cluster-net"]: p.get("id") for p in vnfd.get("ext-cpd") or () if p.get("k8s-cluster-net")}
        for net in record["k8s-cluster"].get("nets") or ():
            if net.get("id") in by_net:
                net["external-connection-point-ref"] = by_net[net["id"]]
    namespace = own.get("k8s-namespace") or namespace
    for kdu in vnfd.get("kdu") or ():
        record.setdefault("kdur", []).append(_kdu_record(vnfd, kdu, index, request, namespace))
    for vdu in vnfd.get("vdu") or ():
        extra, _unused = additional_params(request, index, vdu_id=vdu["id"], descriptor=vnfd)
        flavor = _flavor(vnfd, vdu, index, nsr)
        for count in range(instances(vnfd, vdu["id"])):
            record["vdur"].append({**vdu_record(vdu, count, extra), "ns-flavor-id": flavor})
    return record


def _flavor(vnfd: Document, vdu: Document, index: str, nsr: Document) -> str:
    """Note the size of a VDU's machines in the NS record; its number there."""
    computes = {c["id"]: c for c in vnfd.get("virtual-compute-desc") or ()}
    storages = {s["id"]: s for s in vnfd.get("virtual-storage-desc") or ()}
    compute = computes.get(vdu.get("virtual-compute-desc"), {})
    storage = storages.get((vdu.get("virtual-storage-desc") or [None])[0], {})
    flavor: Document = {}
    if compute.get("virtual-cpu", {}).get("num-virtual-cpu"):
        flavor["vcpu-count"] = compute["virtual-cpu"]["num-virtual-cpu"]
    if compute.get("virtual-memory", {}).get("size"):
        flavor["memory-mb"] = float(compute["virtual-memory"]["size"]) * 1024.0
    if storage.get("size-of-storage"):
        flavor["storage-gb"] = storage["size-of-storage"]
    flavor["name"] = f"{vdu['id'][:56]}-{index}-{vnfd['_admin'].get('revision', 1)}-flv"
    flavor["id"] = str(len(nsr["flavor"]))
    nsr["flavor"].append(flavor)
    return str(flavor["id"])


def instances(vnfd: Document, vdu_id: str) -> int:
    """How many instances of a VDU a descriptor starts with."""
    for level in (vnfd.get("df", [{}])[0].get("instantiation-level") or [{}])[0].get("vdu-level") or ():
        if level.get("vdu-id") == vdu_id:
            return int(level.get("number-of-instances", 1))
    return 1


def vdu_record(vdu: Document, count: int, extra: Any) -> Document:
    """The record of one instance of a VDU."""
    interfaces = [
        {key: iface[key] for key in ("name", "mac-address", "position", "ip-address") if iface.get(key) is not None}
        | {"internal-connection-point-ref": point["id"]}
        for point in vdu.get("int-cpd") or ()
        for iface in point.get("virtual-network-interface-requirement") or ()
    ]
    item_id = str(uuid.uuid4())
    return {
        "_id": item_id,
        "id": item_id,
        "vdu-id-ref": vdu["id"],
        "ip-address": None,
        "internal-connection-point": [
            {"id": p["id"], "connection-point-id": p["id"], "name": p["id"]} for p in vdu.get("int-cpd") or ()
        ],
        "interfaces": interfaces,
        "additionalParams": extra,
        "vdu-name": vdu["name"],
        "virtual-storages": [],
        "count-index": count,
        **({"pdu-type": vdu["pdu-type"]} if vdu.get("pdu-type") else {}),
    }


def _kdu_record(vnfd: Document, kdu: Document, index: str, request: Document, namespace: str | None) -> Document:
    extra, own = additional_params(request, index, kdu_name=kdu["name"], descriptor=vnfd)
    own = own or {}
    record: Document = {
        "additionalParams": extra,
        "k8s-namespace": own.get("k8s-namespace") or namespace,
        "kdu-deployment-name": own.get("kdu-deployment-name") or "",
        "kdu-name": kdu["name"],
        "ip-address": None,
        "k8s-cluster": {},
    }
    if own.get("config-units"):
        record["config-units"] = own["config-units"]
    if kdu.get("helm-version"):
        record["helm-version"] = kdu["helm-version"]
    for kind in ("helm-chart", "juju-bundle"):
        if kdu.get(kind):
            record[kind] = own.get("kdu_model") or kdu[kind]
    return record


def additional_params(
    request: Document,
    index: str | None = None,
    vdu_id: str | None = None,
    kdu_name: str | None = None,
    descriptor: Document | None = None,
) -> tuple[Any, Document | None]:
    """The parameters that a request gives for the NS, a VNF, a VDU or a KDU, and the entry they come from.

    Raises 400 for a name the NBI does not take and for a parameter that an initial primitive needs and nobody gives.
    """
    where, given, entry = "additionalParamsForNs", request.get("additionalParamsForNs"), None
    if index:
        where = f"additionalParamsForVnf[member-vnf-index={index}]"
        vnfs = request.get("additionalParamsForVnf") or ()
        item = next((x for x in vnfs if x["member-vnf-index"] == index), None)
        given = (item or {}).get("additionalParams") or ({} if item else None)
        entry = None if vdu_id or kdu_name else item
        for wanted, group, key in (
            (vdu_id, "additionalParamsForVdu", "vdu_id"),
            (kdu_name, "additionalParamsForKdu", "kdu_name"),
        ):
            if not wanted or not item:
                continue
            given = {} if kdu_name else given
            entry = next((x for x in item.get(group) or () if x[key] == wanted), None)
            if entry and entry.get("additionalParams"):
                where += f".{group}[{key}={wanted}]"
                given = entry["additionalParams"]
    params: Any = dict(given) if given else given
    for name, value in (given or {}).items():
        if not kdu_name and not re.match("^[a-zA-Z_][a-zA-Z0-9_]*$", str(name)):
            raise Refusal(
                f"Invalid param name at {where}:{name}. Must contain only alphanumeric characters and underscores, "
                "and cannot start with a digit"
            )
        if not isinstance(name, str):
            raise Refusal(f"Invalid param at {where}:{name}. Only string keys are allowed")
        if "$" in name:
            raise Refusal(f"Invalid param at {where}:{name}. Keys must not contain $ symbol")
        if isinstance(value, dict | list):
            params[name] = "!!yaml " + yaml.safe_dump(value)
    if descriptor is not None:
        _needed(params, index, vdu_id or kdu_name or descriptor.get("id"), descriptor)
    if params and kdu_name:
        params = json.dumps(params)
    return params or None, entry


def _needed(params: Any, index: str | None, target: Any, descriptor: Document) -> None:
    if index:
        primitives = [
            primitive
            for df in descriptor.get("df") or ()
            for configuration in configurations(df)
            if configuration.get("id") == target
            for primitive in configuration.get("initial-config-primitive") or ()
        ]
    else:
        primitives = (descriptor.get("ns-configuration") or {}).get("initial-config-primitive") or []
    for primitive in primitives:
        for parameter in primitive.get("parameter") or ():
            value = str(parameter["value"])
            wanted = value.startswith("<") and value.endswith(">") and value not in _FILLED
            if wanted and value[1:-1] not in (params or {}):
                raise Refusal(
                    f"Parameter '{value}' needed for vnfd[id={descriptor['id']}]:day1-2 configuration:"
                    f"initial-config-primitive[name={primitive['name']}] not supplied"
                )


def operation(nsr_id: str, kind: str, params: Document) -> Document:
    """An operation as NBI writes it."""
    now, op_id = time.time(), str(uuid.uuid4())
    return {
        "id": op_id,
        "_id": op_id,
        "operationState": "PROCESSING",
        "queuePosition": None,
        "stage": None,
        "errorMessage": None,
        "detailedStatus": None,
        "statusEnteredTime": now,
        "nsInstanceId": nsr_id,
        "lcmOperationType": kind,
        "startTime": now,
        "isAutomaticInvocation": False,
        "operationParams": params,
        "isCancelPending": False,
        "links": {
            "self": f"/osm/nslcm/v1/ns_lcm_op_occs/{op_id}",
            "nsInstance": f"/osm/nslcm/v1/ns_instances/{nsr_id}",
        },
    }
