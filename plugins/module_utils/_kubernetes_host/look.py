# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks at a host, without changing anything: all that the role kubernetes_host decides by, in one go.

Runs on the host, with what every supported distribution brings (Python 3.9, systemd). What is not there is
told as empty.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

#: what the role has done that it could not tell later, and takes back on ``remove``
RECORD = "var/lib/edge.infra/kubernetes_host.json"
#: where earlier releases of the role had it
OLD_RECORD = "etc/edge-infra/kubernetes_host.json"
#: put before what is taken out of /etc/fstab
MARK = "# edge.infra: "
#: services that bring back swap by themselves
SWAP_SERVICES = ("dphys-swapfile.service", "zramswap.service", "zram-config.service", "zram-swap.service")
TIME_SERVICES = ("chrony.service", "chronyd.service", "systemd-timesyncd.service", "ntpsec.service", "ntpd.service")
_CLIENT = ("version", "--client", "-o", "json")
FAMILIES = {"debian": "debian", "ubuntu": "debian", "rhel": "redhat", "rocky": "redhat", "almalinux": "redhat"}


def run(*command: str) -> tuple[int, str]:
    """Exit status and output of a program; 127 where it is not there, 124 where it does not end."""
    if shutil.which(command[0], path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin:/usr/local/sbin") is None:
        return 127, ""
    variables = {**os.environ, "LC_ALL": "C"}
    given: dict[str, Any] = {"capture_output": True, "text": True, "errors": "replace"}
    try:
        done = subprocess.run(command, env=variables, timeout=120, check=False, **given)
    except subprocess.TimeoutExpired:
        return 124, ""
    return done.returncode, done.stdout


class Host:
    """Reads one host; ``root`` is another folder in tests."""

    def __init__(self, root: Path = Path("/")) -> None:
        self.root = root

    def text(self, path: str) -> str:
        """A file's text; "" when it cannot be read."""
        try:
            return (self.root / path).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def system(self) -> dict[str, str]:
        """The distribution by its own /etc/os-release, and its family; "" for one that we know nothing of."""
        lines = [line.partition("=") for line in self.text("etc/os-release").splitlines() if "=" in line]
        found = {key: value.strip().strip("\"'") for key, _sign, value in lines}
        name, version = found.get("ID", ""), found.get("VERSION_ID", "")
        return {
            "id": name,
            "version": version,
            "name": found.get("PRETTY_NAME", name),
            "codename": found.get("VERSION_CODENAME", ""),
            "family": FAMILIES.get(name, ""),
            "kernel": platform.release(),
            "architecture": platform.machine(),
        }

    def memory(self) -> int:
        """MiB that the kernel has."""
        found = re.search(r"^MemTotal:\s+(\d+)", self.text("proc/meminfo"), re.M)
        return int(found.group(1)) // 1024 if found else 0

    def cgroup(self) -> dict[str, Any]:
        """Version of the control groups that systemd is on, and their controllers."""
        if (self.root / "sys/fs/cgroup/cgroup.controllers").exists():
            return {"version": 2, "controllers": self.text("sys/fs/cgroup/cgroup.controllers").split()}
        rows = [row.split() for row in self.text("proc/cgroups").splitlines() if not row.startswith("#")]
        return {"version": 1, "controllers": [row[0] for row in rows if len(row) == 4 and row[3] == "1"]}

    def swap(self, units: str) -> dict[str, list[str]]:
        """Devices in use, lines of /etc/fstab, and units that make swap at the next start."""
        active = [line.split()[0] for line in self.text("proc/swaps").splitlines()[1:] if line.strip()]
        fstab = [line for line in self.text("etc/fstab").splitlines() if re.match(r"\s*[^#\s]\S*\s+\S+\s+swap\s", line)]
        found = []
        for line in units.splitlines():
            name, state = [*line.split(), "", ""][:2]
            wanted = name in SWAP_SERVICES and state == "enabled"
            # one that is generated from /etc/fstab goes with its line
            own = name.endswith(".swap") and state in ("enabled", "static", "disabled", "generated", "enabled-runtime")
            if wanted or (own and state != "disabled" and not self.from_fstab(name)):
                found.append(name)
        zram = self.text("etc/systemd/zram-generator.conf").strip()
        if zram and not re.search(r"^dev-zram0\.swap\s", units, re.M):
            found.append("dev-zram0.swap")  # a generator's unit, which is listed once it was masked
        return {"active": active, "fstab": fstab, "units": sorted(found)}

    def from_fstab(self, unit: str) -> bool:
        """Whether systemd made this unit from a line of /etc/fstab."""
        return "SourcePath=/etc/fstab" in self.text(f"run/systemd/generator/{unit}")

    def has_module(self, name: str) -> bool:
        """Whether the kernel has a module, loaded or built in."""
        if (self.root / "sys/module" / name).exists():
            return True
        if re.search(rf"\b{re.escape(name)}$", self.text("proc/filesystems"), re.M):
            return True
        builtin = self.text(f"lib/modules/{platform.release()}/modules.builtin").replace("-", "_")
        return f"/{name.replace('-', '_')}.ko" in builtin

    def sysctl(self, name: str) -> str:
        """The value in effect; "" where this kernel has no such key."""
        return " ".join(self.text("proc/sys/" + name.replace(".", "/")).split())

    def record(self) -> dict[str, Any]:
        """What earlier runs have noted."""
        try:
            found = json.loads(self.text(RECORD) or self.text(OLD_RECORD) or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


def addresses() -> list[str]:
    """Every address of the host but those of its loopback and of the link."""
    status, output = run("ip", "-j", "address", "show", "scope", "global")
    found = json.loads(output or "[]") if status == 0 else []
    return [info["local"] for link in found for info in link.get("addr_info", []) if "local" in info]


def listening() -> list[dict[str, Any]]:
    """Ports that a process listens on: [{port, protocol, process}]."""
    found = {}
    for line in run("ss", "-H", "-l", "-n", "-t", "-u", "-p")[1].splitlines():
        parts = line.split()
        if len(parts) < 5 or not parts[4].rpartition(":")[2].isdigit():
            continue
        process = re.search(r'\(\("([^"]+)"', line)
        entry = {"port": int(parts[4].rpartition(":")[2]), "protocol": parts[0][:3]}
        found[(entry["port"], entry["protocol"])] = {**entry, "process": process.group(1) if process else ""}
    return [found[key] for key in sorted(found)]


def firewall() -> dict[str, Any]:
    """The firewall that is active ("" for none), and what it lets in."""
    if run("firewall-cmd", "--state")[0] == 0:
        now = run("firewall-cmd", "--list-ports")[1].split()
        always = set(run("firewall-cmd", "--permanent", "--list-ports")[1].split())
        return {"active": "firewalld", "ports": [port for port in now if port in always]}
    status = run("ufw", "status")[1]
    if status.startswith("Status: active"):
        allowed = re.findall(r"^(\S+/(?:tcp|udp))\s+ALLOW\s", status, re.M)
        return {"active": "ufw", "ports": [port.replace(":", "-") for port in allowed]}
    return {"active": "", "ports": []}


def packages(family: str, names: list[str]) -> dict[str, dict[str, Any]]:
    """Version and hold by name, of those that are installed."""
    found: dict[str, dict[str, Any]] = {}
    if not names:
        return found
    if family == "debian":
        form = "${Package} ${db:Status-Status} ${db:Status-Want} ${Version}\\n"
        for line in run("dpkg-query", "-W", "-f", form, *names)[1].splitlines():
            name, status, wanted, version = [*line.split(), "", ""][:4]
            if status in ("installed", "unpacked", "half-configured", "triggers-pending"):
                found[name] = {"version": version, "held": wanted == "hold"}
    elif family == "redhat":
        locked = run("dnf", "-q", "-C", "versionlock", "list")[1]
        for line in run("rpm", "-q", "--qf", "%{NAME} %{VERSION}-%{RELEASE}\\n", *names)[1].splitlines():
            name, version = [*line.split(), ""][:2]
            if re.match(r"\d", version):
                found[name] = {"version": version, "held": f"{name}-" in locked}
    return found


def programs(having: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Version by name of Kubernetes' programs that no package has brought; "" for one that does not tell it."""
    found = {}
    for name, words in (("kubeadm", ("version", "-o", "short")), ("kubelet", ("--version",)), ("kubectl", _CLIENT)):
        if name not in having and shutil.which(name, path="/usr/bin:/usr/local/bin"):
            version = re.search(r"v(\d+\.\d+\.\d+[0-9A-Za-z.+-]*)", run(name, *words)[1])
            found[name] = version.group(1) if version else ""
    return found


def services(names: list[str]) -> dict[str, str]:
    """What systemd says of each: active, inactive, failed; those that it does not know are left out."""
    form = ("--property=Id,ActiveState,LoadState",)
    blocks = run("systemctl", "show", *form, *names)[1].strip().split("\n\n") if names else []
    found = [dict(line.partition("=")[::2] for line in block.splitlines()) for block in blocks]
    return {e["Id"]: e["ActiveState"] for e in found if e.get("LoadState") not in (None, "not-found")}


def stale(root: Path) -> bool:
    """Whether containerd runs since before its settings were written: a run was killed between the two."""
    places = ("etc/containerd/config.toml", "etc/systemd/system/containerd.service.d/edge-proxy.conf")
    written = [(root / place).stat().st_mtime for place in places if (root / place).exists()]
    told = run("systemctl", "show", "--timestamp=unix", "--property=ActiveEnterTimestamp", "containerd.service")[1]
    began = re.search(r"=@(\d+)", told)
    # systemd tells whole seconds
    return bool(written and began and max(written) > int(began.group(1)) + 1)


def look(modules: list[str], sysctls: list[str], names: list[str], root: Path = Path("/")) -> dict[str, Any]:
    """Everything about this host."""
    host = Host(root)
    system = host.system()
    units = run("systemctl", "list-unit-files", "--no-legend", "--type=swap,service")[1]
    container = run("systemd-detect-virt", "--container")[1].strip()
    having = packages(system["family"], names)
    cluster = [n for n in ("kubelet.conf", "admin.conf", "manifests") if (root / "etc/kubernetes" / n).exists()]
    return {
        "system": system,
        "container": "" if container == "none" else container,
        "name": socket.gethostname().lower(),
        "machine_id": host.text("etc/machine-id").strip(),
        "product_uuid": host.text("sys/class/dmi/id/product_uuid").strip().lower(),
        "memory_mib": host.memory(),
        "cpus": os.cpu_count() or 0,
        "addresses": addresses(),
        "cgroup": host.cgroup(),
        "swap": host.swap(units),
        "modules": {name: host.has_module(name) for name in modules},
        "sysctls": {name: host.sysctl(name) for name in sysctls},
        "firewall": firewall(),
        "listening": listening(),
        "packages": having,
        "programs": programs(having),
        "crictl": shutil.which("crictl", path="/usr/bin:/usr/local/bin") is not None,
        "services": services(["containerd.service", "kubelet.service", *TIME_SERVICES]),
        "containerd_default": run("containerd", "config", "default")[1],
        "containerd_config": (root / "etc/containerd/config.toml").exists(),
        "containerd_stale": stale(root),
        "plugins": sorted(p.name for p in (root / "opt/cni/bin").glob("*")) if (root / "opt/cni/bin").is_dir() else [],
        "node": bool({"kubelet.conf", "admin.conf"} & set(cluster)),
        "record": host.record(),
        "old_record": (root / OLD_RECORD).exists(),
    }
