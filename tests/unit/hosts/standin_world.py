# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts in one process, each a folder and an address of loopback, and the lab's API behind their clusters."""

from __future__ import annotations

import asyncio
import io
import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import yaml
from standin import kubeadm, kubelet, versions
from standin.host import Host, Killed, Refusal
from standin.pods import Threads

sys.path.insert(0, str(Path(__file__).parents[3] / "roles" / "lab" / "files"))

from edgelab.build import build

PACE = 0.02
#: the hosts' addresses: those of this process, as two runs may be side by side on a machine
NET = f"127.{os.getpid() % 200 + 20}.{os.getpid() // 200 % 250}"
CNI = "/etc/cni/net.d/10-test.conflist"


class Machine(Host):
    """A host whose systemd is played: the kubelet runs in threads of this process."""

    def systemctl(self, *words: str) -> bool:
        """start, stop and restart of the kubelet."""
        running = self.settings.get("kubelet_runs")
        if words[0] in ("stop", "restart") and running:
            running.stop()
            self.settings["kubelet_runs"] = None
        if words[0] in ("start", "restart"):
            flags = self.path(kubelet.FLAGS).read_text(encoding="utf-8") if self.has(kubelet.FLAGS) else ""
            words_of = flags.partition("=")[2].strip().strip('"').split()
            own = Machine(versions.parse(self.settings["kubelet"]), self.root, self.settings, self.out, self.err)
            one = kubelet.Kubelet(own, kubelet.flags_of(words_of), self.settings["runner"])
            try:
                one.start()
            except Refusal as refusal:
                self.settings["crashed"] = str(refusal)
                return True
            self.settings["kubelet_runs"] = one
        return True


class World:
    """A lab and the hosts of a test."""

    def __init__(self, folder: Path, grace: float = 1.5) -> None:
        self.folder, self.machines = folder, {}  # type: Path, dict[str, Machine]
        config = {
            "services": ["kubernetes"],
            "time_factor": 3000,
            "kubernetes": {"kubeadm": True, "node_grace": grace},
            "sites": [{"name": "edge-1", "model": "kubeadm", "hosts": []}],
        }
        self.loop = asyncio.new_event_loop()
        self.lab = build(config, folder / "lab")
        started = threading.Event()

        def serve() -> None:
            asyncio.set_event_loop(self.loop)
            self.loop.run_until_complete(self.lab.start())
            started.set()
            self.loop.run_forever()
            self.loop.run_until_complete(self.lab.stop())
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()

        self._thread = threading.Thread(target=serve, daemon=True)
        self._thread.start()
        assert started.wait(30)

    def machine(self, number: int, version: str = "1.33.4", **settings: Any) -> Machine:
        """A host that is ready for kubeadm."""
        name = f"node-{number}"
        root = self.folder / name
        credentials = self.lab.credentials["kubernetes"]
        own = {
            "addresses": [f"{NET}.{number}"],
            "hostname": name,
            "lab": {
                "url": self.lab.url("kubernetes"),
                "ca": self.lab.authority.ca_file.read_text(encoding="utf-8"),
                "cert": credentials["front_proxy_certificate"],
                "key": credentials["front_proxy_key"],
            },
            "pace": PACE,
            "cgroup": "v2",
            "kubelet": version,
            "present": ["crictl", "conntrack", "ip", "iptables", "mount", "nsenter"],
            **settings,
        }
        made = Machine(versions.parse(version), root, own, io.StringIO(), io.StringIO())
        own["runner"] = Threads(made)
        made.write("/proc/sys/net/ipv4/ip_forward", "1\n")
        made.write("/proc/sys/net/bridge/bridge-nf-call-iptables", "1\n")
        made.write("/proc/swaps", "Filename\tType\n")
        made.write(CNI, "{}")
        self._runtime(made)
        self.machines[name] = made
        return made

    def _runtime(self, machine: Machine) -> None:
        """Something that listens where the container runtime would."""
        for name in ("/var/run/containerd/containerd.sock",):
            path = machine.path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            listener = socket.socket(socket.AF_UNIX)
            with in_folder(path.parent):
                listener.bind(path.name)
            listener.listen(8)
            machine.settings["cri"] = listener

    def stop(self) -> None:
        """The end of all."""
        for machine in self.machines.values():
            off(machine)
            machine.settings["cri"].close()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)


@contextmanager
def in_folder(folder: Path) -> Iterator[None]:
    """Names of sockets are short: bind them from within their folder."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def off(machine: Machine) -> None:
    """Power off."""
    machine.systemctl("stop", "kubelet")
    machine.settings["runner"].end()


def run(machine: Machine, *words: str, version: str = "") -> tuple[int, str, str]:
    """(status, output, errors) of one kubeadm command."""
    machine.out, machine.err = io.StringIO(), io.StringIO()
    if version:
        machine.version = versions.parse(version)
    code = kubeadm.main(machine, list(words))
    return code, machine.out.getvalue(), machine.err.getvalue()


def right(machine: Machine, *words: str, version: str = "") -> str:
    """The output of a command that has to end well."""
    code, out, err = run(machine, *words, version=version)
    assert code == 0, f"{' '.join(words)}: {err}\n{out}"
    return out


def wrong(machine: Machine, *words: str, version: str = "") -> str:
    """What a command that has to be refused says."""
    code, out, err = run(machine, *words, version=version)
    assert code != 0, out
    return err


def power_cut(machine: Machine, before: str, *words: str) -> None:
    """Run a command and cut the power before one of its steps."""
    machine.kill_before = before
    with suppress(Killed):
        run(machine, *words)
        raise AssertionError(f"never came to {before}")
    machine.kill_before = ""
    off(machine)


def config(machine: Machine, **cluster: Any) -> str:
    """A configuration file for init on a host, in the version that its kubeadm takes; returns its name."""
    minor = machine.version.minor
    api = f"kubeadm.k8s.io/{'v1beta2' if minor < 22 else 'v1beta3' if minor < 31 else 'v1beta4'}"
    cluster.setdefault("kubernetesVersion", machine.version.tag)
    cluster.setdefault("controlPlaneEndpoint", f"{machine.addresses()[0]}:6443")
    if minor >= 31:
        cluster.setdefault("encryptionAlgorithm", "ECDSA-P256")
    init = cluster.pop("init", {})
    documents = [
        {"apiVersion": api, "kind": "InitConfiguration", **init},
        {"apiVersion": api, "kind": "ClusterConfiguration", **cluster},
    ]
    machine.write("/root/kubeadm.yaml", yaml.safe_dump_all(documents))
    return "/root/kubeadm.yaml"


def get(machine: Machine, path: str) -> Any:
    """An object of the cluster."""
    from standin import objects

    return objects.admin(machine).get(path)


def shown(machine: Machine, path: str) -> str:
    """The same as text."""
    return json.dumps(get(machine, path))
