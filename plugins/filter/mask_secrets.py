# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``edge.infra.mask_secrets``."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: mask_secrets
short_description: A site's variables with the secret ones masked
version_added: "0.1.0"
description:
  - Replaces the value of each variable or key whose name says that it is a secret (C(password), C(secret), C(token)
    and the like) by asterisks, at any depth. Empty ones stay empty, so that a check on paper can say what is missing.
  - Values that are longer than OSM takes stay longer, and a password that StarlingX's documentation publishes stays
    as it is.
author:
  - The edge.infra authors (@edge-infra)
options:
  _input:
    description: Variables of a host.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show what the inventory says
  ansible.builtin.debug:
    msg: "{{ {'edge_osm_username': 'admin', 'edge_osm_password': edge_osm_password} | edge.infra.mask_secrets }}"
"""

RETURN = r"""
_value:
  description: The variables without their secrets.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._site.faults import without_secrets
from ansible_collections.edge.infra.plugins.module_utils._site.registration import PUBLISHED_PASSWORD


def mask_secrets(variables: Any) -> Any:
    """A copy with the secrets masked."""
    return without_secrets(variables, keep=(PUBLISHED_PASSWORD,))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name to function."""
        return {"mask_secrets": mask_secrets}
