#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_ns_cancel
short_description: Cancel an operation of OSM
version_added: "0.1.0"
description:
  - Cancels operations of a service that are in progress, and waits until they have ended.
  - A cancelled operation ends as C(FAILED_TEMP); a service whose instantiation was cancelled has to be removed.
author:
  - The edge.infra authors (@edge-infra)
attributes:
  idempotent:
    support: full
    details:
      - Nothing is sent where no operation is in progress.
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.osm
seealso:
  - module: edge.infra.osm_ns
  - module: edge.infra.osm_ns_operation_info
# BEGIN generated options
options:
  ns:
    description:
      - Name of the NS instance.
      - OSM allows several of one name; then give the id.
    type: str
    required: true
  operation:
    description:
      - Id of the operation; all that are in progress otherwise.
    type: str
  mode:
    description:
      - 'How: V(GRACEFUL) or V(FORCEFUL). The LCM of OSM of 2026 makes no difference between
        the two.'
    type: str
    choices:
      - GRACEFUL
      - FORCEFUL
    default: GRACEFUL
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
      - 'Such as C(ns_instances: [NAME]), or C(ns: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Cancel whatever is in progress
  edge.infra.osm_ns_cancel:
    ns: edge-web
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
from ansible_collections.edge.infra.plugins.module_utils._osm.primitives import NS_CANCEL


def main() -> None:
    """Put the declaration to work."""
    run_action(OSM, NS_CANCEL)


if __name__ == "__main__":
    main()
