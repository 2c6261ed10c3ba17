# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``ping``, ``traceroute`` and ``ip`` in a container, as BusyBox has them (images whose name says alpine or busybox) or
as iputils, traceroute and iproute2 do. Seconds are those of the simulated world.
"""

from __future__ import annotations

import argparse
import ipaddress
import json
import random
from typing import NoReturn

from ..kubernetes.execution import Process
from .dataplane import Dataplane, Path

_START_TTL = 64


class _UsageError(Exception):
    pass


class _Options(argparse.ArgumentParser):
    def __init__(self) -> None:
        super().__init__(add_help=False)

    def error(self, message: str) -> NoReturn:
        raise _UsageError(message)


def busybox(process: Process) -> bool:
    """Whether the container's programs are those of BusyBox."""
    image = str(process.container.get("image", ""))
    return "alpine" in image or "busybox" in image


def _time(path: Path) -> float:
    """Milliseconds to and fro."""
    return round(0.12 * (len(path.hops) + path.back + 1) + random.uniform(0.0, 0.08), 3)


class Userland:
    """The programs that look at the network."""

    def __init__(self, dataplane: Dataplane) -> None:
        self.dataplane = dataplane

    # -- ping --------------------------------------------------------------------------------------------------
    async def ping(self, process: Process) -> int:
        """``ping [-c N] [-W S] [-i S] [-s SIZE] [-q] ADDRESS``; 1 when nothing came back."""
        parser = _Options()
        parser.add_argument("-c", type=int, default=4)
        parser.add_argument("-W", type=float, default=10)
        parser.add_argument("-i", type=float, default=1)
        parser.add_argument("-s", type=int, default=56)
        parser.add_argument("-q", action="store_true")
        parser.add_argument("-n", action="store_true")
        parser.add_argument("address")
        try:
            given = parser.parse_args(process.argv[1:])
        except _UsageError as error:
            await process.err(f"ping: {error}\n")
            return 1 if busybox(process) else 2
        if not _is_address(given.address):
            known = "bad address '{}'" if busybox(process) else "{}: Name or service not known"
            await process.err(f"ping: {known.format(given.address)}\n")
            return 1 if busybox(process) else 2
        small = busybox(process)
        head = f"PING {given.address} ({given.address})"
        await process.out(
            f"{head}: {given.s} data bytes\n" if small else f"{head} {given.s}({given.s + 28}) bytes of data.\n"
        )
        times, told = list[float](), 0
        for number in range(given.c):
            path = self.dataplane.path(process.pod, given.address)
            if path.reached:
                times.append(_time(path))
                sequence = f"seq={number}" if small else f"icmp_seq={number + 1}"
                if not given.q:
                    ttl = _START_TTL - path.back
                    await process.out(
                        f"{given.s + 8} bytes from {given.address}: {sequence} ttl={ttl} time={times[-1]:.3f} ms\n"
                    )
            elif path.unresolved and not small:
                told += 1
                await process.out(f"From {path.unresolved} icmp_seq={number + 1} Destination Host Unreachable\n")
            if number + 1 < given.c:
                await process.sleep(given.i)
        if len(times) < given.c:
            await process.sleep(given.W)
        await process.out(self._summary(given, times, told, small))
        return 0 if times else 1

    @staticmethod
    def _summary(given: argparse.Namespace, times: list[float], told: int, small: bool) -> str:
        loss = f"{100 * (given.c - len(times)) // given.c}% packet loss"
        text = f"\n--- {given.address} ping statistics ---\n{given.c} packets transmitted, "
        if small:
            text += f"{len(times)} packets received, {loss}\n"
        else:
            errors = f"+{told} errors, " if told else ""
            text += f"{len(times)} received, {errors}{loss}, time {round((given.c - 1) * given.i * 1000)}ms\n"
        if times:
            low, mean, high = min(times), sum(times) / len(times), max(times)
            words = ("round-trip min/avg/max", "") if small else ("rtt min/avg/max/mdev", "/0.040")
            text += f"{words[0]} = {low:.3f}/{mean:.3f}/{high:.3f}{words[1]} ms\n"
        return text

    # -- traceroute --------------------------------------------------------------------------------------------
    async def traceroute(self, process: Process) -> int:
        """``traceroute [-n] [-m HOPS] [-q N] [-w S] ADDRESS``."""
        parser = _Options()
        parser.add_argument("-n", action="store_true")
        parser.add_argument("-m", type=int, default=30)
        parser.add_argument("-q", type=int, default=3)
        parser.add_argument("-w", type=float, default=5)
        parser.add_argument("address")
        try:
            given = parser.parse_args(process.argv[1:])
        except _UsageError as error:
            await process.err(f"traceroute: {error}\n")
            return 1 if busybox(process) else 2
        if not _is_address(given.address):
            await process.err(f"traceroute: bad address '{given.address}'\n")
            return 1 if busybox(process) else 2
        size = 46 if busybox(process) else 60
        await process.out(f"traceroute to {given.address} ({given.address}), {given.m} hops max, {size} byte packets\n")
        for number in range(1, given.m + 1):
            path = self.dataplane.path(process.pod, given.address)
            if number > len(path.hops):
                marks = "  ".join("*" for _probe in range(given.q))
                await process.sleep(given.w * given.q)
                await process.out(f"{number:2d}  {marks}\n")
                continue
            hop = str(path.hops[number - 1])
            name = hop if given.n else f"{hop} ({hop})"
            probes = "  ".join(f"{0.12 * number + random.uniform(0, 0.05):.3f} ms" for _probe in range(given.q))
            await process.out(f"{number:2d}  {name}  {probes}\n")
            if path.reached and number == len(path.hops):
                break
        return 0

    # -- ip ----------------------------------------------------------------------------------------------------
    async def ip(self, process: Process) -> int:
        """``ip [-4] [-o|-j|-brief] addr [show]`` and ``ip [-4] route [show]``; it changes nothing."""
        flags = [a for a in process.argv[1:] if a.startswith("-")]
        words = [a for a in process.argv[1:] if not a.startswith("-")]
        known = {"-4", "-o"} if busybox(process) else {"-4", "-o", "-j", "-brief", "-br", "-json", "-oneline"}
        wrong = next((f for f in flags if f not in known), None)
        if wrong:
            await process.err(f'Option "{wrong}" is unknown, try "ip -help".\n')
            return 255
        what = words[0] if words else ""
        if what not in ("addr", "address", "a", "route", "r") or words[1:] not in ([], ["show"]):
            await process.err("RTNETLINK answers: Operation not permitted\n")
            return 2
        text = self._addresses(process, flags) if what.startswith("a") else self._routes(process, flags)
        await process.out(text)
        return 0

    def _addresses(self, process: Process, flags: list[str]) -> str:
        rows = [("lo", "127.0.0.1", 8), *self._own(process)]
        if {"-j", "-json"} & set(flags):
            listed = [
                {
                    "ifindex": n,
                    "ifname": name,
                    "operstate": "UNKNOWN" if name == "lo" else "UP",
                    "addr_info": [{"family": "inet", "local": address, "prefixlen": length}],
                }
                for n, (name, address, length) in enumerate(rows, 1)
            ]
            return json.dumps(listed) + "\n"
        if {"-brief", "-br"} & set(flags):
            return "".join(
                f"{name:<16} {'UNKNOWN' if name == 'lo' else 'UP':<14} {a}/{length} \n" for name, a, length in rows
            )
        if {"-o", "-oneline"} & set(flags):
            return "".join(
                f"{n}: {name}    inet {a}/{length} scope {'host' if name == 'lo' else 'global'} {name}\\"
                "       valid_lft forever preferred_lft forever\n"
                for n, (name, a, length) in enumerate(rows, 1)
            )
        return "".join(
            f"{n}: {name}: <{'LOOPBACK' if name == 'lo' else 'BROADCAST,MULTICAST'},UP,LOWER_UP>\n"
            f"    inet {a}/{length} scope {'host' if name == 'lo' else 'global'} {name}\n"
            "       valid_lft forever preferred_lft forever\n"
            for n, (name, a, length) in enumerate(rows, 1)
        )

    def _own(self, process: Process) -> list[tuple[str, str, int]]:
        found = self.dataplane.interfaces(process.pod)
        return [(i.name, str(i.address.ip), i.address.network.prefixlen) for i in found]

    def _routes(self, process: Process, flags: list[str]) -> str:
        rows = []
        for route in reversed(self.dataplane.routes(process.pod)):
            network = "default" if not route.network.prefixlen else str(route.network)
            via = str(route.gateway) if route.gateway else "169.254.1.1" if network == "default" else ""
            rows.append((network, via, route.interface))
        if {"-j", "-json"} & set(flags):
            listed = [{"dst": n, **({"gateway": v} if v else {}), "dev": d} for n, v, d in rows]
            return json.dumps(listed) + "\n"
        return "".join(f"{n} {f'via {v} ' if v else ''}dev {d}{'' if v else ' scope link'}\n" for n, v, d in rows)


def _is_address(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True
