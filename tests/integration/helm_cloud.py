# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An inventory of one cluster on a lab of its own, and OpenStack-Helm's playbook on it.

Helm is the one on the PATH, or, where there is none, the lab's stand-in.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultSecret
from ansible_collections.edge.infra.plugins.module_utils._kubernetes.connection import Connection

from .path import ROOT, Playbook, Site

FILES = ROOT / "roles/lab/files"
PLAYBOOK = str(ROOT / "playbooks/openstack_helm.yml")
ORDER = ["mariadb", "rabbitmq", "memcached", "keystone", "glance", "openvswitch", "libvirt", "placement"]
ORDER += ["nova", "neutron"]
SECRETS = "/api/v1/namespaces/openstack/secrets"
CANARY = "a-canary-that-sings-of-identity"


class Cloud(Site):
    """The cluster, the inventory that declares an OpenStack for it, and the playbook.

    :param world: what differs of the lab, such as services beside the cluster.
    """

    def __init__(self, folder: Path, **world: Any) -> None:
        super().__init__(folder, folder / "inventory")
        cluster = {"up": True, "nodes": ["node-0", "node-1"]}
        self.start_world({"services": ["kubernetes"], "kubernetes": cluster, "time_factor": 3000, **world})
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

    def keeps_its_secrets(self, *given: str) -> None:
        """No password that was given or made is in anything that was said or written, but for its file."""
        loader = DataLoader()
        loader.set_vault_secrets([("default", VaultSecret((self.folder / "vault").read_bytes()))])
        made = loader.load_from_file(str(self.folder / "work/openstack_helm/passwords.yml"))
        assert len(made) > 3
        said = [*self.folder.glob("run-*.log"), *self.folder.glob("run-*.json"), *self.folder.rglob("plan/*.yaml")]
        for path in said:
            text = path.read_text(encoding="utf-8")
            assert not [name for name, value in made.items() if str(value) in text], path
            assert not [number for number, value in enumerate((CANARY, *given)) if value in text], path

    def go(self, verb: str = "install", **options: Any) -> Playbook:
        """Run a verb to its end, however that is."""
        return self.run(PLAYBOOK, f"openstack_helm_verb={verb}", on_lab=False, **options)
