# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests' own ``sitecustomize`` keeps of compiled code is the code of that very source."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path


def test_code_is_kept_for_the_source_that_it_is_of(tmp_path: Path) -> None:
    """Two archives, a module of one name in both; the archive of one is changed."""
    folder = Path(os.environ["EDGE_TEST_BYTECODE"])
    for name, text in (("one", "1"), ("two", "2"), ("one", "1"), ("one", "3")):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            archive.writestr("kept_for_a_test.py", f"print({text!r}, __file__)\n")
        program = "import sys; sys.path.insert(0, sys.argv[1]); import kept_for_a_test"
        command = [sys.executable, "-c", program, str(tmp_path / f"{name}.zip")]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
        assert done.stdout.strip() == f"{text} {tmp_path}/{name}.zip/kept_for_a_test.py"
    ours = [f for f in folder.iterdir() if f.is_file() and b"kept_for_a_test" in f.read_bytes()]
    assert len(ours) == 1, "one file for each module, the newest"
