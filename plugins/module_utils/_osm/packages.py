# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""VNF packages, NS packages and slice templates as resources: their content is what is declared, told apart by a digest
kept in OSM.

Source: NBI of OSM (2026), ``vnfpkgm/v1``, ``nsd/v1`` and ``nst/v1``. The digest travels in the query of the upload
itself (``_admin.userDefinedData.digest``), so creating and updating is one request. A re-upload is merged into the old
descriptor: what the new one lacks stays, unless it is sent as null.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._engine.dialect import Sent
from .._engine.errors import InputError
from .._engine.field import Field
from .._engine.plan import Change
from .._engine.resource import Resource
from .._engine.uses import Use
from ._packages.build import Package, PackageError, build, look
from ._packages.lint import lint
from .common import used_by_vnfs
from .dialect import forced
from .packages_in_use import advise, refusal

DIGEST = "_admin.userDefinedData.digest"


class PackageSender:
    """Upload in one request; a changed package is uploaded over the old one."""

    def __init__(self, base: str, content: str, collection: str, file: str, edit: str = "PATCH") -> None:
        self._base, self._content, self._collection = base, content, collection
        self._file, self._edit = file, edit

    def create(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST the archive; on any failure OSM keeps nothing of it."""
        package: Package = change.wanted.values["package"]
        answer = dialect.http.json("POST", f"{self._base}/{self._content}", **_upload(package))
        return Sent(id=answer.get("id") or answer["_id"])

    def update(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """PUT the archive, and null what the old descriptor had and the new one has not."""
        package: Package = change.wanted.values["package"]
        target = f"{self._base}/{self._collection}/{change.id}"
        dropped = _dropped(change.live or {}, package.descriptor)
        if dropped:
            # first the keys to drop: with the digest sent last, an interruption in between leaves a difference to see
            # (of slice templates OSM has not implemented PATCH; PUT of their content merges just the same)
            edited = target if self._edit == "PATCH" else f"{self._base}/{self._content}/{change.id}"
            dialect.http.json(self._edit, edited, json=dropped)
        dialect.http.json("PUT", f"{target}/{self._file}", **_upload(package))
        return Sent(id=change.id)

    def delete(self, dialect: Any, change: Change) -> Sent:
        """DELETE; refused while an instance or another package uses it."""
        dialect.http.json("DELETE", f"{self._base}/{self._collection}/{change.id}{forced(change)}")
        return Sent(id=change.id)


def _upload(package: Package) -> dict[str, Any]:
    headers = {"Content-Type": "application/gzip", "Content-File-MD5": package.md5}
    return {"data": package.data, "headers": headers, "params": {DIGEST: package.digest}}


#: what OSM adds to a descriptor at the top
ADDED = frozenset({"_id", "_admin", "_links", "id"})


def _dropped(live: Mapping[str, Any], wanted: Mapping[str, Any], top: bool = True) -> dict[str, Any]:
    """A merge patch (RFC 7396) that removes what ``live`` has and ``wanted`` has not; lists are replaced whole."""
    patch: dict[str, Any] = {}
    for key, value in live.items():
        if top and (key in ADDED or key.lower().endswith("state")):
            continue
        if key not in wanted:
            patch[key] = None
        elif isinstance(value, Mapping) and isinstance(wanted[key], Mapping):
            deeper = _dropped(value, wanted[key], top=False)
            if deeper:
                patch[key] = deeper
    return patch


def _prepare(kind: str, title: str) -> Any:
    def prepare(values: Mapping[str, Any], assumed: Mapping[str, Any]) -> Mapping[str, Any]:
        given = dict(values)
        path = given.pop("path", None)
        if path is None:
            if given.get("state") != "absent" or not given.get("descriptor_id"):
                raise InputError(
                    f"A {title} needs path (its folder or archive), or descriptor_id to remove it.",
                    "Give path.",
                    option="path",
                )
            return given
        package = load(path, kind, title)
        declared = given.get("descriptor_id")
        if declared and declared != package.id:
            raise InputError(
                f"descriptor_id: {path} contains {package.id!r}, not {declared!r}.",
                "Leave descriptor_id out: it follows from the package. To OSM, another id is another package: what runs"
                " goes on with the old one, which is removed by its descriptor_id (state: absent) once it is free.",
                option="descriptor_id",
            )
        given["descriptor_id"] = package.id
        if given.get("state") != "absent":
            given.update(digest=package.digest, package=package)
            if kind == "ns":
                given["vnfds"] = sorted({str(v) for v in package.descriptor.get("vnfd-id") or []})
            elif kind == "nst":
                subnets = package.descriptor.get("netslice-subnet") or []
                given["nsds"] = sorted({str(s["nsd-ref"]) for s in subnets})
        return given

    return prepare


def _no_package(path: str, error: PackageError) -> InputError:
    text = f"path: {path}: {error.message.rstrip(' .')}."
    return InputError(text, error.remedy, option="path", value=str(path))


def kind_of(path: str) -> str:
    """What a folder or archive is (``vnf``, ``ns`` or ``nst``); raises InputError when it is no package."""
    try:
        return look(path).kind
    except PackageError as error:
        raise _no_package(path, error) from None


def load(path: str, kind: str, title: str) -> Package:
    """Build and lint a package; raises InputError with every finding before anything is sent."""
    try:
        package = build(path)
    except PackageError as error:
        raise _no_package(path, error) from None
    if package.kind != kind:
        other = BY_KIND[package.kind]
        raise InputError(
            f"path: {path} holds the wrong kind of package: {other.title}, wanted {title}.",
            f"Use edge.infra.{other.module}.",
            option="path",
            value=str(path),
        )
    findings = lint(package)
    errors = [f for f in findings if f.level == "error"]
    if errors:
        raise refusal(path, errors)
    return replace(package, warnings=tuple(findings))


def _fields(sample: str, references: tuple[Field, ...] = ()) -> tuple[Field, ...]:
    return (
        Field(
            "path",
            (
                "Folder, C(.tar.gz) or C(.zip) of the package, on the machine where the module runs.",
                "A folder is packed reproducibly, without what belongs to version control and editors; an archive is"
                " sent as it is, a zip is packed anew. Only content that differs is uploaded.",
            ),
            type="path",
            local=True,
        ),
        Field(
            "descriptor_id",
            "The descriptor's C(id). Follows from the package itself; needed to remove a package without its files.",
            api="id",
            identity=True,
            sample=sample,
        ),
        Field(
            "digest",
            "Digest of the package's content, kept in its user-defined data.",
            api=DIGEST,
            derived=True,
            sample="2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
        ),
        Field("package", "The built package.", local=True, derived=True),
        *references,
    )


VNF_PACKAGE = Resource(
    kind="vnf_package",
    module="osm_vnf_package",
    title="VNF package",
    path="vnfpkgm/v1/vnf_packages",
    id_key="_id",
    fields=_fields("edge_web_knf"),
    used_by=(
        Use("ns_package", "vnfd-id", by="id"),
        used_by_vnfs("vnfd-id", "vnfd-id"),
    ),
    freed_by=("ns", "slice"),
    held_in_use=True,
    force=("Running services keep their own copy of the descriptor; NS packages that name it are of no use any more.",),
    advise=advise,
    sender=PackageSender("osm/vnfpkgm/v1", "vnf_packages_content", "vnf_packages", "package_content"),
    prepare=_prepare("vnf", "VNF package"),
)

NS_PACKAGE = Resource(
    kind="ns_package",
    module="osm_ns_package",
    title="NS package",
    path="nsd/v1/ns_descriptors",
    id_key="_id",
    fields=_fields(
        "edge_web_ns",
        (
            Field(
                "vnfds",
                "VNF descriptors that the service consists of.",
                type="list",
                local=True,
                derived=True,
                reference="vnf_package",
            ),
        ),
    ),
    used_by=(
        Use("ns", "nsd-id", query="nsd-id={values}"),
        Use("slice_template", "netslice-subnet.*.nsd-ref", by="id", optional=True),
        # OSM would remove these with the NSD, without a word
        Use("ns_config_template", "nsdId", optional=True),
    ),
    freed_by=("ns", "slice"),
    held_in_use=True,
    force=(
        "Running services keep their own copy of the descriptor; its configuration templates go with it, and slice"
        " templates that name it are of no use any more.",
    ),
    advise=advise,
    sender=PackageSender("osm/nsd/v1", "ns_descriptors_content", "ns_descriptors", "nsd_content"),
    prepare=_prepare("ns", "NS package"),
)

SLICE_TEMPLATE = Resource(
    kind="slice_template",
    module="osm_slice_template",
    title="slice template",
    path="nst/v1/netslice_templates",
    id_key="_id",
    fields=_fields(
        "edge_slice",
        (
            Field(
                "nsds",
                "NS descriptors that the subnets of the slice consist of.",
                type="list",
                local=True,
                derived=True,
                reference="ns_package",
            ),
        ),
    ),
    used_by=(Use("slice", "_admin.nst-id", query="_admin.nst-id={values}"),),
    force=("Slices keep their own copy of the template.",),
    advise=advise,
    sender=PackageSender("osm/nst/v1", "netslice_templates_content", "netslice_templates", "nst_content", edit="PUT"),
    prepare=_prepare("nst", "slice template"),
)


#: what a package of each kind is declared as
BY_KIND = {"vnf": VNF_PACKAGE, "ns": NS_PACKAGE, "nst": SLICE_TEMPLATE}

PACKAGES = Field(
    "packages",
    "Folders or archives of VNF packages, NS packages and slice templates, in any order; what each one is follows from"
    " its descriptor.",
    type="list",
    elements="path",
)
PACKAGES_STATE = Field(
    "packages_state",
    "Whether the packages of O(packages) should exist.",
    choices=("present", "absent"),
    default="present",
)


def expand(params: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The packages of ``packages`` as entries of a document, by plural."""
    entries: dict[str, list[dict[str, Any]]] = {resource.many: [] for resource in BY_KIND.values()}
    for path in params.get("packages") or []:
        resource = BY_KIND[kind_of(path)]
        entries[resource.many].append({"path": path, "state": params["packages_state"]})
    return entries
