# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts of OSM beyond the everyday ones, secrets it cannot change, texts it takes, and two runs at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._osm.dialect import AccountSender

from .conftest import run_module
from .osm import LAB, REPO, VIM, Osm
from .test_osm_modules import info, walk

assert LAB

WIM: dict[str, Any] = {
    "name": "backbone",
    "type": "ietfl2vpn",
    "url": "https://wan.example.com",
    "username": "osm",
    "password": "canary-of-the-wim",
    "config": {"mapping_not_needed": True},
}
SDN: dict[str, Any] = {
    "name": "onos",
    "type": "onosof",
    "url": "http://10.20.30.9:8181",
    "username": "karaf",
    "password": "canary-of-the-sdn",
    "dpid": "00:00:00:00:00:00:00:01",
    "version": "2.7.0",
}
VCA: dict[str, Any] = {
    "name": "edge-juju",
    "endpoints": ["10.20.30.7:17070"],
    "username": "admin",
    "secret": "canary-of-the-vca",
    "ca_cert": "canary-certificate",
    "lxd_cloud": "lxd-cloud",
    "lxd_credentials": "lxd-cloud",
    "k8s_cloud": "k8scloud",
    "k8s_credentials": "k8scloud",
    "model_config": {"agent-stream": "released"},
}
OSM_REPO: dict[str, Any] = {"name": "vendor", "url": "https://packages.example.com/osm"}
#: further topics that these tests fill, in an order in which they can be emptied
MORE = {"wim_accounts": "wim_accounts", "sdns": "sdns", "vca": "vca", "osmrepos": "osmrepos"}


@pytest.fixture
def osm(lab: Any, cache: Path) -> Osm:
    found = Osm(lab, run_module)
    for topic, path in MORE.items():
        for document in found.all(topic):
            assert found.call("DELETE", f"admin/v1/{path}/{document['_id']}?FORCE=True").status_code == 204
    found.lab.control.forget()
    return found


# -- each kind ----------------------------------------------------------------------------------------------------


def test_wim_account(osm: Osm) -> None:
    made = walk(osm, "osm_wim_account", "create", 1, **WIM)
    assert made["wim_account"]["status"] == "ENABLED" and made["operation"].endswith(":0")
    walk(osm, "osm_wim_account", "update", 1, **{**WIM, "url": "https://wan2.example.com", "description": "two"})
    assert osm.one("wim_accounts")["wim_url"] == "https://wan2.example.com"
    walk(osm, "osm_wim_account", "update", 1, name="backbone", config={"mapping_not_needed": None, "port": 1})
    assert osm.one("wim_accounts")["config"] == {"port": 1}
    assert [w["name"] for w in info(osm, "osm_wim_account")] == ["backbone"]
    walk(osm, "osm_wim_account", "delete", 1, name="backbone", state="absent")
    assert osm.all("wim_accounts") == []


def test_a_null_in_the_config_of_a_new_wim_is_not_sent(osm: Osm) -> None:
    """OSM refuses a null there, although it takes one in a change."""
    osm.done("osm_wim_account", **{**WIM, "config": {"port": 1, "old": None}})
    assert osm.one("wim_accounts")["config"] == {"port": 1}


def test_sdn_controller(osm: Osm) -> None:
    made = walk(osm, "osm_sdn_controller", "create", 1, **SDN)
    assert made["sdn_controller"]["status"] == "ENABLED"
    walk(osm, "osm_sdn_controller", "update", 1, name="onos", version="2.8.0", config={"switch_id": 4})
    assert osm.one("sdns")["config"] == {"switch_id": 4} and osm.one("sdns")["version"] == "2.8.0"
    assert [w["type"] for w in info(osm, "osm_sdn_controller", name="onos")] == ["onosof"]
    walk(osm, "osm_sdn_controller", "delete", 1, name="onos", state="absent")


