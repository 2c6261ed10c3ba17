# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Network slice instances and their operations: what NBI does before the life-cycle manager takes over."""

from __future__ import annotations

import copy
import time
import uuid
from collections.abc import Iterator
from typing import Any, Protocol

import yaml

from .call import Answer, Call
from .errors import Refusal, conflict
from .instances import Instances
from .schemas import check
from .schemas_slices import SLICE_INSTANTIATE
from .session import Session, leave
from .store import Document, Store, stamp

#: schema of the body of each operation; C(action) has a URL and a permission, and trips here
_SCHEMAS: dict[str, Any] = {"instantiate": SLICE_INSTANTIATE, "terminate": None}


class Manager(Protocol):
    """The life-cycle manager as NBI sees it."""

    def tell(self, op_id: str) -> None:
        """Run an operation."""


class Slices:
    """Answers calls below ``nsilcm``."""

    def __init__(self, store: Store, instances: Instances, manager: Manager) -> None:
        self.store = store
        self.instances = instances
        self.manager = manager

    def serve(self, call: Call) -> Answer:
        """Answer a call on slice instances or their operations."""
        topic = "nsilcmops" if call.topic == "nsi_lcm_op_occs" else "nsis"
        if call.method == "GET":
            if call.item_id:
                return Answer(200, self.store.get(topic, call.session, call.item_id))
            return Answer(200, self.store.listing(topic, call.session, call.filters))
        if call.method == "DELETE":
            return self._delete(call)
        if call.item:
            op_id = self._new_operation(call.session, call.item_id or "", call.item, call.document())
            return Answer(202, {"id": op_id}, call.location(str(op_id), "nsi_lcm_op_occs"))
        return self._create(call)

    # -- creation ------------------------------------------------------------------------------------------------

    def _create(self, call: Call) -> Answer:
        request = call.document()
        nsi, made = self._new_nsi(call.session, request)
        if call.topic != "netslice_instances_content":
            return Answer(201, {"_id": nsi["_id"], "id": nsi["_id"]}, call.location(nsi["_id"]))
        try:
            op_id = self._new_operation(call.session, nsi["_id"], "instantiate", request)
        except BaseException:
            del self.store.all("nsis")[nsi["_id"]]
            self._forget(made)
            raise
        return Answer(201, {"id": nsi["_id"], "nsilcmop_id": op_id}, call.location(nsi["_id"]))

    def _forget(self, nsr_ids: list[str]) -> None:
        for nsr_id in nsr_ids:
            self.instances.forget(nsr_id)

    def _new_nsi(self, session: Session, request: Document) -> tuple[Document, list[str]]:
        """The record of a slice and those of its NSs, and the ids of the latter; the body itself is not checked here.

        But for quotas and schemas (422), whatever goes wrong becomes a 400 that tells the step.
        """
        step, made = "checking quotas", list[str]()
        try:
            self.store.check_quota("nsis", "slice_instances", session, self.store.all("projects"))
            step = f"getting nstd id='{request.get('nstId')}' from database"
            nst = copy.deepcopy(self.store.get("nsts", session, request["nstId"]))
            step = "checking NST operationalState"
            if nst.pop("_admin")["operationalState"] == "DISABLED":
                raise conflict(
                    f"nst with id '{request['nstId']}' is DISABLED, and thus cannot be used to create a netslice "
                    "instance"
                )
            nst_id = nst.pop("_id")
            step = "filling nsi_descriptor with input data"
            nsi = stamp(self._record(nst, request), session)
            nsi["_admin"].update({"nsiState": "NOT_INSTANTIATED", "deployed": {"RO": []}, "nst-id": nst_id})
            step = "creating netslice-vld at database"
            links = copy.deepcopy(nst.get("netslice-vld") or [])
            for link in links:
                link.update({"shared-nsrs-list": [], "vimAccountId": request["vimAccountId"]})
            nsi["_admin"]["netslice-vld"] = links
            for subnet in nst["netslice-subnet"]:
                step = f"getting nstd id='{subnet['nsd-ref']}' constituent-nsd='{subnet['id']}' from database"
                subnet["_id"] = self._nsd(session, subnet["nsd-ref"])["_id"]
            step = "creating nsrs at database using NsrTopic.new()"
            details, parameters = list[Document](), list[Document]()
            for subnet in nst["netslice-subnet"]:
                nsr_id, given = self._shared(session, subnet)
                if nsr_id is None:
                    given = self._ns_request(subnet, request)
                    nsr_id = self.instances.new_nsr(session, given)["_id"]
                    made.append(nsr_id)
                details.append(
                    {
                        "nsrId": nsr_id,
                        "shared": subnet.get("is-shared-nss"),
                        "nsd-id": subnet["nsd-ref"],
                        "nss-id": subnet["id"],
                        "nslcmop_instantiate": None,
                    }
                )
                parameters.append({**given, "nss-id": subnet["id"]})
                nsi["nsr-ref-list"].append({"nsr-ref": nsr_id})
            nsi["_admin"].update({"nsrs-detailed-list": details, "netslice-subnet": parameters})
        except Exception as error:
            self._forget(made)
            if isinstance(error, Refusal) and error.status == 422:
                raise
            raise Refusal(f"Error {step}: {error}") from None
        self.store.all("nsts")[nst_id]["_admin"]["usageState"] = "IN_USE"
        self.store.replace("nsis", nsi)
        return nsi, made

    @staticmethod
    def _record(nst: Document, request: Document) -> Document:
        nsi_id = str(uuid.uuid4())
        return {
            "id": nsi_id,
            "_id": nsi_id,
            "name": request["nsiName"],
            "description": request.get("nsiDescription", ""),
            "datacenter": request["vimAccountId"],
            "nst-ref": nst["id"],
            "instantiation_parameters": copy.deepcopy(request),
            "network-slice-template": nst,
            "nsr-ref-list": [],
            "vlr-list": [],
            "additionalParamsForNsi": _additional_params(request),
        }

    def _nsd(self, session: Session, nsd_id: str) -> Document:
        for document in self.store.listing("nsds", session):
            if document.get("id") == nsd_id:
                return document
        raise Refusal(f"database exception Not found entry with filter='{ {'id': nsd_id} }'", 404)

    def _shared(self, session: Session, subnet: Document) -> tuple[str | None, Document]:
        """The NS of a shared subnet that another slice has made, and what it was made with."""
        if not subnet.get("is-shared-nss"):
            return None, {}
        for nsi in self.store.listing("nsis", session):
            for detail in nsi["_admin"]["nsrs-detailed-list"]:
                if (detail["shared"], detail["nsd-id"], detail["nss-id"]) == (True, subnet["nsd-ref"], subnet["id"]):
                    given = next(p for p in nsi["_admin"]["netslice-subnet"] if p["nss-id"] == subnet["id"])
                    return str(detail["nsrId"]), given
        return None, {}

    @staticmethod
    def _ns_request(subnet: Document, request: Document) -> Document:
        """The request for the NS of a subnet: the template's parameters, the slice's, and those for this subnet."""
        made: Document = copy.deepcopy(subnet.get("instantiation-parameters") or {})
        made["nsdId"] = subnet["_id"]
        made["nsName"] = f"{request['nsiName']}.{subnet['id']}"
        made["vimAccountId"] = request["vimAccountId"]
        made["nsDescription"] = subnet["description"]  # a subnet without one trips here, as in reality
        if request.get("ssh_keys"):
            made["ssh_keys"] = request["ssh_keys"]
        given: list[Document] = request.get("netslice-subnet") or []
        own: Document = next((p for p in given if p.get("id") == subnet["id"]), {})
        made.update({key: copy.deepcopy(value) for key, value in own.items() if key != "id"})
        return made

    # -- operations ----------------------------------------------------------------------------------------------

    def _new_operation(self, session: Session, nsi_id: str, kind: str, params: Document) -> str | None:
        """Record an operation and those of the NSs; None for a removal of what is not instantiated."""
        params.update(lcmOperationType=kind, netsliceInstanceId=nsi_id)
        schema = _SCHEMAS[kind]
        if schema:
            check(params, schema)
        nsi = self.store.get("nsis", session, nsi_id)
        if nsi["_admin"]["nsiState"] == "NOT_INSTANTIATED":
            if kind == "terminate" and params.get("autoremove"):
                return None
            if kind != "instantiate":
                raise conflict(f"netslice_instance '{nsi_id}' cannot be '{kind}' because it is not instantiated")
        elif kind == "instantiate" and not session.force:
            raise conflict(f"netslice_instance '{nsi_id}' cannot be '{kind}' because it is already instantiated")
        made = list[str]()
        try:
            params["nslcmops_ids"] = [op for op, new in self._ns_operations(session, nsi, kind, made) if op or new]
            if kind == "instantiate":
                known = {subnet["id"] for subnet in nsi["network-slice-template"]["netslice-subnet"]}
                for subnet in params.get("netslice-subnet") or ():
                    if subnet["id"] not in known:
                        raise Refusal(f"Invalid parameter nstId='{subnet['id']}' is not one of the nst:netslice-subnet")
        except BaseException:
            for op_id in made:
                self.store.all("nslcmops").pop(op_id, None)
            raise
        record = stamp(_operation(nsi_id, kind, copy.deepcopy(params)), session)
        self.store.replace("nsilcmops", record)
        self.manager.tell(record["_id"])
        return str(record["_id"])

    def _ns_operations(
        self, session: Session, nsi: Document, kind: str, made: list[str]
    ) -> Iterator[tuple[str | None, bool]]:
        """The operations of the NSs as (id, whether it is new); of a shared NS one is enough."""
        details: list[Document] = nsi["_admin"]["nsrs-detailed-list"]
        for index, detail in enumerate(details):
            if detail["shared"]:
                other = self._other_user(session, nsi, detail["nsrId"])
                if kind == "terminate":
                    detail["nslcmop_instantiate"] = None
                    if other:
                        continue
                else:
                    _join(nsi, detail)
                    if other:
                        details[index] = copy.deepcopy(other)
                        yield other["nslcmop_instantiate"], False
                        continue
            params: Document = {"netsliceInstanceId": nsi["_id"]}
            try:
                if kind == "instantiate":
                    params.update(copy.deepcopy(self.store.all("nsrs")[detail["nsrId"]]["instantiate_params"]))
                op_id = self.instances.new_operation(session, detail["nsrId"], kind, params, of_slice=True)
            except KeyError:
                continue  # the NS is gone
            except Refusal as refusal:
                if refusal.status == 404:
                    continue
                raise
            made.append(str(op_id))
            if kind == "instantiate":
                detail["nslcmop_instantiate"] = op_id
            yield op_id, True

    def _other_user(self, session: Session, nsi: Document, nsr_id: str) -> Document | None:
        """What another slice notes of a shared NS that it has instantiated."""
        for other in self.store.listing("nsis", session):
            for detail in other["_admin"]["nsrs-detailed-list"]:
                used = detail["nsrId"] == nsr_id and detail["shared"] and detail["nslcmop_instantiate"]
                if used and other["_id"] != nsi["_id"]:
                    return detail  # type: ignore[no-any-return]
        return None

    # -- deletion ------------------------------------------------------------------------------------------------

    def _delete(self, call: Call) -> Answer:
        nsi_id = call.item_id or ""
        if call.topic == "netslice_instances_content" and not call.session.force:
            op_id = self._new_operation(call.session, nsi_id, "terminate", {"autoremove": True})
            # without an operation nothing is deleted either: so it is in reality
            return Answer(202, {"_id": op_id}) if op_id else Answer(204)
        nsi = self.store.get("nsis", call.session, nsi_id)
        if nsi["_admin"]["nsiState"] == "INSTANTIATED" and not call.session.force:
            raise conflict(
                f"nsi '{nsi_id}' cannot be deleted because it is in 'INSTANTIATED' state. "
                "Launch 'terminate' operation first; or force deletion"
            )
        if leave(nsi, call.session):
            self.forget(nsi, call.session.force)
        return Answer(204)

    def forget(self, nsi: Document, force: bool = False) -> None:
        """Remove a slice with its operations and with the NSs that no other slice uses."""
        self.store.all("nsis").pop(nsi["_id"], None)
        for detail in nsi["_admin"]["nsrs-detailed-list"]:
            others = (d for n in self.store.all("nsis").values() for d in n["_admin"]["nsrs-detailed-list"])
            if detail["shared"] and any(d["nsrId"] == detail["nsrId"] for d in others):
                continue
            self.instances.forget(detail["nsrId"], check_state=not force)
        for record in list(self.store.find("nsilcmops", netsliceInstanceId=nsi["_id"])):
            del self.store.all("nsilcmops")[record["_id"]]
        nst = self.store.all("nsts").get(nsi["_admin"]["nst-id"])
        if nst:
            # whether another slice uses it is looked up by a key that no slice has
            nst["_admin"]["usageState"] = "NOT_IN_USE"


