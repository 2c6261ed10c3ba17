# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stand-ins need around a scenario: a new lab that their cluster is in, and hosts that know where it is.

``hook.py begin`` and ``hook.py end``, and in between ``hook.py tell`` where a host was made anew; the hosts are those
of hosts.py.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import hosts  # noqa: E402

ROOT = HERE.parents[2]
PLACE = hosts.STATE / "standins"
#: the programs wait that much shorter than the real ones, which scenarios have no time for
PACE = 0.3
#: a lab that nobody has ended ends by itself; who plays by hand takes longer than any scenario
MINUTES = os.environ.get("EDGE_TEST_MINUTES", "90")


def lab(*words: str, feed: str | None = None) -> None:
    """Run the lab's own command."""
    command = [sys.executable, "-m", "edgelab", "--state-dir", str(PLACE), *words]
    variables = {**os.environ, "PYTHONPATH": str(ROOT / "roles/lab/files")}
    done = subprocess.run(command, input=feed, capture_output=True, text=True, check=False, env=variables)
    if done.returncode:
        raise SystemExit(f"the stand-ins' lab: {(done.stderr or done.stdout).strip()}")


def begin() -> None:
    """A cluster's API with nothing in it, and its whereabouts on each host."""
    end()
    known = hosts.remember()
    gateway = known["subnet"].rpartition(".")[0] + ".1"
    configuration = {
        "services": ["kubernetes"],
        "time_factor": 1,
        "kubernetes": {"kubeadm": True},
        "listen": {"kubernetes": gateway},
    }
    lab("--detach", "--minutes", MINUTES, "--config", "-", feed=json.dumps(configuration))
    tell()


def tell() -> None:
    """The lab's whereabouts on each host, also on one that was made meanwhile."""
    about = json.loads((PLACE / "lab.json").read_text(encoding="utf-8"))
    access = about["credentials"]["kubernetes"]
    told = {
        "lab": {
            "url": about["urls"]["kubernetes"],
            "ca": Path(about["ca_cert"]).read_text(encoding="utf-8"),
            "cert": access["front_proxy_certificate"],
            "key": access["front_proxy_key"],
        },
        "pace": PACE,
    }
    for name, state in hosts.containers().items():
        if state != "running":
            continue
        place = "umask 077 && cat > /etc/edge-standin.yaml"
        hosts.run("podman", "exec", "--interactive", name, "sh", "-c", place, feed=json.dumps(told))


def end() -> None:
    """No lab."""
    if (PLACE / "lab.json").exists():
        lab("--stop")
    shutil.rmtree(PLACE, ignore_errors=True)


if __name__ == "__main__":
    {"begin": begin, "tell": tell, "end": end}[sys.argv[1]]()
