# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The dialect of dcmanager: multipart forms with YAML files and passwords in base64, errors in JSON or HTML.

Source: dcmanager's REST API and its client (2026). pecan writes an error as JSON for who accepts nothing else, as HTML
for others, and so does what stands between; a refused token comes back in the words of the refusal.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..._engine.dialect import Document, Sender, Sent
from ..._engine.errors import ApiError, EdgeError, InputError, UnreachableError
from ..._engine.http import Endpoint, Http
from ..._engine.paths import set_path
from ..._engine.plan import Change
from ..._engine.resource import Resource
from ..._engine.traffic import Traffic
from ..keystone import KeystoneAuth

try:
    from urllib3 import encode_multipart_formdata
except ImportError:  # comes with requests, whose absence the module reports
    encode_multipart_formdata = None  # type: ignore[assignment]

#: first parts of paths whose writes are forms; the rest is JSON
FORMS = frozenset({"subclouds", "phased-subcloud-deploy", "subcloud-deploy", "subcloud-backup"})
#: the region in which dcmanager is registered
CENTRAL = "SystemController"
_MESSAGE = re.compile(r"<br\s*/?>\s*<br\s*/?>(?P<words>.*?)(?:</body>|$)", re.S)
_TOKEN = re.compile(r"(Auth token is invalid): \S+")

#: a kind whose documents need more than a list: (dialect, the owner's id, quick) -> documents
Gather = Callable[[Any, str, bool], Sequence[Document]]


def words(response: Any) -> str:
    """dcmanager's own words in an error answer; never the token that it repeats."""
    try:
        body = response.json()
        text = body.get("description") or body.get("title")
    except (ValueError, AttributeError):
        found = _MESSAGE.search(response.text)
        text = html.unescape(found["words"] if found else response.text[:300])
    told = re.sub(r"<[^>]+>", " ", str(text or "")) if found_markup(text) else str(text or "")
    return _TOKEN.sub(r"\1", told).strip() or str(getattr(response, "reason", "") or "no reason is given")


def found_markup(text: Any) -> bool:
    """Whether a text is a page of its own."""
    return isinstance(text, str) and text.lstrip().lower().startswith(("<html", "<!doctype"))


def passing(error: EdgeError, write: bool = False) -> bool:
    """Whether an error may be over in a while: nobody answers, or somebody in between does.

    :param write: whether it came of a write; then only what has surely not acted may be sent again.
    """
    if isinstance(error, UnreachableError):
        return True
    if not isinstance(error, ApiError):
        return False
    if write:
        return error.status in (429, 503)
    return error.status == 429 or error.status >= 500 or error.status < 400  # what is no answer of dcmanager's


def encoded(password: Any) -> str:
    """A password as dcmanager takes it."""
    return base64.b64encode(str(password).encode()).decode()


def _strange(path: str, lacking: str) -> ApiError:
    """The error for an answer that is JSON, and not dcmanager's."""
    return ApiError(
        f"dcmanager answered GET {path} with {lacking} in it.",
        "Check that what Keystone's catalog has for dcmanager is dcmanager, and nothing in between.",
        status=200,
        method="GET",
        path=path,
    )


class DistcloudHttp(Http):
    """Requests to dcmanager; a body is sent as a form where dcmanager reads one.

    The values of a form are texts, or pairs of a file's name and its bytes.
    """

    def json(self, method: str, path: str, **kwargs: Any) -> Any:
        """Send, and decode the answer."""
        body = kwargs.get("json")
        if method in ("POST", "PATCH") and isinstance(body, Mapping) and is_form(path):
            fields = {name: value for name, value in body.items() if value is not None}
            content, kind = encode_multipart_formdata(fields)
            kwargs = {**kwargs, "json": None, "data": content, "headers": {"Content-Type": kind}}
            if not fields:
                kwargs = {**kwargs, "data": None, "headers": {}}
        return super().json(method, path, **kwargs)


def is_form(path: str) -> bool:
    """Whether what is sent to a path is a multipart form."""
    parts = path.partition("?")[0].strip("/").split("/")
    return parts[0] in FORMS and parts[-1] not in ("prestage", "update_status")


