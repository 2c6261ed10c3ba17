# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""kubeadm's preflight checks: their names and their words."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable
from typing import Any

from . import versions
from .config import Config
from .host import MANIFESTS, Host, Refusal

#: warnings and errors of one check
Found = tuple[list[str], list[str]]
Check = tuple[str, Callable[[], Found]]
_IP_FORWARD = "/proc/sys/net/ipv4/ip_forward"
_BRIDGE = "/proc/sys/net/bridge/bridge-nf-call-iptables"
_BRIDGE_6 = "/proc/sys/net/bridge/bridge-nf-call-ip6tables"
_FORWARD_6 = "/proc/sys/net/ipv6/conf/default/forwarding"
PARTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")
_HINT = (
    "[preflight] If you know what you are doing, you can make a check non-fatal with `--ignore-preflight-errors=...`"
)


def error(text: str) -> Found:
    """One error."""
    return [], [text]


def warning(text: str) -> Found:
    """One warning."""
    return [text], []


FINE: Found = ([], [])


def run(host: Host, checks: Iterable[Check], ignored: set[str]) -> None:
    """Run checks: warnings are told, errors are told together and end the program."""
    fatal = ""
    for name, check in checks:
        warnings, errors = check()
        if "all" in ignored or name.lower() in ignored:
            warnings, errors = warnings + errors, []
        for text in warnings:
            host.err.write(f"\t[WARNING {name}]: {text}\n")
        fatal += "".join(f"\t[ERROR {name}]: {text}\n" for text in errors)
    if not fatal:
        return
    words = f"[preflight] Some fatal errors occurred:\n{fatal}{_HINT}"
    if host.version.minor >= 35:
        host.err.write(words + "\n")
        raise Refusal("preflight checks failed")
    raise Refusal(words)


def ignored(flags: Iterable[str], configured: Iterable[str]) -> set[str]:
    """The checks whose errors are warnings; names are of any case."""
    found = {item.strip().lower() for item in [*flags, *configured] if item.strip()}
    if "all" in found and len(found) > 1:
        text = ",".join(sorted(found))
        raise Refusal(
            f"ignore-preflight-errors: Invalid value: \"{text}\": don't specify individual checks if 'all' is used", 3
        )
    return found


# -- the checks --------------------------------------------------------------------------------------------------
def port(host: Host, usual: int) -> Check:
    """A port that a program will listen on; ``usual`` names it."""
    number = host.port(usual)
    return f"Port-{usual}", lambda: FINE if host.port_free(number) else error(f"Port {usual} is in use")


def available(host: Host, name: str) -> Check:
    """A file that must not be there yet."""
    label = f"FileAvailable-{name.replace('/', '-')}"
    return label, lambda: error(f"{name} already exists") if host.has(name) else FINE


def empty(host: Host, name: str) -> Check:
    """A folder that must be empty or not there."""

    def check() -> Found:
        place = host.path(name)
        return error(f"{name} is not empty") if place.is_dir() and any(place.iterdir()) else FINE

    return f"DirAvailable-{name.replace('/', '-')}", check


def existing(host: Host, name: str, label: str) -> Check:
    """A file that must be there."""
    return label, lambda: FINE if host.has(name) else error(f"{name} doesn't exist")


def content(host: Host, name: str) -> Check:
    """A setting of the kernel that must be 1."""

    def check() -> Found:
        if not host.has(name):
            return error(f"{name} does not exist")
        return FINE if host.read(name).startswith("1") else error(f"{name} contents are not set to 1")

    return f"FileContent-{name.replace('/', '-')}", check


def in_path(host: Host, program: str, mandatory: bool) -> Check:
    """A program that must or should be there."""

    def check() -> Found:
        if host.which(program):
            return FINE
        text = f"{program} not found in system path"
        return error(text) if mandatory else warning(text)

    return f"FileExisting-{program}", check


