# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life-cycle manager's part in NS instances: the walk of states, and what it makes in Kubernetes clusters.

Durations (seconds of the simulated world): ``ns_instantiate`` 120, ``ns_terminate`` 60, ``ns_action`` 30 (every other
operation), ``helm_timeout`` 1800 (for workloads that do not come up). A fault ``fail_operation`` is matched against
``<operation> <name of the NS>``.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import TYPE_CHECKING, Any

from . import charts
from .cluster import Cluster, ClusterError
from .day2 import Day2, activate, failed
from .descriptors import configurations
from .lcm import AccountManager, OperationFailed
from .operations import vnfd_of
from .releases import check_repo, unpacked
from .store import Document, Store
from .usage import forget_ns

if TYPE_CHECKING:
    from ..core.lab import Lab

#: seconds of this world that there are for workloads at least, unless a limit is set: a busy machine is slow, too
_PATIENCE = 15.0
_RUNNING = {
    "action": "RUNNING ACTION",
    "scale": "SCALING",
    "heal": "HEALING",
    "update": "UPDATING",
    "migrate": "MIGRATING",
}
_STATUS = {"scale": "scaling", "heal": "healing", "update": "updating"}
_INSTANTIATE = (
    "Stage 1/5: preparation of the environment.",
    "Stage 2/5: deployment of KDUs, VMs and execution environments.",
)
_TERMINATE = ("Stage 1/3: Preparing task.", "Stage 2/3 execute terminating primitives.", "Stage 3/3 delete all.")


