# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lint the collection's documentation and build it: the guides and the module reference, as HTML in build/docs/html."""

from __future__ import annotations

import shutil
import subprocess
import sys

import environment
import worktree

DOCS = environment.BUILD / "docs"


def call(*command: str, **folder: object) -> None:
    """Run a command in a folder; end the program when it fails."""
    print(f"$ {' '.join(command)}", flush=True)
    status = subprocess.run(command, stdin=subprocess.DEVNULL, check=False, **folder).returncode  # type: ignore[call-overload]
    if status:
        raise SystemExit(f"{command[0]} ended with {status}")


def main() -> int:
    """Lint, generate, build."""
    tree = worktree.copy("docs")
    place = {"cwd": tree / worktree.NAME, "env": environment.base(tree)}
    call("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--skip-rstcheck", ".", **place)
    shutil.rmtree(DOCS, ignore_errors=True)
    source = DOCS / "source"
    source.mkdir(parents=True)
    settings = worktree.ROOT / "docs" / "docsite" / "conf.py"
    shutil.copy2(settings, source / "conf.py")
    call(
        "antsibull-docs",
        "collection",
        "--use-current",
        "--squash-hierarchy",
        "--fail-on-error",
        "--dest-dir",
        str(source),
        "edge.infra",
        **place,
    )
    call(
        "sphinx-build",
        "-W",
        "--keep-going",
        "-q",
        "-b",
        "html",
        "-d",
        str(DOCS / "doctrees"),
        str(source),
        str(DOCS / "html"),
        **place,
    )
    print(f"The documentation is in {(DOCS / 'html' / 'index.html').relative_to(worktree.ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
