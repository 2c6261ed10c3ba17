# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps that init, join and upgrade have in common."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import yaml

from . import kubeconfig, manifests, objects, pki
from .client import ApiError, Client, Object
from .config import Config
from .host import ADMIN, SUPER_ADMIN, Host, Refusal
from .kubeconfig import Access
from .kubelet import CONFIG, CURRENT, FLAGS

#: a file of the node, of kubeadm 1.34 and later
INSTANCE = "/var/lib/kubelet/instance-config.yaml"
_KUBELET_DOWN = (
    "The HTTP call equal to 'curl -sSL http://127.0.0.1:10248/healthz' returned error: Get "
    '"http://127.0.0.1:10248/healthz": dial tcp 127.0.0.1:10248: connect: connection refused'
)


def folder(host: Host, config: Config) -> pki.Folder:
    """The certificates of a configuration."""
    return pki.Folder(host, config.cluster["certificatesDir"], config.cluster.get("encryptionAlgorithm", "RSA-2048"))


def local_endpoint(config: Config) -> Object:
    """Where this host's API server is."""
    end: Object = (config.join.get("controlPlane") or config.init)["localAPIEndpoint"]
    return end


def url(end: Object) -> str:
    """The URL of an API server."""
    address = end["advertiseAddress"]
    return f"https://[{address}]:{end['bindPort']}" if ":" in address else f"https://{address}:{end['bindPort']}"


# -- certificates ------------------------------------------------------------------------------------------------
def certs(host: Host, config: Config) -> None:
    """Every certificate that is not there yet."""
    place, cluster, node = folder(host, config), config.cluster, config.node["name"]
    host.say(f'[certs] Using certificateDir folder "{place.place}"')
    address = local_endpoint(config)["advertiseAddress"]
    networking = cluster["networking"]
    first = objects.nth_address(networking["serviceSubnet"].split(",")[0], 1)
    domain = networking["dnsDomain"]
    api = [node, "kubernetes", "kubernetes.default", "kubernetes.default.svc", f"kubernetes.default.svc.{domain}"]
    api += [first, address]
    if cluster.get("controlPlaneEndpoint"):
        api.append(cluster["controlPlaneEndpoint"].rpartition(":")[0].strip("[]"))
    api += [name.lower() for name in cluster["apiServer"].get("certSANs") or []]
    local = cluster["etcd"].get("local")
    own = [node, "localhost", address, "127.0.0.1", "::1"]
    for spec in pki.CERTS:
        if spec.of_etcd and local is None:
            continue
        names: list[str] = []
        if spec.name == "apiserver":
            names = api
        elif spec.name in ("etcd-server", "etcd-peer"):
            extra = "serverCertSANs" if spec.name == "etcd-server" else "peerCertSANs"
            names = own + ((local or {}).get(extra) or [])
        organization = spec.organization if host.version.minor >= 29 or not spec.organization else pki.MASTERS
        if spec.of_etcd and spec.common_name and host.version.minor < 29:
            organization = pki.MASTERS
        place.make(spec, spec.common_name or node, names, organization)
    place.make_accounts()


def kubeconfigs(host: Host, config: Config, kubelet: bool = True) -> None:
    """The kubeconfig files; ``kubelet``: with one for the kubelet (a node that joins gets it from the cluster)."""
    host.say('[kubeconfig] Using kubeconfig folder "/etc/kubernetes"')
    stable, local = f"https://{objects.endpoint(config)}", url(local_endpoint(config))
    node = config.node["name"]
    admins = "kubeadm:cluster-admins" if host.version.minor >= 29 else pki.MASTERS
    wanted = [("admin.conf", "kubernetes-admin", admins, stable)]
    if host.version.minor >= 29 and kubelet:
        wanted.append(("super-admin.conf", "kubernetes-super-admin", pki.MASTERS, stable))
    if kubelet:
        wanted.append(("kubelet.conf", f"system:node:{node}", "system:nodes", stable))
    wanted.append(("controller-manager.conf", "system:kube-controller-manager", "", local))
    wanted.append(("scheduler.conf", "system:kube-scheduler", "", local))
    for file, user, organization, server in wanted:
        kubeconfig_file(host, config, f"/etc/kubernetes/{file}", user, organization, server)


