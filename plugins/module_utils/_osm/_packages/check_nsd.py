# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""References inside an NSD and to VNFDs, in the order and words of the NBI (OSM, 2026)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from .findings import Finding, each, error, inner, named, unhashable, warning


def check_nsd(nsd: Mapping[str, Any], known: Collection[str] | None) -> Iterator[Finding]:
    """Errors in the NBI's order.

    ``known`` are the ids of the VNFDs that will be there; a mapping of id to VNFD lets connection points be checked,
    too. None leaves both unchecked.
    """
    yield from _management_networks(nsd)
    for graph in each(nsd.get("vnffgd")):
        yield from _forwarding(nsd, graph)
    yield from _profiles(nsd)
    yield from _references(nsd, known)
    yield from _links(nsd)


def _true(value: Any) -> bool:
    """How the bindings read a boolean."""
    return value in ("1", "true", "True") if isinstance(value, str) else bool(value)


def _holds(value: Any) -> bool:
    """Whether anything is set in a container."""
    if isinstance(value, Mapping):
        return any(_holds(entry) for entry in value.values())
    return bool(value) if isinstance(value, list) else value is not None


def _management_networks(nsd: Mapping[str, Any]) -> Iterator[Finding]:
    for link in each(nsd.get("virtual-link-desc")):
        if not _true(link.get("mgmt-network")):
            continue
        for df in each(nsd.get("df")):
            for profile in each(df.get("virtual-link-profile")):
                if link.get("id") != profile.get("virtual-link-desc-id") or not link.get("id"):
                    continue
                if _holds(profile.get("virtual-link-protocol-data")):
                    place = f"df[id='{df.get('id')}']:virtual-link-profile[id='{profile.get('id')}']"
                    text = (
                        f"Error at {place}:virtual-link-protocol-data You cannot set a virtual-link-protocol-data"
                        " when mgmt-network is True"
                    )
                    where = f"df[{df.get('id')}].virtual-link-profile[{profile.get('id')}].virtual-link-protocol-data"
                    yield error(where, text, f"Remove it, or mgmt-network from virtual-link-desc[{link.get('id')}].")


def _list(value: Any) -> list[Any]:
    """A list of values; one text is a list of one, as the bindings take it."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _forwarding(nsd: Mapping[str, Any], graph: Mapping[str, Any]) -> Iterator[Finding]:
    profiles = {str(p) for p in _list(graph.get("vnf-profile-id"))}
    elements = [str(e.get("id")) for e in each(graph.get("nfp-position-element"))]
    place = f"vnffgd[{graph.get('id')}]"
    for path in each(graph.get("nfpd")):
        for position in each(path.get("position-desc-id")):
            where = f"{place}.nfpd[{path.get('id')}].position-desc-id[{position.get('id')}]"
            wanted = _list(position.get("nfp-position-element-id"))
            if not wanted:
                text = "'NoneType' object is not subscriptable"
                yield error(where, text, f"Name a nfp-position-element-id. There are: {named(elements)}.", 400)
                continue
            if str(wanted[0]) not in elements:
                text = (
                    f"Error at vnffgd nfpd[id='{path.get('id')}']:nfp-position-element-id='{wanted[0]}' "
                    "does not match any nfp-position-element"
                )
                yield error(f"{where}.nfp-position-element-id", text, f"Existing: {named(elements)}.")
            for point in each(position.get("cp-profile-id")):
                for element in each(point.get("constituent-profile-elements")):
                    base = element.get("constituent-base-element-id")
                    if base and str(base) not in profiles:
                        text = (
                            f"Error at vnffgd constituent_profile[id='{element.get('id')}']:vnfd-id='{base}' "
                            "does not match any constituent-base-element-id"
                        )
                        yield error(f"{where}.cp-profile-id", text, f"In vnf-profile-id: {named(profiles)}.")
            yield from _matches(nsd, position, where)


def _addresses(nsd: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each VNF profile with the addresses of one of its connection points."""
    for df in each(nsd.get("df")):
        for profile in each(df.get("vnf-profile")):
            for connectivity in each(profile.get("virtual-link-connectivity")):
                for point in each(connectivity.get("constituent-cpd-id")):
                    yield str(profile.get("id")), tuple(str(a) for a in _list(point.get("ip-address")))


def _matches(nsd: Mapping[str, Any], position: Mapping[str, Any], place: str) -> Iterator[Finding]:
    addresses = list(_addresses(nsd))
    known = {address for _profile, own in addresses for address in own}
    for match in each(position.get("match-attributes")):
        where = f"{place}.match-attributes[{match.get('id')}]"
        source, target = match.get("source-ip-address"), match.get("destination-ip-address")
        start = "Error at vnffgd match-attributes:"
        if source and source == target:
            text = f"{start}source-ip-address and destination-ip-address should not match"
            yield error(where, text, "Give two addresses.")
            continue
        for key, value in (("source-ip-address", source), ("destination-ip-address", target)):
            if value not in known:
                text = f"{start}{key}='{value}' does not match any ip-address"
                yield error(f"{where}.{key}", text, f"Addresses of connection points: {named(known)}.")
        base = match.get("constituent-base-element-id")
        owner = next((profile for profile, own in reversed(addresses) if source in own), "")
        if base and str(base) not in owner:
            text = f"{start}vnfd-id='{base}' does not match source constituent-base-element-id"
            yield error(f"{where}.constituent-base-element-id", text, f"The source address belongs to {owner!r}.")


