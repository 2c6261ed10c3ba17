#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_physical_volume_info
short_description: Read physical volumes of a host of StarlingX
version_added: "0.1.0"
description:
  - Reads the physical volumes of a host.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(ipvs).
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
- name: Read physical volumes of a host
  edge.infra.stx_host_physical_volume_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
  register: found
"""

RETURN = r"""
# BEGIN generated return
host_physical_volumes:
  description: Objects of the kind physical volume, without secrets.
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
        - The disk or partition, by path, device node or id.
      type: str
      returned: when set
      sample: /dev/disk/by-path/pci-0000:00:17.0-ata-2.0-part1
    volume_group:
      description:
        - Name of the volume group that it belongs to. Volumes of C(cgts-vg) cannot be removed
          again.
      type: str
      returned: when set
      sample: nova-local
    type:
      description:
        - Whether it is a disk or a partition.
      type: str
      returned: when set
      sample: partition
    status:
      description: The state as the API says it; a wait ends at one of V(adding), V(failed),
        V(provisioned), V(unprovisioned).
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.volumes import VOLUME


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, VOLUME)


if __name__ == "__main__":
    main()
