# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scaling a VNF by one step of an aspect: its limits, and the VDU instances it adds or removes."""

from __future__ import annotations

from .lcm import OperationFailed
from .operations import vnfd_of
from .records import vdu_record
from .store import Document, Store


def scale(store: Store, nsr: Document, data: Document) -> None:
    """Add or remove the VDU instances of one step of a scaling aspect."""
    step = data["scaleByStepData"]
    vnfd = vnfd_of(store, nsr, step["member-vnf-index"])
    name = step["scaling-group-descriptor"]
    aspect = next(a for a in vnfd["df"][0]["scaling-aspect"] if a["id"] == name)
    groups = nsr["_admin"].setdefault("scaling-group", [])
    group = next((g for g in groups if g["name"] == name), None)
    if group is None:
        group = {"name": name, "nb-scale-op": 0}
        groups.append(group)
    out = data["scaleVnfType"] == "SCALE_OUT"
    most = int(aspect.get("max-scale-level", 10))
    if out and group["nb-scale-op"] >= most:
        raise OperationFailed(
            f"reached the limit of {most} (max-instance-count) scaling-out operations for the "
            f"scaling-group-descriptor '{name}'"
        )
    if not out and group["nb-scale-op"] <= 0:
        raise OperationFailed(
            "reached the limit of 0 (min-instance-count) scaling-in operations for the "
            f"scaling-group-descriptor '{name}'"
        )
    group["nb-scale-op"] += 1 if out else -1
    member = {"nsr-id-ref": nsr["_id"], "member-vnf-index-ref": step["member-vnf-index"]}
    for vnfr in store.find("vnfrs", **member):
        for delta in aspect["aspect-delta-details"].get("deltas") or ():
            for change in delta.get("vdu-delta") or ():
                _change_vdus(vnfr, vnfd, change, out)


def _change_vdus(vnfr: Document, vnfd: Document, change: Document, out: bool) -> None:
    number = int(change.get("number-of-instances", 1))
    present = [v for v in vnfr["vdur"] if v["vdu-id-ref"] == change["id"]]
    if not out:
        for vdur in present[len(present) - number :]:
            vnfr["vdur"].remove(vdur)
        return
    described = next(v for v in vnfd["vdu"] if v["id"] == change["id"])
    for _unused in range(number):
        vnfr["vdur"].append({**vdu_record(described, len(present), None), "status": "ACTIVE"})
        present.append(vnfr["vdur"][-1])
