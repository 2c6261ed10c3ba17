#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_wim_account
short_description: Manage WIM accounts of OSM
version_added: "0.1.0"
description:
  - Registers the controller of a wide-area network (a WIM account) with Open Source MANO, changes or removes it.
  - Waits until OSM's resource orchestrator says C(ENABLED); an C(ERROR) ends the task at once with OSM's reason.
  - An account in state C(ERROR) is sent again, with its secrets, so that a second run tries again.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.osm
# BEGIN generated options
options:
  name:
    description:
      - Name of the object, unique in its project.
    type: str
    required: true
  type:
    description:
      - 'Kind of wide-area network: which connector OSM''s resource orchestrator loads, such
        as V(tapi), V(ietfl2vpn), V(dynpac), V(onos_vpls), V(juniper_contrail), V(floodlightof),
        V(odlof) or V(dummy).'
      - OSM takes any word and fails afterwards when it has no connector of that name.
      - Needed to create the object.
    type: str
  url:
    description:
      - URL of the network's API.
      - Needed to create the object.
    type: str
  username:
    description:
      - User of the network's API.
    type: str
  password:
    description:
      - Password of the user of the network's API.
      - 'OSM returns it encrypted, so it is not compared: see C(update_secret).'
    type: str
  description:
    description:
      - Text for people.
      - An empty text removes it.
    type: str
  config:
    description:
      - Further settings of the connector; keys that are not given are left alone.
      - A key whose value is null is removed.
      - C(wim_port_mapping) is replaced as a whole.
    type: dict
  state:
    description:
      - Whether the object should exist.
    type: str
    choices:
      - present
      - absent
    default: present
  force:
    description:
      - With C(state=absent), remove the object in spite of its users, and at once.
      - 'OSM then drops its record without telling its life-cycle manager: what that has made
        in the infrastructure for users of the account (machines, networks, releases) stays
        there, and nobody removes it any more.'
      - Ignored with C(state=present).
    type: bool
    default: false
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
- name: Register the network between the sites
  edge.infra.osm_wim_account:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: backbone
    type: ietfl2vpn
    url: https://wan.example.com/restconf
    username: osm
    password: "{{ vault_wim_password }}"
    config:
      mapping_not_needed: false
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
wim_account:
  description: The WIM account; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the object, unique in its project.
      type: str
      returned: when set
      sample: madrid-1
    type:
      description:
        - 'Kind of wide-area network: which connector OSM''s resource orchestrator loads, such
          as V(tapi), V(ietfl2vpn), V(dynpac), V(onos_vpls), V(juniper_contrail), V(floodlightof),
          V(odlof) or V(dummy).'
        - OSM takes any word and fails afterwards when it has no connector of that name.
      type: str
      returned: when set
      sample: ietfl2vpn
    url:
      description:
        - URL of the network's API.
      type: str
      returned: when set
      sample: https://wan.example.com
    username:
      description:
        - User of the network's API.
      type: str
      returned: when set
      sample: osm
    description:
      description:
        - Text for people.
        - An empty text removes it.
      type: str
      returned: when set
      sample: Edge site in Madrid
    config:
      description:
        - Further settings of the connector; keys that are not given are left alone.
        - A key whose value is null is removed.
        - C(wim_port_mapping) is replaced as a whole.
      type: dict
      returned: when set
      sample:
        mapping_not_needed: false
    status:
      description: The state as the API says it; a wait ends at one of V(DEGRADED), V(ENABLED),
        V(ERROR).
      type: str
      returned: when it exists
operation:
  description: Id of the operation that OSM answered the change with.
  type: str
  returned: when something was changed and OSM gave one
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
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM
from ansible_collections.edge.infra.plugins.module_utils._osm.controllers import WIM


def main() -> None:
    """Put the declaration to work."""
    run(OSM, WIM)


if __name__ == "__main__":
    main()
