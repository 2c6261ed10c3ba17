# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Charts: read from a folder or an archive, with the charts that they depend on, and their values."""

from __future__ import annotations

import base64
import fnmatch
import io
import re
import tarfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import text
from .errors import HelmError
from .functions import whole

Values = dict[str, Any]
_VERSION = re.compile(r"^v?\d+(\.\d+)?(\.\d+)?(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$")


@dataclass
class Chart:
    """A chart as it was read; ``templates`` and ``files`` are contents by their path in it."""

    metadata: dict[str, Any]
    raw: dict[str, bytes]
    values: Values = field(default_factory=dict)
    schema: bytes | None = None
    lock: dict[str, Any] | None = None
    templates: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    dependencies: list[Chart] = field(default_factory=list)
    where: str = ""

    @property
    def name(self) -> str:
        return str(self.metadata["name"])

    @property
    def app_version(self) -> str:
        return str(self.metadata.get("appVersion") or "")

    def definitions(self) -> list[bytes]:
        """Files of ``crds/``, those of the dependencies after the own ones."""
        own = [content for path, content in sorted(self.files.items()) if path.startswith("crds/")]
        return own + [d for other in self.dependencies for d in other.definitions()]

    def stored(self) -> dict[str, Any]:
        """What a release keeps of its chart."""
        about = dict(self.metadata)
        if about.get("dependencies"):
            there = {d.name for d in self.dependencies}
            about["dependencies"] = [{**e, "enabled": True} for e in about["dependencies"] if e["name"] in there]
        below = {d.name: computed(d, {**(self.values.get(d.name) or {}), "global": {}}) for d in self.dependencies}
        return {
            "metadata": whole(about),
            "lock": self.lock,
            "templates": [_file(n, d) for n, d in self.templates.items()] or None,
            "values": whole({**self.values, **below}),
            "schema": base64.b64encode(self.schema).decode() if self.schema else None,
            "files": [_file(n, d) for n, d in self.files.items()] or None,
        }


def _file(name: str, data: bytes) -> dict[str, str]:
    return {"name": name, "data": base64.b64encode(data).decode()}


def load(path: Path) -> Chart:
    """The chart in a folder or an archive; raises HelmError with Helm's words."""
    if path.is_dir():
        chart = _chart(_folder(path))
    else:
        try:
            chart = _chart(_archive(path.read_bytes()))
        except (tarfile.TarError, EOFError, OSError):
            raise HelmError(f'file "{path}" does not appear to be a gzipped archive; got "text/plain"') from None
    chart.where = str(path)
    return chart


def _folder(path: Path) -> dict[str, bytes]:
    ignored = path / ".helmignore"
    rules = ["templates/.?*"]
    if ignored.is_file():
        rules += [r.strip() for r in ignored.read_text(encoding="utf-8").splitlines()]
    rules = [r for r in rules if r and not r.startswith("#")]
    found = {}
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if file.is_file() and not any(_ignores(rule, name) for rule in rules):
            found[name] = file.read_bytes()
    return found


def _ignores(rule: str, name: str) -> bool:
    folder = rule.rstrip("/")
    parents = [p.as_posix() for p in Path(name).parents]
    if rule.endswith("/"):
        return any(fnmatch.fnmatch(p, folder) or fnmatch.fnmatch(Path(p).name, folder) for p in parents if p != ".")
    whole_path = "/" in rule
    return any(fnmatch.fnmatch(n if whole_path else Path(n).name, rule.lstrip("/")) for n in (name, *parents))


def _archive(data: bytes) -> dict[str, bytes]:
    found = {}
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        for member in archive.getmembers():
            _top, _slash, name = member.name.partition("/")
            if not member.isfile():
                continue
            if not name:
                raise HelmError("chart illegally contains content outside the base directory")
            if ".." in Path(name).parts:
                raise HelmError("chart illegally references parent directory")
            content = archive.extractfile(member)
            found[name] = content.read() if content else b""
    if not found:
        raise HelmError("no files in chart archive")
    return found


