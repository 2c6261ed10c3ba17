#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_dc_strategy
short_description: Orchestrate software, Kubernetes, certificates, firmware or prestaging over subclouds of StarlingX
version_added: "0.1.0"
description:
  - Makes a strategy of a System Controller, applies it and waits for each of its steps, aborts it, or removes it.
  - If steps fail, the task names their subclouds, with dcmanager's words.
  - Where no subcloud needs it there is nothing to do. What an earlier run or somebody else has begun is waited for.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_dc_strategy_info
  - module: edge.infra.stx_subcloud_prestage
notes:
  - Uses the API of StarlingX's distributed cloud (dcmanager) on a System Controller.
# BEGIN generated options
options:
  type:
    description:
      - 'What is orchestrated: software, Kubernetes, the root CA of Kubernetes, firmware, or
        prestaging.'
    type: str
    choices:
      - sw-deploy
      - kubernetes
      - kube-rootca-update
      - firmware
      - prestage
    required: true
  state:
    description:
      - With V(present) the strategy is made, with V(applied) applied as well, and each step
        is waited for.
      - 'V(aborted) stops one that is applied: steps under way come to their end, others do
        not begin.'
      - V(absent) removes it. There is one strategy at a time, of whatever type.
    type: str
    choices:
      - present
      - applied
      - aborted
      - absent
    default: applied
  replace:
    description:
      - Remove a strategy of this type that has failed, was aborted, or does something else
        than this, and make it anew.
    type: bool
    default: false
  subcloud:
    description:
      - Only this subcloud.
    type: str
  group:
    description:
      - Only the subclouds of this group, by name or id, in the way that the group has.
    type: str
  apply_type:
    description:
      - Side by side, or one after the other.
    type: str
    choices:
      - parallel
      - serial
  max_parallel_subclouds:
    description:
      - How many at once; 2 where nothing is given.
    type: int
  stop_on_failure:
    description:
      - Begin no more steps when one has failed.
    type: bool
    default: false
  force:
    description:
      - With C(type=kube-rootca-update) also for subclouds that are in sync, with C(type=prestage)
        in spite of alarms.
    type: bool
    default: false
  release_id:
    description:
      - Release to deploy, such as V(starlingx-26.09.1), for C(type=sw-deploy).
    type: str
  snapshot:
    description:
      - Deploy with a snapshot to go back to.
    type: bool
    default: false
  rollback:
    description:
      - Go back to the release before.
    type: bool
    default: false
  delete:
    description:
      - Finish the deployment, so that there is no way back.
    type: bool
    default: false
  cleanup:
    description:
      - Only remove what a deployment has left.
    type: bool
    default: false
  with_prestage:
    description:
      - Prestage the release first.
    type: bool
    default: false
  kube_upgrade:
    description:
      - Upgrade Kubernetes, too.
    type: bool
    default: false
  to_version:
    description:
      - Version of Kubernetes, for C(type=kubernetes); the System Controller's otherwise.
    type: str
  expiry_date:
    description:
      - Until when the new root CA is valid (YYYY-MM-DD), for C(type=kube-rootca-update).
    type: str
  subject:
    description:
      - Subject of the new root CA, such as V(C=ES O=Company CN=kube).
    type: str
  release:
    description:
      - Release to prestage, such as V(26.09), for C(type=prestage).
    type: str
  for_install:
    description:
      - It is prestaged for an installation.
    type: bool
    default: false
  for_sw_deploy:
    description:
      - It is prestaged for a software deployment.
    type: bool
    default: false
  sysadmin_password:
    description:
      - Password of the user sysadmin on the subclouds, for prestaging.
    type: str
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
- name: Deploy a release to the canaries
  edge.infra.stx_dc_strategy:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
    type: sw-deploy
    group: canary
    release_id: starlingx-26.09.1
    stop_on_failure: true

- name: Clear up
  edge.infra.stx_dc_strategy:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
    type: sw-deploy
    state: absent
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
steps:
  description: What was done, or in check mode would be, in its order.
  type: list
  elements: str
  returned: always, once the API was asked
dc_strategy:
  description: The strategy as it is at the end, or in check mode would be.
  type: dict
  returned: success
  contains:
    type:
      description:
        - Its type.
      type: str
      returned: when set
      sample: sw-deploy
    state:
      description:
        - Its state.
      type: str
      returned: when set
      sample: complete
    steps:
      description:
        - Each step, with C(subcloud), C(stage), C(state), C(details), C(started_at) and C(finished_at).
      type: list
      returned: when set
      elements: dict
      sample:
        - subcloud: edge-7
          stage: Complete
          state: complete
          details: ''
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

from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.api import DISTCLOUD
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.strategies import STRATEGY
from ansible_collections.edge.infra.plugins.module_utils._starlingx.flow import run_flow


def main() -> None:
    """Put the declaration to work."""
    run_flow(DISTCLOUD, STRATEGY)


if __name__ == "__main__":
    main()
