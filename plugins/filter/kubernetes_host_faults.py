# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``edge.infra.kubernetes_host_faults``."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: kubernetes_host_faults
short_description: What is wrong with a host that is to run Kubernetes
version_added: "0.1.0"
description:
  - Every fault at once, each with what to do. The role P(edge.infra.kubernetes_host#role) asks with it before it
    begins, and when it is done.
author:
  - The edge.infra authors (@edge-infra)
positional: settings, others
options:
  _input:
    description: The state that M(edge.infra.kubernetes_host_info) returns.
    type: dict
    required: true
  settings:
    description: What the role was given.
    type: dict
    required: true
  others:
    description: States of all hosts by their names, for what only several can have wrong, such as clocks.
    type: dict
    default: {}
  after:
    description: Whether to tell what is not in effect after the role's work, instead of what is in its way.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Say what is wrong
  ansible.builtin.fail:
    msg: "{{ host.state | edge.infra.kubernetes_host_faults(settings) | join(' ') }}"
"""

RETURN = r"""
_value:
  description: The faults.
  type: list
  elements: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._kubernetes_host.rules import faults


def kubernetes_host_faults(state: Any, settings: Any, others: Any = None, after: bool = False) -> list[str]:
    """All of them."""
    return faults(state, settings, others or {}, after)


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name to function."""
        return {"kubernetes_host_faults": kubernetes_host_faults}
