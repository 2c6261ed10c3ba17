# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks and seconds of ``edge.infra.provision`` for a kubeadm cluster of 1, 3 and 10 test hosts, with stand-ins.

Seconds are those of the wall, and those of the controller's processors (``cpu_s``).

``make``: hosts that have nothing become the cluster (most of it is apt and the programs). ``again``: there is nothing
to do. ``trivial``: as many tasks that run ``true`` on the same hosts, which is what Ansible and SSH take by themselves.
One host is a control-plane node alone; further ones are workers.

Needs what the scenarios on real hosts need; elsewhere it says why not, and its only figure is 0 hosts. Ten hosts take a
while on a small machine: EDGE_BENCH_HOSTS="1 3" measures fewer.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "hosts"))

import artifacts  # noqa: E402
import hosts  # noqa: E402

COUNTS = tuple(int(word) for word in os.environ.get("EDGE_BENCH_HOSTS", "1 3 10").split())
SHARED = ROOT / "extensions" / "molecule" / "hosts" / "site"


def site(folder: Path, names: list[str]) -> Path:
    """An inventory with one control-plane node and workers."""
    groups = {"edge_controllers": names[:1], "edge_workers": names[1:]}
    document = {group: {"hosts": dict.fromkeys(members)} for group, members in groups.items() if members}
    place = folder / f"site-{len(names)}"
    place.mkdir()
    (place / "hosts.yml").write_text(json.dumps(document), encoding="utf-8")
    return place


def play(folder: Path, playbook: str, site_folder: Path) -> tuple[float, float, int]:
    """Run a playbook: seconds, the controller's own, and how many tasks ran on hosts (skipped ones are none)."""
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    inventories = (hosts.STATE / "inventory", SHARED, site_folder)
    command = [str(Path(sys.executable).parent / "ansible-playbook"), playbook]
    environment = {
        **os.environ,
        "ANSIBLE_STDOUT_CALLBACK": "edge.infra.stages",
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(folder / "s"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "EDGE_INFRA_REPORT": str(report),
        "MOLECULE_EPHEMERAL_DIRECTORY": str(folder),
    }
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    arguments = [word for place in inventories for word in ("-i", str(place))]
    done = subprocess.run([*command, *arguments], env=environment, capture_output=True, text=True, check=False)
    seconds, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    own = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode:
        raise RuntimeError(f"{playbook} ended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-500:]}")
    stages: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))["stages"]
    return seconds, own, sum(int(stage["ok"]) + int(stage["changed"]) for stage in stages)


def trivial(folder: Path, tasks: int) -> str:
    """A playbook of that many tasks which do nothing."""
    one = {"name": "Do nothing", "ansible.builtin.command": {"cmd": "true"}, "changed_when": False}
    document = [{"name": "Nothing", "hosts": "edge_controllers:edge_workers", "gather_facts": False}]
    document[0]["tasks"] = [one] * tasks  # type: ignore[assignment]
    path = folder / "trivial.yml"
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


def measure(folder: Path, count: int, place: Path) -> dict[str, float]:
    """The figures of a cluster of that many hosts, which are made for it and taken away."""
    names = [f"node{number}" for number in range(1, count + 1)]
    with hosts.alone():
        hosts.up(*(f"{name}=bookworm" for name in names))
    hosts.inventory(*names)
    artifacts.write(artifacts.told(place, names[0]))
    artifacts.hook(place, "begin")
    try:
        here = site(folder, names)
        first, first_own, first_tasks = play(folder, "edge.infra.provision", here)
        again, again_own, tasks = play(folder, "edge.infra.provision", here)
        plain, plain_own, _tasks = play(folder, trivial(folder, max(1, round(tasks / count))), here)
    finally:
        artifacts.hook(place, "end")
        with hosts.alone():
            hosts.down()
    found = {
        "make": (first, first_own, first_tasks),
        "again": (again, again_own, tasks),
        "trivial": (plain, plain_own, tasks),
    }
    return {
        f"{what}_{count}_hosts_{unit}": number
        for what, numbers in found.items()
        for unit, number in zip(("s", "cpu_s", "tasks"), numbers, strict=True)
    }


def figures() -> dict[str, float]:
    """Seconds, tasks and ratios, by the number of hosts."""
    if reason := hosts.why():
        print(f"skipped: {reason}")
        return {"hosts": 0}
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="edge-") as name:
        hosts.configure()
        place = artifacts.folder()
        for count in COUNTS:
            found |= measure(Path(name), count, place)
    most, least = max(COUNTS), min(COUNTS)
    for what in ("make", "again", "trivial") if most > least else ():
        for unit in ("s", "cpu_s", "tasks"):
            grown = found[f"{what}_{most}_hosts_{unit}"] - found[f"{what}_{least}_hosts_{unit}"]
            found[f"{what}_growth_per_host_{unit}"] = grown / (most - least)
    return found
