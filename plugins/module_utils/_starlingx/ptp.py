# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Precision Time Protocol: instances of its services, their interfaces, and parameters of both.

Source: sysinv ``/ptp_instances``, ``/ptp_interfaces``, and what a PATCH of hosts, interfaces and these two may name
(2026). Assignments go by number, one in each request: sysinv skips every second one. A review adds what applies them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.dialect import Document, Sent
from .._engine.errors import InputError
from .._engine.field import Compare, Field
from .._engine.plan import CREATE, UPDATE, Change, Wanted
from .._engine.resource import Resource
from .._engine.survey import Survey
from .._engine.uses import Use
from .addressing import wrong
from .dialect import Lists, ObjectSender, StarlingxDialect, applied, made
from .hosts import HOST
from .interfaces import INTERFACE

SERVICES = ("ptp4l", "phc2sys", "ts2phc", "clock", "synce4l", "gnss-monitor", "dpll-mgr")
GLOBAL = "global"
KINDS = ("ptp_instance", "ptp_interface", "ptp_parameter")

_APPLY = Field(
    "apply",
    (
        "Whether the hosts use changes at once: those in service whose C(clock_synchronization) is C(ptp).",
        "The others use them from their next unlock on.",
        "With V(false) all hosts use them from their next unlock or the next change that is applied on.",
    ),
    type="bool",
    default=True,
    local=True,
)


def _assign(dialect: StarlingxDialect, path: str, field: str, number: Any, operation: str) -> None:
    dialect.http.json("PATCH", path, json=[{"op": operation, "path": f"/{field}/-", "value": int(number)}])


def _differences(change: Change, payload: Mapping[str, Any], option: str, field: str) -> tuple[list[str], list[str]]:
    """What is surplus and what is missing of an option that lists names."""
    present = list((change.live or {}).get(field) or [])
    wanted = list(payload.get(option, present))
    return [n for n in present if n not in wanted], [n for n in wanted if n not in present]


# -- instances ----------------------------------------------------------------------------------------------------


