# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serves the emulator's WSGI application on a thread, with the lab's certificate, faults and record around it."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import bcrypt
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from ..core.faults import Fault
from ..core.record import Entry
from ..core.server import seat
from ..core.tls import write_secret

if TYPE_CHECKING:
    from ..core.lab import Lab
    from . import Bmc

T = TypeVar("T")
StartResponse = Callable[..., Any]


class _Quiet(WSGIRequestHandler):
    """Writes no access log; the lab keeps its own record."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        logging.getLogger(__name__).debug(message, *args)


class RedfishServer:
    """The same life as ``core.server.Server``: prepare, open, close, end."""

    def __init__(self, lab: Lab, service: Bmc, port: int) -> None:
        self.lab, self.service = lab, service
        self._seat = seat(port)
        self.port = int(self._seat.getsockname()[1])
        self.url = f"https://127.0.0.1:{self.port}"
        self._app: Any = None
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def prepare(self) -> None:
        """Build the emulator's application for this lab, with its account and drivers."""
        self._loop = asyncio.get_running_loop()
        self._app = await asyncio.to_thread(_emulator, self.lab, self.service)

    @property
    def is_open(self) -> bool:
        """Whether connections are taken."""
        return self._server is not None

    async def open(self) -> None:
        """Take connections."""
        if self._server:
            return
        context = self.lab.authority.server_context()
        if self._seat.fileno() < 0:  # it was open before
            self._seat = seat(self.port)
        self._seat.listen(128)
        self._server = make_server(
            "127.0.0.1",
            self.port,
            self._answer,
            threaded=True,
            request_handler=_Quiet,
            ssl_context=context,
            fd=self._seat.detach(),
        )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    async def close(self) -> None:
        """Refuse connections."""
        if not self._server or not self._thread:
            return
        server, self._server = self._server, None
        await asyncio.to_thread(server.shutdown)
        server.server_close()

    async def end(self) -> None:
        """Close for good."""
        await self.close()
        self._seat.close()

    def _in_loop(self, what: Callable[[], T]) -> T:
        """Run ``what`` in the lab's loop, where its state lives, and wait for the result."""
        assert self._loop

        async def run() -> T:
            return what()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(5)

    def _answer(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        started, at = time.perf_counter(), self.lab.clock.now()
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/")
        seen: dict[str, Any] = {"status": 0, "sent": 0}

        def note(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            seen["status"] = int(status.split()[0])
            return start_response(status, headers, exc_info)

        try:
            body = self._with_faults(f"{method} {path}", environ, note)
            seen["sent"] = sum(len(part) for part in body)
            return body
        finally:
            entry = Entry(
                at=at,
                service=self.service.name,
                method=method,
                path=path,
                query=environ.get("QUERY_STRING", ""),
                status=seen["status"],
                seconds=round(time.perf_counter() - started, 4),
                sent=seen["sent"],
                received=int(environ.get("CONTENT_LENGTH") or 0),
                write=method not in ("GET", "HEAD", "OPTIONS"),
                login=False,
            )
            self._in_loop(lambda: self.lab.record.add(entry))

    def _with_faults(self, what: str, environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
        fault: Fault | None = self._in_loop(lambda: self.lab.faults.take_transport(self.service.name, what))
        if fault and fault.kind == "refuse":
            headers = [("Content-Type", "application/json")]
            if fault.retry_after is not None:
                headers.append(("Retry-After", f"{fault.retry_after:g}"))
            start_response(f"{fault.status} {fault.detail}", headers)
            message = fault.detail.replace('"', "'")
            return [f'{{"error": {{"code": "Base.1.0.GeneralError", "message": "{message}"}}}}'.encode()]
        if fault and fault.kind == "slow":
            time.sleep(fault.seconds)
        if fault and fault.kind == "drop_after":
            list(self._app(environ, lambda *_: None))
        if fault and fault.kind.startswith("drop"):
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionAbortedError("dropped by a fault")
        return list(self._app(environ, start_response))


def _emulator(lab: Lab, service: Bmc) -> Any:
    """A fresh copy of the emulator: its module holds one application, and a process may run several labs."""
    import sushy_tools.emulator.main as original

    spec = importlib.util.spec_from_file_location(f"edgelab_redfish_{id(lab)}", original.__file__)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = lab.state_dir / "bmc"
    folder.mkdir(exist_ok=True)
    account = folder / "htpasswd"
    _write_account(account, lab.credentials["bmc"])
    app = module.app
    app.root_path = str(Path(original.__file__).parent)
    app.logger.setLevel(logging.CRITICAL)
    app.configure(extra_config={"SUSHY_EMULATOR_AUTH_FILE": str(account), "SUSHY_EMULATOR_STATE_DIR": str(folder)})
    type(app).systems = property(lambda _: service.systems)
    type(app).vmedia = property(lambda _: service.media)
    return app


def _write_account(path: Path, credentials: dict[str, str]) -> None:
    digest = bcrypt.hashpw(credentials["password"].encode(), bcrypt.gensalt(rounds=4)).decode()
    write_secret(path, f"{credentials['username']}:{digest}\n".encode())
