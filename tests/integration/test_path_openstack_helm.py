# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenStack by OpenStack-Helm on the lab's cluster, from an empty one to an empty one, with what happens in between.

One lab, and tests that build on one another: installing all of it costs most.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from .helm_cloud import CANARY, ORDER, PLAYBOOK, Cloud
from .path import as_predicted, nothing_left


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """One for all tests, which come in their order."""
    site = Cloud(tmp_path_factory.mktemp("cloud"))
    yield site
    site.stop_lab()


def test_what_is_missing_is_told_at_once(cloud: Cloud) -> None:
    """Before anything is changed: a class of volumes, a node, a key, and no word of the cluster in the plan."""
    cloud.declare(openstack_helm_nodes={"control": ["node-9"]}, openstack_helm_storage_class="fast")
    cloud.forget()
    run = cloud.go("precheck")
    assert run.process.returncode != 0
    for words in (
        "storage class fast, and the cluster has general",
        "the cluster has no node node-9",
        "No node has the label openstack-compute-node=enabled (group compute), which libvirt, nova place pods by",
    ):
        assert words in " ".join(run.output.split()), run.output[-3000:]
    cloud.declare({"keystone": {"pod": {"replica": {"api": 2}}}})
    run = cloud.go("plan")
    assert "the chart has no pod.replica. Did you mean pod.replicas?" in run.output
    cloud.declare(openstack_helm_feature=["ovn"])
    assert "did you mean openstack_helm_features?" in cloud.go("plan").output
    assert cloud.writes() == []


def test_from_nothing_to_openstack(cloud: Cloud) -> None:
    """Predicted, done, and nothing left; passwords made once, vaulted, and never shown."""
    cloud.declare(openstack_helm_tests=True, openstack_helm_passwords={"identity.admin": CANARY})
    run = as_predicted(cloud, PLAYBOOK, on_lab=False)
    assert [t.split(": ")[1] for t in run.tasks() if t.startswith("Bring the release to")] == ORDER
    assert cloud.newest() == dict.fromkeys(ORDER, (1, "deployed"))
    labels = cloud.ask("GET", "/api/v1/nodes/node-1")["metadata"]["labels"]
    assert labels["openvswitch"] == "enabled" and "openstack-control-plane" not in labels
    file = cloud.folder / "work/openstack_helm/passwords.yml"
    assert file.read_text(encoding="utf-8").startswith("$ANSIBLE_VAULT;") and file.stat().st_mode & 0o777 == 0o600
    nothing_left(cloud, PLAYBOOK, on_lab=False)
    cloud.keeps_its_secrets()


def test_one_value_is_one_upgrade(cloud: Cloud) -> None:
    """Exactly that release, shown with its value and none of its passwords; then back by a rollback."""
    mine = {"keystone": {"conf": {"keystone": {"DEFAULT": {"debug": True}}}}}
    cloud.declare(mine, openstack_helm_passwords={"identity.admin": CANARY, "admin": CANARY})
    before = cloud.newest()
    seen = cloud.go(check=True)
    assert "openstack_helm_passwords: admin: no component of this OpenStack has" in " ".join(seen.output.split())
    assert "conf.keystone.DEFAULT.debug: true (openstack_helm_values.keystone)" in seen.output, seen.output[-3000:]
    assert cloud.newest() == before
    run = cloud.go(more=["-vvv"])
    assert run.process.returncode == 0, run.output[-3000:]
    assert cloud.newest() == {**before, "keystone": (2, "deployed")}
    cloud.keeps_its_secrets()

    for revision, words in (
        (9, "keystone has no revision 9 to go back to; Helm keeps 1, 2."),
        ("one", "one is no revision"),
    ):
        more = ["-e", json.dumps({"openstack_helm_rollback": {"keystone": revision}})]
        run = cloud.go("rollback", check=True, more=more)
        assert run.process.returncode != 0 and words in " ".join(run.output.split()), run.output[-3000:]
        assert '"resources"' not in run.output, "Helm's Secrets have the values"
    more = ["-e", json.dumps({"openstack_helm_rollback": {"keystone": 0}})]
    run = cloud.go("rollback", more=more)
    assert run.process.returncode == 0, run.output[-3000:]
    assert cloud.revisions()["keystone"] == [(1, "superseded"), (2, "superseded"), (3, "deployed")]
    cloud.declare(openstack_helm_passwords={"identity.admin": CANARY})
    verified = cloud.go("verify")
    assert verified.process.returncode == 0, verified.output[-3000:]


