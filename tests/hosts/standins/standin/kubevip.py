# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""kube-vip in its ARP mode: who holds the lease has the address.

It speaks to its own host's API server, with the kubeconfig that is mounted for it; who may not write leases, as the
administrator before kubeadm has bound its group, never has the address.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import struct
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from . import kubeconfig
from .client import ApiError, Client
from .host import Host, Refusal

_LEASES = "/apis/coordination.k8s.io/v1/namespaces/{}/leases"
_MOUNT = "/etc/kubernetes/admin.conf"


class KubeVip:
    """One pod."""

    def __init__(self, host: Host, pod: dict[str, Any]) -> None:
        self.host = host
        container = pod["spec"]["containers"][0]
        self.given = {entry["name"]: str(entry.get("value", "")) for entry in container["env"]}
        mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
        places = {volume["name"]: volume["hostPath"] for volume in pod["spec"]["volumes"]}
        self.file = places[mounts[_MOUNT]]["path"]
        self._files = [place["path"] for place in places.values() if place.get("type") == "File"]
        self._hosts = places[mounts["/etc/hosts"]]["path"] if "/etc/hosts" in mounts else ""
        self._name = host.hostname().lower()
        self._stop = threading.Event()
        self._client: Client | None = None
        self.leads = False

    def start(self) -> None:
        """Run in the background; refused while a file that it mounts is not there."""
        missing = [name for name in self._files if not self.host.has(name)]
        if missing:
            raise Refusal(f"MountVolume.SetUp failed: hostPath type check failed: {missing[0]} is not a file")
        if self._hosts and " kubernetes" not in self.host.read(self._hosts):
            raise Refusal("dial tcp: lookup kubernetes: no such host")
        threading.Thread(target=self._watch, daemon=True).start()

    def stop(self) -> None:
        """End, and give the address away."""
        self._stop.set()
        self._have(False)

    def _watch(self) -> None:
        pause = float(self.given.get("vip_retryperiod") or 2) * float(self.host.settings.get("pace", 1.0))
        while not self._stop.is_set():
            try:
                self.leads = self.elect()
            except (ApiError, OSError):
                self.leads = False
            self._have(self.leads)
            self._stop.wait(max(0.2, pause))

    def _speaker(self) -> Client:
        if self._client is None:
            found = kubeconfig.load(self.host.read(self.file), lambda name: self.host.path(name).read_bytes())
            own = self.host.addresses()[0]
            shown = f"[{own}]" if ":" in own else own
            found.server = f"https://{shown}:{self.host.port(int(self.given['port']))}"
            self._client = Client(found, timeout=2.0, agent="kube-vip")
            self._client.any_name()
        return self._client

    def elect(self) -> bool:
        """Whether the lease is ours: renewed, or taken where nobody has renewed it for its duration."""
        client, now = self._speaker(), datetime.now(UTC)
        name, place = self.given["vip_leasename"], _LEASES.format(self.given["cp_namespace"])
        seconds = int(self.given.get("vip_leaseduration") or 15)
        spec = {"holderIdentity": self._name, "leaseDurationSeconds": seconds, "renewTime": _stamp(now)}
        lease = client.get(f"{place}/{name}")
        if lease is None:
            client.call("POST", place, {"metadata": {"name": name}, "spec": spec})
            return True
        there = lease.get("spec") or {}
        renewed = datetime.fromisoformat(str(there.get("renewTime") or "2000-01-01T00:00:00.000000Z"))
        pace = float(self.host.settings.get("pace", 1.0))
        if there.get("holderIdentity") != self._name and now - renewed < timedelta(seconds=seconds * pace):
            return False
        client.call("PUT", f"{place}/{name}", {"metadata": lease["metadata"], "spec": {**there, **spec}})
        return True

    def _have(self, wanted: bool) -> None:
        """Add or take away the address, and tell the neighbours."""
        link, address = self.given["vip_interface"], self.given["address"]
        prefix = self.given.get("vip_subnet") or ("128" if ":" in address else "32")
        there = f" {address}/" in self.host.run(["ip", "-o", "address", "show", "dev", link]).stdout
        if wanted != there:
            self.host.run(["ip", "address", "add" if wanted else "del", f"{address}/{prefix}", "dev", link])
        if wanted and ":" not in address:
            with contextlib.suppress(OSError):
                announce(link, address)


def announce(link: str, address: str) -> None:
    """A gratuitous ARP: the address is here."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806)) as wire:
        wire.bind((link, 0x0806))
        mac, packed = wire.getsockname()[4], ipaddress.IPv4Address(address).packed
        body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1) + mac + packed + b"\xff" * 6 + packed
        wire.send(b"\xff" * 6 + mac + struct.pack("!H", 0x0806) + body)


def _stamp(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
