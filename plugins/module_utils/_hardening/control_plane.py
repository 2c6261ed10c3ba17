# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of the control plane: chapters 1 to 3 of the benchmark."""

from __future__ import annotations

from .rules import (
    API_SERVER,
    ASKED,
    CONTENT,
    ETCD,
    FOLDER,
    LEFT,
    LOGS,
    MANAGER,
    SCHEDULER,
    STRONG,
    TAKEN,
    Rule,
)

_ADMISSION = "Leave enable-admission-plugins and disable-admission-plugins as the profile has them."
_KUBEADM = "kubeadm sets it: see which extra argument takes it away."
#: of settings that later releases bring
_LATER = (
    "Leave it out of edge_kubernetes_api_server. A cluster that was made with an earlier release lacks it: see "
    "After an upgrade in the guide of hardening."
)
_PLUGINS = "NodeRestriction,EventRateLimit"
_WITH_ADDRESSES = f"{_PLUGINS},DenyServiceExternalIPs"

API: tuple[Rule, ...] = (
    Rule(
        "1.2.1",
        "Nobody reads or writes the API without a name",
        ASKED,
        "api_server",
        why=(
            "anonymous-auth=false would end every cluster of kubeadm: its probes of the API server and nodes that join "
            "(cluster-info) ask anonymously. From 1.32 on the API server takes anonymous requests for exactly these "
            "paths (authentication-config); before, RBAC lets them do nothing else. The check asks for secrets "
            "anonymously, and whether a node could still join."
        ),
        remedy="Leave anonymous-auth and authentication-config out; look for bindings of system:anonymous.",
    ),
    Rule(
        "1.2.1a",
        "Anonymous requests are taken for probes and joining nodes only",
        API_SERVER,
        "authentication-config",
        "set",
        sets=f"{FOLDER}/authentication.yaml",
        since=32,
        why="The part of 1.2.1 that is a file; the field exists from 1.31 on, and is on by itself from 1.32 on.",
        remedy=_LATER,
    ),
    Rule("1.2.2", "No file of tokens", API_SERVER, "token-auth-file", "absent", default=True),
    Rule(
        "1.2.3",
        "Services claim no external addresses",
        API_SERVER,
        "enable-admission-plugins",
        "has",
        "DenyServiceExternalIPs",
        sets=_WITH_ADDRESSES,
        since=22,
        why="Addresses of a load balancer such as MetalLB are another field, and go on.",
        remedy=_LATER,
    ),
    Rule("1.2.4", "The API server shows kubelets a certificate", API_SERVER, "kubelet-client-certificate", "set"),
    Rule(
        "1.2.5",
        "The API server checks the kubelets' certificates",
        LEFT,
        why=(
            "kubelets sign theirs themselves unless serverTLSBootstrap is on, and then somebody has to approve each "
            "request, for new nodes and every year: where nobody does, kubectl logs and exec and metrics-server end."
        ),
    ),
    Rule(
        "1.2.6",
        "Not everything is allowed",
        API_SERVER,
        "authorization-mode",
        "lacks",
        "AlwaysAllow",
        remedy=_KUBEADM,
    ),
    Rule("1.2.7", "Kubelets read what is theirs", API_SERVER, "authorization-mode", "has", "Node", remedy=_KUBEADM),
    Rule("1.2.8", "Rights are those of roles", API_SERVER, "authorization-mode", "has", "RBAC", remedy=_KUBEADM),
    Rule(
        "1.2.9",
        "Events are limited",
        API_SERVER,
        "enable-admission-plugins",
        "has",
        "EventRateLimit",
        sets=_PLUGINS,
        why="Of the whole API server and of each namespace; the limits are in admission.yaml.",
    ),
    Rule(
        "1.2.10",
        "Nothing is admitted unseen",
        API_SERVER,
        "enable-admission-plugins",
        "lacks",
        "AlwaysAdmit",
        default=True,
    ),
    Rule(
        "1.2.11",
        "Images are pulled at every start",
        LEFT,
        why=(
            "AlwaysPullImages makes every start of a pod depend on a registry: a site without its way out, or one "
            "that was installed from a folder, would not get its pods back after a power cut."
        ),
    ),
    Rule(
        "1.2.12",
        "Pods have service accounts",
        API_SERVER,
        "disable-admission-plugins",
        "lacks",
        "ServiceAccount",
        default=True,
        remedy=_ADMISSION,
    ),
    Rule(
        "1.2.13",
        "Namespaces that end take nothing new",
        API_SERVER,
        "disable-admission-plugins",
        "lacks",
        "NamespaceLifecycle",
        default=True,
        remedy=_ADMISSION,
    ),
    Rule(
        "1.2.14",
        "Kubelets change their own node only",
        API_SERVER,
        "enable-admission-plugins",
        "has",
        "NodeRestriction",
        remedy=_ADMISSION,
    ),
    Rule("1.2.15", "No profiling", API_SERVER, "profiling", "is", "false", sets="false"),
    Rule("1.2.16", "What is done is logged", API_SERVER, "audit-log-path", "set", sets=f"{LOGS}/audit.log"),
    Rule("1.2.17", "The log is kept for 30 days", API_SERVER, "audit-log-maxage", "least", 30, sets="30"),
    Rule("1.2.18", "The log has ten older files", API_SERVER, "audit-log-maxbackup", "least", 10, sets="10"),
    Rule("1.2.19", "A file of the log has 100 MB", API_SERVER, "audit-log-maxsize", "least", 100, sets="100"),
    Rule("1.2.20", "Requests end", API_SERVER, "request-timeout", "not", "0,0s", default=True),
    Rule("1.2.21", "Accounts that are gone are nobody", API_SERVER, "service-account-lookup", "is", "true", None, True),
    Rule("1.2.22", "Accounts have a key of their own", API_SERVER, "service-account-key-file", "set"),
    Rule(
        "1.2.23",
        "The API server shows etcd a certificate",
        API_SERVER,
        "etcd-certfile",
        "set",
        remedy="Give edge_kubernetes_etcd its cert_file and key_file.",
    ),
    Rule("1.2.24", "The API speaks TLS", API_SERVER, "tls-cert-file", "set"),
    Rule("1.2.25", "Clients may show certificates", API_SERVER, "client-ca-file", "set"),
    Rule("1.2.26", "The API server knows etcd's CA", API_SERVER, "etcd-cafile", "set"),
    Rule(
        "1.2.27",
        "Secrets are encrypted in etcd",
        API_SERVER,
        "encryption-provider-config",
        "set",
        sets=f"{FOLDER}/encryption.yaml",
        why="The key is made on the first control-plane node, and the same on each; rotate_encryption_key renews it.",
    ),
    Rule(
        "1.2.28",
        "They are encrypted well",
        CONTENT,
        "encryption",
        why="secretbox (XSalsa20 and Poly1305); what was stored in clear before stays readable until it is rewritten.",
        remedy="Run the verb install of the role kubernetes_hardening.",
    ),
    Rule(
        "1.2.29",
        "Strong cipher suites only",
        API_SERVER,
        "tls-cipher-suites",
        "among",
        TAKEN,
        sets=",".join(STRONG),
    ),
    Rule(
        "1.2.29a",
        "TLS 1.2 at least",
        API_SERVER,
        "tls-min-version",
        "among",
        ("VersionTLS12", "VersionTLS13"),
        sets="VersionTLS12",
    ),
    Rule(
        "1.2.30",
        "Tokens of accounts are not extended",
        API_SERVER,
        "service-account-extend-token-expiration",
        "is",
        "false",
        sets="false",
        since=22,
        why="Programs in pods have to read their token anew within an hour; clients of 2021 and later do.",
        remedy=_LATER,
    ),
    Rule(
        "5.2.1",
        "Pods are admitted by the Pod Security Standards",
        CONTENT,
        "pod_security",
        since=23,
        why=(
            "What every namespace enforces unless its labels say otherwise; kube-system and the namespaces of what the "
            "site installs are exempt. Before 1.23 there is none that is on by itself (PodSecurityPolicy ended with "
            "1.24, and is not set up)."
        ),
        remedy="Run the verb install of the role kubernetes_hardening.",
    ),
    Rule(
        "E.1",
        "Settings of admission are read",
        API_SERVER,
        "admission-control-config-file",
        "set",
        sets=f"{FOLDER}/admission.yaml",
    ),
    Rule(
        "3.2.1",
        "There is an audit policy",
        API_SERVER,
        "audit-policy-file",
        "set",
        sets=f"{FOLDER}/audit-policy.yaml",
    ),
    Rule(
        "3.2.2",
        "It covers what matters",
        CONTENT,
        "audit",
        why="Secrets, tokens and config maps by their names only, changes with what was asked.",
        remedy="Run the verb install of the role kubernetes_hardening.",
    ),
)

