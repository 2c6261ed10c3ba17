# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Physical deployment units: machines that are there already, and that VNFs take for their VDUs of the same type."""

from __future__ import annotations

import time

from .call import Answer, Call
from .errors import Refusal, conflict, unprocessable
from .merge import merge
from .schemas import check
from .schemas_slices import PDU_EDIT, PDU_NEW
from .session import Session, leave, share
from .store import Document, Store, stamp


class Pdus:
    """Answers calls on ``pdu/v1/pdu_descriptors``. Names need not be unique."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def serve(self, call: Call) -> Answer:
        """Answer GET, POST, PATCH, PUT (which merges, too) or DELETE."""
        if call.method == "GET":
            if call.item_id:
                return Answer(200, self.store.get("pdus", call.session, call.item_id))
            return Answer(200, self.store.listing("pdus", call.session, call.filters))
        if call.method == "DELETE":
            return self._delete(call)
        if call.method == "POST":
            return self._create(call)
        return self._edit(call)

    def _create(self, call: Call) -> Answer:
        self.store.check_quota("pdus", "pduds", call.session, self.store.all("projects"))
        document = call.document()
        check(document, PDU_NEW)
        stamp(document, call.session)
        document["_admin"].update(onboardingState="CREATED", operationalState="ENABLED", usageState="NOT_IN_USE")
        self.store.replace("pdus", document)
        return Answer(201, {"_id": document["_id"], "id": document["_id"]}, call.location(document["_id"]))

    def _edit(self, call: Call) -> Answer:
        if not call.body.data and not call.words and not call.session.set_project:
            raise Refusal("Nothing to update. Provide payload and/or query string")
        changes = call.document()
        if changes and call.session.set_project:
            raise unprocessable("Cannot edit content and set to project (query string SET_PROJECT) at same time")
        final = self.store.copy("pdus", call.session, call.item_id or "")
        check(changes, PDU_EDIT)
        merge(final, changes)
        share(final, call.session)
        final["_admin"]["modified"] = time.time()
        self.store.replace("pdus", final)
        return Answer(204)

    def _delete(self, call: Call) -> Answer:
        live = self.store.get("pdus", call.session, call.item_id or "")
        if not call.session.force and any(
            vdur.get("pdu-id") == live["_id"] for vnfr in self.store.all("vnfrs").values() for vdur in vnfr["vdur"]
        ):
            raise conflict("There is at least one VNF instance using this PDU")
        if leave(live, call.session):
            del self.store.all("pdus")[live["_id"]]
        return Answer(204)


def choose(store: Store, session: Session, vnfr: Document, vim_id: str, taken: set[str]) -> list[tuple[Document, str]]:
    """A free PDU for each VDU that is one, as (record of the VDU, id); raises 400 when there is none.

    :param taken: ids of those that were chosen already; those chosen here are added.
    """
    chosen = []
    for vdur in vnfr["vdur"]:
        if not vdur.get("pdu-type"):
            continue
        needed = {interface["name"] for interface in vdur["interfaces"]}
        for pdu in store.listing("pdus", session):
            admin = pdu["_admin"]
            fits = vim_id in pdu.get("vim_accounts", ()) and pdu["type"] == vdur["pdu-type"]
            free = (admin["operationalState"], admin["usageState"]) == ("ENABLED", "NOT_IN_USE")
            if fits and free and pdu["_id"] not in taken and needed <= {i["name"] for i in pdu["interfaces"]}:
                break
        else:
            raise Refusal(
                f"No PDU of type={vdur['pdu-type']} at vim_account={vim_id} found for member_vnf_index="
                f"{vnfr['member-vnf-index-ref']}, vdu={vdur['vdu-id-ref']} matching interface names"
            )
        taken.add(pdu["_id"])
        chosen.append((vdur, pdu["_id"]))
    return chosen


def occupy(store: Store, vnfr: Document, chosen: list[tuple[Document, str]]) -> None:
    """Note the PDUs in the VNF's record, and the other way round."""
    for vdur, pdu_id in chosen:
        pdu = store.all("pdus")[pdu_id]
        usage = {"vnfr_id": vnfr["_id"], "nsr_id": vnfr["nsr-id-ref"], "vdur": vdur["vdu-id-ref"]}
        pdu["_admin"].update(usageState="IN_USE", usage=usage)
        vdur["pdu-id"] = pdu_id
        for interface in vdur["interfaces"]:
            own = next(i for i in pdu["interfaces"] if i["name"] == interface["name"])
            interface.update({k: own[k] for k in ("ip-address", "mac-address") if k in own})
            if own["mgmt"]:
                vdur["ip-address"] = vnfr["ip-address"] = own["ip-address"]


def release(store: Store, nsr_id: str) -> None:
    """The PDUs of an NS are free again."""
    for pdu in store.all("pdus").values():
        if ((pdu["_admin"].get("usage") or {}).get("nsr_id")) == nsr_id:
            pdu["_admin"].update(usageState="NOT_IN_USE", usage=None)
