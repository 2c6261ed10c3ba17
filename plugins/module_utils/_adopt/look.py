# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What OSM needs of a cluster, as its API tells: version, rights, storage, addresses for services. Reads only.

A question whether something is allowed (``SelfSubjectAccessReview``) is a POST that leaves nothing behind.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.errors import ApiError
from .._kubernetes.connection import Connection
from .kubeconfig import Fault
from .rules import host_of, only_here

#: Kubernetes before this has not been tried with this collection
OLDEST = (1, 20)
#: group, resource, verbs, why, and whether OSM can do nothing without
RIGHTS = (
    ("", "namespaces", ("get", "create", "delete"), "OSM makes a namespace for each project or application", True),
    ("", "secrets", ("get", "list", "create", "update", "delete"), "Helm keeps its releases in secrets", True),
    ("", "services", ("create", "delete"), "charts are made of services", True),
    ("", "configmaps", ("create", "delete"), "charts are made of configuration maps", True),
    ("", "pods", ("get", "list"), "OSM waits for the pods of an application", True),
    ("apps", "deployments", ("get", "create", "patch", "delete"), "charts are made of deployments", True),
    ("apps", "statefulsets", ("get", "create", "patch", "delete"), "charts are made of stateful sets", True),
    ("rbac.authorization.k8s.io", "rolebindings", ("create",), "some charts have roles of their own", False),
    ("", "nodes", ("list",), "OSM counts the nodes", False),
    ("storage.k8s.io", "storageclasses", ("list",), "OSM looks for the default storage class", False),
)
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
#: what gives addresses to services: by group of the API, by a daemonset's name
_BALANCERS = {"metallb.io": "MetalLB", "loadbalancer.purelb.io": "PureLB", "purelb.io": "PureLB"}
_DAEMONS = re.compile(r"(kube-vip|svclb|metallb|openelb)")


def minor(version: Mapping[str, Any]) -> tuple[int, int]:
    """Major and minor of what ``/version`` answers; clouds write ``31+``."""
    found = re.match(r"v?(\d+)\.(\d+)", str(version.get("gitVersion") or ""))
    return (int(found[1]), int(found[2])) if found else (0, 0)


def resolved(server: str) -> str:
    """Why others cannot reach a server whose name this machine looks up as itself; '' where that is not so."""
    host = host_of(server)
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except OSError:
        return ""
    return f"{host} is {', '.join(sorted(found))} here" if found and all(only_here(a) for a in found) else ""


