# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects, users and roles of OSM: what may be changed and removed, and what OSM would let happen."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from .conftest import run_module
from .osm import LAB, PACKAGES, VIM, Osm
from .test_osm_in_use import refused_as_used
from .test_osm_modules import info, walk

assert LAB

PASSWORD, OTHER, THIRD = "Canary-0f-the-user", "Canary-0f-an0ther", "Canary-0f-a-th1rd"
JANE: dict[str, Any] = {"name": "jane", "password": PASSWORD}
OPERATOR: dict[str, Any] = {"name": "operator", "permissions": {"ns_instances": True, "tokens": True, "vims:get": True}}
BUILT_IN = {"system_admin", "account_manager", "project_admin", "project_user"}


@pytest.fixture
def osm(lab: Any, cache: Path) -> Osm:
    found = Osm(lab, run_module)
    for topic, kept in (("users", {"admin"}), ("projects", {"admin"}), ("roles", BUILT_IN)):
        for document in found.call("GET", f"admin/v1/{topic}").json():
            if document.get("username", document.get("name")) not in kept:
                answer = found.call("DELETE", f"admin/v1/{topic}/{document['_id']}?FORCE=True")
                assert answer.status_code in (202, 204), answer.text
    found.lab.control.forget()
    return found


def of(osm: Osm, topic: str, name: str) -> dict[str, Any]:
    """One project, user or role."""
    answer = osm.call("GET", f"admin/v1/{topic}/{name}")
    assert answer.ok, answer.text
    return dict(answer.json())


def roles_of(osm: Osm, name: str) -> list[tuple[str, str]]:
    """Projects and roles of a user, by name."""
    return sorted((m["project_name"], m["role_name"]) for m in of(osm, "users", name)["project_role_mappings"])


def login(osm: Osm, name: str, password: str) -> tuple[int, dict[str, Any]]:
    """Status and answer of a login."""
    answer = osm.call("POST", "admin/v1/tokens", {"username": name, "password": password})
    return answer.status_code, answer.json()


# -- projects and roles --------------------------------------------------------------------------------------------


def test_project(osm: Osm) -> None:
    walk(osm, "osm_project", "create", 1, name="edge", quotas={"vim_accounts": 5, "nsds": 3})
    walk(osm, "osm_project", "update", 1, name="edge", admin=True, quotas={"vim_accounts": 6})
    assert of(osm, "projects", "edge")["quotas"] == {"vim_accounts": 6, "nsds": 3}
    walk(osm, "osm_project", "update", 1, name="edge", quotas={"nsds": None})
    assert of(osm, "projects", "edge")["quotas"] == {"vim_accounts": 6}
    assert [p["name"] for p in info(osm, "osm_project", name="edge")] == ["edge"]
    walk(osm, "osm_project", "delete", 11, name="edge", state="absent")


def test_role(osm: Osm) -> None:
    walk(osm, "osm_role", "create", 1, **OPERATOR)
    assert of(osm, "roles", "operator")["permissions"] == {"default": False, "admin": False, **OPERATOR["permissions"]}
    walk(osm, "osm_role", "update", 1, name="operator", permissions={"tokens": None, "nsds:get": True})
    permissions = of(osm, "roles", "operator")["permissions"]
    assert "tokens" not in permissions and permissions["nsds:get"] and permissions["ns_instances"], "it is a merge"
    assert {r["name"] for r in info(osm, "osm_role")} == {"operator", *BUILT_IN}
    walk(osm, "osm_role", "delete", 2, name="operator", state="absent")


