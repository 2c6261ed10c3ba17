# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Formats, errors, the order of checks, query strings and cookies of the simulated NBI."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import requests
import yaml
from conftest import RunningLab
from osm_client import FAST, VIM, Nbi

LAB = FAST
VIMS = "admin/v1/vim_accounts"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "application/yaml"),
        ("*/*", "application/yaml"),
        ("application/json, */*", "application/yaml"),
        ("application/json, application/yaml", "application/yaml"),
        ("text/csv", "application/yaml"),
        ("application/json", "application/json; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
    ],
)
def test_json_is_answered_only_when_nothing_else_is_accepted(nbi: Nbi, accept: str | None, kind: str) -> None:
    reply = nbi.call("GET", VIMS, headers={"Accept": accept})
    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == kind
    assert reply.headers["Server"].startswith("CherryPy/")
    if kind == "application/yaml":
        assert yaml.safe_load(reply.text) == []


def test_errors_follow_accept_too(nbi: Nbi) -> None:
    reply = nbi.call("GET", f"{VIMS}/unknown", headers={"Accept": "*/*"})
    assert yaml.safe_load(reply.text)["code"] == "NOT_FOUND"
    status, detail = nbi.refused("GET", f"{VIMS}/unknown")
    assert (status, detail.startswith("database exception Not found entry")) == (404, True)


@pytest.mark.parametrize("kind", ["application/yaml", "text/anything", None])
def test_whatever_is_no_json_is_read_as_yaml(nbi: Nbi, kind: str | None) -> None:
    headers = {"Content-Type": kind} if kind else {}
    reply = nbi.http.post(nbi.base + VIMS, data=yaml.safe_dump(VIM), headers=headers, timeout=10)
    assert reply.status_code == 202, reply.text


def test_a_form_counts_as_no_body_and_broken_bodies_are_refused(nbi: Nbi) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = nbi.http.post(nbi.base + VIMS, data=yaml.safe_dump(VIM), headers=form, timeout=10)
    assert reply.status_code == 422
    for kind, word in (("application/json", "Invalid json format"), ("application/yaml", "Invalid yaml format")):
        broken = nbi.http.post(nbi.base + VIMS, data="{[", headers={"Content-Type": kind}, timeout=10)
        assert broken.status_code == 400
        assert broken.json()["detail"].startswith(word)


@pytest.mark.parametrize(
    ("method", "path", "status", "detail"),
    [
        ("GET", "admin/v1/bogus", 405, "Unexpected URL item bogus"),
        ("GET", "admin/v2/vims", 405, "URL version 'v2' not supported"),
        ("GET", "bogus/v1/vims", 405, "URL main_topic 'bogus' not supported"),
        ("GET", "admin/v1", 405, "URL must contain at least 'main_topic/version/topic'"),
        ("PUT", "admin/v1/vim_accounts/x", 405, "Method PUT not supported for this URL"),
        ("PATCH", "admin/v1/k8srepos/x", 405, "Method PATCH not supported for this URL"),
        ("GET", "vnfpkgm/v1/subscriptions", 501, "Method GET not supported yet for this URL"),
        ("GET", "nsd/v1/pnf_descriptors", 501, "Method GET not supported yet for this URL"),
        ("POST", "admin/v1/vim_accounts", 401, "Needed a token or Authorization http header"),
    ],
)
def test_the_url_is_judged_before_the_login(nbi: Nbi, method: str, path: str, status: int, detail: str) -> None:
    del nbi.http.headers["Authorization"]
    assert nbi.refused(method, path, {"name": 1}) == (status, detail)


def test_the_login_comes_before_the_body_the_body_before_the_schema_and_that_before_conflicts(nbi: Nbi) -> None:
    nbi.add(VIMS, VIM)
    bad = nbi.http.post(nbi.base + VIMS, data="{[", headers={"Authorization": "Bearer no"}, timeout=10)
    assert bad.status_code == 401
    assert nbi.refused("POST", VIMS, {**VIM, "bogus": 1})[0] == 422
    assert nbi.refused("POST", VIMS, VIM) == (409, "name 'madrid-1' already exists for vim_accounts")


def test_an_unknown_field_is_named_in_jsonschemas_words(nbi: Nbi) -> None:
    assert nbi.refused("POST", VIMS, {**VIM, "bogus": 1}) == (
        422,
        "Format error  'Additional properties are not allowed ('bogus' was unexpected)' ",
    )
    status, detail = nbi.refused("POST", VIMS, {**VIM, "name": "a;b"})
    assert (status, detail.startswith("Format error at 'name' ''a;b' does not match")) == (422, True)


def test_the_method_can_be_overridden(nbi: Nbi, lab: RunningLab) -> None:
    item = nbi.add(VIMS, VIM)
    assert nbi.call("GET", f"{VIMS}/{item}?METHOD=DELETE&FORCE").status_code == 204
    assert nbi.call("GET", f"{VIMS}/{item}").status_code == 404
    assert [r["write"] for r in lab.control.recorded("osm", query="METHOD=DELETE&FORCE")] == [True]


