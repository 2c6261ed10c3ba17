#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_interface
short_description: Manage interfaces of a StarlingX host
version_added: "0.1.0"
description:
  - Names and configures the interfaces of a host, makes and removes bonds, VLANs and VFs.
  - Assigns platform and data networks, which are objects of their own in the API, and takes off those that are not named.
  - Most changes need a locked host; on an unlocked one they are refused before anything is sent, unless O(lock=allowed).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(iinterfaces).
# BEGIN generated options
# END generated options
"""

EXAMPLES = r"""
- name: Use a port for OAM
  edge.infra.stx_host_interface:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
    name: oam0
    port: enp0s3
    class: platform
    networks: [oam]

- name: Use a port for SR-IOV
  edge.infra.stx_host_interface:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
    name: sriov0
    port: enp0s9
    class: pci-sriov
    vf_count: 8
    vf_driver: netdevice
    data_networks: [physnet1]
"""

RETURN = r"""
# BEGIN generated return
# END generated return
"""

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.interfaces import INTERFACE


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, INTERFACE)


if __name__ == "__main__":
    main()
