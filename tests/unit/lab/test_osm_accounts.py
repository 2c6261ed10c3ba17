# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts of the simulated NBI: one behaviour for VIMs, WIMs, SDN controllers, clusters, VCAs and repositories."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from conftest import RunningLab
from osm_client import FAST, VIM, Kubernetes, Nbi

LAB = {**FAST, "services": ["osm", "keystone"]}
A = "admin/v1/"
VIM_ID = "11111111-2222-3333-4444-555555555555"
SAMPLES: dict[str, dict[str, Any]] = {
    "vim_accounts": VIM,
    "wim_accounts": {"name": "w", "wim_url": "http://w", "wim_type": "dynpac", "password": "s3cret"},
    "sdns": {"name": "s", "type": "onos", "url": "http://s", "password": "s3cret"},
    "k8sclusters": {
        "name": "k",
        "credentials": {"users": [{"name": "u", "user": {"password": "s3cret", "token": "clear"}}]},
        "vim_account": VIM_ID,
        "k8s_version": "v1.31",
        "nets": {"mgmtnet": None},
    },
    "vca": {
        "name": "j",
        "endpoints": ["1.2.3.4:17070"],
        "user": "admin",
        "secret": "s3cret",
        "cacert": "PEM",
        **dict.fromkeys(["lxd-cloud", "lxd-credentials", "k8s-cloud", "k8s-credentials"], "x"),
    },
    "k8srepos": {"name": "r", "type": "helm-chart", "url": "http://charts", "password": "s3cret"},
}
#: where the secret of a sample is kept, and whether as ciphertext
SECRETS = {
    "vim_accounts": (("vim_password",), True),
    "wim_accounts": (("password",), True),
    "sdns": (("password",), True),
    "k8sclusters": (("credentials", "users", 0, "user", "password"), True),
    "vca": (("secret",), True),
    "k8srepos": (("password",), False),
}


