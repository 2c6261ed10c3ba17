# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What OSM would spoil or refuse without a word about the option is refused on paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._engine.field import Field
from ansible_collections.edge.infra.plugins.module_utils._engine.limits import check_texts
from ansible_collections.edge.infra.plugins.module_utils._engine.resource import Resource
from ansible_collections.edge.infra.plugins.module_utils._osm.accounts import K8S_CLUSTER
from ansible_collections.edge.infra.plugins.module_utils._osm.api import ACTIONS, DECLARED
from ansible_collections.edge.infra.plugins.module_utils._osm.cluster_guard import same_server
from ansible_collections.edge.infra.plugins.module_utils._osm.clusters import CLUSTER
from ansible_collections.edge.infra.plugins.module_utils._osm.controllers import SDN, VCA, WIM
from ansible_collections.edge.infra.plugins.module_utils._osm.instances import NS
from ansible_collections.edge.infra.plugins.module_utils._osm.kdus import NS_KDU_UPGRADE
from ansible_collections.edge.infra.plugins.module_utils._osm.ns_config import NS_CONFIG_TEMPLATE
from ansible_collections.edge.infra.plugins.module_utils._osm.operations import READY
from ansible_collections.edge.infra.plugins.module_utils._osm.pdus import PDU
from ansible_collections.edge.infra.plugins.module_utils._osm.primitives import NS_ACTION
from ansible_collections.edge.infra.plugins.module_utils._osm.slices import SLICE
from ansible_collections.edge.infra.plugins.module_utils._osm.subscriptions import SUBSCRIPTION
from ansible_collections.edge.infra.plugins.module_utils._osm.vims import VIM

METHODS = {"helm-chart-v3": True, "juju-bundle": False}


CREATED = "NsIdentifierCreationNotification"
#: a key that MongoDB, which OSM keeps its records in, takes for an operator
BAD = {"a": [{"$set": "canary"}]}


def _links(profile: dict[str, Any]) -> dict[str, Any]:
    return {"vld": [{"name": "n", "ip_profile": profile}]}


def _card(address: str) -> dict[str, Any]:
    vdu = {"id": "d", "interface": [{"name": "e", "ip_address": address}]}
    return {"vnf": [{"member_vnf_index": "1", "vdu": [vdu]}]}


def _point(address: str) -> dict[str, Any]:
    point = {"member_vnf_index_ref": "1", "vnfd_connection_point_ref": "cp", "ip_address": address}
    return {"vld": [{"name": "n", "vnfd_connection_point_ref": [point]}]}


def _own(address: str) -> dict[str, Any]:
    points = [{"id_ref": "cp", "ip_address": address}]
    return {"vnf": [{"member_vnf_index": "1", "internal_vld": [{"name": "i", "internal_connection_point": points}]}]}


def _spaces(name: str) -> dict[str, Any]:
    return {"additional_params_for_vnf": [{"member_vnf_index": "1", "k8s_namespace": name}]}


def _kdu_space(name: str) -> dict[str, Any]:
    kdus = [{"kdu_name": "web", "k8s_namespace": name}]
    return {"additional_params_for_vnf": [{"member_vnf_index": "1", "additional_params_for_kdu": kdus}]}


CARD = "vnf[0].vdu[0].interface[0].ip_address:"
POINT = "vld[0].vnfd_connection_point_ref[0].ip_address:"
PROFILE = "vld[0].ip_profile."
DHCP = {"dhcp_params": {"start_address": "10.0.0.256"}}


def checked(resource: Resource, values: dict[str, Any]) -> None:
    """As a module does before anything is sent."""
    check_texts(resource.fields, values)
    assert resource.check
    resource.check(values)


