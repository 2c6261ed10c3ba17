# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Charts that lie in a KNF package: where the life-cycle manager finds them, and the objects that Helm makes of them.

A KDU whose ``helm-chart`` is the name of a folder in the package's ``helm-chart-v3s`` is installed from there; OSM's
records then have the folder's path. Everything in a chart is rendered, or the operation fails with what Helm says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from ..helm.charts import overlaid
from ..helm.manifests import place
from ..helm.templates import TemplateError, Templates
from .cluster import ClusterError
from .store import Document, Store

_STORAGE = "/app/storage/"
_FOLDER = "helm-chart-v3s"


@dataclass
class Chart:
    """A chart as it was read."""

    name: str
    version: str
    app_version: str
    values: Document
    templates: Templates
    #: files that become objects, in the order of their names
    files: list[str] = field(default_factory=list)
    definitions: list[Document] = field(default_factory=list)


def in_package(store: Store, vnfd: Document, chart: str) -> str:
    """The path of a chart in the package of a VNFD; the name itself where the package has no such folder."""
    storage = vnfd["_admin"].get("storage") or {}
    folder = f"{storage.get('pkg-dir') or 'Scripts'}/{_FOLDER}/{chart}"
    files = store.files.get(storage.get("folder", ""), {})
    if any(path.startswith(f"{folder}/") for path in files):
        return f"{_STORAGE}{storage['folder']}/{folder}"
    return chart


def is_embedded(chart: str) -> bool:
    """Whether a chart is a path in a package."""
    return chart.startswith("/")


def load(store: Store, path: str) -> Chart:
    """Read a chart of a package; raises :class:`ClusterError` with Helm's words."""
    storage, _slash, folder = path.removeprefix(_STORAGE).partition("/")
    own = f"{folder}/"
    files = {
        name.removeprefix(own): content.decode(errors="replace")
        for name, content in (store.files.get(storage) or {}).items()
        if name.startswith(own) and content is not None
    }
    if "Chart.yaml" not in files:
        raise ClusterError("Chart.yaml file is missing" if files else f'path "{path}" not found')
    about = _document(files["Chart.yaml"], "cannot load Chart.yaml")
    for key in ("apiVersion", "name", "version"):
        if not about.get(key):
            raise ClusterError(f"validation: chart.metadata.{key} is required")
    if about.get("dependencies") or any(name.startswith("charts/") for name in files):
        raise ClusterError(f"chart {about['name']} has dependencies, which the lab's Helm does not render")
    values = _document(files.get("values.yaml", ""), "cannot load values.yaml")
    chart = Chart(about["name"], str(about["version"]), str(about.get("appVersion", "")), values, Templates())
    for name, text in sorted(files.items()):
        if name.startswith("crds/"):
            chart.definitions += [d for d in yaml.safe_load_all(text) if d]
        elif name.startswith("templates/"):
            full = f"{chart.name}/{name}"
            try:
                chart.templates.add(full, text)
            except TemplateError as error:
                raise ClusterError(str(error)) from None
            base = name.rsplit("/", 1)[-1]
            if not base.startswith("_") and not base.endswith("NOTES.txt"):
                chart.files.append(full)
    return chart


def _document(text: str, what: str) -> Document:
    try:
        found = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise ClusterError(f"{what}: error converting YAML to JSON: yaml: {_where(error)}") from None
    if not isinstance(found, dict):
        raise ClusterError(f"{what}: error unmarshaling JSON: cannot unmarshal into Go value")
    return found


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}: {getattr(error, 'problem', '')}" if mark else str(error)


def _numbers(value: Any) -> Any:
    """Values as Helm holds them: every number is a floating-point number."""
    if isinstance(value, dict):
        return {str(k): _numbers(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_numbers(v) for v in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def objects(chart: Chart, release: str, namespace: str, values: Document, revision: int) -> list[Document]:
    """What a release consists of, in the order in which Helm makes it; raises :class:`ClusterError`."""
    data = {
        "Values": _numbers(overlaid(chart.values, values)),
        "Release": {
            "Name": release,
            "Namespace": namespace,
            "Service": "Helm",
            "Revision": revision,
            "IsInstall": revision == 1,
            "IsUpgrade": revision > 1,
        },
        "Chart": {"Name": chart.name, "Version": chart.version, "AppVersion": chart.app_version},
    }
    found = list[Document]()
    for file in chart.files:
        try:
            text = chart.templates.render(file, data)
        except TemplateError as error:
            raise ClusterError(str(error)) from None
        found += [_owned(o, file, release, namespace) for o in _parsed(text, file) if not _is_test(o)]
    return sorted(found, key=lambda o: place(o["kind"]))


def _parsed(text: str, file: str) -> list[Document]:
    try:
        return [d for d in yaml.safe_load_all(text) if d]
    except yaml.YAMLError as error:
        raise ClusterError(
            f"YAML parse error on {file}: error converting YAML to JSON: yaml: {_where(error)}"
        ) from None


def _is_test(obj: Any) -> bool:
    meta = obj.get("metadata") if isinstance(obj, dict) else None
    return "test" in str(((meta or {}).get("annotations") or {}).get("helm.sh/hook", "")).split(",")


def _owned(obj: Any, file: str, release: str, namespace: str) -> Document:
    """An object with the marks by which Helm knows its own."""
    what = "unable to build kubernetes objects from release manifest"
    missing = [k for k in ("apiVersion", "kind") if not (isinstance(obj, dict) and obj.get(k))]
    if missing:
        told = ", ".join(f"{k} not set" for k in missing)
        raise ClusterError(f'{what}: error validating "": error validating data: [{told}]')
    meta = obj.setdefault("metadata", {})
    if not meta.get("name"):
        raise ClusterError(f"{what}: resource name may not be empty")
    annotations = meta["annotations"] = dict(meta.get("annotations") or {})
    if "helm.sh/hook" in annotations:
        raise ClusterError(f"{file} is a hook ({annotations['helm.sh/hook']}), which the lab's Helm does not run")
    annotations.update({"meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": namespace})
    meta["labels"] = {**(meta.get("labels") or {}), "app.kubernetes.io/managed-by": "Helm"}
    return dict(obj)
