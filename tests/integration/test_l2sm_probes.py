# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What pods see of their networks, and a download that outlives its router: two modules on the lab."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from .cdn import LAB, Service
from .conftest import run_module
from .l2sm import Cluster

assert LAB
CLIENT = {"label_selector": "app=client"}
URL = "http://10.0.2.10/v.bin"
CUT = {"deployment": "router", **CLIENT, "url": URL, "limit_rate": "25k", "stall": 1}
_BUILT: dict[str, Service] = {}


@pytest.fixture
def service(lab: Any) -> Service:
    """The service, as it was built, with its router."""
    cluster = Cluster(lab, run_module)
    if "one" not in _BUILT:
        _BUILT["one"] = Service(cluster)
    service = _BUILT["one"]
    service.cluster = cluster
    return service


def probe(service: Service, check: bool = False, wait: int = 0, **options: Any) -> dict[str, Any]:
    one = {"name": "p", **CLIENT, "seconds": 60, **options}
    return service.cluster("l2sm_probe", check=check, wait_timeout=wait, probes=[one])


def test_what_is_expected_and_holds(service: Service) -> None:
    probes: list[dict[str, Any]] = [
        {"name": "own", "kind": "addresses", "addresses": ["10.0.1.10/24"]},
        {"name": "ping", "address": "10.0.2.10", "count": 2},
        {"name": "way", "kind": "route", "address": "10.0.2.10", "hops": 2, "through": ["10.0.1.1"]},
        {"name": "video", "kind": "download", "url": URL, "size": 8 * 2**20, "headers": {"X-Served-By": "origin"}},
        {"name": "apart", "address": "10.0.2.10", "reachable": False, "label_selector": "app=stranger", "count": 1},
    ]
    answer = service.cluster("l2sm_probe", probes=[{**CLIENT, **p} for p in probes])
    assert not answer.get("failed") and answer["changed"] is False, answer
    own, ping, way, video, apart = answer["probes"]
    assert own["interfaces"]["net1"] == ["10.0.1.10/24"]
    assert (ping["loss"], ping["ttl"]) == (0.0, 63) and 0 < ping["milliseconds"]["mean"] < 2
    assert way["hops"] == ["10.0.1.1", "10.0.2.10"] and way["command"][0] == "traceroute"
    assert (video["status"], video["size"], video["headers"]) == (200, 8 * 2**20, {"X-Served-By": "origin"})
    assert apart["reachable"] is False and apart["unmet"] == [] and apart["pod"].startswith("default/stranger-")
    assert service.cluster.writes() == []


@pytest.mark.parametrize(
    ("options", "expected", "seen"),
    [
        ({"address": "10.0.2.99", "count": 1}, "10.0.2.99 is reached", "100 % of the packets are lost"),
        ({"address": "10.0.2.10", "reachable": False}, "10.0.2.10 is not reached", "it is"),
        ({"kind": "route", "address": "10.0.2.10", "hops": 1}, "10.0.2.10 is 1 hops away", "2: 10.0.1.1"),
        ({"kind": "route", "address": "10.0.1.1", "through": ["10.0.1.2"]}, "goes through 10.0.1.2", "10.0.1.1"),
        ({"kind": "download", "url": "http://10.0.2.10/no"}, "is answered with 200", "404"),
        ({"kind": "download", "url": URL, "size": 3}, "3 bytes come", "8388608"),
        ({"kind": "download", "url": URL, "headers": {"X-No": "a"}}, "the header X-No is a", "not there"),
        ({"kind": "addresses", "addresses": ["10.9.9.9/24"]}, "an interface has 10.9.9.9/24", "10.0.1.10/24"),
    ],
)
def test_what_does_not_hold_is_named_with_what_was_seen(
    service: Service, options: dict[str, Any], expected: str, seen: str
) -> None:
    answer = probe(service, **options)
    assert answer["failed"] and answer["error"]["kind"] == "failed_state", answer
    [fault] = answer["probes"][0]["unmet"]
    assert expected in fault["expected"] and seen in fault["seen"] and fault["look"], fault
    assert fault["expected"] in answer["msg"] and fault["look"] in answer["msg"]
    predicted = probe(service, check=True, **options)
    assert not predicted.get("failed") and predicted["probes"][0]["unmet"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "Probe p: address: is missing, and a probe of kind ping needs it."),
        ({"address": "-c 1"}, "Probe p: address: '-c 1' is no IP address."),
        ({"kind": "download", "url": "-o /etc/passwd"}, "is no URL of HTTP"),
        ({"kind": "download", "url": URL, "headers": {"a}b": 1}}, "is no name of a header"),
        ({"kind": "addresses", "addresses": ["x"]}, "is no address with prefix"),
        ({"address": "10.0.1.1", "pod": "x"}, "pod, label_selector: one of the two says where"),
    ],
)
def test_probes_that_make_no_sense_are_refused(service: Service, options: dict[str, Any], words: str) -> None:
    answer = probe(service, **options)
    assert answer["failed"] and answer["error"]["kind"] == "input" and words in answer["msg"], answer
    assert service.cluster.requests() == 0