@pytest.mark.parametrize(
    ("resource", "values", "begins", "said"),
    [
        (VIM, {"config": {"$x": 1}}, "config.$x:", "must not begin with $"),
        (VIM, {"config": {"a": [{"b": {"$[0]": "canary"}}]}}, "config.a[0].b.$[0]:", "edit a list"),
        (VIM, {"prometheus_config": {"$": 1}}, "prometheus_config.$:", "$"),
        (WIM, {"config": {"$x": 1}}, "config.$x:", "$"),
        (SDN, {"config": {"$x": 1}}, "config.$x:", "$"),
        (VCA, {"model_config": {"$x": 1}}, "model_config.$x:", "$"),
        (VCA, {"endpoints": []}, "endpoints:", "one at least"),
        (CLUSTER, {"config": {"$x": 1}}, "config.$x:", "$"),
        (CLUSTER, {"node_count": -1}, "node_count:", "at least 0"),
        (CLUSTER, {"description": ""}, "description:", "not be empty"),
        (CLUSTER, {"app_profiles": ["p2", "p1", "p2"]}, "app_profiles:", "p2 is given twice"),
        (NS, {"placement_engine": ""}, "placement_engine:", "not be empty"),
        (NS_CONFIG_TEMPLATE, {"vld": [{"name": ""}]}, "vld[0].name:", "not be empty"),
        (SUBSCRIPTION, {"callback_uri": "nowhere"}, "callback_uri:", "begin with https:// or http://"),
        (K8S_CLUSTER, {"nets": {"$n": None}}, "nets.$n:", "$"),
        (K8S_CLUSTER, {"nets": {"mgmtnet": 7}}, "nets.mgmtnet:", "or null"),
        (K8S_CLUSTER, {"nets": {"mgmtnet": {"a": "b"}}}, "nets.mgmtnet:", "or null"),
        (K8S_CLUSTER, {"credentials": {"users": [{"$x": 1}]}}, "credentials.users[0].$x:", "$"),
        (K8S_CLUSTER, {"deployment_methods": {**METHODS, "juju-bundle": "no"}}, "deployment_methods.", "true or false"),
        (PDU, {"interfaces": [{"name": "m", "ip_address": "10.0.0.300"}]}, "interfaces[0].ip_address:", "IP address"),
    ],
)
def test_refused(resource: Resource, values: dict[str, Any], begins: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        checked(resource, values)
    assert caught.value.message.startswith(begins) and said in caught.value.message
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("values", "begins", "said"),
    [
        (_card("10.0.0.300"), CARD, "'10.0.0.300' must be an IP address"),
        (_card("1234567"), CARD, "IP address"),
        (_card("10.0.0.1.2"), CARD, "IP address"),
        (_card(":::::"), CARD, "IP address"),
        (_card("fd00::12345"), CARD, "IP address"),
        (_point("10.0.0.300"), POINT, "IP address"),
        (_own("10.0.0.300"), "vnf[0].internal_vld[0].internal_connection_point[0].ip_address:", "IPv4 address"),
        (_links({"gateway_address": "10.0.0.300"}), f"{PROFILE}gateway_address:", "IPv4 address"),
        (_links({"gateway_address": "fd00::1"}), f"{PROFILE}gateway_address:", "IPv4 address"),
        (_links({"dns_server": [{"address": "10.0.0.300"}]}), f"{PROFILE}dns_server[0].address:", "IP address"),
        (_links(DHCP), f"{PROFILE}dhcp_params.start_address:", "IPv4 address"),
        *(
            (_links({"subnet_address": text}), f"{PROFILE}subnet_address:", "IPv4 subnet")
            for text in ("10.0.0.0", "10.0.300.0/24", "10.0.0.0/31", "10.0.0.0/255.255.255.0", "fd00::/64", "a/b", "/")
        ),
    ],
)
@pytest.mark.parametrize("kind", [NS, SLICE, NS_CONFIG_TEMPLATE], ids=lambda kind: str(kind.kind))
def test_what_only_looks_like_an_address(kind: Resource, values: dict[str, Any], begins: str, said: str) -> None:
    if kind is SLICE:
        values, begins = {"subnets": [{"id": "s", **values}]}, f"subnets[0].{begins}"
    with pytest.raises(InputError) as caught:
        checked(kind, values)
    assert caught.value.message.startswith(begins) and said in caught.value.message
    assert caught.value.remedy.startswith("Give one such as 10.20.30.") and caught.value.details["value"]


@pytest.mark.parametrize(
    ("values", "begins", "said"),
    [
        (
            {"k8s_namespace": "Edge_1"},
            "k8s_namespace:",
            "'Edge_1' must be a name for Kubernetes: small letters, digits",
        ),
        ({"k8s_namespace": "edge-"}, "k8s_namespace:", "name for Kubernetes"),
        ({"k8s_namespace": "edge\n"}, "k8s_namespace:", "name for Kubernetes"),
        ({"k8s_namespace": "e" * 64}, "k8s_namespace:", "at most 63 characters"),
        (_spaces("k8s.edge"), "additional_params_for_vnf[0].k8s_namespace:", "name for Kubernetes"),
        (_kdu_space("a b"), "additional_params_for_vnf[0].additional_params_for_kdu[0].k8s_namespace:", "Kubernetes"),
    ],
)
@pytest.mark.parametrize("kind", [NS, SLICE], ids=lambda kind: str(kind.kind))
def test_a_namespace_that_kubernetes_would_refuse(
    kind: Resource, values: dict[str, Any], begins: str, said: str
) -> None:
    """OSM takes it, and its life-cycle manager fails with it."""
    if kind is SLICE:
        values, begins = {"subnets": [{"id": "s", **values}]}, f"subnets[0].{begins}"
    with pytest.raises(InputError) as caught:
        checked(kind, values)
    assert caught.value.message.startswith(begins) and said in caught.value.message
    assert caught.value.remedy == "Give one such as edge-services."


