# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Label and field selectors."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .errors import bad_request

Object = dict[str, Any]
Test = Callable[[Object], bool]


def _labels(obj: Object) -> dict[str, str]:
    return obj.get("metadata", {}).get("labels") or {}


def _requirement(text: str) -> Test:
    found = re.fullmatch(r"([^\s,=!()]+)\s+(in|notin)\s*\(([^)]*)\)", text)
    if found:
        key, how, values = found[1], found[2], {v.strip() for v in found[3].split(",")}
        if how == "in":
            return lambda o: _labels(o).get(key) in values
        return lambda o: _labels(o).get(key) not in values
    found = re.fullmatch(r"([^\s,=!()]+)\s*(==|!=|=)\s*([^\s,=!()]*)", text)
    if found:
        key, how, value = found[1], found[2], found[3]
        return (lambda o: _labels(o).get(key) != value) if how == "!=" else (lambda o: _labels(o).get(key) == value)
    if re.fullmatch(r"![^\s,=!()]+", text):
        return lambda o: text[1:] not in _labels(o)
    if re.fullmatch(r"[^\s,=!()]+", text):
        return lambda o: text in _labels(o)
    raise bad_request(f'unable to parse requirement: found \'{text}\', expected: identifier, or "," ")"')


def label_selector(text: str) -> Test:
    """``a=b,c!=d,e in (f,g),h,!i`` as a test of an object."""
    parts = [p.strip() for p in re.split(r",(?![^(]*\))", text) if p.strip()]
    tests = [_requirement(p) for p in parts]
    return lambda o: all(t(o) for t in tests)


def structured_selector(selector: dict[str, Any] | None) -> Test:
    """A ``LabelSelector`` object as a test; an empty one fits everything, None nothing."""
    if selector is None:
        return lambda o: False

    def test(obj: Object) -> bool:
        labels = _labels(obj)
        if any(labels.get(k) != v for k, v in (selector.get("matchLabels") or {}).items()):
            return False
        for rule in selector.get("matchExpressions") or []:
            have, values = labels.get(rule["key"]), rule.get("values") or []
            fits = {
                "In": have in values,
                "NotIn": have not in values,
                "Exists": rule["key"] in labels,
                "DoesNotExist": rule["key"] not in labels,
            }.get(rule["operator"], False)
            if not fits:
                return False
        return True

    return test


#: fields beyond the two that every kind has
_FIELDS = {
    ("", "pods"): {
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "status.phase",
        "status.podIP",
    },
    ("", "events"): {
        "involvedObject.kind",
        "involvedObject.namespace",
        "involvedObject.name",
        "involvedObject.uid",
        "involvedObject.apiVersion",
        "involvedObject.resourceVersion",
        "involvedObject.fieldPath",
        "reason",
        "reportingComponent",
        "source",
        "type",
    },
    ("", "secrets"): {"type"},
    ("", "namespaces"): {"status.phase"},
    ("", "nodes"): {"spec.unschedulable"},
    ("apps", "replicasets"): {"status.replicas"},
}


def _field(obj: Object, path: str) -> str:
    value: Any = obj
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return "" if value is None else str(value)


def field_selector(text: str, key: tuple[str, str]) -> Test:
    """``metadata.name=x,status.phase!=Running`` as a test of an object of a resource."""
    known = {"metadata.name", "metadata.namespace"} | _FIELDS.get(key, set())
    tests: list[Test] = []
    for part in filter(None, text.split(",")):
        found = re.fullmatch(r"([^=!]+)(==|!=|=)(.*)", part)
        if not found:
            raise bad_request(f"invalid field selector: {part!r}")
        path, how, value = found[1].strip(), found[2], found[3]
        if path not in known:
            raise bad_request(f"field label not supported: {path}")

        def test(obj: Object, path: str = path, how: str = how, value: str = value) -> bool:
            return (_field(obj, path) == value) != (how == "!=")

        tests.append(test)
    return lambda o: all(t(o) for t in tests)
