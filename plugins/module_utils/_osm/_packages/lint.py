# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What OSM would refuse a package for, said before it is uploaded, in its own words and in its own order.

The NBI stops at the first fault; here the others are named, too, as far as one does not follow from another: form of
the document, identifiers, keys and types, references.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from .build import Package
from .check_environments import check_environments
from .check_nsd import check_nsd
from .check_nst import check_nst
from .check_vnfd import CHART, check_vnfd
from .findings import Finding, each, error, named, warning
from .leaves import WHOLE, Leaf
from .model import Node, faults, model

__all__ = ["OLD", "Finding", "lint"]

OLD = "ERROR: Unsupported descriptor format. Please, use an ETSI SOL006 descriptor."
OLD_KEYS = {"vnf": ("vnfd-catalog", "vnfd:vnfd-catalog"), "ns": ("nsd-catalog", "nsd:nsd-catalog"), "nst": ()}
#: the folder where the life-cycle manager looks for charts of KDUs (those of execution environments: helm-charts)
CHARTS = "helm-chart-v3s"
BINDINGS = "Error in pyangbind validation: "
#: what the NBI takes out of a document before it looks at it
DROPPED = {
    "vnf": frozenset({"_id", "_admin", "onboardingState", "operationalState", "usageState", "links"}),
    "ns": frozenset({"_id", "_admin", "nsdOnboardingState", "nsdOperationalState", "nsdUsageState", "links"}),
    "nst": frozenset({"_id", "_admin", "onboardingState", "operationalState", "usageState"}),
}
#: lists of whose entries the NBI asks for the id first
INDEXED = frozenset({"vdu-profile", "day1-2"})
#: lists whose entries the NBI looks at after its bindings: what is no list makes it stumble there
WALKED = {
    "vnf": frozenset(
        {
            "vdu",
            "ext-cpd",
            "int-cpd",
            "df",
            "int-virtual-link-desc",
            "virtual-link-profile",
            "instantiation-level",
            "vdu-level",
            "monitoring-parameter",
            "monitoring-parameters",
            "scaling-aspect",
            "deltas",
            "vdu-delta",
            "scaling-policy",
            "scaling-criteria",
            "scaling-config-action",
            "healing-aspect",
            "healing-policy",
            "alarm",
            "virtual-storage-desc",
            "virtual-compute-desc",
            "kdu",
            "vdu-profile",
            "day1-2",
            "config-primitive",
        }
    ),
    "ns": frozenset(("df", "vnf-profile", "virtual-link-connectivity", "constituent-cpd-id")),
    "nst": frozenset(),
}


def lint(
    package: Package,
    known_vnfds: Collection[str] | None = None,
    known_repos: Collection[str] | None = None,
    known_nsds: Collection[str] | None = None,
) -> list[Finding]:
    """Findings: errors in the order in which the NBI meets them (the first is its answer), then warnings.

    :param known_vnfds: ids of the VNFDs that will be there when an NSD is uploaded; as a mapping of id to VNFD, the
        connection points are checked, too. None leaves references unchecked.
    :param known_repos: names of the Helm repositories that OSM knows; None leaves charts unchecked.
    :param known_nsds: ids of the NSDs that will be there when a slice template is uploaded: those of the same set of
        packages and those that OSM has. None leaves references unchecked.
    """
    found = _envelope(package)
    if isinstance(found, Finding):
        return [found]
    descriptor = {k: _without_nulls(v) for k, v in found.items() if v is not None and k not in DROPPED[package.kind]}
    for phase in (_identifiers(descriptor), _model(package.kind, descriptor)):
        findings = list(phase)
        if any(f.level == "error" for f in findings):
            return findings
    if package.kind == "vnf":
        findings += check_vnfd(descriptor, package.files)
    else:
        findings += check_nsd(descriptor, known_vnfds) if package.kind == "ns" else check_nst(descriptor, known_nsds)
    findings += check_environments(package.kind, descriptor, package.files) if package.kind != "nst" else ()
    findings += [*_folders(package), *_charts(package, descriptor)]
    findings += [*_repositories(package, known_repos), *_files(package)]
    return sorted(findings, key=lambda f: f.level != "error")


def _envelope(package: Package) -> Mapping[str, Any] | Finding:
    """The descriptor inside its document, or why the NBI would not find it."""
    document, file = package.document, package.descriptor_file
    if file.endswith(".json"):
        # the NBI hands the text of the file to a function that wants the file
        text = "'str' object has no attribute 'read'"
        return error(file, text, "Rename it to .yaml: JSON is YAML, too, and OSM fails on descriptors in .json.", 400)
    if not isinstance(document, Mapping):
        text = f"'{type(document).__name__}' object has no attribute 'get'"
        return error(file, text, "A descriptor is a mapping of keys to values.", 400)
    opened = {"vnf": _open_vnfd, "ns": _open_nsd, "nst": _open_nst}[package.kind](document)
    if isinstance(opened, Finding):
        return opened
    document = opened
    if not isinstance(document, Mapping):
        text = f"'{type(document).__name__}' object has no attribute 'items'"
        return error(file, text, "A descriptor is a mapping of keys to values.", 400)
    if any(key in document for key in OLD_KEYS[package.kind]):
        return error(file, OLD, "Rewrite it in the SOL006 form: OSM takes no other since release 9.")
    return document


