# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""References inside a VNFD and to the files of its package, in the order and words of the NBI (OSM, 2026).

What makes the NBI stumble is answered with 400 and the bare text of the Python error; those answers are here, too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urlparse

from .findings import Finding, each, error, given, inner, named, unhashable, warning

#: the names that the NBI takes for a chart: one letter or digit and a second name, or ``repository/chart``
CHART = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9]/)?(?:[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)?\n?")
NO_DF = "Add df, with at least one entry that has an id."


def check_vnfd(vnfd: Mapping[str, Any], files: Collection[str]) -> Iterator[Finding]:
    """Errors in the NBI's order, then what it takes; ``files`` are the paths inside the package's folder."""
    yield from _management(vnfd)
    yield from _cloud_init(vnfd, files)
    yield from _charms(vnfd, files)
    yield from _external_points(vnfd)
    yield from _virtual_links(vnfd)
    yield from _monitoring(vnfd)
    yield from _scaling(vnfd)
    yield from _healing_and_alarms(vnfd)
    yield from _storage_and_compute(vnfd)
    yield from _charts(vnfd)
    yield from _profiles(vnfd)
    yield from _images(vnfd)


def _management(vnfd: Mapping[str, Any]) -> Iterator[Finding]:
    if not vnfd.get("vdu"):
        return
    external = {str(c.get("id")) for c in each(vnfd.get("ext-cpd"))}
    point = vnfd.get("mgmt-cp")
    if not given(point):
        text = "'mgmt-cp' is a mandatory field and it is not defined"
        yield error("mgmt-cp", text, f"Name the ext-cpd that management uses. Existing: {named(external)}.")
    elif str(point) not in external:
        text = f"mgmt-cp='{point}' must match an existing ext-cpd"
        yield error("mgmt-cp", text, f"Existing: {named(external)}.")


def _cloud_init(vnfd: Mapping[str, Any], files: Collection[str]) -> Iterator[Finding]:
    for vdu in each(vnfd.get("vdu")):
        file = vdu.get("cloud-init-file")
        if given(file) and not {f"cloud_init/{file}", f"Scripts/cloud_init/{file}"} & set(files):
            text = f"Cloud-init defined in vnf[id={vnfd.get('id')}]:vdu[id={vdu.get('id')}] but not present in package"
            yield error(f"vdu[{vdu.get('id')}].cloud-init-file", text, f"Put the file at cloud_init/{file}.", 400)


def _charms(vnfd: Mapping[str, Any], files: Collection[str]) -> Iterator[Finding]:
    """Charms of VDUs, then those of the VNF. Whether they are there: any file in the folder will do."""
    present = any(f.startswith(("charms/", "Scripts/charms/")) for f in files)
    if "df" not in vnfd:
        yield error("df", "'df'", NO_DF, 400)
        return
    text = f"Charm defined in vnf[id={vnfd.get('id')}] but not present in package"
    operate = ("lcm-operations-configuration", "operate-vnf-op-config")
    for df in each(vnfd.get("df")):
        vdus = {str(p.get("id")) for p in each(df.get("vdu-profile"))}
        for config in each(inner(df, *operate, "day1-2")):
            if str(config.get("id")) in vdus and _juju(config) and not present:
                yield _charm_missing(df, config, text)
                return
    for df in each(vnfd.get("df")):
        if not isinstance(inner(df, *operate), Mapping):
            return
        if inner(df, *operate, "day1-2") is None:
            where = f"df[{df.get('id')}].{'.'.join(operate)}"
            yield error(where, "'day1-2'", "Add day1-2, or leave operate-vnf-op-config out.", 400)
            return
        for config in each(inner(df, *operate, "day1-2")):
            if config.get("id") == vnfd.get("id") and _juju(config) and not present:
                yield _charm_missing(df, config, text)
                return


def _juju(config: Mapping[str, Any]) -> bool:
    return any("juju" in e for e in each(config.get("execution-environment-list")))


def _charm_missing(df: Mapping[str, Any], config: Mapping[str, Any], text: str) -> Finding:
    charms = [inner(e, "juju", "charm") for e in each(config.get("execution-environment-list"))]
    where = f"df[{df.get('id')}].lcm-operations-configuration.operate-vnf-op-config.day1-2[{config.get('id')}]"
    return error(where, text, f"Put the charm {named(c for c in charms if c)} into the folder charms/.", 400)


def _external_points(vnfd: Mapping[str, Any]) -> Iterator[Finding]:
    points = {
        (str(vdu.get("id")), str(point.get("id")))
        for vdu in each(vnfd.get("vdu"))
        for point in each(vdu.get("int-cpd"))
    }
    for point in each(vnfd.get("ext-cpd")):
        target = point.get("int-cpd")
        if not isinstance(target, Mapping) or not target:
            continue
        where = f"ext-cpd[{point.get('id')}].int-cpd"
        shapes = (unhashable(f"{where}.{key}", target.get(key), "It must be one name.") for key in ("vdu-id", "cpd"))
        stumble = next((shape for shape in shapes if shape), None)
        if stumble:
            yield stumble
        elif (str(target.get("vdu-id")), str(target.get("cpd"))) not in points:
            text = f"ext-cpd[id='{point.get('id')}']:int-cpd must match an existing vdu int-cpd"
            known = named(f"{vdu}/{cpd}" for vdu, cpd in points)
            yield error(where, text, f"Existing (vdu-id/cpd): {known}.")


def _virtual_links(vnfd: Mapping[str, Any]) -> Iterator[Finding]:
    links = {str(link.get("id")) for link in each(vnfd.get("int-virtual-link-desc"))}
    for vdu in each(vnfd.get("vdu")):
        for point in each(vdu.get("int-cpd")):
            link = point.get("int-virtual-link-desc")
            if link and str(link) not in links:
                where = f"vdu[{vdu.get('id')}].int-cpd[{point.get('id')}].int-virtual-link-desc"
                text = (
                    f"vdu[id='{vdu.get('id')}']:int-cpd[id='{point.get('id')}']:int-virtual-link-desc='{link}'"
                    " must match an existing int-virtual-link-desc"
                )
                yield error(where, text, f"Existing: {named(links)}.")
    for df in each(vnfd.get("df")):
        for profile in each(df.get("virtual-link-profile")):
            link = profile.get("id")
            if link and str(link) not in links:
                text = (
                    f"df[id='{df.get('id')}']:virtual-link-profile='{link}' must match an existing"
                    " int-virtual-link-desc"
                )
                yield error(f"df[{df.get('id')}].virtual-link-profile[{link}]", text, f"Existing: {named(links)}.")


def _parameters(vnfd: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Owner, key and id of each monitoring parameter, in the NBI's order."""
    for owner, key in (
        ("int-virtual-link-desc", "monitoring-parameters"),
        ("vdu", "monitoring-parameter"),
        ("df", "monitoring-parameter"),
    ):
        for entry in each(vnfd.get(owner)):
            for parameter in each(entry.get(key)):
                yield f"{owner}[id='{entry.get('id')}']", key, str(parameter.get("id"))


def _monitoring(vnfd: Mapping[str, Any]) -> Iterator[Finding]:
    seen: set[str] = set()
    for owner, key, parameter in _parameters(vnfd):
        if parameter in seen:
            text = f"Duplicated monitoring-parameter id in {owner}:{key}[id='{parameter}']"
            where = f"{owner.replace('id=', '').replace(chr(39), '')}.{key}[{parameter}]"
            yield error(where, text, "Ids of monitoring parameters are unique in the whole VNFD: give it another.")
        seen.add(parameter)


def _scaling(vnfd: Mapping[str, Any]) -> Iterator[Finding]:
    levels = _levels(vnfd)
    for df, aspect, place in _aspects(vnfd):
        details = aspect.get("aspect-delta-details")
        if not isinstance(details, Mapping):
            text = "'NoneType' object has no attribute 'get'"
            yield error(f"{place}.aspect-delta-details", text, "Add it, with deltas.", 400)
            continue
        for delta in each(details.get("deltas")):
            for vdu in each(delta.get("vdu-delta")):
                if vdu.get("id") and str(vdu["id"]) not in levels:
                    text = (
                        f"df[id='{df.get('id')}']:scaling-aspect[id='{aspect.get('id')}']:aspect-delta-details"
                        f"[delta='{delta.get('id')}']: vdu-id='{vdu['id']}' not defined in vdu"
                    )
                    where = f"{place}.aspect-delta-details.deltas[{delta.get('id')}].vdu-delta[{vdu['id']}]"
                    yield error(where, text, f"Put the VDU in an instantiation-level. There are: {named(levels)}.")
    known = {parameter for _owner, _key, parameter in _parameters(vnfd)}
    for df, aspect, place in _aspects(vnfd):
        yield from _criteria(df, aspect, place, known)
        yield from _actions(vnfd, df, aspect, place)


def _aspects(vnfd: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any], str]]:
    for df in each(vnfd.get("df")):
        for aspect in each(df.get("scaling-aspect")):
            yield df, aspect, f"df[{df.get('id')}].scaling-aspect[{aspect.get('id')}]"