def _declared(nsd: Mapping[str, Any]) -> list[str]:
    return [str(v) for v in _list(nsd.get("vnfd-id"))]


def _profiles(nsd: Mapping[str, Any]) -> Iterator[Finding]:
    declared = _declared(nsd)
    for df in each(nsd.get("df")):
        for profile in each(df.get("vnf-profile")):
            wanted = profile.get("vnfd-id")
            if wanted and isinstance(wanted, (list, Mapping)):
                where = f"df[{df.get('id')}].vnf-profile[{profile.get('id')}].vnfd-id"
                yield error(where, f"unhashable type: '{type(wanted).__name__}'", "It must be one id.", 400)
            elif wanted and wanted not in declared:
                text = (
                    f"Error at df[id='{df.get('id')}']:vnf_profile[id='{profile.get('id')}']:vnfd-id='{wanted}' "
                    "does not match any vnfd-id"
                )
                where = f"df[{df.get('id')}].vnf-profile[{profile.get('id')}].vnfd-id"
                yield error(where, text, f"Declared in vnfd-id: {named(declared)}.")


def _references(nsd: Mapping[str, Any], known: Collection[str] | None) -> Iterator[Finding]:
    for vnfd in _declared(nsd):
        if known is not None and vnfd not in known:
            text = f"Descriptor error at 'vnfd-id'='{vnfd}' references a non existing vnfd"
            yield error("vnfd-id", text, f"Onboard the package of {vnfd} first.", 409)
    for df in each(nsd.get("df")):
        for profile in each(df.get("vnf-profile")):
            where = f"df[{df.get('id')}].vnf-profile[{profile.get('id')}]"
            if "vnfd-id" not in profile:
                yield error(where, "'vnfd-id'", f"Name one of {named(_declared(nsd))}.", 400)
            elif not profile["vnfd-id"]:
                text = "'NoneType' object has no attribute 'get'"
                stumble = unhashable(f"{where}.vnfd-id", profile["vnfd-id"], "It must be one id.")
                yield stumble or error(f"{where}.vnfd-id", text, f"Name one of {named(_declared(nsd))}.", 400)
            elif isinstance(known, Mapping) and isinstance(known.get(str(profile["vnfd-id"])), Mapping):
                yield from _points(df, profile, known[str(profile["vnfd-id"])], where)


def _points(
    df: Mapping[str, Any], profile: Mapping[str, Any], vnfd: Mapping[str, Any], place: str
) -> Iterator[Finding]:
    external = {str(point.get("id")) for point in each(inner(vnfd, "ext-cpd"))}
    for link in each(profile.get("virtual-link-connectivity")):
        name = link.get("virtual-link-profile-id")
        for point in each(link.get("constituent-cpd-id")):
            wanted = point.get("constituent-cpd-id")
            where = f"{place}.virtual-link-connectivity[{name}].constituent-cpd-id"
            stumble = unhashable(where, wanted, "It must be one id.")
            if wanted and stumble:
                yield stumble
            elif wanted and str(wanted) not in external:
                text = (
                    f"Error at df[id='{df.get('id')}']:vnf-profile[id='{profile.get('id')}']:virtual-link-connectivity"
                    f"[virtual-link-profile-id='{name}']:constituent-cpd-id='{wanted}' references a "
                    f"non existing ext-cpd:id inside vnfd '{vnfd.get('id')}'"
                )
                yield error(where, text, f"The VNFD has: {named(external)}.")


def _links(nsd: Mapping[str, Any]) -> Iterator[Finding]:
    """Links and members that do not exist: the NBI takes them, and looks them up when a service is made."""
    links = {str(link.get("id")) for link in each(nsd.get("virtual-link-desc"))}
    for df in each(nsd.get("df")):
        members = {str(profile.get("id")) for profile in each(df.get("vnf-profile"))}
        for profile in each(df.get("vnf-profile")):
            for link in each(profile.get("virtual-link-connectivity")):
                name = link.get("virtual-link-profile-id")
                where = f"df[{df.get('id')}].vnf-profile[{profile.get('id')}].virtual-link-connectivity[{name}]"
                if str(name) not in links:
                    text = f"OSM takes this, and fails to make a service of it: there is no virtual-link-desc {name}."
                    yield warning(where, text, f"Existing: {named(links)}.")
                for point in each(link.get("constituent-cpd-id")):
                    member = point.get("constituent-base-element-id")
                    if member is not None and str(member) not in members:
                        text = f"OSM takes this, and connects nothing: there is no vnf-profile {member}."
                        yield warning(f"{where}.constituent-base-element-id", text, f"Existing: {named(members)}.")
