# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A control plane from a backup: authorities and etcd's data are put on an empty host, over which kubeadm init is run.

Source: etcd's guide to disaster recovery, and kubeadm's check ``DirAvailable--var-lib-etcd``. The data are made by
etcd's own program: ``etcdutl snapshot restore`` (etcd 3.5 and later), or ``etcdctl snapshot restore`` (until 3.5), that
of the host where its release is the right one, otherwise that in the image that kubeadm would run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._engine.errors import EdgeError, InputError
from . import archive, command, host

STAGE = "var/lib/edge.infra/restore"
DATA = "/var/lib/etcd"
PROGRAMS = ("etcdutl", "etcdctl")
_PATHS = f"{os.environ.get('PATH', '')}:/usr/local/bin:/usr/bin:/usr/sbin"
_SECONDS = 1800
#: revisions that clients have seen since the snapshot must not come again
_BUMP = ("--bump-revision=1000000000", "--mark-compacted")
BEGIN, AGAIN, GO_ON, DONE = "begin", "again", "go on", "done"


@dataclass(frozen=True)
class Wanted:
    """What is restored, and whose the control plane becomes.

    :param sum: SHA-256 of the archive.
    :param node: name of the node, and of its etcd member.
    :param peer: URL at which other members will find it.
    :param documents: kubeadm's configuration of the node.
    """

    archive: Path
    sum: str
    passphrase: str
    site: str
    node: str
    peer: str
    documents: Sequence[Mapping[str, Any]]
    data: str = DATA


def state(wanted: str) -> str:
    """What is to be done for an archive of this sum: ``begin``, ``again``, ``go on``, or ``done``.

    Raises :class:`InputError` for a host that has a control plane, or anything else that is no restore of ours.
    """
    found, mark = host.look(), host.note(host.RESTORE)
    if found.kind == host.NONE:
        return BEGIN
    if found.whole and found.kind == host.CONTROL_PLANE and mark.get("sum") == wanted:
        return DONE
    if found.whole or not mark:
        what = (
            "control-plane node"
            if found.kind == host.CONTROL_PLANE
            else "worker"
            if found.whole
            else "host of kubeadm's"
        )
        raise InputError(
            f"This host is a {what} already: a backup is restored into an empty control plane only.",
            "Save what is needed of the cluster that is there, and take it down (edge.infra.reset); then run again.",
        )
    if mark.get("prepared") and mark.get("sum") == wanted and not found.note:
        return GO_ON
    return AGAIN


def version(wanted: Mapping[str, Any], timeout: float = 60) -> None:
    """Refuse a kubeadm of another version than that of the cluster in the archive."""
    have = command.run(["kubeadm", "version", "-o", "short"], timeout, "kubeadm version").strip()
    was = str(wanted["kubernetes_version"])
    if have != was:
        raise InputError(
            f"kubeadm on this host is {have}, and the backup is of a cluster of {was}.",
            f"Set edge_kubernetes_version: {was.lstrip('v')}, which is installed where no other version is "
            "(edge.infra.reset with edge_reset_host=true removes it); restore, and upgrade afterwards.",
        )


def prepare(wanted: Wanted, how: str) -> dict[str, Any]:
    """Put authorities and data in their places; returns the manifest of the archive."""
    stage = host.ROOT / STAGE
    data = host.ROOT / wanted.data.lstrip("/")
    manifest = archive.opened(wanted.archive, stage / "archive", wanted.passphrase)
    if manifest["site"] != wanted.site:
        raise InputError(f"{wanted.archive.name} is a backup of {manifest['site']}, and this is {wanted.site}.")
    if manifest.get("external_etcd"):
        raise InputError(
            "The backup is of a cluster with an external etcd, which is restored by its own means.",
            f"Restore {archive.SNAPSHOT} of the archive there, put its pki folder back, and run edge.infra.provision.",
        )
    version(manifest)
    if how == AGAIN:
        host.remember(action=host.RESET, kind=host.CONTROL_PLANE, ended=False)
        command.run(command.RESET, 600, "kubeadm reset")
        host.forget()
        shutil.rmtree(data / "member", ignore_errors=True)
    host.keep(host.RESTORE, {"sum": wanted.sum, "prepared": False})
    archive.put_back(stage / "archive", manifest)
    made = restore_data(stage, wanted, str(manifest["etcd_version"]))
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.rmtree(data / "member", ignore_errors=True)
    shutil.move(str(made / "member"), str(data / "member"))
    host.keep(host.RESTORE, {"sum": wanted.sum, "prepared": True})
    shutil.rmtree(stage, ignore_errors=True)
    return manifest


