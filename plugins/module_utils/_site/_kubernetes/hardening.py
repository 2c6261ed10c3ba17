# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The profile of the CIS benchmark on paper: what it adds to kubeadm's configuration, and where the user has it else.

Arguments and fields that the user gives win. Where such a one undoes a rule, the plan says so, and hands the rule on as
an exception, which is told and not refused when the hosts are checked. Two things are never taken: AlwaysAllow, and
anonymous access to more than joins and probes need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..._hardening import control_plane, nodes
from ..._hardening.rules import FOLDER, KUBELET, LOGS, Rule, condition, holds
from ..faults import Reader
from .components import Component
from .versions import Version

KEY, SECURITY = "edge_kubernetes_hardening", "edge_kubernetes_pod_security"
SITE_KUBELET, NODE_KUBELET = "edge_kubernetes_kubelet", "edge_node_kubelet"
RULES: tuple[Rule, ...] = (*control_plane.RULES, *nodes.RULES)
LEVELS = ("privileged", "baseline", "restricted")
#: the first release with Pod Security admission that is on by itself, and the first with limits of anonymous requests
POD_SECURITY, ANONYMOUS = 23, 32
#: what kubelets' probes, load balancers in front of the API and nodes that join ask without a name
OPEN = ("/healthz", "/livez", "/readyz", "/api/v1/namespaces/kube-public/configmaps/cluster-info")
#: namespaces whose pods have to reach into their hosts, by what brings them
PLUGIN_SPACES = {
    "flannel": ("kube-flannel",),
    "calico": ("calico-system", "calico-apiserver", "tigera-operator"),
    "cilium": (),
}
ADDON_SPACES = {"metallb": ("metallb-system",), "storage_class": ("local-path-storage",)}
L2SM_SPACES = ("l2sm-system",)
#: a flag with a file -> the rule of what is in it
FILES_OF = {
    "audit-policy-file": "3.2.2",
    "encryption-provider-config": "1.2.28",
    "admission-control-config-file": "5.2.1",
}
VOLUMES = (
    {
        "name": "edge-hardening",
        "hostPath": FOLDER,
        "mountPath": FOLDER,
        "readOnly": True,
        "pathType": "Directory",
    },
    {
        "name": "edge-audit",
        "hostPath": LOGS,
        "mountPath": LOGS,
        "readOnly": False,
        "pathType": "DirectoryOrCreate",
    },
)


