# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample site on a lab of its own: its playbooks run as a user runs them, and can be killed on the way."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import requests
import yaml
from jinja2.nativetypes import NativeEnvironment

from .processes import descendants

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "inventories/simplex"
LAB = ROOT / "roles/lab"
#: groups of the inventory, with the personality of their hosts
GROUPS = {"edge_controllers": "controller", "edge_storage": "storage", "edge_workers": "worker"}
#: seconds after which a playbook counts as stuck
PATIENCE = 400


def lab_sites(inventory: Path) -> list[dict[str, Any]]:
    """What the role ``lab`` finds in an inventory of one site: its hosts, with their hardware."""

    def read(name: str) -> dict[str, Any]:
        path = inventory / name
        return dict(yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}

    site, groups = read("group_vars/all/site.yml"), read("hosts.yml")
    hosts: list[dict[str, Any]] = []
    for group, personality in GROUPS.items():
        for name in (groups.get(group) or {}).get("hosts") or {}:
            known = {**read(f"group_vars/{group}.yml"), **read(f"host_vars/{name}.yml")}
            host = {"name": name, "personality": known.get("edge_personality", personality)}
            host["hardware"] = known.get("edge_hardware", {})
            carrying = [i for i in known.get("edge_interfaces", []) if {"mgmt", "pxeboot"} & set(i.get("networks", ()))]
            boots = [i["port"] for i in carrying if "port" in i]
            macs = [p["mac"] for p in host["hardware"].get("ports", []) if p["name"] in boots]
            hosts.append({**host, "mgmt_mac": macs[0]} if macs and hosts else host)
    return [{"name": site["edge_site_name"], "model": site["edge_model"], "hosts": hosts}]


def lab_variables(folder: Path) -> dict[str, Any]:
    """The variables that lead to a lab, from the role's own expressions (test_path_lab compares with the playbook)."""
    jinja = NativeEnvironment()
    jinja.filters["regex_replace"] = lambda text, pattern, new: re.sub(pattern, new, text)
    about = json.loads((folder / "lab.json").read_text(encoding="utf-8"))
    given = {"lab_about": about, "lab_folder": str(folder)}
    given |= {"lab_python": sys.executable, "ansible_playbook_python": sys.executable}
    wanted = yaml.safe_load((LAB / "vars/main.yml").read_text(encoding="utf-8"))["lab_variables"]
    return {k: jinja.from_string(v).render(given) if isinstance(v, str) else v for k, v in wanted.items()}


