# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster of stand-ins is backed up, lost, and restored: refusals, what was killed, the second run."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import archive, host, restore
from ansible_collections.edge.infra.plugins.modules import kubeadm_node, kubernetes_archive, kubernetes_restore
from standin import etcdutl, objects
from standin_programs import Programs
from standin_world import NET, Machine, World, get, off

DOCUMENTS = [
    {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "InitConfiguration"},
    {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration"},
]
SECRET = "one of many words"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    one = World(tmp_path)
    yield one
    one.stop()


@pytest.fixture
def plane(world: World, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """A control-plane node, and etcd's program on it."""
    machine = world.machine(51)

    def run(words: list[str]) -> subprocess.CompletedProcess[str]:
        one = Machine(machine.version, Path("/"), machine.settings, io.StringIO(), io.StringIO())
        status = etcdutl.main(one, list(words)[1:])
        return subprocess.CompletedProcess(words, status, one.out.getvalue(), one.err.getvalue())  # type: ignore[attr-defined]

    monkeypatch.setattr(restore, "_ways", lambda stage, *_more: iter([("etcdutl", ["etcdutl"], str(stage))]))
    monkeypatch.setattr(restore, "_run", run)
    return Programs(machine)


def init(programs: Programs) -> dict[str, Any]:
    """The node as the role makes it."""
    endpoint = f"{programs.machine.addresses()[0]}:6443"
    documents = [dict(one) for one in DOCUMENTS]
    documents[1] |= {
        "encryptionAlgorithm": "ECDSA-P256",
        "kubernetesVersion": programs.machine.version.tag,
        "controlPlaneEndpoint": endpoint,
    }
    return programs.module(kubeadm_node, kind="init", endpoint=endpoint, config=documents, timeout=60)


def test_backup_loss_and_restore(plane: Programs) -> None:
    machine = plane.machine
    assert init(plane).get("steps") == ["init"], init(plane)
    about = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kept"}, "data": {"a": "b"}}
    objects.admin(machine).call("POST", "/api/v1/namespaces/default/configmaps", about)
    uid = get(machine, "/api/v1/namespaces/default/configmaps/kept")["metadata"]["uid"]
    ca = machine.read("/etc/kubernetes/pki/ca.crt")

    assert plane.right(kubernetes_archive, check=True, site="edge-1")["archive"] == {}
    made = plane.right(kubernetes_archive, site="edge-1", passphrase=SECRET)["archive"]
    file = Path(made["path"])
    assert made["kubernetes_version"] == "v1.33.4" and made["etcd_members"] == ["node-51"]
    assert file.name.endswith(".tgz.enc") and file.stat().st_mode & 0o777 == 0o600 and b"CERT" not in file.read_bytes()
    assert [one.name for one in file.parent.iterdir()] == [file.name], "nothing but the archive is left"
    kept = machine.path("/root") / file.name
    kept.parent.mkdir(exist_ok=True)
    shutil.copy(file, kept)

    given = {"archive": str(kept), "sha256": made["sha256"], "site": "edge-1", "node": "node-51"}
    given |= {"address": f"{NET}.51", "passphrase": SECRET}
    assert "is a control-plane node already" in plane.wrong(kubernetes_restore, **given)

    off(machine)
    assert plane.right(kubeadm_node, kind="init", state="absent", endpoint=f"{NET}.51:6443")["steps"] == ["reset"]
    assert "could not encrypt or decrypt" in plane.wrong(kubernetes_restore, **{**given, "passphrase": "another"})
    assert "and this is edge-2" in plane.wrong(kubernetes_restore, **{**given, "site": "edge-2"})
    assert "not the archive of that SHA-256" in plane.wrong(kubernetes_restore, **{**given, "sha256": "0" * 64})
    plane.installed = "1.34.2"
    assert "kubeadm on this host is v1.34.2, and the backup is of a cluster of v1.33.4" in plane.wrong(
        kubernetes_restore, **given
    )
    plane.installed = "1.33.4"
    assert plane.right(kubernetes_restore, check=True, **given)["changed"]
    assert not machine.has("/var/lib/edge.infra/restore.json") and not machine.has("/etc/kubernetes/pki/ca.crt")

    # killed while the data were being made: kubeadm init is not run over half of them
    def killed(*_words: Any) -> None:
        raise OSError("killed")

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(restore, "_run", killed)
        plane.wrong(kubernetes_restore, **given)
    assert "did not come to its end" in init(plane)["msg"]
    assert plane.right(kubernetes_restore, **given)["state"] == "again"
    assert machine.read("/etc/kubernetes/pki/ca.crt") == ca and not machine.has("/etc/kubernetes/pki/apiserver.crt")
    assert plane.right(kubernetes_restore, **given) | {"diff": 0, "invocation": 0} == {
        **{"changed": False, "state": "go on", "manifest": {}, "diff": 0, "invocation": 0}
    }

    # killed within kubeadm init: all is taken back and put there again
    plane.kill_before = "upload-config"
    assert "was killed" in init(plane)["msg"]
    plane.kill_before = ""
    off(machine)
    assert "did not come to its end" in init(plane)["msg"]
    assert plane.right(kubernetes_restore, **given)["state"] == "again"
    assert init(plane)["steps"] == ["init"]
    assert get(machine, "/api/v1/namespaces/default/configmaps/kept")["metadata"]["uid"] == uid
    assert plane.right(kubernetes_restore, **given)["state"] == "done"
    assert init(plane)["steps"] == []


def test_archives_that_are_not_taken(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no whole backup"):
        (tmp_path / "a.tgz").write_bytes(b"nothing")
        archive.opened(tmp_path / "a.tgz", tmp_path / "out", "")
    with tarfile.open(tmp_path / "b.tgz", "w:gz") as tar:
        (tmp_path / "evil").write_text("x")
        tar.add(tmp_path / "evil", arcname="../evil")
    with pytest.raises(InputError, match="no whole backup"):
        archive.opened(tmp_path / "b.tgz", tmp_path / "out", "")
    assert (tmp_path / "evil").read_text() == "x"
    (tmp_path / "c.tgz.enc").write_bytes(b"nothing")
    with pytest.raises(InputError, match="is encrypted"):
        archive.opened(tmp_path / "c.tgz.enc", tmp_path / "out", "")


def test_what_is_put_back_without_the_authoritys_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "ROOT", tmp_path / "root")
    for name in ("pki/ca.crt", "pki/apiserver.crt", "pki/etcd/ca.crt", "pki/etcd/ca.key", "files/etc/enc/keys.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    everything = archive.put_back(tmp_path, {"encryption_file": "/etc/enc/keys.yaml"})
    assert "/etc/kubernetes/pki/apiserver.crt" in everything and "/etc/enc/keys.yaml" in everything
    (tmp_path / "pki/ca.key").write_text("key")
    shared = archive.put_back(tmp_path, {})
    assert shared == [f"/etc/kubernetes/pki/{name}" for name in ("ca.crt", "ca.key", "etcd/ca.crt", "etcd/ca.key")]
    assert (tmp_path / "root/etc/kubernetes/pki/ca.key").stat().st_mode & 0o777 == 0o600
