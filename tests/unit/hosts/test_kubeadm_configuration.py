# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""kubeadm's stand-in reads configuration as the real one: versions, unknown fields, types, what validation refuses."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from standin import config, kubeadm, versions
from standin.host import Host, Refusal

API = "kubeadm.k8s.io"


def host(tmp_path: Path, version: str = "1.33.4") -> Host:
    settings = {"addresses": ["127.0.0.11"], "hostname": "Node-1"}
    return Host(versions.parse(version), tmp_path, settings, io.StringIO(), io.StringIO())


def document(kind: str, version: str = "v1beta4", **fields: Any) -> dict[str, Any]:
    return {"apiVersion": f"{API}/{version}", "kind": kind, **fields}


def text(*documents: dict[str, Any]) -> str:
    return yaml.safe_dump_all(documents)


def cluster(**fields: Any) -> str:
    return text(document("ClusterConfiguration", **fields))


def init(**fields: Any) -> str:
    return text(document("InitConfiguration", **fields))


def join(**fields: Any) -> str:
    token = {"token": "abcdef.0123456789abcdef", "apiServerEndpoint": "10.0.0.1:6443", "unsafeSkipCAVerification": True}
    given = {"discovery": {"bootstrapToken": token}, **fields}
    return text(document("JoinConfiguration", **given))


