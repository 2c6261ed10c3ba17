# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens, projects, users, roles and permissions of the simulated NBI."""

from __future__ import annotations

import time
from typing import Any

import pytest
from conftest import RunningLab
from osm_client import FAST, VIM, Nbi

LAB = FAST
TOKENS = "admin/v1/tokens"
STRONG = "Passw0rd!"


def test_a_token_is_a_200_with_an_hour_to_live(nbi: Nbi, lab: RunningLab) -> None:
    reply = nbi.call("POST", TOKENS, lab.credentials["osm"])
    token = reply.json()
    assert reply.status_code == 200
    assert reply.headers["Location"] == f"/osm/admin/v1/tokens/{token['id']}"
    assert token["expires"] == token["issued_at"] + 3600
    assert (token["project_name"], token["admin"], len(token["id"])) == ("admin", True, 43)
    assert token["roles"][0]["name"] == "system_admin"
    assert [r["login"] for r in lab.control.recorded("osm", method="POST")] == [True, True]


def test_a_token_can_be_had_from_a_token(nbi: Nbi) -> None:
    assert nbi.call("POST", TOKENS, {}).json()["username"] == "admin"
    status, detail = nbi.refused("POST", TOKENS, {"project_id": "nowhere"})
    assert (status, detail.startswith("database exception Not found entry")) == (404, True)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({}, "Provide credentials: username/password or Authorization Bearer token"),
        ({"username": "admin", "password": "wrong"}, "Invalid username/password"),
        ({"username": "nobody", "password": "x"}, "Invalid username/password"),
        ({"username": "admin"}, "Invalid username/password"),
    ],
)
def test_a_login_without_the_right_words_is_a_401(nbi: Nbi, body: dict[str, str], detail: str) -> None:
    del nbi.http.headers["Authorization"]
    assert nbi.refused("POST", TOKENS, body) == (401, detail)


@pytest.mark.parametrize(
    ("header", "detail"),
    [
        (None, "Needed a token or Authorization http header"),
        ("Basic YTpi", "Needed a token or Authorization http header"),
        ("Bearer nonsense", "Invalid Token or Authorization HTTP header"),
    ],
)
def test_a_401_tells_why_and_names_its_realm(nbi: Nbi, header: str | None, detail: str) -> None:
    reply = nbi.call("GET", "admin/v1/vims", headers={"Authorization": header})
    assert (reply.status_code, reply.json()["detail"]) == (401, detail)
    assert reply.headers["WWW-Authenticate"] == f'Bearer realm="{detail}"'


def test_tokens_are_listed_shown_and_deleted_by_whoever_knows_them(nbi: Nbi) -> None:
    token = nbi.token["id"]
    assert token in [t["id"] for t in nbi.get(TOKENS)]
    assert nbi.get(f"{TOKENS}/{token}")["username"] == "admin"
    assert nbi.refused("GET", f"{TOKENS}/nonsense") == (404, "token not found")
    del nbi.http.headers["Authorization"]
    reply = nbi.call("DELETE", f"{TOKENS}/{token}")
    assert (reply.status_code, reply.json()) == (200, f"token '{token}' deleted")
    assert nbi.refused("DELETE", f"{TOKENS}/{token}")[0] == 404


@pytest.mark.parametrize("lab", [{"services": ["osm"], "osm": {"password_rounds": 4}}], indirect=True)
def test_a_second_token_within_two_seconds_takes_one_more(lab: RunningLab) -> None:
    first = Nbi(lab)
    started = time.monotonic()
    assert first.call("POST", TOKENS, {}).status_code == 200
    assert time.monotonic() - started >= 1.0


# -- projects, users, roles ------------------------------------------------------------------------------------------


@pytest.fixture
def world(nbi: Nbi) -> Any:
    """A project and a user of it, removed afterwards."""
    project = nbi.add("admin/v1/projects", {"name": "p1"})
    user = nbi.add("admin/v1/users", {"username": "u1", "password": STRONG, "projects": ["p1"]})
    yield {"project": project, "user": user}
    nbi.call("DELETE", f"admin/v1/users/{user}")
    nbi.call("DELETE", f"admin/v1/projects/{project}?FORCE")


def login(lab: RunningLab, **body: str) -> Nbi:
    return Nbi(lab, username="u1", password=STRONG, **body)


def test_the_first_login_of_a_new_user_asks_for_a_new_password(nbi: Nbi, lab: RunningLab, world: Any) -> None:
    reply = nbi.call("POST", TOKENS, {"username": "u1", "password": STRONG}).json()
    assert reply == {"id": reply["id"], "message": "change_password", "user_id": world["user"]}
    user = login(lab)
    assert user.get("admin/v1/vims") == []
    assert nbi.call("PATCH", f"admin/v1/users/{world['user']}", {"password": "An0ther!!"}).status_code == 204
    assert nbi.refused("PATCH", "admin/v1/users/u1", {"password": STRONG}) == (409, "Password is used before")
    assert "expires" in nbi.call("POST", TOKENS, {"username": "u1", "password": "An0ther!!"}).json()


