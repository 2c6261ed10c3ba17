#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_leftovers
short_description: Remove what a cluster leaves on a host after kubeadm reset
version_added: "0.1.0"
description:
  - C(kubeadm reset) leaves the configuration and the interfaces of network plugins and the rules of kube-proxy, and
    advises to flush the host's packet filter. This module removes what has the names that kubelet, kube-proxy, flannel,
    Calico, Cilium and Multus give, and no rule of anybody else.
  - What the roles of this collection keep of the cluster in C(/var/lib/edge.infra) goes, too, and so do the folders
    C(/etc/kubernetes), C(/var/lib/etcd), C(/var/lib/kubelet) and C(/var/lib/edge.infra) with those in them, where they
    are empty, are no mount points, and belong to no package.
  - Refuses a host that is still a node. Runs on the host, as root.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
options:
  rules:
    description:
      - Whether the chains C(KUBE-*), C(FLANNEL-*), C(cali-*) and C(CILIUM_*) of iptables, the rules that lead to them,
        kube-proxy's tables of nftables and its virtual servers of IPVS go, too.
      - IPVS is cleared as a whole where the interface C(kube-ipvs0) is there, as kube-proxy keeps nothing else in it.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Take back what kubeadm has done
  edge.infra.kubeadm_node:
    kind: worker
    state: absent
    endpoint: 10.0.0.11:6443

- name: And what it leaves
  edge.infra.kubernetes_leftovers:
"""

RETURN = r"""
removed:
  description: What was removed, or would be in check mode.
  type: dict
  returned: success
  contains:
    files:
      description: Files and folders.
      type: list
      elements: str
    interfaces:
      description: Network interfaces.
      type: list
      elements: str
    chains:
      description: Chains of iptables, as C(table/chain).
      type: list
      elements: str
    sets:
      description: Sets of ipset.
      type: list
      elements: str
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
  contains:
    kind:
      description: Kind of error, such as V(input) for what was refused before anything was done.
      type: str
    message:
      description: What happened.
      type: str
    remedy:
      description: What to do about it.
      type: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError, InputError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import host, leftovers


def main() -> None:
    """Look, and remove what is left."""
    module = AnsibleModule({"rules": {"type": "bool", "default": True}}, supports_check_mode=True)
    try:
        if host.look().kind != host.NONE and not module.check_mode:
            raise InputError(
                "This host is a node of a cluster: what is there is in use.",
                "Take it out of its cluster first (edge.infra.scale with edge_scale_remove), or edge.infra.reset.",
            )
        left = leftovers.look(module.params["rules"])
        if left and not module.check_mode:
            leftovers.remove(left)
    except (EdgeError, OSError) as failure:
        error = host.unreadable(failure) if isinstance(failure, OSError) else failure
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    removed = left.as_dict()
    empty: dict[str, list[str]] = {key: [] for key in removed}
    module.exit_json(changed=bool(left), removed=removed, diff={"before": removed, "after": empty})


if __name__ == "__main__":
    main()
