# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hardening's profile in the plan: what each release gets, what the user has else, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._site._kubernetes import hardening
from kubeadm_site import VIP, plan
from standin import apifiles

CIS: dict[str, Any] = {"edge_kubernetes_hardening": "cis"}
API, MANAGER = "edge_kubernetes_api_server", "edge_kubernetes_controller_manager"
FOLDER = "/etc/kubernetes/hardening"


def made(version: str, changes: dict[str, Any] | None = None, **more: Any) -> Any:
    """The plan of a hardened site."""
    return plan({**CIS, "edge_kubernetes_version": version, **(changes or {})}, **more)


def text(document: Any) -> str:
    """A document as a file has it."""
    return yaml.safe_dump(document)


def arguments(found: Any, part: str = "apiServer") -> dict[str, str]:
    """The extra arguments of a component."""
    given = found.kubernetes["cp-1"]["config"][1].get(part, {}).get("extraArgs", {})
    return {a["name"]: a["value"] for a in given} if isinstance(given, list) else dict(given)


@pytest.mark.parametrize(
    ("version", "plugins", "limited", "extended", "security"),
    [
        ("1.20.15", "NodeRestriction,EventRateLimit", "", False, ""),
        ("1.24.17", "NodeRestriction,EventRateLimit,DenyServiceExternalIPs", "", True, "v1beta1"),
        ("1.25.16", "NodeRestriction,EventRateLimit,DenyServiceExternalIPs", "", True, "v1"),
        ("1.29.15", "NodeRestriction,EventRateLimit,DenyServiceExternalIPs", "", True, "v1"),
        ("1.31.14", "NodeRestriction,EventRateLimit,DenyServiceExternalIPs", "", True, "v1"),
        ("1.34.2", "NodeRestriction,EventRateLimit,DenyServiceExternalIPs", "v1", True, "v1"),
        ("1.36.1", "NodeRestriction,EventRateLimit,DenyServiceExternalIPs", "v1", True, "v1"),
        ("1.32.9", "NodeRestriction,EventRateLimit,DenyServiceExternalIPs", "v1beta1", True, "v1"),
    ],
)
def test_what_each_release_gets(version: str, plugins: str, limited: str, extended: bool, security: str) -> None:
    found = made(version, {"edge_artifacts": "/srv/mirror"})
    assert [fault.line for fault in found.faults] == []
    given = arguments(found)
    minor = int(version.split(".")[1])
    apifiles.check_flags(given, minor)  # another list than ours, of what the release knows
    assert given["enable-admission-plugins"] == plugins
    assert given["profiling"] == arguments(found, "scheduler")["profiling"] == "false"
    assert "anonymous-auth" not in given, "kubeadm's probes and joins ask anonymously"
    assert ("authentication-config" in given) == bool(limited)
    assert ("service-account-extend-token-expiration" in given) == extended
    files = found.kubernetes["cp-1"]["hardening_files"]
    apifiles.audit_policy(text(files["audit-policy.yaml"]))
    apifiles.admission(text(files["admission.yaml"]), minor)
    assert ("authentication.yaml" in files) == bool(limited)
    if limited:
        document = files["authentication.yaml"]
        assert document["apiVersion"] == f"apiserver.config.k8s.io/{limited}"
        assert apifiles.open_paths(text(document), given, minor) == list(hardening.OPEN)
    named = {plugin["name"]: plugin["configuration"] for plugin in files["admission.yaml"]["plugins"]}
    assert ("PodSecurity" in named) == bool(security)
    if security:
        assert named["PodSecurity"]["apiVersion"] == f"pod-security.admission.config.k8s.io/{security}"
        assert named["PodSecurity"]["exemptions"]["namespaces"] == ["kube-system", "kube-flannel"]
    else:
        assert [w.variable for w in found.warnings] == ["edge_kubernetes_hardening"]
    volumes = found.kubernetes["cp-1"]["config"][1]["apiServer"]["extraVolumes"]
    for name, value in given.items():
        if value.startswith("/"):
            assert any(value.startswith(f"{volume['mountPath']}/") for volume in volumes), f"{name} is mounted"
    kubelet = found.kubernetes["w-1"]["kubelet"]
    assert kubelet["authentication"] == {"anonymous": {"enabled": False}}
    assert kubelet["protectKernelDefaults"] and ("seccompDefault" in kubelet) == (minor >= 25)


def test_without_it_nothing_is_added() -> None:
    found = plan({"edge_kubernetes_hardening": "none"})
    assert arguments(found) == {} and found.kubernetes["cp-1"]["hardening_files"] == {}
    assert found.documents.keys() == plan().documents.keys()


def test_the_files_are_among_those_of_the_plan() -> None:
    names = [name for name in made("1.34.2").documents if "hardening" in name]
    assert names == [f"kubeadm/hardening/{n}.yaml" for n in ("admission", "audit-policy", "authentication")]