class InstanceSender(ObjectSender):
    """An instance, and the hosts that have it."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST the instance, then tell each host."""
        answer = dialect.http.json("POST", "ptp_instances", json={k: payload[k] for k in ("name", "service")})
        sent = Sent(id=made(answer, "ptp_instances"))
        for host in payload.get("hosts") or []:
            _assign(dialect, f"ihosts/{host}", "ptp_instances", answer["id"], "add")
        return sent

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Tell each host that differs."""
        surplus, missing = _differences(change, payload, "hosts", "hostnames")
        for operation, hosts in (("remove", surplus), ("add", missing)):
            for host in hosts:
                _assign(dialect, f"ihosts/{host}", "ptp_instances", (change.live or {})["id"], operation)
        return Sent(id=change.id)

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """DELETE it, once no host has it."""
        self.update(dialect, change, {"hosts": []})
        return super().delete(dialect, change)


PTP_INSTANCE = Resource(
    kind="ptp_instance",
    module="stx_ptp_instance",
    title="PTP instance",
    path="ptp_instances",
    id_key="uuid",
    sender=InstanceSender(),
    used_by=(Use("ptp_interface", "ptp_instance_uuid"),),
    fields=(
        Field("name", "Name of the instance.", required=True, identity=True, sample="ptp4l-grandmaster"),
        Field(
            "service",
            "The service that it configures.",
            choices=SERVICES,
            required=True,
            create_only=True,
            sample="ptp4l",
        ),
        Field(
            "hosts",
            "Names of the hosts that run it; those not named stop to.",
            type="list",
            elements="str",
            api="hostnames",
            compare=Compare.UNORDERED,
            sample=["controller-0"],
        ),
        _APPLY,
    ),
)

# -- interfaces ---------------------------------------------------------------------------------------------------


def _check_interface(values: Mapping[str, Any]) -> None:
    for place in values.get("interfaces") or []:
        host, found, name = str(place).partition("/")
        if not (host and found and name):
            raise wrong("interfaces", place, "names no interface of a host", "Use the form controller-0/data0.")


class InterfaceSender(ObjectSender):
    """A PTP interface, and the hosts' interfaces that have its parameters."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST it, then tell each interface."""
        body = {"name": payload["name"], "ptp_instance_uuid": payload["ptp_instance"]}
        answer = dialect.http.json("POST", "ptp_interfaces", json=body)
        sent = Sent(id=made(answer, "ptp_interfaces"))
        self._tell(dialect, answer["id"], [], payload.get("interfaces") or [])
        return sent

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Tell each interface that differs."""
        surplus, missing = _differences(change, payload, "interfaces", "interface_names")
        self._tell(dialect, (change.live or {})["id"], surplus, missing)
        return Sent(id=change.id)

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """DELETE it, once no interface has it: older releases hold it fast."""
        self.update(dialect, change, {"interfaces": []})
        return super().delete(dialect, change)

    @staticmethod
    def _tell(dialect: StarlingxDialect, number: Any, surplus: Sequence[str], missing: Sequence[str]) -> None:
        ids: dict[str, str] = {}
        for host in sorted({place.partition("/")[0] for place in (*surplus, *missing)}):
            ids |= {f"{host}/{i['ifname']}": i["uuid"] for i in dialect.list(f"ihosts/{host}/iinterfaces")}
        for operation, places in (("remove", surplus), ("add", missing)):
            for place in places:
                if place in ids:  # what is gone has been told
                    _assign(dialect, f"iinterfaces/{ids[place]}", "ptp_interfaces", number, operation)


PTP_INTERFACE = Resource(
    kind="ptp_interface",
    module="stx_ptp_interface",
    title="PTP interface",
    path="ptp_interfaces",
    id_key="uuid",
    check=_check_interface,
    sender=InterfaceSender(),
    after=("host_interface",),
    fields=(
        Field("name", "Name of the PTP interface.", required=True, identity=True, sample="ptp-access"),
        Field(
            "ptp_instance",
            "The PTP instance that it belongs to.",
            reference="ptp_instance",
            api="ptp_instance_uuid",
            required=True,
            create_only=True,
            sample="ptp4l-grandmaster",
        ),
        Field(
            "interfaces",
            (
                "Interfaces of hosts that have its parameters, each as the host's name, a slash and its own name.",
                "Those not named are taken off.",
            ),
            type="list",
            elements="str",
            api="interface_names",
            compare=Compare.UNORDERED,
            sample=["controller-0/data0"],
        ),
        _APPLY,
    ),
)

# -- parameters ---------------------------------------------------------------------------------------------------


def gather_parameters(lists: Lists, scope: str, quick: bool) -> Sequence[Document]:
    """The parameters of instances, by section, and of interfaces: one document for each name that an owner has."""
    found: list[dict[str, Any]] = []
    for route, option in (("ptp_instances", "ptp_instance"), ("ptp_interfaces", "ptp_interface")):
        for owner in lists.list(route, quick):
            parameters = owner.get("parameters") or {}
            # a list, too, for instances of releases without sections
            sections = parameters if isinstance(parameters, Mapping) else {GLOBAL: parameters}
            for section, pairs in sections.items():
                named: dict[str, list[str]] = {}
                for pair in pairs:
                    name, _equals, value = str(pair).partition("=")
                    named.setdefault(name, []).append(value)
                for name, values in named.items():
                    found.append(
                        {
                            "key": f"{owner['uuid']}/{section}/{name}",
                            "name": name,
                            "section": section,
                            "value": values[0] if len(values) == 1 else values,
                            "ptp_instance": None,
                            "ptp_interface": None,
                            option: owner["uuid"],
                        }
                    )
    return found


def texts(value: Any) -> list[str]:
    """The values of a parameter as sysinv keeps them: texts."""
    return sorted(str(v) for v in (value if isinstance(value, list) else [value]))


def _prepare(values: Mapping[str, Any], assumed: Mapping[str, Any]) -> Mapping[str, Any]:
    owners = [n for n in ("ptp_instance", "ptp_interface") if values.get(n)]
    if len(owners) != 1:
        raise InputError(
            f"Parameter {values.get('name')} belongs to a PTP instance or to a PTP interface,"
            f" and {'both are' if owners else 'neither is'} given.",
            "Give one of ptp_instance and ptp_interface.",
            options=["ptp_instance", "ptp_interface"],
        )
    section = values.get("section") or GLOBAL
    if owners == ["ptp_interface"] and section != GLOBAL:
        raise wrong("section", section, "is not possible with ptp_interface", "Leave it out.")
    return {**values, "section": section}


def _check_parameter(values: Mapping[str, Any]) -> None:
    if "=" in str(values["name"]):
        raise wrong("name", values["name"], "has an equals sign", "Give what follows it as value.")
    given = values.get("value")
    for value in given if isinstance(given, list) else [given]:
        if isinstance(value, (bool, dict, list)):
            raise wrong("value", value, "is no text", "Put it in quotes, or give a number.")
    if given in ("", []):
        raise wrong("value", given, "is empty", "Give a value, or state: absent.")


class ParameterSender:
    """Parameters are values that their owner's PATCH adds and removes."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Add its values."""
        option = "ptp_instance" if payload.get("ptp_instance") else "ptp_interface"
        owner = str(payload[option])
        section, name = str(payload["section"]), str(payload["name"])
        self._send(dialect, f"{option}s/{owner}", section, name, [], texts(payload["value"]))
        return Sent(id=f"{owner}/{section}/{name}")

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Remove values that are surplus, add those that are missing."""
        live = change.live or {}
        option = "ptp_instance" if live["ptp_instance"] else "ptp_interface"
        wanted, present = texts(payload["value"]) if payload else [], texts(live["value"])
        surplus, missing = [v for v in present if v not in wanted], [v for v in wanted if v not in present]
        path = f"{option}s/{live[option]}"
        self._send(dialect, path, str(live["section"]), str(live["name"]), surplus, missing)
        return Sent(id=change.id)

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """Remove all of its values."""
        return self.update(dialect, change, {})

    @staticmethod
    def _send(
        dialect: StarlingxDialect, path: str, section: str, name: str, surplus: Sequence[str], missing: Sequence[str]
    ) -> None:
        where = {} if section == GLOBAL else {"section": section}
        body = [
            {"op": operation, "path": "/ptp_parameters/-", "value": f"{name}={value}", **where}
            for operation, values in (("remove", surplus), ("add", missing))
            for value in values
        ]
        dialect.http.json("PATCH", path, json=body)


PTP_PARAMETER = Resource(
    kind="ptp_parameter",
    module="stx_ptp_parameter",
    title="PTP parameter",
    path="ptp_parameters",
    id_key="key",
    prepare=_prepare,
    check=_check_parameter,
    sender=ParameterSender(),
    fields=(
        Field("name", "Name of the parameter.", required=True, identity=True, sample="domainNumber"),
        Field(
            "section",
            "Section of an instance's configuration that it stands in.",
            default=GLOBAL,
            identity=True,
            sample="global",
        ),
        Field(
            "ptp_instance",
            "The PTP instance that has it.",
            identity=True,
            reference="ptp_instance",
            sample="ptp4l-grandmaster",
        ),
        Field(
            "ptp_interface",
            "The PTP interface that has it.",
            identity=True,
            reference="ptp_interface",
            sample="ptp-access",
        ),
        Field(
            "value",
            "Its value; a list where the parameter may be repeated.",
            type="raw",
            required=True,
            normalize=texts,
            sample="24",
        ),
        _APPLY,
    ),
)

# -- the plan -----------------------------------------------------------------------------------------------------


class ApplySender(ObjectSender):
    """Make the hosts use what was changed."""

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST to the collection's action."""
        applied(dialect, "ptp_instances/apply", "stx_ptp_apply")
        return Sent(id=change.id)


