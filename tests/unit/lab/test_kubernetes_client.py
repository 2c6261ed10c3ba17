# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The official client against the lab's API: objects, selectors, pages, patches, watches, rollouts."""

from __future__ import annotations

import threading
from typing import Any

import kubernetes
import pytest
from cluster_client import Cluster
from kubernetes import client, config, watch
from kubernetes.client.exceptions import ApiException

LAB = {"services": ["kubernetes"], "kubernetes": {"up": True, "nodes": ["controller-0", "worker-0"]}}


@pytest.fixture
def api(lab: Any) -> Any:
    """A client configured by the administrator's kubeconfig (client certificate)."""
    return config.new_client_from_config(lab.credentials["kubernetes"]["kubeconfig"])


@pytest.fixture
def core(api: Any) -> Any:
    return client.CoreV1Api(api)


@pytest.fixture
def space(core: Any, lab: Any, request: pytest.FixtureRequest) -> Any:
    """A namespace for one test, gone afterwards."""
    name = request.node.name.replace("_", "-")[:50].strip("-")
    core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=name)))
    yield name
    core.delete_namespace(name)
    cluster = Cluster(lab)
    lab.wait(lambda: cluster.get(f"/api/v1/namespaces/{name}") is None)


def _config_map(name: str, labels: dict[str, str] | None = None, **data: str) -> Any:
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name, labels=labels), data=data)


def test_config_map_life(core: Any, space: str) -> None:
    made = core.create_namespaced_config_map(space, _config_map("a", colour="red"))
    assert made.metadata.uid and made.metadata.resource_version and made.metadata.creation_timestamp
    with pytest.raises(ApiException) as again:
        core.create_namespaced_config_map(space, _config_map("a"))
    assert again.value.status == 409 and 'configmaps \\"a\\" already exists' in str(again.value.body)
    made.data["colour"] = "blue"
    changed = core.replace_namespaced_config_map("a", space, made)
    assert changed.data == {"colour": "blue"}
    with pytest.raises(ApiException) as stale:
        made.data["colour"] = "green"
        core.replace_namespaced_config_map("a", space, made)
    assert stale.value.status == 409 and "the object has been modified; please apply your changes" in stale.value.body
    core.delete_namespaced_config_map("a", space)
    with pytest.raises(ApiException) as gone:
        core.read_namespaced_config_map("a", space)
    assert gone.value.status == 404 and 'configmaps \\"a\\" not found' in gone.value.body


def test_unchanged_update_keeps_the_version(core: Any, space: str) -> None:
    made = core.create_namespaced_config_map(space, _config_map("a", colour="red"))
    same = core.patch_namespaced_config_map("a", space, {"data": {"colour": "red"}})
    assert same.metadata.resource_version == made.metadata.resource_version


def test_dry_run_changes_nothing(core: Any, space: str) -> None:
    shown = core.create_namespaced_config_map(space, _config_map("a", colour="red"), dry_run="All")
    assert shown.metadata.uid
    with pytest.raises(ApiException):
        core.read_namespaced_config_map("a", space)


def test_selectors_and_pages(core: Any, space: str) -> None:
    for number in range(5):
        core.create_namespaced_config_map(
            space, _config_map(f"m{number}", {"parity": "even" if number % 2 == 0 else "odd"})
        )

    def names(**selectors: str) -> list[str]:
        return [o.metadata.name for o in core.list_namespaced_config_map(space, **selectors).items]

    assert names(label_selector="parity=odd") == ["m1", "m3"]
    assert names(label_selector="parity in (even),parity!=odd") == ["m0", "m2", "m4"]
    assert names(label_selector="!parity") == ["kube-root-ca.crt"]
    assert names(field_selector="metadata.name=m2") == ["m2"]
    first = core.list_namespaced_config_map(space, limit=4)
    assert len(first.items) == 4 and first.metadata.remaining_item_count == 2
    rest = core.list_namespaced_config_map(space, limit=4, _continue=first.metadata._continue)
    assert [o.metadata.name for o in rest.items] == ["m3", "m4"] and not rest.metadata._continue
    with pytest.raises(ApiException) as wrong:
        core.list_namespaced_config_map(space, field_selector="data.colour=red")
    assert wrong.value.status == 400 and "field label not supported: data.colour" in wrong.value.body


