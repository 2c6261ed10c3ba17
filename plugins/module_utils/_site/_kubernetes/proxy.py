# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of kube-proxy (``k8s.io/kube-proxy/config/v1alpha1``)."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from ..faults import Reader
from .versions import Version

VARIABLE = "edge_kubernetes_kube_proxy"
FIELDS = (
    "featureGates",
    "clientConnection",
    "logging",
    "hostnameOverride",
    "bindAddress",
    "healthzBindAddress",
    "metricsBindAddress",
    "bindAddressHardFail",
    "enableProfiling",
    "showHiddenMetricsForVersion",
    "mode",
    "iptables",
    "ipvs",
    "nftables",
    "winkernel",
    "detectLocalMode",
    "detectLocal",
    "nodePortAddresses",
    "oomScoreAdj",
    "conntrack",
    "configSyncPeriod",
    "portRange",
    "udpIdleTimeout",
)
SET = {
    "apiVersion": "kubeadm says it",
    "kind": "kubeadm says it",
    "clusterCIDR": "edge_kubernetes_networks.pods says it",
}
MODES = ("iptables", "ipvs", "nftables")
#: the release from which on it knows nftables
NFTABLES = 29


def read_proxy(site: Reader, addons: Mapping[str, Any], version: Version) -> dict[str, Any]:
    """The variable ``edge_kubernetes_kube_proxy``: any field of a KubeProxyConfiguration."""
    part = site.mapping(VARIABLE)
    if part is None:
        return {}
    for name in part.data:
        if name in SET:
            part.fault(name, f"is not set here: {SET[name]}.", "Leave it out.")
        elif name not in FIELDS:
            near = difflib.get_close_matches(name, FIELDS, n=1, cutoff=0.8)
            if near:
                part.fault(name, "is no field of a KubeProxyConfiguration.", f"Did you mean {near[0]}?")
            else:
                message = "is no field of a KubeProxyConfiguration that is known here: kube-proxy may leave it out."
                part.warn(name, message, "Look at the documentation of its release.")
    mode = part.text("mode", choices=MODES)
    ipvs = part.mapping("ipvs")
    if mode == "nftables" and version.minor < NFTABLES:
        message = f"is known from 1.{NFTABLES} on, and this is {version.text}."
        part.fault("mode", message, "Choose iptables, or take a later release.")
    if mode == "ipvs" and addons.get("metallb") and not (ipvs is not None and ipvs.data.get("strictARP") is True):
        message = "wants ipvs.strictARP: true beside MetalLB, or every node answers for its addresses."
        part.fault("mode", message, "Give ipvs: {strictARP: true}, too.")
    return dict(part.data)
