# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Subscriptions to what happens to network services. They are kept and checked; the lab sends no notifications."""

from __future__ import annotations

import base64
import copy
import ipaddress
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from .call import Answer, Call
from .cipher import encrypt
from .errors import Refusal, conflict
from .schemas import check
from .schemas_slices import SUBSCRIPTION
from .session import leave
from .store import Document, Store, stamp

TOPIC = "subscriptions"
#: seconds that a notification end point has for its answer
PATIENCE = 5


class Subscriptions:
    """Answers calls on ``nslcm/v1/subscriptions``."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def serve(self, call: Call) -> Answer:
        """Answer GET, POST or DELETE; there is no way to change one."""
        if call.method == "GET":
            if call.item_id:
                return Answer(200, self.store.get(TOPIC, call.session, call.item_id))
            return Answer(200, self.store.listing(TOPIC, call.session, call.filters))
        if call.method == "DELETE":
            if leave(self.store.get(TOPIC, call.session, call.item_id or ""), call.session):
                del self.store.all(TOPIC)[call.item_id or ""]
            return Answer(204)
        return await self._create(call)

    async def _create(self, call: Call) -> Answer:
        # of the quotas that a project can have, none is for these: it is always the general one
        self.store.check_quota(TOPIC, TOPIC, call.session, self.store.all("projects"))
        document = call.document()
        check(document, SUBSCRIPTION)
        _sort(document)
        self._check_new(document)
        await _visit(document["CallbackUri"], document.get("authentication"))
        self._check_new(document)  # time has passed
        stamp(document, call.session)
        document["schema_version"] = "1.1"
        secret = _basic(document)
        if secret.get("password"):
            secret["password"] = encrypt(secret["password"], document["_id"])
        if document.get("filter", {}).get("nsInstanceSubscriptionFilter") == {}:
            raise Refusal("list index out of range")
        reply = {"id": document["_id"], "filter": document["filter"]}  # without a filter it ends here, with 400
        location = call.location(document["_id"])
        reply |= {"callbackUri": document["CallbackUri"], "_links": {"self": location}}
        self.store.replace(TOPIC, document)
        return Answer(201, reply, location)

    def _check_new(self, document: Document) -> None:
        """Refuse the same for the same end point; a password makes no difference, and projects make none either."""
        for other in self.store.all(TOPIC).values():
            if _plain(other) == _plain(document):
                raise conflict(f"Subscription already exists with id: {other['_id']}")


def _basic(document: Document) -> Document:
    found: Document = (document.get("authentication") or {}).get("paramsBasic") or {}
    return found


def _plain(document: Document) -> Document:
    plain = {k: copy.deepcopy(v) for k, v in document.items() if k not in ("_id", "_admin", "schema_version")}
    _basic(plain).pop("password", None)
    return plain


def _sort(data: Any) -> None:
    """Put lists in order, as the real engine does: of the lists side by side only the first."""
    if isinstance(data, dict):
        for value in data.values():
            if isinstance(value, list):
                value.sort()
                return
            _sort(value)


async def _visit(url: str, authentication: Document | None) -> None:
    """GET the end point, which has to answer 204; the lab goes to addresses of its own machine only."""
    basic = (authentication or {}).get("paramsBasic") or {}
    pair = f"{basic.get('userName') or ''}:{basic.get('password') or ''}"
    headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"} if authentication else {}
    try:
        if not ipaddress.ip_address(urlsplit(url).hostname or "").is_loopback:
            raise ValueError
    except ValueError:
        text = f"ConnectionError: Failed to establish a new connection to {url}: [Errno 113] No route to host"
        raise Refusal(f"Cannot access to the notification URL '{url}': {text}") from None
    try:
        patience = aiohttp.ClientTimeout(total=PATIENCE)
        async with aiohttp.ClientSession(timeout=patience, headers=headers) as http, http.get(url) as reply:
            status, content = reply.status, await reply.read()
    except (TimeoutError, aiohttp.ClientError) as error:
        raise Refusal(f"Cannot access to the notification URL '{url}': ConnectionError: {error}") from None
    if status != 204:
        raise Refusal(f"Cannot access to the notification URL '{url}',received {status}: {content!r}")
