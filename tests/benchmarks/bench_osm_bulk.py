# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests, bytes and seconds of OSM as code, on the lab, in one run.

Fifty VIM accounts, K8s clusters, VNF packages and NS packages are made; then 20 of the accounts are changed; then
nothing is; then there are a hundred accounts, and a thousand. Three ways:

* ``module``: one call of ``osm_deployment``, without waiting (what waiting costs depends on the life-cycle manager);
* ``loop``: the very same requests from one pooled session, as many at once as the module has under way;
* ``command``: a new process, a login and a list for each object, as the ``osm`` client does. Sixteen real processes,
  two of a kind in each phase, scaled to the number of objects: with the list empty and with it full for the creation.
  The client's own imports (0.9 s) are not in it, so the real one takes longer.

``process`` is the whole Python process, other seconds are those of the module or the loop alone. Every run signs in
anew; OSM takes a second more for a login within two seconds of the last one, so the first two ways are spaced, and
the third is not: nobody spaces commands.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import requests
import yaml
from bench_osm_tasks import ROOT, lab

MANY, CHANGED, FEW, THOUSAND = 50, 20, 100, 1000
SAMPLES = ROOT / "inventories/simplex/.packages"
CLIENT = Path(__file__).with_name("osm_process.py")
#: seconds between two logins after which OSM does not punish the second
SPACE = 2.1
TOPICS = ("nsd/v1/ns_descriptors", "vnfpkgm/v1/vnf_packages", "admin/v1/k8sclusters", "admin/v1/vim_accounts")


def vim(number: int, description: str = "first", prefix: str = "site") -> dict[str, Any]:
    """A VIM account with a password of its own."""
    common = {"type": "dummy", "url": "http://localhost/dummy", "tenant": "dummy", "username": "osm"}
    return {"name": f"{prefix}-{number}", **common, "password": f"Secret-of-{number:04}", "description": description}


def cluster(number: int, kubeconfig: str) -> dict[str, Any]:
    """A cluster on the account of the same number."""
    name = f"site-{number}"
    common = {"k8s_version": "v1.31", "nets": {"mgmtnet": None}, "kubeconfig": kubeconfig}
    return {"name": name, "vim_account": name, **common}


def package(folder: Path, kind: str, number: int) -> str:
    """The folder of a copy of a sample package, with an id of its own."""
    source = SAMPLES / f"edge_web_{'knf' if kind == 'vnf' else 'ns'}"
    [file] = source.glob("*.yaml")
    text = file.read_text(encoding="utf-8")
    for name in ("edge_web_knf", "edge_web_ns"):
        text = text.replace(name, f"{name}_{number}")
    target = folder / f"{source.name}_{number}"
    target.mkdir(parents=True, exist_ok=True)
    (target / file.name).write_text(text, encoding="utf-8")
    return str(target)


