#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_interface_info
short_description: Read interfaces of a host of StarlingX
version_added: "0.1.0"
description:
  - Reads interfaces of a host, without secrets.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(iinterfaces).
# BEGIN generated options
options:
  host:
    description:
      - Name or id of the host.
    type: str
    required: true
  name:
    description:
      - Only the one with this name.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read interfaces of a host
  edge.infra.stx_host_interface_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
  register: found
"""

RETURN = r"""
# BEGIN generated return
host_interfaces:
  description: Objects of the kind interface, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the interface.
        - When there is none of that name, and a port is given, the interface of that port gets
          the name.
      type: str
      returned: when set
      sample: data0
    port:
      description:
        - Name of the port of an Ethernet interface.
      type: str
      returned: when set
      sample: enp0s8
    type:
      description:
        - Type of an interface that is to be made.
      type: str
      returned: when set
      sample: ethernet
    class:
      description:
        - What the interface is for.
      type: str
      returned: when set
      sample: data
    mtu:
      description:
        - Largest payload of a frame, in bytes.
      type: int
      returned: when set
      sample: 1500
    networks:
      description:
        - Names of the platform networks that it carries; those not named are taken off.
      type: list
      returned: when set
      elements: str
      sample:
        - oam
    data_networks:
      description:
        - Name of the data network that it is attached to; one not named is taken off.
      type: list
      returned: when set
      elements: str
      sample:
        - physnet0
    vf_count:
      description:
        - Number of virtual functions, with class C(pci-sriov).
      type: int
      returned: when set
      sample: 8
    vf_driver:
      description:
        - Driver of the virtual functions.
      type: str
      returned: when set
      sample: netdevice
    uses:
      description:
        - Names of the interfaces below a bond, a VLAN or a VF interface.
      type: list
      returned: when set
      elements: str
      sample:
        - data0
    vlan_id:
      description:
        - Number of the VLAN.
      type: int
      returned: when set
      sample: 100
    ae_mode:
      description:
        - How a bond uses its members.
      type: str
      returned: when set
    tx_hash_policy:
      description:
        - How a bond spreads packets.
      type: str
      returned: when set
    primary_reselect:
      description:
        - When a bond of the mode active_standby goes back to its first member.
      type: str
      returned: when set
    max_tx_rate:
      description:
        - Limit of a VF's transmission, in Mbit/s.
      type: int
      returned: when set
    ipv4_mode:
      description:
        - Where IPv4 addresses come from.
      type: str
      returned: when set
    ipv6_mode:
      description:
        - Where IPv6 addresses come from.
      type: str
      returned: when set
    mac:
      description:
        - MAC address.
      type: str
      returned: when set
      sample: '52:54:00:00:00:08'
    used_by:
      description:
        - Names of the interfaces above it.
      type: list
      returned: when set
      elements: str
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
  contains:
    kind:
      description: Kind of error, such as V(api), V(login) or V(timeout).
      type: str
    message:
      description: What happened, with the API's own words.
      type: str
    remedy:
      description: What to do about it.
      type: str
    status:
      description: HTTP status, where there was an answer.
      type: int
# END generated return
"""

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run_info
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.interfaces import INTERFACE


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, INTERFACE)


if __name__ == "__main__":
    main()
