#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_host_files
short_description: Write and remove several small files of a host in one go
version_added: "0.1.0"
description:
  - Writes files with the folders that they need, and tells for whom something changed, so that a handful of settings is
    one task and one connection. A file is replaced as a whole, in one step.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
options:
  files:
    description: Files that are to be there.
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description: Where it is.
        type: path
        required: true
      content:
        description: Its whole text.
        type: str
        required: true
      mode:
        description: Its permissions, in octal digits.
        type: str
        default: "0644"
      validate:
        description:
          - Program and arguments that say whether the text is good, C(%s) stands for a file with it. A file that is
            refused leaves what was there before.
          - Nothing is asked in check mode, where the program may not be there yet.
        type: list
        elements: str
        default: []
      for:
        description: Who has to notice a change, returned in RV(changed_for).
        type: str
        default: ""
  absent:
    description: Files that are to go; a folder that is ours goes with the last file in it.
    type: list
    elements: path
    default: []
  rest:
    description:
      - What else is compared and not changed, as the filter P(edge.infra.kubernetes_host_plan#filter) tells it.
    type: dict
"""

EXAMPLES = r"""
- name: Write settings
  edge.infra.kubernetes_host_files:
    files:
      - path: /etc/modules-load.d/edge-kubernetes.conf
        content: "br_netfilter\n"
        for: modules
  register: written
"""

RETURN = r"""
changed_for:
  description: Values of O(files[].for) of which a file has changed, or would.
  type: list
  elements: str
  returned: success
  sample: [modules]
differing:
  description: Names of what in O(rest) is not as it is wanted.
  type: list
  elements: str
  returned: where O(rest) is given
  sample: [containerd.service]
"""

import os
import re
import tempfile
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.redact import SHORT, USERINFO
from ansible_collections.edge.infra.plugins.module_utils._kubernetes_host.compare import differing

#: how containerd is told who it is to a registry
REGISTRY = re.compile(r'^\s*(?:password|auth|identity_?token)\s*=\s*"([^"]+)"', re.M)
#: folders that go with their last file
OWN = ("edge-infra", "edge.infra", "kubelet.service.d")
#: the one with notes of ours is for nobody else
PRIVATE = "edge.infra"


def _hide(module: AnsibleModule, text: str) -> None:
    """Passwords in a file, such as those of a proxy or of a registry, are in no result, diff or log."""
    secrets = {found[2] for found in USERINFO.finditer(text)} | {found[1] for found in REGISTRY.finditer(text)}
    # a unit of systemd has a percent sign twice
    secrets |= {secret.replace("%%", "%") for secret in secrets}
    module.no_log_values.update(secret for secret in secrets if len(secret) >= SHORT)


def _there(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode & 0o7777
    except OSError:
        return None


def _write(module: AnsibleModule, path: Path, wanted: dict[str, Any], mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if path.parent.name == PRIVATE else 0o777)
    handle, temporary = tempfile.mkstemp(dir=str(path.parent), prefix=".edge-")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(wanted["content"])
    Path(temporary).chmod(mode)
    if wanted["validate"]:
        command = [temporary if word == "%s" else word for word in wanted["validate"]]
        status, said, words = module.run_command(command, environ_update={"LC_ALL": "C"})
        if status:
            Path(temporary).unlink()
            module.fail_json(
                msg=f"{path} is left as it is: {command[0]} refuses what would be written: "
                f"{(words or said).strip().replace(temporary, str(path))[-1500:]}"
            )
    module.atomic_move(temporary, str(path))
    path.chmod(mode)


def main() -> None:
    """Compare, and write what differs."""
    spec = {
        "path": {"type": "path", "required": True},
        "content": {"type": "str", "required": True},
        "mode": {"type": "str", "default": "0644"},
        "validate": {"type": "list", "elements": "str", "default": []},
        "for": {"type": "str", "default": ""},
    }
    module = AnsibleModule(
        argument_spec={
            "files": {"type": "list", "elements": "dict", "default": [], "options": spec},
            "absent": {"type": "list", "elements": "path", "default": []},
            "rest": {"type": "dict"},
        },
        supports_check_mode=True,
    )
    diffs, noticed = [], set()
    for wanted in module.params["files"]:
        path, mode = Path(wanted["path"]), int(wanted["mode"], 8)
        before = _there(path)
        _hide(module, wanted["content"])
        _hide(module, before or "")
        if before == wanted["content"] and _mode(path) == mode:
            continue
        noticed.add(wanted["for"])
        diffs.append(
            {
                "before": before or "",
                "after": wanted["content"],
                "before_header": str(path),
                "after_header": str(path),
            }
        )
        if not module.check_mode:
            _write(module, path, wanted, mode)
    for name in module.params["absent"]:
        path = Path(name)
        before = _there(path)
        if before is None:
            continue
        _hide(module, before)
        diffs.append({"before": before, "after": "", "before_header": str(path), "after_header": "absent"})
        if not module.check_mode:
            path.unlink()
            if path.parent.name in OWN and not any(path.parent.iterdir()):
                path.parent.rmdir()
    result = {"changed_for": sorted(noticed - {""}), "diff": diffs}
    if module.params["rest"] is not None:
        result["differing"] = differing(module.params["rest"])
    module.exit_json(changed=bool(diffs), **result)


if __name__ == "__main__":
    main()
