# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading variables one by one: everything that cannot be read is found, named, and told without a value."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template
from ansible_collections.edge.infra.plugins.action.site_variables import explain
from ansible_collections.edge.infra.plugins.module_utils._site.gather import Gatherer


def trusted(value: Any) -> Any:
    """Expressions, as the inventory's files have them."""
    if isinstance(value, dict):
        return {k: trusted(v) for k, v in value.items()}
    if isinstance(value, list):
        return [trusted(v) for v in value]
    return trust_as_template(value) if isinstance(value, str) else value


def gather(variables: dict[str, Any]) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    """Values, and by variable the message and remedy for what cannot be read."""
    raw = trusted(variables)
    gatherer = Gatherer(raw, Templar(loader=DataLoader(), variables=raw).template, explain)
    values = gatherer.gather("edge_")
    return values, {row["variable"]: (row["message"], row["remedy"]) for row in gatherer.unreadable}


def test_what_can_be_read_is_as_ansible_reads_it() -> None:
    variables = {"edge_a": {"b": ["{{ other }}", 1]}, "other": [1, "x"], "edge_c": "{{ other[1] }}", "d": "{{ e }}"}
    values, unread = gather(variables)
    assert values == {"edge_a": {"b": [[1, "x"], 1]}, "edge_c": "x"}
    assert unread == {}


def test_what_is_expressly_not_given_is_not_there() -> None:
    """As an answer that nobody gave in a survey; whoever says more with it is told."""
    values, unread = gather(
        {
            "edge_confirm": "{{ ask_edge_confirm if ask_edge_confirm | default('', true) else undef() }}",
            "edge_said": "{{ undef(hint='Say it.') }}",
            "edge_in": {"a": "{{ undef() }}"},
        }
    )
    assert values == {"edge_said": None, "edge_in": {"a": None}}
    assert set(unread) == {"edge_said", "edge_in.a"}


def test_every_undefined_name_is_found_where_it_is() -> None:
    values, unread = gather(
        {
            "edge_vim": {"name": "m", "password": "{{ vault_missing }}", "config": {"deep": ["{{ nowhere }}"]}},
            "edge_repos": "{{ repos }}",
            "repos": [{"url": "{{ base }}/x"}, {"url": "y"}],
            "edge_text": "{{ repos[1].nope }}",
        }
    )
    assert values["edge_vim"] == {"name": "m", "password": None, "config": {"deep": [None]}}
    assert values["edge_repos"] == [{"url": None}, {"url": "y"}]
    assert set(unread) == {"edge_vim.password", "edge_vim.config.deep[0]", "edge_repos[0].url", "edge_text"}
    message, remedy = unread["edge_vim.password"]
    assert message == "'vault_missing' is undefined."
    assert remedy.startswith("Define vault_missing in group_vars/all/vault.yml, made with ansible-vault create")
    assert unread["edge_vim.config.deep[0]"][1].startswith("Define nowhere in group_vars or host_vars")
    assert "base" in unread["edge_repos[0].url"][0]
    assert "nope" in unread["edge_text"][0] and "edge_text" in unread["edge_text"][1]


def test_an_expression_that_says_what_to_do_itself_gets_no_other_advice() -> None:
    _values, unread = gather({"edge_root": "{{ roots.b | default(undef(hint)) }}", "roots": {}, "hint": "start it"})
    assert unread["edge_root"] == ("start it.", "")


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("{{ 'canary' | no_such_filter }}", "no_such_filter"),
        ("{{ 'canary' | from_json }}", "from_json"),
        ("{{ 1 + 'canary' }}", "unsupported operand"),
        ("{{ ['canary'].index('x') }}", "(ValueError)"),
        ("a{{ b", "unexpected end of template"),
        ("{{ edge_x }}", "refers to itself"),
    ],
)
def test_an_expression_that_fails_says_how(expression: str, words: str) -> None:
    _values, unread = gather({"edge_x": expression})
    assert words in unread["edge_x"][0], unread
    assert "canary" not in str(unread), "what a filter was given is not quoted"
    assert "edge_x" in unread["edge_x"][1]


@pytest.mark.parametrize(
    "variables",
    [
        {"edge_osm_password": "canary{{"},
        {"edge_osm_password": "x{{canary|canary2}}y"},
        {"edge_x": "{{ vault_pw | from_yaml }}", "vault_pw": "[canary"},
        {"edge_x": "{{ vault_pw.index('x') }}", "vault_pw": "canary"},
        {"edge_x": "{{ other | from_json }}", "other": "{{ vault_pw }}", "vault_pw": "canary"},
    ],
)
def test_no_secret_is_quoted(variables: dict[str, Any]) -> None:
    _values, unread = gather(variables)
    assert list(unread) == [min(variables)]
    assert "canary" not in str(unread), unread


def test_a_value_that_no_password_opens_says_so() -> None:
    class AnsibleVaultError(AnsibleError):
        """Told by its name, since core keeps several of them."""

    told = explain(AnsibleVaultError("Decryption failed (no vault secrets were found that could decrypt)"))
    assert (told.kind, told.detail) == ("encrypted", "")
    assert "no vault password that was given opens it" in told.text
