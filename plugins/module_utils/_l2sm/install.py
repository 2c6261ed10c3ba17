# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operator's installation: its manifest, with what a careful installer sets."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .._engine.errors import InputError
from .._engine.field import Field
from .documents import read
from .objects import sorted_out
from .rules import block, check_name

CONTROLLER, MANAGER = "l2sm-controller", "l2sm-controller-manager"
POLICY = "l2sm-controller-clients"

FIELDS = (
    Field(
        "manifest",
        "Path or URL of the operator's install manifest (C(l2sm-deployment.yaml)).",
        required=True,
        sample="l2sm-deployment.yaml",
    ),
    Field("manifest_checksum", "Digest that the manifest must have, such as C(sha256:...)."),
    Field(
        "overlay_namespace",
        (
            "Namespace of the overlay, told to the operator as C(SWITCHES_NAMESPACE).",
            "Without it the operator never gives attachments back, and nodes run out of them after about ten pods.",
        ),
        default="default",
    ),
    Field(
        "images",
        (
            "Images to use instead of the manifest's, by the manifest's name without a tag; a mirror, or a digest.",
            "Images of the switches are set in the overlay's O(edge.infra.l2sm_overlay#module:switch_template).",
        ),
        type="dict",
    ),
    Field(
        "network_policy",
        (
            "Whether a NetworkPolicy lets only the operator (8181) and pods of O(overlay_namespace) (6633)"
            " reach the SDN controller.",
            "The controller's password is known to everybody, and its interfaces are not encrypted.",
        ),
        type="bool",
        default=True,
    ),
    Field(
        "allowed_cidrs",
        "Further addresses that may reach the SDN controller, such as those of other clusters' edge devices.",
        type="list",
        elements="str",
    ),
    Field(
        "precheck",
        (
            "Whether to look at the cluster's prerequisites, as M(edge.infra.l2sm_precheck) does, before it writes.",
            "Not done when nothing differs.",
        ),
        type="bool",
        default=True,
    ),
    Field(
        "allow_downgrade",
        "Whether an earlier version of the operator may take the place of a later one; nobody tries that upstream.",
        type="bool",
        default=False,
    ),
    Field("state", "Whether the operator should be installed.", choices=("present", "absent"), default="present"),
)


def expand(params: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Entries of a bulk document: every object of the installation."""
    definitions = read(params["manifest"], "manifest", params.get("manifest_checksum"), params.get("timeout") or 60)
    return sorted_out(prepared(definitions, params), params.get("state") or "present")


def prepared(definitions: list[dict[str, Any]], params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The manifest's objects with the settings in them. Pure.

    Raises InputError when this is not the operator's manifest, or an image to replace is not in it.
    """
    result = [copy.deepcopy(d) for d in definitions]
    by_name = {d["metadata"]["name"]: d for d in result if d.get("kind") == "Deployment"}
    missing = [name for name in (CONTROLLER, MANAGER) if name not in by_name]
    if missing:
        raise InputError(
            f"manifest: it has no Deployment {missing[0]}, so it is not the install manifest of L2S-M.",
            "Name deployments/l2sm-deployment.yaml of the operator's release.",
            option="manifest",
        )
    for definition in result:
        _without_blanks(definition)
    check_name(params, "overlay_namespace", 63)
    for cidr in params.get("allowed_cidrs") or []:
        block("allowed_cidrs", str(cidr))
    _environment(by_name[MANAGER], "SWITCHES_NAMESPACE", params["overlay_namespace"])
    _images(list(by_name.values()), params.get("images") or {})
    if params.get("network_policy", True):
        result.append(_policy(by_name[CONTROLLER], by_name[MANAGER], params))
    return result


def _without_blanks(definition: dict[str, Any]) -> None:
    """Leave out what others fill in: an empty CA bundle in an apply would wipe the one that cert-manager wrote."""
    definition.pop("status", None)
    definition["metadata"].pop("creationTimestamp", None)
    for webhook in definition.get("webhooks") or []:
        if not webhook.get("clientConfig", {}).get("caBundle", "x"):
            del webhook["clientConfig"]["caBundle"]


def _pod(deployment: Mapping[str, Any]) -> dict[str, Any]:
    return dict(deployment["spec"]["template"]["spec"])


def _environment(deployment: Mapping[str, Any], name: str, value: str) -> None:
    for container in _pod(deployment)["containers"]:
        kept = [e for e in container.get("env") or [] if e["name"] != name]
        container["env"] = [*kept, {"name": name, "value": value}]


def _bare(image: str) -> str:
    """An image's name without tag and digest."""
    name = image.split("@")[0]
    head, _sep, tail = name.rpartition(":")
    return head if head and "/" not in tail else name


def _images(deployments: list[dict[str, Any]], wanted: Mapping[str, Any]) -> None:
    used = set()
    for deployment in deployments:
        pod = _pod(deployment)
        for container in [*pod["containers"], *pod.get("initContainers", [])]:
            name = _bare(container["image"])
            used.add(name)
            container["image"] = str(wanted.get(name, container["image"]))
    strangers = [name for name in wanted if name not in used]
    if strangers:
        raise InputError(
            f"images: the manifest has no image {strangers[0]!r}.",
            f"It has: {', '.join(sorted(used))}.",
            option="images",
        )


def _policy(controller: Mapping[str, Any], manager: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
    def ports(*numbers: int) -> list[dict[str, Any]]:
        return [{"port": n, "protocol": "TCP"} for n in numbers]

    overlay = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": params["overlay_namespace"]}}}
    rules: list[dict[str, Any]] = [
        {"from": [{"podSelector": manager["spec"]["selector"]}], "ports": ports(8181)},
        {"from": [overlay], "ports": ports(6633)},
    ]
    if params.get("allowed_cidrs"):
        blocks = [{"ipBlock": {"cidr": cidr}} for cidr in params["allowed_cidrs"]]
        rules.append({"from": blocks, "ports": ports(6633, 8181)})
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": POLICY, "namespace": controller["metadata"]["namespace"]},
        "spec": {"podSelector": controller["spec"]["selector"], "policyTypes": ["Ingress"], "ingress": rules},
    }
