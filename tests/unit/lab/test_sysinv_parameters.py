# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sysinv: what it refuses of remote logging, DRBD and service parameters, in its own words."""

from __future__ import annotations

from typing import Any

import pytest
from starlingx_client import Client, bootstrapped, refusal

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}


@pytest.fixture
def client(lab: Any) -> Client:
    return bootstrapped(lab)


def only(client: Client, route: str) -> str:
    return f"/{route}/{client.list(f'/{route}')[0]['uuid']}"


def test_remote_logging(client: Client) -> None:
    path = only(client, "remotelogging")
    for values, text in (
        ({"enabled": "true"}, "No remote logging provided."),
        ({"ip_address": "logs"}, "Invalid input for field/attribute ip_address. Value: 'logs'. Expected an IPv4 or"),
        ({"ip_address": "10.0.0.1", "transport": "sctp"}, "Invalid input for field/attribute transport. Value: 'sctp'"),
        ({"ip_address": "10.0.0.1", "port": "-3"}, "Invalid port: -3"),
    ):
        told = refusal(client.patch, path, **values)
        assert told[0] == 400 and told[1].startswith(text), told
    changed = client.patch(path, ip_address="10.0.0.1", enabled="true", port="601", action="apply")
    assert (changed["enabled"], changed["port"], changed["action"]) == (True, 601, None)


def test_drbd(client: Client) -> None:
    path = only(client, "drbdconfig")
    for values, text in (
        ({"link_util": "81"}, "DRBD link_util must be within: 5 to 80"),
        ({"rtt_ms": "0.1"}, "DRBD rtt_ms must be at least: 0.2 ms"),
        ({"rtt_ms": "30"}, "DRBD rtt_ms must less than: 20.0 ms"),
        ({"secure": "yes"}, "Should be True or False for option --secure"),
        (
            {"num_parallel": "1"},
            "The following fields can not be modified: "
            "['/uuid', '/id', '/forisystemid', '/isystem_uuid', '/num_parallel']",
        ),
    ):
        assert refusal(client.patch, path, **values) == (400, text)

    def secure() -> list[str]:
        rows = client.list("/service_parameter")
        return [r["value"] for r in rows if (r["section"], r["name"]) == ("drbd", "secure")]

    client.patch(path, secure="true", action="apply")
    assert secure() == ["True"]
    client.patch(path, link_util="60", action="apply")
    assert secure() == ["False"]  # as the real service does


# -- service parameters -------------------------------------------------------------------------------------------


def post(client: Client, service: str, section: str, name: str, value: Any, **more: Any) -> Any:
    body = {"service": service, "section": section, "parameters": {name: value}, **more}
    return client.call("POST", "/service_parameter", body)


def test_a_parameter_comes_changes_and_goes(client: Client) -> None:
    made = post(client, "docker", "proxy", "http_proxy", "http://10.0.0.1:3128")
    assert [p["name"] for p in made["parameters"]] == ["http_proxy"]  # a list, not an object
    path = f"/service_parameter/{made['parameters'][0]['uuid']}"
    told = refusal(post, client, "docker", "proxy", "http_proxy", "http://10.0.0.1:3128")
    assert told[1].endswith("Parameter already exists: service=docker section=proxy name=http_proxy")
    assert client.patch(path, value="http://10.0.0.2:3128")["value"].endswith("2:3128")
    assert client.call("POST", "/service_parameter/apply", {"service": "docker"}) is None
    query = {"q.field": "section", "q.op": "eq", "q.value": "proxy"}
    assert [p["name"] for p in client.list("/service_parameter", **query)] == ["http_proxy"]
    client.call("DELETE", path)
    assert client.list("/service_parameter", **query) == []


