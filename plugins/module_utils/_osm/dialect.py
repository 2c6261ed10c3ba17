# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The dialect of the OSM northbound interface (NBI), SOL005 and the administration topics.

Observed on the NBI of 2026: YAML unless ``Accept`` is exactly ``application/json``; 401 both for "log in again" and
for "never
allowed", told apart only by the text; a token request sleeps 1 s when the last one was less than 2 s ago; a cookie
signs in by itself; names do not address objects.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._engine.dialect import Document, Sender, Sent
from .._engine.errors import ApiError, LoginError, UnsureWriteError
from .._engine.field import Compare
from .._engine.http import Endpoint, Http
from .._engine.paths import set_path
from .._engine.plan import Change
from .._engine.resource import Resource
from .._engine.spelling import to_api
from .._engine.tokens import TokenStore
from .._engine.traffic import Traffic
from . import denied
from .leaving import ON_ITS_WAY_OUT, OPERATIONS, marked

JSON = {"Accept": "application/json"}
TOKENS = "osm/admin/v1/tokens"
#: main topics that came later; an NBI without them answers 405
LATER = frozenset({"k8scluster"})
#: and topics inside of older ones
LATER_TOPICS = frozenset({"nsd/v1/ns_config_template"})

#: what is added to accounts as they are read, see :func:`judged`
CONDITION = "edgeCondition"
#: what is added to clusters and profiles besides
REASON = "edgeReason"


def judged(account: Document) -> Document:
    """An account with one condition, and whether it is on its way out.

    OSM keeps the old ``operationalState`` (also ERROR) while it works on an edit or a deletion, and keeps
    ``to_delete`` when a deletion failed: the latest operation tells what is going on.
    """
    if "operationHistory" in account:
        return _judged_gitops(account)
    admin = account.get("_admin") or {}
    latest = (admin.get("operations") or [{}])[-1]
    kind, state = latest.get("lcmOperationType"), latest.get("operationState")
    working = kind in ("edit", "delete") and state == "PROCESSING"
    condition = "PROCESSING" if working else admin.get("operationalState")
    leaving = bool(admin.get("to_delete")) and not (kind == "delete" and state == "FAILED")
    return {**account, CONDITION: condition, ON_ITS_WAY_OUT: leaving}


def _judged_gitops(item: Document) -> Document:
    """The same for a cluster or a profile: what its latest operation says, and only then its states.

    An operation's ``result`` is true as soon as Git has the change, long before the cluster has; a deregistration does
    not change ``state``; a failure to begin leaves ``operatingState`` at PROCESSING.
    """
    history = [o for o in item["operationHistory"] or [] if o.get("operationType") != "get_creds"]
    latest = history[-1] if history else {}
    kind, state = latest.get("operationType"), str(item.get("state"))
    ended = latest.get("operationState")
    failed = ended == "FAILED" or latest.get("result") is False
    leaving = not failed and (state in ("IN_DELETION", "DELETED") or kind in ("delete", "deregister"))
    if failed:
        condition = state if state.startswith("FAILED") else "ERROR"
    elif ended == "COMPLETED" and not leaving:
        condition = "READY" if state == "CREATED" else state
    elif not history:
        condition = {"CREATED": "READY"}.get(state, state)
    else:
        condition = state if state.startswith("IN_") else "PROCESSING"
    reason = f"{kind}: workflow {latest.get('workflowState')}, resources {latest.get('resourceState')}"
    return {**item, CONDITION: condition, ON_ITS_WAY_OUT: leaving, REASON: reason}


def words(response: Any) -> str:
    """The NBI's own words in an error answer (``{"code", "status", "detail"}``)."""
    try:
        return str(response.json()["detail"]).strip()
    except (ValueError, KeyError, TypeError):
        return str(response.text)[:300].strip()