def test_vca(osm: Osm) -> None:
    made = walk(osm, "osm_vca", "create", 1, **VCA)
    assert made["vca"]["status"] == "ENABLED" and "canary" not in str(made)
    walk(osm, "osm_vca", "update", 1, name="edge-juju", endpoints=["10.20.30.7:17070", "10.20.30.8:17070"])
    walk(osm, "osm_vca", "update", 1, name="edge-juju", model_config={"agent-stream": None, "logging": "INFO"})
    assert osm.one("vca")["model-config"] == {"logging": "INFO"}
    assert "canary" not in str(info(osm, "osm_vca"))
    walk(osm, "osm_vca", "delete", 3, name="edge-juju", state="absent")


def test_osm_repo(osm: Osm) -> None:
    walk(osm, "osm_repo", "create", 1, **OSM_REPO)
    assert osm.one("osmrepos")["type"] == "osm"
    walk(osm, "osm_repo", "update", 1, **{**OSM_REPO, "description": "packages"})
    walk(osm, "osm_repo", "update", 1, name="vendor", description="")
    assert osm.one("osmrepos").get("description") is None
    assert [r["url"] for r in info(osm, "osm_repo")] == [OSM_REPO["url"]]
    walk(osm, "osm_repo", "delete", 1, name="vendor", state="absent")
    assert osm.all("osmrepos") == []


def test_two_repositories_of_one_name_are_told_by_id(osm: Osm) -> None:
    ids = [osm.call("POST", "admin/v1/osmrepos", {**OSM_REPO, "type": "osm"}).json()["id"] for _unused in "ab"]
    refused = osm.refused("osm_repo", name="vendor", state="absent")
    assert refused["error"]["kind"] == "ambiguous" and all(i in refused["msg"] for i in ids)
    osm.done("osm_repo", name=ids[0], state="absent")
    assert [r["_id"] for r in osm.all("osmrepos")] == [ids[1]]


def test_all_of_them_in_one_document(osm: Osm) -> None:
    vim = {**VIM, "vca": "edge-juju"}
    entries = {
        "wim_accounts": [WIM],
        "sdn_controllers": [SDN],
        "vim_accounts": [vim],
        "vcas": [VCA],
        "osm_repos": [OSM_REPO],
    }
    predicted = osm.done("osm_deployment", check=True, resources=entries)
    done = osm.done("osm_deployment", resources=entries)
    assert predicted["diff"] == done["diff"] and len(osm.writes()) == 5 and osm.logins() <= 1
    assert osm.one("vim_accounts")["vca"] == osm.one("vca")["_id"]
    assert not osm.done("osm_deployment", resources=entries)["changed"] and len(osm.asked()) == 5
    gone = {kind: [{"name": e["name"], "state": "absent"} for e in list_] for kind, list_ in entries.items()}
    osm.done("osm_deployment", resources=gone)
    assert not any(osm.all(topic) for topic in ("vim_accounts", "vca", "wim_accounts", "sdns", "osmrepos"))


# -- secrets that OSM cannot change --------------------------------------------------------------------------------


AZURE: dict[str, Any] = {
    **VIM,
    "type": "azure",
    "config": {
        "region_name": "westeurope",
        "credentials": {"clientId": "me", "clientSecret": "canary-of-the-cloud"},
    },
}


def test_a_client_secret_does_not_spoil_other_changes(osm: Osm) -> None:
    """A PATCH with it ends in 400 "'_id'", and the playbook of course still has it."""
    osm.done("osm_vim_account", **AZURE)
    changed = {**AZURE, "config": {**AZURE["config"], "region_name": "northeurope"}}
    walk(osm, "osm_vim_account", "update", 1, **changed)
    config = osm.one("vim_accounts")["config"]
    assert config["region_name"] == "northeurope" and config["credentials"]["clientId"] == "me"
    assert "clientSecret" in config["credentials"] and "canary" not in str(info(osm, "osm_vim_account"))


def test_to_change_a_client_secret_is_refused_on_paper(osm: Osm) -> None:
    osm.done("osm_vim_account", **AZURE)
    for check in (True, False):
        refused = osm.refused("osm_vim_account", check=check, **AZURE, update_secret="always")
        assert refused["error"]["kind"] == "create_only"
        assert "config.credentials.clientSecret" in refused["msg"] and "state: absent" in refused["msg"]
    lacking = {**VIM, "name": "other"}
    osm.done("osm_vim_account", **lacking)
    added = osm.refused("osm_vim_account", name="other", config={"credentials": {"SecretAccessKey": "canary-key"}})
    assert "config.credentials.SecretAccessKey" in added["msg"] and "canary" not in str(added)


