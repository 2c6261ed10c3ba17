# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One context out of the kubeconfigs that the environment names."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

import yaml


def alone(paths: str) -> dict[str, Any]:
    """The current context of a kubeconfig (of several, in the way of ``KUBECONFIG``) with what its files hold."""
    documents = []
    for path in (Path(p).expanduser() for p in paths.split(os.pathsep) if p):
        if path.exists():
            documents.append((path.parent, yaml.safe_load(path.read_text(encoding="utf-8"))))
    current = next(d["current-context"] for _folder, d in documents if d.get("current-context"))

    def one(plural: str, name: str) -> dict[str, Any]:
        for folder, document in documents:
            for entry in document.get(plural) or []:
                if entry["name"] == name:
                    body = dict(entry[plural[:-1]])
                    for key in ("certificate-authority", "client-certificate", "client-key", "tokenFile"):
                        if key in body:
                            body[key] = str(folder / body[key])
                    return {"name": name, plural[:-1]: _inline(body)}
        raise AssertionError(f"KUBECONFIG: {paths} has no {name} among its {plural}")

    context = one("contexts", current)
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [one("clusters", context["context"]["cluster"])],
        "users": [one("users", context["context"]["user"])],
        "contexts": [context],
        "current-context": current,
    }


def _inline(body: dict[str, Any]) -> dict[str, Any]:
    for key in ("certificate-authority", "client-certificate", "client-key"):
        if key in body:
            body[f"{key}-data"] = base64.b64encode(Path(body.pop(key)).read_bytes()).decode()
    return body
