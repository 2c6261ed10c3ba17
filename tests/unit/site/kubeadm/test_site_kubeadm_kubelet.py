# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of the kubelets: what a KubeletConfiguration takes, of the site and of one node on top of it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._site import faults
from ansible_collections.edge.infra.plugins.module_utils._site._kubernetes.kubelet import merged
from ansible_collections.edge.infra.plugins.module_utils._site._kubernetes.kubelet_fields import quantity, seconds
from kubeadm_site import plan

SITE, NODE = "edge_kubernetes_kubelet", "edge_node_kubelet"
STATIC = {"cpuManagerPolicy": "static"}
NUMA = {
    "memoryManagerPolicy": "Static",
    "kubeReserved": {"memory": "500Mi"},
    "systemReserved": {"memory": "424Mi"},
    "reservedMemory": [{"numaNode": 0, "limits": {"memory": "1Gi"}}],
}
FAULTS = [
    (STATIC, "cpuManagerPolicy", "wants CPUs that are kept for the system", "reservedSystemCPUs"),
    ({**STATIC, "kubeReserved": {"cpu": "0"}}, "cpuManagerPolicy", "wants CPUs", "kubeReserved"),
    ({"cpuManagerPolicy": "Static"}, "cpuManagerPolicy", "not one of the choices", "Did you mean static?"),
    ({"topologyManagerPolicy": "single-numa"}, "topologyManagerPolicy", "not one of", "Did you mean single-numa-node?"),
    ({"topologyManagerScope": "node"}, "topologyManagerScope", "not one of the choices", "container, pod"),
    ({"memoryManagerPolicy": "static"}, "memoryManagerPolicy", "not one of the choices", "Did you mean Static?"),
    ({"memoryManagerPolicy": "Static"}, "memoryManagerPolicy", "wants reservedMemory", "evictionHard"),
    ({**NUMA, "systemReserved": {}}, "reservedMemory", "adds up to 1024 MiB of memory, and", "same"),
    ({**NUMA, "evictionHard": {"memory.available": "200Mi"}}, "reservedMemory", "to 1124 MiB", "same"),
    ({**NUMA, "evictionHard": {"nodefs.available": "5%"}}, "reservedMemory", "to 924 MiB", "same"),
    ({"reservedMemory": [{"limits": "1Gi"}]}, "reservedMemory[0]", "no reserve of a NUMA node", "numaNode"),
    (
        {"reservedMemory": [{"numaNode": 0, "limits": {"cpu": "1"}}]},
        "reservedMemory[0].limits.cpu",
        "is no kind of memory",
        "hugepages",
    ),
    (
        {"reservedMemory": [{"numaNode": 0, "limits": {"memory": "0"}}]},
        "reservedMemory[0].limits.memory",
        "no amount of memory",
        "1Gi",
    ),
    (
        {"reservedMemory": [{"numaNode": 0, "limits": {"memory": "1Gi"}}] * 2},
        "reservedMemory[1].limits.memory",
        "given twice for node 0",
        "once",
    ),
    ({"reservedSystemCPUs": "3-1"}, "reservedSystemCPUs", "no list of CPUs", "0-1,8"),
    ({"reservedSystemCPUs": "0-999999999"}, "reservedSystemCPUs", "no list of CPUs", "0-1,8"),
    ({"reservedSystemCPUs": "zero"}, "reservedSystemCPUs", "no list of CPUs", "0-1,8"),
    ({"reservedSystemCPUs": "0", "kubeReservedCgroup": "/k"}, "kubeReservedCgroup", "does not go with", "one of"),
    ({"cgroupDriver": "cgroupfs"}, "cgroupDriver", "edge_container_runtime.cgroup_driver says it", "Leave it out"),
    ({"clusterDomain": "x.y"}, "clusterDomain", "edge_kubernetes_networks.dns_domain says it", "Leave it out"),
    ({"failSwapOn": False}, "failSwapOn", "edge_swap says it", "Leave it out"),
    ({"registerWithTaints": []}, "registerWithTaints", "edge_node_taints says it", "Leave it out"),
    ({"maxPod": 50}, "maxPod", "no field of a KubeletConfiguration", "Did you mean maxPods?"),
    ({"maxPods": "50"}, "maxPods", "a text stands where a whole number", "Write a whole number"),
    ({"maxPods": -1}, "maxPods", "out of bounds", "at least 0"),
    ({"oomScoreAdj": 2000}, "oomScoreAdj", "out of bounds", "from -1000 to 1000"),
    ({"syncFrequency": 60}, "syncFrequency", "a number stands where a duration", "90s"),
    ({"syncFrequency": "one minute"}, "syncFrequency", "stands where a duration", "90s"),
    ({"seccompDefault": "yes"}, "seccompDefault", "a text stands where true or false", "true or false"),
    ({"clusterDNS": "10.96.0.10"}, "clusterDNS", "a text stands where a list", "a list"),
    ({"enforceNodeAllocatable": ["pod"]}, "enforceNodeAllocatable", "'pod' is not one of", "pods"),
    ({"enforceNodeAllocatable": ["kube-reserved"]}, "enforceNodeAllocatable", "wants kubeReservedCgroup", "Give"),
    ({"enforceNodeAllocatable": ["none", "pods"]}, "enforceNodeAllocatable", "none excludes", "none alone"),
    (
        {
            "enforceNodeAllocatable": ["system-reserved", "system-reserved-compressible"],
            "systemReservedCgroup": "/s",
        },
        "enforceNodeAllocatable",
        "exclude each other",
        "one of the two",
    ),
    ({"kubeReserved": {"cpu": "many"}}, "kubeReserved.cpu", "is no amount", "500m"),
    ({"imageGCHighThresholdPercent": 70}, "imageGCHighThresholdPercent", "from 70 % down to 80 %", "less"),
    ({"maxParallelImagePulls": 4}, "maxParallelImagePulls", "serializeImagePulls: false", "too"),
    (
        {"shutdownGracePeriod": "10s", "shutdownGracePeriodCriticalPods": "1m"},
        "shutdownGracePeriodCriticalPods",
        "longer than",
        "Shorten",
    ),
    ({"authorization": {"mode": "AlwaysAllow"}}, "authorization.mode", "lets everybody", "Webhook"),
    ({"authentication": {"anonymous": {"enabled": True}}}, "authentication.anonymous.enabled", "everybody", "false"),
    ({"runOnce": True}, "runOnce", "after one look", "Leave it out"),
    ({"memoryThrottlingFactor": 1.5}, "memoryThrottlingFactor", "out of bounds", "up to 1"),
    ({"clusterDNS": ["dns.example"]}, "clusterDNS[0]", "is no address", "name server"),
    ({"allowedUnsafeSysctls": [1]}, "allowedUnsafeSysctls[0]", "a number stands where a text", "in quotes"),
    ({"evictionHard": {"memory.available": "some"}}, "evictionHard.memory.available", "no percentage", "10%"),
    ({"evictionHard": {"memory.available": []}}, "evictionHard.memory.available", "a list stands", "in quotes"),
    ({"featureGates": {"A": "true"}}, "featureGates.A", "a text stands where true or false", "these"),
    (
        {"authentication": {"anonymus": {}}},
        "authentication.anonymus",
        "no key that is known",
        "Did you mean anonymous?",
    ),
    ({"authentication": {"anonymous": False}}, "authentication.anonymous", "a truth value stands", "dictionary"),
    ({"authorization": {"webhook": {"ttl": "1m"}}}, "authorization.webhook.ttl", "no key", "cacheAuthorizedTTL"),
    ({"providerID": "********"}, "providerID", "looks like a secret", "file"),
]


