#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: openstack_helm_release
short_description: Install or upgrade one release of an OpenStack, without showing its passwords
version_added: "0.1.0"
description:
  - Has M(kubernetes.core.helm) install or upgrade a release that M(edge.infra.openstack_helm_info) found to differ.
  - A diff shows the values that change, and no secret. What Helm says of a failure is told without passwords, and
    beside it what the pods of the release say, with what to do.
  - Where the newest revision has failed with these very values, Helm is asked again; its module would do nothing.
  - Helm finds the cluster by C(KUBECONFIG) and C(HELM_KUBECONTEXT) in the environment of the task.
  - Runs on the controller (it is an action plugin).
author:
  - The edge.infra authors (@edge-infra)
attributes:
  check_mode:
    description: Tells what would change, and asks Helm nothing.
    support: full
  diff_mode:
    description: Shows the values that change, without secrets.
    support: full
  idempotent:
    description: It is asked for releases that differ, and does as it is told.
    support: none
options:
  name:
    description: What messages call it.
    type: str
    required: true
  release:
    description: Its name in Helm.
    type: str
    required: true
  namespace:
    description: Its namespace, which is made when it is missing.
    type: str
    required: true
  chart:
    description: The chart, a folder or a package.
    type: str
    required: true
  version:
    description: Version of the chart.
    type: str
    required: true
  values:
    description: Its values.
    type: dict
    default: {}
  places:
    description: Where in the values which password belongs, by its name.
    type: dict
    default: {}
  passwords:
    description: Passwords by their names.
    type: dict
    default: {}
  action:
    description: What Helm is to do; V(none) only recovers.
    type: str
    choices: [none, install, upgrade]
    default: upgrade
  recover:
    description:
      - What comes before that. V(rollback) goes back to O(revision), also where an operation was cut off, which Helm
        refuses to go on with. V(uninstall) removes a first installation that was cut off.
    type: str
    choices: ["", rollback, uninstall]
    default: ""
  revision:
    description: The revision to roll back to; 0 is the one before.
    type: int
    default: 0
  reasons:
    description: Why it is installed or upgraded.
    type: list
    elements: str
    default: []
  differs:
    description: The values that change, without secrets.
    type: list
    elements: str
    default: []
  failed_before:
    description: Whether its newest revision has failed.
    type: bool
    default: false
  kubeconfig:
    description: Kubeconfig to ask for the pods with.
    type: str
    required: true
  context:
    description: Context of it; the current one otherwise.
    type: str
    default: ""
  binary:
    description: The program C(helm); found in C(PATH) otherwise.
    type: str
    default: ""
  helm_timeout:
    description: Seconds that Helm may take, without waiting for the pods.
    type: int
    default: 900
  history_max:
    description: Revisions that Helm keeps.
    type: int
    default: 5
  ignore_nodes:
    description: Nodes that may be away.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Bring Keystone to what is wanted
  edge.infra.openstack_helm_release:
    name: keystone
    release: keystone
    namespace: openstack
    chart: /srv/openstack-helm/keystone
    version: 2026.1.0
    values: "{{ planned.releases[0]['values'] }}"
    kubeconfig: /home/operator/site.kubeconfig
  environment:
    KUBECONFIG: /home/operator/site.kubeconfig
"""

RETURN = r"""
reasons:
  description: Why it was installed or upgraded.
  type: list
  elements: str
  returned: always
"""
