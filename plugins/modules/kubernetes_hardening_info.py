#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_hardening_info
short_description: How a node stands to the rules of the CIS benchmark
version_added: "0.1.0"
description:
  - Looks at each rule of the benchmark on one host in one go - arguments of static pods, settings of the kubelet, what
    is in files, their modes and owners, kernel parameters. Runs on the host, as root, and changes nothing.
  - Whether anonymous requests are refused is found out by sending some to the host's own API server and kubelet.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
options:
  version:
    description: The release of Kubernetes, such as V(1.34.2).
    type: str
    required: true
  kind:
    description: What the node is.
    type: str
    choices: [init, control_plane, worker]
    required: true
  address:
    description: An address of the node, at which its kubelet is asked.
    type: str
    required: true
  exceptions:
    description: Numbers of rules that are known not to hold, each with the reason. They are told as V(left_out).
    type: dict
    default: {}
  ask:
    description: Whether to ask the API server and the kubelet.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Look at the rules
  edge.infra.kubernetes_hardening_info:
    version: 1.34.2
    kind: worker
    address: 10.0.0.21
  register: hardening
"""

RETURN = r"""
rules:
  description: Each rule, in the order of the numbers.
  type: list
  elements: dict
  returned: success
  contains:
    rule:
      description: Its number in the benchmark; one that begins with E is an own one.
      type: str
      sample: 1.2.15
    title:
      description: What it wants.
      type: str
    result:
      description:
        - V(pass), V(fail), V(not_applicable), or V(left_out) for what is not done on purpose.
      type: str
    said:
      description: What was found, or why it is left out.
      type: str
    remedy:
      description: What to do about it; empty but for V(fail).
      type: str
broken:
  description: The rules that failed, each in one line.
  type: list
  elements: str
  returned: success
refused:
  description: Those of them by which anybody may do what nobody may - no name asked for, or everything allowed.
  type: list
  elements: str
  returned: success
modes:
  description: Those of them that are about modes and owners of files.
  type: list
  elements: str
  returned: success
counts:
  description: How many rules have each result.
  type: dict
  returned: success
"""

import re
from collections import Counter

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._hardening import checks
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import host


def main() -> None:
    """Look."""
    module = AnsibleModule(
        {
            "version": {"type": "str", "required": True},
            "kind": {"type": "str", "choices": ["init", "control_plane", "worker"], "required": True},
            "address": {"type": "str", "required": True},
            "exceptions": {"type": "dict", "default": {}},
            "ask": {"type": "bool", "default": True},
        },
        supports_check_mode=True,
    )
    given = module.params
    minor = re.match(r"v?1\.(\d+)(\.|$)", given["version"])
    if minor is None:
        module.fail_json(msg=f"version {given['version']!r} is no release of Kubernetes 1. Write one such as 1.34.2.")
        return
    try:
        rules = checks.check({**given, "minor": int(minor[1])})
    except (EdgeError, OSError) as failure:
        error = host.unreadable(failure) if isinstance(failure, OSError) else failure
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    broken = {
        rule["rule"]: f"{rule['rule']} {rule['title']}: {rule['said']} {rule['remedy']}".strip()
        for rule in rules
        if rule["result"] == checks.FAIL
    }
    module.exit_json(
        changed=False,
        rules=rules,
        broken=list(broken.values()),
        refused=[line for number, line in broken.items() if number in checks.NEVER],
        modes=[line for number, line in broken.items() if number in checks.MODES],
        counts=dict(Counter(rule["result"] for rule in rules)),
    )


if __name__ == "__main__":
    main()