class OsmAuth:
    """One token for a play; a 401 leads to one new login, unless it means "not allowed"."""

    def __init__(self, params: Mapping[str, Any], endpoint: Endpoint, traffic: Traffic) -> None:
        self._params = params
        self._http = Http(endpoint, words, headers=JSON, traffic=traffic, login=True)
        identity = (endpoint.url, params["osm_username"], params["osm_project"])
        self._store = TokenStore(identity, params["osm_password"], params["osm_token_cache"])
        #: the token of each thread's latest request: another thread may have got a new one before this one is refused
        self._used = threading.local()

    def headers(self) -> dict[str, str]:
        """The bearer token as a header."""
        self._used.token = self._store.get(self._login)
        return {"Authorization": f"Bearer {self._used.token['token']}"}

    def renew(self, detail: str) -> bool:
        """Forget a token that is no longer valid; permission is refused with the same status, but is no reason to."""
        if detail.startswith(("Access denied", "Only admin projects")):
            return False
        self._store.forget(getattr(self._used, "token", None))
        return True

    def _login(self) -> dict[str, Any]:
        user, project = self._params["osm_username"], self._params["osm_project"]
        body = {"username": user, "password": self._params["osm_password"], "project_id": project}
        try:
            answer = self._token(body)
        except LoginError as error:
            remedy = "Check osm_username and osm_password (and whether the user is locked, or has no role in"
            remedy += " osm_project)."
            raise LoginError(
                f"OSM refused to sign in user {user!r}: {error.details['detail']}.",
                denied.no_role(user, project) if denied.NOT_ALLOWED in str(error.details["detail"]) else remedy,
                **error.details,
            ) from None
        except ApiError as error:
            if error.status == 404:
                raise LoginError(
                    f"OSM does not know the project {project!r}: {error.details['detail']}.",
                    "Correct osm_project.",
                    **error.details,
                ) from None
            raise ApiError(
                f"The login at {self._http.endpoint.url} was refused with {error.status}: {error.details['detail']}",
                "Check that osm_url is the northbound interface of an OSM, without the path /osm.",
                **error.details,
            ) from None
        if "expires" not in answer:
            raise LoginError(
                f"OSM wants user {user!r} to change its password first.",
                "Sign in once in a browser or with the osm client and set a new password.",
                detail=str(answer.get("message")),
            )
        return {"token": answer["id"], "expires": answer["expires"]}

    def _token(self, body: Mapping[str, Any]) -> Any:
        """POST the login; when its answer is lost, again: a token too many does no harm."""
        try:
            return self._http.json("POST", TOKENS, json=body)
        except UnsureWriteError:
            pass
        try:
            return self._http.json("POST", TOKENS, json=body)
        except UnsureWriteError as error:
            raise self._http.unreachable(error) from None

    def close(self) -> None:
        """Give connections back."""
        self._http.close()


