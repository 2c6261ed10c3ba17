# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""kubeadm init: the phases that make the first control-plane host."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from . import config as configuration
from . import copycerts, manifests, objects, phases, pki, preflight
from .client import ApiError, Client
from .config import Config
from .host import ADMIN, SUPER_ADMIN, Host, Refusal

_FLAGS = {
    "pod-network-cidr": ("cluster", "networking.podSubnet"),
    "service-cidr": ("cluster", "networking.serviceSubnet"),
    "service-dns-domain": ("cluster", "networking.dnsDomain"),
    "control-plane-endpoint": ("cluster", "controlPlaneEndpoint"),
    "kubernetes-version": ("cluster", "kubernetesVersion"),
    "image-repository": ("cluster", "imageRepository"),
    "cert-dir": ("cluster", "certificatesDir"),
    "apiserver-advertise-address": ("init", "localAPIEndpoint.advertiseAddress"),
    "certificate-key": ("init", "certificateKey"),
}


def verify_address(host: Host, address: str) -> None:
    """The API server listens on addresses of hosts only."""
    import ipaddress

    ip = ipaddress.ip_address(address)
    if ip.is_unspecified or ip.is_multicast or ip.is_link_local:
        raise Refusal(f'cannot use "{address}" as the bind address for the API Server')


def load(host: Host, flags: dict[str, str]) -> Config:
    """The configuration of ``--config``, or of the flags."""
    if "config" in flags:
        config = configuration.load_init(host, configuration.read(str(host.path(flags["config"]))))
    else:
        config = Config(init={}, cluster={})
        for flag, (part, path) in _FLAGS.items():
            if flag in flags:
                where = getattr(config, part)
                *parents, last = path.split(".")
                for name in parents:
                    where = where.setdefault(name, {})
                where[last] = flags[flag]
        if "apiserver-bind-port" in flags:
            config.init.setdefault("localAPIEndpoint", {})["bindPort"] = int(flags["apiserver-bind-port"])
        if "apiserver-cert-extra-sans" in flags:
            config.cluster["apiServer"] = {"certSANs": flags["apiserver-cert-extra-sans"].split(",")}
        if "token" in flags or "token-ttl" in flags:
            token = {k: flags[f] for k, f in (("token", "token"), ("ttl", "token-ttl")) if f in flags}
            config.init["bootstrapTokens"] = [token]
        configuration.complete_init(host, config)
        from . import validation

        minor = host.version.minor
        validation.raise_all(validation.init(config.init) + validation.cluster(config.cluster, minor))
    for flag, key in (("node-name", "name"), ("cri-socket", "criSocket")):
        if flag in flags:
            config.init["nodeRegistration"][key] = flags[flag]
    if flags.get("patches"):
        config.init["patches"] = {"directory": flags["patches"]}
    verify_address(host, config.init["localAPIEndpoint"]["advertiseAddress"])
    return config


