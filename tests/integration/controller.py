# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in of AWX's API on loopback, as far as the modules of ``awx.awx`` use it to make things.

It is strict, and it records. Lists with filters and pages, one object, what hangs on it, surveys, approvals of
workflows, roles. Nothing runs in it: a project is synchronised as soon as it is made, and its playbooks are those of
this checkout.
"""

from __future__ import annotations

import copy
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from .controller_rules import CHECKS, KINDS, ORGANIZATION_ROLES, UNIFIED, Record, Refused, check_survey

ROOT = Path(__file__).resolve().parents[2]
API = "/api/v2/"
#: AWX's rule for what it takes for a playbook
PLAYBOOK = re.compile(
    r"^\s*?-?\s*?(?:hosts|(ansible\.builtin\.)?include|(ansible\.builtin\.)?import_playbook):\s*?.*?$", re.M
)
#: what a body may say of an object although it cannot be changed
READ_ONLY = ("id", "type", "url")


class Absent(Exception):
    """An answer 404."""


class World:
    """Everything that is there."""

    def __init__(self) -> None:
        self.lists: dict[str, dict[int, Record]] = {kind: {} for kind in KINDS}
        self.hanging: dict[tuple[str, int, str], list[int]] = {}
        self.surveys: dict[int, Any] = {}
        self.roles: dict[int, str] = {}
        self.holders: dict[int, list[int]] = {}
        self.requests: list[tuple[str, str, Any]] = []
        self.lock = threading.Lock()
        self._last = 0
        for name in ("Vault", "Machine"):
            self.make("credential_types", {"name": name, "kind": "cloud"})

    def next(self) -> int:
        """An id that nothing has had."""
        self._last += 1
        return self._last

    def one(self, path: str, number: int) -> Record:
        """A record by its id."""
        for kind in UNIFIED if path == "unified_job_templates" else (path,):
            if found := self.lists.get(kind, {}).get(number):
                return found
        raise Absent

    def _check(self, path: str, body: Record, record: Record) -> None:
        """Refuse what the API would."""
        kind = KINDS[path]
        for name, value in body.items():
            if name in READ_ONLY:
                continue
            if name not in kind.fields:
                raise Refused({name: [f"{path} have no field of that name."]})
            expected, default = kind.fields[name]
            empty = value is None and (default is None or name in kind.choices or name in kind.references)
            if value.__class__ is not expected and not empty:
                raise Refused({name: [f"Not a valid {expected.__name__}: {value!r}."]})
            if name in kind.choices and value not in kind.choices[name]:
                raise Refused({name: [f'"{value}" is not a valid choice.']})
        for name in kind.required:
            if record.get(name) in (None, "", 0):
                raise Refused({name: ["This field is required."]})
        for name, other in kind.references.items():
            if record.get(name):
                try:
                    self.one(other, record[name])
                except Absent:
                    raise Refused({name: [f'Invalid pk "{record[name]}" - object does not exist.']}) from None
        for known in self.lists[path].values():
            if kind.unique and known["id"] != record["id"] and all(known[n] == record[n] for n in kind.unique):
                raise Refused({"__all__": [f"{kind.called} with this {' and '.join(kind.unique)} already exists."]})
        if path in CHECKS:
            CHECKS[path](record)
        if path == "job_templates" and not self._has_playbook(record["playbook"]):
            raise Refused({"playbook": ["Playbook not found for project."]})
        if path == "schedules" and self._needs(record["unified_job_template"]) - set(record["extra_data"]):
            raise Refused({"variables_needed_to_start": ["value missing"]})

    @staticmethod
    def _has_playbook(name: str) -> bool:
        path = ROOT / name
        return path.is_file() and bool(PLAYBOOK.search(path.read_text(encoding="utf-8")))

    def _needs(self, template: int) -> set[str]:
        return {one["variable"] for one in self.surveys.get(template, {}).get("spec", []) if one["required"]}

    def make(self, path: str, body: Record) -> Record:
        """A new one."""
        kind = KINDS[path]
        number = self.next()
        record: Record = {name: copy.deepcopy(default) for name, (_type, default) in kind.fields.items()}
        record.update({name: None for name in kind.references if not body.get(name)})
        record |= {**copy.deepcopy(body), "id": number, "type": kind.called, "url": f"{API}{path}/{number}/"}
        self._check(path, body, record)
        record |= {"related": {}, "summary_fields": {}}
        if "survey_enabled" in kind.fields:
            record["related"]["survey_spec"] = f"{record['url']}survey_spec/"
        if path == "projects":
            record["scm_revision"] = "0" * 40
        if path == "organizations":
            held = {self.next(): f"{role}_role" for role in ORGANIZATION_ROLES}
            record["summary_fields"]["object_roles"] = {name: {"id": role, "name": name} for role, name in held.items()}
            self.roles |= held
        self.lists[path][number] = record
        return record

    def change(self, path: str, number: int, body: Record) -> Record:
        """Another state of one."""
        record = {**self.one(path, number), **copy.deepcopy(body)}
        self._check(path, body, record)
        self.lists[path][number] = record
        return record

    def remove(self, path: str, number: int) -> None:
        """One less, with what cannot be without it."""
        self.one(path, number)
        del self.lists[path][number]
        for other, kind in KINDS.items():
            needed = [n for n, where in kind.references.items() if where == path and n in kind.required]
            for record in [r for r in self.lists[other].values() if any(r[n] == number for n in needed)]:
                self.remove(other, record["id"])

    def shown(self, record: Record) -> Record:
        """As the API tells it: secrets are not."""
        found = copy.deepcopy(record)
        if record["type"] == "credential":
            fields = self.one("credential_types", record["credential_type"])["inputs"].get("fields", [])
            secret = {one["id"] for one in fields if one.get("secret")}
            found["inputs"] = {k: "$encrypted$" if k in secret else v for k, v in record["inputs"].items()}
        if record["type"] == "workflow_job_template_node" and record["unified_job_template"]:
            template = self.one("unified_job_templates", record["unified_job_template"])
            found["related"]["unified_job_template"] = template["url"]
        return found

    def listed(self, path: str, query: list[tuple[str, str]]) -> list[Record]:
        """Those that a query is after; a filter that the API does not know is refused."""
        kinds = UNIFIED if path == "unified_job_templates" else (path,)
        found = [record for kind in kinds for record in self.lists[kind].values()]
        for name, value in query:
            if name in ("page", "page_size", "order_by"):
                continue
            what, _sep, inner = name.partition("__")
            if inner not in ("", "name") or not any(what in KINDS[k].fields or what == "type" for k in kinds):
                raise Refused({"detail": f"{path} has no field named '{name}'"})
            if inner:
                others = {r["id"] for r in self.lists[KINDS[path].references[what]].values() if r["name"] == value}
                found = [record for record in found if record.get(what) in others]
            else:
                found = [record for record in found if str(record.get(what)) == value]
        return sorted(found, key=lambda record: record["id"])

    def hang(self, path: str, number: int, name: str, body: Record) -> None:
        """Something hangs on another one, or does not any more."""
        where = KINDS[path].associations[name]
        self.one(where, body["id"])
        on = self.hanging.setdefault((path, number, name), [])
        if body.get("disassociate"):
            on.remove(body["id"])
        elif body["id"] not in on:
            on.append(body["id"])


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: Controller

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the terminal."""

    def _answer(self, status: int, body: Any = None) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("X-API-Product-Name", "AWX")
        self.send_header("X-API-Product-Version", "24.6.1")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _serve(self) -> None:
        address = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length) or b"{}") if length else {}
        world = self.server.world
        with world.lock:
            world.requests.append((self.command, self.path, body))
            try:
                if self.headers.get("Authorization") != f"Bearer {self.server.token}":
                    self._answer(401, {"detail": "Authentication credentials were not provided."})
                    return
                steps = address.path.removeprefix(API).strip("/").split("/")
                self._answer(*self._routed(steps, parse_qsl(address.query), body))
            except Refused as refused:
                self._answer(400, refused.body)
            except Absent:
                self._answer(404, {"detail": "Not found."})

    def _routed(self, steps: list[str], query: list[tuple[str, str]], body: Any) -> tuple[int, Any]:
        world, method, path = self.server.world, self.command, steps[0]
        if path == "roles" and len(steps) == 3 and steps[2] == "teams" and int(steps[1]) in world.roles:
            holders = world.holders.setdefault(int(steps[1]), [])
            if method == "POST":
                world.one("teams", body["id"])
                holders.append(body["id"])
                return 204, None
            return 200, self._paged([world.one("teams", number) for number in holders], query)
        if path not in KINDS and path != "unified_job_templates":
            raise Absent
        if len(steps) == 1:
            if method == "POST" and path in KINDS and path != "workflow_approval_templates":
                return 201, world.shown(world.make(path, body))
            return 200, self._paged(world.listed(path, query), query)
        number = int(steps[1])
        record = world.one(path, number)
        if len(steps) == 2:
            if method == "DELETE":
                world.remove(path, number)
                return 204, None
            return 200, world.shown(world.change(path, number, body) if method == "PATCH" else record)
        return self._below(path, record, steps[2], query, body)

    def _below(self, path: str, record: Record, name: str, query: Any, body: Any) -> tuple[int, Any]:
        """What is below an object: its survey, its approval, what hangs on it."""
        world, number = self.server.world, record["id"]
        if name == "survey_spec" and "survey_enabled" in KINDS[path].fields:
            if self.command == "POST":
                check_survey(body)
                world.surveys[number] = body
            return 200, world.surveys.get(number, {}) if self.command == "GET" else {}
        if name == "create_approval_template" and self.command == "POST" and path == "workflow_job_template_nodes":
            template = world.make("workflow_approval_templates", body)
            world.change(path, number, {"unified_job_template": template["id"]})
            return 201, template
        if name not in KINDS[path].associations:
            raise Absent
        if self.command == "POST":
            world.hang(path, number, name, body)
            return 204, None
        there = world.hanging.get((path, number, name), [])
        where = KINDS[path].associations[name]
        return 200, self._paged([world.one(where, one) for one in there], query)

    def _paged(self, found: list[Record], query: list[tuple[str, str]]) -> Any:
        known = dict(query)
        size, page = min(int(known.get("page_size", 25)), 200), int(known.get("page", 1))
        more = page * size < len(found)
        rest = urlencode([*[(name, value) for name, value in query if name != "page"], ("page", page + 1)])
        path = urlsplit(self.path).path
        return {
            "count": len(found),
            "next": f"{path}?{rest}" if more else None,
            "previous": None,
            "results": [self.server.world.shown(record) for record in found[(page - 1) * size : page * size]],
        }

    do_GET = do_POST = do_PATCH = do_DELETE = _serve


class Controller(ThreadingHTTPServer):
    """The stand-in, from ``start`` to ``stop``."""

    daemon_threads = True
    token = "of-the-tests"  # nobody else listens there

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.world = World()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> Controller:
        """Answer from now on."""
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        """Answer nobody any more."""
        self.shutdown()
        self.server_close()

    def writes(self) -> list[tuple[str, str, Any]]:
        """What was asked to be changed."""
        return [request for request in self.world.requests if request[0] != "GET"]
