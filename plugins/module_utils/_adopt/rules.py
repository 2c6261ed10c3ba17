# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What OSM needs of a kubeconfig, as far as the file tells: no request is sent here.

OSM's life-cycle manager writes the document to a file of its own and runs ``helm`` and ``kubectl`` with it, in a
container that has no other program, no file of this machine and no loopback interface of it, for as long as the cluster
is registered.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .._engine.errors import EdgeError
from .._kubeadm.certificates import validity
from .kubeconfig import Chosen, Fault

UTC = timezone.utc  # noqa: UP017 - as on the hosts
ACCOUNT = (
    "Give a kubeconfig with the token of a service account: the guide for clusters made by others says how one is made."
)
AGAIN = "Fetch the kubeconfig from the cluster again."
#: names that only pods of the cluster itself can look up
_INSIDE = re.compile(r"^kubernetes(\.default)?$|\.svc$|\.svc\.|\.cluster\.local$")
#: what a token of Amazon's EKS begins with; the rest is a signed URL in base64
_EKS = "k8s-aws-v1."
#: how long EKS takes one after it was signed, whatever the URL says of itself
_EKS_HOLDS = timedelta(minutes=15)
#: days before the end of credentials from which on it is said
SOON = 30


@dataclass(frozen=True)
class Credentials:
    """How the user signs in: the kind, and until when that holds (None: the file does not tell)."""

    kind: str
    expires: datetime | None = None

    def told(self) -> str:
        """The end as a text, '' where it is not known."""
        return self.expires.strftime("%Y-%m-%dT%H:%M:%SZ") if self.expires else ""


