# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life-cycle manager's part in network slices: it walks the operations of their NSs, and ends as reality does.

A fault ``fail_operation`` is matched against ``<operation> slice <name>``; those of the NSs themselves against
``<operation> <name of the slice>.<id of the subnet>``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .lcm import OperationFailed
from .store import Document, Store

if TYPE_CHECKING:
    from ..core.lab import Lab

_ENDED = ("COMPLETED", "PARTIALLY_COMPLETED", "FAILED", "FAILED_TEMP")
#: seconds of the simulated world: pause between looks, and how long a slice may take
_LOOK, _LIMIT = 5.0, 7200.0
#: seconds of this world that a pause takes at least, and that there are for a slice at least where nobody gave a limit:
#: the machine that plays hours in seconds may be busy
_BREATH, _PATIENCE = 0.02, 15.0


class SliceManager:
    """Runs the operations on slices.

    :param tell_ns: hands an operation on an NS to its manager.
    :param forget: removes a slice with all that belongs to it.
    """

    def __init__(
        self, lab: Lab, store: Store, tell_ns: Callable[[str], None], forget: Callable[[Document], None]
    ) -> None:
        self.lab = lab
        self.store = store
        self.tell_ns = tell_ns
        self.forget = forget

    def tell(self, op_id: str) -> None:
        """Take an operation from the bus."""
        self.lab.spawn(self._run(op_id))

    async def _look(self) -> None:
        await asyncio.sleep(max(_LOOK / self.lab.clock.factor, _BREATH))

    def _waits(self, op: Document) -> bool:
        """Whether an operation on the same slice that was asked for before has not ended."""
        return any(
            other["operationState"] == "PROCESSING" and other["startTime"] < op["startTime"]
            for other in self.store.find("nsilcmops", netsliceInstanceId=op["netsliceInstanceId"])
        )

    async def _run(self, op_id: str) -> None:
        await self._look()
        op = self.store.all("nsilcmops").get(op_id)
        while op is not None and self._waits(op):
            await self._look()
            op = self.store.all("nsilcmops").get(op_id)
        nsi = self.store.all("nsis").get(op["netsliceInstanceId"]) if op else None
        if op is None or nsi is None:
            return
        kind = op["lcmOperationType"]
        try:
            fault = self.lab.faults.take("fail_operation", "osm", f"{kind} slice {nsi['name']}")
            work = self._instantiate if kind == "instantiate" else self._terminate
            await work(op, nsi, fault.detail if fault else None)
        except _Failed as failure:
            nsi["detailed-status"] = f"ERROR {failure.step}: {failure}"
            nsi["operational-status"] = "failed"
            if kind == "instantiate":
                nsi["config-status"] = "configured"
            self._end(op, "FAILED", f"FAILED {failure.step}: {failure}")
        nsi["_admin"]["nsilcmop"] = None
        if kind == "terminate" and op["operationState"] == "COMPLETED" and op["operationParams"].get("autoremove"):
            self.forget(nsi)

    @staticmethod
    def _end(op: Document, state: str, detail: str) -> None:
        op.update({"operationState": state, "statusEnteredTime": time.time(), "detailed-status": detail})

    # -- instantiate ---------------------------------------------------------------------------------------------

    async def _instantiate(self, op: Document, nsi: Document, broken: str | None) -> None:
        admin = nsi["_admin"]
        step = "Instantiating netslice VLDs before NS instantiation"
        nsi.update({"detailed-status": step, "operational-status": "init"})
        admin.update(nsiState="INSTANTIATED", nsilcmop=op["_id"])
        await self._look()
        given = dict[str, Document]()
        for link in admin["netslice-vld"]:
            if "name" not in link:
                raise _Failed(step, "KeyError: 'name'")
            for params in nsi["instantiation_parameters"].get("netslice-vld") or ():
                if params["name"] == link["name"]:
                    given[link["name"]] = {k: v for k, v in params.items() if k != "name"}
            scenario = self._shared_network(nsi, link) or f"nsir:{nsi['_id']}:vld.{link['name']}"
            admin["deployed"]["RO"].append({"vld_id": link["name"], "netslice_scenario_id": scenario})
        step = nsi["detailed-status"] = "Instantiating Netslice Subnets"
        ops = list(dict.fromkeys(op["operationParams"]["nslcmops_ids"]))
        for ns_op in (self.store.all("nslcmops")[op_id] for op_id in ops):
            if ns_op["operationParams"]["netsliceInstanceId"] == nsi["_id"]:
                ns_op["operationParams"]["vld"] = self._links(nsi, ns_op, given)
                self.tell_ns(ns_op["_id"])
        if broken:
            raise _Failed("instantiating", broken)
        if not await self._watch(nsi, ops, op["operationParams"].get("timeout_nsi_deploy"), "instantiate"):
            raise _Failed(" Waiting nsi ready.", "Timeout waiting nsi to be ready.")
        failed = [d for d in admin["nsrs-detailed-list"] if d.get("status") in ("FAILED", "FAILED_TEMP")]
        if failed:
            text = "; ".join(f"NS {d['nsrId']} {d['status']}: {d['detailed-status']}" for d in failed)
            raise _Failed("instantiating", text)
        nsi.update({"operational-status": "running", "detailed-status": "done", "config-status": "configured"})
        self._end(op, "COMPLETED", "done")

    def _shared_network(self, nsi: Document, link: Document) -> str | None:
        for nsr_id in link["shared-nsrs-list"]:
            for other in self.store.all("nsis").values():
                users = {d["nsrId"] for d in other["_admin"]["nsrs-detailed-list"]}
                if other["_id"] != nsi["_id"] and nsr_id in users:
                    for deployed in other["_admin"]["deployed"]["RO"]:
                        if deployed["vld_id"] == link["id"]:
                            return str(deployed["netslice_scenario_id"])
        return None

    def _links(self, nsi: Document, ns_op: Document, given: dict[str, Document]) -> list[Document]:
        """The links of an NS that are links of the slice; whatever else was said of its links is dropped."""
        links = []
        params = ns_op["operationParams"]
        for deployed in nsi["_admin"]["deployed"]["RO"]:
            # found by the name, looked up as an id: a link whose name is not its id connects nothing
            link = next((v for v in nsi["_admin"]["netslice-vld"] if v["id"] == deployed["vld_id"]), None)
            for point in (link or {}).get("nss-connection-point-ref") or ():
                subnet = next((s for s in nsi["_admin"]["netslice-subnet"] if s["nss-id"] == point["nss-ref"]), None)
                if subnet is None or subnet["nsName"] != params.get("nsName"):
                    continue
                for outer in self.store.all("nsds")[subnet["nsdId"]].get("sapd") or ():
                    if outer["id"] == point["nsd-connection-point-ref"]:
                        name = outer["virtual-link-desc"]
                        own: Document = next((v for v in params.get("vld") or () if v["name"] == name), {})
                        common = {"common_id": deployed["netslice_scenario_id"]}
                        links.append({**own, "name": name, **common, **given.get(deployed["vld_id"], {})})
        return links

    async def _watch(self, nsi: Document, ops: list[str], timeout: float | None, kind: str) -> bool:
        """Follow operations on NSs until all have ended; False when the time is over."""
        given = timeout / self.lab.clock.factor if timeout else max(_LIMIT / self.lab.clock.factor, _PATIENCE)
        until = time.monotonic() + given
        while True:
            records = [self.store.all("nslcmops").get(op_id) for op_id in ops]
            for record in filter(None, records):
                for detail in nsi["_admin"]["nsrs-detailed-list"]:
                    if detail["nsrId"] == record["nsInstanceId"]:
                        detail.update({"status": record["operationState"]})
                        detail["detailed-status"] = record.get("detailed-status")
                        if kind == "instantiate":
                            detail["instantiated"] = True
            if all(record is None or record["operationState"] in _ENDED for record in records):
                return True
            if time.monotonic() > until:
                return False
            await self._look()

    # -- terminate -----------------------------------------------------------------------------------------------

    async def _terminate(self, op: Document, nsi: Document, broken: str | None) -> None:
        admin = nsi["_admin"]
        if admin["nsiState"] == "NOT_INSTANTIATED":
            return  # asked for twice: the second operation never ends
        nsi.update({"operational-status": "terminating", "config-status": "terminating"})
        nsi["detailed-status"] = "Terminating Netslice subnets"
        admin["nsilcmop"] = op["_id"]
        await self._look()
        ops = list[str]()
        for op_id in op["operationParams"]["nslcmops_ids"]:
            ns_op = self.store.all("nslcmops")[op_id]
            users = self._users(ns_op["nsInstanceId"])
            if len(users) < 2:
                ops.append(op_id)
                self.tell_ns(op_id)
            else:
                other = next(user for user in users if user != nsi["_id"])
                ns_op["operationParams"]["netsliceInstanceId"] = other
        all_ops = op["operationParams"]["nslcmops_ids"]
        op["operationParams"]["nslcmops_ids"] = ops
        if not await self._watch(nsi, all_ops, None, "terminate"):
            raise _Failed(" Waiting nsi terminated.", f"Timeout waiting nsi to be terminated. nsi_id={nsi['_id']}")
        step = f"Network Slice Instance is terminated. nsi_id={nsi['_id']}"
        if broken or any("FAILED" in detail.values() for detail in admin["nsrs-detailed-list"]):
            raise _Failed(step, broken or f"Error terminating NSI: {nsi['_id']}")
        for detail in admin["nsrs-detailed-list"]:
            detail["instantiated"] = False
        for _deployed in admin["deployed"]["RO"]:
            # only here: of a slice without links the state stays, and its operation never ends
            admin["nsiState"] = "NOT_INSTANTIATED"
            op["operationState"] = "COMPLETED"
        done = {"detailed-status": "done", "operational-status": "terminated", "config-status": "terminated"}
        nsi.update(done)
        self._end(op, op["operationState"], "done")

    def _users(self, nsr_id: str) -> list[str]:
        """Slices in use that share an NS over one of their links."""
        return [
            nsi["_id"]
            for nsi in self.store.all("nsis").values()
            if nsi.get("operational-status") not in ("terminated", "failed")
            and any(nsr_id in link["shared-nsrs-list"] for link in nsi["_admin"]["netslice-vld"])
        ]


class _Failed(OperationFailed):
    """An operation ends in failure during a step."""

    def __init__(self, step: str, text: Any) -> None:
        super().__init__(text)
        self.step = step