def test_a_run_that_is_killed_is_taken_up(cloud: Cloud) -> None:
    """Within a release: Helm's record says pending-upgrade, which Helm refuses to touch, and the next run mends."""
    mine = {"memcached": {"pod": {"replicas": {"server": 2}}}}
    cloud.declare(mine, openstack_helm_passwords={"identity.admin": CANARY})
    before = cloud.newest()
    cloud.forget()
    cloud.fault("slow_after", service="kubernetes", match="(PATCH|PUT) .*statefulsets/memcached", seconds=20)
    run = cloud.start(PLAYBOOK, on_lab=False)
    run.until(lambda: cloud.newest()["memcached"][1] == "pending-upgrade")
    run.kill()
    cloud.no_faults()
    assert cloud.newest()["memcached"] == (before["memcached"][0] + 1, "pending-upgrade")
    time.sleep(1.1)
    again = cloud.go()
    assert again.process.returncode == 0, again.output[-3000:]
    assert "an operation was cut off (pending-upgrade" in again.output
    assert cloud.newest() == {**before, "memcached": (before["memcached"][0] + 3, "deployed")}
    live = cloud.ask("GET", "/apis/apps/v1/namespaces/openstack/statefulsets/memcached-memcached")
    assert live["spec"]["replicas"] == 2


def test_pods_say_why_they_are_not_up(cloud: Cloud) -> None:
    """An image that cannot be pulled, then a node that is lost in the middle: the pods' own words, and what to do."""
    mine = {"memcached": {"pod": {"replicas": {"server": 2}}, "images": {"tags": {"memcached": "registry/none:1"}}}}
    cloud.declare(mine, openstack_helm_wait_timeout=2, openstack_helm_passwords={"identity.admin": CANARY})
    cloud.fault("fail_operation", service="kubernetes", match="rollout memcached-memcached", count=99)
    run = cloud.go()
    told = " ".join(run.output.split())
    assert run.process.returncode != 0, told[-3000:]
    assert "memcached: StatefulSet memcached-memcached:" in told and "ImagePullBackOff" in told, told[-3000:]
    assert "Correct the image (images.tags), or let the nodes reach its registry." in told
    cloud.no_faults()
    cloud.declare(mine, openstack_helm_passwords={"identity.admin": CANARY})
    again = cloud.go()
    assert again.process.returncode == 0, again.output[-3000:]

    mine["openvswitch"] = {"conf": {"openvswitch": {"lost": True}}}
    cloud.declare(mine, openstack_helm_wait_timeout=3, openstack_helm_passwords={"identity.admin": CANARY})
    cloud.fault("slow_after", service="kubernetes", match="(PATCH|PUT) .*daemonsets/openvswitch", seconds=3)
    run = cloud.start(PLAYBOOK, "openstack_helm_verb=install", on_lab=False)
    run.until(lambda: cloud.newest()["openvswitch"][1] == "pending-upgrade")
    cloud._ask("PUT", "nodes/node-1", json={"up": False})
    assert run.end() != 0
    told = " ".join(run.output.split())
    assert "on node-1: NodeLost (node node-1 is not ready: Kubelet stopped posting node status)" in told, told[-3000:]
    assert "Bring the node back, or name it in openstack_helm_ignore_nodes to go on without it." in told
    cloud.no_faults()
    looked = cloud.go("precheck")
    assert looked.process.returncode != 0
    assert "Node node-1, which OpenStack uses, is not ready" in " ".join(looked.output.split()), looked.output[-3000:]


def test_it_goes_in_reverse_order(cloud: Cloud) -> None:
    """After a word of confirmation; the labels go, too, and a lost node does not stand in the way."""
    cloud.declare(openstack_helm_passwords={"identity.admin": CANARY})
    refused = cloud.go("remove")
    assert "Confirm with -e openstack_helm_confirm=lyon" in refused.output and refused.process.returncode != 0
    cloud.forget()
    more = ["-e", "openstack_helm_confirm=lyon"]
    predicted = cloud.go("remove", more=[*more, "--check"])
    assert predicted.process.returncode == 0 and cloud.writes() == [], predicted.output[-3000:]
    assert f"{', '.join(ORDER[::-1])}: would be removed, in this order." in " ".join(predicted.output.split())
    run = cloud.go("remove", more=more)
    assert run.process.returncode == 0, run.output[-3000:]
    assert cloud.revisions() == {} and run.changes == predicted.changes
    gone = [row["path"].rpartition("/")[2] for row in cloud.recorded(write=True) if row["method"] == "DELETE"]
    order = [name.split(".")[4] for name in gone if name.startswith("sh.helm.release.v1.")]
    assert list(dict.fromkeys(order)) == ORDER[::-1]
    assert "openvswitch" not in cloud.ask("GET", "/api/v1/nodes/node-0")["metadata"]["labels"]
    cloud.forget()
    again = cloud.go("remove", more=more)
    assert again.process.returncode == 0 and cloud.writes() == [], again.output[-2000:]