def test_a_failed_account_with_a_client_secret_is_made_again(osm: Osm) -> None:
    osm.lab.control.fault("fail_operation", service="osm", match="vim_accounts", detail="no such subscription")
    assert osm.module("osm_vim_account", **AZURE)["failed"]
    predicted = osm.done("osm_vim_account", check=True, **AZURE)
    assert predicted["action"] == "replace"
    done = osm.done("osm_vim_account", **AZURE)
    assert done["diff"] == predicted["diff"] and done["vim_account"]["status"] == "ENABLED"


def test_an_id_that_ends_with_the_run_is_refused_before_it(osm: Osm) -> None:
    """By the old id a document would be understood once: refused the first time, as it would be the second."""
    osm.lab.control.fault("fail_operation", service="osm", match="vim_accounts", detail="no such subscription")
    assert osm.module("osm_vim_account", **AZURE)["failed"]
    old = osm.one("vim_accounts")["_id"]
    interface = {"name": "eth0", "mgmt": True, "ip-address": "10.20.30.50"}
    pdu = {"name": "wall", "type": "firewall", "interfaces": [interface], "vim_accounts": [old]}
    for vims in ([AZURE], [{**AZURE, "name": old}]):
        for check in (True, False) * 2:
            answer = osm.refused("osm_deployment", check=check, resources={"vim_accounts": vims, "pdus": [pdu]})
            assert f"vim_accounts: {old} is the id of the VIM account madrid-1, which has failed" in answer["msg"]
            assert "Name it madrid-1." in answer["msg"] and osm.one("vim_accounts")["_id"] == old
    answer = osm.refused("osm_vim_account", check=True, **{**AZURE, "name": old})
    assert f"name: {old} is the id of" in answer["msg"] and answer["error"]["value"] == old
    resources = {"vim_accounts": [AZURE], "pdus": [{**pdu, "vim_accounts": ["madrid-1"]}]}
    for changed in (True, False):
        for check in (True, False):
            assert osm.done("osm_deployment", check=check, resources=resources)["changed"] == changed
    new = osm.one("vim_accounts")["_id"]
    assert new != old and osm.one("pdus")["vim_accounts"] == [new]
    by_id = {"vim_accounts": [AZURE], "pdus": [{**pdu, "vim_accounts": [new]}]}
    assert not osm.done("osm_deployment", resources=by_id)["changed"], "the id of what stays is a good name"


def test_a_secret_that_is_not_there_yet_is_a_difference(osm: Osm) -> None:
    """Secrets cannot be compared, but whether there is one can."""
    osm.done("osm_vim_account", **VIM)
    walk(osm, "osm_vim_account", "update", 1, name="madrid-1", config={"nsx_password": "canary-of-nsx"})
    assert "nsx_password" in osm.one("vim_accounts")["config"]
    walk(osm, "osm_vim_account", "update", 1, name="madrid-1", config={"nsx_password": None})
    assert "nsx_password" not in osm.one("vim_accounts")["config"]


def test_prometheus_and_vca_of_a_vim(osm: Osm) -> None:
    osm.done("osm_vca", **VCA)
    options = {"prometheus_config": {"prometheus-url": "http://10.20.30.2:9090"}, "vca": "edge-juju"}
    walk(osm, "osm_vim_account", "create", 2, **VIM, **options)
    live = osm.one("vim_accounts")
    assert live["prometheus-config"] == options["prometheus_config"] and live["vca"] == osm.one("vca")["_id"]


