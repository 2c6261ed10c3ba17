# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated NBI's clusters and profiles: states, and refusals word for word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from conftest import RunningLab
from osm_client import FAST, VIM, Kubernetes, Nbi

LAB = {**FAST, "durations": {"gitops_cluster": 900, "gitops_update": 300, "gitops_profile": 60}}
C = "k8scluster/v1/clusters"
AZURE = {**VIM, "name": "cloud", "vim_type": "azure", "config": {"region_name": "west", "resource_group": "edge"}}
CREATE = {"name": "c1", "vim_account": "cloud", "k8s_version": "1.31", "node_count": 2, "node_size": "small"}
KINDS = ("infra_controller", "infra_config", "resource", "app")
COLLECTIONS = ("clusters", "k8sclusters", "k8sapp", "k8sresource", "k8sinfra_controller", "k8sinfra_config")


@pytest.fixture
def osm(lab: RunningLab) -> Iterator[Nbi]:
    """A client, with an account of a cloud; afterwards nothing is left."""
    service: Any = lab.lab.services["osm"]

    def empty() -> None:
        for topic in (*COLLECTIONS, "vim_accounts"):
            service.store.all(topic).clear()
        service.clusters.__init__(service.store, service.clusters.bus)

    lab.call(empty)
    nbi = Nbi(lab)
    nbi.add("admin/v1/vim_accounts", AZURE)
    yield nbi
    lab.control.clear_faults()
    lab.call(empty)


def idle(nbi: Nbi, path: str) -> dict[str, Any]:
    """An object once the manager has done with it."""

    def probe() -> dict[str, Any] | None:
        found = nbi.get(path)
        return found if found["operatingState"] == "IDLE" else None

    return nbi.lab.wait(probe)  # type: ignore[no-any-return]


def created(nbi: Nbi, **more: Any) -> str:
    item = nbi.add(C, {**CREATE, **more})
    idle(nbi, f"{C}/{item}")
    return item


def profile(nbi: Nbi, kind: str, name: str) -> str:
    path = f"k8scluster/v1/{kind}_profiles"
    item = nbi.add(path, {"name": name, "description": "more"})
    idle(nbi, f"{path}/{item}")
    return item


def test_a_cluster_is_made_in_stages_and_removed(osm: Nbi) -> None:
    reply = osm.call("POST", C, CREATE)
    item = reply.json()["_id"]
    assert reply.status_code == 201 and reply.json() == {"_id": item, "id": item}
    fresh = osm.get(f"{C}/{item}")
    assert (fresh["state"], fresh["operatingState"]) == ("IN_CREATION", "PROCESSING")
    assert fresh["resourceState"] == "IN_PROGRESS.REQUEST_RECEIVED" and fresh["created"] == "true"
    assert (fresh["region_name"], fresh["resource_group"]) == ("west", "edge")
    assert osm.refused("DELETE", f"{C}/{item}") == (422, "State of the c1 cluster is IN_CREATION")
    live = idle(osm, f"{C}/{item}")
    assert (live["state"], live["resourceState"]) == ("CREATED", "READY")
    [operation] = live["operationHistory"]
    assert operation["operationType"] == "create" and operation["result"] is True
    assert operation["operationParams"] == CREATE and operation["operationState"] == "COMPLETED"
    for kind in KINDS:
        [own] = osm.get(f"{C}/{item}/{kind}_profiles")
        assert own["name"] == "c1" and own["default"] is True and own["state"] == "CREATED"
    [account] = osm.get("admin/v1/k8sclusters")
    assert account["osm_acm"] is True and account["_admin"]["operationalState"] == "ENABLED"
    assert osm.call("DELETE", f"{C}/{item}").status_code == 204
    assert osm.get(f"{C}/{item}")["state"] == "IN_DELETION"
    osm.gone(f"{C}/{item}")
    assert osm.get("admin/v1/k8sclusters") == [] and osm.get("k8scluster/v1/app_profiles") == []


def test_what_a_creation_refuses(osm: Nbi) -> None:
    created(osm)
    step = " while 'validating input parameters'"
    assert osm.refused("POST", C, CREATE) == (
        409,
        "name 'c1' already exists for clusters while 'name unique check'",
    )
    osm.add("k8scluster/v1/app_profiles", {"name": "p", "description": "x"})
    assert osm.refused("POST", C, {**CREATE, "name": "p"}) == (
        409,
        "name 'p' already exists in topic 'k8sapp' while 'name unique check'",
    )
    other = {**CREATE, "name": "c2"}
    assert osm.refused("POST", C, {"name": "c2"}) == (400, "'vim_account'")
    assert osm.refused("POST", C, {**other, "vim_account": "no"}) == (
        404,
        "database exception database exception Not found entry with filter='{'name': 'no'}'" + step,
    )
    assert osm.refused("POST", C, {"name": "c2", "vim_account": "cloud", "k8s_version": "1"}) == (
        400,
        "node_count and node_size are mandatory parameter",
    )
    assert osm.refused("POST", C, {**other, "more": 1}) == (
        422,
        "Format error  'Additional properties are not allowed ('more' was unexpected)' " + step,
    )
    assert osm.refused("POST", C, {**other, "private_subnet": ["subnet-1", "subnet-2"]}) == (
        400,
        "'public_subnet' must be provided if 'private_subnet' is given and viceversa.",
    )
    # update is no operation here: it ends where creations do
    assert osm.refused("POST", f"{C}/{osm.get(C)[0]['_id']}/update", {"node_count": 1}) == (400, "'name'")


