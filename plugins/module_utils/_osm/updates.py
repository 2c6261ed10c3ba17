# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changing a running service: package of a VNF, removing a VNF, starting and stopping a VDU, another flavour.

What the LCM of 2026 does with each: a changed package is taken up by a VNF of the same package only; VDUs are made
anew when its ``software-version`` differs, KDUs are left as they are. ``REMOVE_VNF`` refuses the last VNF and leaves
Helm releases behind. ``MODIFY_VNF_INFORMATION`` ends as COMPLETED and does nothing. ``OPERATE_VNF`` and
``VERTICAL_SCALE`` trip where the NBI would let the number of the VDU be absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.action import Facts, Steps
from .._engine.dialect import Document
from .._engine.errors import InputError
from .._engine.field import Field
from .ns_actions import ns_action
from .operations import (
    MEMBER,
    TIMEOUT,
    VNF_RECORD,
    descriptor_of,
    ended,
    must_run,
    name_of,
    operate,
    parameters,
    vdus_of,
    vnf_of,
)
from .packages import VNF_PACKAGE

#: option -> the NBI's word
TYPES = {
    "change_package": "CHANGE_VNFPKG",
    "remove_vnf": "REMOVE_VNF",
    "modify_information": "MODIFY_VNF_INFORMATION",
    "operate": "OPERATE_VNF",
    "vertical_scale": "VERTICAL_SCALE",
}
#: what the VIM's state of a VDU is after an operation on it
STATES = {"start": "ACTIVE", "stop": "INACTIVE"}
#: options that each kind of update needs, and may have
NEEDS = {"operate": ("vdu_id", "operation"), "vertical_scale": ("vdu_id",)}
TAKES = {
    "change_package": {"vnf_package"},
    "remove_vnf": set[str](),
    "modify_information": {"vnf_package"},
    "operate": {"vdu_id", "count_index", "operation", "run_day1"},
    "vertical_scale": {"vdu_id", "count_index", "vnf_package"},
}


def _check(values: Mapping[str, Any]) -> None:
    kind = values["update"]
    missing = [n for n in NEEDS.get(kind, ()) if values.get(n) is None]
    if missing:
        raise InputError(f"update: {kind} needs {' and '.join(missing)}.", "Give these options.", options=missing)
    every = set().union(*TAKES.values())
    surplus = sorted(n for n in every - TAKES[kind] if values.get(n) is not None)
    if surplus:
        raise InputError(f"update: {kind} takes no {', '.join(surplus)}.", "Leave these options out.", options=surplus)
    if kind == "change_package" and (values.get("timeout") or 300) < 300:
        raise InputError(
            f"timeout: {values['timeout']} seconds are too few for a change of package; OSM takes 300 and more.",
            "Raise it, or leave it out.",
            option="timeout",
        )


def _package(values: Mapping[str, Any], facts: Facts, vnf: Document) -> Document:
    """The package that is wanted for a VNF; its own one otherwise."""
    wanted = values.get("vnf_package")
    if wanted is None or wanted in (vnf.get("vnfd-id"), vnf.get("vnfd-ref")):
        return descriptor_of(facts, vnf)
    for package in facts.all(VNF_PACKAGE):
        if wanted in (package.get("_id"), package.get("id")):
            return package
    known = ", ".join(sorted(str(p.get("id")) for p in facts.all(VNF_PACKAGE))) or "none"
    raise InputError(
        f"vnf_package: there is no VNF package {wanted!r}.", f"Existing: {known}.", option="vnf_package", value=wanted
    )


def _update(values: Mapping[str, Any], facts: Facts) -> Steps:
    must_run(facts)
    kind = values["update"]
    if kind == "remove_vnf":
        steps = _remove(values, facts)
    else:
        vnf = vnf_of(facts, values.get("member_vnf_index"))
        steps = HOW[kind](values, facts, vnf)
    if not steps.requests:
        return steps
    body: dict[str, Any] = {"updateType": TYPES[kind], **dict(steps.requests[0].body)}
    if values.get("timeout") is not None:
        body["timeout_ns_update"] = values["timeout"]
    return Steps((operate(facts, "update", body),), "", steps.before, steps.after, steps.notes)


