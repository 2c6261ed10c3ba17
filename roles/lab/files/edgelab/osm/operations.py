# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an operation on an NS makes sense: the checks NBI does on its parameters, against the descriptors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .descriptors import configurations
from .errors import Refusal, unprocessable
from .session import Session
from .store import Document, Store

#: primitives that every KDU has
KDU_PRIMITIVES = ("upgrade", "rollback", "status", "inspect", "readme")
_STATES = ("start", "stop", "rebuild", "console")


def check_operation(store: Store, session: Session, nsr: Document, kind: str, params: Document) -> None:
    """Raise 400 or 422 for parameters that do not fit the NS."""
    if kind == "instantiate":
        _check_instantiate(store, session, nsr, params)
    elif kind == "action":
        _check_action(store, nsr, params)
    elif kind == "scale":
        step = params["scaleVnfData"]["scaleByStepData"]
        vnfd = vnfd_of(store, nsr, step["member-vnf-index"])
        aspects = vnfd["df"][0]["scaling-aspect"]  # a VNFD without one fails here: 400 'scaling-aspect'
        if not any(aspect["id"] == step["scaling-group-descriptor"] for aspect in aspects):
            raise Refusal(
                f"Invalid scaleVnfData:scaleByStepData:scaling-group-descriptor '{step['scaling-group-descriptor']}' "
                "is not present at vnfd:scaling-aspect"
            )
    elif kind == "heal":
        for data in params["healVnfData"]:
            vnfd = _vnfd_of_record(store, nsr, data["vnfInstanceId"], "Ns healing")
            for vdu in (data.get("additionalParams") or {}).get("vdu") or ():
                _vdu(vnfd, vdu["vdu-id"])
    elif kind == "update":
        _check_update(store, nsr, params)


def vnfd_of(store: Store, nsr: Document, index: str) -> Document:
    """The VNFD, in the revision in use, of a member of the NS; raises 400."""
    for vnfr in store.find("vnfrs", **{"nsr-id-ref": nsr["_id"], "member-vnf-index-ref": index}):
        if "revision" in vnfr:
            found = store.all("vnfds_revisions").get(f"{vnfr['vnfd-id']}:{vnfr['revision']}")
        else:
            found = store.all("vnfds").get(vnfr["vnfd-id"])
        if not found:
            raise Refusal(f"vnfd id={vnfr['vnfd-id']} has been deleted!. Operation cannot be performed")
        return found
    raise Refusal(f"Invalid parameter member_vnf_index='{index}' is not one of the nsd:constituent-vnfd")


def _vnfd_of_record(store: Store, nsr: Document, vnfr_id: str, what: str) -> Document:
    vnfr = store.all("vnfrs").get(vnfr_id)
    if vnfr is None:
        raise Refusal(
            f"database exception {what} request could not be processed with error: database exception Not found entry "
            f"with filter='{ {'_id': vnfr_id} }'."
        )
    return vnfd_of(store, nsr, vnfr["member-vnf-index-ref"])


def _vdu(vnfd: Document, vdu_id: str) -> Document:
    for vdu in vnfd.get("vdu") or ():
        if vdu["id"] == vdu_id:
            return vdu  # type: ignore[no-any-return]
    raise Refusal(f"Invalid parameter vdu_id='{vdu_id}' not present at vnfd:vdu:id")


# -- instantiate -----------------------------------------------------------------------------------------------------


def _check_instantiate(store: Store, session: Session, nsr: Document, params: Document) -> None:
    _account(store, session, "vim_accounts", "vimAccountId", params["vimAccountId"])
    _account(store, session, "wim_accounts", "wimAccountId", params.get("wimAccountId"))
    for vnf in params.get("vnf") or ():
        _check_vnf(vnf, vnfd_of(store, nsr, vnf["member-vnf-index"]))
        _account(store, session, "vim_accounts", "vimAccountId", vnf.get("vimAccountId"))
    links = {link["id"] for link in nsr["nsd"].get("virtual-link-desc") or ()}
    for vld in params.get("vld") or ():
        _account(store, session, "wim_accounts", "wimAccountId", vld.get("wimAccountId"))
        if vld["name"] not in links:
            raise Refusal(f"Invalid parameter vld:name='{vld['name']}' is not present at nsd:vld")


def _account(store: Store, session: Session, topic: str, field: str, item_id: Any) -> None:
    if not isinstance(item_id, str):
        return
    document = store.all(topic).get(item_id)
    if document is None or not session.may_see(document):
        raise Refusal(f"Invalid {field}='{item_id}' not present for the project")


def _check_vnf(given: Document, vnfd: Document) -> None:
    where = f"vnf[member-vnf-index='{given['member-vnf-index']}']"
    vdus = {vdu["id"]: vdu for vdu in vnfd.get("vdu") or ()}
    for vdu in given.get("vdu") or ():
        if vdu["id"] not in vdus:
            raise Refusal(f"Invalid parameter {where}:vdu[id='{vdu['id']}'] is not present at vnfd:vdu")
        described = vdus[vdu["id"]]
        for volume in vdu.get("volume") or ():
            if volume["name"] not in (described.get("virtual-storage-desc") or ()):
                raise KeyError("id")  # the real engine trips while it words this refusal
        names = {
            iface.get("name")
            for point in described.get("int-cpd") or ()
            for iface in point.get("virtual-network-interface-requirement") or ()
        }
        for iface in vdu.get("interface") or ():
            if iface["name"] not in names:
                raise Refusal(
                    f"Invalid parameter {where}:vdu[id='{vdu['id']}']:int-cpd[id='{iface['name']}'] is not present at "
                    "vnfd:vdu:int-cpd"
                )
    links = {link.get("id") for link in vnfd.get("int-virtual-link-desc") or ()}
    for link in given.get("internal-vld") or ():
        if link["name"] not in links:
            raise Refusal(
                f"Invalid parameter {where}:internal-vld:name='{link['name']}' is not present at vnfd '{vnfd['id']}'"
            )