def _levels(vnfd: Mapping[str, Any]) -> set[str]:
    """VDUs that some instantiation level counts; the NBI takes these for the VDUs there are."""
    return {
        str(vdu.get("vdu-id"))
        for df in each(vnfd.get("df"))
        for level in each(df.get("instantiation-level"))
        for vdu in each(level.get("vdu-level"))
    }


def _criteria(df: Mapping[str, Any], aspect: Mapping[str, Any], place: str, known: set[str]) -> Iterator[Finding]:
    for policy in each(aspect.get("scaling-policy")):
        for criterion in each(policy.get("scaling-criteria")):
            wanted = criterion.get("vnf-monitoring-param-ref")
            if wanted and str(wanted) not in known:
                text = (
                    f"df[id='{df.get('id')}']:scaling-aspect[id='{aspect.get('id')}']:scaling-policy"
                    f"[name='{policy.get('name')}']:scaling-criteria[name='{criterion.get('name')}']: "
                    f"vnf-monitoring-param-ref='{wanted}' not defined in any monitoring-param"
                )
                where = f"{place}.scaling-policy[{policy.get('name')}].scaling-criteria[{criterion.get('name')}]"
                yield error(where, text, f"Existing: {named(known)}.")


def _actions(
    vnfd: Mapping[str, Any], df: Mapping[str, Any], aspect: Mapping[str, Any], place: str
) -> Iterator[Finding]:
    configs = list(each(inner(df, "lcm-operations-configuration", "operate-vnf-op-config", "day1-2")))
    for action in each(aspect.get("scaling-config-action")):
        where = f"{place}.scaling-config-action[{action.get('trigger')}]"
        start = f"df[id='{df.get('id')}']:scaling-aspect[id='{aspect.get('id')}']:scaling-config-action"
        if not any(config.get("id") == vnfd.get("id") for config in configs):
            text = f"'day1-2 configuration' not defined in the descriptor but it is referenced by {start}"
            yield error(where, text, f"Add a day1-2 entry with the id {vnfd.get('id')}.")
            continue
        wanted = action.get("vnf-config-primitive-name-ref")
        for config in configs:
            primitives = [p.get("name") for p in each(config.get("config-primitive"))]
            if wanted is None and primitives:
                yield error(where, "'vnf-config-primitive-name-ref'", f"Name one of {named(primitives)}.", 400)
                break
            if wanted not in primitives:
                text = (
                    f"{start}:vnf-config-primitive-name-ref='{wanted}' does not match any day1-2"
                    " configuration:config-primitive:name"
                )
                yield error(where, text, f"Every day1-2 entry must have it; {config.get('id')}: {named(primitives)}.")
                break