def restore_data(stage: Path, wanted: Wanted, etcd: str) -> Path:
    """Have etcd's program make the data of a cluster with this one member; returns their folder."""
    target = stage / "data"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copyfile(stage / "archive" / archive.SNAPSHOT, stage / archive.SNAPSHOT)
    given = [f"--name={wanted.node}", f"--initial-cluster={wanted.node}={wanted.peer}"]
    given += [f"--initial-advertise-peer-urls={wanted.peer}"]
    tried: list[str] = []
    for name, prefix, place in _ways(stage, wanted, etcd, tried):
        words = [*prefix, "snapshot", "restore"]
        helped = _run([*words, "--help"])
        if helped.returncode and not re.search(r"snapshot restore", helped.stdout + helped.stderr):
            tried.append(f"{name}: {_last(helped)}")
            continue
        more = _BUMP if "bump-revision" in helped.stdout + helped.stderr else ()
        done = _run([*words, f"{place}/{archive.SNAPSHOT}", f"--data-dir={place}/data", *given, *more])
        if done.returncode == 0 and (target / "member").is_dir():
            return target
        raise EdgeError(f"{name} could not restore the snapshot: {_last(done)}.", "Take another backup.")
    raise EdgeError(
        f"No program was found that restores a snapshot of etcd {etcd}: {'; '.join(tried) or 'none is there'}.",
        f"Have the image of etcd on the host (kubeadm config images pull), or install etcdutl {etcd} there.",
    )


def _ways(stage: Path, wanted: Wanted, etcd: str, tried: list[str]) -> Any:
    """(name, beginning of the command, place of the files for it) of each way there is."""
    minor = etcd.rpartition(".")[0]
    for program in PROGRAMS:
        path = shutil.which(program, path=_PATHS)
        if path is None:
            continue
        said = _run([path, "version"]).stdout
        found = re.search(r"version: (\d+\.\d+)", said)
        if found and found[1] == minor:
            yield program, [path], str(stage)
        else:
            tried.append(f"{program} of the host is of etcd {found[1] if found else 'unknown'}")
    ctr = shutil.which("ctr", path=_PATHS)
    if ctr is None:
        tried.append("ctr of containerd is not there")
        return
    image = _image(wanted, ctr)
    mount = f"type=bind,src={stage},dst=/restore,options=rbind:rw"
    for program in PROGRAMS:
        name = f"edge-restore-{os.getpid()}-{program}"
        start = [ctr, "--namespace", "k8s.io", "run", "--rm", "--mount", mount, image, name, program]
        yield f"{program} of {image}", start, "/restore"


def _image(wanted: Wanted, ctr: str) -> str:
    """The image of etcd that kubeadm will run, on this host."""
    with command.configuration(wanted.documents, host.ROOT / "run") as path:
        listed = command.run(["kubeadm", "config", "images", "list", "--config", str(path)], 120, "kubeadm config")
        images = [line.strip() for line in listed.splitlines() if re.search(r"(^|/)etcd:", line)]
        if not images:
            raise EdgeError("kubeadm names no image of etcd.", "Look at: kubeadm config images list.")
        have = _run([ctr, "--namespace", "k8s.io", "images", "list", "--quiet"]).stdout.split()
        if images[0] not in have:
            command.run(
                ["kubeadm", "config", "images", "pull", "--config", str(path)], 1200, "kubeadm config images pull"
            )
    return images[0]


def _run(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(words), capture_output=True, text=True, check=False, timeout=_SECONDS)


def _last(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    return command.hidden(lines[-1]) if lines else f"status {done.returncode}"
