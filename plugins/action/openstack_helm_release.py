# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings one release to what is wanted, by kubernetes.core.helm, and hides secrets; see the module of this name."""

from __future__ import annotations

import json
import re
from typing import Any

from ansible import constants as C
from ansible.plugins.action import ActionBase
from ansible_collections.edge.infra.plugins.module_utils._openstack_helm.passwords import place
from ansible_collections.edge.infra.plugins.module_utils._openstack_helm.secrecy import without

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "release": {"type": "str", "required": True},
    "namespace": {"type": "str", "required": True},
    "chart": {"type": "str", "required": True},
    "version": {"type": "str", "required": True},
    "values": {"type": "dict", "default": {}},
    "places": {"type": "dict", "default": {}},
    "passwords": {"type": "dict", "default": {}, "no_log": True},
    "action": {"type": "str", "choices": ["none", "install", "upgrade"], "default": "upgrade"},
    "recover": {"type": "str", "choices": ["", "rollback", "uninstall"], "default": ""},
    "revision": {"type": "int", "default": 0},
    "reasons": {"type": "list", "elements": "str", "default": []},
    "differs": {"type": "list", "elements": "str", "default": []},
    "failed_before": {"type": "bool", "default": False},
    "kubeconfig": {"type": "str", "required": True},
    "context": {"type": "str", "default": ""},
    "binary": {"type": "str", "default": ""},
    "helm_timeout": {"type": "int", "default": 900},
    "history_max": {"type": "int", "default": 5},
    "ignore_nodes": {"type": "list", "elements": "str", "default": []},
}


class ActionModule(ActionBase):
    """Helm's work by Helm's module; its words without passwords, and beside them those of the pods."""

    TRANSFERS_FILES = True
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """``changed`` and a diff without secrets."""
        super().run(tmp, task_vars)
        _spec, args = self.validate_argument_spec(argument_spec=ARGUMENTS)
        result = {"changed": True, "diff": difference(args), "reasons": args["reasons"]}
        if self._task.check_mode:
            return result
        place(args["values"], args["places"], args["passwords"])
        done = self._recover(args, task_vars) if args["recover"] else {}
        if _well(done) and args["action"] != "none":
            done = self._again(args, task_vars) if args["failed_before"] else self._helm(args, task_vars)
        if _well(done):
            return result
        keys = args["passwords"].values()
        said = without(words(done), args["values"], *keys)
        why = without(self._pods(args, task_vars), args["values"], *keys)
        told = f"{args['name']}: Helm says: {said}"
        return {"failed": True, "changed": True, "msg": f"{told}\n{why}" if why else told, "reasons": args["reasons"]}

    def _helm(self, args: dict[str, Any], task_vars: Any) -> dict[str, Any]:
        options = {
            "name": args["release"],
            "release_namespace": args["namespace"],
            "chart_ref": args["chart"],
            "release_values": args["values"],
            "create_namespace": True,
            "timeout": f"{args['helm_timeout']}s",
            "history_max": args["history_max"],
            # not what K8S_AUTH_* of the environment say: the task's environment names the cluster
            "kubeconfig": "",
            "context": args["context"],
            "host": "",
            "api_key": "",
        }
        if args["binary"]:
            options["binary_path"] = args["binary"]
        return self._quietly("kubernetes.core.helm", options, task_vars)

    def _recover(self, args: dict[str, Any], task_vars: Any) -> dict[str, Any]:
        """Back to the revision that worked before an operation was cut off, or away with what was never finished."""
        command = [args["binary"] or "helm", args["recover"], args["release"]]
        command += [str(args["revision"])] if args["recover"] == "rollback" else []
        command += ["--namespace", args["namespace"], "--timeout", f"{args['helm_timeout']}s"]
        return self._quietly("ansible.legacy.command", {"argv": command}, task_vars)

    def _again(self, args: dict[str, Any], task_vars: Any) -> dict[str, Any]:
        """The module does nothing where a failed revision has these values already: Helm itself is asked."""
        command = [args["binary"] or "helm", "upgrade", args["release"], args["chart"], "--install", "--reset-values"]
        command += ["--namespace", args["namespace"], "--timeout", f"{args['helm_timeout']}s"]
        command += [f"--history-max={args['history_max']}", "--values=-"]
        options = {"argv": command, "stdin": json.dumps(args["values"])}
        return self._quietly("ansible.legacy.command", options, task_vars)

    def _quietly(self, module: str, options: dict[str, Any], task_vars: Any) -> dict[str, Any]:
        """A module that does not write its options into the system's log, as each does otherwise.

        Its file of values is where Ansible removes it when this run is interrupted, and not in everybody's folder.
        """
        quiet, environment = self._task.no_log, self._task.environment
        self._task.no_log = True
        self._task.environment = [*(environment or []), {"TMPDIR": C.DEFAULT_LOCAL_TMP}]
        try:
            return dict(self._execute_module(module, options, task_vars=task_vars))
        finally:
            self._task.no_log, self._task.environment = quiet, environment

    def _pods(self, args: dict[str, Any], task_vars: Any) -> str:
        """Why the pods of the release are not up, where they are not."""
        options = {
            "kubeconfig": args["kubeconfig"],
            "releases": [{k: args[k] for k in ("name", "release", "namespace")}],
            "wait_timeout": 0,
            "ignore_nodes": args["ignore_nodes"],
        }
        if args["context"]:
            options["context"] = args["context"]
        looked = self._execute_module("edge.infra.openstack_helm_wait", options, task_vars=task_vars)
        return str(looked.get("msg") or "")


def _well(done: dict[str, Any]) -> bool:
    return not done.get("failed") and not int(done.get("rc") or 0)


def difference(args: dict[str, Any]) -> dict[str, str]:
    """Values that change, and none of the others."""
    before, after = [], []
    for line in args["differs"]:
        place, _colon, rest = line.partition(": ")
        old, _arrow, new = rest.partition(" -> ")
        before.append(f"{place}: {old}")
        after.append(f"{place}: {new}")
    head = f"release {args['release']}: "
    after = [head + "; ".join(args["reasons"] or ["as it is wanted"]), *after]
    return {"before": "\n".join([*before, ""]), "after": "\n".join([*after, ""])}


def words(done: dict[str, Any]) -> str:
    """What Helm has said, without what its module says around it."""
    text = str(done.get("stderr") or done.get("msg") or done.get("stdout") or "nothing")
    if re.search(r"Exited -(2|9|15)\b", text):  # it had no time to say anything
        remedy = "Look whether memory ran out (dmesg), and run this again: what was begun is taken up."
        return f"nothing, as it was killed. {remedy}"
    found = re.search(r"Error: (.*)", text, re.S)
    return " ".join((found.group(1) if found else text).split())
