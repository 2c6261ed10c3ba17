# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is around a cluster: its network plugin, Multus, addons, packages, proxy, and findings to ignore."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..faults import Reader, kind_of
from ..registration import HOST_NAME
from .endpoint import networks
from .names import SUBDOMAIN
from .ranges import Claim, Ranges, claim, parse_address, parse_subnet

PLUGINS = ("flannel", "calico", "cilium")
ADDONS = ("metallb", "storage_class", "metrics_server", "cert_manager")
CHECKSUM = re.compile(r"sha256:[0-9a-f]{64}")
#: off: ended, now and at every start; refuse: a host with swap is refused; keep: the kubelet is told to bear it
SWAP = ("off", "refuse", "keep")
#: workers that are upgraded at a time
BATCH = re.compile(r"[1-9]\d*|([1-9]\d?|100)%")
REPOSITORY = re.compile(
    r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*"  # as container images are called
)
#: names of kubeadm's preflight checks (``cmd/kubeadm/app/preflight``); a ``-`` at the end: with what it looks at
CHECKS = (
    "IsPrivilegedUser",
    "NumCPU",
    "Mem",
    "Swap",
    "SystemVerification",
    "Hostname",
    "KubeletVersion",
    "KubernetesVersion",
    "Firewalld",
    "HTTPProxy",
    "HTTPProxyCIDR",
    "ExternalEtcdVersion",
    "ExternalEtcdClientCertificates",
    "ImagePull",
    "CRI",
    "ContainerRuntimeVersion",
    "Port-",
    "Service-",
    "DirAvailable-",
    "FileAvailable-",
    "FileExisting-",
    "FileContent-",
    "ControlPlaneNodesReady",
    "StaticPodManifest",
    "CreateJob",
    "CoreDNSUnsupportedPlugins",
    "CoreDNSMigration",
)


def read_manifest(part: Reader, required: str = "") -> dict[str, str]:
    """Where a manifest comes from, and its digest."""
    found = {}
    manifest = part.text("manifest", required=required)
    if manifest is not None:
        found["manifest"] = manifest
        if re.search(r"\s", manifest) or re.match(r"(?!https?://)\w+://", manifest):
            part.fault("manifest", "is no URL and no path.", "Give one with https, or a file beside the inventory.")
        elif manifest.startswith("http://") and not part.given("checksum"):
            part.warn("manifest", "comes unencrypted, and nothing says what it must be.", "Give its checksum, too.")
    checksum = part.text("checksum")
    if checksum is not None:
        found["checksum"] = checksum
        if not CHECKSUM.fullmatch(checksum):
            part.fault("checksum", "is no digest.", "Write sha256: and 64 hexadecimal digits, in lower case.")
        elif manifest is None:
            part.warn("checksum", "is that of a manifest of your own, and none is given.", "Give the manifest.")
    return found


def read_plugin(site: Reader, ranges: Ranges) -> dict[str, str]:
    """The variable ``edge_kubernetes_network_plugin``."""
    key = "edge_kubernetes_network_plugin"
    part = site.mapping(key, required="Give at least {name: flannel}.", known=("name", "manifest", "checksum"))
    if part is None:
        return {}
    name = part.text("name", required=f"Choose one of {', '.join(PLUGINS)}.", choices=PLUGINS)
    if name == "flannel" and ranges.families == (6,):
        part.warn("name", "flannel's own manifest has no IPv6.", "Give a manifest of yours, or take calico or cilium.")
    if name == "cilium" and not part.given("manifest") and not site.given("edge_artifacts"):
        message = "is published as a chart only: there is no manifest that could be taken by itself."
        remedy = "Render one with helm template, and name it in manifest, or put it into edge_artifacts."
        part.fault("name", message, remedy)
    return {**({"name": name} if name else {}), **read_manifest(part)}


def read_multus(site: Reader) -> dict[str, str] | None:
    """The variable ``edge_kubernetes_multus``; None where it is not wanted, which L2S-M does not do without."""
    key = "edge_kubernetes_multus"
    part = site.mapping(key, known=("manifest", "checksum"))
    if part is None:
        if site.given("edge_l2sm_overlay") and not site.given(key):
            message = "is missing: L2S-M attaches pods to its networks by Multus."
            site.fault(key, message, "Give it, {} for the role's own manifest, or leave edge_l2sm_overlay out.", None)
        return None
    return read_manifest(part)


