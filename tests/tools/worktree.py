# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the checkout importable as ``ansible_collections.edge.infra``.

Two forms, as tools differ. ``link``: build/link/ansible_collections/edge/infra is a link to the checkout; Ansible,
pytest and mypy take it, and an edit counts at once. ``copy``: build/trees/PURPOSE/ansible_collections/edge/infra
holds the files that git knows or would take (not what it ignores); ansible-test and others resolve links, look into
folders that they should not see, or write into the collection, so each purpose has a tree of its own.
"""

from __future__ import annotations

import filecmp
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = Path("ansible_collections/edge/infra")
LINK = ROOT / "build" / "link"
TREES = ROOT / "build" / "trees"


def link() -> Path:
    """The folder for ``ANSIBLE_COLLECTIONS_PATH`` in which the checkout itself stands under its collection's name."""
    place = LINK / NAME
    if place.is_symlink() and place.exists() and place.resolve() == ROOT:
        return LINK
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(ROOT, target_is_directory=True)
    return LINK


def tracked() -> set[Path]:
    """Files that git knows, and new ones that it does not ignore, relative to the checkout; only those that exist."""
    git = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(git, capture_output=True, text=True, check=True).stdout.split("\0")
    return {Path(name) for name in names if name and (ROOT / name).is_file()}


def copy(purpose: str) -> Path:
    """The folder for ``ANSIBLE_COLLECTIONS_PATH`` with a copy of the checkout; unchanged files keep their times.

    The copy is a repository by itself (without a commit): tools that ask git would else find the checkout, which
    ignores build/.
    """
    place = TREES / purpose / NAME
    place.mkdir(parents=True, exist_ok=True)
    if not (place / ".git").exists():
        subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(place)], check=True)
    wanted = tracked()
    for found in sorted(place.rglob("*"), reverse=True):
        name = found.relative_to(place)
        if name.parts[0] == ".git":
            continue
        if found.is_dir() and not found.is_symlink():
            if not any(found.iterdir()):
                found.rmdir()
        elif name not in wanted and name.parts[:2] != ("tests", "output"):
            found.unlink()
    for name in wanted:
        source, target = ROOT / name, place / name
        if target.exists() and filecmp.cmp(source, target):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
    return TREES / purpose


if __name__ == "__main__":
    print(copy(sys.argv[2]) if sys.argv[1:2] == ["copy"] else link())
