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
options:
  kind:
    description: What the host is to be, as M(edge.infra.kubeadm_node) takes it. RV(settled) says whether it is that.
    type: str
    choices: [init, control_plane, worker]
  endpoint:
    description: The API of the cluster of which it is to be a node, as C(host:port).
    type: str
  wait_timeout:
    description:
      - Seconds to wait where M(edge.infra.kubeadm_node) is at work on the host, for its end. What a run has begun that
        was killed, or whose connection was lost, may go on for a while, and is not to be taken back meanwhile.
      - Nothing is waited for in check mode.
    type: int
    default: 0
attributes:
  check_mode:
    description: Reads the same in check mode.
    support: full
"""

EXAMPLES = r"""
- name: Look at the host
  edge.infra.kubeadm_info:
  register: found

- name: See whether it is the node that it is to be
  edge.infra.kubeadm_info:
    kind: worker
    endpoint: 10.0.0.11:6443
  register: found
"""

RETURN = r"""
settled:
  description:
    - Whether M(edge.infra.kubeadm_node) would find nothing to do, and nothing to refuse.
  type: bool
  returned: where O(kind) is given
refused:
  description: Why M(edge.infra.kubeadm_node) would refuse the host as it is, with what to do; empty where it would not.
  type: str
  returned: where O(kind) is given
  sample: This host is a node of another cluster, whose API is https://10.9.9.9:6443; 10.0.0.11:6443 is wanted.
node:
  description: The host as kubeadm has left it.
  type: dict
  returned: success
  contains:
    kind:
      description: V(control_plane), V(worker), or V(none) where kubeadm has left nothing.
      type: str
    server:
      description: URL of the API of its cluster, by which others reach it; empty where its files do not say it.
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

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError, InputError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import host, node


def _judged(found: host.Found, kind: str, endpoint: str) -> dict[str, Any]:
    try:
        return {"settled": not node.steps(found, kind, endpoint), "refused": ""}
    except InputError as error:
        return {"settled": False, "refused": str(error)}


def _looked(seconds: int) -> host.Found:
    found = host.look()
    if seconds and found.kind != host.NONE and found.ours and not found.whole:
        with host.alone(seconds):
            found = host.look()
    return found


def main() -> None:
    """Look."""
    module = AnsibleModule(
        {
            "kind": {"type": "str", "choices": list(node.KINDS)},
            "endpoint": {"type": "str"},
            "wait_timeout": {"type": "int", "default": 0},
        },
        required_together=[("kind", "endpoint")],
        supports_check_mode=True,
    )
    wanted = module.params
    try:
        found = _looked(0 if module.check_mode else wanted["wait_timeout"])
        judged = _judged(found, wanted["kind"], wanted["endpoint"]) if wanted["kind"] else {}
        module.exit_json(changed=False, node=found.as_dict(), **judged)
    except (EdgeError, OSError) as failure:
        error = host.unreadable(failure) if isinstance(failure, OSError) else failure
        module.fail_json(msg=str(error), error=error.as_dict())


if __name__ == "__main__":
    main()
