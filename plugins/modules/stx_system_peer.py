#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_system_peer
short_description: Manage other System Controllers as peers of a StarlingX System Controller
version_added: "0.1.0"
description:
  - Creates, changes or removes a system peer, another System Controller, to which subclouds can move when this
    one is lost.
  - A peer that a group of subclouds is associated with is not removed.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_subcloud_peer_group
  - module: edge.infra.stx_peer_group_association
notes:
  - Uses the API of StarlingX's distributed cloud (dcmanager) on a System Controller.
# BEGIN generated options
options:
  name:
    description:
      - Name of the other System Controller.
    type: str
    required: true
  uuid:
    description:
      - UUID of its system (M(edge.infra.stx_system_info) tells it).
      - Needed to create the object.
    type: str
  endpoint:
    description:
      - URL of its Keystone.
      - Needed to create the object.
    type: str
  username:
    description:
      - User there.
      - Needed to create the object.
    type: str
  password:
    description:
      - Password of that user.
      - Needed to create the object.
    type: str
  gateway_address:
    description:
      - 'Gateway by which subclouds reach it once they have moved there: an address of its management
        network, outside of its own range.'
      - Needed to create the object.
    type: str
  administrative_state:
    description:
      - Whether heartbeats are sent to it.
    type: str
    choices:
      - enabled
      - disabled
  heartbeat_interval:
    description:
      - Seconds between two heartbeats, 10 to 600.
    type: int
  heartbeat_failure_threshold:
    description:
      - How many heartbeats may fail, 1 to 30.
    type: int
  heartbeat_failure_policy:
    description:
      - What is done when more have failed.
    type: str
    choices:
      - alarm
      - rehome
      - delegate
  heartbeat_maintenance_timeout:
    description:
      - Seconds for which it may be away for maintenance, 300 to 36000.
    type: int
  state:
    description:
      - Whether the object should exist.
    type: str
    choices:
      - present
      - absent
    default: present
  update_secret:
    description:
      - When to send secrets to an object that exists.
      - The API does not give secrets back in a form that could be compared, so with V(always)
        the task reports C(changed) each time.
    type: str
    choices:
      - on_create
      - always
    default: on_create
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
- name: Have the System Controller in the south as a peer
  edge.infra.stx_system_peer:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
    name: south
    uuid: 9a0a0f5e-6a2c-4a4e-9d0f-0c2f6a3b1d11
    endpoint: https://10.30.1.2:5000/v3
    username: admin
    password: "{{ vault_south_password }}"
    gateway_address: 10.30.1.1
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
system_peer:
  description: The system peer; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the other System Controller.
      type: str
      returned: when set
    uuid:
      description:
        - UUID of its system (M(edge.infra.stx_system_info) tells it).
      type: str
      returned: when set
      sample: 9a0a0f5e-6a2c-4a4e-9d0f-0c2f6a3b1d11
    endpoint:
      description:
        - URL of its Keystone.
      type: str
      returned: when set
      sample: https://10.30.1.2:5000/v3
    username:
      description:
        - User there.
      type: str
      returned: when set
      sample: admin
    gateway_address:
      description:
        - 'Gateway by which subclouds reach it once they have moved there: an address of its
          management network, outside of its own range.'
      type: str
      returned: when set
      sample: 10.30.1.1
    administrative_state:
      description:
        - Whether heartbeats are sent to it.
      type: str
      returned: when set
      sample: enabled
    heartbeat_interval:
      description:
        - Seconds between two heartbeats, 10 to 600.
      type: int
      returned: when set
      sample: 60
    heartbeat_failure_threshold:
      description:
        - How many heartbeats may fail, 1 to 30.
      type: int
      returned: when set
      sample: 3
    heartbeat_failure_policy:
      description:
        - What is done when more have failed.
      type: str
      returned: when set
      sample: alarm
    heartbeat_maintenance_timeout:
      description:
        - Seconds for which it may be away for maintenance, 300 to 36000.
      type: int
      returned: when set
      sample: 600
    availability_state:
      description:
        - Whether it answers.
      type: str
      returned: when set
      sample: available
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.peers import SYSTEM_PEER


def main() -> None:
    """Put the declaration to work."""
    run(DISTCLOUD, SYSTEM_PEER)


if __name__ == "__main__":
    main()
