# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages are packed reproducibly and read with care: same content, same bytes, and what is no package is refused."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._osm._packages import archives
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.build import PackageError, build

DESCRIPTOR = b"vnfd:\n  id: web\n  product-name: Web\n  version: '1.2'\n  df: [{id: default}]\n"
FILES = {"web_vnfd.yaml": DESCRIPTOR, "charms/simple/run": b"#!/bin/sh\n", "cloud_init/web.cfg": b"#cloud-config\n"}


def folder(where: Path, files: dict[str, bytes], order: int = 1) -> Path:
    """A folder called ``web`` with ``files``, written in one order or the other."""
    top = where / "web"
    for name, content in sorted(files.items(), reverse=order < 0):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(content)
    return top


def archive(where: Path, members: list[tuple[str, bytes | str]], mode: str = "w:gz") -> Path:
    """A tar file; a text instead of bytes makes a link to it."""
    path = where / "package.tar.gz"
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
        for name, content in members:
            member = tarfile.TarInfo(name)
            if isinstance(content, str):
                member.type, member.linkname = tarfile.SYMTYPE, content
                tar.addfile(member)
            else:
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
    return path


def refused(path: Path) -> PackageError:
    with pytest.raises(PackageError) as caught:
        build(path)
    assert caught.value.message and caught.value.remedy
    return caught.value


def test_what_a_package_says_about_itself(tmp_path: Path) -> None:
    package = build(folder(tmp_path, FILES))
    assert (package.kind, package.id, package.name, package.version) == ("vnf", "web", "Web", "1.2")
    assert package.files == ("charms/simple/run", "cloud_init/web.cfg", "web_vnfd.yaml")
    assert (package.folder, package.descriptor_file) == ("web", "web_vnfd.yaml")


def test_same_bytes_whatever_the_time_the_umask_and_the_order(tmp_path: Path) -> None:
    packages = []
    for number, (umask, order, moment) in enumerate([(0o022, 1, 1), (0o077, -1, 1_700_000_000)]):
        before = os.umask(umask)
        try:
            top = folder(tmp_path / str(number), FILES, order)
        finally:
            os.umask(before)
        for path in top.rglob("*"):
            os.utime(path, (moment, moment))
        packages.append(build(top))
    assert packages[0].data == packages[1].data
    assert packages[0].digest == packages[1].digest


def test_the_digest_of_a_folder_is_that_of_its_archive(tmp_path: Path) -> None:
    top = folder(tmp_path, FILES)
    (top / "charms/simple/run").chmod(0o755)
    package = build(top)
    packed = tmp_path / "web.tar.gz"
    packed.write_bytes(package.data)
    again = build(packed)
    assert again.digest == package.digest
    assert again.data == package.data
    with tarfile.open(fileobj=io.BytesIO(again.data)) as tar:
        modes = {member.name: member.mode for member in tar}
    assert modes["web/charms/simple/run"] == 0o755
    assert modes["web/web_vnfd.yaml"] == 0o644


@pytest.mark.parametrize("change", ["content", "name", "mode"])
def test_any_difference_gives_another_digest(tmp_path: Path, change: str) -> None:
    top = folder(tmp_path, FILES)
    before = build(top).digest
    run = top / "charms/simple/run"
    if change == "content":
        run.write_bytes(b"#!/bin/sh\nexit\n")
    elif change == "name":
        run.rename(run.with_name("start"))
    else:
        run.chmod(run.stat().st_mode ^ 0o100)
    assert build(top).digest != before


def test_the_name_of_the_folder_is_no_content(tmp_path: Path) -> None:
    top = folder(tmp_path, FILES)
    before = build(top).digest
    assert build(top.rename(tmp_path / "renamed")).digest == before


def test_junk_and_checksums_change_nothing(tmp_path: Path) -> None:
    top = folder(tmp_path, FILES)
    before = build(top)
    for name in (".git/HEAD", "web_vnfd.yaml~", ".DS_Store", "__pycache__/a.pyc", ".web_vnfd.yaml.swp"):
        (top / name).parent.mkdir(exist_ok=True)
        (top / name).write_bytes(b"junk")
    assert build(top).data == before.data
    (top / "checksums.txt").write_bytes(b"stale\n")
    assert build(top).digest == before.digest


