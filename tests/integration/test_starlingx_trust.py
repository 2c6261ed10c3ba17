# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""StarlingX: what a locked host protects, faults on the way, and the words of errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from requests.adapters import HTTPAdapter

from .conftest import run_module
from .stx import DISK, INTERFACES, SITE, Stx

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}
HOST: dict[str, Any] = {"host": "controller-0"}
PHYSNET: dict[str, Any] = {"name": "physnet0", "type": "vlan"}


@pytest.fixture
def stx(lab: Any, cache: Any) -> Stx:
    return Stx(lab, run_module)


@pytest.fixture
def running(stx: Stx) -> Stx:
    """A configured and unlocked simplex."""
    stx.done("stx_host_configuration", **SITE)
    stx.forget()
    return stx


# -- locked hosts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "options"),
    [
        ("stx_host_interface", {**HOST, "name": "data0", "mtu": 9000}),
        ("stx_host_label", {**HOST, "labels": {"sriovdp": None}}),
        ("stx_host_cpu", {**HOST, "functions": [{"function": "platform", "numa": {"0": 3}}]}),
        ("stx_host_memory", {**HOST, "numa": 1, "hugepages_1g": 2}),
        ("stx_host_configuration", {"interfaces": [{"name": "data0", "mtu": 9000}], "administrative": "unlocked"}),
    ],
)
def test_a_change_that_needs_a_locked_host_is_refused_before_anything_is_sent(
    running: Stx, module: str, options: dict[str, Any]
) -> None:
    for check in (True, False):
        answer = running.module(module, check, **options)
        assert answer["failed"] and answer["error"]["kind"] == "input"
        assert "controller-0 is locked, and it is unlocked" in answer["msg"] and "lock: allowed" in answer["msg"]
    assert not running.writes()


def test_where_it_is_allowed_the_host_is_locked_changed_and_unlocked(running: Stx) -> None:
    wanted = {**HOST, "name": "data0", "mtu": 9000, "lock": "allowed"}
    predicted = running.done("stx_host_interface", check=True, **wanted)
    assert not running.writes()
    done = running.done("stx_host_interface", **wanted)
    assert predicted["diff"] == done["diff"] and done["changed"]
    paths = [w.split("/")[2] for w in running.writes()]
    assert paths == ["ihosts", "iinterfaces", "ihosts"]
    host = running.state("ihosts")[0]
    assert (host["administrative"], host["availability"]) == ("unlocked", "available")
    assert not running.done("stx_host_interface", **wanted)["changed"]


def test_the_bulk_form_locks_once_for_many_changes(running: Stx) -> None:
    wanted = {
        **SITE,
        "lock": "allowed",
        "labels": {"sriovdp": "enabled", "kube-cpu-mgr-policy": None},
        "memory": [{"numa": 0, "hugepages_1g": 6}],
    }
    predicted = running.done("stx_host_configuration", check=True, **wanted)
    done = running.done("stx_host_configuration", **wanted)
    assert [(r["kind"], r["action"]) for r in predicted["results"]] == [
        (r["kind"], r["action"]) for r in done["results"]
    ]
    changed = [r["kind"] for r in done["results"] if r["changed"]]
    assert changed == ["host_label", "host_memory", "host_lock", "host_unlock"]
    assert len([w for w in running.writes() if "/ihosts/" in w]) == 2
    assert not running.done("stx_host_configuration", **wanted)["changed"]


def test_a_free_label_and_a_data_network_change_on_an_unlocked_host(running: Stx) -> None:
    assert running.done("stx_host_label", **HOST, labels={"rack": "7"})["changed"]
    assert running.done("stx_datanetwork", name="physnet7", type="flat")["changed"]


def test_locking_and_unlocking(running: Stx) -> None:
    assert running.done("stx_host", name="controller-0", administrative="locked")["changed"]
    assert running.state("ihosts")[0]["administrative"] == "locked"
    assert running.done("stx_host", name="controller-0", administrative="unlocked")["changed"]
    assert running.state("ihosts")[0]["availability"] == "available"


# -- faults -------------------------------------------------------------------------------------------------------


