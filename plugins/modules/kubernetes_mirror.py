#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_mirror
short_description: Fetch what a folder of artifacts lacks, or list what belongs into it
version_added: "0.1.0"
description:
  - Lists the programs, archives, manifests and images of a site, those images included that its
    manifests name, and fetches what the folder lacks. What is there with the right digest is left; what was cut off
    is fetched again.
  - Images are fetched by skopeo, podman, docker or ctr, whichever the controller has. Where the folder's own
    kubeadm runs on the controller, it is asked for the tags of its images.
  - Runs on the controller (it is an action plugin).
author:
  - The edge.infra authors (@edge-infra)
attributes:
  check_mode:
    description: Tells what would be fetched.
    support: full
  diff_mode:
    description: Names the files.
    support: full
  idempotent:
    description: A second run fetches nothing.
    support: full
options:
  folder:
    description: The folder on the controller.
    type: path
    required: true
  state:
    description: V(present) fetches, V(listed) only tells what belongs into the folder, and what of it is missing.
    type: str
    choices: [present, listed]
    default: present
  versions:
    description: Releases of Kubernetes.
    type: list
    elements: str
    required: true
  architectures:
    description: Those of the hosts, as Kubernetes calls them. Images are fetched for the first one.
    type: list
    elements: str
    default: [amd64]
  repository:
    description: Where the names of Kubernetes' images begin; by default as kubeadm has it.
    type: str
    default: ""
  etcd:
    description: Whether kubeadm runs etcd.
    type: bool
    default: true
  urls:
    description:
      - Where C(program), C(crictl) and C(cni_plugins) come from, with C({version}), C({architecture}) and C({program})
        in them.
    type: dict
    required: true
  crictl:
    description: The release of crictl.
    type: str
    required: true
  cni_plugins:
    description: The release of the plugins of the container network.
    type: str
    required: true
  manifests:
    description: Manifests with C(name), C(url) (or a path), C(checksum) and C(version).
    type: list
    elements: dict
    default: []
  images:
    description: Further images.
    type: list
    elements: str
    default: []
  packages:
    description:
      - By system (such as C(debian-12)), names of the packages that hosts install. They are listed, and fetched by
        other means.
    type: dict
    default: {}
  tool:
    description: What fetches images.
    type: str
    choices: [auto, skopeo, podman, docker, ctr]
    default: auto
"""

EXAMPLES = r"""
- name: List what a site is installed from
  edge.infra.kubernetes_mirror:
    folder: /srv/mirror
    state: listed
    versions: [1.34.2]
    urls: "{{ kubernetes_mirror_urls }}"
    crictl: 1.34.0
    cni_plugins: 1.8.0
  register: needed
"""

RETURN = r"""
artifacts:
  description: What belongs into the folder, with C(kind), C(name), C(version), C(path), C(source) and C(sha256).
  type: list
  elements: dict
  returned: always
missing:
  description: What of it is not there.
  type: list
  elements: dict
  returned: always
fetched:
  description: Paths of the files that were fetched, or would be.
  type: list
  elements: str
  returned: always
faults:
  description: What could not be read or fetched, and why.
  type: list
  elements: str
  returned: always
"""
