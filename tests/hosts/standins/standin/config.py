# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""kubeadm's configuration: documents, the versions that a kubeadm takes, defaults."""

from __future__ import annotations

import copy
import ipaddress
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from . import validation, versions
from .host import Host, Refusal
from .schema import DecodeError, Shape
from .versions import Version

Document = dict[str, Any]
GROUP = "kubeadm.k8s.io"
KUBELET, PROXY = "kubelet.config.k8s.io/v1beta1", "kubeproxy.config.k8s.io/v1alpha1"
#: the last kubeadm that wrote a version, as its refusals name it
_OLD = {"v1alpha1": "v1.11", "v1alpha2": "v1.12", "v1alpha3": "v1.14", "v1beta1": "v1.15", "v1beta2": "v1.22"}
_MIGRATE = (
    "'kubeadm config migrate --old-config old.yaml --new-config new.yaml', which will write the new, similar spec "
    "using a newer API version."
)
_SCHEME = "k8s.io/kubernetes/cmd/kubeadm/app/apis/kubeadm/scheme/scheme.go:31"
CONTAINERD = "/var/run/containerd/containerd.sock"
_SOCKETS = (CONTAINERD, "/var/run/crio/crio.sock")


@dataclass
class Config:
    """Configuration in one form for all versions: extra arguments are lists of name and value."""

    init: Document = field(default_factory=dict)
    cluster: Document = field(default_factory=dict)
    join: Document = field(default_factory=dict)
    kubelet: Document = field(default_factory=dict)
    proxy: Document = field(default_factory=dict)

    @property
    def version(self) -> Version:
        """The control plane's version."""
        return versions.parse(self.cluster["kubernetesVersion"])

    @property
    def node(self) -> Document:
        """The options of the node's registration."""
        chosen: Document = (self.join or self.init)["nodeRegistration"]
        return chosen


def api_version(minor: int) -> str:
    """The version that a kubeadm writes."""
    return f"{GROUP}/{'v1beta2' if minor < 22 else 'v1beta3' if minor < 31 else 'v1beta4'}"


def repository(minor: int) -> str:
    """Where a release's images are when nobody says another place."""
    return "registry.k8s.io" if minor >= 25 else "k8s.gcr.io"


def shape_of(api: str, kind: str, minor: int) -> Shape | None:
    """The types behind a document, or None when this kubeadm knows none of that name."""
    group, _slash, version = api.partition("/")
    if api == KUBELET:
        shape = Shape("components", minor, "v1beta1")
    elif api == PROXY:
        shape = Shape("components", minor, "v1alpha1")
    elif group == GROUP and version in _known(minor):
        shape = Shape(version, minor, version)
    else:
        return None
    return shape if kind in shape else None


def _known(minor: int) -> list[str]:
    found = ["v1beta2"] if minor < 27 else []
    found += ["v1beta3"] if minor >= 22 else []
    return found + (["v1beta4"] if minor >= 28 else [])


def _go(api: str, kind: str) -> str:
    group, _slash, version = api.rpartition("/")
    return f'schema.GroupVersionKind{{Group:"{group}", Version:"{version}", Kind:"{kind}"}}'


def split(text: str) -> list[tuple[str, str, Document]]:
    """(apiVersion, kind, document) of each document; refuses what has none, and a kind that is there twice."""
    found: list[tuple[str, str, Document]] = []
    try:
        documents = [d for d in yaml.safe_load_all(text) if d is not None]
    except yaml.YAMLError as error:
        raise Refusal(f"error converting YAML to JSON: yaml: {error}") from error
    for one in documents:
        if not isinstance(one, dict) or not one.get("kind") or not one.get("apiVersion"):
            raise Refusal("invalid configuration: kind and apiVersion is mandatory information that must be specified")
        if any(one["kind"] == kind for _api, kind, _document in found):
            raise Refusal(f'invalid configuration: kind "{one["kind"]}" is specified twice in YAML file')
        found.append((one["apiVersion"], one["kind"], one))
    return found


def _supported(host: Host, api: str, kind: str, quiet: bool = False) -> None:
    """Refuses versions that this kubeadm takes no more or not yet; warns of those that it will not take for long."""
    minor, version = host.version.minor, api.partition("/")[2]
    if not api.startswith(f"{GROUP}/"):
        return
    if version in _OLD and version not in _known(minor):
        raise Refusal(
            f'your configuration file uses an old API spec: "{api}". Please use kubeadm {_OLD[version]} instead and '
            f"run {_MIGRATE}"
        )
    if version == "v1beta4" and 28 <= minor < 31:
        raise Refusal(
            f'experimental API spec: "{api}" is not allowed. You can use the --allow-experimental-api flag if the '
            "command supports it."
        )
    deprecated = (version == "v1beta2" and minor >= 22) or (version == "v1beta3" and minor >= 31)
    if deprecated and not quiet:
        named = f' (kind: "{kind}")' if minor >= 28 else ""
        text = f'your configuration file uses a deprecated API spec: "{api}"{named}. Please use {_MIGRATE}'
        host.warn("common.go:101", text)


