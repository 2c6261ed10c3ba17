# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rehearsal's three runs say together. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: what the runs are called in a sentence
TITLES = {"check": "the check run", "run": "the real run", "again": "the second run"}
NUMBERS = {1: "One run", 2: "Both runs", 3: "All three runs"}
RUNS: tuple[tuple[str, list[str]], ...] = (("check", ["--check", "--diff"]), ("run", []), ("again", []))


@dataclass(frozen=True)
class Around:
    """What the commands that are named at the end are made of.

    :param lab_url: the lab's page.
    :param folder: the rehearsal's, as the user would type it from where they are.
    :param inventory: the arguments of ``ansible-playbook`` for the inventory (and its vault).
    :param sites: names of the sites.
    :param sample: where the inventory is, if it is one of the collection's samples.
    :param in_clone: there is a Makefile.
    :param clusters: the sites are clusters for OpenStack-Helm.
    :param activate: what has to be typed before the commands, if anything.
    """

    lab_url: str
    folder: str
    keep_minutes: float
    inventory: str
    sites: Sequence[str]
    sample: str = ""
    in_clone: bool = False
    activate: str = ""
    clusters: bool = False


@dataclass(frozen=True)
class Run:
    """One run: when (epoch seconds), its exit status, its stages as the ``stages`` callback has them, its requests."""

    name: str
    started: float
    ended: float
    status: int
    stages: Sequence[Mapping[str, Any]]
    requests: Sequence[Mapping[str, Any]]

    def total(self, key: str) -> int:
        """Sum of a count over the stages."""
        return sum(int(stage.get(key, 0)) for stage in self.stages)

    def changed_tasks(self) -> list[tuple[str, str]]:
        """Host and name of every task that changed something (or, in check mode, would)."""
        return [(t["host"], t["task"]) for s in self.stages for t in s["tasks"] if t["status"] == "changed"]


