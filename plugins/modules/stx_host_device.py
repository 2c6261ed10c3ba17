#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_device
short_description: Manage PCI devices of a StarlingX host
version_added: "0.1.0"
description:
  - Names the accelerators and graphics of a host, and says whether virtual machines may use them.
  - StarlingX takes that on a locked host only; on an unlocked one it is refused before anything is sent, unless
    O(lock=allowed).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
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
      - The device, by PCI address, name or id.
    type: str
    required: true
  name:
    description:
      - Name of the device.
    type: str
  enabled:
    description:
      - Whether virtual machines may use it.
    type: bool
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
  assume:
    description:
      - Names, by kind, of objects that earlier tasks of the same check run would have made.
      - They count as existing while this task is planned in check mode. Ignored in a real run.
      - A key is the name of a kind, in the singular as results have it or in the plural as
        documents have it; a value is a list of names. Modules that take C(kubeconfig) know
        this key, too, with paths of files that will be there. The result C(assume) of a module
        for many kinds can be given as it is.
      - 'Such as C(hosts: [NAME]), or C(host: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Let virtual machines use an accelerator
  edge.infra.stx_host_device:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: worker-0
    device: "0000:b4:00.0"
    name: fpga0
    enabled: true
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
host_device:
  description: The PCI device; empty when it does not exist (any more).
  type: dict
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.devices import DEVICE


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, DEVICE)


if __name__ == "__main__":
    main()
