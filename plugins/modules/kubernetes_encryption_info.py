#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_encryption_info
short_description: Keys that the API server of a host encrypts secrets with
version_added: "0.1.0"
description:
  - Reads the keys of a host, so that the others can have the same, and makes one that nobody has, for a first
    installation or a rotation. Runs on the host, as root, and changes nothing.
  - What it returns is secret. Set C(no_log) on the task.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
options:
  path:
    description: The file with the keys.
    type: path
    default: /etc/kubernetes/hardening/encryption.yaml
"""

EXAMPLES = r"""
- name: Look at the keys
  edge.infra.kubernetes_encryption_info:
  register: encryption
  no_log: true
"""

RETURN = r"""
keys_in_order:
  description: Name and secret of each key, the one that is written with first.
  type: list
  elements: dict
  returned: success
fresh:
  description: Name and secret of a new key, which is stored nowhere.
  type: dict
  returned: success
api_server:
  description:
    - V(absent) where the host has no API server, V(with) where it reads the file, V(without) where it does not.
  type: str
  returned: success
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._hardening import keys, look, restart
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import host


def main() -> None:
    """Look."""
    default = f"/etc/kubernetes/hardening/{keys.FILE}"
    module = AnsibleModule({"path": {"type": "path", "default": default}}, supports_check_mode=True)
    try:
        place = look.path(module.params["path"])
        text = place.read_text(encoding="utf-8") if place.exists() else ""
    except OSError as failure:
        error = host.unreadable(failure)
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    found = keys.keys_of(text)
    if text and not found:
        module.fail_json(
            msg=f"{module.params['path']} has no keys that are known here. Put it back from a backup, or remove it on "
            "a host that is no control-plane node."
        )
        return
    module.exit_json(changed=False, keys_in_order=found, fresh=keys.fresh(), api_server=restart.profile())


if __name__ == "__main__":
    main()