class ObjectSender:
    """POST, PATCH and DELETE with JSON; ``encode`` gives the body its final form."""

    def __init__(
        self, encode: Callable[[dict[str, Any]], dict[str, Any]] | None = None, key: Callable[[str], str] | None = None
    ) -> None:
        """``key`` translates the names that a document has to those that a request has."""
        self._encode = encode or dict
        self._key = key or str

    def _body(self, change: Change, payload: Mapping[str, Any]) -> dict[str, Any]:
        body: dict[str, Any] = {}
        for name, value in payload.items():
            f = change.resource.by_name[name]
            if not (f.local or f.scope):
                set_path(body, self._key(f.path), value)
        return self._encode(body)

    def create(self, dialect: DistcloudDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST the object."""
        answer = dialect.http.json("POST", f"{change.resource.path}/", json=self._body(change, payload))
        return Sent(id=str(answer["id"]), document=answer)

    def update(self, dialect: DistcloudDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """PATCH what differs."""
        path = f"{change.resource.path}/{change.id}"
        answer = dialect.http.json("PATCH", path, json=self._body(change, payload))
        return Sent(id=change.id, document=answer)

    def delete(self, dialect: DistcloudDialect, change: Change) -> Sent:
        """DELETE it."""
        dialect.http.json("DELETE", f"{change.resource.path}/{change.id}")
        return Sent(id=change.id)


class DistcloudDialect:
    """dcmanager of one System Controller. It takes one write after the other; what they begin runs side by side."""

    parallel = 1
    interval = 10.0

    def __init__(self, params: Mapping[str, Any], kinds: Mapping[str, Resource], gather: Mapping[str, Gather]) -> None:
        self._params = params
        self._kinds = kinds
        self._gather = gather
        self._default = ObjectSender()
        self._http: DistcloudHttp | None = None
        region = str(params.get("region_name") or "RegionOne")
        self.auth = KeystoneAuth({**params, "region_name": CENTRAL if region == "RegionOne" else region})
        #: the one subcloud that this run speaks of, if it is one: then nothing else is read
        self.only = ""
        #: what was seen of an object before something was done to it, by its name, and when
        self.noted: dict[str, tuple[Any, float]] = {}

    @property
    def http(self) -> DistcloudHttp:
        """dcmanager at the address that Keystone's catalog gives."""
        if self._http is None:
            endpoint = Endpoint(
                url=self._url(),
                validate_certs=self._params["validate_certs"],
                ca_cert=self._params["ca_cert"],
                timeout=self._params["timeout"],
                title="dcmanager",
                option="auth_url (its catalog gives this address), region_name and interface",
            )
            self._http = DistcloudHttp(endpoint, words, self.auth, {"Accept": "application/json"})
        return self._http

    @property
    def traffic(self) -> Any:
        """What this run has cost, without sign-ins."""
        return self.http.traffic

    def _url(self) -> str:
        try:
            return self.auth.service_url("dcmanager").removesuffix("/v1")
        except InputError as error:
            error.remedy = f"Only a System Controller has dcmanager, in the region {CENTRAL}. {error.remedy}"
            raise

    def service(self, _service: str) -> DistcloudHttp:
        """What a flow sends to: there is only dcmanager."""
        return self.http

    def option(self, name: str) -> Any:
        """An option of the module that asks; None where it has none of that name."""
        return self._params.get(name)

    def list(self, path: str, key: str, quick: bool = False) -> Sequence[Document]:
        """The members of a collection."""
        answer = self.http.json("GET", path, quick=quick)
        rows = answer.get(key) if isinstance(answer, Mapping) else None
        if not isinstance(rows, list) or not all(isinstance(r, Mapping) for r in rows):
            raise _strange(path, f"no list {key!r}")
        return rows

    def one(self, path: str, quick: bool = False) -> Sequence[Document]:
        """A single object as a list, which is empty where there is none."""
        try:
            found = self.http.json("GET", path, quick=quick)
        except ApiError as error:
            if error.status == 404:
                return []
            raise
        if not isinstance(found, Mapping):
            raise _strange(path, "no object")
        return [found]

    def fetch(self, resource: Resource, scope: str, quick: bool = False) -> Sequence[Document]:
        """Every object of a kind."""
        if resource.kind in self._gather:
            return self._gather[resource.kind](self, scope, quick)
        return self.list(f"{resource.path}/", resource.many, quick)

    def sender(self, resource: Resource) -> Sender:
        """The resource's own way, or the usual one."""
        return resource.sender or self._default

    def lookup(self, kind: str) -> Resource:
        """The declaration of a kind."""
        return self._kinds[kind]

    def name_keys(self, resource: Resource) -> tuple[str, ...]:
        """Paths of the names by which a reference may mean an object."""
        return tuple(f.path for f in resource.identity)

    def close(self) -> None:
        """Give connections back."""
        self.auth.close()
        if self._http is not None:
            self._http.close()


class OfflineDistcloud(DistcloudDialect):
    """A System Controller right after its bootstrap, for check mode while it does not exist."""

    @property
    def traffic(self) -> Any:
        """Nothing is asked for."""
        return Traffic()

    def fetch(self, resource: Resource, scope: str, quick: bool = False) -> Sequence[Document]:
        """No subclouds, and the group that dcmanager comes with."""
        if resource.kind != "subcloud_group":
            return []
        return [{"id": 1, "name": "Default", "update_apply_type": "parallel", "max_parallel_subclouds": 2}]
