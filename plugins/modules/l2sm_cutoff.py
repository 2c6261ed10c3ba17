#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: l2sm_cutoff
short_description: Cut the way of a download and see it go on
version_added: "0.1.0"
description:
  - Starts a download in a pod, scales a Deployment on its way (a router) to 0 once bytes flow, sees that the download
    stalls, scales the Deployment back to what it was, and waits until the download goes on and ends.
  - The replicas are put back whatever happens, also when the module is told to stop. They are written into the
    annotation C(edge.infra/replicas) before, with the time until which they may be away. Another run waits until then,
    and puts back what a killed one left at 0.
  - The program is given as a list of arguments, never to a shell; what it writes is only read.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.l2sm
attributes:
  check_mode:
    description: Tells what a run would do; the cut itself cannot be tried without it.
    support: full
  diff_mode:
    description: What it changes is back at its end, so there is nothing to show.
    support: none
  idempotent:
    description: Each run cuts.
    support: none
seealso:
  - module: edge.infra.l2sm_probe
options:
  deployment:
    description:
      - Deployment that is scaled to 0 and back, such as the router's.
    type: str
    required: true
  deployment_namespace:
    description:
      - Its namespace; O(namespace) unless given.
    type: str
  namespace:
    description:
      - Namespace of the pod that downloads.
    type: str
    default: default
  pod:
    description:
      - Name of that pod; this or O(label_selector).
    type: str
  label_selector:
    description:
      - Labels of that pod, such as C(app=cdn); of several that run, the first by name is taken.
    type: str
  container:
    description:
      - Container in that pod; its first one unless given. It needs C(curl).
    type: str
  url:
    description:
      - URL that is downloaded, over the way that is cut.
    type: str
    required: true
  limit_rate:
    description:
      - Bytes per second that the download takes, as C(curl) writes them, so that it lasts long
        enough to be cut.
      - A server that limits the rate shows a cut at once; a limit here shows it once what is
        under way has come.
    type: str
    default: 1M
  stall:
    description:
      - Seconds without a byte after which the download counts as stalled.
    type: int
    default: 5
  flow_timeout:
    description:
      - Seconds to wait for the first bytes.
    type: int
    default: 60
  stall_timeout:
    description:
      - Seconds to wait, once the Deployment is at 0, for the stall.
    type: int
    default: 120
  resume_timeout:
    description:
      - Seconds to wait, once the Deployment is scaled back, for its pods, and then for the
        download to go on.
    type: int
    default: 300
  wait_timeout:
    description:
      - Seconds that all of it may take.
    type: int
    default: 900
"""

EXAMPLES = r"""
- name: The download outlives its router
  edge.infra.l2sm_cutoff:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    namespace: cdn
    label_selector: app=cdn-cache
    url: http://10.0.2.10/video.bin
    deployment: cdn-router
    limit_rate: 2M
"""

RETURN = r"""
cutoff:
  description: How the download took it; as far as it came, when it failed. Empty in check mode.
  type: dict
  returned: always
  contains:
    deployment:
      description: Namespace and name of the Deployment that was scaled to 0.
      type: str
    replicas:
      description: Its replicas before and afterwards.
      type: int
    restored:
      description: Whether they were put back.
      type: bool
    pod:
      description: Namespace and name of the pod that downloads.
      type: str
    node:
      description: Node of that pod.
      type: str
    url:
      description: What was downloaded.
      type: str
    percent_at_cut:
      description: How much had come when the Deployment was scaled to 0.
      type: float
    percent_stalled:
      description: How much had come when nothing came any more.
      type: float
    flowed_after_cut:
      description: Seconds for which bytes still came after the Deployment was scaled to 0.
      type: float
    stalled_seconds:
      description: Seconds without a byte.
      type: float
    resumed_after:
      description: Seconds from the scaling back until bytes came again.
      type: float
    bytes:
      description: Bytes of the download.
      type: int
    seconds:
      description: Seconds of the download as a whole.
      type: float
    status:
      description: Status of the HTTP answer.
      type: int
msg:
  description: The result in words.
  type: str
  returned: always
"""

from ansible_collections.edge.infra.plugins.module_utils._l2sm.cutoff import run_cutoff


def main() -> None:
    """Cut."""
    run_cutoff()


if __name__ == "__main__":
    main()