@pytest.mark.parametrize(
    ("where", "value", "text"),
    [
        (("dockers", "proxy", "http_proxy"), "x", "Invalid service name dockers."),
        (("", "proxy", "http_proxy"), "x", "Unspecified service name"),
        (("docker", "", "http_proxy"), "x", "Unspecified section name."),
        (("docker", "certificates", "x"), "x", "Invalid service section certificates."),
        (("ptp", "global", "x"), "x", "ptp service is deprecated"),
        (("docker", "proxy", "x"), "x", "The parameter name x is invalid for service docker section proxy"),
        (("docker", "proxy", "http_proxy"), "", "The service parameter value is mandatory"),
        (("kubernetes", "kubelet", "x"), "x" * 4097, "The service parameter value is restricted to at most 4096 "),
        (("docker", "proxy", "no_proxy"), "10.0.0.1,a b", "Parameter 'no_proxy' includes an invalid address 'a b'."),
        (("docker", "gcr-registry", "auth-secret"), "me", "Parameter 'auth-secret' must be a valid UUID."),
        (("docker", "gcr-registry", "secure"), "oui", "Parameter 'secure' must be a valid bool string."),
        (("docker", "gcr-registry", "url"), "a b", "Parameter 'url' must be a valid address."),
        (("docker", "concurrency", "max-concurrent-uploads"), "0", "Parameter 'max-concurrent-uploads' must be positi"),
        (("postgresql", "x", "x"), "x", "Invalid service name postgresql."),
        (("platform", "postgresql", "max_worker_processes"), "-1", "Parameter 'max_worker_processes' must be positive"),
        (("identity", "config", "token_expiration"), "9", "Parameter 'token_expiration' must be between 3600 and "),
        (("identity", "local-openldap", "insecure_service"), "on", "Parameter 'insecure_service' must be of either "),
        (("identity", "ldap-domain1", "ldap_uri"), "ldap://x", "Parameter 'ldap_uri' must be a valid ldap uri using "),
        (("kubernetes", "config", "pod_max_pids"), "7", "Parameter 'pod_max_pids' must be between 100 and 65535."),
        (("openstack", "helm", "endpoint_domain"), "a b", "Parameter 'endpoint_domain' includes an invalid domain"),
        (("platform", "drbd", "hmac"), "md5", "Parameter 'hmac' value must be either 'sha1' or 'sha256'"),
        (("snmp", "config", "snmp_nodeport"), "161", "Parameter 'snmp_nodeport' must be in range 30000-31499."),
    ],
)
def test_parameters_that_cannot_be(client: Client, where: tuple[str, str, str], value: str, text: str) -> None:
    told = refusal(post, client, *where, value)
    assert told[0] == 400 and told[1].startswith(text), told


def test_a_registry_of_an_unknown_type_ends_in_a_fault_of_the_service(client: Client) -> None:
    told = refusal(post, client, "docker", "gcr-registry", "type", "oci")
    assert told == (500, "not enough arguments for format string")


def test_parameters_that_it_does_not_know_itself(client: Client) -> None:
    assert refusal(post, client, "x", "y", "z", "1", personality="worker") == (400, "Unspecified resource")
    told = refusal(post, client, "docker", "proxy", "http_proxy", "1", resource="a::b")
    assert told[1].endswith("is reserved for service docker section proxy, and cannot be customized")
    assert refusal(post, client, "x", "y", "z", "1", personality="cook", resource="a::b")[1].startswith("cook is not a")
    post(client, "x", "y", "z", "1", personality="worker", resource="a::b")
    assert (
        "personality=worker resource=a::b"
        in refusal(post, client, "x", "y", "z", "1", personality="worker", resource="a::b")[1]
    )


def test_what_a_service_needs_to_be_applied(client: Client) -> None:
    def applied(service: str) -> Any:
        return client.call("POST", "/service_parameter/apply", {"service": service})

    assert refusal(applied, "http") == (400, "Host controller-0 must be unlocked and enabled.")
    assert refusal(applied, "radosgw")[1].startswith("Unable to apply service parameters. Missing service parameter ")
    applied("platform")
    rows = {p["name"]: p for p in client.list("/service_parameter") if p["section"] == "maintenance"}
    path = f"/service_parameter/{rows['heartbeat_degrade_threshold']['uuid']}"
    client.patch(path, value="50")
    assert "should be greater" in refusal(applied, "platform")[1]
    told = refusal(client.call, "DELETE", path)
    assert told == (400, "Platform Maintenance Parameter 'heartbeat_degrade_threshold' is required.")
    applied("kubernetes")
    post(client, "kubernetes", "kube_apiserver", "oidc-client-id", "stx")
    assert "valid Kubernetes OIDC parameter setups" in refusal(applied, "kubernetes")[1]
