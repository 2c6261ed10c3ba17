#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_configuration
short_description: Configure a StarlingX system and a host in one call
version_added: "0.1.0"
description:
  - Takes the settings of the system and the whole configuration of a host, plans them as one graph, and sends what differs in the order that StarlingX accepts.
  - The order is system, DNS, NTP, OAM, data networks, interfaces, labels, processors, memory, storage back end, OSDs, and the unlock at the end, which is waited for.
  - Each kind is listed once. Faults that can be known beforehand refuse the whole task before anything is sent.
  - For other hosts or further kinds in the same call use O(resources).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(isystems, ihosts and what belongs to them).
# BEGIN generated options
# END generated options
"""

EXAMPLES = r"""
- name: Configure the system and its only host, and put it into service
  edge.infra.stx_host_configuration:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
    system:
      name: madrid-1
      location: Madrid, rack 7
    dns_servers: [10.20.30.1]
    ntp_servers: [0.pool.ntp.org]
    oam:
      subnet: 10.20.30.0/24
      gateway: 10.20.30.1
      floating: 10.20.30.2
    data_networks:
      - name: physnet0
        type: vlan
      - name: physnet1
        type: vlan
    interfaces:
      - name: oam0
        port: enp0s3
        class: platform
        networks: [oam]
      - name: data0
        port: enp0s8
        class: data
        data_networks: [physnet0]
      - name: sriov0
        port: enp0s9
        class: pci-sriov
        vf_count: 8
        vf_driver: netdevice
        data_networks: [physnet1]
    labels:
      sriovdp: enabled
    cpu:
      - function: platform
        numa: {0: 2, 1: 0}
    memory:
      - numa: 0
        hugepages_1g: 4
    storage_backend: ceph
    osds:
      - disk: /dev/disk/by-path/pci-0000:00:17.0-ata-2.0
    administrative: unlocked

- name: Predict that before the system exists
  edge.infra.stx_host_configuration:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    check_without_api: true
    bootstrap_overrides: build/madrid-1/localhost.yml
    data_networks:
      - name: physnet0
        type: vlan
    administrative: unlocked
  check_mode: true
"""

RETURN = r"""
# BEGIN generated return
# END generated return
"""

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run_bulk
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.configuration import CONFIGURATION


def main() -> None:
    """Put the declaration to work."""
    run_bulk(STARLINGX, CONFIGURATION)


if __name__ == "__main__":
    main()
