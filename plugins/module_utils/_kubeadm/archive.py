# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup of a cluster in one archive: etcd's snapshot, the authorities' keys, and what is needed to read them again.

``snapshot.db`` as etcdctl writes it, ``pki/`` (the authorities that nodes and users trust, keys too), ``files/`` with
what the API server reads Secrets with (encryption at rest), ``kubeadm-config.json``, and ``manifest.json``: versions,
members, and the SHA-256 of every file. With a passphrase the archive is encrypted by openssl (AES-256-CBC, PBKDF2).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._engine.errors import InputError
from . import host
from .etcd import Etcd, check_sum
from .kubectl import Kubectl

FORMAT = 1
SNAPSHOT, MANIFEST = "snapshot.db", "manifest.json"
PKI = "etc/kubernetes/pki"
FOLDER = "var/lib/edge.infra/backup"
#: what every control-plane node has the same; the rest is made for each by kubeadm
SHARED = (
    "ca.crt",
    "ca.key",
    "front-proxy-ca.crt",
    "front-proxy-ca.key",
    "etcd/ca.crt",
    "etcd/ca.key",
    "sa.key",
    "sa.pub",
)
ENCRYPTED = ".enc"
_OPENSSL = ("enc", "-aes-256-cbc", "-pbkdf2", "-iter", "600000", "-pass", "stdin")
_SECONDS = 3600


def sha256(path: Path) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while part := stream.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def encryption_file() -> str:
    """Where the API server has the keys of what it encrypts at rest; '' where it does not."""
    found = re.search(r"--encryption-provider-config=([^\s\"']+)", host.text(host.API_SERVER))
    return found[1] if found else ""


