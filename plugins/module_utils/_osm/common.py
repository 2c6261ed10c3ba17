# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the declarations of OSM share: names, descriptions and what the NBI takes as a text, states, users.

Source: NBI of OSM (2026); the limits are those of its schemas, which name only the first violation and not the option.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.errors import FailedStateError
from .._engine.field import Field
from .._engine.limits import Text
from .._engine.resource import Document, Resource, Wait
from .._engine.uses import Use
from .dialect import CONDITION
from .leaving import ON_ITS_WAY_OUT

NAME_TEXT = Text(most=255, without=",;()'\"")
SHORT_TEXT = Text(most=60, without=",;()'\".$")
PLAIN_TEXT = Text(most=255)
#: a description, and a URL
NOTE_TEXT = Text(most=255, without="'\"", clear=True)
URL_TEXT = Text(most=255, without="'\"")
#: of a repository: OSM takes any text, and Helm fails afterwards without a protocol
REPO_URL_TEXT = Text(
    most=255,
    without="'\"",
    pattern=r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/].*",
    hint="begin with what it is fetched by, such as https:// or oci://",
)
LONG_TEXT = Text(most=3000, without="'\"")
PASSWORD_TEXT = Text(most=60)

NAME = Field(
    "name",
    "Name of the object, unique in its project.",
    required=True,
    identity=True,
    limit=NAME_TEXT,
    sample="madrid-1",
)
DESCRIPTION = Field(
    "description", ("Text for people.", "An empty text removes it."), limit=NOTE_TEXT, sample="Edge site in Madrid"
)
FORCE_ACCOUNT = (
    "OSM then drops its record without telling its life-cycle manager: what that has made in the infrastructure for"
    " users of the account (machines, networks, releases) stays there, and nobody removes it any more.",
)

DELETING = (ON_ITS_WAY_OUT, frozenset({True}))


def account_state(remedy: str, timeout: int = 300, remedies: tuple[tuple[str, str], ...] = ()) -> Wait:
    """The state walk that every account shares."""
    return Wait(
        path=CONDITION,
        done=frozenset({"ENABLED"}),
        failed=frozenset({"ERROR", "DEGRADED"}),
        reason=("_admin.detailed-status",),
        remedy=remedy,
        remedies=remedies,
        timeout=timeout,
    )


def not_half_gone(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    """Refuse to work on what OSM was to remove and could not: it stays marked for removal, whatever is sent."""
    if (live.get("_admin") or {}).get("to_delete"):
        reason = live["_admin"].get("detailed-status") or "no reason given"
        raise FailedStateError(
            f"{values.get('name')} was to be removed from OSM, and that failed: {reason}.",
            "Mend the cause, remove it (state: absent), and run again.",
            reason=reason,
        )
    return values


#: a VNF record; it comes and goes with its NS instance
VNF_RECORD = Resource(
    kind="vnf",
    module="",
    title="VNF",
    path="nslcm/v1/vnf_instances",
    plural="vnf_instances",
    id_key="_id",
    fields=(Field("name", "Index of the VNF in its service.", api="member-vnf-index-ref", identity=True),),
    verbs=frozenset(),
)


def used_by_vnfs(path: str, query: str) -> Use:
    """VNF records are long, so OSM is asked for the users alone."""
    return Use("vnf", path, query=f"{query}={{values}}", part_of=("ns", "nsr-id-ref"))
