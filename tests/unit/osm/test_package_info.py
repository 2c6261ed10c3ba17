# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that shows what packages contain, without an OSM."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.edge.infra.plugins.modules import osm_package_info

SAMPLES = Path(__file__).parents[3] / "inventories/simplex/.packages"


def shown(*paths: Path, check: bool = False, **options: Any) -> list[dict[str, Any]]:
    out = io.StringIO()
    arguments = {"paths": [str(p) for p in paths], "_ansible_check_mode": check, **options}
    with patch_module_args(arguments), contextlib.redirect_stdout(out), pytest.raises(SystemExit):
        osm_package_info.main()
    answer = json.loads(out.getvalue())
    assert not answer.get("failed") and not answer["changed"], answer
    packages: list[dict[str, Any]] = answer["packages"]
    return packages


def test_packages_of_the_sample_inventory() -> None:
    knf, ns = shown(SAMPLES / "edge_web_knf", SAMPLES / "edge_web_ns")
    assert (knf["kind"], knf["id"], knf["acceptable"], knf["findings"]) == ("vnf", "edge_web_knf", True, [])
    assert knf["kdus"] == ["web"] and knf["images"][0]["kind"] == "helm-chart"
    assert (ns["kind"], ns["vnfds"], ns["findings"]) == ("ns", ["edge_web_knf"], [])
    assert shown(SAMPLES / "edge_web_ns", check=True) == [ns]


def test_what_is_no_package_is_shown_with_its_fault(tmp_path: Path) -> None:
    (one,) = shown(tmp_path)
    assert not one["acceptable"] and one["kind"] == ""
    assert one["findings"][0]["message"] == "Not found any descriptor file at package descriptor tar.gz"
    assert one["findings"][0]["status"] == 400


def test_an_ns_is_checked_against_the_vnf_beside_it(tmp_path: Path) -> None:
    vnf = tmp_path / "vnf"
    vnf.mkdir()
    text = (SAMPLES / "edge_web_knf/edge_web_vnfd.yaml").read_text(encoding="utf-8")
    (vnf / "x_vnfd.yaml").write_text(text.replace("ext-cpd:", "removed:").replace("mgmt-cp:", "#"), encoding="utf-8")
    bad, ns = shown(vnf, SAMPLES / "edge_web_ns")
    assert "removed" in bad["findings"][0]["where"]
    assert "references a non existing ext-cpd:id inside vnfd 'edge_web_knf'" in ns["findings"][0]["message"]


def test_a_slice_template_needs_the_ns_beside_it_or_in_osm(tmp_path: Path) -> None:
    (tmp_path / "slice").mkdir()
    subnet = {"id": "web", "nsd-ref": "edge_web_ns", "description": "the web service"}
    template = {"id": "s", "netslice-subnet": [subnet], "netslice-vld": [{"id": "mgmt", "name": "mgmt"}]}
    (tmp_path / "slice/s_nstd.yaml").write_text(json.dumps({"nst": [template]}), encoding="utf-8")
    (alone,) = shown(tmp_path / "slice")
    assert (alone["kind"], alone["nsds"], alone["acceptable"]) == ("nst", ["edge_web_ns"], False)
    assert (alone["findings"][0]["status"], alone["findings"][0]["message"]) == (
        409,
        "Descriptor error at 'netslice-subnet':'nsd-ref'='edge_web_ns' references a non existing nsd",
    )
    assert shown(tmp_path / "slice", SAMPLES / "edge_web_ns")[0]["findings"] == []
    assert shown(tmp_path / "slice", onboarded_nsds=["edge_web_ns"])[0]["findings"] == []


def test_repositories_are_looked_at_when_they_are_given() -> None:
    """Without the option nothing is said of them: the module does not ask an OSM."""
    knf = SAMPLES / "edge_web_knf"
    assert shown(knf)[0]["findings"] == shown(knf, k8s_repos=["podinfo"])[0]["findings"] == []
    [found] = shown(knf, k8s_repos=[])[0]["findings"]
    assert found["level"] == "warning" and "knows no Helm repository podinfo" in found["message"]
    assert shown(knf, k8s_repos=[])[0]["acceptable"], "OSM takes it"