def test_watch_sees_what_enters_and_leaves_the_selection(core: Any, space: str) -> None:
    seen: list[tuple[str, str]] = []
    version = core.list_namespaced_config_map(space).metadata.resource_version

    def look() -> None:
        stream = watch.Watch().stream(
            core.list_namespaced_config_map,
            space,
            label_selector="seen=yes",
            resource_version=version,
            timeout_seconds=5,
        )
        for event in stream:
            seen.append((event["type"], event["object"].metadata.name))
            if event["type"] == "DELETED":
                return

    thread = threading.Thread(target=look)
    thread.start()
    core.create_namespaced_config_map(space, _config_map("other"))
    core.create_namespaced_config_map(space, _config_map("mine", {"seen": "yes"}))
    core.patch_namespaced_config_map("mine", space, {"data": {"a": "b"}})
    core.patch_namespaced_config_map("mine", space, {"metadata": {"labels": {"seen": None}}})
    thread.join(8)
    assert seen == [("ADDED", "mine"), ("MODIFIED", "mine"), ("DELETED", "mine")]


def test_watch_of_one_object_ends_with_its_deletion(core: Any, space: str) -> None:
    core.create_namespaced_config_map(space, _config_map("a"))
    core.delete_namespaced_config_map("a", space)
    started = core.list_namespaced_config_map(space).metadata.resource_version
    core.create_namespaced_config_map(space, _config_map("a"))
    core.delete_namespaced_config_map("a", space)
    stream = watch.Watch().stream(
        core.list_namespaced_config_map,
        space,
        field_selector="metadata.name=a",
        resource_version=started,
        timeout_seconds=1,
    )
    assert [event["type"] for event in stream] == ["ADDED", "DELETED"]


def test_deployment_rolls_out_and_its_pods_go_with_it(api: Any, core: Any, space: str, lab: Any) -> None:
    apps = client.AppsV1Api(api)
    labels = {"app": "web"}
    container = client.V1Container(name="c", image="nginx")
    template = client.V1PodTemplateSpec(
        metadata=client.V1ObjectMeta(labels=labels), spec=client.V1PodSpec(containers=[container])
    )
    spec = client.V1DeploymentSpec(replicas=2, selector=client.V1LabelSelector(match_labels=labels), template=template)
    body = client.V1Deployment(metadata=client.V1ObjectMeta(name="web"), spec=spec)
    made = apps.create_namespaced_deployment(space, body)
    assert made.spec.strategy.rolling_update.max_surge == "25%"
    assert made.spec.template.spec.containers[0].image_pull_policy == "Always"

    def done() -> Any:
        now = apps.read_namespaced_deployment("web", space)
        up = now.status.ready_replicas == 2 and now.status.observed_generation == now.metadata.generation
        return now if up and now.status.updated_replicas == 2 and now.status.replicas == 2 else None

    lab.wait(done)
    apps.patch_namespaced_deployment(
        "web", space, {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "nginx:2"}]}}}}
    )
    assert lab.wait(done).metadata.generation == 2
    pods = core.list_namespaced_pod(space, label_selector="app=web").items
    assert {p.spec.containers[0].image for p in pods} == {"nginx:2"} and all(p.spec.node_name for p in pods)
    apps.delete_namespaced_deployment("web", space)
    lab.wait(lambda: not core.list_namespaced_pod(space).items)


