# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of OSM in trouble: whatever goes wrong on the way, a second run converges, and nothing is doubled."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
from ansible_collections.edge.infra.plugins.module_utils._osm.api import DECLARED

from .conftest import run_module
from .osm import LAB as PLAIN
from .osm import Osm
from .osm_rows import BY_KIND, CANARY, Row, name_of, rows, world
from .test_osm_pdus import EndPoint, end_point

assert end_point
LAB: dict[str, Any] = {
    **PLAIN,
    "durations": {"vim_account": 150, "gitops_cluster": 300, "gitops_update": 300, "gitops_profile": 150},
}
KINDS = [r.kind for r in DECLARED]
_BUILT: dict[str, set[int]] = {"labs": set()}


@pytest.fixture
def osm(lab: Any, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Osm:
    """An OSM with what the rows need, which is made once."""
    known = id(lab) in _BUILT["labs"]
    found = Osm(lab, run_module, keep=known)
    if not known:
        world(found, tmp_path_factory.mktemp("world"))
        _BUILT["labs"].add(id(lab))
    lab.control.clear_faults()
    return found


@pytest.fixture
def table(osm: Osm, tmp_path: Path, end_point: EndPoint) -> Iterator[dict[str, Row]]:
    """The rows; what a test leaves of them is taken away."""
    found = rows(osm, tmp_path, end_point.url)
    yield found
    osm.lab.control.clear_faults()
    for kind in reversed(KINDS):
        row = found[kind]
        if row.count(osm, name_of(row)):
            force = {"force": True} if BY_KIND[kind].force else {}
            osm.module(row.module, **row.gone, **force)


def ran(osm: Osm, row: Row, options: Mapping[str, Any], check: bool = False, **more: Any) -> dict[str, Any]:
    """Run the row's module; its answer, which tells no secret and no traceback."""
    answer = osm.module(row.module, check=check, **options, **more)
    text = json.dumps(answer)
    assert CANARY not in text.lower(), text
    assert not answer.get("exception") and "Traceback" not in text, text
    return answer


def converged(osm: Osm, row: Row, options: Mapping[str, Any], count: int) -> None:
    """A run ends well, another changes nothing, and there are as many as there should be."""
    done = ran(osm, row, options)
    assert not done.get("failed"), done
    assert row.count(osm, name_of(row)) == count, osm.all(row.topic)
    same = ran(osm, row, options)
    assert not same.get("failed") and not same["changed"] and osm.writes() == [], same


# -- the table --------------------------------------------------------------------------------------------------------


def test_every_kind_has_a_row_with_its_secrets(table: dict[str, Row]) -> None:
    assert set(table) == set(KINDS), "a new kind needs a row in osm_rows.py"
    for kind, row in table.items():
        given = {**row.first, **row.second}
        update = "update" in BY_KIND[kind].verbs
        assert bool(row.second) == update, f"{kind}: a change, where the API has one"
        for f in BY_KIND[kind].fields:
            if f.secret and f.name not in ("credentials", "current_password"):
                assert CANARY in str(given.get(f.name)).lower(), f"{kind}: no canary in {f.name}"


def test_every_kind_is_walked_through() -> None:
    """Create, same, update, same, delete, same, each with check before: see ``walk``."""
    found = set()
    for path in Path(__file__).parent.glob("test_osm_*.py"):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'walk\(\s*[\w.]+,\s*"(osm_\w+)",\s*"(create|update|delete)"', text))
    wanted = {(r.module, verb) for r in DECLARED for verb in r.verbs}
    assert wanted - found == set(), "these need a line in a test of theirs"


# -- on the way -------------------------------------------------------------------------------------------------------

WRITE = "^(POST|PATCH|PUT|DELETE) .*(?<!tokens)$"
#: each once for every kind and step; the others of FAULTS take turns
LOST: dict[str, Any] = {"kind": "drop_after", "match": WRITE}
FAULTS: list[dict[str, Any]] = [
    {"kind": "drop_before", "match": WRITE},
    {"kind": "refuse", "status": 502, "match": WRITE},
    {"kind": "expire_token", "match": WRITE},
    {"kind": "slow_after", "seconds": 1.3, "match": WRITE},
    {"kind": "drop_before", "match": "^GET"},
    {"kind": "refuse", "status": 502, "match": "^GET"},
    {"kind": "expire_token", "match": "^GET"},
    {"kind": "slow", "seconds": 1.3, "match": WRITE},
    {"kind": "slow_after", "seconds": 1.3, "match": "^GET"},
]


