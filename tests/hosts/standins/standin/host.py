# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host that a stand-in runs on: its root folder, its addresses, what its tests told it."""

from __future__ import annotations

import ipaddress
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import yaml

from .versions import Version

SETTINGS = "/etc/edge-standin.yaml"
PKI = "/etc/kubernetes/pki"
MANIFESTS = "/etc/kubernetes/manifests"
ADMIN = "/etc/kubernetes/admin.conf"
SUPER_ADMIN = "/etc/kubernetes/super-admin.conf"


class Refusal(Exception):
    """What a program refuses, in its words; ``code`` is its exit status."""

    def __init__(self, text: str, code: int = 1) -> None:
        super().__init__(text)
        self.code = code


class Killed(BaseException):
    """A test ends a program in its middle, as a power cut would; not caught by anything."""


@dataclass
class Host:
    """Files, processes and addresses of one host. ``root`` is ``/``, or a folder that plays it in a test.

    ``settings`` (``/etc/edge-standin.yaml``): ``lab`` (url, ca, cert, key of the front proxy), ``addresses`` (else the
    interfaces'), ``ports`` (others than the usual, by the usual number), ``cpus``, ``memory_mib``, ``pace`` (a factor
    on the programs' waiting).
    """

    version: Version
    root: Path = Path("/")
    settings: dict[str, Any] = field(default_factory=dict)
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)
    #: a test's point of a power cut: the name of a phase
    kill_before: str = ""

    @classmethod
    def here(cls, version: Version) -> Host:
        """The machine that this process runs on."""
        path = Path(SETTINGS)
        settings = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else None
        return cls(version, settings=settings or {})

    # -- files ---------------------------------------------------------------------------------------------------
    def path(self, name: str) -> Path:
        """A file of the host by its absolute name."""
        return self.root / name.lstrip("/")

    def read(self, name: str) -> str:
        """The text of a file."""
        return self.path(name).read_text(encoding="utf-8")

    def write(self, name: str, text: str | bytes, mode: int = 0o600) -> None:
        """Write a file whole, so that who is killed leaves the old one or the new one."""
        target = self.path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        new = target.with_name(f".{target.name}.new")
        new.write_bytes(text.encode() if isinstance(text, str) else text)
        new.chmod(mode)
        new.replace(target)

    def has(self, name: str) -> bool:
        """Whether a file is there."""
        return self.path(name).exists()

    # -- words ---------------------------------------------------------------------------------------------------
    def say(self, text: str = "") -> None:
        """A line of normal output."""
        print(text, file=self.out, flush=True)

    def warn(self, source: str, text: str) -> None:
        """A warning as klog writes it."""
        at = time.strftime("%m%d %H:%M:%S") + ".000000"
        print(f"W{at} {os.getpid():7d} {source}] {text}", file=self.err, flush=True)

    def sleep(self, seconds: float) -> None:
        """Wait, as fast as the tests go."""
        time.sleep(seconds * float(self.settings.get("pace", 1.0)))

    def phase(self, name: str) -> None:
        """A step of a command begins: where a test wants it, the power goes."""
        if self.kill_before == name:
            raise Killed(name)

    # -- network -------------------------------------------------------------------------------------------------
    def port(self, usual: int) -> int:
        """The port in use for one of the usual ones."""
        return int((self.settings.get("ports") or {}).get(usual, usual))

    def addresses(self) -> list[str]:
        """The host's own global addresses, the one of the default route first."""
        given = self.settings.get("addresses")
        if given:
            return list(given)
        tool = shutil.which("ip") or "/sbin/ip"
        shown = subprocess.run([tool, "-j", "addr"], capture_output=True, text=True, check=False)
        found = []
        for link in json.loads(shown.stdout or "[]"):
            for info in link.get("addr_info") or []:
                address = ipaddress.ip_address(info["local"])
                if not (address.is_loopback or address.is_link_local):
                    found.append(str(address))
        return found

    def is_loopback(self, address: str) -> bool:
        """Whether an address is of the loopback range and none that the tests gave the host."""
        return ipaddress.ip_address(address).is_loopback and address not in (self.settings.get("addresses") or [])

    def dial(self, address: str) -> str:
        """Where to find what listens on loopback; in a test, each host has an address of its own for it."""
        given = self.settings.get("addresses") or []
        return given[0] if given and address in ("127.0.0.1", "::1", "localhost") else address

    def hostname(self) -> str:
        """The host's name."""
        return str(self.settings.get("hostname") or socket.gethostname())

    def port_free(self, number: int) -> bool:
        """Whether a program could listen on a port."""
        given = self.settings.get("addresses") or []
        for address in given[:1] or ["::"]:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            try:
                with socket.socket(family, socket.SOCK_STREAM) as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind((address, number))
                    probe.listen()
            except OSError:
                return False
        return True

    # -- processes -----------------------------------------------------------------------------------------------
    def which(self, program: str) -> bool:
        """Whether a program is in the path."""
        return program not in (self.settings.get("missing") or []) and (
            shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") is not None
            or program in (self.settings.get("present") or [])
        )

    def run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Run a program of the host and give its result."""
        return subprocess.run(list(command), capture_output=True, text=True, check=False)

    def systemctl(self, *words: str) -> bool:
        """Ask systemd; false when it refuses."""
        return self.run(["systemctl", *words]).returncode == 0

    def cpus(self) -> int:
        """Processors that are available."""
        return int(self.settings.get("cpus") or len(os.sched_getaffinity(0)))

    def memory(self) -> int:
        """Megabytes of memory."""
        if self.settings.get("memory_mib"):
            return int(self.settings["memory_mib"])
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
