# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of packages only beside OSM: which changes it takes of what is in use, and what then runs what.

OSM (2026) takes a changed package that is in use, if only what may change has changed; a running service keeps what it
was made of. A VNF can be brought to a newer revision of its package (``CHANGE_VNFPKG``); for a changed NS descriptor
there is no such way. Both are told before anything is sent; what it costs is a request for the old descriptor, and up
to two for the users, of changed packages in use alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._engine.compare import refs, shown
from .._engine.errors import AmbiguousNameError, ApiError, InputError, LoginError, NotFoundError
from .._engine.paths import get_path
from .._engine.plan import CREATE, NONE, UPDATE, Change
from .._engine.resource import Document, Resource
from .._engine.survey import Survey
from ._packages.build import Package
from ._packages.changes import forbidden, software
from ._packages.documents import DocumentError, load_document
from ._packages.findings import Finding, each
from ._packages.lint import lint, repositories, unregistered

#: by kind: the item with the descriptor's text, and kind and key of the records that use the package
USERS = {"vnf_package": ("vnfd", "vnf", "vnfd-id"), "ns_package": ("nsd", "ns", "nsd-id")}
#: ids that fit into one query
MOST_VALUES = 40


def review(changes: list[Change], survey: Survey) -> list[Change]:
    """Refuse what OSM would refuse in the middle: changes of what is in use, and references into VNF descriptors."""
    return [_reviewed(change, changes, survey) for change in changes]


def _reviewed(change: Change, changes: Sequence[Change], survey: Survey) -> Change:
    package: Package | None = change.wanted.values.get("package")
    if package is None or change.refusal or change.action not in (CREATE, UPDATE):
        return change
    if package.kind == "ns":
        found = _references(change, package, changes, survey)
        if found:
            return _refused(change, refusal(package.path, found))
    if change.action == UPDATE and _in_use(change) and not _freed(change, survey):
        return _changed_in_use(change, package, survey)
    return change


def refusal(path: str, errors: Sequence[Finding]) -> InputError:
    """The error for a package that OSM would refuse."""
    lines = "; ".join(f"{f.where}: {f.message.rstrip(' .')}. {f.remedy}".strip(" :") for f in errors)
    return InputError(
        f"path: {path}: OSM would refuse this package: {lines}",
        option="path",
        value=str(path),
        findings=[{"where": f.where, "message": f.message, "remedy": f.remedy} for f in errors],
    )


def _refused(change: Change, error: InputError) -> Change:
    return replace(change, action=NONE, payload={}, refusal=error)


def _references(change: Change, package: Package, changes: Sequence[Change], survey: Survey) -> list[Finding]:
    """Faults of an NSD against the VNFDs that will be there: those of the same plan, else those that OSM has."""
    vnfds = survey.dialect.lookup("vnf_package")
    known: dict[str, Any] = {ref.name: None for v in change.wanted.values.values() for ref in refs(v)}
    known |= {str(d.get("id")): d for d in survey.documents(vnfds) if str(d.get("id")) in known}
    for other in changes:
        if other.resource.kind == "vnf_package" and other.wanted.values.get("package"):
            known[other.wanted.name] = other.wanted.values["package"].descriptor
    return [f for f in lint(package, known_vnfds=known) if f.level == "error"]


def _in_use(change: Change) -> bool:
    return change.resource.kind in USERS and get_path(change.live or {}, "_admin.usageState", "") == "IN_USE"


def _freed(change: Change, survey: Survey) -> bool:
    """Whether all that uses the package goes away in the same plan (which then comes first)."""
    if not any(kind == "ns" for kind, _id in survey.going):
        return False
    rows = _users([change], survey)[change.id]
    return bool(rows) and not _staying(rows, survey)


def _staying(rows: Sequence[tuple[str, Document]], survey: Survey) -> list[tuple[str, Document]]:
    """Those services that the plan does not remove."""
    return [row for row in rows if ("ns", str(row[1].get("nsr-id-ref") or row[1].get("_id"))) not in survey.going]