def _decode(host: Host, text: str, strict: bool) -> list[tuple[str, str, Document]]:
    """The documents that this kubeadm knows, in the one form. What is unknown in them is told and, where ``strict``,
    refused: init and join warn of it, ``config validate`` refuses it."""
    minor, found = host.version.minor, []
    documents = split(text)
    if strict:
        unknown = [_go(a, k) for a, k, _d in documents if not _never(a, minor) and shape_of(a, k, minor) is None]
        if unknown:
            raise Refusal(f"unknown configuration APIs: []schema.GroupVersionKind{{{', '.join(unknown)}}}")
    for api, kind, document in documents:
        _supported(host, api, kind, quiet=strict)
        shape = shape_of(api, kind, minor)
        if shape is None:
            if api.startswith(f"{GROUP}/"):
                raise Refusal(f'no kind "{kind}" is registered for version "{api}" in scheme "{_SCHEME}"')
            host.say(f"[config] WARNING: Ignored configuration document with GroupVersionKind {api}, Kind={kind}")
            continue
        fields = shape.unknown(kind, document)
        if fields:
            said = ", ".join(f'unknown field "{name}"' for name in fields)
            if minor < 23:
                last = fields[0].rpartition(".")[2]
                said = f'error unmarshaling JSON: while decoding JSON: json: unknown field "{last}"'
            else:
                said = f"strict decoding error: {said}"
            message = f"error unmarshaling configuration {_go(api, kind)}: {said}"
            if strict:
                raise Refusal(message)
            host.warn("strict.go:55" if minor < 30 else "strict.go:49", message)
        try:
            shape.check(kind, document)
        except DecodeError as error:
            raise Refusal(str(error)) from error
        found.append((api, kind, _one_form(document)))
    return found


def _never(api: str, minor: int) -> bool:
    """Whether a version was known once (or is not yet): such a one is refused by its own words."""
    version = api.partition("/")[2]
    return api.startswith(f"{GROUP}/") and (version in _OLD or (version == "v1beta4" and 28 <= minor < 31))


def _one_form(document: Document) -> Document:
    """The document with extra arguments as lists, wherever they are."""
    result = copy.deepcopy(document)

    def walk(value: Any) -> None:
        for key, item in list(value.items()) if isinstance(value, dict) else []:
            if item is None:
                del value[key]
            elif key in ("extraArgs", "kubeletExtraArgs") and isinstance(item, dict):
                value[key] = [{"name": n, "value": v} for n, v in sorted(item.items())]
            else:
                walk(item)

    walk(result)
    return result


def _pick(documents: list[tuple[str, str, Document]], kind: str) -> Document | None:
    return next((d for _api, k, d in documents if k == kind), None)


def load_init(host: Host, text: str, strict: bool = False) -> Config:
    """What ``kubeadm init`` makes of a file: decoded, defaulted, validated."""
    documents = _decode(host, text, strict)
    init, cluster = _pick(documents, "InitConfiguration"), _pick(documents, "ClusterConfiguration")
    if init is None and cluster is None:
        raise Refusal("no InitConfiguration or ClusterConfiguration kind was found in the configuration file")
    config = Config(init=init or {}, cluster=cluster or {})
    config.kubelet = _pick(documents, "KubeletConfiguration") or {}
    config.proxy = _pick(documents, "KubeProxyConfiguration") or {}
    complete_init(host, config)
    validation.raise_all(validation.init(config.init) + validation.cluster(config.cluster, host.version.minor))
    return config


def load_join(host: Host, text: str, strict: bool = False, name: str = "") -> Config:
    """What ``kubeadm join`` makes of a file."""
    join = _pick(_decode(host, text, strict), "JoinConfiguration")
    if join is None:
        raise Refusal(f'no JoinConfiguration found in config file "{name}"')
    config = Config(join=join)
    complete_join(host, config)
    validation.raise_all(validation.join(config.join))
    return config


def read(path: str) -> str:
    """The text of ``--config``."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        why = "no such file or directory" if isinstance(error, FileNotFoundError) else str(error.strerror).lower()
        raise Refusal(f'unable to read config from "{path}": open {path}: {why}') from error


def detect_socket(host: Host) -> str:
    """The container runtime's socket; refuses to choose between several."""
    found = [f"unix://{s}" for s in _SOCKETS if host.has(s)]
    if len(found) > 1:
        raise Refusal(
            "found multiple CRI endpoints on the host. Please define which one do you wish to use by setting the "
            f"'criSocket' field in the kubeadm configuration file: {', '.join(found)}"
        )
    return found[0] if found else f"unix://{CONTAINERD}"


def control_plane_taints(minor: int) -> list[Document]:
    """What a control-plane node is tainted with where nobody says otherwise."""
    keys = ["master"] if minor < 24 else ["master", "control-plane"] if minor < 25 else ["control-plane"]
    return [{"key": f"node-role.kubernetes.io/{k}", "effect": "NoSchedule"} for k in keys]


