#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_k8s_repo
short_description: Manage Helm and Juju repositories of OSM
version_added: "0.1.0"
description:
  - Makes a Helm or Juju repository known to Open Source MANO, or forgets it.
  - OSM cannot change a repository; a difference is an error that says so.
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
      - Kind of repository.
      - Needed to create the object.
    type: str
    choices:
      - helm-chart
      - juju-bundle
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
  ca_cert:
    description:
      - Certificate of the repository's authority, as text.
    type: str
  username:
    description:
      - User of the repository.
    type: str
  password:
    description:
      - Password of that user. OSM gives it back in clear; it is compared, and never shown.
    type: str
  oci:
    description:
      - Whether it is an OCI registry.
    type: bool
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
      - OSM then drops its record without telling its life-cycle manager. Nothing else is left
        behind.
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
- name: Where the site's charts are
  edge.infra.osm_k8s_repo:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: edge-charts
    type: helm-chart
    url: https://charts.example.com/edge
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
k8s_repo:
  description: The Kubernetes repository; empty when it does not exist (any more).
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
        - Kind of repository.
      type: str
      returned: when set
      sample: helm-chart
    url:
      description:
        - URL of the repository.
      type: str
      returned: when set
      sample: https://charts.example.com/edge
    description:
      description:
        - Text for people.
        - An empty text removes it.
      type: str
      returned: when set
      sample: Edge site in Madrid
    ca_cert:
      description:
        - Certificate of the repository's authority, as text.
      type: str
      returned: when set
    username:
      description:
        - User of the repository.
      type: str
      returned: when set
    oci:
      description:
        - Whether it is an OCI registry.
      type: bool
      returned: when set
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
from ansible_collections.edge.infra.plugins.module_utils._osm.accounts import K8S_REPO
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM


def main() -> None:
    """Put the declaration to work."""
    run(OSM, K8S_REPO)


if __name__ == "__main__":
    main()