class Bench:
    """A lab, a folder, and what has been measured."""

    def __init__(self, folder: Path, about: Mapping[str, Any]) -> None:
        self.folder, self.figures = folder, dict[str, float]()
        known = about["credentials"]["osm"]
        self.kubeconfig = about["credentials"]["kubernetes"]["kubeconfig"]
        self.options = {"osm_url": about["urls"]["osm"], "osm_ca_cert": about["ca_cert"], "osm_token_cache": False}
        self.options |= {"osm_username": known["username"], "osm_password": known["password"]}
        self._control = f"{about['urls']['lab']}/lab/requests"
        self._http = requests.Session()
        self._http.trust_env, self._http.verify = False, about["ca_cert"]
        self._http.headers["Accept"] = "application/json"
        login = {"username": known["username"], "password": known["password"]}
        token = self._http.post(f"{self.options['osm_url']}/osm/admin/v1/tokens", json=login, timeout=30).json()["id"]
        self._http.headers["Authorization"] = f"Bearer {token}"

    def _osm(self, method: str, path: str) -> requests.Response:
        return self._http.request(method, f"{self.options['osm_url']}/osm/{path}", timeout=60)

    def allow(self, accounts: int) -> None:
        """Raise the project's quota (500 by default)."""
        quota = {"name": "admin", "quotas": {"vim_accounts": accounts}}
        url = f"{self.options['osm_url']}/osm/admin/v1/projects/admin"
        self._http.request("PATCH", url, json=quota, timeout=30).raise_for_status()

    def clear(self, *names: str) -> None:
        """Remove everything, or the accounts and so on of these names."""
        for path in TOPICS:
            for document in self._osm("GET", path).json():
                if not names or {document.get("name"), document.get("id")} & set(names):
                    self._osm("DELETE", f"{path}/{document['_id']}?FORCE=True").raise_for_status()

    def settle(self) -> None:
        """Wait until the life-cycle manager has nothing to do."""
        busy = True
        while busy:
            time.sleep(0.2)
            found = [d["_admin"] for topic in TOPICS[2:] for d in self._osm("GET", topic).json()]
            busy = any(a["operationalState"] == "PROCESSING" for a in found)

    def run(self, what: str, job: Mapping[str, Any]) -> dict[str, Any]:
        """One process of the client; what it measured, the seconds of the whole process, and the lab's record."""
        file, answer = self.folder / "job.json", self.folder / "answer.json"
        file.write_text(json.dumps({"options": self.options, "answer": str(answer), **job}), encoding="utf-8")
        self._http.delete(self._control, timeout=30)
        begun = time.perf_counter()
        subprocess.run([sys.executable, str(CLIENT), what, str(file)], check=True)
        process = time.perf_counter() - begun
        rows = [r for r in self._http.get(self._control, timeout=30).json()["requests"] if r["service"] == "osm"]
        measured = {**json.loads(answer.read_text(encoding="utf-8")), "process": process, "record": rows}
        assert not measured.get("failed"), str(measured["msg"])[:500]
        return measured

    def module(self, resources: Mapping[str, Any], **job: Any) -> dict[str, Any]:
        """The module on a document."""
        time.sleep(SPACE)
        return self.run("module", {"options": {**self.options, "resources": resources, "wait": False}, **job})

    def pair(self, phase: str, resources: Mapping[str, Any], writes: int, undo: Callable[[], None], lists: int) -> None:
        """Module and loop in turns, the best of each; seconds of the module's whole process.

        :param undo: takes back what a run has made, so that the next one does the same.
        :param lists: one for each kind, and those of kinds that the declared ones depend on.
        """
        recorded = str(self.folder / f"{phase}.json")
        self.module(resources, record=recorded)
        best: dict[str, dict[str, Any]] = {}
        for _round in range(2):
            for way in ("loop", "module"):
                undo()
                if way == "module":
                    found = self.module(resources)
                else:
                    time.sleep(SPACE)
                    found = self.run("loop", {"record": recorded})
                seen = len(found["record"])
                assert seen == lists + writes + 1, f"{phase}: {seen} requests of the {way}, not {lists} + {writes} + 1"
                if way not in best or found["seconds"] < best[way]["seconds"]:
                    best[way] = found
        cost = best["module"]["statistics"]
        assert cost["requests"] == lists + writes + 1 and cost["writes"] == writes, cost
        self.figures |= {
            f"{phase}_requests": cost["requests"],
            f"{phase}_bytes": cost["bytes_sent"] + cost["bytes_received"],
            f"{phase}_module_seconds": best["module"]["seconds"],
            f"{phase}_loop_seconds": best["loop"]["seconds"],
            f"{phase}_module_per_loop": best["module"]["seconds"] / best["loop"]["seconds"],
            f"{phase}_process_seconds": best["module"]["process"],
            f"{phase}_peak_mib": best["module"]["peak_mib"],
        }

    def commands(self, jobs: Iterable[Mapping[str, Any]]) -> list[float]:
        """Seconds of a whole process, requests and bytes of one command, on average over these."""
        ran = [self.run("command", job) for job in jobs]
        return [sum(r[k] for r in ran) / len(ran) for k in ("process", "requests", "bytes")]

    def against(self, phase: str, one: Sequence[float], number: int) -> None:
        """So many of these commands against the module's call."""
        seconds, count, size = (value * number for value in one)
        own = self.figures
        own |= {
            f"{phase}_command_seconds": seconds,
            f"{phase}_command_requests": count,
            f"{phase}_command_bytes": size,
            f"{phase}_command_per_module_seconds": seconds / own[f"{phase}_process_seconds"],
            f"{phase}_command_per_module_bytes": size / own[f"{phase}_bytes"],
        }

    def id_of(self, path: str, name: str) -> str:
        """The id of an object."""
        return str(self._osm("GET", f"{path}?name={name}").json()[0]["_id"])


def command(name: str, topic: int, method: str = "", path: str = "", **write: Any) -> dict[str, Any]:
    """A command on one object of a topic (a position in TOPICS); it writes when there is a method."""
    key = "name" if topic > 1 else "id"
    sent = {"method": method, "path": path, **write} if method else None
    return {"list": TOPICS[topic], "key": key, "name": name, "write": sent}


def creations(bench: Bench, number: int) -> Iterator[dict[str, Any]]:
    """Commands that make one object of each kind, to be run as they come."""
    name = f"site-{number}"
    account = {"name": name, "vim_url": "http://localhost/dummy", "vim_type": "dummy", "vim_user": "osm"}
    account |= {"vim_password": f"Secret-of-{number:04}", "vim_tenant_name": "dummy", "description": "first"}
    yield command(name, 3, "POST", TOPICS[3], json=account)
    body = {"name": name, "credentials": yaml.safe_load(Path(bench.kubeconfig).read_text(encoding="utf-8"))}
    body |= {"vim_account": bench.id_of(TOPICS[3], name), "k8s_version": "v1.31", "nets": {"mgmtnet": None}}
    yield command(name, 2, "POST", TOPICS[2], json=body)
    for topic, kind, path in ((1, "vnf", "vnf_packages_content"), (0, "ns", "ns_descriptors_content")):
        folder = Path(package(bench.folder / "commands", kind, number))
        file = folder.with_suffix(".tar.gz")
        with tarfile.open(file, "w:gz") as archive:
            archive.add(folder, folder.name)
        yield command(folder.name, topic, "POST", f"{TOPICS[topic].split('v1', 1)[0]}v1/{path}", file=str(file))


