# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Probes of what pods see of their networks: their commands, what their output means, and what was expected of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_interface
from typing import Any

from .._engine.errors import InputError
from .._engine.field import Field
from .programs import Ended

KINDS = ("ping", "route", "download", "addresses")
_HEADER = re.compile(r"^[A-Za-z0-9-]+$")
_PING = re.compile(r"(\d+) packets transmitted, (\d+) (?:packets )?received.*?([\d.]+)% packet loss", re.DOTALL)
_TIMES = re.compile(r"= ([\d.]+)/([\d.]+)/([\d.]+)")
_HOP = re.compile(r"^\s*(\d+)\s+(\S+)", re.MULTILINE)
_ADDRESS = re.compile(r"^\d+:\s+(\S+)\s+inet6?\s+(\S+)", re.MULTILINE)

PROBE = (
    Field("name", "What the result calls it.", required=True),
    Field(
        "kind",
        (
            "What to ask for.",
            "V(ping) counts answers, V(route) the routers on the way (C(traceroute)), V(download) fetches a URL"
            " (C(curl)), and V(addresses) looks at the pod's own interfaces (C(ip)).",
        ),
        choices=KINDS,
        default="ping",
    ),
    Field("namespace", "Namespace of the pod.", default="default"),
    Field("pod", "Name of the pod in which the program runs; this or O(probes[].label_selector)."),
    Field("label_selector", "Labels of the pod, such as C(app=cdn); of several that run, the first by name is taken."),
    Field("container", "Container in the pod; its first one unless given."),
    Field("address", "Address to ask for, of a ping or a route."),
    Field("url", "URL to fetch, of a download."),
    Field("count", "Packets that a ping sends.", type="int", default=3, least=1),
    Field("most_hops", "Hops after which a route is given up.", type="int", default=8, least=1),
    Field("seconds", "Seconds to wait for one answer, or for a connection.", type="int", default=2, least=1),
    Field("longest", "Seconds that the program may take as a whole.", type="int", default=120, least=1),
    Field(
        "reachable",
        "Whether an answer is expected. V(false) expects that there is none: of a ping that every packet is lost, of a"
        " route that it does not come to the address, of a download that it fails.",
        type="bool",
        default=True,
    ),
    Field("loss", "Percentage of packets that may be lost.", type="float", default=0.0),
    Field("hops", "How many hops a route has, with the address itself.", type="int"),
    Field("through", "Addresses that a route goes through, in this order.", type="list", elements="str"),
    Field("status", "Status of the HTTP answer.", type="int", default=200),
    Field("size", "Bytes of a download.", type="int"),
    Field("headers", "Headers of the HTTP answer, by name.", type="dict"),
    Field(
        "addresses",
        (
            "Addresses with prefix that the pod's interfaces have.",
            "A network, such as V(10.100.1.0/24), stands for any address in it with this prefix: which one L2S-M"
            " assigns is not known beforehand.",
        ),
        type="list",
        elements="str",
    ),
)


def check(probe: Mapping[str, Any]) -> None:
    """Raise InputError for a probe that makes no sense, before anything is asked."""
    name, kind = probe["name"], probe["kind"]

    def wrong(option: str, problem: str, remedy: str) -> InputError:
        return InputError(
            f"Probe {name}: {option}: {problem}", remedy, option=f"probes[].{option}", value=probe.get(option)
        )

    needed = {"ping": "address", "route": "address", "download": "url", "addresses": "addresses"}[kind]
    if not probe.get(needed):
        raise wrong(needed, f"is missing, and a probe of kind {kind} needs it.", "Give it.")
    if kind in ("ping", "route"):
        for option, text in [("address", probe["address"]), *(("through", t) for t in probe.get("through") or [])]:
            try:
                ip_address(text)
            except ValueError:
                raise wrong(option, f"{text!r} is no IP address.", "Correct it.") from None
    if kind == "download" and not re.match(r"^https?://[^\s]+$", probe["url"]):
        raise wrong("url", f"{probe['url']!r} is no URL of HTTP.", "Begin it with http:// or https://.")
    for header in probe.get("headers") or {}:
        if not _HEADER.match(str(header)):
            raise wrong("headers", f"{header!r} is no name of a header.", "Use letters, digits and hyphens.")
    for text in probe.get("addresses") or []:
        try:
            ip_interface(text)
        except ValueError:
            raise wrong("addresses", f"{text!r} is no address with prefix.", "Write it as 10.0.1.10/24.") from None


def command(probe: Mapping[str, Any]) -> list[str]:
    """The program with its arguments."""
    wait = str(probe["seconds"])
    if probe["kind"] == "ping":
        return ["ping", "-c", str(probe["count"]), "-W", wait, probe["address"]]
    if probe["kind"] == "route":
        return ["traceroute", "-n", "-m", str(probe["most_hops"]), "-q", "1", "-w", wait, probe["address"]]
    if probe["kind"] == "addresses":
        return ["ip", "-o", "addr"]
    form = "%{http_code} %{size_download} %{time_total}" + "".join(
        f"\\n%header{{{h}}}" for h in probe.get("headers") or {}
    )
    limits = ["--connect-timeout", wait, "--max-time", str(probe["longest"])]
    return ["curl", "-sS", "-o", "/dev/null", *limits, "-w", form, probe["url"]]


# -- what the output means -----------------------------------------------------------------------------------------
def seen(probe: Mapping[str, Any], ended: Ended) -> dict[str, Any]:
    """What a program found out; the forms of BusyBox and of iputils alike."""
    reader: Callable[[Mapping[str, Any], Ended], dict[str, Any]] = {
        "ping": _ping,
        "route": _route,
        "download": _download,
        "addresses": _addresses,
    }[probe["kind"]]
    return reader(probe, ended)


