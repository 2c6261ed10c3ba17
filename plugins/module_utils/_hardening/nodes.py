# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of the nodes and of the files: chapters 1.1 and 4 of the benchmark. ``want`` of a file is the widest mode."""

from __future__ import annotations

from .rules import ASKED, CONTENT, EVERY, FILES, FOLDER, KUBELET, LEFT, LOGS, STRONG, TAKEN, Rule

MANIFESTS, PKI = "/etc/kubernetes/manifests", "/etc/kubernetes/pki"
#: where packages and kubeadm put the unit of the kubelet
UNITS = (
    "/etc/systemd/system/kubelet.service",
    "/etc/systemd/system/kubelet.service.d/*.conf",
    "/usr/lib/systemd/system/kubelet.service.d/*.conf",
    "/usr/lib/systemd/system/kubelet.service",
    "/lib/systemd/system/kubelet.service",
)


def _file(number: str, title: str, pattern: str, mode: int = 0o600, why: str = "") -> tuple[Rule, Rule]:
    """The two rules of a file: its mode and its owner; a pattern may name several."""
    major, _dot, last = number.rpartition(".")
    return (
        Rule(number, f"{title}: mode {mode:o} at most", FILES, pattern, "mode", mode, why=why),
        Rule(f"{major}.{int(last) + 1}", f"{title}: of root", FILES, pattern, "owner"),
    )


FILES_OF_CONTROL_PLANE: tuple[Rule, ...] = (
    *_file("1.1.1", "Manifest of the API server", f"{MANIFESTS}/kube-apiserver.yaml"),
    *_file("1.1.3", "Manifest of the controller manager", f"{MANIFESTS}/kube-controller-manager.yaml"),
    *_file("1.1.5", "Manifest of the scheduler", f"{MANIFESTS}/kube-scheduler.yaml"),
    *_file("1.1.7", "Manifest of etcd", f"{MANIFESTS}/etcd.yaml"),
    Rule("1.1.11", "Data of etcd: mode 700 at most", FILES, "/var/lib/etcd", "mode", 0o700),
    Rule(
        "1.1.12",
        "Data of etcd: of root",
        FILES,
        "/var/lib/etcd",
        "owner",
        why="The benchmark names a user etcd; kubeadm's etcd runs as root, and hosts have no such user.",
    ),
    *_file("1.1.13", "The admin's kubeconfig", "/etc/kubernetes/*admin.conf"),
    *_file("1.1.15", "The scheduler's kubeconfig", "/etc/kubernetes/scheduler.conf"),
    *_file("1.1.17", "The controller manager's kubeconfig", "/etc/kubernetes/controller-manager.conf"),
    Rule("1.1.19", "Certificates and keys: of root", FILES, f"{PKI}/** {PKI}", "owner"),
    Rule("1.1.20", "Certificates: mode 644 at most", FILES, f"{PKI}/*.crt {PKI}/etcd/*.crt", "mode", 0o644),
    Rule("1.1.21", "Keys: mode 600 at most", FILES, f"{PKI}/*.key {PKI}/etcd/*.key", "mode", 0o600),
    Rule("E.2", "Files of the API servers: mode 600 at most", FILES, f"{FOLDER}/*", "mode", 0o600),
    Rule("E.3", "Files of the API servers: of root", FILES, f"{FOLDER}/* {FOLDER} {LOGS}", "owner"),
)

FILES_OF_NODES: tuple[Rule, ...] = tuple(
    rule._replace(hosts=EVERY)
    for rule in (
        *_file("1.1.9", "Configuration of the container network", "/etc/cni/net.d/*"),
        *_file("4.1.1", "Unit of the kubelet", " ".join(UNITS)),
        Rule("4.1.3", "kube-proxy's kubeconfig: its mode", LEFT, why="kubeadm's kube-proxy has it in a config map."),
        Rule("4.1.4", "kube-proxy's kubeconfig: its owner", LEFT, why="kubeadm's kube-proxy has it in a config map."),
        *_file("4.1.5", "The kubelet's kubeconfig", "/etc/kubernetes/kubelet.conf"),
        *_file("4.1.7", "The CA that kubelets know clients by", f"{PKI}/ca.crt", 0o644),
        *_file("4.1.9", "The kubelet's configuration", "/var/lib/kubelet/config.yaml"),
    )
)

