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
  - Assigns platform and data networks, which are objects of their own in the API, and takes off those that are
    not named.
  - Most changes need a locked host; on an unlocked one they are refused before anything is sent, unless
    O(lock=allowed).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
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
      - Name of the interface.
      - When there is none of that name, and a port is given, the interface of that port gets
        the name.
    type: str
    required: true
  port:
    description:
      - Name of the port of an Ethernet interface.
      - 'Cannot be changed later: Give another name, or the name that the interface of this
        port has.'
    type: str
  type:
    description:
      - Type of an interface that is to be made.
      - 'Cannot be changed later: remove the object and create it again.'
      - Needed to create the object.
    type: str
    choices:
      - ethernet
      - ae
      - vlan
      - vf
  class:
    description:
      - What the interface is for.
    type: str
    choices:
      - platform
      - data
      - pci-sriov
      - pci-passthrough
      - none
  mtu:
    description:
      - Largest payload of a frame, in bytes.
    type: int
  networks:
    description:
      - Names of the platform networks that it carries; those not named are taken off.
    type: list
    elements: str
  data_networks:
    description:
      - Name of the data network that it is attached to; one not named is taken off.
    type: list
    elements: str
  vf_count:
    description:
      - Number of virtual functions, with class C(pci-sriov).
    type: int
  vf_driver:
    description:
      - Driver of the virtual functions.
    type: str
    choices:
      - netdevice
      - vfio
  uses:
    description:
      - Names of the interfaces below a bond, a VLAN or a VF interface.
    type: list
    elements: str
  vlan_id:
    description:
      - Number of the VLAN.
    type: int
  ae_mode:
    description:
      - How a bond uses its members.
    type: str
    choices:
      - active_standby
      - balanced
      - 802.3ad
  tx_hash_policy:
    description:
      - How a bond spreads packets.
    type: str
    choices:
      - layer2
      - layer2+3
      - layer3+4
  primary_reselect:
    description:
      - When a bond of the mode active_standby goes back to its first member.
    type: str
    choices:
      - always
      - better
      - failure
  max_tx_rate:
    description:
      - Limit of a VF's transmission, in Mbit/s.
    type: int
  ipv4_mode:
    description:
      - Where IPv4 addresses come from.
    type: str
    choices:
      - disabled
      - static
      - dhcp
      - pool
  ipv6_mode:
    description:
      - Where IPv6 addresses come from.
    type: str
    choices:
      - disabled
      - static
      - auto
      - link-local
      - pool
  lock:
    description:
      - What to do when a change needs a locked host and the host is unlocked.
      - With V(never) the change is refused before anything is sent.
      - With V(allowed) the host is locked, changed and unlocked again; it is out of service
        until it has rebooted.
    type: str
    choices:
      - never
      - allowed
    default: never
  state:
    description:
      - Whether the object should exist.
    type: str
    choices:
      - present
      - absent
    default: present
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
  assume:
    description:
      - Names, by kind, of objects that earlier tasks of the same check run would have made.
      - They count as existing while this task is planned in check mode. Ignored in a real run.
      - A key is the name of a kind, in the singular as results have it or in the plural as
        documents have it; a value is a list of names. Modules that take C(kubeconfig) know
        this key, too, with paths of files that will be there. The result C(assume) of a module
        for many kinds can be given as it is.
      - 'Such as C(data_networks: [NAME]), or C(data_network: [NAME]).'
    type: dict
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
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
host_interface:
  description: The interface; empty when it does not exist (any more).
  type: dict
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.interfaces import INTERFACE


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, INTERFACE)


if __name__ == "__main__":
    main()
