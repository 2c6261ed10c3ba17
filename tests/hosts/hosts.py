# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts for tests on this machine: containers that boot systemd, in a network of their own, reached by SSH.

    hosts.py why                     what is missing here; nothing when hosts can be had
    hosts.py up node1 node2 ...      make those that are not there (NAME=SUITE for another Debian than usual)
    hosts.py inventory node1 ...     the inventory has these alone, whichever else there are
    hosts.py cut node1 node2 ...     the first no longer reaches the others, nor they it; no host can see why
    hosts.py heal                    every link is whole again
    hosts.py power node1             the power goes and comes back: every process is killed, and systemd starts anew
    hosts.py off node1               the power goes; `power` brings it back
    hosts.py down                    nothing is left but the images
    hosts.py watch                   wait until the standard input ends, then `down`: also when its other end was killed

Everything is kept in one folder, $EDGE_TEST_HOSTS or build/hosts of the checkout: images, containers, the network's
definition, the key, and inventory/hosts.yml for Ansible. Two checkouts on a machine do not know of each other: each
has its own store of containers, its own subnet (a free one is looked for), bridge and table of nft rules.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import ipaddress
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import image

ROOT = Path(__file__).resolve().parents[2]
STATE = Path(os.environ.get("EDGE_TEST_HOSTS") or ROOT / "build" / "hosts").resolve()
#: names that have to be the machine's only ones
MINE = "edge" + hashlib.sha256(str(STATE).encode()).hexdigest()[:6]
#: kept out of the overlay of the image, as they hold overlays themselves
FOLDERS = ("/var/lib/containerd", "/var/lib/kubelet", "/var/lib/etcd")
PROGRAMS = {
    **{name: name for name in ("podman", "runc", "mmdebstrap", "nft", "ip")},
    "ssh-keygen": "openssh-client",
    "/usr/lib/podman/netavark": "netavark",
}
#: on control groups of version 1, the engine mounts the machine's own systemd hierarchy over the host's: every host
#: would see the others' units and pods there, and its kubelet try to remove them
BOOT = """\
place=/sys/fs/cgroup/systemd
if [ "$(grep -c " $place " /proc/self/mountinfo)" -gt 1 ]; then
    umount $place/release_agent 2> /dev/null
    umount $place
fi
exec /lib/systemd/systemd
"""
#: the hosts that scenarios are made for, and their releases of Debian
USUAL = {"node1": "bookworm", "node2": "trixie", "node3": "bookworm", "node4": "trixie", "node5": "bookworm"}
#: inotify's watchers that one user may have: those of systemd, containerd and kubelets on all hosts are root's, and a
#: containerd that gets none runs without its interface for kubelets
WATCHERS = (Path("/proc/sys/fs/inotify/max_user_instances"), 2048)
#: seconds until a host that boots has to answer
ANSWERS = 180


class Problem(RuntimeError):
    """Something that a command could not do, in words for a person."""


def run(*command: str, check: bool = True, feed: str | None = None) -> str:
    """What a program prints; its own words when it fails."""
    done = subprocess.run(command, input=feed, capture_output=True, text=True, check=False, env=environment())
    if check and done.returncode:
        raise Problem(f"{' '.join(command[:4])}...: {(done.stderr or done.stdout).strip()[-600:]}")
    return done.stdout


def environment() -> dict[str, str]:
    """Everything of podman's is in our folder."""
    return {
        **os.environ,
        "CONTAINERS_CONF": str(STATE / "containers.conf"),
        "CONTAINERS_STORAGE_CONF": str(STATE / "storage.conf"),
    }


def configure() -> None:
    """Write podman's settings: limits that this process may set, and folders of our own."""
    STATE.mkdir(parents=True, exist_ok=True)
    files = min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 1048576)
    manager = "systemd" if Path("/run/systemd/system").exists() else "cgroupfs"
    texts = {
        "containers.conf": f"""\
[containers]
default_ulimits = ["nofile={files}:{files}", "nproc=20000:20000"]
[network]
network_backend = "netavark"
network_config_dir = "{STATE}/networks"
[engine]
runtime = "runc"
cgroup_manager = "{manager}"
events_logger = "none"
""",
        "storage.conf": f"""\
[storage]
driver = "overlay"
graphroot = "{STATE}/storage"
runroot = "{STATE}/run"
""",
    }
    for name, text in texts.items():
        (STATE / name).write_text(text, encoding="utf-8")


