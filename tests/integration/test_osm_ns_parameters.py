# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters of an instantiation: each reaches OSM, and none is ignored in silence afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .osm import Osm
from .osm_services import LAB, OPS, SERVICE, Site, fresh_warnings, osm, packages, site, site_of_all

assert LAB and osm and site and fresh_warnings and site_of_all


# -- parameters of an instantiation ----------------------------------------------------------------------------------


EVERYTHING: dict[str, Any] = {
    "description": "all of it",
    "vnf": [
        {
            "member_vnf_index": "probe",
            "vim_account": "madrid-1",
            "vdu": [
                {
                    "id": "probe",
                    "vim_flavor_name": "small",
                    "interface": [{"name": "eth0", "ip_address": "10.0.0.7", "floating_ip_required": False}],
                }
            ],
        }
    ],
    "vld": [{"name": "mgmtnet", "vim_network_name": "management"}],
    "additional_params": {"region": "south"},
    "secret_params": {"key": "canary-of-the-service"},
    "additional_params_for_vnf": [
        {
            "member_vnf_index": "web",
            "additional_params_for_kdu": [
                {
                    "kdu_name": "web",
                    "additional_params": {"replicaCount": 2, "nothing": None},
                    "secret_params": {"token": "canary-of-the-kdu"},
                    "k8s_namespace": "edge",
                    "kdu_deployment_name": "front",
                }
            ],
        }
    ],
    "k8s_namespace": "lab",
    "ssh_keys": ["ssh-ed25519 AAAA test"],
    "config_units": 1,
    "timeout_deploy": 600,
}


def test_every_parameter_reaches_osm_and_is_compared(osm: Osm, tmp_path: Path) -> None:
    packages(osm, tmp_path)
    done = osm.done("osm_ns", **SERVICE, **EVERYTHING)
    assert "canary" not in str(done) and not done.get("warnings")
    [operation] = osm.call("GET", OPS).json()
    sent = operation["operationParams"]
    [vim] = osm.all("vim_accounts")
    assert sent["vnf"][0]["vimAccountId"] == vim["_id"], "names become ids"
    card = {"name": "eth0", "ip-address": "10.0.0.7", "floating-ip-required": False}
    vdu = {"id": "probe", "vim-flavor-name": "small", "interface": [card]}
    assert sent["vnf"][0]["vdu"] == [vdu], "in OSM's own words, and nothing is sent that was not given"
    assert sent["additionalParamsForNs"] == {"region": "south", "key": "canary-of-the-service"}
    [kdu] = json.loads(sent["additionalParamsForVnf"])[0]["additionalParamsForKdu"]
    assert kdu["additionalParams"] == {"replicaCount": 2, "nothing": None, "token": "canary-of-the-kdu"}
    assert kdu["kdu-deployment-name"] == "front" and "secret_params" not in kdu
    [web] = [v for v in osm.all("vnfrs") if v["member-vnf-index-ref"] == "web"]
    assert web["kdur"][0]["k8s-namespace"] == "edge"
    for check in (True, False):
        again = osm.done("osm_ns", check=check, **SERVICE, **EVERYTHING)
        assert not again["changed"] and not again.get("warnings"), again


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("description", "another"),
        ("k8s_namespace", "other"),
        ("vld", [{"name": "mgmtnet", "vim_network_name": "other"}]),
        ("additional_params", {"region": "north"}),
        (
            "additional_params_for_vnf",
            [
                {
                    "member_vnf_index": "web",
                    "additional_params_for_kdu": [{"kdu_name": "web", "additional_params": {"a": 1}}],
                }
            ],
        ),
    ],
)
def test_a_changed_parameter_is_never_silently_ignored(site_of_all: Site, option: str, value: Any) -> None:
    answer = site_of_all.osm.done("osm_ns", **SERVICE, **{option: value})
    assert not answer["changed"]
    assert f"{option} differ from what it was instantiated with" in str(answer["warnings"])
    assert "canary" not in str(answer["warnings"])


