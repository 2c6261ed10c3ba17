#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubeadm_info
short_description: What kubeadm has left on a host
version_added: "0.1.0"
description:
  - Reads the files by which kubeadm's work is known, and changes nothing. Runs on the host, as root.
author:
  - The edge.infra authors (@edge-infra)
attributes:
  check_mode:
    description: Reads the same in check mode.
    support: full
"""

EXAMPLES = r"""
- name: Look at the host
  edge.infra.kubeadm_info:
  register: found
"""

RETURN = r"""
node:
  description: The host as kubeadm has left it.
  type: dict
  returned: success
  contains:
    kind:
      description: V(control_plane), V(worker), or V(none) where kubeadm has left nothing.
      type: str
    server:
      description: URL of the API server that the host's kubelet speaks to; empty where there is none.
      type: str
    version:
      description: Version of the API server that runs here, such as V(v1.34.2); empty on other hosts.
      type: str
    whole:
      description: Whether what was begun has also ended.
      type: bool
    ours:
      description: Whether M(edge.infra.kubeadm_node) began it.
      type: bool
    files:
      description: Which of kubeadm's files there are.
      type: list
      elements: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import host


def main() -> None:
    """Look."""
    module = AnsibleModule({}, supports_check_mode=True)
    try:
        module.exit_json(changed=False, node=host.look().as_dict())
    except EdgeError as error:
        module.fail_json(msg=str(error), error=error.as_dict())


if __name__ == "__main__":
    main()