def kubelet(**fields: Any) -> str:
    component = {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", **fields}
    return text(document("ClusterConfiguration"), component)


@pytest.mark.parametrize(
    ("kubeadm", "version", "refusal"),
    [
        ("1.21.14", "v1beta2", ""),
        ("1.21.14", "v1beta3", 'no kind "ClusterConfiguration" is registered for version "kubeadm.k8s.io/v1beta3"'),
        ("1.26.15", "v1beta2", ""),
        ("1.27.16", "v1beta2", 'uses an old API spec: "kubeadm.k8s.io/v1beta2". Please use kubeadm v1.22 instead'),
        ("1.27.16", "v1beta4", 'no kind "ClusterConfiguration" is registered for version "kubeadm.k8s.io/v1beta4"'),
        ("1.30.2", "v1beta4", 'experimental API spec: "kubeadm.k8s.io/v1beta4" is not allowed.'),
        ("1.30.2", "v1beta3", ""),
        ("1.36.2", "v1beta3", ""),
        ("1.36.2", "v1beta4", ""),
        ("1.36.2", "v1beta1", 'uses an old API spec: "kubeadm.k8s.io/v1beta1". Please use kubeadm v1.15 instead'),
    ],
)
def test_versions_that_a_kubeadm_takes(tmp_path: Path, kubeadm: str, version: str, refusal: str) -> None:
    here = host(tmp_path, kubeadm)
    body = text(document("ClusterConfiguration", version))
    if not refusal:
        assert config.load_init(here, body).cluster["kubernetesVersion"] == f"v{kubeadm}"
        old = (version, kubeadm[:4]) in (("v1beta2", "1.26"), ("v1beta3", "1.36"))
        assert ("uses a deprecated API spec" in here.err.getvalue()) == old  # type: ignore[attr-defined]
        return
    with pytest.raises(Refusal) as caught:
        config.load_init(here, body)
    assert refusal in str(caught.value)


GVK = 'schema.GroupVersionKind{Group:"kubeadm.k8s.io", Version:"v1beta4", Kind:"ClusterConfiguration"}'


def test_an_unknown_field_is_warned_of_by_init_and_refused_by_config_validate(tmp_path: Path) -> None:
    here = host(tmp_path)
    body = cluster(apiServer={"extraArg": []}, networks={})
    said = f'error unmarshaling configuration {GVK}: strict decoding error: unknown field "apiServer.extraArg"'
    config.load_init(here, body)
    assert said in here.err.getvalue()  # type: ignore[attr-defined]
    with pytest.raises(Refusal) as caught:
        config.load_init(here, body, strict=True)
    assert str(caught.value) == said + ', unknown field "networks"'


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ("kind: ClusterConfiguration", "invalid configuration: kind and apiVersion is mandatory information that must"),
        (text(document("JoinConfiguration")), "no InitConfiguration or ClusterConfiguration kind was found"),
        (cluster() + "---\n" + cluster(), 'invalid configuration: kind "ClusterConfiguration" is specified twice'),
        (
            cluster(kubernetesVersion=1.33),
            "json: cannot unmarshal number into Go struct field ClusterConfiguration.kubernetesVersion of type string",
        ),
        (
            cluster(apiServer={"extraArgs": {"v": "2"}}),
            "json: cannot unmarshal object into Go struct field APIServer.apiServer.extraArgs of type []v1beta4.Arg",
        ),
        (
            kubelet(syncFrequency="1 minute"),
            'time: invalid duration "1 minute"',
        ),
        (
            kubelet(maxPods="110"),
            "json: cannot unmarshal string into Go struct field KubeletConfiguration.maxPods of type int32",
        ),
        (
            cluster(kubernetesVersion="v1.31.0"),
            "this version of kubeadm only supports deploying clusters with the control plane version >= 1.32.0. "
            "Current version: v1.31.0",
        ),
        (init(nodeRegistration={"name": "a_b"}), 'nodeRegistration.name: Invalid value: "a_b": a lowercase RFC 1123'),
        (
            init(nodeRegistration={"criSocket": "tcp://h:1"}),
            'nodeRegistration.criSocket: Invalid value: "tcp://h:1": only URL scheme "unix" is supported, got "tcp"',
        ),
        (init(certificateKey="abc"), "certificate key decoding error: encoding/hex: odd length hex string"),
        (init(certificateKey="ab"), "invalid certificate key size 1, the key must be an AES key of size 32"),
        (init(bootstrapTokens=[{"token": "short"}]), 'bootstrapTokens.0.token: Invalid value: "short": the bootstrap'),
        (
            init(bootstrapTokens=[{"usages": ["signing"]}]),
            'token groups cannot be specified unless --usages includes "authentication"',
        ),
        (init(localAPIEndpoint={"advertiseAddress": "nowhere"}), "must be ipv4 or ipv6 address"),
        (init(localAPIEndpoint={"bindPort": 70000}), "localAPIEndpoint.bindPort: Invalid value: 70000: port number is"),
        (cluster(controlPlaneEndpoint="a b:6443"), "must be a valid IP address or a valid RFC-1123 DNS subdomain"),
        (
            cluster(networking={"podSubnet": "10.0.0.0/25"}),
            "the size of pod subnet with mask 25 is smaller than the size of node subnet with mask 24",
        ),
        (
            cluster(networking={"podSubnet": "fd00::/40"}),
            "pod subnet mask (40) and node-mask (64) difference is greater than 16",
        ),
        (
            cluster(networking={"podSubnet": "10.0.0.0/16,10.1.0.0/16"}),
            "expected one (IPv4 or IPv6) CIDR or two CIDRs from each family for dual-stack networking",
        ),
        (
            cluster(networking={"serviceSubnet": "10.0.0.0/8"}),
            "specified service subnet is too large; for 32-bit addresses, the mask must be >= 12",
        ),
        (
            cluster(etcd={"external": {"endpoints": ["http://e:2379"], "caFile": "/ca"}}),
            'etcd.external.endpoints: Invalid value: "http://e:2379": the URL must be using the HTTPS scheme',
        ),
        (
            cluster(etcd={"external": {"endpoints": []}, "local": {}}),
            ".Etcd.Local and .Etcd.External are mutually exclusive",
        ),
        (cluster(featureGates={"Nothing": True}), 'map[string]bool{"Nothing":true}: Nothing is not a valid feature'),
        (cluster(encryptionAlgorithm="DSA"), 'Invalid encryption algorithm "DSA". Must be one of'),
        (cluster(apiServer={"certSANs": ["a_b"]}), "altname is not a valid IP address, DNS label or a DNS label with"),
        (cluster(imageRepository="Bad Place"), 'imageRepository: Invalid value: "Bad Place": invalid image repository'),
    ],
)
def test_init_refuses(tmp_path: Path, body: str, refusal: str) -> None:
    with pytest.raises(Refusal) as caught:
        config.load_init(host(tmp_path), body)
    assert refusal in str(caught.value)


