# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""kubelet: it does not start without its configuration, runs static pods, and tells the cluster of its node."""

from __future__ import annotations

import base64
import functools
import platform
import re
import threading
import time
from datetime import UTC, datetime
from urllib.parse import urlencode

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from . import kubeconfig, kubelet_port, pki, preflight
from .client import ApiError, Client, Object
from .config import PROXY, shape_of
from .host import Host, Refusal
from .kubeconfig import Access
from .pods import Processes, Threads
from .schema import DecodeError
from .serving import Answer, Handler, Listener

CONFIG, FLAGS = "/var/lib/kubelet/config.yaml", "/var/lib/kubelet/kubeadm-flags.env"
OWN, BOOTSTRAP = "/etc/kubernetes/kubelet.conf", "/etc/kubernetes/bootstrap-kubelet.conf"
CURRENT = "/var/lib/kubelet/pki/kubelet-client-current.pem"
CNI = "/etc/cni/net.d"
#: flags that matter here, by the first and the last minor version that knows them
KNOWN = {
    **dict.fromkeys(("config", "kubeconfig", "bootstrap-kubeconfig", "hostname-override", "node-ip", "v"), (20, 99)),
    **dict.fromkeys(("node-labels", "register-with-taints", "root-dir", "cert-dir", "config-dir"), (20, 99)),
    **dict.fromkeys(("container-runtime-endpoint", "fail-swap-on", "cgroup-driver", "max-pods"), (20, 99)),
    **dict.fromkeys(("cpu-manager-policy", "topology-manager-policy", "system-reserved", "kube-reserved"), (20, 99)),
    **dict.fromkeys(("reserved-cpus", "feature-gates", "runtime-cgroups", "cloud-provider", "provider-id"), (20, 99)),
    **dict.fromkeys(("resolv-conf", "rotate-certificates", "read-only-port", "port", "address"), (20, 99)),
    "pod-infra-container-image": (20, 34),
    "container-runtime": (20, 26),
    "network-plugin": (20, 23),
    "cni-bin-dir": (20, 23),
    "cni-conf-dir": (20, 23),
}
_LABELS = re.compile(r"(?:^|\.)(?:kubernetes|k8s)\.io/")
_FREE = re.compile(
    r"(kubernetes\.io/(hostname|os|arch)|(beta\.kubernetes\.io/.*)|(.*\.)?node\.kubernetes\.io/.*|kubelet\.kubernetes\.io/.*"
    r"|topology\.kubernetes\.io/(zone|region)|(failure-domain\.beta\.kubernetes\.io/.*))"
)


def flags_of(words: list[str]) -> dict[str, str]:
    """Flags by name, from ``--a=b`` and ``--a b``."""
    found: dict[str, str] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("-"):
            raise Refusal(f"unknown command {word}")
        name, equal, value = word.lstrip("-").partition("=")
        takes = not equal and rest and not rest[0].startswith("-")
        found[name] = rest.pop(0) if takes else value if equal else "true"
    return found


@functools.lru_cache(maxsize=64)
def _name_of(text: str) -> str:
    """The name in a manifest, which is looked at many times a minute and seldom another one."""
    return str(yaml.safe_load(text)["metadata"]["name"])


