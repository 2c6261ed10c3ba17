#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: l2sm_probe
short_description: Ask pods what they see of their networks
version_added: "0.1.0"
description:
  - Runs C(ping), C(traceroute), C(curl) or C(ip) in pods and holds what comes out against what is expected, such as
    that an address is reached in two hops through a router, or that it is not reached at all.
  - All probes are asked, and the failure names each expectation that does not hold, with what was seen and what to
    look at.
  - Programs are given as lists of arguments, never to a shell; what they write is only read.
  - In check mode, expectations that do not hold are warnings, and of pods that are not there yet the result tells what
    would be asked.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.l2sm
seealso:
  - module: edge.infra.l2sm_cutoff
options:
  probes:
    description:
      - What to ask, one after the other.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - What the result calls it.
        type: str
        required: true
      kind:
        description:
          - What to ask for.
          - V(ping) counts answers, V(route) the routers on the way (C(traceroute)), V(download)
            fetches a URL (C(curl)), and V(addresses) looks at the pod's own interfaces (C(ip)).
        type: str
        choices:
          - ping
          - route
          - download
          - addresses
        default: ping
      namespace:
        description:
          - Namespace of the pod.
        type: str
        default: default
      pod:
        description:
          - Name of the pod in which the program runs; this or O(probes[].label_selector).
        type: str
      label_selector:
        description:
          - Labels of the pod, such as C(app=cdn); of several that run, the first by name is
            taken.
        type: str
      container:
        description:
          - Container in the pod; its first one unless given.
        type: str
      address:
        description:
          - Address to ask for, of a ping or a route.
        type: str
      url:
        description:
          - URL to fetch, of a download.
        type: str
      count:
        description:
          - Packets that a ping sends.
        type: int
        default: 3
      most_hops:
        description:
          - Hops after which a route is given up.
        type: int
        default: 8
      seconds:
        description:
          - Seconds to wait for one answer, or for a connection.
        type: int
        default: 2
      longest:
        description:
          - Seconds that the program may take as a whole.
        type: int
        default: 120
      reachable:
        description:
          - 'Whether an answer is expected. V(false) expects that there is none: of a ping that
            every packet is lost, of a route that it does not come to the address, of a download
            that it fails.'
        type: bool
        default: true
      loss:
        description:
          - Percentage of packets that may be lost.
        type: float
        default: 0.0
      hops:
        description:
          - How many hops a route has, with the address itself.
        type: int
      through:
        description:
          - Addresses that a route goes through, in this order.
        type: list
        elements: str
      status:
        description:
          - Status of the HTTP answer.
        type: int
        default: 200
      size:
        description:
          - Bytes of a download.
        type: int
      headers:
        description:
          - Headers of the HTTP answer, by name.
        type: dict
      addresses:
        description:
          - Addresses with prefix that the pod's interfaces have.
          - 'A network, such as V(10.100.1.0/24), stands for any address in it with this prefix:
            which one L2S-M assigns is not known beforehand.'
        type: list
        elements: str
  wait_timeout:
    description:
      - Seconds for which a probe whose expectations do not hold is asked again.
      - Switches build their tunnels 20 seconds after they are ready, and nothing in the cluster
        tells.
    type: int
    default: 0
"""

EXAMPLES = r"""
- name: Two hops through the router, and no other way
  edge.infra.l2sm_probe:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    wait_timeout: 60
    probes:
      - name: cache to origin
        kind: route
        namespace: cdn
        label_selector: app=cdn-cache
        address: 10.0.2.10
        hops: 2
        through: [10.0.1.1]
      - name: video
        kind: download
        namespace: cdn
        label_selector: app=cdn-cache
        url: http://10.0.2.10/video.bin
        size: 67108864
      - name: isolation
        namespace: cdn
        label_selector: app=stranger
        address: 10.0.2.10
        reachable: false
"""

RETURN = r"""
probes:
  description: What each probe found out, in the order in which they were given.
  type: list
  elements: dict
  returned: always
  contains:
    name:
      description: What the probe is called.
      type: str
    kind:
      description: What was asked for.
      type: str
    asked:
      description: Whether the program ran; V(false) in check mode where the pod is not there yet.
      type: bool
    pod:
      description: Namespace and name of the pod.
      type: str
    node:
      description: Node of the pod.
      type: str
    command:
      description: The program with its arguments.
      type: list
      elements: str
    reachable:
      description: Whether an answer came.
      type: bool
    loss:
      description: Percentage of packets that were lost, of a ping.
      type: float
    ttl:
      description: Time to live of the first answer, of a ping.
      type: int
    milliseconds:
      description: The least, mean and most time of an answer, of a ping.
      type: dict
    hops:
      description: Addresses on the way, of a route; V(*) for one that does not answer.
      type: list
      elements: str
    status:
      description: Status of the HTTP answer, of a download.
      type: int
    size:
      description: Bytes, of a download.
      type: int
    transfer_seconds:
      description: Seconds of the transfer, as the program has measured them, of a download.
      type: float
    headers:
      description: The headers that were asked for, of a download.
      type: dict
    interfaces:
      description: Addresses by interface, of addresses.
      type: dict
    seconds:
      description: How long the program ran.
      type: float
    tries:
      description: How often the probe was asked.
      type: int
    waited:
      description: Seconds until the last of them began.
      type: float
    output:
      description: The last lines that the program wrote.
      type: list
      elements: str
    unmet:
      description: Expectations that do not hold.
      type: list
      elements: dict
      contains:
        expected:
          description: What was expected.
          type: str
        seen:
          description: What was seen.
          type: str
        look:
          description: What to look at.
          type: str
msg:
  description: The result in words.
  type: str
  returned: always
"""

from ansible_collections.edge.infra.plugins.module_utils._l2sm.probe import run_probe


def main() -> None:
    """Ask."""
    run_probe()


if __name__ == "__main__":
    main()
