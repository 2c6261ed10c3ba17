# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads manifests on the controller, which has a YAML library, and hands their objects to the module of this name."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils._engine.errors import EdgeError
from ..module_utils._kubeadm import manifest

#: what is used here, and not on the host
OWN = (
    "src",
    "files",
    "content",
    "documents",
    "images",
    "image_repository",
    "pod_networks",
    "predicted",
    "annotations",
    "arguments",
)


def packed(documents: list[dict[str, Any]]) -> str:
    """Objects as one short text, which is not logged on the host: manifests may hold secrets."""
    return base64.b64encode(zlib.compress(json.dumps(documents).encode())).decode()


class ActionModule(ActionBase):
    """Files of the controller and of the host, texts and documents become one list of objects."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The module's answer, with the images that the objects name."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        args = dict(self._task.args)
        given = {name: args.pop(name, None) for name in OWN}
        if "bundle" in args:
            raise AnsibleActionFail("kubectl_apply: bundle is set by itself. Give src, files, content or documents.")
        try:
            documents, unread = self._read(given, task_vars)
            if given["pod_networks"]:
                documents, places = manifest.with_pods(documents, [str(text) for text in given["pod_networks"]])
                if not places and not unread:
                    result["warnings"] = [
                        "The manifest has no place that is known for the pods' range: see that it has the range "
                        f"{', '.join(map(str, given['pod_networks']))} by itself."
                    ]
            documents = manifest.with_annotations(documents, given["annotations"] or {})
            documents = manifest.with_arguments(documents, given["arguments"] or {})
            documents = manifest.with_images(documents, str(given["image_repository"] or ""), given["images"] or {})
        except EdgeError as error:
            return {**result, "failed": True, "changed": False, "msg": str(error), "error": error.as_dict()}
        args |= {"bundle": packed(documents), "unread": unread}
        told = self._execute_module(module_args=args, task_vars=task_vars)
        told.pop("invocation", None)
        result["warnings"] = [*result.get("warnings", []), *told.pop("warnings", [])]
        result.update(told)
        result["images"] = manifest.used(documents)
        return result

    def _read(self, given: dict[str, Any], task_vars: dict[str, Any] | None) -> tuple[list[dict[str, Any]], list[str]]:
        """The objects, and the files that are not there before this run has written them."""
        documents: list[dict[str, Any]] = []
        unread: list[str] = []
        for name in _texts(given["src"]):
            try:
                path = Path(self._find_needle("files", name))
                documents += manifest.read(path.read_text(encoding="utf-8"), name)
            except (AnsibleError, OSError, UnicodeDecodeError) as error:
                raise EdgeError(f"{name} cannot be read: {error}.", "Correct the path on the controller.") from None
        for name in _texts(given["files"]):
            if self._task.check_mode and given["predicted"]:
                unread.append(name)
                continue
            answer = self._execute_module("ansible.legacy.slurp", {"src": name}, task_vars=task_vars)
            if "content" in answer:
                text = base64.b64decode(answer["content"]).decode("utf-8", errors="replace")
                documents += manifest.read(text, name)
            elif self._task.check_mode and "not found" in str(answer.get("msg")):
                unread.append(name)
            else:
                raise EdgeError(f"{name} cannot be read on the host: {answer.get('msg')}", "Have it there before.")
        if given["content"]:
            documents += manifest.read(str(given["content"]), "content")
        listed = given["documents"] or []
        if not isinstance(listed, list):
            raise EdgeError("documents: is no list.", "Give a list of objects.")
        documents += manifest.flat(json.loads(json.dumps(listed)), "documents")
        return documents, unread


def _texts(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []
