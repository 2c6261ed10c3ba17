# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide for package authors says of each example what the lint says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.lint import Finding, lint

from .packages_samples import FILES, GONE, VNFD, changed, ns, package, vnf

GUIDE = Path(__file__).parents[3] / "docs/docsite/rst/guide_packages.rst"
Example = Callable[[Path], list[Finding]]


def of_vnf(*change: Any, **options: Any) -> Example:
    return lambda folder: vnf(folder, *([change] if change else []), **options)


def of_ns(*change: Any, **options: Any) -> Example:
    return lambda folder: ns(folder, *([change] if change else []), **options)


def older(folder: Path) -> list[Finding]:
    return lint(package(folder, {"vnfd:vnfd-catalog": {"vnfd": [{"id": "old"}]}}))


def without_chart(folder: Path) -> list[Finding]:
    document = {"vnfd": changed(VNFD, ("kdu/0/helm-chart", "web"))}
    return lint(package(folder, document, (*FILES, "helm-charts/web/Chart.yaml")))


BASE = "df/0/vnf-profile/0"
EXAMPLES: list[tuple[str, Example]] = [
    ("``vnfd:vnfd-catalog:`` at the top", older),
    ("``helm-chart: stable/web:1.2``", of_vnf("kdu/0/helm-chart", "stable/web:1.2")),
    ("``helm-chart: mine/web``", of_vnf("kdu/0/helm-chart", "mine/web", known_repos=["podinfo"])),
    ("``helm-chart: web``, and the chart in ``helm-charts/``", without_chart),
    ("no ``mgmt-cp``", of_vnf("mgmt-cp", GONE)),
    ("a misspelt key (``cloud-init-fil``)", of_vnf("vdu/0/cloud-init-fil", "x")),
    ("``cloud-init-file: x.cfg`` and no such file", of_vnf("vdu/0/cloud-init-file", "x.cfg")),
    ("a charm that is not in the package", of_vnf(files=())),
    ("``virtual-compute-desc: big``", of_vnf("vdu/0/virtual-compute-desc", "big")),
    ("no ``virtual-storage-desc``", of_vnf("vdu/0/virtual-storage-desc", GONE)),
    ("``sw-image-desc: ubuntu``", of_vnf("vdu/0/sw-image-desc", "ubuntu")),
    ("``ext-cpd`` of ``cpd: eth9``", of_vnf("ext-cpd/0/int-cpd/cpd", "eth9")),
    ("NS: ``vnfd-id`` that OSM does not have", of_ns(known_vnfds=[])),
    ("NS: ``vnfd-id: other`` in a profile", of_ns(f"{BASE}/vnfd-id", "other")),
    (
        "NS: ``constituent-cpd-id: mgmt``",
        of_ns(known_vnfds={"probe": {"id": "probe", "ext-cpd": [{"id": "other"}]}}),
    ),
    ("NS: a link that is not described", of_ns("virtual-link-desc/0/id", "lan")),
]


def rows(folder: Path) -> str:
    """The rows of the guide's table."""
    text = ""
    for shown, example in EXAMPLES:
        finding = example(folder)[0]
        status = f"{finding.status}" if finding.level == "error" else "warning"
        text += f"   * - {shown}\n     - {status}: ``{finding.message}``\n     - {finding.remedy}\n"
    return text


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_each_example_of_the_guide(tmp_path: Path, number: int) -> None:
    shown, example = EXAMPLES[number]
    finding = example(tmp_path)[0]
    guide = re.sub(r"\s+", " ", GUIDE.read_text(encoding="utf-8"))
    status = f"{finding.status}" if finding.level == "error" else "warning"
    assert f"* - {shown} - {status}: ``{finding.message}`` - {finding.remedy} " in guide


def test_the_table_has_no_other_rows(tmp_path: Path) -> None:
    assert rows(tmp_path) in GUIDE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "sample",
    ["edge_probe_vnf/edge_probe_vnfd.yaml", "edge_web_knf/edge_web_vnfd.yaml", "edge_web_ns/edge_web_nsd.yaml"],
)
def test_descriptors_of_the_guide_are_the_samples(sample: str) -> None:
    path = Path(__file__).parents[3] / "inventories/simplex/.packages" / sample
    text = path.read_text(encoding="utf-8").split("---\n", 1)[1].rstrip()
    indented = "\n".join(f"   {line}" if line else "" for line in text.splitlines())
    assert indented in GUIDE.read_text(encoding="utf-8")
