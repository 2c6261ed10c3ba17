# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host is given: packages, files, units, ports; by its state and the role's options. Runs on the controller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._engine.redact import USERINFO

from .containerd import hosts
from .rest import rest
from .rules import KUBERNETES, is_version, ranges, time_service

State = Mapping[str, Any]
NOTE = "# Written by Ansible (edge.infra.kubernetes_host).\n"
#: what packages of Kubernetes bring along; they go with them
BROUGHT = ("cri-tools", "kubernetes-cni")
#: what is in the folder goes before what other sources have; Kubernetes has a pin of its own
FOLDER_PIN = 'Package: *\nPin: origin ""\nPin-Priority: 980\n'
#: kubelet's unit where no package brings one: it is restarted until kubeadm has written its configuration
UNITS = {
    "/etc/systemd/system/kubelet.service": """\
[Unit]
Description=kubelet, the agent of Kubernetes on this node
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target containerd.service

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
RestartSec=10

[Install]
WantedBy=multi-user.target
""",
    # the files are those that kubeadm writes
    "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf": """\
[Unit]
StartLimitIntervalSec=0

[Service]
Environment="KUBELET_ACCESS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf \
--kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_SETTINGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
EnvironmentFile=-/etc/sysconfig/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_ACCESS $KUBELET_SETTINGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
""",
}
#: where packages of a folder are kept on the host, as a repository of its own
FOLDER = "/var/cache/edge-infra/packages"


def plan(state: State, settings: State) -> dict[str, Any]:
    """``{install, files, hold, units, ports, record, rest...}``: what there is to do, and what is to be there.

    ``settings`` has everything that the role was given and the data of the host's family (``family``).
    """
    wanted = _packages(state, settings)
    only = settings.get("only") or []  # on a node that is upgraded, nothing else is touched
    if only:
        wanted = {name: version for name, version in wanted.items() if name in only}
    taken = settings.get("artifacts") or {}
    programs = [f"/usr/bin/{name}" for name in taken.get("programs") or []]
    # what is installed already and not noted as ours stays when the role's work is taken back
    noted = dict(state["record"])
    new = [name for name in (*wanted, *BROUGHT) if name not in state["packages"]]
    units = state["swap"]["units"] if settings["swap"] == "off" else []
    ports = _ports(state, settings)
    ours = {settings["family"]["containerd"], settings["family"]["containerd_vendor"]} & {
        *noted.get("packages", []),
        *new,
    }
    # the configuration of a containerd that was there before us is kept aside, once
    keep = bool(state["containerd_config"] and not ours and not noted)
    record = {
        "packages": sorted({*noted.get("packages", []), *new}),
        "units": sorted({*noted.get("units", []), *units}),
        "ports": sorted({*noted.get("ports", []), *ports}),
        "firewall": state["firewall"]["active"] or noted.get("firewall", ""),
        "programs": sorted({*noted.get("programs", []), *programs}),
    }
    todo: dict[str, Any] = {
        "install": [
            _named(name, version, settings) for name, version in wanted.items() if _lacks(state, name, version)
        ],
        # an upgrade takes the hold off what it installs
        "hold": [
            name
            for name in ([] if programs else only or KUBERNETES)
            if not state["packages"].get(name, {}).get("held") or (only and _lacks(state, name, wanted[name]))
        ],
        "sysctls": [] if only else _applied(state, settings),
        "swapoff": settings["swap"] == "off" and bool(state["swap"]["active"]) and not only,
        "units": [] if only else units,
        "ports": [] if only else ports,
    }
    planned = {
        **todo,
        "told": _told(todo, state),
        "names": list(wanted),
        # where the folder has all of it, nobody else is asked
        "closed": bool(taken) and set(wanted) - set(state["packages"]) <= set(taken["packages"]),
        "files": _files(settings) + _clock(time_service(state, settings), settings["time"].get("servers") or []),
        "fstab": settings["swap"] == "off" and bool(state["swap"]["fstab"]),
        "keep": keep,
        "record": {**record, "config": keep or bool(noted.get("config"))},
        "time": time_service(state, settings),
    }
    return {**planned, "rest": rest(state, settings, planned)}


def _told(todo: Mapping[str, Any], state: State) -> list[str]:
    """What commands would do, for check mode."""
    told = [
        f"Would {verb} {', '.join(todo[key])}."
        for key, verb in (
            ("install", "install"),
            ("hold", "hold"),
            ("units", "mask"),
            ("sysctls", "set"),
            ("ports", "let in"),
        )
        if todo[key]
    ]
    if todo["swapoff"]:
        told.append(f"Would end swap on {', '.join(state['swap']['active'])}.")
    if not state["containerd_default"]:
        told.append("Would write /etc/containerd/config.toml over containerd's own default, and start containerd.")
    return told


