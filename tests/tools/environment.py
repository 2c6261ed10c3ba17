# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment that the tools run in: our virtual environment first, and a home folder where they want one."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
HOME = BUILD / "home"
BIN = Path(sys.prefix) / "bin"
#: what every Python of a step reads first, and where it keeps what is compiled and packed, see tests/startup
STARTUP = ROOT / "tests" / "startup"
BYTECODE = BUILD / "bytecode"


def base(collections: Path, **more: str) -> dict[str, str]:
    """Environment for a tool that finds our collection in ``collections`` and the others in the virtual environment.

    What Python compiles is kept in build/: a playbook of fifty tasks starts Python as often.
    """
    left = ("ANSIBLE_", "MAKE", "MFLAGS", "PYTHONDONTWRITEBYTECODE")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(left)}
    BYTECODE.mkdir(parents=True, exist_ok=True)
    return {
        **kept,
        "PATH": f"{BIN}{os.pathsep}{kept.get('PATH', os.defpath)}",
        "VIRTUAL_ENV": sys.prefix,
        "PYTHONPATH": f"{STARTUP}{os.pathsep}{collections}",
        "EDGE_TEST_BYTECODE": str(BYTECODE),
        "PYTHONPYCACHEPREFIX": str(BUILD / "pycache"),
        "PYTHONUNBUFFERED": "1",
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "ANSIBLE_NOCOLOR": "true",
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        **more,
    }


def own_home() -> dict[str, str]:
    """Variables for a tool that keeps things in the home folder: build/home, with the user's pip settings.

    ansible-test passes hardly any variable on to pip, so what the environment says about an index is written to a
    file.
    """
    settings = HOME / ".config" / "pip" / "pip.conf"
    settings.parent.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "config", "list"]
    kept: dict[str, str] = {}
    for line in subprocess.run(pip, capture_output=True, text=True, check=True).stdout.splitlines():
        name, _sign, value = line.partition("=")
        scope, _dot, key = name.rpartition(".")
        # the environment comes last in pip's list, and wins here as with pip
        if scope in ("global", ":env:"):
            kept[key] = str(ast.literal_eval(value)).strip().replace("\n", "\n    ")
    kept["cache-dir"] = subprocess.run(
        [*pip[:3], "cache", "dir"], capture_output=True, text=True, check=True
    ).stdout.strip()
    lines = ["[global]", *(f"{key} = {value}" for key, value in kept.items())]
    settings.write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings.chmod(0o600)
    return {"HOME": str(HOME), "XDG_CACHE_HOME": str(HOME / ".cache"), "XDG_CONFIG_HOME": str(HOME / ".config")}
