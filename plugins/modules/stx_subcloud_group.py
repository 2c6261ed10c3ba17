#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_subcloud_group
short_description: Manage groups of subclouds of a StarlingX System Controller
version_added: "0.1.0"
description:
  - Creates, changes or removes a group of subclouds, which orchestrated operations go through together.
  - The group C(Default) cannot be removed, and none that still has subclouds.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_subcloud
  - module: edge.infra.stx_subcloud_group_info
notes:
  - Uses the API of StarlingX's distributed cloud (dcmanager) on a System Controller.
# BEGIN generated options
options:
  name:
    description:
      - Name of the group.
    type: str
    required: true
  description:
    description:
      - Text for people.
      - Needed to create the object.
    type: str
  update_apply_type:
    description:
      - Whether an orchestrated operation goes through its subclouds side by side or one after
        the other.
      - Needed to create the object.
    type: str
    choices:
      - parallel
      - serial
  max_parallel_subclouds:
    description:
      - How many of its subclouds are dealt with at once, 1 to 5000.
      - Needed to create the object.
    type: int
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
- name: Have a group for canaries
  edge.infra.stx_subcloud_group:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
    name: canary
    description: First in each wave
    update_apply_type: serial
    max_parallel_subclouds: 1
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
subcloud_group:
  description: The subcloud group; empty when it does not exist (any more).
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
      sample: canary
    description:
      description:
        - Text for people.
      type: str
      returned: when set
      sample: First in each wave
    update_apply_type:
      description:
        - Whether an orchestrated operation goes through its subclouds side by side or one after
          the other.
      type: str
      returned: when set
      sample: parallel
    max_parallel_subclouds:
      description:
        - How many of its subclouds are dealt with at once, 1 to 5000.
      type: int
      returned: when set
      sample: 10
    subcloud_count:
      description:
        - How many subclouds are in it.
      type: int
      returned: when set
      sample: 42
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.groups import SUBCLOUD_GROUP


def main() -> None:
    """Put the declaration to work."""
    run(DISTCLOUD, SUBCLOUD_GROUP)


if __name__ == "__main__":
    main()