def test_refused_rollout_says_image_pull_back_off(core: Any, space: str, lab: Any, api: Any) -> None:
    lab.control.fault("fail_operation", service="kubernetes", match="rollout broken")
    pod = {"metadata": {"name": "broken"}, "spec": {"containers": [{"name": "c", "image": "no.such/image:1"}]}}
    core.create_namespaced_pod(space, pod)

    def waiting() -> Any:
        states = core.read_namespaced_pod("broken", space).status.container_statuses or []
        return [
            s.state.waiting.reason for s in states if s.state.waiting and s.state.waiting.reason != "ContainerCreating"
        ]

    assert lab.wait(waiting) == ["ImagePullBackOff"]
    with pytest.raises(ApiException) as refused:
        core.read_namespaced_pod_log("broken", space)
    assert "is waiting to start: trying and failing to pull image" in refused.value.body
    core.create_namespaced_pod_eviction("broken", space, {"metadata": {"name": "broken"}})
    lab.wait(lambda: not core.list_namespaced_pod(space).items)


def test_a_rollout_that_does_not_progress_says_so(api: Any, space: str, lab: Any) -> None:
    lab.control.fault("fail_operation", service="kubernetes", match="rollout stuck")
    apps = client.AppsV1Api(api)
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template, "progressDeadlineSeconds": 60}
    apps.create_namespaced_deployment(space, {"metadata": {"name": "stuck"}, "spec": spec})

    def progressing() -> Any:
        conditions = apps.read_namespaced_deployment("stuck", space).status.conditions or []
        return [c.message for c in conditions if c.reason == "ProgressDeadlineExceeded" and c.status == "False"]

    assert lab.wait(progressing)[0].endswith("has timed out progressing.")
    scaled = apps.patch_namespaced_deployment_scale("stuck", space, {"spec": {"replicas": 0}})
    assert scaled.spec.replicas == 0


def test_strategic_merge_keeps_other_containers(core: Any, space: str, api: Any) -> None:
    apps = client.AppsV1Api(api)
    containers = [{"name": n, "image": f"{n}:1", "env": [{"name": "A", "value": "1"}]} for n in ("one", "two")]
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": containers}}
    body = {"metadata": {"name": "d"}, "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": template}}
    apps.create_namespaced_deployment(space, body)
    patch = {"spec": {"template": {"spec": {"containers": [{"name": "two", "env": [{"name": "B", "value": "2"}]}]}}}}
    result = apps.patch_namespaced_deployment("d", space, patch)
    found = {c.name: [e.name for e in c.env] for c in result.spec.template.spec.containers}
    assert found == {"one": ["A"], "two": ["A", "B"]} or found == {"one": ["A"], "two": ["B", "A"]}


def test_wrong_bodies_are_refused_with_the_servers_words(lab: Any, space: str) -> None:
    cluster = Cluster(lab)
    path = f"/apis/apps/v1/namespaces/{space}/deployments"
    body: Any = {"metadata": {"name": "d"}, "spec": {"replicas": "two", "selector": {}, "template": {}}}
    reply = cluster.call("POST", path, body)
    assert reply.status_code == 400
    assert "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32" in reply.text
    body["spec"]["replicas"] = 1
    reply = cluster.call("POST", path, body)
    assert reply.status_code == 422
    fields = {c["field"] for c in reply.json()["details"]["causes"]}
    assert {"spec.selector", "spec.template.spec.containers"} <= fields
    binding = {"metadata": {"name": "b"}, "subjects": [{"kind": "User", "name": "u"}], "roleRef": {"kind": "Role"}}
    reply = cluster.call("POST", f"/apis/rbac.authorization.k8s.io/v1/namespaces/{space}/rolebindings", binding)
    assert reply.status_code == 422 and "roleRef.name: Required value" in reply.json()["message"]
    reply = cluster.call("POST", f"/api/v1/namespaces/{space}/configmaps", {"metadata": {"name": "No_Good"}})
    assert reply.status_code == 422 and "a lowercase RFC 1123 subdomain must consist of" in reply.json()["message"]
    reply = cluster.call("POST", "/api/v1/namespaces/absent/configmaps", {"metadata": {"name": "a"}})
    assert reply.status_code == 404 and reply.json()["message"] == 'namespaces "absent" not found'


