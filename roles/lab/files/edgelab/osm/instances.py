# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""NS instances, their operations and VNF records: what NBI does before the life-cycle manager takes over."""

from __future__ import annotations

import copy
import json
from typing import Protocol

from . import pdus
from .call import Answer, Call
from .errors import Refusal, conflict
from .ns_config import apply_template
from .operations import check_operation, find_cluster
from .records import additional_params, ns_record, operation, profiles, vnf_record
from .schemas import check
from .schemas_ns import INSTANTIATE, OPERATIONS
from .session import Session, leave
from .store import Document, Store, stamp
from .usage import forget_ns, mark_used

_COLLECTIONS = {"ns_lcm_op_occs": "nslcmops"}
_ALIVE = ("STARTING", "PROCESSING", "ROLLING_BACK")


class Manager(Protocol):
    """The life-cycle manager as NBI sees it."""

    def tell(self, op_id: str) -> None:
        """Run an operation."""

    def cancel(self, op_id: str) -> None:
        """End an operation that is running."""


class Instances:
    """Answers calls below ``nslcm``."""

    def __init__(self, store: Store, manager: Manager) -> None:
        self.store = store
        self.manager = manager

    def serve(self, call: Call) -> Answer:
        """Answer a call on instances or operations."""
        topic = _COLLECTIONS.get(call.topic, "nsrs")
        if call.method == "GET":
            if call.item_id:
                return Answer(200, self.store.get(topic, call.session, call.item_id))
            return Answer(200, self.store.listing(topic, call.session, call.filters))
        if call.method == "DELETE":
            return self._delete(call)
        if topic == "nslcmops":
            return self._cancel(call)
        if call.topic == "ns_instances_terminate":
            return self._terminate_many(call)
        if call.item:
            return self._operate(call)
        return self._create(call)

    # -- creation ------------------------------------------------------------------------------------------------

    def _create(self, call: Call) -> Answer:
        with_operation = call.topic == "ns_instances_content"
        request = call.document()
        nsr = self.new_nsr(call.session, request)
        if not with_operation:
            return Answer(201, {"_id": nsr["_id"], "id": nsr["_id"]}, call.location(nsr["_id"]))
        try:
            op_id = self.new_operation(call.session, nsr["_id"], "instantiate", request)
        except BaseException:
            forget_ns(self.store, nsr)
            raise
        reply = {"id": nsr["_id"], "nslcmop_id": op_id, "nsName": nsr["name"]}
        return Answer(201, reply, call.location(nsr["_id"]))

    def new_nsr(self, session: Session, request: Document) -> Document:
        """Create the NS record and its VNF records. Refusals say during which step they came."""
        step = "checking quotas"
        try:
            self.store.check_quota("nsrs", "ns_instances", session, self.store.all("projects"))
            step = "validating input parameters"
            check(request, INSTANTIATE)
            step = f"getting nsd id='{request['nsdId']}' from database"
            nsd = self.store.get("nsds", session, request["nsdId"])
            extra, _unused = additional_params(request, descriptor=nsd)
            namespace = (extra or {}).get("k8s-namespace") or request.get("k8s-namespace")
            namespace = namespace or (session.projects[0] if session.projects else None)
            step = f"getting ns_config_template is='{request.get('nsConfigTemplateId')}' from database"
            apply_template(self.store, session, request)
            for vnf in request.get("vnf") or ():
                for vdu in vnf.get("vdu") or ():
                    if vdu.get("vim-flavor-name") and vdu.get("vim-flavor-id"):
                        raise Refusal(
                            "Instantiation parameters vim-flavor-name and vim-flavor-id are mutually exclusive"
                        )
            step = "checking nsdOperationalState"
            if nsd["_admin"]["operationalState"] == "DISABLED":
                raise conflict(
                    f"nsd with id '{request['nsdId']}' is DISABLED, and thus cannot be used to create a network service"
                )
            step = "filling nsr from input data"
            nsr = ns_record(nsd, request, extra)
            request["nsr_id"] = nsr["_id"]
            vnfrs = []
            for profile in profiles(nsd):
                where = f"vnfd id='{profile['vnfd-id']}' constituent-vnfd='{profile['id']}'"
                step = f"getting {where} from database"
                vnfd = self._vnfd(session, profile["vnfd-id"])
                step = f"filling vnfr  vnfd-id='{profile['vnfd-id']}' constituent-vnfd='{profile['id']}'"
                vnfr = vnf_record(vnfd, profile["id"], nsr, request, namespace)
                vnfrs.append(stamp(vnfr, session))
                nsr["constituent-vnfr-ref"].append(vnfr["_id"])
                if vnfd["_id"] not in nsr["vnfd-id"]:
                    nsr["vnfd-id"].append(vnfd["_id"])
        except Refusal as refusal:
            raise Refusal(f"{refusal} while '{step}'", refusal.status) from None
        for record in [stamp(nsr, session), *vnfrs]:
            record["_admin"]["nsState"] = "NOT_INSTANTIATED"
            self.store.replace("nsrs" if record is nsr else "vnfrs", record)
        mark_used(self.store, nsr)
        return nsr

    def _vnfd(self, session: Session, vnfd_id: str) -> Document:
        for document in self.store.listing("vnfds", session):
            if document.get("id") == vnfd_id:
                return document
        raise Refusal(f"database exception Not found entry with filter='{ {'id': vnfd_id} }'", 404)

    # -- operations ----------------------------------------------------------------------------------------------

    def _operate(self, call: Call) -> Answer:
        kind = call.item or ""
        op_id = self.new_operation(call.session, call.item_id or "", kind, call.document())
        if op_id is None:
            # an autoremove of what is not instantiated: the real server makes no operation either
            return Answer(202, {"id": None, "nsName": None}, call.location("None", "ns_lcm_op_occs"))
        name = self.store.all("nsrs")[call.item_id or ""]["name"]
        return Answer(202, {"id": op_id, "nsName": name}, call.location(op_id, "ns_lcm_op_occs"))

    def new_operation(
        self, session: Session, nsr_id: str, kind: str, params: Document, of_slice: bool = False
    ) -> str | None:
        """Check and record an operation and hand it over; None for a removal of what was never instantiated.

        One that is part of an operation on a slice (``of_slice``) is handed over by the slice's manager.
        """
        params["lcmOperationType"] = kind
        params["nsInstanceId"] = nsr_id
        check(params, OPERATIONS[kind])
        nsr = self.store.get("nsrs", session, nsr_id)
        if kind == "terminate" and not of_slice:
            self._check_no_member(session, nsr_id)
        if nsr["_admin"].get("nsState", "NOT_INSTANTIATED") == "NOT_INSTANTIATED":
            if kind == "terminate" and params.get("autoremove"):
                return None
            if kind != "instantiate":
                raise conflict(f"ns_instance '{nsr_id}' cannot be '{kind}' because it is not instantiated")
        elif kind == "instantiate" and not session.force:
            raise conflict(f"ns_instance '{nsr_id}' cannot be '{kind}' because it is already instantiated")
        check_operation(self.store, session, nsr, kind, params)
        stored = copy.deepcopy(params)
        if kind == "instantiate":
            self._place(session, nsr, params)
        if kind == "update" and params["updateType"] == "CHANGE_VNFPKG":
            self._renew(nsr, stored)
        if stored.get("primitive_params"):
            stored["primitive_params"] = json.dumps(stored["primitive_params"])
        elif stored.get("additionalParamsForVnf"):
            stored["additionalParamsForVnf"] = json.dumps(stored["additionalParamsForVnf"])
        record = stamp(operation(nsr_id, kind, stored), session)
        self.store.replace("nslcmops", record)
        if not of_slice:
            self.manager.tell(record["_id"])
        return record["_id"]  # type: ignore[no-any-return]

    def _check_no_member(self, session: Session, nsr_id: str) -> None:
        for nsi in self.store.listing("nsis", session):
            if any(detail["nsrId"] == nsr_id for detail in nsi["_admin"]["nsrs-detailed-list"]):
                raise conflict(
                    f"The NS instance {nsr_id} cannot be terminated because is used by the slice {nsi['_id']}"
                )

    def _renew(self, nsr: Document, stored: Document) -> None:
        """A VNFD with another software version: the VDU records that the manager will put in place."""
        data = stored["changeVnfPackageData"]
        vnfd, vnfr = self.store.all("vnfds")[data["vnfdId"]], self.store.all("vnfrs")[data["vnfInstanceId"]]
        now = vnfr.get("revision", 1)
        if vnfd["_admin"].get("revision", 1) == now:
            return
        old = self.store.all("vnfds_revisions")[f"{vnfd['_id']}:{now}"]
        if old.get("software-version", "1.0") != vnfd.get("software-version", "1.0"):
            request = {"nsName": nsr["name"], **nsr["instantiate_params"]}
            stored["newVdur"] = vnf_record(vnfd, vnfr["member-vnf-index-ref"], nsr, request, None)["vdur"]

    def _place(self, session: Session, nsr: Document, params: Document) -> None:
        """Choose the VIM account and the K8s cluster of each VNF; all or nothing."""
        placed, taken = [], set[str]()
        for vnfr in self.store.find("vnfrs", **{"nsr-id-ref": nsr["_id"]}):
            own: Document = next(
                (v for v in params.get("vnf") or () if v["member-vnf-index"] == vnfr["member-vnf-index-ref"]), {}
            )
            vim_id = own.get("vimAccountId") or params["vimAccountId"]
            chosen = pdus.choose(self.store, session, vnfr, vim_id, taken)
            cluster = find_cluster(self.store, session, vnfr, vim_id)
            placed.append((vnfr, vim_id, cluster, chosen))
        for vnfr, vim_id, cluster, chosen in placed:
            vnfr["vim-account-id"] = vim_id
            pdus.occupy(self.store, vnfr, chosen)
            vca = self.store.all("vim_accounts")[vim_id].get("vca")
            if vca:
                vnfr["vca-id"] = vca
            for kdur in vnfr.get("kdur") or ():
                kdur["k8s-cluster"] = {"id": cluster["_id"] if cluster else None}

    def _cancel(self, call: Call) -> Answer:
        body = call.document()
        check({**body, "nsLcmOpOccId": call.item_id}, OPERATIONS["cancel"])
        record = self.store.get("nslcmops", call.session, call.item_id or "")
        if record["operationState"] not in _ALIVE:
            raise conflict("Operation is not in STARTING, PROCESSING or ROLLING_BACK state")
        record.update(isCancelPending=True, cancelMode=body["cancelMode"])
        self.manager.cancel(record["_id"])
        return Answer(202, {}, call.location(record["_id"]))

    def _terminate_many(self, call: Call) -> Answer:
        body = call.document()
        for nsr_id in body.get("ns_ids") or ():
            params = {"autoremove": body.get("autoremove", True)}
            if self.new_operation(call.session, nsr_id, "terminate", params) is None:
                self._remove(call.session, nsr_id)
        return Answer(202, {"ns_ids": body.get("ns_ids")})

    # -- deletion ------------------------------------------------------------------------------------------------

    def _delete(self, call: Call) -> Answer:
        nsr_id = call.item_id or ""
        if call.topic == "ns_instances_content" and not call.session.force:
            op_id = self.new_operation(call.session, nsr_id, "terminate", {"autoremove": True})
            if op_id is None:
                return Answer(204)  # and nothing is deleted: so it is in reality
            return Answer(202, {"_id": op_id, "nsName": self.store.all("nsrs")[nsr_id]["name"]})
        self._remove(call.session, nsr_id)
        return Answer(204)

    def _remove(self, session: Session, nsr_id: str) -> None:
        nsr = self.store.get("nsrs", session, nsr_id)
        self._check_down(nsr, session.force)
        if leave(nsr, session):
            forget_ns(self.store, nsr)

    @staticmethod
    def _check_down(nsr: Document, force: bool) -> None:
        if nsr["_admin"]["nsState"] == "INSTANTIATED" and not force:
            raise conflict(
                f"nsr '{nsr['_id']}' cannot be deleted because it is in 'INSTANTIATED' state. "
                "Launch 'terminate' operation first; or force deletion"
            )

    def forget(self, nsr_id: str, check_state: bool = False) -> None:
        """Remove an NS that goes away with its slice, if it is there; raises 409 when that is not allowed."""
        nsr = self.store.all("nsrs").get(nsr_id)
        if nsr:
            self._check_down(nsr, not check_state)
            forget_ns(self.store, nsr)