def gather_apply(lists: Lists, scope: str, quick: bool) -> Sequence[Document]:
    """sysinv does not tell whether what it has is used."""
    return [{"uuid": "ptp", "applied": False}]


PTP_APPLY = Resource(
    kind="ptp_apply",
    module="stx_ptp_apply",
    title="use of the PTP configuration",
    path="ptp_instances/apply",
    id_key="uuid",
    singleton=True,
    verbs=frozenset({"update"}),
    sender=ApplySender(),
    prepare=lambda values, assumed: {**values, "applied": True},
    after=KINDS,
    fields=(Field("applied", "Whether the hosts were told to use it.", type="bool", derived=True, sample=True),),
)


def steps(changes: Sequence[Change]) -> list[Change]:
    """The step that makes hosts use changes, once, where there are any that want it."""
    wanted = [c for c in changes if c.resource.kind in KINDS and c.changed and not c.refusal]
    if not any(c.wanted.values.get("apply", True) for c in wanted):
        return []
    before, after = {"applied": False}, {"applied": True}
    return [Change(Wanted(PTP_APPLY, after), UPDATE, {"uuid": "ptp"}, after, before, after)]


def review(change: Change, changes: Sequence[Change], survey: Survey) -> InputError | None:
    """The hosts and interfaces that are named have to be there, or be made in the same run."""
    if change.action not in (CREATE, UPDATE):
        return None
    hosts = [str(n) for n in change.payload.get("hosts") or []]
    places = [str(n) for n in change.payload.get("interfaces") or []]
    if not hosts and not places:
        return None
    known = {str(d.get("hostname")): HOST.id_of(d) for d in survey.documents(HOST)}
    option = "hosts" if hosts else "interfaces"
    for host in (*hosts, *(p.partition("/")[0] for p in places)):
        if host not in known:
            return wrong(option, host, "is no host", f"Known: {', '.join(sorted(known))}.")
    for place in places:
        host, _slash, name = place.partition("/")
        names = sorted(str(d["ifname"]) for d in survey.documents(INTERFACE, known[host]))
        own = [c.wanted for c in changes if c.resource is INTERFACE and c.wanted.scope == known[host]]
        if name not in names and name not in [w.values.get("name") for w in own]:
            return wrong(option, place, f"is no interface of {host}", f"Its interfaces: {', '.join(names)}.")
    return None
