# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One subcloud: predicted, done, again; failures by phase, faults on the way, deletion, groups."""

from __future__ import annotations

import base64
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from . import dc as world
from .conftest import run_module
from .dc import BMC_CANARY, CANARY, Dc, subcloud

LAB = world.LAB
GROUP = {"name": "south", "description": "d", "update_apply_type": "parallel", "max_parallel_subclouds": 4}
HIDDEN = [text for s in (CANARY, BMC_CANARY) for text in (s, base64.b64encode(s.encode()).decode())]


@pytest.fixture
def dc(lab: Any, cache: Any) -> Dc:
    return Dc(lab, run_module)


#: case -> (earlier options, options, steps, action, write requests)
CASES: dict[str, tuple[list[dict[str, Any]], dict[str, Any], list[str], str]] = {
    "installed": ([], subcloud(management_state="managed"), ["add", "manage"], "create"),
    "without installation": ([], subcloud(remote=False), ["add"], "create"),
    "enrolled": ([], subcloud(enroll=True), ["add"], "create"),
    "changed": (
        [subcloud(management_state="managed")],
        {"name": "edge-1", "description": "new", "location": "Cadiz", "management_state": "unmanaged"},
        ["update"],
        "update",
    ),
    "install values": (
        [subcloud()],
        {"name": "edge-1", "install_values": world.client.install(boot_device="/dev/sdb"), "bmc_password": BMC_CANARY},
        ["update"],
        "update",
    ),
    "managed": ([subcloud()], {"name": "edge-1", "management_state": "managed"}, ["manage"], "update"),
}


@pytest.mark.parametrize("case", CASES)
def test_prediction_run_and_again(dc: Dc, case: str) -> None:
    before, options, steps, action = CASES[case]
    for earlier in before:
        dc.done("stx_subcloud", **earlier)
    dc.forget()
    predicted = dc.done("stx_subcloud", check=True, **options)
    assert not dc.writes() and len(dc.reads()) == 1
    done = dc.done("stx_subcloud", **options)
    assert (predicted["steps"], predicted["action"], predicted["changed"]) == (steps, action, True)
    assert (done["steps"], done["action"], done["changed"]) == (steps, action, True)
    assert predicted["diff"] == done["diff"] and predicted["diff"]["before"] != predicted["diff"]["after"]
    assert len(dc.writes()) == len(steps)
    assert done["subcloud"]["deploy_status"] == "complete" and done["subcloud"]["availability_status"] == "online"
    shown = json.dumps([predicted, done])
    assert not [text for text in HIDDEN if text in shown]
    dc.forget()
    for check in (True, False):
        again = dc.done("stx_subcloud", check=check, **options)
        assert not again["changed"] and again["steps"] == [] and again["action"] == "none"
    assert not dc.writes() and len(dc.reads()) == 2


def test_what_is_sent_is_a_form_with_encoded_passwords(dc: Dc) -> None:
    dc.done("stx_subcloud", **subcloud(description="mine", release="26.03"))
    found = dc.subcloud("edge-1")
    kept = json.loads(found["data_install"])
    assert kept["bmc_password"] == base64.b64encode(BMC_CANARY.encode()).decode()
    assert (found["description"], found["software-version"]) == ("mine", "26.03")
    [seen] = dc.done("stx_subcloud_info", name="edge-1")["subclouds"]
    assert seen["install_values"]["bmc_address"] == "10.20.1.1"
    assert not [text for text in HIDDEN if text in json.dumps(seen)]


#: phase that fails -> (state, what the next run sends)
PHASES = {
    "create": ("create-failed", ["remove", "add"]),
    "pre-install": ("pre-install-failed", ["resume"]),
    "install": ("install-failed", ["resume"]),
    "bootstrap": ("bootstrap-failed", ["resume"]),
}


@pytest.mark.parametrize("phase", PHASES)
def test_a_failed_phase_is_told_and_the_next_run_goes_on(dc: Dc, phase: str) -> None:
    state, steps = PHASES[phase]
    dc.fail(f"subcloud edge-1 {phase}$")
    answer = dc.module("stx_subcloud", **subcloud())
    assert answer["failed"] and answer["error"]["kind"] == "failed_state", answer["msg"]
    assert answer["error"]["state"] == state and answer["error"]["phase"] == phase.removeprefix("pre-")
    assert "edge-1" in answer["error"]["next_command"] and answer["steps"] == ["add"] and answer["changed"]
    assert ("no route to host" in answer["msg"]) == (phase in ("install", "bootstrap"))
    stopped = dc.module("stx_subcloud", resume=False, **subcloud())
    assert stopped["failed"] and not stopped["changed"] and stopped["error"]["state"] == state
    predicted = dc.done("stx_subcloud", check=True, **subcloud())
    done = dc.done("stx_subcloud", **subcloud())
    assert predicted["steps"] == done["steps"] == steps and predicted["diff"] == done["diff"]
    assert not dc.done("stx_subcloud", **subcloud())["changed"]


