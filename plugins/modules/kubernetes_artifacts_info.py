#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_artifacts_info
short_description: What a folder of artifacts has for the hosts of a cluster
version_added: "0.1.0"
description:
  - Reads a folder in the format of the mirror, chooses what each host takes of it, and fails with everything that is
    missing or damaged, each with its path and what to do. Sums are checked where the folder lists them.
  - Runs on the controller (it is an action plugin), once for all hosts, and contacts nothing.
author:
  - The edge.infra authors (@edge-infra)
attributes:
  check_mode:
    description: Changes nothing.
    support: full
  diff_mode:
    description: Has nothing to show.
    support: none
  idempotent:
    description: Changes nothing.
    support: full
options:
  folder:
    description: The folder on the controller.
    type: path
    required: true
  version:
    description: The release of Kubernetes, such as C(1.34.2).
    type: str
    required: true
  hosts:
    description: By host, the state that M(edge.infra.kubernetes_host_info) returns.
    type: dict
    required: true
  repository:
    description: Where the names of Kubernetes' images begin; by default as the release's kubeadm has it.
    type: str
    default: ""
  etcd:
    description: Whether kubeadm runs etcd.
    type: bool
    default: true
  manifests:
    description: Names of manifests that are taken from the folder.
    type: list
    elements: str
    default: []
  images:
    description: Further archives of images on the controller.
    type: list
    elements: path
    default: []
  needed:
    description: Images that have to be in it whatever the manifests say.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The image.
        type: str
        required: true
      option:
        description: What asks for it, for the message.
        type: str
        required: true
"""

EXAMPLES = r"""
- name: Look into the folder
  edge.infra.kubernetes_artifacts_info:
    folder: /srv/mirror
    version: 1.34.2
    hosts:
      node1: "{{ hostvars.node1.found.state }}"
    manifests: [flannel]
  run_once: true
  register: artifacts
"""

RETURN = r"""
faults:
  description: All that is missing or wrong, each with what to do; the module fails where there is any.
  type: list
  elements: str
  returned: always
version:
  description: The release that was asked for.
  type: str
  returned: success
folder:
  description: The folder.
  type: str
  returned: success
sandbox:
  description: The image of the containers that hold a pod together.
  type: str
  returned: success
hosts:
  description:
    - By host, C(method) (V(packages) or V(binaries)), C(files) with C(source), C(path), C(mode) and C(sha256),
      C(images) with C(source), C(names), C(sha256) and C(aliases), and the names of C(packages) and C(archives).
    - Where something is missing, what there is all the same.
  type: dict
  returned: always
"""
