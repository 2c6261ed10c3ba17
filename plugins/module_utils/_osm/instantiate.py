# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parameters of an instantiation: checks on paper and against OSM, the request, and what a running service makes of
changes. The options are in ``parameters.py``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._engine.compare import Ref, with_ids
from .._engine.dialect import Document
from .._engine.errors import ApiError, InputError, LoginError
from .._engine.paths import get_path
from .._engine.plan import CREATE, UPDATE, Change, told_at_creation
from .._engine.resource import Resource
from .._engine.spelling import to_api
from .._engine.survey import Survey
from .._engine.wait import forbidden
from .helm_values import OPERATIONS, at_creation
from .helm_values import check as check_kdus
from .limits import all_of, no_operators, public_keys
from .operations import parameters
from .packages import NS_PACKAGE, VNF_PACKAGE
from .parameters import PARAMETERS

#: the options by name
GIVEN = {f.name: f for f in PARAMETERS}
#: options with anything free in them that OSM keeps as it is
_on_top = all_of(
    no_operators("vnf", "vld", "additional_params", "secret_params", "placement_constraints", kept=True),
    public_keys("ssh_keys"),
)
#: those that it makes a text of before it keeps them with an NS; not so with a slice or a template
_nor_in_texts = no_operators("additional_params_for_vnf", "kdus", kept=True)
#: names of parameters of VNFs and VDUs have to be usable in templates
PARAMETER = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
#: what is inside of these is the user's own, nulls and all
FREE = frozenset({"additional_params", "provider_network", "ns_net"})

#: option -> key of the request, where the value is sent as it is
REQUEST = {
    "vnf": "vnf",
    "vld": "vld",
    "additional_params": "additionalParamsForNs",
    "additional_params_for_vnf": "additionalParamsForVnf",
    "k8s_namespace": "k8s-namespace",
    "ssh_keys": "ssh_keys",
    "wim_account": "wimAccountId",
    "config_template": "nsConfigTemplateId",
    "config_units": "config-units",
    "vdu_image": "vduImage",
    "placement_engine": "placement-engine",
    "placement_constraints": "placement-constraints",
    "timeout_deploy": "timeout_ns_deploy",
}


def plain(value: Any) -> Any:
    """A value as it is sent, but for spelling: no words that were not given, secrets among the parameters."""
    if isinstance(value, Mapping):
        said = {k: v if k in FREE else plain(v) for k, v in value.items() if v is not None}
        said.pop("secret_params", None)
        secret = value.get("secret_params")
        if secret:
            said["additional_params"] = {**said.get("additional_params", {}), **secret}
        return said
    return [plain(v) for v in value] if isinstance(value, list) else value


def _with_plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, "additional_params_for_vnf": plain(values.get("additional_params_for_vnf") or [])}


