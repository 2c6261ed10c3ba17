# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host has to be for Kubernetes, before the role and after it; every fault at once. Runs on the controller.

Figures of kubeadm's own preflight: 1700 MB and two processors for a control-plane node; kubelet refuses version 1 of
the control groups from Kubernetes 1.35 on, unless it is told to take them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

#: distributions that the role is made for
SUPPORTED = {
    "debian": ("12", "13"),
    "ubuntu": ("22.04", "24.04"),
    "rhel": ("9",),
    "rocky": ("9",),
    "almalinux": ("9",),
}
CONTROLLERS = ("cpu", "cpuset", "memory", "pids")
#: what may listen on Kubernetes' ports: Kubernetes
OWN = re.compile(r"^(kube-?\w*|etcd|kubelet)")
#: plugins that every network plugin builds on
PLUGINS = ("bridge", "host-local", "loopback", "portmap")
#: packages of Kubernetes, all of one version
KUBERNETES = ("kubelet", "kubeadm", "kubectl")

State = Mapping[str, Any]


def faults(state: State, settings: State, others: Mapping[str, State], after: bool) -> list[str]:
    """Everything that is wrong, each with what to do; [] when nothing is.

    ``state`` is what look.py tells, ``settings`` what the role was given, ``others`` the states of all hosts of
    the play by their names in the inventory. ``after`` asks whether the role's work is in
    effect, not whether it can begin.
    """
    return list(_after(state, settings)) if after else [*_before(state, settings), *_together(state, settings, others)]


def _before(state: State, settings: State) -> Iterator[str]:
    yield from _system(state, settings)
    yield from _size(state, settings)
    yield from _cgroup(state, settings)
    swap = state["swap"]
    if settings["swap"] == "refuse":
        if swap["active"]:
            yield f"swap is on ({', '.join(swap['active'])}). Run swapoff -a, or set edge_swap to off."
        if returns := [*(line.split()[0] for line in swap["fstab"]), *swap["units"]]:
            yield (
                f"swap returns at the next start ({', '.join(returns)}). Take it out of /etc/fstab and mask its units,"
                " or set edge_swap to off."
            )
    for address in settings["addresses"]:
        if address not in state["addresses"]:
            yield (
                f"has no address {address} (it has: {', '.join(state['addresses']) or 'none'}). Correct"
                " edge_node_addresses, or give the address to an interface."
            )
    yield from _protected(state, settings)
    yield from _installed(state, settings)
    yield from _runtime_client(state, settings)
    if not state["node"]:
        yield from _ports(state, settings)


def _system(state: State, settings: State) -> Iterator[str]:
    system = state["system"]
    known = SUPPORTED.get(system["id"], ())
    if not any(system["version"] == v or system["version"].startswith(f"{v}.") for v in known):
        listed = ", ".join(f"{name} {'/'.join(versions)}" for name, versions in SUPPORTED.items())
        yield f"{system['name'] or 'its distribution'} is not supported. Install one of: {listed}."
    elif system["family"] == "redhat" and _lacks_runtime(state, settings):
        yield (
            "its distribution has no containerd. Set edge_container_runtime.source to repository, with the url and"
            " the key of a vendor's packages, or put containerd.io into the folder of edge_artifacts."
        )


def _lacks_runtime(state: State, settings: State) -> bool:
    """Whether nobody brings a containerd to a distribution that has none."""
    taken = settings.get("artifacts") or {}
    if taken:
        return not (state["containerd_default"] or {"containerd", "containerd.io"} & set(taken["packages"]))
    return bool(settings["containerd_source"] == "distribution")


def _size(state: State, settings: State) -> Iterator[str]:
    least = settings["minimum"]
    if state["memory_mib"] < least["memory_mib"]:
        yield (
            f"has {state['memory_mib']} MiB of memory, and kubernetes_host_minimum.memory_mib is {least['memory_mib']}."
            " Give it more memory."
        )
    if state["cpus"] < least["cpus"]:
        yield f"has {state['cpus']} CPUs, and kubernetes_host_minimum.cpus is {least['cpus']}. Give it more CPUs."


