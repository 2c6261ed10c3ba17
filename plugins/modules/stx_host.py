#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host
short_description: Add and describe a host of StarlingX, lock or unlock it, or delete it
version_added: "0.1.0"
description:
  - Sets the description and the board management of a host, and locks or unlocks it.
  - Adds a host to a duplex or standard system, or gives a discovered one (named by O(mgmt_mac)) its personality; its
    software is installed over the network then. M(edge.infra.stx_host_wait) waits until it is online, which is when
    it can be configured and unlocked.
  - Deletes a locked host.
  - Waits until the host is unlocked, enabled and available (or locked). On a simplex the APIs go away during an
    unlock; that is waited through.
  - A host that fails ends the task at once with what maintenance says about it.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(ihosts).
# BEGIN generated options
options:
  name:
    description:
      - Name of the host.
      - StarlingX itself names controllers (C(controller-1)) and storage hosts (C(storage-0));
        a worker needs one.
    type: str
    aliases:
      - hostname
  mgmt_mac:
    description:
      - MAC address of the port by which the host boots from the management network.
      - By it a discovered host, which has no name yet, is meant. A host that is added needs
        it.
      - 'Cannot be changed later: Delete the host (state: absent) and add it again with the
        other port; of a site''s machine that was replaced, edge.infra.replace_host does that.'
    type: str
  personality:
    description:
      - Role of the host; given once, it makes StarlingX install the host's software over the
        network.
      - A duplex of all-in-one controllers takes workers; storage hosts need a standard system
        with Ceph.
    type: str
    choices:
      - controller
      - worker
      - storage
      - edgeworker
  subfunctions:
    description:
      - Functions of the host; StarlingX chooses them by the personality. Given once.
    type: list
    elements: str
    choices:
      - controller
      - worker
      - storage
      - lowlatency
  administrative:
    description:
      - Whether the host should be unlocked, that is in service, or locked.
      - An unlock reboots the host and takes minutes; on a simplex its APIs are away meanwhile.
    type: str
    choices:
      - unlocked
      - locked
  location:
    description:
      - Where the host stands.
    type: str
  clock_synchronization:
    description:
      - How the host's clock is kept.
    type: str
    choices:
      - ntp
      - ptp
  bm_type:
    description:
      - Protocol of the board management controller.
    type: str
    choices:
      - none
      - dynamic
      - ipmi
      - redfish
  bm_address:
    description:
      - Address of the board management controller.
    type: str
  bm_username:
    description:
      - User of the board management controller.
    type: str
  bm_password:
    description:
      - Password of that user.
    type: str
  power_on:
    description:
      - Whether to switch the host on by its board management when it is added.
      - Later M(edge.infra.stx_host_action) does that.
    type: bool
  boot_device:
    description:
      - Device that the host boots from; changed on a locked host.
    type: str
  rootfs_device:
    description:
      - Device for the root file system; changed on a locked host.
    type: str
  hw_settle:
    description:
      - Seconds that the hardware needs before the installer looks at it.
    type: str
  install_output:
    description:
      - How the installer shows itself.
    type: str
    choices:
      - text
      - graphical
  console:
    description:
      - Serial console.
    type: str
  tboot:
    description:
      - Whether the host boots with Trusted Boot, in StarlingX's words.
    type: str
  ttys_dcd:
    description:
      - Whether a session on the serial console ends when the carrier is lost.
    type: bool
  state:
    description:
      - Whether the object should exist.
    type: str
    choices:
      - present
      - absent
    default: present
  update_secret:
    description:
      - When to send secrets to an object that exists.
      - The API does not give secrets back in a form that could be compared, so with V(always)
        the task reports C(changed) each time.
    type: str
    choices:
      - on_create
      - always
    default: on_create
  wait:
    description:
      - Whether to wait until the object is ready, or gone.
      - The states meanwhile are shown where the standard output callback is P(edge.infra.stages#callback).
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait at most; the default depends on the kind of object.
    type: int
  wait_interval:
    description:
      - Longest pause between two looks, in seconds; the first looks come sooner.
    type: float
    default: 5.0
# END generated options
"""

EXAMPLES = r"""
- name: Put the configured host into service, and wait for it
  edge.infra.stx_host:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: controller-0
    location: rack 7, unit 12
    administrative: unlocked

- name: Make the discovered machine the second controller
  edge.infra.stx_host:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-2.pem
    mgmt_mac: "52:54:00:01:00:03"
    personality: controller

- name: Add a worker and switch it on
  edge.infra.stx_host:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-2.pem
    name: worker-0
    mgmt_mac: "52:54:00:02:00:03"
    personality: worker
    bm_type: redfish
    bm_address: 10.20.31.12
    bm_username: root
    bm_password: "{{ vault_bmc_password }}"
    power_on: true

- name: Delete a worker that was locked before
  edge.infra.stx_host:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-2.pem
    name: worker-0
    state: absent
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
host:
  description: The host; empty when it does not exist (any more).
  type: dict
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.hosts import HOST


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, HOST)


if __name__ == "__main__":
    main()
