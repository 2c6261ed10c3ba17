#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_ns_subscription
short_description: Manage subscriptions to network services of OSM
version_added: "0.1.0"
description:
  - Has Open Source MANO notify an end point of what happens to network services.
  - Before it takes a subscription, OSM asks the end point with C(GET), from where OSM runs, with the user and
    password if there are any, and wants the status C(204) within five seconds.
  - What tells one subscription from another is the end point and the whole filter. A declaration with another
    filter is another subscription; to be rid of the old one, declare it with O(state=absent).
  - OSM cannot change a subscription. Another user, or another password (with O(update_secret=always)), removes it
    and makes it again under another id.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.osm
seealso:
  - module: edge.infra.osm_ns_subscription_info
# BEGIN generated options
options:
  callback_uri:
    description:
      - The end point that is notified. Together with the filter it tells one subscription from
        another.
      - With C(state=absent) it may be the id of the subscription, or the end point without
        a filter where it has one subscription only.
    type: str
    required: true
  notification_types:
    description:
      - What it is about. Needed to create it.
    type: list
    elements: str
    choices:
      - NsLcmOperationOccurrenceNotification
      - NsChangeNotification
      - NsIdentifierCreationNotification
      - NsIdentifierDeletionNotification
  operation_types:
    description:
      - Of these operations only.
    type: list
    elements: str
    choices:
      - INSTANTIATE
      - SCALE
      - UPDATE
      - TERMINATE
      - HEAL
  operation_states:
    description:
      - Of operations in these states only.
    type: list
    elements: str
    choices:
      - PROCESSING
      - COMPLETED
      - PARTIALLY_COMPLETED
      - FAILED
      - FAILED_TEMP
      - ROLLING_BACK
      - ROLLED_BACK
  component_types:
    description:
      - Of changes of these components only.
    type: list
    elements: str
    choices:
      - VNF
      - NS
      - PNF
  component_operations:
    description:
      - Of changes by these operations only.
    type: list
    elements: str
    choices:
      - VNF_INSTANTIATE
      - VNF_SCALE
      - VNF_SCALE_TO_LEVEL
      - VNF_CHANGE_FLAVOUR
      - VNF_TERMINATE
      - VNF_HEAL
      - VNF_OPERATE
      - VNF_CHANGE_EXT_CONN
      - VNF_MODIFY_INFO
      - NS_INSTANTIATE
      - NS_SCALE
      - NS_UPDATE
      - NS_TERMINATE
      - NS_HEAL
  component_states:
    description:
      - Of changes in these states only.
    type: list
    elements: str
    choices:
      - START
      - COMPLETED
      - PARTIALLY_COMPLETED
      - FAILED
      - ROLLED_BACK
  instances:
    description:
      - 'Of these services only: a dictionary with one of C(nsdIds), C(vnfdIds), C(pnfdIds),
        C(nsInstanceIds), C(nsInstanceNames), and a list of OSM''s ids (or names) of them.'
    type: dict
  username:
    description:
      - User that OSM signs in with at the end point; with an empty one it does not sign in.
      - A change removes the subscription and makes it again.
    type: str
  password:
    description:
      - Password of that user.
      - 'OSM returns it encrypted, so it is not compared: see C(update_secret).'
    type: str
  state:
    description:
      - Whether the object should exist.
    type: str
    choices:
      - present
      - absent
    default: present
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
- name: Be told when services have been made, scaled or removed
  edge.infra.osm_ns_subscription:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    callback_uri: http://10.20.30.8:8080/osm
    notification_types: [NsLcmOperationOccurrenceNotification]
    operation_types: [INSTANTIATE, SCALE, TERMINATE]
    operation_states: [COMPLETED, FAILED]
    username: osm
    password: "{{ vault_callback_password }}"
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
ns_subscription:
  description: The NS subscription; empty when it does not exist (any more).
  type: dict
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
from ansible_collections.edge.infra.plugins.module_utils._osm.subscriptions import SUBSCRIPTION


def main() -> None:
    """Put the declaration to work."""
    run(OSM, SUBSCRIPTION)


if __name__ == "__main__":
    main()
