#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_partition_info
short_description: Read partitions of a host of StarlingX
version_added: "0.1.0"
description:
  - Reads the partitions of a host's disks.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(partitions).
# BEGIN generated options
options:
  host:
    description:
      - Name or id of the host.
    type: str
    required: true
  disk:
    description:
      - Only the one with this disk.
    type: str
  number:
    description:
      - Only the one with this number.
    type: int
# END generated options
"""

EXAMPLES = r"""
- name: Read partitions of a host
  edge.infra.stx_host_partition_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
  register: found
"""

RETURN = r"""
# BEGIN generated return
host_partitions:
  description: Objects of the kind partition, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    disk:
      description:
        - The disk, by path, device node, WWN or id.
      type: str
      returned: when set
      sample: /dev/disk/by-path/pci-0000:00:17.0-ata-2.0
    number:
      description:
        - 'Number of the partition on its disk. StarlingX numbers them itself: a new one gets
          the next number.'
        - The root disk's first ones are the installer's.
      type: int
      returned: when set
      sample: 1
    size_gib:
      description:
        - Size in GiB. Only the last partition of a disk can grow, and none shrinks.
      type: int
      returned: when set
    path:
      description:
        - Path of the partition.
      type: str
      returned: when set
    node:
      description:
        - Device node.
      type: str
      returned: when set
      sample: /dev/sdb1
    status:
      description: The state as the API says it; a wait ends at one of V(Creating (on unlock)),
        V(Error), V(In-Use), V(Internal script error), V(Missing GPT Table), V(Ready).
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.volumes import PARTITION


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, PARTITION)


if __name__ == "__main__":
    main()