class Look:
    """Questions to one cluster; what may not be asked is told as a warning."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.warnings: list[str] = []

    def _get(self, path: str) -> Any:
        return self._connection.request("GET", path, quick=True)

    def _listed(self, path: str, what: str) -> list[dict[str, Any]] | None:
        """Objects of a list; None where they may not be listed, or are not known to this cluster."""
        try:
            return list((self._get(path) or {}).get("items") or [])
        except ApiError as error:
            if error.status not in (403, 404):
                raise
            self.warnings.append(f"{what} could not be looked at: {error.details.get('detail') or error.message}")
            return None

    def version(self) -> dict[str, Any]:
        """What the API server says of itself."""
        found: dict[str, Any] = self._get("/version")
        return found

    def may(self, verb: str, group: str, resource: str) -> bool:
        """Whether the user may do something in all namespaces."""
        asked = {"verb": verb, "group": group, "resource": resource}
        body = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": asked},
        }
        answer = self._connection.request(
            "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body, quick=True
        )
        return bool(((answer or {}).get("status") or {}).get("allowed"))

    def rights(self) -> tuple[bool, list[tuple[str, str, bool]]]:
        """Whether the user may do everything, and what is missing: the right, why, and whether nothing goes without."""
        if self.may("*", "*", "*"):
            return True, []
        missing = []
        for group, resource, verbs, why, needed in RIGHTS:
            lacking = [verb for verb in verbs if not self.may(verb, group, resource)]
            if lacking:
                name = f"{resource}.{group}" if group else resource
                missing.append((f"{', '.join(lacking)} {name}", why, needed))
        return False, missing

    def nodes(self) -> list[dict[str, Any]] | None:
        """The nodes."""
        return self._listed("/api/v1/nodes", "Nodes")

    def storage_classes(self) -> list[dict[str, Any]] | None:
        """The storage classes."""
        return self._listed("/apis/storage.k8s.io/v1/storageclasses", "Storage classes")

    def load_balancer(self, nodes: Sequence[Mapping[str, Any]]) -> tuple[str, list[str]]:
        """What gives services of the type LoadBalancer their addresses ('' if unknown), and who waits for one."""
        services = self._listed("/api/v1/services", "Services") or []
        wanted = [s for s in services if (s.get("spec") or {}).get("type") == "LoadBalancer"]
        served = [s for s in wanted if ((s.get("status") or {}).get("loadBalancer") or {}).get("ingress")]
        waiting = [f"{s['metadata']['namespace']}/{s['metadata']['name']}" for s in wanted if s not in served]
        if served:
            first = served[0]["metadata"]
            return f"the service {first['namespace']}/{first['name']} has an address", waiting
        groups = [str(g.get("name")) for g in (self._get("/apis") or {}).get("groups") or []]
        known = [title for group, title in _BALANCERS.items() if group in groups]
        daemons = self._listed("/apis/apps/v1/daemonsets", "Daemon sets") or []
        known += [d["metadata"]["name"] for d in daemons if _DAEMONS.search(d["metadata"]["name"])]
        clouds = {str((n.get("spec") or {}).get("providerID") or "").partition(":")[0] for n in nodes} - {""}
        known += [f"the cloud ({name})" for name in sorted(clouds)]
        return (known[0] if known else ""), waiting


def is_ready(node: Mapping[str, Any]) -> bool:
    """Whether a node takes pods."""
    conditions = (node.get("status") or {}).get("conditions") or []
    return any(c.get("type") == "Ready" and c.get("status") == "True" for c in conditions)


def look(connection: Connection, wanted_version: str, juju: bool) -> tuple[dict[str, Any], list[Fault], list[str]]:
    """What the cluster is like, what is in the way of its registration, and what deserves a warning.

    :param wanted_version: what is to be registered as its version; '' for whatever it has.
    :param juju: whether OSM is to prepare Juju bundles, which cannot be without a default storage class.
    """
    asked = Look(connection)
    found, faults, warnings = asked.version(), [], asked.warnings
    number = minor(found)
    short = f"v{number[0]}.{number[1]}"
    if number < OLDEST:
        warnings.append(f"The cluster has Kubernetes {found.get('gitVersion')}, older than any that was tried.")
    if minor({"gitVersion": wanted_version}) not in ((0, 0), number):
        faults.append(
            Fault(
                f"edge_k8s_cluster.k8s_version is {wanted_version}, and the cluster has {found.get('gitVersion')}.",
                f"Correct it to {short}, or leave it out: packages that ask for a version are placed by it.",
                "k8s_version",
            )
        )
    everything, missing = asked.rights()
    for right, why, needed in missing:
        text = f"The user of the kubeconfig may not {right}: {why}."
        if needed:
            faults.append(Fault(text, "Give the user a role with it, or take the kubeconfig of another one.", "rights"))
        else:
            warnings.append(text)
    nodes = asked.nodes() or []
    ready = [n for n in nodes if is_ready(n)]
    if nodes and not ready:
        faults.append(Fault(f"None of the {len(nodes)} nodes is ready.", "Mend the cluster first.", "nodes"))
    elif len(ready) < len(nodes):
        warnings.append(f"{len(nodes) - len(ready)} of {len(nodes)} nodes are not ready.")
    classes = asked.storage_classes()
    default = _default_class(classes or [])
    if classes is not None and not default:
        text = "The cluster has no default storage class: volumes that do not name one are never made."
        if juju:
            faults.append(Fault(f"{text} Juju needs one.", f"Annotate one with {DEFAULT_CLASS}=true.", "storage"))
        else:
            warnings.append(text)
    balancer, waiting = asked.load_balancer(nodes)
    if waiting:
        warnings.append(f"Services of the type LoadBalancer wait for an address: {', '.join(waiting[:5])}.")
    elif not balancer:
        warnings.append("Nothing was found that gives addresses to services of the type LoadBalancer.")
    return (
        {
            "version": str(found.get("gitVersion")),
            "k8s_version": short,
            "administrator": everything,
            "nodes": {"ready": len(ready), "all": len(nodes)},
            "storage_classes": sorted(str(c["metadata"]["name"]) for c in classes or []),
            "default_storage_class": default,
            "load_balancer": balancer,
        },
        faults,
        warnings,
    )


def _default_class(classes: Sequence[Mapping[str, Any]]) -> str:
    """Where several are marked, Kubernetes takes the youngest; '' for none."""
    marked = [c["metadata"] for c in classes if (c["metadata"].get("annotations") or {}).get(DEFAULT_CLASS) == "true"]
    return str(max(marked, key=lambda m: (str(m.get("creationTimestamp")), str(m["name"])))["name"]) if marked else ""
