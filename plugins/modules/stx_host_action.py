#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_action
short_description: Lock, unlock, swact, reboot, reinstall or switch a host of StarlingX
version_added: "0.1.0"
description:
  - Does a maintenance action on a host and waits until maintenance is through with it.
  - Looks at the host first. Where its state tells that nothing is to be done (a locked host is not locked again,
    services are not taken from the standby controller), nothing is sent.
  - What cannot be is refused before anything is sent, with the reason and what to do first.
  - The API of a controller that unlocks itself is away for minutes, and that of a swact for seconds; both are waited
    through.
author:
  - The edge.infra authors (@edge-infra)
attributes:
  idempotent:
    support: partial
    details:
      - V(reboot), V(reset) and V(reinstall) leave no sign of themselves; each run does them again.
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_host
  - module: edge.infra.stx_host_wait
notes:
  - Uses the StarlingX configuration API (sysinv), PATCH of C(ihosts) with an C(action).
  - Check mode judges by the host as it is now, not as earlier tasks of the same play would have left it.
  - V(power-on) is through when the board management says so; the boot that follows is waited for with
    M(edge.infra.stx_host_wait).
# BEGIN generated options
options:
  host:
    description:
      - Name or id of the host.
    type: str
    required: true
  action:
    description:
      - What to do.
      - V(lock) takes the host out of service, V(unlock) reboots it into service; the forced
        ones do so in spite of what stands against it.
      - V(swact) gives the services of this controller to the other one.
      - V(reboot), V(reset) (by the board management), V(reinstall), V(power-on) and V(power-off)
        are for locked hosts, and a simplex knows none of them.
      - V(reinstall) erases the host's disks.
    type: str
    choices:
      - lock
      - force-lock
      - unlock
      - force-unlock
      - swact
      - force-swact
      - reset
      - reboot
      - reinstall
      - power-on
      - power-off
    required: true
  when_busy:
    description:
      - What to do while maintenance is busy with the host.
      - With V(wait) that is waited for and then the present state is looked at; O(wait_timeout)
        counts for it, too.
      - With V(fail) the task is refused.
    type: str
    choices:
      - wait
      - fail
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
      - 'Such as C(hosts: [NAME]), or C(host: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Give the services to the other controller
  edge.infra.stx_host_action:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-2.pem
    host: controller-0
    action: swact

- name: Take the controller out of service
  edge.infra.stx_host_action:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-2.pem
    host: controller-0
    action: lock

- name: Reboot it
  edge.infra.stx_host_action:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-2.pem
    host: controller-0
    action: reboot
    wait_timeout: 1800
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
    name:
      description:
        - Name of the host.
        - StarlingX itself names controllers (C(controller-1)) and storage hosts (C(storage-0));
          a worker needs one.
      type: str
      returned: when set
      sample: controller-0
    administrative:
      description:
        - Whether the host should be unlocked, that is in service, or locked.
        - An unlock reboots the host and takes minutes; on a simplex its APIs are away meanwhile.
      type: str
      returned: when set
      sample: unlocked
    operational:
      description:
        - Operational state.
      type: str
      returned: when set
      sample: enabled
    availability:
      description:
        - Availability.
      type: str
      returned: when set
      sample: available
    task:
      description:
        - What maintenance is doing.
      type: str
      returned: when set
      sample: ''
    install_state:
      description:
        - How far the installation is.
      type: str
      returned: when set
      sample: completed
    personality:
      description:
        - Role of the host; given once, it makes StarlingX install the host's software over
          the network.
        - A duplex of all-in-one controllers takes workers; storage hosts need a standard system
          with Ceph.
      type: str
      returned: when set
      sample: controller
    status:
      description: The state as the API says it; a wait ends at one of V(failed), V(locked/disabled/offline),
        V(locked/disabled/online), V(locked/disabled/power-off), V(unlocked/enabled/available),
        V(unlocked/enabled/degraded).
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.host_actions import HOST_ACTION


def main() -> None:
    """Put the declaration to work."""
    run_action(STARLINGX, HOST_ACTION)


if __name__ == "__main__":
    main()