def test_pods_that_are_not_there(service: Service) -> None:
    ask = {"address": "10.0.1.1", "label_selector": "app=later"}
    answer = probe(service, **ask)
    words = "expected that there is a pod to ask in; seen: There is no pod with labels app=later in namespace default."
    assert answer["failed"] and words in answer["msg"], answer
    predicted = probe(service, check=True, **ask)
    assert predicted["msg"] == "Would run in default/app=later: ping -c 3 -W 60 10.0.1.1"
    assert predicted["probes"][0]["asked"] is False
    answer = probe(service, kind="addresses", addresses=["10.0.1.10/24"], container="nobody")
    assert answer["failed"] and "has no container nobody" in answer["msg"] and "It has: shell." in answer["msg"]


def test_a_probe_is_asked_again_while_there_is_time(service: Service) -> None:
    service.scale("router", 0)
    service.cluster.lab.wait(lambda: not service.pods("router"), 20)
    timer = threading.Timer(1.0, service.scale, ("router", 1))
    timer.start()
    answer = probe(service, wait=30, address="10.0.2.10", count=1, seconds=10)
    timer.join()
    assert not answer.get("failed"), answer
    assert answer["probes"][0]["tries"] > 1 and answer["probes"][0]["waited"] > 0.5
    service.ready()


def test_a_user_that_may_not_run_programs(service: Service, tmp_path: Path) -> None:
    cluster = service.cluster
    rule = {"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}
    space = "/apis/rbac.authorization.k8s.io/v1/namespaces/default"
    cluster.call("POST", f"{space}/roles", {"metadata": {"name": "look"}, "rules": [rule]})
    subject = [{"kind": "ServiceAccount", "name": "default", "namespace": "default"}]
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "look"}
    cluster.call(
        "POST", f"{space}/rolebindings", {"metadata": {"name": "look"}, "subjects": subject, "roleRef": reference}
    )
    path = "/api/v1/namespaces/default/serviceaccounts/default/token"
    token = cluster.call("POST", path, {"spec": {"expirationSeconds": 600}})["status"]["token"]

    def weaker(document: dict[str, Any]) -> None:
        document["users"][0]["user"] = {"token": token}

    kubeconfig = cluster.kubeconfig_with(tmp_path / "weak", weaker)
    answer = cluster("l2sm_probe", kubeconfig=kubeconfig, probes=[{"name": "p", **CLIENT, "address": "10.0.1.1"}])
    assert answer["failed"] and "pods/exec" in answer["msg"] and "a Role and its binding" in answer["msg"], answer


