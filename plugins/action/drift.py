# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a site's playbook in check mode and says where live differs from the plan; see the module of the same name."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ansible import context
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.edge.infra.plugins.action.rehearsal import vault_arguments
from ansible_collections.edge.infra.plugins.module_utils._site.drift import collect, planned, summary
from ansible_collections.edge.infra.plugins.module_utils._site.drift_page import drift_page
from ansible_collections.edge.infra.plugins.module_utils._site.files import apply, changed
from ansible_collections.edge.infra.plugins.plugin_utils._child import environment

display = Display()

ARGUMENTS = {
    "playbook": {"type": "str", "required": True},
    "inventories": {"type": "list", "elements": "str", "required": True},
    "folder": {"type": "path", "required": True},
    "limit": {"type": "str", "default": ""},
    "ignore": {"type": "list", "elements": "str", "default": []},
    "variables": {"type": "dict", "default": {}},
}


class ActionModule(ActionBase):
    """Start ``ansible-playbook --check --diff`` with the same inventory and variables, and write down what it found."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """One check run, one report."""
        super().run(tmp, task_vars)
        _spec, args = self.validate_argument_spec(argument_spec=ARGUMENTS)
        folder = Path(args["folder"])
        folder.mkdir(parents=True, exist_ok=True)
        started = datetime.now(UTC).isoformat(timespec="seconds")
        with vault_arguments(self._loader) as vault:
            status, stages, output = self._look(args, list(vault), folder)
        about = {"started": started, "playbook": args["playbook"], "inventories": args["inventories"]}
        document = collect(stages, status, {**about, "limit": args["limit"]}, args["ignore"])
        if document["state"] == "failed" and not any(f["task"] for f in document["failures"]):
            document["failures"][0]["message"] += "\n" + "\n".join(output.splitlines()[-15:])
        # for their owner only: the lines that differ tell much about a site
        apply(changed(folder / "drift.json", json.dumps(document, indent=2) + "\n"))
        apply(changed(folder / "drift.html", drift_page(document, planned(stages))))
        return {
            "changed": False,
            "state": document["state"],
            "differences": document["differences"],
            "failures": document["failures"],
            "summary": summary(document),
            "report": str(folder / "drift.json"),
            "page": str(folder / "drift.html"),
        }

    def _look(self, args: dict[str, Any], more: list[str], folder: Path) -> tuple[int, list[dict[str, Any]], str]:
        """Exit status, stages and output of the check run."""
        found = folder / "stages.json"
        found.unlink(missing_ok=True)
        found.touch(mode=0o600)  # the run writes into it
        command = [sys.executable, "-m", "ansible", "playbook", "--check", "--diff", *more]
        if args["variables"]:
            command += ["-e", json.dumps(args["variables"])]  # first, so that those of the command line win
        for variable in context.CLIARGS.get("extra_vars") or ():
            command += ["-e", variable]
        for inventory in args["inventories"]:
            command += ["-i", inventory]
        if args["limit"]:
            command += ["--limit", args["limit"]]
        own = {
            "ANSIBLE_STDOUT_CALLBACK": "edge.infra.stages",
            "EDGE_INFRA_REPORT": str(found),
            "EDGE_INFRA_SHOW_DIFF": "false",
            "ANSIBLE_FORCE_COLOR": "0",
        }
        try:
            done = subprocess.run(
                [*command, args["playbook"]],
                env=environment(own),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError as error:
            raise AnsibleActionFail(f"ansible-playbook cannot be started: {error}") from error
        for line in done.stdout.splitlines():
            display.vv(line)
        try:
            stages = list(json.loads(found.read_text(encoding="utf-8"))["stages"])
        except (OSError, ValueError, KeyError):
            stages = []
        found.unlink(missing_ok=True)  # drift.json has what is to be kept of it
        return done.returncode, stages, done.stdout + done.stderr