@pytest.mark.parametrize("variable", [SITE, f"w-1:{NODE}"])
@pytest.mark.parametrize(("fields", "field", "message", "remedy"), FAULTS)
def test_faults(variable: str, fields: dict[str, Any], field: str, message: str, remedy: str) -> None:
    found = plan({variable: fields}).faults
    told = [f for f in found if message in f.message]
    assert told, [f.line for f in found]
    assert (told[0].variable, told[0].host) == (f"{variable.split(':')[-1]}.{field}", "w-1" if ":" in variable else "")
    assert remedy in told[0].remedy


def test_sound_settings() -> None:
    sound: dict[str, Any] = {
        **NUMA,
        **STATIC,
        "reservedSystemCPUs": "0-1",
        "topologyManagerPolicy": "single-numa-node",
        "clusterDNS": ["169.254.20.10"],
        "evictionSoft": {"memory.available": "5%"},
        "featureGates": {"KubeletPodResources": True},
        "authentication": {"anonymous": {"enabled": False}, "webhook": {"enabled": True, "cacheTTL": "2m"}},
        "authorization": {"mode": "Webhook"},
        "imagePullCredentialsVerificationPolicy": "AlwaysVerify",
        "tlsPrivateKeyFile": "/etc/kubelet.key",
        "syncFrequency": "1m30s",
        "maxPods": 250,
    }
    found = plan({SITE: sound})
    assert [f.line for f in found.faults + found.warnings] == []


