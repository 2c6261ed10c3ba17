# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an API server reads when it starts, and refuses: flags that its release does not know, files that are wrong."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import yaml

from .host import Refusal

#: flags that every release from 1.20 to 1.36 knows
_ALWAYS = (
    "admission-control-config-file advertise-address allow-privileged anonymous-auth "
    "api-audiences apiserver-count audit-log-batch-buffer-size audit-log-batch-max-size audit-log-batch-max-wait "
    "audit-log-batch-throttle-burst audit-log-batch-throttle-enable audit-log-batch-throttle-qps "
    "audit-log-compress audit-log-format audit-log-maxage audit-log-maxbackup audit-log-maxsize audit-log-mode "
    "audit-log-path audit-log-truncate-enabled audit-log-truncate-max-batch-size "
    "audit-log-truncate-max-event-size audit-log-version audit-policy-file audit-webhook-batch-buffer-size "
    "audit-webhook-batch-max-size audit-webhook-batch-max-wait audit-webhook-batch-throttle-burst "
    "audit-webhook-batch-throttle-enable audit-webhook-batch-throttle-qps audit-webhook-config-file "
    "audit-webhook-initial-backoff audit-webhook-mode audit-webhook-truncate-enabled "
    "audit-webhook-truncate-max-batch-size audit-webhook-truncate-max-event-size audit-webhook-version "
    "authentication-token-webhook-cache-ttl authentication-token-webhook-config-file "
    "authentication-token-webhook-version authorization-mode authorization-policy-file "
    "authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl "
    "authorization-webhook-config-file authorization-webhook-version bind-address cert-dir client-ca-file "
    "contention-profiling cors-allowed-origins default-not-ready-toleration-seconds "
    "default-unreachable-toleration-seconds default-watch-cache-size delete-collection-workers "
    "disable-admission-plugins egress-selector-config-file enable-admission-plugins enable-aggregator-routing "
    "enable-bootstrap-token-auth enable-garbage-collector enable-priority-and-fairness "
    "encryption-provider-config endpoint-reconciler-type etcd-cafile etcd-certfile etcd-compaction-interval "
    "etcd-count-metric-poll-period etcd-db-metric-poll-interval etcd-healthcheck-timeout etcd-keyfile "
    "etcd-prefix etcd-servers etcd-servers-overrides event-ttl external-hostname feature-gates goaway-chance "
    "help http2-max-streams-per-connection kubelet-certificate-authority kubelet-client-certificate "
    "kubelet-client-key kubelet-preferred-address-types kubelet-timeout kubernetes-service-node-port "
    "livez-grace-period log-flush-frequency logging-format max-connection-bytes-per-sec "
    "max-mutating-requests-inflight max-requests-inflight min-request-timeout oidc-ca-file oidc-client-id "
    "oidc-groups-claim oidc-groups-prefix oidc-issuer-url oidc-required-claim oidc-signing-algs "
    "oidc-username-claim oidc-username-prefix permit-port-sharing profiling proxy-client-cert-file "
    "proxy-client-key-file request-timeout requestheader-allowed-names requestheader-client-ca-file "
    "requestheader-extra-headers-prefix requestheader-group-headers requestheader-username-headers "
    "runtime-config secure-port service-account-extend-token-expiration service-account-issuer "
    "service-account-jwks-uri service-account-key-file service-account-lookup "
    "service-account-max-token-expiration service-account-signing-key-file service-cluster-ip-range "
    "service-node-port-range show-hidden-metrics-for-version shutdown-delay-duration storage-backend "
    "storage-media-type tls-cert-file tls-cipher-suites tls-min-version "
    "tls-private-key-file tls-sni-cert-key token-auth-file v version vmodule watch-cache watch-cache-sizes"
)
ALWAYS = frozenset(_ALWAYS.split())
#: those that came or went: the first and the last minor release
SOME: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("insecure-port", "insecure-bind-address", "port", "address"), (20, 23)),
    **dict.fromkeys(("kubelet-https", "kubelet-port"), (20, 21)),
    **dict.fromkeys(("log-dir", "log-file", "logtostderr", "alsologtostderr", "add-dir-header"), (20, 25)),
    **dict.fromkeys(("one-output", "skip-headers", "skip-log-headers", "stderrthreshold"), (20, 25)),
    **dict.fromkeys(("log-backtrace-at", "log-file-max-size"), (20, 25)),
    **dict.fromkeys(("identity-lease-duration-seconds", "identity-lease-renew-interval-seconds"), (20, 25)),
    **dict.fromkeys(("cloud-provider", "cloud-config", "cloud-provider-gce-l7lb-src-cidrs"), (20, 32)),
    **dict.fromkeys(("allow-metric-labels", "strict-transport-security-directives"), (21, 99)),
    "experimental-logging-sanitization": (20, 24),
    **dict.fromkeys(("disabled-metrics", "lease-reuse-duration-seconds", "permit-address-sharing"), (21, 99)),
    **dict.fromkeys(("encryption-provider-config-automatic-reload", "etcd-readycheck-timeout"), (26, 99)),
    **dict.fromkeys(("peer-advertise-ip", "peer-advertise-port", "peer-ca-file"), (28, 99)),
    **dict.fromkeys(("authentication-config", "authorization-config", "disable-http2-serving"), (29, 99)),
    **dict.fromkeys(("emulated-version", "storage-initialization-timeout"), (31, 99)),
    **dict.fromkeys(("requestheader-uid-headers", "service-account-signing-endpoint"), (32, 99)),
    "master-service-namespace": (20, 26),
    "tracing-config-file": (22, 99),
    "shutdown-send-retry-after": (23, 99),
    "aggregator-reject-forwarding-redirect": (25, 99),
    "allow-metric-labels-manifest": (26, 99),
    "shutdown-watch-termination-grace-period": (27, 99),
    "debug-socket-path": (27, 99),
}
_PLUGINS = (
    "AlwaysAdmit AlwaysDeny AlwaysPullImages CertificateApproval CertificateSigning CertificateSubjectRestriction "
    "DefaultIngressClass DefaultStorageClass DefaultTolerationSeconds EventRateLimit ExtendedResourceToleration "
    "ImagePolicyWebhook LimitPodHardAntiAffinityTopology LimitRanger MutatingAdmissionWebhook "
    "NamespaceAutoProvision NamespaceExists NamespaceLifecycle NodeRestriction OwnerReferencesPermissionEnforcement "
    "PersistentVolumeClaimResize PodNodeSelector PodTolerationRestriction Priority ResourceQuota RuntimeClass "
    "ServiceAccount StorageObjectInUseProtection TaintNodesByCondition ValidatingAdmissionWebhook"
)
PLUGINS = frozenset(_PLUGINS.split())
SOME_PLUGINS = {"DenyServiceExternalIPs": (21, 99), "PodSecurity": (22, 99), "PodSecurityPolicy": (20, 24)}
SUITES = frozenset(
    f"TLS_ECDHE_{kind}_WITH_{rest}"
    for kind in ("ECDSA", "RSA")
    for rest in ("AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "CHACHA20_POLY1305", "AES_128_CBC_SHA", "AES_256_CBC_SHA")
)
CONFIG = "apiserver.config.k8s.io"


def known(flag: str, minor: int) -> bool:
    """Whether a release knows a flag."""
    first, last = SOME.get(flag, (99, 0))
    return flag in ALWAYS or first <= minor <= last


def check_flags(given: dict[str, str], minor: int) -> None:
    """Refuse what the program refuses before it reads anything."""
    for flag in given:
        if not known(flag, minor):
            raise Refusal(f"Error: unknown flag: --{flag}")
    for flag in ("enable-admission-plugins", "disable-admission-plugins"):
        for name in filter(None, given.get(flag, "").split(",")):
            first, last = SOME_PLUGINS.get(name, (99, 0))
            if name not in PLUGINS and not first <= minor <= last:
                raise Refusal(f'Error: {flag} plugin "{name}" is unknown')
    for name in filter(None, given.get("tls-cipher-suites", "").split(",")):
        if name not in SUITES:
            raise Refusal(f"Error: Cipher suite {name} not supported or doesn't exist")
    if given.get("tls-min-version", "VersionTLS12") not in (f"VersionTLS1{n}" for n in range(4)):
        raise Refusal(f'Error: unknown tls version "{given["tls-min-version"]}"')


def _document(text: str, kind: str, versions: tuple[str, ...], flag: str) -> dict[str, Any]:
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Refusal(f"Error: {flag}: {error}") from error
    found = document if isinstance(document, dict) else {}
    if found.get("kind") != kind or found.get("apiVersion") not in versions:
        raise Refusal(
            f'Error: {flag}: no kind "{found.get("kind")}" is registered for version "{found.get("apiVersion")}"'
        )
    return found


def audit_policy(text: str) -> None:
    """A policy that cannot be used ends the program."""
    policy = _document(text, "Policy", ("audit.k8s.io/v1",), "loading audit policy file")
    if not policy.get("rules"):
        raise Refusal("Error: loading audit policy file: loaded illegal policy with 0 rules from file")
    for number, rule in enumerate(policy["rules"]):
        if rule.get("level") not in ("None", "Metadata", "Request", "RequestResponse"):
            raise Refusal(f'Error: rules[{number}].level: Unsupported value: "{rule.get("level")}"')
        if rule.get("resources") and rule.get("nonResourceURLs"):
            raise Refusal(f"Error: rules[{number}].nonResourceURLs: rules cannot apply to both")


def admission(text: str, minor: int) -> None:
    """Configuration of admission plugins, each in its own version."""
    document = _document(text, "AdmissionConfiguration", (f"{CONFIG}/v1",), "failed to read plugin config")
    for plugin in document.get("plugins") or []:
        config = plugin.get("configuration") or {}
        version = config.get("apiVersion", "")
        if plugin["name"] == "PodSecurity":
            group = "pod-security.admission.config.k8s.io"
            taken = [f"{group}/v1alpha1", *([f"{group}/v1beta1"] if minor >= 23 else [])]
            if version not in [*taken, *([f"{group}/v1"] if minor >= 25 else [])] or minor < 22:
                raise Refusal(f'Error: no kind "PodSecurityConfiguration" is registered for version "{version}"')
            wrong = set(config.get("exemptions") or {}) - {"usernames", "runtimeClasses", "namespaces"}
            if wrong:
                raise Refusal(f'Error: strict decoding error: unknown field "exemptions.{wrong.pop()}"')
        if plugin["name"] == "EventRateLimit" and (
            version != "eventratelimit.admission.k8s.io/v1alpha1" or not config.get("limits")
        ):
            raise Refusal("Error: limits: Invalid value: []: must not be empty")


def keys(text: str) -> list[str]:
    """The names of the keys of an EncryptionConfiguration, the one that is written with first; '' is none."""
    document = _document(text, "EncryptionConfiguration", (f"{CONFIG}/v1",), "error while parsing encryption provider")
    found: list[str] = []
    for resource in document.get("resources") or []:
        for provider in resource.get("providers") or []:
            ((name, body),) = provider.items()
            if name == "identity":
                found.append("")
            for key in (body or {}).get("keys") or []:
                try:
                    size = len(base64.b64decode(key["secret"], validate=True))
                except (binascii.Error, KeyError) as error:
                    raise Refusal("Error: secret must be base64 encoded") from error
                if size != 32:
                    raise Refusal(f"Error: secret is not of the expected length, got {size}, expected one of [32]")
                found.append(key["name"])
    if not found:
        raise Refusal("Error: resources: Required value: at least one provider is required")
    return found


def open_paths(text: str, given: dict[str, str], minor: int) -> list[str] | None:
    """Paths that anonymous requests are taken for; None for all."""
    versions = [f"{CONFIG}/v1alpha1", *([f"{CONFIG}/v1beta1"] if minor >= 30 else [])]
    versions += [f"{CONFIG}/v1"] if minor >= 34 else []
    document = _document(text, "AuthenticationConfiguration", tuple(versions), "failed to load authentication config")
    anonymous = document.get("anonymous")
    if any(flag.startswith("oidc-") for flag in given):
        raise Refusal("Error: authentication-config file and oidc-* flags are mutually exclusive")
    if anonymous is None:
        return None
    if minor < 32:
        raise Refusal(
            "Error: anonymous: Forbidden: anonymous is not supported when AnonymousAuthConfigurableEndpoints feature "
            "gate is disabled"
        )
    if "anonymous-auth" in given:
        raise Refusal(
            "Error: anonymous: Forbidden: --anonymous-auth flag cannot be set when anonymous field is configured in "
            "authentication configuration file"
        )
    if not anonymous.get("enabled"):
        return []
    conditions = anonymous.get("conditions")
    return [condition["path"] for condition in conditions] if conditions else None
