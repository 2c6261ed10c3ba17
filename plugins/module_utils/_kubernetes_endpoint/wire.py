# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who has an address on the wire: asked by ARP without taking part (RFC 5227), or by IPv6's neighbour discovery."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import select
import socket
import struct
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .._kubernetes_host.look import run

_ARP, _IPV4, _ASK, _ANSWER = 0x0806, 0x0800, 1, 2
#: how often, and how long for an answer
_TRIES, _SECONDS = 3, 0.4


def question(mac: bytes, address: str) -> bytes:
    """The frame that asks who has an address; a sender of 0.0.0.0 leaves every cache as it is."""
    head = b"\xff" * 6 + mac + struct.pack("!H", _ARP)
    body = struct.pack("!HHBBH", 1, _IPV4, 6, 4, _ASK)
    return head + body + mac + bytes(4) + bytes(6) + ipaddress.IPv4Address(address).packed


def answer(frame: bytes, address: str) -> str:
    """The MAC address of whoever says in this frame that it has the address; '' for any other frame."""
    if len(frame) < 42 or frame[12:14] != struct.pack("!H", _ARP):
        return ""
    kind, sender, has = struct.unpack("!H", frame[20:22])[0], frame[22:28], frame[28:32]
    if kind != _ANSWER or has != ipaddress.IPv4Address(address).packed:
        return ""
    return ":".join(f"{byte:02x}" for byte in sender)


def owners(interface: str, addresses: Iterable[str]) -> dict[str, list[str]]:
    """MAC addresses of whoever has each address on the network of an interface; none for one that is free."""
    wanted = list(dict.fromkeys(addresses))
    four = [text for text in wanted if ":" not in text]
    found = {text: _discovered(interface, text) for text in wanted if ":" in text}
    with contextlib.suppress(OSError):
        found.update(_asked(interface, four))
    return {text: sorted(found.get(text, set())) for text in wanted}


def _asked(interface: str, addresses: list[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {text: set() for text in addresses}
    if not addresses:
        return found
    mac = bytes.fromhex(Path(f"/sys/class/net/{interface}/address").read_text(encoding="ascii").replace(":", ""))
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ARP)) as wire:
        wire.bind((interface, _ARP))
        for _again in range(_TRIES):
            for text in addresses:
                wire.send(question(mac, text))
            deadline = time.monotonic() + _SECONDS
            while (left := deadline - time.monotonic()) > 0 and select.select([wire], [], [], left)[0]:
                frame = wire.recv(2048)
                for text in addresses:
                    found[text] |= {answer(frame, text)} - {""}
            if all(found.values()):
                break
    return found


def _discovered(interface: str, address: str) -> set[str]:
    """IPv6: let the kernel look, and read what it has learnt."""
    deadline = time.monotonic() + 7  # one that it knew before is asked again after five seconds
    while True:
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.sendto(b"", (address, 9, 0, socket.if_nametoindex(interface)))
        time.sleep(0.3)
        entries = json.loads(run("ip", "-6", "-j", "neigh", "show", address, "dev", interface)[1] or "[]")
        states = {state for entry in entries for state in entry.get("state", [])}
        macs = {entry["lladdr"] for entry in entries if "lladdr" in entry}
        if "FAILED" in states or not entries:
            return set()
        if "REACHABLE" in states or "PERMANENT" in states:
            return macs
        if time.monotonic() > deadline:
            return macs if "INCOMPLETE" not in states else set()


def interfaces() -> dict[str, list[dict[str, Any]]]:
    """Addresses of each interface: {name: [{address, prefix}]}."""
    status, output = run("ip", "-j", "address", "show")
    links = json.loads(output or "[]") if status == 0 else []
    return {
        link["ifname"].partition("@")[0]: [
            {"address": info["local"], "prefix": info.get("prefixlen", 0)}
            for info in link.get("addr_info", [])
            if "local" in info and info.get("scope") != "link"
        ]
        for link in links
        if "ifname" in link
    }


def place(links: dict[str, list[dict[str, Any]]], addresses: list[str], wanted: str = "") -> str:
    """The interface that has one of a node's addresses, the first address first; ``wanted`` where it is there."""
    if wanted:
        return wanted if wanted in links else ""
    for address in addresses:
        for name, entries in links.items():
            if any(same(entry["address"], address) for entry in entries):
                return name
    return ""


def same(one: str, other: str) -> bool:
    """Whether two texts are the same address."""
    try:
        return ipaddress.ip_address(one) == ipaddress.ip_address(other)
    except ValueError:
        return one == other
