# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and images of a folder on a host: only what it lacks is taken, and what did not arrive is told."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import tarfile
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.action.kubernetes_artifacts import pack
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubernetes_host import artifacts

CTR = """#!/bin/sh
# ctr --namespace k8s.io images list -q [FILTER] | import FILE | tag --force OLD NEW | label NAME LABEL=VALUE...
have={folder}/have pinned={folder}/pinned
touch "$have" "$pinned"
case "$4" in
    list) case "$6" in *pinned*) cat "$pinned" ;; *) cat "$have" ;; esac ;;
    tag) grep -qx "$6" "$have" || {{ echo "ctr: not found" >&2; exit 1; }}; echo "$7" >> "$have" ;;
    label)
        grep -vx "$5" "$pinned" > "$pinned.new"; mv "$pinned.new" "$pinned"
        case "$6 $7" in "io.cri-containerd.pinned=pinned edge.infra/artifact=kept") echo "$5" >> "$pinned" ;; esac ;;
    import) if grep -q broken "$5"; then echo "ctr: unrecognized image format" >&2; exit 1; fi; cat "$5" >> "$have" ;;
esac
"""


@pytest.fixture(autouse=True)
def ctr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A containerd that has the images whose names are in a file."""
    monkeypatch.setattr(artifacts, "ROOM", str(tmp_path / "cache"))
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "ctr").write_text(CTR.format(folder=tmp_path), encoding="utf-8")
    (folder / "ctr").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return tmp_path


def entry(path: Path, content: bytes) -> dict[str, Any]:
    return {"source": path.name, "path": str(path), "sha256": hashlib.sha256(content).hexdigest(), "mode": "0755"}


def image(name: str, content: str | None = None) -> dict[str, Any]:
    return {"source": f"{name}.tar", "names": [name], "sha256": "", "content": (content or name).encode()}


def send(folder: Path, files: list[tuple[int, bytes]], images: list[tuple[int, bytes]]) -> str:
    path = folder / "sent.tar"
    with tarfile.open(path, "w") as out:
        for kind, parts in (("files", files), ("images", images)):
            for number, content in parts:
                info = tarfile.TarInfo(f"{kind}/{number}")
                info.size = len(content)
                out.addfile(info, io.BytesIO(content))
    return str(path)


def test_what_is_there_is_not_wanted(ctr: Path) -> None:
    there, other = ctr / "a", ctr / "b"
    there.write_bytes(b"1")
    there.chmod(0o755)
    other.write_bytes(b"old")
    files = [entry(there, b"1"), entry(other, b"new"), entry(ctr / "c", b"3")]
    (ctr / "have").write_text("x.io/a:1\nx.io/b:2@sha256:00\n", encoding="utf-8")
    images = [image("x.io/a:1"), image("x.io/b:2"), image("x.io/b:3")]
    assert artifacts.lacking(files, images) == {"files": [1, 2], "images": [2]}
    there.chmod(0o644)
    assert artifacts.lacking(files[:1], []) == {"files": [0], "images": []}


def test_a_host_without_containerd_lacks_every_image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert artifacts.lacking([], [image("x.io/a:1")]) == {"files": [], "images": [0]}


def test_what_was_sent_is_put_in_its_place(ctr: Path) -> None:
    files, images = [entry(ctr / "usr/bin/kubelet", b"new")], [image("x.io/a:1"), image("x.io/b:2")]
    artifacts.take(send(ctr, [(0, b"new")], [(1, b"x.io/b:2")]), files, images)
    place = ctr / "usr/bin/kubelet"
    assert place.read_bytes() == b"new" and place.stat().st_mode & 0o777 == 0o755
    assert artifacts.lacking(files, images) == {"files": [], "images": [0]}
    assert not (ctr / "sent.tar").exists() and not list((ctr / "cache").iterdir())


def test_a_folder_may_be_one_of_links(ctr: Path) -> None:
    (ctr / "elsewhere").write_bytes(b"x.io/a:1")
    (ctr / "given").mkdir()
    (ctr / "given/a.tar").symlink_to("../elsewhere")
    (ctr / "given/kubelet").hardlink_to(ctr / "elsewhere")
    files = [{**entry(ctr / "usr/bin/kubelet", b"x.io/a:1"), "source": "kubelet"}]
    images = [{**image("x.io/a:1"), "source": "a.tar"}]
    sent = ctr / "sent.tar"
    pack(sent, ctr / "given", {"files": files, "images": images}, {"files": [0], "images": [0]})
    artifacts.take(str(sent), files, images)
    assert artifacts.lacking(files, images) == {"files": [], "images": []}


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"broken", "could not be imported: ctr: unrecognized"), (b"x.io/other:1", "containerd has no x.io/a:1")],
)
def test_what_containerd_does_not_take_is_told(ctr: Path, content: bytes, words: str) -> None:
    with pytest.raises(EdgeError, match=words):
        artifacts.take(send(ctr, [], [(0, content)]), [], [image("x.io/a:1")])
    assert not list((ctr / "cache").iterdir())


def test_images_are_pinned_and_named_once_and_others_are_freed(ctr: Path) -> None:
    (ctr / "have").write_text("x.io/pause:3\nx.io/a:1\nx.io/old:1\n", encoding="utf-8")
    (ctr / "pinned").write_text("x.io/old:1\n", encoding="utf-8")
    images = [{**image("x.io/pause:3"), "aliases": {"k8s.io/pause:3.1": "x.io/pause:3"}}, image("x.io/missing:1")]
    found = artifacts.marks(images)
    assert found["named"] == {"k8s.io/pause:3.1": "x.io/pause:3"}
    assert found["pinned"] == ["k8s.io/pause:3.1", "x.io/pause:3"] and found["freed"] == ["x.io/old:1"]
    artifacts.mark(found)
    assert artifacts.marks(images) == {"named": {}, "pinned": [], "freed": []}
    assert artifacts.marks([]) == {"named": {}, "pinned": [], "freed": []}
    assert (ctr / "pinned").read_text(encoding="utf-8").split() == ["k8s.io/pause:3.1", "x.io/pause:3"]
    assert "k8s.io/pause:3.1" in (ctr / "have").read_text(encoding="utf-8")


def test_tags_that_only_the_hosts_own_kubeadm_knows_are_given(ctr: Path) -> None:
    (ctr / "have").write_text("x.io/pause:3\nx.io/etcd:3.6.1-0\nx.io/coredns/coredns:v1\n", encoding="utf-8")
    assert artifacts.unnamed("1.36.9", "") == {}
    kubeadm = ctr / "bin/kubeadm"
    asked = ["k8s.io/kube-proxy:v1.36.9", "k8s.io/etcd:3.6.9-0", "k8s.io/coredns/coredns:v2", "x.io/pause:3"]
    words = "config images list --kubernetes-version v1.36.9 --image-repository k8s.io"
    lines = ["#!/bin/sh", f'[ "$*" = "{words}" ] || exit 1', f"printf '%s\\n' {' '.join(asked)}"]
    kubeadm.write_text("\n".join(lines), encoding="utf-8")
    kubeadm.chmod(0o755)
    found = artifacts.unnamed("1.36.9", "k8s.io")
    assert found == {asked[1]: "x.io/etcd:3.6.1-0", asked[2]: "x.io/coredns/coredns:v1"}
    artifacts.name_as_asked(found)
    assert artifacts.unnamed("1.36.9", "k8s.io") == {}
    # these are no images of the folder
    assert artifacts.marks([image("x.io/pause:3")])["freed"] == []
    assert artifacts.unnamed("1.36.9", "elsewhere") == {}


def test_what_containerd_says_of_a_name_is_told(ctr: Path) -> None:
    with pytest.raises(EdgeError, match=r"images tag --force x.io/no:1 x.io/new:1: ctr: not found"):
        artifacts.mark({"named": {"x.io/new:1": "x.io/no:1"}, "pinned": [], "freed": []})


@pytest.mark.parametrize("kind", [gzip, bz2, lzma])
def test_an_archive_may_be_compressed(ctr: Path, kind: Any) -> None:
    images = [image("x.io/a:1")]
    artifacts.take(send(ctr, [], [(0, kind.compress(b"x.io/a:1"))]), [], images)
    assert artifacts.lacking([], images) == {"files": [], "images": []}
    with pytest.raises(EdgeError, match="cannot be unpacked"):
        artifacts.take(send(ctr, [], [(0, kind.compress(b"x.io/b:1" * 99)[:-9])]), [], [image("x.io/b:1")])


def test_what_did_not_arrive_whole_replaces_nothing(ctr: Path) -> None:
    (ctr / "a").write_bytes(b"old")
    with pytest.raises(EdgeError, match="did not arrive"):
        artifacts.take(send(ctr, [(0, b"half")], []), [entry(ctr / "a", b"whole")], [])
    assert (ctr / "a").read_bytes() == b"old"
