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
    has_secrets,
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
    assert redact.QUERY.pattern == faults.QUERY.pattern and redact.QUERY_WORDS == faults.QUERY_WORDS
    assert redact.LAST_WORDS == faults.LAST_WORDS and redact.WORDS.pattern == faults.WORDS.pattern
    for name in ("my_api_key", "apiKey", "db-passwd", "ceph_pass", "privateKey", "AWS_CREDENTIALS", "region", "pass"):
        for text in (True, False):
            assert redact.is_secret(name, text) is faults.is_secret(name, text), name


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("host: db\npassword: canary\n", True),
        ('{"user": "a", "apiKey": "canary"}', True),
        ("host=db token=canary", True),
        ("-----BEGIN EC PRIVATE KEY-----\ncanary\n", True),
        ("host: db\nport: 5432\npassword:\n", False),
        ("secrets: {}\n", False),
        ("-----BEGIN CERTIFICATE-----\nMIIB\n", False),
    ],
)
def test_a_text_that_is_a_file_with_a_secret_is_masked_inside_a_free_dictionary(text: str, hidden: bool) -> None:
    shown = "********" if hidden else text
    assert veiled(FREE, {"files": {"a": text}, "list": [text]}) == {"files": {"a": shown}, "list": [shown]}
    assert (text in guessed([FREE], {"config": {"a": text}})) == hidden, "and is looked for everywhere"
    assert veiled(Field("description", ""), text) == text, "not an option of its own"


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
        ("https://user:pa/s?s#word@host/x", "https://user:********@host/x"),
        ("http://[fd00::1]:80/a@b", "http://[fd00::1]:80/a@b"),
        ("http://u:p@[fd00::1]:80/a", "http://u:********@[fd00::1]:80/a"),
        ("https://h/x?private_token=canary&page=2", "https://h/x?private_token=********&page=2"),
        ("https://h/x?a=1&access_token=c%20d#sig=e", "https://h/x?a=1&access_token=********#sig=********"),
        ("see https://h/x#token=c and /y?auth=d", "see https://h/x#token=******** and /y?auth=********"),
        ("https://h/x?author=me&auth_url=a&sigma=1", "https://h/x?author=me&auth_url=a&sigma=1"),
        ('{"u": "https://h/x?token=c"}', '{"u": "https://h/x?token=********"}'),
        ("token=not a query", "token=not a query"),
        ("git@host:path", "git@host:path"),
        ("https://host:443/a@b", "https://host:443/a@b"),
        ('"http://h:1" and "a@b"', '"http://h:1" and "a@b"'),
    ],
)
def test_passwords_in_urls(url: str, seen: str) -> None:
    assert scrub({"msg": url}, ()) == {"msg": seen}
    assert faults.masked({"msg": url}) == {"msg": seen} == faults.without_secrets({"msg": url})


SPOKEN = {
    "env": [{"name": "DB_PASSWORD", "value": "canary"}, {"name": "DB_HOST", "value": "db"}],
    "Authorization": "Bearer canary",
    "auth": {"enabled": True, "database": "db", "pass": "canary"},
    "basic_auth": "canary",
    "db_pwd": "canary",
    "adminPwd": 123456,
    "client-key-data": "canary",
    "auth_url": "https://keystone:5000",
    "author": "me",
    "bypass": "x",
    "use_auth": False,
}


def test_words_at_the_end_of_a_name_and_pairs_of_name_and_value_tell_a_secret() -> None:
    hidden = {
        **SPOKEN,
        "env": [{"name": "DB_PASSWORD", "value": "********"}, {"name": "DB_HOST", "value": "db"}],
        "auth": {"enabled": True, "database": "db", "pass": "********"},
        **dict.fromkeys(("Authorization", "basic_auth", "db_pwd", "adminPwd", "client-key-data"), "********"),
    }
    assert veil(SPOKEN) == hidden == faults.masked(SPOKEN) == faults.without_secrets(SPOKEN)
    assert guessed([FREE], {"config": SPOKEN}) == {"canary", "Bearer canary", "123456"}


def test_a_token_in_the_query_of_a_url_is_looked_for_everywhere() -> None:
    values = {"config": {"url": "https://h/x?private_token=canary%2Ftoken&page=2"}}
    assert guessed([FREE], values) == {"canary%2Ftoken", "canary/token"}
    assert guessed([FREE], {"config": {"url": "https://h/x?token=********"}}) == set()


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


def test_what_a_user_wrote_under_a_name_that_no_option_has_is_not_shown() -> None:
    inner = (Field("password", "", secret=True), Field("zone", "", aliases=("area",)), FREE)
    kinds = Field("resources", "", type="dict", options=(Field("hosts", "", type="list", options=inner),))
    entry = {"passwort": "canary", "area": "one", "zone": "one", "config": {"x": 1}, "sure": True, "no": None}
    for given, seen in (
        ({"hosts": [entry]}, {"hosts": [{**entry, "passwort": "********"}]}),
        ({"host": [entry]}, {"host": "********"}),
        ({"hosts": "canary"}, {"hosts": "********"}),
        ("canary", "********"),
        ([{"password": "canary"}], [{"password": "********"}]),
    ):
        assert veiled_all([kinds], {"resources": given, "passwort": "canary"}) == {
            "resources": seen,
            "passwort": "********",
        }
    assert veiled(kinds, {"hosts": [{"of_the_api": "seen"}]}) == {"hosts": [{"of_the_api": "seen"}]}


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


def test_a_long_word_in_a_file_is_looked_at_once() -> None:
    """From each of its letters on it took minutes; an entry in an entry is found all the same."""
    assert not has_secrets(100_000 * "a") and has_secrets(100_000 * "a" + "\npassword = b")
    assert has_secrets("--set=my-password=b") and has_secrets("set=password=b")