class Playbook:
    """A playbook that runs in the background; its lines are kept in a file."""

    def __init__(self, arguments: list[str], folder: Path, name: str) -> None:
        self.log = folder / f"{name}.log"
        self.report = folder / f"{name}.json"
        self.report.unlink(missing_ok=True)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ANSIBLE_")}
        environment |= {
            "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
            "ANSIBLE_STDOUT_CALLBACK": "edge.infra.stages",
            "ANSIBLE_HOME": str(folder / "ansible"),
            "ANSIBLE_REMOTE_TMP": str(folder / "ansible/tmp"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "EDGE_INFRA_REPORT": str(self.report),
            "EDGE_INFRA_CACHE": str(folder / "cache"),
        }
        program = str(Path(sys.executable).parent / "ansible-playbook")
        with self.log.open("w", encoding="utf-8") as stream:
            self.process = subprocess.Popen(
                [program, *arguments],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        """What it has said so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def end(self) -> int:
        """Its exit status, once it is over."""
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running after {PATIENCE} s:\n{self.output[-3000:]}") from None
        except BaseException:
            self.kill()  # whoever interrupts the tests wants everything to end
            raise

    def until(self, reached: Callable[[], Any]) -> None:
        """Wait for a moment in its life; it must not be over before."""
        deadline = time.monotonic() + PATIENCE
        while not reached():
            assert self.process.poll() is None, f"over before that:\n{self.output[-3000:]}"
            assert time.monotonic() < deadline, self.output[-3000:]
            time.sleep(0.03)

    def kill(self) -> None:
        """End it and its children at once, as a power cut does; what it had detached goes on."""
        for pid in descendants(self.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(10)

    def interrupt(self) -> int:
        """Ctrl-C: the terminal's signal to the process group."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.end()

    @property
    def stages(self) -> list[dict[str, Any]]:
        """Its stages, once it is over."""
        return list(json.loads(self.report.read_text(encoding="utf-8"))["stages"])

    def count(self, status: str) -> int:
        """How many tasks ended so."""
        return sum(int(stage[status]) for stage in self.stages)

    def tasks(self, status: str = "changed") -> list[str]:
        """Names of the tasks that ended so."""
        return [t["task"] for stage in self.stages for t in stage["tasks"] if t["status"] == status]

    @property
    def changes(self) -> Counter[tuple[str, str]]:
        """Host and name of each task that changed something, or would; the plan's files aside."""
        told = [(t["host"], t["task"]) for s in self.stages for t in s["tasks"] if t["status"] == "changed"]
        return Counter(t for t in told if t[1] != "Plan the site on paper")


class Site:
    """A folder with a lab in it, and a site's playbooks against that lab; the site is the sample's, if none is named.

    :param more: arguments of every playbook, such as those that open the inventory's vault.
    """

    def __init__(self, folder: Path, inventory: Path = SAMPLE, more: Iterable[str] = ()) -> None:
        self.folder = folder
        self.inventory = inventory
        self.more = [*more]
        self.lab_folder = folder / "lab"
        self._runs = 0

    # -- the lab ------------------------------------------------------------------------------------------------

    @property
    def about(self) -> dict[str, Any]:
        """What the lab says of itself."""
        return dict(json.loads((self.lab_folder / "lab.json").read_text(encoding="utf-8")))

    def _ask(self, method: str, path: str, **options: Any) -> Any:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(method, f"{self.about['urls']['lab']}/lab/{path}", timeout=20, **options)
            answer.raise_for_status()
            return answer.json() if answer.content else None

    def start_lab(
        self,
        time_factor: float = 3000,
        durations: Mapping[str, float] | None = None,
        spare: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        """A lab with an empty world for the hosts of the inventory, and for ``spare`` machines on the site's network.

        It is started as a process, as the role ``lab`` does, without the seconds that a playbook takes for that; the
        playbook is tried in test_path_lab, test_path_together and by each rehearsal.
        """
        sites = lab_sites(self.inventory)
        sites[0]["hosts"] += [dict(machine) for machine in spare]
        self.start_world({"time_factor": time_factor, "durations": dict(durations or {}), "sites": sites})

    def start_world(self, config: Mapping[str, Any]) -> None:
        """A lab of that configuration."""
        self.lab_folder.mkdir(parents=True, mode=0o700)
        command = [sys.executable, "-m", "edgelab", "--detach", "--minutes", "120", "--config", "-"]
        done = subprocess.run(
            [*command, "--state-dir", str(self.lab_folder)],
            env={**os.environ, "PYTHONPATH": str(LAB / "files")},
            input=json.dumps(config),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        self.write_variables()

    def write_variables(self) -> None:
        """The file with the variables that lead to the lab."""
        file = self.lab_folder / "lab-vars.yml"
        file.write_text(yaml.safe_dump(lab_variables(self.lab_folder)), encoding="utf-8")

    def stop_lab(self) -> None:
        """End the lab, if there is one."""
        with contextlib.suppress(OSError, ValueError, requests.RequestException):
            pid = int(self.about["pid"])
            self._ask("POST", "stop")
            for _attempt in range(200):
                os.kill(pid, 0)
                time.sleep(0.05)

    def forget(self) -> None:
        """Forget the requests so far."""
        self._ask("DELETE", "requests")

    def recorded(self, **match: Any) -> list[dict[str, Any]]:
        """Requests that the lab had."""
        rows = self._ask("GET", "requests")["requests"]
        return [r for r in rows if all(r[k] == v for k, v in match.items())]

    def writes(self) -> list[str]:
        """Write requests to any API."""
        return [f"{r['method']} {r['service']}{r['path']}" for r in self.recorded(write=True)]

    def wrote(self, pattern: str) -> Callable[[], bool]:
        """A moment: a write request that matches has been answered."""
        return lambda: any(re.search(pattern, w) for w in self.writes())

    def fault(self, kind: str, **spec: Any) -> None:
        """Turn a fault on."""
        self._ask("POST", "faults", json={"kind": kind, **spec})

    def no_faults(self) -> None:
        """Turn all faults off."""
        self._ask("DELETE", "faults")

    def world(self) -> dict[str, Any]:
        """What is there, by name and number, without identifiers and times: for comparing two worlds."""
        built = self._ask("GET", "built")
        state = self._ask("GET", "state")
        counts: dict[str, dict[str, Any]] = {"built": {api: sorted(things) for api, things in built.items()}}
        for api in ("sysinv", "osm"):
            tables = {k: v for k, v in (state.get(api) or {}).items() if isinstance(v, list)}
            counts[api] = {k: _named(v) for k, v in sorted(tables.items()) if v and k not in ("roles", "events")}
        return counts

    def hosts(self) -> dict[str, str]:
        """State of the site's hosts by their names in StarlingX; of one without a name by its MAC address."""
        rows = self._ask("GET", "state")["sysinv"]["ihosts"]
        states = ("administrative", "operational", "availability")
        return {str(r["hostname"] or r["mgmt_mac"]): "/".join(r[s] for s in states) for r in rows}

    def switch_off(self, host: str) -> None:
        """What a person does with the power button of a machine."""
        about = self.about
        url = f"{about['urls']['bmc']}/redfish/v1/Systems/{host}/Actions/ComputerSystem.Reset"
        account = about["credentials"]["bmc"]
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(
                url,
                json={"ResetType": "ForceOff"},
                auth=(account["username"], account["password"]),
                verify=about["ca_cert"],
                timeout=20,
            )
            answer.raise_for_status()
        for _attempt in range(200):
            if self._ask("GET", "state")["bmc"][host]["power"] == "Off":
                return
            time.sleep(0.05)
        raise AssertionError(f"{host} is still on")

    # -- playbooks ----------------------------------------------------------------------------------------------

    def start(
        self,
        playbook: str | Iterable[str],
        *variables: str,
        check: bool = False,
        inventory: Path | None = None,
        on_lab: bool = True,
        more: Iterable[str] = (),
    ) -> Playbook:
        """Start a playbook, or several one after the other; variables are ``-e`` arguments."""
        self.folder.mkdir(parents=True, exist_ok=True)
        playbooks = [playbook] if isinstance(playbook, str) else playbook
        arguments = [*playbooks, "-i", str(inventory or self.inventory), *self.more, *more]
        if on_lab:
            arguments += ["-e", f"@{self.lab_folder}/lab-vars.yml"]
        for variable in variables:
            arguments += ["-e", variable]
        self._runs += 1
        return Playbook(arguments + (["--check", "--diff"] if check else []), self.folder, f"run-{self._runs}")

    def run(self, playbook: str | Iterable[str], *variables: str, check: bool = False, **options: Any) -> Playbook:
        """Run it to its end."""
        run = self.start(playbook, *variables, check=check, **options)
        run.end()
        return run

    def done(self, playbook: str | Iterable[str], *variables: str, check: bool = False, **options: Any) -> Playbook:
        """The same, and it has to end well."""
        run = self.run(playbook, *variables, check=check, **options)
        assert run.process.returncode == 0, run.output[-4000:]
        return run

    def killed(self, playbook: str | Iterable[str], write: str, service: str = ".*") -> Playbook:
        """Start a playbook and kill it once a write was dealt with and before its answer: the worst of moments.

        :param write: pattern of the write request, ``METHOD /path``.
        """
        self.forget()
        self.fault("slow_after", service=service, match=write, seconds=15)
        run = self.start(playbook)
        acted = self.wrote(write)
        while not acted():
            assert run.process.poll() is None, f"it ended before {write}: {run.output[-3000:]}"
            time.sleep(0.02)
        run.kill()
        return run

    def killed_when_it_says(self, playbook: str, text: str) -> None:
        """Start a playbook and kill it at a moment that it tells of."""
        run = self.start(playbook)
        while text not in run.output:
            assert run.process.poll() is None, f"it ended before it said {text!r}: {run.output[-3000:]}"
            time.sleep(0.02)
        run.kill()


def as_predicted(site: Any, *words: Any, **options: Any) -> Playbook:
    """Check and run: the check sends no write, and the run changes what it said. Gives the run.

    :param site: anything with ``done``, ``writes`` and ``forget``; words and options are those of its ``done``.
    """
    site.forget()
    predicted = site.done(*words, check=True, **options)
    assert site.writes() == [], "a check wrote"
    run: Playbook = site.done(*words, **options)
    assert run.changes == predicted.changes, f"{run.changes - predicted.changes}, {predicted.changes - run.changes}"
    return run


def nothing_left(site: Any, *words: Any, **options: Any) -> None:
    """Check and run once more: nothing is changed and nothing sent; what was written before is still there to see."""
    wrote = site.writes()
    for check in (True, False):
        again = site.done(*words, check=check, **options)
        assert not again.changes, f"{'check' if check else 'run'} after the run: {again.changes}"
        assert site.writes() == wrote, "there was nothing to write any more"


def rounds(site: Any, *words: Any, **options: Any) -> Playbook:
    """Both of these. Gives the run; its writes are still there."""
    run = as_predicted(site, *words, **options)
    nothing_left(site, *words, **options)
    return run


def _named(documents: list[Any]) -> list[str]:
    """Names of documents where they have one, with their number otherwise."""
    keys = ("name", "hostname", "ifname", "id", "label_key", "lcmOperationType")
    names = [next((str(d[k]) for k in keys if isinstance(d, dict) and k in d), "?") for d in documents]
    plain = [n if not re.fullmatch(r"\d+|[0-9a-f-]{36}", n) else "?" for n in names]
    return [f"{name} x{count}" for name, count in sorted(Counter(plain).items())]
