#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_artifacts
short_description: Files and container images of a folder on a host
version_added: "0.1.0"
description:
  - Copies files whose content the host does not have, and imports archives of images of which containerd lacks one, all
    of them in one transfer. What the host has already is not sent.
  - Images are pinned, so that kubelet does not collect them where the disk is full (containerd 1.7 and later); those
    that were, and are not among the images any more, are left to it.
  - The files are on the controller; M(edge.infra.kubernetes_artifacts_info) tells them.
author:
  - The edge.infra authors (@edge-infra)
attributes:
  check_mode:
    description: Tells what would be sent, also where there is no containerd yet.
    support: full
  diff_mode:
    description: Names files and images.
    support: full
  idempotent:
    description: A second run sends nothing.
    support: full
options:
  folder:
    description: The folder on the controller that sources are relative to.
    type: path
    required: true
  files:
    description: Files.
    type: list
    elements: dict
    default: []
    suboptions:
      source:
        description: Where it is in the folder.
        type: str
        required: true
      path:
        description: Where it is to be on the host.
        type: path
        required: true
      sha256:
        description: Its digest.
        type: str
        required: true
      mode:
        description: Its permissions, in octal digits.
        type: str
        default: "0644"
  images:
    description: Archives of images.
    type: list
    elements: dict
    default: []
    suboptions:
      source:
        description: Where it is in the folder, or the whole path.
        type: str
        required: true
      names:
        description: Full names of the images in it.
        type: list
        elements: str
        required: true
      sha256:
        description: Its digest.
        type: str
        default: ""
      aliases:
        description: Further names of images in it, each with the one that the archive has for it.
        type: dict
        default: {}
  kubeadm:
    description:
      - A release, such as C(1.34.2). Where the host has a kubeadm, it is asked for the images of that release once some
        were imported, and images with another tag get the names that it asks for.
    type: str
    default: ""
  repository:
    description: Where the names of these images begin; by default as kubeadm has it.
    type: str
    default: ""
  archive:
    description: On the host, what was sent; the action plugin sets it.
    type: path
"""

EXAMPLES = r"""
- name: Have the images
  edge.infra.kubernetes_artifacts:
    folder: /srv/mirror
    images: "{{ artifacts.hosts[inventory_hostname].images }}"
"""

RETURN = r"""
files:
  description: Paths of the files that were copied, or would be.
  type: list
  elements: str
  returned: success
images:
  description: Names of the images that were imported, or would be.
  type: list
  elements: str
  returned: success
marked:
  description: Names of the images that were there and got another name or another label, or would.
  type: list
  elements: str
  returned: success
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubernetes_host import artifacts


def main() -> None:
    """Look, or take what was sent."""
    text = {"type": "str", "required": True}
    files = {
        "source": text,
        "path": {"type": "path", "required": True},
        "sha256": text,
        "mode": {"type": "str", "default": "0644"},
    }
    images = {
        "source": text,
        "names": {"type": "list", "elements": "str", "required": True},
        "sha256": {"type": "str", "default": ""},
        "aliases": {"type": "dict", "default": {}},
    }
    module = AnsibleModule(
        argument_spec={
            "folder": {"type": "path", "required": True},
            "files": {"type": "list", "elements": "dict", "default": [], "options": files},
            "images": {"type": "list", "elements": "dict", "default": [], "options": images},
            "kubeadm": {"type": "str", "default": ""},
            "repository": {"type": "str", "default": ""},
            "archive": {"type": "path"},
        },
        supports_check_mode=True,
    )
    wanted = module.params
    try:
        lacking = artifacts.lacking(wanted["files"], wanted["images"])
        if wanted["archive"]:
            artifacts.take(wanted["archive"], wanted["files"], wanted["images"])
        marks = artifacts.marks(wanted["images"])
        if not module.check_mode:
            artifacts.mark(marks)
            if wanted["kubeadm"] and (wanted["archive"] or any(marks.values())):
                artifacts.name_as_asked(artifacts.unnamed(wanted["kubeadm"], wanted["repository"]))
    except EdgeError as error:
        module.fail_json(msg=str(error), error=error.as_dict())
    marked = [*marks["named"], *marks["pinned"], *marks["freed"]]
    module.exit_json(changed=bool(lacking["files"] or lacking["images"] or marked), lacking=lacking, marked=marked)


if __name__ == "__main__":
    main()
