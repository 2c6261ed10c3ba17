# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a cluster has what L2S-M needs, as far as its API can tell; every fault at once, each with its remedy."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from .._engine.errors import ApiError, EdgeError, InputError, UnreachableError
from .._engine.field import Field
from .._engine.module import Job
from .._engine.paths import get_path
from .._engine.spec import options
from .api import CONNECTION, L2SM, connect
from .dialect import KubernetesDialect
from .objects import condition, read_object
from .resources import NETWORK

NODES = Field(
    "nodes",
    "Nodes that are to get a switch; they must exist and be ready.",
    type="list",
    elements="str",
)
#: share of a network's addresses that may be used up before it is said
FULL = 0.8

DEFINITIONS = {
    "network-attachment-definitions.k8s.cni.cncf.io": "Install Multus (the thick daemonset).",
    "certificates.cert-manager.io": "Install cert-manager.",
}
CERT_MANAGER = ("cert-manager", "cert-manager-webhook", "cert-manager-cainjector")


def run_precheck() -> None:
    """The whole of the module: read, and end in failure when something is missing."""
    module = AnsibleModule(options((NODES, *CONNECTION)), supports_check_mode=True)
    job = Job(module, L2SM)
    dialect = connect(module.params)
    try:
        faults, warnings = inspect(dialect, module.params.get("nodes") or [])
    except UnreachableError as error:
        if module.check_mode and module.params["check_without_api"]:
            module.exit_json(changed=False, checked=False, faults=[], msg=f"Nothing was checked: {error.message}")
        job.fail(error)
        return
    except EdgeError as error:
        job.fail(error)
        return
    finally:
        dialect.close()
    for text in warnings:
        module.warn(text)
    if faults:
        text = "\n".join(f"- {f['message']} {f['remedy']}" for f in faults)
        lacking = InputError(f"The cluster lacks {len(faults)} of the things that L2S-M needs:\n{text}", faults=faults)
        job.fail(lacking, {"checked": True, "faults": faults})
    module.exit_json(changed=False, checked=True, faults=[], msg="The cluster has what L2S-M needs.")


def inspect(dialect: KubernetesDialect, nodes: list[str]) -> tuple[list[dict[str, str]], list[str]]:
    """Faults (``message`` and ``remedy``) and warnings."""
    faults: list[dict[str, str]] = []

    def fault(message: str, remedy: str) -> None:
        faults.append({"message": message, "remedy": remedy})

    for name, remedy in DEFINITIONS.items():
        found = read_object(dialect.connection, f"apiextensions.k8s.io/v1|CustomResourceDefinition||{name}")
        if not found:
            fault(f"There is no definition {name}.", remedy)
        elif condition(found[0]) != "Working":
            fault(f"The definition {name} is not established.", "Look at its conditions.")
    daemons = [d for d in dialect.listed("/apis/apps/v1/daemonsets") if "multus" in d["metadata"]["name"]]
    if not daemons:
        fault("There is no daemonset of Multus.", "Install Multus (the thick daemonset).")
    _working(daemons, fault, "Look at its pods.")
    deployments = dialect.listed("/apis/apps/v1/deployments")
    for name in CERT_MANAGER:
        mine = [d for d in deployments if d["metadata"]["name"] in (name, f"cm-{name}")]
        if not mine:
            fault(
                f"There is no deployment {name}.",
                "Install cert-manager; it signs the certificate of the operator's webhook.",
            )
        _working(mine, fault, "Look at its pods.")
    _nodes(dialect, nodes, fault)
    return faults, _pools(dialect)


def _working(found: list[dict[str, Any]], fault: Any, remedy: str) -> None:
    for item in found:
        said = condition({**item, "kind": "DaemonSet" if "numberReady" in (item.get("status") or {}) else "Deployment"})
        if said != "Working":
            meta = item["metadata"]
            fault(f"{meta['namespace']}/{meta['name']} does not work: {said}.", remedy)


def _ready(node: Mapping[str, Any]) -> bool:
    return any(c["type"] == "Ready" and c["status"] == "True" for c in get_path(node, "status.conditions", None) or [])


def _nodes(dialect: KubernetesDialect, wanted: list[str], fault: Any) -> None:
    live = {n["metadata"]["name"]: n for n in dialect.listed("/api/v1/nodes")}
    architectures = {get_path(n, "metadata.labels", {}).get("kubernetes.io/arch") for n in live.values()}
    if "amd64" not in architectures:
        fault("No node has the architecture amd64.", "The SDN controller's image runs on amd64 only: add such a node.")
    for name in wanted:
        if name not in live:
            fault(
                f"There is no node {name}.",
                f"Correct the overlay's nodes; existing: {', '.join(sorted(live)) or 'none'}.",
            )
        elif not _ready(live[name]):
            fault(f"Node {name} is not ready.", "Look at its conditions.")


def _pools(dialect: KubernetesDialect) -> list[str]:
    """Networks that run out of addresses: the operator never frees one."""
    try:
        networks = dialect.listed(NETWORK.path)
    except ApiError as error:
        if error.status == 404:
            return []
        raise
    warnings = []
    for network in networks:
        spec, used = network["spec"], len(get_path(network, "status.assignedIPs", None) or {})
        pool = spec.get("podAddressRange") or spec.get("networkCIDR")
        try:
            count = ip_network(pool, strict=False).num_addresses if pool else 0
        except ValueError:
            continue
        if count and used >= FULL * count:
            name = network["metadata"]["name"]
            warnings.append(
                f"Network {name} has given out {used} of its {count} addresses. The operator never takes one back:"
                " plan a larger range, or create the network again."
            )
    return warnings
