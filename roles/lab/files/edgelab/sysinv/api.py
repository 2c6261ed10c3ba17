# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sysinv's REST conventions: collections, sub-collections, one object, PATCH, POST and DELETE of every kind."""

from __future__ import annotations

import email
import email.policy
import json
import logging
from collections.abc import Callable
from typing import Any

from aiohttp import web

from . import (
    addressing,
    applications,
    backends,
    ceph,
    certificates,
    compute,
    devices,
    filesystems,
    helm,
    hosts,
    interfaces,
    keepsakes,
    kube_rootca,
    kube_upgrade,
    networks,
    oam,
    osds,
    pools,
    ptp,
    routing,
    services,
    settings,
    special,
    system,
    volumes,
)
from .kinds import KINDS, Kind
from .wire import Rejected, Row, check_uuid, create_values, error_body, framework_error, patch_values
from .world import World, show

Create = Callable[[World, Row], Row]
Update = Callable[[World, Row, Row], None]
Delete = Callable[[World, Row, Row], None]

_RULES = (
    *(system, hosts, interfaces, networks, pools, addressing, routing, oam, compute),
    *(backends, ceph, osds, devices, volumes, filesystems, services, ptp),
)
CREATE: dict[str, Create] = {route: rule for module in _RULES for route, rule in getattr(module, "CREATE", {}).items()}
UPDATE: dict[str, Update] = {route: rule for module in _RULES for route, rule in getattr(module, "UPDATE", {}).items()}
DELETE: dict[str, Delete] = {route: rule for module in _RULES for route, rule in getattr(module, "DELETE", {}).items()}
#: paths of a PATCH or keys of a POST that are not fields of the object
EXTRA: dict[str, dict[str, str]] = {
    route: rule for module in _RULES for route, rule in getattr(module, "EXTRA", {}).items()
}
#: kinds whose own PATCH reads the operations as they are
PATCH: dict[str, Callable[[World, Row, Any], None]] = {
    **ptp.PATCH,
    **pools.PATCH,
    **settings.PATCH,
    **services.PATCH,
    **hosts.PATCH,
}

#: what answers to addresses that are neither a collection nor one of its objects, or more than that
ROUTES = (
    *(special.route, applications.route, helm.route, certificates.route, keepsakes.route),
    *(kube_upgrade.route, kube_rootca.route),
)
#: what a host owns and can be listed by the host's name; everything else needs its uuid
BY_NAME = ("iinterfaces", "interface_networks", "interface_datanetworks")
_PAGING = ("marker", "limit", "sort_key", "sort_dir")