def _leaves(record: Document, ns: Resource, survey: Survey) -> bool:
    """Whether OSM is removing the service of a record already."""
    return any(ns.id_of(d) == str(record.get("_id")) and ns.is_deleting(d) for d in survey.documents(ns))


def _changed_in_use(change: Change, package: Package, survey: Survey) -> Change:
    """The change, or its refusal where OSM has no way."""
    title = f"{change.resource.title} {change.wanted.name}"
    stored = get_path(change.live or {}, "_admin.storage.descriptor", package.place)
    if stored != package.place:
        return _refused(
            change,
            InputError(
                f"path: {title} is in use ({_named(change, survey)}), and OSM compares the new descriptor with the old"
                f" one by its place in the package, which was {stored} and is {package.place} now.",
                f"Call folder and descriptor as they were ({stored}).",
                option="path",
                value=package.path,
            ),
        )
    places = forbidden(package.kind, _old(change, survey), package.document)
    if not places:
        return change
    more = f" and {len(places) - 5} more" if len(places) > 5 else ""
    vnf = package.kind == "vnf"
    only = "primitives, scaling, healing, alarms and monitoring of VDUs" if vnf else "primitives"
    remedy = "Remove these services first and make them again, or give the changed descriptor another id."
    ns, leaving = survey.dialect.lookup("ns"), [d for _name, d in _staying(_users([change], survey)[change.id], survey)]
    if not vnf and leaving and all(_leaves(d, ns, survey) for d in leaving):
        remedy = "They are being removed already: wait for that, or name them in the same document (state: absent)."
    if vnf:
        now = software(package.document)
        remedy = (
            f"Raise software-version in the descriptor (it is {now} in both): then OSM takes any change, and"
            " edge.infra.osm_ns_update (update: change_package) brings the VNFs to it, with machines made anew."
        )
    error = InputError(
        f"path: {title} is in use ({_named(change, survey)}), and OSM then takes changes of {only} only; changed:"
        f" {', '.join(places[:5])}{more}.",
        remedy,
        option="path",
        value=package.path,
        changed=places,
    )
    return _refused(change, error)


def _old(change: Change, survey: Survey) -> Any:
    """The descriptor as it was uploaded; None when it cannot be had (then OSM has the last word)."""
    dialect: Any = survey.dialect
    item = USERS[change.resource.kind][0]
    try:
        answer = dialect.http.request(
            "GET", f"{dialect.url(change.resource)}/{change.id}/{item}", headers={"Accept": "text/plain"}
        )
        return load_document(answer.content)
    except (ApiError, LoginError, DocumentError):
        return None


def _fetched(resource: Resource, key: str, values: Sequence[str], survey: Survey) -> list[Document]:
    """The documents with one of these values, asked for alone unless all are listed anyway."""
    if survey.has(resource) or len(values) > MOST_VALUES:
        return [d for d in survey.documents(resource) if str(d.get(key)) in values]
    # with its operator: a bare _id in a query string is taken for the one in the URL
    path = f"{resource.path}?{key}.eq={','.join(values)}"
    return list(survey.dialect.fetch(replace(resource, path=path), "")) if values else []


def _users(changes: Sequence[Change], survey: Survey) -> dict[str, list[tuple[str, Document]]]:
    """By package id: the services that use it by name, each with the record that does."""
    found: dict[str, list[tuple[str, Document]]] = {change.id: [] for change in changes}
    if not changes:
        return found
    _item, kind, key = USERS[changes[0].resource.kind]
    ns = survey.dialect.lookup("ns")
    records = _fetched(survey.dialect.lookup(kind), key, sorted(found), survey)
    owners = {str(r.get("nsr-id-ref")): "" for r in records} if kind == "vnf" else {}
    owners = {ns.id_of(d): str(d.get("name")) for d in _fetched(ns, "_id", sorted(owners), survey)}
    for record in records:
        name = owners.get(str(record.get("nsr-id-ref")), "?") if kind == "vnf" else str(record.get("name"))
        found[str(record.get(key))].append((name, record))
    return {identity: sorted(rows, key=lambda row: row[0]) for identity, rows in found.items()}