@contextmanager
def alone() -> Iterator[None]:
    """One command at a time in a checkout."""
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def why() -> str:
    """Why there can be no hosts here; "" when there can."""
    if os.geteuid() != 0:
        return "real hosts need root"
    missing = sorted(package for program, package in PROGRAMS.items() if shutil.which(program) is None)
    if missing:
        return f"real hosts need {', '.join(missing)} (Debian packages)"
    return ""


def remember(**more: Any) -> dict[str, Any]:
    """What is known of the hosts: {subnet, hosts: {name: {suite, address}}}."""
    place = STATE / "state.json"
    known: dict[str, Any] = json.loads(place.read_text(encoding="utf-8")) if place.exists() else {"hosts": {}}
    if more:
        known.update(more)
        place.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
    return known


def free_subnet() -> str:
    """A /24 that this machine has no address in and no route to."""
    seen = json.loads(run("ip", "-j", "-4", "route", "show", "table", "all")) or []
    taken = [ipaddress.ip_network(r["dst"], strict=False) for r in seen if r.get("dst", "default") != "default"]
    start = int(MINE[-4:], 16) % 200
    for number in range(start, start + 200):
        subnet = ipaddress.ip_network(f"10.79.{number % 200}.0/24")
        if not any(subnet.overlaps(other) for other in taken):
            return str(subnet)
    raise Problem("10.79.0.0 to 10.79.199.0 are all taken")


def ensure_image(suite: str) -> str:
    """The name of the image of a suite, which is built when it is not there."""
    name = f"localhost/edge-test-host:{suite}-{image.version(suite)}"
    if subprocess.run(["podman", "image", "exists", name], env=environment(), check=False).returncode:
        archive = STATE / f"{suite}.tar"
        try:
            image.build(suite, archive)
            settings = ("--change", 'CMD ["/lib/systemd/systemd"]', "--change", "STOPSIGNAL SIGRTMIN+3")
            run("podman", "import", *settings, str(archive), name)
        finally:
            archive.unlink(missing_ok=True)
    return name


def ensure_images(suites: set[str]) -> None:
    """Have the images of several suites, side by side: most of the time goes into waiting."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(ensure_image, sorted(suites)))


def ensure_watchers() -> None:
    """Raise the machine's limit where it is low and may be raised."""
    place, enough = WATCHERS
    with contextlib.suppress(OSError, ValueError):
        if int(place.read_text(encoding="utf-8")) < enough:
            place.write_text(f"{enough}\n", encoding="utf-8")


def ensure_network() -> str:
    """Make the network; returns its subnet."""
    if subprocess.run(["podman", "network", "exists", MINE], env=environment(), check=False).returncode:
        subnet = free_subnet()
        remember(subnet=subnet)
        run("podman", "network", "create", "--disable-dns", "--subnet", subnet, MINE)
        # podman takes the first name that is free now: another checkout's, made at the same time, would have the same
        place = STATE / "networks" / f"{MINE}.json"
        definition = json.loads(place.read_text(encoding="utf-8"))
        place.write_text(json.dumps({**definition, "network_interface": MINE}), encoding="utf-8")
    return str(remember()["subnet"])


def ensure_key() -> str:
    """The public key that every host lets in."""
    key = STATE / "key"
    if not key.exists():
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", MINE, "-f", str(key))
    return key.with_suffix(".pub").read_text(encoding="utf-8")


def containers() -> dict[str, str]:
    """State by name of every container of ours."""
    listed = json.loads(run("podman", "ps", "--all", "--format", "json") or "[]") or []
    return {entry["Names"][0]: entry["State"] for entry in listed}


def start(name: str, suite: str, address: str) -> None:
    """Start one host that is not there."""
    there = containers().get(name)
    if there and there != "running":
        run("podman", "rm", "--force", "--volumes", "--time", "0", name)
    if there != "running":
        run(
            *("podman", "run", "--detach", "--name", name, "--hostname", name, "--network", MINE, "--ip", address),
            *("--no-hosts", "--privileged", "--systemd=always", "--cgroupns=private", "--restart=always"),
            *(f"--volume={folder}" for folder in FOLDERS),
            *(ensure_image(suite), "/bin/sh", "-c", BOOT),
        )
    place = "install -d -m 700 /root/.ssh && cat > /root/.ssh/authorized_keys"
    run("podman", "exec", "--interactive", name, "sh", "-c", place, feed=ensure_key())


def answers(address: str) -> None:
    """Wait until sshd speaks."""
    deadline = time.monotonic() + ANSWERS
    while time.monotonic() < deadline:
        try:
            with socket.create_connection((address, 22), 1) as connection:
                if connection.recv(4) == b"SSH-":
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise Problem(f"the host at {address} does not answer after {ANSWERS} s")


