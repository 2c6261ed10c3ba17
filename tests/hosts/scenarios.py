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


def molecule(names: list[str], sockets: str) -> int:
    """Run the scenarios; the exit status."""
    chosen = [f"--scenario-name={name}" for name in names] or ["--all"]
    # a connection is kept in a file whose path has to be short
    more = {"MOLECULE_GLOB": SCENARIOS, "EDGE_TEST_HOSTS": str(hosts.STATE), "ANSIBLE_SSH_CONTROL_PATH_DIR": sockets}
    command = ["molecule", "test", "--shared-state", *chosen]
    return subprocess.run(command, env={**os.environ, **more}, check=False).returncode


def leave(sockets: str) -> None:
    """End the connections that Ansible keeps open."""
    for socket in Path(sockets).iterdir():
        command = ["ssh", "-o", f"ControlPath={socket}", "-O", "exit", "host"]
        subprocess.run(command, capture_output=True, check=False)
    shutil.rmtree(sockets, ignore_errors=True)


def main() -> int:
    """Hosts up, scenarios, hosts down."""
    if reason := hosts.why() or have_images():
        print(f"skipped: scenarios on real hosts: {' '.join(reason.split())}")
        return 0
    started = time.monotonic()
    sockets = tempfile.mkdtemp(prefix="edge-")
    # it waits for the end of a pipe that only this process holds, so that it outlives whatever ends this one
    keeper = [sys.executable, str(HERE / "hosts.py"), "watch"]
    with subprocess.Popen(keeper, stdin=subprocess.PIPE, start_new_session=True):
        try:
            made = tool("up", *WANTED)
            if made.returncode:
                print(made.stderr, file=sys.stderr)
                return 1
            print(f"hosts are up after {time.monotonic() - started:.0f} s", flush=True)
            return molecule(sys.argv[1:], sockets)
        finally:
            leave(sockets)
            print(f"scenarios ended after {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