def test_long_names_are_packed(tmp_path: Path) -> None:
    name = "charms/" + "long-" * 40 + "/" + "x" * 120
    package = build(folder(tmp_path, {**FILES, name: b"x"}))
    with tarfile.open(fileobj=io.BytesIO(package.data)) as tar:
        assert f"web/{name}" in tar.getnames()


def test_an_archive_is_sent_as_it_is(tmp_path: Path) -> None:
    path = archive(tmp_path, [("web/web_vnfd.yaml", DESCRIPTOR)])
    assert build(path).data == path.read_bytes()


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ([("web/../../etc/passwd", b"x")], "Absolute path or '..' are not allowed"),
        ([("../web/web_vnfd.yaml", DESCRIPTOR)], "Absolute path or '..' are not allowed"),
        ([("/web/web_vnfd.yaml", DESCRIPTOR)], "Absolute path or '..' are not allowed"),
        ([("web_vnfd.yaml", DESCRIPTOR)], "All files must be inside a dir"),
        ([("web/web_vnfd.yaml", DESCRIPTOR), ("web/other.yml", b"a: 1")], "Found more than one descriptor file"),
        ([("web/web_vnfd.yaml", DESCRIPTOR), ("web/web_vnfd.yaml", DESCRIPTOR)], "more than one descriptor file"),
        ([("web/web_vnfd.yaml", DESCRIPTOR), ("web/a", b"1"), ("web/a", b"2")], "twice"),
        ([("web/web_vnfd.yaml", DESCRIPTOR), ("other/README", b"x")], "several top folders: other, web"),
        ([("web/web_vnfd.yaml", DESCRIPTOR), ("web/link", "/etc/passwd")], "leads out of the package"),
        ([("web/web_vnfd.yaml", DESCRIPTOR), ("web/link", "../../etc/passwd")], "leads out of the package"),
        ([("web/web_vnfd.yaml", DESCRIPTOR), ("web/link", ".")], "link to a folder that contains it"),
        ([("web/web_vnfd.yaml", DESCRIPTOR), ("web/link", "missing")], "leads nowhere"),
        ([("web/web_vnfd.yaml", DESCRIPTOR), ("web/link", "link")], "link to itself"),
        ([("./web/web_vnfd.yaml", DESCRIPTOR)], "Not found any descriptor file"),
        ([("web/charms/deep.yaml", DESCRIPTOR)], "Not found any descriptor file"),
        ([("web/WEB.YAML", DESCRIPTOR)], "Not found any descriptor file"),
        ([], "Not found any descriptor file"),
        ([("web/web_vnfd.yaml", b"hello")], "holds str, not keys and values"),
        ([("web/web_vnfd.yaml", b"")], "is empty"),
        ([("web/web_vnfd.yaml", b"other: 1")], "neither a VNFD nor an NSD"),
        ([("web/web_vnfd.yaml", b"vnfd: {name: x}")], "no id"),
    ],
)
def test_bad_archives(tmp_path: Path, members: list[tuple[str, Any]], words: str) -> None:
    assert words in refused(archive(tmp_path, members)).message


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"vnfd: [", "Invalid yaml format"),
        (b"vnfd:\n\tid: x\n", "line 2"),
        (b"vnfd: {id: x, id: y}", "the key 'id' is given twice (lines 1 and 1)"),
        (b"vnfd:\n  id: x\n  df:\n  - id: a\n    id: b\n", "the key 'id' is given twice (lines 4 and 5)"),
        (b"vnfd: {id: x, 1: a, 1: b}", "the key '1' is given twice"),
        (b"vnfd: {id: x}\n---\nvnfd: {id: y}\n", "found another document"),
        (b"vnfd: {id: !!python/object/apply:os.system [id]}", "could not determine a constructor"),
        (b"vnfd: {id: x, description: 2026-13-45}", "a value does not parse"),
        (b"vnfd: {id: \xff\xfe}", "not text in UTF-8"),
        (b"vnfd: &a {id: x, df: *a}", "refers to something that contains it"),
        (b"vnfd: " + b"[" * 5000 + b"]" * 5000, "levels deep"),
        (
            b"a0: &a0 [x, x]\n" + b"".join(b"a%d: &a%d [*a%d, *a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 40)),
            "with its aliases written out",
        ),
    ],
)
def test_bad_documents(tmp_path: Path, document: bytes, words: str) -> None:
    assert words in refused(folder(tmp_path, {"x.yaml": document})).message