def kubeconfig_file(host: Host, config: Config, name: str, user: str, organization: str, server: str) -> None:
    """One kubeconfig; one that is there is kept, and refused when it is another cluster's."""
    place = folder(host, config)
    ca = host.path(place.name("ca")).read_bytes()
    if host.has(name):
        live = objects.access(host, name)
        if live.ca.strip() != ca.strip():
            raise Refusal(f'a kubeconfig file "{name}" exists already but has got the wrong CA cert')
        if live.server != server:
            raise Refusal(f'a kubeconfig file "{name}" exists already but has got the wrong API Server URL')
        host.say(f'[kubeconfig] Using existing kubeconfig file: "{name}"')
        return
    key = pki.new_key(place.algorithm)
    cert = pki.sign(place.pair("ca"), key, user, [organization])
    text = kubeconfig.build(
        server, ca, config.cluster["clusterName"], user, cert=pki.cert_pem(cert), key=pki.key_pem(key)
    )
    host.write(name, text)
    host.say(f'[kubeconfig] Writing "{name.rpartition("/")[2]}" kubeconfig file')


# -- static pods -------------------------------------------------------------------------------------------------
def control_plane(host: Host, config: Config) -> None:
    """The manifests but for etcd's."""
    host.say('[control-plane] Using manifest folder "/etc/kubernetes/manifests"')
    for pod in (
        manifests.api_server(config, host.version.minor, local_endpoint(config)),
        manifests.controller_manager(config),
        manifests.scheduler(config),
    ):
        host.say(f'[control-plane] Creating static Pod manifest for "{pod["metadata"]["name"]}"')
        manifests.write(host, pod)


def etcd_manifest(host: Host, config: Config, members: list[tuple[str, str]]) -> None:
    """etcd's manifest, and its folder."""
    data = host.path(config.cluster["etcd"]["local"]["dataDir"])
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    address = local_endpoint(config)["advertiseAddress"]
    manifests.write(host, manifests.etcd(config, host.version.minor, config.node["name"], address, members))


# -- kubelet -----------------------------------------------------------------------------------------------------
def local_socket(host: Host, config: Config) -> bool:
    """Whether the container runtime's socket is kept on the node and not with the Node (NodeLocalCRISocket)."""
    gates = config.cluster.get("featureGates") or {}
    minor = host.version.minor
    return minor >= 36 or (minor >= 32 and bool(gates.get("NodeLocalCRISocket", minor >= 34)))


def write_instance(host: Host, socket: str) -> None:
    """The part of the kubelet's configuration that is this node's own."""
    head = {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration"}
    host.say(f'[kubelet-start] Writing kubelet configuration to file "{INSTANCE}"')
    host.write(INSTANCE, yaml.safe_dump({**head, "containerRuntimeEndpoint": socket}), 0o644)


def instance(host: Host) -> str:
    """The socket in it."""
    return str((yaml.safe_load(host.read(INSTANCE)) or {}).get("containerRuntimeEndpoint", ""))


def kubelet_files(host: Host, config: Config, document: Object, flags: bool = True) -> None:
    """The kubelet's configuration and its flags."""
    node = config.node
    if flags:
        given = {} if local_socket(host, config) else {"container-runtime-endpoint": node["criSocket"]}
        if host.version.minor < 27:
            given["container-runtime"] = "remote"
        if host.version.minor < 35:
            pause = next(i for i in manifests.images(config, host.version.minor) if "/pause:" in i)
            given["pod-infra-container-image"] = pause
        if node["name"] != host.hostname().lower():
            given["hostname-override"] = node["name"]
        if config.join and "controlPlane" not in config.join and node.get("taints"):
            given["register-with-taints"] = ",".join(
                f"{t['key']}={t.get('value', '')}:{t['effect']}" for t in node["taints"]
            )
        extra = {a["name"] for a in node.get("kubeletExtraArgs") or []}
        pairs = [(k, v) for k, v in given.items() if k not in extra]
        pairs += [(a["name"], a["value"]) for a in node.get("kubeletExtraArgs") or []]
        words = " ".join(f"--{k}={v}" for k, v in sorted(pairs, key=lambda pair: pair[0]))
        host.say(f'[kubelet-start] Writing kubelet environment file with flags to file "{FLAGS}"')
        host.write(FLAGS, f'KUBELET_KUBEADM_ARGS="{words}"\n', 0o644)
        if local_socket(host, config):
            write_instance(host, node["criSocket"])
    host.say(f'[kubelet-start] Writing kubelet configuration to file "{CONFIG}"')
    host.write(CONFIG, yaml.safe_dump(patched(host, config, document)), 0o644)


def patched(host: Host, config: Config, document: Object) -> Object:
    """A KubeletConfiguration with what ``patches.directory`` says of it."""
    source = config.join or config.init
    place = (source.get("patches") or {}).get("directory", "")
    if place:
        document = _patched(host, place, document)
    if local_socket(host, config) and host.has(INSTANCE):
        document = merged(document, {"containerRuntimeEndpoint": instance(host)})
        host.say(
            '[patches] Applied patch of type "application/strategic-merge-patch+json" to target "kubeletconfiguration"'
        )
    return document


def _patched(host: Host, place: str, document: Object) -> Object:
    where = host.path(place)
    if not where.is_dir():
        raise Refusal(f"could not list patch files: open {place}: no such file or directory")
    for file in sorted(where.iterdir()):
        stem, _dot, ending = file.name.rpartition(".")
        target = next((t for t in (*_TARGETS, "kubeletconfiguration") if stem.startswith(t)), "")
        if not target or ending not in ("yaml", "json"):
            host.say(f'[patches] ignoring unknown file "{file.name}"')
            continue
        if target != "kubeletconfiguration" or "+json" in stem:
            raise Refusal(f"this stand-in plays no patches of {target}: {file.name}")
        if host.version.minor < 25:
            continue
        document = merged(document, yaml.safe_load(file.read_text(encoding="utf-8")) or {})
        host.say(f'[patches] Applied patch of type "application/strategic-merge-patch+json" to target "{target}"')
    return document


_TARGETS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "corednsdeployment")


