# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What kubeadm refuses in a configuration that decodes."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .host import Refusal

Document = dict[str, Any]
_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})*")
TOKEN = re.compile(r"([a-z0-9]{6})\.([a-z0-9]{16})")
_GROUP = re.compile(r"system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]")
_REPOSITORY = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*(?::\d+)?/)?"
    r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*"
)
_GATES = {
    "IPv6DualStack": (20, 23),
    "PublicKeysECDSA": (20, 99),
    "RootlessControlPlane": (22, 99),
    "UnversionedKubeletConfigMap": (23, 25),
    "EtcdLearnerMode": (27, 32),
    "UpgradeAddonsBeforeControlPlane": (28, 30),
    "WaitForAllControlPlaneComponents": (30, 34),
    "ControlPlaneKubeletLocalMode": (31, 35),
    "NodeLocalCRISocket": (32, 99),
    "HTTPEtcdProbe": (35, 99),
}
_ALGORITHMS = ("ECDSA-P256", "RSA-2048", "RSA-3072", "RSA-4096")
_ALGORITHMS_34 = ("ECDSA-P256", "ECDSA-P384", "RSA-2048", "RSA-3072", "RSA-4096")
_DUAL = "expected one (IPv4 or IPv6) CIDR or two CIDRs from each family for dual-stack networking"
_SUBDOMAIN_WORDS = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_WILDCARD_WORDS = (
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of "
    "lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', "
    "regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_UNSAFE = (
    "using token-based discovery without caCertHashes can be unsafe. Set unsafeSkipCAVerification as true in your "
    "kubeadm config file or pass --discovery-token-unsafe-skip-ca-verification flag to continue"
)


def raise_all(errors: list[str]) -> None:
    """Refuse with all errors at once, as Go's aggregate writes them."""
    unique = list(dict.fromkeys(errors))
    if unique:
        raise Refusal(unique[0] if len(unique) == 1 else f"[{', '.join(unique)}]", 3)


def invalid(path: str, value: Any, why: str) -> str:
    """One error."""
    if isinstance(value, list):
        shown = "[]string{" + ", ".join(f'"{v}"' for v in value) + "}"
    else:
        shown = str(value) if isinstance(value, int) else '"' + str(value).replace('"', '\\"') + '"'
    return f"{path}: Invalid value: {shown}: {why}"


def _subdomain(value: str) -> list[str]:
    words = [] if _SUBDOMAIN.fullmatch(value) else [_SUBDOMAIN_WORDS]
    return (["must be no more than 253 bytes"] if len(value) > 253 else []) + words


