#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_vim_account
short_description: Manage VIM accounts of OSM
version_added: "0.1.0"
description:
  - Registers an infrastructure (a VIM account) with Open Source MANO, changes or removes it.
  - Waits until OSM's resource orchestrator says C(ENABLED); an C(ERROR) ends the task at once with OSM's reason.
  - An account in state C(ERROR) is sent again, with its secrets, so that a second run tries again.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.osm
seealso:
  - name: ETSI GS NFV-SOL 005
    description: The standard behind OSM's northbound interface.
    link: https://www.etsi.org/deliver/etsi_gs/NFV-SOL/001_099/005/
# BEGIN generated options
options:
  name:
    description:
      - Name of the object, unique in its project.
    type: str
    required: true
  type:
    description:
      - 'Kind of infrastructure: C(openstack), C(dummy), C(azure), C(aws), C(gcp), C(vmware)
        or another that the resource orchestrator has a connector for.'
      - Needed to create the object.
    type: str
  url:
    description:
      - URL of the infrastructure's API.
      - Needed to create the object.
    type: str
  tenant:
    description:
      - Tenant or project to work in.
      - Needed to create the object.
    type: str
  username:
    description:
      - User of the infrastructure.
      - Needed to create the object.
    type: str
  password:
    description:
      - Password of that user.
      - 'OSM returns it encrypted, so it is not compared: see C(update_secret).'
      - Needed to create the object.
    type: str
  description:
    description:
      - Text for people.
    type: str
  config:
    description:
      - Further settings of the connector; keys that are not given are left alone.
      - A key whose value is null is removed.
    type: dict
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
- name: Register the edge site as a VIM
  edge.infra.osm_vim_account:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: madrid-1
    type: openstack
    url: https://10.20.30.2:5000/v3
    tenant: admin
    username: osm
    password: "{{ vault_vim_password }}"
    config:
      region_name: RegionOne
      use_floating_ip: false

- name: A VIM for network services that consist of KNFs only
  edge.infra.osm_vim_account:
    name: madrid-1
    type: dummy
    url: http://dummy
    tenant: dummy
    username: dummy
    password: dummy

- name: Send a new password
  edge.infra.osm_vim_account:
    name: madrid-1
    password: "{{ vault_new_vim_password }}"
    update_secret: always
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
vim_account:
  description: The VIM account; empty when it does not exist (any more).
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
        - 'Kind of infrastructure: C(openstack), C(dummy), C(azure), C(aws), C(gcp), C(vmware)
          or another that the resource orchestrator has a connector for.'
      type: str
      returned: when set
      sample: dummy
    url:
      description:
        - URL of the infrastructure's API.
      type: str
      returned: when set
      sample: https://10.20.30.2:5000/v3
    tenant:
      description:
        - Tenant or project to work in.
      type: str
      returned: when set
      sample: admin
    username:
      description:
        - User of the infrastructure.
      type: str
      returned: when set
      sample: osm
    description:
      description:
        - Text for people.
      type: str
      returned: when set
      sample: Edge site in Madrid
    config:
      description:
        - Further settings of the connector; keys that are not given are left alone.
        - A key whose value is null is removed.
      type: dict
      returned: when set
      sample:
        use_floating_ip: false
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
from ansible_collections.edge.infra.plugins.module_utils._osm.accounts import VIM
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM


def main() -> None:
    """Put the declaration to work."""
    run(OSM, VIM)


if __name__ == "__main__":
    main()