def _change(values: Mapping[str, Any], facts: Facts, vnf: Document) -> Steps:
    package = _package(values, facts, vnf)
    if package["_id"] != vnf.get("vnfd-id"):
        raise InputError(
            f"vnf_package: the VNF {vnf['member-vnf-index-ref']} is made of {vnf.get('vnfd-ref')}, and OSM changes a"
            f" VNF to another revision of its own package only, not to {package.get('id')}.",
            "Upload the change as a new revision of that package, or remove the service and create it again.",
            option="vnf_package",
        )
    now, latest = vnf.get("revision", 1), (package.get("_admin") or {}).get("revision", 1)
    before, after = {"revision": now}, {"revision": latest}
    if now == latest:
        return Steps(reason=f"it is of revision {now}, the latest one", before=before, after=after)
    data = {"changeVnfPackageData": {"vnfInstanceId": vnf["_id"], "vnfdId": package["_id"]}}
    notes: tuple[str, ...] = ()
    if vnf.get("kdur"):
        notes = (
            f"VNF {vnf['member-vnf-index-ref']}: OSM takes up the new revision of the descriptor and leaves the Helm"
            " releases of its KDUs as they are; edge.infra.osm_ns_kdu_upgrade changes those.",
        )
    return Steps((operate(facts, "update", data),), before=before, after=after, notes=notes)


def _remove(values: Mapping[str, Any], facts: Facts) -> Steps:
    records = facts.all(VNF_RECORD)
    wanted = values.get("member_vnf_index")
    there = [r for r in records if wanted in (r.get("member-vnf-index-ref"), r.get("_id"))]
    nsd: Mapping[str, Any] = facts.target.get("nsd") or {}
    profiles = [p.get("id") for df in nsd.get("df") or [] for p in df.get("vnf-profile") or []]
    if wanted in profiles and not there:
        gone = {"vnf": "absent"}
        return Steps(reason=f"the service has no VNF {wanted} any more", before=gone, after=gone)
    if wanted is None:
        raise InputError("update: remove_vnf needs member_vnf_index.", "Say which VNF.", option="member_vnf_index")
    vnf = vnf_of(facts, wanted)
    if len(records) == 1:
        raise InputError(
            f"member_vnf_index: {wanted} is the last VNF of {name_of(facts)}, which OSM does not remove.",
            "Terminate the service instead (edge.infra.osm_ns).",
            option="member_vnf_index",
        )
    notes: tuple[str, ...] = ()
    if vnf.get("kdur"):
        notes = (f"VNF {vnf['member-vnf-index-ref']}: OSM leaves the Helm releases of its KDUs in the cluster.",)
    request = operate(facts, "update", {"removeVnfInstanceId": vnf["_id"]})
    return Steps((request,), before={"vnf": "present"}, after={"vnf": "absent"}, notes=notes)


def _modify(values: Mapping[str, Any], facts: Facts, vnf: Document) -> Steps:
    package = _package(values, facts, vnf)
    before, after = {"vnf_package": vnf.get("vnfd-ref")}, {"vnf_package": package.get("id")}
    if package["_id"] == vnf.get("vnfd-id"):
        return Steps(reason=f"it is of package {package.get('id')}", before=before, after=after)
    data = {"modifyVnfInfoData": {"vnfInstanceId": vnf["_id"], "vnfdId": package["_id"]}}
    return Steps((operate(facts, "update", data),), before=before, after=after)


def _operate(values: Mapping[str, Any], facts: Facts, vnf: Document) -> Steps:
    number = int(values.get("count_index") or 0)
    [vdu] = vdus_of(vnf, values["vdu_id"], number)
    wanted, status = values["operation"], vdu.get("status")
    aim = STATES.get(wanted)
    last = _last_operated(facts, vnf["_id"], values["vdu_id"], number)
    # the VIM's state is told to OSM with a delay; an operation of ours since then is newer than it
    if aim and status == aim and last in (None, aim):
        shown = {"status": status}
        return Steps(reason=f"the VDU is {status}", before=shown, after=shown)
    param = {"vdu_id": values["vdu_id"], "count-index": number}
    if values.get("run_day1") is not None:
        param["run-day1"] = values["run_day1"]
    data = {"vnfInstanceId": vnf["_id"], "changeStateTo": wanted, "additionalParam": param}
    request = operate(facts, "update", {"operateVnfData": data})
    return Steps((request,), before={"status": status}, after={"status": aim or f"{wanted} (status is kept)"})


