# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Execution environments of VNFs and services: what their primitives name, and the charms and charts they are made of.

The NBI (2026) takes everything here, and looks only whether there is any charm at all. Its life-cycle manager runs
``initial-config-primitive`` and ``terminate-config-primitive`` in the environment that they name, and passes those by
that name none of the list; an action that does ends in "charm ... is not deployed". It takes charms from ``charms``
and charts of environments from ``helm-charts``, and the instantiation fails where they are not there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from .findings import Finding, each, inner, named, warning

ENVIRONMENTS = "execution-environment-list"
#: list of primitives -> what becomes of one that names no environment of the list
PRIMITIVES = {
    "initial-config-primitive": "it is never run",
    "config-primitive": "asking for it fails",
    "terminate-config-primitive": "it is never run",
}
CHARMS = ("charms", "Scripts/charms")
#: the folder of environments' charts (those of KDUs lie elsewhere)
CHARTS = ("helm-charts", "Scripts/helm-charts")


def check_environments(kind: str, descriptor: Mapping[str, Any], files: Collection[str]) -> Iterator[Finding]:
    """Warnings about a VNFD (``kind`` vnf) or NSD (ns); ``files`` are the paths inside the package's folder."""
    for where, config in _configurations(kind, descriptor):
        yield from _references(where, config)
        yield from _presence(where, config, files)


def _configurations(kind: str, descriptor: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Place and content of each configuration."""
    if kind == "ns":
        config = descriptor.get("ns-configuration")
        if isinstance(config, Mapping):
            yield "ns-configuration", config
        return
    path = ("lcm-operations-configuration", "operate-vnf-op-config", "day1-2")
    for df in each(descriptor.get("df")):
        for config in each(inner(df, *path)):
            yield f"df[{df.get('id')}].{'.'.join(path)}[{config.get('id')}]", config


def _references(where: str, config: Mapping[str, Any]) -> Iterator[Finding]:
    known = {str(e.get("id")) for e in each(config.get(ENVIRONMENTS))}
    for key, outcome in PRIMITIVES.items():
        for primitive in each(config.get(key)):
            wanted = primitive.get("execution-environment-ref")
            if wanted and not isinstance(wanted, (list, Mapping)) and str(wanted) not in known:
                text = f"OSM takes this, but {ENVIRONMENTS} has no {wanted}: {outcome}."
                place = f"{where}.{key}[{primitive.get('name')}].execution-environment-ref"
                yield warning(place, text, f"Existing: {named(known)}.")


def _presence(where: str, config: Mapping[str, Any], files: Collection[str]) -> Iterator[Finding]:
    refused = where != "ns-configuration" and not any(f.startswith(f"{folder}/") for folder in CHARMS for f in files)
    for environment in each(config.get(ENVIRONMENTS)):
        place = f"{where}.{ENVIRONMENTS}[{environment.get('id')}]"
        charm, chart = _named(inner(environment, "juju", "charm")), _named(environment.get("helm-chart"))
        if charm and not refused and not _there(charm, CHARMS, files):  # a VNFD without any charm is an error
            text = f"OSM takes this, but the package has no charm charms/{charm}; instantiation will not find it."
            yield warning(f"{place}.juju.charm", text, f"Put it there. The package has: {_content('charms', files)}.")
        if chart and not _there(chart, CHARTS, files):
            text = f"OSM takes this, but the package has no chart helm-charts/{chart}; instantiation will not find it."
            remedy = f"Put it there. The package has: {_content('helm-charts', files)}."
            if _there(chart, ("helm-chart-v3s",), files):
                remedy = f"Move helm-chart-v3s/{chart} to helm-charts/{chart}: that folder is for KDUs only."
            yield warning(f"{place}.helm-chart", text, remedy)


def _named(value: Any) -> str:
    """What it names inside the package ('' for nothing): a charm of a store, or a chart of a repository, is none."""
    return value if isinstance(value, str) and not set(value) & set(":/") else ""


def _there(name: str, folders: Collection[str], files: Collection[str]) -> bool:
    return any(f == f"{folder}/{name}" or f.startswith(f"{folder}/{name}/") for folder in folders for f in files)


def _content(folder: str, files: Collection[str]) -> str:
    return named({f.split("/")[1] for f in files if f.startswith(f"{folder}/")})
