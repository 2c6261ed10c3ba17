# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a site's playbook three times against the lab, in sight of the user; see the module of the same name."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible import context
from ansible.errors import AnsibleActionFail
from ansible.module_utils.urls import open_url
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.edge.infra.plugins.module_utils._site.rehearsal import (
    RUNS,
    Around,
    Run,
    summarize,
    table,
)
from ansible_collections.edge.infra.plugins.plugin_utils._child import environment

display = Display()

#: where a rehearsal writes unless it is told another folder
FOLDER = "build/rehearsal"
#: where the collection's sample inventories are
SAMPLES = Path(__file__).resolve().parents[2] / "inventories"

ARGUMENTS = {
    "playbook": {"type": "str", "required": True},
    "inventories": {"type": "list", "elements": "str", "required": True},
    "extra_vars_file": {"type": "path", "required": True},
    "lab_url": {"type": "str", "required": True},
    "folder": {"type": "path", "required": True},
    "limit": {"type": "str", "default": ""},
    "keep_minutes": {"type": "float", "default": 30.0},
    "sites": {"type": "list", "elements": "str", "default": []},
    "clusters": {"type": "bool", "default": False},
}


class ActionModule(ActionBase):
    """Start ``ansible-playbook`` with the same inventory, pass its output on, and sum up."""

    TRANSFERS_FILES = False
    _supports_check_mode = False
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Three runs, one summary."""
        super().run(tmp, task_vars)
        _spec, args = self.validate_argument_spec(argument_spec=ARGUMENTS)
        folder = Path(args["folder"])
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            return self._rehearse(args, folder)

    def _rehearse(self, args: dict[str, Any], folder: Path) -> dict[str, Any]:
        runs: list[Run] = []
        for name, flags in RUNS:
            display.display(f"\n══ {name} " + "═" * (66 - len(name)), color="bright blue")
            started = time.time()
            with vault_arguments(self._loader) as vault:
                status = self._play(args, [*flags, *vault], folder / f"{name}.json")
            ended = time.time()
            report = _read(folder / f"{name}.json")
            requests = json.loads(_get(f"{args['lab_url']}/lab/requests?since={started}&until={ended}"))["requests"]
            runs.append(Run(name, started, ended, status, report.get("stages", []), requests))
            if status:  # what comes after a failure tells nothing more
                break
        summary = summarize(runs)
        (folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
        if args["keep_minutes"]:
            _post(f"{args['lab_url']}/lab/keep", {"minutes": args["keep_minutes"]})
        world = json.loads(_get(f"{args['lab_url']}/lab/built"))
        for line in table(summary, world, around(args)):
            display.display(line)
        result: dict[str, Any] = {"changed": True, "summary": summary}
        if summary["faults"]:
            result.update(
                failed=True, msg="The rehearsal found faults:\n" + "\n".join(f"- {f}" for f in summary["faults"])
            )
        return result

    def _play(self, args: dict[str, Any], flags: list[str], report: Path) -> int:
        """One run of ansible-playbook; its lines are shown as they come. Returns its exit status."""
        report.unlink(missing_ok=True)
        command = [sys.executable, "-m", "ansible", "playbook", *flags, "-e", f"@{args['extra_vars_file']}"]
        for inventory in args["inventories"]:
            command += ["-i", inventory]
        if args["limit"]:
            command += ["--limit", args["limit"]]
        command.append(args["playbook"])
        own = {
            "ANSIBLE_STDOUT_CALLBACK": "edge.infra.stages",
            "EDGE_INFRA_REPORT": str(report),
            # the differences are in the report; on the screen they would hide what happens
            "EDGE_INFRA_SHOW_DIFF": "false",
            "EDGE_INFRA_CACHE": str(Path(args["folder"]) / "cache"),
            "ANSIBLE_FORCE_COLOR": "1" if sys.stdout.isatty() else "0",
        }
        try:
            process = subprocess.Popen(
                command,
                env=environment(own),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=False,
            )
        except OSError as error:
            raise AnsibleActionFail(f"ansible-playbook cannot be started: {error}") from error
        try:
            for line in process.stdout or ():
                display.display(line.rstrip("\n"))
            return process.wait()
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(5)
                process.kill()


def around(args: dict[str, Any]) -> Around:
    """What the user would type, from where they are."""
    inventories = [_typed(one) for one in args["inventories"]]
    sample = next((one for one in args["inventories"] if SAMPLES in Path(one).resolve().parents), "")
    limit = ["--limit", args["limit"]] if args["limit"] else []
    words = [word for one in inventories for word in ("-i", one)] + limit + _vault_options()
    activate = os.environ.get("EDGE_INFRA_ACTIVATE", "")
    return Around(
        lab_url=args["lab_url"],
        folder=shlex.quote(_typed(args["folder"])),
        keep_minutes=args["keep_minutes"],
        inventory=shlex.join(words),
        sites=args["sites"],
        clusters=args.get("clusters", False),
        sample=shlex.quote(_typed(sample)) if sample else "",
        in_clone=bool(activate) and _typed(args["folder"]) == FOLDER,  # the Makefile sets it, and stops that one
        activate=activate,
    )


def _typed(path: str) -> str:
    """A path as short as it can be typed here."""
    here = Path(os.environ.get("PWD") or Path.cwd())
    return str(Path(path).relative_to(here)) if Path(path).is_relative_to(here) else path


def _vault_options() -> list[str]:
    """How this run was told to open vaults."""
    given = context.CLIARGS
    options = ["--ask-vault-pass"] if given.get("ask_vault_pass") else []
    options += [w for path in given.get("vault_password_files") or () for w in ("--vault-password-file", str(path))]
    known = [str(i) for i in given.get("vault_ids") or ()]
    return options + [word for identity in known for word in ("--vault-id", identity)]


@contextlib.contextmanager
def vault_arguments(loader: Any) -> Iterator[list[str]]:
    """The arguments with which a run of its own opens the vaults that this one can open.

    Files and scripts are named again. What was typed at a prompt is in a file of the user's own until the run is over.
    """
    given = context.CLIARGS
    identities = [str(i) for i in given.get("vault_ids") or ()]
    asked = {i.rsplit("@", 1)[0] for i in identities if i.rsplit("@", 1)[-1].startswith("prompt")}
    if given.get("ask_vault_pass"):
        asked.add("default")
    arguments: list[str] = []
    for path in given.get("vault_password_files") or ():
        arguments += ["--vault-password-file", str(path)]
    for identity in identities:
        if not identity.rsplit("@", 1)[-1].startswith("prompt"):
            arguments += ["--vault-id", identity]
    with tempfile.TemporaryDirectory(prefix="edge-infra-") as name:
        for number, (identity, secret) in enumerate(loader._vault.secrets or () if asked else ()):
            if identity in asked:
                path = Path(name) / str(number)
                path.touch(0o600)
                path.write_bytes(secret.bytes)
                arguments += ["--vault-id", f"{identity}@{path}"]
        yield arguments


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two rehearsals in one folder would write over one another's reports."""
    with (folder / "rehearsal.lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AnsibleActionFail(
                f"Another rehearsal writes its reports to {folder} now. Wait for it to end, or use another folder: "
                "-e rehearse_folder=DIR."
            ) from None
        yield


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _post(url: str, body: dict[str, Any]) -> None:
    headers = {"Content-Type": "application/json"}
    open_url(url, method="POST", data=json.dumps(body), headers=headers, timeout=30, use_proxy=False).close()


def _get(url: str) -> str:
    with open_url(url, timeout=30, use_proxy=False) as answer:
        return str(answer.read().decode())
