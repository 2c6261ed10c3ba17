# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives of container images made on the spot: no registry is asked.

An image is a layer of files, or of programs of this machine with the libraries that they need.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path

#: as Go, and so every image, calls this machine
MACHINE = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())


def _add(archive: tarfile.TarFile, name: str, content: bytes, mode: int = 0o644) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), mode
    archive.addfile(entry, io.BytesIO(content))


def programs(names: Iterable[str]) -> dict[str, bytes]:
    """Programs of this machine at the paths that it has them at, with their libraries; raises RuntimeError."""
    found: dict[str, bytes] = {}
    for name in names:
        path = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
        if path is None:
            raise RuntimeError(f"this machine has no program {name}")
        asked = subprocess.run(["ldd", path], capture_output=True, text=True, check=False)
        for place in [f"/bin/{name}", *re.findall(r"(/\S+) \(", asked.stdout)]:
            source = path if place == f"/bin/{name}" else place
            found[place.lstrip("/")] = Path(source).resolve().read_bytes()
    return found


def layer(files: Mapping[str, bytes]) -> bytes:
    """A layer of these files, all of which may be run."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in files.items():
            _add(archive, name, content, 0o755)
    return out.getvalue()


def write(path: Path, names: Iterable[str], files: Mapping[str, bytes]) -> None:
    """An archive as ``docker save`` and ``podman save`` write it, of one image with several names."""
    content = layer(files)
    config = {
        "architecture": MACHINE,
        "os": "linux",
        "config": {"Env": ["PATH=/bin"]},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(content).hexdigest()}"]},
    }
    listed = [{"Config": "config.json", "RepoTags": list(names), "Layers": ["layer.tar"]}]
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w") as archive:
        _add(archive, "manifest.json", json.dumps(listed).encode())
        _add(archive, "config.json", json.dumps(config).encode())
        _add(archive, "layer.tar", content)
