#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_host_info
short_description: What a host is like that is to run Kubernetes
version_added: "0.1.0"
description:
  - Reads in one go what decides whether a host can be a node of Kubernetes, and what is to be done for that.
    Nothing is changed.
  - The host's clock is compared with that of the controller on the way.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
options:
  modules:
    description: Kernel modules to look for.
    type: list
    elements: str
    default: []
  sysctls:
    description: Keys of sysctl to read.
    type: list
    elements: str
    default: []
  packages:
    description: Packages to look for.
    type: list
    elements: str
    default: []
  kind:
    description: What the host is to be, which is returned with its state.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Look at the host
  edge.infra.kubernetes_host_info:
    modules: [overlay, br_netfilter]
    sysctls: [net.ipv4.ip_forward]
    packages: [kubelet, kubeadm, kubectl]
  register: host
"""

RETURN = r"""
state:
  description: What was found.
  type: dict
  returned: success
  contains:
    kind:
      description: What it is to be, as it was given.
      type: str
    programs:
      description: Version of each of Kubernetes' programs that no package has brought.
      type: dict
    crictl:
      description: Whether there is a crictl.
      type: bool
    system:
      description: Distribution, its version and family, kernel and architecture.
      type: dict
    container:
      description: The kind of container that the host is; empty for a machine.
      type: str
    name:
      description: The host's own name.
      type: str
    memory_mib:
      description: MiB of memory.
      type: int
    cpus:
      description: Processors.
      type: int
    addresses:
      description: Addresses of its interfaces.
      type: list
      elements: str
    cgroup:
      description: Version of the control groups, and the controllers.
      type: dict
    swap:
      description: Devices in use (C(active)), lines of C(/etc/fstab), and units that bring swap at the next start.
      type: dict
    modules:
      description: Whether each kernel module is there.
      type: dict
    sysctls:
      description: The value in effect of each key; empty where this kernel has none.
      type: dict
    firewall:
      description: The firewall that is active, and the ports that it lets in.
      type: dict
    listening:
      description: Ports that a process listens on.
      type: list
      elements: dict
    packages:
      description: Version and hold of each package that is installed.
      type: dict
    services:
      description: What systemd says of containerd, kubelet and the services that keep the clock.
      type: dict
    containerd_default:
      description: The configuration that the installed containerd has by itself.
      type: str
    containerd_config:
      description: Whether there is a C(/etc/containerd/config.toml).
      type: bool
    containerd_stale:
      description: Whether containerd runs since before its settings were written.
      type: bool
    machine_id:
      description: The host's own C(/etc/machine-id).
      type: str
    product_uuid:
      description: The UUID that the machine's firmware tells, where it does.
      type: str
    plugins:
      description: Plugins in C(/opt/cni/bin).
      type: list
      elements: str
    node:
      description: Whether kubeadm has made the host a node.
      type: bool
    record:
      description: What earlier runs of the role have noted.
      type: dict
    old_record:
      description: Whether that note is where earlier releases of the role had it.
      type: bool
    clock:
      description: Seconds by which the host's clock is ahead of the controller's, between C(lowest) and C(highest).
      type: dict
"""

import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._kubernetes_host.look import look


def main() -> None:
    """Look at this host."""
    started = time.time()
    names = {"type": "list", "elements": "str", "default": []}
    module = AnsibleModule(
        argument_spec={"modules": names, "sysctls": names, "packages": names, "kind": {"type": "str", "default": ""}},
        supports_check_mode=True,
    )
    wanted = module.params
    state = look(wanted["modules"], wanted["sysctls"], wanted["packages"])
    module.exit_json(changed=False, state={**state, "kind": wanted["kind"]}, times=[started, time.time()])


if __name__ == "__main__":
    main()