@pytest.mark.parametrize(
    ("module", "options", "option", "said"),
    [
        ("osm_role", {"name": "r", "permissions": {"ns_instance": True}}, "permissions.ns_instance", "ns_instances?"),
        ("osm_role", {"name": "r", "permissions": {"vims:": True}}, "permissions.vims:", "Write vims"),
        ("osm_role", {"name": "r", "permissions": {"vims": "yes"}}, "permissions.vims", "neither true"),
        ("osm_role", {"name": "a.b"}, "name", "not contain ."),
        ("osm_role", {"name": "7a5c31e2-6e9e-4a4f-8a57-1f1c8e4a7d11"}, "name", "look like an id"),
        ("osm_project", {"name": "p", "quotas": {"vnfd": 3}}, "quotas.vnfd", "vnfds?"),
        ("osm_project", {"name": "p", "quotas": {"vnfds": -1}}, "quotas.vnfds", "no number"),
        ("osm_project", {"name": "x" * 61}, "name", "at most 60"),
        ("osm_user", {"name": "u", "password": "short"}, "password", "eight characters"),
        ("osm_user", {"name": "u", "password": "alllowercase1!"}, "password", "an upper case letter"),
        ("osm_user", {"name": "u", "password": "NoDigitsHere!"}, "password", "a digit"),
        ("osm_user", {"name": "u", "password": "NoSpecial123"}, "password", "one of"),
        ("osm_user", {"name": "u", "password": "aA1!" * 16}, "password", "64 characters"),
        ("osm_user", {"name": "u", "password": "aA1!" * 20}, "password", "72 bytes"),
        ("osm_user", {"name": "u", "email": "nobody"}, "email", "be an address"),
        ("osm_user", {"name": "u", "must_change_password": False}, "must_change_password", "needs password"),
    ],
)
def test_what_osm_would_refuse_is_said_on_paper(
    osm: Osm, module: str, options: dict[str, Any], option: str, said: str
) -> None:
    refused = osm.refused(module, check=True, **options)
    assert refused["msg"].startswith(option) and said in refused["msg"], refused["msg"]
    assert refused["error"]["option"] == option and osm.asked() == []


@pytest.mark.parametrize("role", ["system_admin", "project_admin"])
def test_osms_own_roles_are_left_alone(osm: Osm, role: str) -> None:
    """OSM answers every change with "You cannot rename", whatever it is."""
    assert not osm.done("osm_role", name=role, permissions={"default": True})["changed"]
    for check in (True, False):
        refused = osm.refused("osm_role", check=check, name=role, permissions={"default": False})
        assert "own role" in refused["msg"] and "default" in refused["msg"]
        refused = osm.refused("osm_role", check=check, name=role, state="absent", force=True)
        assert "own roles" in refused["msg"]


def test_no_role_that_osm_comes_with_is_removed(osm: Osm) -> None:
    for role in sorted(BUILT_IN):
        for options in ({}, {"force": True}):
            refused = osm.refused("osm_role", name=role, state="absent", **options)
            assert "own roles" in refused["msg"]


def test_the_own_project_and_user_are_not_removed(osm: Osm) -> None:
    """Not by name, not by id, not by force; and nothing is sent."""
    for module, topic, name in (("osm_project", "projects", "admin"), ("osm_user", "users", "admin")):
        for given in (name, of(osm, topic, name)["_id"]):
            for options in [{}, {"force": True}] if module == "osm_project" else [{}]:
                refused = osm.refused(module, name=given, state="absent", **options)
                assert "this task" in refused["msg"] and refused["error"]["kind"] == "input"
    osm.done("osm_project", name="other")
    osm.done("osm_user", name="admin", project_roles=[{"project": "other", "role": "system_admin"}], append=True)
    refused = osm.refused("osm_project", name="admin", state="absent", force=True, osm_project="other")
    assert "never removes it" in refused["msg"]
    osm.done("osm_user", name="admin", project_roles=[{"project": "admin", "role": "system_admin"}])


# -- users ---------------------------------------------------------------------------------------------------------


def test_user(osm: Osm) -> None:
    osm.done("osm_deployment", resources={"projects": [{"name": "edge"}, {"name": "lab"}], "roles": [OPERATOR]})
    one = [{"project": "edge", "role": "operator"}]
    made = walk(osm, "osm_user", "create", 3, **JANE, project_roles=one, email="jane@example.com")
    assert made["user"]["email"] == "jane@example.com" and made["user"]["id"]
    assert roles_of(osm, "jane") == [("edge", "operator")]
    two = [{"project": "lab", "role": "project_user"}, {"project": "edge", "role": "project_admin"}]
    walk(osm, "osm_user", "update", 3, name="jane", project_roles=two)
    assert roles_of(osm, "jane") == [("edge", "project_admin"), ("lab", "project_user")], "what is not given is gone"
    walk(osm, "osm_user", "update", 3, name="jane", project_roles=one, append=True)
    assert roles_of(osm, "jane") == [("edge", "operator"), ("edge", "project_admin"), ("lab", "project_user")]
    walk(osm, "osm_user", "update", 3, name="jane", project_roles=[], email="j@example.com")
    assert roles_of(osm, "jane") == [] and of(osm, "users", "jane")["email_id"] == "j@example.com"
    [found] = info(osm, "osm_user", name="jane")
    assert (found["user_status"], found["must_change_password"]) == ("active", True)
    assert "canary" not in str(found).lower() and "password_history" not in str(found)
    walk(osm, "osm_user", "delete", 1, name="jane", state="absent")


