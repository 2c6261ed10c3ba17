#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_volume_group_info
short_description: Read volume groups of a host of StarlingX
version_added: "0.1.0"
description:
  - Reads the volume groups of a host.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(ilvgs).
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
- name: Read volume groups of a host
  edge.infra.stx_host_volume_group_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
  register: found
"""

RETURN = r"""
# BEGIN generated return
host_volume_groups:
  description: Objects of the kind volume group, without secrets.
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
        - Name of the group. V(cgts-vg) is the system's own and always there; V(nova-local)
          is for OpenStack's virtual machines, needs a host with the function of a worker and
          excludes the file system C(instances).
      type: str
      returned: when set
      sample: nova-local
    volumes:
      description:
        - Number of its physical volumes.
      type: int
      returned: when set
      sample: 1
    size_bytes:
      description:
        - Size in bytes.
      type: int
      returned: when set
    available_bytes:
      description:
        - What of it is free, in bytes.
      type: int
      returned: when set
    status:
      description: The state as the API says it; a wait ends at one of V(adding), V(provisioned),
        V(provisioning), V(unprovisioned).
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.volumes import GROUP


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, GROUP)


if __name__ == "__main__":
    main()