class Init:
    """One run."""

    def __init__(self, host: Host, config: Config, flags: dict[str, str]) -> None:
        self.host, self.config, self.flags = host, config, flags
        given = flags.get("ignore-preflight-errors", "").split(",")
        self.ignored = preflight.ignored(given, config.node.get("ignorePreflightErrors") or [])
        self.key = config.init.get("certificateKey", "")
        self.uploaded = False
        self._met = False

    def steps(self) -> dict[str, Callable[[], None]]:
        """The phases in their order."""
        early = {"control-plane": self.control_plane, "etcd": self.etcd}
        first: dict[str, Callable[[], None]] = {
            "preflight": self.preflight,
            "certs": lambda: phases.certs(self.host, self.config),
            "kubeconfig": lambda: phases.kubeconfigs(self.host, self.config),
        }
        middle: dict[str, Callable[[], None]]
        if self.host.version.minor >= 30:
            middle = {**dict(reversed(list(early.items()))), "kubelet-start": self.kubelet_start}
        else:
            middle = {"kubelet-start": self.kubelet_start, **early}
        return {
            **first,
            **middle,
            "wait-control-plane": self.wait,
            "upload-config": self.upload_config,
            "upload-certs": self.upload_certs,
            "mark-control-plane": self.mark,
            "bootstrap-token": self.bootstrap,
            "kubelet-finalize": lambda: phases.finalize_kubelet(self.host, self.config),
            "addon": lambda: objects.addons(self.client(), self.host, self.config),
            "show-join-command": self.show,
        }

    def run(self) -> None:
        """All phases but those to skip."""
        skipped = self.flags.get("skip-phases", "").split(",") if "skip-phases" in self.flags else None
        if skipped is None:
            skipped = self.config.init.get("skipPhases") or []
        names = {s.partition("/")[0] for s in skipped}
        unknown = [s for s in names if s and s not in self.steps()]
        if unknown:
            raise Refusal(f"invalid phase name: {unknown[0]}")
        self.host.say(f"[init] Using Kubernetes version: {self.config.cluster['kubernetesVersion']}")
        for name, step in self.steps().items():
            whole = name in skipped or f"{name}/all" in skipped
            if whole or (name == "addon" and {"addon/coredns", "addon/kube-proxy"} <= set(skipped)):
                continue
            if name == "addon" and any(s.startswith("addon/") for s in skipped):
                part = "dns" if "addon/coredns" in skipped else "proxy"
                self.config.cluster[part] = {**(self.config.cluster.get(part) or {}), "disabled": True}
            self.one(name, step)

    def one(self, name: str, step: Callable[[], None] | None = None) -> None:
        """One phase, with its name before what it refuses."""
        self.host.phase(name)
        try:
            (step or self.steps()[name])()
        except Refusal as refusal:
            raise Refusal(f"error execution phase {name}: {refusal}") from refusal
        except ApiError as error:
            raise Refusal(f"error execution phase {name}: {error}") from error

    # -- phases --------------------------------------------------------------------------------------------------
    def client(self) -> Client:
        """The administrator's client; who is in no role yet gets the one from the file that always may.

        The first call comes by the cluster's address, which may only just be moving here: it is made for a minute.
        """
        client = objects.admin(self.host)
        if not self._met:
            self._met = phases.wait(self.host, 60, lambda: client.raw("GET", "/version")[0] > 0)
        if self.host.version.minor < 29 or not self.host.has(SUPER_ADMIN):
            return client
        try:
            client.call("GET", f"{objects.RBAC}/clusterrolebindings/kubeadm:cluster-admins")
        except ApiError as error:
            if error.code not in (403, 404):
                raise
            master = objects.admin(self.host, SUPER_ADMIN)
            objects.bind(master, "kubeadm:cluster-admins", "cluster-admin", "kubeadm:cluster-admins")
        return client

    def preflight(self) -> None:
        """All checks, then the images."""
        self.host.say("[preflight] Running pre-flight checks")
        preflight.run(self.host, preflight.init(self.host, self.config), self.ignored)
        self.host.say("[preflight] Pulling images required for setting up a Kubernetes cluster")

    def control_plane(self) -> None:
        """Manifests."""
        phases.control_plane(self.host, self.config)

    def etcd(self) -> None:
        """The local etcd, where there is to be one."""
        if "local" in self.config.cluster["etcd"]:
            self.host.say('[etcd] Creating static Pod manifest for local etcd in "/etc/kubernetes/manifests"')
            phases.etcd_manifest(self.host, self.config, [])

    def kubelet_start(self) -> None:
        """Its files, and itself."""
        self.host.systemctl("stop", "kubelet")
        document = objects.kubelet_document(self.config)
        phases.kubelet_files(self.host, self.config, document)
        phases.start_kubelet(self.host)

    def wait(self) -> None:
        """For the kubelet, then for what it starts."""
        self.host.say(
            "[wait-control-plane] Waiting for the kubelet to boot up the control plane as static Pods from directory "
            '"/etc/kubernetes/manifests"'
        )
        minor = self.host.version.minor
        limits = self.config.init.get("timeouts") or {}
        from .schema import seconds

        phases.wait_kubelet(self.host, seconds(limits.get("kubeletHealthCheck", "4m" if minor >= 28 else "40s")))
        given = self.config.cluster["apiServer"].get("timeoutForControlPlane", "4m")
        limit = seconds(limits.get("controlPlaneComponentHealthCheck", given))
        phases.wait_api(self.host, phases.url(self.config.init["localAPIEndpoint"]), limit)

    def upload_config(self) -> None:
        """kubeadm's configuration, the kubelets', and the node's socket."""
        client, node = self.client(), self.config.node
        objects.upload_config(client, self.config, self.host)
        document = objects.kubelet_document(self.config)
        objects.upload_kubelet(client, document, self.host, self.config.version.minor)
        if not phases.wait(self.host, 60, lambda: client.get(f"/api/v1/nodes/{node['name']}")):
            raise Refusal(
                f'error writing Crisocket information for the control-plane node: nodes "{node["name"]}" not found'
            )
        if not phases.local_socket(self.host, self.config):
            objects.annotate(client, node["name"], node["criSocket"])

    def upload_certs(self) -> None:
        """Only where it was asked for."""
        if "upload-certs" not in self.flags:
            self.host.say("[upload-certs] Skipping phase. Please see --upload-certs")
            return
        self.key = self.key or copycerts.new_key()
        copycerts.upload(self.host, self.client(), self.config, self.key)
        self.uploaded = True
        hidden = "skip-certificate-key-print" in self.flags
        self.host.say("[upload-certs] Using certificate key:\n" + ("" if hidden else self.key))

    def mark(self) -> None:
        """Labels and taints."""
        node = self.config.node
        objects.mark_control_plane(self.client(), self.host, node["name"], node.get("taints") or [])

    def bootstrap(self) -> None:
        """Tokens."""
        if "skip-token-print" not in self.flags:
            shown = ", ".join(t["token"] for t in self.config.init["bootstrapTokens"])
            self.host.say(f"[bootstrap-token] Using token: {shown}")
        ca = self.host.path(f"{self.config.cluster['certificatesDir']}/ca.crt").read_bytes()
        objects.bootstrap(self.client(), self.host, self.config, ca)

    def show(self) -> None:
        """How others join."""
        tokens = self.config.init["bootstrapTokens"]
        self.host.say("\nYour Kubernetes control-plane has initialized successfully!\n")
        self.host.say(f"Alternatively, if you are the root user, you can run:\n\n  export KUBECONFIG={ADMIN}\n")
        token = "<value withheld>" if "skip-token-print" in self.flags or not tokens else tokens[0]["token"]
        if self.uploaded and self.config.cluster.get("controlPlaneEndpoint"):
            hidden = "skip-certificate-key-print" in self.flags
            key = "<value withheld>" if hidden else self.key
            self.host.say(
                "You can now join any number of control-plane nodes running the following command on each as root:\n\n"
                f"  {join_command(self.host, self.config, token, key)}\n\n"
                "As a safeguard, uploaded-certs will be deleted in two hours; If necessary, you can use\n"
                '"kubeadm init phase upload-certs --upload-certs" to reload certs afterward.\n'
            )
        self.host.say(
            "Then you can join any number of worker nodes by running the following on each as root:\n\n"
            f"{join_command(self.host, self.config, token)}"
        )


def join_command(host: Host, config: Config, token: str, key: str = "") -> str:
    """The line that makes another host join."""
    place = pki.Folder(host, config.cluster["certificatesDir"])
    words = ["kubeadm", "join", objects.endpoint(config), "--token", token]
    words += ["--discovery-token-ca-cert-hash", pki.pin(place.cert("ca"))]
    words += ["--control-plane", "--certificate-key", key] if key else []
    return " ".join(w if w.startswith("<") else shlex.quote(w) for w in words) + " "


def images(host: Host, flags: dict[str, str]) -> list[str]:
    """What ``kubeadm config images list`` prints."""
    return manifests.images(load(host, flags), host.version.minor)
