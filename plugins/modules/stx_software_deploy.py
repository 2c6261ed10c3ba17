#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_software_deploy
short_description: Deploy a release of the software of StarlingX, or take it back
version_added: "0.1.0"
description:
  - "Deploys a release: start (which checks the system first), each host, activation, completion, end. O(phase) ends
    it earlier."
  - "Takes a deployment back with O(state=rolled_back), from wherever it is: activation, hosts, end."
  - Goes on from whatever state the deployment is in, and tries again what has failed.
  - What the precheck finds is told as it is.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_software_release
  - module: edge.infra.stx_vim_strategy
notes:
  - Uses the software management of StarlingX (service C(usm) of Keystone's catalog), C(deploy) and C(deploy_host).
  - "On a duplex M(edge.infra.stx_vim_strategy) is the better way for a release that needs a reboot: it locks, unlocks
    and gives services over by itself."
  - Check mode tells every step that is left.
# BEGIN generated options
options:
  release:
    description:
      - Id of the release.
    type: str
  state:
    description:
      - 'With V(deployed) the release is deployed: started, put on each host, activated, completed,
        and the deployment ended.'
      - With V(rolled_back) the deployment that there is, is taken back.
      - With V(prechecked) the system is only judged, each time; what stands against the release
        is a failure.
    type: str
    choices:
      - deployed
      - rolled_back
      - prechecked
    default: deployed
  phase:
    description:
      - Go no further than this; the whole way otherwise.
      - Until the deployment is ended, as it is without this option, it can be taken back.
    type: str
    choices:
      - start
      - hosts
      - activate
      - complete
  lock:
    description:
      - What to do when a release needs a locked host and the host is unlocked.
      - With V(never) that is refused; with V(allowed) hosts are locked, and unlocked again.
        The active controller of a duplex is never locked.
    type: str
    choices:
      - never
      - allowed
    default: never
  force:
    description:
      - Start in spite of alarms that do not stand against management actions.
    type: bool
    default: false
  options:
    description:
      - Further options of the start, as USM knows them.
    type: dict
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
- name: See whether a release can be deployed
  edge.infra.stx_software_deploy:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    release: starlingx-26.03.1
    state: prechecked

- name: Deploy it on a simplex, reboot included
  edge.infra.stx_software_deploy:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    release: starlingx-26.03.1
    lock: allowed

- name: Take it back
  edge.infra.stx_software_deploy:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    state: rolled_back
    lock: allowed
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
software_deploy:
  description: The deployment of software as it is at the end, or in check mode would be.
  type: dict
  returned: success
  contains:
    state:
      description:
        - State of the deployment; none when it is ended.
      type: str
      returned: when set
      sample: activate-done
    from_release:
      description:
        - Version that it comes from.
      type: str
      returned: when set
      sample: 26.03.0
    to_release:
      description:
        - Version that it leads to.
      type: str
      returned: when set
      sample: 26.03.1
    hosts:
      description:
        - 'How far each host is: C(host), C(state).'
      type: list
      returned: when set
      elements: dict
      sample:
        - host: controller-0
          state: deployed
    releases:
      description:
        - State of each release.
      type: dict
      returned: when set
      sample:
        starlingx-26.03.0: deployed
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.software_deploy import DEPLOY_FLOW


def main() -> None:
    """Put the declaration to work."""
    run_flow(STARLINGX, DEPLOY_FLOW)


if __name__ == "__main__":
    main()
