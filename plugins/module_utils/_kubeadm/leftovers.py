# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cluster leaves on a host that ``kubeadm reset`` does not take away: the network plugins' and kube-proxy's.

kubeadm says so itself at the end of a reset, and advises to flush the host's packet filter. That would take the owner's
rules along. Here only what has the names goes that kubelet, kube-proxy, flannel, Calico, Cilium and Multus give.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .._engine.errors import EdgeError
from . import host

#: configuration and state of the network plugins; a name may end in *
FILES = (
    "etc/cni/net.d/10-flannel.conflist",
    "etc/cni/net.d/10-calico.conflist",
    "etc/cni/net.d/calico-kubeconfig",
    "etc/cni/net.d/05-cilium.conf*",
    "etc/cni/net.d/00-multus.conf*",
    "etc/cni/net.d/multus.d",
    "var/lib/cni/networks/cbr0",
    "var/lib/cni/networks/k8s-pod-network",
    "var/lib/cni/results/cbr0-*",
    "var/lib/cni/results/k8s-pod-network-*",
    "var/lib/cni/cache/results/cbr0-*",
    "var/lib/cni/flannel",
    "var/lib/cni/multus",
    "run/flannel",
    "run/calico",
    "var/lib/calico",
    "run/cilium",
    "sys/fs/bpf/cilium",
    "sys/fs/bpf/tc/globals/cilium_*",
    # kubeadm's own, which a reset leaves, and the roles' settings of the kubelet
    "etc/kubernetes/tmp",
    "etc/kubernetes/patches",
    # what the roles keep of the cluster: manifests, notes of runs, what a run that was killed has left
    "var/lib/edge.infra/manifests",
    "var/lib/edge.infra/backup",
    "var/lib/edge.infra/restore",
    "var/lib/edge.infra/restore.json",
    "var/lib/edge.infra/certificates.json",
    "var/lib/edge.infra/kubeadm*.json",
)
#: folders that kubeadm empties, or whose files are ours, the inner ones first; they go where nothing else is in them
FOLDERS = (
    "etc/kubernetes/pki/etcd",
    "etc/kubernetes/pki",
    "etc/kubernetes/manifests",
    "etc/kubernetes",
    "var/lib/etcd",
    "var/lib/kubelet",
    "var/lib/edge.infra",
)
_LINKS = re.compile(
    r"cni0|flannel\.1|flannel-v6\.1|vxlan\.calico|vxlan-v6\.calico|wireguard\.cali|wg-v6\.cali|cali[0-9a-f]{11}"
    r"|cilium_host|cilium_net|cilium_vxlan|cilium_geneve|lxc[0-9a-f]{12}|lxc_health|kube-ipvs0"
)
_IPVS = "kube-ipvs0"
_CHAINS = re.compile(r"(?:KUBE|FLANNEL)-|cali-|(?:OLD_)?CILIUM_")
_RULE = re.compile(r"-A (?P<chain>\S+) ")
_TARGET = re.compile(r" (?:-j|-g) (?P<target>\S+)")
_COMMENT = re.compile(r"--comment \"?(?:flanneld (?:masq|forward)|cali:)")
_SETS = re.compile(r"(?:KUBE-|cali[46]0)")
#: programs that show rules, those that take them, and what tells that there are any
_FILTERS = (
    ("iptables-nft-save", "iptables-nft-restore", ""),
    ("ip6tables-nft-save", "ip6tables-nft-restore", ""),
    ("iptables-legacy-save", "iptables-legacy-restore", "proc/net/ip_tables_names"),
    ("ip6tables-legacy-save", "ip6tables-legacy-restore", "proc/net/ip6_tables_names"),
)
_PATHS = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:/usr/bin:/bin"


@dataclass(frozen=True)
class Left:
    """What there is, and how it goes.

    :param folders: folders that are empty without the files.
    :param rules: program and its input, for rules and chains.
    :param commands: further commands, in their order.
    """

    files: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()
    links: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    rules: tuple[tuple[str, str], ...] = ()
    commands: tuple[tuple[str, ...], ...] = ()

    def as_dict(self) -> dict[str, list[str]]:
        """For a module's result."""
        named = [f"/{path.relative_to(host.ROOT)}" for path in (*self.files, *self.folders)]
        return {"files": named, "interfaces": [*self.links], "chains": [*self.chains], "sets": [*self.sets]}

    def __bool__(self) -> bool:
        return bool(self.files or self.folders or self.links or self.chains or self.sets or self.commands)


def say(*command: str) -> str:
    """What a program prints; '' where it is missing or fails."""
    program = shutil.which(command[0], path=_PATHS)
    if program is None:
        return ""
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, check=False, timeout=60)
    return done.stdout if done.returncode == 0 else ""