def test_ids_and_names_are_the_same_role(osm: Osm) -> None:
    osm.done("osm_project", name="edge")
    ids = {"project": of(osm, "projects", "edge")["_id"], "role": of(osm, "roles", "project_user")["_id"]}
    osm.done("osm_user", **JANE, project_roles=[ids])
    assert not osm.done("osm_user", name="jane", project_roles=[{"project": "edge", "role": "project_user"}])["changed"]
    assert [u["project_roles"] for u in info(osm, "osm_user", name="jane")] == [
        [{"project": "edge", "role": "project_user"}]
    ]
    unknown = osm.refused("osm_user", name="jane", project_roles=[{"project": "egde", "role": "project_user"}])
    assert "project_roles[0].project" in unknown["msg"] and "Existing: admin, edge" in unknown["msg"]
    twice = osm.refused("osm_user", name="jane", project_roles=[ids, ids])
    assert "given twice" in twice["msg"]


def test_only_the_difference_of_roles_is_sent(osm: Osm) -> None:
    """A whole list would undo what another run does at the same time."""
    osm.done("osm_project", name="edge")
    osm.done("osm_user", **JANE, project_roles=[{"project": "edge", "role": "project_user"}])
    osm.call("GET", "admin/v1/users")
    osm.done(
        "osm_user",
        name="jane",
        project_roles=[{"project": "edge", "role": "project_user"}, {"project": "admin", "role": "project_user"}],
    )
    assert roles_of(osm, "jane") == [("admin", "project_user"), ("edge", "project_user")]


def test_admin_does_not_lose_its_way_in(osm: Osm) -> None:
    """OSM guards it only where names are sent."""
    for check in (True, False):
        refused = osm.refused("osm_user", check=check, name="admin", project_roles=[])
        assert "system_admin" in refused["msg"] and "append: true" in refused["msg"]


def test_the_own_user_keeps_a_role_where_it_signs_in(osm: Osm) -> None:
    mappings = [{"project": "admin", "role": "system_admin"}]
    osm.done("osm_user", **JANE, project_roles=mappings, must_change_password=False)
    own = {"osm_username": "jane", "osm_password": PASSWORD, "name": "jane"}
    osm.done("osm_project", name="other")
    elsewhere = [{"project": "other", "role": "system_admin"}]
    for check in (True, False):
        for given in ([], elsewhere):
            refused = osm.refused("osm_user", check=check, **own, project_roles=given)
            assert "last role in the project admin" in refused["msg"], refused["msg"]
    other_role = [{"project": "admin", "role": "account_manager"}, *mappings, *elsewhere]
    osm.done("osm_user", **own, project_roles=other_role)
    osm.done("osm_user", **own, project_roles=mappings)
    osm.done("osm_user", name="jane", project_roles=[])


def test_a_password_that_is_to_last_has_to_be_another(osm: Osm) -> None:
    """The user is there, made without must_change_password: false."""
    osm.done("osm_user", **JANE)
    same = osm.module("osm_user", **JANE, must_change_password=False)
    assert same["failed"] and "give another password" in same["msg"] and "on_create" not in same["msg"]
    assert osm.done("osm_user", name="jane", password=OTHER, must_change_password=False)["changed"]
    assert not osm.done("osm_user", name="jane", password=OTHER, must_change_password=False)["changed"]


