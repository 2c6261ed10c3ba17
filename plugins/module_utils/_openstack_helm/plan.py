# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan: from the inventory's words and the files on disk to releases in order. Nothing is asked or sent."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .._engine.errors import EdgeError, InputError
from .._engine.redact import without_userinfo
from . import charts as disk
from . import given as words
from . import passwords as secret_names
from .components import COMPONENTS, NODE_LABELS, Component, chosen, ordered, waits
from .secrecy import masked, secret
from .values import Layer, at, effective, faults, leaves, origins, put, together

#: features that need something of the cluster that no component brings: an object, and who makes it
NEEDS: Mapping[str, tuple[str, str, str]] = {
    "tls": (
        "/apis/cert-manager.io/v1/clusterissuers/ca-issuer",
        "ClusterIssuer ca-issuer",
        "Install cert-manager and the chart ca-clusterissuer, or name your own issuer in openstack_helm_values.",
    ),
    "gateway": (
        "/apis/gateway.networking.k8s.io/v1/namespaces/envoy-gateway-system/gateways/gateway-default",
        "Gateway gateway-default in envoy-gateway-system",
        "Install a controller of the Gateway API and make that Gateway, or name your own in openstack_helm_values.",
    ),
}


def fetches(options: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Charts that have to be fetched from a repository or a registry before they can be planned with.

    :raises InputError: no version is pinned: what is installed next month would be another one.
    """
    result: list[dict[str, Any]] = []
    if words.faults(options):
        return result  # the plan tells
    for component in ordered(chosen(options["components"], options["features"])):
        source, version = _source(component, options)
        if not disk.remote(source):
            continue
        name = component.chart or component.name
        if not version:
            place = without_userinfo(source)
            raise InputError(
                f"openstack_helm_version: no version of the chart {name} is named, and {place} has many.",
                "Pin one for all (openstack_helm_version) or for this one (openstack_helm_components).",
                option="openstack_helm_version",
            )
        folder = _kept(options, source)
        if disk.find(folder, name, version) is None:
            oci = source.startswith("oci://")
            reference = f"{source.rstrip('/')}/{name}" if oci else name
            here = [path.name for path in disk.packages(folder, name)]
            one = {"name": name, "version": version, "ref": reference, "repository": "" if oci else source}
            result.append({**one, "folder": str(folder), "here": here})
    return result


def _kept(options: Mapping[str, Any], source: str) -> Path:
    """Where charts of a source are kept: another source's may have the same name and version, and be others.

    Who signs in there makes no difference, nor is it told by the name of a folder.
    """
    place = re.sub(r"://[^/@]*@", "://", source).rstrip("/")
    words = re.sub(r"[^A-Za-z0-9.]+", "-", place.split("://", 1)[1])[:40].strip("-.")
    return Path(options["cache"]) / f"{words}-{hashlib.sha256(place.encode()).hexdigest()[:8]}"


def _source(component: Component, options: Mapping[str, Any]) -> tuple[str, str]:
    if options.get("stand_in"):
        return str(options["charts"]), ""
    given = options["components"].get(component.name) or {}
    source = str(given.get("source") or options["charts"])
    if not source:
        raise InputError(
            "openstack_helm_charts is not set.",
            "Name where they are: a folder, a repository (https://tarballs.opendev.org/openstack/openstack-helm) "
            "or a registry (oci://).",
            option="openstack_helm_charts",
        )
    return source, component.version or ("" if given.get("source") else str(options["version"]))


def _chart_of(component: Component, options: Mapping[str, Any]) -> disk.Chart:
    source, version = _source(component, options)
    name = component.chart or component.name
    where = str(_kept(options, source)) if disk.remote(source) else source
    folder = disk.need_folder(where, "openstack_helm_charts")
    chart = disk.find(folder, name, version)
    if chart is None:
        others = ", ".join(path.name for path in disk.packages(folder, name)) if version else ""
        told = f" in version {version}" if version else ""
        raise InputError(
            f"openstack_helm_charts: {folder} has no chart {name}{told}{f', but {others}' if others else ''}.",
            "Correct openstack_helm_version or the component's version, or put that package there."
            if others
            else f"Put {name}/ or {name}-VERSION.tgz there, or name where this one is: "
            f"openstack_helm_components: {{{component.name}: {{source: ...}}}}.",
            option="openstack_helm_charts",
            value=str(folder),
        )
    if not options.get("stand_in"):
        disk.hold(chart, str((options["components"].get(component.name) or {}).get("digest") or ""), component.name)
    return chart


def _storage(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The storage class at each place of a chart that names one."""
    layer: dict[str, Any] = {}
    for path, _value in leaves(values.get("volume") or {}, ("volume",)):
        if path[-1] == "class_name":
            put(layer, path, name)
    return layer


def _layers(component: Component, chart: disk.Chart, options: Mapping[str, Any]) -> list[Layer]:
    base = [word for word in (options["release"], options["os"]) if word]
    layers = []
    if options["overrides"]:
        folder = disk.need_folder(options["overrides"], "openstack_helm_overrides")
        for one in disk.overrides(folder, component.chart or component.name, base, options["features"]):
            document = disk.load_yaml(one.path.read_bytes(), str(one.path))
            if document and not isinstance(document, Mapping):
                raise InputError(f"{one.path} is no file of values.", "Write values by their keys.", path=str(one.path))
            layers.append(Layer(f"{one.path.parent.name}/{one.path.name}", document or {}))
    if options["storage_class"]:
        found = _storage(effective(chart.values, together(layers)), options["storage_class"])
        layers += [Layer("openstack_helm_storage_class", found)] if found else []
    own = options["values"].get(component.name)
    if own:
        layers.append(Layer(f"openstack_helm_values.{component.name}", own))
    return layers


def _selectors(values: Mapping[str, Any]) -> list[list[str]]:
    """Labels of nodes by which a chart places its pods."""
    found = set()
    for path, value in leaves(values.get("labels") or {}):
        if path and path[-1] == "node_selector_key":
            other = at(values["labels"], (*path[:-1], "node_selector_value"))
            found.add((str(value), str(other)))
    return [list(pair) for pair in sorted(found)]


def _release(component: Component, options: Mapping[str, Any]) -> tuple[dict[str, Any], list[str], list[str]]:
    """One release, with its faults and its remarks."""
    chart = _chart_of(component, options)
    layers = _layers(component, chart, options)
    wrong = [fault for layer in layers for fault in faults(chart.values, layer)]
    values, inventory = together(layers), options["values"].get(component.name) or {}
    seen = effective(chart.values, values)
    places = secret_names.wanted(seen, inventory)
    wrong += [fault for place in places if (fault := _in_the_way(values, place.split(".")))]
    remarks = [
        f"{component.name}: {'.'.join(path)} is what upstream has published. Set it in openstack_helm_values."
        for path, value in leaves(seen)
        if secret(path) and value in secret_names.PUBLISHED and ".".join(path) not in places and _used(seen, path)
    ]
    given = options["components"].get(component.name) or {}
    named = component.release or component.name
    told = {path: name for path, name in origins(layers).items() if ".".join(path) not in places}
    told |= {tuple(path.split(".")): f"password {whose}" for path, whose in places.items()}
    result = {
        "name": component.name,
        "title": component.title,
        "release": named,
        "namespace": component.namespace or options["namespace"],
        "chart": chart.name,
        "ref": str(chart.path),
        "lacking": list(chart.lacking) if chart.path.is_dir() else [],
        "version": chart.version,
        "app_version": chart.app_version,
        "layers": [layer.name for layer in layers],
        "values": values,
        "origins": {".".join(path): name for path, name in told.items()},
        "places": places,
        "selectors": _selectors(seen),
        "storage_classes": _classes(seen),
        "nodes": list(component.nodes),
        "tested": bool(given["test"] if given.get("test") is not None else component.tested),
        "timeout": int(given.get("timeout") or options["timeout"]),
    }
    return result, wrong, remarks


def _in_the_way(values: Mapping[str, Any], path: list[str]) -> str:
    """What stands where a map with a password belongs; such parts of a chart are not looked into otherwise."""
    for length in range(1, len(path)):
        other = at(values, path[:length])
        if other is not None and not isinstance(other, Mapping):
            return f"{'.'.join(path[:length])} is no map, and in the chart it is one. Helm would not take it over."
    return ""


def _classes(values: Mapping[str, Any]) -> list[str]:
    """Storage classes that the pods of a chart want volumes of."""
    if values.get("storage", "pvc") != "pvc":
        return []
    found = set()
    volume = values.get("volume") or {}
    for path, value in leaves(volume):
        if path and path[-1] == "class_name" and value and at(volume, (*path[:-1], "enabled")) is not False:
            found.add(str(value))
    return sorted(found)


def _used(values: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    """Whether a published password opens anything: a private registry is off unless it is switched on."""
    if path[1:2] == ("oci_image_registry",):
        return bool(at(values, (*path[:3], "enabled")))
    return path[0] == "conf" or path[:1] == ("endpoints",)


def node_labels(options: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Labels of each node that the inventory names, by its groups; ``all`` is every node of the cluster."""
    result: dict[str, dict[str, str]] = {}
    for group, nodes in options["nodes"].items():
        if group in NODE_LABELS:
            key, value = NODE_LABELS[group]
            for node in [nodes] if isinstance(nodes, str) else nodes or []:
                result.setdefault(str(node), {})[key] = value
    return result


def _unknown_groups(options: Mapping[str, Any]) -> list[str]:
    """Groups of nodes that no label is known for."""
    result = []
    for group in options["nodes"]:
        if group not in NODE_LABELS:
            close = difflib.get_close_matches(str(group), NODE_LABELS, 1)
            hint = f"Did you mean {close[0]!r}?" if close else f"Groups are {', '.join(NODE_LABELS)}."
            result.append(f"openstack_helm_nodes: there is no group {group!r}. {hint}")
    return result


def _unknown_features(options: Mapping[str, Any], order: list[Component]) -> list[str]:
    """Features that neither a component nor a file knows."""
    known = {feature for component in order for feature in component.features}
    words = set()
    if options["overrides"]:
        folder = disk.need_folder(options["overrides"], "openstack_helm_overrides")
        names = disk.offered(folder, [c.chart or c.name for c in order])
        words = names | {part for name in names for part in name.split("-")}
    result = []
    for feature in options["features"]:
        if feature not in known | words:
            there = words | {one for component in (*COMPONENTS, *order) for one in component.features}
            close = difflib.get_close_matches(feature, there, 1, 0.5)
            rest = f"There are {', '.join(sorted(there))}."
            if not options["overrides"]:
                rest += " Name the folder with files of others in openstack_helm_overrides."
            hint = f"Did you mean {close[0]!r}?" if close else rest
            result.append(f"openstack_helm_features: no component and no file of overrides knows {feature!r}. {hint}")
    for option in ("release", "os"):
        word = options[option]
        if word and options["overrides"] and word not in words:
            close = difflib.get_close_matches(word, words, 3, 0.5)
            hint = (
                f"There are {', '.join(close)}." if close else f"Correct it, or leave it empty, if {folder} is right."
            )
            result.append(f"openstack_helm_{option}: no file of overrides is for {word!r}. {hint}")
    return result


def _stood_in(options: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The same wishes without what charts that stand in for upstream's cannot have, and a word about each."""
    folder = disk.need_folder(options["charts"], "openstack_helm_charts")
    result, told, kept = dict(options), [], {}
    ours = {component.name for component in COMPONENTS}
    for name, given in options["components"].items():
        if name in ours:
            kept[name] = {key: value for key, value in given.items() if key != "chart"}
        elif disk.find(folder, given.get("chart") or name, "") is None:
            told.append(f"openstack_helm_components: {name} is left out, as no chart stands in for its own.")
        else:
            kept[name] = given
    result["components"] = kept
    if options["overrides"] and not Path(options["overrides"]).is_dir():
        told.append(f"openstack_helm_overrides: there is no folder {options['overrides']}, so none of its files holds.")
        result["overrides"] = ""
        known = {feature for component in COMPONENTS for feature in component.features}
        result["features"] = [feature for feature in options["features"] if feature in known]
        left = [feature for feature in options["features"] if feature not in known]
        told += [f"openstack_helm_features: {', '.join(left)} would be in such files."] if left else []
    for feature in options["features"]:
        if feature in NEEDS:
            told.append(f"openstack_helm_features: {feature} needs {NEEDS[feature][1]}, which nobody looks for here.")
    return result, told


def _held_loosely(name: str, found: Sequence[str]) -> list[str]:
    """What would be faults if the chart was the one that the values are for, in one sentence."""
    if not found:
        return []
    return [
        f"{name}: {len(found)} of its values cannot be held against a chart that stands in for upstream's; the first: "
        + found[0]
    ]


def plan(options: Mapping[str, Any]) -> dict[str, Any]:
    """Everything about a wanted OpenStack.

    :param options: those of the module ``openstack_helm_plan``.
    :returns: ``releases`` in the order of their installation, each with ``waits`` (whose pods are waited for after it),
        ``where`` (their names alone),
        ``node_labels``, ``passwords`` (names of all that are wanted), ``needs``, ``faults`` and ``remarks``.
    """
    result: dict[str, Any] = {"releases": [], "where": [], "node_labels": {}, "passwords": [], "needs": []}
    wrong: list[str] = []
    remarks: list[str] = []
    if of_another_kind := words.faults(options):
        return {**result, "faults": of_another_kind, "remarks": []}
    try:
        loose, named = bool(options.get("stand_in")), set(options["components"])
        if loose:
            options, remarks = _stood_in(options)
        left = named - set(options["components"])
        order = ordered(chosen(options["components"], options["features"]))
    except EdgeError as error:
        return {**result, "faults": [str(error), *_unknown_groups(options)], "remarks": []}
    wrong += _unknown_groups(options)
    result["node_labels"] = node_labels(options)
    try:
        wrong += _unknown_features(options, order)
    except EdgeError as error:  # what is wrong beside it is told as if there were no such folder
        wrong.append(str(error))
        options = {**options, "overrides": ""}
    for name in sorted(set(options["values"]) - {component.name for component in order} - left):
        close = difflib.get_close_matches(name, [component.name for component in order], 1)
        hint = f"Did you mean {close[0]!r}?" if close else "Name it in openstack_helm_components, or remove its values."
        wrong.append(f"openstack_helm_values: {name} is none of the components that are wanted. {hint}")
    together_with = waits(order)
    for component in order:
        try:
            release, its_faults, its_remarks = _release(component, options)
        except EdgeError as error:
            if str(error) not in wrong:  # one missing folder is one fault, however many charts were to come from it
                wrong.append(str(error))
            continue
        result["releases"].append({**release, "waits": together_with[component.name]})
        if loose:
            remarks += _held_loosely(component.name, its_faults)
            continue  # what the chart has published is not upstream's
        wrong += [f"{component.name}: {fault}" for fault in its_faults]
        remarks += its_remarks
    wrong += words.doubles(result["releases"])
    bare = [release for release in result["releases"] if release["lacking"]]
    if bare:
        what = ", ".join(sorted({name for release in bare for name in release["lacking"]}))
        folders = ", ".join(release["chart"] for release in bare)
        wrong.append(
            f"openstack_helm_charts: the folders of {folders} do not hold what they depend on ({what}). Run "
            f"'helm dependency build {bare[0]['ref']}' and so on, or 'make all' in the checkout and use its packages."
        )
    result["where"] = [{k: r[k] for k in ("name", "release", "namespace")} for r in result["releases"]]
    every = [whose for release in result["releases"] for whose in release["places"].values()]
    result["passwords"] = sorted(set(every))
    result["needs"] = [
        {"feature": feature, "path": NEEDS[feature][0], "what": NEEDS[feature][1], "remedy": NEEDS[feature][2]}
        for feature in options["features"]
        if feature in NEEDS and not loose
    ]
    return {**result, "faults": wrong, "remarks": remarks}


def shown(planned: Mapping[str, Any]) -> dict[str, Any]:
    """The plan without what is secret."""
    releases = [
        {**release, "values": masked(release["values"]), "layers": list(release["layers"])}
        for release in planned["releases"]
    ]
    return {**planned, "releases": releases}
