# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Static pods of a control-plane node: their images, manifests that are missing, and starting one anew.

Source: kubeadm upgrade moves the manifest of each into ``/etc/kubernetes/tmp/kubeadm-backup-manifests-DATE`` and puts
the new one in its place: two steps, between which it may be killed. The kubelet makes a pod anew when its manifest
changes in anything; so a line of our own is enough, and the manifest is never away.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from . import host

COMPONENTS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
PATCHES = "etc/kubernetes/patches"
BACKUPS = "etc/kubernetes/tmp"
#: the line of our own, an annotation with the time
RESTARTED = "edge.infra/restarted-at"
_IMAGE = re.compile(r"^\s*(?:-\s+)?image:\s*[\"']?([^\s\"']+)", re.M)
_METADATA = re.compile(r"^metadata:[ \t]*\n", re.M)
_ANNOTATIONS = re.compile(r"^metadata:[ \t]*\n(?:[ \t]+.*\n)*?(?P<line>(?P<indent>[ \t]+)annotations:[ \t]*\n)", re.M)
_OURS = re.compile(rf"^[ \t]*[\"']?{re.escape(RESTARTED)}[\"']?:.*\n", re.M)


def manifest(name: str) -> Path:
    """The file of a static pod."""
    return host.ROOT / host.MANIFESTS / f"{name}.yaml"


def present() -> list[str]:
    """The static pods that there are, in the order in which they are started anew."""
    return [name for name in COMPONENTS if manifest(name).exists()]


def images() -> dict[str, str]:
    """Image by the name of a static pod; those that there are."""
    found = {}
    for name in present():
        match = _IMAGE.search(manifest(name).read_text(encoding="utf-8"))
        found[name] = match[1] if match else ""
    return found


def patches() -> bool:
    """Whether there are patches for kubeadm to apply."""
    folder = host.ROOT / PATCHES
    return folder.is_dir() and any(folder.iterdir())


def lost() -> dict[str, Path]:
    """Where the latest copy of each manifest is that is missing."""
    folders = sorted((host.ROOT / BACKUPS).glob("kubeadm-backup-manifests-*"), reverse=True)
    found = {}
    for name in COMPONENTS:
        if not manifest(name).exists():
            copies = [folder / f"{name}.yaml" for folder in folders if (folder / f"{name}.yaml").exists()]
            if copies:
                found[name] = copies[0]
    return found


def put_back(copies: Mapping[str, Path]) -> None:
    """Put manifests back."""
    for name, copy in copies.items():
        write(name, copy.read_text(encoding="utf-8"))


def write(name: str, text: str) -> None:
    """Write a manifest in one step; the kubelet does not read names that begin with a dot."""
    target = manifest(name)
    fresh = target.with_name(f".{name}.{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod(0o600)
    fresh.replace(target)


def marked(text: str, stamp: str) -> str:
    """A manifest with our annotation, so that the kubelet starts its pod anew."""
    text = _OURS.sub("", text)
    line = f'{RESTARTED}: "{stamp}"\n'
    there = _ANNOTATIONS.search(text)
    if there:
        at = there.end("line")
        return f"{text[:at]}{there['indent']}{there['indent']}{line}{text[at:]}"
    begin = _METADATA.search(text)
    if not begin:
        return text
    return f"{text[: begin.end()]}  annotations:\n    {line}{text[begin.end() :]}"