def test_other_clouds_are_never_heard_of_again(osm: Nbi) -> None:
    osm.add("admin/v1/vim_accounts", VIM)
    item = osm.add(C, {**CREATE, "vim_account": VIM["name"]})
    other = created(osm, name="c2")
    assert osm.get(f"{C}/{other}")["state"] == "CREATED"
    assert osm.get(f"{C}/{item}")["state"] == "IN_CREATION"


@pytest.mark.parametrize(("where", "state"), [("git", "FAILED_CREATION"), ("flux", "CREATED")])
def test_a_creation_that_fails(osm: Nbi, where: str, state: str) -> None:
    osm.lab.control.fault("fail_operation", match="clusters c1 create", detail=where)
    item = created(osm)
    live = osm.get(f"{C}/{item}")
    assert (live["state"], live["resourceState"]) == (state, "ERROR")
    assert live["operationHistory"][0]["operationState"] == "FAILED"
    assert live["operationHistory"][0]["result"] is False
    assert osm.call("DELETE", f"{C}/{item}").status_code == 204
    osm.gone(f"{C}/{item}")


def test_registering_and_deregistering(osm: Nbi) -> None:
    kubernetes = Kubernetes(osm.lab)
    body = {"name": "r1", "vim_account": "cloud", "credentials": kubernetes.kubeconfig()}
    assert osm.refused("POST", f"{C}/register", body) == (400, "'bootstrap'")
    reply = osm.call("POST", f"{C}/register", {**body, "bootstrap": True})
    assert reply.status_code == 201
    item = reply.json()["_id"]
    live = idle(osm, f"{C}/{item}")
    assert (live["created"], live["state"], live["resourceState"]) == ("false", "CREATED", "READY")
    assert live["credentials"] == body["credentials"], "in clear"
    assert osm.refused("DELETE", f"{C}/{item}") == (422, "Cannot delete registered cluster. Please deregister.")
    reply = osm.call("DELETE", f"{C}/{item}/deregister")
    assert (reply.status_code, reply.json()) == (202, {"_id": item})
    assert osm.get(f"{C}/{item}")["state"] == "CREATED", "it is not marked as leaving"
    osm.gone(f"{C}/{item}")
    kubernetes.stop()
    item = osm.add(f"{C}/register", {**body, "bootstrap": True})
    live = idle(osm, f"{C}/{item}")
    assert (live["state"], live["resourceState"]) == ("CREATED", "ERROR"), "nobody answers there"


def test_the_list_has_the_older_accounts_too(osm: Nbi) -> None:
    item = created(osm)
    vim = osm.get("admin/v1/vim_accounts")[0]["_id"]
    account = {"name": "old", "credentials": {}, "vim_account": vim, "k8s_version": "1", "nets": {"n": None}}
    old = osm.add("admin/v1/k8sclusters", account)
    found = {c["name"]: (c["_id"], c["created"], c["state"]) for c in osm.get(C)}
    assert found == {"c1": (item, "true", "CREATED"), "old": (old, "NO", "N/A")}
    assert [c["name"] for c in osm.get(f"{C}?created=true,false")] == ["c1"], "the data base knows no NO"
    assert osm.refused("GET", f"{C}/{old}")[0] == 404


def test_scale_and_upgrade(osm: Nbi) -> None:
    item = created(osm)
    reply = osm.call("POST", f"{C}/{item}/upgrade", {"k8s_version": "1.32"})
    assert reply.status_code == 201 and set(reply.json()) == {"op_id"}
    working = osm.get(f"{C}/{item}")
    assert (working["operatingState"], working["k8s_version"]) == ("PROCESSING", "1.31")
    assert idle(osm, f"{C}/{item}")["k8s_version"] == "1.32"
    osm.call("POST", f"{C}/{item}/scale", {"node_count": 5})
    assert idle(osm, f"{C}/{item}")["node_count"] == 5
    osm.call("POST", f"{C}/{item}/scale", {"node_size": "large"})
    live = idle(osm, f"{C}/{item}")
    assert (live["node_count"], live["node_size"]) == ("large", "small"), "written into the wrong place"
    assert osm.refused("POST", f"{C}/{item}/scale", {"node_count": "5"})[0] == 422