def _last_operated(facts: Facts, vnf_id: str, vdu_id: str, number: int) -> str | None:
    """The state that the last finished operation on a VDU left it in, where there was one."""
    last = None
    for record in ended(facts, "update", "heal"):
        given = parameters(record)
        if record["lcmOperationType"] == "heal":
            if any(d.get("vnfInstanceId") == vnf_id for d in given.get("healVnfData") or []):
                last = "ACTIVE"
            continue
        data = given.get("operateVnfData") or {}
        param = data.get("additionalParam") or {}
        same = (data.get("vnfInstanceId"), param.get("vdu_id"), param.get("count-index")) == (vnf_id, vdu_id, number)
        if same and record.get("operationState") == "COMPLETED":
            last = STATES.get(str(data.get("changeStateTo")), "ACTIVE")
    return last


def _flavour(descriptor: Document) -> dict[str, Any]:
    """What the LCM makes of a descriptor's first compute and storage: that is how it scales, whatever the VDU has."""
    compute = (descriptor.get("virtual-compute-desc") or [{}])[0]
    storage = (descriptor.get("virtual-storage-desc") or [{}])[0]
    memory = (compute.get("virtual-memory") or {}).get("size")
    return {
        "vcpus": _whole((compute.get("virtual-cpu") or {}).get("num-virtual-cpu")),
        "memory_mib": None if memory is None else round(float(memory) * 1024),
        "storage_gb": _whole(storage.get("size-of-storage")),
    }


def _whole(value: Any) -> int | None:
    return None if value is None else int(float(value))


def _vertical(values: Mapping[str, Any], facts: Facts, vnf: Document) -> Steps:
    number = int(values.get("count_index") or 0)
    [vdu] = vdus_of(vnf, values["vdu_id"], number)
    package = _package(values, facts, vnf)
    flavours = {str(f.get("id")): f for f in facts.target.get("flavor") or []}
    now = flavours.get(str(vdu.get("ns-flavor-id")), {})
    memory = now.get("memory-mb")
    before = {
        "vcpus": _whole(now.get("vcpu-count")),
        "memory_mib": None if memory is None else round(float(memory)),
        "storage_gb": _whole(now.get("storage-gb")),
    }
    after = _flavour(package)
    if None in after.values():
        lacking = ", ".join(k for k, v in after.items() if v is None)
        raise InputError(
            f"vnf_package: {package.get('id')} does not say {lacking}, which OSM needs to scale vertically.",
            "Complete virtual-compute-desc and virtual-storage-desc of the descriptor.",
            option="vnf_package",
        )
    if before == after:
        return Steps(reason="the VDU has that size", before=before, after=after)
    data = {"vnfInstanceId": vnf["_id"], "vnfdId": package["_id"], "vduId": values["vdu_id"], "countIndex": number}
    return Steps((operate(facts, "update", {"verticalScaleVnf": data}),), before=before, after=after)


HOW = {
    "change_package": _change,
    "modify_information": _modify,
    "operate": _operate,
    "vertical_scale": _vertical,
}

NS_UPDATE = ns_action(
    "ns_update",
    "updating",
    (
        Field(
            "update",
            (
                "What to change.",
                "V(change_package) takes the VNF to the latest revision of its package, compared with its record.",
                "V(remove_vnf) takes a VNF out of the service; the last one is refused.",
                "V(modify_information) notes another package for the VNF; OSM of 2026 accepts it and does nothing,"
                " which is then reported as a failure.",
                "V(operate) starts, stops or rebuilds a VDU.",
                "V(vertical_scale) gives a VDU the size that the package's first compute and storage descriptions say.",
            ),
            required=True,
            choices=tuple(TYPES),
        ),
        MEMBER,
        Field("vnf_package", "Id of the VNF's descriptor (or of the package); the VNF's own one otherwise."),
        Field("vdu_id", "Which VDU, with V(operate) and V(vertical_scale).", sample="probe"),
        Field("count_index", "Which instance of the VDU, counted from 0; the first one otherwise.", type="int"),
        Field(
            "operation",
            (
                "What to do with the VDU, with V(operate).",
                "V(start) and V(stop) are compared with its state; V(rebuild) is done each time.",
            ),
            choices=("start", "stop", "rebuild"),
        ),
        Field("run_day1", "Whether to run the Day-1 primitives again, with V(operate).", type="bool"),
        TIMEOUT,
    ),
    "Mend the cause and run again; the records tell how far it came.",
    steps=_update,
    check=_check,
    confirm=lambda values: values["update"] == "modify_information",
)
