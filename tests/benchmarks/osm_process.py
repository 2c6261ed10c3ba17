# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``bench_osm_bulk`` measures, each in a process of its own: ``osm_process.py module|loop|command JOB.json``.

``module``   the module ``osm_deployment``; every request that it sends is kept in ``record``, when that is given
``loop``     the requests of such a record, and nothing else: one pooled session, as many threads as the module has
``command``  one command as the ``osm`` client does it: sign in, list, write

Each writes ``{"seconds", "peak_mib", ...}`` to ``answer``; seconds are those after the imports.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import resource
import sys
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

#: how many requests the module has under way at once
PARALLEL = 4
TOKENS = "/osm/admin/v1/tokens"


def module(job: Mapping[str, Any]) -> dict[str, Any]:
    """Run the module on ``job["options"]``, as Ansible would: arguments in, JSON out."""
    from ansible.module_utils.testing import patch_module_args
    from ansible_collections.edge.infra.plugins.modules import osm_deployment

    kept: list[dict[str, Any]] = []
    send = requests.Session.send

    def recorded(self: requests.Session, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        answer = send(self, request, **kwargs)
        body = request.body or b""
        encoded = base64.b64encode(body if isinstance(body, bytes) else body.encode()).decode()
        row = {"method": request.method, "url": request.url, "headers": dict(request.headers), "body": encoded}
        made = answer.json() if answer.content and request.method == "POST" else {}
        kept.append({**row, "id": made.get("_id") or made.get("id", "")})
        return answer

    if job.get("record"):
        requests.Session.send = recorded  # type: ignore[method-assign]
    out = io.StringIO()
    begun = time.perf_counter()
    with patch_module_args(dict(job["options"])), contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        osm_deployment.main()
    seconds = time.perf_counter() - begun
    answer = json.loads(out.getvalue().strip().splitlines()[-1])
    if job.get("record"):
        Path(job["record"]).write_text(json.dumps(kept), encoding="utf-8")
    return {"seconds": seconds, **{k: answer.get(k) for k in ("failed", "msg", "changed", "statistics")}}


class Loop:
    """Sends a record again; ids that it mentions become those of the objects that are made now."""

    def __init__(self, verify: str) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = verify
        self._session.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=PARALLEL))
        self._token = ""

    def send(self, row: Mapping[str, Any], ids: Mapping[str, str]) -> str:
        """One request; the id in its answer."""
        body = base64.b64decode(row["body"])
        url = row["url"]
        for old, new in ids.items():
            body, url = body.replace(old.encode(), new.encode()), url.replace(old, new)
        unwanted = ("Authorization", "Content-Length")
        headers = {k: v for k, v in row["headers"].items() if k not in unwanted}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        answer = self._session.request(row["method"], url, data=body or None, headers=headers, timeout=60)
        self._session.cookies.clear()
        assert answer.status_code < 400, answer.text
        made: Any = answer.json() if answer.content else {}
        if urlsplit(url).path == TOKENS:
            self._token = made["id"]
            return ""
        return str(made.get("_id") or made.get("id", "")) if isinstance(made, dict) else ""


def loop(job: Mapping[str, Any]) -> dict[str, Any]:
    """The record's reads one after the other, then its writes side by side, those with a reference behind that."""
    rows: list[dict[str, Any]] = json.loads(Path(job["record"]).read_text(encoding="utf-8"))
    # what has to wait for what, and which ids change, is found out before the clock starts
    makers = {row["id"]: i for i, row in enumerate(rows) if row["id"] and not row["url"].endswith(TOKENS)}
    texts = [row["url"] + base64.b64decode(row["body"]).decode(errors="replace") for row in rows]
    needs = [[i for i in makers if makers[i] != n and row["id"] and i in texts[n]] for n, row in enumerate(rows)]
    begun = time.perf_counter()
    client = Loop(job["options"]["osm_ca_cert"])
    made: dict[str, Future[str]] = {}

    def one(row: Mapping[str, Any], wanted: list[str]) -> str:
        return client.send(row, {old: made[old].result() for old in wanted})

    with ThreadPoolExecutor(PARALLEL) as pool:
        waiting: list[Future[str]] = []
        for row, wanted in zip(rows, needs, strict=True):
            if row["method"] == "GET" or row["url"].endswith(TOKENS):
                client.send(row, {})
                continue
            future = pool.submit(one, row, wanted)
            waiting.append(future)
            if row["id"]:
                made[row["id"]] = future
        for future in waiting:
            future.result()
    return {"seconds": time.perf_counter() - begun, "requests": len(rows)}


def command(job: Mapping[str, Any]) -> dict[str, Any]:
    """Sign in, list the kind, find the name, and write what is to be written."""
    begun = time.perf_counter()
    # a session of its own for each request: the client makes a connection for each
    options, sent, received = job["options"], 0, 0

    def ask(method: str, path: str, token: str = "", **kwargs: Any) -> Any:
        nonlocal sent, received
        headers = {"Accept": "application/json", "Content-Type": "application/json", **kwargs.pop("headers", {})}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        with requests.Session() as session:
            session.trust_env = False
            url = f"{options['osm_url']}/osm/{path}"
            answer = session.request(method, url, verify=options["osm_ca_cert"], headers=headers, timeout=60, **kwargs)
        assert answer.status_code < 400, answer.text
        request = answer.request
        lines = sum(len(k) + len(v) + 4 for k, v in request.headers.items())
        sent += len(f"{method} {request.path_url} HTTP/1.1\r\n\r\n") + lines + len(request.body or b"")
        received += 17 + len(answer.reason) + sum(len(k) + len(v) + 4 for k, v in answer.headers.items())
        received += len(answer.content)
        return answer.json() if answer.content else None

    login = {k: options[f"osm_{k}"] for k in ("username", "password")}
    token = ask("POST", "admin/v1/tokens", json={**login, "project_id": "admin"})["id"]
    found = [d for d in ask("GET", job["list"], token) if d.get(job["key"]) == job["name"]]
    write, count = job.get("write"), 2
    if write:
        path = write["path"].format(id=found[0]["_id"] if found else "")
        kwargs: dict[str, Any] = {"json": write["json"]} if "json" in write else {}
        if "file" in write:
            kwargs = {"data": Path(write["file"]).read_bytes(), "headers": {"Content-Type": "application/gzip"}}
        ask(write["method"], path, token, **kwargs)
        count += 1
    return {"seconds": time.perf_counter() - begun, "requests": count, "bytes": sent + received}


def main() -> None:
    """Do what the arguments say."""
    job = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    answer = {"module": module, "loop": loop, "command": command}[sys.argv[1]](job)
    answer["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Path(job["answer"]).write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main()
