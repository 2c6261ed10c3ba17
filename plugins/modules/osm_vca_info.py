#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_vca_info
short_description: Read VCAs of OSM
version_added: "0.1.0"
description:
  - Lists VCAs of OSM, without secrets.
  - Sends one list request (OSM has no paging).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.osm
# BEGIN generated options
options:
  name:
    description:
      - Only the one with this name.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read them all
  edge.infra.osm_vca_info:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
  register: found
"""

RETURN = r"""
# BEGIN generated return
vcas:
  description: Objects of the kind VCA, without secrets.
  type: list
  elements: dict
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run_info
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM
from ansible_collections.edge.infra.plugins.module_utils._osm.controllers import VCA


def main() -> None:
    """Put the declaration to work."""
    run_info(OSM, VCA)


if __name__ == "__main__":
    main()
