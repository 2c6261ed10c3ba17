# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Helm releases of KDUs: what is known of their values.

OSM keeps no record of the values a release has. What can be known follows from the operations: the values at
instantiation (``kdur.additionalParams``), then each completed upgrade and rollback.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._engine.action import Facts
from .._engine.dialect import Document
from .._engine.errors import InputError
from .operations import decoded, ended, parameters

try:
    import yaml
except ImportError:  # reported by the module with missing_required_lib
    yaml = None  # type: ignore[assignment]

#: parameters of an upgrade that are no Helm values
SWITCHES = ("kdu_model", "kdu_atomic_upgrade", "kdu_reset_values", "kdu_reuse_values")
#: how the NBI marks dictionaries and lists, which it makes texts of
PACKED = "!!yaml "


@dataclass(frozen=True)
class Release:
    """What is known of a Helm release: its values (None: unknown) and its chart."""

    values: Mapping[str, Any] | None
    chart: str


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Values as Helm merges them: dictionaries into each other, everything else replaced."""
    result = dict(base)
    for key, value in over.items():
        inner = result.get(key)
        both = isinstance(value, Mapping) and isinstance(inner, Mapping)
        result[key] = merged(inner, value) if both and isinstance(inner, Mapping) else value
    return result


def unpacked(values: Any) -> dict[str, Any]:
    """Values of a VNF record: a JSON text, in which OSM has written dictionaries and lists as YAML texts."""
    plain = decoded(values) or {}
    if not isinstance(plain, Mapping):
        return {}
    return {
        k: yaml.safe_load(v[len(PACKED) :]) if isinstance(v, str) and v.startswith(PACKED) else v
        for k, v in plain.items()
    }


def check_values(where: str, option: str, values: Mapping[str, Any]) -> None:
    """Refuse Helm values that OSM's life-cycle manager would not hand on: its own switches, and what it unpacks."""
    for name, value in values.items():
        if name in SWITCHES:
            raise InputError(
                f"{where}: {name} is a word of OSM's own, which takes it for a setting of the upgrade: the chart would"
                " never see it.",
                "Leave it out; chart, version and so on are options of edge.infra.osm_ns_kdu_upgrade.",
                option=option,
            )
        if isinstance(value, str) and value.startswith(PACKED):
            raise InputError(
                f"{where}: the text of {name} begins with {PACKED.strip()}, and OSM reads such a text as YAML.",
                "Give the value itself, or another text.",
                option=option,
            )


def _true(value: Any) -> bool:
    return str(value).lower() in ("yes", "true", "1")


def history(facts: Facts, vnf: Document, kdu: Document) -> list[Release]:
    """The release's revisions since its installation, as far as the records tell; the last one is the present one."""
    index, name = vnf["member-vnf-index-ref"], kdu["kdu-name"]
    first = unpacked(kdu.get("additionalParams"))
    deployed = ((facts.target.get("_admin") or {}).get("deployed") or {}).get("K8s") or []
    chart = next(
        (d.get("kdu-model") for d in deployed if (d.get("member-vnf-index"), d.get("kdu-name")) == (index, name)),
        kdu.get("helm-chart") or kdu.get("juju-bundle") or "",
    )
    revisions = [Release(first, str(chart))]
    for record in ended(facts, "action", "scale", "migrate"):
        given, done = parameters(record), record["operationState"] == "COMPLETED"
        now = revisions[-1]
        if record["lcmOperationType"] == "scale":
            step = (given.get("scaleVnfData") or {}).get("scaleByStepData") or {}
            if done and step.get("member-vnf-index") == index and now.values is not None:
                values = {k: v for k, v in now.values.items() if k not in ("replicaCount", "replicas")}
                revisions.append(Release(values, now.chart))
        elif record["lcmOperationType"] == "migrate":
            if given.get("vnfInstanceId") == vnf["_id"] and "targetHostK8sLabels" in given:
                revisions.append(now)
        elif (given.get("member_vnf_index"), given.get("kdu_name")) == (index, name):
            revisions += _after(given, done, first, revisions)
    return revisions


def _after(given: Mapping[str, Any], done: bool, first: Mapping[str, Any], revisions: list[Release]) -> list[Release]:
    """The revisions that one upgrade or rollback has made."""
    now = revisions[-1]
    if given.get("primitive") == "rollback":
        if not done:
            return [Release(None, now.chart)]
        return [revisions[-2] if len(revisions) > 1 else Release(None, now.chart)]
    if given.get("primitive") != "upgrade":
        return []
    params = given.get("primitive_params") or {}
    values = {k: v for k, v in params.items() if k not in SWITCHES}
    chart = str(params.get("kdu_model") or now.chart.split(":")[0])
    if done:
        if _true(params.get("kdu_reset_values", "")):
            return [Release(values, chart)]
        return [Release(None if now.values is None else merged(now.values, {**first, **values}), chart)]
    if _true(params.get("kdu_atomic_upgrade", "true")):
        return [Release(None, chart), now]  # Helm has taken it back
    return [Release(None, chart)]