def test_aliases_and_merges_are_fine(tmp_path: Path) -> None:
    text = b"base: &b {id: one, version: '1'}\nvnfd:\n  <<: *b\n  id: web\n"
    package = build(folder(tmp_path, {"x.yaml": text}))
    assert (package.id, package.version) == ("web", "1")


def test_what_is_no_archive(tmp_path: Path) -> None:
    assert "does not exist" in refused(tmp_path / "none").message
    text = tmp_path / "text.tar.gz"
    text.write_text("hello\n", encoding="utf-8")
    assert "invalid file content" in refused(text).message
    text.write_bytes(b"")
    assert "invalid file content" in refused(text).message
    text.write_bytes(gzip.compress(b"hello"))
    assert "invalid file content" in refused(text).message
    text.write_bytes(b"PK\x03\x04rest")
    assert "zip archive" in refused(text).message


def test_damaged_archives(tmp_path: Path) -> None:
    """Cut at any point, or with a flipped byte in the middle: never a crash, and never half a package."""
    whole = archive(tmp_path, [("web/web_vnfd.yaml", DESCRIPTOR), ("web/blob", os.urandom(4000))]).read_bytes()
    path = tmp_path / "damaged.tar.gz"
    for cut in range(0, len(whole) - 200, 97):
        path.write_bytes(whole[:cut])
        refused(path)
    for place in range(60, len(whole) - 200, 211):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        refused(path)


def test_empty_folder(tmp_path: Path) -> None:
    assert "Not found any descriptor file" in refused(tmp_path).message


def test_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 1 << 20)
    monkeypatch.setattr(archives, "OVERHEAD", 1 << 16)
    monkeypatch.setattr(archives, "MOST_MEMBERS", 20)
    big = archive(tmp_path, [("web/web_vnfd.yaml", DESCRIPTOR), ("web/zeros", bytes(2 << 20))])
    assert big.stat().st_size < 10_000
    assert "it holds more than" in refused(big).message
    many = archive(tmp_path, [(f"web/{n}.txt", b"") for n in range(30)])
    assert "it holds more than" in refused(many).message
    assert "it holds more than" in refused(folder(tmp_path, {f"{n}.txt": b"" for n in range(30)})).message


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("/etc/hostname", "leads out"),
        ("missing", "leads nowhere"),
        ("link", "leads nowhere"),
    ],
)
def test_links_in_a_folder(tmp_path: Path, target: str, words: str) -> None:
    top = folder(tmp_path, FILES)
    (top / "link").symlink_to(target)
    if target.startswith("/") and not Path(target).exists():
        pytest.skip(f"{target} does not exist on this machine")
    assert words in refused(top).message


def test_a_link_to_a_folder_above_is_refused(tmp_path: Path) -> None:
    top = folder(tmp_path, FILES)
    (top / "charms/again").symlink_to("../charms")
    assert "contains it" in refused(top).message
    (top / "charms/again").unlink()
    (top / "loop").symlink_to(".")
    assert "loop is a link to a folder that contains it" in refused(top).message


def test_special_files_are_refused(tmp_path: Path) -> None:
    top = folder(tmp_path, FILES)
    os.mkfifo(top / "pipe")
    assert "no regular file" in refused(top).message


def test_folders_have_entries_of_their_own(tmp_path: Path) -> None:
    """Without them, an OSM that keeps packages in GridFS does not find the charms of a package."""
    with tarfile.open(fileobj=io.BytesIO(build(folder(tmp_path, FILES)).data)) as tar:
        assert {m.name for m in tar if m.isdir()} == {"web", "web/charms", "web/charms/simple", "web/cloud_init"}


def test_a_link_inside_the_folder_is_followed(tmp_path: Path) -> None:
    top = folder(tmp_path, FILES)
    (top / "copy.cfg").symlink_to("cloud_init/web.cfg")
    assert "copy.cfg" in build(top).files
