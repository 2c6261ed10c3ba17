# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the NBI checks in a VNFD or NSD beyond its model: references inside it, files it names, VNFDs it needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlparse

from . import sol006
from .errors import Refusal, conflict, unprocessable

Document = dict[str, Any]
#: whether a package has a folder with something in it, or a file: ``has(folder, file or None)``
HasFile = Callable[[str, str | None], bool]

_HELM_CHART = re.compile(r"^[a-z0-9]([-a-z0-9]*[a-z0-9]/)?([a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
OLD_FORMAT = "ERROR: Unsupported descriptor format. Please, use an ETSI SOL006 descriptor."


def unwrap(kind: str, data: Document) -> Document:
    """Take a descriptor out of its envelope (``vnfd: {}`` or ``nsd: {nsd: [{}]}``)."""
    if not data:
        return {}
    if kind == "vnfd":
        for key in ("etsi-nfv-vnfd:vnfd", "vnfd"):
            if data.get(key):
                if not isinstance(data[key], dict):
                    raise Refusal("'etsi-nfv-vnfd:vnfd' must be a dict" if ":" in key else "'vnfd' must be dict")
                return data[key]  # type: ignore[no-any-return]
        return data
    inner = data.get("nsd") or data.get("etsi-nfv-nsd:nsd") or data
    if inner.get("nsd"):
        if not isinstance(inner["nsd"], list) or len(inner["nsd"]) != 1:
            raise Refusal("'nsd' must be a list of only one element")
        return inner["nsd"][0]  # type: ignore[no-any-return]
    return inner


def unique_ids(descriptor: Document, where: str = "") -> None:
    """Raise 422 when an ``id`` (or ``name``) repeats inside a list."""
    for key, items in descriptor.items():
        if not isinstance(items, list):
            continue
        used: list[Any] = []
        identifier = None
        for index, item in enumerate(items):
            if not isinstance(item, dict):
                continue
            unique_ids(item, f"{where}.{key}[{index}]")
            if index == 0 and (item.get("id") or item.get("name")):
                identifier = "id" if item.get("id") else "name"
            if identifier and item.get(identifier):
                if item[identifier] in used:
                    raise unprocessable(
                        f"Error: identifier {identifier} '{item[identifier]}' is not unique and repeats at "
                        f"'{where}.{key}[{index}]'"
                    )
                used.append(item[identifier])


def validate(kind: str, descriptor: Document, force: bool, has: HasFile) -> Document:
    """The validated descriptor; raises 422 for what does not fit and 400 for files that the package lacks."""
    prefix = "" if kind == "vnfd" else "nsd"
    for name in ("onboardingState", "operationalState", "usageState"):
        descriptor.pop(prefix + (name[0].upper() + name[1:] if prefix else name), None)
    descriptor.pop("links", None)
    if f"{kind}-catalog" in descriptor or f"{kind}:{kind}-catalog" in descriptor:
        raise unprocessable(OLD_FORMAT)
    try:
        if kind == "nsd":
            profiles = descriptor.get("df", [{}])[0].get("vnf-profile", [])
        loaded = sol006.load(kind, descriptor, force)
        if kind == "vnfd":
            descriptor = sol006.put_types(descriptor, loaded)
        else:
            if profiles:
                loaded["df"][0]["vnf-profile"] = profiles
            descriptor = loaded
    except Exception as error:
        raise unprocessable(f"Error in pyangbind validation: {error}") from None
    if kind == "vnfd":
        _check_vnfd(descriptor, has)
    else:
        _check_nsd(descriptor)
    return descriptor


def _each(holder: Any, *path: str) -> Iterator[Any]:
    """Every item of the lists at ``path``, which may be absent anywhere.

    What is no list is walked like one: the real checks stumble over it, and answer with Python's words.
    """
    items = holder.get(path[0])
    for item in () if items is None else items:
        if len(path) == 1:
            yield item
        else:
            yield from _each(item, *path[1:])


def configurations(df: Document) -> list[Document]:
    """The day 1-2 configurations of a deployment flavour."""
    operations = df.get("lcm-operations-configuration") or {}
    return (operations.get("operate-vnf-op-config") or {}).get("day1-2") or []


# -- VNFD ------------------------------------------------------------------------------------------------------------


def _check_vnfd(vnfd: Document, has: HasFile) -> None:
    if vnfd.get("vdu"):
        if not vnfd.get("mgmt-cp"):
            raise unprocessable("'mgmt-cp' is a mandatory field and it is not defined")
        if not any(cp["id"] == vnfd["mgmt-cp"] for cp in _each(vnfd, "ext-cpd")):
            raise unprocessable(f"mgmt-cp='{vnfd['mgmt-cp']}' must match an existing ext-cpd")
    for vdu in _each(vnfd, "vdu"):
        _unique_points(vdu)
        script = vdu.get("cloud-init-file")
        if script and not has("cloud_init", script) and not has("Scripts/cloud_init", script):
            raise Refusal(f"Cloud-init defined in vnf[id={vnfd['id']}]:vdu[id={vdu['id']}] but not present in package")
    _check_charms(vnfd, has)
    _check_external_points(vnfd)
    _check_links(vnfd)
    _check_monitoring(vnfd)
    _check_scaling(vnfd)
    levels = {level.get("vdu-id") for level in _each(vnfd, "df", "instantiation-level", "vdu-level")}
    for df in _each(vnfd, "df"):
        for aspect in _each(df, "healing-aspect"):
            for policy in _each(aspect, "healing-policy"):
                if policy.get("vdu-id") and policy["vdu-id"] not in levels:
                    raise unprocessable(
                        f"df[id='{df['id']}']:healing-aspect[id='{aspect['id']}']:healing-policy"
                        f"[name='{policy['event-name']}']: vdu-id='{policy['vdu-id']}' not defined in vdu"
                    )
    _check_alarms_and_storage(vnfd)
    for kdu in _each(vnfd, "kdu"):
        chart = kdu.get("helm-chart")
        if chart and not _HELM_CHART.match(chart):
            address = urlparse(chart)
            if not (address.scheme and address.netloc):
                raise unprocessable(f"helm-chart '{chart}' is not valid")


def _unique_points(vdu: Document) -> None:
    seen = set()
    for point in _each(vdu, "int-cpd"):
        if point.get("id") in seen:
            raise unprocessable(f"vdu[id='{vdu['id']}']:int-cpd[id='{point['id']}'] is already used by other int-cpd")
        seen.add(point.get("id"))


def _check_charms(vnfd: Document, has: HasFile) -> None:
    present = has("charms", None) or has("Scripts/charms", None)
    for df in vnfd["df"]:  # a descriptor without "df" fails here, as in reality, with a bare KeyError
        targets = [profile["id"] for profile in _each(df, "vdu-profile")]
        for configuration in configurations(df) if targets else ():
            if configuration["id"] in targets and _uses_juju(configuration) and not present:
                raise Refusal(f"Charm defined in vnf[id={vnfd['id']}] but not present in package")
    for df in vnfd["df"]:
        operations = df.get("lcm-operations-configuration") or {}
        if "operate-vnf-op-config" not in operations:
            return  # the real check does not come to the other flavours, either
        for configuration in operations["operate-vnf-op-config"]["day1-2"]:
            if configuration["id"] == vnfd["id"] and _uses_juju(configuration) and not present:
                raise Refusal(f"Charm defined in vnf[id={vnfd['id']}] but not present in package")


def _uses_juju(configuration: Document) -> bool:
    return any("juju" in environment for environment in _each(configuration, "execution-environment-list"))


def _check_external_points(vnfd: Document) -> None:
    inner = {(vdu.get("id"), p.get("id")) for vdu in _each(vnfd, "vdu") for p in _each(vdu, "int-cpd")}
    seen = set()
    for point in _each(vnfd, "ext-cpd"):
        if point.get("id") in seen:
            raise unprocessable(f"ext-cpd[id='{point['id']}'] is already used by other ext-cpd")
        seen.add(point.get("id"))
        target = point.get("int-cpd")
        if target and (target.get("vdu-id"), target.get("cpd")) not in inner:
            raise unprocessable(f"ext-cpd[id='{point['id']}']:int-cpd must match an existing vdu int-cpd")


def _check_links(vnfd: Document) -> None:
    links = {link.get("id") for link in _each(vnfd, "int-virtual-link-desc")}
    for vdu in _each(vnfd, "vdu"):
        for point in _each(vdu, "int-cpd"):
            link = point.get("int-virtual-link-desc")
            if link and link not in links:
                raise unprocessable(
                    f"vdu[id='{vdu['id']}']:int-cpd[id='{point['id']}']:int-virtual-link-desc='{link}' must match an "
                    "existing int-virtual-link-desc"
                )
    for df in _each(vnfd, "df"):
        for profile in _each(df, "virtual-link-profile"):
            if profile.get("id") and profile["id"] not in links:
                raise unprocessable(
                    f"df[id='{df['id']}']:virtual-link-profile='{profile['id']}' must match an existing "
                    "int-virtual-link-desc"
                )


def _monitored(vnfd: Document) -> Iterator[tuple[str, Document]]:
    for link in _each(vnfd, "int-virtual-link-desc"):
        for parameter in _each(link, "monitoring-parameters"):
            yield f"int-virtual-link-desc[id='{link['id']}']:monitoring-parameters", parameter
    for key in ("vdu", "df"):
        for holder in _each(vnfd, key):
            for parameter in _each(holder, "monitoring-parameter"):
                yield f"{key}[id='{holder['id']}']:monitoring-parameter", parameter


def _check_monitoring(vnfd: Document) -> None:
    seen = set()
    for where, parameter in _monitored(vnfd):
        if parameter.get("id") in seen:
            raise unprocessable(f"Duplicated monitoring-parameter id in {where}[id='{parameter['id']}']")
        seen.add(parameter.get("id"))


def _check_scaling(vnfd: Document) -> None:
    parameters = {p.get("id") for _unused, p in _monitored(vnfd)}
    vdus = {level.get("vdu-id") for level in _each(vnfd, "df", "instantiation-level", "vdu-level")}
    for df in _each(vnfd, "df"):
        for aspect in _each(df, "scaling-aspect"):
            where = f"df[id='{df['id']}']:scaling-aspect[id='{aspect['id']}']"
            for delta in _each(aspect.get("aspect-delta-details"), "deltas"):
                for change in _each(delta, "vdu-delta"):
                    if change.get("id") and change["id"] not in vdus:
                        raise unprocessable(
                            f"{where}:aspect-delta-details[delta='{delta['id']}']: vdu-id='{change['id']}' not "
                            "defined in vdu"
                        )
            for policy in _each(aspect, "scaling-policy"):
                for criterion in _each(policy, "scaling-criteria"):
                    wanted = criterion.get("vnf-monitoring-param-ref")
                    if wanted and wanted not in parameters:
                        raise unprocessable(
                            f"{where}:scaling-policy[name='{policy['name']}']:scaling-criteria"
                            f"[name='{criterion['name']}']: vnf-monitoring-param-ref='{wanted}' not defined in any "
                            "monitoring-param"
                        )
            _check_scaling_actions(vnfd, df, aspect, where)


def _check_scaling_actions(vnfd: Document, df: Document, aspect: Document, where: str) -> None:
    for action in _each(aspect, "scaling-config-action"):
        if not any(c["id"] == vnfd["id"] for c in configurations(df)):
            raise unprocessable(
                "'day1-2 configuration' not defined in the descriptor but it is referenced by "
                f"{where}:scaling-config-action"
            )
        wanted = action["vnf-config-primitive-name-ref"]
        for configuration in configurations(df):
            if not any(p["name"] == wanted for p in _each(configuration, "config-primitive")):
                raise unprocessable(
                    f"{where}:scaling-config-action:vnf-config-primitive-name-ref='{wanted}' does not match any "
                    "day1-2 configuration:config-primitive:name"
                )


def _check_alarms_and_storage(vnfd: Document) -> None:
    parameters = {p.get("id") for _unused, p in _monitored(vnfd)}
    for vdu in _each(vnfd, "vdu"):
        for alarm in _each(vdu, "alarm"):
            wanted = alarm.get("vnf-monitoring-param-ref")
            if wanted and wanted not in parameters:
                raise unprocessable(
                    f"vdu[id='{vdu['id']}']:alarm[id='{alarm['alarm-id']}']:vnf-monitoring-param-ref='{wanted}' not "
                    "defined in any monitoring-param"
                )
    storage = {s.get("id") for s in _each(vnfd, "virtual-storage-desc")}
    compute = {c.get("id") for c in _each(vnfd, "virtual-compute-desc")}
    machines = [vdu for vdu in _each(vnfd, "vdu") if "pdu-type" not in vdu]
    for vdu in machines:
        # without the key the real check fails too, with Python's own words
        for wanted in iter(vdu.get("virtual-storage-desc")):
            if wanted and wanted not in storage:
                raise unprocessable(f"vdu[virtual-storage-desc='{wanted}']not defined in vnfd")
    for vdu in machines:
        wanted = vdu.get("virtual-compute-desc")
        if wanted and wanted not in compute:
            raise unprocessable(f"vdu[virtual-compute-desc='{wanted}']not defined in vnfd")


# -- NSD -------------------------------------------------------------------------------------------------------------


def _check_nsd(nsd: Document) -> None:
    for link in _each(nsd, "virtual-link-desc"):
        for df in _each(nsd, "df"):
            for profile in _each(df, "virtual-link-profile"):
                fits = link.get("id") and link["id"] == profile.get("virtual-link-desc-id")
                if link.get("mgmt-network") and fits and profile.get("virtual-link-protocol-data"):
                    raise unprocessable(
                        f"Error at df[id='{df['id']}']:virtual-link-profile[id='{profile['id']}']:virtual-link-"
                        "protocol-data You cannot set a virtual-link-protocol-data when mgmt-network is True"
                    )
    known = set(nsd.get("vnfd-id") or ())
    for df in _each(nsd, "df"):
        for profile in _each(df, "vnf-profile"):
            if profile.get("vnfd-id") and profile["vnfd-id"] not in known:
                raise unprocessable(
                    f"Error at df[id='{df['id']}']:vnf_profile[id='{profile['id']}']:vnfd-id='{profile['vnfd-id']}' "
                    "does not match any vnfd-id"
                )


def check_vnfds(nsd: Document, find: Callable[[str], Document | None]) -> None:
    """Raise 409 when a VNFD that the NSD names does not exist, 422 when it lacks a connection point."""
    vnfds: dict[str, Document] = {}
    for vnfd_id in nsd.get("vnfd-id") or ():
        found = find(vnfd_id)
        if found is None:
            raise conflict(f"Descriptor error at 'vnfd-id'='{vnfd_id}' references a non existing vnfd")
        vnfds[vnfd_id] = found
    for df in _each(nsd, "df"):
        for profile in _each(df, "vnf-profile"):
            vnfd_id = profile["vnfd-id"]
            vnfd = vnfds.get(vnfd_id)
            points = {point.get("id") for point in _each(vnfd, "ext-cpd")}
            for link in _each(profile, "virtual-link-connectivity"):
                for point in _each(link, "constituent-cpd-id"):
                    wanted = point.get("constituent-cpd-id")
                    if wanted and wanted not in points:
                        raise unprocessable(
                            f"Error at df[id='{df['id']}']:vnf-profile[id='{profile['id']}']:virtual-link-connectivity"
                            f"[virtual-link-profile-id='{link['virtual-link-profile-id']}']:constituent-cpd-id="
                            f"'{wanted}' references a non existing ext-cpd:id inside vnfd '{vnfd_id}'"
                        )