def _runtime(host: Host, endpoint: str) -> Check:
    """The container runtime answers on its socket."""

    def check() -> Found:
        path = endpoint.removeprefix("unix://")
        where = str(host.path(path))
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(2)
                probe.connect(where)
            return FINE
        except OSError as problem:
            why = "no such file or directory" if isinstance(problem, FileNotFoundError) else "connection refused"
            dial = 'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: '
            dial += f'dial unix {path}: connect: {why}"'
            if host.version.minor < 31:
                said = f'validate service connection: validate CRI v1 runtime API for endpoint "{endpoint}": {dial}'
                said = f'output: time="" level=fatal msg="{said}"\n, error: exit status 1'
                return error(f"container runtime is not running: {said}")
            return error(
                f"could not connect to the container runtime: failed to create new CRI runtime service: {dial}"
            )

    return "CRI", check


def _swap(host: Host) -> Found:
    lines = host.read("/proc/swaps").splitlines() if host.has("/proc/swaps") else []
    if len(lines) <= 1:
        return FINE
    minor = host.version.minor
    if minor < 22:
        return error("running with swap on is not supported. Please disable swap")
    if minor < 30:
        return warning(
            "swap is enabled; production deployments should disable swap unless testing the NodeSwap feature gate of "
            "the kubelet"
        )
    return warning(
        "swap is supported for cgroup v2 only. The kubelet must be properly configured to use swap. Please refer to "
        "https://kubernetes.io/docs/concepts/architecture/nodes/#swap-memory, or disable swap on the node"
    )


def _kubelet(host: Host, control_plane: str) -> Found:
    answer = host.run(["kubelet", "--version"]) if host.which("kubelet") else None
    installed = host.settings.get("kubelet") or (answer.stdout.strip().rpartition(" ")[2] if answer else "")
    if not installed:
        return error(
            "couldn't get kubelet version: cannot execute 'kubelet --version': executable file not found in $PATH"
        )
    own, minor = versions.parse(installed), host.version.minor
    least = minor - 3 if minor >= 28 else minor - 1
    if own.minor < least:
        return error(f'Kubelet version "{own}" is lower than kubeadm can support. Please upgrade kubelet')
    if control_plane and own.minor > versions.parse(control_plane).minor:
        return error(
            "the kubelet version is higher than the control plane version. This is not a supported version skew and "
            f'may lead to a malfunctional cluster. Kubelet version: "{own}" Control plane version: '
            f'"{versions.parse(control_plane)}"'
        )
    return FINE


def verification(host: Host) -> Found:
    """The kernel's side of the real check, as far as it matters: cgroup v1."""
    v2 = host.has("/sys/fs/cgroup/cgroup.controllers")
    if v2 or host.settings.get("cgroup") == "v2":
        return FINE
    text = "cgroups v1 support is in maintenance mode, please migrate to cgroups v2"
    if host.version.minor >= 35:
        return error(
            "cgroups v1 support is deprecated and will be removed in a future release. Please migrate to cgroups v2. "
            "To explicitly enable cgroups v1 support for kubelet v1.35 or newer, you must set the kubelet "
            "configuration option 'FailCgroupV1' to 'false'. You must also explicitly skip this validation."
        )
    return warning(text) if host.version.minor >= 31 else FINE


def _hostname(name: str) -> Found:
    try:
        socket.getaddrinfo(name, None)
        return FINE
    except OSError:
        text = f'hostname "{name}" could not be reached'
        return [text, f'hostname "{name}": lookup {name}: no such host'], []


def _service(host: Host) -> Found:
    if host.settings.get("systemd") is False:
        return FINE
    if not host.systemctl("cat", "kubelet"):
        return warning("kubelet service does not exist")
    if not host.systemctl("is-enabled", "kubelet"):
        return warning("kubelet service is not enabled, please run 'systemctl enable kubelet.service'")
    return FINE


