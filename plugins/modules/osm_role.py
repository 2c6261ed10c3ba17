#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_role
short_description: Manage roles (RBAC) of OSM
version_added: "0.1.0"
description:
  - Creates roles of Open Source MANO, changes or removes them. OSM does so at once.
  - Permissions that are not given are left alone; null removes one. Unknown ones are refused before anything is sent.
  - C(system_admin) and C(project_admin) cannot be changed or removed.
  - A role that users have is not removed; who they are is told.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.osm
# BEGIN generated options
options:
  name:
    description:
      - Name of the role.
    type: str
    required: true
  permissions:
    description:
      - 'What the role grants (true) or denies (false), by permission: C(vim_accounts), C(vim_accounts:get),
        C(vim_accounts:id:patch) and so on. The longest that fits decides, else C(default).'
      - Permissions that are not given are left alone; null removes one.
      - OSM adds C(default) and C(admin), both false, when they are not given.
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
      - Its users keep a mapping to a role that is no more, and can do nothing by it.
      - Ignored with C(state=present).
    type: bool
    default: false
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
- name: Who may run services, and only look at the infrastructure
  edge.infra.osm_role:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: edge_operator
    permissions:
      default: false
      tokens: true
      ns_instances: true
      vnfds: true
      nsds: true
      vim_accounts:get: true
      vim_accounts:id:get: true
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
role:
  description: The role; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the role.
      type: str
      returned: when set
      sample: edge_operator
    permissions:
      description:
        - 'What the role grants (true) or denies (false), by permission: C(vim_accounts), C(vim_accounts:get),
          C(vim_accounts:id:patch) and so on. The longest that fits decides, else C(default).'
        - Permissions that are not given are left alone; null removes one.
        - OSM adds C(default) and C(admin), both false, when they are not given.
      type: dict
      returned: when set
      sample:
        default: false
        ns_instances: true
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
from ansible_collections.edge.infra.plugins.module_utils._osm.identity import ROLE


def main() -> None:
    """Put the declaration to work."""
    run(OSM, ROLE)


if __name__ == "__main__":
    main()
