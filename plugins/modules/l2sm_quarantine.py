#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: l2sm_quarantine
short_description: Move pods of L2S-M to another network
version_added: "0.1.0"
description:
  - Creates, changes or removes a C(QuarantinePodRequest), which moves running pods of one network to another.
  - The operator needs exactly one source network and a target in the request's own namespace; anything else is refused
    here, since the operator does not cope with it.
  - A request is carried out once for what it says. Pods that are created later stay where they are; a warning names
    them.
  - Waits until the operator has moved the pods. Where it gives a reason why not, the task fails with it; the next run
    removes the request and makes it again.
  - The removal of a request brings no pod back; make another one with the networks exchanged.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.l2sm
seealso:
  - name: L2S-M
    description: The operator, its documentation and examples.
    link: https://github.com/Networks-it-uc3m/L2S-M
# BEGIN generated options
options:
  name:
    description:
      - Name of the object.
    type: str
    required: true
  namespace:
    description:
      - Namespace of the object.
    type: str
    default: default
  labels:
    description:
      - Labels; others are left alone.
    type: dict
  pod_selector:
    description:
      - Labels of the pods to move, in the request's namespace.
      - An empty one means every pod.
      - Needed to create the object.
    type: dict
    suboptions:
      match_labels:
        description:
          - Labels that must be there with these values.
        type: dict
      match_expressions:
        description:
          - Further conditions; all of them must hold.
        type: list
        elements: dict
        suboptions:
          key:
            description:
              - Key of the label.
            type: str
            required: true
          operator:
            description:
              - What must hold.
            type: str
            choices:
              - In
              - NotIn
              - Exists
              - DoesNotExist
            required: true
          values:
            description:
              - Values, for C(In) and C(NotIn).
            type: list
            elements: str
  network_selector:
    description:
      - Labels of the network that they are on now; exactly one network of the namespace must
        fit.
      - The operator does not cope with a selector that fits none or several, so that is refused.
      - Needed to create the object.
    type: dict
    suboptions:
      match_labels:
        description:
          - Labels that must be there with these values.
        type: dict
      match_expressions:
        description:
          - Further conditions; all of them must hold.
        type: list
        elements: dict
        suboptions:
          key:
            description:
              - Key of the label.
            type: str
            required: true
          operator:
            description:
              - What must hold.
            type: str
            choices:
              - In
              - NotIn
              - Exists
              - DoesNotExist
            required: true
          values:
            description:
              - Values, for C(In) and C(NotIn).
            type: list
            elements: str
  target_network:
    description:
      - Name of the network, in the same namespace, that they are moved to.
      - Needed to create the object.
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
- name: Move the pods of an attacker away
  edge.infra.l2sm_quarantine:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    name: attackers
    pod_selector:
      match_labels:
        security: suspect
    network_selector:
      match_labels:
        role: production
    target_network: quarantine

- name: Forget the request; the pods stay where they are
  edge.infra.l2sm_quarantine:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    name: attackers
    state: absent
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
quarantine:
  description: The quarantine request; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the object.
      type: str
      returned: when set
      sample: edge-access
    namespace:
      description:
        - Namespace of the object.
      type: str
      returned: when set
      sample: default
    labels:
      description:
        - Labels; others are left alone.
      type: dict
      returned: when set
    pod_selector:
      description:
        - Labels of the pods to move, in the request's namespace.
        - An empty one means every pod.
      type: dict
      returned: when set
    network_selector:
      description:
        - Labels of the network that they are on now; exactly one network of the namespace must
          fit.
        - The operator does not cope with a selector that fits none or several, so that is refused.
      type: dict
      returned: when set
    target_network:
      description:
        - Name of the network, in the same namespace, that they are moved to.
      type: str
      returned: when set
      sample: quarantine
    source_network:
      description:
        - Name of the network that they were on, as the operator found it.
      type: str
      returned: when set
    moved_pods:
      description:
        - How many pods were moved.
      type: int
      returned: when set
    status:
      description: The state as the API says it; a wait ends at one of V(InvalidL2NetworkSelector),
        V(InvalidPodSelector), V(InvalidRequest), V(MultipleSourceL2Networks), V(PodMoveFailed),
        V(PodsMoved), V(SDNClientNotConfigured), V(SourceL2NetworkNotFound), V(TargetL2NetworkCheckFailed),
        V(TargetL2NetworkNotFound), V(TargetL2NetworkUnavailable).
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._l2sm.api import L2SM
from ansible_collections.edge.infra.plugins.module_utils._l2sm.quarantine import QUARANTINE


def main() -> None:
    """Put the declaration to work."""
    run(L2SM, QUARANTINE)


if __name__ == "__main__":
    main()
