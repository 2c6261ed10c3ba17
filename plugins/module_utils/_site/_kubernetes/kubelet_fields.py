# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of a KubeletConfiguration (``k8s.io/kubelet/config/v1beta1``, 1.20 to 1.36): their types and limits."""

from __future__ import annotations

import re

#: type -> names of the fields that have it; a type of Go that takes the place of nothing else
TYPES: dict[str, str] = {
    "true or false": (
        "enableServer rotateCertificates serverTLSBootstrap enableDebuggingHandlers enableContentionProfiling "
        "cgroupsPerQOS singleProcessOOMKill runOnce cpuCFSQuota serializeImagePulls mergeDefaultEvictionSettings "
        "enableControllerAttachDetach protectKernelDefaults makeIPTablesUtilChains failSwapOn kernelMemcgNotification "
        "enableSystemLogHandler enableSystemLogQuery enableProfilingHandler enableDebugFlagsHandler seccompDefault "
        "registerNode localStorageCapacityIsolation failCgroupV1"
    ),
    "a whole number": (
        "port readOnlyPort registryPullQPS registryBurst eventRecordQPS eventBurst healthzPort oomScoreAdj "
        "nodeLeaseDurationSeconds imageGCHighThresholdPercent imageGCLowThresholdPercent maxPods podPidsLimit "
        "nodeStatusMaxImages maxOpenFiles kubeAPIQPS kubeAPIBurst maxParallelImagePulls evictionMaxPodGracePeriod "
        "podsPerCore iptablesMasqueradeBit iptablesDropBit containerLogMaxFiles containerLogMaxWorkers"
    ),
    "a text": (
        "staticPodPath podLogsDir staticPodURL address tlsCertFile tlsPrivateKeyFile tlsMinVersion "
        "imagePullCredentialsVerificationPolicy healthzBindAddress clusterDomain kubeletCgroups systemCgroups "
        "cgroupRoot cgroupDriver cpuManagerPolicy memoryManagerPolicy topologyManagerPolicy topologyManagerScope "
        "hairpinMode podCIDR resolvConf contentType containerLogMaxSize configMapAndSecretChangeDetectionStrategy "
        "reservedSystemCPUs showHiddenMetricsForVersion systemReservedCgroup kubeReservedCgroup volumePluginDir "
        "providerID containerRuntimeEndpoint imageServiceEndpoint memoryReservationPolicy"
    ),
    "a duration": (
        "syncFrequency fileCheckFrequency httpCheckFrequency streamingConnectionIdleTimeout nodeStatusUpdateFrequency "
        "nodeStatusReportFrequency imageMinimumGCAge imageMaximumGCAge volumeStatsAggPeriod cpuManagerReconcilePeriod "
        "draManagerReconcilePeriod runtimeRequestTimeout cpuCFSQuotaPeriod evictionPressureTransitionPeriod "
        "containerLogMonitorInterval shutdownGracePeriod shutdownGracePeriodCriticalPods"
    ),
    "a dictionary of texts": (
        "cpuManagerPolicyOptions topologyManagerPolicyOptions qosReserved evictionHard evictionSoft "
        "evictionSoftGracePeriod evictionMinimumReclaim systemReserved kubeReserved"
    ),
    "a list": (
        "tlsCipherSuites tlsCurvePreferences clusterDNS enforceNodeAllocatable allowedUnsafeSysctls reservedMemory "
        "registerWithTaints shutdownGracePeriodByPodPriority preloadedImagesVerificationAllowlist"
    ),
    "a dictionary": (
        "staticPodURLHeader authentication authorization featureGates memorySwap logging crashLoopBackOff tracing "
        "userNamespaces"
    ),
    "a number": "memoryThrottlingFactor",
}
TYPE_OF = {name: kind for kind, names in TYPES.items() for name in names.split()}
#: what kubeadm, or another variable, sets: here it would be overridden, or override that, without a word
SET = {
    "apiVersion": "it is kubelet.config.k8s.io/v1beta1",
    "kind": "it is KubeletConfiguration",
    "clusterDomain": "edge_kubernetes_networks.dns_domain says it",
    "staticPodPath": "kubeadm writes its manifests to /etc/kubernetes/manifests",
    "cgroupDriver": "edge_container_runtime.cgroup_driver says it, for containerd and the kubelet (systemd without it)",
    "failSwapOn": "edge_swap says it",
    "registerWithTaints": "edge_node_taints says it",
    "containerRuntimeEndpoint": "it is containerd's socket",
}
CHOICES = {
    "topologyManagerPolicy": ("none", "best-effort", "restricted", "single-numa-node"),
    "topologyManagerScope": ("container", "pod"),
    "cpuManagerPolicy": ("none", "static"),
    "memoryManagerPolicy": ("None", "Static"),
    "hairpinMode": ("promiscuous-bridge", "hairpin-veth", "none"),
    "configMapAndSecretChangeDetectionStrategy": ("Get", "Cache", "Watch"),
    "memoryReservationPolicy": ("None", "TieredReservation"),
}
#: lists whose items are texts
LISTS_OF_TEXTS = (
    "tlsCipherSuites",
    "clusterDNS",
    "enforceNodeAllocatable",
    "allowedUnsafeSysctls",
    "preloadedImagesVerificationAllowlist",
)
#: fields that are dictionaries -> their keys, and those below them
NESTED: dict[str, dict[str, tuple[str, ...]]] = {
    "authentication": {
        "x509": ("clientCAFile",),
        "webhook": ("enabled", "cacheTTL"),
        "anonymous": ("enabled",),
    },
    "authorization": {"mode": (), "webhook": ("cacheAuthorizedTTL", "cacheUnauthorizedTTL")},
    "memorySwap": {"swapBehavior": ()},
    "crashLoopBackOff": {"maxContainerRestartPeriod": ()},
    "userNamespaces": {"idsPerPod": ()},
}
#: thresholds are quantities, or percent
EVICTIONS = ("evictionHard", "evictionSoft", "evictionMinimumReclaim")
PERCENT = re.compile(r"\d+(\.\d+)?%")
ENFORCED = (
    "pods",
    "system-reserved",
    "system-reserved-compressible",
    "kube-reserved",
    "kube-reserved-compressible",
    "none",
)
#: (least, most) of numbers; None: no limit
BOUNDS: dict[str, tuple[int, int | None]] = {
    "nodeLeaseDurationSeconds": (1, None),
    "eventBurst": (0, None),
    "eventRecordQPS": (0, None),
    "healthzPort": (0, 65535),
    "imageGCHighThresholdPercent": (0, 100),
    "imageGCLowThresholdPercent": (0, 100),
    "iptablesDropBit": (0, 31),
    "iptablesMasqueradeBit": (0, 31),
    "kubeAPIBurst": (0, None),
    "kubeAPIQPS": (0, None),
    "nodeStatusMaxImages": (-1, None),
    "maxOpenFiles": (0, None),
    "maxPods": (0, None),
    "oomScoreAdj": (-1000, 1000),
    "podsPerCore": (0, None),
    "port": (1, 65535),
    "readOnlyPort": (0, 65535),
    "registryBurst": (0, None),
    "registryPullQPS": (0, None),
    "maxParallelImagePulls": (1, None),
    "containerLogMaxFiles": (2, None),
    "containerLogMaxWorkers": (1, None),
}
#: minor release from which on the kubelet has a field; of the others, as early as the plan knows
SINCE = {
    "enableProfilingHandler": 21,
    "enableDebugFlagsHandler": 21,
    "memoryThrottlingFactor": 22,
    "singleProcessOOMKill": 32,
    "mergeDefaultEvictionSettings": 33,
    "userNamespaces": 33,
    "memoryReservationPolicy": 36,
    "tlsCurvePreferences": 36,
    "draManagerReconcilePeriod": 37,
    "memoryManagerPolicy": 21,
    "reservedMemory": 21,
    "memorySwap": 22,
    "seccompDefault": 22,
    "cpuManagerPolicyOptions": 22,
    "registerWithTaints": 23,
    "registerNode": 23,
    "shutdownGracePeriodByPodPriority": 23,
    "localStorageCapacityIsolation": 25,
    "tracing": 25,
    "topologyManagerPolicyOptions": 26,
    "maxParallelImagePulls": 27,
    "containerRuntimeEndpoint": 27,
    "imageServiceEndpoint": 27,
    "enableSystemLogQuery": 27,
    "imageMaximumGCAge": 29,
    "containerLogMaxWorkers": 30,
    "containerLogMonitorInterval": 30,
    "podLogsDir": 30,
    "failCgroupV1": 31,
    "crashLoopBackOff": 32,
    "imagePullCredentialsVerificationPolicy": 33,
    "preloadedImagesVerificationAllowlist": 33,
}
DURATION = re.compile(r"0|[+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*")
PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)")
SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
QUANTITY = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(m|[kMGTPE]|[KMGTPE]i)?")
UNITS = {"": 1.0, "m": 1e-3} | {
    unit: float(base) ** power
    for base, units in ((1000, ("k", "M", "G", "T", "P", "E")), (1024, ("Ki", "Mi", "Gi", "Ti", "Pi", "Ei")))
    for power, unit in enumerate(units, 1)
}
CPUSET = re.compile(r"\d{1,9}(-\d{1,9})?(,\d{1,9}(-\d{1,9})?)*")


def seconds(text: str) -> float:
    """A duration of Go's in seconds."""
    return sum(float(number) * SECONDS[unit] for number, unit in PART.findall(text)) * (-1 if text[:1] == "-" else 1)


def quantity(text: object) -> float | None:
    """A quantity of Kubernetes' as a number, or None."""
    found = QUANTITY.fullmatch(str(text).strip())
    return float(found[1]) * UNITS[found[2] or ""] if found else None


#: no machine has a CPU of a higher number
LAST_CPU = 65535


def cpus(text: str) -> set[int]:
    """The CPUs of a list such as ``0-3,8``; none where a part of it is none."""
    found: set[int] = set()
    for part in text.split(","):
        first, _dash, last = part.partition("-")
        if not int(first) <= int(last or first) <= LAST_CPU:
            return set()
        found |= set(range(int(first), int(last or first) + 1))
    return found