def test_a_user_changes_nobodys_password_but_the_own_and_knows_the_old_one(
    nbi: Nbi, lab: RunningLab, world: Any
) -> None:
    user = login(lab)
    own = f"admin/v1/users/{world['user']}"
    new = {"password": "An0ther!!"}
    assert user.refused("PATCH", own, new) == (400, "Password change requires old password or admin ID")
    assert user.refused("PATCH", f"admin/v1/users/{nbi.token['user_id']}", new)[0] == 400
    assert user.refused("PATCH", own, {**new, "old_password": "wrong"})[0] == 409
    mapping = {"project_role_mappings": [{"project": "p1", "role": "system_admin"}]}
    assert user.refused("PATCH", own, mapping) == (
        422,
        "User u1 has no privileges to edit or delete project-role mappings",
    )
    assert user.call("PATCH", own, {**new, "old_password": STRONG}).status_code == 204
    Nbi(lab, username="u1", password="An0ther!!")


def test_the_fifth_wrong_password_locks_until_an_administrator_unlocks(nbi: Nbi, world: Any) -> None:
    wrong = {"username": "u1", "password": "x"}
    locked = (401, "Failed to login as the account is locked due to MANY FAILED ATTEMPTS")
    assert [nbi.refused("POST", TOKENS, wrong)[1] for _unused in range(4)] == ["Invalid username/password"] * 4
    assert nbi.refused("POST", TOKENS, wrong) == locked
    assert nbi.refused("POST", TOKENS, {"username": "u1", "password": STRONG}) == locked
    unlock = {"unlock": True, "system_admin_id": nbi.token["user_id"]}
    assert nbi.call("PATCH", "admin/v1/users/u1", unlock).status_code == 204
    assert nbi.call("POST", TOKENS, {"username": "u1", "password": STRONG}).status_code == 200


def test_objects_belong_to_the_project_of_the_token(nbi: Nbi, lab: RunningLab, world: Any) -> None:
    item = nbi.add("admin/v1/vims", VIM)
    other = login(lab)
    assert other.get("admin/v1/vims") == []
    assert other.refused("GET", f"admin/v1/vims/{item}")[0] == 404
    assert other.call("POST", "admin/v1/vims", VIM).status_code == 202, "names are unique by project"
    assert [v["name"] for v in nbi.get("admin/v1/vims?ADMIN")] == ["madrid-1", "madrid-1"]
    assert [v["name"] for v in nbi.get(f"admin/v1/vims?ADMIN={world['project']}")] == ["madrid-1"]
    for vim in nbi.get("admin/v1/vims?ADMIN"):
        assert nbi.call("DELETE", f"admin/v1/vims/{vim['_id']}?ADMIN&FORCE").status_code == 204


def test_a_public_object_is_shown_to_all(nbi: Nbi, lab: RunningLab, world: Any) -> None:
    item = nbi.add("admin/v1/vims?PUBLIC", VIM)
    other = login(lab)
    assert other.get(f"admin/v1/vims/{item}")["name"] == "madrid-1"
    assert other.get("admin/v1/vims") == []
    assert len(other.get("admin/v1/vims?PUBLIC=True")) == 1


def test_lacking_permission_is_a_401_with_its_own_text(nbi: Nbi, lab: RunningLab, world: Any) -> None:
    user = login(lab)
    assert user.refused("POST", "admin/v1/projects", {"name": "x"}) == (401, "Access denied: lack of permissions.")
    role = nbi.add("admin/v1/roles", {"name": "reader", "permissions": {"vims": False, "vims:get": True}})
    mapping = {"project_role_mappings": [{"project": "p1", "role": "reader"}]}
    assert nbi.call("PATCH", "admin/v1/users/u1", mapping).status_code == 204
    reader = login(lab)
    assert reader.get("admin/v1/vims") == []
    assert reader.refused("POST", "admin/v1/vims", VIM)[1] == "Access denied: lack of permissions."
    assert reader.refused("GET", "admin/v1/vims?ADMIN")[1] == (
        "Access denied: You have not permissions to use these admin query string"
    )
    assert [p["name"] for p in reader.get("admin/v1/projects")] == ["p1"], "only its own"
    assert nbi.refused("DELETE", f"admin/v1/roles/{role}")[0] == 409
    nbi.call("DELETE", "admin/v1/users/u1")
    reply = nbi.call("DELETE", f"admin/v1/roles/{role}")
    assert (reply.status_code, reply.json()) == (202, {"_id": {"deleted": 1}})


def test_a_user_shows_names_beside_ids(nbi: Nbi, world: Any) -> None:
    mapping = nbi.get("admin/v1/users/u1")["project_role_mappings"][0]
    assert (mapping["project"], mapping["project_name"]) == (world["project"], "p1")
    assert mapping["role_name"] == "project_admin"
    assert [u["username"] for u in nbi.get("admin/v1/users?name=u1")] == ["u1"]