def dig(document: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


@pytest.mark.parametrize("topic", SAMPLES)
def test_the_life_of_an_account(nbi: Nbi, topic: str) -> None:
    reply = nbi.call("POST", A + topic, SAMPLES[topic])
    item = reply.json()["_id"]
    assert reply.status_code == 202
    assert reply.json() == {"_id": item, "id": item, "op_id": f"{item}:0"}
    assert reply.headers["Location"] == f"/osm/admin/v1/{topic}/{item}"
    fresh = nbi.get(f"{A}{topic}/{item}")
    assert (fresh["schema_version"], fresh["key"]) == ("1.11", "registered")
    assert fresh["_admin"]["operations"][0]["lcmOperationType"] == "create"
    path, encrypted = SECRETS[topic]
    assert (dig(fresh, path) == "s3cret") is not encrypted
    done = nbi.settled(f"{A}{topic}/{item}", "ENABLED", "ERROR")
    assert done["_admin"]["operationalState"] == ("ERROR" if topic == "k8sclusters" else "ENABLED")
    reply = nbi.call("DELETE", f"{A}{topic}/{item}")
    assert (reply.status_code, reply.json()) == (202, {"_id": f"{item}:1"})
    nbi.gone(f"{A}{topic}/{item}")
    assert nbi.refused("DELETE", f"{A}{topic}/{item}")[0] == 404


@pytest.mark.parametrize("lab", [{**FAST, "time_factor": 1}], indirect=True)
@pytest.mark.parametrize("topic", SAMPLES)
def test_while_an_account_is_worked_on(nbi: Nbi, lab: RunningLab, topic: str) -> None:
    item = nbi.add(A + topic, SAMPLES[topic])
    address = f"{A}{topic}/{item}"
    admin = nbi.get(address)["_admin"]
    assert (admin["operationalState"], "detailed-status" in admin) == ("PROCESSING", False)
    nbi.call("DELETE", address)
    assert nbi.get(address)["_admin"]["to_delete"] is True
    name = SAMPLES[topic]["name"]
    assert nbi.refused("POST", A + topic, SAMPLES[topic]) == (409, f"name '{name}' already exists for {topic}")
    second = nbi.call("DELETE", address)
    assert (second.status_code, second.json()["_id"]) == (202, f"{item}:2")
    if topic != "k8srepos":
        third = nbi.call("PATCH", address, {"description": "late"})
        assert (third.status_code, third.json()) == (202, {"op_id": f"{item}:3"})
    assert nbi.call("DELETE", f"{address}?FORCE=True").status_code == 204
    assert nbi.call("GET", address).status_code == 404


@pytest.mark.parametrize("topic", [t for t in SAMPLES if t != "k8srepos"])
def test_a_patch_is_an_operation_even_when_it_changes_nothing(nbi: Nbi, topic: str) -> None:
    item = nbi.add(A + topic, {**SAMPLES[topic], "description": "x"})
    address = f"{A}{topic}/{item}"
    before = dig(nbi.get(address), SECRETS[topic][0])
    assert nbi.refused("PATCH", address, {}) == (
        400,
        "Nothing to update. Provide payload and/or query string",
    )
    for number in (1, 2):
        reply = nbi.call("PATCH", address, {"description": "y"})
        assert (reply.status_code, reply.json()) == (202, {"op_id": f"{item}:{number}"})
    assert nbi.refused("PATCH", address, {"schema_version": "1.0"})[0] == 422
    assert nbi.call("PATCH", address, {"description": None}).status_code == 202
    assert "description" not in nbi.get(address)
    secret = str(SECRETS[topic][0][0])
    nbi.call("PATCH", address, {secret: SAMPLES[topic][secret]})
    assert dig(nbi.get(address), SECRETS[topic][0]) == before, "the same secret gives the same ciphertext"


def test_the_cipher_differs_by_object(nbi: Nbi) -> None:
    items = [nbi.add(A + "vims", {**VIM, "name": name}) for name in "ab"]
    texts = {nbi.get(f"{A}vims/{i}")["vim_password"] for i in items}
    assert len(texts) == 2
    assert "s3cret" not in texts


def test_secrets_inside_config(nbi: Nbi) -> None:
    config = {"admin_password": "a", "vrops_password": "b", "other_password": "c", "marker": 1}
    item = nbi.add(A + "vims", {**VIM, "config": config})
    stored = nbi.get(f"{A}vims/{item}")["config"]
    assert stored["admin_password"] != "a"
    assert stored["vrops_password"] != "b"
    assert (stored["other_password"], stored["marker"]) == ("c", 1)
    cloud = nbi.add(A + "vims", {**VIM, "name": "azure", "config": {"credentials": {"clientSecret": "x"}}})
    assert nbi.get(f"{A}vims/{cloud}")["config"]["credentials"]["clientSecret"] != "x"
    changed = {"config": {"credentials": {"clientSecret": "y"}}}
    assert nbi.refused("PATCH", f"{A}vims/{cloud}", changed) == (400, "'_id'"), "a bug of the real server"


def test_nulls_in_a_patch_delete(nbi: Nbi) -> None:
    item = nbi.add(A + "vims", {**VIM, "description": None, "config": {"a": 1, "b": None}})
    stored = nbi.get(f"{A}vims/{item}")
    assert stored["description"] is None
    assert stored["config"] == {"a": 1, "b": None}
    nbi.call("PATCH", f"{A}vims/{item}", {"config": {"a": None, "c": 2}})
    assert nbi.get(f"{A}vims/{item}")["config"] == {"b": None, "c": 2}
    assert nbi.refused("PATCH", f"{A}vims/{item}", {"config": None})[0] == 422


def test_an_openstack_vim_has_resources_and_keeps_its_alias(nbi: Nbi) -> None:
    reply = nbi.call("POST", A + "vims", {**VIM, "vim_type": "openstack"})
    assert reply.headers["Location"].startswith("/osm/admin/v1/vims/")
    stored = nbi.get(f"{A}vim_accounts/{reply.json()['id']}")
    assert stored["resources"]["compute"]["vcpus"] == {"total": None, "used": None}


def test_an_openstack_vim_asks_its_keystone(nbi: Nbi, lab: RunningLab) -> None:
    nobody = nbi.add(A + "vims", {**VIM, "vim_type": "openstack"})
    failed = nbi.settled(f"{A}vims/{nobody}", "ENABLED", "ERROR")["_admin"]
    assert failed["operationalState"] == "ERROR"
    assert "Unable to establish connection" in failed["detailed-status"]
    assert failed["operations"][0]["operationState"] == "FAILED"
    lab.call(lab.lab.open, "keystone")
    login = lab.credentials["starlingx"]
    here = {
        **VIM,
        "name": "here",
        "vim_type": "openstack",
        "vim_url": lab.urls["keystone"] + "/v3",
        "vim_user": login["username"],
        "vim_password": login["password"],
    }
    right = nbi.add(A + "vims", here)
    assert nbi.settled(f"{A}vims/{right}", "ENABLED", "ERROR")["_admin"]["operationalState"] == "ENABLED"
    wrong = nbi.add(A + "vims", {**here, "name": "wrong", "vim_password": "no"})
    failed = nbi.settled(f"{A}vims/{wrong}", "ENABLED", "ERROR")["_admin"]
    assert "(HTTP 401)" in failed["detailed-status"]
    nbi.call("PATCH", f"{A}vims/{wrong}", {"vim_password": login["password"]})
    nbi.settled(f"{A}vims/{wrong}", "ENABLED")


def test_an_unknown_vim_type_is_taken_and_ends_in_error(nbi: Nbi) -> None:
    item = nbi.add(A + "vims", {**VIM, "vim_type": "bogus"})
    assert nbi.settled(f"{A}vims/{item}", "ENABLED", "ERROR")["_admin"]["operationalState"] == "ERROR"


def test_a_fault_ends_an_operation_in_error(nbi: Nbi, lab: RunningLab) -> None:
    lab.control.fault("fail_operation", service="osm", match="^vim_accounts madrid-1$", detail="no such plugin")
    admin = nbi.settled(f"{A}vims/{nbi.add(A + 'vims', VIM)}", "ENABLED", "ERROR")["_admin"]
    assert (admin["operationalState"], admin["detailed-status"]) == ("ERROR", "no such plugin")


def test_sdn_controllers_by_address(nbi: Nbi) -> None:
    old = {"name": "s", "type": "onos", "ip": "10.0.0.1", "port": 80}
    assert nbi.get(f"{A}sdns/{nbi.add(A + 'sdns', old)}")["url"] == "http://10.0.0.1:80/"
    assert nbi.refused("POST", A + "sdns", {"name": "t", "type": "onos"}) == (422, "You must provide 'url'")
    assert nbi.refused("POST", A + "sdns", {"name": "t", "type": "onos", "ip": "10.0.0.1"})[0] == 422


def test_osm_repositories_have_no_states_and_no_unique_names(nbi: Nbi) -> None:
    body = {"name": "o", "type": "osm", "url": "http://o"}
    first, second = nbi.call("POST", A + "osmrepos", body), nbi.call("POST", A + "osmrepos", body)
    assert (first.status_code, second.status_code) == (201, 201)
    assert set(first.json()) == {"_id", "id"}
    address = f"{A}osmrepos/{first.json()['id']}"
    assert nbi.call("PATCH", address, {"url": "http://p"}).status_code == 204
    assert nbi.call("DELETE", address).status_code == 204


def test_a_vca_in_use_is_not_deleted(nbi: Nbi) -> None:
    vca = nbi.add(A + "vca", SAMPLES["vca"])
    nbi.add(A + "vims", {**VIM, "vca": vca})
    assert nbi.refused("DELETE", f"{A}vca/{vca}") == (409, "There is at least one VIM account using this vca")


# -- clusters --------------------------------------------------------------------------------------------------------


@pytest.fixture
def kubernetes(lab: RunningLab) -> Iterator[Kubernetes]:
    server = Kubernetes(lab)
    yield server
    server.stop()


def cluster(nbi: Nbi, credentials: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A registered cluster once it is settled."""
    body = {**SAMPLES["k8sclusters"], "credentials": credentials, **more}
    return nbi.settled(f"{A}k8sclusters/{nbi.add(A + 'k8sclusters', body)}", "ENABLED", "ERROR", "DEGRADED")


def test_a_cluster_that_answers_is_enabled(nbi: Nbi, kubernetes: Kubernetes) -> None:
    found = cluster(nbi, kubernetes.kubeconfig())
    admin = found["_admin"]
    assert (admin["operationalState"], admin["detailed-status"]) == (
        "ENABLED",
        "ready for helm-chart-v3, juju-bundle; ",
    )
    assert admin["helm-chart-v3"]["operationalState"] == "ENABLED"
    assert admin["helm-chart-v3"]["id"] == found["_id"]
    helm_only = cluster(
        nbi,
        kubernetes.kubeconfig(),
        name="helm",
        deployment_methods={"helm-chart-v3": True, "juju-bundle": False},
    )
    assert helm_only["_admin"]["detailed-status"] == "ready for helm-chart-v3; "
    assert "juju-bundle" not in helm_only["_admin"]
    assert [c["name"] for c in nbi.get("k8scluster/v1/clusters")] == ["k", "helm"]


def test_a_cluster_that_refuses_ends_in_error_with_kubectls_words(nbi: Nbi, kubernetes: Kubernetes) -> None:
    admin = cluster(nbi, kubernetes.kubeconfig("wrong"))["_admin"]
    assert (admin["operationalState"], admin["operations"][0]["operationState"]) == ("ERROR", "FAILED")
    assert "Failing init helm-chart-v3: error: You must be logged in to the server" in admin["detailed-status"]
    kubeconfig = kubernetes.kubeconfig()
    del kubeconfig["clusters"][0]["cluster"]["certificate-authority-data"]
    admin = cluster(nbi, kubeconfig, name="untrusted")["_admin"]
    assert "x509: certificate signed by unknown authority" in admin["helm-chart-v3"]["error_msg"]
    kubeconfig["clusters"][0]["cluster"]["insecure-skip-tls-verify"] = True
    assert cluster(nbi, kubeconfig, name="careless")["_admin"]["operationalState"] == "ENABLED"


@pytest.mark.parametrize("signed_in", [True, False])
def test_a_user_in_the_address_of_a_cluster(nbi: Nbi, kubernetes: Kubernetes, signed_in: bool) -> None:
    """It counts only where nothing else is given; either way the life-cycle manager comes to an end."""
    kubeconfig = kubernetes.kubeconfig()
    place = kubeconfig["clusters"][0]["cluster"]
    place["server"] = place["server"].replace("://", "://nobody:secret@")
    if not signed_in:
        kubeconfig["users"][0]["user"] = {}
    admin = cluster(nbi, kubeconfig)["_admin"]
    assert admin["operationalState"] == ("ENABLED" if signed_in else "ERROR"), admin
    assert "secret" not in admin["detailed-status"]
    place["server"] = "https://127.0.0.1:port"
    assert "invalid server" in cluster(nbi, kubeconfig, name="odd")["_admin"]["detailed-status"]


def test_an_absent_cluster_ends_in_error_and_an_edit_does_not_heal_it(nbi: Nbi, kubernetes: Kubernetes) -> None:
    kubeconfig = kubernetes.kubeconfig()
    kubeconfig["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:1"
    found = cluster(nbi, kubeconfig)
    assert "The connection to the server 127.0.0.1:1 was refused" in found["_admin"]["detailed-status"]
    address = f"{A}k8sclusters/{found['_id']}"
    assert nbi.call("PATCH", address, {"credentials": kubernetes.kubeconfig()}).status_code == 202
    edited = nbi.lab.wait(
        lambda: next(
            (o for o in nbi.get(address)["_admin"]["operations"][1:] if o["operationState"] == "COMPLETED"), None
        )
    )
    assert edited["detailed-status"] == "Not implemented"
    assert nbi.get(address)["_admin"]["operationalState"] == "ERROR"


def test_deployment_methods_are_both_given_and_never_edited(nbi: Nbi) -> None:
    body = {**SAMPLES["k8sclusters"], "deployment_methods": {"helm-chart-v3": True}}
    assert nbi.refused("POST", A + "k8sclusters", body)[0] == 422
    item = nbi.add(A + "k8sclusters", SAMPLES["k8sclusters"])
    both = {"deployment_methods": {"helm-chart-v3": True, "juju-bundle": False}}
    assert nbi.refused("PATCH", f"{A}k8sclusters/{item}", both)[0] == 422


def test_repositories_enter_and_leave_the_lists_of_clusters(nbi: Nbi) -> None:
    item = nbi.add(A + "k8sclusters", SAMPLES["k8sclusters"])
    repo = nbi.add(A + "k8srepos", SAMPLES["k8srepos"])
    assert nbi.get(f"{A}k8sclusters/{item}")["_admin"]["helm_chart_repos"] == [repo]
    nbi.call("DELETE", f"{A}k8srepos/{repo}")
    assert nbi.get(f"{A}k8sclusters/{item}")["_admin"]["helm_chart_repos"] == []


def test_the_page_and_the_state_show_accounts_without_secrets(nbi: Nbi, lab: RunningLab) -> None:
    nbi.add(A + "k8sclusters", SAMPLES["k8sclusters"])
    nbi.add(A + "vims", VIM)
    assert "madrid-1" in lab.control.get(lab.urls["lab"], timeout=10).text
    state = lab.control.state("osm")
    assert state["vim_accounts"][0]["vim_password"] == "<hidden>"
    user = state["k8sclusters"][0]["credentials"]["users"][0]["user"]
    assert user == {"password": "<hidden>", "token": "<hidden>"}
    assert "tokens" not in state
