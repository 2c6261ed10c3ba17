#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_repo
short_description: Manage repositories of OSM packages
version_added: "0.1.0"
description:
  - Tells Open Source MANO where packages can be had, changes or removes that.
  - OSM makes and removes such an entry at once, and allows several of one name; then the id has to be given.
  - Where two runs make one of the same name at the same time, the younger one is removed again.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.osm
# BEGIN generated options
options:
  name:
    description:
      - Name of the repository.
      - OSM allows several of one name; then give the id of the one that is meant.
    type: str
    required: true
  type:
    description:
      - Kind of repository; there is one.
    type: str
    choices:
      - osm
    default: osm
  url:
    description:
      - URL of the repository.
      - Needed to create the object.
    type: str
  description:
    description:
      - Text for people.
      - An empty text removes it.
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
- name: The vendor's packages
  edge.infra.osm_repo:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: vendor
    url: https://packages.example.com/osm
    description: Packages of the vendor
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
osm_repo:
  description: The OSM repository; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the repository.
        - OSM allows several of one name; then give the id of the one that is meant.
      type: str
      returned: when set
      sample: vendors
    type:
      description:
        - Kind of repository; there is one.
      type: str
      returned: when set
    url:
      description:
        - URL of the repository.
      type: str
      returned: when set
      sample: https://packages.example.com/osm
    description:
      description:
        - Text for people.
        - An empty text removes it.
      type: str
      returned: when set
      sample: Edge site in Madrid
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
from ansible_collections.edge.infra.plugins.module_utils._osm.controllers import OSM_REPO


def main() -> None:
    """Put the declaration to work."""
    run(OSM, OSM_REPO)


if __name__ == "__main__":
    main()