def now() -> str:
    """The time with parts of a second, as leases have it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Kubelet:
    """One run of the kubelet."""

    def __init__(self, host: Host, flags: dict[str, str], runner: Threads | Processes) -> None:
        self.host, self.flags, self.runner = host, flags, runner
        self._stop = threading.Event()
        self._listeners: list[Listener] = []
        self._thread: threading.Thread | None = None
        self.settings: Object = {}
        self._registered = False
        self._client: tuple[str, Client] | None = None
        self._mirrored: dict[str, str] = {}
        self._looks = 0
        self.name = (flags.get("hostname-override") or host.hostname()).lower()

    # -- start ---------------------------------------------------------------------------------------------------
    def check(self) -> None:
        """Refuses to run as the real one does."""
        minor = self.host.version.minor
        for flag in self.flags:
            first, last = KNOWN.get(flag, (99, 0))
            if not first <= minor <= last:
                raise Refusal(f'"command failed" err="failed to parse kubelet flag: unknown flag: --{flag}"')
        labels = [p.partition("=")[0] for p in self.flags.get("node-labels", "").split(",") if p]
        strange = sorted(label for label in labels if _LABELS.search(label) and not _FREE.fullmatch(label))
        if strange:
            raise Refusal(
                "\"command failed\" err=\"failed to validate kubelet flags: unknown 'kubernetes.io' or 'k8s.io' labels "
                f'specified with --node-labels: [{" ".join(strange)}]"'
            )
        if not self.host.has(CONFIG):
            raise Refusal(
                f'"command failed" err="failed to load kubelet config file, path: {CONFIG}, error: failed to load '
                "Kubelet "
                f'config file {CONFIG}, error failed to read kubelet config file \\"{CONFIG}\\", error: open {CONFIG}: '
                'no such file or directory"'
            )
        self._settings()
        swap = self.host.read("/proc/swaps").splitlines() if self.host.has("/proc/swaps") else []
        if len(swap) > 1 and self.settings.get("failSwapOn", True) and self.flags.get("fail-swap-on") != "false":
            raise Refusal(
                '"command failed" err="failed to run Kubelet: running with swap on is not supported, please disable '
                f'swap or set --fail-swap-on flag to false. /proc/swaps contained: [{" ".join(swap)}]"'
            )
        v1 = not self.host.has("/sys/fs/cgroup/cgroup.controllers") and self.host.settings.get("cgroup") != "v2"
        if v1 and self.settings.get("failCgroupV1", minor >= 35):
            raise Refusal(
                '"command failed" err="failed to run Kubelet: kubelet is configured to not run on a host using '
                "cgroup v1. "
                'cgroup v1 support is unsupported and will be removed in a future release"'
            )
        kubelet_port.check_kernel(self.host, self.settings)
        endpoint = self.flags.get("container-runtime-endpoint") or self.settings.get("containerRuntimeEndpoint")
        socket = endpoint or "unix:///run/containerd/containerd.sock"
        if preflight._runtime(self.host, socket)[1]()[1]:
            raise Refusal(
                '"command failed" err="failed to run Kubelet: validate service connection: validate CRI v1 runtime '
                f'API for endpoint \\"{socket}\\": rpc error: code = Unavailable desc = connection error"'
            )
        if not self.host.has(OWN) and not self.host.has(BOOTSTRAP):
            raise Refusal(
                '"command failed" err="failed to run Kubelet: unable to load bootstrap kubeconfig: stat '
                f'{BOOTSTRAP}: no such file or directory"'
            )

    def _settings(self) -> None:
        document = yaml.safe_load(self.host.read(CONFIG)) or {}
        api, kind = document.get("apiVersion", ""), document.get("kind", "")
        shape = shape_of(api, kind, self.host.version.minor) if api != PROXY else None
        if shape is None:
            text = f'no kind \\"{kind}\\" is registered for version \\"{api}\\"'
            raise Refusal(f'"command failed" err="failed to load kubelet config file, path: {CONFIG}, error: {text}"')
        try:
            shape.check(kind, document)
        except DecodeError as error:
            text = f"failed to load kubelet config file, path: {CONFIG}, error: failed to decode: {error}"
            raise Refusal(f'"command failed" err="{text}"') from error
        for field in shape.unknown(kind, document):
            said = f'err="strict decoding error: unknown field \\"{field}\\""'
            self.host.warn("server.go:1", f'"Using lenient decoding as strict decoding failed" {said}')
        self.settings = document

    def start(self) -> None:
        """Run in the background; refuses what :meth:`check` refuses."""
        self.check()
        address = self.host.dial(self.settings.get("healthzBindAddress") or "127.0.0.1")
        health = self.host.port(int(self.settings.get("healthzPort") or 10248))
        self._listeners.append(Listener(address, health, self._health))
        own = self.host.settings.get("addresses") or ["0.0.0.0"]
        context = kubelet_port.context(self.host, self.name)
        port = self.host.port(10250)
        self._listeners.append(Listener(own[0], port, lambda request: kubelet_port.answer(self.settings), context))
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; what runs in pods goes on."""
        self._stop.set()
        for one in self._listeners:
            one.stop()
        if self._thread:
            self._thread.join(5)

    def wait(self) -> None:
        """Until the end."""
        self._stop.wait()

    def _health(self, request: Handler) -> Answer:
        return (200, "ok") if request.path.startswith("/healthz") else (401, "Unauthorized")

    # -- life ----------------------------------------------------------------------------------------------------
    def _run(self) -> None:
        pace = float(self.host.settings.get("pace", 1.0))
        due = 0.0
        while not self._stop.is_set():
            self.runner.sync(self._manifests())
            if time.monotonic() >= due:
                try:
                    self._beat()
                    due = time.monotonic() + max(0.5, 5.0 * pace)
                except (ApiError, OSError, Refusal, yaml.YAMLError):
                    due = time.monotonic() + max(0.1, 0.5 * pace)
            self._stop.wait(max(0.05, 0.5 * pace))

    def _manifests(self) -> dict[str, str]:
        folder = self.host.path(self.settings.get("staticPodPath") or "/nowhere")
        found: dict[str, str] = {}
        for file in sorted(folder.glob("*.yaml")) if folder.is_dir() else []:
            if file.name.startswith("."):
                continue
            try:
                text = file.read_text(encoding="utf-8")
                found[_name_of(text)] = text
            except (OSError, yaml.YAMLError, TypeError, KeyError):
                continue
        return found

    def _access(self) -> Access:
        if not self.host.has(OWN):
            self._bootstrap()
        found = kubeconfig.load(self.host.read(OWN), lambda name: self.host.path(name).read_bytes())
        if not self.host.has(CURRENT) and found.cert:
            self.host.write(CURRENT, found.cert.rstrip() + b"\n" + found.key)
        return found

    def _bootstrap(self) -> None:
        """Ask the cluster for a certificate, with a token that lives for a short time."""
        access = kubeconfig.load(self.host.read(BOOTSTRAP), lambda name: self.host.path(name).read_bytes())
        key = pki.new_key("ECDSA-P256")
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "system:nodes"),
                x509.NameAttribute(NameOID.COMMON_NAME, f"system:node:{self.name}"),
            ]
        )
        request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
        body = {
            "apiVersion": "certificates.k8s.io/v1",
            "kind": "CertificateSigningRequest",
            "metadata": {"generateName": "node-csr-"},
            "spec": {
                "request": base64.b64encode(request.public_bytes(pki._PEM)).decode(),
                "signerName": "kubernetes.io/kube-apiserver-client-kubelet",
                "usages": ["digital signature", "client auth"],
            },
        }
        answer = Client(access, agent="kubelet").call(
            "POST", "/apis/certificates.k8s.io/v1/certificatesigningrequests", body
        )
        cert = base64.b64decode(answer["status"]["certificate"])
        self.host.write(CURRENT, cert.rstrip() + b"\n" + pki.key_pem(key))
        made = kubeconfig.build(
            access.server, access.ca, access.cluster, "default-auth", cert_file=CURRENT, key_file=CURRENT
        )
        self.host.write(OWN, made)

    def _beat(self) -> None:
        access = self._access()  # a new certificate, or another server, is another client
        mark = repr(access)
        if self._client is None or self._client[0] != mark:
            self._client = (mark, Client(access, timeout=5.0, agent="kubelet"))
        client = self._client[1]
        node = client.get(f"/api/v1/nodes/{self.name}")
        if node is None:
            # as the real one: once, when it starts; who deletes the node of a running kubelet has it gone
            if self.settings.get("registerNode") is False or self._registered:
                return
            node = client.call("POST", "/api/v1/nodes", self._node())
        self._registered = True
        lease = f"/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{self.name}"
        spec = {"holderIdentity": self.name, "leaseDurationSeconds": 40, "renewTime": now()}
        try:
            client.patch(lease, {"spec": spec}, "merge-patch")
        except ApiError as error:
            if error.code != 404:
                raise
            meta = {"name": self.name, "namespace": "kube-node-lease"}
            client.call("POST", lease.rpartition("/")[0], {"metadata": meta, "spec": spec})
        self._network(client)
        client.patch(f"/api/v1/nodes/{self.name}/status", {"status": self._status(node)}, "merge-patch")
        self._mirror(client)

    # -- the node ------------------------------------------------------------------------------------------------
    def _node(self) -> Object:
        labels = {
            "kubernetes.io/arch": "amd64",
            "kubernetes.io/os": "linux",
            "kubernetes.io/hostname": self.host.hostname().lower(),
            "beta.kubernetes.io/arch": "amd64",
            "beta.kubernetes.io/os": "linux",
        }
        for pair in self.flags.get("node-labels", "").split(","):
            key, _equal, value = pair.partition("=")
            labels.update({key: value} if key else {})
        taints = list(self.settings.get("registerWithTaints") or [])
        for text in self.flags.get("register-with-taints", "").split(","):
            key, _colon, effect = text.rpartition(":")
            if key:
                taints.append({"key": key.partition("=")[0], "value": key.partition("=")[2], "effect": effect})
        made = {"metadata": {"name": self.name, "labels": labels}, "spec": {"taints": taints} if taints else {}}
        return {**made, "status": self._status({})}

    def _ready(self) -> bool:
        folder = self.host.path(CNI)
        return folder.is_dir() and any(f.suffix in (".conf", ".conflist", ".json") for f in folder.iterdir())

    def _status(self, node: Object) -> Object:
        ready = self._ready()
        message = "kubelet is posting ready status"
        if not ready:
            message = (
                "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network "
                "plugin returns error: cni plugin not initialized"
            )
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        old = {c["type"]: c for c in (node.get("status") or {}).get("conditions") or []}
        conditions = []
        for kind, status, reason, text in (
            ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            ("Ready", str(ready), "KubeletReady" if ready else "KubeletNotReady", message),
        ):
            was = old.get(kind, {})
            since = was["lastTransitionTime"] if was.get("status") == status else stamp
            times = {"lastHeartbeatTime": stamp, "lastTransitionTime": since}
            conditions.append({"type": kind, "status": status, "reason": reason, "message": text, **times})
        addresses = [a for a in self.flags.get("node-ip", "").split(",") if a] or self.host.addresses()[:1]
        capacity = {"cpu": str(self.host.cpus()), "memory": f"{self.host.memory() * 1024}Ki"}
        capacity["pods"] = str(self.settings.get("maxPods") or 110)
        info = dict.fromkeys(("bootID", "machineID", "systemUUID", "osImage"), "")
        info.update(
            kubeletVersion=self.host.version.tag,
            kubeProxyVersion=self.host.version.tag if self.host.version.minor < 33 else "",
            architecture="amd64",
            operatingSystem="linux",
            kernelVersion=platform.release(),
            containerRuntimeVersion="containerd://1.7.27",
        )
        listed = [{"type": "InternalIP", "address": a} for a in addresses]
        return {
            "addresses": [*listed, {"type": "Hostname", "address": self.name}],
            "capacity": capacity,
            "allocatable": capacity,
            "conditions": conditions,
            "nodeInfo": info,
        }

    def _network(self, client: Client) -> None:
        """A network plugin's pod puts its configuration where the runtime looks for it."""
        if self._ready():
            return
        query = urlencode({"fieldSelector": f"spec.nodeName={self.name}"})
        for pod in client.call("GET", f"/api/v1/pods?{query}")["items"]:
            places = [(v.get("hostPath") or {}).get("path", "") for v in pod["spec"].get("volumes") or []]
            running = (pod.get("status") or {}).get("phase") == "Running"
            if running and any(p.rstrip("/") in (CNI, "/etc/cni") for p in places):
                name = pod["metadata"]["name"].split("-")[0]
                self.host.write(
                    f"{CNI}/10-{name}.conflist", '{"cniVersion": "0.3.1", "name": "standin", "plugins": []}\n'
                )

    def _mirror(self, client: Client) -> None:
        """Static pods have copies in the cluster; somebody may have deleted them, so look again now and then."""
        self._looks += 1
        wanted = self._manifests()
        if wanted == self._mirrored and self._looks % 5:
            return
        for name, text in wanted.items():
            pod = yaml.safe_load(text)
            full = f"{name}-{self.name}"
            place = f"/api/v1/namespaces/{pod['metadata'].get('namespace', 'default')}/pods"
            live = client.get(f"{place}/{full}")
            digest = str(abs(hash(text)))
            if live and (live["metadata"].get("annotations") or {}).get("kubernetes.io/config.hash") == digest:
                continue
            if live:
                client.delete(f"{place}/{full}")
            notes = {"kubernetes.io/config.source": "file", "kubernetes.io/config.mirror": digest}
            notes["kubernetes.io/config.hash"] = digest
            meta = {**pod["metadata"], "name": full}
            meta["annotations"] = {**(pod["metadata"].get("annotations") or {}), **notes}
            spec = {
                **pod["spec"],
                "nodeName": self.name,
                "tolerations": [{"operator": "Exists", "effect": "NoExecute"}],
            }
            client.call("POST", place, {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec})
        self._mirrored = wanted


def main(host: Host, words: list[str]) -> int:
    """The program ``kubelet``."""
    flags = flags_of(words)
    if "version" in flags:
        host.say(f"Kubernetes {host.version.tag}")
        return 0
    one = Kubelet(host, flags, Processes(host))
    try:
        one.start()
    except Refusal as refusal:
        stamp = time.strftime("%m%d %H:%M:%S")
        print(f"E{stamp}.000000       1 run.go:74] {refusal}", file=host.err)
        return 1
    one.wait()
    return 0
