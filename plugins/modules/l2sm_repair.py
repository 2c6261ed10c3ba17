#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: l2sm_repair
short_description: Find and mend what is wrong with the networks of L2S-M
version_added: "0.1.0"
description:
  - The operator of L2S-M tries most things once and takes little back, and its SDN controller forgets everything when
    it is restarted. This module compares what the cluster, its pods and the SDN controller say, names what does not
    fit, by failure mode and with what a user sees of it, and mends what can be mended without making anything anew.
  - Mended are networks that the SDN controller has forgotten, also those whose removal hangs for that, and networks
    and ports of edge devices that the provider between clusters has forgotten (F7); pods whose ports are not
    plugged in, and ports of pods that are gone (F4); interfaces that were never given back (F1); addresses and
    counts of pods that are gone (F2); objects that nobody is left to let go (F7); interfaces and addresses that
    pods have and that count as free, since an overlay or a network was made anew (F8); names of pods between
    clusters that do not resolve any more, since the cluster's CoreDNS was written anew (DNS).
  - With O(recreate_networks) and O(recreate_pods) also networks between clusters that never connected (F5), and pods
    without an interface (F1, F13).
  - In check mode it tells the same and writes nothing. A second run finds nothing to mend.
  - Ports are compared only with O(sdn_url), and where the SDN controller tells them.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.l2sm
options:
  recreate_pods:
    description:
      - Whether pods without an interface are removed, where an owner makes them again; what runs in them is stopped.
    type: bool
    default: false
  recreate_networks:
    description:
      - Whether networks between clusters that never connected are removed and made again; their pods are without a link
        for that time.
    type: bool
    default: false
  settle:
    description:
      - Seconds between two looks. Only what is wrong in both is mended, as the operator marks an interface as used some
        moments before there is a pod that has it.
    type: float
    default: 3.0
"""

EXAMPLES = r"""
- name: See what is wrong
  edge.infra.l2sm_repair:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    sdn_url: http://192.0.2.7:8181
  check_mode: true
  register: found

- name: Mend it
  edge.infra.l2sm_repair:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    sdn_url: http://192.0.2.7:8181
"""

RETURN = r"""
checked:
  description: Whether the cluster was looked at; V(false) in check mode, when there is none yet.
  type: bool
  returned: success
ports_compared:
  description: Whether the SDN controller told which ports are in its networks.
  type: bool
  returned: when the cluster was looked at
findings:
  description: What is wrong, in the order in which it is mended.
  type: list
  elements: dict
  returned: always, unless the cluster could not be read
  contains:
    mode:
      description: Failure mode, V(F1) to V(F17) or V(DNS), as the guide has them.
      type: str
      sample: F7
    object:
      description: What it is about.
      type: str
      sample: network default/edge-core
    what:
      description: What does not fit, and what a user sees of it.
      type: str
    remedy:
      description: What to do about it, or what was done.
      type: str
    mendable:
      description: Whether this module can do that, with the options given.
      type: bool
    status:
      description: V(found) in check mode, V(mended), V(failed), or V(left) for a person to decide.
      type: str
    error:
      description: Why mending it failed.
      type: str
msg:
  description: The result in words.
  type: str
  returned: always
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
"""

from ansible_collections.edge.infra.plugins.module_utils._l2sm.repair import run_repair


def main() -> None:
    """Look, and mend."""
    run_repair()


if __name__ == "__main__":
    main()