def _cgroup(state: State, settings: State) -> Iterator[str]:
    cgroup = state["cgroup"]
    if missing := [name for name in CONTROLLERS if name not in cgroup["controllers"]]:
        yield (
            f"its kernel has no control group for {', '.join(missing)}. Add cgroup_enable={missing[0]} to the kernel's"
            " command line, and start it anew."
        )
    minor = int(settings["version"].split(".")[1])
    if cgroup["version"] == 1 and minor >= 35 and settings["kubelet"].get("failCgroupV1", True) is not False:
        yield (
            f"is on version 1 of the control groups, which kubelet {settings['version']} refuses. Start it with"
            " systemd.unified_cgroup_hierarchy=1, or set failCgroupV1 to false in edge_kubernetes_kubelet."
        )


def _protected(state: State, settings: State) -> Iterator[str]:
    """A container's kernel is its machine's: what a kubelet wants of it and does not set itself has to be so there."""
    for key, value in settings.get("protected", {}).items() if state["container"] else ():
        found = state["sysctls"].get(key, "")
        if found != str(value):
            yield (
                f"is a container, and {key} of its machine is {found or 'not there'}, where the kubelet wants {value}."
                " Set it on the machine, or set protectKernelDefaults to false in edge_kubernetes_kubelet."
            )


def _installed(state: State, settings: State) -> Iterator[str]:
    """A node is upgraded by the upgrade alone, never in passing."""
    for name in KUBERNETES if state["node"] else ():
        found = installed(state, name)
        if found and not is_version(found, settings["version"]):
            yield (
                f"is a node with {name} {found}, and edge_kubernetes_version is {settings['version']}."
                " Upgrade the cluster with its own playbook, or set edge_kubernetes_version to what it has."
            )


def _runtime_client(state: State, settings: State) -> Iterator[str]:
    """kubeadm before 1.31 does nothing without crictl, which packages of Kubernetes bring along."""
    taken = settings.get("artifacts") or {}
    if taken and not taken["crictl"] and not state.get("crictl"):
        yield (
            f"gets no crictl, which kubeadm {settings['version']} wants: put binaries/{settings['version']}/crictl,"
            " archives/crictl-*.tar.gz or a package of cri-tools into the folder of edge_artifacts."
        )


def _ports(state: State, settings: State) -> Iterator[str]:
    wanted = list(ranges([*settings["ports"], *settings["local_ports"]]))
    for entry in state["listening"]:
        taken = any(low <= entry["port"] <= high and proto == entry["protocol"] for low, high, proto in wanted)
        single = any(low == high == entry["port"] and proto == entry["protocol"] for low, high, proto in wanted)
        if taken and single and not OWN.match(entry["process"]):
            who = entry["process"] or "a process"
            yield f"{who} listens on port {entry['port']}/{entry['protocol']}, which Kubernetes needs. Stop it."


def ranges(ports: list[str]) -> Iterator[tuple[int, int, str]]:
    """(6443, 6443, "tcp") of "6443/tcp", (30000, 32767, "udp") of "30000-32767/udp"."""
    for text in ports:
        numbers, _sign, protocol = text.partition("/")
        low, _dash, high = numbers.partition("-")
        yield int(low), int(high or low), protocol or "tcp"


def installed(state: State, name: str) -> str:
    """The version of one of Kubernetes' programs, of a package or not; "" where there is none."""
    return str(state["packages"].get(name, {}).get("version") or (state.get("programs") or {}).get(name, ""))


def is_version(package: str, version: str) -> bool:
    """Whether a package's version is that of a release: 1.34.2-1.1 of 1.34.2, and 1.34.20-1.1 not."""
    return bool(re.match(rf"(\d+:)?{re.escape(version)}([-+~].*)?$", package))