@pytest.mark.parametrize(
    ("resource", "values", "begins"),
    [
        (NS, {"additional_params": BAD}, "additional_params.a[0].$set:"),
        (NS, {"secret_params": BAD}, "secret_params.a[0].$set:"),
        (NS, {"placement_constraints": {"$set": 1}}, "placement_constraints.$set:"),
        (NS, {"vld": [{"name": "n", "provider_network": {"$set": 1}}]}, "vld[0].provider_network.$set:"),
        (NS, {"vld": [{"name": "n", "vim_network_name": {"$set": 1}}]}, "vld[0].vim_network_name.$set:"),
        (SLICE, {"additional_params": BAD}, "additional_params.a[0].$set:"),
        (SLICE, {"links": [{"name": "n", "vim_network_id": {"$set": 1}}]}, "links[0].vim_network_id.$set:"),
        (SLICE, {"subnets": [{"id": "s", "additional_params": BAD}]}, "subnets[0]: additional_params.a[0].$set:"),
        (
            SLICE,
            {"subnets": [{"id": "s", "additional_params_for_vnf": [{"member_vnf_index": "1", "secret_params": BAD}]}]},
            "subnets[0]: additional_params_for_vnf[0].secret_params.a[0].$set:",
        ),
        (
            NS_CONFIG_TEMPLATE,
            {"additional_params_for_vnf": [{"member_vnf_index": "1", "additional_params": BAD}]},
            "additional_params_for_vnf[0].additional_params.a[0].$set:",
        ),
        (SUBSCRIPTION, {"instances": {"$set": ["x"]}}, "instances.$set:"),
        (SUBSCRIPTION, {"instances": {"nsdIds": [{"$set": "x"}]}}, "instances.nsdIds[0].$set:"),
    ],
)
def test_keys_that_the_database_would_take_for_operators(resource: Any, values: dict[str, Any], begins: str) -> None:
    with pytest.raises(InputError) as caught:
        resource.check(values)
    assert caught.value.message.startswith(begins) and "must not begin with $: OSM keeps it" in caught.value.message
    assert "canary" not in str(caught.value) and caught.value.remedy == "Rename the key, or leave it out."


@pytest.mark.parametrize("kind", [NS, SLICE], ids=lambda kind: str(kind.kind))
@pytest.mark.parametrize("key", ["~/.ssh/id.pub", "/k", "./k", "id_ed25519.pub", "-----BEGIN PRIVATE KEY-----"])
def test_a_file_is_no_public_key(kind: Resource, key: str) -> None:
    """The command ``osm`` takes the file; OSM took its path for the key, and the machines had none."""
    with pytest.raises(InputError) as caught:
        checked(kind, {"ssh_keys": ["ssh-ed25519 AAAA me@host.pub", key]})
    said = str(caught.value)
    if "PRIVATE" in key:
        assert said == "ssh_keys[1]: it is a private key. Give the public one."
    else:
        assert said.startswith(f"ssh_keys[1]: {key} is the path of a file, and OSM wants the key itself.")
        assert f"lookup('ansible.builtin.file', '{key}')" in said


def test_a_network_of_a_slice_is_named_by_a_text() -> None:
    with pytest.raises(InputError, match=r"^links\[0\]\.vim_network_id: 5 is no name or id of a network\."):
        checked(SLICE, {"links": [{"name": "n", "vim_network_id": 5}]})


def test_osm_takes_no_dollar_in_the_name_of_a_helm_value() -> None:
    with pytest.raises(InputError, match=r"^kdus\[0\]: the parameter 'a\$b' has a name with no \$"):
        checked(NS, {"kdus": [{"vnf": "1", "name": "k", "params": {"a$b": 1}}]})


