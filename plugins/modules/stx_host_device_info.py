#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_device_info
short_description: Read PCI devices of a host of StarlingX
version_added: "0.1.0"
description:
  - Reads the PCI devices of a host.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(pci_devices).
# BEGIN generated options
options:
  host:
    description:
      - Name or id of the host.
    type: str
    required: true
  device:
    description:
      - Only the one with this device.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read PCI devices of a host
  edge.infra.stx_host_device_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: worker-0
  register: found
"""

RETURN = r"""
# BEGIN generated return
host_devices:
  description: Objects of the kind PCI device, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    device:
      description:
        - The device, by PCI address, name or id.
      type: str
      returned: when set
      sample: 0000:b4:00.0
    name:
      description:
        - Name of the device.
      type: str
      returned: when set
      sample: fpga0
    enabled:
      description:
        - Whether virtual machines may use it.
      type: bool
      returned: when set
      sample: true
    vendor:
      description:
        - Who made it.
      type: str
      returned: when set
      sample: Intel Corporation
    model:
      description:
        - What it is.
      type: str
      returned: when set
    device_class:
      description:
        - Class of the device.
      type: str
      returned: when set
      sample: Processing accelerators
    numa:
      description:
        - NUMA node.
      type: int
      returned: when set
      sample: 0
    driver:
      description:
        - Its driver.
      type: str
      returned: when set
    sriov_vfs:
      description:
        - Most virtual functions.
      type: int
      returned: when set
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.devices import DEVICE


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, DEVICE)


if __name__ == "__main__":
    main()