def suites(wanted: tuple[str, ...]) -> dict[str, str]:
    """Release of Debian by name of the host."""
    found = {}
    for name, _sign, suite in (item.partition("=") for item in wanted):
        if not suite and name not in USUAL:
            raise Problem(f"{name} has no release of Debian: write {name}=trixie")
        found[name] = suite or USUAL[name]
    return found


def up(*wanted: str) -> None:
    """Make hosts NAME or NAME=SUITE, their addresses in the order in which they were first wanted."""
    configure()
    asked = suites(wanted)
    ensure_images(set(asked.values()))
    subnet = ipaddress.ip_network(ensure_network())
    for name, suite in asked.items():
        hosts = remember()["hosts"]
        entry = hosts.setdefault(name, {"suite": suite, "address": str(subnet[11 + len(hosts)])})
        remember(hosts=hosts)
        start(name, entry["suite"], entry["address"])
    for entry in remember()["hosts"].values():
        answers(entry["address"])
    write_inventory(remember()["hosts"])


def inventory(*names: str) -> None:
    """Have an inventory of these hosts."""
    for name in names:
        address(name)
    write_inventory({name: entry for name, entry in remember()["hosts"].items() if name in names})


def write_inventory(known: dict[str, Any]) -> None:
    """The inventory of some hosts."""
    hosts = {name: {"ansible_host": e["address"], "test_host_suite": e["suite"]} for name, e in known.items()}
    variables = {
        "ansible_user": "root",
        "ansible_ssh_private_key_file": str(STATE / "key"),
        "ansible_ssh_common_args": "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR",
        "ansible_ssh_pipelining": True,
        "ansible_python_interpreter": "/usr/bin/python3",
    }
    (STATE / "inventory").mkdir(exist_ok=True)
    document = {"all": {"children": {"test_hosts": {"hosts": hosts, "vars": variables}}}}
    (STATE / "inventory" / "hosts.yml").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def address(name: str) -> str:
    """The address of a host."""
    hosts = remember()["hosts"]
    if name not in hosts:
        raise Problem(f"there is no host {name}; there are: {', '.join(hosts) or 'none'}")
    return str(hosts[name]["address"])


def cut(name: str, *others: str) -> None:
    """Drop what goes between a host and others, where the bridge forwards it."""
    rules = f"add table bridge {MINE}\n"
    rules += f"add chain bridge {MINE} links {{ type filter hook forward priority 0; }}\n"
    for other in others:
        for one, two in ((name, other), (other, name)):
            rules += f"add rule bridge {MINE} links ip saddr {address(one)} ip daddr {address(two)} drop\n"
            rules += f"add rule bridge {MINE} links arp saddr ip {address(one)} arp daddr ip {address(two)} drop\n"
    run("nft", "-f", "-", feed=rules)


def heal() -> None:
    """Let everything through again."""
    run("nft", "delete", "table", "bridge", MINE, check=False)


def off(name: str) -> None:
    """Kill every process of a host at once."""
    address(name)
    # the engine starts again what ends by itself; what is stopped stays so
    run("podman", "stop", "--time", "0", name)


def power(name: str) -> None:
    """Off without a word, and on again."""
    off(name)
    run("podman", "start", name)
    answers(address(name))


def down() -> None:
    """Take away hosts, network and rules; the images stay."""
    if shutil.which("nft"):
        heal()
    if (STATE / "storage.conf").exists() and shutil.which("podman"):
        for name in containers():
            run("podman", "rm", "--force", "--volumes", "--time", "0", name, check=False)
        run("podman", "network", "rm", "--force", MINE, check=False)
        left = containers()
        # what holds a mount in the store would be in the way of `make clean`
        run("podman", "umount", "--all", "--force", check=False)
        if left:
            raise Problem(f"not removed: {', '.join(left)}")
    for place in (STATE / "inventory" / "hosts.yml", STATE / "state.json"):
        place.unlink(missing_ok=True)


def watch() -> None:
    """Take everything down once nobody holds the other end of our standard input."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.read()
    with alone():
        down()


def main() -> int:
    """Do what the command line says."""
    verb, names = (sys.argv[1:2] or [""])[0], sys.argv[2:]
    verbs = {f.__name__: f for f in (up, inventory, cut, heal, power, off, down)}
    if verb == "why":
        print(why(), end="")
        return 0
    if verb == "watch":
        watch()
        return 0
    if verb not in verbs:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        if reason := why():
            raise Problem(reason)
        with alone():
            verbs[verb](*names)
    except (Problem, RuntimeError) as error:
        print(f"hosts.py {verb}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
