# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the benchmarks, print their figures and write them to build/benchmarks/NAME.json.

A benchmark is a module ``bench_NAME.py`` beside this file with ``def figures() -> dict[str, float]``: what was
measured, as a name that tells the unit, and the number. ``run.py NAME...`` runs the named ones. The exit status is
1 when one failed.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parents[1] / "build" / "benchmarks"


def figures_of(path: Path) -> dict[str, float]:
    """The figures that a benchmark's module measures now; ``ValueError`` when they are not numbers by name."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    figures: dict[str, float] = module.figures()
    wrong = [
        k for k, v in figures.items() if not isinstance(k, str) or isinstance(v, bool) or not isinstance(v, int | float)
    ]
    if wrong or not figures:
        raise ValueError(f"{path.name}: figures() must give numbers by name, not {figures!r}")
    return figures


def main() -> int:
    """Run them one after the other."""
    wanted = sys.argv[1:]
    paths = {path.stem.removeprefix("bench_"): path for path in sorted(HERE.glob("bench_*.py"))}
    if unknown := set(wanted) - set(paths):
        raise SystemExit(f"No such benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(paths)}.")
    sys.path.insert(0, str(HERE))
    RESULTS.mkdir(parents=True, exist_ok=True)
    failed = []
    for name in wanted or paths:
        started = time.monotonic()
        try:
            figures = figures_of(paths[name])
        except Exception:
            traceback.print_exc()
            failed.append(name)
            continue
        (RESULTS / f"{name}.json").write_text(json.dumps({"figures": figures}, indent=2) + "\n", encoding="utf-8")
        print(f"{name} ({time.monotonic() - started:.1f} s)")
        for what, number in figures.items():
            print(f"  {what:<60} {number:>14,.6g}", flush=True)
    if not paths:
        print("There is no benchmark yet.")
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
