# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""kubeadm reset: what init or join made of this host is undone."""

from __future__ import annotations

import shutil

from . import objects, preflight
from .client import ApiError
from .config import Config
from .etcdclient import EtcdClient
from .host import ADMIN, MANIFESTS, Host, Refusal
from .pods import Processes

CONFIGS = ("admin", "super-admin", "kubelet", "bootstrap-kubelet", "controller-manager", "scheduler")


def run(host: Host, flags: dict[str, str], answer: str = "") -> None:
    """Reset this host; without ``--force`` only after a yes."""
    config: Config | None = None
    if host.has(ADMIN):
        try:
            config = objects.fetch(objects.admin(host, timeout=5.0), host, "reset")
        except (Refusal, ApiError) as error:
            host.warn("reset.go:137", f"[reset] Unable to fetch the kubeadm-config ConfigMap from cluster: {error}")
    host.warn(
        "preflight.go:56",
        "[reset] WARNING: Changes made to this host by 'kubeadm init' or 'kubeadm join' will be reverted.",
    )
    if "force" not in flags and "f" not in flags:
        host.out.write("[reset] Are you sure you want to proceed? [y/N]: ")
        if answer.strip().lower() not in ("y", "yes"):
            raise Refusal("error execution phase preflight: aborted reset operation")
    preflight.ignored(flags.get("ignore-preflight-errors", "").split(","), [])
    host.say("[preflight] Running pre-flight checks")
    host.phase("remove-etcd-member")
    data = _remove_member(host, config)
    host.phase("cleanup-node")
    host.say("[reset] Stopping the kubelet service")
    host.systemctl("stop", "kubelet")
    host.say('[reset] Unmounting mounted directories in "/var/lib/kubelet"')
    runner = host.settings.get("runner") or Processes(host)
    runner.end()
    pki = flags.get("cert-dir", "/etc/kubernetes/pki")
    listed = " ".join([MANIFESTS, "/var/lib/kubelet", pki])
    host.say(f"[reset] Deleting contents of directories: [{listed}]")
    # with the last of these, what other plugins than the cluster's keep there goes, too
    older = ("/var/lib/dockershim", "/var/run/kubernetes", "/var/lib/cni") if host.version.minor < 25 else ()
    for name in (MANIFESTS, "/var/lib/kubelet", pki, *older, *data):
        _empty(host, name)
    files = [f"/etc/kubernetes/{name}.conf" for name in CONFIGS]
    host.say(f"[reset] Deleting files: [{' '.join(files)}]")
    for name in files:
        host.path(name).unlink(missing_ok=True)
    if "cleanup-tmp-dir" in flags:
        _empty(host, "/etc/kubernetes/tmp")
    host.say(
        "\nThe reset process does not perform cleanup of CNI plugin configuration,\nnetwork filtering rules and "
        "kubeconfig files.\n\nFor information on how to perform this cleanup manually, please see:\n"
        "    https://k8s.io/docs/reference/setup-tools/kubeadm/kubeadm-reset/\n"
    )


def _remove_member(host: Host, config: Config | None) -> list[str]:
    """Leave the etcd cluster; returns the folders of its data."""
    if not host.has(f"{MANIFESTS}/etcd.yaml"):
        if config and "external" in config.cluster["etcd"]:
            host.say("[reset] Using external etcd - please manually remove etcd data")
        else:
            host.warn("removeetcdmember.go:106", "[reset] No kubeadm config, using etcd pod spec to get data directory")
        return ["/var/lib/etcd"] if not (config and "external" in config.cluster["etcd"]) else []
    place = "/var/lib/etcd"
    if config is None:
        host.warn("removeetcdmember.go:106", "[reset] No kubeadm config, using etcd pod spec to get data directory")
        return [place]
    place = config.cluster["etcd"]["local"]["dataDir"]
    host.say("[reset] Deleted contents of the etcd data directory: " + place)
    try:
        etcd = EtcdClient.of_cluster(host, objects.admin(host, timeout=5.0), config.cluster["certificatesDir"])
        own = host.addresses()
        members = etcd.members()
        mine = [m for m in members if any(f"//{a}:" in u or f"//[{a}]:" in u for a in own for u in m["peerURLs"])]
        if len(members) > 1 and mine:
            etcd.call("remove", {"ID": mine[0]["ID"]})
    except (Refusal, ApiError) as error:
        text = f"[reset] Failed to remove etcd member: {error}, please manually remove this etcd member using etcdctl"
        host.warn("removeetcdmember.go:61", text)
    return [place]


def _empty(host: Host, name: str) -> None:
    folder = host.path(name)
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
