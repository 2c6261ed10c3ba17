#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_route
short_description: Manage routes of a StarlingX host
version_added: "0.1.0"
description:
  - Creates or removes a route of a host. This takes effect at once, also while the host is in service.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(routes).
# BEGIN generated options
options:
  host:
    description:
      - Name or id of the host.
    type: str
    required: true
  network:
    description:
      - Address of the destination's subnet, without its prefix.
    type: str
    required: true
  prefix:
    description:
      - Length of the destination's prefix; 0 with the network C(0.0.0.0) or C(::) is the default
        route.
    type: int
    required: true
  gateway:
    description:
      - Address of the next router, within the subnet of an address of the interface.
    type: str
    required: true
  ifname:
    description:
      - The interface behind which the router is.
      - By its name or id.
      - 'Cannot be changed later: Remove it (state: absent) and create it again.'
      - Needed to create the object.
    type: str
  metric:
    description:
      - Rank among routes to the same destination; the lowest is taken.
      - 'Cannot be changed later: Remove it (state: absent) and create it again.'
    type: int
    default: 1
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
  assume:
    description:
      - Names, by kind, of objects that earlier tasks of the same check run would have made.
      - They count as existing while this task is planned in check mode. Ignored in a real run.
      - A key is the name of a kind, in the singular as results have it or in the plural as
        documents have it; a value is a list of names. Modules that take C(kubeconfig) know
        this key, too, with paths of files that will be there. The result C(assume) of a module
        for many kinds can be given as it is.
      - 'Such as C(hosts: [NAME]), or C(host: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Have a route
  edge.infra.stx_route:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
    ifname: data0
    network: 10.60.0.0
    prefix: 16
    gateway: 10.50.0.1

- name: Remove it
  edge.infra.stx_route:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
    ifname: data0
    network: 10.60.0.0
    prefix: 16
    gateway: 10.50.0.1
    state: absent
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
route:
  description: The route; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    network:
      description:
        - Address of the destination's subnet, without its prefix.
      type: str
      returned: when set
      sample: 10.60.0.0
    prefix:
      description:
        - Length of the destination's prefix; 0 with the network C(0.0.0.0) or C(::) is the
          default route.
      type: int
      returned: when set
      sample: 16
    gateway:
      description:
        - Address of the next router, within the subnet of an address of the interface.
      type: str
      returned: when set
      sample: 10.50.0.1
    ifname:
      description:
        - The interface behind which the router is.
        - By its name or id.
      type: str
      returned: when set
      sample: data0
    metric:
      description:
        - Rank among routes to the same destination; the lowest is taken.
      type: int
      returned: when set
      sample: 1
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.routing import ROUTE


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, ROUTE)


if __name__ == "__main__":
    main()
