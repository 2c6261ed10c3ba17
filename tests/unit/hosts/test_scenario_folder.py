# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scenarios say of a folder that somebody gives them, before any host is made."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parents[2] / "hosts"


def load(name: str) -> Any:
    """One of the programs beside the stand-ins; not by its name, which a folder of tests has as well."""
    spec: Any = importlib.util.spec_from_file_location(f"scenario_{name}", HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    kept = {one: sys.modules.pop(one, None) for one in ("artifacts", "hosts", "images")}
    sys.path.insert(0, str(HERE))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(HERE))
        for one, before in kept.items():
            sys.modules.pop(one, None)
            if before is not None:
                sys.modules[one] = before
    return module


artifacts = load("artifacts")
hosts, images = artifacts.hosts, artifacts.images

SUITES = {"bookworm", "trixie"}
OWN = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy")


def put(place: Path, *names: str) -> None:
    for name in names:
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def image(place: Path, name: str) -> None:
    images.write(place / "images" / f"{name.replace('/', '_')}.tar", [name], {"a": b""})


def whole(place: Path, version: str, registry: str, **tags: str) -> Path:
    for name in OWN:
        image(place, f"{registry}/{name}:v{version}")
    for name, tag in tags.items():
        image(place, f"{registry}/{name}:{tag}")
    return place


@pytest.fixture(autouse=True)
def fresh() -> None:
    artifacts.content.cache_clear()


def test_a_folder_of_programs_with_images_of_any_registry_is_enough(tmp_path: Path) -> None:
    put(tmp_path, *(f"binaries/v1.36.2/{p}" for p in ("kubeadm", "kubelet", "kubectl")))
    whole(tmp_path, "1.36.2", "docker.io/mine", pause="3.10", coredns="1.11.3", etcd="3.6.9-0")
    assert artifacts.releases(tmp_path) == ["1.36.2"]
    assert artifacts.lacking(tmp_path, SUITES) == []


def test_releases_come_of_packages_and_of_programs_of_a_machine(tmp_path: Path) -> None:
    put(tmp_path, "packages/kubeadm_1.20.2-00_amd64.deb", "packages/debian-12/kubeadm_1.21.4-1.1_amd64.deb")
    put(
        tmp_path,
        "binaries/1.9.1/amd64/kubeadm",
        "binaries/1.30.1/kubectl",
        "packages/rocky-9/kubeadm-1.22.1-0.x86_64.rpm",
    )
    found = artifacts.releases(tmp_path)
    assert found == ["1.9.1", "1.20.2", "1.21.4", "1.22.1"]
    assert artifacts.previous(found) == "1.21.4" and artifacts.previous(found[:2]) == ""


def test_everything_that_is_missing_is_told_by_name(tmp_path: Path) -> None:
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    put(tmp_path, *(f"packages/{p}_1.20.2-00_{machine}.deb" for p in ("kubeadm", "kubelet", "kubectl")))
    whole(tmp_path, "1.20.2", "k8s.gcr.io", pause="3.2", coredns="1.7.0")
    text = "\n".join(artifacts.lacking(tmp_path, SUITES))
    assert "lacks k8s.gcr.io/etcd:3.4.13-0" in text and "podman save" in text
    # packages bring crictl along
    assert "crictl" not in text
    artifacts.content.cache_clear()
    assert "neither binaries" in artifacts.lacking(tmp_path / "images", SUITES)[0]


def test_an_archive_of_many_images_is_known(tmp_path: Path) -> None:
    image(tmp_path, "k8s.gcr.io/kube-apiserver:v1.20.2")
    image(tmp_path, "example.com/etcd-operator:1")
    assert artifacts.apart(tmp_path)
    names = ["registry.k8s.io/etcd-amd64:3.5", "registry.k8s.io/kube-proxy:v1.20.2"]
    images.write(tmp_path / "images/all.tar", names, {"a": b""})
    artifacts.content.cache_clear()
    assert not artifacts.apart(tmp_path)


def test_what_packages_depend_on_is_asked_for(tmp_path: Path) -> None:
    if shutil.which("dpkg-deb") is None:
        pytest.skip("not here: dpkg-deb")
    for name, depends in (
        ("kubelet", "kubernetes-cni (>= 0.8.7), socat"),
        ("kubeadm", "cri-tools"),
        ("kubectl", "bash"),
    ):
        control = tmp_path / name / "DEBIAN/control"
        control.parent.mkdir(parents=True)
        text = f"Package: {name}\nVersion: 1.20.2-00\nArchitecture: all\nMaintainer: a <a@example>\nDescription: a\n"
        control.write_text(f"{text}Depends: {depends}\n", encoding="utf-8")
        target = tmp_path / "a/packages" / f"{name}_1.20.2-00_all.deb"
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["dpkg-deb", "--build", str(tmp_path / name), str(target)], capture_output=True, check=True)
    place = whole(tmp_path / "a", "1.20.2", "k8s.gcr.io", pause="3.2", coredns="1.7.0", etcd="3.4.13-0")
    put(place, "packages/cri-tools_1.20_all.deb")
    faults = artifacts.lacking(place, SUITES)
    assert len(faults) == 1 and "kubelet_1.20.2-00_all.deb depends on kubernetes-cni" in faults[0]


def test_kubeadm_before_131_wants_crictl(tmp_path: Path) -> None:
    put(tmp_path, *(f"binaries/1.20.2/{p}" for p in ("kubeadm", "kubelet", "kubectl")))
    whole(tmp_path, "1.20.2", "k8s.gcr.io", pause="3.2", coredns="1.7.0", etcd="3.4.13-0")
    assert ["without crictl" in fault for fault in artifacts.lacking(tmp_path, SUITES)] == [True]
    put(tmp_path, "binaries/1.20.2/crictl")
    artifacts.content.cache_clear()
    assert artifacts.lacking(tmp_path, SUITES) == []


@pytest.mark.parametrize("there", [[], ["manifests/calico.yaml"], ["manifests/flannel.yaml"]])
def test_the_network_is_flannel_only_where_the_folder_has_all_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], there: list[str]
) -> None:
    monkeypatch.setattr(hosts, "STATE", tmp_path / "state")
    monkeypatch.setattr(images, "programs", lambda names: dict.fromkeys(names, b""))
    put(tmp_path, *there)
    flannel: dict[str, Any] = {"name": "flannel"}
    if there == ["manifests/flannel.yaml"]:
        (tmp_path / there[0]).write_text("image: docker.io/flannel/flannel:v1\n", encoding="utf-8")
        plugin, archives = artifacts.network(tmp_path)
        assert plugin["manifest"] and archives and "lacks docker.io/flannel/flannel:v1" in capsys.readouterr().out
        image(tmp_path, "docker.io/flannel/flannel:v1")
        artifacts.content.cache_clear()
        assert artifacts.network(tmp_path) == (flannel, [])
        return
    plugin, archives = artifacts.network(tmp_path)
    assert plugin["manifest"].endswith("network.yaml") and archives == [str(tmp_path / "state/network.tar")]
