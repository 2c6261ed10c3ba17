# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where packages come from: zips, checkouts, what was looked at before; and how they wait until they are sent."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
from ansible_collections.edge.infra.plugins.module_utils._osm._packages import archives, spool
from ansible_collections.edge.infra.plugins.module_utils._osm._packages import build as building
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.build import PackageError, build, look
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.lint import lint

DESCRIPTOR = b"vnfd:\n  id: web\n  version: '1.0'\n  df:\n    - id: df\n"
FILES = {"web_vnfd.yaml": DESCRIPTOR, "cloud_init/web.cfg": b"#cloud-config\n"}


def folder(where: Path, files: dict[str, bytes] | None = None) -> Path:
    for name, data in (FILES if files is None else files).items():
        (where / name).parent.mkdir(parents=True, exist_ok=True)
        (where / name).write_bytes(data)
    return where


def zipped(where: Path, files: dict[str, bytes], prefix: str = "web/") -> Path:
    with zipfile.ZipFile(where, "w") as archive:
        for name, data in files.items():
            archive.writestr(prefix + name, data)
    return where


# -- zip -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["web/", ""])
def test_a_zip_is_what_its_folder_is(tmp_path: Path, prefix: str) -> None:
    """With a top folder or without; OSM itself would refuse the first. It is sent as the .tar.gz of the folder."""
    package = build(zipped(tmp_path / "web.zip", {**FILES, "__MACOSX/._web": b"junk"}, prefix))
    assert package.data == build(folder(tmp_path / "web")).data
    assert (package.folder, package.place) == ("web", "web/web_vnfd.yaml")


def test_the_right_to_execute_in_a_zip(tmp_path: Path) -> None:
    path = zipped(tmp_path / "web.zip", FILES)
    with zipfile.ZipFile(path, "a") as archive:
        entry = zipfile.ZipInfo("web/charms/run")
        entry.external_attr, entry.create_system = 0o100755 << 16, 3
        archive.writestr(entry, b"#!/bin/sh\n")
    top = folder(tmp_path / "web", {**FILES, "charms/run": b"#!/bin/sh\n"})
    (top / "charms/run").chmod(0o755)
    assert build(path).digest == build(top).digest


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"../x.yaml": b"x"}, "Absolute path or '..' are not allowed for package descriptor zip"),
        ({"/x.yaml": b"x"}, "Absolute path or '..' are not allowed for package descriptor zip"),
        ({"a\\x.yaml": b"x"}, "Absolute path or '..' are not allowed for package descriptor zip"),
        ({"a/x.yaml": DESCRIPTOR, "b/y": b"y"}, "several top folders"),
        ({"Definitions/x.yaml": DESCRIPTOR, "TOSCA-Metadata/TOSCA.meta": b"x"}, "layout of SOL 004"),
        ({}, "Not found any descriptor file"),
    ],
)
def test_zips_that_are_no_packages(tmp_path: Path, files: dict[str, bytes], words: str) -> None:
    with pytest.raises(PackageError) as error:
        build(zipped(tmp_path / "x.zip", files, prefix=""))
    assert words in error.value.message


def test_links_passwords_and_bombs_in_a_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = zipfile.ZipInfo("web/link")
    entry.external_attr, entry.create_system = 0o120777 << 16, 3
    path = zipped(tmp_path / "web.zip", FILES)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(entry, b"/etc/passwd")
    with pytest.raises(PackageError, match="a link"):
        build(path)
    path = zipped(tmp_path / "secret.zip", FILES)
    data = bytearray(path.read_bytes())
    for start in (i for i in range(len(data)) if data[i : i + 4] in (b"PK\x01\x02", b"PK\x03\x04")):
        data[start + (8 if data[start + 2] == 1 else 6)] |= 1
    path.write_bytes(data)
    with pytest.raises(PackageError, match="encrypted"):
        build(path)
    monkeypatch.setattr(archives, "MOST_BYTES", 1000)
    with pytest.raises(PackageError, match="more than"):
        build(zipped(tmp_path / "bomb.zip", {**FILES, "blob": bytes(2000)}))


