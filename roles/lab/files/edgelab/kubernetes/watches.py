# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches: lines of JSON, one for each change that the caller selected."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from .errors import expired
from .kinds import Kind
from .selectors import Test
from .store import Change, Store

Object = dict[str, Any]
_BOOKMARK_SECONDS = 5.0


def _event(change: Change, kind: Kind, namespace: str, test: Test) -> tuple[str, Object] | None:
    """What a change is to a watcher: what leaves its selection is DELETED to it, what enters is ADDED."""
    if change.key != kind.key or (namespace and change.new["metadata"].get("namespace") != namespace):
        return None
    fits, fitted = test(change.new), bool(change.old and test(change.old))
    if change.type == "DELETED":
        return ("DELETED", change.new) if fitted else None
    if fits:
        return ("MODIFIED" if fitted else "ADDED"), change.new
    return ("DELETED", change.new) if fitted else None


async def watch(
    request: web.Request, store: Store, kind: Kind, namespace: str, test: Test, shape: Callable[[Object], Object]
) -> web.StreamResponse:
    """Stream changes until the caller goes away or ``timeoutSeconds`` have passed."""
    query = request.query
    start = query.get("resourceVersion") or "0"
    initial = query.get("sendInitialEvents", "").lower() == "true"
    bookmarks = query.get("allowWatchBookmarks", "").lower() in ("1", "true")
    deadline = asyncio.get_running_loop().time() + float(query.get("timeoutSeconds") or 1800)
    queue: asyncio.Queue[Change] = asyncio.Queue()
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Cache-Control": "no-cache, private"})

    async def send(kind_of: str, obj: Object) -> None:
        await response.write(json.dumps({"type": kind_of, "object": obj}, separators=(",", ":")).encode() + b"\n")

    async def bookmark(annotations: dict[str, str] | None = None) -> None:
        meta: dict[str, Any] = {"resourceVersion": str(store.version), "creationTimestamp": None}
        if annotations:
            meta["annotations"] = annotations
        await send("BOOKMARK", {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": meta})

    stop = store.listen(queue.put_nowait)
    try:
        if start == "0" or initial:
            backlog = [("ADDED", o) for o in store.all(kind.key, namespace) if test(o)]
        else:
            version = int(start)
            if version < store.oldest():
                await response.prepare(request)
                await send("ERROR", expired(version, store.oldest()).status())
                return response
            found = (_event(c, kind, namespace, test) for c in store.history if c.version > version)
            backlog = [e for e in found if e]
        await response.prepare(request)
        for name, obj in backlog:
            await send(name, shape(obj))
        if initial:
            await bookmark({"k8s.io/initial-events-end": "true"})
        while (left := deadline - asyncio.get_running_loop().time()) > 0:
            try:
                change = await asyncio.wait_for(queue.get(), min(left, _BOOKMARK_SECONDS))
            except TimeoutError:
                if bookmarks:
                    await bookmark()
                continue
            event = _event(change, kind, namespace, test)
            if event:
                await send(event[0], shape(event[1]))
        await response.write_eof()
    except (ConnectionResetError, ConnectionError):
        pass
    finally:
        stop()
    return response
