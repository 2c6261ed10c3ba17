#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_cluster_profile
short_description: Manage profiles of clusters of OSM
version_added: "0.1.0"
description:
  - Creates, changes or removes a profile of Open Source MANO's GitOps side (C(k8scluster/v1), from release SIXTEEN on).
  - What is in a profile is deployed in every cluster that it is attached to, see M(edge.infra.osm_cluster).
  - A profile that is attached is not removed, and neither is the own profile of a cluster.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.osm
seealso:
  - module: edge.infra.osm_cluster
# BEGIN generated options
options:
  name:
    description:
      - Name of the profile, unique for its type.
    type: str
    required: true
  type:
    description:
      - Kind of profile.
    type: str
    choices:
      - app
      - infra_controller
      - infra_config
      - resource
    required: true
  description:
    description:
      - Text for people.
      - Needed to create the object.
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
- name: Create an app profile
  edge.infra.osm_cluster_profile:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: observability
    type: app
    description: Metrics and logs

- name: Remove it
  edge.infra.osm_cluster_profile:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: observability
    type: app
    state: absent
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
cluster_profile:
  description: The cluster profile; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the profile, unique for its type.
      type: str
      returned: when set
      sample: observability
    description:
      description:
        - Text for people.
      type: str
      returned: when set
      sample: Metrics and logs
    default:
      description:
        - Whether it is the own profile of a cluster, and goes with it.
      type: bool
      returned: when set
    status:
      description: The state as the API says it; a wait ends at one of V(ERROR), V(FAILED_CREATION),
        V(FAILED_DELETION), V(READY).
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
from ansible_collections.edge.infra.plugins.module_utils._osm.clusters import PROFILE


def main() -> None:
    """Put the declaration to work."""
    run(OSM, PROFILE)


if __name__ == "__main__":
    main()
