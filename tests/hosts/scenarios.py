# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the molecule scenarios that want real hosts (extensions/molecule/kubernetes_*), on hosts made once for all.

``scenarios.py`` runs those that the test command has the time for, and says which it skipped; ``scenarios.py NAME...``
some; ``scenarios.py --all`` all. ``scenarios.py --ready NAME`` makes everything ready for one
and leaves it so, for playing by hand (``molecule converge -s NAME`` with the variables that it prints; end with
``hosts.py down``). Where hosts cannot be had, it says so in a line that begins with ``skipped:`` and ends well. However
it ends, killed or by Ctrl-C, a process of its own takes the hosts down.

What is installed is that of $KUBERNETES_ARTIFACTS, a folder in the format of the mirror, else stand-ins (artifacts.py).
A folder that no cluster could be made of is refused before anything is done, with all that it lacks. A scenario has the
hosts that its site/hosts.yml names, else node1 and node2, and is skipped where it speaks of ``test_previous`` and the
folder has one minor release only.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import artifacts
import hosts

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MOLECULE = ROOT / "extensions/molecule"
WORKTREE = ROOT / "tests/tools/worktree.py"
SCENARIOS = "kubernetes_*/molecule.yml"
#: looks for anything that a role leaves on a host
BARE = "kubernetes_host"
#: with these the test command would take more than half an hour on two processors
LONG = ("kubernetes_ha", "kubernetes_reset", "kubernetes_scale", "kubernetes_single", "kubernetes_upgrade")


