# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The dialect of sysinv, StarlingX's configuration API.

Source: sysinv's REST API (2026): JSON-patch *lists*; POST answers 200; errors are JSON inside JSON; an invalid
enumeration may be answered with 500; ``links`` may point nowhere, so addresses are always built here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from .._engine.dialect import Document, Sender, Sent
from .._engine.errors import ApiError, EdgeError, UnsureWriteError
from .._engine.http import Endpoint, Http
from .._engine.paths import set_path
from .._engine.plan import Change
from .._engine.resource import Resource
from .keystone import KeystoneAuth

#: routes whose list has another key
KEYS = {
    "iextoam": "iextoams",
    "idns": "idnss",
    "intp": "intps",
    "storage_backend": "storage_backends",
    "remotelogging": "remoteloggings",
    "drbdconfig": "drbdconfigs",
    "service_parameter": "parameters",
    "helm_charts": "charts",
    "certificate": "certificates",
    "registry_image": "registry_images",
    "kube_upgrade": "kube_upgrades",
    "kube_rootca_update": "kube_rootca_updates",
}
#: further services by their type, as messages call them
SERVICES = {"nfv": "StarlingX's VIM", "usm": "StarlingX's software management (USM)"}
#: those whose paths carry no version
UNVERSIONED = frozenset({"nfv"})
#: kinds that a reference names by something else than their identity
NAMES = {"network": ("name", "type"), "network_address_pool": ("network_name",)}


class Lists(Protocol):
    """Whoever can list sysinv's collections: the API, or what it is expected to be after the bootstrap."""

    def list(self, path: str, quick: bool = False) -> Sequence[Document]:
        """The members of a collection, by its path below ``/v1``."""


#: a kind whose documents are put together from several lists: (lists, the owner's id, quick) -> documents
Gather = Callable[[Lists, str, bool], Sequence[Document]]


def words(response: Any) -> str:
    """sysinv's own words in an error answer: JSON inside JSON, or the token middleware's form; USM's are plain."""
    try:
        body = response.json()
        if isinstance(body.get("error"), str) and body["error"].strip():
            return str(body["error"]).strip()
        inner = body.get("error_message", body.get("error", body))
        if isinstance(inner, str):
            inner = json.loads(inner)
        text = inner.get("faultstring") or inner.get("message") or inner.get("description")
    except (ValueError, AttributeError):
        text = None
    return str(text if text else response.text[:300]).strip()


def rows(http: Http, path: str, answer: Any, key: str) -> Sequence[Document]:
    """The list in an answer. Something between may answer 200 with anything, and sysinv itself with an error."""
    found = answer.get(key) if isinstance(answer, Mapping) else None
    if isinstance(found, list) and all(isinstance(row, Mapping) for row in found):
        return found
    where = path.partition("?")[0]
    raise ApiError(
        f"{http.endpoint.title} answered GET {where} with something else than a list of {key}.",
        f"Check that {http.endpoint.option} ({http.endpoint.url}) is the API and not a proxy; then look at the"
        " service's log on the controller.",
        status=200,
        method="GET",
        path=where,
        detail=json.dumps(answer, default=str)[:200],
    )


def made(answer: Any, path: str) -> str:
    """The id of what a POST has made. Where the answer has none, it may have been made: the engine looks."""
    identity = answer.get("uuid") if isinstance(answer, Mapping) else None
    if not isinstance(identity, str) or not identity:
        raise UnsureWriteError(
            f"StarlingX: the answer to POST {path} does not say what was made.",
            "Look whether it exists. Then run again: what exists by then is taken up, nothing is doubled.",
            method="POST",
            path=path,
        )
    return identity


def applied(dialect: StarlingxDialect, path: str, module: str, **request: Any) -> None:
    """POST what makes sysinv use settings that it has. It does not tell whether it does, so a failure says what to do:
    a second run sees no difference."""
    try:
        dialect.http.json("POST", path, **request)
    except EdgeError as error:
        what = f"What was set is not used before the host's next unlock, or {module}; a second run sees no difference."
        error.remedy = f"{error.remedy} {what}".strip()
        raise