def _open_vnfd(document: Mapping[str, Any]) -> Any:
    for key in ("etsi-nfv-vnfd:vnfd", "vnfd"):
        if document.get(key):
            if not isinstance(document[key], Mapping):
                text = "'vnfd' must be dict" if key == "vnfd" else f"'{key}' must be a dict"
                return error(key, text, "Write the descriptor directly under it, not as a list.", 400)
            return document[key]
    return document


def _open_nsd(document: Mapping[str, Any]) -> Any:
    outer = next((k for k in ("nsd", "etsi-nfv-nsd:nsd") if document.get(k)), None)
    document = document[outer] if outer else document
    if not isinstance(document, Mapping):
        text = f"'{type(document).__name__}' object has no attribute 'get'"
        return error(str(outer), text, "Write nsd, under it nsd again, and under that a list of one.", 400)
    listed = document.get("nsd")
    if not listed:
        return document
    if not isinstance(listed, list) or len(listed) != 1:
        return error("nsd.nsd", "'nsd' must be a list of only one element", "One package holds one descriptor.", 400)
    return listed[0]


def _open_nst(document: Mapping[str, Any]) -> Any:
    for key in ("nst", "nst:nst"):
        listed = document.get(key)
        if listed:
            if not isinstance(listed, list) or len(listed) != 1:
                text = f"'{key}' must be a list only one element"
                return error(key, text, "One package holds one template: a list with one element.", 400)
            return listed[0]
    return document


def _without_nulls(value: Any) -> Any:
    """The NBI merges the document into an empty object: null takes a key away, except inside lists."""
    if isinstance(value, dict):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    return value


def _identifiers(descriptor: Mapping[str, Any], position: str = "") -> Iterator[Finding]:
    """Entries of a list with the same id (or name, when the first has no id); mappings are not looked into."""
    for key, listed in descriptor.items():
        if not isinstance(listed, list):
            continue
        used: list[Any] = []
        called = ""
        for number, entry in enumerate(listed):
            if not isinstance(entry, Mapping):
                continue
            place = f"{position}.{key}[{number}]"
            yield from _identifiers(entry, place)
            if number == 0:
                called = "id" if entry.get("id") else "name" if entry.get("name") else ""
            if called and entry.get(called):
                if entry[called] in used:
                    text = f"Error: identifier {called} '{entry[called]}' is not unique and repeats at '{place}'"
                    yield error(place.lstrip("."), text, f"Give each entry of {key} an {called} of its own.")
                used.append(entry[called])


def _model(kind: str, descriptor: Mapping[str, Any]) -> Iterator[Finding]:
    if kind == "ns":
        problem = _first_flavour(descriptor)
        if problem:
            yield error("df", BINDINGS + problem, "df is a list of mappings, each with an id.")
            return
    found = list(faults(kind, descriptor))
    for fault in found:
        if fault.fatal:
            yield error(fault.where, BINDINGS + fault.text, fault.remedy)
    stumbles = list(_repeated(descriptor, model(kind), "")) if kind == "vnf" else []
    yield from stumbles
    for fault in found if not stumbles else ():
        name = fault.where.rpartition(".")[2]
        if not fault.fatal and fault.text and name in WALKED[kind] and not _dropped(kind, descriptor, fault.where):
            indexed = name in INDEXED or (name == "ext-cpd" and descriptor.get("vdu"))
            text = "string indices must be integers" if indexed and "'str'" in fault.text else fault.text
            yield error(fault.where, text, "It must be a list.", 400)
        elif not fault.fatal:
            yield warning(fault.where, fault.remedy)


def _dropped(kind: str, descriptor: Mapping[str, Any], where: str) -> bool:
    """Whether nothing is left of the profiles of an NSD: the NBI puts those of the first flavour back, if any."""
    if kind != "ns" or not where.endswith(".vnf-profile"):
        return False
    first = descriptor["df"][0]
    return where != f"df[{first.get('id')}].vnf-profile" or not first.get("vnf-profile")


def _first_flavour(descriptor: Mapping[str, Any]) -> str:
    """What the NBI says when it cannot read the first ``df`` of an NSD, which it does before anything else."""
    flavours = descriptor.get("df", [{}])
    if isinstance(flavours, Mapping):
        return "0"
    if not isinstance(flavours, (list, str)):
        return f"'{type(flavours).__name__}' object is not subscriptable"
    if not flavours:
        return "string index out of range" if isinstance(flavours, str) else "list index out of range"
    if not isinstance(flavours[0], Mapping):
        return f"'{type(flavours[0]).__name__}' object has no attribute 'get'"
    return ""