def tool(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run hosts.py."""
    command = [sys.executable, str(HERE / "hosts.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def wanted(name: str) -> list[str]:
    """The hosts of a scenario."""
    place = MOLECULE / name / "site" / "hosts.yml"
    text = place.read_text(encoding="utf-8") if place.exists() else ""
    return [host for host in hosts.USUAL if re.search(rf"^\s+{host}:", text, re.M)] or ["node1", "node2"]


def have_images(names: list[str]) -> str:
    """Build the images that are missing; why that is not possible here, or ""."""
    hosts.configure()
    try:
        with hosts.alone():
            hosts.ensure_images({hosts.USUAL[host] for name in names for host in wanted(name)})
    except RuntimeError as error:
        return f"the image of a host could not be made: {error}"
    return ""


def unfit(name: str, folder: Path) -> str:
    """Why a scenario cannot be run with what the folder has; "" when it can."""
    texts = [path.read_text(encoding="utf-8") for path in (MOLECULE / name).rglob("*.yml")]
    versions = artifacts.releases(folder)
    if any("test_previous" in text for text in texts) and not artifacts.previous(versions):
        return f"it wants two minor releases of Kubernetes, and there is {', '.join(versions)}"
    return ""


def ready(name: str, folder: Path) -> None:
    """Hosts, their inventory, and what else a scenario counts on; raises RuntimeError."""
    names = wanted(name)
    for verb in ("up", "inventory"):
        made = tool(verb, *names)
        if made.returncode:
            raise RuntimeError(made.stderr.strip())
    artifacts.write(artifacts.told(folder, names[0]))
    artifacts.hook(folder, "begin")


def variables(folder: Path) -> dict[str, str]:
    """What molecule is told by the environment; ``folder`` is its own."""
    return {
        "EDGE_TEST_HOSTS": str(hosts.STATE),
        "MOLECULE_EPHEMERAL_DIRECTORY": str(folder),
        # a connection is kept in a file whose path has to be short
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(folder.parent / "s"),
        # the hosts are made, and nobody has to make them again
        "EDGE_TEST_READY": "1",
    }


def molecule(name: str, folder: Path, place: Path) -> bool:
    """Run a scenario on the hosts as they are; whether it passed."""
    if reason := unfit(name, place):
        print(f"skipped: {name}: {reason}", flush=True)
        return True
    # a folder of this run: molecule notes in it that hosts are prepared, and these are others than last time
    (folder / name).mkdir()
    started = time.monotonic()
    passed = False
    try:
        ready(name, place)
        command = ["molecule", "test", "--destroy=never", "--scenario-name", name]
        passed = subprocess.run(command, env={**os.environ, **variables(folder / name)}, check=False).returncode == 0
        artifacts.hook(place, "end")
    except RuntimeError as error:
        passed = False
        print(f"{name}: {error}", file=sys.stderr)
    print(f"{name}: {'passed' if passed else 'FAILED'} after {time.monotonic() - started:.0f} s", flush=True)
    if not passed:
        tool("down")  # the next one shall not stumble over what is left
    return passed


def find_tools() -> str:
    """Have molecule and the collection found as this program was, also outside of the test command; why not, or ""."""
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    if shutil.which("molecule") is None:
        return "there is no molecule; run `make test-setup`, and this with .venv/bin/python"
    places = os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(os.pathsep)
    if not any((Path(place) / "ansible_collections/edge/infra").exists() for place in places if place):
        made = subprocess.run([sys.executable, str(WORKTREE)], capture_output=True, text=True, check=True)
        os.environ["ANSIBLE_COLLECTIONS_PATH"] = os.pathsep.join(filter(None, [made.stdout.strip(), *places]))
    return ""


def leave(folder: Path) -> None:
    """End the connections that Ansible keeps open."""
    for socket in (folder / "s").glob("*"):
        command = ["ssh", "-o", f"ControlPath={socket}", "-O", "exit", "host"]
        subprocess.run(command, capture_output=True, check=False)
    shutil.rmtree(folder, ignore_errors=True)


def by_hand(name: str) -> int:
    """Make everything ready for one scenario, and say how to go on."""
    hosts.configure()
    folder = hosts.STATE / "by-hand" / name
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("EDGE_TEST_MINUTES", "240")
    try:
        ready(name, artifacts.folder())
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    for key, value in variables(folder).items():
        print(f"export {key}={value}")
    return 0


def main() -> int:
    """Hosts up, scenarios, hosts down."""
    if sys.argv[1:2] == ["--ready"]:
        return by_hand(sys.argv[2])
    # hosts are bare for the first one only
    every = sorted((path.parent.name for path in MOLECULE.glob(SCENARIOS)), key=lambda name: (name != BARE, name))
    if sys.argv[1:] == ["--all"] or (not sys.argv[1:] and os.environ.get("EDGE_TEST_ALL")):
        sys.argv[1:] = every
    if unknown := [name for name in sys.argv[1:] if not (MOLECULE / name / "molecule.yml").exists()]:
        print(f"there is no scenario {', '.join(unknown)}", file=sys.stderr)
        return 2
    names = sys.argv[1:] or [name for name in every if name not in LONG]
    reason = hosts.why()
    if not reason:
        try:
            place = artifacts.folder()
            faults = artifacts.lacking(place, {hosts.USUAL[host] for name in names for host in wanted(name)})
        except artifacts.Problem as error:
            faults = [str(error)]
        if tools := find_tools():
            faults.append(tools)
        if faults:
            print("\n".join(faults), file=sys.stderr)
            return 1
        reason = have_images(names)
    if reason:
        print(f"skipped: scenarios on real hosts: {' '.join(reason.split())}")
        return 0
    if not sys.argv[1:]:
        print(f"skipped: {', '.join(LONG)}: for the time; make test ALL=1 runs them", flush=True)
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="edge-"))
    # it waits for the end of a pipe that only this process holds, so that it outlives whatever ends this one
    keeper = [sys.executable, str(HERE / "hosts.py"), "watch"]
    with subprocess.Popen(keeper, stdin=subprocess.PIPE, start_new_session=True):
        try:
            print(f"Kubernetes {', '.join(artifacts.releases(place))} of {place}", flush=True)
            passed = [molecule(name, folder, place) for name in names]
            return 0 if all(passed) else 1
        except artifacts.Problem as error:
            print(error, file=sys.stderr)
            return 1
        finally:
            leave(folder)
            print(f"scenarios ended after {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
