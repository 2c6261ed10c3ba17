#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_subcloud_peer_group
short_description: Manage groups of subclouds that can move between StarlingX System Controllers
version_added: "0.1.0"
description:
  - Creates, changes or removes a peer group. M(edge.infra.stx_subcloud) puts subclouds into it.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_subcloud_peer_group_migrate
  - module: edge.infra.stx_peer_group_association
  - module: edge.infra.stx_subcloud
notes:
  - Uses the API of StarlingX's distributed cloud (dcmanager) on a System Controller.
# BEGIN generated options
options:
  name:
    description:
      - Name of the group.
    type: str
    required: true
  priority:
    description:
      - 0 where its subclouds are managed at first, 1 and more elsewhere.
    type: int
  group_state:
    description:
      - Whether its subclouds may move.
    type: str
    choices:
      - enabled
      - disabled
  max_subcloud_rehoming:
    description:
      - How many of its subclouds move at once, 1 to 250.
    type: int
  leader_id:
    description:
      - UUID of the leading System Controller; this one's otherwise.
    type: str
  leader_name:
    description:
      - Name of the leading System Controller.
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
- name: Have a group of subclouds that can move
  edge.infra.stx_subcloud_peer_group:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
    name: movable
    max_subcloud_rehoming: 20
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
subcloud_peer_group:
  description: The subcloud peer group; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the group.
      type: str
      returned: when set
      sample: movable
    priority:
      description:
        - 0 where its subclouds are managed at first, 1 and more elsewhere.
      type: int
      returned: when set
      sample: 0
    group_state:
      description:
        - Whether its subclouds may move.
      type: str
      returned: when set
      sample: enabled
    max_subcloud_rehoming:
      description:
        - How many of its subclouds move at once, 1 to 250.
      type: int
      returned: when set
      sample: 10
    leader_id:
      description:
        - UUID of the leading System Controller; this one's otherwise.
      type: str
      returned: when set
    leader_name:
      description:
        - Name of the leading System Controller.
      type: str
      returned: when set
      sample: north
    migration_status:
      description:
        - V(migrating) while its subclouds move, then V(complete).
      type: str
      returned: when set
      sample: complete
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.api import DISTCLOUD
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.peers import SUBCLOUD_PEER_GROUP


def main() -> None:
    """Put the declaration to work."""
    run(DISTCLOUD, SUBCLOUD_PEER_GROUP)


if __name__ == "__main__":
    main()
