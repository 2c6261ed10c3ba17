# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""kubeadm join: a worker, or another control-plane host."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import yaml

from . import config as configuration
from . import copycerts, kubeconfig, objects, phases, pki, preflight, validation
from .client import ApiError, Client
from .config import Config
from .etcdclient import EtcdClient
from .host import Host, Refusal
from .init import verify_address
from .jws import valid
from .kubeconfig import Access
from .kubelet import BOOTSTRAP, OWN
from .schema import seconds

_NOT_READY = """
One or more conditions for hosting a new control plane instance is not satisfied.

{why}

Please ensure that:
* The cluster has a stable controlPlaneEndpoint address.
* The certificates that must be shared among control plane instances are provided.

"""


def load(host: Host, flags: dict[str, str], words: list[str]) -> Config:
    """The configuration of ``--config``, or of the flags."""
    if "config" in flags:
        name = flags["config"]
        config = configuration.load_join(host, configuration.read(str(host.path(name))), name=name)
    else:
        discovery: dict[str, Any] = {}
        token = flags.get("token", "")
        if words:
            discovery["bootstrapToken"] = {
                "apiServerEndpoint": words[0],
                "token": flags.get("discovery-token", token),
                "caCertHashes": [h for h in flags.get("discovery-token-ca-cert-hash", "").split(",") if h],
                "unsafeSkipCAVerification": "discovery-token-unsafe-skip-ca-verification" in flags,
            }
        if "discovery-file" in flags:
            discovery["file"] = {"kubeConfigPath": flags["discovery-file"]}
        discovery["tlsBootstrapToken"] = flags.get("tls-bootstrap-token", token)
        config = Config(join={"discovery": discovery})
        if "control-plane" in flags:
            end = {"advertiseAddress": flags.get("apiserver-advertise-address", "")}
            plane: dict[str, Any] = {"localAPIEndpoint": end}
            plane["certificateKey"] = flags.get("certificate-key", "")
            config.join["controlPlane"] = plane
        configuration.complete_join(host, config)
        validation.raise_all(validation.join(config.join))
    for flag, key in (("node-name", "name"), ("cri-socket", "criSocket")):
        if flag in flags:
            config.join["nodeRegistration"][key] = flags[flag]
    if flags.get("patches"):
        config.join["patches"] = {"directory": flags["patches"]}
    if "controlPlane" in config.join:
        verify_address(host, config.join["controlPlane"]["localAPIEndpoint"]["advertiseAddress"])
    return config


