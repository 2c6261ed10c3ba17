# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the molecule scenarios that want real hosts (extensions/molecule/kubernetes_*), on hosts made once for all.

``scenarios.py`` runs all, ``scenarios.py NAME...`` some. Where hosts cannot be had, it says so in a line that begins
with ``skipped:`` and ends well. However it ends, killed or by Ctrl-C, a process of its own takes the hosts down.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import hosts

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SCENARIOS = "extensions/molecule/kubernetes_*/molecule.yml"
#: every host that a scenario uses: name and suite of Debian; also in extensions/molecule/hosts/create.yml
WANTED = ("node1=bookworm", "node2=trixie")


def tool(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run hosts.py."""
    command = [sys.executable, str(HERE / "hosts.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def have_images() -> str:
    """Build the images that are missing; why that is not possible here, or ""."""
    hosts.configure()
    try:
        with hosts.alone():
            hosts.ensure_images({item.partition("=")[2] for item in WANTED})
    except RuntimeError as error:
        return f"the image of a host could not be made: {error}"
    return ""


def molecule(name: str, folder: Path) -> bool:
    """Run a scenario on the hosts as they are; whether it passed."""
    (folder / name).mkdir()
    # a folder of this run: molecule notes in it that hosts are prepared, and these are others than last time
    more = {
        "EDGE_TEST_HOSTS": str(hosts.STATE),
        "MOLECULE_EPHEMERAL_DIRECTORY": str(folder / name),
        # a connection is kept in a file whose path has to be short
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(folder / "s"),
    }
    started = time.monotonic()
    command = ["molecule", "test", "--destroy=never", "--scenario-name", name]
    passed = subprocess.run(command, env={**os.environ, **more}, check=False).returncode == 0
    print(f"{name}: {'passed' if passed else 'FAILED'} after {time.monotonic() - started:.0f} s", flush=True)
    if not passed:
        tool("down")  # the next one shall not stumble over what is left
    return passed


def leave(folder: Path) -> None:
    """End the connections that Ansible keeps open."""
    for socket in (folder / "s").glob("*"):
        command = ["ssh", "-o", f"ControlPath={socket}", "-O", "exit", "host"]
        subprocess.run(command, capture_output=True, check=False)
    shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Hosts up, scenarios, hosts down."""
    if reason := hosts.why() or have_images():
        print(f"skipped: scenarios on real hosts: {' '.join(reason.split())}")
        return 0
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="edge-"))
    names = sys.argv[1:] or sorted(path.parent.name for path in ROOT.glob(SCENARIOS))
    # it waits for the end of a pipe that only this process holds, so that it outlives whatever ends this one
    keeper = [sys.executable, str(HERE / "hosts.py"), "watch"]
    with subprocess.Popen(keeper, stdin=subprocess.PIPE, start_new_session=True):
        try:
            made = tool("up", *WANTED)
            if made.returncode:
                print(made.stderr, file=sys.stderr)
                return 1
            print(f"hosts are up after {time.monotonic() - started:.0f} s", flush=True)
            passed = [molecule(name, folder) for name in names]
            return 0 if all(passed) else 1
        finally:
            leave(folder)
            print(f"scenarios ended after {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