def read_addons(
    site: Reader, ranges: Ranges, addresses: Mapping[str, Sequence[Any]]
) -> tuple[dict[str, Any], list[Claim]]:
    """The variable ``edge_kubernetes_addons``, and the addresses that MetalLB's pools take.

    :param addresses: host -> addresses of every node.
    """
    key = "edge_kubernetes_addons"
    part = site.mapping(key, known=ADDONS)
    claims: list[Claim] = []
    for name in ADDONS if part is not None else ():
        value = part.data.get(name) if part is not None else None
        if part is None or value in (None, False, "") or (value is True and name != "metallb"):
            continue
        if name == "storage_class" and isinstance(value, str):
            if not SUBDOMAIN.fullmatch(value):
                part.fault(name, "is no name of a storage class.", "Use lower case letters, digits, '-' and '.'.")
            continue
        if not isinstance(value, Mapping):
            what = "{pools: [10.0.0.50-10.0.0.60]}" if name == "metallb" else "{} for the manifest of the role"
            part.fault(name, f"{kind_of(value)} stands where a dictionary is wanted.", f"Write {what}.")
            continue
        inner = part.mapping(name, known=("manifest", "checksum", *(("pools",) if name == "metallb" else ())))
        if inner is not None:
            read_manifest(inner)
            claims += _pools(inner, ranges, addresses) if name == "metallb" else []
    having = part.data if part else {}
    for name, wanted, why in (
        ("metallb", ("edge_k8s_cluster",), "OSM's packages count on a load balancer"),
        ("storage_class", ("edge_k8s_cluster",), "OSM's packages count on a default storage class"),
        ("cert_manager", ("edge_l2sm_overlay", "edge_l2sm_networks"), "L2S-M's webhook has its certificate of it"),
    ):
        if having.get(name) in (None, False, "") and any(site.given(variable) for variable in wanted):
            message = f"has no {name}, and {why}."
            site.warn(key, message, "Give it, unless the cluster gets one in another way.", None)
    return dict(part.data) if part else {}, claims


def _pools(metallb: Reader, ranges: Ranges, addresses: Mapping[str, Sequence[Any]]) -> list[Claim]:
    """The addresses that load balancers get."""
    if not metallb.given("pools") or metallb.data["pools"] == []:
        metallb.fault("pools", "is missing.", "Give ranges of free addresses of the nodes' network.", None)
    texts = metallb.texts("pools")
    found = [_pool(metallb, f"{metallb.name('pools')}[{number}]", text, ranges) for number, text in enumerate(texts)]
    for one in found:
        near = networks(one.family, ranges, addresses) if one else []
        if one and near and not any(one.first <= net.last and net.first <= one.last for net in near):
            known = str(near[0].cidr) if ranges.nodes else "the networks that the nodes' addresses look like"
            message = f"is outside of {known}: a node tells its neighbours of it by ARP, and none would ask there."
            remedy = "Give addresses of the nodes' network, or say in edge_kubernetes_networks.nodes how large that is."
            metallb.faults.warn(one.variable, one.text, message, remedy, metallb.host)
    return [one for one in found if one]


def _pool(reader: Reader, path: str, text: str, ranges: Ranges) -> Claim | None:
    """A range ``first-last``, or a subnet, of a family that the cluster has."""

    def told(message: str, remedy: str) -> None:
        reader.faults.add(path, text, message, remedy, reader.host)

    net = parse_subnet(text)
    ends = [parse_address(part.strip()) for part in text.split("-")] if net is None else []
    if net is None and (len(ends) != 2 or None in ends or ends[0].version != ends[1].version):
        told("is no range of addresses.", "Write it as 10.0.0.50-10.0.0.60, or as a subnet.")
        return None
    if net is None and ends[0] > ends[1]:
        told("ends before it begins.", "Put the lower address first.")
        return None
    family = int(net.version if net is not None else ends[0].version)
    if ranges.families and family not in ranges.families:
        told(f"is IPv{family}, and the cluster is {ranges.words}.", "Give addresses of a family that it has.")
        return None
    if net is not None:
        if net.ip != net.cidr.ip:
            told("has bits set after its prefix.", f"Write {net.cidr}.")
        return claim("pool", path, net.cidr, value=text)
    return Claim("pool", path, text, family, int(ends[0]), int(ends[1]), text)