def services_of(vnfds: Sequence[str], survey: Survey) -> list[str]:
    """Names of the NS instances that stay and have VNFs of these packages, which are given by OSM's ids."""
    ns, known = survey.dialect.lookup("ns"), sorted(filter(None, vnfds))
    records = _fetched(survey.dialect.lookup("vnf"), "vnfd-id", known, survey)
    owners = {str(r.get("nsr-id-ref")) for r in records}
    owners = {i for i in owners if ("ns", i) not in survey.going}
    return sorted(str(d.get("name")) for d in _fetched(ns, "_id", sorted(owners), survey))


def _text(rows: Sequence[tuple[str, Document]]) -> str:
    if not rows:
        return "by services of another project"
    parts = (
        f"{name} (VNF {record['member-vnf-index-ref']})" if "member-vnf-index-ref" in record else name
        for name, record in rows
    )
    return f"NS instance{'s' if len(rows) > 1 else ''} {', '.join(parts)}"


def _named(change: Change, survey: Survey) -> str:
    return _text(_staying(_users([change], survey)[change.id], survey))


# -- what a person should know ---------------------------------------------------------------------------------------


def advise(changes: Sequence[Change], survey: Survey) -> list[str]:
    """Warnings of the lint, Helm repositories that OSM does not know, and who goes on with what was before."""
    ours = [c for c in changes if c.action in (CREATE, UPDATE) and c.wanted.values.get("package")]
    texts = [_line(c, finding) for c in ours for finding in c.wanted.values["package"].warnings]
    texts += _unknown_repositories(ours, survey)
    used = [c for c in ours if c.action == UPDATE and _in_use(c)]
    users = {identity: _staying(rows, survey) for identity, rows in _users(used, survey).items()}
    return [*texts, *(_kept(c, users[c.id]) for c in used if users[c.id])]


def _line(change: Change, finding: Finding) -> str:
    head = f"{change.resource.title} {change.wanted.name}: {finding.where}: {finding.message.rstrip(' .')}."
    return f"{head} {finding.remedy}".strip()


def _charts(descriptor: Mapping[str, Any]) -> set[str]:
    return {str(kdu.get("helm-chart")) for kdu in each(descriptor.get("kdu"))}


def _unknown_repositories(changes: Sequence[Change], survey: Survey) -> Iterator[str]:
    """Asks for the list of repositories when a chart that OSM does not have yet names one, and only then."""
    for change in changes:
        before = _charts(change.live or {})
        for repository, users in repositories(change.wanted.values["package"]).items():
            new = [(kdu, chart) for kdu, chart in users if chart not in before]
            if not new:
                continue
            try:
                survey.reference("k8s_repo", repository, "path")
            except NotFoundError:
                listed = survey.documents(survey.dialect.lookup("k8s_repo"))
                known = {str(shown(d.get("name"))) for d in listed}
                yield from (_line(change, unregistered(kdu, chart, known)) for kdu, chart in new)
            except AmbiguousNameError:
                continue
            except (ApiError, LoginError) as error:
                if error.details.get("status") not in (401, 403):
                    raise
                return  # who may not list them may upload all the same


def _kept(change: Change, rows: Sequence[tuple[str, Document]]) -> str:
    title = f"{change.resource.title} {change.wanted.name}"
    if change.resource.kind == "ns_package":
        return (
            f"{title}: {_text(rows)}: keeps the descriptor that it was made with. OSM has no way to bring a running"
            " service to another one: remove it and make it again (edge.infra.osm_ns) where it needs the change."
        )
    text = (
        f"{title}: {_text(rows)}: goes on with the revision that it has. edge.infra.osm_ns_update (update:"
        " change_package) brings a VNF to the new one."
    )
    if any(record.get("kdur") for _name, record in rows):
        text += " It leaves Helm releases as they are; edge.infra.osm_ns_kdu_upgrade changes those."
    return text
