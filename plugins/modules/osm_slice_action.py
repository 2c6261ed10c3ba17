#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_slice_action
short_description: Run a primitive on a network slice of OSM
version_added: "0.1.0"
description:
  - Runs a primitive (a day-2 action) on the NS instance of a slice's subnet, waits for the operation, and returns
    its output.
  - OSM of 2026 has a URL for actions on slices, and answers C(400 'action') to whatever is sent there. So the
    primitive goes to the NS instance itself, where OSM allows everything but to terminate it.
  - See M(edge.infra.osm_ns_action) for what OSM makes of primitives and their parameters.
author:
  - The edge.infra authors (@edge-infra)
attributes:
  idempotent:
    support: none
    details:
      - What a primitive does is its own; each run runs it again.
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.osm
seealso:
  - module: edge.infra.osm_slice
  - module: edge.infra.osm_ns_action
# BEGIN generated options
options:
  slice:
    description:
      - Name of the slice.
      - OSM allows several of one name; then give the id.
    type: str
    required: true
  subnet:
    description:
      - The subnet on whose NS instance the primitive is run. Not needed where the slice has
        one only.
    type: str
  primitive:
    description:
      - Name of the primitive.
    type: str
    required: true
  member_vnf_index:
    description:
      - 'Which VNF of the service: its member index, or the id of the VNF instance.'
      - Without it, O(vdu_id) and O(kdu_name) the primitive is one of the service itself.
    type: str
  vdu_id:
    description:
      - The primitive is one of this VDU.
    type: str
  vdu_count_index:
    description:
      - Which instance of the VDU, counted from 0.
    type: int
  kdu_name:
    description:
      - The primitive is one of this KDU.
    type: str
  params:
    description:
      - Parameters of the primitive.
    type: dict
  secret_params:
    description:
      - Further parameters, which are never shown.
    type: dict
  timeout:
    description:
      - Seconds that OSM itself gives the operation.
    type: int
  when_busy:
    description:
      - What to do while another operation on the same object is in progress.
      - With V(wait) it is waited for and then the present state is looked at; O(wait_timeout)
        counts for it, too.
      - With V(fail) the task is refused.
      - With V(queue) the request is sent at once, planned against the state of now; the API
        runs operations on one object one after another, in the order in which they were asked
        for.
    type: str
    choices:
      - wait
      - fail
      - queue
    default: wait
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
      - 'Such as C(slices: [NAME]), or C(slice: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Upgrade the Helm release of a service of a slice
  edge.infra.osm_slice_action:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    slice: edge-slice
    subnet: web
    member_vnf_index: web
    kdu_name: web
    primitive: upgrade
    params:
      replicaCount: 3
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'V(run), or V(none): nothing was to be done.'
  type: str
  returned: success
reason:
  description: Why nothing was to be done.
  type: str
  returned: success
operations:
  description: The operations that were run, in their order; empty in check mode.
  type: list
  elements: dict
  returned: always, once the request was sent
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
output:
  description:
    - What the primitive gave back; with O(primitive=status) of a KDU the status of its Helm
      release.
  type: str
  returned: when it was run and waited for
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

from ansible_collections.edge.infra.plugins.module_utils._engine.action import run_action
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM
from ansible_collections.edge.infra.plugins.module_utils._osm.slice_actions import SLICE_ACTION


def main() -> None:
    """Put the declaration to work."""
    run_action(OSM, SLICE_ACTION)


if __name__ == "__main__":
    main()