def test_a_failed_configuration_and_a_failed_enrolment_go_on(dc: Dc, tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text("spec:\n  a: 1\n")
    wanted = subcloud(deploy_config=str(tmp_path / "config.yml"))
    assert (
        "Bring them to the System Controller with stx_subcloud_deploy_files"
        in dc.module("stx_subcloud", **wanted)["msg"]
    )
    dc.api.form("POST", "subcloud-deploy/", deploy_playbook=b"-", deploy_chart=b"-")
    dc.fail("subcloud edge-1 config$")
    assert dc.module("stx_subcloud", **wanted)["error"]["state"] == "config-failed"
    assert dc.done("stx_subcloud", **wanted)["steps"] == ["configure"]
    dc.fail("subcloud edge-2 enroll$")
    wanted = subcloud(2, enroll=True)
    assert dc.module("stx_subcloud", **wanted)["error"]["state"] == "enroll-failed"
    assert dc.done("stx_subcloud", **wanted)["steps"] == ["enroll", "complete"]


def test_what_another_has_begun_is_waited_for(dc: Dc) -> None:
    assert dc.api.add().status_code == 200
    done = dc.done("stx_subcloud", **subcloud(remote=False, management_state="managed"))
    assert done["steps"] == ["manage"]
    assert dc.done("stx_subcloud", wait=False, **subcloud(2))["steps"] == ["add"]
    assert not dc.done("stx_subcloud", **subcloud(2))["changed"]


@pytest.mark.parametrize(
    ("fault", "steps"),
    [
        ({"kind": "drop_after", "match": "POST .*subclouds"}, ["add"]),
        ({"kind": "drop_before", "match": "POST .*subclouds"}, ["add"]),
        ({"kind": "refuse", "status": 502, "match": "POST .*subclouds"}, ["add"]),
        ({"kind": "refuse", "status": 502, "match": "GET", "count": 2}, ["add"]),
        ({"kind": "drop_before", "match": "GET"}, ["add"]),
        ({"kind": "expire_token", "match": "POST"}, ["add"]),
        ({"kind": "expire_token", "match": "GET"}, ["add"]),
    ],
)
def test_faults_on_the_way(dc: Dc, fault: dict[str, Any], steps: list[str]) -> None:
    dc.lab.control.fault(service="dcmanager", **fault)
    done = dc.done("stx_subcloud", **subcloud(remote=False))
    assert done["steps"] == steps
    assert len(dc.lab.control.state("dcmanager")["subclouds"]) == 1
    assert not dc.done("stx_subcloud", **subcloud(remote=False))["changed"]


def test_a_token_that_is_refused_is_not_repeated(dc: Dc) -> None:
    dc.lab.control.fault("expire_token", service="dcmanager", count=5)
    answer = dc.module("stx_subcloud", **subcloud())
    assert answer["failed"] and "Auth token is invalid" in answer["msg"] and "gAAAA" not in json.dumps(answer)


# -- deletion -----------------------------------------------------------------------------------------------------


def test_deletion_is_guarded_unmanages_and_waits_until_it_is_offline(dc: Dc) -> None:
    dc.done("stx_subcloud", **subcloud(management_state="managed"))
    gone = {"name": "edge-1", "state": "absent"}
    for check in (True, False):
        refused = dc.module("stx_subcloud", check, **gone)
        assert refused["failed"] and "Give confirm_name: edge-1" in refused["msg"]
        assert dc.module("stx_subcloud", check, confirm_name="edge-2", **gone)["failed"]
    dc.forget()
    assert not dc.writes()
    predicted = dc.done("stx_subcloud", check=True, confirm_name="edge-1", **gone)
    slow = dc.module("stx_subcloud", confirm_name="edge-1", wait_timeout=1, **gone)
    assert slow["failed"] and slow["error"]["kind"] == "timeout" and "power its controllers off" in slow["msg"]
    assert slow["steps"] == ["unmanage"]
    timer = threading.Timer(0.3, lambda: dc.api.power("edge-1", False))
    timer.start()
    done = dc.done("stx_subcloud", confirm_name="edge-1", **gone)
    assert (predicted["steps"], done["steps"]) == (["unmanage", "delete"], ["delete"])
    assert done["action"] == "delete" and done["subcloud"] == {}
    for check in (True, False):
        assert not dc.done("stx_subcloud", check=check, **gone)["changed"]


# -- input --------------------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({"name": "edge-1"}, "adding it needs bootstrap_values, bootstrap_address, sysadmin_password"),
    "no BMC password": (subcloud(bmc_password=None), "adding it needs bmc_password"),
    "digits": (subcloud(name="42"), "42 has no letters"),
    "another name": (subcloud(name="edge-9"), "its name is edge-1, and the subcloud is called edge-9"),
    "lacking": (
        subcloud(bootstrap_values=world.client.bootstrap(management_gateway_address=None)),
        "bootstrap_values: lacks management_gateway_address",
    ),
    "install type": (subcloud(install_values=world.client.install(install_type=9)), "install_type 9 is none of"),
    "address": (subcloud(bootstrap_address="here"), "here is no IP address"),
    "no file": (subcloud(bootstrap_values="/none/there.yml"), "/none/there.yml cannot be read"),
    "group": (subcloud(group="none"), "there is no subcloud group called 'none'"),
    "both": (subcloud(migrate=True, enroll=True), "migrate: goes neither with deploy_config nor with enroll"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_before_anything_is_sent(dc: Dc, case: str) -> None:
    options, words = REFUSED[case]
    for check in (True, False):
        answer = dc.module("stx_subcloud", check, **options)
        assert answer["failed"] and words in answer["msg"], answer["msg"]
        assert not answer.get("changed")
    assert not dc.writes()


def test_secrets_inside_values_are_shown_nowhere(dc: Dc) -> None:
    secrets = ["Kanary*Admin3", "Kanary*Docker4", "Kanary*Bmc5"]
    registries = {"defaults": {"username": "u", "password": secrets[1]}}
    values = {**world.client.bootstrap(), "admin_password": secrets[0], "docker_registries": registries}
    machine = {**world.client.install(bootstrap_address=None), "bmc_password": secrets[2]}
    dc.fail("subcloud edge-1 bootstrap$", f"{secrets[0]} is wrong")
    failed = dc.module("stx_subcloud", **subcloud(bootstrap_values=values, install_values=machine))
    text = dc.module("stx_subcloud", **subcloud(2, bootstrap_values=f"name: edge-2\nadmin_password: {secrets[0]}\n"))
    many = dc.module(
        "stx_subcloud_deployment", resources={"subclouds": [subcloud(2, bootstrap_values=f"a: {secrets[0]}\n")]}
    )
    assert "bootstrap_values: is a text" in text["msg"] and "bootstrap_values: is a text" in many["msg"]
    shown = json.dumps([failed, text, many])
    assert failed["failed"] and not [s for s in secrets if s in shown]


def test_what_dcmanager_refuses_is_told_in_its_words(dc: Dc) -> None:
    dc.done("stx_subcloud", **subcloud(remote=False))
    same = {**world.client.bootstrap(1), "name": "edge-2"}
    answer = dc.module("stx_subcloud", **subcloud(2, remote=False, bootstrap_values=same))
    assert answer["failed"] and "Management address range overlaps with that of subcloud edge-1" in answer["msg"]
    assert "subcloud edge-2" in answer["msg"] and not answer["changed"]


# -- groups, info -------------------------------------------------------------------------------------------------


def test_groups(dc: Dc) -> None:
    predicted = dc.done("stx_subcloud_group", check=True, **GROUP)
    done = dc.done("stx_subcloud_group", **GROUP)
    assert predicted["diff"] == done["diff"] and done["action"] == "create"
    assert not dc.done("stx_subcloud_group", **GROUP)["changed"]
    dc.forget()
    changed = dc.done("stx_subcloud_group", name="south", max_parallel_subclouds=9)
    assert changed["action"] == "update" and dc.writes() == ["PATCH subcloud-groups/2"]
    assert dc.done("stx_subcloud", **subcloud(group="south"))["subcloud"]["group"] == "south"
    used = dc.module("stx_subcloud_group", name="south", state="absent")
    assert used["failed"] and "edge-1" in used["msg"]
    kept = dc.module("stx_subcloud_group", name="Default", state="absent")
    assert kept["failed"] and "Default" in kept["msg"]
    found = dc.done("stx_subcloud_group_info")["subcloud_groups"]
    assert {g["name"]: g["subcloud_count"] for g in found} == {"Default": 0, "south": 1}
    dc.done("stx_subcloud", name="edge-1", group="Default")
    assert dc.done("stx_subcloud_group", name="south", state="absent")["changed"]
    wrong = dc.module("stx_subcloud_group", name="a.b", description="d")
    assert wrong["failed"] and "is no name of a group" in wrong["msg"]


def test_info(dc: Dc) -> None:
    dc.seed(3)
    dc.set("sc0002", drift=["kubernetes"])
    dc.set("sc0003", power=False)
    dc.api.until("sc0003", availability_status="offline")
    dc.forget()
    found = {s["name"]: s for s in dc.done("stx_subcloud_info")["subclouds"]}
    assert dc.reads() == ["subclouds/", "subcloud-groups/"]
    assert found["sc0002"]["endpoints"]["kubernetes"] == "out-of-sync" and found["sc0002"]["group"] == "Default"
    assert [s["name"] for s in dc.done("stx_subcloud_info", availability_status=["offline"])["subclouds"]] == ["sc0003"]
    assert [s["name"] for s in dc.done("stx_subcloud_info", sync_status=["in-sync"])["subclouds"]] == ["sc0001"]
    assert len(dc.done("stx_subcloud_info", name="sc0001")["subclouds"]) == 1
