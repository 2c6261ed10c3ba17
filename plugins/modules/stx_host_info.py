#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_info
short_description: Read hosts of StarlingX
version_added: "0.1.0"
description:
  - Reads hosts, without secrets.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(ihosts).
# BEGIN generated options
options:
  name:
    description:
      - Only the one with this name.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read hosts
  edge.infra.stx_host_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
  register: found
"""

RETURN = r"""
# BEGIN generated return
hosts:
  description: Objects of the kind host, without secrets.
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
        - Name of the host.
        - StarlingX itself names controllers (C(controller-1)) and storage hosts (C(storage-0));
          a worker needs one.
      type: str
      returned: when set
      sample: controller-0
    mgmt_mac:
      description:
        - MAC address of the port by which the host boots from the management network.
        - By it a discovered host, which has no name yet, is meant. A host that is added needs
          it.
      type: str
      returned: when set
      sample: '52:54:00:01:00:03'
    personality:
      description:
        - Role of the host; given once, it makes StarlingX install the host's software over
          the network.
        - A duplex of all-in-one controllers takes workers; storage hosts need a standard system
          with Ceph.
      type: str
      returned: when set
      sample: controller
    subfunctions:
      description:
        - Functions of the host; StarlingX chooses them by the personality. Given once.
      type: list
      returned: when set
      elements: str
      sample:
        - controller
        - worker
    administrative:
      description:
        - Whether the host should be unlocked, that is in service, or locked.
        - An unlock reboots the host and takes minutes; on a simplex its APIs are away meanwhile.
      type: str
      returned: when set
      sample: unlocked
    location:
      description:
        - Where the host stands.
      type: str
      returned: when set
      sample: rack 7, unit 12
    clock_synchronization:
      description:
        - How the host's clock is kept.
      type: str
      returned: when set
      sample: ntp
    bm_type:
      description:
        - Protocol of the board management controller.
      type: str
      returned: when set
      sample: redfish
    bm_address:
      description:
        - Address of the board management controller.
      type: str
      returned: when set
      sample: 10.20.31.10
    bm_username:
      description:
        - User of the board management controller.
      type: str
      returned: when set
      sample: root
    boot_device:
      description:
        - Device that the host boots from; changed on a locked host.
      type: str
      returned: when set
      sample: /dev/sda
    rootfs_device:
      description:
        - Device for the root file system; changed on a locked host.
      type: str
      returned: when set
      sample: /dev/sda
    hw_settle:
      description:
        - Seconds that the hardware needs before the installer looks at it.
      type: str
      returned: when set
      sample: '0'
    install_output:
      description:
        - How the installer shows itself.
      type: str
      returned: when set
      sample: text
    console:
      description:
        - Serial console.
      type: str
      returned: when set
      sample: ttyS0,115200
    tboot:
      description:
        - Whether the host boots with Trusted Boot, in StarlingX's words.
      type: str
      returned: when set
    ttys_dcd:
      description:
        - Whether a session on the serial console ends when the carrier is lost.
      type: bool
      returned: when set
      sample: false
    operational:
      description:
        - Operational state.
      type: str
      returned: when set
      sample: enabled
    availability:
      description:
        - Availability.
      type: str
      returned: when set
      sample: available
    install_state:
      description:
        - How far the installation is.
      type: str
      returned: when set
      sample: completed
    task:
      description:
        - What maintenance is doing.
      type: str
      returned: when set
      sample: ''
    config_status:
      description:
        - Whether configuration waits for a lock and unlock.
      type: str
      returned: when set
    mgmt_ip:
      description:
        - Address on the management network.
      type: str
      returned: when set
      sample: 192.168.204.2
    software_version:
      description:
        - Release on the host.
      type: str
      returned: when set
      sample: '26.09'
    status:
      description: The state as the API says it; a wait ends at one of V(failed), V(lock-failed),
        V(locked/disabled/offline), V(locked/disabled/online), V(locked/disabled/power-off),
        V(unlocked/enabled/available).
      type: str
      returned: when it exists
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.hosts import HOST


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, HOST)


if __name__ == "__main__":
    main()
