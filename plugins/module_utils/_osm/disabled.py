# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""NS packages that somebody has disabled: OSM makes no service of one, and says so only when it is asked to.

Source: NBI of OSM (2026), ``_check_nsd_operational_state`` (409, at creation alone). VNF packages are not looked at
there, and the state of a slice template cannot be changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from .._engine.compare import Ref
from .._engine.dialect import Document
from .._engine.errors import InputError
from .._engine.paths import get_path
from .._engine.plan import CREATE, NONE, UPDATE, Change
from .packages import NS_PACKAGE, SLICE_TEMPLATE

if TYPE_CHECKING:
    from .._engine.survey import Survey


def review(changes: list[Change], survey: Survey) -> list[Change]:
    """The same plan, in which services of a disabled package are refused; asks OSM for nothing more."""
    if not survey.has(NS_PACKAGE):
        return changes
    # what is uploaded is enabled by that
    sent = {c.id for c in changes if c.resource is NS_PACKAGE and c.action == UPDATE}
    disabled = {
        NS_PACKAGE.id_of(d): d
        for d in survey.documents(NS_PACKAGE)
        if get_path(d, "_admin.operationalState", "") == "DISABLED" and NS_PACKAGE.id_of(d) not in sent
    }
    return [_reviewed(c, disabled, survey) if disabled and _is_made(c) else c for c in changes]


def _is_made(change: Change) -> bool:
    return change.resource.kind in ("ns", "slice") and change.action == CREATE and not change.refusal


def _reviewed(change: Change, disabled: dict[str, Document], survey: Survey) -> Change:
    for option, identity in _packages(change, disabled, survey):
        if identity in disabled:
            name = disabled[identity].get("id")
            error = InputError(
                f"{option}: the NS package {name} is DISABLED in OSM, which makes no service of it.",
                f"Enable it (PATCH /osm/{NS_PACKAGE.path}/{identity} with nsdOperationalState: ENABLED), or change the"
                " package: an upload enables it, too.",
                option=option,
                value=name,
            )
            return replace(change, action=NONE, payload={}, refusal=error)
    return change


def _packages(change: Change, disabled: dict[str, Document], survey: Survey) -> Iterator[tuple[str, str]]:
    """Option and id of each package that a service is made of, or one of the services of a slice."""
    option = "nsd" if change.resource.kind == "ns" else "template"
    named = change.wanted.values.get(option)
    if not isinstance(named, Ref):
        return
    if option == "nsd":
        yield option, named.id
        return
    templates: Sequence[Document] = survey.documents(SLICE_TEMPLATE) if survey.has(SLICE_TEMPLATE) else ()
    template: Document = next((d for d in templates if SLICE_TEMPLATE.id_of(d) == named.id), {})
    subnets = template.get("netslice-subnet") or []
    wanted = {str(s.get("nsd-ref")) for s in subnets if not s.get("is-shared-nss")}
    yield from ((option, identity) for identity, d in disabled.items() if d.get("id") in wanted)
