#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: l2sm_quarantine_info
short_description: Read quarantine requests of L2S-M
version_added: "0.1.0"
description:
  - Lists quarantine requests of a cluster, of all namespaces, or those that fit the given name or namespace, with what
    became of them.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.l2sm
seealso:
  - name: L2S-M
    description: The operator, its documentation and examples.
    link: https://github.com/Networks-it-uc3m/L2S-M
# BEGIN generated options
options:
  name:
    description:
      - Only the one with this name.
    type: str
  namespace:
    description:
      - Only the one with this namespace.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read every one
  edge.infra.l2sm_quarantine_info:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
  register: found
"""

RETURN = r"""
# BEGIN generated return
quarantines:
  description: Objects of the kind quarantine request, without secrets.
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run_info
from ansible_collections.edge.infra.plugins.module_utils._l2sm.api import L2SM
from ansible_collections.edge.infra.plugins.module_utils._l2sm.quarantine import QUARANTINE


def main() -> None:
    """Put the declaration to work."""
    run_info(L2SM, QUARANTINE)


if __name__ == "__main__":
    main()
