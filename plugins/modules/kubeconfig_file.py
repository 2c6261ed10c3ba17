#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubeconfig_file
short_description: Keep a cluster's kubeconfig on the controller
version_added: "0.1.0"
description:
  - Writes a kubeconfig to a file that only its owner can read, with the server's address replaced by one that is
    reachable from outside (the address in a cluster's own file is an internal one).
  - What is no kubeconfig is refused.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
options:
  path:
    description: File to write; folders on the way are made, for their owner only.
    type: path
    required: true
  content:
    description:
      - The kubeconfig as text.
      - May be left out in check mode, where a cluster that does not exist yet has none; the file then counts as
        changed.
    type: str
  src:
    description:
      - A kubeconfig on the machine where the module runs, in place of O(content).
      - One context of it is kept, with what the files that it names have in them, so that it works elsewhere.
    type: path
  context:
    description: The context of O(src) to keep; the current one unless given.
    type: str
    default: ""
  tls_server_name:
    description: With O(src), a name that the server's certificate has, where that of O(server) is not in it.
    type: str
    default: ""
  server:
    description: URL to put in place of every cluster's server; left as it is when not given.
    type: str
  ca_cert:
    description: File with the certificate authority to put in place of the one in the file.
    type: path
  state:
    description: Whether the file should exist.
    type: str
    choices: [present, absent]
    default: present
requirements:
  - PyYAML
"""

EXAMPLES = r"""
- name: Keep the kubeconfig
  edge.infra.kubeconfig_file:
    path: .edge/madrid-1/kubeconfig
    content: "{{ admin_conf.content | b64decode }}"
    server: https://10.20.30.2:6443
  delegate_to: localhost

- name: Keep one context of a kubeconfig that somebody else has made
  edge.infra.kubeconfig_file:
    path: .edge/lyon-1/kubeconfig
    src: lyon.kubeconfig
    context: admin@lyon
"""

RETURN = r"""
path:
  description: The file.
  type: str
  returned: success
"""

import base64
import os
import traceback
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.edge.infra.plugins.module_utils._adopt import kubeconfig
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError

try:
    import yaml
except ImportError:
    YAML_ERROR: str | None = traceback.format_exc()
else:
    YAML_ERROR = None


def edited(content: str, server: str | None, ca_file: str | None) -> str:
    """The kubeconfig with another server (and authority) in every cluster; raises ValueError when it is none."""
    try:
        document: Any = yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise ValueError(f"it does not parse as YAML ({getattr(error, 'problem', 'unknown')})") from None
    if not isinstance(document, dict) or not document.get("clusters") or not document.get("users"):
        raise ValueError("it has no clusters and users")
    for entry in document["clusters"]:
        cluster = entry["cluster"]
        if server:
            cluster["server"] = server
        if ca_file:
            cluster.pop("certificate-authority", None)
            cluster["certificate-authority-data"] = base64.b64encode(Path(ca_file).read_bytes()).decode()
    return str(yaml.safe_dump(document, sort_keys=True))


def reduced(params: dict[str, Any]) -> str:
    """One context of another file, without files beside it; raises InputError."""
    source = params["src"]
    chosen = kubeconfig.choose(kubeconfig.read(source), params["context"], source)
    found, faults = kubeconfig.complete(chosen, Path(source).parent, params["server"] or "", params["tls_server_name"])
    if faults:
        raise InputError(faults[0].message, faults[0].remedy, option="src")
    return str(yaml.safe_dump(found.document(), sort_keys=True))


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step; only its owner can read it at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    fresh.replace(path)


def main() -> None:
    """Compare and write."""
    module = AnsibleModule(
        {
            "path": {"type": "path", "required": True},
            "content": {"type": "str", "no_log": True},
            "src": {"type": "path"},
            "context": {"type": "str", "default": ""},
            "tls_server_name": {"type": "str", "default": ""},
            "server": {"type": "str"},
            "ca_cert": {"type": "path"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        },
        mutually_exclusive=[("content", "src")],
        supports_check_mode=True,
    )
    if YAML_ERROR:
        module.fail_json(msg=missing_required_lib("PyYAML"), exception=YAML_ERROR)
    params, path = module.params, Path(module.params["path"])
    try:
        present = path.read_text(encoding="utf-8") if path.exists() else None
        if params["state"] == "absent":
            wanted = None
        elif params["src"]:
            wanted = edited(reduced(params), None, params["ca_cert"])
        elif params["content"] is None and not module.check_mode:
            module.fail_json(msg="content: is needed to write the kubeconfig. Fetch it from the cluster first.")
            return
        else:
            wanted = edited(params["content"], params["server"], params["ca_cert"]) if params["content"] else ""
    except InputError as error:
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    except ValueError as error:
        module.fail_json(msg=f"content: this is no kubeconfig: {error}. Fetch it from the cluster again.")
        return
    except OSError as error:
        module.fail_json(msg=f"path: {error.filename} cannot be read: {error.strerror}.")
        return
    mode_is_right = present is None or path.stat().st_mode & 0o777 == 0o600
    changed = present != wanted or (wanted is not None and not mode_is_right)
    if changed and not module.check_mode:
        try:
            if wanted is None:
                path.unlink()
            else:
                write_private(path, wanted)
        except OSError as error:
            module.fail_json(msg=f"path: {path} cannot be written: {error.strerror}. Correct its folder's permissions.")
    before = {"state": "absent" if present is None else "present"}
    after = {
        "state": "absent" if wanted is None else "present",
        **({"content": "(differs)"} if changed and present else {}),
    }
    module.exit_json(changed=changed, path=str(path), diff={"before": before, "after": after})


if __name__ == "__main__":
    main()
