# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fetches what a folder of artifacts lacks; see the module of the same name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.edge.infra.plugins.module_utils._artifacts.mirror import TOOLS, run
from ansible_collections.edge.infra.plugins.module_utils._artifacts.wanted import listed
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError

NAMES = {"type": "list", "elements": "str", "default": []}
ARGUMENTS = {
    "folder": {"type": "path", "required": True},
    "state": {"type": "str", "choices": ["present", "listed"], "default": "present"},
    "versions": {"type": "list", "elements": "str", "required": True},
    "architectures": {**NAMES, "default": ["amd64"]},
    "repository": {"type": "str", "default": ""},
    "etcd": {"type": "bool", "default": True},
    "urls": {"type": "dict", "required": True},
    "crictl": {"type": "str", "required": True},
    "cni_plugins": {"type": "str", "required": True},
    "manifests": {"type": "list", "elements": "dict", "default": []},
    "images": NAMES,
    "packages": {"type": "dict", "default": {}},
    "tool": {"type": "str", "choices": ["auto", *TOOLS], "default": "auto"},
}


class ActionModule(ActionBase):
    """Nothing is run on a host."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The list, and what was fetched."""
        super().run(tmp, task_vars)
        _spec, args = self.validate_argument_spec(argument_spec=ARGUMENTS)
        args["versions"] = [text.removeprefix("v") for text in args["versions"]]
        folder, fetch = Path(args["folder"]), args["state"] == "present"
        try:
            entries = listed(args)
            found = run(
                folder, entries, fetch and not self._task.check_mode, args["tool"], machine=args["architectures"][0]
            )
        except (EdgeError, OSError, KeyError) as error:
            raise AnsibleActionFail(str(error)) from error
        if fetch and self._task.check_mode:
            found["fetched"] = [e["path"] for e in found["missing"] if e["kind"] != "package"]
        diff = {"before": "", "after": "".join(f"{path}\n" for path in found["fetched"])}
        return {**found, "changed": bool(fetch and found["fetched"]), "diff": diff}
