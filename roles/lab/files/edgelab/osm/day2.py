# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the life-cycle manager does with a running NS: actions, scaling, healing, updates, migration.

Each of these raises :class:`OperationFailed` with the step it was in, as the real one words it: ``FAILED <step>: ...``.
A fault ``fail_operation`` lets it fail in its own step.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .cluster import ClusterError
from .descriptors import configurations
from .lcm import AccountManager, OperationFailed
from .operations import vnfd_of
from .releases import Releases
from .scaling import scale
from .store import Document, Store

#: the step in which an operation asks somebody else, and so may fail
STEPS = {
    "scale": "Sending scale order to VIM",
    "heal": "Sending heal order to VIM",
    "migrate": "Getting nslcmop from database",
    "CHANGE_VNFPKG": "Redeploying VNF",
    "REMOVE_VNF": "Removing VNF",
    "MODIFY_VNF_INFORMATION": "Getting nsr from database",
    "OPERATE_VNF": "Getting nsr from database",
    "VERTICAL_SCALE": "Checking for flavor change",
}


def failed(step: str, why: object) -> OperationFailed:
    """The failure of a step."""
    return OperationFailed(f"FAILED {step}: {why}")


class Day2:
    """Does the work of an operation once its time has come."""

    def __init__(self, store: Store, accounts: AccountManager) -> None:
        self.store = store
        self.releases = Releases(store, accounts)

    @staticmethod
    def step_of(kind: str, params: Document) -> str:
        """Where an operation is most of its time."""
        if kind == "action":
            return f"Executing kdu {params['primitive']}" if params.get("kdu_name") else "Getting vnfd from database"
        return STEPS.get(str(params.get("updateType")) if kind == "update" else kind, "")

    async def perform(self, kind: str, nsr: Document, params: Document) -> Any:
        """The text (or document) that the operation ends with."""
        try:
            if kind == "action":
                return await self._action(nsr, params)
            if kind == "scale":
                for change in scale(self.store, nsr, params["scaleVnfData"]):
                    await self.releases.scale(nsr, *change)
            elif kind == "heal":
                self._heal(params)
            elif kind == "migrate":
                await self._migrate(nsr, params)
            elif kind == "update":
                UPDATES[params["updateType"]](self, nsr, params)
        except ClusterError as error:
            raise failed(self.step_of(kind, params), error) from None
        return "Done"

    # -- action ------------------------------------------------------------------------------------------------------

    async def _action(self, nsr: Document, params: Document) -> Any:
        primitive, index, kdu = params["primitive"], params.get("member_vnf_index"), params.get("kdu_name")
        if not self._declared(nsr, params) and not (kdu and primitive in ("upgrade", "rollback", "status")):
            raise failed(
                "Getting vnfd from database",
                f"Primitive {primitive} not found at [ns|vnf|vdu]-configuration:config-primitive ",
            )
        if not kdu:
            return f"{primitive}: done"
        deployed = self.releases.deployed(nsr, index, kdu)
        if deployed is None:
            raise failed("Getting vnfd from database", f"KDU '{kdu}' for vnf '{index}' not deployed")
        if primitive == "status":
            return self.releases.status(deployed)
        if primitive == "rollback":
            return await self.releases.rollback(deployed)
        if primitive != "upgrade":
            return f"{primitive}: done"
        given = json.loads(params["primitive_params"]) if params.get("primitive_params") else {}
        if not given:
            raise failed("Executing kdu upgrade", "'NoneType' object has no attribute 'get'")
        for switch in ("kdu_atomic_upgrade", "kdu_reset_values", "kdu_reuse_values"):
            if given.get(switch) and not isinstance(given[switch], str):
                raise failed(
                    "Executing kdu upgrade", f"'{type(given[switch]).__name__}' object has no attribute 'lower'"
                )
        vnfr = self.vnfr_at(nsr, index)
        kdur = next(k for k in vnfr["kdur"] if k["kdu-name"] == kdu)
        return await self.releases.upgrade(deployed, kdur, vnfr, given)

    def vnfr_at(self, nsr: Document, index: str | None) -> Document:
        """The VNF record with a member index."""
        [found] = self.store.find("vnfrs", **{"nsr-id-ref": nsr["_id"], "member-vnf-index-ref": index})
        return found

    def _declared(self, nsr: Document, params: Document) -> bool:
        index = params.get("member_vnf_index")
        if not index:
            known = (nsr["nsd"].get("ns-configuration") or {}).get("config-primitive") or ()
            return any(p["name"] == params["primitive"] for p in known)
        vnfd = vnfd_of(self.store, nsr, index)
        target = params.get("vdu_id") or params.get("kdu_name") or vnfd["id"]
        return any(
            p["name"] == params["primitive"]
            for c in configurations(vnfd["df"][0])
            if c["id"] == target
            for p in c.get("config-primitive") or ()
        )

    # -- heal and migrate --------------------------------------------------------------------------------------------

    def _heal(self, params: Document) -> None:
        for data in params["healVnfData"]:
            vnfr = self.store.all("vnfrs")[data["vnfInstanceId"]]
            chosen = (data.get("additionalParams") or {}).get("vdu")
            wanted = [(v["vdu-id"], v.get("count-index", 0)) for v in chosen or ()]
            for vdur in vnfr["vdur"]:
                if not chosen or (vdur["vdu-id-ref"], vdur["count-index"]) in wanted:
                    vdur["status"] = "ACTIVE"

    async def _migrate(self, nsr: Document, params: Document) -> None:
        vnfr = self.store.all("vnfrs").get(params["vnfInstanceId"])
        if vnfr is None:
            raise failed(STEPS["migrate"], f"Not found entry with filter='{ {'_id': params['vnfInstanceId']} }'")
        if "migrateToHost" in params:
            wanted = params.get("vdu") or {}
            for vdur in vnfr["vdur"]:
                if wanted and vdur["vdu-id-ref"] != wanted["vduId"]:
                    continue
                if vdur["count-index"] != wanted.get("vduCountIndex", vdur["count-index"]):
                    continue
                for info in vdur.get("vim_info", {}).values():
                    info["vim_details"] = details(params["migrateToHost"])
        elif "targetHostK8sLabels" in params:
            for kdur in vnfr.get("kdur") or ():
                deployed = self.releases.deployed(nsr, vnfr["member-vnf-index-ref"], kdur["kdu-name"])
                if deployed:
                    await self.releases.place(deployed, params["targetHostK8sLabels"])

    # -- update ------------------------------------------------------------------------------------------------------

    def _revisions(self, vnfr: Document, vnfd_id: str) -> tuple[Document, Document]:
        latest = self.store.all("vnfds")[vnfd_id]
        current = self.store.all("vnfds_revisions").get(f"{vnfd_id}:{vnfr.get('revision', 1)}") or latest
        return current, latest

    def _change_package(self, nsr: Document, params: Document) -> None:
        data = params["changeVnfPackageData"]
        vnfr = self.store.all("vnfrs")[data["vnfInstanceId"]]
        current, latest = self._revisions(vnfr, data["vnfdId"])
        if version(current) != version(latest) and latest.get("vdu"):
            vim_id = vnfr["vim-account-id"]
            vnfr["vdur"] = params["newVdur"]
            for vdur in vnfr["vdur"]:
                activate(vdur, vim_id)
            for group in nsr["_admin"].get("scaling-group") or ():
                group["nb-scale-op"] = 0
        vnfr["revision"] = latest["_admin"]["revision"]

    def _remove_vnf(self, nsr: Document, params: Document) -> None:
        vnfr_id = params["removeVnfInstanceId"]
        if len(list(self.store.find("vnfrs", **{"nsr-id-ref": nsr["_id"]}))) <= 1:
            raise failed(STEPS["REMOVE_VNF"], f"{vnfr_id} Cannot terminate the last VNF in this NS.")
        nsr["constituent-vnfr-ref"].remove(vnfr_id)
        del self.store.all("vnfrs")[vnfr_id]  # releases in clusters stay, as in reality

    def _modify(self, nsr: Document, params: Document) -> None:
        """The real one ends this as COMPLETED without a look at it."""

    def _operate(self, nsr: Document, params: Document) -> None:
        data = params["operateVnfData"]
        if "additionalParam" not in data:
            raise failed(STEPS["OPERATE_VNF"], "'additionalParam'")
        vdur = self._vdur(
            data["vnfInstanceId"], data["additionalParam"]["vdu_id"], data["additionalParam"]["count-index"]
        )
        if vdur is None:
            raise OperationFailed("Target vdu is not found")
        vdur["status"] = "INACTIVE" if data["changeStateTo"] == "stop" else "ACTIVE"

    def _vdur(self, vnfr_id: str, vdu_id: str, number: int) -> Document | None:
        records = self.store.all("vnfrs")[vnfr_id]["vdur"]
        return next((v for v in records if (v["vdu-id-ref"], v["count-index"]) == (vdu_id, number)), None)

    def _vertical_scale(self, nsr: Document, params: Document) -> None:
        data = params["verticalScaleVnf"]
        vnfr = self.store.all("vnfrs")[data["vnfInstanceId"]]
        current, latest = self._revisions(vnfr, data["vnfdId"])
        parts = ("virtual-compute-desc", "virtual-storage-desc")
        if version(current) == version(latest):
            raise failed(STEPS["VERTICAL_SCALE"], f"No change in software_version of vnfd {data['vnfdId']}")
        if all(current.get(p) == latest.get(p) for p in parts):
            raise failed(STEPS["VERTICAL_SCALE"], f"No change in flavor check vnfd {data['vnfdId']}")
        if "countIndex" not in data:
            raise OperationFailed("Error in verticalscale VNF 'countIndex'")
        compute, storage = latest["virtual-compute-desc"][0], latest["virtual-storage-desc"][0]
        flavor = {
            "id": str(len(nsr["flavor"])),
            "memory-mb": round(float(compute["virtual-memory"]["size"]) * 1024),
            "name": f"{data['vduId']}-{data['countIndex']}-flv",
            "storage-gb": str(storage["size-of-storage"]),
            "vcpu-count": compute["virtual-cpu"]["num-virtual-cpu"],
        }
        nsr["flavor"].append(flavor)
        vdur = self._vdur(data["vnfInstanceId"], data["vduId"], data["countIndex"])
        if vdur is not None:
            vdur["ns-flavor-id"] = flavor["id"]


def version(vnfd: Document) -> Any:
    """The software version of a VNFD; the real one takes it to be 1.0 where it does not say."""
    return vnfd.get("software-version", "1.0")


def details(host: str) -> str:
    """What the VIM tells of a machine, as the orchestrator keeps it."""
    return f"OS-EXT-SRV-ATTR:host: {host}\nstatus: ACTIVE\n"


def activate(vdur: Document, vim_id: str) -> None:
    """A VDU whose machine runs."""
    vdur["status"] = "ACTIVE"
    vdur["name"] = f"{vdur['vdu-name']}-{vdur['count-index']}"
    vdur["vim_info"] = {
        f"vim:{vim_id}": {
            "vim_account_id": vim_id,
            "vim_id": vdur["_id"],
            "vim_name": vdur["name"],
            "vim_status": "ACTIVE",
            "vim_details": details("compute-0"),
        }
    }


UPDATES: dict[str, Callable[[Day2, Document, Document], None]] = {
    "CHANGE_VNFPKG": Day2._change_package,
    "REMOVE_VNF": Day2._remove_vnf,
    "MODIFY_VNF_INFORMATION": Day2._modify,
    "OPERATE_VNF": Day2._operate,
    "VERTICAL_SCALE": Day2._vertical_scale,
}
