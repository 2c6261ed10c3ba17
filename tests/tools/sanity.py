# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``ansible-test sanity`` with every test and no ignores, on a copy of the checkout.

ansible-test makes virtual environments without pip and downloads a bootstrap script from a host of its own. It
first looks for that script in a cache; one is put there that installs the same pip from its wheel, which comes from
the package index.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import environment
import worktree

BOOTSTRAP = '''"""Install pip into an empty virtual environment from the wheel beside the real place of this file."""
import os
import sys

wheel = {wheel!r}
sys.path.insert(0, wheel)
from pip._internal.cli.main import main

args = [a for a in sys.argv[1:] if a not in ("--no-setuptools", "--no-wheel") and not a.startswith("pip==")]
sys.exit(main(["install", "--upgrade", "--force-reinstall", *args, wheel]))
'''


def pip_version() -> str:
    """The version of pip that this ansible-test wants."""
    package = importlib.util.find_spec("ansible_test")
    assert package and package.submodule_search_locations
    source = Path(package.submodule_search_locations[0]) / "_internal" / "python_requirements.py"
    found = re.search(r"pip='([\d.]+)'", source.read_text(encoding="utf-8"))
    if not found:
        raise SystemExit("ansible-test does not tell its version of pip where it used to; see tests/tools/sanity.py")
    return found[1]


def prepare_pip(home: Path) -> None:
    """Fill ansible-test's cache in ``home`` with the bootstrap script, once."""
    version = pip_version()
    cache = home / ".ansible" / "test" / "cache"
    script = cache / f"get_pip_{version.replace('.', '_')}.py"
    wheels = list(cache.glob(f"pip-{version}-*.whl"))
    if not wheels:
        cache.mkdir(parents=True, exist_ok=True)
        download = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "-d", str(cache), f"pip=={version}"]
        subprocess.run(download, check=True)
        wheels = list(cache.glob(f"pip-{version}-*.whl"))
    script.write_text(BOOTSTRAP.format(wheel=str(wheels[0])), encoding="utf-8")


def main() -> int:
    """Run it; more arguments go to ansible-test (``--test import``, a path...)."""
    tree = worktree.copy("sanity")
    home = environment.own_home()
    prepare_pip(Path(home["HOME"]))
    variables = environment.base(tree, **home)
    variables.pop("PYTHONPATH")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = [
        "ansible-test",
        "sanity",
        "--local",
        "--python",
        python,
        "--color",
        "no",
        "--truncate",
        "0",
        *sys.argv[1:],
    ]
    os.chdir(tree / worktree.NAME)
    return subprocess.run(command, env=variables, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
