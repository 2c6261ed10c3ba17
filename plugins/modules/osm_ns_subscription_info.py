#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_ns_subscription_info
short_description: Read subscriptions to network services of OSM
version_added: "0.1.0"
description:
  - Lists subscriptions to network services of OSM, without passwords.
  - Sends one list request (OSM has no paging).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.osm
# BEGIN generated options
options:
  callback_uri:
    description:
      - Only the one with this callback_uri.
    type: str
  filter:
    description:
      - Only the one with this filter.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read them all
  edge.infra.osm_ns_subscription_info:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
  register: found
"""

RETURN = r"""
# BEGIN generated return
ns_subscriptions:
  description: Objects of the kind NS subscription, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    callback_uri:
      description:
        - The end point that is notified. Together with the filter it tells one subscription
          from another.
        - With C(state=absent) it may be the id of the subscription, or the end point without
          a filter where it has one subscription only.
      type: str
      returned: when set
      sample: http://10.20.30.8:8080/osm
    filter:
      description:
        - The filter as one text.
      type: str
      returned: when set
    notification_types:
      description:
        - What it is about. Needed to create it.
      type: list
      returned: when set
      elements: str
    operation_types:
      description:
        - Of these operations only.
      type: list
      returned: when set
      elements: str
    operation_states:
      description:
        - Of operations in these states only.
      type: list
      returned: when set
      elements: str
    component_types:
      description:
        - Of changes of these components only.
      type: list
      returned: when set
      elements: str
    component_operations:
      description:
        - Of changes by these operations only.
      type: list
      returned: when set
      elements: str
    component_states:
      description:
        - Of changes in these states only.
      type: list
      returned: when set
      elements: str
    instances:
      description:
        - 'Of these services only: a dictionary with one of C(nsdIds), C(vnfdIds), C(pnfdIds),
          C(nsInstanceIds), C(nsInstanceNames), and a list of OSM''s ids (or names) of them.'
      type: dict
      returned: when set
      sample:
        nsdIds:
          - f3b0a7ee-4a25-4a4a-9f8b-1c9c1f3b0a7e
    username:
      description:
        - User that OSM signs in with at the end point; with an empty one it does not sign in.
        - A change removes the subscription and makes it again.
      type: str
      returned: when set
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
from ansible_collections.edge.infra.plugins.module_utils._osm.subscriptions import SUBSCRIPTION


def main() -> None:
    """Put the declaration to work."""
    run_info(OSM, SUBSCRIPTION)


if __name__ == "__main__":
    main()
