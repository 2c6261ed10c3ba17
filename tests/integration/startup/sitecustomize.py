# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read by every Python that a test starts: code of modules that was compiled once is not compiled again.

Ansible sends each module as a program with an archive in it, and Python compiles all of the archive's code anew each
time, which is nearly half of what a short module costs; the tests run thousands. Here the code is kept in the folder
that ``EDGE_TEST_BYTECODE`` names, and taken from there where the source is the same to the byte.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
import zipimport
from pathlib import Path
from types import CodeType


def keep(folder: Path) -> None:
    """Keep what is compiled for imports from archives."""
    plain = vars(zipimport).get("_compile_source")
    if plain is None:
        return  # a Python that does it otherwise: slower, and no different

    def compiled(path: str, source: bytes) -> CodeType:
        within = path.rpartition(".zip")[2]
        file = folder / f"{sys.implementation.cache_tag}-{hashlib.sha256(within.encode()).hexdigest()}"
        digest = hashlib.sha256(source).digest()
        try:
            kept = file.read_bytes()
            if kept[: len(digest)] == digest:
                return marshal.loads(kept[len(digest) :])
        except (OSError, ValueError, EOFError, TypeError):
            pass
        code = plain(path, source)
        part = file.with_suffix(f".{os.getpid()}")
        try:
            part.write_bytes(digest + marshal.dumps(code))
            part.replace(file)  # whoever reads meanwhile finds one whole
        except OSError:
            pass
        return code

    vars(zipimport)["_compile_source"] = compiled


if os.environ.get("EDGE_TEST_BYTECODE"):
    keep(Path(os.environ["EDGE_TEST_BYTECODE"]))