@pytest.mark.parametrize("kind", KINDS)
def test_what_goes_wrong_on_the_way(osm: Osm, table: dict[str, Row], kind: str) -> None:
    """A lost answer at every step; then, sampled, the other faults: it passes, or the next run finishes."""
    row = table[kind]
    turn = KINDS.index(kind)
    for number in range(2):
        for step, (options, count) in enumerate(row.steps):
            fault = FAULTS[(turn * 2 + step * 4) % len(FAULTS)] if number else LOST
            osm.lab.control.fault(service="osm", **fault)
            first = ran(osm, row, options, osm_timeout=1)
            osm.lab.control.clear_faults()
            if fault["kind"].startswith("slow"):
                time.sleep(0.3)  # what was held up acts now
            else:
                assert not first.get("failed") and first["changed"], (fault, first)
            converged(osm, row, options, count)


class Killed(BaseException):
    """What nothing in the module catches."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_module_that_is_killed(osm: Osm, table: dict[str, Row], kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first of its writes, before it hears of the answer; nothing in the module runs any more."""
    row = table[kind]
    send = requests.Session.send
    for options, count in row.steps:
        sent: list[str] = []

        def dying(self: requests.Session, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
            if sent:  # noqa: B023
                raise Killed
            answer = send(self, request, **kwargs)
            if request.method != "GET" and not str(request.url).endswith("tokens"):
                sent.append(str(request.url))  # noqa: B023
                raise Killed
            return answer

        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(requests.Session, "send", dying)
            osm.module(row.module, **options)
        assert len(sent) == 1
        converged(osm, row, options, count)


# -- behind the interface ---------------------------------------------------------------------------------------------

#: kinds that the life-cycle manager deals with, and a sample of them for what takes long
MANAGED = [k for k in KINDS if BY_KIND[k].ready and k != "k8s_repo"]
SLOW = ["vim_account", "cluster_profile", "cluster", "ns", "slice"]
LONG = ("vim_account", "gitops_cluster", "gitops_profile", "ns_instantiate")


@pytest.mark.parametrize("kind", MANAGED)
def test_an_operation_that_fails(osm: Osm, table: dict[str, Row], kind: str) -> None:
    """Its reason is told. The next run heals it or, where that is not for a machine to decide, says what to do."""
    row = table[kind]
    osm.lab.control.fault("fail_operation", service="osm", detail="the cause that the manager names")
    failed = ran(osm, row, row.first)
    osm.lab.control.clear_faults()
    assert failed.get("failed") and failed["error"]["kind"] == "failed_state", failed
    gitops = kind.startswith("cluster")
    assert gitops or "the cause that the manager names" in failed["msg"], failed["msg"]
    assert row.count(osm, name_of(row)) == 1
    again = ran(osm, row, row.first)
    if again.get("failed"):
        assert again["error"]["kind"] == "failed_state" and osm.writes() == [], again
        converged(osm, row, row.gone, 0)
    converged(osm, row, row.first, 1)


@pytest.mark.parametrize("kind", SLOW)
def test_a_manager_that_does_not_answer(osm: Osm, table: dict[str, Row], kind: str) -> None:
    """The timeout tells the last state; the next run goes on waiting and sends nothing."""
    row = table[kind]
    durations = osm.lab.lab.config["durations"]
    before = dict(durations)
    durations.update(dict.fromkeys(LONG, 6000))
    try:
        late = ran(osm, row, row.first, wait_timeout=1)
        assert late.get("failed") and late["error"]["kind"] == "timeout" and late["changed"], late
        assert late["error"]["last_state"] and late["error"]["last_state"] in late["msg"]
        again = ran(osm, row, row.first)
        assert not again.get("failed") and not again["changed"] and osm.writes() == [], again
    finally:
        durations.clear()
        durations.update(before)
    converged(osm, row, row.first, 1)
