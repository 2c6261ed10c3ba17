# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a folder of artifacts for the hosts of a play; see the module of the same name."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.edge.infra.plugins.module_utils._artifacts.folder import read
from ansible_collections.edge.infra.plugins.module_utils._artifacts.needs import choose, taker
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError

NAMES = {"type": "list", "elements": "str", "default": []}
ARGUMENTS = {
    "folder": {"type": "path", "required": True},
    "version": {"type": "str", "required": True},
    "hosts": {"type": "dict", "required": True},
    "repository": {"type": "str", "default": ""},
    "etcd": {"type": "bool", "default": True},
    "manifests": NAMES,
    "images": {**NAMES, "elements": "path"},
    "needed": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {"name": {"type": "str", "required": True}, "option": {"type": "str", "required": True}},
    },
}


class ActionModule(ActionBase):
    """Nothing is run on a host."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """What the hosts take, or everything that is missing."""
        super().run(tmp, task_vars)
        _spec, args = self.validate_argument_spec(argument_spec=ARGUMENTS)
        args["version"] = args["version"].removeprefix("v")
        args["hosts"] = {name: taker(state) for name, state in args["hosts"].items()}
        try:
            found = choose(read(args["folder"]), args)
        except (EdgeError, OSError) as error:
            return {"failed": True, "msg": str(error), "faults": [str(error)], "hosts": {}}
        if found["faults"]:
            # with what there is for each host, so that whoever looks on does not take one fault for two
            return {"failed": True, "msg": "\n".join(found["faults"]), **found}
        return {"changed": False, "version": args["version"], "folder": args["folder"], **found}
