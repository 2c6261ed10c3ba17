# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who needs a Helm repository that is to go: OSM (2026) removes it whatever packages name its charts.

What runs goes on, but cannot be instantiated again, scaled or upgraded without it. That is a warning, not a refusal: a
package may be about to go, too. It costs the list of VNF packages, and up to two requests for their services.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.errors import ApiError, LoginError
from .._engine.paths import get_path
from .._engine.plan import DELETE, Change
from .._engine.resource import Document
from .._engine.survey import Survey
from ._packages.findings import each
from ._packages.lint import bundled
from .packages_in_use import services_of


def advise(changes: Sequence[Change], survey: Survey) -> list[str]:
    """A text for each repository that goes and that packages which stay name."""
    going = [c for c in changes if c.action == DELETE and c.live is not None and not c.refusal]
    going = [c for c in going if get_path(c.live or {}, "type", "helm-chart") == "helm-chart"]
    if not going:
        return []
    texts = []
    try:
        for change in going:
            users = _packages(str((change.live or {}).get("name")), survey)
            if users:
                texts.append(_text(change, users, services_of([str(d.get("_id")) for d, _kdus in users], survey)))
    except (ApiError, LoginError) as error:
        if error.details.get("status") not in (401, 403):
            raise  # who may not list packages may remove repositories all the same
    return texts


def _packages(repository: str, survey: Survey) -> list[tuple[Document, list[str]]]:
    """The VNF descriptors that will be there and name charts of the repository, with KDUs and charts."""
    resource = survey.dialect.lookup("vnf_package")
    declared = {c.wanted.name: c for c in survey.changes if c.resource.kind == resource.kind}
    live = {str(d.get("id")): d for d in survey.documents(resource)}
    found: list[tuple[Document, list[str]]] = []
    for name in sorted({*live, *declared}):
        change, document = declared.get(name), live.get(name, {})
        if ("vnf_package", str(document.get("_id"))) in survey.going or (change and change.wanted.state == "absent"):
            continue
        package = change.wanted.values.get("package") if change else None
        descriptor: Mapping[str, Any] = package.descriptor if package else document
        charts = [(str(k.get("name")), str(k.get("helm-chart") or "")) for k in each(descriptor.get("kdu"))]
        named = [
            f"KDU {kdu}: {chart}"
            for kdu, chart in charts
            if chart.startswith(f"{repository}/") and not (package and bundled(package, chart))
        ]
        if named:
            found.append(({"id": name, **document}, named))
    return found


def _text(change: Change, users: Sequence[tuple[Document, list[str]]], services: Sequence[str]) -> str:
    named = ", ".join(f"{d['id']} ({', '.join(charts)})" for d, charts in users)
    text = f"{change.resource.title} {change.wanted.name} goes, and VNF packages name its charts: {named}."
    if services:
        text += f" NS instances of these packages: {', '.join(services)}."
    return (
        f"{text} OSM will not find the charts any more when it instantiates, scales or upgrades. Keep the repository,"
        " or change the packages."
    )