def test_one_login_for_many_tasks_and_one_more_after_the_token_ended(stx: Stx) -> None:
    for _unused in range(3):
        stx.done("stx_dns_info")
    assert stx.logins() == 1
    stx.lab.control.fault("expire_token", service="sysinv")
    stx.done("stx_dns_info")
    stx.done("stx_ntp_info")
    assert stx.logins() == 2


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "refuse", "status": 503, "retry_after": 1},
        {"kind": "refuse", "status": 503, "match": "POST"},
        {"kind": "drop_before"},
        {"kind": "drop_before", "match": "POST"},
        {"kind": "drop_after"},
        {"kind": "drop_after", "match": "POST"},
        {"kind": "refuse", "status": 504, "match": "POST"},
        {"kind": "refuse", "status": 503, "service": "keystone", "retry_after": 1},
        {"kind": "drop_before", "service": "keystone"},
    ],
    ids=lambda f: " ".join(map(str, f.values())),
)
def test_a_passing_fault_neither_fails_nor_doubles(stx: Stx, fault: dict[str, Any]) -> None:
    stx.lab.control.fault(**{"service": "sysinv", **fault})
    assert stx.done("stx_datanetwork", **PHYSNET)["changed"]
    assert [n["name"] for n in stx.state("datanetworks")] == ["physnet0"]


@pytest.mark.parametrize("match", ["PATCH .*iinterfaces", "POST .*interface_networks"])
def test_a_lost_answer_in_the_middle_of_an_interface(stx: Stx, match: str) -> None:
    stx.lab.control.fault("drop_after", service="sysinv", match=match)
    assert stx.done("stx_host_interface", **HOST, **INTERFACES[0])["changed"]
    assert [n["network_type"] for n in stx.state("interface_networks") if n["ifname"] == "oam0"] == ["oam"]
    assert not stx.done("stx_host_interface", **HOST, **INTERFACES[0])["changed"]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_answer_to_the_unlock(stx: Stx, kind: str) -> None:
    stx.done("stx_host_interface", **HOST, **INTERFACES[0])
    stx.lab.control.fault(kind, service="sysinv", match="PATCH .*ihosts")
    assert stx.done("stx_host", name="controller-0", administrative="unlocked")["changed"]
    assert stx.state("ihosts")[0]["availability"] == "available"


def test_a_run_that_begins_while_the_controller_reboots_waits_for_it(stx: Stx) -> None:
    stx.done("stx_host_interface", **HOST, **INTERFACES[0])
    stx.done("stx_host", name="controller-0", administrative="unlocked", wait=False)
    stx.lab.wait(lambda: not stx.lab.lab.servers["sysinv"].is_open)
    assert not stx.done("stx_host", name="controller-0", administrative="unlocked", wait_for_api=30)["changed"]
    assert stx.state("ihosts")[0]["availability"] == "available"


def test_an_unlock_that_fails_ends_at_once_with_the_reason(stx: Stx) -> None:
    stx.done("stx_host_interface", **HOST, **INTERFACES[0])
    stx.lab.control.fault(
        "fail_operation", service="sysinv", detail="Configuration failure, threshold reached, Lock/Unlock to retry"
    )
    answer = stx.module("stx_host", name="controller-0", administrative="unlocked")
    assert answer["failed"] and answer["error"]["kind"] == "failed_state"
    assert "Configuration failure, threshold reached" in answer["msg"]
    again = stx.module("stx_host", name="controller-0", administrative="unlocked")
    assert again["failed"] and again["error"]["kind"] == "failed_state" and "lock the host" in again["msg"]


def test_an_interrupted_run_is_finished_by_the_next(stx: Stx) -> None:
    stx.lab.control.fault("refuse", service="sysinv", match="PUT .*host_cpus_modify", status=500, detail="boom")
    first = stx.module("stx_host_configuration", **SITE)
    assert first["failed"] and "boom" in first["msg"]
    by_kind = {r["kind"]: r["status"] for r in first["results"]}
    assert by_kind["host_interface"] == "done" and by_kind["host_cpu"] == "failed"
    second = stx.done("stx_host_configuration", **SITE)
    assert {r["kind"] for r in second["results"] if r["changed"]} >= {"host_cpu", "host"}
    assert not stx.done("stx_host_configuration", **SITE)["changed"]
    assert len(stx.state("datanetworks")) == 2 and len(stx.state("istors")) == 1


def test_a_degraded_host_is_not_waited_for_where_nothing_moves_it(running: Stx) -> None:
    world = running.lab.lab.services["sysinv"].world
    running.lab.call(world.change, world.rows("ihosts")[0], availability="degraded")
    for options in ({}, {"location": "rack 7"}):
        wanted = {"name": "controller-0", "administrative": "unlocked", "wait_timeout": 1, **options}
        assert running.done("stx_host", **wanted)["changed"] == bool(options)
    assert running.state("ihosts")[0]["availability"] == "degraded"