def count(requests: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """By API the number of requests, write requests and logins."""
    requests = list(requests)
    everything = Counter(r["service"] for r in requests)
    writes = Counter(r["service"] for r in requests if r["write"])
    logins = Counter(r["service"] for r in requests if r["login"])
    return {a: {"requests": n, "writes": writes[a], "logins": logins[a]} for a, n in sorted(everything.items())}


def _stage(run: Run, stage: Mapping[str, Any], until: float) -> dict[str, Any]:
    within = [r for r in run.requests if stage["started"] <= r["at"] < until]
    apis = count(within)
    return {
        "stage": stage["stage"],
        "seconds": round(stage["ended"] - stage["started"], 2),
        "changed": stage["changed"],
        "failed": stage["failed"] + stage["unreachable"],
        "requests": len(within),
        "writes": sum(a["writes"] for a in apis.values()),
        "apis": apis,
    }


def _summary(run: Run) -> dict[str, Any]:
    # a run that could not even begin has no stages
    ends = ([s["started"] for s in run.stages[1:]] + [run.ended + 1])[: len(run.stages)]
    apis = count(run.requests)
    return {
        "seconds": round(run.ended - run.started, 2),
        "changed": run.total("changed"),
        "failed": run.total("failed") + run.total("unreachable"),
        "requests": sum(a["requests"] for a in apis.values()),
        "writes": sum(a["writes"] for a in apis.values()),
        "apis": apis,
        "stages": [_stage(run, stage, end) for stage, end in zip(run.stages, ends, strict=True)],
    }


def summarize(runs: Sequence[Run]) -> dict[str, Any]:
    """``{"runs": {name: {...}}, "seconds": total, "faults": [text]}``; a fault is a promise that was broken."""
    by_name = {run.name: run for run in runs}
    faults = [f"{TITLES[r.name]} failed (exit status {r.status})" for r in runs if r.status]
    faults += [f"{TITLES[name]} was not started" for name, _flags in RUNS if name not in by_name]
    check, run, again = (by_name.get(name) for name, _flags in RUNS)
    if check:
        writes = [f"{r['method']} {r['service']}{r['path']}" for r in check.requests if r["write"]]
        faults += [f"the check run sent a write request: {w}" for w in writes]
    if check and run and not run.status:
        predicted, happened = Counter(check.changed_tasks()), Counter(run.changed_tasks())
        faults += [f"{h}: '{t}' was predicted to change, and did not" for h, t in (predicted - happened)]
        faults += [f"{h}: '{t}' changed, which check mode had not predicted" for h, t in (happened - predicted)]
    if again:
        faults += [f"{h}: '{t}' changed in the second run" for h, t in again.changed_tasks()]
        writes = [f"{r['method']} {r['service']}{r['path']}" for r in again.requests if r["write"]]
        faults += [f"the second run sent a write request: {w}" for w in writes]
    return {
        "runs": {r.name: _summary(r) for r in runs},
        "seconds": round(sum(r.ended - r.started for r in runs), 2),
        "faults": faults,
    }


def table(summary: Mapping[str, Any], built: Mapping[str, Sequence[str]], around: Around) -> list[str]:
    """The summary as lines for a person.

    :param built: by API what exists in the simulated world now, a line each.
    """
    runs = summary["runs"]
    lines = ["", "══ Summary " + "═" * 58, "", "Built:"]
    for api, things in built.items():
        lines += [f"   {api:12} {thing}" for thing in things]
    names = list(dict.fromkeys(s["stage"] for r in runs.values() for s in r["stages"]))
    wide = max([12, *(len(name) + 1 for name in names)])
    lines += ["", f"{'Stage':{wide}}" + "".join(f"{name:>10} s{'requests':>10}{'writes':>8}" for name in runs)]
    for name in names:
        row = f"{name:{wide}}"
        for run in runs.values():
            stage = next((s for s in run["stages"] if s["stage"] == name), None)
            row += f"{stage['seconds']:>12.1f}{stage['requests']:>10}{stage['writes']:>8}" if stage else " " * 30
        lines.append(row)
    lines.append(
        f"{'all':{wide}}" + "".join(f"{r['seconds']:>12.1f}{r['requests']:>10}{r['writes']:>8}" for r in runs.values())
    )
    lines.append((f"{'changed':{wide}}" + "".join(f"{r['changed']:>12}{'':18}" for r in runs.values())).rstrip())
    together = f"{NUMBERS[len(runs)]}{' together' if len(runs) > 1 else ''}"
    lines += ["", f"{together}: {summary['seconds']:.1f} s.  Details: {around.folder}/summary.json"]
    if summary["faults"]:
        lines += ["", "Faults:"] + [f"   - {fault}" for fault in summary["faults"]]
    else:
        lines.append(
            "The check run predicted what happened, and the second run changed nothing and sent no write request."
        )
    return lines + _commands(around) + _next(around, bool(summary["faults"]))


def _commands(around: Around) -> list[str]:
    """How to look around in the lab, while it is up."""
    if not around.keep_minutes:
        return []
    lab = f"{around.folder}/lab"
    stop = f"ansible-playbook edge.infra.lab -e lab_state=stopped -e lab_folder={lab}"
    look = "get pods -A" if around.clusters else "get l2networks,overlays,pods -A"
    stage = "openstack_helm" if around.clusters else "service"
    return [
        "",
        *([f"Type this first, to have the commands at hand: {around.activate}", ""] if around.activate else []),
        f"The lab stays up for {around.keep_minutes:g} minutes: {around.lab_url}/",
        *(f"   look around:         kubectl --kubeconfig {lab}/sites/{s}/kubeconfig {look}" for s in around.sites),
        f"   run a stage alone:   ansible-playbook edge.infra.{stage} {around.inventory} -e @{lab}/lab-vars.yml",
        f"   stop it:             {'make lab-stop   (or: ' + stop + ')' if around.in_clone else stop}",
    ]


def _next(around: Around, failed: bool) -> list[str]:
    """What comes after this rehearsal."""
    if failed:
        return ["Next: mend what is listed as a fault, and rehearse again."]
    if around.sample and around.clusters:
        return [
            "Next: copy the sample inventory, make it yours, and hold its values against upstream's charts on paper:",
            f"   cp -r {around.sample} my_cloud",
            "   ansible-playbook edge.infra.openstack_helm -i my_cloud -e openstack_helm_verb=plan",
        ]
    if around.sample:
        return [
            "Next: copy the sample inventory, make it yours with secrets of its own, and check it on paper:",
            f"   cp -r {around.sample} my_site",
            "   ansible-vault create my_site/group_vars/all/vault.yml   (what my_site/secrets.example.txt lists)",
            "   ansible-playbook edge.infra.plan -i my_site --ask-vault-pass",
        ]
    playbook, where = ("openstack_helm", "in the real cluster") if around.clusters else ("site", "at the real site")
    return [
        f"Next: see what would be done {where}:",
        f"   ansible-playbook edge.infra.{playbook} {around.inventory} --check --diff",
    ]