def _healing_and_alarms(vnfd: Mapping[str, Any]) -> Iterator[Finding]:
    levels = _levels(vnfd)
    for df in each(vnfd.get("df")):
        for aspect in each(df.get("healing-aspect")):
            for policy in each(aspect.get("healing-policy")):
                vdu = policy.get("vdu-id")
                if vdu and str(vdu) not in levels:
                    text = (
                        f"df[id='{df.get('id')}']:healing-aspect[id='{aspect.get('id')}']:healing-policy"
                        f"[name='{policy.get('event-name')}']: vdu-id='{vdu}' not defined in vdu"
                    )
                    where = f"df[{df.get('id')}].healing-aspect[{aspect.get('id')}].healing-policy"
                    yield error(where, text, f"Put the VDU in an instantiation-level. There are: {named(levels)}.")
    known = {parameter for _owner, _key, parameter in _parameters(vnfd)}
    for vdu in each(vnfd.get("vdu")):
        for alarm in each(vdu.get("alarm")):
            wanted = alarm.get("vnf-monitoring-param-ref")
            if wanted and str(wanted) not in known:
                text = (
                    f"vdu[id='{vdu.get('id')}']:alarm[id='{alarm.get('alarm-id')}']:"
                    f"vnf-monitoring-param-ref='{wanted}' not defined in any monitoring-param"
                )
                where = f"vdu[{vdu.get('id')}].alarm[{alarm.get('alarm-id')}]"
                yield error(where, text, f"Existing: {named(known)}.")


