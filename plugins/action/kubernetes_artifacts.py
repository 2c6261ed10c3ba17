# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends a host the files and images of a folder that it lacks; see the module of the same name."""

from __future__ import annotations

import tarfile
import tempfile
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase


def pack(target: Path, folder: Path, args: dict[str, Any], lacking: dict[str, list[int]]) -> None:
    """Files by kind and number in one archive; of links, what they lead to."""
    with tarfile.open(target, "w", dereference=True) as archive:
        for kind, numbers in lacking.items():
            for number in numbers:
                archive.add(folder / args[kind][number]["source"], f"{kind}/{number}")


class ActionModule(ActionBase):
    """One look, one transfer, one more run of the module: whatever their number is."""

    TRANSFERS_FILES = True
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """What was sent, or would be."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        args = {**self._task.args, "archive": None}
        found = self._execute_module(module_args=args, task_vars=task_vars)
        result.update(found)
        lacking = result.pop("lacking", None)
        if result.get("failed") or lacking is None:
            return result
        parts = {key: [args.get(key, [])[number] for number in lacking[key]] for key in ("files", "images")}
        result["files"] = [entry["path"] for entry in parts["files"]]
        result["images"] = [name for entry in parts["images"] for name in entry["names"]]
        lines = (*result["files"], *result["images"], *(f"{name} (its labels)" for name in result["marked"]))
        result["diff"] = {"before": "", "after": "".join(f"{line}\n" for line in lines)}
        if (lacking["files"] or lacking["images"]) and not self._task.check_mode:
            done = self._send(args, lacking, task_vars)
            if done.get("failed"):
                result.update(done)
        return result

    def _send(self, args: dict[str, Any], lacking: dict[str, list[int]], task_vars: Any) -> dict[str, Any]:
        """The files in one archive, and the module again."""
        made = self._connection._shell.tmpdir is None
        place = self._connection._shell.tmpdir or self._make_tmp_path()
        try:
            with tempfile.TemporaryDirectory(prefix="edge-") as name:
                local = Path(name) / "artifacts.tar"
                pack(local, Path(args["folder"]), args, lacking)
                remote = self._connection._shell.join_path(place, "artifacts.tar")
                self._transfer_file(str(local), remote)
            self._fixup_perms2((place, remote))
            done: dict[str, Any] = self._execute_module(module_args={**args, "archive": remote}, task_vars=task_vars)
            done.pop("lacking", None)
            return done
        except OSError as error:
            raise AnsibleActionFail(f"{error.filename}: {error.strerror}") from error
        finally:
            if made:
                self._remove_tmp_path(self._connection._shell.tmpdir)
