# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""StarlingX's certificates: prediction, run, prediction, run; nothing of a key is shown; refusals."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import ROOT, run_module
from .stx import Stx

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}
_spec = importlib.util.spec_from_file_location("issued", ROOT / "tests/unit/lab/issued.py")
assert _spec and _spec.loader
issued = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(issued)

CERT = "stx_certificate"
INSTALL = "POST /v1/certificate/certificate_install"
AUTHORITY = issued.Issued("company", authority=True)
NEWER = issued.Issued("company", authority=True)
LEAF = issued.Issued("registry", AUTHORITY)
FILES = {
    "ca.pem": AUTHORITY.pem,
    "newer.pem": NEWER.pem,
    "two.pem": AUTHORITY.pem + NEWER.pem,
    "leaf.pem": LEAF.pem + AUTHORITY.pem + LEAF.private("pass*phrase1"),
    "none.pem": b"nothing",
}


@pytest.fixture
def stx(lab: Any, cache: Any) -> Stx:
    return Stx(lab, run_module)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def with_file(here: Path, options: dict[str, Any]) -> dict[str, Any]:
    return {**options, **({"src": str(here / options["src"])} if "src" in options else {})}


REGISTRY = {"mode": "docker_registry", "src": "leaf.pem", "passphrase": "pass*phrase1", "force": True}
TRUSTED = {"mode": "ssl_ca", "src": "ca.pem"}
#: name of the case -> (options before it, options, action, write requests)
CASES: dict[str, tuple[list[dict[str, Any]], dict[str, Any], str, list[str]]] = {
    "authority": ([], TRUSTED, "create", [INSTALL]),
    "another of the same name": ([TRUSTED], {"mode": "ssl_ca", "src": "newer.pem"}, "create", [INSTALL]),
    "registry": ([], REGISTRY, "update", [INSTALL]),
    "removed": ([TRUSTED], {**TRUSTED, "state": "absent"}, "delete", ["DELETE /v1/certificate/ID"]),
    "removed by its signature": (
        [TRUSTED],
        {"mode": "ssl_ca", "signature": f"ssl_ca_{AUTHORITY.certificate.serial_number}", "state": "absent"},
        "delete",
        ["DELETE /v1/certificate/ID"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_prediction_run_and_again(stx: Stx, here: Path, case: str) -> None:
    before, options, action, requests = CASES[case]
    for values in before:
        stx.done(CERT, **with_file(here, values))
    wanted = with_file(here, options)
    stx.forget()
    predicted = stx.done(CERT, check=True, **wanted)
    assert not stx.writes()
    done = stx.done(CERT, **wanted)
    assert (predicted["action"], done["action"], done["changed"]) == (action, action, True)
    assert predicted["diff"] == done["diff"]
    words = [w if w == INSTALL else f"{w.rpartition('/')[0]}/ID" for w in stx.writes()]
    assert words == requests
    shown = json.dumps([predicted, done])
    assert "PRIVATE KEY" not in shown and "pass*phrase1" not in shown
    stx.forget()
    for check in (True, False):
        assert not stx.done(CERT, check=check, **wanted)["changed"]
    assert not stx.writes()


#: (options, words of the refusal)
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no file": ({"mode": "ssl_ca"}, "src: which certificate is meant?"),
    "not there": ({"mode": "ssl_ca", "src": "gone.pem"}, "gone.pem cannot be read (No such file or directory)"),
    "no certificate": ({"mode": "ssl_ca", "src": "none.pem"}, "none.pem has no certificate in PEM"),
    "several": ({"mode": "ssl_ca", "src": "two.pem"}, "two.pem has 2 certificates"),
    "not to be removed": ({"mode": "ssl", "state": "absent"}, "sysinv removes no certificate of mode ssl"),
    "another signature": ({**TRUSTED, "signature": "ssl_ca_1"}, "not ssl_ca_1"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_before_anything_is_sent(stx: Stx, here: Path, case: str) -> None:
    options, words = REFUSED[case]
    for check in (True, False):
        answer = stx.module(CERT, check, **with_file(here, options))
        assert answer["failed"] and words in answer["msg"], answer["msg"]
    assert not stx.writes()


def test_an_error_that_comes_with_200_is_one(stx: Stx, here: Path) -> None:
    answer = stx.module(CERT, **with_file(here, {**REGISTRY, "force": False}))
    assert answer["failed"] and not answer.get("results")
    assert "first delete the system-registry-local-certificate Certificate and Secret" in answer["msg"]
    answer = stx.module(CERT, **with_file(here, {**REGISTRY, "passphrase": "wrong*phrase1"}))
    assert answer["failed"] and "Error loading private key from PEM data" in answer["msg"]
    assert "wrong*phrase1" not in json.dumps(answer)


def test_info(stx: Stx, here: Path) -> None:
    stx.done(CERT, **with_file(here, TRUSTED))
    [found] = stx.done("stx_certificate_info", mode="ssl_ca")["certificates"]
    assert (found["subject"], found["mode"]) == ("CN=company", "ssl_ca") and found["expiry_date"]
    assert len(stx.done("stx_certificate_info")["certificates"]) == 4


def test_a_lost_answer(stx: Stx, here: Path) -> None:
    stx.lab.control.fault("drop_after", service="sysinv", match="certificate_install")
    done = stx.done(CERT, **with_file(here, TRUSTED))
    assert done["changed"] and stx.writes() == [INSTALL]