TOKEN = {"token": "abcdef.0123456789abcdef", "apiServerEndpoint": "10.0.0.1:6443", "caCertHashes": ["sha256:00"]}


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (join(discovery={}), 'discovery: Invalid value: "": bootstrapToken or file must be set'),
        (
            join(discovery={"bootstrapToken": {k: v for k, v in TOKEN.items() if k != "caCertHashes"}}),
            "using token-based discovery without caCertHashes can be unsafe. Set unsafeSkipCAVerification as true",
        ),
        (
            join(discovery={"bootstrapToken": {**TOKEN, "apiServerEndpoint": "10.0.0.1"}}),
            "address 10.0.0.1: missing port in address",
        ),
        (
            join(discovery={"bootstrapToken": {**TOKEN, "token": "x"}}),
            'discovery.bootstrapToken.token: Invalid value: "x": the bootstrap token is invalid',
        ),
        (
            join(discovery={"file": {"kubeConfigPath": "/nowhere"}}),
            'discovery.file.kubeConfigPath: Invalid value: "/nowhere": not a valid HTTPS URL or a file on disk',
        ),
        (join(caCertPath="ca.crt"), "the ca certificate path must be an absolute path"),
        (join(controlPlane={"certificateKey": "zz"}), "encoding/hex: invalid byte: U+007A 'z'"),
        (cluster(), "no JoinConfiguration found in config file"),
    ],
)
def test_join_refuses(tmp_path: Path, body: str, refusal: str) -> None:
    with pytest.raises(Refusal) as caught:
        config.load_join(host(tmp_path), body)
    assert refusal in str(caught.value)


@pytest.mark.parametrize(
    ("kubeadm", "field", "known"),
    [("1.30.0", "failCgroupV1", False), ("1.31.0", "failCgroupV1", True), ("1.20.0", "memoryManagerPolicy", False)],
)
def test_fields_of_the_kubelet_come_with_their_version(tmp_path: Path, kubeadm: str, field: str, known: bool) -> None:
    here = host(tmp_path, kubeadm)
    api = config.api_version(here.version.minor).rpartition("/")[2]
    value = True if field == "failCgroupV1" else "None"
    component = {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", field: value}
    config.load_init(here, text(document("ClusterConfiguration", api), component))
    assert (f'unknown field "{field}"' in here.err.getvalue()) != known  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kubeadm", "keys"),
    [("1.23.1", ["master"]), ("1.24.1", ["master", "control-plane"]), ("1.25.1", ["control-plane"])],
)
def test_defaults(tmp_path: Path, kubeadm: str, keys: list[str]) -> None:
    body = text(
        document("InitConfiguration", "v1beta3"),
        document(
            "ClusterConfiguration", "v1beta3", controlPlaneEndpoint="api.example", apiServer={"extraArgs": {"b": "1"}}
        ),
    )
    loaded = config.load_init(host(tmp_path, kubeadm), body)
    assert loaded.node["name"] == "node-1"
    assert [t["key"] for t in loaded.node["taints"]] == [f"node-role.kubernetes.io/{k}" for k in keys]
    assert loaded.init["localAPIEndpoint"] == {"advertiseAddress": "127.0.0.11", "bindPort": 6443}
    assert loaded.cluster["controlPlaneEndpoint"] == "api.example:6443"
    assert loaded.cluster["apiServer"]["extraArgs"] == [{"name": "b", "value": "1"}]
    assert loaded.cluster["etcd"] == {"local": {"dataDir": "/var/lib/etcd"}}


def test_images_are_listed_for_another_release_and_from_another_repository(tmp_path: Path) -> None:
    usual, said, refused = host(tmp_path), io.StringIO(), io.StringIO()
    here = Host(usual.version, usual.root, usual.settings, said, refused)
    flags = ["--kubernetes-version=v1.33.2", "--image-repository", "mirror.example/k8s"]
    assert kubeadm.main(here, ["config", "images", "list", *flags]) == 0
    assert "mirror.example/k8s/kube-proxy:v1.33.2" in said.getvalue().split()
    assert kubeadm.main(here, ["config", "validate", *flags]) == 1
    assert "unknown flag: --kubernetes-version" in refused.getvalue()