def time_service(state: State, settings: State) -> dict[str, Any]:
    """The service that keeps the clock: the one that is there, else the family's own; none where none is wanted."""
    family, choice = settings["family"], settings["time"].get("service", "auto")
    if choice == "auto":
        if state["container"]:
            return {}  # its clock is that of its machine
        there = [name for name, found in family["time"].items() if found["package"] in state["packages"]]
        choice = (there or [family["time_default"]])[0]
    return {"name": choice, **family["time"][choice]} if choice != "none" else {}


def _together(state: State, settings: State, others: Mapping[str, State]) -> Iterator[str]:
    """What only several hosts can have wrong: names, identities, clocks."""
    own = settings["host"]
    rest = {name: other for name, other in others.items() if name != own and other}
    name = state["name"]
    if same := [o for o, s in rest.items() if s["name"] == name]:
        yield f"and {', '.join(same)} are all called {name}. Give each a name of its own (hostnamectl set-hostname)."
    for key, what, remedy in (
        ("machine_id", "/etc/machine-id", "Empty the file on one of them, and start it anew."),
        ("product_uuid", "product_uuid", "Give each virtual machine a UUID of its own."),
    ):
        if state[key] and not state["container"] and (same := [o for o, s in rest.items() if s[key] == state[key]]):
            yield f"and {', '.join(same)} have the same {what}. {remedy}"
    clock, limit = state.get("clock"), float(settings["clock_skew"])
    for other, found in rest.items():
        if clock and found.get("clock"):
            ahead, behind = clock["lowest"] - found["clock"]["highest"], found["clock"]["lowest"] - clock["highest"]
            if max(ahead, behind) > limit:
                yield (
                    f"its clock is at least {max(ahead, behind):.0f} s {'ahead of' if ahead > behind else 'behind'}"
                    f" that of {other}, and edge_clock_skew is {limit:g}. Set it right (chronyc makestep), and see that"
                    " both reach a time server (edge_ntp_servers)."
                )
                return


def _after(state: State, settings: State) -> Iterator[str]:
    """What the role was to bring about and is not in effect."""
    if missing := [name for name, there in state["modules"].items() if not there]:
        yield f"the kernel lacks the module {', '.join(missing)}. Install the package with this kernel's modules."
    for key, value in settings["sysctls"].items():
        if state["container"] and not key.startswith("net."):
            continue  # its machine's, which is not ours to set
        found = state["sysctls"].get(key, "")
        if found != " ".join(str(value).split()):
            yield f"sysctl {key} is {found or 'not there'}, and not {value}. See what else in /etc/sysctl.d sets it."
    swap = state["swap"]
    if settings["swap"] != "keep" and (left := [*swap["active"], *swap["fstab"], *swap["units"]]):
        yield f"there is still swap: {', '.join(left)}. See what brings it back."
    services = state["services"]
    if services.get("containerd.service") != "active":
        told = services.get("containerd.service", "not there")
        yield f"containerd is {told}. See journalctl -u containerd."
    clock = time_service(state, settings)
    if clock and not state["container"] and services.get(f"{clock['service']}.service") != "active":
        yield f"{clock['service']} is not active, so nothing keeps its clock right. See its journal."
    for name in KUBERNETES:
        found = installed(state, name)
        if not found:
            yield f"{name} is not installed."
        elif not is_version(found, settings["version"]):
            yield f"{name} is {found}, and not {settings['version']}."
        elif not state["packages"].get(name, {"held": True})["held"]:
            yield f"{name} is not held, so an upgrade of the system would take it along."
    if settings["plugins"] and (missing := [name for name in PLUGINS if name not in state["plugins"]]):
        yield (
            f"/opt/cni/bin lacks {', '.join(missing)}. Set kubernetes_host_cni.source to distribution, or to archive"
            " with a url and a checksum."
        )
