# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Helm values and other parameters that are called secrets are in no diff, result or invocation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import run_module
from .osm import LAB, SERVICE, Osm

assert LAB


def values(number: int) -> dict[str, Any]:
    return {"db": {"adminPassword": f"canary-{number}", "users": [{"apiKey": f"canary-k{number}"}]}, "proxy": PROXY}


PROXY = "http://u:canary-p@proxy:3128"


@pytest.mark.parametrize("module", ["osm_ns", "osm_deployment"])
def test_values_called_secrets_are_not_shown(lab: Any, cache: Any, module: str) -> None:
    osm = Osm(lab, run_module)
    osm.onboarded()
    entry = {"member_vnf_index": "web", "additional_params": {"token": "canary-vnf", "size": "visible"}}
    for number in (1, 2):  # created, then upgraded
        kdus = [{"vnf": "web", "name": "web", "params": values(number)}]
        declared = {**SERVICE, "kdus": kdus, "additional_params_for_vnf": [entry]}
        options = declared if module == "osm_ns" else {"resources": {"ns_instances": [declared]}}
        for check in (True, False):
            answer = osm.done(module, check, **options)
            text = json.dumps(answer)
            assert answer["changed"] and "canary" not in text, text
            assert "invocation" in answer and "visible" in text and "adminPassword" in text
        assert not osm.done(module, **options)["changed"]
    [latest] = [o for o in osm.all("nslcmops") if o["lcmOperationType"] == "action"]
    assert "********" not in json.dumps(latest)
