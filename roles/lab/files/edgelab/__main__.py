# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab as a command: ``python -m edgelab --config lab-config.json --state-dir DIR [--detach]``, or ``--stop``."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import resource
import signal
import sys
from pathlib import Path

from . import launch
from .core.sites import SitesError


async def _serve(options: argparse.Namespace) -> None:
    from .build import build
    from .core.lease import Lease

    config = json.loads(Path(options.config).read_text(encoding="utf-8"))
    # a site has half a dozen sockets, and the usual limit of open files is 1024
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    lab = build(config, options.state_dir)
    lab.lease = Lease(options.parent, options.minutes, lambda: lab.is_current)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, lab.lease.end)
    try:
        await lab.start()
        print(f"edge.infra lab: {lab.url('lab')}/", flush=True)
        await lab.lease.wait()
    finally:
        await lab.stop()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="edgelab", description="Simulated APIs of an edge site, on loopback.")
    parser.add_argument(
        "--state-dir", required=True, type=Path, help="folder for certificates, hosts' files and lab.json"
    )
    parser.add_argument(
        "--config", help="JSON document that describes the sites to simulate (with --detach: - for standard input)"
    )
    parser.add_argument("--parent", type=int, help="end when this process is gone")
    parser.add_argument("--minutes", type=float, help="end after so many minutes")
    parser.add_argument("--detach", action="store_true", help="serve in the background; return once it answers")
    parser.add_argument("--with-playbook", action="store_true", help="end with the ansible-playbook that started it")
    parser.add_argument("--fresh", action="store_true", help="stop a lab that runs in the folder first")
    parser.add_argument("--stop", action="store_true", help="stop the lab of the folder, and nothing else")
    options = parser.parse_args()
    if not options.stop and not options.config:
        parser.error("--config is needed")
    options.state_dir = options.state_dir.resolve()
    return options


def _stop(options: argparse.Namespace) -> int:
    if launch.stop(options.state_dir):
        print("stopped")
    elif launch.clear(options.state_dir):
        print("not running: it was killed; cleared what it left")
    else:
        print("not running")
    return 0


def _detach(options: argparse.Namespace) -> int:
    parent = launch.playbook_process() if options.with_playbook else options.parent
    if options.fresh:
        try:
            launch.check_free(options.state_dir, parent)
        except launch.InUseError as error:
            print(error, file=sys.stderr)
            return 1
        launch.stop(options.state_dir)
    if launch.contact(options.state_dir):
        print("already running")
        return 0
    config = options.config
    if config == "-":
        # the document comes with the command, so that of two that start at once each gets its own
        config = str(options.state_dir / "config.json")
        with open(config, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as stream:
            stream.write(sys.stdin.read())
    arguments = ["--config", config, "--state-dir", str(options.state_dir)]
    arguments += ["--parent", str(parent)] if parent else []
    arguments += ["--minutes", str(options.minutes)] if options.minutes else []
    return launch.detach(arguments, options.state_dir)


def main() -> int:
    """Serve until the lease ends, or start or stop a lab in the background."""
    options = _options()
    if options.stop and not options.state_dir.exists():
        print("not running")
        return 0
    if options.stop or options.detach:
        with launch.alone(options.state_dir):
            return _stop(options) if options.stop else _detach(options)
    if options.fresh:
        launch.stop(options.state_dir)
    if launch.contact(options.state_dir):
        print("already running")
        return 0
    try:
        asyncio.run(_serve(options))
    except ModuleNotFoundError as error:
        needs = Path(__file__).resolve().parents[1] / "requirements.txt"
        print(
            f"edgelab: the Python library {error.name} is missing. Install it: pip install -r {needs}", file=sys.stderr
        )
        return 1
    except (OSError, SitesError) as error:
        print(f"edgelab: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
