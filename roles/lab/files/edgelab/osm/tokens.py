# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens: how one is had, what one allows, and the cookie that stands for one."""

from __future__ import annotations

import asyncio
import secrets
import time
from http import HTTPStatus
from typing import Any

from aiohttp import web

from .call import Answer
from .errors import Refusal, Unauthorized, not_found
from .identity import Identity

#: seconds that a token lives; use does not extend it
LIFETIME = 3600
#: a second token for one user within this many seconds ...
WINDOW = 2
#: ... is answered so many seconds later
DELAY = 1
#: wrong passwords that lock an account (never the administrator's)
ATTEMPTS = 5
_LISTINGS = ("projects:get", "projects:id:get", "roles:get", "roles:id:get", "users:get")


class Tokens:
    """Hands out tokens and checks the ones that requests bring."""

    def __init__(self, identity: Identity, throttle: bool) -> None:
        self.identity = identity
        self.throttle = throttle
        self.tokens = identity.store.all("tokens")
        self._cookies: dict[str, str] = {}

    # -- the cookie ----------------------------------------------------------------------------------------------

    def cookie_of(self, request: web.Request) -> str:
        """The id of the request's cookie session, or a new one."""
        return request.cookies.get("session_id") or secrets.token_hex(20)

    def forget(self, token_id: str) -> None:
        """Make a token invalid, as if it had expired."""
        if token_id in self.tokens:
            self.tokens[token_id]["expires"] = time.time() - 1

    def presented(self, request: web.Request) -> str | None:
        """The token a request brings, in its header or by its cookie."""
        scheme, _unused, value = (request.headers.get("Authorization") or "").partition(" ")
        if scheme.lower() == "bearer" and value:
            return value.split(" ")[-1]
        return self._cookies.get(request.cookies.get("session_id", ""))

    # -- checks --------------------------------------------------------------------------------------------------

    def validate(self, request: web.Request) -> dict[str, Any]:
        """The token of a request; raises 401 with the text that tells why there is none."""
        token_id = self.presented(request)
        if not token_id:
            raise Unauthorized("Needed a token or Authorization http header")
        token = self.tokens.get(token_id)
        reason = None
        if token is None:
            reason = "Invalid Token or Authorization HTTP header"
        elif token["expires"] < time.time():
            reason = "Expired Token or Authorization HTTP header"
        if reason or token is None:
            self._cookies.pop(request.cookies.get("session_id", ""), None)
            raise Unauthorized(reason or "")
        return token

    def authorize(
        self, request: web.Request, operation: str, admin_words: list[str], item_id: str | None
    ) -> tuple[dict[str, Any], bool]:
        """The token, if its roles allow the operation and every admin word; and whether listings are unrestricted."""
        token = self.validate(request)
        verb = operation.rpartition(":")[2]
        token = {**token, "admin": self.identity.grants(token["roles"], f"admin:{verb}")}
        if self.identity.grants(token["roles"], operation):
            if all(self.identity.grants(token["roles"], word) for word in admin_words):
                return token, True
            raise Refusal(
                "Access denied: You have not permissions to use these admin query string", HTTPStatus.UNAUTHORIZED
            )
        own = item_id in (token["user_id"], token["username"])
        if operation in _LISTINGS or (operation == "users:id:get" and own):
            return token, False
        raise Refusal("Access denied: lack of permissions.", HTTPStatus.UNAUTHORIZED)

    # -- calls ---------------------------------------------------------------------------------------------------

    async def serve(self, request: web.Request, cookie: str, method: str, token_id: str | None, body: Any) -> Answer:
        """Answer a call on ``tokens``. ``body`` is the document with the query string's keys in it."""
        if not isinstance(body, dict):
            raise Refusal("Expected application/yaml or application/json Content-Type")
        if method == "POST":
            return await self._new(request, cookie, body)
        if method == "DELETE":
            return self._delete(request, cookie, token_id or body.get("id"))
        token = self.validate(request)
        if token_id:
            found = self.tokens.get(token_id)
            if not found:
                raise Refusal("token not found", HTTPStatus.NOT_FOUND)
            if found["username"] != token["username"] and not token["admin"]:
                raise Refusal("needed admin privileges", HTTPStatus.UNAUTHORIZED)
            return Answer(200, found)
        now = time.time()
        mine = [t for t in self.tokens.values() if t["username"] == token["username"] and t["expires"] > now]
        return Answer(200, mine)

    def _delete(self, request: web.Request, cookie: str, token_id: str | None) -> Answer:
        # no login is needed to delete a token whose id one knows; that is how the real service behaves
        token_id = token_id or self.validate(request)["_id"]
        if token_id not in self.tokens:
            raise not_found({"_id": token_id})
        del self.tokens[token_id]
        self._cookies.pop(cookie, None)
        return Answer(200, f"token '{token_id}' deleted")

    async def _new(self, request: web.Request, cookie: str, body: dict[str, Any]) -> Answer:
        if body.get("username"):
            user = await self._login(body["username"], body.get("password"))
        else:
            try:
                user = self.identity.named("users", self.validate(request)["username"])
            except Unauthorized:
                raise Unauthorized("Provide credentials: username/password or Authorization Bearer token") from None
        now = time.time()
        soon = now - user["_admin"].get("last_token_time", 0) < WINDOW
        if soon and self.throttle:
            await asyncio.sleep(DELAY)
        user["_admin"].update(last_token_time=now, retry_count=0)
        token = self._issue(user, body.get("project_id"), now, request)
        self.tokens[token["_id"]] = token
        self._cookies[cookie] = token["_id"]
        location = f"/osm/admin/v1/tokens/{token['_id']}"
        if user["username"] != "admin" and time.time() >= user["_admin"]["password_expire_time"]:
            short = {"id": token["id"], "message": "change_password", "user_id": token["user_id"]}
            return Answer(200, short, location)
        return Answer(200, token, location)

    async def _login(self, username: str, password: Any) -> dict[str, Any]:
        wrong = Refusal("Invalid username/password", HTTPStatus.UNAUTHORIZED)
        locked = Refusal(
            "Failed to login as the account is locked due to MANY FAILED ATTEMPTS", HTTPStatus.UNAUTHORIZED
        )
        try:
            user = self.identity.named("users", username)
        except Refusal:
            raise wrong from None
        if user["_admin"]["user_status"] == "locked":
            raise locked
        # a password check costs a third of a second of computing: not in the event loop
        if await asyncio.to_thread(self.identity.verify, str(password or ""), user["password"]):
            return user
        user["_admin"]["retry_count"] += 1
        if user["username"] != "admin" and user["_admin"]["retry_count"] >= ATTEMPTS:
            user["_admin"]["user_status"] = "locked"
            raise locked
        raise wrong

    def _issue(self, user: dict[str, Any], wanted: str | None, now: float, request: web.Request) -> dict[str, Any]:
        mappings = user["project_role_mappings"]
        wanted = wanted or (mappings[0]["project"] if mappings else None)
        if not wanted:
            raise Refusal("can't find a default project for this user", HTTPStatus.UNAUTHORIZED)
        project = self.identity.named("projects", wanted)
        granted = [m["role"] for m in mappings if m["project"] == project["_id"]]
        if not granted:
            raise Refusal(f"project {wanted} not allowed for this user", HTTPStatus.UNAUTHORIZED)
        held = [self.identity.store.all("roles")[role] for role in dict.fromkeys(granted)]
        manager = any(r["permissions"].get("admin") and r["permissions"].get("default") for r in held)
        token_id = secrets.token_urlsafe(32)
        peer = request.transport.get_extra_info("peername") if request.transport else None
        return {
            "issued_at": now,
            "expires": now + LIFETIME,
            "_id": token_id,
            "id": token_id,
            "project_id": project["_id"],
            "project_name": project["name"],
            "username": user["username"],
            "user_id": user["_id"],
            "admin": project["name"] == "admin" or bool(project.get("admin")),
            "roles": [{"name": role["name"], "id": role["_id"]} for role in held],
            "login_count": user["_admin"]["retry_count"],
            "last_login": user["_admin"]["last_token_time"],
            "admin_show": manager,
            "user_show": not manager,
            "remote_port": peer[1] if peer else None,
            "remote_host": peer[0] if peer else None,
        }