def request(values: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters' part of an instantiation request."""
    body: dict[str, Any] = {}
    for name, key in REQUEST.items():
        if values.get(name) is not None:
            free = name in ("additional_params", "placement_constraints")
            body[key] = values[name] if free else to_api(GIVEN[name], plain(with_ids(values[name])))
    if values.get("kdus"):
        name = "additional_params_for_vnf"
        body[REQUEST[name]] = to_api(GIVEN[name], at_creation(_with_plain(values)))
    if values.get("secret_params"):
        body["additionalParamsForNs"] = {**body.get("additionalParamsForNs", {}), **values["secret_params"]}
    if values.get("use_wim") is False:
        body["wimAccountId"] = False
    return body


def termination(values: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters' part of a termination request."""
    keys = {"timeout_terminate": "timeout_ns_terminate", "skip_terminate_primitives": "skip_terminate_primitives"}
    return {key: values[name] for name, key in keys.items() if values.get(name) is not None}


# -- checks on paper -------------------------------------------------------------------------------------------------


def check_kept(values: Mapping[str, Any]) -> None:
    """The same as ``check``, of parameters that OSM keeps with another thing than an NS."""
    _nor_in_texts(values)
    check(values)


def check(values: Mapping[str, Any]) -> None:
    """Refuse what the NBI would refuse whatever the descriptors say."""
    _on_top(values)
    check_kdus(_with_plain(values))
    for option, key in (
        ("vnf", "member_vnf_index"),
        ("additional_params_for_vnf", "member_vnf_index"),
        ("vld", "name"),
    ):
        entries = values.get(option) or []
        names = [str(e.get(key)) for e in entries]
        for number, entry in enumerate(entries):
            where = f"{option}[{number}]"
            if names.count(names[number]) > 1:
                text = f"{where}: {names[number]} is given twice."
                raise InputError(text, "Give each once.", option=option)
            if option != "vld" and len(plain(entry)) < 2:
                raise InputError(
                    f"{where}: nothing is said of {names[number]}.", "Say it, or leave it out.", option=option
                )
    check_networks("vld", values.get("vld") or [])
    for where, vdu in _inside(values, "vnf", "vdu"):
        if vdu.get("vim_flavor_id") and vdu.get("vim_flavor_name"):
            raise InputError(
                f"{where}: vim_flavor_id and vim_flavor_name exclude each other.", "Give one.", option="vnf"
            )
    for where, entry in [
        *((f"additional_params_for_vnf[{i}]", e) for i, e in enumerate(values.get("additional_params_for_vnf") or [])),
        *_inside(values, "additional_params_for_vnf", "additional_params_for_vdu"),
        ("", {"additional_params": values.get("additional_params"), "secret_params": values.get("secret_params")}),
    ]:
        _check_names(where or "additional_params", entry, PARAMETER.fullmatch, "letters, digits and _ only")
    for where, entry in [
        *_inside(values, "additional_params_for_vnf", "additional_params_for_kdu"),
        *((f"kdus[{i}]", {"additional_params": k.get("params")}) for i, k in enumerate(values.get("kdus") or [])),
    ]:
        _check_names(where, entry, lambda name: "$" not in name, "no $")
    if values.get("use_wim") is False and values.get("wim_account"):
        raise InputError("use_wim: false and wim_account exclude each other.", "Give one of them.", option="use_wim")
    for option in ("timeout_deploy", "timeout_terminate", "config_units"):
        if values.get(option) is not None and values[option] < 1:
            raise InputError(f"{option}: {values[option]} is less than 1.", "Correct it.", option=option)


def check_networks(option: str, links: Sequence[Mapping[str, Any]]) -> None:
    """A network at the VIM is named by a text, or by one for each VIM account."""
    for number, link in enumerate(links):
        for key in ("vim_network_name", "vim_network_id"):
            value = link.get(key)
            if value is None or isinstance(value, Mapping) or (isinstance(value, str) and value):
                continue
            raise InputError(
                f"{option}[{number}].{key}: {value!r} is no name or id of a network.",
                "Give a text, or a dictionary with a text for each VIM account.",
                option=option,
                value=value,
            )


def _inside(values: Mapping[str, Any], option: str, key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, entry in enumerate(values.get(option) or []):
        for inner, part in enumerate(entry.get(key) or []):
            yield f"{option}[{number}].{key}[{inner}]", part


def _check_names(where: str, entry: Mapping[str, Any], good: Any, rule: str) -> None:
    for key in ("additional_params", "secret_params"):
        for name in entry.get(key) or {}:
            if not good(str(name)):
                option = where.split("[")[0]
                raise InputError(
                    f"{where}: the parameter {name!r} has a name with {rule}.", "Rename it.", option=option
                )


# -- checks against OSM ----------------------------------------------------------------------------------------------


#: option -> key of the member VNF in its entries
MEMBERS = {"vnf": "member_vnf_index", "additional_params_for_vnf": "member_vnf_index", "kdus": "vnf"}
#: option -> list inside an entry, its key, what it names
PARTS = {
    "vnf": (("vdu", "id", "VDU"), ("internal_vld", "name", "virtual link")),
    "additional_params_for_vnf": (
        ("additional_params_for_vdu", "vdu_id", "VDU"),
        ("additional_params_for_kdu", "kdu_name", "KDU"),
    ),
    "kdus": (("", "name", "KDU"),),
}
#: what is named -> list of the VNFD, its key
DESCRIBED = {"VDU": ("vdu", "id"), "KDU": ("kdu", "name"), "virtual link": ("int-virtual-link-desc", "id")}
Described = Callable[[str], "Document | None"]


def review(changes: list[Change], survey: Survey) -> list[Change]:
    """The same plan, in which instantiations that speak of VNFs, links, VDUs or KDUs that are not there are refused.

    OSM refuses some of that when it runs, and ignores the rest without a word.
    """
    asked = [c for c in changes if c.resource.kind == "ns" and _instantiates(c)]
    reviewed = {id(c): _reviewed(c, changes, survey) for c in asked}
    return [_told(reviewed.get(id(c), c)) for c in changes]


def _told(change: Change) -> Change:
    """The change of a mere record into a running service tells what is sent with it, as a creation does."""
    if change.resource.kind != "ns" or change.action != UPDATE or not change.payload.get("instantiated"):
        return change
    return replace(change, after={**told_at_creation(change.wanted), **change.after})


def _instantiates(change: Change) -> bool:
    return change.action == CREATE or (change.action == UPDATE and bool(change.payload.get("instantiated")))


def _coming(changes: Sequence[Change], resource: Resource) -> dict[str, Document]:
    """The descriptors of the same document that are made or changed before, by their id."""
    return {
        c.wanted.name: c.wanted.values["package"].descriptor
        for c in changes
        if c.resource is resource and c.action in (CREATE, UPDATE) and c.wanted.values.get("package")
    }


def _permitted(resource: Resource, survey: Survey) -> Sequence[Document]:
    """The descriptors; none for who may not list them: making services of them needs no such permission."""
    try:
        return survey.documents(resource)
    except (ApiError, LoginError) as error:
        if error.details.get("status") not in (401, 403):
            raise
        return ()


def _reviewed(change: Change, changes: Sequence[Change], survey: Survey) -> Change:
    values, nsd = change.wanted.values, change.wanted.values.get("nsd")
    if not any(values.get(n) for n in (*MEMBERS, "vld")) or not isinstance(nsd, Ref) or change.refusal:
        return change
    new = _coming(changes, NS_PACKAGE)
    known_now = survey.documents(NS_PACKAGE) if nsd.id else ()
    found = next((d for d in known_now if d.get("_id") == nsd.id), None)
    found = new.get(str(found["id"]) if found else nsd.name, found)
    if found is None:
        return change
    try:
        _check_against(found, values, changes, survey)
    except InputError as error:
        return replace(change, refusal=error)
    return change


def check_subnet(nsd: str, values: Mapping[str, Any], changes: Sequence[Change], survey: Survey) -> None:
    """Refuse parameters of a slice's subnet that speak of VNFs, VDUs or KDUs that the descriptors have not.

    :param nsd: the id of its NSD.
    """
    if any(values.get(n) for n in MEMBERS):
        live = (d for d in _permitted(NS_PACKAGE, survey) if d.get("id") == nsd)
        found = _coming(changes, NS_PACKAGE).get(nsd) or next(live, None)
        if found:
            _check_against(found, {n: values.get(n) for n in MEMBERS}, changes, survey)


def _check_against(nsd: Document, values: Mapping[str, Any], changes: Sequence[Change], survey: Survey) -> None:
    def described(vnfd: str) -> Document | None:
        live = (d for d in _permitted(VNF_PACKAGE, survey) if d.get("id") == vnfd)
        return _coming(changes, VNF_PACKAGE).get(vnfd) or next(live, None)

    for option in MEMBERS:
        _check_members(option, values.get(option) or [], nsd, described)
    _check_links(values.get("vld") or [], nsd)


def _check_links(entries: Sequence[Mapping[str, Any]], nsd: Document) -> None:
    links = [str(link.get("id")) for link in nsd.get("virtual-link-desc") or []]
    for number, entry in enumerate(entries):
        _known("vld", f"vld[{number}].name", entry["name"], f"the NSD {nsd.get('id')}", "virtual link", links)


def _check_members(option: str, entries: Sequence[Mapping[str, Any]], nsd: Document, described: Described) -> None:
    profiles = [p for df in nsd.get("df") or [] for p in df.get("vnf-profile") or []]
    members = {str(p.get("id")): str(p.get("vnfd-id")) for p in profiles}
    key = MEMBERS[option]
    for number, entry in enumerate(entries):
        where, member = f"{option}[{number}]", str(entry.get(key))
        _known(option, f"{where}.{key}", member, f"the NSD {nsd.get('id')}", "VNF", list(members))
        for part, inner, what in PARTS[option]:
            named = [(f"{where}.{part}[{i}]", e) for i, e in enumerate(entry.get(part) or [])]
            named = named if part else [(where, entry)]
            vnfd = described(members[member]) if named else None
            if vnfd is None:
                continue
            several, name = DESCRIBED[what]
            known = [str(d.get(name)) for d in vnfd.get(several) or []]
            for place, one in named:
                _known(option, f"{place}.{inner}", one.get(inner), f"the VNFD {vnfd.get('id')}", what, known)


def _known(option: str, where: str, value: Any, owner: str, what: str, known: Sequence[str]) -> None:
    if str(value) not in known:
        raise InputError(
            f"{where}: {owner} has no {what} {value!r}.",
            f"It has: {', '.join(known) or 'none'}.",
            option=option,
            value=value,
        )


def advise(changes: Sequence[Change], survey: Survey) -> list[str]:
    """What is declared differently from how a running service was instantiated, and is not applied: one text each."""
    texts = []
    for change in changes:
        live = change.live or {}
        running = get_path(live, "_admin.nsState", "") == "INSTANTIATED"
        if (
            change.wanted.state == "absent"
            or change.action == CREATE  # made anew, after what is still there has gone
            or change.refusal
            or not running
            or change.wanted.values.get("instantiated") is False
        ):
            continue
        try:
            differ = _differing(change, survey)
        except (ApiError, LoginError) as error:
            if not forbidden(error):
                raise
            texts.append(
                f"NS instance {change.wanted.name}: parameters of its instantiation cannot be compared with those that"
                f" are declared: {error}"
            )
            continue
        if differ:
            texts.append(
                f"NS instance {change.wanted.name}: {', '.join(differ)} differ from what it was instantiated with, and"
                " are not applied: OSM cannot change them on a running service. Helm values of kdus are; for the rest"
                " remove the service and create it again, or see edge.infra.osm_ns_update and edge.infra.osm_ns_action."
            )
    return texts


def _differing(change: Change, survey: Survey) -> list[str]:
    live, values = change.live or {}, change.wanted.values
    differ = []
    if values.get("description") and values["description"] != live.get("description"):
        differ.append("description")
    body = request({**values, "kdus": None})
    body.pop("timeout_ns_deploy", None)
    names = {key: name for name, key in REQUEST.items()}
    asked: Mapping[str, Any] = live.get("instantiate_params") or {}
    unknown = [key for key in body if key not in asked or asked[key] != body[key]]
    if unknown:  # the record may be older than the last instantiation, and has not all of it
        records = survey.documents(OPERATIONS, f"nsInstanceId={change.id}")
        starts = [d for d in records if d.get("lcmOperationType") == "instantiate"]
        latest: Document = max(starts, key=lambda d: float(d.get("startTime") or 0), default={})
        sent = parameters(latest) if latest else {}
        if values.get("kdus") and "additionalParamsForVnf" in unknown:
            sent["additionalParamsForVnf"] = _without_values(sent.get("additionalParamsForVnf"), values["kdus"])
        unknown = [key for key in unknown if sent.get(key) != body[key]]
    return differ + [names[key] for key in unknown]


def _without_values(entries: Any, kdus: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Parameters of an instantiation without the Helm values that ``kdus`` speaks of, and what is empty then."""
    spoken = {(k["vnf"], k["name"]) for k in kdus}
    left = []
    for entry in entries or []:
        inner = [
            {k: v for k, v in kdu.items() if k != "additionalParams"}
            if (entry.get("member-vnf-index"), kdu.get("kdu_name")) in spoken
            else kdu
            for kdu in entry.get("additionalParamsForKdu") or []
        ]
        rest = {**entry, "additionalParamsForKdu": [k for k in inner if len(k) > 1]}
        if not rest["additionalParamsForKdu"]:
            del rest["additionalParamsForKdu"]
        if len(rest) > 1:
            left.append(rest)
    return left