def merged(base: Any, patch: Any) -> Any:
    """A merge patch, applied."""
    if not isinstance(patch, dict) or not isinstance(base, dict):
        return patch
    result = {**base, **{k: merged(base.get(k), v) for k, v in patch.items()}}
    return {k: v for k, v in result.items() if v is not None}


def start_kubelet(host: Host) -> None:
    """Start the kubelet, or tell that it cannot be."""
    host.say("[kubelet-start] Starting the kubelet")
    if not host.systemctl("restart", "kubelet"):
        host.warn("kubelet.go:45", "[kubelet-start] WARNING: unable to start the kubelet service")


def wait_kubelet(host: Host, limit: float = 240.0) -> None:
    """Until the kubelet is healthy."""
    host.say(
        "[kubelet-check] Waiting for a healthy kubelet at http://127.0.0.1:10248/healthz. This can take up to "
        f"{int(limit // 60)}m{int(limit % 60)}s"
    )
    client = Client(Access(f"http://{host.dial('127.0.0.1')}:{host.port(10248)}", b""), timeout=1.0)
    if not wait(host, limit, lambda: client.raw("GET", "/healthz")[0] == 200):
        raise Refusal(f"failed while waiting for the kubelet to start: {_KUBELET_DOWN}")


def wait_api(host: Host, server: str, limit: float = 240.0, version: str = "", known: Access | None = None) -> None:
    """Until an API server is healthy (and of a version, which a hardened one tells those alone whom it knows)."""
    client = Client(replace(known or Access("", b""), server=server, verify=False), timeout=1.0)

    def healthy() -> bool:
        fine = client.raw("GET", "/livez")[0] == 200
        return fine and (not version or json.loads(client.raw("GET", "/version")[2]).get("gitVersion") == version)

    host.say(f"[api-check] Waiting for a healthy API server. This can take up to {int(limit // 60)}m{int(limit % 60)}s")
    began = time.monotonic()
    if not wait(host, limit, healthy):
        raise Refusal(
            "couldn't initialize a Kubernetes cluster"
            if host.version.minor < 33
            else f"failed while waiting for the control plane to start: kube-apiserver check failed at {server}/livez: "
            "context deadline exceeded"
        )
    host.say(f"[api-check] The API server is healthy after {time.monotonic() - began:.6f}s")


def wait(host: Host, limit: float, probe: Any) -> bool:
    """Ask until it holds or the time is over."""
    deadline = time.monotonic() + limit * float(host.settings.get("pace", 1.0))
    while True:
        try:
            if probe():
                return True
        except (ApiError, OSError):
            pass
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)


def admin(host: Host) -> Client:
    """A client with the most that this host has."""
    return objects.admin(host, SUPER_ADMIN if host.has(SUPER_ADMIN) else ADMIN)


def finalize_kubelet(host: Host, config: Config) -> None:
    """The kubelet's kubeconfig names the file that the kubelet keeps its certificate in."""
    if not host.has(CURRENT):
        return
    name = "/etc/kubernetes/kubelet.conf"
    host.say(f'[kubelet-finalize] Updating "{name}" to point to a rotatable kubelet client certificate and key')
    live = objects.access(host, name)
    text = kubeconfig.build(
        live.server, live.ca, live.cluster, f"system:node:{config.node['name']}", cert_file=CURRENT, key_file=CURRENT
    )
    host.write(name, text)
