# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OSM: answers that are lost every time are told as that, and not as an address that cannot be reached."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import run_module
from .osm import LAB, VIM, Osm

assert LAB


@pytest.fixture
def osm(lab: Any, cache: Path) -> Osm:
    return Osm(lab, run_module)


@pytest.mark.parametrize("fault", [{"kind": "drop_before"}, {"kind": "refuse", "status": 504}])
@pytest.mark.parametrize("path", ["vim_accounts", "tokens"])
def test_answers_that_are_lost_every_time(osm: Osm, fault: dict[str, Any], path: str) -> None:
    osm.lab.control.fault(**fault, service="osm", match=f"POST .*{path}", count=99)
    answer = osm.module("osm_vim_account", **VIM)
    assert answer["failed"] and answer["error"]["path"].endswith(path)
    assert "lost" in answer["msg"] and "API's log" in answer["msg"] and "nothing is doubled" in answer["msg"]
    assert "cannot be reached" not in answer["msg"] and "firewall" not in answer["msg"]
    assert osm.all("vim_accounts") == []