@pytest.mark.parametrize(
    ("topic", "body", "status", "detail"),
    [
        ("projects", {"name": "p1"}, 409, "project 'p1' exists"),
        ("users", {"username": "u1", "password": STRONG}, 409, "username 'u1' is already used"),
        ("roles", {"name": "system_admin"}, 409, "role name 'system_admin' exists"),
        ("roles", {"name": "r", "permissions": {"bogus": True}}, 422, "Invalid permission 'bogus'"),
    ],
)
def test_duplicates_and_unknown_permissions(
    nbi: Nbi, world: Any, topic: str, body: Any, status: int, detail: str
) -> None:
    assert nbi.refused("POST", f"admin/v1/{topic}", body) == (status, detail)


def test_a_weak_password_is_a_422(nbi: Nbi) -> None:
    assert nbi.refused("POST", "admin/v1/users", {"username": "weak", "password": "weak"})[0] == 422


def test_what_is_in_use_or_ones_own_is_not_deleted(nbi: Nbi, world: Any) -> None:
    assert nbi.refused("DELETE", "admin/v1/projects/p1") == (
        409,
        f"Project 'p1' ({world['project']}) is being used by user 'u1'",
    )
    assert nbi.refused("DELETE", "admin/v1/projects/admin")[0] == 409
    assert nbi.refused("DELETE", "admin/v1/users/admin") == (409, "You cannot delete your own login user ")
    assert nbi.refused("DELETE", "admin/v1/roles/system_admin")[0] == 403
    reply = nbi.call("DELETE", "admin/v1/users/u1")
    assert (reply.status_code, reply.json()) == (202, {"_id": True})
    assert nbi.call("DELETE", "admin/v1/projects/p1").status_code == 204


def test_a_quota_is_a_422_that_force_passes(nbi: Nbi, lab: RunningLab, world: Any) -> None:
    assert nbi.call("PATCH", "admin/v1/projects/p1", {"quotas": {"vim_accounts": 1}}).status_code == 204
    user = login(lab)
    user.add("admin/v1/vims", VIM)
    assert user.refused("POST", "admin/v1/vims", {**VIM, "name": "two"}) == (
        422,
        f"quota (vim_accounts=1) exceeded for project p1 ({world['project']})",
    )
    assert user.call("POST", "admin/v1/vims?FORCE", {**VIM, "name": "two"}).status_code == 202
    user.clear()


def test_domains_are_empty(nbi: Nbi) -> None:
    assert nbi.get("admin/v1/domains") == {"user_domain_name": None, "project_domain_name": None}


def test_a_password_can_be_changed_once(nbi: Nbi, world: Any) -> None:
    """The first change leaves a list in the history, at which the second one stumbles."""
    assert nbi.call("PATCH", "admin/v1/users/u1", {"password": "An0ther!!"}).status_code == 204
    status, detail = nbi.refused("PATCH", "admin/v1/users/u1", {"password": "Th1rd-one!"})
    assert status == 400 and "fromhex()" in detail


def test_a_password_of_64_characters_is_taken_for_a_hash(nbi: Nbi, world: Any) -> None:
    assert nbi.call("PATCH", "admin/v1/users/u1", {"password": "aA1!" * 16}).status_code == 204
    assert nbi.call("POST", TOKENS, {"username": "u1", "password": STRONG}).status_code == 200


@pytest.mark.parametrize("role", ["system_admin", "project_admin"])
def test_built_in_roles_are_never_changed(nbi: Nbi, role: str) -> None:
    change = {"permissions": {"vims": True}}
    assert nbi.refused("PATCH", f"admin/v1/roles/{role}", change) == (403, f"You cannot rename role '{role}'")
    assert nbi.refused("DELETE", f"admin/v1/roles/{role}?FORCE") == (403, f"You cannot delete role '{role}'")


def test_mappings_are_set_or_edited_not_both(nbi: Nbi, world: Any) -> None:
    one = [{"project": "p1", "role": "project_user"}]
    both = {"project_role_mappings": one, "add_project_role_mappings": one}
    status, detail = nbi.refused("PATCH", "admin/v1/users/u1", both)
    assert status == 400 and "is incompatible with" in detail


def test_a_project_that_owns_packages_is_not_deleted(nbi: Nbi, lab: RunningLab, world: Any) -> None:
    login(lab).call("POST", "vnfpkgm/v1/vnf_packages", {})
    assert nbi.call("DELETE", "admin/v1/users/u1").status_code == 202
    status, detail = nbi.refused("DELETE", "admin/v1/projects/p1")
    assert status == 409 and "is being used by VNF Descriptor" in detail
    assert nbi.call("DELETE", "admin/v1/projects/p1?FORCE").status_code == 204
    for left in nbi.get("vnfpkgm/v1/vnf_packages?ADMIN"):
        assert nbi.call("DELETE", f"vnfpkgm/v1/vnf_packages/{left['_id']}?ADMIN&FORCE").status_code == 204
