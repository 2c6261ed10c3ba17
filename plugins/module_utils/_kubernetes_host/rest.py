# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What else has to be as it is wanted on a host for there to be nothing to do. Runs on the controller.

Where all of it is, the role leaves out its work as a whole. What cannot be told beforehand is work.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError

from .containerd import config

State = Mapping[str, Any]
CACHE = "/var/cache/edge-infra"
PLUGINS = "/opt/cni/bin"


class _UnknownError(Exception):
    """Only doing it tells whether it was to be done."""


def rest(state: State, settings: State, todo: State) -> dict[str, Any] | None:
    """What compare.py takes; None where there is something to do in any case, or where nobody knows before.

    ``todo`` is the plan of plan.py.
    """
    if todo["told"] or todo["fstab"] or todo["keep"] or settings.get("only"):
        return None
    if state.get("old_record") or state.get("containerd_stale") or False in state["modules"].values():
        return None
    found: dict[str, Any] = {"files": [], "there": [], "lines": [], "archives": [], "folders": [], "linked": []}
    taken = settings.get("artifacts") or {}
    try:
        if not taken and "folder" in (settings["package_source"], settings["containerd_source"]):
            raise _UnknownError
        found["images"] = list(taken.get("images") or [])
        found["files"] += taken.get("files") or []
        found["files"].append(_containerd(state, settings))
        for key in settings["keys"]:
            _key(key, settings, found)
        _plugins(settings, taken, found)
    except (_UnknownError, EdgeError, OSError, ValueError):
        return None
    found["units"] = [{"name": "containerd.service", "active": True}]
    if taken.get("method") == "binaries":
        found["units"].append({"name": "kubelet.service", "active": False})
        if "crictl" in taken["archives"]:
            found["archives"].append({"path": f"{CACHE}/crictl.tgz", "folder": "/usr/bin", "only": ["crictl"]})
    if time := todo["time"]:
        found["units"].append({"name": f"{time['service']}.service", "active": not state["container"]})
        if time.get("main") and settings["time"].get("servers"):
            found["lines"].append({"path": time["main"], "line": f"sourcedir {Path(time['file']).parent}"})
    return found


def _containerd(state: State, settings: State) -> dict[str, str]:
    text = config(state["containerd_default"], settings["containerd_options"])
    return {"source": "", "path": "/etc/containerd/config.toml", "sha256": _sum(text.encode()), "mode": "0600"}


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _checksum(text: str) -> str:
    """The digest in a checksum as get_url takes it; one that is not told here is looked at by get_url alone."""
    found = re.fullmatch(r"sha256:([0-9a-f]{64})", text)
    if not found:
        raise _UnknownError
    return found.group(1)


def _key(entry: State, settings: State, found: dict[str, Any]) -> None:
    path = settings["family"]["keys"].format(name=entry["name"])
    source, checksum = str(entry["key"]), str(entry.get("checksum") or "")
    if re.match("https?://", source):
        if checksum:
            found["files"].append({"source": "", "path": path, "sha256": _checksum(checksum), "mode": "0644"})
        else:
            found["there"].append(path)
    elif Path(source).is_absolute():
        found["files"].append({"source": "", "path": path, "sha256": _sum(Path(source).read_bytes()), "mode": "0644"})
    else:
        raise _UnknownError  # Ansible looks for it in several folders


def _plugins(settings: State, taken: State, found: dict[str, Any]) -> None:
    """Network plugins of the distribution, or those of an archive."""
    if settings["cni_source"] == "distribution":
        found["linked"].append(settings["family"]["plugin_folder"])
    elif settings["cni_source"] == "archive":
        archive = f"{CACHE}/cni-plugins.tgz"
        if not taken:
            digest = _checksum(str(settings["cni"].get("checksum") or ""))
            found["files"].append({"source": "", "path": archive, "sha256": digest, "mode": "0644"})
        found["folders"] += [{"path": path, "mode": "0755"} for path in (CACHE, PLUGINS)]
        found["archives"].append({"path": archive, "folder": PLUGINS})
