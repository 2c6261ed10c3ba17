#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_system_info
short_description: Read the system of StarlingX
version_added: "0.1.0"
description:
  - Reads the system, without secrets.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(isystems).
# BEGIN generated options
# END generated options
"""

EXAMPLES = r"""
- name: Read the system
  edge.infra.stx_system_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
  register: found
"""

RETURN = r"""
# BEGIN generated return
systems:
  description: Objects of the kind system, without secrets.
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
        - Name of the system.
      type: str
      returned: when set
      sample: madrid-1
    description:
      description:
        - Text for people.
      type: str
      returned: when set
      sample: Edge site in Madrid
    contact:
      description:
        - Whom to ask about the system.
      type: str
      returned: when set
      sample: noc@example.com
    location:
      description:
        - Where the system stands.
      type: str
      returned: when set
      sample: Madrid, rack 7
    latitude:
      description:
        - Latitude in degrees.
      type: str
      returned: when set
      sample: '40.4168'
    longitude:
      description:
        - Longitude in degrees.
      type: str
      returned: when set
      sample: '-3.7038'
    timezone:
      description:
        - Time zone of the system, as the tz database calls it.
      type: str
      returned: when set
      sample: Europe/Madrid
    vswitch_type:
      description:
        - Virtual switch of the worker function.
      type: str
      returned: when set
      sample: none
    https_enabled:
      description:
        - Whether the public endpoints use TLS.
      type: bool
      returned: when set
      sample: true
    system_mode:
      description:
        - Mode of the system.
        - A simplex becomes a duplex while its controller is locked, when its networks are on
          ports.
        - The playbook edge.infra.migrate_duplex takes all steps of that.
      type: str
      returned: when set
      sample: simplex
    system_type:
      description:
        - Type of the system.
      type: str
      returned: when set
      sample: All-in-one
    software_version:
      description:
        - Release.
      type: str
      returned: when set
      sample: '26.09'
    region_name:
      description:
        - Region of its services.
      type: str
      returned: when set
      sample: RegionOne
    distributed_cloud_role:
      description:
        - Role in a distributed cloud.
      type: str
      returned: when set
      sample: subcloud
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.system import SYSTEM


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, SYSTEM)


if __name__ == "__main__":
    main()