# -- texts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "base", "option", "value", "said"),
    [
        ("osm_vim_account", VIM, "name", "a;b", "not contain ;"),
        ("osm_vim_account", VIM, "name", "x" * 256, "at most 255"),
        ("osm_vim_account", VIM, "name", "", "not be empty"),
        ("osm_vim_account", VIM, "type", "open.stack", "not contain ."),
        ("osm_vim_account", VIM, "url", "http://a'b", "not contain '"),
        ("osm_vim_account", VIM, "url", "", "not be empty"),
        ("osm_vim_account", VIM, "description", 'the "edge"', 'not contain "'),
        ("osm_vim_account", VIM, "description", "d" * 256, "at most 255"),
        ("osm_vim_account", VIM, "password", "p" * 61, "at most 60"),
        ("osm_sdn_controller", SDN, "dpid", "1:2:3", "eight pairs"),
        ("osm_sdn_controller", SDN, "version", "1.2.3-and-more", "at most 12"),
        ("osm_vca", VCA, "ca_cert", "c" * 3001, "at most 3000"),
        ("osm_vca", VCA, "endpoints", ["fine:1", "o'dd:2"], "not contain '"),
        ("osm_k8s_repo", REPO, "ca_cert", "c'c", "not contain '"),
    ],
)
def test_what_osm_does_not_take_is_said_on_paper(
    osm: Osm, module: str, base: dict[str, Any], option: str, value: Any, said: str
) -> None:
    for check in (True, False):
        refused = osm.refused(module, check=check, **{**base, option: value})
        assert refused["msg"].startswith(option) and said in refused["msg"], refused["msg"]
        assert refused["error"]["kind"] == "input" and refused["error"]["option"] == option
        assert osm.asked() == [] and "ppppp" not in str(refused["msg"])


def test_an_empty_description_is_none(osm: Osm) -> None:
    """The NBI keeps a null as null on creation, and refuses an empty text."""
    osm.done("osm_vim_account", **VIM, description="")
    assert "description" not in osm.one("vim_accounts")
    assert not osm.done("osm_vim_account", **VIM, description="")["changed"]
    walk(osm, "osm_vim_account", "update", 1, name="madrid-1", description="some")
    walk(osm, "osm_vim_account", "update", 1, name="madrid-1", description="")
    assert osm.one("vim_accounts").get("description") is None


def test_a_null_description_of_somebody_else_is_no_difference(osm: Osm) -> None:
    body = {"name": "n", "vim_url": "u", "vim_type": "dummy", "vim_user": "u", "vim_password": "p"}
    assert osm.call("POST", "admin/v1/vim_accounts", {**body, "vim_tenant_name": "t", "description": None}).ok
    assert osm.one("vim_accounts")["description"] is None
    assert not osm.done("osm_vim_account", name="n", description="", type="dummy")["changed"]


def test_what_changes_nothing_is_not_sent(osm: Osm) -> None:
    """OSM makes an operation, and works, for a PATCH that changes nothing."""
    osm.done("osm_vim_account", **VIM)
    osm.done("osm_vim_account", **VIM)
    assert osm.writes() == [] and len(osm.one("vim_accounts")["_admin"]["operations"]) == 1


# -- two runs at once ----------------------------------------------------------------------------------------------


