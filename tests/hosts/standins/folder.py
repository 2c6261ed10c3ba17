# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of stand-ins in the format of the mirror: packages, image archives, and their list with sums.

    folder.py FOLDER VERSION...      folder.py /srv/mirror 1.33.4 1.34.2

Images are small archives that nothing runs. A program ``hook`` is in the folder as well, and no other folder has one:
``hook begin`` starts the lab that the stand-ins' cluster is in and tells the test hosts where it is, ``hook tell``
tells it to hosts that were made anew, ``hook end`` ends it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import images  # noqa: E402
import packing  # noqa: E402
from standin import config as configuration  # noqa: E402
from standin import manifests, versions  # noqa: E402

_HOOK = """#!/bin/sh
exec {python} {hook} "$@"
"""


def image_names(version: str) -> list[str]:
    """The images that this release's kubeadm asks for."""
    found = versions.parse(version)
    cluster = {
        "kubernetesVersion": found.tag,
        "imageRepository": configuration.repository(found.minor),
        "dns": {},
        "etcd": {"local": {}},
    }
    config: Any = SimpleNamespace(cluster=cluster)
    return manifests.images(config, found.minor)


def make(folder: Path, wanted: list[str]) -> None:
    """Write the whole folder anew."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "packages").mkdir(parents=True)
    made: list[tuple[Path, dict[str, str]]] = []
    revisions = [version if "-" in version else f"{version}-1.1" for version in wanted]
    for package in [*packing.others(), *(p for version in revisions for p in packing.packages(version))]:
        path = packing.make(package, folder / "packages")
        made.append((path, {"kind": "package", "name": package.name, "version": package.version}))
    for name in dict.fromkeys(image for version in wanted for image in image_names(version.partition("-")[0])):
        path = folder / "images" / (name.replace("/", "_").replace(":", "_") + ".tar")
        images.write(path, [name], {"name": f"{name}\n".encode()})
        made.append((path, {"kind": "image", "name": name, "version": name.rpartition(":")[2]}))
    listed = [
        {**e, "path": str(path.relative_to(folder)), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for path, e in made
    ]
    (folder / "manifest.yml").write_text(json.dumps({"artifacts": listed}, indent=2) + "\n", encoding="utf-8")
    hook = folder / "hook"
    hook.write_text(_HOOK.format(python=sys.executable, hook=HERE / "hook.py"), encoding="utf-8")
    hook.chmod(0o755)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    make(Path(sys.argv[1]), sys.argv[2:])
