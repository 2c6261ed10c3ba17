# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network services that a document does not name, or describes otherwise than OSM has them: told, never touched.

OSM keeps no record of who made a service. Those on the VIM accounts that the document's own services use are spoken
of, whoever made them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .._engine.compare import Ref
from .._engine.field import Field
from .._engine.plan import NONE, Change
from .instances import NS

if TYPE_CHECKING:
    from .._engine.survey import Survey


TELL = Field(
    "tell_unnamed",
    (
        "Whether a warning names the network services on the same VIM accounts that the document does not name.",
        "A document of one application, beside others on the site, gives V(false).",
    ),
    type="bool",
    default=True,
)


def remark(changes: Sequence[Change], survey: Survey) -> list[str]:
    """What deserves a look, in sentences; only if the services were read anyway."""
    wanted = [c for c in changes if c.resource is NS]
    if not wanted or not survey.has(NS):
        return []
    texts = [text for c in wanted if (text := _described(c))]
    refs = [ref for c in wanted if isinstance(ref := c.wanted.values.get("vim_account"), Ref)]
    accounts = {ref.id: ref.name for ref in refs if ref.id}
    dialect: Any = survey.dialect
    if not dialect.tells_unnamed:
        return texts
    spoken_of = {c.id for c in wanted} | {c.wanted.name for c in wanted}
    others: dict[str, list[str]] = {}
    for live in survey.documents(NS):
        account = accounts.get(str(live.get("datacenter")))
        if account and not spoken_of & {NS.id_of(live), str(live.get("name"))}:
            others.setdefault(account, []).append(str(live.get("name")))
    for account, names in sorted(others.items()):
        texts.append(
            f"VIM account {account} has network services that are not named: {', '.join(sorted(names))}. They are left"
            " as they are; remove one with osm_ns and state: absent if it is not wanted any more."
        )
    return texts


def _described(change: Change) -> str:
    """OSM keeps the description of a service as it was at its creation."""
    given = change.wanted.values.get("description")
    now = (change.live or {}).get("description")
    if change.action != NONE or not given or not change.live or now in (given, None):
        return ""
    return (
        f"Network service {change.wanted.name} is described as {now!r}, not as {given!r}: OSM takes a description at"
        " creation only. Remove the service (state: absent) and make it again if it matters."
    )
