#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_hardening_files
short_description: Files that API servers of a hardened cluster read, and modes of the files of a node
version_added: "0.1.0"
description:
  - Writes files for the API server of a host, for root only. Where one runs that is older than these files, it is
    started anew, and waited for until it serves; so a run that was killed in between is completed by the next one.
  - Takes away permissions that rules of the CIS benchmark do not leave to a file.
  - Runs on the host, as root. Where several hosts have API servers, run it on one after the other (C(throttle)).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
options:
  files:
    description: Files that are to be there, of root and with mode 0600.
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description: Where it is.
        type: path
        required: true
      content:
        description: Its whole text, one of O(files[].content) and O(files[].secret).
        type: str
      secret:
        description: Its whole text, which is not shown.
        type: str
  folders:
    description: Folders of root that are to be there, with mode 0700.
    type: list
    elements: path
    default: []
  absent:
    description: Files and folders that are to go, with all that is in them.
    type: list
    elements: path
    default: []
  restart:
    description: Files that the API server must not be older than; without any, it is left alone.
    type: list
    elements: path
    default: []
  timeout:
    description: Seconds until the API server has to serve.
    type: int
    default: 300
  modes:
    description: Whether to set the modes and owners of the node's files as the rules want them.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Have an audit policy
  edge.infra.kubernetes_hardening_files:
    folders: [/etc/kubernetes/hardening]
    files:
      - path: /etc/kubernetes/hardening/audit-policy.yaml
        content: "{{ policy | to_nice_yaml }}"
    restart: [/etc/kubernetes/hardening/audit-policy.yaml]
  throttle: 1
"""

RETURN = r"""
paths:
  description: What has changed, or would.
  type: list
  elements: str
  returned: success
restarted:
  description: Whether the API server was started anew, or would be.
  type: bool
  returned: success
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
  contains:
    kind:
      description: Kind of error.
      type: str
    message:
      description: What happened.
      type: str
    remedy:
      description: What to do about it.
      type: str
"""

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._hardening import checks, look, restart
from ansible_collections.edge.infra.plugins.module_utils._hardening.rules import EVERY, FILES
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import host

HIDDEN = "(not shown)\n"


def _own(path: Path, mode: int, check: bool) -> bool:
    """Root's, with exactly this mode; whether something was to do."""
    about = path.stat()
    right = (about.st_mode & 0o7777, about.st_uid, about.st_gid) == (mode, *look.OWNER)
    if not right and not check:
        os.chown(path, *look.OWNER)
        path.chmod(mode)
    return not right


def _folder(name: str, check: bool) -> bool:
    path = look.path(name)
    if not path.is_dir():
        if not check:
            path.mkdir(parents=True, mode=0o700)
            _own(path, 0o700, check)
        return True
    return _own(path, 0o700, check)


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=str(path.parent), prefix=".edge-")  # mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.chown(temporary, *look.OWNER)
    Path(temporary).replace(path)


def _file(entry: dict[str, Any], check: bool) -> dict[str, str] | None:
    """Write a file that differs; the difference, or None."""
    secret = entry.get("secret") is not None
    wanted = entry["secret"] if secret else entry.get("content") or ""
    path = look.path(entry["path"])
    before = look.read(entry["path"])
    if path.is_file() and before == wanted and not _own(path, 0o600, check):
        return None
    if before != wanted and not check:
        _write(path, wanted)
    shown = {"before": HIDDEN if before else "", "after": HIDDEN} if secret else {"before": before, "after": wanted}
    return {**shown, "before_header": entry["path"], "after_header": entry["path"]}


def _remove(name: str, check: bool) -> bool:
    path = look.path(name)
    if not (path.exists() or path.is_symlink()):
        return False
    if not check:
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return True


def _modes(control_plane: bool, check: bool) -> dict[str, list[tuple[str, str]]]:
    """Set modes and owners as the rules want them; what was to do, by file: (present, wanted)."""
    done: dict[str, list[tuple[str, str]]] = {}
    for rule in checks.RULES:
        if rule.where != FILES or not (control_plane or rule.hosts == EVERY):
            continue
        for path in look.files(rule.name):
            about = path.lstat()
            if path.is_symlink() or (rule.check == "mode" and path.is_dir() != (rule.want == 0o700)):
                continue
            name = look.shown(path)
            if rule.check == "mode" and checks.wide(path, rule.want):
                mode = about.st_mode & 0o7777
                if not check:
                    path.chmod(mode & rule.want)
                done.setdefault(name, []).append((f"mode {mode:04o}", f"mode {mode & rule.want:04o}"))
            elif rule.check == "owner" and (about.st_uid, about.st_gid) != look.OWNER:
                if not check:
                    os.chown(path, *look.OWNER)
                done.setdefault(name, []).append((f"owner {about.st_uid}:{about.st_gid}", "owner 0:0"))
    return done


def _lines(done: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Both sides of a diff."""
    lines = list(done)
    return {
        "before": "".join(f"{present}\n" for present, _wanted in lines),
        "after": "".join(f"{wanted}\n" for _present, wanted in lines),
    }


def main() -> None:
    """Compare, write what differs, and see that it is read."""
    file = {
        "path": {"type": "path", "required": True},
        "content": {"type": "str"},
        "secret": {"type": "str", "no_log": True},
    }
    module = AnsibleModule(
        argument_spec={
            "files": {
                "type": "list",
                "elements": "dict",
                "default": [],
                "options": file,
                "mutually_exclusive": [("content", "secret")],
                "required_one_of": [("content", "secret")],
            },
            "folders": {"type": "list", "elements": "path", "default": []},
            "absent": {"type": "list", "elements": "path", "default": []},
            "restart": {"type": "list", "elements": "path", "default": []},
            "timeout": {"type": "int", "default": 300},
            "modes": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    given, check = module.params, module.check_mode
    changed, diffs = [], []
    try:
        changed += [name for name in given["folders"] if _folder(name, check)]
        for entry in given["files"]:
            diff = _file(entry, check)
            if diff:
                changed.append(entry["path"])
                diffs.append(diff)
        changed += [name for name in given["absent"] if _remove(name, check)]
        if given["modes"]:
            set_ = _modes((host.ROOT / host.API_SERVER).exists(), check)
            changed += set_
            diffs += [
                {"before_header": name, "after_header": name, **_lines(dict.fromkeys(done))}
                for name, done in set_.items()
            ]
        restarted = False
        if given["restart"]:
            touched = check and any(name in given["restart"] for name in changed)
            if check:
                restarted = (touched and restart.profile() != "absent") or restart.behind(given["restart"])
            else:
                restarted = restart.renew(given["restart"], given["timeout"])
    except (EdgeError, OSError) as failure:
        error = host.unreadable(failure) if isinstance(failure, OSError) else failure
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    module.exit_json(changed=bool(changed) or restarted, paths=changed, restarted=restarted, diff=diffs)


if __name__ == "__main__":
    main()
