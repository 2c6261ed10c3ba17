# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``edge.infra.host_name``."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: host_name
short_description: What StarlingX calls a host of the inventory
version_added: "0.1.0"
description:
  - StarlingX names controllers by itself, whatever the inventory calls them. The controller of a simplex is
    C(controller-0), also as a node of Kubernetes.
  - A host whose deployment model leaves the name open, or is not known, keeps the inventory's.
author:
  - The edge.infra authors (@edge-infra)
positional: model
options:
  _input:
    description: Name of the host in the inventory.
    type: str
    required: true
  model:
    description: The deployment model, the variable C(edge_model).
    type: str
    required: true
  personality:
    description: The host's personality, the variable C(edge_personality).
    type: str
    default: controller
  number:
    description: Which one of its personality the host is at its site, counted from V(0) in the order of the inventory.
    type: int
    default: 0
"""

EXAMPLES = r"""
- name: Lock the controller of a simplex
  edge.infra.stx_host:
    name: "{{ inventory_hostname | edge.infra.host_name(edge_model) }}"
    administrative: locked
  delegate_to: localhost
"""

RETURN = r"""
_value:
  description: Name of the host in StarlingX.
  type: str
  sample: controller-0
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._site.model import hostname_of


def host_name(name: Any, model: Any, personality: str = "controller", number: int = 0) -> str:
    """What StarlingX calls it."""
    return hostname_of(str(model), str(name), personality, int(number))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name to function."""
        return {"host_name": host_name}
