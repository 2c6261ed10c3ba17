# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``edge.infra.awx_predicted``."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: awx_predicted
short_description: What check mode has to tell by itself of objects of AWX
version_added: "0.1.0"
description:
  - The modules of C(awx.awx) look for what an object names also in check mode, and fail where the same run would
    make it.
  - Finds the objects of which that is so.
author:
  - The edge.infra authors (@edge-infra)
options:
  _input:
    description: What is wanted, from P(edge.infra.awx_objects#filter).
    type: dict
    required: true
  existing:
    description: Names of what is there, by list of the API.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Say what would be made
  ansible.builtin.debug:
    msg: "{{ wanted | edge.infra.awx_predicted({'organizations': ['Default']}) }}"
"""

RETURN = r"""
_value:
  description: The objects that would be made or changed, by kind.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._awx.objects import predicted


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name to function."""
        return {"awx_predicted": predicted}