def test_profiles(osm: Nbi) -> None:
    path = "k8scluster/v1/app_profiles"
    assert osm.refused("POST", path, {"name": "p"}) == (400, "'description'")
    item = osm.add(path, {"name": "p", "description": "x"})
    assert osm.get(f"{path}/{item}")["operatingState"] == "IN_PROGRESS"
    assert osm.refused("DELETE", f"{path}/{item}") == (422, "State of the p app_profiles is IN_CREATION")
    assert osm.refused("POST", path, {"name": "p", "description": "x"}) == (
        409,
        "name 'p' already exists for k8sapp while 'name unique check'",
    )
    idle(osm, f"{path}/{item}")
    assert osm.call("PATCH", f"{path}/{item}", {"description": "y"}).status_code == 204
    assert osm.get(f"{path}/{item}")["description"] == "y"
    created(osm)
    [own] = [p["_id"] for p in osm.get(path) if p["default"]]
    assert osm.refused("PATCH", f"{path}/{own}", {"description": "y"}) == (422, "Cannot edit default profiles")
    assert osm.refused("DELETE", f"{path}/{own}") == (
        422,
        "Cannot delete item because it is marked as default",
    )
    reply = osm.call("DELETE", f"{path}/{item}")
    assert (reply.status_code, reply.json()) == (202, {"_id": item})
    osm.gone(f"{path}/{item}")


@pytest.mark.parametrize("kind", KINDS)
def test_attaching_and_detaching(osm: Nbi, kind: str) -> None:
    item = created(osm)
    one, two = profile(osm, kind, "one"), profile(osm, kind, "two")
    path, word = f"{C}/{item}/{kind}_profiles", f"{kind}_profiles"
    [own] = osm.get(f"{C}/{item}")[word]
    both = {"add_profile": [{"id": one}, {"id": two}]}
    assert osm.call("PATCH", path, both).status_code == 204
    assert osm.refused("PATCH", path, both) == (422, "operatingState of the c1 cluster is not IDLE")
    assert idle(osm, f"{C}/{item}")[word] == [own, one], "only the first counts"
    assert osm.refused("PATCH", path, both) == (422, f"{word} {one} already exists")
    assert osm.refused("PATCH", path, {"remove_profile": [{"id": two}]}) == (422, f"{word} {two} does'nt exists")
    assert osm.refused("PATCH", path, {"remove_profile": [{"id": own}]}) == (422, "Cannot remove default profile")
    assert osm.refused("PATCH", path, {"x": 1})[0] == 422
    assert osm.call("PATCH", path, {"remove_profile": [{"id": one}]}).status_code == 204
    osm.lab.wait(lambda: osm.get(f"{C}/{item}")[word] == [own])


def test_a_new_description_breaks_every_later_change_of_profiles(osm: Nbi) -> None:
    item, one = created(osm), profile(osm, "app", "one")
    assert osm.call("PATCH", f"{C}/{item}", {"description": "seen"}).status_code == 204
    assert osm.get(f"{C}/{item}")["description"] == "seen"
    assert osm.refused("PATCH", f"{C}/{item}/app_profiles", {"add_profile": [{"id": one}]}) == (
        422,
        "Format error  'Additional properties are not allowed ('add_profile' was unexpected)' ",
    )
    assert osm.refused("PATCH", f"{C}/{item}", {"k8s_version": "2"})[0] == 422


def test_a_new_name_is_the_name_of_everything(osm: Nbi) -> None:
    item = created(osm)
    assert osm.call("PATCH", f"{C}/{item}", {"name": "c9"}).status_code == 204
    assert {osm.get(f"k8scluster/v1/{k}_profiles")[0]["name"] for k in KINDS} == {"c9"}
    assert osm.get("admin/v1/k8sclusters")[0]["name"] == "c9"


def test_credentials(osm: Nbi) -> None:
    item = created(osm)
    reply = osm.call("GET", f"{C}/{item}/get_creds")
    path = f"{C}/{item}/get_creds_file/{reply.json()['op_id']}"
    assert osm.refused("GET", path) == (422, "Not possible to get the credentials of the cluster")
    osm.lab.wait(lambda: osm.get(f"{C}/{item}")["operationHistory"][-1]["result"])
    file = osm.call("GET", path)
    assert file.status_code == 200 and file.headers["Content-Type"].startswith("text/plain")
    assert yaml.safe_load(file.text)["kind"] == "Config"


@pytest.mark.parametrize("lab", [{**LAB, "osm": {**FAST["osm"], "gitops": False}}], indirect=True)
def test_an_older_nbi_knows_none_of_it(nbi: Nbi) -> None:
    assert nbi.refused("GET", C) == (405, "URL main_topic 'k8scluster' not supported")
