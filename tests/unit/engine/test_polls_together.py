# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who waits for operations of different objects shares one request for each look, where the API lists them at once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, cast

from ansible_collections.edge.infra.plugins.module_utils._engine.dialect import Dialect
from ansible_collections.edge.infra.plugins.module_utils._engine.resource import Document, Resource
from ansible_collections.edge.infra.plugins.module_utils._engine.wait import MOST_OWNERS, Poller

JOBS = Resource(
    kind="job",
    module="",
    title="job",
    path="jobs?owner={scope}",
    id_key="id",
    fields=(),
    together="owner",
)
ALONE = replace(JOBS, together="")


class Jobs:
    """An API with a job for each owner."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def fetch(self, resource: Resource, scope: str, quick: bool = False) -> Sequence[Document]:
        self.asked.append(scope)
        return [{"id": f"job of {owner}", "owner": owner} for owner in scope.split(",")]


def looks(resource: Resource, owners: Sequence[str]) -> tuple[Jobs, dict[str, list[Any]]]:
    """What everybody sees who waits at the same time."""
    api = Jobs()
    poller = Poller(cast(Dialect, api))
    with ExitStack() as stack:
        for owner in owners:
            stack.enter_context(poller.awaited(resource, owner))
        seen = {owner: [d["id"] for d in poller.documents(resource, owner, 0.0)] for owner in owners}
    return api, seen


def test_one_request_for_all_who_wait() -> None:
    api, seen = looks(JOBS, "abc")
    assert api.asked == ["a,b,c"]
    assert seen == {owner: [f"job of {owner}"] for owner in "abc"}
    assert looks(ALONE, "abc")[0].asked == ["a", "b", "c"]


def test_nobody_is_asked_for_who_waits_no_more() -> None:
    api = Jobs()
    poller = Poller(cast(Dialect, api))
    with poller.awaited(JOBS, "a"):
        with poller.awaited(JOBS, "b"):
            pass
        poller.documents(JOBS, "a", 0.0)
    poller.documents(JOBS, "c", 0.0)
    assert api.asked == ["a", "c"]


def test_a_url_does_not_grow_without_an_end() -> None:
    owners = [f"o{number}" for number in range(2 * MOST_OWNERS + 5)]
    api, seen = looks(JOBS, owners)
    assert [len(scope.split(",")) for scope in api.asked] == [MOST_OWNERS] * 3
    assert seen == {owner: [f"job of {owner}"] for owner in owners}
