# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kubernetes manifests on the controller: read as YAML, and edited before they are sent to a host.

A host needs no YAML library that way. What is put in: the ranges of the pods where a network plugin has them in a
manifest of its own, and images of another registry.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._engine.errors import InputError

try:
    import yaml
except ImportError:  # reported by the caller
    yaml = None  # type: ignore[assignment]

Document = dict[str, Any]
#: lists of a pod template in which images are named
_CONTAINERS = ("containers", "initContainers")
#: an image named in an argument (``--acme-http01-solver-image=...``), or in a pod that a ConfigMap has as text
_ARGUMENT = re.compile(r"^(--[a-z0-9-]*image=)(\S+)$")
_IN_TEXT = re.compile(r"^(\s*(?:-\s+)?image:\s*[\"']?)([^\s\"']+)", re.M)


def _loader() -> Any:
    """A loader that makes of dates, and of a single ``=``, the texts that they are in Kubernetes."""
    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    plain: Any = type("Plain", (base,), {})
    dropped = {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:value"}
    plain.yaml_implicit_resolvers = {
        key: [(tag, expression) for tag, expression in found if tag not in dropped]
        for key, found in base.yaml_implicit_resolvers.items()
    }
    return plain


def read(text: str, source: str) -> list[Document]:
    """The objects of a manifest; those of a ``List`` one by one.

    Raises :class:`InputError` for what is no manifest.
    """
    if yaml is None:
        raise InputError("PyYAML is missing on the controller.", "Install it: pip install PyYAML.")
    try:
        documents = [d for d in yaml.load_all(text, Loader=_loader()) if d]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise InputError(f"{source} does not parse as YAML{where}.", "Give a file of Kubernetes manifests.") from None
    return flat(documents, source)


def flat(documents: Sequence[Any], source: str) -> list[Document]:
    """The objects, those of a ``List`` one by one; raises :class:`InputError` for what is no object."""
    found: list[Document] = []
    for number, document in enumerate(documents):
        if not isinstance(document, Mapping) or not document.get("kind") or not document.get("apiVersion"):
            raise InputError(
                f"{source}: document {number + 1} is no Kubernetes object (it lacks kind or apiVersion).",
                "Give a file of Kubernetes manifests.",
            )
        if str(document["kind"]).endswith("List") and "items" in document:
            found += flat(document["items"] or [], source)
            continue
        if not (document.get("metadata") or {}).get("name"):
            raise InputError(
                f"{source}: document {number + 1}, a {document['kind']}, has no metadata.name.",
                "Name it; what is to get a name by itself cannot be found again.",
            )
        found.append(dict(document))
    return found


# -- images ------------------------------------------------------------------------------------------------------
def bare(image: str) -> str:
    """An image's name without tag and digest."""
    name = image.split("@")[0]
    head, _colon, tail = name.rpartition(":")
    return head if head and "/" not in tail else name


def moved(image: str, repository: str, images: Mapping[str, str]) -> str:
    """The image to take instead: the one that is named for it, or the same path in another registry."""
    if bare(image) in images:
        return str(images[bare(image)])
    if not repository or image.startswith(f"{repository}/"):
        return image
    first, slash, rest = image.partition("/")
    if not slash:
        return f"{repository}/library/{image}"
    has_registry = "." in first or ":" in first or first == "localhost"
    return f"{repository}/{rest if has_registry else image}"


def with_images(documents: Sequence[Document], repository: str, images: Mapping[str, str]) -> list[Document]:
    """The same objects with other images; pure."""
    result = copy.deepcopy(list(documents))
    for node in _nodes(result):
        for key in _CONTAINERS:
            for container in node.get(key) or [] if isinstance(node.get(key), list) else []:
                if not isinstance(container, dict):
                    continue
                if isinstance(container.get("image"), str):
                    container["image"] = moved(container["image"], repository, images)
                for where in ("args", "command"):
                    if isinstance(container.get(where), list):
                        container[where] = [_argument(word, repository, images) for word in container[where]]
    for document in result:
        data = document.get("data")
        if document["kind"] == "ConfigMap" and isinstance(data, dict):
            for key, value in data.items():
                if isinstance(value, str):
                    data[key] = _IN_TEXT.sub(lambda m: m[1] + moved(m[2], repository, images), value)
    return result


def _argument(word: Any, repository: str, images: Mapping[str, str]) -> Any:
    found = _ARGUMENT.match(word) if isinstance(word, str) else None
    return found[1] + moved(found[2], repository, images) if found else word


def used(documents: Sequence[Document]) -> list[str]:
    """Every image that the objects name, in order."""
    found: dict[str, None] = {}
    for node in _nodes(list(documents)):
        for key in _CONTAINERS:
            for container in node.get(key) or [] if isinstance(node.get(key), list) else []:
                if isinstance(container, dict) and isinstance(container.get("image"), str):
                    found[container["image"]] = None
                    for word in [*(container.get("args") or []), *(container.get("command") or [])]:
                        matched = _ARGUMENT.match(word) if isinstance(word, str) else None
                        if matched:
                            found[matched[2]] = None
    for document in documents:
        if document["kind"] == "ConfigMap":
            for value in (document.get("data") or {}).values():
                for _start, image in _IN_TEXT.findall(value) if isinstance(value, str) else []:
                    found[image] = None
    return list(found)


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping in a value."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


# -- what else is put in -----------------------------------------------------------------------------------------
def with_annotations(documents: Sequence[Document], wanted: Mapping[str, Mapping[str, Any]]) -> list[Document]:
    """The objects with further annotations, by ``Kind name`` or, for all of a kind, ``Kind``; pure."""
    result = copy.deepcopy(list(documents))
    for document in result:
        meta = document["metadata"]
        for key in (document["kind"], f"{document['kind']} {meta['name']}"):
            if key in wanted:
                meta["annotations"] = {**(meta.get("annotations") or {}), **wanted[key]}
    return result


def with_arguments(documents: Sequence[Document], wanted: Mapping[str, Sequence[str]]) -> list[Document]:
    """The objects with further arguments of containers, by the container's name; one that is there is kept; pure."""
    result = copy.deepcopy(list(documents))
    for node in _nodes(result):
        for container in node.get("containers") or [] if isinstance(node.get("containers"), list) else []:
            if isinstance(container, dict) and container.get("name") in wanted:
                old = list(container.get("args") or [])
                container["args"] = [*old, *(a for a in wanted[container["name"]] if a not in old)]
    return result


# -- the pods' ranges --------------------------------------------------------------------------------------------
def with_pods(documents: Sequence[Document], pods: Sequence[str]) -> tuple[list[Document], int]:
    """The objects with the pods' ranges where flannel, Calico and Cilium have them, and in how many of them they are.

    :param pods: one range, or one of each family.

    Sources: flannel's Documentation/configuration.md (net-conf.json), Calico's configuring of the pods' addresses and
    of dual stack, Cilium's cluster-pool mode.
    """
    result, places = copy.deepcopy(list(documents)), 0
    v4 = next((text for text in pods if ":" not in text), "")
    v6 = next((text for text in pods if ":" in text), "")
    for document in result:
        found = document.get("data")
        data: dict[str, Any] = found if isinstance(found, dict) else {}
        if document["kind"] == "ConfigMap" and "net-conf.json" in data:
            data["net-conf.json"] = _flannel(data["net-conf.json"], v4, v6)
        elif document["kind"] == "ConfigMap" and "cluster-pool-ipv4-cidr" in data:
            _cilium(data, v4, v6)
        elif document["kind"] == "ConfigMap" and "cni_network_config" in data:
            data["cni_network_config"] = _calico_families(data["cni_network_config"], v4, v6)
            continue
        elif document["kind"] == "DaemonSet" and _calico(document, v4, v6):
            pass
        elif document["kind"] == "Installation" and document["apiVersion"].startswith("operator.tigera.io/"):
            network = document.setdefault("spec", {}).setdefault("calicoNetwork", {})
            old = network.get("ipPools") or []
            kept = {(":" in str(pool.get("cidr", ""))): pool for pool in old}
            network["ipPools"] = [{**kept.get(":" in cidr, {}), "cidr": cidr} for cidr in (v4, v6) if cidr]
        else:
            continue
        places += 1
    return result, places


def _flannel(text: str, v4: str, v6: str) -> str:
    try:
        conf: dict[str, Any] = json.loads(text)
    except ValueError:
        raise InputError("net-conf.json of the manifest is no JSON.", "Correct the manifest of flannel.") from None
    for key, enabled, cidr in (("Network", "EnableIPv4", v4), ("IPv6Network", "EnableIPv6", v6)):
        if cidr:
            conf[key] = cidr
        else:
            conf.pop(key, None)
        if v6:
            conf[enabled] = bool(cidr)
    return json.dumps(conf, indent=2) + "\n"


def _calico(document: Document, v4: str, v6: str) -> bool:
    wanted = {"CALICO_IPV4POOL_CIDR": v4, "CALICO_IPV6POOL_CIDR": v6}
    if v6:
        wanted |= {"IP6": "autodetect", "FELIX_IPV6SUPPORT": "true", "CALICO_IPV6POOL_NAT_OUTGOING": "true"}
    if v6 and not v4:
        wanted |= {"IP": "none", "CALICO_ROUTER_ID": "hash"}
    done = False
    for container in document["spec"]["template"]["spec"]["containers"]:
        if container.get("name") == "calico-node":
            kept = [e for e in container.get("env") or [] if e["name"] not in wanted]
            container["env"] = [*kept, *({"name": k, "value": v} for k, v in wanted.items() if v)]
            done = True
    return done


def _calico_families(text: str, v4: str, v6: str) -> str:
    """Calico's CNI configuration, which is JSON but for its placeholders, with the families that pods get."""
    if not v6:
        return text
    families = f'"assign_ipv4": "{str(bool(v4)).lower()}", "assign_ipv6": "true"'
    without = re.sub(r'\s*"assign_ipv[46]":\s*"\w+"\s*,?', "", text)
    return re.sub(r'("type":\s*"calico-ipam")\s*,?\s*(})?', lambda m: f"{m[1]}, {families}{m[2] or ', '}", without)


def _cilium(data: dict[str, Any], v4: str, v6: str) -> None:
    for cidr, key, enabled in (
        (v4, "cluster-pool-ipv4-cidr", "enable-ipv4"),
        (v6, "cluster-pool-ipv6-cidr", "enable-ipv6"),
    ):
        data[enabled] = str(bool(cidr)).lower()
        if cidr:
            data[key] = cidr
        else:
            data.pop(key, None)
