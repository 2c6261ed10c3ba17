# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One headless Chromium for many pages: what a page asks for, what it complains of, how wide it is, and its picture.

It is spoken to through a pair of pipes (its DevTools protocol), so it opens no port, and one start serves every page.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import signal
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
#: it talks to nobody, and shows nothing
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-proxy-server",
)
#: seconds until an answer; a busy machine is slow, and a browser that hangs is an error all the same
PATIENCE = 120.0
#: where it reads commands and writes answers
READS, WRITES = 3, 4


def command() -> str | None:
    """The command of a Chromium, if there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@dataclass
class Visit:
    """What happened while a page was loaded: URLs that were asked for, and everything that the browser says of it."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


class Browser:
    """A running Chromium; a context manager that ends it."""

    def __init__(self, program: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="edge-infra-browser-")
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        # pipes that are 3 or 4 already would be overwritten while they are put in place
        self._theirs = [os.dup(fd) for fd in (theirs_in, theirs_out)] if min(theirs_in, theirs_out) <= WRITES else []
        first, second = self._theirs or (theirs_in, theirs_out)
        actions = [
            (os.POSIX_SPAWN_DUP2, first, READS),
            (os.POSIX_SPAWN_DUP2, second, WRITES),
            *((os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)),
        ]
        folder = f"--user-data-dir={self._folder.name}"
        arguments = [program, *OPTIONS, "--remote-debugging-pipe", folder, "about:blank"]
        self._pid = os.posix_spawn(program, arguments, dict(os.environ), file_actions=actions, setsid=True)
        for descriptor in (theirs_in, theirs_out, *self._theirs):
            os.close(descriptor)
        self._rest, self._number, self._session = b"", 0, ""
        self.seen = Visit()
        self._loaded = False

    def __enter__(self) -> Browser:
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *_given: object) -> None:
        os.killpg(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        for descriptor in (self._in, self._out):
            os.close(descriptor)
        for _attempt in range(20):  # its helpers may still write while they die
            shutil.rmtree(self._folder.name, ignore_errors=True)
            if not Path(self._folder.name).exists():
                break
            time.sleep(0.1)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command and its answer; events meanwhile are noted."""
        self._number += 1
        session = {"sessionId": self._session} if self._session else {}
        message = {"id": self._number, "method": method, "params": parameters, **session}
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._out, data) :]
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return dict(answer["result"])

    def _next(self) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE
        while b"\0" not in self._rest:
            ready, _to, _odd = select.select([self._in], [], [], max(0.0, until - time.monotonic()))
            more = os.read(self._in, 1 << 16) if ready else b""
            if not more:
                raise RuntimeError("Chromium does not answer")
            self._rest += more
        line, self._rest = self._rest.split(b"\0", 1)
        answer = dict(json.loads(line))
        self._note(answer.get("method", ""), answer.get("params", {}))
        return answer

    def _note(self, event: str, told: dict[str, Any]) -> None:
        if event == "Network.requestWillBeSent":
            self.seen.requests.append(told["request"]["url"])
        elif event == "Runtime.consoleAPICalled":
            self.seen.complaints.append(json.dumps(told["args"]))
        elif event == "Runtime.exceptionThrown":
            self.seen.complaints.append(json.dumps(told["exceptionDetails"]))
        elif event == "Log.entryAdded":
            self.seen.complaints.append(told["entry"]["text"])
        elif event == "Page.loadEventFired":
            self._loaded = True

    def visit(self, url: str, wide: int = 1280, high: int = 900, dark: bool = False) -> Visit:
        """Load a page as a window of that size shows it."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        size = {"width": wide, "height": high, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self.seen, self._loaded = Visit(), False
        failed = self.call("Page.navigate", url=url).get("errorText")
        if failed:
            raise RuntimeError(f"{url}: {failed}")
        while not self._loaded:
            self._next()
        # two frames later it is laid out, and what a script would do at once has been done
        self.ask("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return self.seen

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page; the page's own policy does not bind it."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def picture(self) -> bytes:
        """What the window shows, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])
