# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The OSM NBI under ``/osm`` with the life-cycle manager behind it.

Options (``config.osm``): ``users`` (``[{username, password, projects: [name], role: name}]``), ``projects``
(``[name]``), ``throttle`` (default true: a second token of one user within 2 s takes 1 s, not scaled),
``password_rounds`` (bcrypt, default 12 as in reality, about 0.3 s of computing per login), ``gitops`` (default true;
false: an NBI from before OSM 16, which does not know ``k8scluster/v1``).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from ..core.lab import Lab
from ..core.service import Service
from .accounts import ALIASES, KINDS, Accounts
from .call import Answer, Call
from .clusters import Clusters
from .clusters_lcm import GitOpsManager
from .errors import Refusal, Unauthorized, problem
from .identity import Identity
from .instances import Instances
from .lcm import AccountManager
from .merge import override
from .negotiation import read_body, respond
from .network import NsManager
from .ns_config import NsConfigTemplates
from .packages import Packages
from .pdus import Pdus
from .query import read_places, read_values
from .session import admin_words, open_session
from .slice_instances import Slices
from .slice_lcm import SliceManager
from .store import Document, Store
from .subscriptions import Subscriptions
from .tokens import Tokens
from .urls import permission_of
from .views import hide_secrets, inhabitants, tables

_VERSION = {"version": "7.0.1.post23", "date": "2020-04-17"}
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
#: collections without behaviour of their own here, by main topic and topic
_PLAIN = {
    ("nslcm", "vnfrs"): "vnfrs",
    ("nslcm", "vnf_instances"): "vnfrs",
    ("vnfpkgm", "vnfpkg_op_occs"): "vnfpkgops",
}