def read_ignored(site: Reader) -> list[str]:
    """The variable ``edge_kubernetes_ignore_preflight``."""
    key = "edge_kubernetes_ignore_preflight"
    found = []
    for number, text in enumerate(site.texts(key)):
        path = f"{key}[{number}]"
        known = [name for name in CHECKS if _is_check(text, name)]
        if text.lower() == "all":
            message = "takes every finding away, also those that break the cluster later."
            site.faults.add(path, text, message, "Name the findings one by one.", site.host)
        elif not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9_.-]+)?", text):
            site.faults.add(
                path, text, "is no name of a finding.", "Write it as kubeadm does: [ERROR Name].", site.host
            )
        elif not known:
            near = difflib.get_close_matches(text.lower(), {n.lower(): n for n in CHECKS}, n=1, cutoff=0.75)
            meant = next((n for n in CHECKS if near and n.lower() == near[0]), "")
            told = site.faults.add if meant else site.faults.warn
            remedy = f"Did you mean {meant}?" if meant else "Correct it, or leave it out."
            told(path, text, "is no finding of kubeadm's that is known here.", remedy, site.host)
            found.append(text)
        else:
            found.append(text)
    return found


def _is_check(text: str, name: str) -> bool:
    same = text.lower()
    return same.startswith(name.lower()) and len(same) > len(name) if name.endswith("-") else same == name.lower()


def read_swap(site: Reader) -> str:
    """The variable ``edge_swap``; YAML has made false of ``off``."""
    value = site.data.get("edge_swap")
    if isinstance(value, bool):
        return "keep" if value else "off"
    return site.text("edge_swap", default="off", choices=SWAP) or "off"


def check_time(site: Reader) -> None:
    """The variables ``edge_clock_skew`` and ``edge_ntp_servers``."""
    site.number("edge_clock_skew")
    for number, server in enumerate(site.texts("edge_ntp_servers")):
        if parse_address(server) is None and (not HOST_NAME.fullmatch(server) or re.fullmatch(r"[\d.]+", server)):
            path = f"edge_ntp_servers[{number}]"
            site.faults.add(path, server, "is no host name and no address.", "Correct it.", site.host)


def check_later(site: Reader) -> None:
    """Variables of waiting and of the cluster's later life, which other playbooks read: a night's upgrade is no time to
    learn that one is mistyped."""
    for key in ("edge_kubernetes_ready_timeout", "edge_scale_drain_timeout"):
        if site.number(key) == 0:
            site.fault(key, "is no time to wait.", "Give seconds, such as 600.")
    site.number("edge_renew_within")
    site.truth("edge_renew_access")
    failures = site.number("edge_upgrade_max_failures")
    if failures is not None and failures > 100:
        site.fault("edge_upgrade_max_failures", "is more than all workers.", "Give percents, from 0 to 100.")
    batch = site.text("edge_upgrade_batch")
    if batch is not None and not BATCH.fullmatch(batch):
        site.fault("edge_upgrade_batch", "is no number of workers.", "Give 1 or more, or percents from 1% to 100%.")


def read_repository(site: Reader) -> str:
    """The variable ``edge_kubernetes_image_repository``."""
    text = site.text("edge_kubernetes_image_repository") or ""
    if text and not REPOSITORY.fullmatch(text):
        remedy = "Write it without a scheme and a slash at the end, such as registry.example.com/kubernetes."
        site.fault("edge_kubernetes_image_repository", "is no repository of images.", remedy)
    return text


def no_proxy(site: Reader, ranges: Ranges, nodes: Sequence[Any], endpoint: str) -> list[str]:
    """What is reached without the proxy of ``edge_proxy``: what it says, and the cluster itself; empty without one."""
    part = site.mapping("edge_proxy", known=("http", "https", "no_proxy"))
    if part is None:
        return []
    for key in ("http", "https"):
        url = part.text(key)
        if url is not None and not re.match(r"(https?|socks5h?)://\S+", url):
            part.fault(key, "is no URL.", "Write one such as http://proxy.example.com:3128.")
    listed = part.data.get("no_proxy")
    own = listed.split(",") if isinstance(listed, str) else part.texts("no_proxy")
    if not (part.given("http") or part.given("https")):
        return []
    known = ["localhost", "127.0.0.1", "::1", *map(str, [*ranges.pods, *ranges.services, *ranges.nodes])]
    known += [str(address) for node in nodes for address in node.addresses]
    known += [endpoint, ".svc", f".{ranges.dns_domain}"]
    return list(dict.fromkeys(text.strip() for text in [*own, *known] if text.strip()))
