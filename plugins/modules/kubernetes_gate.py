#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_gate
short_description: See whether a cluster has what it is to be handed over with
version_added: "0.1.0"
description:
  - Looks in the cluster for things by name, such as ready nodes, a load balancer and a default storage class, and fails
    with everything that is missing at once, each with the variable to set.
  - Changes nothing. Runs on a control-plane host, as root.
  - In check mode, on a host without a cluster, nothing is looked at.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
options:
  needs:
    description: What must be there.
    type: list
    elements: str
    choices: [nodes, load_balancer, storage_class, multus, cert_manager, metrics_server, amd64]
    required: true
  demanded:
    description: Who needs what, for messages, such as V(OSM) for V(load_balancer).
    type: dict
    default: {}
  nodes:
    description: Names of the nodes that must be ready, for V(nodes).
    type: list
    elements: str
    default: []
  load_balancer:
    description: Name of a load balancer that cannot be seen in the cluster; taken as it is.
    type: str
    default: ""
  predicted:
    description: In check mode, what this run would install; it is not looked for.
    type: list
    elements: str
    default: []
  wait_timeout:
    description: Seconds to wait for what is there, and not ready yet. What is missing is told of at once.
    type: int
    default: 120
  kubeconfig:
    description: File on the host.
    type: path
    default: /etc/kubernetes/admin.conf
"""

EXAMPLES = r"""
- name: See whether OSM could use the cluster
  edge.infra.kubernetes_gate:
    needs: [nodes, load_balancer, storage_class]
    demanded: {load_balancer: OSM, storage_class: OSM}
    nodes: [edge-1]
"""

RETURN = r"""
looked:
  description: What was looked at; in check mode it may be less than was asked for.
  type: list
  elements: str
  returned: success
faults:
  description: What is missing.
  type: list
  elements: dict
  returned: always
  contains:
    need:
      description: Which of the needs.
      type: str
    message:
      description: What is missing.
      type: str
    remedy:
      description: What to set.
      type: str
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
"""

import time
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError, InputError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import host
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.gate import NEEDS, Fault, Gate
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Kubectl

_PAUSE = 2.0


def _found(gate: Gate, needs: list[str], seconds: float) -> list[Fault]:
    """What is missing, once nothing is that waiting would help, or the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        late = time.monotonic() + _PAUSE >= deadline
        try:
            faults = gate.look(needs)
            if late or not any(f.passes for f in faults) or not all(f.passes for f in faults):
                return faults
        except InputError:
            raise
        except EdgeError:
            if late:
                raise
        time.sleep(_PAUSE)


def _refusal(faults: list[Fault], demanded: dict[str, Any]) -> InputError:
    def line(fault: Fault) -> str:
        who = f" ({demanded[fault.need]} needs it)" if fault.need in demanded else ""
        return f"- {fault.need}{who}: {fault.message} {fault.remedy}"

    text = "\n".join(map(line, faults))
    return InputError(f"The cluster is not handed over, since it lacks {len(faults)} of what it must have:\n{text}")


def main() -> None:
    """Look, and wait for what is not ready yet."""
    module = AnsibleModule(
        {
            "needs": {"type": "list", "elements": "str", "choices": list(NEEDS), "required": True},
            "demanded": {"type": "dict", "default": {}},
            "nodes": {"type": "list", "elements": "str", "default": []},
            "load_balancer": {"type": "str", "default": ""},
            "predicted": {"type": "list", "elements": "str", "default": []},
            "wait_timeout": {"type": "int", "default": 120},
            "kubeconfig": {"type": "path", "default": "/etc/kubernetes/admin.conf"},
        },
        supports_check_mode=True,
    )
    params = module.params
    kubectl = Kubectl(params["kubeconfig"])
    faults: list[Fault] = []
    try:
        needs = params["needs"]
        if module.check_mode:
            needs = [n for n in needs if n not in params["predicted"]]
            known = host.look()
            if not kubectl.there() or (known.ours and not known.whole):
                needs = []
        gate = Gate(kubectl, params["nodes"], params["load_balancer"])
        faults = _found(gate, needs, 0 if module.check_mode else params["wait_timeout"])
        if faults:
            raise _refusal(faults, params["demanded"])
    except (EdgeError, OSError) as failure:
        error = host.unreadable(failure) if isinstance(failure, OSError) else failure
        module.fail_json(msg=str(error), error=error.as_dict(), faults=[f.as_dict() for f in faults])
        return
    module.exit_json(changed=False, looked=needs, faults=[])


if __name__ == "__main__":
    main()
