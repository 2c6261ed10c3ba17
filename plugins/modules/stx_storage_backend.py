#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_storage_backend
short_description: Manage storage back ends of StarlingX
version_added: "0.1.0"
description:
  - Adds a storage back end (host-based Ceph, or Rook), changes or removes it.
  - Sends the confirmation that sysinv wants for it.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(storage_backend).
# BEGIN generated options
options:
  backend:
    description:
      - Kind of storage.
    type: str
    choices:
      - ceph
      - ceph-rook
    required: true
  name:
    description:
      - Name; sysinv derives one from the kind.
      - 'Cannot be changed later: remove the object and create it again.'
    type: str
  services:
    description:
      - What uses it; sysinv chooses when not given.
    type: list
    elements: str
  replication:
    description:
      - Number of copies.
    type: int
  min_replication:
    description:
      - Number of copies below which writing stops.
    type: int
  deployment:
    description:
      - Where Rook places its services.
      - 'Cannot be changed later: remove the object and create it again.'
    type: str
    choices:
      - controller
      - dedicated
      - open
  failure_domain:
    description:
      - Over what Rook spreads copies.
      - 'Cannot be changed later: remove the object and create it again.'
    type: str
    choices:
      - osd
      - host
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
# END generated options
"""

EXAMPLES = r"""
- name: Have host-based Ceph
  edge.infra.stx_storage_backend:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    backend: ceph
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
storage_backend:
  description: The storage back end; empty when it does not exist (any more).
  type: dict
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.storage import BACKEND


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, BACKEND)


if __name__ == "__main__":
    main()
