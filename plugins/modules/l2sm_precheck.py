#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: l2sm_precheck
short_description: Check whether a cluster has what L2S-M needs
version_added: "0.1.0"
description:
  - Looks for Multus, cert-manager, a node that the SDN controller can run on, and the nodes of the overlay.
  - Fails with all faults at once, each with its remedy. Warns when a network has nearly run out of addresses.
  - Reads only. What is on the nodes (CNI plugins, kernel modules, firewalls) cannot be seen through the API.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.l2sm
options:
  nodes:
    description:
      - Nodes that are to get a switch; they must exist and be ready.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Look before the installation
  edge.infra.l2sm_precheck:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    nodes:
      - controller-0
"""

RETURN = r"""
checked:
  description: Whether the cluster was looked at; V(false) in check mode, when there is none yet.
  type: bool
  returned: success
faults:
  description: What is missing.
  type: list
  elements: dict
  returned: always, unless the cluster could not be read
  contains:
    message:
      description: What is missing.
      type: str
    remedy:
      description: What to do about it.
      type: str
msg:
  description: The result in words.
  type: str
  returned: always
"""

from ansible_collections.edge.infra.plugins.module_utils._l2sm.precheck import run_precheck


def main() -> None:
    """Look."""
    run_precheck()


if __name__ == "__main__":
    main()