def _node(host: Host, given: Document, control_plane: bool) -> Document:
    node = dict(given)
    node["name"] = (node.get("name") or host.hostname()).strip().lower()
    if control_plane and "taints" not in node:
        node["taints"] = control_plane_taints(host.version.minor)
    node["criSocket"] = node.get("criSocket") or detect_socket(host)
    if node["criSocket"].startswith("/"):  # taken, and told that it will not be for long
        text = f'Usage of CRI endpoints without URL scheme is deprecated. Using endpoint: "{node["criSocket"]}"'
        host.warn("initconfiguration.go:126", text)
        node["criSocket"] = f"unix://{node['criSocket']}"
    node.setdefault("imagePullPolicy", "IfNotPresent")
    return node


def _endpoint(host: Host, given: Document) -> Document:
    end = {"advertiseAddress": given.get("advertiseAddress", ""), "bindPort": given.get("bindPort", 6443)}
    address = end["advertiseAddress"]
    try:
        loopback = bool(address) and host.is_loopback(address)
    except ValueError as error:
        raise Refusal(
            f'couldn\'t use "{address}" as "apiserver-advertise-address", must be ipv4 or ipv6 address'
        ) from error
    if loopback:
        raise Refusal("unable to resolve link-local addresses")
    if not address or ipaddress.ip_address(address).is_unspecified:
        own = host.addresses()
        end["advertiseAddress"] = own[0] if own else "0.0.0.0"
    return end


def complete_init(host: Host, config: Config) -> None:
    """Defaults of an init, as far as they are decided before anything is done."""
    init, cluster, minor = config.init, config.cluster, host.version.minor
    tokens = init.get("bootstrapTokens")
    init["bootstrapTokens"] = [_token(t) for t in (tokens if tokens is not None else [{}])]
    init["nodeRegistration"] = _node(host, init.get("nodeRegistration") or {}, True)
    init["localAPIEndpoint"] = _endpoint(host, init.get("localAPIEndpoint") or {})
    cluster.setdefault("certificatesDir", "/etc/kubernetes/pki")
    cluster.setdefault("clusterName", "kubernetes")
    cluster.setdefault("imageRepository", repository(minor))
    networking = cluster.setdefault("networking", {})
    networking["serviceSubnet"] = networking.get("serviceSubnet") or "10.96.0.0/12"
    networking["dnsDomain"] = networking.get("dnsDomain") or "cluster.local"
    etcd = cluster.setdefault("etcd", {})
    if not etcd.get("external") and "local" not in etcd:
        etcd["local"] = {}
    if "local" in etcd:
        etcd["local"].setdefault("dataDir", "/var/lib/etcd")
    cluster.setdefault("dns", {})
    for part in ("apiServer", "controllerManager", "scheduler"):
        cluster.setdefault(part, {})
    if minor >= 31:
        cluster.setdefault("encryptionAlgorithm", "RSA-2048")
    wanted = cluster.get("kubernetesVersion") or ""
    if not wanted or wanted.startswith("stable"):
        text = "could not fetch a Kubernetes version from the internet; falling back to the local client version: "
        host.warn("version.go:109", text + host.version.tag)
        wanted = host.version.tag
    try:
        version = versions.parse(wanted)
    except ValueError as error:
        raise Refusal(f'version "{wanted}" doesn\'t match patterns for neither semantic version nor labels') from error
    cluster["kubernetesVersion"] = version.tag
    if (version.major, version.minor) < (host.version.major, minor - 1):
        raise Refusal(
            "this version of kubeadm only supports deploying clusters with the control plane version >= "
            f"{host.version.major}.{minor - 1}.0. Current version: {version.tag}"
        )
    endpoint = cluster.get("controlPlaneEndpoint")
    if endpoint:
        name, port = validation.host_port(endpoint)
        if not port:
            bare = f"[{name}]" if ":" in name else name
            cluster["controlPlaneEndpoint"] = f"{bare}:{init['localAPIEndpoint']['bindPort']}"


def _token(given: Document) -> Document:
    token = dict(given)
    token.setdefault("token", new_token())
    if "expires" not in token:
        token.setdefault("ttl", "24h0m0s")
    token.setdefault("usages", ["signing", "authentication"])
    token.setdefault("groups", ["system:bootstrappers:kubeadm:default-node-token"])
    return token


def new_token() -> str:
    """A bootstrap token."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    parts = ("".join(secrets.choice(letters) for _unused in range(length)) for length in (6, 16))
    return ".".join(parts)


def complete_join(host: Host, config: Config) -> None:
    """Defaults of a join."""
    join = config.join
    join["nodeRegistration"] = _node(host, join.get("nodeRegistration") or {}, "controlPlane" in join)
    join.setdefault("caCertPath", "/etc/kubernetes/pki/ca.crt")
    discovery = join.setdefault("discovery", {})
    if discovery.get("bootstrapToken") and not discovery.get("tlsBootstrapToken"):
        discovery["tlsBootstrapToken"] = discovery["bootstrapToken"].get("token", "")
    if "controlPlane" in join:
        end = (join["controlPlane"] or {}).get("localAPIEndpoint") or {}
        join["controlPlane"] = {**(join["controlPlane"] or {}), "localAPIEndpoint": _endpoint(host, end)}
