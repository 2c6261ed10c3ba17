# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the virtual environment ``.venv`` with the requirements that a command needs, once.

``python3 tests/tools/setup.py run`` installs requirements/run.txt; ``test`` installs requirements/test.txt, which
includes it, and, where this is root on Debian, the system packages that some tests want. What is installed already
is not looked at again until a requirements file or the Python changes. Uses the standard library only: it runs
before anything is installed. pip takes its index from the user's own configuration.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
#: Python that ansible 12.3 (and so this collection) runs on
LOWEST = (3, 11)
#: what the hosts of tests/hosts are made with: package, program
HOSTS = (
    *((name, name) for name in ("podman", "runc", "mmdebstrap")),
    ("nftables", "nft"),
    ("iptables", "iptables"),
    ("iproute2", "ip"),
    ("openssh-client", "ssh-keygen"),
    ("netavark", "/usr/lib/podman/netavark"),
)
#: what a test wants from the system: package, program that tells whether it is there, what is skipped without it
SYSTEM = (
    ("shellcheck", "shellcheck", "the check of shell scripts by ansible-test"),
    ("chromium", "chromium", "how a browser shows the lab's page and the reports"),
    *((package, program, "scenarios on real hosts") for package, program in HOSTS),
    ("mariadb-server", "/usr/sbin/mariadbd", "tests on a real OpenStack"),
    ("rabbitmq-server", "/usr/lib/rabbitmq/bin/rabbitmq-server", "tests on a real OpenStack"),
)


def say(text: str) -> None:
    """Tell the user what is being done."""
    print(f"==> {text}", flush=True)


def stop(text: str) -> None:
    """End with a message and the exit status 1."""
    print(f"\n{text}", file=sys.stderr)
    raise SystemExit(1)


def requirements(name: str) -> str:
    """The text of requirements/NAME.txt with the files that it includes."""
    text = ""
    for line in (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        text += requirements(line[3:].removesuffix(".txt")) if line.startswith("-r ") else line + "\n"
    return text


def root_of_debian() -> bool:
    """Whether system packages can be installed without asking anybody."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: list[str]) -> bool:
    """Install system packages; False when that did not work. The output is kept in build/apt.log."""
    say(f"installing system packages: {' '.join(packages)}")
    # with this run level no package starts the service that it brings
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    log = ROOT / "build" / "apt.log"
    log.parent.mkdir(exist_ok=True)
    wait = "-oDPkg::Lock::Timeout=120"
    with log.open("w", encoding="utf-8") as out:
        for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            done = subprocess.run(["apt-get", wait, *command], env=environment, stdout=out, stderr=out, check=False)
            if done.returncode:
                say(f"apt-get {command[0]} failed; see {log.relative_to(ROOT)}")
                return False
    return True


def create_environment() -> None:
    """Make an empty ``.venv`` with pip."""
    try:
        import ensurepip
        import venv
    except ImportError:
        if not (root_of_debian() and apt_install(["python3-venv"])):
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            stop(
                f"This Python ({sys.executable}, {version}) cannot make virtual environments: it lacks ensurepip.\n"
                "On Debian: run `apt-get install python3-venv` as root, then this command again.\n"
                "Or name another Python: make PYTHON=/path/to/python3 ..."
            )
    else:
        del ensurepip, venv
    if VENV.exists():
        shutil.rmtree(VENV)
    say(f"making the virtual environment .venv with Python {sys.version.split()[0]}")
    done = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        stop("The virtual environment could not be made; the lines above say why.")


def works() -> bool:
    """Whether ``.venv`` is there and was made by this version of Python."""
    python = VENV / "bin" / "python"
    if not python.exists():
        return False
    tell = [str(python), "-c", "import pip, sys; print(sys.version_info[:2])"]
    done = subprocess.run(tell, capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.strip() == str(tuple(sys.version_info[:2]))


def install(name: str) -> None:
    """Install requirements/NAME.txt into ``.venv`` unless just that is installed."""
    stamp = VENV / f".installed-{name}"
    wanted = requirements(name)
    if works() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    if not works():
        create_environment()
    say(f"installing requirements/{name}.txt (the first time this takes a minute or so)")
    started = time.monotonic()
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    # more than half of the time would go into compiling collections of which nobody imports most: what is used is
    # compiled, and kept, when it is used
    pip.append("--no-compile")
    done = subprocess.run([*pip, "-r", str(ROOT / "requirements" / f"{name}.txt")], check=False)
    if done.returncode:
        stop("The requirements could not be installed; pip's own words are above.")
    stamp.write_text(wanted, encoding="utf-8")
    if name == "test":
        (VENV / ".installed-run").write_text(requirements("run"), encoding="utf-8")
    say(f"installed in {time.monotonic() - started:.0f} s")


def install_system() -> None:
    """Install what tests want from the system, where that is possible; the tests themselves say what they miss."""
    missing = [(package, purpose) for package, program, purpose in SYSTEM if shutil.which(program) is None]
    if missing and root_of_debian():
        # what one purpose lacks is no reason to do without the others
        if apt_install([package for package, _purpose in missing]):
            return
        for wanted in sorted({purpose for _package, purpose in missing}):
            apt_install([package for package, purpose in missing if purpose == wanted])
        missing = [(package, purpose) for package, program, purpose in SYSTEM if shutil.which(program) is None]
    for package, purpose in missing:
        say(f"without {package} (a system package) this is skipped: {purpose}")


def main() -> int:
    """Set up for ``run`` or ``test``."""
    if sys.version_info[:2] < LOWEST:
        stop(f"Python {LOWEST[0]}.{LOWEST[1]} or later is needed; this is {sys.version.split()[0]} ({sys.executable}).")
    name = sys.argv[1]
    if name == "test":
        install_system()
    install(name)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
