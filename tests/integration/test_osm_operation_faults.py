# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Day-2 operations in trouble: lost answers, failures, others at the same time."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from .osm import Osm
from .osm_services import LAB, NS, Site, busy, osm, site

assert LAB and osm and site


# -- trouble ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
@pytest.mark.parametrize(
    ("module", "path", "options"),
    [
        ("osm_ns_action", "action", {"member_vnf_index": "probe", "primitive": "touch", "params": {"path": "/x"}}),
        ("osm_ns_scale", "scale", {"member_vnf_index": "probe", "group": "more", "instances": 3}),
        ("osm_ns_kdu_upgrade", "action", {"member_vnf_index": "web", "values": {"ui": {"a": [1, {"b": None}]}}}),
        ("osm_ns_heal", "heal", {"member_vnf_index": "probe", "always": True}),
    ],
)
def test_a_lost_answer_doubles_nothing(site: Site, fault: str, module: str, path: str, options: dict[str, Any]) -> None:
    site.osm.done("osm_ns_action", ns="edge-web", member_vnf_index="probe", primitive="touch", params={"path": "/x"})
    before = {o["_id"] for o in site.operations()}
    site.osm.lab.control.fault(fault, service="osm", match=f"^POST .*/{path}$")
    done = site.osm.done(module, ns="edge-web", **options)
    assert done["changed"]
    made = [o for o in site.operations() if o["_id"] not in before]
    assert len(made) == 1 and done["operations"][0]["id"] == made[0]["_id"], "the same one before counts for nothing"
    assert len(site.osm.writes()) == (2 if fault == "drop_before" else 1)


def test_each_step_is_looked_for_by_itself(site: Site) -> None:
    """Two steps with the same body: the first one's record does not pass for the second's."""
    site.osm.lab.control.fault("drop_after", service="osm", match="^POST .*/scale$", count=2)
    call = {"ns": "edge-web", "member_vnf_index": "probe", "group": "more", "instances": 5}
    done = site.osm.done("osm_ns_scale", **call)
    assert len(site.operations("scale")) == 2 and site.machines() == 5
    assert len({o["id"] for o in done["operations"]}) == 2


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_a_lost_cancel(site: Site, fault: str) -> None:
    busy(site)
    site.osm.lab.control.fault(fault, service="osm", match="^POST .*/cancel$")
    done = site.osm.done("osm_ns_cancel", ns="edge-web")
    assert done["changed"] and site.operations("action")[-1]["operationState"] in ("FAILED_TEMP", "COMPLETED")


def test_a_token_that_expires_and_an_api_that_stumbles(site: Site) -> None:
    for fault in ("expire_token", "refuse"):
        site.osm.lab.control.fault(fault, service="osm", match="^POST .*/scale$", status=503, retry_after=1)
    site.osm.done("osm_ns_scale", ns="edge-web", member_vnf_index="probe", group="more", instances=3)
    assert len(site.operations("scale")) == 1


@pytest.mark.parametrize("lab", [{**LAB, "durations": {**LAB["durations"], "ns_action": 6000}}], indirect=True)
def test_a_timeout_tells_how_far_it_came_and_the_next_run_takes_it_up(site: Site) -> None:
    call = {"member_vnf_index": "probe", "group": "more", "ns": "edge-web", "instances": 3}
    busy(site)
    late = site.osm.module("osm_ns_scale", when_busy="queue", wait_timeout=1, **call)
    assert late["failed"] and late["changed"] and late["error"]["kind"] == "timeout"
    assert late["error"]["last_state"] == "PROCESSING: Waiting for 1 related tasks to be completed."
    again = site.osm.done("osm_ns_scale", **call)
    assert not again["changed"] and site.machines() == 3 and len(site.operations("scale")) == 1


def test_without_waiting(site: Site) -> None:
    done = site.osm.done("osm_ns_scale", ns="edge-web", member_vnf_index="probe", group="more", instances=5, wait=False)
    assert done["changed"] and len(site.osm.writes()) == 2 and all(o["id"] for o in done["operations"])
    site.osm.lab.wait(lambda: site.machines() == 5)


def test_stages_are_told_while_waiting(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site.osm.only_in_the_lab("how long an operation takes is the lab's")
    progress = tmp_path / "progress"
    monkeypatch.setenv("EDGE_INFRA_PROGRESS", str(progress))
    busy(site)
    site.osm.done("osm_ns_heal", ns="edge-web", always=True, when_busy="queue")
    told = [json.loads(line) for line in progress.read_text(encoding="utf-8").splitlines()]
    assert any("Waiting for 1 related tasks to be completed." in t["state"] for t in told), told


def test_two_at_once_on_one_service(site: Site) -> None:
    """Both want the same number: the one that comes second waits, looks again, and finds it done."""
    other = busy(site)
    answers: list[dict[str, Any]] = []
    body = {"scaling-group-descriptor": "more", "member-vnf-index": "probe"}
    scale = {"scaleType": "SCALE_VNF", "scaleVnfData": {"scaleVnfType": "SCALE_OUT", "scaleByStepData": body}}

    def colleague() -> None:
        time.sleep(0.05)
        reply = site.osm.call("POST", f"{NS}/{site.osm.one('nsrs')['_id']}/scale", scale)
        answers.append(reply.json())

    thread = threading.Thread(target=colleague)
    thread.start()
    thread.join()
    done = site.osm.done("osm_ns_scale", ns="edge-web", member_vnf_index="probe", group="more", instances=3)
    assert other and answers and not done["changed"] and site.machines() == 3


def test_in_check_mode_a_service_may_be_one_that_an_earlier_task_makes(osm: Osm) -> None:
    call = {"ns": "later", "member_vnf_index": "web", "values": {"replicaCount": 2}, "assume": {"ns": ["later"]}}
    call["secret_values"] = {"key": "canary-of-later"}
    answer = osm.done("osm_ns_kdu_upgrade", check=True, **call)
    assert answer["changed"] and "canary" not in str(answer)
    assert "no NS instance called 'later'" in osm.refused("osm_ns_kdu_upgrade", **call)["msg"]
