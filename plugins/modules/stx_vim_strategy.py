#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_vim_strategy
short_description: Change a StarlingX system host by host with a strategy of the VIM
version_added: "0.1.0"
description:
  - Makes a strategy, waits until it is built, applies it as a whole or stage by stage, waits until it is applied, and
    removes it; or aborts it, or removes it.
  - A strategy locks and unlocks the hosts one after the other where that is needed, so the services of a duplex go
    on.
  - Takes up a strategy of the same type that is being built or applied. One that has failed is removed and made anew;
    one of another type is refused, since the VIM has one at a time.
  - The progress of the wait tells phase, percentage, stage and step. A failure tells the phase's own reason and where
    it was.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_vim_strategy_info
  - module: edge.infra.stx_kube_upgrade
  - module: edge.infra.stx_software_deploy
  - module: edge.infra.stx_health_info
notes:
  - Uses the API of the VIM (service C(nfv) of Keystone's catalog), C(api/orchestration).
  - What a strategy for Kubernetes leads to cannot be read from it. One that waits to be applied, and was not made by
    the same task, is therefore made anew before it is applied.
  - The controller reboots while its own host is unlocked, and its APIs are away meanwhile; that is waited for.
# BEGIN generated options
options:
  type:
    description:
      - What the strategy changes.
      - 'V(sw-deploy) and V(sw-upgrade) are the same: a release of the platform''s software.'
    type: str
    choices:
      - sw-upgrade
      - kube-upgrade
      - kube-rootca-update
      - fw-update
      - system-config-update
      - sw-deploy
    required: true
  state:
    description:
      - What the strategy should be.
      - With V(applied) it is made, built and applied; with V(built) it is not applied yet.
      - With V(aborted) one that is being applied is stopped and taken back; with V(absent)
        it is removed.
    type: str
    choices:
      - applied
      - built
      - aborted
      - absent
    default: applied
  stage:
    description:
      - Apply the stages up to the one with this number (the first is 0), and no more.
    type: int
  when:
    description:
      - 'With V(needed) no strategy is made where the system is as it would make it: Kubernetes
        runs O(to_version), the releases are deployed, the root CA is not O(replaces) any more,
        no host''s configuration or firmware is out of date.'
      - With V(always) one is made all the same.
    type: str
    choices:
      - needed
      - always
    default: needed
  remove:
    description:
      - Remove the strategy once it is applied.
    type: bool
    default: true
  force:
    description:
      - With O(state=absent), remove it even while it is built or applied.
    type: bool
    default: false
  to_version:
    description:
      - Version of Kubernetes, for V(kube-upgrade).
    type: str
  releases:
    description:
      - Ids of the releases to deploy, for V(sw-upgrade).
    type: list
    elements: str
  rollback:
    description:
      - Take back the deployment that there is, for V(sw-upgrade).
    type: bool
    default: false
  delete_deployment:
    description:
      - End the deployment, too, which makes it final, for V(sw-upgrade).
    type: bool
    default: false
  snapshot:
    description:
      - Take snapshots of the volumes first, for V(sw-upgrade) of a simplex.
    type: bool
  replaces:
    description:
      - Id of the root CA that is to be replaced, for V(kube-rootca-update).
      - Without it each run makes a new one, unless it finds a strategy that is being applied,
        or was and is not removed yet, such as that of a run that was broken off.
    type: str
  expiry_date:
    description:
      - Last day of the new root CA, for V(kube-rootca-update).
    type: str
  subject:
    description:
      - Subject of the new root CA, for V(kube-rootca-update).
    type: str
  controller_apply_type:
    description:
      - How controllers are dealt with.
    type: str
    choices:
      - serial
      - parallel
      - ignore
  storage_apply_type:
    description:
      - How storage hosts are dealt with.
    type: str
    choices:
      - serial
      - parallel
      - ignore
    default: serial
  worker_apply_type:
    description:
      - How workers are dealt with.
    type: str
    choices:
      - serial
      - parallel
      - ignore
    default: serial
  max_parallel_worker_hosts:
    description:
      - How many workers at once.
    type: int
  default_instance_action:
    description:
      - What becomes of virtual machines on a host that is locked.
    type: str
    choices:
      - migrate
      - stop-start
    default: stop-start
  alarm_restrictions:
    description:
      - 'Which alarms stand against it: all (V(strict)), those that stand against management
        actions (V(relaxed)), or none (V(permissive)).'
    type: str
    choices:
      - strict
      - relaxed
      - permissive
    default: strict
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
- name: Upgrade Kubernetes on all hosts
  edge.infra.stx_vim_strategy:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    type: kube-upgrade
    to_version: v1.35.2
    alarm_restrictions: relaxed

- name: Deploy a patch
  edge.infra.stx_vim_strategy:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    type: sw-deploy
    releases: [starlingx-26.03.1]
    delete_deployment: true

- name: Build it, and look at its stages before it is applied
  edge.infra.stx_vim_strategy:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    type: system-config-update
    state: built
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
vim_strategy:
  description: The strategy of the VIM as it is at the end, or in check mode would be.
  type: dict
  returned: success
  contains:
    type:
      description:
        - Its type; none where there is no strategy.
      type: str
      returned: when set
      sample: kube-upgrade
    state:
      description:
        - Its state.
      type: str
      returned: when set
      sample: applied
    reason:
      description:
        - Why it failed.
      type: str
      returned: when set
      sample: 'build phase: active alarms present [ 100.101 ]'
    stage:
      description:
        - Number of the next stage, between two stages.
      type: int
      returned: when set
      sample: 2
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

from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.flow import run_flow
from ansible_collections.edge.infra.plugins.module_utils._starlingx.vim_strategy import VIM_FLOW


def main() -> None:
    """Put the declaration to work."""
    run_flow(STARLINGX, VIM_FLOW)


if __name__ == "__main__":
    main()