def script(saved: str) -> tuple[str, list[str]]:
    """What takes the cluster's chains, and the rules that lead to them, out of the rules that are there.

    :param saved: as ``iptables-save`` prints it.

    Returns what ``iptables-restore --noflush`` wants, and the names of the chains; every other rule stays.
    """
    lines: list[str] = []
    names: list[str] = []
    table, rules, chains = "", [], []  # type: str, list[str], list[str]
    for line in saved.splitlines():
        if line.startswith("*"):
            table, rules, chains = line, [], []
        elif line.startswith(":") and _CHAINS.match(line[1:]):
            chains.append(line[1:].split()[0])
        elif line.startswith("-A "):
            rules.append(line)
        elif line == "COMMIT":
            gone = [rule.replace("-A", "-D", 1) for rule in rules if _leads(rule, chains)]
            if gone or chains:
                lines += [table, *(f":{chain} - [0:0]" for chain in chains), *gone]
                lines += [*(f"-X {chain}" for chain in chains), "COMMIT"]
            names += [f"{table[1:]}/{chain}" for chain in chains]
            names += [f"{table[1:]}: {rule[3:]}" for rule in gone if not _TARGET.search(rule)]
    return ("\n".join(lines) + "\n" if lines else ""), names


def _leads(rule: str, chains: Sequence[str]) -> bool:
    """Whether a rule of another's chain is the cluster's."""
    chain, target = _RULE.match(rule), _TARGET.search(rule)
    if chain is None or chain["chain"] in chains:
        return False
    return bool((target and target["target"] in chains) or _COMMENT.search(rule))


def look(rules: bool = True) -> Left:
    """What is left on this host.

    :param rules: whether rules of the packet filter are looked for.
    """
    files = [path for name in FILES for path in sorted(host.ROOT.glob(name))]
    folders = emptied(files)
    shown = json.loads(say("ip", "-j", "link", "show") or "[]")
    names = [one["ifname"] for one in shown if one.get("ifname")]
    links = [name for name in names if _LINKS.fullmatch(name)]
    # what was plugged into the bridge goes with it
    links += [one["ifname"] for one in shown if one.get("master") == "cni0" and one["ifname"].startswith("veth")]
    if not rules:
        return Left(tuple(files), tuple(folders), tuple(links))
    scripts, chains = _filters()
    commands: list[tuple[str, ...]] = []
    for family, table in re.findall(r"^table (ip6?) (kube-proxy)$", say("nft", "list", "tables"), re.M):
        commands.append(("nft", "delete", "table", family, table))
    if _IPVS in links and shutil.which("ipvsadm", path=_PATHS):
        commands.append(("ipvsadm", "--clear"))
    sets = [name for name in say("ipset", "list", "-n").split() if _SETS.match(name)]
    given = (files, folders, links, chains, sets, scripts, commands)
    return Left(*(tuple(one) for one in given))


def emptied(files: Sequence[Path]) -> list[Path]:
    """The folders that are empty without these files, in the order in which they go.

    Those of a package (kubelet's brings ``/etc/kubernetes/manifests`` along) stay, and so does what is mounted.
    """
    found: list[Path] = []
    for name in FOLDERS:
        path = host.ROOT / name
        if not path.is_dir() or path.is_symlink() or path.is_mount():
            continue
        if set(path.iterdir()) <= {*files, *found} and not (
            say("dpkg", "-S", str(path)) or say("rpm", "-qf", str(path))
        ):
            found.append(path)
    return found


def _filters() -> tuple[list[tuple[str, str]], list[str]]:
    scripts, chains = [], []
    there = [one for one in _FILTERS if shutil.which(one[0], path=_PATHS)]
    # a host with one kind only has its programs under the plain names
    plain = [(f"{name}-save", f"{name}-restore", "") for name in ("iptables", "ip6tables")]
    for saves, restores, marks in there or plain:
        if marks and not host.text(marks).strip():
            continue  # asking would have the kernel load what nobody uses
        text, names = script(say(saves))
        if text:
            scripts.append((restores, text))
            family = "ip6 " if saves.startswith("ip6") else ""
            chains += [f"{family}{name}" for name in names]
    return scripts, list(dict.fromkeys(chains))


def remove(left: Left) -> None:
    """Take away what was found; raises :class:`EdgeError` with the words of what could not be."""
    for program, text in left.rules:
        _run([program, "--noflush", "--wait", "10"], text)
    for command in left.commands:
        _run(command)
    for name in left.sets:
        _run(["ipset", "destroy", name])
    for name in left.links:
        if name in [one.get("ifname") for one in json.loads(say("ip", "-j", "link", "show") or "[]")]:
            _run(["ip", "link", "delete", name])
    for path in left.files:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    for path in left.folders:
        with contextlib.suppress(OSError):  # somebody has just put something there
            path.rmdir()


def _run(command: Sequence[str], feed: str = "") -> None:
    program = shutil.which(command[0], path=_PATHS) or command[0]
    done = subprocess.run([program, *command[1:]], input=feed, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise EdgeError(
            f"{' '.join(command)}: {said[-1] if said else 'it failed'}.", "See to it on the host, and run again."
        )
