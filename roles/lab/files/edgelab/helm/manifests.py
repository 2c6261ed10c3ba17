# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a chart and its values to what is made in the cluster: texts, their order, and the hooks among them."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from typing import Any

from . import charts, text
from .charts import Chart
from .errors import HelmError
from .templates import TemplateError, Templates

Object = dict[str, Any]
_KINDS = """
    PriorityClass Namespace NetworkPolicy ResourceQuota LimitRange PodSecurityPolicy PodDisruptionBudget
    ServiceAccount Secret SecretList ConfigMap StorageClass PersistentVolume PersistentVolumeClaim
    CustomResourceDefinition ClusterRole ClusterRoleList ClusterRoleBinding ClusterRoleBindingList Role RoleList
    RoleBinding RoleBindingList Service DaemonSet Pod ReplicationController ReplicaSet Deployment
    HorizontalPodAutoscaler StatefulSet Job CronJob IngressClass Ingress APIService
"""
_ORDER = {kind: place for place, kind in enumerate(_KINDS.split())}
_EVENTS = ("pre-install", "post-install", "pre-delete", "post-delete", "pre-upgrade", "post-upgrade", "pre-rollback",
           "post-rollback", "test")  # fmt: skip
_SEPARATOR = re.compile(r"(?:^|\s*\n)---\s*")


@dataclass
class Rendered:
    """What became of a chart's templates."""

    manifest: str = ""
    hooks: list[Object] = field(default_factory=list)
    notes: str = ""


def render(chart: Chart, values: charts.Values, release: Object, cluster: Object, crds: bool = False) -> Rendered:
    """Render all templates; raises HelmError with Go's and Helm's words."""
    templates, files = Templates(), list[tuple[str, Object]]()
    _collect(chart, values, {"Release": release, "Capabilities": cluster}, chart.name, templates, files)
    texts = {}
    for name, data in files:
        try:
            texts[name] = templates.render(name, data)
        except TemplateError as error:
            raise HelmError(str(error)) from None
    found = Rendered(notes=texts.pop(f"{chart.name}/templates/NOTES.txt", ""))
    documents = _sorted({n: t for n, t in texts.items() if not n.endswith("NOTES.txt")}, found.hooks)
    head = ""
    if crds:
        head = "".join(
            f"---\n# Source: {chart.name}/{p}\n{d.decode()}\n"
            for p, d in sorted(chart.files.items())
            if p.startswith("crds/")
        )
    found.manifest = head + "".join(f"---\n# Source: {name}\n{content}\n" for name, content in documents)
    return found


def _collect(
    chart: Chart, values: charts.Values, top: Object, path: str, templates: Templates, files: list[tuple[str, Object]]
) -> None:
    data = {
        **top,
        "Values": values,
        "Chart": {_upper(k): v for k, v in chart.metadata.items()} | {"IsRoot": path == chart.name},
        "Files": chart.files,
        "Subcharts": {},
    }
    library = chart.metadata.get("type") == "library"
    for name, content in sorted(chart.templates.items()):
        full = f"{path}/{name}"
        try:
            templates.add(full, content.decode())
        except TemplateError as error:
            raise HelmError(str(error)) from None
        base = name.rsplit("/", 1)[-1]
        if not base.startswith("_") and not library:
            files.append((full, {**data, "Template": {"Name": full, "BasePath": f"{path}/templates"}}))
    for other in chart.dependencies:
        _collect(other, values.get(other.name) or {}, top, f"{path}/charts/{other.name}", templates, files)


def _upper(key: str) -> str:
    return {"apiVersion": "APIVersion", "appVersion": "AppVersion"}.get(key, key[:1].upper() + key[1:])


def _sorted(texts: dict[str, str], hooks: list[Object]) -> list[tuple[str, str]]:
    """The documents in Helm's order of making them; hooks are put into the list that is given."""
    plain = list[tuple[str, str, str]]()
    for name in sorted(texts):
        for content in split(texts[name]):
            try:
                entry = text.plain(content)
            except HelmError as error:
                raise HelmError(f"YAML parse error on {name}: {error}") from None
            if entry is None:
                entry = {}
            if not isinstance(entry, dict):
                words = "json: cannot unmarshal string into Go value of type releaseutil.SimpleHead"
                raise HelmError(f"YAML parse error on {name}: error unmarshaling JSON: while decoding JSON: {words}")
            meta = entry.get("metadata") or {}
            marks = (meta.get("annotations") or {}) if isinstance(meta, dict) else {}
            kind = str(entry.get("kind") or "")
            if "helm.sh/hook" not in marks:
                plain.append((kind, name, content))
                continue
            events = [e.strip().lower() for e in str(marks["helm.sh/hook"]).split(",")]
            events = ["test" if e == "test-success" else e for e in events]
            if any(event not in _EVENTS for event in events):
                sys.stderr.write(f'info: skipping unknown hook: "{marks["helm.sh/hook"]}"\n')
                continue
            hooks.append(_hook(name, content, kind, meta, events))
    hooks.sort(key=lambda h: place(h["kind"]))
    return [(name, content) for _kind, name, content in sorted(plain, key=lambda row: place(row[0]))]


def place(kind: str) -> tuple[int, str]:
    """Where an object of a kind comes in the order in which Helm makes them; kinds that it does not know come last."""
    return (_ORDER[kind], "") if kind in _ORDER else (len(_ORDER), kind)


def _hook(name: str, content: str, kind: str, meta: Object, events: list[str]) -> Object:
    marks = meta["annotations"]
    weight = str(marks.get("helm.sh/hook-weight", "0"))
    found = {
        "name": str(meta.get("name", "")),
        "kind": kind,
        "path": name,
        "manifest": content,
        "events": events,
        "last_run": {"started_at": "", "completed_at": "", "phase": ""},
        "weight": int(weight) if re.fullmatch(r"[+-]?\d+", weight) else 0,
        "delete_policies": [
            p.strip().lower() for p in str(marks.get("helm.sh/hook-delete-policy", "")).split(",") if p
        ],
    }
    return {k: v for k, v in found.items() if v not in (0, [])}


def split(documents: str) -> list[str]:
    """The documents of a text, without empty ones."""
    return [d.strip() for d in _SEPARATOR.split(documents.strip()) if d.strip()]


def objects(manifest: str, what: str = "unable to build kubernetes objects from release manifest") -> list[Object]:
    """The objects of a manifest; raises HelmError where a document is none."""
    found = list[Object]()
    for content in split(manifest):
        obj = text.plain(content)
        if obj is None:
            continue
        missing = [k for k in ("apiVersion", "kind") if not (isinstance(obj, dict) and obj.get(k))]
        if missing:
            told = ", ".join(f"{k} not set" for k in missing)
            words = f"[{told}]" if len(missing) > 1 else told
            raise HelmError(f'{what}: error validating "": error validating data: {words}')
        if not (obj.get("metadata") or {}).get("name"):
            raise HelmError(f"{what}: resource name may not be empty")
        obj["metadata"]["name"] = str(obj["metadata"]["name"])
        found.append(obj)
    return found


def for_removal(found: list[Object]) -> tuple[list[Object], list[Object]]:
    """What is removed, in Helm's order, and what the resource policy keeps."""
    ordered = sorted(found, key=lambda o: (place(o["kind"])[0] == len(_ORDER), -place(o["kind"])[0]))
    kept = [o for o in ordered if _policy(o) == "keep"]
    return [o for o in ordered if not _policy(o)], kept


def _policy(obj: Object) -> str:
    return str((obj["metadata"].get("annotations") or {}).get("helm.sh/resource-policy", "")).strip().lower()
