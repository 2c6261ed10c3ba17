# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots of the stand-in's etcd: taken over the JSON gateway, checked, restored, and what is in them."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import etcd, host
from standin import etcdutl, objects
from standin_world import NET, Machine, World, config, get, right


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    one = World(tmp_path)
    yield one
    one.stop()


def run(machine: Machine, *words: str) -> tuple[int, str, str]:
    """etcdutl on a host."""
    machine.out, machine.err = io.StringIO(), io.StringIO()
    return etcdutl.main(machine, list(words)), machine.out.getvalue(), machine.err.getvalue()


def test_from_a_snapshot_to_a_cluster_that_has_what_was_in_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one = world.machine(41)
    right(one, "init", "--config", config(one))
    monkeypatch.setattr(host, "ROOT", one.root)
    about = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kept"}, "data": {"a": "b"}}
    objects.admin(one).call("POST", "/api/v1/namespaces/default/configmaps", about)
    uid = get(one, "/api/v1/namespaces/default/configmaps/kept")["metadata"]["uid"]
    file = one.path("/root/snapshot.db")
    assert etcd.Etcd.here().snapshot(file, 30) == file.stat().st_size
    later = {**about, "metadata": {"name": "later"}}
    objects.admin(one).call("POST", "/api/v1/namespaces/default/configmaps", later)

    code, out, _err = run(one, "snapshot", "status", "/root/snapshot.db", "-w", "json")
    assert code == 0 and json.loads(out)["totalSize"] == file.stat().st_size - 32
    data = file.read_bytes()
    one.write("/root/broken.db", data.replace(b"kept", b"kepT", 1))
    with pytest.raises(EdgeError, match=r"broken\.db is damaged"):
        etcd.check_sum(one.path("/root/broken.db"))
    for name, says in (("broken.db", "Error: expected sha256 ["), ("cut.db", "Error: snapshot missing hash")):
        one.write("/root/cut.db", data[:-32])
        code, _out, err = run(one, "snapshot", "restore", f"/root/{name}", "--data-dir", "/root/new")
        assert code == 1 and err.startswith(says) and not one.path("/root/new").exists()

    pki = one.path("/etc/kubernetes/pki")
    shutil.copytree(pki, one.path("/root/pki"))
    right(one, "reset", "-f")
    shutil.copytree(one.path("/root/pki"), pki, dirs_exist_ok=True)
    peer = f"https://{NET}.41:2380"
    words = ["--name", "node-41", "--initial-advertise-peer-urls", peer, "--data-dir", "/var/lib/etcd"]
    code, _out, err = run(
        one, "snapshot", "restore", "/root/snapshot.db", *words, "--initial-cluster", f"node-41={peer}"
    )
    assert code == 0, err
    assert run(one, "snapshot", "restore", "/root/snapshot.db", *words)[0] == 1, "never over data that is there"
    assert "DirAvailable--var-lib-etcd" in right_or_words(one, "init", "--config", config(one))
    right(one, "init", "--config", config(one), "--ignore-preflight-errors=DirAvailable--var-lib-etcd")
    assert get(one, "/api/v1/namespaces/default/configmaps/kept")["metadata"]["uid"] == uid
    assert get(one, "/api/v1/namespaces/default/configmaps/later") is None
    assert [m.name for m in etcd.Etcd.here().members()] == ["node-41"]


def right_or_words(machine: Machine, *words: str) -> str:
    """What kubeadm says, however it ends."""
    from standin_world import run as kubeadm

    _code, out, err = kubeadm(machine, *words)
    return out + err