def test_damaged_zips(tmp_path: Path) -> None:
    """Cut or flipped anywhere: a package or a refusal, never a crash."""
    whole = zipped(tmp_path / "web.zip", {**FILES, "blob": os.urandom(900)}).read_bytes()
    path = tmp_path / "damaged.zip"
    for place in range(4, len(whole), 7):
        for data in (whole[:place], whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]):
            path.write_bytes(data)
            try:
                build(path)
            except PackageError:
                continue


# -- checkouts, checksums --------------------------------------------------------------------------------------------


def test_a_checkout_is_what_its_files_are(tmp_path: Path) -> None:
    """Neither .git (a folder, or a file in a submodule) nor .gitignore is packed; what Git ignores is: built charms."""
    top = folder(tmp_path / "web")
    before = build(top)
    subprocess.run(["git", "init", "-q", str(top)], check=True)
    (top / ".gitignore").write_text("charms/\n", encoding="utf-8")
    (top / ".gitattributes").write_text("* text\n", encoding="utf-8")
    assert build(top).data == before.data
    folder(top, {"charms/simple/.git": b"gitdir: ../../.git/modules/simple\n", "charms/simple/run": b"x"})
    assert "charms/simple/run" in build(top).files and not any(".git" in name for name in build(top).files)


def test_a_pointer_of_git_lfs_is_no_file(tmp_path: Path) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    [found] = lint(build(folder(tmp_path / "web", {**FILES, "charms/simple.charm": pointer})))
    assert (found.level, found.where) == ("warning", "charms/simple.charm") and "git lfs pull" in found.remedy


def test_checksums_of_a_folder_are_written_anew(tmp_path: Path) -> None:
    package = build(folder(tmp_path / "web", {**FILES, "checksums.txt": b"stale\n"}))
    with tarfile.open(fileobj=io.BytesIO(package.data)) as archive:
        text = archive.extractfile("web/checksums.txt").read().decode()  # type: ignore[union-attr]
    sums = {name: hashlib.md5(data, usedforsecurity=False).hexdigest() for name, data in FILES.items()}
    assert text == "".join(f"{sums[name]}\tweb/{name}\n" for name in sorted(FILES))
    assert lint(package) == []


def test_checksums_of_an_archive_that_do_not_fit(tmp_path: Path) -> None:
    good = build(folder(tmp_path / "web")).data
    path = tmp_path / "web.tar.gz"
    path.write_bytes(good)
    assert lint(build(path)) == []
    path.write_bytes(gzip.compress(gzip.decompress(good).replace(b"#cloud-config", b"#cloud-CONFIG")))
    [found] = lint(build(path))
    assert (found.level, found.where) == ("warning", "checksums.txt") and "cloud_init/web.cfg" in found.message


# -- looked at, put aside --------------------------------------------------------------------------------------------


def test_what_was_looked_at_is_not_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """But once only, and not when a file changed, came or went since."""
    built: list[str] = []
    real = building._package

    def counted(listing: archives.Listing, path: str) -> building.Package:
        built.append(path)
        return real(listing, path)

    monkeypatch.setattr(building, "_package", counted)
    top = folder(tmp_path / "web")
    first = look(top)
    assert build(str(top)) is first and len(built) == 1
    assert build(top) is not first and len(built) == 2
    for change in ((top / "new").touch, lambda: (top / "new").write_bytes(b"x"), (top / "new").unlink):
        before = look(top)
        change()
        assert build(top) is not before
    archive = tmp_path / "web.tar.gz"
    archive.write_bytes(first.data)
    assert look(archive) is build(archive)
    archive.unlink()
    with pytest.raises(PackageError, match="does not exist"):
        look(archive)


def test_large_packages_wait_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document of many packages must not need the memory of all of them."""
    blobs = [os.urandom(spool.SMALL * 2) for _unused in range(3)]
    packages = [build(folder(tmp_path / f"p{i}", {**FILES, "blob": blob})) for i, blob in enumerate(blobs)]
    for package, blob in zip(packages, blobs, strict=True):
        assert package.kept.small == b"" and package.kept.length > spool.SMALL
        assert hashlib.md5(package.data, usedforsecurity=False).hexdigest() == package.md5
        assert archives.read_archive(package.data).files["blob"].data == blob
    monkeypatch.setattr(spool._spool, "file", None)
    monkeypatch.setattr(spool.tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(PackageError, match="put aside") as error:
        build(tmp_path / "p0")
    assert "TMPDIR" in error.value.remedy
