# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running lab for the tests of the simulated services.

The fixture ``lab`` starts one lab per *test module and configuration*, on a thread of this process, and forgets the
recorded requests and the faults before each test. A module says what it wants:

    LAB = {"services": ["osm"], "time_factor": 2000}          # for every test of the module

    @pytest.mark.parametrize("lab", [{"services": ["keystone"]}], indirect=True)     # for one test (its own lab)

Keys are those of the lab's configuration document. Without either, every service runs with one simplex site.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

sys.path.insert(0, str(Path(__file__).parents[3] / "roles" / "lab" / "files"))

from edgelab.build import build

#: one simplex controller, with the hardware that the smallest sample inventory has
SITE: dict[str, Any] = {
    "name": "madrid-1",
    "model": "simplex",
    "hosts": [
        {
            "name": "controller-0",
            "personality": "controller",
            "hardware": {
                "cores_per_socket": 8,
                "sockets": 2,
                "threads_per_core": 2,
                "memory_gib": 96,
                "disks": [
                    {
                        "path": "/dev/disk/by-path/pci-0000:00:17.0-ata-1.0",
                        "node": "/dev/sda",
                        "size_gib": 500,
                        "type": "SSD",
                    },
                    {
                        "path": "/dev/disk/by-path/pci-0000:00:17.0-ata-2.0",
                        "node": "/dev/sdb",
                        "size_gib": 500,
                        "type": "SSD",
                    },
                ],
                "ports": [
                    {
                        "name": name,
                        "mac": f"52:54:00:00:00:0{number}",
                        "pci": f"0000:00:0{number}.0",
                        "speed": 1000,
                        "driver": "e1000",
                        "sriov_vfs": 8 if name == "enp0s9" else 0,
                    }
                    for number, name in ((3, "enp0s3"), (8, "enp0s8"), (9, "enp0s9"))
                ],
            },
        }
    ],
}


class ControlSession(requests.Session):
    """The lab's own switches: faults, the record of requests, the simulated world."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.trust_env = False
        self.url = url

    def fault(self, kind: str, **spec: Any) -> int:
        """Turn a fault on (see ``edgelab.core.faults``); its number."""
        reply = self.post(f"{self.url}/lab/faults", json={"kind": kind, **spec}, timeout=10)
        assert reply.status_code == 201, reply.text
        return int(reply.json()["id"])

    def clear_faults(self) -> None:
        """Turn every fault off."""
        self.delete(f"{self.url}/lab/faults", timeout=10).raise_for_status()

    def recorded(self, service: str | None = None, **match: Any) -> list[dict[str, Any]]:
        """Requests since the test began, oldest first; ``match`` compares fields (``method="POST"``)."""
        rows = self.get(f"{self.url}/lab/requests", timeout=10).json()["requests"]
        wanted = {**match, **({"service": service} if service else {})}
        return [row for row in rows if all(row[key] == value for key, value in wanted.items())]

    def forget(self) -> None:
        """Empty the record of requests."""
        self.delete(f"{self.url}/lab/requests", timeout=10).raise_for_status()

    def state(self, service: str) -> Any:
        """The simulated world of one service."""
        return self.get(f"{self.url}/lab/state", timeout=10).json()[service]


class RunningLab:
    """A lab on a thread of its own, with its event loop."""

    def __init__(self, config: dict[str, Any], state_dir: Path) -> None:
        self._config, self._state_dir = config, state_dir
        self._loop = asyncio.new_event_loop()
        self._failed: BaseException | None = None
        started = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(started,), daemon=True)
        self._thread.start()
        if not started.wait(30) or self._failed:
            raise RuntimeError("the lab did not start") from self._failed
        about = json.loads((state_dir / "lab.json").read_text(encoding="utf-8"))
        self.about: dict[str, Any] = about
        self.urls: dict[str, str] = about["urls"]
        self.ca_cert: str = about["ca_cert"]
        self.credentials: dict[str, dict[str, str]] = about["credentials"]
        self.control = ControlSession(self.urls["lab"])

    def _serve(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self.lab = build(self._config, self._state_dir)
        try:
            self._loop.run_until_complete(self.lab.start())
        except BaseException as error:
            self._failed = error
            return
        finally:
            started.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self.lab.stop())
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def session(self) -> requests.Session:
        """A session that trusts the lab's CA, whatever REQUESTS_CA_BUNDLE or a proxy variable says."""
        session = requests.Session()
        session.trust_env = False
        session.verify = self.ca_cert
        return session

    def call(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run ``function`` (plain or coroutine) inside the lab's event loop and give its result."""

        async def run() -> Any:
            result = function(*args, **kwargs)
            return await result if asyncio.iscoroutine(result) else result

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(60)

    def emit(self, event: str, **data: Any) -> None:
        """Emit an event of the simulated world (``available``, ``power``...)."""
        self.call(self.lab.events.emit, event, **data)

    def wait(self, probe: Callable[[], Any], seconds: float = 10.0, every: float = 0.02) -> Any:
        """The first truthy value of ``probe()``; ``AssertionError`` with the last one after ``seconds``."""
        deadline = time.monotonic() + seconds
        while True:
            value = probe()
            if value:
                return value
            assert time.monotonic() < deadline, f"not within {seconds} s; last value: {value!r}"
            time.sleep(every)

    def stop(self) -> None:
        """End the lab and its thread."""
        self.control.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


@pytest.fixture(scope="session")
def _labs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, RunningLab]]:
    """The labs that run now, by configuration; they end with the session (or with their module, see ``lab``)."""
    running: dict[str, RunningLab] = {}
    yield running
    for one in running.values():
        one.stop()


@pytest.fixture
def lab(
    request: pytest.FixtureRequest, _labs: dict[str, RunningLab], tmp_path_factory: pytest.TempPathFactory
) -> RunningLab:
    """See :func:`wanted_lab`."""
    return wanted_lab(request, _labs, tmp_path_factory)


def wanted_lab(
    request: pytest.FixtureRequest, _labs: dict[str, RunningLab], tmp_path_factory: pytest.TempPathFactory
) -> RunningLab:
    """A running lab with the configuration of the test's parameter or of its module's ``LAB``; see the module text."""
    wanted = getattr(request, "param", None)
    if wanted is None:
        wanted = getattr(request.module, "LAB", {})
    config = {"time_factor": 3000, "sites": [SITE], **wanted}
    key = f"{request.module.__name__} {json.dumps(config, sort_keys=True)}"
    for other in [k for k in _labs if not k.startswith(f"{request.module.__name__} ")]:
        _labs.pop(other).stop()
    if key not in _labs:
        _labs[key] = RunningLab(config, tmp_path_factory.mktemp("lab"))
    running = _labs[key]
    running.control.clear_faults()
    running.control.forget()
    return running


@pytest.fixture
def nbi(lab: RunningLab) -> Iterator[Any]:
    """A logged-in :class:`osm_client.Nbi`; what a test leaves in the NBI is removed after it."""
    from osm_client import Nbi

    yield Nbi(lab)
    lab.control.clear_faults()
    Nbi(lab).clear()