def made_by(number: int) -> tuple[str, ...]:
    """Names of what such commands make."""
    return f"site-{number}", f"edge_web_knf_{number}", f"edge_web_ns_{number}"


def compare(bench: Bench) -> None:
    """Fifty of each of four kinds: made, 20 changed, nothing changed."""
    document = {
        "vim_accounts": [vim(i) for i in range(MANY)],
        "k8s_clusters": [cluster(i, bench.kubeconfig) for i in range(MANY)],
        "vnf_packages": [{"path": package(bench.folder, "vnf", i)} for i in range(MANY)],
        "ns_packages": [{"path": package(bench.folder, "ns", i)} for i in range(MANY)],
    }
    changed = {**document, "vim_accounts": [vim(i, "second" if i < CHANGED else "first") for i in range(MANY)]}
    kinds = len(document)
    begun = time.perf_counter()
    empty = bench.commands(creations(bench, MANY))
    took = time.perf_counter() - begun
    # two lists more: whether OSM itself has made a cluster that is to be registered, and whether it has the repository
    # of the charts that new packages name
    bench.pair("create", document, kinds * MANY, bench.clear, kinds + 2)
    begun = time.perf_counter()
    full = bench.commands(creations(bench, MANY))
    bench.clear(*made_by(MANY))
    bench.settle()
    bench.against("create", [(a + b) / 2 for a, b in zip(empty, full, strict=True)], kinds * MANY)

    def back() -> None:
        bench.module(document)
        bench.settle()

    bench.pair("change", changed, CHANGED, back, kinds)
    names = (f"edge_web_ns_{MANY - 1}", f"edge_web_knf_{MANY - 1}", f"site-{MANY - 1}", f"site-{MANY - 1}")
    looks = [command(name, topic) for topic, name in enumerate(names)]
    path = f"{TOPICS[3]}/{{id}}"
    edits = [command(f"site-{i}", 3, "PATCH", path, json={"description": "third"}) for i in range(4)]
    seen, edited = bench.commands(looks), bench.commands(edits)
    # nobody knows which 20 differ without a look: a command for each object, 20 of which write
    share = CHANGED / (kinds * MANY)
    bench.against("change", [a * (1 - share) + b * share for a, b in zip(seen, edited, strict=True)], kinds * MANY)
    back()
    bench.pair("same", document, 0, lambda: None, kinds)
    bench.against("same", list(seen), kinds * MANY)
    bench.figures["commands_measured_seconds"] = took + time.perf_counter() - begun


def grow(bench: Bench) -> None:
    """A hundred accounts and a thousand: made, and looked at again."""
    before = None
    bench.allow(THOUSAND)
    for number in (FEW, THOUSAND):
        bench.clear()
        document = {"vim_accounts": [vim(i) for i in range(number)]}
        rounds = []
        for what, writes in (("create", number), ("same", 0)):
            for _round in range(2 if number == FEW else 1):
                if what == "create":
                    bench.clear()
                found = bench.module(document)
                assert len(found["record"]) == 2 + writes, len(found["record"])
                rounds.append((what, found))
        now = {what: min((f for w, f in rounds if w == what), key=lambda f: f["seconds"]) for what, _f in rounds}
        for what, found in now.items():
            bench.figures[f"{what}_{number}_accounts_requests"] = found["statistics"]["requests"]
            bench.figures[f"{what}_{number}_accounts_seconds"] = found["seconds"]
            bench.figures[f"{what}_{number}_accounts_peak_mib"] = found["peak_mib"]
            if before:
                bench.figures[f"{what}_ten_times_as_many_seconds_ratio"] = found["seconds"] / before[what]["seconds"]
        before = now


def figures() -> dict[str, float]:
    """What was measured; ``*_module_per_loop`` and ``*_command_per_module_*`` are ratios."""
    with tempfile.TemporaryDirectory() as scratch:
        config = {"services": ["osm", "kubernetes"], "kubernetes": {"up": True, "nodes": ["controller-0"]}}
        with lab(Path(scratch) / "lab", config) as about:
            bench = Bench(Path(scratch), about)
            compare(bench)
            grow(bench)
    return {name: round(value, 3) for name, value in bench.figures.items()}


if __name__ == "__main__":
    for what, number in figures().items():
        print(f"{what}: {number}")
