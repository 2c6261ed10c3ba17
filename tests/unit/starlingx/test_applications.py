# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports on health are taken apart; Helm values are compared as values; tarballs tell what they are."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._starlingx.alarms import read_report
from ansible_collections.edge.infra.plugins.module_utils._starlingx.app_tarball import is_here
from ansible_collections.edge.infra.plugins.module_utils._starlingx.helm import canonical, merged, parsed


@pytest.mark.parametrize(
    ("text", "checks"),
    [
        ("", []),
        ("System Health:\nAll hosts are provisioned: [OK]\n", [("All hosts are provisioned", True, [])]),
        (
            "No alarms: [Fail]\n[2] alarms found, [1] of which are management affecting\nNext: [OK]\n",
            [
                ("No alarms", False, ["[2] alarms found, [1] of which are management affecting"]),
                ("Next", True, []),
            ],
        ),
        (
            "Upgrade kubernetes to the latest version: [Fail]. See the guide.\n",
            [("Upgrade kubernetes to the latest version", False, [". See the guide."])],
        ),
    ],
)
def test_reports(text: str, checks: list[tuple[str, bool, list[str]]]) -> None:
    assert [(c["check"], c["ok"], c["details"]) for c in read_report(text)] == checks


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1.0}, {"a": 1}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": 1}, {"a": "1"}, False),
        ({"a": None}, {}, False),
        ({}, None, True),
        ({"a": [1, 2]}, {"a": [2, 1]}, False),
    ],
)
def test_values(one: Any, other: Any, same: bool) -> None:
    assert (canonical(one) == canonical(other)) is same


def test_values_over_values() -> None:
    assert merged({"a": {"x": 1}, "b": [1]}, {"a": {"y": 2}, "b": [2]}) == {"a": {"x": 1, "y": 2}, "b": [2]}
    assert merged({"a": {"x": 1}}, {"a": 1}) == {"a": 1}
    assert (parsed(None), parsed("{}\n"), parsed("a: 1\n"), parsed("{")) == ({}, {}, {"a": 1}, "{")


@pytest.mark.parametrize(
    ("src", "remote", "here"),
    [("a.tgz", False, True), ("/a.tgz", True, False), ("https://site.test/a.tgz", False, False), ("", False, False)],
)
def test_where_a_tarball_is(src: str, remote: bool, here: bool) -> None:
    assert is_here({"src": src, "remote_src": remote}) is here