def _repeated(value: Mapping[str, Any], node: Node, place: str) -> Iterator[Finding]:
    """What the NBI stumbles over when it puts the values of its bindings back into a VNFD.

    Entries that a list repeats: the bindings keep one of them, and the NBI then misses the other. A list where a
    number belongs: the bindings take it as 0, and the NBI then looks for the list's values in that.
    """
    for key, given in value.items():
        where = f"{place}.{key}" if place else str(key)
        child = node.child(key)
        if isinstance(child, Leaf) and child.many and isinstance(given, list):
            yield from _twice(where, [str(v) for v in given])
        elif isinstance(child, Leaf) and child.type in WHOLE and isinstance(given, list) and given:
            text = "string index out of range" if child.type == "u64" else "'int' object is not subscriptable"
            # 64 bits are kept as a text, in which a list of one finds its value
            if child.type != "u64" or len(given) > 1:
                yield error(where, f"{BINDINGS}{text}", "It must be a whole number, not a list.")
        elif isinstance(child, Node) and isinstance(given, Mapping):
            yield from _repeated(given, child, where)
        elif isinstance(child, Node) and isinstance(given, list):
            if child.keys:
                yield from _twice(where, [" ".join(str(e.get(k)) for k in child.keys or ()) for e in each(given)])
            for number, entry in enumerate(each(given)):
                yield from _repeated(entry, child, f"{where}[{number}]")


def _twice(where: str, values: list[str]) -> Iterator[Finding]:
    again = next((v for n, v in enumerate(values) if v in values[:n]), None)
    if again is not None:
        yield error(where, f"{BINDINGS}list index out of range", f"{again} is given twice: remove one.")


def _folders(package: Package) -> Iterator[Finding]:
    missing = [folder for folder in package.missing_folders if folder in ("charms", "Scripts/charms")]
    if missing:
        text = f"The archive has no entry for the folder {missing[0]}: an OSM with its packages in GridFS misses it."
        yield warning(missing[0], text, "Pack it with the folders (tar czf PACKAGE.tar.gz FOLDER), or give the folder.")


def _charts(package: Package, descriptor: Mapping[str, Any]) -> Iterator[Finding]:
    """Charts of KDUs that are named as if they were in the package, and are not."""
    for kdu in each(descriptor.get("kdu")):
        chart = str(kdu.get("helm-chart") or "")
        if chart and "/" not in chart and CHART.fullmatch(chart) and not bundled(package, chart):
            remedy = f"Put it into {CHARTS}/{chart}, or name REPOSITORY/CHART."
            if any(n.startswith((f"helm-charts/{chart}/", f"helm-charts/{chart}.")) for n in package.files):
                remedy = f"Move helm-charts/{chart} to {CHARTS}/{chart}: there the life-cycle manager looks for it."
            text = f"OSM takes this, but the package has no chart {CHARTS}/{chart}; instantiation will not find it."
            yield warning(f"kdu[{kdu.get('name')}].helm-chart", text, remedy)


def bundled(package: Package, chart: str) -> bool:
    """Whether a KDU's chart is in the package, where the life-cycle manager looks before anywhere else."""
    place = f"{CHARTS}/{chart}"
    return any(name == place or name.startswith(f"{place}/") for name in package.files)


def repositories(package: Package) -> dict[str, list[tuple[str, str]]]:
    """Helm repositories that KDUs name, each with its KDUs and their charts; ``stable`` is always there."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kdu in each(package.descriptor.get("kdu")):
        chart = str(kdu.get("helm-chart") or "")
        repository, slash, _name = chart.partition("/")
        if slash and repository != "stable" and CHART.fullmatch(chart) and not bundled(package, chart):
            found.setdefault(repository, []).append((str(kdu.get("name")), chart))
    return found


def unregistered(kdu: str, chart: str, known: Collection[str]) -> Finding:
    """The finding about a chart whose repository OSM does not have; it takes the package all the same."""
    repository = chart.partition("/")[0]
    text = f"OSM knows no Helm repository {repository}; instantiation will not find the chart {chart}."
    remedy = f"Register it (edge.infra.osm_k8s_repo) before the service is made. Known: {named(known)}."
    return warning(f"kdu[{kdu}].helm-chart", text, remedy)


def _repositories(package: Package, known: Collection[str] | None) -> Iterator[Finding]:
    for repository, users in repositories(package).items() if known is not None else ():
        for kdu, chart in users if repository not in (known or ()) else ():
            yield unregistered(kdu, chart, known or ())


def _files(package: Package) -> Iterator[Finding]:
    for name in package.pointers:
        text = "OSM takes this, but it is a pointer of Git LFS, not the file itself."
        yield warning(name, text, "Fetch the file (git lfs pull), and pack again.")
    if package.stale:
        text = f"It does not fit the files any more: {', '.join(package.stale[:5])}. OSM does not look at it."
        yield warning("checksums.txt", text, "Pack again, or give the folder: then it is written anew.")
