# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host with nothing to do: what is compared for that, what is work in any case, and what differs on the host."""

from __future__ import annotations

import hashlib
import tarfile
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubernetes_host import artifacts, compare
from ansible_collections.edge.infra.plugins.module_utils._kubernetes_host.plan import plan

from .test_kubernetes_host import FAMILIES, HELD, SETTINGS, STATE, over
from .test_kubernetes_host_from_folder import PROGRAMS

SUM = "0" * 64


def ready(**settings: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """State and settings of a host that has all packages."""
    wanted = over(SETTINGS, **settings)
    names = plan(STATE, wanted)["names"]
    return over(STATE, packages={name: {"version": "1", "held": False} for name in names} | HELD), wanted


def test_a_host_that_has_all_is_compared() -> None:
    state, settings = ready(keys=[{"name": "kubernetes", "key": "https://packages.example.com/key", "checksum": ""}])
    found = plan(state, settings)["rest"]
    assert [entry["path"] for entry in found["files"]] == ["/etc/containerd/config.toml"]
    assert found["there"] == ["/etc/apt/keyrings/edge-kubernetes.asc"]
    assert found["linked"] == ["/usr/lib/cni"]
    assert {"name": "containerd.service", "active": True} in found["units"]
    assert {"name": "systemd-timesyncd.service", "active": True} in found["units"]
    other = plan(state, over(settings, containerd_options__sandbox_image="other"))["rest"]
    assert other["files"][0]["sha256"] != found["files"][0]["sha256"]


def test_programs_and_plugins_of_a_folder_are_compared() -> None:
    files = [{"source": "s", "path": "/usr/bin/kubelet", "sha256": SUM, "mode": "0755"}]
    images = [{"source": "i", "names": ["a:1"], "sha256": ""}]
    taken = {**PROGRAMS, "files": files, "images": images, "archives": ["cni-plugins", "crictl"]}
    state, settings = ready(artifacts=taken, cni_source="archive")
    state["programs"] = {"kubeadm": "1.34.2", "kubelet": "1.34.2", "kubectl": "1.34.2"}
    found = plan(state, settings)["rest"]
    assert found["files"][0] == files[0] and found["images"] == images
    assert [entry["path"] for entry in found["archives"]] == [
        "/var/cache/edge-infra/cni-plugins.tgz",
        "/var/cache/edge-infra/crictl.tgz",
    ]
    assert {"name": "kubelet.service", "active": False} in found["units"]


def test_a_key_is_compared_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k", encoding="utf-8")
    keys = [
        {"name": "kubernetes", "key": str(tmp_path / "key"), "checksum": ""},
        {"name": "containerd", "key": "http://a.example/k", "checksum": f"sha256:{SUM}"},
    ]
    state, settings = ready(keys=keys)
    digests = [entry["sha256"] for entry in plan(state, settings)["rest"]["files"]]
    assert digests[1:] == [hashlib.sha256(b"k").hexdigest(), SUM]


@pytest.mark.parametrize(
    ("state", "settings"),
    [
        ({"packages": {}}, {}),
        ({"modules": {"overlay": False}}, {}),
        ({"sysctls": {}}, {}),
        ({"swap": {"active": [], "fstab": ["/a none swap sw 0 0"], "units": []}}, {}),
        ({"old_record": True}, {}),
        ({"containerd_stale": True}, {}),
        ({"containerd_default": ""}, {}),
        ({"containerd_default": "version = 9"}, {}),
        ({}, {"only": ["kubeadm"]}),
        ({}, {"containerd_source": "folder"}),
        ({}, {"cni_source": "archive", "cni": {"url": "https://a.example/p.tgz", "checksum": "sha512:1"}}),
        ({}, {"keys": [{"name": "kubernetes", "key": "files/key"}]}),
        ({}, {"keys": [{"name": "kubernetes", "key": "/not/there"}]}),
    ],
)
def test_what_is_work_or_not_known_before_is_done(state: dict[str, Any], settings: dict[str, Any]) -> None:
    usual, wanted = ready()
    assert plan(usual, wanted)["rest"] is not None
    assert plan(over(usual, **state), over(wanted, **settings))["rest"] is None


def test_chrony_reads_a_folder_where_the_family_needs_a_line_for_it() -> None:
    state, settings = ready(
        family=FAMILIES["redhat"],
        containerd={"url": "https://a.example"},
        containerd_source="repository",
        time={"service": "chrony", "servers": ["192.0.2.1"]},
    )
    assert plan(state, settings)["rest"]["lines"] == [{"path": "/etc/chrony.conf", "line": "sourcedir /etc/chrony.d"}]


def test_what_differs_on_the_host_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "conf").write_text("one\nsourcedir /a\n", encoding="utf-8")
    (tmp_path / "conf").chmod(0o644)
    told = "Id=a.service\nNames=a.service b.service\nActiveState=inactive\nUnitFileState=enabled\n"
    monkeypatch.setattr(compare, "run", lambda *words: (0, told))
    wanted: dict[str, Any] = {
        "files": [
            {
                "path": str(tmp_path / "conf"),
                "sha256": hashlib.sha256(b"one\nsourcedir /a\n").hexdigest(),
                "mode": "0644",
            }
        ],
        "there": [str(tmp_path / "conf")],
        "lines": [{"path": str(tmp_path / "conf"), "line": "sourcedir /a"}],
        "folders": [{"path": str(tmp_path), "mode": oct(tmp_path.stat().st_mode & 0o7777)[2:]}],
        "units": [{"name": "b.service", "active": False}],
        "linked": [str(tmp_path / "none")],
    }
    assert compare.differing(wanted) == []
    wanted["files"][0]["mode"] = "0600"
    wanted["there"].append("/not/there")
    wanted["lines"].append({"path": str(tmp_path / "conf"), "line": "sourcedir"})
    wanted["folders"].append({"path": "/not/there", "mode": "0755"})
    wanted["units"] += [{"name": "a.service", "active": True}, {"name": "c.service", "active": False}]
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "not-a-plugin-anywhere").touch()
    wanted["linked"] = [str(tmp_path / "plugins")]
    conf = str(tmp_path / "conf")
    expected = [conf, "/not/there", "/not/there", conf, "a.service", "c.service", "not-a-plugin-anywhere"]
    assert sorted(compare.differing(wanted)) == sorted(expected)