def _ping(probe: Mapping[str, Any], ended: Ended) -> dict[str, Any]:
    counted, times = _PING.search(ended.out), _TIMES.search(ended.out)
    found: dict[str, Any] = {"reachable": ended.status == 0, "loss": float(counted[3]) if counted else 100.0}
    ttl = re.search(r"ttl=(\d+)", ended.out)
    if ttl:
        found["ttl"] = int(ttl[1])
    if times:
        found["milliseconds"] = dict(zip(("least", "mean", "most"), map(float, times.groups()), strict=True))
    return found


def _route(probe: Mapping[str, Any], ended: Ended) -> dict[str, Any]:
    hops = [text for _number, text in _HOP.findall(ended.out.partition("\n")[2])]
    while hops and hops[-1] == "*":
        hops.pop()
    return {"reachable": bool(hops) and hops[-1] == probe["address"], "hops": hops}


def _download(probe: Mapping[str, Any], ended: Ended) -> dict[str, Any]:
    first, *rest = ended.out.split("\n")
    words = first.split()
    found: dict[str, Any] = {"reachable": ended.status == 0, "status": 0, "size": 0}
    if len(words) == 3 and words[0].isdigit() and words[1].isdigit():
        found.update(status=int(words[0]), size=int(words[1]), transfer_seconds=float(words[2].replace(",", ".")))
    found["headers"] = dict(zip(probe.get("headers") or {}, rest, strict=False))
    return found


def _addresses(probe: Mapping[str, Any], ended: Ended) -> dict[str, Any]:
    own: dict[str, list[str]] = {}
    for name, address in _ADDRESS.findall(ended.out):
        own.setdefault(name.partition("@")[0], []).append(address)
    return {"reachable": ended.status == 0, "interfaces": own}


# -- what was expected ---------------------------------------------------------------------------------------------
_LOOK_APART = "Look for a route or a pod with forwarding between the two networks that should not be there."
_LOOK_WAY = (
    "Look at the pod's annotations (k8s.v1.cni.cncf.io/networks is there, l2sm/error is not), at the routers on the"
    " way, at the networks' availability and at the overlay's switches."
)


def unmet(probe: Mapping[str, Any], found: Mapping[str, Any]) -> list[dict[str, str]]:
    """Expectations that do not hold: what was expected, what was seen, and what to look at."""
    faults: list[dict[str, str]] = []

    def fault(expected: str, saw: str, look: str) -> None:
        faults.append({"expected": expected, "seen": saw, "look": look})

    target = probe.get("address") or probe.get("url") or ", ".join(probe.get("addresses") or [])
    answers = found["reachable"] and found.get("loss", 0.0) < 100
    if not probe["reachable"]:
        if answers:
            fault(f"{target} is not reached", "it is" + _through(found), _LOOK_APART)
        return faults
    if not answers:
        fault(f"{target} is reached", _nothing(found), _LOOK_WAY)
        return faults
    if probe["kind"] == "ping" and found["loss"] > probe["loss"]:
        fault(
            f"at most {probe['loss']:g} % of the packets are lost", f"{found['loss']:g} %", "Look at the nodes' load."
        )
    if probe["kind"] == "route":
        _route_faults(probe, found, fault)
    if probe["kind"] == "download":
        _download_faults(probe, found, fault)
    if probe["kind"] == "addresses":
        present = [a for own in found["interfaces"].values() for a in own]
        for address in probe["addresses"]:
            if not any(_fits(own, address) for own in present):
                look = (
                    "Look at the pod's annotations l2sm/networks and l2sm/error: addresses are set when it is created."
                )
                fault(f"an interface has {address}", ", ".join(present) or "no address", look)
    return faults


def _fits(own: str, wanted: str) -> bool:
    """Whether an address with prefix is the one that is wanted, or one of the network that is."""
    have, want = ip_interface(own), ip_interface(wanted)
    return have == want or (want.ip == want.network.network_address and have.network == want.network)


def _route_faults(probe: Mapping[str, Any], found: Mapping[str, Any], fault: Callable[[str, str, str], None]) -> None:
    look = "Look at the routes of the pods (ip route) and at who forwards."
    shown = " → ".join(found["hops"])
    if probe.get("hops") is not None and len(found["hops"]) != probe["hops"]:
        fault(f"{probe['address']} is {probe['hops']} hops away", f"{len(found['hops'])}: {shown}", look)
    between = found["hops"][:-1]
    wanted = list(probe.get("through") or [])
    places = [between.index(w) if w in between else -1 for w in wanted]
    if -1 in places or places != sorted(places):
        fault(f"the route goes through {', '.join(wanted)}", shown, look)


def _download_faults(
    probe: Mapping[str, Any], found: Mapping[str, Any], fault: Callable[[str, str, str], None]
) -> None:
    look = "Look at the server's configuration and log."
    if found["status"] != probe["status"]:
        fault(f"{probe['url']} is answered with {probe['status']}", str(found["status"]), look)
    if probe.get("size") is not None and found["size"] != probe["size"]:
        fault(f"{probe['size']} bytes come", str(found["size"]), look)
    for name, value in (probe.get("headers") or {}).items():
        if found["headers"].get(name, "") != str(value):
            fault(f"the header {name} is {value}", found["headers"].get(name) or "not there", look)


def _through(found: Mapping[str, Any]) -> str:
    return f", through {' → '.join(found['hops'])}" if found.get("hops") else ""


def _nothing(found: Mapping[str, Any]) -> str:
    if found.get("hops"):
        return f"the way ends at {found['hops'][-1]}"
    if "loss" in found:
        return f"{found['loss']:g} % of the packets are lost"
    return "no answer"