class Join:
    """One run."""

    def __init__(self, host: Host, config: Config, flags: dict[str, str]) -> None:
        self.host, self.config, self.flags = host, config, flags
        given = flags.get("ignore-preflight-errors", "").split(",")
        self.ignored = preflight.ignored(given, config.node.get("ignorePreflightErrors") or [])
        self.control_plane = "controlPlane" in config.join
        self.access: Access | None = None
        limits = config.join.get("timeouts") or {}
        self.limit = seconds(limits.get("discovery") or config.join["discovery"].get("timeout") or "5m")

    def run(self) -> None:
        """All phases but those to skip."""
        skipped = self.flags.get("skip-phases", "").split(",") if "skip-phases" in self.flags else None
        skipped = self.config.join.get("skipPhases") or [] if skipped is None else skipped
        steps: dict[str, Callable[[], None]] = {"preflight": self.preflight}
        if self.control_plane:
            steps["control-plane-prepare"] = self.prepare
            steps["check-etcd"] = self.check_etcd
        steps["kubelet-start"] = self.kubelet_start
        if self.control_plane:
            steps["control-plane-join"] = self.join_control_plane
            steps["wait-control-plane"] = self.wait_control_plane
        for name, step in steps.items():
            if name in skipped:
                continue
            self.host.phase(name)
            try:
                step()
            except (Refusal, ApiError) as error:
                raise Refusal(f"error execution phase {name}: {error}") from error
        kind = "a new control plane instance was created" if self.control_plane else ""
        if kind:
            self.host.say(f"\nThis node has joined the cluster and {kind}:\n")
        else:
            self.host.say(
                "\nThis node has joined the cluster:\n"
                "* Certificate signing request was sent to apiserver and a response was received.\n"
                "* The Kubelet was informed of the new secure connection details.\n"
            )
        self.host.say("Run 'kubectl get nodes' on the control-plane to see this node join the cluster.\n")

    # -- discovery -----------------------------------------------------------------------------------------------
    def preflight(self) -> None:
        """The host's checks, what the cluster is, and the checks of a control-plane host."""
        host = self.host
        host.say("[preflight] Running pre-flight checks")
        preflight.run(host, preflight.join(host, self.config), self.ignored)
        self.discover()
        if not self.control_plane:
            return
        key = self.config.join["controlPlane"].get("certificateKey", "")
        why = self._not_ready(bool(key))
        if why:
            raise Refusal(_NOT_READY.format(why=why))
        host.say("[preflight] Running pre-flight checks before initializing the new control plane instance")
        preflight.run(host, preflight.init(host, self.config, True, bool(key)), self.ignored)
        host.say("[preflight] Pulling images required for setting up a Kubernetes cluster")

    def _not_ready(self, has_key: bool) -> str:
        cluster = self.config.cluster
        if not cluster.get("controlPlaneEndpoint"):
            return (
                "unable to add a new control plane instance to a cluster that doesn't have a stable "
                "controlPlaneEndpoint address"
            )
        if has_key:
            return ""
        names = [*pki.SHARED, *(pki.SHARED_ETCD if "local" in cluster["etcd"] else ())]
        missing = [n for n in names if not self.host.has(f"{cluster['certificatesDir']}/{n}")]
        about = {"ca": "CA", "sa": "service account", "front-proxy-ca": "front-proxy CA", "etcd/ca": "etcd CA"}
        whole = []
        for name in missing:
            path = f"{cluster['certificatesDir']}/{name}"
            kind = "key" if name.endswith(".key") else "certificate"
            load = f"couldn't load the {'private key' if kind == 'key' else kind} file {path}: open {path}"
            what = about[name.rpartition(".")[0]]
            whole.append(f"failure loading {kind} for {what}: {load}: no such file or directory")
        return whole[0] if len(whole) == 1 else f"[{', '.join(whole)}]" if whole else ""

    def discover(self) -> None:
        """Find out what the cluster is, and that it is the right one."""
        try:
            self.access = self._trusted()
        except (Refusal, ApiError) as error:
            raise Refusal(f"couldn't validate the identity of the API Server: {error}") from error
        token = self.config.join["discovery"].get("tlsBootstrapToken", "")
        if token:
            self.access.token = token
        client = Client(self.access)
        try:
            found = objects.fetch(client, self.host, "preflight")
        except Refusal as refusal:
            raise Refusal(f"unable to fetch the kubeadm-config ConfigMap: {refusal}") from refusal
        self.config.cluster, self.config.kubelet = found.cluster, found.kubelet
        self.config.init = found.init
        self.access.cluster = found.cluster["clusterName"]

    def _trusted(self) -> Access:
        token = self.config.join["discovery"].get("bootstrapToken")
        if not token:
            name = self.config.join["discovery"]["file"]["kubeConfigPath"]
            text = self.host.read(name)
            return kubeconfig.load(_with_context(text), lambda file: self.host.path(file).read_bytes())
        server = f"https://{token['apiServerEndpoint']}"
        data = self._cluster_info(Client(Access(server, b"", verify=False)), token["token"])
        ident, secret = token["token"].split(".")
        if not valid(data[f"jws-kubeconfig-{ident}"], data["kubeconfig"], ident, secret):
            raise Refusal("failed to verify JWS signature of received cluster info object, can't trust this API Server")
        cluster = yaml.safe_load(data["kubeconfig"])["clusters"][0]["cluster"]
        ca = base64.b64decode(cluster["certificate-authority-data"])
        pins = token.get("caCertHashes") or []
        for text in pins:
            if not text.startswith("sha256:") or len(text) != 71:
                why = 'expected "type:value"' if ":" not in text else f"invalid hash {text}"
                raise Refusal(f"invalid discovery token CA certificate hash: invalid hash, {why}")
        own = pki.pin(pki.load_cert(ca))
        if pins and own not in [p.lower() for p in pins]:
            raise Refusal(
                f'cluster CA found in cluster-info ConfigMap is invalid: none of the public keys "{own}" are pinned'
            )
        if pins:
            again = self._cluster_info(Client(Access(server, ca)), token["token"])
            if again["kubeconfig"] != data["kubeconfig"]:
                raise Refusal(
                    "the second kubeconfig from the cluster-info ConfigMap (using validated TLS) was different from "
                    "the first"
                )
        return Access(cluster["server"], ca)

    def _cluster_info(self, client: Client, token: str) -> dict[str, str]:
        last, found, ident = "", {}, token.split(".")[0]

        def ask() -> bool:
            nonlocal last, found
            try:
                found = client.call("GET", f"{objects.PUBLIC}/configmaps/cluster-info")["data"]
            except ApiError as error:
                last = f"failed to request the cluster-info ConfigMap: {error}"
                return False
            last = f'could not find a JWS signature in the cluster-info ConfigMap for token ID "{ident}"'
            return f"jws-kubeconfig-{ident}" in found

        if not phases.wait(self.host, self.limit, ask):
            raise Refusal(last)
        return found

    # -- control plane -------------------------------------------------------------------------------------------
    def prepare(self) -> None:
        """Certificates, kubeconfig files and manifests."""
        host, config = self.host, self.config
        key = config.join["controlPlane"].get("certificateKey", "")
        self.host.phase("download-certs")
        if key:
            copycerts.download(host, Client(self._found()), config, key)
        self.host.phase("join-certs")
        phases.certs(host, config)
        phases.kubeconfigs(host, config, kubelet=False)
        phases.control_plane(host, config)

    def _found(self) -> Access:
        if self.access is None:
            self.discover()
        assert self.access is not None
        return self.access

    def check_etcd(self) -> None:
        """No member is added to an etcd that has no quorum or ails."""
        if "local" not in self.config.cluster["etcd"]:
            self.host.say("[check-etcd] Skipping etcd check in external mode")
            return
        self.host.say("[check-etcd] Checking that the etcd cluster is healthy")
        etcd = EtcdClient.of_cluster(self.host, objects.admin(self.host), self.config.cluster["certificatesDir"])
        why = etcd.unhealthy()
        if why:
            raise Refusal(f"etcd cluster is not healthy: failed to dial endpoint {why}")

    def join_control_plane(self) -> None:
        """The etcd member, the node's marks."""
        host, config = self.host, self.config
        client = objects.admin(host)
        if "local" in config.cluster["etcd"]:
            self._etcd(EtcdClient.of_cluster(host, client, config.cluster["certificatesDir"]))
        host.phase("mark-control-plane")
        node = config.node
        phases.wait(host, 60, lambda: client.get(f"/api/v1/nodes/{node['name']}"))
        objects.mark_control_plane(client, host, node["name"], node.get("taints") or [])

    def _etcd(self, etcd: EtcdClient) -> None:
        host, config = self.host, self.config
        address = config.join["controlPlane"]["localAPIEndpoint"]["advertiseAddress"]
        shown = f"[{address}]" if ":" in address else address
        peer, learner = f"https://{shown}:2380", host.version.minor >= 29
        members = etcd.members()
        if any(peer in m["peerURLs"] for m in members):
            host.say(f"[etcd] Etcd member already exists: {peer}")
        else:
            host.say("[etcd] Announced new etcd member joining to the existing etcd cluster")
            members = etcd.call("add", {"peerURLs": [peer], "isLearner": learner})["members"]
        host.phase("etcd-manifest")
        initial = [(m["name"] or config.node["name"], m["peerURLs"][0]) for m in members]
        host.say('[etcd] Creating static Pod manifest for "etcd"')
        phases.etcd_manifest(host, config, initial)
        host.say("[etcd] Waiting for the new etcd member to join the cluster. This can take up to 40s")

        def joined() -> bool:
            mine = next((m for m in etcd.members() if peer in m["peerURLs"]), None)
            if mine and mine.get("isLearner") and mine["name"]:
                etcd.call("promote", {"ID": mine["ID"]})
                return True
            return bool(mine and mine["name"])

        def probe() -> bool:
            try:
                return joined()
            except Refusal:
                return False

        if not phases.wait(host, 120, probe):
            raise Refusal(
                "error creating local etcd static pod manifest file: timeout waiting for etcd cluster to be available"
            )

    def wait_control_plane(self) -> None:
        """The host's own API server."""
        phases.wait_api(self.host, phases.url(self.config.join["controlPlane"]["localAPIEndpoint"]))

    # -- kubelet -------------------------------------------------------------------------------------------------
    def kubelet_start(self) -> None:
        """Let the kubelet get its certificate, with the token."""
        host, config, access = self.host, self.config, self._found()
        name = config.node["name"]
        client = Client(access)
        host.write(
            BOOTSTRAP,
            kubeconfig.build(access.server, access.ca, access.cluster, "tls-bootstrap-token-user", token=access.token),
        )
        host.phase("kubelet-ca")
        if "controlPlane" not in config.join:
            host.write(config.join["caCertPath"], access.ca, 0o644)
        node = client.get(f"/api/v1/nodes/{name}")
        if node and any(
            c["type"] == "Ready" and c["status"] == "True" for c in (node.get("status") or {}).get("conditions") or []
        ):
            raise Refusal(
                f'a Node with name "{name}" and status "Ready" already exists in the cluster. You must delete the '
                "existing Node or change the name of this new joining Node"
            )
        host.systemctl("stop", "kubelet")
        phases.kubelet_files(host, config, objects.kubelet_document(config))
        phases.start_kubelet(host)
        host.phase("kubelet-wait")
        phases.wait_kubelet(host)
        host.say("[kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap")
        limit = seconds((config.join.get("timeouts") or {}).get("tlsBootstrap", "5m"))
        if not phases.wait(host, limit, lambda: host.has(OWN)):
            raise Refusal("timed out waiting for the condition")
        host.path(BOOTSTRAP).unlink(missing_ok=True)
        own = Client(objects.access(host, OWN))
        if not phases.wait(host, 60, lambda: own.get(f"/api/v1/nodes/{name}")):
            raise Refusal(f'error uploading crisocket: nodes "{name}" not found')
        if not phases.local_socket(host, config):
            objects.annotate(own, name, config.node["criSocket"])


def _with_context(text: str) -> str:
    """A kubeconfig of discovery may do without a context."""
    document = yaml.safe_load(text) or {}
    if not document.get("contexts"):
        cluster = document["clusters"][0]["name"]
        document["contexts"] = [{"name": "found", "context": {"cluster": cluster}}]
        document["current-context"] = "found"
    return yaml.safe_dump(document)