@pytest.mark.parametrize(
    ("changes", "rule", "variable"),
    [
        ({f"{API}.extra_args": {"profiling": "true"}}, "1.2.15", f"{API}.extra_args.profiling"),
        ({f"{API}.extra_args": {"audit-log-maxage": 7}}, "1.2.17", f"{API}.extra_args.audit-log-maxage"),
        ({f"{API}.extra_args": {"token-auth-file": "/t"}}, "1.2.2", f"{API}.extra_args.token-auth-file"),
        ({f"{API}.extra_args": {"tls-min-version": "VersionTLS10"}}, "1.2.29a", f"{API}.extra_args.tls-min-version"),
        ({f"{MANAGER}.extra_args": {"bind-address": "0.0.0.0"}}, "1.3.7", f"{MANAGER}.extra_args.bind-address"),
        ({f"{API}.extra_args": {"authorization-mode": "RBAC"}}, "1.2.7", f"{API}.extra_args.authorization-mode"),
        ({"edge_kubernetes_kubelet": {"podPidsLimit": -1}}, "4.2.13", "edge_kubernetes_kubelet.podPidsLimit"),
        ({"edge_kubernetes_kubelet": {"protectKernelDefaults": False}}, "E.4", "edge_kubernetes_kubelet.protectKernel"),
        ({"edge_node_kubelet": {"seccompDefault": False}}, "4.2.14", "edge_node_kubelet.seccompDefault"),
        ({f"{API}.extra_args": {"oidc-issuer-url": "https://i"}}, "1.2.1a", f"{API}.extra_args.oidc-issuer-url"),
    ],
)
def test_what_the_user_gives_wins_and_is_told(changes: dict[str, Any], rule: str, variable: str) -> None:
    found = made("1.34.2", changes)
    assert [fault.line for fault in found.faults] == []
    told = [w for w in found.warnings if w.variable.startswith(variable)]
    assert told and f"undoes rule {rule}" in told[0].message and told[0].remedy
    assert rule in found.kubernetes["cp-1"]["hardening_exceptions"]
    for path, value in changes.items():
        if path.endswith("extra_args"):
            part = "apiServer" if path.startswith(API) else "controllerManager"
            (name, given) = next(iter(value.items()))
            assert arguments(found, part)[name] == str(given).lower() or arguments(found, part)[name] == str(given)


def test_what_is_given_and_as_strict_is_no_exception() -> None:
    given = {"audit-log-maxage": 90, "profiling": False, "tls-min-version": "VersionTLS13"}
    found = made("1.34.2", {f"{API}.extra_args": given, "edge_kubernetes_kubelet": {"podPidsLimit": 1000}})
    assert found.kubernetes["cp-1"]["hardening_exceptions"] == {} and found.warnings == []
    assert arguments(found)["audit-log-maxage"] == "90"
    assert found.kubernetes["w-1"]["kubelet"]["podPidsLimit"] == 1000


@pytest.mark.parametrize(
    ("version", "changes", "variable", "words"),
    [
        ("1.34.2", {f"{API}.extra_args": {"authorization-mode": "AlwaysAllow"}}, "authorization-mode", "everybody"),
        ("1.34.2", {f"{API}.extra_args": {"anonymous-auth": True}}, "anonymous-auth", "would not start"),
        ("1.34.2", {f"{API}.extra_args": {"anonymous-auth": False}}, "anonymous-auth", "would not start"),
        ("1.29.1", {f"{API}.extra_args": {"anonymous-auth": True}}, "anonymous-auth", "is to end"),
        ("1.34.2", {"edge_kubernetes_kubelet": {"authorization": {"mode": "AlwaysAllow"}}}, "kubelet", "everything"),
        (
            "1.34.2",
            {"edge_kubernetes_kubelet": {"authentication": {"anonymous": {"enabled": True}}}},
            "anonymous.enabled",
            "everybody",
        ),
        ("1.34.2", {"edge_kubernetes_pod_security": {"enforce": "strict"}}, "enforce", "not one of the choices"),
        ("1.34.2", {"edge_kubernetes_pod_security": {"exempt": []}}, "exempt", "no key"),
    ],
)
def test_what_is_never_taken(version: str, changes: dict[str, Any], variable: str, words: str) -> None:
    told = [fault for fault in made(version, changes).faults if variable in fault.variable]
    assert told and words in told[0].message and told[0].remedy


def test_namespaces_of_what_the_site_installs_are_exempt() -> None:
    changes = {
        "edge_kubernetes_network_plugin": {"name": "calico"},
        "edge_kubernetes_addons": {"metallb": {"pools": ["10.0.9.50-10.0.9.60"]}, "storage_class": {"name": "local"}},
        "edge_kubernetes_pod_security": {"enforce": "restricted", "exempt_namespaces": ["cnf"]},
        **VIP,
    }
    document = made("1.34.2", changes, controls=3).kubernetes["cp-1"]["hardening_files"]["admission.yaml"]
    configuration = document["plugins"][1]["configuration"]
    assert configuration["defaults"]["enforce"] == "restricted" and configuration["defaults"]["audit"] == "restricted"
    assert configuration["exemptions"]["namespaces"] == [
        *("kube-system", "calico-system", "calico-apiserver", "tigera-operator"),
        *("metallb-system", "local-path-storage", "cnf"),
    ]


def test_every_release_knows_what_it_is_given() -> None:
    for minor in range(20, 37):
        given = arguments(made(f"1.{minor}.3"))
        apifiles.check_flags(given, minor)
        assert given["encryption-provider-config"] == f"{FOLDER}/encryption.yaml"
