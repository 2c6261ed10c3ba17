#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_kube_upgrade
short_description: Upgrade Kubernetes of StarlingX
version_added: "0.1.0"
description:
  - "Brings Kubernetes to another version: start, images, applications, networking, storage, cordon, control planes,
    kubelets, uncordon, completion, applications again, each step in the state that takes it."
  - Goes on from whatever state the upgrade is in, tries again what has failed, and ends when the version runs
    everywhere and the record of the upgrade is removed. O(phase) ends it earlier, and O(state=aborted) takes it back.
  - Versions that lie several minor versions ahead are reached one after the other; kubelets are upgraded on the way
    where they would lag too far behind.
  - A start that sysinv refuses for the system's health comes with what its report says; in check mode that is a
    warning.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_kube_info
  - module: edge.infra.stx_health_info
  - module: edge.infra.stx_vim_strategy
notes:
  - Uses the StarlingX configuration API (sysinv), C(kube_upgrade), C(kube_host_upgrades) and C(ihosts).
  - On a simplex the module goes the whole way. Elsewhere a kubelet is upgraded on a locked host, and this module
    locks none; M(edge.infra.stx_vim_strategy) does the whole there.
  - Check mode tells every step that is left.
# BEGIN generated options
options:
  to_version:
    description:
      - Version that is wanted, one that the system's release carries.
    type: str
  phase:
    description:
      - Go no further than this phase; the whole way otherwise.
      - V(control-plane) is behind when every control plane runs the version, V(kubelets) when
        every kubelet does; the others are sysinv's own states.
      - V(cordon-complete) and V(uncordon-complete) are for a simplex.
    type: str
    choices:
      - upgrade-started
      - downloaded-images
      - pre-updated-apps
      - upgraded-networking
      - upgraded-storage
      - cordon-complete
      - control-plane
      - kubelets
      - uncordon-complete
      - upgrade-complete
      - post-updated-apps
  state:
    description:
      - With V(complete) Kubernetes is brought to O(to_version).
      - With V(aborted) an upgrade that is in progress is taken back; a simplex alone can do
        that.
    type: str
    choices:
      - complete
      - aborted
    default: complete
  force:
    description:
      - Start in spite of alarms that do not stand against management actions.
    type: bool
    default: false
  ignore_alarms:
    description:
      - Numbers of further alarms in spite of which to start.
    type: list
    elements: str
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
- name: Upgrade Kubernetes
  edge.infra.stx_kube_upgrade:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    to_version: v1.35.2

- name: Do all that can be done without touching a workload
  edge.infra.stx_kube_upgrade:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    to_version: v1.35.2
    phase: upgraded-storage

- name: Take an upgrade back that failed
  edge.infra.stx_kube_upgrade:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    state: aborted
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
kube_upgrade:
  description: The upgrade of Kubernetes as it is at the end, or in check mode would be.
  type: dict
  returned: success
  contains:
    version:
      description:
        - The version that runs everywhere; none while versions are mixed.
      type: str
      returned: when set
      sample: v1.35.2
    state:
      description:
        - State of the upgrade; none when it is through.
      type: str
      returned: when set
      sample: upgraded-networking
    from_version:
      description:
        - The version that it comes from.
      type: str
      returned: when set
      sample: v1.34.1
    to_version:
      description:
        - The version that it leads to.
      type: str
      returned: when set
      sample: v1.35.2
    hosts:
      description:
        - 'What runs on each host: C(host), C(control_plane_version), C(kubelet_version), and
          C(status) of its upgrade.'
      type: list
      returned: when set
      elements: dict
      sample:
        - host: controller-0
          control_plane_version: v1.34.1
          kubelet_version: v1.34.1
          status: null
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.kube_upgrade import KUBE_UPGRADE


def main() -> None:
    """Put the declaration to work."""
    run_flow(STARLINGX, KUBE_UPGRADE)


if __name__ == "__main__":
    main()