@pytest.mark.parametrize("state", ["offline", "power-off", "failed"])
def test_an_unlock_of_a_host_that_is_not_online_is_refused_before_anything_is_sent(stx: Stx, state: str) -> None:
    stx.done("stx_host_interface", **HOST, **INTERFACES[0])
    world = stx.lab.lab.services["sysinv"].world
    stx.lab.call(world.change, world.rows("ihosts")[0], availability=state)
    stx.forget()
    for check in (True, False):
        answer = stx.module("stx_host_configuration", check, administrative="unlocked", labels={"rack": "7"})
        assert answer["failed"] and f"it is {state}, and a host is unlocked when it is online" in answer["msg"]
    assert not stx.writes()


@pytest.mark.parametrize(
    ("module", "options", "path"),
    [
        (
            "stx_service_parameter",
            {"service": "docker", "section": "proxy", "name": "no_proxy", "value": "x"},
            "service_parameter",
        ),
        ("stx_ptp_instance", {"name": "gm", "service": "ptp4l"}, "ptp_instances"),
    ],
)
def test_what_is_set_and_not_used_is_told(stx: Stx, module: str, options: dict[str, Any], path: str) -> None:
    stx.lab.control.fault("refuse", service="sysinv", match=f"POST .*{path}/apply", status=500, detail="boom")
    answer = stx.module(module, **options)
    assert answer["failed"] and "boom" in answer["msg"] and "a second run sees no difference" in answer["msg"]
    assert "_apply; " in answer["msg"]


# -- words --------------------------------------------------------------------------------------------------------


def test_wrong_password(stx: Stx) -> None:
    answer = stx.module("stx_dns_info", auth_password="not-the-one")
    assert answer["error"]["kind"] == "login"
    assert "refused to sign in user 'admin'" in answer["msg"] and "auth_password" in answer["msg"]
    assert "not-the-one" not in str(answer)


def test_untrusted_certificate(stx: Stx, tmp_path: Path) -> None:
    answer = stx.module("stx_dns_info", ca_cert=None)
    assert answer["error"]["kind"] == "untrusted" and "ca_cert" in answer["msg"]
    assert stx.done("stx_dns_info", ca_cert=None, validate_certs=False)


def test_unreachable(stx: Stx) -> None:
    answer = stx.module("stx_dns_info", auth_url="https://127.0.0.1:9/v3")
    assert answer["error"]["kind"] == "unreachable" and "auth_url" in answer["msg"]


def test_not_a_keystone(stx: Stx) -> None:
    answer = stx.module("stx_dns_info", auth_url=f"{stx.lab.urls['keystone']}/identity/v3")
    assert answer["failed"] and "auth_url" in answer["msg"]


def test_unknown_region(stx: Stx) -> None:
    answer = stx.module("stx_dns_info", region_name="RegionTwo")
    assert answer["error"]["kind"] == "input" and "public in RegionOne" in answer["msg"]


@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        ("stx_host", {"name": "controller-9", "location": "x"}, "a simplex takes no further hosts"),
        ("stx_host_label", {"host": "controller-9", "labels": {}}, "no host called 'controller-9'"),
        ("stx_host_interface", {**HOST, "name": "x0", "port": "enp9s9"}, "Its ports: enp0s3, enp0s8, enp0s9"),
        (
            "stx_host_interface",
            {**HOST, "name": "x0", "port": "enp0s9", "class": "pci-sriov", "vf_count": 99},
            "at most 8",
        ),
        ("stx_host_interface", {**HOST, "name": "enp0s3", "state": "absent"}, "Use class none"),
        ("stx_host_interface", {**HOST, "name": "UPPER", "port": "enp0s3"}, "lower-case"),
        (
            "stx_host_interface",
            {**HOST, "name": "oam0", "port": "enp0s3", "networks": ["nope"]},
            "Existing: cluster-host",
        ),
        ("stx_host_interface", {**HOST, "name": "new0", "class": "data"}, "creating it needs type"),
        ("stx_host_storage", {**HOST, "disk": "/dev/sdz"}, "is no disk of the host"),
        ("stx_host_storage", {**HOST, "disk": DISK}, "must have a ceph or a ceph-rook one"),
        ("stx_dns", {"servers": ["one.one.one.one"]}, "is no address"),
        ("stx_ntp", {"servers": ["1", "2", "3", "4"]}, "servers"),
        ("stx_system", {"timezone": "Mars/Olympus"}, "no time zone"),
        ("stx_system", {"latitude": "91"}, "latitude"),
        ("stx_datanetwork", {"name": "x y", "type": "vlan"}, "no name of a data network"),
        ("stx_datanetwork", {"name": "x", "type": "vxlan"}, "needs multicast_group, port_num, ttl"),
        ("stx_oam_network", {"subnet": "10.20.30.0/24", "gateway": "10.20.31.1"}, "outside of the subnet"),
        ("stx_oam_network", {"end": "10.20.30.100"}, "The bootstrap sets it"),
        ("stx_host_memory", {**HOST, "numa": 0, "hugepages_1g": 500}, "max 1G pages"),
        ("stx_host", {"name": "controller-0", "administrative": "unlocked"}, "without an oam interface"),
    ],
)
def test_words_of_refusals(stx: Stx, module: str, options: dict[str, Any], words: str) -> None:
    answer = stx.module(module, **options)
    assert answer["failed"] and words in answer["msg"], answer["msg"]


