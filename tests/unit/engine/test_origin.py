# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults of a whole document are told together, each with the place where it was written."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError, NotFoundError, together
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import Wanted
from ansible_collections.edge.infra.plugins.module_utils._engine.survey import Survey

from .things import KINDS, PORT


class Nothing:
    """An API with nothing in it."""

    parallel, interval = 1, 0.1

    def fetch(self, *_what: Any, **_how: Any) -> list[Any]:
        return []

    def lookup(self, kind: str) -> Any:
        return KINDS[kind]

    def name_keys(self, resource: Any) -> tuple[str, ...]:
        return tuple(f.path for f in resource.identity)


def port(number: int, origin: str) -> Wanted:
    return Wanted(PORT, {"name": f"p{number}", "network": f"n{number}"}, origin=origin)


def test_every_reference_to_nothing_is_told_with_its_line() -> None:
    survey = Survey(Nothing())  # type: ignore[arg-type]
    with pytest.raises(EdgeError) as caught:
        survey.plan([port(1, "a.yaml:3"), port(2, "b.yaml:7"), port(3, "")])
    text = str(caught.value)
    assert "- a.yaml:3: network: there is no network called 'n1'" in text
    assert "- b.yaml:7: network: there is no network called 'n2'" in text and "- network: there is no" in text
    assert [e.get("origin") for e in caught.value.details["errors"]] == ["a.yaml:3", "b.yaml:7", None]


def test_a_single_fault_keeps_its_kind() -> None:
    survey = Survey(Nothing())  # type: ignore[arg-type]
    with pytest.raises(NotFoundError, match=r"^a\.yaml:3: network: there is no network"):
        survey.plan([port(1, "a.yaml:3")])


def test_an_origin_is_said_once() -> None:
    error = EdgeError("it is wrong.").at("a.yaml:1").at("a.yaml:1")
    assert str(error) == "a.yaml:1: it is wrong." and together([error]) is error
