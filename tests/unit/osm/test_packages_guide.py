# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide for package authors says of each example what the lint says."""

from __future__ import annotations

import copy
import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
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


#: a block of the guide that is tried: the slice template, or keys that take the place of a sample's
BLOCK = re.compile(r"^\.\. tried: (.+)\n\n\.\. code-block:: yaml\n\n((?:(?:   .*)?\n)+)", re.MULTILINE)
TRIED = BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
PACKAGES = Path(__file__).parents[3] / "inventories/simplex/.packages"


def descriptor(sample: str) -> Any:
    """The descriptor of a sample."""
    [file] = (PACKAGES / sample).glob("*.yaml")
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def tried(folder: Path, how: str, text: str, *change: Any) -> list[Finding]:
    """What the lint says of a block in its place; ``change`` is one of ``packages_samples.changed``."""
    block = yaml.safe_load(textwrap.dedent(text))
    words = how.split()
    sample = words[words.index("of") + 1]
    files: tuple[str, ...] = (f"{words[-1]}/run",) if "with" in words else ()
    files += ("cloud_init/probe.txt",) if sample == "edge_probe_vnf" else ()
    block = changed(block, change) if change else block
    if words[0] == "slice":
        return lint(package(folder, block, ()), known_nsds=[sample])
    whole = copy.deepcopy(descriptor(sample))
    part = whole["vnfd"] if "vnfd" in whole else whole["nsd"]["nsd"][0]
    part.update(block)
    return lint(package(folder, whole, files), known_vnfds={"edge_web_knf": descriptor("edge_web_knf")["vnfd"]})


@pytest.mark.parametrize("number", range(4))
def test_the_lint_has_nothing_to_say_of_the_guides_blocks(tmp_path: Path, number: int) -> None:
    assert len(TRIED) == 4
    assert tried(tmp_path, *TRIED[number]) == []


DAY12 = "df/0/lcm-operations-configuration/operate-vnf-op-config/day1-2/0"


@pytest.mark.parametrize(
    ("number", "path", "value"),
    [
        (0, "df/0/scaling-aspect/0/aspect-delta-details/deltas/0/vdu-delta/0/id", "other"),
        (1, f"{DAY12}/config-primitive/0/execution-environment", "toucher-ee"),
        (2, "sapd/0/virtual-link", "mgmtnet"),
        (3, "nst/0/netslice-subnet/0/nsd-ref", "other"),
        (3, "nst/0/netslice-vld/0/nss-connection-point-ref/0/nss-ref", "other"),
    ],
)
def test_and_does_of_one_with_a_mistake(tmp_path: Path, number: int, path: str, value: str) -> None:
    assert tried(tmp_path, *TRIED[number], path, value) != []


def test_and_does_without_the_charm(tmp_path: Path) -> None:
    how, text = TRIED[1]
    assert "Charm defined" in tried(tmp_path, how.split(" with")[0], text)[0].message