def _packages(state: State, settings: State) -> dict[str, str]:
    """Version by name of every package that is to be there; "" for any."""
    family = settings["family"]
    runtime = settings["containerd"]
    name = runtime.get("package") or _runtime(state, settings)
    wanted: dict[str, str] = dict.fromkeys([*family["tools"], *settings["extra_packages"]], "")
    if name:
        wanted[name] = str(runtime.get("version") or "")
    if settings["cni_source"] == "distribution":
        wanted[family["plugins"]] = ""
    if time := time_service(state, settings):
        wanted[time["package"]] = ""
    if (settings.get("artifacts") or {}).get("method") != "binaries":
        wanted |= dict.fromkeys(KUBERNETES, str(settings["version"] or ""))
    return wanted


def _runtime(state: State, settings: State) -> str:
    """containerd's package; with a folder the one that is there or there, "" where it came without one."""
    own, vendor = (str(settings["family"][key]) for key in ("containerd", "containerd_vendor"))
    taken = settings.get("artifacts") or {}
    if not taken:
        return vendor if settings["containerd_source"] == "repository" else own
    there = [name for name in (own, vendor) if name in state["packages"]]
    if there or state["containerd_default"]:
        return "".join(there[:1])
    return vendor if vendor in taken["packages"] and own not in taken["packages"] else own


def _lacks(state: State, name: str, version: str) -> bool:
    found = state["packages"].get(name)
    return not found or (bool(version) and not is_version(found["version"], version))


def _named(name: str, version: str, settings: State) -> str:
    """As the package manager takes it: any build of the version, and of none that only begins like it."""
    if not version:
        return name
    text = version if "-" in version else f"{version}-*"
    return f"{name}={text}" if settings["family"]["name"] == "debian" else f"{name}-{text}"


def _applied(state: State, settings: State) -> list[str]:
    """KEY=VALUE of each sysctl that differs. A container sets those of its network only: others are its machine's."""
    wanted = {k: " ".join(str(v).split()) for k, v in settings["sysctls"].items()}
    own = {k: v for k, v in wanted.items() if k.startswith("net.") or not state["container"]}
    return [f"{key}={value}" for key, value in own.items() if state["sysctls"].get(key, "") != value]


def _ports(state: State, settings: State) -> list[str]:
    """Ports that the active firewall does not let in yet."""
    if not state["firewall"]["active"]:
        return []
    opened = list(
        ranges([port for port in state["firewall"]["ports"] if port.partition("-")[0].partition("/")[0].isdigit()])
    )
    return [
        text
        for text in settings["ports"]
        for low, high, protocol in ranges([text])
        if not any(o_low <= low and high <= o_high and protocol == o_proto for o_low, o_high, o_proto in opened)
    ]


def _files(settings: State) -> list[dict[str, str]]:
    """[{path, content, for, mode}]; ``for`` names what has to notice a change, ``mode`` is there if it is not 0644."""
    family = settings["family"]
    sysctls = "".join(f"{key} = {value}\n" for key, value in settings["sysctls"].items())
    files = {
        "/etc/modules-load.d/edge-kubernetes.conf": ("modules", "".join(f"{m}\n" for m in settings["modules"])),
        "/etc/sysctl.d/90-edge-kubernetes.conf": ("sysctl", sysctls),
    }
    taken = settings.get("artifacts") or {}
    for name, source in (("kubernetes", settings["packages"]), ("containerd", settings["containerd"])):
        kind = settings["package_source"] if name == "kubernetes" else settings["containerd_source"]
        if kind == "repository" and not taken:
            files.update(_repository(name, source, settings))
    if taken.get("packages") or (not taken and "folder" in (settings["package_source"], settings["containerd_source"])):
        files.update(_folder(family))
        if taken and family["name"] == "debian":
            files["/etc/apt/preferences.d/edge-folder"] = ("", NOTE + FOLDER_PIN)
    if taken.get("method") == "binaries":
        files |= {path: ("kubelet", NOTE + text) for path, text in UNITS.items()}
    elif family["name"] == "debian" and settings["version"]:
        files["/etc/apt/preferences.d/edge-kubernetes"] = ("", _pin(settings["version"]))
    if any(settings["proxy"].get(name) for name in ("http", "https")):
        files["/etc/systemd/system/containerd.service.d/edge-proxy.conf"] = ("containerd", _proxy(settings["proxy"]))
    for registry in settings["containerd"].get("registries") or []:
        # read anew for each pull
        files[f"/etc/containerd/certs.d/{registry['name']}/hosts.toml"] = ("", hosts(registry))
    found = [{"path": path, "for": what, "content": text} for path, (what, text) in files.items()]
    # what has a password in a URL is for root alone; units are as the rules of a hardened node want them, or the two
    # would change them in turns
    closed = [file["path"] for file in found if USERINFO.search(file["content"])]
    closed += UNITS if settings.get("hardened") else []
    return [{**file, "mode": "0600"} if file["path"] in closed else file for file in found]