def _join(nsi: Document, detail: Document) -> None:
    """Note a shared NS at the links of the slice that its subnet is connected to."""
    for link in nsi["_admin"]["netslice-vld"]:
        joined = any(point["nss-ref"] == detail["nss-id"] for point in link["nss-connection-point-ref"])
        if joined and detail["nsrId"] not in link["shared-nsrs-list"]:
            link["shared-nsrs-list"].append(detail["nsrId"])


def _additional_params(request: Document) -> Document | None:
    params: Document | None = copy.copy(request.get("additionalParamsForNsi"))
    for name, value in (params or {}).items():
        if "." in name or "$" in name:
            raise Refusal(f"Invalid param at additionalParamsForNsi:{name}. Keys must not contain dots or $")
        if isinstance(value, dict | list):
            params[name] = "!!yaml " + yaml.safe_dump(value)  # type: ignore[index]
    return params


def _operation(nsi_id: str, kind: str, params: Document) -> Document:
    """An operation as NBI writes it."""
    now, op_id = time.time(), str(uuid.uuid4())
    return {
        "id": op_id,
        "_id": op_id,
        "operationState": "PROCESSING",
        "statusEnteredTime": now,
        "netsliceInstanceId": nsi_id,
        "lcmOperationType": kind,
        "startTime": now,
        "isAutomaticInvocation": False,
        "operationParams": params,
        "isCancelPending": False,
        "links": {
            "self": f"/osm/nsilcm/v1/nsi_lcm_op_occs/{op_id}",
            "netsliceInstanceId": f"/osm/nsilcm/v1/netslice_instances/{nsi_id}",
        },
    }
