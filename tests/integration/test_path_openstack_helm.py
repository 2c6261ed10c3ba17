# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenStack by OpenStack-Helm on the lab's cluster, from an empty one to an empty one, with what happens in between.

One lab, and tests that build on one another: installing all of it costs most. Helm is the one on the PATH, or, where
there is none, the lab's stand-in.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultSecret
from ansible_collections.edge.infra.plugins.module_utils._kubernetes.connection import Connection

from .path import Playbook, Site, as_predicted, nothing_left

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "roles/lab/files"
PLAYBOOK = str(ROOT / "playbooks/openstack_helm.yml")
ORDER = ["mariadb", "rabbitmq", "memcached", "keystone", "glance", "openvswitch", "libvirt", "placement"]
ORDER += ["nova", "neutron"]
SECRETS = "/api/v1/namespaces/openstack/secrets"
CANARY = "a-canary-that-sings-of-identity"


class Cloud(Site):
    """The cluster, the inventory that declares an OpenStack for it, and the playbook."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, folder / "inventory")
        self.start_world(
            {
                "services": ["kubernetes"],
                "kubernetes": {"up": True, "nodes": ["node-0", "node-1"]},
                "time_factor": 3000,
            }
        )
        self.kubeconfig = str(self.about["credentials"]["kubernetes"]["kubeconfig"])
        self._api = Connection({"kubeconfig": self.kubeconfig})
        self.values: dict[str, Any] = {}
        self.variables: dict[str, Any] = {
            "edge_kubeconfig": self.kubeconfig,
            "edge_work_dir": str(folder / "work"),
            "openstack_helm_charts": ".charts",
            "openstack_helm_overrides": ".overrides",
            "openstack_helm_release": "2025.2",
            "openstack_helm_nodes": {"control": ["node-0"], "compute": "all", "switch": "all"},
            "openstack_helm_wait_timeout": 60,
            "openstack_helm_tests": False,
            "openstack_helm_pending_timeout": 1,
        }
        if not shutil.which("helm"):
            self.variables["openstack_helm_binary"] = str(FILES / "bin/helm")
        for name in ORDER:
            shutil.copytree(FILES / "charts" / name, self.inventory / ".charts" / name)
            shutil.copytree(FILES / "charts/helm-toolkit", self.inventory / ".charts" / name / "charts/helm-toolkit")
        (self.inventory / ".overrides/keystone").mkdir(parents=True)
        override = {"conf": {"keystone": {"DEFAULT": {"debug": False}}}}
        (self.inventory / ".overrides/keystone/2025.2.yaml").write_text(json.dumps(override), encoding="utf-8")
        (folder / "vault").write_text("a-vault-secret", encoding="utf-8")
        self.more = ["--vault-password-file", str(folder / "vault")]
        self.declare()

    def write_variables(self) -> None:
        """Nothing here is found through the lab's variables."""

    def declare(self, values: Mapping[str, Any] | None = None, **variables: Any) -> None:
        """Write the inventory, with these values of components and further variables."""
        self.values = dict(values or {})
        given = {**self.variables, "openstack_helm_values": self.values, **variables}
        hosts = {"edge_clusters": {"hosts": {"lyon": given}}}
        (self.inventory / "hosts.yml").write_text(yaml.safe_dump(hosts), encoding="utf-8")

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The cluster's API."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        return self._api.request(method, path, body, content_type=kind)

    def revisions(self) -> dict[str, list[tuple[int, str]]]:
        """Revisions of each release, and their states, as Helm's labels tell them."""
        found: dict[str, list[tuple[int, str]]] = {}
        for item in self.ask("GET", SECRETS)["items"]:
            labels = item["metadata"].get("labels") or {}
            if labels.get("owner") == "helm":
                found.setdefault(labels["name"], []).append((int(labels["version"]), labels["status"]))
        return {name: sorted(rows) for name, rows in found.items()}

    def newest(self) -> dict[str, tuple[int, str]]:
        """The newest revision of each."""
        return {name: rows[-1] for name, rows in self.revisions().items()}

    def keeps_its_secrets(self) -> None:
        """No password that was given or made is in anything that was said or written, but for its file."""
        loader = DataLoader()
        loader.set_vault_secrets([("default", VaultSecret((self.folder / "vault").read_bytes()))])
        made = loader.load_from_file(str(self.folder / "work/openstack_helm/passwords.yml"))
        assert len(made) > 15
        said = [*self.folder.glob("run-*.log"), *self.folder.glob("run-*.json"), *self.folder.rglob("plan/*.yaml")]
        for path in said:
            text = path.read_text(encoding="utf-8")
            assert not [name for name, value in [*made.items(), ("given", CANARY)] if str(value) in text], path

    def go(self, verb: str = "install", **options: Any) -> Playbook:
        """Run a verb to its end, however that is."""
        return self.run(PLAYBOOK, f"openstack_helm_verb={verb}", on_lab=False, **options)


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
    cloud.declare(mine, openstack_helm_passwords={"identity.admin": CANARY})
    before = cloud.newest()
    seen = cloud.go(check=True)
    assert "conf.keystone.DEFAULT.debug: true (openstack_helm_values.keystone)" in seen.output, seen.output[-3000:]
    assert cloud.newest() == before
    run = cloud.go(more=["-vvv"])
    assert run.process.returncode == 0, run.output[-3000:]
    assert cloud.newest() == {**before, "keystone": (2, "deployed")}
    cloud.keeps_its_secrets()

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
    run = cloud.go("remove", more=more)
    assert run.process.returncode == 0, run.output[-3000:]
    assert cloud.revisions() == {}
    gone = [row["path"].rpartition("/")[2] for row in cloud.recorded(write=True) if row["method"] == "DELETE"]
    order = [name.split(".")[4] for name in gone if name.startswith("sh.helm.release.v1.")]
    assert list(dict.fromkeys(order)) == ORDER[::-1]
    assert "openvswitch" not in cloud.ask("GET", "/api/v1/nodes/node-0")["metadata"]["labels"]
    cloud.forget()
    again = cloud.go("remove", more=more)
    assert again.process.returncode == 0 and cloud.writes() == [], again.output[-2000:]
