# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""dcmanager, the distributed cloud manager of a StarlingX System Controller: its subclouds and what is done to them.

Its socket is opened and closed with the other services of its controller. Subclouds are records; one that a configured
site plays gets a :class:`~.walk.Player` through :meth:`DcManager.attach`, the others have a timer for each phase of
their deployment.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from ..core.lab import Lab
from ..core.service import Service
from . import associations, backups, groups, orchestration, peers, phases, seed, subclouds
from .peers import Peers
from .strategies import Strategies
from .walk import Player, Walker
from .wire import Refused, Row, error
from .world import ONLINE, World, plain

READERS = frozenset({"admin", "configurator", "operator", "reader"})
WRITERS = frozenset({"admin", "configurator"})
Handler = Callable[..., Awaitable[Any]]
#: first part of the path -> (the collection, one of it, methods of the collection, methods of one)
ROUTES: dict[str, tuple[Handler, Handler | None, str, str]] = {
    "subclouds": (subclouds.collection, subclouds.one, "GET POST", "GET PATCH DELETE"),
    "phased-subcloud-deploy": (phases.collection, phases.one, "POST", "PATCH"),
    "subcloud-groups": (groups.collection, groups.one, "GET POST", "GET PATCH DELETE"),
    "subcloud-deploy": (groups.files, groups.files, "GET POST DELETE", "GET DELETE"),
    "subcloud-backup": (backups.collection, backups.one, "POST", "PATCH"),
    "sw-update-strategy": (orchestration.collection, orchestration.one, "GET POST DELETE", "GET POST"),
    "system-peers": (peers.peer_collection, peers.peer_one, "GET POST", "GET PATCH DELETE"),
    "subcloud-peer-groups": (peers.group_collection, peers.group_one, "GET POST", "GET PATCH DELETE"),
    "peer-group-associations": (associations.collection, associations.one, "GET POST", "GET PATCH DELETE"),
}


