# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scaling a VNF by one step of an aspect: its limits, and the VDU instances it adds or removes."""

from __future__ import annotations

import copy
import uuid
from typing import Any

from .lcm import OperationFailed
from .operations import vnfd_of
from .records import instances
from .store import Document, Store

STEP = "FAILED Sending scale order to VIM: "
#: a change of one KDU: member index, KDU, its resource, how many, at most, at least
KduChange = tuple[str, str, str, int, int, int]


def scale(store: Store, nsr: Document, data: Document) -> list[KduChange]:
    """Add or remove the VDU instances of one step of a scaling aspect; what is left to do are changes of KDUs.

    The life-cycle manager looks for the aspect by its name, and counts the steps of all its VDUs together, as the real
    one does.
    """
    step = data["scaleByStepData"]
    name, index = step["scaling-group-descriptor"], step["member-vnf-index"]
    if nsr["nsd"].get("vnffgd"):
        raise OperationFailed("FAILED Checking whether the descriptor has SFC: Scaling is not allowed for NS with SFC")
    vnfd = vnfd_of(store, nsr, index)
    aspect = next((a for a in vnfd["df"][0]["scaling-aspect"] if a["name"] == name), None)
    if aspect is None:
        raise OperationFailed(
            f"FAILED Getting scaling-group-descriptor: input parameter 'scaleByStepData':'scaling-group-descriptor':"
            f"'{name}' is not present at vnfd:scaling-group-descriptor"
        )
    groups = nsr["_admin"].setdefault("scaling-group", [])
    group = next((g for g in groups if (g["name"], g.get("vnf_index")) == (name, index)), None)
    if group is None:
        group = {"name": name, "vnf_index": index, "nb-scale-op": 0}
        groups.append(group)
    sign = 1 if data["scaleVnfType"] == "SCALE_OUT" else -1
    [vnfr] = store.find("vnfrs", **{"nsr-id-ref": nsr["_id"], "member-vnf-index-ref": index})
    count, changes, kdus = group["nb-scale-op"], list[tuple[str, int]](), list[KduChange]()
    for delta in aspect["aspect-delta-details"].get("deltas") or ():
        for change in delta.get("vdu-delta") or ():
            number = int(change.get("number-of-instances", 1))
            count += sign * number
            _check(vnfd, change["id"], count, sign, name)
            changes.append((change["id"], number))
        for change in delta.get("kdu-resource-delta") or ():
            number = int(change.get("number-of-instances", 1))
            count += sign * number
            profile = _profile(vnfd["df"][0].get("kdu-resource-profile"), change["id"])
            most = int(profile.get("max-number-of-instances", 10))
            least = int(profile.get("min-number-of-instances", 0))
            kdus.append((index, profile["kdu-name"], profile.get("resource-name", ""), sign * number, most, least))
    for vdu_id, number in changes:
        _change_vdus(vnfr, vdu_id, number, sign > 0)
    group["nb-scale-op"] = count
    return kdus


def _profile(profiles: Any, item_id: str) -> Document:
    return next((p for p in profiles or () if p["id"] == item_id), {})


def _check(vnfd: Document, vdu_id: str, count: int, sign: int, name: str) -> None:
    profile = _profile(vnfd["df"][0].get("vdu-profile"), vdu_id)
    wanted = count + instances(vnfd, vdu_id)
    if sign > 0 and wanted > int(profile.get("max-number-of-instances", 10)):
        word = "(max-instance-count) scaling-out"
    elif sign < 0 and wanted < int(profile.get("min-number-of-instances", 0)):
        word = "(min-instance-count) scaling-in"
    else:
        return
    raise OperationFailed(
        f"{STEP}reached the limit of {count} {word} operations for the scaling-group-descriptor '{name}'"
    )


def _change_vdus(vnfr: Document, vdu_id: str, number: int, out: bool) -> None:
    present = [v for v in vnfr["vdur"] if v["vdu-id-ref"] == vdu_id]
    if not out:
        if len(vnfr["vdur"]) == 1:
            vnfr["vdur-template"] = [copy.deepcopy(vnfr["vdur"][0])]
        for vdur in present[len(present) - number :] if number < len(present) else present:
            vnfr["vdur"].remove(vdur)
        return
    pattern = present[-1] if present else vnfr.pop("vdur-template")[0]
    first = pattern["count-index"] + 1 if present else 0
    for count in range(first, first + number):
        vdur = copy.deepcopy(pattern)
        vdur.update({"_id": str(uuid.uuid4()), "id": f"{vdu_id}-{count}", "count-index": count, "status": "ACTIVE"})
        vdur["name"] = f"{vdur['vdu-name']}-{count}"
        for info in vdur.get("vim_info", {}).values():
            info.update(vim_id=vdur["_id"], vim_name=vdur["name"])
        vnfr["vdur"].append(vdur)