# -- the cut -------------------------------------------------------------------------------------------------------
def test_a_download_outlives_its_router(service: Service) -> None:
    predicted = service.cluster("l2sm_cutoff", check=True, **CUT)
    assert predicted["changed"] is True and "scale default/router to 0 meanwhile, and back to 1" in predicted["msg"]
    assert service.cluster.writes() == []
    before = service.pods("router")[0]["metadata"]["uid"]
    answer = service.cluster("l2sm_cutoff", **CUT)
    assert not answer.get("failed"), answer
    told = answer["cutoff"]
    assert 0 < told["percent_at_cut"] <= told["percent_stalled"] < 100
    assert told["stalled_seconds"] >= 1 and told["resumed_after"] >= 0 and told["restored"] is True
    assert (told["bytes"], told["status"], told["replicas"]) == (8 * 2**20, 200, 1)
    live = service.deployment("router")
    assert live["spec"]["replicas"] == 1 and "edge.infra/replicas" not in live["metadata"].get("annotations", {})
    assert [p["metadata"]["uid"] for p in service.pods("router")] != [before]
    assert len(service.cluster.writes()) == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"deployment": "stranger"}, "It does not go through default/stranger"),
        ({"url": "http://10.0.2.10/no"}, "status 404"),
        ({"limit_rate": "1G", "deployment": "stranger"}, "ended before it stalled"),
        ({"url": "http://10.0.2.10:81/"}, "curl: (7) Failed to connect to 10.0.2.10 port 81"),
        ({"deployment": "nobody"}, '"nobody" not found'),
        ({"label_selector": "app=stranger", "url": "http://10.0.1.10/"}, "Connection refused"),
        ({"limit_rate": "fast"}, "limit_rate: 'fast' is no rate"),
    ],
)
def test_what_cannot_be_cut_is_told_and_put_back(service: Service, options: dict[str, Any], words: str) -> None:
    answer = service.cluster("l2sm_cutoff", **{**CUT, "stall_timeout": 3, **options})
    assert answer["failed"] and words in answer["msg"], answer
    assert all(service.deployment(n)["spec"]["replicas"] == 1 for n in ("router", "stranger"))
    service.ready()


def test_the_replicas_are_put_back_when_it_is_told_to_stop(service: Service) -> None:
    def stop() -> None:
        service.cluster.lab.wait(lambda: service.deployment("router")["spec"]["replicas"] == 0, 20)
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=stop)
    thread.start()
    answer = service.cluster("l2sm_cutoff", **{**CUT, "stall": 30})
    thread.join()
    assert answer["failed"] and answer["error"]["kind"] == "stopped" and answer["cutoff"]["restored"] is True, answer
    assert service.deployment("router")["spec"]["replicas"] == 1
    service.ready()


def test_what_a_killed_run_left_at_none_is_put_back(service: Service) -> None:
    service.scale("router", 0)
    answer = service.cluster("l2sm_cutoff", **CUT)
    assert answer["failed"] and "has no replicas: there is nothing to cut" in answer["msg"]
    service.scale("router", 0, {"edge.infra/replicas": f"1 {int(time.time()) + 2}"})
    began = time.time()
    answer = service.cluster("l2sm_cutoff", **CUT)
    assert not answer.get("failed") and answer["cutoff"]["replicas"] == 1, answer
    assert time.time() - began > 1, "until then another run may be at work"
    assert service.deployment("router")["spec"]["replicas"] == 1
    service.ready()


def test_of_two_runs_one_waits_for_the_other(service: Service) -> None:
    """A run that finds the router at 0 waits until it is back, and then cuts it itself."""
    service.scale("router", 0, {"edge.infra/replicas": f"1 {int(time.time()) + 60}"})
    timer = threading.Timer(1.5, service.scale, ("router", 1, {"edge.infra/replicas": None}))
    timer.start()
    answer = service.cluster("l2sm_cutoff", **CUT)
    timer.join()
    assert not answer.get("failed") and answer["cutoff"]["bytes"] == 8 * 2**20, answer
    assert len(service.cluster.writes()) == 3, "one of the other run, two of its own"
    service.ready()