def test_what_a_node_adds_makes_the_site_sound() -> None:
    changes: dict[str, Any] = {SITE: STATIC, "cp-1:edge_node_kubelet": {"reservedSystemCPUs": "0"}}
    assert [f.variable for f in plan(changes).faults] == [f"{SITE}.cpuManagerPolicy"]
    assert plan({**changes, "w-1:edge_node_kubelet": {"kubeReserved": {"cpu": 1}}}).faults == []
    taken = plan({**changes, "w-1:edge_node_kubelet": {"cpuManagerPolicy": None}})
    assert taken.faults == []
    assert "cpuManagerPolicy" not in taken.kubernetes["w-1"]["kubelet"]
    assert taken.kubernetes["w-1"]["kubelet_patch"] == {"cpuManagerPolicy": None}


def test_nothing_is_said_of_a_field_that_is_null() -> None:
    found = plan({SITE: {"maxPods": None}})
    assert found.faults == [] and "maxPods" not in found.kubernetes["cp-1"]["config"][2]


def test_cpus_that_the_machine_has_not() -> None:
    changes = {"w-1:edge_hardware": {"cores_per_socket": 4}, "w-1:edge_node_kubelet": {"reservedSystemCPUs": "0,4"}}
    assert "names CPU 4, and the machine has 4" in plan(changes).faults[0].message
    changes["w-1:edge_node_kubelet"] = {"reservedSystemCPUs": "0-3"}
    assert "leaves none of 4 CPUs" in plan(changes).faults[0].message


def test_fields_by_release() -> None:
    changes: dict[str, Any] = {"edge_kubernetes_version": "1.26.0", SITE: {"maxParallelImagePulls": 1}}
    (fault,) = plan(changes).faults
    assert "is a field from 1.27 on, and this is 1.26.0" in fault.message
    changes["edge_kubernetes_version"] = "1.27.0"
    assert plan(changes).faults == []


def test_kubeadm_patches_a_node_from_1_25_on() -> None:
    changes: dict[str, Any] = {"edge_kubernetes_version": "1.24.17", f"w-1:{NODE}": {"maxPods": 50}}
    (fault,) = plan(changes).faults
    assert (fault.variable, fault.host) == (NODE, "w-1") and "from 1.25 on" in fault.message
    changes["edge_kubernetes_version"] = "1.25.0"
    node = plan(changes).kubernetes["w-1"]
    assert node["config"][0]["patches"] == {"directory": "/etc/kubernetes/patches"}
    assert node["kubelet_patch"] == {"maxPods": 50}


def test_warnings() -> None:
    (warning,) = plan({SITE: {"maxPods": 300}}).warnings
    assert "more than the 254 addresses of a node's /24" in warning.message
    (warning,) = plan({SITE: {"quantumCores": 3}}).warnings
    assert warning.variable == f"{SITE}.quantumCores" and "known here" in warning.message


def test_numbers_become_texts_where_the_kubelet_wants_texts() -> None:
    fields = {"kubeReserved": {"cpu": 1, "memory": "1Gi"}, "cpuManagerPolicyOptions": {"full-pcpus-only": True}}
    kubelet = plan({SITE: fields}).kubernetes["cp-1"]["kubelet"]
    assert kubelet["kubeReserved"] == {"cpu": "1", "memory": "1Gi"}
    assert kubelet["cpuManagerPolicyOptions"] == {"full-pcpus-only": "true"}


def test_merged() -> None:
    below = {"a": 1, "b": {"c": 2, "d": 3}, "e": [1]}
    assert merged(below, {"b": {"c": None, "x": 4}, "e": [2], "a": None}) == {"b": {"d": 3, "x": 4}, "e": [2]}
    assert below == {"a": 1, "b": {"c": 2, "d": 3}, "e": [1]}


@pytest.mark.parametrize(
    ("text", "value"), [("500m", 0.5), ("1Gi", 2**30), ("2k", 2000), (3, 3), ("1.5M", 1.5e6), ("x", None), ("", None)]
)
def test_quantity(text: object, value: float | None) -> None:
    assert quantity(text) == value


@pytest.mark.parametrize(("text", "value"), [("90s", 90), ("1h1m1.5s", 3661.5), ("0", 0), ("-1m", -60)])
def test_seconds(text: str, value: float) -> None:
    assert seconds(text) == pytest.approx(value)


def test_a_secret_in_a_list_of_headers_is_in_no_file_of_the_plan() -> None:
    found = plan({SITE: {"staticPodURLHeader": {"Authorization": ["********"]}}})
    (fault,) = found.faults
    assert fault.variable == f"{SITE}.staticPodURLHeader" and "looks like a secret" in fault.message
    headers = {"headers": {"Authorization": ["Bearer hunter2"]}}
    for hidden in (faults.without_secrets(headers), faults.masked(headers)):
        assert "hunter2" not in str(hidden) and faults.MASK in str(hidden)
    roles = {"authorization": [{"mode": "Webhook"}], "auth": []}
    assert faults.without_secrets(roles) == roles, "options are none"
