#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_disk_info
short_description: Read disks of a host of StarlingX
version_added: "0.1.0"
description:
  - Reads disks of a host, without secrets.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(idisks).
# BEGIN generated options
options:
  host:
    description:
      - Name or id of the host.
    type: str
    required: true
  path:
    description:
      - Only the one with this path.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read disks of a host
  edge.infra.stx_host_disk_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
  register: found
"""

RETURN = r"""
# BEGIN generated return
host_disks:
  description: Objects of the kind disk, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    path:
      description:
        - Path of the disk.
      type: str
      returned: when set
      sample: /dev/disk/by-path/pci-0000:00:17.0-ata-2.0
    node:
      description:
        - Device node.
      type: str
      returned: when set
      sample: /dev/sdb
    type:
      description:
        - Type of the disk.
      type: str
      returned: when set
      sample: SSD
    size_mib:
      description:
        - Size in MiB.
      type: int
      returned: when set
      sample: 512000
    available_mib:
      description:
        - What of it is free, in MiB.
      type: int
      returned: when set
      sample: 511999
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.storage import DISK


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, DISK)


if __name__ == "__main__":
    main()
