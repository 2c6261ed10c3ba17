# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What uses something of OSM's stands against its removal: who, before anything is sent; and what force does."""

from __future__ import annotations

import time
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._osm.instances import NsSender

from .osm import LAB, PACKAGES, SERVICE, VIM, Osm
from .test_osm_accounts import VCA, WIM, osm

assert LAB and osm


def refused_as_used(osm: Osm, module: str, *users: str, **options: Any) -> dict[str, Any]:
    """The removal is refused, in check mode too, before anything is sent, and the users are named."""
    for check in (True, False):
        answer = osm.refused(module, check=check, state="absent", **options)
        assert answer["error"]["kind"] == "in_use", answer["msg"]
        assert all(user in answer["msg"] for user in users), answer["msg"]
        assert all(u["id"] and u["name"] and u["kind"] for u in answer["error"]["users"])
    return answer


def test_what_a_service_uses_is_not_removed(osm: Osm) -> None:
    osm.onboarded()
    osm.done("osm_ns", **SERVICE)
    vim = refused_as_used(osm, "osm_vim_account", "NS instance edge-web (VNF", "K8s cluster madrid-1", name="madrid-1")
    assert "force: true" in vim["msg"] and {u["kind"] for u in vim["error"]["users"]} == {"vnf", "k8s_cluster"}
    refused_as_used(osm, "osm_k8s_cluster", "NS instance edge-web", name="madrid-1")
    refused_as_used(osm, "osm_vnf_package", "NS package edge_web_ns", "NS instance edge-web", path=str(PACKAGES["vnf"]))
    refused_as_used(osm, "osm_ns_package", "NS instance edge-web", path=str(PACKAGES["ns"]))


def test_only_the_lists_that_a_removal_needs_are_read(osm: Osm) -> None:
    osm.site()
    osm.done("osm_vim_account", **{**VIM, "name": "unused"})
    osm.done("osm_vim_account", **{**VIM, "name": "unused", "description": "changed"})
    assert [a for a in osm.asked() if "vnf_instances" in a or "k8sclusters" in a] == [], "no removal, no look"
    osm.done("osm_vim_account", check=True, name="unused", state="absent")
    assert [a.split("/")[-1] for a in osm.asked()] == ["vim_accounts", "vnf_instances", "k8sclusters"]
    rows = osm.lab.control.recorded("osm")
    assert any("vim-account-id=" in str(r) for r in rows), "OSM is asked for users alone"
    osm.done("osm_vim_account", check=True, name="nowhere", state="absent")
    assert len(osm.asked()) == 1
    osm.done("osm_vim_account", name="unused", state="absent")


def test_who_goes_too_or_lets_go_is_no_user(osm: Osm) -> None:
    osm.done("osm_vca", **VCA)
    osm.done("osm_vca", **{**VCA, "name": "second"})
    osm.done("osm_vim_account", **VIM, vca="edge-juju")
    refused_as_used(osm, "osm_vca", "VIM account madrid-1", name="edge-juju")
    gone = [{"name": "edge-juju", "state": "absent"}]
    moved = {"vim_accounts": [{"name": "madrid-1", "vca": "second"}], "vcas": gone}
    osm.done("osm_deployment", resources=moved)
    assert [v["name"] for v in osm.all("vca")] == ["second"]
    gone = [{"name": "second", "state": "absent"}]
    osm.done("osm_deployment", resources={"vcas": gone, "vim_accounts": [{"name": "madrid-1", "state": "absent"}]})
    assert osm.all("vca") == [] and osm.all("vim_accounts") == []


def test_force_removes_in_spite_of_users_and_at_once(osm: Osm) -> None:
    osm.onboarded()
    osm.done("osm_ns", **SERVICE)
    osm.done("osm_vim_account", name="madrid-1", state="absent", force=True)
    assert osm.all("vim_accounts") == [] and not any("vnf_instances" in a for a in osm.asked())
    osm.done("osm_vnf_package", path=str(PACKAGES["vnf"]), state="absent", force=True)
    assert osm.all("vnfds") == []
    osm.done("osm_ns", name="edge-web", state="absent", force=True)
    assert osm.all("nsrs") == [] and not osm.done("osm_ns", name="edge-web", state="absent", force=True)["changed"]


def test_force_ends_a_removal_that_never_ends(osm: Osm) -> None:
    """The life-cycle manager does not answer: the name stays taken until the record is forced out."""
    osm.done("osm_wim_account", **WIM)
    identity = osm.one("wim_accounts")["_id"]
    osm.lab.control.fault("fail_operation", service="osm", match="delete wim_accounts", detail="no route to the WAN")
    assert osm.module("osm_wim_account", name="backbone", state="absent")["failed"]
    osm.done("osm_wim_account", name="backbone", state="absent", force=True)
    assert osm.all("wim_accounts") == [] and identity


@pytest.mark.parametrize("first", ["the other", "we"])
def test_a_service_that_two_runs_made_is_one(osm: Osm, monkeypatch: pytest.MonkeyPatch, first: str) -> None:
    """OSM takes the same name twice. Both look after they have made theirs, and the younger one gives way."""
    osm.onboarded()
    [nsd], [vim] = osm.all("nsds"), osm.all("vim_accounts")
    body = {"nsName": "edge-web", "nsdId": nsd["_id"], "vimAccountId": vim["_id"], "nsDescription": "by the other"}
    create, made = NsSender.create, list[str]()

    def other() -> None:
        made.append(osm.call("POST", "nslcm/v1/ns_instances_content", body).json()["id"])

    def wrapped(self: Any, *args: Any) -> Any:
        if first == "the other":
            other()
        sent = create(self, *args)
        if first == "we":
            other()
        return sent

    monkeypatch.setattr(NsSender, "create", wrapped)
    done = osm.done("osm_ns", **SERVICE)
    names = {n["_id"]: n["nsState"] for n in osm.all("nsrs")}
    if first == "the other":
        assert not done["changed"] and names == {made[0]: "READY"}
    else:
        assert done["changed"] and len(names) == 2, "the other run sees both, and takes its own away"
    for _attempt in range(20):  # OSM removes the records of the VNFs after that of the service
        left = {v["nsr-id-ref"] for v in osm.all("vnfrs")}
        if left == set(names):
            break
        time.sleep(0.1)
    assert left == set(names), "nothing is left of the other one"


@pytest.mark.parametrize("module", ["osm_ns", "osm_deployment"])
def test_a_broken_service_says_why_and_what_can_be_done(osm: Osm, module: str) -> None:
    osm.onboarded()
    osm.lab.control.fault("fail_operation", service="osm", match="instantiate edge-web", detail="No valid host")
    assert osm.module("osm_ns", **SERVICE)["failed"]
    [nsr], [operation] = osm.all("nsrs"), osm.all("nslcmops")
    options = SERVICE if module == "osm_ns" else {"resources": {"ns_instances": [SERVICE]}}
    for check in (True, False):
        answer = osm.refused(module, check=check, **options)
        assert answer["error"]["kind"] == "failed_state" and answer["error"]["id"] == nsr["_id"]
        assert nsr["errorDetail"] in answer["msg"] and "No valid host" in answer["msg"]
        assert f"Operation: INSTANTIATING.{operation['_id']}, Stage 2/5" in answer["msg"], "and where"
        for way in ("osm_ns_operation_info", "osm_ns_heal", "state: absent", "state: present", "osm_site_replace_fail"):
            assert way in answer["error"]["remedy"], answer["msg"]
    osm.done("osm_ns", name="edge-web", state="absent")
    assert osm.done("osm_ns", **SERVICE)["ns"]["status"] == "READY", "as the message says"
