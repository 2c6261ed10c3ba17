#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_etcd_info
short_description: Whether an external etcd is there for a cluster
version_added: "0.1.0"
description:
  - Asks the members of an etcd that the control plane of a cluster is to keep its state in, from a control-plane host.
    Nothing is changed.
  - With certificates that are there, each member is asked for its health, and the first for data of another cluster;
    without, it is only seen whether they can be reached.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
options:
  endpoints:
    description: URLs of the members.
    type: list
    elements: str
    required: true
  ca_file:
    description: File on the host with the CA of the members' certificates.
    type: path
    required: true
  cert_file:
    description: File on the host with the certificate of the API servers.
    type: path
    required: true
  key_file:
    description: File on the host with its key.
    type: path
    required: true
  empty:
    description:
      - Whether the members may hold no data of a cluster, as one is about to be made. A host on which kubeadm was at
        work before has its own data there.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: See whether etcd is there
  edge.infra.kubernetes_etcd_info:
    endpoints: [https://10.0.0.31:2379, https://10.0.0.32:2379, https://10.0.0.33:2379]
    ca_file: /etc/kubernetes/pki/etcd/ca.crt
    cert_file: /etc/kubernetes/pki/apiserver-etcd-client.crt
    key_file: /etc/kubernetes/pki/apiserver-etcd-client.key
  register: etcd
"""

RETURN = r"""
certificates:
  description: Whether all three files are on the host.
  type: bool
  returned: success
healthy:
  description: The members that are well, or that can be reached where there are no certificates yet.
  type: list
  elements: str
  returned: success
faults:
  description: What is wrong, each with what to do.
  type: list
  elements: str
  returned: success
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import external


def main() -> None:
    """Ask."""
    module = AnsibleModule(
        {
            "endpoints": {"type": "list", "elements": "str", "required": True},
            "ca_file": {"type": "path", "required": True},
            "cert_file": {"type": "path", "required": True},
            "key_file": {"type": "path", "required": True, "no_log": False},
            "empty": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    given = module.params
    files = [given["ca_file"], given["cert_file"], given["key_file"]]
    try:
        found = external.look(given["endpoints"], files, given["empty"])
    except EdgeError as error:
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    module.exit_json(changed=False, **found)


if __name__ == "__main__":
    main()
