# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the lab: ``python -m edgelab --config lab-config.json --state-dir DIR``."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from .build import build
from .core.lease import Lease


async def _run(options: argparse.Namespace) -> None:
    config = json.loads(Path(options.config).read_text(encoding="utf-8"))
    lab = build(config, Path(options.state_dir).resolve())
    lab.lease = Lease(options.parent, options.minutes)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, lab.lease.end)
    try:
        await lab.start()
        print(f"edge.infra lab: {lab.url('lab')}/", flush=True)
        await lab.lease.wait()
    finally:
        await lab.stop()


def main() -> int:
    """Parse the command line and serve until the lease ends."""
    parser = argparse.ArgumentParser(prog="edgelab", description="Simulated APIs of an edge site, on loopback.")
    parser.add_argument("--config", required=True, help="JSON document that describes the sites to simulate")
    parser.add_argument("--state-dir", required=True, help="folder for certificates, hosts' files and lab.json")
    parser.add_argument("--parent", type=int, help="end when this process is gone")
    parser.add_argument("--minutes", type=float, help="end after so many minutes")
    try:
        asyncio.run(_run(parser.parse_args()))
    except OSError as error:
        print(f"edgelab: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