class DcManager(Service):
    """Answers on port 8119 of a System Controller."""

    name = "dcmanager"
    starts_up = False

    def __init__(self, lab: Lab) -> None:
        super().__init__(lab)
        self.world = World(pool=self.management_pool)
        self.walker = Walker(lab, self.world)
        self.peers = Peers(self)
        self.strategies = Strategies(self)
        self._controller = ""
        lab.events.on("bootstrapped", self._bootstrapped)

    async def started(self) -> None:
        """``config.dcmanager``: ``up`` (at once, without a controller; or a list of sites, whose sysinv is up, too) and
        ``subclouds`` (how many there are already)."""
        config = (self.lab.config.get("dcmanager") or {}) if getattr(self.lab, "first", True) else {}
        self.world.version = str(config.get("version", self.world.version))
        for release in config.get("deploy_files") or []:
            names = ("deploy_playbook", "deploy_chart")
            self.world.files[str(release)] = {n: f"{n.replace('_', '-')}.tgz" for n in names}
        seed.subclouds(self.world, int(config.get("subclouds", 0)))
        up = (self.lab.config.get("dcmanager") or {}).get("up")
        if isinstance(up, list):
            await self._open_all() if getattr(self.lab, "site", "") in up else None
        elif config.get("up"):
            self._keystone().settle("RegionOne", True)
            await self.lab.open("keystone", "dcmanager")

    async def _open_all(self) -> None:
        """As if the site's controllers were there: sysinv knows the system, and no host of it."""
        sysinv: Any = self.lab.services.get("sysinv")
        if sysinv is not None:
            values = {"name": "RegionOne", "region_name": "RegionOne", "system_mode": "duplex", "capabilities": {}}
            sysinv.world.add("isystems", system_type="All-in-one", distributed_cloud_role="systemcontroller", **values)
            await self.lab.open("sysinv")
        self._keystone().settle("RegionOne", True)
        await self.lab.open("keystone", "dcmanager")

    # -- the System Controller's life ---------------------------------------------------------------------------

    def _bootstrapped(self, host: str, overrides: Row) -> None:
        if overrides.get("distributed_cloud_role") == "systemcontroller":
            self._controller = host

    def management_pool(self) -> Row:
        """The System Controller's management pool, as sysinv has it: network, prefix, start, end."""
        sysinv: Any = self.lab.services.get("sysinv")
        rows = sysinv.world.rows("addrpools") if sysinv and self._controller else []
        for pool in rows:
            if str(pool.get("name", "")).startswith("management"):
                first, last = pool["ranges"][0]
                return {"network": pool["network"], "prefix": pool["prefix"], "start": first, "end": last}
        # of one that is up without a controller
        given: Row = getattr(self.lab, "described", {}).get("management_pool") or {}
        return {"network": "192.168.204.0", "prefix": 24, "start": "192.168.204.2", "end": "192.168.204.50", **given}

    # -- for the rest of the lab --------------------------------------------------------------------------------

    def attach(self, name: str, player: Player) -> None:
        """Let somebody play the subcloud of this name: it does the work of the phases, and says when it is up."""
        self.walker.players[name] = player

    def audit(self, name: str) -> None:
        """Look at once whether a subcloud that somebody plays is up."""
        self.walker.audit(name)

    # -- requests -----------------------------------------------------------------------------------------------

    def routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/{tail:.*}", self._answer)

    def control_routes(self, app: web.Application) -> None:
        app.router.add_post("/lab/dcmanager/subclouds", self._seed)
        app.router.add_post("/lab/dcmanager/subclouds/{name}", self._switch)

    def refusal(self, status: int, detail: str) -> web.StreamResponse:
        title = "Service Unavailable" if status == 503 else "Error"
        body = f"<html>\n <body>\n  <h1>{status} {title}</h1>\n  <br /><br />\n{detail}\n\n\n </body>\n</html>"
        return web.Response(status=status, text=body, content_type="text/html")

    def expire_token(self, request: web.Request) -> None:
        self._keystone().identity.revoke(request.headers.get("X-Auth-Token"))

    def _keystone(self) -> Any:
        return self.lab.services["keystone"]

    def allow(self, request: web.Request, *methods: str) -> None:
        """Raise Refused for another method."""
        if request.method not in methods:
            raise Refused(405)

    @staticmethod
    def shown(row: Row) -> Row:
        """A record as writes answer it."""
        return plain(row)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = [part for part in request.path.split("/") if part]
        try:
            if not path:
                link = {"rel": "self", "href": f"{self.lab.url('dcmanager')}/v1.0/"}
                return _json(
                    {"versions": [{"status": "CURRENT", "links": [link], "id": "v1.0", "updated": "2017-10-2"}]}
                )
            self._authorize(request, path)
            if path[0] != "v1.0" or len(path) < 2 or path[1] not in ROUTES or len(path) > 4:
                raise Refused(404)
            collection, single, many, few = ROUTES[path[1]]
            if request.method not in (many if len(path) == 2 else few).split():
                raise Refused(405)
            if len(path) == 2:
                return _json(await collection(self, request))
            if single is None or len(path) > len(inspect.signature(single).parameters):  # there is nothing below it
                raise Refused(404)
            found = await single(self, request, *path[2:])
            return found if isinstance(found, web.Response) else _json(found)
        except Refused as refused:
            return error(request, refused.status, refused.words)

    def _authorize(self, request: web.Request, path: list[str]) -> None:
        given = request.headers.get("X-Auth-Token")
        if not given:
            raise Refused(401, "Failed to validate access token: Authentication required")
        token = self._keystone().validate(given)
        if token is None:  # the real one repeats the token, too
            raise Refused(401, f"Failed to validate access token: Auth token is invalid: {given}")
        allowed = READERS if request.method in ("GET", "HEAD") else WRITERS
        manages = request.method == "PATCH" and path[1:2] == ["subclouds"] and len(path) == 3
        allowed = allowed | {"operator"} if manages else allowed
        if token.project is None or not allowed & set(token.user.roles):
            raise Refused(403)

    # -- for people and tests -----------------------------------------------------------------------------------

    async def _seed(self, request: web.Request) -> web.Response:
        """``{"count": 1000, "state": "complete"}``: subclouds that were deployed before."""
        body = await request.json()
        made = seed.subclouds(self.world, int(body.pop("count", 1)), **body)
        return web.json_response({"made": made})

    async def _switch(self, request: web.Request) -> web.Response:
        """``{"power": false}``, ``{"drift": ["kubernetes"]}`` or values of the record, for one subcloud."""
        body, row = await request.json(), self.world.named(request.match_info["name"])
        if row is None:
            return web.json_response({"error": "no such subcloud"}, status=404)
        if "power" in body:
            self.walker.power(row, bool(body.pop("power")))
        if "drift" in body:
            row["_drift"] = tuple(body.pop("drift"))
        row.update(body)
        self.world.audit(row)
        return web.json_response(plain(row))

    def built(self) -> list[str]:
        rows = self.world.subclouds.values()
        return [f"subcloud {s['name']} ({s['deploy-status']}, {s['availability-status']})" for s in rows][:50]

    def view(self) -> list[dict[str, Any]]:
        rows = list(self.world.subclouds.values())
        if not rows:
            return []
        online = sum(r["availability-status"] == ONLINE for r in rows)
        columns = ["name", "deploy-status", "availability-status", "management-state", "software-version"]
        title = f"StarlingX: subclouds ({len(rows)}, {online} online)"
        return [{"title": title, "columns": columns, "rows": [[r[c] for c in columns] for r in rows[:50]]}]

    def state(self) -> Any:
        return {
            "subclouds": [plain(s) for s in self.world.subclouds.values()],
            "groups": [plain(g) for g in self.world.groups.values()],
            "strategies": [plain(s) for s in self.world.strategies.values()],
            "files": self.world.files,
            "peers": [plain(p) for p in self.world.peers.values()],
            "peer_groups": [plain(g) for g in self.world.peer_groups.values()],
            "associations": [plain(a) for a in self.world.associations.values()],
        }


def _json(found: Any) -> web.Response:
    return web.Response(text=json.dumps(found, default=str), content_type="application/json")
