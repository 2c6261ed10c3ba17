# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook network looks at the nodes that it reaches before it writes anything; one of them is this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from .apiserver import free_ports
from .conftest import run_module
from .l2sm import LAB, OVERLAY, PROVIDER, Cluster
from .path import Playbook

assert LAB
NODES = ("controller-0", "worker-0")


def inventory(cluster: Cluster, folder: Path, **worker: Any) -> Path:
    """A site of two nodes: nobody listens at the first one, and the second one is as it is given."""
    away = {"ansible_host": "127.0.0.1", "ansible_port": free_ports(1)[0], "edge_node_addresses": ["192.0.2.11"]}
    book = {
        "all": {
            "vars": {
                "edge_site_name": "madrid",
                "edge_model": "kubeadm",
                "edge_kubernetes_version": "1.34.2",
                "edge_kubernetes_network_plugin": {"name": "flannel"},
                "edge_kubernetes_multus": {},
                "edge_kubeconfig": cluster.kubeconfig,
                "edge_l2sm_manifest": cluster.manifest,
                "edge_l2sm_settle": 0.05,
                "edge_l2sm_overlay": {"name": "edge-overlay", "provider": PROVIDER, "nodes": OVERLAY["nodes"]},
            },
            "children": {
                "edge_controllers": {"hosts": {NODES[0]: away}},
                "edge_workers": {"hosts": {NODES[1]: {"edge_node_addresses": ["192.0.2.12"], **worker}}},
            },
        }
    }
    path = folder / "hosts.yml"
    path.write_text(yaml.safe_dump(book, sort_keys=False), encoding="utf-8")
    return path


def run(cluster: Cluster, path: Path, name: str) -> Playbook:
    """The playbook, to its end."""
    cluster.lab.control.forget()
    done = Playbook(["edge.infra.network", "-i", str(path)], path.parent, name)
    done.end()
    return done


def test_nodes_are_looked_at_before_anything_is_written(lab: Any, tmp_path: Path) -> None:
    cluster = Cluster(lab, run_module)
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    (plugins / "bridge").touch()
    here = {"ansible_connection": "local", "l2sm_cni_dir": str(plugins), "l2sm_node_become": False}
    refused = run(cluster, inventory(cluster, tmp_path, **here), "refused")
    told = " ".join(refused.output.split())
    assert refused.process.returncode != 0 and cluster.writes() == [], told[-3000:]
    for words in (
        "Nothing was done for madrid.",
        "worker-0 lacks",
        f"The CNI plugins static, host-device are not in {plugins}.",
        "controller-0 is not looked at, since Ansible does not reach it:",
    ):
        assert words in told, (words, told[-3000:])
    # nodes that nobody can look at do not hold up the site
    port = {"ansible_host": "127.0.0.1", "ansible_port": free_ports(1)[0]}
    done = run(cluster, inventory(cluster, tmp_path, **port), "done")
    told = " ".join(done.output.split())
    assert done.process.returncode == 0 and cluster.names("overlays") == ["edge-overlay"], told[-3000:]
    assert "worker-0 is not looked at, since Ansible does not reach it:" in told
