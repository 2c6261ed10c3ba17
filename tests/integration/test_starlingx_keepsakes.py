# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""StarlingX's licence and the images in its registry: prediction, run, prediction, run; refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import run_module
from .stx import Stx

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}
DEX = {"name": "docker.io/starlingx/dex", "tag": "v2.37.0"}


@pytest.fixture
def stx(lab: Any, cache: Any) -> Stx:
    return Stx(lab, run_module)


def test_a_license(stx: Stx, tmp_path: Path) -> None:
    src = tmp_path / "edge.lic"
    for text in ("first*license\n", "second*license\n"):
        src.write_text(text)
        stx.forget()
        predicted = stx.done("stx_license", check=True, src=str(src))
        assert predicted["changed"] and not stx.writes()
        done = stx.done("stx_license", src=str(src))
        assert done["changed"] and done["diff"] == predicted["diff"]
        assert "license\\n" not in json.dumps(done)
        assert stx.writes() == ["POST /v1/license/install_license"]
        stx.forget()
        for check in (True, False):
            assert not stx.done("stx_license", check=check, src=str(src))["changed"]
        assert not stx.writes() and stx.state("license") == [{"content": text}]


def test_a_license_that_is_refused(stx: Stx, tmp_path: Path) -> None:
    answer = stx.module("stx_license")
    assert answer["failed"] and "src: which license is meant?" in answer["msg"]
    answer = stx.module("stx_license", src=str(tmp_path / "gone.lic"))
    assert answer["failed"] and "gone.lic cannot be read (No such file or directory)" in answer["msg"]
    (tmp_path / "old.lic").write_text("old")
    stx.lab.control.fault("fail_operation", service="sysinv", match="install license", detail="License has expired")
    answer = stx.module("stx_license", src=str(tmp_path / "old.lic"))
    assert answer["failed"] and "did not install the license: License has expired" in answer["msg"]


@pytest.mark.parametrize("collect", [False, True])
def test_an_image(stx: Stx, collect: bool) -> None:
    wanted = {**DEX, "garbage_collect": collect}
    predicted = stx.done("stx_registry_image", check=True, **wanted)
    assert predicted["changed"] and not stx.writes()
    done = stx.done("stx_registry_image", **wanted)
    assert (done["action"], done["diff"]) == ("delete", predicted["diff"])
    assert stx.writes() == ["DELETE /v1/registry_image", *(["POST /v1/registry_image"] if collect else [])]
    stx.forget()
    for check in (True, False):
        assert not stx.done("stx_registry_image", check=check, **wanted)["changed"]
    assert not stx.writes()
    left = stx.done("stx_registry_image_info", name=DEX["name"])["registry_images"]
    assert [i["tag"] for i in left] == ["v2.41.1"]


def test_images_and_names_that_are_none(stx: Stx) -> None:
    names = [i["name"] for i in stx.done("stx_registry_image_info")["registry_images"]]
    assert "registry.k8s.io/pause" in names
    answer = stx.module("stx_registry_image", name="registry.local:9001/dex", tag="1")
    assert answer["failed"] and "name: 'registry.local:9001/dex' is no name of an image" in answer["msg"]