def fresh(folder: Path) -> Path:
    """An empty folder that only root may enter."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    return folder


def take(site: str, folder: Path, passphrase: str, seconds: float) -> dict[str, Any]:
    """Make an archive of the cluster that this control-plane node is of; what it is, and its place.

    :param folder: where it is put, for root only.
    :param passphrase: '' leaves it unencrypted.
    """
    stage = fresh(folder / "stage")
    try:
        about = _collect(site, stage, seconds)
        stamp = time.strftime("%Y_%m_%d_%H_%M_%S", time.gmtime())
        archive = folder / f"{site}_kubernetes_backup_{stamp}.tgz"
        handle = os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream, tarfile.open(fileobj=stream, mode="w:gz", compresslevel=6) as tar:
            for path in sorted(stage.rglob("*")):
                if path.is_file():
                    tar.add(path, arcname=str(path.relative_to(stage)))
        if passphrase:
            archive = encrypted(archive, passphrase)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return {**about, "path": str(archive), "name": archive.name, "sha256": sha256(archive)}


def _collect(site: str, stage: Path, seconds: float) -> dict[str, Any]:
    found = host.look()
    if found.kind != host.CONTROL_PLANE or not found.version:
        raise InputError(
            "This host has no API server of a cluster.", "Back the cluster up on one of its control-plane nodes."
        )
    etcd = Etcd.here()
    members = etcd.members()
    etcd.snapshot(stage / SNAPSHOT, seconds)
    keep = encryption_file()
    for source, target in [(host.ROOT / PKI, stage / "pki")]:
        shutil.copytree(source, target)
    if keep:
        place = stage / "files" / keep.lstrip("/")
        place.parent.mkdir(parents=True)
        shutil.copy2(host.ROOT / keep.lstrip("/"), place)
    kubectl = Kubectl()
    told = kubectl.call("--namespace=kube-system", "get", "configmap", "kubeadm-config", "-o", "json", timeout=30)
    if told.status == 0:
        (stage / "kubeadm-config.json").write_text(told.out, encoding="utf-8")
    files = {str(path.relative_to(stage)): sha256(path) for path in sorted(stage.rglob("*")) if path.is_file()}
    about = {
        "format": FORMAT,
        "site": site,
        "taken": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "kubernetes_version": found.version,
        "etcd_version": etcd.version(),
        "etcd_members": sorted(one.name for one in members),
        "external_etcd": not Etcd.stacked(),
        "encryption_file": keep,
    }
    (stage / MANIFEST).write_text(json.dumps({**about, "files": files}, indent=1) + "\n", encoding="utf-8")
    return about


def encrypted(archive: Path, passphrase: str) -> Path:
    """The archive encrypted, in its place."""
    target = archive.with_name(archive.name + ENCRYPTED)
    try:
        _openssl(["-salt", "-in", str(archive), "-out", str(target)], passphrase)
        target.chmod(0o600)
    finally:
        archive.unlink()
    return target


def _openssl(arguments: list[str], passphrase: str) -> None:
    program = shutil.which("openssl", path=f"{os.environ.get('PATH', '')}:/usr/bin")
    if program is None:
        raise InputError("openssl is not installed on this host.", "Install it, or give no passphrase.")
    before = os.umask(0o077)
    try:
        done = subprocess.run(
            [program, *_OPENSSL, *arguments],
            input=passphrase + "\n",
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
    finally:
        os.umask(before)
    if done.returncode:
        raise InputError(
            "openssl could not encrypt or decrypt the archive.",
            "Give the passphrase that it was encrypted with (kubernetes_backup_passphrase).",
        )


def opened(archive: Path, folder: Path, passphrase: str) -> dict[str, Any]:
    """Unpack an archive and compare every file with its manifest; what the manifest says.

    Raises :class:`InputError` for one that is damaged, not ours, or locked.
    """
    source = archive
    fresh(folder)
    if archive.name.endswith(ENCRYPTED):
        if not passphrase:
            raise InputError(f"{archive.name} is encrypted.", "Give its passphrase (kubernetes_backup_passphrase).")
        source = folder / "archive.tgz"
        _openssl(["-d", "-in", str(archive), "-out", str(source)], passphrase)
    damaged = f"{archive.name} is no whole backup of a cluster"
    try:
        with tarfile.open(source) as tar:
            _unpack(tar, folder)
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        listed: Mapping[str, str] = manifest["files"]
        wrong = [name for name, noted in listed.items() if sha256(folder / name) != noted]
    except (OSError, EOFError, ValueError, KeyError, TypeError, tarfile.TarError) as error:
        raise InputError(f"{damaged}: {type(error).__name__}.", "Take another one.") from None
    if wrong or SNAPSHOT not in listed:
        raise InputError(f"{damaged}: {wrong[0] if wrong else SNAPSHOT} is not what it was.", "Take another one.")
    if manifest.get("format") != FORMAT:
        raise InputError(f"{archive.name} has format {manifest.get('format')}, and {FORMAT} is known.")
    check_sum(folder / SNAPSHOT)
    source.unlink() if source != archive else None
    return dict(manifest)


def _unpack(tar: tarfile.TarFile, folder: Path) -> None:
    """Files only, and only below the folder."""
    for entry in tar:
        name = Path(entry.name)
        if not entry.isfile() or name.is_absolute() or ".." in name.parts:
            raise ValueError(entry.name)
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        stream = tar.extractfile(entry)
        if stream is None:
            raise ValueError(entry.name)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with stream, os.fdopen(handle, "wb") as out:
            shutil.copyfileobj(stream, out)


def put_back(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Put the authorities and the keys of encryption at rest where they were; returns their names."""
    names = [str(path.relative_to(folder / "pki")) for path in sorted((folder / "pki").rglob("*")) if path.is_file()]
    # without the authority's key nobody could make what each node has of its own
    wanted = [name for name in names if name in SHARED] if "ca.key" in names else names
    written = []
    for name in wanted:
        written.append(
            _place(folder / "pki" / name, f"{PKI}/{name}", 0o644 if name.endswith((".crt", ".pub")) else 0o600)
        )
    keep = manifest.get("encryption_file") or ""
    if keep and (folder / "files" / keep.lstrip("/")).exists():
        written.append(_place(folder / "files" / keep.lstrip("/"), keep.lstrip("/"), 0o600))
    return written


def _place(source: Path, name: str, mode: int) -> str:
    target = host.ROOT / name
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if "encryption" in name else 0o755)
    shutil.copyfile(source, target)
    target.chmod(mode)
    return f"/{name}"
