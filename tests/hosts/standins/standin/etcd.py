# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An etcd that keeps no keys: its cluster's members, and whether most of them are there.

What a real one would store, the lab's Kubernetes API stores; a snapshot has it, and a member that was restored from one
brings it back there before it answers. Clients ask it as they would ask etcd's JSON gateway.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
from typing import Any
from urllib.parse import urlsplit

from .client import ApiError, Client
from .etcdsnapshot import VERSION, ask_lab, pack
from .host import Host
from .kubeconfig import Access
from .serving import Answer, Handler, Listener, server_context

Member = dict[str, Any]
STATE = "member/standin.json"
_NO_LEADER = {"error": "etcdserver: no leader", "code": 14, "message": "etcdserver: no leader"}


class Etcd:
    """One member."""

    def __init__(self, host: Host, arguments: dict[str, str]) -> None:
        self.host, self.given = host, arguments
        self.quorum = False
        self.removed = False
        self._stop = threading.Event()
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []
        self._clients: dict[str, Client] = {}
        self.state: dict[str, Any] = {}

    def _file(self, flag: str) -> Any:
        return self.host.path(self.given[flag])

    @property
    def _place(self) -> str:
        return f"{self.given['data-dir']}/{STATE}"

    def start(self) -> None:
        """Listen, find the other members, and keep looking for them."""
        client = server_context(self._file("cert-file"), self._file("key-file"), self._file("trusted-ca-file"), True)
        peer = server_context(
            self._file("peer-cert-file"), self._file("peer-key-file"), self._file("peer-trusted-ca-file"), True
        )
        seen = set()
        for urls, context, ask in (
            (self.given["listen-peer-urls"], peer, self._peer),
            (self.given["listen-client-urls"], client, self._client),
        ):
            for url in urls.split(","):
                parts = urlsplit(url)
                at = (self.host.dial(parts.hostname or ""), self.host.port(parts.port or 0))
                if at not in seen:
                    seen.add(at)
                    self._listeners.append(Listener(*at, ask, context))
        self._load()
        threading.Thread(target=self._watch, daemon=True).start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        for one in self._listeners:
            one.stop()

    # -- membership ----------------------------------------------------------------------------------------------
    def _load(self) -> None:
        if self.host.has(self._place):
            self.state = json.loads(self.host.read(self._place))
            return
        own = self.given["initial-advertise-peer-urls"]
        if self.given.get("initial-cluster-state", "new") == "new":
            member = self._entry(own)
            self.state = {"cluster": secrets.token_hex(8), "id": member["ID"], "members": [member], "revision": 1}
            self._save()

    def _entry(self, url: str, **more: Any) -> Member:
        clients = self.given["advertise-client-urls"].split(",")
        return {
            "ID": secrets.token_hex(8),
            "name": self.given["name"],
            "peerURLs": [url],
            "clientURLs": clients,
            **more,
        }

    def _join(self) -> None:
        """Ask the members that the manifest names for the cluster that we were added to."""
        own = self.given["initial-advertise-peer-urls"]
        for pair in self.given["initial-cluster"].split(","):
            url = pair.partition("=")[2]
            found = self._ask(url, "GET", "/standin/state") if url != own else None
            mine = next((m for m in (found or {}).get("members", []) if own in m["peerURLs"]), None)
            if found and mine:
                mine.update(name=self.given["name"], clientURLs=self.given["advertise-client-urls"].split(","))
                revision = found["revision"] + 1
                self.state = {"cluster": found["cluster"], "id": mine["ID"], "members": found["members"]}
                self.state |= {"revision": revision, "sealed": found.get("sealed", {})}
                self._save()
                self._tell()
                return

    def _save(self) -> None:
        self.host.write(self._place, json.dumps(self.state))

    def _ask(self, url: str, method: str, path: str, body: Any = None) -> Any:
        try:
            return self._peer_client(url).call(method, path, body)
        except ApiError:
            return None

    def _peer_client(self, url: str) -> Client:
        if url in self._clients:
            return self._clients[url]
        parts = urlsplit(url)
        server = f"https://{parts.hostname}:{self.host.port(parts.port or 0)}"
        if ":" in (parts.hostname or ""):
            server = f"https://[{parts.hostname}]:{self.host.port(parts.port or 0)}"
        access = Access(server, self._file("peer-trusted-ca-file").read_bytes())
        access.cert, access.key = self._file("peer-cert-file").read_bytes(), self._file("peer-key-file").read_bytes()
        self._clients[url] = Client(access, timeout=1.0, agent="etcd")
        return self._clients[url]

    def _others(self) -> list[Member]:
        return [m for m in self.state.get("members", []) if m["ID"] != self.state["id"]]

    def look(self) -> bool:
        """Count the members that answer; take over a newer list of them."""
        if not self.state:
            self._join()
        if not self.state or not self._back():
            return False
        alive = 0 if self._learns(self.state["id"]) else 1
        for member in self._others():
            found = self._ask(member["peerURLs"][0], "GET", "/standin/state")
            if not found or found.get("cluster") != self.state["cluster"]:
                continue
            alive += 0 if member.get("isLearner") else 1
            self._adopt(found)
        voters = [m for m in self.state["members"] if not m.get("isLearner")]
        self.quorum = alive > len(voters) // 2 and not self.removed
        return self.quorum

    def _back(self) -> bool:
        """Put what was restored where a real one has it by now."""
        with self._lock:
            if "restored" in self.state:
                try:
                    ask_lab(self.host, self.state["cluster"], self.state["restored"])
                except ApiError:
                    return False
                del self.state["restored"]
                for member in self.state["members"]:
                    if member["ID"] == self.state["id"]:
                        member["clientURLs"] = self.given["advertise-client-urls"].split(",")
                self._save()
        return True

    def _snapshot(self) -> Answer:
        """The database, and then its sum, in parts as the JSON gateway streams them."""
        try:
            data = pack(ask_lab(self.host, self.state.get("cluster", "")), self.state.get("revision", 1))
        except ApiError as error:
            return 503, {"code": 14, "message": f"etcdserver: {error}"}
        body, total = data[:-32], data[-32:]
        parts = [*(body[at : at + 32768] for at in range(0, len(body), 32768)), total]
        lines, left = [], len(body)
        for part in parts:
            left = max(0, left - len(part))
            blob = base64.b64encode(part).decode()
            lines.append(json.dumps({"result": {"header": {}, "remaining_bytes": str(left), "blob": blob}}))
        return 200, "\n".join(lines) + "\n"

    def _learns(self, ident: str) -> bool:
        return any(m["ID"] == ident and m.get("isLearner") for m in self.state["members"])

    def _adopt(self, found: dict[str, Any]) -> None:
        with self._lock:
            if found["revision"] <= self.state["revision"]:
                return
            self.state.update(members=found["members"], revision=found["revision"], sealed=found.get("sealed", {}))
            if not any(m["ID"] == self.state["id"] for m in found["members"]):
                self.removed = True
                self.quorum = False
                return
            self._save()

    def _tell(self) -> None:
        for member in self._others():
            self._ask(member["peerURLs"][0], "POST", "/standin/state", self.state)

    def _watch(self) -> None:
        while not self._stop.is_set() and not self.removed:
            self.look()
            self._stop.wait(max(0.1, 0.5 * float(self.host.settings.get("pace", 1.0))))

    # -- answers -------------------------------------------------------------------------------------------------
    def _peer(self, request: Handler) -> Answer:
        if request.path != "/standin/state" or not self.state:
            return 404, {"message": "not found"}
        if request.command == "POST":
            self._adopt(json.loads(request.body()))
        if self.removed:
            return 410, {"message": "the member has been permanently removed from the cluster"}
        return 200, self.state

    def _client(self, request: Handler) -> Answer:
        path = request.path.partition("?")[0]
        raw = request.body()
        body = json.loads(raw) if raw else {}
        if path == "/version":
            return 200, {"etcdserver": VERSION, "etcdcluster": VERSION}
        if path == "/health":
            return (200, {"health": "true"}) if self.quorum else (503, {"health": "false", "reason": "RAFT NO LEADER"})
        if path == "/standin/cluster":
            return 200, {"cluster": self.state.get("cluster", ""), "quorum": self.quorum}
        if path == "/v3/maintenance/snapshot":
            return self._snapshot()
        if path == "/standin/sealed" and request.command == "GET":
            return 200, {"sealed": self.state.get("sealed", {})}
        if not self.look():
            return 503, _NO_LEADER
        with self._lock:
            return self._change(path, body)

    def _change(self, path: str, body: dict[str, Any]) -> Answer:
        members: list[Member] = self.state["members"]
        if path == "/standin/sealed":  # which key a secret was stored with, the only thing that is kept of it
            self.state.setdefault("sealed", {})[body["place"]] = body["key"]
            return self._changed({})
        if path == "/v3/cluster/member/list":
            return 200, {"members": members}
        if path == "/v3/cluster/member/add":
            if any(body["peerURLs"][0] in m["peerURLs"] for m in members):
                return 400, {"message": "etcdserver: Peer URLs already exists"}
            if body.get("isLearner") and any(m.get("isLearner") for m in members):
                return 400, {"message": "etcdserver: too many learner members in cluster"}
            added = {"ID": secrets.token_hex(8), "name": "", "peerURLs": body["peerURLs"], "clientURLs": []}
            if body.get("isLearner"):
                added["isLearner"] = True
            members.append(added)
            return self._changed({"member": added, "members": members})
        found = next((m for m in members if m["ID"] == body.get("ID")), None)
        if found is None:
            return 404, {"message": "etcdserver: member not found"}
        if path == "/v3/cluster/member/promote":
            if not found.get("isLearner"):
                return 400, {"message": "etcdserver: can only promote a learner member"}
            if not found["name"]:
                return 400, {"message": "etcdserver: can only promote a learner member which is in sync with leader"}
            del found["isLearner"]
            return self._changed({"members": members})
        if path == "/v3/cluster/member/remove":
            members.remove(found)
            return self._changed({"members": members}, found)
        return 404, {"message": "not found"}

    def _changed(self, answer: dict[str, Any], gone: Member | None = None) -> Answer:
        self.state["revision"] += 1
        self._save()
        self._tell()
        if gone:
            self._ask(gone["peerURLs"][0], "POST", "/standin/state", self.state)
            if gone["ID"] == self.state["id"]:
                self.removed = True
        return 200, answer
