# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates of a cluster of stand-ins: told, renewed, used, what a killed run leaves, and what others sign."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import certificates, host, staticpods
from ansible_collections.edge.infra.plugins.modules import kubeadm_certificates
from standin import pki
from standin_programs import Programs
from standin_world import World, config, get, right
from test_kubeadm_clusters import ready, until

NODE = "node-141"


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    """A cluster of one node."""
    world = World(tmp_path_factory.mktemp("world"), grace=60)
    machine = world.machine(141, "1.33.4")
    right(machine, "init", "--config", config(machine))
    until(lambda: ready(machine, NODE) == "True")
    yield Programs(machine)
    world.stop()


def names(answer: dict[str, Any]) -> list[str]:
    return [one["name"] for one in answer["certificates"]]


def test_told_renewed_and_used(one: Programs) -> None:
    told = one.right(kubeadm_certificates)
    assert not told["changed"] and told["due"] == [] and told["restarted"] == [] and told["left"] == []
    assert names(told) == sorted([*certificates.FILES, *certificates.CONFIGS])
    assert all(364 <= entry["days"] <= 365 and entry["renewable"] for entry in told["certificates"])
    assert [entry["name"] for entry in told["authorities"]] == list(certificates.AUTHORITIES)
    assert not told["kubelet"]["overdue"] and told["kubelet"]["days"] > 300

    serial = pki.Folder(one.machine).cert("apiserver").serial_number
    predicted = one.right(kubeadm_certificates, check=True, within=400, node=NODE)
    assert (
        predicted["changed"] and len(predicted["due"]) == 11 and predicted["restarted"] == list(staticpods.COMPONENTS)
    )
    assert pki.Folder(one.machine).cert("apiserver").serial_number == serial
    time.sleep(1.1)  # certificates tell whole seconds
    done = one.right(kubeadm_certificates, within=400, node=NODE, timeout=150)
    assert (done["changed"], done["restarted"], done["due"]) == (True, predicted["restarted"], predicted["due"])
    assert pki.Folder(one.machine).cert("apiserver").serial_number != serial
    pods = get(one.machine, "/api/v1/namespaces/kube-system/pods")["items"]
    static = [p for p in pods if staticpods.RESTARTED in (p["metadata"].get("annotations") or {})]
    assert sorted(p["metadata"]["name"] for p in static) == [f"{name}-{NODE}" for name in staticpods.COMPONENTS]
    assert not one.right(kubeadm_certificates, node=NODE)["changed"]


def test_what_a_killed_run_has_not_started_anew(one: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(kubeadm_certificates, "_restart", _killed)
        assert one.module(kubeadm_certificates, force=True, node=NODE)["failed"]
    assert one.right(kubeadm_certificates, check=True)["restarted"] == list(staticpods.COMPONENTS)
    again = one.right(kubeadm_certificates, node=NODE, timeout=150)
    assert (again["due"], again["restarted"]) == ([], list(staticpods.COMPONENTS))
    assert not one.right(kubeadm_certificates)["changed"]


def _killed(*_given: Any) -> None:
    raise EdgeError("killed")


def test_what_others_sign_is_named_and_left_alone(one: Programs) -> None:
    key = one.machine.path("/etc/kubernetes/pki/ca.key")
    kept = key.read_bytes()
    key.unlink()
    told = one.right(kubeadm_certificates, check=True, within=400)
    assert "apiserver: /etc/kubernetes/pki/ca.key is not here: somebody else signs for it" in told["left"]
    assert told["due"] == [n for n in sorted(certificates.FILES) if n.startswith(("etcd-", "front-", "apiserver-etcd"))]
    key.write_bytes(kept)


def test_a_kubelet_whose_certificate_does_not_rotate(one: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "ROOT", one.machine.root)
    found = certificates.kubelet()
    assert found and not certificates.overdue(found, found.begins)
    assert certificates.overdue(found, found.ends - (found.ends - found.begins) / 20)
    admin = one.machine.read("/etc/kubernetes/admin.conf")
    before = one.machine.read("/etc/kubernetes/kubelet.conf")
    one.machine.write("/etc/kubernetes/kubelet.conf", admin)
    assert one.right(kubeadm_certificates)["kubelet"]["overdue"]
    one.machine.write("/etc/kubernetes/kubelet.conf", before)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        (
            "metadata:\n  annotations:\n    a: b\n  labels: {}\nspec: {}\n",
            'metadata:\n  annotations:\n    edge.infra/restarted-at: "T"\n    a: b\n  labels: {}\nspec: {}\n',
        ),
        (
            "kind: Pod\nmetadata:\n  creationTimestamp: null\n  name: x\nspec: {}\n",
            'kind: Pod\nmetadata:\n  annotations:\n    edge.infra/restarted-at: "T"\n  creationTimestamp: null\n'
            "  name: x\nspec: {}\n",
        ),
    ],
)
def test_a_manifest_with_our_annotation(text: str, marked: str) -> None:
    assert staticpods.marked(text, "T") == marked and staticpods.marked(marked, "T") == marked
    assert staticpods.marked(marked, "U") == marked.replace('"T"', '"U"')


def test_a_file_without_a_certificate() -> None:
    with pytest.raises(EdgeError, match="there is no certificate in it"):
        certificates.validity("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "/x.crt")
