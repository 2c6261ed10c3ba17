# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of what belongs into a folder, against what the roles install; and filling it, from a server on loopback."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._artifacts import mirror, needs, releases
from ansible_collections.edge.infra.plugins.module_utils._artifacts.folder import read
from ansible_collections.edge.infra.plugins.module_utils._artifacts.wanted import image, images_of, listed

ROOT = Path(__file__).resolve().parents[3]
DEFAULTS = yaml.safe_load((ROOT / "roles/kubernetes_mirror/defaults/main.yml").read_text(encoding="utf-8"))
FLANNEL = "spec:\n  containers:\n  - image: ghcr.io/flannel-io/flannel:v1\n  - image: ghcr.io/flannel-io/cni:v2\n"
#: skopeo copy --override-arch=MACHINE docker://NAME docker-archive:FILE:NAME
SKOPEO = """#!/usr/bin/env python3
import io, json, sys, tarfile
name = sys.argv[3].removeprefix("docker://")
if "broken" in name:
    sys.exit("manifest unknown")
data = json.dumps([{"RepoTags": [name]}]).encode()
with tarfile.open(sys.argv[4].split(":")[1], "w") as out:
    entry = tarfile.TarInfo("manifest.json")
    entry.size = len(data)
    out.addfile(entry, io.BytesIO(data))
"""


def wanted(**more: Any) -> dict[str, Any]:
    names = ("urls", "crictl", "cni_plugins", "architectures")
    return {"versions": ["1.34.2"], **{name: DEFAULTS[f"kubernetes_mirror_{name}"] for name in names}, **more}


def test_everything_that_a_folder_is_refused_for_is_listed(tmp_path: Path) -> None:
    """What is missing in an empty folder is in the list, for each release and for an architecture or two."""
    system = {"id": "debian", "version": "12", "family": "debian", "architecture": "x86_64"}
    hosts = {"one": needs.taker({"system": system, "kind": "control_plane"})}
    for version in ("1.20.15", "1.24.3", "1.30.1", "1.36.2"):
        for architectures in (["amd64"], ["amd64", "arm64"]):
            folder = tmp_path / f"{version}-{len(architectures)}"
            (folder / "manifests").mkdir(parents=True)
            for entry in listed(wanted(versions=[version], architectures=architectures)):
                path = folder / entry["path"]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"x")
            (folder / "images/k.tar").unlink(missing_ok=True)
            found = {**read(str(folder)), "faults": []}
            # archives of nothing are none; their names are what is looked at here
            names = [entry["name"] for entry in listed(wanted(versions=[version])) if entry["kind"] == "image"]
            found["images"] = [{"file": image(name)["path"], "names": [name]} for name in names]
            chosen = needs.choose(found, {"version": version, "hosts": hosts})
            assert chosen["faults"] == [] and chosen["hosts"]["one"]["crictl"]
            assert chosen["hosts"]["one"]["method"] == "binaries"


def test_the_list_has_each_thing_once_and_where_it_comes_from() -> None:
    rows = [{"name": "flannel", "url": "https://x.example/f.yml", "checksum": "sha256:00", "version": "v1"}]
    found = listed(
        wanted(versions=["1.33.4", "1.34.2"], manifests=rows, images=["a/b:1"], packages={"debian-12": ["socat"]})
    )
    by_path = {(e["path"], e["name"]): e for e in found}
    assert len(by_path) == len(found)
    assert by_path["manifests/flannel.yaml", "flannel"]["sha256"] == "00"
    assert by_path["packages/debian-12/", "socat"]["kind"] == "package"
    assert by_path["images/docker.io_a_b_1.tar", "docker.io/a/b:1"]["source"] == "docker://docker.io/a/b:1"
    kubelet = by_path["binaries/1.33.4/kubelet", "kubelet"]
    assert kubelet["source"] == "https://dl.k8s.io/v1.33.4/bin/linux/amd64/kubelet"
    assert kubelet["sums"] == f"{kubelet['source']}.sha256"
    assert [e["name"] for e in images_of(FLANNEL)] == ["ghcr.io/flannel-io/flannel:v1", "ghcr.io/flannel-io/cni:v2"]