@dataclass
class Hardening:
    """What the profile says: files for the API servers by their names, rules that the user has undone and why."""

    name: str = "none"
    kubelet: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)
    exceptions: dict[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """For the roles."""
        return {
            "hardening": self.name,
            "hardening_files": self.files,
            "hardening_exceptions": self.exceptions,
        }


def arguments(component: str, minor: int) -> dict[str, str]:
    """The arguments that the profile gives a component, by flag; lists of several rules are one."""
    found: dict[str, str] = {}
    for rule in RULES:
        if rule.where == component and rule.sets is not None and rule.counts(minor):
            listed = [*found.get(rule.name, "").split(","), *str(rule.sets).split(",")]
            found[rule.name] = ",".join(dict.fromkeys(part for part in listed if part))
    return found


def kubelet_fields(minor: int) -> dict[str, Any]:
    """The fields that the profile gives the kubelets."""
    found: dict[str, Any] = {}
    for rule in RULES:
        if rule.where == KUBELET and rule.sets is not None and rule.counts(minor):
            *steps, last = rule.name.split(".")
            inner = found
            for step in steps:
                inner = inner.setdefault(step, {})
            inner[last] = rule.sets
    return found


def read_hardening(site: Reader, version: Version, components: Mapping[str, Component], plugin: str) -> Hardening:
    """The variable ``edge_kubernetes_hardening``; the profile's arguments and volumes are put into the components."""
    name = site.text(KEY, default="none", choices=("none", "cis")) or "none"
    security = site.mapping(SECURITY, known=("enforce", "audit", "warn", "exempt_namespaces"))
    if name != "cis":
        if security is not None:
            site.warn(SECURITY, "is used with edge_kubernetes_hardening: cis only.", "Set that, or leave it out.", None)
        return Hardening(name)
    found = Hardening(name, kubelet_fields(version.minor))
    _refuse(site, components["api_server"], version)
    for component, one in components.items():
        given = {flag for flag, _value in one.arguments}
        mine = {flag: value for flag, value in arguments(component, version.minor).items() if flag not in given}
        if "authentication-config" in mine and any(flag.startswith("oidc-") for flag in given):
            del mine["authentication-config"]
            found.exceptions["1.2.1a"] = "the arguments oidc-* exclude a file for authentication-config"
            remedy = "Put the issuer into a file of your own, with anonymous limited, and give authentication-config."
            _warn(site, f"edge_kubernetes_{component}.extra_args", "oidc-issuer-url", "1.2.1a", remedy)
        _compare(site, component, one, version.minor, found)
        one.arguments += mine.items()
    components["api_server"].volumes += [dict(volume) for volume in VOLUMES]
    found.files = files(site, security, version, plugin)
    _compare_kubelets(site, SITE_KUBELET, version.minor, found)
    return found


def compare_node(host: Reader, version: Version, found: Hardening) -> None:
    """Fields of the kubelet that are one node's own."""
    if found.name == "cis":
        _compare_kubelets(host, NODE_KUBELET, version.minor, found)


def _warn(reader: Reader, where: str, key: str, number: str, remedy: str) -> None:
    message = f"undoes rule {number} of the hardening, which is then told as an exception."
    reader.faults.warn(f"{where}.{key}", None, message, remedy, reader.host)


def _refuse(site: Reader, server: Component, version: Version) -> None:
    given = server.argument("anonymous-auth")
    if given is None or (given == "false" and version.minor < ANONYMOUS):
        return  # false has its own warning
    name = "edge_kubernetes_api_server.extra_args.anonymous-auth"
    if version.minor >= ANONYMOUS:
        message = "excludes the profile's own limits (authentication-config): the API server would not start."
    else:
        message = "asks for what the hardening is to end."
    site.faults.add(name, given, message, "Leave it out, or set edge_kubernetes_hardening to none.", site.host)


def _compare(site: Reader, component: str, one: Component, minor: int, found: Hardening) -> None:
    for rule in RULES:
        value = one.argument(rule.name) if rule.where == component else None
        if value is not None and rule.counts(minor) and not holds(rule, value):
            _except(site, f"edge_kubernetes_{component}.extra_args", rule, found)
    for flag, number in FILES_OF.items():
        value = one.argument(flag)
        if component == "api_server" and value is not None and value != arguments(component, minor).get(flag):
            found.exceptions[number] = f"edge_kubernetes_api_server.extra_args.{flag} names another file: {value}"
    if component == "api_server" and one.argument("authorization-config") is not None:
        for number in ("1.2.6", "1.2.7", "1.2.8"):
            found.exceptions[number] = "authorization-config names a file of the user's"


def _except(reader: Reader, where: str, rule: Rule, found: Hardening) -> None:
    found.exceptions[rule.number] = f"{where}.{rule.name} is given"
    _warn(reader, where, rule.name, rule.number, f"The rule wants: {condition(rule)}. Leave it out for that.")


def value_of(document: Any, path: str) -> Any:
    """A field with dots in its path; None where it is not there."""
    for step in path.split("."):
        if not isinstance(document, Mapping) or step not in document:
            return None
        document = document[step]
    return document


def _compare_kubelets(reader: Reader, key: str, minor: int, found: Hardening) -> None:
    given = reader.data.get(key)
    for rule in RULES:
        if rule.where != KUBELET or not rule.counts(minor):
            continue
        value = value_of(given, rule.name)
        if value is None or holds(rule, value):
            continue
        if rule.number == "4.2.2":
            message = "lets everybody who has a certificate do everything on the node."
            reader.fault(key, message, "Leave authorization.mode out: Webhook.", None)
        elif rule.number != "4.2.1":  # has a fault of its own
            _except(reader, key, rule, found)


# -- files -----------------------------------------------------------------------------------------------------------
def files(site: Reader, security: Reader | None, version: Version, plugin: str) -> dict[str, Any]:
    """What the API servers read, but for keys: file name to document."""
    found = {"audit-policy.yaml": audit_policy(), "admission.yaml": _admission(site, security, version, plugin)}
    if version.minor >= ANONYMOUS:
        found["authentication.yaml"] = {
            "apiVersion": f"apiserver.config.k8s.io/{'v1' if version.minor >= 34 else 'v1beta1'}",
            "kind": "AuthenticationConfiguration",
            "anonymous": {"enabled": True, "conditions": [{"path": path} for path in OPEN]},
        }
    return found


def exempt(site: Reader, plugin: str, more: Sequence[str] = ()) -> list[str]:
    """Namespaces that the Pod Security Standards do not count in: those of what the site installs, and the user's."""
    addons = site.data.get("edge_kubernetes_addons")
    wanted = [name for name in ADDON_SPACES if isinstance(addons, Mapping) and addons.get(name) not in (None, False)]
    listed = ["kube-system", *PLUGIN_SPACES.get(plugin, ())]
    listed += [space for name in wanted for space in ADDON_SPACES[name]]
    listed += L2SM_SPACES if site.given("edge_l2sm_overlay") else ()
    return list(dict.fromkeys([*listed, *more]))


def _admission(site: Reader, security: Reader | None, version: Version, plugin: str) -> dict[str, Any]:
    limits = [{"type": "Server", "qps": 500, "burst": 5000}]
    limits.append({"type": "Namespace", "qps": 50, "burst": 500, "cacheSize": 2000})
    plugins: list[dict[str, Any]] = [
        {
            "name": "EventRateLimit",
            "configuration": {
                "apiVersion": "eventratelimit.admission.k8s.io/v1alpha1",
                "kind": "Configuration",
                "limits": limits,
            },
        }
    ]
    part = security or Reader(site.faults, {})
    levels = {
        word: part.text(word, default=usual, choices=LEVELS) or usual
        for word, usual in (("enforce", "baseline"), ("audit", "restricted"), ("warn", "restricted"))
    }
    spaces = part.texts("exempt_namespaces")
    if version.minor >= POD_SECURITY:
        plugins.append(
            {
                "name": "PodSecurity",
                "configuration": {
                    "apiVersion": (
                        f"pod-security.admission.config.k8s.io/{'v1' if version.minor >= 25 else 'v1beta1'}"
                    ),
                    "kind": "PodSecurityConfiguration",
                    "defaults": {
                        key: value for word, level in levels.items() for key, value in _level(word, level).items()
                    },
                    "exemptions": {
                        "usernames": [],
                        "runtimeClasses": [],
                        "namespaces": exempt(site, plugin, spaces),
                    },
                },
            }
        )
    else:
        message = (
            f"has no rule 5.2.1 before 1.{POD_SECURITY}, and this is {version.text}: pods are admitted as they are."
        )
        site.warn(KEY, message, "Take a later release, or bring admission of your own.")
    return {"apiVersion": "apiserver.config.k8s.io/v1", "kind": "AdmissionConfiguration", "plugins": plugins}


def _level(word: str, level: str) -> dict[str, str]:
    return {word: level, f"{word}-version": "latest"}


def audit_policy() -> dict[str, Any]:
    """What is logged of requests: who and what of secrets, the request of changes, nothing of the usual rounds."""
    quiet = [
        "system:kube-proxy",
        "system:kube-controller-manager",
        "system:kube-scheduler",
        "system:apiserver",
    ]
    secret = [
        {"group": "", "resources": ["secrets", "configmaps", "serviceaccounts/token"]},
        {"group": "authentication.k8s.io", "resources": ["tokenreviews"]},
    ]
    return {
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "omitStages": ["RequestReceived"],
        "rules": [
            {"level": "None", "nonResourceURLs": ["/healthz*", "/livez*", "/readyz*", "/version", "/openapi*"]},
            {"level": "None", "resources": [{"group": "", "resources": ["events"]}, _group("events.k8s.io", "events")]},
            {"level": "None", "resources": [_group("coordination.k8s.io", "leases")]},
            {"level": "Metadata", "resources": secret},
            {"level": "None", "users": quiet, "verbs": ["get", "list", "watch"]},
            {"level": "None", "userGroups": ["system:nodes"], "verbs": ["get", "list", "watch"]},
            {
                "level": "Request",
                "resources": [{"group": "", "resources": ["pods/exec", "pods/attach", "pods/portforward"]}],
            },
            {"level": "Metadata", "verbs": ["get", "list", "watch"]},
            {"level": "Request", "verbs": ["create", "update", "patch", "delete", "deletecollection"]},
            {"level": "Metadata"},
        ],
    }


def _group(group: str, resource: str) -> dict[str, Any]:
    return {"group": group, "resources": [resource]}
