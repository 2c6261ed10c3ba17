# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Execution environments: what primitives name, and the charms and charts that a package says it has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .packages_samples import CONFIG, FILES, ns, vnf

DAY12 = f"{CONFIG}/day1-2/0"
PLACE = "df[df].lcm-operations-configuration.operate-vnf-op-config.day1-2[probe]."
ENVIRONMENT = "execution-environment-list"
CHART: dict[str, Any] = {"id": "ee", "helm-chart": "eechart"}


def warnings(findings: list[Any]) -> list[tuple[str, str, str]]:
    """Place, words and remedy of each; there is no error."""
    assert all(f.level == "warning" for f in findings), findings
    return [(f.where, f.message, f.remedy) for f in findings]


def test_what_is_right_is_not_worth_a_word(tmp_path: Path) -> None:
    assert warnings(vnf(tmp_path)) == []
    chart = (f"{DAY12}/{ENVIRONMENT}/0", CHART)
    for file in ("helm-charts/eechart/Chart.yaml", "helm-charts/eechart"):
        assert warnings(vnf(tmp_path, chart, files=(*FILES, file))) == []
    for name in ("ch:mysql", "repo/chart"):
        assert warnings(vnf(tmp_path, (f"{DAY12}/{ENVIRONMENT}/0", {"id": "ee", "juju": {"charm": name}}))) == []
        assert warnings(vnf(tmp_path, (f"{DAY12}/{ENVIRONMENT}/0/helm-chart", name))) == []


@pytest.mark.parametrize(
    ("key", "outcome"),
    [
        ("initial-config-primitive", "it is never run"),
        ("config-primitive", "asking for it fails"),
        ("terminate-config-primitive", "it is never run"),
    ],
)
def test_a_primitive_that_names_no_environment_of_the_list(tmp_path: Path, key: str, outcome: str) -> None:
    primitive = {"seq": 1, "name": "touch", "execution-environment-ref": "other"}
    if key == "config-primitive":
        del primitive["seq"]
    [(where, said, remedy)] = warnings(vnf(tmp_path, (f"{DAY12}/{key}", [primitive])))
    assert where == f"{PLACE}{key}[touch].execution-environment-ref"
    assert said == f"OSM takes this, but {ENVIRONMENT} has no other: {outcome}." and remedy == "Existing: ee."
    primitive["execution-environment-ref"] = "ee"
    assert warnings(vnf(tmp_path, (f"{DAY12}/{key}", [primitive]))) == []
    del primitive["execution-environment-ref"]
    assert warnings(vnf(tmp_path, (f"{DAY12}/{key}", [primitive]))) == [], "it runs in each of them"


def test_a_charm_that_is_another_than_those_in_the_package(tmp_path: Path) -> None:
    """OSM looks only whether there is any."""
    [(where, said, remedy)] = warnings(vnf(tmp_path, (f"{DAY12}/{ENVIRONMENT}/0/juju/charm", "complex")))
    assert where == f"{PLACE}{ENVIRONMENT}[ee].juju.charm" and "no charm charms/complex; instantiation" in said
    assert remedy == "Put it there. The package has: simple."
    found = vnf(tmp_path, files=("cloud_init/web.cfg",))
    assert [f.level for f in found] == ["error"], "without any it is refused, and that is said once"


def test_a_chart_that_is_not_in_the_package(tmp_path: Path) -> None:
    chart = (f"{DAY12}/{ENVIRONMENT}/0", CHART)
    [(where, said, remedy)] = warnings(vnf(tmp_path, chart))
    assert where == f"{PLACE}{ENVIRONMENT}[ee].helm-chart" and "no chart helm-charts/eechart" in said
    assert remedy == "Put it there. The package has: none."
    files = (*FILES, "helm-chart-v3s/eechart/Chart.yaml")
    [(_where, _said, remedy)] = warnings(vnf(tmp_path, chart, files=files))
    assert remedy.startswith("Move helm-chart-v3s/eechart to helm-charts/eechart")


def test_the_same_of_a_service(tmp_path: Path) -> None:
    config = {
        ENVIRONMENT: [{"id": "ee", "juju": {"charm": "gone"}}],
        "initial-config-primitive": [{"seq": 1, "name": "touch", "execution-environment-ref": "other"}],
    }
    found = warnings(ns(tmp_path, ("ns-configuration", config)))
    assert [where for where, _said, _remedy in found] == [
        "ns-configuration.initial-config-primitive[touch].execution-environment-ref",
        f"ns-configuration.{ENVIRONMENT}[ee].juju.charm",
    ]