@pytest.fixture
def just_before(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Have something happen between the look of a run and its write, once."""

    def arrange(act: Callable[[], None]) -> None:
        todo, create = [act], AccountSender.create

        def wrapped(self: Any, *args: Any) -> Any:
            if todo:
                todo.pop()()
            return create(self, *args)

        monkeypatch.setattr(AccountSender, "create", wrapped)

    return arrange


@pytest.mark.parametrize(
    ("module", "options", "path", "body"),
    [
        (
            "osm_vim_account",
            VIM,
            "vim_accounts",
            {
                "name": "madrid-1",
                "vim_url": VIM["url"],
                "vim_type": "dummy",
                "vim_user": "osm",
                "vim_password": "x",
                "vim_tenant_name": "admin",
                "config": {"use_floating_ip": False},
            },
        ),
        ("osm_k8s_repo", REPO, "k8srepos", REPO),
    ],
    ids=["vim_account", "k8s_repo"],
)
def test_who_comes_second_takes_what_is_there(
    osm: Osm, just_before: Any, module: str, options: dict[str, Any], path: str, body: dict[str, Any]
) -> None:
    """Another run makes the same between our look and our write: 409, and the second look decides."""
    just_before(lambda: osm.call("POST", f"admin/v1/{path}", body))
    done = osm.done(module, **options)
    assert not done["changed"] and done["action"] == "none"
    assert len(osm.all(path)) == 1 and osm.one(path)["_admin"]["operationalState"] == "ENABLED"


def test_who_comes_second_changes_what_differs(osm: Osm, just_before: Any) -> None:
    other = {**WIM, "description": "by the other"}
    just_before(lambda: osm.call("POST", "admin/v1/wim_accounts", body_of(other)))
    done = osm.done("osm_wim_account", **{**WIM, "description": "by us"})
    assert done["changed"] and osm.one("wim_accounts")["description"] == "by us"
    assert [w.split()[0] for w in osm.writes()] == ["POST", "POST", "PATCH"]


def test_a_name_that_is_taken_by_what_is_leaving_is_waited_for(osm: Osm, just_before: Any) -> None:
    def act() -> None:
        made = osm.call("POST", "admin/v1/wim_accounts", body_of(WIM)).json()["id"]
        assert osm.call("DELETE", f"admin/v1/wim_accounts/{made}").status_code == 202

    just_before(act)
    done = osm.done("osm_wim_account", **WIM)
    assert done["changed"] and not osm.one("wim_accounts")["_admin"].get("to_delete")


def test_a_conflict_of_another_kind_is_told(osm: Osm) -> None:
    osm.lab.control.fault("refuse", service="osm", status=409, detail="some other conflict", match="POST .*wim")
    answer = osm.module("osm_wim_account", **WIM)
    assert answer["failed"] and "some other conflict" in answer["msg"] and len(osm.writes()) == 1


def test_a_repository_that_two_runs_made_is_one(osm: Osm, just_before: Any) -> None:
    """OSM takes the same name twice; the younger one gives way."""
    just_before(lambda: osm.call("POST", "admin/v1/osmrepos", {**OSM_REPO, "type": "osm"}))
    done = osm.done("osm_repo", **OSM_REPO)
    assert not done["changed"] and len(osm.all("osmrepos")) == 1
    assert [w.split()[0] for w in osm.writes()] == ["POST", "POST", "DELETE"]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
@pytest.mark.parametrize(
    ("module", "options", "topic"),
    [
        ("osm_wim_account", WIM, "wim_accounts"),
        ("osm_sdn_controller", SDN, "sdns"),
        ("osm_vca", VCA, "vca"),
        ("osm_repo", OSM_REPO, "osmrepos"),
    ],
)
def test_a_lost_answer_neither_fails_nor_doubles(
    osm: Osm, module: str, options: dict[str, Any], topic: str, kind: str
) -> None:
    for change in ({}, {"description": "changed"}, {"state": "absent"}):
        osm.lab.control.fault(kind, service="osm", match=f"(POST|PATCH|DELETE) .*{topic}")
        answer = osm.done(module, **{**options, **change})
        assert answer["changed"] and len(osm.all(topic)) == (0 if "state" in change else 1)
        osm.lab.control.clear_faults()
        assert not osm.done(module, **{**options, **change})["changed"]


def test_what_somebody_else_has_removed_is_removed(osm: Osm, monkeypatch: pytest.MonkeyPatch) -> None:
    osm.done("osm_wim_account", **WIM)
    delete = AccountSender.delete

    def wrapped(self: Any, *args: Any) -> Any:
        osm.call("DELETE", f"admin/v1/wim_accounts/{osm.one('wim_accounts')['_id']}?FORCE=True")
        return delete(self, *args)

    monkeypatch.setattr(AccountSender, "delete", wrapped)
    osm.done("osm_wim_account", name="backbone", state="absent")
    assert osm.all("wim_accounts") == []


def body_of(wim: dict[str, Any]) -> dict[str, Any]:
    """What the module would send for a WIM account."""
    names = {"type": "wim_type", "url": "wim_url", "username": "user"}
    return {names.get(k, k): v for k, v in wim.items()}