def test_the_playbooks_take_the_defaults_of_every_role_that_installs() -> None:
    """No second list: URLs and images of the network, the endpoint and the hosts come from those roles."""
    variables = (ROOT / "roles/kubernetes_mirror/vars/main.yml").read_text(encoding="utf-8")
    for name in ("artifacts", "mirror"):
        plays = yaml.safe_load((ROOT / f"playbooks/{name}.yml").read_text(encoding="utf-8"))
        roles = {role.rpartition(".")[2] for play in plays for role in play.get("roles") or []}
        known: set[str] = set()
        for role in roles:
            for part in ("defaults", "vars"):
                path = ROOT / "roles" / role / part / "main.yml"
                known |= set(yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.exists() else set()
        used = set(re.findall(r"\b_*kubernetes_(?:host|network|endpoint|addons)_\w+", variables))
        assert used and used <= known, used - known
        # whatever role names an image or a place on the Internet: it is of those, and what it names is used
        for path in ROOT.glob("roles/kubernetes_*/defaults/main.yml"):
            values = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
            for key, value in values.items() if path.parts[-3] != "kubernetes_mirror" else ():
                if re.search(r"https://[a-z]|[a-z0-9]\.(io|com|org)/[\w./-]+:[\w.]", yaml.safe_dump(value, width=1000)):
                    assert path.parts[-3] in roles and key in used, f"{key} is not mirrored"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Path]]:
    """A server with all the files, and a skopeo."""
    origin = tmp_path / "origin"
    for name in ("kubeadm", "kubelet", "kubectl", "crictl.tgz", "cni.tgz"):
        (origin / "f").mkdir(parents=True, exist_ok=True)
        (origin / "f" / name).write_text(f"{name} itself", encoding="utf-8")
        (origin / "f" / f"{name}.sha256").write_text(hashlib.sha256(f"{name} itself".encode()).hexdigest())
    (origin / "flannel.yml").write_text(FLANNEL, encoding="utf-8")
    handler = partial(SimpleHTTPRequestHandler, directory=str(origin))
    handler.func.log_message = lambda *_args: None  # type: ignore[attr-defined]
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "skopeo").write_text(SKOPEO, encoding="utf-8")
    (programs / "skopeo").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    monkeypatch.setenv("no_proxy", "*")
    yield f"http://127.0.0.1:{server.server_port}", origin
    server.shutdown()
    server.server_close()


def entries(url: str, **more: Any) -> list[dict[str, str]]:
    urls = {"program": url + "/f/{program}", "crictl": url + "/f/crictl.tgz", "cni_plugins": url + "/f/cni.tgz"}
    return listed(wanted(urls=urls, manifests=[{"name": "flannel", "url": f"{url}/flannel.yml"}], **more))


def test_a_folder_is_filled_once(site: tuple[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "mirror"
    first = mirror.run(folder, entries(site[0]), True)
    assert first["faults"] == [] and first["missing"] == []
    assert len(first["fetched"]) == 3 + 2 + 1 + len(releases.component_images("1.34.2")) + 2
    assert (folder / "binaries/1.34.2/kubeadm").stat().st_mode & 0o111
    names = {name for archive in read(str(folder))["images"] for name in archive["names"]}
    assert "ghcr.io/flannel-io/cni:v2" in names and "registry.k8s.io/etcd:3.6.5-0" in names
    noted = {e["path"]: e["sha256"] for e in yaml.safe_load((folder / "manifest.yml").read_text())["artifacts"]}
    assert sorted(noted) == sorted(first["fetched"]) and read(str(folder))["faults"] == []
    assert mirror.run(folder, entries(site[0]), True)["fetched"] == []
    # what was damaged or cut off is fetched again, and nothing else
    (folder / "binaries/1.34.2/kubelet").write_text("half")
    (folder / "archives/.cni.tgz.part").write_text("half")
    (folder / "archives/cni.tgz").unlink()
    again = mirror.run(folder, entries(site[0]), True)
    assert sorted(again["fetched"]) == ["archives/cni.tgz", "binaries/1.34.2/kubelet"]
    assert not list(folder.rglob("*.part"))


def test_what_cannot_be_had_holds_up_nothing_else(site: tuple[str, Path], tmp_path: Path) -> None:
    (site[1] / "f/kubelet").write_text("somebody else's", encoding="utf-8")
    (site[1] / "f/kubectl").unlink()
    found = mirror.run(tmp_path / "mirror", entries(site[0], images=["x.io/broken:1", "x.io/fine:1"]), True)
    text = "\n".join(found["faults"])
    assert len(found["faults"]) == 3 and "is wanted" in text and "404" in text and "manifest unknown" in text
    assert "images/x.io_fine_1.tar" in found["fetched"]
    assert sorted(e["name"] for e in found["missing"]) == ["kubectl", "kubelet", "x.io/broken:1"]


def test_without_a_tool_for_images_the_rest_is_fetched(
    site: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    found = mirror.run(tmp_path / "mirror", entries(site[0]), True)
    assert len(found["faults"]) == 1 and "Install one of skopeo, podman" in found["faults"][0]
    assert len(found["fetched"]) == 6


def test_a_kubeadm_that_runs_here_knows_its_tags_best(site: tuple[str, Path], tmp_path: Path) -> None:
    words = "for name in kube-apiserver:v1.34.2 pause:9.9 coredns/coredns:v1.12.1; do echo registry.k8s.io/$name; done"
    (site[1] / "f/kubeadm").write_text(f"#!/bin/sh\n{words}\n", encoding="utf-8")
    (site[1] / "f/kubeadm.sha256").unlink()
    rows = [{**e, "sums": ""} if e["name"] == "kubeadm" else e for e in entries(site[0])]
    found = mirror.run(tmp_path / "mirror", rows, True)
    names = [e["name"] for e in found["artifacts"]]
    assert "registry.k8s.io/pause:9.9" in names and "registry.k8s.io/pause:3.10.1" not in names


def test_listing_fetches_nothing(site: tuple[str, Path], tmp_path: Path) -> None:
    found = mirror.run(tmp_path / "mirror", entries(site[0]), False)
    assert found["fetched"] == [] and not (tmp_path / "mirror").exists()
    assert "ghcr.io/flannel-io/flannel:v1" in [e["name"] for e in found["missing"]]