class Api:
    """Answers requests on one :class:`World`."""

    def __init__(self, world: World, base: str) -> None:
        self.world = world
        self.base = base

    async def answer(self, request: web.Request, path: list[str]) -> web.StreamResponse:
        """The response to ``METHOD /v1/<path>``; refusals become sysinv's error bodies."""
        try:
            body = await _body(request)
            for rule in ROUTES:
                answered = rule(self.world, self.base, request, path, body)
                if answered is not None:
                    return answered
            return self._standard(request, path, body)
        except Rejected as refused:
            return error_body(refused.status, str(refused))
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            # as the real service: what it did not expect is a 500 with the words of Python
            logging.getLogger(__name__).warning("%s %s", request.method, request.path, exc_info=error)
            return error_body(500, str(error))

    def _standard(self, request: web.Request, path: list[str], body: Any) -> web.StreamResponse:
        kind = KINDS.get(path[0])
        if kind is None or len(path) > 3:
            return framework_error(request, 404)
        if len(path) == 3:
            child = KINDS.get(path[2])
            if request.method != "GET" or child is None or path[0] not in child.parents:
                return framework_error(request, 404)
            if child.route not in BY_NAME:
                check_uuid(child.parents[path[0]], path[1])
            return self._list(request, child, child.parents[path[0]], self._find(kind, path[1])["uuid"])
        if len(path) == 1:
            if request.method == "GET":
                return self._list(request, kind)
            if request.method == "POST" and kind.route in CREATE:
                return self._create(kind, body)
            return framework_error(request, 405, "")
        if request.method == "GET":
            return web.json_response(show(kind, self._find(kind, path[1]), self.base, single=True))
        if request.method == "PATCH" and (kind.route in UPDATE or kind.route in PATCH):
            return self._update(kind, self._find(kind, path[1]), body)
        if request.method == "DELETE" and kind.route in DELETE:
            DELETE[kind.route](self.world, self._find(kind, path[1]), dict(request.query))
            return web.Response(status=204)
        return framework_error(request, 405, "")

    def _find(self, kind: Kind, identity: str) -> Row:
        if kind.names == ("uuid",):
            check_uuid(f"{kind.argument}_uuid", identity)
        row = self.world.find(kind.route, identity)
        if not _belongs(kind, row):
            raise Rejected(kind.missing.format(id=identity), kind.missing_status)
        return row

    def _list(self, request: web.Request, kind: Kind, field: str = "", value: str = "") -> web.StreamResponse:
        rows = [r for r in self.world.rows(kind.route) if _belongs(kind, r)]
        if field:
            rows = [r for r in rows if r.get(field) == value]
        for name, wanted in request.query.items():
            if name.startswith("q.") or name in _PAGING:
                continue
            if name not in (*kind.parents.values(), *EXTRA.get(f"query {kind.route}", ())):
                raise Rejected(f'Unknown argument: "{name}"')
            rows = [r for r in rows if r.get(name) == wanted]
        rows = services.filtered(kind.route, rows, request.query)
        return web.json_response(self._page(request, kind, rows))

    def _page(self, request: web.Request, kind: Kind, rows: list[Row]) -> Row:
        query = request.query
        key = query.get("sort_key", "id")
        if key not in kind.fields and key != "id":
            raise Rejected(f"Sort key supplied is invalid: {key}")
        rows = sorted(rows, key=lambda r: (r.get(key) is not None, r.get(key) if r.get(key) is not None else 0))
        if query.get("sort_dir", "asc") not in ("asc", "desc"):
            raise Rejected(f"Invalid sort direction: {query['sort_dir']}. Acceptable values are 'asc' or 'desc'")
        if query.get("sort_dir") == "desc":
            rows.reverse()
        if "marker" in query:
            places = [i for i, r in enumerate(rows) if r.get("uuid") == query["marker"]]
            if not places:
                raise Rejected(kind.missing.format(id=query["marker"]), kind.missing_status)
            rows = rows[places[0] + 1 :]
        page: Row = {}
        if "limit" in query:
            limit = int(query["limit"]) if query["limit"].isdigit() else 0
            if limit <= 0:
                raise Rejected("Limit must be positive")
            if len(rows) > limit:
                rows = rows[:limit]
                page["next"] = f"{self.base}/v1/{kind.route}?limit={limit}&marker={rows[-1]['uuid']}"
        return {kind.key: [show(kind, r, self.base, single=False) for r in rows], **page}

    def _create(self, kind: Kind, body: Any) -> web.StreamResponse:
        values = create_values(body, {**kind.fields, **EXTRA.get(kind.route, {})}, kind.argument)
        row = CREATE[kind.route](self.world, values)
        shown = show(kind, row, self.base, single=False)
        return web.json_response({kind.key: [shown]} if kind.route == "ceph_mon" else shown)

    def _update(self, kind: Kind, row: Row, body: Any) -> web.StreamResponse:
        if kind.route in PATCH:
            PATCH[kind.route](self.world, row, body)
        else:
            if kind.route == "iinterfaces":
                body = ptp.assign_to_interface(self.world, row, body)
            extra = EXTRA.get(kind.route, {})
            wanted = patch_values(body, {**kind.fields, **extra})
            changed = {n: v for n, v in wanted.items() if n in extra or row.get(n) != v}
            if changed:
                UPDATE[kind.route](self.world, row, wanted if kind.route in compute.WHOLE else changed)
        return web.json_response(show(kind, row, self.base, single=True))


def _belongs(kind: Kind, row: Row) -> bool:
    """Storage back ends of every type share one table."""
    wanted = {"storage_ceph": "ceph", "storage_ceph_rook": "ceph-rook"}.get(kind.route)
    return wanted is None or row.get("backend") == wanted


def _form(kind: str, content: bytes) -> dict[str, Any]:
    """The parts of a form by their name: bytes of a file, text otherwise."""
    head = b"Content-Type: " + kind.encode() + b"\r\n\r\n"
    message: Any = email.message_from_bytes(head + content, policy=email.policy.HTTP)
    parts: dict[str, Any] = {}
    for part in message.iter_parts():
        value = part.get_payload(decode=True)
        name = part.get_param("name", header="content-disposition")
        parts[str(name)] = value if part.get_filename() else value.decode("utf-8", "replace")
    return parts


async def _body(request: web.Request) -> Any:
    text = await request.read()
    if not text:
        return None
    if request.content_type.startswith("multipart/"):
        return _form(request.headers["Content-Type"], text)
    try:
        return json.loads(text)
    except ValueError as error:
        raise Rejected("Request is not in valid JSON format") from error
