#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_storage_backend_info
short_description: Read storage back ends of StarlingX
version_added: "0.1.0"
description:
  - Reads storage back ends, without secrets.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(storage_backend).
# BEGIN generated options
options:
  backend:
    description:
      - Only the one with this backend.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read storage back ends
  edge.infra.stx_storage_backend_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
  register: found
"""

RETURN = r"""
# BEGIN generated return
storage_backends:
  description: Objects of the kind storage back end, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    backend:
      description:
        - Kind of storage.
      type: str
      returned: when set
      sample: ceph
    name:
      description:
        - Name; sysinv derives one from the kind.
      type: str
      returned: when set
      sample: ceph-store
    services:
      description:
        - What uses it; sysinv chooses when not given.
      type: list
      returned: when set
      elements: str
      sample:
        - cinder
        - glance
    replication:
      description:
        - Number of copies.
      type: int
      returned: when set
      sample: 1
    min_replication:
      description:
        - Number of copies below which writing stops.
      type: int
      returned: when set
      sample: 1
    deployment:
      description:
        - Where Rook places its services.
      type: str
      returned: when set
    failure_domain:
      description:
        - Over what Rook spreads copies.
      type: str
      returned: when set
    task:
      description:
        - What sysinv is doing with it.
      type: str
      returned: when set
    status:
      description: The state as the API says it; a wait ends at one of V(configuration-failed),
        V(configured), V(configuring-on-unlock), V(configuring-with-app).
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.storage import BACKEND


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, BACKEND)


if __name__ == "__main__":
    main()