@pytest.mark.parametrize(
    ("resource", "values"),
    [
        (NS, {"kdus": [{"vnf": "1", "name": "k", "params": BAD}]}),
        (NS, {"additional_params_for_vnf": [{"member_vnf_index": "1", "secret_params": BAD}]}),
        (NS_ACTION, {"primitive": "p", "params": BAD, "secret_params": {"$x": 1}}),
        (NS_KDU_UPGRADE, {"secret_values": BAD, "values": {"$x": 1}}),
    ],
)
def test_what_osm_keeps_as_a_text_may_have_any_key(resource: Any, values: dict[str, Any]) -> None:
    resource.check(values)


@pytest.mark.parametrize("given", ["id", {"a": "b"}, [1], [""], None])
def test_a_filter_by_instance_is_a_list_of_texts(given: Any) -> None:
    with pytest.raises(InputError, match=r"^instances\.nsdIds: it is no list of texts"):
        checked(SUBSCRIPTION, {"notification_types": [CREATED], "instances": {"nsdIds": given}})


@pytest.mark.parametrize(
    ("resource", "values"),
    [
        *((NS, _card(address)) for address in ("10.0.0.3", "fd00::1", "fe80::1%eth0", "::ffff:10.0.0.1")),
        (NS, _links({"subnet_address": "10.0.0.0/24", "gateway_address": "10.0.0.1", "dns_server": None})),
        (NS, {"kdus": [{"vnf": "1", "name": "k", "params": {"a": {"b$": "$c"}}}], "additional_params": {"a": "$x"}}),
        (NS, {"vld": [{"name": "n", "vim_network_name": {"v": "n"}, "vim_network_id": "x"}], "description": ""}),
        (SUBSCRIPTION, {"notification_types": [CREATED], "instances": {"nsdIds": ["x"]}}),
        (VIM, {"config": {"price": "$5", "a$": [1, {"b": None}]}}),
        (VCA, {"endpoints": ["10.20.30.7:17070"]}),
        (CLUSTER, {"node_count": 0, "description": "x", "app_profiles": ["a", "b"]}),
        (K8S_CLUSTER, {"nets": {"a": None, "b": "net"}, "deployment_methods": METHODS}),
        (PDU, {"interfaces": [{"name": "m", "ip_address": "2001:db8::5"}]}),
    ],
)
def test_taken(resource: Resource, values: dict[str, Any]) -> None:
    checked(resource, values)


@pytest.mark.parametrize(
    "url",
    [
        "https://API.example.com:6443 ",
        "https://api.example.com:6443/",
        "https://api.example.com:6443/api",
        "HTTPS://api.example.com.:6443/api/",
        "api.example.com:6443",
    ],
)
def test_one_spelling_of_a_server(url: str) -> None:
    assert same_server(url) == "https://api.example.com:6443"


def test_default_ports_and_other_paths() -> None:
    assert same_server("https://a:443/") == same_server("https://a") != same_server("http://a")
    assert same_server("https://[2001:DB8::1]:6443") == "https://[2001:db8::1]:6443"
    assert same_server("https://a/k8s/clusters/x") != same_server("https://a/k8s/clusters/y")
    assert same_server("https://a:b:c") == "https://a:b:c"


def test_a_failed_operation_does_not_cost_the_service() -> None:
    assert "run again" in READY.remedy and "what runs stays" in READY.remedy
    assert "Only a service whose instantiation failed" in READY.remedy


def _references(fields: Iterable[Field], where: str) -> Iterator[tuple[str, Field]]:
    for f in fields:
        if f.reference and f.type == "str":
            yield f"{where}.{f.name}", f
        yield from _references(f.options or (), f"{where}.{f.name}")


REFERENCES = dict(pair for one in (*DECLARED, *ACTIONS) for pair in _references(one.fields, one.module))


@pytest.mark.parametrize("field", REFERENCES.values(), ids=REFERENCES)
def test_the_name_of_another_object_is_not_empty(field: Field) -> None:
    """A variable that is empty, mostly: OSM would be sent it as it is."""
    with pytest.raises(InputError, match=f"{field.name}: '' must not be empty"):
        check_texts([field], {field.name: ""})


@pytest.mark.parametrize("resource", [CLUSTER, K8S_CLUSTER])
def test_an_empty_path_is_no_kubeconfig(resource: Resource) -> None:
    """OSM would make a cluster where one was to be registered."""
    assert resource.prepare
    with pytest.raises(InputError, match="kubeconfig: the path is empty") as caught:
        resource.prepare({"name": "edge-1", "kubeconfig": "", "state": "present"}, {})
    assert caught.value.details["option"] == "kubeconfig"
    assert "kubeconfig" not in resource.prepare({"name": "edge-1", "kubeconfig": "", "state": "absent"}, {})