def test_an_image_that_lacks_its_label_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "lacking", lambda files, images: {"files": [], "images": []})
    monkeypatch.setattr(
        compare, "marks", lambda images: {"named": {"new:1": "old:1"}, "pinned": ["a:1"], "freed": ["b:1"]}
    )
    assert compare.differing({"images": [{"names": ["a:1"]}]}) == ["new:1", "a:1", "b:1"]


def test_an_archive_is_compared_byte_by_byte(tmp_path: Path) -> None:
    inside, archive = tmp_path / "in", tmp_path / "p.tgz"
    inside.mkdir()
    for name in ("bridge", "loopback"):
        (inside / name).write_bytes(name.encode() * 1000)
    with tarfile.open(archive, "w:gz") as out:
        out.add(inside, arcname=".")
    assert compare.unpacked_otherwise(archive, inside, []) == []
    (inside / "bridge").write_bytes(b"x" * 6000)
    assert compare.unpacked_otherwise(archive, inside, []) == [str(inside / "bridge")]
    assert compare.unpacked_otherwise(archive, inside, ["loopback"]) == []
    (inside / "loopback").unlink()
    assert compare.unpacked_otherwise(archive, inside, ["loopback"]) == [str(inside / "loopback")]
    archive.write_bytes(b"no archive")
    assert compare.unpacked_otherwise(archive, inside, []) == [str(archive)]


def test_a_containerd_that_does_not_answer_is_told_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ctr").write_text("#!/bin/sh\nexec sleep 60\n")
    (tmp_path / "ctr").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    run = artifacts._run
    monkeypatch.setattr(artifacts, "_run", lambda command, _seconds: run(command, 0.5))
    images = [{"names": ["registry.k8s.io/pause:3.10"], "aliases": {}}]
    with pytest.raises(EdgeError, match="did not end within 0 s: containerd does not answer"):
        artifacts.lacking([], images)
    assert "containerd.service" in compare.differing({"images": images})