def _for(member: str, kind: str, entry: dict[str, Any]) -> dict[str, Any]:
    return {"member_vnf_index": member, f"additional_params_for_{kind}": [entry]}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (
            {"vnf": [{"member_vnf_index": "nobody", "vim_account": "madrid-1"}]},
            "has no VNF 'nobody'. It has: web, probe",
        ),
        ({"vnf": [{"member_vnf_index": "web", "vim_account": "nowhere"}]}, "no VIM account called 'nowhere'"),
        ({"vnf": [{"member_vnf_index": "web"}]}, "nothing is said of web"),
        ({"vld": [{"name": "nowhere", "vim_network_name": "x"}]}, "has no virtual link 'nowhere'. It has: mgmtnet"),
        (
            {"kdus": [{"vnf": "wbe", "name": "web", "params": {"a": 1}}]},
            "kdus[0].vnf: the NSD edge_web_ns has no VNF 'wbe'. It has: web, probe",
        ),
        (
            {"kdus": [{"vnf": "web", "name": "wbe", "params": {"a": 1}}]},
            "kdus[0].name: the VNFD edge_web_knf has no KDU 'wbe'. It has: web",
        ),
        ({"kdus": [{"vnf": "probe", "name": "web"}]}, "the VNFD edge_probe_vnf has no KDU 'web'. It has: none"),
        (
            {"additional_params_for_vnf": [_for("web", "kdu", {"kdu_name": "wbe", "additional_params": {"a": 1}})]},
            "additional_params_for_kdu[0].kdu_name: the VNFD edge_web_knf has no KDU 'wbe'. It has: web",
        ),
        (
            {"additional_params_for_vnf": [_for("probe", "vdu", {"vdu_id": "prob", "additional_params": {"a": 1}})]},
            "additional_params_for_vdu[0].vdu_id: the VNFD edge_probe_vnf has no VDU 'prob'. It has: probe",
        ),
        (
            {"vnf": [{"member_vnf_index": "probe", "vdu": [{"id": "prob", "vim_flavor_name": "small"}]}]},
            "vnf[0].vdu[0].id: the VNFD edge_probe_vnf has no VDU 'prob'. It has: probe",
        ),
        (
            {"vnf": [{"member_vnf_index": "probe", "internal_vld": [{"name": "none", "vim_network_name": "a"}]}]},
            "vnf[0].internal_vld[0].name: the VNFD edge_probe_vnf has no virtual link 'none'. It has: none",
        ),
        ({"vld": [{"name": "mgmtnet"}, {"name": "mgmtnet"}]}, "given twice"),
        ({"vld": [{"name": "mgmtnet", "bogus": 1}]}, "bogus"),
        (
            {
                "vnf": [
                    {
                        "member_vnf_index": "probe",
                        "vdu": [{"id": "probe", "interface": [{"name": "e", "mac-address": "x"}]}],
                    }
                ]
            },
            "be a MAC address",
        ),
        (
            {
                "vnf": [
                    {
                        "member_vnf_index": "probe",
                        "vdu": [{"id": "probe", "vim-flavor-id": "a", "vim-flavor-name": "b"}],
                    }
                ]
            },
            "exclude each other",
        ),
        (
            {
                "vnf": [
                    {
                        "member_vnf_index": "probe",
                        "vdu": [{"id": "probe", "interface": [{"name": "e", "ip-address": "10.0.0.300"}]}],
                    }
                ]
            },
            "vnf[0].vdu[0].interface[0].ip_address: '10.0.0.300' must be an IP address: the API takes no other. Give",
        ),
        (
            {"vld": [{"name": "mgmtnet", "ip_profile": {"subnet_address": "10.0.0.0"}}]},
            "vld[0].ip_profile.subnet_address: '10.0.0.0' must be an IPv4 subnet",
        ),
        ({"additional_params": {"a-b": 1}}, "letters, digits and _ only"),
        ({"additional_params": {"a": {"$set": 1}}}, "additional_params.a.$set: a key must not begin with $"),
        ({"kdus": [{"vnf": "web", "name": "web", "params": {"$set": 1}}]}, "'$set' has a name with no $"),
        ({"timeout_deploy": 0}, "less than 1"),
        ({"name": "it's"}, "name: \"it's\" must not contain '"),
        ({"name": ""}, "name: '' must not be empty"),
        ({"name": "x" * 256}, "must have at most 255 characters, and has 256"),
        ({"description": 'a "b"'}, 'must not contain "'),
        ({"description": "x" * 256}, "must have at most 255 characters, and has 256"),
        ({"vld": [{"name": "mgmtnet", "vim_network_name": ""}]}, "vld[0].vim_network_name: '' is no name or id"),
        ({"vld": [{"name": "mgmtnet", "vim_network_name": 5}]}, "vld[0].vim_network_name: 5 is no name or id"),
        ({"vld": [{"name": "mgmtnet", "vim_network_id": ["a"]}]}, "vld[0].vim_network_id: ['a'] is no name or id"),
        ({"wim_account": "nowhere"}, "no WIM account called 'nowhere'"),
    ],
)
def test_wrong_parameters_are_told_before_anything_is_sent(
    site_of_all: Site, wrong: dict[str, Any], words: str
) -> None:
    answer = site_of_all.osm.refused("osm_ns", check=True, **{**SERVICE, "name": "another", **wrong})
    assert words in answer["msg"], answer["msg"]


def test_terminate_with_parameters(site: Site) -> None:
    options = {"timeout_terminate": 900, "skip_terminate_primitives": True}
    site.osm.done("osm_ns", name="edge-web", instantiated=False, **options)
    [last] = site.operations("terminate")
    wanted = {"timeout_ns_terminate": 900, "skip_terminate_primitives": True, "autoremove": False}
    assert {k: last["operationParams"][k] for k in wanted} == wanted
    site.osm.done("osm_ns", **SERVICE)
    site.osm.done("osm_ns", name="edge-web", state="absent", **options)
    assert site.osm.all("nsrs") == []


def test_keys_with_a_dollar_inside_of_helm_values_are_osms_to_keep(site_of_all: Site) -> None:
    osm = site_of_all.osm
    kdus = [{"vnf": "web", "name": "web", "params": {"dash": {"$schema": "x"}}}]
    for check in (True, False):
        assert osm.done("osm_ns", check=check, **{**SERVICE, "name": "dollars"}, kdus=kdus)["changed"]
    assert not osm.done("osm_ns", **{**SERVICE, "name": "dollars"}, kdus=kdus)["changed"]
    osm.done("osm_ns", **{**SERVICE, "name": "dollars"}, kdus=[{**kdus[0], "params": {"dash": {"$schema": "y"}}}])
    osm.done("osm_ns", name="dollars", state="absent")
