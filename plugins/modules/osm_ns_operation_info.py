#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_ns_operation_info
short_description: Read the operations of a service of OSM
version_added: "0.1.0"
description:
  - Lists the operations on a service of OSM, finished ones too, without values that may be secret.
  - OSM forgets the operations of a service that is removed.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.osm
seealso:
  - module: edge.infra.osm_ns
  - module: edge.infra.osm_ns_cancel
# BEGIN generated options
options:
  ns:
    description:
      - Name or id of the NS instance.
    type: str
    required: true
# END generated options
"""

EXAMPLES = r"""
- name: What has been done to the service
  edge.infra.osm_ns_operation_info:
    ns: edge-web
  register: found

- name: Show what failed
  ansible.builtin.debug:
    msg: "{{ found.ns_operations | selectattr('status', 'equalto', 'FAILED') }}"
"""

RETURN = r"""
# BEGIN generated return
ns_operations:
  description: Objects of the kind operation of NS, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    type:
      description:
        - 'What is done: instantiate, terminate, action, scale, ...'
      type: str
      returned: when set
    primitive:
      description:
        - The primitive, where it is an action.
      type: str
      returned: when set
    parameters:
      description:
        - Names of the parameters of the primitive, or of the Helm values; their values may
          be secret.
      type: list
      returned: when set
      elements: str
    stage:
      description:
        - How far it is, in OSM's words.
      type: str
      returned: when set
    detailed_status:
      description:
        - 'What it is doing, or how it ended: the output of a primitive, the status of a KDU.'
      type: str
      returned: when set
    error:
      description:
        - OSM's reason, where it failed.
      type: str
      returned: when set
    queue_position:
      description:
        - How many operations come before it.
      type: int
      returned: when set
    cancelling:
      description:
        - Whether it is being cancelled.
      type: bool
      returned: when set
    started:
      description:
        - When it was asked for, in seconds since 1970.
      type: float
      returned: when set
    ended:
      description:
        - When it ended, in seconds since 1970.
      type: float
      returned: when set
    status:
      description: The state as the API says it; a wait ends at one of V(CANCELLED), V(COMPLETED),
        V(FAILED), V(FAILED_TEMP), V(PARTIALLY_COMPLETED), V(ROLLED_BACK).
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
from ansible_collections.edge.infra.plugins.module_utils._osm.operations import NS_OPERATION


def main() -> None:
    """Put the declaration to work."""
    run_info(OSM, NS_OPERATION)


if __name__ == "__main__":
    main()