class Nbi(Service):
    """OSM's north bound interface."""

    name = "osm"

    def __init__(self, lab: Lab) -> None:
        super().__init__(lab)
        options = lab.config.get("osm") or {}
        self.store = Store()
        self.identity = Identity(self.store, int(options.get("password_rounds", 12)))
        self.tokens = Tokens(self.identity, bool(options.get("throttle", True)))
        manager = AccountManager(lab, self.store)
        self.accounts = Accounts(self.store, manager.tell)
        self.clusters = Clusters(self.store, GitOpsManager(lab, self.store, manager).tell)
        self.packages = Packages(self.store)
        services = NsManager(lab, self.store)
        self.instances = Instances(self.store, services)
        slices = SliceManager(lab, self.store, services.tell, self._forget_slice)
        self.slices = Slices(self.store, self.instances, slices)
        self.pdus = Pdus(self.store)
        self.templates = NsConfigTemplates(self.store)
        self.subscriptions = Subscriptions(self.store)

    async def started(self) -> None:
        options = self.lab.config.get("osm") or {}
        admin = {**self.lab.credentials["osm"], "projects": ["admin"], "role": "system_admin"}
        users = [admin, *(options.get("users") or [])]
        named = [p for user in users for p in user["projects"]] + list(options.get("projects") or [])
        self.identity.seed(list(dict.fromkeys(["admin", *named])), users)

    def routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/osm/version", self._version)
        app.router.add_route("*", "/osm/{path:.*}", self._serve)
        app.router.add_route("*", "/osm", self._home)

    def _forget_slice(self, nsi: Document) -> None:
        self.slices.forget(nsi)

    # -- what the server asks ------------------------------------------------------------------------------------

    @staticmethod
    def _verb(request: web.Request) -> str:
        wanted = request.query.get("METHOD", "")
        return wanted if wanted in _METHODS else request.method

    def is_write(self, request: web.Request) -> bool:
        return self._verb(request) in _METHODS - {"GET"} and "/admin/v1/tokens" not in request.path

    def is_login(self, request: web.Request) -> bool:
        return self._verb(request) == "POST" and request.path.rstrip("/").endswith("/admin/v1/tokens")

    def refusal(self, status: int, detail: str) -> web.StreamResponse:
        return web.json_response(problem(HTTPStatus(status), detail), status=status)

    def expire_token(self, request: web.Request) -> None:
        token_id = self.tokens.presented(request)
        if token_id:
            self.tokens.forget(token_id)

    # -- requests ------------------------------------------------------------------------------------------------

    async def _version(self, request: web.Request) -> web.Response:
        if request.method != "GET":
            detail = "Only method GET is allowed"
        elif request.query:
            detail = "Invalid URL or query string for version"
        else:
            return respond(request, 200, _VERSION)
        return respond(request, 405, problem(HTTPStatus.METHOD_NOT_ALLOWED, detail))

    async def _home(self, request: web.Request) -> web.Response:
        try:
            return respond(request, 200, self.tokens.validate(request))
        except Unauthorized:
            return respond(request, 401, "Welcome to OSM!")

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        cookie = self.tokens.cookie_of(request)
        headers: dict[str, str] = {}
        try:
            answer = await self._answer(request, cookie)
        except Unauthorized as refusal:
            headers["WWW-Authenticate"] = f'Bearer realm="{refusal}"'
            answer = Answer(refusal.status, refusal.body())
        except Refusal as refusal:
            answer = Answer(refusal.status, refusal.body())
        except Exception as error:
            # the real engine turns any uncaught exception into a 400 with its bare text; there is no 500
            answer = Answer(400, problem(HTTPStatus.BAD_REQUEST, str(error)))
        if answer.raw is not None:
            response = web.Response(
                status=answer.status, body=answer.raw, headers={"Content-Type": answer.content_type}
            )
        else:
            response = respond(request, answer.status, answer.data)
        if answer.location:
            headers["Location"] = answer.location
        response.headers.update({**headers, **answer.headers, "Server": "CherryPy/18.10.0"})
        response.set_cookie("session_id", cookie, max_age=3600, path="/", httponly=True, secure=True)
        return response

    async def _answer(self, request: web.Request, cookie: str) -> Answer:
        parts = [unquote(p) for p in request.match_info["path"].split("/") if p]
        words: Document = {}
        for key in request.query:
            values = request.query.getall(key)
            words[key] = values[0] if len(values) == 1 else values
        method = self._verb(request)
        if method == words.get("METHOD"):
            del words["METHOD"]
        if parts[:1] == ["k8scluster"] and not (self.lab.config.get("osm") or {}).get("gitops", True):
            raise Refusal("URL main_topic 'k8scluster' not supported", HTTPStatus.METHOD_NOT_ALLOWED)
        try:
            read_places(parts, words)
        except LookupError:
            return Answer(404, raw=b"<h2>404 Not Found</h2>\n", content_type="text/html;charset=utf-8")
        operation = permission_of(method, parts)
        main, _unused, topic, *rest = parts
        item_id = rest[0] if rest else None
        if (main, topic) == ("admin", "tokens"):
            body = await read_body(request)
            read_values(words, request.headers.get("Query-String-Format") == "yaml")
            if isinstance(body.data, dict):
                override(body.data, words)
            return await self.tokens.serve(request, cookie, method, item_id, body.data)
        token, sees_all = self.tokens.authorize(request, operation, admin_words(words, method), item_id)
        if topic == "domains":
            return Answer(200, {"user_domain_name": None, "project_domain_name": None})
        session = open_session(token, words, method, item_id)
        session.sees_all = sees_all
        body = await read_body(request)
        read_values(words, request.headers.get("Query-String-Format") == "yaml")
        headers = request.headers.copy()
        if body.content_type:
            headers["Content-Type"] = body.content_type
        item = rest[1] if len(rest) > 1 else None
        call = Call(method, main, topic, item_id, item, rest[2:], session, words, body, headers)
        if (main, topic) == ("nslcm", "subscriptions"):
            return await self.subscriptions.serve(call)
        return self._dispatch(call)

    def _dispatch(self, call: Call) -> Answer:
        """Everything from here on happens without waiting: writes are serialised, as by the real one's lock."""
        if call.main == "admin":
            if ALIASES.get(call.topic, call.topic) in KINDS:
                return self.accounts.serve(call)
            return self.identity.serve(call)
        if call.main == "k8scluster":
            return self.clusters.serve(call)
        plain = _PLAIN.get((call.main, call.topic))
        if plain:
            if call.item_id:
                return Answer(200, self.store.get(plain, call.session, call.item_id))
            return Answer(200, self.store.listing(plain, call.session, call.filters))
        if call.main == "nsilcm":
            return self.slices.serve(call)
        if call.main == "pdu":
            return self.pdus.serve(call)
        if call.topic == "ns_config_template":
            return self.templates.serve(call)
        if call.main in ("vnfpkgm", "nsd", "nst"):
            return self.packages.serve(call)
        return self.instances.serve(call)

    # -- what people and tests see -------------------------------------------------------------------------------

    def built(self) -> list[str]:
        return inhabitants(self.store)

    def view(self) -> list[dict[str, Any]]:
        return tables(self.store)

    def state(self) -> Any:
        return hide_secrets(self.store)
