# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take the pictures of the reports that the guides show: ``build/link`` must be importable, and Chromium be there.

``PYTHONPATH=build/link .venv/bin/python tests/tools/screenshots.py`` writes them to docs/docsite/rst/images. It is no
part of ``make generate``: each Chromium, with the fonts of its machine, draws other pixels.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import browser
from report_pages import drift, page, sample

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "docsite" / "rst" / "images"
#: picture -> (page, height of the window)
WANTED = {
    "plan-report.png": (page(sample("standard_storage")), 1120),
    "drift-report.png": (drift(sample("standard_storage")), 820),
}
WIDE = 900


def main() -> int:
    """Write the pictures."""
    program = browser.command()
    if program is None:
        print("There is no Chromium: apt-get install chromium", file=sys.stderr)
        return 1
    with browser.Browser(program) as running, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        for name, (text, high) in WANTED.items():
            file.write_text(text, encoding="utf-8")
            running.visit(file.as_uri(), WIDE, high)
            (IMAGES / name).write_bytes(running.picture())
            print(f"written: {(IMAGES / name).relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
