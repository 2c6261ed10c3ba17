# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tarballs of applications for the tests."""

from __future__ import annotations

import base64
import io
import tarfile
from typing import Any

KUSTOMIZATION = "resources: [base, web]\nnamespace: demo\n"
RELEASE = "kind: HelmRelease\nmetadata: {name: web}\n"
PARTS = {
    "fluxcd-manifests/kustomization.yaml": KUSTOMIZATION,
    "fluxcd-manifests/base/helmrepository.yaml": "kind: HelmRepository\n",
    "fluxcd-manifests/web/helmrelease.yaml": RELEASE,
    "fluxcd-manifests/web/kustomization.yaml": "namespace: demo\n",
    "charts/web-1.0.tgz": "",
}


def tarball(name: str = "demo", version: str = "1.2-3", **parts: str | None) -> bytes:
    """An application with one chart; ``parts`` replaces files (``__`` is a slash, ``_`` stays), None leaves one out."""
    files: dict[str, str | None] = {"metadata.yaml": f"app_name: {name}\napp_version: {version}\n", **PARTS}
    files.update({k.replace("__", "/"): v for k, v in parts.items()})
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for path, text in files.items():
            if text is None:
                continue
            content = text.encode()
            member = tarfile.TarInfo(path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def upload(name: str = "demo", version: str = "1.2-3", **parts: str | None) -> dict[str, Any]:
    """The body of an upload as sysinv's own client sends it."""
    binary = base64.urlsafe_b64encode(tarball(name, version, **parts)).decode()
    return {"tarfile": f"/home/me/{name}-{version}.tgz", "binary_data": binary}