class AccountSender:
    """How most topics take a change: POST, PATCH (merged, RFC 7396), DELETE; each gives an operation's id."""

    def create(self, dialect: OsmDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST the whole object."""
        fields = change.resource.by_name
        new = {n: given(v) if fields[n].compare is Compare.SUBSET else v for n, v in payload.items() if v != ""}
        body = document(change.resource, new)
        answer = dialect.http.json("POST", dialect.url(change.resource), json=body)
        return Sent(id=answer.get("_id") or answer["id"], operation=answer.get("op_id", ""))

    def update(self, dialect: OsmDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """PATCH what differs; an empty text (no description) is a null."""
        payload = {n: None if v == "" else v for n, v in payload.items()}
        path = f"{dialect.url(change.resource)}/{change.id}"
        answer = dialect.http.json("PATCH", path, json=document(change.resource, payload)) or {}
        return Sent(id=change.id, operation=answer.get("op_id", ""))

    def delete(self, dialect: OsmDialect, change: Change) -> Sent:
        """DELETE; the object stays in the list until the life-cycle manager has dealt with it."""
        dialect.http.json("DELETE", f"{dialect.url(change.resource)}/{change.id}{forced(change)}")
        return Sent(id=change.id)


def forced(change: Change) -> str:
    """What to add to the URL of a removal."""
    return "?FORCE=True" if change.wanted.force else ""


def given(value: Any) -> Any:
    """A dictionary without the keys that are wanted to be away: nothing has to be removed from what is new."""
    if not isinstance(value, Mapping):
        return value
    return {k: given(v) for k, v in value.items() if v is not None}


def document(resource: Resource, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The API's document with the values of a payload (by option)."""
    body: dict[str, Any] = {}
    for name, value in payload.items():
        f = resource.by_name[name]
        if not (f.local or f.scope):
            set_path(body, f.path, to_api(f, value))
    return body


class OsmDialect:
    """The NBI at one URL, for one user and project."""

    parallel = 4
    interval = 5.0

    def __init__(self, params: Mapping[str, Any], kinds: Mapping[str, Resource]) -> None:
        self._kinds, self._params = kinds, params
        self.username = str(params["osm_username"])
        self.project = str(params["osm_project"])
        self._default = AccountSender()
        #: whether services on the same VIM accounts that a document does not name are spoken of
        self.tells_unnamed = params.get("tell_unnamed") is not False
        endpoint = Endpoint(
            url=params["osm_url"],
            validate_certs=params["osm_validate_certs"],
            ca_cert=params["osm_ca_cert"],
            timeout=params["osm_timeout"],
            title="OSM",
            option="osm_url",
            ca_option="osm_ca_cert",
        )
        #: main topics of newer releases that this NBI turned out not to know: it has none of their objects
        self.lacking: set[str] = set()
        self.traffic = Traffic()
        self.auth = OsmAuth(params, endpoint, self.traffic)
        self.http = Http(endpoint, words, self.auth, JSON, self.traffic)
        self.http.explain = denied.remedy(self.username, self.project)

    @staticmethod
    def url(resource: Resource) -> str:
        """Path of a collection."""
        return f"osm/{resource.path.split('?')[0]}"

    def fetch(self, resource: Resource, scope: str, quick: bool = False) -> Sequence[Document]:
        """The whole list (the NBI has neither paging nor field selection)."""
        try:
            found = self.http.json("GET", "osm/" + resource.path.format(scope=scope), quick=quick)
        except ApiError as error:
            topic = resource.path.split("/")[0]
            later = topic in LATER or resource.path.split("?")[0] in LATER_TOPICS
            if error.status != 405 or not later:
                raise
            self.lacking.add(topic)
            return []
        documents = found if isinstance(found, list) else []
        if resource.kind in OPERATIONS and not quick:  # a waiting caller only looks for the end
            return marked(resource, documents, lambda path: self.http.json("GET", f"osm/{path}"))
        if resource.kind in OPERATIONS:
            return documents
        return [judged(d) for d in documents] if resource.deleting else documents

    def everywhere(self, resource: Resource) -> Sequence[Document] | None:
        """The whole list of every project; None where the user may not look that far.

        Only who is signed in to the project ``admin`` may, so a user with a role in it signs in there for this.
        """
        path = resource.path + ("&" if "?" in resource.path else "?") + "ADMIN=True"
        wide = replace(resource, path=path)
        try:
            return self.fetch(wide, "")
        except (ApiError, LoginError) as error:
            if error.details.get("status") not in (401, 403):
                raise
        if self.project == "admin":
            return None
        other = OsmDialect({**self._params, "osm_project": "admin"}, self._kinds)
        try:
            return other.fetch(wide, "")
        except (ApiError, LoginError) as error:
            if error.details.get("status") in (401, 403, 404):
                return None
            raise
        finally:
            other.close()

    def sender(self, resource: Resource) -> Sender:
        """The resource's own way, or the usual one."""
        return resource.sender or self._default

    def lookup(self, kind: str) -> Resource:
        """The declaration of a kind."""
        return self._kinds[kind]

    def name_keys(self, resource: Resource) -> tuple[str, ...]:
        """Objects are named by what identifies them (packages by their descriptor's id)."""
        return tuple(f.path for f in resource.identity)

    def close(self) -> None:
        """Give connections back."""
        self.auth.close()
        self.http.close()