def _pem(data: Any, what: str) -> str:
    try:
        return base64.b64decode(str(data), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise EdgeError(f"{what} is no certificate in base64.") from None


def _claims(token: str) -> Mapping[str, Any]:
    """What a JSON web token says of itself; nothing of another token."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error):
        return {}
    return found if isinstance(found, Mapping) else {}


def _signed(token: str) -> datetime | None:
    """The end of a token of EKS, which is a URL with the time of its signature; None where that cannot be read."""
    packed = token.removeprefix(_EKS)
    try:
        url = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode("ascii")
        at = datetime.strptime(parse_qs(urlsplit(url).query)["X-Amz-Date"][0], "%Y%m%dT%H%M%SZ")
    except (ValueError, KeyError):
        return None
    return at.replace(tzinfo=UTC) + _EKS_HOLDS


def credentials(chosen: Chosen) -> tuple[Credentials, list[Fault]]:
    """How the user signs in, and why OSM could not do so; without a look at the time."""
    user, what = chosen.user, f"users[{chosen.user_name}]"
    if isinstance(user.get("exec"), Mapping):
        command = str(user["exec"].get("command") or "a program").rsplit("/", 1)[-1]
        return Credentials("exec"), [
            Fault(f"{what}.exec signs in by running {command}, a program that OSM does not have.", ACCOUNT)
        ]
    if user.get("auth-provider"):
        name = user["auth-provider"].get("name") if isinstance(user["auth-provider"], Mapping) else ""
        return Credentials("auth-provider"), [
            Fault(
                f"{what}.auth-provider ({name or 'nameless'}) signs in by a plugin of kubectl that OSM does not have.",
                ACCOUNT,
            )
        ]
    if str(user.get("token") or "").startswith(_EKS):
        return Credentials("token", _signed(str(user["token"]))), []
    if user.get("token"):
        end = _claims(str(user["token"])).get("exp")
        known = isinstance(end, (int, float)) and not isinstance(end, bool) and 0 < end < 2**40
        return Credentials("token", datetime.fromtimestamp(float(end), UTC) if known and end else None), []
    certificate, key = user.get("client-certificate-data"), user.get("client-key-data")
    if certificate and key:
        try:
            name = f"{what}.client-certificate-data"
            return Credentials("certificate", validity(_pem(certificate, name), name)[1]), []
        except EdgeError as error:
            return Credentials("certificate"), [Fault(error.message, AGAIN)]
    if certificate or key:
        there, missing = ("certificate", "key") if certificate else ("key", "certificate")
        return Credentials("none"), [Fault(f"{what} has a client's {there} without its {missing}.", AGAIN)]
    if user.get("username"):
        return Credentials("password"), [
            Fault(f"{what} signs in with a password, which Kubernetes has not had since 1.19.", ACCOUNT)
        ]
    return Credentials("none"), [
        Fault(f"{what} has nothing to sign in with: no token and no client certificate.", ACCOUNT)
    ]


def ending(found: Credentials, name: str, now: datetime, least: timedelta) -> tuple[list[Fault], list[str]]:
    """Faults and warnings about the end of credentials."""
    if found.expires is None:
        return [], []
    left, what = found.expires - now, f"users[{name}]: the {found.kind}"
    if left <= timedelta(0):
        remedy = f"{AGAIN} {ACCOUNT}"
        return [Fault(f"{what} has expired at {found.told()}.", remedy)], []
    if left < least:
        return [
            Fault(f"{what} ends at {found.told()}, and OSM could not reach the cluster any more from then on.", ACCOUNT)
        ], []
    if left < timedelta(days=SOON):
        return [], [f"{what} ends at {found.told()}: run this again with a new one before."]
    return [], []


def host_of(url: Any) -> str:
    """Name or address of a URL; '' for what is none."""
    try:
        return (urlsplit(str(url or "")).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def only_here(host: str) -> str:
    """Why others cannot reach a host by this name or address; '' where that cannot be told."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        if host == "localhost" or host.endswith(".localhost"):
            return "which is another machine wherever it is looked up"
        return "a name that only pods of that cluster can look up" if _INSIDE.search(host) else ""
    if address.is_loopback or address.is_unspecified:
        return "an address that each machine has for itself"
    return "an address that holds on one link only" if address.is_link_local else ""


def _address(chosen: Chosen, same_machine: bool) -> Iterator[Fault | str]:
    server, what = chosen.cluster.get("server"), f"clusters[{chosen.cluster_name}]"
    host = host_of(server)
    if not host or not str(server).startswith(("https://", "http://")):
        yield Fault(f"{what}.server is no URL ({server!r}).", AGAIN)
        return
    remedy = (
        "Name the URL by which OSM reaches the API in edge_kubeconfig_server (and in edge_kubeconfig_tls_server_name a"
        " name that its certificate has, where that is not in it)"
    )
    if (reason := only_here(host)) and not same_machine:
        yield Fault(
            f"{what}.server is {server}: {reason}, so OSM would not find the cluster.",
            f"{remedy}; or, where OSM runs on this very machine and reaches it, set osm_adopt_same_machine: true.",
            "server",
        )
    if str(server).startswith("http://"):
        yield f"{what}.server is {server}: tokens would be sent to it in clear."
    if chosen.cluster.get("insecure-skip-tls-verify"):
        yield f"{what}.insecure-skip-tls-verify: OSM would send its token to whoever has the address."
    if proxy := chosen.cluster.get("proxy-url"):
        place = host_of(proxy)
        if only_here(place) and not same_machine:
            yield Fault(f"{what}.proxy-url is on {place}, which OSM cannot reach.", f"{remedy}, without a proxy.")
        else:
            yield f"{what}.proxy-url: OSM has to reach the proxy {place}, too."


def judge(
    chosen: Chosen, now: datetime, least: timedelta, same_machine: bool
) -> tuple[Credentials, list[Fault], list[str]]:
    """How the user signs in, what is in the way, and what deserves a warning.

    :param least: for how long credentials have to hold.
    :param same_machine: whether OSM reaches what only this machine does.
    """
    found, faults = credentials(chosen)
    more, warnings = ending(found, chosen.user_name, now, least)
    faults += more
    if authority := chosen.cluster.get("certificate-authority-data"):
        name = f"clusters[{chosen.cluster_name}].certificate-authority-data"
        try:
            if (end := validity(_pem(authority, name), name)[1]) <= now:
                faults.append(
                    Fault(
                        f"{name} has expired at {end:%Y-%m-%dT%H:%M:%SZ}.",
                        AGAIN,
                    )
                )
        except EdgeError as error:
            faults.append(Fault(error.message, AGAIN))
    for one in _address(chosen, same_machine):
        (faults if isinstance(one, Fault) else warnings).append(one)  # type: ignore[arg-type]
    return found, faults, warnings
