# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the archive of an image that has cat, what cat needs, and something to read."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path


def add(archive: tarfile.TarFile, name: str, content: bytes, mode: int = 0o644) -> None:
    """One file of an archive."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), mode
    archive.addfile(entry, io.BytesIO(content))


def main() -> None:
    """A layer, its configuration, and the list of both."""
    needed = subprocess.run(["ldd", "/usr/bin/cat"], capture_output=True, text=True, check=True).stdout
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as archive:
        for name in ["/usr/bin/cat", *re.findall(r"(/\S+) \(", needed)]:
            add(archive, name.lstrip("/"), Path(name).resolve().read_bytes(), 0o755)
        add(archive, "words", b"out of a container\n")
    text = layer.getvalue()
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Cmd": ["/usr/bin/cat", "/words"]},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(text).hexdigest()}"]},
    }
    listed = [{"Config": "config.json", "RepoTags": ["registry.example.com/words:1"], "Layers": ["layer.tar"]}]
    with tarfile.open(sys.argv[1], "w") as archive:
        add(archive, "layer.tar", text)
        add(archive, "config.json", json.dumps(config).encode())
        add(archive, "manifest.json", json.dumps(listed).encode())


if __name__ == "__main__":
    main()
