# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection, install it as a user would, and rehearse the sample site from the installed copy.

The inventory is copied to a folder outside the checkout and the rehearsal runs there, so that whatever the packing
rules leave out is missed here and not by a user.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import environment
import worktree

ARTIFACTS = environment.BUILD / "artifact"
INSTALLED = environment.BUILD / "installed"
#: what the collection works with once it is installed
NEEDED = {"meta", "plugins", "roles", "playbooks"}
#: what belongs to the checkout only
UNWANTED = {"tests", "extensions", "requirements", "build", ".venv", ".ci", "Makefile"}


def call(*command: str, folder: Path, variables: dict[str, str]) -> None:
    """Run a command, show its output, and end the program when it fails."""
    started = time.monotonic()
    print(f"$ {' '.join(command)}", flush=True)
    status = subprocess.run(command, cwd=folder, env=variables, stdin=subprocess.DEVNULL, check=False).returncode
    print(f"  {time.monotonic() - started:.1f} s", flush=True)
    if status:
        raise SystemExit(f"{command[0]} ended with {status}")


def build() -> Path:
    """The collection as one file, built from what git knows; its top level is checked."""
    tree = worktree.copy("artifact")
    shutil.rmtree(ARTIFACTS, ignore_errors=True)
    build = ("ansible-galaxy", "collection", "build", "--force", "--output-path", str(ARTIFACTS))
    call(*build, folder=tree / worktree.NAME, variables=environment.base(tree))
    (artifact,) = ARTIFACTS.glob("edge-infra-*.tar.gz")
    with tarfile.open(artifact) as file:
        top = {name.split("/", 1)[0] for name in file.getnames()}
    if NEEDED - top:
        raise SystemExit(f"The artifact lacks {', '.join(sorted(NEEDED - top))}.")
    if top & UNWANTED:
        raise SystemExit(f"The artifact holds {', '.join(sorted(top & UNWANTED))}; see build_ignore in galaxy.yml.")
    print(f"  {artifact.name}: {artifact.stat().st_size / 1024:.0f} KiB; {', '.join(sorted(top))}")
    return artifact


def install(artifact: Path) -> None:
    """Install it afresh into build/installed, without the network."""
    shutil.rmtree(INSTALLED, ignore_errors=True)
    INSTALLED.mkdir(parents=True)
    install = ("ansible-galaxy", "collection", "install", "--offline", "--force", "-p", str(INSTALLED), str(artifact))
    call(*install, folder=environment.BUILD, variables=environment.base(INSTALLED))


def rehearse() -> None:
    """The sample site, from a folder that holds a copy of its inventory and nothing else."""
    if not (worktree.ROOT / "playbooks" / "rehearse.yml").exists():
        print("skipped: the rehearsal from the installed copy (there is no playbook of that name yet)")
        return
    with tempfile.TemporaryDirectory(prefix="edge-infra-") as name:
        folder = Path(name)
        shutil.copytree(worktree.ROOT / "inventories" / "simplex", folder / "my_site")
        variables = environment.base(INSTALLED) | {"PYTHONPATH": str(environment.STARTUP)}
        book = ("ansible-playbook", "edge.infra.rehearse", "-i", "my_site", "-e", "rehearse_keep_minutes=0")
        call(*book, folder=folder, variables={**variables, "PWD": str(folder)})
        summary = json.loads((folder / "build" / "rehearsal" / "summary.json").read_text(encoding="utf-8"))
        if summary["faults"]:
            raise SystemExit("\n".join(summary["faults"]))
        (environment.BUILD / "rehearsal-installed.json").write_text(json.dumps(summary, indent=2), encoding="utf-8")


def main() -> int:
    """Build, install, rehearse."""
    install(build())
    rehearse()
    return 0


if __name__ == "__main__":
    sys.exit(main())