def common(host: Host, node: dict[str, Any], control_plane: str) -> list[Check]:
    """What init and a worker's join check alike."""
    minor = host.version.minor
    mandatory = (["crictl"] if minor < 31 else []) + (["conntrack"] if minor < 32 else [])
    mandatory += ["ip", "iptables", "mount", "nsenter"]
    optional = ["ebtables", "ethtool", "socat", "tc", "touch"]
    return [
        _runtime(host, node["criSocket"]),
        ("Swap", lambda: _swap(host)),
        *(in_path(host, program, True) for program in mandatory),
        *(in_path(host, program, False) for program in optional),
        ("SystemVerification", lambda: verification(host)),
        ("Hostname", lambda: _hostname(node["name"])),
        ("KubeletVersion", lambda: _kubelet(host, control_plane)),
        ("Service-Kubelet", lambda: _service(host)),
        port(host, 10250),
    ]


def _forwarding(host: Host, text: str) -> list[Check]:
    """The kernel's settings that addresses and ranges of the two families need."""
    parts = [p for p in re.split(r"[,\s]+", text) if p]
    checks: list[Check] = []
    bridge = host.version.minor < 30  # later ones leave it to the network plugin
    if any("." in p for p in parts):
        checks += [content(host, _BRIDGE)] if bridge else []
        checks.append(content(host, _IP_FORWARD))
    if any(":" in p for p in parts):
        checks += [content(host, _BRIDGE_6)] if bridge else []
        checks.append(content(host, _FORWARD_6))
    return checks


def _newer(host: Host, wanted: str) -> Found:
    version = versions.parse(wanted)
    if version.minor <= host.version.minor:
        return FINE
    return warning(
        "Kubernetes version is greater than kubeadm version. Please consider to upgrade kubeadm. Kubernetes version: "
        f"{version}. Kubeadm version: {host.version.major}.{host.version.minor}.x"
    )


def _at_least(found: int, least: int, words: str) -> Found:
    return FINE if found >= least else error(words)


def init(host: Host, config: Config, secondary: bool = False, downloading: bool = False) -> list[Check]:
    """What a control-plane node checks; ``secondary``: one that joins."""
    cluster, version = config.cluster, config.cluster["kubernetesVersion"]
    cpus, memory = host.cpus(), host.memory()
    few = f"the number of available CPUs {cpus} is less than the required 2"
    little = f"the system RAM ({memory} MB) is less than the minimum 1700 MB"
    endpoint = (config.join["controlPlane"] if secondary else config.init)["localAPIEndpoint"]
    ranges = f"{cluster['networking']['serviceSubnet']} {cluster['networking'].get('podSubnet', '')}"
    checks: list[Check] = [
        ("NumCPU", lambda: _at_least(cpus, 2, few)),
        ("Mem", lambda: _at_least(memory, 1700, little)),
        ("KubernetesVersion", lambda: _newer(host, version)),
        port(host, endpoint["bindPort"]),
        port(host, 10259),
        port(host, 10257),
        *(available(host, f"{MANIFESTS}/{part}.yaml") for part in PARTS),
    ]
    if not secondary:
        checks += common(host, config.init["nodeRegistration"], version)
        checks += _forwarding(host, f"{ranges} {endpoint['advertiseAddress']}")
    etcd = cluster["etcd"]
    if "local" in etcd:
        checks += [port(host, 2379), port(host, 2380), empty(host, etcd["local"]["dataDir"])]
    elif not downloading:
        names = (etcd["external"].get(key) for key in ("caFile", "certFile", "keyFile"))
        checks += [existing(host, name, "ExternalEtcdClientCertificates") for name in names if name]
    return checks


def join(host: Host, config: Config) -> list[Check]:
    """What every node that joins checks before it asks the cluster."""
    checks = [available(host, f"/etc/kubernetes/{name}") for name in ("kubelet.conf", "bootstrap-kubelet.conf")]
    if host.version.minor < 27:
        checks.insert(0, empty(host, MANIFESTS))
    checks += common(host, config.join["nodeRegistration"], "")
    if "controlPlane" not in config.join:
        checks.append(available(host, config.join["caCertPath"]))
    token = config.join["discovery"].get("bootstrapToken")
    if token:
        checks += _forwarding(host, token["apiServerEndpoint"].rpartition(":")[0])
    return checks