OTHERS: tuple[Rule, ...] = (
    Rule(
        "1.3.1",
        "Pods that ended are cleared away",
        MANAGER,
        "terminated-pod-gc-threshold",
        "above",
        0,
        sets="1000",
    ),
    Rule("1.3.2", "No profiling", MANAGER, "profiling", "is", "false", sets="false"),
    Rule("1.3.3", "A service account for each controller", MANAGER, "use-service-account-credentials", "is", "true"),
    Rule("1.3.4", "Tokens are signed", MANAGER, "service-account-private-key-file", "set"),
    Rule("1.3.5", "Pods know the CA", MANAGER, "root-ca-file", "set"),
    Rule(
        "1.3.6",
        "Certificates of kubelets are rotated",
        MANAGER,
        "feature-gates",
        "lacks",
        "RotateKubeletServerCertificate=false",
        default=True,
    ),
    Rule("1.3.7", "It listens to the host itself", MANAGER, "bind-address", "among", ("127.0.0.1", "::1")),
    Rule("1.4.1", "No profiling", SCHEDULER, "profiling", "is", "false", sets="false"),
    Rule("1.4.2", "It listens to the host itself", SCHEDULER, "bind-address", "among", ("127.0.0.1", "::1")),
    Rule("2.1", "etcd speaks TLS", ETCD, "cert-file", "set"),
    Rule("2.2", "Clients of etcd show a certificate", ETCD, "client-cert-auth", "is", "true"),
    Rule("2.3", "It is none that it made itself", ETCD, "auto-tls", "is", "false", None, True),
    Rule("2.4", "Members speak TLS", ETCD, "peer-cert-file", "set"),
    Rule("2.5", "Members show a certificate", ETCD, "peer-client-cert-auth", "is", "true"),
    Rule("2.6", "It is none that they made themselves", ETCD, "peer-auto-tls", "is", "false", None, True),
    Rule(
        "2.7",
        "etcd has a CA of its own",
        CONTENT,
        "etcd_ca",
        why="With an external etcd this, and 2.1 to 2.6, are in the hands of whoever runs it.",
        remedy="Give etcd a CA that signs nothing else.",
    ),
    Rule(
        "3.1.1",
        "People use no client certificates",
        LEFT,
        why="The admin's file stays on the hosts; registering the cluster makes a service account of its own.",
    ),
    Rule("3.1.2", "People use no tokens of accounts", LEFT, why="A question of how the cluster is used."),
    Rule("3.1.3", "People use no bootstrap tokens", LEFT, why="Those of a run end with it."),
)

RULES = (*API, *OTHERS)