class NsManager:
    """Runs the operations on NS instances, those of one NS in the order in which they were asked for."""

    def __init__(self, lab: Lab, store: Store) -> None:
        self.lab = lab
        self.store = store
        self.accounts = AccountManager(lab, store)
        self.day2 = Day2(store, self.accounts)
        lab.events.on("vdu_state", self._vdu_state)
        self._locks: dict[str, asyncio.Lock] = {}
        self._cancelled: dict[str, asyncio.Event] = {}

    def tell(self, op_id: str) -> None:
        """Take an operation from the bus."""
        self._cancelled[op_id] = asyncio.Event()
        self.lab.spawn(self._run(op_id))

    def cancel(self, op_id: str) -> None:
        """End a running operation: it fails with ``Operation was cancelled``."""
        if op_id in self._cancelled:
            self._cancelled[op_id].set()

    async def _pause(self, op_id: str, seconds: float) -> None:
        """Let time pass; raises when the operation is cancelled meanwhile."""
        try:
            await asyncio.wait_for(self._cancelled[op_id].wait(), seconds / self.lab.clock.factor)
        except TimeoutError:
            return
        raise OperationFailed("Operation was cancelled")

    def _vdu_state(self, ns: str, vdu: str, status: str, count: int = 0) -> None:
        """The VIM tells that a machine has another state (``ERROR``, ``DELETED``, ``INACTIVE``, ...)."""
        for nsr in self.store.find("nsrs", name=ns):
            for vnfr in self.store.find("vnfrs", **{"nsr-id-ref": nsr["_id"]}):
                for vdur in vnfr["vdur"]:
                    if (vdur["vdu-id-ref"], vdur["count-index"]) == (vdu, count):
                        vdur["status"] = status

    def _queue(self, op: Document) -> None:
        """Operations on an NS wait for those that were asked for before."""
        before = [
            other
            for other in self.store.find("nslcmops", nsInstanceId=op["nsInstanceId"])
            if other["operationState"] == "PROCESSING" and other["startTime"] < op["startTime"]
        ]
        if before:
            op["queuePosition"] = len(before)
            op["detailed-status"] = f"Waiting for {len(before)} related tasks to be completed."

    async def _run(self, op_id: str) -> None:
        first = self.store.all("nslcmops")[op_id]
        self._queue(first)
        async with self._locks.setdefault(first["nsInstanceId"], asyncio.Lock()):
            op = self.store.all("nslcmops").get(op_id)
            nsr = self.store.all("nsrs").get(first["nsInstanceId"])
            if op is None or nsr is None:
                return
            kind = op["lcmOperationType"]
            work = {"instantiate": self._instantiate, "terminate": self._terminate}.get(kind, self._other)
            before = {key: nsr[key] for key in ("nsState", "operational-status", "config-status")}
            try:
                fault = self.lab.faults.take("fail_operation", "osm", f"{kind} {nsr['name']}")
                detail = await work(op, nsr, fault.detail if fault else None)
                self._end(op, nsr, kind, before, detail, None)
            except OperationFailed as failure:
                self._end(op, nsr, kind, before, "", str(failure))
            except Exception as error:
                # a bug of the lab must not leave an operation running for ever
                self._end(op, nsr, kind, before, "", f"{type(error).__name__} {error}")
            self._cancelled.pop(op_id, None)
            params = op["operationParams"] or {}
            if kind == "terminate" and op["operationState"] == "COMPLETED" and params.get("autoremove"):
                self._remove(nsr)

    def _remove(self, nsr: Document) -> None:
        forget_ns(self.store, nsr)

    # -- the walk ------------------------------------------------------------------------------------------------

    @staticmethod
    def _stage(op: Document, stage: str, step: str = "") -> None:
        op.update({"stage": stage, "queuePosition": 0, "detailed-status": f"{stage} {step} "})

    @staticmethod
    def _begin(op: Document, nsr: Document, operation: str) -> None:
        nsr.update(currentOperation=operation, currentOperationID=op["_id"])

    def _end(self, op: Document, nsr: Document, kind: str, before: Document, detail: Any, error: str | None) -> None:
        stage = op["stage"] or ""
        op.update(stage="", queuePosition=0, statusEnteredTime=time.time())
        op["operationState"] = "COMPLETED" if error is None else "FAILED"
        if op["isCancelPending"] and error is not None:
            op["operationState"] = "FAILED_TEMP"
            del op["cancelMode"]
        op["isCancelPending"] = False
        op["detailed-status"] = (detail or "Done") if error is None else error
        nsr.update(currentOperation="IDLE", currentOperationID=None)
        nsr["_admin"]["modified"] = time.time()
        if error is not None:
            lifecycle = kind in ("instantiate", "terminate")
            op["errorMessage"] = f"{stage} Detail: {error}" if lifecycle else "" if kind == "migrate" else error
        if kind in ("instantiate", "terminate"):
            self._end_of_life(op, nsr, kind, stage, error)
            return
        # unlike those of a life cycle, failures of these leave no trace in the NS but a text
        nsr.update(before)
        nsr.update(errorDescription=None, errorDetail=None)
        if error is None:
            nsr["detailed-status"] = "Done"
        elif kind in ("scale", "heal"):
            word = "scaling" if kind == "scale" else "healing"
            nsr["detailed-status"] = error.replace("FAILED ", f"FAILED {word} nslcmop={op['_id']} ", 1)

    @staticmethod
    def _end_of_life(op: Document, nsr: Document, kind: str, stage: str, error: str | None) -> None:
        nsr["errorDetail"] = error
        if error is not None:
            name = "INSTANTIATING" if kind == "instantiate" else "TERMINATING"
            end = "" if kind == "instantiate" else "."
            nsr["errorDescription"] = f"Operation: {name}.{op['_id']}, {stage}{end}"
            nsr["detailed-status"] = f"{nsr['errorDescription']} Detail: {error}"
            nsr["nsState"] = "BROKEN"
            nsr["operational-status"] = "failed"
            nsr["config-status"] = "configured" if kind == "instantiate" else "terminating"
            return
        nsr["errorDescription"] = None
        nsr["detailed-status"] = "Done"
        if kind == "instantiate":
            nsr.update({"nsState": "READY", "operational-status": "running", "config-status": "configured"})
        else:
            nsr.update({"nsState": "NOT_INSTANTIATED", "operational-status": "terminated"})
            nsr["config-status"] = "terminated"
            nsr["_admin"]["nsState"] = "NOT_INSTANTIATED"

    # -- instantiate ---------------------------------------------------------------------------------------------

    async def _instantiate(self, op: Document, nsr: Document, broken: str | None) -> str:
        total = self.accounts.duration("ns_instantiate")
        self._stage(op, _INSTANTIATE[0], "Reading from database.")
        self._begin(op, nsr, "INSTANTIATING")
        nsr.update(
            {
                "nsState": "BUILDING",
                "operational-status": "init",
                "config-status": "init",
                "detailed-status": "creating",
            }
        )
        nsr["_admin"]["nsState"] = "INSTANTIATED"
        vnfrs = list(self.store.find("vnfrs", **{"nsr-id-ref": nsr["_id"]}))
        for vnfr in vnfrs:
            vnfr["_admin"]["nsState"] = "INSTANTIATED"
        await self._pause(op["_id"], total * 0.2)
        self._stage(op, _INSTANTIATE[1], "Deploying KDUs.")
        nsr["detailed-status"] = op["detailed-status"]
        await self._pause(op["_id"], total * 0.3)
        errors = [f"Deploying at VIM: {broken}"] if broken else self._vim_errors(vnfrs)
        for vnfr in vnfrs:
            for kdur in vnfr.get("kdur") or ():
                error = await self._deploy_kdu(nsr, vnfr, kdur)
                if error:
                    errors.append(f"Deploying KDU {kdur['kdu-name']}: {error}")
        self._stage(op, _INSTANTIATE[1], "Waiting for instantiate pending tasks.")
        await self._pause(op["_id"], total * 0.3)
        if errors:
            raise OperationFailed(". ".join(errors))
        for vnfr in vnfrs:
            for vdur in vnfr["vdur"]:
                activate(vdur, vnfr["vim-account-id"])
        for number, word in self._day1_stages(nsr, vnfrs):
            self._stage(op, f"Stage {number}/5: running Day-1 primitives for {word}.")
            await self._pause(op["_id"], total * 0.1)
        return "Done"

    def _vim_errors(self, vnfrs: list[Document]) -> list[str]:
        errors = []
        for vim_id in dict.fromkeys(v["vim-account-id"] for v in vnfrs):
            vim = self.store.all("vim_accounts").get(vim_id)
            if vim is None:
                errors.append(f"Deploying at VIM: vim_account {vim_id} not found")
            elif vim["_admin"]["operationalState"] == "ERROR":
                errors.append(f"Deploying at VIM: {vim['_admin'].get('detailed-status')}")
        return errors

    @staticmethod
    def _targets(vnfd: Document) -> dict[str, str]:
        vdus = {vdu["id"]: "VDU" for vdu in vnfd.get("vdu") or ()}
        return {**vdus, vnfd["id"]: "VNF"}

    def _day1_stages(self, nsr: Document, vnfrs: list[Document]) -> list[tuple[int, str]]:
        """The Day-1 stages that there is something to do in."""
        words = set()
        for vnfr in vnfrs:
            vnfd = vnfd_of(self.store, nsr, vnfr["member-vnf-index-ref"])
            targets = self._targets(vnfd)
            for df in vnfd.get("df") or ():
                for configuration in configurations(df):
                    if configuration.get("initial-config-primitive"):
                        words.add(targets.get(configuration["id"], "VNF"))
        if (nsr["nsd"].get("ns-configuration") or {}).get("initial-config-primitive"):
            words.add("NS")
        return [(number, word) for number, word in ((3, "VDU"), (4, "VNF"), (5, "NS")) if word in words]

    async def _deploy_kdu(self, nsr: Document, vnfr: Document, kdur: Document) -> str | None:
        """Install a KDU's chart in its cluster; the error's text, or None."""
        chart = kdur.get("helm-chart")
        cluster = self.store.all("k8sclusters").get(kdur["k8s-cluster"].get("id") or "")
        if chart is None:
            return "the lab simulates no juju controller: juju bundles cannot be deployed"
        if cluster is None:
            return f"K8s cluster '{kdur['k8s-cluster'].get('id')}' not found"
        vnfd = vnfd_of(self.store, nsr, vnfr["member-vnf-index-ref"])
        chart = charts.in_package(self.store, vnfd, chart)
        release = kdur["kdu-deployment-name"] or _release(chart)
        values = unpacked(kdur.get("additionalParams"))
        deployed: Document = {
            "kdu-name": kdur["kdu-name"],
            "member-vnf-index": vnfr["member-vnf-index-ref"],
            "k8scluster-uuid": cluster["_id"],
            "k8scluster-type": "helm-chart-v3",
            "kdu-instance": release,
            "kdu-model": chart,
            "namespace": kdur["k8s-namespace"],
            "revision": 1,
        }
        nsr["_admin"].setdefault("deployed", {}).setdefault("K8s", []).append(deployed)
        try:
            check_repo(self.store, vnfr, chart)
            client = self.accounts.connect(cluster)
            await self.day2.releases.install(client, deployed, values)
            await self._wait(client, deployed)
        except ClusterError as error:
            kdur["status"] = "ERROR"
            deployed["detailed-status"] = str(error)
            return str(error)
        kdur.update({"status": "READY", "kdu-instance": release})
        deployed["detailed-status"] = "Deployed"
        self.day2.releases.installed(deployed, values)
        return None

    async def _wait(self, client: Cluster, deployed: Document) -> None:
        """What ``helm install --atomic`` does: wait for the workload, and take it away when it does not come up."""
        limit = self.accounts.duration("helm_timeout") / self.lab.clock.factor
        if "helm_timeout" not in (self.lab.config.get("durations") or {}):
            limit = max(limit, _PATIENCE)
        started = time.monotonic()
        while not await self.day2.releases.is_ready(client, deployed):
            if time.monotonic() - started > limit:
                await self.day2.releases.uninstall(client, deployed)
                raise ClusterError(
                    f"Error executing command: Error: INSTALLATION FAILED: release {deployed['kdu-instance']} failed, "
                    "and has been uninstalled due to atomic being set: context deadline exceeded"
                )
            await asyncio.sleep(min(0.1, limit / 10))

    # -- terminate and the others --------------------------------------------------------------------------------

    async def _terminate(self, op: Document, nsr: Document, broken: str | None) -> str:
        total = self.accounts.duration("ns_terminate")
        self._stage(op, _TERMINATE[0], "Getting nsr from db.")
        self._begin(op, nsr, "TERMINATING")
        nsr.update({"nsState": "TERMINATING", "operational-status": "terminating", "config-status": "terminating"})
        await self._pause(op["_id"], total * 0.3)
        self._stage(op, _TERMINATE[2], "Deleting KDUs.")
        await self._pause(op["_id"], total * 0.7)
        errors = [f"Deleting ns from VIM: {broken}"] if broken else []
        for deployed in (nsr["_admin"].get("deployed") or {}).get("K8s") or ():
            cluster = self.store.all("k8sclusters").get(deployed["k8scluster-uuid"])
            if cluster is None:
                continue
            try:
                await self.day2.releases.uninstall(self.accounts.connect(cluster), deployed)
            except ClusterError as error:
                errors.append(f"Uninstalling KDU '{deployed['kdu-name']}': {error}")
        if errors:
            raise OperationFailed("; ".join(errors))
        nsr["_admin"].pop("deployed", None)
        for vnfr in self.store.find("vnfrs", **{"nsr-id-ref": nsr["_id"]}):
            vnfr["_admin"]["nsState"] = "NOT_INSTANTIATED"
        return "Done"

    async def _other(self, op: Document, nsr: Document, broken: str | None) -> Any:
        kind, params = op["lcmOperationType"], op["operationParams"]
        self._begin(op, nsr, self._running(kind, params))
        if kind in _STATUS:
            nsr["operational-status"] = _STATUS[kind]
        step = self.day2.step_of(kind, params)
        try:
            await self._pause(op["_id"], self.accounts.duration("ns_action"))
        except OperationFailed as cancelled:
            raise failed(step, cancelled) from None
        if broken:
            raise failed(step, broken)
        return await self.day2.perform(kind, nsr, params)

    @staticmethod
    def _running(kind: str, params: Document) -> str:
        """The NS's ``currentOperation``; two kinds of update have words of their own."""
        if params.get("updateType") == "OPERATE_VNF":
            return str(params["operateVnfData"]["changeStateTo"]).upper()
        return "VERTICALSCALE" if params.get("updateType") == "VERTICAL_SCALE" else _RUNNING[kind]


def _release(chart: str) -> str:
    """A release name as the LCM makes one: the chart with what is no letter or digit as ``-``, and ten digits."""
    name = chart.rsplit("/", 1)[-1] if "://" in chart or charts.is_embedded(chart) else chart
    name = "".join(c if c.isalnum() else "-" for c in name)[:35]
    name = name if name[0].isalpha() else f"a{name}"
    return f"{name}-{secrets.randbelow(10**10):010d}".lower()