def test_create_only_options_are_refused(stx: Stx) -> None:
    stx.done("stx_datanetwork", **PHYSNET)
    stx.forget()
    answer = stx.module("stx_datanetwork", name="physnet0", type="flat")
    assert answer["error"]["kind"] == "create_only" and "state: absent" in answer["msg"]
    assert not stx.writes()


# -- through Ansible ----------------------------------------------------------------------------------------------


def test_a_play_signs_in_once_and_its_second_run_changes_nothing(stx: Stx, play: Any) -> None:
    tasks = [
        {"name": "networks", "edge.infra.stx_datanetwork": {**stx.connection, **PHYSNET}},
        {"name": "dns", "edge.infra.stx_dns": {**stx.connection, "servers": ["10.20.30.1", "9.9.9.9"]}},
        {"name": "oam", "edge.infra.stx_host_interface": {**stx.connection, **HOST, **INTERFACES[0]}},
    ]
    predicted = play(tasks, check=True)
    done = play(tasks)
    assert predicted["rc"] == done["rc"] == 0, done["output"]
    assert predicted["changed"] == done["changed"] == 3
    stx.lab.control.forget()
    again = play(tasks)
    assert again["rc"] == 0 and again["changed"] == 0
    assert not stx.writes() and stx.logins() == 0


# -- rubbish ------------------------------------------------------------------------------------------------------


def answering(monkeypatch: pytest.MonkeyPatch, method: str, content: bytes, times: int = 99) -> None:
    """Something between answers requests to sysinv with 200 and what it likes; the requests are sent all the same."""
    real, left = HTTPAdapter.send, [times]

    def send(self: HTTPAdapter, request: Any, *args: Any, **more: Any) -> Any:
        response = real(self, request, *args, **more)
        if request.method == method and "/v1/" in request.url and left[0]:
            left[0] -= 1
            response._content = content
        return response

    monkeypatch.setattr(HTTPAdapter, "send", send)


@pytest.mark.parametrize(
    "content",
    [b"null", b"{}", b"[]", b'"x"', b'{"idnss": null}', b'{"idnss": [null]}', b'{"error_message": "{}"}', b"<html>"],
)
def test_an_answer_that_is_no_list_is_told_as_that(stx: Stx, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    answering(monkeypatch, "GET", content)
    for module in ("stx_dns", "stx_dns_info"):
        answer = stx.module(module, check=True, **({"servers": ["8.8.8.8"]} if module == "stx_dns" else {}))
        assert answer["error"]["kind"] == "api", answer["msg"]
        assert "answered GET idns with something" in answer["msg"] and "auth_url" in answer["msg"]


@pytest.mark.parametrize("content", [b"null", b"{}", b"[]", b'{"uuid": null}'])
@pytest.mark.parametrize(
    ("module", "options", "table"),
    [
        ("stx_datanetwork", PHYSNET, "datanetworks"),
        ("stx_service_parameter", {"service": "docker", "section": "proxy", "name": "no_proxy", "value": "x"}, ""),
        ("stx_host_interface", {**HOST, **INTERFACES[0]}, ""),
    ],
)
def test_what_was_made_is_looked_for_where_the_answer_does_not_say(
    stx: Stx, monkeypatch: pytest.MonkeyPatch, content: bytes, module: str, options: dict[str, Any], table: str
) -> None:
    answering(monkeypatch, "POST", content, times=1)
    assert stx.done(module, token_cache=False, **options)["changed"]
    assert not table or len(stx.state(table)) == 1
    assert not stx.done(module, **options)["changed"]