def test_a_new_user_has_to_change_the_password(osm: Osm) -> None:
    osm.done("osm_user", **JANE, project_roles=[{"project": "admin", "role": "project_user"}])
    assert login(osm, "jane", PASSWORD)[1]["message"] == "change_password"
    answer = osm.module("osm_vim_account_info", osm_username="jane", osm_password=PASSWORD)
    assert answer["failed"] and "change its password" in answer["msg"]


def test_an_account_for_a_program_is_ready(osm: Osm) -> None:
    mappings = [{"project": "admin", "role": "project_user"}]
    made = walk(osm, "osm_user", "create", 3, writes=2, **JANE, project_roles=mappings, must_change_password=False)
    assert made["user"]["must_change_password"] is False
    osm.done("osm_vim_account_info", osm_username="jane", osm_password=PASSWORD)


def test_a_run_that_was_killed_between_the_two_requests_is_taken_up(osm: Osm) -> None:
    """The throw-away password is set, the real one is not yet."""
    osm.lab.control.fault("refuse", service="osm", status=400, detail="killed here", match="PATCH .*users")
    wanted = {**JANE, "must_change_password": False}
    assert osm.module("osm_user", **wanted)["failed"]
    assert login(osm, "jane", PASSWORD)[0] == 401
    again = osm.done("osm_user", **wanted)
    assert again["action"] == "update" and "expires" in login_of(osm, wanted)
    assert not osm.done("osm_user", **wanted)["changed"]


def login_of(osm: Osm, user: dict[str, Any]) -> dict[str, Any]:
    """The token of a user, who is let into a project first."""
    osm.done("osm_user", name=user["name"], project_roles=[{"project": "admin", "role": "project_user"}])
    return login(osm, user["name"], user["password"])[1]


def test_a_password_is_sent_on_demand_and_once_only(osm: Osm) -> None:
    """OSM spoils the history of passwords at the first change, and fails at the second."""
    osm.done("osm_user", **JANE)
    assert not osm.done("osm_user", name="jane", password=OTHER)["changed"], "it cannot be compared"
    same = osm.module("osm_user", **JANE, update_secret="always")
    assert same["failed"] and "used before" in same["msg"] and "on_create" in same["msg"]
    assert osm.done("osm_user", name="jane", password=OTHER, update_secret="always")["changed"]
    assert "expires" in login_of(osm, {"name": "jane", "password": OTHER})
    third = osm.module("osm_user", name="jane", password=THIRD, update_secret="always")
    assert third["failed"] and "once only" in third["msg"] and "Canary" not in str(third)


def test_a_password_that_ran_out_is_told_on_paper(osm: Osm) -> None:
    osm.done("osm_user", **JANE)
    osm.done("osm_user", name="jane", password=OTHER, update_secret="always")
    assert osm.call("GET", "admin/v1/users/jane").json()["_admin"]["password_expire_time"] > time.time()
    assert not osm.done("osm_user", name="jane", password=OTHER, must_change_password=False)["changed"]


def test_a_locked_user_is_unlocked(osm: Osm) -> None:
    osm.done("osm_user", **JANE, project_roles=[{"project": "admin", "role": "project_user"}])
    for _unused in range(5):
        login(osm, "jane", "Wrong-pass-w0rd")
    assert of(osm, "users", "jane")["_admin"]["user_status"] == "locked"
    assert not osm.done("osm_user", name="jane", unlock=False)["changed"]
    predicted = osm.done("osm_user", check=True, name="jane", unlock=True)
    done = osm.done("osm_user", name="jane", unlock=True)
    assert predicted["changed"] and done["diff"] == predicted["diff"] and "user_status" not in done["user"]
    assert info(osm, "osm_user", name="jane")[0]["user_status"] == "active"
    assert login(osm, "jane", PASSWORD)[0] == 200
    assert not osm.done("osm_user", name="jane", unlock=True)["changed"]


