# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of artifacts: what is read of it, what hosts take, and what is refused, by tables."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._artifacts import images, needs, releases
from ansible_collections.edge.infra.plugins.module_utils._artifacts.folder import read
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError

VERSION = "1.34.2"
SYSTEM = {"id": "debian", "version": "12", "family": "debian", "architecture": "x86_64"}
ELF_ARM = b"\x7fELF" + bytes(14) + (183).to_bytes(2, "little")


def archive(path: Path, **files: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w") as out:
        for name, document in files.items():
            data = json.dumps(document).encode()
            entry = tarfile.TarInfo(f"./{name.replace('__', '-')}" + ("" if "__" in name else ".json"))
            entry.size = len(data)
            out.addfile(entry, io.BytesIO(data))


def image(folder: Path, *names: str) -> None:
    archive(folder / "images" / f"{names[0].replace('/', '_')}.tar", manifest=[{"RepoTags": list(names)}])


def put(folder: Path, name: str, content: bytes = b"x") -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Programs and images of one release."""
    for name in ("kubeadm", "kubelet", "kubectl"):
        put(tmp_path, f"binaries/{VERSION}/{name}")
    for name in releases.component_images(VERSION).values():
        image(tmp_path, name)
    return tmp_path


def wanted(**more: Any) -> dict[str, Any]:
    states = more.pop("hosts", {"one": {"system": SYSTEM, "kind": "control_plane"}})
    return {"version": VERSION, "hosts": {name: needs.taker(state) for name, state in states.items()}, **more}


def chosen(folder: Path, **more: Any) -> dict[str, Any]:
    return needs.choose(read(str(folder)), wanted(**more))


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("busybox", "docker.io/library/busybox:latest"),
        ("docker.io/busybox:1", "docker.io/library/busybox:1"),
        ("flannel/flannel:v1", "docker.io/flannel/flannel:v1"),
        ("localhost/a:1", "localhost/a:1"),
        ("registry.example.com:5000/a/b", "registry.example.com:5000/a/b:latest"),
        ("registry.example.com/a@sha256:00", "registry.example.com/a@sha256:00"),
    ],
)
def test_names_are_those_of_containerd(name: str, whole: str) -> None:
    assert images.full(name) == whole


def test_images_of_both_layouts_are_read(tmp_path: Path) -> None:
    archive(tmp_path / "docker.tar", manifest=[{"RepoTags": ["a/b:1", "c:2"]}, {"RepoTags": None}])
    assert images.in_archive(tmp_path / "docker.tar") == ["docker.io/a/b:1", "docker.io/library/c:2"]
    notes = {"org.opencontainers.image.ref.name": "registry.example.com/a:1"}
    index = {"manifests": [{"annotations": notes}, {"annotations": {**notes, "io.containerd.image.name": "x.io/b:2"}}]}
    archive(tmp_path / "oci.tar", oci__layout={"imageLayoutVersion": "1.0.0"}, index=index)
    assert images.in_archive(tmp_path / "oci.tar") == ["registry.example.com/a:1", "x.io/b:2"]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"other": {}}, "neither manifest.json nor index.json"),
        ({"manifest": [{"RepoTags": []}]}, "does not tell the full names"),
        (
            {
                "oci__layout": {},
                "index": {"manifests": [{"annotations": {"org.opencontainers.image.ref.name": "v1"}}]},
            },
            "does not tell the full names",
        ),
    ],
)
def test_what_is_no_archive_of_images_is_refused(tmp_path: Path, files: dict[str, Any], words: str) -> None:
    archive(tmp_path / "a.tar", **files)
    with pytest.raises(InputError, match=words):
        images.in_archive(tmp_path / "a.tar")
    (tmp_path / "b.tar").write_bytes(b"no tar")
    with pytest.raises(InputError, match=r"b\.tar is no archive of images"):
        images.in_archive(tmp_path / "b.tar")


@pytest.mark.parametrize(
    ("version", "place", "dns", "pause"),
    [
        ("1.20.15", "k8s.gcr.io", "k8s.gcr.io/coredns:1.7.0", "k8s.gcr.io/pause:3.2"),
        ("1.21.0", "k8s.gcr.io", "k8s.gcr.io/coredns/coredns:v1.8.0", "k8s.gcr.io/pause:3.4.1"),
        ("1.25.3", "registry.k8s.io", "registry.k8s.io/coredns/coredns:v1.9.3", "registry.k8s.io/pause:3.8"),
        ("1.24.8", "k8s.gcr.io", "k8s.gcr.io/coredns/coredns:v1.8.6", "k8s.gcr.io/pause:3.7"),
        ("1.24.9", "registry.k8s.io", "registry.k8s.io/coredns/coredns:v1.8.6", "registry.k8s.io/pause:3.7"),
        ("1.36.2", "registry.k8s.io", "registry.k8s.io/coredns/coredns:v1.14.2", "registry.k8s.io/pause:3.10.2"),
    ],
)
def test_images_of_a_release(version: str, place: str, dns: str, pause: str) -> None:
    found = releases.component_images(version)
    assert (found["coredns"], found["pause"]) == (dns, pause)
    assert found["kube-proxy"] == f"{place}/kube-proxy:v{version}"
    elsewhere = releases.component_images(version, "registry.example.com/k")
    assert elsewhere["pause"].startswith("registry.example.com/k/pause:")
    # the folder below is that of the default registry
    assert elsewhere["coredns"] == f"registry.example.com/k/coredns:{dns.rpartition(':')[2]}"
    assert "etcd" not in releases.component_images(version, etcd=False)


def test_a_whole_folder_has_nothing_wrong_and_is_told_by_host(folder: Path) -> None:
    states = {"cp": {"system": SYSTEM, "kind": "control_plane"}, "w": {"system": SYSTEM, "kind": "worker"}}
    image(folder, "registry.k8s.io/kube-proxy:v1.33.4")
    image(folder, "registry.example.com/other:1")
    found = chosen(folder, hosts=states)
    assert found["faults"] == [] and found["sandbox"] == "registry.k8s.io/pause:3.10.1"
    names = {host: {n for a in part["images"] for n in a["names"]} for host, part in found["hosts"].items()}
    assert names["cp"] == {*releases.component_images(VERSION).values(), "registry.example.com/other:1"}
    assert {n.rpartition("/")[2].partition(":")[0] for n in names["w"]} == {"kube-proxy", "coredns", "pause", "other"}
    files = {e["path"]: e["sha256"] for e in found["hosts"]["cp"]["files"]}
    assert files["/usr/bin/kubelet"] == hashlib.sha256(b"x").hexdigest() and len(files) == 3
    assert found["hosts"]["cp"]["method"] == "binaries"


def test_everything_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    put(tmp_path, "binaries/1.33.4/kubeadm")
    image(tmp_path, "registry.k8s.io/pause:3.9")
    put(tmp_path, "images/broken.tar")
    found = chosen(tmp_path, manifests=["flannel"])["faults"]
    text = "\n".join(found)
    for words in (
        "broken.tar is no archive of images",
        "no Kubernetes 1.34.2 for debian-12 (x86_64)",
        "packages/kubelet_1.34.2-*.deb",
        "binaries/1.34.2/kubectl",
        "registry.k8s.io/kube-apiserver:v1.34.2",
        "registry.k8s.io/etcd:3.6.5-0",
        "flannel.yaml is missing",
    ):
        assert words in text
    assert all(str(tmp_path) in fault for fault in found) and "pause:3.10.1" not in text


@pytest.mark.parametrize(
    ("files", "more", "words"),
    [
        ({"SHA256SUMS": f"{'0' * 64}  binaries/1.34.2/kubeadm\n"}, {}, "and 0000"),
        (
            {"manifest.yml": json.dumps({"artifacts": [{"path": "binaries/1.34.2/kubelet", "sha256": "1" * 64}]})},
            {},
            "1111",
        ),
        ({"manifest.yml": "artifacts: {"}, {}, "manifest.yml cannot be read"),
        ({"manifest.yml": "a: 1"}, {}, "it has no list"),
        ({"manifests/calico.yaml": "image: calico/node:v3"}, {"manifests": ["calico"]}, "docker.io/calico/node:v3 of"),
        ({"manifests/a.yaml": 'containers:\n- image: "a.io/b"\n'}, {"manifests": ["a"]}, "lacks a.io/b:latest"),
    ],
)
def test_what_is_wrong_in_a_folder(folder: Path, files: dict[str, str], more: dict[str, Any], words: str) -> None:
    for name, text in files.items():
        put(folder, name, text.encode())
    found = chosen(folder, **more)["faults"]
    assert len(found) == 1 and words in found[0]


def test_a_program_for_another_machine_is_refused(folder: Path) -> None:
    put(folder, f"binaries/{VERSION}/kubelet", ELF_ARM)
    assert ["is a program for arm64" in fault for fault in chosen(folder)["faults"]] == [True]
    put(folder, f"binaries/{VERSION}/amd64/kubelet")
    assert chosen(folder)["faults"] == []


def test_packages_go_before_programs_and_only_those_of_the_host(folder: Path) -> None:
    for name in ("kubeadm", "kubelet", "kubectl"):
        put(folder, f"packages/{name}_1.34.2-1.1_amd64.deb")
        put(folder, f"packages/{name}_1.33.4-1.1_amd64.deb")
    for name in ("debian-12/containerd_1.6_amd64.deb", "debian-13/containerd_1.7_amd64.deb", "socat_1_arm64.deb"):
        put(folder, f"packages/{name}")
    part = chosen(folder)["hosts"]["one"]
    assert part["method"] == "packages" and part["packages"] == ["containerd", "kubeadm", "kubectl", "kubelet"]
    assert sorted(Path(e["source"]).name for e in part["files"]) == [
        "containerd_1.6_amd64.deb",
        *(f"{name}_1.34.2-1.1_amd64.deb" for name in ("kubeadm", "kubectl", "kubelet")),
    ]
    rocky = {**SYSTEM, "id": "rocky", "version": "9.4", "family": "redhat"}
    put(folder, "packages/rocky-9/containerd.io-1.7.1-3.1.el9.x86_64.rpm")
    part = chosen(folder, hosts={"r": {"system": rocky, "kind": "worker"}})["hosts"]["r"]
    assert (part["method"], part["packages"]) == ("binaries", ["containerd.io"])


def test_crictl_is_wanted_by_old_releases_only(folder: Path) -> None:
    assert chosen(folder)["hosts"]["one"]["crictl"]
    for name in ("kubeadm", "kubelet", "kubectl"):
        put(folder, f"binaries/v1.20.15/{name}")
    assert not chosen(folder, version="1.20.15")["hosts"]["one"]["crictl"]
    put(folder, "archives/crictl-v1.26.0-linux-arm64.tar.gz")
    assert not chosen(folder, version="1.20.15")["hosts"]["one"]["crictl"]
    put(folder, "archives/crictl-v1.26.0-linux-amd64.tar.gz")
    assert chosen(folder, version="1.20.15")["hosts"]["one"]["archives"] == ["crictl"]


def test_images_may_be_in_a_registry_of_ones_own(folder: Path) -> None:
    for path in (folder / "images").iterdir():
        path.unlink()
    assert "lacks" in chosen(folder)["faults"][0]
    found = chosen(folder, repository="registry.example.com/k")
    assert found["faults"] == [] and found["sandbox"] == "registry.example.com/k/pause:3.10.1"


@pytest.mark.parametrize(
    ("version", "given", "asked"),
    [
        ("1.34.2", "example.com/k/kube-apiserver:v1.34.2", "registry.k8s.io/kube-apiserver:v1.34.2"),
        ("1.34.2", "registry.k8s.io/kube-apiserver-amd64:v1.34.2", "registry.k8s.io/kube-apiserver:v1.34.2"),
        ("1.34.2", "registry.k8s.io/kube-apiserver-arm64:v1.34.2", ""),
        ("1.34.2", "example.com/kube-apiserver:v1.34.3", ""),
        ("1.34.2", "docker.io/coredns/coredns:1.12.1", "registry.k8s.io/coredns/coredns:v1.12.1"),
        ("1.34.2", "registry.k8s.io/pause:3.9", "registry.k8s.io/pause:3.10.1"),
        ("1.35.1", "example.com/etcd:3.5.16-0", "registry.k8s.io/etcd:3.6.6-0"),
        ("1.36.2", "example.com/etcd:3.5.16-0", ""),
        ("1.36.2", "example.com/etcd:v3.6.9", "registry.k8s.io/etcd:3.6.8-0"),
    ],
)
def test_an_image_by_another_name_is_named_as_kubeadm_asks_for_it(version: str, given: str, asked: str) -> None:
    found = needs.aliases({given}, releases.component_images(version), version, "x86_64")
    assert found == ({asked: given} if asked else {})


def test_a_folder_with_names_of_another_registry_does(folder: Path) -> None:
    for path in (folder / "images").iterdir():
        path.unlink()
    for name in releases.component_images(VERSION, "example.com/mine").values():
        image(folder, name)
    states = {"cp": {"system": SYSTEM, "kind": "control_plane"}, "w": {"system": SYSTEM, "kind": "worker"}}
    found = chosen(folder, hosts=states)
    named = {name: {new for a in p["images"] for new in a["aliases"]} for name, p in found["hosts"].items()}
    assert found["faults"] == [] and found["sandbox"] == "example.com/mine/pause:3.10.1"
    assert named["cp"] == set(releases.component_images(VERSION).values())
    assert len(named["w"]) == 3


def test_images_of_the_roles_own_manifests_are_asked_for(folder: Path) -> None:
    needed = [{"name": "ghcr.io/a/multus:v4", "option": "edge_kubernetes_multus"}]
    assert ["lacks ghcr.io/a/multus:v4, which edge_kub" in f for f in chosen(folder, needed=needed)["faults"]] == [True]
    image(folder, "ghcr.io/a/multus:v4")
    assert chosen(folder, needed=needed)["faults"] == []


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["registry.k8s.io/pause:3.10.1", "k8s.gcr.io/pause:3.10.1"], "registry.k8s.io/pause:3.10.1"),
        (["k8s.gcr.io/pause:3.10.1", "k8s.gcr.io/pause:3.2"], "k8s.gcr.io/pause:3.10.1"),
        (["k8s.gcr.io/pause:3.2"], "k8s.gcr.io/pause:3.2"),
        ([], "registry.k8s.io/pause:3.10.1"),
    ],
)
def test_the_sandbox_is_an_image_that_is_there(names: list[str], found: str) -> None:
    assert needs.sandbox(set(names), "registry.k8s.io/pause:3.10.1") == found


def test_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such folder"):
        read(str(tmp_path / "no"))
    assert "has no packages, binaries" in read(str(tmp_path))["faults"][0]
