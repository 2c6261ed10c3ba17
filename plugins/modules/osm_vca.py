#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_vca
short_description: Manage VCAs (Juju controllers) of OSM
version_added: "0.1.0"
description:
  - Registers a Juju controller (a VCA, for charms) with Open Source MANO, changes or removes it.
  - Waits until OSM's life-cycle manager says C(ENABLED); an C(ERROR) ends the task at once with OSM's reason.
  - A VCA that VIM accounts or Kubernetes clusters name is not removed; who they are is told.
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
  endpoints:
    description:
      - Addresses of the Juju controller, with ports.
      - Needed to create the object.
    type: list
    elements: str
  username:
    description:
      - User of the Juju controller.
      - Needed to create the object.
    type: str
  secret:
    description:
      - Password of that user.
      - 'OSM returns it encrypted, so it is not compared: see C(update_secret).'
      - Needed to create the object.
    type: str
  ca_cert:
    description:
      - Certificate of the controller's authority, as text.
      - 'OSM returns it encrypted, so it is not compared: see C(update_secret).'
      - Needed to create the object.
    type: str
  lxd_cloud:
    description:
      - Name of the cloud for machine charms, as Juju knows it.
      - Needed to create the object.
    type: str
  lxd_credentials:
    description:
      - Name of Juju's credentials for that cloud.
      - Needed to create the object.
    type: str
  k8s_cloud:
    description:
      - Name of the cloud for Kubernetes charms, as Juju knows it.
      - Needed to create the object.
    type: str
  k8s_credentials:
    description:
      - Name of Juju's credentials for that cloud.
      - Needed to create the object.
    type: str
  description:
    description:
      - Text for people.
      - An empty text removes it.
    type: str
  model_config:
    description:
      - Settings of the models that OSM makes, as Juju takes them; keys that are not given are
        left alone.
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
  force:
    description:
      - With C(state=absent), remove the object in spite of its users, and at once.
      - OSM then drops its record. What runs in models of this controller goes on, and OSM cannot
        reach it any more.
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
- name: Register a Juju controller of the edge
  edge.infra.osm_vca:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: edge-juju
    endpoints:
      - 10.20.30.7:17070
    username: admin
    secret: "{{ vault_juju_password }}"
    ca_cert: "{{ lookup('ansible.builtin.file', 'files/juju-ca.pem') }}"
    lxd_cloud: lxd-cloud
    lxd_credentials: lxd-cloud
    k8s_cloud: k8scloud
    k8s_credentials: k8scloud
    model_config:
      agent-stream: released
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
vca:
  description: The VCA; empty when it does not exist (any more).
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
    endpoints:
      description:
        - Addresses of the Juju controller, with ports.
      type: list
      returned: when set
      elements: str
      sample:
        - 10.20.30.7:17070
    username:
      description:
        - User of the Juju controller.
      type: str
      returned: when set
      sample: admin
    lxd_cloud:
      description:
        - Name of the cloud for machine charms, as Juju knows it.
      type: str
      returned: when set
      sample: lxd-cloud
    lxd_credentials:
      description:
        - Name of Juju's credentials for that cloud.
      type: str
      returned: when set
      sample: lxd-cloud
    k8s_cloud:
      description:
        - Name of the cloud for Kubernetes charms, as Juju knows it.
      type: str
      returned: when set
      sample: k8scloud
    k8s_credentials:
      description:
        - Name of Juju's credentials for that cloud.
      type: str
      returned: when set
      sample: k8scloud
    description:
      description:
        - Text for people.
        - An empty text removes it.
      type: str
      returned: when set
      sample: Edge site in Madrid
    model_config:
      description:
        - Settings of the models that OSM makes, as Juju takes them; keys that are not given
          are left alone.
        - A key whose value is null is removed.
      type: dict
      returned: when set
      sample:
        agent-stream: released
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
from ansible_collections.edge.infra.plugins.module_utils._osm.controllers import VCA


def main() -> None:
    """Put the declaration to work."""
    run(OSM, VCA)


if __name__ == "__main__":
    main()