def _clock(service: State, servers: list[str]) -> list[dict[str, str]]:
    """The file with the time servers; without any, the service asks those of its distribution."""
    if not service or not servers:
        return []
    text = "".join(f"server {server} iburst\n" for server in servers)
    if service["name"] == "timesyncd":
        text = f"[Time]\nNTP={' '.join(servers)}\n"
    return [{"path": service["file"], "for": "time", "content": NOTE + text}]


def _pin(version: str) -> str:
    """apt takes that version, whatever is newer, and never goes back by itself."""
    return NOTE + f"Package: {' '.join(KUBERNETES)}\nPin: version {version}-*\nPin-Priority: 990\n"


def _proxy(proxy: State) -> str:
    without = proxy.get("no_proxy") or []
    values = {
        "HTTP_PROXY": proxy.get("http"),
        "HTTPS_PROXY": proxy.get("https") or proxy.get("http"),
        "NO_PROXY": without if isinstance(without, str) else ",".join(without),
    }
    lines = "".join(f'Environment="{key}={value}"\n' for key, value in values.items() if value)
    return f"{NOTE}[Service]\n{lines}".replace("%", "%%")


def _repository(name: str, source: State, settings: State) -> dict[str, tuple[str, str]]:
    """The package manager's own file of a repository; with dnf, packages of Kubernetes come when asked for only."""
    url = str(source["url"]).format(version=settings["version"], minor=".".join(settings["version"].split(".")[:2]))
    proxy = settings["proxy"].get("https") or settings["proxy"].get("http") or ""
    key = settings["family"]["keys"].format(name=name) if source.get("key") else ""
    if settings["family"]["name"] == "debian":
        suite = str(source.get("suite") or "/")
        lines = ["Types: deb", f"URIs: {url}", f"Suites: {suite}"]
        lines += [f"Components: {source['components']}"] if not suite.endswith("/") else []
        lines += [f"Signed-By: {key}"] if key else ["Trusted: yes"] if source.get("trusted") else []
        files = {f"/etc/apt/sources.list.d/edge-{name}.sources": ("packages", NOTE + "\n".join(lines) + "\n")}
        if proxy and "://" in url:
            host = url.split("://")[1].split("/")[0].split("@")[-1].split(":")[0]
            text = "".join(f'Acquire::{scheme}::Proxy::{host} "{proxy}";\n' for scheme in ("http", "https"))
            files[f"/etc/apt/apt.conf.d/90edge-{name}"] = ("packages", NOTE.replace("#", "//") + text)
        return files
    lines = [f"[edge-{name}]", f"name=edge.infra: {name}", f"baseurl={url}", "enabled=1"]
    lines += [f"gpgcheck={int(not source.get('trusted'))}", *([f"gpgkey=file://{key}"] if key else [])]
    lines += ["exclude=kubelet kubeadm kubectl cri-tools kubernetes-cni"] if name == "kubernetes" else []
    lines += [f"proxy={proxy}"] if proxy else []
    return {f"/etc/yum.repos.d/edge-{name}.repo": ("packages", NOTE + "\n".join(lines) + "\n")}


def _folder(family: State) -> dict[str, tuple[str, str]]:
    if family["name"] == "debian":
        text = f"Types: deb\nURIs: file:{FOLDER}\nSuites: ./\nTrusted: yes\n"
        return {"/etc/apt/sources.list.d/edge-folder.sources": ("packages", NOTE + text)}
    text = f"[edge-folder]\nname=edge.infra: folder\nbaseurl=file://{FOLDER}\nenabled=1\ngpgcheck=0\n"
    return {"/etc/yum.repos.d/edge-folder.repo": ("packages", NOTE + text)}
