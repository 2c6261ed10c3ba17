# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates of a node by kubeadm: until when they hold, and who can make new ones. Nothing is run here.

Source: kubeadm's own list (``kubeadm certs check-expiration``, 1.20 to 1.36; super-admin.conf since 1.29). What is told
here comes from the files, so that it is the same in every release, and with an API server that does not answer.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .._engine.errors import EdgeError
from . import host

UTC = timezone.utc  # noqa: UP017 - datetime.UTC is not known to the Python 3.9 of a host
FOLDER = "etc/kubernetes"
#: name of kubeadm's -> (file below the folder of certificates, that of its authority)
FILES = {
    "apiserver": ("apiserver.crt", "ca"),
    "apiserver-kubelet-client": ("apiserver-kubelet-client.crt", "ca"),
    "apiserver-etcd-client": ("apiserver-etcd-client.crt", "etcd/ca"),
    "etcd-server": ("etcd/server.crt", "etcd/ca"),
    "etcd-peer": ("etcd/peer.crt", "etcd/ca"),
    "etcd-healthcheck-client": ("etcd/healthcheck-client.crt", "etcd/ca"),
    "front-proxy-client": ("front-proxy-client.crt", "front-proxy-ca"),
}
CONFIGS = ("admin.conf", "super-admin.conf", "controller-manager.conf", "scheduler.conf")
AUTHORITIES = ("ca", "front-proxy-ca", "etcd/ca")
KUBELET = "kubelet-client-current.pem"
#: the kubelet asks for a new certificate when between 70 and 90 % of the time of the old one has gone
_LATE = 0.1
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.S)
_TIME = rb"(?:\x17\x0d(\d{12})Z|\x18\x0f(\d{14})Z)"
_VALIDITY = re.compile(rb"\x30[\x1e\x20\x22]" + _TIME + _TIME)


@dataclass(frozen=True)
class Certificate:
    """A certificate of the host.

    :param authority: who has signed it, by kubeadm's name; '' for an authority.
    :param renewable: whether kubeadm can make a new one here.
    :param why: why it cannot.
    """

    name: str
    begins: datetime
    ends: datetime
    authority: str = ""
    renewable: bool = False
    why: str = ""

    def days(self, now: datetime) -> int:
        """Whole days that are left; less than 0 where it has ended."""
        return (self.ends - now).days

    def as_dict(self, now: datetime) -> dict[str, Any]:
        """For a module's result."""
        return {
            "name": self.name,
            "expires": self.ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "days": self.days(now),
            "authority": self.authority,
            "renewable": self.renewable,
            "reason": self.why,
        }


def validity(pem: str, name: str) -> tuple[datetime, datetime]:
    """(begin, end) of the first certificate of a text; raises :class:`EdgeError` where there is none."""
    found = _PEM.search(pem)
    try:
        times = _VALIDITY.search(base64.b64decode(found[1])) if found else None
    except (binascii.Error, ValueError):
        times = None
    if not times:
        raise EdgeError(f"{name}: there is no certificate in it.", "Look at it; a backup may have the one of before.")
    begin, end = (times[1] or times[2]).decode(), (times[3] or times[4]).decode()
    return _moment(begin), _moment(end)


def _moment(text: str) -> datetime:
    """RFC 5280: two digits of a year are 1950 to 2049."""
    if len(text) == 12:
        text = ("19" if int(text[:2]) >= 50 else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _embedded(text: str) -> str:
    """The client's certificate of a kubeconfig."""
    found = re.search(r"^\s*client-certificate-data:\s*(\S+)", text, re.M)
    try:
        return base64.b64decode(found[1]).decode("ascii", "replace") if found else ""
    except (binascii.Error, ValueError):
        return ""


def folder() -> str:
    """Where the certificates are, as the API server's manifest says; kubeadm's own place without one."""
    found = re.search(r"--client-ca-file=[\"']?(\S+?)/[^/\s]+\.crt", host.text(host.API_SERVER))
    return found[1].lstrip("/") if found else f"{FOLDER}/pki"


def _outside(name: str) -> str:
    """Why kubeadm cannot sign with an authority; '' where it can."""
    place = folder()
    if (host.ROOT / place / f"{name}.key").exists():
        return ""
    return f"/{place}/{name}.key is not here: somebody else signs for it"


def find() -> list[Certificate]:
    """What kubeadm manages on this host, in the order of their names."""
    found, place = [], folder()
    stacked = (host.ROOT / host.MANIFESTS / "etcd.yaml").exists()
    for name, (file, authority) in FILES.items():
        text = host.text(f"{place}/{file}")
        if text:
            why = _outside(authority)
            if authority == "etcd/ca" and not stacked:
                why = "etcd is not of this cluster: who runs it signs for it"
            found.append(Certificate(name, *validity(text, f"/{place}/{file}"), authority, not why, why))
    for name in CONFIGS:
        text = host.text(f"{FOLDER}/{name}")
        if text:
            why = _outside("ca")
            times = validity(_embedded(text), f"/{FOLDER}/{name}")
            found.append(Certificate(name, *times, "ca", not why, why))
    found += _external(place, stacked)
    return sorted(found, key=lambda one: one.name)


def _external(place: str, stacked: bool) -> list[Certificate]:
    """The API server's certificate for an etcd of others, where it is not among kubeadm's own."""
    given = re.search(r"--etcd-certfile=[\"']?(\S+?)[\"']?\s", host.text(host.API_SERVER))
    if stacked or not given or given[1].lstrip("/") == f"{place}/apiserver-etcd-client.crt":
        return []
    text = host.text(given[1].lstrip("/"))
    why = "etcd is not of this cluster: who runs it signs for it"
    return [Certificate("etcd-client", *validity(text, given[1]), "", False, why)] if text else []


def authorities() -> list[Certificate]:
    """The authorities themselves, which are never renewed in passing."""
    place = folder()
    found = []
    for name in AUTHORITIES:
        text = host.text(f"{place}/{name}.crt")
        if text:
            found.append(Certificate(name, *validity(text, f"/{place}/{name}.crt"), why="an authority"))
    return found


def kubelet() -> Certificate | None:
    """The kubelet's own, which it has made anew by itself; None where the host is no node."""
    config = host.text(host.KUBELET_CONF)
    if not config:
        return None
    named = re.search(r"^\s*client-certificate:\s*(\S+)", config, re.M)
    text, name = _embedded(config), f"/{host.KUBELET_CONF}"
    if named:
        path = Path(named[1].strip("\"'"))
        text, name = host.text(str(path).lstrip("/")), str(path)
    why = "" if named else "it is in kubelet.conf itself, and so does not rotate"
    return Certificate("kubelet", *validity(text, name), "ca", False, why)


def overdue(one: Certificate, now: datetime) -> bool:
    """Whether the kubelet should have had a new certificate by now."""
    return (one.ends - now) < (one.ends - one.begins) * _LATE or bool(one.why)