def find_cluster(store: Store, session: Session, vnfr: Document, vim_id: str) -> Document | None:
    """The K8s cluster for a VNF's KDUs; None when it has none. Raises 400 when no registered one fits.

    As in reality neither the cluster's state nor a pending deletion is looked at.
    """
    if not vnfr.get("kdur"):
        return None
    wanted = vnfr.get("k8s-cluster") or {}
    requirements: Document = {}
    for cluster in store.listing("k8sclusters", session):
        if cluster["vim_account"] != vim_id:
            continue
        if not wanted:
            return cluster
        if wanted.get("cni"):
            requirements["cni"] = wanted["cni"]
            if not set(wanted["cni"]) & set(cluster.get("cni") or ()):
                continue
        if wanted.get("version"):
            requirements["version"] = wanted["version"]
            if cluster.get("k8s_version") not in wanted["version"]:
                continue
        if wanted.get("nets"):
            requirements["networks"] = len(wanted["nets"])
            if len(cluster.get("nets") or ()) < len(wanted["nets"]):
                continue
        return cluster
    raise Refusal(
        f"No k8scluster with requirements='{requirements}' at vim_account={vim_id} found for "
        f"member_vnf_index={vnfr['member-vnf-index-ref']}"
    )


# -- action ----------------------------------------------------------------------------------------------------------


def _primitives(store: Store, nsr: Document, params: Document) -> Iterator[Document]:
    """The primitives of the NS, VNF, VDU or KDU that an action names."""
    index = params.get("member_vnf_index")
    if not index:
        yield from (nsr["nsd"].get("ns-configuration") or {}).get("config-primitive") or ()
        return
    vnfd = vnfd_of(store, nsr, index)
    target = vnfd["id"]
    if params.get("vdu_id"):
        target = _vdu(vnfd, params["vdu_id"])["id"]
    elif params.get("kdu_name"):
        target = params["kdu_name"]
        if not any(kdu["name"] == target for kdu in vnfd.get("kdu") or ()):
            raise Refusal(f"Invalid parameter kdu_name='{target}' not present at vnfd:kdu:name")
    for configuration in configurations(vnfd["df"][0]):
        if configuration["id"] == target:
            yield from configuration.get("config-primitive") or ()
            return


def _check_action(store: Store, nsr: Document, params: Document) -> None:
    if params.get("vnf_member_index"):
        params["member_vnf_index"] = params.pop("vnf_member_index")
    known = list(_primitives(store, nsr, params))
    wanted = params["primitive"]
    if params.get("kdu_name") and wanted in KDU_PRIMITIVES:
        if not params.get("member_vnf_index"):
            raise Refusal(f"Missing action parameter 'member_vnf_index' for default KDU primitive '{wanted}'")
        return
    for primitive in known:
        if primitive["name"] == wanted:
            left = dict(params.get("primitive_params") or {})
            for parameter in primitive.get("parameter") or ():
                if parameter["name"] in left:
                    del left[parameter["name"]]
                elif not parameter.get("default-value"):
                    raise Refusal(f"Needed parameter {parameter['name']} not provided for primitive '{wanted}'")
            if left:
                raise Refusal(f"parameter/s '{list(left)}' not present at vnfd /nsd for primitive '{wanted}'")
            return
    raise Refusal(f"Invalid primitive '{wanted}' is not present at vnfd/nsd")


# -- update ----------------------------------------------------------------------------------------------------------


def _check_update(store: Store, nsr: Document, params: Document) -> None:
    kind = params["updateType"]
    failed = "Error in validating ns-update request:"
    try:
        if kind == "CHANGE_VNFPKG":
            data = params["changeVnfPackageData"]
            vnfr_id, vnfd_id = data["vnfInstanceId"], data["vnfdId"]
            if vnfr_id not in nsr["constituent-vnfr-ref"]:
                raise unprocessable(f"{failed} vnf {vnfr_id} does not belong to NS {nsr['_id']}")
            current = store.all("vnfrs")[vnfr_id]["vnfd-id"]
            if current != vnfd_id:
                raise unprocessable(
                    f"{failed} vnfd-id {vnfd_id} does not match with the vnfd-id: {current} of VNF instance: {vnfr_id}"
                )
            limit = params.get("timeout_ns_update")
            if limit and limit < 300:
                raise unprocessable(f"{failed} {limit} second is not enough to upgrade the VNF instance: {vnfr_id}")
        elif kind == "REMOVE_VNF":
            vnfr_id = params["removeVnfInstanceId"]
            if vnfr_id not in nsr["constituent-vnfr-ref"]:
                raise Refusal(f"Invalid VNF Instance Id. '{vnfr_id}' is not present in the NS '{nsr['_id']}'")
        elif kind == "OPERATE_VNF" and params.get("operateVnfData"):
            data = params["operateVnfData"]
            if data["changeStateTo"] not in _STATES:
                raise unprocessable(
                    f"The operate type should be either start, stop, console or rebuild not {data['changeStateTo']}"
                )
            if data.get("additionalParam"):
                vnfd = _vnfd_of_record(store, nsr, data["vnfInstanceId"], "Ns update")
                _vdu(vnfd, data["additionalParam"]["vdu_id"])
        elif kind == "VERTICAL_SCALE" and params.get("verticalScaleVnf"):
            data = params["verticalScaleVnf"]
            _vdu(_vnfd_of_record(store, nsr, data["vnfInstanceId"], "Ns update"), data["vduId"])
    except KeyError as error:
        raise KeyError(f"Ns update request could not be processed with error: {error}.") from None
