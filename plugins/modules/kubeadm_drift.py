#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubeadm_drift
short_description: Where a kubeadm cluster differs from its plan, as far as no other task would tell
version_added: "0.1.0"
description:
  - Compares the host's kubelet with the plan, and on a control-plane node the configuration that the cluster keeps, its
    nodes and their releases, and certificates that end soon. Nothing is changed by looking, in check mode or not.
  - A difference is told as a change, with a diff, and with what brings it in line.
  - Settings that the plan does not name are not compared; kubeadm and the kubelet have defaults of their own.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
attributes:
  action:
    description: Part of it runs on the controller, which can read YAML.
    support: full
  idempotent:
    support: none
    details:
      - What differs is told each time, as nothing is done about it.
options:
  plan:
    description: What the host is in its cluster, as the plan of the site says it.
    type: dict
    required: true
  init:
    description: The same of the node that the cluster is begun on, which has the cluster's configuration.
    type: dict
    required: true
  within:
    description: Days before the end of a certificate from which on it is told.
    type: int
    default: 30
  cluster:
    description: Whether the cluster is asked, too, which is done on one control-plane node.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: See where the cluster differs
  edge.infra.kubeadm_drift:
    plan: "{{ site_plan_planned.hosts[inventory_hostname].kubernetes }}"
    init: "{{ site_plan_planned.hosts[groups.edge_controllers | first].kubernetes }}"
    cluster: true
"""

RETURN = r"""
differences:
  description: Each with C(what) differs, C(live) and C(planned), and the C(remedy).
  type: list
  elements: dict
  returned: success
"""

from datetime import datetime
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import certificates, host, upgrade
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Kubectl

SYSTEM = "--namespace=kube-system"


def look(params: dict[str, Any]) -> dict[str, Any]:
    """What is there, in the words of the host and of the cluster."""
    now = datetime.now(certificates.UTC)
    kind = host.look().kind
    ending = certificates.find() if kind == host.CONTROL_PLANE else []
    found: dict[str, Any] = {
        "node": kind,
        "kubelet": host.text("var/lib/kubelet/config.yaml"),
        "ending": [one.as_dict(now) for one in ending if one.days(now) < params["within"]],
    }
    kubectl = Kubectl(timeout=30)
    if params["cluster"] and kubectl.there():
        pods = kubectl.list("pods", SYSTEM, "--selector=component=kube-apiserver")
        found["nodes"] = {
            one.name: {"kubelet": one.kubelet, "api": one.api, "ready": one.ready, "cordoned": one.cordoned}
            for one in upgrade.nodes(kubectl.list("nodes"), pods)
        }
        found["cluster"] = _map(kubectl, "kubeadm-config", "ClusterConfiguration")
        found["kubelets"] = _map(kubectl, "kubelet-config", "kubelet") or _map(
            kubectl, f"kubelet-config-1.{params['plan'].get('minor', '')}", "kubelet"
        )
    return found


def _map(kubectl: Kubectl, name: str, key: str) -> str:
    return str(((kubectl.get("configmap", name, SYSTEM) or {}).get("data") or {}).get(key, ""))


def main() -> None:
    """Look; the comparison is the controller's."""
    module = AnsibleModule(
        {
            "plan": {"type": "dict", "required": True},
            "init": {"type": "dict", "required": True},
            "within": {"type": "int", "default": 30},
            "cluster": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    try:
        module.exit_json(changed=False, found=look(module.params))
    except EdgeError as error:
        module.fail_json(msg=str(error), error=error.as_dict())


if __name__ == "__main__":
    main()
