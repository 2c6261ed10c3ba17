# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the inventory's words are of the kind that a plan can be made of: said by name, before anything is read."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: Helm's names of releases, Kubernetes' of namespaces, and file names of charts: none leads out of a folder or a path
_RELEASE = re.compile(r"(?=.{1,53}$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_NAMESPACE = re.compile(r"(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_CHART = re.compile(r"[A-Za-z0-9][-A-Za-z0-9_.]*")
#: what may be said of a component, and what it has to be
_KEYS: Mapping[str, tuple[type, ...]] = {
    "enabled": (bool,),
    "chart": (str,),
    "release": (str,),
    "namespace": (str,),
    "version": (str,),
    "source": (str,),
    "digest": (str,),
    "after": (list, tuple),
    "nodes": (list, tuple),
    "test": (bool,),
    "timeout": (int,),
}
_WORDS: Mapping[type, str] = {bool: "true or false", str: "a text (in quotes)", list: "a list", int: "a whole number"}
#: of a package, as sha256sum, the index of a repository and the layer of a registry have it
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_NAMES = {"chart": _CHART, "release": _RELEASE, "namespace": _NAMESPACE, "digest": _DIGEST}
#: Helm takes what stands before the @ for a part of the registry's name, and says "missing repository"
_SIGNED_IN = re.compile(r"oci://[^/@]*@")


def faults(options: Mapping[str, Any]) -> list[str]:
    """What is of another kind than it has to be, each in one sentence."""
    found = []
    if not _NAMESPACE.fullmatch(str(options["namespace"])):
        found.append(f"openstack_helm_namespace: {options['namespace']!r} is no name of a namespace.")
    found += _source("openstack_helm_charts", str(options["charts"]))
    for name, given in options["components"].items():
        found += _component(str(name), given)
    for name, values in options["values"].items():
        if values is not None and not isinstance(values, Mapping):
            found.append(
                f"openstack_helm_values: {name} is {_kind(values)}. Give the values of its chart there, by key."
            )
    for group, nodes in options["nodes"].items():
        rows = [nodes] if isinstance(nodes, str) else nodes or []
        if not isinstance(rows, list) or not all(isinstance(row, str) for row in rows):
            found.append(f"openstack_helm_nodes: {group} is {_kind(nodes)}. Give it a list of names of nodes, or all.")
    return found


def _component(name: str, given: Any) -> Iterator[str]:
    place = f"openstack_helm_components: {name}"
    if not _RELEASE.fullmatch(name):
        yield f"{place} is no name of a component. Write it in lower-case letters, digits and hyphens."
        return
    if given is not None and not isinstance(given, Mapping):
        yield f"{place} is {_kind(given)}. Write {{}} for it as it is, or {{enabled: false}} to leave it out."
        return
    for key, value in (given or {}).items():
        if key not in _KEYS:
            close = difflib.get_close_matches(str(key), _KEYS, 1)
            yield f"{place} has {key}. " + (
                f"Did you mean {close[0]}?" if close else f"It may have {', '.join(_KEYS)}."
            )
        elif value is not None and (
            not isinstance(value, _KEYS[key]) or isinstance(value, bool) > (bool in _KEYS[key])
        ):
            yield f"{place}.{key} is {_kind(value)}. Give it {_WORDS[_KEYS[key][0]]}."
        elif value and key in _NAMES and not _NAMES[key].fullmatch(str(value)):
            yield f"{place}.{key}: {value!r} is no " + (
                "digest. Write sha256: and the 64 digits of sha256sum." if key == "digest" else f"name of a {key}."
            )
        elif value and key == "source":
            yield from _source(f"{place}.source", str(value))


def _source(place: str, value: str) -> Iterator[str]:
    if _SIGNED_IN.match(value):
        yield (
            f"{place}: the address of a registry takes no user and password. Leave them out, and sign in with "
            "helm registry login (HELM_REGISTRY_CONFIG names its file)."
        )


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a map"
    return "a list" if isinstance(value, list) else f"the {'text' if isinstance(value, str) else 'value'} {value!r}"


def doubles(releases: Sequence[Mapping[str, Any]]) -> list[str]:
    """Components that would take one another's release: each run would upgrade it twice."""
    whose: dict[tuple[str, str], list[str]] = {}
    for release in releases:
        whose.setdefault((release["namespace"], release["release"]), []).append(release["name"])
    return [
        f"openstack_helm_components: {' and '.join(names)} are both the release {release} in {namespace}. "
        f"Give one of them another release or namespace."
        for (namespace, release), names in whose.items()
        if len(names) > 1
    ]