WRITE = "(POST|PATCH) .*users"


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
@pytest.mark.parametrize("lasting", [True, False], ids=["ready", "first login"])
def test_a_lost_answer_neither_fails_nor_doubles(osm: Osm, kind: str, lasting: bool) -> None:
    wanted = {**JANE, "project_roles": [{"project": "admin", "role": "project_user"}]}
    wanted |= {"must_change_password": False} if lasting else {}
    osm.lab.control.fault(kind, service="osm", match=WRITE)
    assert osm.done("osm_user", **wanted)["changed"]
    osm.lab.control.clear_faults()
    assert login(osm, "jane", PASSWORD)[0] == 200 and not osm.done("osm_user", **wanted)["changed"]
    if not lasting:
        osm.lab.control.fault(kind, service="osm", match=WRITE)
        osm.done("osm_user", name="jane", password=OTHER, update_secret="always")
        osm.lab.control.clear_faults()
        assert "expires" in login(osm, "jane", OTHER)[1]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_answer_to_a_password_that_is_changed_at_once(osm: Osm, kind: str) -> None:
    """The second of the two requests of a creation."""
    osm.lab.control.fault(kind, service="osm", match="PATCH .*users")
    osm.done("osm_user", **JANE, must_change_password=False)
    osm.lab.control.clear_faults()
    assert "expires" in login_of(osm, JANE)


def test_two_runs_that_make_the_same_user_make_one(osm: Osm, monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.edge.infra.plugins.module_utils._osm.users import UserSender

    create = UserSender.create

    def wrapped(self: Any, *args: Any) -> Any:
        osm.call("POST", "admin/v1/users", {"username": "jane", "password": PASSWORD})
        return create(self, *args)

    monkeypatch.setattr(UserSender, "create", wrapped)
    assert not osm.done("osm_user", **JANE)["changed"]


# -- in use --------------------------------------------------------------------------------------------------------


def test_projects_and_roles_that_users_have_are_not_removed(osm: Osm) -> None:
    osm.done("osm_deployment", resources={"projects": [{"name": "edge"}], "roles": [OPERATOR]})
    osm.done("osm_user", **JANE, project_roles=[{"project": "edge", "role": "operator"}])
    refused_as_used(osm, "osm_project", "user jane", name="edge")
    refused_as_used(osm, "osm_role", "user jane", name="operator")
    gone = {"projects": [{"name": "edge", "state": "absent"}], "roles": [{"name": "operator", "state": "absent"}]}
    moved = {"users": [{"name": "jane", "project_roles": []}]}
    osm.done("osm_deployment", check=True, resources={**gone, **moved})
    osm.done("osm_deployment", resources={**gone, "users": [{"name": "jane", "state": "absent"}]})
    assert osm.call("GET", "admin/v1/projects/edge").status_code == 404


def test_a_project_lets_go_of_its_user_in_the_same_document(osm: Osm) -> None:
    osm.done("osm_project", name="edge")
    osm.done("osm_user", **JANE, project_roles=[{"project": "edge", "role": "project_user"}])
    entries = {"projects": [{"name": "edge", "state": "absent"}], "users": [{"name": "jane", "project_roles": []}]}
    osm.done("osm_deployment", resources=entries)
    assert roles_of(osm, "jane") == [] and osm.call("GET", "admin/v1/projects/edge").status_code == 404


def test_a_project_that_has_packages_or_accounts_is_not_removed(osm: Osm) -> None:
    osm.done("osm_project", name="edge")
    osm.done("osm_user", name="admin", project_roles=[{"project": "edge", "role": "system_admin"}], append=True)
    osm.done("osm_vnf_package", path=str(PACKAGES["vnf"]), osm_project="edge")
    osm.done("osm_vim_account", **VIM, osm_project="edge")
    osm.done("osm_user", name="admin", project_roles=[{"project": "admin", "role": "system_admin"}])
    # the account, too, which OSM itself does not look at
    refused_as_used(osm, "osm_project", "VNF package edge_web_knf", "VIM account madrid-1", name="edge")
    osm.done("osm_project", name="edge", state="absent", force=True)
    [left] = osm.call("GET", "vnfpkgm/v1/vnf_packages?ADMIN=True").json()
    assert osm.call("DELETE", f"vnfpkgm/v1/vnf_packages/{left['_id']}?ADMIN=True&FORCE=True").ok, "it has leaked"
    [left] = osm.call("GET", "admin/v1/vim_accounts?ADMIN=True").json()
    assert osm.call("DELETE", f"admin/v1/vim_accounts/{left['_id']}?ADMIN=True&FORCE=True").ok
