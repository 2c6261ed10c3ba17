# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``edge.infra.kubernetes_images``."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: kubernetes_images
short_description: The images that kubeadm of a release asks for
version_added: "0.1.0"
description:
  - Full names, by what is known of the releases 1.20 to 1.36. Tags of etcd and CoreDNS change within a minor release;
    C(kubeadm config images list) of the very release is the truth.
author:
  - The edge.infra authors (@edge-infra)
positional: repository, etcd
options:
  _input:
    description: The release, such as C(1.34.2).
    type: str
    required: true
  repository:
    description: Where the names begin; by default as kubeadm has it.
    type: str
    default: ""
  etcd:
    description: Whether kubeadm runs etcd.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Name the images
  ansible.builtin.debug:
    msg: "{{ '1.34.2' | edge.infra.kubernetes_images }}"
"""

RETURN = r"""
_value:
  description: Names of images.
  type: list
  elements: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._artifacts.releases import component_images


def kubernetes_images(version: Any, repository: Any = "", etcd: Any = True) -> list[str]:
    """The images."""
    return list(component_images(str(version).removeprefix("v"), str(repository or ""), bool(etcd)).values())


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name to function."""
        return {"kubernetes_images": kubernetes_images}
