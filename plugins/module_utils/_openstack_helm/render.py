# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan as files for people: values with the layer that each comes from, and one page with the order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .secrecy import MASKED, masked


def _scalar(value: Any) -> str:
    import yaml  # pylint: disable=import-outside-toplevel

    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10**6).strip()
    return text.removesuffix("...").strip()


def _lines(values: Mapping[str, Any], origins: Mapping[str, str], path: str, depth: int) -> Iterator[str]:
    space = "  " * depth
    for key, value in values.items():
        place = f"{path}.{key}" if path else str(key)
        name = _scalar(str(key) if not isinstance(key, str) else key)
        told = f"  # {origins[place]}" if place in origins else ""
        if isinstance(value, Mapping) and value:
            yield f"{space}{name}:{told}"
            yield from _lines(value, origins, place, depth + 1)
        elif isinstance(value, str) and "\n" in value:
            yield f"{space}{name}: {'|' if value.endswith(chr(10)) else '|-'}{told}"
            yield from (f"{space}  {line}".rstrip() for line in value.rstrip("\n").split("\n"))
        elif isinstance(value, list) and value and any(isinstance(v, (Mapping, list)) for v in value):
            yield f"{space}{name}:{told}"
            yield from _block(value, space)
        else:
            yield f"{space}{name}: {_scalar(value)}{told}"


def _block(value: Any, space: str) -> list[str]:
    import yaml  # pylint: disable=import-outside-toplevel

    text = yaml.safe_dump(value, default_flow_style=False, allow_unicode=True, sort_keys=False, width=10**6)
    return [f"{space}{line}" for line in text.rstrip("\n").split("\n")]


def values_file(release: Mapping[str, Any]) -> str:
    """What Helm is given for a release, as YAML that says of each value where it comes from; secrets are not in it."""
    head = [
        f"# {release['name']} ({release['title']}): release {release['release']} in {release['namespace']}",
        f"# chart {release['chart']} {release['version']}, {release['ref']}",
        f"# layers, the last one wins: chart < {' < '.join(release['layers']) or '(none)'}",
    ]
    hidden = masked(release["values"])
    for place, whose in release["places"].items():
        _hide(hidden, place.split("."), f"(password {whose})")
    return "\n".join([*head, "---", *_lines(hidden, release["origins"], "", 0)]) + "\n"


def _hide(values: dict[str, Any], path: list[str], text: str) -> None:
    for key in path[:-1]:
        values = values.setdefault(key, {})
    values[path[-1]] = text if values.get(path[-1]) in (MASKED, None) else MASKED


def told(planned: Mapping[str, Any]) -> list[str]:
    """The plan in a few lines for a terminal."""
    lines = []
    for number, release in enumerate(planned["releases"], 1):
        where = f" in {release['namespace']}"
        own = f", release {release['release']}" if release["release"] != release["name"] else ""
        lines.append(
            f"{number:2}. {release['name']} ({release['title']}): {release['chart']} {release['version']}{own}{where}"
        )
        if release["layers"]:
            lines.append(f"    values: {', '.join(release['layers'])}")
        others = [name for name in release["waits"] if name != release["name"]]
        if others:
            lines.append(f"    then waits for the pods of {', '.join(release['waits'])}")
        if not release["waits"]:
            lines.append("    its pods are waited for later: they need components that come after it")
    for node, labels in sorted(planned["node_labels"].items()):
        lines.append(f"node {node}: {', '.join(f'{k}={v}' for k, v in labels.items())}")
    if planned["passwords"]:
        lines.append(f"passwords: {', '.join(planned['passwords'])}")
    return [*lines, *planned["remarks"]]