def patch(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A JSON-patch list that sets fields. Truth values go as text, as sysinv's own client sends them."""
    return [{"op": "replace", "path": f"/{name}", "value": wire(value)} for name, value in values.items()]


def wire(value: Any) -> Any:
    """A value as sysinv's own client sends it."""
    if isinstance(value, bool):
        return str(value).lower()
    return value


def document(resource: Resource, payload: Mapping[str, Any]) -> dict[str, Any]:
    """A payload (by option) as sysinv's fields."""
    body: dict[str, Any] = {}
    for name, value in payload.items():
        f = resource.by_name[name]
        if not (f.local or f.scope):
            set_path(body, f.path, value)
    return body


class ObjectSender:
    """POST, PATCH with a list, DELETE; ``apply`` adds the action that makes sysinv use new settings."""

    def __init__(self, apply: bool = False, encode: Callable[[dict[str, Any]], dict[str, Any]] | None = None) -> None:
        self._apply = apply
        self._encode = encode or dict

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST the object."""
        body = self._encode(document(change.resource, payload))
        answer = dialect.http.json("POST", change.resource.path, json=body)
        return Sent(id=made(answer, change.resource.path))

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """PATCH what differs."""
        values = self._encode(document(change.resource, payload))
        if self._apply:
            values["action"] = "apply"
        dialect.http.json("PATCH", f"{change.resource.path}/{change.id}", json=patch(values))
        return Sent(id=change.id)

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """DELETE it."""
        dialect.http.json("DELETE", f"{change.resource.path}/{change.id}")
        return Sent(id=change.id)


class StarlingxDialect:
    """sysinv of one system. Writes go one after the other: sysinv accepts them in one order only."""

    parallel = 1
    interval = 5.0

    def __init__(self, params: Mapping[str, Any], kinds: Mapping[str, Resource], gather: Mapping[str, Gather]) -> None:
        self._params = params
        self._kinds = kinds
        self._gather = gather
        self._default = ObjectSender()
        self._http: Http | None = None
        self._faults: Http | None = None
        self._others: dict[str, Http] = {}
        self.auth = KeystoneAuth(params)

    @property
    def http(self) -> Http:
        """sysinv at the address that Keystone's catalog gives."""
        if self._http is None:
            self._http = self._service("platform", "StarlingX")
        return self._http

    @property
    def faults(self) -> Http:
        """Fault management (FM) at the address that Keystone's catalog gives."""
        if self._faults is None:
            self._faults = self._service("faultmanagement", "StarlingX's fault management")
        return self._faults

    def service(self, service: str) -> Http:
        """A service of the system by its type in Keystone's catalog."""
        if service == "platform":
            return self.http
        if service not in self._others:
            self._others[service] = self._service(service, SERVICES[service])
        return self._others[service]

    def _service(self, service: str, title: str) -> Http:
        url = self.auth.service_url(service)
        endpoint = Endpoint(
            url=url.removesuffix("/v1") if service in UNVERSIONED else url,
            validate_certs=self._params["validate_certs"],
            ca_cert=self._params["ca_cert"],
            timeout=self._params["timeout"],
            title=title,
            option="auth_url (its catalog gives this address), region_name and interface",
        )
        return Http(endpoint, words, self.auth, {"Accept": "application/json"})

    def option(self, name: str) -> Any:
        """An option of the module that asks; None where it has none of that name."""
        return self._params.get(name)

    def list(self, path: str, quick: bool = False) -> Sequence[Document]:
        """The members of a collection, by its path below ``/v1``, which may have a query."""
        route = path.partition("?")[0].rsplit("/", 1)[-1]
        return rows(self.http, path, self.http.json("GET", path, quick=quick), KEYS.get(route, route))

    def fetch(self, resource: Resource, scope: str, quick: bool = False) -> Sequence[Document]:
        """Every object of a kind inside its owner."""
        return gathered(self, self._gather, resource, scope, quick)

    def sender(self, resource: Resource) -> Sender:
        """The resource's own way, or the usual one."""
        return resource.sender or self._default

    def lookup(self, kind: str) -> Resource:
        """The declaration of a kind."""
        return self._kinds[kind]

    def name_keys(self, resource: Resource) -> tuple[str, ...]:
        """Paths of the names by which a reference may mean an object."""
        return name_keys(resource)

    def close(self) -> None:
        """Give connections back."""
        self.auth.close()
        for http in (self._http, self._faults, *self._others.values()):
            if http is not None:
                http.close()


def gathered(
    lists: Lists, gather: Mapping[str, Gather], resource: Resource, scope: str, quick: bool = False
) -> Sequence[Document]:
    """The documents of a kind, from one list or put together from several."""
    if resource.kind in gather:
        return gather[resource.kind](lists, scope, quick)
    return lists.list(resource.path.format(scope=scope), quick)


def name_keys(resource: Resource) -> tuple[str, ...]:
    """Paths of the names by which a reference may mean an object."""
    return NAMES.get(resource.kind) or tuple(f.path for f in resource.identity)
