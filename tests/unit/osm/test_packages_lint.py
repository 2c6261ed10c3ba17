# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What OSM would say to a package: its words, its status, the first fault first, and the place in the descriptor.

The expected texts are those of the NBI (2026) and of the bindings that pyangbind makes from its model.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.build import PackageError, build
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.images import images
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.lint import OLD, lint

from .packages_samples import DF, NSD, NST, VDU, VNFD, ns, nst, package, vnf

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("EDGE_SHARED", ROOT.parent / "shared")) / "data"
SAMPLES = sorted(p for p in (ROOT / "inventories/simplex/.packages").iterdir() if p.is_dir())


def test_the_samples_of_this_file_are_good(tmp_path: Path) -> None:
    assert vnf(tmp_path, known_repos=["stable"]) == []
    assert ns(tmp_path, known_vnfds={"probe": VNFD}) == []
    assert nst(tmp_path, known_nsds={"service"}) == []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.name)
def test_the_samples_of_the_inventory_are_good(sample: Path) -> None:
    known = {p.id: p.descriptor for p in map(build, SAMPLES) if p.kind == "vnf"}
    assert lint(build(sample), known_vnfds=known) == []


def verdicts() -> list[tuple[str, int, str]]:
    """Rows of the table of what a real NBI answered."""
    table = SHARED / "osm-packages/NBI-VERDICTS.md"
    if not table.exists():
        return []
    rows = re.findall(r"^\| `(.+?)` \| (\d+) \| (.+?) \|$", table.read_text(encoding="utf-8"), re.MULTILINE)
    return [(file, int(status), detail) for file, status, detail in rows]


@pytest.mark.shared
@pytest.mark.parametrize(("file", "status", "detail"), verdicts() or [("none", 0, "")])
def test_verdicts_of_the_real_nbi(tmp_path: Path, file: str, status: int, detail: str) -> None:
    if file == "none":
        pytest.skip(f"{SHARED} with the verdicts of a real NBI is not there (EDGE_SHARED)")
    path = SHARED / file
    if path.suffix != ".gz":
        # one descriptor at a time, with what lies beside it
        shutil.copytree(path.parent, tmp_path / "pkg")
        (tmp_path / "pkg").chmod(0o755)
        for other in (tmp_path / "pkg").glob("*.yaml"):
            if other.name != path.name:
                other.unlink()
        path = tmp_path / "pkg"
    built = build(path)
    # what the real one had when it was asked: the rest was refused
    findings = lint(built, known_vnfds={"hackfest_basic-vnf"}, known_nsds={"hackfest_basic-ns"})
    if status == 201:
        assert [f for f in findings if f.level == "error"] == []
    else:
        assert (findings[0].level, findings[0].status, findings[0].message) == ("error", status, detail)
        assert findings[0].remedy and findings[0].where


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"vnfd:vnfd-catalog": {"vnfd": [VNFD]}}, OLD),
        ({"vnfd-catalog": {"vnfd": [VNFD]}}, OLD),
        ({"nsd:nsd-catalog": {"nsd": [NSD]}}, OLD),
    ],
)
def test_the_form_before_sol006(tmp_path: Path, document: dict[str, Any], text: str) -> None:
    assert [(f.status, f.message) for f in lint(package(tmp_path, document))] == [(422, text)]


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"vnfd": [VNFD]}, "'vnfd' must be dict"),
        ({"nsd": {"nsd": [NSD, NSD]}}, "'nsd' must be a list of only one element"),
        ({"nsd": [NSD]}, "'list' object has no attribute 'get'"),
    ],
)
def test_bad_envelopes(tmp_path: Path, document: dict[str, Any], text: str) -> None:
    """Building may refuse them already; the words and the status are the NBI's either way."""
    try:
        found = lint(package(tmp_path, document))[0]
    except PackageError as error:
        assert (error.status, error.message) == (400, text)
    else:
        assert (found.status, found.message) == (400, text)


def test_json_descriptors_fail_in_the_nbi(tmp_path: Path) -> None:
    first = lint(package(tmp_path, {"vnfd": VNFD}, file="x.json"))[0]
    assert (first.status, first.message) == (400, "'str' object has no attribute 'read'")
    assert ".yaml" in first.remedy


def test_images(tmp_path: Path) -> None:
    keys = ("kind", "name", "used_by", "vim_type", "where")
    assert images(package(tmp_path, {"vnfd": VNFD})) == [
        dict(zip(keys, ("vm", "debian-12", "vm", "", "sw-image-desc[debian]"), strict=True)),
        dict(zip(keys, ("vm", "debian-12-aws", "vm", "aws", "sw-image-desc[debian-aws]"), strict=True)),
        dict(zip(keys, ("helm-chart", "stable/web", "web", "", "kdu[web].helm-chart"), strict=True)),
    ]
    assert images(package(tmp_path, {"nsd": {"nsd": [NSD]}})) == []


@pytest.mark.parametrize("value", [None, 0, "", "x", [], {}, [None], ["x"], [[]], [{}], {"x": 1}, True, 1.5])
def test_no_shape_is_a_crash(tmp_path: Path, value: Any) -> None:
    """Whatever stands at a key, there are findings or none, but no exception."""
    for key in VNFD.keys() - {"id"}:
        vnf(tmp_path, (key, value))
    for key in VDU:
        vnf(tmp_path, (f"vdu/0/{key}", value))
    for key in DF:
        vnf(tmp_path, (f"df/0/{key}", value))
    for key in NSD.keys() - {"id"}:
        ns(tmp_path, (key, value), known_vnfds={"probe": VNFD})
    for key in NSD["df"][0]["vnf-profile"][0]:
        ns(tmp_path, (f"df/0/vnf-profile/0/{key}", value), known_vnfds={"probe": VNFD})
    for key in NST.keys() - {"id"}:
        nst(tmp_path, (key, value), known_nsds={"service"})
    for key in NST["netslice-subnet"][0]:
        nst(tmp_path, (f"netslice-subnet/0/{key}", value), known_nsds={"service"})