def _ip(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def init(c: Document) -> list[str]:
    """Errors of an InitConfiguration."""
    found = _node(c["nodeRegistration"])
    for number, token in enumerate(c["bootstrapTokens"]):
        found += bootstrap_token(token, f"bootstrapTokens.{number}")
    return found + _api_endpoint(c["localAPIEndpoint"], "localAPIEndpoint") + _key(c.get("certificateKey", ""))


def cluster(c: Document, minor: int) -> list[str]:
    """Errors of a ClusterConfiguration."""
    found = _repository(c["dns"].get("imageRepository", ""), "dns.imageRepository")
    found += _networking(c)
    found += _sans(c["apiServer"].get("certSANs") or [], "apiServer.certSANs")
    for part in ("apiServer", "controllerManager", "scheduler"):
        found += _arguments(c[part].get("extraArgs") or [], f"{part}.extraArgs")
    found += _absolute(c["certificatesDir"], "certificatesDir")
    gates = c.get("featureGates") or {}
    for name in gates:
        first, last = _GATES.get(name, (99, 0))
        if not first <= minor <= last:
            shown = "map[string]bool{" + ", ".join(f'"{k}":{str(v).lower()}' for k, v in gates.items()) + "}"
            found.append(f"featureGates: Invalid value: {shown}: {name} is not a valid feature name.")
    endpoint = c.get("controlPlaneEndpoint", "")
    if endpoint and host_port(endpoint, quiet=True) == ("", ""):
        found.append(invalid("controlPlaneEndpoint", endpoint, "endpoint is not valid"))
    found += _repository(c["imageRepository"], "imageRepository")
    found += _etcd(c["etcd"])
    known = _ALGORITHMS if minor < 34 else _ALGORITHMS_34
    chosen = c.get("encryptionAlgorithm", "RSA-2048")
    if chosen not in known:
        why = f'Invalid encryption algorithm "{chosen}". Must be one of [{" ".join(known)}]'
        found.append(invalid("encryptionAlgorithm", chosen, why))
    return found


def join(c: Document) -> list[str]:
    """Errors of a JoinConfiguration."""
    found = _discovery(c["discovery"]) + _node(c["nodeRegistration"])
    if "controlPlane" in c:
        found += _api_endpoint(c["controlPlane"]["localAPIEndpoint"], "controlPlane.localAPIEndpoint")
        found += _key(c["controlPlane"].get("certificateKey", ""), "controlPlane.certificateKey")
    if not c["caCertPath"].startswith("/") or not c["caCertPath"].endswith(".crt"):
        found.append(invalid("caCertPath", c["caCertPath"], "the ca certificate path must be an absolute path"))
    return found


def _node(node: Document) -> list[str]:
    found = [invalid("nodeRegistration.name", node["name"], why) for why in _subdomain(node["name"])]
    scheme = urlsplit(node["criSocket"]).scheme
    if scheme != "unix":
        why = f'only URL scheme "unix" is supported, got "{scheme}"'
        found.append(invalid("nodeRegistration.criSocket", node["criSocket"], why))
    found += _arguments(node.get("kubeletExtraArgs") or [], "nodeRegistration.kubeletExtraArgs")
    policy = node["imagePullPolicy"]
    if policy not in ("Always", "IfNotPresent", "Never"):
        why = "Invalid value for imagePullPolicy, must be one of [Always IfNotPresent Never]"
        found.append(invalid("nodeRegistration.imagePullPolicy", policy, why))
    return found


def _arguments(values: list[Document], path: str) -> list[str]:
    return [invalid(path, f"index {n}", "argument has no name") for n, a in enumerate(values) if not a.get("name")]


def _token(value: str, path: str) -> list[str]:
    return [] if TOKEN.fullmatch(value) else [invalid(path, value, "the bootstrap token is invalid")]


def bootstrap_token(token: Document, path: str) -> list[str]:
    """Errors of a token."""
    found = _token(token["token"], f"{path}.token")
    strange = [u for u in token["usages"] if u not in ("signing", "authentication")]
    if strange:
        why = f"invalid bootstrap token usage string: {','.join(strange)}, valid usage options: authentication,signing"
        found.append(invalid(f"{path}.usages", token["usages"], why))
    if token["groups"] and "authentication" not in token["usages"]:
        why = 'token groups cannot be specified unless --usages includes "authentication"'
        found.append(invalid(f"{path}.groups", token["groups"], why))
    for group in token["groups"]:
        if not _GROUP.fullmatch(group):
            why = (
                f'bootstrap group "{group}" is invalid (must match '
                "\\Asystem:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]\\z)"
            )
            found.append(invalid(f"{path}.groups", token["groups"], why))
    if "ttl" in token and "expires" in token:
        found.append(invalid(path, "", "the BootstrapToken .TTL and .Expires fields are mutually exclusive"))
    return found


def _discovery(d: Document) -> list[str]:
    token, file = d.get("bootstrapToken"), d.get("file")
    if not token and not file:
        return [invalid("discovery", "", "bootstrapToken or file must be set")]
    found = []
    if token and file:
        found.append(invalid("discovery", "", "bootstrapToken and file cannot both be set"))
    if token:
        path, end = "discovery.bootstrapToken", token.get("apiServerEndpoint", "")
        if not end:
            found.append(f"{path}: Required value: APIServerEndpoint is not set")
        if not token.get("caCertHashes") and not token.get("unsafeSkipCAVerification"):
            found.append(invalid(f"{path}.caCertHashes", "", _UNSAFE))
        found += _token(token.get("token", ""), f"{path}.token")
        if not re.fullmatch(r"(\[[^\]]+\]|[^:\[\]]*):[^:]*", end):
            why = f"address {end}: " + (
                "too many colons in address" if end.count(":") > 1 else "missing port in address"
            )
            found.append(invalid(f"{path}.apiServerEndpoint", end, why))
        found += _token(d.get("tlsBootstrapToken", ""), "discovery.tlsBootstrapToken")
    if file:
        place = file.get("kubeConfigPath", "")
        scheme = urlsplit(place).scheme
        if not scheme and not Path(place).exists():
            why = "not a valid HTTPS URL or a file on disk"
            found.append(invalid("discovery.file.kubeConfigPath", place, why))
        elif scheme not in ("", "https"):
            why = "if a URL is used, the scheme must be https"
            found.append(invalid("discovery.file.kubeConfigPath", place, why))
    return found


def _etcd(e: Document) -> list[str]:
    local, external = e.get("local"), e.get("external")
    if local is not None and external is not None:
        return [invalid("etcd", "", ".Etcd.Local and .Etcd.External are mutually exclusive")]
    if local is not None:
        found = _absolute(local["dataDir"], "etcd.local.dataDir")
        for name in ("serverCertSANs", "peerCertSANs"):
            found += _sans(local.get(name) or [], f"etcd.local.{name}")
        found += _repository(local.get("imageRepository", ""), "etcd.local.imageRepository")
        return found + _arguments(local.get("extraArgs") or [], "etcd.local.extraArgs")
    if external is None:
        return [invalid("etcd", "", "either .Etcd.Local or .Etcd.External is required")]
    ca, cert, key = (external.get(n, "") for n in ("caFile", "certFile", "keyFile"))
    found, path = [], "etcd.external"
    if bool(cert) != bool(key):
        why = "either both or none of .Etcd.External.CertFile and .Etcd.External.KeyFile must be set"
        found.append(invalid(path, "", why))
    if cert and key and not ca:
        why = "setting .Etcd.External.CertFile and .Etcd.External.KeyFile requires .Etcd.External.CAFile"
        found.append(invalid(path, "", why))
    for url in external.get("endpoints") or []:
        scheme = urlsplit(url).scheme
        if (ca or cert or key) and scheme != "https":
            found.append(invalid(f"{path}.endpoints", url, "the URL must be using the HTTPS scheme"))
        if not scheme:
            found.append(invalid(f"{path}.endpoints", url, "the URL without scheme is not allowed"))
    for name, value in (("caFile", ca), ("certFile", cert), ("keyFile", key)):
        found += _absolute(value, f"{path}.{name}") if value else []
    return found


def _absolute(value: str, path: str) -> list[str]:
    return [] if value.startswith("/") else [invalid(path, value, "path is not absolute")]


def _repository(value: str, path: str) -> list[str]:
    right = not value or _REPOSITORY.fullmatch(f"{value}/name")
    return [] if right else [invalid(path, value, "invalid image repository format")]


def _sans(values: list[str], path: str) -> list[str]:
    found = []
    for name in (v.lower() for v in values):
        first = _subdomain(name)
        wild = name.startswith("*.") and not _subdomain(name[2:])
        if first and not wild and not _ip(name):
            why = "altname is not a valid IP address, DNS label or a DNS label with subdomain wildcards: "
            found.append(invalid(path, name, f"{why}{'; '.join(first)}; {_WILDCARD_WORDS}"))
    return found


def _api_endpoint(end: Document, path: str) -> list[str]:
    address, port = end["advertiseAddress"], end["bindPort"]
    found = [] if _ip(address) else [invalid(f"{path}.advertiseAddress", address, "ip address is not valid")]
    return found + ([] if 1 <= port <= 65535 else [invalid(f"{path}.bindPort", port, "port number is not valid")])


def _key(key: str, path: str = "certificateKey") -> list[str]:
    if not key:
        return []
    if not re.fullmatch(r"(?:[0-9a-fA-F]{2})*", key):
        strange = re.search(r"[^0-9a-fA-F]", key)
        why = "odd length hex string" if not strange else f"invalid byte: U+{ord(strange[0]):04X} '{strange[0]}'"
        return [invalid(path, key, f"certificate key decoding error: encoding/hex: {why}")]
    if len(key) != 64:
        why = f"invalid certificate key size {len(key) // 2}, the key must be an AES key of size 32"
        return [invalid(path, key, why)]
    return []


def host_port(endpoint: str, quiet: bool = False) -> tuple[str, str]:
    """Host and port (may be empty) of an endpoint; what is none of both is refused, or empty where ``quiet``."""
    found = re.fullmatch(r"\[([0-9A-Fa-f:.]+)\](?::(\d+))?|([^:\[\]/\s]+)(?::(\d+))?", endpoint)
    name, port = (found[1] or found[3], found[2] or found[4] or "") if found else ("", "")
    if _ip(endpoint):
        name, port = endpoint, ""
    right = bool(name) and (_ip(name) or not _subdomain(name)) and (not port or 1 <= int(port) <= 65535)
    if not right:
        if quiet:
            return "", ""
        whole = f"hostport {endpoint}: "
        if port and not 1 <= int(port) <= 65535:
            raise Refusal(f"{whole}port {port} must be a valid number between 1 and 65535, inclusive")
        raise Refusal(f"{whole}host '{name or endpoint}' must be a valid IP address or a valid RFC-1123 DNS subdomain")
    return name, port


def _nets(text: str, path: str, least: int) -> tuple[list[Any], list[str]]:
    try:
        nets = [ipaddress.ip_network(part, strict=False) for part in text.split(",")]
        if any("/" not in part for part in text.split(",")):
            raise ValueError(text)
    except ValueError:
        return [], [invalid(path, text, "couldn't parse subnet")]
    found = []
    if len(nets) > 2 or (len(nets) == 2 and nets[0].version == nets[1].version):
        found.append(invalid(path, text, _DUAL))
    for net in nets:
        if net.num_addresses < least:
            why = f"subnet with {net.num_addresses} address(es) is too small, the minimum is {least}"
            found.append(invalid(path, str(net), why))
    return nets, found


def _networking(c: Document) -> list[str]:
    networking = c["networking"]
    domain = networking["dnsDomain"]
    found = [invalid("networking.dnsDomain", domain, why) for why in _subdomain(domain)]
    path = "networking.serviceSubnet"
    nets, errors = _nets(networking["serviceSubnet"], path, 10)
    found += errors
    for net in nets:
        if net.max_prefixlen - net.prefixlen > 20:
            limit = net.max_prefixlen - 20
            why = f"specified service subnet is too large; for {net.max_prefixlen}-bit addresses, "
            found.append(invalid(path, str(net), f"{why}the mask must be >= {limit}"))
    if networking.get("podSubnet"):
        path = "networking.podSubnet"
        nets, errors = _nets(networking["podSubnet"], path, 2)
        given = {a["name"]: a["value"] for a in c["controllerManager"].get("extraArgs") or [] if a.get("name")}
        found += errors
        for net in nets if given.get("allocate-node-cidrs") != "false" else []:
            mask = int(given.get(f"node-cidr-mask-size-ipv{net.version}") or (24 if net.version == 4 else 64))
            if net.prefixlen > mask:
                why = f"the size of pod subnet with mask {net.prefixlen} is smaller than the size of node subnet"
                found.append(invalid(path, str(net), f"{why} with mask {mask}"))
            elif mask - net.prefixlen > 16:
                why = f"pod subnet mask ({net.prefixlen}) and node-mask ({mask}) difference is greater than 16"
                found.append(invalid(path, str(net), why))
    return found
