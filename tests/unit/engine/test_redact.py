# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets that no option is declared for: told by the name of a key or by their place in a URL."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine import redact
from ansible_collections.edge.infra.plugins.module_utils._engine.field import Field
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import Wanted, plan
from ansible_collections.edge.infra.plugins.module_utils._engine.redact import (
    guessed,
    open_texts,
    scrub,
    secrets_in,
    veil,
    veiled,
    veiled_all,
)
from ansible_collections.edge.infra.plugins.module_utils._site import faults

from .things import NETWORK

URL = "http://user:canary-url@proxy.example.com:3128"
CONFIG: dict[str, Any] = {
    "region": "one",
    "my_api_key": "canary-api",
    "nested": {"list": [{"token": "canary-token", "zone": "z"}, {"secret_key": "canary-secret"}]},
    "proxy": URL,
}
FREE = Field("config", "", type="dict")


def test_the_plan_and_the_modules_have_one_rule() -> None:
    assert redact.SECRET_WORDS == faults.SECRET_WORDS and redact.USERINFO.pattern == faults.USERINFO.pattern
    for name in ("my_api_key", "apiKey", "db-passwd", "ceph_pass", "privateKey", "AWS_CREDENTIALS", "region", "pass"):
        assert redact.is_secret(name) is faults.is_secret(name), name


def test_free_dictionaries_are_masked_at_any_depth_and_nothing_else_is() -> None:
    assert veiled(FREE, CONFIG) == {
        "region": "one",
        "my_api_key": "********",
        "nested": {"list": [{"token": "********", "zone": "z"}, {"secret_key": "********"}]},
        "proxy": "http://user:********@proxy.example.com:3128",
    }
    assert veil({"a": [{"dbPassword": "x", "b": 1}], "tokens": {"t": "y"}, "secret": "", "use_token": True}) == {
        "a": [{"dbPassword": "********", "b": 1}],
        "tokens": "********",
        "secret": "",
        "use_token": True,
    }


def test_options_inside_options_are_known_by_name_and_their_free_parts_are_not() -> None:
    inner = (Field("token_name", ""), Field("params", "", type="dict"), Field("hidden", "", secret=True))
    f = Field("kdus", "", type="list", elements="dict", options=inner)
    value = [{"token_name": "seen", "params": {"db": {"password": "canary"}}, "hidden": "x", "typo_token": "canary"}]
    shown = [{"token_name": "seen", "params": {"db": {"password": "********"}}, "hidden": "********"}]
    assert veiled(f, value) == [{**shown[0], "typo_token": "********"}]


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://a:p@ss@host/x", "https://a:********@host/x"),
        ("oci://:pw@host", "oci://:********@host"),
        ("https://user@host/x", "https://********@host/x"),
        ("https://TOKEN:@host/x", "https://********@host/x"),
        ("https://TOKEN:x-oauth-basic@host/x", "https://********@host/x"),
        ("https://x-oauth-basic:TOKEN@host/x", "https://x-oauth-basic:********@host/x"),
        ("git+https://TOKEN@host/x and http://a:b@c", "git+https://********@host/x and http://a:********@c"),
        ("https://TOK%40EN@host", "https://********@host"),
        ("https://TO@KEN@host", "https://********@host"),
        ("https://host?a@b", "https://host?a@b"),
        ("git@host:path", "git@host:path"),
        ("https://host:443/a@b", "https://host:443/a@b"),
        ('"http://h:1" and "a@b"', '"http://h:1" and "a@b"'),
    ],
)
def test_passwords_in_urls(url: str, seen: str) -> None:
    assert scrub({"msg": url}, ()) == {"msg": seen}
    assert faults.masked({"msg": url}) == {"msg": seen} == faults.without_secrets({"msg": url})


@pytest.mark.parametrize("url", ["https://{}@host", "https://{}:@host", "https://{}:x-oauth-basic@host"])
def test_a_token_of_a_url_is_looked_for_everywhere(url: str) -> None:
    values = {"name": "reader", "config": {"url": url.format("canary-token")}}
    fields = [Field("name", ""), FREE, Field("url", "")]
    assert "canary-token" in guessed(fields, values)
    told = {"msg": "401 for canary-token"}
    assert scrub(told, secrets_in(fields, values)) == {"msg": "401 for ********"}
    assert guessed(fields, {"name": "reader", "url": url.format("reader")}) <= {"reader:", "reader:x-oauth-basic"}


def test_a_secret_option_may_have_texts_that_are_none() -> None:
    f = Field("credentials", "", type="dict", secret=True, open=lambda value: {value["name"], value["other"]})
    listed = Field("all", "", type="list", elements="dict", options=(f,))
    values = {"name": "site-1", "other": "canary-pass", "token": "canary-token"}
    both = [f, listed, Field("password", "", secret=True)]
    given = {"all": [{"credentials": values}], "credentials": values, "password": "canary-pass"}
    assert secrets_in([f], {"credentials": values}) == {"canary-token"}
    assert secrets_in(both, given) == {"canary-token", "canary-pass"}
    assert open_texts(both, given) == {"site-1"}, "what is a secret elsewhere is one"
    assert veiled_all(both, given) == {
        "all": [{"credentials": "********"}],
        "credentials": "********",
        "password": "canary-pass",
    }


def test_a_short_secret_is_hidden_where_it_is_given_and_nowhere_else() -> None:
    fields = [Field("password", "", secret=True), Field("params", "", type="dict", secret=True)]
    values = {"password": "abc", "params": {"pin": 12, "token": "canary-token"}}
    assert secrets_in(fields, values) == {"canary-token"}
    assert veiled_all(fields, values) == {"password": "********", "params": "********"}


def test_what_is_looked_for_everywhere_is_neither_short_nor_seen_elsewhere() -> None:
    assert guessed([FREE], {"config": CONFIG}) == {"canary-api", "canary-token", "canary-secret", "canary-url"}
    common = {"token": "yes", "secretName": "madrid-1", "use_token": True, "credentials": {"pin": 12, "id": "123456"}}
    fields = [Field("name", ""), FREE]
    assert guessed(fields, {"name": "madrid-1", "config": common}) == {"123456"}
    assert secrets_in(fields, {"name": "madrid-1", "config": CONFIG}) >= {"canary-token"}


def test_a_difference_that_the_mask_hides_is_told_and_sent_as_it_is() -> None:
    live = {"id": "1", "name": "a", "type": "t", "config": {"other_token": "old-canary", "x": 1}}
    wanted = {"name": "a", "type": "t", "config": {"other_token": "new-canary"}}
    change = plan(Wanted(NETWORK, wanted), live)
    assert change.payload == {"config": {"other_token": "new-canary"}}
    assert change.before["config"] == {"other_token": "********"}
    assert change.after["config"] == {"other_token": "********", "(secrets)": "differ"}
    assert plan(Wanted(NETWORK, {**wanted, "config": live["config"]}), live).payload == {}
