#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_storage_tier
short_description: Manage storage tiers of StarlingX
version_added: "0.1.0"
description:
  - Adds storage tiers to a cluster and removes those that no OSD uses.
  - The tier C(storage) comes with the storage back end. A Ceph that StarlingX runs itself takes further tiers only
    once the first controller has been unlocked.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(storage_tiers).
# BEGIN generated options
options:
  name:
    description:
      - Name of the tier.
    type: str
    required: true
  cluster:
    description:
      - Name of the cluster; not needed where there is one only.
    type: str
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
- name: A tier of fast disks
  edge.infra.stx_storage_tier:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: gold
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
storage_tier:
  description: The storage tier; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the tier.
      type: str
      returned: when set
      sample: gold
    type:
      description:
        - Kind of storage.
      type: str
      returned: when set
      sample: ceph
    tier_status:
      description:
        - V(defined), or V(in-use) with OSDs.
      type: str
      returned: when set
      sample: in-use
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.ceph import TIER


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, TIER)


if __name__ == "__main__":
    main()
