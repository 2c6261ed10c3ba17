# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a lab has in its folder for those who install OpenStack in it: this Helm as a program, and charts to install."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

from . import charts
from .sources import packed

FILES = Path(__file__).resolve().parents[2]


def ready(folder: Path) -> dict[str, str]:
    """Put both there, and say where."""
    program, target = folder / "bin/helm", folder / "charts"
    program.parent.mkdir(parents=True, exist_ok=True)
    command = f"PYTHONPATH={shlex.quote(str(FILES))} exec {shlex.quote(sys.executable)} -m edgelab.helm"
    program.write_text(f'#!/bin/sh\n# the lab\'s stand-in for Helm\n{command} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    shutil.rmtree(target, ignore_errors=True)  # a lab of another version may have left its own
    target.mkdir()
    for about in sorted((FILES / "charts").glob("*/Chart.yaml")):
        chart = charts.load(about.parent)
        if chart.metadata.get("type") == "library":
            continue
        for entry in chart.metadata.get("dependencies") or []:
            library = charts.load(about.parent / entry["repository"].removeprefix("file://"))
            chart.raw.update({f"charts/{library.name}/{name}": data for name, data in library.raw.items()})
        (target / f"{chart.name}-{chart.metadata['version']}.tgz").write_bytes(packed(chart))
    return {"program": str(program), "charts": str(target)}
