# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compares a kubeadm cluster with its plan; see the module of the same name."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.edge.infra.plugins.module_utils._site.kubeadm_drift import differences


class ActionModule(ActionBase):
    """The host is looked at by the module; YAML is read and compared here."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Differences, as a change that a check run tells."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        result.update(self._execute_module(task_vars=task_vars))
        found = result.pop("found", None)
        if result.get("failed") or found is None:
            return result
        told = differences(found, self._task.args["plan"], self._task.args["init"])
        result["differences"] = told
        result["changed"] = bool(told)
        result["diff"] = {
            "before": {one["what"]: one["live"] for one in told},
            "after": {one["what"]: one["planned"] for one in told},
        }
        if told:
            result["msg"] = "; ".join(f"{one['what']}: {one['live']}, planned {one['planned']}" for one in told)
        return result