def test_query_string_keys_go_into_the_body_and_win(nbi: Nbi) -> None:
    item = nbi.add(f"{VIMS}?name=other&config.a.b=1", VIM)
    stored = nbi.get(f"{VIMS}/{item}")
    assert (stored["name"], stored["config"]) == ("other", {"a": {"b": "1"}})
    reply = nbi.call("POST", f"{VIMS}?name=typed&config.n=5", VIM, headers={"Query-String-Format": "yaml"})
    assert nbi.get(f"{VIMS}/{reply.json()['id']}")["config"] == {"n": 5}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("name=a", "a"),
        ("name=a,b", "ab"),
        ("name=a&name=c", "ac"),
        ("name.ne=a", "bc"),
        ("name.neq=a", "bc"),
        ("config.level=2", ""),
        ("config.level.gt=1", "bc"),
        ("config.level.gte=3", "c"),
        ("config.level.lt=2", "a"),
        ("config.level.lte=2", "ab"),
        ("config.tags.cont=x", "ac"),
        ("config.tags.ncont=x", "b"),
        ("config.list.ANYINDEX.name=two", "b"),
        ("config.flag=true", ""),
        ("config.absent=", "abc"),
        ("config.flag=", "bc"),
        ("_admin.projects_read.cont=nobody", ""),
        ("_admin.created.gt=1", "abc"),
        ("fields=name", ""),
        ("name.bad=1", ""),
    ],
)
def test_lists_are_filtered_by_path_and_operator(nbi: Nbi, query: str, names: str) -> None:
    for name, config in (
        ("a", {"level": 1, "tags": ["x", "y"], "flag": True}),
        ("b", {"level": 2, "tags": ["y"], "list": [{"name": "one"}, {"name": "two"}]}),
        ("c", {"level": 3, "tags": ["x"]}),
    ):
        nbi.add(VIMS, {**VIM, "name": name, "config": config})
    assert "".join(sorted(v["name"] for v in nbi.get(f"{VIMS}?{query}"))) == names


def test_a_place_of_the_url_in_the_query_string_is_no_filter(nbi: Nbi) -> None:
    """The web server hands both to one function, by name."""
    ids = [nbi.add(VIMS, {**VIM, "name": name}) for name in "ab"]
    assert nbi.get(f"{VIMS}?_id={ids[0]}")["name"] == "a", "the one, as an object"
    assert nbi.call("GET", f"{VIMS}?_id={','.join(ids)}").status_code == 404
    several = nbi.call("GET", f"{VIMS}?_id={ids[0]}&_id={ids[1]}")
    assert (several.status_code, several.json()["detail"]) == (400, "unhashable type: 'list'")
    assert [v["name"] for v in nbi.get(f"{VIMS}?_id.eq={','.join(ids)}")] == ["a", "b"]
    for query in (f"{VIMS}?topic=sdns", f"{VIMS}?version=v2", f"{VIMS}/{ids[0]}?_id={ids[1]}"):
        twice = nbi.call("GET", query)
        assert twice.status_code == 404 and twice.headers["Content-Type"].startswith("text/html")
    assert nbi.call("GET", f"{VIMS}/{ids[0]}?item=x").status_code == 405
    assert nbi.call("DELETE", f"{VIMS}?_id={ids[0]}&FORCE=True").status_code == 204
    assert [v["name"] for v in nbi.get(VIMS)] == ["b"]


def test_a_yaml_query_string_has_types(nbi: Nbi) -> None:
    nbi.add(VIMS, {**VIM, "config": {"insecure": True}})
    typed = nbi.call("GET", f"{VIMS}?config.insecure=true", headers={"Query-String-Format": "yaml"})
    assert len(typed.json()) == 1


def test_the_cookie_alone_is_a_login(lab: RunningLab) -> None:
    http = lab.session()
    base = lab.urls["osm"] + "/osm/admin/v1/"
    assert http.post(base + "tokens", json=lab.credentials["osm"], timeout=10).status_code == 200
    cookie = next(iter(http.cookies))
    assert (cookie.name, cookie.secure, cookie.has_nonstandard_attr("HttpOnly")) == ("session_id", True, True)
    assert http.get(base + "vims", timeout=10).status_code == 200
    http.cookies.clear()
    assert http.get(base + "vims", timeout=10).status_code == 401


def test_the_version_needs_no_login(lab: RunningLab) -> None:
    http, url = lab.session(), lab.urls["osm"] + "/osm/version"
    assert set(yaml.safe_load(http.get(url, timeout=10).text)) == {"version", "date"}
    assert http.post(url, timeout=10).status_code == 405
    assert http.get(url + "?a=1", timeout=10).status_code == 405


def test_of_eight_at_once_one_wins(nbi: Nbi) -> None:
    with ThreadPoolExecutor(8) as pool:
        # a connection each: requests' sessions are not made for threads
        headers = dict(nbi.http.headers)
        post = partial(requests.post, nbi.base + VIMS, json=VIM, headers=headers, verify=nbi.lab.ca_cert, timeout=10)
        statuses = sorted(reply.status_code for reply in pool.map(lambda _: post(), range(8)))
    assert statuses == [202, *[409] * 7]


def test_faults_of_the_lab_speak_the_nbis_language(nbi: Nbi, lab: RunningLab) -> None:
    lab.control.fault("refuse", service="osm", status=503, detail="busy", retry_after=2)
    reply = nbi.call("GET", VIMS)
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "2")
    assert reply.json() == {"code": "SERVICE_UNAVAILABLE", "status": 503, "detail": "busy"}
    lab.control.fault("expire_token", service="osm")
    assert nbi.refused("GET", VIMS) == (401, "Expired Token or Authorization HTTP header")
