# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network slices: slice instances and their operations.

Source: NBI and LCM of OSM (2026), ``nsilcm/v1``, read in their source. A slice makes one NS instance for each subnet of
its template (a shared one may be another slice's), named ``<slice>.<subnet>``. There:

* ``DELETE netslice_instances_content/<id>`` of what is not instantiated answers 204 and deletes nothing.
* A slice whose template has no links is terminated, but its record says INSTANTIATED for ever and its operation never
  ends; only a forced removal of the record helps, which then leaves nothing behind.
* A subnet without description, or a link without name, is taken in a template and makes each slice of it fail.
* Parameters of an NS's links are kept only where the link is connected to one of the slice's.
* Once one NS of a slice is terminated, OSM refuses to terminate the slice again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._engine.compare import Ref, with_ids
from .._engine.dialect import Document, Sent
from .._engine.errors import EdgeError, FailedStateError, InputError
from .._engine.field import Field
from .._engine.paths import get_path
from .._engine.plan import CREATE, UPDATE, Change
from .._engine.resource import Resource, Wait
from .._engine.spelling import to_api
from .._engine.survey import Survey
from .common import DELETING, NAME_TEXT, NOTE_TEXT
from .dialect import forced
from .instantiate import check_kept as check_parameters
from .instantiate import check_networks, check_subnet, plain
from .instantiate import request as ns_request
from .limits import no_operators
from .packages import SLICE_TEMPLATE
from .parameters import IP_PROFILE, PARAMETERS
from .slice_operations import SLICE_OPERATION

CONTENT = "osm/nsilcm/v1/netslice_instances_content"
INSTANCES = "osm/nsilcm/v1/netslice_instances"
#: parameters of an NS that are no parameters of its creation
_NOT_HERE = ("timeout_terminate", "skip_terminate_primitives")
ONCE = "Used when the slice is created; on one that exists a difference is told as a warning."
#: option -> key of the request, where the value is sent as it is
REQUEST = {
    "description": "nsiDescription",
    "ssh_keys": "ssh_keys",
    "additional_params": "additionalParamsForNsi",
    "timeout_deploy": "timeout_nsi_deploy",
}


def condition(live: Document) -> str:
    """One state out of those that OSM keeps: its own words, and NOT_INSTANTIATED for a mere record."""
    status = live.get("operational-status")
    if status == "terminated":
        return "NOT_INSTANTIATED"
    if status:
        return str(status)
    members = get_path(live, "_admin.nsrs-detailed-list", None) or []
    return "init" if any(m.get("nslcmop_instantiate") for m in members) else "NOT_INSTANTIATED"


def _view(live: Document) -> Document:
    state = condition(live)
    members = [
        {"subnet": m.get("nss-id"), "ns": m.get("nsrId"), "shared": bool(m.get("shared"))}
        for m in get_path(live, "_admin.nsrs-detailed-list", None) or []
    ]
    runs = state != "NOT_INSTANTIATED" and not _ends(live)
    return {**live, "condition": state, "instantiated": runs, "members": members}


def _ends(live: Document) -> bool:
    """Whether it is being terminated: OSM instantiates it, or removes its record, only afterwards."""
    return live.get("operational-status") == "terminating"


def left_behind(live: Document) -> bool:
    """Whether a slice is terminated, and OSM thinks that it is not: then its record has to be removed by force."""
    return live.get("operational-status") == "terminated" and get_path(live, "_admin.nsiState", "") == "INSTANTIATED"


def _taken(live: Document) -> list[tuple[str, str]]:
    """The NS instances that no other slice has."""
    members = get_path(live, "_admin.nsrs-detailed-list", None) or []
    return [("ns", str(m.get("nsrId"))) for m in members if not m.get("shared")]


class SliceSender:
    """Create and instantiate in one request; terminate and remove in one, as far as OSM can."""

    def create(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST ``netslice_instances_content`` (or only the record, when it is not to be instantiated)."""
        path = CONTENT if payload.get("instantiated", True) else INSTANCES
        answer = dialect.http.json("POST", path, json=request(payload))
        return Sent(id=answer.get("id") or answer["_id"], operation=answer.get("nsilcmop_id", ""))

    def update(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Instantiate what is only a record, or terminate it and keep the record."""
        verb = "instantiate" if payload.get("instantiated", True) else "terminate"
        begun = _begun(dialect, change.id, verb)
        if begun:
            return Sent(id=change.id, operation=SLICE_OPERATION.id_of(begun))
        body: dict[str, Any] = {}
        if verb == "instantiate":
            given = get_path(change.live or {}, "instantiation_parameters", {})
            body.update({key: given[key] for key in ("nsiName", "nstId", "vimAccountId")})
            body.update({k: v for k, v in request({**change.wanted.values}, False).items() if k.startswith("timeout")})
        answer = dialect.http.json("POST", f"{INSTANCES}/{change.id}/{verb}", json=body)
        return Sent(id=change.id, operation=answer["id"])

    def delete(self, dialect: Any, change: Change) -> Sent:
        """Terminate with removal; remove the record of what is not instantiated, or only seems to be."""
        live = change.live or {}
        if change.wanted.force or left_behind(live):
            dialect.http.json("DELETE", f"{INSTANCES}/{change.id}?FORCE=True")
            return Sent(id=change.id)
        if condition(live) == "NOT_INSTANTIATED":
            dialect.http.json("DELETE", f"{INSTANCES}/{change.id}{forced(change)}")
            return Sent(id=change.id)
        begun = _begun(dialect, change.id, "terminate")
        if begun is None:
            answer = dialect.http.json("DELETE", f"{CONTENT}/{change.id}") or {}
            return Sent(id=change.id, operation=str(answer.get("_id", "")))
        if not get_path(begun, "operationParams.autoremove", False):
            raise FailedStateError(
                f"slice {change.wanted.name}: somebody else has just had it terminated, and OSM keeps its record.",
                "Run again once that has ended: the record is removed then.",
                reason="terminating",
            )
        return Sent(id=change.id, operation=SLICE_OPERATION.id_of(begun))


def _begun(dialect: Any, nsi_id: str, kind: str) -> Document | None:
    """The operation of that kind which is under way, as the answer to the request for it may have been lost.

    A second termination is taken, and where it comes to its turn after the first, OSM never ends it.
    """
    operations: Sequence[Document] = dialect.fetch(SLICE_OPERATION, nsi_id)
    for operation in operations:
        if operation.get("lcmOperationType") == kind and not SLICE_OPERATION.is_at_rest(operation):
            return operation
    return None


def request(values: Mapping[str, Any], whole: bool = True) -> dict[str, Any]:
    """The request for a slice (or, not ``whole``, only what does not tell which one it is)."""
    body: dict[str, Any] = {}
    if whole:
        ids = with_ids({k: values[k] for k in ("template", "vim_account")})
        body = {"nsiName": values["name"], "nstId": ids["template"], "vimAccountId": ids["vim_account"]}
    body.update({key: values[name] for name, key in REQUEST.items() if values.get(name) is not None})
    if values.get("description") == "":
        del body["nsiDescription"]
    if values.get("secret_params"):
        body["additionalParamsForNsi"] = {**body.get("additionalParamsForNsi", {}), **values["secret_params"]}
    if values.get("subnets"):
        body["netslice-subnet"] = [_subnet(s) for s in values["subnets"]]
    if values.get("links"):
        body["netslice-vld"] = to_api(SLICE.by_name["links"], plain(values["links"]))
    return body


def _subnet(values: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"id": values["id"]}
    if values.get("vim_account"):
        body["vimAccountId"] = with_ids(values["vim_account"])
    return {**body, **ns_request(values)}


_no_operators = no_operators("links", "additional_params", "secret_params", kept=True)


def _check(values: Mapping[str, Any]) -> None:
    _no_operators(values)
    check_networks("links", values.get("links") or [])
    for option, key in (("subnets", "id"), ("links", "name")):
        names = [str(entry[key]) for entry in values.get(option) or []]
        for number, name in enumerate(names):
            if names.count(name) > 1:
                raise InputError(f"{option}[{number}]: {name} is given twice.", "Give each once.", option=option)
    for number, subnet in enumerate(values.get("subnets") or []):
        try:
            check_parameters({k: v for k, v in subnet.items() if v is not None})
        except EdgeError as error:
            error.message = f"subnets[{number}]: {error.message}"
            raise
    given = {**(values.get("additional_params") or {}), **(values.get("secret_params") or {})}
    bad = [str(name) for name in given if "." in str(name) or "$" in str(name)]
    if bad:
        raise InputError(
            f"additional_params: the parameter {bad[0]!r} has a dot or $ in its name.",
            "Rename it.",
            option="additional_params",
        )
    if values.get("timeout_deploy") is not None and values["timeout_deploy"] < 1:
        raise InputError("timeout_deploy: it is less than 1.", "Correct it.", option="timeout_deploy")


def review(changes: list[Change], survey: Survey) -> list[Change]:
    """The same plan, in which slices that OSM would take and fail to make are refused."""
    new = {
        c.wanted.name: c.wanted.values["package"].descriptor
        for c in changes
        if c.resource is SLICE_TEMPLATE and c.action in (CREATE, UPDATE) and c.wanted.values.get("package")
    }
    asked = [c for c in changes if c.resource.kind == "slice" and not c.refusal]
    reviewed = {id(c): _reviewed(c, new, changes, survey) for c in asked}
    return [reviewed.get(id(c), c) for c in changes]


def _refused(change: Change, option: str, message: str, remedy: str) -> Change:
    return replace(change, refusal=InputError(f"{option}: {message}", remedy, option=option))


def _reviewed(change: Change, new: Mapping[str, Document], changes: Sequence[Change], survey: Survey) -> Change:
    """``new``: the templates of the same document that are made or changed before, by their id."""
    if change.action == UPDATE and change.payload.get("instantiated") and left_behind(change.live or {}):
        return _refused(
            change,
            "instantiated",
            f"the slice {change.wanted.name} was terminated, and OSM does not know it: its template has no links.",
            "Remove it (state: absent) and create it again.",
        )
    template = change.wanted.values.get("template")
    if change.action != CREATE or not isinstance(template, Ref):
        return change
    known_now = survey.documents(SLICE_TEMPLATE) if template.id else ()
    found = next((d for d in known_now if d.get("_id") == template.id), None)
    found = new.get(str(found["id"]) if found else template.name, found)
    if found is None:
        return change
    subnets, links = found.get("netslice-subnet") or [], found.get("netslice-vld") or []
    silent = [str(s.get("id")) for s in subnets if not s.get("description")]
    if silent:
        text = f"its subnets {', '.join(silent)} have no description, and OSM trips over that in each slice of it."
        return _refused(change, "template", text, "Give them one, and upload the template again.")
    nameless = [str(v.get("id")) for v in links if not v.get("name")]
    if nameless and change.payload.get("instantiated", True):
        text = f"its links {', '.join(nameless)} have no name, and OSM trips over that in each slice of it."
        return _refused(change, "template", text, "Give them one (their id), and upload the template again.")
    known = {"subnets": [str(s.get("id")) for s in subnets], "links": [str(v.get("name")) for v in links]}
    for option, key in (("subnets", "id"), ("links", "name")):
        for number, entry in enumerate(change.wanted.values.get(option) or []):
            if str(entry[key]) not in known[option]:
                text = f"the template {found.get('id')} has none whose {key} is {entry[key]!r}."
                remedy = f"It has: {', '.join(known[option]) or 'none'}."
                return _refused(change, f"{option}[{number}].{key}", text, remedy)
    nsds = {str(s.get("id")): str(s.get("nsd-ref")) for s in subnets}
    for number, entry in enumerate(change.wanted.values.get("subnets") or []):
        try:
            check_subnet(nsds[str(entry["id"])], entry, changes, survey)
        except InputError as error:
            return _refused(change, f"subnets[{number}]", error.message, error.remedy)
    return change


def advise(changes: Sequence[Change], survey: Survey) -> list[str]:
    """What is declared differently from how a slice was created, and is not applied: one text each."""
    texts = []
    for change in changes:
        if change.live is None or change.action == CREATE or change.refusal or change.wanted.state == "absent":
            continue
        asked = change.live.get("instantiation_parameters") or {}
        keys = {**REQUEST, "subnets": "netslice-subnet", "links": "netslice-vld"}
        body = request(change.wanted.values, whole=False)
        body.pop("timeout_nsi_deploy", None)
        differ = [name for name, key in keys.items() if key in body and asked.get(key) != body[key]]
        if differ:
            texts.append(
                f"Slice {change.wanted.name}: {', '.join(differ)} differ from what it was created with, and are not"
                " applied: OSM takes them at creation only. Remove the slice (state: absent) and create it again if it"
                " matters; its NS instances can be changed by themselves, see edge.infra.osm_slice_action."
            )
    return texts


SLICE = Resource(
    kind="slice",
    module="osm_slice",
    title="slice",
    path="nsilcm/v1/netslice_instances",
    id_key="_id",
    fields=(
        Field(
            "name",
            ("Name of the slice.", "OSM allows several of one name; then give the id of the one that is meant."),
            required=True,
            identity=True,
            limit=NAME_TEXT,
            sample="edge-slice",
        ),
        Field(
            "template",
            "Id of the slice template (or its id in OSM).",
            api="_admin.nst-id",
            required=True,
            create_only=True,
            reference="slice_template",
            sample="edge_slice",
        ),
        Field(
            "vim_account",
            "Name or id of the VIM account to run on.",
            api="datacenter",
            required=True,
            create_only=True,
            reference="vim_account",
            sample="madrid-1",
        ),
        Field("description", ("Text for people.", ONCE), local=True, limit=NOTE_TEXT),
        Field(
            "instantiated",
            ("Whether the slice should run.", "With V(false) only its record is kept; a running slice is terminated."),
            type="bool",
            default=True,
        ),
        Field(
            "subnets",
            (
                "Parameters per subnet, which are those of its NS instance; see M(edge.infra.osm_ns).",
                "OSM keeps C(vld) only where the link is connected to one of the slice's links.",
                ONCE,
            ),
            type="list",
            elements="dict",
            local=True,
            options=(
                Field("id", "Id of the subnet in the template.", required=True, limit=NAME_TEXT, sample="web"),
                Field("vim_account", "VIM account for this subnet, by name or id.", reference="vim_account"),
                *(replace(f, local=False) for f in PARAMETERS if f.name not in _NOT_HERE),
            ),
        ),
        Field(
            "links",
            (
                "Parameters per link of the slice (C(netslice-vld)).",
                "OSM applies them only to links whose name is their id.",
                ONCE,
            ),
            type="list",
            elements="dict",
            local=True,
            options=(
                Field("name", "Name of the link in the template.", required=True, sample="mgmt"),
                Field(
                    "vim_network_name",
                    "Network at the VIM to use, by name; a dictionary gives one for each VIM account (by id).",
                    api="vim-network-name",
                    type="raw",
                ),
                Field("vim_network_id", "The same, by the VIM's id of the network.", api="vim-network-id", type="raw"),
                IP_PROFILE,
            ),
        ),
        Field("ssh_keys", ("Public SSH keys to inject.", ONCE), type="list", elements="str", local=True),
        Field("additional_params", ("Parameters of the slice.", ONCE), type="dict", local=True),
        Field("secret_params", ("Further ones, which are never shown.", ONCE), type="dict", local=True, secret=True),
        Field("timeout_deploy", "Seconds that OSM itself gives the instantiation.", type="int", local=True),
        Field(
            "ns_instances",
            "Its NS instances by subnet.",
            type="list",
            elements="dict",
            api="members",
            read_only=True,
            sample=[{"subnet": "web", "ns": "5c1f8f6e-7d1e-4a52-8b8f-0f8b7a2d6c11", "shared": False}],
        ),
    ),
    after=("ns_package", "vnf_package", "cluster", "k8s_cluster", "k8s_repo", "pdu"),
    view=_view,
    check=_check,
    advise=advise,
    sender=SliceSender(),
    operation=SLICE_OPERATION,
    lingers=left_behind,
    takes=_taken,
    doubles="_admin.created",
    deleting=DELETING,
    ends_first=_ends,
    force=(
        "OSM drops its records of the slice and of its NS instances without a word to the infrastructure: what these"
        " have made there goes on, and nobody removes it any more.",
    ),
    gone_timeout=7200,
    ready=Wait(
        path="condition",
        done=frozenset({"running", "NOT_INSTANTIATED"}),
        failed=frozenset({"failed"}),
        reason=("detailed-status",),
        stage=("detailed-status",),
        remedy="edge.infra.osm_slice_operation_info tells how its operations ended, edge.infra.osm_ns_operation_info"
        " those of its NS instances. Mend the cause, remove the slice (state: absent) and make it again (state:"
        " present). Where one of its NS instances is terminated already, OSM refuses that: then force: true removes the"
        " records.",
        timeout=7200,
    ),
)