def _chart(raw: dict[str, bytes]) -> Chart:
    if "Chart.yaml" not in raw:
        raise HelmError("Chart.yaml file is missing")
    chart = Chart(text.mapping(raw["Chart.yaml"], "cannot load Chart.yaml"), raw)
    below: dict[str, dict[str, bytes]] = {}
    for name, content in raw.items():
        if name == "values.yaml":
            chart.values = text.mapping(content, "cannot load values.yaml")
        elif name == "Chart.lock":
            chart.lock = text.mapping(content, "cannot load Chart.lock")
        elif name == "values.schema.json":
            chart.schema = content
        elif name.startswith("templates/"):
            chart.templates[name] = content
        elif name.startswith("charts/"):
            top, _slash, rest = name.removeprefix("charts/").partition("/")
            below.setdefault(top, {})[rest] = content
        elif name != "Chart.yaml":
            chart.files[name] = content
    _validate(chart.metadata)
    for top, files in sorted(below.items()):
        if top[0] in "_." or (not top.endswith(".tgz") and "Chart.yaml" not in files):
            continue
        try:
            chart.dependencies.append(_chart(_archive(files[""]) if top.endswith(".tgz") else files))
        except (HelmError, tarfile.TarError, EOFError, OSError) as error:
            raise HelmError(f"error unpacking subchart {top} in {chart.name}: {error}") from None
    return chart


def _validate(about: dict[str, Any]) -> None:
    about.setdefault("apiVersion", "v1")
    for key in ("name", "version"):
        if not about.get(key):
            raise HelmError(f"validation: chart.metadata.{key} is required")
    if not _VERSION.match(str(about["version"])):
        raise HelmError(f'validation: chart.metadata.version "{about["version"]}" is invalid')
    if about.get("type", "application") not in ("application", "library", ""):
        raise HelmError("validation: chart.metadata.type must be application or library")
    if not isinstance(about["version"], str):
        raise HelmError(
            "cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number into "
            "Go struct field Metadata.version of type string"
        )


def installable(chart: Chart) -> None:
    """Raises where a chart is a library, or lacks one that it depends on."""
    kind = chart.metadata.get("type") or "application"
    if kind != "application":
        raise HelmError(f"{kind} charts are not installable")
    check_dependencies(chart)


def check_dependencies(chart: Chart) -> None:
    """Raises where a chart that it depends on is not in ``charts/``."""
    there = {d.name for d in chart.dependencies}
    missing = [d["name"] for d in chart.metadata.get("dependencies") or [] if d["name"] not in there]
    if missing:
        raise HelmError(
            "An error occurred while checking for chart dependencies. You may need to run `helm dependency build` to "
            f"fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: {', '.join(missing)}"
        )


# -- values ----------------------------------------------------------------------------------------------------
def overlaid(base: Values, over: Values) -> Values:
    """A chart's values with those that were given: mappings are merged, null takes a key away."""
    result = dict(base)
    for key, value in over.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            own = result.get(key)
            result[key] = overlaid(own if isinstance(own, dict) else {}, value)
        else:
            result[key] = value
    return result


def computed(chart: Chart, given: Values) -> Values:
    """All values of a chart, those of its dependencies under their names, as templates see them."""
    found = overlaid(chart.values, given)
    shared = found.get("global")
    for other in chart.dependencies:
        own = found.get(other.name)
        below = dict(own) if isinstance(own, dict) else {}
        if isinstance(shared, dict) or "global" not in below:
            below["global"] = overlaid(shared or {}, below.get("global") or {})
        found[other.name] = computed(other, below)
    return found


def enabled(chart: Chart, values: Values) -> None:
    """Leave out the dependencies whose condition does not hold."""
    for entry in chart.metadata.get("dependencies") or []:
        if entry.get("alias") or entry.get("tags") or entry.get("import-values"):
            raise HelmError(
                f"dependency {entry['name']}: alias, tags and import-values are not known to the lab's helm"
            )
        for path in str(entry.get("condition") or "").split(","):
            at: Any = values
            for step in path.strip().split("."):
                at = at.get(step) if isinstance(at, dict) else None
            if isinstance(at, bool):
                if not at:
                    chart.dependencies = [d for d in chart.dependencies if d.name != entry["name"]]
                break