_NOT_OURS = "kubeadm sets it: leave it out of edge_kubernetes_kubelet."
NODES: tuple[Rule, ...] = tuple(
    rule._replace(hosts=EVERY)
    for rule in (
        Rule(
            "4.2.1",
            "Nobody uses a kubelet without a name",
            KUBELET,
            "authentication.anonymous.enabled",
            "is",
            "false",
            sets=False,
        ),
        Rule(
            "4.2.1a",
            "A kubelet that is asked anonymously refuses",
            ASKED,
            "kubelet",
            remedy="See authentication.anonymous in /var/lib/kubelet/config.yaml and the kubelet's flags.",
        ),
        Rule("4.2.2", "Kubelets ask for rights", KUBELET, "authorization.mode", "is", "Webhook", sets="Webhook"),
        Rule("4.2.3", "Kubelets know clients", KUBELET, "authentication.x509.clientCAFile", "set", remedy=_NOT_OURS),
        Rule("4.2.4", "No port without a name", KUBELET, "readOnlyPort", "is", 0, sets=0, default=True),
        Rule(
            "4.2.5",
            "Streams that are idle end",
            KUBELET,
            "streamingConnectionIdleTimeout",
            "not",
            "",
            sets="4h0m0s",
            default=True,
            why="The kubelet reads 0s as its own default, 4 hours.",
        ),
        Rule(
            "4.2.6",
            "The kubelet keeps its chains of iptables",
            KUBELET,
            "makeIPTablesUtilChains",
            "is",
            "true",
            sets=True,
            default=True,
        ),
        Rule(
            "4.2.7",
            "Nodes have their host's name",
            LEFT,
            why="kubeadm sets hostname-override where edge_node_name is not the host's name, and else does not.",
        ),
        Rule("4.2.8", "Events are told", KUBELET, "eventRecordQPS", "least", 0, default=True),
        Rule(
            "4.2.9",
            "Kubelets have a certificate of the cluster's CA",
            LEFT,
            why="As 1.2.5: they sign it themselves, and nobody has to approve requests.",
        ),
        Rule("4.2.10", "Client certificates are rotated", KUBELET, "rotateCertificates", "is", "true", sets=True),
        Rule(
            "4.2.11",
            "Server certificates may be rotated",
            KUBELET,
            "featureGates.RotateKubeletServerCertificate",
            "is",
            "true",
            default=True,
        ),
        Rule("4.2.12", "Strong cipher suites only", KUBELET, "tlsCipherSuites", "among", TAKEN, sets=list(STRONG)),
        Rule(
            "4.2.12a",
            "TLS 1.2 at least",
            KUBELET,
            "tlsMinVersion",
            "among",
            ("VersionTLS12", "VersionTLS13"),
            sets="VersionTLS12",
        ),
        Rule("4.2.13", "Processes of a pod are limited", KUBELET, "podPidsLimit", "above", 0, sets=4096),
        Rule(
            "4.2.14",
            "System calls of containers are filtered",
            KUBELET,
            "seccompDefault",
            "is",
            "true",
            sets=True,
            since=25,
            why="The field is on by itself from 1.25 on.",
        ),
        Rule(
            "4.2.15",
            "The kubelet's unit denies addresses",
            LEFT,
            why="A list of those that may would follow every change of the site: a firewall does that better.",
        ),
        Rule(
            "4.3.1",
            "kube-proxy's metrics are the host's own",
            ASKED,
            "proxy_metrics",
            remedy="Leave metricsBindAddress out of edge_kubernetes_kube_proxy.",
        ),
        Rule(
            "E.4",
            "The kubelet changes no kernel parameters",
            KUBELET,
            "protectKernelDefaults",
            "is",
            "true",
            sets=True,
            why="Rule 4.2.6 of the benchmark until 1.24. The role kubernetes_host sets them before: E.5.",
        ),
        Rule(
            "E.5",
            "Kernel parameters are as the kubelet wants them",
            CONTENT,
            "sysctls",
            why="A host that is a container has those of its machine.",
            remedy="Run the role kubernetes_host (verb install) with edge_kubernetes_hardening: cis.",
        ),
    )
)

RULES = (*FILES_OF_CONTROL_PLANE, *FILES_OF_NODES, *NODES)