def test_field_validation(lab: Any, space: str) -> None:
    cluster = Cluster(lab)
    path = f"/api/v1/namespaces/{space}/services"
    body = {"metadata": {"name": "s"}, "spec": {"ports": [{"port": 80, "prot": "TCP"}], "kolour": "red"}}
    strict = cluster.call("POST", path, body, fieldValidation="Strict")
    assert strict.status_code == 400
    words = 'strict decoding error: unknown field "spec.ports[0].prot", unknown field "spec.kolour"'
    assert strict.json()["message"] == f'Service in version "v1" cannot be handled as a Service: {words}'
    warned = cluster.call("POST", path, body)
    assert warned.status_code == 201 and "kolour" not in warned.json()["spec"]
    assert '299 - "unknown field \\"spec.kolour\\""' in warned.headers["Warning"]


def test_what_may_not_change(core: Any, lab: Any, space: str) -> None:
    cluster = Cluster(lab)
    pods, services = f"/api/v1/namespaces/{space}/pods", f"/api/v1/namespaces/{space}/services"
    pod = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i:1"}]}}
    cluster.create(pods, pod)
    lab.wait(lambda: cluster.get(f"{pods}/p").get("status", {}).get("phase") == "Running")
    image = {"spec": {"containers": [{"name": "c", "image": "i:2"}]}}
    assert cluster.patch(f"{pods}/p", image, "strategic").status_code == 200
    reply = cluster.patch(f"{pods}/p", {"spec": {"hostNetwork": True}})
    assert reply.status_code == 422
    assert "spec: Forbidden: pod updates may not change fields other than" in reply.json()["message"]
    made = cluster.create(services, {"metadata": {"name": "s"}, "spec": {"ports": [{"port": 80}]}})
    fresh = {"metadata": {"name": "s"}, "spec": {"ports": [{"port": 81}]}}
    replaced = cluster.call("PUT", f"{services}/s", fresh).json()
    assert replaced["spec"]["clusterIP"] == made["spec"]["clusterIP"]
    reply = cluster.patch(f"{services}/s", {"spec": {"clusterIP": "10.96.9.9"}})
    assert reply.status_code == 422 and "may not change once set" in reply.json()["message"]
    core.create_namespaced_config_map(space, {"metadata": {"name": "m"}, "data": {"a": "b"}, "immutable": True})
    with pytest.raises(ApiException) as frozen:
        core.patch_namespaced_config_map("m", space, {"data": {"a": "c"}})
    assert "data: Forbidden: field is immutable when `immutable` is set" in frozen.value.body


def test_node_ports(core: Any, space: str) -> None:
    def service(name: str, *ports: dict[str, Any]) -> Any:
        spec = {"type": "NodePort", "ports": list(ports)}
        return core.create_namespaced_service(space, {"metadata": {"name": name}, "spec": spec})

    both = [{"name": n, "port": 53, "protocol": n.upper(), "nodePort": 30053} for n in ("tcp", "udp")]
    service("dns", *both)
    with pytest.raises(ApiException) as taken:
        service("other", both[0])
    assert "spec.ports[0].nodePort: Invalid value: 30053: provided port is already allocated" in taken.value.body
    free = service("free", {"port": 1})
    assert free.spec.ports[0].node_port >= 30000 and free.spec.cluster_ip.startswith("10.96.")


def test_stored_objects_survive_a_closed_door(lab: Any, core: Any, space: str) -> None:
    core.create_namespaced_config_map(space, _config_map("kept", a="b"))
    lab.call(lab.lab.close, "kubernetes")
    with pytest.raises(Exception, match="refused"):
        kubernetes.client.CoreV1Api(
            config.new_client_from_config(lab.credentials["kubernetes"]["kubeconfig"])
        ).api_client.rest_client.pool_manager.request("GET", lab.urls["kubernetes"] + "/version", retries=False)
    lab.call(lab.lab.open, "kubernetes")
    assert core.read_namespaced_config_map("kept", space).data == {"a": "b"}
