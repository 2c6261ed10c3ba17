#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_project
short_description: Manage projects of OSM
version_added: "0.1.0"
description:
  - Creates projects of Open Source MANO, changes or removes them. OSM does so at once.
  - The project that the task works in, and C(admin), are never removed.
  - A project that users are mapped to, or that packages belong to, is not removed; who they are is told.
  - OSM does not look whether accounts or services belong to a project that is removed. Remove these first.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.osm
# BEGIN generated options
options:
  name:
    description:
      - Name of the project.
    type: str
    required: true
  admin:
    description:
      - Whether it is a project for administration.
    type: bool
  domain_name:
    description:
      - Domain of the project (for back ends that have domains).
      - 'Cannot be changed later: remove the object and create it again.'
    type: str
  quotas:
    description:
      - 'How many objects the project may have, by kind: C(vnfds), C(nsds), C(slice_templates),
        C(pduds), C(ns_instances), C(slice_instances), C(vim_accounts), C(wim_accounts), C(sdn_controllers),
        C(k8sclusters), C(vca), C(k8srepos), C(osmrepos), C(ns_subscriptions).'
      - Kinds that are not given are left alone; null gives back OSM's own limit (500).
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
      - What belongs to the project (accounts, packages, services, and what these made) stays
        in OSM's data base, seen only by who may list all projects; its users lose their way
        in.
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
- name: A project with limits
  edge.infra.osm_project:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: edge
    quotas:
      vim_accounts: 5
      ns_instances: 40

- name: Back to the usual limit for services
  edge.infra.osm_project:
    name: edge
    quotas:
      ns_instances: null
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
project:
  description: The project; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the project.
      type: str
      returned: when set
      sample: edge
    admin:
      description:
        - Whether it is a project for administration.
      type: bool
      returned: when set
    domain_name:
      description:
        - Domain of the project (for back ends that have domains).
      type: str
      returned: when set
    quotas:
      description:
        - 'How many objects the project may have, by kind: C(vnfds), C(nsds), C(slice_templates),
          C(pduds), C(ns_instances), C(slice_instances), C(vim_accounts), C(wim_accounts), C(sdn_controllers),
          C(k8sclusters), C(vca), C(k8srepos), C(osmrepos), C(ns_subscriptions).'
        - Kinds that are not given are left alone; null gives back OSM's own limit (500).
      type: dict
      returned: when set
      sample:
        vim_accounts: 5
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
from ansible_collections.edge.infra.plugins.module_utils._osm.identity import PROJECT


def main() -> None:
    """Put the declaration to work."""
    run(OSM, PROJECT)


if __name__ == "__main__":
    main()