def _storage_and_compute(vnfd: Mapping[str, Any]) -> Iterator[Finding]:
    storages = {str(s.get("id")) for s in each(vnfd.get("virtual-storage-desc"))}
    computes = {str(c.get("id")) for c in each(vnfd.get("virtual-compute-desc"))}
    vdus = [vdu for vdu in each(vnfd.get("vdu")) if "pdu-type" not in vdu]
    for vdu in vdus:
        wanted = vdu.get("virtual-storage-desc")
        where = f"vdu[{vdu.get('id')}].virtual-storage-desc"
        if wanted is None:
            remedy = "A VDU without pdu-type needs it: the list of its storages, [] for none."
            yield error(where, "'NoneType' object is not iterable", remedy, 400)
            continue
        for storage in wanted if isinstance(wanted, list) else [wanted]:
            if storage and storage not in storages:
                text = f"vdu[virtual-storage-desc='{storage}']not defined in vnfd"
                yield error(where, text, f"Existing: {named(storages)}.")
    for vdu in vdus:
        compute = vdu.get("virtual-compute-desc")
        where = f"vdu[{vdu.get('id')}].virtual-compute-desc"
        stumble = unhashable(where, compute, f"It must be one of {named(computes)}.") if compute else None
        if stumble:
            yield stumble
        elif given(compute) and str(compute) not in computes:
            text = f"vdu[virtual-compute-desc='{compute}']not defined in vnfd"
            yield error(where, text, f"Existing: {named(computes)}.")


def chart_error(chart: str) -> str:
    """Why OSM refuses a ``helm-chart``; empty when it takes it."""
    if CHART.fullmatch(chart):
        return ""
    try:
        url = urlparse(chart)
    except ValueError as problem:
        return f"Invalid yaml format {problem}"
    return "" if url.scheme and url.netloc else f"helm-chart '{chart}' is not valid"


def _charts(vnfd: Mapping[str, Any]) -> Iterator[Finding]:
    for kdu in each(vnfd.get("kdu")):
        if isinstance(kdu.get("helm-chart"), list) and kdu["helm-chart"]:
            # in these words since Python 3.11
            text = "expected string or bytes-like object, got 'list'"
            yield error(f"kdu[{kdu.get('name')}].helm-chart", text, "Name one chart.", 400)
            continue
        chart = str(kdu["helm-chart"]) if given(kdu.get("helm-chart")) else ""
        text = chart_error(chart) if chart else ""
        if text:
            remedy = "Write REPOSITORY/CHART in lower case, at least two characters before the slash, or an URL."
            if ":" in chart and "/" in chart and not chart_error(chart.rpartition(":")[0]):
                remedy = f"Write {chart.rpartition(':')[0]}; the version is given at instantiation (kdu_model)."
            status = 422 if text.startswith("helm-chart") else 400
            yield error(f"kdu[{kdu.get('name')}].helm-chart", text, remedy, status)


def _profiles(vnfd: Mapping[str, Any]) -> Iterator[Finding]:
    """Profiles of VDUs that do not exist; releases differ in what they say about it, and whether they do."""
    vdus = {str(vdu.get("id")) for vdu in each(vnfd.get("vdu"))}
    for df in each(vnfd.get("df")):
        for profile in each(df.get("vdu-profile")):
            if str(profile.get("id")) not in vdus:
                where = f"df[{df.get('id')}].vdu-profile[{profile.get('id')}]"
                yield warning(where, "It belongs to no VDU.", f"Existing: {named(vdus)}.")


def _images(vnfd: Mapping[str, Any]) -> Iterator[Finding]:
    """Images that are not described: the NBI stumbles over them when a service is made."""
    described = {str(image.get("id")) for image in each(vnfd.get("sw-image-desc"))}
    for vdu in each(vnfd.get("vdu")):
        others = vdu.get("alternative-sw-image-desc")
        named_there = [("sw-image-desc", vdu.get("sw-image-desc"))]
        named_there += [("alternative-sw-image-desc", other) for other in (others if isinstance(others, list) else [])]
        for key, wanted in named_there:
            if wanted and str(wanted) not in described:
                text = f"OSM takes this, and fails to make a service of it: there is no sw-image-desc {wanted}."
                yield warning(f"vdu[{vdu.get('id')}].{key}", text, f"Existing: {named(described)}.")
