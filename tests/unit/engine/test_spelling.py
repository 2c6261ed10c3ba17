# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options inside options have names of their own and the API's spelling, both ways and at every depth."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine import spec
from ansible_collections.edge.infra.plugins.module_utils._engine.field import Field
from ansible_collections.edge.infra.plugins.module_utils._engine.resource import Resource
from ansible_collections.edge.infra.plugins.module_utils._engine.spelling import accepted, from_api, to_api
from ansible_collections.edge.infra.plugins.module_utils._l2sm.api import L2SM
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM
from ansible_collections.edge.infra.plugins.module_utils._osm.instances import NS
from ansible_collections.edge.infra.plugins.module_utils._osm.instantiate import request
from ansible_collections.edge.infra.plugins.module_utils._osm.ns_config import NS_CONFIG_TEMPLATE
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX

INNER = Field("ip_address", "", api="ip-address")
FREE = Field("more", "", type="dict", api="moreParams")
LINKS = Field("links", "", type="list", elements="dict", api="the-links", options=(INNER, FREE))
PROFILE = Field("profile", "", type="dict", options=(Field("name", ""), LINKS))
RESOURCE = Resource("thing", "", "thing", "things", (PROFILE,))
OURS = {"name": "a", "links": [{"ip_address": "10.0.0.1", "more": {"ip_address": 1, "ip-address": 2}}]}
THEIRS = {"name": "a", "the-links": [{"ip-address": "10.0.0.1", "moreParams": {"ip_address": 1, "ip-address": 2}}]}


def test_names_go_both_ways_at_every_depth_and_what_is_free_stays() -> None:
    assert to_api(PROFILE, OURS) == THEIRS
    assert from_api(PROFILE, THEIRS) == OURS
    assert from_api(PROFILE, OURS) == OURS, "once is enough"
    assert RESOURCE.read({"profile": THEIRS})["profile"] == OURS


@pytest.mark.parametrize("value", [None, "text", 1, [], {}, ["text", None], {"unknown-key": {"ip-address": 1}}])
def test_other_values_stay(value: Any) -> None:
    assert to_api(PROFILE, value) == value and from_api(PROFILE, value) == value


def test_the_spelling_of_the_api_is_taken_from_users_even_in_part() -> None:
    mixed = {"name": "a", "links": [{"ip-address": "10.0.0.1"}]}
    expected = {"name": "a", "links": [{"ip_address": "10.0.0.1"}]}
    assert accepted(RESOURCE, {"profile": mixed, "wait": True}) == {"profile": expected, "wait": True}


@pytest.mark.parametrize("order", [("ip-address", "ip_address"), ("ip_address", "ip-address")])
def test_both_spellings_at_once_are_left_to_be_refused(order: tuple[str, str]) -> None:
    both = {"links": [dict.fromkeys(order, "10.0.0.1")]}
    assert accepted(RESOURCE, {"profile": both}) == {"profile": both}


def _names(fields: Any) -> list[str]:
    return [n for f in fields for n in (f.name, *f.aliases, *_names(f.options))]


@pytest.mark.parametrize("api", [OSM, STARLINGX, L2SM], ids=lambda api: str(api.name))
def test_every_option_is_an_identifier_in_small_letters(api: Any) -> None:
    names = [n for r in api.kinds.values() for n in _names(spec.resource_fields(r))]
    names += [n for a in api.actions for n in _names(a.fields)]
    assert names and [n for n in names if not n.isidentifier() or n != n.lower()] == []


def test_a_request_and_a_template_are_in_the_words_of_osm() -> None:
    profile = {"dhcp-params": {"start-address": "10.0.0.2"}}
    kdu = {"kdu_name": "k", "additionalParams": {"k8s-namespace": None}}
    vnf = {"member-vnf-index": "a", "vimAccountId": "v", "internal-vld": [{"name": "l", "ip-profile": profile}]}
    said = {
        "vnf": [vnf],
        "vld": [{"name": "n", "provider-network": {"sdn_ports": []}, "vim-network-name": {"v": "net"}}],
        "additionalParamsForVnf": [{"member-vnf-index": "a", "additionalParamsForKdu": [kdu]}],
    }
    options = {"vnf": said["vnf"], "vld": said["vld"], "additional_params_for_vnf": said["additionalParamsForVnf"]}
    given = accepted(NS, options)
    assert "member-vnf-index" not in json.dumps(given) and given["vnf"][0]["vim_account"] == "v"
    assert request(given) == said
    assert NS_CONFIG_TEMPLATE.read({"name": "t", "nsdId": "n", "config": said}) == {"name": "t", "nsd": "n", **given}
